// One plot: a canvas for what is dense (fields, lines, paths), an SVG above it for axes, handles and
// everything that is pointed at. Coordinates are the data's; pixels are CSS pixels.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { pointer, select } from "d3-selection";
import { onceAFrame } from "./life.js";
import { element, number, power, scientific, typeset, widthOf } from "./text.js";
import { clampIndex, css } from "./wire.js";

export const MARGIN = { left: 60, right: 12, top: 8, bottom: 40 };
const COLOURS = ["paper", "ink", "halo", "grid", "contour", "line"]; // of figures.css
const FAR = 1e5; // pixels beyond which a canvas begins to misdraw

export class Panel {
  constructor(host, { names, label, signal }) {
    this.names = names;
    this.right = MARGIN.right;
    this.x = scaleLinear();
    this.y = scaleLinear();
    this.grounds = []; // painters of what lies below, and stays while only what is above it moves
    this.painters = [];
    this.ground = null; // the picture of it; null when it has to be painted anew
    this.title = element("div", { class: "course-title" });
    this.note = element("div", { class: "course-note" });
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.tip = element("div", { class: "course-tip", hidden: "" });
    this.plot = element("div", { class: "course-plot" }, [this.canvas]);
    this.root = element("div", { class: "course-panel" }, [this.title, this.plot, this.note]);
    host.append(this.root);
    this.svg = select(this.plot).append("svg").attr("class", "course-axes");
    this.xAxis = this.svg.append("g");
    this.yAxis = this.svg.append("g");
    this.xName = this.svg.append("text").attr("class", "course-name").text(names[0]);
    this.yName = this.svg.append("text").attr("class", "course-name").text(names[1]);
    this.clip = `course-clip-${Math.random().toString(36).slice(2)}`;
    this.clipRect = this.svg.append("clipPath").attr("id", this.clip).append("rect");
    this.inner = this.svg.append("g");
    this.surface = this.inner
      .append("rect")
      .attr("class", "course-surface")
      .attr("role", "img")
      .attr("aria-label", label);
    this.over = this.inner.append("g").attr("clip-path", `url(#${this.clip})`);
    this.plot.append(this.tip);
    this.draw = onceAFrame(() => this.drawNow(), signal);
  }

  resize(givenWidth, givenHeight) {
    const { right } = this;
    const { left, top, bottom } = MARGIN;
    this.size = [givenWidth, givenHeight];
    this.width = Math.max(80, Math.round(givenWidth - left - right));
    this.height = Math.max(60, Math.round(givenHeight - top - bottom));
    const [width, height] = [this.width + left + right, this.height + top + bottom];
    this.x.range([0, this.width]);
    this.y.range([this.height, 0]);
    this.root.style.width = `${width}px`;
    this.plot.style.height = `${height}px`;
    this.svg.attr("width", width).attr("height", height);
    this.inner.attr("transform", `translate(${left},${top})`);
    for (const rect of [this.surface, this.clipRect]) {
      rect.attr("width", this.width).attr("height", this.height);
    }
    this.xAxis.attr("transform", `translate(${left},${top + this.height})`);
    this.yAxis.attr("transform", `translate(${left},${top})`);
    this.xName.attr("x", left + this.width / 2).attr("y", height - 5);
    this.yName
      .attr("x", -(top + this.height / 2))
      .attr("y", 12)
      .attr("transform", "rotate(-90)");
    const density = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(this.width * density);
    this.canvas.height = Math.round(this.height * density);
    Object.assign(this.canvas.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${this.width}px`,
      height: `${this.height}px`,
    });
    this.density = density;
    // A slide enlarges its figures, and asks for curves that are seen from the last row.
    const style = getComputedStyle(this.root);
    this.thinnest = parseFloat(style.getPropertyValue("--least-line")) || 0;
    for (const name of COLOURS) this[name] = style.getPropertyValue(`--course-${name}`);
    this.ground = null;
    this.drawNow(); // the canvas is blank now
  }

  // How broad a curve is drawn.
  broad(width) {
    return Math.max(width, this.thinnest);
  }

  // A plot as high as wide, within so many pixels.
  square(width) {
    this.resize(width, width - MARGIN.left - this.right + MARGIN.top + MARGIN.bottom);
  }

  // Makes room at the right for further axes.
  margin(right) {
    if (right === this.right) return;
    this.right = right;
    if (this.size) this.resize(...this.size);
  }

  domain(x, y) {
    this.x.domain(x);
    this.y.domain(y);
    this.ground = null;
    this.draw();
  }

  // The old picture fades away over the new one, for what changes at a click; a hand that drags wants
  // no such thing.
  ease() {
    if (!this.width || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const old = element("canvas", { class: "course-fading", "aria-hidden": "true" });
    [old.width, old.height] = [this.canvas.width, this.canvas.height];
    old.getContext("2d").drawImage(this.canvas, 0, 0);
    old.style.cssText = this.canvas.style.cssText;
    old.addEventListener("animationend", () => old.remove());
    this.canvas.after(old);
  }

  // What arrives from Python is drawn at once, what a pointer does at most once a frame.
  drawNow() {
    this.draw.cancel();
    if (!this.width) return;
    const context = this.canvas.getContext("2d");
    context.setTransform(this.density, 0, 0, this.density, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    if (this.grounds.length) {
      this.ground ??= this.paintGround();
      context.drawImage(this.ground, 0, 0, this.width, this.height);
    }
    paintAll(context, this.painters);
    this.drawAxes();
    this.onDraw?.();
  }

  paintGround() {
    const picture = element("canvas");
    [picture.width, picture.height] = [this.canvas.width, this.canvas.height];
    const context = picture.getContext("2d");
    context.setTransform(this.density, 0, 0, this.density, 0, 0);
    paintAll(context, this.grounds);
    return picture;
  }

  drawAxes() {
    const axes = [this.x.domain(), this.y.domain(), this.width, this.height, this.powers, this.linear].join();
    if (axes === this.axes) return;
    this.axes = axes;
    const ticks = (pixels) => Math.max(2, Math.round(pixels / 70));
    const below = axisBottom(this.x).ticks(ticks(this.width)).tickSizeOuter(0).tickFormat(number);
    if (this.exponents) {
      const [low, high] = this.x.domain().map(Math.floor);
      below.tickValues(Array.from({ length: high - low }, (_, k) => low + 1 + k));
      below.tickFormat((exponent) => number(10 ** exponent));
    }
    // "−400,000" and what is longer has no room beside an axis: powers of ten from there on.
    const large = (scale) => Math.max(...scale.domain().map(Math.abs)) >= 1e5;
    if (large(this.x)) below.tickFormat(scientific);
    this.xAxis.call(below);
    const left = axisLeft(this.y).tickSizeOuter(0);
    if (this.powers) {
      left.tickValues(powersOfTen(this.y.domain(), 6, this.linear)).tickFormat(power);
    } else if (this.y.base) left.tickValues(roundValues(this.y.domain())).tickFormat(number);
    else left.ticks(ticks(this.height)).tickFormat(large(this.y) ? scientific : number);
    this.yAxis.call(left);
  }

  // The place under the pointer, in data coordinates, and in pixels of the plot.
  place(event) {
    const [px, py] = pointer(event, this.surface.node());
    return { px, py, x: this.x.invert(px), y: this.y.invert(py) };
  }

  // Text beside a place given in pixels; lines are an array. Nothing hides it.
  say(px, py, lines) {
    this.tip.hidden = !lines;
    if (!lines) return;
    const told = lines.map(() => element("div"));
    told.forEach((line, i) => typeset(line, lines[i]));
    this.tip.replaceChildren(...told);
    const right = px > this.width * 0.55;
    const low = py > this.height * 0.6;
    Object.assign(this.tip.style, {
      left: right ? "" : `${MARGIN.left + px + 14}px`,
      right: right ? `${this.right + this.width - px + 14}px` : "",
      top: low ? "" : `${MARGIN.top + py + 12}px`,
      bottom: low ? `${MARGIN.bottom + this.height - py + 12}px` : "",
    });
  }

  polyline(context, points, begin = 0, end = points.length / 2) {
    const at = (index) => [this.x(points[2 * index]), this.y(points[2 * index + 1])];
    const near = ([px, py]) => Math.abs(px) < FAR && Math.abs(py) < FAR;
    context.beginPath();
    let drawing = false;
    for (let index = begin; index < end; index++) {
      const place = at(index);
      // A step that leaves for far away is drawn up to the frame, in its own direction.
      if (!near(place)) {
        if (drawing) context.lineTo(...towards(at(index - 1), place));
        drawing = false;
        continue;
      }
      if (drawing) context.lineTo(...place);
      else if (index > begin && Number.isFinite(points[2 * index - 2])) {
        context.moveTo(...towards(place, at(index - 1)));
        context.lineTo(...place);
      } else context.moveTo(...place);
      drawing = true;
    }
    context.stroke();
  }

  destroy() {
    this.draw.cancel();
    this.root.remove();
  }
}

function paintAll(context, painters) {
  context.lineJoin = "round";
  for (const paint of painters) {
    context.save();
    paint(context);
    context.restore();
  }
}

// Panels in one row begin at one height, however long their titles are; returns that of the last row.
export function levelTitles(panels) {
  for (const { title } of panels) title.style.minHeight = "";
  const rows = new Map();
  for (const panel of panels) {
    const { offsetTop } = panel.root;
    rows.set(offsetTop, Math.max(rows.get(offsetTop) ?? 0, panel.title.offsetHeight));
  }
  const tops = panels.map(({ root }) => root.offsetTop); // before any title grows
  panels.forEach(({ title }, i) => (title.style.minHeight = `${rows.get(tops[i])}px`));
  return rows.get(tops.at(-1)) ?? 0;
}

function towards([x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const scale = (FAR / 2) / Math.max(Math.abs(dx), Math.abs(dy), 1);
  return Number.isFinite(scale) ? [x0 + dx * scale, y0 + dy * scale] : [x0, y0];
}

// Ticks for a logarithmic axis: every power of ten, or every second, third … if there are many. With
// a linear part they stand on both sides of 0.
export function powersOfTen([low, high], most, linear) {
  if (linear) {
    const up = high > linear ? powersOfTen([linear, high], most / 2) : [];
    const down = -low > linear ? powersOfTen([linear, -low], most / 2) : [];
    return [...down.map((value) => -value).reverse(), 0, ...up];
  }
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / most));
  const ticks = [];
  for (let power = first; power <= last; power += every) ticks.push(10 ** power);
  return ticks;
}

// What a logarithmic axis of two decades or less shows: 1, 2, 5, 10 …, or, where fewer than two of
// them lie in it, evenly spaced numbers. All of them have room for a label.
export function roundValues([low, high]) {
  const first = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, k) => 10 ** (first + k));
  const values = decades.flatMap((ten) => [ten, 2 * ten, 5 * ten]);
  const inside = values.filter((value) => low <= value && value <= high);
  return inside.length > 1 ? inside : scaleLinear([low, high], [0, 1]).ticks(4);
}

// --------------------------------------------------------------------------------------- fields

const images = new WeakMap(); // a field is turned into an image once

function image(field, colours, [low, high], over) {
  const known = images.get(field);
  if (known) return known;
  const { rows, columns, shades } = field;
  const canvas = element("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const data = context.createImageData(columns, rows);
  const pixels = new Uint32Array(data.data.buffer);
  const scale = 256 / (high - low);
  for (let row = 0; row < rows; row++) {
    const target = (rows - 1 - row) * columns; // images begin at the top
    for (let column = 0; column < columns; column++) {
      const value = shades[row * columns + column];
      if (Number.isNaN(value)) continue; // transparent: there is nothing to see
      if (over !== undefined && value > high) {
        pixels[target + column] = over;
        continue;
      }
      pixels[target + column] = colours[clampIndex(Math.round((value - low) * scale), 257)];
    }
  }
  context.putImageData(data, 0, 0);
  images.set(field, canvas);
  return canvas;
}

// Where the picture of a field lies on the plot: left, top, width, height.
function extent(panel, field) {
  const [x0, x1] = field.x;
  const [y0, y1] = field.y;
  const halfX = (x1 - x0) / (field.columns - 1) / 2; // a node stands in the middle of its pixel
  const halfY = (y1 - y0) / (field.rows - 1) / 2;
  const left = panel.x(x0 - halfX);
  const top = panel.y(y1 + halfY);
  const width = panel.x(x1 + halfX) - left;
  const height = panel.y(y0 - halfY) - top;
  return [left, top, width, height];
}

export function paintField(panel, context, field, colours, range, over) {
  context.drawImage(image(field, colours, range, over), ...extent(panel, field));
}

// Stripes where a mask holds: drawn over the whole plot, then kept only inside the mask.
export function paintHatch(panel, context, field, mask, kind) {
  const shape = element("canvas");
  [shape.width, shape.height] = [field.columns, field.rows];
  const inside = shape.getContext("2d");
  const data = inside.createImageData(field.columns, field.rows);
  const pixels = new Uint32Array(data.data.buffer);
  for (let row = 0; row < field.rows; row++) {
    const target = (field.rows - 1 - row) * field.columns;
    for (let column = 0; column < field.columns; column++) {
      if (mask[row * field.columns + column]) pixels[target + column] = 0xff000000;
    }
  }
  inside.putImageData(data, 0, 0);
  const stripes = element("canvas");
  [stripes.width, stripes.height] = [panel.canvas.width, panel.canvas.height];
  const lines = stripes.getContext("2d");
  lines.scale(panel.density, panel.density);
  Object.assign(lines, { strokeStyle: panel.ink, lineWidth: 0.9 });
  lines.beginPath();
  const lean = kind % 2 ? -1 : 1;
  for (let x = -panel.height; x < panel.width + panel.height; x += 9) {
    lines.moveTo(x, panel.height);
    lines.lineTo(x + lean * panel.height, 0);
  }
  lines.stroke();
  lines.globalCompositeOperation = "destination-in";
  lines.drawImage(shape, ...extent(panel, field));
  context.drawImage(stripes, 0, 0, panel.width, panel.height);
}

// Contour lines. The line of the level `thick` is broad.
export function paintLines(panel, context, lines, { colour, thick = null, width = 0.9 }) {
  context.strokeStyle = colour;
  for (const { level, points } of lines) {
    context.lineWidth = isLevel(level, thick) ? 2 * width + 0.4 : width;
    panel.polyline(context, points);
  }
}

// The levels of contour lines, where there is room: `avoid` holds lines of points, such as paths, and
// `boxes` holds places in pixels, such as names, that no level may stand on. `name` is written for the
// level `thick` where it has one.
export function paintLevels(panel, context, lines, { thick = null, most = 99, avoid = [], boxes = [], name = null }) {
  const taken = [];
  context.font = LEVELS;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 3.5;
  context.strokeStyle = panel.halo;
  context.fillStyle = panel.ink;
  for (const { level, points } of lines) {
    if (taken.length >= most) return;
    const text = isLevel(level, thick) ? (name ?? number(thick)) : number(level);
    const half = widthOf(text, LEVELS) / 2 + 5;
    const spot = roomOn(panel, points, half, taken, avoid, boxes);
    if (!spot) continue;
    taken.push(spot);
    context.strokeText(text, ...spot);
    context.fillText(text, ...spot);
  }
}

const LEVELS = "11px system-ui, sans-serif";

const isLevel = (level, thick) => thick !== null && Math.abs(level - thick) < 1e-6;

function roomOn(panel, points, half, taken, avoid, boxes) {
  const count = points.length / 2;
  if (count < 2) return null;
  const at = (index) => [panel.x(points[2 * index]), panel.y(points[2 * index + 1])];
  const inside = ([px, py]) =>
    px > half && py > 10 && px < panel.width - half && py < panel.height - 10;
  const free = ([px, py]) =>
    taken.every(([qx, qy]) => Math.abs(px - qx) > 34 || Math.abs(py - qy) > 24) &&
    boxes.every(
      ({ x, y, width, height }) =>
        px + half < x || px - half > x + width || py + 9 < y || py - 9 > y + height,
    );
  const distance = ([x0, y0], [x1, y1]) => Math.hypot(x1 - x0, y1 - y0);
  const [first, middle, last] = [at(0), at(count >> 1), at(count - 1)];
  if (distance(first, middle) + distance(middle, last) < 50) return null;
  for (const share of [0.5, 0.35, 0.65, 0.2, 0.8]) {
    const position = share * (count - 1);
    const index = Math.floor(position);
    const [before, after] = [at(index), at(Math.min(index + 1, count - 1))];
    const spot = [0, 1].map((axis) => before[axis] + (position - index) * (after[axis] - before[axis]));
    if (inside(spot) && free(spot) && !avoid.some((path) => crosses(panel, path, spot, half))) return spot;
  }
  return null;
}

// Whether a path comes near the place of a level.
function crosses(panel, points, [px, py], half) {
  const [wide, high] = [half + 6, 12];
  let [x0, y0] = [panel.x(points[0]) - px, panel.y(points[1]) - py];
  for (let i = 1; i < points.length / 2; i++) {
    const [x1, y1] = [panel.x(points[2 * i]) - px, panel.y(points[2 * i + 1]) - py];
    if (touches(x0 / wide, y0 / high, x1 / wide, y1 / high)) return true;
    [x0, y0] = [x1, y1];
  }
  return Math.abs(x0) < wide && Math.abs(y0) < high;
}

// Whether a line between two places comes within 1 of the origin.
function touches(x0, y0, x1, y1) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const share = Math.max(0, Math.min(1, -(x0 * dx + y0 * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x0 + share * dx, y0 + share * dy) < 1;
}

// The colour bar of a field: a picture with its own axis.
export function colourBar(host, { colours, range, levels, label, over }) {
  const [width, bar] = [86, 16];
  const canvas = element("canvas", { "aria-hidden": "true" });
  const root = element("div", { class: "course-bar" }, [canvas]);
  host.append(root);
  const svg = select(root).append("svg").attr("class", "course-axes").attr("width", width);
  const axis = svg.append("g").attr("transform", `translate(${bar},0)`);
  const name = svg.append("text").attr("class", "course-name").attr("transform", "rotate(90)");
  typeset(name.node(), label);
  canvas.width = 1;
  canvas.height = 257;
  const context = canvas.getContext("2d");
  for (let row = 0; row < 257; row++) {
    context.fillStyle = css(colours[256 - row]);
    context.fillRect(0, row, 1, 1);
  }
  return {
    show: (shown) => (root.hidden = !shown),
    // Beside a plot of so many pixels that begins so far down.
    resize(inner, top) {
      root.style.paddingTop = `${MARGIN.top + top}px`;
      Object.assign(canvas.style, { width: `${bar}px`, height: `${inner}px` });
      svg.attr("height", inner);
      const scale = scaleLinear(range, [inner - 0.5, 0.5]);
      const ticks = levels?.filter((level) => level >= range[0] && level <= range[1]);
      axis.call(
        axisRight(scale, ticks && ticks.length > 1 ? [...new Set([range[0], ...ticks, range[1]])] : null),
      );
      name.attr("x", inner / 2).attr("y", -width + 12);
    },
    over,
  };
}

function axisRight(scale, values) {
  // d3-axis draws outwards; a bar's ticks are few and its numbers are the course's.
  return (group) => {
    const ticks = values ?? scale.ticks(6);
    group
      .selectAll("g.tick")
      .data(ticks, (value) => value)
      .join((enter) => {
        const tick = enter.append("g").attr("class", "tick");
        tick.append("line").attr("x2", 5).attr("stroke", "currentColor");
        tick.append("text").attr("x", 8).attr("dy", "0.32em").attr("fill", "currentColor");
        return tick;
      })
      .attr("transform", (value) => `translate(0,${scale(value)})`)
      .select("text")
      .text(number);
  };
}
