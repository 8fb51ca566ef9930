import csv
import io

import pytest

from course_utils.staff.grading.records.export import as_csv, make_rows
from course_utils.staff.grading.submissions.outline import read_outline
from course_utils.staff.grading.term.finals import Final
from course_utils.staff.grading.text import spreadsheet_cell, visible
from support import ROOT
from support.cohorts import LESSON, MOST
from support.entries import BROKEN, entry, exported

OUTLINE = read_outline(ROOT, LESSON)


def read(text, **options):
    return list(csv.reader(io.StringIO(text, newline=""), **options))


def test_points_come_from_the_ledger_and_the_score_from_what_counts():
    entries = {"ada": entry(), "broken": entry(student="broken", **BROKEN)}
    ada, broken = make_rows(OUTLINE, entries, {"ada": Final(28.5, 30.0, 1.5, waits=True)})
    assert (ada.points, ada.score, ada.waits) == (26, 28.5, True)
    assert (broken.points, broken.score, broken.waits) == (None, None, False)
    head, first, second = read(as_csv(OUTLINE, [ada, broken]))
    table = dict(zip(head, first, strict=True))
    assert (table["points"], table["score"], table["momentum-step"]) == ("26", "28.5", "4")
    table = dict(zip(head, second, strict=True))
    assert (table["status"], table["points"], table["score"]) == ("not graded", "", "")
    assert (table["momentum-step"], table["max_score"]) == ("", f"{MOST:g}")
    assert table["note"] == "the notebook is empty"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start):
    rows = [exported(f"{start}cmd|'x'!A0"), exported('a"b,c\nd')]
    table = read(as_csv(OUTLINE, rows))
    expected = visible(start) if start == "\r" else f"'{start}"
    assert table[1][0] == f"{expected}cmd|'x'!A0"
    assert table[2][0] == 'a"b,c\nd'
    assert {len(line) for line in table} == {len(table[0])}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_cell_is_a_formula_whatever_separator_its_reader_chooses(separator):
    rows = [exported("ada", None, reason=f'the notebook has format {separator}=cmd{separator}"@x"')]
    for line in csv.reader(io.StringIO(as_csv(OUTLINE, rows)), delimiter=separator):
        assert not [cell for cell in line if cell.startswith(("=", "+", "-", "@"))]


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
