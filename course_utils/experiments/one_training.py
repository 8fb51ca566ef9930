"""What a training of either kind has: its update rules, how often it is looked at, its outcome."""

import time

from ..optimizers import NAG, ClassicalMomentum

#: The update rule of each method.
RULES = {"SGD": ClassicalMomentum, "CM": ClassicalMomentum, "NAG": NAG}

#: Updates between two looks at a training.
LOOK_EVERY = 250


def outcome(error, baseline, status, done, cpu_start):
    """Return what came of a training; ``cpu_start`` is `time.process_time` at its start, in s."""
    return {
        "error": float(error),
        "baseline": float(baseline),
        "status": status,
        "done": done,
        "seconds": round(time.process_time() - cpu_start, 2),
    }
