// Frames that Python sent before anybody asked: when a slider moves to one of their places, the
// picture changes at once. Python's own frame for that place follows, and is drawn over it.
import { listen } from "./life.js";

const MOST = 24; // as in ahead.py
const key = (values) =>
  values.map((value) => (typeof value === "number" ? +value.toPrecision(9) : value)).join(" ");
const place = (slider) => slider.get("value");

// `draw(frame)` shows a frame. Returns `outdates(frame)`, which tells whether a frame that arrives is
// older than what is shown.
export function ahead(model, draw, signal) {
  const known = new Map();
  let following = null; // the promise of the sliders
  let shown = null; // the frame that was here already for where the sliders stand

  function keep() {
    const { sliders, at, frame } = model.get("ahead") ?? {};
    if (!frame) {
      known.clear();
      shown = null;
    }
    if (!frame || !sliders) return; // without sliders it is for a place on a map: the explorer's
    known.delete(key(at));
    known.set(key(at), frame);
    if (known.size > MOST) known.delete(known.keys().next().value);
    following ??= follow(sliders);
  }

  async function follow(names) {
    const manager = model.widget_manager;
    const found = names.map((name) => manager.get_model(name.replace("IPY_MODEL_", "")));
    const sliders = await Promise.all(found);
    if (signal.aborted) return;
    const moved = () => {
      shown = known.get(key(sliders.map(place))) ?? null;
      if (shown) draw(shown);
    };
    for (const slider of sliders) listen(slider, { "change:value": moved }, signal);
  }
  // What was sent before a mark has come when the mark comes; Python measures the line by it.
  function answer() {
    model.set("answered", model.get("mark"));
    model.save_changes();
  }
  listen(model, { "change:ahead": keep, "change:mark": answer }, signal);

  return {
    outdates: ({ values }) =>
      shown !== null && key(Object.values(shown.values)) !== key(Object.values(values ?? {})),
  };
}
