"""Runs of libraries: the course's rules walk the recorded paths, and PyTorch itself where it is."""

import ast
import importlib.util
import json
import re
import sys
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

from course_utils import libraries
from course_utils.libraries import STEPS, in_library, recordings
from course_utils.objectives import BOWL
from course_utils.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    ClassicalMomentum,
    Momentum,
    Nesterov,
    RMSprop,
    Rprop,
)
from support import ROOT

HAS_TORCH = importlib.util.find_spec("torch") is not None
ADAM = {"betas": (0.9, 0.999), "eps": 1e-8}
CUT = {"change": (20, 0.0001)}
SMALL = {"scale": 1e-6}


def cut(rule):
    """Return a rule as a function of the update, whose learning rate is cut after the 20th."""
    return lambda t: rule(0.001 if t < 20 else 0.0001, 0.9)


def path(rule_at, scale=1.0, decay=0.0, ahead=0.0):
    """Return the course's own path, or the places that it looks ahead to."""
    rule_at = (lambda t, rule=rule_at: rule) if hasattr(rule_at, "step") else rule_at
    weights, state = BOWL.start, rule_at(0).init(BOWL.start)
    places = [weights]
    for t in range(STEPS):
        weights, state = rule_at(t).step(
            weights, state, lambda w: scale * BOWL.gradient(w) + decay * w
        )
        places.append(weights + (ahead * state["step"] if ahead else 0))
    return np.array(places)


class KerasAdam(Adam):
    """Adam with ε outside the root, added before the scale is corrected."""

    label = "Adam of Keras"

    def _update(self, weights, state, gradient):
        t = state["t"] + 1
        moment = self.beta1 * state["moment"] + (1 - self.beta1) * gradient
        scale = self.beta2 * state["scale"] + (1 - self.beta2) * gradient**2
        rate = self.eta * np.sqrt(1 - self.beta2**t) / (1 - self.beta1**t)
        step = rate * moment / (np.sqrt(scale) + self.epsilon)
        return weights - step, {"moment": moment, "scale": scale, "t": t}


def accumulated_from(value):
    """Return the path of AdaGrad, ε inside the root, whose accumulator begins at a value."""
    rule = AdaGrad(1.0, 1e-8, epsilon_inside=True)
    begin = {"accumulator": np.full(2, value)}
    return path(SimpleNamespace(init=lambda weights: begin, step=rule.step))


def dampened():
    """Return PyTorch's dampened path: the first gradient whole, a tenth of all later ones."""
    weights, buffer, places = BOWL.start, None, [BOWL.start]
    for _ in range(STEPS):
        gradient = BOWL.gradient(weights)
        buffer = gradient if buffer is None else 0.9 * buffer + 0.1 * gradient
        weights = weights - 0.01 * buffer
        places.append(weights)
    return np.array(places)


OUTSIDE = {"epsilon_inside": False}
MOMENTUM = Momentum(0.001, 0.9), ClassicalMomentum(0.001, 0.9)
#: What the lessons say of each run: the library's words, and the same in ours.
SAME = [
    ("torch", "SGD", {"lr": 0.001, "momentum": 0.9}, lambda: path(MOMENTUM[0])),
    (
        *("torch", "SGD", {"lr": 0.01, "momentum": 0.9, "dampening": 0.9}),
        dampened,
    ),
    (
        *("torch", "SGD", {"lr": 0.001, "momentum": 0.9, "nesterov": True}),
        lambda: path(Nesterov(0.001, 0.9), ahead=0.9),
    ),
    ("torch", "SGD", {"lr": 0.001, "momentum": 0.9, **CUT}, lambda: path(cut(Momentum))),
    ("torch", "Adagrad", {"lr": 1.0, "eps": 1e-8}, lambda: path(AdaGrad(1.0))),
    (
        *("torch", "Rprop", {"lr": 0.1, "etas": (0.5, 1.2), "step_sizes": (1e-6, 50.0)}),
        lambda: path(Rprop(0.1)),
    ),
    (
        *("torch", "RMSprop", {"lr": 0.05, "alpha": 0.9, "eps": 1e-8}),
        lambda: path(RMSprop(0.05, **OUTSIDE)),
    ),
    (
        *("torch", "RMSprop", {"lr": 0.05, "alpha": 0.9, "eps": 1e-8, **SMALL}),
        lambda: path(RMSprop(0.05, **OUTSIDE), 1e-6),
    ),
    ("torch", "Adam", {"lr": 0.1, **ADAM}, lambda: path(Adam(0.1, **OUTSIDE))),
    ("torch", "Adam", {"lr": 0.1, **ADAM, **SMALL}, lambda: path(Adam(0.1, **OUTSIDE), 1e-6)),
    (
        *("torch", "Adam", {"lr": 0.1, "weight_decay": 0.1, **ADAM}),
        lambda: path(Adam(0.1, **OUTSIDE), decay=0.1),
    ),
    (
        *("torch", "AdamW", {"lr": 0.1, "weight_decay": 0.1, **ADAM}),
        lambda: path(AdamW(0.1, weight_decay=0.1, **OUTSIDE)),
    ),
    ("keras", "SGD", {"learning_rate": 0.001, "momentum": 0.9}, lambda: path(MOMENTUM[1])),
    (
        *("keras", "SGD", {"learning_rate": 0.001, "momentum": 0.9, "nesterov": True}),
        lambda: path(Nesterov(0.001, 0.9), ahead=0.9),
    ),
    (
        *("keras", "SGD", {"learning_rate": 0.001, "momentum": 0.9, **CUT}),
        lambda: path(cut(ClassicalMomentum)),
    ),
    (
        *("keras", "Adagrad", {"learning_rate": 1.0, "epsilon": 1e-8}),
        lambda: accumulated_from(0.1),
    ),
    (
        *("keras", "RMSprop", {"learning_rate": 0.05, "rho": 0.9, "epsilon": 1e-8}),
        lambda: path(RMSprop(0.05)),
    ),
    (
        *("keras", "RMSprop", {"learning_rate": 0.05, "rho": 0.9, "epsilon": 1e-8, **SMALL}),
        lambda: path(RMSprop(0.05), 1e-6),
    ),
    ("keras", "Adam", {"learning_rate": 0.1, "epsilon": 1e-8}, lambda: path(KerasAdam(0.1))),
    (
        *("keras", "Adam", {"learning_rate": 0.1, "epsilon": 1e-8, **SMALL}),
        lambda: path(KerasAdam(0.1), 1e-6),
    ),
    ("optax", "sgd", {"learning_rate": 0.001, "momentum": 0.9}, lambda: path(MOMENTUM[0])),
    (
        *("optax", "sgd", {"learning_rate": 0.001, "momentum": 0.9, "nesterov": True}),
        lambda: path(Nesterov(0.001, 0.9), ahead=0.9),
    ),
    (
        *("optax", "sgd", {"learning_rate": 0.001, "momentum": 0.9, **CUT}),
        lambda: path(cut(Momentum)),
    ),
    ("optax", "adagrad", {"learning_rate": 1.0, "eps": 1e-8}, lambda: accumulated_from(0.1)),
    (
        *("optax", "rmsprop", {"learning_rate": 0.05, "decay": 0.9, "eps": 1e-8}),
        lambda: path(RMSprop(0.05)),
    ),
    (
        *("optax", "rmsprop", {"learning_rate": 0.05, "decay": 0.9, "eps": 1e-8, **SMALL}),
        lambda: path(RMSprop(0.05), 1e-6),
    ),
    ("optax", "adam", {"learning_rate": 0.1, "eps": 1e-8}, lambda: path(Adam(0.1, **OUTSIDE))),
    (
        *("optax", "adam", {"learning_rate": 0.1, "eps": 1e-8, **SMALL}),
        lambda: path(Adam(0.1, **OUTSIDE), 1e-6),
    ),
    (
        *("optax", "adam", {"learning_rate": 0.1, "eps": 0.0, "eps_root": 1e-8, **SMALL}),
        lambda: path(Adam(0.1), 1e-6),
    ),
    (
        *("optax", "adamw", {"learning_rate": 0.1, "weight_decay": 0.1, "eps": 1e-8}),
        lambda: path(AdamW(0.1, weight_decay=0.1, **OUTSIDE)),
    ),
]


def names(runs):
    """Name each run, and say whether the library itself or a recording is compared."""
    here = {"torch": "itself" if HAS_TORCH else "recorded"}
    return [
        f"{library}.{optimizer}, {here.get(library, 'recorded')}-{number}"
        for number, (library, optimizer, *_) in enumerate(runs)
    ]


@pytest.mark.parametrize(("library", "optimizer", "settings", "ours"), SAME, ids=names(SAME))
def test_a_rule_of_the_course_walks_the_path_of_the_library(library, optimizer, settings, ours):
    run = in_library(library, optimizer, **settings)
    np.testing.assert_allclose(ours(), run.weights, rtol=1e-12, atol=1e-12)
    assert run.origin.endswith(", here") is (library == "torch" and HAS_TORCH)


def test_every_recording_is_compared_with_a_rule_but_one_that_keras_makes_its_own_way():
    assert len(recordings()) == len(SAME) + 1
    keras = in_library("keras", "AdamW", learning_rate=0.1, weight_decay=0.1, epsilon=1e-8)
    first = BOWL.start * (1 - 0.1 * 0.1) - 0.1 * np.sign(BOWL.start)
    np.testing.assert_allclose(keras.weights[1], first, rtol=0, atol=1e-8)  # but for epsilon


def test_without_pytorch_a_recorded_run_is_found_and_another_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(libraries.importlib.util, "find_spec", lambda name: None)
    run = in_library("torch", "SGD", momentum=0.9, lr=0.001)
    assert run.origin.startswith("recorded with torch 2.")
    assert run.weights.shape == (STEPS + 1, 2)
    with pytest.raises(ValueError, match=r"got torch\.SGD\(lr=0\.5\); recorded are: torch\.SGD"):
        in_library("torch", "SGD", lr=0.5)
    with pytest.raises(ValueError, match=r"recorded are: none of this library"):
        in_library("mxnet", "SGD", lr=0.001)


def test_pytorch_runs_itself_where_it_can_be_imported(monkeypatch):
    """A small stand-in for PyTorch: gradient descent on a tensor that wraps an array."""

    class Tensor:
        def __init__(self, values, dtype=None, requires_grad=False):
            self.values, self.grad = np.array(values, dtype), None
            self.detach, self.numpy = lambda: self, lambda: self.values

    class Descent:
        def __init__(self, parameters, lr):
            (self.weights,), self.param_groups = parameters, [{"lr": lr}]

        def step(self):
            self.weights.values -= self.param_groups[0]["lr"] * self.weights.grad.values

    torch = SimpleNamespace(
        tensor=Tensor, float64=float, optim=SimpleNamespace(SGD=Descent), __version__="9.9+cpu"
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr(libraries.importlib.util, "find_spec", lambda name: torch)
    run = in_library("torch", "SGD", lr=0.01, scale=0.5, change=(1, 0.02))
    np.testing.assert_allclose(run.weights[1], BOWL.start * [0.97, 0.9])
    np.testing.assert_allclose(run.weights[2], run.weights[1] * [0.94, 0.8])
    assert run.origin == "torch 9.9, here"


RECORDED = json.loads((ROOT / "tests" / "data" / "library_defaults.json").read_text("utf-8"))
SGD, ADAM_NAMES = ("SGD", "SGD", "sgd"), ("Adam", "Adam", "adam")
RMSPROP, ADAGRAD = ("RMSprop", "RMSprop", "rmsprop"), ("Adagrad", "Adagrad", "adagrad")
#: The rows of the lessons' tables that name parameters or defaults: the lesson, how the row is
#: called, what each library calls the optimizer, and the parameter where the row does not say it.
ROWS = [
    ("01-momentum", "$\\eta$, $\\alpha$", SGD, None),
    ("01-momentum", "its `momentum` if you say nothing", SGD, "momentum"),
    ("02-adaptive-rates", "RMSprop: $\\beta$, if you say nothing", RMSPROP, None),
    ("02-adaptive-rates", "its $\\varepsilon$", RMSPROP, None),
    ("02-adaptive-rates", "AdaGrad: its $\\varepsilon$", ADAGRAD, None),
    ("02-adaptive-rates", "the accumulator begins at", ADAGRAD, "initial_accumulator_value"),
    ("02-adaptive-rates", "Rprop: the factors", ("Rprop", None, "rprop"), None),
    ("03-adam", "$\\beta_1, \\beta_2$", ADAM_NAMES, None),
    ("03-adam", "$\\varepsilon$, if you say nothing", ADAM_NAMES, None),
]


def library_table(lesson):
    """Return the table of a lesson's section *In a library*, by the names of its rows."""
    notebook = nbformat.read(ROOT / "solutions" / lesson / f"{lesson}.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    (table,) = re.findall(r"^(\| \| PyTorch .*(?:\n\|.*)+)", text, re.MULTILINE)
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
    return {name: cells for name, *cells in rows}


def told(text):
    """Return the number that a table says, such as 0.99, $10^{-8}$ or none."""
    power = re.fullmatch(r"\$10\^\{(-\d+)\}\$", text)
    return None if text == "none" else 10.0 ** int(power[1]) if power else ast.literal_eval(text)


def parameters_in(cell):
    """Return the parameters that a cell names, and what it says of each; ... if it says nothing."""
    found = re.findall(r"`(\w+)(?:=([^`]*))?`(?: (\$10[^$]*\$|[\d.]+))?", cell)
    return {
        name: told(inline or after) if inline or after else ... for name, inline, after in found
    }


@pytest.mark.parametrize(("lesson", "row", "optimizers", "parameter"), ROWS)
def test_what_a_table_says_of_a_librarys_parameters_is_in_its_signature(
    lesson, row, optimizers, parameter
):
    table = library_table(lesson)
    for library, optimizer, cell in zip(RECORDED, optimizers, table[row], strict=True):
        if optimizer is None:
            assert cell == "not there"
            continue
        signature = RECORDED[library]["optimizers"][optimizer]
        said = {parameter: told(cell)} if parameter else parameters_in(cell)
        assert said
        assert said.keys() <= signature.keys()
        for name, value in said.items():
            known = signature[name]
            known = tuple(known) if isinstance(known, list) else known
            assert value in (..., known), f"{library}.{optimizer}: {name} is {known}"


@pytest.mark.parametrize("lesson", ["01-momentum", "02-adaptive-rates", "03-adam"])
def test_a_table_of_libraries_names_the_versions_that_were_recorded(lesson):
    head = next(iter(library_table(lesson).values()))
    for told_version, recorded in zip(head, RECORDED.values(), strict=True):
        assert f"{recorded['version']}.".startswith(f"{told_version.split()[1]}.")


def test_a_keras_without_rprop_is_what_was_recorded():
    assert "Rprop" not in RECORDED["keras"]["optimizers"]
    assert "rprop" in RECORDED["optax"]["optimizers"]
