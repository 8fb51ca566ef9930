"""Who may import whom: the arrows that keep the reference, the figures and the grader apart."""

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "course_utils"

SOURCES = {"optimizers", "schedules", "objectives", "initializers", "datasets"}
REFERENCE = SOURCES | {"measures", "descent", "networks", "hessian_free"}

# What the modules of each area may import of the course, besides their own area. A name with a
# dot is an area of its own: exercises.registry holds the answers, the rest of exercises does not.
# The parser, formula, is the other half of objectives.
MAY_IMPORT = {
    "optimizers": set(),
    "schedules": set(),
    "objectives": set(),
    "initializers": set(),
    "datasets": set(),
    "measures": set(),
    "hessian_free": set(),
    "patient": set(),
    "plotting": set(),
    "descent": SOURCES,
    "networks": SOURCES,
    "tuning": SOURCES | {"networks"},
    "experiments": SOURCES | {"descent", "networks", "locks"},
    "widgets": {"descent", "objectives", "optimizers", "measures", "plotting"},
    "exercises": set(),
    "exercises.registry": REFERENCE | {"exercises"},
}
# The grader may use every tool, but no figure; the tools of the `course` command (all modules
# not named here) may import what they like, and nothing above may import them.
GRADING_MAY_NOT_IMPORT = {"plotting", "widgets", "cli"}
LESSONS_MAY_NOT_IMPORT = {"exercises.registry", "grading", "cli"}


def module_name(path):
    """Return the dotted name below course_utils: "optimizers", "exercises.check", "" for itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def exists(name):
    path = PACKAGE.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def area(name):
    """Return the area that a module belongs to."""
    if (name + ".").startswith("exercises.registry."):
        return "exercises.registry"
    first = name.split(".")[0]
    return "objectives" if first == "formula" else first


def absolute_imports(tree, package):
    """Yield the full name of everything that is imported, wherever in the code it is.

    ``package`` is the dotted name of the package that relative imports start from.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = parts[: len(parts) - node.level + 1] if node.level else []
            base = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            function = ast.unparse(node.func).split(".")[-1]
            name = node.args[0]
            if function in ("import_module", "__import__") and isinstance(name, ast.Constant):
                yield str(name.value)


def imported_areas(tree, package="course_utils"):
    """Return the areas of the course that a syntax tree imports."""
    found = set()
    for name in absolute_imports(tree, package):
        first, _, rest = name.partition(".")
        if first == "course_utils" and rest:
            # The last part may be a module or something inside one.
            module = rest if exists(rest) else rest.rpartition(".")[0]
            found.add(area(module))
    return found - {""}


def course_modules():
    return sorted(path for path in PACKAGE.rglob("*.py") if "node_modules" not in path.parts)


@pytest.mark.parametrize("path", course_modules(), ids=module_name)
def test_a_module_imports_only_what_the_architecture_lets_it(path):
    name = module_name(path)
    is_package = path.name == "__init__.py"
    package = ".".join(
        filter(None, ["course_utils", name if is_package else name.rpartition(".")[0]])
    )
    imported = imported_areas(ast.parse(path.read_text()), package) - {area(name)}
    if name == "grading.render_worker":  # runs in the sandbox, as the student's kernel would
        assert imported == {"plotting"}
    elif area(name) == "grading":
        assert not imported & GRADING_MAY_NOT_IMPORT
    elif area(name) in MAY_IMPORT:
        assert imported <= MAY_IMPORT[area(name)]
    elif not name:
        assert not imported, "importing the course itself must not import its parts"


def test_the_notebooks_of_students_import_no_answers_no_grader_and_no_command():
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            if cell["cell_type"] == "code":
                lines = "".join(cell["source"]).splitlines()
                code = "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))
                assert not imported_areas(ast.parse(code)) & LESSONS_MAY_NOT_IMPORT, path.name


@pytest.mark.parametrize(
    ("code", "areas"),
    [
        ("import course_utils.optimizers", {"optimizers"}),
        ("from course_utils.optimizers import Adam", {"optimizers"}),
        ("from course_utils import optimizers, measures", {"optimizers", "measures"}),
        ("def f():\n    from .optimizers import Adam", {"optimizers"}),
        ("from . import optimizers as rules", {"optimizers"}),
        ("from importlib import import_module as i; import importlib", set()),
        ("importlib.import_module('course_utils.measures')", {"measures"}),
        ("import numpy, course_utilities.optimizers", set()),
        ("from course_utils import __version__", set()),
    ],
)
def test_no_way_to_write_an_import_escapes(code, areas):
    assert imported_areas(ast.parse(code)) == areas


def test_relative_imports_start_where_they_stand():
    tree = ast.parse("from .cases import load\nfrom ..optimizers import Adam")
    names = set(absolute_imports(tree, "course_utils.exercises"))
    assert names == {"course_utils.exercises.cases.load", "course_utils.optimizers.Adam"}


def test_the_answers_are_an_area_of_their_own():
    assert area("exercises.registry") == area("exercises.registry.momentum") == "exercises.registry"
    assert area("exercises") == area("exercises.check") == "exercises"
    assert (
        imported_areas(ast.parse("from course_utils.optimizers import Adam"))
        - MAY_IMPORT["exercises"]
    )
