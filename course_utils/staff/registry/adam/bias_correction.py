"""Exercise ``bias-correction``: a moment that began at zero, made as long as what it averages."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, signed
from ._edits import within
from ._inputs import LATER, late_decays

exercise = Exercise(
    slug="bias-correction",
    function="bias_correction",
    arguments=("moment", "beta", "t"),
    returns=("corrected",),
    points=2,
    core=0.25,  # a formula may be right for early steps only, or for late ones only
)


@exercise.reference
def reference(moment, beta, t):
    return moment / (1 - beta**t)


@exercise.magnitude
def magnitude(moment, beta, t):
    return np.abs(moment) * (1 + beta**t) / (1 - beta**t) ** 2


@exercise.calls
def calls(rng):
    for t in (2, 3):
        yield Call("a few steps after the start", (signed(rng, 4), decay(rng), t))
    for t in LATER:
        yield Call("a long memory", (signed(rng, 3), late_decays(rng, t)[0], t), weight=2)
    yield Call("the first step", (signed(rng, 3), decay(rng), 1), "edge")
    yield Call("Adam's own decays", (signed(rng, 3), 0.999, int(rng.integers(5, 20))), "edge")
    yield Call(
        "a short memory, long ago", (signed(rng, 3), 0.9, int(rng.integers(400, 900))), "edge"
    )
    yield Call("beta = 0", (signed(rng, 3), 0.0, 4), "edge")
    yield Call("a moment of zero", (np.zeros(2), decay(rng), 3), "edge")
    for about, shape in SHAPES.items():
        yield Call(about, (signed(rng, shape), decay(rng), 4), "edge")
    yield Call("huge numbers", (signed(rng, 3, HUGE), decay(rng), 2), "edge")
    yield Call("tiny numbers", (signed(rng, 3, TINY), decay(rng), 2), "edge")
    yield Call(EMPTY, (signed(rng, 0), decay(rng), 2), "free")


@exercise.variant
def in_two_lines(moment, beta, t):
    share = 1 - beta**t
    return moment / share


@exercise.variant
def in_one_line(moment, beta, t):
    return moment / (1 - beta**t)


@exercise.variant
def with_numpys_power(moment, beta, t):
    return np.divide(moment, 1.0 - np.power(beta, t))


@exercise.variant
def with_the_sum_of_the_weights(moment, beta, t):
    return moment / sum((1 - beta) * beta**k for k in range(t))


@exercise.variant
def as_a_list(moment, beta, t):
    return (moment * (1 / (1 - beta**t))).tolist()


@exercise.variant
def in_single_precision(moment, beta, t):
    return (moment / (1 - beta**t)).astype(np.float32)


# What replaces both lines pairs with no other mistake.
LINES = """share = 1 - beta**t
    return moment / share"""

exercise.mistake(
    "forgets_the_power",
    {"beta**t": "beta"},
    "Your correction is 1 - beta at every step, whatever t is. That is right at t = 1 only. Let "
    "all gradients be 1 and work out the uncorrected moment after two steps.",
)

exercise.mistake(
    "corrects_for_the_second_step",
    {"beta**t": "beta**2"},
    "Your correction is 1 - beta^2 at every step, whatever t is. That is right at t = 2 only. "
    "Is the 2 meant to be the number of the step?",
)

exercise.mistake(
    "multiplies_instead_of_raising",
    {"beta**t": "beta * t"},
    "beta is multiplied by t, where it should be raised to a power. In Python, which sign is the "
    "power?",
)

exercise.mistake(
    "raises_the_difference",
    {"1 - beta**t": "(1 - beta) ** t"},
    "The power stands at 1 - beta as a whole. What is raised to the power t is what each step "
    "leaves of the beginning: beta.",
)

exercise.mistake(
    "divides_by_the_missing_share",
    {"1 - beta**t": "beta**t"},
    "Your correction is beta^t, the share that is still missing. What share of a whole average "
    "has come in?",
)

exercise.mistake(
    "subtracts_the_one",
    {"1 - beta**t": "beta**t - 1"},
    "Your correction is beta^t - 1, which is negative. Which of the two is the whole, and which is "
    "missing from it?",
)

exercise.mistake(
    "adds_instead_of_subtracting",
    {"1 - beta**t": "1 + beta**t"},
    "Your correction is 1 + beta^t. The average's weights add up to less than 1: to what exactly?",
)

exercise.mistake(
    "counts_t_from_zero",
    {"beta**t": "beta ** (t - 1)"},
    "The power is t - 1 where t is meant. After the first step, t = 1, one gradient is in the "
    "moment; what do you divide by then?",
)

exercise.mistake(
    "counts_t_one_too_far",
    {"beta**t": "beta ** (t + 1)"},
    "The power is t + 1 where t is meant. After the first step the moment is (1 - beta) g; what do "
    "you make of it?",
)

exercise.mistake(
    "swaps_beta_and_t",
    {"beta**t": "t**beta"},
    "You raise t to the power beta. The order of the arguments is (moment, beta, t): which of the "
    "two is a power, and which is multiplied by itself once a step?",
)

exercise.mistake(
    "takes_the_root_of_beta",
    {"beta**t": "beta ** (1 / t)"},
    "You raise beta to the power 1/t. With every step less is left of the beginning: does your "
    "power of beta shrink as t grows?",
)

exercise.mistake(
    "begins_the_powers_with_beta",
    {"1 - beta**t": "beta * (1 - beta**t)"},
    "There is a factor beta too much in your correction. The weights in the average are "
    "(1 - beta) beta^k: is the first k 0 or 1, for the newest gradient?",
)

exercise.mistake(
    "multiplies_by_the_correction",
    {"moment / share": "moment * share"},
    "You multiply where the correction divides. The uncorrected moment is too small: which way "
    "should the correction push?",
)

exercise.mistake(
    "takes_the_root_of_the_correction",
    {"/ share": "/ np.sqrt(share)"},
    "There is a root at the correction. It appears where the *root* of a second moment is "
    "corrected, as in the prefactor of the series; a moment itself is corrected without.",
)

exercise.mistake(
    "turns_a_sum_into_an_average",
    {"moment / share": "moment * (1 - beta) / share"},
    "You multiply by 1 - beta as well. That would make an average of a decaying sum, but the "
    "moment that comes in is an average already: 1 - beta is in it.",
)

exercise.mistake(
    "corrects_nothing",
    {LINES: "return np.array(moment)"},
    "The moment comes back as it came in. By which factor is it too small, when it began at 0?",
)

exercise.mistake(
    "corrects_the_first_step_only",
    within(LINES, {"1 - beta**t": "1 - beta if t == 1 else 1"}),
    "The first step is corrected, and every later moment comes back as it came in. The zero of the "
    "beginning fades step by step: how much of it is left after two steps?",
)

exercise.mistake(
    "subtracts_the_missing_share",
    {LINES: "return moment / 1 - beta**t"},
    "You return moment - beta^t. If you wrote moment / 1 - beta**t: Python divides first and "
    "subtracts then. The correction scales the moment: which brackets are missing?",
)

# It ends where an array has no length, as a loop through the first axis does.
exercise.mistake(
    "loops_over_the_first_axis",
    {"t):\n": "t):\n    len(moment)\n"},
    "Your function goes through the first axis, which a 0-d array does not have. No loop and no "
    "len is needed: a whole array is divided at once.",
)
