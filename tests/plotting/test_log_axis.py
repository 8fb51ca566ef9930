"""What a logarithmic axis shows of errors that reach zero or fall below it."""

import numpy as np
import pytest

from course_utils import plotting
from course_utils.plotting.log_axis import log_axis

FALLING = np.array([3.0, 1.0, -1.0, -1.9, -1.99])


def test_positive_errors_are_shown_as_they_are():
    curve = np.array([100.0, 1.0, 1e-9])
    scale = log_axis({"a": curve}, least=0.0)
    assert (scale.name, scale.linear, scale.notes) == ("error E", None, [])
    assert scale.curves["a"] is curve


def test_above_a_known_minimum_the_distance_from_it_is_shown():
    scale = log_axis({"a": FALLING}, least=-2.0)
    assert scale.name == "error E − E*, E* = −2"
    assert scale.linear is None
    assert scale.curves["a"] == pytest.approx([5, 3, 1, 0.1, 0.01])
    assert scale.notes == ["E ≤ 0 from t = 2"]


def test_at_the_minimum_itself_the_line_goes_on_at_the_last_digit_of_a_float():
    scale = log_axis({"a": np.array([1.0, -2.0, -2.0])}, least=-2.0)
    assert scale.curves["a"] == pytest.approx([3, 4.4e-16, 4.4e-16], rel=0.1)


@pytest.mark.parametrize("least", [None, 5.0])  # not known, or not the least
def test_without_a_known_minimum_the_axis_is_linear_around_zero(least):
    scale = log_axis({"a": np.array([5.0, 3.0, -20.0, -4e5])}, least)
    assert scale.curves["a"][-1] == -4e5
    assert scale.linear == 1.0
    assert scale.name == "error E, linear within ±1"


def test_every_curve_that_is_not_positive_says_from_when_on():
    curves = {"a": np.array([1.0, -1, 2]), "b": np.array([1.0, 2, 3]), "c": np.array([1.0, -3, -2])}
    notes = log_axis(curves, name="value v", stride=10).notes
    assert notes == ["a: v ≤ 0 from t = 10, not to the end", "c: v ≤ 0 from t = 10"]
    assert log_axis({"a": np.array([1.0, 0.0, 0.0])}).notes == ["E = 0 from t = 1"]


@pytest.mark.parametrize("curve", [[0.0, 0.0], [-1.0, -1.0], [np.nan, -1e300], [1e-300, -1e-300]])
def test_the_strangest_errors_have_an_axis_with_room_on_both_sides(curve):
    scale = log_axis({"a": np.array(curve)})
    assert scale.linear > 0


@pytest.mark.parametrize(("least", "kind"), [(-2.0, "log"), (None, "symlog")])
def test_stills_have_the_same_axis(least, kind):
    still = plotting.error_curves({"a": FALLING}, log=True, least=least)
    (axes,) = still.axes
    assert axes.get_yscale() == kind
    assert axes.get_ylabel() == log_axis({"a": FALLING}, least).name
    drawn = axes.lines[0].get_ydata()
    assert np.isfinite(drawn).all()
    assert [text.get_text() for text in axes.texts] == ["E ≤ 0 from t = 2"]
    grid = np.linspace(-1, 1, 3)
    paths, curves = {"a": np.zeros((5, 2))}, {"a": FALLING}
    surface = np.add.outer(grid, grid)
    still = plotting.trajectories(grid, grid, surface, paths, curves=curves, log=True, least=least)
    assert still.axes[-1].get_yscale() == kind
    assert "E ≤ 0 from t = 2" in still.alt
