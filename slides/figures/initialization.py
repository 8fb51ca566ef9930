"""Figures of the deck on initialization and momentum: each function is one figure, computed here.

Stills come from ``course_utils.plotting``, recordings from ``course_utils.widgets``; nothing is
drawn in this file. Tables come from the results that lie with the course.
"""

from dataclasses import replace

import numpy as np

from course_utils import plotting
from course_utils.datasets import digits
from course_utils.descent import descend
from course_utils.experiments import PAPER_OTHERS, PAPER_TABLE1, results, summary
from course_utils.initializers import dense, echo_state, glorot, sparse
from course_utils.networks import Autoencoder, minibatches, train
from course_utils.objectives import OBLONG
from course_utils.optimizers import NAG, ClassicalMomentum
from course_utils.schedules import FinalMomentum, RatioMomentum, StaircaseMomentum
from course_utils.widgets import explore, slide

RULES = {rule.label: rule for rule in (ClassicalMomentum, NAG)}
NAMES = {"CM": ClassicalMomentum.label, "NAG": NAG.label}  # as the results have them: for readers
STARTS = {"sparse": sparse, "Glorot": glorot, "dense": dense}
PAPER = {"w": "θ", "ŵ": "θ+μv", "βΔ": "μv", "E": "f", "Momentum": "CM", "Nesterov": "NAG"}
LIMITS = (0.9, 0.99, 0.995, 0.999)
_SETTINGS = ("method", "mu_max", "eta", "initialization", "radius", "last")  # a cell but its seed


def one_step():
    """Show one step of each method in the valley, from the same place with the same velocity."""
    eta, mu = 0.018, 0.95
    path = descend(ClassicalMomentum(eta, mu), OBLONG, steps=1)
    theta, kept = path.weights[-1], mu * path.states["velocity"][-1]
    still = _sized(
        plotting.nesterov_construction(
            theta,
            kept,
            -eta * OBLONG.gradient(theta),
            -eta * OBLONG.gradient(theta + kept),
            letters=PAPER,
            title="",
        ),
        width=6,
    )
    for axes in still.axes:
        left, right = axes.get_xlim()
        axes.set_xlim(left, right + 0.25)  # room for the longer letters
        axes.locator_params(axis="x", nbins=3)  # more would run into one another
    return still


def oblong_valley():
    """Walk down the oblong valley with both methods: sliders for the momentum and the rate."""
    figure = explore(OBLONG, RULES, eta=0.018, mu=0.95, steps=80, presets=False)
    still = plotting.trajectories(
        *OBLONG.grid(),
        {name: path.weights for name, path in figure.trajectories.items()},
        minimum=OBLONG.minimum,
        title="",
    )
    still.set_size_inches(11, 4.8)
    recording = figure.record(
        mu=[0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99], eta=[0.0002, 0.002, 0.006, 0.01, 0.018, 0.025]
    )
    return replace(recording, still=still)


def effective_momentum():
    """Show the momentum that NAG has left in a direction, over its curvature."""
    curvature = np.linspace(0, 60, 121)
    curves = {f"η = {eta}": 0.95 * (1 - curvature * eta) for eta in (0.018, 0.006)}
    return _sized(
        plotting.dependence(
            curvature,
            curves | {"CM": np.full_like(curvature, 0.95)},
            log="",
            xlabel="curvature λ",
            ylabel="effective momentum",
            title="",
        )
    )


def rates():
    """Show how fast the error falls on a quadratic that is always flat somewhere."""
    curvature, start = 1 / np.arange(1, 4001) ** 2, np.arange(1, 4001) ** -0.5
    t = np.unique(np.geomspace(1, 1000, 60).astype(int))
    curves = {
        name: np.array([_error(curvature, x) for x in _walk(rule_at, curvature, start, 1000)])[t]
        for name, rule_at in _accelerated(1.0).items()
    }
    return _sized(
        plotting.dependence(
            t,
            curves,
            guides={"1/T": 0.3 / t, "1/T²": 2.0 / t**2},
            xlabel="steps T",
            ylabel="error",
            title="",
        )
    )


def rates_with_noise():
    """Show the error at the end of a budget where gradients are noisy, each with its best rate."""
    curvature, start = 1 / np.arange(1, 401) ** 2, np.tile(np.arange(1, 401) ** -0.5, (8, 1))
    # From the rate at which a method breaks, downwards, so that every best one lies inside.
    breaks_at = {"gradient descent": 2, "NAG": 4 / 3}
    parts = (1, 0.95, 0.8, 0.6, 0.4, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005)
    rng, curves = np.random.default_rng(0), {}
    budgets = np.array([10, 30, 100, 300, 1000])
    for name, limit in breaks_at.items():
        curves[name] = np.zeros(len(budgets))
        for number, budget in enumerate(budgets):
            ends = []
            for part in parts:
                rule_at = _accelerated(limit * part)[name]
                *_, end = _walk(rule_at, curvature, start, budget, rng, sigma=0.01)
                ends.append(_error(curvature, end))
            curves[name][number] = min(ends)
    return _sized(
        plotting.dependence(
            budgets,
            curves,
            guides={"1/√T": 0.03 / np.sqrt(budgets)},
            xlabel="budget T, η tuned for each",
            ylabel="error at the end",
            title="",
        )
    )


def three_starts():
    """Train one net with one rule from three kinds of starting weights, three draws of each."""
    images = _digits()
    network = Autoencoder((64, 48, 24, 12, 6))
    stairs = StaircaseMomentum(mu_max=0.99, period=3)
    runs = {name: [] for name in STARTS}
    for name, start in STARTS.items():
        for seed in range(3):
            rng = np.random.default_rng(seed)
            params = network.init(rng, start, np.float32)
            batches = minibatches(images, None, 100, rng)
            path = train(network, params, batches, lambda t: NAG(0.03, stairs(t)), 2500, 100)
            runs[name].append([network.error(params, images) for _, params in path])
    return _sized(
        plotting.training_curves(
            {name: np.array(errors) for name, errors in runs.items()},
            x=np.arange(0, 2501, 100),
            log=True,
            xlabel="updates",
            ylabel="squared error",
            title="",
        )
    )


def _deltas(network, params, layers):
    """Return the derivative of the error by each unit's sum, from the first layer to the last."""
    weights, code = network.layout.views(params), network.layers // 2
    deltas = [layers[-1] - layers[0]]
    for k in range(network.layers - 1, 0, -1):
        slope = 1 if k == code else layers[k] * (1 - layers[k])
        deltas.insert(0, slope * (deltas[0] @ weights[f"W{k + 1}"].T))
    return deltas


def inside_the_layers():
    """Show, layer by layer and before any learning, what reaches the end and what comes back."""
    images = _digits()
    network = Autoencoder((64, 48, 24, 12, 6))
    forwards, backwards = {}, {}
    for name, start in STARTS.items():
        spreads, sizes = [], []
        for seed in range(5):
            params = network.init(np.random.default_rng(seed), start)
            layers = network.activations(params, images)
            spreads.append([np.sqrt(layer.var(axis=0).mean()) for layer in layers[1:]])
            sizes.append([np.sqrt(np.mean(delta**2)) for delta in _deltas(network, params, layers)])
        forwards[name], backwards[name] = np.array(spreads), np.array(sizes)
    return plotting.layer_profiles(
        {"how units differ between pictures": forwards, "δ, on its way back": backwards},
        title="",
    )


def schedule():
    """Show the distance of the momentum from 1 in a run that is lowered at its end."""
    t = np.arange(0, 10_000, 5)
    curves = {
        "period 15": StaircaseMomentum(mu_max=0.999, period=15),
        "period 250": StaircaseMomentum(mu_max=0.999, period=250),
    }
    return _sized(
        plotting.dependence(
            t,
            {
                name: np.array([1 - FinalMomentum(stairs, 10_000)(int(s)) for s in t])
                for name, stairs in curves.items()
            },
            log="y",
            xlabel="updates t",
            ylabel="1 − μ",
            title="",
        )
    )


def table1():
    """Put our row of Table 1 beside two published ones."""
    panels = {"digits, here": _row("table1", "digits", LIMITS)}
    lines = {"digits, here": {"no momentum": _cells("table1", "digits")["SGD", 0.0, 0].mean()}}
    for name, data in {"Curves": "curves", "MNIST": "mnist"}.items():
        published = PAPER_TABLE1[data]
        panels[f"{name}, published"] = {
            label: np.array([published[method, mu] for mu in LIMITS])
            for method, label in NAMES.items()
        }
        lines[f"{name}, published"] = {
            "no momentum": published["SGD", 0.0],
            "HF†": PAPER_OTHERS[data]["HF†"],
        }
    return plotting.result_tables([str(mu) for mu in LIMITS], panels, lines=lines, title="")


def table2():
    """Show NAG's errors on the digits with and without a low momentum in the last updates."""
    found, limits = _cells("table2", "digits"), LIMITS[1:]
    rows = {
        label: np.transpose([found["NAG", mu, last] for mu in limits])
        for label, last in {"as before": 0, "lowered to 0.9": 1000}.items()
    }
    return _sized(plotting.result_tables([str(mu) for mu in limits], {"NAG": rows}, title=""))


def hidden_states():
    """Listen to hidden units that are left alone: a slider for the spectral radius."""

    def units(radius):
        states, _ = _left_alone(radius)
        return {f"unit {unit}": states[:, unit] for unit in range(3)}

    figure = slide(units, names=("time t", "hidden unit"), radius=(0.3, 3.0, 0.1))
    figure.set(radius=0.5)
    heard = {f"ρ = {radius}": _left_alone(radius) for radius in (0.5, 1.1, 3.0)}
    still = plotting.state_traces(
        {name: states[:, :6] for name, (states, _) in heard.items()},
        twins={name: distance for name, (_, distance) in heard.items()},
        title="",
    )
    still.set_size_inches(11, 5.4)
    return replace(figure.record(radius=np.arange(3, 31) / 10), still=still)


def addition():
    """Show what recurrent networks make of the addition task, by momentum and its size."""
    found = _cells("rnn", "addition")
    limits, heading = (0.9, 0.98, 0.995), "addition over 30 steps"
    return _sized(
        plotting.result_tables(
            [str(mu) for mu in limits],
            {heading: _row("rnn", "addition", limits)},
            lines={heading: {"gradient descent": found["SGD", 0.0, 0].mean()}},
            xlabel="momentum after 300 updates",
            ylabel="mean squared error",
            title="",
        )
    )


def _digits():
    images, _, more, _ = digits()
    return np.vstack([images, more]).astype(np.float32)


def _accelerated(eta):
    """Return rules by name: none, Nesterov's and classical momentum, rising as t/(t + 3)."""
    rising = RatioMomentum()
    return {
        "gradient descent": lambda t: NAG(eta, 0.0),
        "NAG": lambda t: NAG(eta, rising(t)),
        "CM": lambda t: ClassicalMomentum(eta, rising(t)),
    }


def _walk(rule_at, curvature, x, steps, rng=None, sigma=0.0):
    """Yield the places of a run on the quadratic with these curvatures."""

    def gradient(place):
        noise = sigma * rng.standard_normal(place.shape) if sigma else 0.0
        return curvature * place + noise

    state = rule_at(0).init(x)
    yield x
    for t in range(steps):
        x, state = rule_at(t).step(x, state, gradient)
        yield x


def _error(curvature, x):
    """Return the quadratic's value, its mean where there are several runs."""
    return 0.5 * np.mean(np.sum(curvature * np.atleast_2d(x) ** 2, axis=1))


def _left_alone(radius, steps=100, difference=1e-8):
    """Return the states of a network without input, and the distances to a twin's."""
    weights = echo_state(100, np.random.default_rng(0), radius=radius)
    rng = np.random.default_rng(1)
    start, aside = 0.1 * rng.normal(size=100), rng.normal(size=100)
    states = [np.array([start, start + difference * aside / np.linalg.norm(aside)])]
    for _ in range(steps):
        states.append(np.tanh(states[-1] @ weights))
    states = np.array(states)
    return states[:, 0], np.linalg.norm(states[:, 1] - states[:, 0], axis=1)


def _cells(experiment, data):
    """Return the seeds' errors at the best rate, by method, momentum and number of low updates.

    Only of the paper's own starts: sparse weights, a spectral radius of 1.1.
    """
    rows, found = results(experiment, data), {}
    for best in summary(rows):
        if best.get("initialization", "sparse") != "sparse" or best.get("radius", 1.1) != 1.1:
            continue
        cell = {key: best[key] for key in _SETTINGS if key in best}
        errors = [row["error"] for row in rows if cell.items() <= row.items()]
        found[best["method"], best["mu_max"], best.get("last", 0)] = np.array(errors)
    return found


def _row(experiment, data, limits):
    """Return a table's rows for both kinds of momentum, (seeds, columns)."""
    found = {cell[:2]: errors for cell, errors in _cells(experiment, data).items()}
    return {
        name: np.transpose([found[method, mu] for mu in limits]) for method, name in NAMES.items()
    }


def _sized(still, width=5.4):
    """Give a figure the shape of a slide's right half; the narrower it is, the larger its words."""
    still.set_size_inches(width, 0.77 * width)
    return still
