// One path in two planes, over the weights and along the directions that momentum keeps apart;
// beneath them the error stacked by direction, beside them the map of rates. A hand may move the start
// in both planes and the marks on the map.
import { Chart } from "./chart.js";
import { invite, makeHandles, put } from "./handle.js";
import { mapWithin } from "./heatmap.js";
import { fitting } from "./life.js";
import { levelTitles, paintField, paintLevels, paintLines, Panel } from "./panel.js";
import { byTouch, element, number, vector } from "./text.js";
import { css, nearestNode, read, readColours, readField } from "./wire.js";

const STAR = "M0,-10L2.4,-3.2L9.5,-3.1L3.8,1.2L5.9,8.1L0,4L-5.9,8.1L-3.8,1.2L-9.5,-3.1L-2.4,-3.2Z";
const NEAR = 11; // pixels from a path within which its updates are read
const [THREE, TWO] = [940, 600]; // widths from which so many squares stand in a row

export function directions(root, { model, say, signal }) {
  const scene = model.get("scene");
  const live = !scene.recorded;
  const ramp = readColours(scene.path, "path colours");
  const shade = (share) => css(ramp[Math.round(256 * share)]);
  const row = element("div", { class: "course-row" });
  const below = element("div", { class: "course-row" });
  const mapHost = element("div");
  const side = element("div");
  const tools = element("div", { class: "course-tools" });
  const ending = element("div", { class: "course-readout" });
  root.append(row, below);
  const planes = scene.planes.map((given, index) => plane(given, index));
  let parts = [];
  let steps = 0;
  let pointed = null; // the update that a hand reads

  const chart = new Chart(side, {
    names: ["updates t", "error E"],
    log: false,
    label: "Error by direction over the updates",
    onPoint: pointAt,
    signal,
  });
  tools.append(chart.toggle, ...scene.directions.map(key));
  side.prepend(tools);
  side.append(ending);
  below.append(side);
  const hint = byTouch()
    ? "Tap a plane, or drag the start or a mark of the map."
    : "Click a plane, or drag the start or a mark of the map.";
  if (live) ending.before(element("div", { class: "course-note course-under", text: hint }));

  const map = mapWithin(mapHost, { model, say, signal });

  function key({ name, colour }) {
    const swatch = element("span", { class: "course-swatch", style: `background: ${colour}` });
    return element("span", { class: "course-key" }, [swatch, name]);
  }

  function plane({ title, names }, index) {
    const panel = new Panel(row, { names, label: `${title}: error surface and path`, signal });
    panel.title.textContent = title;
    const self = { panel, index, field: null, weights: null, start: [0, 0], asked: null };
    panel.grounds.push((context) => self.field && paintGround(self, context));
    panel.painters.push((context) => self.field && paint(self, context));
    self.names = scene.directions.map(({ name }) =>
      panel.over.append("text").attr("class", "course-direction").text(name.split(" ")[0]),
    );
    panel.over.append("path").attr("class", "course-star").attr("d", STAR);
    self.props = panel.over.append("g");
    self.dot = panel.over.append("circle").attr("class", "course-dot").attr("r", 6);
    self.handle = handleOf(self);
    panel.onDraw = () => self.field && drawOver(self);
    const surface = panel.surface.attr("tabindex", 0);
    surface.on("pointermove pointerdown", (event) => hover(self, event));
    surface.on("pointerleave", (event) => {
      if (event.pointerType === "touch") return; // a finger leaves whenever it is lifted
      panel.say(0, 0, null);
      pointAt(null);
      chart.point(null);
    });
    if (live) surface.on("click", (event) => move(self, [panel.place(event).x, panel.place(event).y]));
    return self;
  }

  function handleOf(self) {
    const handle = self.panel.over.append("g").attr("role", "img");
    if (live) {
      handle.attr("class", "course-start");
      makeHandles(handle, self.panel, (place) => move(self, place));
      if (!self.index) invite(handle);
    } else {
      handle.attr("class", "course-origin").append("circle").attr("r", 4).attr("class", "course-core");
    }
    return handle;
  }

  function move(self, at) {
    if (signal.aborted) return; // a drag may outlast its kernel
    for (const { handle } of planes) handle.classed("course-unused", false);
    for (const other of planes) other.asked = null;
    self.start = self.asked = at;
    drawOver(self);
    model.set("event", { type: "start", plane: self.index, at });
    model.save_changes();
  }

  function paintGround({ panel, field, colours, axes }, context) {
    paintField(panel, context, field, colours, [0, 1]);
    paintLines(panel, context, field.lines, { colour: panel.contour, width: 0.7 });
    axes.forEach((line, i) => {
      Object.assign(context, { strokeStyle: panel.halo, lineWidth: 4.5 });
      panel.polyline(context, line);
      Object.assign(context, { strokeStyle: scene.directions[i].colour, lineWidth: 2.2 });
      panel.polyline(context, line);
    });
  }

  function paint({ panel, field, axes, weights, start }, context) {
    const avoid = weights ? [start, weights, ...axes] : [start, ...axes];
    paintLevels(panel, context, field.lines, { most: 5, avoid });
    if (!weights) return;
    const count = weights.length / 2;
    Object.assign(context, { strokeStyle: panel.halo, lineWidth: 5, lineCap: "round" });
    panel.polyline(context, weights);
    context.lineWidth = panel.broad(2.2);
    for (let t = 0; t + 1 < count; t++) {
      context.strokeStyle = shade(t / Math.max(1, count - 2)); // dark early, bright late
      panel.polyline(context, weights, t, t + 2);
    }
    Object.assign(context, { strokeStyle: panel.paper, lineWidth: 0.8 });
    let last = [Infinity, Infinity];
    for (let t = 1; t < count; t++) {
      const place = [panel.x(weights[2 * t]), panel.y(weights[2 * t + 1])];
      // A dot for every update, as long as dots can be told apart.
      if (Math.hypot(place[0] - last[0], place[1] - last[1]) < 7) continue;
      last = place;
      context.fillStyle = shade(t / Math.max(1, count - 1));
      context.beginPath();
      context.arc(...place, 2.8, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  }

  function drawOver(self) {
    const { panel, minimum, axes, weights, feet, start } = self;
    const at = (place) => `translate(${panel.x(place[0])},${panel.y(place[1])})`;
    panel.over.select(".course-star").attr("transform", at(minimum));
    axes.forEach((line, i) => {
      // Near the end of its line, inside the frame.
      const [dx, dy] = [line[2] - minimum[0], line[3] - minimum[1]];
      const reach = (0.42 * (panel.x.domain()[1] - panel.x.domain()[0])) / Math.max(Math.abs(dx), Math.abs(dy));
      const place = [panel.x(minimum[0] + reach * dx), panel.y(minimum[1] + reach * dy)];
      const flat = Math.abs(dx) > Math.abs(dy);
      self.names[i].attr("x", place[0] + (flat ? 0 : 8)).attr("y", place[1] - (flat ? 8 : 0));
      self.names[i].attr("text-anchor", flat ? "end" : "start");
    });
    const keys = live ? "; arrow keys move it" : "";
    const [first, second] = scene.planes[self.index].names.map((name) => name.split(",")[0]);
    put(self.handle.node(), panel, start);
    self.handle.attr("aria-label", `start at ${first} = ${number(start[0])}, ${second} = ${number(start[1])}${keys}`);
    const t = pointed !== null && weights && 2 * pointed < weights.length ? pointed : null;
    self.dot.attr("display", t === null ? "none" : null);
    if (t !== null) {
      self.dot.attr("cx", panel.x(weights[2 * t])).attr("cy", panel.y(weights[2 * t + 1]));
      self.dot.attr("fill", shade(t / Math.max(1, steps)));
    }
    // From the place that is read to both directions, each in its colour.
    self.props
      .selectAll("path")
      .data(t === null ? [] : feet)
      .join("path")
      .attr("class", "course-foot")
      .attr("stroke", (_, i) => scene.directions[i].colour)
      .attr("d", (foot) => `M${panel.x(weights[2 * t])},${panel.y(weights[2 * t + 1])}L${panel.x(foot[2 * t])},${panel.y(foot[2 * t + 1])}`);
  }

  function hover(self, event) {
    if (!self.field) return;
    const { panel, weights, field } = self;
    const { px, py, x, y } = panel.place(event);
    const t = nearestUpdate(self, px, py);
    pointAt(t);
    chart.point(t);
    chart.panel.say(0, 0, null);
    const letter = scene.planes[self.index].names[0][0];
    if (t === null) {
      const node = nearestNode(field, x, y);
      panel.say(px, py, [`${letter} = ${vector([node.x, node.y])}`, `E = ${number(node.value)}`]);
    } else {
      panel.say(px, py, [
        `t = ${t}`,
        `${letter} = ${vector(weights.subarray(2 * t, 2 * t + 2))}`,
        ...parts.map(({ label, errors }) => `${label}: E = ${number(errors[t])}`),
      ]);
    }
  }

  function nearestUpdate({ panel, weights }, px, py) {
    let [best, least] = [null, NEAR];
    for (let t = 0; weights && t < weights.length / 2; t++) {
      const distance = Math.hypot(panel.x(weights[2 * t]) - px, panel.y(weights[2 * t + 1]) - py);
      if (distance < least) [best, least] = [t, distance];
    }
    return best;
  }

  function pointAt(t) {
    pointed = t;
    for (const self of planes) if (self.field) drawOver(self);
  }

  const fit = (width) => {
    // The map stands beside the planes where there is room for three squares, else beside the errors.
    const columns = width >= THREE ? 3 : width >= TWO ? 2 : 1;
    const square = Math.min(430, Math.floor((width - 12 * (columns - 1)) / columns));
    for (const { panel } of planes) panel.square(square);
    levelTitles(planes.map(({ panel }) => panel));
    (columns === 3 ? row : below).append(mapHost);
    const map = columns === 3 ? square : columns === 2 ? Math.floor(width * 0.45) : width;
    mapHost.style.width = `${map}px`;
    const rest = columns === 2 ? width - map - 12 : width;
    side.style.width = `${rest}px`;
    chart.resize(Math.min(rest, 1120), 230);
  };

  fitting(root, fit, signal);
  return {
    ground(given) {
      planes.forEach((self, i) => {
        const packed = given.planes[i];
        self.field = readField(packed.field, `plane ${i + 1}`);
        self.colours = readColours(packed.field.colours, "surface colours");
        self.minimum = packed.minimum;
        self.axes = packed.axes.map((line) => read(line, "direction", [2, 2]));
        self.asked = null;
        self.half = packed.window[0][1] - packed.window[0][0];
        self.panel.domain(...packed.window);
      });
    },
    frame(frame) {
      planes.forEach((self, i) => {
        // Frames that are on their way must not pull the start back from under the hand.
        const given = frame.starts?.[i];
        const outdated = self.asked && given?.some((side, k) => Math.abs(side - self.asked[k]) > 1e-9 * self.half);
        if (given && !outdated) [self.start, self.asked] = [given, null];
        const packed = frame.planes?.[i];
        self.weights = packed ? read(packed.weights, `path ${i + 1}`, [null, 2]) : null;
        self.feet = packed ? packed.feet.map((foot) => read(foot, "foot", [self.weights.shape[0], 2])) : [];
      });
      parts = (frame.parts ?? []).map((part) => ({
        ...part,
        errors: read(part.errors, `${part.label}: errors`, [null]),
        logged: part.logged && read(part.logged, `${part.label}: logged errors`, [null]),
        top: read(part.top, `${part.label}: top`, [null]),
        base: read(part.base, `${part.label}: base`, [null]),
      }));
      steps = Math.max(0, ...parts.map(({ errors }) => errors.length - 1));
      ending.textContent = frame.ending ?? "";
      chart.update(parts, [], frame.log ?? null);
      if (frame.map) map.frame(frame.map);
      for (const self of planes) self.panel.drawNow();
      chart.panel.drawNow();
    },
  };
}
