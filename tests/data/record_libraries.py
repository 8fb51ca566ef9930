"""Record what PyTorch, Keras and optax do on the bowl, for the sections *In a library*.

Run by hand in an environment that has torch, keras, jax and optax, from the folder of the course;
it rewrites ``course_utils/data/libraries.json``, and ``tests/data/library_defaults.json`` with what
the signatures of the optimizers say::

    PYTHONPATH=. KERAS_BACKEND=jax python tests/data/record_libraries.py
"""

import inspect
import json
from pathlib import Path

import jax
import keras
import numpy as np
import optax
import torch

from course_utils.libraries import STEPS, in_library
from course_utils.objectives import BOWL

DIVIDED = {"betas": (0.9, 0.999), "eps": 1e-8}
RUNS = [
    # library, optimizer, settings, and what else `in_library` is told
    ("torch", "SGD", {"lr": 0.001, "momentum": 0.9}),
    ("torch", "SGD", {"lr": 0.01, "momentum": 0.9, "dampening": 0.9}),
    ("torch", "SGD", {"lr": 0.001, "momentum": 0.9, "nesterov": True}),
    ("torch", "SGD", {"lr": 0.001, "momentum": 0.9}, {"change": (20, 0.0001)}),
    ("keras", "SGD", {"learning_rate": 0.001, "momentum": 0.9}),
    ("keras", "SGD", {"learning_rate": 0.001, "momentum": 0.9, "nesterov": True}),
    ("keras", "SGD", {"learning_rate": 0.001, "momentum": 0.9}, {"change": (20, 0.0001)}),
    ("optax", "sgd", {"learning_rate": 0.001, "momentum": 0.9}),
    ("optax", "sgd", {"learning_rate": 0.001, "momentum": 0.9, "nesterov": True}),
    ("optax", "sgd", {"learning_rate": 0.001, "momentum": 0.9}, {"change": (20, 0.0001)}),
    ("torch", "Adagrad", {"lr": 1.0, "eps": 1e-8}),
    ("keras", "Adagrad", {"learning_rate": 1.0, "epsilon": 1e-8}),
    ("optax", "adagrad", {"learning_rate": 1.0, "eps": 1e-8}),
    ("torch", "Rprop", {"lr": 0.1, "etas": (0.5, 1.2), "step_sizes": (1e-6, 50.0)}),
    *(
        run
        for scale in ({}, {"scale": 1e-6})
        for run in (
            ("torch", "RMSprop", {"lr": 0.05, "alpha": 0.9, "eps": 1e-8}, scale),
            ("keras", "RMSprop", {"learning_rate": 0.05, "rho": 0.9, "epsilon": 1e-8}, scale),
            ("optax", "rmsprop", {"learning_rate": 0.05, "decay": 0.9, "eps": 1e-8}, scale),
            ("torch", "Adam", {"lr": 0.1, **DIVIDED}, scale),
            ("keras", "Adam", {"learning_rate": 0.1, "epsilon": 1e-8}, scale),
            ("optax", "adam", {"learning_rate": 0.1, "eps": 1e-8}, scale),
        )
    ),
    ("optax", "adam", {"learning_rate": 0.1, "eps": 0.0, "eps_root": 1e-8}, {"scale": 1e-6}),
    ("torch", "Adam", {"lr": 0.1, "weight_decay": 0.1, **DIVIDED}),
    ("torch", "AdamW", {"lr": 0.1, "weight_decay": 0.1, **DIVIDED}),
    ("keras", "AdamW", {"learning_rate": 0.1, "weight_decay": 0.1, "epsilon": 1e-8}),
    ("optax", "adamw", {"learning_rate": 0.1, "weight_decay": 0.1, "eps": 1e-8}),
]


def in_keras(optimizer, scale, change, settings):
    """Return the path of a variable of Keras."""
    weights = keras.Variable(BOWL.start, dtype="float64")
    rule = getattr(keras.optimizers, optimizer)(**settings)
    rule.build([weights])
    path = [np.array(weights.value)]
    for t in range(STEPS):
        if change and t == change[0]:
            rule.learning_rate.assign(change[1])
        rule.apply([scale * BOWL.gradient(path[-1])])
        path.append(np.array(weights.value))
    return path


def in_optax(optimizer, scale, change, settings):
    """Return the path of parameters under optax's updates."""
    eta = settings["learning_rate"]
    if change:
        settings = settings | {"learning_rate": lambda t: np.where(t < change[0], eta, change[1])}
    rule = getattr(optax, optimizer)(**settings)
    weights = jax.numpy.array(BOWL.start)
    state, path = rule.init(weights), [np.array(weights)]
    for _ in range(STEPS):
        updates, state = rule.update(scale * BOWL.gradient(path[-1]), state, weights)
        weights = optax.apply_updates(weights, updates)
        path.append(np.array(weights))
    return path


def in_torch(optimizer, scale, change, settings):
    """Return the path of a tensor of PyTorch, as the lessons make it where it is installed."""
    return in_library("torch", optimizer, scale=scale, change=change, **settings).weights


WALKS = {"torch": in_torch, "keras": in_keras, "optax": in_optax}
VERSIONS = {library.__name__: library.__version__ for library in (torch, keras, optax)}


def record(library, optimizer, settings, more=None):
    """Return one row of the file."""
    told = {"scale": 1.0, "change": None} | (more or {})
    path = np.array(WALKS[library](optimizer, *told.values(), settings))
    assert path.dtype == np.float64
    return {
        "library": library,
        "version": VERSIONS[library].split("+")[0],
        "optimizer": optimizer,
        **told,
        "settings": settings,
        "weights": path.tolist(),
    }


def defaults(library):
    """Return a library's version, and its optimizers' parameters with their defaults."""
    home = {"torch": torch.optim, "keras": keras.optimizers, "optax": optax}[library]
    also = {"Rprop", "rprop"} & set(dir(home))  # in a table, but without a run
    names = {run[1] for run in RUNS if run[0] == library} | also
    signatures = {name: inspect.signature(getattr(home, name)).parameters for name in sorted(names)}
    return {
        "version": VERSIONS[library].split("+")[0],
        "optimizers": {
            name: {
                one.name: "no default" if one.default is one.empty else one.default
                for one in parameters.values()
            }
            for name, parameters in signatures.items()
        },
    }


def main():
    """Write both files anew."""
    jax.config.update("jax_enable_x64", True)
    keras.config.set_floatx("float64")
    torch.set_num_threads(1)
    rows = ",\n".join(json.dumps(record(*run)) for run in RUNS)
    Path("course_utils/data/libraries.json").write_text(f"[\n{rows}\n]\n", encoding="utf-8")
    known = json.dumps({name: defaults(name) for name in WALKS}, indent=1, default=repr)
    Path("tests/data/library_defaults.json").write_text(f"{known}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
