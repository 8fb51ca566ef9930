"""Scores for elsewhere: what is exported of each student, and a CSV of our own.

A submission without a score has an empty cell, never a 0. Nothing that a spreadsheet could take
for a formula leaves here as it is.
"""

import csv
import io
from dataclasses import dataclass

from ..text import spreadsheet_cell, visible


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
        What counts, and a platform is told: with points by hand, extra credit and late penalty, at
        most ``most``; None if it is not graded.
    most : float
        What the whole assignment is worth, with what a person reads.
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
    most: float
    waits: bool


def make_rows(outline, entries, finals):
    """Return a `Row` for every student.

    Parameters
    ----------
    outline : Outline
    entries : dict of str to Entry
    finals : dict of str to finals.Final
        Of those who have a score.
    """
    rows = []
    for student, entry in entries.items():
        result, final = entry.result, finals.get(student)
        rows.append(
            Row(
                student=student,
                status=result["status"],
                reason=result["reason"] or "",
                flags=tuple(result["flags"]),
                points=result["points"],
                max_points=result["max_points"],
                exercises={slug: one["points"] for slug, one in result["exercises"].items()},
                score=final.points if final else None,
                most=outline.most,
                waits=bool(final and final.waits),
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
        "max_score",
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
                row.most,
                "yes" if row.waits else "no",
                *(row.exercises.get(slug) for slug in slugs),
                " ".join(row.flags),
                row.reason,
            ]
        )
    return _written(lines)


def _written(lines):
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    for line in lines:
        writer.writerow(
            [spreadsheet_cell(visible(cell) if isinstance(cell, str) else cell) for cell in line]
        )
    return file.getvalue()
