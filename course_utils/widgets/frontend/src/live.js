// A loop while it runs: its error curves, and rows of pictures beside them.
import { Chart } from "./chart.js";
import { legend } from "./legend.js";
import { fitting } from "./life.js";
import { element } from "./text.js";
import { read } from "./wire.js";

export function live(root, { model, signal }) {
  const { names, stride, log, ymax, label } = model.get("scene");
  const tools = element("div", { class: "course-tools" });
  const host = element("div", {}, [tools]);
  const pictures = element("div", { class: "course-pictures" });
  root.append(element("div", { class: "course-row" }, [host, pictures]));
  const hidden = new Set();
  let paths = [];
  let logAxis = null;
  const toggle = (key) => {
    hidden[hidden.has(key) ? "delete" : "add"](key);
    chart.panel.ease();
    show();
  };
  const toggles = legend(tools, toggle);
  const chart = new Chart(host, { names, value: names[1], stride, log, ymax, label, onToggle: toggle, signal });
  tools.append(chart.toggle);

  function show() {
    for (const path of paths) path.on = !hidden.has(path.label);
    const told = paths.map(({ label: key, colour, dash, on }) => ({ key, label: key, colour, dash, on }));
    toggles.update(chart.endsNamed(told.length) ? [] : told);
    chart.update(paths, [], logAxis);
  }

  const fit = (width) => {
    chart.panel.resize(Math.min(width, 520), 280);
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
      host.hidden = !paths.length;
      show();
      chart.panel.drawNow();
      pictures.replaceChildren(
        ...(frame.rows ?? []).flatMap(({ label: name, images }) => [
          element("div", { class: "course-note", text: name }),
          strip(read(images, name, [null, null, null]), name),
        ]),
      );
    },
  };
}

// Pictures side by side, dark where the shade is high; the browser enlarges them without smoothing.
function strip(shades, name) {
  const [count, height, width] = shades.shape;
  const gap = Math.max(1, Math.round(width / 10));
  const canvas = element("canvas", { role: "img", "aria-label": name });
  [canvas.width, canvas.height] = [count * (width + gap) - gap, height];
  const context = canvas.getContext("2d");
  for (let picture = 0; picture < count; picture++) {
    const image = context.createImageData(width, height);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const shade = 255 - shades[picture * width * height + pixel];
      image.data.set([shade, shade, shade, 255], 4 * pixel);
    }
    context.putImageData(image, picture * (width + gap), 0);
  }
  canvas.style.width = `${Math.min(560, count * 64)}px`;
  return canvas;
}
