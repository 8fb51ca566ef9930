"""The exercises of lesson 02-adaptive-rates, one module each, in the lesson's order."""

EXERCISES = ()
