// What a hand can move in a plot: one look, one way to drag it and to move it by keys, everywhere.
import { drag } from "d3-drag";

const TARGET = 14; // pixels around its middle that take it up
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// Makes groups handles of a panel: a ring, with a halo until it is first used. `moved(place, datum)` is
// called with a place in data coordinates, at the end of a drag with one within the plot. A key moves
// by the share `stride` of the window, where one is given.
export function makeHandles(groups, panel, moved, stride) {
  groups.classed("course-handle course-unused", true).attr("tabindex", 0).attr("role", "img");
  groups.append("circle").attr("r", TARGET).attr("class", "course-target");
  groups.append("circle").attr("r", 9).attr("class", "course-ring");
  groups.append("circle").attr("r", 2.5).attr("class", "course-core");
  const use = (node, place, datum) => {
    node.classList.remove("course-unused");
    moved(place, datum);
  };
  let last = null; // where the hand is, wherever that may be
  groups.call(
    drag()
      .container(panel.surface.node().parentNode)
      .on("start", function () {
        last = null;
        this.classList.add("course-held");
        document.body.classList.add("course-grabbing");
      })
      .on("drag", function ({ x, y }, datum) {
        last = [panel.x.invert(x), panel.y.invert(y)];
        use(this, last, datum);
      })
      .on("end", function (_, datum) {
        this.classList.remove("course-held");
        document.body.classList.remove("course-grabbing");
        // Dropped outside, it could not be taken up again: back to the frame.
        const inside = last && within(panel, last);
        if (inside?.some((side, i) => side !== last[i])) use(this, inside, datum);
      }),
  );
  groups.on("keydown", function (event, datum) {
    const step = KEYS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const share = stride ?? (event.shiftKey ? 0.05 : 0.01);
    const from = placeOf(this, panel);
    const scales = [panel.x, panel.y];
    const to = scales.map((scale, i) => {
      const [low, high] = scale.domain();
      return from[i] + step[i] * share * (high - low);
    });
    use(this, within(panel, to), datum);
  });
}

// Writes "drag me" beside handles, until they are first used.
export function invite(groups) {
  groups.append("text").attr("class", "course-invitation").attr("aria-hidden", "true").text("drag me");
}

// Puts a handle, or anything else of a panel, at a place in data coordinates.
const places = new WeakMap();
export function put(group, panel, place) {
  places.set(group, place);
  const [px, py] = [panel.x(place[0]), panel.y(place[1])];
  group.setAttribute("transform", `translate(${px},${py})`);
  group.classList.toggle("course-leftwards", px > panel.width - 80); // words have no room at the right
}
const placeOf = (group) => places.get(group);

// The nearest place within the plot.
export function within(panel, place) {
  return [panel.x, panel.y].map((scale, i) => {
    const [low, high] = scale.domain();
    return Math.max(low, Math.min(high, place[i]));
  });
}
