"""Find the mistake that explains wrong replies, and what to say about it.

A mistake is named only if it explains: its own replies are the student's, and the first wrong call
is one of those that it explains. What is looked for, in this order:

1. one mistake that accounts for every wrong call; of several the one that is declared first
2. a behaviour that shows without a comparison of numbers: values in another order, one value in
   place of all, text printed and nothing returned
3. two mistakes, each a small edit of one right answer, that together account for every call
4. values in another order, and one mistake besides
5. for every returned value by itself, a mistake or two that account for it in all calls, or how its
   numbers relate to the right ones (``relations``)
6. one mistake that accounts for more than half of the wrong calls, and how many these are
7. inputs of one kind that alone are wrong, or some of the returned values by themselves
8. arguments that change alone between two calls, while the answer stays the same

An exception proves little. A mistake that shows in exceptions alone must account for every wrong
call, and the exceptions must quote the same words.
"""

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .cases import Case, Task
from .compare import PRECISE, PRECISION, form_problem, numbers_differ, right_places, same_replies
from .fingerprints import Fingerprint, fingerprint, spread
from .relations import find_relation, follows
from .values import Reply, Value

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
ONLY_THERE = "is_wrong_for_special_inputs_only"
NO_SUCH_NAME = "uses_a_name_that_does_not_exist"
RETURNS_NOTHING = "returns_nothing"
# A kind of input is named if at least so many times as many calls are right as wrong.
MOSTLY_RIGHT = 3


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
    if found := (
        _form(task, replies, wrong)
        or _pair(task, replies, wrong)
        or _mistake_in_another_order(task, replies, wrong)
    ):
        return found
    by_value, is_complete = _by_value(task, replies, right, wrong)
    return (
        (by_value if is_complete else None)
        or _part(task, replies, wrong)
        or _special_calls(task, right, wrong)
        or by_value
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


def _by_value(
    task: Task, replies: Sequence[Reply], right: Sequence[Sequence[bool]], wrong: Sequence[int]
) -> tuple[Diagnosis | None, bool]:
    """Explain each returned value by itself, and tell whether all wrong ones are explained.

    The first returned value, the weights, comes last: it is computed from the others, the state.
    """
    counted = _counted(task)
    if any(replies[i].error or len(replies[i].values) != len(task.returns) for i in counted):
        return None, False
    places = range(len(task.returns))
    is_wrong = [place for place in [*places[1:], 0] if not all(right[i][place] for i in counted)]
    found = {}
    for place in is_wrong:
        if explanation := _explain_value(task, replies, right, place):
            found[place] = explanation
    if not found:
        return None, False
    rest = [
        place
        for place in is_wrong
        if place not in found and not any(follows(task, replies, place, other) for other in found)
    ]
    names = dict.fromkeys(name for explanation in found.values() for name in explanation)
    hints = []
    for name, hint in {
        name: hint for part in found.values() for name, hint in part.items()
    }.items():
        about = [task.returns[place] for place, part in found.items() if name in part]
        hints.append(f"About {', '.join(about)}: {hint}" if len(task.returns) > 1 else hint)
    if rest:
        verb = "is" if len(rest) == 1 else "are"
        hints.append(
            f"Mend this first. {', '.join(task.returns[place] for place in rest)} {verb} wrong "
            f"too: check again afterwards."
        )
    return Diagnosis(AND.join(names), " ".join(hints), len(wrong), len(wrong)), not rest


def _explain_value(
    task: Task, replies: Sequence[Reply], right: Sequence[Sequence[bool]], place: int
) -> dict[str, str]:
    """Return what explains one returned value in all calls: names with their hints, at most two."""
    counted = _counted(task)
    cases = [(task.cases[i], replies[i]) for i in counted]
    same = [
        name
        for name in task.hints
        if all(_same_value(case, reply, name, place) for case, reply in cases)
        and all(_differs_too(case, reply, name) for case, reply in cases)
    ]
    if same:
        # A mistake that shows in this value alone says more about it than one that shows in all.
        name = min(same, key=lambda name: len(_places(task, name)))
        return {name: task.hints[name]}
    returned = [fingerprint(case, reply) for case, reply in cases]
    for name, answers in task.pairs.items():
        if all(
            _same_sum(case, reply, came, kept, place)
            for (case, reply), came, kept in zip(cases, returned, answers, strict=True)
        ) and all(
            _differs_too(case, reply, part) for part in name.split(AND) for case, reply in cases
        ):
            return {part: task.hints[part] for part in name.split(AND)}
    relation = find_relation(task, replies, place)
    return {relation.name: relation.hint} if relation else {}


def _places(task: Task, name: str) -> set[int]:
    """Return the returned values that a mistake makes wrong in some call."""
    return {
        place
        for index in _counted(task)
        if (mistaken := task.cases[index].mistaken.get(name))
        for place, right in enumerate(right_places(task.cases[index], mistaken))
        if not right
    }


def _differs_too(case: Case, reply: Reply, name: str) -> bool:
    """Tell whether the student's numbers are wrong wherever those of a mistake are.

    A mistake often shows in several returned values. Where its numbers are wrong and the
    student's are right, it was not made.
    """
    mistaken = case.mistaken.get(name)
    if mistaken is None:
        return True
    if mistaken.error or len(mistaken.values) != len(case.expected):
        return False
    return not any(
        np.any(
            numbers_differ(theirs, expected, magnitude)
            & ~numbers_differ(value, expected, magnitude)
        )
        for theirs, value, expected, magnitude in zip(
            mistaken.values, reply.values, case.expected, case.magnitude, strict=True
        )
    )


def _same_value(case: Case, reply: Reply, name: str, place: int) -> bool:
    """Tell whether one returned value is that of a mistake, which may be right in this call."""
    mistaken = case.mistaken.get(name)
    if mistaken is None:
        return right_places(case, reply)[place]
    if mistaken.error or len(mistaken.values) != len(case.expected):
        return False
    one = dataclasses.replace(
        case, expected=(case.expected[place],), magnitude=(case.magnitude[place],)
    )
    return same_replies(one, _alone(reply, place), _alone(mistaken, place))


def _alone(reply: Reply, place: int) -> Reply:
    return Reply(values=(reply.values[place],))


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
    if all(_is_none(replies[index]) for index in wrong):
        hint = (
            f"In each wrong call nothing comes back. Every branch of a function needs its return: "
            f"return {_names(task)}."
        )
        return Diagnosis(RETURNS_NOTHING, hint, len(wrong), len(wrong))
    if all(replies[index].error in ("NameError", "UnboundLocalError") for index in wrong):
        hint = (
            "A name is used that has no value there. Is it spelled the same everywhere, and is it "
            "an argument, or set before it is used, in every branch?"
        )
        return Diagnosis(NO_SUCH_NAME, hint, len(wrong), len(wrong))
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
    return all(_same_sum(case, reply, returned, kept, place) for place in range(len(case.expected)))


def _same_sum(
    case: Case, reply: Reply, returned: Fingerprint, kept: Fingerprint, place: int
) -> bool:
    one, other = returned[place], kept[place]
    if one is None or other is None:
        return one is other
    value, magnitude = reply.values[place], case.magnitude[place]
    tolerance = 2 * PRECISION.get(value.kind, PRECISE) * spread(magnitude, value.array)
    return bool((np.isnan(one) and np.isnan(other)) or abs(one - other) <= tolerance)


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


def _special_calls(
    task: Task, right: Sequence[Sequence[bool]], wrong: Sequence[int]
) -> Diagnosis | None:
    """Find kinds of input for which all calls are wrong, where nearly all others are right."""
    kinds = list(dict.fromkeys(task.cases[index].about for index in wrong))
    others = [index for index in _counted(task) if all(right[index])]
    if len(others) < MOSTLY_RIGHT * len(wrong):
        return None
    if any(task.cases[index].about in kinds for index in others):
        return None
    hint = (
        f"{len(others)} calls are right. Wrong is only: {', '.join(kinds)}. What does your code do "
        f"differently there?"
    )
    return Diagnosis(ONLY_THERE, hint, len(wrong), len(wrong))


def _ignored_argument(
    task: Task, replies: Sequence[Reply], right: Sequence[Sequence[bool]]
) -> Diagnosis | None:
    """Find arguments that change alone between two calls, while the answer stays."""
    names = [
        task.arguments[case.varies[1]]
        for index, case in enumerate(task.cases)
        if case.varies is not None
        and not (all(right[case.varies[0]]) and all(right[index]))
        and _stays(case, replies[index], replies[case.varies[0]])
    ]
    if not names:
        return None
    verb, each = ("Is", "") if len(names) == 1 else ("Are", ", one at a time")
    hint = (
        f"In two calls that differ in {' or '.join(names)} alone{each}, your answer stayed the "
        f"same. {verb} {', '.join(names)} missing from your code, replaced by a number of your "
        f"own, or hidden by a limit of your own?"
    )
    return Diagnosis(IGNORES, hint)


def _stays(case: Case, reply: Reply, before: Reply) -> bool:
    """Tell whether an answer that can be compared is that of the call before."""
    if any(form_problem(case, reply, place) for place in range(len(case.expected))):
        return False
    return all(np.isfinite(value.array).all() for value in reply.values) and same_replies(
        case, reply, before
    )
