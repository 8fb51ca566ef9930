"""Where the course lies, and how what went wrong becomes a sentence.

`UsageError` is the one exception that means "what you asked for cannot be done"; `first_line_of`
makes a part of a sentence of any other.

Everything that the `course` command does starts from `find_course`. Imports nothing heavy, so that
`course doctor` can run where half of the packages are missing.
"""

import difflib
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
        Where to look, there and in every folder above; the working folder if not given. Failing
        that, the folder that this package was installed from.

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


def is_students_copy():
    """Return whether this copy of the course is a student's, with no answers in it."""
    return not (PACKAGE / "staff").is_dir()


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
        If a name is not a lesson's, or there are no lessons.
    """
    sources = root / "solutions"
    lessons = sorted({path.parent.name for path in sources.glob("[!.]*/*.ipynb")})
    if not lessons:
        raise UsageError(f"expected lessons in {sources}, got none")
    for name in names:
        if name not in lessons:
            close = difflib.get_close_matches(name, lessons, n=1, cutoff=0.3)
            hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(lessons)}"
            raise UsageError(f"expected the name of a lesson, got {name!r}; {hint}")
    return sorted(set(names)) or lessons
