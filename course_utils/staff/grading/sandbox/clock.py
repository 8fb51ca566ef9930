"""The time that the code in a sandbox takes by itself, however busy the machine is.

It is what all processes of the sandbox compute, and the time in which all of them sleep because
they want to (`time.sleep`, a lock that nobody releases). What passes while one of them waits for a
processor or a disk is not in it. So a limit in this time falls on the same code on an idle machine
and on a loaded one.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from .protocol import LOOK

# The states of threads that wait for nothing of the machine: asleep, stopped, traced, dead.
_WANT_NOTHING = frozenset("StTZX")
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100  # a second; not on Windows


class Clock:
    """The time that a process and all that descend from it take, in seconds.

    Parameters
    ----------
    process : int
    computed : callable, optional
        Returns the seconds that they computed; by default, what /proc says of those that live, and
        of the dead whose parents asked for them.
    """

    def __init__(self, process: int, computed: Callable[[], float] | None = None):
        self._process = process
        self._computed = computed or (lambda: _computed(process))
        self._last = self._slept = 0.0

    def time(self) -> float:
        """Return the time so far. What they sleep counts if `look` is called meanwhile."""
        # Never back: a process may die whose parent does not ask for it.
        self._last = max(self._last, self._computed())
        return self._last + self._slept

    def look(self) -> None:
        """Take note of whether all sleep; to be called every `LOOK` seconds.

        If the caller is late, because the machine is busy, no more than `LOOK` seconds count.
        """
        before = self._last
        self.time()
        if all(state in _WANT_NOTHING for state in _states(self._process)):
            self._slept += max(0.0, LOOK - (self._last - before))


def descendants(process: int) -> Iterator[Path]:
    """Yield the folders in /proc of a process and all that descend from it, parents first."""
    left = [process]
    while left:
        folder = Path("/proc", str(left.pop()))
        yield folder
        try:
            for thread in (folder / "task").iterdir():  # a child stands with what thread made it
                left += map(int, (thread / "children").read_text().split())
        except OSError:  # it has just ended, or is not ours to look at
            continue


def _states(process: int) -> Iterator[str]:
    """Yield the state of every thread: a letter, as proc(5) explains it."""
    for folder in descendants(process):
        try:
            for thread in (folder / "task").iterdir():
                yield _fields(thread)[0]
        except OSError:
            continue


def _computed(process: int) -> float:
    ticks = 0
    for folder in descendants(process):
        try:
            ticks += sum(map(int, _fields(folder)[11:15]))  # its own, and of children it asked for
        except OSError:
            continue
    return ticks / _TICKS


def _fields(folder: Path) -> list[str]:
    """Return the fields of ``stat`` from the third on; the second is a name that may hold all."""
    return (folder / "stat").read_text().rpartition(")")[2].split()
