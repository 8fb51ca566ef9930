// Frames that Python sent before anybody asked: when a slider moves to one of their places, the
// picture changes at once. Python's own frame for that place follows, and is drawn over it.

const MOST = 24; // as in ahead.py
const key = (values) =>
  values.map((x) => (typeof x === "number" ? +x.toPrecision(9) : x)).join(" ");
const place = (slider) => slider.get("index") ?? slider.get("value");

// `draw(frame)` shows a frame. Returns `late(frame)`, which tells whether a frame that arrives is
// older than what is shown, and `stop()`.
export function ahead(model, draw) {
  const known = new Map();
  let sliders = [];
  let following = null; // the promise of them
  let stopped = false;
  let shown = null; // the frame that was here already for where the sliders stand

  const moved = () => {
    const live = sliders.every((slider) => slider.comm_live !== false);
    shown = (live && known.get(key(sliders.map(place)))) || null;
    if (shown) draw(shown);
  };
  const unfollow = () => sliders.forEach((slider) => slider.off("change:value change:index", moved));

  function keep() {
    const { sliders: names, at, frame } = model.get("ahead") ?? {};
    if (!frame) {
      known.clear();
      shown = null;
    }
    if (!frame || !names) return; // without sliders it is for a place on a map: the explorer's
    known.delete(key(at));
    known.set(key(at), frame);
    if (known.size > MOST) known.delete(known.keys().next().value);
    following ??= follow(names);
  }

  async function follow(names) {
    const manager = model.widget_manager;
    const found = names.map((name) => manager.get_model(name.replace("IPY_MODEL_", "")));
    const models = await Promise.all(found);
    if (stopped) return;
    sliders = models;
    sliders.forEach((slider) => slider.on("change:value change:index", moved));
  }
  model.on("change:ahead", keep);

  return {
    late: ({ values }) =>
      shown !== null && key(Object.values(shown.values)) !== key(Object.values(values ?? {})),
    stop() {
      stopped = true;
      model.off("change:ahead", keep);
      unfollow();
    },
  };
}
