r"""Data for the lessons' networks: plain arrays, one row for each example, pixels in [0, 1].

The same on every machine, without a download:

- :func:`digits`, small handwritten digits, split for lesson 1's classifier; a file of the course.
- :func:`curves`, strokes that three points describe.
- :func:`addition`, :func:`multiplication` and :func:`memorization`, sequences that a network
  without a memory cannot answer.

From files, if they exist:

- :func:`mnist` and :func:`faces`, from a folder given by argument or by the environment variable
  ``COURSE_DATA``; with ``download=True`` scikit-learn fetches and stores them.

:func:`shrink` makes pictures smaller. Batches are made in ``networks``. Nothing of the course is
imported.
"""

import gzip
import math
import os
from numbers import Integral
from pathlib import Path

import numpy as np

__all__ = [
    "addition",
    "curves",
    "digits",
    "faces",
    "memorization",
    "mnist",
    "multiplication",
    "shrink",
]


def digits(
    test_fraction: float = 0.25, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Load 1797 handwritten digits, shuffled and split in two.

    Parameters
    ----------
    test_fraction : float in (0, 1)
        Share of the images that is put aside for testing, rounded to whole images.
    seed : int
        Of the shuffle; the same seed gives the same split on every machine.

    Returns
    -------
    train_images : array (n, 64)
        Rows of 8×8 pixels, 0 (paper) to 1 (ink).
    train_labels : int array (n,)
        The digits 0 to 9.
    test_images : array (1797 − n, 64)
    test_labels : int array (1797 − n,)

    Raises
    ------
    ValueError
        If one of the two parts would be empty.

    References
    ----------
    Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, CC BY 4.0; its test part, as scikit-learn has it.
    """
    if not (isinstance(test_fraction, int | float) and math.isfinite(test_fraction)):
        raise ValueError(f"expected test_fraction between 0 and 1, got {test_fraction}")
    with np.load(Path(__file__).parent / "data" / "digits.npz") as file:
        images, labels = file["images"], file["labels"].astype(int)
    tests = round(test_fraction * len(images))
    if not 0 < tests < len(images):
        raise ValueError(
            f"expected test_fraction between 0 and 1 that leaves both parts of the {len(images)} "
            f"images non-empty, got {test_fraction}"
        )
    order = np.random.default_rng(seed).permutation(len(images))
    images, labels = images[order] / 16.0, labels[order]
    return images[tests:], labels[tests:], images[:tests], labels[:tests]


def _count(name, value, least=1):
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"expected {name} as an int of {least} or more, got {value!r}")
    return int(value)


def curves(count: int, size: int, rng: np.random.Generator) -> np.ndarray:
    r"""Draw curves: quadratic Bézier strokes with a soft pen.

    .. math::
        c(t) &= (1-t)^2 p_0 + 2t(1-t)\, p_1 + t^2 p_2, \qquad p_i \sim \mathcal{U}[0.15, 0.85]^2 \\
        I(x) &= \frac{1}{\sigma} \int_0^1
            e^{-|x - c(t)|^2 / 2\sigma^2}\, |c'(t)|\, dt, \qquad \sigma = 0.028 \\
        \text{pixel} &= 1 - e^{-1.6\, I}

    Six numbers determine a picture, so a code of six numbers can hold it. That makes the set a
    good first test of an autoencoder.

    Parameters
    ----------
    count : int
        Pictures, >= 1.
    size : int
        Pixels along an edge, >= 1; 28 in the paper.
    rng : numpy.random.Generator

    Returns
    -------
    float32 array (count, size²)
        0 (paper) to 1 (ink).

    Raises
    ------
    ValueError
        If ``count`` or ``size`` is no int of 1 or more.

    Notes
    -----
    The set is made like that of Hinton and Salakhutdinov (2006), but is another one. Their strokes
    have other control points and another pen, so errors are of the same kind, not the same numbers.
    """
    count, size = _count("count", count), _count("size", size)
    pen, steps, chunk = 0.028, 24, 2000
    t = (np.arange(steps) + 0.5) / steps
    basis = np.stack([(1 - t) ** 2, 2 * t * (1 - t), t**2])
    slopes = 2 * np.stack([t - 1, 1 - 2 * t, t])
    pixels = ((np.arange(size) + 0.5) / size).astype(np.float32)
    pictures = np.empty((count, size, size), np.float32)
    for start in range(0, count, chunk):  # so that intermediate arrays stay small
        points = rng.uniform(0.15, 0.85, size=(min(chunk, count - start), 2, 3))
        ink = np.hypot(*np.moveaxis(points @ slopes, 1, 0)) / (steps * pen)
        x, y = np.moveaxis((points @ basis).astype(np.float32), 1, 0)
        # A round Gaussian is one along x times one along y; the sum over t is a matrix product.
        across = np.exp((pixels - x[:, :, None]) ** 2 / np.float32(-2 * pen**2))
        down = np.exp((pixels - y[:, :, None]) ** 2 / np.float32(-2 * pen**2))
        down *= ink[:, :, None].astype(np.float32)
        pictures[start : start + chunk] = down.swapaxes(1, 2) @ across
    pictures[pictures < 1e-6] = 0  # invisible, and denormal numbers would slow training down
    return -np.expm1(np.float32(-1.6) * pictures).reshape(count, -1)


def shrink(pictures: np.ndarray, factor: int) -> np.ndarray:
    """Make square pictures smaller: the mean replaces each block of factor × factor pixels.

    Parameters
    ----------
    pictures : array (n, edge²)
    factor : int
        A divisor of the edge.

    Returns
    -------
    array (n, (edge / factor)²)

    Raises
    ------
    ValueError
        If the pictures are not square, or ``factor`` does not divide their edge.
    """
    pictures = np.asarray(pictures)
    edge = math.isqrt(pictures.shape[-1]) if pictures.ndim == 2 else 0
    if edge == 0 or edge**2 != pictures.shape[-1]:
        raise ValueError(f"expected square pictures of shape (n, edge²), got {pictures.shape}")
    if _count("factor", factor) > edge or edge % factor:
        raise ValueError(f"expected factor to divide the edge, {edge}, got {factor}")
    small = edge // factor
    blocks = pictures.reshape(-1, small, factor, small, factor)
    return blocks.mean(axis=(2, 4)).reshape(len(pictures), small**2)


def _folder(folder):
    """Return the folder of data files that was given, or COURSE_DATA's, or None."""
    folder = folder or os.environ.get("COURSE_DATA")
    return Path(folder) if folder else None


def _missing(name, files, folder):
    where = f"in {folder}" if folder else "in the folder that COURSE_DATA names"
    return FileNotFoundError(f"expected {name} ({files}) {where}, got no such file")


def _scikit_learn():
    """Return what fetches data; a student's installation does without it."""
    try:
        import sklearn.datasets
    except ModuleNotFoundError:
        message = "to download pictures, install scikit-learn: pip install scikit-learn"
        raise ModuleNotFoundError(message, name="scikit-learn") from None
    return sklearn.datasets


def _read_idx(path):
    """Return the array in a file of the IDX format, gzipped or not."""
    with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as file:
        content = file.read()
    dimensions = content[3] if content[:3] == b"\0\0\x08" else 0  # 8: unsigned bytes
    start = 4 + 4 * dimensions
    shape = np.frombuffer(content[4:start].ljust(start - 4, b"\0"), ">u4").astype(int)
    if not dimensions or len(content) != start + shape.prod():
        raise ValueError(
            f"expected a complete file of unsigned bytes in the IDX format, got {path}"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def mnist(folder=None, part: str = "any", download: bool = False) -> np.ndarray:
    """Load the pictures of MNIST.

    Parameters
    ----------
    folder : path, optional
        Holds ``train-images-idx3-ubyte`` or ``t10k-images-idx3-ubyte``, gzipped or not; by
        default the folder that ``COURSE_DATA`` names.
    part : {"train", "test", "any"}
        60 000 or 10 000 pictures; "any": the training pictures if they are there, else the test
        pictures.
    download : bool
        Without the files, let scikit-learn fetch MNIST from OpenML; it stores a copy.

    Returns
    -------
    float32 array (n, 784)
        0 (paper) to 1 (ink).

    Raises
    ------
    FileNotFoundError
        If there is no such file and ``download`` is False.
    ModuleNotFoundError
        If scikit-learn has to fetch the pictures and is not installed.
    ValueError
        If ``part`` is unknown or a file is damaged.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998).
    """
    files = {"train": ["train-images-idx3-ubyte"], "test": ["t10k-images-idx3-ubyte"]}
    files["any"] = files["train"] + files["test"]
    if part not in files:
        raise ValueError(f"expected part 'train', 'test' or 'any', got {part!r}")
    folder = _folder(folder)
    for name in files[part] if folder else ():
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                return _read_idx(path).reshape(-1, 784) / np.float32(255)
    if not download:
        raise _missing("MNIST's pictures", " or ".join(files[part]), folder)
    fetch = _scikit_learn().fetch_openml
    data = fetch("mnist_784", version=1, as_frame=False, parser="liac-arff").data
    first = slice(60000, None) if part == "test" else slice(60000)
    return data[first].astype(np.float32) / np.float32(255)


def faces(folder=None, download: bool = False) -> np.ndarray:
    """Load the 400 Olivetti faces, ten of each of forty people.

    Parameters
    ----------
    folder : path, optional
        Holds ``olivettifaces.mat``; by default the folder that ``COURSE_DATA`` names.
    download : bool
        Without the file, let scikit-learn fetch the faces; it stores a copy.

    Returns
    -------
    float32 array (400, 4096)
        Rows of 64×64 pixels, 0 (black) to 1 (white).

    Raises
    ------
    FileNotFoundError
        If there is no such file and ``download`` is False.
    ModuleNotFoundError
        If SciPy, which reads the file, is not installed, or scikit-learn, which fetches it.

    References
    ----------
    Samaria and Harter (1994), AT&T Laboratories Cambridge.
    """
    folder = _folder(folder)
    path = folder / "olivettifaces.mat" if folder else None
    if path and path.is_file():
        from scipy.io import loadmat  # only here: nothing else of the course needs SciPy

        columns = loadmat(path)["faces"]  # a column for each picture, its pixels by columns too
        pictures = columns.T.reshape(-1, 64, 64).swapaxes(1, 2)
        return pictures.reshape(-1, 4096).astype(np.float32) / np.float32(255)
    if not download:
        raise _missing("the Olivetti faces", "olivettifaces.mat", folder)
    return _scikit_learn().fetch_olivetti_faces().data.astype(np.float32)


def _marked_pairs(count, length, rng):
    """Return sequences of (number, mark) with a mark in either half, and the marked numbers."""
    count, length = _count("count", count), _count("length", length, 2)
    sequences = np.zeros((count, length, 2))
    sequences[:, :, 0] = rng.uniform(size=(count, length))
    rows, half = np.arange(count), length // 2
    marks = np.stack([rng.integers(half, size=count), rng.integers(half, length, size=count)])
    sequences[rows, marks, 1] = 1
    return sequences, sequences[rows, marks, 0]


def addition(count: int, length: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    r"""Draw sequences of numbers, two of them marked; the target is the mean of these two.

    Every step reads a number ~ U(0, 1) and a mark, which is 1 once in the first half and once
    in the second half of the sequence and 0 elsewhere. The constant answer 1/2 has a mean squared
    error of 1/24 ≈ 0.042.

    Parameters
    ----------
    count : int
        Sequences, >= 1.
    length : int
        Steps T, >= 2.
    rng : numpy.random.Generator

    Returns
    -------
    sequences : array (count, length, 2)
        Number, mark.
    targets : array (count, 1, 1)
        Half the sum of the two, for the last step.

    Raises
    ------
    ValueError
        If ``count`` or ``length`` is too small.

    References
    ----------
    Hochreiter and Schmidhuber (1997), who ask for the sum.
    """
    sequences, marked = _marked_pairs(count, length, rng)
    return sequences, marked.mean(axis=0)[:, None, None]


def multiplication(
    count: int, length: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    r"""Draw the sequences of `addition`; the target is the product of the marked numbers.

    The constant answer 1/4, the mean, has a mean squared error of 1/9 − 1/16 = 7/144 ≈ 0.049.

    Parameters
    ----------
    count : int
        Sequences, >= 1.
    length : int
        Steps T, >= 2.
    rng : numpy.random.Generator

    Returns
    -------
    sequences : array (count, length, 2)
        Number, mark.
    targets : array (count, 1, 1)
        The product, for the last step.

    Raises
    ------
    ValueError
        If ``count`` or ``length`` is too small.

    References
    ----------
    Hochreiter and Schmidhuber (1997).
    """
    sequences, marked = _marked_pairs(count, length, rng)
    return sequences, marked.prod(axis=0)[:, None, None]


def memorization(
    count: int, wait: int, rng: np.random.Generator, symbols: int = 5, alphabet: int = 2
) -> tuple[np.ndarray, np.ndarray]:
    r"""Draw symbols that are to be read, remembered for some steps, and then repeated.

    The input has one unit for each symbol, one for "wait" and one for "now". The targets have one
    unit for each symbol and one for "no symbol". First come the symbols, then ``wait`` steps with
    the unit "wait", the last of them with "now" too, then "wait" again while the answer is due.

    ================ ======= ======== =====================
    task             symbols alphabet different sequences
    ================ ======= ======== =====================
    5-bit            5       2        32
    20-bit           10      5        5¹⁰ ≈ 2²³
    ================ ======= ======== =====================

    Parameters
    ----------
    count : int
        Sequences, >= 1.
    wait : int
        Steps between the last symbol and the answer, >= 1.
    rng : numpy.random.Generator
    symbols : int
        How many symbols are to be remembered, >= 1.
    alphabet : int
        How many different symbols there are, >= 2.

    Returns
    -------
    sequences : array (count, T, alphabet + 2)
        T = 2 · symbols + wait.
    targets : array (count, T, alphabet + 1)
        For every step; ``targets[:, -symbols:]`` is the answer alone.

    Raises
    ------
    ValueError
        If a number is too small.

    References
    ----------
    Hochreiter and Schmidhuber (1997); Jaeger (2012); Martens and Sutskever (2011).
    """
    count, wait = _count("count", count), _count("wait", wait)
    symbols, alphabet = _count("symbols", symbols), _count("alphabet", alphabet, 2)
    length = 2 * symbols + wait
    one_hot = np.eye(alphabet)[rng.integers(alphabet, size=(count, symbols))]
    sequences = np.zeros((count, length, alphabet + 2))
    sequences[:, :symbols, :alphabet] = one_hot
    sequences[:, symbols:, alphabet] = 1
    sequences[:, symbols + wait - 1, alphabet:] = [0, 1]
    targets = np.zeros((count, length, alphabet + 1))
    targets[:, :-symbols, alphabet] = 1
    targets[:, -symbols:, :alphabet] = one_hot
    return sequences, targets
