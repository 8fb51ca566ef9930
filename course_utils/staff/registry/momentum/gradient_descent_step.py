"""Exercise ``gradient-descent-step``: one step downhill."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils.optimizers import GradientDescent

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, rate, signed

exercise = Exercise(
    slug="gradient-descent-step",
    lesson="01-momentum",
    function="gradient_descent_step",
    arguments=("weights", "gradient", "eta"),
    returns=("weights",),
    points=2,
)


@exercise.reference
def reference(weights, gradient, eta):
    return GradientDescent(eta=eta).step(weights, {}, lambda _: gradient)[0]


@exercise.magnitude
def magnitude(weights, gradient, eta):
    return np.abs(weights) + eta * np.abs(gradient)


@exercise.calls
def calls(rng):
    def inputs(shape, exponent=0):
        return signed(rng, shape, exponent), signed(rng, shape, exponent), rate(rng)

    for size in (2, 3, 5):
        yield Call("vectors", inputs(size))
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape), "edge")
    weights, gradient, eta = inputs(3)
    yield Call("a gradient of zero", (weights, np.zeros_like(gradient), eta), "edge")
    yield Call("huge numbers", inputs(3, HUGE), "edge")
    yield Call("tiny numbers", inputs(3, TINY), "edge")
    yield Call(EMPTY, inputs(0), "free")


@exercise.misconception(
    "You walk uphill. The gradient points to where the error grows; which sign leads down?"
)
def walks_uphill(weights, gradient, eta):
    return weights + eta * gradient


@exercise.misconception(
    "The whole gradient is subtracted, whatever eta is. What is the learning rate for?"
)
def forgets_the_learning_rate(weights, gradient, eta):
    return weights - gradient


@exercise.misconception(
    "This is the step, not the place it leads to. Where do the weights stand afterwards?"
)
def returns_only_the_step(weights, gradient, eta):
    return -eta * gradient


@exercise.misconception(
    "This is eta times the gradient: the amount by which the weights change. Take it off the "
    "weights and return those."
)
def returns_what_is_subtracted(weights, gradient, eta):
    return eta * gradient


@exercise.misconception(
    "You divide by eta: a small learning rate would then make a large step. Which way should it go?"
)
def divides_by_the_learning_rate(weights, gradient, eta):
    return weights - gradient / eta


@exercise.misconception(
    "Every weight moves by eta, however steep its slope is: only the gradient's sign is used "
    "(that is close to Rprop, which comes later). Let steep directions take longer steps."
)
def uses_only_the_sign(weights, gradient, eta):
    return weights - eta * np.sign(gradient)


@exercise.misconception(
    "Every step has length eta: the gradient is scaled to length 1. Gradient descent takes it as "
    "it is, so that steps shorten by themselves near a minimum."
)
def scales_the_gradient_to_length_one(weights, gradient, eta):
    return weights - eta * gradient / np.linalg.norm(gradient)


@exercise.misconception(
    "The step is multiplied by the weights: w (1 - eta g) instead of a difference. A weight of 0 "
    "could never move. What is eta g subtracted from?"
)
def multiplies_the_weights(weights, gradient, eta):
    return weights * (1 - eta * gradient)


@exercise.misconception(
    "Weights and gradient have changed places. The order is (weights, gradient, eta)."
)
def swaps_weights_and_gradient(weights, gradient, eta):
    return gradient - eta * weights


@exercise.misconception(
    "The gradient was summed into one number, so that all weights take the same step. Each "
    "weight has its own slope: arrays of one shape subtract element by element."
)
def sums_the_gradient(weights, gradient, eta):
    return weights - eta * np.sum(gradient)


@exercise.misconception(
    "The values are right, but the caller's weights were overwritten on the way: operators such "
    "as -= write into the array that was handed in. Make a new array instead."
)
def changes_its_inputs(weights, gradient, eta):
    weights -= eta * gradient
    return weights


@exercise.misconception(
    "You work out the bowl's gradient from the weights. The gradient is handed in, so that the "
    "same line serves every error function: use the argument."
)
def works_out_the_bowls_gradient(weights, gradient, eta):
    return weights - eta * np.array([6, 20]) * weights


@exercise.misconception(
    "Your loop goes through the first axis of the arrays, which a 0-d array does not have. No "
    "loop is needed: whole arrays subtract element by element, whatever their shape."
)
def loops_over_the_first_axis(weights, gradient, eta):
    new = np.zeros_like(weights)
    for i in range(len(weights)):
        new[i] = weights[i] - eta * gradient[i]
    return new


@exercise.misconception("The gradient came back too. One value is asked for: the new weights.")
def returns_the_gradient_too(weights, gradient, eta):
    return weights - eta * gradient, gradient


@exercise.variant
def in_one_line(weights, gradient, eta):
    return weights - eta * gradient


@exercise.variant
def in_place_on_a_copy(weights, gradient, eta):
    new = weights.copy()
    new -= eta * gradient
    return new


@exercise.variant
def number_by_number(weights, gradient, eta):
    new = np.empty(np.shape(weights))
    for index in np.ndindex(new.shape):
        new[index] = float(weights[index]) - float(eta) * float(gradient[index])
    return new


@exercise.variant
def as_nested_lists(weights, gradient, eta):
    return np.subtract(weights, np.multiply(eta, gradient)).tolist()


@exercise.variant
def in_single_precision(weights, gradient, eta):
    return (weights - eta * gradient).astype(np.float32)


@exercise.variant
def with_prints_and_warnings(weights, gradient, eta):
    import sys
    import warnings

    print("weights:", weights)
    print("on stderr", file=sys.stderr)
    warnings.warn("a warning", stacklevel=1)
    np.log(np.zeros(2))
    return weights + (-eta) * gradient


@exercise.variant
def with_a_helper(weights, gradient, eta):
    def step(slope):
        return eta * slope

    return np.asarray(weights) - step(np.asarray(gradient))
