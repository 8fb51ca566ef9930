// Numbers for readers, and small helpers for the page's elements.
import { format } from "d3-format";
import { atEnd } from "./life.js";

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
export const subscript = (digit) => SUBSCRIPTS[digit];

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

// A polite voice for screen readers that waits until the hand rests.
export function voice(host, signal) {
  const node = element("div", { class: "course-voice", "aria-live": "polite" });
  host.append(node);
  let timer;
  atEnd(signal, () => clearTimeout(timer));
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (node.textContent = text), 350);
  };
}
