"""Frames that the next key or click may ask for: the stops around the one where a slider rests.

A browser paints the slider's own answer to a key first, and lets the kernel's message wait until
then, so what is computed after the key is seen in the second frame of the screen at best. What has
been sent before is seen in the first. While no hand moves or holds a slider, `Ahead` sends what the
next arrow or page key would ask for; the explorer does the same for a click where the pointer
rests. The kernel's own frame follows every time, and replaces it.
"""

import asyncio
from collections.abc import Callable, Mapping

import ipywidgets

from course_utils.widgets.canvas import Canvas
from course_utils.widgets.number_slider import NumberSlider

__all__ = ["MOST", "Ahead"]

#: So many frames the browser keeps; ``ahead.js`` has the same number.
MOST = 24

# Seconds after the last movement: a hand that drags is not disturbed.
_REST = 0.15
# What tells of a hand, of our sliders and of those that somebody else made.
_WATCHED = ["value", "held"]
_STEPS = (1, -1, 5, -5)  # the arrow keys and the page keys; ``slider.js`` has the same numbers


class Ahead:
    """Sends frames of one canvas ahead of its sliders.

    Parameters
    ----------
    canvas : Canvas
        Its trait ``ahead`` carries one frame at a time.
    sliders : dict of name -> widget
    frame : callable
        ``frame(values)`` for all sliders' values by name; must not raise.
    """

    def __init__(self, canvas: Canvas, sliders: Mapping[str, ipywidgets.Widget], frame: Callable):
        self.canvas = canvas
        self.sliders = dict(sliders)
        self.frame = frame
        self._sent: list[tuple] = []
        self._timer: asyncio.TimerHandle | None = None
        for slider in self.sliders.values():
            slider.observe(self._moved, _WATCHED)

    def stop(self) -> None:
        """Send nothing more."""
        for slider in self.sliders.values():
            slider.unobserve(self._moved, _WATCHED)
        if self._timer:
            self._timer.cancel()

    def forget(self) -> None:
        """Make the browser forget what it has: something else than a slider changed the frames."""
        self._sent.clear()
        if self.canvas.ahead:
            self.canvas.ahead = {}

    def _moved(self, change) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # no kernel, hence nobody who will press the next key
        if self._timer:
            self._timer.cancel()
        if getattr(change["owner"], "held", False):
            return  # it does not rest, even if the kernel is slower than the hand
        name = next(name for name, slider in self.sliders.items() if slider is change["owner"])
        self._timer = loop.call_later(_REST, self._send, name, loop)

    def _send(self, name: str, loop: asyncio.AbstractEventLoop) -> None:
        """Send the first frame that is missing, and come back for the next one."""
        for stop in stops_around(self.sliders[name]):
            values = {other: slider.value for other, slider in self.sliders.items()} | {name: stop}
            at = tuple(values.values())
            if at in self._sent:
                continue
            self._sent = [*self._sent, at][-MOST:]
            self.canvas.ahead = {
                "sliders": [f"IPY_MODEL_{slider.model_id}" for slider in self.sliders.values()],
                "at": at,
                "frame": self.frame(values),
            }
            # Between two frames the kernel answers whoever has asked in the meantime.
            self._timer = loop.call_later(0, self._send, name, loop)
            return


def stops_around(slider: ipywidgets.Widget) -> list[float]:
    """Return the stops that one key can reach; none of a widget that somebody else made."""
    if not isinstance(slider, NumberSlider):
        return []
    return [stop for stop in map(slider.after, _STEPS) if stop is not None]
