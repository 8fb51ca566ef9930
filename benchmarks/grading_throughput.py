"""How many submissions `course grade` scores in the time in which nbgrader autogrades one.

python benchmarks/grading_throughput.py             # both on the same kind of submissions
python benchmarks/grading_throughput.py --submissions 40 --stock 2   # with start-up in each one
python benchmarks/grading_throughput.py --scaling   # 200 against 2000 submissions: minutes
python benchmarks/grading_throughput.py --scaling --large 10000   # half an hour
python benchmarks/grading_throughput.py --render    # with the figures of whole notebooks as well
python benchmarks/grading_throughput.py --check     # exit 1 below a target

A cohort is made of the registry's bank of right and wrong answers; every wrong answer and every
style stands in some submission. Times are of the whole command, start-up and gradebook included.
CPU time is what the whole machine computed meanwhile: no other count has the sandboxes in it, whose
processes are killed and not asked. So nothing else may run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

from support.cohorts import LESSON, hand_in, mixed, synchronised  # noqa: E402

PER_CORE, ON_TWO_CORES, GROWTH, CLIENT_MEMORY = 10, 15, 10.5, 300


def cohort(folder, number):
    """Make a grading folder in which that many students handed in."""
    root = Path(folder, str(number))
    for student in range(number):
        hand_in(root, f"student-{student:04}", mixed(student))
    synchronised(root)  # both graders find the assignment in the gradebook
    return root


def measured(root, *command):
    """Run a command; return its seconds, its CPU seconds, and the MB that its process held."""
    begin, used, most = time.perf_counter(), cpu_seconds(), 0
    variables = {**os.environ, "COURSE_ROOT": str(root), "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryFile() as said:
        process = psutil.Popen(
            [sys.executable, "-m", *command],
            cwd=REPOSITORY,
            env=variables,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        while process.poll() is None:
            try:
                most = max(most, process.memory_info().rss)
            except psutil.NoSuchProcess:
                break
            time.sleep(0.05)
        if process.wait() != 0:
            said.seek(0)
            raise RuntimeError(f"{command} failed:\n{said.read().decode()}")
    return time.perf_counter() - begin, cpu_seconds() - used, most / 1e6


def cpu_seconds():
    """Return what all processors of this machine have computed."""
    times = psutil.cpu_times()
    return times.user + times.nice + times.system + times.irq + times.softirq


def ours(root, workers, *options):
    command = ("course_utils", "grade", LESSON, "--workers", str(workers), *options)
    return measured(root, *command)


def nbgrader(folder, submissions):
    """Return what `nbgrader autograde` takes for some submissions, as `measured` does."""
    return measured(cohort(Path(folder, "stock"), submissions), "nbgrader", "autograde", LESSON)


def against_nbgrader(folder, submissions, stock_submissions, *options):
    """Print a table; return our throughput in units of nbgrader's, on one core and on two."""
    print(f"{'grader':44} {'ms each':>8} {'CPU ms':>8} {'times nbgrader':>15}")

    def row(name, number, times):
        seconds, cpu, _ = (value / number for value in times)
        print(f"{name:44} {1e3 * seconds:8.0f} {1e3 * cpu:8.0f} {stock / seconds:15.1f}")
        return stock / seconds

    times = nbgrader(folder, stock_submissions)
    stock = times[0] / stock_submissions
    row(f"nbgrader autograde ({stock_submissions})", stock_submissions, times)
    ratios = []
    for workers, name in ((1, "one worker"), (2, "two workers")):
        root = cohort(Path(folder, name), submissions)
        name = " ".join([f"course grade, {name} ({submissions})", *options])
        ratios.append(row(name, submissions, ours(root, workers, *options)))
    print(f"targets: {PER_CORE} times with one worker, {ON_TWO_CORES} times with two")
    return ratios


def scaling(folder, small, large, stock):
    """Print what many submissions cost, and nbgrader; return growth and the client's MB.

    Growth is that of CPU time, for ten times as many: from 200 to 10000, a fifth of the growth.
    """
    costs = {}
    for number in (small, large):
        seconds, cpu, memory = ours(cohort(Path(folder, "scaling"), number), 2)
        costs[number] = cpu / number
        print(
            f"{number} submissions, two workers: {seconds:.1f} s, {cpu:.1f} s of CPU, "
            f"{1e3 * costs[number]:.0f} ms of CPU each, client at most {memory:.0f} MB"
        )
    seconds, cpu, _ = (value / stock for value in nbgrader(folder, stock))
    print(f"nbgrader autograde ({stock}): {seconds:.1f} s, {cpu:.1f} s of CPU each")
    growth = 10 * costs[large] / costs[small]
    print(f"growth {growth:.2f} (at most {GROWTH}), client below {CLIENT_MEMORY} MB")
    return growth, memory


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--stock", type=int, default=4, help="submissions that nbgrader gets")
    parser.add_argument("--scaling", action="store_true", help="200 against many submissions")
    parser.add_argument("--large", type=int, default=2000, help="with --scaling: how many")
    parser.add_argument("--render", action="store_true", help="run whole notebooks as well")
    parser.add_argument("--check", action="store_true", help="exit 1 below a target")
    options = parser.parse_args(arguments)
    if options.render and (options.check or options.scaling):
        parser.error("the targets are for scores alone: expected --render without the others")
    if min(options.submissions, options.stock, options.large) < 1:
        parser.error("expected --submissions, --stock and --large to be at least 1")
    with tempfile.TemporaryDirectory(prefix="course-grading-") as folder:
        if options.scaling:
            growth, memory = scaling(folder, 200, options.large, options.stock)
            missed = growth > GROWTH or memory > CLIENT_MEMORY
        else:
            render = ["--render"] if options.render else []
            one, two = against_nbgrader(folder, options.submissions, options.stock, *render)
            missed = one < PER_CORE or two < ON_TWO_CORES
    return int(options.check and missed)


if __name__ == "__main__":
    sys.exit(main())
