"""Inputs for the calls: generic enough that no mistake hides, short enough to read.

Numbers are rounded to two decimals, stay away from 0, and have both signs wherever there are
two of them. A learning rate, a smoothing term, a decay factor and 1 minus a decay factor come from
four ranges that do not meet, since different formulas coincide where two of them are equal.
"""

import numpy as np

from course_utils.exercises.values import Generator, Quadratic

# The contract keeps magnitudes within 1e±50: these leave room for products of two.
HUGE, TINY = 40, -40

# Shapes besides the plain vector, in words.
SHAPES = {
    "a matrix": (2, 3),
    "a three-dimensional array": (2, 1, 2),
    "a single number (0-d)": (),
}
EMPTY = "an empty array"


def signed(rng: np.random.Generator, shape: int | tuple[int, ...], exponent: int = 0) -> np.ndarray:
    """Numbers of size 0.3 to 3, times ten to the ``exponent``, of both signs."""
    sizes = rng.uniform(0.3, 3, shape)
    signs = np.where(np.arange(sizes.size) % 2, -1.0, 1.0)
    signs = rng.permutation(signs * rng.choice([-1.0, 1.0])).reshape(sizes.shape)
    return rounded(sizes * signs, exponent)


def positive(rng: np.random.Generator, shape: int | tuple[int, ...]) -> np.ndarray:
    """Numbers between 0.4 and 2.5."""
    return rounded(rng.uniform(0.4, 2.5, shape))


def rounded(array: np.ndarray, exponent: int = 0, decimals: int = 2) -> np.ndarray:
    """Round, then scale by a power of ten, to the floats that one would write by hand."""
    digits = [float(f"{x:.{decimals}f}e{exponent}") for x in np.ravel(array)]
    return np.array(digits, np.float64).reshape(np.shape(array))


def rate(rng: np.random.Generator) -> float:
    """Draw a learning rate."""
    return round(float(rng.uniform(0.05, 0.13)), 3)


def decay(rng: np.random.Generator) -> float:
    """Draw a decay factor."""
    return round(float(rng.uniform(0.6, 0.84)), 2)


def smoothing(rng: np.random.Generator) -> float:
    """Draw a smoothing term, large enough that its place beside or under a root shows."""
    return round(float(rng.uniform(0.01, 0.03)), 4)


def quadratic(
    rng: np.random.Generator, shape: int | tuple[int, ...], exponent: int = 0
) -> Quadratic:
    """Draw a gradient function for weights of this shape and size."""
    coupling = round(float(rng.uniform(0.1, 0.4)), 2)
    return Quadratic(positive(rng, shape), signed(rng, shape, exponent), coupling)


def generator(rng: np.random.Generator) -> Generator:
    """Draw a source of random numbers."""
    return Generator(int(rng.integers(2**31)))
