"""`course grade` and its sisters from end to end, with real sandboxes."""

import csv
import json
import os
import shutil
import subprocess
import sys

import pytest

from course_utils.app.main import main
from course_utils.staff.grading import GRADER_VERSION, pools
from course_utils.staff.grading.records import gradebook
from course_utils.staff.grading.records.ledger import reading
from support import ROOT
from support.cohorts import LESSON, MOST, POINTS, exercises, hand_in, mixed, right

pytestmark = pytest.mark.requires("bubblewrap")


def course(command, root, *arguments):
    return main([command, LESSON, "--root", str(root), *map(str, arguments)])


def results(root, *arguments):
    """Grade; return the exit code and the JSON."""
    code = course("grade", root, "--workers", 1, "--json", root / "out.json", *arguments)
    return code, json.loads((root / "out.json").read_text())


@pytest.fixture
def root(tmp_path, empty_gradebook):
    shutil.copy(empty_gradebook, tmp_path)
    hand_in(tmp_path, "ada", right())
    return tmp_path


def test_the_json_holds_exactly_what_others_build_on(root, capsys):
    wrong = next(e for e in exercises() if e.slug == "momentum-step").misconceptions[0]
    hand_in(root, "bob", right() | {"momentum-step": wrong.source})
    code, data = results(root)
    assert code == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"{LESSON}: 2 graded (2 of them now), 0 not graded, seed ")
    assert set(data) == {"assignment", "grader_version", "students"}
    assert (data["assignment"], data["grader_version"]) == (LESSON, GRADER_VERSION)
    for student in data["students"].values():
        assert set(student) == {
            *("status", "reason", "flags", "points", "max_points", "exercises"),
            *("score", "max_score", "waits_for_a_person", "remark"),
        }
        points = {e.slug: float(e.points) for e in exercises()}
        assert {s: e["max_points"] for s, e in student["exercises"].items()} == points
        for exercise in student["exercises"].values():
            assert set(exercise) == {"points", "max_points", "diagnosis"}
        assert student["points"] == sum(e["points"] for e in student["exercises"].values())
    assert data["students"]["ada"]["points"] == data["students"]["ada"]["max_points"] == POINTS
    bob = data["students"]["bob"]["exercises"]["momentum-step"]
    assert (bob["diagnosis"], bob["points"] < 4) == (wrong.name, True)


def test_who_cannot_be_graded_makes_exit_code_three_and_keeps_an_empty_grade(root, capsys):
    for student in ("bad", "worse"):
        path = hand_in(root, student, right()) / f"{LESSON}.ipynb"
        path.write_text('{"cells": [')
    code, data = results(root)
    assert code == 3
    assert data["students"]["bad"] | {"reason": ""} == {
        "status": "not graded",
        "reason": "",
        "flags": [],
        "points": None,
        "max_points": POINTS,
        "exercises": {},
        "score": None,
        "max_score": MOST,
        "waits_for_a_person": False,
        "remark": "",
    }
    assert data["students"]["bad"]["reason"]
    # The exit code speaks of those named, the JSON of everybody.
    code, data = results(root, "--student", "ada")
    assert code == 0
    assert set(data["students"]) == {"ada", "bad", "worse"}
    assert results(root, "--student", "ada", "--student", "bad", "--regrade")[0] == 3
    with reading(root) as ledger:
        assert ledger.current(LESSON)["worse"].id < ledger.current(LESSON)["ada"].id


def test_for_students_who_are_named_nobody_elses_rows_are_looked_at(root, monkeypatch):
    """In a cohort of thousands that takes longer than to grade one of them."""
    hand_in(root, "bob", right())
    assert results(root)[0] == 0
    looked_at, synchronise = [], gradebook.synchronise

    def told(book, outline, course, root, entries, ledger):
        looked_at.append(sorted(entries))
        return synchronise(book, outline, course, root, entries, ledger)

    monkeypatch.setattr(gradebook, "synchronise", told)
    code, data = results(root, "--student", "bob")
    assert (code, set(data["students"])) == (0, {"ada", "bob"})
    assert results(root)[0] == 0
    assert looked_at == [["bob"], ["ada", "bob"]]


@pytest.mark.nightly
def test_a_score_is_the_same_alone_in_company_and_again(root):
    for number in range(3):
        hand_in(root, f"s{number}", mixed(number))
    _, alone = results(root, "--student", "s1")
    _, company = results(root)
    _, again = results(root, "--regrade")
    assert alone["students"]["s1"] == company["students"]["s1"] == again["students"]["s1"]
    assert company == again


def test_one_seed_is_drawn_and_another_may_be_asked_for(root, capsys):
    results(root)
    results(root)
    first, second = capsys.readouterr().out.splitlines()
    assert first.rpartition("seed ")[2] == second.rpartition("seed ")[2]
    assert "(0 of them now)" in second
    results(root, "--seed", 42)
    results(root)
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("(1 of them now), 0 not graded, seed 42")
    assert second.endswith("(0 of them now), 0 not graded, seed 42")


def test_from_grading_to_pages_report_and_export(root, capsys):
    (hand_in(root, "bad", right()) / f"{LESSON}.ipynb").write_text("no notebook")
    (hand_in(root, "e\x1b]0;\nve", right()) / f"{LESSON}.ipynb").write_text("no notebook")
    results(root)
    assert course("feedback", root) == course("report", root) == 0
    assert (root / "feedback" / "ada" / LESSON / f"{LESSON}.html").is_file()
    assert (root / "report" / f"{LESSON}.html").is_file()
    out = root / "grades.csv"
    assert course("export", root, "--format", "csv", "--out", out) == 0
    with out.open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert (rows["ada"]["points"], rows["ada"]["score"]) == (f"{POINTS:g}", f"{POINTS:g}")
    assert (rows["bad"]["points"], rows["bad"]["score"], rows["bad"]["status"]) == (
        "",
        "",
        "not graded",
    )
    assert "2 left empty, not graded: bad, e~1b~]0~3b~~a~ve\n" in capsys.readouterr().err
    sheet = root / "canvas.csv"
    sheet.write_bytes(b"\xef\xbb\xbfStudent,ID,SIS Login ID,Section\r\nAda,1,ada,One\r\n")
    arguments = ("--format", "canvas", "--template", sheet, "--new-column")
    out.unlink()
    assert course("export", root, *arguments, "--dry-run") == 0
    assert capsys.readouterr().out == f"ada: empty -> {POINTS:g}\n"
    assert not out.exists()
    assert course("export", root, *arguments, "--out", out) == 0
    filled = out.read_bytes()
    assert filled == b"\xef\xbb\xbf" + (
        f"Student,ID,SIS Login ID,Section,{LESSON}\r\nAda,1,ada,One,{POINTS:g}\r\n".encode()
    )
    assert "2 in the sheet not found: bad, e~1b~]" in capsys.readouterr().err


def test_who_is_not_on_the_roster_is_named_and_not_graded(root, capsys):
    for student in ("bob", "zoe@uni.org", "zoe"):
        hand_in(root, student, right())
    sheet = root / "sheet.csv"
    sheet.write_text("name,login,email\nAda,ada,\nZoe,z,zoe@uni.org\n")
    assert main(["roster", "--root", str(root), "--from", str(sheet)]) == 3
    code, data = results(root)
    assert (code, set(data["students"])) == (3, {"ada"})
    said = capsys.readouterr().err
    assert "course grade: not graded: bob is not on the roster\n" in said
    assert "not graded: zoe is the same person as zoe@uni.org: keep one folder\n" in said
    assert results(root, "--student", "ada")[0] == 0
    assert results(root, "--student", "bob")[0] == 3
    shutil.rmtree(root / "submitted" / "zoe")
    assert set(results(root)[1]["students"]) == {"ada", "zoe@uni.org"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grade", "99-none"], "the name of an assignment"),
        (["grade", LESSON], "submissions in"),
        (["feedback", LESSON], "run `course grade` first"),
        (["report", LESSON], "run `course grade` first"),
        (["export", LESSON, "--format", "csv", "--out", "x"], "run `course grade` first"),
        (["export", LESSON, "--format", "canvas", "--out", "x"], "--template"),
        (["export", LESSON, "--format", "csv", "--template", "t", "--out", "x"], "--template"),
        (["export", LESSON, "--format", "csv"], "--out"),
        (["export", LESSON, "--format", "csv", "--dry-run"], "--template"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_two(tmp_path, capsys, arguments, sentence):
    assert main([*arguments, "--root", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert len(said.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["--workers", "0"],
        ["--workers", "many"],
        ["--workers", "2", "--scheduler", "tcp://127.0.0.1:1"],
        ["--seed", "-1"],
        ["--seed", "x"],
    ],
)
def test_options_that_make_no_sense_are_refused(root, arguments):
    with pytest.raises(SystemExit) as caught:
        course("grade", root, *arguments)
    assert caught.value.code == 2
    assert not (root / "ledger.db").exists()


def test_no_scheduler_at_the_address_is_said_and_costs_nothing(root, monkeypatch, capsys):
    monkeypatch.setattr(pools, "SCHEDULER_TIMEOUT", 1)
    assert course("grade", root, "--scheduler", "tcp://127.0.0.1:1") == 2
    assert "expected a dask scheduler" in capsys.readouterr().err
    assert results(root)[0] == 0


def test_without_a_sandbox_nothing_is_graded_and_nothing_is_touched(root, tmp_path_factory):
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    nowhere = tmp_path_factory.mktemp("no-programs")
    done = subprocess.run(
        [sys.executable, "-m", "course_utils", "grade", LESSON, "--root", str(root)],
        cwd=ROOT,
        env={**os.environ, "PATH": str(nowhere)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2, done.stderr
    assert "bubblewrap" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


@pytest.mark.nightly
def test_it_runs_where_no_environment_is_activated(tmp_path):
    hand_in(tmp_path, "ada", right())
    done = subprocess.run(
        [sys.executable, "-m", "course_utils", "grade", LESSON],
        cwd=ROOT,
        env={"PATH": os.defpath, "COURSE_ROOT": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == ["1 of 1 graded"]
    assert (tmp_path / "gradebook.db").is_file()
