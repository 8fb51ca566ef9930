"""A figure that carries its own words: PNG and alt text for Jupyter, made without pyplot.

Jupyter gets the picture as HTML and not as ``image/png``: JupyterLab and nbconvert show a bare PNG
without its words, whatever its metadata say (only nbconvert's classic pages use them). Both at once
would double the size of a saved lesson. A LaTeX export knows no HTML and prints the words instead.
"""

import base64
import functools
import html
import io
import re
import textwrap
from collections.abc import Callable, Mapping

import matplotlib as mpl
import matplotlib.style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from PIL import Image  # what matplotlib itself writes its PNGs with
from PIL.PngImagePlugin import PngInfo

from course_utils.plotting.style import RC

#: Where a PNG says which colour maps are in it.
COLOUR_MAPS = "colour maps"

_IMG = (
    '<img class="course-still" alt="{alt}" width="{width}" style="max-width: 100%; height: auto" '
    'src="data:image/png;base64,{png}">'
)
_WRITTEN = re.compile(
    re.escape(_IMG)
    .replace(r"\{alt\}", '(?P<alt>[^"]*)')
    .replace(r"\{width\}", "(?P<width>[0-9]{1,5})")
    .replace(r"\{png\}", "(?P<png>(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)")
)


def styled(function: Callable) -> Callable:
    """Draw with the course's settings, whatever the reader's own matplotlib is set to."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        with mpl.style.context(["default", RC]):
            return function(*args, **kwargs)

    return wrapper


class Still(Figure):
    """A figure that shows itself: a PNG at twice the screen's density, and a text in its place.

    Parameters
    ----------
    width, height : float
        Size in units of 100 CSS pixels, so ``Still(9, 4)`` is 900 pixels wide in a notebook.
    title : str
        The finding, in one sentence; wrapped to the width.

    Attributes
    ----------
    alt : str
        What the figure shows, in words and numbers.
    """

    def __init__(self, width: float, height: float, title: str = ""):
        super().__init__(figsize=(width, height), dpi=100, layout="constrained")
        FigureCanvasAgg(self)
        self.get_layout_engine().set(w_pad=0.08, h_pad=0.08, wspace=0.04, hspace=0.06)
        self.title = title
        self.alt = title
        if title:
            # A bold 13 pt letter is 7.9 pt wide on average, or less
            lines = textwrap.fill(title, int(width * 72 / 7.9))
            self.suptitle(lines, x=0.012, ha="left", size=13, weight="bold")

    @styled
    def png(self, scale: float = 2.0) -> bytes:
        """Return the PNG, ``scale`` image pixels to one CSS pixel; the same bytes every time.

        Its colours are reduced to the 256 that serve it best: no difference to the eye, and a
        third of the size, which counts in a notebook that keeps a dozen stills.
        """
        drawn, packed = io.BytesIO(), io.BytesIO()
        self.savefig(drawn, format="png", dpi=self.dpi * scale)
        picture = Image.open(drawn).convert("RGB")
        picture = picture.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        words = PngInfo()
        words.add_text(COLOUR_MAPS, ", ".join(self._colour_maps()))
        picture.save(packed, format="png", optimize=True, pnginfo=words)
        return packed.getvalue()

    def _colour_maps(self) -> list[str]:
        """Return the names of the colour maps in the picture, which `dark.darken` wants to know."""
        mapped = self.findobj(lambda artist: isinstance(artist, ScalarMappable))
        # A contour set with colours of its own has a map of these, too.
        mapped = [each for each in mapped if getattr(each, "colors", None) is None]
        return sorted({each.cmap.name for each in mapped if each.get_array() is not None})

    def html(self, scale: float = 2.0) -> str:
        """Return an ``<img>`` that holds the PNG, its width in CSS pixels, and its words."""
        return _IMG.format(
            alt=html.escape(self.alt),
            width=round(self.get_figwidth() * self.dpi),
            png=base64.b64encode(self.png(scale)).decode("ascii"),
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Tell Jupyter the picture with its words, and the words alone."""
        return {"text/html": self.html(), "text/plain": self.alt}


def read_still(data: Mapping[str, object]) -> tuple[bytes, str, int] | None:
    """Return PNG, words and width in CSS pixels of the still in an output's data.

    None if there is none: what `Still.html` wrote is found, and no other picture.
    """
    if (found := _find(data)) is None:
        return None
    return base64.b64decode(found["png"]), html.unescape(found["alt"]), int(found["width"])


def bare_still(data: Mapping[str, object]) -> dict[str, str] | None:
    """Return the data of an output with nothing but its still, None if it has none."""
    if (found := _find(data)) is None:
        return None
    return {"text/html": found[0], "text/plain": html.unescape(found["alt"])}


def _find(data: Mapping[str, object]) -> re.Match | None:
    page = data.get("text/html")
    return _WRITTEN.search(page) if isinstance(page, str) else None
