"""Formgrader's list of hand-ins, as grading knows them.

nbgrader compares the folders in ``submitted/`` with the students of the gradebook. It would list a
student twice whose name is escaped there, read each ``timestamp.txt`` with whatever stands in its
place, and show nobody at all for one that holds no time.
"""

import os
from pathlib import Path

from nbgrader.apps.api import NbGraderAPI

from .submissions.files import NotGraded, as_a_folder, time_of_hand_in


def know_hand_ins():
    """Have formgrader ask here; ``solutions/nbgrader_config.py`` calls this.

    nbgrader has no setting for it. A second call changes nothing.
    """
    NbGraderAPI.get_submitted_students = _students
    NbGraderAPI.get_submitted_timestamp = _time


_folder_names = NbGraderAPI.get_submitted_students


def _students(api, assignment_id):
    """Return who handed in, under the names by which they were graded."""
    names = _folder_names(api, assignment_id)
    escaped = {name: as_a_folder(name) for name in names if as_a_folder(name) != name}
    if not escaped:
        return names
    with api.gradebook as book:
        graded = {student.id for student in book.students}
    return {escaped[name] if escaped.get(name) in graded else name for name in names}


def _time(api, assignment_id, student_id):
    """Return when a student handed in, in UTC; None if that is not known."""
    folder = _folder(api, student_id, assignment_id)
    if not os.path.lexists(folder):
        names = [n for n in _folder_names(api, assignment_id) if as_a_folder(n) == student_id]
        if not names:
            return None
        folder = _folder(api, names[0], assignment_id)
    try:
        return time_of_hand_in(folder)
    except NotGraded:
        return None


def _folder(api, name, assignment):
    directory = api.coursedir.submitted_directory
    return Path(api.coursedir.format_path(directory, name, assignment))
