"""Noisy gradients: the floor against its closed form, and the figure's parts against the whole."""

import numpy as np
import pytest

from course_utils import measures
from course_utils.descent import descend
from course_utils.objectives import BOWL, ROSENBROCK, TILTED
from course_utils.optimizers import ClassicalMomentum, Momentum, Nesterov
from course_utils.widgets import noisy
from course_utils.widgets.wire import unpack


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("product", [0.05, 1.0, 1.9])
def test_the_floor_is_what_the_recursion_of_the_covariance_comes_to(product, alpha):
    eta, deviation = 0.02, 3.0
    curvature = product / eta
    step = np.array([[1 + alpha - product, -alpha], [1, 0]])  # of (w', w)
    shock = np.array([[(eta * deviation) ** 2, 0], [0, 0]])
    identity = np.eye(4)
    covariance = np.linalg.solve(identity - np.kron(step, step), shock.ravel()).reshape(2, 2)
    floor = measures.noise_floor(eta, alpha, curvature, deviation)
    assert floor == pytest.approx(0.5 * curvature * covariance[0, 0], rel=1e-9)
    if alpha == 0:
        assert floor == pytest.approx(eta * deviation**2 / (2 * (2 - product)), rel=1e-12)


def test_the_floor_falls_with_the_rate_and_the_batch_and_grows_with_the_memory():
    small, large = measures.noise_floor([0.001, 0.002], 0, 1, 5)
    assert large / small == pytest.approx(2, rel=1e-3)
    one, four = measures.noise_floor(0.01, 0, 1, [5, 5 / np.sqrt(4)])
    assert four / one == pytest.approx(1 / 4)
    plain, heavy = measures.noise_floor(1e-4, [0, 0.9], 1, 5)
    assert heavy / plain == pytest.approx(10, rel=1e-3)  # 1 / (1 - alpha)
    beyond = measures.noise_floor([0.1, 0.1, 0.5], [0.0, 1.0, 0.9], [20, 1, 8], 1)
    assert np.isinf(beyond).all()
    with pytest.raises(ValueError, match="expected deviation >= 0"):
        measures.noise_floor(0.1, 0, 1, -1)


@pytest.mark.parametrize(
    ("objective", "settings"),
    [
        (BOWL, {"eta": 0.02}),
        (BOWL, {"eta": 0.02, "alpha": 0.8, "minibatch": 16}),
        (TILTED, {"eta": 0.05, "noise": 20.0}),
    ],
)
def test_the_mean_of_the_noisy_runs_comes_to_the_floor(objective, settings):
    figure = noisy(objective, steps=400, **settings)
    mean = unpack(figure.canvas.frame["guides"][0]["errors"])
    floor = figure.floor(figure.values)
    assert np.mean(mean[150:]) == pytest.approx(floor, rel=0.03)
    assert unpack(figure.canvas.frame["guides"][1]["errors"]) == pytest.approx(floor)
    assert f"floor {floor:.3g}" == figure.canvas.frame["guides"][1]["label"]


def test_the_mean_is_the_part_that_decays_and_what_the_noise_has_brought_in():
    eta, noise, runs = 0.02, 100.0, 200
    figure = noisy(BOWL, eta=eta, noise=noise, steps=30)
    calm = descend(Momentum(eta, 0.0), BOWL, steps=30).errors
    t = np.arange(31)[:, None]
    curvatures = np.array([6.0, 20.0])
    brought_in = measures.noise_floor(eta, 0, curvatures, noise) * (
        1 - (1 - eta * curvatures) ** (2 * t)
    )
    expected = calm + brought_in.sum(axis=1)
    mean = unpack(figure.canvas.frame["guides"][0]["errors"])
    np.testing.assert_allclose(mean, expected, rtol=5 / np.sqrt(runs))
    shown = unpack(figure.canvas.frame["paths"][1]["errors"])
    np.testing.assert_allclose(shown, calm, rtol=1e-6)


def test_a_batch_of_four_wanders_half_as_far_with_the_same_noise():
    figure = noisy(BOWL, noise=100.0, steps=50)
    weights = [unpack(path["weights"]) for path in figure.canvas.frame["paths"]]
    far = weights[0] - weights[1]
    figure.set(minibatch=4)
    weights = [unpack(path["weights"]) for path in figure.canvas.frame["paths"]]
    np.testing.assert_allclose(weights[0] - weights[1], far / 2, atol=1e-4)
    figure.set(noise=0.0)
    weights = [unpack(path["weights"]) for path in figure.canvas.frame["paths"]]
    np.testing.assert_array_equal(*weights)
    assert len(figure.canvas.frame["guides"]) == 1  # no floor


def test_beyond_the_edge_there_is_no_floor_and_the_run_says_that_it_diverges():
    figure = noisy(BOWL, eta=0.11, steps=40)
    assert "there is no floor" in figure.canvas.frame["paths"][0]["ending"]
    figure = noisy(BOWL, eta=0.5, steps=400)
    assert "diverged at step" in figure.canvas.frame["paths"][0]["ending"]
    assert figure.still().alt.startswith("η = 0.5")


def test_the_arithmetic_is_that_of_the_path_without_noise():
    figure = noisy(BOWL, ClassicalMomentum, mu=0.5, steps=20)
    figure.canvas.t = 3
    (update,) = figure.canvas.answer["updates"]
    assert update["label"].startswith("without noise")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"objective": ROSENBROCK}, "expected a quadratic objective, got Rosenbrock"),
        ({"rule": Nesterov}, "expected Momentum or ClassicalMomentum, got Nesterov"),
        ({"beta": 0.5}, "got 'beta'"),
    ],
)
def test_a_wrong_argument_is_one_clear_sentence(arguments, words):
    with pytest.raises(ValueError, match=words):
        noisy(**arguments)
