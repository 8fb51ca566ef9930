// Toggles that show their line: colour, dash and name; pressed means drawn.
import { element } from "./text.js";

export function legend(host, onToggle, name = "legend") {
  const root = element("div", { class: "course-legend", role: "group", "aria-label": name });
  host.append(root);
  let shown = "";
  return {
    root,
    // entries: [{key, label, colour, dash, on}]
    update(entries) {
      const signature = JSON.stringify(entries);
      if (signature === shown) return;
      shown = signature;
      const focused = root.contains(document.activeElement) && document.activeElement.dataset.key;
      root.replaceChildren(
        ...entries.map(({ key, label, colour, dash, on }) => {
          const button = element(
            "button",
            { type: "button", class: "course-toggle", "aria-pressed": String(on), "data-key": key },
            [swatch(colour, dash), element("span", { text: label })],
          );
          button.addEventListener("click", () => onToggle(key));
          return button;
        }),
      );
      if (focused) root.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    },
  };
}

export function swatch(colour, dash) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", "30");
  svg.setAttribute("height", "10");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  const look = { x1: 1, x2: 29, y1: 5, y2: 5, stroke: colour, "stroke-width": 3 };
  for (const [key, value] of Object.entries(look)) line.setAttribute(key, value);
  if (dash?.length) line.setAttribute("stroke-dasharray", dash.join(" "));
  svg.append(line);
  return svg;
}
