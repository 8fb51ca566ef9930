"""Files read as the repository keeps them, and written so that no reader sees half of one."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path


def write_atomically(path, content):
    """Write text or bytes so that a reader, or a crash, sees the old file or the new one.

    The new one takes the old one's place when all of it is on the disk.

    Parameters
    ----------
    path : Path
        The file; its folder is made if it is missing.
    content : str or bytes
        Text is written as UTF-8, with the line ends that it has.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)  # mkstemp's is for the owner alone
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):  # the first failure is the one to report
            os.unlink(temporary)
        raise


def replace_folder(place, new):
    """Move a folder to where another may be; if that fails, the other is there as before.

    Parameters
    ----------
    place : Path
    new : Path
        On the same drive.
    """
    aside = Path(tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}-before-"))
    old = aside / place.name
    try:
        if place.exists():
            place.rename(old)
        new.rename(place)
    except BaseException:
        if old.exists():
            old.rename(place)
        aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def as_committed(path):
    r"""Return a file's bytes with the line ends that the repository keeps.

    A checkout or an editor may have made ``\r\n`` of ``\n``. As for git, a file with a zero byte is
    not text.
    """
    data = path.read_bytes()
    return data if b"\0" in data else data.replace(b"\r\n", b"\n")
