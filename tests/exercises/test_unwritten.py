"""A cell that needs an unwritten function says so, and no other error is hidden."""

import nbformat
import pytest
from nbgrader.validator import Validator

from course_utils.staff.authoring.headless import HeadlessClient

IMPORTS = "import asyncio\nfrom course_utils.exercises import check"
STUB = """\
def momentum_step(weights):
    raise NotImplementedError("Your code goes here: replace this line.")"""
SENTENCE = "momentum_step is not written yet: this cell runs when it is.\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run cells in one kernel as *Run all* does, and return the outputs of each."""

    def run(*sources, **settings):
        cells = [nbformat.v4.new_code_cell(source) for source in (IMPORTS, STUB, *sources)]
        notebook = nbformat.v4.new_notebook(cells=cells)
        HeadlessClient(notebook, tmp_path_factory.getbasetemp(), **settings).execute()
        return [cell.outputs for cell in notebook.cells[2:]]

    return run


def test_a_cell_that_needs_an_unwritten_function_says_so_and_the_cells_below_run(run):
    direct, far_down, below = run(
        "print('before')\nmomentum_step(1.0)\nprint('after')",
        "def walk(step):\n    return list(map(step, [1.0]))\nwalk(momentum_step)",
        "print('and on')",
    )
    assert [(output.name, output.text) for output in direct] == [("stdout", f"before\n{SENTENCE}")]
    assert [(output.name, output.text) for output in far_down] == [("stdout", SENTENCE)]
    assert [output.text for output in below] == ["and on\n"]


def test_other_errors_are_shown_as_ever(run):
    sources = {
        "momentum_step()": "TypeError",
        "raise NotImplementedError('in no function')": "NotImplementedError",
        "asyncio.AbstractEventLoop().close()": "NotImplementedError",
    }
    outputs = run(*sources, allow_errors=True)
    shown = [[(output.output_type, output.ename) for output in cell] for cell in outputs]
    assert shown == [[("error", name)] for name in sources.values()]
    assert "AbstractEventLoop" in "".join(outputs[-1][0].traceback)


def test_to_nbgrader_a_graded_cell_that_needs_an_unwritten_function_has_failed(tmp_path):
    roles = {"schema_version": 3, "grade_id": "graded", "grade": True, "points": 2}
    roles |= {"cell_type": "code", "solution": False, "locked": True, "task": False}
    cells = [nbformat.v4.new_code_cell(source) for source in (IMPORTS, STUB, "momentum_step(1.0)")]
    cells[-1].metadata.nbgrader = roles
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(notebook, tmp_path / "lesson.ipynb")
    validator = Validator(ignore_checksums=True)
    (failed,) = validator.validate(str(tmp_path / "lesson.ipynb"))["failed"]
    assert "momentum_step(1.0)" in failed["source"]
