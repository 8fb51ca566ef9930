"""Repaired copies for plain nbgrader: the release, with a student's answers in it.

nbgrader stops for everybody at a notebook whose metadata it cannot take, and grades 0 what does not
stand in its cell. A copy holds the release's own cells, and of the student nothing but the text of
the answers. What was handed in stays where it is, untouched.
"""

import copy
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat

from course_utils.staff.files import write_atomically

from .files import NotGraded, time_of_hand_in

FOLDER = "repaired"


@dataclass(frozen=True)
class Copied:
    """What became of one student's hand-in.

    Parameters
    ----------
    student : str
    problem : str
        Why there is no copy; empty if there is one.
    repairs : tuple of str
        What was done, a sentence each.
    doubts : dict of str to str
        Slug to the reason why a person has to look: nbgrader would give 0.
    """

    student: str
    problem: str
    repairs: tuple
    doubts: dict


def write_copies(root, outline, folders, read):
    """Write ``repaired/<student>/<assignment>/`` for everybody whose hand-in can be read.

    Parameters
    ----------
    root : Path
        The grading folder.
    outline : Outline
    folders : dict of str to Path
        What was handed in, by student, as `cohort.find_submissions` returns it.
    read : callable
        Folder -> `Submission`.

    Yields
    ------
    Copied
        One for each student. An old copy of a hand-in that cannot be read is removed.
    """
    for student, folder in folders.items():
        submission, target = read(folder), Path(root, FOLDER, student, outline.assignment)
        problem = submission.reason
        if student.startswith("."):
            problem = "nbgrader passes over folders that begin with a dot"
        if not problem:
            _write(target, outline, submission)
            _write_time(target, folder)
        elif target.exists():
            shutil.rmtree(target)
        yield Copied(student, problem, submission.repairs, submission.doubts)


def _write(target, outline, submission):
    for name, released in outline.released.items():
        answers = submission.notebooks.get(name, {}) | submission.reflections
        notebook = copy.deepcopy(released)
        for cell in notebook.cells:
            roles = cell.metadata.get("nbgrader", {})
            # An empty answer is no answer: the stub says so better than a cell of nothing.
            if roles.get("solution") and (answer := answers.get(roles["grade_id"])):
                cell.source = answer.encode("utf-8", "backslashreplace").decode()
        write_atomically(target / f"{name}.ipynb", nbformat.v4.writes(notebook) + "\n")


def _write_time(target, folder):
    """Hand on the time of hand-in in the one form that nbgrader reads without a doubt."""
    try:
        at = time_of_hand_in(folder)
    except NotGraded:
        at = None
    if at is not None:
        write_atomically(target / "timestamp.txt", f"{at:%Y-%m-%d %H:%M:%S.%f} UTC\n")
    else:
        (target / "timestamp.txt").unlink(missing_ok=True)
