"""Bytes, numbers as text, sliders and recordings: the small parts that every figure rests on."""

import json
import re
import struct
import zlib

import ipywidgets
import numpy as np
import pytest
from traitlets import TraitError

from course_utils import measures
from course_utils.objectives import BOWL
from course_utils.optimizers import Momentum
from course_utils.widgets import explore, heatmap
from course_utils.widgets.sliders import make_slider, nearest
from course_utils.widgets.wire import DTYPES, pack, unpack
from course_utils.wording import number, vector


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_packed_comes_back(dtype):
    array = np.arange(12).reshape(3, 4)
    packed = pack(array, dtype)
    assert len(packed["data"]) == 12 * int(re.search(r"\d+", dtype)[0]) // 8
    np.testing.assert_array_equal(unpack(packed), array)


def test_a_strided_array_travels_in_the_order_in_which_it_is_read():
    array = np.arange(12.0).reshape(3, 4).T[::-1]
    np.testing.assert_array_equal(unpack(pack(array)), array)


@pytest.mark.parametrize("size", [1e300, -1e60, 1e-60])
def test_numbers_that_single_precision_cannot_hold_travel_in_double_precision(size):
    assert unpack(pack([1.5, size])).tolist() == [1.5, size]


@pytest.mark.parametrize("value", [0.0, 1e30, 1e-30, np.inf, np.nan])
def test_other_numbers_travel_in_single_precision(value):
    assert pack([1.5, value])["dtype"] == "float32"


def test_an_unknown_dtype_is_refused():
    with pytest.raises(ValueError, match="got 'int64'"):
        pack([1.0], "int64")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (-14.73954, "−14.74"),
        (0.2353167, "0.2353"),
        (752, "752"),
        (1234567, "1.235·10⁶"),
        (1e-8, "1·10⁻⁸"),
        (np.inf, "∞"),
        (-np.inf, "−∞"),
        (np.nan, "not a number"),
    ],
)
def test_numbers_are_written_for_readers(value, text):
    assert number(value) == text


def test_a_vector_is_written_with_more_digits_than_a_number():
    assert vector([-14.73954, 18.848]) == "(−14.7395, 18.848)"
    assert vector(2.0) == "2"


@pytest.mark.parametrize("value", [0.001, 0.0123, 0.05, 20.0])
def test_a_learning_rate_slider_keeps_the_value_it_is_given(value):
    slider = make_slider("eta", value)
    assert slider.value == value
    stops = slider.stops
    ratios = np.divide(stops[1:], stops[:-1])
    assert ratios.max() < 1.12  # fine enough to drag
    assert {0.001, 0.01, 0.018, 0.1} <= set(stops)


@pytest.mark.parametrize("value", [0.9, 0.95, 0.905, 0.999])
def test_the_stops_of_a_decay_slider_meet_its_value(value):
    slider = make_slider("alpha", value)
    assert slider.value == value
    assert {0.0, 0.25, 1.0, value} <= set(slider.stops)
    assert np.diff(slider.stops).max() < 0.0101  # fine enough to drag


def test_a_slider_holds_any_number_within_its_stops_and_nothing_else():
    slider = make_slider("eta", 0.001)
    slider.value = 0.012345  # typed: it need be no stop
    assert (slider.value, slider.after(1), slider.after(-1)) == (0.012345, 0.013, 0.012)
    slider.value = 1e6
    assert (slider.value, slider.after(1)) == (100.0, None)
    for nonsense in ("much", None, np.nan):
        with pytest.raises(TraitError, match="expected"):
            slider.value = nonsense
    assert slider.value == 100.0
    updates = make_slider("steps", 60)
    updates.value = 70.4
    assert repr(updates.value) == "70"


def test_a_tuple_gives_the_range_and_a_widget_stays_what_it_is():
    slider = make_slider("alpha", (0.2, 0.8, 0.05))
    assert (slider.min, slider.max) == (0.2, 0.8)
    assert np.diff(slider.stops) == pytest.approx(0.05)
    assert slider.value == 0.8  # the usual 0.9, moved inside
    own = ipywidgets.FloatText(3.0)
    assert make_slider("alpha", own) is own


def test_the_nearest_stop_of_a_slider():
    assert nearest(make_slider("eta", 0.1), 0.0991) == pytest.approx(0.1)
    assert nearest(make_slider("alpha", 0.5), 1.7) == 1.0
    assert nearest(ipywidgets.FloatSlider(min=0, max=1, step=0.25), 0.3) == 0.25
    assert nearest(ipywidgets.SelectionSlider(options=[("a", 1.0), ("b", 3.0)]), 2.5) == 3.0


# ------------------------------------------------------------------------------------- recordings


def unpacked(recording):
    """Read a recording as the browser does, from its bytes alone."""
    raw = zlib.decompress(recording.data())
    (length,) = struct.unpack("<I", raw[:4])
    header = json.loads(raw[4 : 4 + length])

    def array(packed):
        count = int(np.prod(packed["shape"]))
        values = np.frombuffer(raw, DTYPES[packed["dtype"]], count, 4 + length + packed["offset"])
        values = values.reshape(packed["shape"])
        if packed["dtype"] == "uint16":
            for axis in (k for k, side in enumerate(values.shape) if side > 2):
                values = np.cumsum(values, axis=axis, dtype=np.uint16)
            low, step = packed["range"]
            return np.where(values == 65535, np.nan, low + step * values.astype(float))
        return values

    return header, array


def test_a_recorded_heatmap_holds_every_frame_of_the_measure():
    figure = heatmap(measures.momentum_change, alpha=0.4)
    alphas = np.linspace(0, 1, 11)
    header, array = unpacked(figure.record(alpha=alphas))
    assert len(header["frames"]) == 11
    g = np.linspace(-2, 2, 101)
    for alpha, frame in zip(alphas, header["frames"], strict=True):
        expected = measures.momentum_change(g[None, :], g[:, None], alpha)
        got = array(frame["panels"][0]["values"])
        np.testing.assert_allclose(got, expected, atol=8 / 16383 / 2 * 1.01)
    assert header["sliders"][0]["at"] == 4
    assert header["sliders"][0]["texts"][4] == "0.4"


def test_recording_leaves_the_figure_as_it_was():
    figure = heatmap(measures.momentum_change, alpha=0.4)
    figure.record(alpha=[0.0, 1.0])
    assert figure.nodes == 201
    assert figure.values == {"alpha": 0.4}


def test_a_recorded_explorer_walks_every_combination_of_its_sliders():
    figure = explore(BOWL, Momentum, eta=0.001, alpha=0.9, steps=20)
    header, array = unpacked(figure.record(alpha=[0.0, 0.9], eta=[0.001, 0.01]))
    ends = [array(frame["paths"][0]["weights"])[1, 0] for frame in header["frames"]]
    # One step from -15 along the gradient -90: alpha does not matter yet, and varies slowest.
    np.testing.assert_allclose(ends, [-14.91, -14.1, -14.91, -14.1], rtol=1e-6)


def test_missing_values_survive_a_recording():
    figure = heatmap(lambda g1, g2, alpha: np.sqrt(g1 + g2) * alpha, alpha=0.5)
    header, array = unpacked(figure.record(alpha=[0.5]))
    field = array(header["frames"][0]["panels"][0]["values"])
    assert np.isnan(field[0, 0])
    assert field[-1, -1] == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    "make",
    [
        lambda: heatmap(alpha=0.4, beside={"t": measures.true_momentum_change}).record(
            alpha=np.linspace(0, 1, 51)
        ),
        lambda: explore(BOWL, Momentum, steps=100).record(alpha=np.linspace(0, 1, 51)),
    ],
    ids=["two heatmaps", "explorer"],
)
def test_a_recorded_figure_stays_under_two_megabytes_and_asks_nobody(make):
    page = make().html()
    assert len(page.encode()) < 2e6
    addresses = set(re.findall(r"https?://[^\"'\s<>)`]+", page))
    assert all(address.startswith("http://www.w3.org/") for address in addresses)
    assert "<img " in page


def test_a_recorded_page_can_be_saved(tmp_path):
    path = explore(BOWL, Momentum, steps=5).record(alpha=[0.0, 0.9]).save(tmp_path / "page.html")
    assert path.read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("stops", "words"),
    [
        ({}, "got 0"),
        ({"alpha": []}, "got 0"),
        ({"beta": [0.5]}, "got 'beta'"),
        ({"alpha": np.linspace(0, 1, 30), "eta": np.linspace(0.1, 1, 30)}, "got 900"),
    ],
)
def test_a_recording_of_nothing_or_of_too_much_is_refused(stops, words):
    with pytest.raises(ValueError, match=words):
        explore(BOWL, Momentum).record(**stops)
