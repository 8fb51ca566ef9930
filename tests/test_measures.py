import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.measures import (
    adam_change,
    amplification,
    convergence_rate,
    critical_alpha,
    momentum_change,
    polyak_optimum,
    speedup,
    stability_limit,
    true_momentum_change,
)
from course_utils.optimizers import Adam, GradientDescent, Momentum, RMSprop

gradients = st.floats(-10, 10)
units = st.floats(0, 1)


def square(half_width, points):
    """All pairs of gradients on a square grid."""
    axis = np.linspace(-half_width, half_width, points)
    return np.meshgrid(axis, axis)


def middles(points=1000):
    """Middles of small squares that fill [-1, 1]²: shares of them are areas."""
    axis = (np.arange(points) + 0.5) * 2 / points - 1
    return np.meshgrid(axis, axis)


def two_steps(rule, g1, g2):
    """Let a rule make two steps; return the weights and states after 0, 1, 2 steps."""
    slopes = iter([g1, g2])
    weights, states = [np.array(0.0)], [rule.init(0.0)]
    for _ in range(2):
        new, state = rule.step(weights[-1], states[-1], lambda w: next(slopes))
        weights.append(new)
        states.append(state)
    return weights, states


# ---- C_m -----------------------------------------------------------------------------------


def test_the_momentum_change_of_the_series_example():
    assert momentum_change(2, 1, 0.4) == pytest.approx(-0.2, rel=1e-14)


@pytest.mark.parametrize(
    ("g1", "g2", "expected"),
    [(2.0, 1.0, -0.2), (-2.0, -1.0, -0.2), (-2.0, 1.0, -2.2), (0.0, 1.0, 1.0), (0.0, -1.0, -1.0)],
)
def test_the_momentum_change_takes_the_side_of_the_first_gradient(g1, g2, expected):
    assert momentum_change(g1, g2, 0.4) == pytest.approx(expected, rel=1e-14)


@given(g1=gradients, g2=gradients, alpha=units)
def test_the_true_change_is_what_two_steps_of_momentum_do(g1, g2, alpha):
    _, states = two_steps(Momentum(0.1, alpha), g1, g2)
    grown = abs(states[2]["momentum"]) - abs(states[1]["momentum"])
    assert true_momentum_change(g1, g2, alpha) == pytest.approx(grown, abs=1e-13)


@given(g1=gradients.filter(bool), ratio=st.floats(-3, 3), alpha=units)
def test_the_momentum_change_is_the_true_one_just_while_the_momentum_keeps_its_sign(
    g1, ratio, alpha
):
    gap = true_momentum_change(g1, ratio * g1, alpha) - momentum_change(g1, ratio * g1, alpha)
    # Beyond the flip |m| is the mirror image: the gap is twice the momentum's length.
    expected = 2 * abs(g1) * max(-alpha - ratio, 0)
    assert gap == pytest.approx(expected, abs=1e-13)


def test_how_often_the_reading_of_the_momentum_change_is_wrong():
    g1, g2 = middles()
    measure, true = momentum_change(g1, g2, 0.9), true_momentum_change(g1, g2, 0.9)
    negative = measure < 0
    opposite = g1 * g2 < 0
    differs = ~np.isclose(true, measure, rtol=0, atol=1e-12)

    def share(event):
        return event[negative].mean()

    assert negative.mean() == pytest.approx(0.525, abs=1e-3)
    assert share(~opposite) == pytest.approx(0.048, abs=1e-3)
    assert share(differs) == pytest.approx(0.524, abs=1e-3)
    assert share(true > 0) == pytest.approx(0.251, abs=1e-3)
    assert share(~opposite | differs) == pytest.approx(0.572, abs=1e-3)


# ---- C_a -----------------------------------------------------------------------------------


@given(g1=gradients, g2=gradients, beta=units, eta=st.floats(0.01, 2))
def test_amplification_compares_two_steps_of_rmsprop_and_gradient_descent(g1, g2, beta, eta):
    weights, _ = two_steps(RMSprop(eta, beta, 1e-4), g1, g2)
    plain, _ = two_steps(GradientDescent(eta), g1, g2)
    expected = abs(weights[2] - weights[1]) - abs(plain[2] - plain[1])
    assert amplification(g1, g2, beta, eta, 1e-4) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("beta", "printed"), [(0.9, 2.29), (0.99, 7.1)])
def test_attenuation_starts_outside_a_radius_that_grows_with_beta(beta, printed):
    g = np.linspace(0, 10, 100_001)[1:]
    starts = g[np.argmax(amplification(g, g, beta) < 0)]
    assert starts == pytest.approx(printed, rel=0.005)
    assert starts == pytest.approx(1 / np.sqrt(1 - beta**2), rel=1e-4)


def test_a_scale_that_takes_in_no_gradient_amplifies_enormously():
    assert amplification(*square(2, 41), 1.0).max() == pytest.approx(2e4, rel=1e-3)


def test_without_memory_the_adaptive_step_has_length_eta():
    assert amplification(5.0, 0.25, 0.0, eta=0.5) == pytest.approx(0.5 - 0.125, rel=1e-6)


# ---- C_A -----------------------------------------------------------------------------------


@given(g1=gradients, g2=gradients, beta1=st.floats(0, 0.99), beta2=st.floats(0, 0.999))
def test_the_adam_change_compares_two_steps_of_adam_and_gradient_descent(g1, g2, beta1, beta2):
    weights, _ = two_steps(Adam(0.5, beta1, beta2, 1e-4), g1, g2)
    expected = abs(weights[2] - weights[1]) - abs(0.5 * g2)
    measure = adam_change(g1, g2, beta1, beta2, 0.5, 1e-4)
    assert measure == pytest.approx(expected, rel=1e-10, abs=1e-12)


def test_the_uncorrected_adam_change_by_hand():
    # beta1 = 1/2, beta2 = 3/4, gradients 2 and 4: m = 5/2, s = 19/4.
    measure = adam_change(2, 4, 0.5, 0.75, eta=0.5, epsilon=0.25, corrected=False)
    assert measure == pytest.approx(0.5 * 2.5 / np.sqrt(5.0) - 2, rel=1e-14)


@pytest.mark.parametrize(
    ("half_width", "points", "corrected", "low", "high"),
    [
        (1, 401, True, -0.947, 0.995),
        (1, 401, False, -0.900, 4.209),
        (2, 201, True, -1.947, 0.980),
        (2, 201, False, -1.8, 4.203),
    ],
)
def test_the_ranges_of_the_adam_changes(half_width, points, corrected, low, high):
    measure = adam_change(*square(half_width, points), 0.9, 0.999, corrected=corrected)
    assert measure.min() == pytest.approx(low, abs=6e-4)
    assert measure.max() == pytest.approx(high, abs=6e-4)


def test_a_coarser_grid_sees_a_lower_maximum_of_the_adam_change():
    assert adam_change(*square(1, 201), 0.9, 0.999).max() == pytest.approx(0.990, abs=6e-4)


def test_the_printed_prefactor_links_the_steps_and_not_the_measures():
    g1, g2 = (values + 0.001 for values in square(1, 100))
    step = adam_change(g1, g2, 0.9, 0.999) + np.abs(g2)
    plain = adam_change(g1, g2, 0.9, 0.999, epsilon=1e-8 * (1 - 0.999**2), corrected=False)
    np.testing.assert_allclose(step / (plain + np.abs(g2)), 0.2353167, atol=5e-8)
    measures = adam_change(g1, g2, 0.9, 0.999) / plain
    assert np.ptp(measures) > 1


def test_with_one_epsilon_the_prefactor_holds_only_roughly():
    # One quadrant of the 401 x 401 grid, where the two gradients cannot cancel.
    g1, g2 = np.meshgrid(*2 * [np.linspace(0, 1, 201)])
    g1, g2 = g1.ravel()[1:], g2.ravel()[1:]
    steps = [adam_change(g1, g2, 0.9, 0.999, corrected=c) + np.abs(g2) for c in (True, False)]
    ratio = steps[0] / steps[1]
    assert ratio.min() == pytest.approx(0.2353, abs=5e-5)
    assert ratio.max() == pytest.approx(0.278, abs=5e-4)


# ---- speed-up ------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [0.0, 0.4, 0.9, 1.0])
@pytest.mark.parametrize("steps", [0, 1, 2, 30])
def test_the_speedup_is_the_geometric_series(alpha, steps):
    assert speedup(alpha, steps) == pytest.approx(sum(alpha**k for k in range(steps)), rel=1e-13)


def test_the_speedup_limit_of_the_series_is_ten():
    assert speedup(0.9) == pytest.approx(10)
    assert speedup(0.9, 1000) == pytest.approx(10)
    assert speedup(1.0) == np.inf


def test_the_speedup_keeps_its_digits_close_to_one():
    # For alpha = 1 - d and small t d the sum is t - t (t-1)/2 d.
    assert speedup(1 - 1e-9, 5) == pytest.approx(5 - 10 * 1e-9, abs=1e-12)


def test_the_speedup_draws_whole_curves():
    curves = speedup(np.array([0.0, 0.6, 1.0])[:, None], np.arange(5))
    np.testing.assert_allclose(curves[0], [0, 1, 1, 1, 1])
    np.testing.assert_allclose(curves[1], [0, 1, 1.6, 1.96, 2.176])
    np.testing.assert_allclose(curves[2], np.arange(5))


# ---- quadratics ----------------------------------------------------------------------------


def iteration_matrix(eta_curvature, alpha):
    return np.array([[1 - eta_curvature, -alpha], [eta_curvature, alpha]])


@given(eta_curvature=st.floats(0, 6), alpha=units)
def test_the_rate_is_the_largest_eigenvalue_of_the_iteration(eta_curvature, alpha):
    eigenvalues = np.linalg.eigvals(iteration_matrix(eta_curvature, alpha))
    # Numerical double roots are good to the root of the machine precision only.
    rate = convergence_rate(eta_curvature, alpha)
    assert rate == pytest.approx(np.abs(eigenvalues).max(), abs=1e-7)


def test_the_rate_map_is_computed_at_once():
    etas, alphas = np.linspace(0, 4, 81), np.linspace(0, 1, 41)[:, None]
    rates = convergence_rate(etas, alphas)
    matrices = np.array([[iteration_matrix(x, a) for x in etas] for a in alphas[:, 0]])
    expected = np.abs(np.linalg.eigvals(matrices)).max(axis=-1)
    assert rates.shape == (41, 81)
    np.testing.assert_allclose(rates, expected, atol=1e-7)


def test_the_rate_is_what_a_long_run_shows():
    rule, weights = Momentum(eta=0.1, alpha=0.5), np.array(1.0)
    state, sizes = rule.init(weights), []
    for _ in range(100):
        weights, state = rule.step(weights, state, lambda w: 0.4 * w)
        sizes.append(abs(weights))
    assert sizes[99] / sizes[98] == pytest.approx(convergence_rate(0.04, 0.5), rel=1e-6)


@pytest.mark.parametrize("alpha", [0.3, 0.6, 0.9])
def test_the_rate_is_the_root_of_alpha_between_two_edges_and_larger_outside_of_them(alpha):
    low, high = (1 - np.sqrt(alpha)) ** 2, (1 + np.sqrt(alpha)) ** 2
    inside = np.linspace(low, high, 11)[1:-1]
    np.testing.assert_allclose(convergence_rate(inside, alpha), np.sqrt(alpha), rtol=1e-12)
    outside = np.array([0.01 * low, 0.9 * low, 1.1 * high])
    assert np.all(convergence_rate(outside, alpha) > 1.01 * np.sqrt(alpha))


def test_below_the_lower_edge_a_direction_creeps():
    middle = (1 + 0.6 - 0.02) / 2  # of the two roots of s² - 1.58 s + 0.6
    assert convergence_rate(0.02, 0.6) == pytest.approx(middle + np.sqrt(middle**2 - 0.6))
    assert convergence_rate(0.02, 0.6) == pytest.approx(0.945, abs=5e-4)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("curvature", [0.5, 20.0])
def test_the_rate_crosses_one_at_the_stability_limit(alpha, curvature):
    limit = stability_limit(alpha, curvature)
    assert convergence_rate(0.999 * limit * curvature, alpha) < 1
    assert convergence_rate(1.001 * limit * curvature, alpha) > 1


def test_momentum_moves_the_stability_limit_of_the_bowl_from_a_tenth_outwards():
    np.testing.assert_allclose(stability_limit([0.0, 0.9], 20.0), [0.1, 0.19])


@pytest.mark.parametrize("eta_curvature", [0.01, 0.25, 0.8, 1.0, 2.5])
def test_critical_damping_is_the_fastest(eta_curvature):
    critical = critical_alpha(eta_curvature)
    best = convergence_rate(eta_curvature, critical)
    assert best == pytest.approx(abs(1 - np.sqrt(eta_curvature)), rel=1e-9)
    assert np.all(convergence_rate(eta_curvature, np.linspace(0, 1, 1001)) >= best - 1e-12)


@pytest.mark.parametrize(("smallest", "largest"), [(6.0, 20.0), (1.0, 1000.0), (3.0, 3.0)])
def test_polyaks_pair_has_the_best_worst_rate_of_all_pairs(smallest, largest):
    eta, alpha = polyak_optimum(smallest, largest)
    curvatures = np.linspace(smallest, largest, 50)
    np.testing.assert_allclose(convergence_rate(eta * curvatures, alpha), np.sqrt(alpha), atol=1e-7)

    etas = np.linspace(0.01, 4, 400)[:, None, None] / largest
    alphas = np.linspace(0, 0.999, 400)[:, None]
    worst = convergence_rate(etas * np.array([smallest, largest]), alphas).max(axis=-1)
    assert worst.min() >= np.sqrt(alpha) - 1e-7


def test_polyaks_pair_by_hand():
    assert polyak_optimum(1, 25) == pytest.approx((1 / 9, 4 / 9))


# ---- shapes and bad input ------------------------------------------------------------------

MEASURES = [
    lambda a, b: momentum_change(a, b, 0.5),
    lambda a, b: true_momentum_change(a, b, 0.5),
    lambda a, b: amplification(a, b, 0.5),
    lambda a, b: adam_change(a, b, 0.5, 0.75),
    lambda a, b: adam_change(a, b, 0.5, 0.75, corrected=False),
]


@pytest.mark.parametrize("measure", MEASURES)
def test_measures_broadcast_and_keep_their_arguments(measure):
    rows, columns = np.linspace(-1, 1, 4)[:, None], np.linspace(-1, 1, 3)
    rows.setflags(write=False)
    columns.setflags(write=False)
    table = measure(rows, columns)
    assert table.shape == (4, 3)
    assert table[1, 2] == measure(rows[1, 0], columns[2])
    assert measure(np.zeros((0, 3)), columns).shape == (0, 3)
    assert measure([1, 2], 1).dtype == np.float64
    assert np.ndim(measure(1, 1)) == 0


@pytest.mark.parametrize("empty", [[], np.zeros((0, 3)), np.zeros((2, 0), int)], ids=np.shape)
@pytest.mark.parametrize(
    "measure",
    [
        *(lambda x, f=measure: f(x, x) for measure in MEASURES),
        lambda x: momentum_change(1.0, 2.0, x),
        lambda x: amplification(1.0, 2.0, x, eta=x, epsilon=x),
        lambda x: adam_change(1.0, 2.0, x, x),
        speedup,
        lambda x: speedup(x, x),
        lambda x: stability_limit(x, x),
        lambda x: convergence_rate(x, x),
        critical_alpha,
        lambda x: polyak_optimum(x, x)[0],
        lambda x: polyak_optimum(x, x)[1],
    ],
)
def test_of_empty_arrays_every_measure_is_an_empty_array(measure, empty):
    result = measure(empty)
    assert (result.shape, result.dtype) == (np.shape(empty), np.float64)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_gradient_of_nan_gives_nan_there_and_nowhere_else(measure):
    first = measure([np.nan, 1.0, 1.0], [1.0, np.nan, 1.0])
    np.testing.assert_array_equal(np.isnan(first), [True, True, False])


@pytest.mark.parametrize("measure", MEASURES)
def test_measures_do_not_change_when_both_gradients_change_sign(measure):
    g1, g2 = square(2, 20)
    np.testing.assert_allclose(measure(-g1, -g2), measure(g1, g2), rtol=1e-14)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: momentum_change(1, 1, 1.5), r"expected alpha in \[0, 1\], got 1.5"),
        (lambda: true_momentum_change(1, 1, np.nan), r"expected alpha in \[0, 1\], got nan"),
        (lambda: momentum_change("1", 1, 0.5), "expected g1 to be real numbers"),
        (lambda: momentum_change(1, 1j, 0.5), "expected g2 to be real numbers"),
        (lambda: amplification(1, 1, -0.1), r"expected beta in \[0, 1\], got -0.1"),
        (lambda: amplification(1, 1, 0.5, epsilon=0), "expected epsilon > 0 and finite, got 0.0"),
        (lambda: adam_change(1, 1, 1, 0.5), r"expected beta1 in \[0, 1\), got 1.0"),
        (lambda: adam_change(1, 1, 0.5, 0.5, eta=-1), "expected eta > 0 and finite, got -1.0"),
        (lambda: speedup(0.9, -1), "expected steps >= 0 and finite, got -1.0"),
        (lambda: speedup([0.9, 2.0]), r"expected alpha in \[0, 1\], got 2.0"),
        (lambda: stability_limit(0.9, 0), "expected curvature > 0 and finite, got 0.0"),
        (lambda: convergence_rate(-1, 0.5), "expected eta_curvature >= 0 and finite, got -1.0"),
        (lambda: critical_alpha(4.0), r"expected eta_curvature in \[0, 4\), got 4.0"),
        (lambda: polyak_optimum(2, 1), "expected smallest <= largest"),
    ],
)
def test_measures_refuse_what_is_outside_its_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
