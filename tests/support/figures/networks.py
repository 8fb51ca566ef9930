"""Samples of the figures that look into networks: pictures, layers, tables, hidden states."""

import numpy as np

from course_utils import plotting

SHOWN = np.zeros((10, 8, 8))
SHOWN[:, 2:6, 3:5] = 1  # ten upright bars


def pictures_figure(**kwargs):
    rows = {"shown": SHOWN, "after 0 updates": 0.5 + 0 * SHOWN, "after 100 updates": 0.9 * SHOWN}
    return plotting.pictures(rows, **kwargs)


def layers_figure(**kwargs):
    layer, seeds = np.arange(8), np.array([[0.8], [1.0], [1.2]])
    spread = {"sparse": seeds * 0.9**layer, "dense": seeds * 0.1**layer}
    size = {"sparse": seeds * 0.8**layer, "dense": seeds * 0.02**layer}
    return plotting.layer_profiles({"spread of units": spread, "gradient": size}, **kwargs)


# Four values of layer 1 and three of layer 3, in bins of a quarter; "small" is all in one place.
SPREAD = {1: np.array([[0.0, 0.1], [0.6, 1.0]]), 3: np.array([0.9, 1.0, 0.1])}


def histograms_figure(**kwargs):
    panels = {"spread out": SPREAD, "small": {1: np.full(5, 0.5), 3: np.full(5, 0.5)}}
    return plotting.layer_histograms(panels, **{"bins": 4} | kwargs)


def diagram_figure(**kwargs):
    outputs = [[1.0, -0.5], [0.4, -0.2, 0.9], [0.7, 0.3]]
    weights = [np.arange(-2, 4).reshape(2, 3) / 4, np.arange(-3, 3).reshape(3, 2) / 5]
    panels = {"weights": weights, "slopes": [matrix**2 for matrix in weights]}
    names = ("inputs", "hidden", "probabilities")
    return plotting.network_diagram(outputs, panels, names=names, **kwargs)


COLUMNS = ("0.9", "0.99", "0.995", "0.999")
RUNS = np.array([[0.9, 0.8, 0.7, 1.0], [1.1, 0.8, 0.9, 1.2]])  # two seeds of one row


def tables_figure(**kwargs):
    panels = {
        "ours": {"NAG": RUNS, "classical momentum": 1.5 * RUNS},
        # Sutskever et al. 2013, Table 1, MNIST
        "MNIST, published": {
            "NAG": [1.0, 0.73, 0.75, 0.80],
            "classical momentum": [1.0, 0.77, 0.84, 0.90],
        },
    }
    settings = {"lines": {"MNIST, published": {"plain gradient descent": 2.1}}} | kwargs
    return plotting.result_tables(COLUMNS, panels, **settings)


RING = np.exp(2j * np.pi * np.arange(6) / 6)


def spectra_figure(**kwargs):
    return plotting.spectra(
        {"ρ = 0.5": 0.5 * RING, "ρ = 1.1": np.r_[1.1, 0.9 * RING], "ρ = 3": 3 * RING}, **kwargs
    )


def states(factor, steps=40):
    """Four units that shrink or grow by ``factor`` a step, up to 1."""
    t = np.arange(steps + 1)[:, None]
    return np.clip(0.1 * factor**t, None, 1) * np.cos(t + np.arange(4))


FACTORS = {"forgets": 0.5, "remembers": 1.0, "chaos": 3.0}


def states_figure(**kwargs):
    twins = {name: np.minimum(1e-8 * f ** np.arange(41), 1) for name, f in FACTORS.items()}
    settings = {"twins": twins, "event": 5} | kwargs
    return plotting.state_traces({name: states(f) for name, f in FACTORS.items()}, **settings)


FIGURES = {
    "pictures": pictures_figure,
    "layer_profiles": layers_figure,
    "layer_histograms": histograms_figure,
    "layer_histograms, sizes": lambda **kw: histograms_figure(log=True, **kw),
    "network_diagram": diagram_figure,
    "result_tables": tables_figure,
    "spectra": spectra_figure,
    "state_traces": states_figure,
    "state_traces, alone": lambda **kw: states_figure(twins=None, event=None, **kw),
}
