r"""Still figures: a function for each, from arrays to a :class:`Still`.

Every function takes plain arrays; this package imports nothing else of the course but ``wording``.
It draws without pyplot, so that no global state and no window is involved. It returns a
:class:`Still`: a figure of matplotlib that Jupyter shows as a sharp PNG. Its ``alt`` describes in
words and numbers the data drawn. ``title=`` replaces the finding on top of the figure. In a
dictionary the key is what the reader sees: a legend's label or a panel's heading.

Lesson 1:

- ``step_vectors(paths, gradients, momenta)``: the first updates of several methods as arrows.
- ``trajectories(w1, w2, errors, paths, *, minimum, curves, log, columns)``: paths on the error
  surface, a panel for each, with the error curve below if ``curves`` is given.
- ``error_curves(curves, *, log, ymax, marks, threshold, xlabel, ylabel)``: error against updates.
- ``heatmaps(g1, g2, panels, *, limit, levels, split_at_zero, regions, points, symbol, columns)``:
  signed measures of two gradients, side by side on one scale.
- ``speedup_curves(curves, limits)``: m(t)/g under a constant gradient g, and its limit.
- ``rate_heatmap(eta_curvature, alpha, rate, *, critical, points, log)``: how fast momentum
  converges.
- ``directions(planes, axes, parts, colours)``: one path over the weights and along the
  eigen-directions, and the error stacked by direction.
- ``damping_traces(traces, *, ylabel)``: over-damped, critically damped and under-damped runs.
- ``nesterov_construction(weights, momentum_step, gradient_step, lookahead_gradient_step, *,
  surface, minimum, letters)``: one step of momentum and one of Nesterov from the same point.
- ``training_curves(curves, *, x, band, log, xlabel, ylabel)``: mean and spread over seeds.
- ``network_diagram(outputs, panels, *, names)``: the units of a small network, with a number on
  each connection.
- ``cancellation(gradients, momenta, *, directions)``: the decaying sum of a component that
  alternates, and of one that does not.

Lesson 2:

- ``step_directions(steps)``: the directions of two methods' steps, all arrows of one length.
- ``dependence(x, curves, *, log, guides, threshold, xlabel, ylabel)``: one quantity as another
  changes, such as the final error over learning rates; runs that diverged are marked.

Lesson 3:

- ``races(panels, *, goal, columns, ylabel)``: several methods on several surfaces, and when each
  of them reaches the goal.

Lesson 4, networks:

- ``pictures(rows, *, limits)``: the pictures that a network got, and its reconstructions.
- ``layer_profiles(panels, *, xlabel)``: sizes from layer to layer, mean and spread over seeds.
- ``layer_histograms(panels, *, log, bins, xlabel, ylabel)``: how a layer's values are spread.
- ``result_tables(columns, panels, *, lines, xlabel, ylabel)``: tables of results side by side.
- ``spectra(panels)``: eigenvalues and the unit circle.
- ``state_traces(panels, *, twins, event, ylabel)``: hidden units over time, and their distance
  from those of a second run.

Looks: ``looks(labels)`` gives each curve one of its own. :data:`STYLE` gives every optimizer one
colour and one dash (Okabe–Ito; colour is never the only difference), :data:`SIGNED` colours signed
measures (white exactly at 0), :data:`SURFACE` is the light map under a path, :data:`PATH` the
dark-to-bright blue of the path itself.
"""

from course_utils.plotting.adaptive import dependence, step_directions
from course_utils.plotting.curves import (
    cancellation,
    damping_traces,
    error_curves,
    speedup_curves,
    training_curves,
)
from course_utils.plotting.diagram import network_diagram
from course_utils.plotting.directions import directions
from course_utils.plotting.heatmaps import heatmaps, rate_heatmap
from course_utils.plotting.layers import layer_histograms, layer_profiles
from course_utils.plotting.paths import nesterov_construction, step_vectors, trajectories
from course_utils.plotting.pictures import pictures
from course_utils.plotting.race import races
from course_utils.plotting.recurrent import spectra, state_traces
from course_utils.plotting.results import result_tables
from course_utils.plotting.still import Still, bare_still, read_still
from course_utils.plotting.style import (
    BLUE,
    CYCLE,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    PATH,
    PURPLE,
    RATE,
    SIGNED,
    SKY,
    STYLE,
    SURFACE,
    VERMILION,
    Look,
    looks,
)

__all__ = [
    "BLUE",
    "CYCLE",
    "FAINT",
    "GREEN",
    "INK",
    "ORANGE",
    "PATH",
    "PURPLE",
    "RATE",
    "SIGNED",
    "SKY",
    "STYLE",
    "SURFACE",
    "VERMILION",
    "Look",
    "Still",
    "bare_still",
    "cancellation",
    "damping_traces",
    "dependence",
    "directions",
    "error_curves",
    "heatmaps",
    "layer_histograms",
    "layer_profiles",
    "looks",
    "nesterov_construction",
    "network_diagram",
    "pictures",
    "races",
    "rate_heatmap",
    "read_still",
    "result_tables",
    "spectra",
    "speedup_curves",
    "state_traces",
    "step_directions",
    "step_vectors",
    "training_curves",
    "trajectories",
]
