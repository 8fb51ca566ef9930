"""Stills: what is drawn is the data, all of it is legible, and the description says it in words."""

import base64
import io
import re
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.contour import QuadContourSet
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Text
from PIL import Image

from course_utils import plotting
from course_utils.plotting import CYCLE, PATH, SIGNED, STYLE, Still, drawing
from course_utils.plotting.curves import _spread

# ------------------------------------------------------------------------- data, made here

CURVATURES = np.array([6.0, 20.0])  # of the series' bowl, 3 w1² + 10 w2²
START = np.array([-15.0, 20.0])


def bowl(w):
    return 3 * w[0] ** 2 + 10 * w[1] ** 2


def momentum_run(alpha, steps, eta=0.001):
    """Return weights, gradients and momenta of the series' form, each (steps+1, 2)."""
    weights, momenta = [START], [np.zeros(2)]
    for _ in range(steps):
        momenta.append(alpha * momenta[-1] + CURVATURES * weights[-1])
        weights.append(weights[-1] - eta * momenta[-1])
    return np.array(weights), CURVATURES * weights, np.array(momenta)


def steps_figure(**kwargs):
    plain, momentum = momentum_run(0, 2), momentum_run(0.9, 2)
    return plotting.step_vectors(
        {"Gradient descent": plain[0], "Momentum": momentum[0]},
        {"Gradient descent": plain[1], "Momentum": momentum[1]},
        {"Momentum": momentum[2]},
        **kwargs,
    )


def trajectories_figure(alphas=(0, 0.9, 1), steps=60, **kwargs):
    w1, w2 = np.linspace(-22, 22, 45), np.linspace(-24, 24, 49)
    paths = {f"α = {alpha:g}": momentum_run(alpha, steps)[0] for alpha in alphas}
    curves = {label: bowl(path.T) for label, path in paths.items()}
    settings = {"curves": curves, "minimum": np.zeros(2)} | kwargs
    return plotting.trajectories(w1, w2, bowl(np.array(np.meshgrid(w1, w2))), paths, **settings)


def error_figure(**kwargs):
    curves = {f"α = {a:g}": bowl(momentum_run(a, 700)[0].T) for a in (0, 0.6, 0.9)}
    settings = {"marks": [("α = 0.9", 22, "the bump")], "ymax": 600.0, "threshold": 1} | kwargs
    return plotting.error_curves(curves, **settings)


GRID = np.linspace(-2, 2, 81)
G1, G2 = np.meshgrid(GRID, GRID)


def change(alpha):
    """The series' C_m, written out."""
    return np.where(G1 >= 0, 1, -1) * (alpha * G1 + G2 - G1)


def heatmap_figure(**kwargs):
    settings = {
        "limit": 2,
        "symbol": "$C_m$",
        "regions": {"$C_m<0$ though $g_2$ agrees": (change(0.9) < 0) & (G1 * G2 > 0)},
        "points": {"the example": (1.5, -1.0)},
    } | kwargs
    panels = {"α = 0.4": change(0.4), "α = 0.9": change(0.9)}
    return plotting.heatmaps(GRID, GRID, panels, **settings)


def speedup_figure(**kwargs):
    t = np.arange(41)
    curves = {f"α = {a:g}": (1 - a**t) / (1 - a) for a in (0.5, 0.6, 0.9)} | {"α = 1": 1.0 * t}
    limits = {"α = 0.5": 2.0, "α = 0.6": 2.5, "α = 0.9": 10.0, "α = 1": np.inf}
    return plotting.speedup_curves(curves, limits, **kwargs)


def rate_figure(low=0.0, high=3.99, **kwargs):
    x, alpha = np.linspace(low, high, 80), np.linspace(0, 0.99, 50)
    step = [[[[1 - value, -a], [value, a]] for value in x] for a in alpha]  # (w, ηm) -> (w, ηm)
    rate = np.abs(np.linalg.eigvals(step)).max(axis=-1)
    settings = {
        "critical": (1 - np.sqrt(x)) ** 2,
        "points": {"the steep direction": (high, 0.8)},
    } | kwargs
    return plotting.rate_heatmap(x, alpha, rate, **settings)


def damping_figure(**kwargs):
    traces = {}
    for label, alpha in (("over-damped", 0.0), ("critical", 0.4675), ("under-damped", 0.9)):
        w, m = [1.0], 0.0
        for _ in range(60):
            m = alpha * m + w[-1]
            w.append(w[-1] - 0.1 * m)
        traces[label] = np.array(w)
    return plotting.damping_traces(traces, **kwargs)


OLD, STEP, HERE, AHEAD = (-4.0, 2.0), (3.0, -1.0), (0.5, -2.0), (0.25, -1.0)


def nesterov_figure(**kwargs):
    w1, w2 = np.linspace(-8, 8, 41), np.linspace(-6, 6, 31)
    surface = (w1, w2, bowl(np.array(np.meshgrid(w1, w2))))
    settings = {"surface": surface, "minimum": (0.0, 0.0)} | kwargs
    return plotting.nesterov_construction(OLD, STEP, HERE, AHEAD, **settings)


RUNS = {
    "kept": np.array([[4.0, 2.0, 1.0], [4.0, 3.0, 2.0], [4.0, 1.0, 0.0]]),
    "re-created": np.array([[4.0, 3.0, 3.0], [4.0, 3.0, 2.0], [4.0, 3.0, 4.0]]),
}


def training_figure(**kwargs):
    return plotting.training_curves(RUNS, **kwargs)


def cancellation_figure(steps=40, **kwargs):
    t = np.arange(1, steps + 1)
    gradients = np.column_stack([(-1.0) ** t, np.ones(steps)])
    momenta, m = [], np.zeros(2)
    for g in gradients:
        m = 0.9 * m + g
        momenta.append(m)
    return plotting.cancellation(gradients, np.array(momenta), **kwargs)


FIGURES = {
    "step_vectors": steps_figure,
    "trajectories": trajectories_figure,
    "one trajectory": lambda **kw: trajectories_figure(alphas=(0.9,), curves=None, **kw),
    "four trajectories": lambda **kw: trajectories_figure(alphas=(0, 0.5, 0.9, 1), **kw),
    "trajectories, log": lambda **kw: trajectories_figure(log=True, **kw),
    "error_curves": error_figure,
    "error_curves, log": lambda **kw: error_figure(ymax=None, log=True, **kw),
    "heatmaps": heatmap_figure,
    "speedup_curves": speedup_figure,
    "rate_heatmap": rate_figure,
    "rate_heatmap, log": lambda **kw: rate_figure(low=1e-3, log=True, **kw),
    "damping_traces": damping_figure,
    "nesterov_construction": nesterov_figure,
    "training_curves": training_figure,
    "cancellation": cancellation_figure,
}
every_figure = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)


@pytest.fixture(scope="module")
def drawn():
    """Every figure once, laid out."""
    stills = {draw: draw() for draw in FIGURES.values()}
    for still in stills.values():
        still.draw_without_rendering()
    return stills


def visible_texts(still):
    return [
        text
        for text in still.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text.get_window_extent().width > 0
    ]


# -------------------------------------------------------------------------------- every figure


@every_figure
def test_every_figure_describes_itself_in_words_and_numbers(draw, drawn):
    alt = drawn[draw].alt
    assert len(alt) > 80
    assert len(re.findall(r"\d", alt)) >= 6
    assert alt.endswith(".")
    assert not re.search(r"[$\n{}]|nan", alt)


@every_figure
def test_every_title_is_a_finding_of_its_own_unless_the_caller_has_a_better_one(draw, drawn):
    assert len(drawn[draw].title) > 15
    named = draw(title="What the reader should see")
    assert named.get_suptitle() == named.title == "What the reader should see"


@every_figure
def test_no_letter_is_smaller_than_eleven_points(draw, drawn):
    small = {text.get_text() for text in visible_texts(drawn[draw]) if text.get_size() < 11}
    assert small == set()


@every_figure
def test_nothing_leaves_the_picture(draw, drawn):
    still = drawn[draw]
    box = still.get_tightbbox()  # of all that is drawn, in inches
    width, height = still.get_size_inches()
    assert min(box.x0, box.y0) >= 0
    assert box.x1 <= width
    assert box.y1 <= height


@every_figure
def test_no_panel_heading_runs_into_its_neighbour(draw, drawn):
    headings = [axes._left_title for axes in drawn[draw].axes]
    headings = [heading for heading in headings if heading.get_text()]
    boxes = [heading.get_window_extent() for heading in headings]
    for number, box in enumerate(boxes):
        assert box.count_overlaps(boxes[number + 1 :]) == 0, headings[number].get_text()


@every_figure
def test_every_line_that_a_legend_names_differs_in_more_than_colour(draw, drawn):
    for axes in drawn[draw].axes:
        handles, labels = axes.get_legend_handles_labels()
        dashes = [str(handle.get_linestyle()) + str(handle._dash_pattern) for handle in handles]
        assert len(set(dashes)) == len(labels)


# ----------------------------------------------------------------------------------- the Still


def test_jupyter_gets_a_crisp_picture_its_width_and_the_text_that_stands_for_it():
    still = damping_figure()
    data, metadata = still._repr_mimebundle_()
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    width = metadata["image/png"]["width"]
    assert picture.format == "PNG"
    assert picture.width == 2 * width == 1800
    assert metadata["image/png"]["alt"] == data["text/plain"] == still.alt


def test_ipython_shows_the_still_by_itself():
    from IPython.core.formatters import DisplayFormatter

    still = training_figure()
    data, metadata = DisplayFormatter().format(still)
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == still.alt


def test_the_same_data_give_the_same_bytes_whatever_the_readers_settings():
    first = training_figure().png()
    with mpl.rc_context({"font.size": 30, "savefig.bbox": "tight", "axes.facecolor": "black"}):
        assert training_figure().png() == first


def test_drawing_leaves_the_readers_settings_alone():
    with mpl.rc_context({"font.size": 7.5, "lines.linewidth": 9}):
        before = dict(mpl.rcParams)
        damping_figure().png()
        assert dict(mpl.rcParams) == before


def test_a_still_is_white_at_its_border_so_that_it_reads_on_a_dark_page():
    picture = Image.open(io.BytesIO(heatmap_figure().png())).convert("RGB")
    corners = [(0, 0), (picture.width - 1, 0), (0, picture.height - 1)]
    assert {picture.getpixel(corner) for corner in corners} == {(255, 255, 255)}


def test_a_still_is_small_enough_for_a_notebook_that_keeps_a_dozen(drawn):
    sizes = {draw: len(drawn[draw].png()) for draw in (trajectories_figure, heatmap_figure)}
    assert max(sizes.values()) < 200_000


def test_plotting_needs_neither_pyplot_nor_the_rest_of_the_course():
    code = (
        "import sys; from course_utils import plotting;"
        "plotting.cancellation([[1, 2]], [[1, 2]]).png();"
        "print({m.split('.')[1] for m in sys.modules if 'course_utils.' in m},"
        " 'matplotlib.pyplot' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "{'plotting'} False"


# ----------------------------------------------------------------------------------- the looks

OKABE_ITO = {
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
}  # fmt: skip


def luminance(colour):
    """Relative luminance after WCAG 2."""
    channels = np.asarray(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("looks", [list(STYLE.values()), list(CYCLE)], ids=["optimizers", "others"])
def test_every_look_has_an_okabe_ito_colour_and_a_dash_and_marker_of_its_own(looks):
    assert {look.colour for look in looks} <= OKABE_ITO
    assert len({look.dash for look in looks}) == len(looks)
    assert len({look.marker for look in looks}) == len(looks)


def test_an_optimizer_keeps_its_look_whoever_stands_beside_it():
    alone = plotting.looks(["Momentum"])["Momentum"]
    crowd = plotting.looks(["α = 0", "NAG", "momentum", "β = 1"])
    assert alone == crowd["momentum"] == STYLE["momentum"]
    assert crowd["NAG"] == STYLE["nag"]
    assert len({look.dash for look in crowd.values()}) == 4


def test_zero_is_exactly_white_and_nothing_else_is():
    assert SIGNED(0.5) == (1.0, 1.0, 1.0, 1.0)
    table = SIGNED(np.arange(SIGNED.N))[:, :3]
    white = np.flatnonzero((table == 1).all(axis=1))
    assert white.tolist() == [SIGNED.N // 2]
    assert (table[: SIGNED.N // 2, 2] > table[: SIGNED.N // 2, 0]).all()  # blue below
    assert (table[SIGNED.N // 2 + 1 :, 0] > table[SIGNED.N // 2 + 1 :, 2]).all()  # red above


def test_a_path_gets_brighter_and_stands_out_from_the_surface_all_the_way():
    path = [luminance(PATH(x)) for x in np.linspace(0, 1, 20)]
    assert (np.diff(path) > 0).all()
    surface = [luminance(plotting.SURFACE(x)) for x in np.linspace(0, 1, 20)]
    assert (1 + 0.05) / (path[-1] + 0.05) > 2.5  # against its white halo
    assert min(surface) > path[-1] + 0.1


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0, 3, "0"),
        (-0.0, 3, "0"),
        (-0.2, 3, "−0.2"),
        (-14.82054, 4, "−14.82"),
        (752.0, 4, "752"),
        (0.00012, 2, "0.00012"),
        (4.91e-29, 2, "4.9·10⁻²⁹"),
        (-2e7, 3, "−2·10⁷"),
        (np.inf, 3, "∞"),
        (np.nan, 3, "not a number"),
    ],
)
def test_numbers_are_written_for_readers(value, digits, text):
    assert drawing.num(value, digits) == text


# --------------------------------------------------------------------------------- each figure


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


def test_on_a_bowl_default_levels_lie_at_equal_distances_from_the_minimum():
    w = np.linspace(-1, 1, 201)
    levels = drawing.surface_levels(np.add.outer(w**2, 0 * w))
    np.testing.assert_allclose(np.diff(np.sqrt(levels)), 1 / (len(levels) - 1), atol=1e-3)


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
    assert still.alt.startswith("Momentum m₂ during 4 updates.")
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


def test_a_long_title_is_wrapped_to_the_width():
    still = Still(
        6, 3, "A finding that needs a good many words before it has said what it has to say"
    )
    assert "\n" in still.get_suptitle()
    still.draw_without_rendering()
    assert still._suptitle.get_window_extent().x1 <= still.bbox.x1
