"""Curves against a count: errors for several values of one hyperparameter, or any function's."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from course_utils import plotting
from course_utils.descent import descend
from course_utils.hyperparameters import default_of, symbol_of
from course_utils.objectives import BOWL, Objective
from course_utils.optimizers import Momentum
from course_utils.plotting.log_axis import log_axis
from course_utils.widgets.explorer import RuleFactory
from course_utils.widgets.figure import MovingFigure
from course_utils.widgets.scale import describe_axis, error_arrays
from course_utils.widgets.sliders import settings
from course_utils.widgets.student import StudentError, call
from course_utils.wording import number

__all__ = ["Curves", "Lines", "Slide", "curves", "slide"]


class _Lines(NamedTuple):
    """Curves by label, and what there is to say about some of them, by label too."""

    curves: dict[str, np.ndarray]
    descriptions: dict[str, str]


class Lines(MovingFigure):
    """Curves against a count, drawn anew for every position of the sliders.

    Subclasses define ``_compute(values)``, which returns the curves by label and a sentence on
    some, and ``_still()``, the same curves as a `plotting.Still`.
    """

    def __init__(self, sliders, *, names, value, log, ymax, label):
        self._look = {"names": names, "value": value, "log": log, "ymax": ymax, "label": label}
        super().__init__(sliders)

    def _scene(self) -> dict:
        return {"kind": "curves"} | self._look

    @property
    def drawn(self) -> dict[str, np.ndarray]:
        """The curves that are drawn now, by label."""
        return self.numbers.curves if self.numbers else {}

    least: float | None = None  # the error at the minimum, where it is known

    def _frame(self, values: dict, numbers: _Lines) -> dict:
        looks = plotting.looks(numbers.curves)
        scale = log_axis(numbers.curves, self.least, self._look["names"][1])
        return {
            "paths": [
                {
                    "label": label,
                    "colour": looks[label].colour,
                    "dash": list(looks[label].dash),
                    **error_arrays(curve, scale.curves[label]),
                    "ending": numbers.descriptions.get(label, ""),
                }
                for label, curve in numbers.curves.items()
            ],
            "log": describe_axis(scale),
            "alt": " ".join(
                [
                    f"{settings(values)}.",
                    *(f"{label}: {text}" for label, text in numbers.descriptions.items()),
                ]
            ),
        }

    def still(self) -> plotting.Still:
        """Return the curves as ``plotting`` draws them."""
        if not self.drawn:
            return plotting.Still(7, 0.8, self.canvas.frame.get("message", "No picture"))
        return self._still()


class Curves(Lines):
    """Error curves; see `curves` for the parameters."""

    def __init__(self, objective, maker, name, values, sliders, *, start, log, ymax):
        self.objective, self.maker, self.name, self.start = objective, maker, name, start
        self.compared = [float(value) for value in values]
        self.least = objective.minimum_value
        super().__init__(
            sliders,
            names=["updates t", "error E"],
            value="E",
            log=log,
            ymax=ymax,
            label=f"Error curves for several {symbol_of(name)}",
        )

    def _compute(self, values: dict) -> _Lines:
        """Return an error curve for each of the values compared."""
        steps = int(values.get("steps", 700))
        paths = {
            f"{symbol_of(self.name)} = {number(value)}": descend(
                self.maker(values | {self.name: value}), self.objective, self.start, steps
            )
            for value in self.compared
        }
        return _Lines(
            {label: path.errors for label, path in paths.items()},
            {label: path.ending for label, path in paths.items()},
        )

    def _still(self) -> plotting.Still:
        look = self._look
        return plotting.error_curves(
            self.drawn, log=look["log"], least=self.least, ymax=look["ymax"]
        )


class Slide(Lines):
    """Curves of any function; see `slide` for the parameters."""

    def __init__(self, draw, sliders, **look):
        self.draw = draw
        super().__init__(sliders, **look)

    def _compute(self, values: dict) -> _Lines:
        """Return what the function returns, once it is curves."""
        returned = call(self.draw, **values)
        name = getattr(self.draw, "__name__", "the function")
        if not isinstance(returned, Mapping) or not returned:
            raise StudentError(f"{name} returned {returned!r:.40}, expected a dict of curves.")
        curves = {}
        for label, values_of_curve in returned.items():
            try:
                curve = np.asarray(values_of_curve, dtype=float)
            except (TypeError, ValueError):
                raise StudentError(
                    f"{name} returned {values_of_curve!r:.40} as {label!r}, expected numbers."
                ) from None
            if curve.ndim != 1 or not curve.size:
                raise StudentError(
                    f"{name} returned {label!r} of shape {curve.shape}, expected (n,)."
                )
            curves[str(label)] = curve
        descriptions = {
            label: f"from {number(curve[0], 3)} to {number(curve[-1], 3)}, between "
            f"{number(np.nanmin(curve), 3)} and {number(np.nanmax(curve), 3)}."
            for label, curve in curves.items()
        }
        return _Lines(curves, descriptions)

    def _still(self) -> plotting.Still:
        names = self._look["names"]
        still = plotting.error_curves(
            self.drawn,
            log=bool(self._look["log"]),
            ymax=self._look["ymax"],
            xlabel=names[0],
            ylabel=names[1],
            title=self.canvas.frame["alt"].split(". ")[0],
        )
        still.alt = f"{self._look['label']}. {self.canvas.frame['alt']}"
        return still


def slide(
    draw: Callable,
    *,
    names: tuple[str, str] = ("t", "value"),
    log: bool | None = None,
    ymax: float | None = None,
    **hyperparameters,
) -> Slide:
    """Show the curves that any function makes of the sliders' values.

    Parameters
    ----------
    draw : callable
        ``draw(**values)`` returns a dict of label -> array (n,), drawn against 0, 1, 2, …. If it
        raises, the figure says so and lives on.
    names : pair of str
        What the two axes show.
    log : bool, optional
        Begin with a logarithmic axis (True) or a linear one that can be switched (False); by
        default the axis is linear, as it must be where values are negative.
    ymax : float, optional
        Where the linear axis is cut; the figure says so.
    **hyperparameters : number, tuple or widget
        The sliders, as in ``interact``.

    Returns
    -------
    Slide

    Raises
    ------
    ValueError
        If there is nothing to slide.
    """
    if not hyperparameters:
        raise ValueError("expected at least one slider, such as radius=(0.5, 1.5)")
    label = f"{names[1]} against {names[0]}"
    return Slide(
        draw, hyperparameters, names=list(names), value=names[1], log=log, ymax=ymax, label=label
    ).begin()


def curves(
    objective: Objective = BOWL,
    rule: Callable = Momentum,
    *,
    start=None,
    log: bool = False,
    ymax: float | None = None,
    **hyperparameters: float | Sequence[float],
) -> Curves:
    """Compare the error curves of several values of one hyperparameter.

    Parameters
    ----------
    objective : Objective
    rule : class or function of hyperparameters
    start : array_like (2,), optional
    log : bool
        Begin with a logarithmic axis; the figure has a switch.
    ymax : float, optional
        Where the linear axis is cut; the figure says so.
    **hyperparameters
        Exactly one is a list of the values to compare (``alpha=[0, 0.6, 0.9]``, which is the
        default); the others are sliders, ``steps`` among them.

    Returns
    -------
    Curves

    Raises
    ------
    ValueError
        If not exactly one hyperparameter is a list, or one is given that the rule does not take.
    """
    maker = RuleFactory(rule)
    for name in hyperparameters:
        if name not in [*maker.names, "steps"]:
            raise ValueError(f"expected a hyperparameter among {maker.names}, got {name!r}")
    lists = [name for name, value in hyperparameters.items() if isinstance(value, list)]
    if not lists and "alpha" in maker.names and "alpha" not in hyperparameters:
        hyperparameters["alpha"], lists = [0.0, 0.6, 0.9], ["alpha"]
    if len(lists) != 1:
        raise ValueError(f"expected a list of values for one hyperparameter, got {len(lists)}")
    compared = hyperparameters.pop(lists[0])
    names = [name for name in maker.required if name != lists[0] and name not in hyperparameters]
    sliders = {name: default_of(name) for name in names} | hyperparameters
    sliders["steps"] = sliders.pop("steps", 700)
    return Curves(
        objective, maker, lists[0], compared, sliders, start=start, log=log, ymax=ymax
    ).begin()
