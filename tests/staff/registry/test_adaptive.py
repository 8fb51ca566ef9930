"""Lesson 2: no points for what is right only far from the limits, for few steps, or on no grid."""

import numpy as np
import pytest

from course_utils.exercises.cases import load
from course_utils.exercises.check import replies_of
from course_utils.exercises.judge import judge
from course_utils.staff.registry import get


def points_of(slug, function):
    task = load(slug)
    return judge(task, replies_of(task, function)).points / task.points


def misconception(slug, name):
    return next(wrong for wrong in get(slug).misconceptions if wrong.name == name).build()


def right_for_ten_steps(method, steps, gradient, eta, beta, epsilon):
    kept = 0.0
    for _ in range(min(steps, 10)):
        kept = kept + gradient**2 if method == "adagrad" else beta * kept + (1 - beta) * gradient**2
    return eta / (kept**0.5 + epsilon) if method == "adagrad" else eta / (kept + epsilon) ** 0.5


def right_from_ten_steps_on(method, steps, *more):
    return right_for_ten_steps(method, max(steps, 10), *more)


@pytest.mark.parametrize("function", [right_for_ten_steps, right_from_ten_steps_on])
def test_a_rate_that_is_right_for_some_steps_only_earns_at_most_half(function):
    assert points_of("effective-rate", function) <= 0.5


@pytest.mark.parametrize(
    ("slug", "name", "most"),
    [
        ("rprop-step", "forgets_both_limits", 0.7),
        ("rprop-step", "forgets_the_smallest", 0.85),
        ("rprop-step", "forgets_the_largest", 0.7),
        ("rprop-step", "limits_after_the_move", 0.85),
        ("rprop-step", "divides_by_the_magnitude", 0.9),
        ("amplification-measure", "pairs_instead_of_broadcasting", 0.5),
    ],
)
def test_a_mistake_that_shows_only_in_some_calls_costs_more_than_these(slug, name, most):
    assert points_of(slug, misconception(slug, name)) <= most


def test_masks_need_no_axis_where_the_points_are():
    def rprop_step(weights, sizes, previous, gradient, increase, decrease, smallest, largest):
        product, kept = gradient * previous, gradient.copy()
        factor = np.sign(product)
        factor[product > 0], factor[product < 0], factor[product == 0] = increase, decrease, 1
        kept[product < 0] = 0
        sizes = np.clip(sizes * factor, smallest, largest)
        return weights - sizes * np.sign(kept), sizes, kept

    assert points_of("rprop-step", rprop_step) == 1
