"""A limit falls on the same code, however busy the machine is; and on its own exercise alone."""

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from course_utils.staff.grading.limits import Limits
from course_utils.staff.grading.sandbox import Sandbox, cgroups, clock
from course_utils.staff.grading.sandbox.clock import Clock
from course_utils.staff.grading.submissions.release import read_release
from course_utils.staff.registry import EXERCISES
from support import ROOT
from support.attacks import function
from support.submissions import ANSWERS, FULL, points, score_sources

bubblewrap = pytest.mark.requires("bubblewrap")

# Fifty times what honest code needs here, and soon over.
SHORT = Limits(call=0.25, cell=0.4, exercise=1.0)
STEP = "momentum-step"
LESSONS = sorted(folder.name for folder in (ROOT / "solutions").iterdir() if folder.is_dir())


@contextlib.contextmanager
def busy_machine():
    """Keep every core busy."""
    loops = [
        subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"])
        for _ in os.sched_getaffinity(0)
    ]
    try:
        yield
    finally:
        for process in loops:
            process.kill()
            process.wait()


SPINNERS = """
import os
for _ in range(40):
    if os.fork() == 0:
        while True: pass
"""
EXHAUSTING = {"gradient-descent-step": "while True: pass", STEP: function(SPINNERS)}
COHORT = [{**ANSWERS, **EXHAUSTING}, ANSWERS]


@pytest.mark.nightly
@bubblewrap
def test_a_cohort_earns_the_same_on_an_idle_and_a_loaded_machine_with_one_and_two_workers():
    def graded(workers):
        with ThreadPoolExecutor(workers) as pool:  # the work is done in the sandboxes
            return list(pool.map(lambda sources: score_sources(sources, SHORT), COHORT))

    idle = [graded(1), graded(2)]
    with busy_machine():
        loaded = [graded(1), graded(2)]
    lost = sum(EXERCISES[slug].points for slug in EXHAUSTING)
    for results in (*idle, *loaded):
        assert results == idle[0]
        assert [result.points for result in results] == [FULL - lost, FULL]
        assert [result.flags for result in results] == [("timed-out",), ()]
        assert all(points(results[0])[slug] == 0.0 for slug in EXHAUSTING)


@bubblewrap
def test_endless_cells_and_endless_functions_cost_no_other_exercise_a_point():
    *others, last = list(ANSWERS)[-3:]
    endless = dict.fromkeys(others, "while True: pass")
    result = score_sources({**endless, last: ANSWERS[last]}, SHORT)
    assert points(result) == {**dict.fromkeys(endless, 0.0), last: float(EXERCISES[last].points)}


@bubblewrap
def test_whoever_is_ended_by_the_wall_clock_is_not_graded():
    hidden = dataclasses.replace(SHORT, cell=1000.0, submission=1.5)  # as if no count showed it
    result = score_sources({**ANSWERS, STEP: "while True: pass"}, hidden)
    assert (result.status, result.points, result.exercises) == ("not graded", None, {})
    assert "not done after 1.5 seconds" in result.reason
    assert "the next run tries again" in result.reason
    assert result.max_points == FULL


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_wall_clock_lies_beyond_all_other_limits_together(lesson):
    limits, exercises = Limits(), len(read_release(ROOT, lesson).slugs)
    assert exercises * (limits.cell + limits.exercise) < limits.submission


@contextlib.contextmanager
def running(code):
    """Run code that has said that it begins; end it, and whatever it started."""
    command = [sys.executable, "-S", "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        process.stdout.readline()
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def own_time(process, until, most):
    """Return what the clock says of a process when it has passed ``until``, or in any case then."""
    own = Clock(process.pid)
    before, ends = own.time(), time.monotonic() + most
    while own.time() - before < until and time.monotonic() < ends:
        time.sleep(clock.LOOK)
        own.look()
    return own.time() - before


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import time; time.sleep(100)",
        "import threading; threading.Lock().acquire(); threading.Event().wait()",
        "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
        "import os, time\nwhile True: time.sleep(0.001)",
        "import os\nif os.fork(): os.wait()\nwhile True: pass",
    ],
)
def test_what_code_computes_and_what_it_sleeps_is_its_own_time(code):
    with running(f"print(flush=True)\n{code}") as process:
        assert own_time(process, until=0.2, most=30) >= 0.2


def test_waiting_for_a_processor_is_no_time_of_ones_own():
    with contextlib.ExitStack() as stack:
        spin = "print(flush=True)\nwhile True: pass"
        crowd = [stack.enter_context(running(spin)) for _ in range(6)]
        for process in crowd:
            os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
        assert own_time(crowd[0], until=0.4, most=0.6) < 0.4


def test_what_children_computed_stays_when_they_are_gone():
    code = (
        "import os, time\n"
        "if not os.fork():\n"
        "    while time.process_time() < 0.3: pass\n"
        "    os._exit(0)\n"
        "os.wait(); print(flush=True); time.sleep(100)"
    )
    with running(code) as process:
        assert Clock(process.pid).time() >= 0.29


def test_a_clock_does_not_go_back_when_a_process_dies_unseen():
    counts = iter([1.0, 3.0, 2.0, 4.0])
    own = Clock(os.getpid(), lambda: next(counts))
    assert [own.time() for _ in range(4)] == [1.0, 3.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("files", "seconds"),
    [
        ({"cpu.stat": "usage_usec 1500000\nuser_usec 7\n"}, 1.5),
        ({"cpuacct.usage": "2500000000\n", "cpu.stat": "nr_periods 0\n"}, 2.5),
        ({"cpu.stat": "nr_periods 0\nnr_throttled 0\n"}, None),
        ({}, None),
    ],
)
def test_what_a_group_computed_is_read_in_seconds(files, seconds, tmp_path):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    computed = cgroups.Group([tmp_path]).computed()
    assert (computed and computed()) == seconds


@bubblewrap
@pytest.mark.parametrize("grouped", [True, False], ids=["with groups", "without"])
def test_what_runs_in_a_sandbox_is_counted_with_and_without_groups(grouped, monkeypatch):
    if not grouped:
        monkeypatch.setattr(cgroups, "create", lambda limits: cgroups.Group([]))
    burn = "import time\nuntil = time.process_time() + 0.3\nwhile time.process_time() < until: pass"
    with Sandbox(Limits()) as box:
        before = box.time()
        box.ask("cell", "n", "c", burn, until=before + 10)
        assert 0.25 < box.time() - before < 3


@bubblewrap
def test_where_groups_can_be_made_each_sandbox_has_the_weight_of_one(cannot_run):
    with Sandbox(Limits()) as box:
        if not box._group:
            cannot_run("control groups cannot be made here")
        files = {file.name: file for folder in box._group._folders for file in folder.iterdir()}
        weights = {"cpu.weight": str(cgroups.WEIGHT), "cpu.shares": str(cgroups.SHARES)}
        (found,) = files.keys() & weights.keys()
        assert files[found].read_text().strip() == weights[found]
