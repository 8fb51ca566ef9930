"""The visible check: one line under a solution.

``check`` reads the compiled cases of an exercise, calls the student's function, prints the judge's
verdict and returns the points. The instructors' ``score`` does the same with `check_task` for
fresh cases.
"""

import contextlib
import dataclasses
import os
import sys
from collections.abc import Callable

from .call import call
from .cases import Task, load
from .judge import judge
from .message import write_message
from .progress import note
from .time_limit import TooSlow, time_limit
from .values import NOT_CALLED, TOO_SLOW, Reply

# Seconds for one call, by the wall clock; right answers need a thousandth of it.
CALL = 5.0


def check(slug: str, function: Callable) -> float:
    """Check a solution against the visible cases of its exercise, and print what to think about.

    Parameters
    ----------
    slug : str
        The exercise's name, as in "momentum-step".
    function : callable
        Your function (the function itself, without brackets after its name).

    Returns
    -------
    float
        The points that it earns; a wrong answer never raises.

    Raises
    ------
    ValueError
        If there is no such exercise, or its case file cannot be read.
    """
    task = load(slug)
    points = check_task(task, function, reveal=True)
    note(slug, points, task.points)
    return points


def check_task(task: Task, function: Callable, reveal: bool) -> float:
    """Call, judge and print.

    Parameters
    ----------
    task : Task
    function : callable
        The student's.
    reveal : bool
        Whether inputs and returned values may be shown.

    Returns
    -------
    float
        The points.
    """
    text, points = _assess(task, function, reveal)
    # nbgrader's Validate shows what a failed cell wrote to stderr, and nothing of its stdout.
    # Anywhere else nbgrader takes text on stderr for a failure, which would cost the points.
    validating = os.environ.get("NBGRADER_VALIDATING") == "1" and points < task.points
    print(text, file=sys.stderr if validating else sys.stdout)
    return points


def _assess(task: Task, function: Callable, reveal: bool) -> tuple[str, float]:
    if not callable(function):
        text = (
            f"{task.slug}: the function itself is needed, without brackets after its name.\n"
            f'It reads check("{task.slug}", {task.function}); '
            f"in place of a function came {type(function).__name__}.\n"
            f"0 of {task.points:g} points"
        )
        return text, 0.0
    replies = replies_of(task, function)
    verdict = judge(task, replies)
    return write_message(task, replies, verdict, reveal), verdict.points


def replies_of(task: Task, function: Callable, seconds: float = CALL) -> list[Reply]:
    """Call a function on every case of a task, in order.

    After a call that does not come back within so many seconds, by the wall clock, the function is
    not called again.
    """
    replies: list[Reply] = []
    for case in task.cases:
        if replies and replies[-1].error in (TOO_SLOW, NOT_CALLED):
            replies.append(Reply(error=NOT_CALLED, count=0))
            continue
        reply = Reply(error=TOO_SLOW, text=f"{seconds:g}", count=0)
        with contextlib.suppress(TooSlow), time_limit(seconds):
            reply = call(function, case.arguments, len(task.returns))
        replies.append(
            dataclasses.replace(reply, text=f"{seconds:g}") if reply.error == TOO_SLOW else reply
        )
    return replies
