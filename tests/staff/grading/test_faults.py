"""What may go wrong in the middle; afterwards everybody has exactly one current result.

Real sandboxes, workers and databases; each test kills, fills or locks one of them.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import psutil
import pytest

from course_utils.app.main import main
from course_utils.staff.grading.records import gradebook
from course_utils.staff.grading.records.ledger import FILE, reading
from support import ROOT
from support.cohorts import LESSON, hand_in, mixed
from support.postgres_server import PostgresServer

pytestmark = pytest.mark.requires("bubblewrap")

STUDENTS = [f"student-{number:02}" for number in range(10)]
SEED = 20131


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, empty_gradebook):
    """The results of a run that nothing happened to, and a folder to start from."""
    root = tmp_path_factory.mktemp("undisturbed")
    start = tmp_path_factory.mktemp("start")
    for folder in (root, start):
        shutil.copy(empty_gradebook, folder)
    for number, student in enumerate(STUDENTS):
        hand_in(start, student, mixed(number))
    shutil.copytree(start / "submitted", root / "submitted")
    assert grade(root) == 0
    return current(root), start


@pytest.fixture
def root(tmp_path, undisturbed):
    shutil.copytree(undisturbed[1], tmp_path / "root")
    return tmp_path / "root"


def grade(root, *arguments):
    options = ["--workers", "1", "--seed", str(SEED), *map(str, arguments)]
    return main(["grade", LESSON, "--root", str(root), *options])


def started(root, workers=2):
    """Start the command in a process of its own."""
    options = ["--workers", str(workers), "--seed", str(SEED)]
    return subprocess.Popen(
        [sys.executable, "-m", "course_utils", "grade", LESSON, "--root", root, *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Where the tests run in the background of a shell, Ctrl-C is switched off, and stays so.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def current(root):
    with reading(root) as ledger:
        entries = ledger.current(LESSON)
    return {student: entry.result for student, entry in entries.items()}


def rows(root):
    """Return how many results are on the ledger, which may not be there yet."""
    if not (root / FILE).exists():
        return 0
    with closing(sqlite3.connect(f"file:{root / FILE}?mode=rw", uri=True, timeout=60)) as ledger:
        try:
            return ledger.execute("SELECT count(*) FROM result").fetchone()[0]
        except sqlite3.OperationalError:
            return 0  # the tables are not there yet


def wait_for_rows(root, number, process):
    deadline = time.monotonic() + 120
    while rows(root) < number:
        assert process.poll() is None, process.stdout.read()
        assert time.monotonic() < deadline, "nothing was graded in two minutes"
        time.sleep(0.02)


def in_order(root, undisturbed, doubled=0):
    """Whether everybody has one result, the right one, and the gradebook holds it too."""
    results = {
        student: {**result, "exercises": timeless(result)}
        for student, result in current(root).items()
    }
    expected = {
        student: {**result, "exercises": timeless(result)}
        for student, result in undisturbed[0].items()
    }
    assert results == expected
    assert rows(root) == len(STUDENTS) + doubled
    with gradebook.connected(gradebook.default_url(root), ROOT) as book:
        scores = gradebook.scores(book, LESSON)
    assert {student: pytest.approx(score.points) for student, score in scores.items()} == {
        student: result["points"] for student, result in expected.items()
    }
    return True


def timeless(result):
    return {
        slug: {name: value for name, value in exercise.items() if name != "seconds"}
        for slug, exercise in result["exercises"].items()
    }


def test_a_worker_that_is_killed_costs_nobody_a_result(root, undisturbed):
    process = started(root)
    wait_for_rows(root, 1, process)
    (parent,) = (
        child
        for child in psutil.Process(process.pid).children()
        if "forkserver" in " ".join(child.cmdline())
    )
    parent.children()[-1].kill()
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert in_order(root, undisturbed)


@pytest.mark.nightly
def test_a_command_that_is_killed_goes_on_where_it_was(root, undisturbed, capfd):
    process = started(root)
    wait_for_rows(root, 2, process)
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(family, timeout=60)
    assert alive == []  # no worker and no sandbox outlives the command
    done = rows(root)
    assert 2 <= done < len(STUDENTS)
    assert grade(root) == 0
    assert f"({len(STUDENTS) - done} of them now)" in capfd.readouterr().out
    assert in_order(root, undisturbed)


def test_ctrl_c_ends_with_its_own_exit_code_and_the_next_run_goes_on(root, undisturbed, capfd):
    process = started(root)
    wait_for_rows(root, 2, process)
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    _, alive = psutil.wait_procs(family, timeout=60)
    assert alive == []
    done = rows(root)
    assert 2 <= done < len(STUDENTS)
    assert grade(root) == 0
    assert in_order(root, undisturbed)


@pytest.mark.nightly
def test_two_commands_at_once_grade_everybody_once(root, undisturbed):
    processes = [started(root, workers=1) for _ in range(2)]
    said = [process.communicate(timeout=300)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert sum(f"({len(STUDENTS)} of them now)" in text for text in said) == 1
    assert sum("(0 of them now)" in text for text in said) == 1
    assert in_order(root, undisturbed)


@pytest.mark.nightly
def test_a_full_disk_ends_the_run_with_a_sentence_and_loses_nothing(
    root, undisturbed, tmp_path, capfd, cannot_run
):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        cannot_run("a full disk needs a small one: mounting a tmpfs takes root's rights")
    try:
        (disk / "submitted").symlink_to(root / "submitted")
        shutil.copy(root / "gradebook.db", disk)
        ballast = disk / "ballast"
        free = shutil.disk_usage(disk).free
        ballast.write_bytes(b"x" * (free - 130_000))  # room for some results
        assert grade(disk) == 1
        said = capfd.readouterr().err
        assert "full" in said.splitlines()[-1]
        assert "Traceback" not in said
        assert rows(disk) < len(STUDENTS)
        ballast.unlink()
        assert grade(disk) == 0
        assert in_order(disk, undisturbed)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.nightly
def test_a_gradebook_that_somebody_else_writes_to_is_caught_up_later(
    root, undisturbed, monkeypatch, capfd
):
    monkeypatch.setattr(gradebook, "GRADEBOOK_TIMEOUT", 0.2)
    with closing(sqlite3.connect(root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert grade(root) == 1
        other.execute("ROLLBACK")
    assert "locked" in capfd.readouterr().err.splitlines()[-1]
    assert current(root).keys() == set(STUDENTS)
    assert grade(root) == 0
    assert in_order(root, undisturbed)


@pytest.mark.nightly
@pytest.mark.requires("postgresql")
def test_a_postgresql_that_is_killed_is_caught_up_when_it_is_back(root, undisturbed, capfd):
    with PostgresServer() as server:
        url = ("--gradebook", server.url)
        assert grade(root, "--student", STUDENTS[0], *url) == 0
        server.kill()
        assert grade(root, *url) == 1
        assert "the next run catches up" in capfd.readouterr().err.splitlines()[-1]
        server.start()
        assert grade(root, *url) == 0
        with gradebook.connected(server.url, ROOT) as book:
            scores = gradebook.scores(book, LESSON)
        assert {student: pytest.approx(score.points) for student, score in scores.items()} == {
            student: result["points"] for student, result in undisturbed[0].items()
        }
    assert rows(root) == len(STUDENTS)


def test_a_name_too_long_for_the_database_is_not_graded_there_and_graded_elsewhere(
    tmp_path, empty_gradebook
):
    shutil.copy(empty_gradebook, tmp_path)
    name = "x" * 200
    hand_in(tmp_path, name, mixed(0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gradebook, "refusal", lambda book, student: "the gradebook takes no such")
        assert grade(tmp_path) == 3
        assert grade(tmp_path) == 3
    assert current(tmp_path)[name]["points"] is None
    assert grade(tmp_path) == 0
    assert current(tmp_path)[name]["points"] is not None
    assert os.path.isdir(tmp_path / "autograded" / name)
