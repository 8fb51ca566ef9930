"""The pictures that a student's notebook holds before anything is run.

The author tags the cell of a figure ``still``. `course release --run` then stores the figure's
picture and words in the source, as the cell's only output, and nbgrader hands them on to the
student's notebook (`clear_output`). A picture is stored and not drawn anew by each release:
processors and versions of matplotlib differ by some pixels.

`lint_stills` holds where a still can be:

- not from the cell of a `predict` to that of its `compare`, where it may show what is asked;
- not where it depends on a function that the student has still to write;
- not in a cell that promises numbers, since nbval would compare the picture, too.

Whether a picture further down answers what was asked above, the author has to judge.
"""

import ast
import itertools
import symtable

import nbformat

from .lint import Finding, describe, is_practice, promises

STILL = "still"  # tag of a cell whose picture students get


def keeps_still(cell):
    """Return whether a cell is code whose picture students get."""
    return cell.cell_type == "code" and STILL in cell.metadata.get("tags", [])


def stills_of(cell):
    """Return the outputs of a cell with nothing but their stills: picture and words."""
    from course_utils.plotting import bare_still  # with matplotlib, for which grading need not wait

    found = [bare_still(output.get("data", {})) for output in cell.outputs]
    return [nbformat.v4.new_output("display_data", data=data) for data in found if data]


def lint_stills(path, notebook):
    """Return the findings about the stills of one notebook of ``solutions/``.

    Parameters
    ----------
    path : str
        How findings name the file.
    notebook : NotebookNode
        As stored, outputs included.

    Returns
    -------
    list of Finding
    """
    findings, asked, unwritten = [], set(), set()
    for index, cell in enumerate(notebook.cells):
        problems = []
        if cell.cell_type == "code":
            code = _Code(cell.source)
            asked |= code.asked
            if keeps_still(cell):
                problems = [*_problems(cell, asked, unwritten & code.used)]
            asked -= code.answered
            if _is_students(cell) or unwritten & code.used:
                unwritten |= code.named
            else:
                unwritten -= code.named
        elif STILL in cell.metadata.get("tags", []):
            problems = [("a still of a cell that is no code", f"remove the tag {STILL!r}")]
        findings += [Finding(path, *problem, describe(index, cell)) for problem in problems]
    return findings


def _problems(cell, asked, needed):
    """Return what is wrong with a tagged cell, given open questions and unwritten functions."""
    remove = f"remove the tag {STILL!r}"
    if "nbgrader" in cell.metadata or is_practice(cell):
        yield "a still of a cell that students write or that is graded", remove
    for question in sorted(asked):
        yield f"a still that may show what predict({question!r}) asks", remove
    for name in sorted(needed):
        yield f"a still that depends on {name}, which students write", remove
    if promises(cell):
        yield "a still in a cell that promises numbers", "draw it in a cell of its own"
    if not stills_of(cell):
        yield "no still is stored", "run `course release --run`"


def _is_students(cell):
    return is_practice(cell) or cell.metadata.get("nbgrader", {}).get("solution")


class _Code:
    """Names and questions in the code of a cell; none in what is no Python, and does not run.

    Attributes
    ----------
    used, named : set of str
        The notebook's names that it reads, and those that it gives; names inside functions, which
        are their own, do not count.
    asked, answered : set of str
        The questions that it asks with `predict` and answers with `compare`.
    """

    def __init__(self, source):
        try:
            tree, table = ast.parse(source), symtable.symtable(source, "a cell", "exec")
        except SyntaxError:
            tree, table = ast.parse(""), symtable.symtable("", "no cell", "exec")
        given = [one for one in table.get_symbols() if one.is_assigned() or one.is_imported()]
        self.named = {one.get_name() for one in given}
        self.used = {one.get_name() for one in _read(table)}
        self.asked, self.answered = _questions(tree, "predict"), _questions(tree, "compare")


def _read(table):
    """Return the symbols of the notebook that are read somewhere in a cell."""
    inner = itertools.chain.from_iterable(map(_read, table.get_children()))
    own = [one for one in table.get_symbols() if one.is_referenced() and one.is_global()]
    return [*own, *inner]


def _questions(tree, verb):
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    told = [call.args[0] for call in calls if ast.unparse(call.func) == verb]
    return {ast.unparse(name).strip("'\"") for name in told}
