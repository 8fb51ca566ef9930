"""Exercise ``momentum-training``: a training loop whose momentum lives across epochs."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils.exercises.call import make_argument
from course_utils.exercises.values import Quadratic
from course_utils.optimizers import Momentum

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, positive, quadratic, rate, signed
from ._inputs import mixed_exponents, uneven

exercise = Exercise(
    slug="momentum-training",
    function="train",
    arguments=("weights", "minibatch_gradients", "eta", "alpha", "epochs"),
    returns=("weights",),
    points=4,
)


@exercise.reference
def reference(weights, minibatch_gradients, eta, alpha, epochs):
    rule = Momentum(eta=eta, alpha=alpha)
    state = rule.init(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            weights, state = rule.step(weights, state, gradient)
    return weights


@exercise.magnitude
def magnitude(weights, minibatches, eta, alpha, epochs):
    # The sizes along the right path: rounding errors do not grow on it, however long it is.
    momentum, largest = np.zeros_like(weights), np.abs(weights)
    for _ in range(epochs):
        for minibatch in minibatches:
            slope = minibatch.largest_slope(np.abs(weights))
            largest = np.maximum(largest, np.abs(weights) + eta * (np.abs(momentum) + slope))
            momentum = alpha * momentum + make_argument(minibatch)(weights)
            weights = weights - eta * momentum
    return largest


@exercise.calls
def calls(rng):
    def inputs(shape, minibatches, epochs, exponent=0):
        batches = [quadratic(rng, shape, exponent) for _ in range(minibatches)]
        return signed(rng, shape, exponent), batches, rate(rng), decay(rng), epochs

    yield Call("a single epoch", inputs(2, 2, 1), "edge")
    # The first core call is repeated: enough minibatches that a shuffle shows.
    yield Call("several minibatches and epochs", inputs(2, 4, 3))
    yield Call("small numbers", inputs(2, 2, 2, -9))  # a run that stops by itself stops here
    powers = mixed_exponents(rng, 4)
    batches = [Quadratic(positive(rng, 4), uneven(rng, powers)) for _ in range(2)]
    arguments = uneven(rng, powers), batches, rate(rng), decay(rng), 11
    yield Call("many epochs, with large and small numbers", arguments)
    yield Call("a single minibatch", inputs(3, 1, 3), "edge")
    yield Call("no epochs", inputs(3, 2, 0), "edge")
    yield Call("no minibatches", inputs(3, 0, 2), "edge")
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape, 2, 2), "edge")
    weights, batches, eta, _, epochs = inputs(3, 2, 2)
    yield Call("alpha = 0", (weights, batches, eta, 0.0, epochs), "edge")
    yield Call("huge numbers", inputs(3, 2, 2, HUGE), "edge")
    yield Call("tiny numbers", inputs(3, 2, 2, TINY), "edge")
    yield Call(EMPTY, inputs(0, 2, 2), "free")


@exercise.variant
def line_by_line(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            slope = gradient(weights)
            momentum = alpha * momentum + slope
            step = eta * momentum
            weights = weights - step
    return weights


@exercise.variant
def in_two_loops(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
    return weights


@exercise.variant
def in_place_on_a_copy(weights, minibatch_gradients, eta, alpha, epochs):
    weights = np.array(weights)
    momentum = np.zeros(weights.shape)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum *= alpha
            momentum += gradient(weights)
            weights -= eta * momentum
    return weights


@exercise.variant
def in_one_loop_with_a_velocity(weights, minibatch_gradients, eta, alpha, epochs):
    velocity = 0.0
    for gradient in epochs * list(minibatch_gradients):
        velocity = alpha * velocity - eta * gradient(weights)
        weights = weights + velocity
    return weights


@exercise.variant
def with_an_own_step_function(weights, minibatch_gradients, eta, alpha, epochs):
    def step(weights, momentum, slope):
        momentum = alpha * momentum + slope
        return weights - eta * momentum, momentum

    state = (weights, 0 * weights)
    for epoch in range(epochs):
        print("epoch", epoch)
        for gradient in minibatch_gradients:
            state = step(*state, gradient(state[0]))
    return state[0]


@exercise.variant
def with_the_previous_weights(weights, minibatch_gradients, eta, alpha, epochs):
    before = weights
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            after = weights - eta * gradient(weights) + alpha * (weights - before)
            before, weights = weights, after
    return weights.tolist()


@exercise.variant
def in_single_precision(weights, minibatch_gradients, eta, alpha, epochs):
    weights = weights.astype(np.float32)
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = np.float32(alpha) * momentum + gradient(weights).astype(np.float32)
            weights = weights - np.float32(eta) * momentum
    return weights


# Several lines each, as one piece: loops are wrong in one way, not in two.
START = "momentum = np.zeros_like(weights)\n    for _ in range(epochs):"
GRADIENTS = "for gradient in minibatch_gradients:\n            slope = gradient(weights)"
LOOPS = "for _ in range(epochs):\n        for gradient in minibatch_gradients:"
BODY = f"{LOOPS}\n            momentum = alpha * momentum + gradient(weights)"
BOTH = f"{BODY}\n            weights = weights - eta * momentum"
STEP = "alpha * momentum + slope\n        return weights - eta * momentum,"

exercise.mistake(
    "forgets_the_momentum_every_epoch",
    {START: "for _ in range(epochs):\n        momentum = np.zeros_like(weights)"},
    "The momentum starts again from zero in every epoch, as in the published code: what was "
    "gathered is thrown away each time. Where should it be made, so that it lives for the whole "
    "training?",
)

exercise.mistake(
    "forgets_the_momentum_every_minibatch",
    {"= alpha * momentum + slope": "= slope"},
    "No step knows of an earlier one: this is plain gradient descent. Is the momentum made anew "
    "at every minibatch, or left out of the sum? It lives for the whole training.",
)

exercise.mistake(
    "makes_one_average_step_an_epoch",
    {
        GRADIENTS: "if minibatch_gradients:\n"
        "            slopes = [gradient(weights) for gradient in minibatch_gradients]\n"
        "            slope = np.mean(slopes, 0)"
    },
    "The gradients of an epoch are averaged into one step. Minibatch training makes a step after "
    "every minibatch, and takes the next gradient at the new weights.",
)

exercise.mistake(
    "makes_one_big_step_an_epoch",
    {
        GRADIENTS: "if minibatch_gradients:\n"
        "            slope = sum(gradient(weights) for gradient in minibatch_gradients)"
    },
    "The gradients of an epoch are summed into one step. Minibatch training makes a step after "
    "every minibatch, and takes the next gradient at the new weights.",
)

exercise.mistake(
    "takes_an_epochs_gradients_at_its_start",
    {
        BODY: "for _ in range(epochs):\n"
        "        start = weights\n"
        "        for gradient in minibatch_gradients:\n"
        "            momentum = alpha * momentum + gradient(start)"
    },
    "All gradients of an epoch are taken at the weights with which it began. Each minibatch "
    "should see the weights that the one before has left.",
    of="in_two_loops",
)

exercise.mistake(
    "takes_all_gradients_at_the_start",
    {
        BODY: "start = weights\n"
        "    for _ in range(epochs):\n"
        "        for gradient in minibatch_gradients:\n"
        "            momentum = alpha * momentum + gradient(start)"
    },
    "All gradients are taken at the weights with which the training began. Call the gradient "
    "function with the weights of the moment.",
    of="in_two_loops",
)

exercise.mistake(
    "ignores_the_epochs",
    {LOOPS: "for _ in range(1):\n        for gradient in minibatch_gradients:"},
    "One pass through the minibatches, whatever epochs is. How often should it be repeated?",
    of="in_two_loops",
)

exercise.mistake(
    "leaves_one_epoch_out",
    {
        LOOPS: "for _ in range(1, epochs):\n        for gradient in minibatch_gradients:",
    },
    "One epoch too few: as with range(1, epochs), one is left out. Through how many epochs does "
    "your loop go for epochs = 1?",
    of="in_two_loops",
)

exercise.mistake(
    "makes_an_epoch_too_many",
    {"range(epochs)": "range(epochs + 1)"},
    "One epoch too many, as with range(epochs + 1). Through how many epochs does your loop go for "
    "epochs = 0?",
)

exercise.mistake(
    "returns_inside_the_epoch",
    {"range(epochs)": "range(min(epochs, 1))"},
    "It returns after the first epoch: is the return indented into the loop over the epochs?",
)

exercise.mistake(
    "returns_inside_the_minibatch",
    {
        "range(epochs)": "range(min(epochs, 1))",
        "in minibatch_gradients:": "in minibatch_gradients[:1]:",
    },
    "It returns after the first minibatch: is the return indented into the loop over the "
    "minibatches?",
)

exercise.mistake(
    "returns_inside_the_epoch_alone",
    {"    return weights": "        return weights"},
    "It returns after the first epoch: is the return indented into the loop over the epochs?",
    of="in_place_on_a_copy",
)

exercise.mistake(
    "returns_inside_the_minibatch_alone",
    {"    return weights": "            return weights"},
    "It returns after the first minibatch: is the return indented into the loop over the "
    "minibatches?",
    of="in_place_on_a_copy",
)

exercise.mistake(
    "does_not_call_the_gradient_functions",
    {"gradient(weights)": "gradient"},
    "Each entry is a function: call it at the present weights.",
    of="in_two_loops",
)

exercise.mistake(
    "starts_from_none",
    {"np.zeros_like(weights)": "None"},
    "Your code calculates with None, which is no number. If it stands for a momentum that is not "
    "there yet, begin with zeros of the weights' shape.",
)

exercise.mistake(
    "starts_from_ones",
    {"np.zeros(weights.shape)": "np.ones(weights.shape)"},
    "The momentum begins with ones. Nothing has been gathered yet: it is zero at the very "
    "beginning.",
    of="in_place_on_a_copy",
)

exercise.mistake(
    "steps_only_after_the_last_minibatch",
    {LOOPS: "for _ in range(epochs):\n        for gradient in minibatch_gradients[-1:]:"},
    "Only the last minibatch of an epoch makes a step: is the update indented one level too "
    "little?",
    of="in_two_loops",
)

exercise.mistake(
    "moves_once_an_epoch",
    {
        BOTH: "for _ in range(epochs):\n"
        "        for gradient in minibatch_gradients:\n"
        "            momentum = alpha * momentum + gradient(weights)\n"
        "        weights = weights - eta * momentum"
    },
    "The momentum gathers all gradients, but the weights move only once an epoch. Every minibatch "
    "makes a step.",
    of="in_two_loops",
)

exercise.mistake(
    "swaps_the_loops",
    {LOOPS: "for gradient in minibatch_gradients:\n        for _ in range(epochs):"},
    "Every minibatch is used for all epochs before the next one's turn comes: the two loops have "
    "changed places.",
    of="in_two_loops",
)

exercise.mistake(
    "uses_only_the_first_minibatch",
    {
        LOOPS: "for _ in range(epochs):\n"
        "        for gradient in len(minibatch_gradients) * minibatch_gradients[:1]:"
    },
    "Every step is made with the first minibatch. An epoch goes through all of them, in order.",
    of="in_two_loops",
)

exercise.mistake(
    "stops_after_the_first_minibatch",
    {LOOPS: "for _ in range(epochs):\n        for gradient in minibatch_gradients[:1]:"},
    "Every epoch makes one step alone, with the first minibatch. An epoch goes through all of "
    "them, in order.",
    of="in_two_loops",
)

exercise.mistake(
    "leaves_the_last_minibatch_out",
    {LOOPS: "for _ in range(epochs):\n        for gradient in minibatch_gradients[:-1]:"},
    "The last minibatch is left out. An epoch goes through all of them.",
    of="in_two_loops",
)

exercise.mistake(
    "leaves_the_first_minibatch_out",
    {LOOPS: "for _ in range(epochs):\n        for gradient in minibatch_gradients[1:]:"},
    "The first minibatch is left out. An epoch goes through all of them: Python counts from 0.",
    of="in_two_loops",
)

exercise.mistake(
    "takes_one_minibatch_an_epoch",
    {
        LOOPS: "for epoch in range(epochs):\n"
        "        turn = epoch % max(1, len(minibatch_gradients))\n"
        "        for gradient in minibatch_gradients[turn : turn + 1]:"
    },
    "Every epoch makes one step, with the next minibatch in turn. An epoch goes through all of "
    "them.",
    of="in_two_loops",
)

exercise.mistake(
    "goes_backwards",
    {LOOPS: "for _ in range(epochs):\n        for gradient in reversed(minibatch_gradients):"},
    "The minibatches come in reverse order. Take them as they are given, in every epoch.",
    of="in_two_loops",
)

exercise.mistake(
    "counts_eta_twice",
    {"+ slope": "+ eta * slope"},
    "Two notations are mixed: the gradient is multiplied by eta, and the momentum once more. Once "
    "is enough.",
)

exercise.mistake(
    "averages_instead_of_summing",
    {"+ slope": "+ (1 - alpha) * slope"},
    "The momentum here is an average: the gradient is weighted by 1 - alpha. The series' form, "
    "which is asked for, is a sum.",
)

exercise.mistake(
    "averages_the_other_way_round",
    {"alpha * momentum + slope": "(1 - alpha) * momentum + alpha * slope"},
    "alpha and 1 - alpha weigh the two terms, and alpha sits at the gradient. Here alpha says how "
    "much of the old momentum is kept, and the gradient counts in full.",
    of="with_an_own_step_function",
)

exercise.mistake(
    "decays_the_gradient",
    {"alpha * momentum + slope": "momentum + alpha * slope"},
    "The old momentum is kept in full and alpha shrinks the gradient. Which of the two terms "
    "should fade as steps go by?",
    of="with_an_own_step_function",
)

exercise.mistake(
    "decays_both_terms",
    {"alpha * momentum + slope": "alpha * (momentum + slope)"},
    "Every step is shortened by the factor alpha: alpha multiplies the new gradient as well, or "
    "the momentum once more on its way to the weights. Only the past is meant to fade.",
    of="with_an_own_step_function",
)

exercise.mistake(
    "forgets_alpha",
    {"= alpha * momentum": "= momentum"},
    "Nothing is ever forgotten: alpha does not enter, as if it were 1. How much of the old "
    "momentum should be kept?",
)

exercise.mistake(
    "keeps_what_should_be_lost",
    {"alpha * momentum + slope": "(1 - alpha) * momentum + slope"},
    "The old momentum is multiplied by 1 - alpha. alpha is what survives, not what is lost.",
    of="with_an_own_step_function",
)

exercise.mistake(
    "subtracts_the_old_momentum",
    {"alpha * momentum + slope": "slope - alpha * momentum"},
    "The old momentum and the new gradient enter with opposite signs. The momentum is a sum: what "
    "was gathered pushes on in its direction.",
    of="with_an_own_step_function",
)

exercise.mistake(
    "walks_uphill",
    {"weights - step": "weights + step"},
    "The weights walk along the gradients, uphill. Which sign leads down?",
)

exercise.mistake(
    "forgets_the_learning_rate",
    {"= eta *": "= 1 *"},
    "eta does not enter: the steps are the same whatever it is. Where does the learning rate "
    "belong?",
)

exercise.mistake(
    "swaps_eta_and_alpha",
    {STEP: "eta * momentum + slope\n        return weights - alpha * momentum,"},
    "eta and alpha have changed places: eta scales the step, alpha the memory.",
    of="with_an_own_step_function",
)

exercise.mistake(
    "divides_eta_by_the_number_of_minibatches",
    {
        STEP: "alpha * momentum + slope\n"
        "        return weights - eta / len(minibatch_gradients) * momentum,"
    },
    "Each step is divided by the number of minibatches. A gradient is a mean over its own "
    "pictures already: every minibatch makes a full step.",
    of="with_an_own_step_function",
)

exercise.mistake(
    "divides_by_one_minus_alpha",
    {STEP: "alpha * momentum + slope\n        return weights - eta / (1 - alpha) * momentum,"},
    "The step is divided by 1 - alpha. That belongs to an average; a sum has grown by itself.",
    of="with_an_own_step_function",
)

exercise.mistake(
    "lowers_eta_every_epoch",
    {
        BOTH: "for epoch in range(epochs):\n"
        "        for gradient in minibatch_gradients:\n"
        "            momentum = alpha * momentum + gradient(weights)\n"
        "            weights = weights - eta / (1 + epoch) * momentum"
    },
    "eta gets smaller from epoch to epoch, as eta / (1 + epoch). Here it stays what was handed in.",
    of="in_two_loops",
)

exercise.mistake(
    "moves_by_the_old_momentum",
    {
        "            momentum = alpha": "            old = momentum\n            momentum = alpha",
        "* momentum\n            weights": "* old\n            weights",
    },
    "The weights move before the momentum has taken up the new gradient, so every gradient comes "
    "one step late. Which line comes first?",
)

exercise.mistake(
    "decays_once_an_epoch",
    {
        BODY: "for _ in range(epochs):\n"
        "        momentum = alpha * momentum\n"
        "        for gradient in minibatch_gradients:\n"
        "            momentum = momentum + gradient(weights)"
    },
    "The momentum fades once an epoch, and within an epoch nothing is forgotten. It fades at "
    "every step.",
    of="in_two_loops",
)

exercise.mistake(
    "takes_nesterovs_gradient",
    {"gradient(weights)": "gradient(weights - eta * alpha * momentum)"},
    "The gradient is taken ahead of the weights, as in Nesterov's method. Momentum takes it at "
    "the weights.",
)

exercise.mistake(
    "takes_nesterovs_step",
    {"* momentum\n            weights": "* (alpha * momentum + slope)\n            weights"},
    "The weights move by alpha times the new momentum plus the gradient once more: that is "
    "Nesterov's step as libraries write it. Here they move by the momentum itself.",
)

exercise.mistake(
    "counts_the_gradient_twice",
    {STEP: "alpha * momentum + slope\n        return weights - eta * (momentum + slope),"},
    "The weights move by the gradient once more on top of the momentum. The new momentum holds it "
    "already.",
    of="with_an_own_step_function",
)

exercise.mistake(
    "returns_the_momentum_too",
    {f"{BOTH}\n    return weights": f"{BOTH}\n    return weights, momentum"},
    "One value is asked for, the weights. The momentum need not come back: nobody goes on from "
    "here.",
    of="in_two_loops",
)

exercise.mistake(
    "returns_the_momentum",
    {f"{BOTH}\n    return weights": f"{BOTH}\n    return momentum"},
    "The momentum came back, where the weights were asked for. Which of the two is the network?",
    of="in_two_loops",
)

exercise.mistake(
    "throws_the_steps_away",
    {BOTH: f"{BODY}\n            _ = weights - eta * momentum"},
    "The weights come back as they came: the steps are not made, or made and thrown away. Is "
    "every new value given a name with =, and is it the name that is used next? If you call a "
    "function of your own, catch what it returns.",
    of="in_two_loops",
)

exercise.mistake(
    "catches_the_step_the_wrong_way_round",
    {
        BOTH: "for _ in range(epochs):\n"
        "        for gradient in minibatch_gradients:\n"
        "            momentum = alpha * momentum + gradient(weights)\n"
        "            weights, momentum = momentum, weights - eta * momentum"
    },
    "Weights and momentum have changed places on the way out of the step: momentum_step returns "
    "(weights, momentum), in this order.",
    of="in_two_loops",
)

exercise.mistake(
    "returns_all_the_weights",
    {
        f"{BOTH}\n    return weights": f"path = [weights]\n    {BOTH}\n"
        "            path.append(weights)\n"
        "    return path"
    },
    "All the weights on the way come back. Asked are those after the last update alone.",
    of="in_two_loops",
)

exercise.mistake(
    "returns_all_the_weights_but_the_first",
    {
        f"{BOTH}\n    return weights": f"path = []\n    {BOTH}\n"
        "            path.append(weights)\n"
        "    return path"
    },
    "All the weights on the way come back. Asked are those after the last update alone.",
    of="in_two_loops",
)
