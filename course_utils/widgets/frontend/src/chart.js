// Errors against updates, and in strips below them the states of the optimizer.
import { axisLeft } from "d3-axis";
import { scaleLinear, scaleLog, scaleSymlog } from "d3-scale";
import { select } from "d3-selection";
import { placeBeside } from "./labels.js";
import { MARGIN, Panel, powersOfTen, roundValues } from "./panel.js";
import { element, number, power, widthOf } from "./text.js";

const [STRIP, GAP] = [72, 14]; // pixels of one state's strip, and what of them parts it from the next
const GHOST = 0.2; // how strong the rest of a curve is while its updates are stepped through
const MOST_ENDS = 6; // curves that are named at their ends, and in plots of so many pixels or more:
const LEAST_WIDTH = 420;
const ROW = 20; // pixels from name to name
const EARLY = 24; // pixels from the right edge: a curve that ends before is named in the plot
const STUB = 26; // pixels from the plot to a name
const FONT = "12px system-ui, sans-serif"; // of the names; as in figures.css
const DECADES = 2; // that positive states may span on a linear axis
const FEWEST = 1e-12; // of the largest: smaller states are no part of a logarithmic axis

export class Chart {
  // onPoint(t or null): the pointer reads update t. onPick(t): update t is chosen. onToggle(label): a
  // curve is to be shown or hidden; without it curves have no names at their ends.
  // A point stands for `stride` updates; `value` is what the curves show.
  constructor(host, { names, value = "E", stride = 1, log, ymax, label, onPoint, onPick, onToggle, signal }) {
    this.onToggle = onToggle;
    this.value = value;
    this.stride = stride;
    this.log = Boolean(log);
    this.ymax = ymax ?? null;
    this.paths = []; // {errors, logged, colour, dash, width, label, on}
    this.lines = []; // states: {values, colour, dash, label, axis}, a strip for each name there
    this.strips = new Map(); // by name: {scale, log}
    this.seen = new Map(); // by path: the last update that the plot shows
    this.logAxis = null; // Python's {name, linear, notes} of a logarithmic axis
    this.placed = []; // the curves' names; see placeEnds
    this.t = -1;
    this.at = null;
    this.panel = new Panel(host, { names, label, signal });
    const { panel } = this;
    this.stripAxes = panel.inner.append("g");
    this.notes = panel.inner.append("g").attr("class", "course-notes");
    this.ends = panel.inner.append("g");
    this.rule = panel.over.append("path").attr("class", "course-cross");
    panel.painters.push((context) => this.paint(context));
    panel.onDraw = () => this.drawOver();
    panel.surface.attr("tabindex", 0);
    const updateUnder = (event) =>
      Math.max(0, Math.min(this.steps, Math.round(panel.place(event).x / this.stride)));
    panel.surface.on("pointermove", (event) => {
      this.point(updateUnder(event));
      onPoint?.(this.at);
      if (event.buttons & 1) onPick?.(this.at);
    });
    panel.surface.on("pointerdown", (event) => onPick?.(updateUnder(event)));
    const leave = () => {
      this.point(null);
      onPoint?.(null);
    };
    // A finger leaves whenever it is lifted.
    panel.surface.on("pointerleave", (event) => event.pointerType === "touch" || leave());
    panel.surface.on("blur", leave);
    panel.surface.on("keydown", (event) => {
      const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!move) return;
      event.preventDefault();
      event.stopPropagation();
      const from = this.at ?? Math.max(0, this.t);
      this.point(Math.max(0, Math.min(this.steps, from + move * (event.shiftKey ? 10 : 1))));
      onPoint?.(this.at);
      onPick?.(this.at);
    });
    this.toggle = element("button", {
      type: "button",
      class: "course-button",
      onclick: () => this.setLog(!this.log),
    });
    this.setLog(this.log);
  }

  // Whether so many curves are named at their ends, which needs room; else a legend names them.
  endsNamed(count) {
    return this.onToggle && count > 1 && count <= MOST_ENDS && this.panel.size?.[0] >= LEAST_WIDTH;
  }

  // The height is that without strips.
  resize(width, height) {
    this.size = [width, height];
    this.panel.resize(width, height + this.below);
  }

  // Pixels of the strips, and where the errors' part of the plot ends.
  get below() {
    return STRIP * this.strips.size;
  }
  get floor() {
    return this.panel.height - this.below;
  }

  setLog(log) {
    this.panel.ease();
    this.log = log;
    this.toggle.textContent = log ? "axis: logarithmic" : "axis: linear";
    this.toggle.setAttribute("aria-label", `${this.panel.names[1].split(" ")[0]} axis is ${log ? "logarithmic" : "linear"}, switch`);
    this.update(this.paths, this.lines, this.logAxis);
  }

  // What is drawn of a path: on a logarithmic axis what Python chose for it, on a linear one its
  // place on a stack if it is part of one (`base` to `top`).
  drawn(path) {
    return (this.log ? path.logged : path.top) ?? path.errors;
  }

  update(paths, lines, logAxis) {
    this.paths = paths;
    this.lines = lines;
    const divided = this.divide([...new Set(lines.map(({ axis }) => axis))]);
    this.logAxis = logAxis ?? null;
    const linear = (this.log && this.logAxis?.linear) || null; // the linear part around zero
    this.steps = Math.max(1, ...paths.map(({ errors }) => errors.length - 1));
    const { panel } = this;
    let [low, high] = [Infinity, -Infinity];
    for (const path of paths) {
      if (path.on === false) continue;
      for (const value of this.drawn(path)) {
        if (!Number.isFinite(value) || (this.log && !linear && value <= 0)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    if (!(low <= high)) [low, high] = this.log ? [0.1, 1] : [0, 1];
    this.top = high;
    if (linear) {
      [low, high] = [Math.min(low, -linear), Math.max(high, linear)];
      panel.y = scaleSymlog([low, high], panel.y.range()).constant(linear);
    } else if (this.log) {
      if (low === high) [low, high] = [low / 10, high * 10];
      panel.y = scaleLog([low, high], panel.y.range());
    } else {
      if (low === high) [low, high] = [low - 0.5, high + 0.5];
      if (low >= 0 && low < high / 2) low = 0;
      if (this.ymax !== null && high > this.ymax) high = this.ymax;
      panel.y = scaleLinear([low, high], panel.y.range()).nice();
    }
    panel.powers = this.log && (linear || high / low > 100);
    panel.linear = linear;
    panel.x.domain([0, this.steps * this.stride]);
    const cut = !this.log && this.ymax !== null && this.top > this.ymax;
    const name = (this.log && this.logAxis?.name) || panel.names[1];
    panel.yName.text(name + (cut ? ` (cut at ${number(this.ymax)})` : ""));
    for (const axis of this.strips.keys()) {
      const values = lines.filter((line) => line.axis === axis).map((line) => line.values);
      this.strips.set(axis, stripScale(values));
    }
    this.seen = new Map(paths.map((path) => [path, this.lastSeen(path)]));
    this.named = this.endsNamed(paths.length);
    const widest = Math.max(...paths.map(({ label }) => widthOf(label, FONT)));
    panel.margin(MARGIN.right + (this.named ? STUB + Math.ceil(widest) : 0));
    if (divided && this.size) this.resize(...this.size);
    else panel.draw();
  }

  // Plans a strip a state; returns whether these are others than before.
  divide(axes) {
    if (axes.join() === [...this.strips.keys()].join()) return false;
    this.strips = new Map(axes.map((axis) => [axis, stripScale([])]));
    return true;
  }

  // The last update of a curve that lies within the axes; -1 if none does.
  lastSeen(path) {
    const values = this.drawn(path);
    const [low, high] = this.panel.y.domain();
    let t = values.length - 1;
    while (t >= 0 && !(values[t] >= low && values[t] <= high)) t -= 1;
    return t;
  }

  // Both parts of the plot begin where the panel begins and end where it ends, whatever its size.
  setRanges() {
    const { panel } = this;
    panel.y.range([this.floor, 0]);
    [...this.strips.values()].forEach(({ scale }, i) => {
      const top = this.floor + STRIP * i + GAP;
      scale.range([top + STRIP - GAP, top]);
    });
    panel.yName.attr("x", -(MARGIN.top + this.floor / 2));
  }

  paint(context) {
    const { panel } = this;
    this.setRanges();
    if (!this.paths.length) return;
    this.placed = this.placeEnds();
    context.strokeStyle = panel.grid;
    context.lineWidth = 1;
    const domain = panel.y.domain();
    const ticks = panel.powers ? [] : panel.y.base ? roundValues(domain) : panel.y.ticks(5);
    for (const value of ticks) {
      context.beginPath();
      context.moveTo(0, panel.y(value));
      context.lineTo(panel.width, panel.y(value));
      context.stroke();
    }
    for (const { scale } of this.strips.values()) {
      context.beginPath();
      for (const side of [...scale.range(), scale.base ? NaN : scale(0)]) {
        context.moveTo(0, side);
        context.lineTo(panel.width, side);
      }
      context.stroke();
    }
    const shares = this.t < 0 ? [[1, Infinity]] : [[GHOST, Infinity], [1, this.t]];
    for (const [strength, end] of shares) {
      context.globalAlpha = strength;
      for (const { values, colour, dash, axis } of this.lines) {
        Object.assign(context, { strokeStyle: colour, lineWidth: 1.3 });
        context.setLineDash(dash ?? []);
        const { scale, log } = this.strips.get(axis);
        this.trace(context, values, scale, log, end);
      }
      context.save();
      context.beginPath();
      context.rect(0, 0, panel.width, this.floor); // what leaves it is no part of the strips
      context.clip();
      for (const path of this.paths) {
        if (path.on === false) continue;
        if (path.top && !this.log) {
          context.globalAlpha = 0.75 * strength;
          this.fill(context, path, end);
          context.globalAlpha = strength;
          continue;
        }
        Object.assign(context, { strokeStyle: path.colour, lineWidth: panel.broad(path.width ?? 2.2) });
        context.setLineDash(path.dash ?? []);
        this.trace(context, this.drawn(path), panel.y, this.log && !panel.linear, end);
      }
      context.restore();
    }
  }

  // A part of a stack, from its base to its top.
  fill(context, { base, top, colour }, last) {
    const { x, y } = this.panel;
    const end = top.findIndex((value) => !Number.isFinite(value));
    const count = Math.min(end < 0 ? top.length : end, last + 1);
    context.beginPath();
    for (let t = 0; t < count; t++) context.lineTo(x(t * this.stride), Math.max(-1e4, y(top[t])));
    for (let t = count - 1; t >= 0; t--) context.lineTo(x(t * this.stride), Math.max(-1e4, y(base[t])));
    context.fillStyle = colour;
    context.fill();
  }

  trace(context, values, scale, log = false, end = Infinity) {
    context.beginPath();
    let drawing = false;
    for (let t = 0; t < values.length && t <= end; t++) {
      const value = values[t];
      if (!Number.isFinite(value) || (log && value <= 0)) {
        drawing = false;
        continue;
      }
      const py = Math.max(-1e4, Math.min(1e4, scale(value)));
      context[drawing ? "lineTo" : "moveTo"](this.panel.x(t * this.stride), py);
      drawing = true;
    }
    context.stroke();
  }

  // Where the curves' names stand: {path, x, y, tie}. A curve that goes on to the right edge has its
  // name in the margin, one that ends before, or leaves the axes, at the last place that is seen of it;
  // one that is switched off below the others. `tie` is the line from there to the name.
  placeEnds() {
    const { panel } = this;
    const entries = (this.named ? this.paths : []).map((path) => {
      const t = path.on === false ? -1 : this.seen.get(path);
      const end = t < 0 ? null : [panel.x(t * this.stride), panel.y(this.drawn(path)[t])];
      return { path, end, early: end !== null && end[0] < panel.width - EARLY };
    });
    const inMargin = entries.filter(({ early }) => !early);
    inMargin.sort((a, b) => (a.end?.[1] ?? Infinity) - (b.end?.[1] ?? Infinity));
    let next = 0;
    for (const entry of inMargin) {
      Object.assign(entry, { x: panel.width, y: Math.max(next, entry.end?.[1] ?? this.floor) });
      next = entry.y + ROW;
    }
    let most = this.floor;
    for (const entry of inMargin.reverse()) {
      entry.y = Math.min(entry.y, most);
      most = entry.y - ROW;
      entry.tie = entry.end && [[1, entry.end[1] - entry.y], [8, 0]];
    }
    this.placeEarly(entries.filter(({ early }) => early));
    return entries;
  }

  placeEarly(entries) {
    if (!entries.length) return;
    const { panel } = this;
    const lines = this.paths.filter(({ on }) => on !== false).flatMap((path) => this.segments(path));
    const taken = [];
    for (const entry of entries) {
      const size = [STUB - 8 + Math.ceil(widthOf(entry.path.label, FONT)), ROW - 4];
      const box = placeBeside(entry.end, size, [panel.width, this.floor], lines, taken);
      taken.push(box);
      Object.assign(entry, { x: box.x - 8, y: box.y + box.height / 2 });
      const near = entry.end[0] < box.x + box.width / 2 ? 8 : 8 + box.width;
      entry.tie = [[entry.end[0] - entry.x, entry.end[1] - entry.y], [near, 0]];
    }
  }

  // A curve as lines between places in pixels, some hundred of them.
  segments(path) {
    const { x, y } = this.panel;
    const values = this.drawn(path);
    const last = this.seen.get(path);
    const stride = Math.max(1, Math.ceil(last / 200));
    const lines = [];
    for (let t = 0; t + stride <= last; t += stride) {
      const [from, to] = [t, t + stride].map((at) => [x(at * this.stride), y(values[at])]);
      if (Number.isFinite(from[1] + to[1])) lines.push([from, to]);
    }
    return lines;
  }

  // The names, each a switch.
  drawEnds() {
    const { panel } = this;
    const ends = this.ends
      .selectAll("g")
      .data(this.placed, ({ path }) => path.label)
      .join((enter) => {
        const end = enter.append("g").attr("class", "course-end").attr("role", "button").attr("tabindex", 0);
        end.append("rect").attr("height", ROW).attr("y", -ROW / 2);
        end.append("path").attr("class", "course-tie");
        end.append("path").attr("class", "course-shaft");
        end.append("text").attr("dy", "0.34em").attr("x", STUB);
        end.on("click", (_, { path }) => this.onToggle(path.label));
        end.on("keydown", (event, { path }) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          event.stopPropagation();
          this.onToggle(path.label);
        });
        return end;
      })
      .attr("transform", ({ x, y }) => `translate(${x},${y})`)
      .classed("course-early", ({ early }) => early)
      .attr("aria-pressed", ({ path }) => String(path.on !== false))
      .attr("aria-label", ({ path }) => path.label);
    ends.select("rect").attr("width", ({ path }) => STUB + Math.ceil(widthOf(path.label, FONT)));
    ends
      .select("path.course-tie")
      .attr("d", ({ tie }) => tie && `M${tie[0]}L${tie[1]}`)
      .attr("stroke", ({ path }) => path.colour);
    ends
      .select("path.course-shaft")
      .attr("d", "M8,0H22")
      .attr("stroke", ({ path }) => path.colour)
      .attr("stroke-width", 2.2)
      .attr("stroke-dasharray", ({ path }) => (path.dash ?? []).join(" "))
      .attr("display", ({ path }) => (path.on === false ? "none" : null));
    ends.select("text").text(({ path }) => path.label);
  }

  point(t) {
    this.at = t;
    this.drawOver();
  }

  drawOver() {
    const { panel } = this;
    if (!panel.width || !this.paths.length) return;
    this.drawEnds();
    this.stripAxes
      .selectAll("g.course-strip")
      .data([...this.strips], ([axis]) => axis)
      .join("g")
      .attr("class", "course-strip")
      .each(function ([axis, { scale, log }]) {
        const group = select(this);
        const ends = [...new Set([0, ...scale.domain()])]; // round ones
        const ticks = axisLeft(scale).tickSizeOuter(0).tickValues(ends).tickFormat(number);
        if (log) ticks.tickValues(powersOfTen(scale.domain(), 3)).tickFormat(power);
        group.call(ticks);
        const name = group.selectAll("text.course-strip-name").data([axis]).join("text");
        name.attr("class", "course-strip-name").attr("x", 6).attr("y", scale.range()[1] + 4);
        name.text(log ? `${axis}, logarithmic` : axis);
      });
    this.notes
      .selectAll("text")
      .data(this.log ? (this.logAxis?.notes ?? []) : [])
      .join("text")
      .attr("x", panel.width - 4)
      .attr("y", (_, i) => 14 + 14 * i)
      .text((note) => note);
    const t = this.at ?? (this.t >= 0 ? this.t : null);
    const px = panel.x(t * this.stride);
    this.rule.attr("d", t === null ? null : `M${px},0V${panel.height}`);
    const dots = t === null ? [] : this.paths.filter(({ errors, on }) => on !== false && t < errors.length);
    panel.over
      .selectAll("circle.course-dot")
      .data(dots)
      .join("circle")
      .attr("class", "course-dot")
      .attr("r", 4.5)
      .attr("fill", ({ colour }) => colour ?? panel.ink)
      .attr("cx", px)
      .attr("cy", (path) => {
        const py = panel.y(this.drawn(path)[t]);
        return Math.max(-9, Math.min(this.floor + 9, Number.isFinite(py) ? py : this.floor + 9));
      });
    if (this.at === null) panel.say(0, 0, null);
    else {
      panel.say(px, panel.height * 0.3, [
        `t = ${t * this.stride}`,
        ...dots.map(({ label, errors }) => `${label}: ${this.value} = ${number(errors[t])}`),
        ...this.lines
          .filter(({ values }) => t < values.length)
          .map(({ label, values }) => `${label} = ${number(values[t])}`),
      ]);
    }
  }
}

// The axis of a state: from 0 where it is never negative, logarithmic where it then spans decades.
function stripScale(records) {
  let [low, high] = [0, 0];
  let least = Infinity; // of the positive ones
  for (const values of records) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      if (value > 0 && value < least) least = value;
    }
  }
  least = Math.max(least, high * FEWEST);
  if (low === 0 && high > least * 10 ** DECADES) return { scale: scaleLog([least, high], [1, 0]), log: true };
  if (low === 0) return { scale: scaleLinear([0, high || 1], [1, 0]).nice(), log: false };
  const size = Math.max(-low, high);
  return { scale: scaleLinear([-size, size], [1, 0]).nice(), log: false };
}
