"""Recurrent networks: eigenvalues in the complex plane, and hidden states over time."""

from collections.abc import Mapping

import numpy as np

from course_utils.plotting.drawing import as_arrays, num, panels_of
from course_utils.plotting.still import Still, styled
from course_utils.plotting.style import BLUE, FAINT, INK, VERMILION


@styled
def spectra(panels: Mapping[str, np.ndarray], *, title: str | None = None) -> Still:
    """Draw the eigenvalues of matrices in the complex plane, with the unit circle.

    Parameters
    ----------
    panels : dict of heading -> complex array (n,)

    Returns
    -------
    Still
    """
    if not panels:
        raise ValueError("expected at least one entry in panels, got none")
    panels = {heading: np.atleast_1d(np.asarray(v, complex)) for heading, v in panels.items()}
    radius = {heading: float(np.abs(values).max()) for heading, values in panels.items()}
    outside = {heading: int(np.sum(np.abs(values) > 1)) for heading, values in panels.items()}
    if title is None:
        title = "; ".join(f"{h}: {outside[h]} eigenvalues outside the unit circle" for h in panels)
    still = Still(3.4 * len(panels) + 0.4, 4.6, title)
    axes = panels_of(still, len(panels), len(panels), 1, sharex=True, sharey=True)
    turn = np.linspace(0, 2 * np.pi, 200)
    side = 1.15 * max(1, *radius.values())
    for panel, (heading, values) in zip(axes, panels.items(), strict=True):
        panel.plot(np.cos(turn), np.sin(turn), color=FAINT, linewidth=1.4)
        inside = np.abs(values) <= 1
        panel.plot(values[inside].real, values[inside].imag, "o", color=BLUE, markersize=5)
        beyond = values[~inside]
        panel.plot(beyond.real, beyond.imag, "D", color=VERMILION, markersize=7)
        panel.set(title=heading, xlabel="real part", xlim=(-side, side), ylim=(-side, side))
        panel.set_box_aspect(1)
    axes[0].set_ylabel("imaginary part")
    still.alt = "Eigenvalues in the complex plane, with the unit circle. " + " ".join(
        f"{heading}: {len(values)} eigenvalues, the largest of size {num(radius[heading])}, "
        f"{outside[heading]} outside the circle."
        for heading, values in panels.items()
    )
    return still


@styled
def state_traces(
    panels: Mapping[str, np.ndarray],
    *,
    twins: Mapping[str, np.ndarray] | None = None,
    event: int | None = None,
    ylabel: str = "hidden units",
    title: str | None = None,
) -> Still:
    """Draw hidden units over time, a panel for each network, and the distance of a second run.

    Parameters
    ----------
    panels : dict of heading -> array (T+1, units)
        States h_0 … h_T of some units.
    twins : dict of heading -> array (T+1,), optional
        Distances between these states and those of a second run, the twin, which had another
        start or input; drawn below on one logarithmic scale.
    event : int, optional
        The time at which the input arrives or begins to differ; a thin line.

    Returns
    -------
    Still
    """
    panels = as_arrays("panels", panels, None, None)
    twins = as_arrays("twins", twins, None) if twins else {}
    if twins and list(twins) != list(panels):
        raise ValueError(f"expected twins of {list(panels)}, got those of {list(twins)}")
    last = {heading: float(np.abs(states[-1]).max()) for heading, states in panels.items()}
    if title is None:
        title = "; ".join(f"{h}: at the end within ±{num(v, 2)}" for h, v in last.items())
    rows = 2 if twins else 1
    still = Still(11, 3.1 * rows + 0.5, title)
    axes = still.subplots(rows, len(panels), squeeze=False, sharex=True, sharey="row")
    for column, (heading, states) in enumerate(panels.items()):
        upper = axes[0, column]
        shades = np.linspace(0, 0.75, states.shape[1])
        for trace, shade in zip(states.T, shades, strict=True):
            colour = tuple(
                (1 - shade) * np.array([0, 0.27, 0.55]) + shade * np.array([0.6, 0.8, 1])
            )
            upper.plot(trace, color=colour, linewidth=1.1)
        upper.set(title=heading, xlim=(0, len(states) - 1))
        if twins:
            lower = axes[1, column]
            lower.plot(np.where(twins[heading] > 0, twins[heading], np.nan), color=VERMILION)
            lower.set_yscale("log")
            lower.grid(True, linewidth=0.6)
        axes[-1, column].set_xlabel("time t")
        if event is not None:
            for panel in axes[:, column]:
                panel.axvline(event, color=INK, linewidth=1, linestyle=(0, (2, 2)))
    axes[0, 0].set_ylabel(ylabel)
    if twins:
        # Below the rounding error of float64 a distance has no meaning.
        axes[1, 0].set_ylim(bottom=1e-16, top=3 * max(map(np.max, twins.values())))
        axes[1, 0].set_ylabel("distance of the twin")
    still.alt = f"{ylabel.capitalize()} against time. " + " ".join(
        f"{heading}: {states.shape[1]} units over {len(states) - 1} steps, largest value "
        f"{num(np.abs(states).max())}, at the end {num(last[heading])}"
        + (
            f"; the twin's distance goes from {num(twins[heading].max())} at most to "
            f"{num(twins[heading][-1])} at the end."
            if twins
            else "."
        )
        for heading, states in panels.items()
    )
    return still
