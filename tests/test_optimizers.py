import importlib.util
import json
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.hyperparameters import HYPERPARAMETERS
from course_utils.optimizers import (
    NAG,
    AdaGrad,
    Adam,
    ClassicalMomentum,
    FirstMoment,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSprop,
    Rprop,
    Rule,
    convert_momentum,
)
from support import ROOT
from support.rules import EXAMPLES, every_rule

SERIES_START = np.array([-15.0, 20.0])


def bowl(weights):
    """Gradient of the series' 3 w1² + 10 w2²."""
    return np.array([6.0, 20.0]) * weights


def rosenbrock(weights):
    """Gradient of (1 - w1)² + 100 (w2 - w1²)²."""
    w1, w2 = weights
    return np.array([-2 * (1 - w1) - 400 * w1 * (w2 - w1**2), 200 * (w2 - w1**2)])


def constant(slope):
    return lambda weights: np.broadcast_to(np.asarray(slope, weights.dtype), weights.shape).copy()


def walk(rule, weights, gradient, steps):
    """Return all weights, start included, and all states."""
    path, states = [np.asarray(weights)], [rule.init(weights)]
    for _ in range(steps):
        weights, state = rule.step(path[-1], states[-1], gradient)
        path.append(weights)
        states.append(state)
    return np.array(path), states


def numbers_of(rule):
    """Return the fields of a rule that are numbers."""
    return [field for field in fields(rule) if field.type is not bool]


# ---- numbers from the articles -------------------------------------------------------------


def test_gradient_descent_makes_the_two_steps_of_the_series():
    path, _ = walk(GradientDescent(eta=0.001), SERIES_START, bowl, 2)
    np.testing.assert_allclose(path[1], [-14.91, 19.6], rtol=1e-14)
    np.testing.assert_allclose(path[2], [-14.82054, 19.208], rtol=1e-14)


def test_momentum_makes_the_two_steps_of_the_series():
    path, states = walk(Momentum(eta=0.001, alpha=0.9), SERIES_START, bowl, 2)
    np.testing.assert_allclose(path[1], [-14.91, 19.6], rtol=1e-14)
    np.testing.assert_allclose(states[2]["momentum"], [-170.46, 752], rtol=1e-14)
    np.testing.assert_allclose(path[2], [-14.73954, 18.848], rtol=1e-14)


def test_rmsprop_makes_the_two_exact_steps_and_not_the_two_printed_ones():
    path, states = walk(RMSprop(eta=0.05, beta=0.9), SERIES_START, bowl, 2)
    np.testing.assert_allclose(states[1]["scale"], [810, 16000], rtol=1e-14)
    np.testing.assert_allclose(path[1], [-14.84188612, 19.84188612], atol=5e-9)
    np.testing.assert_allclose(states[2]["scale"], [1522.01370, 30148.01779], atol=5e-6)
    np.testing.assert_allclose(path[2], [-14.72775579, 19.7276105], atol=5e-9)
    assert np.all(np.abs(states[2]["scale"] - [1521.81, 30145.02]) > 0.2)


# ---- closed forms --------------------------------------------------------------------------


def test_gradient_descent_on_a_quadratic_shrinks_by_a_fixed_factor_a_step():
    path, _ = walk(GradientDescent(eta=0.03), SERIES_START, bowl, 50)
    factors = 1 - 0.03 * np.array([6.0, 20.0])
    np.testing.assert_allclose(path, SERIES_START * factors ** np.arange(51)[:, None], rtol=1e-12)


@pytest.mark.parametrize(("eta", "alpha"), [(0.1, 0.9), (0.7, 0.5), (0.3, 0.0), (1.2, 1.0)])
def test_momentum_on_a_quadratic_is_the_power_of_a_matrix(eta, alpha):
    curvature = 1.7
    matrix = np.array([[1 - eta * curvature, -eta * alpha], [curvature, alpha]])
    path, states = walk(Momentum(eta, alpha), np.array(2.0), lambda w: curvature * w, 30)
    for t in (1, 2, 7, 30):
        expected = np.linalg.matrix_power(matrix, t) @ [2.0, 0.0]
        np.testing.assert_allclose(path[t], expected[0], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(states[t]["momentum"], expected[1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rule", [Nesterov(0.3, 0.8), NAG(0.3, 0.8)], ids=repr)
def test_nesterov_on_a_quadratic_is_the_power_of_a_matrix(rule):
    shrink = 1 - 0.3 * 1.7
    matrix = np.array([[shrink, 0.8 * shrink], [shrink - 1, 0.8 * shrink]])
    path, _ = walk(rule, np.array(2.0), lambda w: 1.7 * w, 30)
    for t in (1, 2, 7, 30):
        expected = np.linalg.matrix_power(matrix, t) @ [2.0, 0.0]
        np.testing.assert_allclose(path[t], expected[0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("alpha", [0.0, 0.4, 0.9, 1.0])
def test_momentum_sums_equal_gradients_to_a_geometric_series(alpha):
    _, states = walk(Momentum(0.1, alpha), np.zeros(2), constant([2.0, -3.0]), 12)
    series = np.cumsum(alpha ** np.arange(12.0))
    sums = [state["momentum"] for state in states[1:]]
    np.testing.assert_allclose(sums, series[:, None] * [2.0, -3.0], rtol=1e-13)


def test_adagrad_steps_die_like_one_over_the_root_of_t_on_equal_gradients():
    path, _ = walk(AdaGrad(eta=0.5), np.zeros(2), constant([3.0, -400.0]), 20)
    lengths = 0.5 / np.sqrt(np.arange(1, 21))
    np.testing.assert_allclose(np.diff(path, axis=0), lengths[:, None] * [-1, 1], rtol=1e-8)


def test_rmsprop_on_equal_gradients_settles_at_steps_of_length_eta():
    path, states = walk(RMSprop(eta=0.05, beta=0.9), np.zeros(1), constant([7.0]), 200)
    scales = [state["scale"][0] for state in states]
    np.testing.assert_allclose(scales, 49 * (1 - 0.9 ** np.arange(201)), rtol=1e-12)
    assert path[199, 0] - path[200, 0] == pytest.approx(0.05, rel=1e-8)


def test_the_corrected_first_moment_of_equal_gradients_is_the_gradient():
    path, states = walk(FirstMoment(eta=0.1, beta1=0.9), np.zeros(2), constant([2.0, -5.0]), 30)
    np.testing.assert_allclose(np.diff(path, axis=0), np.tile([-0.2, 0.5], (30, 1)), rtol=1e-12)
    np.testing.assert_allclose(states[3]["moment"], (1 - 0.9**3) * np.array([2.0, -5.0]))


def test_adam_walks_with_steps_of_length_eta_on_equal_gradients():
    path, states = walk(Adam(eta=0.1), np.zeros(2), constant([2.0, -5.0]), 30)
    np.testing.assert_allclose(np.diff(path, axis=0), np.tile([-0.1, 0.1], (30, 1)), rtol=1e-8)
    np.testing.assert_allclose(states[2]["moment"], 0.19 * np.array([2.0, -5.0]))
    np.testing.assert_allclose(states[2]["scale"], (1 - 0.999**2) * np.array([4.0, 25.0]))
    assert [state["t"] for state in states] == list(range(31))


@pytest.mark.parametrize("scale", [1e-2, 1.0, 1e4, 1e40])
def test_adams_first_step_has_length_eta_at_any_gradient_scale(scale):
    path, _ = walk(
        Adam(eta=0.1, epsilon=1e-16), np.zeros(3), constant([scale, -scale, 2 * scale]), 1
    )
    np.testing.assert_allclose(path[1], [-0.1, 0.1, -0.1], rtol=1e-9)


def test_adam_corrects_with_its_own_beta_in_each_moment():
    # By hand for beta1 = 0.5, beta2 = 0.75 and gradients 1, then 3:
    # m = 0.5, 1.75; s = 0.25, 2.4375; corrected in step 2: m 7/3, s 39/7.
    rule, slopes = Adam(eta=1.0, beta1=0.5, beta2=0.75, epsilon=1e-30), iter([1.0, 3.0])
    path, states = walk(rule, np.zeros(1), lambda w: np.array([next(slopes)]), 2)
    assert states[2]["moment"] == pytest.approx(1.75)
    assert states[2]["scale"] == pytest.approx(2.4375)
    assert path[1, 0] - path[2, 0] == pytest.approx(7 / 3 / np.sqrt(39 / 7), rel=1e-14)


@pytest.mark.parametrize(
    ("make", "squares"),
    [(AdaGrad, 1.0), (lambda **k: RMSprop(beta=0.9, **k), 0.1), (Adam, 1.0)],
    ids=["adagrad", "rmsprop", "adam"],
)
def test_epsilon_stands_where_the_rule_says(make, squares):
    slope = np.array([1e-3, -2e-2, 5.0])
    root = np.sqrt(squares) * np.abs(slope)
    inside, _ = walk(
        make(eta=1.0, epsilon=1e-3, epsilon_inside=True), np.zeros(3), constant(slope), 1
    )
    outside, _ = walk(
        make(eta=1.0, epsilon=1e-3, epsilon_inside=False), np.zeros(3), constant(slope), 1
    )
    np.testing.assert_allclose(inside[1], -slope / np.sqrt(root**2 + 1e-3), rtol=1e-12)
    np.testing.assert_allclose(outside[1], -slope / (root + 1e-3), rtol=1e-12)


def test_epsilon_stands_inside_by_default_only_where_the_series_puts_it_there():
    assert RMSprop(eta=1.0).epsilon_inside
    assert Adam().epsilon_inside
    assert not AdaGrad(eta=1.0).epsilon_inside


def test_rmsprop_without_memory_walks_along_the_eight_compass_directions():
    path, _ = walk(RMSprop(eta=0.05, beta=0.0), SERIES_START, bowl, 100)
    np.testing.assert_allclose(np.abs(np.diff(path, axis=0)), 0.05, rtol=1e-6)


@pytest.mark.parametrize(("inside", "divisor"), [(True, 1e-2), (False, 1e-4)])
def test_rmsprop_that_only_remembers_divides_by_the_root_of_epsilon_or_by_epsilon(inside, divisor):
    rule = RMSprop(eta=0.01, beta=1.0, epsilon=1e-4, epsilon_inside=inside)
    path, _ = walk(rule, SERIES_START, bowl, 3)
    np.testing.assert_allclose(path[1], SERIES_START - 0.01 * bowl(SERIES_START) / divisor)
    np.testing.assert_allclose(path[2], path[1] - 0.01 * bowl(path[1]) / divisor)


@given(
    slopes=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20),
    beta=st.floats(0, 0.999),
)
def test_no_step_of_rmsprop_is_longer_than_eta_over_the_root_of_one_minus_beta(slopes, beta):
    feed = iter(slopes)
    path, _ = walk(RMSprop(eta=0.1, beta=beta), np.zeros(1), lambda w: [next(feed)], len(slopes))
    assert np.abs(np.diff(path[:, 0])).max() <= 0.1 / np.sqrt(1 - beta) * (1 + 1e-9)


@pytest.mark.parametrize("eta", [1e3, 1e5])
def test_two_huge_steps_leave_adagrad_on_the_bowl_with_the_rate_of_newtons_method(eta):
    path, states = walk(AdaGrad(eta), SERIES_START, bowl, 3)
    rates = eta / np.sqrt(states[2]["accumulator"])
    np.testing.assert_allclose(rates * [6.0, 20.0], 1, atol=2 * 20 / eta)
    # the third step starts where the first one did, and lands on the floor
    np.testing.assert_allclose(path[2], SERIES_START, atol=2 * 20**2 / eta)
    np.testing.assert_allclose(path[3], 0, atol=2 * 20**2 / eta)


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("make", [AdaGrad, lambda **k: RMSprop(beta=0.0, **k), Adam])
def test_the_first_step_has_length_eta_only_where_the_gradient_is_far_above_epsilon(make, inside):
    epsilon = 1e-8
    edge = np.sqrt(epsilon) if inside else epsilon
    slope = edge * np.array([1e4, -1e4, 1.0, 1e-4])
    rule = make(eta=0.5, epsilon=epsilon, epsilon_inside=inside)
    path, _ = walk(rule, np.zeros(4), constant(slope), 1)
    shares = np.abs(path[1]) / 0.5
    np.testing.assert_allclose(shares[:2], 1, rtol=1e-3)
    assert shares[2] == pytest.approx(1 / np.sqrt(2) if inside else 1 / 2)
    assert shares[3] == pytest.approx(1e-4, rel=1e-3)


# ---- Rprop, by hand ------------------------------------------------------------------------


def rprop_steps(slopes, **options):
    """Feed a list of 1-D gradients to Rprop; return weights, step sizes, remembered gradients."""
    slopes = iter(slopes)
    rule = Rprop(**{"eta": 1.0, "increase": 2.0, "decrease": 0.5, **options})
    path, states = walk(rule, np.zeros(1), lambda w: np.array([next(slopes)]), 4)
    return (
        path[:, 0].tolist(),
        [state["step_sizes"][0] for state in states],
        [state["previous_gradient"][0] for state in states],
    )


def test_rprop_grows_its_steps_while_the_sign_stays():
    path, sizes, _ = rprop_steps([5.0, 0.1, 300.0, 1.0])
    assert path == [0, -1, -3, -7, -15]
    assert sizes == [1, 1, 2, 4, 8]


def test_rprop_rests_on_a_flip_and_forgets_the_gradient():
    path, sizes, remembered = rprop_steps([1.0, -1.0, -1.0, -1.0])
    assert path == [0, -1, -1, -0.5, 0.5]  # step 2 rests, step 3 reuses the size, step 4 grows
    assert sizes == [1, 1, 0.5, 0.5, 1]
    assert remembered == [0, 1, 0, -1, -1]


def test_rprop_stands_still_on_a_zero_gradient_and_keeps_its_step_size():
    path, sizes, _ = rprop_steps([1.0, 0.0, 1.0, 1.0])
    assert path == [0, -1, -1, -2, -4]
    assert sizes == [1, 1, 1, 1, 2]


def test_rprop_keeps_its_steps_between_smallest_and_largest():
    assert rprop_steps([1.0] * 4, largest=3.0)[1] == [1, 1, 2, 3, 3]
    assert rprop_steps([1.0, -1.0, -1.0, 1.0], smallest=0.4)[1] == [1, 1, 0.5, 0.5, 0.4]


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_rprop_reads_signs_even_where_products_leave_the_range_of_floats(scale):
    assert rprop_steps(np.multiply([1.0, 1.0, -1.0, -1.0], scale))[1] == [1, 1, 2, 1, 1]


# ---- PyTorch, with its conventions translated -----------------------------------------------

RECORD = json.loads((ROOT / "tests" / "data" / "torch_trajectories.json").read_text())
TRANSLATED = {
    "gradient descent": lambda o: GradientDescent(o["lr"]),
    "momentum": lambda o: Momentum(o["lr"], o["momentum"]),
    "nesterov": lambda o: NAG(o["lr"], o["momentum"]),
    "adagrad": lambda o: AdaGrad(o["lr"], o["eps"]),
    "rmsprop": lambda o: RMSprop(o["lr"], o["alpha"], o["eps"], epsilon_inside=False),
    "rprop": lambda o: Rprop(o["lr"], o["etas"][1], o["etas"][0], *o["step_sizes"]),
    "adam": lambda o: Adam(o["lr"], *o["betas"], o["eps"], epsilon_inside=False),
}


def test_the_record_holds_every_method_on_both_functions():
    runs = {(run["method"], run["function"]) for run in RECORD["runs"]}
    assert runs == {(m, f) for m in TRANSLATED for f in ("bowl", "rosenbrock")}


@pytest.mark.parametrize("run", RECORD["runs"], ids=lambda r: f"{r['method']}-{r['function']}")
def test_the_rules_walk_the_paths_that_pytorch_walks(run):
    theirs = np.array(run["path"])
    gradient = {"bowl": bowl, "rosenbrock": rosenbrock}[run["function"]]
    rule = TRANSLATED[run["method"]](run["options"])
    ours, states = walk(rule, theirs[0], gradient, len(theirs) - 1)
    if run["method"] == "nesterov":  # PyTorch keeps the place where it will ask for the gradient
        ours = ours + rule.mu * np.array([state["velocity"] for state in states])
    assert len(ours) == 41
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


# ---- one method in several notations --------------------------------------------------------


def test_the_lectures_nesterov_and_sutskevers_are_one_method():
    ours, states = walk(Nesterov(0.0005, 0.9), [-1.2, 1.0], rosenbrock, 60)
    theirs, others = walk(NAG(0.0005, 0.9), [-1.2, 1.0], rosenbrock, 60)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    np.testing.assert_allclose(states[60]["step"], others[60]["velocity"], rtol=1e-12)


def test_nesterov_asks_for_the_gradient_where_the_last_step_would_lead():
    asked = []

    def gradient(weights):
        asked.append(weights.tolist())
        return np.ones_like(weights)

    weights, _ = Nesterov(0.1, 0.5).step(np.zeros(2), {"step": np.array([2.0, -4.0])}, gradient)
    assert asked == [[1.0, -2.0]]
    np.testing.assert_allclose(weights, [0.9, -2.1])


@pytest.mark.parametrize("mu", [0.9, 0.99])
def test_nesterov_on_a_quadratic_is_classical_momentum_with_less_mu(mu):
    """Theorem 2.1 of Sutskever et al., in one eigen-direction after the other."""
    eigenvalues, eta, start = np.array([0.01, 0.3, 1.0, 9.0]), 0.1, np.full(4, 1e3)
    path, _ = walk(NAG(eta, mu), start, lambda w: eigenvalues * w, 200)
    for i, eigenvalue in enumerate(eigenvalues):
        rule = ClassicalMomentum(eta, mu * (1 - eigenvalue * eta))
        alone, _ = walk(rule, start[i], lambda w, k=eigenvalue: k * w, 200)
        np.testing.assert_allclose(path[:, i], alone, rtol=0, atol=1e-9)


def test_sum_and_velocity_walk_one_path_while_eta_stays():
    ours, states = walk(Momentum(0.0005, 0.9), [-1.2, 1.0], rosenbrock, 60)
    theirs, others = walk(ClassicalMomentum(0.0005, 0.9), [-1.2, 1.0], rosenbrock, 60)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10)
    np.testing.assert_allclose(-0.0005 * states[60]["momentum"], others[60]["velocity"], rtol=1e-9)


def test_sum_and_velocity_part_as_soon_as_eta_changes():
    # Constant gradient 1 and alpha = 1/2: m = 1, 3/2; v = -eta, then -eta/2 - eta/10.
    downhill = constant(1.0)
    rules = [(Momentum, "alpha"), (ClassicalMomentum, "mu")]
    ends = []
    for kind, letter in rules:
        first, later = kind(1.0, **{letter: 0.5}), kind(0.1, **{letter: 0.5})
        weights, state = first.step(np.zeros(1), first.init(np.zeros(1)), downhill)
        ends.append(later.step(weights, state, downhill)[0][0])
    np.testing.assert_allclose(ends, [-1.15, -1.6])


def test_a_change_of_alpha_leaves_sum_and_velocity_together_and_parts_them_from_an_average():
    # Constant gradient 1, eta = 1, alpha = 1/2 and then 0: m = 1, 1; v = -1, -1. The average with
    # eta' = 2 and a = 1/2, 1 begins with the same step and goes on with one twice as long.
    downhill, ends = constant(1.0), []
    for kind, letter in [(Momentum, "alpha"), (ClassicalMomentum, "mu")]:
        first, later = kind(1.0, **{letter: 0.5}), kind(1.0, **{letter: 0.0})
        weights, state = first.step(np.zeros(1), first.init(np.zeros(1)), downhill)
        ends.append(later.step(weights, state, downhill)[0][0])
    average = convert_momentum(np.ones(1), "series", "average", eta=1.0, alpha=0.5)
    ends.append(-2 * average[0] - 2 * (0.0 * average[0] + 1.0))
    np.testing.assert_allclose(ends, [-2, -2, -3])


# ---- momentum and its look ahead on a quadratic ---------------------------------------------


def factor_a_step(rule, curvature):
    """Return the largest eigenvalue's size of a rule with a velocity, on curvature w² / 2."""
    columns = []
    for weight, velocity in ((1.0, 0.0), (0.0, 1.0)):
        state = {"velocity": np.array(velocity)}
        new, state = rule.step(np.array(weight), state, lambda w: curvature * w)
        columns.append([float(new), float(state["velocity"])])
    return np.abs(np.linalg.eigvals(np.transpose(columns))).max()


@pytest.mark.parametrize("mu", [0.5, 0.95])
def test_with_the_look_ahead_a_quadratic_explodes_earlier_than_without(mu):
    edges = {NAG: 2 * (1 + mu) / (1 + 2 * mu), ClassicalMomentum: 2 * (1 + mu)}
    for kind, edge in edges.items():
        assert factor_a_step(kind(1.0, mu), 0.999 * edge) < 1
        assert factor_a_step(kind(1.0, mu), 1.001 * edge) > 1


def test_the_look_ahead_changes_little_only_where_eta_times_curvature_is_small_against_1_minus_mu():
    def lost(kind, mu):  # share of the distance that goes in a memory's length of steps
        return 1 - factor_a_step(kind(1.0, mu), 0.01) ** (1 / (1 - mu))

    assert lost(NAG, 0.9) == pytest.approx(lost(ClassicalMomentum, 0.9), rel=0.1)
    assert lost(NAG, 0.999) > 2 * lost(ClassicalMomentum, 0.999)


def test_tuned_for_curvatures_from_1_to_100_classical_momentum_shrinks_faster_than_nag():
    """The pairs and factors of Lessard, Recht and Packard (2016), Proposition 1."""
    root = np.sqrt(3 * 100 + 1)
    pairs = {
        ClassicalMomentum: (4 / 121, (9 / 11) ** 2, 9 / 11),
        NAG: (4 / 301, (root - 2) / (root + 2), 1 - 2 / root),
    }
    for kind, (eta, mu, factor) in pairs.items():
        curvatures = (1.0, 10.0, 50.0, 100.0)
        worst = max(factor_a_step(kind(eta, mu), curvature) for curvature in curvatures)
        assert worst == pytest.approx(factor, abs=1e-6)
        for other in [(0.9 * eta, mu), (1.1 * eta, mu), (eta, 0.9 * mu), (eta, 1.1 * mu)]:
            assert max(factor_a_step(kind(*other), end) for end in (1.0, 100.0)) > factor
    assert [round(factor, 3) for *_, factor in pairs.values()] == [0.818, 0.885]


def average_step(weights, average, gradient, eta, alpha):
    """The momentum as an average, as some courses have it; no rule of ours."""
    average = alpha * average + (1 - alpha) * gradient(weights)
    return weights - eta / (1 - alpha) * average, average


def continued(weights, value, notation, steps, eta, alpha):
    """Walk on from a momentum in the given notation, in plain code."""
    for _ in range(steps):
        slope = rosenbrock(weights)
        if notation in ("series", "pytorch"):
            value = alpha * value + slope
            weights = weights - eta * value
        elif notation in ("lecture", "sutskever"):
            value = alpha * value - eta * slope
            weights = weights + value
        else:
            weights, value = average_step(weights, value, rosenbrock, eta, alpha)
    return weights, value


NOTATIONS = ["series", "pytorch", "lecture", "sutskever", "average"]


@pytest.mark.parametrize("target", NOTATIONS)
@pytest.mark.parametrize("source", NOTATIONS)
def test_a_converted_momentum_continues_the_same_path(source, target):
    eta, alpha, start = 0.0005, 0.9, np.array([-1.2, 1.0])
    middle, value = continued(start, np.zeros(2), source, 10, eta, alpha)
    expected, _ = continued(middle, value, source, 10, eta, alpha)
    converted = convert_momentum(value, source, target, eta=eta, alpha=alpha)
    reached, _ = continued(middle, converted, target, 10, eta, alpha)
    np.testing.assert_allclose(reached, expected, rtol=1e-10)
    assert not np.allclose(expected, middle)


def test_converting_keeps_shape_and_precision():
    value = np.ones((2, 3), np.float32)
    converted = convert_momentum(value, "series", "average", eta=0.1, alpha=0.75)
    assert (converted.shape, converted.dtype) == ((2, 3), np.float32)
    np.testing.assert_allclose(converted, 0.25)
    scalar = convert_momentum(2.0, "series", "lecture", eta=0.5, alpha=1.0)
    assert isinstance(scalar, np.ndarray)
    assert scalar == -1.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": "keras"}, "expected a notation among series, .*, average, got 'keras'"),
        ({"target": None}, "expected a notation among .*, got None"),
        ({"target": "average", "alpha": 1.0}, r"expected alpha in \[0, 1\) for an average"),
        ({"eta": 0.0}, "expected eta > 0 and finite, got 0.0"),
        ({"alpha": 1.5}, r"expected alpha in \[0, 1\], got 1.5"),
        ({"value": "fast"}, "expected value to be real numbers"),
        ({"value": [[1], [1, 2]]}, "expected value to be an array of real numbers, got"),
        ({"source": []}, r"expected a notation among .*, got \[\]"),
        ({"target": {"a"}}, "expected a notation among .*, got {'a'}"),
        ({"eta": 10**400}, "expected eta > 0 and finite, got a number beyond every float"),
    ],
)
def test_converting_refuses_what_it_does_not_know(change, message):
    arguments = {"value": 1.0, "source": "series", "target": "lecture", "eta": 0.1, "alpha": 0.9}
    arguments |= change
    with pytest.raises(ValueError, match=message):
        convert_momentum(
            arguments.pop("value"), arguments.pop("source"), arguments.pop("target"), **arguments
        )


# ---- what all rules have in common ----------------------------------------------------------

shapes = st.sampled_from([(), (0,), (1,), (5,), (2, 3), (2, 0, 3), (3, 1, 2)])
dtypes = st.sampled_from([np.float32, np.float64])


@st.composite
def walks(draw):
    """A shape, a precision, weights and a gradient for each of two steps."""
    shape, dtype = draw(shapes), draw(dtypes)
    numbers = hnp.arrays(dtype, shape, elements=st.floats(-100, 100, width=32))
    return [draw(numbers) for _ in range(3)]


@every_rule
@given(arrays=walks())
def test_every_rule_keeps_shape_and_precision_and_changes_no_argument(rule, arrays):
    weights, *slopes = arrays
    copies = [array.copy() for array in arrays]
    state = rule.init(weights)
    for slope in slopes:
        for array in [weights, slope, *state.values()]:
            if isinstance(array, np.ndarray):
                array.setflags(write=False)  # a rule that writes to its arguments raises
        names, before = set(state), weights
        weights, state = rule.step(weights, state, lambda w, slope=slope: slope)
        assert set(state) == names
        for array in [weights, *(v for k, v in state.items() if k != "t")]:
            assert isinstance(array, np.ndarray)
            assert (array.shape, array.dtype) == (before.shape, before.dtype)
            assert not np.shares_memory(array, before)
            assert not np.shares_memory(array, slope)
    for array, copy in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@every_rule
def test_every_rule_survives_a_gradient_function_that_hands_back_its_argument(rule):
    weights = np.array([1.0, -2.0])
    state = rule.init(weights)
    for _ in range(3):
        old, kept = weights.copy(), {k: np.copy(v) for k, v in state.items()}
        new_weights, new_state = rule.step(weights, state, lambda w: w)
        np.testing.assert_array_equal(weights, old)
        for name, value in kept.items():
            np.testing.assert_array_equal(state[name], value)
        weights, state = new_weights, new_state


@every_rule
def test_every_rule_treats_a_million_weights_like_a_few(rule):
    """Big arrays go through in blocks; no weight may notice."""
    rng = np.random.default_rng(3)
    weights = rng.normal(size=(3, 33_000))
    curvature = rng.uniform(0.1, 5, size=weights.shape)
    picked = [0, 32_767, 32_768, 65_536, 98_999]
    path, states = walk(rule, weights, lambda w: curvature * w, 3)
    few, few_states = walk(
        rule, weights.ravel()[picked], lambda w: curvature.ravel()[picked] * w, 3
    )
    np.testing.assert_array_equal(path.reshape(4, -1)[:, picked], few)
    for name, value in few_states[-1].items():
        ours = states[-1][name]
        np.testing.assert_array_equal(ours if name == "t" else ours.ravel()[picked], value)


@every_rule
def test_every_rule_goes_downhill_on_the_bowl(rule):
    path, _ = walk(rule, np.array([-1.0, 2.0]), bowl, 300)
    error = path**2 @ [3, 10]
    assert error[-1] < 0.05 * error[0]


@every_rule
def test_every_rule_reads_whole_numbers_as_floats(rule):
    whole, _ = walk(rule, np.array([-3, 2]), bowl, 3)
    floats, _ = walk(rule, np.array([-3.0, 2.0]), bowl, 3)
    np.testing.assert_array_equal(whole[1:], floats[1:])


@pytest.mark.parametrize("number", [np.float64, np.float32])
def test_numpys_own_scalars_do_not_promote_single_precision(number):
    rules = [Adam(number(0.1), number(0.5)), Momentum(number(0.1), number(0.5)), Rprop(number(0.1))]
    for rule in rules:
        weights, state = rule.step(
            np.ones(3, np.float32), rule.init(np.ones(3, np.float32)), lambda w: np.ones(3)
        )
        assert weights.dtype == np.float32
        assert all(v.dtype == np.float32 for k, v in state.items() if k != "t")


@given(
    first=hnp.arrays(float, 4, elements=st.floats(-1e3, 1e3)),
    second=hnp.arrays(float, 4, elements=st.floats(-1e3, 1e3)),
    factor=st.floats(-10, 10),
)
@pytest.mark.parametrize("rule", [rule for rule in EXAMPLES if not rule.scale_free], ids=repr)
def test_linear_rules_superpose_on_a_quadratic(rule, first, second, factor):
    def end(weights):
        return walk(rule, weights, lambda w: np.array([1.0, 2.0, 3.0, 4.0]) * w, 5)[0][-1]

    np.testing.assert_allclose(
        end(first + factor * second), end(first) + factor * end(second), rtol=1e-9, atol=1e-8
    )


four_slopes = hnp.arrays(float, (4, 3), elements=st.floats(0.5, 100) | st.floats(-100, -0.5))


def end_of(rule, start, slopes):
    """Return the weights after steps with these gradients."""
    slopes_left = iter(slopes)
    return walk(rule, start, lambda w: next(slopes_left), len(slopes))[0][-1]


@given(slopes=four_slopes, power=st.integers(-3, 60))
@pytest.mark.parametrize("rule", [rule for rule in EXAMPLES if rule.scale_free], ids=repr)
def test_scale_free_rules_do_not_feel_the_scale_of_the_gradient(rule, slopes, power):
    if hasattr(rule, "epsilon"):
        rule = replace(rule, epsilon=1e-30)
    scaled, plain = (end_of(rule, np.zeros(3), slopes * scale) for scale in (2.0**power, 1.0))
    np.testing.assert_allclose(scaled, plain, rtol=1e-12, atol=1e-14)


@given(slopes=four_slopes, w_power=st.integers(-9, 9), g_power=st.integers(-9, 9))
@every_rule
def test_every_rule_walks_the_same_path_in_other_units(rule, slopes, w_power, g_power):
    w, g = 2.0**w_power, 2.0**g_power
    units = {"1": 1.0, "w": w, "g": g, "w/g": w / g, "g/w": g / w, "g²": g**2}
    factors = {field.name: units[HYPERPARAMETERS[field.name].unit] for field in numbers_of(rule)}
    if rule.scale_free:
        factors["eta"] = w
        if "weight_decay" in factors:
            factors["weight_decay"] = 1 / w
    if not getattr(rule, "epsilon_inside", True):
        factors["epsilon"] = g
    converted = replace(rule, **{name: getattr(rule, name) * f for name, f in factors.items()})
    np.testing.assert_allclose(
        end_of(converted, np.ones(3) * w, slopes * g),
        end_of(rule, np.ones(3), slopes) * w,
        rtol=1e-12,
    )


@every_rule
def test_every_rule_is_elementwise(rule):
    slopes = np.random.default_rng(5).normal(size=(3, 4))
    order = [2, 0, 3, 1]

    def end(columns):
        given_slopes = iter(slopes[:, columns])
        return walk(rule, np.zeros(len(columns)), lambda w: next(given_slopes), 3)[0][-1]

    np.testing.assert_array_equal(end([0, 1, 2, 3])[order], end(order))


@every_rule
def test_states_start_at_zero_and_never_move_before_the_first_step(rule):
    state = rule.init(np.ones((2, 2)))
    for name, value in state.items():
        np.testing.assert_array_equal(value, rule.eta if name == "step_sizes" else 0)


def test_rules_are_values_that_nobody_can_change():
    rule = Momentum(0.1, 0.9)
    assert rule == Momentum(0.1, 0.9)
    with pytest.raises(AttributeError):
        rule.eta = 0.2


# ---- bad input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Momentum(0.1, 1.5), r"expected alpha in \[0, 1\], got 1.5"),
        (lambda: Momentum(0.1, -0.1), r"expected alpha in \[0, 1\], got -0.1"),
        (lambda: Momentum(0.1, float("nan")), r"expected alpha in \[0, 1\], got nan"),
        (lambda: Momentum(0.1, "0.9"), r"expected alpha in \[0, 1\], got '0.9'"),
        (lambda: Momentum(0.1, None), r"expected alpha in \[0, 1\], got None"),
        (lambda: Momentum(0.1, True), r"expected alpha in \[0, 1\], got True"),
        (lambda: Nesterov(0.1, 2), r"expected beta in \[0, 1\], got 2.0"),
        (lambda: NAG(0.1, 1.01), r"expected mu in \[0, 1\], got 1.01"),
        (lambda: ClassicalMomentum(0.1, np.nan), r"expected mu in \[0, 1\], got nan"),
        (lambda: GradientDescent(0), "expected eta > 0 and finite, got 0.0"),
        (lambda: GradientDescent(float("inf")), "expected eta > 0 and finite, got inf"),
        (lambda: GradientDescent(0.1j), "expected eta > 0 and finite, got 0.1j"),
        (lambda: GradientDescent(np.ones(2)), "expected eta > 0 and finite, got an array"),
        (lambda: GradientDescent(10**400), "expected eta > 0 and finite, got a number beyond"),
        (lambda: GradientDescent(-(10**5000)), "expected eta > 0 and finite, got a number bey"),
        (lambda: AdaGrad(0.1, 0.0), "expected epsilon > 0 and finite, got 0.0"),
        (lambda: AdaGrad(0.1, 1e-8, "no"), "expected epsilon_inside True or False, got 'no'"),
        (lambda: RMSprop(0.1, 1.1), r"expected beta in \[0, 1\], got 1.1"),
        (lambda: FirstMoment(0.1, 1.0), r"expected beta1 in \[0, 1\), got 1.0"),
        (lambda: Adam(0.1, 0.9, 1.0), r"expected beta2 in \[0, 1\), got 1.0"),
        (lambda: Rprop(0.1, increase=0.9), "expected increase >= 1 and finite, got 0.9"),
        (lambda: Rprop(0.1, decrease=0.0), r"expected decrease in \(0, 1\], got 0.0"),
        (lambda: Rprop(0.1, smallest=1.0, largest=0.5), "expected smallest <= largest, got"),
        (lambda: Rprop(60.0), r"expected eta in \[smallest, largest\] = .*, got 60.0"),
    ],
)
def test_hyperparameters_outside_their_range_are_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@every_rule
def test_a_gradient_of_another_shape_is_refused(rule):
    weights = np.ones((2, 3))
    with pytest.raises(ValueError, match=r"expected a gradient of shape \(2, 3\), got \(3,\)"):
        rule.step(weights, rule.init(weights), lambda w: w[0])


@pytest.mark.parametrize("rule", [rule for rule in EXAMPLES if rule.init(0.0)], ids=repr)
def test_a_state_of_another_shape_is_refused(rule):
    with pytest.raises(ValueError, match=r"expected a state \w+ of shape \(2,\), got \(3,\)"):
        rule.step(np.ones(2), rule.init(np.ones(3)), bowl)


@pytest.mark.parametrize("weights", [["a", "b"], [1j, 2j], [True, False], [None, 1.0]])
def test_weights_that_are_no_real_numbers_are_refused(weights):
    with pytest.raises(ValueError, match="expected weights to be real numbers, got dtype"):
        Momentum(0.1, 0.9).init(weights)


def test_ragged_weights_are_refused_in_our_words():
    with pytest.raises(ValueError, match=r"^expected weights to be an array of real numbers, got"):
        Momentum(0.1, 0.9).init([[1.0], [1.0, 2.0]])
    with pytest.raises(ValueError, match=r"^expected weights to be an array of real numbers, got"):
        Momentum(0.1, 0.9).step([[1.0], [1.0, 2.0]], {}, bowl)


@every_rule
@pytest.mark.parametrize(
    ("gradient", "came"),
    [
        (np.ones(2), "an array"),
        ([1.0, 2.0], r"\[1.0, 2.0\]"),
        (None, "None"),
        (3.0, "3.0"),
    ],
    ids=["array", "list", "None", "number"],
)
def test_a_gradient_that_is_no_function_is_refused(rule, gradient, came):
    sentence = f"^expected gradient to be a function of the weights, got {came}$"
    with pytest.raises(TypeError, match=sentence):
        rule.step(np.ones(2), rule.init(np.ones(2)), gradient)


@every_rule
@pytest.mark.parametrize("weights", [np.float64(1.0), np.ones(2), np.ones(2, np.float32)])
@pytest.mark.parametrize(
    ("value", "came"),
    [
        (None, "None"),  # a function without a return
        ("2", "dtype <U1"),
        (["1", "2"], "dtype <U1"),
        ([1j, 2.0], "dtype complex128"),
        ([True, False], "dtype bool"),
        ([None, 1.0], "dtype object"),
    ],
)
def test_a_gradient_function_that_returns_no_real_numbers_is_refused(rule, weights, value, came):
    sentence = f"^expected what the gradient returns to be real numbers, got {came}$"
    with pytest.raises(ValueError, match=sentence):
        rule.step(weights, rule.init(weights), lambda w: value)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("value", [[1, 2], [1.0, 2.0], np.ones(2, np.float32), np.ones(2)])
def test_a_gradient_takes_on_the_precision_of_the_weights(dtype, value):
    for rule in EXAMPLES:
        weights, state = rule.step(np.ones(2, dtype), rule.init(np.ones(2, dtype)), lambda w: value)
        dtypes = {array.dtype for name, array in state.items() if name != "t"}
        assert dtypes | {weights.dtype} == {np.dtype(dtype)}


@pytest.mark.parametrize(
    ("rule", "state", "error", "message"),
    [
        (Momentum(0.1, 0.9), {}, ValueError, "a state with momentum, .* got an empty one"),
        (
            Momentum(0.1, 0.9),
            {"velocity": 0},
            ValueError,
            "with momentum, .* got one with velocity",
        ),
        (Momentum(0.1, 0.9), None, TypeError, "state to be a dictionary, .* got None"),
        (GradientDescent(0.1), None, TypeError, "state to be a dictionary, .* got None"),
        (GradientDescent(0.1), np.ones(2), TypeError, "state to be a dictionary, .* got an array"),
        (NAG(0.1, 0.9), {}, ValueError, "a state with velocity, as NAG.init returns it"),
        (Rprop(0.1), {"step_sizes": np.ones(2)}, ValueError, "a state with previous_gradient"),
        (FirstMoment(0.1), {"moment": np.ones(2)}, ValueError, "a state with t, .* with moment"),
        (FirstMoment(0.1), {"moment": np.ones(2), "t": -1}, ValueError, "integer >= 0, got -1"),
        (FirstMoment(0.1), {"moment": np.ones(2), "t": None}, ValueError, ">= 0, got None"),
        (Momentum(0.1, 0.9), {"momentum": None}, ValueError, "momentum to be real .* got None"),
        (Momentum(0.1, 0.9), {"momentum": ["a", "b"]}, ValueError, "momentum to be real numbers"),
        (Momentum(0.1, 0.9), {"momentum": [[1], [1, 2]]}, ValueError, "momentum to be an array"),
    ],
)
def test_a_state_that_no_step_returned_is_refused(rule, state, error, message):
    with pytest.raises(error, match=f"^expected .*{message}"):
        rule.step(np.ones(2), state, bowl)


def test_a_state_written_as_lists_is_as_good_as_arrays():
    weights, state = Momentum(0.1, 0.5).step([1, 2], {"momentum": [2, 4]}, constant([1.0, 1.0]))
    np.testing.assert_allclose(state["momentum"], [2, 3])
    np.testing.assert_allclose(weights, [0.8, 1.7])


def test_nan_in_the_gradient_reaches_the_weights_and_is_not_hidden():
    for rule in EXAMPLES:
        weights, _ = rule.step(np.ones(2), rule.init(np.ones(2)), constant([np.nan, 1.0]))
        assert np.isnan(weights[0])
        assert np.isfinite(weights[1])


def test_a_rule_without_a_formula_says_so():
    class Nothing(Rule):
        label = "nothing"

        def __post_init__(self):
            pass

    with pytest.raises(NotImplementedError, match="Nothing does not say how"):
        Nothing().step(np.ones(1), {}, lambda w: w)


def test_a_rule_without_a_label_is_refused_where_it_is_written():
    with pytest.raises(TypeError, match="expected Nameless to declare its label, got none"):

        class Nameless(Momentum):
            pass


def test_a_rule_with_a_hyperparameter_that_has_no_row_says_which():
    @dataclass(frozen=True)
    class Unheard(Rule):
        eta: float
        zeal: float
        label = "unheard"

    with pytest.raises(LookupError, match=r"expected zeal to have a row in .*/hyperparameters\.py"):
        Unheard(eta=0.1, zeal=0.5)


# ---- the benchmark --------------------------------------------------------------------------


def test_the_benchmark_runs_without_pytorch_and_says_that_it_cannot_compare(capsys):
    path = ROOT / "benchmarks" / "optimizer_step.py"
    spec = importlib.util.spec_from_file_location("optimizer_step", path)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    benchmark.torch_step = lambda weights, slope: None
    assert benchmark.main(["--size", "100", "--repeats", "2"]) == 0
    assert benchmark.main(["--size", "100", "--repeats", "2", "--check"]) == 2
    assert "nothing to compare with" in capsys.readouterr().out

    benchmark.torch_step = lambda weights, slope: lambda: None  # a rival that takes no time
    assert benchmark.main(["--size", "100", "--repeats", "5", "--check"]) == 1
    assert benchmark.main(["--size", "100", "--repeats", "5"]) == 0
