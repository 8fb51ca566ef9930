"""The path in two bases, against closed forms: the error's parts, and how fast each one shrinks."""

import numpy as np
import pytest

from course_utils.objectives import BOWL, OBLONG, TILTED
from course_utils.widgets import directions
from course_utils.widgets.wire import unpack

LONG = np.array([2.0, 1.0]) / np.sqrt(5)  # of the tilted valley: curvature 1
ACROSS = np.array([-1.0, 2.0]) / np.sqrt(5)  # curvature 16


def momentum_step(weights, momentum, gradient, eta, alpha):
    momentum = alpha * momentum + gradient
    return weights - eta * momentum, momentum


def parts(figure):
    return np.column_stack([unpack(part["errors"]) for part in figure.canvas.frame["parts"]])


def plane(figure, index):
    return unpack(figure.canvas.frame["planes"][index]["weights"])


def test_the_same_path_stands_in_both_bases():
    figure = directions(step=momentum_step, steps=40)
    w, y = plane(figure, 0), plane(figure, 1)
    assert w[0].tolist() == TILTED.start.tolist()
    np.testing.assert_allclose(y, np.column_stack([w @ LONG, w @ ACROSS]), atol=1e-5)
    # The feet are the path's shadows on the two directions.
    first, second = (unpack(foot) for foot in figure.canvas.frame["planes"][0]["feet"])
    np.testing.assert_allclose(first + second, w, atol=1e-5)
    np.testing.assert_allclose(first @ ACROSS, 0, atol=1e-5)


@pytest.mark.parametrize("objective", [TILTED, BOWL, OBLONG], ids=lambda each: each.name)
def test_the_stacked_errors_are_half_the_curvature_times_the_square_and_sum_to_the_error(objective):
    figure = directions(objective, step=momentum_step, eta=0.03, alpha=0.8, steps=50)
    (path,) = figure.trajectories.values()
    closed = 0.5 * figure.curvatures * figure.along(path.weights) ** 2
    np.testing.assert_allclose(parts(figure), closed, rtol=1e-6)
    gentle, steep = figure.canvas.frame["parts"]
    np.testing.assert_array_equal(unpack(gentle["base"]), 0)
    np.testing.assert_allclose(unpack(steep["base"]), unpack(gentle["top"]), atol=1e-5)
    rounding = 1e-6 * path.errors.max()
    np.testing.assert_allclose(unpack(steep["top"]), path.errors, rtol=1e-5, atol=rounding)


@pytest.mark.parametrize(
    ("eta", "alpha"),
    [(0.05, 0.9), (0.01, 0.5), (0.2, 0.81), (0.15, 0.5), (0.1, 0.0), (2 / 17, 0.0)],
)
def test_each_direction_shrinks_by_the_spectral_radius_of_its_matrix(eta, alpha):
    figure = directions(step=momentum_step, eta=eta, alpha=alpha, steps=800)
    along = figure.along(figure.trajectories["momentum_step"].weights)
    for direction, curvature in enumerate((1.0, 16.0)):
        recursion = [[1 + alpha - eta * curvature, -alpha], [1, 0]]
        radius = np.abs(np.linalg.eigvals(recursion)).max()
        # The largest distance from t on: a swing passes the minimum now and then.
        ahead = np.maximum.accumulate(np.abs(along[::-1, direction]))[::-1]
        late = np.flatnonzero(ahead > 1e-12 * ahead[0])[-1] * 3 // 4
        early = late // 3
        measured = (ahead[late] / ahead[early]) ** (1 / (late - early))
        assert measured == pytest.approx(radius, rel=0.03), curvature
        marks = figure.canvas.frame["map"]["panels"][0]["marks"]
        assert marks[direction]["at"] == pytest.approx([eta * curvature, alpha], rel=1e-5)
        assert f"|σ| = {radius:.2g}"[:9] in marks[direction]["text"]


def test_a_start_dragged_along_the_directions_moves_the_weights():
    figure = directions(step=momentum_step, steps=20)
    figure.canvas.event = {"type": "start", "plane": 1, "at": [3.0, -1.0]}
    np.testing.assert_allclose(plane(figure, 0)[0], 3 * LONG - ACROSS, atol=1e-6)
    assert parts(figure)[0] == pytest.approx([4.5, 8.0], rel=1e-5)
    figure.canvas.event = {"type": "start", "plane": 0, "at": [1.0, 0.5]}
    assert parts(figure)[0] == pytest.approx([0.5 * 1.25, 0.0], abs=1e-5)


def test_a_mark_dragged_on_the_map_moves_sliders_path_and_both_marks():
    figure = directions(step=momentum_step, steps=20)
    before = plane(figure, 1)
    figure.canvas.event = {"type": "pick", "mark": 1, "at": [1.6, 0.5]}
    assert (figure.values["eta"], figure.values["alpha"]) == (0.1, 0.5)
    marks = figure.canvas.frame["map"]["panels"][0]["marks"]
    np.testing.assert_allclose([mark["at"] for mark in marks], [[0.1, 0.5], [1.6, 0.5]], rtol=1e-6)
    assert not np.array_equal(before, plane(figure, 1))


def test_a_step_that_fails_is_told_and_what_it_did_before_is_shown():
    def two_steps_only(weights, momentum, gradient, eta, alpha):
        if np.abs(momentum).max() > 20:
            raise ZeroDivisionError("enough")
        return momentum_step(weights, momentum, gradient, eta, alpha)

    figure = directions(step=two_steps_only)
    assert "Step 2: two_steps_only raised ZeroDivisionError" in figure.canvas.frame["message"]
    assert len(plane(figure, 0)) == 2


def test_a_run_that_diverges_says_so_and_has_a_picture():
    figure = directions(step=momentum_step, eta=0.5, alpha=0.9, steps=400)
    assert "diverged at step" in figure.canvas.frame["ending"]
    assert "diverges" in figure.canvas.frame["map"]["alt"]
    assert np.isfinite(parts(figure)).all()
