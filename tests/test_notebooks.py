"""Every notebook runs from top to bottom: sources as promised, students' with nothing written."""

import os
import re
import subprocess
import sys

import nbformat
import pytest

from course_utils import widgets
from course_utils.plotting import read_still
from course_utils.staff.authoring.headless import HeadlessClient
from course_utils.staff.authoring.lint import promises
from course_utils.staff.authoring.notebooks import run_notebook, serialise, tidy
from course_utils.staff.authoring.site.run import run_lessons
from course_utils.staff.authoring.stills import keeps_still
from support import ROOT

SOURCES = sorted((ROOT / "solutions").glob("[!.]*/*.ipynb"))
RELEASED = sorted((ROOT / "notebooks").glob("[!.]*/*.ipynb"))


def name(path):
    return path.stem


def some_nightly(notebooks, nightly):
    """Return the notebooks as parameters; those that are named run nightly."""
    return [
        pytest.param(path, marks=pytest.mark.nightly) if path.stem in nightly else path
        for path in notebooks
    ]


# What is left out of the quick tests: the lessons that train for a minute, and all but one of the
# students' notebooks, which are their sources with stubs.
SOME_SOURCES = some_nightly(SOURCES, {"02-adaptive-rates", "2-autoencoders", "3-recurrent"})
SOME_RELEASED = some_nightly(RELEASED, {path.stem for path in RELEASED} - {"1-nesterov"})


def test_there_is_a_student_notebook_for_every_source():
    assert SOURCES
    assert [path.relative_to(ROOT / "solutions") for path in SOURCES] == [
        path.relative_to(ROOT / "notebooks") for path in RELEASED
    ]


DRAWS = re.compile(rf"(?<![\w.])(plotting\.\w+|{'|'.join(widgets.__all__)})\(")


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_every_figure_of_a_lesson_has_a_caption_and_nothing_else_has_one(source):
    for cell in nbformat.read(source, as_version=4).cells:
        draws = cell.cell_type == "code" and DRAWS.search(cell.source)
        if not cell.metadata.get("nbgrader"):
            assert bool(draws) == bool(cell.metadata.get("caption")), cell.id
    captions = [cell.metadata.get("caption") for cell in nbformat.read(source, 4).cells]
    for caption in filter(None, captions):
        assert caption[0].isupper()
        assert caption.endswith(".")
        assert len(caption.split()) <= 30


def nbval(notebook):
    """Run a notebook and compare what it promises; return the exit code and the report."""
    done = subprocess.run(
        [
            *[sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
            *["-c", os.devnull, "--rootdir", str(notebook.parent)],
            *["--nbval-lax", "--nbval-cell-timeout=300", str(notebook)],
        ],
        cwd=notebook.parent,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("source", SOME_SOURCES, ids=name)
def test_a_source_runs_and_prints_the_numbers_that_it_promises(source):
    # The run that the reading copy shows too: a lesson that has not changed does not run again.
    executed = tidy(run_lessons(ROOT, [source])[source])
    stored = nbformat.read(source, as_version=4)
    for kept, cell in zip(stored.cells, executed.cells, strict=True):
        if promises(kept):
            assert shown(cell) == shown(kept), kept.source
        if keeps_still(kept):
            assert said(cell) == said(kept), "run `course release --run`"


def shown(cell):
    """Return what a cell printed, which comes in pieces, and its other outputs."""
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    return printed, [output for output in cell.outputs if output.output_type != "stream"]


def said(cell):
    """Return the widths and words of a cell's stills, without numbers: these have last digits."""
    stills = [read_still(output.data) for output in cell.outputs]
    return [(width, re.sub(r"[\d.,·⁻⁰-⁹²³¹+−-]+", "#", words)) for _, words, width in stills]


@pytest.mark.parametrize("released", RELEASED, ids=name)
def test_a_preview_of_a_students_notebook_shows_a_figure_with_words_and_is_small(released):
    cells = nbformat.read(released, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    stills = [read_still(output.data) for output in outputs]
    assert stills
    for picture, words, _ in stills:
        assert picture.startswith(b"\x89PNG")
        assert len(words) > 80
    assert released.stat().st_size < 1_000_000


@pytest.mark.nightly
def test_nbval_finds_the_numbers_of_the_first_lesson():
    code, report = nbval(SOURCES[0])
    assert code == 0, report[-4000:]


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_a_source_promises_numbers_and_what_it_stores_has_run(source):
    cells = nbformat.read(source, as_version=4).cells
    assert any(promises(cell) for cell in cells)
    # nbval refuses outputs of a cell that has no number
    assert all(cell.execution_count == 1 for cell in cells if cell.get("outputs"))


PROMISE = """\
# NBVAL_CHECK_OUTPUT
from matplotlib.figure import Figure
from IPython.display import display

print(0.75)
display(Figure(figsize=(1, 1)))
0.5"""


@pytest.mark.nightly
@pytest.mark.parametrize("broken", [False, True])
def test_a_promise_is_stored_as_text_beside_a_picture_and_compared(tmp_path, broken):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(PROMISE)])
    notebook, findings = run_notebook(notebook, "promise", tmp_path)
    assert findings == []
    assert "image/png" not in serialise(notebook)
    text = serialise(notebook)
    assert text.count("0.75\\n") == 1
    path = tmp_path / "promise.ipynb"
    path.write_text(text.replace("0.75\\n", "0.76\\n") if broken else text, encoding="utf-8")
    code, report = nbval(path)
    assert (code != 0) is broken, report


# Training makes a few updates and says that it made all: what it finds, the sources' tests look at.
SHORT = """\
import course_utils.networks as networks
import course_utils.tuning as tuning

def of_one_epoch(training):  # keeps it from a notebook's own names
    return lambda epochs, **settings: training(1, **settings)

tuning.on_digits = of_one_epoch(tuning.on_digits)
whole = networks.train

def train(network, params, batches, rule_at, updates, every=100):
    *_, (_, last) = whole(network, params, batches, rule_at, min(updates, 20), 20)
    yield 0, params
    yield from ((t, last) for t in range(every, updates, every))
    yield updates, last

networks.train = train"""


@pytest.mark.parametrize("notebook", SOME_RELEASED, ids=name)
def test_a_student_notebook_runs_to_its_end_before_anything_is_written(notebook):
    content = nbformat.read(notebook, as_version=4)
    content.cells.insert(0, nbformat.v4.new_code_cell(SHORT))
    HeadlessClient(content, notebook.parent).execute()
    outputs = [output for cell in content.cells for output in cell.get("outputs", [])]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
    assert "not written yet" in "".join(output.get("text", "") for output in outputs)
