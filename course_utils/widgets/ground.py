"""What lies under a path or is the picture itself: a field on a grid and its contour lines.

Contours are traced here, by the library that matplotlib uses, and travel as one list of vertices;
the browser only strokes them.
"""

import math

import contourpy
import numpy as np

from course_utils.plotting import SURFACE
from course_utils.plotting.drawing import FAR, nice_step, round_levels, surface_shades
from course_utils.widgets.wire import pack

__all__ = ["colours", "contours", "nice_levels", "surface"]


def colours(colormap) -> dict:
    """Return a colour map of the course as packed bytes (257, 3), for light pages and dark ones."""
    shares = np.linspace(0, 1, 257)
    table = {"light": colormap, "dark": colormap.dark}
    return {
        theme: pack(np.round(255 * each(shares)[:, :3]), "uint8") for theme, each in table.items()
    }


def nice_levels(limit: float, count: int = 4) -> list[float]:
    """Return round contour levels within ±limit, about ``count`` on each side of 0."""
    step = nice_step(limit / count)
    side = math.floor(limit / step * (1 - 1e-9))
    return [float(f"{step * k:.10g}") for k in range(-side, side + 1)]


def contours(pieces, levels) -> dict:
    """Trace contour lines.

    Parameters
    ----------
    pieces : sequence of (x (n,), y (m,), values (m, n))
        Parts of the plane that are traced apart, because values may jump between them.
    levels : sequence of floats

    Returns
    -------
    dict
        ``points`` (N, 2), ``ends`` (L,) the index after each line's last point, ``levels`` (L,).
    """
    points, ends, at = [], [], []
    total = 0
    for x, y, values in pieces:
        values = np.asarray(values, dtype=float)
        if not np.isfinite(values).all():
            values = np.ma.masked_invalid(values)
        tracer = contourpy.contour_generator(
            x, y, values, name="serial", line_type=contourpy.LineType.ChunkCombinedOffset
        )
        for level in levels:
            (vertices,), (offsets,) = tracer.lines(level)
            if vertices is None:
                continue
            points.append(vertices)
            ends.extend(total + int(end) for end in offsets[1:])
            at.extend([level] * (len(offsets) - 1))
            total += len(vertices)
    return {
        "points": pack(np.concatenate(points) if points else np.empty((0, 2))),
        "ends": pack(ends, "uint32"),
        "levels": pack(at),
    }


def surface(objective, window, nodes: int = 201) -> dict:
    """Return an error surface over ``window``: values, shades in [0, 1] and contour lines.

    Shades and levels are those of the stills, such as ``plotting.trajectories``.
    """
    (low1, high1), (low2, high2) = window
    w1, w2 = np.linspace(low1, high1, nodes), np.linspace(low2, high2, nodes)
    with np.errstate(all="ignore"):
        values = np.asarray(objective.value(np.stack(np.meshgrid(w1, w2))), dtype=float)
    levels = round_levels(values) if (np.abs(values) <= FAR).any() else []
    return {
        "x": [low1, high1],
        "y": [low2, high2],
        "values": pack(values),
        "shades": pack(surface_shades(values)),
        "lines": contours([(w1, w2, values)], levels),
        "colours": colours(SURFACE),
        "range": [0.0, 1.0],
    }
