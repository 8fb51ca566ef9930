r"""Truncated conjugate gradients, and the step of Hessian-free optimization that uses them.

How far the link to Nesterov's momentum goes (Sutskever et al. 2013, section 5): where the error
is a quadratic, the curvature is exact and there is no damping, *one* step of conjugate gradients
that starts from μ times the last direction is NAG with the learning rate

.. math::
    a_t = \frac{r^\top r}{r^\top A r}, \qquad r = -\nabla f(\theta_t + \mu d_{t-1}),

a rate of its own for every update. It is neither NAG nor CM with a fixed rate, and away from a
quadratic it is NAG only to first order in :math:`\mu d`.

Not here: how Martens' method chooses its damping and when it stops, and the hybrid method of the
paper. Curvature comes as a product with a vector (``Autoencoder.curvature_product``). This module
reads nothing but NumPy and the ranges of the hyperparameters.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course_utils.hyperparameters import checked

__all__ = ["HessianFreePath", "conjugate_gradient", "hessian_free"]

Product = Callable[[np.ndarray], np.ndarray]


def conjugate_gradient(
    product: Product, target: np.ndarray, start: np.ndarray | None = None, steps: int = 10
) -> tuple[np.ndarray, np.ndarray]:
    r"""Approach the solution of :math:`A d = b`, A symmetric and positive, in a few steps.

    .. math::
        r &= b - A d, \quad p = r; \qquad
        a = \frac{r^\top r}{p^\top A p}, \quad d \leftarrow d + a p, \quad r' = r - a A p, \quad
        p \leftarrow r' + \frac{r'^\top r'}{r^\top r} p

    In exact arithmetic as many steps suffice as A has different eigenvalues.

    Parameters
    ----------
    product : function d -> A d
    target : array (n,)
        b.
    start : array (n,), optional
        The first d; 0 by default.
    steps : int
        At most so many, >= 0: it ends earlier when nothing is left to do.

    Returns
    -------
    solution : array (n,)
        The last d.
    rates : array (steps made,)
        The a of every step.

    Raises
    ------
    ValueError
        If ``steps`` is no int of 0 or more, or A turns out not to be positive.
    """
    steps = checked("steps", steps)
    solution = np.zeros_like(target) if start is None else np.array(start)
    residual = target - product(solution)
    direction, length = residual, residual @ residual
    rates = []
    for _ in range(steps):
        if length == 0:
            break
        image = product(direction)
        curvature = direction @ image
        if not curvature > 0:
            raise ValueError(f"expected positive curvature in every direction, got {curvature:g}")
        rates.append(length / curvature)
        solution = solution + rates[-1] * direction
        residual = residual - rates[-1] * image
        before, length = length, residual @ residual
        direction = residual + (length / before) * direction
    return solution, np.array(rates)


@dataclass(frozen=True, eq=False)
class HessianFreePath:
    """Where a run of `hessian_free` went.

    Attributes
    ----------
    weights : array (T+1, n)
        From the start on.
    directions : array (T+1, n)
        d; row t led to row t of the weights, row 0 is 0.
    rates : list of T arrays
        The rates of conjugate gradients within every update.
    """

    weights: np.ndarray
    directions: np.ndarray
    rates: list[np.ndarray]


def hessian_free(
    gradient: Callable[[np.ndarray], np.ndarray],
    curvature: Callable[[np.ndarray, np.ndarray], np.ndarray],
    weights: np.ndarray,
    updates: int,
    cg_steps: int = 1,
    mu: float = 0.0,
    damping: float = 0.0,
) -> HessianFreePath:
    r"""Move to the minimum of a local quadratic, as far as a few CG steps get, again and again.

    .. math::
        d_t \approx \arg\min_d \; \nabla f(\theta_t)^\top d
            + \tfrac{1}{2} d^\top (G(\theta_t) + \lambda I) d, \qquad
        \theta_{t+1} = \theta_t + d_t,

    conjugate gradients starting from :math:`\mu d_{t-1}`.

    Parameters
    ----------
    gradient : function weights -> ∇f
    curvature : function (weights, d) -> G(weights) d
        Of the Hessian, or of the Gauss–Newton matrix, which is never negative.
    weights : array (n,)
        Where to start.
    updates : int
        T, >= 0.
    cg_steps : int
        Steps of conjugate gradients within an update, >= 0.
    mu : float in [0, 1]
        How much of the last direction conjugate gradients start from; 0 is a cold start.
    damping : float
        λ, >= 0: the larger, the shorter and the more downhill the steps.

    Returns
    -------
    HessianFreePath

    Raises
    ------
    ValueError
        If the damped curvature turns out not to be positive, or a number is out of range.

    References
    ----------
    Martens (2010); Sutskever et al. (2013), section 5.
    """
    updates, cg_steps = checked("updates", updates), checked("cg_steps", cg_steps)
    mu, damping = checked("mu", mu), checked("damping", damping)
    path = np.empty((updates + 1, *np.shape(weights)))
    directions, rates = np.zeros_like(path), []
    path[0] = weights
    for t in range(updates):
        here = path[t]

        def damped(d, here=here):
            return curvature(here, d) + damping * d

        directions[t + 1], made = conjugate_gradient(
            damped, -gradient(here), mu * directions[t], cg_steps
        )
        rates.append(made)
        path[t + 1] = here + directions[t + 1]
    return HessianFreePath(path, directions, rates)
