"""Exercise ``first-moment-step``: descent along a bias-corrected average of gradients."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils.optimizers import FirstMoment

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, rate, rounded, signed
from .inputs import decays

exercise = Exercise(
    slug="first-moment-step",
    lesson="03-adam",
    function="first_moment_step",
    arguments=("weights", "moment", "gradient", "t", "eta", "beta1"),
    returns=("weights", "moment"),
    points=3,
)


@exercise.reference
def reference(weights, moment, gradient, t, eta, beta1):
    rule = FirstMoment(eta=eta, beta1=beta1)
    weights, state = rule.step(weights, {"moment": moment, "t": t - 1}, lambda _: gradient)
    return weights, state["moment"]


@exercise.magnitude
def magnitude(weights, moment, gradient, t, eta, beta1):
    new = beta1 * np.abs(moment) + (1 - beta1) * np.abs(gradient)
    return np.abs(weights) + eta * new / (1 - beta1**t), new


@exercise.calls
def calls(rng):
    def inputs(shape, t, exponent=0):
        arrays = [signed(rng, shape, exponent) for _ in range(3)]
        return (*arrays, t, rate(rng), decays(rng)[0])

    weights, moment, gradient, t, eta, beta1 = inputs(3, 1)
    still = np.zeros_like(moment)
    yield Call("the very first step", (weights, still, gradient, t, eta, beta1), "edge")
    for step in (1, 2, 3):
        arguments = (weights, moment, signed(rng, 3), step + 1, eta, beta1)
        yield Call("a chain of steps", arguments, step=f"step {step} of 3, from t = 2")
        weights, moment = (rounded(new, decimals=4) for new in reference(*arguments))
    yield Call("vectors", inputs(5, 5))
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape, 3), "edge")
    yield Call("beta1 = 0", (*inputs(3, 4)[:5], 0.0), "edge")
    yield Call("a late step", (*inputs(3, 2000)[:5], 0.99), "edge")
    yield Call("huge numbers", inputs(3, 2, HUGE), "edge")
    yield Call("tiny numbers", inputs(3, 2, TINY), "edge")
    yield Call(EMPTY, inputs(0, 2), "free")


@exercise.misconception(
    "You build a decaying sum, as in momentum: the new gradient counts in full. In an average "
    "old and new share one whole: if beta1 is kept of the old, how much of the new comes in?"
)
def sums_instead_of_averaging(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + gradient
    return weights - eta * moment / (1 - beta1**t), moment


@exercise.misconception(
    "beta1 and 1 - beta1 have changed places. Think of beta1 = 0.99, a long memory: which of "
    "the two terms should it belong to?"
)
def averages_the_other_way_round(weights, moment, gradient, t, eta, beta1):
    moment = (1 - beta1) * moment + beta1 * gradient
    return weights - eta * moment / (1 - beta1**t), moment


@exercise.misconception(
    "The moment is right, but the step is taken with it as it is, still pulled towards the zero "
    "it began with. What would make it as long as the gradients it stands for?"
)
def forgets_the_correction(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return weights - eta * moment, moment


@exercise.misconception(
    "The weights are right, but the corrected moment is what you hand back. At the next step it "
    "would be averaged on and corrected once more. Which of the two is the memory?"
)
def stores_the_corrected_moment(weights, moment, gradient, t, eta, beta1):
    moment = (beta1 * moment + (1 - beta1) * gradient) / (1 - beta1**t)
    return weights - eta * moment, moment


@exercise.misconception(
    "Your correction is one step behind: it says t - 1 where t gradients are in the moment by "
    "now. What does it divide by at t = 1?"
)
def counts_t_from_zero(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return weights - eta * moment / (1 - beta1 ** (t - 1)), moment


@exercise.misconception(
    "Your correction is one step ahead. t is already the number of this step; at t = 1 the "
    "corrected moment should be the gradient itself. Is yours?"
)
def counts_t_one_too_far(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return weights - eta * moment / (1 - beta1 ** (t + 1)), moment


@exercise.misconception(
    "You divide by 1 - beta1 at every step. That is right at t = 1 only; what is left of the "
    "zero after two steps, after ten?"
)
def corrects_without_the_power(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return weights - eta * moment / (1 - beta1), moment


@exercise.misconception(
    "beta1 is multiplied by t, where it should be raised to a power: each step multiplies what "
    "is left of the beginning by beta1 once more. In Python, which sign is the power?"
)
def multiplies_instead_of_raising(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return weights - eta * moment / (1 - beta1 * t), moment


@exercise.misconception(
    "You divide by beta1^t, the share that is still missing. What share of a whole average has "
    "come in?"
)
def divides_by_the_missing_share(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return weights - eta * moment / beta1**t, moment


@exercise.misconception(
    "You multiply by 1 - beta1^t, which is below 1: the early steps get shorter still. Which way "
    "should the correction push?"
)
def multiplies_by_the_correction(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return weights - eta * moment * (1 - beta1**t), moment


@exercise.misconception("The weights move along the average, uphill. Which sign leads down?")
def walks_uphill(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return weights + eta * moment / (1 - beta1**t), moment


@exercise.misconception(
    "The weights move by the moment as it came in, so today's gradient arrives one step late. "
    "Which line comes first?"
)
def moves_by_the_old_moment(weights, moment, gradient, t, eta, beta1):
    new = beta1 * moment + (1 - beta1) * gradient
    return weights - eta * moment / (1 - beta1**t), new


@exercise.misconception(
    "The moment is right, but the weights follow the gradient alone. What was the average for?"
)
def moves_by_the_gradient(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return weights - eta * gradient, moment


@exercise.misconception(
    "Only the newest gradient is in your moment. What arrives in the argument moment, and how "
    "much of it should stay?"
)
def forgets_the_old_moment(weights, moment, gradient, t, eta, beta1):
    moment = (1 - beta1) * gradient
    return weights - eta * moment / (1 - beta1**t), moment


@exercise.misconception(
    "The moment is right, but the step is the whole corrected average, whatever eta is. Where "
    "does the learning rate enter?"
)
def forgets_the_learning_rate(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return weights - moment / (1 - beta1**t), moment


@exercise.misconception(
    "eta and beta1 have changed places. The order is (weights, moment, gradient, t, eta, beta1)."
)
def swaps_eta_and_beta1(weights, moment, gradient, t, eta, beta1):
    moment = eta * moment + (1 - eta) * gradient
    return weights - beta1 * moment / (1 - eta**t), moment


@exercise.misconception(
    "The weights are right, but the moment comes back as it came in. Which one does the next "
    "step need?"
)
def returns_the_old_moment(weights, moment, gradient, t, eta, beta1):
    new = beta1 * moment + (1 - beta1) * gradient
    return weights - eta * new / (1 - beta1**t), moment


@exercise.misconception(
    "Only the weights come back. The next step needs the moment too: return both, as in return "
    "weights, moment."
)
def returns_only_the_weights(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return weights - eta * moment / (1 - beta1**t)


@exercise.misconception("Both values are right, but in the wrong order: weights first.")
def returns_the_moment_first(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return moment, weights - eta * moment / (1 - beta1**t)


@exercise.misconception(
    "Your function works on two numbers, index 0 and index 1, and returns two. Whole arrays add "
    "and multiply element by element, with any number of weights: no index is needed."
)
def writes_out_two_components(weights, moment, gradient, t, eta, beta1):
    m0 = beta1 * moment[0] + (1 - beta1) * gradient[0]
    m1 = beta1 * moment[1] + (1 - beta1) * gradient[1]
    rate = eta / (1 - beta1**t)
    return np.array([weights[0] - rate * m0, weights[1] - rate * m1]), np.array([m0, m1])


@exercise.misconception(
    "Your loop goes through the first axis of the arrays, which a 0-d array does not have. No "
    "loop is needed: whole arrays add and multiply element by element, whatever their shape."
)
def loops_over_the_first_axis(weights, moment, gradient, t, eta, beta1):
    new_weights, new_moment = np.zeros_like(weights), np.zeros_like(moment)
    for i in range(len(weights)):
        new_moment[i] = beta1 * moment[i] + (1 - beta1) * gradient[i]
        new_weights[i] = weights[i] - eta * new_moment[i] / (1 - beta1**t)
    return new_weights, new_moment


@exercise.misconception(
    "The same call gave two different answers: the moment is remembered inside the function "
    "instead of being taken from its argument. The caller keeps the state and hands it in."
)
def keeps_state_between_calls(weights, moment, gradient, t, eta, beta1, memory={}):  # noqa: B006
    old = memory.get(weights.shape, np.zeros_like(gradient))
    memory[weights.shape] = beta1 * old + (1 - beta1) * gradient
    return weights - eta * memory[weights.shape] / (1 - beta1**t), memory[weights.shape]


@exercise.misconception(
    "The values are right, but the caller's arrays were overwritten on the way: operators such "
    "as *= and += write into the array that was handed in. Make new ones instead, a = a * b "
    "rather than a *= b."
)
def changes_its_inputs(weights, moment, gradient, t, eta, beta1):
    moment *= beta1
    moment += (1 - beta1) * gradient
    return weights - eta * moment / (1 - beta1**t), moment


@exercise.misconception(
    "The correction divides the weights as well: where do the brackets end? It belongs to the "
    "moment alone."
)
def corrects_the_weights_too(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return (weights - eta * moment) / (1 - beta1**t), moment


@exercise.variant
def in_two_lines(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    return weights - eta * moment / (1 - beta1**t), moment


@exercise.variant
def moving_towards_the_gradient(weights, moment, gradient, t, eta, beta1):
    moment = gradient + beta1 * (moment - gradient)
    return weights - eta / (1 - beta1**t) * moment, moment


@exercise.variant
def in_place_on_copies(weights, moment, gradient, t, eta, beta1):
    weights, moment = weights.copy(), np.array(moment)
    moment *= beta1
    moment += (1 - beta1) * gradient
    weights -= eta * (moment / (1 - np.power(beta1, t)))
    return weights, moment


@exercise.variant
def number_by_number(weights, moment, gradient, t, eta, beta1):
    new_weights, new_moment = np.empty(weights.shape), np.empty(weights.shape)
    share = (1 - beta1) * sum(beta1**k for k in range(t))  # 1 - beta1^t, summed up
    for i in np.ndindex(weights.shape):
        new_moment[i] = beta1 * moment[i] + (1 - beta1) * gradient[i]
        new_weights[i] = weights[i] - eta * new_moment[i] / share
    return new_weights, new_moment


@exercise.variant
def as_a_list_in_single_precision(weights, moment, gradient, t, eta, beta1):
    weights, moment, gradient = (np.float32(x) for x in (weights, moment, gradient))
    moment = np.float32(beta1) * moment + np.float32(1 - beta1) * gradient
    return [weights - np.float32(eta / (1 - beta1**t)) * moment, moment]
