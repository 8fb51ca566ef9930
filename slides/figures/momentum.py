"""Figures of the deck on momentum: each function is one figure, and its numbers are computed here.

Stills come from ``course_utils.plotting``, recordings from ``course_utils.widgets``; nothing is
drawn in this file. Where a recording tells its story in several positions of the slider, its still,
which is what stands in PDF and PPTX, shows these positions side by side.
"""

from dataclasses import replace

import numpy as np

from course_utils import measures, networks, plotting
from course_utils.descent import descend
from course_utils.objectives import BOWL, OBLONG
from course_utils.optimizers import GradientDescent, Momentum, Nesterov
from course_utils.widgets import explore, heatmap

#: Stops of the sliders on α: every tenth, and closer together where the ball begins to swing.
ALPHAS = [*(n / 20 for n in range(17)), 0.85, 0.875, 0.9, 0.925, 0.95, 0.975, 1.0]


def creeping():
    """Show 300 steps of gradient descent on the bowl: down the wall, then along the floor."""
    run = descend(GradientDescent(eta=0.001), BOWL, steps=300)
    return plotting.trajectories(
        *BOWL.grid(), {"300 steps, η = 0.001": run.weights}, minimum=BOWL.minimum, title=""
    )


def backpropagation():
    """Show a network of six units: its weights, and the slope of the error in each of them."""
    x, weights = np.array([1.0, -1.0]), [np.array([[1.0, -0.5], [0.5, 1.0]])]
    weights.append(np.array([[1.0, -1.0], [-0.5, 0.5]]))
    network = networks.SoftmaxNetwork((2, 2, 2))
    params = np.concatenate([weights[0].ravel(), [0, 0], weights[1].ravel(), [0, 0]])
    slopes = network.layout.views(network.gradient(params, [x], [0]))
    hidden = np.tanh(x @ weights[0])
    scores = np.exp(hidden @ weights[1])
    return plotting.network_diagram(
        [x, hidden, scores / scores.sum()],
        {"weights": weights, "slopes of the error": [slopes["W1"], slopes["W2"]]},
        names=("inputs", "hidden units", "probabilities"),
        title="",
    )


def second_step():
    """Show the first two updates of gradient descent and of momentum as arrows."""
    paths = {
        "gradient descent": descend(GradientDescent(eta=0.001), BOWL, steps=2),
        "momentum": descend(Momentum(eta=0.001, alpha=0.9), BOWL, steps=2),
    }
    return plotting.step_vectors(
        {name: path.weights for name, path in paths.items()},
        {name: path.gradients for name, path in paths.items()},
        {"momentum": paths["momentum"].states["momentum"]},
        title="",
    )


def three_characters():
    """Show the path on the bowl and its error, with a slider for α."""
    figure = explore(BOWL, rule=Momentum, presets=False, eta=0.001, alpha=0.9, steps=150)
    runs = {f"α = {a}": descend(Momentum(0.001, a), BOWL, steps=150) for a in (0.0, 0.9, 1.0)}
    still = plotting.trajectories(
        *BOWL.grid(),
        {label: run.weights for label, run in runs.items()},
        minimum=BOWL.minimum,
        curves={label: run.errors for label, run in runs.items()},
        title="",
    )
    return replace(figure.record(alpha=ALPHAS), still=still)


def cancelling():
    """Show what a decaying sum makes of gradients that agree and of gradients that alternate."""
    run = descend(GradientDescent(eta=0.0395), OBLONG, steps=20)
    decaying_sum = np.zeros_like(run.gradients)
    for t, gradient in enumerate(run.gradients):
        decaying_sum[t] = gradient + (0.9 * decaying_sum[t - 1] if t else 0)
    return plotting.cancellation(
        run.gradients, decaying_sum, directions=("gentle direction", "steep direction"), title=""
    )


def gain():
    """Show how large the sum grows while all gradients agree, for four values of α."""
    steps, alphas = np.arange(61), (0.0, 0.6, 0.9, 0.95)
    return plotting.speedup_curves(
        {f"α = {alpha}": measures.speedup(alpha, steps) for alpha in alphas},
        {f"α = {alpha}": measures.speedup(alpha) for alpha in alphas},
        title="",
    )


def bump():
    """Show the error of three values of α over 120 steps; 0.9 goes uphill twice."""
    curves = {
        f"α = {alpha}": descend(Momentum(eta=0.001, alpha=alpha), BOWL, steps=120).errors
        for alpha in (0.0, 0.6, 0.9)
    }
    return plotting.error_curves(curves, ymax=600, title="")


def overshoot():
    """Show weight and momentum along the steep direction: the sum pushes past the floor."""
    run = descend(Momentum(eta=0.001, alpha=0.9), BOWL, steps=60)
    return plotting.damping_traces(
        {
            "weight w₂": run.weights[:, 1],
            "momentum m₂ / 100": run.states["momentum"][:, 1] / 100,
        },
        ylabel="w₂ and m₂ / 100",
        title="",
    )


def acceleration():
    """Show the measure C_m over two gradients, with a slider for α."""
    points = {"(2, 1)": (2, 1)}
    figure = heatmap(measures.momentum_change, window=3, limit=4, points=points, alpha=0.4)
    recording = figure.record(alpha=ALPHAS)
    g = np.linspace(-3, 3, 201)
    panels = {
        f"α = {alpha}": measures.momentum_change(g[None, :], g[:, None], alpha=alpha)
        for alpha in (0.0, 0.4, 1.0)
    }
    still = plotting.heatmaps(g, g, panels, limit=4, points=points, symbol="Cₘ", title="")
    return replace(recording, still=still)


def claim():
    """Show C_m beside the true change of |m|, hatched where the claim about its sign is false."""
    figure = heatmap(
        measures.momentum_change,
        beside={"true change of |m|": measures.true_momentum_change},
        regions={"Cₘ < 0, but the claim is false": _claim_fails},
        title="Cₘ",
        symbol="change",
        alpha=0.9,
    )
    return figure.record(alpha=ALPHAS)


def _claim_fails(g1, g2, alpha):
    change = measures.momentum_change(g1, g2, alpha)
    true_change = measures.true_momentum_change(g1, g2, alpha)
    return (change < 0) & ((g1 * g2 >= 0) | ~np.isclose(true_change, change))


def look_ahead():
    """Show one step of momentum and one of Nesterov from the same place with the same old step."""
    eta, beta = 0.02, 0.9
    path = descend(Nesterov(eta, beta), BOWL, steps=2)
    weights, last = path.weights[-1], beta * path.states["step"][-1]
    axis1, axis2 = np.linspace(-14, 4, 121), np.linspace(-10, 6, 121)
    return plotting.nesterov_construction(
        weights,
        last,
        -eta * BOWL.gradient(weights),
        -eta * BOWL.gradient(weights + last),
        surface=(axis1, axis2, BOWL.value(np.stack(np.meshgrid(axis1, axis2)))),
        minimum=BOWL.minimum,
        title="",
    )
