"""`MovingFigure`: sliders above, the drawing below, a still and a recording of the same numbers.

A figure computes what it shows for given slider values, says how its `scene` and its `frame` look,
and which still from ``plotting`` shows the same. Everything else is here: listening to the sliders,
telling what went wrong instead of dying, the still in the saved notebook, the recorded page, and
the end of it all.
"""

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, NamedTuple, Self

import ipywidgets
import numpy as np
from IPython.display import DisplayHandle, display

from course_utils.plotting import Still
from course_utils.widgets import cells
from course_utils.widgets.canvas import Canvas
from course_utils.widgets.recording import MIME, Recording, is_recording
from course_utils.widgets.saved import last_picture, without_still
from course_utils.widgets.sliders import make_sliders, nearest, sweep

__all__ = ["MovingFigure"]

_LARGE = 1_500_000  # bytes of a recording that is one of many on a page


class _Drawing(NamedTuple):
    """What some values of the sliders give."""

    numbers: object  # what `_compute` returned, None if there is no picture
    frame: dict


class MovingFigure(ipywidgets.VBox):
    """A box of sliders and a drawing that follows them.

    The constructor calls no hook: when a subclass has all that its hooks read, `begin` draws. A
    function that makes a figure returns ``….begin()``.

    Subclasses define hooks. Whatever these raise becomes a sentence in the figure. They change
    nothing but what is theirs alone: frames are computed ahead of a hand and for recordings too.

    ===================================  ========================================================
    ``_scene()``, ``_ground()``          at the beginning, and when all is drawn anew
    ``_compute(values)``                 the numbers that are shown for values of the sliders
    ``_frame(values, numbers)``          these numbers, as the browser draws them
    ``still()``                          when the figure is shown or recorded
    ``_react(event)``                    when a hand has moved something in the drawing
    ===================================  ========================================================

    Parameters
    ----------
    sliders : dict of name -> number, tuple or widget
        See `sliders.make_slider`.
    controls : sequence of widgets
        Further controls, under the sliders.

    Attributes
    ----------
    sliders : dict of name -> widget
    canvas : Canvas
        The drawing; ``canvas.frame`` is what the browser has been told last.
    numbers : object
        What is drawn now, as ``_compute`` returned it; None if there is no picture.
    values : dict of name -> number
        Where the sliders stand.
    """

    def __init__(self, sliders: Mapping[str, object], controls=()):
        super().__init__()
        self.sliders = make_sliders(sliders, self._ranges)
        self._borrowed = [spec for spec in sliders.values() if isinstance(spec, ipywidgets.Widget)]
        self.canvas, self.numbers = Canvas(figure=self.model_id), None
        bar = ipywidgets.HBox(list(self.sliders.values()))
        bar.add_class("course-sliders")
        self.children = [bar, *controls, self.canvas]
        self.add_class("course-moving")

    def begin(self) -> Self:
        """Draw for the first time, and follow the sliders from now on; return the figure."""
        self.redraw(everything=True)
        for slider in self.sliders.values():
            slider.observe(self._on_slider, "value")
        self.canvas.observe(self._on_event, "event")
        cells.hold(self)
        return self

    @property
    def values(self) -> dict:
        """Where the sliders stand, by name."""
        return {name: slider.value for name, slider in self.sliders.items()}

    def set(self, **values) -> None:
        """Move several sliders at once, each to its stop nearest to the value, and draw once.

        Raises
        ------
        ValueError
            If there is no slider of that name.
        """
        for name in values:
            if name not in self.sliders:
                raise ValueError(f"expected a slider among {list(self.sliders)}, got {name!r}")
        self._quiet = True
        try:
            for name, value in values.items():
                self.sliders[name].value = nearest(self.sliders[name], value)
        finally:
            self._quiet = False
            self.redraw()

    _quiet = False
    _ranges: ClassVar[Mapping[str, tuple]] = {}  # of sliders that are not to have their usual one

    def redraw(self, everything: bool = False) -> None:
        """Compute the frame (or scene, ground and frame) anew, and send it in one message."""
        if self._quiet:
            return

        def draw(values):
            if everything:
                self.canvas.scene = self._scene()
                self.canvas.ground = self._ground()
            return self._draw(values)

        with self.canvas.hold_sync():
            drawing = self._safely(draw, self.values)
            self.numbers, self.canvas.frame = drawing.numbers, drawing.frame

    def _draw(self, values: dict) -> _Drawing:
        return self._describe(values, self._compute(values))

    def _describe(self, values: dict, numbers) -> _Drawing:
        return _Drawing(numbers, {"values": values} | self._frame(values, numbers))

    def _safely(self, draw: Callable[[dict], _Drawing], values: dict) -> _Drawing:
        """Return what is drawn for these values, or a sentence that says why there is nothing."""
        try:
            with _quietly():
                return draw(values)
        except Exception as error:  # whatever it is: a slider's callback has nobody to raise it to
            message = _sentence(error)
            frame = {"values": values, "message": message, "alt": f"No picture: {message}"}
            return _Drawing(None, frame)

    def _safe_frame(self, values: dict) -> dict:
        """Return the frame, or a frame that says in a sentence why there is none."""
        return self._safely(self._draw, values).frame

    def _on_slider(self, change) -> None:
        self.redraw()

    def _on_event(self, change) -> None:
        if event := change["new"]:
            self._attempt(self._react, event)

    def _attempt(self, work: Callable, *arguments) -> None:
        """Do something to the picture or beside it; if it fails, a sentence stands above."""
        try:
            work(*arguments)
        except Exception as error:
            self.canvas.frame = {**self.canvas.frame, "message": _sentence(error)}

    def _react(self, event: dict) -> None:
        """Answer what a hand did to the picture; figures that only show do nothing."""

    def _scene(self) -> dict:
        raise NotImplementedError(f"{type(self).__name__} has no scene")

    def _ground(self) -> dict:
        """Return what lies under the frames; figures that have nothing there return nothing."""
        return {}

    def _compute(self, values: dict) -> object:
        """Return what the frame shows; figures that compute nothing return nothing."""

    def _frame(self, values: dict, numbers) -> dict:
        raise NotImplementedError(f"{type(self).__name__} has no frame")

    def still(self) -> Still:
        """Return the same picture, still, for pages that cannot move."""
        raise NotImplementedError(f"{type(self).__name__} has no still")

    def record(self, **values) -> Recording:
        """Return a page that moves without a kernel: one frame for each combination of values.

        Parameters
        ----------
        **values : sequence of numbers
            For each slider to keep, the values at which it stops; the other sliders stay where
            they are.

        Returns
        -------
        Recording
            Shows itself in a notebook and in its HTML export; ``.save(path)`` writes a page.

        Raises
        ------
        ValueError
            If there is no slider of that name, no values, or more than 400 frames.
        """
        for name in values:
            if name not in self.sliders:
                raise ValueError(f"expected a slider among {list(self.sliders)}, got {name!r}")
        stops = {name: [float(stop) for stop in np.ravel(stops)] for name, stops in values.items()}
        start = {name: float(self.sliders[name].value) for name in stops}
        scene, ground = self.canvas.scene, self.canvas.ground
        with self._for_recording():
            return Recording.of(
                scene,
                ground,
                lambda chosen: self._safe_frame(self.values | chosen),
                stops,
                start,
                self.still(),
            )

    def recording(self) -> Recording | None:
        """Return the recording that a page of a whole lesson shows: `sliders.sweep` its stops.

        None if there is nothing to move.
        """
        if not sweep(self.sliders):
            return None
        for share in (1.0, 0.6):  # fewer stops where every frame is large
            recording = self.record(**sweep(self.sliders, share))
            if len(recording.data()) <= _LARGE:
                break
        return recording

    @contextlib.contextmanager
    def _for_recording(self):
        """Set up for many frames in little room; figures with large grids make them coarser."""
        yield

    def _ipython_display_(self) -> None:
        """Show the widget, and what stays of it without a kernel; see `saved`."""
        self._show()

    def _show(self) -> DisplayHandle:
        """Show the figure, and return the handle of its still."""
        cells.hold(self)
        if self.comm is not None:  # not closed
            display(without_still(self._repr_mimebundle_()), raw=True)
        return display(self._last_picture(), raw=True, display_id=True)

    def _last_picture(self) -> dict:
        """Return the bundle that stays: the still, and the recording if one is wanted."""
        try:
            with _quietly():
                data = last_picture(self.still(), self.canvas.figure)
        except Exception as error:  # also what matplotlib finds when it draws
            still = Still(7, 0.8, f"No picture: {_sentence(error)}")
            data = last_picture(still, self.canvas.figure)
        if is_recording() and (recording := self.recording()):
            data[MIME] = recording.mime()
        return data

    def close(self) -> None:
        """Close the figure with all of its widgets, on every page; widgets it was given stay."""
        if self.comm is not None:
            for slider in self.sliders.values():
                slider.unobserve(self._on_slider, "value")
            for widget in [*self._own(self)][1:]:
                widget.close()
        super().close()

    def _own(self, widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
        """Yield a widget and those it is made of, down to layouts and styles."""
        if any(widget is borrowed for borrowed in self._borrowed):
            return
        yield widget
        for name in widget.keys:
            value = getattr(widget, name)
            for part in value if isinstance(value, list | tuple) else [value]:
                if isinstance(part, ipywidgets.Widget):
                    yield from self._own(part)


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Keep to itself what a student's function prints or warns about: that belongs in its cell."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        yield


def _sentence(error: Exception) -> str:
    """Say what went wrong; errors that are no sentence by themselves begin with their name."""
    sentence = isinstance(error, ValueError | ArithmeticError) and str(error)
    return (sentence or f"{type(error).__name__}: {error}".rstrip(": "))[:500]
