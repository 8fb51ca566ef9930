// Light or dark, as the page around a figure. What the page's own colours are in a plot, figures.css
// says; what becomes of the colours of data, Python says with each scene.
import { atEnd } from "./life.js";

// Where front ends say which theme they wear.
const SAID = ["class", "style", "data-jp-theme-name", "data-jp-theme-light", "data-theme"];

// Whether words are light where this element stands, or will stand. Paper is light.
function isDark(node, printing) {
  const [red, green, blue] = getComputedStyle(node.isConnected ? node : document.body).color.match(/[\d.]+/g).map(Number);
  return !printing && 0.2126 * red + 0.7152 * green + 0.0722 * blue > 128;
}

// Calls `changed(dark)` when the page around a figure becomes dark or light, or is printed; returns
// whether it is dark now.
export function followTheme(node, changed, signal) {
  let dark = isDark(node);
  const look = (printing = false) => {
    if (isDark(node, printing) === dark) return;
    dark = !dark;
    changed(dark);
  };
  const observer = new MutationObserver(() => look());
  for (const part of [document.documentElement, document.body]) {
    observer.observe(part, { attributes: true, attributeFilter: SAID });
  }
  atEnd(signal, () => observer.disconnect());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => look(), { signal });
  window.addEventListener("beforeprint", () => look(true), { signal });
  window.addEventListener("afterprint", () => look(), { signal });
  return dark;
}

// What Python sent, in the colours of a theme: a colour map comes as {light, dark}, and of the other
// colours `table` has those that change.
export function inTheme(value, dark, table) {
  const of = (inner) => inTheme(inner, dark, table);
  if (typeof value === "string") return (dark && table[value]) || value;
  if (Array.isArray(value)) return value.map(of);
  if (value?.constructor !== Object) return value; // numbers, and the bytes of arrays
  if (value.light && value.dark) return value[dark ? "dark" : "light"];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, of(inner)]));
}
