"""`course grade --watch`: what arrives is graded once all of it is there, and nothing twice."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from course_utils.app.main import main
from course_utils.staff.grading import commands
from course_utils.staff.grading.term.watch import PATIENCE, SETTLED, Arrivals, watch
from support import ROOT
from support.cohorts import LESSON, hand_in, right


def folder(root, student, text='{"cells": []}'):
    place = root / student
    place.mkdir(exist_ok=True)
    (place / "x.ipynb").write_text(text)
    return place


def test_a_hand_in_is_taken_when_nothing_changes_any_more(tmp_path):
    arrivals, folders = Arrivals(), {"ada": folder(tmp_path, "ada")}
    assert arrivals.ready(folders, 0.0) == []
    assert arrivals.ready(folders, SETTLED - 0.1) == []
    folder(tmp_path, "ada", '{"cells": [1]}')  # still being written
    assert arrivals.ready(folders, SETTLED) == []
    assert arrivals.ready(folders, 2 * SETTLED) == ["ada"]
    assert arrivals.ready(folders, 3 * SETTLED) == ["ada"]  # until it is dealt with
    arrivals.take(["ada"])
    assert arrivals.ready(folders, 4 * SETTLED) == []
    (tmp_path / "ada" / "timestamp.txt").write_text("2026-11-02 23:59:00 UTC")
    assert arrivals.ready(folders, 5 * SETTLED) == []
    assert arrivals.ready(folders, 6 * SETTLED) == ["ada"]


@pytest.mark.parametrize("text", ['{"cells": [', "", '{"cells": ["}"'])
def test_half_a_copy_is_waited_for_and_what_never_ends_is_taken_at_last(tmp_path, text):
    arrivals, folders = Arrivals(), {"ada": folder(tmp_path, "ada", text)}
    arrivals.ready(folders, 0.0)
    assert arrivals.ready(folders, PATIENCE - 0.1) == []
    assert arrivals.ready(folders, PATIENCE) == ["ada"]


def test_links_pipes_and_folders_that_go_away_hold_nobody_up(tmp_path):
    arrivals = Arrivals()
    folders = {"ada": folder(tmp_path, "ada"), "eve": tmp_path / "eve", "gone": tmp_path / "gone"}
    folders["eve"].mkdir()
    os.mkfifo(folders["eve"] / "x.ipynb")
    (folders["eve"] / "y.ipynb").symlink_to("/etc/passwd")
    arrivals.ready(folders, 0.0)
    assert arrivals.ready(folders, SETTLED) == ["ada"]
    assert arrivals.ready(folders, PATIENCE) == ["ada", "eve"]


class Clock:
    """Time that passes when somebody sleeps; at the end somebody presses Ctrl-C."""

    def __init__(self, end):
        self.now, self.end, self.slept = 0.0, end, []

    def sleep(self, seconds):
        self.now += seconds
        self.slept.append(seconds)
        if self.now >= self.end:
            raise KeyboardInterrupt


def test_each_is_graded_once_and_a_failure_is_tried_again(tmp_path):
    folder(tmp_path, "bob")
    folders, graded, fails = {"ada": folder(tmp_path, "ada")}, [], [False, True, True]
    clock = Clock(60.0)

    def grade(students):
        graded.append(students)
        folders.setdefault("bob", tmp_path / "bob")
        return fails[len(graded) - 1]

    watch(lambda: dict(folders), grade, clock=lambda: clock.now, sleep=clock.sleep)
    assert graded == [["ada"], ["ada"], ["bob"]]
    assert clock.slept.count(PATIENCE) == 1


def test_ctrl_c_ends_it_at_rest_and_is_handed_on_while_grading(tmp_path):
    folders, clock = {"ada": folder(tmp_path, "ada")}, Clock(9.0)

    def interrupted(students):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch(lambda: folders, interrupted, clock=lambda: clock.now, sleep=clock.sleep)
    assert clock.now < 9.0
    watch(dict, interrupted, clock=lambda: clock.now, sleep=clock.sleep)  # at rest: no error


def test_a_look_at_many_folders_takes_a_moment(tmp_path):
    folders = {str(number): folder(tmp_path, str(number)) for number in range(500)}
    arrivals = Arrivals()
    began = time.process_time()
    arrivals.ready(folders, 0.0)
    assert time.process_time() - began < 0.5  # a tenth of that on an idle machine


def test_one_run_and_watching_are_told_apart(tmp_path, capsys):
    assert main(["grade", LESSON, "--root", str(tmp_path), "--watch", "--regrade"]) == 2
    assert "--watch without --student" in capsys.readouterr().err


@pytest.mark.nightly
@pytest.mark.requires("bubblewrap")
def test_it_starts_empty_grades_what_comes_stops_at_ctrl_c_and_goes_on_after_a_kill(
    tmp_path, empty_gradebook
):
    shutil.copy(empty_gradebook, tmp_path)
    command = [sys.executable, "-m", "course_utils", "grade", LESSON, "--root", str(tmp_path)]
    page = tmp_path / "feedback" / "{}" / LESSON / f"{LESSON}.html"

    def start():
        return subprocess.Popen(
            [*command, "--watch", "--workers", "1"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )

    def wait_for(path):
        for _ in range(1200):
            if os.path.exists(path):
                return
            time.sleep(0.1)
        raise AssertionError(f"{path} did not come")

    with start() as watcher:
        assert watcher.stdout.readline().startswith("watching ")
        hand_in(tmp_path, "ada", right())
        wait_for(str(page).format("ada"))
        watcher.kill()
    hand_in(tmp_path, "bob", right())
    with start() as watcher:
        wait_for(str(page).format("bob"))
        wait_for(tmp_path / "report" / f"{LESSON}.html")
        for line in watcher.stdout:
            if "report" in line and ".csv" in line:  # it has done all, and rests
                break
        time.sleep(0.5)
        watcher.send_signal(signal.SIGINT)
        said = watcher.stdout.read()
    assert watcher.returncode == 0
    assert said == "stopped watching; what was graded is on the ledger\n"
    with commands.reading(tmp_path) as ledger:
        assert len(ledger.hand_ins(LESSON)["ada"]) == 1
        count = ledger._connection.execute("SELECT count(*) FROM result").fetchone()
    assert count == (2,)
