// A moving figure moves while the kernel that made it runs. Without it the last picture stays, and
// says so; its controls are locked.
import { atEnd, listen } from "./life.js";
import { element } from "./text.js";

// JupyterLab's words for a kernel that is no longer the one that a figure came from. A restart that
// another page asked for is heard of as "starting" alone.
const GONE = ["starting", "restarting", "autorestarting", "terminating", "dead"];
const STOPPED = "The kernel that moved this figure has stopped. Run this cell to move it again.";
const ABSENT = "This figure has no kernel. Run its cell to see it.";

// Calls `lost` when the kernel of a widget's model has gone. `comm_live` is what all front ends tell
// of a restart; a kernel that was killed or shut down is seen in the kernel itself, which the
// managers of JupyterLab and Notebook have at hand.
export function whenLost(box, lost, signal) {
  listen(box, { comm_live_update: () => box.comm_live || lost() }, signal);
  const { kernel } = box.widget_manager;
  if (!kernel?.statusChanged) return;
  const changed = (_, status) => GONE.includes(status) && lost();
  kernel.statusChanged.connect(changed);
  kernel.disposed.connect(lost);
  atEnd(signal, () => {
    kernel.statusChanged.disconnect(changed);
    kernel.disposed.disconnect(lost);
  });
}

// Locks a figure's box, sliders included, under one line. `words` tell what the picture shows, since
// what is locked is hidden from screen readers too.
export function lock(box, words) {
  if (box.querySelector(":scope > .course-stopped")) return; // another drawing of the same figure did
  for (const part of box.children) part.inert = true;
  box.prepend(
    element("div", { class: "course-stopped", role: "status" }, [
      element("span", { text: STOPPED }),
      element("span", { class: "course-voice", text: words }),
    ]),
  );
}

export const absent = () => element("div", { class: "course-stopped", text: ABSENT });
