"""One update written out in numbers, as a student would write it by hand.

`explain` knows the rules of lesson 1 line by line; of any other rule, a student's own included, it
tells what went in and what came out. Every number is taken from the trajectory, none is computed
a second time but the place where Nesterov's rules ask for the gradient.
"""

import numpy as np

from course_utils.descent import Trajectory
from course_utils.optimizers import (
    NAG,
    ClassicalMomentum,
    GradientDescent,
    Momentum,
    Nesterov,
)
from course_utils.widgets.wire import number, vector

__all__ = ["SHORT", "explain"]

#: What a state is called in a formula or on an axis.
SHORT = {
    "momentum": "m",
    "moment": "m",
    "velocity": "v",
    "step": "Δw",
    "previous_step": "Δw",
    "scale": "s",
    "accumulator": "s",
    "step_sizes": "Δ",
    "previous_gradient": "g",
}


def explain(rule, objective, trajectory: Trajectory, t: int) -> list[str]:
    """Write update number ``t`` of a trajectory in numbers.

    Parameters
    ----------
    rule : update rule
        The one that made the trajectory.
    objective : Objective
    trajectory : Trajectory
    t : int
        From 1 to ``trajectory.steps``; 0 tells the start.

    Returns
    -------
    list of str
        A line for each thing that is computed.

    Raises
    ------
    ValueError
        If the trajectory has no such update.
    """
    if not 0 <= t <= trajectory.steps:
        raise ValueError(f"expected t from 0 to {trajectory.steps}, got {t}")
    if t == 0:
        w = vector(trajectory.weights[0])
        return [f"w(0) = {w}", f"E = {number(trajectory.errors[0], 6)}"]
    old, new = trajectory.weights[t - 1], trajectory.weights[t]
    writer = _WRITERS.get(type(rule), _in_and_out)
    lines = writer(rule, objective, trajectory, t, old, new)
    before, after = (number(trajectory.errors[k], 6) for k in (t - 1, t))
    return [*lines, f"E: {before} → {after}"]


def _times(factor: float, values, digits: int = 6) -> str:
    return f"{number(factor, digits)} · {vector(values)}"


def _gradient_descent(rule, objective, path, t, old, new):
    g = path.gradients[t - 1]
    return [
        f"g = ∇E(w({t - 1})) = {vector(g)}",
        f"w({t}) = w({t - 1}) − η·g = {vector(old)} − {_times(rule.eta, g)} = {vector(new)}",
    ]


def _momentum(rule, objective, path, t, old, new):
    g, m = path.gradients[t - 1], path.states["momentum"]
    return [
        f"g = ∇E(w({t - 1})) = {vector(g)}",
        f"m({t}) = α·m({t - 1}) + g = {_times(rule.alpha, m[t - 1])} + {vector(g)} "
        f"= {vector(m[t])}",
        f"w({t}) = w({t - 1}) − η·m({t}) = {vector(old)} − {_times(rule.eta, m[t])} "
        f"= {vector(new)}",
    ]


def _classical_momentum(rule, objective, path, t, old, new):
    g, v = path.gradients[t - 1], path.states["velocity"]
    return [
        f"g = ∇E(w({t - 1})) = {vector(g)}",
        f"v({t}) = μ·v({t - 1}) − η·g = {_times(rule.mu, v[t - 1])} − {_times(rule.eta, g)} "
        f"= {vector(v[t])}",
        f"w({t}) = w({t - 1}) + v({t}) = {vector(old)} + {vector(v[t])} = {vector(new)}",
    ]


def _look_ahead(state: str, factor: str, letter: str):
    def write(rule, objective, path, t, old, new):
        step, keep = path.states[state], getattr(rule, factor)
        ahead = old + keep * step[t - 1]
        g = np.asarray(objective.gradient(ahead))
        return [
            f"ŵ = w({t - 1}) + {letter}·{SHORT[state]}({t - 1}) = {vector(old)} + "
            f"{_times(keep, step[t - 1])} = {vector(ahead)}",
            f"g = ∇E(ŵ) = {vector(g)}",
            f"{SHORT[state]}({t}) = {letter}·{SHORT[state]}({t - 1}) − η·g = "
            f"{_times(keep, step[t - 1])} − {_times(rule.eta, g)} = {vector(step[t])}",
            f"w({t}) = w({t - 1}) + {SHORT[state]}({t}) = {vector(old)} + {vector(step[t])} "
            f"= {vector(new)}",
        ]

    return write


def _in_and_out(rule, objective, path, t, old, new):
    lines = [f"∇E(w({t - 1})) = {vector(path.gradients[t - 1])}"]
    for name, values in path.states.items():
        if np.ndim(values[t]):
            lines.append(f"{name}: {vector(values[t - 1])} → {vector(values[t])}")
    return [*lines, f"w: {vector(old)} → {vector(new)}, a step of {vector(new - old)}"]


_WRITERS = {
    GradientDescent: _gradient_descent,
    Momentum: _momentum,
    ClassicalMomentum: _classical_momentum,
    Nesterov: _look_ahead("step", "beta", "β"),
    NAG: _look_ahead("velocity", "mu", "μ"),
}
