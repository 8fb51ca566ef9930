"""Lesson 4's right answers against what they claim: finite differences, the theorem, the laws."""

import numpy as np
import pytest

from course_utils.exercises.values import Quadratic
from course_utils.staff.registry import get
from course_utils.staff.registry.initialization import final_momentum

A = np.array


def test_the_recurrent_gradient_is_that_of_finite_differences():
    rng = np.random.default_rng(5)
    steps, batch, size = 4, 3, 5
    inputs, first = rng.normal(size=(steps, batch, size)), rng.uniform(-0.5, 0.5, (batch, size))
    weights, wanted = rng.normal(0, 0.5, (size, size)), rng.normal(size=(batch, size))

    def states(weights):
        hidden = [first]
        for x in inputs:
            hidden.append(np.tanh(x + hidden[-1] @ weights))
        return A(hidden)

    def loss(weights):
        return np.sum((states(weights)[-1] - wanted) ** 2)

    dh_last = 2 * (states(weights)[-1] - wanted)
    (got,) = get("recurrent-gradient").answer((dh_last, states(weights), weights))
    for i in range(size):
        for j in range(size):
            nudge = np.zeros_like(weights)
            nudge[i, j] = 1e-6
            slope = (loss(weights + nudge) - loss(weights - nudge)) / 2e-6
            assert got[i, j] == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_no_final_phase_that_is_drawn_is_longer_than_any_run():
    # A task changes each number alone to that of another draw, and needs an answer then, too.
    generators = map(np.random.default_rng, range(300))
    arguments = [call.arguments for rng in generators for call in final_momentum.calls(rng)]
    phases = [last for _, total, last, *_ in arguments if last < total]
    assert max(phases) <= min(total for _, total, *_ in arguments)


@pytest.mark.parametrize("eta", [0.02, 0.3])
def test_one_step_of_nag_is_one_of_classical_momentum_with_the_effective_momentum(eta):
    rng = np.random.default_rng(1)
    curvature, centre, theta, velocity = rng.normal(1, 3, 4), *rng.normal(size=(3, 4))
    slopes = Quadratic(curvature, centre)
    (momentum,) = get("effective-momentum").answer((curvature, eta, 0.9))
    new = momentum * velocity - eta * curvature * (theta - centre)  # negative ones included
    nag = get("nag-step").answer((theta, velocity, slopes, eta, 0.9))
    np.testing.assert_allclose(nag, (theta + new, new), rtol=1e-12)


@pytest.mark.parametrize("period", [1, 3, 250])
def test_the_schedule_climbs_in_stairs_as_its_formula_says(period):
    schedule = get("momentum-schedule")
    values = A([schedule.answer((t, 1.0, period))[0] for t in range(8 * period)])
    stairs = values.reshape(8, period)
    assert np.all(stairs == stairs[:, :1])
    np.testing.assert_allclose(values[::period], 1 - 2.0 ** (-1 - np.log2(np.arange(1, 9))))
