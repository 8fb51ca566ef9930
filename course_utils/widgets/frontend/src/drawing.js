// One drawing: what Python or a recording says of it, drawn by a figure of its scene's kind. Whatever
// goes wrong is said where the picture should be.
import { ahead } from "./ahead.js";
import { curves } from "./curves.js";
import { directions } from "./directions.js";
import { explorer } from "./explorer.js";
import { heatmap } from "./heatmap.js";
import { atEnd, atOnceOrNextFrame, listen, within } from "./life.js";
import { live } from "./live.js";
import { element, voice } from "./text.js";
import { followTheme, inTheme } from "./theme.js";
import { vectors } from "./vectors.js";

const QUIET = 150; // milliseconds without another frame
const KINDS = { curves, directions, explorer, heatmap, live, vectors };

export function drawing(model, el, signal) {
  const message = element("div", { class: "course-mistake", role: "alert", hidden: "" });
  const root = element("div", { class: "course-figure", role: "group" });
  el.append(message, root);
  const say = voice(el, signal);
  let figure = null;
  let figureLife = null; // ends the figure of an older scene
  let dark = followTheme(root, (now) => ((dark = now), build()), signal);
  // What figures see of the model: all colours are those of the theme.
  const themed = (value) => inTheme(value, dark, model.get("scene")?.dark ?? {});
  const view = { ...model, get: (name) => themed(model.get(name)) };

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
    attempt("frame", () => figure?.frame(themed(given)));
    describe(`${model.get("scene").label}. ${given.alt ?? ""}`);
    if (given.alt) say(given.alt);
  }
  // Like the voice, not while a hand moves: every change makes the page look at all of its roles.
  let description = 0;
  function describe(text) {
    clearTimeout(description);
    const set = () => root.setAttribute("aria-label", text);
    if (root.hasAttribute("aria-label")) description = setTimeout(set, QUIET);
    else set();
  }
  atEnd(signal, () => clearTimeout(description));
  const sentAhead = ahead(model, draw, signal);
  const frame = () => {
    const given = model.get("frame") ?? {};
    if (!sentAhead.outdates(given)) draw(given);
  };
  const ground = () => attempt("ground", () => figure?.ground?.(view.get("ground")));
  const detail = (name) => () => attempt("detail", () => figure?.[name]?.());

  function build() {
    figureLife?.abort();
    figureLife = within(signal);
    figure = null;
    root.replaceChildren();
    root.classList.toggle("course-dark", dark);
    attempt("figure", () => {
      const { kind } = model.get("scene") ?? {};
      if (!KINDS[kind]) throw new Error(`There is no figure of the kind “${kind}”.`);
      figure = KINDS[kind](root, { model: view, say, signal: figureLife.signal });
    });
    ground();
    frame();
  }

  const box = () => el.closest(".course-moving") ?? el;
  window.addEventListener("keydown", (event) => keepKeys(event, box()), { capture: true, signal });
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

// A notebook in command mode takes letters and keys that move for its own: with the start of a path
// in focus "x" would cut the cell. Inside a figure they are the figure's; what has a modifier, such as
// Ctrl + S and Shift + Enter, and Escape stay the application's.
function keepKeys(event, box) {
  const applications =
    event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape" ||
    (event.shiftKey && event.key === "Enter");
  if (applications || !box.contains(event.target)) return;
  const mark = "data-lm-suppress-shortcuts"; // Lumino's own, in JupyterLab and Notebook
  event.target.setAttribute(mark, "true");
  setTimeout(() => event.target.removeAttribute(mark), 0);
}
