"""Exercise ``adagrad-step``: one step of AdaGrad, ε outside the root as in the blog code."""
# ruff: noqa: D103 (a name is its sentence)

import math

import numpy as np

from course_utils.optimizers import AdaGrad

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, positive, rate, rounded, signed, smoothing
from . import _hints

exercise = Exercise(
    slug="adagrad-step",
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


@exercise.variant
def line_by_line(weights, accumulator, gradient, eta, epsilon):
    total = accumulator + gradient**2
    root = np.sqrt(total)
    divisor = root + epsilon
    step = eta * gradient / divisor
    return weights - step, total


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


# Pieces of the answer. A mistake that holds one unchanged makes no pair with others of this piece.
TOTAL = "accumulator + gradient**2"
ROOT = "np.sqrt(total)"
DIVISOR = "root + epsilon"
DOWN, NEW = "return weights - step", ", total"
RARE = {piece: piece for piece in (DOWN, NEW)}

exercise.mistake(
    "puts_epsilon_inside_the_root",
    {DIVISOR: "np.sqrt(root**2 + epsilon)"},
    "You have epsilon under the root. This exercise adds it to the root, as in the blog code; the "
    "two differ wherever the accumulator is small. (The series does it your way, in its own "
    "scheme.)",
)

exercise.mistake(
    "forgets_epsilon",
    {DIVISOR: "root"},
    "epsilon does not enter: nothing is added to the root, or only a tiny number of your own."
    " For a weight that has never felt a gradient the root is 0. What keeps its divisor away "
    "from zero?",
)

exercise.mistake(
    "adds_epsilon_to_the_weights",
    {DIVISOR: "root", DOWN: "return weights + epsilon - step"},
    _hints.ADDS_EPSILON_TO_THE_WEIGHTS,
)

exercise.mistake(
    "adds_epsilon_to_the_step",
    {DIVISOR: "root", DOWN: "return weights - epsilon - step"},
    _hints.ADDS_EPSILON_TO_THE_STEP,
)

exercise.mistake(
    "adds_epsilon_to_the_quotient",
    {TOTAL: TOTAL, DIVISOR: "root", "gradient / divisor": "(gradient / divisor + epsilon)"},
    "epsilon is added to the quotient of gradient and divisor, and eta multiplies both: a "
    "division binds more tightly than the plus after it. What should epsilon be added to?",
)

exercise.mistake(
    "adds_epsilon_to_the_rate",
    {
        TOTAL: TOTAL,
        DIVISOR: "root",
        "eta * gradient / divisor": "(eta / divisor + epsilon) * gradient",
    },
    "epsilon is added to the rate eta/divisor, and so the gradient is multiplied by it: a "
    "division binds more tightly than the plus after it. What should epsilon be added to?",
)

exercise.mistake(
    "accumulates_epsilon",
    {"gradient**2": "gradient**2 + epsilon", DIVISOR: "root"},
    "epsilon is kept in the accumulator, and so it grows with every step. It belongs to the "
    "divisor of this step alone.",
)

exercise.mistake(
    "accumulates_epsilon_and_divides_by_it",
    {**RARE, DIVISOR: DIVISOR, "gradient**2": "gradient**2 + epsilon"},
    "epsilon is there twice: in the accumulator, where it grows with every step, and beside the "
    "root. The accumulator is made of squares of gradients alone.",
)

exercise.mistake(
    "adds_up_the_gradients_themselves",
    {TOTAL: "accumulator + gradient"},
    "You add up the gradients themselves. Those of opposite sign cancel, and the root of a "
    "negative sum is NaN. What has no sign?",
)

exercise.mistake(
    "adds_up_magnitudes",
    {**RARE, TOTAL: "accumulator + np.abs(gradient)"},
    "You add up magnitudes. A root belongs to a sum of *squares*: only then are divisor and "
    "gradient of one kind.",
)

exercise.mistake(
    "takes_the_squares_off",
    {**RARE, TOTAL: "accumulator - gradient**2"},
    "The squares are taken off. The accumulator falls below 0, where the root is NaN. Squares are "
    "added up.",
)

exercise.mistake(
    "takes_the_weights_for_the_accumulator",
    {**RARE, TOTAL: "weights + gradient**2"},
    "The squares are added to the weights. What is the argument accumulator for?",
)

exercise.mistake(
    "doubles_instead_of_squaring",
    {**RARE, TOTAL: "accumulator + gradient * 2"},
    "You add gradient * 2, which doubles; a square is gradient**2. The sum of doubled gradients "
    "can be negative, and then its root is NaN.",
)

exercise.mistake(
    "adds_up_squared_steps",
    {**RARE, TOTAL: "accumulator + (eta * gradient) ** 2"},
    "eta is squared along with the gradient, so the accumulator holds squares of eta * gradient. "
    "It should know the gradients alone; eta enters when the weights move.",
)

exercise.mistake(
    "forgets_the_old_accumulator",
    {TOTAL: "gradient**2"},
    "Only the newest square is left; the old accumulator is lost. What arrives in the argument "
    "accumulator, and where should it go?",
)

exercise.mistake(
    "counts_the_old_accumulator_twice",
    {**RARE, TOTAL: "2 * accumulator + gradient**2"},
    "The old accumulator is counted twice: that happens where a += a + b stands for a = a + b. "
    "How often should an old square count?",
)

exercise.mistake(
    "lets_the_past_fade",
    {**RARE, TOTAL: "0.9 * accumulator + 0.1 * gradient**2"},
    "You let the past fade, 0.9 of the old and 0.1 of the new: that is the next section's method. "
    "AdaGrad forgets nothing.",
)

exercise.mistake(
    "shares_one_accumulator",
    {TOTAL: "accumulator + np.sum(gradient**2)"},
    "All weights share one accumulator: the squares were added up over the whole array. Then a "
    "steep direction slows a gentle one down. How many rates should there be?",
)

exercise.mistake(
    "takes_the_accumulator_for_a_root",
    {**RARE, TOTAL: "np.sqrt(accumulator**2 + gradient**2)", ROOT: "total"},
    "What you keep is the root, squared again when the next square comes. The accumulator handed "
    "in is the sum of squares itself: take the root only for the step.",
)

exercise.mistake(
    "forgets_the_root",
    {DIVISOR: DIVISOR, ROOT: "total"},
    "The divisor is the sum of squares itself. If every gradient were ten times as large, how "
    "long would your step be, and how long should it be?",
)

exercise.mistake(
    "takes_the_root_with_math",
    {ROOT: "math.sqrt(total)"},
    _hints.TAKES_THE_ROOT_WITH_MATH,
)

exercise.mistake(
    "divides_by_the_old_accumulator",
    {ROOT: "np.sqrt(accumulator)"},
    "The divisor is the accumulator as it was before this step. At the very first step that is "
    "zero: what would the step divide by?",
)

exercise.mistake(
    "divides_by_the_newest_gradient_alone",
    {TOTAL: TOTAL, ROOT: "np.abs(gradient)"},
    "The step divides by the size of the newest gradient alone. What is the sum of all squares "
    "good for?",
)

exercise.mistake(
    "divides_by_the_length_of_all",
    {TOTAL: TOTAL, ROOT: "np.sqrt(np.sum(total))"},
    "One divisor serves all weights: the sum was taken over the whole array. Every weight has an "
    "accumulator of its own, and divides by the root of that.",
)

exercise.mistake(
    "steps_along_the_square",
    {DOWN: DOWN, TOTAL: TOTAL, "eta * gradient /": "eta * gradient**2 /"},
    _hints.STEPS_ALONG_THE_SQUARE,
)

exercise.mistake(
    "forgets_the_gradient",
    {DOWN: DOWN, TOTAL: TOTAL, "eta * gradient /": "eta /"},
    _hints.FORGETS_THE_GRADIENT,
)

exercise.mistake(
    "forgets_the_learning_rate",
    {"eta * gradient /": "gradient /"},
    "The step is the same whatever eta is. Where does the learning rate enter?",
)

exercise.mistake(
    "counts_eta_twice",
    {TOTAL: TOTAL, "eta * gradient /": "eta * eta * gradient /"},
    _hints.COUNTS_ETA_TWICE,
)

exercise.mistake(
    "takes_the_root_of_eta_too",
    {TOTAL: TOTAL, "eta * gradient /": "np.sqrt(eta) * gradient /"},
    _hints.TAKES_THE_ROOT_OF_ETA_TOO,
)

exercise.mistake(
    "multiplies_by_the_root",
    {ROOT: ROOT, TOTAL: TOTAL, "gradient / divisor": "gradient * divisor"},
    _hints.MULTIPLIES_BY_THE_ROOT,
)

exercise.mistake(
    "moves_by_the_gradient",
    {DIVISOR: DIVISOR, "gradient / divisor": "gradient"},
    "Nothing divides your step: it is eta times the gradient, as in plain gradient descent. What "
    "should the accumulator be good for?",
)

exercise.mistake(
    "walks_uphill",
    {DOWN: "return weights + step"},
    _hints.WALKS_UPHILL,
)

exercise.mistake(
    "leaves_the_weights",
    {TOTAL: TOTAL, DIVISOR: DIVISOR, DOWN: "return weights"},
    _hints.LEAVES_THE_WEIGHTS,
)

exercise.mistake(
    "returns_only_the_step",
    {TOTAL: TOTAL, DOWN: "return step"},
    _hints.RETURNS_ONLY_THE_STEP,
)

exercise.mistake(
    "returns_only_the_change",
    {TOTAL: TOTAL, DOWN: "return -step"},
    _hints.RETURNS_ONLY_THE_CHANGE,
)

exercise.mistake(
    "returns_the_old_accumulator",
    {NEW: ", accumulator"},
    "The accumulator comes back as it came in. Which one does the next step need?",
)

exercise.mistake(
    "keeps_the_root",
    {TOTAL: TOTAL, NEW: ", root"},
    "What you keep is the root. The next step will add a square to it: which of the two should "
    "travel to the next step?",
)


@exercise.misconception(_hints.LOOPS_OVER_THE_FIRST_AXIS)
def loops_over_the_first_axis(weights, accumulator, gradient, eta, epsilon):
    new_weights, new = np.zeros_like(weights), np.zeros_like(accumulator)
    for i in range(len(weights)):
        new[i] = accumulator[i] + gradient[i] ** 2
        new_weights[i] = weights[i] - eta * gradient[i] / (np.sqrt(new[i]) + epsilon)
    return new_weights, new
