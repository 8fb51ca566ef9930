"""One training of a deep autoencoder, and the pictures that it learns from."""

import math
import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .. import datasets
from ..initializers import INITIALIZERS
from ..networks import Autoencoder, minibatches, train
from ..schedules import FinalMomentum, StaircaseMomentum
from .one_training import LOOK_EVERY, RULES, outcome

# Networks for the two small scales, and the paper's (its faces are patches of 25×25 pixels).
SIZES = {
    "curves": ("196-100-50-25-6", "784-400-200-100-50-25-6"),
    "digits": ("64-48-24-12-6", "64-48-24-12-6"),
    "mnist": ("196-100-50-25-12", "784-1000-500-250-30"),
    "faces": ("256-100-50-25-12", "1024-2000-1000-500-30"),
}

# A sparse run that a momentum near 1 has driven back to the mean picture at two looks in a row is
# given up: saturated float32 units are slow as well as hopeless. Less momentum, and networks that
# start with hardly any signal, may be there only because they begin slowly: never given up.
_FIRST_LOOK, _HOPELESS = 500, 0.95


@lru_cache(maxsize=4)
def pictures(data: str, pixels: int) -> np.ndarray:
    """Return the training pictures of an autoencoder, float32 (n, pixels), shrunk to that size.

    Parameters
    ----------
    data : {"curves", "digits", "mnist", "faces"}
        20 000 curves, scikit-learn's 1797 digits, what there is of MNIST, 400 Olivetti faces.
    pixels : int
        The square of an edge that divides the originals' (8 for digits, 28 for MNIST, 64 for
        faces); curves are drawn at any.

    Raises
    ------
    FileNotFoundError
        If the files of MNIST or the faces are not there.
    ValueError
        If ``data`` is unknown, or there is no such size of it.
    """
    edge = math.isqrt(pixels)
    if edge**2 != pixels:
        raise ValueError(f"expected pixels to be a square, got {pixels}")
    if data == "curves":
        return datasets.curves(20_000, edge, np.random.default_rng(0))
    if data == "digits":
        train_images, _, test_images, _ = datasets.digits()
        originals = np.vstack([train_images, test_images])
    elif data in ("mnist", "faces"):
        originals = getattr(datasets, data)()
    else:
        raise ValueError(f"expected data among {', '.join(SIZES)}, got {data!r}")
    full = math.isqrt(originals.shape[1])
    if full % edge:
        raise ValueError(f"expected an edge that divides {full} for {data}, got {edge}")
    return datasets.shrink(originals, full // edge).astype(np.float32)


@dataclass(frozen=True)
class AutoencoderCell:
    r"""One training of a deep autoencoder.

    Minibatches and starting weights come from the seed alone, so that runs of one seed are
    pairs: they start from the same weights and see the same pictures in the same order.

    Parameters
    ----------
    experiment, scale : str
        What the cell belongs to.
    data : str
        See `pictures`.
    method : {"SGD", "CM", "NAG"}
    mu_max : float in [0, 1]
        Where the momentum's staircase ends; 0 for SGD.
    eta : float
        Learning rate.
    seed : int
    sizes : str
        "64-48-24-12-6": from the pixels to the code.
    updates, batch, period : int
        Updates of the run, pictures in a minibatch, updates a stair lasts.
    initialization : {"sparse", "dense", "glorot"}
    last : int
        How many updates at the end have a momentum of at most 0.9.
    """

    experiment: str
    scale: str
    data: str
    method: str
    mu_max: float
    eta: float
    seed: int
    sizes: str
    updates: int
    batch: int
    period: int
    initialization: str = "sparse"
    last: int = 0

    def run(self) -> dict:
        """Train, and return error, baseline (of the mean picture), status, done and seconds.

        The error is the squared error over all training pictures, summed over pixels; status is
        "trained", "stopped" (given up as hopeless) or "diverged" (not finite).
        """
        cpu_start = time.process_time()
        sizes = tuple(map(int, self.sizes.split("-")))
        x, network = pictures(self.data, sizes[0]), Autoencoder(sizes)
        rng = np.random.default_rng(self.seed)
        params = network.init(rng, INITIALIZERS[self.initialization], np.float32)
        momentum = FinalMomentum(
            StaircaseMomentum(self.mu_max, self.period), self.updates, self.last
        )
        rule = RULES[self.method]
        sample = x[:1000]
        limit = _HOPELESS * _spread(sample)
        patient = self.mu_max < 0.99 or self.initialization != "sparse"
        done, above, status = 0, 0, "trained"
        for t, now in train(
            network,
            params,
            minibatches(x, None, self.batch, rng),
            lambda t: rule(self.eta, momentum(t)),
            self.updates,
            LOOK_EVERY,
        ):
            done, params = t, now
            error = network.error(params, sample)
            if not math.isfinite(error):
                status = "diverged"
                break
            if patient or t < _FIRST_LOOK:
                continue
            above = above + 1 if error > limit else 0
            if above == 2:
                status = "stopped"
                break
        return outcome(network.error(params, x), _spread(x), status, done, cpu_start)


def _spread(x):
    """Return the squared error of answering with the mean."""
    return np.var(x, axis=0, dtype=np.float64).sum()
