// Numbers for readers, and small helpers for the page's elements.
import { format } from "d3-format";

const small = format(".4~r");
const large = format(".3~e");

export function number(value) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  return size && (size < 1e-4 || size >= 1e6) ? scientific(value) : tidy(small(value));
}

export const scientific = (value) => (value === 0 ? "0" : tidy(large(value)));

const tidy = (text) => (text === "−0" ? "0" : text.replace("e+", "e").replaceAll("-", "−"));

export const vector = (values) => `(${Array.from(values, number).join(", ")})`;

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
export const subscript = (k) => SUBSCRIPTS[k];

// element("button", {class: "x", text: "Go", onclick}, [children])
export function element(tag, properties = {}, children = []) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "text") node.textContent = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

// Calls `work` at most once a screen frame, with the newest state of affairs.
export function onceAFrame(work) {
  let waiting = 0;
  const ask = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      work();
    });
  };
  ask.cancel = () => {
    cancelAnimationFrame(waiting);
    waiting = 0;
  };
  return ask;
}

// The same, but the first call works at once: what has arrived can be seen in the very next frame.
export function atOnceOrNextFrame(work) {
  let resting = 0;
  let again = false;
  const ask = () => {
    again = resting !== 0;
    if (again) return;
    work();
    resting = requestAnimationFrame(() => {
      resting = 0;
      if (again) ask();
    });
  };
  ask.cancel = () => cancelAnimationFrame(resting);
  return ask;
}

// A polite voice for screen readers that waits until the hand rests.
export function voice(host) {
  const node = element("div", { class: "course-voice", "aria-live": "polite" });
  host.append(node);
  let timer;
  const say = (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (node.textContent = text), 350);
  };
  say.stop = () => clearTimeout(timer);
  return say;
}
