"""Figures of the deck on Adam: each function is one figure, computed here.

Stills come from ``course_utils.plotting``, recordings from ``course_utils.widgets``; nothing is
drawn in this file.
"""

from dataclasses import replace

import numpy as np

from course_utils import measures, networks, patient, plotting
from course_utils.datasets import digits
from course_utils.descent import descend
from course_utils.muon import orthogonalised
from course_utils.objectives import BOWL, PLATEAU_AND_CLIFF, ROSENBROCK, TWO_HOLES
from course_utils.optimizers import (
    AdaGrad,
    Adam,
    FirstMoment,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSprop,
    Rprop,
)
from course_utils.schedules import WarmupCosine
from course_utils.widgets import explore, heatmap

#: The race's surfaces, and the rates that lesson 3's search finds there (section 7), rounded; a
#: method that is absent does not arrive. The search itself takes longer than a deck should.
TUNED = {
    BOWL: {
        "gradient descent": 0.056,
        "momentum": 0.0032,
        "Nesterov": 0.056,
        "AdaGrad": 18,
        "Rprop": 3.2,
        "Adam": 5.6,
    },
    ROSENBROCK: {"momentum": 0.0018, "Adam": 0.56},
    PLATEAU_AND_CLIFF: {"AdaGrad": 1, "RMSprop": 0.056, "Rprop": 0.32, "Adam": 0.1},
}
GRID = np.geomspace(1e-3, 10**1.5, 19)  # the grid of that search
METHODS = {
    rule.label: rule
    for rule in (GradientDescent, Momentum, Nesterov, AdaGrad, RMSprop, Rprop, Adam)
}


def sum_and_average():
    """Put sixty gradients of 1 and forty of 0 in a decaying sum and in a decaying average."""
    gradients = np.repeat([1.0, 0.0], [60, 40])
    summed, averaged = np.zeros((2, 101))
    for t, gradient in enumerate(gradients, start=1):
        summed[t] = 0.9 * summed[t - 1] + gradient
        averaged[t] = 0.9 * averaged[t - 1] + 0.1 * gradient
    return _sized(
        plotting.damping_traces(
            {"decaying sum": summed, "decaying average": averaged},
            ylabel="m after t gradients",
            title="",
        )
    )


def surface():
    """Show the hill and its two holes, and where the runs will start."""
    still = plotting.trajectories(
        *TWO_HOLES.grid(),
        {"start and deepest place": TWO_HOLES.start[None]},
        minimum=TWO_HOLES.minimum,
        title="",
    )
    still.legends.clear()  # there is no path yet
    return _sized(still)


def two_holes():
    """Walk with first moments alone over two holes: a slider for beta1 from no memory to 0.99."""
    betas = [0.0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.88, 0.9, 0.91, 0.92, 0.95, 0.97, 0.99]
    figure = explore(TWO_HOLES, FirstMoment, eta=20, beta1=0.0, steps=150, presets=False)
    runs = {f"β₁ = {beta}": _first_moments(beta, 150) for beta in (0.0, 0.9, 0.91)}
    still = plotting.trajectories(
        *TWO_HOLES.grid(),
        {label: run.weights for label, run in runs.items()},
        minimum=TWO_HOLES.minimum,
        title="",
    )
    return replace(figure.record(beta1=betas), still=still)


def first_moment():
    """Show the average, and the gradients that it averages, while a run meets the first hole."""
    late = _first_moments(0.95, 25)
    met = [TWO_HOLES.gradient(weights)[0] for weights in late.weights[:-1]]
    traces = {
        "m₁, β₁ = 0": _first_moments(0.0, 25).states["moment"][:, 0],
        "m₁, 0.95": late.states["moment"][:, 0],
        "g₁, 0.95": np.array([0.0, *met]),
    }
    return _sized(plotting.damping_traces(traces, ylabel="m₁ and g₁", title=""), width=6)


def correction_factor():
    """Show by what the two corrections multiply Adam's step, over five thousand updates."""
    t = np.unique(np.geomspace(1, 5000, 100).round().astype(int))
    factor = np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return _sized(
        plotting.dependence(
            t,
            {"corrected step / uncorrected step": factor},
            log="x",
            threshold=1.0,
            xlabel="step t",
            ylabel="factor",
            title="",
        )
    )


def measure_maps():
    """Show C_A beside the uncorrected C̃_A, with sliders for both decays."""

    def uncorrected(g1, g2, beta1, beta2, epsilon):
        return measures.adam_change(g1, g2, beta1, beta2, epsilon=epsilon, corrected=False)

    def corrected(g1, g2, beta1, beta2, epsilon):
        return measures.adam_change(g1, g2, beta1, beta2, epsilon=epsilon)

    figure = heatmap(
        corrected,
        title="C_A, corrected",
        beside={"C̃_A, uncorrected": uncorrected},
        symbol="C",
        window=1.0,
        limit=2.0,
        beta1=0.9,
        beta2=0.999,
        epsilon=1e-8,
    )
    recording = figure.record(beta1=[0, 0.5, 0.9, 0.99], beta2=[0, 0.5, 0.9, 0.99, 0.999])
    recording.still.suptitle("")  # the slide has a heading
    return recording


def step_lengths():
    """Show the length of Adam's steps on gradients that grow, that stay and that alternate."""
    t = np.arange(1000)
    gradients = {
        "growing": 1.11**t * 1e-20,
        "constant": np.ones(1000),
        "alternating": (-1.0) ** t,
    }
    return _sized(
        plotting.dependence(
            t + 1,
            {name: _lengths(series) for name, series in gradients.items()},
            xlabel="step t",
            ylabel="length of the step / η",
            title="",
        ),
        width=5.9,
    )


def epsilon_placement():
    """Show the first step over the gradient's size, with the smoothing term in three places."""
    sizes = np.geomspace(1e-11, 1, 200)
    lengths = {
        "1e-8 outside": sizes / (sizes + 1e-8),
        "1e-8 inside": sizes / np.sqrt(sizes**2 + 1e-8),
        "1e-4 outside": sizes / (sizes + 1e-4),
    }
    return _sized(
        plotting.dependence(
            sizes,
            lengths,
            log="x",
            xlabel="size of the gradient |g|",
            ylabel="first step / η",
            title="",
        ),
        width=6.3,
    )


def patient_curves():
    """Train the published loop with one fault at a time, for thirty epochs on the digits."""
    images, labels, *_ = digits()
    network = networks.SoftmaxNetwork((64, 32, 10))
    start = network.init(np.random.default_rng(0))
    whole = networks.minibatch_gradients(network, images, labels, size=len(images))
    curves = {}
    for name in ("healthy", *patient.FAULTS):
        path = patient.treat(start, whole, 30, [name] * (name != "healthy"), eta=0.01)
        if np.isfinite(path).all():  # the run with the shared array has no curve
            curves[name] = np.array([network.loss(weights, images, labels) for weights in path])
    still = plotting.error_curves(curves, xlabel="epochs", ylabel="training loss", title="")
    return _sized(still, width=7.2)


def race():
    """Show seven methods on three surfaces, each with its own rate."""
    panels = {}
    for surface, rates in TUNED.items():
        panels[surface.name] = curves = {}
        for name, rate in rates.items():
            eta = min(GRID, key=lambda stop: abs(np.log(stop / rate)))
            run = descend(METHODS[name].with_defaults(eta=eta), surface, steps=500)
            curves[name] = run.errors - surface.minimum_value
    return plotting.races(panels, goal=1e-3, title="")


def warmup_cosine():
    """Show a learning rate that rises for one epoch of 27 updates and falls for nine."""
    schedule = WarmupCosine(eta=0.1, warmup=27, total=270)
    t = np.arange(270)
    return _sized(
        plotting.dependence(
            t,
            {"27 updates up, 243 down": np.array([schedule(int(update)) for update in t])},
            log="",
            xlabel="update t",
            ylabel="learning rate",
            title="",
        )
    )


def five_passes():
    """Show what one pass of Muon's polynomial and what five make of singular values."""
    values = np.geomspace(1e-4, 1, 80)
    matrix = np.diag(values)
    shares = values / np.linalg.norm(matrix)
    return _sized(
        plotting.dependence(
            shares,
            {
                "five passes": np.diag(orthogonalised(matrix)),
                "one pass": np.diag(orthogonalised(matrix, steps=1)),
                "before": shares,
            },
            xlabel="singular value s / |G|",
            ylabel="singular value afterwards",
            title="",
        ),
        width=6,
    )


def _first_moments(beta1, steps):
    return descend(FirstMoment(eta=20.0, beta1=beta1), TWO_HOLES, steps=steps)


def _lengths(series):
    """Return the length of each of Adam's steps along a series of gradients, with η = 1."""
    rule, weights, lengths = Adam(1.0, epsilon=1e-300), np.zeros(1), []
    state = rule.init(weights)
    for gradient in series:
        after, state = rule.step(weights, state, lambda w, g=gradient: np.full(1, g))
        lengths.append(abs(after - weights)[0])
        weights = after
    return np.array(lengths)


def _sized(still, width=5.4):
    """Give a figure the shape of a slide's right half; the narrower it is, the larger its words."""
    still.set_size_inches(width, 0.77 * width)
    return still
