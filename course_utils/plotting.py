r"""Still figures: one function a figure, arrays in, a :class:`Still` out.

Every function takes plain arrays (this module imports nothing else of the course), draws without
pyplot, so that no global state and no window is involved, and returns a :class:`Still`: a figure
of matplotlib that shows itself in Jupyter as a crisp PNG and carries ``alt``, a description in
words and numbers made from the data drawn. ``title=`` replaces the finding on top of the figure.
In a dictionary the key is what the reader sees: a legend's label or a panel's heading.

Lesson 1:

- ``step_vectors(paths, gradients, momenta)``: the first updates of several methods as arrows.
- ``trajectories(w1, w2, errors, paths, *, minimum, curves, log, levels, columns)``: paths on the
  error surface, one panel a path, with the error curve below if ``curves`` is given.
- ``error_curves(curves, *, log, ymax, marks, threshold, xlabel, ylabel)``: error against updates.
- ``heatmaps(g1, g2, panels, *, limit, levels, split_at_zero, regions, points, symbol, columns)``:
  signed measures of two gradients, side by side on one scale.
- ``speedup_curves(curves, limits)``: m(t)/g under a constant gradient g, and where it ends.
- ``rate_heatmap(eta_curvature, alpha, rate, *, critical, points, log)``: how fast momentum
  converges.
- ``damping_traces(traces, *, ylabel)``: over-damped, critically damped and under-damped runs.
- ``nesterov_construction(weights, momentum_step, gradient_step, lookahead_gradient_step, *,
  surface, minimum)``: one step of momentum and one of Nesterov from the same place.
- ``training_curves(curves, *, x, band, log, xlabel, ylabel)``: mean and spread over seeds.
- ``cancellation(gradients, momenta, *, directions)``: what the decaying sum makes of a component
  that alternates and of one that does not.

Shared looks: ``looks(labels)`` gives each curve its own. :data:`STYLE` gives every optimizer one
colour and one dash (Okabe–Ito; colour is never alone), :data:`SIGNED` colours signed measures
(white exactly at 0), :data:`SURFACE` is the light map under a path, :data:`PATH` the
dark-to-bright blue of the path itself.
"""

import base64
import functools
import io
import math
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import matplotlib as mpl
import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from PIL import Image  # what matplotlib itself writes its PNGs with

# ---------------------------------------------------------------------------------------- looks

INK = "#1d2430"  # text, axes, results
FAINT = "#8a93a3"  # helpers that may recede
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK = "#E69F00", "#56B4E9", "#000000"


@dataclass(frozen=True)
class Look:
    """One colour, one dash (points on, points off, …; empty means solid) and one marker."""

    colour: str
    dash: tuple[float, ...] = ()
    marker: str = "o"

    @property
    def line(self) -> dict:
        """The keywords that matplotlib's ``plot`` wants."""
        return {"color": self.colour, "linestyle": (0, self.dash) if self.dash else "-"}


#: The optimizers of the whole course. Relatives share a colour and differ in dash and marker.
STYLE: dict[str, Look] = {
    "gradient descent": Look(BLUE, (), "o"),
    "momentum": Look(VERMILION, (7, 2), "s"),
    "classical momentum": Look(VERMILION, (2, 1.5), "D"),
    "nesterov": Look(GREEN, (8, 2, 2, 2), "^"),
    "nag": Look(GREEN, (4, 1.5), "v"),
    "adagrad": Look(PURPLE, (1.5, 1.5), "P"),
    "rmsprop": Look(ORANGE, (6, 1.5, 1.5, 1.5, 1.5, 1.5), "X"),
    "rprop": Look(SKY, (5, 3), "h"),
    "first moments": Look(BLACK, (1.2, 2.4), "<"),
    "adam": Look(BLACK, (12, 2), ">"),
}

#: For labels that are no optimizer's name ("α = 0.9"), in this order.
CYCLE: tuple[Look, ...] = (
    Look(BLUE, (), "o"),
    Look(VERMILION, (7, 2), "s"),
    Look(GREEN, (8, 2, 2, 2), "^"),
    Look(PURPLE, (2, 1.5), "D"),
    Look(BLACK, (4, 1.5), "v"),
    Look(ORANGE, (6, 1.5, 1.5, 1.5, 1.5, 1.5), "P"),
    Look(SKY, (5, 3), "X"),
)

# RdBu_r's own centre is light grey; an odd table with a true white in the middle makes 0 white.
# Its ends are left out: contour labels and hatches would drown in them.
_RED_BLUE = [mpl.colormaps["RdBu_r"](x)[:3] for x in np.linspace(0.08, 0.92, 11)]
_RED_BLUE[5] = (1.0, 1.0, 1.0)
SIGNED = LinearSegmentedColormap.from_list("signed", _RED_BLUE, N=257)
SURFACE = LinearSegmentedColormap.from_list("surface", ["#fffdf7", "#f8e9cf", "#e6c79c", "#d3a87a"])
PATH = LinearSegmentedColormap.from_list("path", ["#071b3f", "#0b4ea2", "#1e9bff"])
RATE = LinearSegmentedColormap.from_list("rate", ["#3f8f9b", "#8cc7c0", "#d6ecd6", "#fffde8"])

_RC = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.edgecolor": "#5b6472",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.grid": False,
    "font.size": 12,
    "font.family": "DejaVu Sans",  # ships with matplotlib: the same picture everywhere
    "grid.color": "#dfe3e8",
    "hatch.color": INK,
    "hatch.linewidth": 0.7,
    "legend.frameon": False,
    "legend.handlelength": 3.2,  # long enough to show a dash
    "lines.linewidth": 2.2,
    "lines.dash_capstyle": "butt",
    "lines.scale_dashes": False,
    "text.color": INK,
    "xtick.color": "#3a4250",
    "ytick.color": "#3a4250",
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
}


def _styled(function: Callable) -> Callable:
    """Draw with the course's settings, whatever the reader's own matplotlib is set to."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        with mpl.style.context(["default", _RC]):
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

    @_styled
    def png(self, scale: float = 2.0) -> bytes:
        """Return the PNG, ``scale`` image pixels to one CSS pixel; the same bytes every time.

        Its colours are reduced to the 256 that serve it best: no difference to the eye, and a
        third of the size, which counts in a notebook that keeps a dozen stills.
        """
        drawn, packed = io.BytesIO(), io.BytesIO()
        self.savefig(drawn, format="png", dpi=self.dpi * scale)
        picture = Image.open(drawn).convert("RGB")
        picture = picture.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        picture.save(packed, format="png", optimize=True)
        return packed.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Tell Jupyter the picture, its width in CSS pixels, and the text that stands for it."""
        data = {"image/png": base64.b64encode(self.png()).decode("ascii"), "text/plain": self.alt}
        width = round(self.get_figwidth() * self.dpi)
        return data, {"image/png": {"alt": self.alt, "width": width}}


# -------------------------------------------------------------------------------------- helpers


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _plain(text: str) -> str:
    """Strip the marks of mathematical notation, for descriptions: ``$C_m$`` becomes C_m."""
    return text.replace("$", "").replace("{", "").replace("}", "").replace("\n", " ")


def _number(value: float, digits: int = 3) -> str:
    """Write a number for readers: few digits, no exponent between 1e-4 and 1e6, a real minus."""
    value = float(value) + 0.0  # a negative zero becomes 0
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: "−∞"}.get(value, "not a number")
    size = abs(value)
    if size and not 1e-4 <= size < 1e6:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        power = str(int(exponent)).translate(_SUPERSCRIPT)
        return f"{mantissa.replace('-', '−')}·10{power}"
    decimals = max(0, digits - 1 - (math.floor(math.log10(size)) if size else 0))
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def _vector(values: Iterable[float], digits: int = 4) -> str:
    return "(" + ", ".join(_number(value, digits) for value in values) + ")"


def _array(name: str, value, *shape: int | None) -> np.ndarray:
    """Return ``value`` as a float array of that shape (None: any length but 0)."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"expected {name} as an array of numbers, got {value!r:.60}") from None
    fits = array.ndim == len(shape) and all(
        size > 0 and wanted in (None, size)
        for size, wanted in zip(array.shape, shape, strict=False)
    )
    if not fits:
        wanted = ", ".join("n" if size is None else str(size) for size in shape)
        comma = "," if len(shape) == 1 else ""
        raise ValueError(f"expected {name} of shape ({wanted}{comma}), got {array.shape}")
    return array


def _arrays(name: str, values: Mapping[str, object], *shape: int | None) -> dict[str, np.ndarray]:
    if not values:
        raise ValueError(f"expected at least one entry in {name}, got none")
    return {label: _array(f"{name}[{label!r}]", value, *shape) for label, value in values.items()}


def looks(labels: Iterable[str]) -> dict[str, Look]:
    """Give an optimizer its own look and every other label the next one that is still free.

    Parameters
    ----------
    labels : iterable of str
        What the reader sees; a name in :data:`STYLE`, in any case, keeps its look everywhere.

    Returns
    -------
    dict of Look
        By label.

    Raises
    ------
    ValueError
        If the labels that name no optimizer are more than the looks that are free.
    """
    labels = list(labels)
    named = {label: STYLE[label.lower()] for label in labels if label.lower() in STYLE}
    taken = {look.dash for look in named.values()}
    free = [look for look in CYCLE if look.dash not in taken]
    others = [label for label in labels if label not in named]
    if len(others) > len(free):
        raise ValueError(
            f"expected at most {len(free)} unnamed curves in one figure, got {len(others)}"
        )
    return named | dict(zip(others, free, strict=False))


def _halo(width: float = 3.0) -> list:
    return [withStroke(linewidth=width, foreground="white")]


def _arrow(axes: Axes, tail, vector, *, width: float = 2.2, head: float = 16, **looks) -> None:
    """Draw an arrow from ``tail`` along ``vector``; a zero vector draws nothing."""
    tail, vector = np.asarray(tail, float), np.asarray(vector, float)
    if not np.any(vector):
        return
    axes.add_patch(
        FancyArrowPatch(
            tail,
            tail + vector,
            arrowstyle="-|>",
            mutation_scale=head,
            shrinkA=0,
            shrinkB=0,
            linewidth=width,
            **{"joinstyle": "miter", "capstyle": "butt", "zorder": 3} | looks,
        )
    )


def _write(axes: Axes, place, text: str, offset=(0, 0), **looks) -> None:
    """Write on a picture, readable over lines and colours."""
    axes.annotate(
        text,
        place,
        xytext=offset,
        textcoords="offset points",
        **{"size": 11, "path_effects": _halo(), "zorder": 6} | looks,
    )


def _pale(colour: str, white: float = 0.55) -> tuple[float, float, float]:
    """Mix a colour with white; unlike transparency, overlapping strokes do not add up."""
    return tuple((1 - white) * channel + white for channel in to_rgb(colour))


def _window(axes: Axes, points: np.ndarray, shape: float, align: float) -> None:
    """Set limits of width ``shape`` times the height that hold all points.

    ``align`` says where the points stand in the room that is left over: 0 left, 1 right.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    height = 1.24 * max(high[1] - low[1], (high[0] - low[0]) / shape, 1e-12)
    middle, width = (low[1] + high[1]) / 2, shape * height
    left = low[0] - align * (width - (high[0] - low[0]))
    axes.set(xlim=(left, left + width), ylim=(middle - height / 2, middle + height / 2))


def _frame(points: np.ndarray, across: float, up: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners of a frame around all points, margins relative to the longer side."""
    low, high = points.min(axis=0), points.max(axis=0)
    pad = max(float(np.max(high - low)), 1e-12) * np.array([across, up])
    return low - pad, high + pad


def _surface_levels(errors: np.ndarray, count: int = 13) -> np.ndarray:
    """Choose contour levels so that half the window lies below the middle one.

    Equal steps would crowd into the corners of a steep surface; a power of the equal steps spreads
    them evenly. On a quadratic bowl the power is 2: contours at equal distances.
    """
    finite = errors[np.isfinite(errors)]
    if not len(finite):
        raise ValueError("expected finite errors somewhere in the window, got none")
    low, high = float(finite.min()), float(finite.max())
    if low == high:
        return np.array([low - 0.5, low + 0.5])
    middle = np.clip((np.median(finite) - low) / (high - low), 1e-3, 0.5)
    power = math.log(middle) / math.log(0.5)
    return low + (high - low) * np.linspace(0, 1, count) ** power


def _draw_surface(axes: Axes, w1, w2, errors, levels: np.ndarray) -> None:
    shades = SURFACE(np.linspace(0, 1, len(levels) - 1))
    axes.contourf(w1, w2, errors, levels=levels, colors=list(shades), extend="max")
    axes.contour(
        w1, w2, errors, levels=levels[1:-1], colors="#a98a63", linewidths=0.5, linestyles="-"
    )


def _key(marker: str, face, label: str, size: float = 8) -> Line2D:
    """Return a legend's entry for a marker without a line."""
    edge = INK if face == "white" else "white"
    looks = {"markerfacecolor": face, "markeredgecolor": edge, "markersize": size}
    return Line2D([], [], marker=marker, linestyle="", label=label, **looks)


def _legend_on_top(axes: Axes, **looks) -> None:
    """Put the legend above the frame, where no curve can pass under it."""
    labels = axes.get_legend_handles_labels()[1]
    rows = math.ceil(sum(len(label) + 9 for label in labels) / 100)  # 100 letters fit in one row
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=math.ceil(len(labels) / rows),
        columnspacing=1.6,
        borderaxespad=0.2,
        **looks,
    )


def _columns(count: int, columns: int | None) -> tuple[int, int]:
    columns = min(count, columns or 3)
    return math.ceil(count / columns), columns


def _panels(still: Still, count: int, columns: int, rows: int, **kwargs) -> list[Axes]:
    axes = still.subplots(rows, columns, squeeze=False, **kwargs)
    for spare in axes.flat[count:]:
        spare.remove()
    return list(axes.flat[:count])


# ---------------------------------------------------------------------------------- the figures


@_styled
def step_vectors(
    paths: Mapping[str, np.ndarray],
    gradients: Mapping[str, np.ndarray],
    momenta: Mapping[str, np.ndarray],
    *,
    title: str | None = None,
) -> Still:
    r"""Draw the first updates of several methods as arrows, and what the last momentum is made of.

    Three panels, because the vectors live on three scales: the weights as seen from the origin;
    the updates :math:`-\eta\,m(t)`, true to length, in an enlarged piece of the same plane;
    gradient and momentum in their own units, the momentum as its kept part
    :math:`\alpha\,m(T-1)` followed by the newest gradient.

    Parameters
    ----------
    paths : dict of label -> array (T+1, 2)
        Weights w(0) … w(T), all from one start.
    gradients : dict of label -> array (T, 2) or longer
        Row t is the gradient at w(t); the last one used is row T−1.
    momenta : dict of label -> array (T+1, 2)
        m(0) … m(T) of the methods that have a momentum.

    Returns
    -------
    Still
    """
    paths = _arrays("paths", paths, None, 2)
    gradients = _arrays("gradients", gradients, None, 2)
    momenta = _arrays("momenta", momenta, None, 2)
    look_of = looks(paths)
    start = next(iter(paths.values()))[0]
    steps = len(next(iter(paths.values()))) - 1
    newest = {label: gradients[label][steps - 1] for label in paths}
    last = {label: momentum[steps] for label, momentum in momenta.items()}
    moved = {label: float(np.linalg.norm(path[-1] - start)) for label, path in paths.items()}
    far, near = max(moved, key=moved.get), min(moved, key=moved.get)
    if title is None:
        title = f"After {steps} updates {far.lower()} has come {moved[far] / moved[near]:.2f} times"
        title += f" as far as {near.lower()}"
    shapes = (0.66, 0.86, 1.22)  # width over height of the three panels, which share one height
    still = Still(10.4, 4.9, title)
    plane, zoom, vectors = still.subplots(1, 3, width_ratios=shapes)

    everything = np.vstack(list(paths.values()))
    low, high = everything.min(axis=0), everything.max(axis=0)
    pad = 0.4 * float(np.max(high - low))
    for label, path in paths.items():
        _arrow(plane, (0, 0), path[-1], width=2.2, head=13, **look_of[label].line)
    plane.plot(0, 0, "+", color=INK, markersize=12, markeredgewidth=2)
    box = Rectangle(low - pad, *(high - low + 2 * pad), fill=False, edgecolor=INK, zorder=5)
    plane.add_patch(box)
    _write(plane, (high[0] + pad, high[1]), "enlarged →", (4, -4), style="italic")
    _window(plane, np.vstack([everything, [[0, 0]]]), shapes[0], align=0.5)
    plane.set_title(f"Weights w({steps})")

    # With a momentum: broad and pale below. Without: thin and full on top. They may coincide.
    for label in sorted(paths, key=lambda label: label not in momenta):
        look, path = look_of[label], paths[label]
        broad = label in momenta
        for tail, head in pairwise(path):
            _arrow(
                zoom,
                tail,
                head - tail,
                width=6 if broad else 2.2,
                head=24 if broad else 12,
                color=_pale(look.colour) if broad else look.colour,
            )
        end = {"color": look.colour, "markeredgecolor": "white", "markersize": 8}
        zoom.plot(*path[-1], look.marker, zorder=5, **end)
        text = f"{label}\n{_vector(path[-1])}"
        _write(zoom, path[-1], text, (9, 0), color=look.colour, va="center", weight="bold")
    zoom.plot(*start, "o", color="white", markeredgecolor=INK, markersize=8, zorder=5)
    _write(zoom, start, f"w(0) = {_vector(start)}", (9, 0), va="center")
    _window(zoom, everything, shapes[1], align=0.12)
    zoom.set_title("Updates −η m(t), enlarged")

    seen = [np.zeros(2), *last.values()]
    aside = np.array([-0.12 * max(np.linalg.norm(v) for v in (*seen, *newest.values())), 0.0])
    for label, total in last.items():
        look, kept = look_of[label], total - newest[label]
        _arrow(vectors, (0, 0), total, width=10, head=34, color=_pale(look.colour, 0.7))
        _arrow(vectors, (0, 0), kept, head=13, zorder=4, color=look.colour, linestyle=(0, (4, 2)))
        _arrow(vectors, kept, newest[label], head=13, zorder=4, color=look.colour)
        write = {"offset": (16, 0), "va": "center", "color": look.colour}
        _write(vectors, total, f"m({steps}) = {_vector(total)}", **write | {"weight": "bold"})
        _write(vectors, kept + newest[label] / 2, f"+ new ∇E\n{_vector(newest[label])}", **write)
        _write(vectors, kept / 2, f"kept α m({steps - 1})\n{_vector(kept)}", **write)
    for label in paths:
        if label not in momenta:
            # beside the momentum's newest gradient, so that the two can be compared
            tail = aside + next((last[k] - newest[k] for k in last), np.zeros(2))
            _arrow(vectors, tail, newest[label], head=13, color=look_of[label].colour)
            _write(
                vectors,
                tail + newest[label] / 2,
                "∇E",
                (-10, 0),
                ha="right",
                va="center",
                color=look_of[label].colour,
                weight="bold",
            )
            seen += [tail, tail + newest[label]]
    _window(vectors, np.array(seen), shapes[2], align=0.3)
    vectors.set_title("Gradient and momentum, in units of ∇E")

    for axes, symbol in ((plane, "w"), (zoom, "w"), (vectors, "component ")):
        axes.set_aspect("equal")
        axes.set_xlabel(f"{symbol}₁" if symbol == "w" else "component 1")
        axes.set_ylabel(f"{symbol}₂" if symbol == "w" else "component 2", labelpad=0)
        axes.grid(True, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.xaxis.set_major_locator(MaxNLocator(4))
    still.legend(
        handles=[
            Line2D([], [], marker=look.marker, markersize=8, label=label, **look.line)
            for label, look in look_of.items()
        ],
        loc="outside lower center",
        ncols=len(paths),
    )
    ends = [
        f"{label} ends at w = {_vector(path[-1])}, {_number(moved[label])} from the start; its "
        f"last gradient is {_vector(newest[label])}."
        for label, path in paths.items()
    ]
    sums = [
        f"The momentum of {label.lower()} is then {_vector(total)}: "
        f"{_vector(total - newest[label])} kept from before plus the newest gradient."
        for label, total in last.items()
    ]
    still.alt = f"Arrows of the first {steps} updates from w(0) = {_vector(start)}. "
    still.alt += " ".join(ends + sums)
    return still


@_styled
def trajectories(
    w1: np.ndarray,
    w2: np.ndarray,
    errors: np.ndarray,
    paths: Mapping[str, np.ndarray],
    *,
    minimum: np.ndarray | None = None,
    curves: Mapping[str, np.ndarray] | None = None,
    log: bool = False,
    levels: Sequence[float] | None = None,
    columns: int | None = None,
    title: str | None = None,
) -> Still:
    """Draw paths over an error surface, one panel a path, early updates dark and late ones bright.

    Parameters
    ----------
    w1 : array (n,), w2 : array (m,)
        The grid, and the drawing window too: a path that leaves it is cut, and the panel says when.
    errors : array (m, n)
        E on the grid, rows along w2.
    paths : dict of label -> array (T+1, 2)
    minimum : array (2,), optional
        Marked with a star.
    curves : dict of label -> array (T+1,), optional
        The error along each path, drawn below it on one common scale.
    log : bool
        Logarithmic scale for the error curves.
    levels : increasing numbers, optional
        Contour levels; by default spread so that half the window is below the middle one.
    columns : int, optional
        Panels in a row (3 at most by default).

    Returns
    -------
    Still
    """
    w1, w2 = _array("w1", w1, None), _array("w2", w2, None)
    errors = _array("errors", errors, len(w2), len(w1))
    paths = _arrays("paths", paths, None, 2)
    if curves is not None:
        curves = _arrays("curves", curves, None)
        missing = [label for label in paths if label not in curves]
        if missing:
            raise ValueError(f"expected an error curve for every path, got none for {missing[0]!r}")
    levels = _surface_levels(errors) if levels is None else np.asarray(levels, float)
    steps = max(len(path) for path in paths.values()) - 1
    if title is None:
        title = _lowest(curves, steps) if curves else f"The paths over {steps} updates"
    rows, columns = _columns(len(paths), columns)
    blocks = 2 if curves else 1
    height = rows * (3.6 + (1.9 if curves else 0)) + 1.0
    still = Still(max(6.4, 3.3 * columns), height, title)
    grid = still.add_gridspec(
        rows * blocks, columns, height_ratios=([3.6, 1.9] if curves else [3.6]) * rows
    )
    dot = next(k for k in (1, 2, 5, 10, 20, 50, 100, 500, 10**9) if steps / k <= 40)
    first = below = None
    notes = []
    for number, (label, path) in enumerate(paths.items()):
        row, column = divmod(number, columns)
        axes = still.add_subplot(grid[row * blocks, column], sharex=first, sharey=first)
        first = first or axes
        _draw_surface(axes, w1, w2, errors, levels)
        _draw_path(axes, path, dot)
        if minimum is not None:
            axes.plot(*minimum, "*", color="white", markeredgecolor=INK, markersize=15, zorder=5)
        axes.set(xlim=(w1[0], w1[-1]), ylim=(w2[0], w2[-1]), title=label, xlabel="w₁")
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        if column == 0:
            axes.set_ylabel("w₂")
        gone = _leaves(path, w1, w2)
        if gone is not None:
            _write(axes, (0.03, 0.03), f"leaves the window at t = {gone}", xycoords="axes fraction")
        note = f"{label}: from {_vector(path[0])} to {_vector(path[-1])} in {len(path) - 1} updates"
        note += f", out of the window at t = {gone}" if gone is not None else ""
        if curves:
            curve = curves[label]
            panel = still.add_subplot(grid[row * blocks + 1, column], sharex=below, sharey=below)
            below = below or panel
            _draw_time_coloured(panel, np.arange(len(curve)), curve)
            if log:
                panel.set_yscale("log")
                panel.set_ylim(bottom=_log_floor(curves))
            panel.grid(True, linewidth=0.6)
            panel.set_xlabel("updates t")
            if column == 0:
                panel.set_ylabel("error E")
            note += f", error from {_number(curve[0])} to {_number(curve[-1])}"
        notes.append(note + ".")
    handles = [_key("o", "white", "start"), _key("s", PATH(1.0), f"after {steps} updates")]
    if minimum is not None:
        handles.insert(1, _key("*", "white", "minimum", size=13))
    every = "every update" if dot == 1 else f"every {dot} updates"
    text = f"dark early, bright late, a dot {every}"
    handles.append(Line2D([], [], marker="o", markersize=4, color=PATH(0.4), label=text))
    still.legend(
        handles=handles,
        loc="outside lower center",
        ncols=4 if columns > 1 else 2,
        columnspacing=1.4,
        handlelength=1.8,
    )
    still.alt = (
        f"Contours of an error surface from {_number(np.nanmin(errors))} to "
        f"{_number(np.nanmax(errors))} with {len(paths)} path{'s' if len(paths) > 1 else ''}. "
        + " ".join(notes)
    )
    return still


def _lowest(curves: Mapping[str, np.ndarray], steps: int) -> str:
    best = min(curves, key=lambda label: curves[label][-1])
    return f"{best} is lowest after {steps} updates: E = {_number(curves[best][-1], 2)}"


def _leaves(path: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> int | None:
    """Return the first update at which the path is outside the window, or None."""
    inside = (path >= (w1[0], w2[0])) & (path <= (w1[-1], w2[-1]))
    outside = np.flatnonzero(~inside.all(axis=1))
    return int(outside[0]) if len(outside) else None


def _draw_time_coloured(axes: Axes, x: np.ndarray, y: np.ndarray, width: float = 2.2) -> None:
    points = np.column_stack([x, y])[:, None]
    segments = np.concatenate([points[:-1], points[1:]], axis=1)
    line = LineCollection(segments, cmap=PATH, linewidth=width, capstyle="round", zorder=4)
    line.set_array(np.linspace(0, 1, max(1, len(segments))))
    axes.add_collection(line)
    axes.autoscale_view()


def _draw_path(axes: Axes, path: np.ndarray, dot: int) -> None:
    axes.plot(*path.T, color="white", linewidth=5, alpha=0.9, solid_capstyle="round", zorder=3)
    _draw_time_coloured(axes, *path.T)
    time = np.linspace(0, 1, len(path))[::dot]
    axes.scatter(*path[::dot].T, c=PATH(time), s=20, edgecolor="white", linewidth=0.7, zorder=4.5)
    axes.plot(*path[-1], "s", color=PATH(1.0), markeredgecolor="white", markersize=8, zorder=5.5)
    axes.plot(*path[0], "o", color="white", markeredgecolor=INK, markersize=8, zorder=5.5)


@_styled
def error_curves(
    curves: Mapping[str, np.ndarray],
    *,
    log: bool = False,
    ymax: float | None = None,
    marks: Sequence[tuple[str, int, str]] = (),
    threshold: float | None = None,
    xlabel: str = "updates t",
    ylabel: str = "error E",
    title: str | None = None,
) -> Still:
    """Draw errors against updates, one dash and colour a curve.

    Parameters
    ----------
    curves : dict of label -> array (T+1,)
        The error at w(0) … w(T).
    log : bool
        Logarithmic scale; zeros and negative errors are then left out.
    ymax : float, optional
        Where the linear axis is cut (the label says so).
    marks : sequence of (label, t, text)
        Points of a curve to be pointed at.
    threshold : float, optional
        A level worth a thin line; the description says when each curve stays below it for good.

    Returns
    -------
    Still
    """
    curves = _arrays("curves", curves, None)
    look_of = looks(curves)
    steps = max(map(len, curves.values())) - 1
    still = Still(9, 4.6, _lowest(curves, steps) if title is None else title)
    axes = still.subplots()
    for label, curve in curves.items():
        shown = np.where(curve > 0, curve, np.nan) if log else curve
        axes.plot(shown, label=label, **look_of[label].line)
    if log:
        axes.set_yscale("log")
        floor = _log_floor(curves)
        if floor is not None:
            axes.set_ylim(bottom=floor)
            ylabel += f" (cut at {_number(floor, 1)})"
    if ymax is not None:
        lowest = min(float(np.nanmin(curve)) for curve in curves.values())
        axes.set_ylim(0 if lowest >= 0 and not log else None, ymax)
        if any(np.nanmax(curve) > ymax for curve in curves.values()):
            ylabel += f" (cut at {_number(ymax)})"
    axes.set(xlim=(0, steps), xlabel=xlabel, ylabel=ylabel)
    axes.grid(True, linewidth=0.6)
    if threshold is not None:
        axes.axhline(threshold, color=FAINT, linewidth=1.2)
        side = axes.get_yaxis_transform()
        _write(
            axes, (1, threshold), f"E = {_number(threshold)}", (-4, 5), ha="right", xycoords=side
        )
    for label, t, text in marks:
        if label not in curves:
            raise ValueError(f"expected marks on one of {list(curves)}, got one on {label!r}")
        look, place = look_of[label], (t, curves[label][t])
        axes.plot(*place, look.marker, color=look.colour, markersize=8, markeredgecolor="white")
        bottom, top = np.log(axes.get_ylim()) if log else axes.get_ylim()
        high = ((math.log(place[1]) if log else place[1]) - bottom) / (top - bottom) > 0.75
        line = {"arrowstyle": "-", "color": look.colour, "shrinkB": 4, "zorder": 6}
        _write(axes, place, text, (44, -8 if high else 30), color=look.colour, arrowprops=line)
    _legend_on_top(axes)
    notes = [f"{label}: {_describe_curve(curve, threshold)}." for label, curve in curves.items()]
    notes += [f"Marked at t = {t} on {label}: {_plain(text)}." for label, t, text in marks]
    scale = "logarithmic" if log else "linear"
    still.alt = f"Error against {steps} updates, {scale} scale. " + " ".join(notes)
    return still


def _log_floor(curves: Mapping[str, np.ndarray]) -> float | None:
    """Return where a logarithmic axis should be cut, or None if all fits into fifteen decades.

    A curve on its way to 1e-300 would squeeze all the others into one line.
    """
    positive = np.concatenate(
        [curve[np.isfinite(curve) & (curve > 0)] for curve in curves.values()]
    )
    if not len(positive) or positive.min() > positive.max() * 1e-15:
        return None
    return 10.0 ** math.floor(math.log10(positive.max()) - 15)


def _describe_curve(curve: np.ndarray, threshold: float | None) -> str:
    text = f"from {_number(curve[0])} to {_number(curve[-1])}"
    rises = np.flatnonzero(np.diff(curve) > 0)
    if len(rises):
        text += f", first rises after t = {rises[0]}"
    else:
        text += ", never rises"
    if threshold is not None:
        above = np.flatnonzero(~(curve < threshold))
        if len(above) and above[-1] == len(curve) - 1:
            text += f", not below {_number(threshold)} at the end"
        else:
            good = above[-1] + 1 if len(above) else 0
            text += f", below {_number(threshold)} for good from t = {good}"
    return text


@_styled
def heatmaps(
    g1: np.ndarray,
    g2: np.ndarray,
    panels: Mapping[str, np.ndarray],
    *,
    limit: float,
    levels: Sequence[float] | None = None,
    split_at_zero: bool = True,
    regions: Mapping[str, np.ndarray] | None = None,
    points: Mapping[str, tuple[float, float]] | None = None,
    symbol: str = "C",
    columns: int | None = None,
    title: str | None = None,
) -> Still:
    """Draw signed measures of two gradients: red where positive, blue where negative, white at 0.

    Parameters
    ----------
    g1 : array (n,), g2 : array (m,)
        Evenly spaced grid of first and second gradients.
    panels : dict of heading -> array (m, n)
        Values on the grid, rows along g2. All panels share one scale.
    limit : float
        Colours end at ±limit; values beyond are clipped, and the colour bar says so.
    levels : increasing numbers, optional
        Contour levels; the contour at 0 is drawn thick.
    split_at_zero : bool
        Draw the contours of g1 < 0 and g1 ≥ 0 apart, for measures that jump at g1 = 0.
    regions : dict of label -> bool array (m, n), optional
        Hatched on every panel, and named in a legend.
    points : dict of label -> (g1, g2), optional
        Marked on every panel.
    symbol : str
        The measure's name on the colour bar.
    columns : int, optional
        Panels in a row (3 at most by default).

    Returns
    -------
    Still
    """
    g1, g2 = _array("g1", g1, None), _array("g2", g2, None)
    panels = _arrays("panels", panels, len(g2), len(g1))
    regions = (
        {
            label: np.asarray(mask, bool)
            for label, mask in _arrays("regions", regions, len(g2), len(g1)).items()
        }
        if regions
        else {}
    )
    if not limit > 0:
        raise ValueError(f"expected limit above 0, got {limit}")
    levels = limit * np.linspace(-0.75, 0.75, 7) if levels is None else np.asarray(levels, float)
    negative = {label: float(np.mean(values < 0)) for label, values in panels.items()}
    if title is None:
        shares = ", ".join(f"{100 * share:.0f} %" for share in negative.values())
        title = f"{symbol} is negative on {shares} of the window"
    rows, columns = _columns(len(panels), columns)
    width = {1: 6.2, 2: 9.4}.get(columns, 11)
    side = (width - 2.1) / columns - 0.35  # a panel is a square, and so the height follows
    still = Still(width, rows * (side + 0.75) + (0.95 if regions else 0.5), title)
    axes = _panels(still, len(panels), columns, rows, sharex=True, sharey=True)
    half = [(x[1] - x[0]) / 2 if len(x) > 1 else 0.5 for x in (g1, g2)]
    extent = (g1[0] - half[0], g1[-1] + half[0], g2[0] - half[1], g2[-1] + half[1])
    lowest = min(float(np.nanmin(values)) for values in panels.values())
    highest = max(float(np.nanmax(values)) for values in panels.values())
    for number, (panel, (heading, values)) in enumerate(zip(axes, panels.items(), strict=True)):
        image = panel.imshow(
            values,
            origin="lower",
            extent=extent,
            cmap=SIGNED,
            norm=Normalize(-limit, limit),
            interpolation="nearest",
            aspect="auto",
        )
        panel.set_box_aspect(1)
        halves = [g1 < 0, g1 >= 0] if split_at_zero else [np.ones(len(g1), bool)]
        for half_plane in halves:
            _draw_contours(panel, g1[half_plane], g2, values[:, half_plane], levels)
        for hatch, mask in zip(_HATCHES, regions.values(), strict=False):
            panel.contourf(g1, g2, mask, levels=[0.5, 1.5], colors="none", hatches=[hatch])
        for position, (label, place) in enumerate((points or {}).items()):
            look = CYCLE[(position + 4) % len(CYCLE)]
            panel.plot(*place, look.marker, color=INK, markeredgecolor="white", markersize=9)
            right = place[0] > (g1[0] + g1[-1]) / 2  # write towards the middle
            _write(panel, place, label, (-9 if right else 9, 6), ha="right" if right else "left")
        panel.set(title=heading, xlabel="g₁", xlim=(g1[0], g1[-1]), ylim=(g2[0], g2[-1]))
        panel.label_outer()
        if number % columns == 0:
            panel.set_ylabel("g₂")
    extend = {(False, False): "neither", (True, False): "min", (False, True): "max"}.get(
        (lowest < -limit, highest > limit), "both"
    )
    bar = still.colorbar(image, ax=axes, extend=extend, shrink=0.9, aspect=24, pad=0.02)
    clipped = (
        f"\n(data {_number(lowest)} … {_number(highest)}, clipped)" if extend != "neither" else ""
    )
    bar.set_label(f"{symbol}: blue below 0, red above 0{clipped}")
    if regions:
        still.legend(
            handles=[
                Patch(facecolor="white", edgecolor=INK, hatch=hatch, label=label)
                for hatch, label in zip(_HATCHES, regions, strict=False)
            ],
            loc="outside lower center",
            ncols=2,
        )
    notes = [
        f"{_plain(heading)}: values from {_number(values.min())} to {_number(values.max())}, "
        f"negative on {100 * negative[heading]:.0f} % of the window."
        for heading, values in panels.items()
    ]
    notes += [
        f"Hatched, {100 * mask.mean():.0f} %: {_plain(label)}." for label, mask in regions.items()
    ]
    notes += [
        f"Marked at {_vector(place)}: {_plain(label)}." for label, place in (points or {}).items()
    ]
    if extend != "neither":
        notes.append(f"Colours are clipped at ±{_number(limit)}.")
    still.alt = (
        f"Heatmap of {_plain(symbol)} for g1 from {_number(g1[0])} to {_number(g1[-1])} and g2 "
        f"from {_number(g2[0])} to {_number(g2[-1])}, red positive, blue negative. "
        + " ".join(notes)
    )
    return still


_HATCHES = ("///", "...", "xx", "--")


def _draw_contours(axes: Axes, x, y, values, levels: np.ndarray) -> None:
    """Draw labelled contours where a level is really crossed (matplotlib warns where none is)."""
    if min(values.shape) < 2:
        return
    crossed = [level for level in levels if values.min() < level < values.max()]
    if not crossed:
        return
    widths = [2.0 if abs(level) < 1e-12 else 0.9 for level in crossed]
    lines = axes.contour(
        x, y, values, levels=crossed, colors=INK, linewidths=widths, linestyles="-"
    )
    # One label in the middle of every line that is long enough to carry it
    least = 0.2 * max(np.ptp(x), np.ptp(y))
    pieces = [piece for level in lines.allsegs for piece in level if len(piece) > 1]
    middles = [piece[len(piece) // 2] for piece in pieces if np.ptp(piece, axis=0).max() > least]
    if middles:
        labels = lines.clabel(fmt=lambda level: _number(level, 2), fontsize=11, manual=middles)
        for text in labels:
            text.set_path_effects(_halo(2.0))


@_styled
def speedup_curves(
    curves: Mapping[str, np.ndarray],
    limits: Mapping[str, float],
    *,
    title: str | None = None,
) -> Still:
    r"""Draw how momentum grows under a constant gradient, and the limit :math:`1/(1-\alpha)`.

    Parameters
    ----------
    curves : dict of label -> array (T+1,)
        m(t)/g for t = 0 … T.
    limits : dict of label -> float
        Where that curve ends; infinite (or absent) draws no line.

    Returns
    -------
    Still
    """
    curves = _arrays("curves", curves, None)
    look_of = looks(curves)
    steps = max(map(len, curves.values())) - 1
    finite = {k: float(v) for k, v in limits.items() if k in curves and math.isfinite(v)}
    if title is None:
        top = max(finite, key=finite.get) if finite else next(iter(curves))
        title = f"{top}: {_number(curves[top][-1])} gradients' worth after {steps} updates" + (
            f", {_number(finite[top])} at most" if finite else ""
        )
    still = Still(9, 4.6, title)
    axes = still.subplots()
    top = 1.12 * max(finite.values(), default=max(curve.max() for curve in curves.values()))
    heights = _spread(finite, 0.055 * top)
    for label, curve in curves.items():
        look = look_of[label]
        axes.plot(curve, label=label, **look.line)
        if label in finite:
            axes.axhline(finite[label], color=look.colour, linewidth=1.1, linestyle=(0, (2, 3)))
            text = f"limit {_number(finite[label])}"
            side = axes.get_yaxis_transform()
            _write(axes, (1, heights[label]), text, (6, 0), va="center", xycoords=side)
    axes.set_ylim(0, top)
    axes.set(xlim=(0, steps), xlabel="updates t", ylabel="m(t) / g")
    axes.grid(True, linewidth=0.6)
    _legend_on_top(axes)
    still.alt = f"Momentum over gradient during {steps} updates. " + " ".join(
        f"{label}: {_number(curve[-1])} at the end"
        + (f", limit {_number(finite[label])}." if label in finite else ", no limit.")
        for label, curve in curves.items()
    )
    return still


def _spread(heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Move labels up just so far that neighbours are ``gap`` apart."""
    placed, floor = {}, -math.inf
    for label in sorted(heights, key=heights.get):
        placed[label] = floor = max(heights[label], floor + gap)
    return placed


@_styled
def rate_heatmap(
    eta_curvature: np.ndarray,
    alpha: np.ndarray,
    rate: np.ndarray,
    *,
    critical: np.ndarray | None = None,
    points: Mapping[str, tuple[float, float]] | None = None,
    log: bool = False,
    title: str | None = None,
) -> Still:
    r"""Draw how fast momentum converges on a quadratic: the spectral radius over (ηλ, α).

    Parameters
    ----------
    eta_curvature : array (n,)
        Learning rate times curvature, ηλ.
    alpha : array (m,)
    rate : array (m, n)
        Factor by which the distance to the minimum shrinks per update in the long run; above 1 the
        run diverges (hatched).
    critical : array (n,), optional
        The critical α for every ηλ: below it over-damped, above it oscillating.
    points : dict of label -> (ηλ, α), optional
    log : bool
        Logarithmic axis for ηλ, for points far below 1.

    Returns
    -------
    Still
    """
    x, y = _array("eta_curvature", eta_curvature, None), _array("alpha", alpha, None)
    rate = _array("rate", rate, len(y), len(x))
    if title is None:
        title = "For every ηλ the dashed line is fastest; past the edge nothing converges"
    still = Still(9, 5.2, title)
    axes = still.subplots()
    axes.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), xlabel="ηλ", ylabel="α")
    axes.set_xscale("log" if log else "linear")  # first: the contours' labels depend on it
    image = axes.contourf(x, y, np.minimum(rate, 1.0), levels=np.linspace(0, 1, 21), cmap=RATE)
    levels = [level for level in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95) if rate.min() < level < rate.max()]
    if levels:
        lines = axes.contour(x, y, rate, levels=levels, colors="#2b5d66", linewidths=0.8)
        lines.clabel(fmt="%g", fontsize=11)
    handles = []
    if critical is not None:
        look = {"color": VERMILION, "linestyle": (0, (6, 2)), "linewidth": 2.4}
        axes.plot(x, _array("critical", critical, len(x)), **look)
        handles.append(Line2D([], [], label="critical damping (above it, w swings)", **look))
    edge = 1.0 + 1e-9  # rounding must not make the whole line |σ| = 1 diverge
    if rate.max() > edge:
        looks = {"hatches": ["///"], "colors": ["#e3e5ea"]}
        axes.contourf(x, y, rate, levels=[edge, np.inf], **looks)
        axes.contour(x, y, rate, levels=[edge], colors=INK, linewidths=2.2)
        handles += [
            Line2D([], [], color=INK, linewidth=2.2, label="stability edge, |σ| = 1"),
            Patch(facecolor="#e3e5ea", edgecolor=INK, hatch="///", label="diverges"),
        ]
    for position, (label, place) in enumerate((points or {}).items()):
        marker = CYCLE[position % len(CYCLE)].marker
        sign = {"color": INK, "markeredgecolor": "white", "markersize": 10, "zorder": 5}
        axes.plot(*place, marker, clip_on=False, **sign)
        across, high = axes.transAxes.inverted().transform(axes.transData.transform(place))
        side, ha = (-9, "right") if across > 0.7 else (9, "left")
        # neighbours on one level keep out of each other's way
        up = -17 if position % 2 and high > 0.1 else 6
        _write(axes, place, label, (side, up), ha=ha, weight="bold")
    bar = still.colorbar(image, ax=axes, pad=0.02, ticks=np.linspace(0, 1, 6))
    bar.set_label("|σ|, the error's factor per update (0 fast, 1 never)")
    if handles:
        still.legend(handles=handles, loc="outside lower center", ncols=3)
    stable = rate < 1
    still.alt = (
        f"Heatmap of momentum's convergence rate for ηλ from {_number(x[0])} to {_number(x[-1])} "
        f"and α from {_number(y[0])} to {_number(y[-1])}: below 1 on {100 * stable.mean():.0f} % "
        "of the grid; what lies right of the stability edge diverges. "
        + " ".join(
            f"{label} at ηλ = {_number(place[0])}, α = {_number(place[1])}."
            for label, place in (points or {}).items()
        )
    ).strip()
    return still


@_styled
def damping_traces(
    traces: Mapping[str, np.ndarray],
    *,
    ylabel: str = "distance to the minimum",
    title: str | None = None,
) -> Still:
    """Draw quantities on their way to 0: who creeps, who lands, who swings.

    Parameters
    ----------
    traces : dict of label -> array (T+1,)
        One number an update, for t = 0 … T; a weight minus its minimum, say.
    ylabel : str
        What it is.

    Returns
    -------
    Still
    """
    traces = _arrays("traces", traces, None)
    look_of = looks(traces)
    arrival = {label: _settles(trace) for label, trace in traces.items()}
    if title is None:
        there = {label: t for label, t in arrival.items() if t is not None}
        title = "None of the runs comes to stay within 1 %"
        if there:
            first = min(there, key=there.get)
            title = f"{first} is first to stay within 1 %, from t = {there[first]}"
    still = Still(9, 4.4, title)
    axes = still.subplots()
    axes.axhline(0, color=FAINT, linewidth=1.2)
    steps = max(map(len, traces.values())) - 1
    for label, trace in traces.items():
        look = look_of[label]
        axes.plot(
            trace,
            label=label,
            marker=look.marker,
            markersize=6,
            markevery=max(1, steps // 15),
            markeredgecolor="white",
            **look.line,
        )
    axes.set(xlim=(0, steps), xlabel="updates t", ylabel=ylabel)
    axes.grid(True, linewidth=0.6)
    _legend_on_top(axes)
    still.alt = f"{ylabel[:1].upper()}{ylabel[1:]} during {steps} updates. " + " ".join(
        f"{label}: {np.sum(trace[:-1] * trace[1:] < 0)} changes of sign, "
        + (
            f"within 1 % of its largest size for good from t = {arrival[label]}."
            if arrival[label] is not None
            else "not within 1 % of its largest size by the end."
        )
        for label, trace in traces.items()
    )
    return still


def _settles(trace: np.ndarray) -> int | None:
    """Return from when on the trace stays within 1 % of its largest size, or None."""
    sizes = np.abs(trace)
    outside = np.flatnonzero(~(sizes <= 0.01 * np.nanmax(sizes)))
    first = int(outside[-1]) + 1 if len(outside) else 0
    return first if first < len(trace) else None


@_styled
def nesterov_construction(
    weights: np.ndarray,
    momentum_step: np.ndarray,
    gradient_step: np.ndarray,
    lookahead_gradient_step: np.ndarray,
    *,
    surface: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
    minimum: np.ndarray | None = None,
    title: str | None = None,
) -> Still:
    r"""Draw one step of momentum and one of Nesterov from the same place with the same old step.

    Parameters
    ----------
    weights : array (2,)
        The old point w.
    momentum_step : array (2,)
        :math:`\beta\,\Delta w`.
    gradient_step : array (2,)
        :math:`-\eta\nabla L(w)`.
    lookahead_gradient_step : array (2,)
        :math:`-\eta\nabla L(\hat w)` at :math:`\hat w = w + \beta\,\Delta w`.
    surface : (w1 (n,), w2 (m,), errors (m, n)), optional
        Contours in the background.
    minimum : array (2,), optional
        Marked with a star, and the description measures the distances to it.

    Returns
    -------
    Still

    References
    ----------
    The lecture's comparison of the two constructions.
    """
    w = _array("weights", weights, 2)
    old = _array("momentum_step", momentum_step, 2)
    here = _array("gradient_step", gradient_step, 2)
    ahead = _array("lookahead_gradient_step", lookahead_gradient_step, 2)
    results = {"Momentum": w + old + here, "Nesterov": w + old + ahead}
    distance = {}
    if minimum is not None:
        minimum = _array("minimum", minimum, 2)
        distance = {k: float(np.linalg.norm(v - minimum)) for k, v in results.items()}
    if title is None:
        title = "Momentum corrects where it stands, Nesterov where the old step has carried it"
    places = np.array([w, w + old, w + here, *results.values()])
    if minimum is not None:
        places = np.vstack([places, minimum])
    low, high = _frame(places, 0.3, 0.2)
    height = 4.4 * (high[1] - low[1]) / (high[0] - low[0])  # a panel is 4.4 wide
    still = Still(10, float(np.clip(height, 2.0, 5.0)) + 1.3, title)
    left, right = still.subplots(1, 2, sharex=True, sharey=True)
    parts = {
        "Momentum": [(w, here, "gradient", "① −η∇E(w)"), (w + here, old, "old", "② βΔ")],
        "Nesterov": [(w, old, "old", "① βΔ"), (w + old, ahead, "gradient", "② −η∇E(ŵ)")],
    }
    looks = {"gradient": {"color": BLUE}, "old": {"color": VERMILION, "linestyle": (0, (5, 2))}}
    for axes, (name, result) in zip((left, right), results.items(), strict=True):
        if surface is not None:
            w1, w2, errors = surface
            _draw_surface(axes, w1, w2, errors, _surface_levels(np.asarray(errors, float)))
        axes.set_aspect("equal")
        axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        _arrow(axes, w, result - w, width=7, head=26, color="#c4c8d0")
        for tail, vector, kind, text in parts[name]:
            _arrow(axes, tail, vector, zorder=4, **looks[kind])
            middle = tail + vector / 2
            colour = looks[kind]["color"]
            _beside(axes, middle, text, _side(result - w, middle - w), color=colour, weight="bold")
        if name == "Nesterov":
            axes.plot(*(w + old), "o", color="white", markeredgecolor=VERMILION, zorder=5)
            _beside(axes, w + old, "ŵ", -_side(result - w, old), color=VERMILION, weight="bold")
        axes.plot(*w, "o", color=INK, markersize=9, markeredgecolor="white", zorder=5)
        axes.plot(*result, "s", color=INK, markersize=9, markeredgecolor="white", zorder=5)
        _beside(axes, w, "old w", (w - result) / np.linalg.norm(w - result))
        _beside(axes, result, "new w", (result - w) / np.linalg.norm(w - result))
        if minimum is not None:
            axes.plot(*minimum, "*", color="white", markeredgecolor=INK, markersize=16, zorder=5)
        heading = name + (f": {_number(distance[name])} from the minimum" if distance else "")
        axes.set(title=heading, xlabel="w₁")
    left.set_ylabel("w₂")
    still.alt = (
        f"Two constructions from w = {_vector(w)} with the old step {_vector(old)}. Momentum takes "
        f"the gradient step {_vector(here)} at w, then the old step, and ends at "
        f"{_vector(results['Momentum'])}. Nesterov takes the old step first, then the gradient "
        f"step {_vector(ahead)} found there, and ends at {_vector(results['Nesterov'])}."
    )
    if distance:
        still.alt += (
            f" Distances to the minimum: {_number(distance['Momentum'])} and "
            f"{_number(distance['Nesterov'])}."
        )
    return still


def _beside(axes: Axes, place, text: str, direction, **looks) -> None:
    """Write next to a place, in the direction of a unit vector."""
    across, up = direction
    ha = "left" if across > 0.3 else "right" if across < -0.3 else "center"
    va = "bottom" if up > 0.3 else "top" if up < -0.3 else "center"
    _write(axes, place, text, (10 * across, 10 * up), ha=ha, va=va, **looks)


def _side(axis: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return the unit vector across ``axis`` that points to the side on which ``place`` lies."""
    normal = np.array([-axis[1], axis[0]])
    length = float(np.linalg.norm(normal))
    if length == 0:
        return np.array([0.0, 1.0])
    return normal / length * (1 if normal @ place >= 0 else -1)


@_styled
def training_curves(
    curves: Mapping[str, np.ndarray],
    *,
    x: np.ndarray | None = None,
    band: str = "min-max",
    log: bool = False,
    xlabel: str = "epochs",
    ylabel: str = "training loss",
    title: str | None = None,
) -> Still:
    """Draw the mean over seeds as a line and the spread as a band.

    Parameters
    ----------
    curves : dict of label -> array (runs, points)
    x : array (points,), optional
        Where the points stand; 0, 1, 2, … by default.
    band : {"min-max", "std"}
        All runs, or one standard deviation to either side.
    log : bool
        Logarithmic scale.

    Returns
    -------
    Still
    """
    if band not in ("min-max", "std"):
        raise ValueError(f"expected band 'min-max' or 'std', got {band!r}")
    curves = _arrays("curves", curves, None, None)
    look_of = looks(curves)
    points = max(curve.shape[1] for curve in curves.values())
    x = np.arange(points) if x is None else _array("x", x, points)
    means = {label: runs.mean(axis=0) for label, runs in curves.items()}
    if title is None:
        title = ", ".join(f"{label}: {_number(mean[-1])}" for label, mean in means.items())
        title = f"At the end, {title}"
    still = Still(9, 4.6, title)
    axes = still.subplots()
    for label, runs in curves.items():
        look, mean, here = look_of[label], means[label], x[: runs.shape[1]]
        low, high = runs.min(axis=0), runs.max(axis=0)
        if band == "std":
            low, high = mean - runs.std(axis=0), mean + runs.std(axis=0)
        axes.fill_between(here, low, high, color=look.colour, alpha=0.18, linewidth=0)
        axes.plot(
            here,
            mean,
            label=label,
            marker=look.marker,
            markersize=6,
            markevery=max(1, len(here) // 12),
            markeredgecolor="white",
            **look.line,
        )
    if log:
        axes.set_yscale("log")
    seeds = next(iter(curves.values())).shape[0]
    spread = "all runs" if band == "min-max" else "one standard deviation"
    axes.set(xlim=(x[0], x[-1]), xlabel=xlabel, ylabel=ylabel)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(True, linewidth=0.6)
    _legend_on_top(axes, title=f"mean of {seeds} seeds, band: {spread}", alignment="left")
    still.alt = f"{ylabel.capitalize()} against {xlabel}, mean of {seeds} seeds. " + " ".join(
        f"{label}: from {_number(means[label][0])} to {_number(means[label][-1])}, at the end "
        f"between {_number(runs[:, -1].min())} and {_number(runs[:, -1].max())}."
        for label, runs in curves.items()
    )
    return still


@_styled
def cancellation(
    gradients: np.ndarray,
    momenta: np.ndarray,
    *,
    directions: tuple[str, str] = ("steep direction", "flat direction"),
    title: str | None = None,
) -> Still:
    """Draw gradient and momentum along two directions: one cancels in the sum, one adds up.

    Parameters
    ----------
    gradients, momenta : array (T, 2)
        Components of g(t) and m(t) for t = 1 … T along the two directions.
    directions : pair of str
        Their names.

    Returns
    -------
    Still
    """
    gradients = _array("gradients", gradients, None, 2)
    momenta = _array("momenta", momenta, len(gradients), 2)
    gain = np.abs(momenta).max(axis=0) / np.abs(gradients).max(axis=0)
    if title is None:
        title = (
            f"The sum reaches {_number(gain[0], 2)} times the gradient along the {directions[0]}, "
            f"{_number(gain[1], 2)} times along the {directions[1]}"
        )
    still = Still(10, 4.6, title)
    t = np.arange(1, len(gradients) + 1)
    looks = {"gradient g(t)": STYLE["gradient descent"], "momentum m(t)": STYLE["momentum"]}
    axes = still.subplots(1, 2)
    for panel, name, g, m in zip(axes, directions, gradients.T, momenta.T, strict=True):
        panel.axhline(0, color=FAINT, linewidth=1.2)
        for (label, look), values in zip(looks.items(), (g, m), strict=True):
            panel.plot(
                t,
                values,
                label=label,
                marker=look.marker,
                markersize=6,
                markeredgecolor="white",
                **look.line,
            )
        panel.set(title=name.capitalize(), xlabel="updates t")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        panel.grid(True, linewidth=0.6)
    handles, labels = axes[0].get_legend_handles_labels()
    still.legend(handles, labels, loc="outside lower center", ncols=2)
    still.alt = f"Gradient and momentum during {len(t)} updates along two directions. " + " ".join(
        f"{name.capitalize()}: the gradient changes sign {np.sum(g[:-1] * g[1:] < 0)} times, the "
        f"largest momentum is {_number(m_gain, 2)} times the largest gradient."
        for name, g, m_gain in zip(directions, gradients.T, gain, strict=True)
    )
    return still
