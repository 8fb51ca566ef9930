"""Figures of networks: what is drawn is the data, and what cannot be drawn is refused."""

import re

import numpy as np
import pytest

from course_utils import plotting
from support.figures.networks import (
    COLUMNS,
    RING,
    RUNS,
    SHOWN,
    histograms_figure,
    layers_figure,
    pictures_figure,
    spectra_figure,
    states_figure,
    tables_figure,
)


def test_every_picture_is_there_pixel_for_pixel_with_a_white_gap_behind_it():
    shown, *_ = pictures_figure().axes
    strip = np.asarray(shown.images[0].get_array())
    tiles = strip.reshape(8, 10, 9).transpose(1, 0, 2)  # one column of gap
    np.testing.assert_array_equal(tiles[:, :, :8], SHOWN)
    np.testing.assert_array_equal(tiles[:, :, 8], 0)


def test_all_rows_of_pictures_share_the_scale_of_what_was_shown():
    limits = {panel.images[0].get_clim() for panel in pictures_figure().axes}
    assert limits == {(0.0, 1.0)}
    wide = plotting.pictures({"shown": SHOWN}, limits=(-1, 2))
    assert wide.axes[0].images[0].get_clim() == (-1, 2)


def test_the_pictures_tell_the_squared_error_that_the_paper_reports():
    # 8 dark pixels of 64: half a grey everywhere is 64 · 0.25 = 16 away, nine tenths 8 · 0.01
    alt = pictures_figure().alt
    assert "after 0 updates: mean squared distance 16 a picture" in alt
    assert "after 100 updates: mean squared distance 0.08 a picture" in alt
    assert pictures_figure().title == "Of 3 rows, after 100 updates is nearest to shown"


def test_layers_are_numbered_from_one_and_means_drawn_with_their_extremes():
    left, right = layers_figure().axes
    line = dict(zip(("sparse", "dense"), left.lines, strict=True))["dense"]
    np.testing.assert_array_equal(line.get_xdata(), np.arange(1, 9))
    np.testing.assert_allclose(line.get_ydata(), 0.1 ** np.arange(8))
    band = left.collections[1].get_paths()[0].vertices
    first = band[band[:, 0] == 1, 1]
    assert (first.min(), first.max()) == pytest.approx((0.8, 1.2))
    assert left.get_yscale() == right.get_yscale() == "log"


def test_the_layers_title_finds_the_quantity_that_spans_most():
    # 0.02 ** 7 is 11.9 powers of ten
    assert layers_figure().title == "dense: gradient spans 12 powers of ten"


def test_a_layers_histogram_stands_at_its_number_and_counts_its_values():
    spread_out, small = histograms_figure().axes
    bars = [bar.get_width() for bar in spread_out.patches]
    # 0, 0.1 | - | 0.6 | 1 and 0.1 | - | - | 0.9, 1: the tallest bar is 0.85 wide
    np.testing.assert_allclose(bars, 0.85 * np.array([1, 0, 0.5, 0.5, 0.5, 0, 0, 1]))
    assert [bar.get_x() for bar in spread_out.patches] == [1] * 4 + [3] * 4
    assert spread_out.get_ylim() == small.get_ylim()
    assert histograms_figure().title == "The values of the last layer differ most with spread out"


def test_histograms_of_sizes_are_drawn_in_powers_of_ten_without_zeros():
    still = plotting.layer_histograms({"a": {1: [0.0, -1e-3, 1e-3], 2: [10.0]}}, log=True, bins=4)
    (panel,) = still.axes
    assert [bar.get_y() for bar in panel.patches] == [-3, -2, -1, 0] * 2
    widths = [bar.get_width() for bar in panel.patches]
    assert widths == pytest.approx([0.85, 0, 0, 0, 0, 0, 0, 0.85])
    assert "in layer 1 nine tenths are from 0.001 to 0.001; in layer 2" in still.alt


def test_a_cell_of_a_table_is_the_mean_of_its_runs_and_the_runs_stand_around_it():
    ours, published = tables_figure().axes
    dots, means, *_ = ours.lines
    np.testing.assert_allclose(means.get_ydata(), RUNS.mean(axis=0))
    np.testing.assert_allclose(np.sort(np.ravel(dots.get_ydata())), np.sort(RUNS.ravel()))
    np.testing.assert_allclose(published.lines[0].get_ydata(), [1.0, 0.73, 0.75, 0.80])
    assert [text.get_text() for text in ours.get_xticklabels()] == list(COLUMNS)


def test_a_table_finds_its_lowest_cell_and_names_its_lines():
    still = tables_figure()
    assert still.title == "ours: lowest is NAG 0.99; MNIST, published: lowest is NAG 0.99"
    assert "plain gradient descent 2.1" in still.alt
    assert "NAG 1 at 0.9, 0.73 at 0.99, 0.75 at 0.995, 0.8 at 0.999" in still.alt


def test_a_missing_cell_of_a_table_leaves_a_gap():
    still = plotting.result_tables(("a", "b"), {"ours": {"NAG": [np.nan, 2.0]}})
    assert "lowest is NAG b" in still.title
    assert " at a" not in still.alt


def test_eigenvalues_outside_the_unit_circle_are_counted_and_marked_apart():
    still = spectra_figure()
    counts = [tuple(len(line.get_xdata()) for line in panel.lines[1:]) for panel in still.axes]
    assert counts == [(6, 0), (6, 1), (0, 6)]
    inside = still.axes[0].lines[1]
    np.testing.assert_allclose(inside.get_xdata() + 1j * inside.get_ydata(), 0.5 * RING)
    assert "ρ = 1.1: 7 eigenvalues, the largest of size 1.1, 1 outside the circle" in still.alt


def test_hidden_units_and_their_twin_share_one_scale_each():
    still = states_figure()
    upper, lower = still.axes[:3], still.axes[3:]
    assert len({panel.get_ylim() for panel in upper}) == len({p.get_ylim() for p in lower}) == 1
    assert [len(panel.lines) for panel in upper] == [5, 5, 5]  # four units and the event
    np.testing.assert_allclose(lower[1].lines[0].get_ydata(), 1e-8)
    assert "chaos: 4 units over 40 steps" in still.alt
    assert "the twin's distance goes from 1 at most to 1 at the end" in still.alt


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plotting.pictures({"one": np.zeros((2, 3))}), "expected rows['one'] of shape"),
        (lambda: plotting.pictures({"flat": np.zeros((2, 3, 3))}), "white < black, got (0.0, 0.0)"),
        (
            lambda: plotting.pictures({"a": SHOWN, "b": SHOWN[:3]}),
            "expected rows['b'] of shape (10, 8, 8), got (3, 8, 8)",
        ),
        (lambda: plotting.layer_profiles({}), "at least one entry in panels"),
        (
            lambda: plotting.layer_profiles({"size": {"a": [[1.0, 0.0]]}}),
            "expected positive values in 'size'",
        ),
        (
            lambda: plotting.layer_profiles({"x": {"a": [[1.0]]}, "y": {"b": [[1.0]]}}),
            "expected the labels ['a'] in every panel, got ['b']",
        ),
        (lambda: plotting.layer_histograms({}), "at least one entry in panels"),
        (
            lambda: plotting.layer_histograms({"a": {2: [0.0]}}, log=True),
            "expected finite values in layer 2 of 'a', got none or others",
        ),
        (lambda: plotting.result_tables(COLUMNS, {}), "at least one entry in panels"),
        (
            lambda: plotting.result_tables(COLUMNS, {"ours": {"NAG": [1.0, 2.0]}}),
            "expected ours['NAG'] of shape (n, 4), got (1, 2)",
        ),
        (lambda: plotting.spectra({}), "at least one entry in panels"),
        (
            lambda: plotting.state_traces({"a": [[1.0]]}, twins={"b": [1.0]}),
            "expected twins of ['a'], got those of ['b']",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(draw, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        draw()


@pytest.mark.parametrize("span", [1.02, 1.4, 4, 30])
def test_a_table_has_ticks_enough_to_read_it_whatever_its_span(span):
    still = plotting.result_tables(("a", "b"), {"ours": {"NAG": [0.5, 0.5 * span]}})
    low, high = still.axes[0].get_ylim()
    ticks = [tick for tick in still.axes[0].get_yticks() if low <= tick <= high]
    assert len(ticks) >= 2
    labels = [text.get_text() for text in still.axes[0].get_yticklabels()]
    np.testing.assert_allclose([float(label) for label in labels], ticks, rtol=0.05)
