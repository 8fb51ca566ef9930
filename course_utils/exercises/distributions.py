r"""What random initial weights must fulfil, whoever drew them.

``Draw`` is one matrix that a solution returned. Each function ``find_...`` looks at many draws
together. It returns the first mistake, as its name and the index of a call that shows it, or None.

What a right solution always fulfils, such as the number of links of a unit, is asked exactly. What
it fulfils by chance is asked with a bound that it misses with a probability of `RISK`: Chernoff's
for how often an input is chosen, Laurent and Massart's for the sum of squares, the exact law of the
largest weight, and the Dvoretzky-Kiefer-Wolfowitz inequality for the whole distribution. Geary's
ratio, which is asked in addition, may be 8 standard deviations off. A dozen such tests together
fail a right solution far less than once in a million.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb, erf, log, pi, sqrt
from statistics import NormalDist

import numpy as np

from .cases import Case

RISK = 1e-9
# A float32 normal is exactly 0 once in 2**23 draws. So few missing links prove nothing.
CHANCE_ZEROS = 2
# The number of links in the paper, which a student may have written in place of the argument.
FIFTEEN = 15
# The root of the mean square of some hundred normal numbers is right up to this factor.
SLACK = 1.15
# Numbers nearer to each other than this, measured by their middle size, are taken for equal.
# Of two independent normal numbers that happens once in a million.
SAME = 1e-6
# From so many numbers on Geary's ratio is normal itself, as far out as it is looked at.
MANY = 1000

Mistake = tuple[str, int] | None


@dataclass(frozen=True, eq=False)
class Draw:
    """One matrix of initial weights.

    Parameters
    ----------
    index : int
        Of the call.
    case : Case
        The call.
    matrix : ndarray, shape (fan_in, fan_out)
        The returned weights; column j holds those into unit j.
    connections : int
        How many weights of a column were asked to be non-zero, at most.
    """

    index: int
    case: Case
    matrix: np.ndarray
    connections: int

    @property
    def links(self) -> int:
        """How many weights of a column are not zero."""
        return min(self.connections, len(self.matrix))

    @property
    def pattern(self) -> np.ndarray:
        """Where the weights are not zero."""
        return self.matrix != 0

    @property
    def values(self) -> np.ndarray:
        """The weights that are not zero, column by column."""
        return self.matrix.T[self.pattern.T]

    @property
    def size(self) -> float:
        """Root of the mean square of the values."""
        return sqrt(np.mean(self.values**2))

    @property
    def middle(self) -> float:
        """Median of the absolute values, which a few large ones do not move."""
        return float(np.median(np.abs(self.values)))


def find_other_randomness(draws: Sequence[Draw]) -> Mistake:
    """Find randomness that does not come from the generator that was passed in."""
    for place, draw in enumerate(draws):
        for earlier in draws[:place]:
            if draw.case.arguments[:-1] != earlier.case.arguments[:-1]:
                continue
            same = np.array_equal(draw.matrix, earlier.matrix, equal_nan=True)
            if draw.case.arguments == earlier.case.arguments and not same:
                return "draws_from_a_generator_of_its_own", draw.index
            if draw.case.arguments != earlier.case.arguments and same:
                return "draws_the_same_every_time", draw.index
    return None


def find_infinite_weights(draws: Sequence[Draw]) -> Mistake:
    """Find weights that are infinite or NaN."""
    infinite = [draw.index for draw in draws if not np.isfinite(draw.matrix).all()]
    return ("weights_are_not_finite", infinite[0]) if infinite else None


def find_wrong_links(draws: Sequence[Draw]) -> Mistake:
    """Find a wrong choice of the inputs that a unit is linked to."""
    return find_wrong_numbers_of_links(draws) or _find_wrong_inputs(draws)


def find_wrong_numbers_of_links(draws: Sequence[Draw]) -> Mistake:
    """Find a wrong number of links, whichever inputs they lead to."""
    counts = [draw.pattern.sum(axis=0) for draw in draws]
    excess = [count - draw.links for count, draw in zip(counts, draws, strict=True)]
    none_too_many = all(np.all(surplus <= 0) for surplus in excess)
    if none_too_many and sum(-surplus.sum() for surplus in excess) <= CHANCE_ZEROS:
        return None
    first = draws[next(i for i, surplus in enumerate(excess) if np.any(surplus))].index
    if all(draw.pattern.all() for draw in draws):
        return "links_every_input", first
    if all(np.all(draw.pattern.sum(axis=1) == draw.links) for draw in draws):
        return "counts_outgoing_links", first
    if all(np.all(count == FIFTEEN) for count in counts):
        return "ignores_connections", first
    pairs = zip(counts, draws, strict=True)
    if all(np.all(count == len(draw.matrix) - draw.links) for count, draw in pairs):
        return "zeroes_as_many_as_it_should_keep", first
    if all(np.ptp(count) == 0 for count in counts):
        is_next = all(np.all(abs(surplus) == 1) for surplus in excess)
        return "links_one_too_few_or_too_many" if is_next else "links_another_number", first
    if none_too_many:
        is_repeated = _near(sum(map(np.sum, counts)), _with_replacement(draws), 0.03)
        return "chooses_inputs_with_replacement" if is_repeated else "loses_some_links", first
    if all(np.all(surplus >= 0) for surplus in excess):
        return "has_surplus_links", first
    return "tosses_a_coin_for_every_link", first


def _with_replacement(draws: Sequence[Draw]) -> float:
    """Return how many links there are on the average if an input can be drawn twice for a unit."""
    expected = 0.0
    for draw in draws:
        inputs, units = draw.matrix.shape
        expected += units * inputs * (1 - (1 - 1 / inputs) ** draw.connections)
    return expected


def _find_wrong_inputs(draws: Sequence[Draw]) -> Mistake:
    first = draws[0].index
    if all(draw.pattern[: draw.links].all() for draw in draws):
        return "links_the_first_inputs", first
    for earlier, later in _drawn_differently(draws):
        if 0 < earlier.links < len(earlier.matrix) and np.array_equal(
            earlier.pattern, later.pattern
        ):
            return "draws_the_same_links_every_time", later.index
    if all(np.all(draw.pattern == draw.pattern[:, :1]) for draw in draws):
        return "links_all_units_to_the_same_inputs", first
    # A block of inputs, which may go on from the last input to the first, begins exactly once.
    starts = [(draw.pattern & ~np.roll(draw.pattern, 1, axis=0)).sum(axis=0) for draw in draws]
    if all(np.all(count == 1) for count in starts):
        return "links_a_block_of_neighbours", first
    for draw in draws:
        if _repeats_choices(draw):
            return "repeats_the_choice_of_inputs", draw.index
    for shape in {(len(draw.matrix), draw.links) for draw in draws}:
        alike = [draw for draw in draws if (len(draw.matrix), draw.links) == shape]
        columns = sum(draw.matrix.shape[1] for draw in alike)
        chosen = sum(draw.pattern.sum(axis=1) for draw in alike) / columns
        if np.any(columns * _divergence(chosen, shape[1] / shape[0]) > log(2 * shape[0] / RISK)):
            return "prefers_some_inputs", alike[0].index
    return None


def _drawn_differently(draws: Sequence[Draw]) -> Iterator[tuple[Draw, Draw]]:
    """Yield the pairs of draws of one shape that had different generators."""
    for earlier, later in itertools.combinations(draws, 2):
        if (
            earlier.matrix.shape == later.matrix.shape
            and earlier.links == later.links
            and earlier.case.arguments[-1] != later.case.arguments[-1]
        ):
            yield earlier, later


def _repeats_choices(draw: Draw) -> bool:
    """Tell whether more than a tenth of the units have another's inputs, or these shifted.

    Where there are few ways to choose, that happens by chance, and is not looked for.
    """
    inputs, units = draw.matrix.shape
    if comb(inputs, draw.links) < 500 * units * inputs:
        return False
    whole, choices = (1 << inputs) - 1, set()
    for column in draw.pattern.T:
        bits = int("".join("1" if linked else "0" for linked in column), 2)
        choices.add(max((bits << i | bits >> (inputs - i)) & whole for i in range(inputs)))
    return len(choices) < 0.9 * units


def _divergence(frequency: np.ndarray, probability: float) -> np.ndarray:
    """Return the relative entropy of two coins; Chernoff's bound is exp(-n times this)."""
    p = np.clip(frequency, 1e-12, 1 - 1e-12)
    return p * np.log(p / probability) + (1 - p) * np.log((1 - p) / (1 - probability))


def find_wrong_weights(draws: Sequence[Draw], scaled: bool = False) -> Mistake:
    """Find weights that are not drawn from N(0, 1), one by one.

    Parameters
    ----------
    draws : sequence of Draw
        With the right links.
    scaled : bool
        Whether each matrix may have a scale of its own.
    """
    first, parts = draws[0].index, [draw.values / draw.size for draw in draws]
    values = np.concatenate(parts)
    if np.ptp(np.abs(values)) < SAME:
        return "weights_are_all_of_one_size", first
    if repeated := _find_repeated_weights(draws):
        return repeated
    lengths = [np.sqrt((draw.matrix**2).sum(axis=0)) for draw in draws]
    if all(np.ptp(length) < 1e-3 * np.mean(length) for length in lengths):
        return "gives_all_units_the_same_length", first
    if np.all(values > 0):
        return "weights_are_positive", first
    sizes = np.abs(values)
    # Of normal numbers 8 % are so small; of a thousand of them hardly ever less than 2 %.
    if len(sizes) >= MANY and np.mean(sizes < 0.1) < 0.02:
        return "small_weights_are_missing", first
    if np.max(sizes) < _largest(len(sizes)) / SLACK:
        is_flat = _distance(sizes / np.max(sizes)) < 0.1
        return ("weights_are_uniform" if is_flat else "weights_are_cut_off"), first
    if np.max(sizes) > _too_large(len(sizes)) * SLACK:
        return "weights_have_heavy_tails", first
    if not _passes_for_normal(values):
        return "weights_are_not_normal", first
    if scaled:
        return None
    values = np.concatenate([draw.values for draw in draws])
    # Laurent and Massart: a sum of n squares leaves this range with a probability of 2 RISK.
    deviation, root = np.sum(values**2) - len(values), sqrt(len(values) * log(1 / RISK))
    if not -2 * root < deviation < 2 * root + 2 * log(1 / RISK):
        return "scales_the_weights", first
    return None if _passes_for_normal(values) else ("weights_are_not_normal", first)


def _find_repeated_weights(draws: Sequence[Draw]) -> Mistake:
    """Find numbers that come more than once, in one draw or in two."""
    first = draws[0].index
    spans = [
        np.nanmax(column, axis=0) - np.nanmin(column, axis=0)
        for column in (np.where(draw.pattern, draw.matrix, np.nan) for draw in draws)
    ]
    pairs = list(zip(draws, spans, strict=True))
    if all(np.all(span < SAME * draw.middle) for draw, span in pairs):
        return "gives_each_unit_one_weight", first
    ordered = [np.ptp(np.sort(draw.matrix, axis=0), axis=1) for draw in draws]
    if all(
        draw.matrix.shape[1] > 1 and np.all(span < SAME * draw.middle)
        for draw, span in zip(draws, ordered, strict=True)
    ):
        return "gives_all_units_the_same_weights", first
    for draw in draws:
        if len(np.unique((draw.values / draw.middle).round(6))) < 0.9 * len(draw.values):
            return "repeats_weights", draw.index
    for earlier, later in _drawn_differently(draws):
        both = earlier.pattern & later.pattern
        ratio = earlier.matrix[both] / later.matrix[both]  # constant, if only the scale differs
        gaps = [np.abs(ratio / np.median(ratio) - 1)] if ratio.size else []
        one, other = np.sort(earlier.values), np.sort(later.values)
        if len(one) == len(other):
            gaps.append(np.abs(one / earlier.middle - other / later.middle))
        if any(np.mean(gap < SAME) > 0.2 for gap in gaps):
            return "draws_the_same_weights_every_time", later.index
    return None


def _passes_for_normal(values: np.ndarray) -> bool:
    """Tell whether numbers with a mean square near 1 may come from N(0, 1)."""
    # Geary's ratio: the mean size over the root of the mean square. It sees what is too peaked.
    ratio = np.mean(np.abs(values)) / sqrt(np.mean(values**2))
    deviation = sqrt((1 - 3 / pi) / len(values))
    if len(values) >= MANY and abs(ratio - sqrt(2 / pi)) > 8 * deviation:
        return False
    expected = np.array([0.5 * (1 + erf(x / sqrt(2))) for x in values.tolist()])
    return _distance(expected) <= sqrt(log(2 / RISK) / (2 * len(values)))


def _largest(count: int) -> float:
    """Return a size that the largest of so many normal numbers misses with probability RISK."""
    return NormalDist().inv_cdf((1 + RISK ** (1 / count)) / 2)


def _too_large(count: int) -> float:
    """Return a size that one of so many normal numbers exceeds with probability RISK at most."""
    return NormalDist().inv_cdf(1 - RISK / (2 * count))


def _distance(numbers: np.ndarray) -> float:
    """Return the largest distance between the distribution of numbers and that of U(0, 1)."""
    numbers = np.sort(numbers)
    steps = np.arange(len(numbers) + 1) / len(numbers)
    return float(np.max(np.maximum(numbers - steps[:-1], steps[1:] - numbers)))


def find_wrong_radius(draws: Sequence[Draw]) -> Mistake:
    """Find a matrix whose spectral radius is not the one asked for (last but one argument)."""
    first, radii = draws[0].index, [draw.case.arguments[-2] for draw in draws]
    largest = [_size(np.linalg.eigvals(draw.matrix)) for draw in draws]
    wrong = [not _near(size, radius, 1e-4) for size, radius in zip(largest, radii, strict=True)]
    if not any(wrong):
        return None
    triples = list(zip(draws, radii, largest, strict=True))
    explanations = {
        "forgets_the_radius": lambda w, draw, radius, size: _near(size, 1, 1e-4),
        "scales_the_spectral_norm": lambda w, draw, radius, size: _near(
            np.linalg.norm(w, 2), radius, 1e-4
        ),
        "scales_the_frobenius_norm": lambda w, draw, radius, size: _near(
            np.linalg.norm(w), radius, 1e-4
        ),
        "takes_the_largest_real_part": lambda w, draw, radius, size: _near(
            np.max(np.linalg.eigvals(w).real), radius, 1e-4
        ),
        "asks_for_eigenvalues_of_a_symmetric_matrix": lambda w, draw, radius, size: _near(
            _size(np.linalg.eigvalsh(w)), radius, 1e-4
        ),
        "takes_the_modulus_too_late": lambda w, draw, radius, size: _near(
            abs(_rightmost(w)), radius, 1e-4
        ),
        # If c is Re(1/λ) times the radius, then |c λ|^2 is the radius times Re(c λ).
        "drops_the_imaginary_part": lambda w, draw, radius, size: _near(
            abs(_rightmost(w)) ** 2, radius * _rightmost(w).real, 1e-4
        ),
        "divides_by_the_radius": lambda w, draw, radius, size: _near(size, 1 / radius, 1e-4),
        "forgets_to_divide": lambda w, draw, radius, size: _near(draw.size, radius, 0.2),
        "forgets_to_scale": lambda w, draw, radius, size: _near(draw.size, 1, 0.2),
        "trusts_the_law_of_large_matrices": lambda w, draw, radius, size: _near(
            draw.size * sqrt(draw.links), radius, 0.2
        ),
        "scales_before_it_cuts_links": lambda w, draw, radius, size: _near(
            draw.size * sqrt(len(w)), radius, 0.35
        ),
        "multiplies_by_the_radius_it_has": lambda w, draw, radius, size: _near(
            draw.size**2, size / radius, 0.4
        ),
        "multiplies_by_both": lambda w, draw, radius, size: _near(draw.size**2, size * radius, 0.4),
    }
    for name, holds in explanations.items():
        if all(holds(draw.matrix, draw, radius, size) for draw, radius, size in triples):
            return name, first
    return "misses_the_radius", draws[wrong.index(True)].index


def _rightmost(matrix: np.ndarray) -> complex:
    """Return the eigenvalue with the largest real part, as np.max finds it."""
    return complex(np.max(np.linalg.eigvals(matrix)))


def _size(eigenvalues: np.ndarray) -> float:
    return float(np.max(np.abs(eigenvalues), initial=0.0))


def _near(value: float, target: float, share: float) -> bool:
    return abs(value - target) <= share * target
