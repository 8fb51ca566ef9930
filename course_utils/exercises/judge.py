"""The trusted side of the wall: plain data in, a verdict out; no student's code runs here.

How points come about. Every case has a weight, every returned value an equal share of it. *Core*
cases have generic inputs, on which no known misconception is right by luck. *Edge* cases (a
factor of 0, a matrix, a first step from zero) count for a returned value only if all core cases of
that value are right: so partial credit never rests on an input where a mistake does not show.
*Free* cases (empty arrays) carry nothing. A call that changed its inputs earns half.

How a diagnosis comes about. A misconception is named if the answers agree with what it would have
returned in every call in which that differs from the truth, and if this explains the first
wrong call. An exception proves little, so a misconception that shows in exceptions alone must
moreover account for every wrong call. Of several, the one that differs in most calls is the
most specific; of equals, the one declared first. Two behaviours are seen without any comparison
with the truth: `KEEPS_STATE` and `CHANGES_INPUTS`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .cases import NUMERIC, Case, Reply, Task, Value
from .properties import PROPERTIES, Finding

# Rounding errors of correct code are some 1e-16 (float32: 1e-7) of the numbers that enter a value;
# the nearest misconception is off by some 1e-3 of them.
PRECISION = {"float32": 1e-5, "float16": 1e-5}
PRECISE = 1e-9
# An answer this near, or equal to the right one cut to so many decimals, has been rounded.
NEARLY = {"float16": 1e-2}
ALMOST = 1e-5
DECIMALS = range(1, 9)
# float32 ends at 1e38 and 1e-38: beyond these nothing is asked of it.
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

# Where a property judges, what a call that cannot be looked at is named, if the task knows it.
FAULTS = {"complex": "returns_complex_numbers", "shape": "returns_another_shape"}


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
    """What the answers are worth, and why.

    Parameters
    ----------
    points, max_points : float
        Earned, and to be earned; built-in floats.
    right : tuple of tuple of bool
        Per call and returned value.
    problem : Problem or None
        The first thing that is wrong.
    diagnosis : str or None
        Name of the misconception that explains it.
    hint : str or None
        What to think about next.
    found : str
        What a right answer shows, where a property judges; else empty.
    """

    points: float
    max_points: float
    right: tuple[tuple[bool, ...], ...]
    problem: Problem | None = None
    diagnosis: str | None = None
    hint: str | None = None
    found: str = ""


def agrees(value: Value, want: np.ndarray, magnitude: np.ndarray | float) -> bool:
    """Tell whether a returned value equals ``want`` up to rounding.

    Parameters
    ----------
    value : Value
        What came; its kind decides the precision asked of it.
    want : ndarray
        What is compared with; it may hold NaN and infinities.
    magnitude : ndarray or float
        What rounding errors are relative to; broadcasts to ``want``.
    """
    got = value.array
    if value.kind not in NUMERIC or got.shape != want.shape:
        return False
    with np.errstate(all="ignore"):
        close = np.abs(got - want) <= PRECISION.get(value.kind, PRECISE) * magnitude
        close |= (got == want) | (np.isnan(got) & np.isnan(want))
        if value.kind == "float32":
            smallest, largest = FLOAT32_RANGE
            close |= (magnitude > 0) & ((magnitude < smallest) | (magnitude > largest))
    return bool(np.all(close))


def fault(case: Case, reply: Reply, place: int) -> str | None:
    """Name what is wrong with one returned value of one call (a `Problem` kind), or None."""
    if reply.error:
        named = {"NotImplementedError": "not-written", "SignatureError": "signature"}
        return named.get(reply.error, "raised")
    if reply.count != len(case.expected) or len(reply.values) != len(case.expected):
        return "none" if _is_nothing(reply) else "count"
    if reply.container == "array" and any(
        value.array.shape != want.shape
        for value, want in zip(reply.values, case.expected, strict=True)
    ):
        return "count"  # one array of that length by chance, not the values stacked
    value, want = reply.values[place], case.expected[place]
    if value.kind not in NUMERIC:
        return value.kind
    return "shape" if value.array.shape != want.shape else None


def _is_nothing(reply: Reply) -> bool:
    return reply.container == "single" and [value.kind for value in reply.values] == ["none"]


def _difference(value: Value, want: np.ndarray, magnitude: np.ndarray) -> str:
    """Name how a wrong value of the right shape differs from the right one."""
    got = value.array
    if not np.all(np.isfinite(got)):
        return "nan"
    with np.errstate(all="ignore"):
        if value.kind == "integer" and np.all(np.abs(got - want) < 1):
            return "truncated"
        cut = [np.round(want, decimals) for decimals in DECIMALS]
        nearly = NEARLY.get(value.kind, ALMOST) * magnitude
        rounded = np.all(np.abs(got - want) <= nearly) or any(
            agrees(value, short, magnitude) for short in cut
        )
        return "rounded" if rounded else "value"


def right_places(case: Case, reply: Reply) -> tuple[bool, ...]:
    """Tell for every returned value of a call whether it is right."""
    return tuple(
        fault(case, reply, place) is None and agrees(reply.values[place], want, magnitude)
        for place, (want, magnitude) in enumerate(zip(case.expected, case.magnitude, strict=True))
    )


def _same(case: Case, one: Reply, other: Reply) -> bool:
    """Tell whether two replies to one call say the same, right or wrong."""
    if one.error or other.error:
        return one.error == other.error
    if one.count != other.count or len(one.values) != len(other.values):
        return False
    for place, (a, b) in enumerate(zip(one.values, other.values, strict=True)):
        if a.kind not in NUMERIC or b.kind not in NUMERIC:
            if a.kind != b.kind:
                return False
            continue
        magnitude = case.magnitude[place] if place < len(case.magnitude) else np.zeros(())
        if magnitude.shape != b.array.shape:
            magnitude = np.max(magnitude, initial=0.0)
        # The answer may be larger than anything that enters the right one.
        with np.errstate(all="ignore"):
            magnitude = magnitude + np.nan_to_num(np.abs(b.array), nan=0.0, posinf=0.0)
        if not agrees(a, b.array, magnitude):
            return False
    return True


def _diagnosis(task: Task, replies: Sequence[Reply], wrong: Sequence[int]) -> str | None:
    """Name the misconception that explains the wrong calls, the first of them included."""
    best, most = None, 0
    for name in task.hints:
        shows = [
            index
            for index, case in enumerate(task.cases)
            if case.role != "free" and name in case.mistaken
        ]
        if len(shows) <= most or wrong[0] not in shows:
            continue
        only_raises = all(task.cases[index].mistaken[name].error for index in shows)
        if only_raises and set(shows) != set(wrong):
            continue
        if all(
            _same(task.cases[index], replies[index], task.cases[index].mistaken[name])
            for index in shows
        ):
            best, most = name, len(shows)
    return best


def _order(task: Task) -> list[int]:
    """Order in which calls are looked at: generic inputs first, those without points last."""
    roles = ("core", "edge", "free")
    return sorted(range(len(task.cases)), key=lambda index: roles.index(task.cases[index].role))


def _share(task: Task, replies: Sequence[Reply], right: Sequence[Sequence[bool]]) -> float:
    core = [index for index, case in enumerate(task.cases) if case.role == "core"]
    places = range(len(task.returns))
    solid = [all(right[index][place] for index in core) for place in places]
    share = 0.0
    for case, reply, row in zip(task.cases, replies, right, strict=True):
        counted = sum(row[place] and (case.role == "core" or solid[place]) for place in places)
        share += case.weight * counted / len(task.returns) * (0.5 if reply.changed else 1.0)
    return share


def judge(task: Task, replies: Sequence[Reply]) -> Verdict:
    """Judge the replies to a task's calls.

    Parameters
    ----------
    task : Task
        What was asked, and what is right.
    replies : sequence of Reply
        One a call, in order. They may come from anywhere: no reply makes the judge raise.

    Returns
    -------
    Verdict
        Points, and the first thing that is wrong, with its name and hint where it has one.
    """
    if len(replies) != len(task.cases):
        raise ValueError(f"expected {len(task.cases)} replies, got {len(replies)}")
    if all(reply.error == "NotImplementedError" for reply in replies):
        nothing = tuple((False,) * len(task.returns) for _ in task.cases)
        return Verdict(0.0, float(task.points), nothing, Problem("not-written", 0))
    if task.judged_by:
        return _judge_property(task, replies)

    right = tuple(map(right_places, task.cases, replies))
    points = round(float(task.points) * _share(task, replies, right), 2)

    order = _order(task)
    wrong = [i for i in order if task.cases[i].role != "free" and not all(right[i])]
    diagnosis = None
    if (again := _forgetful(task, replies)) is not None:
        problem, diagnosis = Problem("keeps-state", again), KEEPS_STATE
    elif wrong:
        problem = _first(task, replies, right, wrong)
        diagnosis = _diagnosis(task, replies, wrong)
    elif changed := [i for i in order if replies[i].changed]:
        problem = Problem("input-changed", changed[0], replies[changed[0]].changed[0])
        diagnosis = CHANGES_INPUTS
    else:
        problem = _first(task, replies, right, [i for i in order if not all(right[i])])
    return _verdict(task, points, right, problem, diagnosis)


def _verdict(task, points, right, problem, diagnosis, found="") -> Verdict:
    hint = task.hints.get(diagnosis, BEHAVIOURS.get(diagnosis)) if diagnosis else None
    return Verdict(float(points), float(task.points), right, problem, diagnosis, hint, found)


def _first(
    task: Task,
    replies: Sequence[Reply],
    right: Sequence[Sequence[bool]],
    wrong: Sequence[int],
) -> Problem | None:
    """Name the first problem; state before weights, because the weights are computed from it."""
    if not wrong:
        return None
    index = wrong[0]
    case, reply, places = task.cases[index], replies[index], range(len(right[index]))
    place = next(place for place in [*places[1:], 0] if not right[index][place])
    kind = fault(case, reply, place) or _difference(
        reply.values[place], case.expected[place], case.magnitude[place]
    )
    return Problem(kind, index, place)


def _forgetful(task: Task, replies: Sequence[Reply]) -> int | None:
    """Find a repeated call that was answered differently than the first time."""
    for index, case in enumerate(task.cases):
        if case.repeats is not None and not _same(case, replies[index], replies[case.repeats]):
            return index
    return None


def _judge_property(task: Task, replies: Sequence[Reply]) -> Verdict:
    places = range(len(task.returns))
    sound = [
        [fault(case, reply, place) is None for place in places]
        for case, reply in zip(task.cases, replies, strict=True)
    ]
    wrong = [index for index in _order(task) if not all(sound[index])]
    finding, problem = Finding(0.0), _first(task, replies, sound, wrong)
    if wrong and task.cases[wrong[0]].role == "core":
        diagnosis = FAULTS.get(problem.kind)
    else:  # a property is asked of what can be looked at: generic calls at least
        answers = [
            tuple(value.array for value in reply.values) if all(row) else None
            for reply, row in zip(replies, sound, strict=True)
        ]
        finding = PROPERTIES[task.judged_by](task.cases, answers)
        diagnosis = finding.mistake
        if finding.mistake and not (wrong and wrong[0] == finding.case):
            problem = Problem("property", finding.case)
    half = 0.5 if any(reply.changed for reply in replies) else 1.0
    right = tuple((finding.share > 0 and all(row),) * len(row) for row in sound)
    points = round(float(task.points) * finding.share * half, 2)
    diagnosis = diagnosis if diagnosis in task.hints else None
    return _verdict(task, points, right, problem, diagnosis, finding.found)
