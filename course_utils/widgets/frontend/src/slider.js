// A number that is moved along its stops, or typed: the browser's side of number_slider.py.
import { listen } from "./life.js";
import { marks } from "./marks.js";
import { element, exactly } from "./text.js";

const PAGE = 5; // stops for PageUp and PageDown; ahead.py has the same number
const KEYS = {
  ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: PAGE, PageDown: -PAGE,
  Home: -Infinity, End: Infinity,
};
const IN_TEXT = ["ArrowUp", "ArrowDown", "PageUp", "PageDown"]; // the others move the cursor
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;

// What figures write, as a keyboard would: "−2·10⁻⁸" is -2e-8.
const keyboard = (text) =>
  text
    .replaceAll("−", "-")
    .replace(/\s*·\s*10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/, (_, sign, digits) =>
      `e${sign && "-"}${[...digits].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)).join("")}`,
    );

// Returns {value}, or {problem}: why this text is none.
export function parse(text, { name, low, high, whole }) {
  const typed = keyboard(text.trim());
  const example = whole ? "60" : "0.05, 0,05 or 5e-2";
  if (!typed) return { problem: `Nothing is written: write a number, for example ${example}.` };
  if (THOUSANDS.test(typed)) {
    return { problem: `“${text}” can be read in two ways: write ${typed.replaceAll(",", "")} or ${typed.replace(",", ".")}.` };
  }
  const plain = typed.replace(",", ".");
  if (!NUMBER.test(plain)) return { problem: `“${text}” is not a number: write for example ${example}.` };
  const value = Number(plain);
  if (whole && !Number.isInteger(value)) return { problem: `Only whole numbers fit here, such as ${example}; got ${text}.` };
  if (value < low || value > high) {
    return { problem: `${name} goes from ${exactly(low)} to ${exactly(high)} here; ${text} lies outside.` };
  }
  return { value };
}

// The stop that so many steps from a value lead to; the ends if they lead further.
export function stopAfter(stops, value, count) {
  const above = stops.findIndex((stop) => stop > value);
  const below = stops.findLastIndex((stop) => stop < value);
  const index = count > 0 ? (above < 0 ? stops.length : above) + count - 1 : below + count + 1;
  return stops[Math.max(0, Math.min(stops.length - 1, index))];
}

function nearest(stops, value) {
  let best = 0;
  stops.forEach((stop, i) => {
    if (Math.abs(stop - value) < Math.abs(stops[best] - value)) best = i;
  });
  return best;
}

function render({ model, el }) {
  const life = new AbortController();
  const { signal } = life;
  const name = element("span", { class: "course-slider-name" });
  const slider = element("input", { type: "range", min: "0", step: "1" });
  const field = element("input", { type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false" });
  const problem = element("div", { class: "course-problem", role: "alert", hidden: "" });
  const under = marks(slider);
  el.append(element("div", { class: "course-number" }, [name, slider, field, ...under.parts, problem]));

  const stops = () => model.get("stops");
  const value = () => model.get("value");

  function showName() {
    const text = model.get("description");
    name.textContent = text;
    slider.setAttribute("aria-label", text);
    field.setAttribute("aria-label", `${text}, typed`);
  }

  function show() {
    slider.max = String(stops().length - 1);
    slider.value = String(nearest(stops(), value()));
    slider.setAttribute("aria-valuetext", exactly(value()));
    field.value = exactly(value());
    complain("");
  }

  function mark() {
    const places = {};
    for (const place of ["start", "best"]) {
      const number = model.get(place);
      if (Number.isFinite(number)) places[place] = { index: nearest(stops(), number), text: exactly(number) };
    }
    under.show({ texts: stops().map(exactly), places });
  }

  function complain(text) {
    problem.textContent = text && `${text} It stays ${exactly(value())}.`;
    problem.hidden = !text;
    field.setAttribute("aria-invalid", String(Boolean(text)));
  }

  function set(next) {
    if (next === value()) return show();
    model.set("value", next);
    model.save_changes();
  }

  function take() {
    if (field.value === exactly(value())) return complain("");
    const range = { name: model.get("description"), low: stops()[0], high: stops().at(-1), whole: model.get("whole") };
    const { value: next, problem: why } = parse(field.value, range);
    if (why) complain(why);
    else set(next);
  }

  const step = (event, keys) => {
    if (!keys.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (event.target === field) take();
    set(stopAfter(stops(), value(), KEYS[event.key]));
  };
  slider.addEventListener("input", () => set(stops()[Number(slider.value)]));
  // A hand that drags is told, because it wants no frames sent ahead.
  const hold = (held) => {
    if (model.get("held") === held) return;
    model.set("held", held);
    model.save_changes();
  };
  slider.addEventListener("pointerdown", () => hold(true));
  for (const end of ["pointerup", "pointercancel", "blur"]) slider.addEventListener(end, () => hold(false));
  slider.addEventListener("keydown", (event) => step(event, Object.keys(KEYS)));
  field.addEventListener("change", take);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") take();
    if (event.key === "Escape") show();
    step(event, IN_TEXT);
  });
  // The sentence about what was typed stays; the number is again the one that holds.
  field.addEventListener("blur", () => (field.value = exactly(value())));
  field.addEventListener("focus", () => field.select());

  const anew = () => (show(), mark());
  listen(
    model,
    { "change:value": show, "change:stops": anew, "change:best": mark, "change:description": showName },
    signal,
  );
  showName();
  anew();
  return () => {
    life.abort();
    el.replaceChildren(); // anywidget never lets go of `el`
  };
}

export default { render };
