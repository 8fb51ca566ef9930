"""The course's grade: what all assignments come to for everybody, and what followed the hints.

A share of the points of every assignment, weighted; the lowest may be dropped. Who handed in
nothing has 0 there. Who could not be graded in one has no total yet, which is not 0.
"""

import csv
import io
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from pathlib import Path

from course_utils.staff.files import write_atomically

from ..pages.html import render
from ..pages.report import distribution, identical, similar
from ..pages.similarity import MOST_SHARED
from ..records.people import People, Person
from ..text import spreadsheet_cell, visible


@dataclass(frozen=True)
class Marked:
    """One assignment, with what everybody has in it.

    Parameters
    ----------
    outline : Outline
    entries : dict of str to Entry
    finals : dict of str to Final
    hand_ins : dict of str to list of HandIn
    """

    outline: object
    entries: dict
    finals: dict
    hand_ins: dict


@dataclass
class Line:
    """One person in the table of the term.

    Parameters
    ----------
    person : Person
    points : dict of str to float or None
        By assignment; None if it was not graded, and nothing where nothing was handed in.
    dropped : tuple of str
        The assignments that do not count.
    total : float or None
        Out of 100; None if there is none yet.
    note : str
        Why there is none, or what else to look at.
    """

    person: Person
    points: dict = field(default_factory=dict)
    dropped: tuple = ()
    total: float | None = None
    note: str = ""


def table(term, marked):
    """Return a line for everybody on the roster or with a hand-in, in the order of names.

    Parameters
    ----------
    term : Term
    marked : list of Marked
    """
    people, owners = People(term.people), defaultdict(lambda: defaultdict(list))
    for person in people.persons:
        owners[person] = defaultdict(list)
    for one in marked:
        for student in one.entries:
            found = people.find(student)
            person = found[0] if len(found) == 1 else Person(student)
            owners[person][one.outline.assignment].append(student)
    lines = [_line(term, marked, person, folders) for person, folders in owners.items()]
    for line in lines:
        if people.persons and line.person not in people.persons:
            line.total, line.note = None, "is not on the roster"
    return sorted(lines, key=lambda line: (line.person.name or line.person.student).casefold())


def _line(term, marked, person, folders):
    line, shares = Line(person), {}
    for one in marked:
        assignment = one.outline.assignment
        students = folders.get(assignment, [])
        if len(students) > 1:
            line.note = f"two hand-ins for {assignment}: {' and '.join(students)}"
            line.points[assignment] = None
        elif students:
            final = one.finals.get(students[0])
            line.points[assignment] = final and final.points
            if final is None:
                line.note = f"{assignment} is not graded"
        points = line.points.get(assignment, 0.0)
        shares[assignment] = None if points is None else points / one.outline.most
    if None not in shares.values():
        line.total, line.dropped = _total(term, shares, _weights(term, marked))
    return line


def _weights(term, marked):
    """Return what each assignment weighs: as said, else its points."""
    return {
        one.outline.assignment: term.weights.get(one.outline.assignment, one.outline.most)
        for one in marked
    }


def _total(term, shares, weights):
    counting = sorted((name for name in shares if weights[name] > 0), key=lambda name: shares[name])
    drop = min(term.drop_lowest, len(counting) - 1)
    dropped = tuple(counting[: max(drop, 0)])
    counting = [name for name in counting if name not in dropped]
    whole = sum(weights[name] for name in counting)
    if not whole:
        return None, dropped
    return 100 * sum(weights[name] * shares[name] for name in counting) / whole, dropped


def followed(marked):
    """Return, for every hint that somebody read and then handed in again, what came after it.

    Parameters
    ----------
    marked : list of Marked

    Returns
    -------
    list of dict
        With the exercise, the mistake's name, how many handed in again, and of them how many were
        better and all right. The most frequent first.
    """
    again, better, right = Counter(), Counter(), Counter()
    for one in marked:
        for versions in one.hand_ins.values():
            results = [version.entry.result["exercises"] for version in versions]
            for before, after in pairwise(results):
                for slug in before.keys() & after.keys():
                    old, new = before[slug], after[slug]
                    judged = new["points"] is not None  # else a person has to look
                    if judged and old["diagnosis"] and old["points"] < old["max_points"]:
                        key = slug, old["diagnosis"]
                        again[key] += 1
                        better[key] += new["points"] > old["points"]
                        right[key] += new["points"] >= new["max_points"]
    return [
        {
            "exercise": slug,
            "name": name.replace("_", " "),
            "again": count,
            "better": better[slug, name],
            "right": right[slug, name],
        }
        for (slug, name), count in sorted(again.items(), key=lambda item: (-item[1], item[0]))
    ]


def alike_in_several(marked, notebooks):
    """Return pairs of students who wrote alike in two lessons or more, with the lessons.

    Parameters
    ----------
    marked : list of Marked
    notebooks : callable
        Digest -> canonical source.
    """
    lessons = defaultdict(list)
    for one in marked:
        cohort = [("", one.entries, notebooks)]
        pairs = {frozenset((pair.one, pair.other)) for pair in similar(one.outline, cohort)}
        for group in identical(cohort):
            if len(group) <= MOST_SHARED:  # what many wrote alike says nothing
                pairs |= {frozenset(pair) for pair in combinations(group, 2)}
        for pair in pairs:
            lessons[pair].append(one.outline.assignment)
    several = [(sorted(pair), names) for pair, names in lessons.items() if len(names) > 1]
    return sorted(several, key=lambda item: (-len(item[1]), item[0]))


def write_table(term, marked, lines, root, alike=None):
    """Write the table of the term.

    Parameters
    ----------
    term : Term
    marked : list of Marked
        At least one.
    lines : list of Line
        As `table` returns them.
    root : Path
        The grading folder.
    alike : list, optional
        As `alike_in_several` returns it, if anybody asked.

    Returns
    -------
    list of Path
        ``report/course.html`` and ``report/course.csv``.
    """
    totals = [line.total for line in lines if line.total is not None]
    plot = distribution(totals, 100, f"Totals of {len(totals)} people")
    page, sheet = Path(root, "report", "course.html"), Path(root, "report", "course.csv")
    write_atomically(
        page,
        render(
            "course.html",
            title="The course so far",
            lines=lines,
            totals=totals,
            median=statistics.median(totals) if totals else None,
            plot=plot,
            assignments=[_assignment(term, one, marked) for one in marked],
            drop_lowest=term.drop_lowest,
            hints=followed(marked),
            alike=alike,
            table=sheet.name,
        ),
    )
    write_atomically(sheet, _as_csv(marked, lines))
    return [page, sheet]


def _assignment(term, one, marked):
    """Return what the page says about an assignment; places in its picture are percents."""
    most = one.outline.most
    shares = sorted(100 * final.points / most for final in one.finals.values())
    low, middle, high = (
        statistics.quantiles(shares, n=4, method="inclusive") if len(shares) > 1 else shares * 3
    ) or (0.0, 0.0, 0.0)
    weights = _weights(term, marked)
    whole = sum(weights.values())
    return {
        "name": one.outline.assignment,
        "handed_in": len(one.entries),
        "graded": len(one.finals),
        "most": most,
        "weight": weights[one.outline.assignment] / whole if whole else 0.0,
        "low": low,
        "middle": middle,
        "high": high,
        "waits": sum(final.waits for final in one.finals.values()),
    }


def _as_csv(marked, lines):
    names = [one.outline.assignment for one in marked]
    rows = [["student", "name", "section", *names, "total_of_100", "dropped", "note"]]
    for line in lines:
        person = line.person
        points = [line.points.get(name) for name in names]
        rows.append(
            [
                *(person.student, person.name, person.section),
                *points,
                None if line.total is None else round(line.total, 2),
                " ".join(line.dropped),
                line.note,
            ]
        )
    file = io.StringIO()
    csv.writer(file).writerows(
        [spreadsheet_cell(visible(cell) if isinstance(cell, str) else cell) for cell in row]
        for row in rows
    )
    return file.getvalue()
