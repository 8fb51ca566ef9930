"""Data: the digits complete and split without overlap, curves, files, and sequences."""

import gzip
import os
import sys

import numpy as np
import pytest
from scipy.io import savemat
from sklearn.datasets import load_digits

from course_utils.datasets import (
    addition,
    curves,
    digits,
    faces,
    memorization,
    mnist,
    multiplication,
    shrink,
)


@pytest.fixture(scope="module")
def split():
    return digits()


def test_a_quarter_of_the_1797_digits_is_kept_for_testing(split):
    assert [part.shape for part in split] == [(1348, 64), (1348,), (449, 64), (449,)]


def test_pixels_run_from_paper_0_to_ink_1(split):
    for images in (split[0], split[2]):
        assert images.dtype == np.float64
        assert images.min() == 0
        assert images.max() == 1


def test_every_image_is_in_exactly_one_part_and_keeps_its_label(split):
    train_images, train_labels, test_images, test_labels = split

    def sorted_rows(images, labels):
        rows = np.column_stack([images, labels])
        return rows[np.lexsort(rows.T)]

    originals, numbers = load_digits(return_X_y=True)
    ours = sorted_rows(np.vstack([train_images, test_images]), np.r_[train_labels, test_labels])
    np.testing.assert_array_equal(ours, sorted_rows(originals / 16, numbers))


def test_the_digits_need_no_scikit_learn(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    assert digits()[0].shape == (1348, 64)


@pytest.mark.parametrize("load", [mnist, faces])
def test_a_download_without_scikit_learn_names_what_installs_it(load, monkeypatch):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ModuleNotFoundError, match="pip install"):
        load(download=True)


def test_the_parts_are_shuffled_so_that_every_digit_is_about_a_tenth_of_both(split):
    for labels in (split[1], split[3]):
        shares = np.bincount(labels, minlength=10) / len(labels)
        assert shares.min() > 0.07
        assert shares.max() < 0.13


def test_the_same_seed_gives_the_same_split_and_another_seed_another(split):
    again, other = digits(seed=0), digits(seed=1)
    for mine, yours in zip(split, again, strict=True):
        np.testing.assert_array_equal(mine, yours)
    assert not np.array_equal(split[1], other[1])


def test_the_default_split_stays_as_it_is_because_the_lesson_prints_numbers_from_it(split):
    assert split[1][:12].tolist() == [3, 6, 0, 0, 3, 0, 3, 6, 0, 6, 7, 2]
    assert split[3][:12].tolist() == [6, 6, 6, 2, 5, 6, 6, 2, 2, 1, 1, 9]


@pytest.mark.parametrize("fraction", [0, 1, -0.5, 1e-9, float("nan"), "half"])
def test_a_fraction_that_leaves_a_part_empty_is_refused_in_a_sentence(fraction):
    with pytest.raises(ValueError, match=r"expected test_fraction between 0 and 1.*, got"):
        digits(test_fraction=fraction)


@pytest.fixture
def no_folder(monkeypatch):
    monkeypatch.delenv("COURSE_DATA", raising=False)


def test_curves_are_pictures_from_paper_0_to_ink_1_the_same_for_the_same_seed():
    one, again = (curves(50, 28, np.random.default_rng(3)) for _ in range(2))
    assert one.shape == (50, 784)
    assert one.dtype == np.float32
    np.testing.assert_array_equal(one, again)
    assert one.min() >= 0
    assert 0.9 < one.max() < 1
    assert (one.max(axis=1) > 0.5).all(), "every picture shows a stroke"
    assert one[one > 0].min() > 1e-7, "denormal numbers would slow training"


def test_a_curve_shows_the_line_integral_of_its_pen():
    # One picture from its own three points, by a fine quadrature in float64
    corners = np.random.default_rng(5).uniform(0.15, 0.85, size=(1, 2, 3))[0]
    t = (np.arange(4000) + 0.5) / 4000
    x, y = corners @ np.stack([(1 - t) ** 2, 2 * t * (1 - t), t**2])
    speed = np.hypot(np.gradient(x, t), np.gradient(y, t))
    at = (np.arange(28) + 0.5) / 28
    squared = (at[None, :, None] - x) ** 2 + (at[:, None, None] - y) ** 2
    ink = (np.exp(-squared / (2 * 0.028**2)) * speed).mean(axis=2) / 0.028
    drawn = curves(1, 28, np.random.default_rng(5)).reshape(28, 28)
    np.testing.assert_allclose(drawn, 1 - np.exp(-1.6 * ink), atol=0.04)


def test_many_curves_are_drawn_in_pieces_without_a_seam():
    many = curves(2003, 5, np.random.default_rng(0))
    assert many.shape == (2003, 25)
    assert len(np.unique(many, axis=0)) == 2003


def test_shrinking_replaces_blocks_by_their_mean():
    picture = np.arange(16.0).reshape(1, 16)
    np.testing.assert_array_equal(shrink(picture, 2), [[2.5, 4.5, 10.5, 12.5]])
    np.testing.assert_array_equal(shrink(picture, 1), picture)
    np.testing.assert_array_equal(shrink(picture, 4), [[7.5]])


def write_idx(path, array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    content = header + array.tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_mnist_is_read_from_idx_files_the_training_pictures_first(tmp_path, no_folder, suffix):
    pixels = np.random.default_rng(0).integers(256, size=(5, 28, 28), dtype=np.uint8)
    write_idx(tmp_path / f"t10k-images-idx3-ubyte{suffix}", pixels)
    found = mnist(tmp_path)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, pixels.reshape(5, 784) / 255, rtol=1e-6)
    write_idx(tmp_path / f"train-images-idx3-ubyte{suffix}", pixels[:2])
    assert len(mnist(tmp_path)) == 2
    assert len(mnist(tmp_path, "test")) == 5


def test_the_folder_of_the_data_may_come_from_the_environment(tmp_path, monkeypatch):
    write_idx(tmp_path / "t10k-images-idx3-ubyte", np.zeros((3, 28, 28), np.uint8))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert len(mnist()) == 3


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\x08\x03\0\0\0\x01", b"\0\0\x0d\x01\0\0\0\x01\0", b"\0\0\x08\x00"]
)
def test_a_damaged_idx_file_is_refused_in_a_sentence(tmp_path, content):
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(content)
    with pytest.raises(ValueError, match="expected a complete file of unsigned bytes in the IDX"):
        mnist(tmp_path)


def test_the_columns_of_the_faces_file_become_upright_pictures(tmp_path, no_folder):
    pixels = np.random.default_rng(0).integers(256, size=(2, 64, 64), dtype=np.uint8)
    savemat(tmp_path / "olivettifaces.mat", {"faces": pixels.transpose(2, 1, 0).reshape(4096, 2)})
    found = faces(tmp_path).reshape(2, 64, 64)
    np.testing.assert_allclose(found, pixels / 255, rtol=1e-6)


@pytest.mark.parametrize("load", [mnist, faces])
def test_without_files_nothing_is_fetched_unasked_and_the_sentence_says_what_to_do(
    load, tmp_path, no_folder
):
    with pytest.raises(FileNotFoundError, match="COURSE_DATA"):
        load()
    with pytest.raises(FileNotFoundError, match=f"expected .* in {tmp_path}"):
        load(tmp_path)


@pytest.mark.skipif("COURSE_DATA" not in os.environ, reason="COURSE_DATA names no folder of data")
def test_the_real_files_hold_what_they_are_known_to_hold():
    digits_, portraits = mnist(part="test"), faces()
    assert digits_.shape == (10_000, 784)
    assert digits_.mean() == pytest.approx(0.1325, abs=1e-4)  # the published mean of the test set
    assert portraits.shape == (400, 4096)
    # upright: a face is about symmetric, left to right but not top to bottom
    mean = portraits.mean(axis=0).reshape(64, 64)
    assert np.abs(mean - mean[:, ::-1]).mean() < 0.5 * np.abs(mean - mean[::-1]).mean()


@pytest.mark.parametrize("length", [2, 7, 30])
def test_addition_and_multiplication_mark_one_number_in_either_half(length):
    for draw, combine in ((addition, np.mean), (multiplication, np.prod)):
        sequences, targets = draw(500, length, np.random.default_rng(0))
        assert sequences.shape == (500, length, 2)
        assert targets.shape == (500, 1, 1)
        numbers, marks = sequences[:, :, 0], sequences[:, :, 1]
        assert set(np.unique(marks)) <= {0, 1}
        assert (marks[:, : length // 2].sum(axis=1) == 1).all()
        assert (marks[:, length // 2 :].sum(axis=1) == 1).all()
        expected = [combine(n[m == 1]) for n, m in zip(numbers, marks, strict=True)]
        np.testing.assert_allclose(targets.ravel(), expected)


def test_who_answers_the_mean_errs_as_much_as_probability_says():
    for draw, variance in ((addition, 1 / 24), (multiplication, 7 / 144)):
        targets = draw(100_000, 2, np.random.default_rng(1))[1]
        assert targets.var() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize(("symbols", "alphabet"), [(5, 2), (10, 5)])
def test_memorization_asks_for_the_symbols_after_the_cue_and_for_nothing_before(symbols, alphabet):
    x, y = memorization(40, 7, np.random.default_rng(0), symbols, alphabet)
    length = 2 * symbols + 7
    assert x.shape == (40, length, alphabet + 2)
    assert y.shape == (40, length, alphabet + 1)
    np.testing.assert_array_equal(x[:, :symbols, :alphabet], y[:, -symbols:, :alphabet])
    assert (x[:, :symbols].sum(axis=2) == 1).all()
    assert (y.sum(axis=2) == 1).all()
    assert (y[:, :-symbols, alphabet] == 1).all()
    cue = x[:, :, alphabet + 1]
    assert (cue.argmax(axis=1) == symbols + 7 - 1).all()
    assert (cue.sum(axis=1) == 1).all()
    assert not x[:, symbols:, :alphabet].any()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda rng: curves(0, 5, rng), "expected count as an int of 1 or more, got 0"),
        (lambda rng: addition(1, 1, rng), "expected length as an int of 2 or more, got 1"),
        (lambda rng: memorization(1, 0, rng), "expected wait as an int of 1 or more, got 0"),
        (lambda rng: shrink(np.zeros((2, 8)), 2), r"expected square pictures .*, got \(2, 8\)"),
        (lambda rng: shrink(np.zeros((2, 9)), 2), "expected factor to divide the edge, 3, got 2"),
        (lambda rng: mnist(part="all"), "expected part 'train', 'test' or 'any', got 'all'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(np.random.default_rng(0))
