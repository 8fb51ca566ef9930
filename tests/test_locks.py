"""A lock keeps others out for as long as its holder lives, and not a moment longer."""

import errno
import subprocess
import sys

import pytest

from course_utils.locks import alone

HOLDER = """
import sys, time
from pathlib import Path
from course_utils.locks import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


class BusyError(Exception):
    """What these tests' ``when_busy`` raises."""


def refuse():
    raise BusyError


@pytest.fixture
def holder(tmp_path):
    """A process that holds the lock of ``tmp_path / "lock"`` until it is killed."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_who_comes_second_hears_that_it_is_busy(holder, tmp_path):
    with pytest.raises(BusyError), alone(tmp_path / "lock", refuse):
        pytest.fail("two processes held one lock")


def test_the_lock_of_a_killed_process_is_free_though_its_file_is_there(holder, tmp_path):
    holder.kill()
    holder.wait()
    (tmp_path / "lock").touch()  # where the system removes it, a crash of the system might not
    with alone(tmp_path / "lock", refuse):
        pass


def test_who_waits_is_let_in_when_the_holder_is_killed(holder, tmp_path):
    heard = []

    def kill():
        heard.append("busy")
        holder.kill()

    with alone(tmp_path / "lock", kill):
        assert heard == ["busy"]


def test_an_error_inside_gives_the_lock_back(tmp_path):
    with pytest.raises(KeyError), alone(tmp_path / "lock"):
        raise KeyError
    with alone(tmp_path / "lock", refuse):
        pass


def test_where_no_file_can_be_made_a_sentence_says_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"^cannot lock .*lock \(.+\): use a folder on"):
        alone(tmp_path / "file" / "lock").__enter__()


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_that_cannot_lock_is_named_and_no_lesser_lock_is_taken(
    tmp_path, monkeypatch, code
):
    fcntl = pytest.importorskip("fcntl", reason="on Windows every file system can lock")

    def flock(file, operation):
        raise OSError(code, "No locks here")

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(OSError, match=r"lock \(No locks here\): use a folder on"):
        alone(tmp_path / "lock").__enter__()
    monkeypatch.undo()
    with alone(tmp_path / "lock", refuse):  # nothing that was left behind stops it
        pass
