"""What an instructor does, with nbgrader's own commands, in a course of its own.

Lesson 1 goes all the way, from the release to the exported grades. Every other lesson is released
and graded once, with a submission that is right and wrong by turns.
"""

import csv
import html
import os
import re
import subprocess
import sys

import nbformat
import pytest

from course_utils.app.places import short_name
from course_utils.exercises.cases import load
from course_utils.exercises.check import replies_of
from course_utils.exercises.judge import judge
from course_utils.staff.authoring.assignments import build_student_notebook, read_config
from course_utils.staff.authoring.lint import describe
from course_utils.staff.authoring.notebooks import read_notebook, tidy
from course_utils.staff.registry import EXERCISES
from support import ROOT

LESSON = "01-momentum"
MINE = {slug: one for slug, one in EXERCISES.items() if one.lesson == short_name(LESSON)}

# Every second exercise of the half right submission is wrong, in a way that has a name.
WRONG = {
    "momentum-step": "averages_instead_of_summing",
    "momentum-speedup": "divides_by_zero_at_one",  # partly right
    "acceleration-measure": "counts_zero_as_negative",  # partly right
    "nesterov-step": "looks_back",
    "momentum-training": "forgets_the_momentum_every_epoch",
}


# What it earns. Core cases carry 75 %, edge cases 25 % of the points; edge cases count for a
# returned value only if all its core cases are right.
HALF = {
    "gradient-descent-step": 2,
    "momentum-step": 0,  # no core case is right, in neither value
    "momentum-speedup": 1.78,  # alpha = 1 is 3 + 1 of 9 edge shares: 2 (1 - 4/9 25 %)
    "acceleration-measure": 2.86,  # g1 = 0 is 2 of 11 edge shares: 3 (1 - 2/11 25 %)
    "acceleration-counterexample": 2,
    "stability-limit": 2,
    "convert-momentum": 3,
    "nesterov-step": 0,  # no core case is right, in neither value
    "momentum-training": 0,  # no core case is right: they all have several epochs
}


class Course:
    """A copy of the sources with grading folders of its own, and nbgrader's commands in it."""

    def __init__(self, folder, lesson):
        self.root, self.grading, self.lesson = folder / "course", folder / "grading", lesson
        source = ROOT / "solutions" / lesson
        target = self.root / "solutions" / lesson
        target.mkdir(parents=True)
        (self.root / "notebooks").mkdir()
        for path in source.glob("*.ipynb"):
            (target / path.name).write_bytes(path.read_bytes())
        for name in ("nbgrader_config.py", "solutions/nbgrader_config.py"):
            (self.root / name).write_bytes((ROOT / name).read_bytes())
        self.sources = sorted(target.glob("*.ipynb"))

    def released(self, source):
        return self.root / "notebooks" / self.lesson / source.name

    def nbgrader(self, *arguments):
        """Run a command as from a terminal where no environment is activated."""
        variables = {**os.environ, "COURSE_ROOT": str(self.grading), "PATH": os.defpath}
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self.root,
            env=variables,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def submit(self, student, answers, bare=False):
        """Hand in the released notebooks with these sources in the solution cells.

        A bare submission has lost all code that nbgrader does not know but the imports, which a
        student may do: nothing graded needs the figures, and the run takes seconds.
        """
        folder = self.grading / "submitted" / student / self.lesson
        folder.mkdir(parents=True)
        for source in self.sources:
            notebook = nbformat.read(self.released(source), as_version=4)
            for cell in notebook.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                cell.source = answers.get(name, cell.source)
            if bare:
                imports = next(cell for cell in notebook.cells if cell.cell_type == "code")
                notebook.cells = [
                    cell
                    for cell in notebook.cells
                    if cell is imports or cell.cell_type != "code" or "nbgrader" in cell.metadata
                ]
            nbformat.write(notebook, folder / source.name)

    def grades(self, student):
        """Return a student's grades as formgrader shows them: cell -> grade."""
        from nbgrader.api import Gradebook

        database = f"sqlite:///{self.grading / 'gradebook.db'}"
        with Gradebook(database, "optimizers") as gradebook:
            return {
                grade.name: (grade.auto_score, grade.max_score, grade.needs_manual_grade)
                for notebook in gradebook.find_submission(self.lesson, student).notebooks
                for grade in notebook.grades
            }


def right_answers(sources):
    """Return the sources of all solution cells by grade_id, reflections too."""
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for path in sources
        for cell in nbformat.read(path, as_version=4).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def misconception(slug):
    return next(wrong for wrong in EXERCISES[slug].misconceptions if wrong.name == WRONG[slug])


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = Course(tmp_path_factory.mktemp("nbgrader"), LESSON)
    course.nbgrader("generate_assignment", LESSON)
    right = right_answers(course.sources)
    course.submit("right", right)
    course.submit("half", right | {slug: misconception(slug).source for slug in WRONG})
    course.submit("untouched", {})
    course.nbgrader("autograde", LESSON)
    return course


@pytest.fixture(scope="module")
def grades(course):
    """Every grade in the database: student -> cell -> grade."""
    return {student: course.grades(student) for student in ("right", "half", "untouched")}


def test_a_slow_cell_gets_two_minutes_and_no_tag_keeps_a_test_from_running():
    from nbgrader.preprocessors import Execute

    execute = Execute(config=read_config(ROOT))
    assert (execute.timeout, execute.skip_cells_with_tag) == (120, "")


def released_as_ours(course):
    """Tell whether nbgrader released what our release writes, and what lies in the repository."""
    config = read_config(ROOT)
    assert course.sources
    for source in course.sources:
        ours = build_student_notebook(
            tidy(read_notebook(source)), course.lesson, source.stem, config
        ).encode()
        kept = ROOT / "notebooks" / course.lesson / source.name
        if not course.released(source).read_bytes() == kept.read_bytes() == ours:
            return False
    return True


def test_generate_assignment_writes_what_our_release_writes(course):
    assert released_as_ours(course)


OTHERS = sorted({p.parent.name for p in (ROOT / "notebooks").glob("*/*.ipynb")} - {LESSON})


def points_of(slug, wrong):
    """Return what a misconception earns; the inputs have no say in it."""
    task = load(slug)
    return judge(task, replies_of(task, wrong.build())).points


@pytest.mark.nightly
@pytest.mark.parametrize("lesson", OTHERS)
def test_every_lesson_is_released_and_graded_by_nbgrader_itself(lesson, tmp_path):
    course = Course(tmp_path, lesson)
    course.nbgrader("generate_assignment", lesson)
    assert released_as_ours(course)
    mine = [one for one in EXERCISES.values() if one.lesson == short_name(lesson)]
    wrong = {exercise.slug: exercise.misconceptions[0] for exercise in mine[::2]}
    mistaken = {slug: misconception.source for slug, misconception in wrong.items()}
    course.submit("mixed", right_answers(course.sources) | mistaken, bare=True)
    course.nbgrader("autograde", lesson)
    grades = course.grades("mixed")
    expected = {f"{exercise.slug}-test": exercise.points for exercise in mine}
    expected |= {f"{slug}-test": points_of(slug, wrong[slug]) for slug in wrong}
    found = {name: grade[0] for name, grade in grades.items() if name.endswith("-test")}
    assert found == pytest.approx(expected, abs=1e-9)
    reflections = [grade for name, grade in grades.items() if not name.endswith("-test")]
    assert [(points, waits) for points, _, waits in reflections] == [(None, True)] * 2


def test_the_right_submission_earns_every_autograded_point(grades):
    expected = {
        f"{slug}-test": (exercise.points, exercise.points, False) for slug, exercise in MINE.items()
    }
    found = {name: grade for name, grade in grades["right"].items() if name.endswith("-test")}
    assert found == expected


def test_the_untouched_submission_earns_nothing(grades):
    assert {points for points, _, _ in grades["untouched"].values()} == {0}


def test_the_half_right_submission_earns_what_each_mistake_leaves(grades):
    found = {name: grade[0] for name, grade in grades["half"].items() if name.endswith("-test")}
    assert found == {f"{slug}-test": points for slug, points in HALF.items()}
    assert sum(found.values()) == pytest.approx(13.64, abs=1e-9)


def test_reflections_wait_for_a_person_and_are_nothing_if_untouched(grades):
    reflections = {name for name in grades["right"] if not name.endswith("-test")}
    assert len(reflections) == 2
    for name in reflections:
        points, most, waits = grades["right"][name]
        assert (points, waits) == (None, True)
        assert most > 0
        assert grades["untouched"][name] == (0, most, False)


def test_whoever_grades_by_hand_reads_the_mark_scheme_above_the_answer(course):
    for source in course.sources:
        graded = course.grading / "autograded" / "half" / LESSON / source.name
        cells = nbformat.read(graded, as_version=4).cells
        for index, cell in enumerate(cells):
            roles = cell.metadata.get("nbgrader", {})
            if roles.get("grade") and roles.get("solution"):
                assert "END MARK SCHEME" in cells[index - 1].source, describe(index, cell)
                assert "MARK SCHEME" not in course.released(source).read_text("utf-8")


def test_feedback_names_the_mistake_and_the_points(course):
    course.nbgrader("generate_feedback", LESSON)
    for source in course.sources:
        page = course.grading / "feedback" / "half" / LESSON / f"{source.stem}.html"
        written = page.read_text("utf-8")
        assert "widget-view+json" not in written  # a moving figure stands there as its still
        plain = html.unescape(re.sub(r"<[^>]*>", "", written))
        text = " ".join(plain.split())
        for slug in WRONG:
            wanted = rf"Scored on fresh inputs \(seed \d+\)\. {slug}: (.*?) (\S+) of (\d+) points"
            said, points, most = re.search(wanted, text).groups()
            hint = " ".join(misconception(slug).hint.split())[:60]
            assert f"Hint: {hint}" in said
            assert (float(points), int(most)) == (HALF[slug], MINE[slug].points)
    assert len(list((course.grading / "feedback").rglob("*.html"))) == 3 * len(course.sources)


def test_the_export_holds_the_same_sums(course, grades, tmp_path):
    course.nbgrader("export", "--to", str(tmp_path / "grades.csv"))
    with (tmp_path / "grades.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(grades)
    for student, row in rows.items():
        assert row["assignment"] == LESSON
        total = sum(points or 0 for points, _, _ in grades[student].values())
        assert float(row["score"]) == pytest.approx(total, abs=1e-12)
        assert float(row["max_score"]) == sum(most for _, most, _ in grades[student].values())


@pytest.mark.nightly
def test_validate_passes_on_the_solution(course):
    for source in course.sources:
        assert "Success! Your notebook passes all the tests." in course.nbgrader(
            "validate", str(source)
        )


def test_validate_names_a_cell_that_python_cannot_read(course, tmp_path):
    source = course.released(course.sources[0])
    notebook = nbformat.read(source, as_version=4)
    (cell,) = (
        c
        for c in notebook.cells
        if c.metadata.get("nbgrader", {}).get("grade_id") == "momentum-step"
    )
    notebook.cells = [c for c in notebook.cells if "nbgrader" in c.metadata or c is cell][:4]
    assert cell in notebook.cells
    cell.source = cell.source.replace("raise NotImplementedError(", "return (weights")
    path = tmp_path / source.name
    nbformat.write(notebook, path)
    text = " ".join(course.nbgrader("validate", str(path)).split())
    assert "The cell of momentum-step stopped with SyntaxError:" in text
    assert "Mend that cell first" in text


@pytest.mark.nightly
def test_validate_says_of_the_student_notebook_what_is_not_written_yet(course):
    text = "".join(
        course.nbgrader("validate", str(course.released(source))) for source in course.sources
    )
    assert text.count("VALIDATION FAILED ON") == len(course.sources)
    for slug, exercise in MINE.items():
        assert f'check("{slug}", {exercise.function})' in text
        assert f"{slug}: not written yet." in text
