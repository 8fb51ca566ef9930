"""Record what the grader left behind before the package was rebuilt: `old_grading.json`.

Run it by the code of that day, with the tests' helpers of that day, in an empty folder::

    git worktree add --detach ../old 4027915
    PYTHONPATH=../old:../old/tests python tests/data/record_old_grading.py FOLDER

Ada has everything right and two points for her words, Bob makes one mistake, Eve hands in half a
file.
"""

import json
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import small_course
from course_utils.cli import main
from course_utils.exercises.registry import EXERCISES
from course_utils.release import release
from nbgrader.api import Gradebook

LESSON = "01-small"
RIGHT = {slug: EXERCISES[slug].variants[0].source for slug in small_course.EXERCISES}
WRONG = next(
    one.source
    for one in EXERCISES["momentum-step"].misconceptions
    if one.name == "averages_instead_of_summing"
)
ANSWERS = {
    "ada": {**RIGHT, "reflect-bump": "The momentum still points downhill: it overshoots."},
    "bob": {**RIGHT, "momentum-step": WRONG, "reflect-bump": "I do not know."},
}


def record(course):
    """Grade a small cohort in an empty folder; return the files, and both databases as SQL."""
    grading = course / "grading"
    small_course.write_course(course)
    assert release(course, exercises=small_course.EXERCISES).findings == []
    released = course / "notebooks" / LESSON / f"{LESSON}.ipynb"
    texts = {released: released.read_text("utf-8")}
    for student, answers in ANSWERS.items():
        notebook = json.loads(texts[released])
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            cell["source"] = answers.get(name, cell["source"])
        texts[grading / "submitted" / student / LESSON / f"{LESSON}.ipynb"] = json.dumps(notebook)
    texts[grading / "submitted" / "eve" / LESSON / f"{LESSON}.ipynb"] = '{"cells": ['
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    os.chdir(course)
    assert main(["grade", LESSON, "--root", str(grading), "--workers", "1", "--seed", "7"]) == 3
    with closing(Gradebook(f"sqlite:///{grading / 'gradebook.db'}")) as gradebook:
        grade = gradebook.find_grade("reflect-bump", LESSON, LESSON, "ada")
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        gradebook.db.commit()
    texts |= {path: path.read_text("utf-8") for path in (grading / "autograded").rglob("*.ipynb")}
    return {
        "files": {path.relative_to(course).as_posix(): text for path, text in texts.items()},
        "ledger": dump(grading / "ledger.db"),
        "gradebook": dump(grading / "gradebook.db"),
    }


def dump(path):
    """Return a database as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())


if __name__ == "__main__":
    recorded = json.dumps(record(Path(sys.argv[1]).resolve()), indent=0)
    Path(__file__).with_name("old_grading.json").write_text(recorded + "\n", "utf-8")
