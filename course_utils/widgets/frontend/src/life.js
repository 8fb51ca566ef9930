// All that a figure sets going ends with one AbortSignal: nothing outlives its view.

// Calls `work` when the signal ends.
export const atEnd = (signal, work) => signal.addEventListener("abort", work, { once: true });

// A controller that ends with the signal, or before it.
export function within(signal) {
  const inner = new AbortController();
  signal.addEventListener("abort", () => inner.abort(), { signal: inner.signal });
  return inner;
}

// Listens to a widget's model: {event: listener}.
export function listen(model, listeners, signal) {
  for (const [event, listener] of Object.entries(listeners)) {
    model.on(event, listener);
    atEnd(signal, () => model.off(event, listener));
  }
}

// Calls `work` at most once a screen frame, with the newest state of affairs.
export function onceAFrame(work, signal) {
  let waiting = 0;
  const ask = () => {
    if (signal.aborted) return;
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      work();
    });
  };
  ask.cancel = () => {
    cancelAnimationFrame(waiting);
    waiting = 0;
  };
  atEnd(signal, ask.cancel);
  return ask;
}

// The same, but the first call works at once: what has arrived can be seen in the very next frame.
export function atOnceOrNextFrame(work, signal) {
  let waiting = 0;
  let askedMeanwhile = false;
  const ask = () => {
    askedMeanwhile = waiting !== 0;
    if (askedMeanwhile || signal.aborted) return;
    work();
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      if (askedMeanwhile) ask();
    });
  };
  atEnd(signal, () => cancelAnimationFrame(waiting));
  return ask;
}

const PAPER = 680; // CSS pixels between a sheet's margins

// Lets panels share the room: calls `fit` with the width available, whenever it changes.
export function fitting(root, fit, signal) {
  let fitted = 0;
  const measure = () => {
    const width = Math.floor(root.clientWidth);
    if (width > 0 && width !== fitted) {
      fitted = width;
      fit(width);
    }
  };
  // Nobody tells a page how wide its paper is: what fits on A4 and Letter, and no wider than now.
  window.addEventListener("beforeprint", () => fitted && fit(Math.min(fitted, PAPER)), { signal });
  window.addEventListener("afterprint", () => fitted && fit(fitted), { signal });
  const observer = new ResizeObserver(measure);
  observer.observe(root);
  atEnd(signal, () => observer.disconnect());
  // Zooming the page, or moving it to another screen, changes the density of its pixels, and not
  // always a width. The question is true until the density changes, then it has to be asked anew.
  const density = () => {
    const question = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    question.addEventListener("change", density, { once: true, signal });
    fitted = 0;
    measure();
  };
  density();
}
