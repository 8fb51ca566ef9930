"""What a logarithmic axis shows of errors that reach zero or fall below it."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from course_utils.wording import number

__all__ = ["LogAxis", "log_axis"]


class LogAxis(NamedTuple):
    """Curves for a logarithmic axis, and what the axis says.

    Attributes
    ----------
    curves : dict of label -> array
        What is drawn.
    name : str
        Which number the axis shows.
    linear : float or None
        Between minus and plus this the axis is linear, outside logarithmic on both sides. None for
        an axis of positive numbers.
    notes : list of str
        From when on an error is not positive, for each curve where that is so.
    """

    curves: dict[str, np.ndarray]
    name: str
    linear: float | None
    notes: list[str]

    def apply(self, axes: Axes) -> None:
        """Give a still's axes this scale."""
        if self.linear is None:
            axes.set_yscale("log")
        else:
            axes.set_yscale("symlog", linthresh=self.linear)


def log_axis(
    curves: Mapping[str, np.ndarray],
    least: float | None = None,
    name: str = "error E",
    stride: int = 1,
) -> LogAxis:
    """Choose what a logarithmic axis shows.

    Positive errors as they are. Where some are negative: their distance E − E* from the least error
    where that is known, or else an axis that is linear around zero.

    Parameters
    ----------
    curves : mapping of label -> array (T+1,)
    least : float, optional
        The error at the minimum, E*.
    name : str
        What the linear axis is called.
    stride : int
        So many updates lie between two values of a curve.
    """
    curves = {label: np.asarray(curve, dtype=float) for label, curve in curves.items()}
    values = np.concatenate([curve[np.isfinite(curve)] for curve in curves.values()] or [[]])
    lowest, highest = values.min(initial=np.inf), values.max(initial=-np.inf)
    symbol = name.split()[-1] if len(name.split()[-1]) == 1 else name
    notes = [
        (f"{label}: " if len(curves) > 1 else "") + note
        for label, curve in curves.items()
        if (note := _crossing(curve, symbol, stride))
    ]
    if (lowest >= 0 and highest > 0) or not len(values):
        return LogAxis(curves, name, None, notes)
    rounding = np.finfo(float).eps * abs(least or 0.0)
    if least is not None and lowest >= least - 4 * rounding and highest > least:
        gaps = {label: np.maximum(curve - least, rounding) for label, curve in curves.items()}
        return LogAxis(gaps, f"{name} − {symbol}*, {symbol}* = {number(least)}", None, notes)
    linear = _linear_part(np.abs(values))
    return LogAxis(curves, f"{name}, linear within ±{number(linear)}", linear, notes)


def _crossing(curve: np.ndarray, symbol: str, stride: int) -> str:
    """Say when a curve is no longer positive; nothing if it always is."""
    below = curve <= 0
    if not below.any():
        return ""
    first = int(below.argmax())
    sign = "≤" if (curve < 0).any() else "="
    to_the_end = below[first:].all()
    return f"{symbol} {sign} 0 from t = {first * stride}" + (
        "" if to_the_end else ", not to the end"
    )


def _linear_part(sizes: np.ndarray) -> float:
    """Return a power of ten below most sizes, at most twelve decades below the largest."""
    largest = sizes.max()
    if largest == 0:
        return 1.0
    low = min(max(float(np.quantile(sizes, 0.1)), largest * 1e-12), largest / 10)
    return 10.0 ** math.floor(math.log10(low))
