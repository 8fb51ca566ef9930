"""A small network: its units, and a number on each of their connections."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from course_utils.plotting.drawing import as_array, num, panels_of, text_at
from course_utils.plotting.still import Still, styled
from course_utils.plotting.style import BLUE, INK, VERMILION

_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}


@styled
def network_diagram(
    outputs: Sequence[np.ndarray],
    panels: Mapping[str, Sequence[np.ndarray]],
    *,
    names: Sequence[str],
    title: str | None = None,
) -> Still:
    """Draw the units of a small network with their outputs, and a number on each connection.

    Parameters
    ----------
    outputs : list of array (units,)
        What the units of each layer give, inputs first.
    panels : dict of heading -> list of array (units, units of the next layer)
        For every connection a number, such as its weight, or the error's slope in it. A line is
        as thick as its number is large; a positive one is solid and red, a negative one dashed
        and blue.
    names : list of str
        The layers'.

    Returns
    -------
    Still
    """
    outputs = [as_array(f"outputs[{k}]", values, None) for k, values in enumerate(outputs)]
    if len(names) != len(outputs):
        raise ValueError(f"expected a name for each of {len(outputs)} layers, got {len(names)}")
    sizes = [len(values) for values in outputs]
    for matrices in panels.values():
        shapes = [np.shape(matrix) for matrix in matrices]
        if shapes != list(pairwise(sizes)):
            raise ValueError(f"expected matrices between layers of {sizes} units, got {shapes}")
    if title is None:
        title = f"A network of {' + '.join(map(str, sizes))} units: {' and '.join(panels)}"
    still = Still(5.4 * len(panels), 4.4, title)
    for axes, (heading, matrices) in zip(
        panels_of(still, len(panels), len(panels), 1), panels.items(), strict=True
    ):
        _connections(axes, sizes, matrices)
        _units(axes, outputs, names)
        axes.set_title(heading)
        axes.set_axis_off()
        axes.set(xlim=(-0.35, len(sizes) - 0.65), ylim=(-0.4 - max(sizes) / 2, max(sizes) / 2))
    still.alt = " ".join(
        [f"{name}: {', '.join(num(v) for v in o)}." for name, o in zip(names, outputs, strict=True)]
        + [
            f"{heading} from {names[k]} to {names[k + 1]}: {', '.join(map(num, np.ravel(matrix)))}."
            for heading, matrices in panels.items()
            for k, matrix in enumerate(matrices)
        ]
    )
    return still


def _height(unit, size):
    return (size - 1) / 2 - unit


def _connections(axes, sizes, matrices):
    """Draw a line for every number; the largest of all is the thickest."""
    largest = max(np.abs(matrix).max() for matrix in matrices) or 1.0
    for layer, matrix in enumerate(matrices):
        for (start, end), value in np.ndenumerate(np.asarray(matrix)):
            heights = _height(start, sizes[layer]), _height(end, sizes[layer + 1])
            colour, dash = (VERMILION, "solid") if value > 0 else (BLUE, (0, (4, 2)))
            width = 0.6 + 4 * abs(value) / largest
            axes.plot((layer, layer + 1), heights, linestyle=dash, linewidth=width, color=colour)
            # The numbers stand at different places, so that crossing lines keep theirs apart.
            share = 0.3 if (start + end) % 2 else 0.62
            place = (layer + share, heights[0] + share * (heights[1] - heights[0]))
            text_at(axes, place, num(value, 2), ha="center", va="center", bbox=_WHITE)


def _units(axes, outputs, names):
    for layer, (values, name) in enumerate(zip(outputs, names, strict=True)):
        heights = [_height(unit, len(values)) for unit in range(len(values))]
        axes.scatter(
            [layer] * len(values), heights, s=1500, color="white", edgecolor=INK, lw=1.5, zorder=4
        )
        for height, value in zip(heights, values, strict=True):
            axes.text(layer, height, num(value, 2), ha="center", va="center", size=11, zorder=7)
        axes.text(layer, -0.25 - max(map(len, outputs)) / 2, name, ha="center", size=11)
