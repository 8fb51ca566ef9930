"""One process at a time: a lock on a file, which the system takes back when its process ends.

So a killed process leaves nothing that would stop the next one. What may stay behind is the lock
file, which holds nothing and means nothing.
"""

from contextlib import contextmanager

from filelock import FileLock, Timeout


@contextmanager
def alone(path, when_busy=lambda: None):
    """Hold the lock of a file, in a ``with`` statement.

    Parameters
    ----------
    path : Path
        The lock file, in a folder that exists. It is made if it is not there.
    when_busy : callable
        Called once if another process holds the lock. That one is then waited for, unless
        ``when_busy`` raises.

    Raises
    ------
    OSError
        If the file cannot be made, or its file system cannot lock, as with some network drives;
        the text is one sentence.
    """
    # Where a file system cannot lock, filelock would fall back to a file that a kill leaves behind.
    lock = FileLock(path, fallback_to_soft=False)
    try:
        free = _taken(lock, blocking=False)
        if not free:
            when_busy()
            _taken(lock, blocking=True)
        yield
    finally:
        lock.release()


def _taken(lock, *, blocking):
    try:
        lock.acquire(blocking=blocking)
    except Timeout:
        return False
    except OSError as error:
        raise OSError(
            f"cannot lock {lock.lock_file} ({error.strerror}): "
            "use a folder on a local disk that you may write to"
        ) from error
    return True
