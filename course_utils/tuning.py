"""A fair comparison: every method with the learning rate that suits it best.

Here:

- :func:`rates`: a logarithmic grid of learning rates, 1 and 3 times a power of ten.
- :func:`search`: train with every rate of the grid and several seeds, and keep every loss.
- :class:`Search`: one method's result: its losses, its best rate, and the curves with that rate.
- :func:`on_digits`: a training to search over: a small network that reads handwritten digits.

A *training* is any function ``(rule, seed) -> losses`` with one loss an epoch (or an update),
beginning before the first; it may end early where it diverges. So a race on an error surface is
searched with ``lambda rule, seed: descend(rule, BEALE).errors``.

The update rules are in ``optimizers``, the networks in ``networks``.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from course_utils.datasets import digits
from course_utils.hyperparameters import POSITIVE, checked
from course_utils.networks import SoftmaxNetwork, minibatch_gradients

__all__ = ["Search", "on_digits", "rates", "search"]


def rates(low: int, high: int) -> np.ndarray:
    """Return the learning rates 1 and 3 times 10 to the powers ``low`` … ``high``.

    Parameters
    ----------
    low, high : int
        First and last power; the last rate is 10 to the ``high`` itself.

    Returns
    -------
    array
        ``rates(-2, 0)`` is 0.01, 0.03, 0.1, 0.3, 1.

    Raises
    ------
    ValueError
        If a power is no int, or ``low`` is above ``high``.
    """
    if not (isinstance(low, Integral) and isinstance(high, Integral) and low <= high):
        raise ValueError(f"expected two ints, low <= high, got {low!r} and {high!r}")
    grid = [float(f"{digit}e{power}") for power in range(low, high + 1) for digit in (1, 3)]
    return np.array(grid[:-1])


@dataclass(frozen=True, eq=False)
class Search:
    """The result of a search over learning rates for one method.

    Attributes
    ----------
    label : str
        The method.
    etas : array (n,)
        The rates that were tried, rising.
    losses : array (n, seeds, points)
        The loss of every run at every point; infinite from the point on where a run diverged.
    """

    label: str
    etas: np.ndarray
    losses: np.ndarray

    @property
    def final(self) -> np.ndarray:
        """Last losses, shape (n, seeds)."""
        return self.losses[:, :, -1]

    @property
    def best(self) -> int:
        """Index of the rate whose last loss is lowest in the mean over the seeds."""
        return int(np.argmin(self.final.mean(axis=1)))

    @property
    def eta(self) -> float:
        """The best rate."""
        return float(self.etas[self.best])

    @property
    def curves(self) -> np.ndarray:
        """Losses with the best rate, shape (seeds, points)."""
        return self.losses[self.best]

    @property
    def mean(self) -> float:
        """Mean over the seeds of the last loss with the best rate."""
        return float(self.final[self.best].mean())

    @property
    def spread(self) -> float:
        """Standard deviation over the seeds (n − 1 in the denominator) of that loss; 0 for one."""
        final = self.final[self.best]
        return float(final.std(ddof=1)) if len(final) > 1 else 0.0

    @property
    def at_edge(self) -> bool:
        """Whether the best rate is the first or the last of the grid: a better one may lie beyond.

        The only rate of a grid is both.
        """
        return self.best in (0, len(self.etas) - 1)

    @property
    def tolerance(self) -> float:
        """How many powers of ten lie between the rates that do nearly as well as the best one.

        Nearly as well is a mean last loss of at most twice the best. Counted are such rates next
        to each other around the best one; 0 if both neighbours do worse.
        """
        nearly_best = self.final.mean(axis=1) <= 2 * self.mean
        low = high = self.best
        while low > 0 and nearly_best[low - 1]:
            low -= 1
        while high < len(nearly_best) - 1 and nearly_best[high + 1]:
            high += 1
        return float(np.log10(self.etas[high] / self.etas[low]))

    @property
    def log(self) -> str:
        """Every rate with its mean last loss, in one line."""
        means = zip(self.etas, self.final.mean(axis=1), strict=True)
        return ", ".join(f"η = {eta:g}: {loss:.3g}" for eta, loss in means)

    def __str__(self) -> str:
        edge = " (at the grid's edge)" if self.at_edge else ""
        return f"{self.label}: {self.mean:.3g} ± {self.spread:.1g} with η = {self.eta:g}{edge}"


def search(
    methods: Mapping[str, Callable[[float], object]],
    etas: Sequence[float] | Mapping[str, Sequence[float]],
    training: Callable[[object, int], Sequence[float]],
    seeds: int = 3,
) -> dict[str, Search]:
    """Train every method with every learning rate and several seeds.

    Parameters
    ----------
    methods : dict of label -> function of eta
        Each makes an update rule, such as ``lambda eta: Momentum(eta, alpha=0.9)``.
    etas : increasing rates > 0, or dict of label -> such rates
        One grid for all, or one for each.
    training : function (rule, seed) -> losses
        One number a point; all runs that do not diverge have the same number of points.
    seeds : int
        Seeds 0 … seeds − 1, the same for every method and rate.

    Returns
    -------
    dict of label -> Search

    Raises
    ------
    ValueError
        If there is no method, a grid is missing, empty, not rising or not positive, or ``seeds``
        is below 1.
    """
    if not methods:
        raise ValueError("expected at least one method, got none")
    seeds = checked("seeds", seeds)
    grids = {label: _grid(label, etas) for label in methods}
    searches = {}
    for label, make in methods.items():
        runs = [[training(make(eta), seed) for seed in range(seeds)] for eta in grids[label]]
        searches[label] = Search(label, np.array(grids[label]), _padded(runs))
    return searches


def _grid(label, etas) -> list[float]:
    """Return the learning rates for one method."""
    if isinstance(etas, Mapping):
        if label not in etas:
            raise ValueError(f"expected learning rates for {label!r}, got none")
        etas = etas[label]
    grid = [float(eta) for eta in etas]
    if not grid or not all(map(POSITIVE.holds, grid)) or not all(np.diff(grid) > 0):
        raise ValueError(f"expected rising learning rates > 0 for {label!r}, got {grid}")
    return grid


def _padded(runs) -> np.ndarray:
    """Return losses[rate][seed] as one array, infinite where a run ended early or has no number."""
    points = max(len(run) for runs_of_rate in runs for run in runs_of_rate)
    losses = np.full((len(runs), len(runs[0]), points), np.inf)
    for rate, runs_of_rate in enumerate(runs):
        for seed, run in enumerate(runs_of_rate):
            losses[rate, seed, : len(run)] = run
    return np.where(np.isfinite(losses), losses, np.inf)


def on_digits(
    epochs: int = 10, batch: int = 50, sizes: tuple[int, ...] = (64, 32, 10)
) -> Callable[[object, int], np.ndarray]:
    """Return a training: a softmax network on the 1348 training digits.

    Parameters
    ----------
    epochs : int
        Passes through the pictures, >= 0.
    batch : int
        Pictures in a minibatch; 1348 makes one update an epoch, with the whole gradient.
    sizes : tuple of int
        Of the network's layers.

    Returns
    -------
    function (rule, seed) -> array (epochs + 1,)
        The mean loss on all training pictures, before the first epoch and after each. The seed
        draws the starting weights and the minibatches. A run whose loss is no longer finite ends
        with it. In place of a rule it takes a function of the update t = 0, 1, 2 and so on that
        returns one.
    """
    from threadpoolctl import threadpool_limits

    images, labels, *_ = digits()
    network = SoftmaxNetwork(sizes)

    def training(rule, seed):
        rng = np.random.default_rng(seed)
        params = network.init(rng)
        gradients = minibatch_gradients(network, images, labels, batch, rng)
        rule_at = (lambda t: rule) if hasattr(rule, "step") else rule
        state, losses = rule_at(0).init(params), [network.loss(params, images, labels)]
        update = itertools.count()
        # Several threads are slower on so small a network; to diverge is a result, no accident.
        with threadpool_limits(1), np.errstate(all="ignore"):
            for _ in range(epochs):
                for gradient in gradients:
                    params, state = rule_at(next(update)).step(params, state, gradient)
                losses.append(network.loss(params, images, labels))
                if not np.isfinite(losses[-1]):
                    break
        return np.array(losses)

    return training
