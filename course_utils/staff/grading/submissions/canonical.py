"""From a student's files to the source of the solution cells, and nothing else.

The release says which cells there are; of a submission nothing is taken but the text of its
solution cells, found by ``grade_id``. Metadata, tags, outputs, other cells and edited tests never
reach anything: what is odd about them becomes a flag. The files are hostile until proven otherwise:
links and pipes are not followed, sizes are capped, JSON is read without nbformat, and whatever is
wrong ends as a sentence. Nothing of a submission is run here.
"""

import errno
import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from course_utils.app.places import UsageError

from ..flags import Flag, in_order
from ..limits import Limits
from ..results import GRADED, NOT_GRADED, Submission
from .magics import drop_indent_and_prompts, drop_magics

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Released:
    """One notebook of the release.

    Parameters
    ----------
    solutions : dict of str to str
        Slug to the source of a solution cell, in order.
    tests : dict of str to tuple
        ``grade_id`` of a graded code cell to its source and what students may not change.
    code : dict of str to str
        ``id`` of every code cell to its source.
    """

    solutions: dict[str, str]
    tests: dict[str, tuple]
    code: dict[str, str]


@dataclass(frozen=True)
class Assignment:
    """What a submission is held against; plain data.

    Parameters
    ----------
    name : str
        Such as "01-momentum".
    notebooks : dict of str to Released
        By name, without ``.ipynb``, in order.
    """

    name: str
    notebooks: dict[str, Released]

    @property
    def slugs(self) -> tuple[str, ...]:
        """All exercises, in order."""
        return tuple(slug for one in self.notebooks.values() for slug in one.solutions)


class NotGraded(Exception):  # noqa: N818 - an outcome, not an error
    """A submission cannot be graded: the reason, and the flags that go with it."""

    def __init__(self, reason, *flags):
        super().__init__(reason)
        self.reason, self.flags = reason, flags


def read_assignment(root: Path, name: str) -> Assignment:
    """Read the release notebooks of an assignment.

    Parameters
    ----------
    root : Path
        The folder of the course; the notebooks lie in ``notebooks/<name>/``.
    name : str

    Raises
    ------
    UsageError
        If there is no such assignment, a notebook of it cannot be read, or it has no exercise.
    """
    notebooks = {}
    for path in sorted((Path(root) / "notebooks" / name).glob("*.ipynb")):
        try:
            cells, _ = read_cells(path.read_bytes(), Limits())
        except (OSError, NotGraded) as error:
            raise UsageError(f"expected a release notebook in {path}, got {error}") from None
        notebooks[path.stem] = _released(cells)
    if not any(one.solutions for one in notebooks.values()):
        raise UsageError(f"expected an assignment with exercises in notebooks/, got {name!r}")
    return Assignment(name, notebooks)


def _released(cells: list[dict]) -> Released:
    named = [(nbgrader_roles(cell), cell) for cell in cells if cell.get("cell_type") == "code"]
    return Released(
        solutions={
            roles["grade_id"]: _source(cell)
            for roles, cell in named
            if roles.get("solution") and not roles.get("grade")
        },
        tests={
            roles["grade_id"]: (_source(cell), _fixed(cell))
            for roles, cell in named
            if roles.get("grade")
        },
        code={str(cell.get("id")): _source(cell) for _, cell in named},
    )


def read_submission(
    folder: Path, assignment: Assignment, limits: Limits | None = None
) -> Submission:
    """Read what a student handed in.

    Parameters
    ----------
    folder : Path
        The student's folder for this assignment.
    assignment : Assignment
    limits : Limits, optional

    Returns
    -------
    Submission
        Whatever the folder holds; nothing in it makes this raise.
    """
    limits = limits or Limits()
    flags: set[str] = set()
    notebooks, elsewhere = {}, set()
    try:
        files = find_notebooks(Path(folder), assignment, limits, flags)
        for name, released in assignment.notebooks.items():
            cells = None
            if name in files:
                cells, marked = read_cells(files[name], limits)
                flags |= {Flag.ENCODING} if marked else set()
            notebooks[name] = _transplant(cells, released, flags, elsewhere, limits)
    except NotGraded as problem:
        flags |= {*problem.flags}
        return Submission(assignment.name, NOT_GRADED, problem.reason, flags=in_order(flags))
    return _submission(assignment.name, notebooks, flags, elsewhere)


def from_sources(name: str, notebooks: dict[str, dict[str, str]]) -> Submission:
    """Return a submission that never was a file: notebook's name to slug to source."""
    flags: set[str] = set()
    canonical = {
        notebook: {slug: _canonical(source, flags) for slug, source in cells.items()}
        for notebook, cells in notebooks.items()
    }
    return _submission(name, canonical, flags, ())


def _submission(name, notebooks, flags, elsewhere) -> Submission:
    text = json.dumps(notebooks)  # ASCII: what is no character is written out
    return Submission(
        assignment=name,
        status=GRADED,
        notebooks=notebooks,
        flags=in_order(flags),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        elsewhere=tuple(sorted(elsewhere)),
    )


def find_notebooks(
    folder: Path, assignment: Assignment, limits: Limits, flags: set
) -> dict[str, bytes]:
    """Return the bytes of the notebooks by the release's names."""
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if os.path.islink(folder):
            raise NotGraded(
                "the submission's folder is a symbolic link, which is not followed", Flag.LINK
            ) from None
        raise NotGraded(f"the submission's folder cannot be read ({error.strerror})") from None
    try:
        try:
            names = sorted(os.listdir(place))
        except OSError as error:
            raise NotGraded(f"the submission's folder cannot be read ({error.strerror})") from None
        found = {
            name.encode("utf-8", "backslashreplace").decode().removesuffix(".ipynb"): name
            for name in names
            if name.lower().endswith(".ipynb") and not name.startswith(".")
        }
        chosen = {name: found.pop(name) for name in assignment.notebooks if name in found}
        missing = [name for name in assignment.notebooks if name not in chosen]
        if missing and len(found) == 1:
            (file,) = found.values()
            flags.add(Flag.RENAMED)
            chosen[_resembles(_read(place, file, limits), missing, assignment, limits)] = file
        elif missing and found:
            names = " and ".join(f"{name}.ipynb" for name in missing)
            raise NotGraded(
                f"{names} is missing, and which of {len(found)} other notebooks it is cannot be "
                "told"
            )
        if not chosen:
            raise NotGraded("there is no notebook in the submission")
        return {name: _read(place, file, limits) for name, file in chosen.items()}
    finally:
        os.close(place)


def _resembles(data: bytes, names: list[str], assignment: Assignment, limits: Limits) -> str:
    """Return which of the missing notebooks a renamed one is: that whose cells it holds."""
    cells, _ = read_cells(data, limits)
    present = {nbgrader_roles(cell).get("grade_id") for cell in cells}
    return max(names, key=lambda name: len(present & assignment.notebooks[name].solutions.keys()))


def _read(place: int, name: str, limits: Limits) -> bytes:
    """Read a plain file in an open folder; never follow a link, never wait for a pipe."""
    try:
        handle = os.open(
            name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=place
        )
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotGraded(
                "a symbolic link stands in the notebook's place; it is not followed", Flag.LINK
            ) from None
        raise NotGraded(f"the notebook cannot be read ({error.strerror})") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotGraded("something that is not a file stands in the notebook's place")
    try:
        with os.fdopen(handle, "rb") as file:
            data = file.read(limits.notebook + 1)
    except OSError as error:  # of the disk
        raise NotGraded(f"the notebook cannot be read ({error.strerror})") from None
    if len(data) > limits.notebook:
        raise NotGraded(f"the notebook has more than {limits.notebook // 2**20} MiB")
    return data


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


def _source(cell: dict) -> str:
    return cell["source"]


def _metadata(cell: dict) -> dict:
    metadata = cell.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def nbgrader_roles(cell: dict) -> dict:
    """Return nbgrader's metadata if it names a cell; ``schema_version`` and checksums are noise."""
    roles = _metadata(cell).get("nbgrader")
    named = isinstance(roles, dict) and isinstance(roles.get("grade_id"), str)
    return roles if named else {}


def _fixed(cell: dict) -> str:
    """Return what a student may not change about a graded cell, as text to compare."""
    roles, metadata = nbgrader_roles(cell), _metadata(cell)
    points = roles.get("points")
    if isinstance(points, float) and points.is_integer():  # some editors write 4 as 4.0
        points = int(points)
    unchangeable = [points, *(roles.get(key) for key in ("locked", "grade", "solution", "task"))]
    return json.dumps([unchangeable, metadata.get("tags") or []])


def _transplant(
    cells: list[dict] | None, released: Released, flags: set, elsewhere: set, limits: Limits
) -> dict[str, str]:
    """Return the solution cells' sources in the release's order, and flag what is odd."""
    by_name: dict[str, dict] = {}
    others = []
    for cell in cells or ():
        name = nbgrader_roles(cell).get("grade_id")
        if name in released.solutions or name in released.tests:
            if name in by_name:
                flags.add(Flag.CELL_DUPLICATED)
            else:
                by_name[name] = cell
        elif cell.get("cell_type") == "code":
            others.append(cell)
    if cells is not None and not by_name.keys() & released.solutions.keys():
        raise NotGraded("no solution cell can be recognised in the notebook")

    _flag_tests(by_name, released, flags)
    _flag_others(others, released, flags, elsewhere)
    solutions = {}
    for slug in released.solutions:
        cell = by_name.get(slug, {})
        source = cell["source"] if cell.get("cell_type") == "code" else ""
        if not source.strip():
            flags.add(Flag.SOLUTION_MISSING)
            source = ""
        if len(source) > limits.source:
            raise NotGraded(f"the cell {slug} has more than {limits.source} characters")
        solutions[slug] = _canonical(source, flags)
    return solutions


def _canonical(source: str, flags: set) -> str:
    """Return a cell's source as Python, and flag what it should not hold."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    source, dropped = drop_magics(drop_indent_and_prompts(source))
    if dropped:
        flags.add(Flag.MAGIC_DROPPED)
    if _COURSE.search(source):
        flags.add(Flag.IMPORTS_COURSE)
    return source


def _flag_tests(by_name: dict[str, dict], released: Released, flags: set) -> None:
    for name, (source, fixed) in released.tests.items():
        cell = by_name.get(name)
        if cell is None:
            flags.add(Flag.TESTS_MISSING)
            continue
        if cell.get("cell_type") != "code" or _lines(cell["source"]) != _lines(source):
            flags.add(Flag.TESTS_EDITED)
        if _fixed(cell) != fixed:
            flags.add(Flag.METADATA_CHANGED)


def _lines(source: str) -> list[str]:
    return [line.rstrip() for line in source.strip().splitlines()]


def _flag_others(others: list[dict], released: Released, flags: set, elsewhere: set) -> None:
    """Flag code that was added; to play with the cells of the lesson is what they are for."""
    known = {source.strip() for source in released.code.values()}
    for cell in others:
        source = cell["source"].strip()
        if not source or source in known:
            continue
        names = _defined(source)
        before = released.code.get(str(cell.get("id")))
        if before is not None:
            names -= _defined(before)
        if before is None or names:
            flags.add(Flag.EXTRA_CODE)
        elsewhere |= names


# By pattern and not by parsing: some texts crash the parser, and this process is ours. For the same
# reason no pattern may look at a run of blanks twice: on a megabyte of them that takes an hour.
_DEFINES = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
_IMPORTS = re.compile(r"^(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+([\w., \t]+)", re.MULTILINE)
_COURSE = re.compile(
    r"^[ \t]*+(?:from|import)[ \t]++(?:[\w., \t]+,[ \t]*+)?course_utils\b"
    r"|(?:__import__|import_module)\(\s*[\"']course_utils\b",
    re.MULTILINE,
)


def _defined(source: str) -> set[str]:
    """Return the functions, classes and modules that a cell gives a name to."""
    names = set(_DEFINES.findall(source))
    for imported in _IMPORTS.findall(source):
        parts = [part.split(" as ")[-1].split() for part in imported.split(",")]
        names |= {part[0].split(".")[0] for part in parts if part}
    return names
