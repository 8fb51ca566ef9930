"""Exercise ``nesterov-step``: look ahead, then correct, as the lecture writes it."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils.exercises.call import build
from course_utils.optimizers import Nesterov

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, quadratic, rate, rounded, signed

exercise = Exercise(
    slug="nesterov-step",
    lesson="01-momentum",
    function="nesterov_step",
    arguments=("weights", "previous_step", "gradient_function", "eta", "beta"),
    returns=("weights", "step"),
    points=4,
)


@exercise.reference
def reference(weights, previous_step, gradient_function, eta, beta):
    rule = Nesterov(eta=eta, beta=beta)
    weights, state = rule.step(weights, {"step": previous_step}, gradient_function)
    return weights, state["step"]


@exercise.magnitude
def magnitude(weights, previous_step, quadratic, eta, beta):
    kept = beta * np.abs(previous_step)
    slope = quadratic.curvature * (np.abs(weights) + kept + np.abs(quadratic.centre))
    return np.abs(weights) + kept + eta * slope, kept + eta * slope


@exercise.calls
def calls(rng):
    def inputs(shape, exponent=0):
        weights, step = signed(rng, shape, exponent), signed(rng, shape, exponent)
        return weights, step, quadratic(rng, shape, exponent), rate(rng), decay(rng)

    weights, step, gradient, eta, beta = inputs(3)
    still = np.zeros_like(step)
    yield Call("a first step from rest", (weights, still, gradient, eta, beta), "edge")
    for number in (1, 2, 3):
        arguments = (weights, step, gradient, eta, beta)
        yield Call("a chain of steps", arguments, step=f"step {number} of 3")
        new = reference(weights, step, build(gradient), eta, beta)
        weights, step = (rounded(value, decimals=4) for value in new)
    yield Call("vectors", inputs(5))
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape), "edge")
    yield Call("beta = 0", (*inputs(3)[:4], 0.0), "edge")
    yield Call("huge numbers", inputs(3, HUGE), "edge")
    yield Call("tiny numbers", inputs(3, TINY), "edge")
    yield Call(EMPTY, inputs(0), "free")


@exercise.misconception(
    "You look back instead of ahead: the gradient is taken at w - beta step. That is the bug of "
    "the published code, where a positive velocity is subtracted. Here a step is added: where "
    "does it lead?"
)
def looks_back(weights, previous_step, gradient_function, eta, beta):
    behind = weights - beta * previous_step
    step = beta * previous_step - eta * gradient_function(behind)
    return weights + step, step


@exercise.misconception(
    "The gradient is taken at the weights: this is plain momentum. Nesterov goes along the old "
    "step first and asks for the gradient there."
)
def takes_the_gradient_at_the_weights(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - eta * gradient_function(weights)
    return weights + step, step


@exercise.misconception(
    "The step is right, but it starts from the place you looked ahead to, so beta times the old "
    "step is walked twice. Looking ahead is not moving: start from the weights."
)
def forgets_to_undo_the_nudge(weights, previous_step, gradient_function, eta, beta):
    weights = weights + beta * previous_step
    step = beta * previous_step - eta * gradient_function(weights)
    return weights + step, step


@exercise.misconception(
    "The step is right, but the weights move by its gradient part alone. They move by the whole "
    "step that you return."
)
def moves_only_by_the_correction(weights, previous_step, gradient_function, eta, beta):
    slope = gradient_function(weights + beta * previous_step)
    return weights - eta * slope, beta * previous_step - eta * slope


@exercise.misconception(
    "The weights are right, but the returned step is only the correction. Next time the whole "
    "way from the old weights to the new ones is needed."
)
def returns_only_the_correction(weights, previous_step, gradient_function, eta, beta):
    ahead = weights + beta * previous_step
    step = -eta * gradient_function(ahead)
    return ahead + step, step


@exercise.misconception(
    "The old step is used for looking ahead but not for moving. It has two uses: where the "
    "gradient is taken, and as a part of the new step."
)
def forgets_the_old_step_in_the_new_one(weights, previous_step, gradient_function, eta, beta):
    step = -eta * gradient_function(weights + beta * previous_step)
    return weights + step, step


@exercise.misconception(
    "You look ahead by the whole old step. Only beta of it will be repeated, so look beta times "
    "as far."
)
def looks_ahead_by_the_whole_step(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - eta * gradient_function(weights + previous_step)
    return weights + step, step


@exercise.misconception(
    "You look ahead by eta times the old step. A step is already a length in weight space: eta "
    "is inside it."
)
def scales_the_look_ahead_by_eta(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - eta * gradient_function(weights + eta * previous_step)
    return weights + step, step


@exercise.misconception(
    "You look ahead by the full momentum step, with its own gradient inside, and then take a "
    "second gradient. Nesterov asks once, after beta times the old step."
)
def looks_ahead_by_a_momentum_step(weights, previous_step, gradient_function, eta, beta):
    ahead = weights + beta * previous_step - eta * gradient_function(weights)
    step = beta * previous_step - eta * gradient_function(ahead)
    return weights + step, step


@exercise.misconception(
    "This keeps a sum of gradients and subtracts eta times it. The lecture keeps the step "
    "itself: eta and the minus are inside, and it is added."
)
def keeps_a_sum_of_gradients(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step + gradient_function(weights + beta * previous_step)
    return weights - eta * step, step


@exercise.misconception(
    "The step has a plus at the gradient and is then subtracted. That can work, but only if the "
    "incoming step is read with the same sign: here a step is what is added to the weights."
)
def subtracts_the_step(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step + eta * gradient_function(weights + beta * previous_step)
    return weights - step, step


@exercise.misconception("The step is right, but it is subtracted. Its minus is already inside.")
def subtracts_the_right_step(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - eta * gradient_function(weights + beta * previous_step)
    return weights - step, step


@exercise.misconception("The gradient enters with a plus: the correction leads uphill.")
def walks_uphill(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step + eta * gradient_function(weights + beta * previous_step)
    return weights + step, step


@exercise.misconception(
    "The weights are right, but the step comes back with the opposite sign. It is what was added "
    "to the weights: new weights minus old weights."
)
def returns_the_step_reversed(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - eta * gradient_function(weights + beta * previous_step)
    return weights + step, -step


@exercise.misconception(
    "The step is right, but the weights that you return already look ahead to the next step, as "
    "some libraries store them. Return the place you stand on."
)
def returns_the_next_place_ahead(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - eta * gradient_function(weights + beta * previous_step)
    return weights + step + beta * step, step


@exercise.misconception(
    "The step is right, but you return the place you looked at, not the one you arrive at. The "
    "gradient found there still has to correct it."
)
def returns_the_place_it_looked_at(weights, previous_step, gradient_function, eta, beta):
    ahead = weights + beta * previous_step
    return ahead, beta * previous_step - eta * gradient_function(ahead)


@exercise.misconception(
    "The gradient enters in full, whatever eta is. Where does the learning rate belong?"
)
def forgets_the_learning_rate(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - gradient_function(weights + beta * previous_step)
    return weights + step, step


@exercise.misconception(
    "The gradient is scaled by 1 - beta, as in an average. The lecture's step takes eta times "
    "the gradient in full."
)
def averages_instead_of_summing(weights, previous_step, gradient_function, eta, beta):
    slope = gradient_function(weights + beta * previous_step)
    step = beta * previous_step - (1 - beta) * eta * slope
    return weights + step, step


@exercise.misconception(
    "The gradient is taken ahead, but the old step is then kept in full. beta says how much of "
    "it is repeated."
)
def forgets_beta_in_the_step(weights, previous_step, gradient_function, eta, beta):
    step = previous_step - eta * gradient_function(weights + beta * previous_step)
    return weights + step, step


@exercise.misconception(
    "Only the weights come back. The next call needs the step too: return both, as in return "
    "weights, step."
)
def returns_only_the_weights(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - eta * gradient_function(weights + beta * previous_step)
    return weights + step


@exercise.misconception(
    "Both values are right, but in the wrong order: weights first, then the step."
)
def returns_the_step_first(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - eta * gradient_function(weights + beta * previous_step)
    return step, weights + step


@exercise.misconception(
    "gradient_function is a function, not an array: call it, at the place where you want to know "
    "the gradient."
)
def does_not_call_the_gradient_function(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - eta * gradient_function
    return weights + step, step


@exercise.misconception(
    "The same call gave two different answers: the step is remembered inside the function "
    "instead of being taken from its argument. The caller keeps the state and hands it in."
)
def keeps_state_between_calls(
    weights,
    previous_step,
    gradient_function,
    eta,
    beta,
    memory={},  # noqa: B006
):
    old = memory.get(weights.shape, np.zeros_like(weights))
    step = beta * old - eta * gradient_function(weights + beta * old)
    memory[weights.shape] = step
    return weights + step, step


@exercise.misconception(
    "The values are right, but the caller's arrays were overwritten on the way: operators such "
    "as += write into the array that was handed in. Make a new array for the place ahead."
)
def changes_its_inputs(weights, previous_step, gradient_function, eta, beta):
    weights += beta * previous_step
    correction = -eta * gradient_function(weights)
    return weights + correction, beta * previous_step + correction


@exercise.misconception(
    "This is Nesterov with a velocity that is *subtracted*, a correct pair of signs, but another "
    "one: the step handed in is what was *added* to the weights, so ahead is w + beta step."
)
def subtracts_a_velocity(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step + eta * gradient_function(weights - beta * previous_step)
    return weights - step, step


@exercise.misconception(
    "The step is right, but the weights move by beta times it. beta has done its work inside the "
    "step, on the old one: add the new one in full."
)
def shortens_the_new_step(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - eta * gradient_function(weights + beta * previous_step)
    return weights + beta * step, step


@exercise.variant
def as_the_lecture_writes_it(weights, previous_step, gradient_function, eta, beta):
    ahead = weights + beta * previous_step
    step = beta * previous_step - eta * gradient_function(ahead)
    return weights + step, step


@exercise.variant
def correcting_the_place_ahead(weights, previous_step, gradient_function, eta, beta):
    ahead = weights + beta * previous_step
    new = ahead - eta * gradient_function(ahead)
    return new, new - weights


@exercise.variant
def nudging_and_undoing_on_a_copy(weights, previous_step, gradient_function, eta, beta):
    weights = weights.copy()
    weights += beta * previous_step
    slope = gradient_function(weights)
    weights -= beta * previous_step
    step = beta * previous_step - eta * slope
    weights += step
    return weights, step


@exercise.variant
def with_a_positive_velocity(weights, previous_step, gradient_function, eta, beta):
    velocity = -previous_step
    velocity = beta * velocity + eta * gradient_function(weights - beta * velocity)
    return weights - velocity, -velocity


@exercise.variant
def asking_for_the_gradient_twice(weights, previous_step, gradient_function, eta, beta):
    print("at the weights the gradient is", gradient_function(weights))
    kept = np.multiply(beta, previous_step)
    step = kept - eta * gradient_function((weights + kept).tolist())
    return [np.add(weights, step).tolist(), np.array(step).tolist()]


@exercise.variant
def in_single_precision(weights, previous_step, gradient_function, eta, beta):
    kept = np.float32(beta) * previous_step.astype(np.float32)
    slope = gradient_function(weights.astype(np.float32) + kept)
    step = kept - np.float32(eta) * slope.astype(np.float32)
    return weights.astype(np.float32) + step, step


@exercise.variant
def changing_the_fresh_gradient_in_place(weights, previous_step, gradient_function, eta, beta):
    step = gradient_function(weights + beta * previous_step)
    step *= -eta
    step += beta * previous_step
    return weights + step, step
