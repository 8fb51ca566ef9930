import dataclasses
import errno
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from course_utils.app.places import UsageError
from course_utils.staff.grading.records import ledger as ledger_module
from course_utils.staff.grading.records.ledger import (
    FILE,
    Entry,
    LedgerError,
    key_of,
    reading,
    writing,
)

RESULT = {
    "status": "graded",
    "reason": "",
    "flags": [],
    "points": 3.0,
    "max_points": 4.0,
    "exercises": {"momentum-step": {"points": 3.0, "max_points": 4.0, "seconds": 0.5}},
}
ADA = Entry("ada", "abc", "1", 7, RESULT, key_of("01-small", "1", "ada", "abc"))


def with_points(points, entry=ADA):
    return dataclasses.replace(entry, result={**RESULT, "points": points})


@pytest.mark.parametrize("table", ["result", "source", "reflection", "seed"])
def test_the_database_itself_refuses_to_change_or_remove_a_row(tmp_path, table):
    with writing(tmp_path) as ledger:
        ledger.append("01-small", ADA, {"one": {"momentum-step": "pass"}})
        ledger.append_reflections("01-small", "ada", {"why": "because"})
        ledger.seed("01-small", "1")
    with sqlite3.connect(tmp_path / FILE) as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {columns[-1]} = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
    connection.close()


def test_a_ledger_can_be_read_after_its_writer_was_killed_in_the_middle_of_a_row(tmp_path):
    with writing(tmp_path) as ledger:
        ledger.append("01-small", ADA)
    code = (
        "import os, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1])\n"
        "connection.execute('PRAGMA cache_size = 1')\n"  # so that half of it reaches the disk
        "connection.execute('INSERT INTO source VALUES (?, ?)', ('d', 'x' * 10**6))\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / FILE])
    assert (tmp_path / f"{FILE}-journal").stat().st_size > 0
    with reading(tmp_path) as ledger:
        assert list(ledger.current("01-small")) == ["ada"]
        assert ledger.notebooks("d") == {}


def test_who_reads_the_ledger_cannot_write(tmp_path):
    with writing(tmp_path):
        pass
    with reading(tmp_path) as ledger, pytest.raises(sqlite3.OperationalError, match="readonly"):
        ledger.append("01-small", ADA)


def test_the_newest_row_of_a_student_is_the_current_one_and_the_only_one(tmp_path):
    with writing(tmp_path) as ledger:
        for points in (1.0, 4.0, 2.0):
            ledger.append("01-small", with_points(points))
        bob = dataclasses.replace(with_points(3.0), student="bob")
        ledger.append("01-small", bob)
        ledger.append("02-other", with_points(0.0))
    with reading(tmp_path) as ledger:
        current = ledger.current("01-small")
        assert {student: entry.result["points"] for student, entry in current.items()} == {
            "ada": 2.0,
            "bob": 3.0,
        }
        assert list(ledger.current("01-small", "ada")) == ["ada"]
        assert ledger.current("03-none") == {}


def test_what_comes_back_is_what_was_written(tmp_path):
    notebooks = {"one": {"momentum-step": "x = '\ud800 é'"}}
    with writing(tmp_path) as ledger:
        written = ledger.append("01-small", ADA, notebooks)
    with reading(tmp_path) as ledger:
        entry = ledger.current("01-small")["ada"]
        assert entry == written
        assert dataclasses.replace(entry, at="") == ADA
        assert (entry.graded, entry.seconds) == (True, 0.5)
        assert ledger.notebooks("abc") == notebooks
        assert ledger.find(ADA.key, 7) == entry
        assert ledger.find(ADA.key, 8) is None


def test_a_result_without_a_score_is_never_found_in_place_of_one(tmp_path):
    nothing = {**RESULT, "status": "not graded", "points": None, "exercises": {}}
    with writing(tmp_path) as ledger:
        ledger.append("01-small", dataclasses.replace(ADA, result=nothing))
        assert ledger.find(ADA.key, 7) is None


def test_a_key_depends_on_assignment_version_student_and_source():
    keys = {key_of("a", "1", "s", "d"), key_of("b", "1", "s", "d"), key_of("a", "2", "s", "d")}
    keys |= {key_of("a", "1", "t", "d"), key_of("a", "1", "s", "e"), key_of("a", "1s", "", "d")}
    assert len(keys) == 6
    assert all(len(key) == 64 for key in keys)


def test_an_assignment_keeps_its_seed_until_another_is_asked_for(tmp_path):
    with writing(tmp_path) as ledger:
        first = ledger.seed("01-small", "1")
    with writing(tmp_path) as ledger:
        assert ledger.seed("01-small", "1") == first
        assert ledger.seed("01-small", "2") != first or ledger.seed("02-other", "1") != first
        assert ledger.seed("01-small", "1", 42) == 42
        assert ledger.seed("01-small", "1") == 42
        assert ledger.seed("01-small", "1", 0) == 0


def test_reflections_are_kept_once_for_every_change(tmp_path):
    with writing(tmp_path) as ledger:
        assert ledger.reflections("01-small", "ada") == (0, {})
        numbers = []
        for text in ("first", "first", "second"):
            ledger.append_reflections("01-small", "ada", {"why": text})
            number, answers = ledger.reflections("01-small", "ada")
            assert answers == {"why": text}
            numbers.append(number)
        assert numbers[0] == numbers[1] < numbers[2]


def test_a_second_writer_waits_for_the_first(tmp_path, capsys):
    order = []

    def second():
        with writing(tmp_path):
            order.append("second")

    with writing(tmp_path):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(timeout=0.3)
        assert waiting.is_alive()
        order.append("first")
    waiting.join(timeout=60)
    assert order == ["first", "second"]
    assert "waiting" in capsys.readouterr().err


def test_without_a_ledger_or_a_folder_one_sentence_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match="run `course grade` first"), reading(tmp_path):
        pass
    nowhere = tmp_path / "nowhere"
    with pytest.raises(UsageError, match="No such file"), writing(nowhere):
        pass
    assert not nowhere.exists()


# What SQLite raises becomes a sentence, for readers and writers alike


def use(opened, root, deed=lambda ledger: ledger.current("01-small")):
    with opened(root) as ledger:
        return deed(ledger)


@pytest.fixture
def graded(tmp_path):
    use(writing, tmp_path, lambda ledger: ledger.append("01-small", ADA))
    return tmp_path


def replaced(path):
    path.write_text("this is no database, whatever its name says " * 50)


def torn(path):
    data = bytearray(path.read_bytes())
    data[200:] = b"\xff" * (len(data) - 200)
    path.write_bytes(data)


@pytest.mark.parametrize("opened", [reading, writing])
@pytest.mark.parametrize("damage", [replaced, torn])
def test_a_damaged_ledger_is_told_in_a_sentence_and_stays_as_it_is(graded, opened, damage):
    damage(graded / FILE)
    before = (graded / FILE).read_bytes()
    with pytest.raises(LedgerError, match="put your copy of it back") as caught:
        use(opened, graded)
    assert str(graded / FILE) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (graded / FILE).read_bytes() == before


@pytest.mark.parametrize("opened", [reading, writing])
def test_a_ledger_that_another_program_has_open_is_told_in_a_sentence(graded, monkeypatch, opened):
    monkeypatch.setattr(ledger_module, "LEDGER_TIMEOUT", 0.1)
    with closing(sqlite3.connect(graded / FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerError, match="another program has it open"):
            use(opened, graded)
        other.execute("ROLLBACK")
    assert list(use(opened, graded)) == ["ada"]


def test_a_ledger_that_may_not_be_written_is_told_in_a_sentence(graded):
    with pytest.raises(LedgerError, match=r"readonly database.*that you may write it"):
        use(reading, graded, lambda ledger: ledger.append("01-small", ADA))
    (graded / FILE).unlink()
    (graded / FILE).mkdir()
    with pytest.raises(LedgerError, match=r"unable to open.*may read and write it"):
        use(writing, graded)


def test_a_ledger_that_cannot_grow_is_told_in_a_sentence_and_keeps_what_it_has(graded):
    def fill(ledger):
        ledger._connection.execute("PRAGMA max_page_count = 1")
        ledger.append("01-small", ADA, {"one": {"momentum-step": "x" * 10**6}})

    with pytest.raises(LedgerError, match=r"full.*make room on the disk"):
        use(writing, graded, fill)
    assert list(use(reading, graded)) == ["ada"]


def test_what_sqlite_has_no_name_and_no_word_for_is_a_sentence_all_the_same(tmp_path):
    def fail(ledger):
        raise sqlite3.OperationalError

    with pytest.raises(LedgerError, match=r"cannot be used \(OperationalError\): run again"):
        use(writing, tmp_path, fail)


def test_a_folder_where_nothing_can_be_locked_is_told_in_a_sentence(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(UsageError, match=r"No locks available.*a local disk"):
        use(writing, tmp_path)


@pytest.mark.parametrize("command", ["report", "feedback"])
def test_the_commands_end_a_damaged_ledger_in_one_sentence_and_exit_code_1(
    tmp_path, command, capsys
):
    from course_utils.app.main import main

    replaced(tmp_path / FILE)
    assert main([command, "01-momentum", "--root", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"course {command}: the ledger {tmp_path / FILE} cannot be used")
    assert said.count("\n") == 1
