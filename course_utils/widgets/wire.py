"""What travels to the browser: arrays as typed bytes.

`pack` wraps an array with its dtype and shape, so that the browser can refuse what does not fit;
ipywidgets sends the bytes as they are, outside the JSON.
"""

import numpy as np

__all__ = ["DTYPES", "pack", "unpack"]

#: What the browser can read, in little-endian order.
DTYPES = {"float32": "<f4", "float64": "<f8", "uint8": "|u1", "uint16": "<u2", "uint32": "<u4"}


def pack(array, dtype: str | None = None) -> dict:
    """Return ``array`` as ``{"dtype", "shape", "data"}`` with little-endian, C-ordered bytes.

    Parameters
    ----------
    array : array_like
    dtype : str, optional
        One of `DTYPES`; by default float32, or float64 if a number is too large or too small for
        float32: squared gradients of a run that diverges reach 1e60.

    Raises
    ------
    ValueError
        If the dtype is none of `DTYPES`.
    """
    if dtype is None:
        dtype = "float32" if _single(np.asarray(array, dtype=float)) else "float64"
    if dtype not in DTYPES:
        raise ValueError(f"expected a dtype among {', '.join(DTYPES)}, got {dtype!r}")
    array = np.ascontiguousarray(array, dtype=DTYPES[dtype])
    return {"dtype": dtype, "shape": list(array.shape), "data": array.tobytes()}


def _single(array: np.ndarray) -> bool:
    """Tell whether single precision holds the array's numbers, in size if not in every digit."""
    sizes = np.abs(array)
    limits = np.finfo(np.float32)
    largest = np.max(sizes, initial=0.0, where=sizes < np.inf)
    smallest = np.min(sizes, initial=np.inf, where=sizes > 0)
    return bool(largest <= limits.max and smallest >= limits.smallest_normal)


def unpack(packed: dict) -> np.ndarray:
    """Return the array that `pack` was given, in the precision in which it travelled."""
    return np.frombuffer(packed["data"], DTYPES[packed["dtype"]]).reshape(packed["shape"])
