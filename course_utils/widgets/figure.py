"""`MovingFigure`: sliders above, the drawing below, a still and a recording of the same numbers.

A figure says how its `scene` and, for given slider values, its `frame` look, and which still from
``plotting`` shows the same. Everything else is here: listening to the sliders, telling what went
wrong instead of dying, the PNG in the saved notebook, the recorded page.
"""

import contextlib
import io
import warnings
from collections.abc import Mapping

import ipywidgets
import numpy as np

from course_utils.plotting import Still
from course_utils.widgets.canvas import Canvas
from course_utils.widgets.recording import MIME, Recording, wanted
from course_utils.widgets.sliders import make_sliders, nearest, sweep

__all__ = ["MovingFigure"]

_LARGE = 1_500_000  # bytes of a recording that is one of many on a page


class MovingFigure(ipywidgets.VBox):
    """A box of sliders and a drawing that follows them.

    Subclasses define ``_scene()``, ``_ground()``, ``_frame(values)``, ``still()`` and, if the
    drawing talks back, ``_react(event)``.

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
        self.sliders = make_sliders(sliders)
        self.canvas = Canvas()
        bar = ipywidgets.HBox(list(self.sliders.values()), layout={"flex_flow": "row wrap"})
        self.children = [bar, *controls, self.canvas]
        self.add_class("course-moving")
        self.redraw(ground=True)
        for slider in self.sliders.values():
            slider.observe(lambda change: self.redraw(), "value")
        self.canvas.observe(self._on_event, "event")

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

    def redraw(self, ground: bool = False) -> None:
        """Compute the frame (and all that lies under it) anew and send them in one message."""
        if self._quiet:
            return
        with self.canvas.hold_sync():
            if ground:
                self.canvas.scene = self._scene()
                self.canvas.ground = self._ground()
            self.canvas.frame = self._safe_frame(self.values)

    def _safe_frame(self, values: dict) -> dict:
        """Return the frame, or a frame that says in a sentence why there is none."""
        # What a student's function prints or warns about belongs in its cell, not here.
        with (
            contextlib.redirect_stdout(io.StringIO()),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
        ):
            warnings.simplefilter("ignore")
            try:
                return {"values": values} | self._frame(values)
            except (ValueError, ArithmeticError) as error:
                message = f"{error}"[:500]
                return {"values": values, "message": message, "alt": f"No picture: {message}"}

    def _on_event(self, change) -> None:
        event = change["new"]
        if event:
            self._react(event)

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
            made = self._safe_frame(self.values | chosen)
            for each, canvas in zip(further, self._further(), strict=True):
                each["frames"].append(canvas.frame)
            return made

        start = {name: float(self.sliders[name].value) for name in stops}
        with self._for_recording():
            still = self.still()
            recording = Recording.of(self._scene(), self._ground(), frame, stops, start, still)
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

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Tell Jupyter the widget and, for pages without a kernel, its still."""
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude)
        if bundle is None:
            return None
        data, metadata = self.still()._repr_mimebundle_()
        if wanted() and (recording := self.recording()):
            data[MIME] = recording.mime()
        return {**bundle, **data}, metadata
