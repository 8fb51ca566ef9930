"""Exercise ``adam-bug-hunt``: a published training loop with Adam, mended.

The patient has four faults that change its path. What a student hands in may still have any of
them, so there is a misconception for every combination, made from one text. The right one of these
texts is also the answer of which the other mistakes are edits.
"""
# ruff: noqa: D103 (a variant's name is its sentence)

import itertools

import numpy as np

from course_utils.exercises.values import Quadratic
from course_utils.optimizers import Adam

from ..exercise import Call, Exercise, Solution
from ..inputs import EMPTY, HUGE, SHAPES, positive, rate, rounded, signed
from ._edits import within
from ._inputs import decays, late_decays, smoothing

exercise = Exercise(
    slug="adam-bug-hunt",
    function="adam_run",
    arguments=("weights", "minibatch_gradients", "eta", "beta1", "beta2", "epsilon", "epochs"),
    returns=("weights",),
    points=5,
    core=0.25,  # a formula may be right for early updates only, or for late ones only
)


@exercise.reference
def reference(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    rule = Adam(eta=eta, beta1=beta1, beta2=beta2, epsilon=epsilon, epsilon_inside=False)
    state = rule.init(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            weights, state = rule.step(weights, state, gradient)
    return weights


@exercise.magnitude
def magnitude(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    # With gradients that keep their signs no step is much longer than eta.
    return np.abs(weights) + 2 * eta * epochs * len(minibatch_gradients)


@exercise.calls
def calls(rng):
    def inputs(shape, minibatches, epochs, exponent=0):
        weights, side = signed(rng, shape), np.sign(signed(rng, shape))
        if shape == ():  # positive and small: numbers, and not nan, under most mistakes
            side, exponent = np.ones(()), -1
        batches = []
        for _ in range(minibatches):
            # So far away that the gradient keeps its sign: a shared array then shows in other
            # numbers where it is positive, and in nan where it is negative.
            centre = rounded(weights - side * rng.uniform(1.5, 3, shape))
            batches.append(Quadratic(rounded(positive(rng, shape), exponent), centre))
        return weights, batches, rate(rng), *decays(rng), smoothing(rng), epochs

    yield Call("a single epoch", inputs(4, 3, 1), "edge")
    for minibatches, epochs in ((2, 2), (3, 2), (2, 3)):
        yield Call("several minibatches and epochs", inputs(4, minibatches, epochs))
    weights, batches, eta, _, _, epsilon, epochs = inputs(3, 4, 5)
    slow = (round(eta / 4, 4), *late_decays(rng, 20), epsilon)
    yield Call("a longer training", (weights, batches, *slow, epochs))
    yield Call("a single minibatch", inputs(3, 1, 3), "edge")
    yield Call("no epochs", inputs(3, 2, 0), "edge")
    yield Call("no minibatches", inputs(3, 0, 2), "edge")
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape, 2, 2), "edge")
    weights, batches, *_, epochs = inputs(3, 3, 2)
    yield Call("Adam's own values", (weights, batches, 0.01, 0.9, 0.999, 1e-8, epochs), "edge")
    yield Call("huge gradients", inputs(3, 2, 2, HUGE), "edge")
    yield Call(EMPTY, inputs(0, 2, 2), "free")


# The four faults: what they are called, and a thought for each.
FAULTS = {
    "moments": (
        "the moments that are made anew in every epoch",
        "What does the second epoch still know of the first one's gradients?",
    ),
    "t": (
        "the count t that starts again in every epoch",
        "With which t does the first step of the second epoch correct?",
    ),
    "shared": (
        "the one array behind both moments",
        "Write into one of them and look at the other: are they two?",
    ),
    "epsilon": (
        "the smoothing term that is a fixed number",
        "What becomes of the epsilon that the caller asks for?",
    ),
}


def patient(faults):
    """Return the published loop, in words of our own, with these faults left in."""
    pairs = "velocity, cache = np.zeros_like(weights), np.zeros_like(weights)"
    moments = "velocity = cache = np.zeros_like(weights)" if "shared" in faults else pairs
    first = {"moments": moments, "t": "t = 1"}
    once = "".join(f"    {first[name]}\n" for name in first if name not in faults)
    anew = "".join(f"        {first[name]}\n" for name in first if name in faults)
    smoothing_term = "1e-4" if "epsilon" in faults else "epsilon"
    return (
        f"def adam_run({', '.join(exercise.arguments)}):\n"
        f"{once}"
        "    for _ in range(epochs):\n"
        f"{anew}"
        "        for gradient_function in minibatch_gradients:\n"
        "            gradient = gradient_function(weights)\n"
        "            cache[...] = beta1 * cache + (1 - beta1) * gradient\n"
        "            mt = cache / (1 - beta1**t)\n"
        "            velocity[...] = beta2 * velocity + (1 - beta2) * gradient**2\n"
        "            vt = velocity / (1 - beta2**t)\n"
        f"            weights = weights - eta * mt / (np.sqrt(vt) + {smoothing_term})\n"
        "            t += 1\n"
        "    return weights\n"
    )


TEXT = patient(())
exercise.variants.append(Solution("with_the_published_names", exercise.function, TEXT))


@exercise.variant
def with_the_courses_names(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    moment, scale, t = np.zeros_like(weights), np.zeros_like(weights), 0
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            t += 1
            gradient = gradient_function(weights)
            moment = beta1 * moment + (1 - beta1) * gradient
            scale = beta2 * scale + (1 - beta2) * gradient**2
            corrected = moment / (1 - beta1**t)
            root = np.sqrt(scale / (1 - beta2**t)) + epsilon
            weights = weights - eta * corrected / root
    return weights


@exercise.variant
def in_place_on_a_copy_and_still_printing(
    weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs
):
    weights = weights.copy()
    m, s = weights * 0, weights * 0
    for step in range(epochs * len(minibatch_gradients)):
        g = minibatch_gradients[step % len(minibatch_gradients)](weights)
        m += (1 - beta1) * (g - m)
        s += (1 - beta2) * (g * g - s)
        print(s)
        share1, share2 = 1 - beta1 ** (step + 1), 1 - beta2 ** (step + 1)
        weights -= eta / share1 * m / (np.sqrt(s / share2) + epsilon)
    return weights


@exercise.variant
def as_a_list_with_powers_kept(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s, left1, left2 = 0.0, 0.0, 1.0, 1.0
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            g = gradient_function(weights)
            left1, left2 = left1 * beta1, left2 * beta2
            m = beta1 * m + (1 - beta1) * g
            s = beta2 * s + (1 - beta2) * g**2
            weights = weights - eta * m / (1 - left1) / (np.sqrt(s / (1 - left2)) + epsilon)
    return np.asarray(weights).tolist()


@exercise.variant
def in_single_precision(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    weights = np.array(weights, np.float32)
    m, s, t = np.zeros(weights.shape), np.zeros(weights.shape), 0
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            t += 1
            g = gradient_function(weights)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            step = eta * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + epsilon)
            weights = (weights - step).astype(np.float32)
    return weights


# The faults alone, as edits; `patient` makes the same of them.
LEFT_IN = {
    "moments": {
        "    velocity, cache = np.zeros_like(weights), np.zeros_like(weights)\n": "",
        "range(epochs):\n": (
            "range(epochs):\n"
            "        velocity, cache = np.zeros_like(weights), np.zeros_like(weights)\n"
        ),
    },
    "t": {"    t = 1\n": "", "range(epochs):\n": "range(epochs):\n        t = 1\n"},
    "shared": {"np.zeros_like(weights), np.zeros_like(weights)": "[np.zeros_like(weights)] * 2"},
    "epsilon": {"+ epsilon": "+ 1e-4"},
}


def still_in_it(left):
    """Return the hint for these faults."""
    words = "; ".join(FAULTS[name][0] for name in left)
    return f"Still in it: {words}. {FAULTS[left[0]][1]}"


for fault, edits in LEFT_IN.items():
    exercise.mistake(f"still_has_{fault}", edits, still_in_it([fault]))

for count in range(2, len(FAULTS) + 1):
    for left in itertools.combinations(FAULTS, count):
        name = f"still_has_{'_'.join(left)}"
        exercise.misconceptions.append(
            Solution(name, exercise.function, patient(left), still_in_it(left))
        )

# Where epsilon stands, and the fixed one of the published loop, pair with each mistake. To keep the
# pairs few, the rarer mistakes take up all lines above, and some the whole loop.
LOOP = TEXT[TEXT.index("    velocity") :]
ABOVE = LOOP[: LOOP.index("(np.sqrt")]

exercise.mistake(
    "moves_epsilon_inside",
    {"np.sqrt(vt) + epsilon": "np.sqrt(vt + epsilon)"},
    "You have moved epsilon under the root, as the series has it. Where it stands is no fault "
    "of the published code: leave it outside, and mend only its value.",
)

exercise.mistake(
    "adds_epsilon_before_the_correction",
    {
        "vt = velocity": "smoothing = epsilon / np.sqrt(1 - beta2**t)\n            vt = velocity",
        "np.sqrt(vt) + epsilon": "np.sqrt(vt) + smoothing",
    },
    "epsilon is added to the root of the second moment before its correction, as in the form "
    "with a prefactor: there it counts for epsilon / sqrt(1 - beta2^t). In the published code "
    "it stands beside the corrected root.",
)

exercise.mistake(
    "counts_epochs",
    {
        "for _ in": "for epoch in",
        "gradient_function(weights)\n": "gradient_function(weights)\n            t = 1 + epoch\n",
    },
    "Your t counts epochs, not updates. How many gradients are in the moments after the first "
    "epoch?",
)

exercise.mistake(
    "never_counts",
    {"beta1**t": "beta1", "beta2**t": "beta2"},
    "Your corrections are 1 - beta in every step, as if t stayed 1. Where does t count, and "
    "where does it enter?",
)

exercise.mistake(
    "counts_one_too_far",
    {"t = 1": "t = 2"},
    "Your t is one ahead: the first step is corrected with t = 2. Is it counted up before the "
    "step *and* begun at 1?",
)

exercise.mistake(
    "counts_from_zero",
    {"t = 1": "t = 0"},
    "Your weights are not numbers (nan) from the first step on. Is t 0 there, so that 1 - "
    "beta^t is 0 as well, or the root one of a negative number? What number has the first step?",
)

exercise.mistake(
    "counts_twice",
    {"t = 1": "t = 2"} | {"t += 1": "t += 2"},
    "Your t goes up by 2 at each update: 2, 4, 6. Is it counted once for each of the two "
    "moments? Both belong to one step.",
)

exercise.mistake(
    "counts_between_the_moments",
    within(
        ABOVE,
        {
            "cache / (1 - beta1**t)": "cache / (1 - beta1 ** (2 * t - 1))",
            "velocity / (1 - beta2**t)": "velocity / (1 - beta2 ** (2 * t))",
        },
    ),
    "Your t goes up by 2 at each update: 1 for the first moment, 2 for the second one, then 3 "
    "and 4. Both belong to one step, with one number.",
)

exercise.mistake(
    "cuts_out_the_corrections",
    {"cache / (1 - beta1**t)": "cache", "velocity / (1 - beta2**t)": "velocity"},
    "The bias corrections do not reach the weights. They belong to Adam: what else makes up for "
    "moments that begin at zero?",
)

exercise.mistake(
    "corrects_the_first_moment_only",
    within(ABOVE, {"velocity / (1 - beta2**t)": "velocity"}),
    "Only the first moment is corrected. The average of the squares began at zero, too.",
)

exercise.mistake(
    "corrects_the_second_moment_only",
    within(ABOVE, {"cache / (1 - beta1**t)": "cache"}),
    "Only the second moment is corrected. The average of the gradients began at zero, too.",
)

exercise.mistake(
    "keeps_the_corrected_moments",
    within(
        ABOVE,
        {
            "mt = cache /": "mt = cache[...] = cache /",
            "vt = velocity /": "vt = velocity[...] = velocity /",
        },
    ),
    "You average the corrected moments on, so that they are corrected once more in every step. "
    "Which version is the memory?",
)

exercise.mistake(
    "multiplies_by_the_corrections",
    within(ABOVE, {"cache / (1": "cache * (1", "velocity / (1": "velocity * (1"}),
    "You multiply the moments by their corrections, which are below 1. The uncorrected moments "
    "are too small: which way should a correction push?",
)

exercise.mistake(
    "swaps_the_corrections",
    within(ABOVE, {"1 - beta1**t": "1 - beta2**t", "1 - beta2**t": "1 - beta1**t"}),
    "The corrections have changed places: each moment needs the one with its own beta.",
)

exercise.mistake(
    "corrects_both_with_beta1",
    within(ABOVE, {"1 - beta2**t": "1 - beta1**t"}),
    "Both moments are corrected with beta1. How much of the squares has come in depends on "
    "their own decay.",
)

exercise.mistake(
    "forgets_every_minibatch",
    within(ABOVE, {"beta1 * cache + ": "", "beta2 * velocity + ": ""}),
    "Only the newest gradient is in your moments, so nothing is ever averaged. Are they made "
    "anew for every minibatch? Where should they be made, to live for the whole training?",
)

exercise.mistake(
    "sums_instead_of_averaging",
    within(
        ABOVE,
        {"(1 - beta1) * gradient\n": "gradient\n", "(1 - beta2) * gradient**2": "gradient**2"},
    ),
    "Your moments are decaying sums. In an average, how much of the new comes in if beta is "
    "kept of the old?",
)

exercise.mistake(
    "averages_the_other_way_round",
    within(
        ABOVE,
        {
            "beta1 * cache + (1 - beta1)": "(1 - beta1) * cache + beta1",
            "beta2 * velocity + (1 - beta2)": "(1 - beta2) * velocity + beta2",
        },
    ),
    "In both averages beta and 1 - beta have changed places. Which term should a long memory "
    "belong to?",
)

exercise.mistake(
    "swaps_the_betas",
    within(
        ABOVE,
        {
            "beta1 * cache + (1 - beta1)": "beta2 * cache + (1 - beta2)",
            "beta2 * velocity + (1 - beta2)": "beta1 * velocity + (1 - beta1)",
            "1 - beta1**t": "1 - beta2**t",
            "1 - beta2**t": "1 - beta1**t",
        },
    ),
    "beta1 and beta2 have changed places on the way. The published names invite it: which of "
    "the two arrays averages the squares?",
)

exercise.mistake(
    "forgets_the_square",
    within(ABOVE, {"gradient**2": "gradient"}),
    "Both of your moments average the gradients themselves, and the root is not even a number "
    "where the average is negative. Which of the two holds squares?",
)

exercise.mistake(
    "averages_sizes_instead_of_squares",
    within(ABOVE, {"gradient**2": "np.abs(gradient)"}),
    "Your second moment averages the gradients' sizes, not their squares. Which power is in a "
    "*second* moment?",
)

exercise.mistake(
    "renames_half_way",
    within(ABOVE, {"eta * mt": "eta * vt"}) | {"np.sqrt(vt)": "np.sqrt(mt)"},
    "The average of the squares is divided by the root of the average of the gradients. Were "
    "the names exchanged in some lines and not in others?",
)

exercise.mistake(
    "divides_the_gradient",
    within(ABOVE, {"eta * mt": "eta * gradient"}),
    "The gradient is what you divide by the root: that is RMSprop, with a corrected scale. What "
    "is the average of the gradients good for?",
)

exercise.mistake(
    "forgets_the_root",
    {"np.sqrt(vt)": "vt"},
    "The root is missing: the second moment holds *squares*, and its units do not fit those of "
    "a gradient.",
)

exercise.mistake(
    "adds_epsilon_to_the_quotient",
    within(LOOP, {"(np.sqrt(vt) + epsilon)": "np.sqrt(vt) - eta * epsilon"}),
    "epsilon is added after the division, so that it moves every weight by eta times epsilon: "
    "brackets are missing. Which number is epsilon meant to keep away from 0?",
)

exercise.mistake(
    "adds_epsilon_to_the_rate",
    within(LOOP, {"eta * mt / (np.sqrt(vt) + epsilon)": "(eta / np.sqrt(vt) + epsilon) * mt"}),
    "epsilon is added to eta over the root, not to the denominator: it makes the rate larger "
    "instead of keeping the division safe. Where do the brackets belong?",
)

exercise.mistake(
    "walks_uphill",
    {"weights - eta": "weights + eta"},
    "You add the steps to the weights. The moment is an average of gradients: which sign leads "
    "down?",
)

exercise.mistake(
    "forgets_the_learning_rate",
    within(ABOVE, {"eta * mt": "mt"}),
    "eta does not scale your steps. Where does the learning rate enter?",
)

exercise.mistake(
    "counts_eta_twice",
    within(ABOVE, {"eta * mt": "eta * eta * mt"}),
    "eta is there twice: your steps are multiplied by its square. Once is enough.",
)

exercise.mistake(
    "forgets_to_move",
    within(ABOVE, {"weights = weights -": "moved = weights -"}),
    "The weights come back as they came in. Which line gives them their new value, and does the "
    "next minibatch see it?",
)

exercise.mistake(
    "returns_the_path",
    {"t = 1": "path = [weights]\n    t = 1"}
    | {
        "t += 1": "t += 1\n            path.append(weights)",
        "return weights": "return np.array(path)",
    },
    "You return the whole path, with all weights on the way. Asked are the weights after the "
    "last update.",
)

exercise.mistake(
    "trains_an_epoch_too_long",
    within(ABOVE, {"range(epochs)": "range(epochs + 1)"}),
    "You train for one epoch too many. How often does your outer loop run?",
)

exercise.mistake(
    "trains_an_epoch_too_short",
    within(ABOVE, {"range(epochs)": "range(1, epochs)"}),
    "You train for one epoch too few. How often does your outer loop run?",
)

exercise.mistake(
    "uses_the_first_minibatch_only",
    within(ABOVE, {"in minibatch_gradients": "in minibatch_gradients[:1]"}),
    "Only the first minibatch of every epoch is used. How often does your inner loop run?",
)

exercise.mistake(
    "leaves_out_the_last_minibatch",
    within(ABOVE, {"in minibatch_gradients": "in minibatch_gradients[:-1]"}),
    "The last minibatch of every epoch is left out. How often does your inner loop run?",
)

exercise.mistake(
    "takes_an_epochs_gradients_at_its_start",
    within(
        ABOVE,
        {
            "in minibatch_gradients": "in [one(weights) for one in minibatch_gradients]",
            "gradient_function(weights)": "gradient_function",
        },
    ),
    "All gradients of an epoch are taken at the weights with which it began. Each minibatch "
    "should see the weights that the one before has left.",
)

exercise.mistake(
    "returns_inside_the_epoch",
    within(LOOP, {"    return weights": "        return weights"}),
    "Your function comes back after the first epoch: is the return indented into the loop over "
    "the epochs?",
)

exercise.mistake(
    "returns_after_the_first_minibatch",
    within(LOOP, {"    return weights": "            return weights"}),
    "Your function comes back after the first minibatch: is the return indented into the inner "
    "loop?",
)

exercise.mistake(
    "shares_one_array_and_corrects_afterwards",
    within(
        ABOVE,
        {
            "np.zeros_like(weights), np.zeros_like(weights)": "[np.zeros_like(weights)] * 2",
            "            mt = cache / (1 - beta1**t)\n": "",
            "beta2**t)\n": "beta2**t)\n            mt = cache / (1 - beta1**t)\n",
        },
    ),
    "Still in it: the one array behind both moments, and now both are written before either is "
    "corrected. Write into one of them and look at the other: are they two?",
)
