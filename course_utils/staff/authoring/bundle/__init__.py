"""The student's copy of the course as one zip: all that a student needs, and no answers.

- `bundle` is what `course bundle` does, and `archive` returns the bytes of the zip
- ``setup``: the students' share of pyproject.toml, requirements.lock and the Makefile
- ``README.md``: the first page of the copy

The files are found, not listed: the lessons as released, the package ``app``, and whatever their
imports lead to. The zip has the same bytes wherever it is made: its entries are sorted, have one
time, one mode and one kind of line end, and are not compressed, because no two compressors agree on
every byte.
"""

import io
import zipfile
from pathlib import Path

from course_utils.app.places import PACKAGE, UsageError, find_lessons

from ...files import as_committed, write_atomically
from .. import imports
from ..release import release
from . import setup

TOP = "optimizers-course"  # the folder that the zip unpacks to
_AS_THEY_ARE = (
    "LICENSE",
    "environment.yml",
    "nbgrader_config.py",
    "notebooks/README.md",
    "notebooks/SOURCES.md",
    "setup.sh",
)
_TIME, _MODE = (2025, 1, 1, 0, 0, 0), 0o100644  # any time that is past; a file that all may read


class NotInOrderError(RuntimeError):
    """The course cannot be given to students as it is; the text is one sentence."""


def bundle(root, out):
    """Write the student's copy of a course, whole or not at all.

    Parameters
    ----------
    root : Path
        The folder of the course: the one that holds this package.
    out : Path
        The zip to write; its folder exists.

    Returns
    -------
    bytes
        Those of the zip.

    Raises
    ------
    NotInOrderError
        If the student notebooks are not what the sources make, or a lesson needs an answer.
    UsageError
        If ``out`` cannot be written, or the course is not this package's.
    """
    home = PACKAGE.parent
    if root.resolve() != home:
        raise UsageError(f"expected the folder of the course that is installed, {home}, got {root}")
    if out.suffix != ".zip" or out.is_dir():
        raise UsageError(f"expected the name of a zip to write, such as {TOP}.zip, got {out}")
    if not out.absolute().parent.is_dir():
        raise UsageError(f"expected a folder that exists, got {out.parent}")
    check_order(root)
    data = archive(root)
    try:
        write_atomically(out, data)
    except OSError as error:
        raise UsageError(f"cannot write {out}: {error.strerror}") from None
    return data


def check_order(root):
    """Refuse a course whose student notebooks are not what the sources make.

    Raises
    ------
    NotInOrderError
    """
    if findings := release(root, check=True).findings:
        count = f"{len(findings)} finding{'s' if len(findings) > 1 else ''}"
        raise NotInOrderError(f"notebooks/ is not in order ({count}): see `course release --check`")


def archive(root):
    """Return the bytes of the zip, from the files that are in a course's folder now.

    Parameters
    ----------
    root : Path

    Returns
    -------
    bytes

    Raises
    ------
    NotInOrderError
        If a lesson imports what holds the answers.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as file:
        for name, data in sorted(contents(root).items()):
            entry = zipfile.ZipInfo(f"{TOP}/{name}", _TIME)
            entry.create_system, entry.external_attr = 3, _MODE << 16  # as if made on Unix
            file.writestr(entry, data)
    return buffer.getvalue()


def contents(root):
    """Return every file of the student's copy: its name, with slashes, and its bytes."""
    lessons = [root / "notebooks" / name for name in find_lessons(root)]
    files = [path for lesson in lessons for path in imports.files_below(lesson)]
    notebooks = [path for path in files if path.suffix == ".ipynb"]
    try:
        files += students_modules(root, notebooks)
    except imports.KeptBackError as error:
        raise NotInOrderError(str(error)) from None
    found = {path.relative_to(root).as_posix(): as_committed(path) for path in files}
    found |= {name: as_committed(root / name) for name in _AS_THEY_ARE}
    found["README.md"] = as_committed(Path(__file__).parent / "README.md")
    return found | setup.students_files(root)


def students_modules(root, notebooks):
    """Return the files of the package that a student's copy holds: for the lessons, and ``app``.

    Parameters
    ----------
    root : Path
        The folder of the course.
    notebooks : list of Path
        The lessons.

    Returns
    -------
    list of Path
        Sorted.

    Raises
    ------
    imports.KeptBackError
        If a lesson, or what it imports, imports what holds the answers.
    """
    package = root / "course_utils"
    app = imports.files_below(package / "app")
    modules = [path for path in (*app, package / "__main__.py") if path.suffix == ".py"]
    found = imports.needed(package, [*notebooks, *modules], students=True)
    return sorted({*found, *app})
