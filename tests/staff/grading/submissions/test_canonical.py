"""From a student's files to the source of the solution cells, whatever else they hold."""

import copy
import errno
import json
import time

import pytest

from course_utils.app.places import UsageError, short_name
from course_utils.staff.grading.limits import Limits
from course_utils.staff.grading.submissions import files
from course_utils.staff.grading.submissions.canonical import from_sources, read_submission
from course_utils.staff.grading.submissions.magics import drop_magics
from course_utils.staff.grading.submissions.release import Release, as_released, read_release
from course_utils.staff.registry import EXERCISES
from support import ROOT
from support.submissions import (
    ANSWERS,
    LESSON,
    NOTEBOOK,
    RELEASE,
    answered,
    cell_of,
    code_cell,
    read,
    released,
    write,
)

# Spelt in two parts, so that this line is no import of the course in the eyes of others' tests.
FROM_COURSE = "from course_" + "utils"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "ada" / LESSON


def flags_of(folder, notebook, **names):
    submission = read(write(folder, notebook, **names))
    assert submission.status == "graded", submission.reason
    return set(submission.flags)


def test_an_assignment_holds_every_exercise_of_its_lesson_in_the_lessons_order():
    declared = {
        slug for slug, exercise in EXERCISES.items() if exercise.lesson == short_name(LESSON)
    }
    assert set(RELEASE.slugs) == declared
    order = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in released()["cells"]]
    assert [name for name in order if name in declared] == list(RELEASE.slugs)


def test_an_unknown_assignment_is_refused_in_a_sentence():
    with pytest.raises(UsageError, match="'09-nothing'"):
        read_release(ROOT, "09-nothing")


def test_the_answers_are_read_as_they_were_written(folder):
    submission = read(write(folder, answered()))
    assert (submission.status, submission.reason, submission.flags) == ("graded", "", ())
    assert submission.notebooks == {LESSON: ANSWERS}


def test_the_release_itself_is_in_good_order(folder):
    assert flags_of(folder, released()) == set()


def test_good_faith_earns_no_flag(folder):
    notebook = answered()
    notebook["nbformat_minor"] = 2
    notebook["metadata"]["widgets"] = {"state": {"x": 1}}
    for cell in notebook["cells"]:
        cell["metadata"]["collapsed"] = True
        if cell["cell_type"] == "code":
            cell["execution_count"] = 3
            if "points" in cell["metadata"].get("nbgrader", {}):
                cell["metadata"]["nbgrader"]["points"] *= 1.0
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "ran"}]
            cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
    cell_of(notebook, "reflect-tuning")["source"] = "Words."
    cell_of(notebook, "reflect-prediction")["source"] = "More words."
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "a note"})
    notebook["cells"].append(code_cell("  \n"))
    assert flags_of(folder, notebook) == set()


def test_playing_with_a_cell_of_the_lesson_earns_no_flag_and_a_function_in_it_does(folder):
    notebook = answered()
    played = next(
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and "nbgrader" not in cell["metadata"]
    )
    played["source"] = "# my own try\n" + "".join(played["source"])
    assert flags_of(folder, notebook) == set()
    played["source"] += "\ndef helper(x):\n    return x\n"
    submission = read(write(folder, notebook))
    assert submission.flags == ("extra-code",)
    assert submission.elsewhere == ("helper",)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("def helper(x): return x", {"helper"}),
        ("class Optimizer:\n    def step(self): pass", {"Optimizer"}),
        ("import scipy.stats, numpy.linalg as la", {"scipy", "la"}),
        ("from math import sqrt, pi as PI", {"sqrt", "PI"}),
        ("x = 1", set()),
        ("if (:", set()),
    ],
)
def test_names_defined_in_cells_of_ones_own_are_known(folder, code, names):
    notebook = answered()
    notebook["cells"].insert(3, code_cell(code))
    submission = read(write(folder, notebook))
    assert set(submission.elsewhere) == names
    assert submission.flags == ("extra-code",)


def test_cells_in_another_order_are_put_into_the_releases(folder):
    notebook = answered()
    notebook["cells"].reverse()
    submission = read(write(folder, notebook))
    assert list(submission.notebooks[LESSON]) == list(RELEASE.slugs)
    assert submission.notebooks == {LESSON: ANSWERS}


def test_of_two_cells_with_one_name_the_first_counts(folder):
    notebook = answered()
    again = copy.deepcopy(cell_of(notebook, "momentum-step"))
    again["source"] = "second = 2"
    notebook["cells"].append(again)
    submission = read(write(folder, notebook))
    assert submission.notebooks == {LESSON: ANSWERS}
    assert submission.flags == ("cell-duplicated",)


def test_a_byte_order_mark_is_forgiven_and_flagged(folder):
    data = b"\xef\xbb\xbf" + json.dumps(answered()).encode()
    assert flags_of(folder, data) == {"encoding"}


@pytest.mark.parametrize(
    "name", ["mine.ipynb", "01-momentum (1).ipynb", "Ünïcode.IPYNB", "a\nb.ipynb"]
)
def test_one_notebook_under_another_name_is_taken(folder, name):
    submission = read(write(folder, answered(), name))
    assert submission.notebooks == {LESSON: ANSWERS}
    assert submission.flags == ("renamed",)


def test_what_lies_beside_the_notebook_does_not_matter(folder):
    write(folder, b"not even JSON", "another.ipynb")
    write(folder, b"", ".hidden.ipynb")
    write(folder, b"", "notes.txt")
    (folder / ".ipynb_checkpoints").mkdir()
    assert flags_of(folder, answered()) == set()


def test_line_ends_of_other_systems_do_not_matter(folder):
    notebook = answered()
    cell_of(notebook, "momentum-step")["source"] = ANSWERS["momentum-step"].replace("\n", "\r\n")
    assert read(write(folder, notebook)).notebooks == {LESSON: ANSWERS}


@pytest.mark.parametrize(
    ("line", "flagged"),
    [
        (f"{FROM_COURSE}.optimizers import Momentum", True),
        (f"    {FROM_COURSE} import optimizers", True),
        ("import numpy, course_" + "utils.optimizers", True),
        ("m = __import__('course_" + "utils')", True),
        ("m = importlib.import_module( 'course_" + "utils.optimizers')", True),
        ("# no course_utils here", False),
        ("import course_utilities", False),
    ],
)
def test_an_answer_that_imports_the_course_is_flagged(folder, line, flagged):
    notebook = answered({"momentum-step": f"{line}\n{ANSWERS['momentum-step']}"})
    assert flags_of(folder, notebook) == ({"imports-course"} if flagged else set())


def test_the_digest_speaks_of_the_answers_alone(folder):
    notebook = answered()
    before = read(write(folder, notebook)).digest
    cell_of(notebook, "momentum-step-test")["source"] = "4.0"
    notebook["cells"].append(code_cell("x = 1"))
    assert read(write(folder, notebook)).digest == before
    cell_of(notebook, "momentum-step")["source"] += "\n"
    assert read(write(folder, notebook)).digest != before


def test_half_characters_in_a_source_are_no_obstacle(folder):
    data = json.dumps(answered({"momentum-step": "x = '\ud800'"})).encode()
    submission = read(write(folder, data))
    assert submission.notebooks[LESSON]["momentum-step"] == "x = '\ud800'"
    assert len(submission.digest) == 64


def test_a_cell_beyond_all_measure_is_not_graded(folder):
    submission = read(write(folder, answered({"momentum-step": "x = 1\n" * 200_000})))
    assert submission.status == "not graded"
    assert "momentum-step" in submission.reason


def with_cells(**cells):
    named = [
        code_cell(source, nbgrader={"grade_id": name, "solution": True})
        for name, source in cells.items()
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": named}


# Two notebooks in one assignment, as lesson 4 has three.
TWO = Release(
    "02-two",
    {
        "1-a": as_released(with_cells(first="def first(): stub")["cells"]),
        "2-b": as_released(with_cells(second="def second(): stub")["cells"]),
    },
)


def test_several_notebooks_make_one_submission(folder):
    write(folder, with_cells(first="x = 1"), "1-a.ipynb")
    write(folder, with_cells(second="y = 2"), "2-b.ipynb")
    submission = read_submission(folder, TWO)
    assert submission.notebooks == {"1-a": {"first": "x = 1"}, "2-b": {"second": "y = 2"}}
    assert submission.flags == ()


def test_a_notebook_that_was_not_handed_in_leaves_its_answers_empty(folder):
    write(folder, with_cells(second="y = 2"), "2-b.ipynb")
    submission = read_submission(folder, TWO)
    assert submission.notebooks == {"1-a": {"first": ""}, "2-b": {"second": "y = 2"}}
    assert submission.flags == ("solution-missing",)


def test_the_one_renamed_notebook_is_known_by_its_cells(folder):
    write(folder, with_cells(second="y = 2"), "homework.ipynb")
    submission = read_submission(folder, TWO)
    assert submission.notebooks == {"1-a": {"first": ""}, "2-b": {"second": "y = 2"}}
    assert submission.flags == ("solution-missing", "renamed")


MAGICS = {
    "%matplotlib inline": "pass",
    "!pip install numpy": "pass",
    "%%time\nx = 1": "pass\nx = 1",
    "if x:\n    %time f()": "if x:\n    pass",
    "files = !ls": "pass",
    "t = %timeit -o f()": "pass",
    "!ls \\\n  -l\nx = 1": "pass\n\nx = 1",
    "np.sum?": "pass",
    "?np": "pass",
    "x = 1 # ( [ '\n%time y": "x = 1 # ( [ '\npass",
    "x = 'a (\\\nb'\n%time y": "x = 'a (\\\nb'\npass",
}
PYTHON = [
    "x = (a\n% b)",
    "x = a \\\n% b",
    "s = '''\n%time\n!ls\n'''",
    's = """\n%a \\"""\n!b\n"""',
    "x = [1,\n     2\n% 3]",
    "x = a % b",
    "x != y",
    "x = y != z",
    "d = {'%': 1,\n'!': 2}",
    "print('what?')",
    "s = 'it\\'s (' \ny = a % b",
]


@pytest.mark.parametrize("source", MAGICS)
def test_a_line_that_is_ipythons_is_dropped_and_the_lines_keep_their_numbers(source):
    clean, dropped = drop_magics(source)
    assert dropped
    assert clean == MAGICS[source]
    assert clean.count("\n") == source.count("\n")


@pytest.mark.parametrize("source", PYTHON)
def test_a_line_that_is_pythons_stays(source):
    assert drop_magics(source) == (source, False)


@pytest.mark.parametrize("source", [*MAGICS, *PYTHON])
def test_ipython_sees_it_the_same_way(source):
    from IPython.core.inputtransformer2 import TransformerManager

    transformed = TransformerManager().transform_cell(source)
    assert ("get_ipython()" in transformed) == drop_magics(source)[1]


def test_no_answer_of_the_bank_holds_a_magic():
    for exercise in EXERCISES.values():
        for solution in (*exercise.misconceptions, *exercise.variants):
            assert drop_magics(solution.source) == (solution.source, False)


@pytest.mark.parametrize("text", ["'", '"', "'''", "\"'", "\\", "a = ", " ", "(", "%a\\\n", "x.y,"])
def test_no_text_takes_long(text):
    # It takes a second or less; what grows with the square would take hours.
    began = time.process_time()
    drop_magics(text * (10**6 // len(text)))
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "text",
    [
        "'" + "\\'" * 50_000 + "\\",
        '"' + '\\"' * 50_000 + "\\",
        "import" + " " * 100_000,
        "import " + " " * 50_000 + "," + " " * 50_000,
    ],
    ids=["quotes", "double quotes", "import and blanks", "blanks and comma"],
)
def test_no_answer_keeps_the_grader_busy(text):
    # A tenth of what a cell may hold: milliseconds; what grows with the square takes half a minute.
    began = time.process_time()
    from_sources(LESSON, {LESSON: {"momentum-step": text}})
    assert time.process_time() - began < 5


def test_limits_are_small_enough_for_a_cohort_and_large_enough_for_a_lesson():
    limits = Limits()
    assert limits.call < limits.exercise < limits.submission
    size = (ROOT / "notebooks" / LESSON / NOTEBOOK).stat().st_size
    assert 10 * size < limits.notebook


def broken(*_, **__):
    raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize(("what", "deed"), [("folder", "listdir"), ("notebook", "fdopen")])
def test_a_disk_that_fails_while_files_are_read_is_a_reason(folder, monkeypatch, what, deed):
    write(folder, answered())
    with monkeypatch.context() as patch:
        patch.setattr(files.os, deed, broken)
        submission = read(folder)
    assert submission.status == "not graded"
    assert submission.reason.endswith(f"{what} cannot be read (Input/output error)")
    assert read(folder).status == "graded"
