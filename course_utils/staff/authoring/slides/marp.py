"""Marp, the program that makes pages of Markdown: find it, install it, run it."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from course_utils.app.doctor import OPTIONAL

from .decks import SlidesError

#: What a deck can become, and Marp's options for it. The notes are a text of their own: in the PDF
#: each would be an annotation, and its icon a spot on every page.
OPTIONS = {
    "html": [],
    "pdf": ["--pdf", "--pdf-outlines", "--pdf-outlines.pages=false"],
    "pptx": ["--pptx"],
    "txt": ["--notes"],
}
FORMATS = tuple(OPTIONS)


def missing_program(formats=FORMATS):
    """Return a sentence on the program that these formats need and this machine lacks, if any."""
    programs = ["node"] if set(formats) <= {"html", "txt"} else ["node", "chromium"]
    sentences = [OPTIONAL[name].missing() for name in programs]
    if not sentences[0] and not shutil.which("npm"):
        sentences.insert(0, f"npm is missing: {OPTIONAL['node'].mend()}")
    return next(filter(None, sentences), "")


def install_marp(slides, say):
    """Return Marp's command, installed as the lock in the folder of the slides says.

    Raises
    ------
    SlidesError
        If npm fails.
    """
    lock = hashlib.sha256((slides / "package-lock.json").read_bytes()).hexdigest()
    stamp = slides / "node_modules" / ".installed"
    if not stamp.is_file() or stamp.read_text("utf-8") != lock:
        say("installing Marp into slides/node_modules (once)")
        command = [shutil.which("npm"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        process = _run(command, slides)
        if process.returncode:
            raise SlidesError(f"npm could not install Marp: {_last_line(process.stdout)}")
        stamp.write_text(lock, "utf-8")
    return [OPTIONAL["node"].where(), str(slides / "node_modules/@marp-team/marp-cli/marp-cli.js")]


def convert(command, slides, work, names, kind):
    """Have Marp make one file of each deck, beside its Markdown.

    Parameters
    ----------
    command : list of str
        From `install_marp`.
    slides : Path
        The folder with Marp's settings.
    work : Path
        The folder with the Markdown.
    names : list of str
        The decks.
    kind : str
        Of `FORMATS`.

    Raises
    ------
    SlidesError
        If Marp fails, or a file is missing afterwards.
    """
    decks = [f"{name}.md" for name in names]
    settings = ["-c", str(slides / "marp.config.mjs")]
    process = _run([*command, *settings, *OPTIONS[kind], *decks], work)
    absent = [name for name in names if not Path(work, f"{name}.{kind}").is_file()]
    if process.returncode or absent:
        failed = ", ".join(absent or names)
        raise SlidesError(f"Marp could not make {kind} of {failed}: {_last_line(process.stdout)}")


def _run(command, folder):
    # From a terminal Marp would wait for more on its standard input.
    environment = os.environ | {"CHROME_PATH": OPTIONAL["chromium"].where() or ""}
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",  # a line of it may become part of a message
        check=False,
    )


def _last_line(output):
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
