"""What an instructor does with lesson 1, with nbgrader's own commands, in a course of its own."""

import contextlib
import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course_utils.exercises.registry import EXERCISES, score
from course_utils.lint import describe
from course_utils.release import build, read_config, read_notebook, tidy

REPOSITORY = Path(__file__).resolve().parents[1]
LESSON = "01-momentum"
MINE = {slug: exercise for slug, exercise in EXERCISES.items() if exercise.lesson == LESSON}

# Every second exercise of the half right submission is wrong, in a way that has a name.
WRONG = {
    "momentum-step": "averages_instead_of_summing",
    "momentum-speedup": "divides_by_zero_at_one",  # partly right
    "acceleration-measure": "counts_zero_as_negative",  # partly right
    "nesterov-step": "looks_back",
    "momentum-training": "forgets_the_momentum_every_epoch",
}


class Course:
    """A copy of the sources with grading folders of its own, and nbgrader's commands in it."""

    def __init__(self, folder):
        self.root, self.grading = folder / "course", folder / "grading"
        source = REPOSITORY / "solutions" / LESSON
        target = self.root / "solutions" / LESSON
        target.mkdir(parents=True)
        (self.root / "notebooks").mkdir()
        for path in source.glob("*.ipynb"):
            (target / path.name).write_bytes(path.read_bytes())
        config = (REPOSITORY / "nbgrader_config.py").read_bytes()
        (self.root / "nbgrader_config.py").write_bytes(config)
        self.sources = sorted(target.glob("*.ipynb"))

    def released(self, source):
        return self.root / "notebooks" / LESSON / source.name

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

    def submit(self, student, answers):
        """Hand in the released notebooks with these sources in the solution cells."""
        folder = self.grading / "submitted" / student / LESSON
        folder.mkdir(parents=True)
        for source in self.sources:
            notebook = nbformat.read(self.released(source), as_version=4)
            for cell in notebook.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                cell.source = answers.get(name, cell.source)
            nbformat.write(notebook, folder / source.name)


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
    course = Course(tmp_path_factory.mktemp("nbgrader"))
    course.nbgrader("generate_assignment", LESSON)
    right = right_answers(course.sources)
    course.submit("right", right)
    course.submit("half", right | {slug: misconception(slug).source for slug in WRONG})
    course.submit("untouched", {})
    course.nbgrader("autograde", LESSON)
    return course


@pytest.fixture(scope="module")
def grades(course):
    """Every grade in the database that formgrader shows: student -> cell -> grade."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course.grading / 'gradebook.db'}", "optimizers") as gradebook:
        return {
            student: {
                grade.name: (grade.auto_score, grade.max_score, grade.needs_manual_grade)
                for notebook in gradebook.find_submission(LESSON, student).notebooks
                for grade in notebook.grades
            }
            for student in ("right", "half", "untouched")
        }


def test_generate_assignment_writes_what_our_release_writes(course):
    config = read_config(REPOSITORY)
    assert course.sources
    for source in course.sources:
        ours = build(tidy(read_notebook(source)), LESSON, source.stem, config)
        assert course.released(source).read_bytes() == ours.encode()
        kept = REPOSITORY / "notebooks" / LESSON / source.name
        assert kept.read_bytes() == ours.encode()


def test_the_right_submission_earns_every_autograded_point(grades):
    expected = {
        f"{slug}-test": (exercise.points, exercise.points, False) for slug, exercise in MINE.items()
    }
    found = {name: grade for name, grade in grades["right"].items() if name.endswith("-test")}
    assert found == expected
    assert sum(points for points, _, _ in found.values()) == 26


def test_the_untouched_submission_earns_nothing(grades):
    assert {points for points, _, _ in grades["untouched"].values()} == {0}


@pytest.mark.parametrize("slug", MINE)
def test_the_half_right_submission_earns_what_each_mistake_leaves(grades, slug):
    points, most, _ = grades["half"][f"{slug}-test"]
    if slug not in WRONG:
        assert points == most
        return
    with contextlib.redirect_stdout(io.StringIO()):
        expected = score(slug, misconception(slug).build(), seed=1)
    assert points == expected < most


def test_a_mistake_in_every_value_leaves_nothing_and_one_in_a_special_case_a_part(grades):
    left = {slug: grades["half"][f"{slug}-test"][0] for slug in WRONG}
    assert left["momentum-step"] == left["nesterov-step"] == left["momentum-training"] == 0
    assert 1 < left["momentum-speedup"] < 2


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
        text = page.read_text("utf-8")
        assert "Score:" in text
        for slug in WRONG:
            assert f"{slug}-test" in text
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


def test_validate_passes_on_the_solution(course):
    for source in course.sources:
        assert "Success! Your notebook passes all the tests." in course.nbgrader(
            "validate", str(source)
        )


def test_validate_says_of_the_student_notebook_what_is_not_written_yet(course):
    text = "".join(
        course.nbgrader("validate", str(course.released(source))) for source in course.sources
    )
    assert text.count("VALIDATION FAILED ON") == len(course.sources)
    for slug, exercise in MINE.items():
        assert f'check("{slug}", {exercise.function})' in text
        assert f"{slug}: not written yet." in text
