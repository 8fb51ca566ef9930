"""A package that only some people need is named with what installs it."""

import ast
import importlib.metadata
import sys

import pytest

from course_utils.app.places import UsageError
from support import ROOT
from support.command import QUICK, course


def optional_packages():
    """Return {distribution: name of its module} of the instructors' extra."""
    lines = importlib.metadata.requires("optimizers-course")
    extra = [line for line in lines if 'extra == "instructor"' in line.replace("'", '"')]
    return {name: name for line in extra if (name := line.split(">")[0].split("[")[0].strip())}


@pytest.mark.parametrize("package", optional_packages())
def test_what_only_some_need_is_imported_only_when_it_is_used(package):
    importers = {
        path.relative_to(ROOT).as_posix(): node in tree.body
        for path in (ROOT / "course_utils").rglob("*.py")
        if "node_modules" not in path.parts
        for tree in [ast.parse(path.read_text("utf-8"))]
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and package in {a.name.split(".")[0] for a in node.names})
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package)
    }
    assert not any(importers.values()), importers
    # The two places from which a lack is answered in a sentence: see the tests below.
    assert all("/grading/" in name or "/experiments" in name for name in importers), importers


@pytest.mark.nightly
@pytest.mark.parametrize("where", [["--workers", "2"], ["--scheduler", "tcp://127.0.0.1:1"]])
def test_an_experiment_on_workers_names_what_installs_them(tmp_path, where):
    program = "import sys\nsys.modules['distributed'] = None\n" + QUICK
    done = course("experiment", "table1", *where, cwd=tmp_path, program=program)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "course experiment: distributed is not installed: "
        f'{sys.executable} -m pip install "distributed>=2025.1"\n'
    )


def test_in_a_students_copy_the_command_has_no_bounds_that_it_does_not_know(monkeypatch):
    from course_utils.app import doctor

    monkeypatch.setattr(doctor, "_requirements", lambda *_, extra: [])
    assert doctor.mend_package("distributed") == f'{sys.executable} -m pip install "distributed"'


@pytest.mark.parametrize("package", optional_packages())
def test_grading_names_what_installs_a_package_that_is_missing(package, monkeypatch):
    from course_utils.staff.grading.console import faults

    monkeypatch.setitem(sys.modules, package, None)
    command = faults(lambda options: __import__(package))
    with pytest.raises(UsageError, match=f"^{package} is not installed: `make grade` installs"):
        command(None)
