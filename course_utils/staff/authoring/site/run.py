"""Run a lesson's source once, with its figures recorded, and store its outputs.

They are stored under ``build/lessons/`` by the hash of all that the run depends on: the source, the
modules and data that it leads to, the versions of Python and of the packages that compute and draw.
What did not change is not run again.
"""

import asyncio
import hashlib
import os
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import nbformat
from filelock import AsyncFileLock

from course_utils.app.places import PACKAGE, UsageError
from course_utils.widgets.recording import RECORD_VARIABLE

from ...files import write_atomically
from .. import headless
from ..imports import needed
from ..notebooks import read_notebook, serialise, tidy

_AT_ONCE = 2  # a lesson is one busy process, and one that mostly waits for it
_SETTINGS = {RECORD_VARIABLE: "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def run_lessons(root, sources, say=lambda line: None):
    """Return the sources with the outputs of a run, recordings of moving figures among them.

    Parameters
    ----------
    root : Path
        The folder of the course.
    sources : sequence of Path
    say : callable
        Is told a line for each notebook that has to run.

    Returns
    -------
    dict of Path -> NotebookNode

    Raises
    ------
    UsageError
        If a source cannot be read, or a cell of it fails.
    """
    lessons = [_Lesson.read(root, path) for path in sources]
    asyncio.run(_run_all([lesson for lesson in lessons if not lesson.stored.is_file()], say))
    return {lesson.path: lesson.executed() for lesson in lessons}


@dataclass(frozen=True)
class _Lesson:
    """A source, its checks emptied and put aside, and the file for its outputs."""

    path: Path
    name: str
    notebook: nbformat.NotebookNode
    checks: list[str]
    stored: Path

    @classmethod
    def read(cls, root, path):
        notebook = tidy(read_notebook(path))
        checks = [cell.source for cell in _checks(notebook)]
        for cell in _checks(notebook):  # they take a while, and a reader does not see their output
            cell.source = ""
        text = serialise(notebook)
        name = path.relative_to(root / "solutions").with_suffix("").as_posix()
        content = f"{_hash_foundations(text)}\n{name}\n{text}"
        key = hashlib.sha256(content.encode()).hexdigest()[:16]
        stored = root / "build" / "lessons" / name / f"{key}.ipynb"
        return cls(path, name, notebook, checks, stored)

    async def run(self):
        """Run the notebook and store it in place of earlier versions.

        If another process is doing the same, its result is waited for.
        """
        self.stored.parent.mkdir(parents=True, exist_ok=True)
        async with AsyncFileLock(self.stored.parent / ".lock"):
            if self.stored.is_file():
                return
            await _run(self.notebook, self.path, self.name)
            write_atomically(self.stored, nbformat.writes(self.notebook))
            for old in set(self.stored.parent.glob("*.ipynb")) - {self.stored}:
                old.unlink(missing_ok=True)

    def executed(self):
        """Return the stored notebook, its checks put back."""
        notebook = nbformat.read(self.stored, as_version=4)
        for cell, source in zip(_checks(notebook), self.checks, strict=True):
            cell.source = source
        return notebook


async def _run_all(lessons, say):
    """Run lessons, some at a time; the first that fails ends the others."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def run(lesson):
        async with slots:
            say(f"{lesson.name}: running")
            await lesson.run()

    try:
        async with asyncio.TaskGroup() as group:
            for lesson in lessons:
                group.create_task(run(lesson))
    except* Exception as errors:  # for example of a full disk
        raise errors.exceptions[0] from None


def _hash_foundations(source):
    """Return a hash of all that a notebook's outputs depend on, besides its own text."""
    packages = " ".join(version(name) for name in ("numpy", "matplotlib"))
    digest = hashlib.sha256(f"{sys.version} {packages}".encode())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "lesson.ipynb")
        path.write_text(source, encoding="utf-8")
        files = needed(PACKAGE, [path])
    for path in files:
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _checks(notebook):
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]


async def _run(notebook, path, name):
    # ipykernel warns of connections without encryption; these do not leave the machine.
    quiet = ["--IPKernelApp.log_level=ERROR"]
    try:
        client = headless.HeadlessClient(notebook, path.parent, extra_arguments=quiet)
        await client.async_execute(env=os.environ | _SETTINGS)
    except headless.FAILURES as error:
        reason = headless.reason_of(error)
        raise UsageError(f"expected solutions/{name}.ipynb to run, got {reason}") from error
