"""Exercise ``acceleration-counterexample``: C_m < 0, and yet the momentum grows."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from ..exercise import Call, Exercise

exercise = Exercise(
    slug="acceleration-counterexample",
    function="acceleration_counterexample",
    arguments=(),
    returns=("g1", "g2", "alpha"),
    points=2,
    judged_by="acceleration-counterexample",
)


@exercise.reference
def reference():
    return 1.0, -3.0, 0.9


@exercise.calls
def calls(rng):
    yield Call("your three numbers", ())


@exercise.misconception(
    "All three must be finite: the claim is about numbers that a network could meet."
)
def not_finite():
    return 1.0, -np.inf, 0.5


@exercise.misconception(
    "alpha, the last of the three, must lie in [0, 1]: it says which part of the old momentum is "
    "kept."
)
def alpha_out_of_range():
    return 1.0, -0.5, -2.0


@exercise.misconception(
    "With g1 = 0 there is no momentum that could shrink, so this refutes nothing. Take a first "
    "gradient that points somewhere."
)
def first_gradient_is_zero():
    return 0.0, -1.0, 0.9


@exercise.misconception(
    "C_m is not negative here, so the claim says nothing about your numbers. First find "
    "gradients in the blue part of the map, then look at |m|."
)
def measure_is_not_negative():
    return 1.0, 1.0, 0.9


@exercise.misconception(
    "C_m < 0, and |m| does shrink, as claimed. (You have refuted another half: g2 does not point "
    "the other way.) What happens to |m(2)| when g2 points against g1 and is stronger than all "
    "that is left of it?"
)
def gradients_agree():
    return 2.0, 1.0, 0.4


@exercise.misconception(
    "C_m < 0, and |m| does shrink, as claimed: with g2 = 0 nothing comes in, and the momentum only "
    "fades. What happens to |m(2)| when g2 points against g1 and is stronger than all that is left "
    "of it?"
)
def second_gradient_is_zero():
    return 1.0, 0.0, 0.5


@exercise.misconception(
    "C_m < 0 and g2 points the other way, but |m| still shrinks: compare |alpha g1 + g2| with "
    "|g1|. The momentum may turn round: what happens if g2 pushes harder still?"
)
def momentum_shrinks():
    return 1.0, -0.5, 0.9


@exercise.misconception(
    "On the border: |m(2)| equals |m(1)|, up to rounding. A counterexample needs a |m| that "
    "grows; you are one small push away."
)
def magnitude_stays_the_same():
    return 1.0, -1.5, 0.5


@exercise.variant
def as_numbers():
    return 1.0, -3.0, 0.9


@exercise.variant
def as_integers_in_a_list():
    return [-1, 5, 1]


@exercise.variant
def without_memory():
    return 2.0, -2.5, 0.0


@exercise.variant
def in_large_numbers():
    return -1e308, 1.7e308, 0.25


@exercise.variant
def in_tiny_numbers():
    return 1e-320, -1e-300, 0.5


@exercise.variant
def as_zero_dimensional_arrays():
    return np.array(0.5), np.float32(-1.0), np.float64(0.9)


@exercise.variant
def found_by_search():
    for g2 in np.linspace(2, -2, 41):
        if abs(0.9 + g2) > 1 + 1e-6 and 0.9 + g2 < 1:
            return np.array([1.0, g2, 0.9])
