"""The exercises of lesson 01-momentum, one module each, in the lesson's order."""

from . import (
    acceleration_counterexample,
    acceleration_measure,
    convert_momentum,
    gradient_descent_step,
    momentum_speedup,
    momentum_step,
    momentum_training,
    nesterov_step,
    stability_limit,
)

EXERCISES = (
    gradient_descent_step.exercise,
    momentum_step.exercise,
    momentum_speedup.exercise,
    acceleration_measure.exercise,
    acceleration_counterexample.exercise,
    stability_limit.exercise,
    convert_momentum.exercise,
    nesterov_step.exercise,
    momentum_training.exercise,
)
