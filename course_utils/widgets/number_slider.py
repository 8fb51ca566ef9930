"""`NumberSlider`: a number that is moved along its stops, or typed.

ipywidgets' own sliders show a number that looks as if it could be edited, and lose it when somebody
tries; their handles tell a screen reader an index, or nothing. This one is a slider and a text
field of the browser's own, with one name and one value.
"""

import math
from bisect import bisect_left, bisect_right

import anywidget
import traitlets

from course_utils.widgets.canvas import STATIC

__all__ = ["NumberSlider"]


class NumberSlider(anywidget.AnyWidget):
    """A slider with a text field beside it; both hold ``value``.

    The slider and the arrow keys go from stop to stop. What is typed may lie between two stops, but
    not beyond the first and the last.

    Attributes
    ----------
    value : float, or int if ``whole``
        What lies beyond the stops is moved to the nearest.
    stops : list of numbers
        Rising; at least one.
    whole : bool
        Whether integers alone are accepted.
    description : str
        The name beside it.
    start : float
        The value that it was made with; marked under its track.
    best : float or None
        A value to be marked as the best, where one is known.
    held : bool
        Whether a hand drags it in the browser.
    min, max : float
        The first stop and the last.
    """

    _esm = STATIC / "slider.js"
    _css = STATIC / "slider.css"

    stops = traitlets.List(traitlets.Float(), minlen=1).tag(sync=True)
    whole = traitlets.Bool(False).tag(sync=True)
    description = traitlets.Unicode().tag(sync=True)
    value = traitlets.CFloat().tag(sync=True)
    start = traitlets.Float().tag(sync=True)
    best = traitlets.Float(None, allow_none=True).tag(sync=True)
    held = traitlets.Bool(False).tag(sync=True, echo_update=False)

    def __init__(self, value: float, stops, **traits):
        # The value is checked against the stops, so they come first.
        super().__init__(stops=sorted(map(float, stops)), **traits)
        self.value = self.start = value

    @property
    def min(self) -> float:
        """The first stop."""
        return self.stops[0]

    @property
    def max(self) -> float:
        """The last stop."""
        return self.stops[-1]

    @traitlets.validate("value")
    def _number_within(self, proposal):
        if math.isnan(proposal["value"]):
            raise traitlets.TraitError(f"expected {self.description} as a number, got nan")
        within = min(max(proposal["value"], self.min), self.max)
        return round(within) if self.whole else within

    def after(self, count: int) -> float | None:
        """Return the stop that so many steps lead to, backwards if negative; None past the ends."""
        if count > 0:
            index = bisect_right(self.stops, self.value) + count - 1
        else:
            index = bisect_left(self.stops, self.value) + count
        return self.stops[index] if 0 <= index < len(self.stops) else None
