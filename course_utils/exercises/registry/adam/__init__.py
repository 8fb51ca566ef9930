"""The exercises of lesson 03-adam, one module each, in the lesson's order."""

EXERCISES = ()
