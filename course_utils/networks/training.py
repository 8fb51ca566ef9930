"""From data to gradient functions, and the loop that hands them to an update rule."""

from collections.abc import Callable, Iterator

import numpy as np

from ..hyperparameters import Range, checked


def minibatch_gradients(
    network,
    x: np.ndarray,
    labels: np.ndarray,
    size: int,
    rng: np.random.Generator | None = None,
) -> list[Callable[[np.ndarray], np.ndarray]]:
    """Cut the data into minibatches and return one gradient function for each.

    Parameters
    ----------
    network : object with ``gradient(params, x, targets)``
    x : array (n, …)
        Examples, one a row.
    labels : array (n, …)
        What the network compares them with.
    size : int
        Examples in a minibatch; the last one takes what is left.
    rng : numpy.random.Generator, optional
        Shuffles the examples once, before the cut; without it their order stays.

    Returns
    -------
    list of functions params (size,) -> gradient (size,)
        ⌈n / size⌉ of them; together they see every example once.

    Raises
    ------
    ValueError
        If there are no examples, more or fewer labels than examples, or ``size`` is below 1.
    """
    x, labels = np.asarray(x), np.asarray(labels)
    if x.ndim == 0 or labels.ndim == 0 or len(x) != len(labels) or len(x) == 0:
        raise ValueError(
            f"expected as many labels as examples, at least one, got shapes {x.shape} and "
            f"{labels.shape}"
        )
    size = checked("size", size)
    order = np.arange(len(x)) if rng is None else rng.permutation(len(x))

    def gradient_of(batch):
        part, targets = x[batch], labels[batch]
        return lambda params: network.gradient(params, part, targets)

    return [gradient_of(order[start : start + size]) for start in range(0, len(x), size)]


def minibatches(
    x: np.ndarray, targets: np.ndarray | None, size: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield minibatches of examples and targets without end, in a new order every epoch.

    Parameters
    ----------
    x : array (n, ...)
        Examples, one a row.
    targets : array (n, ...) or None
        What belongs to them; None where the examples are their own targets.
    size : int
        Examples in a minibatch, 1 … n; the n mod size that are left over sit out the epoch.
    rng : numpy.random.Generator
        Shuffles.

    Raises
    ------
    ValueError
        If there are more or fewer targets than examples, or ``size`` is not in 1 … n.
    """
    if targets is not None and len(targets) != len(x):
        raise ValueError(f"expected as many targets as examples, {len(x)}, got {len(targets)}")
    size = checked("size", size, Range(1, len(x), whole=True))

    def endless():
        while True:
            order = rng.permutation(len(x))
            for start in range(0, len(x) - size + 1, size):
                batch = order[start : start + size]
                part = x[batch]
                yield part, part if targets is None else targets[batch]

    return endless()


def train(network, params, batches, rule_at, updates: int, every: int = 100):
    """Train for a number of updates, and pause now and then to show the parameters.

    A generator: whoever asks for the next pair lets the training go on, whoever does not stops
    it, so a figure, a stop button or a verdict on a hopeless run needs nothing of this loop::

        for t, params in train(network, params, batches, rule_at, updates=2500):
            print(t, network.error(params, x))

    Parameters
    ----------
    network : object with ``gradient(params, x, targets)``
    params : array (size,)
        Where to start; it is not changed.
    batches : iterable of (x, targets)
        `minibatches`, or fresh sequences at every turn.
    rule_at : function of t, or update rule
        The rule of update t = 0, 1, …: ``lambda t: NAG(eta=0.01, mu=schedule(t))``. The rules of
        a run share their state, so they must be of one kind.
    updates : int
        How many, >= 0.
    every : int
        Pause after so many updates, >= 1, and after the last.

    Yields
    ------
    t : int
        Updates made so far, starting with 0.
    params : array (size,)

    Raises
    ------
    ValueError
        If ``updates`` or ``every`` is outside its range.
    """
    updates, every = checked("updates", updates), checked("every", every)
    if hasattr(rule_at, "step"):
        rule = rule_at
        rule_at = lambda t: rule  # noqa: E731
    state = rule_at(0).init(params)
    batches = iter(batches)
    yield 0, params
    for t in range(updates):
        x, targets = next(batches)
        params, state = rule_at(t).step(
            params, state, lambda at, x=x, targets=targets: network.gradient(at, x, targets)
        )
        if (t + 1) % every == 0 or t + 1 == updates:
            yield t + 1, params
