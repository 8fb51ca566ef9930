"""Hyperparameters of Adam for the calls, from ranges in which no two formulas coincide."""

import numpy as np


def decays(rng: np.random.Generator) -> tuple[float, float]:
    """Draw beta1 and beta2 so that they, and what is missing to 1, lie far apart."""
    return round(float(rng.uniform(0.6, 0.7)), 2), round(float(rng.uniform(0.76, 0.84)), 2)


def smoothing(rng: np.random.Generator) -> float:
    """Draw an epsilon large enough to show where it stands."""
    return round(float(rng.uniform(0.01, 0.04)), 3)
