"""The digits: complete, the same for everybody, and split without overlap."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from course_utils.datasets import digits


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
