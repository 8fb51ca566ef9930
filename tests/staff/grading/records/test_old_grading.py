"""What was graded before the package was rebuilt is taken over: `tests/data/old_grading.json`."""

import csv
import dataclasses
import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from course_utils.app.main import main
from course_utils.staff.grading.cohort import find_submissions, grade, trusted_grader
from course_utils.staff.grading.pools import in_this_process
from course_utils.staff.grading.records import gradebook
from course_utils.staff.grading.records.ledger import reading, writing
from course_utils.staff.grading.submissions.outline import read_outline
from course_utils.staff.grading.submissions.release import read_release
from support import ROOT
from support.cohorts import imagined

LESSON = "01-small"
RECORDED = json.loads((ROOT / "tests" / "data" / "old_grading.json").read_text("utf-8"))


@pytest.fixture
def course(tmp_path):
    """The course of that day, with its grading folder inside."""
    for name, text in RECORDED["files"].items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    for name in ("ledger", "gradebook"):
        with closing(sqlite3.connect(tmp_path / "grading" / f"{name}.db")) as connection:
            connection.executescript(RECORDED[name])
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return tmp_path


def unwanted(submission, seed):
    raise AssertionError(f"{submission.assignment} was graded anew")


def graded(course, score=unwanted):
    """Grade as `course grade` does; return how many were scored, and how many grades changed."""
    root, outline = course / "grading", read_outline(course, LESSON)
    with writing(root) as ledger:
        trusted = trusted_grader(outline, read_release(course, LESSON), ledger.seed(LESSON, "1"))
        grader = dataclasses.replace(trusted, score=score, version="1")
        scored = grade(ledger, grader, find_submissions(root, LESSON), in_this_process)
        with gradebook.connected(gradebook.default_url(root), course) as book:
            entries = ledger.current(LESSON)
            changed = gradebook.synchronise(book, outline, course, root, entries, ledger)
    return scored, changed


def rows(course):
    with reading(course / "grading") as ledger:
        return {student: vars(entry) for student, entry in ledger.current(LESSON).items()}


def points(course):
    with gradebook.connected(gradebook.default_url(course / "grading"), course) as book:
        return {name: one.points for name, one in gradebook.scores(book, LESSON).items()}


def test_a_rerun_grades_nothing_anew_and_changes_no_grade(course):
    before = rows(course)
    assert {name: row["result"]["points"] for name, row in before.items()} == {
        "ada": 6.0,
        "bob": 2.0,
        "eve": None,
    }
    assert {row["seed"] for row in before.values()} == {7}
    assert points(course) == {"ada": 8.0, "bob": 2.0, "eve": 0.0}  # ada's with two by hand
    assert graded(course) == (0, 0)
    assert rows(course) == before
    assert points(course) == {"ada": 8.0, "bob": 2.0, "eve": 0.0}


def test_what_is_handed_in_later_is_graded_beside_the_old_results(course):
    before = rows(course)
    folder = course / "grading" / "submitted"
    shutil.copytree(folder / "ada", folder / "cleo")
    shutil.copy(folder / "ada" / LESSON / f"{LESSON}.ipynb", folder / "eve" / LESSON)
    assert graded(course, imagined) == (2, 2)
    after = rows(course)
    assert {name: after[name] for name in ("ada", "bob")} == {
        name: before[name] for name in ("ada", "bob")
    }
    assert points(course) == {"ada": 8.0, "bob": 2.0, "cleo": 6.0, "eve": 6.0}


def test_report_feedback_and_export_read_the_old_results(course, monkeypatch):
    monkeypatch.chdir(course)
    for command in ("report", "feedback"):
        assert main([command, LESSON, "--root", "grading"]) == 0
    options = ["--root", "grading", "--format", "csv", "--out", "s.csv"]
    assert main(["export", LESSON, *options]) == 0
    with open("s.csv", newline="", encoding="utf-8-sig") as file:
        scores = {row["student"]: row["score"] for row in csv.DictReader(file)}
    assert scores == {"ada": "8", "bob": "2", "eve": ""}
    page = (course / "grading" / "feedback" / "bob" / LESSON / f"{LESSON}.html").read_text("utf-8")
    assert "return weights" in page
