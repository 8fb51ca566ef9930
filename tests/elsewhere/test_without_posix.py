"""Nothing but grading needs what Python lacks on Windows.

`windows_like/` takes it from the course's code; Windows itself is tried by CI's matrix.
"""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course_utils.app.lab import lab_environment
from course_utils.staff.authoring.headless import HeadlessClient
from support import ROOT, small_course
from support.command import ELSEWHERE, QUICK, course
from support.lab_server import running_lab
from support.windows_like.lacking import HERE as WINDOWS_LIKE
from support.windows_like.lacking import LACKING

LESSONS = sorted(ROOT.glob("notebooks/*/*.ipynb"))
# tests/fresh makes Debians, as root, and is not collected with the others.
TESTS = sorted(path for path in ROOT.glob("tests/**/*.py") if "fresh" not in path.parts)

# Grading needs Linux and says so; everything else is for everybody.
MODULES = sorted(
    path
    for path in (ROOT / "course_utils").rglob("*.py")
    if not {"grading", "node_modules"} & set(path.parts)
)


def uses(tree):
    """Yield what a module uses of what Windows lacks, where it did not ask whether it is there."""
    asked = {
        (call.args[0].id, call.args[1].value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "hasattr"
        if isinstance(call.args[0], ast.Name) and isinstance(call.args[1], ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from {name.name.split(".")[0] for name in node.names} & LACKING["modules"]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from {node.module} & LACKING["modules"]
            yield from {name.name for name in node.names} & LACKING.get(node.module, set())
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            place, name = node.value.id, node.attr
            if name in LACKING.get(place, ()) and (place, name) not in asked:
                yield f"{place}.{name}"


NOT_TEXT = {"os", "gzip", "Image", "zipfile"}  # what else has an `open`


def files_without_encoding(tree):
    """Yield the calls that read or write text in whatever encoding the machine prefers."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        owner, _, name = ast.unparse(call.func).rpartition(".")
        words = {word.arg for word in call.keywords}
        texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
        opens = name in ("open", "fdopen") and owner not in NOT_TEXT and "wb" not in texts
        opens = opens and "rb" not in texts and "a+b" not in texts
        reads = name in ("read_text", "write_text") and "utf-8" not in texts
        makes = name == "NamedTemporaryFile" and "w" in texts
        pipes = any(
            keyword.arg in ("text", "universal_newlines")
            and isinstance(keyword.value, ast.Constant)
            for keyword in call.keywords
        )
        if (opens or reads or makes or pipes) and not words & {"encoding", None}:
            yield ast.unparse(call)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def f():\n    import fcntl", ["fcntl"]),
        ("from signal import SIGKILL, SIGINT", ["SIGKILL"]),
        ("import os\nos.getuid()", ["os.getuid"]),
        ("import os\nhasattr(os, 'getuid') and os.getuid() == os.geteuid()", ["os.geteuid"]),
        ("import signal, os\nsignal.SIGINT, os.replace, os.path", []),
    ],
)
def test_a_use_of_what_windows_lacks_is_found(code, found):
    assert list(uses(ast.parse(code))) == found


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("open(p), open(p, 'w'), p.open('a'), p.read_text(), p.write_text(s)", 5),
        ("run(c, text=True)", 1),
        ("open(p, 'rb'), os.fdopen(p), p.read_text('utf-8'), open(p, encoding='utf-8')", 0),
        ("p.write_text(s, 'utf-8'), run(c, encoding='utf-8'), p.open('wb'), f(**words)", 0),
    ],
)
def test_a_file_without_an_encoding_is_found(code, count):
    assert len(list(files_without_encoding(ast.parse(code)))) == count


def found_in(paths, look, change=lambda tree: tree):
    """Return {file: what is found in it}, of those in which something is."""
    found = {}
    for path in paths:
        tree = change(ast.parse(path.read_text("utf-8")))
        found[path.relative_to(ROOT).as_posix()] = list(look(tree))
    return {name: what for name, what in found.items() if what}


def test_no_module_but_the_graders_uses_what_windows_lacks():
    assert len(MODULES) > 60
    assert found_in(MODULES, uses) == {}


def test_every_text_file_is_read_and_written_in_an_encoding_that_is_named():
    assert found_in(MODULES, files_without_encoding) == {}


def test_the_doctor_answers_without_what_windows_lacks(tmp_path):
    done = course("doctor", cwd=tmp_path, **ELSEWHERE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("`course lab` opens the lessons.\n")


@pytest.mark.nightly
@pytest.mark.parametrize("workers", [[], ["--workers", "2"]], ids=["one process", "workers"])
def test_an_experiment_runs_without_what_windows_lacks(tmp_path, workers):
    done = course("experiment", "table1", *workers, cwd=tmp_path, program=QUICK, **ELSEWHERE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"every run: {Path('results', 'table1-digits-live.csv')}"
    rows = (tmp_path / "results" / "table1-digits-live.csv").read_text("utf-8").splitlines()
    assert len(rows) == 3


@pytest.mark.nightly
def test_a_second_experiment_on_one_file_is_refused_without_what_windows_lacks(tmp_path):
    intrude = QUICK + (
        "import os, subprocess, sys\n"
        "runner = experiments.runner\n"
        "inner = runner._run_cell\n"
        "def run_cell(cell):\n"
        "    runner._run_cell = inner\n"
        "    command = [sys.executable, '-c', sys.orig_argv[2], *sys.argv[1:]]\n"
        "    more = {**os.environ, 'SECOND': 'yes'}\n"
        "    second = subprocess.run(command, env=more, capture_output=True, encoding='utf-8')\n"
        "    print(second.returncode, second.stderr)\n"
        "    return inner(cell)\n"
        "if 'SECOND' not in os.environ:\n"
        "    runner._run_cell = run_cell\n"
    )
    done = course("experiment", "table1", cwd=tmp_path, program=intrude, **ELSEWHERE)
    assert done.returncode == 0, done.stderr
    assert (
        "2 course experiment: expected to be alone, but a run is writing to results" in done.stdout
    )


@pytest.mark.nightly
def test_the_lab_serves_and_validates_without_what_windows_lacks(tmp_path):
    source = small_course.write_course(tmp_path)
    shutil.copytree(source.parent, tmp_path / "notebooks" / source.parent.name)
    # Without os.geteuid `course lab` does not see that root runs the tests.
    with running_lab(tmp_path, "--allow-root", environment=ELSEWHERE) as lab:
        assert lab.get("/lab")[0] == 200
        assert lab.get("/formgrader")[0] == 404  # the course's settings hold
        answer = lab.post("/assignments/validate", {"path": "01-small/01-small.ipynb"})
    assert answer["success"], answer["value"]
    assert "failed" not in answer["value"]


@pytest.mark.nightly
def test_lesson_1_begins_without_what_windows_lacks(monkeypatch):
    for name, value in {**ELSEWHERE, **lab_environment(ROOT)}.items():
        monkeypatch.setenv(name, value)
    notebook = nbformat.read(LESSONS[0], as_version=4)
    graded = [c.metadata.get("nbgrader", {}).get("grade", False) for c in notebook.cells]
    notebook.cells = notebook.cells[: graded.index(True) + 1]
    lacks = nbformat.v4.new_code_cell("import os\nprint(hasattr(os, 'getuid'))")
    notebook.cells.append(lacks)
    HeadlessClient(notebook, LESSONS[0].parent, allow_errors=True).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert {output.ename for output in outputs if output.output_type == "error"} <= {
        "NotImplementedError"
    }
    assert notebook.cells[-1].outputs[0].text == "False\n"
    assert "not written yet" in "".join(output.get("text", "") for output in outputs)


@pytest.mark.nightly
def test_the_imports_of_all_lessons_need_nothing_that_windows_lacks(tmp_path):
    program = []
    for lesson in LESSONS:
        cells = nbformat.read(lesson, as_version=4).cells
        code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
        found = [n for n in ast.parse(code).body if isinstance(n, ast.Import | ast.ImportFrom)]
        assert found, lesson
        program += map(ast.unparse, found)
    command = [sys.executable, "-c", "\n".join([*program, "import fcntl"])]
    variables = {**os.environ, **ELSEWHERE}
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True)
    last = done.stderr.splitlines()[-1]
    assert last == "ModuleNotFoundError: No module named 'fcntl', as on Windows", done.stderr


def test_a_path_that_the_consoles_alphabet_lacks_is_written_all_the_same(tmp_path):
    folder = tmp_path / "Łukasz – η"
    small_course.write_course(folder)
    done = course("doctor", cwd=folder, **ELSEWHERE)
    assert (done.returncode, done.stderr) == (0, "")
    assert r"\u0141ukasz \u2013 \u03b7" in done.stdout


class _Importing(ast.NodeTransformer):
    """Leave of a module what runs when it is imported: functions without their bodies."""

    def visit_FunctionDef(self, node):
        node.body = [ast.Pass()]
        return node


def test_every_file_of_tests_can_be_imported_without_what_windows_lacks():
    assert len(TESTS) > 80
    assert found_in(TESTS, uses, _Importing().visit) == {}


@pytest.mark.nightly
def test_the_graders_tests_are_collected_without_what_windows_lacks():
    folders = sorted(
        {str(path.parent) for path in TESTS if {"grading", "hostile"} & set(path.parts)}
    )
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n0", *folders]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(WINDOWS_LIKE)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_settings_that_jupyter_reads_in_the_machines_encoding_are_ascii():
    # jupyter_server, traitlets and jupyterlab open them without naming an encoding.
    (config,) = {
        path.parents[1] for path in ROOT.glob("course_utils/**/jupyter_server_config.json")
    }
    files = sorted([*config.rglob("*.json"), *config.rglob("*.py")])
    assert len(files) >= 6
    assert [path for path in files if not path.read_bytes().isascii()] == []
