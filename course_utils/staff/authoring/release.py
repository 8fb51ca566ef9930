"""Student notebooks from sources: read, tidy, build, compare, write.

`release` is what `course release` does, in this order and all of it before the first byte is
written, so that a broken source loses nothing:

1. `read_notebook`: a source that is not a notebook is refused in a sentence.
2. `tidy`: one form for a source, whatever editor saved it: no outputs but promised ones, no
   volatile metadata, lasting cell ids. `serialise` is its one text.
3. `run_notebook` (with ``run``): the promised outputs are made anew.
4. `build`: nbgrader's own preprocessors, with the settings of ``nbgrader_config.py``, as
   `nbgrader generate_assignment` applies them, without its database. The data of the visible
   checks is compiled from the registry.
5. The rules of `lint`; then the files are written, or with ``check`` compared.
"""

import contextlib
import copy
import hashlib
import json
import os
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from course_utils.app.places import UsageError, find_lessons, first_line_of

from . import lint
from .lint import Finding

# All else that editors put into a notebook is volatile: versions, scroll positions, timings.
_CELL_METADATA = {"editable", "deletable", "jupyter", "nbgrader", "slideshow", "tags"}
_NOTEBOOK_METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}

# What JSON that is no notebook makes json, nbformat or our own reading of it raise.
_INVALID = (
    nbformat.ValidationError,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
)


@dataclass
class Outcome:
    """What a release came to: findings, the files that were written, and which lessons."""

    findings: list = field(default_factory=list)
    written: list = field(default_factory=list)
    lessons: list = field(default_factory=list)


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
        Execute the sources and keep the outputs that are promised.
    exercises : mapping, optional
        The registry; that of the course if not given. Where the case files lie in this course,
        they are compiled from it.

    Returns
    -------
    Outcome

    Raises
    ------
    UsageError
        If a lesson is unknown or a source cannot be read.
    """
    outcome = Outcome(lessons=find_lessons(root, lessons))
    sources = {  # all are read before anything else happens
        path: read_notebook(path)
        for lesson in outcome.lessons
        for path in sorted((root / "solutions" / lesson).glob("*.ipynb"))
    }
    targets = {path: root / "notebooks" / path.parent.name / path.name for path in sources}
    files = {}  # every file as it should be, as text or bytes
    from .. import registry  # the whole reference: not for those who import this module

    exercises = registry.EXERCISES if exercises is None else exercises
    if registry.FOLDER.is_relative_to(root):  # in this course, and not elsewhere
        outcome.findings += _stale_cases(root, registry.FOLDER, exercises)
        files |= _case_files(registry, exercises)
    config = read_config(root)
    for path, stored in sources.items():
        name, lesson = path.relative_to(root).as_posix(), path.parent.name
        source = tidy(stored)
        if run:
            source, findings = run_notebook(source, name, path.parent)
            outcome.findings += findings
        findings = lint.lint_source(name, stored if check else source, exercises)
        outcome.findings += findings
        files[path] = serialise(source)
        released = targets[path]
        try:
            files[released] = build(source, lesson, path.stem, config)
        except Exception as error:  # nbgrader raises what it likes
            if not findings:  # else they say it better
                problem = f"nbgrader refuses: {first_line_of(error)}"
                outcome.findings.append(Finding(name, problem, "mend the source"))
            continue
        built = nbformat.reads(files[released], as_version=4)
        name = released.relative_to(root).as_posix()
        outcome.findings += lint.lint_release(name, built, source)
    for lesson in outcome.lessons:
        mine = {p: notebook for p, notebook in sources.items() if p.parent.name == lesson}
        named = {p.relative_to(root).as_posix(): notebook for p, notebook in mine.items()}
        outcome.findings += lint.lint_lesson(lesson, named, exercises)
        files |= _other_files(root, lesson, config)
        made = files.keys() | set(targets.values())  # also what nbgrader refused to build
        outcome.findings += _stale_files(root, lesson, made)
    if not lessons:
        outcome.findings += _stale_lessons(root, outcome.lessons)
    changed = [path for path, content in files.items() if _stored(path) != content]
    if check:
        outcome.findings += [_drift(root, path) for path in changed]
    elif not outcome.findings:
        for path in changed:
            write_atomically(path, files[path])
            outcome.written.append(path)
    return outcome


def read_notebook(path):
    """Return a notebook, its cell ids complete.

    Parameters
    ----------
    path : Path

    Returns
    -------
    NotebookNode
        Of format 4.5.

    Raises
    ------
    UsageError
        If it is missing, not UTF-8, not JSON, not of format 4, or not valid.
    """

    def refuse(reason):
        raise UsageError(f"expected a Jupyter notebook in {path}, got {reason}") from None

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        refuse(f"no readable file ({error.strerror})")
    except UnicodeDecodeError:
        refuse("bytes that are not UTF-8")
    try:
        data = json.loads(text)
        if not isinstance(data, dict) or not isinstance(data.get("cells", []), list):
            refuse("JSON without a list of cells")
        if data.get("nbformat") != 4:
            refuse(f"notebook format {data.get('nbformat')} instead of 4")
        if not all(isinstance(cell, dict) for cell in data.get("cells", [])):
            refuse("a cell that is not an object")
        data["nbformat_minor"] = max(5, data.get("nbformat_minor", 0))
        _complete_ids(data.get("cells", []))
        notebook = nbformat.reads(json.dumps(data), as_version=4)
        nbformat.validate(notebook)
    except UsageError:
        raise  # a ValueError too, and said already
    except json.JSONDecodeError as error:
        refuse(f"text that breaks off or is not JSON (line {error.lineno}: {error.msg})")
    except RecursionError:  # its text differs from one Python to the next
        refuse("brackets within brackets, too deep to read")
    except _INVALID as error:
        refuse(f"an invalid one ({first_line_of(error)})")
    return notebook


def tidy(notebook):
    """Return a source in its one form; the notebook given stays as it is.

    Outputs and counts go, except the text of cells that promise it with ``NBVAL_CHECK_OUTPUT``;
    so do empty cells and all metadata that says nothing about the lesson.
    """
    notebook = copy.deepcopy(notebook)
    title = {key: notebook.metadata[key] for key in ("title",) if key in notebook.metadata}
    notebook.metadata = nbformat.from_dict(title | _NOTEBOOK_METADATA)
    notebook.nbformat_minor = 5
    notebook.cells = [
        cell for cell in notebook.cells if cell.source.strip() or "nbgrader" in cell.metadata
    ]
    for cell in notebook.cells:
        cell.source = cell.source.rstrip("\n")
        for key in set(cell.metadata) - _CELL_METADATA:
            del cell.metadata[key]
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.pop("checksum", None)  # nbgrader computes it in the release
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        if cell.cell_type == "code":
            cell.outputs = _text_outputs(cell) if lint.promises(cell) else []
            cell.execution_count = 1 if cell.outputs else None  # nbval wants outputs of a run cell
    return notebook


def serialise(notebook):
    """Return the one text of a notebook: indented by one, keys sorted, ending in a line end."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def run_notebook(notebook, name, folder):
    """Execute a notebook; return it tidy with new promised outputs, and what went wrong.

    Parameters
    ----------
    notebook : NotebookNode
    name : str
        How findings name the file.
    folder : Path
        Where it runs: that of its lesson.

    Returns
    -------
    NotebookNode
    list of Finding
    """
    from nbclient.exceptions import CellControlSignal

    from .headless import HeadlessClient, why_it_stopped  # slow to import, and for --run alone

    notebook = copy.deepcopy(notebook)
    findings = []
    try:
        HeadlessClient(notebook, folder).execute()
    except (CellControlSignal, RuntimeError) as error:  # a cell raised, took too long, or died
        failed = [lint.describe(i, cell) for i, cell in enumerate(notebook.cells) if _failed(cell)]
        problem = f"it does not run: {why_it_stopped(error)}"
        findings.append(Finding(name, problem, "mend it", "".join(failed)))
    return tidy(notebook), findings


def read_config(root):
    """Return nbgrader's settings for this course, from its ``nbgrader_config.py``."""
    from traitlets.config.loader import PyFileConfigLoader

    return PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()


def build(notebook, lesson, name, config):
    """Return the text of the student's notebook.

    Parameters
    ----------
    notebook : NotebookNode
        A tidy source.
    lesson, name : str
        nbgrader's assignment and notebook.
    config : traitlets.config.Config
        nbgrader's settings.

    Returns
    -------
    str
        Equal, byte by byte, to what `nbgrader generate_assignment` writes.

    Raises
    ------
    Exception
        Whatever nbgrader raises for a source that it refuses.
    """
    from nbconvert.exporters import NotebookExporter
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    config = copy.deepcopy(config)
    config.SaveCells.enabled = False  # the database, the one step left out
    config.Exporter.default_preprocessors = []
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    exporter = NotebookExporter(config=config)
    for step in converter.preprocessors:
        exporter.register_preprocessor(step)
    resources = {
        "unique_key": name,
        "nbgrader": {"student": ".", "assignment": lesson, "notebook": name, "db_url": ""},
    }
    text, _ = exporter.from_notebook_node(copy.deepcopy(notebook), resources)
    return text


def write_atomically(path, content):
    """Write text or bytes so that a reader, or a crash, sees the old file or the new one.

    The new one takes the old one's place when all of it is on the disk.
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
        with contextlib.suppress(OSError):  # what failed first is what has to be told
            os.unlink(temporary)
        raise


def as_committed(path):
    r"""Return a file's bytes with the line ends that the repository keeps.

    A checkout or an editor may have made ``\r\n`` of ``\n``. As for git, what holds a zero byte is
    no text.
    """
    data = path.read_bytes()
    return data if b"\0" in data else data.replace(b"\r\n", b"\n")


def _complete_ids(cells):
    """Give every cell an id of its own that depends on the notebook alone, never on chance."""
    given = Counter(cell.get("id") for cell in cells)
    taken = {name for name in given if name}
    kept = set()
    for index, cell in enumerate(cells):
        if cell.get("id") and cell["id"] not in kept:
            kept.add(cell["id"])
            continue
        digest = hashlib.sha256(f"{index}\n{cell.get('source')}".encode()).hexdigest()
        name = next(digest[i : i + 8] for i in range(56) if digest[i : i + 8] not in taken)
        cell["id"] = name
        taken.add(name)
        kept.add(name)


def _text_outputs(cell):
    """Return what a promised cell printed and its values as text; errors stay, to be found."""
    outputs = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            continue
        if "data" in output:
            if "text/plain" not in output.data:
                continue
            output.data = nbformat.from_dict({"text/plain": output.data["text/plain"]})
            output.metadata = nbformat.from_dict({})
        if "execution_count" in output:
            output.execution_count = 1
        outputs.append(output)
    return outputs


def _failed(cell):
    return any(output.output_type == "error" for output in cell.get("outputs", []))


def _other_files(root, lesson, config):
    """Return pictures and data of a lesson, which nbgrader copies as they are."""
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import find_all_files

    source, target = root / "solutions" / lesson, root / "notebooks" / lesson
    ignored = [*CourseDirectory(config=config).ignore, "*.ipynb"]
    found = [Path(path) for path in sorted(find_all_files(str(source), ignored))]
    return {target / path.relative_to(source): as_committed(path) for path in found}


def _stale_files(root, lesson, made):
    """Return a finding for every file of a released lesson that no source makes."""
    target = root / "notebooks" / lesson
    found = [path for path in sorted(target.rglob("*")) if path.is_file()]
    return [
        Finding(path.relative_to(root).as_posix(), "no source makes this file", "delete it")
        for path in found
        if path not in made and not {".ipynb_checkpoints", "__pycache__"} & set(path.parts)
    ]


def _stale_lessons(root, lessons):
    found = sorted((root / "notebooks").glob("[!.]*/*.ipynb"))
    return [
        Finding(path.relative_to(root).as_posix(), "no lesson in solutions/", "delete it")
        for path in found
        if path.parent.name not in lessons
    ]


def _case_files(registry, exercises):
    """Return the data of the visible checks."""
    return {
        registry.FOLDER / f"{slug}.json": registry.compile_cases(exercise)
        for slug, exercise in exercises.items()
    }


def _stale_cases(root, folder, exercises):
    return [
        Finding(path.relative_to(root).as_posix(), "no exercise of this name", "delete it")
        for path in sorted(folder.glob("*.json"))
        if path.stem not in exercises
    ]


def _stored(path):
    """Return a file's content, notebooks as text, whatever the line ends, or None."""
    try:
        return path.read_text("utf-8") if path.suffix == ".ipynb" else as_committed(path)
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _drift(root, path):
    name = path.relative_to(root).as_posix()
    if name.startswith("solutions/"):
        return Finding(name, "not tidy (outputs, metadata, ids or form)", "run `course release`")
    problem = "not built yet"
    if path.exists():
        problem = f"differs from its {'exercise' if path.suffix == '.json' else 'source'}"
    return Finding(name, problem, "run `course release`, never edit it by hand")
