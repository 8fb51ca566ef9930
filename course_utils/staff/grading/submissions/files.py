"""What a student's folder holds: notebooks as cells, and the time of hand-in.

The files are hostile until proven otherwise. Links and pipes are not followed, sizes are capped,
JSON is read without nbformat, no file is opened that a student names, and whatever is wrong ends as
a sentence about this one student.
"""

import errno
import hashlib
import json
import os
import re
import stat
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ..flags import Flag
from ..limits import Limits
from ..text import identifier

BOM = b"\xef\xbb\xbf"
TIMESTAMP = "timestamp.txt"
# Bytes in the name of a folder.
LONGEST_FOLDER = 255
# As nbgrader writes it, with or without parts of a second and a zone; no zone is UTC.
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(\.\d{1,6})?(?: ?(?:UTC|Z|([+-]\d\d):?(\d\d)))?",
    re.ASCII,
)


class NotGraded(Exception):  # noqa: N818 - an outcome, not an error
    """A submission cannot be graded: the reason, and the flags that go with it."""

    def __init__(self, reason, *flags):
        super().__init__(reason)
        self.reason, self.flags = reason, flags


def student_folders(root) -> dict[str, Path]:
    """Return the folders in ``submitted/`` by student, in the order of their names.

    Returns
    -------
    dict of str to Path
        By the `identifier` of the folder's name, shortened where no folder could be called that.
    """
    folder = Path(root, "submitted")
    return {as_a_folder(name): folder / name for name in sorted(os.listdir(folder))}


def as_a_folder(name: str) -> str:
    """Return the `identifier` of a folder's name, short enough to name a folder itself."""
    text = identifier(name)
    if len(text.encode()) <= LONGEST_FOLDER:
        return text
    mark = hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
    return f"{text.encode()[: LONGEST_FOLDER - len(mark) - 1].decode('utf-8', 'ignore')}-{mark}"


@contextmanager
def opened(folder):
    """Open a student's folder, in a ``with`` statement; never follow a link to it.

    Yields
    ------
    int
        A descriptor, for `names_in` and `read_file`.
    """
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if os.path.islink(folder):
            raise NotGraded(
                "the submission's folder is a symbolic link, which is not followed", Flag.LINK
            ) from None
        raise NotGraded(f"the submission's folder cannot be read ({error.strerror})") from None
    try:
        yield place
    finally:
        os.close(place)


def names_in(place: int) -> list[str]:
    """Return the names in an open folder, in order."""
    try:
        return sorted(os.listdir(place))
    except OSError as error:
        raise NotGraded(f"the submission's folder cannot be read ({error.strerror})") from None


def read_file(place: int, name: str, most: int, what: str = "notebook") -> bytes:
    """Read a plain file in an open folder; never follow a link, never wait for a pipe.

    Parameters
    ----------
    place : int
    name : str
    most : int
        Bytes that it may have.
    what : str
        What it is called in a reason.
    """
    try:
        handle = os.open(
            name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=place
        )
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotGraded(
                f"a symbolic link stands in the {what}'s place; it is not followed", Flag.LINK
            ) from None
        raise NotGraded(f"the {what} cannot be read ({error.strerror})") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotGraded(f"something that is not a file stands in the {what}'s place")
    try:
        with os.fdopen(handle, "rb") as file:
            data = file.read(most + 1)
    except OSError as error:  # of the disk
        raise NotGraded(f"the {what} cannot be read ({error.strerror})") from None
    if len(data) > most:
        raise NotGraded(f"the {what} has more than {_size(most)}")
    return data


def _size(number: int) -> str:
    return f"{number // 2**20} MiB" if number >= 2**20 else f"{number} bytes"


def time_of_hand_in(folder) -> datetime | None:
    """Return the time in a submission's ``timestamp.txt``, in UTC without a zone.

    nbgrader's `collect` and `zip_collect` write that file. One that came with the hand-in says what
    its student wants it to say.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    datetime or None
        None if there is no such file.

    Raises
    ------
    NotGraded
        If there is one that is no plain file with a time in it.
    """
    with opened(folder) as place:
        if TIMESTAMP not in names_in(place):
            return None
        text = read_file(place, TIMESTAMP, 100, "time of hand-in").decode("ascii", "replace")
    match = _TIME.fullmatch(text.strip())
    try:
        day, clock, fraction, hours, minutes = match.groups()
        at = datetime.fromisoformat(
            f"{day} {clock}{fraction or ''}{hours or '+00'}:{minutes or '00'}"
        )
        return at.astimezone(UTC).replace(tzinfo=None)
    except (AttributeError, ValueError, OverflowError):  # no match; no such day; before the year 1
        raise NotGraded("the time of hand-in is not written as nbgrader writes it") from None


def read_cells(data: bytes, limits: Limits) -> tuple[list[dict], bool]:
    """Return the cells of a notebook, and whether its text began with a byte order mark."""
    marked = data.startswith(BOM)
    data = data.removeprefix(BOM)
    if not data.strip():
        raise NotGraded("the notebook is empty")
    if data.count(b"[") + data.count(b"{") > limits.objects:
        raise NotGraded(f"the notebook's JSON holds more than {limits.objects} lists and objects")
    try:
        notebook = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise NotGraded("the notebook is not text in UTF-8", Flag.ENCODING) from None
    except json.JSONDecodeError as error:
        raise NotGraded(
            f"the notebook breaks off or is no JSON (line {error.lineno}: {error.msg})"
        ) from None
    except RecursionError:
        raise NotGraded("the notebook's JSON is nested too deeply") from None
    except ValueError:
        raise NotGraded("the notebook's JSON holds a number without end") from None
    if not isinstance(notebook, dict) or "nbformat" not in notebook:
        raise NotGraded("the file holds JSON that is no notebook")
    if notebook["nbformat"] != 4 or isinstance(notebook["nbformat"], bool):
        came = str(notebook["nbformat"])[:20]
        raise NotGraded(f"the notebook has format {came}; save it anew in format 4")
    cells = notebook.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise NotGraded("the notebook has no list of cells")
    for cell in cells:
        source = cell.get("source", "")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            raise NotGraded("a cell's source is not text")
        cell["source"] = source
    return cells, marked
