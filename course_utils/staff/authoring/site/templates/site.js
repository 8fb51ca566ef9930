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

// Where the reader is: the section at the top of the window, in the contents and in the bar.
const headings = [...document.querySelectorAll("main h2[id]")];
const where = document.querySelector(".where");
const entries = new Map(
  [...document.querySelectorAll(".contents a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
);
let current = null;
function locate() {
  const top = headings.filter((heading) => heading.getBoundingClientRect().top < 120).at(-1) ?? null;
  if (top === current) return;
  entries.get(current?.id)?.removeAttribute("aria-current");
  current = top;
  const link = entries.get(current?.id);
  link?.setAttribute("aria-current", "location");
  link?.scrollIntoView({ block: "nearest" });
  where.textContent = link?.textContent ?? "";
}
if (entries.size) {
  let asked = false;
  addEventListener("scroll", () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      locate();
    });
  }, { passive: true });
  locate();
}

// The search: every word has to stand in a section's title or text. Its list comes with the first key.
const MOST_FOUND = 12;
const search = document.querySelector(".search");
const [asking, found] = [search.querySelector("input"), search.querySelector("#found")];
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function sectionsWith(words) {
  const hits = [];
  for (const section of window.courseSections) {
    section.plain ??= { title: plain(`${section.page} ${section.title}`), text: plain(section.text) };
    const { title, text } = section.plain;
    const inTitle = words.filter((word) => title.includes(word)).length;
    if (words.every((word) => title.includes(word) || text.includes(word))) hits.push({ section, inTitle });
  }
  return hits.sort((a, b) => b.inTitle - a.inTitle).map(({ section }) => section);
}

// A few words around the first place where the section has one of those asked for.
function excerpt({ text }, words) {
  const lower = plain(text);
  const places = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
  if (!places.length) return [text.slice(0, 110)];
  const from = Math.max(0, Math.min(...places) - 40);
  const piece = (from ? "… " : "") + text.slice(from, from + 130);
  const pattern = new RegExp(`(${words.map((word) => word.replace(/[\\^$.*+?()[\]{}|\/]/g, "\\$&")).join("|")})`, "giu");
  return piece.split(pattern).map((part, i) => {
    if (i % 2 === 0) return part;
    const mark = document.createElement("mark");
    mark.textContent = part;
    return mark;
  });
}

let index;
async function answer() {
  const words = plain(asking.value).split(/\s+/).filter(Boolean);
  if (!words.length) {
    found.hidden = true;
    return;
  }
  await (index ??= load("assets/search.js"));
  const hits = sectionsWith(words);
  const told = hits.length ? `${hits.length} section${hits.length > 1 ? "s" : ""}` : "Nothing found.";
  found.querySelector("p").textContent = told + (hits.length > MOST_FOUND ? `, the first ${MOST_FOUND}:` : "");
  found.querySelector("ol").replaceChildren(
    ...hits.slice(0, MOST_FOUND).map((section) => {
      const [item, link, text] = ["li", "a", "small"].map((tag) => document.createElement(tag));
      link.href = section.address;
      link.textContent = section.title === section.page ? section.title : `${section.page}: ${section.title}`;
      text.append(...excerpt(section, words));
      item.append(link, text);
      return item;
    }),
  );
  found.hidden = false;
}
asking.addEventListener("input", answer);
asking.addEventListener("focus", answer);
search.addEventListener("submit", (event) => {
  event.preventDefault();
  found.querySelector("a")?.click();
});
search.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    found.hidden = true;
    asking.focus();
  }
});
document.addEventListener("pointerdown", ({ target }) => search.contains(target) || (found.hidden = true));
found.addEventListener("click", ({ target }) => target.closest("a") && (found.hidden = true));
