"""Exercise ``epsilon-placement``: what it changes on which side of the root ε stands."""
# ruff: noqa: D103 (a variant's name is its sentence)

import math

import numpy as np

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, rate, signed
from ._edits import within
from ._inputs import smoothing

exercise = Exercise(
    slug="epsilon-placement",
    function="epsilon_placement_gap",
    arguments=("gradient", "eta", "epsilon"),
    returns=("gap",),
    points=2,
)


@exercise.reference
def reference(gradient, eta, epsilon):
    size = np.abs(gradient)
    return eta * size / (size + epsilon) - eta * size / np.sqrt(size**2 + epsilon)


@exercise.magnitude
def magnitude(gradient, eta, epsilon):
    size = np.abs(gradient)
    return eta * size / (size + epsilon) + eta * size / np.sqrt(size**2 + epsilon)


@exercise.calls
def calls(rng):
    for shape in (3, 4, 5):
        yield Call("gradients of both signs", (signed(rng, shape), rate(rng), smoothing(rng)))
    # Between ε and its root, 1e-8 and 1e-4, the two placements differ most.
    sizes = [signed(rng, 1, exponent) for exponent in (-10, -8, -6, -4, -2)]
    yield Call("the usual epsilon", (np.concatenate(sizes), rate(rng), 1e-8), "edge")
    some = np.append(signed(rng, 2), 0.0)
    yield Call("a gradient of zero", (some, rate(rng), smoothing(rng)), "edge")
    for about, shape in SHAPES.items():
        yield Call(about, (signed(rng, shape), rate(rng), smoothing(rng)), "edge")
    yield Call("huge numbers", (signed(rng, 3, HUGE), rate(rng), smoothing(rng)), "edge")
    yield Call("tiny numbers", (signed(rng, 3, TINY), rate(rng), smoothing(rng)), "edge")
    yield Call(EMPTY, (signed(rng, 0), rate(rng), smoothing(rng)), "free")


@exercise.variant
def one_idea_a_line(gradient, eta, epsilon):
    size = np.abs(gradient)
    outside = size + epsilon
    inside = np.sqrt(size**2 + epsilon)
    gap = size / outside - size / inside
    return eta * gap


@exercise.variant
def with_lengths(gradient, eta, epsilon):
    size = np.abs(gradient)
    return eta * size / (size + epsilon) - eta * size / np.sqrt(size**2 + epsilon)


@exercise.variant
def with_absolute_values_at_the_end(gradient, eta, epsilon):
    square = gradient * gradient
    outside = abs(eta * gradient / (np.sqrt(square) + epsilon))
    return outside - abs(eta * gradient / np.sqrt(square + epsilon))


@exercise.variant
def as_one_fraction(gradient, eta, epsilon):
    size = np.sqrt(gradient**2)
    root = np.sqrt(size**2 + epsilon)
    return eta * size * (root - size - epsilon) / ((size + epsilon) * root)


@exercise.variant
def through_the_whole_of_adam(gradient, eta, epsilon, beta1=0.9, beta2=0.999):
    moment = (1 - beta1) * gradient / (1 - beta1**1)
    scale = (1 - beta2) * gradient**2 / (1 - beta2**1)
    outside = eta * moment / (np.sqrt(scale) + epsilon)
    inside = eta * moment / np.sqrt(scale + epsilon)
    return np.abs(outside) - np.abs(inside)


@exercise.variant
def as_a_list_number_by_number(gradient, eta, epsilon):
    gap = np.zeros(gradient.shape)
    for i in np.ndindex(gradient.shape):
        g = abs(float(gradient[i]))
        gap[i] = eta * g / (g + epsilon) - eta * g / math.sqrt(g * g + epsilon)
    return gap.tolist()


# What changes both denominators, or the way in which they are compared, pairs with nothing there.
LINES = """\
    outside = size + epsilon
    inside = np.sqrt(size**2 + epsilon)
    gap = size / outside - size / inside
"""
WHOLE = LINES + "    return eta * gap\n"

exercise.mistake(
    "subtracts_the_wrong_way_round",
    {"size / outside - size / inside": "size / inside - size / outside"},
    "You subtract the step with epsilon outside from the one with epsilon inside. Which "
    "placement is to be subtracted from which?",
)

exercise.mistake(
    "compares_signed_steps",
    {"size / outside - size / inside": "gradient / outside - gradient / inside"},
    "For negative gradients the sign is wrong: you subtract the steps, with their directions. "
    "Asked is the difference of their lengths.",
)

exercise.mistake(
    "compares_the_new_weights",
    within(LINES, {"size / outside - size / inside": "gradient / inside - gradient / outside"}),
    "You subtract the weights at which the two steps end, or the steps the wrong way round, "
    "with their directions. Asked is the difference of the steps' lengths.",
)

exercise.mistake(
    "takes_the_gradient_for_the_root",
    {"size + epsilon": "np.abs(gradient + epsilon)"},
    "Under the first fraction the gradient still has its sign: for negative ones epsilon makes "
    "the denominator smaller, not larger. What is the root of a square?",
)

exercise.mistake(
    "forgets_all_absolute_values",
    within(
        LINES,
        {
            "outside = size + epsilon": "outside = gradient + epsilon",
            "size / outside - size / inside": "gradient / outside - gradient / inside",
        },
    ),
    "No absolute value anywhere: for a negative gradient the first denominator nearly vanishes, "
    "and the steps count with their signs. A root of a square is never negative, and a length "
    "is not either.",
)

exercise.mistake(
    "forgets_the_learning_rate",
    {"eta * gap": "gap"},
    "eta does not enter. A step's length is proportional to the learning rate: where does it "
    "belong?",
)

exercise.mistake(
    "scales_the_epsilons",
    within(
        WHOLE,
        {
            "size + epsilon": "eta * size + epsilon",
            "size**2 + epsilon": "(eta * size) ** 2 + epsilon",
        },
    ),
    "eta stands in the denominators as well, at the gradient. It scales the step: only the "
    "numerator has it.",
)

exercise.mistake(
    "loses_the_sign",
    {"eta * gap": "np.abs(eta * gap)"},
    "The values have lost their sign. The gap is to be positive where the step is longer with "
    "epsilon outside, and negative where it is shorter.",
)

exercise.mistake(
    "forgets_the_root",
    {"np.sqrt(size**2 + epsilon)": "size**2 + epsilon"},
    "The root is missing where epsilon stands inside: g^2 + epsilon has the units of a squared "
    "gradient. What has to happen to it before it divides a gradient?",
)

exercise.mistake(
    "adds_epsilon_to_the_square_outside",
    within(LINES, {"outside = size + epsilon": "outside = size**2 + epsilon"}),
    "Where epsilon stands outside, you add it to the squared gradient, without a root: the "
    "units do not fit those of a gradient. What is taken first there, the root or the sum?",
)

exercise.mistake(
    "adds_the_root_of_epsilon",
    {"outside = size + epsilon": "outside = size + np.sqrt(epsilon)"},
    "Outside of the root you add the root of epsilon. That would make the two placements "
    "comparable, but the methods add epsilon itself.",
)

exercise.mistake(
    "squares_epsilon",
    {"size**2 + epsilon": "size**2 + epsilon**2"},
    "Inside the root you add epsilon squared. With it the two placements would hardly differ, "
    "but the series adds epsilon itself.",
)

exercise.mistake(
    "adds_epsilon_to_the_quotient",
    within(
        LINES,
        {"size / outside": "(size / size + epsilon)", "outside = size + epsilon": "outside = size"},
    ),
    "Outside of the root epsilon is added after the division, to a quotient of 1: brackets are "
    "missing. Which number is epsilon meant to keep away from 0?",
)

exercise.mistake(
    "forgets_the_bias_correction",
    within(
        LINES,
        {
            "size + epsilon": "0.001**0.5 * size + epsilon",
            "size**2 + epsilon": "0.001 * size**2 + epsilon",
            "size / outside - size / inside": "0.1 * (size / outside - size / inside)",
        },
    ),
    "You start from uncorrected moments, 0.1 g and 0.001 g^2. What does bias correction make of "
    "them at t = 1?",
)

exercise.mistake(
    "takes_the_length_of_the_whole_vector",
    within(
        LINES,
        {
            "size / outside": "np.linalg.norm(size / outside)",
            "size / inside": "np.linalg.norm(size / inside)",
        },
    ),
    "One number for the whole array: you took the length of the vector of all steps. Here every "
    "weight is on its own, so the gap has the gradient's shape.",
)

exercise.mistake(
    "sums_over_the_weights",
    {"eta * gap": "eta * np.sum(gap)"},
    "One number for the whole array: you added up the gaps of all weights. Here every weight is "
    "on its own, so the gap has the gradient's shape.",
)

exercise.mistake(
    "averages_over_the_weights",
    {"eta * gap": "eta * np.mean(gap)"},
    "One number for the whole array: you averaged the gaps of all weights. Here every weight is "
    "on its own, so the gap has the gradient's shape.",
)

exercise.mistake(
    "divides_by_a_common_root",
    within(
        LINES,
        {
            "outside = size + epsilon": "outside = np.sqrt(np.sum(size**2)) + epsilon",
            "size**2 + epsilon": "np.sum(size**2) + epsilon",
        },
    ),
    "The root of the sum of all squares is every weight's denominator here. Adam's roots are "
    "elementwise: each weight divides by its own.",
)

exercise.mistake(
    "forgets_the_step_with_epsilon_inside",
    within(LINES, {"size / outside - size / inside": "size / outside"}),
    "That is the step with epsilon outside alone. What is to be subtracted?",
)

exercise.mistake(
    "forgets_the_step_with_epsilon_outside",
    within(LINES, {"size / outside - size / inside": "size / inside"}),
    "That is the step with epsilon inside alone. From what is it to be subtracted?",
)

exercise.mistake(
    "adds_the_two_steps",
    within(LINES, {"size / outside - size / inside": "size / outside + size / inside"}),
    "You add the two lengths. Asked is how they differ.",
)

exercise.mistake(
    "compares_the_denominators",
    within(LINES, {"size / outside - size / inside": "outside - inside"}),
    "You subtract the two denominators. Asked is the difference of the steps that they make.",
)

exercise.mistake(
    "compares_the_rates",
    within(LINES, {"size / outside - size / inside": "1 / outside - 1 / inside"}),
    "You subtract eta over the two denominators: what multiplies the gradient. A step is that "
    "rate times the gradient, and its length is asked for.",
)

exercise.mistake(
    "returns_the_ratio",
    within(WHOLE, {"size / outside - size / inside": "inside / outside", "eta * gap": "gap"}),
    "You divide one length by the other. Asked is their difference.",
)
