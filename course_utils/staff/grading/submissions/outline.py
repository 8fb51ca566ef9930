"""What an assignment asks for and what that earns, as its release notebooks say."""

from dataclasses import dataclass
from pathlib import Path

from course_utils.app.places import UsageError
from course_utils.staff.authoring.notebooks import read_notebook

# The graded cell of the exercise `momentum-step` is `momentum-step-test`.
SUFFIX = "-test"


@dataclass(frozen=True)
class Part:
    """One thing that earns points.

    Parameters
    ----------
    name : str
        The exercise's slug, or the grade_id of a reflection.
    notebook : str
        The notebook that it stands in.
    points : float
    by_hand : bool
        Whether a person grades it.
    """

    name: str
    notebook: str
    points: float
    by_hand: bool

    @property
    def cell(self):
        """The grade_id of the cell that carries the points."""
        return self.name if self.by_hand else self.name + SUFFIX


@dataclass(frozen=True)
class Outline:
    """An assignment.

    Parameters
    ----------
    assignment : str
    parts : tuple of Part
        In the order of notebooks and cells.
    released : dict of str to NotebookNode
        The notebooks as students got them, by name.
    """

    assignment: str
    parts: tuple
    released: dict

    @property
    def exercises(self):
        """The parts that the grader scores."""
        return tuple(part for part in self.parts if not part.by_hand)

    @property
    def max_points(self):
        """What these earn together."""
        return sum(part.points for part in self.exercises)

    @property
    def most(self):
        """What the assignment is worth, with what a person reads."""
        return sum(part.points for part in self.parts)


def read_outline(course, assignment):
    """Return the outline of an assignment.

    Parameters
    ----------
    course : Path
        The folder of the course.
    assignment : str
        Such as ``"01-momentum"``.

    Raises
    ------
    UsageError
        If there are no such notebooks, or nothing in them is scored.
    """
    folder = Path(course) / "notebooks" / assignment
    known = sorted({path.parent.name for path in folder.parent.glob("[!.]*/*.ipynb")})
    if assignment not in known:
        raise UsageError(
            f"expected the name of an assignment, got {assignment!r}; there are: {', '.join(known)}"
        )
    released = {path.stem: read_notebook(path) for path in sorted(folder.glob("*.ipynb"))}
    parts = tuple(
        Part(
            roles["grade_id"].removesuffix("" if roles["solution"] else SUFFIX),
            name,
            float(roles["points"]),
            bool(roles["solution"]),
        )
        for name, notebook in released.items()
        for roles in (cell.metadata.get("nbgrader", {}) for cell in notebook.cells)
        if roles.get("grade")
    )
    outline = Outline(assignment, parts, released)
    if not outline.exercises:
        raise UsageError(f"expected exercises in {folder}, got none")
    return outline
