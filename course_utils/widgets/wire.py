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
DTYPES = {"float32": "<f4", "uint8": "|u1", "uint16": "<u2", "uint32": "<u4"}


def pack(array, dtype: str = "float32") -> dict:
    """Return ``array`` as ``{"dtype", "shape", "data"}`` with little-endian, C-ordered bytes.

    Values beyond single precision become infinite, which the browser draws as "off the scale".

    Raises
    ------
    ValueError
        If the dtype is none of `DTYPES`.
    """
    if dtype not in DTYPES:
        raise ValueError(f"expected a dtype among {', '.join(DTYPES)}, got {dtype!r}")
    with np.errstate(over="ignore"):
        array = np.ascontiguousarray(array, dtype=DTYPES[dtype])
    return {"dtype": dtype, "shape": list(array.shape), "data": array.tobytes()}


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
