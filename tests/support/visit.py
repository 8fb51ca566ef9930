"""One way to open a page of JupyterLab, to run a notebook in it, and to say why that failed.

A slow machine is no failure: every wait here is generous, and ends as soon as what it waits for is
there. Two things that a page shows too early are asked of the server instead: whether the
notebook's kernel is there and idle, and whether it is connected to this page.
"""

import json
import os
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Error, TimeoutError

from support.lab_server import TOKEN

#: Seconds that a page may take to show something, and a notebook to run from top to bottom.
PATIENCE, RUN_PATIENCE = 60, 240
REQUESTS = 6  # how often *Run All Cells* is asked for

PROMPTS = """() => [...document.querySelectorAll(".jp-Notebook .jp-CodeCell .jp-InputPrompt")]
  .map(prompt => prompt.textContent.trim())"""
FAILED = """() => document.querySelector(
  ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']," +
  ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']")?.textContent"""


def eventually(page, read, expected):
    """Wait until ``read()`` is what is expected: a value, or a function that says so of a value."""
    good = expected if callable(expected) else lambda value: value == expected
    deadline = time.monotonic() + PATIENCE
    while not good(value := read()):
        assert time.monotonic() < deadline, f"expected {expected}, got {value!r}"
        page.wait_for_timeout(50)
    return value


class Visit:
    """A page, and everything that it complained about and asked for.

    Attributes
    ----------
    page : playwright's Page
    complaints : list of str
        What the console called an error, with where it came from.
    """

    def __init__(self, browser, lab=None, size=(1280, 900), **context):
        width, height = size
        self.lab = lab
        self.context = browser.new_context(viewport={"width": width, "height": height}, **context)
        self.context.set_default_timeout(1000 * PATIENCE)
        self.page = self.context.new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _console(self, message):
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def elsewhere(self):
        """Return what was asked of anybody but this machine."""
        local = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "file:")
        return [url for url in self.requests if not url.startswith(local)]

    # ------------------------------------------------------------------------- opening and running

    def open(self, path="/"):
        """Go to a page of the server, without the tabs of earlier visits."""
        self.page.goto(f"{self.lab.url}{path}?reset&token={TOKEN}")
        return self

    def open_notebook(self, path, application="lab", kernel=True):
        """Open a notebook by its path in the lessons' folder, and wait for its kernel, if any."""
        # A workspace each: JupyterLab would open the other pages' notebooks beside this one.
        name = "".join(c if c.isalnum() else "-" for c in path)
        places = {"lab": f"/lab/workspaces/{name}/tree/{path}", "notebook": f"/notebooks/{path}"}
        self.open(places[application])
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        if not kernel:
            return self
        self._wait(lambda: self.kernel(path) == ("idle", True), "no idle kernel", PATIENCE)
        return self

    def kernel(self, path):
        """Return the state of a notebook's kernel and whether a page is connected to it."""
        sessions = json.loads(self.lab.get("/api/sessions")[1] or "[]")
        kernels = [session["kernel"] for session in sessions if session["path"] == path]
        return (kernels[0]["execution_state"], kernels[0]["connections"] > 0) if kernels else None

    def save(self):
        """Save the open notebook, and wait until it is."""
        self.page.keyboard.press("Control+s")
        self.page.locator(".jp-mod-dirty").first.wait_for(state="detached")
        return self

    def menu(self, *names):
        """Click through JupyterLab's menus."""
        self.page.locator(".lm-MenuBar-itemLabel").get_by_text(names[0], exact=True).click()
        for name in names[1:]:
            self.page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()

    def run_all(self):
        """Run an open notebook that never ran; a cell that fails ends it with its text."""
        return self.start_all().ran()

    def start_all(self):
        """Begin to run an open notebook that never ran.

        What JupyterLab is asked before it is ready for it is lost, or done for some cells only:
        ask again as long as cells are left that neither ran nor wait for their turn.
        """
        for _ in range(REQUESTS):
            try:
                self.page.locator(".jp-Notebook .jp-CodeCell").first.click(timeout=15_000)
                self.menu("Run", "Run All Cells")
                self._wait(lambda: "[ ]:" not in self.prompts(), "not all cells wait", 15)
                return self
            except (AssertionError, TimeoutError):
                self.page.keyboard.press("Escape")  # a menu that is still open
        raise AssertionError(f"asked {REQUESTS} times, cells never ran\n{self.told()}")

    def ran(self):
        """Wait until no cell runs any more; a cell that failed is told with its text."""
        self._wait(lambda: "[*]:" not in self.prompts(), "cells still run", RUN_PATIENCE)
        failed = self.page.evaluate(FAILED)
        assert not failed, failed
        assert all(prompt.strip("[]:").isdigit() for prompt in self.prompts()), self.told()
        return self

    def prompts(self):
        """Return the code cells' prompts: ``[ ]:`` not run, ``[*]:`` waiting, ``[3]:`` run."""
        return self.page.evaluate(PROMPTS)

    def _wait(self, condition, complaint, seconds):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"{complaint} after {seconds:g} s\n{self.told()}")
            self.page.wait_for_timeout(100)

    # ------------------------------------------------------------------------------ what it showed

    def told(self):
        """Say what the page shows, for the message of a test that fails."""
        picture = Path(tempfile.mkdtemp(prefix="course-browser-"), "page.png")
        try:
            self.page.screenshot(path=picture, timeout=30_000)
        except Error as error:
            picture = f"none: {error.message}"
        texts = self.page.locator(".jp-Dialog, .Toastify__toast, .lm-Menu").all_inner_texts()
        lines = {
            "page": self.page.url,
            "prompts": " ".join(self.prompts()),
            "failed cell": self.page.evaluate(FAILED),
            "dialogs and menus": texts,
            "console": self.complaints,
            "sessions": self.lab.get("/api/sessions")[1] if self.lab else None,
            "screenshot": picture,
            "server's log": self.lab.log.read_text(errors="replace")[-3000:] if self.lab else None,
        }
        return "\n".join(f"{name}: {value}" for name, value in lines.items() if value)

    def screenshot(self, name):
        """Keep a picture of the page, if anybody asked for one."""
        folder = os.environ.get("COURSE_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def close(self):
        """Close the page."""
        self.context.close()
