"""The moving figures in a real JupyterLab, driven by a real Chromium: what a hand does, what shows.

Colours and texts are compared with what the course computes; every test uses the one page that was
run at the beginning, and the last ones look back at everything the page has said or asked for.
"""

import json
import re
import time
import urllib.request

import nbformat
import numpy as np
import pytest
from lab_server import TOKEN, running_lab
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor
from nbformat.sign import NotebookNotary
from traitlets.config import Config

from course_utils import measures, plotting
from course_utils.objectives import BOWL
from course_utils.optimizers import Momentum
from course_utils.widgets import explore, heatmap
from course_utils.widgets.wire import pack

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.requires("chromium")]

CELLS = {
    "imports": """\
from course_utils import measures
from course_utils.objectives import BOWL
from course_utils.optimizers import GradientDescent, Momentum
from course_utils.widgets import construction, curves, explore, heatmap, rates, vectors""",
    "heatmap": "h = heatmap(alpha=0.4, beside={'true': measures.true_momentum_change})\nh",
    "explorer": "e = explore(BOWL, Momentum, eta=0.01, alpha=0.9, steps=60)\ne",
    "several": """\
explore(BOWL, Momentum, beside=[GradientDescent], eta=0.01, alpha=0.9, presets=False)""",
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


class Watched:
    """A page whose complaints and requests are remembered."""

    def __init__(self, browser, **context):
        self.page = browser.new_page(viewport={"width": 1500, "height": 1000}, **context)
        self.page.set_default_timeout(15_000)
        self.complaints, self.requests = [], []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _console(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def elsewhere(self):
        local = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "file:")
        return [url for url in self.requests if not url.startswith(local)]

    def open(self, lab, name, application="lab"):
        # A workspace each: JupyterLab would open the other pages' notebooks beside this one.
        path = (
            f"/lab/workspaces/{name[:-6]}/tree/{name}"
            if application == "lab"
            else f"/notebooks/{name}"
        )
        self.page.goto(f"{lab.url}{path}?token={TOKEN}")
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)

    def run_all(self, cells=CELLS):
        idle = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
        self.page.locator(idle).wait_for(timeout=60_000)
        self.page.locator(".jp-Notebook .jp-CodeCell").first.click()
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.locator('[data-command="runmenu:run-all"]').click()
        last = self.page.locator(f".jp-InputPrompt:text-is('[{len(cells)}]:')")
        last.wait_for(state="attached", timeout=60_000)


@pytest.fixture(scope="module")
def watched(lab, chromium):
    page = Watched(chromium)
    page.open(lab, "figures.ipynb")
    page.run_all()
    return page


class Figure:
    """One cell's figure on the page."""

    def __init__(self, page, name, cells=CELLS):
        self.page = page
        self.cell = page.locator(".jp-Notebook .jp-CodeCell").nth(list(cells).index(name))
        self.cell.scroll_into_view_if_needed()
        self.cell.locator(".course-figure canvas").first.wait_for()
        self.cell.locator(".course-figure").first.scroll_into_view_if_needed()
        page.wait_for_timeout(150)

    def plot(self, index=0):
        return self.cell.locator(".course-plot").nth(index)

    def place(self, x, y, index=0):
        """Return the point of the page at these data coordinates, read off the axes."""
        surface = self.plot(index).locator(".course-surface").bounding_box()
        (x0, x1), (y0, y1) = self.domain(index)
        return (
            surface["x"] + (x - x0) / (x1 - x0) * surface["width"],
            surface["y"] + (y1 - y) / (y1 - y0) * surface["height"],
        )

    def domain(self, index=0):
        """Work out the axes from two of their ticks each."""
        return self.plot(index).evaluate(
            """plot => {
              const [xs, ys] = [...plot.querySelectorAll('svg > g')].slice(0, 2);
              const box = plot.querySelector('.course-surface').getBoundingClientRect();
              const line = (axis, at, low, high) => {
                const ticks = [...axis.querySelectorAll('.tick')].map(tick => {
                  const r = tick.querySelector('line').getBoundingClientRect();
                  const text = tick.textContent.replace('−', '-').replaceAll(',', '');
                  return [at === 'x' ? r.x + r.width / 2 : r.y + r.height / 2, Number(text)];
                });
                const [a, b] = [ticks[0], ticks[ticks.length - 1]];
                const value = p => a[1] + (p - a[0]) / (b[0] - a[0]) * (b[1] - a[1]);
                return [value(low), value(high)];
              };
              return [line(xs, 'x', box.left, box.right), line(ys, 'y', box.bottom, box.top)];
            }"""
        )

    def colour(self, x, y, index=0):
        """Return the canvas' red, green and blue at these data coordinates."""
        (x0, x1), (y0, y1) = self.domain(index)
        share = [(x - x0) / (x1 - x0), (y1 - y) / (y1 - y0)]
        return np.array(
            self.plot(index).evaluate(
                """(plot, [u, v]) => {
                  const c = plot.querySelector('canvas');
                  const at = [Math.round(u * (c.width - 1)), Math.round(v * (c.height - 1))];
                  return [...c.getContext('2d').getImageData(...at, 1, 1).data].slice(0, 3);
                }""",
                share,
            )
        )

    def pixels(self, index=0):
        return self.plot(index).evaluate("p => p.querySelector('canvas').toDataURL()")

    def wait_for_change(self, before, index=0):
        deadline = time.monotonic() + 10
        while self.pixels(index) == before:
            assert time.monotonic() < deadline, "the picture does not change"
            self.page.wait_for_timeout(20)

    def handle(self, index):
        return self.cell.locator(".noUi-handle").nth(index)

    def start(self):
        label = self.cell.locator(".course-start").get_attribute("aria-label")
        numbers = re.findall(r"= ([−\d.e]+)", label)
        return [float(text.replace("−", "-")) for text in numbers]

    def tip(self, index=0):
        return self.plot(index).locator(".course-tip").inner_text()


@pytest.fixture
def figure(watched, request):
    return lambda name: Figure(watched.page, name)


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_there_and_not_blank(figure, name):
    shown = figure(name)
    for index in range(shown.cell.locator(".course-plot").count()):
        shades = shown.plot(index).evaluate(
            """p => { const c = p.querySelector('canvas');
              const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
              return new Set(new Uint32Array(d.buffer)).size; }"""
        )
        drawn = shown.plot(index).locator("path.course-shaft").count()
        assert shades > 20 or drawn > 1
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
    assert shown.cell.locator(".widget-readout").first.inner_text() == "0.45"
    for _ in range(5):
        handle.press("ArrowLeft")


def test_hovering_reads_both_panels_at_one_place(figure):
    shown = figure("heatmap")
    shown.handle(0).press("Home")  # alpha = 0
    shown.page.wait_for_timeout(300)
    shown.page.mouse.move(*shown.place(1.0, 0.5))
    shown.page.wait_for_timeout(100)
    assert shown.tip(0) == "g₁ = 1, g₂ = 0.5\nCₘ = −0.5"
    assert shown.tip(1) == "g₁ = 1, g₂ = 0.5\ntrue = −0.5"
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
    shown.page.wait_for_timeout(500)
    assert "g₂ = 0.2" in voice.text_content()
    surface.blur()


def test_two_views_of_one_widget_move_together(figure):
    second = figure("again")
    before = second.pixels()
    first = figure("heatmap")
    first.handle(0).press("PageUp")
    figure("again").wait_for_change(before)
    assert figure("heatmap").pixels() == figure("again").pixels()


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


def test_hovering_a_path_reads_its_numbers(figure):
    shown = figure("explorer")
    shown.page.mouse.click(*shown.place(-15, 20))
    shown.page.wait_for_timeout(600)
    w = np.array(shown.start())
    g = np.array([6, 20]) * w
    second = w - 0.01 * g
    shown.page.mouse.move(*shown.place(*second))
    shown.page.wait_for_timeout(150)
    lines = shown.tip().split("\n")
    assert lines[0] == "t = 1"
    told = {line.split(" = ")[0]: line.split(" = ")[1] for line in lines[1:]}
    number = lambda text: [float(t.replace("−", "-")) for t in text.strip("()").split(", ")]  # noqa: E731
    assert number(told["w"]) == pytest.approx(second, rel=2e-3)
    assert number(told["m"]) == pytest.approx(g, rel=2e-3)
    assert number(told["E"])[0] == pytest.approx(3 * second[0] ** 2 + 10 * second[1] ** 2, rel=2e-3)


def test_hovering_the_surface_reads_the_error_there(figure):
    shown = figure("explorer")
    shown.page.mouse.move(*shown.place(20, -20))
    shown.page.wait_for_timeout(100)
    place, error = shown.tip().split("\n")
    w1, w2 = (float(t.replace("−", "-")) for t in re.findall(r"[−\d.]+", place))
    assert float(error.split(" = ")[1]) == pytest.approx(3 * w1**2 + 10 * w2**2, rel=1e-3)


def test_the_legend_switches_states_and_paths(figure):
    shown = figure("several")
    chart = 1
    before = shown.pixels(chart)
    toggle = shown.cell.get_by_role("button", name="m₁")
    assert toggle.get_attribute("aria-pressed") == "false"
    toggle.click()
    shown.wait_for_change(before, chart)
    assert toggle.get_attribute("aria-pressed") == "true"
    assert shown.plot(chart).locator("svg > g").nth(3).is_visible()  # the states' own axis
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
    assert "e−" in texts


def test_the_single_step_writes_out_its_arithmetic(figure):
    shown = figure("several")
    shown.cell.get_by_role("button", name="one update on").click()
    shown.cell.get_by_role("button", name="one update on").click()
    text = shown.cell.locator(".course-arithmetic")
    shown.page.wait_for_timeout(500)
    assert (
        "m(2) = α·m(1) + g = 0.9 · (−90, 400) + (−84.6, 320) = (−165.6, 680)" in text.inner_text()
    )
    assert "w(2) = w(1) − η·g" in text.inner_text()
    assert shown.cell.locator(".course-count").inner_text() == "t = 2 of 100"
    shown.cell.get_by_role("button", name="show all updates").click()


def test_playing_moves_through_the_updates_and_can_be_paused(figure):
    shown = figure("several")
    shown.cell.get_by_role("button", name="play the updates").click()
    shown.page.wait_for_timeout(700)
    shown.cell.get_by_role("button", name="play the updates").click()
    first = shown.cell.locator(".course-count").inner_text()
    t = int(re.match(r"t = (\d+) of 100", first)[1])
    assert 2 < t < 60
    shown.page.wait_for_timeout(300)
    assert shown.cell.locator(".course-count").inner_text() == first
    shown.cell.get_by_role("button", name="show all updates").click()


def test_zoom_asks_for_a_finer_surface_and_reset_brings_the_window_back(figure):
    shown = figure("explorer")
    whole = shown.domain()
    shown.cell.get_by_role("button", name="zoom in").click()
    shown.page.wait_for_timeout(500)
    (low, high), _ = shown.domain()
    assert high - low == pytest.approx((whole[0][1] - whole[0][0]) / 1.6, rel=0.02)
    shown.cell.get_by_role("button", name="show the whole window again").click()
    shown.page.wait_for_timeout(300)
    np.testing.assert_allclose(shown.domain(), whole, atol=0.2)


def test_a_formulas_mistake_is_answered_beside_it(figure):
    shown = figure("explorer")
    box = shown.cell.locator("input[type=text]").first
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
    shown.page.wait_for_timeout(300)
    texts = shown.cell.locator(".widget-readout").all_inner_texts()
    assert texts[:2] == ["0.08", "0.70"]


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


def test_everything_has_a_name_for_who_cannot_see(figure):
    for name in FIGURES:
        shown = figure(name)
        assert len(shown.cell.locator(".course-figure").first.get_attribute("aria-label")) > 60
        unnamed = shown.cell.locator(".course-figure button:not([aria-label])").all()
        assert all(button.inner_text().strip() for button in unnamed)


def test_the_saved_notebook_carries_the_stills(watched, folder):
    watched.page.keyboard.press("Control+s")
    path = folder / "notebooks" / "figures.ipynb"
    deadline = time.monotonic() + 20
    while True:
        outputs = [cell.outputs for cell in nbformat.read(path, 4).cells[1:]]
        if all(outputs):
            break
        assert time.monotonic() < deadline, "the notebook is not saved"
        time.sleep(0.2)
    for (output,) in outputs:
        assert output.data["image/png"].startswith("iVBOR")
        assert output.metadata["image/png"]["alt"] == output.data["text/plain"]


def test_figures_outlive_a_restarted_kernel(watched, lab, figure):
    _, kernels = lab.get("/api/kernels")
    for kernel in json.loads(kernels):
        address = f"{lab.url}/api/kernels/{kernel['id']}/restart?token={TOKEN}"
        urllib.request.urlopen(urllib.request.Request(address, method="POST"), timeout=30).close()
    watched.page.wait_for_timeout(1500)
    shown = figure("several")
    shown.page.mouse.click(*shown.place(5, 5))
    assert shown.cell.locator(".course-figure canvas").first.is_visible()


def test_nothing_was_complained_about_and_nothing_asked_for_elsewhere(watched):
    assert watched.complaints == []
    assert watched.elsewhere() == []


# --------------------------------------------------------------------- other places to be shown


def test_notebook_7_shows_the_figures_too(lab, chromium, folder):
    cells = {name: CELLS[name] for name in ("imports", "heatmap")}
    nbformat.write(notebook(cells), folder / "notebooks" / "seven.ipynb")
    seven = Watched(chromium)
    seven.open(lab, "seven.ipynb", "notebook")
    seven.run_all(cells)
    shown = Figure(seven.page, "heatmap", cells)
    before = shown.pixels()
    shown.handle(0).press("ArrowRight")
    shown.wait_for_change(before)
    assert shown.cell.locator(".widget-readout").first.inner_text() == "0.41"
    seven.page.close()


@pytest.fixture(scope="module")
def executed():
    """A notebook that was run without a browser and saved with its widgets' state."""
    cells = {name: CELLS[name] for name in ("imports", "heatmap", "explorer")}
    cells["recording"] = "h.record(alpha=[0.0, 0.25, 0.5, 0.75, 1.0])"
    made = notebook(cells)
    ExecutePreprocessor(timeout=120, store_widget_state=True).preprocess(made)
    return made


def test_a_saved_state_is_drawn_without_a_kernel(lab, chromium, folder, executed):
    path = folder / "notebooks" / "saved.ipynb"
    nbformat.write(executed, path)
    # JupyterLab shows no widget of a stranger's notebook.
    NotebookNotary().sign(nbformat.read(path, 4))
    saved = Watched(chromium)
    saved.open(lab, "saved.ipynb")
    cells = {"imports": "", "heatmap": ""}
    shown = Figure(saved.page, "heatmap", cells)
    value = float(measures.momentum_change(1.5, 1.0, 0.4))
    expected = 255 * np.array(plotting.SIGNED((value + 4) / 8)[:3])
    assert np.abs(shown.colour(1.5, 1.0) - expected).max() < 6
    assert saved.complaints == []
    saved.page.close()


def test_the_exported_page_shows_stills_and_plays_recordings_offline(chromium, executed, tmp_path):
    config = Config()
    kinds = ["text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain"]
    config.NbConvertBase.display_data_priority = kinds
    page, _ = HTMLExporter(config=config).from_notebook_node(executed)
    path = tmp_path / "page.html"
    path.write_text(page)
    offline = Watched(chromium, offline=True)
    offline.page.goto(path.as_uri())
    stills = offline.page.locator(".jp-OutputArea-output > img")
    loaded = stills.evaluate_all("images => images.map(i => i.naturalWidth > 300)")
    assert len(loaded) >= 2
    assert all(loaded)
    check_recorded_heatmap(offline.page)
    offline.page.close()


def check_recorded_heatmap(page):
    box = page.locator(".course-recording")
    slider = box.locator("input[type=range]").first
    slider.wait_for()
    slider.scroll_into_view_if_needed()
    for position in (0, 4):
        slider.fill(str(position))
        page.wait_for_timeout(300)
        alpha = position / 4
        assert box.locator("output").first.inner_text() == f"{alpha:g}"
        value = float(measures.momentum_change(1.5, 1.3, alpha))
        expected = 255 * np.array(plotting.SIGNED((value + 4) / 8)[:3])
        found = box.locator(".course-plot canvas").first.evaluate(
            """c => [...c.getContext('2d').getImageData(
                 Math.round(0.875 * (c.width - 1)), Math.round(0.175 * (c.height - 1)), 1, 1
               ).data].slice(0, 3)"""
        )
        assert np.abs(np.array(found) - expected).max() < 6


def test_recorded_pages_move_without_a_kernel_or_a_network(chromium, tmp_path):
    figure = heatmap(alpha=0.4)
    path = figure.record(alpha=np.linspace(0, 1, 5)).save(tmp_path / "heatmap.html")
    alone = Watched(chromium, offline=True)
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
    alone.page.wait_for_timeout(300)
    assert alone.page.locator(".course-endings").inner_text() != before
    alone.page.get_by_role("button", name="one update on").click()
    assert "w = (−14.1, 16)" in alone.page.locator(".course-arithmetic").inner_text()
    assert alone.complaints == []
    assert alone.elsewhere() == []
    alone.page.close()


def test_damaged_data_leave_a_sentence_in_place_of_a_picture(chromium, tmp_path):
    recording = heatmap(alpha=0.4).record(alpha=[0.0, 1.0])
    recording.frames[0]["panels"][0]["values"] = pack(np.zeros((5, 5))) | {"shape": [5, 7]}
    path = recording.save(tmp_path / "damaged.html")
    alone = Watched(chromium, offline=True)
    alone.page.goto(path.as_uri())
    message = alone.page.locator(".course-mistake")
    message.wait_for()
    assert "data are damaged: panel 1.values has 100 bytes, expected 140" in message.inner_text()
    alone.page.close()
