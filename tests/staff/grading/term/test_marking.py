"""Answers in words, read by several people."""

import csv
import io
import shutil

import pytest

from course_utils.app.main import main
from course_utils.app.places import UsageError
from course_utils.staff.grading.records import gradebook
from course_utils.staff.grading.records.ledger import Marking, writing
from course_utils.staff.grading.records.people import People, Person
from course_utils.staff.grading.term.marking import (
    Answer,
    as_sheet,
    from_sheet,
    read_comments,
    settle,
)
from support import ROOT
from support.cohorts import LESSON, grade_folder, hand_in, right, synchronised
from support.entries import OUTLINE
from support.spreadsheets import filled

QUESTION, OTHER = (part.name for part in OUTLINE.parts if part.by_hand)
FOUND = [Answer("ada", QUESTION, 3, 3.0, "- because"), Answer("bob", QUESTION, 4, 3.0, "=1+1")]
PEOPLE = People([Person("ada", name="Ada L", section="One"), Person("bob", section="Two")])


def given(student, points, marker="ann", comment="", decides=False, version=None):
    version = version or {one.student: one.version for one in FOUND}[student]
    return Marking(student, QUESTION, version, marker, points, comment, decides)


def test_a_sheet_holds_a_section_and_only_ones_own_points():
    text = as_sheet(FOUND, [given("ada", 2.0, "ann"), given("ada", 1.0, "ben")], PEOPLE, "ann")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["student"], row["name"], row["points"]) for row in rows] == [
        ("ada", "Ada L", "2"),
        ("bob", "", ""),
    ]
    assert [row["answer"] for row in rows] == ["'- because", "'=1+1"]
    rows = list(csv.DictReader(io.StringIO(as_sheet(FOUND, [], PEOPLE, "ann", "Two"))))
    assert [row["student"] for row in rows] == ["bob"]


def test_a_filled_in_sheet_comes_back_as_it_was_meant():
    sheet = filled(
        as_sheet(FOUND, [], PEOPLE, "ann"), points="2,5", comment="- well argued #units #1"
    )
    markings = from_sheet(sheet, FOUND, {"units": "Mind the units."}, "ann", False)
    assert markings[0] == given("ada", 2.5, comment="- well argued Mind the units. #1")
    assert len(markings) == 2
    for comment in ("- well argued", "first;-second", '"=a",\'b', "'quoted'"):
        again = as_sheet(FOUND, [given("ada", 1.0, comment=comment)], PEOPLE, "ann")
        assert from_sheet(again.encode(), FOUND, {}, "ann", False)[0].comment == comment


def test_an_answer_of_hidden_characters_leaves_the_sheet_readable():
    """Each is written out in seven letters, and no reader takes a cell of any length."""
    hidden = Answer("eve", QUESTION, 5, 3.0, "\U000e0001" * 20_000)
    sheet = filled(as_sheet([*FOUND, hidden], [], PEOPLE, "ann"), points="1")
    assert len(from_sheet(sheet, [*FOUND, hidden], {}, "ann", False)) == 3


@pytest.mark.parametrize("points", ["4", "-1", "two", "nan"])
def test_points_that_nobody_can_earn_are_refused_with_their_line(points):
    sheet = filled(as_sheet(FOUND, [], PEOPLE, "ann"), points=points)
    with pytest.raises(UsageError, match="line 2 points from 0 to 3"):
        from_sheet(sheet, FOUND, {}, "ann", False)


def test_an_answer_that_was_changed_since_is_not_marked_by_mistake():
    sheet = filled(as_sheet(FOUND, [], PEOPLE, "ann"), points="1")
    changed = [Answer("ada", QUESTION, 9, 3.0, "new"), FOUND[1]]
    with pytest.raises(UsageError, match="line 2 an answer as it stands now"):
        from_sheet(sheet, changed, {}, "ann", False)
    with pytest.raises(UsageError, match="expected a sheet with the columns"):
        from_sheet(b"student,points\nada,1\n", FOUND, {}, "ann", False)


def test_readings_that_agree_count_and_those_that_differ_wait_for_a_decision():
    key, other = ("ada", QUESTION), ("bob", QUESTION)
    settled = settle(FOUND, [given("ada", 2.0, "ann", "Good."), given("ada", 2.0, "ben", "Nice.")])
    assert settled.given == {key: (2.0, "Good.\n\nNice.")}
    assert (settled.unread, settled.once, settled.more) == (1, 0, 1)
    readings = [given("ada", 2.0, "ann"), given("ada", 1.0, "ben"), given("bob", 3.0, "ann")]
    settled = settle(FOUND, readings)
    assert settled.given == {key: None, other: (3.0, "")}
    assert settled.differ == [f"ada {QUESTION}: 2 by ann, 1 by ben"]
    assert settle(FOUND, [*readings, given("ada", 2.0, "ben")]).differ == []  # ben again
    decided = settle(FOUND, [*readings, given("ada", 1.5, "eve", decides=True)])
    assert (decided.given[key], decided.differ) == ((1.5, ""), [])
    old = given("ada", 1.0, "ben", version=1)  # of another answer
    assert settle(FOUND, [old, *readings[:1]]).given == {key: (2.0, "")}


def test_comments_to_reuse_stand_in_a_table(tmp_path):
    path = tmp_path / "comments.csv"
    assert read_comments(path) == {}
    path.write_text('code,text\n#units,"Mind, the units."\nsign,Which sign?\n')
    assert read_comments(path) == {"units": "Mind, the units.", "sign": "Which sign?"}
    path.write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="columns code and text"):
        read_comments(path)


def test_from_sheets_to_the_gradebook_and_back(tmp_path, empty_gradebook, capsys):
    shutil.copy(empty_gradebook, tmp_path)
    for student in ("ada", "bob"):
        hand_in(tmp_path, student, right() | {QUESTION: f"{student} thinks."})
    grade_folder(tmp_path)
    synchronised(tmp_path)
    sheet = tmp_path / "sheet.csv"

    def marks(*arguments):
        code = main(["marks", LESSON, "--root", str(tmp_path), *arguments])
        return code, capsys.readouterr()

    def read(marker, points, *more):
        assert marks("--marker", marker, "--out", str(sheet))[0] in (0, 3)
        sheet.write_bytes(filled(sheet.read_text("utf-8-sig"), points=points, comment="Read."))
        return marks("--marker", marker, "--from", str(sheet), *more)

    def score():
        with gradebook.connected(gradebook.default_url(tmp_path), ROOT) as book:
            mark = gradebook.scores(book, LESSON)["ada"].marks[QUESTION]
        return mark.points, mark.waits, mark.comment

    assert marks()[1].out == (
        f"{LESSON}: 2 answers, 2 not read, 0 read once, 0 more often, 0 differ\n"
    )
    assert marks("--out", str(sheet))[0] == 2
    assert read("ann", "2")[0] == 0
    assert score() == (2.0, False, "Read.")
    code, said = read("ben", "1")
    assert code == 3
    assert f"ada {QUESTION}: 2 by ann, 1 by ben" in said.err
    assert score() == (None, True, "Read.")
    assert read("eve", "1.5", "--decides")[0] == 0
    assert score() == (1.5, False, "Read.")
    assert "0 readings taken" in marks("--marker", "eve", "--from", str(sheet), "--decides")[1].out
    with gradebook.connected(gradebook.default_url(tmp_path), ROOT) as book:
        submission = book.find_submission(LESSON, "ada")
        grades = {grade.name: grade for nb in submission.notebooks for grade in nb.grades}
        grades[QUESTION].manual_score = 0.25  # in formgrader
        book.db.commit()
    assert f"1 marked in formgrader, which counts: ada {QUESTION}" in read("eve", "3")[1].err
    assert score()[0] == 0.25
    with writing(tmp_path) as ledger:
        assert len(ledger.markings(LESSON)) == 8
