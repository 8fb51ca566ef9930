"""The instructor's report: how a cohort did, what it got wrong, and what to look at.

`summarise` counts, from the ledger's entries; `write_report` writes ``report/<assignment>.html``
and ``.csv``, which hold the same numbers.
"""

import csv
import io
import math
import statistics
from collections import defaultdict
from pathlib import Path

from course_utils.staff.files import write_atomically

from ..flags import known
from ..text import spreadsheet_cell, visible
from .html import points, render
from .similarity import alike

OTHER = "another mistake"
SLOWEST = 10
_BAR_WIDTHS = (0.5, 1, 2, 2.5, 5, 10, 20, 50, 100)
_MOST_BARS = 14


def summarise(outline, entries):
    """Count.

    Parameters
    ----------
    outline : Outline
    entries : list of Entry
        The current one of every student; at least one.

    Returns
    -------
    dict
        What the template shows.
    """
    graded = [entry for entry in entries if entry.graded]
    totals = [entry.result["points"] for entry in graded]
    newest = max(entries, key=lambda entry: entry.id)
    seconds = {entry.student: entry.seconds for entry in graded}
    slowest = sorted(seconds, key=lambda student: -seconds[student])[:SLOWEST]
    return {
        "assignment": outline.assignment,
        "at": newest.at.replace("T", " ").replace("+00:00", " UTC"),
        "version": newest.grader_version,
        "seed": newest.seed,
        "most": outline.max_points,
        "everybody": len(entries),
        "graded": len(graded),
        "median": statistics.median(totals) if totals else None,
        "mean": statistics.fmean(totals) if totals else None,
        "perfect": _share(sum(total >= outline.max_points for total in totals), graded),
        "plot": distribution(
            totals, outline.max_points, f"Points of {len(totals)} graded submissions"
        ),
        "not_graded": [
            {"student": entry.student, "reason": entry.result["reason"]}
            for entry in entries
            if not entry.graded
        ],
        "exercises": [_exercise(part, graded) for part in outline.exercises],
        "misconceptions": _misconceptions(outline, graded),
        "flags": _flags(entries),
        "repairs": [
            {"student": entry.student, "sentence": sentence}
            for entry in entries
            for sentence in _repairs(entry)
        ],
        "median_seconds": statistics.median(seconds.values()) if seconds else 0.0,
        "slowest": [{"student": student, "seconds": seconds[student]} for student in slowest],
    }


def write_report(outline, entries, finals, notebooks, root, earlier=()):
    """Write the report of an assignment.

    Parameters
    ----------
    outline : Outline
    entries : dict of str to Entry
        By student; at least one.
    finals : dict of str to Final
        What counts, by student.
    notebooks : callable
        Digest -> canonical source.
    root : Path
        The grading folder.
    earlier : sequence of (str, dict, callable)
        Cohorts to compare with, of other years: a name, entries, and notebooks.

    Returns
    -------
    list of Path
        The page and the table.
    """
    cohorts = [("", entries, notebooks), *earlier]
    entries = list(entries.values())
    summary = summarise(outline, entries)
    summary["counts"] = _counts(outline, finals)
    summary["identical"] = identical(cohorts)
    summary["similar"] = similar(outline, cohorts)
    page = Path(root, "report", f"{outline.assignment}.html")
    table = page.with_suffix(".csv")
    title = f"{outline.assignment}: report"
    write_atomically(page, render("report.html", title=title, table=table.name, **summary))
    write_atomically(table, _table(summary))
    return [page, table]


def _counts(outline, finals):
    """Return what counts in the end, and whose points lateness or an earlier hand-in changed."""
    scores = [final.points for final in finals.values()]
    return {
        "most": outline.most,
        "median": statistics.median(scores) if scores else None,
        "mean": statistics.fmean(scores) if scores else None,
        "waits": sum(final.waits for final in finals.values()),
        "remarks": [
            {
                "student": student,
                "score": final.points,
                "penalty": final.penalty,
                "remark": final.remark,
            }
            for student, final in finals.items()
            if final.remark or final.penalty
        ],
    }


def _share(part, whole):
    return part / len(whole) if whole else 0.0


def _exercise(part, graded):
    results = [entry.result["exercises"].get(part.name) for entry in graded]
    # None by an earlier release, and without points where a person has to look.
    earned = [result["points"] for result in results if result and result["points"] is not None]
    full = sum(one >= part.points for one in earned)
    none = sum(one <= 0 for one in earned)
    counts = {"whole": full, "some": len(earned) - full - none, "nothing": none}
    strip, x = [], 0.0
    for kind, count in counts.items():
        width = 100 * _share(count, earned)
        strip.append({"kind": kind, "x": f"{x:.2f}", "width": f"{width:.2f}"})
        x += width
    return {
        "name": part.name,
        "most": part.points,
        "full": full,
        "part": counts["some"],
        "none": none,
        "pass_rate": _share(full, earned),
        "mean": statistics.fmean(earned) if earned else 0.0,
        "strip": strip,
    }


def _misconceptions(outline, graded):
    """Return who fell for what, counted.

    Mistakes without a name of their own are `OTHER`. Those of two or more students that returned
    the same on the same inputs are a row, with the words that one of them read, so that one new
    hint helps all of them. What is not written yet is no mistake.
    """
    students, exercises = defaultdict(list), {}
    for entry in graded:
        for slug, exercise in entry.result["exercises"].items():
            earned = exercise["points"]
            wrong = earned is not None and earned < exercise["max_points"]
            if wrong and not _is_unwritten(exercise):
                name = exercise["diagnosis"] or OTHER
                key = slug, name, "" if exercise["diagnosis"] else exercise.get("answers", "")
                students[key].append(entry.student)
                exercises.setdefault(key, exercise)
    for key in [key for key, who in students.items() if key[2] and len(who) == 1]:
        students[key[0], OTHER, ""] += students.pop(key)
        exercises.setdefault((key[0], OTHER, ""), exercises[key])
    place = {part.name: number for number, part in enumerate(outline.exercises)}

    def rank(key):
        slug, name, answers = key
        return -len(students[key]), place.get(slug, -1), name == OTHER, answers

    rows = []
    for slug, name, answers in sorted(students, key=rank):
        who, exercise = students[slug, name, answers], exercises[slug, name, answers]
        hint = exercise["hint"] if exercise["diagnosis"] else ""
        rows.append(
            {
                "exercise": slug,
                "name": name,
                "words": "the same other mistake" if answers else name.replace("_", " "),
                "hint": _shown(exercise, who[0]) if answers else hint or "",
                "count": len(who),
                "share": _share(len(who), graded),
            }
        )
    return rows


def _is_unwritten(exercise):
    return exercise.get("problem") == "not-written"


def _shown(exercise, student):
    """Return what a student with a mistake of no name reads, in one line."""
    lines = exercise["message"].splitlines()[1:-1]
    return f"{student}: {' '.join(' '.join(lines).split())}"


def _flags(entries):
    students = defaultdict(list)
    for entry in entries:
        for flag in entry.result["flags"]:
            students[flag].append(entry.student)
    order = sorted(students, key=lambda flag: (-len(students[flag]), flag))
    meanings = {flag: flag.meaning for flag in known(order)}
    return [
        {"flag": name, "meaning": meanings.get(name, ""), "students": students[name]}
        for name in order
    ]


def _repairs(entry):
    """Return what was done to find a student's answers, and what a person has to look at."""
    return [
        *entry.result.get("repairs", []),
        *(one["message"] for one in entry.result["exercises"].values() if one["points"] is None),
    ]


def identical(cohorts):
    """Return groups of students with the same answers, where those earned anything.

    Parameters
    ----------
    cohorts : sequence of (str, dict, callable)
        The cohort that is looked at, and others: a name, entries, and notebooks. Students of the
        others stand in a group with their cohort's name.
    """
    groups = defaultdict(list)
    for number, (name, entries, _) in enumerate(cohorts):
        for entry in entries.values():
            if (
                entry.graded
                and entry.result["points"] > 0
                and (not number or entry.digest in groups)
            ):
                groups[entry.digest].append(_labelled(name, entry))
    alike = [group for group in groups.values() if len(group) > 1]
    return sorted(alike, key=lambda group: -len(group))


def similar(outline, cohorts):
    """Return pairs of which one is of the first cohort; see `identical` and `similarity.alike`."""
    answers = {part.name for part in outline.exercises}
    once = {}  # who wrote the same, character by character, is said already
    for name, entries, notebooks in cohorts:
        for entry in entries.values():
            if entry.graded:
                once.setdefault(entry.digest, (_labelled(name, entry), notebooks))
    code = ((who, _code(notebooks(digest), answers)) for digest, (who, notebooks) in once.items())
    return alike(code, _code(_released(outline), answers), among=set(cohorts[0][1]))


def _labelled(name, entry):
    return f"{name}: {entry.student}" if name else entry.student


def distribution(totals, most, of):
    """Return bars and their words for the distribution of points.

    Parameters
    ----------
    totals : list of float
    most : float
        What can be earned.
    of : str
        What the points are of, such as "Points of 7 graded submissions".
    """
    step = next(width for width in _BAR_WIDTHS if most / width <= _MOST_BARS)
    number = max(1, math.ceil(most / step))
    counts = [0] * number
    for total in totals:
        counts[min(int(total / step), number - 1)] += 1
    width, floor, top, gap = 760, 200, 24, 6
    slot, tallest = width / number, max([*counts, 1])
    bars = []
    for place, count in enumerate(counts):
        height = (floor - top) * count / tallest
        ends = (place * step, min((place + 1) * step, most))
        bars.append(
            {
                "x": round(place * slot + gap / 2, 1),
                "y": round(floor - height, 1),
                "width": round(slot - gap, 1),
                "height": round(height, 1),
                "middle": round((place + 0.5) * slot, 1),
                "count": count,
                "label": f"{ends[0]:g}–{ends[1]:g}",
            }
        )
    alt = ""
    if totals:
        low, _, high = statistics.quantiles(totals, n=4) if len(totals) > 1 else totals * 3
        alt = (
            f"{of}, from {points(min(totals))} to {points(max(totals))}; "
            f"the middle half lies between {points(low)} and {points(high)}."
        )
    return {"width": width, "height": floor + 24, "floor": floor, "bars": bars, "alt": alt}


def _released(outline):
    return {
        name: {
            cell.metadata.nbgrader.grade_id: cell.source
            for cell in notebook.cells
            if cell.metadata.get("nbgrader", {}).get("solution")
        }
        for name, notebook in outline.released.items()
    }


def _code(notebooks, answers):
    """Return the code of the exercises, one answer below the other."""
    return "\n\n".join(
        source for cells in notebooks.values() for name, source in cells.items() if name in answers
    )


def _table(summary):
    """Return everything that the page says as one tidy table."""
    rows = [("section", "exercise", "name", "count", "share", "detail")]
    for name in ("everybody", "graded"):
        rows.append(("cohort", "", name, summary[name], None, ""))
    for name in ("mean", "median"):
        rows.append(("cohort", "", name, summary[name], None, f"of {points(summary['most'])}"))
    counts = summary["counts"]
    for name in ("mean", "median"):
        rows.append(("counts", "", name, counts[name], None, f"of {points(counts['most'])}"))
    rows.append(("counts", "", "waits for a person", counts["waits"], None, ""))
    rows += [
        ("counts", "", row["student"], row["score"], None, row["remark"])
        for row in counts["remarks"]
    ]
    for bar in summary["plot"]["bars"] if summary["graded"] else ():
        rows.append(("distribution", "", bar["label"], bar["count"], None, ""))
    for row in summary["exercises"]:
        for name in ("full", "part", "none"):
            share = row[name] / summary["graded"] if summary["graded"] else None
            rows.append(("exercise", row["name"], name, row[name], share, ""))
        rows.append(("exercise", row["name"], "mean", row["mean"], None, ""))
    for row in summary["misconceptions"]:
        rows.append(
            ("misconception", row["exercise"], row["name"], row["count"], row["share"], row["hint"])
        )
    for row in summary["flags"]:
        rows += [("flag", "", row["flag"], None, None, student) for student in row["students"]]
    rows += [
        ("repaired", "", row["student"], None, None, row["sentence"]) for row in summary["repairs"]
    ]
    rows += [
        ("not graded", "", row["student"], None, None, row["reason"])
        for row in summary["not_graded"]
    ]
    rows += [
        ("slow", "", row["student"], row["seconds"], None, "seconds") for row in summary["slowest"]
    ]
    rows += [
        ("identical", "", ", ".join(group), len(group), None, "") for group in summary["identical"]
    ]
    rows += [
        ("similar", "", pair.one, pair.share_one, pair.share_other, pair.other)
        for pair in summary["similar"]
    ]
    file = io.StringIO()
    csv.writer(file).writerows(
        [spreadsheet_cell(visible(value) if isinstance(value, str) else value) for value in row]
        for row in rows
    )
    return file.getvalue()
