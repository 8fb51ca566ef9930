"""Tables of results as pictures: ours beside the published ones, each on its own scale."""

from collections.abc import Mapping, Sequence

import numpy as np

from course_utils.plotting.drawing import as_arrays, num, panels_of
from course_utils.plotting.still import Still, styled
from course_utils.plotting.style import FAINT, looks


@styled
def result_tables(
    columns: Sequence[str],
    panels: Mapping[str, Mapping[str, np.ndarray]],
    *,
    lines: Mapping[str, Mapping[str, float]] | None = None,
    xlabel: str = "largest momentum",
    ylabel: str = "squared error",
    title: str | None = None,
) -> Still:
    """Draw tables side by side: a point for each cell, its runs as small dots, logarithmic scale.

    Different data have errors of different sizes, so each panel has its own scale. Only the order
    of the points can be compared.

    Parameters
    ----------
    columns : sequence of str
        The tables' columns, from left to right.
    panels : dict of heading -> dict of label -> array (columns,) or (runs, columns)
        One row of the table each. Runs are drawn as dots around their mean; nan leaves a gap.
    lines : dict of heading -> dict of text -> value, optional
        Levels to compare with, such as plain gradient descent.

    Returns
    -------
    Still
    """
    if not panels:
        raise ValueError("expected at least one entry in panels, got none")
    panels = {
        heading: {
            label: as_arrays(heading, {label: np.atleast_2d(table)}, None, len(columns))[label]
            for label, table in tables.items()
        }
        for heading, tables in panels.items()
    }
    lines = {heading: (lines or {}).get(heading, {}) for heading in panels}
    look_of = looks(dict.fromkeys(label for tables in panels.values() for label in tables))
    best = {heading: _lowest(tables, columns) for heading, tables in panels.items()}
    if title is None:
        title = "; ".join(f"{heading}: lowest is {where}" for heading, (where, _) in best.items())
    still = Still(10.5 if len(panels) > 1 else 8, 4.8, title)
    axes = panels_of(still, len(panels), len(panels), 1)
    place = np.arange(len(columns))
    for panel, (heading, tables) in zip(axes, panels.items(), strict=True):
        for number, (label, table) in enumerate(tables.items()):
            look = look_of[label]
            x = place + 0.12 * (number - (len(tables) - 1) / 2)  # side by side, not on each other
            if len(table) > 1:
                dots = np.broadcast_to(x, table.shape)
                panel.plot(
                    dots.ravel(), table.ravel(), ".", color=look.colour, alpha=0.45, markersize=6
                )
            panel.plot(
                x,
                table.mean(axis=0),
                label=label,
                marker=look.marker,
                markersize=8,
                markeredgecolor="white",
                **look.line,
            )
        for text, value in lines[heading].items():
            panel.axhline(value, color=FAINT, linewidth=1.4, linestyle=(0, (1, 2)))
            panel.annotate(
                f"{text}: {num(value)}",
                (0, value),
                xycoords=panel.get_yaxis_transform(),
                xytext=(5, 4),
                textcoords="offset points",
                size=11,
            )
        panel.set_yscale("log")
        panel.set(title=heading, xlabel=xlabel, xlim=(-0.5, len(columns) - 0.5))
        panel.set_xticks(place, columns)
        panel.margins(y=0.14)
        _plain_ticks(panel)
        panel.grid(True, axis="y", linewidth=0.6)
    axes[0].set_ylabel(ylabel)
    handles, labels = axes[0].get_legend_handles_labels()
    still.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    still.alt = f"{ylabel.capitalize()} for each {xlabel}, one panel a table. " + " ".join(
        _in_words(heading, tables, columns, lines[heading]) for heading, tables in panels.items()
    )
    return still


def _lowest(tables, columns):
    """Return the name of the cell with the smallest mean, and that mean."""
    means = {
        (label, column): value
        for label, table in tables.items()
        for column, value in zip(columns, table.mean(axis=0), strict=True)
        if np.isfinite(value)
    }
    label, column = min(means, key=means.get)
    return f"{label} {column}", means[label, column]


def _plain_ticks(panel):
    """Write the values themselves on a logarithmic axis, which spans less than a power of ten."""
    low, high = panel.get_ylim()
    for mantissas in (
        (1, 2, 5),
        (1, 1.5, 2, 3, 5, 7),
        np.arange(1, 10, 0.5),
        np.arange(1, 10, 0.1),
    ):
        ticks = [m * 10.0**e for e in range(-5, 6) for m in mantissas if low <= m * 10.0**e <= high]
        if len(ticks) >= 3:
            break
    panel.set_yticks(ticks, [num(value, 2) for value in ticks])
    panel.set_yticks([], minor=True)


def _in_words(heading, tables, columns, lines):
    cells = "; ".join(
        f"{label} "
        + ", ".join(
            f"{num(value)} at {column}"
            for column, value in zip(columns, table.mean(axis=0), strict=True)
            if np.isfinite(value)
        )
        for label, table in tables.items()
    )
    levels = "".join(f"; {text} {num(value)}" for text, value in lines.items())
    return f"{heading}: {cells}{levels}."
