"""The moving figures in a real JupyterLab, driven by a real Chromium: what a hand does, what shows.

Colours and texts are compared with what the course computes; every test uses the one page that was
run at the beginning, and the last ones look back at everything the page has said or asked for.
"""

import re

import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor
from nbformat.sign import NotebookNotary

from course_utils import measures, plotting
from course_utils.objectives import BOWL
from course_utils.optimizers import Momentum
from course_utils.widgets import explore, heatmap
from course_utils.widgets.saved import LINE
from course_utils.widgets.wire import pack
from support.figure import Figure
from support.lab_server import running_lab
from support.visit import Visit, eventually

pytestmark = [pytest.mark.browser, pytest.mark.requires("chromium")]

CELLS = {
    "imports": """\
from course_utils import measures
from course_utils.objectives import BOWL
from course_utils.optimizers import GradientDescent, Momentum
from course_utils.widgets import construction, curves, explore, heatmap, rates, vectors""",
    "heatmap": "h = heatmap(alpha=0.4, beside={'true': measures.true_momentum_change})\nh",
    "explorer": "e = explore(BOWL, Momentum, eta=0.01, alpha=0.9, steps=60)\ne",
    "several": """\
explore(BOWL, Momentum, beside=[GradientDescent], eta=0.01, steps=300, presets=False)""",
    "own": """\
def momentum_step(weights, momentum, gradient, eta, alpha):
    if alpha == 0:
        raise ZeroDivisionError("nothing left")
    momentum = alpha * momentum + gradient
    return weights - eta * momentum, momentum
explore(step=momentum_step, eta=0.01, alpha=0.01, presets=False)""",
    "rates": "rates(BOWL, eta=0.05, alpha=0.5)",
    "vectors": "vectors(BOWL)",
    "curves": "curves(BOWL, alpha=[0, 0.6, 0.9])",
    "construction": "construction(BOWL)",
    "again": "h",
}
FIGURES = [name for name in CELLS if name != "imports"]


def notebook(cells=CELLS):
    made = nbformat.v4.new_notebook()
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made.cells = [nbformat.v4.new_code_cell(source) for source in cells.values()]
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A course of nothing but figures."""
    root = tmp_path_factory.mktemp("figures")
    (root / "notebooks").mkdir()
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    nbformat.write(notebook(), root / "notebooks" / "figures.ipynb")
    return root


@pytest.fixture(scope="module")
def lab(folder):
    with running_lab(folder) as server:
        yield server


@pytest.fixture(scope="module")
def watched(new_visit):
    return new_visit(size=(1500, 1000)).open_notebook("figures.ipynb").run_all()


def shown_in(page, cells, name):
    """Return the figure that the cell of this name has made."""
    return Figure(page, list(cells).index(name))


@pytest.fixture
def figure(watched):
    return lambda name: shown_in(watched.page, CELLS, name)


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_there_and_not_blank(figure, name):
    shown = figure(name)
    for index in range(shown.cell.locator(".course-plot").count()):
        drawn = shown.plot(index).locator("path.course-shaft").count()
        assert shown.shades(index) > 20 or drawn > 1
    assert shown.cell.locator(".course-mistake:visible").count() == 0


POINTS = [(1.5, 1.0), (-1.5, 1.3), (0.9, -1.7), (-0.5, -1.5), (1.9, -0.3)]


def test_the_heatmaps_colours_are_those_of_the_measure_and_follow_the_slider(figure):
    shown = figure("heatmap")
    handle = shown.handle(0)
    for alpha in (0.4, 0.45):
        for index, measure in enumerate([measures.momentum_change, measures.true_momentum_change]):
            for g1, g2 in POINTS:
                value = float(measure(g1, g2, alpha))
                expected = 255 * np.array(plotting.SIGNED((value + 4) / 8)[:3])
                off = np.abs(shown.colour(g1, g2, index) - expected).max()
                assert off < 6, f"{measure.__name__}({g1}, {g2}, {alpha})"
        if alpha == 0.4:
            for _ in range(5):
                before = shown.pixels()
                handle.press("ArrowRight")
                shown.wait_for_change(before)
    assert shown.typed(0).input_value() == "0.45"
    for _ in range(5):
        handle.press("ArrowLeft")


AT_ONCE = """(cell, key) => {
  const canvas = cell.querySelector('.course-plot canvas');
  const colours = () => String(canvas.getContext('2d').getImageData(90, 60, 40, 40).data);
  const before = colours();
  const handle = cell.querySelector('.course-number input[type=range]');
  handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  return colours() !== before; // in the key's own task: no kernel can have answered yet
}"""


def test_the_next_stops_of_a_slider_are_drawn_before_the_kernel_can_answer(figure):
    shown = figure("heatmap")
    shown.handle(0).press("Home")
    stops = {"PageUp": 0.05, "PageDown": 0.0}
    for key in 10 * [*stops]:
        shown.page.wait_for_timeout(500)  # a rest, in which what is around the stop is sent
        if shown.cell.evaluate(AT_ONCE, key):
            break
    else:
        pytest.fail("no key was answered at once")
    points = [(1.5, 1.0), (-1.6, 1.1), (0.7, -1.4), (-0.6, -1.3), (1.9, -0.6)]  # between the lines
    for index, measure in enumerate([measures.momentum_change, measures.true_momentum_change]):
        for g1, g2 in points:
            value = float(measure(g1, g2, stops[key]))
            expected = 255 * np.array(plotting.SIGNED((value + 4) / 8)[:3])
            assert np.abs(shown.colour(g1, g2, index) - expected).max() < 6, (g1, g2, value)
    assert not shown.cell.evaluate(AT_ONCE, "End")  # too far away to have been sent
    shown.handle(0).press("Home")


def test_hovering_reads_both_panels_at_one_place(figure):
    shown = figure("heatmap")
    shown.handle(0).press("Home")  # alpha = 0
    shown.page.mouse.move(*shown.place(1.0, 0.5))
    shown.eventually(lambda: shown.tip(0), "g₁ = 1, g₂ = 0.5\nCₘ = −0.5")
    shown.eventually(lambda: shown.tip(1), "g₁ = 1, g₂ = 0.5\ntrue = −0.5")
    readout = shown.cell.locator(".course-readout").inner_text()
    assert readout == "g₁ = 1, g₂ = 0.5: Cₘ = −0.5, true = −0.5"


def test_the_arrow_keys_read_the_heatmap_too(figure):
    shown = figure("heatmap")
    shown.page.mouse.move(5, 5)
    surface = shown.plot().locator(".course-surface")
    surface.focus()
    surface.press("ArrowRight")
    assert shown.tip().startswith("g₁ = 0.02, g₂ = 0\n")
    surface.press("Shift+ArrowUp")
    assert shown.tip().startswith("g₁ = 0.02, g₂ = 0.2\n")
    voice = shown.cell.locator(".course-voice").first
    shown.eventually(voice.text_content, lambda text: "g₂ = 0.2" in text)
    surface.blur()


def test_two_views_of_one_widget_move_together(figure):
    second = figure("again")
    before = second.pixels()
    first = figure("heatmap")
    first.handle(0).press("PageUp")
    figure("again").wait_for_change(before)
    first, second = figure("heatmap"), figure("again")
    first.eventually(lambda: first.pixels() == second.pixels(), True)


def test_click_drag_and_arrow_keys_move_the_start(figure):
    shown = figure("explorer")
    assert shown.start() == [-15, 20]
    before = shown.pixels()
    shown.page.mouse.click(*shown.place(10, -12))
    shown.wait_for_change(before)
    assert shown.start() == pytest.approx([10, -12], abs=0.3)
    before = shown.pixels()
    shown.page.mouse.move(*shown.place(*shown.start()))
    shown.page.mouse.down()
    shown.page.mouse.move(*shown.place(0, 0), steps=5)
    shown.page.mouse.move(*shown.place(-18, -8), steps=5)
    shown.page.mouse.up()
    shown.wait_for_change(before)
    assert shown.start() == pytest.approx([-18, -8], abs=0.3)
    shown.cell.locator(".course-start").press("ArrowUp")
    shown.cell.locator(".course-start").press("Shift+ArrowRight")
    assert shown.start() == pytest.approx([-15.5, -7.5], abs=0.3)


CLICKED_AT_ONCE = """(cell, [x, y]) => {
  const canvas = cell.querySelector('.course-map canvas');
  const colours = () => String(canvas.getContext('2d').getImageData(0, 0, 300, 300).data);
  const before = colours();
  cell.querySelector('.course-map .course-surface').dispatchEvent(
    new MouseEvent('click', { clientX: x, clientY: y, bubbles: true }));
  return colours() !== before; // in the click's own task: no kernel can have answered yet
}"""


def test_a_click_where_the_pointer_rests_is_drawn_before_the_kernel_can_answer(figure):
    shown = figure("explorer")
    places = [(12.0, 9.0), (-14.0, -11.0)]
    for place in 10 * places:
        at = shown.place(*place)
        shown.page.mouse.move(at[0] - 9, at[1])
        shown.page.mouse.move(*at)
        shown.page.wait_for_timeout(500)  # a rest, in which the path from here is being sent
        if shown.cell.evaluate(CLICKED_AT_ONCE, at):
            break
    else:
        pytest.fail("no click was answered at once")
    assert shown.start() == pytest.approx(place, abs=0.3)
    far = shown.place(1.0, 18.0)
    assert not shown.cell.evaluate(CLICKED_AT_ONCE, far)  # nobody rested there
    shown.eventually(shown.start, pytest.approx([1.0, 18.0], abs=0.3))


def test_hovering_a_path_reads_its_numbers(figure):
    shown = figure("explorer")
    before = shown.pixels()
    shown.page.mouse.click(*shown.place(-15, 20))
    shown.wait_for_change(before)
    w = np.array(shown.start())
    g = np.array([6, 20]) * w
    second = w - 0.01 * g
    shown.page.mouse.move(*shown.place(*second))
    lines = shown.eventually(lambda: shown.tip().split("\n"), lambda told: told[0] == "t = 1")
    told = {line.split(" = ")[0]: line.split(" = ")[1] for line in lines[1:]}
    number = lambda text: [float(t.replace("−", "-")) for t in text.strip("()").split(", ")]  # noqa: E731
    assert number(told["w"]) == pytest.approx(second, rel=2e-3)
    assert number(told["m"]) == pytest.approx(g, rel=2e-3)
    assert number(told["E"])[0] == pytest.approx(3 * second[0] ** 2 + 10 * second[1] ** 2, rel=2e-3)


def test_hovering_the_surface_reads_the_error_there(figure):
    shown = figure("explorer")
    shown.page.mouse.move(*shown.place(20, -20))
    place, error = shown.eventually(lambda: shown.tip().split("\n"), lambda told: len(told) == 2)
    w1, w2 = (float(t.replace("−", "-")) for t in re.findall(r"[−\d.]+", place))
    assert float(error.split(" = ")[1]) == pytest.approx(3 * w1**2 + 10 * w2**2, rel=1e-3)


def test_the_legend_switches_states_and_paths(figure):
    shown = figure("several")
    chart = 1
    before = shown.pixels(chart)
    toggle = shown.cell.get_by_role("button", name="states")
    assert toggle.get_attribute("aria-pressed") == "false"
    toggle.click()
    shown.wait_for_change(before, chart)
    assert toggle.get_attribute("aria-pressed") == "true"
    assert shown.plot(chart).locator(".course-strip").first.is_visible()
    before = shown.pixels(0)
    shown.cell.get_by_role("button", name="gradient descent").click()
    shown.wait_for_change(before, 0)
    shown.cell.get_by_role("button", name="gradient descent").click()


def test_the_error_axis_switches_between_linear_and_logarithmic(figure):
    shown = figure("curves")
    before = shown.pixels()
    switch = shown.cell.get_by_role("button", name=re.compile("error axis"))
    assert switch.inner_text() == "axis: linear"
    switch.click()
    shown.wait_for_change(before)
    assert switch.inner_text() == "axis: logarithmic"
    texts = shown.plot().locator("svg > g").nth(1).text_content()
    assert "10⁻" in texts


def test_the_single_step_writes_out_its_arithmetic(figure):
    shown = figure("several")
    shown.cell.get_by_role("button", name="one update on").click()
    shown.cell.get_by_role("button", name="one update on").click()
    text = shown.cell.locator(".course-arithmetic")
    line = "m(2) = α·m(1) + g = 0.9 · (−90, 400) + (−84.6, 320) = (−165.6, 680)"
    shown.eventually(text.inner_text, lambda told: line in told)
    assert "w(2) = w(1) − η·g" in text.inner_text()
    assert shown.cell.locator(".course-count").inner_text() == "t = 2 of 300"
    shown.cell.get_by_role("button", name="show all updates").click()


def test_playing_moves_through_the_updates_and_can_be_paused(figure):
    shown = figure("several")
    shown.cell.get_by_role("button", name="play the updates").click()
    count = shown.cell.locator(".course-count")
    t = lambda: int(re.match(r"t = (\d+) of 300", count.inner_text())[1])  # noqa: E731
    shown.eventually(t, lambda t: t > 5)
    shown.cell.get_by_role("button", name="play the updates").click()
    first = t()
    assert first < 300
    shown.page.wait_for_timeout(300)
    assert t() == first
    shown.cell.get_by_role("button", name="show all updates").click()


def test_zoom_asks_for_a_finer_surface_and_reset_brings_the_window_back(figure):
    shown = figure("explorer")
    whole = shown.domain()
    shown.cell.get_by_role("button", name="zoom in").click()
    narrow = pytest.approx((whole[0][1] - whole[0][0]) / 1.6, rel=0.02)
    shown.eventually(lambda: np.diff(shown.domain()[0])[0], narrow)
    shown.cell.get_by_role("button", name="show the whole window again").click()
    shown.eventually(lambda: np.abs(np.subtract(shown.domain(), whole)).max(), lambda d: d < 0.2)


def press_what_edits_notebooks(page, parts):
    """Press in each part what would add, cut or delete a cell, and return the cells' count."""
    cells = page.locator(".jp-Notebook .jp-Cell")
    for part in parts:
        part.focus()
        for key in ("a", "b", "x", "d", "d", "m", "0", "0", "j"):
            part.press(key)
    page.wait_for_timeout(300)
    return cells.count()


def test_keys_inside_a_figure_are_no_shortcuts_of_the_notebook(figure):
    shown = figure("explorer")
    parts = [
        shown.cell.locator(".course-start"),
        shown.handle(0),
        shown.cell.get_by_role("button", name="play the updates"),
        shown.cell.locator("input[aria-label='update t']"),
    ]
    assert press_what_edits_notebooks(shown.page, parts) == len(CELLS)
    assert shown.cell.locator(".course-start").count() == 1


def test_a_number_beside_a_slider_can_be_typed_and_another_surface_keeps_it(figure):
    shown = figure("several")
    before = shown.pixels()
    shown.typed(0).fill("0,0123")
    shown.typed(0).press("Enter")
    shown.wait_for_change(before)
    shown.typed(0).fill("much")
    shown.typed(0).press("Enter")
    problem = shown.cell.locator(".course-problem:visible")
    assert problem.inner_text().endswith("It stays 0.0123.")
    shown.typed(0).press("Escape")
    assert problem.count() == 0
    assert shown.typed(0).input_value() == "0.0123"


def test_another_surface_keeps_the_students_learning_rate_and_offers_one(figure):
    shown = figure("explorer")
    shown.cell.locator(".widget-dropdown select").select_option("waves")
    offer = shown.cell.get_by_role("button", name="suggested η")
    offer.wait_for()
    assert shown.typed(0).input_value() == "0.01"
    suggested = offer.inner_text().split(": ")[1]
    offer.click()
    shown.eventually(shown.typed(0).input_value, suggested)
    offer.wait_for(state="hidden")
    shown.cell.locator(".widget-dropdown select").select_option("bowl")
    offer.wait_for()
    offer.click()
    shown.eventually(shown.typed(0).input_value, "0.01")


def test_a_formulas_mistake_is_answered_beside_it(figure):
    shown = figure("explorer")
    box = shown.cell.locator(".widget-text input").first
    box.fill("sin(w1) + cosh(w3)")
    box.press("Enter")
    shown.cell.locator(".course-mistake pre").wait_for()
    assert "w3" in shown.cell.locator(".course-mistake").first.inner_text()
    before = shown.pixels()
    box.fill("sin(w1) + cos(w2)")
    box.press("Enter")
    shown.wait_for_change(before)
    assert shown.cell.locator(".course-mistake:visible").count() == 0


def test_a_students_exception_is_shown_in_the_figure_which_lives_on(figure):
    shown = figure("own")
    handle = shown.handle(1)
    handle.press("ArrowLeft")
    message = shown.cell.locator(".course-mistake:visible")
    message.wait_for()
    assert "Step 1: momentum_step raised ZeroDivisionError: nothing left" in message.inner_text()
    handle.press("ArrowRight")
    message.wait_for(state="hidden")


def test_a_dragged_mark_on_the_rate_map_moves_sliders_and_path(figure):
    shown = figure("rates")
    before = shown.pixels(1)
    shown.page.mouse.move(*shown.place(1.0, 0.5))
    shown.page.mouse.down()
    shown.page.mouse.move(*shown.place(1.6, 0.7), steps=4)
    shown.page.mouse.up()
    shown.wait_for_change(before, 1)
    numbers = lambda: [shown.typed(index).input_value() for index in (0, 1)]  # noqa: E731
    shown.eventually(numbers, ["0.08", "0.7"])


def test_an_arrow_tells_its_numbers(figure):
    shown = figure("vectors")
    shown.cell.locator(".course-arrow").first.wait_for()
    label = shown.cell.locator(".course-arrow").all()
    texts = [arrow.get_attribute("aria-label") for arrow in label]
    assert "m(2) = (−170.46, 752)" in texts
    shown.cell.locator('[aria-label="m(2) = (−170.46, 752)"]').focus()
    assert shown.cell.locator(".course-readout").inner_text() == "m(2) = (−170.46, 752)"
    shown.cell.get_by_role("button", name="momentum").click()
    assert shown.cell.locator('[aria-label="m(2) = (−170.46, 752)"]').count() == 0
    shown.cell.get_by_role("button", name="momentum").click()


def test_the_names_in_the_arrow_figure_stay_inside_their_plots(figure):
    shown = figure("vectors")
    arrow = lambda: shown.cell.locator(".course-arrow").first.get_attribute("aria-label")  # noqa: E731
    for key in ("Home", "End"):  # the smallest and the largest learning rate
        before = arrow()
        shown.handle(0).press(key)
        shown.eventually(arrow, lambda told, before=before: told != before)
        clipped = shown.cell.locator(".course-point text").evaluate_all(
            """texts => texts.filter(text => {
                 const [box, plot] = [text, text.closest('.course-plot').querySelector('canvas')]
                   .map(node => node.getBoundingClientRect());
                 return box.left < plot.left - 1 || box.right > plot.right + 1 ||
                   box.top < plot.top - 3 || box.bottom > plot.bottom + 3;
               }).map(text => text.textContent)"""
        )
        assert clipped == []


def test_everything_has_a_name_for_who_cannot_see(figure):
    for name in FIGURES:
        shown = figure(name)
        assert len(shown.cell.locator(".course-figure").first.get_attribute("aria-label")) > 60
        unnamed = shown.cell.locator(".course-figure button:not([aria-label])").all()
        assert all(button.inner_text().strip() for button in unnamed)
    sliders = figure("heatmap").cell.locator(".course-number input")
    names = [slider.get_attribute("aria-label") for slider in sliders.all()]
    assert names == ["α", "α, typed", "window ±", "window ±, typed"]


def test_no_figure_scrolls_inside_its_cell(figure):
    scrolling = """box => [box, ...box.querySelectorAll("*"), box.closest(".jp-OutputArea-output")]
      .filter((node) => node.scrollHeight > node.clientHeight &&
        /auto|scroll/.test(getComputedStyle(node).overflowY)).map((node) => node.className)"""
    for name in FIGURES:
        box = figure(name).cell.locator(".course-moving").first
        assert box.evaluate(scrolling) == [], name


CONTRAST = """figure => {
  const light = rgb => {
    const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = rgb.map(v => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parts = colour => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const [r, g, b, a = 1] = parts(getComputedStyle(node).backgroundColor);
      if (a > 0.9) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const texts = [...figure.querySelectorAll(
    ".course-title, .course-note, .course-readout, .course-toggle span, .course-button, " +
    ".course-endings li, .course-axes text")].filter(node => node.textContent.trim() &&
      node.getBoundingClientRect().width > 0);
  return texts.map(node => {
    const style = getComputedStyle(node);
    const ink = parts(node.closest("svg") ? style.fill : style.color).slice(0, 3);
    const inside = node.closest(".course-mark, .course-point"); // on a map, in a halo
    const [a, b] = [light(ink), light(inside ? parts(style.stroke).slice(0, 3) : behind(node))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.textContent];
  });
}"""


@pytest.mark.nightly
def test_in_both_themes_every_text_can_be_read_and_maps_are_as_dark_as_the_page(watched, figure):
    for theme in ("Dark", "Light"):
        watched.menu("Settings", "Theme", f"JupyterLab {theme}")
        watched.page.locator(f"body[data-jp-theme-name='JupyterLab {theme}']").wait_for(
            state="attached"
        )
        for name in FIGURES:
            shown = figure(name)
            told = shown.cell.locator(".course-figure").first.evaluate(CONTRAST)
            assert len(told) > 5
            worst, text = min(told)
            assert worst >= 4.5, f"{theme}, {name}: contrast {worst:.1f} of “{text}”"
            watched.screenshot(f"{theme}-{name}")
        shown = figure("heatmap")
        value = measures.momentum_change(1.5, 1.0, float(shown.typed(0).input_value()))
        colours = plotting.SIGNED.dark if theme == "Dark" else plotting.SIGNED
        expected = 255 * np.array(colours((float(value) + 4) / 8)[:3])
        assert np.abs(shown.colour(1.5, 1.0) - expected).max() < 12


def outside(shown):
    """Return what reaches beyond the figure to the left or to the right."""
    return shown.cell.locator(".course-figure").first.evaluate(
        """figure => {
          const edge = figure.getBoundingClientRect();
          const parts = [...figure.querySelectorAll('.course-plot, .course-button, .course-bar')];
          return parts.filter(part => part.checkVisibility()).filter(part => {
            const box = part.getBoundingClientRect();
            return box.left < edge.left - 1 || box.right > edge.right + 1;
          }).map(part => part.className + ' ' + part.textContent);
        }"""
    )


@pytest.mark.nightly
def test_at_200_percent_figures_fit_their_cell_and_are_sharp(new_visit, folder):
    # What a browser's zoom does: half as many pixels of the page, each twice as dense.
    names = ("imports", "heatmap", "several", "rates", "vectors")
    cells = {name: CELLS[name] for name in names}
    nbformat.write(notebook(cells), folder / "notebooks" / "zoom.ipynb")
    visit = new_visit(size=(750, 500), device_scale_factor=2).open_notebook("zoom.ipynb").run_all()
    for name in names[1:]:
        shown = shown_in(visit.page, cells, name)
        shown.eventually(lambda shown=shown: outside(shown), [])
        assert shown.density() == 2
        visit.screenshot(f"zoom-{name}")


def test_nothing_was_complained_about_and_nothing_asked_for_elsewhere(watched):
    assert watched.complaints == []
    assert watched.elsewhere() == []


# --------------------------------------------------------------------- other places to be shown


@pytest.mark.nightly
def test_notebook_7_shows_the_figures_too(new_visit, folder):
    cells = {name: CELLS[name] for name in ("imports", "heatmap")}
    nbformat.write(notebook(cells), folder / "notebooks" / "seven.ipynb")
    seven = new_visit().open_notebook("seven.ipynb", "notebook").run_all()
    shown = shown_in(seven.page, cells, "heatmap")
    before = shown.pixels()
    shown.handle(0).press("ArrowRight")
    shown.wait_for_change(before)
    shown.eventually(shown.typed(0).input_value, "0.41")
    parts = [shown.handle(0), shown.plot().locator(".course-surface")]
    assert press_what_edits_notebooks(seven.page, parts) == len(cells)
    # Notebook 7 says these two of every notebook, one without figures included.
    its_own = ("(reading 'schema')", "filebrowser:open-path")
    assert [said for said in seven.complaints if not any(own in said for own in its_own)] == []
    assert seven.elsewhere() == []


LOOP = {
    "loop": """\
import time
import numpy as np
from course_utils.widgets import live
training = live(4000, every=10)
rows = np.linspace(0, 1, 5 * 36).reshape(5, 6, 6)
for t in training:
    if training.due:
        training.show({"given": rows, "given back": rows[::-1]}, error=1 / (t + 1))
    time.sleep(0.02)""",
    "after": "print(training.t, training.stopped)",
}


@pytest.mark.nightly
def test_a_loop_shows_its_progress_and_its_button_stops_it(new_visit, folder):
    nbformat.write(notebook(LOOP), folder / "notebooks" / "loop.ipynb")
    visit = new_visit(size=(1500, 1000)).open_notebook("loop.ipynb").start_all()
    shown = shown_in(visit.page, LOOP, "loop")
    before = shown.pixels()
    shown.wait_for_change(before)  # while the cell runs
    assert visit.prompts()[0] == "[*]:"
    strips = shown.cell.locator(".course-pictures canvas")
    shades = lambda n: strips.nth(n).evaluate(  # noqa: E731
        """c => [0, c.width - 1].map(x => c.getContext('2d').getImageData(x, 0, 1, 1).data[0])"""
    )
    # Dark where the value is large: the first row begins white, the second is its mirror.
    first, last = 255, round(255 - 255 * rows_value(4, 0, 5))
    assert shades(0) == pytest.approx([first, last], abs=1)
    visit.screenshot("live")
    shown.cell.get_by_role("button", name="Stop").click()
    visit.ran()
    text = shown.page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output").inner_text()
    t, stopped = text.split()
    assert stopped == "True"
    assert 0 < int(t) < 4000
    assert visit.complaints == []


def rows_value(image, row, column):
    """Return what stands in the loop's pictures."""
    return np.linspace(0, 1, 5 * 36).reshape(5, 6, 6)[image, row, column]


@pytest.fixture(scope="module")
def executed():
    """A notebook that was run without a browser and saved with its widgets' state."""
    cells = {name: CELLS[name] for name in ("imports", "heatmap", "explorer")}
    cells["recording"] = "h.record(alpha=[0.0, 0.25, 0.5, 0.75, 1.0])"
    made = notebook(cells)
    ExecutePreprocessor(timeout=120, store_widget_state=True).preprocess(made)
    return made


@pytest.mark.nightly
def test_a_saved_state_without_a_kernel_leaves_the_still(new_visit, folder, executed):
    path = folder / "notebooks" / "saved.ipynb"
    nbformat.write(executed, path)
    # JupyterLab shows no widget of a stranger's notebook.
    NotebookNotary().sign(nbformat.read(path, 4))
    saved = new_visit(size=(1500, 1000)).open_notebook("saved.ipynb")
    cell = saved.page.locator(".jp-Notebook .jp-CodeCell").nth(1)
    cell.locator(".course-stopped").wait_for(state="attached")  # the widget has been drawn
    cell.get_by_text(LINE).wait_for()
    assert cell.locator("img:visible").get_attribute("alt").startswith("α = 0.4.")
    assert cell.locator(".course-number:visible, .course-stopped:visible").count() == 0
    assert saved.complaints == []


def test_the_exported_page_shows_stills_and_plays_recordings_offline(chromium, executed, tmp_path):
    page, _ = HTMLExporter().from_notebook_node(executed)
    path = tmp_path / "page.html"
    path.write_text(page)
    offline = Visit(chromium, offline=True)
    offline.page.goto(path.as_uri())
    stills = offline.page.locator(".course-last img")
    loaded = lambda: stills.evaluate_all("images => images.map(i => i.naturalWidth > 300)")  # noqa: E731
    eventually(offline.page, loaded, [True, True])
    check_recorded_heatmap(offline.page)
    offline.close()


def check_recorded_heatmap(page):
    box = page.locator(".course-recording")
    slider = box.locator("input[type=range]").first
    slider.wait_for()
    slider.scroll_into_view_if_needed()
    for position in (0, 4):
        slider.fill(str(position))
        alpha = position / 4
        eventually(page, box.locator("output").first.inner_text, f"{alpha:g}")
        value = float(measures.momentum_change(1.5, 1.3, alpha))
        expected = 255 * np.array(plotting.SIGNED((value + 4) / 8)[:3])
        canvas = box.locator(".course-plot canvas").first
        found = lambda: canvas.evaluate(  # noqa: E731, B023
            """c => [...c.getContext('2d').getImageData(
                 Math.round(0.875 * (c.width - 1)), Math.round(0.175 * (c.height - 1)), 1, 1
               ).data].slice(0, 3)"""
        )
        eventually(
            page,
            found,
            lambda rgb: np.abs(np.array(rgb) - expected).max() < 6,  # noqa: B023
        )


def test_recorded_pages_move_without_a_kernel_or_a_network(chromium, tmp_path):
    figure = heatmap(alpha=0.4)
    path = figure.record(alpha=np.linspace(0, 1, 5)).save(tmp_path / "heatmap.html")
    alone = Visit(chromium, offline=True)
    alone.page.goto(path.as_uri())
    check_recorded_heatmap(alone.page)
    path = (
        explore(BOWL, Momentum, eta=0.01, steps=40)
        .record(alpha=[0.0, 0.5, 0.9])
        .save(tmp_path / "explorer.html")
    )
    alone.page.goto(path.as_uri())
    alone.page.locator(".course-endings").wait_for()
    before = alone.page.locator(".course-endings").inner_text()
    alone.page.locator("input[type=range]").first.fill("0")
    eventually(alone.page, alone.page.locator(".course-endings").inner_text, lambda t: t != before)
    alone.page.get_by_role("button", name="one update on").click()
    assert "w = (−14.1, 16)" in alone.page.locator(".course-arithmetic").inner_text()
    assert alone.complaints == []
    assert alone.elsewhere() == []
    alone.close()


def test_damaged_data_leave_a_sentence_in_place_of_a_picture(chromium, tmp_path):
    recording = heatmap(alpha=0.4).record(alpha=[0.0, 1.0])
    recording.frames[0]["panels"][0]["values"] = pack(np.zeros((5, 5))) | {"shape": [5, 7]}
    path = recording.save(tmp_path / "damaged.html")
    alone = Visit(chromium, offline=True)
    alone.page.goto(path.as_uri())
    message = alone.page.locator(".course-mistake")
    message.wait_for()
    assert "data are damaged: panel 1.values has 100 bytes, expected 140" in message.inner_text()
    alone.close()
