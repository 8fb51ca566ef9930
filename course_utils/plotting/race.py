"""Races of several methods on several surfaces, a panel for each surface."""

from collections.abc import Mapping

import numpy as np
from matplotlib.lines import Line2D

from course_utils.plotting.drawing import as_arrays, grid_of, num, panels_of, plain
from course_utils.plotting.still import Still, styled
from course_utils.plotting.style import FAINT, looks


@styled
def races(
    panels: Mapping[str, Mapping[str, np.ndarray]],
    *,
    goal: float,
    columns: int | None = None,
    ylabel: str = "error above the minimum",
    title: str | None = None,
) -> Still:
    """Draw the errors of several methods on several surfaces, logarithmic, a panel for each.

    Parameters
    ----------
    panels : dict of heading -> dict of label -> array (T+1,)
        Errors above the minimum, for t = 0 … T. A curve may end early. Values that are not positive
        are left out. A panel need not have all methods.
    goal : float
        A curve that stays below it has arrived. It is drawn as a thin line, and the axis ends two
        decades lower.
    columns : int, optional
        Panels in a row (3 at most by default).

    Returns
    -------
    Still

    Raises
    ------
    ValueError
        If there is no panel, a panel has no curve, or the goal is not positive.
    """
    if not panels:
        raise ValueError("expected at least one entry in panels, got none")
    if not goal > 0:
        raise ValueError(f"expected goal above 0, got {goal}")
    panels = {name: as_arrays(f"panels[{name!r}]", curves, None) for name, curves in panels.items()}
    look_of = looks(dict.fromkeys(label for curves in panels.values() for label in curves))
    arrivals = {
        name: {label: _arrival(curve, goal) for label, curve in curves.items()}
        for name, curves in panels.items()
    }
    if title is None:
        winners = {name: _first(times) for name, times in arrivals.items()}
        title = "First to arrive: " + "; ".join(f"{n}: {w}" for n, w in winners.items())
    rows, columns = grid_of(len(panels), columns)
    still = Still(max(6.4, 3.6 * columns), 3.3 * rows + 1.2, title)
    for axes, (name, curves) in zip(
        panels_of(still, len(panels), columns, rows), panels.items(), strict=True
    ):
        axes.axhline(goal, color=FAINT, linewidth=1.2)
        for label, curve in curves.items():
            axes.plot(np.where(curve > 0, curve, np.nan), **look_of[label].line)
        top = max(float(np.nanmax(curve[:1])) for curve in curves.values())
        axes.set_yscale("log")
        axes.set_ylim(goal / 100, max(10 * top, 10 * goal))
        last = max(t for t in [*arrivals[name].values(), 0] if t is not None)
        longest = max(map(len, curves.values())) - 1
        axes.set_xlim(0, min(longest, 1.15 * last) if last else longest)
        axes.set(title=name, xlabel="updates t")
        axes.grid(True, linewidth=0.6)
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel(ylabel)
    handles = [Line2D([], [], label=label, **look.line) for label, look in look_of.items()]
    still.legend(handles=handles, loc="outside lower center", ncols=min(4, len(handles)))
    notes = []
    for name, times in arrivals.items():
        parts = [
            f"{label} {'never' if t is None else f'from t = {t}'}" for label, t in times.items()
        ]
        notes.append(f"{plain(name)}: {', '.join(parts)}.")
    still.alt = (
        f"Errors above the minimum on {len(panels)} surfaces, logarithmic; who stays below "
        f"{num(goal)}: " + " ".join(notes)
    )
    return still


def _arrival(curve: np.ndarray, goal: float) -> int | None:
    """Return from which t on a curve stays below the goal, or None."""
    above = np.flatnonzero(~(curve < goal))
    first = int(above[-1]) + 1 if len(above) else 0
    return first if first < len(curve) else None


def _first(times: Mapping[str, int | None]) -> str:
    """Return in words which method arrives first."""
    arrived = {label: t for label, t in times.items() if t is not None}
    if not arrived:
        return "nobody"
    best = min(arrived, key=arrived.get)
    return f"{best}, t = {arrived[best]}"
