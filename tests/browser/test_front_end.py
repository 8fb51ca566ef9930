"""The bundle alone, on an empty page: what one view sets going, and what is left when it ends.

The page stands in for JupyterLab: a model that keeps book of who listens to it, a kernel that can
be lost, and browser functions that count what is waiting.
"""

import base64
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from course_utils import measures, widgets
from course_utils.descent import descend
from course_utils.objectives import BOWL, SADDLE, TWO_HOLES, objective_from_formula
from course_utils.optimizers import AdaGrad, FirstMoment, Momentum, RMSprop
from course_utils.widgets import (
    construction,
    curves,
    directions,
    explore,
    heatmap,
    noisy,
    rates,
    vectors,
)
from course_utils.widgets.rates import approach
from course_utils.widgets.sliders import make_slider
from course_utils.wording import number
from support import accessibility
from support.visit import Visit, eventually

pytestmark = [pytest.mark.browser, pytest.mark.requires("chromium")]

STATIC = Path(widgets.__file__).parent / "static"
BUNDLE = (STATIC / "figures.js").read_text(encoding="utf-8")
MAKES = {
    "heatmap": lambda: heatmap(alpha=0.4),
    "explorer": lambda: explore(BOWL, Momentum, steps=20),
    "rates": lambda: rates(steps=5),
    "directions": lambda: directions(steps=5),
    "noisy": lambda: noisy(steps=20),
    "vectors": lambda: vectors(),
    "construction": lambda: construction(),
    "curves": lambda: curves(steps=20),
}

# What the browser still has to do for somebody. `started` is what has ever been asked for.
COUNTING = """() => {
  const open = window.open_ = { frames: new Set(), observers: new Set(), timers: new Set(),
    intervals: new Set(), listeners: new Set() };
  window.started = { frames: 0, observers: 0, timers: 0, intervals: 0, listeners: 0 };
  const began = (kind, what) => { started[kind] += 1; open[kind].add(what); return what; };
  const { requestAnimationFrame: ask, cancelAnimationFrame: drop } = window;
  window.requestAnimationFrame = (work) => {
    const id = ask((now) => { open.frames.delete(id); work(now); });
    return began("frames", id);
  };
  window.cancelAnimationFrame = (id) => { open.frames.delete(id); drop(id); };
  for (const [kind, set, clear] of [["timers", "setTimeout", "clearTimeout"],
                                    ["intervals", "setInterval", "clearInterval"]]) {
    const [begin, end] = [window[set], window[clear]];
    window[set] = (work, ms) => {
      const id = begin(() => { if (kind === "timers") open[kind].delete(id); work(); }, ms);
      return began(kind, id);
    };
    window[clear] = (id) => { open[kind].delete(id); end(id); };
  }
  for (const Observer of [ResizeObserver, MutationObserver]) {
    const { observe, disconnect } = Observer.prototype;
    Observer.prototype.observe = function (...rest) {
      began("observers", this); observe.apply(this, rest);
    };
    Observer.prototype.disconnect = function () {
      open.observers.delete(this); disconnect.apply(this);
    };
  }
  const listening = (target, name) => {
    const { addEventListener: add, removeEventListener: remove } = target;
    target.addEventListener = function (type, work, options) {
      const key = began("listeners", { target: this, type, work });
      options?.signal?.addEventListener("abort", () => open.listeners.delete(key));
      add.call(this, type, work, options);
    };
    target.removeEventListener = function (type, work, options) {
      for (const key of open.listeners) {
        const same = key.target === this && key.type === type && key.work === work;
        if (same) open.listeners.delete(key);
      }
      remove.call(this, type, work, options);
    };
  };
  listening(window);
  listening(MediaQueryList.prototype);
  window.left = () =>
    Object.fromEntries(Object.entries(open).map(([kind, set]) => [kind, set.size]));
}"""

# A page with one figure: `view.end()` is what anywidget calls, `lose()` is what JupyterLab tells.
RENDER = """async ([code, state, live]) => {
  const revive = (value) => {
    if (Array.isArray(value)) return value.map(revive);
    if (!value || typeof value !== "object") return value;
    if ("bytes" in value) {
      return new DataView(Uint8Array.from(atob(value.bytes), (c) => c.charCodeAt(0)).buffer);
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
  };
  const emitter = (more) => {
    const heard = {};
    return Object.assign(heard, { count: () => Object.values(heard)
        .filter(Array.isArray).reduce((sum, list) => sum + list.length, 0),
      on: (event, work) => (heard[event] ??= []).push(work),
      off: (event, work) => {
        heard[event] = (heard[event] ?? []).filter((each) => each !== work);
      },
      emit: (event, ...rest) => [...(heard[event] ?? [])].forEach((work) => work(...rest)),
    }, more);
  };
  const signal = () => {
    const slots = new Set();
    return { connect: (slot) => slots.add(slot), disconnect: (slot) => slots.delete(slot),
      emit: (...rest) => [...slots].forEach((slot) => slot(...rest)), count: () => slots.size };
  };
  const kernel = window.kernel = { statusChanged: signal(), disposed: signal() };
  const slider = window.slider = emitter({ get: () => 0 });
  const manager = { kernel, get_model: async (id) => (id === "box" ? box : slider) };
  const box = window.box = emitter({ comm_live: live, model_id: "box", widget_manager: manager });
  const values = { ...revive(state), figure: "box" };
  const model = window.model = emitter({
    get: (name) => values[name],
    set: (name, value) => { values[name] = value; model.emit(`change:${name}`); },
    save_changes: () => { window.sent = (window.sent ?? 0) + 1; },
    widget_manager: manager,
  });
  window.give = (changes) => {
    for (const [name, value] of Object.entries(revive(changes))) model.set(name, value);
  };
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const { default: figures } = await import(url);
  Object.values(open_).forEach((set) => set.clear());
  const host = document.createElement("div");
  host.className = "course-moving";
  host.innerHTML = "<div></div><div></div>";
  document.body.replaceChildren(host);
  window.heard = () => model.count() + box.count() + slider.count() +
    kernel.statusChanged.count() + kernel.disposed.count();
  window.end = await figures.render({ model, el: host.lastElementChild });
}"""


@pytest.fixture(scope="module")
def page(chromium):
    visit = Visit(chromium, offline=True)
    visit.page.goto("data:text/html,<title>A figure</title>")
    visit.page.add_style_tag(path=STATIC / "figures.css")
    visit.page.evaluate(COUNTING)
    yield visit.page
    visit.close()


@pytest.fixture(autouse=True)
def usual_size(page):
    page.set_viewport_size({"width": 1280, "height": 900})


def plain(value):
    """Return a canvas' values with their bytes as base64."""
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def state(canvas):
    values = {name: getattr(canvas, name) for name in ("scene", "ground", "frame", "answer", "t")}
    return json.loads(json.dumps(plain(values)))


def render(page, state, live=True):
    page.evaluate(RENDER, [BUNDLE, state, live])


def left(page):
    return page.evaluate("({ ...left(), heard: heard() })")


NOTHING = dict.fromkeys(("frames", "observers", "timers", "intervals", "listeners", "heard"), 0)


@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
def test_a_view_that_ends_before_its_first_screen_frame_leaves_nothing(page, make):
    figure = make()
    # In one task with the ending, so that no screen frame comes between.
    page.evaluate(
        f"async (given) => {{ await ({RENDER})(given); end(); }}",
        [BUNDLE, state(figure.canvas), True],
    )
    assert page.evaluate("started.listeners > 0 && started.observers > 0")
    assert left(page) == NOTHING
    page.wait_for_timeout(500)
    assert left(page) == NOTHING


def test_a_view_that_was_played_with_leaves_nothing(page):
    figure = explore(BOWL, Momentum, steps=20)
    render(page, state(figure.canvas))
    page.evaluate(
        """given => give(given)""",
        {"ahead": {"sliders": ["IPY_MODEL_alpha"], "at": [1], "frame": plain(figure.canvas.frame)}},
    )
    page.locator(".course-surface").first.hover()  # begins a rest
    page.get_by_role("button", name="play the updates").click()
    eventually(page, lambda: page.locator(".course-count").inner_text(), lambda t: "t = " in t)
    alive = left(page)
    assert (alive["intervals"], alive["listeners"] > 0, alive["heard"] > 6) == (1, True, True)
    page.evaluate("end()")
    assert left(page) == NOTHING
    page.evaluate("sent = 0")
    page.wait_for_timeout(500)
    assert left(page) == NOTHING
    assert page.evaluate("sent") == 0


def test_a_mark_is_answered_once_what_came_before_it_is_drawn(page):
    figure = heatmap(alpha=0.4)
    render(page, state(figure.canvas))
    page.evaluate("sent = 0; give({ mark: 3 })")
    assert page.evaluate("[model.get('answered'), sent]") == [3, 1]


LOSSES = {
    "a restart": "box.comm_live = false; box.emit('comm_live_update')",
    "a restart by somebody else": "kernel.statusChanged.emit(kernel, 'starting')",
    "a restart by the server": "kernel.statusChanged.emit(kernel, 'autorestarting')",
    "a death": "kernel.statusChanged.emit(kernel, 'dead')",
    "a shutdown": "kernel.disposed.emit(kernel)",
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_a_lost_kernel_locks_the_figure_says_so_once_and_tells_what_is_seen(page, loss):
    figure = heatmap(alpha=0.4)
    render(page, state(figure.canvas))
    page.evaluate("kernel.statusChanged.emit(kernel, 'busy'); box.emit('comm_live_update')")
    assert page.locator(".course-stopped").count() == 0
    page.evaluate(loss)
    page.evaluate(loss)
    line = page.locator(".course-moving > .course-stopped")
    assert line.locator("span").first.inner_text() == (
        "The kernel that moved this figure has stopped. Run this cell to move it again."
    )
    assert line.get_attribute("role") == "status"
    assert line.locator(".course-voice").text_content() == figure.canvas.frame["alt"]
    parts = page.locator(".course-moving > :not(.course-stopped)")
    assert parts.evaluate_all("parts => parts.map(part => part.inert)") == [True, True]
    assert left(page) == NOTHING


def test_a_restored_figure_without_a_kernel_is_not_drawn(page):
    render(page, state(heatmap(alpha=0.4).canvas), live=False)
    assert page.locator(".course-figure").count() == 0
    assert (
        page.locator("body")
        .inner_text()
        .endswith("This figure has no kernel. Run its cell to see it.")
    )
    page.evaluate("end()")
    assert left(page) == NOTHING


@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
def test_a_figure_that_is_drawn_where_nobody_sees_it_has_nothing_to_complain_about(page, make):
    page.evaluate("document.body.hidden = true")
    render(page, state(make().canvas))
    page.evaluate("document.body.hidden = false")
    eventually(page, page.locator(".course-plot").first.is_visible, True)
    assert page.locator(".course-mistake").inner_text() == ""
    page.evaluate("end()")


def test_no_complaint_takes_back_another(page):
    figure = explore(BOWL, Momentum, steps=20)
    good = state(figure.canvas)
    bad = json.loads(json.dumps(good))
    bad["ground"]["field"]["values"]["shape"] = [5, 7]
    render(page, bad)
    message = page.locator(".course-mistake")
    damaged = "The figure's data are damaged: surface.values has"
    assert message.inner_text().startswith(damaged)  # though the first frame was drawn after it
    page.evaluate("given => give(given)", {"frame": good["frame"]})
    assert message.inner_text().startswith(damaged)
    page.evaluate("given => give(given)", {"frame": good["frame"] | {"message": "Step 1: no."}})
    eventually(page, message.inner_text, "Step 1: no.")  # what a student wrote comes first
    page.evaluate("given => give(given)", {"frame": good["frame"], "ground": good["ground"]})
    message.wait_for(state="hidden")
    page.evaluate("end()")


def test_a_figure_of_no_kind_says_so(page):
    render(page, {"scene": {"kind": "sculpture"}, "frame": {"alt": "x"}})
    words = "There is no figure of the kind “sculpture”."
    assert page.locator(".course-mistake").inner_text() == words
    page.evaluate("end()")


@pytest.mark.parametrize("name", ["heatmap", "vectors", "rates"])
def test_planes_are_square_and_begin_at_one_height_whatever_their_titles(page, name):
    given = state(MAKES[name]().canvas)
    panels = given["frame"].get("panels") or given["frame"]["map"]["panels"]
    panels[0]["title"] = "A title of so many words that it can stand in two lines or three " * 2
    render(page, given)
    page.wait_for_timeout(100)
    planes = page.locator(".course-panel:has(> .course-title:not(:empty)) .course-surface")
    boxes = [plane.bounding_box() for plane in planes.all()]
    assert len(boxes) == len(panels)
    assert all(box["width"] == pytest.approx(box["height"], abs=1.5) for box in boxes)
    assert np.ptp([box["y"] for box in boxes]) < 1
    for bar in page.locator(".course-bar canvas").all():
        assert bar.bounding_box()["y"] == pytest.approx(boxes[0]["y"], abs=1.5)
        assert bar.bounding_box()["height"] == pytest.approx(boxes[0]["height"], abs=1.5)
    page.evaluate("end()")


def test_a_panel_without_a_picture_says_why_where_the_picture_would_be(page):
    def not_written(g1, g2, alpha):
        raise NotImplementedError

    figure = heatmap(not_written, beside={"ours": measures.momentum_change}, alpha=0.4)
    render(page, state(figure.canvas))
    problem = page.locator(".course-inside:not([hidden])")
    assert problem.inner_text().startswith("not_written is not written yet")
    plot = page.locator(".course-surface").first.bounding_box()
    box = problem.bounding_box()
    assert plot["x"] < box["x"] < box["x"] + box["width"] < plot["x"] + plot["width"]
    hint = page.locator(".course-readout .course-hint")
    assert hint.inner_text().startswith("Point at the picture")  # slides hide it
    page.mouse.move(*middle(page.locator(".course-surface").nth(1)))
    assert hint.count() == 0
    assert "ours = " in page.locator(".course-tip:not([hidden])").inner_text()
    page.evaluate("end()")


def test_a_long_title_makes_no_room_above_a_panel_of_another_row(page):
    figure = heatmap(alpha=0.4, beside={"true": measures.true_momentum_change})
    given = state(figure.canvas)
    given["frame"]["panels"][1]["title"] = "A title of so many words that it stands in lines " * 2
    page.set_viewport_size({"width": 400, "height": 800})
    render(page, given)
    page.wait_for_timeout(100)
    titles = [title.bounding_box() for title in page.locator(".course-title").all()]
    assert titles[1]["y"] > titles[0]["y"] + 100
    assert titles[0]["height"] < 30 < titles[1]["height"]
    page.evaluate("end()")


def test_a_figure_neither_scrolls_nor_grows_at_the_first_step(page):
    figure = explore(BOWL, Momentum, steps=20)
    page.set_viewport_size({"width": 850, "height": 900})
    render(page, state(figure.canvas))
    sizes = """() => {
      const box = document.querySelector(".course-moving");
      box.style.overflow = "auto"; // as ipywidgets has it
      return [box.scrollHeight, box.clientHeight];
    }"""
    page.wait_for_timeout(100)
    whole, seen = page.evaluate(sizes)
    assert whole == seen
    page.get_by_role("button", name="one update on").click()
    figure.canvas.t = 1
    page.evaluate("given => give(given)", {"answer": figure.canvas.answer})
    assert "w(1) = w(0)" in page.locator(".course-arithmetic").inner_text()
    assert page.evaluate(sizes) == [whole, seen]
    page.evaluate("end()")


def test_several_paths_are_named_at_their_ends_and_their_states_are_one_switch(page):
    given = state(
        explore(BOWL, {"momentum": Momentum(0.01, 0.9), "RMSprop": RMSprop(0.1, 0.9)}).canvas
    )
    render(page, given)
    ends = page.locator(".course-end")
    assert ends.all_text_contents() == ["momentum", "RMSprop"]
    assert page.locator(".course-toggle:visible").all_inner_texts() == ["states m₁, m₂, s₁, s₂"]
    places = [end.bounding_box() for end in ends.all()]
    assert abs(places[0]["y"] - places[1]["y"]) >= 15
    pressed = lambda: [end.get_attribute("aria-pressed") for end in ends.all()]  # noqa: E731
    ends.first.press("Enter")
    eventually(page, pressed, ["false", "true"])
    ends.first.click()
    eventually(page, pressed, ["true", "true"])
    plot = page.locator(".course-side .course-surface")
    before = plot.bounding_box()
    page.get_by_role("button", name="states").click()
    assert ends.all_text_contents() == ["momentum", "RMSprop"]
    after = plot.bounding_box()
    assert (after["width"], after["height"]) == (before["width"], before["height"] + 2 * 72)
    strips = [strip.bounding_box() for strip in page.locator(".course-strip .domain").all()]
    errors = page.locator(".course-side .course-axes > g").nth(1).locator(".domain").bounding_box()
    assert errors["height"] == pytest.approx(before["height"], abs=2)
    tops = [errors["y"] + errors["height"], *(box["y"] for box in strips)]
    assert tops == sorted(tops)  # one below the other, and all below the errors
    assert page.locator(".course-strip-name").all_text_contents() == ["m", "s, logarithmic"]
    page.evaluate("end()")


def test_a_curve_that_ends_early_or_leaves_the_axes_is_named_where_it_is_seen_last(page):
    given = state(curves(alpha=[0.0, 0.6, 0.9], eta=0.15, steps=100, log=True).canvas)
    render(page, given)  # α = 0 diverges at step 44
    page.wait_for_timeout(100)
    plot = page.locator(".course-surface").bounding_box()
    early = page.locator(".course-early")
    assert early.all_text_contents() == ["α = 0"]
    box = early.locator("text").bounding_box()
    assert box["x"] == pytest.approx(plot["x"] + 0.44 * plot["width"], abs=60)
    assert plot["y"] <= box["y"] < plot["y"] + 40
    tie = early.locator(".course-tie").bounding_box()
    assert tie["x"] == pytest.approx(plot["x"] + 0.43 * plot["width"], abs=8)
    page.get_by_role("button", name="axis").click()
    page.wait_for_timeout(100)
    assert early.count() == 1
    early.click()  # a switch like the others
    assert page.locator(".course-end[aria-pressed=false]").all_text_contents() == ["α = 0"]
    assert early.count() == 0
    page.evaluate("end()")


@pytest.mark.parametrize("recorded", [False, True])
def test_the_arithmetic_stands_in_the_corner_and_nothing_is_kept_empty_below(page, recorded):
    figure = explore(BOWL, Momentum, eta=0.01, alpha=0.9, steps=20)
    given = state(figure.canvas)
    given["scene"]["recorded"] = recorded
    page.set_viewport_size({"width": 1101, "height": 900})
    render(page, given)
    page.wait_for_timeout(100)
    (arithmetic, row) = (
        page.locator(css).bounding_box() for css in (".course-arithmetic", ".course-row")
    )
    assert arithmetic["x"] > 500
    assert arithmetic["height"] < (80 if recorded else 160)
    figure_ = page.locator(".course-figure").bounding_box()
    assert figure_["height"] < row["height"] + 12
    page.get_by_role("button", name="one update on").click()
    told = page.locator(".course-endings")
    assert (
        told.inner_text()
        == f"At t = 1 the error is {number(figure.trajectories['momentum'].errors[1])}."
    )
    page.get_by_role("button", name="all updates").click()
    assert told.inner_text().endswith("after 20 steps.")
    page.evaluate("end()")


@pytest.mark.parametrize(("eta", "alpha", "t"), [(0.12, 0.6, 3), (0.2, 0.9, 6)])
def test_an_arrow_that_leaves_the_window_is_cut_there_and_says_where_it_goes(page, eta, alpha, t):
    figure = explore(BOWL, Momentum, eta=eta, alpha=alpha, steps=20)
    figure.canvas.t = t
    render(page, state(figure.canvas) | {"t": t, "answer": figure.canvas.answer})
    page.wait_for_timeout(100)
    plot = page.locator(".course-surface").first.bounding_box()
    (update,) = figure.canvas.answer["updates"]
    outside = [arrow for arrow in update["arrows"] if np.abs(arrow["tip"]).max() > 25]
    assert outside
    drawn = page.locator(".course-parts > g")
    for arrow, shown in zip(update["arrows"], drawn.all(), strict=True):
        goes_on = arrow in outside
        assert shown.locator(".course-head").get_attribute("d").count("Z") == 1 + goes_on
        assert shown.locator("text").text_content() == (
            "to (" + ", ".join(number(side) for side in arrow["tip"]) + ")" if goes_on else ""
        )
        for part in (".course-head", "text") if goes_on else (".course-head",):
            box = shown.locator(part).bounding_box()
            assert (
                plot["x"] - 4 < box["x"] < box["x"] + box["width"] < plot["x"] + plot["width"] + 4
            )
            assert (
                plot["y"] - 4 < box["y"] < box["y"] + box["height"] < plot["y"] + plot["height"] + 4
            )
    page.evaluate("end()")


def test_what_a_noisy_path_is_compared_with_is_named_in_the_margin_and_can_be_switched_off(page):
    page.set_viewport_size({"width": 1101, "height": 900})
    render(page, state(noisy(steps=60).canvas))
    page.wait_for_timeout(100)
    names = page.locator(".course-end")
    assert sorted(names.all_text_contents())[:2] == ["floor 116", "mean, 200 runs"]
    plot = page.locator(".course-side .course-surface").bounding_box()
    floor = page.locator(".course-end:has-text('floor')")
    assert floor.locator("text").bounding_box()["x"] > plot["x"] + plot["width"]
    floor.click()
    assert floor.get_attribute("aria-pressed") == "false"
    page.evaluate("end()")


def test_the_arithmetic_wears_the_colours_of_its_arrows(page):
    figure = explore(BOWL, Momentum, eta=0.01, alpha=0.9, steps=20)
    figure.canvas.t = 3
    render(page, state(figure.canvas) | {"t": 3, "answer": figure.canvas.answer})
    arrows = page.locator(".course-parts .course-shaft")
    strokes = arrows.evaluate_all("all => all.map((arrow) => getComputedStyle(arrow).stroke)")
    look = "all => all.map((e) => [e.textContent, getComputedStyle(e).borderBottomColor])"
    terms = dict(page.locator(".course-term").evaluate_all(look))
    assert terms["α·m(2)"] == strokes[0]
    assert terms["g"] == strokes[1]
    assert strokes[0] != strokes[1]
    # From the second update's place to the third's, by way of the kept step.
    weights = figure.trajectories["momentum"].weights
    *_, kept, gradient = [
        arrow for update in figure.canvas.answer["updates"] for arrow in update["arrows"]
    ]
    np.testing.assert_allclose(kept["tail"], weights[2])
    np.testing.assert_allclose(
        np.subtract(kept["tip"], kept["tail"]), 0.9 * (weights[2] - weights[1])
    )
    np.testing.assert_allclose(gradient["tip"], weights[3])
    page.evaluate("end()")


# What is written on a canvas, and where the path's points are.
WRITTEN = """() => {
  window.written = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    window.written.push([text, x, y]);
    fillText.call(this, text, x, y);
  };
}"""


def test_contour_levels_are_round_and_stand_on_no_path(page):
    page.evaluate(WRITTEN)
    for alpha in (0.5, 0.9, 0.97):
        figure = explore(BOWL, Momentum, eta=0.01, alpha=alpha, steps=60)
        page.evaluate("written = []")
        render(page, state(figure.canvas))
        page.wait_for_timeout(100)
        written = page.evaluate("written")
        assert {text for text, *_ in written} <= {
            "1",
            "3",
            "10",
            "30",
            "100",
            "300",
            "1000",
            "3000",
        }
        assert written
        (size,) = [page.locator(".course-map canvas").bounding_box()]
        path = figure.trajectories["momentum"].weights
        points = np.column_stack(
            [(path[:, 0] + 25) / 50 * size["width"], (25 - path[:, 1]) / 50 * size["height"]]
        )
        dense = np.concatenate([np.linspace(a, b, 50) for a, b in pairwise(points)])
        for text, x, y in written:
            away = np.abs(dense - [x, y])
            assert not ((away[:, 0] < 10) & (away[:, 1] < 7)).any(), (alpha, text)
    page.evaluate("end()")


DOMAIN = """() => {
  const plot = document.querySelector(".course-map .course-plot");
  const frame = plot.querySelector(".course-surface").getBoundingClientRect();
  const axis = (group, side, low, high) => {
    const ticks = [...group.querySelectorAll(".tick")].map((tick) => {
      const { x, y, width, height } = tick.querySelector("line").getBoundingClientRect();
      return [side === "x" ? x + width / 2 : y + height / 2,
              Number(tick.textContent.replace("−", "-"))];
    });
    const [[p, a], [q, b]] = [ticks[0], ticks.at(-1)];
    return [low, high].map((at) => a + (at - p) / (q - p) * (b - a));
  };
  const [across, up] = plot.querySelectorAll("svg > g");
  return [...axis(across, "x", frame.left, frame.right), ...axis(up, "y", frame.bottom, frame.top)];
}"""
HOLES = """() => [...document.querySelectorAll(".course-map canvas")].map((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, i) => i % 4 === 3 && value < 255).length;
})"""


def test_a_zoomed_map_shows_the_same_weights_when_the_window_narrows_and_widens(page):
    render(page, state(explore(BOWL, Momentum, steps=20).canvas))
    for _ in range(2):
        page.get_by_role("button", name="zoom in").click()
    page.wait_for_timeout(100)
    whole = page.evaluate(DOMAIN)
    assert whole[1] - whole[0] == pytest.approx(50 / 1.6**2, rel=0.02)
    width = page.locator(".course-map").bounding_box()["width"]
    for size in (500, 400, 1280):
        page.set_viewport_size({"width": size, "height": 800})
        page.wait_for_timeout(150)
        assert (page.locator(".course-map").bounding_box()["width"] < width) == (size < 1280)
        assert page.evaluate(DOMAIN) == pytest.approx(whole, abs=0.3)
        assert page.evaluate(HOLES) == [0]
    page.get_by_role("button", name="zoom out").click()  # from there, and not from elsewhere
    page.wait_for_timeout(100)
    now = page.evaluate(DOMAIN)
    assert np.mean(now[:2]) == pytest.approx(np.mean(whole[:2]), abs=0.3)
    page.evaluate("end()")


PRINTED = """() => {
  window.dispatchEvent(new Event("beforeprint"));
  const drawn = [...document.querySelectorAll(".course-plot")].map((plot) => {
    const canvas = plot.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return [plot.getBoundingClientRect().right, new Set(new Uint32Array(data.buffer)).size > 10];
  });
  window.dispatchEvent(new Event("afterprint"));
  return drawn;
}"""


@pytest.mark.parametrize("name", ["explorer", "heatmap", "curves"])
def test_what_is_printed_fits_the_paper_and_is_drawn_before_the_printer_looks(page, name):
    render(page, state(MAKES[name]().canvas))
    page.wait_for_timeout(100)
    before = [plot.bounding_box() for plot in page.locator(".course-plot").all()]
    for right, drawn in page.evaluate(PRINTED):
        assert right < 700
        assert drawn
    assert [plot.bounding_box() for plot in page.locator(".course-plot").all()] == before
    page.evaluate("end()")


def test_a_start_that_is_dropped_outside_comes_back_to_the_frame(page):
    render(page, state(explore(BOWL, Momentum, steps=20).canvas))
    handle = page.locator(".course-start")
    assert "course-unused" in handle.get_attribute("class")
    assert handle.locator("text").is_visible()  # "drag me"
    box = handle.locator(".course-target").bounding_box()
    assert min(box["width"], box["height"]) >= 24  # a target that a finger hits
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(600, 300, steps=3)
    page.mouse.move(2, 300, steps=3)
    cursor = "() => getComputedStyle(document.querySelector('.course-button')).cursor"
    assert "course-held" in handle.get_attribute("class")
    assert page.evaluate(cursor) == "grabbing"  # wherever the hand is
    page.mouse.up()
    assert page.evaluate(cursor) != "grabbing"
    assert not {"course-held", "course-unused"} & set(handle.get_attribute("class").split())
    assert not handle.locator("text").is_visible()
    event = page.evaluate("model.get('event')")
    assert event["type"] == "start"
    assert event["at"][0] == -25
    page.get_by_role("button", name="start again where the figure began").click()
    assert page.evaluate("model.get('event')") == {"type": "start", "at": [-15, 20]}
    page.evaluate("end()")


@pytest.mark.parametrize("name", ["explorer", "rates", "directions"])
def test_a_recorded_figure_has_plain_dots_where_nothing_can_be_moved(page, name):
    given = state(MAKES[name]().canvas)
    given["scene"]["recorded"] = True
    render(page, given)
    assert page.locator(".course-start, .course-handle, [aria-label*='rrow keys']").count() == 0
    dots = page.locator(".course-origin circle, .course-mark circle")
    assert dots.count() >= 1
    assert all(float(dot.get_attribute("r")) < 5 for dot in dots.all())
    assert dots.first.evaluate("dot => getComputedStyle(dot).cursor") == "auto"
    page.evaluate("end()")


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_names_of_directions_are_ink_on_every_page(page):
    render(page, state(directions(steps=5).canvas))
    name = page.locator(".course-direction").first
    look = "(node) => [getComputedStyle(node).fill, getComputedStyle(node).fontWeight]"
    ink = page.locator(".course-figure").evaluate(
        "(node) => getComputedStyle(node).getPropertyValue('--course-ink')"
    )
    page.evaluate("(ink) => { document.body.style.color = ink; }", ink)
    colour = page.evaluate("getComputedStyle(document.body).color")
    page.evaluate("document.body.style.color = 'rgb(223, 228, 234)'")  # as on a dark page
    assert name.evaluate(look) == [colour, "600"]
    page.evaluate("document.body.style.color = ''")
    page.evaluate("end()")


def test_the_start_is_dragged_in_either_basis_and_the_marks_on_the_map(page):
    figure = directions(steps=20)
    render(page, state(figure.canvas))
    page.wait_for_timeout(100)
    for plane, handle in enumerate(page.locator(".course-start .course-ring").all()):
        page.mouse.move(*middle(handle))
        page.mouse.down()
        x, y = middle(page.locator(".course-surface").nth(plane))
        page.mouse.move(x + 40, y - 30, steps=4)
        page.mouse.up()
        event = page.evaluate("model.get('event')")
        assert (event["type"], event["plane"]) == ("start", plane)
        assert event["at"][0] == pytest.approx(4 / 3 * event["at"][1], rel=0.05)
        figure.canvas.event = event
        assert figure.canvas.frame["starts"][plane] == pytest.approx(event["at"])
    x, y = middle(page.locator(".course-mark .course-ring").nth(1))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 30, steps=4)
    page.mouse.up()
    event = page.evaluate("model.get('event')")
    assert (event["type"], event["mark"]) == ("pick", 1)
    before = figure.values
    figure.canvas.event = event
    assert figure.values["eta"] > before["eta"]
    assert figure.values["alpha"] < before["alpha"]
    page.evaluate("end()")


def test_the_update_under_the_hand_is_shown_in_both_bases_and_on_the_stack(page):
    figure = directions(steps=20)
    render(page, state(figure.canvas))
    page.wait_for_timeout(100)
    errors = page.get_by_label("Error by direction over the updates")
    page.mouse.move(*middle(errors))
    tip = page.locator(".course-tip:not([hidden])").inner_text().splitlines()
    assert tip[0] == "t = 10"
    along = figure.along(figure.trajectories["momentum"].weights[10])
    for line, curvature, place in zip(tip[1:], (1, 16), along, strict=True):
        assert line.endswith(f"E = {number(0.5 * curvature * place**2)}")
    dots = page.locator(".course-figure > .course-row:first-child .course-dot:not([display])")
    assert dots.count() == 2
    assert page.locator(".course-foot").count() == 4
    page.evaluate("end()")


def test_a_recorded_start_goes_to_the_nearest_of_those_recorded(page):
    figure = explore(BOWL, Momentum, steps=20)
    recording = figure.record(starts=5, alpha=[0.0, 0.9])
    assert recording.starts[0] == (-20.0, -20.0)  # the window is ±25 in both weights
    page.evaluate(
        """async ([code, data]) => {
          const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
          const { default: figures } = await import(url);
          document.body.innerHTML = '<div class="course-recording"></div>';
          const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
          await figures.play(document.querySelector(".course-recording"), bytes);
        }""",
        [BUNDLE, base64.b64encode(recording.data()).decode()],
    )
    page.wait_for_timeout(100)
    handle, told = page.locator(".course-start"), page.locator(".course-endings")
    assert handle.get_attribute("aria-label").startswith("start at w1 = −20, w2 = 20")
    for alpha in (0.9, 0.0):
        x, y = middle(page.locator(".course-surface").first)
        page.mouse.move(*middle(handle.locator(".course-core")))
        page.mouse.down()
        page.mouse.move(x + 12, y - 8, steps=4)
        page.mouse.up()
        assert handle.get_attribute("aria-label").startswith("start at w1 = 0, w2 = 0")
        handle.focus()
        page.keyboard.press("ArrowRight")
        assert handle.get_attribute("aria-label").startswith("start at w1 = 10, w2 = 0")
        error = descend(Momentum(0.001, alpha), BOWL, (10, 0), 20).errors[-1]
        assert told.inner_text() == f"The error is {number(error)} after 20 steps."
        page.locator(".course-slider input").focus()
        page.keyboard.press("ArrowLeft")
    page.evaluate("document.body.replaceChildren()")


@pytest.fixture
def phone(chromium):
    visit = Visit(chromium, size=(390, 700), offline=True, has_touch=True, is_mobile=True)
    viewport = '<meta name="viewport" content="width=device-width">'
    visit.page.goto(f"data:text/html,{viewport}<title>A phone</title>")
    visit.page.add_style_tag(path=STATIC / "figures.css")
    visit.page.evaluate(COUNTING)
    yield visit.page
    visit.close()


# A page's ink and paper, as JupyterLab and the reading copy tell of them.
PAGE = """([ink, paper]) => {
  document.body.style.color = ink;
  document.body.style.background = paper;
  document.documentElement.style.setProperty("--jp-ui-font-color1", ink);
}"""


@pytest.mark.parametrize("name", MAKES)
def test_axe_finds_nothing_serious_in_a_figure_on_a_light_page_and_on_a_dark_one(page, name):
    accessibility.install()
    given = state(MAKES[name]().canvas) | {"t": 3 if name == "explorer" else -1}
    for ink, paper in (("#1d2430", "#ffffff"), ("#dfe4ea", "#111111")):
        page.evaluate(PAGE, [ink, paper])
        render(page, given)
        page.wait_for_timeout(100)
        assert page.locator(".course-dark").count() == (ink == "#dfe4ea")
        assert accessibility.seriously(page, inside=".course-moving") == []
        page.evaluate("end()")
    page.evaluate(PAGE, ["", ""])


@pytest.mark.parametrize("name", MAKES)
def test_a_finger_on_a_figure_scrolls_the_page(phone, name):
    render(phone, state(MAKES[name]().canvas))
    assert "Ctrl" not in phone.locator(".course-figure").inner_text()
    assert "Point at" not in phone.locator(".course-figure").inner_text()
    phone.evaluate("document.body.style.paddingBottom = '2000px'")
    surface = phone.locator(".course-surface").first.bounding_box()
    finger = phone.context.new_cdp_session(phone)
    x, y = surface["x"] + 0.7 * surface["width"], surface["y"] + 0.7 * surface["height"]
    for moved in range(0, 150, 15):
        kind = "touchMove" if moved else "touchStart"
        point = {"x": x, "y": y - moved}
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    eventually(phone, lambda: phone.evaluate("scrollY"), lambda y: y > 100)
    assert phone.evaluate("(model.get('event') ?? {}).type") != "start"
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


LABELS = """() => {
  const box = (node) => node.getBoundingClientRect();
  const middle = ({ left, right, top, bottom }) => [(left + right) / 2, (top + bottom) / 2];
  const plot = box(document.querySelector(".course-surface"));
  return [...document.querySelectorAll(".course-mark, .course-point")].map((mark) => {
    const [path, text, shape] = [".course-leader", ".course-mark-name",
      "circle, .course-shape:not([display])"].map((part) => mark.querySelector(part));
    const [begin, end] = [0, path.getTotalLength()].map((at) =>
      path.getPointAtLength(at).matrixTransform(path.getScreenCTM()));
    const { left, right, top, bottom } = box(text);
    const inside = left > plot.left && right < plot.right && top > plot.top - 4 &&
      bottom < plot.bottom + 4;
    return { name: text.textContent, at: middle(box(shape)),
      begin: [begin.x, begin.y], end: [end.x, end.y], box: [left, top, right, bottom], inside };
  });
}"""


def gap(place, box):
    """Return how far a place is from a box."""
    (x, y), (left, top, right, bottom) = place, box
    return np.hypot(max(left - x, 0, x - right), max(top - y, 0, y - bottom))


def test_on_the_rate_map_every_name_is_tied_to_its_own_mark_wherever_the_marks_are(page):
    given = state(rates(steps=5).canvas)
    render(page, given)
    frame = given["frame"]
    marked = frame["map"]["panels"][0]["marks"]
    names = [mark["name"] for mark in marked]
    for product in (0.0, 0.02, 0.24, 0.8, 1.9, 2.6, 4.0):
        for alpha in (0.0, 0.03, 0.5, 0.93, 1.0):
            marked[0]["at"], marked[1]["at"] = [product * 0.3, alpha], [product, alpha]
            page.evaluate("given => give(given)", {"frame": frame | {"values": {"x": product}}})
            page.evaluate("() => new Promise(requestAnimationFrame)")
            marks = page.evaluate(LABELS)
            assert [mark["name"] for mark in marks] == names
            for mark, other in (marks, marks[::-1]):
                where = (product, alpha, mark["name"])
                assert mark["inside"], where
                assert np.hypot(*np.subtract(mark["begin"], mark["at"])) < 1.5, where
                assert gap(mark["end"], mark["box"]) < 5, where
                assert np.hypot(*np.subtract(mark["end"], mark["begin"])) < 80, where
                assert gap(other["at"], mark["box"]) > 7, where  # on no mark
                left, top, right, bottom = other["box"]
                here = mark["box"]
                apart = (
                    here[2] < left or right < here[0] or here[3] < top + 3 or bottom < here[1] + 3
                )
                assert apart, where
    page.evaluate("end()")


ZONES = """() => {
  const plot = document.querySelector(".course-surface").getBoundingClientRect();
  const at = (x, y) => [(x - plot.left) / plot.width, (plot.bottom - y) / plot.height];
  return [...document.querySelectorAll(".course-zone")].map((zone) => {
    const { left, right, top, bottom } = zone.querySelector("text").getBoundingClientRect();
    const dot = zone.querySelector("circle:not([display])")?.getBoundingClientRect();
    const middle = (top + bottom) / 2;
    return { text: zone.textContent, box: [left, top, right, bottom],
      at: dot ? [at(dot.left + dot.width / 2, dot.top + dot.height / 2)]
        : [at(left, middle), at(right, middle)] };
  });
}"""


@pytest.mark.parametrize("log", [False, True])
def test_zones_are_named_where_they_are_and_off_the_marks_or_not_at_all(page, log):
    given = state(rates(log_map=log, steps=5).canvas)
    frame, (low, high) = given["frame"], given["ground"]["map"]["panels"][0]["x"]
    kinds = {"creep": 0, "swing": 1, "zigzag": 2, "diverges": 3}
    marked = frame["map"]["panels"][0]["marks"]
    seen = set()
    for width in (1085, 640, 390):
        page.set_viewport_size({"width": width, "height": 900})
        render(page, given)
        page.wait_for_timeout(100)
        for share, alpha in ((0.1, 0.9), (0.4, 0.8), (0.55, 0.05), (0.9, 0.2), (0.5, 0.5)):
            for step, mark in enumerate(marked):
                mark["at"] = [low + (share - 0.08 * step) * (high - low), alpha]
            page.evaluate("given => give(given)", {"frame": frame | {"values": {"x": share}}})
            page.evaluate("() => new Promise(requestAnimationFrame)")
            zones, marks = page.evaluate(ZONES), page.evaluate(LABELS)
            for zone in zones:
                seen.add(zone["text"].split(" ")[0])
                for x, y in zone["at"]:
                    across = low + x * (high - low)
                    here = approach(10**across if log else across, min(max(y, 0), 1))
                    if zone["text"].startswith("fastest"):
                        product = 10**across if log else across
                        assert (product, y) == (
                            pytest.approx(1, abs=0.03),
                            pytest.approx(0, abs=0.01),
                        )
                    elif (name := zone["text"].split(" ")[0]) in kinds:
                        assert here == kinds[name], (width, share, zone)
                for mark in marks:
                    assert gap(mark["at"], zone["box"]) > 9, (width, share, zone)
                    left, top, right, bottom = mark["box"]
                    a, b, c, d = zone["box"]
                    assert c < left or right < a or d < top + 3 or bottom < b + 3, (width, zone)
        page.evaluate("end()")
    assert seen == {*kinds, "fastest", "critical"}
    page.set_viewport_size({"width": 1280, "height": 900})
    page.set_viewport_size({"width": 150, "height": 400})
    render(page, given)
    page.wait_for_timeout(100)
    assert page.locator(".course-zone").count() < 6  # there is no room
    page.evaluate("end()")


@pytest.mark.parametrize(("width", "height"), [(1085, 550), (740, 560)])
def test_map_path_and_error_of_the_rates_are_in_sight_together(page, width, height):
    page.set_viewport_size({"width": width, "height": 720})
    render(page, state(rates(log_map=True, steps=20).canvas))
    page.wait_for_timeout(100)
    plots = [plot.bounding_box() for plot in page.locator(".course-plot").all()]
    assert len(plots) == 3
    assert max(box["y"] + box["height"] for box in plots) < height
    page.evaluate("end()")


@pytest.mark.parametrize("name", ["vectors", "construction"])
def test_the_names_of_points_stay_inside_their_plots_at_every_width(page, name):
    render(page, state(MAKES[name]().canvas))
    for width in (390, 640, 900, 1000, 1100, 1200, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("() => new Promise((then) => setTimeout(then, 60))")
        clipped = page.locator(".course-mark-name").evaluate_all(
            """(texts) => texts.filter((text) => {
              const [box, plot] = [text, text.closest(".course-plot").querySelector("canvas")]
                .map((node) => node.getBoundingClientRect());
              return box.left < plot.left || box.right > plot.right ||
                box.top < plot.top - 3 || box.bottom > plot.bottom + 3;
            }).map((text) => text.textContent)"""
        )
        assert clipped == [], width
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("end()")


def test_no_level_of_the_rate_map_stands_on_a_mark_or_its_name(page):
    page.evaluate(WRITTEN)
    given = state(rates(steps=5).canvas)
    frame = given["frame"]
    marked = frame["map"]["panels"][0]["marks"]
    render(page, given)
    for alpha in (0.3, 0.5, 0.7, 0.8, 0.9):  # on a level's own height
        for product in (1.0, 1.9, 2.4):
            page.evaluate("written = []")
            marked[0]["at"], marked[1]["at"] = [product * 0.3, alpha], [product, alpha]
            page.evaluate("given => give(given)", {"frame": frame | {"values": {"x": product}}})
            page.evaluate("() => new Promise(requestAnimationFrame)")
            # Those of the surface beside the map are 1 and more.
            levels = [level for level in page.evaluate("written") if float(level[0]) < 1]
            assert levels
            surface = page.locator(".course-surface").first.bounding_box()
            for mark in page.evaluate(LABELS):
                place = np.subtract(mark["at"], (surface["x"], surface["y"]))
                box = np.subtract(mark["box"], 2 * (surface["x"], surface["y"]))
                for text, x, y in levels:
                    assert np.hypot(*(np.array((x, y)) - place)) > 11, (product, alpha, text)
                    assert gap((x, y), box) > 8, (product, alpha, text)
    page.evaluate("end()")


def test_a_marked_point_of_a_heatmap_says_the_measure_there_as_the_slider_moves(page):
    figure = heatmap(measures.momentum_change, window=3, points={"(2, 1)": (2, 1)}, alpha=0.4)
    render(page, state(figure.canvas))
    name = page.locator(".course-mark-name")
    assert name.text_content() == "(2, 1): −0.2"  # 0.4 · 2 + 1 − 2
    figure.sliders["alpha"].value = 0.5
    page.evaluate("given => give(given)", {"frame": state(figure.canvas)["frame"]})
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert name.text_content() == "(2, 1): 0"
    place = page.locator(".course-mark > circle").bounding_box()
    plot = page.locator(".course-surface").bounding_box()
    middle = [place["x"] + place["width"] / 2, place["y"] + place["height"] / 2]
    share = np.subtract(middle, (plot["x"], plot["y"])) / (plot["width"], plot["height"])
    np.testing.assert_allclose(share, (5 / 6, 2 / 6), atol=0.01)
    page.evaluate("end()")


def test_the_rate_map_speaks_of_the_weights_factor_and_the_error_has_its_square():
    figure = rates(eta=0.04, alpha=0.9)  # both curvatures oscillate: |σ| = √0.9
    (told,) = figure.canvas.frame["map"]["panels"]
    assert told["title"] == "The weights' factor |σ|"
    assert "0.949 of its distance to the minimum, and σ² = 0.9 of its error" in told["note"]
    steps = 60
    errors = descend(Momentum(0.04, 0.9), BOWL, steps=steps).errors
    swings = np.array([errors[k : k + 12].max() for k in (steps - 24, steps - 12)])
    assert (swings[1] / swings[0]) ** (1 / 12) == pytest.approx(0.9, abs=0.02)


def axis_texts(page, chart=1):
    """Return the names and notes of an explorer's chart, and its left ticks."""
    plot = page.locator(".course-plot").nth(chart)
    names = plot.locator(".course-name").all_text_contents()
    ticks = plot.locator("svg > g").nth(1).locator(".tick text").all_text_contents()
    return names, plot.locator(".course-notes text").all_text_contents(), ticks


def curve_heights(page, chart=1):
    """Return for some columns of a chart's canvas whether a curve is there."""
    return (
        page.locator(".course-plot canvas")
        .nth(chart)
        .evaluate(
            """canvas => [...Array(20).keys()].map(k => {
          const x = Math.round((k + 0.5) / 20 * canvas.width);
          const { data } = canvas.getContext("2d").getImageData(x, 0, 1, canvas.height);
          const drawn = (i) => Math.min(...data.slice(i, i + 3)) < 150 && data[i + 3] > 200;
          return [...Array(canvas.height).keys()].some((row) => drawn(4 * row));
        })"""
        )
    )


@pytest.mark.parametrize(
    ("objective", "name", "note"),
    [
        (TWO_HOLES, "error E − E*, E* = −0.05", "E ≤ 0 from t = 3"),
        (SADDLE, "error E − E*, E* = −0.25", "E ≤ 0 from t = "),
        (objective_from_formula("w1^2 - w2^2"), "error E, linear within ±1", "E ≤ 0 from t = "),
    ],
)
def test_a_logarithmic_axis_shows_errors_below_zero_to_the_end(page, objective, name, note):
    eta = 20 if objective is TWO_HOLES else 0.01
    rule = FirstMoment if objective is TWO_HOLES else Momentum
    render(page, state(explore(objective, rule, eta=eta, steps=60, log=True).canvas))
    names, notes, ticks = axis_texts(page)
    assert names[1] == name
    assert notes[0].startswith(note)
    assert len(ticks) >= 2
    assert all(curve_heights(page))
    page.get_by_role("button", name="axis").click()  # linear again
    names, notes, _ = axis_texts(page)
    assert (names[1], notes) == ("error E", [])
    page.evaluate("end()")


@pytest.mark.parametrize(("eta", "steps"), [(1e-4, 5), (1e-3, 20), (1e-3, 200), (0.01, 60)])
def test_every_line_of_a_logarithmic_axis_has_its_number(page, eta, steps):
    render(page, state(explore(BOWL, Momentum, eta=eta, steps=steps, log=True).canvas))
    _, _, ticks = axis_texts(page)
    assert len(ticks) >= 2
    assert all(ticks), ticks
    page.evaluate("end()")


@pytest.mark.parametrize(
    ("rule", "hyperparameters", "axis"),
    [
        (RMSprop, {"eta": 0.5, "steps": 500}, "s, logarithmic"),
        (AdaGrad, {"eta": 5, "steps": 60}, "G"),
        (Momentum, {"eta": 0.01, "steps": 60}, "m"),
    ],
)
def test_the_axis_of_a_positive_state_has_no_negative_half(page, rule, hyperparameters, axis):
    figure = explore(BOWL, rule, **hyperparameters)
    render(page, state(figure.canvas))
    page.get_by_role("button", name=f"{axis[0]}₁").click()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    side = page.locator(".course-strip")
    assert side.locator(".course-strip-name").text_content() == axis
    ticks = side.locator(".tick text").all_text_contents()
    assert len(ticks) >= 2
    assert any(tick.startswith("−") for tick in ticks) == (axis == "m")
    assert ("0" in ticks) == ("logarithmic" not in axis)
    page.evaluate("end()")


# ------------------------------------------------------------------- a number, moved or typed

SLIDER_CODE = (STATIC / "slider.js").read_text(encoding="utf-8")
SLIDER = """async ([code, values]) => {
  const heard = {};
  window.model = {
    get: (name) => values[name],
    set: (name, value) => { values[name] = value; heard[`change:${name}`]?.(); },
    save_changes: () => { window.saved = (window.saved ?? 0) + 1; },
    on: (event, work) => { heard[event] = work; },
    off: (event) => { delete heard[event]; },
  };
  window.saved = 0;
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  window.end = (await import(url)).default.render({ model, el });
  window.heard = () => Object.keys(heard).length;
}"""


def show_slider(page, name, value):
    slider = make_slider(name, value)
    names = ("stops", "whole", "description", "value", "start", "best")
    page.evaluate(SLIDER, [SLIDER_CODE, {name: getattr(slider, name) for name in names}])
    return page.locator("input[type=range]"), page.locator("input[type=text]")


def held(page):
    return page.evaluate("model.get('value')")


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("eta", "5", 5),
        ("eta", "0.0123", 0.0123),  # between two stops
        ("alpha", "0,55", 0.55),
        ("eta", "1e-3", 0.001),
        ("eta", " +2,5E+1 ", 25),
        ("epsilon", "2·10⁻⁹", 2e-9),  # as figures write it
        ("alpha", ".5", 0.5),
        ("steps", "250", 250),
    ],
)
def test_a_number_is_typed_as_readers_write_it(page, name, typed, expected):
    _, field = show_slider(page, name, {"steps": 60}.get(name, 0.9))
    field.fill(typed)
    field.press("Enter")
    assert held(page) == pytest.approx(expected, rel=1e-12)
    assert field.input_value() == number(expected, 12)
    assert page.locator(".course-problem:visible").count() == 0
    assert page.evaluate("saved") == 1


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("eta", "five", "“five” is not a number: write for example 0.05, 0,05 or 5e-2."),
        ("eta", "", "Nothing is written: write a number, for example 0.05, 0,05 or 5e-2."),
        ("eta", "1e", "“1e” is not a number: write for example 0.05, 0,05 or 5e-2."),
        ("eta", "-1", "η goes from 0.0001 to 100 here; -1 lies outside."),
        ("alpha", "1e400", "α goes from 0 to 1 here; 1e400 lies outside."),
        ("eta", "1,000", "“1,000” can be read in two ways: write 1000 or 1.000."),
        ("steps", "2.5", "Only whole numbers fit here, such as 60; got 2.5."),
    ],
)
def test_nonsense_in_a_number_is_answered_and_the_number_stays(page, name, typed, says):
    value = {"steps": 60}.get(name, 0.9)
    _, field = show_slider(page, name, value)
    field.fill(typed)
    field.press("Enter")
    problem = page.locator(".course-problem")
    assert problem.inner_text() == f"{says} It stays {number(value)}."
    assert problem.get_attribute("role") == "alert"
    assert field.get_attribute("aria-invalid") == "true"
    field.blur()
    assert field.input_value() == number(value)  # never a blank
    assert (held(page), page.evaluate("saved")) == (value, 0)
    field.fill("1")
    field.press("Enter")
    assert held(page) == 1
    assert problem.is_hidden()


def test_arrow_keys_step_in_the_field_and_on_the_slider_from_wherever_the_number_is(page):
    slider, field = show_slider(page, "eta", 0.001)
    field.fill("0.0123")
    field.press("ArrowUp")  # takes what is typed, and goes on from there
    assert held(page) == 0.013
    field.press("ArrowDown")
    field.press("PageDown")
    expected = make_slider("eta", 0.012).after(-5)
    assert held(page) == expected
    for key, wanted in {"ArrowRight": 1, "ArrowLeft": 0, "PageUp": 5}.items():
        slider.press(key)
        assert held(page) == (make_slider("eta", expected).after(wanted) if wanted else expected)
    slider.press("End")
    slider.press("ArrowUp")
    assert held(page) == 100
    field.fill("3")
    field.press("Escape")
    assert (field.input_value(), held(page)) == ("100", 100)


def test_a_slider_is_named_and_tells_its_number_and_not_its_index(page):
    slider, field = show_slider(page, "eta", 0.05)
    assert slider.get_attribute("aria-label") == "η"
    assert slider.get_attribute("aria-valuetext") == "0.05"
    assert field.get_attribute("aria-label") == "η, typed"
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "0.055"
    assert page.evaluate("heard()") == 4
    page.evaluate("end()")
    assert page.evaluate("heard()") == 0


def test_under_a_slider_stand_its_ends_its_start_and_the_best_where_it_is_known(page):
    slider, _ = show_slider(page, "alpha", 0.5)
    marks = page.locator(".course-marks span")
    assert marks.all_inner_texts() == ["0", "1", "start"]
    described = page.locator(f"#{slider.get_attribute('aria-describedby')}")
    assert described.text_content() == "from 0 to 1, start 0.5"
    slider.press("ArrowRight")
    assert described.text_content() == "from 0 to 1, start 0.5"  # where it began
    page.evaluate("model.set('best', 0.9)")
    assert marks.all_inner_texts() == ["0", "start", "best"]  # no room for the other end
    assert described.text_content() == "from 0 to 1, start 0.5, best 0.9"
    track, best = slider.bounding_box(), marks.last.bounding_box()
    share = (best["x"] + best["width"] / 2 - track["x"] - 8) / (track["width"] - 16)
    assert share == pytest.approx(0.9, abs=0.01)
    page.evaluate("end()")


def test_numbers_are_written_alike_in_python_and_on_the_page(page):
    values = [0.0, 0.05, 1e-4, 9.99e-5, 1e-8, -2.5e-7, 123456.789012, 999999.5, 1e6, -1e20, 5e-324]
    _, field = show_slider(page, "eta", 1.0)
    for value in values:
        page.evaluate("value => model.set('value', value)", value)
        assert field.input_value() == number(value, 12)
