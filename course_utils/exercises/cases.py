"""The data of an exercise: its calls and their right answers.

All of it is plain data (numbers, text, arrays), because the registry sends it to a student's
machine as a JSON file. What a call takes and returns is in ``values``.

- ``Task``: one exercise with its calls; ``Case``: one call
- ``encode`` and ``decode``: a task as JSON bytes and back, floats exact, bytes deterministic
- ``load``: the task of a slug from ``compiled/``; every way in which that can fail is a sentence
"""

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .values import (
    NUMERIC,
    Reply,
    Value,
    read_argument,
    read_array,
    write_argument,
    write_array,
    write_number,
)

FOLDER = Path(__file__).parent / "compiled"

# How a case counts (see ``judge``): "core" inputs are generic; "edge" inputs are special, so that
# a wrong function may be right there by luck; "free" inputs carry no points.
ROLES = ("core", "edge", "free")


class CaseFileError(ValueError):
    """A case file is missing or damaged; the message is one sentence."""


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
        The right values, or zeros of their shapes for a task that is judged by a property.
    magnitude : tuple of ndarray
        For each returned value, the sum of the absolute values of its terms. Rounding errors, and
        so the tolerance, are relative to this, and not to a result in which terms may cancel.
    role : str
        One of `ROLES`.
    weight : float
        Share of the points; the weights of a task sum to 1.
    step : str
        Its place in a chain of steps, as in "step 2 of 3"; empty elsewhere.
    repeats : int or None
        Index of an earlier case with the same arguments. A function that stores nothing between
        calls answers both alike.
    varies : tuple of (int, int) or None
        Index of an earlier case, and of the one argument in which the two differ. A function that
        uses this argument answers them differently, if the right one does.
    mistaken : dict of str to Reply
        What each misconception would have returned, where that differs from the right values.
    """

    about: str
    arguments: tuple
    expected: tuple[np.ndarray, ...] = ()
    magnitude: tuple[np.ndarray, ...] = ()
    role: str = "core"
    weight: float = 0.0
    step: str = ""
    repeats: int | None = None
    varies: tuple[int, int] | None = None
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
    pairs : mapping of str to tuple of tuple of float or None
        What a function with two misconceptions would have returned, by their names with " and "
        between them: for each case that carries points, the fingerprint of each value.
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
    pairs: Mapping[str, tuple[tuple[float | None, ...], ...]] = field(default_factory=dict)


def quoted(text: str) -> list[str]:
    """Return the words that an exception's message quotes, such as the types that do not fit.

    They tell two exceptions of one type apart, and are the same in every version of Python.
    """
    return re.findall(r"'(\w+)'", text)


# A value of a misconception's reply is right if it differs by so little of its terms.
RIGHT = 1e-11


def _is_right(value: Value, expected: np.ndarray, magnitude: np.ndarray) -> bool:
    with np.errstate(all="ignore"):
        return value.array.shape == expected.shape and bool(
            np.all(np.abs(value.array - expected) <= RIGHT * magnitude)
        )


def _reply(reply: Reply, case: Case) -> dict:
    """Write a misconception's reply: null for a value that is right, numbers for one of its shape.

    Of an exception's text only the words that it quotes are written.
    """
    if reply.error:
        words = quoted(reply.text)
        return {"error": reply.error} | ({"words": words} if words else {})
    pairs = zip(case.expected, case.magnitude, strict=True)
    if len(reply.values) != len(case.expected):
        pairs = ((np.full(0, np.nan), np.zeros(0)) for _ in reply.values)  # which none agrees with
    values = []
    for value, (expected, magnitude) in zip(reply.values, pairs, strict=True):
        if value.kind not in NUMERIC:
            values.append({"kind": value.kind})
        elif expected.size and _is_right(value, expected, magnitude):
            values.append(None)
        else:
            array = write_array(value.array)
            is_usual = "data" in array and value.array.shape == expected.shape
            values.append(array["data"] if is_usual else array)
    return {"values": values} | (
        {} if reply.container == _usual_container(case.expected) else {"container": reply.container}
    )


def _usual_container(expected: tuple[np.ndarray, ...]) -> str:
    return "single" if len(expected) == 1 else "tuple"


def _read_reply(data: dict, expected: tuple[np.ndarray, ...]) -> Reply:
    if "error" in data:
        text = " ".join(f"'{word}'" for word in data.get("words", ()))
        return Reply(error=data["error"], text=text)
    values = tuple(
        _read_value(value, expected[place] if place < len(expected) else np.zeros(0))
        for place, value in enumerate(data["values"])
    )
    return Reply(values, data.get("container", _usual_container(expected)), len(values))


def _read_value(data, expected: np.ndarray) -> Value:
    match data:
        case None:
            return Value(expected)
        case list():
            return Value(read_array({"shape": expected.shape, "data": data}))
        case {"kind": kind}:
            return Value(kind=kind)
    return Value(read_array(data))


def _case(case: Case) -> dict:
    return {
        "about": case.about,
        "step": case.step,
        "role": case.role,
        "weight": case.weight,
        "repeats": case.repeats,
        **({"varies": list(case.varies)} if case.varies else {}),
        "arguments": [write_argument(value) for value in case.arguments],
        "expected": [write_array(value) for value in case.expected],
        "magnitude": [write_array(value) for value in case.magnitude],
        "mistaken": {name: _reply(reply, case) for name, reply in case.mistaken.items()},
    }


def _read_case(data: dict) -> Case:
    if data["role"] not in ROLES:
        raise ValueError(f"expected a role among {ROLES}, got {data['role']!r}")
    expected = tuple(read_array(value) for value in data["expected"])
    return Case(
        about=data["about"],
        step=data["step"],
        role=data["role"],
        weight=float(data["weight"]),
        repeats=data["repeats"],
        varies=tuple(data["varies"]) if "varies" in data else None,
        arguments=tuple(read_argument(value) for value in data["arguments"]),
        expected=expected,
        magnitude=tuple(read_array(value) for value in data["magnitude"]),
        mistaken={name: _read_reply(reply, expected) for name, reply in data["mistaken"].items()},
    )


# Digits of a fingerprint in a file: its tolerance is a billionth.
SUM_DIGITS = 10


def _sums(answers) -> list:
    return [
        [
            value if value is None else write_number(float(f"{value:.{SUM_DIGITS}g}"))
            for value in row
        ]
        for row in answers
    ]


def _read_sums(answers) -> tuple:
    return tuple(
        tuple(value if value is None else float(value) for value in row) for row in answers
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
    pairs = [
        f"{json.dumps(name)}: {json.dumps(_sums(answers), allow_nan=False, separators=(',', ':'))}"
        for name, answers in task.pairs.items()
    ]
    text = "\n".join(
        [
            "{",
            *lines,
            '"cases": [',
            ",\n".join(cases),
            "],",
            '"pairs": {',
            ",\n".join(pairs),
            "}}",
            "",
        ]
    )
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
            pairs={name: _read_sums(answers) for name, answers in head["pairs"].items()},
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
