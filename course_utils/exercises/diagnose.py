"""Find the mistake that explains wrong replies, and what to say about it.

A mistake is named only if it explains: its own replies are the student's, and the first wrong call
is one of those that it explains. What is looked for, in this order:

1. one mistake that accounts for every wrong call; of several the one that is declared first
2. a behaviour that shows without a comparison of numbers: values in another order, one value in
   place of all, text printed and nothing returned
3. two mistakes, each a small edit of one right answer, that together account for every call
4. values in another order, and one mistake besides
5. one mistake that accounts for more than half of the wrong calls, and how many these are
6. an argument that changes alone between two calls, while the answer stays the same

An exception proves little. A mistake that shows in exceptions alone must account for every wrong
call, and the exceptions must quote the same words.
"""

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .cases import Case, Reply, Task, Value
from .compare import PRECISE, PRECISION, form_problem, right_places, same_replies
from .fingerprints import Fingerprint, fingerprint, spread

# What stands between the names of two mistakes.
AND = " and "

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
OTHER_ORDER = "returns_values_in_another_order"
ONE_VALUE = "returns_one_value_alone"
PRINTS = "prints_and_returns_nothing"
IGNORES = "does_not_depend_on_an_argument"


@dataclass(frozen=True)
class Diagnosis:
    """The mistake that explains wrong calls.

    Parameters
    ----------
    name : str
        Of the mistake; of two, with ``AND`` between them.
    hint : str
        What to think about next.
    explained, wrong : int
        How many wrong calls it accounts for, and how many there are.
    """

    name: str
    hint: str
    explained: int = 0
    wrong: int = 0


def behaviour(task: Task, name: str) -> Diagnosis:
    """Return the diagnosis of a behaviour that the judge found by itself."""
    return Diagnosis(name, task.hints.get(name, BEHAVIOURS[name]))


def diagnose(
    task: Task,
    replies: Sequence[Reply],
    right: Sequence[Sequence[bool]],
    wrong: Sequence[int],
    kind: str,
) -> Diagnosis | None:
    """Return what explains the wrong calls, or None.

    Parameters
    ----------
    task : Task
    replies : sequence of Reply
        One for each call.
    right : sequence of sequence of bool
        Per call and returned value.
    wrong : sequence of int
        Indices of the wrong calls that carry points, generic inputs first.
    kind : str
        The kind of the first `judge.Problem`.
    """
    explained = dict(_singles(task, replies, wrong))
    whole = [name for name, calls in explained.items() if calls >= set(wrong)]
    if whole:
        return Diagnosis(whole[0], task.hints[whole[0]], len(wrong), len(wrong))
    return (
        _form(task, replies, wrong)
        or _pair(task, replies, wrong)
        or _mistake_in_another_order(task, replies, wrong)
        or _part(task, replies, wrong)
        or (_ignored_argument(task, replies, right) if kind == "value" else None)
    )


def _counted(task: Task) -> list[int]:
    return [index for index, case in enumerate(task.cases) if case.role != "free"]


def _singles(
    task: Task, replies: Sequence[Reply], wrong: Sequence[int]
) -> Iterator[tuple[str, set[int]]]:
    """Yield each mistake that may be the student's, and the calls in which it is wrong."""
    for name in task.hints:
        calls = {index for index in _counted(task) if name in task.cases[index].mistaken}
        if wrong[0] not in calls:
            continue
        only_raises = all(task.cases[index].mistaken[name].error for index in calls)
        if only_raises and calls != set(wrong):
            continue
        if all(
            same_replies(task.cases[index], replies[index], task.cases[index].mistaken[name])
            for index in calls
        ):
            yield name, calls


def _part(task: Task, replies: Sequence[Reply], wrong: Sequence[int]) -> Diagnosis | None:
    """Find the mistake that accounts for most of the wrong calls, and for more than half.

    The first wrong call is among them, and the function is right nowhere where the mistake is not.
    """
    best, most = None, len(wrong) / 2
    for name in task.hints:
        calls = {index for index in _counted(task) if name in task.cases[index].mistaken}
        if wrong[0] not in calls or not calls <= set(wrong):
            continue
        explained = [
            index
            for index in calls
            if not task.cases[index].mistaken[name].error
            and same_replies(task.cases[index], replies[index], task.cases[index].mistaken[name])
        ]
        if len(explained) > most and wrong[0] in explained:
            best, most = name, len(explained)
    return best and Diagnosis(best, task.hints[best], int(most), len(wrong))


def _names(task: Task) -> str:
    return ", ".join(task.returns)


def _form(task: Task, replies: Sequence[Reply], wrong: Sequence[int]) -> Diagnosis | None:
    """Find values in another order, one value in place of all, or text in place of values."""
    if all(_is_none(replies[index]) for index in wrong) and any(
        replies[index].printed_lines for index in wrong
    ):
        hint = (
            "Your function prints, and then nothing comes back. A call can only use what a "
            f"function returns: end with return {_names(task)}."
        )
        return Diagnosis(PRINTS, hint, len(wrong), len(wrong))
    if len(task.returns) == 1:
        return None
    for permuted in _in_other_orders(task, replies):
        if all(all(right_places(task.cases[index], permuted[index])) for index in wrong):
            hint = (
                f"All values are right, but in another order. Return {_names(task)}, in this order."
            )
            return Diagnosis(OTHER_ORDER, hint, len(wrong), len(wrong))
    for place, name in enumerate(task.returns):
        if all(_is_alone(task.cases[index], replies[index], place) for index in wrong):
            hint = (
                f"Only {name} comes back, and it is right. Return all that is asked for: "
                f"return {_names(task)}."
            )
            return Diagnosis(ONE_VALUE, hint, len(wrong), len(wrong))
    return None


def _is_none(reply: Reply) -> bool:
    return reply.container == "single" and [value.kind for value in reply.values] == ["none"]


def _is_alone(case: Case, reply: Reply, place: int) -> bool:
    """Tell whether a reply is the right value of one place and nothing else."""
    one = dataclasses.replace(
        case, expected=(case.expected[place],), magnitude=(case.magnitude[place],)
    )
    if reply.container == "array" and reply.values and not reply.error:
        # One array, which has as many rows as values are asked for.
        arrays = [value.array for value in reply.values]
        if len({array.shape for array in arrays}) > 1:
            return False
        whole = Value(np.stack(arrays), reply.values[0].kind)
        reply = Reply(values=(whole,))
    return reply.container == "single" and not reply.error and all(right_places(one, reply))


def _in_other_orders(task: Task, replies: Sequence[Reply]) -> Iterator[list[Reply]]:
    """Yield the replies with their values in each other order."""
    for order in itertools.permutations(range(len(task.returns))):
        if list(order) != sorted(order):
            yield [
                dataclasses.replace(reply, values=tuple(reply.values[place] for place in order))
                if len(reply.values) == len(order)
                else reply
                for reply in replies
            ]


def _pair(task: Task, replies: Sequence[Reply], wrong: Sequence[int]) -> Diagnosis | None:
    """Find two mistakes that together account for every call that carries points."""
    counted = _counted(task)
    if task.cases[wrong[0]].role != "core" or replies[wrong[0]].error:
        return None
    returned = {index: fingerprint(task.cases[index], replies[index]) for index in counted}
    for name, answers in task.pairs.items():
        kept = dict(zip(counted, answers, strict=True))
        if all(
            _same_fingerprint(task.cases[index], replies[index], returned[index], kept[index])
            for index in counted
        ) and any(None not in kept[index] for index in wrong):
            first, second = name.split(AND)
            hint = f"Two mistakes at once. First: {task.hints[first]} Then: {task.hints[second]}"
            return Diagnosis(name, hint, len(wrong), len(wrong))
    return None


def _same_fingerprint(case: Case, reply: Reply, returned: Fingerprint, kept: Fingerprint) -> bool:
    for place, (one, other) in enumerate(zip(returned, kept, strict=True)):
        if one is None or other is None:
            if one is not other:
                return False
            continue
        value, magnitude = reply.values[place], case.magnitude[place]
        tolerance = 2 * PRECISION.get(value.kind, PRECISE) * spread(magnitude, value.array)
        if not (np.isnan(one) and np.isnan(other)) and not abs(one - other) <= tolerance:
            return False
    return True


def _mistake_in_another_order(
    task: Task, replies: Sequence[Reply], wrong: Sequence[int]
) -> Diagnosis | None:
    """Find one mistake in values that come back in another order."""
    if len(task.returns) == 1:
        return None
    for permuted in _in_other_orders(task, replies):
        for name, calls in _singles(task, permuted, wrong):
            others = set(wrong) - calls
            if all(all(right_places(task.cases[index], permuted[index])) for index in others):
                hint = (
                    f"Two mistakes at once. First: the values come back in another order; return "
                    f"{_names(task)}. Then: {task.hints[name]}"
                )
                return Diagnosis(f"{OTHER_ORDER}{AND}{name}", hint, len(wrong), len(wrong))
    return None


def _ignored_argument(
    task: Task, replies: Sequence[Reply], right: Sequence[Sequence[bool]]
) -> Diagnosis | None:
    """Find an argument that changes alone between two calls, while the answer stays."""
    for index, case in enumerate(task.cases):
        if case.varies is None:
            continue
        first, argument = case.varies
        if all(right[first]) and all(right[index]):
            continue
        if any(form_problem(case, replies[index], place) for place in range(len(task.returns))):
            continue
        if not all(np.isfinite(value.array).all() for value in replies[index].values):
            continue
        if same_replies(case, replies[index], replies[first]):
            name = task.arguments[argument]
            hint = (
                f"In two calls that differ in {name} alone, your answer stayed the same. Does your "
                f"code use {name}, or a number of its own?"
            )
            return Diagnosis(IGNORES, hint)
    return None
