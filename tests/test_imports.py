"""Who may import whom: the contracts of pyproject.toml, and that they bite."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from course_utils.staff.authoring import imports
from support import ROOT

LESSONS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))


def lint(root):
    """Return what import-linter says of the package in a folder, by the course's contracts."""
    command = [Path(sysconfig.get_path("scripts"), "lint-imports"), "--no-cache"]
    command += ["--config", ROOT / "pyproject.toml"]
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


def test_the_package_keeps_its_contracts():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("measures.py", "from .optimizers import Adam", "Measures"),
        ("networks/softmax.py", "from course_utils.experiments import measure", "lower"),
        ("plotting/style.py", "from course_utils.objectives import BOWL", "Still figures"),
        ("plotting/style.py", "from ..hyperparameters import UNIT", "Still figures"),
        ("widgets/figure.py", "from course_utils.networks import train", "Moving figures"),
        (
            "exercises/judge.py",
            "from course_utils.schedules import StaircaseMomentum",
            "students' half",
        ),
        ("descent.py", "from .staff import registry", "staff"),
        ("app/lab.py", "def f():\n    from course_utils.staff.registry import get", "staff"),
        ("staff/grading/score.py", "from course_utils.plotting import style", "grader"),
        ("staff/registry/inputs.py", "from ..grading import limits", "registry"),
        ("newcomer.py", "", "lower"),
    ],
)
def test_a_wrong_arrow_breaks_a_contract(module, line, broken, tmp_path):
    ignored = shutil.ignore_patterns("node_modules", "__pycache__", "*.json", "*.csv", "static")
    shutil.copytree(ROOT / "course_utils", tmp_path / "course_utils", ignore=ignored)
    with (tmp_path / "course_utils" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = lint(tmp_path)
    assert done.returncode == 1, done.stdout
    names = [row.removesuffix("BROKEN") for row in done.stdout.splitlines() if "BROKEN" in row]
    assert broken in " ".join(names) or module == "newcomer.py", done.stdout  # exhaustive


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_students_notebooks_import_no_answers_no_grader_and_no_command(path):
    found = set(imports.names(imports.code(path)))
    assert any(name.startswith("course_utils.") for name in found)
    for closed in ("course_utils.staff", "course_utils.app"):
        assert not {name for name in found if (name + ".").startswith(closed + ".")}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import course_utils.optimizers", {"course_utils.optimizers"}),
        ("from course_utils.optimizers import Adam", {"course_utils.optimizers.Adam"}),
        ("from course_utils import a, b", {"course_utils.a", "course_utils.b"}),
        ("def f():\n    from .optimizers import Adam", {"course_utils.p.optimizers.Adam"}),
        ("from . import optimizers as rules", {"course_utils.p.optimizers"}),
        ("from ..optimizers import Adam", {"course_utils.optimizers.Adam"}),
        ("from .cases import load", {"course_utils.p.cases.load"}),
        ("importlib.import_module('course_utils.measures')", {"course_utils.measures"}),
        ("__import__('course_utils.measures')", {"course_utils.measures"}),
        ("importlib.reload('course_utils.measures')", set()),
    ],
)
def test_no_way_to_write_an_import_escapes_the_walker(code, expected, tmp_path):
    path = tmp_path / "module.py"
    path.write_text(code)
    assert set(imports.names(imports.code(path), "course_utils.p")) == expected


def test_importing_the_course_itself_imports_none_of_its_parts():
    program = "import sys, course_utils; print([m for m in sys.modules if 'course_utils.' in m])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n"
