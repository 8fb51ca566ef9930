// Plays the recordings of a deck: unpacks each when the page has time, fits it to its place on the
// slide, sweeps its slider from the first stop to the one that the slide speaks of, keeps what a hand
// does on it from turning the page, and does the same in the deck's other windows, so that a slider
// moved in the presenter's view moves on the screen behind.
const text = (id) => document.getElementById(id).textContent;
const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

// A slide is drawn larger than its 1280 x 720 pixels; a canvas has to know.
const density = Math.max(2, window.devicePixelRatio);
Object.defineProperty(window, "devicePixelRatio", { get: () => density });

const url = URL.createObjectURL(new Blob([bytes(text("figures-js"))], { type: "text/javascript" }));
const { default: figures } = await import(url);
URL.revokeObjectURL(url);

// Figures are laid out for a page and then enlarged: the widest layout that lets its words grow
// enough to be read from the last row, or the one whose words grow most.
const LAYOUTS = [1000, 900, 780, 700, 620, 540, 460];
const LEGIBLE = 1.45;
const LEAST = 18.2; // pixels of a slide that the smallest letter on an axis has
const THINNEST = 3.1; // and a curve
const SWEEP = 2400; // milliseconds from the first stop to the slide's own
const STOP = [60, 300]; // at each stop, at least and at most

const places = [...document.querySelectorAll("figure[data-recording]")];
const handles = (place) => [...place.querySelectorAll("input, button")];
let repeating = false;
const others = new BroadcastChannel(`slides ${location.pathname}`);
others.onmessage = ({ data }) => repeat(data);
for (const place of places) {
  guard(place);
  tell(place);
  await new Promise((then) => (window.requestIdleCallback ?? setTimeout)(then));
  await play(place);
}

async function play(place) {
  const box = document.createElement("div");
  box.className = "course-recording";
  box.style.opacity = 0;
  const still = place.querySelector("img");
  place.append(box);
  await figures.play(box, bytes(text(`recording-${place.dataset.recording}`)));
  let last = "";
  // Comes when the slide is shown for the first time, and when the size of its place changes.
  new ResizeObserver(async ([{ contentRect: room }]) => {
    const size = [room.width, room.height].join();
    if (!room.height || size === last) return;
    last = size;
    await fit(box, room);
    box.style.opacity = "";
    if (!still.isConnected) return;
    still.remove();
    sweep(place);
  }).observe(place);
}

async function fit(box, room) {
  let best = { zoom: 0 };
  for (const width of LAYOUTS) {
    Object.assign(box.style, { zoom: 1, width: `${width}px` });
    await new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
    const zoom = Math.min(room.width / width, room.height / box.scrollHeight);
    if (zoom > best.zoom) best = { zoom, width };
    if (zoom >= LEGIBLE) break;
  }
  box.style.setProperty("--least-letter", `${LEAST / best.zoom}px`);
  box.style.setProperty("--least-line", THINNEST / best.zoom);
  // A pixel narrower than what was tried: it is drawn anew, with these letters and lines.
  Object.assign(box.style, { zoom: best.zoom.toFixed(3), width: `${best.width - 1}px` });
}

function send(slider) {
  repeating = true; // every window does the same by itself
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  repeating = false;
}

// Moves the first slider from its first stop to where it stands, once, unless a hand comes first.
// Where the room is to predict it would tell the answer.
function sweep(place) {
  const [slider] = place.querySelectorAll(".course-slider input");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!slider || still || place.closest("section").matches(".predict, .poll")) return;
  const goal = Number(slider.value);
  if (!goal) return;
  const show = (stop) => {
    slider.value = stop;
    send(slider);
  };
  const ended = new AbortController();
  const [least, most] = STOP;
  let stop = 0;
  show(stop);
  const timer = setInterval(() => {
    stop += 1;
    show(stop);
    if (stop >= goal) ended.abort();
  }, Math.max(least, Math.min(most, SWEEP / goal)));
  ended.signal.addEventListener("abort", () => {
    clearInterval(timer);
    delete place.dataset.sweeps;
  });
  place.dataset.sweeps = "yes";
  const byHand = ({ isTrusted, type }) => (isTrusted || type === "course-repeat") && ended.abort();
  for (const name of ["pointerdown", "keydown", "input", "course-repeat"]) {
    place.addEventListener(name, byHand, { signal: ended.signal, capture: true });
  }
}

// Keys, wheel and touches inside a figure are the figure's. Page keys turn the page all the same,
// since a presenter's clicker sends them; Escape gives all keys back.
function guard(place) {
  for (const name of ["wheel", "touchstart", "touchmove", "touchend"]) {
    place.addEventListener(name, (event) => event.stopPropagation(), { passive: true });
  }
  place.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "PageUp" || key === "PageDown") {
      event.preventDefault();
      event.stopPropagation();
      document.activeElement?.blur();
      document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    } else if (key === "Escape") {
      document.activeElement?.blur();
    } else {
      event.stopPropagation();
    }
  });
}

function tell(place) {
  const at = places.indexOf(place);
  for (const type of ["input", "click"]) {
    place.addEventListener(type, ({ target }) => {
      const handle = handles(place).indexOf(target.closest("input, button"));
      if (repeating || handle < 0 || (type === "click" && target.closest("input"))) return;
      others.postMessage({ at, type, handle, value: target.value });
    });
  }
}

function repeat({ at, type, handle, value }) {
  const target = places[at] && handles(places[at])[handle];
  if (!target) return; // not unpacked yet
  target.closest("figure").dispatchEvent(new Event("course-repeat"));
  repeating = true;
  if (type === "input") {
    target.value = value;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  } else {
    target.click();
  }
  repeating = false;
}
