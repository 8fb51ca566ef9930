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
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course_utils.app.places import UsageError

from . import GRADER_VERSION
from .flags import Flag, in_order
from .pools import GradingError, ended
from .records.ledger import Entry, key_of
from .results import NOT_GRADED, Result, Submission
from .score import score_submission
from .submissions.canonical import read_submission
from .submissions.files import student_folders
from .text import identifier


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
        (grader, work) -> (item of work, result) pairs in any order; see ``pools``.
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
