"""The Still, and the looks that all figures share."""

import io
import re
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from course_utils import plotting
from course_utils.plotting import CYCLE, PATH, RATE, SIGNED, STYLE, SURFACE, Still, drawing
from course_utils.plotting.dark import darken
from course_utils.plotting.style import CONTOUR, DARK, INK, PAPER, path_colours
from course_utils.widgets.canvas import STATIC
from support.figures.momentum import (
    damping_figure,
    heatmap_figure,
    training_figure,
    trajectories_figure,
)

# ----------------------------------------------------------------------------------- the Still


def test_jupyter_gets_a_crisp_picture_its_width_and_the_text_that_stands_for_it():
    still = damping_figure()
    data = still._repr_mimebundle_()
    png, words, width = plotting.read_still(data)
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG"
    assert picture.width == 2 * width == 1800
    assert words == data["text/plain"] == still.alt
    assert sum(map(len, data.values())) < 1.4 * len(png)  # it stands there once


def test_ipython_shows_the_still_by_itself():
    from IPython.core.formatters import DisplayFormatter

    still = training_figure()
    data, _ = DisplayFormatter().format(still)
    assert plotting.read_still(data) == (still.png(), still.alt, 900)


@pytest.mark.parametrize("alt", ['E < 1 & "so on"', "it's <b>", "α ≥ 0.9, line\nbreak"])
def test_words_with_marks_are_read_as_they_were_written(alt):
    still = Still(2, 1)
    still.alt = alt
    page = f'<p><img src="other.png"></p>{still.html(0.5)}<img class="course-still">'
    assert plotting.read_still({"text/html": page}) == (still.png(0.5), alt, 200)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"image/png": "aGk="},
        {"text/html": '<img alt="other" src="data:image/png;base64,aGk=">'},
        {"text/html": '<img class="course-still" alt="cut" width="9" src="data:image/png;base'},
        {"text/html": {"not": "text"}},
    ],
)
def test_no_other_picture_is_read_as_a_still(data):
    assert plotting.read_still(data) is None


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


def test_a_still_is_small_enough_for_a_notebook_that_keeps_a_dozen():
    assert len(trajectories_figure().png()) < 200_000
    assert len(heatmap_figure().png()) < 200_000


def test_plotting_needs_neither_pyplot_nor_the_rest_of_the_course_but_its_numbers():
    code = (
        "import sys; from course_utils import plotting;"
        "plotting.cancellation([[1, 2]], [[1, 2]]).png();"
        "print(sorted({m.split('.')[1] for m in sys.modules if 'course_utils.' in m}),"
        " 'matplotlib.pyplot' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['plotting', 'wording'] False"


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


def test_an_exercises_function_wears_the_look_of_its_optimizer_unless_that_stands_beside_it():
    for name, label in {
        "momentum_step": "momentum",
        "classical_momentum_step": "classical momentum",
        "first_moment_step": "first moments",
        "nag_step": "nag",
    }.items():
        assert plotting.looks([name, "α = 0"])[name] == STYLE[label]
        both = plotting.looks([name, label])
        assert both[label] == STYLE[label] != both[name]
    assert plotting.looks(["my_step"])["my_step"] == CYCLE[0]


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


def test_a_long_title_is_wrapped_to_the_width():
    still = Still(
        6, 3, "A finding that needs a good many words before it has said what it has to say"
    )
    assert "\n" in still.get_suptitle()
    still.draw_without_rendering()
    assert still._suptitle.get_window_extent().x1 <= still.bbox.x1


# ------------------------------------------------------------------------------- on a dark page


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", sorted({look.colour for look in (*STYLE.values(), *CYCLE)}))
def test_every_curve_and_its_name_can_be_read_on_dark_paper(colour):
    assert contrast(DARK.get(colour, colour), DARK[PAPER]) >= 4.5


def test_looks_are_as_many_colours_on_dark_paper_as_on_white():
    colours = {look.colour for look in STYLE.values()}
    assert len({DARK.get(colour, colour) for colour in colours}) == len(colours)


@pytest.mark.parametrize("colours", [SIGNED, SURFACE, RATE, PATH], ids=lambda each: each.name)
def test_what_a_colour_map_says_it_says_on_dark_pages_too(colours):
    steps = np.linspace(0, 1, 65)
    light, dark = (
        np.array([luminance(each(x)[:3]) for x in steps]) for each in (colours, colours.dark)
    )
    if (
        colours is SIGNED
    ):  # the farther from 0, the farther from the paper; blue below and red above
        assert (np.diff(np.abs(dark - luminance(DARK[PAPER])))[33:] > 0).all()
        assert (np.diff(np.abs(dark - luminance(DARK[PAPER])))[:31] < 0).all()
        for each in (colours, colours.dark):
            (red, _, blue, _), (red_above, _, blue_above, _) = each(0.0), each(1.0)
            assert red < blue
            assert red_above > blue_above
    elif colours is SURFACE:  # the valley is nearest to the paper
        assert (np.diff(light) < 0).all()
        assert (np.diff(dark) > 0).all()
    else:  # texts say of both: dark is fast, dark is early
        assert (np.diff(light) > 0).all()
        assert (np.diff(dark) > 0).all()
    if colours is not PATH:  # what is written on a map can be read on all of it, lines be seen
        assert min(contrast(DARK[INK], colours.dark(x)[:3]) for x in steps) >= 2.5


def test_a_paths_end_stands_out_from_the_ground_on_dark_pages():
    for end in (PATH.dark, *(path_colours(look.colour).dark for look in STYLE.values())):
        assert min(contrast(end(1.0)[:3], SURFACE.dark(x)[:3]) for x in (0.0, 0.5, 1.0)) >= 3


def test_a_still_is_dark_on_dark_pages_and_grey_pictures_stay_as_they_are():
    light = trajectories_figure().png()
    one, other = (Image.open(io.BytesIO(png)).convert("RGB") for png in (light, darken(light)))
    shades = np.array(one, float).mean(axis=2), np.array(other, float).mean(axis=2)
    assert np.median(shades[0]) > 150
    assert np.median(shades[1]) < 80
    assert shades[0].shape == shades[1].shape
    pictures = plotting.pictures({"shown": np.random.default_rng(0).random((3, 8, 8))}).png()
    assert darken(pictures) == pictures


def test_the_style_sheet_of_figures_has_the_papers_and_inks_of_both_themes():
    sheet = (STATIC.parent / "frontend" / "src" / "figures.css").read_text()
    (light,), (dark,) = (
        re.findall(rf"^{re.escape(name)} {{(.*?)}}", sheet, re.DOTALL | re.MULTILINE)
        for name in (".course-figure", ".course-figure.course-dark")
    )
    for name, colour in (("paper", PAPER), ("ink", INK)):
        assert f"--course-{name}: {colour};" in light
        assert f"--course-{name}: {DARK[colour]};" in dark
        assert f"--course-halo: {PAPER}e0;" in light
        assert f"--course-halo: {DARK[PAPER]}e0;" in dark
    assert f"--course-contour: {CONTOUR};" in light
