"""Sizes of activations and gradients from layer to layer."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import MaxNLocator

from course_utils.plotting.drawing import as_arrays, num, panels_of
from course_utils.plotting.still import Still, styled
from course_utils.plotting.style import looks


@styled
def layer_profiles(
    panels: Mapping[str, Mapping[str, np.ndarray]],
    *,
    xlabel: str = "layer",
    title: str | None = None,
) -> Still:
    """Draw quantities against the layer, a panel for each, logarithmic: mean and all seeds.

    Parameters
    ----------
    panels : dict of heading -> dict of label -> array (seeds, layers)
        Positive values for layers 1, 2 and so on; every panel has the same labels.

    Returns
    -------
    Still
    """
    if not panels:
        raise ValueError("expected at least one entry in panels, got none")
    panels = {heading: as_arrays(heading, curves, None, None) for heading, curves in panels.items()}
    labels = list(next(iter(panels.values())))
    for heading, curves in panels.items():
        if list(curves) != labels:
            raise ValueError(f"expected the labels {labels} in every panel, got {list(curves)}")
        if not all(np.all(curve > 0) for curve in curves.values()):
            raise ValueError(f"expected positive values in {heading!r}, got others")
    spans = {  # from the first layer to the last, in decades
        (heading, label): float(np.ptp(np.log10(curve.mean(axis=0))))
        for heading, curves in panels.items()
        for label, curve in curves.items()
    }
    if title is None:
        heading, label = max(spans, key=spans.get)
        title = f"{label}: {heading} spans {num(spans[heading, label], 2)} powers of ten"
    look_of = looks(labels)
    still = Still(10, 4.5, title)
    axes = panels_of(still, len(panels), len(panels), 1)
    for panel, (heading, curves) in zip(axes, panels.items(), strict=True):
        for label, curve in curves.items():
            layers, look = np.arange(1, curve.shape[1] + 1), look_of[label]
            panel.fill_between(
                layers, curve.min(axis=0), curve.max(axis=0), color=look.colour, alpha=0.18, lw=0
            )
            panel.plot(
                layers,
                curve.mean(axis=0),
                label=label,
                marker=look.marker,
                markersize=7,
                markeredgecolor="white",
                **look.line,
            )
        panel.set_yscale("log")
        panel.set(title=heading, xlabel=xlabel)
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        panel.grid(True, linewidth=0.6)
    handles, labels = axes[0].get_legend_handles_labels()
    still.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    still.alt = f"{', '.join(panels)} against the {xlabel}, logarithmic scale. " + " ".join(
        f"{heading}, {label}: from {num(curve[:, 0].mean())} in the first to "
        f"{num(curve[:, -1].mean())} in the last, extremes {num(curve.mean(axis=0).min())} and "
        f"{num(curve.mean(axis=0).max())}."
        for heading, curves in panels.items()
        for label, curve in curves.items()
    )
    return still
