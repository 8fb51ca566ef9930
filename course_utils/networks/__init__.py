r"""Networks as functions of one flat vector, so that every update rule can train them.

The modules:

- ``layout``: :class:`Layout` cuts a flat vector into named arrays. They are views, so nothing is
  copied. Another kind of network names its shapes and is trained like the others.
- ``softmax``: :class:`SoftmaxNetwork` classifies.
- ``autoencoder``: :class:`Autoencoder` compresses pictures to a few numbers and reconstructs them.
- ``recurrent``: :class:`RecurrentNetwork` reads a sequence and answers.
- ``training``: :func:`minibatch_gradients` makes the gradient functions ``params -> gradient`` that
  update rules ask for, :func:`minibatches` yields minibatches without end, and :func:`train` is
  the loop.

Not here: update rules (``optimizers``), starting weights (``initializers``) and data
(``datasets``). Without :func:`train`, a training loop is three lines::

    for _ in range(epochs):
        for gradient in minibatch_gradients(network, x, labels, 100):
            params, state = rule.step(params, state, gradient)
"""

from .autoencoder import Autoencoder
from .layout import Layout
from .recurrent import RecurrentNetwork
from .softmax import SoftmaxNetwork
from .training import minibatch_gradients, minibatches, train

__all__ = [
    "Autoencoder",
    "Layout",
    "RecurrentNetwork",
    "SoftmaxNetwork",
    "minibatch_gradients",
    "minibatches",
    "train",
]
