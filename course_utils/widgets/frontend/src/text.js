// Numbers for readers, and small helpers for the page's elements.
import { atEnd } from "./life.js";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const tenTo = (exponent) =>
  `10${exponent < 0 ? "⁻" : ""}${[...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[digit]).join("")}`;
const short = (text) =>
  (text.includes(".") ? text.replace(/\.?0+$/, "") : text).replace("-", "−");

function large(value, digits) {
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  return `${short(mantissa)}·${tenTo(Number(exponent))}`;
}

// As course_utils/wording.py writes a number; a test compares the two.
function formatted(value, digits) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e6) return large(value, digits);
  return short(value.toFixed(Math.max(0, digits - 1 - Math.floor(Math.log10(size)))));
}

// Of one argument each, for they are passed about.
export const number = (value) => formatted(value, 4); // for readers
export const exactly = (value) => formatted(value, 12); // where it was typed
// A power of ten, on an axis of such; 0 and negative ones stand on an axis around zero.
export function power(value) {
  const size = Math.abs(value);
  if (!size || (size >= 1e-3 && size < 1e4)) return formatted(value, 4);
  return (value < 0 ? "−" : "") + tenTo(Math.round(Math.log10(size)));
}
export const scientific = (value) => (value === 0 ? "0" : large(value, 4));

export const vector = (values) => `(${Array.from(values, number).join(", ")})`;

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
export const subscript = (digit) => SUBSCRIPTS[digit];

// Whether a finger points here, which cannot hover and scrolls the page where it moves.
export const byTouch = () => window.matchMedia("(pointer: coarse)").matches;

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

// Writes a text, unless it stands there: to write it again would lay the page out anew.
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Writes a text in which C_A, as it is typed, has its A below the line. Unicode has letters for some, and
// what Python sends has those.
const TYPED = /(?<![\p{L}\p{M}\d_])(\p{L}\p{M}*)_([\p{L}\d])(?![\p{L}\d_])/gu;
const typed = new WeakMap();
export function typeset(node, text) {
  if (typed.get(node) === text) return;
  typed.set(node, text);
  const parts = text.split(TYPED); // text, letter, subscript, text, …
  const below = (sign) => {
    if (!(node instanceof SVGElement)) return element("sub", { text: sign });
    const part = document.createElementNS(node.namespaceURI, "tspan");
    part.setAttribute("baseline-shift", "sub");
    part.setAttribute("font-size", "75%");
    part.textContent = sign;
    return part;
  };
  node.replaceChildren(...parts.map((part, i) => (i % 3 === 2 ? below(part) : part)));
}

const pen = document.createElement("canvas").getContext("2d");

// How wide a text is in the page's own letters, in pixels.
export function widthOf(text, font) {
  pen.font = font;
  return pen.measureText(text).width;
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
