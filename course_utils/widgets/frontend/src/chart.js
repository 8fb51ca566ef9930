// Errors against updates, and on an axis of their own the states of the optimizer.
import { axisRight } from "d3-axis";
import { scaleLinear, scaleLog } from "d3-scale";
import { select } from "d3-selection";
import { INK, MARGIN, Panel } from "./panel.js";
import { element, number } from "./text.js";

const SIDE = 50; // pixels for one axis at the right

// Whether an axis' numbers are short enough to be written out, as at the left.
const plain = (scale) => {
  const [, most] = scale.domain();
  return most >= 1e-2 && most < 1e5;
};

export class Chart {
  // onPoint(t or null): the pointer reads update t. onPick(t): update t is chosen.
  // A point stands for `stride` updates; `value` is what the curves show.
  constructor(host, { names, value = "E", stride = 1, log, ymax, label, onPoint, onPick, signal }) {
    this.value = value;
    this.stride = stride;
    this.log = Boolean(log);
    this.ymax = ymax ?? null;
    this.paths = [];
    this.lines = []; // states: {values, colour, dash, label, axis}, an axis for each name there
    this.sides = new Map();
    this.t = -1;
    this.at = null;
    this.panel = new Panel(host, { names, label, signal });
    const { panel } = this;
    this.right = panel.svg.append("g");
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
    panel.surface.on("pointerleave", leave).on("blur", leave);
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

  setLog(log) {
    this.log = log;
    this.toggle.textContent = log ? "axis: logarithmic" : "axis: linear";
    this.toggle.setAttribute("aria-label", `${this.panel.names[1].split(" ")[0]} axis is ${log ? "logarithmic" : "linear"}, switch`);
    this.update(this.paths, this.lines);
  }

  update(paths, lines) {
    this.paths = paths;
    this.lines = lines;
    this.steps = Math.max(1, ...paths.map(({ errors }) => errors.length - 1));
    const { panel } = this;
    let [low, high] = [Infinity, -Infinity];
    for (const { errors, on } of paths) {
      if (on === false) continue;
      for (const value of errors) {
        if (!Number.isFinite(value) || (this.log && value <= 0)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    if (!(low <= high)) [low, high] = this.log ? [0.1, 1] : [0, 1];
    this.top = high;
    if (this.log) {
      if (low === high) [low, high] = [low / 10, high * 10];
      panel.y = scaleLog([low, high], panel.y.range());
    } else {
      if (low === high) [low, high] = [low - 0.5, high + 0.5];
      if (low >= 0 && low < high / 2) low = 0;
      if (this.ymax !== null && high > this.ymax) high = this.ymax;
      panel.y = scaleLinear([low, high], panel.y.range()).nice();
    }
    panel.powers = this.log && high / low > 100;
    panel.x.domain([0, this.steps * this.stride]);
    const cut = !this.log && this.ymax !== null && this.top > this.ymax;
    panel.yName.text(panel.names[1] + (cut ? ` (cut at ${number(this.ymax)})` : ""));
    const sizes = new Map();
    for (const { axis, values } of lines) {
      sizes.set(axis, Math.max(sizes.get(axis) ?? 1e-30, largest(values)));
    }
    panel.margin(MARGIN.right + SIDE * sizes.size);
    this.sides = new Map(
      [...sizes].map(([axis, size]) => [axis, scaleLinear([-size, size], panel.y.range()).nice()]),
    );
    panel.draw();
  }

  paint(context) {
    const { panel } = this;
    if (!this.paths.length) return;
    for (const side of this.sides.values()) side.range(panel.y.range());
    context.strokeStyle = "#e6e9ee";
    context.lineWidth = 1;
    const ticks = panel.powers ? [] : panel.y.ticks(5);
    for (const value of ticks) {
      context.beginPath();
      context.moveTo(0, panel.y(value));
      context.lineTo(panel.width, panel.y(value));
      context.stroke();
    }
    for (const { values, colour, dash, axis } of this.lines) {
      Object.assign(context, { strokeStyle: colour, lineWidth: 1.3, globalAlpha: 0.95 });
      context.setLineDash(dash ?? []);
      this.trace(context, values, this.sides.get(axis));
    }
    context.globalAlpha = 1;
    for (const { errors, colour, dash, on } of this.paths) {
      if (on === false) continue;
      Object.assign(context, { strokeStyle: colour, lineWidth: 2.2 });
      context.setLineDash(dash ?? []);
      this.trace(context, errors, panel.y, this.log);
    }
  }

  trace(context, values, scale, log = false) {
    context.beginPath();
    let drawing = false;
    for (let t = 0; t < values.length; t++) {
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

  point(t) {
    this.at = t;
    this.drawOver();
  }

  drawOver() {
    const { panel } = this;
    if (!panel.width || !this.paths.length) return;
    this.right
      .attr("display", this.sides.size ? null : "none")
      .selectAll("g.course-side-axis")
      .data([...this.sides], ([axis]) => axis)
      .join("g")
      .attr("class", "course-side-axis")
      .attr("transform", (_, i) => `translate(${MARGIN.left + panel.width + SIDE * i},${MARGIN.top})`)
      .each(function ([axis, side]) {
        const group = select(this);
        group.call(axisRight(side).ticks(4).tickSizeOuter(0).tickFormat(plain(side) ? null : number));
        group.select(".domain").attr("stroke-dasharray", "2 2");
        const name = group.selectAll("text.course-name").data([axis]).join("text");
        name.attr("class", "course-name").attr("x", 26).attr("y", panel.height + 20).text(axis);
      });
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
      .attr("fill", ({ colour }) => colour ?? INK)
      .attr("cx", px)
      .attr("cy", ({ errors }) => Math.max(-9, Math.min(panel.height + 9, panel.y(errors[t]) || -9)));
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

function largest(values) {
  let largestSize = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size > largestSize && Number.isFinite(size)) largestSize = size;
  }
  return largestSize;
}
