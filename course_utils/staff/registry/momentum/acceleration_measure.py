"""Exercise ``acceleration-measure``: the series' measure C_m."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils.measures import momentum_change

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, signed

exercise = Exercise(
    slug="acceleration-measure",
    lesson="01-momentum",
    function="acceleration_measure",
    arguments=("g1", "g2", "alpha"),
    returns=("measure",),
    points=3,
)


@exercise.reference
def reference(g1, g2, alpha):
    return momentum_change(g1, g2, alpha)


@exercise.magnitude
def magnitude(g1, g2, alpha):
    return (1 + alpha) * np.abs(g1) + np.abs(g2)


def plane(rng, exponent=0):
    """Gradients of all four combinations of signs; among them far and near opposites."""
    g1 = np.abs(signed(rng, 8, exponent)) * [1, 1, 1, 1, -1, -1, -1, -1]
    g2 = np.abs(signed(rng, 8, exponent)) * [1, -1, 1, -1, 1, -1, 1, -1]
    # From g2 = -5 g1 on, the momentum turns round and grows: there the true change differs most.
    return np.append(g1, g1[:2]), np.append(g2, [-5 * g1[0], 0.25 * g1[1]])


@exercise.calls
def calls(rng):
    for _ in range(3):
        yield Call("gradients of both signs", (*plane(rng), decay(rng)))
    yield Call("a grid", (signed(rng, (4, 1)), signed(rng, (1, 3)), decay(rng)), "edge", weight=2)
    yield Call("an array against one number", (signed(rng, 4), signed(rng, ()), decay(rng)), "edge")
    zeros = np.zeros(2), np.array([1.0, -1.0]) * np.abs(signed(rng, 2))
    yield Call("g1 = 0", (*zeros, decay(rng)), "edge", weight=2)
    for about, shape in SHAPES.items():
        yield Call(about, (signed(rng, shape), signed(rng, shape), decay(rng)), "edge")
    yield Call("alpha = 0", (*plane(rng), 0.0), "edge")
    yield Call("huge numbers", (*plane(rng, HUGE), decay(rng)), "edge")
    yield Call("tiny numbers", (*plane(rng, TINY), decay(rng)), "edge")
    yield Call(EMPTY, (signed(rng, 0), signed(rng, 0), decay(rng)), "free")


@exercise.misconception(
    "You compare magnitudes, |m(2)| - |m(1)|: the change one would like to know. C_m is defined "
    "by m(2) - m(1), with its sign chosen by g1. Keep yours: the two differ, and soon you will "
    "need it."
)
def compares_magnitudes(g1, g2, alpha):
    return np.abs(alpha * g1 + g2) - np.abs(g1)


@exercise.misconception(
    "Right for g1 >= 0. When the first step went to the left, g1 < 0, further left is an "
    "acceleration: what happens to the sign of the difference there?"
)
def ignores_the_case_of_negative_g1(g1, g2, alpha):
    return (alpha * g1 + g2) - g1


@exercise.misconception(
    "Both cases have the wrong sign: m(1) - m(2) where m(2) - m(1) is asked for, and the other "
    "way round. A growing momentum should count as positive."
)
def subtracts_the_wrong_way_round(g1, g2, alpha):
    return np.where(g1 >= 0, g1 - (alpha * g1 + g2), (alpha * g1 + g2) - g1)


@exercise.misconception(
    "Right except at g1 = 0, where np.sign(0) = 0 wipes the value out. To which of the two cases "
    "does g1 = 0 belong?"
)
def wipes_out_zero_with_sign(g1, g2, alpha):
    return np.sign(g1) * ((alpha * g1 + g2) - g1)


@exercise.misconception(
    "Right except at g1 = 0, which you count with g1 < 0. Look at the two cases again: where "
    "does the equals sign stand?"
)
def counts_zero_as_negative(g1, g2, alpha):
    return np.where(g1 > 0, (alpha * g1 + g2) - g1, g1 - (alpha * g1 + g2))


@exercise.misconception(
    "An `if` decides once for a whole array, and NumPy refuses to guess how. Which function "
    "takes one of two values for every element by itself?"
)
def decides_with_an_if(g1, g2, alpha):
    if g1 >= 0:
        return (alpha * g1 + g2) - g1
    return g1 - (alpha * g1 + g2)


@exercise.misconception(
    "One sign is chosen for the whole array. Every pair (g1, g2) has a case of its own: np.where "
    "decides element by element."
)
def decides_once_for_all(g1, g2, alpha):
    if np.all(g1 >= 0):
        return (alpha * g1 + g2) - g1
    return g1 - (alpha * g1 + g2)


@exercise.misconception(
    "The sign is chosen by g2. It is the first gradient that says which direction counts as "
    "forward."
)
def looks_at_the_sign_of_g2(g1, g2, alpha):
    return np.where(g2 >= 0, (alpha * g1 + g2) - g1, g1 - (alpha * g1 + g2))


@exercise.misconception(
    "The sign is chosen by m(2). It is the first gradient that says which direction counts as "
    "forward."
)
def looks_at_the_sign_of_the_new_momentum(g1, g2, alpha):
    m2 = alpha * g1 + g2
    return np.where(m2 >= 0, m2 - g1, g1 - m2)


@exercise.misconception(
    "The values have lost their sign: a deceleration should come out negative. Where did an "
    "absolute value slip in?"
)
def loses_the_sign(g1, g2, alpha):
    return np.abs((alpha * g1 + g2) - g1)


@exercise.misconception(
    "alpha sits at the second gradient. By then it is the first one that has grown old."
)
def decays_the_second_gradient(g1, g2, alpha):
    change = (g1 + alpha * g2) - g1
    return np.where(g1 >= 0, change, -change)


@exercise.misconception(
    "You compare the two gradients. Asked are the two momenta: what is left of g1 in m(2)?"
)
def compares_gradients(g1, g2, alpha):
    return np.where(g1 >= 0, g2 - g1, g1 - g2)


@exercise.misconception(
    "All that is left is g2, with a sign: as if nothing faded from m(1) to m(2), or as if m(1) "
    "had already faded. m(1) = g1 in full; how much of it is still in m(2)?"
)
def forgets_alpha(g1, g2, alpha):
    return np.where(g1 >= 0, g2, -g2) + np.zeros_like(g1)


@exercise.misconception(
    "Here m(1) and m(2) are averages, with the factor 1 - alpha at each gradient. The momentum "
    "of this lesson is a sum: m(1) = g1, m(2) = alpha g1 + g2."
)
def averages_instead_of_summing(g1, g2, alpha):
    m1 = (1 - alpha) * g1
    m2 = alpha * m1 + (1 - alpha) * g2
    return np.where(g1 >= 0, m2 - m1, m1 - m2)


@exercise.misconception(
    "Pairs are taken one after the other, so a column of g1 and a row of g2 do not make a grid. "
    "Let NumPy broadcast: no loop is needed."
)
def pairs_instead_of_broadcasting(g1, g2, alpha):
    pairs = zip(np.ravel(g1), np.ravel(g2))  # noqa: B905
    measure = [(a * alpha + b) - a if a >= 0 else a - (a * alpha + b) for a, b in pairs]
    return np.array(measure).reshape(np.shape(g1))


@exercise.misconception(
    "The values are right, but the caller's gradients were overwritten on the way: operators "
    "such as *= and assignments to g1[...] write into the array that was handed in. Make a new "
    "array instead."
)
def changes_its_inputs(g1, g2, alpha):
    sign = np.where(g1 >= 0, 1.0, -1.0)
    first = np.array(g1)
    g1 *= alpha
    return sign * (g1 + g2 - first)


@exercise.misconception(
    "alpha is at work one step too early: m(1) = g1 in full. It has nothing older to keep; alpha "
    "enters with m(2)."
)
def fades_the_first_momentum(g1, g2, alpha):
    m1 = alpha * g1
    m2 = alpha * m1 + g2
    return np.where(g1 >= 0, m2 - m1, m1 - m2)


@exercise.misconception(
    "The first case is taken only if both gradients are positive. Which gradient says what "
    "counts as forward? Ask that one alone."
)
def asks_both_gradients(g1, g2, alpha):
    forward = (g1 >= 0) & (g2 >= 0)
    return np.where(forward, (alpha * g1 + g2) - g1, g1 - (alpha * g1 + g2))


@exercise.variant
def with_where(g1, g2, alpha):
    m1, m2 = g1, alpha * g1 + g2
    return np.where(g1 >= 0, m2 - m1, m1 - m2)


@exercise.variant
def with_a_sign(g1, g2, alpha):
    sign = 2 * (g1 >= 0) - 1
    return sign * (g2 - (1 - alpha) * g1)


@exercise.variant
def with_absolute_values(g1, g2, alpha):
    return np.where(g1 < 0, -1, 1) * g2 - (1 - alpha) * np.abs(g1)


@exercise.variant
def with_a_mask(g1, g2, alpha):
    first, second = np.broadcast_arrays(g1, g2)
    measure = np.array(alpha * first + second - first)
    backwards = first < 0
    measure[backwards] = -measure[backwards]
    return measure


@exercise.variant
def with_vectorize(g1, g2, alpha):
    def one(a, b):
        change = alpha * a + b - a
        return change if a >= 0 else -change

    if np.size(g1) == 0 or np.size(g2) == 0:
        return g1 + g2
    return np.vectorize(one, otypes=[float])(g1, g2)


@exercise.variant
def with_piecewise_lists(g1, g2, alpha):
    return np.select([g1 >= 0, g1 < 0], [alpha * g1 + g2 - g1, g1 - alpha * g1 - g2]).tolist()


@exercise.variant
def in_single_precision_with_warnings(g1, g2, alpha):
    np.zeros(1) / np.zeros(1)
    change = alpha * g1 + g2 - g1
    return np.where(g1 >= 0, change, -change).astype(np.float32)
