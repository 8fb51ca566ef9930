"""The exercises of lesson 02-adaptive-rates, one module each, in the lesson's order."""

from . import adagrad_step, amplification_measure, effective_rate, rmsprop_step, rprop_step

EXERCISES = (
    adagrad_step.exercise,
    effective_rate.exercise,
    rmsprop_step.exercise,
    amplification_measure.exercise,
    rprop_step.exercise,
)
