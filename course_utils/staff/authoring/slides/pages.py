"""Figures put into a deck: into its Markdown as files, or into Marp's page as data.

Marp leaves places for figures as they are. Pictures are put there afterwards as data, because
they are large, and so are the recordings of moving figures, with one copy of the script that plays
them. ``slides/recordings.js`` says how.
"""

import base64
import html
import re

from course_utils.app.places import PACKAGE

from .decks import PLACEHOLDER, SlidesError
from .figures import as_base64


def with_picture_files(deck, figures, work):
    """Return a deck's Markdown with pictures in files, for formats in which nothing moves.

    Parameters
    ----------
    deck : Deck
    figures : dict of str -> DrawnFigure
    work : Path
        The folder in which Marp will run; the pictures are written into a folder there.

    Returns
    -------
    str
    """
    folder = work / deck.name
    folder.mkdir(exist_ok=True)
    for name, figure in figures.items():
        (folder / f"{name}.png").write_bytes(base64.b64decode(figure.png))
    return _fill(deck.text, figures, lambda name: f"{deck.name}/{name}.png")


_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_TEX = re.compile(r"\$\$(.+?)\$\$|\$([^$]+)\$", re.DOTALL)
_PICTURE = re.compile(r'(<mjx-container\b[^>]*><svg\b[^>]* role="img")')


def with_named_formulas(page, deck):
    """Return Marp's page with words for each formula, which is a picture there.

    Parameters
    ----------
    page : str
        HTML.
    deck : Deck

    Returns
    -------
    str

    Raises
    ------
    SlidesError
        If the page has more formulas than the deck, or fewer.
    """
    text = "\n".join(_CODE.sub("", slide.body) for slide in deck.slides)
    names = [_words(display or inline) for display, inline in _TEX.findall(text)]
    count = len(_PICTURE.findall(page))
    if count != len(names):
        raise SlidesError(f"{deck.name}: expected {len(names)} formulas on the page, got {count}")
    rest = iter(names)
    return _PICTURE.sub(lambda match: f'{match[1]} aria-label="{html.escape(next(rest))}"', page)


# What sets a formula and says nothing: room, sizes, alignment.
_SETTING = re.compile(
    r"\\(?:left|right|text|mathrm|underbrace|q?quad|[bB]igg?[lr]?|(?:begin|end)\{\w+\})"
    r"(?![A-Za-z])|\\[,;:! \\]"
)


def _words(tex):
    """Return a formula as words: TeX's names without its signs."""
    plain = _SETTING.sub(" ", tex).replace("tfrac", "frac")
    return " ".join(re.sub(r"[\\{}&]", " ", plain).split())


def with_figures_inside(page, figures, slides):
    """Return Marp's page with its figures in it, and with the player if some of them move.

    Parameters
    ----------
    page : str
        HTML.
    figures : dict of str -> DrawnFigure
    slides : Path
        The folder with ``recordings.js``.

    Returns
    -------
    str
    """
    page = _fill(page, figures, lambda name: f"data:image/png;base64,{figures[name].png}")
    moving = {name: figure.data for name, figure in figures.items() if figure.data}
    if not moving:
        return page
    static = PACKAGE / "widgets" / "static"
    code = as_base64((static / "figures.js").read_bytes())
    script = (slides / "recordings.js").read_text(encoding="utf-8")
    style = (static / "figures.css").read_text(encoding="utf-8")
    parts = [
        f"<style>{style}</style>",
        *(f'<script type="text/plain" id="recording-{n}">{d}</script>' for n, d in moving.items()),
        f'<script type="text/plain" id="figures-js">{code}</script>',
        f'<script type="module">\n{script}</script>',
    ]
    before, end, after = page.rpartition("</body>")
    return before + "\n".join(parts) + "\n" + end + after


def _fill(text, figures, address):
    """Put every figure's picture in its place."""

    def image(match):
        name, attributes = match.groups()
        figure = figures[name]
        moves = f' data-recording="{name}"' if figure.data else ""
        return (
            f'<figure data-figure="{name}"{moves}{attributes}><img src="{address(name)}" '
            f'alt="{html.escape(figure.alt)}" width="{figure.width}"></figure>'
        )

    return PLACEHOLDER.sub(image, text)
