"""Follow an update rule on an error function, and record everything that can be drawn.

`descend` makes the steps and returns a `Trajectory`: weights, errors, gradients and every state by
name, one row for each step, and a sentence on how the run ended.

Errors and gradients are evaluated for the whole path at once, after the loop, because a figure that
follows a slider has milliseconds. Update rules are in ``optimizers``, error functions in
``objectives``, figures in ``plotting``.
"""

import reprlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course_utils.hyperparameters import checked
from course_utils.wording import number, vector

__all__ = ["LIMIT", "Trajectory", "descend"]

#: Weights, errors and gradients beyond this magnitude count as diverged. Single precision, in
#: which figures are sent to the browser, ends at 3e38.
LIMIT = 1e30

# Every so many steps the loop looks whether the run has diverged.
_WATCH = 64


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A path of weights, with errors, gradients and states; row t is what holds after t steps.

    Attributes
    ----------
    weights : array (T+1, ...)
        The path, from the start on.
    errors : array (T+1,)
        Error at the weights.
    gradients : array (T+1, ...)
        Gradient at the weights, also for rules that evaluate it elsewhere.
    states : dict of str to array (T+1, ...)
        Every state of the rule by name, the first row as it was before the first step.
    diverged_at : int or None
        The first step whose weights, error or gradient is not finite or beyond `LIMIT`. The
        arrays end with the row before it. None if there is no such step.
    """

    weights: np.ndarray
    errors: np.ndarray
    gradients: np.ndarray
    states: dict[str, np.ndarray]
    diverged_at: int | None = None

    @property
    def steps(self) -> int:
        """Number of steps in the arrays, which have one row more."""
        return len(self.errors) - 1

    @property
    def ending(self) -> str:
        """One sentence on how the run ended."""
        if self.diverged_at is not None:
            return (
                f"The run diverged at step {self.diverged_at}: from there on the numbers are not "
                f"finite or beyond {number(LIMIT)}."
            )
        steps = "1 step" if self.steps == 1 else f"{self.steps} steps"
        return f"The error is {number(self.errors[-1])} after {steps}."


def descend(rule, objective, start=None, steps: int = 100) -> Trajectory:
    """Follow ``rule`` on ``objective`` for ``steps`` steps, or until the run diverges.

    Parameters
    ----------
    rule : update rule, or function of t
        An object with ``init(weights)`` and ``step(weights, state, gradient)`` as in
        ``optimizers``, or a schedule: a function that returns one for t = 0, 1 and so on. The
        rules of one schedule share their states, so they must be of one kind.
    objective : Objective
        Its ``value`` and ``gradient`` take the coordinates along the first axis.
    start : array, optional
        First weights, shaped like ``objective.start``, which is the default.
    steps : int
        Number of steps, >= 0.

    Returns
    -------
    Trajectory
        With ``steps + 1`` rows, or fewer if the run diverged.

    Raises
    ------
    ValueError
        If ``rule`` is neither a rule nor a schedule, ``objective`` is no objective, ``steps`` is
        not an integer >= 0, the start has the wrong shape, or weights, error or gradient at the
        start are not finite or beyond `LIMIT`.
    """
    rule_at = _rule_at(rule)
    if not all(hasattr(objective, name) for name in ("value", "gradient", "start")):
        raise ValueError(
            "expected an objective with value, gradient and start, such as BOWL, "
            f"got {reprlib.repr(objective)}"
        )
    steps = checked("steps", steps)
    weights = _starting_weights(objective, start)

    # A run may diverge. It then ends with a sentence, and NumPy need not warn.
    with np.errstate(all="ignore"):
        path, states = _walk(rule_at, objective.gradient, weights, steps)
        coordinates_first = np.moveaxis(path, 0, -1)
        errors = np.asarray(objective.value(coordinates_first))
        gradients = np.moveaxis(np.asarray(objective.gradient(coordinates_first)), -1, 0)
        in_range = _within_limit(path) & _within_limit(errors) & _within_limit(gradients)

    end = len(path) if in_range.all() else int(in_range.argmin())
    if end == 0:
        raise ValueError(
            f"expected a start whose weights, error and gradient are within {number(LIMIT)}, "
            f"got error {number(errors[0])} and gradient {vector(gradients[0])} "
            f"at {vector(weights)}"
        )
    return Trajectory(
        weights=path[:end],
        errors=errors[:end],
        gradients=gradients[:end],
        states={name: record[:end] for name, record in states.items()},
        diverged_at=None if end == len(path) else end,
    )


def _is_rule(value) -> bool:
    return hasattr(value, "init") and hasattr(value, "step")


def _rule_at(rule) -> Callable:
    """Return the rule as a function of t."""
    if isinstance(rule, type) and _is_rule(rule):
        name = rule.__name__
        raise ValueError(f"expected a rule, got the class {name}: write {name}(eta=…)")
    if _is_rule(rule):
        return lambda t: rule
    if not callable(rule):
        raise ValueError(
            "expected a rule with init and step, or a function of t that returns one, "
            f"got {reprlib.repr(rule)}"
        )

    def scheduled(t):
        current = rule(t)
        if isinstance(current, type) or not _is_rule(current):
            raise ValueError(
                "expected a function of t that returns a rule with init and step, "
                f"got {reprlib.repr(current)} for t = {t}"
            )
        return current

    return scheduled


def _starting_weights(objective, start) -> np.ndarray:
    """Return the start as a new array of floats, shaped like the objective's own."""
    try:
        weights = np.array(objective.start if start is None else start)
        if weights.dtype.kind != "f":
            weights = weights.astype(float, casting="safe")
    except (TypeError, ValueError):
        raise ValueError(f"expected a start of real numbers, got {start!r}") from None
    expected = np.shape(objective.start)
    if weights.shape != expected:
        raise ValueError(f"expected a start of shape {expected}, got {weights.shape}")
    return weights


def _walk(rule_at, gradient, weights, steps):
    """Make the steps; return the path and the record of each state, cut if the run diverges."""
    state = rule_at(0).init(weights)
    path = np.empty((steps + 1, *weights.shape), weights.dtype)
    path[0] = weights
    states = {}
    for name, value in state.items():
        value = np.asarray(value)
        states[name] = np.empty((steps + 1, *value.shape), value.dtype)
        states[name][0] = value
    for t in range(1, steps + 1):
        weights, state = rule_at(t - 1).step(weights, state, gradient)
        path[t] = weights
        for name, record in states.items():
            record[t] = state[name]
        if t % _WATCH == 0 and not _within_limit(weights[np.newaxis])[0]:
            return path[: t + 1], {name: record[: t + 1] for name, record in states.items()}
    return path, states


def _within_limit(rows) -> np.ndarray:
    """Tell for each row whether all its numbers are finite and within `LIMIT`."""
    return (np.abs(rows) <= LIMIT).reshape(len(rows), -1).all(axis=1)
