"""The visible check: one line under a solution.

``check`` reads the compiled cases of an exercise, calls the student's function, prints what the
judge says and returns the points. ``answers`` and ``grade`` are the two steps that the instructor's
``score`` shares with it.
"""

import os
import sys
from collections.abc import Callable

from .call import call
from .cases import Reply, Task, load
from .judge import judge
from .message import report


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
    return grade(load(slug), function, reveal=True)


def grade(task: Task, function: Callable, reveal: bool) -> float:
    """Call, judge and print; see `check`."""
    text, points = _assess(task, function, reveal)
    # nbgrader's Validate shows what a failed cell wrote to stderr, and nothing of what it printed.
    # Anywhere else a word on stderr would cost the points.
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
    replies = answers(task, function)
    verdict = judge(task, replies)
    return report(task, replies, verdict, reveal), verdict.points


def answers(task: Task, function: Callable) -> list[Reply]:
    """Call a function on every case of a task, in order."""
    return [call(function, case.arguments, len(task.returns)) for case in task.cases]
