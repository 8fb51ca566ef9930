"""A path over the weights and along the eigen-directions, and the error stacked by direction."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.patches import Patch

from course_utils.plotting.drawing import (
    as_array,
    as_arrays,
    draw_surface,
    num,
    text_at,
    vec,
    write_levels,
)
from course_utils.plotting.paths import draw_path
from course_utils.plotting.still import Still, styled
from course_utils.plotting.style import INK

_TITLES = ("Over the weights", "Along the directions")
_HATCHES = ("", "//")  # the parts differ in more than colour
_NAMES = (("w₁", "w₂"), ("y₁, gentle", "y₂, steep"))


@styled
def directions(
    planes: Sequence[tuple],
    axes: np.ndarray,
    parts: Mapping[str, np.ndarray],
    colours: Sequence[str],
    *,
    title: str | None = None,
) -> Still:
    """Draw one path in two bases, and beneath it the error as the sum of two directions' own.

    Parameters
    ----------
    planes : two of (x (n,), y (m,), errors (m, n), minimum (2,), path (T+1, 2))
        First over the weights, then along the directions.
    axes : array (2, 2)
        The directions over the weights, a unit vector in each column.
    parts : dict of label -> array (T+1,)
        Each direction's part of the error, the gentle one first.
    colours : two of str

    Returns
    -------
    Still
    """
    if len(planes) != 2 or len(parts) != 2:
        raise ValueError(f"expected two planes and two parts, got {len(planes)} and {len(parts)}")
    axes, parts = as_array("axes", axes, 2, 2), as_arrays("parts", parts, None)
    steps = len(next(iter(parts.values()))) - 1
    still = Still(10.4, 7.4, title or f"One path in two bases, {steps} updates")
    grid = still.add_gridspec(2, 2, height_ratios=[4.4, 2.4])
    dot = next(k for k in (1, 2, 5, 10, 20, 50, 100, 500, 10**9) if steps / k <= 40)
    for column, (plane, lines) in enumerate(zip(planes, (axes.T, np.eye(2)), strict=True)):
        x, y, errors, minimum, path = plane
        panel = still.add_subplot(grid[0, column])
        contours = draw_surface(panel, x, y, errors)
        avoid = [path, minimum]
        for line, colour, label in zip(lines, colours, parts, strict=True):
            ends = np.array([minimum - 9e3 * line, minimum + 9e3 * line])
            avoid.append(ends)
            panel.plot(*ends.T, color="white", linewidth=4.5, alpha=0.75, zorder=2)
            panel.plot(*ends.T, color=colour, linewidth=2.2, zorder=2)
            reach = 0.46 * (x[-1] - x[0]) / max(abs(line))
            place, flat = minimum + reach * line, abs(line[0]) > abs(line[1])
            aside = {"offset": (0, 5), "ha": "right"} if flat else {"offset": (7, -8), "ha": "left"}
            text_at(panel, place, label.split()[0], **aside, weight="bold")
        draw_path(panel, as_array("path", path, None, 2), dot)
        panel.plot(*minimum, "*", color="white", markeredgecolor=INK, markersize=15, zorder=5)
        across, up = _NAMES[column]
        panel.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), title=_TITLES[column])
        panel.set(xlabel=across, ylabel=up, aspect="equal")
        write_levels(panel, contours, avoid, most=6)
    below = still.add_subplot(grid[1, :])
    looks = {"colors": colours, "hatch": _HATCHES, "edgecolor": "white", "linewidth": 0}
    below.stackplot(np.arange(steps + 1), *parts.values(), **looks)
    below.set(xlim=(0, steps), ylim=(0, None), xlabel="updates t", ylabel="error E, stacked")
    below.legend(
        handles=[
            Patch(facecolor=colour, edgecolor="white", hatch=hatch, label=label)
            for colour, hatch, label in zip(colours, _HATCHES, parts, strict=True)
        ][::-1],
        loc="upper right",
    )
    start, end = planes[0][4][0], planes[0][4][-1]
    still.alt = (
        f"One path from {vec(start)} to {vec(end)} in {steps} updates, over the weights and along "
        "the directions of the two curvatures, and the error stacked by direction. "
        + " ".join(
            f"The {label}: from {num(part[0])} to {num(part[-1])}." for label, part in parts.items()
        )
    )
    return still
