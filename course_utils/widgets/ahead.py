"""Frames that the next key or click may ask for: the stops around the one where a slider rests.

A browser paints the slider's own answer to a key first, and lets the kernel's message wait until
then, so what is computed after the key is seen in the second frame of the screen at best. What has
been sent before is seen in the first. While no hand moves or holds a slider, `Ahead` sends what the
next arrow or page key would ask for; the explorer does the same for a click where the pointer
rests. The kernel's own frame follows every time, and replaces it.

A frame on its way is in the way of those behind it, and a heat map's has 170 kB: a quarter of a
second of a line of 5 Mbit/s. So the line is measured. The browser answers a mark that follows a
frame, and one that follows nothing; the difference is the time that the frame took. Where that is
long, nothing is sent ahead; elsewhere one frame at a time, each after the answer to the one before.
"""

import asyncio
import math
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
# Seconds for which one frame may hold up the next at most.
_IN_THE_WAY = 0.08
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
        self._took = 0.0  # seconds that the newest frame was on its way, and the answer back
        self._nothing = math.inf  # the same without a frame, the least that was ever seen
        self._task: asyncio.Task | None = None
        for slider in self.sliders.values():
            slider.observe(self._moved, _WATCHED)

    def stop(self) -> None:
        """Send nothing more."""
        for slider in self.sliders.values():
            slider.unobserve(self._moved, _WATCHED)
        if self._task:
            self._task.cancel()

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
        if self._task:
            self._task.cancel()
        name = next(name for name, slider in self.sliders.items() if slider is change["owner"])
        self._task = loop.create_task(self._follow(name))

    async def _follow(self, name: str) -> None:
        """Wait for a rest, and send the frames that are missing, as far as the line allows."""
        if getattr(self.sliders[name], "held", False):
            return  # it does not rest, and a mark with every frame would halve the frames
        self._took = await self._way()  # behind the kernel's own frame, which was sent just now
        await asyncio.sleep(_REST)
        self._nothing = min(self._nothing, await self._way())
        for stop in stops_around(self.sliders[name]):
            if self._took - self._nothing > _IN_THE_WAY:
                return
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
            self._took = await self._way()

    async def _way(self) -> float:
        """Return the seconds until the browser has all that was sent, and the kernel knows it."""
        loop = asyncio.get_running_loop()
        answered = loop.create_future()

        def on_answer(change):
            if change["new"] == mark and not answered.done():
                answered.set_result(loop.time())

        mark = self.canvas.mark + 1
        self.canvas.observe(on_answer, "answered")
        try:
            began = loop.time()
            self.canvas.mark = mark
            return await answered - began
        finally:
            self.canvas.unobserve(on_answer, "answered")


def stops_around(slider: ipywidgets.Widget) -> list[float]:
    """Return the stops that one key can reach; none of a widget that somebody else made."""
    if not isinstance(slider, NumberSlider):
        return []
    return [stop for stop in map(slider.after, _STEPS) if stop is not None]
