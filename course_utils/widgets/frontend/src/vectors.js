// Arrows in several panels, with their numbers on hover and groups that can be switched off.
import { drawArrow } from "./arrow.js";
import { invite, makeHandles, put } from "./handle.js";
import { placeNames, writeNames } from "./labels.js";
import { legend } from "./legend.js";
import { fitting } from "./life.js";
import { levelTitles, paintField, paintLevels, paintLines, Panel } from "./panel.js";
import { byTouch, element, write } from "./text.js";
import { readColours, readField } from "./wire.js";

const MARKS = {
  circle: "M-5,0A5,5,0,1,1,5,0A5,5,0,1,1,-5,0Z",
  ring: "M-5,0A5,5,0,1,1,5,0A5,5,0,1,1,-5,0Z",
  square: "M-5,-5H5V5H-5Z",
  cross: "M-7,0H7M0,-7V7",
  star: "M0,-10L2.4,-3.2L9.5,-3.1L3.8,1.2L5.9,8.1L0,4L-5.9,8.1L-3.8,1.2L-9.5,-3.1L-2.4,-3.2Z",
};

export function vectors(root, { model, say, signal }) {
  const tools = element("div", { class: "course-tools" });
  const row = element("div", { class: "course-row" });
  const readout = element("div", { class: "course-readout" });
  const hint = byTouch()
    ? "Tap an arrow to read its numbers."
    : "Point at an arrow, or move to it with the Tab key, to read its numbers.";
  readout.replaceChildren(element("span", { class: "course-hint", text: hint }));
  root.append(tools, row, readout);
  const hidden = new Set();
  const toggles = legend(tools, (key) => {
    hidden[hidden.has(key) ? "delete" : "add"](key);
    update(model.get("frame"));
  });
  let panels = [];
  let size = 0;
  let levelled = null; // the titles whose heights are one

  function build(given) {
    panels.forEach((panel) => panel.destroy());
    panels = given.map(({ names }) => {
      const panel = new Panel(row, { names, label: model.get("scene").label, signal });
      panel.grounds.push((context) => {
        if (!panel.field) return;
        const { field, colours } = panel;
        paintField(panel, context, field, colours, [0, 1]);
        paintLines(panel, context, field.lines, { colour: panel.contour, width: 0.7 });
      });
      panel.painters.push((context) => {
        if (!panel.given) return;
        layOut(panel);
        if (!panel.field) return;
        const { arrows, points, boxes } = panel.laidOut;
        const avoid = [
          ...arrows.map(({ tail, tip }) => [...tail, ...tip]),
          ...points.map(({ at }) => at),
        ];
        paintLevels(panel, context, panel.field.lines, { most: 6, avoid, boxes });
      });
      panel.arrows = panel.over.append("g");
      panel.points = panel.over.append("g");
      panel.onDraw = () => panel.given && drawOver(panel);
      return panel;
    });
    if (size) fit(size);
  }

  // What is shown, and where the names of points stand.
  function layOut(panel) {
    const on = ({ group }) => !hidden.has(group);
    const [arrows, points] = [panel.given.arrows.filter(on), panel.given.points.filter(on)];
    const pixels = ([x, y]) => [panel.x(x), panel.y(y)];
    const named = points.map(({ at, name }) => ({ at: pixels(at), name }));
    const lines = arrows.map(({ tail, tip }) => [pixels(tail), pixels(tip)]);
    const boxes = placeNames(named, panel.width, panel.height, lines);
    panel.laidOut = { arrows, points, named, boxes };
  }

  function drawOver(panel) {
    const { arrows, points, named, boxes } = panel.laidOut;
    const tell = (selection) =>
      selection
        .attr("tabindex", 0)
        .attr("role", "img")
        .attr("aria-label", ({ text }) => text)
        .on("pointerenter focus", (event, { text }) => {
          const { px, py } = event.type === "focus" ? { px: 20, py: 20 } : panel.place(event);
          panel.say(px, py, [text]);
          readout.textContent = text;
          if (event.type === "focus") say(text);
        })
        .on("pointerleave blur", (event) => {
          if (event.pointerType === "touch") return; // a finger leaves whenever it is lifted
          panel.say(0, 0, null);
          readout.replaceChildren(element("span", { class: "course-hint", text: hint }));
        });
    panel.arrows
      .selectAll("g")
      .data(arrows)
      .join((enter) => {
        const arrow = enter.append("g").attr("class", "course-arrow");
        arrow.append("path").attr("class", "course-grip");
        arrow.append("path").attr("class", "course-shaft");
        arrow.append("path").attr("class", "course-head");
        return arrow;
      })
      .call(tell)
      .each(function ({ tail, tip, colour, dash, width }) {
        const [x0, y0, x1, y1] = [panel.x(tail[0]), panel.y(tail[1]), panel.x(tip[0]), panel.y(tip[1])];
        drawArrow(this.children, [x0, y0], [x1, y1], { colour, dash, width });
      });
    const marks = panel.points
      .selectAll("g")
      .data(points, ({ name }) => name)
      .join((enter) => {
        const point = enter.append("g").attr("class", "course-point");
        point.append("path").attr("class", "course-leader");
        point.append("path").attr("class", "course-shape");
        const movable = point.filter(({ drag }) => drag && !model.get("scene").recorded);
        movable.select("path.course-shape").attr("display", "none"); // the handle stands there
        makeHandles(movable.classed("course-start", true), panel, (at) => {
          model.set("event", { type: "start", at });
          model.save_changes();
        });
        invite(movable);
        point.append("text").attr("class", "course-mark-name");
        return point;
      })
      .call(tell)
      .each(function ({ at }) {
        put(this, panel, at);
      });
    marks
      .select("path.course-shape")
      .attr("d", ({ mark }) => MARKS[mark] ?? MARKS.circle)
      .attr("fill", ({ mark, colour }) => ({ ring: panel.paper, cross: "none", star: panel.paper })[mark] ?? colour)
      .attr("stroke", ({ mark, colour }) => (["circle", "square"].includes(mark) ? panel.paper : colour))
      .attr("stroke-width", 1.6);
    writeNames(marks, named, boxes);
  }

  function update(frame) {
    const given = frame.panels ?? [];
    if (given.length !== panels.length) build(given);
    toggles.update(
      (frame.groups ?? []).map(({ label, colour, dash }) => ({
        key: label,
        label,
        colour,
        dash,
        on: !hidden.has(label),
      })),
    );
    panels.forEach((panel, i) => {
      panel.given = given[i];
      write(panel.title, given[i].title);
      panel.field = given[i].field ? readField(given[i].field, `panel ${i + 1}`) : null;
      panel.colours = panel.field && readColours(given[i].field.colours, "colours");
      panel.domain(given[i].x, given[i].y);
      panel.drawNow();
    });
    const titles = panels.map(({ title }) => title.textContent).join();
    if (titles !== levelled) levelTitles(panels);
    levelled = titles;
  }

  const fit = (width) => {
    size = width;
    const count = Math.max(1, panels.length);
    const columns = width / count >= 250 ? count : Math.max(1, Math.floor(width / 300));
    const side = Math.min(430, Math.floor((width - 12 * (columns - 1)) / columns));
    panels.forEach((panel) => panel.square(side));
    levelTitles(panels);
  };

  fitting(root, fit, signal);
  return { frame: update };
}
