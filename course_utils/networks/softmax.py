"""A classifier: hidden layers, a softmax on top."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from .layout import Layout


def _tanh(z):
    return np.tanh(z)


def _relu(z):
    return np.maximum(z, 0)


# The function, its derivative in terms of the function's value, and the variance (times the
# fan-in) of starting weights that gives the units of every layer the same spread.
_ACTIVATIONS = {
    "tanh": (_tanh, lambda a: 1 - a**2, 1.0),
    "relu": (_relu, lambda a: a > 0, 2.0),
}


@dataclass(frozen=True)
class SoftmaxNetwork:
    r"""A classifier with hidden layers, a softmax on top, and the mean cross-entropy as its loss.

    .. math::
        a_0 &= x, \qquad a_k = \varphi(a_{k-1} W_k + b_k), \qquad z = a_{L-1} W_L + b_L \\
        E &= -\frac{1}{n} \sum_{i=1}^{n} \log
             \frac{e^{z_{i, y_i}}}{\sum_c e^{z_{i, c}}}

    One row is one example. All weights and biases are in one vector ``params`` of shape
    ``(size,)``: W1, b1, W2, b2 and so on (``layout.views(params)`` names them).

    Parameters
    ----------
    sizes : tuple of int
        Inputs, units of each hidden layer, classes; without a hidden layer it is softmax
        regression.
    activation : {"tanh", "relu"}
        φ of the hidden layers.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, one is not a positive int, or φ is unknown.
    """

    sizes: tuple[int, ...] = (64, 32, 10)
    activation: str = "tanh"
    layout: Layout = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        sizes = tuple(self.sizes)
        if len(sizes) < 2 or not all(isinstance(n, int | np.integer) and n > 0 for n in sizes):
            raise ValueError(f"expected at least two layer sizes, positive ints, got {self.sizes}")
        if self.activation not in _ACTIVATIONS:
            raise ValueError(f"expected activation 'tanh' or 'relu', got {self.activation!r}")
        shapes = {}
        for layer, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
            shapes |= {f"W{layer}": (fan_in, fan_out), f"b{layer}": (fan_out,)}
        object.__setattr__(self, "sizes", sizes)
        object.__setattr__(self, "layout", Layout(shapes))

    @property
    def size(self) -> int:
        """Number of weights and biases."""
        return self.layout.size

    def init(self, rng: np.random.Generator) -> np.ndarray:
        r"""Draw starting parameters: biases 0, weights normal.

        The variance is 1/fan-in for tanh (LeCun et al. 1998) and 2/fan-in for relu (He et al.
        2015); in the last layer, which has no φ, 1/fan-in.

        Returns
        -------
        array (size,)
        """
        params = np.zeros(self.size)
        arrays = self.layout.views(params)
        last = len(self.sizes) - 1
        for layer, fan_in in enumerate(self.sizes[:-1], start=1):
            spread = 1.0 if layer == last else _ACTIVATIONS[self.activation][2]
            arrays[f"W{layer}"][...] = rng.normal(
                scale=np.sqrt(spread / fan_in), size=arrays[f"W{layer}"].shape
            )
        return params

    def _forward(self, params, x):
        """Return the layers' arrays, their outputs a_0 … a_{L−1}, and log-softmax of z."""
        x = np.asarray(x)
        if x.ndim != 2 or x.shape[0] == 0 or x.shape[1] != self.sizes[0]:
            raise ValueError(f"expected inputs of shape (n, {self.sizes[0]}), got {x.shape}")
        arrays = self.layout.views(np.asarray(params))
        phi = _ACTIVATIONS[self.activation][0]
        last = len(self.sizes) - 1
        outputs = [x]
        for layer in range(1, last):
            outputs.append(phi(outputs[-1] @ arrays[f"W{layer}"] + arrays[f"b{layer}"]))
        scores = outputs[-1] @ arrays[f"W{last}"] + arrays[f"b{last}"]
        scores = scores - scores.max(axis=1, keepdims=True)  # exp must not overflow
        return arrays, outputs, scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))

    def _labels(self, labels, count):
        labels = np.asarray(labels)
        if labels.shape != (count,) or not np.issubdtype(labels.dtype, np.integer):
            raise ValueError(
                f"expected labels as ints of shape ({count},), got {labels.dtype} of shape "
                f"{labels.shape}"
            )
        if labels.min() < 0 or labels.max() >= self.sizes[-1]:
            raise ValueError(
                f"expected labels from 0 to {self.sizes[-1] - 1}, got {labels.min()} to "
                f"{labels.max()}"
            )
        return labels

    def loss(self, params: np.ndarray, x: np.ndarray, labels: np.ndarray) -> float:
        """Return the mean cross-entropy E of examples x (n, inputs) with labels (n,).

        Raises
        ------
        ValueError
            If a shape does not fit, or a label is no class.
        """
        _, _, logs = self._forward(params, x)
        labels = self._labels(labels, len(logs))
        return float(-np.mean(logs[np.arange(len(logs)), labels]))

    def gradient(self, params: np.ndarray, x: np.ndarray, labels: np.ndarray) -> np.ndarray:
        r"""Return ∇E by backpropagation, shape (size,), of the dtype of ``params``.

        .. math::
            \delta_L &= (\mathrm{softmax}(z) - \mathrm{onehot}(y)) / n \\
            \delta_{k} &= (\delta_{k+1} W_{k+1}^\top) \odot \varphi' \\
            \partial E / \partial W_k &= a_{k-1}^\top \delta_k, \qquad
            \partial E / \partial b_k = \textstyle\sum_i \delta_{k, i}

        Raises
        ------
        ValueError
            If a shape does not fit, or a label is no class.
        """
        arrays, outputs, logs = self._forward(params, x)
        count = len(logs)
        labels = self._labels(labels, count)
        gradient = np.empty_like(params)
        parts = self.layout.views(gradient)
        slope = _ACTIVATIONS[self.activation][1]
        delta = np.exp(logs)
        delta[np.arange(count), labels] -= 1
        delta /= count
        for layer in range(len(self.sizes) - 1, 0, -1):
            below = outputs[layer - 1]
            parts[f"W{layer}"][...] = below.T @ delta
            parts[f"b{layer}"][...] = delta.sum(axis=0)
            if layer > 1:
                delta = (delta @ arrays[f"W{layer}"].T) * slope(below)
        return gradient

    def accuracy(self, params: np.ndarray, x: np.ndarray, labels: np.ndarray) -> float:
        """Return the share of examples, 0 to 1, whose most probable class is their label.

        Raises
        ------
        ValueError
            If a shape does not fit, or a label is no class.
        """
        _, _, logs = self._forward(params, x)
        return float(np.mean(logs.argmax(axis=1) == self._labels(labels, len(logs))))
