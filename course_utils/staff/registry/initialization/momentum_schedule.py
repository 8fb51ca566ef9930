"""Exercise ``momentum-schedule``: a momentum that climbs in steps, up to a limit."""
# ruff: noqa: D103 (a variant's name is its sentence)

import math

import numpy as np

from course_utils.schedules import StaircaseMomentum

from ..exercise import Call, Exercise

exercise = Exercise(
    slug="momentum-schedule",
    function="momentum_schedule",
    arguments=("t", "mu_max", "period"),
    returns=("mu",),
    points=3,
    core=0.6,
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
    for number, stair in enumerate((2, 3, int(rng.integers(6, 8)), int(rng.integers(11, 15))), 1):
        period = int(rng.integers(30, 90)) + 11 * number
        limit = round(float(rng.uniform(0.985, 0.998)), 4)
        arguments = (stair * period - 1, limit, period)
        yield Call("the last update of a period", arguments)
    period = int(rng.integers(100, 200))
    yield Call("the very first update", (0, 0.995, period), "edge")
    yield Call("the last update of the first period", (period - 1, 0.995, period), "edge")
    yield Call("the first update of a period", (4 * period, 0.995, period), "edge")
    yield Call("early in a period", (7 * period + period // 5, 0.99, period), "edge")
    yield Call("towards the end of a period", (5 * period + 2 * period // 3, 0.99, period), "edge")
    yield Call("where mu_max is the limit", (40 * period + 7, 0.9, period), "edge", weight=6)
    yield Call("the paper's period", (1000, 0.999, 250), "edge")
    yield Call("the end of a very long run", (749_999, 0.999, 250), "edge", weight=2)
    yield Call("period = 1", (5, 0.99, 1), "edge")
    yield Call("mu_max = 0", (3 * period, 0.0, period), "edge", weight=2)


@exercise.variant
def as_the_paper_writes_it(t, mu_max, period):
    periods = t / period
    stair = math.floor(periods) + 1
    mu = 1 - 2 ** (-1 - math.log2(stair))
    return min(mu, mu_max)


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


exercise.mistake(
    "forgets_to_round_down",
    {"math.floor(periods)": "periods"},
    "t/period is not rounded down, so that mu changes at every update. The schedule climbs in "
    "stairs: round before the logarithm.",
)

exercise.mistake(
    "rounds_up",
    {"math.floor(periods)": "math.ceil(periods)"},
    "t/period was rounded up. Within a period mu stays at what it was at its beginning.",
)

exercise.mistake(
    "rounds_to_the_nearest",
    {"math.floor(periods)": "round(periods)"},
    "t/period was rounded to the nearest integer. Within a period mu stays at what it was at its "
    "beginning.",
)

exercise.mistake(
    "rounds_the_logarithm",
    {"math.floor(periods)": "periods", "math.log2(stair)": "math.floor(math.log2(stair))"},
    "The logarithm is rounded down: mu is only ever 1/2, 3/4, 7/8 and so on. Round t/period down, "
    "before the logarithm.",
)

exercise.mistake(
    "is_one_period_late",
    {"+ 1\n": "+ 0\n"},
    "One stair too late: the 1 inside the logarithm is missing, and in the first period it is the "
    "logarithm of 0.",
)

exercise.mistake(
    "takes_the_logarithm_of_zero",
    {"+ 1\n": "+ 0\n", "math.log2": "np.log2"},
    "One stair too late: the 1 inside the logarithm is missing. In the first period np.log2(0) is "
    "minus infinity, and so is mu.",
)

exercise.mistake(
    "divides_by_zero_in_the_first_period",
    {"+ 1\n": "+ 0\n", "2 ** (-1 - math.log2(stair))": "1 / (2 * stair)"},
    "One stair too late, and in the first period a division by 0: the number of the stair begins "
    "at 1. What is added to floor(t/period)?",
)

exercise.mistake(
    "is_one_period_early",
    {"+ 1\n": "+ 2\n"},
    "One stair too early: mu should be 1/2 in the whole first period, from t = 0 to period - 1.",
)

exercise.mistake(
    "adds_one_outside_the_logarithm",
    {"+ 1\n": "+ 0\n", "math.log2(stair)": "(math.log2(stair) + 1)"},
    "The 1 is added to the logarithm, and not to what is inside: in the first period it is the "
    "logarithm of 0.",
)

exercise.mistake(
    "counts_updates_from_one",
    {"t / period": "(t + 1) / period"},
    "t is taken one too large, so that every stair begins one update early. t counts from 0 "
    "here: there is nothing to add to it.",
)

exercise.mistake(
    "ignores_the_period",
    {"t / period": "t / 250"},
    "The period is 250 whatever the argument says. That is the paper's number; short runs need a "
    "shorter one.",
)

exercise.mistake(
    "takes_the_remainder",
    {"t / period": "t % period"},
    "The remainder of t/period was taken: t % period. The schedule wants how many whole periods "
    "have gone by: t // period.",
)

exercise.mistake(
    "takes_the_natural_logarithm",
    {"math.log2": "math.log"},
    "The natural logarithm stands where the one to base 2 belongs: 2 to the power log2(x) is x.",
)

exercise.mistake(
    "takes_the_logarithm_to_base_ten",
    {"0.5 / (t // period + 1)": "0.5 / 2 ** math.log10(t // period + 1)"},
    "The logarithm to base 10 stands where the one to base 2 belongs: 2 to the power log2(x) is x.",
    of="without_a_logarithm",
)

exercise.mistake(
    "takes_powers_of_e",
    {"0.5 / (t // period + 1)": "math.exp(-1) / (t // period + 1)"},
    "mu begins at 1 - 1/e, about 0.63, since 1/e is divided by the stair's number. It is 2 that "
    "is raised to the power: mu begins at 1/2.",
    of="without_a_logarithm",
)

exercise.mistake(
    "begins_at_zero",
    {"(-1 - math": "(-math"},
    "1 over the stair's number is subtracted from 1, so that mu would begin at 0. Half of that "
    "is meant: where is the -1 in the exponent?",
)

exercise.mistake(
    "has_a_plus_in_the_exponent",
    {"(-1 - math": "(-1 + math"},
    "Half of the stair's number is subtracted from 1, which is more from stair to stair. Look "
    "at the sign of the exponent, in which both terms are negative.",
)

exercise.mistake(
    "has_plus_one_in_the_exponent",
    {"min(1 - 0.5 / (t // period + 1), mu_max)": "min(1 - 2 / (t // period + 1), mu_max)"},
    "At the very first update your mu is -1, since 2 over the stair's number is subtracted from 1. "
    "Look at the sign of the 1 in the exponent.",
    of="without_a_logarithm",
)

exercise.mistake(
    "loses_the_exponents_brackets",
    {"2 ** (-1 - math.log2(stair))": "2**-1 - math.log2(stair)"},
    "2 is raised to the power -1 alone, and the logarithm is subtracted afterwards: the exponent "
    "needs brackets.",
)

exercise.mistake(
    "simplifies_to_a_product",
    {"2 ** (-1 - math.log2(stair))": "2 * stair"},
    "Twice the stair's number is subtracted from 1: the power was simplified the wrong way. 2 to "
    "the power -1 - log2(n) falls as n grows. What is 2 to the power -log2(n)?",
)

exercise.mistake(
    "loses_the_brackets",
    {"min(1 - 0.5 / (t // period + 1), mu_max)": "min(1 - 1 / (2 * (t // period) + 1), mu_max)"},
    "In the first period mu is 0, where it should be 1/2: you divide by 2 floor(t/period) + 1. "
    "The 2 multiplies the whole bracket, floor(t/period) + 1.",
    of="without_a_logarithm",
)

exercise.mistake(
    "adds_one_to_the_stair",
    {"2 ** (-1 - math.log2(stair))": "1 / (stair + 1)"},
    "1 over the stair's number plus one is subtracted from 1. That begins at 1/2, but then climbs "
    "too slowly: it is 1 over twice the stair's number.",
)

exercise.mistake(
    "takes_powers_of_one_half",
    {"min(1 - 0.5 / (t // period + 1), mu_max)": "min(1 - 0.5 ** (t // period + 1), mu_max)"},
    "1/2 to the power of the stair's number is subtracted from 1, so that mu climbs far too fast. "
    "The logarithm undoes the power: what is 2 to the power -log2(n)?",
    of="without_a_logarithm",
)

exercise.mistake(
    "takes_the_schedule_for_convex_functions",
    {"min(1 - 0.5 / (t // period + 1), mu_max)": "min(1 - 3 / (t + 5), mu_max)"},
    "This is 1 - 3/(t + 5), the paper's other schedule, of Nesterov's for convex functions. Asked "
    "for is the one that climbs in stairs.",
    of="without_a_logarithm",
)

exercise.mistake(
    "returns_the_distance_from_one",
    {"1 - 2 **": "2 **"},
    "What comes back is how far mu is from 1, not mu itself: 1 minus this.",
)

exercise.mistake(
    "takes_the_larger",
    {"min(mu, mu_max)": "max(mu, mu_max)"},
    "The larger of mu and mu_max was taken. mu_max is a limit from above: the smaller one counts.",
)

exercise.mistake(
    "forgets_the_limit",
    {"min(mu, mu_max)": "mu"},
    "mu_max does not enter. It is a limit from above: the smaller of mu and mu_max counts.",
)

exercise.mistake(
    "has_a_limit_of_its_own",
    {"min(mu, mu_max)": "min(mu, 0.999)"},
    "The limit is 0.999 whatever mu_max says. mu_max is an argument: the smaller of mu and mu_max "
    "counts.",
)

for limit in (0.9, 0.95, 0.98, 0.99, 0.995):
    exercise.mistake(
        f"has_the_limit_{limit}",
        {"min(mu, mu_max)": f"min(mu, {limit})"}
        if limit == 0.95
        else {
            "min(1 - 0.5 / (t // period + 1), mu_max)": f"min(1 - 0.5 / (t // period + 1), {limit})"
        },
        f"The limit is {limit} whatever mu_max says. mu_max is an argument: the smaller of mu and "
        "mu_max counts.",
        of="" if limit == 0.95 else "without_a_logarithm",
    )

exercise.mistake(
    "multiplies_by_the_limit",
    {"min(1 - 0.5 / (t // period + 1), mu_max)": "(1 - 0.5 / (t // period + 1)) * mu_max"},
    "mu is multiplied by mu_max. mu_max is an upper limit: the smaller of the two counts.",
    of="without_a_logarithm",
)
