"""A whole sandbox's memory, processes and time, bounded and counted by the kernel where we may ask.

Limits of a process bind that process alone: sixty-four of them may take sixty-four times as much.
A control group binds them together. It counts memory that the kernel takes for them, gives each
sandbox the same share of busy processors however many processes it starts, and knows what they
computed. One is made where the grader may make one (root, with version 1 or 2 mounted); elsewhere
`create` gives an empty one, and `watch` and `clock` do what they can.
"""

import contextlib
import functools
import itertools
import os
import time
from collections.abc import Callable
from pathlib import Path

from ..limits import Limits

ROOT = Path("/sys/fs/cgroup")
PREFIX = "course-grading-"
# The same weight as other groups have by default, in the units of version 2 and 1.
WEIGHT, SHARES = 100, 1024
# Where version 1 and 2 count what a group computed, what the file begins with, and its unit.
_COUNTS = (("cpuacct.usage", "", 1e-9), ("cpu.stat", "usage_usec ", 1e-6))
_made = itertools.count()


class Group:
    """The control groups of one sandbox: none, one (version 2), or one for each controller (1)."""

    def __init__(self, folders: list[Path]):
        self._folders = folders
        self._count: int | None = None  # what is open of `computed`

    def __bool__(self):
        return bool(self._folders)

    def entering(self, command: list[str]) -> list[str]:
        """Return the command that starts ``command`` inside of the group."""
        if not self._folders:
            return command
        steps = "".join(f"echo $$ >'{folder}/cgroup.procs' && " for folder in self._folders)
        return ["/bin/sh", "-c", f'{steps}exec "$@"', "sh", *command]

    def computed(self) -> Callable[[], float] | None:
        """Return a function for the seconds that all in the group computed, if there is a count.

        It is asked before and after each call of a student's function, so the file stays open.
        """
        for name, head, unit in _COUNTS:
            for file in (folder / name for folder in self._folders):
                if file.exists() and file.read_text().startswith(head):
                    self._count = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
                    return lambda: int(os.pread(self._count, 64, len(head)).split()[0]) * unit
        return None

    def ran_out_of_memory(self) -> bool:
        """Tell whether the kernel killed something in the group for its memory."""
        for folder in self._folders:
            for name in ("memory.events", "memory.oom_control"):
                with contextlib.suppress(OSError):
                    lines = (folder / name).read_text().splitlines()
                    counts = dict(line.split() for line in lines)
                    if int(counts.get("oom_kill", 0)):
                        return True
        return False

    def remove(self) -> None:
        """Wait until nothing runs in the group, and delete it.

        Not longer than about a second by the wall clock: what is left then, `_tidy` deletes when
        a later grader starts.
        """
        if self._count is not None:
            os.close(self._count)
            self._count = None
        for folder in self._folders:
            for _ in range(500):
                try:
                    folder.rmdir()
                    break
                except FileNotFoundError:
                    break
                except OSError:  # somebody is still there, dying
                    _kill(folder)
                    time.sleep(0.002)
        self._folders = []


def create(limits: Limits) -> Group:
    """Make the group of a new sandbox."""
    folders = []
    name = f"{PREFIX}{os.getpid()}-{next(_made)}"
    for parent in _parents():
        folder = parent / name
        try:
            folder.mkdir()
            folders.append(folder)
            for file, value in _settings(limits).items():
                if (folder / file).exists():
                    (folder / file).write_text(str(value))
        except OSError:
            Group(folders).remove()
            return Group([])
    return Group(folders)


def _settings(limits: Limits) -> dict[str, int]:
    """Return what to write into which file, version 2 and version 1 alike."""
    return {
        "pids.max": limits.processes + 2,  # bubblewrap's own two
        "memory.max": limits.memory,
        "memory.swap.max": 0,
        "memory.limit_in_bytes": limits.memory,
        "memory.memsw.limit_in_bytes": limits.memory,
        "cpu.weight": WEIGHT,
        "cpu.shares": SHARES,
    }


@functools.cache
def _parents() -> tuple[Path, ...]:
    """Return the folders in which groups can be made: for memory and processes, or none.

    In version 1, time has controllers of its own, which may lie in one folder and may be missing.
    """
    if os.geteuid() != 0:
        return ()
    if (ROOT / "cgroup.controllers").exists():
        try:
            ready = {"memory", "pids"} <= set((ROOT / "cgroup.subtree_control").read_text().split())
        except OSError:
            ready = False
        parents = (ROOT,) if ready else ()
    else:
        times = {(ROOT / name).resolve() for name in ("cpu", "cpuacct") if (ROOT / name).is_dir()}
        parents = (*(ROOT / name for name in ("pids", "memory")), *sorted(times))
    if not all(os.access(parent, os.W_OK) for parent in parents):
        return ()
    for parent in parents:
        _tidy(parent)
    return parents


def _tidy(parent: Path) -> None:
    """Delete the groups that killed graders left; one that is in use cannot be deleted.

    One with our own number is such a group too: this process has not made any yet, but numbers come
    again, in a container above all.
    """
    for folder in parent.glob(f"{PREFIX}*"):
        process = folder.name.removeprefix(PREFIX).split("-")[0]
        if process == str(os.getpid()) or not Path("/proc", process).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _kill(folder: Path) -> None:
    with contextlib.suppress(OSError, ValueError):
        for process in (folder / "cgroup.procs").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(process), 9)
