"""Files are written whole or not at all."""

import errno
import os

import pytest

from course_utils.staff import files
from course_utils.staff.files import as_committed, write_atomically


def test_text_is_written_as_utf_8_and_bytes_as_they_are_into_a_new_folder(tmp_path):
    write_atomically(tmp_path / "new" / "text", "η\r\n")
    write_atomically(tmp_path / "new" / "bytes", b"\xff")
    assert (tmp_path / "new" / "text").read_bytes() == "η\r\n".encode()
    assert (tmp_path / "new" / "bytes").read_bytes() == b"\xff"


@pytest.mark.posix("Windows has no such rights")
def test_a_file_may_be_read_by_everybody_as_any_other_file(tmp_path):
    write_atomically(tmp_path / "page.html", "page")
    assert (tmp_path / "page.html").stat().st_mode & 0o777 == 0o644


def test_a_crash_while_writing_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "lesson.ipynb"
    path.write_text("old")

    def crash(*_):
        raise OSError("disk full")

    monkeypatch.setattr(files.os, "replace", crash)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, "new")
    assert [(file, file.read_text()) for file in tmp_path.iterdir()] == [(path, "old")]


def test_line_ends_of_another_system_are_those_of_the_repository_but_not_in_binary_files(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a\r\nb\n")
    assert as_committed(path) == b"a\nb\n"
    path.write_bytes(b"\x89PNG\r\n\x00")
    assert as_committed(path) == b"\x89PNG\r\n\x00"


def test_a_clean_up_that_fails_does_not_hide_what_failed_first(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    def gone(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(files.os, "replace", full)
    monkeypatch.setattr(files.os, "unlink", gone)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(tmp_path / "lesson.ipynb", "new")


def test_a_file_is_on_the_disk_before_it_takes_the_old_ones_place(tmp_path, monkeypatch):
    order = []
    for name in ("fsync", "replace"):
        deed = getattr(os, name)
        monkeypatch.setattr(files.os, name, lambda *a, n=name, d=deed: (order.append(n), d(*a)))
    write_atomically(tmp_path / "lesson.ipynb", "new")
    assert order == ["fsync", "replace"]
