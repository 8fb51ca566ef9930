"""The memory of a sandbox, seen from outside.

Where no control group bounds it, `Watch` looks twenty times a second and ends what is too large:
slower than the kernel, and sure all the same.
"""

import threading

from .clock import descendants

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
    total = 0
    for folder in descendants(process):
        try:
            rows = (folder / "smaps_rollup").read_text().splitlines()
        except OSError:  # it has just ended, or is not ours to look at
            continue
        total += sum(int(row.split()[1]) * 1024 for row in rows if row.startswith("Pss:"))
    return total
