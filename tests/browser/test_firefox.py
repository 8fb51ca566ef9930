"""The moving figures in a real JupyterLab, driven by a real Firefox: what five gestures do there.

Playwright speaks WebDriver BiDi with the Firefox of the system, which needs no driver of its own.
"""

import nbformat
import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from course_utils.app.doctor import OPTIONAL
from support.figure import Figure
from support.lab_server import running_lab
from support.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.requires("firefox"), pytest.mark.nightly]

CELLS = {
    "heatmap": "from course_utils.widgets import explore, heatmap\nheatmap(alpha=0.4)",
    "explorer": "explore(eta=0.01, alpha=0.9, steps=60)",
}


@pytest.fixture(scope="module")
def firefox():
    with sync_playwright() as playwright:
        path = OPTIONAL["firefox"].where()
        browser = playwright.firefox.launch(channel="moz-firefox", executable_path=path)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def watched(firefox, tmp_path_factory):
    root = tmp_path_factory.mktemp("figures")
    (root / "notebooks").mkdir()
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    made = nbformat.v4.new_notebook()
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made.cells = [nbformat.v4.new_code_cell(source) for source in CELLS.values()]
    nbformat.write(made, root / "notebooks" / "figures.ipynb")
    with running_lab(root) as lab:
        visit = Visit(firefox, lab, size=(1500, 1000))
        yield visit.open_notebook("figures.ipynb").run_all()
        visit.close()


@pytest.fixture
def figure(watched):
    return lambda name: Figure(watched.page, list(CELLS).index(name))


def test_a_slider_that_is_dragged_moves_the_picture_to_where_it_is_dropped(figure):
    shown = figure("heatmap")
    before, box = shown.pixels(), shown.handle(0).bounding_box()
    x, y = box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2
    shown.page.mouse.move(x, y)
    shown.page.mouse.down()
    shown.page.mouse.move(x + 0.3 * box["width"], y, steps=5)
    shown.page.mouse.up()
    shown.wait_for_change(before)
    alpha = float(shown.typed(0).input_value())
    assert alpha == pytest.approx(0.7, abs=0.05)
    shown.page.mouse.move(*shown.place(1.0, 0.5))
    value = f"{(alpha - 1) * 1 + 0.5:.2g}".replace("-", "−")
    shown.eventually(lambda: shown.tip().split("\n")[1], f"Cₘ = {value}")


def test_the_start_is_dragged_to_where_it_is_dropped(figure):
    shown = figure("explorer")
    before = shown.pixels()
    shown.page.mouse.move(*shown.place(*shown.start()))
    shown.page.mouse.down()
    shown.page.mouse.move(*shown.place(0, 0), steps=4)
    shown.page.mouse.move(*shown.place(10, -12), steps=4)
    shown.page.mouse.up()
    shown.wait_for_change(before)
    assert shown.start() == pytest.approx([10, -12], abs=0.4)


def test_a_click_on_the_map_starts_a_path_there(figure):
    shown = figure("explorer")
    before = shown.pixels()
    shown.page.mouse.click(*shown.place(-12, 15))
    shown.wait_for_change(before)
    assert shown.start() == pytest.approx([-12, 15], abs=0.4)


def test_a_pointer_reads_the_error_below_it(figure):
    shown = figure("explorer")
    shown.page.mouse.move(*shown.place(20, -20))
    place, error = shown.eventually(lambda: shown.tip().split("\n"), lambda told: len(told) == 2)
    assert place == "w = (20, −20)"
    assert error == "E = 5200"  # 3 · 20² + 10 · 20²


def test_arrow_keys_move_a_slider_and_the_start_and_stay_out_of_the_notebook(figure, watched):
    shown = figure("explorer")
    eta, start = shown.typed(0).input_value(), shown.start()
    shown.handle(0).press("ArrowRight")
    assert float(shown.typed(0).input_value()) > float(eta)
    shown.cell.locator(".course-start").press("Shift+ArrowRight")
    assert np.subtract(shown.start(), start) == pytest.approx([2.5, 0], abs=0.1)
    shown.cell.locator(".course-start").press("x")  # cuts the cell elsewhere
    assert shown.page.locator(".jp-Notebook .jp-CodeCell").count() == len(CELLS)
    assert not watched.complaints
    assert not watched.elsewhere()
