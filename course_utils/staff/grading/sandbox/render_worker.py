"""The process in the sandbox that runs a whole notebook, for its figures; see ``pages/render.py``.

It answers frames: a JSON list ``["run", source]`` by what the cell showed. Nothing that it says
reaches a score. Here IPython and the student's half of the course can be imported.
"""

import base64
import contextlib
import io
import json
import os

from .protocol import MOST_TEXT
from .worker import READY, enter


class _Short(io.TextIOBase):
    """Text of which the beginning is kept; it takes no more memory than that."""

    def __init__(self, most: int):
        self._most, self._kept = most, ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if len(self._kept) <= self._most:
            self._kept += text[: self._most + 1 - len(self._kept)]
        return len(text)

    def getvalue(self) -> str:
        return self._kept


def main(settings: dict) -> None:
    """Answer until the other end closes.

    Parameters
    ----------
    settings : dict
        As `worker.main` takes them.
    """
    channel = enter(settings)
    shell = _shell()
    channel.send(READY)
    while True:
        _, source, most_text, most_pictures = json.loads(channel.receive())
        shown = _run(shell, source, most_text, most_pictures)
        payload = json.dumps(shown).encode()
        while len(payload) > settings["reply"] and shown["pictures"]:
            shown["pictures"].pop()
            payload = json.dumps(shown).encode()
        channel.send(payload)


def _shell():
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from course_utils.plotting.still import Still

    os.environ["JOBLIB_MULTIPROCESSING"] = "0"  # it would say that it cannot have semaphores
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config, colors="nocolor")
    shell.showtraceback = shell.showsyntaxerror = lambda *_, **__: None
    png = Still.png
    Still.png = lambda self, scale=1.0: png(self, scale)  # small ones do for a page
    return shell


def _run(shell, source: str, most_text: int, most_pictures: int) -> dict:
    from IPython.core.displayhook import CapturingDisplayHook
    from IPython.core.displaypub import CapturingDisplayPublisher

    printed, publisher = _Short(most_text), CapturingDisplayPublisher()
    hook = CapturingDisplayHook(shell=shell, outputs=publisher.outputs)
    hook.is_active = False  # which the shell asks of its own hook
    shell.display_pub, shell.displayhook, shell.display_trap.hook = publisher, hook, hook
    error = ""
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            outcome = shell.run_cell(source, silent=False, store_history=False)
            raised = outcome.error_before_exec or outcome.error_in_exec
            if raised is not None:
                error = f"{type(raised).__name__}: {raised}"[:MOST_TEXT]
    except BaseException as raised:  # a cell ends, not the process
        error = type(raised).__name__[:MOST_TEXT]
    pictures = [*map(_picture, publisher.outputs), *_open_figures()]
    pictures = [picture for picture in pictures if picture][:most_pictures]
    # Where there is a picture, its text stands for it and is no output of its own.
    for output in publisher.outputs:
        text = output["data"].get("text/plain")
        if isinstance(text, str) and text and _picture(output) is None:
            printed.write(text + "\n")
    return {"text": printed.getvalue(), "error": error, "pictures": pictures}


def _picture(output: dict) -> list | None:
    """Return PNG and words of a still of the course, or a PNG of another hand without words."""
    from course_utils.plotting.still import read_still

    if still := read_still(output["data"]):
        png, words, _ = still
        return [base64.b64encode(png).decode(), words[:1000]]
    png = output["data"].get("image/png")
    if isinstance(png, bytes):
        png = base64.b64encode(png).decode()
    return [png, ""] if isinstance(png, str) else None


def _open_figures():
    """Yield what pyplot has drawn, and close it, as a notebook does after each cell."""
    import sys

    if "matplotlib.pyplot" in sys.modules:
        pyplot = sys.modules["matplotlib.pyplot"]
        for number in pyplot.get_fignums():
            drawn = io.BytesIO()
            with contextlib.suppress(Exception):
                pyplot.figure(number).savefig(drawn, format="png", dpi=100)
                yield [base64.b64encode(drawn.getvalue()).decode(), ""]
        pyplot.close("all")
