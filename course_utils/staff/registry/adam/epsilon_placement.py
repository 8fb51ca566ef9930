"""Exercise ``epsilon-placement``: what it changes on which side of the root ε stands."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import math

import numpy as np

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, rate, signed
from .inputs import smoothing

exercise = Exercise(
    slug="epsilon-placement",
    lesson="03-adam",
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


@exercise.misconception(
    "The gap has the opposite sign. Which placement is to be subtracted from which?"
)
def subtracts_the_wrong_way_round(gradient, eta, epsilon):
    size = np.abs(gradient)
    return eta * size / np.sqrt(size**2 + epsilon) - eta * size / (size + epsilon)


@exercise.misconception(
    "For negative gradients the sign is wrong: you subtract the steps, with their directions. "
    "Asked is the difference of their lengths."
)
def compares_signed_steps(gradient, eta, epsilon):
    outside = eta * gradient / (np.sqrt(gradient**2) + epsilon)
    return outside - eta * gradient / np.sqrt(gradient**2 + epsilon)


@exercise.misconception(
    "Under the fraction the gradient still has its sign: for negative ones epsilon makes the "
    "denominator smaller, not larger. What is the root of a square?"
)
def takes_the_gradient_for_the_root(gradient, eta, epsilon):
    outside = np.abs(eta * gradient / (gradient + epsilon))
    return outside - np.abs(eta * gradient / np.sqrt(gradient**2 + epsilon))


@exercise.misconception(
    "No absolute value anywhere: for a negative gradient the first denominator nearly vanishes, "
    "and the steps count with their signs. A root of a square is never negative, and a length is "
    "not either."
)
def forgets_all_absolute_values(gradient, eta, epsilon):
    return eta * gradient / (gradient + epsilon) - eta * gradient / np.sqrt(gradient**2 + epsilon)


@exercise.misconception("Where is eta? A step's length is proportional to it.")
def forgets_the_learning_rate(gradient, eta, epsilon):
    size = np.abs(gradient)
    return size / (size + epsilon) - size / np.sqrt(size**2 + epsilon)


@exercise.misconception(
    "The values have lost their sign: the gap is positive where the step is longer with epsilon "
    "outside, and negative where it is shorter."
)
def loses_the_sign(gradient, eta, epsilon):
    size = np.abs(gradient)
    return np.abs(eta * size / (size + epsilon) - eta * size / np.sqrt(size**2 + epsilon))


@exercise.misconception(
    "The root is missing where epsilon stands inside: g^2 + epsilon has the units of a squared "
    "gradient. What has to happen to it before it divides a gradient?"
)
def forgets_the_root(gradient, eta, epsilon):
    size = np.abs(gradient)
    return eta * size / (size + epsilon) - eta * size / (size**2 + epsilon)


@exercise.misconception(
    "Outside of the root you add the root of epsilon. That would make the two placements "
    "comparable, but the methods add epsilon itself."
)
def adds_the_root_of_epsilon(gradient, eta, epsilon):
    size = np.abs(gradient)
    return eta * size / (size + np.sqrt(epsilon)) - eta * size / np.sqrt(size**2 + epsilon)


@exercise.misconception(
    "Inside the root you add epsilon squared. With it the two placements would hardly differ, "
    "but the series adds epsilon itself."
)
def squares_epsilon(gradient, eta, epsilon):
    size = np.abs(gradient)
    return eta * size / (size + epsilon) - eta * size / np.sqrt(size**2 + epsilon**2)


@exercise.misconception(
    "You start from uncorrected moments, 0.1 g and 0.001 g^2. What does bias correction make of "
    "them at t = 1?"
)
def forgets_the_bias_correction(gradient, eta, epsilon):
    size = np.abs(gradient)
    moment, scale = 0.1 * size, 0.001 * size**2
    return eta * moment / (np.sqrt(scale) + epsilon) - eta * moment / np.sqrt(scale + epsilon)


@exercise.misconception(
    "One number for the whole array: you took the length of the vector of all steps. Here every "
    "weight is on its own, so the gap has the gradient's shape."
)
def takes_the_length_of_the_whole_vector(gradient, eta, epsilon):
    size = np.abs(gradient)
    outside = np.linalg.norm(eta * size / (size + epsilon))
    return outside - np.linalg.norm(eta * size / np.sqrt(size**2 + epsilon))


@exercise.misconception(
    "The root of the sum of all squares is every weight's denominator here. Adam's roots are "
    "elementwise: each weight divides by its own."
)
def divides_by_a_common_root(gradient, eta, epsilon):
    size = np.abs(gradient)
    total = np.sqrt(np.sum(size**2))
    return eta * size / (total + epsilon) - eta * size / np.sqrt(total**2 + epsilon)


@exercise.misconception("That is the step with epsilon outside alone. What is to be subtracted?")
def forgets_the_step_with_epsilon_inside(gradient, eta, epsilon):
    return eta * np.abs(gradient) / (np.abs(gradient) + epsilon)


@exercise.misconception(
    "You subtract the two denominators. Asked is the difference of the steps that they make."
)
def compares_the_denominators(gradient, eta, epsilon):
    size = np.abs(gradient)
    return eta * (size + epsilon) - eta * np.sqrt(size**2 + epsilon)


@exercise.misconception("You divide one length by the other. Asked is their difference.")
def returns_the_ratio(gradient, eta, epsilon):
    size = np.abs(gradient)
    return np.sqrt(size**2 + epsilon) / (size + epsilon)


@exercise.misconception(
    "The values are right, but the caller's gradient was overwritten on the way: operators such "
    "as *= write into the array that was handed in. Make a new one instead."
)
def changes_its_inputs(gradient, eta, epsilon):
    outside, inside = np.abs(gradient) + epsilon, np.sqrt(gradient**2 + epsilon)
    gradient *= eta
    return np.abs(gradient) / outside - np.abs(gradient) / inside


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
