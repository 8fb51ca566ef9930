// A chart of curves that can be switched off, in a legend or by their names at their ends.
import { Chart } from "./chart.js";
import { legend } from "./legend.js";
import { read } from "./wire.js";

// The legend goes into `tools`, the chart into `host`; `look` is what Chart takes.
export function switchedChart(tools, host, look) {
  const hidden = new Set();
  let paths = [];
  let logAxis = null;
  const toggle = (key) => {
    hidden[hidden.has(key) ? "delete" : "add"](key);
    chart.panel.ease();
    show();
  };
  const toggles = legend(tools, toggle);
  const chart = new Chart(host, { ...look, onToggle: toggle });

  function show() {
    for (const path of paths) path.on = !hidden.has(path.label);
    const told = paths.map(({ label, colour, dash, on }) => ({ key: label, label, colour, dash, on }));
    toggles.update(chart.endsNamed(told.length) ? [] : told);
    chart.update(paths, [], logAxis);
  }

  return {
    switch: chart.toggle, // of the axis
    resize(width, height) {
      chart.resize(width, height);
      show();
    },
    // Draws a frame's paths, and returns them.
    draw(frame) {
      logAxis = frame.log;
      paths = (frame.paths ?? []).map((path) => ({
        ...path,
        errors: read(path.errors, `${path.label}: errors`, [null]),
        logged: path.logged && read(path.logged, `${path.label}: logged errors`, [null]),
      }));
      show();
      chart.panel.drawNow();
      return paths;
    },
  };
}
