"""Plain nbgrader runs what a score depends on, and nothing besides."""

import re
import subprocess
import sys
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.converters.autograde import Autograde
from traitlets.config.loader import PyFileConfigLoader
from traitlets.utils.importstring import import_item

from course_utils.staff.grading.autograde import ExecuteWhatIsNeeded, _used_by_student, what_runs
from support import ROOT

LESSONS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))


def handed_in(path):
    """Return a lesson's cells as given out, and as nbgrader runs them with the right answers.

    It has put back the text of the checks by then, with the hidden tests.
    """
    released = nbformat.read(path, as_version=4).cells
    source = ROOT / "solutions" / path.relative_to(ROOT / "notebooks")
    texts = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in nbformat.read(source, as_version=4).cells
        if cell.cell_type == "code" and "nbgrader" in cell.metadata
    }
    cells = nbformat.read(path, as_version=4).cells
    for cell in cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = texts.get(name, cell.source)
    return released, cells


def skipped(ours, theirs):
    """Return the texts of the cells that are skipped; a text with "check" in it is a check."""

    def cells(sources):
        made = [new_code_cell(source) for source in sources]
        for cell in made:
            if "check" in cell.source or "answer" in cell.source:
                cell.metadata["nbgrader"] = {}
        return made

    runs = what_runs(cells(theirs), cells(ours))
    return {text for index, text in enumerate(theirs) if index not in runs}


def test_the_steps_are_those_of_nbgrader_but_for_the_one_that_runs_cells():
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    named = [import_item(name) for name in config.Autograde.autograde_preprocessors]
    theirs = Autograde.class_traits()["autograde_preprocessors"].default()
    assert named[0] is ExecuteWhatIsNeeded
    assert issubclass(ExecuteWhatIsNeeded, theirs[0])
    assert named[1:] == theirs[1:]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_of_a_lesson_with_right_answers_little_is_run_besides(path):
    released, cells = handed_in(path)
    runs = what_runs(cells, released)
    code = {
        index
        for index, cell in enumerate(cells)
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata
    }
    run = [source for index, source in runs.items() if index in code]
    assert len(run) <= len(code) / 5
    assert "import check" in run[0]
    assert not {"plotting", "widgets"} & set(re.findall(r"\w+", run[0]))


def test_what_an_answer_or_a_check_uses_is_run_with_what_that_needs():
    ours = ["import numpy as np", "a = np.ones(2)", "b = a + 1", "draw(b)", "check(f, b)"]
    theirs = [*ours[:3], "draw(b)", "def f(x):  # answer\n    return x", "check(f, b)"]
    assert skipped(ours, theirs) == {"draw(b)"}
    assert skipped([*ours[:4], "check(f)"], [*theirs[:5], "check(f)"]) == {
        "import numpy as np",
        "a = np.ones(2)",
        "b = a + 1",
        "draw(b)",
    }


def test_what_changes_a_name_is_run_with_what_gives_it():
    changes = ["h.append(1)", "h[0] = 2", "h += [3]", "h.size = 4", "for h in ():\n    pass"]
    ours = ["h = []", *changes, "k = 1", "check(h)"]
    assert skipped(ours, ours) == {"k = 1"}


def test_a_cell_that_the_student_changed_is_run_with_what_it_needs():
    ours = ["a = 1", "b = 2", "draw(a)", "check(f)"]
    assert skipped(ours, ["a = 1", "b = 2", "draw(a, 5)", "check(f)"]) == {"b = 2"}
    assert skipped(ours, ["a = 1", "b = 2", "mine = b", "draw(a)", "check(f)"]) == {
        "a = 1",
        "draw(a)",
    }


def test_names_of_a_functions_own_keep_no_cell():
    answer = (
        "def f(steps, eta):\n"
        '    """The path of a run, my answer."""\n'
        "    total, path = 0, []\n"
        "    for item in steps:\n"
        "        total = total + item * outside\n"
        "    return total, path"
    )
    ours = ["steps = 1", "total = path = 2", "item = 3", "run = 4", "outside = 5", "answer = 6"]
    theirs = [*ours[:5], answer]
    assert skipped(ours, theirs) == set(ours[:4])


def test_a_function_that_draws_by_a_module_is_skipped():
    ours = ["import plotting", "plotting.paths(a)", "check(f)"]
    assert skipped(ours, ours) == {"import plotting", "plotting.paths(a)"}


@pytest.mark.parametrize(
    "piece", ["    a ", "    a = ", "def f(", '"""', "# ", " " * 9 + "\n", "("]
)
def test_names_are_read_in_time_that_grows_with_the_text(piece):
    def seconds(size):
        text = (piece * size)[:size]
        begin = time.process_time()
        _used_by_student(text)
        return time.process_time() - begin

    small = min(seconds(100_000) for _ in range(3))
    assert seconds(1_000_000) <= 30 * small + 0.2


def test_nothing_is_drawn_for_a_score():
    """Importing matplotlib alone took a fifth of the time of a submission."""
    released, cells = handed_in(LESSONS[0])
    sources = [*what_runs(cells, released).values(), "import sys\nprint(sorted(sys.modules))"]
    ran = subprocess.run(
        [sys.executable, "-c", "\n".join(sources)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.count(": all right") == 2 * 9  # what students see, and the hidden tests
    modules = ran.stdout.splitlines()[-1]
    assert "'numpy.linalg'" in modules
    assert "'matplotlib" not in modules
    assert "'anywidget'" not in modules


def test_of_our_imports_those_are_run_that_somebody_uses():
    ours = ["import os.path, drawing as d\nfrom course import BOWL, walk\nx = walk(1)", "check(f)"]
    theirs = [ours[0], "f = lambda: (os.sep, x)  # answer", "check(f)"]
    cells = [new_code_cell(source) for source in theirs]
    cells[1].metadata["nbgrader"] = cells[2].metadata["nbgrader"] = {}
    released = [new_code_cell(ours[0]), cells[2]]
    runs = what_runs(cells, released)
    assert runs[0] == "import os.path\nfrom course import walk\nx = walk(1)"
    assert runs[1] == theirs[1]
    cells[0].source += "\n"  # a student's from now on
    assert what_runs(cells, released)[0] == cells[0].source
