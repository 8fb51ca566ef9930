"""The error functions: values, gradients, minima, and what each of them is there to show."""

import math
from time import perf_counter

import numpy as np
import pytest

from course_utils.objectives import (
    BEALE,
    BOWL,
    HIMMELBLAU,
    OBJECTIVES,
    OBLONG,
    PLATEAU_AND_CLIFF,
    ROSENBROCK,
    SADDLE,
    TWO_HOLES,
    WAVES,
    FormulaError,
    Objective,
    objective_from_formula,
)

every_objective = pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)


def points_in(window, n=200, seed=0):
    low, high = np.transpose(window)
    return np.random.default_rng(seed).uniform(low, high, (n, 2)).T


def central_differences(value, w, h=1e-5):
    """Fourth-order differences: good to about 1e-10 of the function's own size."""
    slopes = []
    for step in h * np.eye(2):
        step = step.reshape((2,) + (1,) * (w.ndim - 1))
        near = value(w + step) - value(w - step)
        far = value(w + 2 * step) - value(w - 2 * step)
        slopes.append((8 * near - far) / (12 * h))
    return np.array(slopes)


def descend(objective, eta, steps, start=None):
    w = np.array(objective.start if start is None else start)
    for _ in range(steps):
        w = w - eta * objective.gradient(w)
    return w


def hessian(objective, w, h=1e-5):
    steps = h * np.eye(2)
    return np.array([objective.gradient(w + s) - objective.gradient(w - s) for s in steps]) / (
        2 * h
    )


@every_objective
def test_the_gradient_is_the_limit_of_differences(objective):
    w = points_in(objective.window)
    expected = central_differences(objective.value, w)
    np.testing.assert_allclose(
        objective.gradient(w), expected, rtol=1e-6, atol=1e-9 * np.abs(objective.value(w)).max()
    )


@every_objective
def test_the_formula_says_what_the_code_does(objective):
    parsed = objective_from_formula(objective.formula)
    w = points_in(objective.window)
    size = np.abs(objective.value(w)).max(), np.abs(objective.gradient(w)).max()
    np.testing.assert_allclose(
        parsed.value(w), objective.value(w), rtol=1e-12, atol=1e-14 * size[0]
    )
    np.testing.assert_allclose(
        parsed.gradient(w), objective.gradient(w), rtol=1e-12, atol=1e-14 * size[1]
    )


@every_objective
def test_the_minimum_is_flat_has_its_value_and_is_the_lowest_place_of_the_window(objective):
    np.testing.assert_allclose(objective.gradient(objective.minimum), 0, atol=1e-15)
    assert objective.value(objective.minimum) == pytest.approx(objective.minimum_value, abs=1e-16)
    assert (np.linalg.eigvalsh(hessian(objective, objective.minimum)) > 0).all()
    grid = np.array(np.meshgrid(*(np.linspace(*side, 301) for side in objective.window)))
    assert objective.value(grid).min() >= objective.minimum_value - 1e-15


@every_objective
def test_start_and_minimum_lie_inside_the_window(objective):
    low, high = np.transpose(objective.window)
    for point in (objective.start, objective.minimum):
        assert ((low < point) & (point < high)).all()


# Gradient descent with an eta below the stability edge all along the way.
@pytest.mark.parametrize(
    ("objective", "eta", "steps"),
    [
        (BOWL, 0.05, 200),
        (OBLONG, 0.02, 1000),
        (ROSENBROCK, 0.001, 40_000),
        (BEALE, 0.01, 20_000),
        (HIMMELBLAU, 0.005, 1000),
        (SADDLE, 0.1, 300),
        (PLATEAU_AND_CLIFF, 0.01, 5000),
        (WAVES, 0.1, 400),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_the_way_down_from_the_start_leads_to_the_known_minimum(objective, eta, steps):
    np.testing.assert_allclose(descend(objective, eta, steps), objective.minimum, atol=1e-5)


@every_objective
def test_many_points_at_once_give_what_they_give_one_by_one(objective):
    w = points_in(objective.window, n=12).reshape(2, 3, 4)
    values, gradients = objective.value(w), objective.gradient(w)
    assert values.shape == (3, 4)
    assert gradients.shape == (2, 3, 4)
    for place in np.ndindex(3, 4):
        point = w[(slice(None), *place)]
        assert isinstance(objective.value(point), float)
        assert objective.value(point) == pytest.approx(values[place], rel=1e-14, abs=1e-300)
        np.testing.assert_allclose(
            objective.gradient(point), gradients[(slice(None), *place)], rtol=1e-14, atol=1e-300
        )


@every_objective
@pytest.mark.parametrize("shape", [(2,), (2, 7), (2, 3, 4), (2, 0)])
def test_shapes_are_kept_inputs_are_not_changed_and_results_are_fresh(objective, shape):
    w = np.full(shape, 0.25)
    w.setflags(write=False)
    gradient = objective.gradient(w)
    assert gradient.shape == shape
    assert gradient.dtype == np.float64
    assert gradient.flags.writeable
    assert not np.shares_memory(gradient, w)
    assert np.shape(objective.value(w)) == shape[1:]


@every_objective
def test_lists_integers_and_float32_are_computed_in_float64(objective):
    expected = objective.value(np.array([2.0, -1.0])), objective.gradient(np.array([2.0, -1.0]))
    for w in (
        [2, -1],
        np.array([2, -1]),
        np.array([2, -1], np.float32),
        np.array([2, -1], np.int8),
    ):
        assert objective.value(w) == expected[0]
        np.testing.assert_array_equal(objective.gradient(w), expected[1])
        assert objective.gradient(w).dtype == np.float64


# Warnings are errors here, so silence is part of what is tested.
@every_objective
@pytest.mark.parametrize("size", [1e9, 1e160, 1e308, math.inf, math.nan])
def test_far_away_the_answer_is_a_number_an_infinity_or_nan_but_no_warning(objective, size):
    corners = size * np.array([[1.0, 1.0, -1.0, -1.0], [1.0, -1.0, 1.0, -1.0]])
    values, gradients = objective.value(corners), objective.gradient(corners)
    for corner, value, gradient in zip(corners.T, values, gradients.T, strict=True):
        np.testing.assert_allclose(objective.value(corner), value, rtol=1e-12)
        np.testing.assert_allclose(objective.gradient(corner), gradient, rtol=1e-12)
    if math.isnan(size):
        assert np.isnan(values).all()
        assert np.isnan(gradients).all()


@every_objective
@pytest.mark.parametrize("shape", [(), (1,), (3,), (4, 2), (0,), (0, 2)])
def test_weights_of_another_shape_are_refused_in_one_sentence(objective, shape):
    for function in (objective.value, objective.gradient):
        with pytest.raises(
            ValueError, match=r"^expected weights of shape \(2,\) or \(2, ...\), got"
        ):
            function(np.zeros(shape))


@pytest.mark.parametrize("w", [["a", "b"], [1j, 0], [None, 1], [True, False]])
def test_weights_that_are_not_numbers_are_refused_in_one_sentence(w):
    with pytest.raises(ValueError, match=r"^expected weights to be real numbers, got dtype"):
        BOWL.value(w)


# ---------------------------------------------------------------------------------------------
# What each of them is there for.


def test_the_bowl_gives_the_two_steps_of_the_series():
    np.testing.assert_array_equal(BOWL.gradient(BOWL.start), [-90, 400])
    np.testing.assert_allclose(descend(BOWL, 0.001, 1), [-14.91, 19.6])
    np.testing.assert_allclose(descend(BOWL, 0.001, 2), [-14.82054, 19.208])
    assert BOWL.value(BOWL.start) == 3 * 225 + 10 * 400


def test_the_two_holes_lie_where_the_facts_say():
    local = descend(TWO_HOLES, 10.0, 2000)
    np.testing.assert_allclose(local, [2.5749, 0.0178], atol=5e-5)
    assert TWO_HOLES.value(local) == pytest.approx(-0.03612, abs=5e-6)
    np.testing.assert_allclose(TWO_HOLES.minimum, [5.4998, 0.9999], atol=5e-5)
    assert TWO_HOLES.minimum_value == pytest.approx(-0.05000, abs=5e-6)


def test_a_saddle_lies_between_the_two_holes():
    w = np.array([3.675, 0.391])
    for _ in range(5):  # Newton's method, which does not care that it is a saddle
        w = w - np.linalg.solve(hessian(TWO_HOLES, w), TWO_HOLES.gradient(w))
    np.testing.assert_allclose(w, [3.675, 0.391], atol=5e-4)
    np.testing.assert_allclose(TWO_HOLES.gradient(w), 0, atol=1e-12)
    down, up = np.linalg.eigvalsh(hessian(TWO_HOLES, w))
    assert down < 0 < up


@pytest.mark.parametrize(
    ("beta1", "distance"),
    [(0.90, None), (0.91, 0.001), (0.95, 0.009), (0.97, 0.12), (0.99, 0.37)],
)
def test_first_moments_reach_the_deep_hole_from_beta1_091_on(beta1, distance):
    w, moment = np.array(TWO_HOLES.start), np.zeros(2)
    for t in range(1, 151):
        moment = beta1 * moment + (1 - beta1) * TWO_HOLES.gradient(w)
        w = w - 20 * moment / (1 - beta1**t)
    if distance is None:
        np.testing.assert_allclose(w, [2.5749, 0.0178], atol=3.5e-4)
    else:
        reached = np.linalg.norm(w - TWO_HOLES.minimum)
        assert reached == pytest.approx(distance, abs=0.5 * 10 ** math.floor(math.log10(distance)))


def test_the_oblong_valley_is_fifty_times_steeper_across_than_along():
    np.testing.assert_allclose(hessian(OBLONG, np.zeros(2)), [[1, 0], [0, 50]], atol=1e-8)
    assert OBLONG.value([-10, 1.5]) == 0.5 * (100 + 50 * 2.25)


@pytest.mark.parametrize(
    ("objective", "w", "value"),
    [
        (ROSENBROCK, (-1.2, 1.0), 24.2),
        (BEALE, (0.0, 0.0), 14.203125),
        (BEALE, (1.0, 1.0), 14.203125),
        (HIMMELBLAU, (0.0, 0.0), 170.0),
        (SADDLE, (0.0, 0.0), 0.0),
        (WAVES, (math.pi / 2, 0.0), 2.0),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_known_values(objective, w, value):
    assert objective.value(w) == pytest.approx(value, rel=1e-14)


def test_himmelblaus_function_has_four_minima_of_depth_zero():
    rounded = [(3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848127)]
    for w in rounded:
        assert HIMMELBLAU.value(w) == pytest.approx(0, abs=1e-9)
        np.testing.assert_allclose(HIMMELBLAU.gradient(w), 0, atol=1e-4)


def test_the_saddle_is_a_saddle_and_bounded_below_by_two_equal_minima():
    np.testing.assert_array_equal(SADDLE.gradient([0, 0]), [0, 0])
    np.testing.assert_allclose(hessian(SADDLE, np.zeros(2)), [[1, 0], [0, -1]], atol=1e-8)
    assert SADDLE.value([0, 1]) == SADDLE.value([0, -1]) == -0.25
    far = 1e3 * np.array([np.cos(np.arange(7)), np.sin(np.arange(7))])
    assert (SADDLE.value(far) > 0).all()


def test_the_descent_lingers_at_the_saddle_before_it_leaves():
    start = np.linalg.norm(descend(SADDLE, 0.1, 0))
    near, gone = (np.linalg.norm(descend(SADDLE, 0.1, steps)) for steps in (45, 150))
    assert near < 0.1 < gone
    assert start > 1
    assert gone == pytest.approx(1, abs=1e-3)


def test_gradients_vanish_on_the_plateau_and_explode_in_the_cliff():
    slope = [np.linalg.norm(PLATEAU_AND_CLIFF.gradient(w)) for w in ([4, 4], [3, 3], [-1, 0])]
    assert slope[0] < 0.04
    assert slope[2] > 180
    # Exponentially in both directions: each further unit changes the slope by a constant factor.
    up = PLATEAU_AND_CLIFF.gradient(np.array([[8.0, 9.0], [8.0, 9.0]]))
    np.testing.assert_allclose(up[:, 1] / up[:, 0], np.exp([-2, -1]), rtol=1e-3)
    down = PLATEAU_AND_CLIFF.gradient(np.array([[-8.0, -9.0], [-8.0, -9.0]]))
    np.testing.assert_allclose(down[:, 1] / down[:, 0], np.exp([4, 2]), rtol=1e-3)


def test_no_global_eta_serves_both_the_plateau_and_the_cliff():
    slow = descend(PLATEAU_AND_CLIFF, 0.03, 500)
    assert slow[1] > 1  # w2 is still on its way over the plateau
    thrown = descend(PLATEAU_AND_CLIFF, 0.1, 5000)
    assert thrown[0] > 5  # w1 was thrown onto the other plateau and stays there
    each_its_own = descend(PLATEAU_AND_CLIFF, np.array([0.02, 0.4]), 200)
    np.testing.assert_allclose(each_its_own, 0, atol=1e-3)


def test_waves_repeat_every_full_turn():
    w = points_in(WAVES.window)
    np.testing.assert_allclose(WAVES.value(w + 2 * np.pi), WAVES.value(w), atol=1e-14)


# ---------------------------------------------------------------------------------------------
# Objectives of one's own.


def test_a_formula_becomes_an_objective_with_the_start_and_window_asked_for():
    mine = objective_from_formula("w1^2 + 4*w2^2", start=[1, 2], window=[[-1, 3], [0, 4]])
    assert mine.name == mine.formula == "w1^2 + 4*w2^2"
    assert mine.value(mine.start) == 17
    np.testing.assert_array_equal(mine.gradient(mine.start), [2, 16])
    assert mine.window == ((-1, 3), (0, 4))
    assert mine.minimum is None
    assert mine.minimum_value is None


def test_a_formula_with_a_mistake_is_refused_with_its_place():
    with pytest.raises(FormulaError, match=r"write 2\*w1") as caught:
        objective_from_formula("1 + 2 w1")
    assert caught.value.position == 6


@pytest.mark.parametrize("start", [(1,), (1, 2, 3), (1, math.nan), (math.inf, 0), "ab", None, 3])
def test_a_start_that_is_no_point_is_refused_in_one_sentence(start):
    with pytest.raises(ValueError, match=r"^expected start to be two finite numbers, got"):
        objective_from_formula("w1", start=start)


@pytest.mark.parametrize(
    "window",
    [(-1, 1), ((-1, 1),), ((1, -1), (0, 1)), ((0, 0), (0, 1)), ((0, math.inf), (0, 1)), None, "w"],
)
def test_a_window_that_is_no_rectangle_is_refused_in_one_sentence(window):
    with pytest.raises(
        ValueError, match=r"^expected window to be \(\(low, high\), \(low, high\)\)"
    ):
        objective_from_formula("w1", window=window)


def test_an_objective_can_be_written_by_hand():
    cone = Objective(
        name="cone",
        formula="sqrt(w1^2 + w2^2)",
        value=lambda w: np.hypot(*w),
        gradient=lambda w: w / np.hypot(*w),
        start=(3, 4),
        window=((-5, 5), (-5, 5)),
        minimum=(0, 0),
        minimum_value=0.0,
    )
    assert cone.value(cone.start) == 5
    assert cone.start.dtype == np.float64
    with pytest.raises(ValueError, match="expected minimum to be two finite numbers"):
        Objective("x", "w1", abs, abs, (0, 0), ((0, 1), (0, 1)), minimum=(0,))


def test_start_and_minimum_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        BOWL.start[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        BOWL.minimum[0] = 1
    mine = np.array([1.0, 2.0])
    kept = objective_from_formula("w1", start=mine).start
    mine[0] = 7
    assert kept[0] == 1


@every_objective
def test_seven_hundred_values_and_gradients_take_less_than_ten_milliseconds(objective):
    w = np.array(objective.start)

    def seconds():
        begin = perf_counter()
        for _ in range(700):
            objective.value(w)
            objective.gradient(w)
        return perf_counter() - begin

    assert min(seconds() for _ in range(20)) < 0.010


def test_a_grid_spans_the_window_with_rows_along_w2():
    w1, w2, errors = BOWL.grid(points=11)
    assert (w1[0], w1[-1], w2[0], w2[-1]) == (*BOWL.window[0], *BOWL.window[1])
    assert errors.shape == (11, 11)
    assert errors[2, 7] == pytest.approx(3 * w1[7] ** 2 + 10 * w2[2] ** 2)


@pytest.mark.parametrize("points", [1, 0, 2.5, "many"])
def test_a_grid_of_fewer_than_two_points_is_refused_in_one_sentence(points):
    with pytest.raises(ValueError, match="expected points to be an int of at least 2, got"):
        BOWL.grid(points)
