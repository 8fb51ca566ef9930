"""Exercise ``adam-bug-hunt``: a published training loop with Adam, mended.

The patient has four faults that change its path. What a student hands in may still have any of
them, so there is a misconception for every combination, made from one text.
"""
# ruff: noqa: D103 (a misconception's name is its sentence)

import itertools

import numpy as np

from course_utils.exercises.cases import Quadratic
from course_utils.optimizers import Adam

from ..exercise import Call, Exercise, Solution
from ..inputs import EMPTY, HUGE, SHAPES, positive, rate, rounded, signed
from .inputs import decays, smoothing

exercise = Exercise(
    slug="adam-bug-hunt",
    lesson="03-adam",
    function="adam_run",
    arguments=("weights", "minibatch_gradients", "eta", "beta1", "beta2", "epsilon", "epochs"),
    returns=("weights",),
    points=5,
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


for count in range(1, len(FAULTS) + 1):
    for left in itertools.combinations(FAULTS, count):
        words = "; ".join(FAULTS[name][0] for name in left)
        exercise.misconceptions.append(
            Solution(
                f"still_has_{'_'.join(left)}",
                exercise.function,
                patient(left),
                f"Still in it: {words}. {FAULTS[left[0]][1]}",
            )
        )


@exercise.misconception(
    "Your t counts epochs, not updates. How many gradients are in the moments after the first "
    "epoch?"
)
def counts_epochs(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s = np.zeros_like(weights), np.zeros_like(weights)
    for t in range(1, epochs + 1):
        for gradient_function in minibatch_gradients:
            g = gradient_function(weights)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            root = np.sqrt(s / (1 - beta2**t)) + epsilon
            weights = weights - eta * m / (1 - beta1**t) / root
    return weights


@exercise.misconception(
    "Your t stays 1: the later steps are corrected as if they were the first. Where does it count?"
)
def never_counts(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s, t = np.zeros_like(weights), np.zeros_like(weights), 1
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            g = gradient_function(weights)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            root = np.sqrt(s / (1 - beta2**t)) + epsilon
            weights = weights - eta * m / (1 - beta1**t) / root
    return weights


@exercise.misconception(
    "Your t is one ahead: the first step is corrected with t = 2. Is it counted up before the "
    "step *and* begun at 1?"
)
def counts_one_too_far(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s, t = np.zeros_like(weights), np.zeros_like(weights), 1
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            t += 1
            g = gradient_function(weights)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            root = np.sqrt(s / (1 - beta2**t)) + epsilon
            weights = weights - eta * m / (1 - beta1**t) / root
    return weights


@exercise.misconception(
    "Your t is 0 in the first step, where 1 - beta^t is 0 as well. What number has the first step?"
)
def counts_from_zero(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s, t = np.zeros_like(weights), np.zeros_like(weights), 0
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            g = gradient_function(weights)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            root = np.sqrt(s / np.float64(1 - beta2**t)) + epsilon
            weights = weights - eta * m / np.float64(1 - beta1**t) / root
            t += 1
    return weights


@exercise.misconception(
    "The bias corrections have gone with the faults. They belong to Adam: what else makes up for "
    "moments that begin at zero?"
)
def cuts_out_the_corrections(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s = np.zeros_like(weights), np.zeros_like(weights)
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            g = gradient_function(weights)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            weights = weights - eta * m / (np.sqrt(s) + epsilon)
    return weights


@exercise.misconception(
    "You have moved epsilon under the root, as the series has it. Where it stands is no fault of "
    "the published code: leave it outside, and mend only its value."
)
def moves_epsilon_inside(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s, t = np.zeros_like(weights), np.zeros_like(weights), 0
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            t += 1
            g = gradient_function(weights)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            root = np.sqrt(s / (1 - beta2**t) + epsilon)
            weights = weights - eta * m / (1 - beta1**t) / root
    return weights


@exercise.misconception(
    "The moments are made anew for every minibatch, so nothing is ever averaged. Where should "
    "they be made, to live for the whole training?"
)
def forgets_every_minibatch(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    t = 0
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            t += 1
            g = gradient_function(weights)
            m, s = (1 - beta1) * g, (1 - beta2) * g**2
            root = np.sqrt(s / (1 - beta2**t)) + epsilon
            weights = weights - eta * m / (1 - beta1**t) / root
    return weights


@exercise.misconception(
    "beta1 and beta2 have changed places on the way. The published names invite it: which of the "
    "two arrays averages the squares?"
)
def swaps_the_betas(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s, t = np.zeros_like(weights), np.zeros_like(weights), 0
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            t += 1
            g = gradient_function(weights)
            m, s = beta2 * m + (1 - beta2) * g, beta1 * s + (1 - beta1) * g**2
            root = np.sqrt(s / (1 - beta1**t)) + epsilon
            weights = weights - eta * m / (1 - beta2**t) / root
    return weights


@exercise.misconception(
    "The average of the squares is divided by the root of the average of the gradients. Were the "
    "names exchanged in some lines and not in others?"
)
def renames_half_way(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s, t = np.zeros_like(weights), np.zeros_like(weights), 0
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            t += 1
            g = gradient_function(weights)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            root = np.sqrt(m / (1 - beta1**t)) + epsilon
            weights = weights - eta * s / (1 - beta2**t) / root
    return weights


@exercise.misconception(
    "It returns after the first epoch: is the return indented into the loop over the epochs?"
)
def returns_inside_the_epoch(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s, t = np.zeros_like(weights), np.zeros_like(weights), 0
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            t += 1
            g = gradient_function(weights)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            root = np.sqrt(s / (1 - beta2**t)) + epsilon
            weights = weights - eta * m / (1 - beta1**t) / root
        return weights
    return weights


@exercise.misconception(
    "All gradients of an epoch are taken at the weights with which it began. Each minibatch "
    "should see the weights that the one before has left."
)
def takes_an_epochs_gradients_at_its_start(
    weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs
):
    m, s, t = np.zeros_like(weights), np.zeros_like(weights), 0
    for _ in range(epochs):
        for g in [gradient_function(weights) for gradient_function in minibatch_gradients]:
            t += 1
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            root = np.sqrt(s / (1 - beta2**t)) + epsilon
            weights = weights - eta * m / (1 - beta1**t) / root
    return weights


@exercise.misconception(
    "The same call gave two different answers: moments or t live on when your function returns. "
    "Across epochs, yes; across trainings, no."
)
def keeps_state_between_calls(
    weights,
    minibatch_gradients,
    eta,
    beta1,
    beta2,
    epsilon,
    epochs,
    memory=[0],  # noqa: B006
):
    m, s = np.zeros_like(weights), np.zeros_like(weights)
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            memory[0] += 1
            t = memory[0]
            g = gradient_function(weights)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            root = np.sqrt(s / (1 - beta2**t)) + epsilon
            weights = weights - eta * m / (1 - beta1**t) / root
    return weights


@exercise.misconception(
    "The values are right, but the caller's weights were overwritten on the way, as in the "
    "published loop: -= writes into the array that was handed in. Make a new array at every step."
)
def changes_its_inputs(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s, t = np.zeros_like(weights), np.zeros_like(weights), 0
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            t += 1
            g = gradient_function(weights)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            root = np.sqrt(s / (1 - beta2**t)) + epsilon
            weights -= eta * m / (1 - beta1**t) / root
    return weights


@exercise.misconception(
    "Still in it: the one array behind both moments, and now both are written before either is "
    "corrected. Write into one of them and look at the other: are they two?"
)
def shares_one_array_and_corrects_afterwards(
    weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs
):
    m = s = np.zeros_like(weights)
    t = 0
    for _ in range(epochs):
        for gradient_function in minibatch_gradients:
            t += 1
            g = gradient_function(weights)
            m[...] = beta1 * m + (1 - beta1) * g
            s[...] = beta2 * s + (1 - beta2) * g**2
            root = np.sqrt(s / (1 - beta2**t)) + epsilon
            weights = weights - eta * m / (1 - beta1**t) / root
    return weights


exercise.variants.append(Solution("with_the_published_names", exercise.function, patient(())))


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
