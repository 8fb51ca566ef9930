"""How long one Adam step takes on a million weights, beside PyTorch's where it is installed.

    python benchmarks/optimizer_step.py            # NumPy alone, or both if torch can be imported
    python benchmarks/optimizer_step.py --check    # exit 1 above 3 times torch's time

PyTorch is no dependency of the course; an environment that has it runs this file with
PYTHONPATH set to the repository. Both get one thread, the same gradient, and turns in alternation,
so that whatever else the machine does falls on both. Exit 2: nothing to compare with.
"""

import argparse
import os
import statistics
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before the imports

import numpy as np

from course_utils.optimizers import Adam

TARGET = 3.0


def our_step(weights, slope):
    """Return a function that makes one step of the course's Adam."""
    rule, now = Adam(eta=0.001), {"weights": weights}
    now["state"] = rule.init(weights)

    def step():
        now["weights"], now["state"] = rule.step(now["weights"], now["state"], lambda w: slope)

    return step


def torch_step(weights, slope):
    """Return a function that makes one step of PyTorch's Adam, or None without PyTorch."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    parameter = torch.tensor(weights, requires_grad=True)
    parameter.grad = torch.tensor(slope)
    return torch.optim.Adam([parameter], lr=0.001, foreach=False).step


def seconds(function):
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=10**6, help="number of weights")
    parser.add_argument("--repeats", type=int, default=40, help="steps that are timed")
    parser.add_argument("--check", action="store_true", help=f"exit 1 above {TARGET:g} times torch")
    options = parser.parse_args(arguments)
    if options.size < 1 or options.repeats < 1:
        parser.error("expected --size and --repeats to be at least 1")

    rng = np.random.default_rng(0)
    weights, slope = rng.normal(size=(2, options.size))
    ours, theirs = our_step(weights, slope), torch_step(weights, slope)
    pairs = []
    for _ in range(options.repeats + 3):  # the first three warm up
        pairs.append((seconds(ours), seconds(theirs) if theirs else None))
    numpy_time = statistics.median(pair[0] for pair in pairs[3:])
    print(f"Adam, {options.size} float64 weights, one thread, median of {options.repeats} steps")
    print(f"NumPy {numpy_time * 1e3:8.3f} ms")
    if theirs is None:
        print("torch  not installed here: nothing to compare with")
        return 2 if options.check else 0
    torch_time = statistics.median(pair[1] for pair in pairs[3:])
    ratio = statistics.median(ours / theirs for ours, theirs in pairs[3:])
    print(f"torch {torch_time * 1e3:8.3f} ms")
    print(f"ratio {ratio:8.2f}    (target: at most {TARGET:g})")
    return int(options.check and ratio > TARGET)


if __name__ == "__main__":
    sys.exit(main())
