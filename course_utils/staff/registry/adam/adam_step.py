"""Exercise ``adam-step``: one step of Adam, with ε inside the root as in the series."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils.optimizers import Adam

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, positive, rate, rounded, signed
from .inputs import decays, smoothing

exercise = Exercise(
    slug="adam-step",
    lesson="03-adam",
    function="adam_step",
    arguments=(
        "weights",
        "moment",
        "scale",
        "gradient",
        "t",
        "eta",
        "beta1",
        "beta2",
        "epsilon",
    ),
    returns=("weights", "moment", "scale"),
    points=5,
)


@exercise.reference
def reference(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    rule = Adam(eta=eta, beta1=beta1, beta2=beta2, epsilon=epsilon)
    state = {"moment": moment, "scale": scale, "t": t - 1}
    weights, state = rule.step(weights, state, lambda _: gradient)
    return weights, state["moment"], state["scale"]


@exercise.magnitude
def magnitude(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    new = beta1 * np.abs(moment) + (1 - beta1) * np.abs(gradient)
    squares = beta2 * scale + (1 - beta2) * gradient**2
    root = np.sqrt(squares / (1 - beta2**t) + epsilon)
    return np.abs(weights) + eta * new / (1 - beta1**t) / root, new, squares


@exercise.calls
def calls(rng):
    def inputs(shape, t, exponent=0):
        weights, moment, gradient = (signed(rng, shape, exponent) for _ in range(3))
        scale = rounded(positive(rng, shape), 2 * exponent)
        return weights, moment, scale, gradient, t, rate(rng), *decays(rng), smoothing(rng)

    weights, moment, scale, gradient, t, *rest = inputs(3, 1)
    still = np.zeros_like(gradient)
    yield Call("the very first step", (weights, still, still.copy(), gradient, t, *rest), "edge")
    for step in (1, 2, 3):
        arguments = (weights, moment, scale, signed(rng, 3), step + 1, *rest)
        yield Call("a chain of steps", arguments, step=f"step {step} of 3, from t = 2")
        weights, moment, scale = (rounded(new, decimals=4) for new in reference(*arguments))
    yield Call("vectors", inputs(5, 5))
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape, 3), "edge")
    usual = (0.001, 0.9, 0.999, 1e-8)
    yield Call("Adam's own values", (*inputs(3, 10)[:5], *usual), "edge")
    yield Call("a late step", (*inputs(3, 5000)[:5], *usual), "edge")
    weights, moment, scale, gradient, t, eta, _, _, epsilon = inputs(3, 4)
    some = (weights, moment, scale, gradient, t, eta, 0.0, 0.0, epsilon)
    yield Call("beta1 = beta2 = 0", some, "edge")
    weights, _, _, _, _, *rest = inputs(3, 2)
    nothing = (weights, *(np.zeros(3) for _ in range(3)), 2, *rest)
    yield Call("nothing but zeros", nothing, "edge")
    yield Call("huge numbers", inputs(3, 2, HUGE // 2), "edge")
    yield Call("tiny numbers", inputs(3, 2, TINY // 2), "edge")
    yield Call(EMPTY, inputs(0, 2), "free")


@exercise.misconception(
    "epsilon stands outside of the root: a fine Adam, that of the lecture and of PyTorch. This "
    "exercise follows the series, which has it inside."
)
def puts_epsilon_outside(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / (np.sqrt(s) + epsilon), moment, scale


@exercise.misconception(
    "epsilon is added to the scale before its correction, so the correction blows it up as well. "
    "Which of the two comes first?"
)
def adds_epsilon_before_the_correction(
    weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon
):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m = moment / (1 - beta1**t)
    return weights - eta * m / np.sqrt((scale + epsilon) / (1 - beta2**t)), moment, scale


@exercise.misconception(
    "epsilon has become part of the scale that you return, and grows there step by step. It only "
    "smooths the division."
)
def stores_epsilon_in_the_scale(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2 + epsilon
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s), moment, scale


@exercise.misconception(
    "The smoothing term in your function is a fixed number, or none. Which one did the caller ask "
    "for?"
)
def ignores_epsilon(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + 1e-8), moment, scale


@exercise.misconception(
    "Both moments are right, but neither is corrected when the weights move. What is still "
    "missing in an average that began at zero?"
)
def forgets_both_corrections(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    return weights - eta * moment / np.sqrt(scale + epsilon), moment, scale


@exercise.misconception(
    "Only the first moment is corrected when the weights move. The second began at zero, too."
)
def corrects_the_first_moment_only(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    return weights - eta * moment / (1 - beta1**t) / np.sqrt(scale + epsilon), moment, scale


@exercise.misconception(
    "Only the second moment is corrected when the weights move. The first began at zero, too."
)
def corrects_the_second_moment_only(
    weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon
):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    return weights - eta * moment / np.sqrt(scale / (1 - beta2**t) + epsilon), moment, scale


@exercise.misconception(
    "The second moment is corrected after its root was taken, by the whole 1 - beta2^t. Try it "
    "at t = 1: is the corrected scale the squared gradient?"
)
def corrects_outside_of_the_root(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    root = np.sqrt(scale + epsilon) / (1 - beta2**t)
    return weights - eta * moment / (1 - beta1**t) / root, moment, scale


@exercise.misconception(
    "The weights are right, but the moments come back corrected. At the next step they would be "
    "averaged on and corrected once more. Which of the two versions is the memory?"
)
def stores_the_corrected_moments(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = (beta1 * moment + (1 - beta1) * gradient) / (1 - beta1**t)
    scale = (beta2 * scale + (1 - beta2) * gradient**2) / (1 - beta2**t)
    return weights - eta * moment / np.sqrt(scale + epsilon), moment, scale


@exercise.misconception(
    "Your corrections are one step behind: t - 1 where t gradients are in the moments by now. "
    "What would they divide by at t = 1?"
)
def counts_t_from_zero(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1 ** (t - 1)), scale / (1 - beta2 ** (t - 1))
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "Your corrections are one step ahead. t is already the number of this step; at t = 1 the "
    "corrected moment should be the gradient itself. Is yours?"
)
def counts_t_one_too_far(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1 ** (t + 1)), scale / (1 - beta2 ** (t + 1))
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "You divide by 1 - beta at every step. That is right at t = 1 only. Which power is missing?"
)
def corrects_without_the_power(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1), scale / (1 - beta2)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "The corrections have changed places: each moment needs the one with its own beta."
)
def swaps_the_corrections(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta2**t), scale / (1 - beta1**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "beta1 and beta2 have changed places. Which of the two averages the squares?"
)
def swaps_the_betas(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta2 * moment + (1 - beta2) * gradient
    scale = beta1 * scale + (1 - beta1) * gradient**2
    m, s = moment / (1 - beta2**t), scale / (1 - beta1**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "The moments are right, but the root is missing in the step: the scale holds *squares*, and "
    "its units do not fit those of the moment."
)
def forgets_the_root(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / (s + epsilon), moment, scale


@exercise.misconception(
    "Your scale averages the gradients' sizes, not their squares. It is called the *second* "
    "moment: which power is in it?"
)
def averages_sizes_instead_of_squares(
    weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon
):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * np.abs(gradient)
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "Your scale averages the squares of the moment. Adam squares the gradient itself, before any "
    "averaging."
)
def squares_the_moment(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * moment**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "You average the squared distance from the moment: a variance, as some texts call it. Adam's "
    "second moment is the raw one: on a constant gradient, what should it become, 0 or g^2?"
)
def takes_the_variance(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * (gradient - moment) ** 2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "The first moment is a decaying sum, as in momentum. In an average, how much of the new "
    "gradient comes in if beta1 is kept of the old?"
)
def sums_the_gradients(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "Both moments are decaying sums. In an average, how much of the new comes in if beta is kept "
    "of the old?"
)
def sums_both(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + gradient
    scale = beta2 * scale + gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "In both averages beta and 1 - beta have changed places. Think of beta2 = 0.999, a very long "
    "memory: which term should it belong to?"
)
def averages_the_other_way_round(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = (1 - beta1) * moment + beta1 * gradient
    scale = (1 - beta2) * scale + beta2 * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "The moments are right, but the gradient is what you divide by the root: that is RMSprop. "
    "What is the first moment good for?"
)
def divides_the_gradient(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    return weights - eta * gradient / np.sqrt(scale / (1 - beta2**t) + epsilon), moment, scale


@exercise.misconception(
    "The moments are right, but the weights move by their old versions, so today's gradient "
    "comes one step late. Which lines come first?"
)
def moves_by_the_old_moments(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    new = weights - eta * m / np.sqrt(s + epsilon)
    moment = beta1 * moment + (1 - beta1) * gradient
    return new, moment, beta2 * scale + (1 - beta2) * gradient**2


@exercise.misconception(
    "Every weight moves by eta, whatever its moments: only the sign is left. Adam's steps are "
    "*at most about* eta long; when are they shorter?"
)
def takes_the_sign_only(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    return weights - eta * np.sign(moment), moment, scale


@exercise.misconception("The step leads uphill. Which sign leads down?")
def walks_uphill(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights + eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception("The moments are right, but eta does not scale the step.")
def forgets_the_learning_rate(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "The weights are right, but the moments come back as they came in. Which ones does the next "
    "step need?"
)
def returns_the_old_moments(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    m = (beta1 * moment + (1 - beta1) * gradient) / (1 - beta1**t)
    s = (beta2 * scale + (1 - beta2) * gradient**2) / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "Only the weights come back. The next step needs both moments: return three values, as in "
    "return weights, moment, scale."
)
def returns_only_the_weights(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon)


@exercise.misconception(
    "The weights are right, but the two moments come back in the wrong order: first the average "
    "of the gradients, then that of their squares. (A published code calls them by each other's "
    "usual names, which invites this.)"
)
def returns_the_scale_before_the_moment(
    weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon
):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), scale, moment


@exercise.misconception(
    "One array serves as both moments: the second line averages the squares into the first "
    "moment instead of the scale. Do the two names stand for two arrays?"
)
def uses_one_array_for_both(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    m = moment / (1 - beta1**t)
    moment = beta2 * moment + (1 - beta2) * gradient**2
    s = moment / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, moment


@exercise.misconception(
    "The root is taken of the sum over all weights, so that all of them share one denominator. "
    "Adam's point is that each weight has its own."
)
def shares_one_denominator(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    root = np.sqrt(np.sum(scale) / (1 - beta2**t) + epsilon)
    return weights - eta * moment / (1 - beta1**t) / root, moment, scale


@exercise.misconception(
    "Your loop goes through the first axis of the arrays, which a 0-d array does not have. No "
    "loop is needed: whole arrays add, multiply and divide element by element."
)
def loops_over_the_first_axis(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    new, moments, scales = (np.zeros_like(weights) for _ in range(3))
    for i in range(len(weights)):
        moments[i] = beta1 * moment[i] + (1 - beta1) * gradient[i]
        scales[i] = beta2 * scale[i] + (1 - beta2) * gradient[i] ** 2
        root = np.sqrt(scales[i] / (1 - beta2**t) + epsilon)
        new[i] = weights[i] - eta * moments[i] / (1 - beta1**t) / root
    return new, moments, scales


@exercise.misconception(
    "The same call gave two different answers: your function remembers moments, or counts its "
    "calls. Moments and t come in through its arguments; the caller keeps them."
)
def keeps_state_between_calls(
    weights,
    moment,
    scale,
    gradient,
    t,
    eta,
    beta1,
    beta2,
    epsilon,
    memory=[0],  # noqa: B006
):
    memory[0] += 1
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1 ** memory[0]), scale / (1 - beta2 ** memory[0])
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "The values are right, but the caller's arrays were overwritten on the way: operators such "
    "as *= and += write into the array that was handed in. Make new ones instead, a = a * b "
    "rather than a *= b."
)
def changes_its_inputs(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment *= beta1
    moment += (1 - beta1) * gradient
    scale *= beta2
    scale += (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "In your scale the share 1 - beta2 is squared together with the gradient. Where do the "
    "brackets end?"
)
def squares_the_share_too(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + ((1 - beta2) * gradient) ** 2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "In your scale the new square comes in with 1 - beta1. beta2 is kept of the old: how much does "
    "that leave for the new?"
)
def takes_the_share_of_the_other_moment(
    weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon
):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta1) * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.misconception(
    "Both moments are corrected with beta1. How much of the scale has come in depends on its own "
    "decay."
)
def corrects_both_with_beta1(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta1**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.variant
def line_by_line(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    m, s = moment / (1 - beta1**t), scale / (1 - beta2**t)
    return weights - eta * m / np.sqrt(s + epsilon), moment, scale


@exercise.variant
def with_one_rate(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    share1, share2 = 1 - beta1**t, 1 - beta2**t
    moment = moment + (1 - beta1) * (gradient - moment)
    scale = scale + (1 - beta2) * (gradient * gradient - scale)
    rate = eta * np.sqrt(share2) / share1  # the series' prefactor
    return weights - rate * moment / np.sqrt(scale + share2 * epsilon), moment, scale


@exercise.variant
def in_place_on_copies(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment, scale, weights = moment.copy(), scale.copy(), np.array(weights)
    moment *= beta1
    moment += (1 - beta1) * gradient
    scale *= beta2
    scale += (1 - beta2) * np.square(gradient)
    weights -= eta * (moment / (1 - beta1**t)) * (scale / (1 - beta2**t) + epsilon) ** -0.5
    return weights, moment, scale


@exercise.variant
def number_by_number(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    new = np.empty((3, *weights.shape))
    for i in np.ndindex(weights.shape):
        m = beta1 * moment[i] + (1 - beta1) * gradient[i]
        s = beta2 * scale[i] + (1 - beta2) * gradient[i] ** 2
        step = eta * m / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t) + epsilon)
        new[(slice(None), *i)] = weights[i] - step, m, s
    return new


@exercise.variant
def as_a_list_with_prints(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = np.add(np.multiply(beta1, moment), (1 - beta1) * gradient)
    scale = np.add(np.multiply(beta2, scale), (1 - beta2) * gradient**2)
    print("moment", moment, "scale", scale)
    step = eta * moment / (1 - beta1**t) / np.sqrt(scale / (1 - beta2**t) + epsilon)
    return [(weights - step).tolist(), moment.tolist(), scale.tolist()]


@exercise.variant
def in_single_precision(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    step = (moment / (1 - beta1**t) / np.sqrt(scale / (1 - beta2**t) + epsilon)).astype(np.float32)
    weights = weights.astype(np.float32) - np.float32(eta) * step
    return weights, moment.astype(np.float32), scale.astype(np.float32)
