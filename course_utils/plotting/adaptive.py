"""Figures on adaptive rates: directions of steps, and how results depend on the learning rate."""

from collections.abc import Mapping

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Arc, Rectangle

from course_utils.plotting.drawing import (
    arrow,
    as_array,
    as_arrays,
    legend_on_top,
    num,
    panels_of,
    plain,
    text_at,
    vec,
)
from course_utils.plotting.still import Still, styled
from course_utils.plotting.style import FAINT, INK, looks


@styled
def step_directions(steps: Mapping[str, np.ndarray], *, title: str | None = None) -> Still:
    """Draw the directions of two methods' steps, a panel for each update, arrows of one length.

    The angle is compared. So the arrows do not show the lengths, which are written beside them. The
    shaded quadrant holds all directions that have the signs of the first method's step.

    Parameters
    ----------
    steps : dict of label -> array (T, 2), two entries
        The steps of both methods at the same points, or each along its own path; none is zero.

    Returns
    -------
    Still
    """
    steps = as_arrays("steps", steps, None, 2)
    if len(steps) != 2 or len({len(rows) for rows in steps.values()}) != 1:
        raise ValueError("expected the steps of two methods, as many of one as of the other")
    if not all(np.linalg.norm(rows, axis=1).all() for rows in steps.values()):
        raise ValueError("expected steps other than zero, which point nowhere")
    look_of = looks(steps)
    first, second = steps.values()
    angles = [_angle(a, b) for a, b in zip(first, second, strict=True)]
    if title is None:
        title = f"The two methods' steps point up to {num(max(angles), 2)}° apart"
    count = len(first)
    still = Still(max(6.4, 3.7 * count), 4.6, title)
    panels = panels_of(still, count, count, 1)
    for t, axes in enumerate(panels):
        units = {label: rows[t] / np.linalg.norm(rows[t]) for label, rows in steps.items()}
        quadrant = np.where(first[t] < 0, -1.0, 1.0)
        axes.add_patch(Rectangle((0, 0), *(1.3 * quadrant), color="#eef1f5", zorder=0))
        axes.axhline(0, color=FAINT, linewidth=1)
        axes.axvline(0, color=FAINT, linewidth=1)
        ends = sorted(np.degrees(np.arctan2(unit[1], unit[0])) % 360 for unit in units.values())
        if ends[1] - ends[0] > 180:
            ends.reverse()  # so that the arc is the shorter one
        axes.add_patch(Arc((0, 0), 0.7, 0.7, theta1=ends[0], theta2=ends[1], color=INK))
        middle = sum(units.values())
        middle = middle / (np.linalg.norm(middle) or 1)
        text_at(axes, 0.46 * middle, f"{angles[t]:.0f}°", ha="center", va="center")
        for label, unit in units.items():
            look = look_of[label]
            arrow(axes, (0, 0), unit, width=2.6, **look.line)
            across = "center" if abs(unit[0]) < 0.4 else "left" if unit[0] > 0 else "right"
            up = "center" if abs(unit[1]) < 0.4 else "bottom" if unit[1] > 0 else "top"
            style = {"color": look.colour, "weight": "bold", "ha": across, "va": up}
            text_at(axes, 1.05 * unit, vec(steps[label][t], 3), **style)
        axes.plot(0, 0, "o", color="white", markeredgecolor=INK, markersize=8, zorder=5)
        low, high = np.minimum(0, quadrant), np.maximum(0, quadrant)
        axes.set(title=f"Update {t + 1}", xlim=(low[0] - 0.4, high[0] + 0.4))
        axes.set(ylim=(low[1] - 0.3, high[1] + 0.3), xlabel="w₁", ylabel="w₂", aspect="equal")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
    handles = [
        Line2D([], [], marker=look.marker, markersize=8, label=label, **look.line)
        for label, look in look_of.items()
    ]
    still.legend(handles=handles, loc="outside lower center", ncols=2)
    names = list(steps)
    still.alt = (
        f"Directions of the first {count} steps of {names[0]} and {names[1]}, drawn with one "
        "length. "
        + " ".join(
            f"Update {t + 1}: {names[0]} {vec(a)}, {names[1]} {vec(b)}, {angle:.1f} degrees apart."
            for t, (a, b, angle) in enumerate(zip(first, second, angles, strict=True))
        )
    )
    return still


def _angle(a: np.ndarray, b: np.ndarray) -> float:
    """Return the angle between two vectors in degrees."""
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


@styled
def dependence(
    x: np.ndarray | Mapping[str, np.ndarray],
    curves: Mapping[str, np.ndarray],
    *,
    log: str = "xy",
    guides: Mapping[str, np.ndarray] | None = None,
    threshold: float | None = None,
    xlabel: str = "learning rate η",
    ylabel: str = "error at the end",
    title: str | None = None,
) -> Still:
    """Draw how one quantity depends on another, such as the final error on the learning rate.

    Parameters
    ----------
    x : array (n,), or dict of label -> array (n,)
        One grid for all curves, or one for each.
    curves : dict of label -> array (n,) or (n, runs)
        With several runs the line is their mean and the band holds all of them. A value that is
        not finite is marked at the upper edge, as diverged.
    log : str
        Which axes are logarithmic: "xy", "x", "y" or "".
    guides : dict of text -> array (n,), optional
        Thin lines to compare with, over the first grid; the text stands at their end.
    threshold : float, optional
        A level drawn as a thin line; the description says for which x a curve is below it.

    Returns
    -------
    Still
    """
    if log not in ("xy", "x", "y", ""):
        raise ValueError(f"expected log 'xy', 'x', 'y' or '', got {log!r}")
    if not curves:
        raise ValueError("expected at least one entry in curves, got none")
    grids, runs = {}, {}
    for label, values in curves.items():
        grid = x.get(label) if isinstance(x, Mapping) else x
        grids[label] = as_array(f"the grid of {label!r}", grid, None)
        table = np.asarray(values, float)
        table = table[:, None] if table.ndim == 1 else table
        runs[label] = as_array(f"curves[{label!r}]", table, len(grids[label]), None)
    means = {label: _means(table) for label, table in runs.items()}
    if all(np.isnan(mean).all() for mean in means.values()):
        raise ValueError("expected some finite values in curves, got none")
    look_of = looks(curves)
    if title is None:
        lowest = {label: np.nanmin(mean) for label, mean in means.items() if (mean == mean).any()}
        best = min(lowest, key=lowest.get)
        place = grids[best][np.nanargmin(means[best])]
        title = f"{best} comes lowest, {num(lowest[best], 2)} at {xlabel} = {num(place, 2)}"
    still = Still(9, 4.8, title)
    axes = still.subplots()
    for label, mean in means.items():
        look, grid, table = look_of[label], grids[label], runs[label]
        if table.shape[1] > 1:
            whole = np.isfinite(table).all(axis=1)
            low, high = (edge(table[whole], axis=1) for edge in (np.min, np.max))
            axes.fill_between(grid[whole], low, high, color=look.colour, alpha=0.18, linewidth=0)
        axes.plot(
            grid,
            mean,
            label=label,
            marker=look.marker,
            markersize=6,
            markevery=0.04 if len(grid) > 25 else 1,  # 0.04: evenly, whatever the scale
            markeredgecolor="white",
            **look.line,
        )
    if "x" in log:
        axes.set_xscale("log")
    if "y" in log:
        axes.set_yscale("log")
    for text, guide in (guides or {}).items():
        grid = next(iter(grids.values()))
        guide = as_array(f"guides[{text!r}]", guide, len(grid))
        axes.plot(grid, guide, color=FAINT, linewidth=1.2, linestyle=(0, (2, 2)), zorder=1)
        text_at(axes, (grid[-1], guide[-1]), text, (-4, 14), ha="right", color="#5b6472")
    if threshold is not None:
        axes.axhline(threshold, color=FAINT, linewidth=1.2)
    for position, (label, mean) in enumerate(means.items()):
        diverged = grids[label][np.isnan(mean)]
        height = np.full(len(diverged), 0.97 - 0.045 * position)  # below each other, not on top
        edge = axes.get_xaxis_transform()
        cross = {"color": look_of[label].colour, "linestyle": "", "markersize": 7}
        axes.plot(diverged, height, "x", transform=edge, markeredgewidth=2, **cross)
    any_diverged = any(np.isnan(mean).any() for mean in means.values())
    note = " (× diverged)" if any_diverged else ""
    axes.set(xlabel=xlabel, ylabel=ylabel + note)
    axes.grid(True, linewidth=0.6)
    count = max(table.shape[1] for table in runs.values())
    heading = f"mean of {count} runs, band: all runs" if count > 1 else None
    legend_on_top(axes, title=heading, alignment="left")
    scales = {"xy": "both axes logarithmic", "x": "x logarithmic", "y": "y logarithmic"}
    still.alt = f"{plain(ylabel).capitalize()} against {plain(xlabel)}"
    still.alt += f", {scales[log]}. " if log else ". "
    still.alt += " ".join(
        f"{label}: {_describe(grids[label], mean, threshold)}." for label, mean in means.items()
    )
    return still


def _means(table: np.ndarray) -> np.ndarray:
    """Return the mean over the runs, nan where one of them is not finite."""
    whole = np.isfinite(table).all(axis=1)
    return np.where(whole, np.where(whole[:, None], table, 0).mean(axis=1), np.nan)


def _describe(grid: np.ndarray, mean: np.ndarray, threshold: float | None) -> str:
    finite = np.flatnonzero(np.isfinite(mean))
    if not len(finite):
        return f"diverges for all {len(grid)} values"
    lowest = int(np.nanargmin(mean))
    text = f"{num(mean[finite[0]])} at {num(grid[finite[0]])}, {num(mean[finite[-1]])} at "
    text += f"{num(grid[finite[-1]])}, lowest {num(mean[lowest])} at {num(grid[lowest])}"
    if len(finite) < len(grid):
        text += f", diverges for {len(grid) - len(finite)} of {len(grid)} values"
    if threshold is not None:
        below = grid[mean < threshold]
        text += (
            f", below {num(threshold)} between {num(below.min())} and {num(below.max())}"
            if len(below)
            else f", nowhere below {num(threshold)}"
        )
    return text
