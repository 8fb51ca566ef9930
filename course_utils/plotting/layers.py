"""Activations and gradients from layer to layer: their sizes, and their histograms."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import MaxNLocator

from course_utils.plotting.drawing import as_arrays, num, panels_of
from course_utils.plotting.still import Still, styled
from course_utils.plotting.style import BLUE, FAINT, looks


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


@styled
def layer_histograms(
    panels: Mapping[str, Mapping[int, np.ndarray]],
    *,
    log: bool = False,
    bins: int = 40,
    xlabel: str = "layer",
    ylabel: str = "value",
    title: str | None = None,
) -> Still:
    """Draw a histogram for each layer, lying on its side, and a panel for each network.

    All panels share one scale of values. Each histogram is as wide as its tallest bar.

    Parameters
    ----------
    panels : dict of heading -> dict of layer -> array of values, of any shape
        The layers may leave numbers out.
    log : bool
        Draw the sizes of the values on a logarithmic scale; zeros are left out.
    bins : int
        How many bars there are from the smallest to the largest value of all panels.

    Returns
    -------
    Still
    """
    if not panels:
        raise ValueError("expected at least one entry in panels, got none")
    values = {
        heading: {layer: _drawn(heading, layer, one, log) for layer, one in layers.items()}
        for heading, layers in panels.items()
    }
    every = np.concatenate([one for layers in values.values() for one in layers.values()])
    edges = np.histogram_bin_edges(every, bins)
    still = Still(10, 4.2, _widest(values) if title is None else title)
    axes = panels_of(still, len(values), len(values), 1, sharey=True)
    for panel, (heading, layers) in zip(axes, values.items(), strict=True):
        for layer, one in layers.items():
            counts, _ = np.histogram(one, edges)
            bars = 0.85 * counts / counts.max()
            panel.barh(edges[:-1], bars, np.diff(edges), left=layer, align="edge", color=BLUE)
            panel.axvline(layer, color=FAINT, linewidth=0.6)
        panel.set(title=heading, xlabel=xlabel, xticks=list(layers))
        panel.grid(True, axis="y", linewidth=0.6)
    axes[0].set_ylabel(ylabel)
    if log:
        axes[0].yaxis.set_major_locator(MaxNLocator(integer=True))
        axes[0].yaxis.set_major_formatter(lambda power, _: f"$10^{{{power:g}}}$")
    still.alt = (
        f"Histograms of {ylabel}{', sizes on a logarithmic scale' if log else ''}, one for each "
        f"{xlabel}. "
        + " ".join(f"{heading}: {_span(layers, log)}" for heading, layers in values.items())
    )
    return still


def _drawn(heading, layer, values, log):
    """Return what is drawn of a layer's values, in one row: powers of ten if ``log``."""
    drawn = np.asarray(values, dtype=float).ravel()
    if log:
        drawn = np.log10(np.abs(drawn[drawn != 0]))
    if not len(drawn) or not np.all(np.isfinite(drawn)):
        raise ValueError(
            f"expected finite values in layer {layer} of {heading!r}, got none or others"
        )
    return drawn


def _span(layers, log):
    """Return in words where nine tenths of the first and of the last layer's values lie."""
    ends = []
    for layer in (min(layers), max(layers)):
        low, high = np.quantile(layers[layer], (0.05, 0.95))
        low, high = (10**low, 10**high) if log else (low, high)
        ends.append(f"in layer {layer} nine tenths are from {num(low)} to {num(high)}")
    return f"{'; '.join(ends)}."


def _widest(values):
    """Return a title that names the panel whose last layer is the widest."""
    widths = {
        heading: float(np.ptp(np.quantile(layers[max(layers)], (0.05, 0.95))))
        for heading, layers in values.items()
    }
    return f"The values of the last layer differ most with {max(widths, key=widths.get)}"
