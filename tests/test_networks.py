"""Networks: gradients against central differences, losses by hand, and a lesson's training."""

import numpy as np
import pytest

from course_utils.datasets import digits
from course_utils.networks import Layout, SoftmaxNetwork, minibatch_gradients
from course_utils.optimizers import GradientDescent, Momentum


def central_differences(function, params, step=1e-6):
    """Return (E(p + h e_i) − E(p − h e_i)) / 2h for every i."""
    slopes = np.empty_like(params)
    for i in range(len(params)):
        nudge = np.zeros_like(params)
        nudge[i] = step
        slopes[i] = (function(params + nudge) - function(params - nudge)) / (2 * step)
    return slopes


def examples(inputs, classes, count=7, seed=3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, inputs)), rng.integers(classes, size=count)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("sizes", [(5, 3), (5, 4, 3), (5, 4, 6, 3), (1, 1, 2)])
def test_the_gradient_agrees_with_central_differences(sizes, activation):
    network = SoftmaxNetwork(sizes, activation)
    x, labels = examples(sizes[0], sizes[-1])
    params = network.init(np.random.default_rng(1)) + 0.1
    expected = central_differences(lambda p: network.loss(p, x, labels), params)
    np.testing.assert_allclose(network.gradient(params, x, labels), expected, atol=1e-8, rtol=1e-6)


def test_the_gradient_of_the_lessons_network_agrees_with_central_differences_on_digits():
    network = SoftmaxNetwork()
    images, labels, _, _ = digits()
    x, y = images[:40], labels[:40]
    params = network.init(np.random.default_rng(0))
    gradient = network.gradient(params, x, y)
    directions = np.random.default_rng(1).normal(size=(20, network.size))
    for direction in directions:
        ahead, behind = params + 1e-5 * direction, params - 1e-5 * direction
        slope = (network.loss(ahead, x, y) - network.loss(behind, x, y)) / 2e-5
        assert gradient @ direction == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_all_parameters_zero_means_every_class_is_equally_likely():
    network = SoftmaxNetwork((4, 3, 10))
    x, labels = examples(4, 10)
    assert network.loss(np.zeros(network.size), x, labels) == pytest.approx(np.log(10), rel=1e-15)


def test_loss_and_gradient_of_two_weights_agree_with_a_hand_calculation():
    # Two classes, one input of 1, no hidden layer: softmax over (u + c, v + d)
    network = SoftmaxNetwork((1, 2))
    params = np.array([np.log(3.0), 0.0, 0.0, 0.0])  # so the two classes have chances 3/4 and 1/4
    x, labels = np.array([[1.0]]), np.array([1])
    assert network.loss(params, x, labels) == pytest.approx(np.log(4), rel=1e-15)
    np.testing.assert_allclose(
        network.gradient(params, x, labels), [0.75, -0.75, 0.75, -0.75], rtol=1e-14
    )


def test_the_parameters_lie_in_the_vector_as_weights_then_biases_layer_by_layer():
    network = SoftmaxNetwork((2, 3, 4))
    assert network.size == 2 * 3 + 3 + 3 * 4 + 4
    arrays = network.layout.views(np.arange(network.size))
    assert {name: array.shape for name, array in arrays.items()} == {
        "W1": (2, 3),
        "b1": (3,),
        "W2": (3, 4),
        "b2": (4,),
    }
    assert [array.flat[0] for array in arrays.values()] == [0, 6, 9, 21]


def test_views_share_memory_with_the_flat_vector():
    layout = Layout({"a": (2, 2), "b": (), "c": (3,)})
    flat = np.zeros(8)
    layout.views(flat)["b"][...] = 5
    assert flat.tolist() == [0, 0, 0, 0, 5, 0, 0, 0]


def test_huge_scores_neither_overflow_nor_lose_the_gradient():
    network = SoftmaxNetwork((1, 2))
    params = np.array([1e6, 0.0, 0.0, 0.0])
    x, labels = np.array([[1.0]]), np.array([1])
    assert network.loss(params, x, labels) == pytest.approx(1e6)
    np.testing.assert_allclose(network.gradient(params, x, labels), [1, -1, 1, -1])


def test_the_loss_does_not_change_when_all_scores_move_together():
    network = SoftmaxNetwork((4, 3, 5))
    x, labels = examples(4, 5)
    params = network.init(np.random.default_rng(0))
    moved = params.copy()
    network.layout.views(moved)["b2"][...] += 123.0
    assert network.loss(moved, x, labels) == pytest.approx(
        network.loss(params, x, labels), rel=1e-12
    )


def test_minibatch_gradients_weighted_by_their_size_sum_to_the_full_gradient():
    network = SoftmaxNetwork((4, 3, 5))
    x, labels = examples(4, 5, count=11)
    params = network.init(np.random.default_rng(0))
    parts = minibatch_gradients(network, x, labels, 4, np.random.default_rng(5))
    assert len(parts) == 3
    total = sum(n * part(params) for n, part in zip([4, 4, 3], parts, strict=True)) / 11
    np.testing.assert_allclose(total, network.gradient(params, x, labels), rtol=1e-12, atol=1e-15)


def test_without_a_generator_minibatches_keep_the_order_of_the_data():
    network = SoftmaxNetwork((4, 5))
    x, labels = examples(4, 5, count=6)
    params = network.init(np.random.default_rng(0))
    first, second = minibatch_gradients(network, x, labels, 3)
    np.testing.assert_array_equal(first(params), network.gradient(params, x[:3], labels[:3]))
    np.testing.assert_array_equal(second(params), network.gradient(params, x[3:], labels[3:]))


def test_the_same_generator_seed_cuts_the_same_minibatches_and_another_seed_others():
    network = SoftmaxNetwork((4, 5))
    x, labels = examples(4, 5, count=60)
    params = network.init(np.random.default_rng(0))

    def first(seed):
        return minibatch_gradients(network, x, labels, 20, np.random.default_rng(seed))[0](params)

    np.testing.assert_array_equal(first(1), first(1))
    assert not np.allclose(first(1), first(2))


def test_a_gradient_function_is_pure_and_returns_a_fresh_array():
    network = SoftmaxNetwork((4, 3, 5))
    x, labels = examples(4, 5)
    gradient = minibatch_gradients(network, x, labels, 7)[0]
    params = network.init(np.random.default_rng(0))
    before = params.copy()
    one = gradient(params)
    one_kept = one.copy()
    gradient(params + 1)
    np.testing.assert_array_equal(params, before)
    np.testing.assert_array_equal(one, one_kept)
    assert one.shape == params.shape


def test_float32_parameters_get_a_float32_gradient_that_is_right_to_its_precision():
    network = SoftmaxNetwork((4, 3, 5))
    x, labels = examples(4, 5)
    params = network.init(np.random.default_rng(0))
    gradient = network.gradient(params.astype(np.float32), x.astype(np.float32), labels)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, network.gradient(params, x, labels), atol=1e-6)


def test_starting_weights_have_zero_mean_the_promised_spread_and_zero_biases():
    for activation, first in (("tanh", 1.0), ("relu", 2.0)):
        network = SoftmaxNetwork((400, 300, 200), activation)
        arrays = network.layout.views(network.init(np.random.default_rng(7)))
        assert not arrays["b1"].any()
        assert not arrays["b2"].any()
        for weights, variance in ((arrays["W1"], first / 400), (arrays["W2"], 1 / 300)):
            # six standard errors of a variance and of a mean
            assert abs(weights.var() / variance - 1) < 6 * np.sqrt(2 / weights.size)
            assert abs(weights.mean()) < 6 * np.sqrt(variance / weights.size)


def test_accuracy_is_the_share_of_examples_whose_likeliest_class_is_right():
    network = SoftmaxNetwork((2, 2))
    params = np.array([1.0, 0.0, 0.0, 1.0, 0.0, 0.0])  # the larger of two inputs wins
    x = np.array([[2.0, 1.0], [1.0, 2.0], [3.0, 0.0], [0.0, 1.0]])
    assert network.accuracy(params, x, np.array([0, 1, 0, 0])) == 0.75


def losses(rule, keep, size=128, epochs=10, seed=0):
    """Train the lesson's network; ``keep`` says whether the state outlives an epoch."""
    images, labels, _, _ = digits()
    network, rng = SoftmaxNetwork(), np.random.default_rng(seed)
    params = network.init(rng)
    minibatches = minibatch_gradients(network, images, labels, size, rng)
    state = rule.init(params)
    for _ in range(epochs):
        if not keep:
            state = rule.init(params)
        for gradient in minibatches:
            params, state = rule.step(params, state, gradient)
    return network.loss(params, images, labels)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_eleven_minibatches_an_epoch_forgetting_the_momentum_nearly_doubles_the_loss(seed):
    kept = losses(Momentum(0.1, 0.9), keep=True, seed=seed)
    forgotten = losses(Momentum(0.1, 0.9), keep=False, seed=seed)
    plain = losses(GradientDescent(0.1), keep=True, seed=seed)
    assert kept < 0.12
    assert 1.6 < forgotten / kept < 2.4
    assert plain > 3 * forgotten


def test_with_one_minibatch_an_epoch_forgetting_the_momentum_leaves_gradient_descent():
    forgotten = losses(Momentum(0.1, 0.9), keep=False, size=2000, epochs=3)
    assert forgotten == losses(GradientDescent(0.1), keep=True, size=2000, epochs=3)


@pytest.mark.parametrize("sizes", [(), (3,), (3, 0), (3, -1, 2), (2.5, 2)])
def test_impossible_layer_sizes_are_refused_in_a_sentence(sizes):
    with pytest.raises(ValueError, match="expected at least two layer sizes, positive ints, got"):
        SoftmaxNetwork(sizes)


def test_an_unknown_activation_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="expected activation 'tanh' or 'relu', got 'sigmoid'"):
        SoftmaxNetwork((3, 2), "sigmoid")


@pytest.mark.parametrize("method", ["loss", "gradient", "accuracy"])
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"params": np.zeros(5)}, r"expected parameters of shape \(8,\), got \(5,\)"),
        ({"x": np.zeros((4, 2))}, r"expected inputs of shape \(n, 3\), got \(4, 2\)"),
        ({"x": np.zeros(3)}, r"expected inputs of shape \(n, 3\), got \(3,\)"),
        ({"x": np.zeros((0, 3))}, r"expected inputs of shape \(n, 3\), got \(0, 3\)"),
        ({"labels": np.array([0, 1])}, r"expected labels as ints of shape \(4,\), got int64"),
        ({"labels": np.zeros(4)}, r"expected labels as ints of shape \(4,\), got float64"),
        ({"labels": np.array([0, 1, 2, 0])}, "expected labels from 0 to 1, got 0 to 2"),
        ({"labels": np.array([0, 1, -1, 0])}, "expected labels from 0 to 1, got -1 to 1"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(method, change, sentence):
    network = SoftmaxNetwork((3, 2))
    fitting = {"params": np.zeros(8), "x": np.zeros((4, 3)), "labels": np.array([0, 1, 0, 1])}
    with pytest.raises(ValueError, match=sentence):
        getattr(network, method)(*(fitting | change).values())


@pytest.mark.parametrize("size", [0, -1, 2.5])
def test_a_minibatch_size_below_one_or_broken_is_refused_in_a_sentence(size):
    with pytest.raises(ValueError, match="expected size to be an integer >= 1, got"):
        minibatch_gradients(SoftmaxNetwork((3, 2)), np.zeros((4, 3)), np.zeros(4, int), size)


@pytest.mark.parametrize("labels", [np.zeros(3, int), np.array(1)])
def test_more_examples_than_labels_are_refused_in_a_sentence(labels):
    with pytest.raises(ValueError, match="expected as many labels as examples, at least one"):
        minibatch_gradients(SoftmaxNetwork((3, 2)), np.zeros((4, 3)), labels, 2)
