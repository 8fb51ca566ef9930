"""What the front page has and no lesson: a figure that moves at once, and the search.

The figure is recorded for a grid of starts, so that a hand can drag it without a kernel and without
a request. The search reads one list of sections, which travels as a script.
"""

import base64
import functools
import html
import json
import re
from typing import NamedTuple

from course_utils.objectives import HIMMELBLAU
from course_utils.optimizers import Momentum
from course_utils.widgets import explore

from .pictures import files_of

_STARTS = 13  # along each axis
_ALPHAS = (0.0, 0.5, 0.8, 0.9, 0.97)
_HIDDEN = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_SECTION = re.compile(r'<h2 id="([^"]*)">(.*?)</h2>', re.DOTALL)


class Hero(NamedTuple):
    """The front page's figure.

    Attributes
    ----------
    alt : str
        What is seen before it moves.
    width, height : int
        Of its still, in CSS pixels.
    starts : int
        How many starts it knows.
    files : dict of str -> bytes
        Still and recording, by their path in the site.
    """

    alt: str
    width: int
    height: int
    starts: int
    files: dict


@functools.cache
def hero() -> Hero:
    """Return momentum on a surface with four minima, for a grid of starts and a few α."""
    figure = explore(
        HIMMELBLAU, Momentum, start=(-1.0, -4.5), eta=0.002, alpha=0.9, steps=80, presets=False
    )
    recording = figure.record(starts=_STARTS, alpha=_ALPHAS)
    still = recording.still
    data = base64.b64encode(recording.data()).decode("ascii")
    figure.close()
    return Hero(
        still.alt,
        *(round(100 * side) for side in still.get_size_inches()),
        _STARTS**2,
        {
            **files_of("start", still.png()),
            "figures/start.js": f'courseRecording("start", "{data}");\n'.encode(),
        },
    )


def search_index(pages) -> str:
    """Return the script that holds every section of the pages: where it is, and its words."""
    entries = []
    for page in pages:
        before, *pieces = _SECTION.split(page.body)
        sections = [("", page.plain_title, before)]
        sections += zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True)
        for place, title, body in sections:
            entries.append(
                {
                    "page": page.plain_title,
                    "title": _words(title).rstrip(" #"),
                    "address": f"{page.name}.html" + (f"#{place}" if place else ""),
                    "text": _words(body),
                }
            )
    return f"window.courseSections = {json.dumps(entries, ensure_ascii=False)};\n"


def _words(body: str) -> str:
    """Return the text of HTML without its tags, formulas and doubled spaces."""
    return " ".join(html.unescape(_HIDDEN.sub(" ", body)).split())
