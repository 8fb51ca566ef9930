"""Whose file is it: how Canvas, Moodle and ILIAS name what one downloads from them.

- Canvas, `lib/content_zipper.rb`: ``NAME_[LATE_]USER_FILE_file.ipynb``, all in one folder;
  ``anon_CODE`` for the name and the user while students are anonymous
- Moodle, `mod/assign/classes/downloader.php`: ``NAME_NUMBER_assignsubmission_file/file.ipynb``,
  with a "_" at the end of the folder in older versions, or all in one folder if that is ticked off.
  The number is another one in every assignment
- ILIAS, `class.ilExSubmission.php`: ``LAST_FIRST_LOGIN_USER/file.ipynb``, below folders of teams
- a folder: ``STUDENT/…/file.ipynb`` or ``STUDENT_file.ipynb``
"""

import dataclasses
import re
from dataclasses import dataclass

from .downloads import File

_CANVAS = re.compile(
    r".*?_(?P<late>LATE_)?(?P<user>\d+)_(?P<upload>\d{1,18})_(?P<name>.+)", re.DOTALL
)
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<user>anon_[A-Za-z0-9]+)_(?P<upload>\d{1,18})_(?P<name>.+)", re.DOTALL
)
_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+_?(?P<rest>.*)", re.DOTALL
)
_ILIAS = re.compile(r"(?P<last>[^_]+)_(?P<first>[^_]+)_(?P<login>.+)_(?P<user>\d+)", re.DOTALL)
_ENDINGS = (".ipynb", ".zip")


@dataclass(frozen=True)
class HandedIn:
    """A file, and what the platform says of it.

    Parameters
    ----------
    file : File
    name : str
        What the student called it.
    student : str
        Whose it is, in the way that is the same in every assignment.
    keys : tuple of str
        What else the platform knows this student by, the most exact first.
    late : bool
        Whether the platform marks it as late.
    upload : int
        Grows from one upload to the next, where a platform counts them; else 0.
    """

    file: File
    name: str
    student: str
    keys: tuple = ()
    late: bool = False
    upload: int = 0


def canvas(file):
    """Return what Canvas says of a file, or None."""
    match = _CANVAS_ANONYMOUS.fullmatch(file.name) or _CANVAS.fullmatch(file.name)
    if match is None:
        return None
    return HandedIn(
        file,
        match["name"],
        match["user"],
        late=bool(match["late"]),
        upload=int(match["upload"]),
    )


def moodle(file):
    """Return what Moodle says of a file, or None."""
    for place, part in enumerate(file.parts):
        match = _MOODLE.fullmatch(part)
        if match is None:
            continue
        inside = file.parts[place + 1 :]
        name = inside[-1] if inside else match["rest"].removeprefix("_")
        number = f"Participant {match['number']}"
        return HandedIn(file, name, match["name"], (number,))
    return None


def ilias(file):
    """Return what ILIAS says of a file, or None."""
    for part in reversed(file.parts[:-1]):
        if match := _ILIAS.fullmatch(part):
            head, _, rest = file.name.partition(" - ")  # "Late submission - ", in any language
            late = rest.lower().endswith(_ENDINGS) and not head.lower().endswith(_ENDINGS)
            return HandedIn(
                file,
                rest if late else file.name,
                match["login"],
                (match["user"], f"{match['first']} {match['last']}"),
                late=late,
            )
    return None


def folder(file):
    """Return whose a file is by its first folder, or by what stands before "_" in its name."""
    if len(file.parts) > 1:
        return HandedIn(file, file.name, file.parts[0])
    student, found, name = file.name.partition("_")
    return HandedIn(file, name, student) if found and student and name else None


def whose(file, platform):
    """Return what a platform says of a file, or None.

    Of what lies in a student's zip it says nothing: it is of whoever handed in the zip.
    """
    around = platform(file.packed_in) if file.packed_in else None
    return dataclasses.replace(around, file=file, name=file.name) if around else platform(file)


PLATFORMS = {"canvas": canvas, "moodle": moodle, "ilias": ilias, "folder": folder}
