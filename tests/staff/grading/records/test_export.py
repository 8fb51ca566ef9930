import csv
import io

import pytest

from course_utils.app.places import UsageError
from course_utils.staff.grading.records.export import (
    Row,
    as_csv,
    fill_canvas,
    fill_moodle,
    make_rows,
)
from course_utils.staff.grading.records.gradebook import Mark, Score
from course_utils.staff.grading.submissions.outline import read_outline
from course_utils.staff.grading.text import spreadsheet_cell, visible
from support import ROOT
from support.cohorts import LESSON, MOST
from support.entries import BROKEN, entry

OUTLINE = read_outline(ROOT, LESSON)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Warm-up (7),01-momentum (8123),"
    "01-momentum-b (9)\r\n"
    "    Points Possible,,,,,5,32,3\r\n"
    '"Lovelace, Ada",101,S1,ada@uni.org,One,4,,\r\n'
    "Bob,102,S2,bob,One,3,11,\r\n"
    "Zoe,103,S3,zoe,One,-1,7,\r\n"
    '"Student, Test",104,,abc,One,,,\r\n'
)
MOODLE = (
    "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Feedback comments\n"
    "Participant 11,Ada,,ada@uni.org,Submitted,,32.00,\n"
    "Participant 12,Bob,,bob@uni.org,Submitted,1,32.00,\n"
    "Participant 13,Zoe,Z9,zoe@uni.org,-,,32.00,late -- sorry\n"
)


def row(student, points=26.0, score=None, **changes):
    status = "not graded" if points is None else "graded"
    reason = "the notebook is empty" if points is None else ""
    values = dict(flags=(), max_points=26.0, exercises={}, waits=False) | changes
    return Row(student, status, reason, points=points, score=score, **values)


def read(text, **options):
    return list(csv.reader(io.StringIO(text, newline=""), **options))


def test_points_come_from_the_ledger_and_the_score_from_the_gradebook():
    entries = {"ada": entry(), "broken": entry(student="broken", **BROKEN), "bob": entry()}
    scores = {"ada": Score(28.5, {"x": Mark(2.5, True)}), "broken": Score(0.0, {})}
    ada, broken, bob = make_rows(entries, scores)
    assert (ada.points, ada.score, ada.final, ada.waits) == (26, 28.5, 28.5, True)
    assert (broken.points, broken.score, broken.final) == (None, None, None)
    assert (bob.score, bob.final, bob.waits) == (None, 26, False)
    head, first, second, third = read(as_csv(OUTLINE, [ada, broken, bob]))
    table = dict(zip(head, first, strict=True))
    assert (table["points"], table["score"], table["momentum-step"]) == ("26", "28.5", "4")
    table = dict(zip(head, second, strict=True))
    assert (table["status"], table["points"], table["score"]) == ("not graded", "", "")
    assert table["momentum-step"] == ""
    assert table["note"] == "the notebook is empty"
    assert dict(zip(head, third, strict=True))["score"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start):
    rows = [row(f"{start}cmd|'x'!A0"), row('a"b,c\nd')]
    table = read(as_csv(OUTLINE, rows))
    expected = visible(start) if start == "\r" else f"'{start}"
    assert table[1][0] == f"{expected}cmd|'x'!A0"
    assert table[2][0] == 'a"b,c\nd'
    assert {len(line) for line in table} == {len(table[0])}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (0.0, "0"),
        (-1.5, "-1.5"),
        (1 / 3, "0.3333333333"),
        ("-1.5", "-1.5"),
        ("+49 171", "'+49 171"),
        ("-", "'-"),
        ("a=1", "a=1"),
    ],
)
def test_numbers_stay_numbers_in_a_cell(value, cell):
    assert spreadsheet_cell(value) == cell


def test_canvas_gets_its_own_sheet_back_with_one_column_filled_in():
    rows = [row("ada", 26.0, 29.256), row("S2", None), row("nobody")]
    text, absent = fill_canvas(OUTLINE, rows, CANVAS)
    before, after = read(CANVAS), read(text)
    assert absent == ["nobody"]
    assert [line[6] for line in after] == ["01-momentum (8123)", f"{MOST:g}", "29.26", "", "7", ""]
    for old, new in zip(before, after, strict=True):
        assert [*old[:6], old[7]] == [*new[:6], new[7]]


def test_canvas_may_not_know_the_assignment_yet():
    text, absent = fill_canvas(OUTLINE, [row("103", 20.0)], CANVAS.replace("01-mom", "1-mom"))
    assert absent == []
    assert [line[-1] for line in read(text)] == [LESSON, f"{MOST:g}", "", "", "20", ""]


def test_moodle_gets_grades_and_a_note_where_there_is_none():
    rows = [row("ada"), row("12", None), row("Z9", None), row("13x")]
    text, absent = fill_moodle(OUTLINE, rows, MOODLE)
    table = read(text)
    assert absent == ["13x"]
    assert [line[5] for line in table] == ["Grade", "26", "", ""]
    notes = ["Feedback comments", "", "Not graded: the notebook is empty.", "late -- sorry"]
    assert [line[7] for line in table] == notes
    assert [line[4] for line in table][-1] == "-"  # Moodle's own word for nothing


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_separators_stay(delimiter):
    sheet = MOODLE.replace(",", delimiter)
    text, absent = fill_moodle(OUTLINE, [row("bob")], sheet)
    assert absent == []
    assert read(text, delimiter=delimiter)[2][5] == "26"


def test_a_student_is_found_by_the_best_name_and_never_guessed():
    twice = MOODLE + "Participant 14,Other,ada,other@uni.org,Submitted,,32.00,\n"
    table = read(fill_moodle(OUTLINE, [row("ada", 5.0)], twice)[0])
    assert [line[5] for line in table[1:]] == ["", "1", "", "5"]  # ID number before the address
    both = MOODLE + "Participant 15,Other,,ada@else.org,Submitted,,32.00,\n"
    with pytest.raises(UsageError, match="one line for 'ada'"):
        fill_moodle(OUTLINE, [row("ada")], both)


@pytest.mark.parametrize("sheet", ["", "a,b\n1,2\n", "Student,Grade\n", '"', "\x00"])
@pytest.mark.parametrize("fill", [fill_canvas, fill_moodle])
def test_what_is_no_grade_sheet_is_refused(fill, sheet):
    with pytest.raises(UsageError, match="expected a grade sheet of"):
        fill(OUTLINE, [row("ada")], sheet)


def test_a_formula_in_the_platforms_own_cells_does_not_pass():
    sheet = CANVAS.replace("Bob", '"=HYPERLINK(""x"")"').replace("Zoe", "@SUM(1)")
    table = read(fill_canvas(OUTLINE, [], sheet)[0])
    assert [table[3][0], table[4][0]] == ['\'=HYPERLINK("x")', "'@SUM(1)"]
