"""Lesson 2's figures: angles and values are the data's, what diverged is shown as that."""

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch

from course_utils import plotting
from support.figures.adaptive import (
    ERRORS,
    ETAS,
    decay_figure,
    directions_figure,
    drift_figure,
    many_runs_figure,
    sensitivity_figure,
)


def test_arrows_have_one_length_and_the_direction_of_their_step():
    still = directions_figure()
    assert len(still.axes) == 2
    arrows = [patch for patch in still.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    ends = np.array([arrow._posA_posB[1] for arrow in arrows])
    np.testing.assert_allclose(np.linalg.norm(ends, axis=1), 1)
    np.testing.assert_allclose(ends[0], [90 / 410, -400 / 410], rtol=1e-12)  # -gradient, 410 long
    np.testing.assert_allclose(ends[1], [0.5**0.5, -(0.5**0.5)], rtol=1e-9)  # equal components


def test_the_angle_of_the_series_first_update_is_32_degrees():
    # between (90, -400) and (1, -1): 45° less arctan(90/400)
    angle = 45 - np.degrees(np.arctan(90 / 400))
    still = directions_figure()
    assert f"{angle:.1f} degrees apart" in still.alt
    assert "32°" in [text.get_text() for text in still.axes[0].texts]


def test_steps_on_both_sides_of_the_first_axis_are_compared_the_short_way_round():
    pair = {"a": np.array([[1.0, 0.1]]), "b": np.array([[1.0, -0.1]])}
    still = plotting.step_directions(pair)
    assert "11.4 degrees apart" in still.alt
    (arc,) = [patch for patch in still.axes[0].patches if hasattr(patch, "theta1")]
    assert (arc.theta2 - arc.theta1) % 360 == pytest.approx(11.42, abs=0.01)


def test_a_dependence_is_drawn_where_it_is_and_left_out_where_it_diverged():
    axes = sensitivity_figure().axes[0]
    np.testing.assert_array_equal(axes.lines[0].get_xdata(), ETAS)
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [30, 1e-6, np.nan, np.nan])
    np.testing.assert_array_equal(axes.lines[1].get_ydata(), ERRORS["RMSprop"])
    crosses = [line for line in axes.lines if line.get_marker() == "x" and len(line.get_xdata())]
    np.testing.assert_array_equal(crosses[0].get_xdata(), [0.1, 1])
    assert len(crosses) == 1
    assert axes.get_ylabel() == "error at the end (× diverged)"


def test_the_description_says_where_a_curve_is_good_and_how_often_it_diverges():
    alt = sensitivity_figure().alt
    assert "lowest 1·10⁻⁶ at 0.01, diverges for 2 of 4 values, below 1 between 0.01 and 0.01" in alt
    assert "RMSprop: 400 at 0.001, 3 at 1, lowest 0.03 at 0.1, below 1 between 0.1 and 0.1." in alt
    assert "diverge" not in decay_figure().alt


def test_a_guide_is_a_thin_line_with_its_text_at_the_end():
    axes = decay_figure().axes[0]
    guide = axes.lines[-3]  # two empty rows of crosses follow
    assert guide.get_linewidth() < 1.5
    assert guide.get_ydata()[-1] == pytest.approx(0.05 / 1000**0.5)
    assert [text.get_text() for text in axes.texts] == ["∝ 1/√t"]


def test_several_runs_are_drawn_as_mean_and_band_on_grids_of_their_own():
    axes = many_runs_figure().axes[0]
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [4, 2, np.nan])
    np.testing.assert_allclose(axes.lines[1].get_xdata(), [0.01, 0.03])
    band = axes.collections[0].get_paths()[0].vertices
    assert (band[:, 1].min(), band[:, 1].max()) == (1, 5)
    assert axes.get_legend().get_title().get_text() == "mean of 2 runs, band: all runs"


@pytest.mark.parametrize(
    ("figure", "scales"),
    [(sensitivity_figure, ("log", "log")), (drift_figure, ("linear", "linear"))],
)
def test_the_axes_are_logarithmic_only_when_asked(figure, scales):
    axes = figure().axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == scales


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (
            lambda: plotting.step_directions({"a": [[1, 2]]}),
            "expected the steps of two methods, as many of one as of the other",
        ),
        (
            lambda: plotting.step_directions({"a": [[1, 2]], "b": [[0, 0]]}),
            "expected steps other than zero, which point nowhere",
        ),
        (lambda: plotting.dependence([1], {}), "expected at least one entry in curves, got none"),
        (
            lambda: plotting.dependence([1, 2], {"a": [1, 2, 3]}),
            r"expected curves\['a'\] of shape \(2, n\), got \(3, 1\)",
        ),
        (
            lambda: plotting.dependence([1, 2], {"a": [np.inf, np.nan]}),
            "expected some finite values in curves, got none",
        ),
        (
            lambda: plotting.dependence([1], {"a": [1]}, log="yx"),
            "expected log 'xy', 'x', 'y' or '', got 'yx'",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(draw, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        draw()
