"""Muon against the singular values of its steps, worked out apart."""

import numpy as np
import pytest

from course_utils.muon import Muon, orthogonalised
from course_utils.networks import SoftmaxNetwork
from course_utils.optimizers import Adam, GradientDescent

RNG = np.random.default_rng(0)


def polynomial(s):
    """What Jordan et al. print for one singular value, five times."""
    for _ in range(5):
        s = 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5
    return s


@pytest.mark.parametrize("shape", [(3, 3), (5, 2), (2, 5), (1, 4), (64, 32)])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_singular_values_are_brought_near_one_and_the_directions_stay(shape, scale):
    matrix = scale * RNG.normal(size=shape)
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    expected = left @ np.diag(polynomial(values / np.sqrt(np.sum(values**2)))) @ right
    np.testing.assert_allclose(orthogonalised(matrix), expected, atol=1e-12)


def test_five_steps_leave_values_where_the_docstring_says():
    reached = polynomial(np.linspace(0.005, 1, 100_001))
    assert reached.min() > 0.68
    assert reached.max() < 1.16


def test_a_matrix_of_zeros_stays_one():
    assert not orthogonalised(np.zeros((2, 3))).any()


def test_one_step_moves_the_matrix_by_eta_along_its_directions_and_the_rest_by_its_own_rule():
    network = SoftmaxNetwork((3, 2, 2))
    weights, slope = RNG.normal(size=(2, network.size))
    rule = Muon(0.5, network.layout, ("W1",), rest=GradientDescent(0.1), mu=0.9)
    given = weights.copy(), slope.copy()
    moved, state = rule.step(weights, rule.init(weights), lambda _: slope)
    np.testing.assert_array_equal([weights, slope], given)
    step = network.layout.views(weights - moved)
    gradient = network.layout.views(slope)
    left, values, right = np.linalg.svd(gradient["W1"], full_matrices=False)
    sizes = polynomial(values / np.sqrt(np.sum(values**2)))
    np.testing.assert_allclose(step["W1"], 0.5 * left @ np.diag(sizes) @ right, atol=1e-12)
    for name in ("b1", "W2", "b2"):
        np.testing.assert_allclose(step[name], 0.1 * gradient[name], atol=1e-15)
    # The second step: the momentum is 0.9 of the first gradient and the new one. What moves the
    # matrix looks ahead once more: it is 0.9 of that momentum and the new gradient.
    other = RNG.normal(size=network.size)
    again, state = rule.step(moved, state, lambda _: other)
    np.testing.assert_allclose(state["momentum"], 0.9 * slope + other)
    ahead = network.layout.views(0.81 * slope + 1.9 * other)
    step = network.layout.views(moved - again)
    np.testing.assert_allclose(step["W1"], 0.5 * orthogonalised(ahead["W1"]), atol=1e-12)


@pytest.mark.parametrize(("name", "value"), [("eta", 0.0), ("mu", 1.5)])
def test_a_setting_that_is_out_of_range_is_refused(name, value):
    settings = {"eta": 0.1, "mu": 0.9} | {name: value}
    with pytest.raises(ValueError, match=f"expected {name}"):
        Muon(layout=None, matrices=(), rest=Adam(), **settings)
