"""Parts of figures: arrows, labels, frames, surfaces, and numbers written for readers."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, to_rgb
from matplotlib.contour import ContourSet
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.patheffects import withStroke

from course_utils.plotting.still import Still
from course_utils.plotting.style import CONTOUR, INK, SURFACE
from course_utils.wording import number, vector


def plain(text: str) -> str:
    """Remove the signs of TeX, for descriptions: ``$C_m$`` becomes C_m."""
    return text.replace("$", "").replace("{", "").replace("}", "").replace("\n", " ")


def num(value: float, digits: int = 3) -> str:
    """Write a number for a picture, which has little room."""
    return number(value, digits)


def vec(values: Iterable[float], digits: int = 4) -> str:
    """Write a vector for a picture."""
    return vector(values, digits)


def as_array(name: str, value, *shape: int | None) -> np.ndarray:
    """Return ``value`` as a float array of that shape (None: any length but 0)."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"expected {name} as an array of numbers, got {value!r:.60}") from None
    fits = array.ndim == len(shape) and all(
        size > 0 and expected in (None, size)
        for size, expected in zip(array.shape, shape, strict=False)
    )
    if not fits:
        sizes = ", ".join("n" if size is None else str(size) for size in shape)
        comma = "," if len(shape) == 1 else ""
        raise ValueError(f"expected {name} of shape ({sizes}{comma}), got {array.shape}")
    return array


def as_arrays(name: str, values: Mapping[str, object], *shape: int | None) -> dict[str, np.ndarray]:
    """Return every entry of a dictionary as a checked array; an empty dictionary is refused."""
    if not values:
        raise ValueError(f"expected at least one entry in {name}, got none")
    return {label: as_array(f"{name}[{label!r}]", value, *shape) for label, value in values.items()}


def halo(width: float = 3.0) -> list:
    """Return a white outline, with which a line or a word is readable on any background."""
    return [withStroke(linewidth=width, foreground="white")]


def arrow(axes: Axes, tail, vector, *, width: float = 2.2, head: float = 16, **looks) -> None:
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


def text_at(axes: Axes, place, text: str, offset=(0, 0), **looks) -> None:
    """Write a text that is readable over lines and colours."""
    axes.annotate(
        text,
        place,
        xytext=offset,
        textcoords="offset points",
        **{"size": 11, "path_effects": halo(), "zorder": 6} | looks,
    )


def pale(colour: str, white: float = 0.55) -> tuple[float, float, float]:
    """Mix a colour with white; unlike transparent lines, overlapping ones get no darker."""
    return tuple((1 - white) * channel + white for channel in to_rgb(colour))


def set_window(axes: Axes, points: np.ndarray, shape: float, align: float) -> None:
    """Set limits of width ``shape`` times the height that hold all points.

    ``align`` says where the points are if there is room to spare: 0 left, 1 right.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    height = 1.24 * max(high[1] - low[1], (high[0] - low[0]) / shape, 1e-12)
    middle, width = (low[1] + high[1]) / 2, shape * height
    left = low[0] - align * (width - (high[0] - low[0]))
    axes.set(xlim=(left, left + width), ylim=(middle - height / 2, middle + height / 2))


def frame(points: np.ndarray, across: float, up: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners of a frame around all points, margins relative to the longer side."""
    low, high = points.min(axis=0), points.max(axis=0)
    pad = max(float(np.max(high - low)), 1e-12) * np.array([across, up])
    return low - pad, high + pad


#: Errors beyond this magnitude are no part of a picture; matplotlib itself gives up at 1e250.
FAR = 1e30


def surface_scale(errors: np.ndarray) -> tuple[float, float, float]:
    """Return the lowest and the highest error of a surface, and the power of its shades.

    With equal steps, the contours of a steep surface would all be near the corners. So equal steps
    are raised to a power, by which half the window is below the middle one. On a quadratic bowl it
    is 2, which gives contours at equal distances.
    """
    shown = errors[np.abs(errors) <= FAR]
    if not len(shown):
        raise ValueError("expected finite errors somewhere in the window, got none")
    low, high = float(shown.min()), float(shown.max())
    if low == high:
        return low, high, 1.0
    middle = np.clip((np.median(shown) - low) / (high - low), 1e-3, 0.5)
    return low, high, math.log(middle) / math.log(0.5)


def surface_shades(errors: np.ndarray) -> np.ndarray:
    """Return the shade of each place of a surface, from 0 to 1; `surface_scale` tells why so.

    Errors that are no number have none. Where all are beyond `FAR`, the shade is 0.
    """
    errors = np.asarray(errors, dtype=float)
    low, high, power = 0.0, np.inf, 1.0
    if (np.abs(errors) <= FAR).any():
        low, high, power = surface_scale(errors)
    with np.errstate(all="ignore"):
        return np.clip((errors - low) / ((high - low) or 1), 0, 1) ** (1 / power)


def round_levels(errors: np.ndarray) -> list[float]:
    """Choose contour levels that can be read: 1, 3, 10, 30 and so on, or equal round steps.

    The former where errors are positive and span decades. They begin four decades below the
    highest error, or lower if a fiftieth of the window lies lower.
    """
    low, high, _ = surface_scale(errors)
    if low == high:
        return []
    shown = errors[np.abs(errors) <= FAR]
    first = max(min(high * 1e-4, float(np.quantile(shown, 0.02))), high * 1e-9, low)
    if low >= 0 and first < high / 30:
        powers = range(math.floor(math.log10(first)), math.ceil(math.log10(high)) + 1)
        levels = [float(f"{digit}e{power}") for power in powers for digit in (1, 3)]
        return [level for level in levels if first <= level < high]
    valley = max((float(np.median(shown)) - low) / 4, (high - low) / 25)
    step = nice_step(min((high - low) / 10, valley))
    steps = range(math.floor(low / step), math.ceil(high / step))
    levels = [float(f"{k * step:.10g}") for k in steps]
    return [level for level in levels if low < level < high]


def nice_step(rough: float) -> float:
    """Return 1, 2, 2.5 or 5 times a power of ten, the first that is not below ``rough``."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough * 0.999)


_SHADES = 64  # of a surface: a still has 256 colours for all that is in it


def draw_surface(axes: Axes, w1, w2, errors) -> ContourSet | None:
    """Draw an error surface in light shades; return its contour lines, None if there are none."""
    errors = np.asarray(errors, dtype=float)
    errors = np.where(np.isfinite(errors), np.clip(errors, -FAR, FAR), errors)
    half = (w1[1] - w1[0]) / 2, (w2[1] - w2[0]) / 2  # a node stands in the middle of its pixel
    axes.imshow(
        surface_shades(errors),
        origin="lower",
        extent=(w1[0] - half[0], w1[-1] + half[0], w2[0] - half[1], w2[-1] + half[1]),
        cmap=SURFACE.resampled(_SHADES),
        norm=Normalize(0, 1),
        interpolation="bilinear",
        interpolation_stage="data",
        aspect="auto",
    )
    levels = round_levels(errors)
    looks = {"colors": CONTOUR, "linewidths": 0.6, "linestyles": "-"}
    return axes.contour(w1, w2, errors, levels=levels, **looks) if levels else None


# Where along a contour line its level may stand, in this order, and how far from what it avoids,
# as a share of the picture's width and height.
_SHARES = (0.5, 0.35, 0.65, 0.2, 0.8)
_CLEAR = np.array([0.07, 0.05])


def write_levels(
    axes: Axes,
    lines: ContourSet | None,
    avoid: Iterable[np.ndarray] = (),
    digits: int = 2,
    *,
    most: int = 99,
) -> None:
    """Write the levels of contour lines once on every line that is long enough, with a halo.

    Parameters
    ----------
    axes : Axes
        Its limits and scales are final: places depend on them.
    lines : ContourSet, optional
    avoid : iterable of array (n, 2) or (2,)
        Paths and marks, in data coordinates, on which no level may stand. A line on which there is
        no other place has no level.
    digits : int
    most : int
        How many levels are written at most; the lowest come first.
    """
    if lines is None:
        return
    to_share = axes.transData + axes.transAxes.inverted()
    taken = [to_share.transform(np.atleast_2d(points)) for points in avoid]
    spots = []
    for piece in (piece for level in lines.allsegs for piece in level if len(piece) > 1):
        shares = to_share.transform(piece)
        if np.ptp(shares, axis=0).max() < 0.2:
            continue
        for along in _SHARES:
            index = int(along * (len(piece) - 1))
            spot = shares[index]
            within = np.abs(spot - 0.5).max() < 0.46
            if within and all(_distance(points, spot) > 1 for points in taken):
                taken.append(spot[None])
                spots.append(piece[index])
                break
    if spots:
        texts = lines.clabel(
            fmt=lambda level: num(level, digits), fontsize=11, colors=INK, manual=spots[:most]
        )
        for text in texts:
            text.set_path_effects(halo(2.0))


def _distance(points: np.ndarray, spot: np.ndarray) -> float:
    """Return how far a line of points passes from a place, in units of `_CLEAR`."""
    places = (points - spot) / _CLEAR
    places = np.clip(places[~np.isnan(places).any(axis=1)], -1e6, 1e6)  # runs diverge to 1e250
    if not len(places):
        return np.inf
    steps = np.diff(places, axis=0, append=places[-1:])
    squares = np.maximum((steps**2).sum(axis=1), 1e-12)
    along = np.clip(-(places * steps).sum(axis=1) / squares, 0, 1)
    return float(np.hypot(*(places + along[:, None] * steps).T).min())


def legend_key(marker: str, face, label: str, size: float = 8) -> Line2D:
    """Return the entry of a legend for a marker without a line."""
    edge = INK if face == "white" else "white"
    looks = {"markerfacecolor": face, "markeredgecolor": edge, "markersize": size}
    return Line2D([], [], marker=marker, linestyle="", label=label, **looks)


def legend_on_top(axes: Axes, **looks) -> None:
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


def grid_of(count: int, columns: int | None) -> tuple[int, int]:
    """Return the rows and columns of so many panels."""
    columns = min(count, columns or 3)
    return math.ceil(count / columns), columns


def panels_of(still: Still, count: int, columns: int, rows: int, **kwargs) -> list[Axes]:
    """Return an axes for each panel; the last row has no others."""
    axes = still.subplots(rows, columns, squeeze=False, **kwargs)
    for spare in axes.flat[count:]:
        spare.remove()
    return list(axes.flat[:count])


def who_wins(curves: Mapping[str, np.ndarray], steps: int) -> str:
    """Return in words which curve is lowest at the end."""
    best = min(curves, key=lambda label: curves[label][-1])
    return f"{best} is lowest after {steps} updates: E = {num(curves[best][-1], 2)}"


def log_floor(curves: Mapping[str, np.ndarray]) -> float | None:
    """Return where a logarithmic axis should be cut, or None if all fits into fifteen decades.

    Beside a curve that goes to 1e-300 all the others would look like one line.
    """
    positive = np.concatenate(
        [curve[np.isfinite(curve) & (curve > 0)] for curve in curves.values()]
    )
    if not len(positive) or positive.min() > positive.max() * 1e-15:
        return None
    return 10.0 ** math.floor(math.log10(positive.max()) - 15)
