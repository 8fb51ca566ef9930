// The browser's half of the course's moving figures.
//
// Python sends a scene (what never changes), a ground (what changes rarely) and frames; a figure of
// the scene's kind draws them. Nothing here knows a formula of the course. Whatever goes wrong is
// said where the picture should be.
import { ahead } from "./ahead.js";
import { curves } from "./curves.js";
import { explorer } from "./explorer.js";
import { heatmap } from "./heatmap.js";
import { live } from "./live.js";
import { unpack } from "./recording.js";
import { atOnceOrNextFrame, element, voice } from "./text.js";
import { vectors } from "./vectors.js";

const KINDS = { curves, explorer, heatmap, live, vectors };

function render({ model, el }) {
  const message = element("div", { class: "course-mistake", role: "alert", hidden: "" });
  const root = element("div", { class: "course-figure", role: "group" });
  el.append(message, root);
  const say = voice(el);
  let figure = null;

  const complain = (text) => {
    message.hidden = !text;
    if (message.textContent !== text) message.textContent = text ?? "";
  };
  // A figure that cannot be drawn leaves a sentence, not a blank box.
  const attempt = (work) => {
    try {
      work();
      return true;
    } catch (error) {
      complain(error.message);
      return false;
    }
  };

  function draw(given) {
    complain(given.message);
    attempt(() => figure?.frame(given));
    root.setAttribute("aria-label", `${model.get("scene").label}. ${given.alt ?? ""}`);
    if (given.alt) say(given.alt);
  }
  const early = ahead(model, draw);
  const frame = () => {
    const given = model.get("frame") ?? {};
    if (!early.late(given)) draw(given);
  };

  function build() {
    figure?.stop();
    figure?.destroy();
    figure = null;
    root.replaceChildren();
    const scene = model.get("scene") ?? {};
    attempt(() => {
      if (!KINDS[scene.kind]) throw new Error(`There is no figure of the kind “${scene.kind}”.`);
      figure = KINDS[scene.kind](root, model, say);
      figure.ground?.(model.get("ground"));
    });
    if (figure) frame();
  }

  const box = () => el.closest(".course-moving") ?? el;
  const keys = (event) => keepKeys(event, box());
  window.addEventListener("keydown", keys, true);
  const named = new MutationObserver(() => nameHandles(box()) && named.disconnect());
  requestAnimationFrame(() => {
    const host = el.closest(".course-moving"); // a recording has none, and names its own sliders
    if (host && !nameHandles(host)) named.observe(host, { childList: true, subtree: true });
  });
  const scheduled = atOnceOrNextFrame(frame);
  const listeners = {
    "change:scene": build,
    "change:ground": () => attempt(() => figure?.ground?.(model.get("ground"))),
    "change:frame": scheduled,
    "change:ahead": () => attempt(() => figure?.ahead?.()),
    "change:answer": () => attempt(() => figure?.answer?.()),
    "change:t": () => attempt(() => figure?.t?.()),
  };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  build();
  return () => {
    for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
    window.removeEventListener("keydown", keys, true);
    named.disconnect();
    scheduled.cancel();
    early.stop();
    say.stop();
    figure?.stop();
    figure?.destroy();
  };
}

// ipywidgets' handles say a number; what it is the number of stands beside them. Tells whether all
// sliders of the box are there and have their name.
function nameHandles(box) {
  const sliders = [...box.querySelectorAll(".widget-slider")];
  for (const slider of sliders) {
    const name = slider.querySelector(".widget-label")?.textContent;
    const handle = slider.querySelector(".noUi-handle");
    if (name && handle) handle.setAttribute("aria-label", name);
  }
  return sliders.length > 0 && sliders.every((slider) => slider.querySelector("[aria-label]"));
}

// Notebook applications listen for the arrow keys before anybody else; while one is pressed inside a
// figure or on its sliders, it is the figure's.
function keepKeys(event, box) {
  if (!event.key?.startsWith("Arrow") || !box.contains(event.target)) return;
  const mark = "data-lm-suppress-shortcuts";
  event.target.setAttribute(mark, "true");
  setTimeout(() => event.target.removeAttribute(mark), 0);
}

// What a figure takes for its kernel: what Python said, and who wants to hear of it.
function recorded({ scene, ground }) {
  const values = { scene: { ...scene, recorded: true }, ground, frame: {}, answer: {}, event: {}, t: -1 };
  const listeners = {};
  return {
    get: (name) => values[name],
    set(name, value) {
      values[name] = value;
      for (const listener of listeners[`change:${name}`] ?? []) listener();
    },
    on: (name, listener) => (listeners[name] ??= []).push(listener),
    off: () => {},
    save_changes: () => {},
  };
}

// A recorded figure: its frames are in the page, its sliders are the page's own. Several drawings
// may follow them.
async function play(box, bytes) {
  const { beside = [], sliders, ...main } = await unpack(bytes);
  const drawings = [...beside, main].map((part) => ({ ...part, model: recorded(part) }));
  const choose = () => {
    const index = sliders.reduce((sum, slider) => sum * slider.stops.length + slider.at, 0);
    for (const { model, frames } of drawings) model.set("frame", frames[index]);
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
    return element("label", { class: "course-slider" }, [`${slider.label} `, input, shown]);
  });
  const places = drawings.map(() => element("div"));
  box.querySelector("img")?.remove();
  box.append(
    element("div", { class: "course-tools" }, controls),
    element("div", { class: beside.length ? "course-row course-beside" : "" }, places),
  );
  choose();
  drawings.forEach(({ model }, i) => render({ model, el: places[i] }));
}

export default { render, play };
