"""Feedback pages: what a student earned, why, and what to think about next.

One page a notebook, from the ledger and, for reflections, from the gradebook. No hidden test and no
right answer stands in a page, and nothing in it runs.
"""

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from course_utils.staff.files import write_atomically

from ..flags import Flag, known
from ..text import visible
from .html import render

# Characters of code shown for each answer, so that a page stays below a megabyte.
MOST_CODE = 6000
MOST_WORDS = 4000
# Bytes of a page; what the notebook showed gets what the rest leaves.
MOST_PAGE = 980_000

ADVICE = (
    "If you can mend the cause, hand in again; else ask your teacher. Nothing is lost on our side: "
    "your file lies where you put it."
)
_BADGES = {"full": "all right", "part": "partly right", "none": "not right yet"}


@dataclass(frozen=True)
class Shown:
    """One part of a page: an exercise or a reflection."""

    name: str
    by_hand: bool
    state: str
    badge: str
    points: float | None
    most: float
    words: list
    source: str


def write_feedback(outline, entry, answers, score, root, outputs=None, final=None):
    """Write a student's pages.

    Parameters
    ----------
    outline : Outline
    entry : Entry
        The student's current one.
    answers : dict of str to str
        Code and words, by grade_id.
    score : gradebook.Score or None
        What the gradebook holds, for the reflections.
    root : Path
        The grading folder.
    outputs : dict, optional
        What the cells of each notebook showed, as `render.stored` returns it.
    final : finals.Final, optional
        What counts in the end, which is shown where it is not the sum of the parts.

    Returns
    -------
    list of Path
        ``feedback/<student>/<assignment>/<notebook>.html``.
    """
    folder = Path(root, "feedback", entry.student, outline.assignment)
    parts = {name: [] for name in outline.released}
    for part in outline.parts:
        source = answers.get(part.name, "")
        result = entry.result["exercises"].get(part.name)
        if part.by_hand or (result and result["points"] is None):
            mark = score.marks.get(part.cell) if score else None
            message = result["message"] if result else ""
            parts[part.notebook].append(_read_by_a_person(part, mark, source, message))
        else:
            parts[part.notebook].append(_exercise(part, result, source))
    whole = {
        "earned": sum(shown.points or 0 for in_notebook in parts.values() for shown in in_notebook),
        "most": sum(part.points for part in outline.parts),
    }
    written = []
    for name, in_notebook in parts.items():
        make = functools.partial(
            render,
            "feedback.html",
            title=f"{name}: feedback",
            heading=_heading(outline, name),
            student=entry.student,
            reason="" if entry.graded else entry.result["reason"],
            advice=ADVICE,
            parts=in_notebook,
            earned=sum(shown.points or 0 for shown in in_notebook),
            most=sum(shown.most for shown in in_notebook),
            whole=whole if len(parts) > 1 else None,
            final=final if _says_more(final, whole["earned"]) else None,
            whole_most=whole["most"],
            unread=sum(shown.most for shown in in_notebook if shown.points is None),
            remarks=_remarks(entry.result),
            seed=entry.seed,
            at=entry.at.replace("T", " ").replace("+00:00", " UTC"),
            version=entry.grader_version,
        )
        page = make(outputs=[], cut=False)
        if shown := (outputs or {}).get(name):
            fits = _fitting(shown, MOST_PAGE - len(page.encode("utf-8")))
            page = make(outputs=fits, cut=len(fits) < len(shown))
        path = folder / f"{name}.html"
        write_atomically(path, page)
        written.append(path)
    return written


def _says_more(final, earned):
    return final and (final.remark or round(final.points - earned, 2))


def _remarks(result):
    """Return what the student reads above the exercises: on flags, and on what was repaired."""
    return [
        " ".join([flag.remark, *(result.get("repairs", []) if flag is Flag.REPAIRED else [])])
        for flag in known(result["flags"])
        if flag.remark
    ]


def _fitting(outputs, room):
    """Return the first outputs, as many as fit into so many bytes of a page."""
    fitting = []
    for output in outputs:
        text = visible(output["text"]).strip("\n")
        words = "".join([text, output["error"], output["heading"], output["slug"]])
        pictures = sum(len(png) + 6 * len(words) + 200 for png, words in output["pictures"])
        room -= 6 * len(words) + pictures + 500  # an escaped character takes at most six bytes
        if room < 0:
            break
        fitting.append(output | {"text": text})
    return fitting


def _heading(outline, name):
    """Return the notebook's own title."""
    for cell in outline.released[name].cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if line.startswith("# "):
                return line[2:].strip()
    return name


def _exercise(part, result, source):
    if result is None:  # only where nothing was graded, and then no part is shown
        result = {"points": 0.0, "max_points": part.points, "message": "", "hint": None}
    earned, most = result["points"], result["max_points"]
    state = "full" if earned >= most else "part" if earned > 0 else "none"
    message, hint = (
        visible(result["message"], MOST_WORDS),
        visible(result["hint"] or "", MOST_WORDS),
    )
    words = _paragraphs(part.name, message)
    if not any(" ".join(hint.split()) in text for _, text in words):
        words.append(("p", hint))
    return Shown(
        name=part.name,
        by_hand=False,
        state=state,
        badge=_BADGES[state],
        points=earned,
        most=most,
        words=words,
        source=visible(source.strip(), MOST_CODE),
    )


def _read_by_a_person(part, mark, source, message):
    if mark is None or mark.waits or mark.points is None:
        badge, points = "to be read by your teacher", None
    else:
        badge = "read by your teacher" if mark.by_hand else "no answer"
        points = mark.points
    comment = mark.comment if mark and points is not None else ""
    return Shown(
        name=part.name,
        by_hand=True,
        state="person",
        badge=badge,
        points=points,
        most=part.points,
        words=[("p", visible(text, MOST_WORDS)) for text in (message, comment) if text],
        source=visible(source.strip(), MOST_CODE),
    )


def _paragraphs(name, message):
    """Return a message, which was made for 80 columns, as ("p" or "pre", text) pairs.

    What stands beside it on the page is left out: the exercise's name, the badge, the points.
    """
    pieces = []
    lines = message.removeprefix(f"{name}: ").splitlines()
    if lines and lines[0].rstrip(".") in _BADGES.values():
        lines = lines[1:]
    for line in lines:
        kind = "pre" if line.startswith("    ") else "p"
        if pieces and kind == "p" and line.startswith("  "):
            before = pieces[-1][1]
            between = "" if before.endswith("-") else " "
            pieces[-1] = ("p", f"{before}{between}{line.strip()}")
        elif pieces and kind == "pre" == pieces[-1][0]:
            pieces[-1] = ("pre", f"{pieces[-1][1]}\n{line[4:]}")
        elif line.strip() and not re.fullmatch(r"\S+ of \S+ points", line):
            pieces.append((kind, line[4:] if kind == "pre" else line))
    return [
        (kind, text[:1].upper() + text[1:]) if kind == "p" else (kind, text)
        for kind, text in pieces
    ]
