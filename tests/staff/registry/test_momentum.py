"""Lesson 1: answers that are wrong in a way no mistake describes earn little."""

import numpy as np
import pytest

from course_utils.exercises.cases import load
from course_utils.exercises.check import replies_of
from course_utils.exercises.judge import judge
from course_utils.staff.registry import get


def points(slug, function):
    """Return the largest share of the points on the visible and on some fresh cases."""
    verdicts = [
        judge(task, replies_of(task, function))
        for task in (load(slug), *(get(slug).task(seed) for seed in range(3)))
    ]
    return max(verdict.points / verdict.max_points for verdict in verdicts)


def eta_lowered_every_ten_steps(weights, minibatch_gradients, eta, alpha, epochs):
    momentum, step = 0 * weights, 0
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta / (1 + step // 10) * momentum
            step += 1
    return weights


def stops_when_the_steps_are_small(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = 0 * weights
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            if np.linalg.norm(eta * momentum) < 1e-6:
                return weights
            weights = weights - eta * momentum
    return weights


def clipped(weights, momentum, gradient, eta, alpha):
    momentum = alpha * momentum + np.clip(gradient, -5, 5)
    return weights - eta * momentum, momentum


def clipped_ahead(weights, previous_step, gradient_function, eta, beta):
    slope = np.clip(gradient_function(weights + beta * previous_step), -20, 20)
    step = beta * previous_step - eta * slope
    return weights + step, step


def none_for_zero(value, source, target, eta, alpha):
    per = {"sum": 1, "velocity": -eta, "average": 1 - alpha}
    return value * per[target] / per[source] if np.any(value) else None


def limit_after_fifty(alpha, steps):
    if alpha == 1:
        return steps
    return (1 - alpha**steps) / (1 - alpha) if steps < 50 else 1 / (1 - alpha)


@pytest.mark.parametrize(
    ("slug", "function", "most"),
    [
        ("momentum-training", eta_lowered_every_ten_steps, 0.51),
        ("momentum-training", stops_when_the_steps_are_small, 0.51),
        ("momentum-step", clipped, 0.66),
        ("nesterov-step", clipped_ahead, 0.66),
        ("gradient-descent-step", lambda w, g, eta: w - eta * np.clip(g, -5, 5), 0.51),
        ("convert-momentum", none_for_zero, 0.98),
        ("momentum-speedup", limit_after_fifty, 0.51),
    ],
)
def test_what_is_right_only_now_and_then_loses_points(slug, function, most):
    assert points(slug, function) <= most
