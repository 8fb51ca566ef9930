"""Exercise ``adam-step``: one step of Adam, with ε inside the root as in the series."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils.optimizers import Adam

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, positive, rate, rounded, signed
from ._edits import within
from ._inputs import LATER, decays, late_decays, smoothing

exercise = Exercise(
    slug="adam-step",
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
    core=0.25,  # a formula may be right for early steps only, or for late ones only
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
    for step in (1, 2):
        arguments = (weights, moment, scale, signed(rng, 3), step + 1, *rest)
        yield Call("a chain of steps", arguments, step=f"step {step} of 2, from t = 2")
        weights, moment, scale = (rounded(new, decimals=4) for new in reference(*arguments))
    for t in LATER:
        *arguments, eta, _, _, epsilon = inputs(2, t)
        about = "a later step, with long memories"
        yield Call(about, (*arguments, eta, *late_decays(rng, t), epsilon), weight=2)
    for about, shape in {**SHAPES, "a matrix": (2, 2)}.items():
        yield Call(about, inputs(shape, 3), "edge")
    usual = (0.001, 0.9, 0.999, 1e-8)
    yield Call("Adam's own values", (*inputs(2, 1000)[:5], *usual), "edge")
    weights, _, _, _, _, *rest = inputs(2, 2)
    nothing = (weights, *(np.zeros(2) for _ in range(3)), 2, *rest)
    yield Call("nothing but zeros", nothing, "edge")
    yield Call("huge numbers", inputs(2, 2, HUGE // 2), "edge")
    yield Call("tiny numbers", inputs(2, 2, TINY // 2), "edge")
    yield Call(EMPTY, inputs(0, 2), "free")


@exercise.variant
def one_idea_a_line(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    share1 = 1 - beta1**t
    share2 = 1 - beta2**t
    m = moment / share1
    s = scale / share2
    step = eta * m
    root = np.sqrt(s + epsilon)
    return weights - step / root, moment, scale


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


# Nearly every published Adam has epsilon outside of the root, so each mistake pairs with that. To
# keep the pairs few, the rarer mistakes take up all lines above the root, and a rarer root all
# lines down to it: they pair with nothing else there.
ABOVE = """\
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    share1 = 1 - beta1**t
    share2 = 1 - beta2**t
    m = moment / share1
    s = scale / share2
    step = eta * m
"""
ROOT = ABOVE + "    root = np.sqrt(s + epsilon)\n"
# Left as it is, this piece keeps a root from pairing with a correction of the scale left out.
UNCORRECTED = {"s = scale / share2": "s = scale / share2"}

exercise.mistake(
    "puts_epsilon_outside",
    {"np.sqrt(s + epsilon)": "np.sqrt(s) + epsilon"},
    "epsilon stands outside of the root, as in the lecture and in PyTorch. This exercise follows "
    "the series, which has it inside.",
)

exercise.mistake(
    "puts_epsilon_outside_with_a_prefactor",
    UNCORRECTED | {"np.sqrt(s + epsilon)": "np.sqrt(s) + epsilon / np.sqrt(share2)"},
    "epsilon stands outside of the root, and at the scale before its correction, as in the "
    "form with a prefactor: there the root of the correction divides epsilon as well. This "
    "exercise has it inside of the root, beside the corrected scale.",
)

exercise.mistake(
    "adds_epsilon_before_the_correction",
    UNCORRECTED | {"np.sqrt(s + epsilon)": "np.sqrt(s + epsilon / share2)"},
    "epsilon is added to the scale before its correction, which blows it up as well; with a "
    "prefactor this happens, too. Which of the two comes first?",
)

exercise.mistake(
    "puts_a_fixed_epsilon_outside",
    {"* m\n    root = np.sqrt(s + epsilon)": "* m\n    root = np.sqrt(s) + 1e-8"},
    "Your smoothing term is a fixed small number, about 1e-8. The caller asks for one in the "
    "argument epsilon, and it belongs inside of the root.",
)

exercise.mistake(
    "forgets_the_root",
    {"* m\n    root = np.sqrt(s + epsilon)": "* m\n    root = s + epsilon"},
    "There is no root in your step: the scale holds *squares*, and its units do not fit those "
    "of the moment.",
)

exercise.mistake(
    "multiplies_by_the_root",
    within(ABOVE, {}) | {"step / root": "step * root"},
    "You multiply by the root. Where gradients have been large, should the step get longer or "
    "shorter?",
)

exercise.mistake(
    "subtracts_epsilon_outside",
    within(ROOT, {"np.sqrt(s + epsilon)": "np.sqrt(s) - epsilon"}),
    "You subtract epsilon, outside of the root. It is there to keep the denominator away from "
    "0: which sign does that? And this exercise has it inside.",
)

exercise.mistake(
    "subtracts_epsilon",
    within(ROOT, {"s + epsilon": "s - epsilon"}),
    "You subtract epsilon under the root. It is there to keep the denominator away from 0: "
    "which sign does that?",
)

exercise.mistake(
    "shares_one_denominator",
    within(ROOT, {"np.sqrt(s + epsilon)": "np.sqrt(np.sum(s) + epsilon)"}),
    "The root is taken of the sum over all weights, so that all of them share one denominator. "
    "Adam's point is that each weight has its own.",
)

exercise.mistake(
    "corrects_outside_of_the_root",
    within(
        ROOT, {"scale / share2": "scale", "np.sqrt(s + epsilon)": "np.sqrt(s + epsilon) / share2"}
    ),
    "The second moment is corrected after its root was taken, by the whole 1 - beta2^t. Try it "
    "at t = 1: is the corrected scale the squared gradient?",
)

exercise.mistake(
    "adds_epsilon_to_the_quotient",
    within(ROOT, {"np.sqrt(s + epsilon)": "np.sqrt(s)"})
    | {"step / root": "(step / root + eta * epsilon)"},
    "epsilon is added after the division, so that it moves every weight by eta times epsilon: "
    "brackets are missing. Which number is epsilon meant to keep away from 0?",
)

exercise.mistake(
    "adds_epsilon_to_the_weights",
    within(ROOT, {"np.sqrt(s + epsilon)": "np.sqrt(s)"}) | {"step / root": "step / root + epsilon"},
    "epsilon is added at the end, to the weights themselves, and not to what divides: brackets "
    "are missing. Which number is epsilon meant to keep away from 0?",
)

exercise.mistake(
    "forgets_the_root_of_the_prefactor",
    within(ROOT, {"np.sqrt(s + epsilon)": "(np.sqrt(scale) + epsilon) / share2"}),
    "The second moment is corrected after its root was taken, by the whole 1 - beta2^t, and "
    "epsilon stands outside of the root. In a prefactor it is the *root* of 1 - beta2^t that "
    "counts; and this exercise has epsilon inside.",
)

exercise.mistake(
    "adds_epsilon_to_the_rate",
    within(ROOT, {"np.sqrt(s + epsilon)": "np.sqrt(s)", "step = eta * m": "step = eta"})
    | {"step / root": "(step / root + epsilon) * m"},
    "epsilon is added to eta over the root, not to the denominator: it makes the rate larger "
    "instead of keeping the division safe. Where do the brackets belong?",
)

exercise.mistake(
    "walks_uphill",
    {"step = eta * m": "step = -eta * m"},
    "You add the step to the weights. The moment is an average of gradients: which sign leads "
    "down?",
)

exercise.mistake(
    "forgets_the_learning_rate",
    {"step = eta * m": "step = m"},
    "eta does not scale your step. Where does the learning rate enter?",
)

exercise.mistake(
    "swaps_eta_and_epsilon",
    within(ROOT, {"eta * m": "epsilon * m", "s + epsilon": "s + eta"}),
    "eta and epsilon have changed places. The order of the arguments ends with eta, beta1, "
    "beta2, epsilon: eta scales the step, epsilon smooths the division.",
)

exercise.mistake(
    "lets_eta_shrink",
    within(ABOVE, {"eta * m": "eta / np.sqrt(t) * m"}),
    "eta is divided by the root of t, as in the paper's proof. The step of this exercise keeps "
    "eta as it is.",
)

exercise.mistake(
    "counts_eta_twice",
    within(ABOVE, {"step = eta * m": "step = eta * eta * m"}),
    "eta is there twice: your step is multiplied by its square. Does one line scale the step, "
    "and the next one once more?",
)

exercise.mistake(
    "divides_the_gradient",
    within(ABOVE, {"eta * m": "eta * gradient"}),
    "The gradient is what you divide by the root: that is RMSprop, with a corrected scale. What "
    "is the first moment good for?",
)

exercise.mistake(
    "takes_the_sign_only",
    within(
        ROOT,
        {"step = eta * m": "step = eta * np.sign(m)", "root = np.sqrt(s + epsilon)": "root = 1"},
    ),
    "Every weight moves by eta, whatever its moments: only the sign is left. Adam's steps are "
    "*at most about* eta long; when are they shorter?",
)

exercise.mistake(
    "returns_the_step",
    within(ABOVE, {"step = eta * m": "step = -eta * m\n    weights = 0"}),
    "In place of the new weights comes the step itself. What becomes of the argument weights?",
)

exercise.mistake(
    "returns_the_change",
    within(ABOVE, {"step = eta * m": "step = eta * m\n    weights = 0"}),
    "In place of the new weights comes their change. What becomes of the argument weights?",
)

exercise.mistake(
    "moves_by_the_old_moments",
    within(
        ABOVE,
        {
            "    moment = beta1": "    old, old_scale = moment, scale\n    moment = beta1",
            "m = moment": "m = old",
            "s = scale": "s = old_scale",
        },
    ),
    "The weights move by the moments as they came in, so today's gradient comes one step late. "
    "Which lines come first?",
)

exercise.mistake(
    "moves_by_the_old_moment",
    within(
        ABOVE,
        {"    moment = beta1": "    old = moment\n    moment = beta1", "m = moment": "m = old"},
    ),
    "The weights move by the first moment as it came in, so today's gradient comes one step "
    "late. Which line comes first?",
)

exercise.mistake(
    "moves_by_the_old_scale",
    within(
        ABOVE, {"    scale = beta2": "    old = scale\n    scale = beta2", "s = scale": "s = old"}
    ),
    "What divides is the scale as it came in, so today's square comes one step late. Which line "
    "comes first?",
)

exercise.mistake(
    "returns_the_old_moments",
    within(ABOVE, {"    moment = beta1": "    old = moment, scale\n    moment = beta1"})
    | {"moment, scale\n": "*old\n"},
    "The moments come back as they came in. Which ones does the next step need?",
)

exercise.mistake(
    "forgets_both_corrections",
    {"moment / share1": "moment", "scale / share2": "scale"},
    "Neither moment is corrected when the weights move. What is still missing in an average "
    "that began at zero?",
)

exercise.mistake(
    "corrects_the_first_moment_only",
    {"scale / share2": "scale"},
    "Only the first moment is corrected when the weights move. The second began at zero, too.",
)

exercise.mistake(
    "corrects_the_second_moment_only",
    {"moment / share1": "moment"},
    "Only the second moment is corrected when the weights move. The first began at zero, too.",
)

exercise.mistake(
    "corrects_without_the_power",
    {"beta1**t": "beta1", "beta2**t": "beta2"},
    "Your corrections are 1 - beta at every step. That is right at t = 1 only. Which power is "
    "missing?",
)

exercise.mistake(
    "counts_t_from_zero",
    {"beta1**t": "beta1 ** (t - 1)", "beta2**t": "beta2 ** (t - 1)"},
    "Your corrections are one step behind: t - 1 where t gradients are in the moments by now. "
    "What are they at t = 1?",
)

exercise.mistake(
    "counts_t_one_too_far",
    {"beta1**t": "beta1 ** (t + 1)", "beta2**t": "beta2 ** (t + 1)"},
    "Your corrections are one step ahead. t is already the number of this step; at t = 1 the "
    "corrected moment should be the gradient itself. Is yours?",
)

exercise.mistake(
    "stores_the_corrected_moments",
    {"m = moment /": "m = moment = moment /", "s = scale /": "s = scale = scale /"},
    "The moments come back corrected. At the next step they would be averaged on and corrected "
    "once more. Which of the two versions is the memory?",
)

exercise.mistake(
    "stores_the_corrected_moment",
    within(ABOVE, {"m = moment /": "m = moment = moment /"}),
    "The first moment comes back corrected, the scale does not. At the next step it would be "
    "corrected once more. Which of the two versions is the memory?",
)

exercise.mistake(
    "stores_the_corrected_scale",
    within(ABOVE, {"s = scale /": "s = scale = scale /"}),
    "The scale comes back corrected, the first moment does not. At the next step it would be "
    "corrected once more. Which of the two versions is the memory?",
)

exercise.mistake(
    "corrects_for_the_second_step",
    within(ABOVE, {"beta1**t": "beta1**2", "beta2**t": "beta2**2"}),
    "Your corrections are 1 - beta^2 at every step. That is right at t = 2 only. Is the 2 meant "
    "to be the number of the step?",
)

exercise.mistake(
    "multiplies_by_the_corrections",
    within(ABOVE, {"/ share1": "* share1", "/ share2": "* share2"}),
    "You multiply the moments by their corrections, which are below 1. The uncorrected moments "
    "are too small: which way should a correction push?",
)

exercise.mistake(
    "multiplies_instead_of_raising",
    within(ABOVE, {"beta1**t": "beta1 * t", "beta2**t": "beta2 * t"}),
    "The new weights are not numbers (nan) after the first step. Is there something negative "
    "under your root? 1 - beta2 * t is, where beta2 is multiplied by t and not raised to a "
    "power.",
)

exercise.mistake(
    "raises_the_difference",
    within(ABOVE, {"1 - beta1**t": "(1 - beta1) ** t", "1 - beta2**t": "(1 - beta2) ** t"}),
    "The powers stand at 1 - beta as a whole. What is raised to the power t is what each step "
    "leaves of the beginning: beta.",
)

exercise.mistake(
    "takes_the_missing_shares",
    within(ABOVE, {"1 - beta1**t": "beta1**t", "1 - beta2**t": "beta2**t"}),
    "Your corrections are beta^t, the share that is still missing. What share of a whole "
    "average has come in?",
)

exercise.mistake(
    "corrects_without_brackets",
    within(
        ABOVE,
        {"moment / share1": "moment / 1 - beta1**t", "scale / share2": "scale / 1 - beta2**t"},
    ),
    "From the moments you subtract beta^t, as moment / 1 - beta**t does: Python divides first. "
    "The correction scales the moment: which brackets are missing?",
)

exercise.mistake(
    "swaps_the_corrections",
    within(ABOVE, {"1 - beta1**t": "1 - beta2**t", "1 - beta2**t": "1 - beta1**t"}),
    "The corrections have changed places: each moment needs the one with its own beta.",
)

exercise.mistake(
    "corrects_both_with_beta1",
    within(ABOVE, {"1 - beta2**t": "1 - beta1**t"}),
    "Both moments are corrected with beta1. How much of the scale has come in depends on its "
    "own decay.",
)

exercise.mistake(
    "corrects_both_with_beta2",
    within(ABOVE, {"1 - beta1**t": "1 - beta2**t"}),
    "Both moments are corrected with beta2. How much of the first moment has come in depends on "
    "its own decay.",
)

exercise.mistake(
    "takes_nadams_step",
    within(
        ABOVE, {"m = moment / share1": "m = (beta1 * moment + (1 - beta1) * gradient) / share1"}
    ),
    "The weights move by beta1 times the new moment plus 1 - beta1 times the gradient, "
    "corrected: that is a form of Nadam's step. Adam moves by the corrected moment itself.",
)

exercise.mistake(
    "sums_the_gradients",
    {"(1 - beta1) * gradient": "gradient"},
    "The first moment is a decaying sum, as in momentum. In an average, how much of the new "
    "gradient comes in if beta1 is kept of the old?",
)

exercise.mistake(
    "sums_the_squares",
    {"(1 - beta2) * gradient**2": "gradient**2"},
    "The scale is a decaying sum of squares. In an average, how much of the new square comes in "
    "if beta2 is kept of the old?",
)

exercise.mistake(
    "sums_both",
    within(
        ABOVE,
        {"(1 - beta1) * gradient\n": "gradient\n", "(1 - beta2) * gradient**2": "gradient**2"},
    ),
    "Both moments are decaying sums. In an average, how much of the new comes in if beta is "
    "kept of the old?",
)

exercise.mistake(
    "averages_the_other_way_round",
    within(
        ABOVE,
        {
            "beta1 * moment + (1 - beta1) * gradient": "(1 - beta1) * moment + beta1 * gradient",
            "beta2 * scale + (1 - beta2) *": "(1 - beta2) * scale + beta2 *",
        },
    ),
    "In both averages beta and 1 - beta have changed places. Think of beta2 = 0.999, a very "
    "long memory: which term should it belong to?",
)

exercise.mistake(
    "averages_the_squares_the_other_way_round",
    within(ABOVE, {"beta2 * scale + (1 - beta2) *": "(1 - beta2) * scale + beta2 *"}),
    "In the scale beta2 and 1 - beta2 have changed places. Think of beta2 = 0.999, a very long "
    "memory: which term should it belong to?",
)

exercise.mistake(
    "averages_the_gradients_the_other_way_round",
    within(
        ABOVE,
        {"beta1 * moment + (1 - beta1) * gradient": "(1 - beta1) * moment + beta1 * gradient"},
    ),
    "In the first moment beta1 and 1 - beta1 have changed places. Think of beta1 = 0.99, a long "
    "memory: which term should it belong to?",
)

exercise.mistake(
    "swaps_the_betas",
    within(
        ABOVE,
        {
            "beta1 * moment + (1 - beta1) *": "beta2 * moment + (1 - beta2) *",
            "beta2 * scale + (1 - beta2) *": "beta1 * scale + (1 - beta1) *",
            "1 - beta1**t": "1 - beta2**t",
            "1 - beta2**t": "1 - beta1**t",
        },
    ),
    "beta1 and beta2 have changed places. Which of the two averages the squares?",
)

exercise.mistake(
    "averages_both_with_beta1",
    within(ABOVE, {"beta2 * scale + (1 - beta2) *": "beta1 * scale + (1 - beta1) *"}),
    "The scale is averaged with beta1. It has a decay of its own, beta2.",
)

exercise.mistake(
    "fades_the_scale_with_beta1",
    within(ABOVE, {"beta2 * scale": "beta1 * scale"}),
    "What is kept of your old scale is beta1. It has a decay of its own, and 1 - beta2 comes "
    "in: how much is to be kept?",
)

exercise.mistake(
    "takes_the_share_of_the_other_moment",
    within(ABOVE, {"(1 - beta2) *": "(1 - beta1) *"}),
    "In your scale the new square comes in with 1 - beta1. beta2 is kept of the old: how much "
    "does that leave for the new?",
)

exercise.mistake(
    "forgets_the_old_moments",
    within(ABOVE, {"beta1 * moment + ": "", "beta2 * scale + ": ""}),
    "Only the newest gradient is in your moments. What arrives in the arguments moment and "
    "scale, and how much of it should stay?",
)

exercise.mistake(
    "forgets_the_old_scale",
    within(ABOVE, {"beta2 * scale + ": ""}),
    "Only the newest square is in your scale. What arrives in the argument scale, and how much "
    "of it should stay?",
)

exercise.mistake(
    "sums_all_squares",
    within(ABOVE, {"beta2 * scale + (1 - beta2) *": "scale +"}),
    "Your scale adds up all squares and forgets none, as AdaGrad does. Where do beta2 and 1 - "
    "beta2 enter?",
)

exercise.mistake(
    "averages_sizes_instead_of_squares",
    within(ABOVE, {"gradient**2": "np.abs(gradient)"}),
    "Your scale averages the gradients' sizes, not their squares. It is called the *second* "
    "moment: which power is in it?",
)

exercise.mistake(
    "forgets_the_square",
    within(ABOVE, {"gradient**2": "gradient"}),
    "Your scale averages the gradients with their signs, and its root is not even a number "
    "where it is negative. It is called the *second* moment: which power is in it?",
)

exercise.mistake(
    "squares_the_moment",
    within(ABOVE, {"gradient**2": "moment**2"}),
    "Your scale averages the squares of the moment. Adam squares the gradient itself, before "
    "any averaging.",
)

exercise.mistake(
    "takes_the_variance",
    within(ABOVE, {"gradient**2": "(gradient - moment) ** 2"}),
    "You average the squared distance from the moment: a variance, as some texts call it. "
    "Adam's second moment is the raw one: on a constant gradient, what should it become, 0 or "
    "g^2?",
)

exercise.mistake(
    "squares_the_share_too",
    within(ABOVE, {"(1 - beta2) * gradient**2": "((1 - beta2) * gradient) ** 2"}),
    "In your scale the share 1 - beta2 is squared together with the gradient. Where do the "
    "brackets end?",
)

exercise.mistake(
    "puts_the_moment_into_the_scale",
    within(ABOVE, {"beta2 * scale": "beta2 * moment"}),
    "What fades in your scale is beta2 times the first moment, not times the old scale. Each "
    "moment has an array of its own: which one does this line continue?",
)

exercise.mistake(
    "uses_one_array_for_both",
    within(ABOVE, {"scale = beta2 * scale": "scale = beta2 * moment"})
    | {"step / root, moment, scale": "step / root, scale, scale"},
    "One array serves as both moments: the second line averages the squares into the first "
    "moment instead of the scale, and it comes back twice. Do the two names stand for two "
    "arrays?",
)

exercise.mistake(
    "stores_epsilon_in_the_scale",
    within(ROOT, {"gradient**2": "gradient**2 + epsilon", "np.sqrt(s + epsilon)": "np.sqrt(s)"}),
    "epsilon has become part of the scale that you return, and grows there step by step. It "
    "only smooths the division.",
)

exercise.mistake(
    "takes_adamax",
    within(
        ROOT,
        {
            "beta2 * scale + (1 - beta2) * gradient**2": "np.maximum(beta2 * scale, abs(gradient))",
            "scale / share2": "scale",
            "np.sqrt(s + epsilon)": "s + epsilon",
        },
    ),
    "Your scale is the larger one of beta2 times the old and the gradient's size: that is "
    "AdaMax. Adam averages the squares, and divides by a root.",
)

exercise.mistake(
    "subtracts_the_gradient",
    within(ABOVE, {"+ (1 - beta1) *": "- (1 - beta1) *"}),
    "The gradient enters the first moment with a minus. The moment is an average of the "
    "gradients themselves; which line makes the weights go down?",
)

exercise.mistake(
    "keeps_a_downhill_average",
    within(ABOVE, {"+ (1 - beta1) *": "- (1 - beta1) *"}) | {"weights - step": "weights + step"},
    "You average -g, the way down, and add it to the weights. From zero the path would be "
    "right, but the moment handed in, and asked back, is an average of gradients with their own "
    "sign.",
)

exercise.mistake(
    "puts_eta_inside_the_average",
    within(ABOVE, {"(1 - beta1) * gradient": "(1 - beta1) * eta * gradient", "eta * m": "m"}),
    "eta is inside of the first moment, which then averages steps. Here it averages the "
    "gradients themselves, and eta enters when the weights move.",
)

# It ends where an array has no length, as a loop through the first axis does.
exercise.mistake(
    "loops_over_the_first_axis",
    {"epsilon):\n": "epsilon):\n    len(weights)\n"},
    "Your function goes through the first axis of the arrays, which a 0-d array does not have. No "
    "loop and no len is needed: whole arrays add, multiply and divide element by element.",
)
