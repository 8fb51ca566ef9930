"""One path in two bases: in the weights, and along the directions that momentum keeps apart.

On a quadratic momentum treats each eigen-direction of the second derivatives by itself. The figure
shows the path over the weights and over these directions, the error as the sum of the directions'
own, and where each direction stands on the map of rates. A hand may move the start in both planes,
and the marks on the map.
"""

import dataclasses
from collections.abc import Callable

import numpy as np

from course_utils import plotting
from course_utils.objectives import TILTED, Objective
from course_utils.optimizers import Momentum
from course_utils.plotting.log_axis import log_axis
from course_utils.widgets.explorer import Explorer, RuleFactory
from course_utils.widgets.ground import colours, surface
from course_utils.widgets.quadratic import check_quadratic, principal_axes
from course_utils.widgets.rates import RateMap
from course_utils.widgets.scale import describe_axis, error_arrays
from course_utils.widgets.sliders import settings
from course_utils.widgets.wire import pack
from course_utils.wording import number, vector

__all__ = ["Directions", "directions"]

_COLOURS = plotting.ORANGE, plotting.PURPLE
_NODES = 121


class Directions(Explorer):
    """A path in two bases and the map of its rates; see `directions` for the parameters.

    Attributes
    ----------
    curvatures : array (2,)
        The smaller one first.
    axes : array (2, 2)
        The direction of each curvature, a unit vector in each column.
    """

    def __init__(self, objective: Objective, maker: RuleFactory, label: str, sliders, start):
        check_quadratic(objective)
        self.curvatures, self.axes = principal_axes(objective)
        self.rate_map = RateMap(self.curvatures, colours=_COLOURS)
        self.names = [
            f"{kind} direction, λ = {number(curvature)}"
            for kind, curvature in zip(("gentle", "steep"), self.curvatures, strict=True)
        ]
        self.half = float(np.abs(np.array(objective.window).T - objective.minimum).max())
        window = [(centre - self.half, centre + self.half) for centre in objective.minimum]
        super().__init__(
            objective, {label: maker}, sliders, start=start, window=window, presets=False
        )
        self.turned = dataclasses.replace(
            objective,
            name=f"{objective.name}, turned",
            value=lambda along: objective.value(self.weights_at(along)),
            minimum=(0.0, 0.0),
        )

    def along(self, weights) -> np.ndarray:
        """Return how far weights (..., 2) are from the minimum along each direction."""
        return (np.asarray(weights, float) - self.objective.minimum) @ self.axes

    def weights_at(self, along) -> np.ndarray:
        """Return the weights (2, ...) so far from the minimum along each direction (2, ...)."""
        along = np.asarray(along, float)
        minimum = self.objective.minimum.reshape(2, *[1] * (along.ndim - 1))
        return np.tensordot(self.axes, along, 1) + minimum

    def errors_along(self, weights) -> np.ndarray:
        r"""Return each direction's part of the error above the minimum, ½λy², shape (..., 2)."""
        return 0.5 * self.curvatures * self.along(weights) ** 2

    def _react(self, event: dict) -> None:
        kind = event.get("type")
        if kind == "pick":
            self.set(**self.rate_map.picked(event))
        elif kind == "start":
            at = event.get("at")
            self.move(self.weights_at(at) if event.get("plane") == 1 else at)

    def _scene(self) -> dict:
        return {
            "kind": "directions",
            "path": colours(plotting.PATH),
            "planes": [
                {"title": "Over the weights", "names": ["w₁", "w₂"]},
                {"title": "Along the directions", "names": ["y₁, gentle", "y₂, steep"]},
            ],
            "directions": [
                {"name": name, "colour": colour}
                for name, colour in zip(self.names, _COLOURS, strict=True)
            ],
            "map": self.rate_map.scene(),
            "label": "One path over the weights and along the directions of the two curvatures",
        }

    def _ground(self) -> dict:
        around = ((-self.half, self.half), (-self.half, self.half))
        reach = 2 * self.half * self.axes.T  # beyond the frame: the browser cuts it
        centre = self.objective.minimum
        lines = [np.array([centre - side, centre + side]) for side in reach]
        turned = [np.array([-side, side]) for side in 2 * self.half * np.eye(2)]
        return {
            "planes": [
                {
                    "window": [list(side) for side in window],
                    "field": surface(objective, window, _NODES),
                    "minimum": [float(side) for side in minimum],
                    "axes": [pack(line) for line in axes],
                }
                for objective, window, minimum, axes in (
                    (self.objective, self.window, centre, lines),
                    (self.turned, around, (0.0, 0.0), turned),
                )
            ],
            "map": self.rate_map.ground(),
        }

    def _frame(self, values: dict, run) -> dict:
        (label, path), *_ = run.trajectories.items()
        along, parts = self.along(path.weights), self.errors_along(path.weights)
        tops = np.cumsum(parts, axis=1)
        scale = log_axis(dict(zip(self.names, parts.T, strict=True)), 0.0)
        feet = [self.objective.minimum + along[:, [side]] * self.axes[:, side] for side in range(2)]
        upright = [along * side for side in np.eye(2)]
        frame = {
            "starts": [run.start.tolist(), self.along(run.start).tolist()],
            "planes": [
                {"weights": pack(weights), "feet": [pack(foot) for foot in stood]}
                for weights, stood in ((path.weights, feet), (along, upright))
            ],
            "parts": [
                {
                    "label": name,
                    "colour": colour,
                    "dash": dash,
                    **error_arrays(parts[:, side], scale.curves[name]),
                    "top": pack(tops[:, side]),
                    "base": pack(tops[:, side] - parts[:, side]),
                }
                for side, (name, colour, dash) in enumerate(
                    zip(self.names, _COLOURS, ([], [7, 2]), strict=True)
                )
            ],
            "log": describe_axis(scale),
            "map": self.rate_map.frame(values),
            "ending": self._account(path, parts),
            "alt": f"{settings(values)}, from {vector(run.start)}. {label}: {path.ending} "
            f"{self._account(path, parts)}",
        }
        if run.complaints:
            frame["message"] = " ".join(run.complaints)
        return frame

    def _account(self, path, parts: np.ndarray) -> str:
        """Say how much of its own error each direction has at the end."""
        with np.errstate(all="ignore"):
            kept = parts[-1] / parts[0]
        if path.diverged_at is not None or not np.isfinite(kept).all():
            return path.ending
        gentle, steep = (number(share, 3) for share in kept)
        return (
            f"Left after {path.steps} updates: {gentle} of the error along the gentle direction, "
            f"{steep} along the steep one."
        )

    def still(self) -> plotting.Still:
        """Return both planes and the stacked errors as ``plotting.directions`` draws them."""
        if not self.trajectories:
            return plotting.Still(7, 0.8, self.canvas.frame.get("message", "No picture"))
        (path,) = self.trajectories.values()
        planes = [
            (self.objective, self.window, self.objective.minimum, path.weights),
            (self.turned, [(-self.half, self.half)] * 2, np.zeros(2), self.along(path.weights)),
        ]
        grids = [[np.linspace(*side, _NODES) for side in window] for _, window, *_ in planes]
        still = plotting.directions(
            [
                (*grid, objective.value(np.stack(np.meshgrid(*grid))), minimum, weights)
                for grid, (objective, _, minimum, weights) in zip(grids, planes, strict=True)
            ],
            self.axes,
            dict(zip(self.names, self.errors_along(path.weights).T, strict=True)),
            _COLOURS,
            title=self._account(path, self.errors_along(path.weights)),
        )
        still.alt = (
            f"{settings(self.values)}. {still.alt} {self.rate_map.frame(self.values)['alt']}"
        )
        return still


def directions(
    objective: Objective = TILTED,
    *,
    step: Callable | None = None,
    start=None,
    **hyperparameters,
) -> Directions:
    """Show a path over the weights and along the directions of the two curvatures.

    Beneath them the error is stacked by direction. A map of rates has a mark for each direction.

    Parameters
    ----------
    objective : Objective
        A quadratic with a known minimum and positive curvatures.
    step : callable, optional
        A function in an exercise's form that takes ``eta`` and ``alpha``, such as
        ``momentum_step(weights, momentum, gradient, eta, alpha)``; the course's ``Momentum`` by
        default. The map holds momentum's rates, whatever the function does.
    start : array_like (2,), optional
    **hyperparameters : number, tuple or widget
        Sliders for ``eta`` (0.05), ``alpha`` (0.9) and ``steps`` (60).

    Returns
    -------
    Directions

    Raises
    ------
    ValueError
        If the objective is no such quadratic, ``step`` no such function, or a hyperparameter of
        another name is given.
    """
    defaults = {"eta": 0.05, "alpha": 0.9, "steps": 60}
    for name in hyperparameters:
        if name not in defaults:
            raise ValueError(f"expected a hyperparameter among {list(defaults)}, got {name!r}")
    if step is None:
        maker, label = RuleFactory(Momentum), Momentum.label
    else:
        maker, label = RuleFactory(step, student=True), getattr(step, "__name__", "step")
    if set(maker.names) != {"eta", "alpha"}:
        raise ValueError(
            f"expected a step that takes eta and alpha, got one with {', '.join(maker.names)}"
        )
    return Directions(objective, maker, label, defaults | hyperparameters, start).begin()
