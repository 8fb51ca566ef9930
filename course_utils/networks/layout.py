"""One flat vector, and the named arrays in it."""

from collections.abc import Mapping
from math import prod

import numpy as np


class Layout:
    """The place of each named array in one flat vector.

    Parameters
    ----------
    shapes : dict of name -> shape
        In the order of the arrays in the vector.
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]]):
        self.shapes = dict(shapes)
        self.size = sum(prod(shape) for shape in self.shapes.values())

    def views(self, flat: np.ndarray) -> dict[str, np.ndarray]:
        """Return the named arrays as views: writing into one writes into ``flat``.

        Raises
        ------
        ValueError
            If ``flat`` is not of shape (size,).
        """
        if np.shape(flat) != (self.size,):
            raise ValueError(f"expected parameters of shape ({self.size},), got {np.shape(flat)}")
        arrays, start = {}, 0
        for name, shape in self.shapes.items():
            stop = start + prod(shape)
            arrays[name] = flat[start:stop].reshape(shape)
            start = stop
        return arrays
