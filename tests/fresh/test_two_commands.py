"""The README's two commands on a machine that has nothing else, by a user who may change nothing.

SUITE names the Debian (trixie), VERSION a Python that is not its default (3.15), TEST_ARGS what
`make test` is told. The commit that is checked out is tested, without uncommitted changes.
"""

import os
import re
import subprocess
import time

import nbformat
import pytest

from course_utils.app.doctor import OPTIONAL
from support import ROOT as REPOSITORY
from support.fresh import debian, lesson, settings
from support.fresh.machine import HOME, ROOT, Machine
from support.lab_server import ADDRESS

SUITE = os.environ.get("SUITE") or "trixie"
PYTHON = f"python{os.environ.get('VERSION') or '3'}"
LESSON = "01-momentum/01-momentum.ipynb"
MOVES = "vectors(BOWL"  # the lesson's first moving figure


@pytest.fixture(scope="module")
def fresh(tell):
    """A machine with a clone of the course in the home of a student."""
    began = time.monotonic()
    try:
        tar = debian.archive(SUITE, ["make", PYTHON, f"{PYTHON}-venv"])
    except subprocess.CalledProcessError as error:
        reason = str(error.output).splitlines()[-1]
        pytest.exit(f"debootstrap made no {SUITE} with {PYTHON}: {reason}", 2)
    with Machine(settings.variables()) as machine:
        machine.run("tar", "--extract", f"--file={tar}", f"--directory={ROOT}")
        course = ROOT / HOME.relative_to("/") / "optimizers-course"
        machine.run("git", "clone", "--quiet", "--no-hardlinks", REPOSITORY, course)
        machine.furnish(settings.files())
        version = machine.say(f"{PYTHON} --version")
        tell(f"{SUITE}, {version}: made in {time.monotonic() - began:.0f} s")
        yield machine


def test_nothing_is_there_but_python_and_make(fresh):
    for program in ("git", "gcc", "pip", "uv", "node"):
        assert fresh.say(f"command -v {program} || true") == ""
    assert fresh.say("id -un") == "student"
    assert fresh.say("test -w /usr || echo not mine") == "not mine"


def test_make_lab_sets_all_up_answers_and_lesson_1s_first_cells_run(fresh, tell):
    notebook = nbformat.read(REPOSITORY / "notebooks" / LESSON, as_version=4)
    kept = {
        cell.source: "".join(output.get("text", "") for output in cell.outputs)
        for cell in nbformat.read(REPOSITORY / "solutions" / LESSON, as_version=4).cells
        if cell.cell_type == "code" and cell.source.startswith("# NBVAL_CHECK_OUTPUT")
    }
    cells = lesson.first_cells(notebook, MOVES)
    began = time.monotonic()
    with fresh.started("timeout 1200 make lab ARGS=--no-browser") as lab:
        address, token = _address(lab.stdout)
        tell(f"  make lab: the lessons are there after {time.monotonic() - began:.0f} s")
        began = time.monotonic()
        outputs = list(lesson.run(address, token, LESSON, cells))
        tell(f"  {len(cells)} cells of lesson 1 in {time.monotonic() - began:.0f} s")
    checked = 0
    for cell, shown in zip(cells, outputs, strict=True):
        errors = [output.text for output in shown if output.get("name") == "stderr"]
        assert not errors, cell.source
        if cell.source in kept:
            assert "".join(output.get("text", "") for output in shown) == kept[cell.source]
            checked += 1
    assert checked
    pictures = [
        output.data
        for shown in outputs
        for output in shown
        if "data:image/png" in "".join(output.get("data", {}).get("text/html", ""))
    ]
    assert len(pictures) >= 2
    kinds = {kind for shown in outputs for output in shown for kind in output.get("data", {})}
    assert "application/vnd.jupyter.widget-view+json" in kinds


def _address(stdout):
    for line in stdout:
        print(line, end="")
        if found := ADDRESS.search(line):
            return found[1], found[4]
    raise AssertionError("make lab ended, or took 20 minutes, before it said where the lessons are")


def test_make_test_passes_with_what_is_not_there_skipped_by_name(fresh, tell):
    arguments = os.environ.get("TEST_ARGS", "")
    lines, began = [], time.monotonic()
    with fresh.started(f'make test ARGS="{arguments}"') as tests:
        for line in tests.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    summaries = [found[1] for line in lines if (found := re.fullmatch(r"=+ (.+) in .*=+\n", line))]
    assert summaries, "make test did not come to its end"
    tell(f"  make test {arguments}: {summaries[-1]}, {time.monotonic() - began:.0f} s")
    assert tests.returncode == 0
    absent = "|".join(OPTIONAL)
    skips = [line for line in lines if line.startswith("SKIPPED")]
    assert skips or arguments
    for line in skips:
        assert re.search(rf": ({absent}) is missing: ", line), line
