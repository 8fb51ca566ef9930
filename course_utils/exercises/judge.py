"""Compare plain data with plain data, and return a verdict; no student's code runs here.

How points are computed. Every case has a weight, and every returned value an equal share of it.
*Core* cases have generic inputs, on which every known misconception is wrong. *Edge* cases (a
factor of 0, a matrix, a first step from zero) count for a returned value only if all core cases of
that value are right. So no points are earned on inputs where a mistake does not show. *Free* cases
(empty arrays) carry no points. A call that changed its inputs earns half.

How a diagnosis is found. A misconception is named if two things hold. In every call in which it
would have returned something wrong, the reply is what it would have returned. And the first wrong
call is one of these. An exception proves little, so a misconception that shows in exceptions alone
must also account for every wrong call. Of several, the one that is wrong in most calls is named;
of equals, the one declared first. Two behaviours are found without comparison with the right
values: `KEEPS_STATE` and `CHANGES_INPUTS`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .cases import NUMERIC, ROLES, Case, Reply, Task, Value
from .properties import PROPERTIES, Finding

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

KEEPS_STATE = "keeps_state_between_calls"
CHANGES_INPUTS = "changes_its_inputs"
BEHAVIOURS = {
    KEEPS_STATE: "The same call, made twice, gave two different answers: your function remembers "
    "something from earlier calls (a global variable, a mutable default argument) or draws "
    "random numbers. Everything it needs comes in through its arguments.",
    CHANGES_INPUTS: "The values are right, but the arrays handed in came back changed: operators "
    "such as += and -= write into the caller's array. Make a new array instead, as in "
    "a = a + b.",
}

# For tasks judged by a property: misconceptions that name a value which the property cannot judge.
UNJUDGED = {"complex": "returns_complex_numbers", "shape": "returns_another_shape"}


@dataclass(frozen=True)
class Problem:
    """The first thing that is wrong.

    Parameters
    ----------
    kind : str
        "not-written", "signature", "raised", "count", "none", "text", "complex", "object",
        "shape", "nan", "truncated", "rounded", "value", "property", "keeps-state",
        "input-changed".
    case : int
        Index of the call.
    place : int
        Index of the returned value; for "input-changed" that of the argument.
    """

    kind: str
    case: int
    place: int = 0


@dataclass(frozen=True)
class Verdict:
    """The points that the answers earn, and why.

    Parameters
    ----------
    points, max_points : float
        The points earned, and those that can be earned; built-in floats.
    right : tuple of tuple of bool
        Per call and returned value.
    problem : Problem or None
        The first thing that is wrong.
    diagnosis : str or None
        Name of the misconception that explains it.
    hint : str or None
        What to think about next.
    conclusion : str
        What a right answer shows, where a property judges; else empty.
    """

    points: float
    max_points: float
    right: tuple[tuple[bool, ...], ...]
    problem: Problem | None = None
    diagnosis: str | None = None
    hint: str | None = None
    conclusion: str = ""


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
    array = value.array
    if value.kind not in NUMERIC or array.shape != expected.shape:
        return False
    with np.errstate(all="ignore"):
        close = np.abs(array - expected) <= PRECISION.get(value.kind, PRECISE) * magnitude
        close |= (array == expected) | (np.isnan(array) & np.isnan(expected))
        if value.kind == "float32":
            smallest, largest = FLOAT32_RANGE
            close |= (magnitude > 0) & ((magnitude < smallest) | (magnitude > largest))
    return bool(np.all(close))


def form_problem(case: Case, reply: Reply, place: int) -> str | None:
    """Return the kind of `Problem` that keeps one returned value from being compared, or None."""
    if reply.error:
        named = {"NotImplementedError": "not-written", "SignatureError": "signature"}
        return named.get(reply.error, "raised")
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


def _value_problem(value: Value, expected: np.ndarray, magnitude: np.ndarray) -> str:
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


def _same(case: Case, first: Reply, second: Reply) -> bool:
    """Tell whether two replies to one call are the same, right or wrong."""
    if first.error or second.error:
        return first.error == second.error
    if first.count != second.count or len(first.values) != len(second.values):
        return False
    for place, (a, b) in enumerate(zip(first.values, second.values, strict=True)):
        if a.kind not in NUMERIC or b.kind not in NUMERIC:
            if a.kind != b.kind:
                return False
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


def _diagnosis(task: Task, replies: Sequence[Reply], wrong: Sequence[int]) -> str | None:
    """Return the misconception that explains the wrong calls, the first of them included."""
    best, most_calls = None, 0
    for name in task.hints:
        calls = [  # those in which the misconception is wrong
            index
            for index, case in enumerate(task.cases)
            if case.role != "free" and name in case.mistaken
        ]
        if len(calls) <= most_calls or wrong[0] not in calls:
            continue
        only_raises = all(task.cases[index].mistaken[name].error for index in calls)
        if only_raises and set(calls) != set(wrong):
            continue
        if all(
            _same(task.cases[index], replies[index], task.cases[index].mistaken[name])
            for index in calls
        ):
            best, most_calls = name, len(calls)
    return best


def _order(task: Task) -> list[int]:
    """Return the order in which calls are looked at: generic inputs first, free ones last."""
    return sorted(range(len(task.cases)), key=lambda index: ROLES.index(task.cases[index].role))


def _earned_share(task: Task, replies: Sequence[Reply], right: Sequence[Sequence[bool]]) -> float:
    core = [index for index, case in enumerate(task.cases) if case.role == "core"]
    places = range(len(task.returns))
    core_is_right = [all(right[index][place] for index in core) for place in places]
    share = 0.0
    for case, reply, row in zip(task.cases, replies, right, strict=True):
        counted = sum(
            row[place] and (case.role == "core" or core_is_right[place]) for place in places
        )
        share += case.weight * counted / len(task.returns) * (0.5 if reply.changed else 1.0)
    return share


def judge(task: Task, replies: Sequence[Reply]) -> Verdict:
    """Judge the replies to a task's calls.

    Parameters
    ----------
    task : Task
        What was asked, and what is right.
    replies : sequence of Reply
        One for each call, in order. Whatever they hold, they do not make the judge raise.

    Returns
    -------
    Verdict
        Points, and the first thing that is wrong, with its name and hint where it has one.

    Raises
    ------
    ValueError
        If there are more or fewer replies than calls.
    """
    if len(replies) != len(task.cases):
        raise ValueError(f"expected {len(task.cases)} replies, got {len(replies)}")
    if all(reply.error == "NotImplementedError" for reply in replies):
        none_right = tuple((False,) * len(task.returns) for _ in task.cases)
        return Verdict(0.0, float(task.points), none_right, Problem("not-written", 0))
    if task.judged_by:
        return _judge_property(task, replies)

    right = tuple(map(right_places, task.cases, replies))
    points = round(float(task.points) * _earned_share(task, replies, right), 2)

    order = _order(task)
    wrong = [i for i in order if task.cases[i].role != "free" and not all(right[i])]
    diagnosis = None
    if (repeat := _find_changed_repeat(task, replies)) is not None:
        problem, diagnosis = Problem("keeps-state", repeat), KEEPS_STATE
    elif wrong:
        problem = _first_problem(task, replies, right, wrong)
        diagnosis = _diagnosis(task, replies, wrong)
    elif changed := [i for i in order if replies[i].changed]:
        problem = Problem("input-changed", changed[0], replies[changed[0]].changed[0])
        diagnosis = CHANGES_INPUTS
    else:
        problem = _first_problem(task, replies, right, [i for i in order if not all(right[i])])
    return _verdict(task, points, right, problem, diagnosis)


def _verdict(task, points, right, problem, diagnosis, conclusion="") -> Verdict:
    hint = task.hints.get(diagnosis, BEHAVIOURS.get(diagnosis)) if diagnosis else None
    return Verdict(float(points), float(task.points), right, problem, diagnosis, hint, conclusion)


def _first_problem(
    task: Task,
    replies: Sequence[Reply],
    right: Sequence[Sequence[bool]],
    wrong: Sequence[int],
) -> Problem | None:
    """Return the first problem of the first wrong call.

    The first returned value, the weights, comes last: it is computed from the others, the state.
    """
    if not wrong:
        return None
    index = wrong[0]
    case, reply, places = task.cases[index], replies[index], range(len(right[index]))
    place = next(place for place in [*places[1:], 0] if not right[index][place])
    kind = form_problem(case, reply, place) or _value_problem(
        reply.values[place], case.expected[place], case.magnitude[place]
    )
    return Problem(kind, index, place)


def _find_changed_repeat(task: Task, replies: Sequence[Reply]) -> int | None:
    """Return the index of a repeated call that was not answered as it was the first time."""
    for index, case in enumerate(task.cases):
        if case.repeats is not None and not _same(case, replies[index], replies[case.repeats]):
            return index
    return None


def _judge_property(task: Task, replies: Sequence[Reply]) -> Verdict:
    places = range(len(task.returns))
    well_formed = [
        [form_problem(case, reply, place) is None for place in places]
        for case, reply in zip(task.cases, replies, strict=True)
    ]
    wrong = [index for index in _order(task) if not all(well_formed[index])]
    finding, problem = Finding(0.0), _first_problem(task, replies, well_formed, wrong)
    if wrong and task.cases[wrong[0]].role == "core":
        diagnosis = UNJUDGED.get(problem.kind)
    else:  # at least all generic calls can be judged
        answers = [
            tuple(value.array for value in reply.values) if all(row) else None
            for reply, row in zip(replies, well_formed, strict=True)
        ]
        finding = PROPERTIES[task.judged_by](task.cases, answers)
        diagnosis = finding.mistake
        if finding.mistake and not (wrong and wrong[0] == finding.case):
            problem = Problem("property", finding.case)
    factor = 0.5 if any(reply.changed for reply in replies) else 1.0
    right = tuple((finding.share > 0 and all(row),) * len(row) for row in well_formed)
    points = round(float(task.points) * finding.share * factor, 2)
    diagnosis = diagnosis if diagnosis in task.hints else None
    return _verdict(task, points, right, problem, diagnosis, finding.conclusion)
