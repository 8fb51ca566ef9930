"""A term's commands with a gradebook on PostgreSQL: what they do on SQLite, they do there."""

import pytest

from course_utils.app.main import main
from course_utils.staff.grading.records import gradebook
from course_utils.staff.grading.records.ledger import reading
from support import ROOT
from support.cohorts import LESSON, POINTS, grade_folder, hand_in, right, synchronised
from support.entries import OUTLINE
from support.postgres_server import PostgresServer
from support.spreadsheets import filled

QUESTION = next(part.name for part in OUTLINE.parts if part.by_hand)


@pytest.fixture(scope="module")
def url():
    with PostgresServer() as server:
        yield server.url


@pytest.fixture
def root(tmp_path, url):
    """A folder in which "adda" and "bob" have handed in and were graded; and an older "ada"."""
    for student in ("ada", "adda", "bob"):
        hand_in(tmp_path, student, right() | {QUESTION: f"{student} thinks."})
    grade_folder(tmp_path)
    synchronised(tmp_path, url)
    return tmp_path


def scores(url):
    with gradebook.connected(url, ROOT) as book:
        return gradebook.scores(book, LESSON)


@pytest.mark.nightly
@pytest.mark.requires("postgresql")
def test_marks_and_a_corrected_name_stand_in_postgresql(root, url, capsys, tmp_path):
    sheet = tmp_path / "sheet.csv"

    def course(*arguments):
        code = main([*arguments, "--root", str(root), "--gradebook", url])
        return code, capsys.readouterr()

    def read(marker, points, *more):
        assert course("marks", LESSON, "--marker", marker, "--out", str(sheet))[0] in (0, 3)
        sheet.write_bytes(filled(sheet.read_text("utf-8-sig"), points=points, comment="Zoë's."))
        return course("marks", LESSON, "--marker", marker, "--from", str(sheet), *more)[0]

    def mark(student):
        found = scores(url)[student].marks[QUESTION]
        return found.points, found.waits, found.comment

    assert read("ann", "2") == 0
    assert mark("adda") == (2.0, False, "Zoë's.")
    assert read("ben", "1") == 3
    assert mark("bob") == (None, True, "Zoë's.")
    assert read("eve", "1.5", "--decides") == 0
    assert mark("bob") == (1.5, False, "Zoë's.")

    before = scores(url)
    code, said = course("roster", "--rename", "bob", "x" * 129)
    assert code == 2
    assert "at most 128 characters" in said.err
    assert scores(url) == before
    with reading(root) as ledger:
        assert ledger.names() == {}

    code, said = course("roster", "--rename", "adda", "ada")
    assert code == 2
    assert "hand-ins for 01-momentum under one name" in said.err
    code, said = course("roster", "--rename", "adda", "lovelace")
    assert (code, said.err) == (0, "")
    after = scores(url)
    assert after == {"ada": before["ada"], "bob": before["bob"], "lovelace": before["adda"]}
    assert mark("lovelace") == (1.5, False, "Zoë's.")
    assert after["lovelace"].points == POINTS + 1.5
    grade_folder(root)
    assert synchronised(root, url) == 0
    assert scores(url) == after
