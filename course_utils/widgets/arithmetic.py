"""One update written out in numbers, as a student would write it by hand.

`explain` writes every rule of ``optimizers`` line by line. A rule of the course without lines here
is an error, and a test looks at all of them. Of any other rule, a student's own included, it writes
what went in and what came out.

Weights, gradients and states are taken from the trajectory. Computed a second time are only the
place where Nesterov's rules ask for the gradient, the gradient there, and the corrected averages of
`FirstMoment` and `Adam`.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from course_utils.descent import Trajectory
from course_utils.optimizers import (
    NAG,
    RULES,
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
from course_utils.wording import number, vector

__all__ = ["STATE_SYMBOLS", "explain"]

#: What a state is called in a formula or on an axis; `nesterov-step` calls the last step so.
STATE_SYMBOLS = {"previous_step": "Δw"} | {
    name: symbol for rule in RULES for name, symbol in rule.states.items()
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
        From 1 to ``trajectory.steps``; 0 writes the start.

    Returns
    -------
    list of str
        A line for each thing that is computed.

    Raises
    ------
    ValueError
        If the trajectory has no such update.
    NotImplementedError
        If a rule of ``optimizers`` has no lines here.
    """
    if not 0 <= t <= trajectory.steps:
        raise ValueError(f"expected t from 0 to {trajectory.steps}, got {t}")
    write = _writer(type(rule))
    weights, errors = trajectory.weights, trajectory.errors
    if t == 0:
        return [f"w(0) = {vector(weights[0])}", f"E = {number(errors[0], 6)}"]
    states = {name: (values[t - 1], values[t]) for name, values in trajectory.states.items()}
    update = _Update(
        rule, objective, t, weights[t - 1], weights[t], trajectory.gradients[t - 1], states
    )
    return [*write(update), f"E: {number(errors[t - 1], 6)} → {number(errors[t], 6)}"]


class _Update(NamedTuple):
    """What a writer may need of update number ``t``."""

    rule: object
    objective: object
    t: int
    old: np.ndarray  # weights before
    new: np.ndarray  # weights after
    gradient: np.ndarray  # at the weights before
    states: dict[str, tuple[np.ndarray, np.ndarray]]  # each before and after


_Writer = Callable[[_Update], list[str]]
_WRITERS: dict[type, _Writer] = {}


def _writes(rule: type) -> Callable[[_Writer], _Writer]:
    """Return a decorator that makes a function the writer of a class, and of no subclass of it."""
    return lambda write: _WRITERS.setdefault(rule, write)


def _writer(rule: type) -> _Writer:
    """Return the writer of a class; `_in_and_out` for a rule that is not the course's."""
    if rule in RULES and rule not in _WRITERS:
        raise NotImplementedError(
            f"expected lines for {rule.__name__} in course_utils/widgets/arithmetic.py, got none"
        )
    return _WRITERS.get(rule, _in_and_out)


def _in_and_out(update):
    """Write what every rule has: the gradient, the states and the weights, before and after."""
    lines = [f"∇E(w({update.t - 1})) = {vector(update.gradient)}"]
    for name, (before, after) in update.states.items():
        if np.ndim(after):
            lines.append(f"{name}: {vector(before)} → {vector(after)}")
    step = update.new - update.old
    return [*lines, f"w: {vector(update.old)} → {vector(update.new)}, a step of {vector(step)}"]


def _gradient_line(update) -> str:
    return f"g = ∇E(w({update.t - 1})) = {vector(update.gradient)}"


def _times(factor: float, values) -> str:
    return f"{number(factor, 6)} · {vector(values)}"


def _square(values) -> str:
    return f"{vector(values)}²"


def _root(rule, letter: str) -> str:
    """Write the smoothed root as the rule has it."""
    return f"√({letter} + ε)" if rule.epsilon_inside else f"(√{letter} + ε)"


def _divided_step(update, numerator: str, letter: str) -> str:
    """Write the weights' line of the rules that divide by a smoothed root."""
    t, old, new = update.t, update.old, update.new
    return (
        f"w({t}) = w({t - 1}) − η·{numerator}/{_root(update.rule, letter)} = {vector(old)} − "
        f"{vector(old - new)} = {vector(new)}"
    )


@_writes(GradientDescent)
def _gradient_descent(update):
    t, g = update.t, update.gradient
    return [
        _gradient_line(update),
        f"w({t}) = w({t - 1}) − η·g = {vector(update.old)} − {_times(update.rule.eta, g)} "
        f"= {vector(update.new)}",
    ]


@_writes(Momentum)
def _momentum(update):
    rule, t, g = update.rule, update.t, update.gradient
    before, after = update.states["momentum"]
    return [
        _gradient_line(update),
        f"m({t}) = α·m({t - 1}) + g = {_times(rule.alpha, before)} + {vector(g)} = {vector(after)}",
        f"w({t}) = w({t - 1}) − η·m({t}) = {vector(update.old)} − {_times(rule.eta, after)} "
        f"= {vector(update.new)}",
    ]


@_writes(ClassicalMomentum)
def _classical_momentum(update):
    rule, t, g = update.rule, update.t, update.gradient
    before, after = update.states["velocity"]
    return [
        _gradient_line(update),
        f"v({t}) = μ·v({t - 1}) − η·g = {_times(rule.mu, before)} − {_times(rule.eta, g)} "
        f"= {vector(after)}",
        f"w({t}) = w({t - 1}) + v({t}) = {vector(update.old)} + {vector(after)} "
        f"= {vector(update.new)}",
    ]


@_writes(Nesterov)
def _nesterov(update):
    return _look_ahead(update, "step", update.rule.beta, "β")


@_writes(NAG)
def _nag(update):
    return _look_ahead(update, "velocity", update.rule.mu, "μ")


def _look_ahead(update, state: str, factor: float, factor_symbol: str):
    """Write a rule that asks for the gradient ``factor`` times the last step ahead."""
    t, symbol = update.t, STATE_SYMBOLS[state]
    before, after = update.states[state]
    ahead = update.old + factor * before
    g = np.asarray(update.objective.gradient(ahead))
    return [
        f"ŵ = w({t - 1}) + {factor_symbol}·{symbol}({t - 1}) = {vector(update.old)} + "
        f"{_times(factor, before)} = {vector(ahead)}",
        f"g = ∇E(ŵ) = {vector(g)}",
        f"{symbol}({t}) = {factor_symbol}·{symbol}({t - 1}) − η·g = {_times(factor, before)} − "
        f"{_times(update.rule.eta, g)} = {vector(after)}",
        f"w({t}) = w({t - 1}) + {symbol}({t}) = {vector(update.old)} + {vector(after)} "
        f"= {vector(update.new)}",
    ]


@_writes(AdaGrad)
def _adagrad(update):
    t, g = update.t, update.gradient
    before, after = update.states["accumulator"]
    return [
        _gradient_line(update),
        f"G({t}) = G({t - 1}) + g² = {vector(before)} + {_square(g)} = {vector(after)}",
        _divided_step(update, "g", f"G({t})"),
    ]


@_writes(RMSprop)
def _rmsprop(update):
    t, g, beta = update.t, update.gradient, update.rule.beta
    before, after = update.states["scale"]
    return [
        _gradient_line(update),
        f"s({t}) = β·s({t - 1}) + (1 − β)·g² = {_times(beta, before)} + "
        f"{number(1 - beta, 6)} · {_square(g)} = {vector(after)}",
        _divided_step(update, "g", f"s({t})"),
    ]


@_writes(Rprop)
def _rprop(update):
    t, g = update.t, update.gradient
    before, after = update.states["step_sizes"]
    previous, remembered = update.states["previous_gradient"]
    words = {1: "same sign: grow", -1: "sign flipped: shrink and rest", 0: "product 0: stay"}
    verdicts = [words[int(sign)] for sign in np.sign(g) * np.sign(previous)]
    verdict = ", ".join(f"{w}: {text}" for w, text in zip(("w₁", "w₂"), verdicts, strict=True))
    return [
        f"{_gradient_line(update)}, before: {vector(previous)}; {verdict}",
        f"Δ({t}) = {vector(before)} → {vector(after)}",
        f"w({t}) = w({t - 1}) − Δ({t})·sign g = {vector(update.old)} − "
        f"{vector(after * np.sign(remembered))} = {vector(update.new)}",
    ]


def _corrected_average(update) -> tuple[list[str], np.ndarray]:
    """Write the average of the gradients; return the lines and the corrected average."""
    t, g, beta1 = update.t, update.gradient, update.rule.beta1
    before, after = update.states["moment"]
    correction = 1 - beta1**t
    return [
        _gradient_line(update),
        f"m({t}) = β₁·m({t - 1}) + (1 − β₁)·g = {_times(beta1, before)} + "
        f"{_times(1 - beta1, g)} = {vector(after)}",
        f"m̂ = m({t})/(1 − β₁^{t}) = {vector(after)} / {number(correction, 6)} "
        f"= {vector(after / correction)}",
    ], after / correction


@_writes(FirstMoment)
def _first_moment(update):
    t, (lines, corrected) = update.t, _corrected_average(update)
    return [
        *lines,
        f"w({t}) = w({t - 1}) − η·m̂ = {vector(update.old)} − {_times(update.rule.eta, corrected)} "
        f"= {vector(update.new)}",
    ]


@_writes(Adam)
def _adam(update):
    t, g, beta2 = update.t, update.gradient, update.rule.beta2
    before, after = update.states["scale"]
    lines, _ = _corrected_average(update)
    correction = 1 - beta2**t
    return [
        *lines,
        f"s({t}) = β₂·s({t - 1}) + (1 − β₂)·g² = {_times(beta2, before)} + "
        f"{number(1 - beta2, 6)} · {_square(g)} = {vector(after)}",
        f"ŝ = s({t})/(1 − β₂^{t}) = {vector(after)} / {number(correction, 6)} "
        f"= {vector(after / correction)}",
        _divided_step(update, "m̂", "ŝ"),
    ]
