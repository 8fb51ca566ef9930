"""What a call takes and what it gives back: the plain data that a sandbox knows of, too.

- ``Quadratic`` and ``Generator``: a gradient function and a source of random numbers as data
- ``Reply`` and ``Value``: what a call returned
- ``write_argument`` and ``read_argument``: an argument as JSON data and back, floats exact

What is right is no part of it; see ``cases``. A sandbox imports this module for every submission,
so it imports little itself.
"""

import math
from dataclasses import dataclass, field

import numpy as np

# The kinds of value that can be compared as numbers; a value of another kind is always wrong.
NUMERIC = ("float64", "float32", "float16", "integer", "boolean")

# What stands in `Reply.error` where no exception of the student's ended the call.
WRONG_SIGNATURE, CALLS_UNWRITTEN = "SignatureError", "CallsUnwritten"
TOO_SLOW, NOT_CALLED = "TooSlow", "NotCalled"


@dataclass(frozen=True, eq=False)
class Quadratic:
    r"""A gradient function as data: :math:`g(w) = c \odot (w - w^*) + k \sum_i (w_i - w^*_i)`.

    Parameters
    ----------
    curvature, centre : ndarray
        :math:`c` and :math:`w^*`, both of the shape of the weights.
    coupling : float
        :math:`k`. With it each component depends on all weights, so that whoever asks for one
        component at a time gets another answer.
    """

    curvature: np.ndarray
    centre: np.ndarray
    coupling: float = 0.0

    def largest_slope(self, sizes: np.ndarray) -> np.ndarray:
        """Return what bounds the gradient's terms, by component, for weights of such sizes."""
        far = sizes + np.abs(self.centre)
        return self.curvature * far + self.coupling * np.sum(far)


@dataclass(frozen=True)
class Generator:
    """A ``numpy.random.Generator`` as data: ``numpy.random.default_rng(seed)``.

    Parameters
    ----------
    seed : int
        Equal seeds draw equal numbers.
    """

    seed: int


@dataclass(frozen=True, eq=False)
class Value:
    """One returned value, cast to float64 where it is numeric.

    Parameters
    ----------
    array : ndarray of float64
        The numbers; empty where ``kind`` is not one of `NUMERIC`.
    kind : str
        What it was before the cast: one of `NUMERIC`, or "none", "text", "complex", "object".
    listed : bool
        Whether it was a list or tuple where an array was asked for.
    """

    array: np.ndarray = field(default_factory=lambda: np.zeros(0))
    kind: str = "float64"
    listed: bool = False


@dataclass(frozen=True, eq=False)
class Reply:
    """What one call returned or did.

    Parameters
    ----------
    values : tuple of Value
        The first few of the returned values (``count`` says how many there were).
    container : str
        "tuple" or "list" for several values, "array" for an array along whose first axis they
        were stacked, "single" for one value.
    count : int
        How many values were returned.
    changed : tuple of int
        Positions of the arguments that were changed in place.
    error : str
        Type name of the exception that ended the call, or one of the four names above; empty if
        it returned.
    text : str
        The exception's message, shortened to one line.
    line : int or None
        The line of the student's function, counted from 1, in which the exception was raised.
    printed : str
        The beginning of what was written to stdout and stderr.
    printed_lines : int
        How many lines were written in all.
    """

    values: tuple[Value, ...] = ()
    container: str = "single"
    count: int = 1
    changed: tuple[int, ...] = ()
    error: str = ""
    text: str = ""
    line: int | None = None
    printed: str = ""
    printed_lines: int = 0


def write_number(value: float) -> float | str:
    """Write a float as JSON can, which has no infinities and no NaN: those are written as text."""
    return value if math.isfinite(value) else str(value)


# The many zeros, or ones, of a task that is judged by a property are written as one number.
LONG = 200


def write_array(array: np.ndarray) -> dict:
    """Write an array of floats as JSON can hold it."""
    array = np.asarray(array, np.float64)
    numbers = [write_number(x) for x in array.ravel().tolist()]
    if len(numbers) >= LONG and len(set(map(str, numbers))) == 1:
        return {"shape": list(array.shape), "all": numbers[0]}
    return {"shape": list(array.shape), "data": numbers}


def read_array(data: dict) -> np.ndarray:
    """Return the array that `write_array` wrote."""
    if "all" in data:
        return np.full(data["shape"], float(data["all"]))
    return np.array([float(x) for x in data["data"]], np.float64).reshape(data["shape"])


def write_argument(value) -> dict:
    """Write an argument of a call as JSON can hold it."""
    # Each argument names its type, so that 1 and 1.0, or "nan" and NaN, stay what they are.
    match value:
        case bool():
            return {"bool": value}
        case int():
            return {"int": value}
        case float():
            return {"float": write_number(value)}
        case str():
            return {"text": value}
        case np.ndarray():
            return {"array": write_array(value)}
        case Quadratic():
            return {
                "quadratic": {
                    "curvature": write_array(value.curvature),
                    "centre": write_array(value.centre),
                    **({"coupling": value.coupling} if value.coupling else {}),
                }
            }
        case Generator():
            return {"generator": value.seed}
        case list():
            return {"list": [write_argument(item) for item in value]}
    raise TypeError(f"expected an argument that JSON can hold, got {type(value).__name__}")


def read_argument(data: dict):
    """Return the argument that `write_argument` wrote."""
    ((kind, value),) = data.items()
    match kind:
        case "bool" | "int" | "text":
            return value
        case "float":
            return float(value)
        case "array":
            return read_array(value)
        case "quadratic":
            arrays = (read_array(value[name]) for name in ("curvature", "centre"))
            return Quadratic(*arrays, float(value.get("coupling", 0.0)))
        case "generator":
            return Generator(int(value))
        case "list":
            return [read_argument(item) for item in value]
    raise ValueError(f"expected a known type of argument, got {kind!r}")
