"""One update written out in numbers, as a student would write it by hand.

`explain` writes every rule of ``optimizers`` line by line. A rule of the course without lines here
is an error, and a test looks at all of them. Of any other rule, a student's own included, it writes
what went in and what came out.

What of a line is drawn as an arrow is marked as such (`Line`), and `step_arrows` has the arrows: of
the rules whose step is a sum of a kept step and a gradient step.

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
    AdamW,
    ClassicalMomentum,
    FirstMoment,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSprop,
    Rprop,
)
from course_utils.wording import number, vector

__all__ = ["GRADIENT", "KEPT", "STATE_SYMBOLS", "Line", "explain", "step_arrows"]

#: The two parts of a step, in words: what is kept of the last one, and what the gradient adds.
KEPT, GRADIENT = "kept step", "gradient step"

#: What a state is called in a formula or on an axis; `nesterov-step` calls the last step so.
STATE_SYMBOLS = {"previous_step": "Δw"} | {
    name: symbol for rule in RULES for name, symbol in rule.states.items()
}


class Line(str):
    """A line of arithmetic that knows which of its parts an arrow shows.

    Attributes
    ----------
    parts : list of (str, str or None)
        The text in pieces, each with the name of its arrow: `KEPT`, `GRADIENT` or None.
    """

    parts: list[tuple[str, str | None]]

    def __new__(cls, *parts):
        """Join texts and pairs of text and arrow."""
        pairs = [(part, None) if isinstance(part, str) else part for part in parts]
        line = super().__new__(cls, "".join(text for text, _ in pairs))
        line.parts = pairs
        return line


def _kept(text: str) -> tuple[str, str]:
    return text, KEPT


def _new(text: str) -> tuple[str, str]:
    return text, GRADIENT


def explain(rule, objective, trajectory: Trajectory, t: int) -> list[Line]:
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
    list of Line
        One for each thing that is computed.

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
        return [Line(f"w(0) = {vector(weights[0])}"), Line(f"E = {number(errors[0], 6)}")]
    states = {name: (values[t - 1], values[t]) for name, values in trajectory.states.items()}
    update = _Update(
        rule, objective, t, weights[t - 1], weights[t], trajectory.gradients[t - 1], states
    )
    change = Line(f"E: {number(errors[t - 1], 6)} → {number(errors[t], 6)}")
    return [*(Line(line) if type(line) is str else line for line in write(update)), change]


def step_arrows(rule, trajectory: Trajectory, t: int) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Return the parts of update number ``t`` as arrows, each from the tip of the one before.

    Parameters
    ----------
    rule : update rule
        The one that made the trajectory.
    trajectory : Trajectory
    t : int
        From 1 to ``trajectory.steps``; the start has no arrows.

    Returns
    -------
    list of (name, tail (2,), tip (2,))
        ``name`` is `KEPT` or `GRADIENT`. Empty for a rule whose step is no such sum.
    """
    keep = _KEEPS.get(type(rule))
    if keep is None or not 0 < t <= trajectory.steps:
        return []
    before, after = trajectory.weights[t - 1], trajectory.weights[t]
    corner = before + keep(
        rule, {name: record[t - 1] for name, record in trajectory.states.items()}
    )
    arrows = [(KEPT, before, corner), (GRADIENT, corner, after)]
    return [
        (name, tail, tip)
        for name, tail, tip in arrows
        if np.isfinite(tip).all() and np.any(tail != tip)
    ]


# What a rule keeps of its last step, as a displacement of the weights, given its old states.
_KEEPS: dict[type, Callable] = {
    GradientDescent: lambda rule, states: 0.0,
    Momentum: lambda rule, states: -rule.eta * rule.alpha * states["momentum"],
    ClassicalMomentum: lambda rule, states: rule.mu * states["velocity"],
    Nesterov: lambda rule, states: rule.beta * states["step"],
    NAG: lambda rule, states: rule.mu * states["velocity"],
}


class _Update(NamedTuple):
    """What a writer may need of update number ``t``."""

    rule: object
    objective: object
    t: int
    old: np.ndarray  # weights before
    new: np.ndarray  # weights after
    gradient: np.ndarray  # at the weights before
    states: dict[str, tuple[np.ndarray, np.ndarray]]  # each before and after


_Writer = Callable[[_Update], list[str]]  # a `Line` where a part has an arrow
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


def _step_line(name: str, kept_symbol: str, kept: str, new: str, step) -> Line:
    """Write a step as what is kept of the last one, less the gradient's part."""
    symbols = (f"{name} = ", _kept(kept_symbol), " − ", _new("η·g"))
    return Line(*symbols, " = ", _kept(kept), " − ", _new(new), f" = {vector(step)}")


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
        Line(
            f"w({t}) = w({t - 1}) − ",
            _new("η·g"),
            f" = {vector(update.old)} − ",
            _new(_times(update.rule.eta, g)),
            f" = {vector(update.new)}",
        ),
    ]


@_writes(Momentum)
def _momentum(update):
    rule, t, g = update.rule, update.t, update.gradient
    before, after = update.states["momentum"]
    return [
        _gradient_line(update),
        Line(
            f"m({t}) = ",
            _kept(f"α·m({t - 1})"),
            " + ",
            _new("g"),
            " = ",
            _kept(_times(rule.alpha, before)),
            " + ",
            _new(vector(g)),
            f" = {vector(after)}",
        ),
        f"w({t}) = w({t - 1}) − η·m({t}) = {vector(update.old)} − {_times(rule.eta, after)} "
        f"= {vector(update.new)}",
    ]


@_writes(ClassicalMomentum)
def _classical_momentum(update):
    rule, t, g = update.rule, update.t, update.gradient
    before, after = update.states["velocity"]
    return [
        _gradient_line(update),
        _step_line(f"v({t})", f"μ·v({t - 1})", _times(rule.mu, before), _times(rule.eta, g), after),
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
        _step_line(
            f"{symbol}({t})",
            f"{factor_symbol}·{symbol}({t - 1})",
            _times(factor, before),
            _times(update.rule.eta, g),
            after,
        ),
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


def _corrected_averages(update) -> list[str]:
    """Write both averages of Adam, and their corrections."""
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
    ]


@_writes(Adam)
def _adam(update):
    return [*_corrected_averages(update), _divided_step(update, "m̂", "ŝ")]


@_writes(AdamW)
def _adamw(update):
    t, old, rule = update.t, update.old, update.rule
    share = rule.eta * rule.weight_decay
    step = old - share * old - update.new
    return [
        *_corrected_averages(update),
        f"w({t}) = w({t - 1}) − ηω·w({t - 1}) − η·m̂/{_root(rule, 'ŝ')} = {vector(old)} − "
        f"{_times(share, old)} − {vector(step)} = {vector(update.new)}",
    ]
