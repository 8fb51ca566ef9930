"""The exercises of lesson 03-adam, one module each, in the lesson's order.

``draws`` holds what their calls share.
"""

from . import (
    adam_bug_hunt,
    adam_measure,
    adam_step,
    bias_correction,
    epsilon_placement,
    first_moment_step,
)

EXERCISES = (
    first_moment_step.exercise,
    bias_correction.exercise,
    adam_measure.exercise,
    adam_step.exercise,
    epsilon_placement.exercise,
    adam_bug_hunt.exercise,
)
