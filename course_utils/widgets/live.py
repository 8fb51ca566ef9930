"""A loop that is watched: progress, error curves and pictures while it runs, and a button to stop.

The loop stays in the cell, so that the kernel's own interrupt ends it like any other. The button is
heard by a busy kernel over a line of its own: a subshell, as ipykernel 7 offers and JupyterLab 4.4
and Notebook 7.4 use. A kernel in a browser (Pyodide) has no second line: there the button says that
the loop cannot be stopped.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from numbers import Integral

import ipywidgets
import numpy as np
from IPython import get_ipython

from course_utils import browser, plotting
from course_utils.plotting.log_axis import log_axis
from course_utils.widgets.figure import MovingFigure
from course_utils.widgets.recording import Recording, is_recording
from course_utils.widgets.scale import describe_axis, error_arrays
from course_utils.widgets.wire import pack
from course_utils.wording import number

__all__ = ["Live", "live"]

_PAUSE = 0.1  # seconds between two messages to the page: as often as an eye can follow
_MOST_SHOWN = 101  # frames of a loop that a recording keeps


class Live(MovingFigure):
    """A loop that shows what it does; see `live` for the parameters.

    Attributes
    ----------
    t : int
        Updates made so far.
    due : bool
        Whether this pass of the loop is one that should be shown.
    errors : dict of label -> list of floats
    stopped : bool
        Whether somebody pressed the button.
    """

    def __init__(self, updates, *, total=None, every=1, names, log, ymax):
        if isinstance(updates, Integral) and not isinstance(updates, bool):
            updates = range(updates)
        if not isinstance(updates, Iterable):
            raise ValueError(f"expected a number of updates or something to loop over: {updates!r}")
        if not isinstance(every, Integral) or every < 1:
            raise ValueError(f"expected every to be an integer >= 1, got {every!r}")
        self.updates, self.every, self.names, self.logarithmic = updates, every, names, log
        self.ymax = ymax
        self.total = len(updates) if total is None and hasattr(updates, "__len__") else total
        self.t = 0
        self.errors: dict[str, list[float]] = {}
        self.rows: dict[str, np.ndarray] = {}
        self.state = "not started"
        self._stop = threading.Event()
        self._sent, self._kept = 0.0, None
        self._shown: list[tuple[int, dict]] = []  # for a recording, if one is wanted
        self.progress = ipywidgets.IntProgress(
            max=self.total or 1, layout={"width": "300px"}, description="updates"
        )
        self.label = ipywidgets.Label("not started")
        self.button = ipywidgets.Button(description="Stop", icon="stop", disabled=True)
        if browser.IN_BROWSER:
            self.button.description = "cannot be stopped here"
            self.button.tooltip = "In a browser a loop runs to its end; to end it, reload the page."
            self.button.layout.width = "auto"
        self.button.on_click(lambda button: self._stop.set())
        super().__init__({}, [ipywidgets.HBox([self.progress, self.button, self.label])])
        bar, *self.children = self.children  # there are no sliders
        for widget in [*self._own(bar)]:
            widget.close()

    @property
    def due(self) -> bool:
        """Whether this pass of the loop is one that should be shown."""
        return self.t % self.every == 0

    @property
    def stopped(self) -> bool:
        """Whether somebody pressed the button."""
        return self._stop.is_set()

    def __iter__(self) -> Iterator:
        """Show the figure, run the loop, and leave the figure as it is at the end."""
        self.t, self.errors, self.rows, self._shown = 0, {}, {}, []
        self._stop.clear()
        self.button.disabled = browser.IN_BROWSER
        # ipykernel hands what a page says to the thread that spoke to it last, which is the busy
        # one: without this memory it goes to the page's own thread (a "subshell"), and is heard.
        vars(self.button.comm).pop("_reply_subshell_id", None)
        self._tell("running")
        if get_ipython() is not None:
            self._kept = self._show()
        ended = "interrupted"  # unless one of the two other ends is reached
        try:
            for finished, update in enumerate(self.updates):
                self.t = finished
                if self.stopped:
                    ended = "stopped"
                    return
                self._tell("running", patient=True)
                yield update
                self.t = finished + 1
            ended = "done"
        finally:
            self.button.disabled = True
            self._end(ended)

    def show(self, pictures: Mapping[str, np.ndarray] | None = None, **errors: float) -> None:
        """Add a point to each curve, and show these pictures in place of the last ones.

        Parameters
        ----------
        pictures : dict of label -> array (n, height, width), optional
            Rows of grey pictures, dark where the value is large, on the scale of the first row.
        **errors : float
            One number a curve; its name becomes the label.

        Raises
        ------
        ValueError
            If pictures are not rows of the same shape.
        """
        rows = {label: np.asarray(row, dtype=float) for label, row in (pictures or {}).items()}
        shapes = {row.shape for row in rows.values()}
        if len(shapes) > 1 or any(len(shape) != 3 for shape in shapes):
            raise ValueError(f"expected pictures of one shape (n, height, width), got {shapes}")
        for label, value in errors.items():
            self.errors.setdefault(label, []).append(float(value))
        self.rows = rows or self.rows
        if is_recording():
            self._shown.append((self.t, self._frame({}, None)))
        if self.state == "running":
            self._tell("running", patient=True)
        else:
            self._end(self.state)  # the last word, after the loop

    def _tell(self, state: str, patient: bool = False) -> None:
        """Tell the page where the loop stands; if patient, not more often than it is worth."""
        now = time.monotonic()
        if patient and now - self._sent < _PAUSE:
            return
        self._sent, self.state = now, state
        self.progress.value = min(self.t, self.progress.max)
        total = f" of {self.total}" if self.total else ""
        self.label.value = f"{self.t}{total}" + ("" if state == "running" else f", {state}")
        self.redraw()

    def _end(self, ended: str) -> None:
        """Show the end, and leave its still in the notebook."""
        self.progress.bar_style = {"done": "success"}.get(ended, "warning")
        self._tell(ended)
        if self._kept is not None:
            self._kept.update(self._last_picture(), raw=True)

    def _scene(self) -> dict:
        return {
            "kind": "live",
            "names": list(self.names),
            "stride": self.every,
            "log": self.logarithmic,
            "ymax": self.ymax,
            "label": f"A loop while it runs: {self.names[1]} against {self.names[0]}, and pictures",
        }

    def _description(self) -> str:
        latest = [f"{label} {number(values[-1])}" for label, values in self.errors.items()]
        return ", ".join([f"{self.t} updates, {self.state}", *latest]) + "."

    def _frame(self, values: dict, numbers) -> dict:
        looks = plotting.looks(self.errors)
        scale = log_axis(self.errors, name=self.names[1], stride=self.every)
        rows = [
            {"label": label, "images": pack(shades, "uint8")} for label, shades in self._shades()
        ]
        return {
            "paths": [
                {
                    "label": label,
                    "colour": looks[label].colour,
                    "dash": list(looks[label].dash),
                    **error_arrays(np.array(values), scale.curves[label]),
                }
                for label, values in self.errors.items()
            ],
            "log": describe_axis(scale),
            "rows": rows,
            "alt": self._description(),
        }

    def _shades(self) -> Iterator[tuple[str, np.ndarray]]:
        """Yield the rows as shades from 0, the first row's smallest value, to its largest, 255."""
        if not self.rows:
            return
        first = next(iter(self.rows.values()))
        low, high = float(first.min()), float(first.max())
        for label, row in self.rows.items():
            share = np.nan_to_num((row - low) / ((high - low) or 1.0))
            yield label, np.clip(255 * share, 0, 255).round()

    def recording(self) -> Recording | None:
        """Return what was shown, from first to last, if a recording is made."""
        stride = -(-len(self._shown) // _MOST_SHOWN)
        if not stride:
            return None
        shown = [*self._shown[:-1][::stride], self._shown[-1]]
        stops = {self.names[0]: [float(t) for t, _ in shown]}
        start = {self.names[0]: shown[-1][0]}
        return Recording(
            self._scene(), {}, [frame for _, frame in shown], stops, start, self.still()
        )

    def still(self) -> plotting.Still:
        """Return the latest pictures, or the curves where there are none, as ``plotting`` does."""
        description = self._description()
        if self.rows:
            still = plotting.pictures(self.rows, title=description)
        elif self.errors and min(map(len, self.errors.values())) > 1:
            curves = {label: np.array(values) for label, values in self.errors.items()}
            xlabel = self.names[0] if self.every == 1 else f"{self.names[0]} / {self.every}"
            still = plotting.error_curves(
                curves,
                log=self.logarithmic,
                ymax=self.ymax,
                xlabel=xlabel,
                ylabel=self.names[1],
                title=description,
            )
        else:
            return plotting.Still(7, 0.8, description)
        still.alt = f"{description} {still.alt}"
        return still


def live(
    updates: int | Iterable,
    *,
    total: int | None = None,
    every: int = 1,
    names: tuple[str, str] = ("updates t", "error E"),
    log: bool = True,
    ymax: float | None = None,
) -> Live:
    """Loop over updates in sight: a progress bar, error curves, pictures, and a button to stop.

    ::

        training = live(2500, every=25)
        for t in training:
            if training.due:
                training.show({"digits": x, "given back": network(x)}, error=loss)
            weights = weights - eta * gradient(weights)
        training.show(error=loss)      # the end

    Parameters
    ----------
    updates : int or iterable
        How many, or what to loop over.
    total : int, optional
        How many there are, where the iterable does not know.
    every : int
        ``due`` holds in one of so many passes, beginning with the first.
    names : pair of str
        What the axes show.
    log : bool
        Begin with a logarithmic axis; the figure has a switch.
    ymax : float, optional
        Where the linear axis is cut.

    Returns
    -------
    Live
        Ends early, without an error, when the button is pressed; then ``.stopped`` holds. The
        kernel's interrupt works as in any loop.

    Raises
    ------
    ValueError
        If there is nothing to loop over, or ``every`` is not an integer >= 1.
    """
    return Live(updates, total=total, every=every, names=names, log=log, ymax=ymax).begin()
