"""The roster: whose folder is whose, who handed in nothing, and a name corrected."""

import dataclasses
import shutil

import pytest

from course_utils.app.main import main
from course_utils.app.places import UsageError
from course_utils.staff.grading.cohort import find_submissions
from course_utils.staff.grading.records import gradebook
from course_utils.staff.grading.records.ledger import reading, writing
from course_utils.staff.grading.records.people import People, Person
from course_utils.staff.grading.term.roster import (
    admitted,
    merged,
    namesakes,
    rename,
    without_hand_in,
)
from course_utils.staff.grading.term.settings import Term, changing, read_term
from support import ROOT
from support.cohorts import LESSON, grade_folder, hand_in, right, synchronised
from support.entries import OUTLINE

ADA = Person("ada", ("ada", "S1", "101"), "Ada Lovelace", "One")
BOB = Person("gb@uni.org", ("gb@uni.org", "102"), "George Boole", "Two")
ZOE = Person("Zoë Müller", (), "Zoë Müller")
REFLECTION = next(part.name for part in OUTLINE.parts if part.by_hand)
PEOPLE = People([ADA, BOB, ZOE])
SHEET = (
    "Student,ID,SIS User ID,SIS Login ID,Section,01-momentum (8123)\n"
    '"Lovelace, Ada",101,S1,ada,One,\n"Boole, George",102,,gb@uni.org,Two,\n'
)


def folders(*names):
    return {name: name for name in names}


def test_a_folder_may_be_called_by_any_name_of_its_person():
    let_in, refused = admitted(PEOPLE, folders("S1", "gb", "müller, zoë"), {})
    assert (set(let_in), refused) == ({"S1", "gb", "müller, zoë"}, {})
    assert without_hand_in(PEOPLE, folders("gb")) == [ADA, ZOE]


def test_who_is_not_on_the_roster_and_two_folders_of_a_person_are_named_and_not_graded():
    let_in, refused = admitted(PEOPLE, folders("101", "ada", "eve", "gb"), {})
    assert set(let_in) == {"gb"}
    assert refused == {
        "101": "is the same person as ada: keep one folder",
        "ada": "is the same person as 101: keep one folder",
        "eve": "is not on the roster",
    }
    assert admitted(People([]), folders("eve", "101"), {}) == (folders("101", "eve"), {})


def test_a_name_of_two_people_is_nobodys():
    twins = People([ADA, dataclasses.replace(ADA, student="al", keys=("al",))])
    _, refused = admitted(twins, folders("Ada Lovelace", "al"), {})
    assert refused == {"Ada Lovelace": "could be Ada Lovelace (ada) or Ada Lovelace (al)"}


def test_sheets_add_up_to_one_roster_without_mixing_people():
    namesake = Person("x@uni.org", ("x@uni.org",), "Ada Lovelace")
    known = dataclasses.replace(ADA, keys=("ada", "al@uni.org"), section="")
    with_login = Person("zm", ("zm",), "Müller, Zoë")
    roster, added, unclear = merged([known, BOB, ZOE], [ADA, namesake, with_login])
    assert added == [namesake]
    assert unclear == []
    assert roster[0] == Person("ada", ("ada", "al@uni.org", "S1", "101"), "Ada Lovelace", "One")
    assert roster[2].keys == ("zm",)
    by_address = Person("al@uni.org", ("al@uni.org",), "Lovelace Ada")
    assert merged([ADA], [by_address])[1] == []  # the other platform's word for her
    assert merged([ADA], [by_address, namesake])[1] == [by_address, namesake]
    assert merged([known], [namesake])[1] == [namesake]  # another address is another person
    assert namesakes([ADA, BOB, namesake]) == ["Ada Lovelace"]
    both = Person("ada", ("ada", "gb@uni.org"), "Ada Boole")
    assert merged([ADA, BOB], [both]) == ([ADA, BOB], [], [both])


def test_the_settings_come_back_as_they_were_and_broken_ones_are_named(tmp_path):
    assert read_term(tmp_path) == Term()
    with changing(tmp_path) as term:
        term.people = [ADA, ZOE]
    assert read_term(tmp_path).people == [ADA, ZOE]
    with pytest.raises(ZeroDivisionError), changing(tmp_path) as term:
        term.people = [1 / 0]
    assert read_term(tmp_path).people == [ADA, ZOE]
    for text in ("{", "[]", '{"people": [{"keys": 1}]}', '{"other": 1}'):
        (tmp_path / "term.json").write_text(text)
        with pytest.raises(UsageError, match=r"term\.json"):
            read_term(tmp_path)


@pytest.fixture
def root(tmp_path, empty_gradebook):
    """A folder in which "adda" has handed in, was graded, and got marks by hand."""
    shutil.copy(empty_gradebook, tmp_path)
    hand_in(tmp_path, "adda", right() | {REFLECTION: "Because it is."})
    grade_folder(tmp_path)
    synchronised(tmp_path)
    with gradebook.connected(gradebook.default_url(tmp_path), ROOT) as book:
        submission = book.find_submission(LESSON, "adda")
        grade = next(g for nb in submission.notebooks for g in nb.grades if g.auto_score is None)
        grade.manual_score = 2.5
        book.db.commit()
    return tmp_path


def renamed(root, old, new):
    with (
        writing(root) as ledger,
        gradebook.connected(gradebook.default_url(root), ROOT) as book,
    ):
        rename(root, ledger, book, old, new)


def state(root):
    with reading(root) as ledger:
        entries = ledger.current(LESSON)
        words = {student: ledger.reflections(LESSON, student)[0] for student in entries}
    with gradebook.connected(gradebook.default_url(root), ROOT) as book:
        scores = {name: score.points for name, score in gradebook.scores(book, LESSON).items()}
    names = {name: entry.result["points"] for name, entry in entries.items()}
    return names, words, scores, sorted(find_submissions(root, LESSON))


def test_a_corrected_name_keeps_grades_marks_and_history(root):
    (points,), (words,), (score,), _ = (
        list(part.values()) if isinstance(part, dict) else part for part in state(root)
    )
    renamed(root, "adda", "ada")
    expected = ({"ada": points}, {"ada": words}, {"ada": score}, ["ada"])
    assert state(root) == expected
    assert not list(root.glob("*/adda"))
    scored, entries = grade_folder(root)  # nothing is scored once more for it
    assert (scored, entries["ada"].result["points"]) == (0, points)
    with writing(root) as ledger:
        rows = ledger._connection.execute("SELECT student FROM result").fetchall()
        assert rows == [("adda",)]  # no row was changed
    with pytest.raises(UsageError, match="expected a student who handed in, got 'eve'"):
        renamed(root, "eve", "ada")
    assert state(root) == expected


@pytest.mark.parametrize("step", ["gradebook.rename", "os.rename", "Path.rmdir"])
def test_a_correction_that_was_killed_goes_on(root, monkeypatch, step):
    from course_utils.staff.grading.term import roster

    def killed(*arguments, **options):
        raise KeyboardInterrupt

    place, name = step.split(".")
    monkeypatch.setattr(getattr(roster, place), name, killed)
    with pytest.raises(KeyboardInterrupt):
        renamed(root, "adda", "ada")
    monkeypatch.undo()
    renamed(root, "adda", "ada")
    names, _, scores, handed_in = state(root)
    assert (set(names), set(scores), handed_in) == ({"ada"}, {"ada"}, ["ada"])
    assert not list(root.glob("*/adda"))


def test_hand_ins_under_both_names_have_to_be_told_apart_first(root):
    hand_in(root, "ada", right())
    before = state(root)
    with pytest.raises(UsageError, match="move one of the folders away"):
        renamed(root, "adda", "ada")
    assert state(root) == before
    grade_folder(root)
    synchronised(root)
    shutil.rmtree(root / "submitted" / "adda")  # the marks are those of adda
    renamed(root, "adda", "ada")
    names, _, scores, handed_in = state(root)
    assert (set(names), handed_in) == ({"ada"}, ["ada"])
    assert scores["ada"] == names["ada"] + 2.5


def test_a_name_may_be_corrected_twice_and_back():
    import sqlite3

    from course_utils.staff.grading.records import ledger as ledgers

    ledger = ledgers.Ledger(sqlite3.connect(":memory:"))
    assert ledger.names() == {}  # an older ledger has no such table
    ledger._connection.executescript(ledgers._SCHEMA)
    for old, new, names in (
        ("a", "b", {"a": "b"}),
        ("b", "c", {"a": "c", "b": "c"}),
        ("c", "a", {"b": "a", "c": "a"}),
        ("c", "a", {"b": "a", "c": "a"}),
    ):
        ledger.rename(old, new)
        assert ledger.names() == names
    assert ledger._connection.execute("SELECT count(*) FROM renamed").fetchone() == (3,)


def test_the_command_says_who_handed_in_nothing_and_whose_folder_is_not_clear(tmp_path, capsys):
    (tmp_path / "sheet.csv").write_text(SHEET)
    arguments = ["roster", "--root", str(tmp_path), "--from", str(tmp_path / "sheet.csv")]
    assert main(arguments) == 0
    hand_in(tmp_path, "101", right())
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[-2:] == [
        "roster: 2 people, 0 of them new, 0 changed",
        f"{LESSON}: 1 handed in, 1 did not",
    ]
    assert f"1 handed in nothing for {LESSON}: George Boole" in err
    hand_in(tmp_path, "ada", right())
    assert main(arguments) == 3
    assert f"{LESSON}: 101 is the same person as ada: keep one folder" in capsys.readouterr().err
    assert main(["roster", "--root", str(tmp_path), "--rename", "eve", "a/b"]) == 2
    assert "no folder can have" in capsys.readouterr().err


def test_collect_gives_a_person_the_folder_that_is_there(tmp_path, capsys):
    from support.zips import packed

    (tmp_path / "sheet.csv").write_text(SHEET)
    main(["roster", "--root", str(tmp_path), "--from", str(tmp_path / "sheet.csv")])
    (tmp_path / "submitted/S1/02-adaptive-rates").mkdir(parents=True)
    names = ["a_101_7_01-momentum.ipynb", "b_102_8_01-momentum.ipynb", "s_104_9_01-momentum.ipynb"]
    source = packed(tmp_path / "x.zip", dict.fromkeys(names, "{}"))
    arguments = ["collect", LESSON, "--root", str(tmp_path), "--from", str(source)]
    assert main([*arguments, "--platform", "canvas"]) == 0
    assert set(find_submissions(tmp_path, LESSON)) == {"S1", "gb@uni.org", "104"}
