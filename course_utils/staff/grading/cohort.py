"""A cohort: find what was handed in, score what the ledger lacks, here or on many machines.

`grade` reads each submission (nothing of it is run here), asks the ledger whether it is scored
already, hands the others to workers and writes down what comes back, one by one. Workers touch
neither files nor databases: they get the canonical source and return plain data. All get the same
seed, so a score does not depend on who else was graded, or when.

What is the student's fault (a broken file) is *not graded* for as long as the file stays so. What
is ours (a lost worker, a bug) is *not graded* too, and tried again by the next run.
"""

import dataclasses
import difflib
import functools
import os
import tempfile
import traceback
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from course_utils.app.places import UsageError, first_line_of

from . import GRADER_VERSION
from .flags import Flag, in_order
from .records.ledger import Entry, key_of
from .results import NOT_GRADED, Result, Submission
from .score import score_submission
from .submissions.canonical import read_submission
from .submissions.files import student_folders
from .text import identifier

# Submissions that each worker has at once: one that runs and one that waits. So the client's memory
# does not grow with the cohort.
AT_HAND = 2
# How long a scheduler is given to answer, and then to have a worker: seconds, by the wall clock.
SCHEDULER_TIMEOUT = 30


class GradingError(RuntimeError):
    """Something of ours broke in the middle; the text is one sentence."""


@dataclass(frozen=True)
class Grader:
    """How one assignment is graded.

    Parameters
    ----------
    assignment : str
        Its name.
    seed : int
        What all inputs are drawn with.
    max_points : float
        What the autograded exercises are worth together.
    read : callable
        Folder -> `Submission`.
    score : callable
        (submission, seed) -> `Result` as JSON data; it must be importable where a worker runs.
    version : str
        The grader's.
    """

    assignment: str
    seed: int
    max_points: float
    read: Callable
    score: Callable
    version: str = GRADER_VERSION

    def not_graded(self, submission, reason):
        """Return the result of a submission without a score, as JSON data."""
        flags = tuple(submission.flags)
        return Result(NOT_GRADED, reason, flags, max_points=self.max_points).to_json()

    def entry(self, student, submission, result):
        """Return what the ledger shall hold."""
        key = key_of(self.assignment, self.version, student, submission.digest)
        return Entry(student, submission.digest, self.version, self.seed, result, key)


def trusted_grader(outline, release, seed):
    """Return the grader of an assignment: files to `Submission` here, sandboxes at the workers.

    Parameters
    ----------
    outline : Outline
    release : Release
    seed : int
    """
    return Grader(
        assignment=outline.assignment,
        seed=seed,
        max_points=outline.max_points,
        read=functools.partial(read_submission, release=release),
        score=functools.partial(_score, version=GRADER_VERSION),
    )


def _score(submission, seed, version):
    """Score at a worker, which may be another machine with another release of the course."""
    if version != GRADER_VERSION:
        raise GradingError(
            f"a worker has grader version {GRADER_VERSION}, this is version {version}"
        )
    return score_submission(submission, seed).to_json()


def find_submissions(root, assignment, students=()):
    """Return the folder of every submission, by student, in order.

    Parameters
    ----------
    root : Path
        The grading folder; students are the folders in its ``submitted/``.
    assignment : str
    students : sequence of str
        Only these; everybody if empty.

    Returns
    -------
    dict of str to Path
        By the names that `files.student_folders` gives them.

    Raises
    ------
    UsageError
        If nobody handed in, or one of those named did not.
    """
    folder = Path(root, "submitted")
    try:
        folders = student_folders(root)
    except OSError as error:
        raise UsageError(
            f"expected submissions in {folder}, got no folder ({error.strerror})"
        ) from None
    found = {
        student: place / assignment
        for student, place in folders.items()
        if os.path.lexists(place / assignment)
    }
    if not found:
        raise UsageError(f"expected submissions in {folder}/STUDENT/{assignment}, got none")
    named = {name if name in found else identifier(name) for name in students}
    for name in sorted(named - found.keys()):
        close = difflib.get_close_matches(name, found, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise UsageError(f"expected a student who handed in {assignment}, got {name!r}{hint}")
    return {name: found[name] for name in (sorted(named) or found)}


def grade(ledger, grader, folders, pool, *, regrade=False, progress=lambda done: None):
    """Bring the ledger up to date with what was handed in.

    Parameters
    ----------
    ledger : Ledger
        Open for writing.
    grader : Grader
    folders : dict of str to Path
        What `find_submissions` returned.
    pool : callable
        (grader, work) -> (item of work, result) pairs in any order: `here`, or what
        `local_workers` and `scheduler_workers` return.
    regrade : bool
        Score again what has a score.
    progress : callable
        Told how many submissions are dealt with, each time that one is on the ledger.

    Returns
    -------
    int
        How many submissions were scored; the others had their result already.

    Raises
    ------
    UsageError
        If there is no working sandbox.
    GradingError
        If the workers or their scheduler are gone. What is on the ledger stays there.
    """
    current = ledger.current(grader.assignment)
    dealt_with = 0

    def read_and_yield_unscored():
        """Read submissions while the pool asks for work; yield those that have no result yet.

        Their reflections, and the results that are known already, go to the ledger here.
        """
        nonlocal dealt_with
        for student, folder in folders.items():
            submission = read_one(grader, folder)
            ledger.append_reflections(grader.assignment, student, submission.reflections)
            known = _entry_without_scoring(
                ledger, grader, student, submission, current.get(student), regrade
            )
            if known is None:
                yield student, submission
                continue
            if known != current.get(student):
                ledger.append(grader.assignment, known, submission.notebooks)
            dealt_with += 1
            progress(dealt_with)

    scored = 0
    with ended(pool(grader, read_and_yield_unscored())) as results:
        for (student, submission), result in results:
            entry = grader.entry(student, submission, result)
            ledger.append(grader.assignment, entry, submission.notebooks)
            scored += 1
            dealt_with += 1
            progress(dealt_with)
    return scored


def read_one(grader, folder):
    """Return a submission; whatever a student's folder holds harms that student alone."""
    try:
        if folder.parent.is_symlink():  # not followed: what lies behind may be anybody's
            reason = "the student's folder is a symbolic link"
            return Submission(grader.assignment, NOT_GRADED, reason, flags=in_order([Flag.LINK]))
        return grader.read(folder)
    except Exception as error:  # our bug on one file must not cost the others their grade
        traceback.print_exc()
        reason = f"the grader could not read it ({type(error).__name__})"
        return Submission(grader.assignment, NOT_GRADED, reason)


def _entry_without_scoring(ledger, grader, student, submission, current, regrade):
    """Return the entry that answers for a submission without scoring it, or None."""
    if submission.status == NOT_GRADED:
        result = grader.not_graded(submission, submission.reason)
        entry = grader.entry(student, submission, result)
        same = current and dataclasses.replace(current, at="") == entry
        return current if same else entry
    if regrade:
        return None
    key = key_of(grader.assignment, grader.version, student, submission.digest)
    same = (submission.digest, grader.version, grader.seed)
    if (
        current
        and current.graded
        and (current.digest, current.grader_version, current.seed) == same
    ):  # whatever the student was called then
        known = current
    else:
        known = ledger.find(key, grader.seed)  # an earlier version, handed in once more
    return known if known and _tells_of(known, submission) else None


def _tells_of(entry, submission):
    """Whether an entry's flags and repairs are those of these files: the code alone is not all."""
    flags = set(entry.result["flags"])
    while_running = {flag for flag in Flag if flag.while_running}
    return tuple(entry.result.get("repairs", ())) == submission.repairs and (
        set(submission.flags) <= flags <= {*submission.flags, *while_running}
    )


@contextmanager
def ended(scores):
    """End a pool's work with the ``with`` statement.

    If the block raises, that error is reported, and not one that ending the pool may cause.

    Parameters
    ----------
    scores : generator
        What a pool returned.
    """
    try:
        yield scores
    except BaseException:
        with suppress(GradingError):  # workers that do not end, as a consequence
            scores.close()
        raise


def in_this_process(grader, work):
    """Score in this process, one after the other."""
    for item in work:
        try:
            result = grader.score(item[1], grader.seed)
        except Exception as error:
            result = _failed(grader, item[1], error)
        yield item, result


def local_workers(workers):
    """Return a pool of that many workers; they start with the first submission to be scored."""

    def pool(grader, work):
        first = next(work, None)
        if first is None:
            return
        from distributed import LocalCluster

        # A worker may still be writing there when all is done: no reason to fail.
        folder = tempfile.TemporaryDirectory(prefix="course-grade-", ignore_cleanup_errors=True)
        with _telling_of_workers(), folder as scratch:
            try:
                local = LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    dashboard_address="127.0.0.1:0",  # dask insists on one
                    memory_limit=0,  # a sandbox has a limit of its own, and a worker needs little
                    silence_logs=50,
                    local_directory=scratch,
                )
            except (OSError, TimeoutError, RuntimeError) as error:
                raise GradingError(f"the workers did not start ({first_line_of(error)})") from error
            with local, local.get_client() as client:
                yield from _spread(client, grader, chain([first], work))

    return pool


def scheduler_workers(address):
    """Return a pool of the workers of a dask scheduler.

    It raises UsageError if nobody answers at the address, or no worker shows up there.
    """

    def pool(grader, work):
        first = next(work, None)
        if first is None:
            return
        from distributed import Client

        try:
            client = Client(address, timeout=SCHEDULER_TIMEOUT)
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError(
                f"expected a dask scheduler at {address!r}, got none ({first_line_of(error)})"
            ) from None
        with _telling_of_workers(), client:
            try:
                client.wait_for_workers(1, timeout=SCHEDULER_TIMEOUT)
            except TimeoutError:
                raise UsageError(f"expected workers at the scheduler {address}, got none") from None
            yield from _spread(client, grader, chain([first], work))

    return pool


@contextmanager
def _telling_of_workers():
    """Turn into a sentence what dask raises where workers are gone, or do not end in time."""
    try:
        yield
    except OSError as error:  # timeouts and closed connections are such
        raise GradingError(
            f"the workers are gone or did not end ({first_line_of(error)}); "
            "what was scored is on the ledger: run again"
        ) from error


def _spread(client, grader, work):
    """Keep every worker busy, and hand on what comes back in whatever order."""
    from distributed import as_completed

    room = AT_HAND * max(1, sum(client.nthreads().values()))
    under_way, completed = {}, as_completed()
    while True:
        while len(under_way) < room and (item := next(work, None)) is not None:
            future = client.submit(grader.score, item[1], grader.seed, pure=False)
            under_way[future.key] = item
            completed.add(future)
        if not under_way:
            return
        future = next(completed)
        item = under_way.pop(future.key)
        yield item, _fetched(client, grader, item[1], future)


def _fetched(client, grader, submission, future):
    from distributed import KilledWorker

    if future.status in ("cancelled", "lost") or client.status != "running":
        raise GradingError("the scheduler is gone; what was scored is on the ledger: run again")
    try:
        return future.result()
    except KilledWorker:
        reason = "the workers that had it died, one after the other; the next run tries again"
        return grader.not_graded(submission, reason)
    except Exception as error:
        return _failed(grader, submission, error)


def _failed(grader, submission, error):
    """Return the result where the grader itself failed, unless that concerns everybody."""
    if isinstance(error, GradingError | UsageError):
        raise error
    traceback.print_exception(error)
    reason = f"the grader failed on it ({type(error).__name__}); the next run tries again"
    return grader.not_graded(submission, reason)
