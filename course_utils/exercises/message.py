"""A verdict in sentences: friendly, exact, short.

``write_message`` says what is right, then the first thing that is wrong (the misconception's hint,
or the call and returned value where the first difference is), then notes, then the points. It shows
inputs and returned values only where ``reveal`` allows it, and never the right answer.
"""

import re
import textwrap
from collections.abc import Sequence

import numpy as np

from .cases import Case, Task
from .diagnose import IGNORES
from .judge import Problem, Verdict
from .values import NUMERIC, Generator, Quadratic, Reply

WIDTH = 80
# Inputs with more numbers than this are not shown, nor more lines of printed text than this.
MOST_NUMBERS = 24
MOST_LINES = 3

NOT_WRITTEN = (
    "Write your code in place of the line that raises NotImplementedError, run that cell, and "
    "come back."
)


def write_message(
    task: Task, replies: Sequence[Reply], verdict: Verdict, reveal: bool = True
) -> str:
    """Write a verdict as text.

    Parameters
    ----------
    task : Task
    replies : sequence of Reply
    verdict : Verdict
        What `judge` returned for them.
    reveal : bool
        Whether inputs and returned values may be shown: yes for the visible cases, no for fresh
        ones.

    Returns
    -------
    str
        Some lines; the last one gives the points.
    """
    lines = [_headline(task, verdict)]
    if verdict.problem is not None:
        if 0 < verdict.points < verdict.max_points and not task.judged_by:
            lines.append(_right_so_far(task, verdict))
        lines += _problem(task, replies, verdict, reveal)
    lines += [f"Note: {note}" for note in _notes(task, replies, verdict)]
    lines += _changed(replies, verdict)
    lines += _printed(replies)
    lines.append(f"{verdict.points:g} of {verdict.max_points:g} points")
    return "\n".join(_wrap(line) for line in lines)


def _wrap(line: str) -> str:
    if line.startswith("    "):
        return line  # inputs, to be copied
    return textwrap.fill(line, WIDTH, subsequent_indent="  ", break_long_words=False)


def _headline(task: Task, verdict: Verdict) -> str:
    if verdict.problem is None or verdict.points == verdict.max_points:
        return f"{task.slug}: all right. {_covered(task, verdict)}"
    if verdict.problem.kind == "not-written":
        return f"{task.slug}: not written yet."
    return f"{task.slug}: {'partly right' if verdict.points else 'not right yet'}."


def _covered(task: Task, verdict: Verdict) -> str:
    if task.judged_by:
        return verdict.conclusion
    calls = len(task.cases)
    repeated = [case for case in task.cases if case.repeats is not None or case.varies]
    about = dict.fromkeys(case.about for case in task.cases if case not in repeated)
    return f"{calls} calls agree: {', '.join(about)}."


def _right_so_far(task: Task, verdict: Verdict) -> str:
    rows = [row for case, row in zip(task.cases, verdict.right, strict=True) if case.weight > 0]
    counts = [sum(column) for column in zip(*rows, strict=True)]
    # "Call 1 of 14" also counts the calls without points, so the text says which ones are meant.
    calls = f"{len(rows)} calls that carry points"
    if len(counts) == 1:
        how_many = "all" if counts[0] == len(rows) else f"{counts[0]} of the"
        return f"Right so far: {how_many} {calls}."
    words = {len(rows): "all", 0: "none"}
    parts = [
        f"{name} in {words.get(count, count)}"
        for name, count in zip(task.returns, counts, strict=True)
    ]
    return f"Right so far, of the {calls}: {', '.join(parts)}."


def _problem(task: Task, replies: Sequence[Reply], verdict: Verdict, reveal: bool) -> list[str]:
    problem = verdict.problem
    case, reply = task.cases[problem.case], replies[problem.case]
    if problem.kind == "not-written":
        return [NOT_WRITTEN]
    if problem.kind == "property":
        is_short = sum(value.array.size for value in reply.values) <= MOST_NUMBERS
        returned = [f"You returned {_returned(task, reply)}."] if reveal and is_short else []
        return [*returned, f"Hint: {verdict.hint}", *(_inputs(task, case) if reveal else [])]
    sentence = _sentence(task, case, reply, problem, reveal)
    if problem.kind == "signature":
        return [sentence]
    if verdict.hint:
        shown = [sentence] if problem.kind in ("raised", "shape", "input-changed") else []
        explained, wrong = verdict.explained
        part = f"This explains {explained} of your {wrong} wrong calls."
        if verdict.diagnosis == IGNORES:  # a fact about the function, which may have another fault
            return [sentence, f"Hint: {verdict.hint}", *(_inputs(task, case) if reveal else [])]
        return [*shown, f"Hint: {verdict.hint}", *([part] if explained < wrong else [])]
    if case.role == "free":
        return [f"Without points, but worth a look: {sentence}"]
    return [sentence, *(_inputs(task, case) if reveal else [])]


def _sentence(task: Task, case: Case, reply: Reply, problem: Problem, reveal: bool) -> str:
    where = f"Call {problem.case + 1} of {len(task.cases)} ({_about(case)}):"
    names = _tuple(task.returns) if len(task.returns) > 1 else f"one value, {task.returns[0]}"
    name = "what you returned"
    # Where an argument came back changed, the place is that of the argument.
    if len(task.returns) > 1 and problem.kind != "input-changed":
        ordinal = f"returned value {problem.place + 1} of {len(task.returns)}"
        name = f"{task.returns[problem.place]} ({ordinal})"
    match problem.kind:
        case "signature":
            return (
                f"{task.function} is called with {len(task.arguments)} values, "
                f"{_tuple(task.arguments)}, in this order; yours takes {reply.text}."
            )
        case "raised":
            line = f" in line {reply.line} of your function" if reply.line else ""
            text = f": {reply.text}" if reply.text not in ("", "None") else ""
            power = " In Python a power is written **, as in g**2; ^ works on bits."
            advice = power if re.search(r"bitwise_xor|for \^", reply.text) else ""
            return f"{where} your function stopped with {reply.error}{line}{text}.{advice}"
        case "calls-unwritten":
            return f"{where} it calls {reply.text}, which is not written yet: write that one first."
        case "too-slow":
            return (
                f"{where} your function did not come back within {reply.text} s: does its loop end?"
            )
        case "count":
            returned = "one value came" if reply.count == 1 else f"{reply.count} values came"
            return f"{where} {returned}, where {names} was asked for."
        case "none":
            return f"{where} nothing (None) came back: does your function end with a return?"
        case "text":
            return f"{where} {name} is text, where numbers were asked for."
        case "complex":
            return f"{where} {name} holds complex numbers: is there a root of a negative number?"
        case "object":
            return f"{where} {name} is not an array of numbers."
        case "shape":
            return f"{where} {_shape(name, case, reply, problem.place)}"
        case "nan":
            return (
                f"{where} {name} holds NaN or infinity: what was divided by 0, overflowed, or is a "
                f"root of a negative number?"
            )
        case "truncated":
            return (
                f"{where} {name} is made of whole numbers: the digits after the point were cut "
                f"off on the way."
            )
        case "rounded":
            return (
                f"{where} {name} is nearly right, but rounded: leave out np.round and float16, and "
                f"return all digits."
            )
        case "input-changed":
            known = 0 <= problem.place < len(task.arguments)
            argument = task.arguments[problem.place] if known else "an argument"
            return f"{where} {argument} came back changed."
        case "keeps-state":
            return f"{where} the answer differs from the first time."
    returned, expected = reply.values[problem.place].array, case.expected[problem.place]
    is_shown = reveal and returned.size <= MOST_NUMBERS
    shown = f" (you returned {_numbers(returned)})" if is_shown else ""
    return f"{where} {name} is wrong{shown}: {_difference(returned, expected)}"


def _shape(name: str, case: Case, reply: Reply, place: int) -> str:
    returned, expected = reply.values[place].array.shape, case.expected[place].shape
    sentence = f"{name} has shape {returned}, where {expected} was asked for"
    if returned == (1, *expected):
        return f"{sentence}: is there one pair of brackets or a comma too many after return?"
    return f"{sentence}."


def _difference(returned: np.ndarray, expected: np.ndarray) -> str:
    with np.errstate(all="ignore"):
        if (
            returned.size
            and np.any(expected)
            and np.allclose(returned, -expected, rtol=1e-6, atol=0)
        ):
            return "it has the opposite sign."
        difference = np.abs(returned - expected)
        if returned.ndim == 0:
            return "it is too large." if returned > expected else "it is too small."
        if np.all(expected) and returned.size > 1:
            factor = (returned / expected).ravel()
            if np.allclose(factor, factor[0], rtol=1e-6, atol=0) and factor[0]:
                return f"every number is {factor[0]:.4g} times what it should be."
    count = np.count_nonzero(difference > 1e-9 * (np.abs(returned) + np.abs(expected)))
    return f"{count} of {returned.size} numbers differ, the worst by {np.max(difference):.4g}."


def _about(case: Case) -> str:
    return f"{case.about}, {case.step}" if case.step else case.about


def _tuple(names: Sequence[str]) -> str:
    return f"({', '.join(names)})"


def _returned(task: Task, reply: Reply) -> str:
    values = (_numbers(value.array) for value in reply.values)
    return f"{_tuple(task.returns)} = ({', '.join(values)})"


def _numbers(value) -> str:
    """Return numbers as text, six digits each; arrays become nested lists."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list):
        return f"[{', '.join(_numbers(item) for item in value)}]"
    return f"{value:.6g}"


def _inputs(task: Task, case: Case) -> list[str]:
    """Return the arguments as lines of Python that a student can copy, where they are short."""
    if not case.arguments:
        return []
    if sum(_size(value) for value in case.arguments) > MOST_NUMBERS:
        return ["(The inputs of this call are too long to show.)"]
    lines = [
        f"    {name} = {_literal(value)}"
        for name, value in zip(task.arguments, case.arguments, strict=True)
    ]
    return ["To look into it, call it with", *lines]


def _size(value) -> int:
    if isinstance(value, list):
        return sum(_size(item) for item in value)
    if isinstance(value, Quadratic):
        return 2 * value.centre.size
    return np.size(value)


def _literal(value) -> str:
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})" if value.size else f"np.zeros({value.shape})"
    if isinstance(value, Quadratic):
        far = f"(w - {_literal(value.centre)})"
        coupled = f" + {value.coupling} * np.sum{far}" if value.coupling else ""
        return f"lambda w: {_literal(value.curvature)} * {far}{coupled}"
    if isinstance(value, Generator):
        return f"np.random.default_rng({value.seed})"
    if isinstance(value, list):
        return "[" + "".join(f"\n        {_literal(item)}," for item in value) + "\n    ]"
    return repr(value)


def _notes(task: Task, replies: Sequence[Reply], verdict: Verdict) -> list[str]:
    """Return remarks on unusual types in right answers, where they cost nothing."""
    triples = zip(task.cases, replies, verdict.right, strict=True)
    replies = [reply for case, reply, row in triples if case.weight > 0 and all(row)]
    values = [value for reply in replies for value in reply.values if value.kind in NUMERIC]
    applies = {
        "a list came where a tuple is usual; both work here.": any(
            reply.container == "list" for reply in replies
        ),
        "an array came where a tuple is usual; it works here as long as all values have one "
        "shape.": any(reply.container == "array" for reply in replies),
        "a list came where an array is usual; lists do not calculate, arrays do.": any(
            value.listed for value in values
        ),
        "float32 came; the course computes in float64, which keeps twice the digits.": any(
            value.kind == "float32" for value in values
        ),
        # Where a property judges, the numbers are the student's choice: 1 and -3 are natural.
        "an integer came where a float is usual; that works here.": not task.judged_by
        and any(value.kind in ("integer", "boolean") for value in values),
    }
    return [note for note, is_true in applies.items() if is_true]


def _changed(replies: Sequence[Reply], verdict: Verdict) -> list[str]:
    calls = sum(bool(reply.changed) for reply in replies)
    if not calls or (verdict.problem is not None and verdict.problem.kind == "input-changed"):
        return []
    times = "one call" if calls == 1 else f"{calls} calls"
    return [f"Note: an argument came back changed from {times}; such a call earns half."]


def _printed(replies: Sequence[Reply]) -> list[str]:
    total = sum(reply.printed_lines for reply in replies)
    if not total:
        return []
    first = [line for reply in replies for line in reply.printed.splitlines()][:MOST_LINES]
    lines = "one line" if total == 1 else f"{total} lines"
    return [
        f"Note: your function printed {lines} on the way; it begins:",
        *(f"    | {line[: WIDTH - 6]}" for line in first),
    ]
