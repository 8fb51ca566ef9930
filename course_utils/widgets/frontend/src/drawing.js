// One drawing: what Python or a recording says of it, drawn by a figure of its scene's kind. Whatever
// goes wrong is said where the picture should be.
import { ahead } from "./ahead.js";
import { curves } from "./curves.js";
import { explorer } from "./explorer.js";
import { heatmap } from "./heatmap.js";
import { atOnceOrNextFrame, inNextFrame, atEnd, listen, within } from "./life.js";
import { live } from "./live.js";
import { element, voice } from "./text.js";
import { vectors } from "./vectors.js";

const KINDS = { curves, explorer, heatmap, live, vectors };

export function drawing(model, el, signal) {
  const message = element("div", { class: "course-mistake", role: "alert", hidden: "" });
  const root = element("div", { class: "course-figure", role: "group" });
  el.append(message, root);
  const say = voice(el, signal);
  let figure = null;
  let figureLife = null; // ends the figure of an older scene

  // What is wrong, by where it was met: each place takes back its own complaint and nobody else's.
  const complaints = { kernel: "", figure: "", ground: "", frame: "", detail: "" };
  function complain(where, text) {
    complaints[where] = text;
    const told = Object.values(complaints).find(Boolean) ?? "";
    message.hidden = !told;
    if (message.textContent !== told) message.textContent = told;
  }
  function attempt(where, work) {
    try {
      work();
      complain(where, "");
    } catch (error) {
      complain(where, error.message);
    }
  }

  function draw(given) {
    complain("kernel", given.message ?? "");
    attempt("frame", () => figure?.frame(given));
    root.setAttribute("aria-label", `${model.get("scene").label}. ${given.alt ?? ""}`);
    if (given.alt) say(given.alt);
  }
  const sentAhead = ahead(model, draw, signal);
  const frame = () => {
    const given = model.get("frame") ?? {};
    if (!sentAhead.outdates(given)) draw(given);
  };
  const ground = () => attempt("ground", () => figure?.ground?.(model.get("ground")));
  const detail = (name) => () => attempt("detail", () => figure?.[name]?.());

  function build() {
    figureLife?.abort();
    figureLife = within(signal);
    figure = null;
    root.replaceChildren();
    attempt("figure", () => {
      const { kind } = model.get("scene") ?? {};
      if (!KINDS[kind]) throw new Error(`There is no figure of the kind “${kind}”.`);
      figure = KINDS[kind](root, { model, say, signal: figureLife.signal });
    });
    ground();
    frame();
  }

  const box = () => el.closest(".course-moving") ?? el;
  window.addEventListener("keydown", (event) => keepKeys(event, box()), { capture: true, signal });
  const sliders = new MutationObserver(() => nameHandles(box()) && sliders.disconnect());
  atEnd(signal, () => sliders.disconnect());
  inNextFrame(() => {
    const host = el.closest(".course-moving"); // a recording has none, and names its own sliders
    if (host && !nameHandles(host)) sliders.observe(host, { childList: true, subtree: true });
  }, signal);
  listen(
    model,
    {
      "change:scene": build,
      "change:ground": ground,
      "change:frame": atOnceOrNextFrame(frame, signal),
      "change:ahead": detail("ahead"),
      "change:answer": detail("answer"),
      "change:t": detail("t"),
    },
    signal,
  );
  build();
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
