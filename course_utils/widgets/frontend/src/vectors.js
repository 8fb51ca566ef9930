// Arrows in several panels, with their numbers on hover and groups that can be switched off.
import { drag } from "d3-drag";
import { writeNames } from "./labels.js";
import { legend } from "./legend.js";
import { fitting } from "./life.js";
import { levelTitles, paintField, paintLines, Panel } from "./panel.js";
import { byTouch, element } from "./text.js";
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
  const toggles = legend(tools, (key, on) => {
    hidden[on ? "delete" : "add"](key);
    update(model.get("frame"));
  });
  let panels = [];
  let size = 0;

  function build(given) {
    panels.forEach((panel) => panel.destroy());
    panels = given.map(({ names }) => {
      const panel = new Panel(row, { names, label: model.get("scene").label, signal });
      panel.painters.push((context) => {
        if (!panel.field) return;
        const { field, colours } = panel;
        paintField(panel, context, field, colours, [0, 1]);
        paintLines(panel, context, field.lines, { colour: "#a98a63", thick: null, width: 0.7, most: 6 });
      });
      panel.arrows = panel.over.append("g");
      panel.points = panel.over.append("g");
      panel.onDraw = () => panel.given && drawOver(panel);
      return panel;
    });
    if (size) fit(size);
  }

  function drawOver(panel) {
    const { arrows, points } = panel.given;
    const on = ({ group }) => !hidden.has(group);
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
      .data(arrows.filter(on))
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
        const [grip, shaft, head] = this.children;
        const length = Math.hypot(x1 - x0, y1 - y0);
        const [ux, uy] = length ? [(x1 - x0) / length, (y1 - y0) / length] : [0, 0];
        const long = Math.min(length, 5 + 2.6 * width);
        const wide = long * 0.42;
        const [bx, by] = [x1 - ux * long, y1 - uy * long];
        grip.setAttribute("d", `M${x0},${y0}L${x1},${y1}`);
        shaft.setAttribute("d", `M${x0},${y0}L${bx},${by}`);
        shaft.setAttribute("stroke", colour);
        shaft.setAttribute("stroke-width", width);
        shaft.setAttribute("stroke-dasharray", dash.join(" "));
        head.setAttribute(
          "d",
          `M${x1},${y1}L${bx - uy * wide},${by + ux * wide}L${bx + uy * wide},${by - ux * wide}Z`,
        );
        head.setAttribute("fill", colour);
      });
    const shown = points.filter(on);
    const marks = panel.points
      .selectAll("g")
      .data(shown)
      .join((enter) => {
        const point = enter.append("g").attr("class", "course-point");
        point.append("path").attr("class", "course-leader");
        point.append("path").attr("class", "course-shape");
        point.append("text");
        return point;
      })
      .call(tell)
      .attr("transform", ({ at }) => `translate(${panel.x(at[0])},${panel.y(at[1])})`);
    marks
      .select("path.course-shape")
      .attr("d", ({ mark }) => MARKS[mark] ?? MARKS.circle)
      .attr("fill", ({ mark, colour }) => ({ ring: "#fff", cross: "none", star: "#fff" })[mark] ?? colour)
      .attr("stroke", ({ mark, colour }) => (["circle", "square"].includes(mark) ? "#fff" : colour))
      .attr("stroke-width", 1.6);
    const named = shown.map(({ at, name }) => ({ at: [panel.x(at[0]), panel.y(at[1])], name }));
    writeNames(marks, named, panel.width, panel.height);
    marks
      .filter(({ drag: draggable }) => draggable && !model.get("scene").recorded)
      .classed("course-start", true)
      .call(
        drag()
          .container(panel.surface.node().parentNode)
          .on("drag", (event) => {
            model.set("event", {
              type: "start",
              at: [panel.x.invert(event.x), panel.y.invert(event.y)],
            });
            model.save_changes();
          }),
      );
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
      panel.title.textContent = given[i].title;
      panel.field = given[i].field ? readField(given[i].field, `panel ${i + 1}`) : null;
      panel.colours = panel.field && readColours(given[i].field.colours, "colours");
      panel.domain(given[i].x, given[i].y);
      panel.drawNow();
    });
    levelTitles(panels);
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
