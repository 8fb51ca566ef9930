import importlib.util
from dataclasses import FrozenInstanceError
from types import SimpleNamespace

import numpy as np
import pytest

from course_utils.descent import LIMIT, Trajectory, descend
from course_utils.objectives import BOWL, OBJECTIVES, OBLONG, ROSENBROCK, TWO_HOLES
from course_utils.optimizers import (
    NAG,
    RULES,
    Adam,
    ClassicalMomentum,
    FirstMoment,
    GradientDescent,
    Momentum,
    RMSprop,
)
from course_utils.schedules import ConstantMomentum, FinalMomentum, RatioMomentum
from support import ROOT
from support.rules import EXAMPLES, every_rule


def quadratic(curvature, start):
    """½ Σ curvature w², with as many coordinates as the start has."""
    curvature = np.asarray(curvature, float)

    def spread(w):
        return curvature.reshape(curvature.shape + (1,) * (np.ndim(w) - curvature.ndim))

    return SimpleNamespace(
        value=lambda w: 0.5 * np.sum(spread(w) * w**2, axis=tuple(range(curvature.ndim))),
        gradient=lambda w: spread(w) * w,
        start=np.asarray(start),
    )


# ---- what a trajectory holds ----------------------------------------------------------------


@every_rule
def test_a_trajectory_holds_what_stepping_by_hand_gives(rule):
    run = descend(rule, ROSENBROCK, steps=20)
    weights = ROSENBROCK.start
    state = rule.init(weights)
    assert set(run.states) == set(state)
    for t in range(21):
        np.testing.assert_array_equal(run.weights[t], weights)
        np.testing.assert_allclose(run.errors[t], ROSENBROCK.value(weights), rtol=1e-12)
        np.testing.assert_allclose(run.gradients[t], ROSENBROCK.gradient(weights), rtol=1e-10)
        for name, value in state.items():
            np.testing.assert_array_equal(run.states[name][t], value)
        weights, state = rule.step(weights, state, ROSENBROCK.gradient)
    assert (run.steps, run.diverged_at) == (20, None)
    assert run.weights.shape == run.gradients.shape == (21, 2)
    assert run.errors.shape == (21,)


def test_no_steps_leave_the_start_alone():
    run = descend(Adam(), BOWL, steps=0)
    np.testing.assert_array_equal(run.weights, [[-15, 20]])
    assert run.errors.tolist() == [4675]
    assert run.states["t"].tolist() == [0]
    assert run.ending == "The error is 4675 after 0 steps."


def test_a_start_of_ones_own_takes_the_place_of_the_natural_one():
    run = descend(GradientDescent(0.1), BOWL, start=[1, 0], steps=1)
    np.testing.assert_allclose(run.weights, [[1, 0], [0.4, 0]], rtol=1e-15)
    assert run.ending == "The error is 0.48 after 1 step."


@pytest.mark.parametrize("shape", [(), (0,), (1,), (3,), (2, 3)])
def test_weights_may_have_any_shape(shape):
    objective = quadratic(np.full(shape, 2.0), np.full(shape, 1.0))
    run = descend(Momentum(0.1, 0.5), objective, steps=4)
    assert run.weights.shape == run.gradients.shape == run.states["momentum"].shape == (5, *shape)
    assert run.errors.shape == (5,)
    np.testing.assert_allclose(run.gradients, 2 * run.weights)
    np.testing.assert_allclose(run.errors, [np.sum(w**2) for w in run.weights])


def test_single_precision_stays_single():
    run = descend(Adam(), BOWL, start=np.array([1, 2], np.float32), steps=3)
    assert run.weights.dtype == run.states["scale"].dtype == np.float32


def test_a_rule_that_writes_into_its_arrays_cannot_rewrite_the_past():
    class InPlace:
        def init(self, weights):
            return {"momentum": np.zeros_like(weights)}

        def step(self, weights, state, gradient):
            state["momentum"] *= 0.9
            state["momentum"] += gradient(weights)
            weights -= 0.001 * state["momentum"]
            return weights, state

    careless, careful = (
        descend(InPlace(), BOWL, steps=9),
        descend(Momentum(0.001, 0.9), BOWL, steps=9),
    )
    np.testing.assert_allclose(careless.weights, careful.weights, rtol=1e-14)
    np.testing.assert_allclose(careless.states["momentum"], careful.states["momentum"], rtol=1e-14)
    assert BOWL.start.tolist() == [-15, 20]


def test_trajectories_are_frozen():
    with pytest.raises(FrozenInstanceError):
        descend(Adam(), BOWL, steps=1).steps_more = 3
    with pytest.raises(FrozenInstanceError):
        descend(Adam(), BOWL, steps=1).errors = np.zeros(2)


# ---- schedules ------------------------------------------------------------------------------


def test_a_function_of_time_gives_the_rule_of_each_update():
    momenta = [0.0, 0.9, 0.5]
    run = descend(lambda t: ClassicalMomentum(0.001, momenta[t]), BOWL, steps=3)
    weights, velocity = BOWL.start, np.zeros(2)
    for t, mu in enumerate(momenta):
        velocity = mu * velocity - 0.001 * BOWL.gradient(weights)
        weights = weights + velocity
        np.testing.assert_allclose(run.weights[t + 1], weights, rtol=1e-14)
        np.testing.assert_allclose(run.states["velocity"][t + 1], velocity, rtol=1e-14)


def test_lowering_the_final_momentum_lets_a_swinging_run_settle():
    swinging = ConstantMomentum(0.999)
    settling = FinalMomentum(swinging, total=300, last=100, mu_final=0.9)
    first = descend(lambda t: NAG(0.01, swinging(t)), OBLONG, steps=300)
    second = descend(lambda t: NAG(0.01, settling(t)), OBLONG, steps=300)
    np.testing.assert_array_equal(first.weights[:201], second.weights[:201])
    assert second.errors[-1] < 0.01 * first.errors[-1]


def test_accelerated_rates_on_an_ill_conditioned_quadratic():
    """GD falls like 1/T, NAG and, on a quadratic, CM like 1/T²."""
    i = np.arange(1.0, 4001)
    objective = quadratic(i**-2, i**-0.5)
    mu, window = RatioMomentum(), np.arange(100, 1001)

    def slope(rule):
        errors = descend(rule, objective, steps=1000).errors[window]
        return np.polyfit(np.log(window), np.log(errors), 1)[0]

    assert slope(GradientDescent(1.0)) == pytest.approx(-0.999, abs=2e-3)
    assert slope(lambda t: NAG(1.0, mu(t))) == pytest.approx(-1.967, abs=2e-3)
    assert slope(lambda t: ClassicalMomentum(1.0, mu(t))) == pytest.approx(-1.980, abs=2e-3)


def test_classical_momentum_can_cycle_for_ever_where_nesterov_converges():
    """The piecewise quadratic of Lessard, Recht and Packard (2016), curvatures 1 and 25."""
    objective = SimpleNamespace(
        value=lambda w: np.where(
            w < 1, 12.5 * w**2, np.where(w < 2, 0.5 * w**2 + 24 * w - 12, 12.5 * w**2 - 24 * w + 36)
        ),
        gradient=lambda w: np.where(w < 1, 25 * w, np.where(w < 2, w + 24, 25 * w - 24)),
        start=np.array(3.3),
    )
    cycling = descend(ClassicalMomentum(1 / 9, 4 / 9), objective, steps=300).weights
    cycle = [-1.8024, 2.1159, 0.6465]
    np.testing.assert_allclose(sorted(cycling[-3:]), sorted(cycle), atol=5e-5)
    np.testing.assert_allclose(cycling[-3:], cycling[-6:-3], atol=1e-9)
    assert abs(descend(NAG(1 / 25, 2 / 3), objective, steps=300).weights[-1]) < 1e-12


# ---- the runs of the lessons ----------------------------------------------------------------


@pytest.mark.parametrize(("alpha", "last_above"), [(0.0, 541), (0.6, 212), (0.9, 76)])
def test_how_soon_momentum_brings_the_error_below_one_for_good(alpha, last_above):
    errors = descend(Momentum(0.001, alpha), BOWL, steps=700).errors
    assert np.flatnonzero(errors >= 1)[-1] == last_above


def test_the_bumps_of_much_momentum():
    errors = descend(Momentum(0.001, 0.9), BOWL, steps=700).errors
    rising = np.flatnonzero(np.diff(errors) > 0)  # t where E(t+1) > E(t)
    expected = [*range(15, 22), *range(37, 46), *range(61, 68)]
    assert rising[rising <= 67].tolist() == expected
    assert np.flatnonzero(errors < 1)[0] == 37
    assert errors[46] == pytest.approx(32, abs=0.5)


def test_rmsprop_with_a_constant_eta_circles_the_minimum_at_a_distance_of_eta():
    tail = descend(RMSprop(0.05), BOWL, steps=2000).weights[-100:]
    assert np.abs(tail).min(axis=0).max() > 0.01
    assert np.abs(tail).max() < 0.05


@pytest.mark.parametrize(
    ("beta1", "hole", "distance"),
    [
        (0.0, (2.5749, 0.0178), 5e-4),
        (0.5, (2.5749, 0.0178), 5e-4),
        (0.9, (2.5749, 0.0178), 5e-4),
        (0.9045, (2.5749, 0.0178), 0.01),
        (0.905, (5.4998, 0.9999), 0.01),
        (0.91, (5.4998, 0.9999), 2e-3),
        (0.95, (5.4998, 0.9999), 0.01),
        (0.99, (5.4998, 0.9999), 0.4),
    ],
)
def test_first_moments_reach_the_deep_hole_from_a_threshold_on(beta1, hole, distance):
    end = descend(FirstMoment(20.0, beta1), TWO_HOLES, steps=150).weights[-1]
    assert np.hypot(*(end - hole)) < distance


def test_nesterov_swings_less_than_classical_momentum_across_an_oblong_valley():
    def swings(rule):
        y = descend(rule, OBLONG, start=[-10, 1.5], steps=80).weights[:, 1]
        loud = y[np.abs(y) > 0.01 * 1.5]
        return np.sum(np.diff(np.sign(loud)) != 0), np.abs(np.diff(y)).sum()

    changes, variation = swings(ClassicalMomentum(0.018, 0.95))
    assert (changes, variation) == (26, pytest.approx(35.6, abs=0.05))
    changes, variation = swings(NAG(0.018, 0.95))
    assert (changes, variation) == (1, pytest.approx(1.74, abs=0.005))


# ---- runs that go wrong ---------------------------------------------------------------------


@pytest.mark.parametrize("start", [1e-3, 1.0, 20.0])
def test_a_diverging_run_stops_where_the_closed_form_says(start):
    # With eta = 0.15 the weight grows by -2 a step: E(t) = 10 (start 2^t)².
    run = descend(GradientDescent(0.15), BOWL, start=[0, start], steps=700)
    expected = int(np.ceil(np.log2(np.sqrt(LIMIT / 10) / start)))
    assert run.diverged_at == expected
    assert run.steps == expected - 1
    assert len(run.weights) == len(run.gradients) == expected
    assert np.all(run.errors <= LIMIT)
    assert run.ending == (
        f"The run diverged at step {expected}: from there on the numbers are not finite "
        "or beyond 1·10³⁰."
    )


@every_rule
def test_whatever_happens_all_that_is_kept_can_be_drawn(rule):
    # Some of these runs diverge, some do not; NumPy's warnings would fail the test.
    wild = type(rule)(**{**vars(rule), "eta": 40.0})
    for objective in OBJECTIVES.values():
        run = descend(wild, objective, steps=300)
        kept = [run.weights, run.errors, run.gradients]
        assert all(np.all(np.abs(numbers) <= LIMIT) for numbers in kept)
        lengths = {len(numbers) for numbers in [*kept, *run.states.values()]}
        assert lengths == {301 if run.diverged_at is None else run.diverged_at}


def test_momentum_dies_on_the_cliff_of_rosenbrock_and_says_when():
    run = descend(Momentum(0.1, 0.9), ROSENBROCK, steps=10**6)
    assert isinstance(run.diverged_at, int)
    assert 1 <= run.diverged_at < 10
    assert run.states["momentum"].shape == run.weights.shape == (run.diverged_at, 2)


def test_a_long_run_that_diverges_does_not_go_on_for_long():
    calls = []
    objective = quadratic([1.0], [1.0])
    gradient = objective.gradient
    objective.gradient = lambda w: calls.append(1) or gradient(w)
    run = descend(GradientDescent(3.0), objective, steps=10**6)
    assert run.diverged_at == 51  # the first t with ½ 4^t > 1e30
    assert len(calls) < 200


def test_a_run_that_leaves_the_domain_of_the_error_stops_there():
    # E(w) = sqrt(w): a step from 0.04 leads to 0.04 - 0.1 * 2.5 < 0, where there is no error.
    objective = SimpleNamespace(
        value=np.sqrt, gradient=lambda w: 0.5 / np.sqrt(w), start=np.array(0.04)
    )
    run = descend(GradientDescent(0.1), objective, steps=50)
    assert run.diverged_at == 1
    assert run.weights.tolist() == [0.04]


def test_a_run_that_meets_a_pole_just_as_it_ends_has_diverged():
    objective = SimpleNamespace(
        value=lambda w: 1 / w, gradient=lambda w: np.ones_like(w), start=np.array(1.0)
    )
    assert descend(GradientDescent(0.25), objective, steps=4).diverged_at == 4
    assert descend(GradientDescent(0.25), objective, steps=3).diverged_at is None


def test_a_run_that_ends_where_the_gradient_is_infinite_has_diverged():
    # E(w) = sqrt(w) from 1/4 with eta = 1/4: the first step ends at 0, where E is 0 and E' is not.
    objective = SimpleNamespace(
        value=np.sqrt, gradient=lambda w: 0.5 / np.sqrt(w), start=np.array(0.25)
    )
    assert descend(GradientDescent(0.25), objective, steps=1).diverged_at == 1


# ---- bad input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rule": "adam"}, "expected a rule with init and step, or a function of t .* got 'adam'"),
        ({"rule": Momentum}, r"expected a rule, got the class Momentum: write Momentum\(eta=…\)"),
        ({"rule": lambda t: None}, "a function of t that returns a rule .*, got None for t = 0"),
        ({"rule": lambda t: Adam}, "a function of t that returns a rule .* got <class .* t = 0"),
        ({"rule": lambda t: Adam() if t < 3 else 7}, "returns a rule .* got 7 for t = 3"),
        ({"objective": "x"}, "expected an objective with value, gradient and start, .* got 'x'"),
        ({"objective": None}, "expected an objective with value, gradient and start, .* got None"),
        ({"objective": BOWL.gradient}, "expected an objective with value, gradient and start"),
        ({"steps": -1}, "expected steps to be an integer >= 0, got -1"),
        ({"steps": 2.5}, "expected steps to be an integer >= 0, got 2.5"),
        ({"steps": True}, "expected steps to be an integer >= 0, got True"),
        ({"start": [1, 2, 3]}, r"expected a start of shape \(2,\), got \(3,\)"),
        ({"start": []}, r"expected a start of shape \(2,\), got \(0,\)"),
        ({"start": 1.0}, r"expected a start of shape \(2,\), got \(\)"),
        ({"start": "here"}, "expected a start of real numbers, got 'here'"),
        ({"start": [1j, 2]}, "expected a start of real numbers"),
        ({"start": [[1, 2], [3]]}, "expected a start of real numbers"),
        ({"start": [np.nan, 1]}, r"expected a start whose weights, .* at \(not a number, 1\)"),
        ({"start": [1e20, 1]}, r"expected a start whose .* within 1·10³⁰, got error 3·10⁴⁰"),
    ],
)
def test_bad_input_is_answered_by_a_sentence(arguments, message):
    with pytest.raises(ValueError, match=message):
        descend(**{"rule": GradientDescent(0.01), "objective": BOWL, **arguments})


def test_a_trajectory_can_be_made_by_hand():
    run = Trajectory(np.zeros((2, 2)), np.array([3.0, 0.25]), np.zeros((2, 2)), {})
    assert run.ending == "The error is 0.25 after 1 step."


# ---- the benchmark --------------------------------------------------------------------------


def test_the_benchmark_times_every_rule_and_fails_above_its_target(capsys):
    path = ROOT / "benchmarks" / "descent_speed.py"
    spec = importlib.util.spec_from_file_location("descent_speed", path)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    quick = ["--steps", "2", "--repeats", "1"]
    assert benchmark.main(quick) == 0
    printed = capsys.readouterr().out
    assert "Himmelblau" in printed
    assert all(rule.__name__[:11] in printed for rule in RULES)
    benchmark.BUILT_IN_TARGET = 0.0
    assert benchmark.main([*quick, "--check"]) == 1


def test_seven_hundred_steps_do_the_work_of_seven_hundred_steps_and_little_more():
    """The explorer follows a slider; one gradient a step is all that it can pay for."""
    calls = []
    objective = quadratic([3.0, 5.0], [1.0, -1.0])
    value, gradient = objective.value, objective.gradient
    objective.value = lambda w: calls.append("value") or value(w)
    objective.gradient = lambda w: calls.append("gradient") or gradient(w)
    for rule in EXAMPLES:
        calls.clear()
        descend(rule, objective, steps=700)
        assert (calls.count("gradient"), calls.count("value")) == (701, 1)
