"""Lesson 1's figures: what is drawn is the data, and what cannot be drawn is refused."""

import re

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.contour import QuadContourSet
from matplotlib.patches import FancyArrowPatch

from course_utils import plotting
from course_utils.plotting import drawing
from course_utils.plotting.curves import _spread
from support.figures.momentum import (
    G1,
    G2,
    OLD,
    cancellation_figure,
    change,
    error_figure,
    heatmap_figure,
    momentum_run,
    nesterov_figure,
    rate_figure,
    speedup_figure,
    steps_figure,
    training_figure,
    trajectories_figure,
)


def test_the_step_figure_shows_the_series_two_updates_and_what_momentum_kept():
    alt = steps_figure().alt
    # the numbers of the series, part 1, after two updates
    for said in ("(−14.82, 19.21)", "(−14.74, 18.85)", "(−170.5, 752)", "(−81, 360)"):
        assert said in alt
    assert "(−89.46, 392)" in alt


def test_the_step_figures_update_arrows_are_true_to_length():
    still = steps_figure()
    still.draw_without_rendering()
    zoom = still.axes[1]
    arrows = [patch for patch in zoom.patches if isinstance(patch, FancyArrowPatch)]
    ends = [np.array(arrow._posA_posB) for arrow in arrows]
    expected = [[0.09, -0.4], [0.17046, -0.752], [0.09, -0.4], [0.08946, -0.392]]
    np.testing.assert_allclose([end[1] - end[0] for end in ends], expected, atol=1e-12)
    assert zoom.get_aspect() == 1


def test_the_step_figure_builds_the_momentum_from_what_is_kept_and_the_newest_gradient():
    vectors = steps_figure().axes[2]
    arrows = [patch for patch in vectors.patches if isinstance(patch, FancyArrowPatch)]
    total, kept, newest, beside = (np.array(arrow._posA_posB) for arrow in arrows)
    np.testing.assert_allclose(total, [[0, 0], [-170.46, 752]])
    np.testing.assert_allclose(kept, [[0, 0], [-81, 360]])  # 0.9 of the first gradient
    np.testing.assert_allclose(newest, [[-81, 360], [-170.46, 752]])
    np.testing.assert_allclose(beside[1] - beside[0], [-89.46, 392])  # gradient descent's own


def test_paths_are_drawn_where_they_are_with_a_white_halo_below():
    still = trajectories_figure(alphas=(0.9,), steps=30)
    path = momentum_run(0.9, 30)[0]
    axes = still.axes[0]
    line = next(item for item in axes.collections if isinstance(item, LineCollection))
    segments = np.array(line.get_segments())
    np.testing.assert_allclose(segments[:, 0], path[:-1])
    np.testing.assert_allclose(segments[:, 1], path[1:])
    assert (np.diff(line.get_array()) > 0).all()
    halo = next(item for item in axes.lines if len(item.get_xdata()) == len(path))
    assert to_rgb(halo.get_color()) == (1, 1, 1)
    assert halo.get_linewidth() > line.get_linewidth()[0]
    assert halo.get_zorder() < line.get_zorder()


def test_an_optimizers_path_and_curve_have_its_own_colour_and_other_paths_are_blue():
    w = np.linspace(-1, 1, 11)
    path = np.array([[0.9, 0.9], [0.5, 0.5], [0.1, 0.1]])
    labels = ["NAG", "momentum", "α = 0.9"]
    curves = dict.fromkeys(labels, path[:, 0])
    errors = np.add.outer(w**2, w**2)
    still = plotting.trajectories(w, w, errors, dict.fromkeys(labels, path), curves=curves)
    green, vermilion = "#009E73", "#D55E00"
    expected = {"NAG": green, "momentum": vermilion, "α = 0.9": plotting.PATH(0.5)}
    for number, label in enumerate(labels):
        for axes in still.axes[2 * number : 2 * number + 2]:
            line = next(item for item in axes.collections if isinstance(item, LineCollection))
            np.testing.assert_allclose(line.cmap(0.5)[:3], to_rgb(expected[label]), atol=0.01)


def test_no_level_is_written_on_a_mark():
    g = np.linspace(-3, 3, 61)
    values = g[:, None] + 0 * g[None, :]
    for place in (
        0.0,
        0.9,
        -1.2,
    ):  # where the levels would stand: on the lines g2 = 0, in the middle
        still = plotting.heatmaps(
            g, g, {"C": values}, limit=3, levels=[-2, 0, 2], points={"here": (place, 0.0)}
        )
        still.draw_without_rendering()
        texts = [text for text in still.axes[0].texts if text.get_text() in ("0", "−2", "2")]
        zero = [text.get_position() for text in texts if text.get_text() == "0"]
        assert len(texts) >= 5
        assert all(abs(x - place) > 0.4 for x, _ in zero)


def test_error_curves_below_the_paths_share_one_scale():
    still = trajectories_figure()
    limits = {axes.get_ylim() for axes in still.axes[1::2]}
    assert len(limits) == 1
    assert next(iter(limits))[1] > 4675  # the first error


def test_a_path_that_leaves_the_window_is_said_to_leave_it_and_when():
    w = np.linspace(-1, 1, 11)
    path = np.array([[0.0, 0.0], [0.5, 0.5], [1.5, 0.5], [0.0, 0.0]])
    still = plotting.trajectories(w, w, np.add.outer(w**2, w**2), {"run": path})
    assert "out of the window at t = 2" in still.alt
    assert any(text.get_text() == "leaves the window at t = 2" for text in still.axes[0].texts)
    assert still.axes[0].get_xlim() == (-1, 1)


def test_a_path_with_broken_numbers_is_drawn_as_far_as_it_goes():
    w = np.linspace(-1, 1, 11)
    path = np.array([[0.0, 0.0], [0.5, 0.5], [np.inf, np.nan]])
    still = plotting.trajectories(w, w, np.add.outer(w**2, w**2), {"run": path})
    assert "out of the window at t = 2" in still.alt
    assert still.png()


def test_on_a_bowl_the_shade_grows_with_the_distance_from_the_minimum():
    w = np.linspace(-1, 1, 201)
    shades = drawing.surface_shades(np.add.outer(w**2, 0 * w))[:, 0]
    np.testing.assert_allclose(shades, np.abs(w), atol=1e-3)


def test_a_surface_beyond_all_numbers_has_a_picture_without_lines():
    w = np.linspace(-1, 1, 5)
    errors = np.full((5, 5), 1e200)
    errors[0, 0] = np.nan
    still = plotting.trajectories(w, w, errors, {"run": np.zeros((3, 2))})
    assert still.png()
    assert "100000" not in still.alt


SLOPES = {
    "a bowl": (lambda w1, w2: 3 * w1**2 + 10 * w2**2, {"1", "3", "10", "30", "100", "300", "1000"}),
    "a saddle": (lambda w1, w2: w1**2 - w2**2, {"−40", "−30", "−20", "−10", "0", "10", "20"}),
}


@pytest.mark.parametrize("slope", SLOPES.values(), ids=SLOPES)
def test_levels_of_a_surface_are_round_and_stand_on_no_path_and_no_mark(slope):
    errors, expected = slope
    w = np.linspace(-8, 8, 101)
    path = np.array([[-7.0, 7.0], [7.0, -7.0], [0.5, 0.5]])  # long steps: no update near a level
    still = plotting.trajectories(
        w, w, errors(w, w[:, None]), {"run": path}, minimum=np.array([0.5, -0.5])
    )
    axes = still.axes[0]
    still.draw_without_rendering()
    texts = [text for text in axes.texts if text.get_text().lstrip("−").isdigit()]
    assert len(texts) >= 3
    assert {text.get_text() for text in texts} <= expected
    to_share = axes.transData + axes.transAxes.inverted()
    along = np.linspace(path[:-1], path[1:], 500).reshape(-1, 2)
    kept_clear = to_share.transform(np.vstack([along, [[0.5, -0.5]]]))
    for text in texts:
        place = to_share.transform(text.get_position())
        assert np.abs((kept_clear - place) / [0.05, 0.03]).max(axis=1).min() > 1
        others = [to_share.transform(t.get_position()) for t in texts if t is not text]
        assert all(np.abs((other - place) / [0.05, 0.03]).max() > 1 for other in others)


def test_a_constant_surface_is_drawn_too():
    w = np.linspace(-1, 1, 5)
    assert plotting.trajectories(w, w, np.ones((5, 5)), {"run": np.zeros((3, 2))}).png()


def test_the_error_figure_reports_when_each_curve_is_below_one_for_good():
    alt = error_figure().alt
    # computed independently for the series' 700 iterations
    for label, t in (("α = 0", 542), ("α = 0.6", 213), ("α = 0.9", 77)):
        assert re.search(rf"{label}: [^.]*4675[^:]*for good from t = {t}\.", alt)
    assert "α = 0.6: from 4675 to 2.75·10⁻⁷, never rises" in alt
    assert "first rises after t = 15" in alt
    assert "Marked at t = 22 on α = 0.9: the bump." in alt


def test_a_cut_axis_says_so_and_an_uncut_one_does_not():
    assert error_figure(ymax=600).axes[0].get_ylabel() == "error E (cut at 600)"
    assert error_figure(ymax=5000).axes[0].get_ylabel() == "error E"
    assert error_figure(ymax=600).axes[0].get_ylim() == (0, 600)


def test_a_logarithmic_axis_is_cut_when_one_curve_would_squeeze_the_others():
    axes = error_figure(log=True, ymax=None).axes[0]
    assert axes.get_ylim()[0] == pytest.approx(1e-12)
    assert axes.get_ylabel() == "error E (cut at 1·10⁻¹²)"
    fits = plotting.error_curves({"a": np.array([1.0, 3e-15])}, log=True).axes[0]
    assert fits.get_ylabel() == "error E"
    short = plotting.error_curves({"a": np.array([1.0, 0.1, 0.0])}, log=True).axes[0]
    assert short.get_ylabel() == "error E"
    np.testing.assert_array_equal(short.lines[0].get_ydata(), [1, 0.1, np.nan])


def test_all_heatmaps_share_one_scale_that_is_white_at_zero():
    images = [axes.images[0] for axes in heatmap_figure(limit=3).axes[:2]]
    assert {image.get_clim() for image in images} == {(-3, 3)}
    for image in images:
        assert image.norm(0) == 0.5
        assert image.to_rgba(0) == (1, 1, 1, 1)


def test_heatmaps_put_every_value_at_its_gradients():
    values = np.arange(6.0).reshape(2, 3)  # rows along g2, columns along g1
    still = plotting.heatmaps([0.0, 1.0, 2.0], [10.0, 20.0], {"a": values}, limit=5)
    image = still.axes[0].images[0]
    assert list(image.get_extent()) == [-0.5, 2.5, 5, 25]
    assert image.origin == "lower"
    np.testing.assert_array_equal(image.get_array(), values)


@pytest.mark.parametrize(("split", "crossing"), [(True, False), (False, True)])
def test_contours_keep_off_the_jump_at_g1_zero_exactly_when_asked(split, crossing):
    axes = heatmap_figure(split_at_zero=split, regions=None).axes[0]
    sets = [item for item in axes.collections if isinstance(item, QuadContourSet)]
    pieces = [piece for item in sets for level in item.allsegs for piece in level if len(piece)]
    across = [piece[:, 0].min() < -1e-9 and piece[:, 0].max() > 1e-9 for piece in pieces]
    assert len(pieces) > 8
    assert any(across) == crossing


def test_contours_carry_their_own_value():
    still = heatmap_figure(regions=None, levels=[-1, 0, 1])
    labels = [text.get_text() for text in still.axes[0].texts]
    assert {"−1", "0", "1"} <= set(labels)


def test_values_beyond_the_limit_are_said_to_be_clipped_and_only_then():
    clipped = heatmap_figure(limit=2)
    assert "Colours are clipped at ±2." in clipped.alt
    assert "clipped" in clipped.axes[-1].get_ylabel()
    whole = heatmap_figure(limit=4)  # C_m reaches −3.2 for α = 0.4
    assert "clipped" not in whole.alt + whole.axes[-1].get_ylabel()


def test_the_description_of_a_heatmap_measures_the_shares():
    alt = heatmap_figure().alt
    assert f"negative on {100 * np.mean(change(0.9) < 0):.0f} % of the window" in alt
    share = 100 * np.mean((change(0.9) < 0) & (G1 * G2 > 0))
    assert f"Hatched, {share:.0f} %: C_m<0 though g_2 agrees." in alt
    assert "Marked at (1.5, −1): the example." in alt


def test_regions_are_hatched_and_named_in_the_legend():
    still = heatmap_figure()
    assert [text.get_text() for text in still.legends[0].get_texts()] == [
        "$C_m<0$ though $g_2$ agrees"
    ]
    hatched = [item.hatches for item in still.axes[0].collections if hasattr(item, "hatches")]
    assert ["///"] in hatched


def test_speed_up_limits_stand_at_their_value_and_an_infinite_one_nowhere():
    axes = speedup_figure().axes[0]
    flat = [line.get_ydata()[0] for line in axes.lines if len(set(line.get_ydata())) == 1]
    assert flat == [2, 2.5, 10]
    assert axes.get_ylim()[1] > 10
    assert "α = 1: 40 at the end, no limit." in speedup_figure().alt


def test_labels_are_moved_just_far_enough_apart():
    assert _spread({"b": 1.05, "a": 1.0, "c": 5.0}, 0.5) == {"a": 1.0, "b": 1.5, "c": 5.0}


def test_three_quarters_of_the_rate_figure_converge_the_area_left_of_the_edge():
    # ηλ < 2(1 + α) is 3/4 of [0, 4] × [0, 1]; ηλ = 0, a column of the grid, stands still
    share = int(re.search(r"below 1 on (\d+) %", rate_figure().alt)[1])
    assert share == pytest.approx(75, abs=2)


def test_the_stability_edge_is_drawn_at_two_times_one_plus_alpha():
    axes = rate_figure().axes[0]
    sets = [item for item in axes.collections if isinstance(item, QuadContourSet)]
    edge = next(item for item in sets if not item.filled and len(item.levels) == 1)
    points = np.vstack(edge.allsegs[0])
    inner = points[points[:, 0] > 2.05]
    np.testing.assert_allclose(inner[:, 0], 2 * (1 + inner[:, 1]), atol=0.05)
    assert len(inner) > 50


def test_a_rate_window_without_divergence_shows_no_edge():
    still = rate_figure(low=0.5, high=1.5)
    named = [text.get_text() for text in still.legends[0].get_texts()]
    assert named == ["critical damping (above it, w swings)"]
    assert rate_figure(low=0.5, high=1.5, critical=None).legends == []


def test_the_damping_figure_counts_the_swings_and_finds_who_is_there_first():
    traces = {"creeps": 0.5 ** np.arange(12), "swings": (-0.3) ** np.arange(12)}
    still = plotting.damping_traces(traces)
    # 0.5^7 < 0.01 < 0.5^6 and 0.3^4 < 0.01 < 0.3^3
    assert (
        "creeps: 0 changes of sign, within 1 % of its largest size for good from t = 7."
        in still.alt
    )
    assert (
        "swings: 11 changes of sign, within 1 % of its largest size for good from t = 4."
        in still.alt
    )
    assert still.title == "swings is first to stay within 1 %, from t = 4"


def test_to_come_to_rest_at_the_minimum_is_no_swing():
    assert "rests: 0 changes" in plotting.damping_traces({"rests": [1.0, 0.5, 0.0, 0.0]}).alt


def test_a_trace_is_named_as_its_axis_is_and_may_start_at_zero():
    still = plotting.damping_traces({"m": [0.0, 1.0, 0.1, 0.005, 0.0]}, ylabel="momentum m₂")
    assert still.alt.startswith("Traces of momentum m₂ during 4 updates.")
    assert "for good from t = 3" in still.alt


def test_epochs_are_counted_in_whole_numbers():
    still = training_figure()
    still.draw_without_rendering()
    ticks = np.array(still.axes[0].get_xticks())
    np.testing.assert_array_equal(ticks, ticks.round())


def test_a_run_that_does_not_arrive_is_said_not_to():
    still = plotting.damping_traces({"stuck": np.ones(5)})
    assert "not within 1 % of its largest size by the end" in still.alt
    assert still.title == "None of the runs comes to stay within 1 %"


def test_the_nesterov_figure_puts_tips_to_tails_and_ends_both_at_the_right_point():
    still = nesterov_figure()
    ends = {"Momentum": (-0.5, -1.0), "Nesterov": (-0.75, 0.0)}  # w + βΔw + its gradient step
    corners = {"Momentum": (-3.5, 0.0), "Nesterov": (-1.0, 1.0)}  # after the first of the two
    for axes, (name, end) in zip(still.axes, ends.items(), strict=True):
        arrows = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
        result, first, second = (np.array(arrow._posA_posB) for arrow in arrows)
        np.testing.assert_allclose(result, [OLD, end])
        np.testing.assert_allclose(first, [OLD, corners[name]])
        np.testing.assert_allclose(second, [corners[name], end])
        assert axes.get_title(loc="left").startswith(name)
    assert "Distances to the minimum: 1.12 and 0.75." in still.alt  # √1.25 and 0.75


def test_the_nesterov_figure_speaks_the_letters_it_is_given():
    paper = {"w": "θ", "ŵ": "θ + μv", "βΔ": "μv", "E": "f", "Momentum": "CM", "Nesterov": "NAG"}
    still = nesterov_figure(letters=paper)
    left, right = ({text.get_text() for text in axes.texts} for axes in still.axes)
    assert {"old θ", "① −η∇f(θ)", "② μv", "new θ"} <= left
    assert {"old θ", "① μv", "θ + μv", "② −η∇f(θ + μv)", "new θ"} <= right
    assert [axes.get_xlabel() for axes in still.axes] == ["θ₁", "θ₁"]
    assert still.axes[1].get_title(loc="left").startswith("NAG")
    assert "CM takes the gradient step" in still.alt
    assert "ŵ" in {text.get_text() for text in nesterov_figure().axes[1].texts}
    with pytest.raises(ValueError, match=r"expected letters among w, .*, got 'theta'"):
        nesterov_figure(letters={"theta": "θ"})


def test_training_curves_show_mean_and_all_runs():
    axes = training_figure().axes[0]
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [4, 2, 1])
    np.testing.assert_allclose(axes.lines[1].get_ydata(), [4, 3, 3])
    band = axes.collections[0].get_paths()[0].vertices
    assert band[band[:, 0] == 2, 1].min() == 0
    assert band[band[:, 0] == 2, 1].max() == 2
    assert "kept: from 4 to 1, at the end between 0 and 2." in training_figure().alt


def test_training_curves_show_one_standard_deviation_when_asked():
    band = training_figure(band="std").axes[0].collections[0].get_paths()[0].vertices
    assert band[band[:, 0] == 2, 1].max() == pytest.approx(1 + np.sqrt(2 / 3))


def test_the_cancellation_figure_measures_both_gains():
    # alternating gradients: the largest sum is the first one, g itself; constant ones: the series
    still = cancellation_figure(steps=40)
    constant = (1 - 0.9**40) / 0.1
    assert "the gradient changes sign 39 times, the largest momentum is 1 times" in still.alt
    assert f"changes sign 0 times, the largest momentum is {constant:.1f} times" in still.alt


# ------------------------------------------------------------------------------------ bad input

W = np.linspace(-1, 1, 4)
E = np.ones((4, 4))


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda: plotting.error_curves({}), "expected at least one entry in curves, got none"),
        (
            lambda: plotting.error_curves({"a": np.ones((2, 2))}),
            r"expected curves\['a'\] of shape \(n,\), got \(2, 2\)",
        ),
        (
            lambda: plotting.error_curves({"a": []}),
            r"expected curves\['a'\] of shape \(n,\), got \(0,\)",
        ),
        (
            lambda: plotting.error_curves({"a": "falling"}),
            r"expected curves\['a'\] as an array of numbers, got 'falling'",
        ),
        (
            lambda: plotting.error_curves({"a": [1, 0]}, marks=[("b", 0, "here")]),
            r"expected marks on one of \['a'\], got one on 'b'",
        ),
        (
            lambda: plotting.error_curves({str(n): [1, 0] for n in range(8)}),
            "expected at most 7 unnamed curves in one figure, got 8",
        ),
        (
            lambda: plotting.trajectories(W, W, np.ones((4, 3)), {"a": np.ones((2, 2))}),
            r"expected errors of shape \(4, 4\), got \(4, 3\)",
        ),
        (
            lambda: plotting.trajectories(W, W, E, {"a": np.ones((2, 2))}, curves={"b": [1]}),
            "expected an error curve for every path, got none for 'a'",
        ),
        (
            lambda: plotting.trajectories(W, W, E * np.nan, {"a": np.ones((2, 2))}),
            "expected finite errors somewhere in the window, got none",
        ),
        (
            lambda: plotting.heatmaps(W, W, {"a": E}, limit=0),
            "expected limit above 0, got 0",
        ),
        (
            lambda: plotting.heatmaps(W, W, {"a": E}, limit=1, regions={"b": np.ones(4)}),
            r"expected regions\['b'\] of shape \(4, 4\), got \(4,\)",
        ),
        (
            lambda: plotting.training_curves({"a": E}, band="quartiles"),
            "expected band 'min-max' or 'std', got 'quartiles'",
        ),
        (
            lambda: plotting.cancellation(np.ones((3, 2)), np.ones((4, 2))),
            r"expected momenta of shape \(3, 2\), got \(4, 2\)",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(draw, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        draw()
