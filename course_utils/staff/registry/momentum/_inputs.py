"""Inputs for several exercises of this lesson."""

import numpy as np

from ..inputs import rounded, signed


def mixed_exponents(rng: np.random.Generator, size: int) -> np.ndarray:
    """Powers of ten from -3 to 3, mixed."""
    return rng.permutation(np.resize([-3, 3, 0, -2, 2, 1, -1], size))


def uneven(rng: np.random.Generator, powers: np.ndarray) -> np.ndarray:
    """Numbers of both signs, and of very different size: they would show a clipped step."""
    numbers = zip(signed(rng, len(powers)), powers, strict=True)
    return np.array([rounded(number, power) for number, power in numbers])
