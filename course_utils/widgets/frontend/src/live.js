// A loop while it runs: its error curves, and rows of pictures beside them.
import { fitting } from "./life.js";
import { switchedChart } from "./switched.js";
import { element } from "./text.js";
import { read } from "./wire.js";

export function live(root, { model, signal }) {
  const { names, stride, log, ymax, label } = model.get("scene");
  const tools = element("div", { class: "course-tools" });
  const host = element("div", {}, [tools]);
  const pictures = element("div", { class: "course-pictures" });
  root.append(element("div", { class: "course-row" }, [host, pictures]));
  const chart = switchedChart(tools, host, { names, value: names[1], stride, log, ymax, label, signal });
  tools.append(chart.switch);
  fitting(root, (width) => chart.resize(Math.min(width, 520), 280), signal);
  return {
    frame(frame) {
      host.hidden = !chart.draw(frame).length;
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
