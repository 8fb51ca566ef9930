"""How long one update of the paper's curves autoencoder takes, beside PyTorch's.

    python benchmarks/training.py            # NumPy alone, or both if torch can be imported
    python benchmarks/training.py --check    # exit 1 above 1.2 times torch's CPU time

The network is 784-400-200-100-50-25-6 and back, float32, minibatches of 200 curves, Nesterov's
momentum 0.99; both draw their minibatches from the same pictures. Both get one thread and turns
in alternation, a few updates each, so that whatever else the machine does falls on both, and both
must end with the same parameters. PyTorch is no dependency of the course; an environment that has
it runs this file with PYTHONPATH set to the repository. Exit 2: nothing to compare with.
"""

import argparse
import os
import statistics
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before the imports

import numpy as np

from course_utils.datasets import curves
from course_utils.networks import Autoencoder, minibatches, train
from course_utils.optimizers import NAG

TARGET = 1.2
SIZES = (784, 400, 200, 100, 50, 25, 6)
ETA, MU, BATCH, UPDATES = 0.01, 0.99, 200, 5


def our_training(network, params, x):
    """Return a function that makes a few updates, and one that returns the parameters."""
    batches = minibatches(x, None, BATCH, np.random.default_rng(1))
    pauses = train(network, params, batches, NAG(ETA, MU), 10**9, every=UPDATES)
    now = list(next(pauses))

    def updates():
        now[:] = next(pauses)

    return updates, lambda: now[1]


def torch_training(network, params, x):
    """Return the same for PyTorch, or None twice without it.

    Its Nesterov keeps the parameters at the place it looks ahead to, θ + μv, which our θ is read
    back from.
    """
    try:
        import torch
    except ImportError:
        return None, None
    torch.set_num_threads(1)
    layers = []
    for number, (fan_in, fan_out) in enumerate(
        (network.layout.shapes[f"W{k}"] for k in range(1, network.layers + 1)), start=1
    ):
        linear = torch.nn.Linear(fan_in, fan_out)
        arrays = network.layout.views(params)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(arrays[f"W{number}"].T.copy()))
            linear.bias.copy_(torch.tensor(arrays[f"b{number}"]))
        layers.append(linear)
        if number not in (network.layers // 2, network.layers):
            layers.append(torch.nn.Sigmoid())
    model = torch.nn.Sequential(*layers)
    loss_of = torch.nn.BCEWithLogitsLoss(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=ETA, momentum=MU, nesterov=True)
    batches = minibatches(x, None, BATCH, np.random.default_rng(1))

    def updates():
        for _ in range(UPDATES):
            part = torch.from_numpy(next(batches)[0])
            optimizer.zero_grad()
            (loss_of(model(part), part) / BATCH).backward()
            optimizer.step()

    def parameters():
        found = np.empty_like(params)
        arrays = network.layout.views(found)
        linears = [layer for layer in layers if isinstance(layer, torch.nn.Linear)]
        for number, linear in enumerate(linears, start=1):
            for name, tensor in ((f"W{number}", linear.weight), (f"b{number}", linear.bias)):
                buffer = optimizer.state[tensor]["momentum_buffer"]
                arrays[name][...] = (tensor + ETA * MU * buffer).detach().numpy().T
        return found

    return updates, parameters


def seconds(function):
    """Return the CPU time of a call, in seconds per update."""
    begin = time.process_time()
    function()
    return (time.process_time() - begin) / UPDATES


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=30, help="turns that are timed")
    parser.add_argument("--check", action="store_true", help=f"exit 1 above {TARGET:g} times torch")
    options = parser.parse_args(arguments)
    if options.repeats < 1:
        parser.error("expected --repeats to be at least 1")

    x = curves(2000, 28, np.random.default_rng(0))
    network = Autoencoder(SIZES)
    params = network.init(np.random.default_rng(2), dtype=np.float32)
    ours, our_parameters = our_training(network, params, x)
    theirs, their_parameters = torch_training(network, params, x)
    pairs = []
    for _ in range(options.repeats + 2):  # the first two warm up
        pairs.append((seconds(ours), seconds(theirs) if theirs else None))
    numpy_time = statistics.median(pair[0] for pair in pairs[2:])
    print(f"{network.size} float32 parameters, minibatches of {BATCH}, one thread, CPU time")
    print(f"NumPy {numpy_time * 1e3:8.2f} ms an update")
    if theirs is None:
        print("torch  not installed here: nothing to compare with")
        return 2 if options.check else 0
    torch_time = statistics.median(pair[1] for pair in pairs[2:])
    ratio = statistics.median(ours / theirs for ours, theirs in pairs[2:])
    print(f"torch {torch_time * 1e3:8.2f} ms an update")
    print(f"ratio {ratio:8.2f}    (target: at most {TARGET:g})")
    moved = np.linalg.norm(our_parameters() - params)
    apart = np.linalg.norm(our_parameters() - their_parameters()) / moved
    print(f"after {UPDATES * len(pairs)} updates the two are {apart:.1e} of their way apart")
    if apart > 0.01:
        print("the two train differently: the times compare nothing", file=sys.stderr)
        return 1
    return int(options.check and ratio > TARGET)


if __name__ == "__main__":
    sys.exit(main())
