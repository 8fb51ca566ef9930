"""One update written out in numbers, as a student would write it by hand.

`explain` knows the course's rules line by line; of any other rule, a student's own included, it
tells what went in and what came out. Weights, gradients and states are taken from the trajectory;
computed a second time are only the place where Nesterov's rules ask for the gradient, and the
corrected averages of `FirstMoment` and `Adam`.
"""

import numpy as np

from course_utils.descent import Trajectory
from course_utils.optimizers import (
    NAG,
    AdaGrad,
    Adam,
    ClassicalMomentum,
    FirstMoment,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSprop,
    Rprop,
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
    "accumulator": "G",
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


def _root(rule, letter: str) -> str:
    """Write the smoothed root as the rule has it."""
    return f"√({letter} + ε)" if rule.epsilon_inside else f"(√{letter} + ε)"


def _square(g) -> str:
    return f"{vector(g)}²"


def _adagrad(rule, objective, path, t, old, new):
    g, total = path.gradients[t - 1], path.states["accumulator"]
    return [
        f"g = ∇E(w({t - 1})) = {vector(g)}",
        f"G({t}) = G({t - 1}) + g² = {vector(total[t - 1])} + {_square(g)} = {vector(total[t])}",
        f"w({t}) = w({t - 1}) − η·g/{_root(rule, f'G({t})')} = {vector(old)} − "
        f"{vector(old - new)} = {vector(new)}",
    ]


def _rmsprop(rule, objective, path, t, old, new):
    g, s, beta = path.gradients[t - 1], path.states["scale"], rule.beta
    return [
        f"g = ∇E(w({t - 1})) = {vector(g)}",
        f"s({t}) = β·s({t - 1}) + (1 − β)·g² = {_times(beta, s[t - 1])} + "
        f"{number(1 - beta, 6)} · {_square(g)} = {vector(s[t])}",
        f"w({t}) = w({t - 1}) − η·g/{_root(rule, f's({t})')} = {vector(old)} − "
        f"{vector(old - new)} = {vector(new)}",
    ]


def _rprop(rule, objective, path, t, old, new):
    g, sizes = path.gradients[t - 1], path.states["step_sizes"]
    before, kept = (path.states["previous_gradient"][k] for k in (t - 1, t))
    told = {1: "same sign: grow", -1: "sign flipped: shrink and rest", 0: "product 0: stay"}
    verdict = ", ".join(
        f"w{'₁₂'[k]}: {told[int(np.sign(g[k]) * np.sign(before[k]))]}" for k in range(2)
    )
    return [
        f"g = ∇E(w({t - 1})) = {vector(g)}, before: {vector(before)}; {verdict}",
        f"Δ({t}) = {vector(sizes[t - 1])} → {vector(sizes[t])}",
        f"w({t}) = w({t - 1}) − Δ({t})·sign g = {vector(old)} − "
        f"{vector(sizes[t] * np.sign(kept))} = {vector(new)}",
    ]


def _average(rule, path, t) -> tuple[list[str], np.ndarray]:
    """Write the first moments; return the lines and the corrected average."""
    g, m, beta1 = path.gradients[t - 1], path.states["moment"], rule.beta1
    corrected = m[t] / (1 - beta1**t)
    return [
        f"g = ∇E(w({t - 1})) = {vector(g)}",
        f"m({t}) = β₁·m({t - 1}) + (1 − β₁)·g = {_times(beta1, m[t - 1])} + "
        f"{_times(1 - beta1, g)} = {vector(m[t])}",
        f"m̂ = m({t})/(1 − β₁^{t}) = {vector(m[t])} / {number(1 - beta1**t, 6)} "
        f"= {vector(corrected)}",
    ], corrected


def _first_moment(rule, objective, path, t, old, new):
    lines, corrected = _average(rule, path, t)
    return [
        *lines,
        f"w({t}) = w({t - 1}) − η·m̂ = {vector(old)} − {_times(rule.eta, corrected)} "
        f"= {vector(new)}",
    ]


def _adam(rule, objective, path, t, old, new):
    lines, _ = _average(rule, path, t)
    g, s, beta2 = path.gradients[t - 1], path.states["scale"], rule.beta2
    kept = 1 - beta2**t
    return [
        *lines,
        f"s({t}) = β₂·s({t - 1}) + (1 − β₂)·g² = {_times(beta2, s[t - 1])} + "
        f"{number(1 - beta2, 6)} · {_square(g)} = {vector(s[t])}",
        f"ŝ = s({t})/(1 − β₂^{t}) = {vector(s[t])} / {number(kept, 6)} = {vector(s[t] / kept)}",
        f"w({t}) = w({t - 1}) − η·m̂/{_root(rule, 'ŝ')} = {vector(old)} − {vector(old - new)} "
        f"= {vector(new)}",
    ]


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
    AdaGrad: _adagrad,
    RMSprop: _rmsprop,
    Rprop: _rprop,
    FirstMoment: _first_moment,
    Adam: _adam,
}
