"""Compare plain data with plain data, and return a verdict; no student's code runs here.

How points are computed. Every case has a weight, and every returned value an equal share of it.
*Core* cases have generic inputs, on which every known misconception is wrong. *Edge* cases (a
factor of 0, a matrix, a first step from zero) count for a returned value only if all core cases of
that value are right. So no points are earned on inputs where a mistake does not show. *Free* cases
(empty arrays) carry no points. A call that changed its inputs earns half.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from .cases import ROLES, Task
from .compare import form_problem, right_places, same_replies, value_problem
from .diagnose import CHANGES_INPUTS, KEEPS_STATE, Diagnosis, behaviour, diagnose
from .properties import PROPERTIES, Finding
from .values import TOO_SLOW, Reply

# For tasks judged by a property: misconceptions that name a value which the property cannot judge.
UNJUDGED = {"complex": "returns_complex_numbers", "shape": "returns_another_shape"}


@dataclass(frozen=True)
class Problem:
    """The first thing that is wrong.

    Parameters
    ----------
    kind : str
        "not-written", "calls-unwritten", "signature", "too-slow", "raised", "count", "none",
        "text", "complex", "object", "shape", "nan", "truncated", "rounded", "value", "property",
        "keeps-state", "input-changed".
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
    explained : tuple of int
        How many wrong calls the misconception accounts for, and how many there are; zeros where
        that was not counted.
    """

    points: float
    max_points: float
    right: tuple[tuple[bool, ...], ...]
    problem: Problem | None = None
    diagnosis: str | None = None
    hint: str | None = None
    conclusion: str = ""
    explained: tuple[int, int] = (0, 0)


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
    slow = [index for index, reply in enumerate(replies) if reply.error == TOO_SLOW]
    if slow:
        none_right = tuple((False,) * len(task.returns) for _ in task.cases)
        return Verdict(0.0, float(task.points), none_right, Problem("too-slow", slow[0]))
    if task.judged_by:
        return _judge_property(task, replies)

    right = tuple(map(right_places, task.cases, replies))
    points = round(float(task.points) * _earned_share(task, replies, right), 2)

    order = _order(task)
    wrong = [i for i in order if task.cases[i].role != "free" and not all(right[i])]
    diagnosis = None
    if (repeat := _find_changed_repeat(task, replies)) is not None:
        problem, diagnosis = Problem("keeps-state", repeat), behaviour(task, KEEPS_STATE)
    elif wrong:
        problem = _first_problem(task, replies, right, wrong)
        diagnosis = diagnose(task, replies, right, wrong, problem.kind)
    elif changed := [i for i in order if replies[i].changed]:
        problem = Problem("input-changed", changed[0], replies[changed[0]].changed[0])
        diagnosis = behaviour(task, CHANGES_INPUTS)
    else:
        problem = _first_problem(task, replies, right, [i for i in order if not all(right[i])])
    return _verdict(task, points, right, problem, diagnosis)


def _verdict(task, points, right, problem, diagnosis, conclusion="") -> Verdict:
    verdict = Verdict(float(points), float(task.points), right, problem, conclusion=conclusion)
    if diagnosis is None:
        return verdict
    return dataclasses.replace(
        verdict,
        diagnosis=diagnosis.name,
        hint=diagnosis.hint,
        explained=(diagnosis.explained, diagnosis.wrong),
    )


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
    kind = form_problem(case, reply, place) or value_problem(
        reply.values[place], case.expected[place], case.magnitude[place]
    )
    return Problem(kind, index, place)


def _find_changed_repeat(task: Task, replies: Sequence[Reply]) -> int | None:
    """Return the index of a repeated call that was not answered as it was the first time."""
    for index, case in enumerate(task.cases):
        if case.repeats is not None and not same_replies(
            case, replies[index], replies[case.repeats]
        ):
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
    named = Diagnosis(diagnosis, task.hints[diagnosis]) if diagnosis in task.hints else None
    return _verdict(task, points, right, problem, named, finding.conclusion)
