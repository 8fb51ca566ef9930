"""Cohorts that hand in: from the release notebooks and the registry's bank of answers."""

import dataclasses
import json
import random
from pathlib import Path

from course_utils.app.places import short_name
from course_utils.staff.grading.cohort import find_submissions, grade, trusted_grader
from course_utils.staff.grading.pools import in_this_process
from course_utils.staff.grading.records import gradebook
from course_utils.staff.grading.records.ledger import writing
from course_utils.staff.grading.results import GRADED, ExerciseResult, Result
from course_utils.staff.grading.submissions.outline import read_outline
from course_utils.staff.grading.submissions.release import read_release
from course_utils.staff.registry import EXERCISES
from support import ROOT

LESSON = "01-momentum"


def released(lesson=LESSON):
    """Return the release notebooks of a lesson as JSON data, by name."""
    paths = sorted((ROOT / "notebooks" / lesson).glob("*.ipynb"))
    return {path.stem: json.loads(path.read_text("utf-8")) for path in paths}


def exercises(lesson=LESSON):
    return [one for one in EXERCISES.values() if one.lesson == short_name(lesson)]


#: What lesson 1's exercises are worth together, and with its reflections.
POINTS = float(sum(exercise.points for exercise in exercises()))
MOST = float(sum(part.points for part in read_outline(ROOT, LESSON).parts))


def right(lesson=LESSON):
    """Return right answers, by slug."""
    return {exercise.slug: exercise.variants[0].source for exercise in exercises(lesson)}


def hand_in(root, student, answers, lesson=LESSON, timestamp=None):
    """Hand in the release notebooks with these answers (by grade_id); return the folder."""
    folder = Path(root, "submitted", student, lesson)
    folder.mkdir(parents=True, exist_ok=True)
    for name, notebook in released(lesson).items():
        for cell in notebook["cells"]:
            slug = cell["metadata"].get("nbgrader", {}).get("grade_id")
            cell["source"] = answers.get(slug, cell["source"])
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp)
    return folder


def mixed(number, lesson=LESSON):
    """Return the answers of an imaginary student: two in three right, the others from the bank."""
    luck = random.Random(number)
    answers = {}
    for exercise in exercises(lesson):
        bank = exercise.variants if luck.random() < 2 / 3 else exercise.misconceptions
        answers[exercise.slug] = f"# {number}\n" + luck.choice(bank).source
    return answers


def imagined(submission, seed):
    """Score without running anything: an answer with the word "wrong" in it earns a third.

    Stands in for the sandbox where a test is about what happens to scores afterwards.
    """
    scored = {}
    for cells in submission.notebooks.values():
        for slug, source in cells.items():
            most = float(EXERCISES[slug].points)
            wrong = "wrong" in source
            scored[slug] = ExerciseResult(
                points=round(most / 3, 2) if wrong else most,
                max_points=most,
                diagnosis="walks_uphill" if wrong else None,
                hint="Which sign leads down?" if wrong else None,
                message=f"{slug}: {'not right yet' if wrong else 'all right'} (seed {seed}).",
                seconds=0.01,
            )
    total = sum(one.points for one in scored.values())
    most = sum(one.max_points for one in scored.values())
    return Result(GRADED, "", submission.flags, total, most, scored).to_json()


def grader(score=imagined, seed=7, lesson=LESSON):
    """Return a grader of the course's own release, with a scorer of one's own."""
    outline = read_outline(ROOT, lesson)
    release = read_release(ROOT, lesson)
    trusted = trusted_grader(outline, release, seed)
    return dataclasses.replace(trusted, score=score)


def grade_folder(root, score=imagined, seed=7, pool=in_this_process, **options):
    """Grade all that was handed in; return how many were scored, and the current entries."""
    with writing(root) as ledger:
        folders = find_submissions(root, LESSON)
        scored = grade(ledger, grader(score, seed), folders, pool, **options)
        return scored, ledger.current(LESSON)


def synchronised(root, url=None):
    """Bring a gradebook in line with a folder's ledger; return how many students changed."""
    outline = read_outline(ROOT, LESSON)
    url = url or gradebook.default_url(root)
    with writing(root) as ledger, gradebook.connected(url, ROOT) as book:
        entries = ledger.current(LESSON)
        return gradebook.synchronise(book, outline, ROOT, root, entries, ledger)
