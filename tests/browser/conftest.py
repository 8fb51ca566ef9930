"""A real JupyterLab, started by `course lab` on a copy of the lessons, and a real Chromium.

With COURSE_SCREENSHOTS=FOLDER every picture that a test takes is kept there.
"""

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from lab_server import TOKEN, running_lab

from course_utils.doctor import OPTIONAL

REPOSITORY = Path(__file__).resolve().parents[2]


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
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks")
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    for path in sorted((root / "notebooks").glob("*/*.ipynb")):
        source = REPOSITORY / "solutions" / path.relative_to(root / "notebooks")
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


class Visit:
    """A page, and everything that went wrong on it."""

    def __init__(self, page, lab):
        self.page, self.lab, self.errors, self.foreign = page, lab, [], []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)

    def _console(self, message):
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _request(self, request):
        local = (self.lab.url, self.lab.url.replace("http", "ws", 1), "data:", "blob:")
        if not request.url.startswith(local):
            self.foreign.append(request.url)

    def open(self, path="/"):
        """Go to a page of the server."""
        self.page.goto(f"{self.lab.url}{path}?reset&token={TOKEN}")  # no tabs of earlier visits
        return self

    def open_notebook(self, path):
        """Open a notebook by its path in the lessons' folder, and wait for its kernel."""
        self.open(f"/lab/workspaces/course/tree/{path}")
        self.page.locator(".jp-Notebook").first.wait_for()
        self.page.locator(".jp-StatusBar-TextItem", has_text="(ipykernel) | Idle").wait_for()
        return self

    def menu(self, *names):
        """Click through JupyterLab's menus."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text=names[0]).first.click()
        for name in names[1:]:
            self.page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()

    def run_all(self, seconds=240):
        """Run an open notebook that never ran; a cell that fails ends it with its text."""
        self.menu("Run", "Run All Cells")
        outcome = self.page.wait_for_function(
            """() => {
                const failed = document.querySelector(
                    ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']," +
                    ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']");
                const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
                const ran = prompts.every(prompt => /\\[\\d+\\]/.test(prompt.textContent));
                return failed ? failed.textContent : ran ? "ran" : "";
            }""",
            timeout=1000 * seconds,
        )
        assert outcome.json_value() == "ran", outcome.json_value()

    def screenshot(self, name):
        """Keep a picture of the page, if anybody asked for one."""
        folder = os.environ.get("COURSE_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture(scope="module")
def new_visit(chromium, lab):
    """Open pages; all are closed with their module."""
    contexts = []

    def open_page():
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Visit(context.new_page(), lab)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def visit(new_visit):
    return new_visit()
