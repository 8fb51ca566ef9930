// Fields side by side on one scale, with one hover for all of them; marks that can be dragged.
import { makeHandles, put, within } from "./handle.js";
import { placeNames, writeNames } from "./labels.js";
import { fitting } from "./life.js";
import { colourBar, levelTitles, paintField, paintHatch, paintLevels, paintLines, Panel } from "./panel.js";
import { byTouch, element, number, typeset, write } from "./text.js";
import { clampIndex, nearestNode, nodeAt, readColours, readField } from "./wire.js";
import { placeZones, readZones, writeZones } from "./zones.js";

const HATCHES = ["▨ hatched:", "▧ hatched the other way:"];
const BAR = 100; // pixels of the colour bar beside the panels, which a narrow figure has no room for:
const NARROW = 420;

// A heatmap as a part of another figure, whose scene, ground and frames have the heatmap's as `map`; what
// a hand does to its marks is told as the figure's.
export function mapWithin(host, { model, say, signal }) {
  const scene = model.get("scene");
  return heatmap(host, {
    model: {
      get: (name) => (name === "scene" ? { ...scene.map, recorded: scene.recorded } : (model.get("ground").map ?? {})),
      set: (name, value) => model.set(name, value),
      save_changes: () => model.save_changes(),
    },
    say,
    signal,
  });
}

export function heatmap(root, { model, say, signal }) {
  const scene = model.get("scene");
  const colours = readColours(scene.colours, "colours");
  // A place on the first axis, in words.
  const across = (place) => number(scene.exponents ? 10 ** place : place);
  const over = scene.over === undefined ? undefined : pixel(scene.over);
  const row = element("div", { class: "course-row" });
  const readout = element("div", { class: "course-readout" });
  const legend = element("div", { class: "course-hatched", hidden: "" });
  root.append(row, legend, readout);
  const hint = byTouch()
    ? "Tap the picture to read values."
    : "Point at the picture, or focus it and use the arrow keys, to read values.";
  const words = element("span");
  readout.append(words);
  tell(hint, true);
  const movable = scene.drag && !scene.recorded; // the marks
  let panels = [];
  let bar;
  let cursor = null; // {row, column}: the same node in all panels
  let size = 0;
  let levelled = null; // the titles whose heights are one

  function build(count) {
    panels.forEach((panel) => panel.destroy());
    row.replaceChildren();
    levelled = null;
    panels = Array.from({ length: count }, () => {
      const panel = new Panel(row, { names: scene.names, label: scene.label, signal });
      Object.assign(panel, { exponents: scene.exponents, markData: [], named: [], boxes: [], placed: [] });
      const thick = scene.thick ?? 0;
      panel.grounds.push((context) => {
        if (!panel.field) return;
        paintField(panel, context, panel.field, colours, scene.range, over);
        panel.field.regions.forEach((mask, i) => paintHatch(panel, context, panel.field, mask, i));
        paintLines(panel, context, panel.field.lines, { colour: panel.line, thick });
        for (const curve of panel.field.curves) {
          Object.assign(context, { strokeStyle: curve.colour, lineWidth: panel.broad(2.2) });
          context.setLineDash(curve.dash);
          panel.polyline(context, curve.points);
        }
      });
      panel.problem = element("div", { class: "course-inside", role: "alert", hidden: "" });
      panel.plot.append(panel.problem);
      panel.painters.push((context) => {
        if (!panel.field) return;
        nameMarks(panel);
        const avoid = [...panel.field.curves.map(({ points }) => points), ...panel.markData.map(({ at }) => at)];
        paintLevels(panel, context, panel.field.lines, { thick, avoid, boxes: [...panel.boxes, ...panel.placed], name: panel.zero });
      });
      panel.surface.classed("course-framed", true);
      panel.words = panel.over.append("text").attr("class", "course-words"); // in an empty panel
      panel.zoneNames = panel.over.append("g");
      panel.cross = panel.over.append("path").attr("class", "course-cross");
      panel.marks = panel.inner.append("g"); // whole where they stand at the edge
      panel.onDraw = () => {
        writeZones(panel.zoneNames, panel.placed);
        drawMarks(panel);
        drawCursor();
      };
      const surface = panel.surface.attr("tabindex", 0);
      surface.on("pointermove pointerdown", (event) => {
        const { x, y } = panel.place(event);
        if (panel.field) point(nearestNode(panel.field, x, y));
      });
      surface.on("pointerleave", (event) => event.pointerType === "touch" || point(null));
      surface.on("blur", () => point(null));
      surface.on("keydown", (event) => {
        const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0] };
        if (!move[event.key] || !panel.field) return;
        event.preventDefault();
        event.stopPropagation();
        const { rows, columns } = panel.field;
        const stride = event.shiftKey ? 10 : 1;
        const from = cursor ?? { row: rows >> 1, column: columns >> 1 };
        point(
          nodeAt(
            panel.field,
            clampIndex(from.row + stride * move[event.key][0], rows),
            clampIndex(from.column + stride * move[event.key][1], columns),
          ),
        );
        say(readout.textContent);
      });
      return panel;
    });
    bar = scene.bar && colourBar(row, { colours, range: scene.range, levels: scene.levels, label: scene.bar });
  }

  function point(node) {
    cursor = node;
    drawCursor();
    if (!node) {
      tell(hint, true);
      return;
    }
    const [first, second] = scene.names;
    const values = panels
      .filter((panel) => panel.field)
      .map((panel) => `${panel.name ?? scene.value} = ${number(valueAt(panel, node))}`);
    tell(`${first} = ${across(node.x)}, ${second} = ${number(node.y)}: ${values.join(", ")}`);
  }

  function tell(text, isHint = false) {
    typeset(words, text);
    words.classList.toggle("course-hint", isHint);
  }

  const valueAt = ({ field }, { row, column }) => field.values[row * field.columns + column];

  function drawCursor() {
    for (const panel of panels) {
      if (!cursor || !panel.field) {
        panel.cross.attr("d", null);
        panel.say(0, 0, null);
        continue;
      }
      const [px, py] = [panel.x(cursor.x), panel.y(cursor.y)];
      panel.cross.attr("d", `M0,${py}H${panel.width}M${px},0V${panel.height}`);
      const [first, second] = scene.names;
      panel.say(px, py, [
        `${first} = ${across(cursor.x)}, ${second} = ${number(cursor.y)}`,
        `${panel.name ?? scene.value} = ${number(valueAt(panel, cursor))}`,
      ]);
    }
  }

  // Where the marks' names stand; levels keep out of their way.
  function nameMarks(panel) {
    panel.named = panel.markData.map((mark) => ({ at: place(panel, mark), name: mark.name }));
    const lines = panel.field ? panel.field.curves.flatMap(({ points }) => segments(panel, points)) : [];
    panel.boxes = placeNames(panel.named, panel.width, panel.height, lines);
    if (!panel.field?.zones) return;
    const marks = panel.named.map(({ at }) => at);
    const leaders = panel.boxes.map(({ line }, i) => [marks[i], line]);
    panel.placed = placeZones(panel.field.zones, panel, marks, panel.boxes, leaders);
  }

  function drawMarks(panel) {
    const marks = panel.marks
      .selectAll("g")
      .data(panel.markData)
      .join((enter) => {
        const group = enter.append("g").attr("class", "course-mark").attr("role", "img");
        group.append("path").attr("class", "course-leader");
        if (movable) makeHandles(group, panel, (at, mark) => pick(at, mark));
        else group.append("circle").attr("r", 4.5);
        group.append("text").attr("class", "course-mark-name");
        return group;
      })
      .attr("aria-label", (mark) => `${mark.text}.${movable ? " Arrow keys move it." : ""}`)
      .each(function (mark) {
        put(this, panel, within(panel, mark.at));
      });
    const colour = (mark) => mark.colour ?? null;
    if (movable) marks.select(".course-ring").style("stroke", colour);
    marks.select(movable ? ".course-core" : "circle").style("fill", colour);
    writeNames(marks, panel.named, panel.boxes);
  }

  // A mark outside the window waits at its edge.
  const place = (panel, { at: [x, y] }) => [
    Math.max(0, Math.min(panel.width, panel.x(x))),
    Math.max(0, Math.min(panel.height, panel.y(y))),
  ];

  function pick(at, { index }) {
    model.set("event", { type: "pick", mark: index, at });
    model.save_changes();
  }

  const fit = (width) => {
    size = width;
    const count = Math.max(1, panels.length);
    const barred = scene.bar && width >= NARROW;
    bar?.show(barred);
    const room = barred ? width - BAR : width;
    const columns = room / count >= 230 ? count : Math.max(1, Math.floor(room / 300));
    const side = Math.min(470, Math.floor(room / columns) - (count > 1 || barred ? 12 : 0));
    for (const panel of panels) {
      panel.square(side);
      panel.words.attr("x", panel.width / 2).attr("y", panel.height / 2);
    }
    level();
  };

  function level() {
    const top = levelTitles(panels);
    if (size) bar?.resize(panels[0].height, top);
  }

  const still = model.get("ground").panels?.map((panel, i) => {
    const field = readField(panel, `panel ${i + 1}`);
    return { ...field, zones: readZones(panel, field) };
  });

  fitting(root, fit, signal);
  return {
    frame(frame) {
      const given = frame.panels ?? [];
      const count = given.length || panels.length || 1;
      if (count !== panels.length) {
        build(count);
        if (size) fit(size);
      }
      panels.forEach((panel, i) => {
        const packed = given[i];
        const drawn = packed && !packed.problem;
        const field = !drawn ? null : packed.values ? readField(packed, `panel ${i + 1}`) : still[i];
        const another = field !== panel.field;
        panel.field = field;
        panel.problem.hidden = !packed?.problem;
        write(panel.problem, packed?.problem ?? "");
        typeset(panel.title, packed?.title ?? "");
        panel.zero = packed?.zero;
        write(panel.words.node(), packed?.words ?? "");
        panel.name = panels.length > 1 ? packed?.title : scene.value;
        write(panel.note, packed?.note ?? "");
        panel.markData = (packed?.marks ?? []).map((mark, index) => ({ ...mark, index }));
        if (packed?.problem) panel.domain(packed.x, packed.y);
        if (field && another) panel.domain(field.x, field.y);
        panel.drawNow();
      });
      const titles = panels.map(({ title }) => title.textContent).join();
      if (titles !== levelled) level();
      levelled = titles;
      const hatched = frame.hatched ?? [];
      legend.hidden = !hatched.length;
      typeset(legend, hatched.map((text, i) => `${HATCHES[i % 2]} ${text}`).join("  ·  "));
      const seen = panels.find(({ field }) => field);
      if (cursor && seen) point(nearestNode(seen.field, cursor.x, cursor.y));
    },
  };
}

// A curve as lines between places in pixels.
function segments(panel, points) {
  const at = (index) => [panel.x(points[2 * index]), panel.y(points[2 * index + 1])];
  return Array.from({ length: points.length / 2 - 1 }, (_, index) => [at(index), at(index + 1)]);
}

function pixel(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}
