"""Exercise ``final-momentum``: a smaller momentum for the last updates."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils.schedules import ConstantMomentum, FinalMomentum

from ..exercise import Call, Exercise

exercise = Exercise(
    slug="final-momentum",
    function="final_momentum",
    arguments=("t", "total", "last", "mu", "mu_final"),
    returns=("mu",),
    points=2,
    core=0.1,
)


@exercise.reference
def reference(t, total, last, mu, mu_final):
    return FinalMomentum(ConstantMomentum(mu), total, last, mu_final)(t)


@exercise.magnitude
def magnitude(t, total, last, mu, mu_final):
    return 1.0


@exercise.calls
def calls(rng):
    # Whoever never lowers is right before the last updates, whoever always does within them: both
    # have to be right before anything else counts. More than half of the updates are the last
    # ones, so that t >= last is not right by luck. No last is larger than any total: each number of
    # a call is changed alone, too, to that of another draw.
    for _ in range(2):
        last = int(rng.integers(60, 80))
        total = last + int(rng.integers(20, 50))
        mu, mu_final = (round(float(rng.uniform(*ends)), 3) for ends in ((0.97, 0.999), (0.5, 0.9)))
        yield Call("the first of the last updates", (total - last, total, last, mu, mu_final))
        yield Call("the update before them", (total - last - 1, total, last, mu, mu_final))
    middle = (last + total) // 2
    yield Call("in the middle of the last updates", (middle, total, last, mu, mu_final), "edge")
    yield Call("the very last update", (total - 1, total, last, mu, mu_final), "edge")
    yield Call("the very first update", (0, total, last, mu, mu_final), "edge")
    yield Call("mu is already small", (total - 5, total, last, 0.45, mu_final), "edge", weight=2)
    yield Call("no last updates", (total - 1, total, 0, mu, mu_final), "edge")
    yield Call("all updates are the last ones", (0, total, total, mu, mu_final), "edge")


@exercise.variant
def with_an_if(t, total, last, mu, mu_final):
    start = total - last
    if t >= start:
        return min(mu, mu_final)
    return mu


@exercise.variant
def counting_what_is_left(t, total, last, mu, mu_final):
    left = total - t
    return mu if left > last or mu <= mu_final else mu_final


@exercise.variant
def with_numpy(t, total, last, mu, mu_final):
    return np.where(t < total - last, mu, np.minimum(mu, mu_final))


@exercise.variant
def with_a_range(t, total, last, mu, mu_final):
    return np.float32(min(mu, mu_final) if t in range(total - last, total) else mu)


exercise.mistake(
    "never_lowers",
    {"min(mu, mu_final)": "mu"},
    "The momentum never changes. In the last updates it should be no larger than mu_final.",
)

exercise.mistake(
    "lowers_from_the_beginning",
    {"t >= start": "True"},
    "The momentum is lowered from the beginning. Only the last updates are meant: the others keep "
    "mu.",
)

exercise.mistake(
    "is_always_the_final_one",
    {"t >= start": "True", "min(mu, mu_final)": "mu_final"},
    "The momentum is mu_final in every update. Only in the last ones is it meant, and only where "
    "mu is larger.",
)

exercise.mistake(
    "lowers_the_first_updates",
    {"t >= start": "t < start"},
    "The updates before the last ones are lowered, and the last ones are not: which way round is "
    "the comparison?",
)

exercise.mistake(
    "begins_one_update_late",
    {"t >= start": "t > start"},
    "It is lowered one update too late. t counts from 0, so the last two of ten updates are t = 8 "
    "and t = 9.",
)

exercise.mistake(
    "begins_one_update_early",
    {"t >= start": "t >= start - 1"},
    "It is lowered one update too early. t counts from 0, so the last two of ten updates are t = 8 "
    "and t = 9.",
)

exercise.mistake(
    "lowers_one_update_only",
    {"t >= start": "t == start"},
    "Only one update is lowered, the first of the last ones. All that follow are meant as well: "
    "which comparison holds for them too?",
)

exercise.mistake(
    "lowers_the_very_last_only",
    {"t >= start": "t == total - 1"},
    "Only the very last update is lowered. The last ones begin where only `last` updates are left "
    "of total.",
)

exercise.mistake(
    "compares_with_last",
    {"total - last": "last"},
    "t is compared with last itself. last is how many updates are lowered, and the run ends at "
    "total: where does the final phase begin?",
)

exercise.mistake(
    "lowers_the_first_ones",
    {"total - last": "last", "t >= start": "t < start"},
    "It is lowered in the first ones: t is compared with last. The last ones begin where only "
    "`last` updates are left of total.",
)

exercise.mistake(
    "raises_a_small_momentum",
    {"min(mu, mu_final)": "mu_final"},
    "The momentum is raised where it was already below mu_final. Take the smaller of the two.",
)

exercise.mistake(
    "takes_the_larger",
    {"min(mu, mu_final)": "max(mu, mu_final)"},
    "The larger of the two was taken in the last updates: the momentum should fall, not stay high.",
)

exercise.mistake(
    "multiplies_the_two",
    {"min(mu, mu_final)": "mu * mu_final"},
    "In the last updates mu is multiplied by mu_final. mu_final is an upper limit: take the "
    "smaller of the two.",
)

exercise.mistake(
    "slides_down",
    {"min(mu, mu_final)": "mu + (mu_final - mu) * (t - start) / last"},
    "In the last updates the momentum slides from mu towards mu_final, update by update. It should "
    "fall at once, at the first of them, and stay there.",
)

exercise.mistake(
    "slides_down_to_the_end",
    {"min(mu, mu_final)": "mu + (mu_final - mu) * (t - start) / max(last - 1, 1)"},
    "In the last updates the momentum slides from mu down to mu_final, update by update. It should "
    "fall at once, at the first of them, and stay there.",
)

exercise.mistake(
    "slides_down_from_the_first_update",
    {"min(mu, mu_final)": "mu + (mu_final - mu) * (t - start + 1) / last"},
    "In the last updates the momentum slides from mu down to mu_final, update by update. It should "
    "fall at once, at the first of them, and stay there.",
)

exercise.mistake(
    "returns_nothing_before_the_last_updates",
    {"    return mu\n": ""},
    "Before the last updates nothing (None) comes back. What is the momentum there?",
)

exercise.mistake(
    "is_zero_before_the_last_updates",
    {"    return mu\n": "    return 0.0\n"},
    "Before the last updates the momentum is 0. They keep what the schedule says, mu.",
)

exercise.mistake(
    "slides_down_over_the_whole_run",
    {"t >= start": "True", "min(mu, mu_final)": "mu + (mu_final - mu) * t / total"},
    "The momentum slides from mu towards mu_final over the whole run. It should stay mu until the "
    "last updates, and then fall at once.",
)
