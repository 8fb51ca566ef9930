"""The exercises of lesson 04-initialization-and-momentum, one module each, in the lesson's order."""

EXERCISES = ()
