"""From a submission's sources to its points.

One sandbox for a submission. First all solution cells run in it, in order, each notebook in a
namespace of its own; then the functions are called, exercise by exercise, on inputs drawn from the
registry, and what comes back is judged out here. Whatever kills the process in the sandbox costs
the exercise that it happened in, and no other: the rest goes on in a fresh one.
"""

import dataclasses
import functools
import hashlib
import json
import re
import time
from collections.abc import Sequence

import numpy as np

from course_utils.exercises.cases import Task
from course_utils.exercises.fingerprints import fingerprint
from course_utils.exercises.judge import Verdict, judge
from course_utils.exercises.message import write_message
from course_utils.exercises.values import Reply, write_argument

from ..registry import get
from .flags import Flag, in_order
from .limits import Limits
from .results import GRADED, NOT_GRADED, ExerciseResult, Result, Submission
from .sandbox import Died, Overdue, Sandbox
from .sandbox.protocol import MOST_MISSING, MOST_TEXT, Garbled, read_reply
from .text import visible

KILLED = {
    Flag.CRASHED: "your code ended the process that it ran in (exit, a crash, or an answer that "
    "is none).",
    Flag.TIMED_OUT: "your code took too long: is there a loop that never ends? A call may take "
    "{call:g} seconds, an exercise {exercise:g}; waiting for a busy machine is not counted.",
    Flag.OUT_OF_MEMORY: "your code took more memory than there is ({memory} MiB), or made more "
    "than {entries} files: which array is so large?",
}
# Why a submission is not graded whose time could not be told from that of a busy machine.
OVERDUE = (
    "it was not done after {submission:g} seconds, though its own time was not up: the machine is "
    "too busy, or the code hides what time it takes; the next run tries again"
)
# Exceptions that a worker names itself; see `worker.Notebook`.
NOT_DEFINED, NOT_CALLABLE = "NotDefined", "NotCallable"


def score_submission(submission: Submission, seed: int, limits: Limits | None = None) -> Result:
    """Score a submission in a sandbox of its own.

    Parameters
    ----------
    submission : Submission
        As `canonical.read_submission` returned it; one that is not graded stays so.
    seed : int
        What the inputs are drawn with: the same seed gives the same result.
    limits : Limits, optional

    Returns
    -------
    Result

    Raises
    ------
    sandbox.Unavailable
        If there is no working sandbox: nothing is ever graded without one.
    """
    tasks = {slug: _drawn(slug, seed) for cells in submission.notebooks.values() for slug in cells}
    max_points = float(sum(task.points for task in tasks.values()))
    if submission.status == NOT_GRADED:
        return Result(NOT_GRADED, submission.reason, submission.flags, max_points=max_points)
    run = _Run(submission, limits or Limits())
    try:
        exercises = {
            slug: run.score(notebook, task)
            for notebook, cells in submission.notebooks.items()
            for slug, task in ((slug, tasks[slug]) for slug in cells)
        }
    except Overdue:
        reason = OVERDUE.format(submission=run.limits.submission)
        return Result(NOT_GRADED, reason, submission.flags, max_points=max_points)
    finally:
        run.close()
    return Result(
        status=GRADED,
        flags=in_order({*submission.flags, *run.flags}),
        points=round(sum(one.points or 0.0 for one in exercises.values()), 2),
        max_points=max_points,
        exercises=exercises,
        repairs=submission.repairs,
    )


@functools.lru_cache(maxsize=256)
def _drawn(slug: str, seed: int) -> Task:
    """Return a task: everybody with one seed gets the same, so it is drawn once."""
    return get(slug).task(seed)


@functools.lru_cache(maxsize=256)
def _requests(task: Task) -> tuple[tuple, ...]:
    """Return what the sandbox is told, call by call: the arguments, and nothing of what is right.

    A call is sent when the one before it has been answered, so code that looks around in its own
    process finds no arguments of a later call there.
    """
    asked = (task.slug, task.function, len(task.returns))
    return tuple((*asked, [*map(write_argument, case.arguments)]) for case in task.cases)


class _Run:
    """A submission's way through its sandboxes."""

    def __init__(self, submission: Submission, limits: Limits):
        self._submission, self.limits = submission, limits
        self._ends = time.monotonic() + limits.submission  # seconds
        self._sandbox: Sandbox | None = None
        self._errors: dict[str, list] = {}  # slug -> the exception that ended its cell
        self._missing: dict[str, list[str]] = {}  # slug -> modules that its cell did not find
        self._slow: set[str] = set()  # slugs of cells of which only the definitions are run
        self._fatal: dict[str, str] = {}  # slug -> how its cell killed the process
        self.flags: set[str] = set()

    def close(self) -> None:
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None

    def score(self, notebook: str, task: Task) -> ExerciseResult:
        """Score one exercise."""
        began = time.monotonic()
        source = self._submission.notebooks[notebook][task.slug]
        if (doubt := self._submission.doubts.get(task.slug)) is not None:
            message = shown(
                f"{task.slug}: a person will look at it, since {doubt}.", self.limits.message
            )
            return ExerciseResult(None, float(task.points), message=message)
        if not source:
            text = "the cell of this exercise is missing or empty."
            return self._lost(task, text, began)
        try:
            self._prepare()
            if task.slug in self._fatal:
                raise Died(self._fatal[task.slug])
            began = time.monotonic()
            replies = self._call(notebook, task)
        except Died as death:
            self.close()
            self.flags.add(death.flag)
            return self._lost(task, self._explained(death.flag), began)
        if any(reply.error == "MemoryError" for reply in replies):
            self.flags.add(Flag.OUT_OF_MEMORY)
            return self._lost(task, self._explained(Flag.OUT_OF_MEMORY), began)
        if replies[0].error in (NOT_DEFINED, NOT_CALLABLE):
            return self._lost(task, self._undefined(task, replies[0]), began)
        with np.errstate(all="ignore"):  # what came may overflow whatever is done with it
            verdict = judge(task, replies)
        if any(reply.changed for reply in replies):
            self.flags.add(Flag.INPUT_CHANGED)
        return ExerciseResult(
            points=verdict.points,
            max_points=verdict.max_points,
            diagnosis=verdict.diagnosis,
            hint=verdict.hint,
            message=self._message(task, replies, verdict),
            problem=verdict.problem.kind if verdict.problem else "",
            answers="" if verdict.diagnosis else _answers(task, replies, verdict),
            seconds=time.monotonic() - began,
        )

    def _prepare(self) -> None:
        """See to it that a sandbox is up in which all cells have run, but those that kill it."""
        while self._sandbox is None:
            self._sandbox = Sandbox(self.limits, ends=self._ends)
            try:
                self._run_cells()
            except Died:
                self.close()

    def _run_cells(self) -> None:
        for notebook, cells in self._submission.notebooks.items():
            for slug, source in cells.items():
                if not source or slug in self._fatal:
                    continue
                try:
                    until = self._sandbox.time() + self.limits.cell
                    request = ("cell", notebook, slug, source, slug in self._slow)
                    answer = self._sandbox.ask(*request, until=until)
                    error, self._missing[slug] = _read_outcome(answer)
                except Died as death:
                    # What takes long may be a trial below the function, which is all that counts.
                    if death.flag == Flag.TIMED_OUT and slug not in self._slow:
                        self._slow.add(slug)
                        self.flags.add(Flag.TIMED_OUT)
                    else:
                        self._fatal[slug] = death.flag
                    raise
                if "course_utils" in str(self._missing[slug]):
                    self.flags.add(Flag.IMPORTS_COURSE)
                if error is None:
                    continue
                self._errors[slug] = error
                if error[0] == "MemoryError":
                    self.flags.add(Flag.OUT_OF_MEMORY)

    def _call(self, notebook: str, task: Task) -> list[Reply]:
        ends = self._sandbox.time() + self.limits.exercise
        replies = []
        for case, request in zip(task.cases, _requests(task), strict=True):
            until = min(ends, self._sandbox.time() + self.limits.call)
            try:
                reply = read_reply(self._sandbox.ask("call", notebook, *request, until=until))
            except Garbled:
                raise Died(Flag.CRASHED) from None
            if any(place >= len(case.arguments) for place in reply.changed):
                raise Died(Flag.CRASHED)
            replies.append(reply)
        return replies

    def _explained(self, flag: str) -> str:
        limits = dataclasses.asdict(self.limits)
        return KILLED[flag].format(**{**limits, "memory": self.limits.memory // 2**20})

    def _undefined(self, task: Task, reply: Reply) -> str:
        if reply.error == NOT_CALLABLE:
            return f"{task.function} is no function, but {reply.text}."
        sentence = f"your cell defines no function called {task.function}."
        if (error := self._errors.get(task.slug)) is not None:
            name, text, line = error
            where = f" in line {line}" if line else ""
            sentence = f"your cell stopped with {name}{where}{f': {text}' if text else ''}."
            sentence += self._advice(task.slug, name, text)
        return sentence

    def _advice(self, slug: str, error: str, text: str) -> str:
        """Return why a name is unknown here that was known in the notebook; or nothing."""
        modules = self._missing.get(slug, [])
        if error == "ModuleNotFoundError":
            modules = [*modules, *re.findall(r"No module named '(\w+)", text)]
        if modules and error in ("ModuleNotFoundError", "NameError"):
            module = visible(modules[0].split(".")[0])
            return f" {module} is not there while grading: an answer stands on NumPy alone."
        missing = re.match(r"name '(\w+)' is not defined", text)
        if error != "NameError" or missing is None:
            return ""
        if missing[1] in self._submission.elsewhere:
            return f" You define {missing[1]} in another cell; only the cells of the exercises run."
        return " Only the cells of the exercises run, with np and math."

    def _message(self, task: Task, replies: Sequence[Reply], verdict: Verdict) -> str:
        text = write_message(task, replies, verdict, reveal=False)
        if verdict.problem is not None and verdict.problem.kind == "raised":
            reply = replies[verdict.problem.case]
            text += self._advice(task.slug, reply.error, reply.text)
            if reply.error == "ModuleNotFoundError" and "course_utils" in reply.text:
                self.flags.add(Flag.IMPORTS_COURSE)
        return shown(text, self.limits.message)

    def _lost(self, task: Task, text: str, began: float) -> ExerciseResult:
        message = shown(f"{task.slug}: {text}", self.limits.message)
        points = float(task.points)
        return ExerciseResult(0.0, points, message=message, seconds=time.monotonic() - began)


def _answers(task: Task, replies: Sequence[Reply], verdict: Verdict) -> str:
    """Return a text that is the same for all replies that are the same, up to rounding."""
    if verdict.points == verdict.max_points:
        return ""
    told = [
        [reply.error, *(value and f"{value:.5g}" for value in fingerprint(case, reply))]
        for case, reply in zip(task.cases, replies, strict=True)
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


def _read_outcome(data: bytes) -> tuple[list | None, list[str]]:
    """Return the exception that ended a cell and the missing modules, as `worker` sends them."""
    try:
        outcome = json.loads(data)
        error, missing = outcome["error"], outcome["missing"]
        if not (isinstance(missing, list) and all(isinstance(name, str) for name in missing)):
            raise TypeError("expected names of modules")
        if error is not None:
            name, text, line = error
            if not (
                isinstance(name, str) and isinstance(text, str) and isinstance(line, int | None)
            ):
                raise TypeError("expected type, text and line of an exception")
            error = [name[:80], text[:MOST_TEXT], line]
        return error, [name[:MOST_TEXT] for name in missing[:MOST_MISSING]]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Died(Flag.CRASHED) from None


def shown(text: str, most: int) -> str:
    """Return a text of at most ``most`` characters in which nothing hides."""
    text = visible(text)
    return text if len(text) <= most else text[: most - 1] + "…"
