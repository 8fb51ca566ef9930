"""Figures of the deck on adaptive rates: each function is one figure, computed here.

Stills come from ``course_utils.plotting``, recordings from ``course_utils.widgets``; nothing is
drawn in this file. Where a recording tells its story in several positions of the slider, its still,
which is what stands in PDF and PPTX, shows these positions side by side.
"""

from dataclasses import replace

import numpy as np

from course_utils import measures, plotting
from course_utils.descent import descend
from course_utils.objectives import BOWL, OBLONG, PLATEAU_AND_CLIFF, objective_from_formula
from course_utils.optimizers import AdaGrad, GradientDescent, Momentum, RMSprop, Rprop
from course_utils.widgets import explore, heatmap

#: Stops of the sliders on β.
BETAS = [*(n / 10 for n in range(9)), 0.85, 0.9, 0.925, 0.95, 0.975, 0.99]


def plateau_and_cliff():
    """Show a thousand steps with three rates, of which none suits both weights."""
    paths = {
        f"η = {eta}": descend(GradientDescent(eta), PLATEAU_AND_CLIFF, steps=1000).weights
        for eta in (0.01, 0.03, 0.1)
    }
    return plotting.trajectories(
        *PLATEAU_AND_CLIFF.grid(), paths, minimum=PLATEAU_AND_CLIFF.minimum, title=""
    )


def dying_rates():
    """Show AdaGrad's effective rates on a plane with a slope of 2 and one of 200."""
    plane, updates = objective_from_formula("2*w1 + 200*w2"), np.arange(1, 1001)
    run = descend(AdaGrad(eta=0.1), plane, (0, 0), steps=1000)
    rates = -np.diff(run.weights, axis=0) / run.gradients[:-1]
    return plotting.dependence(
        updates,
        {"along w₁, slope 2": rates[:, 0], "along w₂, slope 200": rates[:, 1]},
        guides={"∝ 1/√t": 0.2 / np.sqrt(updates)},
        xlabel="updates t",
        ylabel="effective rate",
        title="",
    )


def blind_squares():
    """Show a steady gradient of 10, one that alternates, and the root mean square of each."""
    steady, alternating = np.full(41, 10.0), 10.0 * (-1.0) ** np.arange(41)
    return plotting.damping_traces(
        {
            "steady gradient": steady,
            "alternating gradient": alternating,
            "√s of the steady one": _root_mean_square(steady),
            "√s of the alternating one": _root_mean_square(alternating),
        },
        ylabel="gradient and √s",
        title="",
    )


def _root_mean_square(gradients, beta=0.9):
    scale, roots = 0.0, []
    for gradient in gradients:
        scale = beta * scale + (1 - beta) * gradient**2
        roots.append(np.sqrt(scale))
    return np.array(roots)


def compass():
    """Show RMSprop's path on the bowl, with a slider for β: from compass needle to round corner."""
    figure = explore(BOWL, rule=RMSprop, presets=False, eta=0.5, beta=0.0, epsilon=1e-8, steps=60)
    paths = {
        f"β = {beta}": descend(RMSprop(eta=0.5, beta=beta), BOWL, steps=60).weights
        for beta in (0.0, 0.9, 0.99)
    }
    still = plotting.trajectories(*BOWL.grid(), paths, minimum=BOWL.minimum, title="")
    return replace(figure.record(beta=BETAS), still=still)


def limit_cycle():
    """Show the error of RMSprop with three rates: each comes to stay at its own level."""
    curves = {
        f"RMSprop, η = {eta}": descend(RMSprop(eta), BOWL, steps=600).errors
        for eta in (0.5, 0.1, 0.05)
    }
    return plotting.error_curves(curves, log=True, title="")


def amplification():
    """Show the measure C_a over two gradients, with a slider for β."""
    figure = heatmap(measures.amplification, beta=0.9, window=10, limit=10)
    g = np.linspace(-10, 10, 201)
    panels = {
        f"β = {beta}": measures.amplification(g[None, :], g[:, None], beta=beta)
        for beta in (0.0, 0.9, 0.99)
    }
    still = plotting.heatmaps(g, g, panels, limit=10, split_at_zero=False, symbol="Cₐ", title="")
    return replace(figure.record(beta=BETAS), still=still)


def valleys_of_rates():
    """Show the largest error of the last 100 of 500 steps on the bowl, over 51 learning rates."""
    etas, curves = np.geomspace(1e-4, 10, 51), {}
    for rule in (GradientDescent, RMSprop):
        runs = [descend(rule(eta), BOWL, steps=500) for eta in etas]
        curves[rule.label] = np.array(
            [np.inf if run.diverged_at else max(run.errors[-100:].max(), 1e-12) for run in runs]
        )
    return plotting.dependence(
        etas, curves, threshold=1, ylabel="largest error of the last 100 steps", title=""
    )


def nine_against_one():
    """Show where three methods go on nine gradients of +0.1 and one of −0.9, again and again."""
    minibatches = np.array([[0.1]] * 9 + [[-0.9]])
    places = {}
    for rule in (GradientDescent(0.1), RMSprop(0.01), Rprop(0.01)):
        weights = np.zeros(1)
        state, path = rule.init(weights), [0.0]
        for k in range(40):
            weights, state = rule.step(weights, state, lambda _, k=k: minibatches[k % 10])
            path.append(float(weights[0]))
        places[rule.label] = np.array(path)
    return plotting.dependence(
        np.arange(41),
        places,
        log="",
        xlabel="gradients seen (nine of +0.1, one of −0.9)",
        ylabel="weight w, which should stay at 0",
        title="",
    )


def turned_valley():
    """Show momentum, AdaGrad and Rprop in the narrow valley, turned by 45°."""
    turned = objective_from_formula(
        "0.25*(w1 + w2)^2 + 12.5*(w2 - w1)^2",
        start=np.array([[1, -1], [1, 1]]) @ OBLONG.start / np.sqrt(2),
    )
    axis = np.linspace(-14, 14, 121)
    rules = (Momentum(0.01, alpha=0.9), AdaGrad(5.0), Rprop(0.1))
    return plotting.trajectories(
        axis,
        axis,
        turned.value(np.stack(np.meshgrid(axis, axis))),
        {type(rule).__name__: descend(rule, turned, steps=100).weights for rule in rules},
        minimum=(0, 0),
        title="",
    )
