"""The reading copy: all lessons, the students' page and the decks as pages that ask nobody.

`build` makes it, and this is the order in which it does:

=============  ====================================================================================
`run`          runs the sources, with their moving figures recorded; unchanged ones ran already
`pages`        students' text (from `release.build`) and the outputs of the run become HTML
`formulas`     MathJax draws the formulas while the site is built; needs Node, as the slides do
`templates/`   the frame of every page, its style, and the script that plays the recordings
`links`        every link is followed before anybody sees the site
=============  ====================================================================================

A recording is a file of its own, loaded when its figure comes near: a page stays light, and since
pages are opened as files too, it is a script and not fetched. Answers, hidden tests and the outputs
of graded cells are in none of them.
"""

import json
import shutil
import tempfile
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from course_utils.app.places import UsageError, find_lessons
from course_utils.widgets.canvas import STATIC

from .. import slides
from ..release import read_config, write_atomically
from .formulas import draw
from .lesson_page import document_page, follow_from, lesson_page
from .links import findings
from .run import execute

__all__ = ["BrokenSiteError", "build"]

TEMPLATES = Path(__file__).parent / "templates"
STUDENTS = "how-to-work"
_MARK = ".made-by-course-site"


class BrokenSiteError(RuntimeError):
    """A fault of the site that was built; the text names all that was found."""


def build(root, out=None, lessons=(), *, decks=True, say=lambda line: None):
    """Build the reading copy.

    Parameters
    ----------
    root : Path
        The folder of the course.
    out : Path, optional
        Where it goes, ``site/`` in the course by default. What a build left there is replaced.
    lessons : sequence of str
        Names such as ``"01-momentum"``; empty for all.
    decks : bool
        Put the slides in, if they can be built here.
    say : callable
        Is told a line for each thing that takes a while.

    Returns
    -------
    list of Path
        The pages.

    Raises
    ------
    UsageError
        If a lesson is unknown or does not run, a program is missing, or ``out`` holds other things.
    BrokenSiteError
        If a link leads nowhere, or a page would ask somebody for something; nothing is replaced.
    """
    root = Path(root).resolve()
    out = root / "site" if out is None else Path(out).resolve()
    chosen = find_lessons(root, lessons)
    if out.exists() and not (out / _MARK).is_file() and (out.is_file() or any(out.iterdir())):
        raise UsageError(f"expected a new folder or one made by `course site`, got {out}")
    names = _names(root, chosen)
    executed = execute(root, list(names), say)
    made = _pages(root, names, executed)
    out.parent.mkdir(parents=True, exist_ok=True)
    # What is left when the site is in its place is not worth a failure.
    scratch = tempfile.TemporaryDirectory(
        dir=out.parent, prefix=f".{out.name}-", ignore_cleanup_errors=True
    )
    with scratch as work:
        work = Path(work, "site")
        shown = _slides(root, work, say) if decks else []
        _write(work, made, list(names.values()), shown)
        found = findings(work, [work / f"{page.name}.html" for page in made.values()])
        found += findings(work, [work / "index.html"])
        if found:
            raise BrokenSiteError("; ".join(found))
        _put(work, out)
    return sorted(out.glob("*.html"))


def _put(new, place):
    """Move a folder to where another may be; if that fails, the other is there as before."""
    aside = Path(tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}-before-"))
    old = aside / place.name
    try:
        if place.exists():
            place.rename(old)
        new.rename(place)
    except BaseException:
        if old.exists():
            old.rename(place)
        aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _names(root, lessons):
    """Return the site's name for each source: that of the lesson, or its number and the file's."""
    names = {}
    for lesson in lessons:
        sources = sorted((root / "solutions" / lesson).glob("*.ipynb"))
        for path in sources:
            short = lesson if len(sources) == 1 else f"{lesson.split('-')[0]}-{path.stem}"
            names[path] = short
    return names


def _pages(root, names, executed):
    """Return the pages by name, formulas still to be drawn."""
    notebooks = root / "notebooks"
    places = {
        notebooks / path.relative_to(root / "solutions"): name for path, name in names.items()
    }
    readme = notebooks / "README.md"
    if readme.is_file():
        places[readme] = STUDENTS
    config = read_config(root)
    pages = {}
    if readme.is_file():
        text = readme.read_text(encoding="utf-8")
        pages[STUDENTS] = document_page(STUDENTS, text, follow_from(notebooks, places))
    for path, name in names.items():
        lesson = path.parent.name
        follow = follow_from(notebooks / lesson, places)
        pages[name] = lesson_page(name, lesson, path, executed[path], config, follow)
    return pages


def _slides(root, work, say):
    """Build the decks and copy them; return (name, title, slides, minutes) of each."""
    try:
        decks = slides.find(root)
    except UsageError:
        return []  # a course without decks
    missing = slides.lacking(("html",))
    if missing:
        say(f"the slides are left out: {missing}")
        return []
    slides.build(root, formats=("html",), say=say)
    (work / "slides").mkdir(parents=True)
    for deck in decks:
        shutil.copy(root / "slides" / "build" / f"{deck.name}.html", work / "slides")
    return [
        (deck.name, deck.slides[0].heading, len(deck.slides), round(deck.minutes)) for deck in decks
    ]


def _write(work, pages, lessons, decks):
    """Write pages, pictures, recordings, style and scripts."""
    frames = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True
    )
    drawn = draw({name: (_whole(page), page.formulas) for name, page in pages.items()})
    shared = {
        "lessons": [pages[name] for name in lessons],
        "guide": pages.get(STUDENTS),
        "decks": decks,
    }
    order = [page for page in (shared["guide"], *shared["lessons"]) if page]
    for place, page in enumerate(order):
        glyphs, parts = _parts(drawn[page.name])
        text = frames.get_template("lesson.html").render(
            shared,
            page=page,
            glyphs=glyphs,
            parts=parts,
            before=order[place - 1] if place else None,
            after=order[place + 1] if place + 1 < len(order) else None,
            deck=next((deck for deck in decks if deck[0].startswith(page.name[:3])), None),
        )
        write_atomically(work / f"{page.name}.html", text)
        for name, data in page.files.items():
            write_atomically(work / name, data)
    write_atomically(work / "index.html", frames.get_template("index.html").render(shared))
    for name in ("site.css", "site.js"):
        write_atomically(work / "assets" / name, (TEMPLATES / name).read_text(encoding="utf-8"))
    shutil.copy(STATIC / "figures.css", work / "assets")
    shutil.copy(STATIC / "LICENSES.txt", work / "assets" / "figures-licences.txt")
    module = (STATIC / "figures.js").read_text(encoding="utf-8")
    script = f"window.courseFigures = {json.dumps(module)};\n"
    write_atomically(work / "assets" / "figures.js", script)
    (work / _MARK).write_text("`course site` replaces this folder.\n", encoding="utf-8")


# Headings hold formulas too: all parts of a page are drawn together, and taken apart again.
_CUT = "<!--cut-->"


def _whole(page):
    return _CUT.join(["", page.title, page.kicker, page.body, *(text for _, text in page.sections)])


def _parts(text):
    """Return the glyphs and the drawn parts of a page."""
    glyphs, title, kicker, body, *sections = text.split(_CUT)
    return glyphs, {"title": title, "kicker": kicker, "body": body, "sections": sections}
