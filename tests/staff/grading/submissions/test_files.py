"""The time of hand-in, read from a file that its student may have laid there."""

import os
from datetime import datetime

import pytest

from course_utils.staff.grading.submissions import files
from course_utils.staff.grading.submissions.files import NotGraded, time_of_hand_in
from support.submissions import answered, read, write

NOON = datetime(2026, 11, 1, 12)


def test_without_a_file_there_is_no_time_and_no_flag(tmp_path):
    assert time_of_hand_in(tmp_path) is None
    assert read(write(tmp_path, answered())).flags == ()


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-01 12:00:00 UTC", "2026-11-01 12:00:00.000000 UTC\n", "2026-11-01T12:00:00Z"),
        *("2026-11-01 13:00:00 +0100", "2026-11-01 10:30:00.0 -01:30", "2026-11-01 12:00"),
    ],
)
def test_times_are_read_as_nbgrader_writes_them(text, tmp_path):
    (tmp_path / "timestamp.txt").write_text(text)
    assert time_of_hand_in(tmp_path) == NOON


def a_text(text):
    return lambda path: path.write_text(text)


def pipe(path):
    os.mkfifo(path)


STRANGE = {
    "a file as the zone": a_text("2026-01-01 00:00:00 /proc/self/mem"),
    "a file elsewhere as the zone": a_text("2026-01-01 00:00:00 ../../../etc/passwd"),
    "a zone by name": a_text("2026-01-01 00:00:00 Europe/Berlin"),
    "a zone beyond a day": a_text("2026-01-01 00:00:00 +99:00"),
    "words": a_text("yesterday"),
    "nothing": a_text(""),
    "digits": a_text("9" * 99),
    "other digits": a_text("２０２６-01-01 00:00:00"),
    "no such day": a_text("2026-13-41 99:99:99 UTC"),
    "before all years": a_text("0001-01-01 00:00:00 +05:00"),
    "a large file": a_text("2026-11-01 12:00:00 UTC" + " " * 10**6),
    "no text": lambda path: path.write_bytes(b"\xff\x00"),
    "a folder": lambda path: path.mkdir(),
    "a link": lambda path: path.symlink_to("/etc/passwd"),
    "a link to nothing": lambda path: path.symlink_to("/nowhere"),
    "a pipe": pipe,
}


@pytest.mark.parametrize("lay", STRANGE.values(), ids=STRANGE)
def test_what_is_no_time_is_this_students_flag(lay, tmp_path):
    lay(tmp_path / "timestamp.txt")
    with pytest.raises(NotGraded):
        time_of_hand_in(tmp_path)
    submission = read(write(tmp_path, answered()))
    assert (submission.status, submission.flags) == ("graded", ("time-unknown",))


def test_no_file_that_a_student_names_is_opened(tmp_path, monkeypatch):
    (tmp_path / "timestamp.txt").write_text("2026-01-01 00:00:00 /etc/passwd")
    opened = []
    monkeypatch.setattr(
        files.os,
        "open",
        lambda path, *a, _open=os.open, **k: opened.append(path) or _open(path, *a, **k),
    )
    with pytest.raises(NotGraded):
        time_of_hand_in(tmp_path)
    assert opened == [tmp_path, "timestamp.txt"]


def test_a_disk_that_fails_is_a_reason(tmp_path, monkeypatch):
    (tmp_path / "timestamp.txt").write_text("2026-11-01 12:00:00 UTC")

    def fail(*_, **__):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(files.os, "fdopen", fail)
    with pytest.raises(NotGraded, match="Input/output error"):
        time_of_hand_in(tmp_path)
