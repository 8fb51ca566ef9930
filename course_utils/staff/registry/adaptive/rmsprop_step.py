"""Exercise ``rmsprop-step``: a step of the adaptive scheme, ε inside the root as in the series."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import math

import numpy as np

from course_utils.optimizers import RMSprop

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, positive, rate, rounded, signed, smoothing

exercise = Exercise(
    slug="rmsprop-step",
    lesson="02-adaptive-rates",
    function="rmsprop_step",
    arguments=("weights", "scale", "gradient", "eta", "beta", "epsilon"),
    returns=("weights", "scale"),
    points=4,
)


@exercise.reference
def reference(weights, scale, gradient, eta, beta, epsilon):
    rule = RMSprop(eta=eta, beta=beta, epsilon=epsilon)
    weights, state = rule.step(weights, {"scale": scale}, lambda _: gradient)
    return weights, state["scale"]


@exercise.magnitude
def magnitude(weights, scale, gradient, eta, beta, epsilon):
    # Written as s + (1 - beta)(g² - s) the old scale enters twice.
    new = scale + gradient**2
    root = np.sqrt(beta * scale + (1 - beta) * gradient**2 + epsilon)
    return np.abs(weights) + eta * np.abs(gradient) / root, new


@exercise.calls
def calls(rng):
    def inputs(shape):
        weights, gradient = signed(rng, shape), signed(rng, shape)
        return weights, positive(rng, shape), gradient, rate(rng), decay(rng), smoothing(rng)

    weights, scale, gradient, *numbers = inputs(3)
    yield Call(
        "a first step from scale zero",
        (weights, np.zeros_like(scale), gradient, *numbers),
        "edge",
    )
    for step in (1, 2, 3):
        arguments = (weights, scale, signed(rng, 3), *numbers)
        yield Call("a chain of steps", arguments, step=f"step {step} of 3")
        weights, scale = (rounded(new, decimals=4) for new in reference(*arguments))
    yield Call("vectors", inputs(5))
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape), "edge")
    weights, scale, gradient, eta, beta, epsilon = inputs(4)
    still = np.zeros_like(gradient)
    yield Call("beta = 0", (weights, scale, gradient, eta, 0.0, epsilon), "edge")
    yield Call("a gradient of zero", (weights, scale, still, eta, beta, epsilon), "edge")
    yield Call("the usual epsilon", (*inputs(3)[:5], 1e-8), "edge")
    huge = signed(rng, 4, HUGE)
    yield Call("huge gradients", (weights, still, huge, eta, beta, epsilon), "edge")
    tiny = signed(rng, 4, TINY), still, signed(rng, 4, TINY)
    yield Call("tiny numbers", (*tiny, eta, beta, 1e-8), "edge")
    yield Call(EMPTY, inputs(0), "free")


@exercise.misconception(
    "epsilon is added to the root. Here it stands under the root, as in the series; outside is "
    "how the lecture and many libraries have it."
)
def puts_epsilon_outside_the_root(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights - eta * gradient / (np.sqrt(scale) + epsilon), scale


@exercise.misconception(
    "Brackets: epsilon has ended up outside of the division and is added to the weights. What "
    "should it be added to?"
)
def adds_epsilon_to_the_weights(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights - eta * gradient / np.sqrt(scale) + epsilon, scale


@exercise.misconception(
    "epsilon is left out. With a scale of zero and a gradient of zero you divide 0 by 0: what "
    "keeps the root away from zero?"
)
def forgets_epsilon(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights - eta * gradient / np.sqrt(scale), scale


@exercise.misconception(
    "The new square counts in full: a decaying *sum*, like the momentum of lesson 1. Here the "
    "scale is an average: which two weights add up to 1?"
)
def sums_instead_of_averaging(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + gradient**2
    return weights - eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "Nothing fades: beta does not enter, and the scale only grows. That is AdaGrad's accumulator. "
    "How much of the old scale should survive?"
)
def forgets_beta(weights, scale, gradient, eta, beta, epsilon):
    scale = scale + gradient**2
    return weights - eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "beta and 1 - beta have changed places. With beta = 0.9, which should weigh more: the past "
    "or the newest gradient?"
)
def swaps_beta_and_one_minus_beta(weights, scale, gradient, eta, beta, epsilon):
    scale = (1 - beta) * scale + beta * gradient**2
    return weights - eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "The square reaches too far: 1 - beta is squared along with the gradient. Which of the two "
    "should the exponent see?"
)
def squares_one_minus_beta_too(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + ((1 - beta) * gradient) ** 2
    return weights - eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "The divisor is the average of squares itself. If every gradient were ten times as large, "
    "how long would your step be, and how long should it be?"
)
def forgets_the_root(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights - eta * gradient / (scale + epsilon), scale


@exercise.misconception(
    "The step divides by the scale as it was before: the newest gradient is not in it yet. Which "
    "of the two lines comes first?"
)
def divides_by_the_old_scale(weights, scale, gradient, eta, beta, epsilon):
    step = eta * gradient / np.sqrt(scale + epsilon)
    return weights - step, beta * scale + (1 - beta) * gradient**2


@exercise.misconception(
    "You average the gradients themselves: signs cancel, and the root of a negative average is "
    "NaN. What is averaged here has no sign."
)
def averages_the_gradients_themselves(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient
    return weights - eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "You average magnitudes and then take a root. A root belongs to an average of *squares*: "
    "root, mean, square."
)
def averages_magnitudes(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * np.abs(gradient)
    return weights - eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "The old scale is lost: only the newest square is left. What arrives in the argument scale, "
    "and where should it go?"
)
def forgets_the_old_scale(weights, scale, gradient, eta, beta, epsilon):
    scale = (1 - beta) * gradient**2
    return weights - eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "Every step is exactly eta long: only the sign of the gradient is left. That is the scheme "
    "with beta = 0. What does the scale remember?"
)
def steps_by_the_sign(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights - eta * np.sign(gradient), scale


@exercise.misconception(
    "All weights share one scale: the squares were averaged over the whole array. Then a steep "
    "direction slows a gentle one down. How many rates should there be?"
)
def shares_one_scale(weights, scale, gradient, eta, beta, epsilon):
    square = np.mean(gradient**2) if np.size(gradient) else 0.0
    scale = beta * scale + (1 - beta) * square
    return weights - eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "What you keep is the root. The next step will average a square into it: which of the two "
    "should travel to the next step?"
)
def keeps_the_root(weights, scale, gradient, eta, beta, epsilon):
    root = np.sqrt(beta * scale + (1 - beta) * gradient**2 + epsilon)
    return weights - eta * gradient / root, root


@exercise.misconception(
    "epsilon is kept in the scale, and so it piles up from step to step. It belongs to the root "
    "of this step alone."
)
def keeps_epsilon_in_the_scale(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2 + epsilon
    return weights - eta * gradient / np.sqrt(scale), scale


@exercise.misconception(
    "The scale is right, but the weights step along the *square* of the gradient, which has lost "
    "its sign: they always move the same way."
)
def steps_along_the_square(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights - eta * gradient**2 / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "The scale is right, but the weights move uphill. The step is along the gradient, as in "
    "gradient descent: which sign leads down?"
)
def walks_uphill(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights + eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "The scale is right, but the weights move by plain gradient descent. What should the scale "
    "be good for?"
)
def moves_by_the_gradient(weights, scale, gradient, eta, beta, epsilon):
    return weights - eta * gradient, beta * scale + (1 - beta) * gradient**2


@exercise.misconception(
    "The scale is right, but the step does not depend on eta. Where does the learning rate enter?"
)
def forgets_the_learning_rate(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights - gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "The root multiplies where it should divide: a steep direction gets the longer steps. Which "
    "of the two is meant?"
)
def multiplies_by_the_root(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights - eta * gradient * np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "eta and beta have changed places. The order is (weights, scale, gradient, eta, beta, "
    "epsilon): eta scales the step, beta the memory."
)
def swaps_eta_and_beta(weights, scale, gradient, eta, beta, epsilon):
    scale = eta * scale + (1 - eta) * gradient**2
    return weights - beta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "The weights are right, but the scale comes back as it came in. Which one does the next step "
    "need?"
)
def returns_the_old_scale(weights, scale, gradient, eta, beta, epsilon):
    root = np.sqrt(beta * scale + (1 - beta) * gradient**2 + epsilon)
    return weights - eta * gradient / root, scale


@exercise.misconception(
    "Only the weights come back. The next step needs the new scale too: return both, as in "
    "return weights, scale."
)
def returns_only_the_weights(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights - eta * gradient / np.sqrt(scale + epsilon)


@exercise.misconception(
    "Both values are right, but in the wrong order: weights first, then the scale."
)
def returns_the_scale_first(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return scale, weights - eta * gradient / np.sqrt(scale + epsilon)


@exercise.misconception(
    "Your loop goes through the first axis of the arrays, which a 0-d array does not have. No "
    "loop is needed: squares, roots and quotients of whole arrays are taken element by element."
)
def loops_over_the_first_axis(weights, scale, gradient, eta, beta, epsilon):
    new_weights, new = np.zeros_like(weights), np.zeros_like(scale)
    for i in range(len(weights)):
        new[i] = beta * scale[i] + (1 - beta) * gradient[i] ** 2
        new_weights[i] = weights[i] - eta * gradient[i] / np.sqrt(new[i] + epsilon)
    return new_weights, new


@exercise.misconception(
    "The same call gave two different answers: the scale is remembered inside the function "
    "instead of being taken from its argument. The caller keeps the state and hands it in."
)
def keeps_state_between_calls(weights, scale, gradient, eta, beta, epsilon, memory={}):  # noqa: B006
    old = memory.get(np.shape(gradient), np.zeros_like(gradient))
    memory[np.shape(gradient)] = new = beta * old + (1 - beta) * gradient**2
    return weights - eta * gradient / np.sqrt(new + epsilon), new


@exercise.misconception(
    "The values are right, but the caller's scale was overwritten on the way: *= and += write "
    "into the array that was handed in. Make a new one instead, a = a * b rather than a *= b."
)
def changes_its_inputs(weights, scale, gradient, eta, beta, epsilon):
    scale *= beta
    scale += (1 - beta) * gradient**2
    return weights - eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "The scale is right, but the gradient is missing above the fraction bar: every weight moves "
    "down, whichever way its slope points. What does the rate multiply?"
)
def forgets_the_gradient(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights - eta / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "gradient * 2 doubles; a square is gradient**2. An average of doubled gradients can be "
    "negative, and then its root is NaN."
)
def doubles_instead_of_squaring(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient * 2
    return weights - eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "The scale is right, but in place of the weights comes the step. Where do the weights stand "
    "afterwards?"
)
def returns_only_the_step(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.misconception(
    "The scale is right, but the weights divide by it after another division by 1 - beta, as if "
    "every step were the first. Adam corrects like that, with t (lesson 3); here nothing is."
)
def corrects_every_step_like_the_first(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights - eta * gradient / np.sqrt(scale / (1 - beta) + epsilon), scale


@exercise.variant
def in_two_lines(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    return weights - eta * gradient / np.sqrt(scale + epsilon), scale


@exercise.variant
def as_a_correction_of_the_old_scale(weights, scale, gradient, eta, beta, epsilon):
    scale = scale + (1 - beta) * (gradient**2 - scale)
    return weights - eta * gradient * (scale + epsilon) ** -0.5, scale


@exercise.variant
def in_place_on_copies(weights, scale, gradient, eta, beta, epsilon):
    scale, weights = scale.copy(), weights.copy()
    scale *= beta
    scale += (1 - beta) * np.square(gradient)
    weights -= eta / np.sqrt(scale + epsilon) * gradient
    return weights, scale


@exercise.variant
def number_by_number(weights, scale, gradient, eta, beta, epsilon):
    new_weights, new = np.empty(weights.shape), np.empty(weights.shape)
    for i in np.ndindex(weights.shape):
        new[i] = beta * scale[i] + (1 - beta) * gradient[i] ** 2
        new_weights[i] = weights[i] - eta * gradient[i] / math.sqrt(new[i] + epsilon)
    return new_weights, new


@exercise.variant
def as_lists_of_single_precision(weights, scale, gradient, eta, beta, epsilon):
    scale = beta * scale + (1 - beta) * gradient**2
    weights = weights - eta * gradient / np.sqrt(scale + epsilon)
    return [weights.astype(np.float32), scale.tolist()]


@exercise.variant
def with_prints_and_warnings(weights, scale, gradient, eta, beta, epsilon):
    print("scale:", scale)
    np.divide(1.0, np.zeros(2))
    scale = np.average([scale, gradient**2], axis=0, weights=[beta, 1 - beta])
    return np.subtract(weights, np.divide(eta * gradient, np.sqrt(scale + epsilon))), scale
