"""Pictures, row by row: those that a network got, and its reconstructions."""

from collections.abc import Mapping

import numpy as np

from course_utils.plotting.drawing import as_arrays, num
from course_utils.plotting.still import Still, styled
from course_utils.plotting.style import INK


@styled
def pictures(
    rows: Mapping[str, np.ndarray],
    *,
    limits: tuple[float, float] | None = None,
    title: str | None = None,
) -> Still:
    """Draw rows of grey pictures on one scale, dark where the value is large.

    Parameters
    ----------
    rows : dict of label -> array (n, height, width)
        Equally many pictures in each row; those of one column belong together.
    limits : pair of float, optional
        The values drawn white and black. By default they are the smallest and the largest of the
        first row, so that reconstructions are shown on the scale of the pictures that the network
        got.

    Returns
    -------
    Still
    """
    rows = as_arrays("rows", rows, None, None, None)
    first = next(iter(rows.values()))
    rows = as_arrays("rows", rows, *first.shape)
    low, high = map(float, (first.min(), first.max()) if limits is None else limits)
    if not low < high:
        raise ValueError(f"expected limits (white, black) with white < black, got {(low, high)}")
    shown = next(iter(rows))
    distance = {
        label: float(np.mean(np.sum((row - first) ** 2, axis=(1, 2))))
        for label, row in rows.items()
        if label != shown
    }
    if title is None:
        nearest = min(distance, key=distance.get) if distance else shown
        title = f"Of {len(rows)} rows, {nearest} is nearest to {shown}"
    count, height, width = first.shape
    # Labels are left of their row and need two inches; a picture is at most one inch wide.
    side = min(1.0, 6.8 / count)
    still = Still(2.2 + count * side, len(rows) * (side * height / width + 0.08) + 0.75, title)
    axes = still.subplots(len(rows), 1, squeeze=False)[:, 0]
    for panel, (label, row) in zip(axes, rows.items(), strict=True):
        gap = np.full((count, height, max(1, width // 10)), low)
        strip = np.concatenate([row, gap], axis=2).transpose(1, 0, 2).reshape(height, -1)
        panel.imshow(strip, cmap="Greys", vmin=low, vmax=high, interpolation="nearest")
        panel.set(xticks=[], yticks=[])
        panel.spines[:].set_visible(False)
        panel.set_ylabel(label, rotation=0, ha="right", va="center", color=INK, size=11)
    notes = [
        f"{label}: mean squared distance {num(value)} a picture from {shown}."
        for label, value in distance.items()
    ]
    still.alt = (
        f"{len(rows)} row{'s' if len(rows) > 1 else ''} of {count} grey pictures, {height} by "
        f"{width} pixels, values from {num(low)} (white) to {num(high)} (black): "
        f"{', '.join(rows)}. " + " ".join(notes)
    ).rstrip()
    return still
