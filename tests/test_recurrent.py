"""The recurrent network: backpropagation through time against central differences."""

import numpy as np
import pytest

from course_utils.initializers import spectral_radius
from course_utils.networks import RecurrentNetwork


def example(last=1, steps=6, count=4, inputs=2, hidden=5, outputs=3, seed=0):
    rng = np.random.default_rng(seed)
    network = RecurrentNetwork(inputs, hidden, outputs)
    params = rng.normal(scale=0.6, size=network.size)
    x = rng.normal(size=(count, steps, inputs))
    return network, params, x, rng.normal(size=(count, last, outputs))


@pytest.mark.parametrize(
    ("last", "steps", "hidden"), [(1, 6, 5), (3, 6, 5), (6, 6, 5), (1, 1, 2), (1, 12, 1)]
)
def test_the_gradient_agrees_with_central_differences(last, steps, hidden):
    network, params, x, targets = example(last, steps, hidden=hidden)
    nudges = 1e-6 * np.eye(network.size)
    expected = [
        (network.loss(params + n, x, targets) - network.loss(params - n, x, targets)) / 2e-6
        for n in nudges
    ]
    gradient = network.gradient(params, x, targets)
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8)


def test_the_gradient_of_the_lessons_network_agrees_along_random_directions():
    network, params, x, targets = example(steps=30, count=10, hidden=100, outputs=1)
    params = network.init(np.random.default_rng(1), targets, input_scale=0.1)
    gradient = network.gradient(params, x, targets)
    for direction in np.random.default_rng(2).normal(size=(5, network.size)):
        ahead, behind = params + 1e-6 * direction, params - 1e-6 * direction
        slope = (network.loss(ahead, x, targets) - network.loss(behind, x, targets)) / 2e-6
        assert gradient @ direction == pytest.approx(slope, rel=1e-6, abs=1e-7)


def test_two_steps_of_one_unit_agree_with_a_hand_calculation():
    network = RecurrentNetwork(1, 1, 1)
    params = np.array([0.5, 2.0, 0.1, 3.0, -1.0])  # in, recurrent, hidden bias, out, output bias
    x = np.array([[[1.0], [-1.0]]])
    first = np.tanh(0.5 * 1 + 0.1)
    second = np.tanh(0.5 * -1 + 2 * first + 0.1)
    np.testing.assert_allclose(network.hidden_states(params, x).ravel(), [0, first, second])
    assert network.answers(params, x).item() == pytest.approx(3 * second - 1)
    assert network.answers(params, x, 2).ravel().tolist() == pytest.approx(
        [3 * first - 1, 3 * second - 1]
    )
    assert network.loss(params, x, np.array([[[0.5]]])) == pytest.approx((3 * second - 1.5) ** 2)


def test_the_error_is_the_mean_square_over_every_number_that_is_asked_for():
    network, params, x, targets = example(last=3)
    difference = network.answers(params, x, 3) - targets
    assert network.error(params, x, targets) == pytest.approx(np.mean(difference**2))
    assert network.loss(params, x, targets) == pytest.approx(3 * np.mean(difference**2))


def test_what_is_read_after_the_step_that_answers_makes_no_difference_to_it():
    network, params, x, _ = example()
    longer = np.concatenate([x, np.ones_like(x)], axis=1)
    np.testing.assert_allclose(
        network.hidden_states(params, longer)[: x.shape[1] + 1], network.hidden_states(params, x)
    )


def test_float32_parameters_are_trained_in_float32_to_its_precision():
    network, params, x, targets = example(last=2)
    gradient = network.gradient(params.astype(np.float32), x, targets)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, network.gradient(params, x, targets), atol=1e-4)


def test_it_starts_as_an_echo_state_network_centred_on_the_targets():
    network = RecurrentNetwork(2, 100, 1)
    targets = np.array([[[1.0]], [[4.0]]])
    params = network.init(np.random.default_rng(0), targets, input_scale=0.001, radius=1.3)
    arrays = network.layout.views(params)
    assert spectral_radius(arrays["recurrent"]) == pytest.approx(1.3)
    assert (np.count_nonzero(arrays["recurrent"], axis=0) == 15).all()
    assert arrays["output_bias"].tolist() == [2.5]
    assert not arrays["hidden_bias"].any()
    for name, scale in (("input", 0.001), ("output", 0.1)):
        n = arrays[name].size
        assert abs(arrays[name].var() / scale**2 - 1) < 6 * np.sqrt(2 / n)


def test_the_gradient_changes_none_of_its_arguments():
    network, params, x, targets = example()
    before = params.copy(), x.copy(), targets.copy()
    network.gradient(params, x, targets)
    for one, kept in zip((params, x, targets), before, strict=True):
        np.testing.assert_array_equal(one, kept)


@pytest.mark.parametrize("sizes", [(0, 1, 1), (1, 2.5, 1), (1, 1, -1)])
def test_impossible_sizes_are_refused_in_a_sentence(sizes):
    with pytest.raises(ValueError, match="expected inputs, hidden and outputs as positive ints"):
        RecurrentNetwork(*sizes)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"params": np.zeros(3)}, "expected parameters of shape"),
        ({"x": np.zeros((4, 6, 3))}, r"expected inputs of shape \(n, T, 2\), got \(4, 6, 3\)"),
        ({"targets": np.zeros((4, 3))}, r"\(4, k, 3\) with k from 1 to 6, got \(4, 3\)"),
        ({"targets": np.zeros((4, 7, 3))}, r"\(4, k, 3\) with k from 1 to 6, got \(4, 7, 3\)"),
        ({"targets": np.zeros((5, 1, 3))}, r"\(4, k, 3\) with k from 1 to 6, got \(5, 1, 3\)"),
    ],
)
@pytest.mark.parametrize("method", ["loss", "gradient"])
def test_what_does_not_fit_is_refused_in_a_sentence(method, change, sentence):
    network, params, x, targets = example()
    arguments = {"params": params, "x": x, "targets": targets} | change
    with pytest.raises(ValueError, match=sentence):
        getattr(network, method)(*arguments.values())


def test_more_answers_than_steps_are_refused_in_a_sentence():
    network, params, x, _ = example()
    with pytest.raises(ValueError, match="expected last from 1 to 6, got 7"):
        network.answers(params, x, 7)
