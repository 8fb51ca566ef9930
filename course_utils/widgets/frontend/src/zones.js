// Names in a map: of the zones that it falls into, and of single places on it. They keep off the marks
// and the marks' names, and a name without room is left out.
import { distance, gap, meets, overlap } from "./labels.js";
import { widthOf } from "./text.js";
import { read } from "./wire.js";

const FONT = "italic 12px system-ui, sans-serif"; // as in figures.css
const HEIGHT = 14;
const PAD = 2; // pixels around a name that are of one zone, too
const GRID = 5; // pixels between the places that are tried
const CORES = [28, 20, 14, 10, 7]; // pixels across: the largest square within a zone is what its line points to
const LONGEST = 60; // pixels of a line from a place to its name
const ROOM = 13; // pixels around the middle of a mark that are the mark's

// Names of {zones: {kinds, names}, spots}, as Python sends them with a field. `kinds` tells of each node
// its zone; `names` has for each zone what it is called, the longest first.
export function readZones({ zones, spots = [] }, field) {
  if (!zones) return null;
  const kinds = read(zones.kinds, "zones", [field.rows, field.columns]);
  return { field, kinds, names: zones.names, spots, size: "" };
}

// Where names can stand at all in a plot of this size: {text, boxes} for each, the best box first. Those
// with an `anchor` are tied to it.
function plan({ field, kinds, names, spots }, panel) {
  const { width, height } = panel;
  const kindAt = (px, py) => {
    const column = Math.round((px / width) * (field.columns - 1));
    const row = Math.round((1 - py / height) * (field.rows - 1));
    return kinds[row * field.columns + column];
  };
  // The zone that a box lies in; none if it lies in several, or partly outside.
  const zoneOf = ({ x, y, width: wide, height: high }, pad) => {
    if (x < pad || y < pad || x + wide > width - pad || y + high > height - pad) return null;
    const zone = kindAt(x + wide / 2, y + high / 2);
    const across = Math.ceil(wide / 6);
    for (let i = 0; i <= across; i++) {
      for (const py of [y - pad, y + high / 2, y + high + pad]) {
        if (kindAt(x - pad + (i / across) * (wide + 2 * pad), py) !== zone) return null;
      }
    }
    return zone;
  };
  const boxes = (wide, high, pad = PAD) => {
    const found = [];
    for (let y = 0; y < height; y += GRID) {
      for (let x = 0; x < width; x += GRID) {
        const box = { x, y, width: wide, height: high };
        const zone = zoneOf(box, pad);
        if (zone !== null) found.push({ ...box, zone });
      }
    }
    return found;
  };
  const nearTo = ([px, py]) => (a, b) => away(a, px, py) - away(b, px, py);
  const away = (box, px, py) => Math.hypot(box.x + box.width / 2 - px, box.y + box.height / 2 - py);
  const middleOf = (some) => [
    some.reduce((sum, { x, width: wide }) => sum + x + wide / 2, 0) / some.length,
    some.reduce((sum, { y, height: high }) => sum + y + high / 2, 0) / some.length,
  ];
  const sizeOf = (text) => [Math.ceil(widthOf(text, FONT)), HEIGHT];
  const within = (zone, some) => {
    const own = some.filter((box) => box.zone === zone);
    return own.length ? own.sort(nearTo(middleOf(own))) : own;
  };
  const tied = (text, anchor, colour) => ({
    text,
    anchor,
    colour,
    boxes: boxes(...sizeOf(text)).filter((box) => gap(anchor, box) < LONGEST).sort((a, b) => gap(anchor, a) - gap(anchor, b)),
  });

  const entries = [];
  for (const { name, places, colour } of spots) {
    const anchors = places.map(([x, y]) => [panel.x(x), panel.y(y)]);
    entries.push(anchors.map((anchor) => tied(name, anchor, colour)));
  }
  names.forEach((texts, zone) => {
    const inside = texts.map((text) => ({ text, boxes: within(zone, boxes(...sizeOf(text))) }));
    if (inside.some(({ boxes: own }) => own.length)) return entries.push(inside);
    const core = CORES.map((side) => within(zone, boxes(side, side, 0))[0]).find(Boolean);
    if (core) entries.push([tied(texts.at(-1), middleOf([core]))]);
  });
  // What has the fewest places comes first.
  const tries = (entry) => entry.reduce((sum, { boxes: own }) => sum + own.length, 0);
  return entries.sort((a, b) => tries(a) - tries(b));
}

// Chooses a place for each name: {text, x, y, width, height}, and {anchor, end, colour} where a line
// ties it. `marks` are places in pixels, `taken` boxes and `lines` lines that names keep off.
export function placeZones(zones, panel, marks, taken, lines) {
  const size = `${panel.width} ${panel.height}`;
  if (zones.size !== size) Object.assign(zones, { size, plan: plan(zones, panel) });
  const boxes = [...taken];
  const placed = [];
  const free = (box) =>
    boxes.every((other) => !overlap(box, other, 4)) &&
    marks.every((mark) => gap(mark, box) > ROOM) &&
    lines.every(([from, to]) => !meets(box, from, to)) &&
    placed.every(({ anchor, end }) => !anchor || !meets(box, anchor, end));
  const clear = (anchor, end) =>
    marks.every((mark) => distance(mark, anchor, end) > ROOM) && boxes.every((box) => !meets(box, anchor, end));
  for (const entry of zones.plan) {
    const found = entry.flatMap((choice) => {
      const box = choice.boxes.find((each) => free(each) && (!choice.anchor || clear(choice.anchor, nearest(each, choice.anchor))));
      return box ? [{ ...choice, ...box, end: choice.anchor && nearest(box, choice.anchor) }] : [];
    })[0];
    if (!found) continue;
    boxes.push(found);
    placed.push(found);
  }
  return placed;
}

const nearest = ({ x, y, width, height }, [px, py]) => [
  Math.max(x, Math.min(x + width, px)),
  Math.max(y, Math.min(y + height, py)),
];

// Writes them into a group.
export function writeZones(group, placed) {
  const signature = JSON.stringify(placed.map(({ text, x, y, anchor }) => [text, x, y, anchor]));
  if (group.property("course-written") === signature) return;
  group.property("course-written", signature);
  const names = group
    .selectAll("g")
    .data(placed)
    .join((enter) => {
      const name = enter.append("g").attr("class", "course-zone");
      name.append("path");
      name.append("circle").attr("r", 2.2);
      name.append("text");
      return name;
    });
  names
    .select("path")
    .attr("d", ({ anchor, end }) => anchor && `M${anchor}L${end}`)
    .style("stroke", ({ colour }) => colour ?? null);
  names
    .select("circle")
    .attr("display", ({ anchor }) => (anchor ? null : "none"))
    .attr("cx", ({ anchor }) => anchor?.[0])
    .attr("cy", ({ anchor }) => anchor?.[1])
    .style("fill", ({ colour }) => colour ?? null);
  names
    .select("text")
    .attr("x", ({ x }) => x)
    .attr("y", ({ y }) => y + HEIGHT - 3)
    .text(({ text }) => text);
}
