"""Updates as arrows: the first steps of two methods, and one step of momentum beside Nesterov's."""

from typing import ClassVar, NamedTuple

import numpy as np

from course_utils import plotting
from course_utils.descent import Trajectory, descend
from course_utils.objectives import BOWL, Objective
from course_utils.optimizers import GradientDescent, Momentum, Nesterov
from course_utils.plotting import BLUE, INK, VERMILION
from course_utils.widgets.figure import MovingFigure
from course_utils.widgets.ground import surface
from course_utils.wording import number, vector

__all__ = ["Construction", "StepVectors", "construction", "vectors"]


def _arrow(group: str, label: str, tail, vector_, colour: str, dash=(), width: float = 2.5) -> dict:
    """Describe an arrow to the browser; ``label`` and the vector's numbers are its hover text."""
    tail, vector_ = np.asarray(tail, float), np.asarray(vector_, float)
    return {
        "group": group,
        "text": f"{label} = {vector(vector_)}",
        "tail": tail.tolist(),
        "tip": (tail + vector_).tolist(),
        "colour": colour,
        "dash": list(dash),
        "width": width,
    }


def _point(group: str, label: str, place, colour: str, mark: str, drag: bool = False) -> dict:
    return {
        "drag": drag,
        "group": group,
        "text": f"{label} = {vector(place)}",
        "name": label,
        "at": np.asarray(place, float).tolist(),
        "colour": colour,
        "mark": mark,
    }


def _domain(places, margin: float = 0.15) -> dict:
    """Return limits that hold all places, both sides equally long."""
    places = np.asarray(places, float)
    low, high = places.min(axis=0), places.max(axis=0)
    centre, half = (low + high) / 2, float(np.max(high - low)) / 2 * (1 + 2 * margin) or 1.0
    return {
        "x": [float(centre[0] - half), float(centre[0] + half)],
        "y": [float(centre[1] - half), float(centre[1] + half)],
    }


class StepVectors(MovingFigure):
    """The first updates of gradient descent and momentum as arrows; see `vectors`."""

    _ranges: ClassVar = {"steps": (1, 8)}

    def __init__(self, objective: Objective, sliders, start):
        self.objective, self.start = objective, start
        super().__init__(sliders)

    def _compute(self, values: dict) -> dict[str, Trajectory]:
        """Return the trajectories of both methods by label."""
        steps = int(values["steps"])
        rules = {
            "gradient descent": GradientDescent(values["eta"]),
            "momentum": Momentum(values["eta"], values["alpha"]),
        }
        return {
            label: descend(rule, self.objective, self.start, steps) for label, rule in rules.items()
        }

    def _scene(self) -> dict:
        return {
            "kind": "vectors",
            "label": "Weights, updates, gradient and momentum of two methods as arrows",
        }

    def _frame(self, values: dict, paths: dict[str, Trajectory]) -> dict:
        looks = plotting.looks(paths)
        steps = min(path.steps for path in paths.values())
        start = paths["momentum"].weights[0]
        seen = [np.zeros(2), start, *(path.weights[-1] for path in paths.values())]
        plane = {
            "title": f"Weights w({steps}), seen from 0",
            "names": ["w₁", "w₂"],
            **_domain(seen),
            "arrows": [],
            "points": [_point("start", "w(0)", start, INK, "circle")],
        }
        plane["points"].append(_point("start", "origin", np.zeros(2), INK, "cross"))
        near = {
            "title": "Updates −η·m(t), enlarged",
            "names": ["w₁", "w₂"],
            **_domain(np.vstack([path.weights for path in paths.values()]), 0.25),
            "arrows": [],
            "points": [_point("start", "w(0)", start, INK, "circle")],
        }
        for label, path in reversed(paths.items()):
            colour, broad = looks[label].colour, label == "momentum"
            width = 5 if broad else 2.5
            plane["arrows"].append(
                _arrow(label, f"w({steps})", (0, 0), path.weights[steps], colour, (), width)
            )
            # The longer arrows lie below, broad and pale; the shorter ones on top.
            wide, tint = (8, colour + "80") if broad else (2.5, colour)
            for t in range(steps):
                step = path.weights[t + 1] - path.weights[t]
                near["arrows"].append(
                    _arrow(label, f"step {t + 1}", path.weights[t], step, tint, (), wide)
                )
            mark = "square" if broad else "circle"
            near["points"].append(_point(label, label, path.weights[steps], colour, mark))
        return {
            "panels": [plane, near, self._inside(paths, looks, steps)],
            "groups": [
                {"label": label, "colour": looks[label].colour, "dash": []} for label in paths
            ],
            "alt": f"η = {number(values['eta'])}, α = {number(values['alpha'])}. "
            + " ".join(
                f"{label} stands at {vector(path.weights[steps])} after {steps} updates."
                for label, path in paths.items()
            )
            + f" Momentum m({steps}) = {vector(paths['momentum'].states['momentum'][steps])}.",
        }

    def _inside(self, paths, looks, steps: int) -> dict:
        """Gradient and momentum in their own units: the kept part, then the newest gradient."""
        look = looks["momentum"]
        plain = looks["gradient descent"].colour
        momentum = paths["momentum"].states["momentum"][steps]
        newest = paths["momentum"].gradients[steps - 1]
        kept_part = momentum - newest
        descent = paths["gradient descent"].gradients[steps - 1]
        aside = np.array([-0.15 * np.linalg.norm(momentum), 0.0])
        return {
            "title": f"What m({steps}) is made of",
            "names": ["along w₁", "along w₂"],
            **_domain([(0, 0), kept_part, momentum, aside, aside + descent]),
            "arrows": [
                _arrow("momentum", f"m({steps})", (0, 0), momentum, look.colour + "55", (), 9),
                _arrow(
                    "momentum",
                    f"kept α·m({steps - 1})",
                    (0, 0),
                    kept_part,
                    look.colour,
                    dash=(7, 3),
                ),
                _arrow(
                    "momentum",
                    f"newest gradient ∇E(w({steps - 1}))",
                    kept_part,
                    newest,
                    look.colour,
                ),
                _arrow("gradient descent", f"gradient ∇E(w({steps - 1}))", aside, descent, plain),
            ],
            "points": [],
        }

    def still(self) -> plotting.Still:
        """Return the arrows as ``plotting.step_vectors`` draws them."""
        paths = self._compute(self.values)
        return plotting.step_vectors(
            {label: path.weights for label, path in paths.items()},
            {label: path.gradients for label, path in paths.items()},
            {"momentum": paths["momentum"].states["momentum"]},
        )


class _Parts(NamedTuple):
    """What the next steps of momentum and Nesterov are made of."""

    weights: np.ndarray
    old_step: np.ndarray  # beta times the last one
    here: np.ndarray  # the gradient step at the weights
    ahead: np.ndarray  # the gradient step after the old step


class Construction(MovingFigure):
    """One step of momentum and one of Nesterov from the same place; see `construction`."""

    _ranges: ClassVar = {"steps": (0, 10)}

    def __init__(self, objective: Objective, sliders, start):
        self.objective = objective
        self.start = start
        self.moved = None
        super().__init__(sliders)

    def _compute(self, values: dict) -> _Parts:
        rule = Nesterov(values["eta"], values["beta"])
        path = descend(rule, self.objective, self.start, int(values["steps"]))
        weights = path.weights[-1] if self.moved is None else self.moved
        old_step = values["beta"] * path.states["step"][-1]
        here = -values["eta"] * self.objective.gradient(weights)
        ahead = -values["eta"] * self.objective.gradient(weights + old_step)
        return _Parts(weights, old_step, here, ahead)

    def _react(self, event: dict) -> None:
        if event.get("type") == "start":
            self.moved = np.array(event["at"], dtype=float)
            self.redraw()

    def _scene(self) -> dict:
        return {
            "kind": "vectors",
            "label": "One step of momentum and one of Nesterov from the same weights",
        }

    def _frame(self, values: dict, parts: _Parts) -> dict:
        weights, old_step, here, ahead = parts
        minimum, looked_at = self.objective.minimum, weights + old_step
        ends = {"momentum": looked_at + here, "Nesterov": looked_at + ahead}
        places = [weights, looked_at, weights + here, *ends.values()]
        domain = _domain(places if minimum is None else [*places, minimum], 0.12)
        field = surface(self.objective, (domain["x"], domain["y"]), nodes=81)
        pieces = {
            "momentum": [
                _arrow("gradient step", "① −η∇E(w)", weights, here, BLUE),
                _arrow("old step", "② βΔ", weights + here, old_step, VERMILION, (7, 3)),
            ],
            "Nesterov": [
                _arrow("old step", "① βΔ", weights, old_step, VERMILION, (7, 3)),
                _arrow("gradient step", "② −η∇E(ŵ)", looked_at, ahead, BLUE),
            ],
        }
        panels = []
        for name, end in ends.items():
            points = [
                _point("weights", "old w", weights, INK, "circle", drag=True),
                _point("weights", "new w", end, INK, "square"),
            ]
            if name == "Nesterov":
                points.append(_point("weights", "ŵ", looked_at, VERMILION, "ring"))
            title = "Momentum" if name == "momentum" else name
            if minimum is not None:
                points.append(_point("weights", "minimum", minimum, INK, "star"))
                title += f": {number(np.linalg.norm(end - minimum), 3)} from the minimum"
            new_step = _arrow("new step", "new Δw", weights, end - weights, INK + "47", (), 9)
            panels.append(
                {
                    "title": title,
                    "names": ["w₁", "w₂"],
                    **domain,
                    "field": field,
                    "arrows": [new_step, *pieces[name]],
                    "points": points,
                }
            )
        return {
            "panels": panels,
            "groups": [
                {"label": "gradient step", "colour": BLUE, "dash": []},
                {"label": "old step", "colour": VERMILION, "dash": [7, 3]},
                {"label": "new step", "colour": INK, "dash": []},
            ],
            "alt": f"From w = {vector(weights)} with the old step {vector(old_step)} momentum "
            f"reaches {vector(ends['momentum'])} and Nesterov {vector(ends['Nesterov'])}.",
        }

    def still(self) -> plotting.Still:
        """Return the construction as ``plotting.nesterov_construction`` draws it."""
        return plotting.nesterov_construction(
            *self._compute(self.values), minimum=self.objective.minimum
        )


def vectors(objective: Objective = BOWL, *, start=None, **hyperparameters) -> StepVectors:
    """Show the first updates of gradient descent and momentum as arrows (Fig. 1 of lesson 1).

    Parameters
    ----------
    objective : Objective
    start : array_like (2,), optional
    **hyperparameters : number, tuple or widget
        Sliders for ``eta`` (0.001), ``alpha`` (0.9) and ``steps`` (2).

    Returns
    -------
    StepVectors

    Raises
    ------
    ValueError
        If a hyperparameter of another name is given.
    """
    sliders = _filled({"eta": 0.001, "alpha": 0.9, "steps": 2}, hyperparameters)
    return StepVectors(objective, sliders, start).begin()


def construction(objective: Objective = BOWL, *, start=None, **hyperparameters) -> Construction:
    """Show how momentum and Nesterov build their next step (Fig. 5 of lesson 1).

    Parameters
    ----------
    objective : Objective
    start : array_like (2,), optional
        Where the run begins that brings the old step. Dragging the old w keeps that step and moves
        the place where it is repeated.
    **hyperparameters : number, tuple or widget
        Sliders for ``eta`` (0.03), ``beta`` (0.9) and ``steps`` (updates before, 2).

    Returns
    -------
    Construction

    Raises
    ------
    ValueError
        If a hyperparameter of another name is given.
    """
    sliders = _filled({"eta": 0.03, "beta": 0.9, "steps": 2}, hyperparameters)
    return Construction(objective, sliders, start).begin()


def _filled(defaults: dict, given: dict) -> dict:
    """Return slider specifications with the defaults where nothing is given."""
    for name in given:
        if name not in defaults:
            raise ValueError(f"expected a hyperparameter among {list(defaults)}, got {name!r}")
    return defaults | given
