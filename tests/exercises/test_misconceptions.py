"""The mutation bank: every misconception rejected and named, every correct variant accepted."""

import functools

import numpy as np
import pytest

from course_utils.exercises.cases import load
from course_utils.exercises.check import answers
from course_utils.exercises.judge import judge
from course_utils.exercises.registry import EXERCISES, get
from course_utils.exercises.report import report

SEEDS = range(30)
BANK = [(slug, wrong) for slug, exercise in EXERCISES.items() for wrong in exercise.misconceptions]
VARIANTS = [(slug, right) for slug, exercise in EXERCISES.items() for right in exercise.variants]


@functools.cache
def drawn(slug, seed):
    return get(slug).task(seed)


def verdict_of(task, solution):
    return judge(task, answers(task, solution.build()))


def named(pair):
    return f"{pair[0]}:{pair[1].name}"


@pytest.mark.parametrize("pair", BANK, ids=named)
def test_a_misconception_is_rejected_and_named_and_its_points_do_not_depend_on_the_inputs(pair):
    slug, wrong = pair
    visible = verdict_of(load(slug), wrong)
    assert visible.diagnosis == wrong.name
    assert visible.hint == wrong.hint
    assert visible.points < visible.max_points
    for seed in SEEDS:
        fresh = verdict_of(drawn(slug, seed), wrong)
        assert (fresh.diagnosis, fresh.points) == (wrong.name, visible.points), seed


# What students write, in ways of their own, and how the hint that it earns begins.


def alpha_for_one_minus_alpha(value, source, target, eta, alpha):
    per = {"sum": 1, "velocity": -eta, "average": alpha}
    return value * per[target] / per[source]


def alpha_for_one_minus_alpha_in_two_steps(value, source, target, eta, alpha):
    if source == "velocity":
        value = -value / eta
    if source == "average":
        value = value / alpha
    return {"sum": value, "velocity": -eta * value, "average": alpha * value}[target]


def trained(leaves_after, at_the_end):
    """Return a training loop that ends early, inside of one of its two loops."""

    def train(weights, minibatch_gradients, eta, alpha, epochs):
        momentum = 0 * weights
        for _ in range(epochs):
            for gradient in minibatch_gradients:
                momentum = alpha * momentum + gradient(weights)
                weights = weights - eta * momentum
                if leaves_after == "minibatch":
                    return weights
            if leaves_after == "epoch":
                return weights
        return weights if at_the_end else None

    return train


def train_without_calling(weights, minibatch_gradients, eta, alpha, epochs):
    velocity = np.zeros(weights.shape)
    for _ in range(epochs):
        for g in minibatch_gradients:
            velocity = alpha * velocity - eta * g
            weights = weights + velocity
    return weights


def old_momentum_back(weights, momentum, gradient, eta, alpha):
    weights = weights - eta * (alpha * momentum + gradient)
    return weights, momentum


def what_is_lost(weights, momentum, gradient, eta, alpha):
    m = gradient + momentum - alpha * momentum
    return weights - eta * m, m


def one_power_too_many(alpha, steps):
    if alpha == 1:
        return steps
    return (1 - alpha ** (steps + 1)) / (1 - alpha)


def subtracted(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - eta * gradient_function(weights + beta * previous_step)
    return weights - step, step


EPOCH, MINIBATCH = (f"It returns after the first {loop}:" for loop in ("epoch", "minibatch"))
NATURAL = [
    ("convert-momentum", alpha_for_one_minus_alpha, "alpha in place of 1 - alpha."),
    ("convert-momentum", alpha_for_one_minus_alpha_in_two_steps, "alpha in place of 1 - alpha."),
    ("momentum-training", trained("epoch", at_the_end=False), EPOCH),
    ("momentum-training", trained("epoch", at_the_end=True), EPOCH),
    ("momentum-training", trained("minibatch", at_the_end=False), MINIBATCH),
    ("momentum-training", trained("minibatch", at_the_end=True), MINIBATCH),
    ("momentum-training", train_without_calling, "Each entry is a function: call it at"),
    ("momentum-step", old_momentum_back, "The weights are right, but the momentum comes back as"),
    ("momentum-step", what_is_lost, "alpha is what survives, not what is lost."),
    ("momentum-speedup", one_power_too_many, "One term too many:"),
    ("nesterov-step", subtracted, "The step is right, but it is subtracted."),
    ("stability-limit", lambda alpha, c: 4 / c, "That is the bound for alpha -> 1."),
]


@pytest.mark.parametrize(("slug", "function", "hint"), NATURAL)
def test_a_natural_mistake_earns_its_hint_whatever_the_inputs(slug, function, hint):
    for task in (load(slug), *(drawn(slug, seed) for seed in SEEDS[:10])):
        verdict = judge(task, answers(task, function))
        assert (verdict.hint or "").startswith(hint), verdict
        assert verdict.points < verdict.max_points


@pytest.mark.parametrize("pair", VARIANTS, ids=named)
def test_a_correct_variant_gets_full_points(pair, capfd):
    slug, right = pair
    for task in (load(slug), *(drawn(slug, seed) for seed in SEEDS[:10])):
        replies = answers(task, right.build())
        verdict = judge(task, replies)
        said = report(task, replies, verdict)
        assert verdict.points == verdict.max_points, said
        assert verdict.problem is None, said
        assert verdict.diagnosis is None
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("slug", ["momentum-step", "nesterov-step", "momentum-training"])
def test_state_is_named_even_if_it_was_there_before_the_check(slug):
    exercise = get(slug)
    (keeper,) = [wrong for wrong in exercise.misconceptions if "state" in wrong.name]
    function = keeper.build()
    for seed in (1, 2, 3):  # one function through it all, as in a notebook that stays open
        task = drawn(slug, seed)
        verdict = judge(task, answers(task, function))
        assert (verdict.diagnosis, verdict.points) == (keeper.name, 0.0)


def test_a_measure_that_ignores_the_sign_of_g1_earns_nothing():
    task = load("acceleration-measure")
    for case in task.cases:
        if case.role == "core":
            assert set(np.sign(case.arguments[0])) == {-1.0, 1.0}
    verdict = judge(task, answers(task, lambda g1, g2, alpha: alpha * g1 + g2 - g1))
    assert verdict.diagnosis == "ignores_the_case_of_negative_g1"
    assert verdict.points == 0.0


def test_a_mistake_in_one_of_two_values_earns_half_and_one_in_both_nothing():
    points = {
        wrong.name: verdict_of(load("momentum-step"), wrong).points
        for wrong in get("momentum-step").misconceptions
    }
    assert points["walks_uphill"] == points["moves_by_the_old_momentum"] == 2.0
    assert points["averages_instead_of_summing"] == points["returns_momentum_first"] == 0.0
