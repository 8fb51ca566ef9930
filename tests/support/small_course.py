"""A course of one small lesson in a temporary folder, for tests that break it.

It is written the way the real lessons are, and uses two exercises of the real registry.
"""

import shutil
from types import SimpleNamespace

import nbformat.v4

from support import ROOT

EXERCISES = {
    "gradient-descent-step": SimpleNamespace(
        lesson="small",
        function="gradient_descent_step",
        arguments=("weights", "gradient", "eta"),
        points=2,
    ),
    "momentum-step": SimpleNamespace(
        lesson="small",
        function="momentum_step",
        arguments=("weights", "momentum", "gradient", "eta", "alpha"),
        points=4,
    ),
}

OPENING = """\
# A small lesson

How far does one step go?

## 1 · One step *(25 min)*"""

DESCENT = '''\
def gradient_descent_step(weights, gradient, eta):
    """Return the weights after one step of gradient descent."""
    ### BEGIN SOLUTION
    return weights - eta * gradient
    ### END SOLUTION'''

MOMENTUM = '''\
def momentum_step(weights, momentum, gradient, eta, alpha):
    """Return the weights and the momentum after one step."""
    ### BEGIN SOLUTION
    momentum = alpha * momentum + gradient
    return weights - eta * momentum, momentum
    ### END SOLUTION'''

PROMISED = "0.19999999999999998\n"

QUESTION = """\
**Reflection.** Why does the error rise at step 15?

<!-- BEGIN MARK SCHEME -->
*One point for the overshoot, one for naming the direction in which it happens.*
<!-- END MARK SCHEME -->"""

MODEL_ANSWER = "The weights overshoot along the steep axis: the momentum still points downhill."


def cell(kind, source, grade_id=None, tags=(), **nbgrader):
    """Return a cell; with a grade_id one that nbgrader knows."""
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    made = make(source)
    if grade_id:
        roles = {"grade": False, "solution": False, "locked": False, "task": False}
        made.metadata["nbgrader"] = {
            **roles,
            "cell_type": kind,
            "grade_id": grade_id,
            "schema_version": 3,
            **nbgrader,
        }
    if tags:
        made.metadata["tags"] = list(tags)
    return made


def solution_cell(slug, source):
    return cell("code", source, slug, ["minutes-8"], solution=True)


def test_cell(slug, function, points):
    source = f"""\
check("{slug}", {function})
### BEGIN HIDDEN TESTS
from course_utils.staff.registry import score

score("{slug}", {function})
### END HIDDEN TESTS"""
    return cell("code", source, f"{slug}-test", grade=True, locked=True, points=points)


test_cell.__test__ = False  # a maker of cells, not a test


def notebook():
    """Return the source notebook of the lesson, with everything that a lesson may hold."""
    cells = [
        cell("markdown", OPENING),
        cell("code", "import numpy as np\n\nfrom course_utils.exercises import check"),
        solution_cell("gradient-descent-step", DESCENT),
        test_cell("gradient-descent-step", "gradient_descent_step", 2),
        solution_cell("momentum-step", MOMENTUM),
        test_cell("momentum-step", "momentum_step", 4),
        cell("code", "# NBVAL_CHECK_OUTPUT\nprint(np.float64(0.6) / 3)"),
        cell("markdown", QUESTION, "reflect-bump-question", locked=True),
        cell(
            *("markdown", MODEL_ANSWER, "reflect-bump", ["minutes-7"]),
            **{"grade": True, "solution": True, "points": 2},
        ),
    ]
    cells[1].metadata["caption"] = "E > 0 all the way: it falls at every step."
    cells[6].outputs = [nbformat.v4.new_output("stream", name="stdout", text=PROMISED)]
    for number, made in enumerate(cells):
        made["id"] = f"cell-{number}"
    return nbformat.v4.new_notebook(cells=cells)


def write_course(root):
    """Write the course; return the path of its source notebook."""
    source = root / "solutions" / "01-small" / "01-small.ipynb"
    source.parent.mkdir(parents=True)
    (root / "notebooks").mkdir()
    (root / "solutions" / "README.md").write_text("For instructors.\n")
    for name in ("nbgrader_config.py", "solutions/nbgrader_config.py"):
        shutil.copy(ROOT / name, root / name)
    write_notebook(source, notebook())
    return source


def write_notebook(path, content):
    path.write_text(nbformat.v4.writes(content) + "\n", encoding="utf-8")


def snapshot(root):
    """Return the bytes of every file below a folder."""
    return {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
