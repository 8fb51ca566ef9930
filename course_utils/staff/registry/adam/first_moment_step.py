"""Exercise ``first-moment-step``: descent along a bias-corrected average of gradients."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils.optimizers import FirstMoment

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, rate, rounded, signed
from ._edits import within
from ._inputs import LATER, decays, late_decays

exercise = Exercise(
    slug="first-moment-step",
    function="first_moment_step",
    arguments=("weights", "moment", "gradient", "t", "eta", "beta1"),
    returns=("weights", "moment"),
    points=3,
    core=0.25,  # a formula may be right for early steps only, or for late ones only
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
    for t in LATER:
        arguments = (*inputs(2, t)[:5], late_decays(rng, t)[0])
        yield Call("a later step, with a long memory", arguments, weight=2)
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape, 3), "edge")
    yield Call("beta1 = 0", (*inputs(3, 4)[:5], 0.0), "edge")
    yield Call("huge numbers", inputs(3, 2, HUGE), "edge")
    yield Call("tiny numbers", inputs(3, 2, TINY), "edge")
    yield Call(EMPTY, inputs(0, 2), "free")


@exercise.variant
def line_by_line(weights, moment, gradient, t, eta, beta1):
    moment = beta1 * moment + (1 - beta1) * gradient
    share = 1 - beta1**t
    step = eta * moment / share
    return weights - step, moment


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


# Rarer mistakes take up two lines of the answer, so that they do not pair with each other.
AVERAGE = """\
    moment = beta1 * moment + (1 - beta1) * gradient
    share = 1 - beta1**t
"""
STEP = """\
    share = 1 - beta1**t
    step = eta * moment / share
"""

exercise.mistake(
    "sums_instead_of_averaging",
    {"(1 - beta1) * gradient": "gradient"},
    "You build a decaying sum, as in momentum: the new gradient counts in full. In an average "
    "old and new share one whole: if beta1 is kept of the old, how much of the new comes in?",
)

exercise.mistake(
    "averages_the_other_way_round",
    {"beta1 * moment + (1 - beta1) * gradient": "(1 - beta1) * moment + beta1 * gradient"},
    "beta1 and 1 - beta1 have changed places in the average. Think of beta1 = 0.99, a long "
    "memory: which of the two terms should it belong to?",
)

exercise.mistake(
    "forgets_the_old_moment",
    within(AVERAGE, {"beta1 * moment + ": ""}),
    "Only the newest gradient is in your moment. What arrives in the argument moment, and how "
    "much of it should stay?",
)

exercise.mistake(
    "keeps_all_of_the_old_moment",
    within(AVERAGE, {"beta1 * moment + (": "moment + ("}),
    "The old moment is kept in full, and 1 - beta1 of the gradient is added. In an average what "
    "comes in makes room for itself: how much of the old should stay?",
)

exercise.mistake(
    "subtracts_the_gradient",
    within(AVERAGE, {"+ (1 - beta1) * gradient": "- (1 - beta1) * gradient"}),
    "The gradient enters the average with a minus. The moment is an average of the gradients "
    "themselves; which line makes the weights go down?",
)

exercise.mistake(
    "keeps_a_downhill_average",
    {"+ (1 - beta1) * gradient": "- (1 - beta1) * gradient", "weights - step": "weights + step"},
    "You average -g, the way down, and add it to the weights. From zero the path would be "
    "right, but the moment handed in, and asked back, is an average of gradients with their own "
    "sign.",
)

exercise.mistake(
    "puts_eta_inside_the_average",
    {"(1 - beta1) * gradient": "(1 - beta1) * eta * gradient", "eta * moment": "moment"},
    "eta is inside of your average, so that the moment averages steps. Here it averages the "
    "gradients themselves, and eta enters when the weights move.",
)

exercise.mistake(
    "counts_eta_twice",
    {"(1 - beta1) * gradient": "(1 - beta1) * eta * gradient"},
    "eta is there twice: inside the average and again when the weights move. Once is enough; "
    "the moment knows no eta.",
)

exercise.mistake(
    "keeps_a_downhill_velocity",
    within(AVERAGE, {"+ (1 - beta1) *": "- (1 - beta1) * eta *"})
    | {"eta * moment": "moment", "weights - step": "weights + step"},
    "Your moment holds the next change of the weights, with eta and a minus inside. Here it is "
    "the plain average of gradients; eta and the minus come when the weights move.",
)

exercise.mistake(
    "corrects_a_sum",
    within(
        AVERAGE,
        {"(1 - beta1) * gradient": "gradient", "1 - beta1**t": "(1 - beta1**t) / (1 - beta1)"},
    ),
    "You keep a decaying sum, and your correction makes an average of it. From zero the path "
    "would be right, but the moment handed in, and asked back, is the average itself.",
)

exercise.mistake(
    "keeps_a_velocity",
    within(AVERAGE, {"(1 - beta1) * gradient": "eta * gradient"})
    | {"eta * moment / share": "moment"},
    "Your moment is momentum's velocity: a decaying sum with eta inside, which moves the "
    "weights as it is. Here it is an average of the gradients alone, and the step corrects it.",
)

exercise.mistake(
    "keeps_the_lectures_velocity",
    within(AVERAGE, {"+ (1 - beta1) * gradient": "- eta * gradient"})
    | {"eta * moment / share": "moment", "weights - step": "weights + step"},
    "Your moment is the lecture's velocity, v = beta1 v - eta g, added to the weights. Here it "
    "is an average of the gradients alone, and the step corrects it.",
)

exercise.mistake(
    "moves_by_the_old_moment",
    {"    moment = beta1": "    old = moment\n    moment = beta1", "eta * moment": "eta * old"},
    "The weights move by the moment as it came in, so today's gradient arrives one step late. "
    "Which line comes first?",
)

exercise.mistake(
    "returns_the_old_moment",
    {"    moment = beta1": "    old = moment\n    moment = beta1", "step, moment": "step, old"},
    "The moment comes back as it came in. Which one does the next step need?",
)

exercise.mistake(
    "forgets_the_correction",
    {"moment / share": "moment"},
    "The step is taken with the moment as it is, still pulled towards the zero it began with. "
    "What would make it as long as the gradients it stands for?",
)

exercise.mistake(
    "counts_t_from_zero",
    {"beta1**t": "beta1 ** (t - 1)"},
    "Your correction is one step behind: it says t - 1 where t gradients are in the moment by "
    "now. What is it at t = 1?",
)

exercise.mistake(
    "counts_t_one_too_far",
    {"beta1**t": "beta1 ** (t + 1)"},
    "Your correction is one step ahead. t is already the number of this step; at t = 1 the "
    "corrected moment should be the gradient itself. Is yours?",
)

exercise.mistake(
    "corrects_without_the_power",
    {"beta1**t": "beta1"},
    "Your correction is 1 - beta1 at every step. That is right at t = 1 only; what is left of "
    "the zero after two steps, after ten?",
)

exercise.mistake(
    "corrects_for_the_second_step",
    within(STEP, {"beta1**t": "beta1**2"}),
    "Your correction is 1 - beta1^2 at every step. That is right at t = 2 only. Is the 2 meant "
    "to be the number of the step?",
)

exercise.mistake(
    "multiplies_instead_of_raising",
    {"beta1**t": "beta1 * t"},
    "beta1 is multiplied by t, where it should be raised to a power: each step multiplies what "
    "is left of the beginning by beta1 once more. In Python, which sign is the power?",
)

exercise.mistake(
    "raises_the_difference",
    {"1 - beta1**t": "(1 - beta1) ** t"},
    "The power stands at 1 - beta1 as a whole. What is raised to the power t is what each step "
    "leaves of the beginning: beta1.",
)

exercise.mistake(
    "takes_the_missing_share",
    {"1 - beta1**t": "beta1**t"},
    "Your correction is beta1^t, the share that is still missing. What share of a whole average "
    "has come in?",
)

exercise.mistake(
    "multiplies_by_the_correction",
    {"moment / share": "moment * share"},
    "You multiply by the correction, which is below 1: the early steps get shorter still. Which "
    "way should the correction push?",
)

exercise.mistake(
    "takes_the_root_of_the_correction",
    within(STEP, {"moment / share": "moment / np.sqrt(share)"}),
    "There is a root at the correction. Adam's second moment sends its correction through a "
    "root; the first moment is corrected without.",
)

exercise.mistake(
    "corrects_without_brackets",
    within(
        STEP, {"moment / share": "moment / 1 - eta * beta1**t", "    share = 1 - beta1**t\n": ""}
    ),
    "From the moment you subtract beta1^t, as moment / 1 - beta1**t does: Python divides first. "
    "The correction scales the moment: which brackets are missing?",
)

exercise.mistake(
    "divides_before_the_brackets",
    within(STEP, {"moment / share": "moment / 1 - beta1**t", "    share = 1 - beta1**t\n": ""}),
    "From the step you subtract beta1^t, as eta * moment / 1 - beta1**t does: Python divides "
    "first. The correction scales the moment: which brackets are missing?",
)

exercise.mistake(
    "moves_by_the_gradient",
    {"eta * moment / share": "eta * gradient"},
    "The weights follow the gradient alone. What was the average for?",
)

exercise.mistake(
    "corrects_the_gradient",
    within(STEP, {"eta * moment": "eta * gradient"}),
    "The weights follow the newest gradient, corrected as if it were the average. What began at "
    "zero, and needs the correction?",
)

exercise.mistake(
    "forgets_the_learning_rate",
    {"eta * moment": "moment"},
    "eta does not scale your step. Where does the learning rate enter?",
)

exercise.mistake(
    "walks_uphill",
    {"weights - step": "weights + step"},
    "You add the step to the weights. The moment is an average of gradients: which sign leads "
    "down?",
)

exercise.mistake(
    "stores_the_corrected_moment",
    {"step, moment": "step, moment / share"},
    "The corrected moment is what you hand back. At the next step it would be averaged on and "
    "corrected once more. Which of the two is the memory?",
)

exercise.mistake(
    "corrects_the_weights_too",
    {
        "step = eta * moment / share": "step = eta * moment",
        "weights - step": "(weights - step) / share",
    },
    "The correction divides the weights as well: where do the brackets end? It belongs to the "
    "moment alone.",
)

exercise.mistake(
    "returns_the_step",
    {"weights - step,": "step,"},
    "In place of the new weights comes the step itself. What becomes of the argument weights?",
)

exercise.mistake(
    "swaps_eta_and_beta1",
    {
        "beta1 * moment + (1 - beta1) *": "eta * moment + (1 - eta) *",
        "1 - beta1**t": "1 - eta**t",
        "eta * moment": "beta1 * moment",
    },
    "eta and beta1 have changed places. The order is (weights, moment, gradient, t, eta, beta1).",
)


@exercise.misconception(
    "Your function works on two numbers, index 0 and index 1, and returns two. Whole arrays add "
    "and multiply element by element, with any number of weights: no index is needed."
)
def writes_out_two_components(weights, moment, gradient, t, eta, beta1):
    m0 = beta1 * moment[0] + (1 - beta1) * gradient[0]
    m1 = beta1 * moment[1] + (1 - beta1) * gradient[1]
    rate = eta / (1 - beta1**t)
    return np.array([weights[0] - rate * m0, weights[1] - rate * m1]), np.array([m0, m1])


# It ends where an array has no length, as a loop through the first axis does.
exercise.mistake(
    "loops_over_the_first_axis",
    {"beta1):\n": "beta1):\n    len(weights)\n"},
    "Your function goes through the first axis of the arrays, which a 0-d array does not have. No "
    "loop and no len is needed: whole arrays add and multiply element by element, whatever their "
    "shape.",
)
