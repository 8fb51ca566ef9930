"""`MovingFigure`: sliders above, the drawing below, a still and a recording of the same numbers.

A figure says how its `scene` and, for given slider values, its `frame` look, and which still from
``plotting`` shows the same. Everything else is here: listening to the sliders, telling what went
wrong instead of dying, the still in the saved notebook, the recorded page, and the end of it all.
"""

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

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


class MovingFigure(ipywidgets.VBox):
    """A box of sliders and a drawing that follows them.

    Subclasses define ``_scene()``, ``_ground()``, ``_frame(values)``, ``still()`` and, if the
    drawing talks back, ``_react(event)``. Whatever these raise becomes a sentence in the figure.

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
    values : dict of name -> number
        Where the sliders stand.
    """

    def __init__(self, sliders: Mapping[str, object], controls=()):
        super().__init__()
        self.sliders = make_sliders(sliders, self._ranges)
        self._borrowed = [spec for spec in sliders.values() if isinstance(spec, ipywidgets.Widget)]
        self.canvas = Canvas()
        for canvas in (self.canvas, *self._further()):
            canvas.figure = self.model_id
        bar = ipywidgets.HBox(list(self.sliders.values()), layout={"flex_flow": "row wrap"})
        self.children = [bar, *controls, self.canvas]
        self.add_class("course-moving")
        self.redraw(everything=True)
        for slider in self.sliders.values():
            slider.observe(self._on_slider, "value")
        self.canvas.observe(self._on_event, "event")
        cells.hold(self)

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

        def compute(values):
            if everything:
                self.canvas.scene = self._scene()
                self.canvas.ground = self._ground()
            return self._frame(values)

        with self.canvas.hold_sync():
            self.canvas.frame = _safely(compute, self.values)

    def _safe_frame(self, values: dict) -> dict:
        """Return the frame, or a frame that says in a sentence why there is none."""
        return _safely(self._frame, values)

    def _on_slider(self, change) -> None:
        self.redraw()

    def _on_event(self, change) -> None:
        event = change["new"]
        if not event:
            return
        try:
            self._react(event)
        except Exception as error:  # the picture stays, under the sentence
            self.canvas.frame = {**self.canvas.frame, "message": _sentence(error)}

    def _react(self, event: dict) -> None:
        """Answer what a hand did to the picture; figures that only show do nothing."""

    def _scene(self) -> dict:
        raise NotImplementedError(f"{type(self).__name__} has no scene")

    def _ground(self) -> dict:
        """Return what lies under the frames; figures that have nothing there return nothing."""
        return {}

    def _frame(self, values: dict) -> dict:
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
        stops = {name: [float(v) for v in np.ravel(stops)] for name, stops in values.items()}
        further = [
            {"scene": canvas.scene, "ground": canvas.ground, "frames": []}
            for canvas in self._further()
        ]

        def frame(chosen):
            drawn = self._safe_frame(self.values | chosen)
            for each, canvas in zip(further, self._further(), strict=True):
                each["frames"].append(canvas.frame)
            return drawn

        start = {name: float(self.sliders[name].value) for name in stops}
        try:
            with self._for_recording():
                still = self.still()
                recording = Recording.of(self._scene(), self._ground(), frame, stops, start, still)
        finally:
            self.redraw()  # frames leave traces: what is drawn now, and in further drawings
        recording.beside.extend(further)
        return recording

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

    def _further(self) -> list[Canvas]:
        """Return further drawings, whose frames ``_frame`` sets; most figures have none."""
        return []

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
                still = self.still()
        except Exception as error:
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


def _safely(compute: Callable[[dict], dict], values: dict) -> dict:
    """Return the frame for these values, or one that says in a sentence why there is none."""
    try:
        with _quietly():
            return {"values": values} | compute(values)
    except Exception as error:  # whatever it is: a slider's callback has nobody to raise it to
        message = _sentence(error)
        return {"values": values, "message": message, "alt": f"No picture: {message}"}


def _sentence(error: Exception) -> str:
    """Say what went wrong; errors that are no sentence by themselves begin with their name."""
    sentence = isinstance(error, ValueError | ArithmeticError) and str(error)
    return (sentence or f"{type(error).__name__}: {error}".rstrip(": "))[:500]
