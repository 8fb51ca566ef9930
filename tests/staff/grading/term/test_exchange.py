"""`course collect --platform exchange`: what accounts of one machine hand in to each other."""

import os
from datetime import UTC, datetime

import pytest

from course_utils.app.main import main
from course_utils.staff.grading.term import exchange
from course_utils.staff.grading.term.downloads import UnreadableError
from support.cohorts import LESSON

pytestmark = pytest.mark.posix("an exchange is between accounts of a Unix machine")


@pytest.fixture
def me(tmp_path):
    """Return the account that the tests' files belong to."""
    return tmp_path.owner()


def hand_in(inbound, student, text="{}", lesson=LESSON, code="Zm9v"):
    """Make a folder as `nbgrader submit` does; return the notebook in it."""
    folder = inbound / f"{student}+{lesson}+2020-01-01 00:00:00.000000 UTC+{code}"
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2020-01-01 00:00:00 UTC")
    notebook = folder / f"{lesson}.ipynb"
    notebook.write_text(text)
    return notebook


def read(inbound):
    files, refused = exchange.read_exchange(inbound, LESSON)
    return {file.path.split("/")[0]: file for file in files}, refused


def test_a_hand_in_counts_for_the_account_that_owns_it_and_for_no_other(me, tmp_path):
    hand_in(tmp_path, me, "mine")
    hand_in(tmp_path, "another", "mine as well")
    hand_in(tmp_path, me, lesson="03-adam")
    files, refused = read(tmp_path)
    assert {student: file.read() for student, file in files.items()} == {me: b"mine"}
    assert list(refused.values()) == [f"is owned by {me}, and does not count as another's"]


def test_the_time_is_that_of_the_last_change_whatever_the_student_writes(me, tmp_path):
    before = datetime.now(UTC)
    notebook = hand_in(tmp_path, me)
    os.utime(notebook, (0, 0))
    files, _ = read(tmp_path)
    assert abs((files[me].at - before).total_seconds()) < 60


def test_no_link_leads_to_what_the_instructor_may_read(me, tmp_path):
    secret = tmp_path / "another's.ipynb"
    secret.write_text("another's answers")
    inbound = tmp_path / "inbound"
    notebook = hand_in(inbound, me)
    notebook.unlink()
    notebook.symlink_to(secret)
    os.symlink(tmp_path, inbound / f"{me}+{LESSON}+2020-01-01 00:00:00.0 UTC+YmFy")
    files, refused = read(inbound)
    assert files == {}
    assert sorted(refused.values()) == ["is a link, which is not followed", "is no folder"]


def test_a_file_that_is_exchanged_for_another_while_it_is_looked_at_is_not_read(me, tmp_path):
    secret = tmp_path / "hidden" / f"{LESSON}.ipynb"
    secret.parent.mkdir()
    secret.write_text("another's answers")
    inbound = tmp_path / "inbound"
    folder = hand_in(inbound, me).parent
    files, _ = read(inbound)
    folder.rename(tmp_path / "away")
    folder.symlink_to(secret.parent)
    with pytest.raises(UnreadableError, match="replaced"):
        files[me].read()


def test_a_file_that_goes_away_or_has_an_impossible_time_stops_nobody(me, tmp_path, monkeypatch):
    for name, code in (("gone.ipynb", "Zm9v"), ("late.ipynb", "YmFy")):
        (hand_in(tmp_path, me, code=code).parent / name).write_text("{}")
    lstat = os.lstat

    def looked_at(path, **options):
        found = lstat(path, **options)
        if str(path).endswith("gone.ipynb"):
            raise FileNotFoundError(2, "No such file or directory")
        if str(path).endswith("late.ipynb"):
            return os.stat_result([*found[:8], 10**15, *found[9:]])
        return found

    monkeypatch.setattr(os, "lstat", looked_at)
    files, refused = read(tmp_path)
    assert set(files) == {me}
    assert all("cannot be looked at" in reason for reason in refused.values())
    assert len(refused) == 2


def test_one_account_cannot_fill_the_exchange_for_all(me, tmp_path, monkeypatch):
    monkeypatch.setattr(exchange, "MOST_OF_ONE", 3)
    for number in range(5):
        hand_in(tmp_path, me, str(number), code=str(number))
    files, refused = exchange.read_exchange(tmp_path, LESSON)
    assert {file.read() for file in files} == {b"2", b"3", b"4"}  # the newest
    assert refused == {me: "has more than 3 entries there; the others are not read"}


def test_the_command_collects_from_the_exchange_and_names_what_it_leaves(me, tmp_path, capsys):
    inbound = tmp_path / "inbound"
    hand_in(inbound, me, "first", code="Zm9v")
    hand_in(inbound, me, "second", code="YmFy")
    (inbound / "nonsense").mkdir()
    command = ["collect", LESSON, "--root", str(tmp_path), "--platform", "exchange"]
    assert main([*command, "--from", str(inbound)]) == 3
    placed = tmp_path / "submitted" / me / LESSON / f"{LESSON}.ipynb"
    assert placed.read_text() == "second"
    assert "nonsense is not named" in capsys.readouterr().err
    assert main([*command, "--from", str(tmp_path / "missing")]) == 2
    assert main(["collect", LESSON, "--root", str(tmp_path), "--platform", "folder"]) == 2
