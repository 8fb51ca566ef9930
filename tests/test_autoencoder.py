"""The autoencoder: its gradient and curvature against finite differences and a Jacobian."""

from itertools import pairwise

import numpy as np
import pytest

from course_utils.hessian_free import hessian_free
from course_utils.initializers import dense, glorot
from course_utils.networks import Autoencoder

SIZES = [(5, 3), (5, 4, 3), (6, 5, 4, 2)]


def example(sizes, count=7, seed=3):
    rng = np.random.default_rng(seed)
    network = Autoencoder(sizes)
    return (
        network,
        network.init(rng) + 0.1 * rng.normal(size=network.size),
        rng.uniform(size=(count, sizes[0])),
    )


def central_differences(function, place, step=1e-6):
    """Return the Jacobian of ``function``, one row a component of ``place``."""
    nudges = step * np.eye(len(place))
    return np.array([(function(place + n) - function(place - n)) / (2 * step) for n in nudges])


@pytest.mark.parametrize("sizes", SIZES)
def test_the_gradient_agrees_with_central_differences(sizes):
    network, params, x = example(sizes)
    expected = central_differences(lambda p: network.loss(p, x), params)
    np.testing.assert_allclose(network.gradient(params, x), expected, rtol=1e-6, atol=1e-8)


def test_the_gradient_agrees_with_central_differences_when_the_targets_are_others():
    network, params, x = example((5, 4, 3))
    clean = np.random.default_rng(8).uniform(size=x.shape)
    expected = central_differences(lambda p: network.loss(p, x, clean), params)
    gradient = network.gradient(params, x, clean)
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8)
    assert network.error(params, x, clean) != network.error(params, x)


def test_the_gradient_of_the_papers_network_agrees_along_random_directions():
    network = Autoencoder((784, 400, 200, 100, 50, 25, 6))
    rng = np.random.default_rng(0)
    params, x = network.init(rng), rng.uniform(size=(4, 784))
    gradient = network.gradient(params, x)
    for direction in rng.normal(size=(3, network.size)):
        ahead, behind = params + 1e-6 * direction, params - 1e-6 * direction
        slope = (network.loss(ahead, x) - network.loss(behind, x)) / 2e-6
        assert gradient @ direction == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("sizes", SIZES)
def test_the_curvature_is_the_gauss_newton_matrix(sizes):
    network, params, x = example(sizes, count=3)

    def scores(p):
        pictures = network.reconstruct(p, x)
        return np.log(pictures / (1 - pictures)).ravel()

    jacobian = central_differences(scores, params)
    pictures = network.reconstruct(params, x).ravel()
    matrix = jacobian @ np.diag(pictures * (1 - pictures) / len(x)) @ jacobian.T
    directions = np.random.default_rng(1).normal(size=(5, network.size))
    products = [network.curvature_product(params, x, d) for d in directions]
    np.testing.assert_allclose(products, directions @ matrix, rtol=1e-5, atol=1e-6)


def test_the_loss_of_one_pixel_agrees_with_a_hand_calculation():
    network = Autoencoder((1, 1))
    params = np.array([0.0, 0.0, 0.0, np.log(3.0)])  # whatever comes in, 3/4 comes out
    x = np.array([[1.0], [0.0]])
    assert network.loss(params, x) == pytest.approx((np.log(4 / 3) + np.log(4)) / 2, rel=1e-14)
    assert network.error(params, x) == pytest.approx((1 / 16 + 9 / 16) / 2, rel=1e-14)


def test_the_layers_are_logistic_but_the_code_is_linear():
    network, params, x = example((5, 4, 3))
    outputs = network.activations(100 * params, x)
    assert [a.shape[1] for a in outputs] == [5, 4, 3, 4, 5]
    assert outputs[0] is x
    for layer in (1, 3, 4):
        assert outputs[layer].min() >= 0
        assert outputs[layer].max() <= 1
    np.testing.assert_array_equal(outputs[2], network.code(100 * params, x))
    assert np.abs(outputs[2]).max() > 1
    np.testing.assert_array_equal(outputs[4], network.reconstruct(100 * params, x))


def test_huge_scores_neither_overflow_nor_warn():
    network, params, x = example((5, 4, 3))
    for dtype in (np.float32, np.float64):
        huge = (1e6 * params).astype(dtype)
        assert np.isfinite(network.loss(huge, x))
        assert np.isfinite(network.gradient(huge, x)).all()


def test_float32_parameters_are_trained_in_float32_to_its_precision():
    network, params, x = example((6, 5, 4, 2))
    gradient = network.gradient(params.astype(np.float32), x)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, network.gradient(params, x), atol=2e-6)
    assert network.init(np.random.default_rng(0), dtype=np.float32).dtype == np.float32


def test_the_gradient_changes_neither_parameters_nor_examples():
    network, params, x = example((5, 4, 3))
    before = params.copy(), x.copy()
    network.gradient(params, x)
    network.error(params, x)
    np.testing.assert_array_equal(params, before[0])
    np.testing.assert_array_equal(x, before[1])


def test_the_way_back_mirrors_the_way_in_and_the_parameters_lie_layer_by_layer():
    network = Autoencoder((5, 4, 3))
    assert network.layout.shapes == {
        "W1": (5, 4), "b1": (4,), "W2": (4, 3), "b2": (3,),
        "W3": (3, 4), "b3": (4,), "W4": (4, 5), "b4": (5,),
    }  # fmt: skip
    assert network.size == 20 + 4 + 12 + 3 + 12 + 4 + 20 + 5


def test_it_starts_sparse_with_biases_of_0_or_as_an_initializer_says():
    network = Autoencoder((100, 50, 20))
    arrays = network.layout.views(network.init(np.random.default_rng(0)))
    assert (np.count_nonzero(arrays["W1"], axis=0) == 15).all()
    assert not any(array.any() for name, array in arrays.items() if name.startswith("b"))
    for weights in (dense, glorot):
        one = network.layout.views(network.init(np.random.default_rng(0), weights))
        np.testing.assert_array_equal(one["W1"], weights(100, 50, np.random.default_rng(0)))


def test_a_few_hessian_free_updates_lower_the_loss_more_than_many_of_the_steepest_descent():
    network, params, x = example((6, 5, 2), count=20)

    def descend(updates, **settings):
        path = hessian_free(
            lambda w: network.gradient(w, x),
            lambda w, d: network.curvature_product(w, x, d),
            params,
            updates,
            damping=0.1,
            **settings,
        )
        return [network.loss(w, x) for w in path.weights]

    thorough = descend(10, cg_steps=20, mu=0.9)
    assert all(after < before for before, after in pairwise(thorough))
    assert thorough[-1] < min(descend(40, cg_steps=1))


@pytest.mark.parametrize("sizes", [(), (3,), (3, 0), (3, -1), (2.5, 2)])
def test_impossible_sizes_are_refused_in_a_sentence(sizes):
    with pytest.raises(ValueError, match="expected at least two layer sizes, positive ints, got"):
        Autoencoder(sizes)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((np.zeros(5), np.zeros((2, 3))), r"expected parameters of shape \(17,\), got \(5,\)"),
        ((np.zeros(17), np.zeros((2, 4))), r"expected inputs of shape \(n, 3\), got \(2, 4\)"),
        ((np.zeros(17), np.zeros((0, 3))), r"expected inputs of shape \(n, 3\), got \(0, 3\)"),
        (
            (np.zeros(17), np.zeros((2, 3)), np.zeros((1, 3))),
            r"expected targets of shape \(2, 3\), got \(1, 3\)",
        ),
    ],
)
@pytest.mark.parametrize("method", ["loss", "error", "gradient"])
def test_what_does_not_fit_is_refused_in_a_sentence(method, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        getattr(Autoencoder((3, 2)), method)(*arguments)
