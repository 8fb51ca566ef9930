"""A training loop with Adam that can be given the faults of a published one, each alone.

Here: :func:`treat`, the loop, and :data:`FAULTS`, the faults that change where it goes. Lesson 3
shows with it what each of them does before the student mends a loop that has them all. The healthy
loop is Adam with ε outside of the root, as ``optimizers.Adam`` has it.

Not here: faults that stop a program and faults that only mislead its reader; the lesson shows those
in its own cells. This module reads nothing but NumPy.
"""

from collections.abc import Callable, Collection, Sequence

import numpy as np

__all__ = ["FAULTS", "treat"]

#: The faults by name, in words. "forgets" and "restarts t" are one line of the published code.
FAULTS = {
    "forgets": "both moments are made anew in every epoch",
    "restarts t": "the count of the updates starts again in every epoch",
    "shares": "one array serves as both moments",
    "fixed ε": "1e-4 smooths the division, whatever the caller asks for",
}


def treat(
    weights: np.ndarray,
    minibatch_gradients: Sequence[Callable],
    epochs: int,
    faults: Collection[str] = (),
    *,
    eta: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> np.ndarray:
    """Train with Adam and the given faults, and return the weights after every epoch.

    Parameters
    ----------
    weights : array (...)
        Where the training begins; it is not changed.
    minibatch_gradients : sequence of functions weights -> gradient
        Used in order in every epoch.
    epochs : int
    faults : collection of str
        Names from `FAULTS`; none gives Adam as it should be.
    eta, beta1, beta2, epsilon : float
        As in ``optimizers.Adam`` with ``epsilon_inside=False``.

    Returns
    -------
    array (epochs+1, ...)
        The first row is the start. Where a shared array makes a root of a negative number, nan.

    Raises
    ------
    ValueError
        If a fault is not one of `FAULTS`.

    References
    ----------
    The blog code.
    """
    for fault in faults:
        if fault not in FAULTS:
            raise ValueError(f"expected faults among {', '.join(FAULTS)}, got {fault!r}")
    if "fixed ε" in faults:
        epsilon = 1e-4
    weights = np.array(weights, dtype=float)
    path, t = [weights], 0
    moment, scale = _moments(weights, "shares" in faults)
    for _ in range(epochs):
        if "forgets" in faults:
            moment, scale = _moments(weights, "shares" in faults)
        if "restarts t" in faults:
            t = 0
        for gradient_function in minibatch_gradients:
            t += 1
            gradient = gradient_function(weights)
            # Written into the arrays, as in the published loop: only so does sharing show.
            moment[...] = beta1 * moment + (1 - beta1) * gradient
            corrected = moment / (1 - beta1**t)
            scale[...] = beta2 * scale + (1 - beta2) * gradient**2
            with np.errstate(invalid="ignore"):  # the root of a shared, negative scale
                root = np.sqrt(scale / (1 - beta2**t))
            weights = weights - eta * corrected / (root + epsilon)
        path.append(weights)
    return np.array(path)


def _moments(weights, shared):
    """Return two arrays of zeros, or one array twice."""
    moment = np.zeros_like(weights)
    return moment, moment if shared else np.zeros_like(weights)
