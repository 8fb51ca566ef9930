"""However the maker of a machine ends, nothing of the machine is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support import ROOT as REPOSITORY
from support.fresh.machine import ROOT

# Makes a machine with files, a mount more and a process, says where they are, and goes on.
MAKER = """
import signal, subprocess, sys, time
from support.fresh.machine import ROOT, Machine

signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a terminal
with Machine() as machine:
    machine.run("mkdir", "-p", ROOT / "home/student")
    machine.furnish()
    machine.run("touch", ROOT / "a-file")
    sleeper = subprocess.Popen(machine._inside("sleep", "600"))
    print(machine.pid, flush=True)
    sys.stdin.readline()
    {then}
"""


def namespaces(kind="mnt"):
    """Return the namespaces of this kind that any process of this machine lives in."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found.add(os.readlink(process / "ns" / kind))
        except OSError:  # it has just ended
            continue
    return found


def start(then):
    return subprocess.Popen(
        [sys.executable, "-c", MAKER.format(then=then)],
        cwd=REPOSITORY / "tests",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def interrupt(maker):
    os.killpg(maker.pid, signal.SIGINT)  # as a terminal does: everyone in front hears it


WAYS = {  # what the maker goes on to do, how it is ended, its exit status
    "kill -9": ("time.sleep(600)", subprocess.Popen.kill, -signal.SIGKILL),
    "SIGTERM": ("time.sleep(600)", subprocess.Popen.terminate, -signal.SIGTERM),
    "Ctrl-C": ("time.sleep(600)", interrupt, -signal.SIGINT),
    "a step that fails": ("machine.run('false')", subprocess.Popen.poll, 1),
    "the last step": ("pass", subprocess.Popen.poll, 0),
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_left_after(way):
    then, end, code = WAYS[way]
    before = Path("/proc/self/mountinfo").read_text()
    maker = start(then)
    pid = int(maker.stdout.readline())
    spaces = {kind: os.readlink(f"/proc/{pid}/ns/{kind}") for kind in ("mnt", "pid")}
    assert all(space in namespaces(kind) for kind, space in spaces.items())
    assert Path(f"/proc/{pid}/root{ROOT}/a-file").exists()
    maker.stdin.write("\n")
    maker.stdin.flush()
    end(maker)
    maker.communicate(timeout=60)
    assert maker.returncode == code
    deadline = time.monotonic() + 10
    while any(space in namespaces(kind) for kind, space in spaces.items()):
        assert time.monotonic() < deadline, "a process of the machine still runs"
        time.sleep(0.05)
    assert Path("/proc/self/mountinfo").read_text() == before
    assert not (ROOT / "a-file").exists()
