// What stands under a slider's track: both ends, where it began, and the best place where that is known.
import { element } from "./text.js";

const THUMB = 16; // pixels across: its middle goes from 8 pixels to 8 before the end
const [BESIDE, APART] = [0.3, 0.28]; // shares of the track that the words for an end, or a place, need

let count = 0;

// Returns {parts, show}: what goes into the slider's box, and `show({texts, places})`, which takes what
// its stops are called, and {name: {index, text}} of the places. A screen reader hears all of it.
export function marks(slider) {
  const shown = element("div", { class: "course-marks", "aria-hidden": "true" });
  const spoken = element("span", { hidden: "", id: `course-marks-${(count += 1)}-${Date.now()}` });
  slider.setAttribute("aria-describedby", spoken.id);
  const place = (text, share, name) =>
    element("span", { class: `course-place course-is-${name}`, style: `left: calc(${THUMB / 2}px + ${share} * (100% - ${THUMB}px))`, text });

  function show({ texts, places }) {
    const [low, high] = [texts[0], texts.at(-1)];
    const last = Math.max(1, texts.length - 1);
    const shares = Object.entries(places).map(([name, { index }]) => [name, index / last]);
    const room = (end) => shares.every(([, share]) => Math.abs(share - end) > BESIDE);
    const best = shares.find(([name]) => name === "best")?.[1] ?? Infinity;
    const words = (name, share) => (name === "best" || Math.abs(share - best) > APART ? name : "");
    shown.replaceChildren(
      ...(room(0) ? [element("span", { class: "course-least", text: low })] : []),
      ...(room(1) ? [element("span", { class: "course-most", text: high })] : []),
      ...shares.map(([name, share]) => place(words(name, share), share, name)),
    );
    spoken.textContent = [
      `from ${low} to ${high}`,
      ...Object.entries(places).map(([name, { text }]) => `${name} ${text}`),
    ].join(", ");
  }
  return { parts: [shown, spoken], show };
}
