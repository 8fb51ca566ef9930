r"""What random initial weights must fulfil, whoever drew them.

``Draw`` is one matrix that came back; ``outside``, ``finite``, ``links``, ``weights`` and
``scaling`` name the first thing that many of them show together (a mistake and the draw in which it
is seen), or None.

No test here is a matter of taste. What a right solution fulfils always (so many links a unit) is
asked exactly; what it fulfils by chance is asked with a bound that it misses at most once in
1/`RISK` times: Chernoff's for how often an input is chosen, Laurent and Massart's for the sum of
squares, the exact law of the largest weight, and the Dvoretzky-Kiefer-Wolfowitz inequality for the
whole distribution. A dozen such tests stay far below one failure in a million.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erf, log, sqrt
from statistics import NormalDist

import numpy as np

from .cases import Case

RISK = 1e-9
# A float32 normal is exactly 0 once in 2**23 draws: so many missing links prove nothing.
CHANCE_ZEROS = 2
# The number of links that the paper uses, and that one may have written in place of the argument.
FIFTEEN = 15
# A root of a mean square of some hundred normal numbers is measured to this factor.
SLACK = 1.15

Mistake = tuple[str, int] | None


@dataclass(frozen=True, eq=False)
class Draw:
    """One matrix of initial weights.

    Parameters
    ----------
    index : int
        Of the call.
    case : Case
        What was asked.
    matrix : ndarray, shape (fan_in, fan_out)
        What came; column j holds the weights into unit j.
    connections : int
        How many of them were asked to be non-zero, at most.
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


def outside(draws: Sequence[Draw]) -> Mistake:
    """Name randomness that does not come from the generator that was handed in."""
    for place, one in enumerate(draws):
        for other in draws[:place]:
            if one.case.arguments[:-1] != other.case.arguments[:-1]:
                continue
            same = np.array_equal(one.matrix, other.matrix, equal_nan=True)
            if one.case.arguments == other.case.arguments and not same:
                return "draws_from_a_generator_of_its_own", one.index
            if one.case.arguments != other.case.arguments and same:
                return "draws_the_same_every_time", one.index
    return None


def finite(draws: Sequence[Draw]) -> Mistake:
    """Name weights that are infinite or no numbers."""
    off = [draw.index for draw in draws if not np.isfinite(draw.matrix).all()]
    return ("weights_are_not_finite", off[0]) if off else None


def links(draws: Sequence[Draw]) -> Mistake:
    """Name a wrong choice of the inputs that a unit is linked to."""
    return numbers_of_links(draws) or _choice_of_inputs(draws)


def numbers_of_links(draws: Sequence[Draw]) -> Mistake:
    """Name a wrong number of links, whichever inputs they lead to."""
    counts = [draw.pattern.sum(axis=0) for draw in draws]
    off = [count - draw.links for count, draw in zip(counts, draws, strict=True)]
    if all(np.all(o <= 0) for o in off) and sum(-o.sum() for o in off) <= CHANCE_ZEROS:
        return None
    first = draws[next(i for i, o in enumerate(off) if np.any(o))].index
    if all(draw.pattern.all() for draw in draws):
        return "links_every_input", first
    if all(np.all(draw.pattern.sum(axis=1) == draw.links) for draw in draws):
        return "counts_outgoing_links", first
    if all(np.all(count == FIFTEEN) for count in counts):
        return "ignores_connections", first
    both = zip(counts, draws, strict=True)
    if all(np.all(count == len(draw.matrix) - draw.links) for count, draw in both):
        return "zeroes_as_many_as_it_should_keep", first
    if all(np.ptp(count) == 0 for count in counts):
        return "links_one_too_few_or_too_many", first
    if all(np.all(o <= 0) for o in off):
        return "chooses_inputs_with_replacement", first
    return "tosses_a_coin_for_every_link", first


def _choice_of_inputs(draws: Sequence[Draw]) -> Mistake:
    first = draws[0].index
    if all(draw.pattern[: draw.links].all() for draw in draws):
        return "links_the_first_inputs", first
    if all(np.all(draw.pattern == draw.pattern[:, :1]) for draw in draws):
        return "links_all_units_to_the_same_inputs", first
    # A block, also one that goes on from the last input to the first, begins exactly once.
    begins = [(draw.pattern & ~np.roll(draw.pattern, 1, axis=0)).sum(axis=0) for draw in draws]
    if all(np.all(count == 1) for count in begins):
        return "links_a_block_of_neighbours", first
    for shape in {(len(draw.matrix), draw.links) for draw in draws}:
        alike = [draw for draw in draws if (len(draw.matrix), draw.links) == shape]
        columns = sum(draw.matrix.shape[1] for draw in alike)
        chosen = sum(draw.pattern.sum(axis=1) for draw in alike) / columns
        if np.any(columns * _divergence(chosen, shape[1] / shape[0]) > log(2 * shape[0] / RISK)):
            return "prefers_some_inputs", alike[0].index
    return None


def _divergence(seen: np.ndarray, asked: float) -> np.ndarray:
    """Relative entropy of two coins: Chernoff's bound on a frequency is exp(-n times this)."""
    seen = np.clip(seen, 1e-12, 1 - 1e-12)
    return seen * np.log(seen / asked) + (1 - seen) * np.log((1 - seen) / (1 - asked))


def weights(draws: Sequence[Draw], scaled: bool = False) -> Mistake:
    """Name weights that are not drawn from N(0, 1), one by one.

    Parameters
    ----------
    draws : sequence of Draw
        With the right links.
    scaled : bool
        Whether each matrix may have a scale of its own.
    """
    parts = [draw.values / (draw.size if scaled else 1.0) for draw in draws]
    first, values = draws[0].index, np.concatenate(parts)
    if np.ptp(np.abs(values)) < 1e-6:
        return "weights_are_all_of_one_size", first
    if any(len(np.unique(part)) < 0.9 * len(part) for part in parts):
        return "gives_all_units_the_same_weights", first
    lengths = [np.sqrt((draw.matrix**2).sum(axis=0)) for draw in draws]
    if all(np.ptp(length) < 1e-3 * np.mean(length) for length in lengths):
        return "gives_all_units_the_same_length", first
    if np.all(values > 0):
        return "weights_are_positive", first
    sizes = np.abs(values) / sqrt(np.mean(values**2))
    if np.max(sizes) < _largest(len(sizes)) / SLACK:
        is_flat = _distance(sizes / np.max(sizes)) < 0.1
        return ("weights_are_uniform" if is_flat else "weights_are_cut_off"), first
    if scaled:
        return None
    # Laurent and Massart: a sum of n squares leaves this range with a probability of 2 RISK.
    deviation, root = np.sum(values**2) - len(values), sqrt(len(values) * log(1 / RISK))
    if not -2 * root < deviation < 2 * root + 2 * log(1 / RISK):
        return "scales_the_weights", first
    expected = np.array([0.5 * (1 + erf(x / sqrt(2))) for x in values.tolist()])
    if _distance(expected) > sqrt(log(2 / RISK) / (2 * len(values))):
        return "weights_are_not_normal", first
    return None


def _largest(count: int) -> float:
    """Return the size that the largest of so many normal numbers misses with probability RISK."""
    return NormalDist().inv_cdf((1 + RISK ** (1 / count)) / 2)


def _distance(parts: np.ndarray) -> float:
    """Largest distance between how numbers are spread over [0, 1] and an even spread."""
    parts = np.sort(parts)
    steps = np.arange(len(parts) + 1) / len(parts)
    return float(np.max(np.maximum(parts - steps[:-1], steps[1:] - parts)))


def scaling(draws: Sequence[Draw]) -> Mistake:
    """Name a matrix whose spectral radius is not the one asked for (last but one argument)."""
    first, radii = draws[0].index, [draw.case.arguments[-2] for draw in draws]
    largest = [_size(np.linalg.eigvals(draw.matrix)) for draw in draws]
    off = [not _near(got, want, 1e-4) for got, want in zip(largest, radii, strict=True)]
    if not any(off):
        return None
    together = list(zip(draws, radii, largest, strict=True))
    explanations = {
        "forgets_the_radius": lambda w, draw, radius, got: _near(got, 1, 1e-4),
        "scales_the_spectral_norm": lambda w, draw, radius, got: _near(
            np.linalg.norm(w, 2), radius, 1e-4
        ),
        "scales_the_frobenius_norm": lambda w, draw, radius, got: _near(
            np.linalg.norm(w), radius, 1e-4
        ),
        "takes_the_largest_real_part": lambda w, draw, radius, got: _near(
            np.max(np.linalg.eigvals(w).real), radius, 1e-4
        ),
        "asks_for_eigenvalues_of_a_symmetric_matrix": lambda w, draw, radius, got: _near(
            _size(np.linalg.eigvalsh(w)), radius, 1e-4
        ),
        "forgets_to_divide": lambda w, draw, radius, got: _near(draw.size, radius, 0.2),
        "forgets_to_scale": lambda w, draw, radius, got: _near(draw.size, 1, 0.2),
        "trusts_the_law_of_large_matrices": lambda w, draw, radius, got: _near(
            draw.size * sqrt(draw.links), radius, 0.2
        ),
        "scales_before_it_cuts_links": lambda w, draw, radius, got: _near(
            draw.size * sqrt(len(w)), radius, 0.35
        ),
        "multiplies_by_the_radius_it_has": lambda w, draw, radius, got: _near(
            draw.size**2, got / radius, 0.4
        ),
    }
    for name, holds in explanations.items():
        if all(holds(draw.matrix, draw, radius, got) for draw, radius, got in together):
            return name, first
    return "misses_the_radius", draws[off.index(True)].index


def _size(eigenvalues: np.ndarray) -> float:
    return float(np.max(np.abs(eigenvalues), initial=0.0))


def _near(got: float, want: float, share: float) -> bool:
    return abs(got - want) <= share * want
