// The trajectory explorer: surface and paths on the left, error curve and single steps beside them; with
// a map of rates, that on the left and the others beside it.
import { zoom, zoomIdentity } from "d3-zoom";
import { cutArrow, drawArrow } from "./arrow.js";
import { Chart } from "./chart.js";
import { mapWithin } from "./heatmap.js";
import { invite, makeHandles, put } from "./handle.js";
import { legend, swatch } from "./legend.js";
import { atEnd, fitting } from "./life.js";
import { MARGIN, paintField, paintLevels, paintLines, Panel } from "./panel.js";
import { byTouch, element, number, subscript, vector, write } from "./text.js";
import { css, nearestNode, read, readColours, readField } from "./wire.js";

// Colours of states while there is one path; with several, a state wears its path's colour.
const STATES = [
  ["#CC79A7", [6, 3]],
  ["#009E73", [2, 2]],
  ["#E69F00", [6, 2, 1, 2]],
  ["#56B4E9", [4, 2]],
];
const PER_SECOND = 20; // updates played at full speed
const LONGEST = 15; // seconds that playing takes at full speed
const SPEEDS = { "speed ¼": 0.25, "speed ½": 0.5, "speed 1": 1, "speed 2": 2 };
const GHOST = 0.2; // how strong the rest of a path is while its updates are stepped through
const [COLUMN, LINES] = [344, 142]; // pixels for one rule's arithmetic, across and down, as in figures.css
const SHORT = 64; // the same down, where the page knows its numbers alone
const BESIDE = 760; // widths from which curves stand beside the paths, and paths beside a map of rates
const MAPPED = 660;
const REST = 80; // milliseconds without movement

export function explorer(root, { model, say, signal }) {
  const scene = model.get("scene");
  const live = !scene.recorded;
  const movable = live || scene.movable; // the start
  const ramp = readColours(scene.path, "path colours");
  const hidden = new Set();
  let withStates = false; // whether they are drawn
  let ground = null;
  let field = null;
  let colours = null;
  let paths = [];
  let logAxis = null;
  let guides = []; // curves of the chart that are no path on the map
  let start = [0, 0];
  let base = null; // scales of the whole window, before zoom
  let transform = zoomIdentity; // D3's, in pixels; `fit` keeps it on the same weights
  let playing = null;
  let dragged = false;
  let asked = null; // the start that the hand has asked for and Python has not answered yet
  let foreseen = null; // {at, frame}: what Python would answer to a click where the hand rests
  let resting = 0;

  // ------------------------------------------------------------------------------- the elements
  const aside = element("div"); // for a map of rates
  const left = element("div", { class: "course-map" });
  const right = element("div", { class: "course-side" });
  const stack = scene.map ? [aside, element("div", {}, [left, right])] : [left, right];
  root.append(element("div", { class: "course-row" }, stack));
  const rates = scene.map && mapWithin(aside, { model, say, signal });
  const panel = new Panel(left, { names: scene.names, label: scene.label, signal });
  const tools = element("div", { class: "course-tools" });
  left.append(tools);
  const curveTools = element("div", { class: "course-tools" });
  const curveHost = element("div");
  const player = element("div", { class: "course-tools course-player" });
  const arithmetic = element("div", { class: "course-arithmetic" });
  const endings = element("ul", { class: "course-endings" });
  right.append(curveTools, curveHost, player, endings);
  let corner = root; // where one rule's arithmetic stands
  const toggle = (key) => {
    hidden[hidden.has(key) ? "delete" : "add"](key);
    panel.ease();
    chart.panel.ease();
    show();
  };
  const toggles = legend(curveTools, toggle);
  const stateSwitch = element("button", {
    type: "button",
    class: "course-toggle",
    "aria-pressed": "false",
    onclick: () => {
      withStates = !withStates;
      chart.panel.ease();
      show();
    },
  });
  curveTools.append(stateSwitch);
  const chart = new Chart(curveHost, {
    names: ["updates t", "error E"],
    log: scene.log,
    label: "Error curve over the updates",
    onPoint: (t) => pointAt(t),
    onPick: (t) => look(t),
    onToggle: toggle,
    signal,
  });
  curveTools.append(chart.toggle);

  // -------------------------------------------------------------------------------- the surface
  panel.grounds.push((context) => {
    if (!field) return;
    paintField(panel, context, field, colours, [0, 1]);
    paintLines(panel, context, field.lines, { colour: panel.contour, width: 0.7 });
  });
  panel.painters.push((context) => {
    if (!field) return;
    const avoid = paths.filter((path) => path.on).map((path) => path.weights);
    avoid.push(start);
    if (ground.minimum) avoid.push(ground.minimum);
    paintLevels(panel, context, field.lines, { most: 7, avoid });
    const t = model.get("t");
    for (const path of paths) {
      if (!path.on) continue;
      const count = path.weights.length / 2;
      if (t >= 0 && t < count - 1) {
        context.globalAlpha = GHOST; // where it will go
        paintPath(context, path, count);
        context.globalAlpha = 1;
      }
      paintPath(context, path, t < 0 ? count : Math.min(t + 1, count));
    }
  });

  function paintPath(context, path, end) {
    const { weights, colour, dash } = path;
    const count = weights.length / 2;
    const single = paths.length === 1;
    context.lineCap = "round";
    Object.assign(context, { strokeStyle: panel.halo, lineWidth: 5.5 });
    panel.polyline(context, weights, 0, end);
    context.lineWidth = panel.broad(path.width ?? 2.4);
    if (single) {
      // Dark early, bright late: a few dozen strokes, not one an update.
      const strokes = Math.min(end - 1, 64);
      for (let k = 0; k < strokes; k++) {
        const from = Math.floor((k * (end - 1)) / strokes);
        const to = Math.floor(((k + 1) * (end - 1)) / strokes);
        context.strokeStyle = shade((from + to) / 2 / Math.max(1, count - 1));
        panel.polyline(context, weights, from, to + 1);
      }
    } else {
      context.strokeStyle = colour;
      context.lineCap = "butt";
      context.setLineDash(dash);
      panel.polyline(context, weights, 0, end);
      context.setLineDash([]);
    }
    let last = [Infinity, Infinity];
    for (let k = 0; k < end; k++) {
      const place = [panel.x(weights[2 * k]), panel.y(weights[2 * k + 1])];
      // A dot for every update, as long as dots can be told apart.
      if (Math.hypot(place[0] - last[0], place[1] - last[1]) < 7) continue;
      last = place;
      if (Math.abs(place[0]) > 1e4 || Math.abs(place[1]) > 1e4) continue;
      context.beginPath();
      context.arc(...place, path.width ? 1.6 : 2.8, 0, 2 * Math.PI);
      context.fillStyle = single ? shade(k / Math.max(1, count - 1)) : colour;
      Object.assign(context, { strokeStyle: panel.paper, lineWidth: 0.8 });
      context.fill();
      context.stroke();
    }
  }

  const shade = (share) => css(ramp[Math.round(256 * share)]);

  const star = panel.over.append("path").attr("class", "course-star");
  star.attr("d", "M0,-10L2.4,-3.2L9.5,-3.1L3.8,1.2L5.9,8.1L0,4L-5.9,8.1L-3.8,1.2L-9.5,-3.1L-2.4,-3.2Z");
  const dots = panel.over.append("g");
  const arrows = panel.over.append("g").attr("class", "course-parts");
  const handle = panel.over.append("g").attr("role", "img");
  if (movable) {
    handle.attr("class", "course-start");
    makeHandles(handle, panel, (place) => move(place), live ? undefined : scene.movable);
    invite(handle);
  } else {
    handle.attr("class", "course-origin").append("circle").attr("r", 4).attr("class", "course-core");
  }

  panel.onDraw = () => {
    const at = (place) => `translate(${panel.x(place[0])},${panel.y(place[1])})`;
    put(handle.node(), panel, start);
    const keys = movable ? "; arrow keys move it" : "";
    handle.attr("aria-label", `start at w1 = ${number(start[0])}, w2 = ${number(start[1])}${keys}`);
    star.attr("display", ground?.minimum ? null : "none");
    if (ground?.minimum) star.attr("transform", at(ground.minimum));
    resetStart.disabled = !ground || ground.start.every((side, i) => side === start[i]);
    drawDots();
    drawArrows();
  };

  // The parts of the update that is looked at, as arrows in the colours that its arithmetic wears.
  function drawArrows() {
    const { t, updates } = model.get("answer") ?? {};
    const shown = (t === model.get("t") && updates) || [];
    const parts = shown
      .filter(({ label }) => !hidden.has(label))
      .flatMap((update) => update.arrows);
    arrows
      .selectAll("g")
      .data(parts)
      .join((enter) => {
        const arrow = enter.append("g");
        arrow.append("path").attr("class", "course-halo");
        arrow.append("path").attr("class", "course-shaft");
        arrow.append("path").attr("class", "course-head");
        arrow.append("text").attr("class", "course-mark-name");
        return arrow;
      })
      .each(function ({ tail, tip, colour, dash }) {
        const [from, to] = [tail, tip].map(([x, y]) => [panel.x(x), panel.y(y)]);
        const shown = cutArrow(from, to, panel.width, panel.height);
        drawArrow(this.children, shown.from, shown.to, { colour, dash, width: 2.4, goesOn: shown.goesOn });
        // Where it goes on to, inside the frame.
        const [x, y] = shown.to;
        const leftwards = x > panel.width / 2;
        const name = this.lastElementChild;
        name.textContent = shown.goesOn ? `to ${vector(tip)}` : "";
        name.setAttribute("text-anchor", leftwards ? "end" : "start");
        name.setAttribute("x", x + (leftwards ? -12 : 12));
        name.setAttribute("y", Math.max(24, Math.min(panel.height - 14, y + (y < panel.height / 2 ? 24 : -14))));
      });
  }

  // The place of update t on every path.
  let pointed = null;
  function drawDots() {
    const t = pointed ?? model.get("t");
    const shown = t === null || t < 0 ? [] : paths.filter((path) => path.on && 2 * t < path.weights.length);
    dots
      .selectAll("circle")
      .data(shown)
      .join("circle")
      .attr("r", 6)
      .attr("class", "course-dot")
      .attr("fill", ({ colour, weights }) =>
        paths.length === 1 ? shade(t / Math.max(1, weights.length / 2 - 1)) : colour,
      )
      .attr("cx", ({ weights }) => panel.x(weights[2 * t]))
      .attr("cy", ({ weights }) => panel.y(weights[2 * t + 1]));
  }

  function pointAt(t) {
    pointed = t;
    drawDots();
  }

  function move(place) {
    if (!movable || signal.aborted) return; // a drag may outlast its kernel
    rest(null);
    handle.classed("course-unused", false);
    start = asked = place;
    panel.onDraw();
    model.set("event", { type: "start", at: place });
    model.save_changes();
    if (foreseen && distance(foreseen.at, place) < 1.5) draw(foreseen.frame);
  }

  const distance = (place, other) =>
    Math.hypot(panel.x(place[0]) - panel.x(other[0]), panel.y(place[1]) - panel.y(other[1])); // in pixels

  // A hand that rests may click: Python is asked for the path from there beforehand.
  function rest(place) {
    clearTimeout(resting);
    if (!place || !live) return;
    resting = setTimeout(() => {
      model.set("event", { type: "rest", at: place });
      model.save_changes();
    }, REST);
  }

  // Hover: an update of a path if one is near, else the surface.
  panel.surface.on("pointermove pointerdown", (event) => {
    if (!field) return;
    const { px, py, x, y } = panel.place(event);
    rest(event.buttons ? null : [x, y]);
    const found = nearestUpdate(px, py);
    if (found) {
      const { path, t } = found;
      const told = [
        paths.length > 1 ? `${path.label}, t = ${t}` : `t = ${t}`,
        `w = ${vector(path.weights.subarray(2 * t, 2 * t + 2))}`,
        `E = ${number(path.errors[t])}`,
        ...path.states.map(
          ({ name, values }) => `${name} = ${vector(values.subarray(2 * t, 2 * t + 2))}`,
        ),
      ];
      panel.say(px, py, told);
      pointAt(t);
      chart.point(t);
      chart.panel.say(0, 0, null);
      return;
    }
    const node = nearestNode(field, x, y);
    panel.say(px, py, [`w = ${vector([node.x, node.y])}`, `E = ${number(node.value)}`]);
    pointAt(null);
    chart.point(null);
  });
  panel.surface.on("pointerleave", (event) => {
    if (event.pointerType === "touch") return; // a finger leaves whenever it is lifted
    rest(null);
    panel.say(0, 0, null);
    pointAt(null);
    chart.point(null);
  });

  function nearestUpdate(px, py) {
    let best = null;
    let least = 11;
    const t = model.get("t");
    for (const path of paths) {
      if (!path.on) continue;
      const count = path.weights.length / 2;
      const end = t < 0 ? count : Math.min(t + 1, count);
      for (let k = 0; k < end; k++) {
        const distance = Math.hypot(
          panel.x(path.weights[2 * k]) - px,
          panel.y(path.weights[2 * k + 1]) - py,
        );
        if (distance < least) {
          least = distance;
          best = { path, t: k };
        }
      }
    }
    return best;
  }

  // ------------------------------------------------------------------------------- zoom and pan
  const zoomer = zoom()
    .scaleExtent([0.2, 200])
    // Until `fit` knows the size; D3 would ask the page, which cannot tell while it hides the figure.
    .extent([[0, 0], [1, 1]])
    // The wheel and one finger scroll the page; with Ctrl or ⌘, or with two, they zoom, like a map in
    // a page.
    .filter((event) => {
      if (event.type === "wheel") return event.ctrlKey || event.metaKey;
      return event.touches ? event.touches.length > 1 : !event.button;
    })
    .clickDistance(4)
    .on("zoom", (event) => {
      transform = event.transform;
      dragged = true;
      view();
    })
    .on("end", (event) => {
      if (event.sourceEvent && live && dragged) askForSurface();
      dragged = false;
    });
  panel.surface.call(zoomer).on("dblclick.zoom", null).style("touch-action", "pan-x pan-y");
  panel.surface.on("click", (event) => {
    const { x, y } = panel.place(event);
    move([x, y]);
  });

  function view() {
    if (!base) return;
    panel.domain(transform.rescaleX(base.x).domain(), transform.rescaleY(base.y).domain());
  }

  function askForSurface() {
    model.set("event", { type: "view", at: [panel.x.domain(), panel.y.domain()] });
    model.save_changes();
  }

  const button = (text, label, onclick) =>
    element("button", { type: "button", class: "course-button", text, "aria-label": label, title: label, onclick });
  const zoomBy = (factor) => {
    panel.ease();
    panel.surface.call(zoomer.scaleBy, factor);
    if (live) askForSurface();
  };
  const resetView = () => {
    panel.ease();
    panel.surface.call(zoomer.transform, zoomIdentity);
    if (live) askForSurface();
  };
  const resetStart = button("reset start", "start again where the figure began", () => move(ground.start));
  tools.append(
    button("+", "zoom in", () => zoomBy(1.6)),
    button("−", "zoom out", () => zoomBy(1 / 1.6)),
    button("reset view", "show the whole window again", resetView),
    ...(live ? [resetStart] : []),
  );
  const hint = [
    movable && (byTouch() ? "Tap, or drag the start." : "Click or drag the start."),
    byTouch() ? "Two fingers pan and zoom." : "Drag the surface to pan, Ctrl + wheel to zoom.",
  ];
  const note = element("div", { class: "course-note", text: hint.filter(Boolean).join(" ") });
  if (rates) {
    note.classList.add("course-under");
    aside.append(note);
  } else tools.append(note);

  // ------------------------------------------------------------------------ playing and stepping
  const scrub = element("input", { type: "range", min: "0", step: "1", "aria-label": "update t" });
  const count = element("output", { class: "course-count" });
  const speed = element(
    "select",
    { class: "course-button", "aria-label": "playing speed", onchange: () => playing && run() },
    Object.keys(SPEEDS).map((text) => element("option", { text, selected: SPEEDS[text] === 1 && "" })),
  );
  const play = button("▶ play", "play the updates", () => (playing ? pause() : run()));
  const last = () => Math.max(0, ...paths.map((path) => path.errors.length - 1));
  const current = () => (model.get("t") < 0 ? last() : model.get("t"));
  player.append(
    play,
    button("◀ step", "one update back", () => look(Math.max(0, current() - 1))),
    button("step ▶", "one update on", () => look(model.get("t") < 0 ? 1 : Math.min(last(), current() + 1))),
    button("all", "show all updates", () => look(-1)),
    speed,
    scrub,
    count,
  );
  scrub.addEventListener("input", () => look(Number(scrub.value)));

  // Look at update t; Python writes its arithmetic unless the updates are just running by.
  function look(t, tell = true) {
    if (tell) pause();
    model.set("t", t);
    if (tell) model.save_changes();
  }

  function run() {
    clearInterval(playing); // another speed
    let t = model.get("t") < 0 || current() >= last() ? 0 : current();
    const stride = Math.max(1, Math.round(last() / (PER_SECOND * LONGEST)));
    play.textContent = "❚❚ pause";
    look(t, false);
    playing = setInterval(() => {
      t = Math.min(last(), t + stride);
      look(t, t >= last());
    }, 1000 / (PER_SECOND * SPEEDS[speed.value]));
  }

  function pause() {
    if (!playing) return;
    clearInterval(playing);
    playing = null;
    play.textContent = "▶ play";
    model.save_changes();
  }

  function showTime() {
    const t = model.get("t");
    scrub.max = String(last());
    scrub.value = String(current());
    count.textContent = t < 0 ? `all ${last()} updates` : `t = ${t} of ${last()}`;
    tellEndings(t);
    chart.t = t;
    chart.panel.draw();
    panel.draw();
    showAnswer();
  }

  // What came of each path, or how far it is at update t.
  function tellEndings(t) {
    const told = paths.map(({ label, ending, errors }) => {
      const here = t >= 0 && t < errors.length;
      return (paths.length > 1 ? `${label}: ` : "") + (here ? `At t = ${t} the error is ${number(errors[t])}.` : ending);
    });
    const lines = [...endings.children];
    if (lines.length !== told.length) endings.replaceChildren(...told.map((text) => element("li", { text })));
    else lines.forEach((line, i) => write(line, told[i]));
  }

  function showAnswer() {
    const t = model.get("t");
    const { t: told, updates } = model.get("answer") ?? {};
    if (t < 0) {
      const text = "Step through the updates to read their arithmetic.";
      arithmetic.replaceChildren(element("span", { class: "course-note course-hint", text }));
      return;
    }
    if (told !== t) {
      if (!live || playing) showNumbers(t);
      return; // Python's answer is on its way
    }
    arithmetic.replaceChildren(
      ...updates.map(({ label, lines, arrows: parts }) => {
        const colours = Object.fromEntries(parts.map(({ name, colour }) => [name, colour]));
        return element("div", {}, [
          element("strong", { text: `${label}, update ${t}` }),
          ...lines.map((line) => element("div", {}, line.map(([text, name]) => term(text, name, colours[name])))),
        ]);
      }),
    );
    drawArrows();
  }

  // A part of a line, underlined in the colour of the arrow that shows it.
  const term = (text, name, colour) =>
    colour ? element("span", { class: "course-term", style: `border-color: ${colour}`, title: name, text }) : text;

  // Without Python: what the page knows about this update.
  function showNumbers(t) {
    arithmetic.replaceChildren(
      ...paths
        .filter((path) => t < path.errors.length)
        .map((path) =>
          element("div", {}, [
            element("strong", { text: `${path.label}, t = ${t}` }),
            element("div", {
              text: [
                `w = ${vector(path.weights.subarray(2 * t, 2 * t + 2))}`,
                ...path.states.map(
                  ({ name, values }) => `${name} = ${vector(values.subarray(2 * t, 2 * t + 2))}`,
                ),
                `E = ${number(path.errors[t])}`,
              ].join(", "),
            }),
          ]),
        ),
    );
  }

  // ------------------------------------------------------------------------------ what is shown
  function show() {
    for (const path of paths) {
      path.on = !hidden.has(path.label);
      // A single path is blue, dark early and bright late; so is its error curve.
      if (paths.length === 1) Object.assign(path, { colour: shade(0.6), dash: [] });
    }
    const names = [
      ...new Set(
        paths.flatMap(({ states }) =>
          states.flatMap(({ name }) => [1, 2].map((digit) => name + subscript(digit))),
        ),
      ),
    ];
    const look = (name, path) =>
      paths.length === 1 ? STATES[names.indexOf(name) % STATES.length] : [path.colour, [2, 2 + names.indexOf(name)]];
    for (const guide of guides) guide.on = !hidden.has(guide.label);
    const curves = [...paths, ...guides];
    const told = curves.map(({ label, colour, dash, on }) => ({ key: label, label, colour, dash, on }));
    const named = chart.endsNamed(told.length) || (rates && told.length === 1);
    toggles.update(named ? [] : told);
    stateSwitch.hidden = !names.length;
    stateSwitch.setAttribute("aria-pressed", String(withStates));
    stateSwitch.replaceChildren(
      element("span", { text: withStates ? "states" : `states ${names.join(", ")}` }),
      ...(withStates ? names : []).flatMap((name) => [
        swatch(...look(name, { colour: panel.ink })),
        element("span", { text: name }),
      ]),
    );
    const lines = paths
      .filter((path) => path.on)
      .flatMap((path) =>
        path.states.flatMap(({ name, values }) =>
          [0, 1]
            .filter(() => withStates)
            .map((component) => {
              const full = name + subscript(component + 1);
              const [colour, dash] = look(full, path);
              const label = paths.length > 1 ? `${path.label}: ${full}` : full;
              const record = values.filter((_, index) => index % 2 === component);
              return { label, axis: name, colour, dash, values: record };
            }),
        ),
      );
    chart.update(curves, lines, logAxis);
    // One rule's lines have room in a corner, several stand side by side below.
    const host = paths.length > 1 ? root : corner;
    if (arithmetic.parentNode !== host) host.append(arithmetic);
    const columns = Math.max(1, Math.floor((host.clientWidth - MARGIN.left) / COLUMN));
    const rows = Math.min(3, Math.ceil(paths.length / columns));
    arithmetic.style.minHeight = `${(live ? LINES : SHORT) * rows}px`;
    showTime();
  }

  function draw(frame) {
    // Frames that are on their way must not pull the start back from under the hand.
    const outdated = live && asked && frame.start?.some((side, i) => Math.abs(side - asked[i]) > 1e-12 * Math.abs(side));
    if (frame.start && !outdated) [start, asked] = [frame.start, null];
    logAxis = frame.log;
    guides = (frame.guides ?? []).map((guide) => ({
      ...guide,
      errors: read(guide.errors, guide.label, [null]),
      logged: guide.logged && read(guide.logged, `${guide.label}: logged`, [null]),
    }));
    paths = (frame.paths ?? []).map((path) => {
      const weights = read(path.weights, `${path.label}: weights`, [null, 2]);
      const rows = weights.shape[0];
      return {
        ...path,
        weights,
        errors: read(path.errors, `${path.label}: errors`, [rows]),
        logged: path.logged && read(path.logged, `${path.label}: logged errors`, [rows]),
        states: Object.entries(path.states).map(([name, packed]) => ({
          name,
          values: read(packed, `${path.label}: ${name}`, [rows, 2]),
        })),
      };
    });
    if (frame.map) rates.frame(frame.map);
    show();
    panel.drawNow();
    chart.panel.drawNow();
  }

  const fit = (width) => {
    const [oldWidth, oldHeight] = [panel.width, panel.height];
    (rates ? fitBesideMap : fitAlone)(width);
    base = base && { x: base.x.copy().range([0, panel.width]), y: base.y.copy().range([panel.height, 0]) };
    zoomer.extent([[0, 0], [panel.width, panel.height]]);
    if (oldWidth) {
      const { x, y, k } = transform;
      transform = zoomIdentity.translate((x * panel.width) / oldWidth, (y * panel.height) / oldHeight).scale(k);
      panel.surface.property("__zoom", transform); // where D3 keeps it: calling it would be a zoom
    }
    view();
    show();
  };

  function fitAlone(width) {
    const sideBySide = width >= BESIDE;
    const map = Math.min(sideBySide ? Math.floor(width * 0.54) : width, 560);
    const rest = sideBySide ? width - map - 24 : width;
    panel.resize(map, Math.min(460, Math.round(map * (sideBySide ? 0.86 : 0.74))));
    chart.resize(Math.min(rest, sideBySide ? 520 : 560), 260);
    left.style.width = `${map}px`;
    right.style.width = `${rest}px`;
    corner = sideBySide ? right : root;
  }

  // Map of rates, path and error in sight at once: all of them fit on a screen of 720 pixels.
  function fitBesideMap(width) {
    const sideBySide = width >= MAPPED;
    const map = sideBySide ? Math.min(Math.floor(0.48 * width) - 12, 460) : Math.min(width, 560);
    const rest = sideBySide ? Math.min(width - map - 24, 560) : map;
    panel.resize(rest, sideBySide ? 262 : Math.round(rest * 0.74));
    chart.resize(rest, sideBySide ? 178 : 260);
    aside.style.width = `${map}px`;
    left.style.width = right.style.width = `${rest}px`;
    corner = sideBySide ? aside : root;
  }

  fitting(root, fit, signal);
  atEnd(signal, () => {
    clearInterval(playing);
    clearTimeout(resting);
  });
  return {
    ground(given) {
      asked = foreseen = null;
      field = readField(given.field, "surface");
      colours = readColours(given.field.colours, "surface colours");
      const anotherWindow = JSON.stringify(ground?.window) !== JSON.stringify(given.window);
      ground = given;
      if (anotherWindow || !base) {
        base = {
          x: panel.x.copy().domain(given.window[0]),
          y: panel.y.copy().domain(given.window[1]),
        };
        transform = zoomIdentity;
        panel.surface.call(zoomer.transform, zoomIdentity);
      }
      panel.ground = null;
      view();
      panel.draw();
    },
    frame(frame) {
      foreseen = null; // a slider may have moved
      draw(frame);
    },
    ahead() {
      const { at, frame } = model.get("ahead");
      if (frame) foreseen = { at, frame };
    },
    answer: showAnswer,
    t: showTime,
  };
}
