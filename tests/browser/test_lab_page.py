"""What a student sees and does in JupyterLab, in a real browser."""

import io
import json
import re

import nbformat
import numpy as np
import pytest
from matplotlib.image import imread

from course_utils import measures, plotting
from course_utils.plotting import read_still
from support import ROOT
from support.accessibility import install, seriously
from support.figure import Figure
from support.visit import eventually

pytestmark = [pytest.mark.browser, pytest.mark.requires("chromium")]

LESSON = "01-momentum/solved-01-momentum.ipynb"


def contrast(png):
    """Return the standard deviation of a picture's brightness: 0 for a blank one."""
    return float(np.std(imread(io.BytesIO(png))[..., :3].mean(axis=-1)))


def test_the_readme_is_the_first_page_and_nothing_covers_it(visit):
    visit.open()
    page = visit.page
    page.locator(".jp-RenderedMarkdown h1").first.wait_for()
    page.wait_for_timeout(1500)  # a popup would come late
    visit.screenshot("readme")
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    assert page.locator(".jp-RenderedMarkdown h1").first.inner_text() == "Start here"
    assert (visit.complaints, visit.elsewhere()) == ([], [])


def test_students_see_validate_and_no_instructors_menu(visit):
    visit.open_notebook("01-momentum/01-momentum.ipynb")
    page = visit.page
    assert page.locator(".jp-Toolbar").get_by_text("Validate", exact=True).is_visible()
    menus = page.locator(".lm-MenuBar-itemLabel").all_inner_texts()
    assert menus == ["File", "Edit", "View", "Run", "Kernel", "Tabs", "Settings", "Help"]
    visit.screenshot("lesson")


@pytest.mark.nightly
def test_run_all_reaches_the_end_of_a_lesson_of_which_nothing_is_written(new_visit, lab):
    visit = new_visit(size=(1300, 1000)).open_notebook("01-momentum/01-momentum.ipynb").run_all()
    waiting = visit.page.get_by_text("train is not written yet: this cell runs when it is.")
    eventually(visit.page, waiting.count, 2)
    waiting.first.scroll_into_view_if_needed()
    visit.screenshot("not-written-yet")
    visit.close()
    lab.shut_down_kernels()


@pytest.fixture(scope="module")
def lesson(new_visit):
    """The solved lesson, run from top to bottom."""
    return new_visit().open_notebook(LESSON).run_all()


def test_the_lesson_runs_from_top_to_bottom_and_its_figures_show(lesson):
    page = lesson.page
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    lesson.save()
    saved = json.loads(lesson.lab.get(f"/api/contents/{LESSON}")[1])["content"]["cells"]
    outputs = [output for cell in saved for output in cell.get("outputs", [])]
    assert [o["evalue"] for o in outputs if o["output_type"] == "error"] == []
    assert ["".join(o["text"]) for o in outputs if o.get("name") == "stderr"] == []

    stills = [read_still(output["data"]) for output in outputs if "data" in output]
    stills = [still for still in stills if still]
    assert len(stills) >= 8
    for png, words, _ in stills:
        assert contrast(png) > 0.02
        assert len(words) > 60  # says in words what the picture shows

    figures = page.locator(".jp-OutputArea-output img:visible")
    for index in range(figures.count()):
        figure = figures.nth(index)
        figure.scroll_into_view_if_needed()
        assert figure.evaluate("image => image.complete && image.naturalWidth") > 100
        assert contrast(figure.screenshot()) > 0.02
        if index == 0:
            lesson.screenshot("figure")
    assert (lesson.complaints, lesson.elsewhere()) == ([], [])


def test_every_picture_of_the_lesson_has_its_words_for_who_cannot_see(lesson):
    install()
    assert seriously(lesson.page, "image-alt", "svg-img-alt", inside=".jp-Notebook") == []


MOVING = re.compile(r"^(heatmap|explore|rates|vectors|curves|construction)\(", re.MULTILINE)


def test_the_lessons_moving_figures_are_there_and_show_what_is_computed(lesson):
    cells = nbformat.read(ROOT / "notebooks" / "01-momentum" / "01-momentum.ipynb", 4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    moving = [k for k, source in enumerate(sources) if MOVING.search(source)]
    assert len(moving) >= 6
    maps = 0
    for index in moving:
        figure = Figure(lesson.page, index)
        plots = figure.cell.locator(".course-plot").count()
        for plot in range(plots):
            drawn = figure.plot(plot).locator("path.course-shaft").count()
            assert figure.shades(plot) > 20 or drawn > 1, sources[index]
        assert figure.cell.locator(".course-mistake:visible").count() == 0
        if "regions=" in sources[index]:
            hatched = figure.cell.locator(".course-hatched")
            assert "the claim is false" in hatched.inner_text()
        if "    acceleration_measure,\n" in sources[index]:
            maps += 1
            alpha = float(re.search(r"alpha=([\d.]+)", sources[index])[1])
            low, high = figure.colours_end()
            for g1, g2 in ((1.5, 1.1), (-1.3, 0.7)):  # no line and no hatch there
                value = float(measures.momentum_change(g1, g2, alpha))
                expected = 255 * np.array(plotting.SIGNED((value - low) / (high - low))[:3])
                assert np.abs(figure.colour(g1, g2) - expected).max() < 6
    assert maps >= 1


def test_a_slider_redraws_its_figure_from_the_keyboard(lesson):
    page = lesson.page
    slider = page.locator(".course-number input[type=range]").first
    slider.scroll_into_view_if_needed()
    figure = page.locator(".jp-OutputArea-output", has=slider).first
    before = figure.screenshot()
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    before = imread(io.BytesIO(before))

    def changed():
        after = imread(io.BytesIO(figure.screenshot()))
        return np.any(before != after, axis=-1).sum() if before.shape == after.shape else 0

    # The handle and its number alone would be a few hundred pixels.
    eventually(page, changed, lambda pixels: pixels > 3000)
    lesson.screenshot("slider")
    assert lesson.complaints == []
