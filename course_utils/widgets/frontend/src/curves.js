// Several error curves in one chart.
import { Chart } from "./chart.js";
import { legend } from "./legend.js";
import { fitting } from "./life.js";
import { element } from "./text.js";
import { read } from "./wire.js";

export function curves(root, { model, signal }) {
  const { names, value, log, ymax, label } = model.get("scene");
  const tools = element("div", { class: "course-tools" });
  const host = element("div");
  const hidden = new Set();
  let paths = [];
  let logAxis = null;
  const toggles = legend(tools, (key, on) => {
    hidden[on ? "delete" : "add"](key);
    show();
  });
  const chart = new Chart(host, { names, value, log, ymax, label, signal });
  if (typeof log === "boolean") tools.append(chart.toggle); // else there is but the linear axis
  const told = element("ul", { class: "course-endings" });
  root.append(tools, host, told);

  function show() {
    for (const path of paths) path.on = !hidden.has(path.label);
    toggles.update(
      paths.map(({ label: key, colour, dash, on }) => ({ key, label: key, colour, dash, on })),
    );
    chart.update(paths, [], logAxis);
  }

  fitting(root, (width) => chart.panel.resize(Math.min(width, 860), 330), signal);
  return {
    frame(frame) {
      logAxis = frame.log;
      paths = (frame.paths ?? []).map((path) => ({
        ...path,
        errors: read(path.errors, `${path.label}: errors`, [null]),
        logged: path.logged && read(path.logged, `${path.label}: logged errors`, [null]),
      }));
      told.replaceChildren(
        ...paths
          .filter((path) => path.ending)
          .map((path) => element("li", { text: `${path.label}: ${path.ending}` })),
      );
      show();
      chart.panel.drawNow();
    },
  };
}
