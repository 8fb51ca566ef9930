// Names of marks: each beside its own mark and tied to it by a line, on no mark and no other name.
import { widthOf } from "./text.js";

const FONT = "600 12px system-ui, sans-serif"; // as in figures.css
const HEIGHT = 14;
const ROOM = 11; // pixels around the middle of a mark that are the mark's
const SIDES = [[1, -1], [-1, -1], [1, 1], [-1, 1]]; // right or left, above or below
const AWAY = [13, 24, 38, 54]; // pixels from a mark's middle to the nearest corner of its name

export const overlap = (a, b, pad = 2) =>
  a.x < b.x + b.width + pad && b.x < a.x + a.width + pad &&
  a.y < b.y + b.height + pad && b.y < a.y + a.height + pad;

export const gap = ([px, py], { x, y, width, height }) =>
  Math.hypot(Math.max(x - px, 0, px - x - width), Math.max(y - py, 0, py - y - height));

// The distance of a point from a line between two others.
export function distance([px, py], [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const share = Math.max(0, Math.min(1, ((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(px - x0 - share * dx, py - y0 - share * dy);
}

// Whether a line between two places crosses a box, or nearly.
export function meets(box, [x0, y0], [x1, y1]) {
  const pad = 3;
  let [from, to] = [0, 1];
  for (const [start, end, low, high] of [
    [x0, x1, box.x - pad, box.x + box.width + pad],
    [y0, y1, box.y - pad, box.y + box.height + pad],
  ]) {
    const way = end - start;
    if (!way && (start < low || start > high)) return false;
    if (!way) continue;
    const [enter, leave] = [(low - start) / way, (high - start) / way].sort((a, b) => a - b);
    [from, to] = [Math.max(from, enter), Math.min(to, leave)];
  }
  return from <= to;
}

// marks: [{at: [px, py], name}]; lines: [[from, to]] that a name had better not lie on. Returns a box
// {x, y, width, height, line} for each name, `line` the corner of the box that faces its mark.
export function placeNames(marks, width, height, lines = []) {
  const taken = [];
  return marks.map(({ at, name }, index) => {
    const others = marks.filter((_, i) => i !== index).map((mark) => mark.at);
    // Away from the nearest of the others first.
    const near = [...others].sort((a, b) => Math.hypot(a[0] - at[0], a[1] - at[1]) - Math.hypot(b[0] - at[0], b[1] - at[1]))[0];
    const outwards = near && near[0] > at[0] ? -1 : 1;
    const sides = [...SIDES].sort((a, b) => outwards * (b[0] - a[0]));
    const boxes = AWAY.flatMap((away) => sides.map((side) => boxAt(at, name, side, away, width)));
    const inside = boxes.filter((box) => box.y > 1 && box.y + box.height < height - 1);
    const free = (box) =>
      taken.every((other) => !overlap(box, other)) && others.every((other) => gap(other, box) > ROOM);
    const clear = (box) => others.every((other) => distance(other, at, box.line) > ROOM);
    const own = (box) => others.every((other) => gap(at, box) < gap(other, box));
    const open = (box) => lines.every(([from, to]) => !meets(box, from, to));
    const good = (box) => free(box) && clear(box) && own(box);
    const tests = [(box) => good(box) && open(box), good, (box) => free(box) && clear(box), free];
    const box = tests.map((test) => inside.find(test)).find(Boolean) ?? inside[0] ?? boxes[0];
    taken.push(box);
    return box;
  });
}

// A box of that size beside a place, in a plot of that size: on no line and none of the boxes that are
// taken, if there is such a place.
export function placeBeside([px, py], [width, height], [plotWidth, plotHeight], lines, taken) {
  const boxes = [10, 24, 40].flatMap((away) =>
    [px + away, px - away - width].flatMap((x) =>
      [py - height / 2, py - height - 0.6 * away, py + 0.6 * away].map((y) => ({ x, y, width, height })),
    ),
  );
  const inside = boxes.filter(({ x, y }) => x >= 0 && x + width <= plotWidth && y >= 0 && y + height <= plotHeight);
  const free = (box) => taken.every((other) => !overlap(box, other));
  const open = (box) => free(box) && lines.every(([from, to]) => !meets(box, from, to));
  const [x, y] = [Math.max(0, Math.min(plotWidth - width, px - width)), Math.max(0, Math.min(plotHeight - height, py))];
  return inside.find(open) ?? inside.find(free) ?? { x, y, width, height };
}

// A name beside a mark; where the plot ends it is moved inwards, and stands above or below its mark.
function boxAt([px, py], name, [right, below], away, plotWidth) {
  const width = Math.ceil(widthOf(name, FONT)) + 2;
  const aside = right > 0 ? px + away * 0.8 : px - away * 0.8 - width;
  const x = Math.max(2, Math.min(plotWidth - width - 2, aside));
  const y = below > 0 ? py + away * 0.8 : py - away * 0.8 - HEIGHT;
  const line = [Math.max(x, Math.min(x + width, px)), below > 0 ? y : y + HEIGHT];
  return { x, y, width, height: HEIGHT, line };
}

// Writes names into groups that stand at their marks; each has a path.course-leader
// and a text.course-mark-name.
export function writeNames(groups, marks, boxes) {
  const ends = boxes.map((box, i) => marks[i].at[0] > box.x + box.width / 2); // the text, near its mark
  groups
    .select("path.course-leader")
    .attr("d", (_, i) => `M0,0L${boxes[i].line[0] - marks[i].at[0]},${boxes[i].line[1] - marks[i].at[1]}`);
  groups
    .select("text.course-mark-name")
    .attr("text-anchor", (_, i) => (ends[i] ? "end" : "start"))
    .attr("x", (_, i) => boxes[i].x + (ends[i] ? boxes[i].width : 0) - marks[i].at[0])
    .attr("y", (_, i) => boxes[i].y + HEIGHT - 3 - marks[i].at[1])
    .text((_, i) => marks[i].name);
}
