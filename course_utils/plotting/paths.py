"""Steps and paths on an error surface."""

import textwrap
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from course_utils.plotting.drawing import (
    arrow,
    as_array,
    as_arrays,
    draw_surface,
    frame,
    grid_of,
    legend_key,
    log_floor,
    num,
    pale,
    set_window,
    text_at,
    vec,
    who_wins,
    write_levels,
)
from course_utils.plotting.log_axis import LogAxis, log_axis
from course_utils.plotting.still import Still, styled
from course_utils.plotting.style import (
    BLUE,
    FAINT,
    INK,
    PATH,
    VERMILION,
    looks,
    path_colours,
    path_colours_of,
)


@styled
def step_vectors(
    paths: Mapping[str, np.ndarray],
    gradients: Mapping[str, np.ndarray],
    momenta: Mapping[str, np.ndarray],
    *,
    title: str | None = None,
) -> Still:
    r"""Draw the first updates of several methods as arrows, and the parts of the last momentum.

    There are three panels, because the vectors have three scales: the weights as seen from the
    origin; the updates :math:`-\eta\,m(t)` in an enlarged part of the same plane; gradient and
    momentum in their own units, the momentum as its kept part :math:`\alpha\,m(T-1)` followed by
    the newest gradient.

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
    paths = as_arrays("paths", paths, None, 2)
    gradients = as_arrays("gradients", gradients, None, 2)
    momenta = as_arrays("momenta", momenta, None, 2)
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
    still = Still(10.4, 4.9, title)
    plane, zoom, vectors = still.subplots(1, 3, width_ratios=_SHAPES)
    _draw_weights(plane, paths, look_of, steps)
    _draw_updates(zoom, paths, momenta, look_of)
    _draw_momenta(vectors, last, newest, look_of, steps)
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
        f"{label} ends at w = {vec(path[-1])}, {num(moved[label])} from the start; its "
        f"last gradient is {vec(newest[label])}."
        for label, path in paths.items()
    ]
    sums = [
        f"The momentum of {label.lower()} is then {vec(total)}: "
        f"{vec(total - newest[label])} kept from before plus the newest gradient."
        for label, total in last.items()
    ]
    still.alt = f"Arrows of the first {steps} updates from w(0) = {vec(start)}. "
    still.alt += " ".join(ends + sums)
    return still


# Width over height of the three panels, which have one height.
_SHAPES = (0.66, 0.86, 1.22)


def _draw_weights(axes: Axes, paths, look_of, steps: int) -> None:
    """Draw the last weights of each path as seen from the origin, and a frame around the paths."""
    points = np.vstack(list(paths.values()))
    low, high = points.min(axis=0), points.max(axis=0)
    pad = 0.4 * float(np.max(high - low))
    for label, path in paths.items():
        arrow(axes, (0, 0), path[-1], width=2.2, head=13, **look_of[label].line)
    axes.plot(0, 0, "+", color=INK, markersize=12, markeredgewidth=2)
    box = Rectangle(low - pad, *(high - low + 2 * pad), fill=False, edgecolor=INK, zorder=5)
    axes.add_patch(box)
    text_at(axes, (high[0] + pad, high[1]), "enlarged →", (4, -4), style="italic")
    set_window(axes, np.vstack([points, [[0, 0]]]), _SHAPES[0], align=0.5)
    axes.set_title(f"Weights w({steps})")


def _draw_updates(axes: Axes, paths, momenta, look_of) -> None:
    """Draw the updates of each path, enlarged."""
    start = next(iter(paths.values()))[0]
    # With a momentum: broad and pale, below. Without: thin and full, on top. They may coincide.
    for label in sorted(paths, key=lambda label: label not in momenta):
        look, path = look_of[label], paths[label]
        broad = label in momenta
        for tail, head in pairwise(path):
            arrow(
                axes,
                tail,
                head - tail,
                width=6 if broad else 2.2,
                head=24 if broad else 12,
                color=pale(look.colour) if broad else look.colour,
            )
        end = {"color": look.colour, "markeredgecolor": "white", "markersize": 8}
        axes.plot(*path[-1], look.marker, zorder=5, **end)
        text = f"{label}\n{vec(path[-1])}"
        text_at(axes, path[-1], text, (9, 0), color=look.colour, va="center", weight="bold")
    axes.plot(*start, "o", color="white", markeredgecolor=INK, markersize=8, zorder=5)
    text_at(axes, start, f"w(0) = {vec(start)}", (9, 0), va="center")
    set_window(axes, np.vstack(list(paths.values())), _SHAPES[1], align=0.12)
    axes.set_title("Updates −η m(t), enlarged")


def _draw_momenta(axes: Axes, last, newest, look_of, steps: int) -> None:
    """Draw each momentum as its kept part and the newest gradient; gradients alone beside it."""
    points = [np.zeros(2), *last.values()]
    aside = np.array([-0.12 * max(np.linalg.norm(v) for v in (*points, *newest.values())), 0.0])
    for label, total in last.items():
        look, kept = look_of[label], total - newest[label]
        arrow(axes, (0, 0), total, width=10, head=34, color=pale(look.colour, 0.7))
        arrow(axes, (0, 0), kept, head=13, zorder=4, color=look.colour, linestyle=(0, (4, 2)))
        arrow(axes, kept, newest[label], head=13, zorder=4, color=look.colour)
        write = {"offset": (16, 0), "va": "center", "color": look.colour}
        text_at(axes, total, f"m({steps}) = {vec(total)}", **write | {"weight": "bold"})
        text_at(axes, kept + newest[label] / 2, f"+ new ∇E\n{vec(newest[label])}", **write)
        text_at(axes, kept / 2, f"kept α m({steps - 1})\n{vec(kept)}", **write)
    for label, gradient in newest.items():
        if label not in last:
            # Beside the momentum's newest gradient, so that the two can be compared.
            tail = aside + next((last[k] - newest[k] for k in last), np.zeros(2))
            colour = look_of[label].colour
            arrow(axes, tail, gradient, head=13, color=colour)
            style = {"ha": "right", "va": "center", "color": colour, "weight": "bold"}
            text_at(axes, tail + gradient / 2, "∇E", (-10, 0), **style)
            points += [tail, tail + gradient]
    set_window(axes, np.array(points), _SHAPES[2], align=0.3)
    axes.set_title("Gradient and momentum, in units of ∇E")


@styled
def trajectories(
    w1: np.ndarray,
    w2: np.ndarray,
    errors: np.ndarray,
    paths: Mapping[str, np.ndarray],
    *,
    minimum: np.ndarray | None = None,
    curves: Mapping[str, np.ndarray] | None = None,
    log: bool = False,
    least: float | None = None,
    columns: int | None = None,
    title: str | None = None,
) -> Still:
    """Draw paths over an error surface, a panel for each; early updates are dark, late ones bright.

    Parameters
    ----------
    w1 : array (n,), w2 : array (m,)
        The grid, which is also the window: a path that leaves it is cut, and the panel says when.
    errors : array (m, n)
        E on the grid, rows along w2.
    paths : dict of label -> array (T+1, 2)
    minimum : array (2,), optional
        Marked with a star.
    curves : dict of label -> array (T+1,), optional
        The error along each path, drawn below it; all have one scale.
    log : bool
        Logarithmic scale for the error curves; `log_axis` says what it shows.
    least : float, optional
        The error at the minimum, for a logarithmic scale.
    columns : int, optional
        Panels in a row (3 at most by default).

    Returns
    -------
    Still
    """
    w1, w2 = as_array("w1", w1, None), as_array("w2", w2, None)
    errors = as_array("errors", errors, len(w2), len(w1))
    paths = as_arrays("paths", paths, None, 2)
    if curves is not None:
        curves = as_arrays("curves", curves, None)
        missing = [label for label in paths if label not in curves]
        if missing:
            raise ValueError(f"expected an error curve for every path, got none for {missing[0]!r}")
    steps = max(len(path) for path in paths.values()) - 1
    if title is None:
        title = who_wins(curves, steps) if curves else f"The paths over {steps} updates"
    rows, columns = grid_of(len(paths), columns)
    blocks = 2 if curves else 1
    height = rows * (3.6 + (1.9 if curves else 0)) + 1.0
    still = Still(max(6.4, 3.3 * columns), height, title)
    grid = still.add_gridspec(
        rows * blocks, columns, height_ratios=([3.6, 1.9] if curves else [3.6]) * rows
    )
    scale = log_axis(curves, least) if curves and log else None
    drawn = scale.curves if scale else curves
    dot = next(k for k in (1, 2, 5, 10, 20, 50, 100, 500, 10**9) if steps / k <= 40)
    first = below = None
    for number, (label, path) in enumerate(paths.items()):
        row, column = divmod(number, columns)
        axes = still.add_subplot(grid[row * blocks, column], sharex=first, sharey=first)
        first = first or axes
        lines = draw_surface(axes, w1, w2, errors)
        _draw_path_panel(axes, label, path, (w1, w2), minimum, dot)
        marks = [path] if minimum is None else [path, minimum]
        write_levels(axes, lines, marks, most=6)
        if column == 0:
            axes.set_ylabel("w₂")
        if curves:
            panel = still.add_subplot(grid[row * blocks + 1, column], sharex=below, sharey=below)
            below = below or panel
            _draw_error_panel(panel, label, drawn[label], scale)
            if column == 0:
                panel.set_ylabel(textwrap.fill(scale.name if scale else "error E", 22))
    still.legend(
        handles=_time_legend(list(paths), steps, dot, minimum is not None),
        loc="outside lower center",
        ncols=4 if columns > 2 else 2,
        columnspacing=1.4,
        handlelength=1.8,
    )
    still.alt = (
        f"Contours of an error surface from {num(np.nanmin(errors))} to "
        f"{num(np.nanmax(errors))} with {len(paths)} path{'s' if len(paths) > 1 else ''}. "
        + " ".join(
            _describe_path(label, path, (w1, w2), curves[label] if curves else None)
            for label, path in paths.items()
        )
    )
    if scale and scale.notes:
        still.alt += f" On the logarithmic axis {scale.name}: {'; '.join(scale.notes)}."
    return still


def _draw_path_panel(axes: Axes, label: str, path: np.ndarray, window, minimum, dot: int) -> None:
    """Draw one path in a window, and say when it leaves the window."""
    w1, w2 = window
    draw_path(axes, path, dot, path_colours_of(label))
    if minimum is not None:
        axes.plot(*minimum, "*", color="white", markeredgecolor=INK, markersize=15, zorder=5)
    axes.set(xlim=(w1[0], w1[-1]), ylim=(w2[0], w2[-1]), title=label, xlabel="w₁")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    leaves = _leaves(path, *window)
    if leaves is not None:
        text = f"leaves the window at t = {leaves}"
        text_at(axes, (0.03, 0.03), text, xycoords="axes fraction")


def _draw_error_panel(axes: Axes, label: str, curve: np.ndarray, scale: LogAxis | None) -> None:
    """Draw the error along one path, in the path's colours."""
    colours = path_colours_of(label)
    if len(curve) == 1:  # a start alone
        axes.plot(0, curve[0], "o", color=colours(1.0))
    _draw_time_coloured(axes, np.arange(len(curve)), curve, colours)
    if scale:
        scale.apply(axes)
        if scale.linear is None:
            axes.set_ylim(bottom=log_floor(scale.curves))
    axes.grid(True, linewidth=0.6)
    axes.set_xlabel("updates t")


def _time_legend(labels: list[str], steps: int, dot: int, has_minimum: bool) -> list[Line2D]:
    """Return the legend's entries: the marks of a path, and what its colour means.

    In the paths' colours, or in grey if they have several. Of starts alone there is no more to say.
    """
    marks = [legend_key("o", "white", "start")]
    if has_minimum:
        marks.append(legend_key("*", "white", "minimum", size=13))
    if steps == 0:
        return marks
    first, *others = (path_colours_of(label) for label in labels)
    one = all(other(0.5) == first(0.5) for other in others)
    colours = first if one else path_colours(FAINT)
    marks.append(legend_key("s", colours(1.0), f"after {steps} updates"))
    every = "every update" if dot == 1 else f"every {dot} updates"
    text = f"dark early, bright late, a dot {every}"
    return [*marks, Line2D([], [], marker="o", markersize=4, color=colours(0.4), label=text)]


def _describe_path(label: str, path: np.ndarray, window, curve: np.ndarray | None) -> str:
    steps = len(path) - 1
    text = f"{label}: {'from' if steps else 'at'} {vec(path[0])}"
    text += f" to {vec(path[-1])} in {steps} updates" if steps else ""
    leaves = _leaves(path, *window)
    text += f", out of the window at t = {leaves}" if leaves is not None else ""
    if curve is not None:
        text += f", error from {num(curve[0])} to {num(curve[-1])}"
    return f"{text}."


def _leaves(path: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> int | None:
    """Return the first update at which the path is outside the window, or None."""
    inside = (path >= (w1[0], w2[0])) & (path <= (w1[-1], w2[-1]))
    outside = np.flatnonzero(~inside.all(axis=1))
    return int(outside[0]) if len(outside) else None


def _draw_time_coloured(axes: Axes, x: np.ndarray, y: np.ndarray, colours: Colormap) -> None:
    points = np.column_stack([x, y])[:, None]
    segments = np.concatenate([points[:-1], points[1:]], axis=1)
    line = LineCollection(segments, cmap=colours, linewidth=2.2, capstyle="round", zorder=4)
    line.set_array(np.linspace(0, 1, max(1, len(segments))))
    axes.add_collection(line)
    axes.autoscale_view()


def draw_path(axes: Axes, path: np.ndarray, dot: int, colours: Colormap = PATH) -> None:
    """Draw a path, dark early and bright late, with a dot for every so many updates."""
    axes.plot(*path.T, color="white", linewidth=5, alpha=0.9, solid_capstyle="round", zorder=3)
    _draw_time_coloured(axes, *path.T, colours)
    time = np.linspace(0, 1, len(path))[::dot]
    dots = {"s": 20, "edgecolor": "white", "linewidth": 0.7, "zorder": 4.5}
    axes.scatter(*path[::dot].T, c=colours(time), **dots)
    if len(path) > 1:
        end = {"color": colours(1.0), "markeredgecolor": "white", "markersize": 8, "zorder": 5.5}
        axes.plot(*path[-1], "s", **end)
    axes.plot(*path[0], "o", color="white", markeredgecolor=INK, markersize=8, zorder=5.5)


@styled
def nesterov_construction(
    weights: np.ndarray,
    momentum_step: np.ndarray,
    gradient_step: np.ndarray,
    lookahead_gradient_step: np.ndarray,
    *,
    surface: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
    minimum: np.ndarray | None = None,
    letters: Mapping[str, str] | None = None,
    title: str | None = None,
) -> Still:
    r"""Draw one step of momentum and one of Nesterov from the same point with the same old step.

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
        Marked with a star; the description gives the distances to it.
    letters : dict, optional
        What to write in place of the lecture's ``w``, ``ŵ``, ``βΔ`` and ``E``, and of the names
        ``Momentum`` and ``Nesterov``, which are the keys.

    Returns
    -------
    Still

    Raises
    ------
    ValueError
        If ``letters`` has another key.

    References
    ----------
    The lecture's comparison of the two constructions.
    """
    w = as_array("weights", weights, 2)
    old = as_array("momentum_step", momentum_step, 2)
    here = as_array("gradient_step", gradient_step, 2)
    ahead = as_array("lookahead_gradient_step", lookahead_gradient_step, 2)
    names = {key: key for key in ("w", "ŵ", "βΔ", "E", "Momentum", "Nesterov")}
    for key, text in (letters or {}).items():
        if key not in names:
            raise ValueError(f"expected letters among {', '.join(names)}, got {key!r}")
        names[key] = text
    place, error = names["w"], names["E"]
    results = {"Momentum": w + old + here, "Nesterov": w + old + ahead}
    distance = {}
    if minimum is not None:
        minimum = as_array("minimum", minimum, 2)
        distance = {k: float(np.linalg.norm(v - minimum)) for k, v in results.items()}
    if title is None:
        title = "Momentum corrects where it stands, Nesterov where the old step has carried it"
    places = np.array([w, w + old, w + here, *results.values()])
    if minimum is not None:
        places = np.vstack([places, minimum])
    low, high = frame(places, 0.3, 0.2)
    height = 4.4 * (high[1] - low[1]) / (high[0] - low[0])  # a panel is 4.4 wide
    still = Still(10, float(np.clip(height, 2.0, 5.0)) + 1.3, title)
    left, right = still.subplots(1, 2, sharex=True, sharey=True)
    parts = {
        "Momentum": [
            (w, here, "gradient", f"① −η∇{error}({place})"),
            (w + here, old, "old", f"② {names['βΔ']}"),
        ],
        "Nesterov": [
            (w, old, "old", f"① {names['βΔ']}"),
            (w + old, ahead, "gradient", f"② −η∇{error}({names['ŵ']})"),
        ],
    }
    for axes, (name, result) in zip((left, right), results.items(), strict=True):
        if surface is not None:
            w1, w2, errors = surface
            draw_surface(axes, w1, w2, errors)
        axes.set_aspect("equal")
        axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        arrow(axes, w, result - w, width=7, head=26, color="#c4c8d0")
        _draw_parts(axes, parts[name], w, result)
        if name == "Nesterov":
            axes.plot(*(w + old), "o", color="white", markeredgecolor=VERMILION, zorder=5)
            away = w + old - (w + result) / 2
            away = away / (np.linalg.norm(away) or 1)
            _beside(axes, w + old, names["ŵ"], away, color=VERMILION, weight="bold")
        axes.plot(*w, "o", color=INK, markersize=9, markeredgecolor="white", zorder=5)
        axes.plot(*result, "s", color=INK, markersize=9, markeredgecolor="white", zorder=5)
        _beside(axes, w, f"old {place}", (w - result) / np.linalg.norm(w - result))
        _beside(axes, result, f"new {place}", (result - w) / np.linalg.norm(w - result))
        if minimum is not None:
            axes.plot(*minimum, "*", color="white", markeredgecolor=INK, markersize=16, zorder=5)
        heading = names[name] + (f": {num(distance[name])} from the minimum" if distance else "")
        axes.set(title=heading, xlabel=f"{place}₁")
    left.set_ylabel(f"{place}₂")
    still.alt = (
        f"Two constructions from {place} = {vec(w)} with the old step {vec(old)}. "
        f"{names['Momentum']} takes the gradient step {vec(here)} at {place}, then the old step, "
        f"and ends at {vec(results['Momentum'])}. {names['Nesterov']} takes the old step first, "
        f"then the gradient step {vec(ahead)} found there, and ends at {vec(results['Nesterov'])}."
    )
    if distance:
        still.alt += (
            f" Distances to the minimum: {num(distance['Momentum'])} and "
            f"{num(distance['Nesterov'])}."
        )
    return still


def _draw_parts(axes: Axes, parts, start: np.ndarray, result: np.ndarray) -> None:
    """Draw the two arrows of a construction, each with its text on the outer side."""
    styles = {"gradient": {"color": BLUE}, "old": {"color": VERMILION, "linestyle": (0, (5, 2))}}
    for tail, vector, kind, text in parts:
        arrow(axes, tail, vector, zorder=4, **styles[kind])
        opposite = result if np.array_equal(tail, start) else start  # the triangle's third corner
        outwards = -_side(vector, opposite - tail)
        colour = styles[kind]["color"]
        _beside(axes, tail + vector / 2, text, outwards, color=colour, weight="bold")


def _beside(axes: Axes, place, text: str, direction, **looks) -> None:
    """Write a text next to a place, in the direction of a unit vector."""
    across, up = direction
    ha = "left" if across > 0.3 else "right" if across < -0.3 else "center"
    va = "bottom" if up > 0.3 else "top" if up < -0.3 else "center"
    text_at(axes, place, text, (10 * across, 10 * up), ha=ha, va=va, **looks)


def _side(axis: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return the unit vector across ``axis`` that points to the side of ``place``."""
    normal = np.array([-axis[1], axis[0]])
    length = float(np.linalg.norm(normal))
    if length == 0:
        return np.array([0.0, 1.0])
    return normal / length * (1 if normal @ place >= 0 else -1)
