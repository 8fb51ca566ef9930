"""Pictures without words: one for each lesson on the front page, and one for shared links."""

import functools

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from course_utils import plotting
from course_utils.datasets import digits
from course_utils.descent import descend
from course_utils.initializers import sparse, with_spectral_radius
from course_utils.objectives import BOWL, HIMMELBLAU, OBLONG, TWO_HOLES
from course_utils.optimizers import (
    NAG,
    ClassicalMomentum,
    FirstMoment,
    GradientDescent,
    Momentum,
    RMSprop,
)
from course_utils.plotting.drawing import draw_surface, halo
from course_utils.plotting.paths import draw_path
from course_utils.plotting.style import INK

_NODES = 161
_WIDE = (6.4, 3.6)  # in units of 100 pixels
_PAPER = LinearSegmentedColormap.from_list("paper", ["#fffdf7", "#d3a87a", INK])
_SHARED = (12.0, 6.3)  # what services ask for that show a link with its picture


def _sheet(size=_WIDE):
    """Return a still, and axes without a frame from edge to edge."""
    still = plotting.Still(*size)
    still.set_layout_engine("none")
    axes = still.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    return still, axes


def _plane(objective, window, size=_WIDE):
    """Return a still that is an error surface from edge to edge, and its axes."""
    still, axes = _sheet(size)
    sides = [np.linspace(*side, _NODES) for side in window]
    errors = objective.value(np.stack(np.meshgrid(*sides)))
    draw_surface(axes, *sides, errors)
    axes.set(xlim=window[0], ylim=window[1])
    if objective.minimum is not None:
        axes.plot(*objective.minimum, "*", color="white", markeredgecolor=INK, markersize=18)
    return still, axes


def _compared(objective, window, rules, steps, start=None):
    """Return a plane with the paths of several rules in their own looks."""
    still, axes = _plane(objective, window)
    look_of = plotting.looks(rules)
    for label, rule in rules.items():
        path, look = descend(rule, objective, start, steps).weights, look_of[label]
        axes.plot(*path.T, color="white", linewidth=6, alpha=0.9)
        axes.plot(*path.T, linewidth=2.6, **look.line)
        axes.plot(*path[0], "o", color="white", markeredgecolor=INK, markersize=10, zorder=5)
    return still


def _momentum():
    still, axes = _plane(BOWL, ((-32, 32), (-13, 23)))
    draw_path(axes, descend(Momentum(0.001, 0.9), BOWL, steps=150).weights, 3)
    return still


def _adaptive():
    rules = {"gradient descent": GradientDescent(0.01), "RMSprop": RMSprop(0.6, 0.9, 1e-8)}
    return _compared(BOWL, ((-32, 32), (-13, 23)), rules, 60)


def _adam():
    rules = {f"β₁ = {beta}": FirstMoment(20, beta) for beta in (0.0, 0.9, 0.95)}
    return _compared(TWO_HOLES, ((-2.4, 8.8), (-2.65, 3.65)), rules, 150)


def _nesterov():
    rules = {"classical momentum": ClassicalMomentum(0.018, 0.95), "NAG": NAG(0.018, 0.95)}
    return _compared(OBLONG, ((-12, 6), (-3.2, 3.2)), rules, 70)


def _autoencoders():
    still, axes = _sheet()
    rows, columns = 4, 7
    pictures = digits()[0][: rows * columns].reshape(rows, columns, 8, 8)
    sheet = np.zeros((9 * rows + 1, 9 * columns + 1))
    for row in range(rows):
        for column in range(columns):
            top, left = 9 * row + 1, 9 * column + 1
            sheet[top : top + 8, left : left + 8] = pictures[row, column]
    axes.imshow(sheet, cmap=_PAPER, aspect="auto")
    return still


def _recurrent():
    still, axes = _sheet()
    still.set_facecolor("#fffdf7")
    turn = np.linspace(0, 2 * np.pi, 200)
    axes.fill(np.cos(turn), np.sin(turn), color="#f8e9cf")
    axes.plot(np.cos(turn), np.sin(turn), color=INK, linewidth=2)
    weights = with_spectral_radius(sparse(120, 120, np.random.default_rng(3)), 1.1)
    values = np.linalg.eigvals(weights)
    beyond = np.abs(values) > 1
    for chosen, colour in ((~beyond, plotting.BLUE), (beyond, plotting.VERMILION)):
        axes.plot(
            values.real[chosen], values.imag[chosen], "o", color=colour, markeredgecolor="white"
        )
    axes.set(xlim=(-2.24, 2.24), ylim=(-1.26, 1.26))
    return still


_COVERS = {
    "01-momentum": _momentum,
    "02-adaptive-rates": _adaptive,
    "03-adam": _adam,
    "04-1-nesterov": _nesterov,
    "04-2-autoencoders": _autoencoders,
    "04-3-recurrent": _recurrent,
}


@functools.cache
def cover_of(page: str) -> bytes | None:
    """Return the picture of a lesson's page as PNG, None for a page that has none."""
    return _COVERS[page]().png(1.5) if page in _COVERS else None


@functools.cache
def share_picture() -> bytes:
    """Return the picture that stands for the course where somebody shares a link to it."""
    still, axes = _plane(HIMMELBLAU, ((-11.43, 11.43), (-6, 6)), _SHARED)
    for start in ((-1.0, -4.5), (0.5, 5.0), (-5.5, 0.5)):
        draw_path(axes, descend(Momentum(0.002, 0.9), HIMMELBLAU, start, 80).weights, 2)
    words = {"color": INK, "path_effects": halo(8), "transform": axes.transAxes, "zorder": 9}
    axes.text(0.04, 0.13, "Optimizers", size=46, weight="bold", **words)
    axes.text(0.04, 0.06, "derive, predict, see and code them", size=22, **words)
    return still.png(1)
