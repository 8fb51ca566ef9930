"""Pools of workers: the same scores wherever they are made, and one sentence where one breaks."""

import functools
import multiprocessing.forkserver
import multiprocessing.util
import os
import signal
import stat
import sys

import pytest

from course_utils.app.places import UsageError
from course_utils.staff.grading import pools
from course_utils.staff.grading.pages import render
from course_utils.staff.grading.pools import (
    TRIES,
    GradingError,
    in_this_process,
    local_workers,
    scheduler_workers,
)
from course_utils.staff.grading.submissions.outline import read_outline
from support import ROOT
from support.cohorts import LESSON, grade_folder, grader, hand_in, imagined, mixed, right


@pytest.fixture
def root(tmp_path):
    for student in ("ada", "bob", "eve"):
        hand_in(tmp_path, student, right())
    return tmp_path


def test_the_workers_of_any_scheduler_find_what_one_process_finds(tmp_path):
    from distributed import LocalCluster

    for number in range(6):
        hand_in(tmp_path, f"student-{number}", mixed(number))
    _, alone = grade_folder(tmp_path)
    with LocalCluster(
        n_workers=2, processes=False, protocol="tcp://", dashboard_address="127.0.0.1:0"
    ) as elsewhere:
        address = elsewhere.scheduler_address
        scored, together = grade_folder(tmp_path, pool=scheduler_workers(address), regrade=True)
    assert scored == 6
    assert {s: e.result for s, e in together.items()} == {s: e.result for s, e in alone.items()}


def dying(submission, seed, mark, times):
    """Kill the worker over one submission, so often; the others are scored."""
    if "wrong" in str(submission.notebooks):
        with open(mark, "a+") as file:
            file.seek(0)
            if len(file.read()) < times:
                file.write("x")
                file.flush()
                os.kill(os.getpid(), signal.SIGKILL)
    return imagined(submission, seed)


def failing(submission, seed, error):
    if "wrong" in str(submission.notebooks):
        raise error
    return imagined(submission, seed)


@pytest.fixture
def with_a_wrong_one(root):
    hand_in(root, "bob", right() | {"momentum-step": "wrong = 1"})
    return root


def test_a_submission_whose_worker_died_is_scored_by_the_next_one(with_a_wrong_one, tmp_path):
    score = functools.partial(dying, mark=str(tmp_path / "died"), times=TRIES - 1)
    scored, entries = grade_folder(with_a_wrong_one, score, pool=local_workers(2))
    assert scored == 3
    assert all(entry.graded for entry in entries.values())
    assert (tmp_path / "died").read_text() == "x" * (TRIES - 1)


@pytest.mark.nightly
def test_a_submission_that_kills_every_worker_is_not_graded_and_the_others_are(
    with_a_wrong_one, tmp_path
):
    score = functools.partial(dying, mark=str(tmp_path / "died"), times=99)
    _, entries = grade_folder(with_a_wrong_one, score, pool=local_workers(2))
    assert {student for student, entry in entries.items() if entry.graded} == {"ada", "eve"}
    assert "the workers that had it died" in entries["bob"].result["reason"]
    assert (tmp_path / "died").read_text() == "x" * TRIES


@pytest.mark.nightly
def test_what_raises_at_a_worker_concerns_its_submission_or_ends_the_run(with_a_wrong_one, capfd):
    score = functools.partial(failing, error=ZeroDivisionError("a bug of ours"))
    _, entries = grade_folder(with_a_wrong_one, score, pool=local_workers(2))
    assert {student for student, entry in entries.items() if entry.graded} == {"ada", "eve"}
    assert "failed on it (ZeroDivisionError)" in entries["bob"].result["reason"]
    assert "a bug of ours" in capfd.readouterr().err
    score = functools.partial(failing, error=UsageError("no sandbox"))
    with pytest.raises(UsageError, match="no sandbox"):
        grade_folder(with_a_wrong_one, score, pool=local_workers(2), regrade=True)


def test_workers_are_copies_of_a_process_that_no_other_account_can_speak_to(monkeypatch):
    assert pools.prepare_workers().get_start_method() == "forkserver"
    folder = os.stat(multiprocessing.util.get_temp_dir())
    assert (stat.S_IMODE(folder.st_mode), folder.st_uid) == (0o700, os.geteuid())
    assert multiprocessing.forkserver._forkserver._forkserver_address.startswith(
        multiprocessing.util.get_temp_dir()
    )
    monkeypatch.setattr(sys, "version_info", (3, 11, 0))
    assert pools.prepare_workers().get_start_method() == "spawn"


def test_processes_that_do_not_start_are_told_in_a_sentence(root, monkeypatch):
    import pebble

    def schedule(*_, **__):
        raise RuntimeError("Unexpected error within the Pool")

    monkeypatch.setattr(pebble.ProcessPool, "schedule", schedule)
    with pytest.raises(GradingError, match=r"the workers did not start \(Unexpected error"):
        grade_folder(root, pool=local_workers(2))


class Workers:
    """Stands in for dask: one worker that scores at once, and does not end as it should."""

    status, thread = "running", 1

    def __init__(self, *_, fails=None, **__):
        self._fails = fails

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._fails:
            raise self._fails


@pytest.mark.parametrize(
    ("error", "reason"),
    [(TimeoutError(), "TimeoutError"), (ConnectionError("the stream is closed"), "the stream is")],
)
def test_workers_that_do_not_end_are_told_in_a_sentence_and_every_score_is_kept(
    root, monkeypatch, error, reason
):
    import distributed

    def spread(client, grader, work):
        yield from in_this_process(grader, work)

    made = functools.partial(Workers, fails=error)
    monkeypatch.setattr(distributed, "Client", made)
    monkeypatch.setattr(Workers, "wait_for_workers", lambda *_, **__: None, raising=False)
    monkeypatch.setattr(pools, "_spread", spread)
    with pytest.raises(GradingError, match=f"did not end \\({reason}.*on the ledger: run again"):
        grade_folder(root, pool=scheduler_workers("tcp://x:1"))
    assert grade_folder(root)[0] == 0


def stuck(grader, work):
    """Stands in for a pool whose workers do not end when they are told to."""
    try:
        yield from in_this_process(grader, work)
    except GeneratorExit:
        raise GradingError("the workers did not end") from None


@pytest.mark.parametrize("stop", [OSError("disk full"), KeyboardInterrupt()])
def test_what_stopped_the_work_is_told_and_not_what_its_end_came_to(root, tmp_path, stop):
    def fail(*_):
        raise stop

    with pytest.raises(type(stop)):
        grade_folder(root, pool=stuck, progress=fail)
    outline, trusted = read_outline(ROOT, LESSON), grader()
    with pytest.raises(type(stop)):
        render.render_cohort(
            tmp_path, outline, trusted, ["d"], lambda digest: {}, stuck, progress=fail
        )


def test_a_scheduler_that_fails_without_a_word_is_told_all_the_same(root, monkeypatch):
    import distributed

    def fail(*_, **__):
        raise TimeoutError

    monkeypatch.setattr(distributed, "Client", fail)
    with pytest.raises(UsageError, match=r"'tcp://x:1', got none \(TimeoutError\)"):
        grade_folder(root, pool=scheduler_workers("tcp://x:1"))
