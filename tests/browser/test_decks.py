"""Every deck in a real browser: every page turned, looked at, and its sliders moved.

The decks are built as `course slides --html` does, into the repository's own `slides/build/`, so
that figures which somebody has drawn before are not drawn again.
"""

import re
import zipfile
import zlib

import numpy as np
import pytest

from course_utils.staff.authoring.slides import build_decks, find_decks
from support import ROOT, accessibility
from support.visit import Visit, eventually

DECKS = find_decks(ROOT)
each_deck = pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.name)
pytestmark = [pytest.mark.requires("chromium"), pytest.mark.requires("node"), pytest.mark.nightly]

ACTIVE = "svg.bespoke-marp-active"

# What is wrong with the page that is shown, as sentences. Words in figures are the figures' own
# affair, and formulas are pictures whose box is looked at.
LOOK = """() => {
  const section = document.querySelector('svg.bespoke-marp-active section');
  const box = section.getBoundingClientRect();
  const scale = box.width / 1280;
  const wrong = [];
  const short = (text) => text.trim().replace(/\\s+/g, ' ').slice(0, 40);

  const inFigure = (node) => node.parentElement.closest('figure');
  const inFormula = (node) => node.parentElement.closest('mjx-container');
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((c) => {
      const x = c / 255;
      return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const [r, g, b, a = 1] = numbers(getComputedStyle(e).backgroundColor);
      if (a === 1) return [r, g, b];
      if (a > 0) {
        const under = behind(e.parentElement);
        return [r, g, b].map((c, k) => a * c + (1 - a) * under[k]);
      }
    }
    return [255, 255, 255];
  };
  const washed = (rgb) => rgb.slice(0, 3).map((c) => 0.75 * c + 0.25 * 255);
  const judge = (text, style, back) => {
    const size = parseFloat(style.fontSize);
    if (size < 18) wrong.push(`"${short(text)}" is ${size} px small`);
    const ink = numbers(style.color);
    if (ratio(ink, back) < 4.5) wrong.push(`"${short(text)}" has contrast ${ratio(ink, back)}`);
    const pale = ratio(washed(ink), washed(back));
    if (pale < 3) wrong.push(`"${short(text)}" has contrast ${pale} on a pale projector`);
  };

  const figures = [...section.querySelectorAll('figure')].map((f) => f.getBoundingClientRect());
  const place = (what, rect) => {
    const out = rect.left < box.left + 1 || rect.right > box.right - 8 * scale ||
      rect.top < box.top - 1 || rect.bottom > box.bottom - 8 * scale;
    if (out) wrong.push(`"${what}" leaves the slide`);
    for (const f of figures) {
      const wide = Math.min(rect.right, f.right) - Math.max(rect.left, f.left);
      const high = Math.min(rect.bottom, f.bottom) - Math.max(rect.top, f.top);
      if (wide > 2 && high > 2) wrong.push(`"${what}" lies on a figure`);
    }
  };

  const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.data.trim() || inFigure(node) || inFormula(node)) continue;
    const element = node.parentElement;
    if (element.closest('style, script')) continue;
    judge(node.data, getComputedStyle(element), behind(element));
    const range = document.createRange();
    range.selectNodeContents(node);
    place(short(node.data), range.getBoundingClientRect());
    if (!element.closest('code') && node.data.includes('$')) {
      wrong.push(`"${short(node.data)}" has a formula that is not set`);
    }
  }
  for (const pseudo of ['::before', '::after']) {
    const style = getComputedStyle(section, pseudo);
    if (style.content !== 'none') {
      const own = numbers(style.backgroundColor);
      judge(style.content, style, (own[3] ?? 1) ? own : behind(section));
    }
  }
  for (const formula of section.querySelectorAll('mjx-container')) {
    const picture = formula.querySelector('svg');
    if (formula.closest('figure')) continue;
    if (!picture || !picture.querySelector('use, path, rect')) wrong.push('an empty formula');
    else place('a formula', picture.getBoundingClientRect());
    if (picture?.querySelector('[data-mjx-error], [data-mml-node="merror"], [fill="red"]')) {
      wrong.push(`a formula with an error: ${formula.textContent}`);
    }
  }
  for (const block of section.querySelectorAll('pre, table')) {
    if (block.scrollWidth > block.clientWidth + 1) wrong.push('code or a table is cut off');
  }
  for (const figure of section.querySelectorAll('figure')) {
    const rect = figure.getBoundingClientRect();
    if (rect.height < 220 * scale || rect.width < 320 * scale) {
      wrong.push(`${figure.dataset.figure} has only ${rect.width} x ${rect.height}`);
    }
    if (rect.right > box.right + 1 || rect.bottom > box.bottom + 1) {
      wrong.push(`${figure.dataset.figure} leaves the slide`);
    }
    const picture = figure.querySelector(':scope > img');
    if (picture && !(picture.complete && picture.naturalWidth && picture.alt.length > 20)) {
      wrong.push(`${figure.dataset.figure} has no picture or no words`);
    }
    const drawn = figure.querySelector('.course-recording');
    if (drawn) {
      const inner = drawn.getBoundingClientRect();
      const over = inner.right > rect.right + 2 || inner.bottom > rect.bottom + 2;
      if (over || inner.height < 200 * scale) {
        wrong.push(`${figure.dataset.figure} does not fit its place: ${inner.height}`);
      }
      const words = figure.querySelector('[role=group]')?.getAttribute('aria-label') ?? '';
      if (words.length < 20) {
        wrong.push(`${figure.dataset.figure} moves without words`);
      }
    }
  }
  return wrong;
}"""

# What a moving figure shows: its canvases' pixels and its vectors.
SHOWN = """(figure) => [...figure.querySelectorAll('canvas')].map((c) => c.toDataURL()).join()
  + [...figure.querySelectorAll('.course-figure svg')].map((s) => s.outerHTML).join()"""


@pytest.fixture(scope="module")
def built():
    """All decks as HTML."""
    return {path.stem: path for path in build_decks(ROOT, formats=("html",))}


@pytest.fixture
def open_deck(chromium, built):
    """Open a deck's file at one of its pages."""
    visits = []

    def open_page(name, number=1, size=(1280, 720), motion="reduce"):
        visit = Visit(chromium, size=size, reduced_motion=motion)
        visits.append(visit)
        visit.page.goto(f"{built[name].as_uri()}#{number}")
        visit.page.locator(ACTIVE).wait_for()
        return visit

    yield open_page
    for visit in visits:
        visit.close()


def page_number(page):
    return int(page.evaluate("location.hash.slice(1) || 1"))


def playing(page):
    """Wait until the recordings on the page that is shown play; return their figures."""
    figures = page.locator(f"{ACTIVE} figure[data-recording]")
    ready = """(figures) => figures.every((f) => !f.querySelector(':scope > img') &&
      f.querySelector('.course-recording')?.style.opacity === '')"""
    eventually(page, lambda: figures.evaluate_all(ready), True)
    return figures.all()


def moving(deck):
    """Return the numbers of a deck's slides with a figure that moves, from its page."""
    page = (ROOT / "slides/build" / f"{deck.name}.html").read_text(encoding="utf-8")
    names = set(re.findall(r'data-recording="([^"]+)"', page))
    return [slide.number for slide in deck.slides if names & set(slide.figures)]


@each_deck
def test_every_page_is_legible_within_its_bounds_and_asks_nobody_for_anything(open_deck, deck):
    visit = open_deck(deck.name)
    page, wrong, formulas = visit.page, [], 0
    for slide in deck.slides:
        assert page_number(page) == slide.number
        playing(page)
        wrong += [f"slide {slide.number}: {fault}" for fault in page.evaluate(LOOK)]
        formulas += page.locator(f"{ACTIVE} mjx-container").count()
        visit.screenshot(f"{deck.name}-{slide.number:02d}")
        page.keyboard.press("ArrowRight")
    assert not wrong, "\n".join(wrong)
    assert page_number(page) == len(deck.slides)  # there is no further page
    text = re.sub(r"```.*?```|`[^`]*`", "", "".join(s.body for s in deck.slides), flags=re.DOTALL)
    assert formulas == len(re.findall(r"\$\$.+?\$\$|\$[^$]+\$", text, re.DOTALL))
    assert not visit.complaints
    assert not visit.elsewhere()


@each_deck
def test_axe_finds_nothing_serious_on_any_page_of_a_deck(open_deck, deck):
    accessibility.install()
    visit = open_deck(deck.name)
    page, found = visit.page, []
    for slide in deck.slides:
        page.evaluate(f"location.hash = '{slide.number}'")
        eventually(page, lambda: page_number(page), slide.number)
        playing(page)
        told = accessibility.seriously(page, inside=f"{ACTIVE} section")
        found += [(slide.number, *fault) for fault in told]
    assert found == []


@each_deck
def test_every_slider_moves_its_figure_and_turns_no_page(open_deck, deck):
    numbers = moving(deck)
    visit = open_deck(deck.name, numbers[0] if numbers else 1)
    page = visit.page
    for number in numbers:
        page.evaluate(f"location.hash = '{number}'")
        for figure in playing(page):
            slider = figure.locator(".course-slider input").first
            before, value = figure.evaluate(SHOWN), slider.input_value()
            slider.focus()
            page.keyboard.press("ArrowLeft" if int(value) else "ArrowRight")
            assert slider.input_value() != value
            eventually(
                page, lambda figure=figure, before=before: figure.evaluate(SHOWN) != before, True
            )
            assert page_number(page) == number
    assert not visit.complaints


# Of each axis the letters' size, and of the curves the least width asked for, in pixels of a slide.
STAGE = """(figure) => {
  const box = figure.querySelector(".course-recording");
  const zoom = parseFloat(box.style.zoom);
  const sizes = [...box.querySelectorAll(".course-axes .tick text")]
    .map((text) => parseFloat(getComputedStyle(text).fontSize) * zoom);
  return [Math.min(...sizes), zoom * box.style.getPropertyValue("--least-line")];
}"""


@each_deck
def test_on_stage_axes_and_curves_are_seen_from_the_last_row(open_deck, deck):
    numbers = moving(deck)
    page = open_deck(deck.name, numbers[0] if numbers else 1).page
    for number in numbers:
        page.evaluate(f"location.hash = '{number}'")
        for figure in playing(page):
            letters, lines = figure.evaluate(STAGE)
            assert letters >= 18, number
            assert lines >= 3, number


def sweeping(deck):
    """Return the slide whose slider has a stop in the middle, and no question above it."""
    return next(slide.number for slide in deck.slides if "acceleration" in slide.figures)


def test_a_slider_sweeps_once_from_its_first_stop_to_the_slides_own(open_deck):
    deck = next(deck for deck in DECKS if deck.name == "01-momentum")
    number = sweeping(deck)
    still = open_deck(deck.name, number).page
    (figure,) = playing(still)
    goal = int(figure.locator(".course-slider input").first.input_value())
    assert goal > 3
    page = open_deck(deck.name, number, motion="no-preference").page
    (figure,) = playing(page)
    slider = figure.locator(".course-slider input").first
    seen = [int(slider.input_value())]
    while figure.get_attribute("data-sweeps"):
        seen.append(int(slider.input_value()))
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    assert int(slider.input_value()) == goal
    page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    page.wait_for_timeout(300)
    assert int(slider.input_value()) == goal  # once


def test_a_hand_ends_the_sweep_where_it_takes_the_slider(open_deck):
    deck = next(deck for deck in DECKS if deck.name == "01-momentum")
    page = open_deck(deck.name, sweeping(deck), motion="no-preference").page
    (figure,) = playing(page)
    slider = figure.locator(".course-slider input").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    value = slider.input_value()
    assert figure.get_attribute("data-sweeps") is None
    page.wait_for_timeout(600)
    assert slider.input_value() == value


def test_on_the_slider_page_keys_turn_the_page_and_escape_gives_the_arrows_back(open_deck):
    number = moving(DECKS[0])[0]
    page = open_deck(DECKS[0].name, number).page
    (figure,) = playing(page)
    slider = figure.locator(".course-slider input").first
    slider.focus()
    page.keyboard.press("PageDown")
    assert page_number(page) == number + 1
    page.keyboard.press("PageUp")
    assert (page_number(page), slider.input_value()) == (number, "0")
    slider.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert page_number(page) == number + 1


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (1024, 768)])
def test_the_pointer_reads_the_place_it_points_at_however_large_the_slide_is(open_deck, size):
    page = open_deck(DECKS[0].name, moving(DECKS[0])[0], size).page
    (figure,) = playing(page)
    ends = figure.locator(".course-axes").first.evaluate(
        """(svg) => [...svg.querySelectorAll(':scope > g')].slice(0, 2).map((axis, k) =>
          [...axis.querySelectorAll('.tick')].map((tick) => {
            const rect = tick.querySelector('line').getBoundingClientRect();
            const value = Number(tick.textContent.replace('−', '-'));
            return [value, k ? rect.y + rect.height / 2 : rect.x + rect.width / 2];
          }))"""
    )
    at = [
        np.interp(value, *zip(*sorted(ticks), strict=True))
        for value, ticks in zip((5, -1), ends, strict=True)
    ]
    page.mouse.move(*at)
    tip = figure.locator(".course-tip").first
    tip.wait_for()
    w1, w2 = re.findall(r"[−\d.]+", tip.inner_text().splitlines()[0].partition("=")[2])
    assert float(w1) == pytest.approx(5, abs=0.2)
    assert float(w2.replace("−", "-")) == pytest.approx(-1, abs=0.05)


def test_the_presenters_view_has_the_notes_and_moves_the_slider_on_the_other_screen(open_deck):
    deck = DECKS[0]
    number = moving(deck)[0]
    visit = open_deck(deck.name, number)
    (on_screen,) = playing(visit.page)
    with visit.context.expect_page() as opened:
        visit.page.keyboard.press("p")
    presenter = opened.value
    (figure,) = playing(presenter)
    notes = presenter.locator(".bespoke-marp-note.active").inner_text()
    assert notes.split() == deck.slides[number - 1].notes.split()
    figure.locator(".course-slider input").first.focus()
    presenter.keyboard.press("End")
    slider = on_screen.locator(".course-slider input").first
    eventually(visit.page, slider.input_value, lambda value: int(value) > 2)
    presenter.keyboard.press("PageDown")
    eventually(visit.page, lambda: page_number(visit.page), number + 1)
    assert not visit.complaints


def test_a_pdf_has_every_page_without_a_note_on_it_a_text_the_notes_and_a_pptx_every_slide():
    deck = DECKS[0]
    paths = {path.suffix: path for path in build_decks(ROOT, [deck.name], ("pdf", "pptx", "txt"))}
    packed = paths[".pdf"].read_bytes()
    parts = [packed]
    for stream in re.finditer(rb"stream\r?\n(.*?)endstream", packed, re.DOTALL):
        try:
            parts.append(zlib.decompressobj().decompress(stream[1]))
        except zlib.error:
            continue  # a picture, or not compressed
    pdf = b"\n".join(parts)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == len(deck.slides)
    assert not re.findall(rb"/Subtype\s*/Text\b", pdf)
    assert b"/Outlines" in pdf
    notes = re.sub(r"\s", "", paths[".txt"].read_text(encoding="utf-8"))
    assert all(re.sub(r"\s", "", slide.notes) in notes for slide in deck.slides)
    names = zipfile.ZipFile(paths[".pptx"]).namelist()
    for kind in ("slides/slide", "notesSlides/notesSlide"):
        found = [name for name in names if re.fullmatch(rf"ppt/{kind}\d+\.xml", name)]
        assert len(found) == len(deck.slides)
