"""Plain `nbgrader autograde`, without the cells that no score depends on.

A lesson draws and trains a good deal between its exercises. Scores come from the answers and the
checks below them. So of the cells that a student left as they were, only those are run that give a
name to something that a check, an answer or another cell of the student's uses, and of their
imports only what somebody uses: matplotlib takes longer to import than all answers to judge. All
else is run, in the same order.
"""

import ast
import re
from pathlib import Path

import nbformat
from nbgrader.preprocessors import Execute
from traitlets import Bool

from .submissions.statements import names_used

# In a student's text: the arguments of a function at the margin; names that an indented line sets,
# or a loop; a remark, and words between triple quotes.
_ARGUMENTS = re.compile(r"^def[ \t]+\w+\(([\w \t,\n]*)\)", re.MULTILINE)
_SET_INSIDE = re.compile(r"^[ \t]+(?:for[ \t]+)?(\w[\w, \t]*?)(?:=(?!=)|\bin\b)", re.MULTILINE)
_WORDS = re.compile(r"^[ \t]*#[^\n]*|\"{3}.*?\"{3}|'{3}.*?'{3}", re.MULTILINE | re.DOTALL)
# What gives its target a name, or changes it.
_BINDING = (ast.Store, ast.Del)


class ExecuteWhatIsNeeded(Execute):
    """Run the cells on which scores depend; see the module."""

    everything = Bool(
        False, help="Run all cells, so that formgrader and feedback show all figures."
    ).tag(config=True)

    def preprocess(self, nb, resources):
        """Run a notebook, and leave the skipped cells without output."""
        released = None if self.everything else self._released(resources)
        if released is None:
            self._runs = {index: cell.source for index, cell in enumerate(nb.cells)}
        else:
            self._runs = what_runs(nb.cells, released)
        return super().preprocess(nb, resources)

    def preprocess_cell(self, cell, resources, index):
        """Run what is needed of a cell, if anything is; its text stays whole."""
        if index not in self._runs:
            return cell, resources
        whole, cell.source = cell.source, self._runs[index]
        try:
            return super().preprocess_cell(cell, resources, index)
        finally:
            cell.source = whole

    def _released(self, resources):
        """Return the cells that students were given; None where they are not there to compare."""
        told, course = resources["nbgrader"], self.config.CourseDirectory
        folder = Path(course.release_directory, told["assignment"])
        path = folder / f"{told['notebook']}.ipynb"
        return nbformat.read(path, as_version=4).cells if path.is_file() else None


def what_runs(cells, released):
    """Return which code cells are run, and what of them.

    Parameters
    ----------
    cells, released : list of notebook cells
        What was handed in, and what had been given out.

    Returns
    -------
    dict of int to str
        Index -> source. Not there are code cells that are as they were given out, are no answer
        and no check, and neither name nor change anything that a cell which is run uses; of the
        others that are as they were given out, imports that nobody uses are left out.
    """
    given_out = {cell.source: _Names(cell.source) for cell in released if cell.cell_type == "code"}
    ordinary = {cell.source for cell in released if _is_ordinary(cell)}
    code = {index for index, cell in enumerate(cells) if cell.cell_type == "code"}
    ours = {i for i in code if _is_ordinary(cells[i]) and cells[i].source in ordinary}
    checks = {cell.metadata.nbgrader.grade_id: cell.source for cell in filter(_is_check, released)}
    left = set(ours)

    def used_by(cell):
        if cell.source in given_out:
            return given_out[cell.source].used
        seen = _is_check(cell) and checks.get(cell.metadata.nbgrader.grade_id)
        if seen and cell.source.startswith(seen):
            # nbgrader has put its own text back, with the hidden tests below what students saw.
            return _Names(cell.source).used
        return _used_by_student(cell.source)

    def used(indices):
        return set().union(*(used_by(cells[index]) for index in indices))

    modules = set().union(*(names.imported for names in given_out.values()))
    names = used(code - left)
    while needed := {i for i in left if given_out[cells[i].source].gives(modules) & names}:
        left -= needed
        names |= used(needed)
    return {
        index: _with_imports(cells[index].source, names) if index in ours else cells[index].source
        for index in sorted(code - left)
    }


def _with_imports(source, used):
    """Return a cell of ours with only those imports at its margin of which a name is used."""
    tree = ast.parse(source)
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            statement.names = [alias for alias in statement.names if _bound_by(alias) in used]
    tree.body = [statement for statement in tree.body if getattr(statement, "names", True)]
    return ast.unparse(tree)


def _bound_by(alias):
    return (alias.asname or alias.name).split(".")[0]


def _used_by_student(source):
    """Return the names in a student's text, without parsing it: rather too many than one too few.

    A function's arguments, and what it sets in lines of its own, are not what others gave.
    """
    code = _WORDS.sub("", source)
    own = " ".join(_ARGUMENTS.findall(code) + _SET_INSIDE.findall(code))
    return names_used(code) - set(re.findall(r"\w+", own))


def _is_ordinary(cell):
    return cell.cell_type == "code" and "nbgrader" not in cell.metadata


def _is_check(cell):
    """Tell whether nbgrader takes a cell for a test: whatever it holds, it comes from us."""
    told = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and told.get("grade", False) and not told.get("solution", True)


class _Names(ast.NodeVisitor):
    """The names that a cell of ours uses, and those that it gives or may change.

    Names of a function's or a comprehension's own are not given to others.
    """

    def __init__(self, source: str):
        self.used: set[str] = set()
        self.given: set[str] = set()
        self.imported: set[str] = set()
        self.called: set[str] = set()
        self.visit(ast.parse(source))

    def gives(self, modules):
        """Return what others may use, with what a method may have changed: history.append(3).

        A function of a module, such as plotting.paths, changes no score.
        """
        return self.given | self.imported | (self.called - modules)

    def visit(self, node):
        """Visit a node and all in it."""
        match node:
            case ast.FunctionDef() | ast.Lambda() | ast.ListComp() | ast.SetComp():
                self._visit_scope(node)
            case ast.DictComp() | ast.GeneratorExp():
                self._visit_scope(node)
            case ast.Name(ctx=ast.Load()):
                self.used.add(node.id)
            case ast.Name():
                self.given.add(node.id)
            case ast.alias():
                self.imported.add(_bound_by(node))
            case _:
                if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(
                    node.ctx, _BINDING
                ):
                    self.given.add(_root(node))
                elif isinstance(node, ast.AugAssign):
                    self.used.add(_root(node.target))
                elif _is_method_call(node):
                    self.called.add(_root(node.value.func))
                self.generic_visit(node)

    def _visit_scope(self, node):
        given = set(self.given)
        self.generic_visit(node)
        self.given = given
        if isinstance(node, ast.FunctionDef):
            self.given.add(node.name)


def _is_method_call(node):
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
    )


def _root(node):
    """Return the name on which an attribute or a subscript stands; "" if it is none."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
