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
  const toggle = (key) => {
    hidden[hidden.has(key) ? "delete" : "add"](key);
    chart.panel.ease();
    show();
  };
  const toggles = legend(tools, toggle);
  const chart = new Chart(host, { names, value, log, ymax, label, onToggle: toggle, signal });
  if (typeof log === "boolean") tools.append(chart.toggle); // else there is but the linear axis
  const sentences = element("ul", { class: "course-endings" });
  root.append(tools, host, sentences);

  function show() {
    for (const path of paths) path.on = !hidden.has(path.label);
    const told = paths.map(({ label: key, colour, dash, on }) => ({ key, label: key, colour, dash, on }));
    toggles.update(chart.endsNamed(told.length) ? [] : told);
    chart.update(paths, [], logAxis);
  }

  const fit = (width) => {
    chart.panel.resize(Math.min(width, 860), 330);
    show();
  };
  fitting(root, fit, signal);
  return {
    frame(frame) {
      logAxis = frame.log;
      paths = (frame.paths ?? []).map((path) => ({
        ...path,
        errors: read(path.errors, `${path.label}: errors`, [null]),
        logged: path.logged && read(path.logged, `${path.label}: logged errors`, [null]),
      }));
      sentences.replaceChildren(
        ...paths
          .filter((path) => path.ending)
          .map((path) => element("li", { text: `${path.label}: ${path.ending}` })),
      );
      show();
      chart.panel.drawNow();
    },
  };
}
