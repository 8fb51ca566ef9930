// The browser's half of the course's moving figures.
//
// Python sends a scene (what never changes), a ground (what changes rarely) and frames; `drawing`
// draws them. Nothing here knows a formula of the course.
import { drawing } from "./drawing.js";
import { absent, lock, whenLost } from "./kernel.js";
import { play } from "./recording.js";
import { element } from "./text.js";

async function render({ model, el }) {
  const life = new AbortController();
  const end = () => {
    life.abort();
    el.replaceChildren(); // anywidget never lets go of `el`, nor of what is in it
  };
  const box = await model.widget_manager.get_model(model.get("figure"));
  if (!box.comm_live) {
    // A saved state without a kernel: the still below is what there is to see (saved.py).
    el.append(absent());
    return end;
  }
  // While this is on the page, the still that Python shows for later has no place.
  el.append(element("style", { text: `.course-last-${box.model_id} { display: none; }` }));
  drawing(model, el, life.signal);
  const lost = () => {
    life.abort();
    lock(el.closest(".course-moving") ?? el, model.get("frame").alt ?? "");
  };
  whenLost(box, lost, life.signal);
  return end;
}

export default { render, play };
