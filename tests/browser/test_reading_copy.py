"""The whole reading copy in a real browser: from files, without a network, for everybody.

The site is built once, by the command, which runs all lessons that are not in `build/lessons/`.
"""

import html
import re
import subprocess
import sys

import nbformat
import pytest

from course_utils.staff.authoring.site import links
from support import ROOT
from support.accessibility import install, seriously
from support.visit import Visit, eventually

SOURCES = sorted((ROOT / "solutions").glob("[!.]*/*.ipynb"))
PAGES = (
    "index",
    "how-to-work",
    "01-momentum",
    "02-adaptive-rates",
    "03-adam",
    "04-1-nesterov",
    "04-2-autoencoders",
    "04-3-recurrent",
    "notes-on-the-sources",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.nightly,
    pytest.mark.requires("chromium"),
    pytest.mark.requires("node"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site without the decks, which have their own test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("npm_config_cache", str(tmp_path_factory.mktemp("npm")))
        install()
    out = tmp_path_factory.mktemp("reading") / "site"
    command = [sys.executable, "-m", "course_utils", "site", "--no-slides", "--out", str(out)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return out


def test_what_is_folded_on_the_screen_is_there_in_print(chromium, tmp_path):
    style = (ROOT / "course_utils/staff/authoring/site/templates/site.css").read_text("utf-8")
    text = "<details><summary>The reading</summary><p>4.4 times as far.</p></details>"
    (tmp_path / "page.html").write_text(f"<style>{style}</style>{text}", encoding="utf-8")
    visit = Visit(chromium, offline=True)
    visit.page.goto((tmp_path / "page.html").as_uri())
    seen = []
    for medium in ("screen", "print"):
        visit.page.emulate_media(media=medium)
        seen.append(visit.page.locator("p").evaluate("p => p.checkVisibility()"))
    visit.close()
    assert seen == [False, True]


@pytest.fixture(scope="module")
def visits(chromium, site):
    """Return what opens a page once, all its figures playing; later tests find it as it is."""
    opened = {}

    def visit(name):
        if name not in opened:
            opened[name] = Visit(chromium)
            opened[name].page.goto((site / f"{name}.html").as_uri())
            play_all(opened[name].page)
        opened[name].page.set_viewport_size({"width": 1280, "height": 900})
        opened[name].page.emulate_media(color_scheme="light")
        return opened[name]

    yield visit
    for each in opened.values():
        each.close()


def play_all(page):
    for figure in page.locator("[data-recording]").all():
        figure.scroll_into_view_if_needed()
        eventually(page, lambda figure=figure: figure.get_attribute("data-plays"), "yes")


def test_there_is_a_page_for_every_lesson(site):
    assert sorted(path.stem for path in site.glob("*.html")) == sorted(PAGES)
    assert len([name for name in PAGES if name[:1].isdigit()]) == len(SOURCES)


def test_every_link_of_the_site_leads_somewhere(site):
    assert links.check_links(site) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_from_a_file_asks_nobody_and_complains_of_nothing(visits, name):
    visit = visits(name)
    assert visit.elsewhere() == []
    assert visit.complaints == []
    assert visit.page.locator("img:not([alt]), figure img[alt='']").count() == 0
    assert len(visit.page.title()) > 5


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_in_light_and_in_dark(visits, name):
    page = visits(name).page
    assert seriously(page) == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 25, 31)"
    assert seriously(page, "color-contrast") == []


@pytest.mark.parametrize("name", PAGES)
def test_on_a_telephone_only_what_is_wide_scrolls_and_only_inside_itself(visits, name):
    page = visits(name).page
    page.set_viewport_size({"width": 400, "height": 800})
    sizes = "[document.documentElement.scrollWidth, window.innerWidth]"
    eventually(page, lambda: page.evaluate(sizes), [400, 400])
    out = """() => [...document.querySelectorAll("main *")]
      .filter(node => node.getBoundingClientRect().right > innerWidth + 1)
      .filter(node => !node.closest("[data-scrolls], svg, math, .course-voice"))
      .map(node => node.outerHTML.slice(0, 120))"""
    assert page.evaluate(out) == []
    eventually(page, lambda: seriously(page, "scrollable-region-focusable"), [])


def test_the_front_page_s_start_is_dragged_and_the_path_ends_elsewhere(visits):
    page = visits("index").page
    page.evaluate("scrollTo(0, 0)")
    told = page.locator(".hero .course-endings")
    before = told.inner_text()
    box = page.locator(".hero .course-core").bounding_box()
    assert box["y"] + box["height"] < 900  # above the fold
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] - 200, steps=5)
    page.mouse.up()
    assert told.inner_text() != before


def test_the_search_leads_to_a_section_and_the_bar_says_where_one_is(visits):
    page = visits("01-momentum").page
    asking = page.get_by_role("searchbox")
    asking.fill("tilted eigen-directions")
    first = page.locator("#found a").first
    eventually(page, first.is_visible, True)
    assert first.inner_text().startswith("Momentum: 7")
    asking.press("Enter")
    eventually(page, lambda: page.locator(".where").inner_text()[:1], "7")
    here = page.locator(".contents a[aria-current]")
    assert here.inner_text().startswith("7 · One direction at a time")
    asking.fill("xyzzy")
    eventually(page, page.locator("#found [role=status]").inner_text, "Nothing found.")
    asking.press("Escape")
    assert page.locator("#found").is_hidden()


@pytest.mark.parametrize("name", [name for name in PAGES if name[0].isdigit()])
def test_a_recorded_slider_moves_pixels(visits, name):
    page = visits(name).page
    figures = page.locator("[data-recording]")
    assert figures.count()
    for figure in figures.all():
        drawing = figure.locator(".course-figure").last
        slider = figure.locator(".course-slider input").first
        slider.scroll_into_view_if_needed()
        slider.focus()
        before = drawing.screenshot()
        page.keyboard.press("ArrowLeft" if int(slider.input_value()) else "ArrowRight")
        eventually(page, lambda d=drawing, b=before: d.screenshot() != b, True)
        assert figure.locator(".course-mistake:visible").count() == 0


@pytest.mark.parametrize("name", [name for name in PAGES if name[0].isdigit()])
def test_formulas_are_drawn_at_the_size_of_the_text(visits, name):
    page = visits(name).page
    seen = page.evaluate(
        """() => [...document.querySelectorAll(".formula.inline svg")]
          .map(svg => svg.getBoundingClientRect()).map(box => [box.width, box.height])"""
    )
    assert len(seen) > 5
    assert all(wide > 3 and 3 < high < 60 for wide, high in seen)
    text = page.locator("main").inner_text()
    assert not re.search(r"\\(frac|eta|alpha|nabla|sqrt)\b", text)


# Lines of answers that stand in the text of a lesson as well: a published loop has the exercises'.
GENERIC = {
    "for _ in range(epochs):",
    "for gradient_function in minibatch_gradients:",
    "gradient = gradient_function(weights)",
    "return weights",
}


def secrets(source):
    """Return the lines of a source that no reader may see: answers, hidden tests, mark schemes."""
    marks = r"(?:###|<!--) BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME).*?(?:###|<!--) END \1"
    lines = []
    for cell in nbformat.read(source, as_version=4).cells:
        roles = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and roles.get("solution"):
            lines += cell.source.splitlines()
        for found in re.finditer(marks, cell.source, re.DOTALL):
            lines += found[0].splitlines()[1:-1]
    return {line.strip() for line in lines if len(line.strip()) > 12}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_answer_and_no_hidden_test_of_a_source_is_on_any_page(site, source):
    lines = secrets(source) - GENERIC
    assert len(lines) > 5
    shown = "\n".join(
        html.unescape(re.sub(r"<[^>]*>", "", path.read_text(encoding="utf-8")))
        for path in site.rglob("*.html")
    )
    seen = {line.strip() for line in shown.splitlines()}
    assert lines & seen == set()
    assert not [line for line in lines if len(line) > 40 and line in shown]
