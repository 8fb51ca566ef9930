"""Exercise ``adam-measure``: the series' measures C_A and, uncorrected, C̃_A."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils.measures import adam_change

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, rate, signed
from ._edits import within
from ._inputs import decays, smoothing

exercise = Exercise(
    slug="adam-measure",
    function="adam_measure",
    arguments=("g1", "g2", "eta", "beta1", "beta2", "epsilon", "corrected"),
    returns=("measure",),
    points=4,
)


@exercise.reference
def reference(g1, g2, eta, beta1, beta2, epsilon, corrected):
    return adam_change(g1, g2, beta1, beta2, eta=eta, epsilon=epsilon, corrected=corrected)


@exercise.magnitude
def magnitude(g1, g2, eta, beta1, beta2, epsilon, corrected):
    # Both signs alike: the moment's two terms may cancel, and Adam's step may equal GD's.
    g1, g2 = np.abs(g1), np.abs(g2)
    step = reference(g1, g2, eta, beta1, beta2, epsilon, corrected) + eta * g2
    return step + eta * g2


@exercise.calls
def calls(rng):
    def rest(corrected):
        beta1, beta2 = decays(rng)
        return rate(rng), beta1, beta2, smoothing(rng), corrected

    def plane(exponent=0):
        """Gradients of all four combinations of signs."""
        g1 = np.abs(signed(rng, 6, exponent)) * [1, 1, 1, -1, -1, -1]
        return g1, np.abs(signed(rng, 6, exponent)) * [1, -1, -1, 1, -1, -1]

    for corrected in (True, False):
        word = "corrected" if corrected else "uncorrected"
        for _ in range(2):
            yield Call(f"gradients of both signs, {word}", (*plane(), *rest(corrected)))
    yield Call("a grid", (signed(rng, (4, 1)), signed(rng, (1, 3)), *rest(True)), "edge", weight=2)
    yield Call(
        "an array against one number", (signed(rng, 4), signed(rng, ()), *rest(True)), "edge"
    )
    zeros = np.zeros(3), np.append(signed(rng, 2), 0.0)
    yield Call("g1 = 0", (*zeros, *rest(True)), "edge")
    usual = (0.001, 0.9, 0.999, 1e-8, False)
    yield Call("Adam's own values", (*plane(), *usual), "edge")
    for about, shape in SHAPES.items():
        yield Call(about, (signed(rng, shape), signed(rng, shape), *rest(True)), "edge")
    yield Call("huge numbers", (*plane(HUGE), *rest(True)), "edge")
    yield Call("tiny numbers", (*plane(TINY), *rest(True)), "edge")
    yield Call(EMPTY, (signed(rng, 0), signed(rng, 0), *rest(True)), "free")


@exercise.variant
def one_idea_a_line(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m = (1 - beta1) * (beta1 * g1 + g2)
    s = (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m = m / (1 - beta1**2)
        s = s / (1 - beta2**2)
    descent = np.abs(eta * g2)
    adam = np.abs(eta * m)
    root = np.sqrt(s + epsilon)
    return adam / root - descent


@exercise.variant
def step_by_step(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m = s = 0.0
    for g in (g1, g2):
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
    if corrected:
        m = m / (1 - beta1**2)
        s = s / (1 - beta2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.variant
def with_eta_in_front(g1, g2, eta, beta1, beta2, epsilon, corrected):
    share1, share2 = (1 - beta1**2, 1 - beta2**2) if corrected else (1, 1)
    m = (beta1 * (1 - beta1) * g1 + (1 - beta1) * g2) / share1
    s = (beta2 * (1 - beta2) * g1 * g1 + (1 - beta2) * g2 * g2) / share2
    return eta * (abs(m) / (s + epsilon) ** 0.5 - abs(g2))


@exercise.variant
def with_the_prefactor_and_a_smaller_epsilon(g1, g2, eta, beta1, beta2, epsilon, corrected):
    if corrected:
        epsilon = epsilon * (1 - beta2**2)
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    step = np.abs(eta * m) / np.sqrt(s + epsilon)
    if corrected:
        step = step * np.sqrt(1 - beta2**2) / (1 - beta1**2)
    return step - np.abs(eta * g2)


@exercise.variant
def with_simplified_shares(g1, g2, eta, beta1, beta2, epsilon, corrected):
    # 1 - β² = (1 - β)(1 + β): what is left of the correction is 1/(1 + β)
    first = 1 / (1 + beta1) if corrected else 1 - beta1
    second = 1 / (1 + beta2) if corrected else 1 - beta2
    step = eta * first * (beta1 * g1 + g2) / np.sqrt(second * (beta2 * g1**2 + g2**2) + epsilon)
    return (np.abs(step) - np.abs(eta * g2)).tolist()


@exercise.variant
def in_single_precision(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    step = (eta * m / np.sqrt(s + epsilon)).astype(np.float32)
    return np.abs(step) - np.abs(eta * g2).astype(np.float32)


# Nearly every published Adam has epsilon outside of the root, so each mistake pairs with that. To
# keep the pairs few, the rarer mistakes take up all lines above the root: they do not pair there.
ABOVE = """\
    m = (1 - beta1) * (beta1 * g1 + g2)
    s = (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m = m / (1 - beta1**2)
        s = s / (1 - beta2**2)
    descent = np.abs(eta * g2)
    adam = np.abs(eta * m)
"""
ROOT = ABOVE + "    root = np.sqrt(s + epsilon)\n"

exercise.mistake(
    "puts_epsilon_outside",
    {"np.sqrt(s + epsilon)": "np.sqrt(s) + epsilon"},
    "epsilon stands outside of the root, as in the lecture and in PyTorch. The series, whose "
    "measure this is, has it inside.",
)

exercise.mistake(
    "puts_epsilon_outside_with_a_prefactor",
    within(ABOVE, {"s = s /": "epsilon = epsilon / np.sqrt(1 - beta2**2)\n        s = s /"})
    | {"np.sqrt(s + epsilon)": "np.sqrt(s) + epsilon"},
    "epsilon stands outside of the root, and at s before its correction, as in the form with a "
    "prefactor: there it counts for epsilon / sqrt(1 - beta2^2). The series has it inside of "
    "the root, beside the corrected s.",
)

exercise.mistake(
    "adds_epsilon_before_the_correction",
    within(ABOVE, {"s = s /": "epsilon = epsilon / (1 - beta2**2)\n        s = s /"}),
    "epsilon is added to s before its correction, which blows it up as well; a prefactor at the "
    "uncorrected step does this, too. Which of the two comes first?",
)

exercise.mistake(
    "puts_a_fixed_epsilon_outside",
    {"np.sqrt(s + epsilon)": "np.sqrt(s) + 1e-8"},
    "Your smoothing term is a fixed small number, about 1e-8. The caller asks for one in the "
    "argument epsilon, and it belongs inside of the root.",
)

exercise.mistake(
    "forgets_the_root",
    {"np.sqrt(s + epsilon)": "s + epsilon"},
    "The root is missing: s is an average of *squares*, so its units do not fit those of m.",
)

exercise.mistake(
    "multiplies_by_the_root",
    within(ROOT, {"np.sqrt(s + epsilon)": "1 / np.sqrt(s + epsilon)"}),
    "You multiply by the root. Where gradients have been large, should Adam's step get longer "
    "or shorter?",
)

exercise.mistake(
    "always_corrects",
    within(ABOVE, {"if corrected:": "if True:"}),
    "With corrected=False you correct all the same. What is left out there?",
)

exercise.mistake(
    "never_corrects",
    {"if corrected:": "if False:"},
    "With corrected=True nothing is corrected. After two steps from zero, what share of a whole "
    "average is in each moment?",
)

exercise.mistake(
    "corrects_in_the_wrong_case",
    within(ABOVE, {"if corrected:": "if not corrected:"}),
    "The two cases are swapped: corrected=True asks for the corrections.",
)

exercise.mistake(
    "corrects_for_the_first_step",
    {"beta1**2)": "beta1)", "beta2**2)": "beta2)"},
    "You correct with t = 1, by 1 - beta. Two gradients are in the moments by now: which step "
    "is this?",
)

exercise.mistake(
    "corrects_for_the_third_step",
    within(ABOVE, {"beta1**2)": "beta1**3)", "beta2**2)": "beta2**3)"}),
    "You correct with t = 3, by 1 - beta^3. Two gradients are in the moments by now: which step "
    "is this?",
)

exercise.mistake(
    "corrects_to_nan",
    within(ABOVE, {"beta1**2)": "beta1 * 2)", "beta2**2)": "beta2 * 2)"}),
    "With corrected=True your measure is not a number (nan). 1 - 2 beta is negative under the "
    "root, and 1 - beta^0 is 0 below the fraction: by which power of beta do you correct, after "
    "two steps?",
)

exercise.mistake(
    "multiplies_by_the_corrections",
    within(ABOVE, {"m / (1": "m * (1", "s / (1": "s * (1"}),
    "You multiply the moments by 1 - beta^2. They are too small before: which way should a "
    "correction push?",
)

exercise.mistake(
    "corrects_the_first_moment_only",
    {"        s = s / (1 - beta2**2)\n": ""},
    "Only the first moment is corrected. The second one began at zero, too, and moves even more "
    "slowly.",
)

exercise.mistake(
    "corrects_the_second_moment_only",
    {"        m = m / (1 - beta1**2)\n": ""},
    "Only the second moment is corrected. The first one began at zero, too.",
)

exercise.mistake(
    "corrects_both_with_beta1",
    within(ABOVE, {"1 - beta2**2": "1 - beta1**2"}),
    "Both moments are corrected with beta1. How much of s has come in depends on its own decay.",
)

exercise.mistake(
    "swaps_the_corrections",
    within(ABOVE, {"1 - beta1**2": "1 - beta2**2", "1 - beta2**2": "1 - beta1**2"}),
    "The corrections have changed places: each moment needs the one with its own beta.",
)

exercise.mistake(
    "scales_the_measure_by_the_prefactor",
    within(
        ABOVE,
        {
            "m = m / (1 - beta1**2)": "prefactor = np.sqrt(1 - beta2**2) / (1 - beta1**2)",
            "s = s / (1 - beta2**2)": "m, g2 = prefactor * m, prefactor * g2",
        },
    ),
    "You correct by scaling the whole measure with the series' prefactor. The prefactor belongs "
    "to Adam's step; the measure also holds |eta g2|, which needs no correction.",
)

exercise.mistake(
    "sums_instead_of_averaging",
    {"(1 - beta1) * (beta1": "(beta1", "(1 - beta2) * (beta2": "(beta2"},
    "Your moments are decaying sums. In Adam they are averages: by which factor does each new "
    "gradient come in?",
)

exercise.mistake(
    "sums_the_gradients",
    within(ABOVE, {"(1 - beta1) * (beta1": "(beta1"}),
    "Your first moment is a decaying sum. In Adam it is an average: by which factor does each "
    "new gradient come in?",
)

exercise.mistake(
    "sums_the_squares",
    within(ABOVE, {"(1 - beta2) * (beta2": "(beta2"}),
    "Your second moment is a decaying sum. In Adam it is an average: by which factor does each "
    "new square come in?",
)

exercise.mistake(
    "begins_with_the_first_gradient",
    within(
        ABOVE,
        {
            "(1 - beta1) * (beta1 * g1 + g2)": "beta1 * g1 + (1 - beta1) * g2",
            "(1 - beta2) * (beta2 * g1**2 + g2**2)": "beta2 * g1**2 + (1 - beta2) * g2**2",
        },
    ),
    "Your averages begin with the whole of the first gradient. The moments begin at zero: how "
    "much of g1 is in m(1), and so in m(2)?",
)

exercise.mistake(
    "forgets_the_first_gradient",
    within(
        ABOVE, {"(beta1 * g1 + g2)": "g2 + 0 * g1", "(beta2 * g1**2 + g2**2)": "g2**2 + 0 * g1"}
    ),
    "g1 is not in your moments. At the second step both gradients are averaged: what becomes of "
    "g1 by then?",
)

exercise.mistake(
    "forgets_to_fade_the_first_gradient",
    within(ABOVE, {"beta1 * g1": "g1", "beta2 * g1**2": "g1**2"}),
    "Both gradients have the same weight in your moments. By the second step the first one has "
    "faded once: by which factor?",
)

exercise.mistake(
    "swaps_the_betas",
    within(
        ABOVE,
        {
            "(1 - beta1) * (beta1": "(1 - beta2) * (beta2",
            "(1 - beta2) * (beta2": "(1 - beta1) * (beta1",
            "1 - beta1**2": "1 - beta2**2",
            "1 - beta2**2": "1 - beta1**2",
        },
    ),
    "beta1 and beta2 have changed places. Which of the two averages squares, and has the longer "
    "memory?",
)

exercise.mistake(
    "averages_the_other_way_round",
    within(
        ABOVE,
        {
            "(1 - beta1) * (beta1 * g1 + g2)": "beta1 * ((1 - beta1) * g1 + g2)",
            "(1 - beta2) * (beta2 * g1**2 + g2**2)": "beta2 * ((1 - beta2) * g1**2 + g2**2)",
        },
    ),
    "In both averages beta and 1 - beta have changed places. Think of beta2 = 0.999, a very "
    "long memory: which term should it belong to?",
)

exercise.mistake(
    "decays_the_second_gradient",
    within(
        ABOVE,
        {
            "(beta1 * g1 + g2)": "(g1 + beta1 * g2)",
            "(beta2 * g1**2 + g2**2)": "(g1**2 + beta2 * g2**2)",
        },
    ),
    "The older gradient has the full weight and the newer one fades. By the second step it is "
    "g1 that has grown old.",
)

exercise.mistake(
    "averages_sizes_instead_of_squares",
    within(ABOVE, {"g1**2 + g2**2": "np.abs(g1) + np.abs(g2)"}),
    "Your s averages the gradients' sizes, not their squares. It is the *second* moment: which "
    "power is in it?",
)

exercise.mistake(
    "forgets_the_square",
    within(ABOVE, {"g1**2 + g2**2": "g1 + g2"}),
    "Your s averages the gradients with their signs, and its root is not even a number where it "
    "is negative. It is the *second* moment: which power is in it?",
)

exercise.mistake(
    "squares_the_fading_gradient_whole",
    within(ABOVE, {"beta2 * g1**2 + g2**2": "(beta2 * g1) ** 2 + g2**2"}),
    "In s beta2 is squared together with g1. Where do the brackets end?",
)

exercise.mistake(
    "divides_the_gradient_alone",
    within(ABOVE, {"eta * m": "eta * (g2 + 0 * m)"}),
    "That is the adaptive scheme's step: g2 over the root. Adam divides the first moment, in "
    "which g1 lives on.",
)

exercise.mistake(
    "compares_with_the_first_step",
    {"eta * g2": "eta * g1"},
    "You compare with |eta g1|, the step that gradient descent made first. What would its "
    "second one be?",
)

exercise.mistake(
    "compares_with_momentum",
    within(ABOVE, {"eta * g2": "eta * m"}),
    "You compare with eta times the first moment. Gradient descent keeps no average: what is "
    "its second step?",
)

exercise.mistake(
    "subtracts_the_wrong_way_round",
    within(ABOVE, {"np.abs(eta * g2)": "-np.abs(eta * g2)", "np.abs(eta * m)": "-np.abs(eta * m)"}),
    "You subtract Adam's length from gradient descent's. The measure is positive where Adam's "
    "step is the longer one.",
)

exercise.mistake(
    "compares_signed_steps",
    {"np.abs(eta * g2)": "eta * g2", "np.abs(eta * m)": "eta * m"},
    "The steps are subtracted with their signs, then or never made positive. The measure "
    "compares lengths: each of the two gets its own absolute value, before the difference.",
)

exercise.mistake(
    "loses_the_sign",
    {"np.abs(eta * g2)": "eta * g2", "np.abs(eta * m)": "eta * m"}
    | {"adam / root - descent": "np.abs(adam / root - descent)"},
    "An absolute value stands around the whole difference. A step that is shorter than gradient "
    "descent's should come out negative: around what does it belong?",
)

exercise.mistake(
    "loses_the_sign_of_the_measure",
    within(ABOVE, {}) | {"adam / root - descent": "np.abs(adam / root - descent)"},
    "Your measure is never negative: an absolute value stands around the difference of the "
    "lengths. Where Adam's step is the shorter one, the measure should show it.",
)

exercise.mistake(
    "takes_the_length_of_the_whole_vector",
    within(ABOVE, {"np.abs(eta * g2)": "np.linalg.norm(eta * g2)", "np.abs(eta * m)": "eta * m"})
    | {"adam / root": "np.linalg.norm(adam / root)"},
    "One number for the whole array: you took the length of the vector of all steps. Here every "
    "pair of gradients has a measure of its own.",
)

exercise.mistake(
    "forgets_the_first_absolute_value",
    within(ABOVE, {"np.abs(eta * m)": "eta * m"}),
    "Adam's step counts with its sign. A length is never negative: what about both steps?",
)

exercise.mistake(
    "forgets_the_second_absolute_value",
    within(ABOVE, {"np.abs(eta * g2)": "eta * g2"}),
    "Gradient descent's step counts with its sign. A length is never negative: what about both "
    "steps?",
)

exercise.mistake(
    "forgets_gradient_descent",
    within(ABOVE, {"np.abs(eta * g2)": "0 * g2"}),
    "That is the length of Adam's step alone. What is to be subtracted?",
)

exercise.mistake(
    "returns_the_ratio",
    within(ABOVE, {}) | {"adam / root - descent": "adam / root / descent"},
    "You divide one length by the other. Asked is their difference.",
)

exercise.mistake(
    "forgets_eta_for_gradient_descent",
    {"eta * g2": "g2"},
    "Gradient descent's step is g2 in your measure, without its learning rate. Both steps are "
    "multiplied by eta.",
)

exercise.mistake(
    "forgets_eta",
    within(ABOVE, {"eta * m": "m", "eta * g2": "g2"}),
    "eta appears in neither step. With eta = 1 that would not show: what is it here?",
)

exercise.mistake(
    "forgets_the_learning_rate_of_adam",
    within(ABOVE, {"eta * m": "m"}),
    "Gradient descent's step has its learning rate, Adam's has none. Both steps are multiplied "
    "by eta.",
)


@exercise.misconception(
    "Your function stops where g1 and g2 have different shapes, such as a column and a row. Do you "
    "take pairs one after the other, or write one gradient into an array of the other's shape? "
    "Let NumPy broadcast: it makes a new array, and no loop is needed."
)
def pairs_instead_of_broadcasting(g1, g2, eta, beta1, beta2, epsilon, corrected):
    measure = []
    for a, b in zip(np.ravel(g1), np.ravel(g2)):  # noqa: B905
        m, s = (1 - beta1) * (beta1 * a + b), (1 - beta2) * (beta2 * a**2 + b**2)
        if corrected:
            m, s = m / (1 - beta1**2), s / (1 - beta2**2)
        measure.append(abs(eta * m / np.sqrt(s + epsilon)) - abs(eta * b))
    return np.array(measure).reshape(np.shape(g1))


@exercise.misconception(
    "Your function stops where g1 is a column and g2 a row. Does it write into an array of one "
    "gradient's shape, as += does? The result has both axes: let a line such as m = m + ... make "
    "a new array."
)
def writes_into_the_shape_of_g1(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * beta1 * g1, (1 - beta2) * beta2 * g1**2
    m += (1 - beta1) * g2
    s += (1 - beta2) * g2**2
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)
