r"""Starting weights: what a network is before it has learned anything.

For a layer of ``fan_in`` inputs and ``fan_out`` units, ``initializer(fan_in, fan_out, rng)``
returns weights of shape (fan_in, fan_out): column j holds what unit j listens to.

- `sparse`: each unit listens to 15 inputs at random, with weights N(0, 1).
- `dense`: to all inputs, with small weights.
- `glorot`: to all inputs, with weights that keep the spread of signals and gradients.
- `spectral_radius`, `with_spectral_radius`, `echo_state`: recurrent weights whose echo fades
  slowly or does not.
- `RECURRENT_SCALES`: what Sutskever et al. start their recurrent networks with, task by task.
- `output_bias`: the answer before anything is known, the mean of the targets.

Everything random comes from the ``rng`` that is passed in. Biases are 0 unless a network says
otherwise; networks are in ``networks``. Of the course only the ranges of hyperparameters are read.
"""

import math
from collections.abc import Callable

import numpy as np

from course_utils.hyperparameters import checked

__all__ = [
    "INITIALIZERS",
    "RECURRENT_SCALES",
    "Initializer",
    "dense",
    "echo_state",
    "glorot",
    "output_bias",
    "sparse",
    "spectral_radius",
    "with_spectral_radius",
]

Initializer = Callable[[int, int, np.random.Generator], np.ndarray]


def sparse(
    fan_in: int,
    fan_out: int,
    rng: np.random.Generator,
    connections: int = 15,
    scale: float = 1.0,
) -> np.ndarray:
    r"""Let every unit listen to a few inputs, drawn without replacement.

    .. math::
        W_{ij} \sim \begin{cases}
            \mathcal{N}(0, \mathrm{scale}^2) & i \text{ is among the inputs drawn for unit } j \\
            0 & \text{otherwise}
        \end{cases}

    The sum that reaches a unit has the same spread whatever the width of the layer below, so
    units are neither saturated nor silent, and no two of them are alike.

    Parameters
    ----------
    fan_in, fan_out : int
        Inputs and units, >= 1.
    rng : numpy.random.Generator
    connections : int
        *Incoming* links of a unit, >= 1; a layer with fewer inputs links all of them.
    scale : float
        Standard deviation of the weights that are not 0; 1 for logistic units. For tanh units
        0.25 goes with biases of 0.5.

    Returns
    -------
    array (fan_in, fan_out)

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Martens (2010), section 5; Sutskever et al. (2013), section 3.1.
    """
    fan_in, fan_out = checked("fan_in", fan_in), checked("fan_out", fan_out)
    links = min(checked("connections", connections), fan_in)
    # The places of the smallest of fan_in random numbers are a draw without replacement. They are
    # sorted: argpartition would give the same places in an order that depends on the processor.
    chosen = rng.random((fan_out, fan_in)).argsort(axis=1, kind="stable")[:, :links]
    weights = np.zeros((fan_in, fan_out))
    weights[chosen.T, np.arange(fan_out)] = rng.normal(
        scale=checked("scale", scale), size=(links, fan_out)
    )
    return weights


def dense(fan_in: int, fan_out: int, rng: np.random.Generator, scale: float = 0.01) -> np.ndarray:
    r"""Let every unit listen to every input, :math:`W_{ij} \sim \mathcal{N}(0, \mathrm{scale}^2)`.

    With a small scale and many layers hardly any signal arrives at the far end.

    Parameters
    ----------
    fan_in, fan_out : int
        Inputs and units, >= 1.
    rng : numpy.random.Generator
    scale : float
        Standard deviation, >= 0.

    Returns
    -------
    array (fan_in, fan_out)

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    shape = checked("fan_in", fan_in), checked("fan_out", fan_out)
    return rng.normal(scale=checked("scale", scale), size=shape)


def glorot(fan_in: int, fan_out: int, rng: np.random.Generator) -> np.ndarray:
    r"""Draw weights whose variance compromises between the signals' way up and the gradients' down.

    .. math::
        W_{ij} \sim \mathcal{U}(-r, r), \qquad
        r = \sqrt{\frac{6}{n_{in} + n_{out}}}, \qquad
        \mathrm{Var}\, W_{ij} = \frac{2}{n_{in} + n_{out}}

    Parameters
    ----------
    fan_in, fan_out : int
        Inputs and units, >= 1.
    rng : numpy.random.Generator

    Returns
    -------
    array (fan_in, fan_out)

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Glorot and Bengio (2010), equation 16.
    """
    fan_in, fan_out = checked("fan_in", fan_in), checked("fan_out", fan_out)
    reach = math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-reach, reach, size=(fan_in, fan_out))


#: The three that lesson 4 compares, by name.
INITIALIZERS: dict[str, Initializer] = {"sparse": sparse, "dense": dense, "glorot": glorot}


def spectral_radius(weights: np.ndarray) -> float:
    r"""Return the largest modulus of an eigenvalue, :math:`\rho(W) = \max_k |\lambda_k|`.

    It decides in the long run whether :math:`h W^t` grows or fades; the spectral *norm*, the
    largest singular value, only bounds it from above.

    Parameters
    ----------
    weights : array (n, n)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the matrix is not square, or empty.
    """
    weights = np.asarray(weights)
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1] or weights.size == 0:
        raise ValueError(f"expected a square matrix, got shape {weights.shape}")
    return float(np.abs(np.linalg.eigvals(weights)).max())


def with_spectral_radius(weights: np.ndarray, radius: float) -> np.ndarray:
    r"""Return :math:`W \cdot \mathrm{radius} / \rho(W)`, whose spectral radius is ``radius``.

    Parameters
    ----------
    weights : array (n, n)
    radius : float
        >= 0.

    Returns
    -------
    array (n, n)

    Raises
    ------
    ValueError
        If the matrix is not square, ``radius`` is below 0, or ρ(W) is 0, so that no factor helps.
    """
    radius, present = checked("radius", radius), spectral_radius(weights)
    if present == 0:
        raise ValueError("expected a matrix with an eigenvalue other than 0, got none")
    return np.asarray(weights) * (radius / present)


def echo_state(
    size: int, rng: np.random.Generator, connections: int = 15, radius: float = 1.1
) -> np.ndarray:
    """Draw recurrent weights: `sparse`, then scaled to a spectral radius.

    Below 1 the network forgets what it has read, far above 1 it is chaotic; slightly above 1
    the squashing of tanh and the growth of the linear part keep the past alive.

    Parameters
    ----------
    size : int
        Hidden units, >= 1.
    rng : numpy.random.Generator
    connections : int
        Incoming links of a unit, >= 1; a unit may listen to itself.
    radius : float
        Spectral radius, >= 0.

    Returns
    -------
    array (size, size)

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Jaeger and Haas (2004); Sutskever et al. (2013), section 4.
    """
    while True:
        weights = sparse(size, size, rng, connections)
        if spectral_radius(weights) > 0:  # few units with few links may form no loop at all
            return with_spectral_radius(weights, radius)


#: Sutskever et al. (2013), Table 3: arguments for ``RecurrentNetwork.init``. Hidden biases are 0,
#: the output bias is `output_bias` of the targets.
RECURRENT_SCALES: dict[str, dict[str, float]] = {
    task: {"input_scale": scale, "connections": 15, "radius": 1.1, "output_scale": 0.1}
    for task, scale in {
        "addition": 0.001,
        "multiplication": 0.001,
        "memorization-5": 0.1,
        "memorization-20": 0.1,
    }.items()
}


def output_bias(targets: np.ndarray) -> np.ndarray:
    """Return the mean of the targets: with it, and small weights, a network starts centred.

    Parameters
    ----------
    targets : array (..., outputs)
        The last axis is kept, the mean is over all others.

    Returns
    -------
    array (outputs,)

    Raises
    ------
    ValueError
        If there are no targets.
    """
    targets = np.asarray(targets, dtype=float)
    if targets.ndim == 0 or targets.size == 0:
        raise ValueError(f"expected targets of shape (..., outputs), got shape {targets.shape}")
    return targets.reshape(-1, targets.shape[-1]).mean(axis=0)
