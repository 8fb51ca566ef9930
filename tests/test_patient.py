"""The patient: healthy it is Adam, and each fault alone does what its name says."""

import numpy as np
import pytest

from course_utils.descent import descend
from course_utils.objectives import BOWL
from course_utils.optimizers import Adam
from course_utils.patient import FAULTS, treat

START = np.array([2.0, 1.0])
# Constant gradients: every moment is then a geometric sum that can be written down.
ONES = [lambda w: np.ones_like(w)] * 3


def steps(epochs=2, gradients=ONES, **settings):
    """Return how far both weights move in each epoch, in units of eta."""
    path = treat(START, gradients, epochs, eta=1.0, **settings)
    return -np.diff(path, axis=0)


def test_the_healthy_patient_is_adam_with_epsilon_outside():
    path = treat(BOWL.start, [BOWL.gradient] * 5, 4, eta=0.3, epsilon=0.01)
    rule = Adam(eta=0.3, epsilon=0.01, epsilon_inside=False)
    run = descend(rule, BOWL, steps=20)
    np.testing.assert_allclose(path, run.weights[::5], rtol=1e-13)


def test_on_a_constant_gradient_the_healthy_patient_moves_by_eta_in_every_update():
    np.testing.assert_allclose(steps(), 3, rtol=1e-7)


def test_forgotten_moments_with_a_going_count_are_corrected_too_little():
    # In epoch 2, after k = 1, 2, 3 updates: (1 - 0.9^k)/(1 - 0.9^t) over the root of the same
    # with 0.999, where t = k + 3.
    k = np.arange(1, 4)
    moment, root = (1 - 0.9**k) / (1 - 0.9 ** (k + 3)), (1 - 0.999**k) / (1 - 0.999 ** (k + 3))
    moved = steps(faults=["forgets"])
    np.testing.assert_allclose(moved[0], 3, rtol=1e-7)
    np.testing.assert_allclose(moved[1], np.sum(moment / np.sqrt(root)), rtol=1e-7)


def test_a_restarted_count_corrects_full_moments_as_if_they_were_new():
    k = np.arange(1, 4)
    moment, root = (1 - 0.9 ** (k + 3)) / (1 - 0.9**k), (1 - 0.999 ** (k + 3)) / (1 - 0.999**k)
    moved = steps(faults=["restarts t"])
    np.testing.assert_allclose(moved[1], np.sum(moment / np.sqrt(root)), rtol=1e-7)


def test_forgetting_and_restarting_together_make_every_epoch_a_first_one():
    # The first step of Adam has length eta, whatever the gradient; a healthy second one has not.
    falling = [lambda w: np.exp(w)]
    np.testing.assert_allclose(steps(3, falling, faults=["forgets", "restarts t"]), 1, rtol=1e-6)
    assert np.all(steps(3, falling)[1:] < 0.9)


def test_a_shared_array_makes_nan_where_the_gradient_is_negative_and_small():
    path = treat(START, [lambda w: np.array([-0.5, 0.5])], 1, ["shares"])
    assert np.isnan(path[1]).tolist() == [True, False]
    # One array: 0.1 g, then 0.999 * 0.1 g + 0.001 g^2; corrected at t = 1 by 0.1 and 0.001.
    root = np.sqrt((0.999 * 0.05 + 0.001 * 0.25) / 0.001)
    assert path[1, 1] == pytest.approx(1 - 0.001 * 0.5 / root)


def test_a_fixed_epsilon_shortens_steps_on_small_gradients_only():
    small, large = ([lambda w, g=g: np.full(2, g)] for g in (1e-4, 1.0))
    np.testing.assert_allclose(steps(1, small, faults=["fixed ε"]), 0.5, rtol=1e-7)
    np.testing.assert_allclose(steps(1, small), 1e-4 / (1e-4 + 1e-8), rtol=1e-9)
    np.testing.assert_allclose(steps(1, large, faults=["fixed ε"]), 1 / 1.0001, rtol=1e-7)


@pytest.mark.parametrize("faults", [[], *([fault] for fault in FAULTS)])
def test_the_start_is_the_first_row_and_stays_as_it_was(faults):
    start = START.copy()
    path = treat(start, ONES, 2, faults)
    assert path.shape == (3, 2)
    np.testing.assert_array_equal(path[0], START)
    np.testing.assert_array_equal(start, START)


def test_an_unknown_fault_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"expected faults among forgets, .*, got 'gout'"):
        treat(START, ONES, 1, ["gout"])
