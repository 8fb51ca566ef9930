"""A recurrent tanh network and backpropagation through time."""

from dataclasses import dataclass, field
from numbers import Integral

import numpy as np

from ..initializers import echo_state, output_bias
from .layout import Layout


@dataclass(frozen=True)
class RecurrentNetwork:
    r"""Hidden units that read the input and their own last state, and a linear output.

    .. math::
        h_t = \tanh(x_t W_{ih} + h_{t-1} W_{hh} + b_h), \qquad h_0 = 0, \qquad
        o_t = h_t W_{ho} + b_o

    Only the last k answers count, where the targets are of shape (n, k, outputs): k = 1 for a
    number to be given at the end, k = T for an answer at every step.

    .. math::
        E = \frac{1}{nk} \sum_{i=1}^{n} \sum_{t=T-k+1}^{T} |o_{t,i} - y_{t,i}|^2

    All parameters are in one vector ``params`` of shape ``(size,)``: input (W_ih), recurrent
    (W_hh), hidden_bias, output (W_ho), output_bias. All computations have the dtype of ``params``.

    Parameters
    ----------
    inputs, hidden, outputs : int
        How many numbers are read at a step, hidden units, and numbers answered; >= 1.

    Raises
    ------
    ValueError
        If one of them is not a positive int.

    References
    ----------
    Sutskever et al. (2013), section 4. The lecture on that paper writes the tanh in the line of
    the output; it belongs to the recurrence.
    """

    inputs: int = 2
    hidden: int = 100
    outputs: int = 1
    layout: Layout = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        sizes = (self.inputs, self.hidden, self.outputs)
        if not all(isinstance(n, Integral) and n > 0 for n in sizes):
            raise ValueError(f"expected inputs, hidden and outputs as positive ints, got {sizes}")
        shapes = {
            "input": (self.inputs, self.hidden),
            "recurrent": (self.hidden, self.hidden),
            "hidden_bias": (self.hidden,),
            "output": (self.hidden, self.outputs),
            "output_bias": (self.outputs,),
        }
        object.__setattr__(self, "layout", Layout(shapes))

    @property
    def size(self) -> int:
        """Number of parameters."""
        return self.layout.size

    def init(
        self,
        rng: np.random.Generator,
        targets: np.ndarray | None = None,
        input_scale: float = 0.001,
        connections: int = 15,
        radius: float = 1.1,
        output_scale: float = 0.1,
        dtype=np.float64,
    ) -> np.ndarray:
        """Draw starting parameters as Sutskever et al. do; ``initializers.RECURRENT_SCALES``.

        Parameters
        ----------
        rng : numpy.random.Generator
        targets : array (n, k, outputs), optional
            Their mean is the output bias; without them it is 0.
        input_scale, output_scale : float
            Standard deviations of the weights into and out of the hidden layer.
        connections, radius
            Of the recurrent weights, see `initializers.echo_state`.
        dtype : numpy dtype
            float64, or float32 for a fast training.

        Returns
        -------
        array (size,)
        """
        params = np.zeros(self.size, dtype)
        arrays = self.layout.views(params)
        arrays["input"][...] = rng.normal(scale=input_scale, size=arrays["input"].shape)
        arrays["recurrent"][...] = echo_state(self.hidden, rng, connections, radius)
        arrays["output"][...] = rng.normal(scale=output_scale, size=arrays["output"].shape)
        if targets is not None:
            arrays["output_bias"][...] = output_bias(targets)
        return params

    def hidden_states(self, params: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return h_0 … h_T, shape (T+1, n, hidden), for sequences x (n, T, inputs).

        Raises
        ------
        ValueError
            If a shape does not fit.
        """
        return self._forward(params, x)[2]

    def answers(self, params: np.ndarray, x: np.ndarray, last: int = 1) -> np.ndarray:
        """Return the answers at the last steps, (n, last, outputs), to sequences x (n, T, inputs).

        Raises
        ------
        ValueError
            If a shape does not fit, or ``last`` is not in 1 … T.
        """
        arrays, x, states = self._forward(params, x)
        if not 1 <= last <= len(x):
            raise ValueError(f"expected last from 1 to {len(x)}, got {last}")
        answers = states[-last:] @ arrays["output"] + arrays["output_bias"]
        return answers.swapaxes(0, 1)

    def loss(self, params: np.ndarray, x: np.ndarray, targets: np.ndarray) -> float:
        """Return E for sequences x (n, T, inputs) and targets (n, k, outputs).

        Raises
        ------
        ValueError
            If a shape does not fit.
        """
        return self.error(params, x, targets) * self.outputs

    def error(self, params: np.ndarray, x: np.ndarray, targets: np.ndarray) -> float:
        """Return the mean squared difference, over all answers asked for, from the targets."""
        targets = self._targets(targets, x)
        difference = self.answers(params, x, targets.shape[1]) - targets
        return float(np.square(difference).mean(dtype=np.float64))

    def gradient(self, params: np.ndarray, x: np.ndarray, targets: np.ndarray) -> np.ndarray:
        r"""Return ∇E by backpropagation through time, shape (size,), of the dtype of ``params``.

        .. math::
            \delta_t &= \left( \frac{2 (o_t - y_t)}{nk} W_{ho}^\top
                + \delta_{t+1} W_{hh}^\top \right) \odot (1 - h_t^2) \\
            \partial E / \partial W_{hh} &= \textstyle\sum_t h_{t-1}^\top \delta_t, \qquad
            \partial E / \partial W_{ih} = \textstyle\sum_t x_t^\top \delta_t

        Raises
        ------
        ValueError
            If a shape does not fit.
        """
        targets = self._targets(targets, x)
        arrays, x, states = self._forward(params, x)
        steps, count, last = len(x), x.shape[1], targets.shape[1]
        errors = states[-last:] @ arrays["output"]
        errors += arrays["output_bias"]
        errors -= targets.swapaxes(0, 1)
        errors *= 2 / (count * last)

        deltas = np.empty_like(states[1:])
        slopes = 1 - np.square(states[1:])
        # Copied once, because it is read T times and reading in order is faster.
        transposed = np.ascontiguousarray(arrays["recurrent"].T)
        for t in range(steps - 1, -1, -1):
            delta = deltas[t]
            if t == steps - 1:
                delta[...] = 0
            else:
                np.matmul(deltas[t + 1], transposed, out=delta)
            if t >= steps - last:
                delta += errors[t - steps + last] @ arrays["output"].T
            delta *= slopes[t]

        gradient = np.empty(self.size, states.dtype)
        parts = self.layout.views(gradient)
        flat = deltas.reshape(-1, self.hidden)
        np.matmul(x.reshape(-1, self.inputs).T, flat, out=parts["input"])
        np.matmul(states[:-1].reshape(-1, self.hidden).T, flat, out=parts["recurrent"])
        flat.sum(axis=0, out=parts["hidden_bias"])
        errors = errors.reshape(-1, self.outputs)
        np.matmul(states[-last:].reshape(-1, self.hidden).T, errors, out=parts["output"])
        errors.sum(axis=0, out=parts["output_bias"])
        return gradient

    def _forward(self, params, x):
        """Return the arrays, the sequences as (T, n, inputs), and h_0 … h_T."""
        params, x = np.asarray(params), np.asarray(x)
        if x.ndim != 3 or 0 in x.shape or x.shape[2] != self.inputs:
            raise ValueError(f"expected inputs of shape (n, T, {self.inputs}), got {x.shape}")
        arrays = self.layout.views(params)
        x = np.ascontiguousarray(x.swapaxes(0, 1), dtype=params.dtype)
        states = np.zeros((len(x) + 1, x.shape[1], self.hidden), params.dtype)
        np.matmul(x, arrays["input"], out=states[1:])
        states[1:] += arrays["hidden_bias"]
        for t in range(1, len(states)):
            states[t] += states[t - 1] @ arrays["recurrent"]
            np.tanh(states[t], out=states[t])
        return arrays, x, states

    def _targets(self, targets, x):
        targets, (count, steps) = np.asarray(targets), np.shape(x)[:2]
        fits = targets.ndim == 3 and targets.shape[::2] == (count, self.outputs)
        if not fits or not 1 <= targets.shape[1] <= steps:
            raise ValueError(
                f"expected targets of shape ({count}, k, {self.outputs}) with k from 1 to "
                f"{steps}, got {targets.shape}"
            )
        return targets
