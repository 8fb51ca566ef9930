"""Repaired copies: plain nbgrader grades them, and what was handed in stays as it is."""

import functools
import json
import os
import subprocess
import sys

import pytest

from course_utils.app.main import main
from course_utils.staff.grading.cohort import find_submissions
from course_utils.staff.grading.submissions.canonical import read_submission
from course_utils.staff.grading.submissions.copies import write_copies
from course_utils.staff.grading.submissions.outline import read_outline
from support import ROOT, misplaced, small_course
from support.misplaced import REFLECTIONS, SLUG, all_answered
from support.submissions import ANSWERS, LESSON, NOTEBOOK, RELEASE, cell_of, released, write

OUTLINE = read_outline(ROOT, LESSON)


def handed_in(root, student, notebook, **named):
    return write(root / "submitted" / student / LESSON, notebook, **named)


def copied(root):
    read = functools.partial(read_submission, release=RELEASE)
    copies = write_copies(root, OUTLINE, find_submissions(root, LESSON), read)
    return {one.student: one for one in copies}


def copy_of(root, student):
    return json.loads((root / "repaired" / student / LESSON / NOTEBOOK).read_text("utf-8"))


def text(cell):
    return "".join(cell["source"])


def test_a_copy_is_the_release_with_the_answers_in_it(tmp_path):
    notebook = all_answered()
    misplaced.answered_below_the_stub(notebook)
    misplaced.words_in_a_new_cell_below(notebook)
    misplaced.lost_all_metadata_and_ids(notebook)
    handed_in(tmp_path, "ada", notebook, name="mine.ipynb")
    (one,) = copied(tmp_path).values()
    assert (one.problem, one.doubts) == ("", {})
    (number,) = (n for n, cell in enumerate(notebook["cells"], 1) if text(cell) == ANSWERS[SLUG])
    assert f"{SLUG}: taken from cell {number}." in one.repairs
    copy = copy_of(tmp_path, "ada")
    expected = ANSWERS | REFLECTIONS
    for cell, given in zip(copy["cells"], released()["cells"], strict=True):
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        assert cell["metadata"] == given["metadata"]
        assert text(cell) == expected.get(name, text(given))


def test_what_was_handed_in_stays_as_it_is_and_a_time_is_handed_on(tmp_path):
    folder = handed_in(tmp_path, "ada", all_answered())
    (folder / "timestamp.txt").write_text("2026-11-01 13:00:00 +01:00")
    bob = handed_in(tmp_path, "bob", all_answered())
    (bob / "timestamp.txt").write_text("2026-11-01 13:00:00 /proc/self/mem")
    before = {path: path.read_bytes() for path in (tmp_path / "submitted").rglob("*.*")}
    copied(tmp_path)
    assert {path: path.read_bytes() for path in (tmp_path / "submitted").rglob("*.*")} == before
    times = {path.parts[-3]: path.read_text() for path in tmp_path.glob("repaired/*/*/*.txt")}
    assert times == {"ada": "2026-11-01 12:00:00.000000 UTC\n"}


def test_an_unanswered_exercise_keeps_its_stub(tmp_path):
    notebook = all_answered()
    notebook["cells"].remove(cell_of(notebook, SLUG))
    handed_in(tmp_path, "ada", notebook)
    copied(tmp_path)
    assert text(cell_of(copy_of(tmp_path, "ada"), SLUG)) == misplaced.stub()


def test_the_command_names_who_has_no_copy_and_who_needs_a_person(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    for student in ("ada", "bob", "eve"):
        handed_in(tmp_path, student, all_answered())
    assert main(["repair", LESSON, "--root", str(tmp_path)]) == 0
    assert "3 copies" in capsys.readouterr().out
    doubtful = all_answered()
    misplaced.lines_below_the_stub(doubtful)
    handed_in(tmp_path, "bob", doubtful)
    handed_in(tmp_path, "eve", b"{")
    assert main(["repair", LESSON, "--root", str(tmp_path)]) == 3
    out, err = capsys.readouterr()
    assert "2 copies" in out
    assert "no copy: eve: the notebook breaks off" in err
    number = doubtful["cells"].index(cell_of(doubtful, SLUG)) + 2  # the cell below, from 1 on
    assert f"for a person: bob: {SLUG}: there is text in cell {number}" in err
    assert not (tmp_path / "repaired" / "eve" / LESSON).exists()  # the old one is gone
    assert "# momentum = alpha" in text(cell_of(copy_of(tmp_path, "bob"), SLUG))


SMALL = "01-small"


def submit_small(root, student, edit):
    """Hand in the small lesson with right answers, edited; or bytes instead of it."""
    folder = root / "grading" / "submitted" / student / SMALL
    folder.mkdir(parents=True)
    data = edit
    if callable(edit):
        text_of_release = (root / "notebooks" / SMALL / f"{SMALL}.ipynb").read_text("utf-8")
        notebook = json.loads(text_of_release)
        for slug in ("gradient-descent-step", "momentum-step"):
            cell_of(notebook, slug)["source"] = ANSWERS[slug]
        edit(notebook)
        data = json.dumps(notebook).encode()
    (folder / f"{SMALL}.ipynb").write_bytes(data)


def of_an_old_nbgrader(notebook):
    misplaced.copied_and_answered_in_the_copy(notebook)
    for cell in notebook["cells"]:
        if roles := cell["metadata"].get("nbgrader"):
            roles["schema_version"] = 1


@pytest.fixture
def graded_by_nbgrader(tmp_path, monkeypatch):
    """The small lesson, handed in, repaired and graded with nbgrader's own commands."""
    small_course.write_course(tmp_path)

    def nbgrader(*arguments):
        variables = {**os.environ, "COURSE_ROOT": str(tmp_path / "grading")}
        return subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
        )

    done = nbgrader("generate_assignment", SMALL)
    assert done.returncode == 0, done.stderr
    submit_small(tmp_path, "ada", of_an_old_nbgrader)
    submit_small(tmp_path, "bob", misplaced.lost_all_metadata_and_ids)
    submit_small(tmp_path, "eve", b"{")
    monkeypatch.chdir(tmp_path)
    assert main(["repair", SMALL, "--root", "grading"]) == 3
    done = nbgrader("autograde", SMALL, "--CourseDirectory.submitted_directory=repaired")
    assert done.returncode == 0, done.stderr
    return tmp_path / "grading"


@pytest.mark.nightly
def test_nbgrader_grades_every_copy_and_stops_at_none(graded_by_nbgrader):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{graded_by_nbgrader / 'gradebook.db'}", "optimizers") as book:
        points = {
            submission.student.id: [
                grade.auto_score for grade in submission.notebooks[0].grades if grade.auto_score
            ]
            for submission in book.assignment_submissions(SMALL)
        }
    assert {student: sorted(scores) for student, scores in points.items()} == {
        "ada": [2.0, 4.0],
        "bob": [2.0, 4.0],
    }
