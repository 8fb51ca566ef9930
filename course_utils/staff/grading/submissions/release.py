"""The release as a guide: the cells that students were given, and in which of them they answer.

A hand-in is held against it. Plain data, read without nbformat; what the answers are worth is in
`outline`.
"""

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from course_utils.app.places import UsageError

from ..limits import Limits
from .files import NotGraded, read_cells


class Role(StrEnum):
    """What a cell of the release is there for."""

    SOLUTION = "solution"
    REFLECTION = "reflection"
    TEST = "test"
    OTHER = "other"


@dataclass(frozen=True)
class ReleasedCell:
    """One cell as students got it.

    Parameters
    ----------
    role : Role
    name : str
        Its ``grade_id``, if nbgrader knows it; else empty.
    id : str
    source : str
    is_code : bool
    unchangeable : str
        What students may not change about its metadata, as text to compare.
    """

    role: Role
    name: str
    id: str
    source: str
    is_code: bool
    unchangeable: str = ""

    @property
    def function(self) -> str:
        """The name that an answer defines here, or nothing."""
        defined = re.search(r"^(?:def|class) (\w+)", self.source, re.MULTILINE)
        return defined[1] if defined and self.role is Role.SOLUTION else ""


@dataclass(frozen=True)
class ReleasedNotebook:
    """One notebook of the release.

    Parameters
    ----------
    cells : tuple of ReleasedCell
        In order.
    """

    cells: tuple[ReleasedCell, ...]
    by_role: dict = field(init=False, compare=False)

    def __post_init__(self):
        by_role = {role: {} for role in Role}
        for place, cell in enumerate(self.cells):
            by_role[cell.role][cell.name or place] = cell
        object.__setattr__(self, "by_role", by_role)

    @property
    def solutions(self) -> dict[str, ReleasedCell]:
        """Cells for code, by slug, in order."""
        return self.by_role[Role.SOLUTION]

    @property
    def reflections(self) -> dict[str, ReleasedCell]:
        """Cells for words, by grade_id, in order."""
        return self.by_role[Role.REFLECTION]

    @property
    def tests(self) -> dict[str, ReleasedCell]:
        """Graded code cells, by grade_id, in order."""
        return self.by_role[Role.TEST]


@dataclass(frozen=True)
class Release:
    """An assignment as students got it.

    Parameters
    ----------
    assignment : str
        Such as "01-momentum".
    notebooks : dict of str to ReleasedNotebook
        By name, without ``.ipynb``, in order.
    """

    assignment: str
    notebooks: dict[str, ReleasedNotebook]

    @property
    def slugs(self) -> tuple[str, ...]:
        """All exercises, in order."""
        return tuple(slug for one in self.notebooks.values() for slug in one.solutions)


def read_release(root: Path, assignment: str) -> Release:
    """Read the release notebooks of an assignment.

    Parameters
    ----------
    root : Path
        The folder of the course; the notebooks lie in ``notebooks/<assignment>/``.
    assignment : str

    Raises
    ------
    UsageError
        If there is no such assignment, a notebook of it cannot be read, or it has no exercise.
    """
    notebooks = {}
    for path in sorted((Path(root) / "notebooks" / assignment).glob("*.ipynb")):
        try:
            cells, _ = read_cells(path.read_bytes(), Limits())
        except (OSError, NotGraded) as error:
            raise UsageError(f"expected a release notebook in {path}, got {error}") from None
        notebooks[path.stem] = as_released(cells)
    if not any(one.solutions for one in notebooks.values()):
        raise UsageError(f"expected an assignment with exercises in notebooks/, got {assignment!r}")
    return Release(assignment, notebooks)


def as_released(cells: list[dict]) -> ReleasedNotebook:
    """Return a notebook of the release from its cells, as `files.read_cells` gives them."""
    return ReleasedNotebook(tuple(map(_released, cells)))


def _released(cell: dict) -> ReleasedCell:
    roles, is_code = nbgrader_metadata(cell), cell.get("cell_type") == "code"
    role = Role.OTHER
    if roles.get("solution"):
        role = Role.SOLUTION if is_code else Role.REFLECTION
    elif roles.get("grade") and is_code:
        role = Role.TEST
    name = roles.get("grade_id", "")
    return ReleasedCell(
        role, name, str(cell.get("id", "")), cell["source"], is_code, unchangeable(cell)
    )


def metadata(cell: dict) -> dict:
    """Return a cell's metadata; none if it is no object."""
    found = cell.get("metadata")
    return found if isinstance(found, dict) else {}


def nbgrader_metadata(cell: dict) -> dict:
    """Return nbgrader's metadata if it names a cell; ``schema_version`` and checksums are noise."""
    roles = metadata(cell).get("nbgrader")
    named = isinstance(roles, dict) and isinstance(roles.get("grade_id"), str)
    return roles if named else {}


def unchangeable(cell: dict) -> str:
    """Return what a student may not change about a graded cell, as text to compare."""
    roles = nbgrader_metadata(cell)
    points = roles.get("points")
    if isinstance(points, float) and points.is_integer():  # some editors write 4 as 4.0
        points = int(points)
    locks = (roles.get(key) for key in ("locked", "grade", "solution", "task"))
    return json.dumps([[points, *locks], metadata(cell).get("tags") or []])
