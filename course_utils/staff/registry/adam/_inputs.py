"""Hyperparameters of Adam for the calls, from ranges in which no two formulas coincide."""

import numpy as np

# Steps at which a correction that holds for early steps only, or for late ones only, shows.
LATER = (11, 100, 10_000)


def decays(rng: np.random.Generator) -> tuple[float, float]:
    """Draw beta1 and beta2 so that they, and what is missing to 1, lie far apart."""
    return round(float(rng.uniform(0.6, 0.7)), 2), round(float(rng.uniform(0.76, 0.84)), 2)


def late_decays(rng: np.random.Generator, t: int) -> tuple[float, float]:
    """Draw beta1 and beta2 that still leave something to correct at step t."""
    return tuple(
        round(1 - float(rng.uniform(*bounds)) / t, 7) for bounds in ((1.6, 2.4), (2.8, 3.4))
    )


def smoothing(rng: np.random.Generator) -> float:
    """Draw an epsilon large enough to show where it stands."""
    return round(float(rng.uniform(0.01, 0.04)), 3)
