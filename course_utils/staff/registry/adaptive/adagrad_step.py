"""Exercise ``adagrad-step``: one step of AdaGrad, ε outside the root as in the blog code."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import math

import numpy as np

from course_utils.optimizers import AdaGrad

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, positive, rate, rounded, signed, smoothing

exercise = Exercise(
    slug="adagrad-step",
    lesson="02-adaptive-rates",
    function="adagrad_step",
    arguments=("weights", "accumulator", "gradient", "eta", "epsilon"),
    returns=("weights", "accumulator"),
    points=3,
)


@exercise.reference
def reference(weights, accumulator, gradient, eta, epsilon):
    rule = AdaGrad(eta=eta, epsilon=epsilon)
    weights, state = rule.step(weights, {"accumulator": accumulator}, lambda _: gradient)
    return weights, state["accumulator"]


@exercise.magnitude
def magnitude(weights, accumulator, gradient, eta, epsilon):
    new = accumulator + gradient**2
    return np.abs(weights) + eta * np.abs(gradient) / (np.sqrt(new) + epsilon), new


@exercise.calls
def calls(rng):
    def inputs(shape):
        weights, gradient = signed(rng, shape), signed(rng, shape)
        return weights, positive(rng, shape), gradient, rate(rng), smoothing(rng)

    weights, accumulator, gradient, eta, epsilon = inputs(3)
    empty = np.zeros_like(accumulator)
    yield Call("a first step from nothing", (weights, empty, gradient, eta, epsilon), "edge")
    for step in (1, 2, 3):
        arguments = (weights, accumulator, signed(rng, 3), eta, epsilon)
        yield Call("a chain of steps", arguments, step=f"step {step} of 3")
        weights, accumulator = (rounded(new, decimals=4) for new in reference(*arguments))
    yield Call("vectors", inputs(5))
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape), "edge")
    weights, accumulator, gradient, eta, epsilon = inputs(4)
    still = np.zeros_like(gradient)
    yield Call("a gradient of zero", (weights, accumulator, still, eta, epsilon), "edge")
    yield Call("nothing yet, and a gradient of zero", (weights, still, still, eta, epsilon), "edge")
    yield Call("the usual epsilon", (*inputs(3)[:4], 1e-8), "edge")
    huge = signed(rng, 4, HUGE)
    yield Call("huge gradients", (weights, still, huge, eta, epsilon), "edge")
    tiny = signed(rng, 4, TINY), still, signed(rng, 4, TINY)
    yield Call("tiny numbers", (*tiny, eta, 1e-8), "edge")
    yield Call(EMPTY, inputs(0), "free")


@exercise.misconception(
    "epsilon stands under the root. Here it is added to the root, as in the blog code; the two "
    "differ wherever the accumulator is small. (The series does it your way, in its own scheme.)"
)
def puts_epsilon_inside_the_root(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return weights - eta * gradient / np.sqrt(accumulator + epsilon), accumulator


@exercise.misconception(
    "Brackets: a division binds more tightly than the plus after it, so epsilon is added to the "
    "weights. What should it be added to?"
)
def adds_epsilon_to_the_weights(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return weights - eta * gradient / np.sqrt(accumulator) + epsilon, accumulator


@exercise.misconception(
    "Without epsilon a weight that has never felt a gradient gives 0/0. What keeps the divisor "
    "away from zero?"
)
def forgets_epsilon(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return weights - eta * gradient / np.sqrt(accumulator), accumulator


@exercise.misconception(
    "The divisor is the sum of squares itself. If every gradient were ten times as large, how "
    "long would your step be, and how long should it be?"
)
def forgets_the_root(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return weights - eta * gradient / (accumulator + epsilon), accumulator


@exercise.misconception(
    "The divisor is the accumulator as it was before this step. At the very first step that is "
    "zero: what would the step divide by?"
)
def divides_by_the_old_accumulator(weights, accumulator, gradient, eta, epsilon):
    step = eta * gradient / (np.sqrt(accumulator) + epsilon)
    return weights - step, accumulator + gradient**2


@exercise.misconception(
    "You add up the gradients themselves. Those of opposite sign cancel, and the root of a "
    "negative sum is NaN. What has no sign?"
)
def adds_up_the_gradients_themselves(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient
    return weights - eta * gradient / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.misconception(
    "You add up magnitudes and then take a root. A root belongs to a sum of *squares*: only then "
    "are divisor and gradient of one kind."
)
def adds_up_magnitudes(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + np.abs(gradient)
    return weights - eta * gradient / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.misconception(
    "Only the newest square is left; the old accumulator is lost, and every step is about eta "
    "long. What arrives in the argument accumulator, and where should it go?"
)
def forgets_the_old_accumulator(weights, accumulator, gradient, eta, epsilon):
    accumulator = gradient**2
    return weights - eta * gradient / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.misconception(
    "You let the past fade, 0.9 of the old and 0.1 of the new: that is the next section's method. "
    "AdaGrad forgets nothing."
)
def lets_the_past_fade(weights, accumulator, gradient, eta, epsilon):
    accumulator = 0.9 * accumulator + 0.1 * gradient**2
    return weights - eta * gradient / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.misconception(
    "All weights share one accumulator: the squares were added up over the whole array. Then a "
    "steep direction slows a gentle one down. How many rates should there be?"
)
def shares_one_accumulator(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + np.sum(gradient**2)
    return weights - eta * gradient / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.misconception(
    "What you keep is the root. The next step will add a square to it: which of the two should "
    "travel to the next step?"
)
def keeps_the_root(weights, accumulator, gradient, eta, epsilon):
    root = np.sqrt(accumulator + gradient**2)
    return weights - eta * gradient / (root + epsilon), root


@exercise.misconception(
    "epsilon is kept in the accumulator, and so it grows with every step. It belongs to the "
    "divisor of this step alone."
)
def accumulates_epsilon(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2 + epsilon
    return weights - eta * gradient / np.sqrt(accumulator), accumulator


@exercise.misconception(
    "The accumulator is right, but the weights step along the *square* of the gradient, which "
    "has lost its sign: they always move the same way."
)
def steps_along_the_square(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return weights - eta * gradient**2 / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.misconception(
    "The accumulator is right, but the weights move uphill. The step is along the gradient, as "
    "in gradient descent: which sign leads down?"
)
def walks_uphill(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return weights + eta * gradient / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.misconception(
    "The accumulator is right, but the weights move by plain gradient descent. What should the "
    "accumulator be good for?"
)
def moves_by_the_gradient(weights, accumulator, gradient, eta, epsilon):
    return weights - eta * gradient, accumulator + gradient**2


@exercise.misconception(
    "The accumulator is right, but the first step has length 1 whatever eta is. Where does the "
    "learning rate enter?"
)
def forgets_the_learning_rate(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return weights - gradient / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.misconception(
    "The root multiplies where it should divide: a steep direction gets the longer steps. Which "
    "of the two is meant?"
)
def multiplies_by_the_root(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return weights - eta * gradient * (np.sqrt(accumulator) + epsilon), accumulator


@exercise.misconception(
    "The weights are right, but the accumulator comes back as it came in. Which one does the "
    "next step need?"
)
def returns_the_old_accumulator(weights, accumulator, gradient, eta, epsilon):
    root = np.sqrt(accumulator + gradient**2)
    return weights - eta * gradient / (root + epsilon), accumulator


@exercise.misconception(
    "Only the weights come back. The next step needs the new accumulator too: return both, as in "
    "return weights, accumulator."
)
def returns_only_the_weights(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return weights - eta * gradient / (np.sqrt(accumulator) + epsilon)


@exercise.misconception(
    "Both values are right, but in the wrong order: weights first, then the accumulator."
)
def returns_the_accumulator_first(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return accumulator, weights - eta * gradient / (np.sqrt(accumulator) + epsilon)


@exercise.misconception(
    "Your loop goes through the first axis of the arrays, which a 0-d array does not have. No "
    "loop is needed: squares, roots and quotients of whole arrays are taken element by element."
)
def loops_over_the_first_axis(weights, accumulator, gradient, eta, epsilon):
    new_weights, new = np.zeros_like(weights), np.zeros_like(accumulator)
    for i in range(len(weights)):
        new[i] = accumulator[i] + gradient[i] ** 2
        new_weights[i] = weights[i] - eta * gradient[i] / (np.sqrt(new[i]) + epsilon)
    return new_weights, new


@exercise.misconception(
    "The same call gave two different answers: the squares are remembered inside the function "
    "instead of being taken from its argument. The caller keeps the state and hands it in."
)
def keeps_state_between_calls(weights, accumulator, gradient, eta, epsilon, memory={}):  # noqa: B006
    old = memory.get(np.shape(gradient), np.zeros_like(gradient))
    memory[np.shape(gradient)] = new = old + gradient**2
    return weights - eta * gradient / (np.sqrt(new) + epsilon), new


@exercise.misconception(
    "The values are right, but the caller's accumulator was overwritten on the way: += writes "
    "into the array that was handed in. Make a new one instead, a = a + b rather than a += b."
)
def changes_its_inputs(weights, accumulator, gradient, eta, epsilon):
    accumulator += gradient**2
    return weights - eta * gradient / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.misconception(
    "The accumulator is right, but the gradient is missing above the fraction bar: every weight "
    "moves down, whichever way its slope points. What does the rate multiply?"
)
def forgets_the_gradient(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return weights - eta / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.misconception(
    "What you keep is the root, squared again when the next square comes. The accumulator handed "
    "in is the sum of squares itself: take the root only for the step."
)
def takes_the_accumulator_for_a_root(weights, accumulator, gradient, eta, epsilon):
    accumulator = np.sqrt(accumulator**2 + gradient**2)
    return weights - eta * gradient / (accumulator + epsilon), accumulator


@exercise.misconception(
    "gradient * 2 doubles; a square is gradient**2. The sum of doubled gradients can be "
    "negative, and then its root is NaN."
)
def doubles_instead_of_squaring(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient * 2
    return weights - eta * gradient / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.misconception(
    "The accumulator is right, but in place of the weights comes the step. Where do the weights "
    "stand afterwards?"
)
def returns_only_the_step(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return eta * gradient / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.variant
def in_two_lines(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    return weights - eta * gradient / (np.sqrt(accumulator) + epsilon), accumulator


@exercise.variant
def with_a_rate_of_its_own(weights, accumulator, gradient, eta, epsilon):
    accumulator = np.square(gradient) + accumulator
    rate = eta / (epsilon + accumulator**0.5)
    return weights - rate * gradient, accumulator


@exercise.variant
def in_place_on_copies(weights, accumulator, gradient, eta, epsilon):
    accumulator, weights = accumulator.copy(), weights.copy()
    accumulator += gradient * gradient
    weights -= gradient / (np.sqrt(accumulator) + epsilon) * eta
    return weights, accumulator


@exercise.variant
def number_by_number(weights, accumulator, gradient, eta, epsilon):
    new_weights, new = np.empty(weights.shape), np.empty(weights.shape)
    for i in np.ndindex(weights.shape):
        new[i] = accumulator[i] + gradient[i] ** 2
        new_weights[i] = weights[i] - eta * gradient[i] / (math.sqrt(new[i]) + epsilon)
    return new_weights, new


@exercise.variant
def as_lists_of_single_precision(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    weights = weights - eta * gradient / (np.sqrt(accumulator) + epsilon)
    return [weights.astype(np.float32), accumulator.tolist()]


@exercise.variant
def with_prints_and_warnings(weights, accumulator, gradient, eta, epsilon):
    print("accumulator:", accumulator)
    np.divide(1.0, np.zeros(2))
    accumulator = np.hypot(np.sqrt(accumulator), gradient) ** 2
    return np.subtract(weights, eta * gradient / (np.sqrt(accumulator) + epsilon)), accumulator
