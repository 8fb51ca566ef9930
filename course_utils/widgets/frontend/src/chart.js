// Errors against updates, and on an axis of their own the states of the optimizer.
import { axisRight } from "d3-axis";
import { scaleLinear, scaleLog, scaleSymlog } from "d3-scale";
import { select } from "d3-selection";
import { MARGIN, Panel, powersOfTen, roundValues } from "./panel.js";
import { element, number, power, widthOf } from "./text.js";

const SIDE = 62; // pixels for one axis at the right
const GHOST = 0.2; // how strong the rest of a curve is while its updates are stepped through
const MOST_ENDS = 6; // curves that are named at their ends, and in plots of so many pixels or more:
const LEAST_WIDTH = 420;
const ROW = 20; // pixels from name to name
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
    this.paths = [];
    this.guides = []; // further curves: {errors, logged, dash, width, label, below}, named where they end
    this.lines = []; // states: {values, colour, dash, label, axis}, an axis for each name there
    this.sides = new Map(); // by name: {scale, log}
    this.logAxis = null; // Python's {name, linear, notes} of a logarithmic axis
    this.t = -1;
    this.at = null;
    this.panel = new Panel(host, { names, label, signal });
    const { panel } = this;
    this.right = panel.svg.append("g");
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
  endsNamed(count, withSides = false) {
    return this.onToggle && count > 1 && count <= MOST_ENDS && !withSides && this.panel.size?.[0] >= LEAST_WIDTH;
  }

  setLog(log) {
    this.panel.ease();
    this.log = log;
    this.toggle.textContent = log ? "axis: logarithmic" : "axis: linear";
    this.toggle.setAttribute("aria-label", `${this.panel.names[1].split(" ")[0]} axis is ${log ? "logarithmic" : "linear"}, switch`);
    this.update(this.paths, this.lines, this.logAxis, this.guides);
  }

  // What is drawn of a path: on a logarithmic axis what Python chose for it, on a linear one its
  // place on a stack if it is part of one (`base` to `top`).
  drawn(path) {
    return (this.log ? path.logged : path.top) ?? path.errors;
  }

  update(paths, lines, logAxis, guides = []) {
    this.paths = paths;
    this.guides = guides;
    this.lines = lines;
    this.logAxis = logAxis ?? null;
    const linear = (this.log && this.logAxis?.linear) || null; // the linear part around zero
    this.steps = Math.max(1, ...paths.map(({ errors }) => errors.length - 1));
    const { panel } = this;
    let [low, high] = [Infinity, -Infinity];
    for (const path of [...paths, ...guides]) {
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
    const axes = [...new Set(lines.map(({ axis }) => axis))];
    this.sides = new Map(
      axes.map((axis) => {
        const values = lines.filter((line) => line.axis === axis).map((line) => line.values);
        return [axis, sideScale(values, panel.y.range())];
      }),
    );
    this.named = this.endsNamed(paths.length, axes.length > 0);
    const widest = Math.max(...paths.map(({ label }) => widthOf(label, FONT)));
    panel.margin(MARGIN.right + SIDE * axes.length + (this.named ? STUB + Math.ceil(widest) : 0));
    panel.draw();
  }

  paint(context) {
    const { panel } = this;
    if (!this.paths.length) return;
    for (const { scale } of this.sides.values()) scale.range(panel.y.range());
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
    const shares = this.t < 0 ? [[1, Infinity]] : [[GHOST, Infinity], [1, this.t]];
    for (const [strength, end] of shares) {
      context.globalAlpha = strength;
      for (const { values, colour, dash, axis } of this.lines) {
        Object.assign(context, { strokeStyle: colour, lineWidth: 1.3 });
        context.setLineDash(dash ?? []);
        const side = this.sides.get(axis);
        this.trace(context, values, side.scale, side.log, end);
      }
      for (const path of this.paths) {
        if (path.on === false) continue;
        if (path.top && !this.log) {
          context.globalAlpha = 0.75 * strength;
          this.fill(context, path, end);
          context.globalAlpha = strength;
          continue;
        }
        Object.assign(context, { strokeStyle: path.colour, lineWidth: panel.broad(2.2) });
        context.setLineDash(path.dash ?? []);
        this.trace(context, this.drawn(path), panel.y, this.log && !panel.linear, end);
      }
    }
    for (const guide of this.guides) this.paintGuide(context, guide);
  }

  // A guide's name stands above its end, or below it.
  paintGuide(context, guide) {
    const { panel } = this;
    const values = this.drawn(guide);
    Object.assign(context, { strokeStyle: panel.ink, lineWidth: guide.width });
    context.setLineDash(guide.dash ?? []);
    this.trace(context, values, panel.y, this.log && !panel.linear);
    const end = values.length - 1;
    const place = [panel.x(end * this.stride) - 6, panel.y(values[end]) + (guide.below ? 17 : -8)];
    if (!place.every(Number.isFinite)) return;
    Object.assign(context, { font: "12px system-ui, sans-serif", textAlign: "right", lineWidth: 3 });
    Object.assign(context, { strokeStyle: panel.halo, fillStyle: panel.ink });
    context.setLineDash([]);
    context.strokeText(guide.label, ...place);
    context.fillText(guide.label, ...place);
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

  // The curves' names beside their ends, each a switch; a curve that ends within the plot, or that is
  // switched off, has its name below the others.
  drawEnds() {
    const { panel } = this;
    const level = (path) => {
      const values = this.drawn(path);
      const py = values.length > this.steps ? panel.y(values[this.steps]) : NaN;
      return path.on !== false && Number.isFinite(py) ? Math.max(0, Math.min(panel.height, py)) : null;
    };
    const entries = (this.named ? this.paths : []).map((path) => ({ path, from: level(path) }));
    const ordered = [...entries].sort((a, b) => (a.from ?? Infinity) - (b.from ?? Infinity));
    let next = 0;
    for (const entry of ordered) {
      entry.at = Math.max(next, entry.from ?? panel.height);
      next = entry.at + ROW;
    }
    let most = panel.height;
    for (const entry of ordered.reverse()) {
      entry.at = Math.min(entry.at, most);
      most = entry.at - ROW;
    }
    const ends = this.ends
      .selectAll("g")
      .data(entries, ({ path }) => path.label)
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
      .attr("transform", ({ at }) => `translate(${panel.width},${at})`)
      .attr("aria-pressed", ({ path }) => String(path.on !== false))
      .attr("aria-label", ({ path }) => path.label);
    ends.select("rect").attr("width", panel.right);
    ends
      .select("path.course-tie")
      .attr("d", ({ from, at }) => (from === null ? null : `M1,${from - at}L8,0`))
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
    this.right
      .attr("display", this.sides.size ? null : "none")
      .selectAll("g.course-side-axis")
      .data([...this.sides], ([axis]) => axis)
      .join("g")
      .attr("class", "course-side-axis")
      .attr("transform", (_, i) => `translate(${MARGIN.left + panel.width + SIDE * i},${MARGIN.top})`)
      .each(function ([axis, side]) {
        const group = select(this);
        const ticks = axisRight(side.scale).tickSizeOuter(0).ticks(4).tickFormat(number);
        if (side.log) ticks.tickValues(powersOfTen(side.scale.domain(), 4)).tickFormat(power);
        group.call(ticks);
        group.select(".domain").attr("stroke-dasharray", "2 2");
        const name = group.selectAll("text.course-name").data([axis]).join("text");
        name.attr("class", "course-name").attr("transform", "rotate(-90)");
        name.attr("x", -panel.height / 2).attr("y", SIDE - 6).text(side.log ? `${axis}, logarithmic` : axis);
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
        return Math.max(-9, Math.min(panel.height + 9, Number.isFinite(py) ? py : panel.height + 9));
      });
    if (this.at === null) panel.say(0, 0, null);
    else {
      panel.say(px, panel.height * 0.3, [
        `t = ${t * this.stride}`,
        ...dots.map(({ label, errors }) => `${label}: ${this.value} = ${number(errors[t])}`),
        ...this.guides
          .filter(({ errors }) => t < errors.length)
          .map(({ label, errors }) => `${label}: ${this.value} = ${number(errors[t])}`),
        ...this.lines
          .filter(({ values }) => t < values.length)
          .map(({ label, values }) => `${label} = ${number(values[t])}`),
      ]);
    }
  }
}

// The axis of a state: from 0 where it is never negative, logarithmic where it then spans decades.
function sideScale(records, range) {
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
  if (low === 0 && high > least * 10 ** DECADES) return { scale: scaleLog([least, high], range), log: true };
  if (low === 0) return { scale: scaleLinear([0, high || 1], range).nice(), log: false };
  const size = Math.max(-low, high);
  return { scale: scaleLinear([-size, size], range).nice(), log: false };
}
