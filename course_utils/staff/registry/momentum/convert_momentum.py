"""Exercise ``convert-momentum``: one memory in three notations."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import itertools

import numpy as np

from course_utils import optimizers

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, rate, signed

exercise = Exercise(
    slug="convert-momentum",
    lesson="01-momentum",
    function="convert_momentum",
    arguments=("value", "source", "target", "eta", "alpha"),
    returns=("value",),
    points=3,
)

NOTATIONS = {"sum": "series", "velocity": "lecture", "average": "average"}


@exercise.reference
def reference(value, source, target, eta, alpha):
    return optimizers.convert_momentum(
        value, NOTATIONS[source], NOTATIONS[target], eta=eta, alpha=alpha
    )


@exercise.magnitude
def magnitude(value, source, target, eta, alpha):
    # 1 - alpha may be multiplied out, or come from a series: then its terms cancel.
    return np.abs(reference(value, source, target, eta, alpha)) * (1 + alpha) / (1 - alpha)


@exercise.calls
def calls(rng):
    def inputs(shape, source, target, exponent=0):
        return signed(rng, shape, exponent), source, target, rate(rng), decay(rng)

    pairs = list(itertools.permutations(NOTATIONS, 2))
    for source, target in pairs:
        yield Call(f"{source} to {target}", inputs(3, source, target))
    for notation in NOTATIONS:
        yield Call(f"{notation} to itself", inputs(3, notation, notation), "edge")
    others = [*SHAPES.items(), ("alpha = 0", 3), ("huge numbers", 3), ("tiny numbers", 3)]
    exponents = {"huge numbers": HUGE, "tiny numbers": TINY}
    for (about, shape), pair in zip(others, pairs, strict=True):
        arguments = inputs(shape, *pair, exponents.get(about, 0))
        yield Call(about, (*arguments[:4], 0.0) if about == "alpha = 0" else arguments, "edge")
    yield Call(EMPTY, inputs(0, "sum", "velocity"), "free")


@exercise.misconception(
    "A velocity points downhill, a sum of gradients uphill. Which sign lies between v and m?"
)
def loses_the_sign(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": eta, "average": 1 - alpha}
    return value * factor[target] / factor[source]


@exercise.misconception(
    "Between sum and velocity there is more than a sign: w moves by v, but by eta times m. Make "
    "the two steps equal."
)
def forgets_eta(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -1, "average": 1 - alpha}
    return value * factor[target] / factor[source]


@exercise.misconception(
    "eta is on the wrong side: v = -m/eta would move the weights by m/eta. They should move by "
    "eta m in both notations."
)
def divides_by_eta(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -1 / eta, "average": 1 - alpha}
    return value * factor[target] / factor[source]


@exercise.misconception(
    "1 - alpha is on the wrong side. On a constant gradient g the sum grows to g/(1 - alpha) and "
    "the average to g: which of the two is larger?"
)
def puts_one_minus_alpha_on_the_wrong_side(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": 1 / (1 - alpha)}
    return value * factor[target] / factor[source]


@exercise.misconception(
    "Sum and average come out equal. In the average every new gradient is scaled by 1 - alpha: "
    "how much smaller is it?"
)
def takes_the_average_for_the_sum(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": 1}
    return value * factor[target] / factor[source]


@exercise.misconception(
    "alpha in place of 1 - alpha. Which of the two factors stands at the gradient in the average?"
)
def scales_the_average_by_alpha(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": alpha}
    return value * factor[target] / factor[source]


@exercise.misconception(
    "The average has got an eta. Averages and sums are made of gradients alone; eta/(1 - alpha) "
    "enters only when the weights move."
)
def puts_eta_into_the_average(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": eta * (1 - alpha)}
    return value * factor[target] / factor[source]


@exercise.misconception(
    "The average has the sign of a velocity. It is made of gradients, like the sum: only the "
    "velocity points downhill."
)
def turns_the_average_downhill(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": alpha - 1}
    return value * factor[target] / factor[source]


@exercise.misconception(
    "source and target have changed places: every factor is the inverse of the right one."
)
def swaps_source_and_target(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": 1 - alpha}
    return value * factor[source] / factor[target]


@exercise.misconception(
    "You convert as if the value were always a sum. Look at source too: going through the sum in "
    "two steps is a clean way."
)
def takes_every_source_for_a_sum(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": 1 - alpha}
    return value * factor[target]


@exercise.misconception(
    "You convert as if a sum were always wanted. Look at target too: going through the sum in "
    "two steps is a clean way."
)
def takes_every_target_for_a_sum(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": 1 - alpha}
    return value / factor[source]


@exercise.misconception(
    "Some pairs are right, but from velocity or average nothing comes back or the value comes "
    "back as it was: the branches for these sources are missing."
)
def knows_only_sums_as_source(value, source, target, eta, alpha):
    if source == "sum" and target == "velocity":
        return -eta * value
    if source == "sum" and target == "average":
        return (1 - alpha) * value
    return value


@exercise.misconception(
    "Velocity and average are not converted into each other. Each of them can be turned into a "
    "sum, and a sum into each of them: what does that give?"
)
def leaves_out_velocity_and_average(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": 1 - alpha}
    if "sum" not in (source, target):
        return value
    return value * factor[target] / factor[source]


@exercise.misconception(
    "The values are right, but the caller's array was overwritten on the way: operators such as "
    "*= and /= write into the array that was handed in. Make a new one instead, a = a * b rather "
    "than a *= b."
)
def changes_its_inputs(value, source, target, eta, alpha):
    if source == target:
        return value
    factor = {"sum": 1, "velocity": -eta, "average": 1 - alpha}
    value *= factor[target]
    value /= factor[source]
    return value


@exercise.misconception(
    "Both factors multiply. Into the target its factor multiplies; out of the source one has to "
    "go the other way round."
)
def multiplies_by_both_factors(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": 1 - alpha}
    return value * factor[target] * factor[source]


@exercise.variant
def with_a_table(value, source, target, eta, alpha):
    factor = {"sum": 1.0, "velocity": -eta, "average": 1 - alpha}
    return value * factor[target] / factor[source]


@exercise.variant
def in_two_steps(value, source, target, eta, alpha):
    if source == "velocity":
        value = -value / eta
    elif source == "average":
        value = value / (1 - alpha)
    if target == "velocity":
        return -eta * value
    if target == "average":
        return value - alpha * value
    return value


@exercise.variant
def pair_by_pair(value, source, target, eta, alpha):
    if source == target:
        return value
    match source, target:
        case "sum", "velocity":
            return -eta * value
        case "sum", "average":
            return (1 - alpha) * value
        case "velocity", "sum":
            return -value / eta
        case "velocity", "average":
            return (alpha - 1) / eta * value
        case "average", "sum":
            return 1 / (1 - alpha) * value
        case "average", "velocity":
            return eta / (alpha - 1) * value


@exercise.variant
def through_the_velocity(value, source, target, eta, alpha):
    to_velocity = {"sum": -eta, "velocity": 1, "average": -eta / (1 - alpha)}
    from_velocity = {"sum": -1 / eta, "velocity": 1, "average": -(1 - alpha) / eta}
    return (value * to_velocity[source] * from_velocity[target]).tolist()


@exercise.variant
def number_by_number_in_single_precision(value, source, target, eta, alpha):
    factor = {"sum": 1.0, "velocity": -eta, "average": 1 - alpha}
    out = np.empty(value.shape, np.float32)
    for index in np.ndindex(value.shape):
        out[index] = value[index] * (factor[target] / factor[source])
    return out
