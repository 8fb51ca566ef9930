"""Answers that are judged by a property, because many are right.

A property takes the cases of a task and the returned numbers, call by call, and answers with a
``Finding``. The judge has made sure that every value is an array of floats of the right shape. None
takes the place of a call without points, or with special inputs, that returned something else. A
mistake has the name of one of the exercise's misconceptions, whose hints the task holds.

``distributions`` says what random numbers must fulfil.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from . import distributions
from .cases import Case

Answers = Sequence[tuple[np.ndarray, ...] | None]


@dataclass(frozen=True)
class Finding:
    """What a property found.

    Parameters
    ----------
    share : float
        The share of the points.
    mistake : str or None
        The name of the first mistake.
    conclusion : str
        What a right answer shows, in a sentence or two; empty for a wrong one.
    case : int
        Index of the call in which the mistake shows.
    """

    share: float
    mistake: str | None = None
    conclusion: str = ""
    case: int = 0


# A growth of the momentum must be more than a rounding error, relative to its gradients.
_ROUNDING = 1e-12

# The name of whatever is wrong with the links where there are few inputs.
FEW = "fails_with_few_inputs"


def acceleration_counterexample(cases: Sequence[Case], answers: Answers) -> Finding:
    r"""Ask of ``(g1, g2, alpha)`` that :math:`C_m < 0` and yet :math:`|m(2)| > |m(1)|`.

    Moreover all three are finite, :math:`g_1 \ne 0` and :math:`0 \le \alpha \le 1`. A
    counterexample is one or is not: there are all points or none.
    """
    g1, g2, alpha = (float(value) for value in answers[0])
    if mistake := _counterexample(g1, g2, alpha):
        return Finding(0.0, mistake)
    return Finding(1.0, conclusion=_refutation(abs(g1), abs(alpha * g1 + g2)))


def _refutation(before: float, after: float) -> str:
    """Say what a counterexample shows, whose momentum has changed its sign and grown."""
    measure = -(before + after)  # in a counterexample m(2) points against m(1)
    if not np.isfinite(measure):
        return "C_m < 0, and yet |m| grows. The claim is refuted."
    # Six digits, or as many as show a growth that is more than rounding.
    digits = 6 if f"{before:.6g}" != f"{after:.6g}" else 14
    return (
        f"C_m = {measure:.6g}, and |m| grows from {before:.{digits}g} to {after:.{digits}g}. "
        "The claim is refuted."
    )


def _counterexample(g1: float, g2: float, alpha: float) -> str | None:
    if not np.isfinite([g1, g2, alpha]).all():
        return "not_finite"
    if not 0 <= alpha <= 1:
        return "alpha_out_of_range"
    if g1 == 0:
        return "first_gradient_is_zero"
    # Scaling keeps signs and comparisons. Without it, gradients near the largest float overflow.
    largest = max(abs(g1), abs(g2))
    first, second = g1 / largest, alpha * (g1 / largest) + g2 / largest
    measure = second - first if g1 > 0 else first - second
    growth = abs(second) - abs(first)
    if measure >= 0:
        return "measure_is_not_negative"
    if growth > _ROUNDING:
        return None
    if growth >= -_ROUNDING and np.sign(second) != np.sign(g1):
        return "magnitude_stays_the_same"
    if g2 == 0:
        return "second_gradient_is_zero"
    return "gradients_agree" if np.sign(g1) == np.sign(g2) else "momentum_shrinks"


def sparse_initialization(cases: Sequence[Case], answers: Answers) -> Finding:
    """Ask of ``(fan_in, fan_out, connections, rng)`` for links and weights as in the paper."""
    return _initialization(cases, answers, distributions.find_wrong_weights)


def spectral_radius_initialization(cases: Sequence[Case], answers: Answers) -> Finding:
    """Ask of ``(size, connections, radius, rng)`` for sparse columns, scaled to a radius."""

    def find_mistake(draws):
        return distributions.find_wrong_weights(
            draws, scaled=True
        ) or distributions.find_wrong_radius(draws)

    return _initialization(cases, answers, find_mistake, "Each matrix has the radius asked for. ")


def _initialization(
    cases: Sequence[Case], answers: Answers, find_wrong_weights: Callable, remark: str = ""
) -> Finding:
    """Judge draws: the generic calls together, then those where a unit has few inputs."""
    draws = [
        distributions.Draw(index, case, answer[0], _connections(case))
        for index, (case, answer) in enumerate(zip(cases, answers, strict=True))
        if answer is not None and answer[0].size
    ]
    core = [draw for draw in draws if draw.case.role == "core"]
    mistake = (
        distributions.find_other_randomness(draws)
        or distributions.find_infinite_weights(core)
        or distributions.find_wrong_links(core)
        or find_wrong_weights(core)
    )
    if mistake:
        return Finding(0.0, mistake[0], case=mistake[1])
    mistakes = {
        draw.index: _mistake_with_few_inputs(draw, find_wrong_weights)
        for draw in draws
        if draw.case.role == "edge"
    }
    edge = [index for index, case in enumerate(cases) if case.role == "edge"]
    wrong = [index for index in edge if mistakes.get(index, FEW) is not None]
    share = sum(
        case.weight
        for index, case in enumerate(cases)
        if case.role == "core" or (case.role == "edge" and index not in wrong)
    )
    if wrong:
        return Finding(share, mistakes.get(wrong[0], FEW), case=wrong[0])
    values = np.concatenate([draw.values for draw in core])
    return Finding(
        1.0,
        conclusion=f"{len(core)} draws looked at, {len(values)} weights: as many links into every "
        "unit as asked for, to inputs that differ from unit to unit, and weights that pass for "
        f"normal ones. {remark}The same generator gives the same matrix again.",
    )


def _mistake_with_few_inputs(draw: distributions.Draw, find_wrong_weights: Callable) -> str | None:
    if not np.isfinite(draw.matrix).all() or distributions.find_wrong_numbers_of_links([draw]):
        return FEW
    mistake = find_wrong_weights([draw])
    return mistake[0] if mistake else None


def _connections(case: Case) -> int:
    """Return how many links were asked for: the last of the integers, in both exercises."""
    return [value for value in case.arguments if isinstance(value, int)][-1]


PROPERTIES: dict[str, Callable[[Sequence[Case], Answers], Finding]] = {
    "acceleration-counterexample": acceleration_counterexample,
    "sparse-initialization": sparse_initialization,
    "spectral-radius-initialization": spectral_radius_initialization,
}
