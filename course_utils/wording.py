"""Numbers as readers see them: one way to write one, in figures, captions and messages.

``widgets/frontend/src/text.js`` writes them in the same way, and a test compares the two.
"""

import math
from collections.abc import Iterable

import numpy as np

__all__ = ["number", "vector"]

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 4) -> str:
    """Write a number: few digits, no power of ten between 1e-4 and 1e6, a real minus sign."""
    value = float(value) + 0.0  # a negative zero becomes 0
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: "−∞"}.get(value, "not a number")
    size = abs(value)
    if size and not 1e-4 <= size < 1e6:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        power = str(int(exponent)).translate(_SUPERSCRIPT)
        return f"{_short(mantissa)}·10{power}"
    decimals = max(0, digits - 1 - (math.floor(math.log10(size)) if size else 0))
    return _short(f"{value:.{decimals}f}")


def _short(text: str) -> str:
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def vector(values: Iterable[float], digits: int = 6) -> str:
    """Write a vector, or a single number: "(1.5, −2)"."""
    values = np.asarray(values, dtype=float)
    if values.ndim == 0:
        return number(values, digits)
    return "(" + ", ".join(number(value, digits) for value in values.ravel()) + ")"
