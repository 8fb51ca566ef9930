"""One training of a recurrent network on an addition, a product, or a wait."""

import time
from dataclasses import dataclass

import numpy as np

from .. import datasets
from ..initializers import RECURRENT_SCALES
from ..networks import RecurrentNetwork, train
from ..schedules import SwitchMomentum
from .one_training import LOOK_EVERY, RULES, outcome

TASKS = ("addition", "multiplication", "memorization-5", "memorization-20")


@dataclass(frozen=True)
class RecurrentCell:
    r"""One training of a recurrent network on sequences that are drawn afresh at every update.

    Parameters
    ----------
    experiment, scale : str
        What the cell belongs to.
    data : {"addition", "multiplication", "memorization-5", "memorization-20"}
    method : {"SGD", "CM", "NAG"}
    mu_max : float in [0, 1]
        The momentum after the first updates, which have 0.9 whatever the method; 0 for SGD.
    eta : float
        Learning rate.
    seed : int
    hidden, length, updates, batch, first : int
        Hidden units, steps of a sequence (for memorization: of the wait), updates of the run,
        sequences in a minibatch, updates before the momentum changes.
    radius, input_scale : float
        Spectral radius and spread of the weights from the input at the start.
    """

    experiment: str
    scale: str
    data: str
    method: str
    mu_max: float
    eta: float
    seed: int
    hidden: int
    length: int
    updates: int
    batch: int
    first: int
    radius: float = 1.1
    input_scale: float = 0.1

    def run(self) -> dict:
        """Train, and return error, baseline (of the mean answer), status, done and seconds.

        The error is the mean squared error on 1000 sequences that training never sees; status
        is "trained", or "diverged" where it is not finite or ten times the baseline.
        """
        cpu_start = time.process_time()
        rng = np.random.default_rng(self.seed)
        x, targets = self.draw(1000, rng)
        network = RecurrentNetwork(x.shape[2], self.hidden, targets.shape[2])
        scales = RECURRENT_SCALES[self.data] | {
            "radius": self.radius,
            "input_scale": self.input_scale,
        }
        params = network.init(rng, targets, dtype=np.float32, **scales)
        momentum = SwitchMomentum(self.mu_max, self.first)
        rule, done, status = RULES[self.method], 0, "trained"
        batches = (self.draw(self.batch, rng) for _ in range(self.updates))
        for t, now in train(
            network,
            params,
            batches,
            lambda t: rule(self.eta, momentum(t)),
            self.updates,
            LOOK_EVERY,
        ):
            done, params = t, now
            if not np.isfinite(params).all():
                status = "diverged"
                break
        mean = (np.square(targets - targets.mean(axis=(0, 1)))).mean()
        error = network.error(params, x, targets)
        if not error <= 10 * mean:  # whether the numbers ran over in time is chance
            status = "diverged"
        return outcome(error, mean, status, done, cpu_start)

    def draw(self, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return ``count`` sequences and their targets."""
        if self.data in ("addition", "multiplication"):
            return getattr(datasets, self.data)(count, self.length, rng)
        symbols, alphabet = {"memorization-5": (5, 2), "memorization-20": (10, 5)}[self.data]
        return datasets.memorization(count, self.length, rng, symbols, alphabet)
