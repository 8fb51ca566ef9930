"""Exercise ``gradient-descent-step``: one step downhill."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils.optimizers import GradientDescent

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, rate, signed
from . import _mistakes
from ._inputs import mixed_exponents, uneven

exercise = Exercise(
    slug="gradient-descent-step",
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

    for size in (2, 3):
        yield Call("vectors", inputs(size))
    powers = mixed_exponents(rng, 5)
    yield Call("large and small numbers", (uneven(rng, powers), uneven(rng, powers), rate(rng)))
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape), "edge")
    weights, gradient, eta = inputs(3)
    yield Call("a gradient of zero", (weights, np.zeros_like(gradient), eta), "edge")
    yield Call("huge numbers", inputs(3, HUGE), "edge")
    yield Call("tiny numbers", inputs(3, TINY), "edge")
    yield Call(EMPTY, inputs(0), "free")


@exercise.variant
def in_two_lines(weights, gradient, eta):
    step = eta * gradient
    return weights - step


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


exercise.mistake(
    "walks_uphill",
    {"weights - step": "weights + step"},
    "The step is added to the weights, uphill. The gradient points to where the error grows; "
    "which sign leads down?",
)

exercise.mistake(
    "forgets_the_learning_rate",
    {"= eta *": "="},
    "eta does not enter: the step is the same whatever eta is. What is the learning rate for?",
)

exercise.mistake(
    "returns_only_the_step",
    {"weights - step": "-step"},
    "What comes back is the step, not the place that it leads to. Where do the weights stand "
    "afterwards?",
)

exercise.mistake(
    "returns_what_is_subtracted",
    {"weights - step": "step"},
    "What comes back is an amount to be subtracted, not the place where the weights stand "
    "afterwards. Take it off the weights and return those.",
)

exercise.mistake(
    "divides_by_the_learning_rate",
    {"= eta *": "= 1 / eta *"},
    "You divide by eta: a small learning rate would then make a large step. Which way should it "
    "go?",
)

exercise.mistake(
    "takes_off_eta_and_the_gradient",
    {"= eta *": "= eta +"},
    "eta is taken off the weights, and then the gradient as well. The step is eta times the "
    "gradient: eta has no direction of its own.",
)

exercise.mistake(
    "multiplies_by_what_is_left_of_eta",
    {"= eta *": "= (1 - eta) *"},
    "The step is scaled by 1 - eta: a small learning rate would then make a large step. eta itself "
    "is the factor.",
)

exercise.mistake(
    "counts_eta_twice",
    {"= eta *": "= eta * eta *"},
    "eta is there twice, as eta^2. Once is enough.",
)

exercise.mistake(
    "uses_only_the_sign",
    {"gradient\n": "np.sign(gradient)\n"},
    "Every weight moves equally far, however steep its slope is: only the gradient's sign is used "
    "(that is close to Rprop, which comes later). Let steep directions take longer steps.",
)

exercise.mistake(
    "loses_the_sign_of_the_gradient",
    {"gradient\n": "np.abs(gradient)\n"},
    "All weights move the same way: the gradient has lost its signs. Where did an absolute value "
    "slip in?",
)

exercise.mistake(
    "squares_the_gradient",
    {"gradient\n": "gradient**2\n"},
    "The gradient is squared: its sign is lost, and steep directions count too much. Take it as it "
    "is.",
)

exercise.mistake(
    "scales_the_gradient_to_length_one",
    {"gradient\n": "gradient / np.linalg.norm(gradient)\n"},
    "Every step has the same length: the gradient is scaled to length 1. Gradient descent takes it "
    "as it is, so that steps shorten by themselves near a minimum.",
)

exercise.mistake(
    "multiplies_the_weights",
    {"weights - step": "weights * (1 - step)"},
    "The weights are multiplied by 1 minus the step. A weight of 0 could then never move. The step "
    "is taken off the weights, by a difference.",
)

exercise.mistake(
    "multiplies_gradient_and_weights",
    {"weights - step": "weights * step"},
    "The weights are multiplied by the step. A step is an amount: what is it taken off?",
)

exercise.mistake(
    "swaps_weights_and_gradient",
    {"eta * gradient": "eta * weights", "weights - step": "gradient - step"},
    "Weights and gradient have changed places. The order is (weights, gradient, eta).",
)

exercise.mistake(
    "scales_the_weights_too",
    {"eta * gradient": "gradient", "weights - step": "eta * (weights - step)"},
    "eta multiplies the weights as well as the gradient. Only the gradient is scaled: is there a "
    "pair of brackets too many?",
)

exercise.mistake(
    "takes_eta_off_the_weights",
    {"eta * gradient": "eta", "weights - step": "(weights - step) * gradient"},
    "eta is taken off the weights, and the difference is multiplied by the gradient. Products come "
    "before differences: is there a pair of brackets too many?",
)

exercise.mistake(
    "sums_the_gradient",
    {"gradient\n": "np.sum(gradient)\n"},
    "The gradient was summed into one number, so that all weights take the same step. Each "
    "weight has its own slope: arrays of one shape subtract element by element.",
)

exercise.mistake(
    "averages_the_gradient",
    {"gradient\n": "np.mean(gradient)\n"},
    "The gradient was averaged into one number, so that all weights take the same step. Each "
    "weight has its own slope: arrays of one shape subtract element by element.",
)

exercise.mistake(
    "divides_by_the_number_of_weights",
    {"gradient\n": "gradient / gradient.size\n"},
    "The gradient is divided by how many numbers it has. It is a mean over the pictures already, "
    "and each weight has its own slope: take it as it is.",
)

exercise.mistake(
    "divides_by_the_length_of_the_gradient",
    {"gradient\n": "gradient / len(gradient)\n"},
    "The gradient is divided by how many numbers it has. It is a mean over the pictures already, "
    "and each weight has its own slope: take it as it is.",
)

exercise.mistake(
    "works_out_the_bowls_gradient",
    {"gradient\n": "np.array([6, 20]) * weights\n"},
    "You work out the bowl's gradient from the weights. The gradient is handed in, so that the "
    "same line serves every error function: use the argument.",
)

exercise.mistake(
    "returns_the_gradient_too",
    {"weights - step": "weights - step, gradient"},
    "The gradient came back too. One value is asked for: the new weights.",
)

exercise.mistake(*_mistakes.NEEDS_AN_AXIS)


@exercise.misconception(
    "Your loop goes through the first axis of the arrays, which a 0-d array does not have. No "
    "loop is needed: whole arrays subtract element by element, whatever their shape."
)
def loops_over_the_first_axis(weights, gradient, eta):
    new = np.zeros_like(weights)
    for i in range(len(weights)):
        new[i] = weights[i] - eta * gradient[i]
    return new
