"""The course's grade, for everybody, in a table and on a page."""

import csv
import dataclasses
import shutil
from types import SimpleNamespace

import pytest

from course_utils.app.main import main
from course_utils.staff.grading.records.ledger import HandIn
from course_utils.staff.grading.records.people import Person
from course_utils.staff.grading.term.course_grade import (
    Marked,
    alike_in_several,
    followed,
    table,
    write_table,
)
from course_utils.staff.grading.term.finals import Final
from course_utils.staff.grading.term.settings import Term, read_term
from support.cohorts import LESSON, grade_folder, hand_in, right, synchronised
from support.entries import EVIL, entry


def marked(name, points, most=10.0, versions=()):
    """Return an assignment; points are None for who is not graded."""
    finals = {who: Final(one, one) for who, one in points.items() if one is not None}
    return Marked(
        SimpleNamespace(assignment=name, most=most), dict.fromkeys(points), finals, dict(versions)
    )


def totals(term, *assignments):
    return {line.person.student: line.total for line in table(term, list(assignments))}


ONE = marked("01", {"ada": 10.0, "bob": 5.0, "zoe": None})
TWO = marked("02", {"ada": 15.0, "bob": 0.0, "zoe": 30.0}, 30.0)


def test_a_total_is_the_weighted_share_of_the_points():
    assert totals(Term(), ONE, TWO) == {"ada": pytest.approx(62.5), "bob": 12.5, "zoe": None}
    weights = {"01": 1.0, "02": 1.0}
    assert totals(Term(weights=weights), ONE, TWO) == {"ada": 75.0, "bob": 25.0, "zoe": None}
    assert totals(Term(weights={"02": 0.0}), ONE, TWO)["ada"] == 100.0
    assert totals(Term(weights={"01": 0.0, "02": 0.0}), ONE, TWO)["ada"] is None


def test_the_lowest_share_is_dropped_and_one_always_counts():
    three = marked("03", {"ada": 9.0})  # nothing from bob: that is what he drops
    lines = {line.person.student: line for line in table(Term(drop_lowest=1), [ONE, TWO, three])}
    assert (lines["ada"].dropped, lines["ada"].total) == (("02",), 95.0)
    assert (lines["bob"].dropped, lines["bob"].total) == (("02",), 25.0)
    assert totals(Term(drop_lowest=9), ONE, TWO) == {"ada": 100.0, "bob": 50.0, "zoe": None}


def test_not_graded_is_no_zero_and_nothing_handed_in_is_one():
    lines = {line.person.student: line for line in table(Term(), [ONE, TWO])}
    assert (lines["zoe"].points, lines["zoe"].note) == (
        {"01": None, "02": 30.0},
        "01 is not graded",
    )
    three = marked("03", {"zoe": 1.0})
    assert totals(Term(), ONE, TWO, three)["ada"] == pytest.approx(50.0)


def test_the_roster_joins_folders_and_adds_who_handed_in_nothing():
    people = [Person("al", ("al", "ada"), "Ada L", "One"), Person("kim", ("kim",), "Kim")]
    second = marked("02", {"al": 30.0, "eve": 30.0}, 30.0)
    lines = {line.person.student: line for line in table(Term(people=people), [ONE, second])}
    assert lines["al"].total == 100.0
    assert (lines["kim"].points, lines["kim"].total) == ({}, 0.0)
    assert (lines["eve"].total, lines["eve"].note) == (None, "is not on the roster")
    twice = marked("02", {"al": 30.0, "ada": 3.0}, 30.0)
    lines = {line.person.student: line for line in table(Term(people=people), [ONE, twice])}
    assert (lines["al"].total, lines["al"].note) == (None, "two hand-ins for 02: al and ada")


def test_hints_are_counted_with_what_came_after_them():
    wrong, good = entry({"momentum-step": "wrong"}), entry()
    worse = entry({"momentum-step": "wrong"})
    worse.result["exercises"]["momentum-step"]["points"] = 0.0
    versions = {
        "ada": [HandIn(wrong), HandIn(good)],
        "bob": [HandIn(wrong), HandIn(worse), HandIn(wrong)],
        "zoe": [HandIn(wrong)],
    }
    assert followed([marked("01", {}, versions=versions)]) == [
        {"exercise": "momentum-step", "name": "walks uphill", "again": 3, "better": 2, "right": 1}
    ]


def test_who_wrote_alike_in_several_lessons_is_a_place_to_look(tmp_path):
    def lesson(name, digests):
        entries = {
            who: dataclasses.replace(entry(student=who), digest=digest)
            for who, digest in digests.items()
        }
        outline = SimpleNamespace(assignment=name, most=32.0, exercises=(), released={})
        return Marked(outline, entries, {}, {})

    one = lesson("01", {"ada": "a", "bob": "a", "zoe": "z", "kim": "z"})
    two = lesson("02", {"ada": "b", "bob": "b", "zoe": "y", "kim": "k"})
    many = lesson("03", {str(number): "same" for number in range(30)})
    found = alike_in_several([one, two, many, many], lambda digest: {})
    assert found == [(["ada", "bob"], ["01", "02"])]
    marks = [marked("01", {"ada": 1.0})]
    page, _ = write_table(Term(), marks, table(Term(), marks), tmp_path, found)
    assert "<td>ada</td><td>bob</td><td>01, 02</td>" in page.read_text()


def test_page_and_table_hold_everybody_and_nothing_alive(tmp_path):
    one = marked("01", {EVIL: 5.0, "ada": 10.0})
    lines = table(Term(), [one])
    page, sheet = write_table(Term(), [one], lines, tmp_path)
    text = page.read_text()
    assert "<script" not in text
    assert "onerror=alert(2)>" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert text.count("<svg") == 2
    with sheet.open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows["ada"]["total_of_100"] == "100"
    assert len(rows) == 2


def test_the_command_keeps_what_was_said_and_shows_what_the_export_says(
    tmp_path, empty_gradebook, capsys
):
    shutil.copy(empty_gradebook, tmp_path)
    hand_in(tmp_path, "ada", right())
    grade_folder(tmp_path)
    synchronised(tmp_path)
    shared = ["total", "--root", str(tmp_path)]
    assert main([*shared, "--weight", "99-none=1"]) == 2
    assert main([*shared, "--weight", f"{LESSON}=2.5", "--drop-lowest", "1"]) == 0
    assert main(shared) == 0
    assert dataclasses.replace(read_term(tmp_path)).weights == {LESSON: 2.5}
    with (tmp_path / "report/course.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row[LESSON], row["total_of_100"]) == ("26", "81.25")
    assert main(["total", "--root", str(tmp_path / "none")]) == 2
    assert not (tmp_path / "none").exists()
    with pytest.raises(SystemExit):
        main([*shared, "--weight", "x=-1"])
