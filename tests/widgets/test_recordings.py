"""Recordings for whole pages: which stops they keep, and figures with more than one drawing."""

import json
import struct
import zlib

import numpy as np
import pytest

from course_utils import measures
from course_utils.objectives import BOWL
from course_utils.optimizers import Adam, Momentum, RMSprop
from course_utils.widgets import curves, directions, explore, heatmap, live, rates, slide, vectors
from course_utils.widgets.recording import MOST_FRAMES, RECORD_VARIABLE
from course_utils.widgets.sliders import make_sliders, sweep


def header(recording):
    """Return what a page reads first: everything but the arrays."""
    data = zlib.decompress(recording.data())
    return json.loads(data[4 : 4 + struct.unpack("<I", data[:4])[0]])


@pytest.mark.parametrize(
    "given",
    [
        {"alpha": 0.4},
        {"eta": 0.001, "alpha": 0.9, "steps": 100},
        {"eta": 0.003, "beta1": 0.93, "beta2": 0.999, "epsilon": 1e-8, "steps": 200},
        {"radius": (0.3, 3.0, 0.05)},
        {"steps": 40},
    ],
)
def test_a_sweep_passes_where_the_sliders_stand_and_keeps_to_their_range(given):
    sliders = make_sliders(given)
    stops = sweep(sliders)
    assert 1 <= np.prod([len(values) for values in stops.values()]) <= MOST_FRAMES / 2
    for name, values in stops.items():
        slider = sliders[name]
        assert slider.value in values
        assert values == sorted(set(values))
        options = [stop for _, stop in getattr(slider, "options", ())]
        if options:
            assert set(values) <= set(options)
        else:
            assert slider.min <= values[0] <= values[-1] <= slider.max + 1e-9


def test_a_sweep_prefers_what_changes_a_picture_most():
    given = {"eta": 0.1, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "steps": 100}
    assert list(sweep(make_sliders(given))) == ["eta", "beta1", "beta2"]
    assert list(sweep(make_sliders({"epsilon": 1e-8, "steps": 100}))) == ["epsilon"]
    assert sweep({}) == {}


def test_a_share_of_a_sweep_has_fewer_stops_and_still_the_first_one():
    sliders = make_sliders({"eta": 0.1, "beta": 0.95})
    few = sweep(sliders, 0.6)
    assert all(len(few[name]) < len(stops) for name, stops in sweep(sliders).items())
    assert few["beta"] == [0.0, 0.5, 0.9, 0.95, 0.99, 0.999]
    assert 0.1 in few["eta"]


def test_a_learning_rate_is_swept_by_powers_around_its_value():
    (etas,) = sweep(make_sliders({"eta": 0.01})).values()
    assert etas[0] == pytest.approx(0.001)
    assert etas[-1] == pytest.approx(0.1)
    ratios = np.divide(etas[1:], etas[:-1])
    assert ratios.max() < 1.25


FIGURES = {
    "vectors": lambda: vectors(BOWL, eta=0.001, alpha=0.9, steps=2),
    "curves": lambda: curves(BOWL, Momentum, alpha=[0.0, 0.9], eta=0.001, steps=50),
    "regions": lambda: heatmap(alpha=0.9, regions={"falls": lambda g1, g2: g1 > g2}),
    "slide": lambda: slide(lambda radius: {"a": [radius, 1.0]}, radius=(0.0, 1.0, 0.1)),
    "rates": lambda: rates(BOWL, eta=0.001, alpha=0.9, steps=50),
    "directions": lambda: directions(steps=40),
    "explorer": lambda: explore(BOWL, RMSprop, eta=0.05, beta=0.9, epsilon=1e-8, steps=60),
    "large": lambda: heatmap(
        lambda g1, g2, beta1, beta2: measures.adam_change(g1, g2, beta1, beta2),
        beside={
            "uncorrected": lambda g1, g2, beta1, beta2: measures.adam_change(
                g1, g2, beta1, beta2, corrected=False
            )
        },
        window=1.0,
        limit=2.0,
        beta1=0.9,
        beta2=0.999,
    ),
    "three": lambda: explore(BOWL, Adam, eta=0.1, beta1=0.9, beta2=0.999, epsilon=1e-8, steps=40),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_a_recording_of_a_page_s_size_and_stays_as_it_is(name):
    figure = FIGURES[name]()
    before = figure.values, figure.canvas.frame["alt"]
    recording = figure.recording()
    assert (figure.values, figure.canvas.frame["alt"]) == before
    assert len(recording.data()) < 2_000_000
    told = header(recording)
    at = 0
    for stops, slider in zip(recording.stops.values(), told["sliders"], strict=True):
        at = at * len(stops) + slider["at"]
    assert told["frames"][at]["values"] == pytest.approx(figure.values)
    assert not any("message" in frame for frame in told["frames"])


def test_a_recording_of_rates_moves_map_and_path_together():
    figure = rates(BOWL, eta=0.001, alpha=0.9, steps=20)
    frame = figure.canvas.frame
    recording = figure.record(alpha=[0.0, 0.5])
    assert figure.canvas.frame == frame
    alphas = [frame["map"]["panels"][0]["marks"][0]["at"][1] for frame in recording.frames]
    assert alphas == [0.0, 0.5]
    assert [frame["values"]["alpha"] for frame in recording.frames] == [0.0, 0.5]


def test_a_loop_is_recorded_from_what_it_showed_if_that_is_wanted(monkeypatch):
    def loop(every):
        training = live(400, every=every)
        for _ in training:
            if training.due:
                training.show({"row": np.arange(18.0).reshape(2, 3, 3)}, error=1 / (1 + training.t))
        training.show(error=0.0)
        return training

    assert loop(20).recording() is None
    monkeypatch.setenv(RECORD_VARIABLE, "1")
    recording = loop(20).recording()
    (shown,) = recording.stops.values()
    assert shown == [*range(0, 400, 20), 400]
    first, *_, last = recording.frames
    assert first["paths"][0]["errors"]["shape"] == [1]
    assert last["paths"][0]["errors"]["shape"] == [21]
    assert len(loop(1).recording().frames) <= 101


def test_hatched_regions_are_in_the_frames():
    right = {"right": lambda g1, g2: g1 + 0 * g2 > 0}
    figure = heatmap(measures.momentum_change, alpha=0.5, regions=right)
    recording = figure.record(alpha=[0.0, 1.0])
    mask = recording.frames[0]["panels"][0]["regions"][0]
    shares = np.frombuffer(mask["data"], np.uint8).mean()
    assert shares == pytest.approx(0.5, abs=0.01)
