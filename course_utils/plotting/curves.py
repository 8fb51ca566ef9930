"""Curves over updates, epochs, or time."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from course_utils.plotting.drawing import (
    as_array,
    as_arrays,
    legend_on_top,
    log_floor,
    num,
    plain,
    text_at,
    who_wins,
)
from course_utils.plotting.log_axis import log_axis
from course_utils.plotting.still import Still, styled
from course_utils.plotting.style import FAINT, STYLE, looks


@styled
def error_curves(
    curves: Mapping[str, np.ndarray],
    *,
    log: bool = False,
    least: float | None = None,
    ymax: float | None = None,
    marks: Sequence[tuple[str, int, str]] = (),
    threshold: float | None = None,
    xlabel: str = "updates t",
    ylabel: str = "error E",
    title: str | None = None,
) -> Still:
    """Draw errors against updates, each curve with its own dash and colour.

    Parameters
    ----------
    curves : dict of label -> array (T+1,)
        The error at w(0) … w(T).
    log : bool
        Logarithmic scale; `log_axis` says what it shows of errors that are not positive.
    least : float, optional
        The error at the minimum, for a logarithmic scale.
    ymax : float, optional
        Where the linear axis is cut, which its label says.
    marks : sequence of (label, t, text)
        Points of a curve to mark.
    threshold : float, optional
        A level drawn as a thin line; the description says from when on each curve is below it.

    Returns
    -------
    Still
    """
    curves = as_arrays("curves", curves, None)
    look_of = looks(curves)
    steps = max(map(len, curves.values())) - 1
    still = Still(9, 4.6, who_wins(curves, steps) if title is None else title)
    axes = still.subplots()
    scale = log_axis(curves, least, ylabel)
    drawn = scale.curves if log else curves
    for label, curve in drawn.items():
        hidden = log and scale.linear is None
        shown = np.where(curve > 0, curve, np.nan) if hidden else curve
        axes.plot(shown, label=label, **look_of[label].line)
    if log:
        scale.apply(axes)
        ylabel = scale.name
        floor = None if scale.linear else log_floor(drawn)
        if floor is not None:
            axes.set_ylim(bottom=floor)
            ylabel += f" (cut at {num(floor, 1)})"
        text_at(
            axes,
            (0.99, 0.97),
            "\n".join(scale.notes),
            xycoords="axes fraction",
            ha="right",
            va="top",
        )
    if ymax is not None:
        lowest = min(float(np.nanmin(curve)) for curve in curves.values())
        axes.set_ylim(0 if lowest >= 0 and not log else None, ymax)
        if any(np.nanmax(curve) > ymax for curve in curves.values()):
            ylabel += f" (cut at {num(ymax)})"
    axes.set(xlim=(0, steps), xlabel=xlabel, ylabel=ylabel)
    axes.grid(True, linewidth=0.6)
    if threshold is not None:
        axes.axhline(threshold, color=FAINT, linewidth=1.2)
        side = axes.get_yaxis_transform()
        text_at(axes, (1, threshold), f"E = {num(threshold)}", (-4, 5), ha="right", xycoords=side)
    for label, t, text in marks:
        if label not in curves:
            raise ValueError(f"expected marks on one of {list(curves)}, got one on {label!r}")
        look, place = look_of[label], (t, drawn[label][t])
        axes.plot(*place, look.marker, color=look.colour, markersize=8, markeredgecolor="white")
        bottom, top = np.log(axes.get_ylim()) if log else axes.get_ylim()
        high = ((math.log(place[1]) if log else place[1]) - bottom) / (top - bottom) > 0.75
        line = {"arrowstyle": "-", "color": look.colour, "shrinkB": 4, "zorder": 6}
        text_at(axes, place, text, (44, -8 if high else 30), color=look.colour, arrowprops=line)
    legend_on_top(axes)
    notes = [f"{label}: {_describe_curve(curve, threshold)}." for label, curve in curves.items()]
    notes += [f"Marked at t = {t} on {label}: {plain(text)}." for label, t, text in marks]
    scale = "logarithmic" if log else "linear"
    still.alt = f"Error against {steps} updates, {scale} scale. " + " ".join(notes)
    return still


def _describe_curve(curve: np.ndarray, threshold: float | None) -> str:
    text = f"from {num(curve[0])} to {num(curve[-1])}"
    rises = np.flatnonzero(np.diff(curve) > 0)
    if len(rises):
        text += f", first rises after t = {rises[0]}"
    else:
        text += ", never rises"
    if threshold is not None:
        above = np.flatnonzero(~(curve < threshold))
        if len(above) and above[-1] == len(curve) - 1:
            text += f", not below {num(threshold)} at the end"
        else:
            first = above[-1] + 1 if len(above) else 0
            text += f", below {num(threshold)} for good from t = {first}"
    return text


@styled
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
        The limit of that curve; if it is infinite or absent, no line is drawn.

    Returns
    -------
    Still
    """
    curves = as_arrays("curves", curves, None)
    look_of = looks(curves)
    steps = max(map(len, curves.values())) - 1
    finite = {k: float(v) for k, v in limits.items() if k in curves and math.isfinite(v)}
    if title is None:
        top = max(finite, key=finite.get) if finite else next(iter(curves))
        title = f"{top}: {num(curves[top][-1])} gradients' worth after {steps} updates" + (
            f", {num(finite[top])} at most" if finite else ""
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
            text = f"limit {num(finite[label])}"
            side = axes.get_yaxis_transform()
            text_at(axes, (1, heights[label]), text, (6, 0), va="center", xycoords=side)
    axes.set_ylim(0, top)
    axes.set(xlim=(0, steps), xlabel="updates t", ylabel="m(t) / g")
    axes.grid(True, linewidth=0.6)
    legend_on_top(axes)
    still.alt = f"Momentum over gradient during {steps} updates. " + " ".join(
        f"{label}: {num(curve[-1])} at the end"
        + (f", limit {num(finite[label])}." if label in finite else ", no limit.")
        for label, curve in curves.items()
    )
    return still


def _spread(heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Return heights of labels, moved up only so far that neighbours are ``gap`` apart."""
    placed, floor = {}, -math.inf
    for label in sorted(heights, key=heights.get):
        placed[label] = floor = max(heights[label], floor + gap)
    return placed


@styled
def damping_traces(
    traces: Mapping[str, np.ndarray],
    *,
    ylabel: str = "distance to the minimum",
    title: str | None = None,
) -> Still:
    """Draw quantities on their way to 0: over-damped, critically damped or oscillating.

    Parameters
    ----------
    traces : dict of label -> array (T+1,)
        One number for each t = 0 … T, such as a weight minus its value at the minimum.
    ylabel : str
        What the numbers are.

    Returns
    -------
    Still
    """
    traces = as_arrays("traces", traces, None)
    look_of = looks(traces)
    arrival = {label: _settles(trace) for label, trace in traces.items()}
    if title is None:
        settled = {label: t for label, t in arrival.items() if t is not None}
        title = "None of the runs comes to stay within 1 %"
        if settled:
            first = min(settled, key=settled.get)
            title = f"{first} is first to stay within 1 %, from t = {settled[first]}"
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
    legend_on_top(axes)
    still.alt = f"Traces of {ylabel} during {steps} updates. " + " ".join(
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
    """Return from which t on the trace stays within 1 % of its largest size, or None."""
    sizes = np.abs(trace)
    outside = np.flatnonzero(~(sizes <= 0.01 * np.nanmax(sizes)))
    first = int(outside[-1]) + 1 if len(outside) else 0
    return first if first < len(trace) else None


@styled
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
        Where the points are; 0, 1, 2 and so on by default.
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
    curves = as_arrays("curves", curves, None, None)
    look_of = looks(curves)
    points = max(curve.shape[1] for curve in curves.values())
    x = np.arange(points) if x is None else as_array("x", x, points)
    means = {label: runs.mean(axis=0) for label, runs in curves.items()}
    if title is None:
        title = ", ".join(f"{label}: {num(mean[-1])}" for label, mean in means.items())
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
    legend_on_top(axes, title=f"mean of {seeds} seeds, band: {spread}", alignment="left")
    still.alt = f"{ylabel.capitalize()} against {xlabel}, mean of {seeds} seeds. " + " ".join(
        f"{label}: from {num(means[label][0])} to {num(means[label][-1])}, at the end "
        f"between {num(runs[:, -1].min())} and {num(runs[:, -1].max())}."
        for label, runs in curves.items()
    )
    return still


@styled
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
    gradients = as_array("gradients", gradients, None, 2)
    momenta = as_array("momenta", momenta, len(gradients), 2)
    gain = np.abs(momenta).max(axis=0) / np.abs(gradients).max(axis=0)
    if title is None:
        title = (
            f"The sum reaches {num(gain[0], 2)} times the gradient along the {directions[0]}, "
            f"{num(gain[1], 2)} times along the {directions[1]}"
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
        f"largest momentum is {num(m_gain, 2)} times the largest gradient."
        for name, g, m_gain in zip(directions, gradients.T, gain, strict=True)
    )
    return still
