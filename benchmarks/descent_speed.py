"""How long 700 steps take, for every rule on every error function: the explorer's budget.

python benchmarks/descent_speed.py            # a table in milliseconds, best of 15 runs
python benchmarks/descent_speed.py --check    # exit 1 above 10 ms, or 50 ms on a formula
"""

import argparse
import sys
import time

import numpy as np

from course_utils.descent import descend
from course_utils.objectives import OBJECTIVES, objective_from_formula
from course_utils.optimizers import RULES

# Small rates, so that no run ends early.
EXAMPLES = [rule.with_defaults(eta=0.001 if rule.scale_free else 1e-5) for rule in RULES]
FORMULAS = [
    "3*w1^2 + 10*w2^2",
    "sin(w1) + cos(w2)",
    "(1 - w1)^2 + 100*(w2 - w1^2)^2",
    "exp(-(w1^2 + w2^2)/8) * (1 + sin(3*w1)*cos(2*w2)) + log(1 + w1^2) - sqrt(w2^2 + 1)/5",
]
BUILT_IN_TARGET, FORMULA_TARGET = 10.0, 50.0


def milliseconds(rule, objective, steps):
    """Return the time of one run, which has to go all its steps."""
    begin = time.perf_counter()
    run = descend(rule, objective, steps=steps)
    seconds = time.perf_counter() - begin
    if run.steps < steps:
        raise RuntimeError(f"{rule} on {objective.name} ended early. {run.ending}")
    return 1e3 * seconds


def table(title, objectives, target, steps, repeats):
    """Print one line an objective with the best time of each rule; return the worst of them."""
    # The repeats are rounds over the whole table: another program's busy moment slows one round
    # of an entry, not all of them.
    rounds = [
        [
            [milliseconds(rule, objective, steps) for rule in EXAMPLES]
            for objective in objectives.values()
        ]
        for _ in range(repeats)
    ]
    best = np.min(rounds, axis=0)
    print(f"{title} (target: at most {target:g} ms for 700 steps)")
    for name, times in zip(objectives, best, strict=True):
        print(f"{name[:24]:24}", *(f"{value:11.2f}" for value in times))
    return best.max()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=700)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--check", action="store_true", help="exit 1 above a target")
    options = parser.parse_args(arguments)
    if options.steps < 1 or options.repeats < 1:
        parser.error("expected --steps and --repeats to be at least 1")

    print(" " * 24, *(f"{rule.__name__[:11]:>11}" for rule in RULES))
    formulas = {text: objective_from_formula(text, start=(-1.2, 1.0)) for text in FORMULAS}
    size = (options.steps, options.repeats)
    built_in = table("built in", OBJECTIVES, BUILT_IN_TARGET, *size)
    parsed = table("formulas", formulas, FORMULA_TARGET, *size)
    print(f"slowest: {built_in:.2f} ms built in, {parsed:.2f} ms on a formula")
    return int(options.check and (built_in > BUILT_IN_TARGET or parsed > FORMULA_TARGET))


if __name__ == "__main__":
    sys.exit(main())
