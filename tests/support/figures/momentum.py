"""Sample draws of lesson 1's figures, from data made here."""

import numpy as np

from course_utils import plotting

CURVATURES = np.array([6.0, 20.0])  # of the series' bowl, 3 w1² + 10 w2²
START = np.array([-15.0, 20.0])


def bowl(w):
    return 3 * w[0] ** 2 + 10 * w[1] ** 2


def momentum_run(alpha, steps, eta=0.001):
    """Return weights, gradients and momenta of the series' form, each (steps+1, 2)."""
    weights, momenta = [START], [np.zeros(2)]
    for _ in range(steps):
        momenta.append(alpha * momenta[-1] + CURVATURES * weights[-1])
        weights.append(weights[-1] - eta * momenta[-1])
    return np.array(weights), CURVATURES * weights, np.array(momenta)


def steps_figure(**kwargs):
    plain, momentum = momentum_run(0, 2), momentum_run(0.9, 2)
    return plotting.step_vectors(
        {"Gradient descent": plain[0], "Momentum": momentum[0]},
        {"Gradient descent": plain[1], "Momentum": momentum[1]},
        {"Momentum": momentum[2]},
        **kwargs,
    )


def trajectories_figure(alphas=(0, 0.9, 1), steps=60, **kwargs):
    w1, w2 = np.linspace(-22, 22, 45), np.linspace(-24, 24, 49)
    paths = {f"α = {alpha:g}": momentum_run(alpha, steps)[0] for alpha in alphas}
    curves = {label: bowl(path.T) for label, path in paths.items()}
    settings = {"curves": curves, "minimum": np.zeros(2)} | kwargs
    return plotting.trajectories(w1, w2, bowl(np.array(np.meshgrid(w1, w2))), paths, **settings)


def error_figure(**kwargs):
    curves = {f"α = {a:g}": bowl(momentum_run(a, 700)[0].T) for a in (0, 0.6, 0.9)}
    settings = {"marks": [("α = 0.9", 22, "the bump")], "ymax": 600.0, "threshold": 1} | kwargs
    return plotting.error_curves(curves, **settings)


GRID = np.linspace(-2, 2, 81)
G1, G2 = np.meshgrid(GRID, GRID)


def change(alpha):
    """The series' C_m, written out."""
    return np.where(G1 >= 0, 1, -1) * (alpha * G1 + G2 - G1)


def heatmap_figure(**kwargs):
    settings = {
        "limit": 2,
        "symbol": "$C_m$",
        "regions": {"$C_m<0$ though $g_2$ agrees": (change(0.9) < 0) & (G1 * G2 > 0)},
        "points": {"the example": (1.5, -1.0)},
    } | kwargs
    panels = {"α = 0.4": change(0.4), "α = 0.9": change(0.9)}
    return plotting.heatmaps(GRID, GRID, panels, **settings)


def speedup_figure(**kwargs):
    t = np.arange(41)
    curves = {f"α = {a:g}": (1 - a**t) / (1 - a) for a in (0.5, 0.6, 0.9)} | {"α = 1": 1.0 * t}
    limits = {"α = 0.5": 2.0, "α = 0.6": 2.5, "α = 0.9": 10.0, "α = 1": np.inf}
    return plotting.speedup_curves(curves, limits, **kwargs)


def rate_figure(low=0.0, high=3.99, **kwargs):
    x, alpha = np.linspace(low, high, 80), np.linspace(0, 0.99, 50)
    step = [[[[1 - value, -a], [value, a]] for value in x] for a in alpha]  # (w, ηm) -> (w, ηm)
    rate = np.abs(np.linalg.eigvals(step)).max(axis=-1)
    settings = {
        "critical": (1 - np.sqrt(x)) ** 2,
        "points": {"the steep direction": (high, 0.8)},
    } | kwargs
    return plotting.rate_heatmap(x, alpha, rate, **settings)


def directions_figure(**kwargs):
    side = np.linspace(-8, 8, 41)
    x, y = np.meshgrid(side, side)
    axes = np.array([[2.0, -1.0], [1.0, 2.0]]) / np.sqrt(5)  # the directions in columns
    along = np.array([[-6.0, 2.0], [-4.0, -1.5], [-1.0, 0.5], [0.5, 0.1]])
    planes = [
        (side, side, 2 * x**2 - 6 * x * y + 6.5 * y**2, (0.0, 0.0), along @ axes.T),
        (side, side, 0.5 * x**2 + 8 * y**2, (0.0, 0.0), along),
    ]
    parts = dict(zip(("gentle, λ = 1", "steep, λ = 16"), (along**2 * (0.5, 8)).T, strict=True))
    return plotting.directions(planes, axes, parts, (plotting.ORANGE, plotting.PURPLE), **kwargs)


def damping_figure(**kwargs):
    traces = {}
    for label, alpha in (("over-damped", 0.0), ("critical", 0.4675), ("under-damped", 0.9)):
        w, m = [1.0], 0.0
        for _ in range(60):
            m = alpha * m + w[-1]
            w.append(w[-1] - 0.1 * m)
        traces[label] = np.array(w)
    return plotting.damping_traces(traces, **kwargs)


OLD, STEP, HERE, AHEAD = (-4.0, 2.0), (3.0, -1.0), (0.5, -2.0), (0.25, -1.0)


def nesterov_figure(**kwargs):
    w1, w2 = np.linspace(-8, 8, 41), np.linspace(-6, 6, 31)
    surface = (w1, w2, bowl(np.array(np.meshgrid(w1, w2))))
    settings = {"surface": surface, "minimum": (0.0, 0.0)} | kwargs
    return plotting.nesterov_construction(OLD, STEP, HERE, AHEAD, **settings)


RUNS = {
    "kept": np.array([[4.0, 2.0, 1.0], [4.0, 3.0, 2.0], [4.0, 1.0, 0.0]]),
    "re-created": np.array([[4.0, 3.0, 3.0], [4.0, 3.0, 2.0], [4.0, 3.0, 4.0]]),
}


def training_figure(**kwargs):
    return plotting.training_curves(RUNS, **kwargs)


def cancellation_figure(steps=40, **kwargs):
    t = np.arange(1, steps + 1)
    gradients = np.column_stack([(-1.0) ** t, np.ones(steps)])
    momenta, m = [], np.zeros(2)
    for g in gradients:
        m = 0.9 * m + g
        momenta.append(m)
    return plotting.cancellation(gradients, np.array(momenta), **kwargs)


FIGURES = {
    "step_vectors": steps_figure,
    "trajectories": trajectories_figure,
    "one trajectory": lambda **kw: trajectories_figure(alphas=(0.9,), curves=None, **kw),
    "four trajectories": lambda **kw: trajectories_figure(alphas=(0, 0.5, 0.9, 1), **kw),
    "trajectories, log": lambda **kw: trajectories_figure(log=True, **kw),
    "trajectories, only a start": lambda **kw: trajectories_figure(steps=0, log=True, **kw),
    "error_curves": error_figure,
    "error_curves, log": lambda **kw: error_figure(ymax=None, log=True, **kw),
    "heatmaps": heatmap_figure,
    "speedup_curves": speedup_figure,
    "rate_heatmap": rate_figure,
    "rate_heatmap, log": lambda **kw: rate_figure(low=1e-3, log=True, **kw),
    "directions": directions_figure,
    "damping_traces": damping_figure,
    "nesterov_construction": nesterov_figure,
    "training_curves": training_figure,
    "cancellation": cancellation_figure,
}
