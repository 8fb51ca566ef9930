"""Record what PyTorch's optimizers do, so that the tests need no PyTorch.

Run by hand in an environment that has torch; it rewrites the JSON file beside it::

    python tests/data/record_torch_trajectories.py

Gradients come from torch's automatic differentiation, so neither the update rules nor the
gradients of the course have a part in the numbers.
"""

import json
from pathlib import Path

import torch

STEPS = 40
FUNCTIONS = {
    "bowl": (lambda w: 3 * w[0] ** 2 + 10 * w[1] ** 2, [-15.0, 20.0]),
    "rosenbrock": (lambda w: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2, [-1.2, 1.0]),
}
RUNS = {
    "gradient descent": ("SGD", {"lr": 0.001}),
    "momentum": ("SGD", {"lr": 0.001, "momentum": 0.9}),
    "nesterov": ("SGD", {"lr": 0.001, "momentum": 0.9, "nesterov": True}),
    "adagrad": ("Adagrad", {"lr": 0.5, "eps": 1e-3}),
    "rmsprop": ("RMSprop", {"lr": 0.05, "alpha": 0.9, "eps": 1e-3}),
    "rprop": (
        "Rprop",
        {"lr": 0.1, "etas": (0.5, 1.2), "step_sizes": (0.01, 0.3)},
    ),
    "adam": ("Adam", {"lr": 0.1, "betas": (0.8, 0.99), "eps": 1e-2}),
}


def record(function, start, optimizer, options):
    """Return the path of torch's parameters, start included."""
    weights = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    rule = getattr(torch.optim, optimizer)([weights], **options)
    path = [weights.tolist()]
    for _ in range(STEPS):
        rule.zero_grad()
        function(weights).backward()
        rule.step()
        path.append(weights.tolist())
    return path


def main():
    torch.set_num_threads(1)
    runs = [
        {
            "method": method,
            "function": name,
            "optimizer": optimizer,
            "options": options,
            "path": record(function, start, optimizer, options),
        }
        for method, (optimizer, options) in RUNS.items()
        for name, (function, start) in FUNCTIONS.items()
    ]
    # The release without its build suffix: the numbers do not depend on the build.
    version = torch.__version__.split("+")[0]
    head = json.dumps({"torch": version, "dtype": "float64", "steps": STEPS})
    rows = ",\n".join(json.dumps(run) for run in runs)
    target = Path(__file__).with_name("torch_trajectories.json")
    target.write_text(f'{head[:-1]}, "runs": [\n{rows}\n]}}\n')


if __name__ == "__main__":
    main()
