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


NEEDING = (
    "print('before')\nmomentum_step(1.0)\nprint('after')",
    "def walk(step):\n    return list(map(step, [1.0]))\nwalk(momentum_step)",
    "print('and on')",
)
FAILING = {
    "momentum_step()": "TypeError",
    "raise NotImplementedError('in no function')": "NotImplementedError",
    "asyncio.AbstractEventLoop().close()": "NotImplementedError",
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """Run all cells in one kernel, as *Run all* does; only those of `FAILING` may fail."""
    sources = (IMPORTS, STUB, *NEEDING, *FAILING)
    cells = {source: nbformat.v4.new_code_cell(source) for source in sources}
    for source in FAILING:
        cells[source].metadata.tags = ["raises-exception"]
    notebook = nbformat.v4.new_notebook(cells=list(cells.values()))
    HeadlessClient(notebook, tmp_path_factory.getbasetemp()).execute()
    return {source: cell.outputs for source, cell in cells.items()}


def test_a_cell_that_needs_an_unwritten_function_says_so_and_the_cells_below_run(outputs):
    said = [[(output.name, output.text) for output in outputs[source]] for source in NEEDING]
    assert said == [
        [("stdout", f"before\n{SENTENCE}")],
        [("stdout", SENTENCE)],
        [("stdout", "and on\n")],
    ]


def test_other_errors_are_shown_as_ever(outputs):
    shown = {source: [(o.output_type, o.ename) for o in outputs[source]] for source in FAILING}
    assert shown == {source: [("error", name)] for source, name in FAILING.items()}
    assert "AbstractEventLoop" in "".join(outputs[list(FAILING)[-1]][0].traceback)


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
