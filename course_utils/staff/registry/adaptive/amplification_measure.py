"""Exercise ``amplification-measure``: the series' measure C_a, η counted once."""
# ruff: noqa: D103 (a name is its sentence)

import math

import numpy as np

from course_utils.measures import amplification

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, rate, signed, smoothing

exercise = Exercise(
    slug="amplification-measure",
    function="amplification_measure",
    arguments=("g1", "g2", "eta", "beta", "epsilon"),
    returns=("measure",),
    points=3,
)


@exercise.reference
def reference(g1, g2, eta, beta, epsilon):
    return amplification(g1, g2, beta, eta=eta, epsilon=epsilon)


@exercise.magnitude
def magnitude(g1, g2, eta, beta, epsilon):
    scale = (1 - beta) * (beta * g1**2 + g2**2)
    return eta * np.abs(g2) * (1 + 1 / np.sqrt(scale + epsilon))


@exercise.calls
def calls(rng):
    def numbers():
        return rate(rng), decay(rng), smoothing(rng)

    def plane(exponent=0):
        """Pairs of all four combinations of signs."""
        g1 = np.abs(signed(rng, 8, exponent)) * [1, 1, 1, 1, -1, -1, -1, -1]
        return g1, np.abs(signed(rng, 8, exponent)) * [1, -1, 1, -1, 1, -1, 1, -1]

    for _ in range(2):
        yield Call("gradients of both signs", (*plane(), *numbers()))
    yield Call("a grid", (signed(rng, (4, 1)), signed(rng, (1, 3)), *numbers()))
    yield Call("an array against one number", (signed(rng, 4), signed(rng, ()), *numbers()), "edge")
    eta, beta, epsilon = numbers()
    first, second = signed(rng, 2), signed(rng, 2)
    still = np.zeros(2)
    yield Call("no first gradient", (still, second, eta, beta, epsilon), "edge")
    yield Call("no second gradient", (first, still, eta, beta, epsilon), "edge")
    yield Call("no gradient at all", (still, still, eta, beta, epsilon), "edge")
    for about, shape in SHAPES.items():
        yield Call(about, (signed(rng, shape), signed(rng, shape), *numbers()), "edge")
    yield Call("beta = 0", (*plane(), eta, 0.0, epsilon), "edge")
    yield Call("a large eta", (*plane(), 20 * eta, beta, epsilon), "edge")
    yield Call("the usual epsilon", (*plane(), eta, beta, 1e-8), "edge")
    yield Call("huge numbers", (*plane(HUGE), *numbers()), "edge")
    yield Call("tiny numbers", (*plane(TINY), *numbers()), "edge")
    yield Call(EMPTY, (signed(rng, 0), signed(rng, 0), *numbers()), "free")


@exercise.variant
def line_by_line(g1, g2, eta, beta, epsilon):
    first = (1 - beta) * g1**2
    second = beta * first + (1 - beta) * g2**2
    inside = second + epsilon
    root = np.sqrt(inside)
    adaptive = eta * g2 / root
    plain = g2 * eta
    return np.abs(adaptive) - np.abs(plain)


@exercise.variant
def in_a_loop(g1, g2, eta, beta, epsilon):
    scale = 0.0
    for gradient in (g1, g2):
        scale = beta * scale + (1 - beta) * gradient**2
    adaptive = eta * g2 / np.sqrt(scale + epsilon)
    return np.abs(adaptive) - np.abs(eta * g2)


@exercise.variant
def with_the_length_in_front(g1, g2, eta, beta, epsilon):
    scale = (1 - beta) * (beta * g1**2 + g2**2)
    return eta * np.abs(g2) * ((scale + epsilon) ** -0.5 - 1)


@exercise.variant
def as_nested_lists(g1, g2, eta, beta, epsilon):
    root = np.sqrt(beta * (1 - beta) * g1 * g1 + (1 - beta) * g2 * g2 + epsilon)
    return (np.abs(eta * g2 / root) - eta * np.abs(g2)).tolist()


@exercise.variant
def with_vectorize(g1, g2, eta, beta, epsilon):
    def one(a, b):
        root = math.sqrt((1 - beta) * (beta * a**2 + b**2) + epsilon)
        return abs(eta * b / root) - abs(eta * b)

    if np.size(g1) == 0 or np.size(g2) == 0:
        return g1 + g2
    return np.vectorize(one, otypes=[float])(g1, g2)


@exercise.variant
def in_single_precision_with_warnings(g1, g2, eta, beta, epsilon):
    np.zeros(1) / np.zeros(1)
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    measure = np.abs(eta * g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)
    return measure.astype(np.float32)


# Pieces of the answer. A mistake that holds one unchanged makes no pair with others of this piece.
FIRST, OLD, NEW = "(1 - beta) * g1**2", "beta * first", "(1 - beta) * g2**2"
INSIDE, ROOT = "second + epsilon", "np.sqrt(inside)"
STEP, PLAIN = "eta * g2 / root", "g2 * eta"
LONG, SHORT = "np.abs(adaptive)", "np.abs(plain)"
SCALE = {piece: piece for piece in (FIRST, OLD, NEW)}

# The two lengths

exercise.mistake(
    "counts_eta_twice",
    {STEP: "eta * eta * g2 / root"},
    "eta is in the first term twice. The adaptive step, eta g2 / sqrt(...), already has it; a "
    "further eta makes the two lengths incomparable as soon as eta is not 1. (You are in good "
    "company: the series' formula reads like that.)",
)

exercise.mistake(
    "compares_with_the_bare_gradient",
    {PLAIN: "g2"},
    "The second term is |g2|: a gradient, not a step. How long is the step that gradient descent "
    "would take?",
)

exercise.mistake(
    "forgets_eta_in_the_adaptive_step",
    {STEP: "g2 / root"},
    "eta is missing in the first term, so a factor is compared with a step. Which two lengths "
    "are to be compared?",
)

exercise.mistake(
    "forgets_eta",
    {STEP: "g2 / root", PLAIN: "g2"},
    "eta does not enter, as if it were 1. Both methods take their step with the same learning "
    "rate: where?",
)

exercise.mistake(
    "compares_the_rates",
    {**SCALE, STEP: "eta / root", PLAIN: "eta"},
    "g2 does not stand above the fraction bar: you compare the *rates* of the two methods. How "
    "long are the steps that they take?",
)

exercise.mistake(
    "steps_along_the_first_gradient",
    {**SCALE, STEP: "eta * g1 / root", PLAIN: "eta * g1"},
    "You step along the first gradient. The measure looks at the *second* step: which gradient "
    "is felt there?",
)

exercise.mistake(
    "compares_with_the_first_step_of_gradient_descent",
    {**SCALE, PLAIN: "eta * g1", LONG: LONG},
    "The second term is the length of gradient descent's *first* step, eta |g1|. Which gradient is "
    "felt at the second?",
)

exercise.mistake(
    "multiplies_by_the_root",
    {ROOT: ROOT, **SCALE, STEP: "eta * g2 * root"},
    "The root multiplies where it should divide: a steep direction gets the longer step. Which of "
    "the two is meant?",
)

exercise.mistake(
    "takes_the_plain_step_for_both",
    {PLAIN: PLAIN, LONG: LONG, SHORT: SHORT, **SCALE, INSIDE: INSIDE, STEP: "eta * g2"},
    "The measure is 0 everywhere: both terms are gradient descent's step. What does RMSprop divide "
    "its own by?",
)

# Their difference

exercise.mistake(
    "compares_signed_steps",
    {LONG: "adaptive", SHORT: "plain"},
    "Steps are compared with their signs, so for g2 < 0 a longer step counts as negative. The "
    "measure compares *lengths*.",
)

exercise.mistake(
    "takes_the_length_of_the_difference",
    {LONG: "np.abs(adaptive", SHORT: "plain)"},
    "No value is negative any more: you take the length of the difference. Asked is the "
    "difference of the lengths, so that a shortened step comes out below zero.",
)

exercise.mistake(
    "subtracts_the_wrong_way_round",
    {LONG: "np.abs(plain)", SHORT: "np.abs(adaptive)"},
    "The difference is the wrong way round: where the adaptive scheme takes the longer step, the "
    "measure should be positive.",
)

exercise.mistake(
    "takes_the_ratio",
    {**SCALE, "np.abs(adaptive) - np.abs(plain)": "np.abs(adaptive) / np.abs(plain)"},
    "You divide one length by the other. That tells the factor (a good thing to know, too); the "
    "measure is the difference.",
)

exercise.mistake(
    "takes_the_relative_difference",
    {**SCALE, LONG: "np.abs(adaptive) / np.abs(plain)", SHORT: "1.0"},
    "You take the difference as a part of gradient descent's length. Asked is the difference "
    "itself.",
)

exercise.mistake(
    "adds_the_lengths",
    {**SCALE, SHORT: "-np.abs(plain)"},
    "The two lengths are added. How much longer the one is than the other is their difference.",
)

exercise.mistake(
    "forgets_gradient_descent",
    {**SCALE, SHORT: "0.0", PLAIN: PLAIN},
    "You give the length of RMSprop's step alone. How long is the step of gradient descent, with "
    "which it is compared?",
)

exercise.mistake(
    "forgets_one_absolute_value",
    {**SCALE, SHORT: "plain"},
    "The second length has lost its absolute value: for g2 < 0 it is added instead of taken off.",
)

exercise.mistake(
    "forgets_the_other_absolute_value",
    {**SCALE, LONG: "adaptive"},
    "The first length has lost its absolute value: for g2 < 0 it is taken off instead of added.",
)

exercise.mistake(
    "takes_one_length_of_the_whole_array",
    {**SCALE, LONG: "np.linalg.norm(adaptive)", SHORT: "np.linalg.norm(plain)"},
    "One number comes back: the steps of the whole array were taken as one vector, with one "
    "length. Every entry is a step of its own, and its length is its absolute value.",
)

exercise.mistake(
    "compares_both_steps",
    {
        **SCALE,
        LONG: "np.abs(eta * g1 / np.sqrt(first + epsilon)) + np.abs(adaptive)",
        SHORT: "(np.abs(eta * g1) + np.abs(plain))",
    },
    "The lengths of both steps are added up. The measure looks at the second step alone; the first "
    "only leaves its square in the scale.",
)

# epsilon and the root

exercise.mistake(
    "puts_epsilon_outside_the_root",
    {ROOT: "np.sqrt(inside - epsilon) + epsilon"},
    "epsilon is added to the root. In this lesson's scheme it stands under it.",
)

exercise.mistake(
    "forgets_epsilon",
    {INSIDE: "second", ROOT: ROOT},
    "epsilon is left out, and where both gradients are 0 you divide 0 by 0. What stands under "
    "the root besides the scale?",
)

exercise.mistake(
    "adds_epsilon_to_the_quotient",
    {**SCALE, INSIDE: "second", ROOT: ROOT, LONG: "np.abs(adaptive + epsilon)"},
    "epsilon is added to the step: a division binds more tightly than the plus after it. What "
    "should epsilon be added to, and where do brackets belong?",
)

exercise.mistake(
    "adds_epsilon_to_every_scale",
    {LONG: LONG, PLAIN: PLAIN, FIRST: "(1 - beta) * g1**2 + epsilon"},
    "epsilon is in the scale of the first step, and is still there at the second, times beta. It "
    "belongs to the root, not to the scale.",
)

exercise.mistake(
    "forgets_the_root",
    {ROOT: "inside"},
    "The adaptive step divides by the scale itself. Which function makes of a mean square a "
    "length again?",
)

# The scale

exercise.mistake(
    "takes_the_first_square_for_the_first_scale",
    {LONG: LONG, PLAIN: PLAIN, FIRST: "g1**2", NEW: NEW, OLD: OLD},
    "The first gradient enters the scale as if it had been averaged in only once: s(1) is not "
    "g1², but (1 - beta) g1². Take the two steps one after the other, from s(0) = 0.",
)

exercise.mistake(
    "sums_instead_of_averaging",
    {FIRST: "g1**2", OLD: OLD, NEW: "g2**2"},
    "The scale is a decaying sum, without the factor 1 - beta at the new squares. RMSprop takes "
    "an average: what are the weights of old and new?",
)

exercise.mistake(
    "swaps_beta_and_one_minus_beta",
    {FIRST: "beta * g1**2", OLD: "(1 - beta) * first", NEW: "beta * g2**2"},
    "beta and 1 - beta have changed places in the average. How much of the old scale survives?",
)

exercise.mistake(
    "forgets_the_first_gradient",
    {LONG: LONG, PLAIN: PLAIN, FIRST: "0 * g1", OLD: OLD, NEW: NEW},
    "The first gradient does not enter. By the second step its square is still in the scale: "
    "with which factor?",
)

exercise.mistake(
    "divides_by_the_first_scale",
    {**SCALE, INSIDE: "first + epsilon"},
    "The second step divides by s(1). The newest square belongs to the scale before the weights "
    "move.",
)

exercise.mistake(
    "divides_by_the_second_gradient",
    {LONG: LONG, PLAIN: PLAIN, FIRST: "0 * g1", OLD: OLD, NEW: "g2**2"},
    "The step divides by the size of g2 alone, as if the scale were the newest square. RMSprop "
    "averages: how do the two squares enter?",
)

exercise.mistake(
    "corrects_the_scale",
    {FIRST: FIRST, NEW: NEW, OLD: OLD, INSIDE: "second / (1 - beta**2) + epsilon"},
    "You divide the scale by 1 - beta², a correction that Adam makes (lesson 3). Here the scale "
    "is taken as it is.",
)

exercise.mistake(
    "lets_nothing_fade",
    {FIRST: FIRST, OLD: "first", NEW: NEW},
    "Both squares enter with 1 - beta, as if nothing had faded from step 1 to step 2. What does "
    "beta do to the scale that is there already?",
)

exercise.mistake(
    "adds_up_both_squares",
    {LONG: LONG, PLAIN: PLAIN, FIRST: "g1**2", OLD: "first", NEW: "g2**2"},
    "The scale is the sum of both squares: beta does not enter, as in AdaGrad. RMSprop takes an "
    "average: what are the weights of old and new?",
)

exercise.mistake(
    "squares_one_minus_beta_too",
    {
        LONG: LONG,
        PLAIN: PLAIN,
        FIRST: "((1 - beta) * g1) ** 2",
        OLD: OLD,
        NEW: "((1 - beta) * g2) ** 2",
    },
    "The square reaches too far: 1 - beta is squared along with the gradient. Which of the two "
    "should the exponent see?",
)

exercise.mistake(
    "averages_the_gradients_themselves",
    {INSIDE: INSIDE, ROOT: ROOT, **SCALE, FIRST: "(1 - beta) * g1", NEW: "(1 - beta) * g2"},
    "You average the gradients themselves: signs cancel, and the root of a negative average is "
    "NaN. What is averaged here has no sign.",
)

exercise.mistake(
    "squares_the_averaged_gradient",
    {**SCALE, FIRST: "(1 - beta) * g1", NEW: "(1 - beta) * g2", INSIDE: "second**2 + epsilon"},
    "You average the gradients and square the average: opposite signs cancel. Square each gradient "
    "first, then average.",
)

exercise.mistake(
    "swaps_the_two_gradients",
    {LONG: LONG, PLAIN: PLAIN, FIRST: "(1 - beta) * g2**2", OLD: OLD, NEW: "(1 - beta) * g1**2"},
    "In the scale g1 and g2 have changed places: the first gradient counts as the newest. Which of "
    "the two has faded by the second step?",
)


@exercise.misconception(
    "A column of g1 and a row of g2 do not make a grid in your function. Is there a loop that "
    "takes pairs, or an operator such as += that writes into an array of one of the two shapes? "
    "Let NumPy broadcast: new arrays, and no loop."
)
def pairs_instead_of_broadcasting(g1, g2, eta, beta, epsilon):
    measure = []
    for a, b in zip(np.ravel(g1), np.ravel(g2)):  # noqa: B905
        scale = beta * (1 - beta) * a**2 + (1 - beta) * b**2
        measure.append(np.abs(eta * b / np.sqrt(scale + epsilon)) - np.abs(eta * b))
    return np.array(measure).reshape(np.shape(g1))


@exercise.misconception(
    "A column of g1 and a row of g2 do not make a grid in your function. Is there an operator such "
    "as += that writes into an array of the shape of g1? Make a new array, as in s = s + b."
)
def adds_in_place_to_the_first_scale(g1, g2, eta, beta, epsilon):
    scale = (1 - beta) * g1**2
    scale *= beta
    scale += (1 - beta) * g2**2
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)
