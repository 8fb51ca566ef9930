"""Exercise ``final-momentum``: a smaller momentum for the last updates."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils.schedules import ConstantMomentum, FinalMomentum

from ..exercise import Call, Exercise

exercise = Exercise(
    slug="final-momentum",
    lesson="04-initialization-and-momentum",
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
    # ones, so that t >= last is not right by luck.
    for _ in range(2):
        last = int(rng.integers(60, 90))
        total = last + int(rng.integers(20, 50))
        mu, mu_final = (round(float(rng.uniform(*ends)), 3) for ends in ((0.97, 0.999), (0.5, 0.9)))
        yield Call("the first of the last updates", (total - last, total, last, mu, mu_final))
        yield Call("the update before them", (total - last - 1, total, last, mu, mu_final))
    yield Call("the very last update", (total - 1, total, last, mu, mu_final), "edge")
    yield Call("the very first update", (0, total, last, mu, mu_final), "edge")
    yield Call("mu is already small", (total - 5, total, last, 0.45, mu_final), "edge", weight=2)
    yield Call("no last updates", (total - 1, total, 0, mu, mu_final), "edge")
    yield Call("all updates are the last ones", (0, total, total, mu, mu_final), "edge")


@exercise.misconception(
    "The momentum never changes. In the last updates it should be no larger than mu_final."
)
def never_lowers(t, total, last, mu, mu_final):
    return mu


@exercise.misconception(
    "The momentum is lowered from the beginning. Only the last updates are meant: the others keep "
    "mu."
)
def lowers_from_the_beginning(t, total, last, mu, mu_final):
    return min(mu, mu_final)


@exercise.misconception(
    "It is lowered in the first updates instead of the last ones: which way round is the "
    "comparison?"
)
def lowers_the_first_updates(t, total, last, mu, mu_final):
    return min(mu, mu_final) if t < total - last else mu


@exercise.misconception(
    "One update too late. t counts from 0, so the last two of ten updates are t = 8 and t = 9."
)
def begins_one_update_late(t, total, last, mu, mu_final):
    return min(mu, mu_final) if t > total - last else mu


@exercise.misconception(
    "One update too early. t counts from 0, so the last two of ten updates are t = 8 and t = 9."
)
def begins_one_update_early(t, total, last, mu, mu_final):
    return min(mu, mu_final) if t >= total - last - 1 else mu


@exercise.misconception(
    "t is compared with last itself. last is how many updates are lowered, and the run ends at "
    "total: where does the final phase begin?"
)
def compares_with_last(t, total, last, mu, mu_final):
    return min(mu, mu_final) if t >= last else mu


@exercise.misconception(
    "The momentum is raised where it was already below mu_final. Take the smaller of the two."
)
def raises_a_small_momentum(t, total, last, mu, mu_final):
    return mu_final if t >= total - last else mu


@exercise.misconception(
    "The larger of the two was taken in the last updates: the momentum should fall, not stay high."
)
def takes_the_larger(t, total, last, mu, mu_final):
    return max(mu, mu_final) if t >= total - last else mu


@exercise.misconception(
    "It is lowered in the first ones: t is compared with last. The last ones begin where only "
    "`last` updates are left of total."
)
def lowers_the_first_ones(t, total, last, mu, mu_final):
    return min(mu, mu_final) if t < last else mu


@exercise.variant
def with_an_if(t, total, last, mu, mu_final):
    if t >= total - last:
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
