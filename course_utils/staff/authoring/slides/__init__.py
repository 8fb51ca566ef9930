"""The slides: Marp decks with the course's own figures, built into ``slides/build/``.

A deck is ``slides/NN-name.md``. Its figures are the functions of ``slides/figures/NAME.py``, NAME
being the deck's short name, the first word after its number. `build_decks` is what `course slides`
does:

===========  ======================================================================
`decks`      finds the decks and takes their Markdown apart
`figures`    draws their figures, those that changed, and stores them
`marp`       makes pages of Markdown
`pages`      puts the figures in: as files before Marp, or as data afterwards
===========  ======================================================================
"""

import os
import tempfile
from pathlib import Path

from course_utils.app.places import UsageError
from course_utils.locks import alone

from ...files import write_atomically
from .decks import SlidesError, find_decks
from .figures import draw_figures
from .marp import FORMATS, convert, install_marp, missing_program
from .pages import with_figures_inside, with_named_formulas, with_picture_files

__all__ = ["FORMATS", "SlidesError", "build_decks", "find_decks", "missing_program"]


def build_decks(root, names=(), formats=FORMATS, say=lambda line: None):
    """Build decks into ``slides/build/``.

    Parameters
    ----------
    root : Path
        The folder of the course.
    names : sequence of str
        The decks; empty for all.
    formats : sequence of str
        Of `FORMATS`.
    say : callable
        Is told a line for each figure drawn and each deck built.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    UsageError
        If a deck or a figure does not exist, or a program is missing.
    SlidesError
        If a figure cannot be drawn, or Marp fails.
    """
    decks = find_decks(root, names)
    slides, target = root / "slides", root / "slides" / "build"
    if missing := missing_program(formats):
        raise UsageError(missing)
    target.mkdir(exist_ok=True)
    with alone(target / ".busy"):  # another build may be drawing the same figures
        figures = {deck.name: draw_figures(deck, target / "figures", say) for deck in decks}
        command = install_marp(slides, say)
    # A browser that Marp lost may still be writing there, which is no reason to fail.
    scratch = tempfile.TemporaryDirectory(dir=target, prefix=".work-", ignore_cleanup_errors=True)
    with scratch as work:
        written = [
            path
            for kind in formats
            for path in _build_format(kind, decks, figures, command, slides, Path(work))
        ]
    for deck in decks:
        say(
            f"{deck.name}: {len(deck.slides)} slides, {deck.minutes:g} minutes "
            f"-> slides/build/{deck.name} ({', '.join(formats)})"
        )
    return written


def _build_format(kind, decks, figures, command, slides, work):
    """Make one format of every deck; yield the files written."""
    for deck in decks:
        text = deck.text
        if kind != "html":
            text = with_picture_files(deck, figures[deck.name], work)
        (work / f"{deck.name}.md").write_text(text, encoding="utf-8")
    convert(command, slides, work, [deck.name for deck in decks], kind)
    for deck in decks:
        converted, path = work / f"{deck.name}.{kind}", slides / "build" / f"{deck.name}.{kind}"
        if kind == "html":
            page = with_named_formulas(converted.read_text(encoding="utf-8"), deck)
            write_atomically(path, with_figures_inside(page, figures[deck.name], slides))
        else:
            os.replace(converted, path)
        yield path
