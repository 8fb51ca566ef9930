"""Where the course is, and how what went wrong becomes a sentence.

`UsageError` is the one exception that means "what you asked for cannot be done"; `first_line_of`
makes a part of a sentence of any other.

Everything that the `course` command does starts from `find_course`. Imports nothing heavy, so that
`course doctor` can run where half of the packages are missing.
"""

import difflib
import os
import re
from pathlib import Path

#: The folder ``course_utils`` that runs.
PACKAGE = Path(__file__).resolve().parents[1]


class UsageError(ValueError):
    """Something asked for cannot be done; the text is one sentence for the person who asked."""


def first_line_of(error):
    """Return the first line of what an exception says, or its type's name if it says nothing."""
    said = getattr(error, "strerror", None) or str(error)  # of an OSError without its number
    return next(iter(said.strip().splitlines()), type(error).__name__)


def find_course(start=None):
    """Return the folder of the course: it holds ``notebooks/`` and ``nbgrader_config.py``.

    Parameters
    ----------
    start : path, optional
        Where to look, there and in every folder above; the working folder if not given. If no
        course is there, the folder that this package was installed from.

    Returns
    -------
    Path

    Raises
    ------
    UsageError
        If there is no course.
    """
    here = Path.cwd() if start is None else Path(start).resolve()
    for folder in (here, *here.parents, PACKAGE.parent):
        if (folder / "notebooks").is_dir() and (folder / "nbgrader_config.py").is_file():
            return folder
    raise UsageError(f"expected the course's folder (the one with notebooks/), got {here}")


def grading_root():
    """Return the instructor's folder for submissions and grades; nbgrader is told the same."""
    folder = os.environ.get("COURSE_ROOT", "~/optimizers-course-grading")
    return Path(folder).expanduser().absolute()


def is_students_copy():
    """Return whether this copy of the course is a student's, with no answers in it."""
    return not (PACKAGE / "staff").is_dir()


def short_name(lesson):
    """Return the short name of a lesson or deck: the first word after its number.

    Parameters
    ----------
    lesson : str
        Its folder, or its file without ending: ``"04-initialization-and-momentum"`` is called
        ``"initialization"``.

    Returns
    -------
    str
    """
    return lesson.split("-")[1]


def find_lessons(root, names=()):
    """Return the lessons under ``solutions/``: those named, or all.

    Parameters
    ----------
    root : Path
        The folder of the course.
    names : sequence of str
        Such as ``"01-momentum"``; empty for every lesson.

    Returns
    -------
    list of str
        In order, each once.

    Raises
    ------
    UsageError
        If a name is not a lesson's, there are no lessons, a folder is not called like
        ``05-noun``, or two lessons have one short name.
    """
    sources = root / "solutions"
    lessons = sorted({path.parent.name for path in sources.glob("[!.]*/*.ipynb")})
    if not lessons:
        raise UsageError(f"expected lessons in {sources}, got none")
    shorts = {}  # what else belongs to a lesson is found by its short name
    for lesson in lessons:
        if not re.match(r"\d\d-[a-z]+(-|$)", lesson):
            raise UsageError(f"expected a lesson's folder such as 05-noun, got {lesson}")
        other = shorts.setdefault(short_name(lesson), lesson)
        if other != lesson:
            raise UsageError(f"expected lessons with other first words, got {other} and {lesson}")
    for name in names:
        if name not in lessons:
            close = difflib.get_close_matches(name, lessons, n=1, cutoff=0.3)
            hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(lessons)}"
            raise UsageError(f"expected the name of a lesson, got {name!r}; {hint}")
    return sorted(set(names)) or lessons
