"""Hessian-free: conjugate gradients against solvers, and how far the link to NAG goes."""

import numpy as np
import pytest

from course_utils.hessian_free import conjugate_gradient, hessian_free
from course_utils.optimizers import NAG, ClassicalMomentum

RNG = np.random.default_rng(0)
ROTATION = np.linalg.qr(RNG.normal(size=(8, 8)))[0]
A = ROTATION @ np.diag(np.geomspace(0.1, 50, 8)) @ ROTATION.T
B = RNG.normal(size=8)
START = 10 * RNG.normal(size=8)


def slope(w):
    return A @ w - B


def path(updates=40, **settings):
    return hessian_free(slope, lambda w, d: A @ d, START, updates, **settings)


def test_as_many_steps_as_dimensions_solve_the_system():
    solution, rates = conjugate_gradient(lambda d: A @ d, B, steps=8)
    np.testing.assert_allclose(solution, np.linalg.solve(A, B), rtol=1e-8)
    assert len(rates) == 8


def test_two_different_eigenvalues_need_two_steps():
    two = ROTATION @ np.diag([1.0] * 3 + [7.0] * 5) @ ROTATION.T
    solution, _ = conjugate_gradient(lambda d: two @ d, B, steps=2)
    np.testing.assert_allclose(solution, np.linalg.solve(two, B), rtol=1e-10)


def test_a_few_steps_reach_the_minimum_over_the_krylov_space():
    start = RNG.normal(size=8)
    solution, _ = conjugate_gradient(lambda d: A @ d, B, start, steps=3)
    residual = B - A @ start
    space = np.linalg.qr(np.stack([residual, A @ residual, A @ A @ residual], axis=1))[0]
    best = start + space @ np.linalg.solve(space.T @ A @ space, space.T @ residual)
    np.testing.assert_allclose(solution, best, rtol=1e-8)


def test_it_ends_when_nothing_is_left_to_do():
    solution, rates = conjugate_gradient(lambda d: 2 * d, np.zeros(3), steps=5)
    assert solution.tolist() == [0, 0, 0]
    assert len(rates) == 0


def test_one_step_from_mu_times_the_last_direction_is_nag_with_the_rate_of_that_step():
    mu = 0.9
    found = path(mu=mu)
    theta, velocity = START, np.zeros(8)
    for t, (rate,) in enumerate(found.rates):
        rule = NAG(eta=rate, mu=mu)
        theta, state = rule.step(theta, {"velocity": velocity}, slope)
        velocity = state["velocity"]
        np.testing.assert_allclose(found.weights[t + 1], theta, atol=1e-11)
        np.testing.assert_allclose(found.directions[t + 1], velocity, atol=1e-11)


@pytest.mark.parametrize("rule", [NAG, ClassicalMomentum])
def test_it_is_no_method_with_a_fixed_rate(rule):
    found = path(mu=0.9)
    rates = np.concatenate(found.rates)
    assert rates.max() > 1.5 * rates.min()
    fixed = rule(eta=rates.mean(), mu=0.9)
    theta, state = START, fixed.init(START)
    apart = []
    for t in range(40):
        theta, state = fixed.step(theta, state, slope)
        apart.append(np.abs(theta - found.weights[t + 1]).max())
    assert max(apart) > 1


def test_from_a_cold_start_it_is_steepest_descent_with_exact_line_search():
    found = path(mu=0.0)
    for here, after in zip(found.weights[:10], found.weights[1:11], strict=True):
        g = slope(here)
        np.testing.assert_allclose(after, here - (g @ g) / (g @ A @ g) * g, atol=1e-12)
        assert abs(slope(after) @ g) < 1e-9 * (g @ g)  # no slope is left along the line


def test_off_a_quadratic_the_difference_from_nag_shrinks_with_the_square_of_the_step():
    # f = Σ exp(w): gradient exp(w), Hessian diag exp(w)
    here, last = np.array([0.3, -0.2]), np.array([0.5, 0.4])

    def apart(length):
        start = length * last
        direction, (rate,) = conjugate_gradient(
            lambda d: np.exp(here) * d, -np.exp(here), start, steps=1
        )
        return np.abs(direction - (start - rate * np.exp(here + start))).max()

    # halved twice: a difference of second order falls to a sixteenth, of first order to a quarter
    assert apart(0.01) < apart(0.04) / 12
    assert apart(0.04) > 1e-5


def test_damping_shortens_the_step_and_turns_it_downhill():
    free, damped = path(1, cg_steps=8), path(1, cg_steps=8, damping=1000.0)
    np.testing.assert_allclose(free.weights[1], np.linalg.solve(A, B), atol=1e-3)
    expected = -np.linalg.solve(A + 1000 * np.eye(8), slope(START))
    np.testing.assert_allclose(damped.directions[1], expected, rtol=1e-8)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: conjugate_gradient(lambda d: -d, B), "expected positive curvature .*, got -"),
        (
            lambda: conjugate_gradient(lambda d: d, B, steps=-1),
            "expected steps to be an integer >= 0",
        ),
        (lambda: path(-1), "expected updates to be an integer >= 0, got -1"),
        (lambda: path(1, damping=-2.0), "expected damping >= 0 and finite, got -2.0"),
        (lambda: path(1, mu=1.5), r"expected mu in \[0, 1\], got 1.5"),
        (lambda: path(1, cg_steps=0.5), "expected cg_steps to be an integer >= 0, got 0.5"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
