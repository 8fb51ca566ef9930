"""End a call that does not come back, on every system and in every thread."""

import contextlib
import ctypes
import sys
import threading
from collections.abc import Iterator

# Seconds between two attempts to end a call: student code may catch the first one.
AGAIN = 0.5


class TooSlow(BaseException):
    """The time for a call is over. It is no `Exception`, so that few handlers take it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` in the block when so many seconds, by the wall clock, are over.

    A second thread raises it in this one. Python looks for it between two steps of its own: a
    single long operation of NumPy ends first. There is no limit where no thread can be started (a
    browser), and none in a debugger, where time goes by while a person thinks.

    Raises
    ------
    TooSlow
        In the block, and again every half second as long as the block goes on.
    """
    caller, over, lock = threading.get_ident(), threading.Event(), threading.Lock()

    def watch():
        pause = seconds
        while not over.wait(pause):
            with lock:
                if not over.is_set():
                    _raise_in(caller, TooSlow)
            pause = AGAIN

    watcher = threading.Thread(target=watch, daemon=True)
    try:
        if sys.gettrace() is None:
            with contextlib.suppress(RuntimeError):  # where no thread can be started
                watcher.start()
        yield
    finally:
        # What was sent before arrives here. These lines are no function of their own, since it
        # might arrive before that function's first line. It is not taken back, since that leaves
        # Python's flag for such exceptions set: under a debugger Python 3.11 then hangs.
        while True:
            try:
                with lock:
                    over.set()
                for _ in range(3):  # Python looks for exceptions each time round
                    pass
                break
            except TooSlow:
                continue


def _raise_in(thread: int, error: type[BaseException]) -> None:
    """Raise an exception in a thread, as soon as it runs Python's own steps."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))
