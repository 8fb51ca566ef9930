"""What `course grade` says: how far it is, on standard error alone, and the results as JSON."""

import json
import re
import sys

from course_utils.staff.grading.commands import _progress, write_json
from course_utils.staff.grading.term.finals import Final
from support import ROOT
from support.cohorts import MOST, POINTS
from support.entries import OUTLINE, entry


def count_to(total):
    with _progress(total, "graded") as progress:
        for done in range(1, total + 1):
            progress(done)


def test_a_file_or_a_pipe_gets_a_line_every_tenth(capsys):
    count_to(25)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        f"{done} of 25 graded" for done in (3, 5, 8, 10, 13, 15, 18, 20, 23, 25)
    ]


def test_of_few_each_gets_its_line(capsys):
    count_to(2)
    assert capsys.readouterr().err == "1 of 2 graded\n2 of 2 graded\n"


def test_a_terminal_gets_one_bar_that_ends_full(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    count_to(25)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "graded: 100%" in err
    assert "25/25" in err


def test_the_json_says_what_counts_beside_what_the_code_earned(capsys):
    """With marks by hand and without what lateness took off, as pages and exports do."""
    late = Final(points=21.5, earned=27.5, penalty=6.0, waits=True, remark="Two days late.")
    write_json("-", OUTLINE, {"ada": entry(), "bob": entry(student="bob")}, {"ada": late})
    students = json.loads(capsys.readouterr().out)["students"]
    fields = ("points", "score", "max_score", "waits_for_a_person", "remark")
    told = {name: tuple(one[field] for field in fields) for name, one in students.items()}
    guide = (ROOT / "solutions" / "README.md").read_text("utf-8")
    described = json.loads(re.search(r"```json\n(.*?)```", guide, re.DOTALL)[1])["students"]
    assert set(students["ada"]) == set(described["ada"])
    assert told == {
        "ada": (POINTS, 21.5, MOST, True, "Two days late."),
        "bob": (POINTS, None, MOST, False, ""),
    }
