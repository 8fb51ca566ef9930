"""The reading copy: lessons, the students' pages and the decks as pages that request nothing.

`build_site` is what `course site` does. Its steps, in order:

==============  ==================================================================================
`run`           runs the sources, with their moving figures recorded, unless they ran already
`lesson_page`   makes HTML of the students' text and of the outputs of the run
`prose`         turns Markdown into HTML; the students' pages are nothing else
`formulas`      has MathJax draw the formulas while the site is built; needs Node, as the slides do
`templates/`    the frame of every page, its style, and the script that plays the recordings
`start_page`    the front page's moving figure, and the list of sections that the search reads
`covers`        a picture for each lesson, and one for shared links
`pictures`      every still for light pages and for dark ones
`links`         follows every link before anybody sees the site
==============  ==================================================================================

A recording is a file of its own, loaded when its figure is nearly on the screen, so that a page
stays light. It is a script, since pages opened as files may not fetch data. Answers, hidden tests
and the outputs of graded cells are in none of the files.

Why not Jupyter Book or MyST-NB? MyST-NB 1.4 was tried with lesson 1. As it comes, the page loads
three scripts from other servers, draws its formulas with one of them, and shows the model answers;
none of eight recordings plays, and it is 5.2 MB large. With 88 lines of ours around it (students'
text, a renderer for recordings, MathJax while building) nothing is loaded from elsewhere, all
recordings play, and it has 0.36 MB; ours has 0.33. It still lacks what the other lines here do:
stills where no script runs, MathML, dark pages, the width of a telephone. `run`, `links`, most of
`formulas` and the player would stay, and 17 packages would come.
"""

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from course_utils.app.places import UsageError, find_lessons
from course_utils.widgets.canvas import STATIC

from ...files import replace_folder, write_atomically
from .. import slides
from ..assignments import read_config
from .covers import cover_of, share_picture
from .formulas import draw_formulas
from .lesson_page import page_of_lesson
from .links import check_links
from .pictures import files_of, picture
from .prose import document_page, links_from
from .run import run_lessons
from .start_page import hero, search_index

__all__ = ["BrokenSiteError", "build_site"]

TEMPLATES = Path(__file__).parent / "templates"
STUDENTS_PAGE, NOTES = "how-to-work", "notes-on-the-sources"
DOCUMENTS = {"README.md": STUDENTS_PAGE, "SOURCES.md": NOTES}
_MARK = ".made-by-course-site"


class BrokenSiteError(RuntimeError):
    """A fault of the site that was built; the text names all that was found."""


def build_site(
    root, out=None, lessons=(), *, decks=True, live=None, address=None, say=lambda line: None
):
    """Build the reading copy.

    Parameters
    ----------
    root : Path
        The folder of the course.
    out : Path, optional
        Where it goes, ``site/`` in the course by default. An earlier build in it is replaced.
    lessons : sequence of str
        Names such as ``"01-momentum"``; empty for all.
    decks : bool
        Put the slides in, if they can be built here.
    live : str, optional
        The address of the course in the browser, from `course lite`; each lesson's page links to
        its notebook there.
    address : str, optional
        Where the site will be served: who shares a link shows its picture from there.
    say : callable
        Is told a line for each thing that takes a while.

    Returns
    -------
    list of Path
        The pages.

    Raises
    ------
    UsageError
        If a lesson is unknown or does not run, a program is missing, ``out`` holds other things,
        or ``live`` or ``address`` is no address.
    BrokenSiteError
        If a link leads nowhere, or a page would request something; nothing is replaced.
    """
    root = Path(root).resolve()
    out = root / "site" if out is None else Path(out).resolve()
    names = _page_names(root, find_lessons(root, lessons))
    for given, example in ((live, "lite"), (address, "course")):
        if given is not None and not given.startswith(("https://", "http://")):
            raise UsageError(
                f"expected an address such as https://example.org/{example}, got {given}"
            )
    if out.exists() and not (out / _MARK).is_file() and (out.is_file() or any(out.iterdir())):
        raise UsageError(f"expected a new folder or one made by `course site`, got {out}")
    executed = run_lessons(root, list(names), say)
    documents, lesson_pages = _make_pages(root, names, executed)
    guide, notes = (documents.get(name) for name in DOCUMENTS.values())
    pages = _draw_formulas([*filter(None, [guide]), *lesson_pages, *filter(None, [notes])])
    out.parent.mkdir(parents=True, exist_ok=True)
    # When the site is in its place, a failure to remove the rest does not matter.
    scratch = tempfile.TemporaryDirectory(
        dir=out.parent, prefix=f".{out.name}-", ignore_cleanup_errors=True
    )
    with scratch as work:
        site = Path(work, "site")
        site_decks = _copy_decks(root, site, say) if decks else []
        links = _live_links(root, names, live) if live else {}
        _write_pages(site, pages, documents, lesson_pages, site_decks, links, address)
        _write_assets(site)
        write_atomically(site / "assets/search.js", search_index([page for page, *_ in pages]))
        html = [f"{page.name}.html" for page, _, _ in pages]
        if problems := check_links(site, [site / name for name in (*html, "index.html")]):
            raise BrokenSiteError("; ".join(problems))
        replace_folder(out, site)
    return sorted(out.glob("*.html"))


def _page_names(root, lessons):
    """Return the page's name for each source: the lesson's, or its number and the file's name."""
    names = {}
    for lesson in lessons:
        sources = sorted((root / "solutions" / lesson).glob("*.ipynb"))
        for path in sources:
            short = lesson if len(sources) == 1 else f"{lesson.split('-')[0]}-{path.stem}"
            names[path] = short
    return names


def _live_links(root, names, live):
    """Return the address of each page's notebook in the course in the browser."""
    lab = f"{live.rstrip('/')}/lab/index.html"
    return {
        name: f"{lab}?path={path.relative_to(root / 'solutions').as_posix()}"
        for path, name in names.items()
    }


def _make_pages(root, names, executed):
    """Return the pages of the documents that there are, by name, and the pages of the lessons."""
    notebooks = root / "notebooks"
    targets = {
        notebooks / path.relative_to(root / "solutions"): name for path, name in names.items()
    }
    found = {notebooks / file: name for file, name in DOCUMENTS.items()}
    targets |= {path: name for path, name in found.items() if path.is_file()}
    documents = {
        name: document_page(name, path.read_text(encoding="utf-8"), links_from(notebooks, targets))
        for path, name in found.items()
        if path in targets
    }
    config = read_config(root)
    lessons = []
    for path, name in names.items():
        follow = links_from(notebooks / path.parent.name, targets)
        lessons.append(page_of_lesson(name, path, executed[path], config, follow))
    return documents, lessons


@dataclass(frozen=True)
class _SiteDeck:
    """A deck as the pages show it."""

    name: str
    title: str
    slides: int
    minutes: int


def _copy_decks(root, site, say):
    """Build the decks and copy them, if this course has some and they can be built here."""
    try:
        decks = slides.find_decks(root)
    except UsageError:
        return []  # a course without decks
    missing = slides.missing_program(("html",))
    if missing:
        say(f"the slides are left out: {missing}")
        return []
    slides.build_decks(root, formats=("html",), say=say)
    (site / "slides").mkdir(parents=True)
    for deck in decks:
        shutil.copy(root / "slides" / "build" / f"{deck.name}.html", site / "slides")
    return [
        _SiteDeck(deck.name, deck.slides[0].heading, len(deck.slides), round(deck.minutes))
        for deck in decks
    ]


# Headings hold formulas too. All parts of a page are drawn as one text, cut here afterwards.
_CUT = "<!--cut-->"


def _draw_formulas(pages):
    """Return (page, glyphs, parts of the page by name) for each page, all formulas drawn."""
    texts = {}
    for page in pages:
        sections = [text for _, text in page.sections]
        text = _CUT.join(["", page.title, page.kicker, page.body, *sections])
        texts[page.name] = (text, page.formulas)
    drawn = []
    for page, text in zip(pages, draw_formulas(texts).values(), strict=True):
        glyphs, title, kicker, body, *sections = text.split(_CUT)
        parts = {"title": title, "kicker": kicker, "body": body, "sections": sections}
        drawn.append((page, glyphs, parts))
    return drawn


def _write_pages(site, pages, documents, lessons, decks, live_links, address):
    """Write the front page, all other pages, and the pictures and recordings that they show."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True
    )
    guide, notes = (documents.get(name) for name in DOCUMENTS.values())
    covers = {page.name: cover for page in lessons if (cover := cover_of(page.name)) is not None}
    shared = {
        "lessons": lessons,
        "guide": guide,
        "notes": notes,
        "decks": decks,
        "covers": covers,
        "picture": picture,
        "hero": hero(),
        "address": address and f"{address.rstrip('/')}/",
    }
    pictures = {"assets/share.png": share_picture()} | hero().files
    for name, png in covers.items():
        pictures |= files_of(f"cover-{name}", png)
    for name, data in pictures.items():
        write_atomically(site / name, data)
    order = [page for page, _, _ in pages]
    for place, (page, glyphs, parts) in enumerate(pages):
        text = templates.get_template("lesson.html").render(
            shared,
            page=page,
            glyphs=glyphs,
            parts=parts,
            live=live_links.get(page.name),
            before=order[place - 1] if place else None,
            after=order[place + 1] if place + 1 < len(order) else None,
            deck=next((deck for deck in decks if deck.name.startswith(page.name[:3])), None),
        )
        write_atomically(site / f"{page.name}.html", text)
        for name, data in page.files.items():
            write_atomically(site / name, data)
    write_atomically(site / "index.html", templates.get_template("index.html").render(shared))


def _write_assets(site):
    """Write style, scripts and licences, and the mark by which a later build knows the folder."""
    assets = site / "assets"
    for name in ("site.css", "site.js", "icon.svg"):
        write_atomically(assets / name, (TEMPLATES / name).read_text(encoding="utf-8"))
    shutil.copy(STATIC / "figures.css", assets)
    shutil.copy(STATIC / "LICENSES.txt", assets / "figures-licences.txt")
    module = (STATIC / "figures.js").read_text(encoding="utf-8")
    write_atomically(assets / "figures.js", f"window.courseFigures = {json.dumps(module)};\n")
    (site / _MARK).write_text("`course site` replaces this folder.\n", encoding="utf-8")
