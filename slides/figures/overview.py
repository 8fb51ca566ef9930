"""The figures of the overview deck: one rate for all, a memory, and two tables side by side."""

from dataclasses import replace

import numpy as np

from course_utils import plotting
from course_utils.descent import descend
from course_utils.experiments import PAPER_OTHERS, PAPER_TABLE1, results, summary
from course_utils.objectives import OBLONG
from course_utils.optimizers import GradientDescent, Momentum
from course_utils.widgets import explore

STEPS = 100
CAREFUL = 0.005


def one_rate():
    """Walk through an oblong valley with three rates: one crawls, one swings, one explodes."""
    return _paths({f"η = {eta:g}": GradientDescent(eta) for eta in (CAREFUL, 0.039, 0.041)})


def memory():
    """Show the same valley with the careful rate, and a slider for how much of the past is kept."""
    figure = explore(OBLONG, rule=Momentum, eta=CAREFUL, alpha=0.0, steps=STEPS, presets=False)
    on_paper = _paths({f"α = {alpha:g}": Momentum(CAREFUL, alpha) for alpha in (0.0, 0.9, 1.0)})
    return replace(figure.record(alpha=[0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1]), still=on_paper)


def two_tables():
    """Put Sutskever's first table in small, measured here, beside the published one."""
    limits = (0.9, 0.99, 0.995, 0.999)
    found = {
        (row["method"], row["mu_max"]): row["mean"]
        for row in summary(results("table1", "digits"))
        if row["initialization"] == "sparse"
    }
    tables = {"digits, measured here": found, "MNIST, published": PAPER_TABLE1["mnist"]}
    names = {"NAG": "NAG", "classical momentum": "CM"}
    return plotting.result_tables(
        [f"{limit:g}" for limit in limits],
        {
            heading: {name: [table[key, limit] for limit in limits] for name, key in names.items()}
            for heading, table in tables.items()
        },
        lines={
            "digits, measured here": {"no momentum": found["SGD", 0.0]},
            "MNIST, published": {
                "no momentum": PAPER_TABLE1["mnist"]["SGD", 0.0],
                "HF†": PAPER_OTHERS["mnist"]["HF†"],
            },
        },
        title="",
    )


def _paths(rules):
    """Draw the paths of these rules in the oblong valley."""
    w1, w2 = (np.linspace(*side, 201) for side in OBLONG.window)
    return plotting.trajectories(
        w1,
        w2,
        OBLONG.value(np.stack(np.meshgrid(w1, w2))),
        {label: descend(rule, OBLONG, steps=STEPS).weights for label, rule in rules.items()},
        minimum=OBLONG.minimum,
        title="",
    )
