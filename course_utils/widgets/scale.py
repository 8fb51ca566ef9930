"""What the browser needs for a logarithmic axis; `plotting.log_axis` decides what it shows."""

import numpy as np

from course_utils.plotting.log_axis import LogAxis
from course_utils.widgets.wire import pack

__all__ = ["describe_axis", "error_arrays"]


def describe_axis(scale: LogAxis) -> dict:
    """Return a frame's ``log``."""
    return {"name": scale.name, "linear": scale.linear, "notes": scale.notes}


def error_arrays(errors: np.ndarray, logged: np.ndarray) -> dict:
    """Return a path's errors, and beside them what a logarithmic axis draws if it is not them."""
    same = np.array_equal(errors, logged, equal_nan=True)
    return {"errors": pack(errors)} | ({} if same else {"logged": pack(logged)})
