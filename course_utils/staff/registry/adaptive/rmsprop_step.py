"""Exercise ``rmsprop-step``: a step of the adaptive scheme, ε inside the root as in the series."""
# ruff: noqa: D103 (a name is its sentence)

import math

import numpy as np

from course_utils.optimizers import RMSprop

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, positive, rate, rounded, signed, smoothing
from . import _hints

exercise = Exercise(
    slug="rmsprop-step",
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


@exercise.variant
def line_by_line(weights, scale, gradient, eta, beta, epsilon):
    mean = beta * scale + (1 - beta) * gradient**2
    inside = mean + epsilon
    root = np.sqrt(inside)
    step = eta * gradient / root
    return weights - step, mean


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


# Pieces of the answer. A mistake that holds one unchanged makes no pair with others of this piece.
MEAN = "beta * scale + (1 - beta) * gradient**2"
INSIDE = "mean + epsilon"
ROOT = "np.sqrt(inside)"
STEP = "eta * gradient / root"
DOWN, NEW = "return weights - step", ", mean"
RARE = {piece: piece for piece in (INSIDE, STEP, DOWN, NEW)}

exercise.mistake(
    "puts_epsilon_outside_the_root",
    {ROOT: "np.sqrt(inside - epsilon) + epsilon"},
    "You add epsilon to the root. This exercise has it under the root, as in the series; outside "
    "is how the lecture and many libraries have it.",
)

exercise.mistake(
    "forgets_epsilon",
    {ROOT: ROOT, INSIDE: "mean"},
    "epsilon does not enter: nothing keeps your divisor away from zero, or only a tiny number"
    " of your own. What is left of the divisor when scale and gradient are zero? epsilon "
    "belongs under the root.",
)

exercise.mistake(
    "adds_epsilon_to_the_weights",
    {MEAN: MEAN, ROOT: ROOT, INSIDE: "mean", DOWN: "return weights + epsilon - step"},
    _hints.ADDS_EPSILON_TO_THE_WEIGHTS,
)

exercise.mistake(
    "adds_epsilon_to_the_step",
    {MEAN: MEAN, ROOT: ROOT, INSIDE: "mean", DOWN: "return weights - epsilon - step"},
    _hints.ADDS_EPSILON_TO_THE_STEP,
)

exercise.mistake(
    "adds_epsilon_to_the_quotient",
    {MEAN: MEAN, ROOT: ROOT, INSIDE: "mean", "gradient / root": "(gradient / root + epsilon)"},
    "epsilon is added to the quotient of gradient and root, and eta multiplies both: a division "
    "binds more tightly than the plus after it. What should epsilon be added to?",
)

exercise.mistake(
    "adds_epsilon_to_the_rate",
    {MEAN: MEAN, ROOT: ROOT, INSIDE: "mean", STEP: "(eta / root + epsilon) * gradient"},
    "epsilon is added to the rate eta/root, and so the gradient is multiplied by it: a division "
    "binds more tightly than the plus after it. What should epsilon be added to?",
)

exercise.mistake(
    "keeps_epsilon_in_the_scale",
    {ROOT: ROOT, " * gradient**2": " * gradient**2 + epsilon", INSIDE: "mean"},
    "epsilon is kept in the scale, and so it piles up from step to step. It belongs to the root "
    "of this step alone.",
)

exercise.mistake(
    "sums_instead_of_averaging",
    {MEAN: "beta * scale + gradient**2"},
    "The new square counts in full: a decaying *sum*, like the momentum of lesson 1. Here the "
    "scale is an average: which two weights add up to 1?",
)

exercise.mistake(
    "forgets_beta",
    {MEAN: "scale + gradient**2"},
    "Nothing fades: beta does not enter, and the scale only grows. That is AdaGrad's accumulator. "
    "How much of the old scale should survive?",
)

exercise.mistake(
    "keeps_the_old_scale_in_full",
    {MEAN: "scale + (1 - beta) * gradient**2"},
    "The old scale is kept in full, and only the new square is weighted. In an average two weights "
    "add up to 1: what becomes of the old scale?",
)

exercise.mistake(
    "adds_the_average_to_the_old_scale",
    {**RARE, MEAN: "(1 + beta) * scale + (1 - beta) * gradient**2"},
    "The old scale counts 1 + beta times: that happens where s += beta * s + ... stands for "
    "s = beta * s + .... How much of the old scale should survive?",
)

exercise.mistake(
    "swaps_beta_and_one_minus_beta",
    {MEAN: "(1 - beta) * scale + beta * gradient**2"},
    "beta and 1 - beta have changed places. With beta = 0.9, which should weigh more: the past "
    "or the newest gradient?",
)

exercise.mistake(
    "weighs_both_by_beta",
    {**RARE, MEAN: "beta * (scale + gradient**2)"},
    "beta weighs old and new alike. In an average two weights add up to 1: which one belongs to "
    "the new square?",
)

exercise.mistake(
    "loses_the_brackets_of_one_minus_beta",
    {**RARE, MEAN: "beta * scale + 1 - beta * gradient**2"},
    "A 1 is added and beta times the square is taken off: without brackets 1 - beta * g is "
    "1 - (beta * g). Which brackets are missing?",
)

exercise.mistake(
    "squares_one_minus_beta_too",
    {MEAN: "beta * scale + ((1 - beta) * gradient) ** 2"},
    "The square reaches too far: 1 - beta is squared along with the gradient. Which of the two "
    "should the exponent see?",
)

exercise.mistake(
    "averages_the_gradients_themselves",
    {**RARE, MEAN: "beta * scale + (1 - beta) * gradient"},
    "You average the gradients themselves: signs cancel, and the root of a negative average is "
    "NaN. What is averaged here has no sign.",
)

exercise.mistake(
    "averages_magnitudes",
    {**RARE, MEAN: "beta * scale + (1 - beta) * np.abs(gradient)"},
    "You average magnitudes. A root belongs to an average of *squares*: root, mean, square.",
)

exercise.mistake(
    "doubles_instead_of_squaring",
    {**RARE, MEAN: "beta * scale + (1 - beta) * gradient * 2"},
    "You average gradient * 2, which doubles; a square is gradient**2. An average of doubled "
    "gradients can be negative, and then its root is NaN.",
)

exercise.mistake(
    "averages_squared_steps",
    {**RARE, MEAN: "beta * scale + (1 - beta) * (eta * gradient) ** 2"},
    "eta is squared along with the gradient, so the scale holds squares of eta * gradient. It "
    "should know the gradients alone; eta enters when the weights move.",
)

exercise.mistake(
    "takes_eta_for_beta",
    {**RARE, MEAN: "eta * scale + (1 - eta) * gradient**2"},
    "eta stands in the average in place of beta. eta scales the step; how much of the old scale "
    "survives is beta's business.",
)

exercise.mistake(
    "swaps_eta_and_beta",
    {MEAN: "eta * scale + (1 - eta) * gradient**2", "eta * gradient /": "beta * gradient /"},
    "eta and beta have changed places. The order is (weights, scale, gradient, eta, beta, "
    "epsilon): eta scales the step, beta the memory.",
)

exercise.mistake(
    "forgets_the_old_scale",
    {MEAN: "(1 - beta) * gradient**2"},
    "The old scale is lost: only the newest square is left. What arrives in the argument scale, "
    "and where should it go?",
)

exercise.mistake(
    "keeps_the_newest_square_alone",
    {**RARE, MEAN: "gradient**2"},
    "The scale is the newest square and nothing else: neither the old scale nor beta enters. What "
    "is averaged with what?",
)

exercise.mistake(
    "takes_the_weights_for_the_scale",
    {**RARE, MEAN: "beta * weights + (1 - beta) * gradient**2"},
    "The weights are averaged with the square of the gradient. What is the argument scale for?",
)

exercise.mistake(
    "shares_one_scale",
    {MEAN: "beta * scale + (1 - beta) * (np.mean(gradient**2) if np.size(gradient) else 0.0)"},
    "All weights share one scale: the squares were averaged over the whole array. Then a steep "
    "direction slows a gentle one down. How many rates should there be?",
)

exercise.mistake(
    "forgets_the_root",
    {ROOT: "inside"},
    "The divisor is the average of squares itself. If every gradient were ten times as large, "
    "how long would your step be, and how long should it be?",
)

exercise.mistake(
    "takes_the_root_with_math",
    {ROOT: "math.sqrt(inside)"},
    _hints.TAKES_THE_ROOT_WITH_MATH,
)

exercise.mistake(
    "divides_by_the_old_scale",
    {INSIDE: "scale + epsilon"},
    "The step divides by the scale as it was before: the newest gradient is not in it yet. Which "
    "of the two lines comes first?",
)

exercise.mistake(
    "corrects_every_step_like_the_first",
    {MEAN: MEAN, INSIDE: "mean / (1 - beta) + epsilon"},
    "The step divides by a scale that was divided by 1 - beta, as if every step were the first. "
    "Adam corrects like that, with t (lesson 3); here nothing is.",
)

exercise.mistake(
    "takes_off_the_squared_mean",
    {MEAN: MEAN, INSIDE: "mean - ((1 - beta) * gradient) ** 2 + epsilon"},
    "From the mean of squares you take off the square of a mean of gradients: that is the centred "
    "form of some libraries. Here the root is of scale + epsilon, and nothing else.",
)

exercise.mistake(
    "keeps_the_corrected_scale",
    {**RARE, MEAN: "(beta * scale + (1 - beta) * gradient**2) / (1 - beta)"},
    "The scale is divided by 1 - beta, and the quotient is kept: with beta = 0.9 it grows from "
    "step to step. Adam corrects, for the step alone (lesson 3); here nothing is.",
)

exercise.mistake(
    "steps_along_the_square",
    {DOWN: DOWN, MEAN: MEAN, "eta * gradient /": "eta * gradient**2 /"},
    _hints.STEPS_ALONG_THE_SQUARE,
)

exercise.mistake(
    "forgets_the_gradient",
    {DOWN: DOWN, MEAN: MEAN, "eta * gradient /": "eta /"},
    _hints.FORGETS_THE_GRADIENT,
)

exercise.mistake(
    "forgets_the_learning_rate",
    {"eta * gradient /": "gradient /"},
    "The step does not depend on eta. Where does the learning rate enter?",
)

exercise.mistake(
    "counts_eta_twice",
    {MEAN: MEAN, "eta * gradient /": "eta * eta * gradient /"},
    _hints.COUNTS_ETA_TWICE,
)

exercise.mistake(
    "takes_the_root_of_eta_too",
    {MEAN: MEAN, "eta * gradient /": "np.sqrt(eta) * gradient /"},
    _hints.TAKES_THE_ROOT_OF_ETA_TOO,
)

exercise.mistake(
    "multiplies_by_the_root",
    {ROOT: ROOT, MEAN: MEAN, "gradient / root": "gradient * root"},
    _hints.MULTIPLIES_BY_THE_ROOT,
)

exercise.mistake(
    "moves_by_the_gradient",
    {MEAN: MEAN, ROOT: ROOT, "gradient / root": "gradient"},
    "Nothing divides your step: it is eta times the gradient, as in plain gradient descent. What "
    "should the scale be good for?",
)

exercise.mistake(
    "steps_by_the_sign",
    {MEAN: MEAN, ROOT: ROOT, "gradient / root": "np.sign(gradient)"},
    "Every step is exactly eta long: only the sign of the gradient is left. That is the scheme "
    "with beta = 0. What does the scale remember?",
)

exercise.mistake(
    "walks_uphill",
    {DOWN: "return weights + step"},
    _hints.WALKS_UPHILL,
)

exercise.mistake(
    "leaves_the_weights",
    {MEAN: MEAN, ROOT: ROOT, DOWN: "return weights"},
    _hints.LEAVES_THE_WEIGHTS,
)

exercise.mistake(
    "returns_only_the_step",
    {MEAN: MEAN, DOWN: "return step"},
    _hints.RETURNS_ONLY_THE_STEP,
)

exercise.mistake(
    "returns_only_the_change",
    {MEAN: MEAN, DOWN: "return -step"},
    _hints.RETURNS_ONLY_THE_CHANGE,
)

exercise.mistake(
    "returns_the_old_scale",
    {NEW: ", scale"},
    "The scale comes back as it came in. Which one does the next step need?",
)

exercise.mistake(
    "keeps_the_root",
    {ROOT: ROOT, MEAN: MEAN, NEW: ", root"},
    "What you keep is the root. The next step will average a square into it: which of the two "
    "should travel to the next step?",
)

exercise.mistake(
    "keeps_the_root_without_epsilon",
    {MEAN: MEAN, NEW: ", np.sqrt(mean)"},
    "What you keep is the root. The next step will average a square into it: which of the two "
    "should travel to the next step?",
)


@exercise.misconception(_hints.LOOPS_OVER_THE_FIRST_AXIS)
def loops_over_the_first_axis(weights, scale, gradient, eta, beta, epsilon):
    new_weights, new = np.zeros_like(weights), np.zeros_like(scale)
    for i in range(len(weights)):
        new[i] = beta * scale[i] + (1 - beta) * gradient[i] ** 2
        new_weights[i] = weights[i] - eta * gradient[i] / np.sqrt(new[i] + epsilon)
    return new_weights, new
