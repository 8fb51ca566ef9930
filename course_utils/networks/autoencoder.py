"""A deep autoencoder: compresses pictures to a code, and reconstructs them."""

from dataclasses import dataclass, field
from itertools import pairwise
from numbers import Integral

import numpy as np

from ..initializers import Initializer, sparse
from .layout import Layout


def _logistic(z):
    """Return 1 / (1 + exp(−z)), in the memory of z.

    Computed as a tanh, it does not overflow and gives no denormal numbers, which slow float32 down
    tenfold.
    """
    z *= 0.5
    np.tanh(z, out=z)
    z *= 0.5
    z += 0.5
    return z


@dataclass(frozen=True)
class Autoencoder:
    r"""Logistic layers, a linear code in the middle, and layers of the same sizes in reverse.

    .. math::
        a_0 &= x, \qquad a_k = \sigma(a_{k-1} W_k + b_k), \qquad
            \text{code} = a_{c-1} W_c + b_c \\
        \hat x &= \sigma(z), \qquad z = a_{L-1} W_L + b_L \\
        E &= -\frac{1}{n} \sum_{i=1}^{n} \sum_p
            \left[ x_{ip} \log \hat x_{ip} + (1 - x_{ip}) \log(1 - \hat x_{ip}) \right]

    Training minimizes E, the cross-entropy. The error that is reported is the squared error
    :math:`\frac{1}{n} \sum_i |x_i - \hat x_i|^2`. All weights and biases are in one vector
    ``params`` of shape ``(size,)``: W1, b1, W2, b2 and so on (``layout.views(params)`` names them).
    All computations have the dtype of ``params``: float64 to check, float32 to train fast.

    Parameters
    ----------
    sizes : tuple of int
        From the pixels to the code; the decoder has them in reverse. The paper's networks are
        (784, 400, 200, 100, 50, 25, 6) for curves, (784, 1000, 500, 250, 30) for MNIST and
        (625, 2000, 1000, 500, 30) for faces.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, or one is not a positive int.

    References
    ----------
    Hinton and Salakhutdinov (2006); Sutskever et al. (2013), section 3.
    """

    sizes: tuple[int, ...] = (64, 48, 24, 12, 6)
    layout: Layout = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        sizes = tuple(self.sizes)
        if len(sizes) < 2 or not all(isinstance(n, Integral) and n > 0 for n in sizes):
            raise ValueError(f"expected at least two layer sizes, positive ints, got {self.sizes}")
        shapes = {}
        for layer, (fan_in, fan_out) in enumerate(pairwise(sizes + sizes[-2::-1]), start=1):
            shapes |= {f"W{layer}": (fan_in, fan_out), f"b{layer}": (fan_out,)}
        object.__setattr__(self, "sizes", sizes)
        object.__setattr__(self, "layout", Layout(shapes))

    @property
    def size(self) -> int:
        """Number of weights and biases."""
        return self.layout.size

    @property
    def layers(self) -> int:
        """L, the number of weight matrices; number L / 2 makes the code."""
        return 2 * (len(self.sizes) - 1)

    def init(
        self, rng: np.random.Generator, weights: Initializer = sparse, dtype=np.float64
    ) -> np.ndarray:
        """Draw starting parameters: weights from an initializer, biases 0.

        Parameters
        ----------
        rng : numpy.random.Generator
        weights : function (fan_in, fan_out, rng) -> array (fan_in, fan_out)
            One of ``initializers``, by default `sparse`.
        dtype : numpy dtype
            float64, or float32 for a fast training.

        Returns
        -------
        array (size,)
        """
        params = np.zeros(self.size, dtype)
        for name, array in self.layout.views(params).items():
            if name.startswith("W"):
                array[...] = weights(*array.shape, rng)
        return params

    def activations(self, params: np.ndarray, x: np.ndarray) -> list[np.ndarray]:
        """Return a_0 … a_L for examples x (n, pixels); the last is the reconstruction.

        Raises
        ------
        ValueError
            If a shape does not fit.
        """
        _, outputs, scores = self._forward(params, x)
        return [*outputs, _logistic(scores)]

    def code(self, params: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return the code, (n, sizes[-1]), of examples x (n, pixels)."""
        return self.activations(params, x)[self.layers // 2]

    def reconstruct(self, params: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return the reconstructions, shaped like the examples x (n, pixels)."""
        return self.activations(params, x)[-1]

    def error(self, params: np.ndarray, x: np.ndarray, targets: np.ndarray | None = None) -> float:
        """Return the squared error, summed over pixels, mean over examples x (n, pixels).

        ``targets`` (n, pixels) are what should come out, by default x itself.
        """
        _, outputs, scores = self._forward(params, x)
        difference = _logistic(scores)
        difference -= self._targets(targets, outputs[0])
        return float(np.square(difference).sum(axis=1).mean(dtype=np.float64))

    def loss(self, params: np.ndarray, x: np.ndarray, targets: np.ndarray | None = None) -> float:
        """Return the cross-entropy E, in nats, of examples x (n, pixels).

        Raises
        ------
        ValueError
            If a shape does not fit.
        """
        _, outputs, scores = self._forward(params, x)
        targets = self._targets(targets, outputs[0])
        # −log σ(z) = log(1 + exp(−z)) without overflow
        return float((np.logaddexp(0, scores) - targets * scores).sum() / len(scores))

    def gradient(
        self, params: np.ndarray, x: np.ndarray, targets: np.ndarray | None = None
    ) -> np.ndarray:
        r"""Return ∇E by backpropagation, shape (size,), of the dtype of ``params``.

        .. math::
            \delta_L &= (\hat x - x) / n, \qquad
            \delta_k = (\delta_{k+1} W_{k+1}^\top) \odot a_k (1 - a_k)
            \quad \text{(the code: without } a_k (1 - a_k)\text{)} \\
            \partial E / \partial W_k &= a_{k-1}^\top \delta_k, \qquad
            \partial E / \partial b_k = \textstyle\sum_i \delta_{k, i}

        Raises
        ------
        ValueError
            If a shape does not fit.
        """
        arrays, outputs, scores = self._forward(params, x)
        delta = _logistic(scores)
        delta -= self._targets(targets, outputs[0])
        delta /= len(delta)
        return self._backward(arrays, outputs, delta)

    def curvature_product(
        self, params: np.ndarray, x: np.ndarray, direction: np.ndarray
    ) -> np.ndarray:
        r"""Return the Gauss–Newton matrix of E times a direction, without the matrix.

        .. math::
            G d = J^\top \Lambda J d, \qquad
            J = \frac{\partial z}{\partial \mathrm{params}}, \qquad
            \Lambda = \frac{\hat x (1 - \hat x)}{n}

        J d is computed in a forward pass beside the network's own outputs; its product with
        :math:`J^\top` is backpropagation. G is the positive semidefinite part of the Hessian.

        Parameters
        ----------
        params, direction : array (size,)
        x : array (n, pixels)

        Returns
        -------
        array (size,)

        Raises
        ------
        ValueError
            If a shape does not fit.

        References
        ----------
        Pearlmutter (1994); Schraudolph (2002); Martens (2010).
        """
        arrays, outputs, scores = self._forward(params, x)
        directions = self.layout.views(np.asarray(direction))
        change = np.zeros_like(outputs[0])
        for layer in range(1, self.layers + 1):
            change = (
                change @ arrays[f"W{layer}"]
                + outputs[layer - 1] @ directions[f"W{layer}"]
                + directions[f"b{layer}"]
            )
            if layer < self.layers and layer != self.layers // 2:
                change *= outputs[layer] * (1 - outputs[layer])
        pictures = _logistic(scores)
        change *= pictures * (1 - pictures) / len(pictures)
        return self._backward(arrays, outputs, change)

    def _forward(self, params, x):
        """Return the layers' arrays, their outputs a_0 … a_{L−1}, and the scores z."""
        params = np.asarray(params)
        x = np.asarray(x, dtype=params.dtype)
        if x.ndim != 2 or x.shape[0] == 0 or x.shape[1] != self.sizes[0]:
            raise ValueError(f"expected inputs of shape (n, {self.sizes[0]}), got {x.shape}")
        arrays, outputs = self.layout.views(params), [x]
        for layer in range(1, self.layers + 1):
            z = outputs[-1] @ arrays[f"W{layer}"]
            z += arrays[f"b{layer}"]
            if layer < self.layers:
                outputs.append(z if layer == self.layers // 2 else _logistic(z))
        return arrays, outputs, z

    def _targets(self, targets, x):
        if targets is None or targets is x:
            return x
        targets = np.asarray(targets, dtype=x.dtype)
        if targets.shape != x.shape:
            raise ValueError(f"expected targets of shape {x.shape}, got {targets.shape}")
        return targets

    def _backward(self, arrays, outputs, delta):
        """Return the gradient for δ_L = ``delta``."""
        gradient = np.empty(self.size, delta.dtype)
        parts = self.layout.views(gradient)
        for layer in range(self.layers, 0, -1):
            below = outputs[layer - 1]
            np.matmul(below.T, delta, out=parts[f"W{layer}"])
            delta.sum(axis=0, out=parts[f"b{layer}"])
            if layer > 1:
                delta = delta @ arrays[f"W{layer}"].T
                if layer - 1 != self.layers // 2:
                    delta *= below
                    delta *= 1 - below
        return gradient
