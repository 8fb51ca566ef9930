"""Entries of a ledger: one student's, and those of a small cohort with every kind of result."""

import dataclasses

from course_utils.staff.grading.records.export import Row
from course_utils.staff.grading.records.ledger import Entry
from course_utils.staff.grading.results import GRADED, NOT_GRADED, Result, Submission
from course_utils.staff.grading.submissions.outline import read_outline
from support import ROOT
from support.cohorts import LESSON, MOST, imagined, right

OUTLINE = read_outline(ROOT, LESSON)
BROKEN = Result(NOT_GRADED, "the notebook is empty", ("encoding",), max_points=26.0).to_json()
#: A name or answer that does harm on a page which does not escape it.
EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}\x00\x1b[31m\u202e"


def entry(answers=None, student="ada", **changes):
    """Return what the ledger would hold of these answers."""
    answers = right() | (answers or {})
    code = {slug: answers[slug] for slug in (part.name for part in OUTLINE.exercises)}
    submission = Submission(LESSON, GRADED, notebooks={LESSON: code})
    result = {**imagined(submission, 7), **changes}
    return Entry(student, "d", "1", 7, result, "k", at="2026-11-21T05:00:00+00:00", id=1)


def doubtful():
    """Return an entry with an exercise that a person has to judge, and what was repaired."""
    made = entry(flags=["repaired"], repairs=["nesterov-step: taken from cell 24."])
    exercise = made.result["exercises"]["momentum-step"]
    exercise |= {"points": None, "message": "momentum-step: a person will look at it."}
    return made


def cohort():
    """Return entries: two all right, two wrong in one place, one wrong everywhere, one broken."""
    everything = {slug: "wrong" for slug in right()}
    answers = [{}, {}, {"momentum-step": "wrong"}, {"momentum-step": "wrong"}, everything]
    entries = [
        dataclasses.replace(entry(mine, student=f"s{number}"), digest=f"d{number}", id=number)
        for number, mine in enumerate(answers)
    ]
    entries[4].result["exercises"]["momentum-step"]["diagnosis"] = None
    entries[2].result["flags"].append("timed-out")
    return [*entries, dataclasses.replace(entry(student="broken", **BROKEN), id=9)]


def exported(student, points=26.0, score=None, **changes):
    """Return what is exported of a student; without points, of one who is not graded."""
    status = "not graded" if points is None else "graded"
    reason = "the notebook is empty" if points is None else ""
    values = dict(reason=reason, flags=(), max_points=26.0, exercises={}, most=MOST, waits=False)
    score = points if score is None else score
    return Row(student, status, points=points, score=score, **values | changes)
