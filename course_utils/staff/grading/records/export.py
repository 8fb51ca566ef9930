"""Scores for elsewhere: a CSV of our own, and grade sheets of Canvas and Moodle, filled in.

A submission without a score has an empty cell, never a 0. Nothing that a spreadsheet could take
for a formula leaves here as it is. Of a learning platform's sheet only the grades are written; its
other cells, columns, encoding and separators stay.
"""

import csv
import io
import re
from dataclasses import dataclass

from course_utils.app.places import UsageError

from ..text import spreadsheet_cell, visible

# Where a platform's sheet may name a student, the most exact first.
CANVAS_NAMES = ("SIS User ID", "SIS Login ID", "ID")
MOODLE_NAMES = ("ID number", "Username", "Email address", "Identifier")
# Columns of a Canvas sheet that are no assignment.
_CANVAS_FIXED = {"Student", *CANVAS_NAMES, "Integration ID", "Root Account", "Section", "Notes"}
_MOODLE_GRADE, _MOODLE_WORDS, _MOODLE_MOST = "Grade", "Feedback comments", "Maximum Grade"


@dataclass(frozen=True)
class Row:
    """What is exported of one student.

    Parameters
    ----------
    student, status, reason : str
    flags : tuple of str
    points, max_points : float
        Of the autograded exercises; no points (None) if it is not graded.
    exercises : dict of str to float
    score : float or None
        What the gradebook makes of it: with points by hand, extra credit, late penalty. None if
        there is no score or no gradebook.
    waits : bool
        Whether a reflection has still to be read.
    """

    student: str
    status: str
    reason: str
    flags: tuple
    points: float | None
    max_points: float
    exercises: dict
    score: float | None
    waits: bool

    @property
    def final(self):
        """What a platform is told: the gradebook's score, else the points."""
        return self.points if self.score is None else self.score


def make_rows(entries, scores):
    """Return a `Row` for every student.

    Parameters
    ----------
    entries : dict of str to Entry
    scores : dict of str to gradebook.Score
        Empty if there is no gradebook.
    """
    rows = []
    for student, entry in entries.items():
        result, score = entry.result, scores.get(student)
        known = entry.graded and score is not None
        rows.append(
            Row(
                student=student,
                status=result["status"],
                reason=result["reason"] or "",
                flags=tuple(result["flags"]),
                points=result["points"],
                max_points=result["max_points"],
                exercises={slug: one["points"] for slug, one in result["exercises"].items()},
                score=score.points if known else None,
                waits=known and score.waits,
            )
        )
    return rows


def as_csv(outline, rows):
    """Return a table of everybody: points, each exercise, status, flags.

    Parameters
    ----------
    outline : Outline
    rows : list of Row
    """
    slugs = [part.name for part in outline.exercises]
    head = [
        "student",
        "assignment",
        "status",
        "points",
        "max_points",
        "score",
        "waits_for_a_person",
    ]
    lines = [[*head, *slugs, "flags", "note"]]
    for row in rows:
        lines.append(
            [
                row.student,
                outline.assignment,
                row.status,
                row.points,
                row.max_points,
                row.score,
                "yes" if row.waits else "no",
                *(row.exercises.get(slug) for slug in slugs),
                " ".join(row.flags),
                row.reason,
            ]
        )
    return _written(lines, csv.excel)


def fill_canvas(outline, rows, sheet):
    """Fill in the grade sheet that Canvas exports.

    Parameters
    ----------
    outline : Outline
        The column is the one that begins with the assignment's name; one is added if none does.
    rows : list of Row
    sheet : str
        The sheet's text.

    Returns
    -------
    str
        The sheet, filled in.
    list of str
        Students who have no line in it.

    Raises
    ------
    UsageError
        If it is no such sheet, or a student stands there twice.
    """
    head, lines, dialect = _read(sheet, "Canvas", {"Student"}, CANVAS_NAMES)
    title = re.compile(re.escape(outline.assignment) + r"( \(\d+\))?")
    columns = [name for name in head if name not in _CANVAS_FIXED and title.fullmatch(name.strip())]
    if len(columns) > 1:
        raise UsageError(f"expected one column for {outline.assignment}, got {', '.join(columns)}")
    if not columns:
        columns = [outline.assignment]
        head.append(outline.assignment)
        for line in lines:
            # Canvas makes a new assignment of a new column, out of what its second line says.
            line.append(
                spreadsheet_cell(_most(outline)) if line[0].strip() == "Points Possible" else ""
            )
    place = head.index(columns[0])
    students = [
        line for line in lines if line[0].strip() not in ("Points Possible", "Student, Test")
    ]

    def put(line, row):
        line[place] = spreadsheet_cell(_rounded(row.final))

    absent = _fill(head, students, rows, CANVAS_NAMES, put)
    return _written([head, *lines], dialect), absent


def fill_moodle(outline, rows, sheet):
    """Fill in the grading worksheet that Moodle exports; see `fill_canvas`.

    A student is found by ID number, user name, e-mail address (or the part before the @) or
    "Participant 123". Who has no score gets a note where there are no comments yet.
    """
    head, lines, dialect = _read(sheet, "Moodle", {_MOODLE_GRADE}, MOODLE_NAMES)
    place = head.index(_MOODLE_GRADE)
    words = head.index(_MOODLE_WORDS) if _MOODLE_WORDS in head else None

    def put(line, row):
        line[place] = spreadsheet_cell(_rounded(row.final))
        if words is not None and row.final is None and not line[words].strip():
            line[words] = f"Not graded: {row.reason}."

    absent = _fill(head, lines, rows, MOODLE_NAMES, put)
    return _written([head, *lines], dialect), absent


def _most(outline):
    return sum(part.points for part in outline.parts)


def _rounded(value):
    return None if value is None else round(value, 2)


def _read(sheet, platform, needed, names):
    try:
        dialect = csv.Sniffer().sniff(sheet.partition("\n")[0], delimiters=",;\t")
        dialect.quotechar, dialect.doublequote, dialect.lineterminator = '"', True, "\n"
        lines = list(csv.reader(io.StringIO(sheet, newline=""), dialect, strict=True))
    except csv.Error as error:
        raise UsageError(f"expected a grade sheet of {platform}, got no CSV ({error})") from None
    head = [name.strip() for name in lines[0]] if lines else []
    if not needed <= set(head) or not set(names) & set(head):
        columns = ", ".join(sorted(needed))
        raise UsageError(
            f"expected a grade sheet of {platform} with the columns {columns} and one of "
            f"{', '.join(names)}, got {', '.join(head) or 'an empty file'}"
        )
    lines = [line + [""] * (len(head) - len(line)) for line in lines[1:] if line]
    return head, lines, dialect


def _fill(head, lines, rows, names, put):
    """Put every row where its student stands; return those who stand nowhere."""
    columns = [head.index(name) for name in names if name in head]
    index = {}
    for place in columns:  # an exact name before the part of an address, a better column first
        for line in lines:
            for name in (line[place].strip(), *_short(line[place].strip())):
                if name:
                    index.setdefault(name, []).append((place, line))
    absent = []
    for row in rows:
        found = index.get(row.student, ())
        best = [line for place, line in found if place == found[0][0]]
        if len(best) > 1:
            raise UsageError(f"expected one line for {row.student!r} in the sheet, got {len(best)}")
        if best:
            put(best[0], row)
        else:
            absent.append(row.student)
    return absent


def _short(name):
    """Return other ways in which a platform's name may stand on a student's folder."""
    if match := re.fullmatch(r"Participant (\d+)", name):
        return [match[1]]
    if "@" in name:
        return [name.partition("@")[0]]
    return []


def _written(lines, dialect):
    file = io.StringIO()
    writer = csv.writer(file, dialect, lineterminator="\r\n")
    for line in lines:
        writer.writerow([_kept(cell) for cell in line])
    return file.getvalue()


def _kept(cell):
    """Return a cell as it may leave; Moodle's lone "-", for nothing, is no formula."""
    if isinstance(cell, str):
        return cell if cell == "-" else spreadsheet_cell(visible(cell))
    return spreadsheet_cell(cell)
