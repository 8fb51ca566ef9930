"""Exercise ``acceleration-measure``: the series' measure C_m."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils.measures import momentum_change

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, signed
from ._inputs import mixed_exponents, uneven

exercise = Exercise(
    slug="acceleration-measure",
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


def plane(rng, exponent=0, powers=None):
    """Gradients of all four combinations of signs; among them far and near opposites."""
    sizes = [signed(rng, 8, exponent) if powers is None else uneven(rng, powers) for _ in range(2)]
    g1 = np.abs(sizes[0]) * [1, 1, 1, 1, -1, -1, -1, -1]
    g2 = np.abs(sizes[1]) * [1, -1, 1, -1, 1, -1, 1, -1]
    # From g2 = -5 g1 on, the momentum turns round and grows: there the true change differs most.
    return np.append(g1, g1[:2]), np.append(g2, [-5 * g1[0], 0.25 * g1[1]])


@exercise.calls
def calls(rng):
    for _ in range(2):
        yield Call("gradients of both signs", (*plane(rng), decay(rng)))
    yield Call("large and small numbers", (*plane(rng, powers=mixed_exponents(rng, 8)), decay(rng)))
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


@exercise.variant
def step_by_step(g1, g2, alpha):
    m1 = g1
    m2 = alpha * m1 + g2
    change = m2 - m1
    forward = g1 >= 0
    return np.where(forward, change, -change)


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


# In one piece, since a sign is chosen in one wrong way and not in two.
SIGN = "forward = g1 >= 0\n    return np.where(forward, change, -change)"
CHOICE = "np.where(g1 >= 0, m2 - m1, m1 - m2)"

exercise.mistake(
    "compares_magnitudes",
    {
        "m2 - m1": "np.abs(m2) - np.abs(m1)",
        SIGN: "return change",
    },
    "You compare magnitudes, |m(2)| - |m(1)|: the change one would like to know. C_m is defined "
    "by m(2) - m(1), with its sign chosen by g1. Keep yours: the two differ, and soon you will "
    "need it.",
)

exercise.mistake(
    "compares_magnitudes_and_turns_them",
    {
        CHOICE: "np.where(g1 >= 0, 1, -1) * (np.abs(m2) - np.abs(m1))",
    },
    "You compare magnitudes, |m(2)| - |m(1)|, and then turn their sign where g1 < 0. C_m compares "
    "the momenta themselves: there the sign has to be turned, here it is lost already.",
    of="with_where",
)

exercise.mistake(
    "ignores_the_case_of_negative_g1",
    {
        SIGN: "return change",
    },
    "You take one case for both, as for g1 >= 0. When the first step went to the left, g1 < 0, "
    "further left is an acceleration: what happens to the sign of the difference there?",
)

exercise.mistake(
    "takes_the_case_of_negative_g1_for_both",
    {
        CHOICE: "m1 - m2",
    },
    "You take one case for both, as for g1 < 0. When the first step went to the right, g1 >= 0, "
    "further right is an acceleration: what happens to the sign of the difference there?",
    of="with_where",
)

exercise.mistake(
    "leaves_out_negative_g1",
    {
        CHOICE: "np.where(g1 >= 0, m2 - m1, 0)",
    },
    "Where g1 < 0 your value is 0. When the first step went to the left, further left is an "
    "acceleration: the case has a value of its own.",
    of="with_where",
)

exercise.mistake(
    "subtracts_the_wrong_way_round",
    {"m2 - m1": "m1 - m2"},
    "The difference is taken the wrong way round: m(1) - m(2) where m(2) - m(1) is asked for, and "
    "the other way round. A growing momentum should count as positive.",
)

exercise.mistake(
    "adds_the_momenta",
    {
        CHOICE: "np.where(g1 >= 0, m2 + m1, -m1 - m2)",
    },
    "m(1) and m(2) are added. A change is a difference.",
    of="with_where",
)

exercise.mistake(
    "forgets_the_first_momentum",
    {
        CHOICE: "np.where(g1 >= 0, m2, -m2)",
    },
    "This is m(2) alone, with a sign. Asked is the change from m(1) to m(2).",
    of="with_where",
)

exercise.mistake(
    "divides_the_momenta",
    {
        CHOICE: "np.where(g1 >= 0, 1, -1) * (m2 / m1)",
    },
    "m(2) is divided by m(1). A change is a difference.",
    of="with_where",
)

exercise.mistake(
    "wipes_out_zero_with_sign",
    {
        SIGN: "return np.sign(g1) * change",
    },
    "At g1 = 0 your value is 0, as np.sign(0) is. To which of the two cases does g1 = 0 belong?",
)

exercise.mistake(
    "counts_zero_as_negative",
    {"g1 >= 0": "g1 > 0"},
    "You count g1 = 0 with g1 < 0. Look at the two cases again: where does the equals sign stand?",
)

exercise.mistake(
    "decides_with_an_if",
    {
        CHOICE: "m2 - m1 if g1 >= 0 else m1 - m2",
    },
    "NumPy was asked for one yes or no about a whole array (by an if, an and, a max), and refuses "
    "to guess. Which function takes one of two values for every element by itself?",
    of="with_where",
)

exercise.mistake(
    "decides_once_for_all",
    {
        CHOICE: "m2 - m1 if np.all(g1 >= 0) else m1 - m2",
    },
    "One sign is chosen for the whole array. Every pair (g1, g2) has a case of its own: np.where "
    "decides element by element.",
    of="with_where",
)

exercise.mistake(
    "looks_at_the_sign_of_g2",
    {"g1 >= 0": "g2 >= 0"},
    "The sign is chosen by g2. It is the first gradient that says which direction counts as "
    "forward.",
)

exercise.mistake(
    "looks_at_the_sign_of_the_new_momentum",
    {
        CHOICE: "np.where(m2 >= 0, m2 - m1, m1 - m2)",
    },
    "The sign is chosen by m(2). It is the first gradient that says which direction counts as "
    "forward.",
    of="with_where",
)

exercise.mistake(
    "looks_whether_the_signs_agree",
    {
        CHOICE: "np.where(g1 * g2 >= 0, m2 - m1, m1 - m2)",
    },
    "The sign is chosen by whether both gradients agree. It is the sign of g1 alone that says "
    "which direction counts as forward.",
    of="with_where",
)

exercise.mistake(
    "adds_where_g1_is_negative",
    {
        CHOICE: "np.where(g1 >= 0, m2 - m1, m1 + m2)",
    },
    "Right for g1 >= 0. For g1 < 0 you add m(1) and m(2): the whole difference changes its sign "
    "there, both terms of it.",
    of="with_where",
)

exercise.mistake(
    "forgets_the_brackets_around_m2",
    {
        CHOICE: "np.where(g1 >= 0, m2 - m1, g1 - alpha * g1 + g2)",
    },
    "Right for g1 >= 0. For g1 < 0 your value is g1 - alpha g1 + g2, where g2 keeps its sign. The "
    "whole of m(2) is taken off there: are brackets missing, or is there an absolute value of g1 "
    "alone?",
    of="with_where",
)

exercise.mistake(
    "loses_the_sign",
    {
        SIGN: "return np.abs(change)",
    },
    "The values have lost their sign: a deceleration should come out negative. Where did an "
    "absolute value slip in?",
)

exercise.mistake(
    "decays_the_second_gradient",
    {"alpha * m1 + g2": "m1 + alpha * g2"},
    "alpha sits at the second gradient. By then it is the first one that has grown old.",
)

exercise.mistake(
    "decays_both_gradients",
    {
        "alpha * first + second": "alpha * (first + second)",
    },
    "alpha sits at both gradients. In m(2) only the first one has grown old.",
    of="with_a_mask",
)

exercise.mistake(
    "compares_gradients",
    {"alpha * m1 + g2": "g2"},
    "You compare the two gradients. Asked are the two momenta: what is left of g1 in m(2)?",
)

exercise.mistake(
    "forgets_alpha",
    {"alpha * m1": "m1"},
    "alpha does not enter: as if nothing faded from m(1) to m(2), or as if m(1) had already "
    "faded. m(1) = g1 in full; how much of it is still in m(2)?",
)

exercise.mistake(
    "keeps_what_should_be_lost",
    {"alpha * m1": "(1 - alpha) * m1"},
    "The first gradient is multiplied by 1 - alpha. alpha is what survives, not what is lost.",
)

exercise.mistake(
    "subtracts_the_second_gradient",
    {
        "+ second": "- second",
    },
    "The second gradient enters with a minus. The momentum adds gradients up: m(2) = alpha g1 + "
    "g2.",
    of="with_a_mask",
)

exercise.mistake(
    "averages_instead_of_summing",
    {
        "m1 = g1\n    m2 = alpha * m1 + g2": "m1 = (1 - alpha) * g1\n"
        "    m2 = alpha * m1 + (1 - alpha) * g2"
    },
    "Here m(1) and m(2) are averages, with the factor 1 - alpha at each gradient. The momentum "
    "of this lesson is a sum: m(1) = g1, m(2) = alpha g1 + g2.",
)

exercise.mistake(
    "averages_the_second_gradient",
    {
        "+ second": "+ (1 - alpha) * second",
    },
    "The second gradient is weighted by 1 - alpha, as in an average. The momentum of this lesson "
    "is a sum: m(2) = alpha g1 + g2.",
    of="with_a_mask",
)

exercise.mistake(
    "fades_the_first_momentum",
    {"m1 = g1": "m1 = alpha * g1"},
    "alpha is at work one step too early: m(1) = g1 in full. It has nothing older to keep; alpha "
    "enters with m(2).",
)

exercise.mistake(
    "asks_both_gradients",
    {"g1 >= 0": "(g1 >= 0) & (g2 >= 0)"},
    "The first case is taken only if both gradients are positive. Which gradient says what "
    "counts as forward? Ask that one alone.",
)


@exercise.misconception(
    "Your code takes g1 and g2 of one shape only: where they differ, as a column and a row do, it "
    "stops. The result has the broadcast shape, which may be that of neither: let NumPy combine "
    "them, in a new array."
)
def pairs_instead_of_broadcasting(g1, g2, alpha):
    pairs = zip(np.ravel(g1), np.ravel(g2))  # noqa: B905
    measure = [(a * alpha + b) - a if a >= 0 else a - (a * alpha + b) for a, b in pairs]
    return np.array(measure).reshape(np.shape(g1))


@exercise.misconception(
    "Your loop goes through the first axis and looks at one number at a time: it stops where the "
    "arrays have no axis, or two, or different shapes. No loop is needed: np.where decides element "
    "by element, and NumPy combines the shapes."
)
def loops_over_the_first_axis(g1, g2, alpha):
    measure = np.zeros_like(g1)
    for i in range(len(g1)):
        change = alpha * g1[i] + g2[i] - g1[i]
        measure[i] = change if g1[i] >= 0 else -change
    return measure
