"""What travels to the browser: arrays as typed bytes, and numbers as text.

`pack` wraps an array with its dtype and shape, so that the browser can refuse what does not fit;
ipywidgets sends the bytes as they are, outside the JSON. `number` and `vector` write numbers the
way the course prints them.
"""

import math
from collections.abc import Iterable

import numpy as np

__all__ = ["DTYPES", "number", "pack", "unpack", "vector"]

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


def number(value: float, digits: int = 4) -> str:
    """Write a number for readers: few digits, a real minus, powers of ten only where needed."""
    value = float(value)
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "∞" if value > 0 else "−∞"
    size = abs(value)
    if size and not 1e-4 <= size < 1e6:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    decimals = max(0, digits - 1 - (math.floor(math.log10(size)) if size else 0))
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return ("0" if text == "-0" else text).replace("-", "−")


def vector(values: Iterable[float], digits: int = 6) -> str:
    """Write a vector, or a single number, for readers."""
    values = np.asarray(values, dtype=float)
    if values.ndim == 0:
        return number(values, digits)
    return "(" + ", ".join(number(value, digits) for value in values.ravel()) + ")"
