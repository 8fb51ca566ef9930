"""The exercises of lesson 04-initialization-and-momentum, one module each, in the lesson's order.

``steps`` holds the calls that the first two share.
"""

from . import (
    classical_momentum_step,
    effective_momentum,
    final_momentum,
    momentum_schedule,
    nag_step,
    recurrent_gradient,
    sparse_initialization,
    spectral_radius_initialization,
)

EXERCISES = (
    classical_momentum_step.exercise,
    nag_step.exercise,
    effective_momentum.exercise,
    momentum_schedule.exercise,
    sparse_initialization.exercise,
    final_momentum.exercise,
    spectral_radius_initialization.exercise,
    recurrent_gradient.exercise,
)
