"""Errors against updates, one curve for each value of one hyperparameter (Fig. 3 of lesson 1)."""

from collections.abc import Callable, Sequence

import numpy as np

from course_utils import plotting
from course_utils.descent import descend
from course_utils.objectives import BOWL, Objective
from course_utils.optimizers import Momentum
from course_utils.widgets.explorer import Maker
from course_utils.widgets.figure import MovingFigure
from course_utils.widgets.sliders import DEFAULTS, SYMBOLS
from course_utils.widgets.wire import number, pack

__all__ = ["Curves", "curves"]


class Curves(MovingFigure):
    """Error curves; see `curves` for the parameters."""

    def __init__(self, objective, maker, name, values, sliders, *, start, log, ymax):
        self.objective, self.maker, self.name = objective, maker, name
        self.compared = [float(value) for value in values]
        self.start, self.logarithmic, self.ymax = start, log, ymax
        self.errors: dict[str, np.ndarray] = {}
        super().__init__(sliders)

    def _scene(self) -> dict:
        return {
            "kind": "curves",
            "log": self.logarithmic,
            "ymax": self.ymax,
            "names": ["updates t", "error E"],
            "label": f"Error curves for several {SYMBOLS.get(self.name, self.name)}",
        }

    def _frame(self, values: dict) -> dict:
        steps = int(values.pop("steps", 700))
        paths = {
            f"{SYMBOLS.get(self.name, self.name)} = {number(value)}": descend(
                self.maker(values | {self.name: value}), self.objective, self.start, steps
            )
            for value in self.compared
        }
        looks = plotting.looks(paths)
        self.errors = {label: path.errors for label, path in paths.items()}
        told = " ".join(f"{label}: {path.ending}" for label, path in paths.items())
        settings = ", ".join(f"{SYMBOLS.get(n, n)} = {number(v)}" for n, v in values.items())
        return {
            "paths": [
                {
                    "label": label,
                    "colour": looks[label].colour,
                    "dash": list(looks[label].dash),
                    "errors": pack(path.errors),
                    "states": {},
                    "ending": path.ending,
                }
                for label, path in paths.items()
            ],
            "alt": f"{settings}. {told}",
        }

    def still(self) -> plotting.Still:
        """Return the curves as ``plotting.error_curves`` draws them."""
        if not self.errors:
            return plotting.Still(7, 0.8, self.canvas.frame.get("message", "No picture"))
        return plotting.error_curves(self.errors, log=self.logarithmic, ymax=self.ymax)


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
    maker = Maker(rule)
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
    sliders = {name: DEFAULTS.get(name, 0.5) for name in names} | hyperparameters
    sliders["steps"] = sliders.pop("steps", 700)
    return Curves(objective, maker, lists[0], compared, sliders, start=start, log=log, ymax=ymax)
