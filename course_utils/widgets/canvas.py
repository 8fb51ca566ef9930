"""The drawn part of a moving figure.

Python writes ``scene`` (what changes only when the figure is set up anew: kind, axes, colours),
``ground`` (what changes rarely: the surface under a path), ``frame`` (what a slider changes),
``ahead`` (a frame for a place where a slider may come next) and ``answer`` (the text that a single
step asks for); the browser writes
``event`` (what a hand did to the picture) and ``t`` (the update that is being looked at, -1 for
all). It repeats each ``mark`` as ``answered``, for who wants to know how long the way is.
``figure`` is the model id of the box that the canvas is part of. The browser keeps only the
newest frame, and ipywidgets holds back messages while the kernel is busy, so no queue can grow on
either side.
"""

from pathlib import Path

import anywidget
import traitlets

from course_utils.plotting.style import DARK

__all__ = ["STATIC", "Canvas"]

STATIC = Path(__file__).parent / "static"


class Canvas(anywidget.AnyWidget):
    """The browser's side of one figure; `figure.MovingFigure` fills and reads it."""

    _esm = STATIC / "figures.js"
    _css = STATIC / "figures.css"

    scene = traitlets.Dict().tag(sync=True)
    ground = traitlets.Dict().tag(sync=True)
    frame = traitlets.Dict().tag(sync=True)
    ahead = traitlets.Dict().tag(sync=True)
    mark = traitlets.Int().tag(sync=True)
    answered = traitlets.Int().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    # No echo: what the browser writes here no other page has to hear of.
    event = traitlets.Dict().tag(sync=True, echo_update=False)
    figure = traitlets.Unicode().tag(sync=True)
    t = traitlets.Int(-1).tag(sync=True)

    @traitlets.validate("scene")
    def _with_dark_colours(self, proposal):
        """Add what the browser makes of colours on a dark page."""
        return proposal["value"] | {"dark": DARK}
