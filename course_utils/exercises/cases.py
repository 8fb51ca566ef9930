"""The data of an exercise: what is asked, what is expected, and what came back.

Plain data throughout (numbers, text, arrays), because it crosses two borders: a JSON file between
the registry and a student's machine, and a wall between a student's process and the judge.

- ``Task``: one exercise with its calls; ``Case``: one call; ``Quadratic`` and ``Generator``: a
  gradient function and a source of random numbers, described by data; ``Reply`` and ``Value``:
  what a call gave back
- ``encode`` and ``decode``: a task as JSON bytes and back, floats exact, bytes deterministic
- ``load``: the task of a slug from ``cases/``; every way in which that can fail is a sentence
"""

import difflib
import json
import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "compiled"

# How a case counts (see ``judge``): "core" inputs are generic, "edge" inputs are special, so that
# a wrong function may be right there by luck, and "free" inputs carry no points.
ROLES = ("core", "edge", "free")

# The kinds of value that can be compared as numbers; everything else is wrong whatever it holds.
NUMERIC = ("float64", "float32", "float16", "integer", "boolean")


class CaseFileError(ValueError):
    """A case file is missing or damaged; the message is one sentence."""


@dataclass(frozen=True, eq=False)
class Quadratic:
    r"""A gradient function as data: :math:`g(w) = c \odot (w - w^*)`.

    Parameters
    ----------
    curvature, centre : ndarray
        :math:`c` and :math:`w^*`, both of the shape of the weights.
    """

    curvature: np.ndarray
    centre: np.ndarray


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
        What came before the cast: one of `NUMERIC`, or "none", "text", "complex", "object".
    listed : bool
        Whether a list or tuple came where an array was asked for.
    """

    array: np.ndarray = field(default_factory=lambda: np.zeros(0))
    kind: str = "float64"
    listed: bool = False


@dataclass(frozen=True, eq=False)
class Reply:
    """What one call gave back.

    Parameters
    ----------
    values : tuple of Value
        The returned values; no more than a handful are kept (``count`` says how many came).
    container : str
        "tuple" or "list" for several values, "array" for an array along whose first axis they
        were stacked, "single" for one value.
    count : int
        How many values were returned.
    changed : tuple of int
        Positions of the arguments that were changed in place.
    error : str
        Type name of the exception that ended the call; empty if it returned.
    text : str
        The exception's message, shortened to one line.
    line : int or None
        The line of the student's function, counted from 1, in which it was raised.
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


@dataclass(frozen=True, eq=False)
class Case:
    """One call of the student's function, and what is known about it.

    Parameters
    ----------
    about : str
        What is special about these inputs, as in "a matrix".
    arguments : tuple
        float, int, bool, str, ndarray, `Quadratic`, `Generator`, or a list of these, by position.
    expected : tuple of ndarray
        The right values; zeros of the right shapes for a task that is judged by a property.
    magnitude : tuple of ndarray
        Per returned value, the sum of the absolute values that enter it: rounding errors, and so
        the tolerance, are relative to this and not to a result in which terms may cancel.
    role : str
        One of `ROLES`.
    weight : float
        Share of the points; the weights of a task sum to 1.
    step : str
        Where in a chain of steps the call stands, as in "step 2 of 3"; empty elsewhere.
    repeats : int or None
        Index of an earlier case with the same arguments: a function that keeps nothing between
        calls answers both alike.
    mistaken : dict of str to Reply
        What each misconception would have returned, where that differs from the truth.
    """

    about: str
    arguments: tuple
    expected: tuple[np.ndarray, ...] = ()
    magnitude: tuple[np.ndarray, ...] = ()
    role: str = "core"
    weight: float = 0.0
    step: str = ""
    repeats: int | None = None
    mistaken: dict[str, Reply] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Task:
    """One exercise with its calls.

    Parameters
    ----------
    slug, function : str
        Name of the exercise and of the function that is asked for.
    arguments, returns : tuple of str
        Names of the arguments and of the returned values, in order.
    points : float
        What a right answer earns.
    cases : tuple of Case
        The calls, in order.
    hints : dict of str to str
        The hint that each misconception earns.
    judged_by : str
        Name of a property in ``properties``; empty where values are compared.
    """

    slug: str
    function: str
    arguments: tuple[str, ...]
    returns: tuple[str, ...]
    points: float
    cases: tuple[Case, ...]
    hints: dict[str, str] = field(default_factory=dict)
    judged_by: str = ""


def _number(value: float) -> float | str:
    """Write a float as JSON can: it has no non-finite numbers, so those travel as text."""
    return value if math.isfinite(value) else str(value)


# The many zeros, or ones, of a task that is judged by a property are written as one number.
LONG = 200


def _array(array: np.ndarray) -> dict:
    array = np.asarray(array, np.float64)
    numbers = [_number(x) for x in array.ravel().tolist()]
    if len(numbers) >= LONG and len(set(map(str, numbers))) == 1:
        return {"shape": list(array.shape), "all": numbers[0]}
    return {"shape": list(array.shape), "data": numbers}


def _read_array(data: dict) -> np.ndarray:
    if "all" in data:
        return np.full(data["shape"], float(data["all"]))
    return np.array([float(x) for x in data["data"]], np.float64).reshape(data["shape"])


def _argument(value) -> dict:
    # Each argument names its type, so that 1 and 1.0, or "nan" and NaN, stay what they are.
    match value:
        case bool():
            return {"bool": value}
        case int():
            return {"int": value}
        case float():
            return {"float": _number(value)}
        case str():
            return {"text": value}
        case np.ndarray():
            return {"array": _array(value)}
        case Quadratic():
            return {
                "quadratic": {
                    "curvature": _array(value.curvature),
                    "centre": _array(value.centre),
                }
            }
        case Generator():
            return {"generator": value.seed}
        case list():
            return {"list": [_argument(item) for item in value]}
    raise TypeError(f"expected an argument that JSON can hold, got {type(value).__name__}")


def _read_argument(data: dict):
    ((kind, value),) = data.items()
    match kind:
        case "bool" | "int" | "text":
            return value
        case "float":
            return float(value)
        case "array":
            return _read_array(value)
        case "quadratic":
            return Quadratic(_read_array(value["curvature"]), _read_array(value["centre"]))
        case "generator":
            return Generator(int(value))
        case "list":
            return [_read_argument(item) for item in value]
    raise ValueError(f"expected a known type of argument, got {kind!r}")


def _reply(reply: Reply) -> dict:
    """Write a misconception's reply; the exception's text stays out, it depends on versions."""
    if reply.error:
        return {"error": reply.error}
    values = [
        _array(value.array) if value.kind in NUMERIC else {"kind": value.kind}
        for value in reply.values
    ]
    return {"container": reply.container, "values": values}


def _read_reply(data: dict) -> Reply:
    if "error" in data:
        return Reply(error=data["error"])
    values = tuple(
        Value(kind=value["kind"]) if "kind" in value else Value(_read_array(value))
        for value in data["values"]
    )
    return Reply(values, data["container"], len(values))


def _case(case: Case) -> dict:
    return {
        "about": case.about,
        "step": case.step,
        "role": case.role,
        "weight": case.weight,
        "repeats": case.repeats,
        "arguments": [_argument(value) for value in case.arguments],
        "expected": [_array(value) for value in case.expected],
        "magnitude": [_array(value) for value in case.magnitude],
        "mistaken": {name: _reply(reply) for name, reply in case.mistaken.items()},
    }


def _read_case(data: dict) -> Case:
    if data["role"] not in ROLES:
        raise ValueError(f"expected a role among {ROLES}, got {data['role']!r}")
    return Case(
        about=data["about"],
        step=data["step"],
        role=data["role"],
        weight=float(data["weight"]),
        repeats=data["repeats"],
        arguments=tuple(_read_argument(value) for value in data["arguments"]),
        expected=tuple(_read_array(value) for value in data["expected"]),
        magnitude=tuple(_read_array(value) for value in data["magnitude"]),
        mistaken={name: _read_reply(reply) for name, reply in data["mistaken"].items()},
    )


def encode(task: Task) -> bytes:
    """Turn a task into JSON: one line a case, floats in their shortest exact form."""
    head = {
        "slug": task.slug,
        "function": task.function,
        "arguments": list(task.arguments),
        "returns": list(task.returns),
        "points": task.points,
        "judged_by": task.judged_by,
        "hints": task.hints,
    }
    lines = [
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)},"
        for key, value in head.items()
    ]
    cases = [
        json.dumps(_case(case), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        for case in task.cases
    ]
    text = "\n".join(["{", *lines, '"cases": [', ",\n".join(cases), "]", "}", ""])
    return text.encode("utf-8")


def decode(data: bytes) -> Task:
    """Read a task back from the bytes that `encode` made.

    Raises
    ------
    CaseFileError
        If the bytes are not such a task.
    """
    try:
        head = json.loads(data.decode("utf-8"))
        task = Task(
            slug=head["slug"],
            function=head["function"],
            arguments=tuple(head["arguments"]),
            returns=tuple(head["returns"]),
            points=float(head["points"]),
            cases=tuple(_read_case(case) for case in head["cases"]),
            hints=dict(head["hints"]),
            judged_by=head["judged_by"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CaseFileError(f"expected the data of an exercise, got {error!r}") from error
    if not task.cases:
        raise CaseFileError("expected the data of an exercise, got one without cases")
    return task


def load(slug: str, folder: Path = FOLDER) -> Task:
    """Read the compiled task of an exercise.

    Parameters
    ----------
    slug : str
        The exercise's name, as in "momentum-step".
    folder : Path
        Where the JSON files lie.

    Raises
    ------
    ValueError
        If no exercise has this name; as `CaseFileError` if its file cannot be read.
    """
    known = sorted(path.stem for path in folder.glob("*.json"))
    if not known:
        raise CaseFileError("the case files of the exercises are missing: install the course again")
    if slug not in known:
        close = difflib.get_close_matches(str(slug), known, n=1)
        guess = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
        raise ValueError(f"there is no exercise called {slug!r}: {guess}")
    try:
        task = decode((folder / f"{slug}.json").read_bytes())
    except (OSError, CaseFileError) as error:
        raise CaseFileError(
            f"the case file of {slug} cannot be read ({error}): install the course again"
        ) from error
    if task.slug != slug:
        raise CaseFileError(
            f"the case file of {slug} holds {task.slug} instead: install the course again"
        )
    return task
