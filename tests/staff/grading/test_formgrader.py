"""Formgrader's list has one row for each student, whatever a hand-in looks like."""

import os
import shutil

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from course_utils.staff.authoring.assignments import read_config
from support import ROOT
from support.cohorts import LESSON, grade_folder, hand_in, right, synchronised

TIME = "2026-11-01 12:00:00 UTC"


@pytest.fixture
def root(tmp_path, empty_gradebook):
    shutil.copy(empty_gradebook, tmp_path)
    return tmp_path


def rows(root):
    """Return whom formgrader lists, and whether it takes them for graded."""
    config = read_config(ROOT)  # the course's own, which every nbgrader reads
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    assert api.get_assignment(LESSON)["num_submissions"] == len(os.listdir(root / "submitted"))
    return [(row["student"], row["autograded"]) for row in api.get_submissions(LESSON)]


def test_a_student_whose_name_is_escaped_has_one_row(root):
    for name in ("ada", "o'brien", "<b>eve"):
        hand_in(root, name, right(), timestamp=TIME)
    (root / "submitted" / "<b>eve" / LESSON / f"{LESSON}.ipynb").write_text("no notebook")
    grade_folder(root)
    synchronised(root)
    assert rows(root) == [("ada", True), ("o~27~brien", True), ("~3c~b~3e~eve", False)]


def test_a_name_that_plain_nbgrader_graded_stays_as_it_is(root):
    hand_in(root, "o'brien", right())
    assert rows(root) == [("o'brien", False)]


def test_what_stands_in_a_timestamps_place_hides_nobody_and_holds_nobody_up(root):
    for name in ("ada", "bob", "eve", "kim"):
        hand_in(root, name, right(), timestamp="2026-01-01 00:00:00 /proc/self/mem")
    (root / "submitted/ada" / LESSON / "timestamp.txt").write_text("this is no time")
    for name, make in (("bob", os.mkfifo), ("kim", os.mkdir)):
        place = root / "submitted" / name / LESSON / "timestamp.txt"
        place.unlink()
        make(place)
    grade_folder(root)
    synchronised(root)
    assert rows(root) == [(name, True) for name in ("ada", "bob", "eve", "kim")]
