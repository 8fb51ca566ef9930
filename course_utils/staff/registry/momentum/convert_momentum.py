"""Exercise ``convert-momentum``: one memory in three notations."""
# ruff: noqa: D103 (a variant's name is its sentence)

import itertools

import numpy as np

from course_utils import optimizers

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, rate, signed
from ._inputs import mixed_exponents, uneven

exercise = Exercise(
    slug="convert-momentum",
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
        value = uneven(rng, mixed_exponents(rng, 4))
        yield Call(f"{source} to {target}", (value, *inputs(4, source, target)[1:]))
    for notation in NOTATIONS:
        yield Call(f"{notation} to itself", inputs(3, notation, notation), "edge")
    others = [*SHAPES.items(), ("alpha = 0", 3), ("huge numbers", 3), ("tiny numbers", 3)]
    exponents = {"huge numbers": HUGE, "tiny numbers": TINY}
    for (about, shape), pair in zip(others, pairs, strict=True):
        arguments = inputs(shape, *pair, exponents.get(about, 0))
        yield Call(about, (*arguments[:4], 0.0) if about == "alpha = 0" else arguments, "edge")
    yield Call("a value of zero", (np.zeros(3), *inputs(3, *pairs[0])[1:]), "edge")
    yield Call(EMPTY, inputs(0, "sum", "velocity"), "free")


@exercise.variant
def with_two_tables(value, source, target, eta, alpha):
    out = {"sum": 1, "velocity": -1 / eta, "average": 1 / (1 - alpha)}
    into = {"sum": 1, "velocity": -eta, "average": 1 - alpha}
    total = value * out[source]
    return total * into[target]


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


exercise.mistake(
    "loses_the_sign",
    {"-1 / eta": "1 / eta", "-eta": "eta"},
    "A velocity points downhill, a sum of gradients uphill. Which sign lies between v and m?",
)

exercise.mistake(
    "forgets_eta",
    {"-1 / eta": "-1", "-eta": "-1"},
    "eta does not enter. Between sum and velocity there is more than a sign: w moves by v, but by "
    "eta times m. Make the two steps equal.",
)

exercise.mistake(
    "takes_the_velocity_for_the_sum",
    {"-1 / eta": "1", "-eta": "1"},
    "Sum and velocity come out equal. w moves by v, but by -eta times m: make the two steps equal.",
)

exercise.mistake(
    "divides_by_eta",
    {"-1 / eta": "-eta", "-eta": "-1 / eta"},
    "eta is on the wrong side: v = -m/eta would move the weights by m/eta. They should move by "
    "eta m in both notations.",
)

exercise.mistake(
    "divides_by_eta_and_loses_the_sign",
    {"-1 / eta": "eta", "-eta": "1 / eta"},
    "eta is on the wrong side, and the minus is missing: v = m/eta would move the weights uphill, "
    "by m/eta. They should move by -eta m in both notations.",
)

exercise.mistake(
    "puts_one_minus_alpha_on_the_wrong_side",
    {
        '"average": 1 / (1 - alpha)': '"average": (1 - alpha)',
        '"average": 1 - alpha}': '"average": 1 / (1 - alpha)}',
    },
    "1 - alpha is on the wrong side. On a constant gradient g the sum grows to g/(1 - alpha) and "
    "the average to g: which of the two is larger?",
)

exercise.mistake(
    "takes_the_average_for_the_sum",
    {'"average": 1 / (1 - alpha)': '"average": 1', '"average": 1 - alpha}': '"average": 1}'},
    "Sum and average come out equal. In the average every new gradient is scaled by 1 - alpha: "
    "how much smaller is it?",
)

exercise.mistake(
    "scales_the_average_by_alpha",
    {
        '"average": 1 / (1 - alpha)': '"average": 1 / (alpha or 1)',
        '"average": 1 - alpha}': '"average": alpha}',
    },
    "alpha in place of 1 - alpha. Which of the two factors stands at the gradient in the average?",
)

exercise.mistake(
    "puts_eta_into_the_average",
    {
        '"average": 1 / (1 - alpha)': '"average": 1 / (eta * (1 - alpha))',
        '"average": 1 - alpha}': '"average": eta * (1 - alpha)}',
    },
    "The average has got an eta. Averages and sums are made of gradients alone; eta/(1 - alpha) "
    "enters only when the weights move.",
)

exercise.mistake(
    "turns_the_average_downhill",
    {
        '"average": 1 / (1 - alpha)': '"average": 1 / (alpha - 1)',
        '"average": 1 - alpha}': '"average": alpha - 1}',
    },
    "The average has the sign of a velocity. It is made of gradients, like the sum: only the "
    "velocity points downhill.",
)

exercise.mistake(
    "makes_an_average_of_velocities",
    {
        '"average": 1 / (1 - alpha)': '"average": -1 / (eta * (1 - alpha))',
        '"average": 1 - alpha}': '"average": -eta * (1 - alpha)}',
    },
    "The average has the sign of a velocity, and an eta. It is made of gradients, like the sum: "
    "it is 1 - alpha times the sum.",
)

exercise.mistake(
    "loses_the_sign_from_velocity",
    {"-1 / eta": "1 / eta"},
    "From velocity the sign is missing. A velocity points downhill, a sum of gradients uphill: it "
    "changes in both directions.",
)

exercise.mistake(
    "loses_the_sign_to_velocity",
    {"-eta": "eta"},
    "To velocity the sign is missing. A velocity points downhill, a sum of gradients uphill: it "
    "changes in both directions.",
)

exercise.mistake(
    "forgets_eta_from_velocity",
    {"-1 / eta": "-1"},
    "From velocity eta is missing. What has got an eta on the way into the velocity loses it on "
    "the way back.",
)

exercise.mistake(
    "forgets_eta_to_velocity",
    {"-eta": "-1"},
    "To velocity eta is missing: w moves by v, but by eta times m. Make the two steps equal.",
)

exercise.mistake(
    "multiplies_by_eta_from_velocity",
    {"-1 / eta": "-eta"},
    "From velocity you multiply by eta. On the way into the velocity one multiplies: which way "
    "does it go back?",
)

exercise.mistake(
    "divides_by_eta_to_velocity",
    {"-eta": "-1 / eta"},
    "To velocity you divide by eta: v = -m/eta would move the weights by m/eta. They should move "
    "by eta m in both notations.",
)

exercise.mistake(
    "multiplies_by_one_minus_alpha_from_average",
    {'"average": 1 / (1 - alpha)': '"average": 1 - alpha'},
    "From average you multiply by 1 - alpha. On the way into the average one multiplies: which "
    "way does it go back?",
)

exercise.mistake(
    "divides_by_one_minus_alpha_to_average",
    {'"average": 1 - alpha}': '"average": 1 / (1 - alpha)}'},
    "To average you divide by 1 - alpha. On a constant gradient g the sum grows to g/(1 - alpha) "
    "and the average to g: which of the two is larger?",
)

exercise.mistake(
    "takes_the_sum_for_an_average",
    {'"average": 1 - alpha}': '"average": 1}'},
    "To average the factor 1 - alpha is missing: the average is smaller than the sum.",
)

exercise.mistake(
    "takes_an_average_for_the_sum",
    {'"average": 1 / (1 - alpha)': '"average": 1'},
    "From average the factor 1/(1 - alpha) is missing: the sum is larger than the average.",
)

exercise.mistake(
    "swaps_source_and_target",
    {"value * factor[target] / factor[source]": "value * factor[source] / factor[target]"},
    "source and target have changed places: every factor is the inverse of the right one.",
    of="with_a_table",
)

exercise.mistake(
    "takes_every_source_for_a_sum",
    {"value * out[source]": "value"},
    "You convert as if the value were always a sum. Look at source too: going through the sum in "
    "two steps is a clean way.",
)

exercise.mistake(
    "takes_every_target_for_a_sum",
    {"total * into[target]": "total"},
    "You convert as if a sum were always wanted. Look at target too: going through the sum in two "
    "steps is a clean way.",
)

exercise.mistake(
    "multiplies_by_both_factors",
    {"value * factor[target] / factor[source]": "value * factor[target] * factor[source]"},
    "Both factors multiply. Into the target its factor multiplies; out of the source one has to "
    "go the other way round.",
    of="with_a_table",
)

exercise.mistake(
    "divides_by_both_factors",
    {"value * factor[target] / factor[source]": "value / factor[target] / factor[source]"},
    "Both factors divide. Out of the source its factor divides; into the target one has to go the "
    "other way round.",
    of="with_a_table",
)

exercise.mistake(
    "adds_the_factors",
    {"value * factor[target] / factor[source]": "value + factor[target] - factor[source]"},
    "The factors are added and subtracted. Notations differ by a factor: multiply and divide.",
    of="with_a_table",
)

exercise.mistake(
    "forgets_the_case_of_one_notation",
    {"    if source == target:\n        return value\n": ""},
    "Nothing comes back where source and target are the same. There the value stays as it is.",
    of="pair_by_pair",
)

exercise.mistake(
    "returns_nothing_to_velocity",
    {
        "return -eta * value": "return None",
        "return eta / (alpha - 1) * value": "return None",
    },
    "To velocity nothing (None) comes back: is a branch missing, or is another name in it?",
    of="pair_by_pair",
)

exercise.mistake(
    "returns_nothing_to_average",
    {
        "return (1 - alpha) * value": "return None",
        "return (alpha - 1) / eta * value": "return None",
    },
    "To average nothing (None) comes back: is a branch missing, or is another name in it?",
    of="pair_by_pair",
)

exercise.mistake(
    "returns_nothing_from_velocity",
    {
        "return -value / eta": "return None",
        "return (alpha - 1) / eta * value": "return None",
    },
    "From velocity nothing (None) comes back: is a branch missing, or is another name in it?",
    of="pair_by_pair",
)

exercise.mistake(
    "returns_nothing_from_average",
    {
        "return 1 / (1 - alpha) * value": "return None",
        "return eta / (alpha - 1) * value": "return None",
    },
    "From average nothing (None) comes back: is a branch missing, or is another name in it?",
    of="pair_by_pair",
)


@exercise.misconception(
    "From velocity and from average the value comes back as it was: the branches for these sources "
    "are missing."
)
def knows_only_sums_as_source(value, source, target, eta, alpha):
    if source == "sum" and target == "velocity":
        return -eta * value
    if source == "sum" and target == "average":
        return (1 - alpha) * value
    return value


@exercise.misconception(
    "From velocity and from average nothing (None) comes back: the branches for these sources are "
    "missing."
)
def returns_nothing_but_out_of_sums(value, source, target, eta, alpha):
    if source == target:
        return value
    if source == "sum" and target == "velocity":
        return -eta * value
    if source == "sum" and target == "average":
        return (1 - alpha) * value


@exercise.misconception(
    "Velocity and average are not converted into each other: the value comes back as it was. Each "
    "of them can be turned into a sum, and a sum into each of them: what does that give?"
)
def leaves_out_velocity_and_average(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": 1 - alpha}
    if "sum" not in (source, target):
        return value
    return value * factor[target] / factor[source]


@exercise.misconception(
    "Between velocity and average nothing (None) comes back. Each of them can be turned into a "
    "sum, and a sum into each of them: what does that give?"
)
def returns_nothing_between_velocity_and_average(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": 1 - alpha}
    if "sum" in (source, target) or source == target:
        return value * factor[target] / factor[source]


@exercise.misconception(
    "From velocity and from average you go to the sum, and stop there, whatever the target is: is "
    "the second step in an elif of the first? Both steps may be needed."
)
def stops_at_the_sum(value, source, target, eta, alpha):
    factor = {"sum": 1, "velocity": -eta, "average": 1 - alpha}
    if source == target:
        return value
    return value / factor[source] if source != "sum" else value * factor[target]
