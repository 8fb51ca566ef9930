"""From a hand's event to changed pixels: our figures against ipympl and ``interact`` + inline.

make latency                                           # a table of milliseconds and ratios
make latency ARGS=--check                              # exit 1 below a target ratio
make latency ARGS="--samples 10"

Starts a JupyterLab of its own, with the kernel and the settings that `course lab` gives, and a
headless Chromium. Everything is measured in one page, one after another: the clock starts when the
page sees the event and stops at the screen frame in which the picture's pixels are different.

The peers draw the *same picture* as ours: the same 201 x 201 grid, contour levels and their labels,
colour bar and size on the screen, since that is what a student would otherwise look at. A leaner
matplotlib figure is faster, and shows less; ipympl keeps its figure and changes its data, as its
users do, while ``interact`` draws a new one, as it does for its users.

*slider* walks with the arrow key, every stop a new one; *jump* goes from one end to the other with
Home and End; *click* rests for 0.3 s where it clicks, as a hand does, *dart* does not. Our time
comes in steps of a screen frame (17 ms). After a key Chromium paints before it lets messages in, so
an answer of the kernel, which has left Python after 6 ms, is seen in the second frame at best: that
is a jump. Where an arrow key leads has been sent while the hand rested, and is seen in the first
frame; so has the path from where the pointer rests.
Needs playwright and a Chromium. `make latency` installs ipympl; run without it, its rows are left
out, and said so.
"""

import argparse
import importlib.util
import math
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

from course_utils.app.lab import lab_environment

TARGETS = {
    ("slider", "ipympl"): 3.0,
    ("slider", "interact"): 6.0,
    ("click", "ipympl"): 4.0,
}
SMOOTH = 15  # frames per second while dragging
HANDLE = ".noUi-handle, .course-number input[type=range]"  # the peers' sliders and ours

START = ".course-start .course-ring"

COMMON = """\
import numpy as np
import ipywidgets
from course_utils import measures
from course_utils.descent import descend
from course_utils.objectives import BOWL
from course_utils.optimizers import Momentum
from course_utils.plotting import SIGNED, SURFACE
from course_utils.widgets import explore, heatmap
g = np.linspace(-2, 2, 201)
levels = [-3, -2, -1, 0, 1, 2, 3]
colours = {'cmap': SIGNED, 'vmin': -4, 'vmax': 4}
field = lambda alpha: measures.momentum_change(g[None, :], g[:, None], alpha)
w1 = np.linspace(-25, 25, 201)
surface = BOWL.value(np.stack(np.meshgrid(w1, w1)))"""

OURS = {
    "slider": "heatmap(measures.momentum_change, alpha=0.4)",
    "click": "explore(BOWL, Momentum, eta=0.01, alpha=0.9, presets=False)",
}
INTERACT = {
    "slider": """\
import matplotlib.pyplot as plt
%matplotlib inline
@ipywidgets.interact(alpha=ipywidgets.FloatSlider(0.4, min=0, max=1, step=0.01))
def draw(alpha):
    fig, ax = plt.subplots(figsize=(5.8, 4.8), dpi=100)
    shown = ax.imshow(field(alpha), origin='lower', extent=(-2, 2, -2, 2), **colours)
    ax.clabel(ax.contour(g, g, field(alpha), levels=levels, colors='k', linewidths=0.8))
    ax.set(xlabel='g1', ylabel='g2', title='C_m')
    fig.colorbar(shown)
    plt.show()"""
}
IPYMPL = {
    "slider": """\
%matplotlib widget
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(5.8, 4.8), dpi=100)
shown = ax.imshow(field(0.4), origin='lower', extent=(-2, 2, -2, 2), **colours)
ax.set(xlabel='g1', ylabel='g2', title='C_m')
fig.colorbar(shown)
lines = []
def follow(change):
    while lines:
        lines.pop().remove()
    shown.set_data(field(change['new']))
    drawn = ax.contour(g, g, field(change['new']), levels=levels, colors='k', linewidths=0.8)
    ax.clabel(drawn)
    lines.append(drawn)
    fig.canvas.draw_idle()
follow({'new': 0.4})
slider = ipywidgets.FloatSlider(0.4, min=0, max=1, step=0.01)
slider.observe(follow, 'value')
display(slider)""",
    "click": """\
import matplotlib.pyplot as plt
fig2, (left, right) = plt.subplots(1, 2, figsize=(10, 4.6), dpi=100)
left.imshow(surface, origin='lower', extent=(-25, 25, -25, 25), cmap=SURFACE)
left.clabel(left.contour(w1, w1, surface, levels=11, colors='k', linewidths=0.5))
run = descend(Momentum(0.01, 0.9), BOWL, steps=100)
(path,) = left.plot(*run.weights.T, color='b')
(curve,) = right.plot(run.errors)
def start(event):
    if event.inaxes is left:
        run = descend(Momentum(0.01, 0.9), BOWL, (event.xdata, event.ydata), 100)
        path.set_data(*run.weights.T)
        curve.set_ydata(run.errors)
        fig2.canvas.draw_idle()
_ = fig2.canvas.mpl_connect('button_press_event', start)""",
}

# Watches a cell's picture: resolves with the milliseconds from event to changed pixels.
WATCH = """
const tiny = document.createElement('canvas');
tiny.width = tiny.height = 64;
const small = tiny.getContext('2d', { willReadFrequently: true });
window.watch = (cell, kind, event) => {
  const find = () => {
    if (kind === 'interact') return cell.querySelector('.jp-OutputArea img');
    const all = [...cell.querySelectorAll('.course-plot canvas, .jupyter-matplotlib canvas')];
    return kind === 'ours' ? all[0] : all.sort((a, b) => b.width - a.width)[0];
  };
  const look = () => {
    const picture = find();
    if (!picture || picture.complete === false) return null;  // an image that is not there yet
    small.drawImage(picture, 0, 0, 64, 64);
    const d = new Uint32Array(small.getImageData(0, 0, 64, 64).data.buffer);
    return d.reduce((a, b) => (a * 31 + b) | 0, 7);
  };
  const before = look();
  window.seen = { frames: [], times: [], start: null, done: null };
  const seen = window.seen;
  window.addEventListener(event, () => { seen.start ??= performance.now(); },
    { capture: true, once: true });
  let last = before;
  const step = () => {
    const now = look();
    if (seen.start !== null && now !== null && now !== last) {
      last = now;
      seen.times.push(performance.now());
      seen.done ??= performance.now() - seen.start;
    }
    if (!seen.stop) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
};
"""


class Bench:
    """A JupyterLab, a page, and a notebook with one picture a cell."""

    def __init__(self, driver, folder, cells):
        self.cells = list(cells)
        notebook = nbformat.v4.new_notebook()
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        sources = [COMMON, *cells.values()]
        notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
        nbformat.write(notebook, folder / "bench.ipynb")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        homes = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
        environment = {**os.environ, **{f"JUPYTER_{h}": str(folder / h.lower()) for h in homes}}
        environment["JUPYTER_TOKEN"] = "benchmark"
        course = lab_environment(folder)
        environment |= {name: course[name] for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH")}
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={self.port}"]
        command += [f"--ServerApp.root_dir={folder}", "--allow-root"]
        log = (folder / "lab.log").open("wb")
        self.server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self._wait()
        program = shutil.which("chromium") or shutil.which("google-chrome")
        flags = ["--no-sandbox", "--disable-background-networking"]
        self.browser = driver.chromium.launch(executable_path=program, args=flags)
        self.page = self.browser.new_page(viewport={"width": 1400, "height": 1000})
        self.requests = []
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _wait(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                address = f"http://127.0.0.1:{self.port}/api/status?token=benchmark"
                urllib.request.urlopen(address, timeout=5).close()
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("JupyterLab does not answer")

    def run_all(self):
        """Run every cell; return seconds until the first picture, and of the import before it."""
        page = self.page
        page.goto(f"http://127.0.0.1:{self.port}/lab/tree/bench.ipynb?token=benchmark")
        idle = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
        page.locator(idle).wait_for(timeout=60_000)
        page.wait_for_timeout(1000)
        page.locator(".jp-Notebook .jp-CodeCell").first.click()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        begin = time.perf_counter()
        page.locator('[data-command="runmenu:run-all"]').click()
        page.locator(".jp-InputPrompt:text-is('[1]:')").wait_for(state="attached")
        imported = time.perf_counter() - begin
        page.locator(".course-plot canvas").first.wait_for()
        first = time.perf_counter() - begin
        last = f".jp-InputPrompt:text-is('[{len(self.cells) + 1}]:')"
        page.locator(last).wait_for(state="attached", timeout=120_000)
        page.wait_for_timeout(2000)
        page.evaluate(f"() => {{ {WATCH} }}")
        return first, imported

    def cell(self, key):
        """Scroll to the cell of an event and a kind, and return it."""
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(1 + self.cells.index(key))
        cell.locator(".jp-Cell-outputWrapper").scroll_into_view_if_needed()
        self.page.wait_for_timeout(500)
        return cell

    def _measured(self, act, limit=10.0):
        act()
        deadline = time.monotonic() + limit
        while self.page.evaluate("window.seen.done") is None:
            if time.monotonic() > deadline:
                raise RuntimeError("the picture did not change")
            self.page.wait_for_timeout(20)
        self.page.wait_for_timeout(250)  # let late frames arrive before the next sample
        self.page.evaluate("window.seen.stop = true")
        return self.page.evaluate("window.seen.done")

    def slider(self, key, samples):
        """Return the milliseconds of each press of an arrow key on the slider."""
        return self._keys(key, samples, ["ArrowRight"])

    def jump(self, key, samples):
        """Return the milliseconds of each jump from one end of the slider to the other."""
        return self._keys(key, samples, ["End", "Home"])

    def _keys(self, key, samples, buttons):
        cell, kind = self.cell(key), key[1]
        handle = cell.locator(HANDLE).first
        handle.scroll_into_view_if_needed()
        handle.focus()
        element = cell.element_handle()
        times = []
        for sample in range(samples + 2):
            self.page.evaluate("([c, k]) => watch(c, k, 'keydown')", [element, kind])
            button = buttons[sample % len(buttons)]
            times.append(self._measured(lambda button=button: self.page.keyboard.press(button)))
        return times[2:]

    def click(self, key, samples):
        """Return the milliseconds of each click on the map, after a rest at the place."""
        return self._clicks(key, samples, 300)

    def dart(self, key, samples):
        """Return the milliseconds of each click by a hand that does not rest before it."""
        return self._clicks(key, samples, 0)

    def _clicks(self, key, samples, rest):
        cell, kind = self.cell(key), key[1]
        css = ".course-surface" if kind == "ours" else ".jupyter-matplotlib canvas"
        box = cell.locator(css).first.bounding_box()
        share = (1.0, 1.0) if kind == "ours" else (0.42, 0.8)
        element = cell.element_handle()
        times = []
        for sample in range(samples + 2):
            self.page.evaluate("([c, k]) => watch(c, k, 'pointerdown')", [element, kind])
            u, v = 0.3 + 0.4 * ((sample * 7) % 10) / 10, 0.25 + 0.5 * ((sample * 3) % 10) / 10
            x = box["x"] + box["width"] * share[0] * u
            y = box["y"] + box["height"] * share[1] * v
            self.page.mouse.move(x, y)
            if rest:
                self.page.wait_for_timeout(rest)
            times.append(self._measured(lambda x=x, y=y: self.page.mouse.click(x, y)))
        return times[2:]

    def drag(self, key, seconds=3.0):
        """Drag the slider, or the path's start.

        Return frames a second, and how late the last one came in ms.
        """
        cell, kind = self.cell(key), key[1]
        handle = cell.locator(HANDLE if key[0] == "slider" else START).first
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.evaluate("([c, k]) => watch(c, k, 'keydown')", [cell.element_handle(), kind])
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.evaluate("window.seen.start = performance.now()")
        begin = time.monotonic()
        while (now := time.monotonic() - begin) < seconds:
            self.page.mouse.move(x + 55 * (1 - abs(1 - now % 2)), y)
            self.page.wait_for_timeout(12)
        end = self.page.evaluate("performance.now()")
        self.page.mouse.up()
        self.page.wait_for_timeout(1500)
        times = self.page.evaluate("window.seen.stop = true, window.seen.times")
        late = max(0.0, times[-1] - end)
        return sum(t <= end for t in times) / seconds, late

    def close(self):
        """Stop the browser and the server."""
        self.browser.close()
        self.server.terminate()
        self.server.wait(timeout=20)


def line(name, times):
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return f"  {name:34s} median {statistics.median(times):6.0f} ms   p95 {p95:6.0f} ms"


def measure(bench, peer, samples):
    """Print everything about us and one peer; return whether the targets are met."""
    first, imported = bench.run_all()
    print(f"first picture {first:.2f} s after run all, {imported:.2f} s of them imports")
    medians = {}
    for key in bench.cells:
        for event in ("slider", "jump") if key[0] == "slider" else ("click", "dart"):
            times = getattr(bench, event)(key, samples)
            medians[event, key[1]] = statistics.median(times)
            print(line(f"{event}, {key[1]}", times), flush=True)
    slowest = math.inf
    for event, name in (("slider", "a slider"), ("click", "a start")):
        frames, late = bench.drag((event, "ours"))
        slowest = min(slowest, frames)
        print(f"  dragging {name}: {frames:.0f} frames a second, the last one {late:.0f} ms late")
    local = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")
    elsewhere = [url for url in bench.requests if not url.startswith(local)]
    print(f"  requests that left the machine: {len(elsewhere)}")
    good = slowest >= SMOOTH and not elsewhere
    for event in [event for event, kind in medians if kind == peer]:
        ratio, target = medians[event, peer] / medians[event, "ours"], TARGETS.get((event, peer))
        good &= target is None or ratio >= target
        aim = f"target {target:g}" if target else "no target"
        print(f"  {event}: {ratio:.1f} times as fast as {peer} ({aim})")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="exit 1 below a target")
    parser.add_argument("--samples", type=int, default=30)
    options = parser.parse_args()
    peers = {"interact": INTERACT, "ipympl": IPYMPL}
    if not importlib.util.find_spec("ipympl"):
        print("ipympl is not installed: its rows are left out")
        del peers["ipympl"]
    good = True
    # A notebook for each peer, since matplotlib has one backend a kernel; ours is in both.
    for peer, codes in peers.items():
        sources = {"ours": OURS, peer: codes}
        cells = {
            (event, kind): code for kind, all_ in sources.items() for event, code in all_.items()
        }
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
            bench = Bench(driver, Path(folder), cells)
            try:
                good &= measure(bench, peer, options.samples)
            finally:
                bench.close()
    sys.exit(1 if options.check and not good else 0)


if __name__ == "__main__":
    main()
