"""Initializers: what they promise of every draw, and the statistics of many."""

import json
import subprocess
import sys

import numpy as np
import pytest

import processors
from course_utils.initializers import (
    INITIALIZERS,
    RECURRENT_SCALES,
    dense,
    echo_state,
    glorot,
    output_bias,
    sparse,
    spectral_radius,
    with_spectral_radius,
)


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("fan_in", "fan_out"), [(100, 40), (40, 100), (15, 7), (16, 1)])
def test_every_unit_listens_to_exactly_fifteen_inputs(fan_in, fan_out):
    weights = sparse(fan_in, fan_out, rng())
    assert weights.shape == (fan_in, fan_out)
    assert (np.count_nonzero(weights, axis=0) == 15).all()


def test_a_seed_draws_the_same_sparse_weights_where_numpy_sorts_in_another_way():
    # argpartition leaves the places it found in an order that depends on the processor
    (way,) = (way for way in processors.WAYS if not way.dispatch)
    try:
        environment, _ = processors.probe(way)
    except processors.CannotRunError as reason:
        pytest.skip(str(reason))
    code = "import numpy as np; from course_utils.initializers import sparse; "
    code += "print(sparse(64, 48, np.random.default_rng(0)).tolist())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True
    )
    assert json.loads(done.stdout) == sparse(64, 48, rng()).tolist()


def test_a_unit_with_fewer_than_fifteen_inputs_listens_to_all_of_them():
    assert np.count_nonzero(sparse(6, 9, rng())) == 54


def test_every_input_is_equally_likely_to_be_heard():
    heard = np.count_nonzero(sparse(30, 20_000, rng(), connections=6), axis=1)
    expected, spread = 20_000 * 0.2, np.sqrt(20_000 * 0.2 * 0.8)
    assert np.abs(heard - expected).max() < 6 * spread


def test_two_inputs_of_a_unit_are_chosen_together_as_often_as_chance_says():
    chosen = sparse(10, 20_000, rng(), connections=3) != 0
    together = chosen.T.astype(float)
    together = together.T @ together
    pairs = together[np.triu_indices(10, 1)]
    chance = 3 / 10 * 2 / 9
    assert np.abs(pairs - 20_000 * chance).max() < 6 * np.sqrt(20_000 * chance * (1 - chance))


@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_the_weights_that_are_not_0_are_normal(scale):
    weights = sparse(100, 2000, rng(), scale=scale)
    drawn = weights[weights != 0] / scale
    n = drawn.size
    assert abs(drawn.mean()) < 6 / np.sqrt(n)
    assert abs((drawn**2).mean() - 1) < 6 * np.sqrt(2 / n)
    assert abs((drawn**4).mean() - 3) < 6 * np.sqrt(96 / n)  # E x⁸ − (E x⁴)² = 105 − 9


def test_dense_weights_are_normal_with_the_given_scale():
    weights = dense(200, 300, rng(), scale=0.01) / 0.01
    assert abs(weights.mean()) < 6 / np.sqrt(weights.size)
    assert abs(weights.var() - 1) < 6 * np.sqrt(2 / weights.size)


def test_glorots_weights_are_uniform_with_variance_2_over_the_sum_of_the_fans():
    weights = glorot(200, 300, rng())
    reach = np.sqrt(6 / 500)
    assert np.abs(weights).max() <= reach
    assert np.abs(weights).max() > 0.999 * reach
    # a uniform variable's variance of the square is 4/45 reach⁴
    assert abs(weights.var() - 2 / 500) < 6 * np.sqrt(4 / 45 / weights.size) * reach**2


@pytest.mark.parametrize("initializer", INITIALIZERS.values(), ids=INITIALIZERS)
def test_the_generator_decides_and_nothing_else(initializer):
    np.random.seed(0)  # noqa: NPY002, the global seed must not matter
    one = initializer(20, 30, rng(1))
    np.random.seed(0)  # noqa: NPY002
    np.testing.assert_array_equal(one, initializer(20, 30, rng(1)))
    assert not np.array_equal(one, initializer(20, 30, rng(2)))


def test_the_spectral_radius_is_the_largest_modulus_also_of_complex_eigenvalues():
    assert spectral_radius(np.array([[0.0, -2.0], [2.0, 0.0]])) == pytest.approx(2)
    assert spectral_radius(np.diag([1.0, -3.0])) == pytest.approx(3)
    # its norm is 100, its only eigenvalue 0.5
    assert spectral_radius(np.array([[0.5, 100.0], [0.0, 0.5]])) == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("radius", [0.3, 1.1, 3.0])
def test_echo_state_weights_have_fifteen_links_a_unit_and_the_spectral_radius(radius):
    weights = echo_state(100, rng(), radius=radius)
    assert (np.count_nonzero(weights, axis=0) == 15).all()
    # power iteration on |W^t|: Gelfand's formula, an oracle without eigenvalues
    power, logarithm = np.eye(100), 0.0
    for _ in range(400):
        power = power @ weights
        size = np.linalg.norm(power)
        power, logarithm = power / size, logarithm + np.log(size)
    assert np.exp(logarithm / 400) == pytest.approx(radius, rel=0.02)


def test_echo_state_weights_are_drawn_again_when_they_form_no_loop():
    for seed in range(30):  # one link each: some of these have no eigenvalue but 0
        assert spectral_radius(echo_state(3, rng(seed), connections=1)) == pytest.approx(1.1)


def test_the_scales_of_the_recurrent_tasks_are_those_of_the_paper():
    assert {task: scales["input_scale"] for task, scales in RECURRENT_SCALES.items()} == {
        "addition": 0.001,
        "multiplication": 0.001,
        "memorization-5": 0.1,
        "memorization-20": 0.1,
    }
    for scales in RECURRENT_SCALES.values():
        assert (scales["connections"], scales["radius"], scales["output_scale"]) == (15, 1.1, 0.1)


def test_the_output_bias_is_the_mean_over_all_axes_but_the_last():
    targets = np.array([[[1.0, 10.0]], [[3.0, 30.0]]])
    np.testing.assert_array_equal(output_bias(targets), [2.0, 20.0])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: sparse(0, 3, rng()), "expected fan_in to be an integer >= 1, got 0"),
        (lambda: dense(3, 2.5, rng()), "expected fan_out to be an integer >= 1, got 2.5"),
        (lambda: sparse(3, 3, rng(), 0), "expected connections to be an integer >= 1, got 0"),
        (lambda: dense(3, 3, rng(), -1.0), "expected scale >= 0 and finite, got -1.0"),
        (lambda: glorot(True, 3, rng()), "expected fan_in to be an integer >= 1, got True"),
        (lambda: spectral_radius(np.ones((2, 3))), r"expected a square matrix, got shape \(2, 3\)"),
        (lambda: with_spectral_radius(np.zeros((2, 2)), 1), "an eigenvalue other than 0, got none"),
        (lambda: with_spectral_radius(np.eye(2), np.nan), "expected radius >= 0 and finite"),
        (lambda: output_bias(np.zeros((0, 2))), r"expected targets of shape \(..., outputs\), got"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def logistic(z):
    return 1 / (1 + np.exp(-z))


def mean_square_slope(unit, spread):
    """Return the mean of the squared slope of a unit at z ~ N(0, spread²), as an integral."""
    z, step = np.linspace(-10, 10, 2001, retstep=True)
    slope = (unit(spread * z + 1e-6) - unit(spread * z - 1e-6)) / 2e-6
    return np.sum(slope**2 * np.exp(-(z**2) / 2)) * step / np.sqrt(2 * np.pi)


@pytest.mark.parametrize(
    ("start", "unit", "variance"),  # of a sum of squares of weights into one unit
    [
        (sparse, logistic, 15),
        (glorot, np.tanh, 2 * 500 / (500 + 3000)),
        (lambda *shape: 4 * glorot(*shape), logistic, 16 * 2 * 500 / (500 + 3000)),
        (dense, logistic, 500 * 0.01**2),
    ],
    ids=["sparse", "glorot", "four times glorot", "dense"],
)
@pytest.mark.parametrize("spread", [0.01, 2.0])
def test_a_layer_multiplies_a_small_difference_by_slope_times_spread_times_root_n(
    start, unit, variance, spread
):
    generator = rng(3)
    weights = start(500, 3000, generator)
    values, change = generator.standard_normal((2, 500))
    values *= spread / np.sqrt(variance)
    difference = unit((values + 1e-6 * change) @ weights) - unit(values @ weights)
    factor = np.sqrt(np.mean(difference**2) / np.mean((1e-6 * change) ** 2))
    expected = np.sqrt(mean_square_slope(unit, spread) * variance)
    assert factor == pytest.approx(expected, rel=0.06)
