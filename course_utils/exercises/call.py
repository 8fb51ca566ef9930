"""Call a student's function, and return plain data.

``call`` makes fresh arguments from a case's data, calls the function, looks whether the arguments
were changed, casts the returned values to float64 and answers with a ``Reply``. It knows no right
answer. Exceptions, warnings and printed text end here; KeyboardInterrupt alone is passed on.
"""

import contextlib
import inspect
import io
import traceback
import warnings
from collections.abc import Callable, Iterable

import numpy as np

from .values import CALLS_UNWRITTEN, WRONG_SIGNATURE, Generator, Quadratic, Reply, Value

# More values and numbers than any exercise asks for. Values beyond these are not copied.
MOST_VALUES = 8
MOST_NUMBERS = 1_000_000
# How much of an exception's message and of printed text is kept, in characters.
MOST_TEXT = 200

_KINDS = {"f": "float64", "i": "integer", "u": "integer", "b": "boolean", "c": "complex"}


class _Capture(io.TextIOBase):
    """A text file that stores the beginning of what is printed and counts the lines."""

    def __init__(self):
        super().__init__()
        self.text, self.line_ends, self.has_unfinished_line = "", 0, False

    @property
    def lines(self) -> int:
        """How many lines were printed; a last one without a line end counts too."""
        return self.line_ends + self.has_unfinished_line

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text[: MOST_TEXT - len(self.text)]
        self.line_ends += text.count("\n")
        if text:
            self.has_unfinished_line = not text.endswith("\n")
        return len(text)


def make_argument(value):
    """Make a fresh argument from its data: arrays copied, functions and generators made."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list):
        return [make_argument(item) for item in value]
    if isinstance(value, Quadratic):
        return _gradient_function(value)
    if isinstance(value, Generator):
        return np.random.default_rng(value.seed)
    return value


def _gradient_function(quadratic: Quadratic) -> Callable[[np.ndarray], np.ndarray]:
    curvature, centre = quadratic.curvature.copy(), quadratic.centre.copy()

    def gradient(weights):
        weights = np.asarray(weights, np.float64)
        if weights.shape != centre.shape:
            raise ValueError(
                f"the gradient function expected weights of shape {centre.shape}, "
                f"got {weights.shape}"
            )
        far = weights - centre
        # np.array, so that a 0-d argument gives a 0-d array, and the answer is always a new one
        return np.array(curvature * far + quadratic.coupling * np.sum(far))

    return gradient


def call(function: Callable, arguments: Iterable, count: int) -> Reply:
    """Call a student's function once.

    Parameters
    ----------
    function : callable
        The student's.
    arguments : iterable
        A case's arguments as data; the function gets fresh copies, by position.
    count : int
        How many returned values the exercise asks for.

    Returns
    -------
    Reply
        Plain data, whatever happened.
    """
    fresh = [make_argument(argument) for argument in arguments]
    # Copies that the function never sees, to compare with afterwards.
    before = [_copy(argument) for argument in fresh]
    printed = _Capture()
    with (
        np.errstate(all="ignore"),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        warnings.simplefilter("ignore")
        try:
            answer = _answer(function(*fresh), count)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit and the like end a call, not the check
            answer = _wrong_signature(error, function, fresh) or _failure(error, function)
    return Reply(
        **answer,
        changed=tuple(i for i, old in enumerate(before) if _changed(old, fresh[i])),
        printed=printed.text,
        printed_lines=printed.lines,
    )


def _wrong_signature(error: BaseException, function: Callable, arguments: list) -> dict | None:
    """Answer `WRONG_SIGNATURE` with the signature if the function cannot take the arguments."""
    if not isinstance(error, TypeError):
        return None
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions have none
        return None
    try:
        signature.bind(*arguments)
    except TypeError:
        return {"error": WRONG_SIGNATURE, "text": _short(str(signature)), "count": 0}
    return None


def _copy(argument):
    if isinstance(argument, np.ndarray):
        return argument.copy()
    return list(argument) if isinstance(argument, list) else argument


def _changed(old, new) -> bool:
    if isinstance(old, np.ndarray):
        return old.shape != new.shape or old.dtype != new.dtype or old.tobytes() != new.tobytes()
    if isinstance(old, list):
        return len(old) != len(new) or any(a is not b for a, b in zip(old, new, strict=True))
    return False  # numbers and text cannot change, and drawing from a generator is its use


def _answer(value, count: int) -> dict:
    """Split what was returned into values and cast them."""
    container, parts = "single", [value]
    if count > 1 and isinstance(value, tuple | list):
        container, parts = ("list" if isinstance(value, list) else "tuple"), list(value)
    elif count > 1 and isinstance(value, np.ndarray) and value.ndim and len(value) == count:
        container, parts = "array", list(value)
    return {
        "container": container,
        "count": len(parts),
        "values": tuple(_value(part) for part in parts[:MOST_VALUES]),
    }


def _value(part) -> Value:
    if part is None:
        return Value(kind="none")
    if isinstance(part, str | bytes):
        return Value(kind="text")
    if isinstance(part, list | tuple | range) and len(part) > MOST_NUMBERS:
        return Value(kind="object")
    try:
        array = np.asarray(part)
    except Exception:  # ragged lists, and objects whose own conversion fails
        return Value(kind="object")
    if array.dtype.kind in "US":
        return Value(kind="text")
    kind = _KINDS.get(array.dtype.kind, "object")
    if kind in ("object", "complex") or array.size > MOST_NUMBERS:
        return Value(kind="complex" if kind == "complex" else "object")
    if kind == "float64" and array.dtype.itemsize < 8:
        kind = "float32" if array.dtype.itemsize == 4 else "float16"
    return Value(np.array(array, np.float64), kind, isinstance(part, list | tuple))


def _failure(error: BaseException, function: Callable) -> dict:
    try:
        text = _short(" ".join(str(error).split()))
    except Exception:  # an exception whose own __str__ fails
        text = ""
    code = getattr(function, "__code__", None)
    line, innermost = None, None
    for frame, number in traceback.walk_tb(error.__traceback__):
        innermost = frame.f_code
        if code is not None and frame.f_code is code:
            line = number - code.co_firstlineno + 1
    if isinstance(error, NotImplementedError) and line and innermost is not code:
        return {
            "error": CALLS_UNWRITTEN,
            "text": _short(innermost.co_name),
            "line": line,
            "count": 0,
        }
    return {"error": type(error).__name__, "text": text, "line": line, "count": 0}


def _short(text: str) -> str:
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
