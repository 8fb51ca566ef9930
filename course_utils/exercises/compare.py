"""Compare what a function returned with what is right, or with what another one returned."""

import numpy as np

from .cases import Case, quoted
from .values import CALLS_UNWRITTEN, NOT_CALLED, NUMERIC, TOO_SLOW, WRONG_SIGNATURE, Reply, Value

# Relative to the terms of a value, rounding errors of correct code are some 1e-16 (float32: 1e-7),
# and the errors of the nearest misconception some 1e-3.
PRECISION = {"float32": 1e-5, "float16": 1e-5}
PRECISE = 1e-9
# An answer so near to the right one, or equal to it rounded to so many decimals, has been rounded.
NEARLY = {"float16": 1e-2}
ALMOST = 1e-5
DECIMALS = range(1, 9)
# float32 has numbers from 1e-38 to 1e38. Beyond these bounds every float32 is accepted.
FLOAT32_RANGE = (1e-30, 1e30)


def agrees(value: Value, expected: np.ndarray, magnitude: np.ndarray | float) -> bool:
    """Tell whether a returned value equals ``expected`` up to rounding.

    Parameters
    ----------
    value : Value
        Its kind decides the precision asked of it.
    expected : ndarray
        It may hold NaN and infinities.
    magnitude : ndarray or float
        What rounding errors are relative to; broadcasts to ``expected``.

    Returns
    -------
    bool
    """
    return _is_copy(value, expected) or not np.any(numbers_differ(value, expected, magnitude))


def _is_copy(value: Value, other: np.ndarray) -> bool:
    """Tell whether a value has the very bits of another: then nothing needs to be computed."""
    array = value.array
    return (
        value.kind in NUMERIC and array.shape == other.shape and array.tobytes() == other.tobytes()
    )


def numbers_differ(
    value: Value, expected: np.ndarray, magnitude: np.ndarray | float
) -> np.ndarray | bool:
    """Tell of each number whether it differs; of another kind or shape than asked for, all do."""
    array = value.array
    if value.kind not in NUMERIC or array.shape != expected.shape:
        return True
    with np.errstate(all="ignore"):
        close = np.abs(array - expected) <= PRECISION.get(value.kind, PRECISE) * magnitude
        close |= (array == expected) | (np.isnan(array) & np.isnan(expected))
        if value.kind == "float32":
            smallest, largest = FLOAT32_RANGE
            close |= (magnitude > 0) & ((magnitude < smallest) | (magnitude > largest))
    return ~close


# Kinds of `Problem` for what ended a call.
_ENDINGS = {
    "NotImplementedError": "not-written",
    WRONG_SIGNATURE: "signature",
    CALLS_UNWRITTEN: "calls-unwritten",
    TOO_SLOW: "too-slow",
    NOT_CALLED: "too-slow",
}


def form_problem(case: Case, reply: Reply, place: int) -> str | None:
    """Return the kind of `Problem` that keeps one returned value from being compared, or None."""
    if reply.error:
        return _ENDINGS.get(reply.error, "raised")
    if reply.count != len(case.expected) or len(reply.values) != len(case.expected):
        return "none" if _is_none(reply) else "count"
    if reply.container == "array" and any(
        value.array.shape != expected.shape
        for value, expected in zip(reply.values, case.expected, strict=True)
    ):
        return "count"  # one array of that length by chance, not the values stacked
    value = reply.values[place]
    if value.kind not in NUMERIC:
        return value.kind
    return "shape" if value.array.shape != case.expected[place].shape else None


def _is_none(reply: Reply) -> bool:
    return reply.container == "single" and [value.kind for value in reply.values] == ["none"]


def value_problem(value: Value, expected: np.ndarray, magnitude: np.ndarray) -> str:
    """Return the kind of `Problem` of a wrong value that has the right shape."""
    array = value.array
    if not np.all(np.isfinite(array)):
        return "nan"
    with np.errstate(all="ignore"):
        if value.kind == "integer" and np.all(np.abs(array - expected) < 1):
            return "truncated"
        tolerance = NEARLY.get(value.kind, ALMOST) * magnitude
        is_rounded = np.all(np.abs(array - expected) <= tolerance) or any(
            agrees(value, np.round(expected, decimals), magnitude) for decimals in DECIMALS
        )
        return "rounded" if is_rounded else "value"


def right_places(case: Case, reply: Reply) -> tuple[bool, ...]:
    """Tell for every returned value of a call whether it is right."""
    return tuple(
        form_problem(case, reply, place) is None
        and agrees(reply.values[place], expected, magnitude)
        for place, (expected, magnitude) in enumerate(
            zip(case.expected, case.magnitude, strict=True)
        )
    )


def same_replies(case: Case, first: Reply, second: Reply) -> bool:
    """Tell whether two replies to one call are the same, right or wrong."""
    if first.error or second.error:
        return first.error == second.error and quoted(first.text) == quoted(second.text)
    if first.count != second.count or len(first.values) != len(second.values):
        return False
    for place, (a, b) in enumerate(zip(first.values, second.values, strict=True)):
        if a.kind not in NUMERIC or b.kind not in NUMERIC:
            if a.kind != b.kind:
                return False
            continue
        if _is_copy(a, b.array):
            continue
        magnitude = case.magnitude[place] if place < len(case.magnitude) else np.zeros(())
        if magnitude.shape != b.array.shape:
            magnitude = np.max(magnitude, initial=0.0)
        # The answer may be larger than any term of the right one.
        with np.errstate(all="ignore"):
            magnitude = magnitude + np.nan_to_num(np.abs(b.array), nan=0.0, posinf=0.0)
        if not agrees(a, b.array, magnitude):
            return False
    return True
