"""Hand-ins in nbgrader's exchange: whose they are, and when, is what the system says.

There a student makes a folder ``STUDENT+ASSIGNMENT+TIME+CODE``, with any name, any time and any
links in it. `nbgrader collect` warns of another owner and takes it all the same, follows the links
with the instructor's rights, and believes the time. Here a file counts if the account whose name
the folder bears owns it, its time is that of its last change, which no account can set, and no link
is followed.
"""

import itertools
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from course_utils.app.places import UsageError

from .downloads import File, in_folder

#: Where nbgrader puts this course's hand-ins if nobody says otherwise.
INBOUND = Path("/usr/local/share/nbgrader/exchange/optimizers/inbound")
#: Entries of one account in the exchange, of all lessons, and files in one hand-in that are read.
MOST_OF_ONE = 1000


def read_exchange(inbound, assignment):
    """Return the notebooks that were handed in for an assignment, as of a `platforms.folder`.

    Parameters
    ----------
    inbound : path
        The exchange's folder for hand-ins.
    assignment : str

    Returns
    -------
    list of downloads.File
    dict of str to str
        What does not count, with the reason.

    Raises
    ------
    UsageError
        If the folder cannot be read.
    """
    files, refused, seen = [], {}, Counter()
    try:
        folders = sorted(os.scandir(inbound), key=lambda entry: entry.name, reverse=True)
    except OSError as error:
        raise UsageError(
            f"expected the exchange's hand-ins in {inbound} ({error.strerror})"
        ) from None
    for folder in folders:
        owner = _owner(folder)
        seen[owner] += 1
        if seen[owner] > MOST_OF_ONE:
            refused[owner] = f"has more than {MOST_OF_ONE} entries there; the others are not read"
            continue
        student, *rest = folder.name.rsplit("+", 3)
        if len(rest) != 3:
            refused[folder.name] = "is not named as nbgrader names a hand-in"
        elif rest[0] == assignment:
            if folder.is_dir(follow_symlinks=False):
                files += _handed_in(folder, student, refused)
            else:
                refused[folder.name] = "is no folder"
    return files, refused


def _handed_in(folder, student, refused):
    """Yield the notebooks in one folder that are the student's own."""
    here = {}
    for file in itertools.islice(in_folder(folder.path, here), MOST_OF_ONE):
        label = f"{student}/{folder.name}/{file.path}"
        owner = _account(file.status)
        if not file.name.endswith(".ipynb"):
            continue  # nbgrader's own: a time, a secret
        if owner != student:
            refused[label] = f"is owned by {owner}, and does not count as {student}'s"
        else:
            yield File(label, datetime.fromtimestamp(file.status.st_ctime, UTC), file.read)
    refused |= {f"{folder.name}/{label}": reason for label, reason in here.items()}


def _owner(entry):
    """Return whose an entry of the exchange is; nobody's if it is gone by now."""
    try:
        return _account(entry.stat(follow_symlinks=False))
    except OSError:
        return "nobody"


def _account(status):
    import pwd  # not on Windows, where this module is imported all the same

    try:
        return pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        return f"account {status.st_uid}"
