// A figure without a kernel: its frames come with the page.
import { drawing } from "./drawing.js";
import { marks } from "./marks.js";
import { element } from "./text.js";

// Returns what one compressed block holds: a JSON header, and the arrays that it points to.
async function unpack(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const body = 4 + length;
  const fill = (value) => {
    if (Array.isArray(value)) return value.map(fill);
    if (!value || typeof value !== "object") return value;
    if (value.dtype && value.offset !== undefined) {
      return { ...value, data: new DataView(buffer, body + value.offset, value.bytes) };
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
  };
  return fill(header);
}

// What a drawing takes for its kernel: what Python said, and who wants to hear of it. Where starts of
// a path are recorded, a hand may move it by
// steps of that share of the window, and `moved(place)` hears where to.
function recorded({ scene, ground }, moved, share) {
  const values = { scene: { ...scene, recorded: true, movable: moved && share }, ground, frame: {}, answer: {}, event: {}, t: -1 };
  const listeners = {};
  return {
    get: (name) => values[name],
    set(name, value) {
      values[name] = value;
      if (name === "event" && value.type === "start") moved?.(value.at);
      for (const listener of listeners[`change:${name}`] ?? []) listener();
    },
    on: (name, listener) => (listeners[name] ??= []).push(listener),
    off: () => {},
    save_changes: () => {},
  };
}

// The index of the place that is nearest to another one, 0 if there is none.
function nearest(places, [x, y] = []) {
  const far = ([px, py]) => Math.hypot(px - x, py - y);
  return places.reduce((best, place, i) => (far(place) < far(places[best]) ? i : best), 0);
}

// A recorded figure: its frames are in the page, its sliders are the page's own. It lives as long as the
// page.
export async function play(box, bytes) {
  const { sliders, starts = [], origin = [], ...main } = await unpack(bytes);
  let start = nearest(starts, origin);
  const moved = (at) => {
    start = nearest(starts, at);
    choose();
  };
  const model = recorded(main, starts.length ? moved : null, 1 / Math.sqrt(starts.length));
  const choose = () => {
    const index = sliders.reduce((sum, slider) => sum * slider.stops.length + slider.at, 0);
    model.set("frame", main.frames[starts.length ? index * starts.length + start : index]);
  };
  const controls = sliders.map((slider) => {
    const shown = element("output", { text: slider.texts[slider.at] });
    const input = element("input", {
      type: "range",
      min: "0",
      max: String(slider.stops.length - 1),
      step: "1",
      value: String(slider.at),
      "aria-valuetext": slider.texts[slider.at],
    });
    input.addEventListener("input", () => {
      slider.at = Number(input.value);
      shown.textContent = slider.texts[slider.at];
      input.setAttribute("aria-valuetext", slider.texts[slider.at]);
      choose();
    });
    const name = element("span", { class: "course-slider-name", text: slider.label });
    const under = marks(input);
    under.show({ texts: slider.texts, places: { start: { index: slider.at, text: slider.texts[slider.at] } } });
    return element("label", { class: "course-number course-slider" }, [name, input, shown, ...under.parts]);
  });
  const place = element("div");
  box.querySelector("picture, img")?.remove();
  box.append(element("div", { class: "course-sliders" }, controls), place);
  choose();
  drawing(model, place, new AbortController().signal);
}
