"""The registry: every exercise's one declaration, and what is made from it.

- ``get``: one declaration, by its slug; the others are not imported for it
- ``EXERCISES``: all of them, by slug, in the lessons' order; found when first asked for
- ``score``: what a graded cell's hidden part calls, on fresh inputs
- ``compile_cases``: the case files of the visible check; ``course release`` writes them
- ``exercise`` and ``inputs``: what declarations are made of
- one package a lesson (``momentum``), one module an exercise; ``discovery`` finds them

This half knows the answers. It is not part of what students get.
"""

import dataclasses
import difflib
import functools
import secrets
from collections.abc import Callable
from pathlib import Path

import numpy as np

from course_utils.exercises.cases import FOLDER, Case, encode
from course_utils.exercises.check import check_task

from .discovery import find, find_one
from .exercise import Exercise, Solution

__all__ = [
    "EXERCISES",
    "FOLDER",
    "Exercise",
    "Solution",
    "compile_cases",
    "get",
    "score",
]

_SOURCES = Path(__file__).resolve().parents[3] / "solutions"
EXERCISES: dict[str, Exercise]

# Seed of the compiled cases: any number will do, as long as it stays.
SEED = 2013
# Digits of compiled answers: far below the judge's tolerance, and few enough that the last bit of
# another processor's pow() does not change a file.
DIGITS = 13
MISTAKEN_DIGITS = 11


@functools.cache
def _all() -> dict[str, Exercise]:
    return find(__name__, __path__, _SOURCES)


def __getattr__(name: str):
    if name == "EXERCISES":
        return _all()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@functools.cache
def get(slug: str) -> Exercise:
    """Return the declaration of an exercise.

    Raises
    ------
    ValueError
        If no exercise has this name.
    """
    if (exercise := find_one(__name__, __path__, str(slug))) is not None:
        return exercise
    close = difflib.get_close_matches(str(slug), _all(), n=1)
    guess = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(_all())}"
    raise ValueError(f"there is no exercise called {slug!r}: {guess}")


def score(slug: str, function: Callable, seed: int | None = None) -> float:
    """Score a solution on fresh inputs, and print why; inputs are not shown.

    Parameters
    ----------
    slug : str
        The exercise's name.
    function : callable
        The solution.
    seed : int, optional
        What the inputs are drawn with; drawn anew and printed if not given, for a replay.

    Returns
    -------
    float
        Points. A right function earns what `check` gives it; one that fits the visible cases alone
        earns less.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    exercise = get(slug)
    if seed is None:
        seed = secrets.randbelow(2**32)
    if exercise.arguments:  # without any there is nothing to draw, and nothing to replay
        print(f"Scored on fresh inputs (seed {seed}).")
    return check_task(exercise.task(seed), function, reveal=False)


def compile_cases(exercise: Exercise) -> bytes:
    """Return the content of an exercise's case file: the same bytes every time."""
    task = exercise.task(SEED)
    return encode(dataclasses.replace(task, cases=tuple(_shortened(case) for case in task.cases)))


def _shortened(case: Case) -> Case:
    return dataclasses.replace(
        case,
        expected=tuple(_digits(value, DIGITS) for value in case.expected),
        magnitude=tuple(_digits(value, 3) for value in case.magnitude),
        mistaken={
            name: dataclasses.replace(
                reply,
                values=tuple(
                    dataclasses.replace(value, array=_digits(value.array, MISTAKEN_DIGITS))
                    for value in reply.values
                ),
            )
            for name, reply in case.mistaken.items()
        },
    )


def _digits(array: np.ndarray, digits: int) -> np.ndarray:
    short = [float(f"{x:.{digits}g}") for x in array.ravel().tolist()]
    return np.array(short, np.float64).reshape(array.shape)
