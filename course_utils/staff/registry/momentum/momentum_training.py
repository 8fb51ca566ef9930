"""Exercise ``momentum-training``: a training loop whose momentum lives across epochs."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils.optimizers import Momentum

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, quadratic, rate, signed

exercise = Exercise(
    slug="momentum-training",
    lesson="01-momentum",
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
    weights, momentum = np.abs(weights), np.zeros_like(weights)
    for _ in range(epochs):
        for minibatch in minibatches:
            slope = minibatch.curvature * (weights + np.abs(minibatch.centre))
            momentum = alpha * momentum + slope
            weights = weights + eta * momentum
    return weights


@exercise.calls
def calls(rng):
    def inputs(shape, minibatches, epochs, exponent=0):
        batches = [quadratic(rng, shape, exponent) for _ in range(minibatches)]
        return signed(rng, shape, exponent), batches, rate(rng), decay(rng), epochs

    yield Call("a single epoch", inputs(2, 2, 1), "edge")
    for minibatches, epochs in ((2, 2), (3, 2), (2, 3)):
        yield Call("several minibatches and epochs", inputs(2, minibatches, epochs))
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


@exercise.misconception(
    "The momentum starts again from zero in every epoch, as in the published code: what was "
    "gathered is thrown away each time. Where should it be made, so that it lives for the whole "
    "training?"
)
def forgets_the_momentum_every_epoch(weights, minibatch_gradients, eta, alpha, epochs):
    for _ in range(epochs):
        momentum = np.zeros_like(weights)
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "The momentum starts again from zero at every minibatch: this is plain gradient descent. "
    "Where should it be made, so that it lives for the whole training?"
)
def forgets_the_momentum_every_minibatch(weights, minibatch_gradients, eta, alpha, epochs):
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = np.zeros_like(weights)
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "The gradients of an epoch are averaged into one step. Minibatch training makes a step after "
    "every minibatch, and takes the next gradient at the new weights."
)
def makes_one_average_step_an_epoch(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    if not minibatch_gradients:
        return weights
    for _ in range(epochs):
        total = sum(gradient(weights) for gradient in minibatch_gradients)
        momentum = alpha * momentum + total / len(minibatch_gradients)
        weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "The gradients of an epoch are summed into one step. Minibatch training makes a step after "
    "every minibatch, and takes the next gradient at the new weights."
)
def makes_one_big_step_an_epoch(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    if not minibatch_gradients:
        return weights
    for _ in range(epochs):
        total = sum(gradient(weights) for gradient in minibatch_gradients)
        momentum = alpha * momentum + total
        weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "All gradients of an epoch are taken at the weights with which it began. Each minibatch "
    "should see the weights that the one before has left."
)
def takes_an_epochs_gradients_at_its_start(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        start = weights
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(start)
            weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "All gradients are taken at the weights with which the training began. Call the gradient "
    "function with the weights of the moment."
)
def takes_all_gradients_at_the_start(weights, minibatch_gradients, eta, alpha, epochs):
    momentum, start = np.zeros_like(weights), weights
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(start)
            weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "One pass through the minibatches, whatever epochs is. How often should it be repeated?"
)
def ignores_the_epochs(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for gradient in minibatch_gradients:
        momentum = alpha * momentum + gradient(weights)
        weights = weights - eta * momentum
    return weights


AFTER_ONE_EPOCH = (
    "It returns after the first epoch: is the return indented into the loop over the epochs?"
)
AFTER_ONE_MINIBATCH = (
    "It returns after the first minibatch: is the return indented into the loop over the "
    "minibatches?"
)


@exercise.misconception(AFTER_ONE_EPOCH)
def returns_inside_the_epoch(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
        return weights


@exercise.misconception(AFTER_ONE_EPOCH)
def returns_inside_the_epoch_and_at_the_end(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
        return weights
    return weights


@exercise.misconception(AFTER_ONE_MINIBATCH)
def returns_inside_the_minibatch(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
            return weights


@exercise.misconception(AFTER_ONE_MINIBATCH)
def returns_inside_the_minibatch_and_at_the_end(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
            return weights
    return weights


@exercise.misconception("Each entry is a function: call it at the present weights.")
def does_not_call_the_gradient_functions(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient
            weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "Only the last minibatch of an epoch makes a step: is the update indented one level too little?"
)
def steps_only_after_the_last_minibatch(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    slope = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            slope = gradient(weights)
        momentum = alpha * momentum + slope
        weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "The momentum gathers all gradients, but the weights move only once an epoch. Every "
    "minibatch makes a step."
)
def moves_once_an_epoch(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
        weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "Every minibatch is used for all epochs before the next one's turn comes: the two loops have "
    "changed places."
)
def swaps_the_loops(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for gradient in minibatch_gradients:
        for _ in range(epochs):
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "Only the first minibatch is ever used. An epoch goes through all of them, in order."
)
def uses_only_the_first_minibatch(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for _ in minibatch_gradients:
            momentum = alpha * momentum + minibatch_gradients[0](weights)
            weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "The minibatches come in reverse order. Take them as they are given, in every epoch."
)
def goes_backwards(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in reversed(minibatch_gradients):
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "Two notations are mixed: eta is inside the momentum (a velocity) and again in front of it. "
    "Once is enough."
)
def counts_eta_twice(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + eta * gradient(weights)
            weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "The momentum here is an average, with 1 - alpha at the gradient. The series' form, which is "
    "asked for, is a sum."
)
def averages_instead_of_summing(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + (1 - alpha) * gradient(weights)
            weights = weights - eta * momentum
    return weights


@exercise.misconception("The weights walk along the gradients, uphill. Which sign leads down?")
def walks_uphill(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights = weights + eta * momentum
    return weights


@exercise.misconception(
    "The weights move before the momentum has taken up the new gradient, so every gradient comes "
    "one step late. Which line comes first?"
)
def moves_by_the_old_momentum(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            slope = gradient(weights)
            weights = weights - eta * momentum
            momentum = alpha * momentum + slope
    return weights


@exercise.misconception(
    "The momentum fades once an epoch, and within an epoch nothing is forgotten. It fades at "
    "every step."
)
def decays_once_an_epoch(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        momentum = alpha * momentum
        for gradient in minibatch_gradients:
            momentum = momentum + gradient(weights)
            weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "One value is asked for, the weights. The momentum need not come back: nobody goes on from "
    "here."
)
def returns_the_momentum_too(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
    return weights, momentum


@exercise.misconception(
    "The same call gave two different answers: the momentum lives on when your function returns "
    "(as a default argument or a global variable). Across epochs, yes; across trainings, no."
)
def keeps_state_between_calls(weights, minibatch_gradients, eta, alpha, epochs, memory={}):  # noqa: B006
    momentum = memory.get(weights.shape, np.zeros_like(weights))
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
    memory[weights.shape] = momentum
    return weights


@exercise.misconception(
    "The values are right, but the caller's weights were overwritten on the way: operators such "
    "as -= write into the array that was handed in, and the place where the training began is "
    "lost. Copy first, or make a new array at every step."
)
def changes_its_inputs(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights -= eta * momentum
    return weights


@exercise.misconception(
    "The weights come back as they came: the steps are computed and thrown away. A function "
    "does not change its arguments; catch what it returns."
)
def throws_the_steps_away(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            new_momentum = alpha * momentum + gradient(weights)
            _new_weights = weights - eta * new_momentum
    return weights


@exercise.misconception(
    "Weights and momentum have changed places on the way out of the step: momentum_step returns "
    "(weights, momentum), in this order."
)
def catches_the_step_the_wrong_way_round(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            new_momentum = alpha * momentum + gradient(weights)
            weights, momentum = new_momentum, weights - eta * new_momentum
    return weights


@exercise.misconception(
    "One epoch too few: range(1, epochs) leaves one out. Through how many epochs does your loop "
    "go for epochs = 1?"
)
def leaves_one_epoch_out(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(1, epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "Each gradient is divided by the number of minibatches. It is a mean over its own pictures "
    "already: every minibatch makes a full step."
)
def divides_by_the_number_of_minibatches(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights) / len(minibatch_gradients)
            weights = weights - eta * momentum
    return weights


@exercise.misconception(
    "The momentum came back, where the weights were asked for. Which of the two is the network?"
)
def returns_the_momentum(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = np.zeros_like(weights)
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            momentum = alpha * momentum + gradient(weights)
            weights = weights - eta * momentum
    return momentum


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
