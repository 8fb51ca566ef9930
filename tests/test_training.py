"""The training loop and its endless minibatches."""

from itertools import islice

import numpy as np
import pytest

from course_utils.networks import Autoencoder, RecurrentNetwork, minibatches, train
from course_utils.optimizers import NAG, Adam, ClassicalMomentum, GradientDescent


class Bowl:
    """A network with one parameter a target: E = ½ |params − targets|², whatever the input."""

    def gradient(self, params, x, targets):
        return params - targets


def endless(targets):
    while True:
        yield None, targets


def test_every_rule_of_the_course_trains_every_network():
    rng = np.random.default_rng(0)
    x, sequences = rng.uniform(size=(20, 6)), rng.normal(size=(20, 4, 2))
    answers = rng.normal(size=(20, 1, 1))
    autoencoder, recurrent = Autoencoder((6, 4, 2)), RecurrentNetwork(2, 8, 1)
    for network, data in ((autoencoder, (x, x)), (recurrent, (sequences, answers))):
        start = network.init(np.random.default_rng(1))
        for rule in (GradientDescent(0.02), ClassicalMomentum(0.02, 0.5), NAG(0.02, 0.5), Adam()):
            *_, (t, params) = train(network, start, iter([data] * 30), rule, 30)
            assert t == 30
            assert network.loss(params, *data) < network.loss(start, *data)


def test_the_loop_makes_the_steps_that_a_hand_calculation_makes():
    # gradient w − 1 with eta 0.5 halves the distance to 1
    pairs = list(train(Bowl(), np.array([5.0]), endless(1.0), GradientDescent(0.5), 3, every=1))
    assert [(t, float(params[0])) for t, params in pairs] == [(0, 5), (1, 3), (2, 2), (3, 1.5)]


def test_a_schedule_is_asked_for_the_rule_of_every_update_counted_from_0():
    asked = []

    def rule_at(t):
        asked.append(t)
        return ClassicalMomentum(0.1, 0.9)

    list(train(Bowl(), np.zeros(2), endless(1.0), rule_at, 4))
    assert asked == [0, 0, 1, 2, 3]  # once more for the first state


@pytest.mark.parametrize(
    ("updates", "every", "pauses"),
    [(0, 10, [0]), (5, 10, [0, 5]), (20, 10, [0, 10, 20]), (25, 10, [0, 10, 20, 25])],
)
def test_it_pauses_at_the_start_then_regularly_and_at_the_end(updates, every, pauses):
    found = train(Bowl(), np.zeros(1), endless(1.0), GradientDescent(0.1), updates, every)
    assert [t for t, _ in found] == pauses


def test_nobody_asking_means_no_more_training():
    drawn = []

    def batches():
        while True:
            drawn.append(1)
            yield None, 1.0

    run = train(Bowl(), np.zeros(1), batches(), GradientDescent(0.1), 1000, every=10)
    next(run), next(run)
    assert len(drawn) == 10


def test_the_start_is_not_changed():
    start = np.array([5.0])
    list(train(Bowl(), start, endless(1.0), NAG(0.1, 0.9), 5))
    assert start.tolist() == [5.0]


def test_an_epoch_of_minibatches_shows_every_example_once_with_its_target():
    x = np.arange(12.0)[:, None]
    pairs = list(islice(minibatches(x, -x, 4, np.random.default_rng(0)), 6))
    for epoch in (pairs[:3], pairs[3:]):
        assert sorted(np.concatenate([part for part, _ in epoch]).ravel()) == list(range(12))
    for part, targets in pairs:
        np.testing.assert_array_equal(targets, -part)
    orders = [
        np.concatenate([part for part, _ in epoch]).ravel() for epoch in (pairs[:3], pairs[3:])
    ]
    assert not np.array_equal(*orders)


def test_examples_left_over_sit_out_the_epoch_so_that_all_minibatches_are_of_one_size():
    parts = [
        p for p, _ in islice(minibatches(np.zeros((11, 2)), None, 4, np.random.default_rng(0)), 5)
    ]
    assert {len(part) for part in parts} == {4}


def test_without_targets_the_examples_are_their_own():
    part, targets = next(minibatches(np.ones((3, 2)), None, 2, np.random.default_rng(0)))
    assert targets is part


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: minibatches(np.ones((3, 1)), None, 4, np.random.default_rng(0)),
            r"expected size to be an integer in \[1, 3\], got 4",
        ),
        (
            lambda: minibatches(np.ones((3, 1)), np.ones(2), 1, np.random.default_rng(0)),
            "expected as many targets as examples, 3, got 2",
        ),
        (
            lambda: list(train(Bowl(), np.zeros(1), endless(1.0), NAG(0.1, 0.9), -1)),
            "expected updates to be an integer >= 0, got -1",
        ),
        (
            lambda: list(train(Bowl(), np.zeros(1), endless(1.0), NAG(0.1, 0.9), 1, every=0)),
            "expected every to be an integer >= 1, got 0",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
