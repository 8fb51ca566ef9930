"""Which orderings of Sutskever et al. (2013) hold in small, with margins, over three seeds.

Not here, because they do not hold at this size: that NAG beats CM at 0.9 (they are alike), and
that a largest momentum of 0.999 is best without the final phase.
"""

from functools import cache

import numpy as np
import pytest

from course_utils.experiments import AutoencoderCell, RecurrentCell, run

pytestmark = pytest.mark.slow

SEEDS = range(3)
BASELINE = 4.693  # of the mean picture


@cache
def runs(method, mu_max, eta, initialization="sparse", updates=2500, period=3, last=0):
    """Return the rows of three seeds of the digits' autoencoder."""
    return run(
        [
            AutoencoderCell(
                "table1", "live", "digits", method, mu_max, eta, seed, "64-48-24-12-6",
                updates, 100, period, initialization, last,
            )
            for seed in SEEDS
        ]
    )  # fmt: skip


def errors(*arguments, **settings):
    return np.array([row["error"] for row in runs(*arguments, **settings)])


def best(method, mu_max, rates=(0.01, 0.03)):
    """Return the mean error at the better of the learning rates."""
    return min(errors(method, mu_max, eta).mean() for eta in rates)


def test_the_best_momentum_beats_plain_sgd_by_far():
    sgd = best("SGD", 0.0, (0.2, 0.4))
    assert sgd > 1.3 * best("NAG", 0.99)
    assert sgd > 1.3 * best("CM", 0.9, (0.1,))


@pytest.mark.parametrize("eta", [0.01, 0.03])
@pytest.mark.parametrize("mu_max", [0.99, 0.995, 0.999])
def test_from_099_on_nag_beats_cm_at_the_same_learning_rate(mu_max, eta):
    assert errors("NAG", mu_max, eta).mean() < 0.97 * errors("CM", mu_max, eta).mean()


@pytest.mark.parametrize("mu_max", [0.99, 0.995, 0.999])
def test_from_099_on_nag_beats_cm_with_each_at_its_own_best_learning_rate(mu_max):
    assert best("NAG", mu_max) < 0.9 * best("CM", mu_max, (0.003, 0.01, 0.03))


def test_cm_gets_worse_when_its_largest_momentum_rises_from_099_to_0999():
    rates = (0.003, 0.01, 0.03)
    assert best("CM", 0.999, rates) > 1.2 * best("CM", 0.99, rates)


def test_cm_is_dead_at_0999_and_a_rate_of_003_where_nag_trains():
    assert {row["status"] for row in runs("CM", 0.999, 0.03)} == {"stopped"}
    assert errors("CM", 0.999, 0.03).min() > 0.95 * BASELINE
    assert {row["status"] for row in runs("NAG", 0.999, 0.03)} == {"trained"}
    assert errors("NAG", 0.999, 0.03).max() < 0.4 * BASELINE


def test_small_dense_weights_leave_the_network_with_the_mean_picture_where_sparse_ones_train():
    assert errors("NAG", 0.99, 0.03, "dense").min() > 0.95 * BASELINE
    assert errors("NAG", 0.99, 0.03).mean() < 0.3 * BASELINE
    assert errors("NAG", 0.99, 0.03, "glorot").mean() > 1.5 * errors("NAG", 0.99, 0.03).mean()


def test_after_10000_updates_a_final_phase_of_low_momentum_lowers_the_error_of_every_seed():
    # runs of one seed are the same until the last 1000 updates
    settings = {"updates": 10_000, "period": 15}
    before = errors("NAG", 0.999, 0.03, **settings)
    after = errors("NAG", 0.999, 0.03, last=1000, **settings)
    assert (after < 0.97 * before).all()


@cache
def addition(method, mu_max, eta, radius=1.1):
    """Return the mean squared errors of three recurrent networks that learn to add."""
    cells = [
        RecurrentCell(
            "rnn", "live", "addition", method, mu_max, eta, seed, 100, 30, 3000, 50, 300, radius
        )
        for seed in SEEDS
    ]
    return np.array([row["error"] for row in run(cells)])


def test_recurrent_networks_learn_to_add_with_much_momentum_and_not_without():
    learned = addition("NAG", 0.995, 0.01)
    assert (learned < 0.002).all()
    assert (addition("SGD", 0.0, 0.03) > 0.02).all()


def test_recurrent_networks_that_forget_do_not_learn_to_add():
    assert (addition("NAG", 0.995, 0.01, radius=0.5) > 0.9 / 24).all()
