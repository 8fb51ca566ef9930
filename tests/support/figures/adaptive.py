"""Sample draws of lesson 2's figures, from data made here."""

import numpy as np

from course_utils import plotting


def adaptive_run(steps, eta=0.05, beta=0.9):
    """Return weights, gradients and scales of the series' adaptive scheme on its bowl."""
    w, s = np.array([-15.0, 20.0]), np.zeros(2)
    weights, gradients, scales = [w], [], [s]
    for _ in range(steps):
        g = np.array([6.0, 20.0]) * w
        s = beta * s + (1 - beta) * g**2
        w = w - eta * g / np.sqrt(s + 1e-8)
        weights.append(w)
        gradients.append(g)
        scales.append(s)
    return np.array(weights), np.array(gradients), np.array(scales)


def directions_figure(updates=2, **kwargs):
    weights, gradients, _ = adaptive_run(updates)
    steps = {"gradient descent": -0.001 * gradients, "RMSprop": np.diff(weights, axis=0)}
    return plotting.step_directions(steps, **kwargs)


ETAS = np.array([0.001, 0.01, 0.1, 1.0])
ERRORS = {
    "gradient descent": np.array([30.0, 1e-6, np.inf, np.inf]),
    "RMSprop": np.array([400.0, 40.0, 0.03, 3.0]),
}


def sensitivity_figure(**kwargs):
    return plotting.dependence(ETAS, ERRORS, **{"threshold": 1.0} | kwargs)


def decay_figure(**kwargs):
    t = np.arange(1, 1001)
    curves = {"AdaGrad": 0.1 / np.sqrt(t), "RMSprop": 0.1 / np.sqrt(1 - 0.9**t)}
    looks = {"xlabel": "updates t", "ylabel": "effective rate"}
    return plotting.dependence(t, curves, guides={"∝ 1/√t": 0.05 / np.sqrt(t)}, **looks | kwargs)


def many_runs_figure(**kwargs):
    runs = {
        "gradient descent": np.array([[3.0, 5.0], [1.0, 3.0], [np.inf, 2.0]]),
        "Momentum": np.array([[2.0, 2.0], [1.0, 0.5]]),
    }
    grids = {"gradient descent": [0.1, 0.3, 1.0], "Momentum": [0.01, 0.03]}
    return plotting.dependence(grids, runs, **kwargs)


def drift_figure(**kwargs):
    curves = {"gradient descent": [0.0, -1.0, -2.0, 0.0], "Rprop": [0.0, -1.0, -2.2, -2.2]}
    looks = {"xlabel": "gradients seen", "ylabel": "weight w", "log": ""}
    return plotting.dependence(np.arange(4), curves, **looks | kwargs)


FIGURES = {
    "step_directions": directions_figure,
    "step_directions, three": lambda **kw: directions_figure(updates=3, **kw),
    "dependence": sensitivity_figure,
    "dependence with a guide": decay_figure,
    "dependence, many runs": many_runs_figure,
    "dependence, linear": drift_figure,
}
