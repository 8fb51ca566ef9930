// Plays the recorded figures and keeps wide things reachable by keyboard. The pages are opened as
// files too, where nothing can be fetched and no module imported: what is needed comes as scripts.
"use strict";

const waiting = new Map(); // figure -> what to do with its recording

const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

function load(address) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: done, onerror: () => failed(new Error(address)) });
    document.head.append(script);
  });
}

// A recording's file calls this.
window.courseRecording = (name, base64) => waiting.get(name)(bytes(base64));

let player;
async function importPlayer() {
  await load("assets/figures.js");
  const url = URL.createObjectURL(new Blob([window.courseFigures], { type: "text/javascript" }));
  const { default: figures } = await import(url);
  URL.revokeObjectURL(url);
  return figures;
}

async function play(figure) {
  const name = figure.dataset.recording;
  const data = new Promise((done) => waiting.set(name, done));
  const [figures] = await Promise.all([(player ??= importPlayer()), load(`figures/${name}.js`)]);
  await figures.play(figure.querySelector(".course-recording"), await data);
  figure.dataset.plays = "yes";
  watchScrolling(figure);
}

const nearing = new IntersectionObserver(
  (seen) => {
    for (const { target, isIntersecting } of seen) {
      if (!isIntersecting) continue;
      nearing.unobserve(target);
      play(target); // if it fails the still stays, and the console says why
    }
  },
  { rootMargin: "500px" },
);
for (const figure of document.querySelectorAll("[data-recording]")) nearing.observe(figure);

// What scrolls sideways can be reached by the Tab key, and says what it is; what fits cannot.
const NAMES = { formula: "Formula", table: "Table", code: "Code", output: "Output", figure: "Figure" };
const sizes = new ResizeObserver((changed) => changed.forEach(({ target }) => mark(target)));
function mark(box) {
  if (box.scrollWidth > box.clientWidth) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${NAMES[box.dataset.scrolls]}, scrolls sideways`);
  } else {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}
function watchScrolling(root) {
  for (const box of root.querySelectorAll("[data-scrolls]")) sizes.observe(box);
}
watchScrolling(document);

// The contents are open where they have a column of their own.
const contents = document.getElementById("contents");
if (contents) {
  const wide = matchMedia("(min-width: 1100px)");
  const open = () => (contents.open = wide.matches);
  wide.addEventListener("change", open);
  open();
}
