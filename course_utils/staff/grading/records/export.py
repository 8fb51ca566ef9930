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
        What the gradebook makes of it: with points by hand, extra credit, late penalty, and at
        most ``most``. None if there is no score or no gradebook.
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

    @property
    def final(self):
        """What a platform is told: the gradebook's score, else the points."""
        return self.points if self.score is None else self.score


def make_rows(outline, entries, scores):
    """Return a `Row` for every student.

    Parameters
    ----------
    outline : Outline
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
                score=min(score.points, outline.most) if known else None,
                most=outline.most,
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
