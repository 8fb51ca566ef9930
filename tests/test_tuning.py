"""The search over learning rates: all are tried, the best is chosen, divergence is a result."""

import numpy as np
import pytest

from course_utils.descent import descend
from course_utils.objectives import BOWL
from course_utils.optimizers import GradientDescent, Momentum, RMSprop
from course_utils.tuning import Search, on_digits, rates, search


def known(rule, seed):
    """Return two losses that one can foretell: the last is |log10 eta + 2| + seed."""
    return [9.0, abs(np.log10(rule.eta) + 2) + seed]


def test_the_grid_goes_up_by_threes_and_tens():
    np.testing.assert_array_equal(rates(-2, 0), [0.01, 0.03, 0.1, 0.3, 1])
    np.testing.assert_array_equal(rates(1, 1), [10])


def test_every_rate_meets_every_seed_and_the_best_in_the_mean_is_chosen():
    (found,) = search({"gd": GradientDescent}, rates(-3, -1), known, seeds=3).values()
    assert found.losses.shape == (5, 3, 2)
    np.testing.assert_allclose(found.final[0], [1, 2, 3])
    assert (found.eta, found.at_edge) == (0.01, False)
    assert found.mean == pytest.approx(1)  # of 0, 1 and 2
    assert found.spread == pytest.approx(1)
    np.testing.assert_allclose(found.curves, [[9, 0], [9, 1], [9, 2]])
    assert str(found) == "gd: 1 ± 1 with η = 0.01"
    assert found.log.startswith("η = 0.001: 2, η = 0.003: 1.52, η = 0.01: 1, ")


def test_a_best_rate_at_the_grids_edge_is_said_to_be_there():
    (low,) = search({"gd": GradientDescent}, [0.03, 0.1], known, seeds=1).values()
    (high,) = search({"gd": GradientDescent}, [0.001, 0.003], known, seeds=1).values()
    assert low.at_edge
    assert high.at_edge
    assert "at the grid's edge" in str(low)
    assert low.spread == 0


def test_the_tolerance_counts_decades_around_the_best_that_do_at_most_twice_as_bad():
    losses = np.array([3.0, 1.9, 1.0, 2.0, 2.1, 1.5])[:, None, None]
    found = Search("a", np.array([0.1, 0.3, 1, 3, 10, 30]), losses)
    assert found.tolerance == pytest.approx(1)  # 0.3 to 3; 30 lies behind a gap


def test_methods_may_have_grids_of_their_own():
    grids = {"gd": [0.1], "momentum": [0.01, 0.02]}
    methods = {"gd": GradientDescent, "momentum": lambda eta: Momentum(eta, alpha=0.9)}
    found = search(methods, grids, known, seeds=1)
    assert {label: list(one.etas) for label, one in found.items()} == grids


def test_on_a_bowl_the_best_rate_lies_next_to_the_best_that_theory_knows():
    def training(rule, seed):
        return descend(rule, BOWL, steps=60).errors

    (found,) = search({"gd": GradientDescent}, rates(-4, 0), training, seeds=1).values()
    assert found.eta == 0.1 or found.eta == 0.03  # 2 / (6 + 20) = 0.077 is not on the grid
    assert found.final[-1] == np.inf  # beyond 2 / 20 it grows
    assert found.losses[-1, 0, 0] == 4675


def test_runs_that_end_early_or_lose_their_numbers_count_as_infinite():
    runs = {0.1: [3.0, 2.0, 1.0], 0.2: [3.0], 0.3: [3.0, np.nan, np.nan]}
    (found,) = search(
        {"gd": GradientDescent}, list(runs), lambda r, s: runs[r.eta], seeds=2
    ).values()
    np.testing.assert_array_equal(found.final, [[1, 1], [np.inf, np.inf], [np.inf, np.inf]])
    assert found.eta == 0.1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (({}, [0.1], known), "expected at least one method, got none"),
        (({"a": GradientDescent}, [], known), "expected rising learning rates > 0 for 'a', got "),
        (({"a": GradientDescent}, [0.2, 0.1], known), "expected rising learning rates > 0 for 'a'"),
        (({"a": GradientDescent}, [0.0, 0.1], known), "expected rising learning rates > 0 for 'a'"),
        (({"a": GradientDescent}, {"b": [1]}, known), "expected learning rates for 'a', got none"),
        (({"a": GradientDescent}, [1], known, 0), "expected seeds to be an integer >= 1, got 0"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_a_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        search(*arguments)


@pytest.mark.parametrize("powers", [(0, -1), (0.5, 2)])
def test_a_grid_upside_down_or_between_powers_is_refused(powers):
    with pytest.raises(ValueError, match="expected two ints, low <= high, got "):
        rates(*powers)


def test_training_on_digits_learns_and_is_the_same_for_the_same_seed():
    training = on_digits(epochs=2)
    first, again, other = (training(RMSprop(eta=0.01), seed) for seed in (0, 0, 1))
    assert first.shape == (3,)
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
    assert first[0] == pytest.approx(np.log(10), abs=0.5)  # the network cannot know yet
    assert first[2] < 0.3


@pytest.mark.parametrize(("batch", "updates"), [(1348, 3), (50, 3 * 27), (1347, 3 * 2)])
def test_training_on_digits_makes_one_update_for_every_minibatch(batch, updates):
    class Counting:
        steps = 0

        def init(self, weights):
            return {}

        def step(self, weights, state, gradient):
            self.steps += 1
            return weights, state

    rule = Counting()
    losses = on_digits(epochs=3, batch=batch)(rule, 0)
    assert rule.steps == updates  # of 1348 pictures, in 3 epochs
    assert len(set(losses)) == 1
    assert len(losses) == 4


def test_a_training_that_diverges_ends_with_an_infinite_loss_and_without_a_warning():
    training = on_digits(epochs=6)
    (found,) = search({"gd": GradientDescent}, [0.1, 1e308], training, seeds=1).values()
    assert found.final[1, 0] == np.inf
    assert found.eta == 0.1


def test_training_takes_a_function_of_the_update_in_place_of_a_rule():
    seen = []

    def rule_at(t):
        seen.append(t)
        return GradientDescent(0.5 if t < 3 else 0.1)

    two, one = on_digits(epochs=2, batch=700), on_digits(epochs=1, batch=700)
    losses = two(rule_at, 0)
    assert seen == [0, 0, 1, 2, 3]  # once for the state, then for each of two updates an epoch
    np.testing.assert_array_equal(losses[:2], one(GradientDescent(0.5), 0))
    assert losses[2] != two(GradientDescent(0.5), 0)[2]
