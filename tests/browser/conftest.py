"""A real JupyterLab, started by `course lab` on a copy of the lessons, and a real Chromium.
`visit.Visit` is the one way to open and run a notebook. With COURSE_SCREENSHOTS=FOLDER every
picture that a test takes is kept there.
"""

import shutil

import nbformat
import pytest

from course_utils.app.doctor import OPTIONAL
from support import ROOT
from support.lab_server import running_lab
from support.visit import Visit


@pytest.fixture(scope="module")
def chromium():
    """A browser; the tests that ask for it are marked ``requires("chromium")``.

    Closed with its module: a process can hold one of Playwright's loops at a time.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=OPTIONAL["chromium"].where(),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The students' server, on a copy in which everything but the solutions is as released.

    Beside each released notebook lies ``solved-<name>.ipynb``, with the answers filled in.
    """
    root = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for path in sorted((root / "notebooks").glob("*/*.ipynb")):
        source = ROOT / "solutions" / path.relative_to(root / "notebooks")
        path.with_name(f"solved-{path.name}").write_text(solved(path, source), encoding="utf-8")
    with running_lab(root) as lab:
        yield lab


def solved(released, source):
    """Return a released notebook with the solution cells of its source."""
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in nbformat.read(source, as_version=4).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    notebook = nbformat.read(released, as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
    return nbformat.writes(notebook)


@pytest.fixture(scope="module")
def new_visit(chromium, lab):
    """Open pages of the module's server; all are closed with their module."""
    visits = []

    def open_page(**context):
        visits.append(Visit(chromium, lab, **context))
        return visits[-1]

    yield open_page
    for visit in visits:
        visit.close()


@pytest.fixture
def visit(new_visit):
    return new_visit()
