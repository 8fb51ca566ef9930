"""The course in the browser: from a link to a graded check, with nothing installed.

Pyodide is not ours to keep here: ``COURSE_PYODIDE`` names a folder with upstream's files.
"""

import functools
import http.server
import io
import json
import os
import tarfile
import threading
from pathlib import Path

import pytest

from course_utils.browser import EDITIONS
from course_utils.staff.authoring.lite import build_lite
from support import ROOT
from support.submissions import ANSWERS, LESSON, NOTEBOOK, points, scored, write
from support.visit import Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.nightly,
    pytest.mark.requires("chromium", "bubblewrap"),
    pytest.mark.skipif("COURSE_PYODIDE" not in os.environ, reason="COURSE_PYODIDE names no folder"),
]

SLUG = "gradient-descent-step"
UPHILL = "def gradient_descent_step(weights, gradient, eta):\n    return weights + eta * gradient\n"
# Pyodide comes up slowly on a busy machine.
PATIENCE = 300_000


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The course in the browser, with its own Pyodide."""
    out = tmp_path_factory.mktemp("lite") / "course"
    build_lite(ROOT, out, os.environ["COURSE_PYODIDE"])
    return out


@pytest.fixture(scope="module")
def address(built):
    handler = functools.partial(Quiet, directory=built)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def publish_another_edition(built):
    """Let the course in a folder have a newer lesson 1 than the one that was opened."""
    archive = built / "static" / "pyodide" / "site.tar.gz"
    with tarfile.open(archive) as packed:
        files = {entry.name: packed.extractfile(entry).read() for entry in packed}
    table = next(name for name in files if name.endswith(f"course_utils/data/{EDITIONS.name}"))
    files[table] = json.dumps(json.loads(files[table]) | {NOTEBOOK: "newer"}).encode()
    with tarfile.open(archive, "w:gz", format=tarfile.USTAR_FORMAT) as packed:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            packed.addfile(entry, io.BytesIO(data))


class Lesson:
    """Lesson 1, opened by a link."""

    def __init__(self, browser, address):
        self.visit = Visit(browser, accept_downloads=True)
        self.page = self.visit.page
        self.page.set_default_timeout(PATIENCE)
        self.said = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.address = f"{address}/lab/index.html?path={LESSON}/{NOTEBOOK}"
        self.open()

    def open(self):
        self.page.goto(self.address)
        self.page.locator("#jp-main-statusbar", has_text="Idle").wait_for()
        return self

    def cell(self, text):
        return self.page.locator(".jp-Notebook .jp-CodeCell", has_text=text).first

    def write(self, text, source):
        """Put another text into the cell that holds one."""
        self.cell(text).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)

    def run(self, text):
        """Run the cell that holds a text, to its end; return the cell."""
        cell = self.cell(text)
        cell.locator(".cm-content").click()
        before = cell.locator(".jp-InputPrompt").inner_text()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            "([cell, before]) => { const prompt = cell.querySelector('.jp-InputPrompt').innerText;"
            " return prompt !== before && /\\d/.test(prompt); }",
            arg=[cell.element_handle(), before],
        )
        return cell

    def forget_runs(self):
        """Take the numbers of earlier runs off the cells: a new kernel would give the same."""
        self.visit.menu("Edit", "Clear Outputs of All Cells")

    def rename(self, name):
        """Give the notebook another name in the list of files."""
        self.visit.save()
        self.page.locator(".jp-DirListing-item", has_text=NOTEBOOK).click(button="right")
        self.page.locator(".lm-Menu-itemLabel").get_by_text("Rename", exact=True).click()
        self.page.locator(".jp-DirListing-editor").fill(name)
        self.page.keyboard.press("Enter")
        self.page.locator(".jp-DirListing-item", has_text=name).wait_for()

    def download(self):
        """Take the notebook out of the browser, as a student does before handing it in."""
        self.visit.save()
        self.page.locator(".jp-DirListing-item", has_text=NOTEBOOK).click(button="right")
        with self.page.expect_download() as found:
            self.page.locator(".lm-Menu-itemLabel").get_by_text("Download", exact=True).click()
        return Path(found.value.path()).read_bytes()


@pytest.fixture(scope="module")
def lesson(chromium, address):
    lesson = Lesson(chromium, address)
    yield lesson
    lesson.visit.close()


def test_the_folder_is_small_enough_for_any_web_space(built):
    size = sum(path.stat().st_size for path in built.rglob("*") if path.is_file())
    assert size < 60e6


def test_the_lesson_begins_and_a_figure_moves(lesson):
    assert not [line for line in lesson.said if "starts anew" in line]
    lesson.run("import numpy as np")
    figure = lesson.run("vectors(BOWL, eta=0.001, alpha=0.9, steps=2)")
    figure.locator(".course-figure .course-axes").first.wait_for()
    lesson.visit.screenshot("lite-figure")
    slider = figure.get_by_role("slider").first
    slider.focus()
    before = figure.locator(".course-axes").first.inner_html()
    lesson.page.keyboard.press("ArrowLeft")
    lesson.page.wait_for_function(
        "([axes, before]) => axes.innerHTML !== before",
        arg=[figure.locator(".course-axes").first.element_handle(), before],
    )


def test_a_wrong_answer_is_named_and_a_right_one_earns_its_points(lesson, tmp_path):
    lesson.write("def gradient_descent_step", UPHILL)
    lesson.run("def gradient_descent_step")
    told = lesson.run(f'check("{SLUG}"').locator(".jp-OutputArea").inner_text()
    assert "0 of" in told
    assert "uphill" in told
    wrong = lesson.download()
    lesson.write("def gradient_descent_step", ANSWERS[SLUG])
    lesson.run("def gradient_descent_step")
    told = lesson.run(f'check("{SLUG}"').locator(".jp-OutputArea").inner_text()
    assert "0 of" not in told
    right = lesson.download()
    lesson.visit.screenshot("lite-check")
    full = json.loads((ROOT / "notebooks" / LESSON / NOTEBOOK).read_text("utf-8"))
    assert len(json.loads(right)["cells"]) == len(full["cells"])
    earned = [
        points(scored(write(tmp_path / name, data)))[SLUG]
        for name, data in (("wrong", wrong), ("right", right))
    ]
    assert earned[0] == 0 < earned[1]


def test_a_page_that_is_loaded_again_has_what_was_saved(lesson):
    lesson.open()
    assert "step = eta * gradient" in lesson.cell("def gradient_descent_step").inner_text()


def test_a_lesson_that_the_browser_kept_says_that_the_course_has_a_newer_one(lesson, built):
    lesson.forget_runs()
    assert "earlier edition" not in lesson.run("import numpy as np").inner_text()
    lesson.visit.save()
    publish_another_edition(built)
    lesson.open().forget_runs()
    told = lesson.run("import numpy as np").locator(".jp-OutputArea").inner_text()
    assert f"Your browser kept {NOTEBOOK} from an earlier edition" in told
    lesson.rename("mine.ipynb")
    lesson.open()
    assert "raise NotImplementedError" in lesson.cell("def gradient_descent_step").inner_text()
    assert lesson.page.locator(".jp-DirListing-item", has_text="mine.ipynb").is_visible()


def test_nobody_else_was_asked_for_anything(lesson):
    assert lesson.visit.elsewhere() == []
