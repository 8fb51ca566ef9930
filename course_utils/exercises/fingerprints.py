"""One number for each returned value, by which replies are compared without keeping the arrays.

Wrong functions with two mistakes are many, so that their answers cannot all be kept. Of each
returned value is kept a weighted sum of its numbers. The weights all differ. Two arrays with equal
sums in every call are equal, unless by a chance of one in a billion a call.
"""

import math

import numpy as np

from .cases import Case
from .values import NUMERIC, Reply, Value

# Multiples of the golden ratio, modulo 1, are spread evenly and never repeat.
_GOLDEN = (math.sqrt(5) - 1) / 2

Fingerprint = tuple[float | None, ...]


def _weights(size: int) -> np.ndarray:
    return 1 + np.arange(1, size + 1) * _GOLDEN % 1


def is_comparable(value: Value, expected: np.ndarray) -> bool:
    """Tell whether a returned value is of numbers, in the shape of the right one."""
    return value.kind in NUMERIC and value.array.shape == expected.shape


def fingerprint(case: Case, reply: Reply) -> Fingerprint:
    """Return for every returned value its weighted sum, between 1 and 2 times a plain one.

    NaN stands for a value that holds NaN or infinity, None for one that is no array of numbers of
    the right shape, and for all values of a call that raised or returned more or fewer of them.
    """
    if reply.error or {reply.count, len(reply.values)} != {len(case.expected)}:
        return (None,) * len(case.expected)
    return tuple(
        _sum(value.array) if is_comparable(value, expected) else None
        for value, expected in zip(reply.values, case.expected, strict=True)
    )


def _sum(array: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        total = float(_weights(array.size) @ array.ravel())
    return total if math.isfinite(total) else math.nan


def spread(magnitude: np.ndarray, array: np.ndarray) -> float:
    """Return what the rounding errors of a weighted sum are relative to."""
    with np.errstate(all="ignore"):
        return float(_weights(array.size) @ (magnitude + np.abs(array)).ravel())
