"""Exercise ``momentum-schedule``: a momentum that climbs in steps, up to a limit."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import math

import numpy as np

from course_utils.schedules import StaircaseMomentum

from ..exercise import Call, Exercise

exercise = Exercise(
    slug="momentum-schedule",
    lesson="04-initialization-and-momentum",
    function="momentum_schedule",
    arguments=("t", "mu_max", "period"),
    returns=("mu",),
    points=3,
)


@exercise.reference
def reference(t, mu_max, period):
    return StaircaseMomentum(mu_max=mu_max, period=period)(t)


@exercise.magnitude
def magnitude(t, mu_max, period):
    return 1.0


@exercise.calls
def calls(rng):
    # At the last update of a period every other way to count shows, and no limit is reached.
    for number, stair in enumerate((2, 3, int(rng.integers(5, 8)), int(rng.integers(9, 14))), 1):
        period = int(rng.integers(30, 90)) + 11 * number
        arguments = (stair * period - 1, 0.995, period)
        yield Call("the last update of a period", arguments)
    period = int(rng.integers(100, 200))
    yield Call("the very first update", (0, 0.995, period), "edge")
    yield Call("the last update of the first period", (period - 1, 0.995, period), "edge")
    yield Call("the first update of a period", (4 * period, 0.995, period), "edge")
    yield Call("towards the end of a period", (5 * period + 2 * period // 3, 0.99, period), "edge")
    yield Call("where mu_max is the limit", (40 * period + 7, 0.9, period), "edge", weight=3)
    yield Call("the paper's period", (1000, 0.999, 250), "edge")
    yield Call("the end of a very long run", (749_999, 0.999, 250), "edge")
    yield Call("period = 1", (5, 0.99, 1), "edge")
    yield Call("mu_max = 0", (3 * period, 0.0, period), "edge")


@exercise.misconception(
    "It climbs at every update. The schedule climbs in stairs: t/period is rounded down before "
    "the logarithm."
)
def forgets_to_round_down(t, mu_max, period):
    return min(1 - 2 ** (-1 - math.log2(t / period + 1)), mu_max)


@exercise.misconception(
    "One stair too late: the 1 inside the logarithm is missing, and in the first period it is the "
    "logarithm of 0."
)
def is_one_period_late(t, mu_max, period):
    return min(1 - 2 ** (-1 - math.log2(t // period)), mu_max)


@exercise.misconception(
    "One stair too late: the 1 inside the logarithm is missing. In the first period np.log2(0) is "
    "minus infinity, and so is mu."
)
def takes_the_logarithm_of_zero(t, mu_max, period):
    return min(1 - 2 ** (-1 - np.log2(t // period)), mu_max)


@exercise.misconception(
    "One stair too early: mu should be 1/2 in the whole first period, from t = 0 to period - 1."
)
def is_one_period_early(t, mu_max, period):
    return min(1 - 2 ** (-1 - math.log2(t // period + 2)), mu_max)


@exercise.misconception(
    "t/period was rounded up, or to the nearest integer. Within a period mu stays at what it was "
    "at its beginning."
)
def rounds_up(t, mu_max, period):
    return min(1 - 2 ** (-1 - math.log2(math.ceil(t / period) + 1)), mu_max)


@exercise.misconception(
    "Every stair begins one update early. t counts from 0 here: there is nothing to add to it."
)
def counts_updates_from_one(t, mu_max, period):
    return min(1 - 2 ** (-1 - math.log2((t + 1) // period + 1.0)), mu_max)


@exercise.misconception(
    "The natural logarithm stands where the one to base 2 belongs: 2 to the power log2(x) is x."
)
def takes_the_natural_logarithm(t, mu_max, period):
    return min(1 - 2 ** (-1 - math.log(t // period + 1)), mu_max)


@exercise.misconception(
    "The -1 in the exponent is missing: at the very first update mu would be 0, not 1/2."
)
def begins_at_zero(t, mu_max, period):
    return min(1 - 2 ** (-math.log2(t // period + 1)), mu_max)


@exercise.misconception("That is how far mu is from 1, not mu itself: 1 minus this.")
def returns_the_distance_from_one(t, mu_max, period):
    return min(2 ** (-1 - math.log2(t // period + 1)), mu_max)


@exercise.misconception(
    "mu falls in the course of the run, or is larger than 1: look at the sign of the exponent, in "
    "which both terms are negative."
)
def has_a_plus_in_the_exponent(t, mu_max, period):
    return min(1 - 2 ** (-1 + math.log2(t // period + 1)), mu_max)


@exercise.misconception(
    "The larger of the two was taken: mu begins at mu_max at once. It is a limit from above: the "
    "smaller one counts."
)
def takes_the_larger(t, mu_max, period):
    return max(1 - 2 ** (-1 - math.log2(t // period + 1)), mu_max)


@exercise.misconception("mu climbs beyond mu_max. It is the smaller of the two that counts.")
def forgets_the_limit(t, mu_max, period):
    return 1 - 2 ** (-1 - math.log2(t // period + 1))


@exercise.misconception(
    "The period is 250 whatever the argument says. That is the paper's number; short runs need a "
    "shorter one."
)
def ignores_the_period(t, mu_max, period):
    return min(1 - 2 ** (-1 - math.log2(t // 250 + 1)), mu_max)


@exercise.misconception(
    "The remainder of t/period was taken: t % period. The schedule wants how many whole periods "
    "have gone by: t // period."
)
def takes_the_remainder(t, mu_max, period):
    return min(1 - 2 ** (-1 - math.log2(t % period + 1)), mu_max)


@exercise.misconception(
    "The power was simplified the wrong way: 2 to the power -1 - log2(n) falls as n grows. What is "
    "2 to the power -log2(n)?"
)
def simplifies_to_a_product(t, mu_max, period):
    return min(1 - 2 * (t // period + 1), mu_max)


@exercise.misconception(
    "A 1 has left its brackets: in the first period mu is 0, where it should be 1/2. What exactly "
    "stands in the logarithm?"
)
def loses_the_brackets(t, mu_max, period):
    return min(1 - 1 / (2 * (t // period) + 1), mu_max)


@exercise.variant
def as_the_paper_writes_it(t, mu_max, period):
    return min(1 - 2 ** (-1 - math.log2(math.floor(t / period) + 1)), mu_max)


@exercise.variant
def without_a_logarithm(t, mu_max, period):
    return min(1 - 0.5 / (t // period + 1), mu_max)


@exercise.variant
def with_numpy(t, mu_max, period):
    return np.minimum(1 - np.exp2(-1 - np.log2(np.floor_divide(t, period) + 1)), mu_max)


@exercise.variant
def stair_by_stair(t, mu_max, period):
    stair = 1
    while t >= period:
        t, stair = t - period, stair + 1
    mu = (2 * stair - 1) / (2 * stair)
    if mu > mu_max:
        return mu_max
    return mu


@exercise.variant
def as_a_single_precision_number(t, mu_max, period):
    return np.float32(min(1 - 1 / (2 * (t // period) + 2), mu_max))
