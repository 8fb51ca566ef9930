"""What a sandbox takes, seen from outside: its memory, and its share of the processors.

Where no control group bounds the memory, `Watch` looks twenty times a second and ends what is too
large: slower than the kernel, and sure all the same. `waiting` tells slow code from a busy machine.
"""

import threading
from collections.abc import Iterator
from pathlib import Path

EVERY = 0.05  # seconds between two looks


class Watch:
    """Looks after the memory of a process and all that descend from it, in a thread of its own.

    Parameters
    ----------
    process : subprocess.Popen
        It is killed when they take too much together, and when the watch ends for another reason:
        nothing runs unwatched. Bubblewrap takes the others with it.
    limit : int
        Bytes.

    Attributes
    ----------
    ran_out : bool
        Whether they took too much.
    error : Exception or None
        What ended the watch if it failed.
    """

    def __init__(self, process, limit: int):
        self._process, self._limit = process, limit
        self.ran_out, self.error = False, None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        try:
            while not (self.ran_out or self._over.wait(EVERY)):
                self.ran_out = memory(self._process.pid) > self._limit
        except Exception as error:
            self.error = error
        finally:
            self._process.kill()

    def end(self) -> None:
        """Stop looking, and kill the process."""
        self._over.set()
        self._thread.join()


def memory(process: int) -> int:
    """Return the bytes that a process and all that descend from it take."""
    rows = (row for text in _read_all(process, "smaps_rollup") for row in text.splitlines())
    return sum(int(row.split()[1]) * 1024 for row in rows if row.startswith("Pss:"))


def waiting(process: int) -> float:
    """Return how many seconds a process and all that descend from it waited for a processor.

    The kernel counts them, since each process began; of several that wait at once, each counts.
    """
    return sum(int(text.split()[1]) for text in _read_all(process, "schedstat")) / 1e9


def _read_all(process: int, name: str) -> Iterator[str]:
    """Yield a file of /proc for a process and all that descend from it."""
    left = [process]
    while left:
        place = Path("/proc", str(left.pop()))
        try:
            for thread in (place / "task").iterdir():  # a child stands with the thread that made it
                left += map(int, (thread / "children").read_text().split())
            yield (place / name).read_text()
        except OSError:  # it has just ended, or is not ours to look at
            continue
