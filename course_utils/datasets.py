"""Data for the lessons' networks: arrays that are the same for everybody, without a download.

Here: :func:`digits`, small handwritten digits for lesson 1's training loop. Each function returns
plain arrays, inputs in [0, 1] with one row an example; what makes batches of them is in
``networks``. Nothing of the course is imported.
"""

import math

import numpy as np


def digits(
    test_fraction: float = 0.25, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Load scikit-learn's 1797 handwritten digits, shuffled and split in two.

    Parameters
    ----------
    test_fraction : float in (0, 1)
        Share of the images that is kept for testing, rounded to whole images.
    seed : int
        Of the shuffle; the same seed gives the same split on every machine.

    Returns
    -------
    train_images : array (n, 64)
        8×8 pixels a row, 0 (paper) to 1 (ink).
    train_labels : int array (n,)
        The digits 0 … 9.
    test_images : array (1797 − n, 64)
    test_labels : int array (1797 − n,)

    Raises
    ------
    ValueError
        If one of the two parts would be empty.

    References
    ----------
    Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository; the copy that scikit-learn installs.
    """
    from sklearn.datasets import load_digits  # takes a second to import: only when asked for

    if not (isinstance(test_fraction, int | float) and math.isfinite(test_fraction)):
        raise ValueError(f"expected test_fraction between 0 and 1, got {test_fraction}")
    images, labels = load_digits(return_X_y=True)
    tests = round(test_fraction * len(images))
    if not 0 < tests < len(images):
        raise ValueError(
            f"expected test_fraction between 0 and 1 that leaves both parts of the {len(images)} "
            f"images non-empty, got {test_fraction}"
        )
    order = np.random.default_rng(seed).permutation(len(images))
    images, labels = images[order] / 16.0, labels[order]
    return images[tests:], labels[tests:], images[:tests], labels[:tests]
