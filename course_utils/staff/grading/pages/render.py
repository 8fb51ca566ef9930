"""Render: run a student's notebook once more, whole, for the figures on the feedback page.

The release's cells with the student's solutions in their place run in a sandbox of their own, in
which IPython and the student's half of the course stand. What they show, text and PNG and nothing
else, is kept beside the ledger in ``rendered/``. No score is ever taken from it.
"""

import base64
import binascii
import dataclasses
import functools
import hashlib
import json
import struct
import time
from pathlib import Path

from course_utils.app.places import PACKAGE
from course_utils.staff.authoring.imports import needed
from course_utils.staff.files import write_atomically

from ..flags import Flag
from ..limits import Limits
from ..pools import ended
from ..records.ledger import Entry
from ..results import GRADED, Submission
from ..sandbox import IMPORTABLE, MODULES, Died, Equipment, Overdue, Sandbox

# What may be imported inside besides the course: what its students' half stands on.
RENDERING = Equipment(
    modules=(*MODULES, "staff/grading/sandbox/render_worker.py"),
    main="staff.grading.sandbox.render_worker",
    importable=(
        *IMPORTABLE,
        *("IPython", "anywidget*", "asttokens", "comm", "decorator.py", "executing", "ipywidgets"),
        *("ipython_pygments_lexers.py", "jedi", "matplotlib_inline", "parso", "pexpect"),
        *("prompt_toolkit", "psygnal", "*__mypyc*.so", "ptyprocess", "pure_eval", "pygments"),
        *("threadpoolctl.py", "stack_data", "traitlets", "typing_extensions.py", "wcwidth"),
    ),
)
STOPPED = {
    Flag.CRASHED: "This cell ended the process that it ran in; the rest was not run.",
    Flag.TIMED_OUT: "This cell took too long; the rest was not run.",
    Flag.OUT_OF_MEMORY: "This cell took more memory than there is; the rest was not run.",
}
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@functools.cache
def equipment():
    """Return what stands in the sandbox: of the course, what the student notebooks import.

    Returns
    -------
    Equipment

    Raises
    ------
    imports.KeptBackError
        If a student notebook leads to an answer.
    """
    notebooks = sorted(PACKAGE.parent.glob("notebooks/*/*.ipynb"))
    files = needed(PACKAGE, notebooks, students=True)
    names = tuple(path.relative_to(PACKAGE).as_posix() for path in files)
    return dataclasses.replace(RENDERING, course=names)


def plan(outline):
    """Return what is run: for each notebook, its code cells as (number, heading, slug, source).

    ``slug`` names the solution that takes the source's place, or is empty. Graded cells are left
    out: what a check says is no score, and would stand beside the score.
    """
    return {name: _cells(notebook) for name, notebook in outline.released.items()}


def _cells(notebook):
    heading, cells = "", []
    for number, cell in enumerate(notebook.cells):
        roles = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown":
            titles = [line for line in cell.source.splitlines() if line.startswith("#")]
            heading = titles[-1].lstrip("#").partition("*(")[0].strip() if titles else heading
        elif cell.cell_type == "code" and not roles.get("grade"):
            slug = roles["grade_id"] if roles.get("solution") else ""
            cells.append((number, heading, slug, cell.source))
    return cells


def render_submission(submission, seed=None, *, cells, limits=None):
    """Run a submission's notebooks.

    Parameters
    ----------
    submission : Submission
    seed
        Not used: nothing here is drawn. It lets the pools of `cohort` call this as they call the
        scorer.
    cells : dict
        What `plan` returned.
    limits : Limits, optional

    Returns
    -------
    dict of str to list
        For each notebook, in order, what those cells showed that showed something: dicts with
        "cell", "heading", "slug", "text", "error" and "pictures" (base64 and description of each).

    Raises
    ------
    sandbox.Unavailable
        If there is no working sandbox.
    """
    limits = limits or Limits()
    limits = dataclasses.replace(
        limits,
        memory=limits.render_memory,
        reply=limits.render_reply,
    )
    return {
        name: _run(cells[name], sources, limits) for name, sources in submission.notebooks.items()
    }


def _run(cells, sources, limits):
    shown, ends = [], time.monotonic() + limits.submission  # seconds
    with Sandbox(limits, equipment(), ends) as sandbox:
        until = sandbox.time() + limits.render
        for number, heading, slug, source in cells:
            about = {"cell": number, "heading": heading, "slug": slug}
            request = ("run", sources.get(slug, source), limits.shown, limits.pictures)
            try:
                answer = sandbox.ask(
                    *request, until=min(until, sandbox.time() + limits.render_cell)
                )
                output = _believed(answer, limits)
            except (Died, Overdue) as end:
                flag = end.flag if isinstance(end, Died) else Flag.TIMED_OUT
                shown.append({**about, "text": "", "error": STOPPED[flag], "pictures": []})
                break
            if any(output.values()):
                shown.append({**about, **output})
    return shown


def _believed(answer, limits):
    """Return what a cell showed, from an answer of which nothing is believed."""
    try:
        data = json.loads(answer)
        text, error, pictures = (data[name] for name in ("text", "error", "pictures"))
        if not (isinstance(text, str) and isinstance(error, str) and isinstance(pictures, list)):
            raise TypeError("of another kind")
        shown = [_picture(*picture, limits) for picture in pictures[: limits.pictures]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Died(Flag.CRASHED) from None
    return {
        "text": text[: limits.shown] + (" […]" if len(text) > limits.shown else ""),
        "error": error[: limits.message],
        "pictures": shown,
    }


def _picture(encoded, description, limits):
    """Return a picture and its description, if it is a PNG and of a size to show."""
    if not isinstance(encoded, str):
        raise TypeError("no text")
    data = binascii.a2b_base64(encoded.replace("\n", ""), strict_mode=True)
    if not data.startswith(SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 33:
        raise ValueError("no PNG")
    width, height = struct.unpack(">II", data[16:24])
    if not 0 < width * height <= limits.pixels:
        raise ValueError("too many pixels")
    return [base64.b64encode(data).decode(), str(description)[:1000]]


def place(root, outline, digest):
    """Return the file that holds what a submission with this digest showed.

    It depends on the release too: another lesson text is another file.
    """
    text = json.dumps([outline.assignment, plan(outline), digest])
    name = hashlib.sha256(text.encode()).hexdigest()
    return Path(root, "rendered", outline.assignment, f"{name}.json")


def stored(root, outline, digest):
    """Return what `render_submission` returned for this digest; nothing if it was never run.

    A file that is damaged is as good as none: the next rendering makes it anew.
    """
    try:
        return json.loads(place(root, outline, digest).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def missing(root, outline, entries: dict[str, Entry]):
    """Return the digests of what was scored and never rendered, in order.

    Parameters
    ----------
    root : Path
        The grading folder.
    outline : Outline
    entries : dict of str to Entry
    """
    scored = {entry.digest for entry in entries.values() if entry.graded}
    return sorted(one for one in scored if not stored(root, outline, one))


def render_cohort(root, outline, grader, digests, notebooks, pool, progress=lambda done: None):
    """Run submissions, and keep what they show.

    Parameters
    ----------
    root : Path
        The grading folder.
    outline : Outline
    grader : cohort.Grader
    digests : list of str
        As `missing` returned them.
    notebooks : callable
        Digest -> canonical source; `Ledger.notebooks`.
    pool : callable
        As `cohort.grade` takes it.
    progress : callable
        Told how many were run, each time that one was.

    Returns
    -------
    int
        How many show something now; the others failed on our side, and are missing still.
    """
    score = functools.partial(render_submission, cells=plan(outline))
    work = (
        (digest, Submission(outline.assignment, GRADED, notebooks=notebooks(digest)))
        for digest in digests
    )
    written = 0
    with ended(pool(dataclasses.replace(grader, score=score), work)) as scores:
        for done, ((digest, _), shown) in enumerate(scores, 1):
            if "status" not in shown:  # else a failure of ours, which the next run tries again
                write_atomically(place(root, outline, digest), json.dumps(shown))
                written += 1
            progress(done)
    return written


def remove_stale(root, outline, entries: dict[str, Entry]):
    """Remove what no page shows any more: of earlier hand-ins, and of another release.

    Parameters
    ----------
    root : Path
        The grading folder.
    outline : Outline
    entries : dict of str to Entry
        The current ones of everybody.
    """
    current = {place(root, outline, entry.digest) for entry in entries.values() if entry.graded}
    # The star takes in what a killed run had half written, too.
    for path in Path(root, "rendered", outline.assignment).glob("*.json*"):
        if path not in current:
            path.unlink(missing_ok=True)
