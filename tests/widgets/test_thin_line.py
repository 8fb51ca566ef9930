"""What figures send ahead of the hand, over a line of 5 Mbit/s with 80 ms there and back.

A kernel behind a server, and a page's half of the figure on the other end of the line. `pytest -s`
prints the table.
"""

import contextlib
import statistics

import pytest
import websocket

from support import ROOT
from support.kernel import Kernel, Slider
from support.lab_server import TOKEN, running_lab
from support.thin_line import line

pytestmark = pytest.mark.nightly

THIN = {"bits": 5e6, "way": 0.04}
BROAD = {"bits": 1e9, "way": 0.0}
FIGURE = ("heatmap(measures.momentum_change, alpha=0.4)", "α")
IMPORTS = "from course_utils import measures; from course_utils.widgets import heatmap; "
ALWAYS = "from course_utils.widgets import ahead; ahead._IN_THE_WAY = 1e9"
MOVES = 6


@pytest.fixture(scope="module")
def lab():
    with running_lab(ROOT) as lab:
        yield lab


@contextlib.contextmanager
def a_page(lab, kind, before="pass", answers=True):
    """Give the slider of a figure in a kernel of its own, at the far end of a line."""
    started = lab.post("/api/kernels", {"name": "python3"})["id"]
    with line(lab.port, **kind) as port:
        place = f"ws://127.0.0.1:{port}/api/kernels/{started}/channels?token={TOKEN}"
        channels = websocket.create_connection(place, timeout=120)
        try:
            kernel = Kernel(channels)
            kernel.run(before)
            yield Slider(kernel, IMPORTS + FIGURE[0], FIGURE[1], answers)
        finally:
            channels.close()
            lab.get(f"/api/kernels/{started}", "DELETE")


def played(slider, stops, pause):
    """Move again and again, with a pause; return the median wait, and the bytes ahead of a move."""
    slider.move(stops)
    before, waits = slider.bytes_ahead, []
    for _ in range(MOVES):
        waits.append(slider.move(stops, after=pause))
    return statistics.median(waits), (slider.bytes_ahead - before) / MOVES


def test_over_a_thin_line_a_figure_is_not_slower_than_without_frames_ahead(lab):
    modes = {"without": ("pass", False), "always": (ALWAYS, True), "as it is": ("pass", True)}
    waits, sent = {}, {}
    for mode, (before, answers) in modes.items():
        with a_page(lab, THIN, before, answers) as slider:
            for hand, stops, pause in (("keys", 1, 0.8), ("clicks", 7, 0.4)):
                waits[mode, hand], sent[mode, hand] = played(slider, stops, pause)
                print(
                    f"\nheatmap, 5 Mbit/s, 80 ms, {mode}, {hand}: "
                    f"{waits[mode, hand] * 1000:.0f} ms, {sent[mode, hand] / 1000:.0f} kB ahead",
                    flush=True,
                )
    for hand in ("keys", "clicks"):
        # A busy machine can hide the line once, until it is seen how short the way is.
        assert sent["as it is", hand] <= sent["always", hand] / 4
        assert waits["as it is", hand] <= 1.5 * waits["without", hand]  # or the machine is busy
    assert waits["always", "clicks"] > 1.15 * waits["without", "clicks"]  # what is avoided


def test_over_a_broad_line_the_frame_is_there_before_the_key(lab):
    with a_page(lab, BROAD) as slider:
        wait, sent = played(slider, 1, 1.5)
    print(f"\nheatmap, broad line, keys: {wait * 1000:.0f} ms, {sent / 1000:.0f} kB ahead")
    assert wait == 0
