r"""Muon: momentum whose step is made equally long along all singular directions of a matrix.

`orthogonalised` turns a matrix :math:`G = U S V^\top` into nearly :math:`U V^\top`, with matrix
products alone. `Muon` uses it for the matrices of a network's hidden layers. It is used like a rule
of ``optimizers``, but works on whole matrices, so it has to know their places in the weights.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from course_utils.hyperparameters import checked
from course_utils.optimizers import Adam, Rule

__all__ = ["Muon", "orthogonalised"]

# Of the polynomial a s + b s³ + c s⁵ that `orthogonalised` applies to each singular value s. It is
# steep at 0, so that small values grow fast; it ends near 1, not at it.
_COEFFICIENTS = (3.4445, -4.7750, 2.0315)


class _Layout(Protocol):
    def views(self, flat: np.ndarray) -> dict[str, np.ndarray]: ...


def orthogonalised(matrix: np.ndarray, steps: int = 5) -> np.ndarray:
    r"""Bring all singular values of a matrix near 1, by Newton and Schulz's iteration.

    .. math::
        X \leftarrow a X + b\, X X^\top X + c\, (X X^\top)^2 X,
        \qquad X = G / |G| \text{ at first}

    Parameters
    ----------
    matrix : array (m, n)
        G; a matrix of zeros stays one.
    steps : int
        Times that the polynomial is applied. Five bring every value above about 0.005 of |G|, the
        root of the sum of all squares, to between 0.68 and 1.16.

    Returns
    -------
    array (m, n)

    References
    ----------
    Jordan et al. (2024), whose coefficients these are.
    """
    a, b, c = _COEFFICIENTS
    size = np.linalg.norm(matrix)
    x = matrix / size if size > 0 else np.array(matrix)
    for _ in range(checked("steps", steps)):
        squares = x @ x.T
        x = a * x + (b * squares + c * squares @ squares) @ x
    return x


@dataclass(frozen=True)
class Muon:
    r"""Muon for some matrices, another rule for all other weights.

    .. math::
        M(t) &= \mu\, M(t-1) + G_t \\
        W(t) &= W(t-1) - \eta\, \mathrm{orthogonalised}(G_t + \mu\, M(t))

    Parameters
    ----------
    eta : float
        Learning rate of the matrices, > 0: the length of a step along each singular direction.
    layout : object with ``views(flat)``
        Names the arrays in the flat weights, such as ``network.layout``.
    matrices : tuple of str
        The arrays that Muon moves: the matrices of hidden layers.
    rest : Rule
        Moves all other weights.
    mu : float in [0, 1]
        How much of the old momentum is kept.

    Raises
    ------
    ValueError
        If ``eta`` or ``mu`` is outside its range.

    Notes
    -----
    Published code also scales the step by the shape of the matrix. For one matrix this only
    multiplies the step by a constant, as another ``eta`` does.

    References
    ----------
    Jordan et al. (2024), *Muon: An optimizer for hidden layers in neural networks*.
    """

    eta: float
    layout: _Layout
    matrices: tuple[str, ...]
    rest: Rule = field(default_factory=Adam)
    mu: float = 0.95

    def __post_init__(self):
        for name in ("eta", "mu"):
            object.__setattr__(self, name, checked(name, getattr(self, name)))

    def init(self, weights: np.ndarray) -> dict:
        """Return the state before the first step: a momentum of zeros, and the other rule's."""
        return {"momentum": np.zeros_like(weights), "rest": self.rest.init(weights)}

    def step(self, weights: np.ndarray, state: dict, gradient: Callable) -> tuple[np.ndarray, dict]:
        """Make one update and return the new weights with the new state, both new."""
        slope = gradient(weights)
        moved, rest = self.rest.step(weights, state["rest"], lambda _: slope)
        momentum = self.mu * state["momentum"] + slope
        moved = moved.copy()
        new, old = self.layout.views(moved), self.layout.views(weights)
        ahead = self.layout.views(slope + self.mu * momentum)
        for name in self.matrices:
            new[name][...] = old[name] - self.eta * orthogonalised(ahead[name])
        return moved, {"momentum": momentum, "rest": rest}
