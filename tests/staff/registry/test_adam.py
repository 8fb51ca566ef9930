"""What is special about lesson 3's exercises: the patient of the bug hunt, and exact links."""

import itertools

import numpy as np
import pytest

from course_utils.exercises.check import replies_of
from course_utils.exercises.judge import judge
from course_utils.patient import treat
from course_utils.staff.registry import get
from course_utils.staff.registry.adam.adam_bug_hunt import FAULTS, patient
from course_utils.staff.registry.exercise import Solution

NAMES = {"moments": "forgets", "t": "restarts t", "shared": "shares", "epsilon": "fixed ε"}


def loop(faults):
    return Solution("loop", "adam_run", patient(faults)).build()


@pytest.mark.parametrize("count", range(5))
def test_the_patient_of_the_exercise_has_the_faults_that_the_lesson_shows_alone(count):
    # Two accounts of one published loop: the text that is mended, and the module that shows it.
    gradients = [lambda w: 2 * w, lambda w: w - 0.5]
    settings = {"eta": 0.02, "beta1": 0.8, "beta2": 0.9, "epsilon": 0.01}
    start = np.array([1.0, -1.0])
    for faults in itertools.combinations(FAULTS, count):
        with np.errstate(invalid="ignore"):
            end = loop(faults)(start, gradients, *settings.values(), 3)
        path = treat(start, gradients, 3, [NAMES[fault] for fault in faults], **settings)
        np.testing.assert_allclose(end, path[-1], rtol=1e-12)


def test_the_check_of_the_bug_hunt_names_every_fault_that_is_left():
    task = get("adam-bug-hunt").task(5)
    for count in range(1, 5):
        for faults in itertools.combinations(FAULTS, count):
            hint = judge(task, replies_of(task, loop(faults))).hint
            for name, (words, _) in FAULTS.items():
                assert (words in hint) == (name in faults)


def test_the_measure_is_the_length_of_two_steps_of_adam_minus_that_of_gradient_descent():
    g1, g2, eta, beta1, beta2, epsilon = np.array(0.7), np.array(-0.4), 0.2, 0.6, 0.8, 0.03
    w = m = s = np.array(0.0)
    for t, g in enumerate((g1, g2), start=1):
        old = w
        w, m, s = get("adam-step").answer((w, m, s, g, t, eta, beta1, beta2, epsilon))
    (measure,) = get("adam-measure").answer((g1, g2, eta, beta1, beta2, epsilon, True))
    assert measure == pytest.approx(abs(w - old) - eta * abs(g2))


def test_the_gap_between_the_placements_is_that_of_adams_first_steps():
    g, eta, epsilon = np.array([0.5, -0.01, 2.0]), 0.1, 0.02
    zero = np.zeros(3)
    inside, *_ = get("adam-step").answer((zero, zero, zero, g, 1, eta, 0.9, 0.999, epsilon))
    # outside: |g| / (|g| + epsilon) is the inside form with another epsilon under the root
    outside = [
        get("adam-step").answer(
            (zero, zero, zero, g, 1, eta, 0.9, 0.999, float((abs(x) + epsilon) ** 2 - x**2))
        )[0][i]
        for i, x in enumerate(g)
    ]
    (gap,) = get("epsilon-placement").answer((g, eta, epsilon))
    np.testing.assert_allclose(gap, np.abs(outside) - np.abs(inside), rtol=1e-10)


def corrects_until(last):
    return lambda moment, beta, t: moment / (1 - beta**t) if t <= last else +moment


def corrects_from(first):
    return lambda moment, beta, t: moment / (1 - beta**t) if t >= first else +moment


@pytest.mark.parametrize(
    "correct", [corrects_until(5), corrects_until(10), corrects_from(6), corrects_from(101)]
)
def test_a_correction_that_is_right_for_some_steps_only_earns_little(correct):
    def step(weights, moment, gradient, t, eta, beta1):
        moment = beta1 * moment + (1 - beta1) * gradient
        return weights - eta * correct(moment, beta1, t), moment

    def adam(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
        moment = beta1 * moment + (1 - beta1) * gradient
        scale = beta2 * scale + (1 - beta2) * gradient**2
        root = np.sqrt(correct(scale, beta2, t) + epsilon)
        return weights - eta * correct(moment, beta1, t) / root, moment, scale

    # What the other returned values earn is right.
    values = {
        "bias-correction": (correct, 0),
        "first-moment-step": (step, 1),
        "adam-step": (adam, 2),
    }
    for slug, (function, others) in values.items():
        task = get(slug).task(5)
        earned = judge(task, replies_of(task, function)).points / task.points
        assert earned * (others + 1) - others < 0.25, slug
