"""Exercise ``amplification-measure``: the series' measure C_a, η counted once."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import math

import numpy as np

from course_utils.measures import amplification

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, rate, signed, smoothing

exercise = Exercise(
    slug="amplification-measure",
    lesson="02-adaptive-rates",
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

    for _ in range(3):
        yield Call("gradients of both signs", (*plane(), *numbers()))
    yield Call("a grid", (signed(rng, (4, 1)), signed(rng, (1, 3)), *numbers()), "edge", weight=2)
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


@exercise.misconception(
    "eta is in the first term twice. The adaptive step, eta g2 / sqrt(...), already has it; a "
    "further eta makes the two lengths incomparable as soon as eta is not 1. (You are in good "
    "company: the series' formula reads like that.)"
)
def counts_eta_twice(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(eta * eta * g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "The second term is |g2|: a gradient, not a step. How long is the step that gradient descent "
    "would take?"
)
def compares_with_the_bare_gradient(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) - np.abs(g2)


@exercise.misconception(
    "eta is missing in the first term, so a factor is compared with a step. Which two lengths "
    "are to be compared?"
)
def forgets_eta_in_the_adaptive_step(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "eta does not enter, as if it were 1. Both methods take their step with the same learning "
    "rate: where?"
)
def forgets_eta(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(g2 / np.sqrt(scale + epsilon)) - np.abs(g2)


@exercise.misconception(
    "Steps are compared with their signs, so for g2 < 0 a longer step counts as negative. The "
    "measure compares *lengths*."
)
def compares_signed_steps(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return eta * g2 / np.sqrt(scale + epsilon) - eta * g2


@exercise.misconception(
    "No value is negative any more: you take the length of the difference. Asked is the "
    "difference of the lengths, so that a shortened step comes out below zero."
)
def takes_the_length_of_the_difference(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(eta * g2 / np.sqrt(scale + epsilon) - eta * g2)


@exercise.misconception(
    "The difference is the wrong way round: where the adaptive scheme takes the longer step, the "
    "measure should be positive."
)
def subtracts_the_wrong_way_round(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(eta * g2) - np.abs(eta * g2 / np.sqrt(scale + epsilon))


@exercise.misconception(
    "You divide one length by the other. That tells the factor (a good thing to know, too); the "
    "measure is the difference."
)
def takes_the_ratio(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) / np.abs(eta * g2)


@exercise.misconception("epsilon is added to the root. In this lesson's scheme it stands under it.")
def puts_epsilon_outside_the_root(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(eta * g2 / (np.sqrt(scale) + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "epsilon is left out, and where both gradients are 0 you divide 0 by 0. What stands under "
    "the root besides the scale?"
)
def forgets_epsilon(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(eta * g2 / np.sqrt(scale)) - np.abs(eta * g2)


@exercise.misconception(
    "The adaptive step divides by the scale itself. Which function makes of a mean square a "
    "length again?"
)
def forgets_the_root(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(eta * g2 / (scale + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "The first gradient enters the scale as if it had been averaged in only once: s(1) is not "
    "g1², but (1 - beta) g1². Take the two steps one after the other, from s(0) = 0."
)
def takes_the_first_square_for_the_first_scale(g1, g2, eta, beta, epsilon):
    scale = beta * g1**2 + (1 - beta) * g2**2
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "The scale is a decaying sum, without the factor 1 - beta at the new squares. RMSprop takes "
    "an average: what are the weights of old and new?"
)
def sums_instead_of_averaging(g1, g2, eta, beta, epsilon):
    scale = beta * g1**2 + g2**2
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "beta and 1 - beta have changed places in the average. How much of the old scale survives?"
)
def swaps_beta_and_one_minus_beta(g1, g2, eta, beta, epsilon):
    scale = (1 - beta) * beta * g1**2 + beta * g2**2
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "The first gradient does not enter. By the second step its square is still in the scale: "
    "with which factor?"
)
def forgets_the_first_gradient(g1, g2, eta, beta, epsilon):
    scale = (1 - beta) * g2**2
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "The second step divides by s(1). The newest square belongs to the scale before the weights "
    "move."
)
def divides_by_the_first_scale(g1, g2, eta, beta, epsilon):
    scale = (1 - beta) * g1**2
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "You step along the first gradient. The measure looks at the *second* step: which gradient "
    "is felt there?"
)
def steps_along_the_first_gradient(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(eta * g1 / np.sqrt(scale + epsilon)) - np.abs(eta * g1)


@exercise.misconception(
    "You divide the scale by 1 - beta², a correction that Adam makes (lesson 3). Here the scale "
    "is taken as it is."
)
def corrects_the_scale(g1, g2, eta, beta, epsilon):
    scale = (beta * (1 - beta) * g1**2 + (1 - beta) * g2**2) / (1 - beta**2)
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "Pairs are taken one after the other, so a column of g1 and a row of g2 do not make a grid. "
    "Let NumPy broadcast: no loop is needed."
)
def pairs_instead_of_broadcasting(g1, g2, eta, beta, epsilon):
    measure = []
    for a, b in zip(np.ravel(g1), np.ravel(g2)):  # noqa: B905
        scale = beta * (1 - beta) * a**2 + (1 - beta) * b**2
        measure.append(np.abs(eta * b / np.sqrt(scale + epsilon)) - np.abs(eta * b))
    return np.array(measure).reshape(np.shape(g1))


@exercise.misconception(
    "The values are right, but the caller's gradients were overwritten on the way: operators "
    "such as **= and *= write into the array that was handed in. Make a new array instead."
)
def changes_its_inputs(g1, g2, eta, beta, epsilon):
    g1 *= g1
    scale = beta * (1 - beta) * g1 + (1 - beta) * g2**2
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "Both squares enter with 1 - beta, as if nothing had faded from step 1 to step 2. What does "
    "beta do to the scale that is there already?"
)
def lets_nothing_fade(g1, g2, eta, beta, epsilon):
    scale = (1 - beta) * (g1**2 + g2**2)
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "Right for g2 > 0. The second length has lost its absolute value: for g2 < 0 it is added "
    "instead of taken off."
)
def forgets_one_absolute_value(g1, g2, eta, beta, epsilon):
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) - eta * g2


@exercise.variant
def step_by_step(g1, g2, eta, beta, epsilon):
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
