"""Student notebooks from sources: read, tidy, build, compare, write.

`release` is what `course release` does:

1. Read every source (`notebooks.read_notebook`), and compile the data of the visible checks from
   the registry.
2. Bring each source into its one form (`notebooks.tidy`), or run it (`notebooks.run_notebook`).
3. Build the student's notebook with nbgrader (`assignments`), and look through both (`lint`).
4. Collect the other files of each lesson, and find released files that no source makes.
5. Renew the tables of minutes and points in the documents (`timetables`).
6. Compare all files with those that exist. Then write them, or with ``check`` report them.

Nothing is written before all steps but the last have succeeded, so a broken source loses nothing.
"""

from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from course_utils.app.places import UsageError, find_lessons, first_line_of, short_name

from ..files import as_committed, write_atomically
from . import lint, stills, timetables
from .assignments import build_student_notebook, find_other_files, read_config
from .lint import Finding
from .notebooks import read_notebook, run_notebook, serialise, tidy


@dataclass
class Outcome:
    """The result of a release.

    Attributes
    ----------
    findings : list of Finding
    written : list of Path
        The files written; none with findings or with ``check``.
    lessons : list of str
    """

    findings: list = field(default_factory=list)
    written: list = field(default_factory=list)
    lessons: list = field(default_factory=list)


@dataclass(frozen=True)
class _Source:
    """A notebook of ``solutions/`` as it is stored, and where its student version belongs."""

    path: Path
    name: str  # how findings name it
    target: Path
    target_name: str
    notebook: nbformat.NotebookNode

    @property
    def lesson(self):
        return self.path.parent.name


@dataclass(frozen=True)
class _Result:
    """What one step contributes: findings, and files by path as they should be (text or bytes)."""

    findings: list
    files: dict = field(default_factory=dict)


def release(root, lessons=(), *, check=False, run=False, exercises=None):
    """Tidy the sources of lessons and build their student notebooks.

    With findings, nothing is written.

    Parameters
    ----------
    root : Path
        The folder of the course.
    lessons : sequence of str
        Names such as ``"01-momentum"``; empty for all.
    check : bool
        Write nothing; that a file would have to be written is a finding.
    run : bool
        Execute the sources and keep the outputs that are promised, and the stills.
    exercises : mapping, optional
        The registry; by default that of the course. If the case files are in this course, they
        are compiled from it.

    Returns
    -------
    Outcome

    Raises
    ------
    UsageError
        If a lesson is unknown, or a source or the registry cannot be read.
    """
    names = find_lessons(root, lessons)
    sources = _read_sources(root, names)
    config = read_config(root)
    registry = _registry()
    exercises = registry.EXERCISES if exercises is None else exercises
    results = [_compile_cases(root, registry, exercises)]
    for source in sources:
        results.append(_release_notebook(source, exercises, config, check=check, run=run))
    for lesson in names:
        parts = [source for source in sources if source.lesson == lesson]
        results.append(_release_lesson(root, lesson, parts, exercises, config))
    if not lessons:
        results.append(_find_removed_lessons(root, names))
    results.append(_renew_documents(root, names, sources))

    findings = [finding for result in results for finding in result.findings]
    files = {path: content for result in results for path, content in result.files.items()}
    changed = [path for path, content in files.items() if _stored(path, content) != content]
    if check:
        findings += [_drift(root, path) for path in changed]
    if findings or check:
        return Outcome(findings, [], names)
    for path in changed:
        write_atomically(path, files[path])
    return Outcome([], changed, names)


def _read_sources(root, lessons):
    sources = []
    for lesson in lessons:
        for path in sorted((root / "solutions" / lesson).glob("*.ipynb")):
            target = root / "notebooks" / lesson / path.name
            names = [place.relative_to(root).as_posix() for place in (path, target)]
            sources.append(_Source(path, names[0], target, names[1], read_notebook(path)))
    return sources


def _release_notebook(source, exercises, config, *, check, run):
    """Tidy or run one source, look through it, and build the student's notebook from it."""
    tidied, findings = tidy(source.notebook), []
    if run:
        tidied, findings = run_notebook(tidied, source.name, source.path.parent)
    stored = source.notebook if check else tidied
    problems = lint.lint_source(source.name, stored, exercises)
    problems += stills.lint_stills(source.name, stored)
    findings += problems
    files = {source.path: serialise(tidied)}
    try:
        text = build_student_notebook(tidied, source.lesson, source.path.stem, config)
    except Exception as error:  # of any type: nbgrader has no exception of its own
        if not problems:  # which say more exactly what nbgrader refuses
            problem = f"nbgrader refuses: {first_line_of(error)}"
            findings.append(Finding(source.name, problem, "mend the source"))
        return _Result(findings, files)
    files[source.target] = text
    released = nbformat.reads(text, as_version=4)
    findings += lint.lint_release(source.target_name, released, tidied)
    return _Result(findings, files)


def _release_lesson(root, lesson, sources, exercises, config):
    """Look at the notebooks of a lesson together; add its other files, find those left over."""
    by_name = {source.name: source.notebook for source in sources}
    findings = lint.lint_lesson(lesson, by_name, exercises)
    folder, target = root / "solutions" / lesson, root / "notebooks" / lesson
    files = {
        target / path.relative_to(folder): as_committed(path)
        for path in find_other_files(folder, config)
    }
    expected = files.keys() | {source.target for source in sources}  # also if nbgrader refused it
    findings += [
        Finding(path.relative_to(root).as_posix(), "no source makes this file", "delete it")
        for path in sorted(target.rglob("*"))
        if path.is_file()
        and path not in expected
        and not {".ipynb_checkpoints", "__pycache__"} & set(path.parts)
    ]
    return _Result(findings, files)


def _find_removed_lessons(root, lessons):
    released = sorted((root / "notebooks").glob("[!.]*/*.ipynb"))
    return _Result(
        [
            Finding(path.relative_to(root).as_posix(), "no lesson in solutions/", "delete it")
            for path in released
            if path.parent.name not in lessons
        ]
    )


def _renew_documents(root, lessons, sources):
    """Bring minutes and points in the documents in line with the lessons."""
    notebooks = {
        lesson: {source.path: source.notebook for source in sources if source.lesson == lesson}
        for lesson in lessons
    }
    files, findings = timetables.renewed(root, notebooks, find_lessons(root))
    return _Result(findings, files)


def _registry():
    """Import the registry, and with it the whole reference: not when this module is imported."""
    try:
        from .. import registry
    except ImportError as error:
        raise UsageError(f"the registry cannot be read: {error}") from error
    return registry


def _compile_cases(root, registry, exercises):
    """Make the data of the visible checks, if it is stored in this course and not elsewhere."""
    if not registry.FOLDER.is_relative_to(root):
        return _Result([])
    findings = [
        Finding(path.relative_to(root).as_posix(), "no exercise of this name", "delete it")
        for path in sorted(registry.FOLDER.glob("*.json"))
        if path.stem not in exercises
    ]
    lessons = set(map(short_name, find_lessons(root)))
    mend = "call it like the first word of its lesson's folder"
    findings += [
        Finding(f"course_utils/staff/registry/{name}", "no lesson in solutions/ is called so", mend)
        for name in sorted({exercise.lesson for exercise in exercises.values()} - lessons)
    ]
    files = {
        registry.FOLDER / f"{slug}.json": registry.compile_cases(exercise)
        for slug, exercise in exercises.items()
    }
    return _Result(findings, files)


def _stored(path, content):
    """Return a file's content as bytes, or as text if ``content`` is, whatever its line ends."""
    try:
        return path.read_text("utf-8") if isinstance(content, str) else as_committed(path)
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _drift(root, path):
    name = path.relative_to(root).as_posix()
    if name.startswith("solutions/"):
        return Finding(name, "not tidy (outputs, metadata, ids or form)", "run `course release`")
    if path.suffix == ".md":
        return Finding(name, "its minutes or points are not the lessons'", "run `course release`")
    problem = "not built yet"
    if path.exists():
        problem = f"differs from its {'exercise' if path.suffix == '.json' else 'source'}"
    return Finding(name, problem, "run `course release`, never edit it by hand")
