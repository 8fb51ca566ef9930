"""The sections of a lesson: how long each takes, and what its exercises are worth.

The source notebook alone holds the numbers. A section's minutes are in its heading,
``## 2 · A memory *(16 min)*`` or ``*(deeper, 16 min)*``; those of an exercise or a reflection in a
tag of its answer's cell, ``minutes-8``; points in nbgrader's metadata, which `lint` compares with
the registry. `timetables` writes them into the documents.
"""

import dataclasses
import re
from dataclasses import dataclass, field

_TITLE = re.compile(r"# (.+)")
_HEADING = re.compile(r"^## (\d+) · (.+) \*\((deeper, )?(\d+) min\)\*$", re.MULTILINE)
_NUMBERED = re.compile(r"^## \d", re.MULTILINE)
_TAG = re.compile(r"minutes-(\d+)")


@dataclass(frozen=True)
class Part:
    """An exercise, or a reflection, which is graded by hand.

    Parameters
    ----------
    name : str
        ``grade_id`` of its answer's cell.
    minutes : int
    points : float
    by_hand : bool
    """

    name: str
    minutes: int
    points: float
    by_hand: bool


@dataclass(frozen=True)
class Section:
    """A section of a lesson.

    Parameters
    ----------
    name : str
        Its number, "3"; in a lesson of several notebooks with the notebook's in front, "2.3".
    title : str
        Its heading.
    deeper : bool
        Whether it is for a second reading.
    minutes : int
        How long it takes, its parts included.
    parts : list of Part
        In order.
    """

    name: str
    title: str
    deeper: bool
    minutes: int
    parts: list[Part] = field(default_factory=list)


def read_title(notebook):
    """Return the title of a source notebook, with which its first cell begins, or nothing."""
    found = _TITLE.match(notebook.cells[0].source) if notebook.cells else None
    return found[1] if found and notebook.cells[0].cell_type == "markdown" else ""


def read_lesson(notebooks):
    """Return the sections of a lesson.

    Parameters
    ----------
    notebooks : list of NotebookNode
        Its sources, in order.

    Returns
    -------
    list of Section
    """
    if len(notebooks) == 1:
        return read_sections(notebooks[0])[0]
    return [
        dataclasses.replace(section, name=f"{number}.{section.name}")
        for number, notebook in enumerate(notebooks, 1)
        for section in read_sections(notebook)[0]
    ]


def read_sections(notebook):
    """Return the sections of one source notebook, and what is wrong with them.

    Parameters
    ----------
    notebook : NotebookNode

    Returns
    -------
    list of Section
    list of (int, str, str)
        The index of a cell, what is wrong there, and what mends it.
    """
    points = {
        _roles(cell).get("grade_id", "").removesuffix("-test"): _roles(cell).get("points", 0)
        for cell in notebook.cells
        if _roles(cell).get("grade")
    }
    sections, wrong = [], []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            headings = _HEADING.findall(cell.source)
            if len(headings) < len(_NUMBERED.findall(cell.source)):
                mend = "write it as '## 2 · Title *(16 min)*' or with '*(deeper, 16 min)*'"
                wrong.append((index, "a section's heading without its minutes", mend))
            sections += [
                Section(number, title, bool(deeper), int(minutes))
                for number, title, deeper, minutes in headings
            ]
        if not _roles(cell).get("solution"):
            continue
        minutes = [tag[1] for tag in map(_TAG.fullmatch, cell.metadata.get("tags", [])) if tag]
        if len(minutes) != 1:
            problem = f"{len(minutes) or 'no'} tags with its minutes"
            wrong.append((index, problem, "give it one, such as 'minutes-8'"))
        elif not sections:
            wrong.append((index, "it stands in no section", "write a section's heading above"))
        else:
            name, by_hand = _roles(cell).get("grade_id", ""), bool(_roles(cell).get("grade"))
            section = sections[-1]
            section.parts.append(Part(name, int(minutes[0]), points.get(name, 0), by_hand))
            if sum(part.minutes for part in section.parts) > section.minutes:
                problem = f"with it the exercises take more than their section's {section.minutes}"
                wrong.append((index, f"{problem} min", "give the section more, or this less"))
    return sections, wrong


def _roles(cell):
    return cell.metadata.get("nbgrader", {})
