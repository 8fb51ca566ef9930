"""Answers in words, read by several people: sheets to fill in, second readings, comments to reuse.

Whoever reads gets a sheet with the answers, of a section or of everybody, and sees nobody else's
points in it. Each reading is on the ledger. Where two differ, nobody's counts until somebody
decides.
"""

import csv
import io
import re
from collections import defaultdict
from dataclasses import dataclass, field

from course_utils.app.places import UsageError

from ..records.ledger import Marking
from ..records.sheets import read_table
from ..text import from_spreadsheet_cell, spreadsheet_cell, visible

COMMENTS = "comments.csv"
HEAD = ("student", "name", "section", "question", "version", "most", "answer", "points", "comment")
# Characters that a spreadsheet's cell has room for. A reflection has fewer, unless it is of hidden
# ones, which are written out.
MOST_IN_CELL = 32_000
_CODE = re.compile(r"(?<!\S)#([\w-]+)")


@dataclass(frozen=True)
class Answer:
    """One answer in words, as it stands now.

    Parameters
    ----------
    student : str
    question : str
        Its grade_id.
    version : int
        See `ledger.Marking`.
    most : float
        What it can earn.
    text : str
    """

    student: str
    question: str
    version: int
    most: float
    text: str


@dataclass
class Settled:
    """What the readings of all answers come to.

    Parameters
    ----------
    given : dict of tuple to tuple
        (student, question) -> points and comment, or None where two readings differ.
    differ : list of str
        A line for each of these.
    unread, once, more : int
        How many answers nobody, one person, or more have read.
    """

    given: dict = field(default_factory=dict)
    differ: list = field(default_factory=list)
    unread: int = 0
    once: int = 0
    more: int = 0


def answers(outline, ledger):
    """Return all answers in words that say anything, in the order of students and questions."""
    questions = {part.name: part for part in outline.parts if part.by_hand}
    released = {
        cell.metadata.nbgrader.grade_id: cell.source.strip()
        for notebook in outline.released.values()
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    }
    found = []
    for student in ledger.current(outline.assignment):
        version, words = ledger.reflections(outline.assignment, student)
        found += [
            Answer(student, name, version, part.points, words[name])
            for name, part in questions.items()
            if words.get(name, "").strip() not in ("", released[name])
        ]
    return found


def as_sheet(found, markings, people, marker, section=None):
    """Return a sheet for somebody to fill in, as text, with what this one has given so far.

    Parameters
    ----------
    found : list of Answer
    markings : list of Marking
    people : People
    marker : str
    section : str, optional
        Only of people in this one.
    """
    own = {
        (one.student, one.question, one.version): one for one in markings if one.marker == marker
    }
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEAD)
    for answer in found:
        persons = people.find(answer.student)
        person = persons[0] if len(persons) == 1 else None
        if section is not None and (person is None or person.section != section):
            continue
        mine = own.get((answer.student, answer.question, answer.version))
        cells = (
            answer.student,
            person.name if person else "",
            person.section if person else "",
            answer.question,
            answer.version,
            answer.most,
            visible(answer.text)[:MOST_IN_CELL],
            mine and mine.points,
            mine.comment if mine else "",
        )
        writer.writerow([spreadsheet_cell(cell) for cell in cells])
    return file.getvalue()


def from_sheet(data, found, comments, marker, decides):
    """Return what a filled-in sheet gives: lines without points are skipped.

    Parameters
    ----------
    data : bytes
    found : list of Answer
    comments : dict of str to str
        Comments to reuse: "#code" in a comment stands for its text.
    marker : str
    decides : bool

    Returns
    -------
    list of Marking

    Raises
    ------
    UsageError
        If a line is about no answer that stands there now, or its points are none.
    """
    head, lines, _, _ = read_table(data)
    if missing := {"student", "question", "version", "points", "comment"} - set(head):
        raise UsageError(f"expected a sheet with the columns {', '.join(sorted(missing))}")
    known = {(one.student, one.question, str(one.version)): one for one in found}
    given = []
    for number, line in enumerate(lines, 2):
        cells = dict(zip(head, map(from_spreadsheet_cell, line), strict=False))
        if not cells["points"].strip():
            continue
        answer = known.get((cells["student"], cells["question"], cells["version"].strip()))
        if answer is None:
            raise UsageError(
                f"expected in line {number} an answer as it stands now, got one that is gone or "
                "was changed since: make the sheet anew"
            )
        points = _points(cells["points"], answer.most, number)
        comment = _CODE.sub(lambda code: comments.get(code[1], code[0]), cells["comment"].strip())
        given.append(
            Marking(
                *(answer.student, answer.question, answer.version),
                *(marker, points, comment, decides),
            )
        )
    return given


def _points(text, most, number):
    try:
        points = float(text.replace(",", "."))
    except ValueError:
        points = -1.0
    if not 0 <= points <= most:
        raise UsageError(f"expected in line {number} points from 0 to {most:g}, got {text!r}")
    return points


def read_comments(path):
    """Return the comments to reuse, by code, from a table with the columns code and text.

    Raises
    ------
    UsageError
        If it is no such table.
    """
    try:
        head, lines, _, _ = read_table(path.read_bytes())
    except FileNotFoundError:
        return {}
    if head[:2] != ["code", "text"]:
        raise UsageError(f"expected the columns code and text in {path}, got {', '.join(head)}")
    return {line[0].strip().removeprefix("#"): line[1] for line in lines}


def settle(found, markings):
    """Return what the readings of the answers as they stand now come to.

    Parameters
    ----------
    found : list of Answer
    markings : list of Marking
        In order: of one person the last counts.
    """
    readings = defaultdict(dict)
    for one in markings:
        readings[one.student, one.question, one.version].pop(one.marker, None)
        readings[one.student, one.question, one.version][one.marker] = one
    settled = Settled()
    for answer in found:
        key = answer.student, answer.question
        mine = list(readings.get((*key, answer.version), {}).values())
        settled.unread += not mine
        settled.once += len(mine) == 1
        settled.more += len(mine) > 1
        deciding = [one for one in mine if one.decides][-1:] or mine
        if len({one.points for one in deciding}) > 1:
            settled.given[key] = None
            said = ", ".join(f"{one.points:g} by {one.marker}" for one in mine)
            settled.differ.append(f"{answer.student} {answer.question}: {said}")
        elif deciding:
            words = dict.fromkeys(one.comment for one in deciding if one.comment)
            settled.given[key] = deciding[0].points, "\n\n".join(words)
    return settled


def earlier(markings):
    """Return the points that were ever given here, by student and question."""
    points = defaultdict(set)
    for one in markings:
        points[one.student, one.question].add(one.points)
    return points
