// Several error curves in one chart.
import { fitting } from "./life.js";
import { switchedChart } from "./switched.js";
import { element } from "./text.js";

export function curves(root, { model, signal }) {
  const { names, value, log, ymax, label } = model.get("scene");
  const tools = element("div", { class: "course-tools" });
  const host = element("div");
  const chart = switchedChart(tools, host, { names, value, log, ymax, label, signal });
  if (typeof log === "boolean") tools.append(chart.switch); // else there is but the linear axis
  const sentences = element("ul", { class: "course-endings" });
  root.append(tools, host, sentences);
  fitting(root, (width) => chart.resize(Math.min(width, 860), 330), signal);
  return {
    frame(frame) {
      const told = chart.draw(frame).filter(({ ending }) => ending);
      sentences.replaceChildren(
        ...told.map((path) => element("li", { text: `${path.label}: ${path.ending}` })),
      );
    },
  };
}
