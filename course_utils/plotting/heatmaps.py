"""Values over a plane: measures of two gradients, rates of convergence."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from course_utils.plotting.drawing import (
    as_array,
    as_arrays,
    grid_of,
    num,
    panels_of,
    plain,
    text_at,
    vec,
    write_levels,
)
from course_utils.plotting.still import Still, styled
from course_utils.plotting.style import BEYOND, CYCLE, INK, RATE, SIGNED, VERMILION


@styled
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
        Colours end at ±limit. Values beyond are clipped, and the colour bar says so.
    levels : increasing numbers, optional
        Contour levels; the contour at 0 is drawn thick.
    split_at_zero : bool
        Draw the contours of g1 < 0 and g1 ≥ 0 separately, for measures that jump at g1 = 0.
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
    g1, g2 = as_array("g1", g1, None), as_array("g2", g2, None)
    panels = as_arrays("panels", panels, len(g2), len(g1))
    regions = (
        {
            label: np.asarray(mask, bool)
            for label, mask in as_arrays("regions", regions, len(g2), len(g1)).items()
        }
        if regions
        else {}
    )
    if not limit > 0:
        raise ValueError(f"expected limit above 0, got {limit}")
    levels = limit * np.linspace(-0.75, 0.75, 7) if levels is None else np.asarray(levels, float)
    negative = {label: float(np.mean(values < 0)) for label, values in panels.items()}
    if title is None:
        shares = [f"{100 * share:.0f} %" for share in negative.values()]
        if len(shares) > 1:
            shares = [f"{s} ({label})" for s, label in zip(shares, negative, strict=True)]
        title = f"{symbol} is negative on {', '.join(shares)} of the window"
    rows, columns = grid_of(len(panels), columns)
    width = {1: 6.2, 2: 9.4}.get(columns, 11)
    side = (width - 2.1) / columns - 0.35  # a panel is a square, and so the height follows
    still = Still(width, rows * (side + 0.75) + (0.95 if regions else 0.5), title)
    axes = panels_of(still, len(panels), columns, rows, sharex=True, sharey=True)
    lowest = min(float(np.nanmin(values)) for values in panels.values())
    highest = max(float(np.nanmax(values)) for values in panels.values())
    marked = [_beside(place, g1) for place in (points or {}).values()]
    halves = [g1 < 0, g1 >= 0] if split_at_zero else [np.ones(len(g1), bool)]
    for number, (panel, (heading, values)) in enumerate(zip(axes, panels.items(), strict=True)):
        image = _draw_measure(panel, g1, g2, values, limit)
        panel.set(xlim=(g1[0], g1[-1]), ylim=(g2[0], g2[-1]))  # before levels find their places
        for half in halves:
            _draw_contours(panel, g1[half], g2, values[:, half], levels, marked)
        for hatch, mask in zip(_HATCHES, regions.values(), strict=False):
            panel.contourf(g1, g2, mask, levels=[0.5, 1.5], colors="none", hatches=[hatch])
        _mark_gradients(panel, points or {}, (g1[0] + g1[-1]) / 2)
        panel.set(title=heading, xlabel="g₁")
        panel.label_outer()
        if number % columns == 0:
            panel.set_ylabel("g₂")
    extend = {(False, False): "neither", (True, False): "min", (False, True): "max"}.get(
        (lowest < -limit, highest > limit), "both"
    )
    bar = still.colorbar(image, ax=axes, extend=extend, shrink=0.9, aspect=24, pad=0.02)
    clipped = f"\n(data {num(lowest)} … {num(highest)}, clipped)" if extend != "neither" else ""
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
        f"{plain(heading)}: values from {num(values.min())} to {num(values.max())}, "
        f"negative on {100 * negative[heading]:.0f} % of the window."
        for heading, values in panels.items()
    ]
    notes += [
        f"Hatched, {100 * mask.mean():.0f} %: {plain(label)}." for label, mask in regions.items()
    ]
    notes += [f"Marked at {vec(place)}: {plain(label)}." for label, place in (points or {}).items()]
    if extend != "neither":
        notes.append(f"Colours are clipped at ±{num(limit)}.")
    still.alt = (
        f"Heatmap of {plain(symbol)} for g1 from {num(g1[0])} to {num(g1[-1])} and g2 "
        f"from {num(g2[0])} to {num(g2[-1])}, red positive, blue negative. " + " ".join(notes)
    )
    return still


_HATCHES = ("///", "...", "xx", "--")


def _draw_measure(axes: Axes, g1, g2, values: np.ndarray, limit: float) -> AxesImage:
    """Draw values on a grid as a square picture, a pixel around each point."""
    half = [(x[1] - x[0]) / 2 if len(x) > 1 else 0.5 for x in (g1, g2)]
    image = axes.imshow(
        values,
        origin="lower",
        extent=(g1[0] - half[0], g1[-1] + half[0], g2[0] - half[1], g2[-1] + half[1]),
        cmap=SIGNED,
        norm=Normalize(-limit, limit),
        interpolation="nearest",
        aspect="auto",
    )
    axes.set_box_aspect(1)
    return image


def _beside(place: tuple[float, float], g1: np.ndarray) -> np.ndarray:
    """Return a marked point and the middle of its label, which stands towards the middle."""
    side = -1 if place[0] > (g1[0] + g1[-1]) / 2 else 1
    width = side * 0.09 * (g1[-1] - g1[0])
    return np.array([place, (place[0] + width, place[1] + abs(width) / 3)], float)


def _mark_gradients(axes: Axes, points: Mapping[str, tuple[float, float]], middle: float) -> None:
    """Mark points, each with its label on the side of the middle."""
    for position, (label, place) in enumerate(points.items()):
        look = CYCLE[(position + 4) % len(CYCLE)]
        axes.plot(*place, look.marker, color=INK, markeredgecolor="white", markersize=9)
        right = place[0] > middle
        text_at(axes, place, label, (-9 if right else 9, 6), ha="right" if right else "left")


def _draw_contours(axes: Axes, x, y, values, levels: np.ndarray, avoid) -> None:
    """Draw labelled contours of the levels that occur; matplotlib warns of any other."""
    if min(values.shape) < 2:
        return
    crossed = [level for level in levels if values.min() < level < values.max()]
    if not crossed:
        return
    widths = [2.0 if abs(level) < 1e-12 else 0.9 for level in crossed]
    lines = axes.contour(
        x, y, values, levels=crossed, colors=INK, linewidths=widths, linestyles="-"
    )
    write_levels(axes, lines, avoid)


@styled
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
        Factor by which the distance to the minimum shrinks per update in the long run. Above 1 the
        run diverges, which is hatched.
    critical : array (n,), optional
        The critical α for every ηλ: below it runs are over-damped, above it they oscillate.
    points : dict of label -> (ηλ, α), optional
    log : bool
        Logarithmic axis for ηλ, for points far below 1.

    Returns
    -------
    Still
    """
    x, y = as_array("eta_curvature", eta_curvature, None), as_array("alpha", alpha, None)
    rate = as_array("rate", rate, len(y), len(x))
    if title is None:
        title = "For every ηλ the dashed line is fastest; past the edge nothing converges"
    still = Still(9, 5.2, title)
    axes = still.subplots()
    axes.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), xlabel="ηλ", ylabel="α")
    axes.set_xscale("log" if log else "linear")  # before the contours, whose labels depend on it
    image = axes.contourf(x, y, np.minimum(rate, 1.0), levels=np.linspace(0, 1, 21), cmap=RATE)
    levels = [level for level in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95) if rate.min() < level < rate.max()]
    if levels:
        lines = axes.contour(x, y, rate, levels=levels, colors="#2b5d66", linewidths=0.8)
        write_levels(axes, lines, [np.array(place, float) for place in (points or {}).values()])
    handles = []
    if critical is not None:
        look = {"color": VERMILION, "linestyle": (0, (6, 2)), "linewidth": 2.4}
        axes.plot(x, as_array("critical", critical, len(x)), **look)
        handles.append(Line2D([], [], label="critical damping (above it, w swings)", **look))
    handles += _draw_edge(axes, x, y, rate)
    _mark_runs(axes, points or {})
    bar = still.colorbar(image, ax=axes, pad=0.02, ticks=np.linspace(0, 1, 6))
    bar.set_label("|σ|, the weights' factor per update (0 fast, 1 never)")
    if handles:
        still.legend(handles=handles, loc="outside lower center", ncols=3)
    stable = rate < 1
    still.alt = (
        f"Heatmap of momentum's convergence rate for ηλ from {num(x[0])} to {num(x[-1])} "
        f"and α from {num(y[0])} to {num(y[-1])}: below 1 on {100 * stable.mean():.0f} % "
        "of the grid; what lies right of the stability edge diverges. "
        + " ".join(
            f"{label} at ηλ = {num(place[0])}, α = {num(place[1])}."
            for label, place in (points or {}).items()
        )
    ).strip()
    return still


def _draw_edge(axes: Axes, x, y, rate: np.ndarray) -> list:
    """Draw the stability edge and hatch what diverges; return the legend's entries for both."""
    edge = 1.0 + 1e-9  # so that a rounding error does not hatch a region where |σ| = 1
    if rate.max() <= edge:
        return []
    looks = {"hatches": ["///"], "colors": [BEYOND]}
    axes.contourf(x, y, rate, levels=[edge, np.inf], **looks)
    axes.contour(x, y, rate, levels=[edge], colors=INK, linewidths=2.2)
    return [
        Line2D([], [], color=INK, linewidth=2.2, label="stability edge, |σ| = 1"),
        Patch(facecolor=BEYOND, edgecolor=INK, hatch="///", label="diverges"),
    ]


def _mark_runs(axes: Axes, points: Mapping[str, tuple[float, float]]) -> None:
    """Mark points, each with its label at a place where the next one has room."""
    for position, (label, place) in enumerate(points.items()):
        marker = CYCLE[position % len(CYCLE)].marker
        style = {"color": INK, "markeredgecolor": "white", "markersize": 10, "zorder": 5}
        axes.plot(*place, marker, clip_on=False, **style)
        across, high = axes.transAxes.inverted().transform(axes.transData.transform(place))
        side, ha = (-14, "right") if across > 0.7 else (14, "left")
        up = -26 if position % 2 and high > 0.1 else 16
        tie = {"arrowstyle": "-", "color": INK, "shrinkB": 4}
        text_at(axes, place, label, (side, up), ha=ha, weight="bold", arrowprops=tie)
