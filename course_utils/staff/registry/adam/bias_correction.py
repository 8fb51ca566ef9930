"""Exercise ``bias-correction``: a moment that began at zero, made as long as what it averages."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, signed

exercise = Exercise(
    slug="bias-correction",
    lesson="03-adam",
    function="bias_correction",
    arguments=("moment", "beta", "t"),
    returns=("corrected",),
    points=2,
)


@exercise.reference
def reference(moment, beta, t):
    return moment / (1 - beta**t)


@exercise.magnitude
def magnitude(moment, beta, t):
    return np.abs(moment) * (1 + beta**t) / (1 - beta**t) ** 2


@exercise.calls
def calls(rng):
    for t in (2, 3, 5):
        yield Call("a few steps after the start", (signed(rng, 4), decay(rng), t))
    yield Call("the first step", (signed(rng, 3), decay(rng), 1), "edge")
    yield Call("Adam's own decays", (signed(rng, 3), 0.999, int(rng.integers(5, 20))), "edge")
    yield Call("a late step", (signed(rng, 3), 0.9, int(rng.integers(400, 900))), "edge")
    yield Call("beta = 0", (signed(rng, 3), 0.0, 4), "edge")
    yield Call("a moment of zero", (np.zeros(2), decay(rng), 3), "edge")
    for about, shape in SHAPES.items():
        yield Call(about, (signed(rng, shape), decay(rng), 4), "edge")
    yield Call("huge numbers", (signed(rng, 3, HUGE), decay(rng), 2), "edge")
    yield Call("tiny numbers", (signed(rng, 3, TINY), decay(rng), 2), "edge")
    yield Call(EMPTY, (signed(rng, 0), decay(rng), 2), "free")


@exercise.misconception(
    "You divide by 1 - beta at every step. That is right at t = 1 only. Let all gradients be 1 "
    "and work out the uncorrected moment after two steps."
)
def forgets_the_power(moment, beta, t):
    return moment / (1 - beta)


@exercise.misconception(
    "beta is multiplied by t, where it should be raised to a power. In Python, which sign is the "
    "power?"
)
def multiplies_instead_of_raising(moment, beta, t):
    return moment / (1 - beta * t)


@exercise.misconception(
    "The power stands at 1 - beta as a whole. What is raised to the power t is what each step "
    "leaves of the beginning: beta."
)
def raises_the_difference(moment, beta, t):
    return moment / (1 - beta) ** t


@exercise.misconception(
    "You divide by beta^t, the share that is still missing. What share of a whole average has "
    "come in?"
)
def divides_by_the_missing_share(moment, beta, t):
    return moment / beta**t


@exercise.misconception(
    "You multiply by 1 - beta^t. The uncorrected moment is too small: which way should the "
    "correction push?"
)
def multiplies_by_the_correction(moment, beta, t):
    return moment * (1 - beta**t)


@exercise.misconception(
    "t - 1 where t is meant. After the first step, t = 1, one gradient is in the moment; what do "
    "you divide by then?"
)
def counts_t_from_zero(moment, beta, t):
    return moment / (1 - beta ** (t - 1))


@exercise.misconception(
    "t + 1 where t is meant. After the first step the moment is (1 - beta) g; what do you make "
    "of it?"
)
def counts_t_one_too_far(moment, beta, t):
    return moment / (1 - beta ** (t + 1))


@exercise.misconception(
    "1 + beta^t makes the moment smaller. The average's weights add up to less than 1: to what "
    "exactly?"
)
def adds_instead_of_subtracting(moment, beta, t):
    return moment / (1 + beta**t)


@exercise.misconception(
    "The moment comes back as it came in. By which factor is it too small, when it began at 0?"
)
def corrects_nothing(moment, beta, t):
    return np.array(moment)


@exercise.misconception(
    "There is a root at the correction. It appears where the *root* of a second moment is "
    "corrected, as in the prefactor of the series; a moment itself is corrected without."
)
def takes_the_root_of_the_correction(moment, beta, t):
    return moment / np.sqrt(1 - beta**t)


@exercise.misconception("beta and t have changed places: the order is (moment, beta, t).")
def swaps_beta_and_t(moment, beta, t):
    return moment / (1 - t**beta)


@exercise.misconception(
    "You subtract the missing share. It is a share, though: it scales what is there."
)
def subtracts_the_missing_share(moment, beta, t):
    return moment - beta**t


@exercise.misconception(
    "Your loop goes through the first axis, which a 0-d array does not have. No loop is needed: "
    "a whole array is divided at once."
)
def loops_over_the_first_axis(moment, beta, t):
    return np.array([m / (1 - beta**t) for m in moment])


@exercise.misconception(
    "The same call gave two different answers: your function counts its own calls. The number of "
    "the step comes in as t."
)
def keeps_state_between_calls(moment, beta, t, memory=[0]):  # noqa: B006
    memory[0] += 1
    return moment / (1 - beta ** memory[0])


@exercise.misconception(
    "The values are right, but the caller's moment was overwritten on the way: /= writes into "
    "the array that was handed in, and in Adam that array is the memory. Return a new one."
)
def changes_its_inputs(moment, beta, t):
    moment /= 1 - beta**t
    return moment


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
