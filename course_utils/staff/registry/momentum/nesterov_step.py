"""Exercise ``nesterov-step``: look ahead, then correct, as the lecture writes it."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils.exercises.call import make_argument
from course_utils.exercises.values import Quadratic
from course_utils.optimizers import Nesterov

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, positive, quadratic, rate, rounded, signed
from . import _mistakes
from ._inputs import mixed_exponents, uneven

exercise = Exercise(
    slug="nesterov-step",
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
    slope = quadratic.largest_slope(np.abs(weights) + kept)
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
        new = reference(weights, step, make_argument(gradient), eta, beta)
        weights, step = (rounded(value, decimals=4) for value in new)
    powers = mixed_exponents(rng, 5)
    weights, step, centre = (uneven(rng, powers) for _ in range(3))
    gradient = Quadratic(positive(rng, 5), centre)
    yield Call("large and small numbers", (weights, step, gradient, rate(rng), decay(rng)))
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape), "edge")
    yield Call("beta = 0", (*inputs(3)[:4], 0.0), "edge")
    yield Call("huge numbers", inputs(3, HUGE), "edge")
    yield Call("tiny numbers", inputs(3, TINY), "edge")
    yield Call(EMPTY, inputs(0), "free")


@exercise.variant
def line_by_line(weights, previous_step, gradient_function, eta, beta):
    ahead = weights + beta * previous_step
    slope = gradient_function(ahead)
    step = beta * previous_step - eta * slope
    weights = weights + step
    return weights, step


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


# Several lines each, as one piece: what changes them in many places makes no sensible pair.
IN_PLACE = "step *= -eta\n    step += beta * previous_step"
LECTURE = (
    "ahead = weights + beta * previous_step\n"
    "    step = beta * previous_step - eta * gradient_function(ahead)\n"
    "    return weights + step,"
)

exercise.mistake(
    "looks_ahead_by_a_gradient_step",
    {"weights + beta * previous_step": "weights - eta * gradient_function(weights)"},
    "You look ahead by a step of gradient descent, and then take a second gradient. Nesterov's "
    "method asks once, where the last step is about to lead: at w + beta step.",
)

exercise.mistake(
    "looks_back",
    {"weights + beta * previous_step": "weights - beta * previous_step"},
    "You look back instead of ahead: the gradient is taken at w - beta step. That is the bug of "
    "the published code, where a positive velocity is subtracted. Here a step is added: where "
    "does it lead?",
)

exercise.mistake(
    "takes_the_gradient_at_the_weights",
    {"weights + beta * previous_step": "weights"},
    "The gradient is taken at the weights, as in plain momentum. Nesterov goes along the old step "
    "first and asks for the gradient there.",
)

exercise.mistake(
    "looks_ahead_by_the_whole_step",
    {"weights + beta * previous_step": "weights + previous_step"},
    "You look ahead by the whole old step. Only beta of it will be repeated, so look beta times "
    "as far.",
)

exercise.mistake(
    "looks_back_by_the_whole_step",
    {"weights + beta * previous_step": "weights - previous_step"},
    "You look back instead of ahead, and by the whole old step: the gradient is taken at w - "
    "step. Here a step is what is added, and beta of it is repeated: where does that lead?",
)

exercise.mistake(
    "scales_the_look_ahead_by_eta",
    {
        "weights + beta * previous_step": "weights + eta * previous_step",
    },
    "You look ahead by eta times the old step. A step is already a length in weight space: eta is "
    "inside it.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "looks_ahead_as_with_a_sum",
    {"weights + beta * previous_step": "weights - eta * beta * previous_step"},
    "You look ahead to w - eta beta step, as if a sum of gradients were handed in. It is the step "
    "itself: eta and the minus are inside, so ahead is w + beta step.",
)

exercise.mistake(
    "scales_the_look_ahead_by_eta_and_beta",
    {
        "weights + beta * previous_step": "weights + eta * beta * previous_step",
    },
    "You look ahead by eta beta times the old step. A step is already a length in weight space: "
    "eta is inside it.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "looks_ahead_by_a_momentum_step",
    {
        "weights + beta * previous_step\n": "weights + beta * previous_step\n"
        "    ahead = ahead - eta * gradient_function(weights)\n"
        "",
    },
    "You look ahead by the full momentum step, with its own gradient inside, and then take a "
    "second gradient. Nesterov asks once, after beta times the old step.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "takes_the_gradient_at_the_old_step",
    {
        "weights + beta * previous_step": "previous_step",
    },
    "The gradient is taken at the old step. Gradients are felt at places: weights plus beta times "
    "the old step.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "takes_the_gradient_at_what_is_kept",
    {
        "weights + beta * previous_step": "beta * previous_step",
    },
    "The gradient is taken at beta times the old step alone. That is a distance, not a place: "
    "what is it added to?",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "takes_the_gradient_at_the_weights_kept_in_part",
    {
        "weights + beta * previous_step": "beta * (weights + previous_step)",
    },
    "The gradient is taken at beta times weights and step together. beta belongs to the step "
    "alone: is there a pair of brackets too many?",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "does_not_call_the_gradient_function",
    {
        "gradient_function(ahead)": "gradient_function",
    },
    "gradient_function is a function, not an array: call it, at the place where you want to know "
    "the gradient.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "forgets_the_old_step_in_the_new_one",
    {
        IN_PLACE: "step *= -eta",
    },
    "The new step holds the gradient's part alone, and nothing of the old step. It is beta times "
    "the old step, corrected.",
    of="changing_the_fresh_gradient_in_place",
)

exercise.mistake(
    "forgets_beta_in_the_step",
    {"= beta * previous_step": "= previous_step"},
    "The old step is kept in full in the new one. beta says how much of it is repeated.",
)

exercise.mistake(
    "keeps_what_should_be_lost",
    {
        IN_PLACE: "step *= -eta\n    step += (1 - beta) * previous_step",
    },
    "1 - beta times the old step is kept. beta is what is repeated, not what is lost.",
    of="changing_the_fresh_gradient_in_place",
)

exercise.mistake(
    "walks_uphill",
    {"step - eta *": "step + eta *"},
    "The gradient enters with a plus: the correction leads uphill.",
)

exercise.mistake(
    "forgets_the_learning_rate",
    {"- eta * slope": "- slope"},
    "eta does not enter: the gradient counts in full. Where does the learning rate belong?",
)

exercise.mistake(
    "averages_instead_of_summing",
    {"- eta * slope": "- (1 - beta) * eta * slope"},
    "The gradient is scaled by 1 - beta, as in an average. The lecture's step takes eta times the "
    "gradient in full.",
)

exercise.mistake(
    "decays_the_gradient",
    {
        IN_PLACE: "step = beta * (previous_step - eta * step)",
    },
    "beta multiplies the gradient as well. Only the old step fades.",
    of="changing_the_fresh_gradient_in_place",
)

exercise.mistake(
    "keeps_a_sum_of_gradients",
    {"- eta * slope": "+ slope", "weights + step": "weights - eta * step"},
    "This keeps a sum of gradients and subtracts eta times it. The lecture keeps the step itself: "
    "eta and the minus are inside, and it is added.",
)

exercise.mistake(
    "keeps_a_velocity_and_counts_eta_twice",
    {"- eta * slope": "+ eta * slope", "weights + step": "weights - eta * step"},
    "What you keep is a velocity with eta inside, and eta times it is subtracted: eta is there "
    "twice. The lecture keeps the step itself, with its minus, and adds it in full.",
)

exercise.mistake(
    "keeps_a_sum_throughout",
    {
        LECTURE: "ahead = weights - eta * beta * previous_step\n"
        "    step = beta * previous_step + gradient_function(ahead)\n"
        "    return weights - eta * step,",
    },
    "This is Nesterov with a sum of gradients, looked ahead by -eta beta times it: a correct "
    "method, but another one. The step handed in is what was *added* to the weights: eta and the "
    "minus are inside.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "keeps_an_average",
    {"- eta * slope": "+ (1 - beta) * slope", "weights + step": "weights - eta * step"},
    "This keeps an average of gradients and subtracts eta times it. The lecture keeps the step "
    "itself: eta and the minus are inside, and it is added.",
)

exercise.mistake(
    "subtracts_the_step",
    {"- eta * slope\n    weights = weights +": "+ eta * slope\n    weights = weights -"},
    "The step has a plus at the gradient and is then subtracted. That can work, but only if the "
    "incoming step is read with the same sign: here a step is what is added to the weights.",
)

exercise.mistake(
    "subtracts_a_velocity",
    {
        LECTURE: "ahead = weights - beta * previous_step\n"
        "    step = beta * previous_step + eta * gradient_function(ahead)\n"
        "    return weights - step,",
    },
    "This is Nesterov with a velocity that is *subtracted*, a correct pair of signs, but another "
    "one: the step handed in is what was *added* to the weights, so ahead is w + beta step.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "subtracts_the_right_step",
    {"weights + step": "weights - step"},
    "The step is subtracted from the weights. Its minus is already inside.",
)

exercise.mistake(
    "forgets_to_undo_the_nudge",
    {"weights + step": "ahead + step"},
    "The step starts from the place you looked ahead to, so that part of the way is walked twice. "
    "Looking ahead is not moving: start from the weights.",
)

exercise.mistake(
    "moves_only_by_the_correction",
    {
        "return new, new - weights": "return weights + new - ahead, new - weights",
    },
    "The weights move by the gradient's part alone. They move by the whole step that you return.",
    of="correcting_the_place_ahead",
)

exercise.mistake(
    "returns_the_next_place_ahead",
    {
        "return new, new - weights": "return new + beta * (new - weights), new - weights",
    },
    "The weights that you return already look ahead to the next step, as some libraries store "
    "them. Return the place you stand on.",
    of="correcting_the_place_ahead",
)

exercise.mistake(
    "returns_the_place_it_looked_at",
    {
        "return new, new - weights": "return ahead, new - weights",
    },
    "You return the place you looked at, not the one you arrive at. The gradient found there "
    "still has to correct it.",
    of="correcting_the_place_ahead",
)

exercise.mistake(
    "shortens_the_new_step",
    {
        "return new, new - weights": "return weights + beta * (new - weights), new - weights",
    },
    "The weights move by beta times the new step. beta has done its work inside the step, on the "
    "old one: add the new one in full.",
    of="correcting_the_place_ahead",
)

exercise.mistake(
    "counts_eta_twice",
    {
        "return new, new - weights": "return weights + eta * (new - weights), new - weights",
    },
    "The weights move by eta times the new step. eta is inside the step already: add the step in "
    "full.",
    of="correcting_the_place_ahead",
)

exercise.mistake(
    "looks_ahead_twice",
    {"weights + step": "weights + beta * step - eta * slope"},
    "The weights move by beta times the new step and by the correction once more, as libraries do "
    "that take the gradient at the weights. You have looked ahead already: add the step.",
)

exercise.mistake(
    "subtracts_a_velocity_from_the_place_ahead",
    {
        LECTURE: "ahead = weights - beta * previous_step\n"
        "    step = beta * previous_step + eta * gradient_function(ahead)\n"
        "    return ahead - step,",
    },
    "You keep a velocity that is *subtracted*, and start from the place you looked ahead to, so "
    "that a part of the way is walked twice. Here the step is what was *added* to the weights: "
    "look ahead by beta times it, and add the new one to the weights.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "takes_the_libraries_form",
    {
        LECTURE: "ahead = weights\n"
        "    step = beta * previous_step - eta * gradient_function(ahead)\n"
        "    return weights + beta * step - eta * gradient_function(ahead),",
    },
    "The gradient is taken at the weights, which then move by beta times the new step and by the "
    "correction once more, as libraries write it (Bengio's form). Their weights are the place "
    "ahead. Here you can ask for the gradient ahead, and the weights are the place you stand on.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "takes_the_libraries_form_with_a_positive_velocity",
    {
        LECTURE: "ahead = weights\n"
        "    step = beta * previous_step + eta * gradient_function(ahead)\n"
        "    return weights - beta * step - eta * gradient_function(ahead),",
    },
    "The gradient is taken at the weights, and a velocity with eta inside is subtracted twice, as "
    "libraries write it. Their weights are the place ahead. Here you can ask for the gradient "
    "ahead, and the step is what is *added* to the weights.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "takes_the_libraries_form_with_a_sum",
    {
        LECTURE: "ahead = weights\n"
        "    step = beta * previous_step + gradient_function(ahead)\n"
        "    return weights - eta * (beta * step + gradient_function(ahead)),",
    },
    "The gradient is taken at the weights, and a sum of gradients is kept, as libraries write it. "
    "Their weights are the place ahead. Here you can ask for the gradient ahead, and the step is "
    "what is *added* to the weights, with eta inside.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "takes_the_libraries_form_with_the_new_velocity",
    {
        LECTURE: "ahead = weights\n"
        "    step = beta * previous_step - eta * gradient_function(ahead)\n"
        "    return weights + beta**2 * step - (1 + beta) * eta * gradient_function(ahead),",
    },
    "The gradient is taken at the weights, which then move by beta^2 v - (1 + beta) eta g, as "
    "some libraries write it, here with the new v where the old one belongs. Ask for the gradient "
    "ahead instead, and add the step.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "slips_a_sign_in_the_libraries_form",
    {
        LECTURE: "ahead = weights\n"
        "    step = beta * previous_step + eta * gradient_function(ahead)\n"
        "    return weights - beta * previous_step - (1 + beta) * step,",
    },
    "The gradient is taken at the weights, and a velocity is subtracted, beta times the old one "
    "and 1 + beta times the new one: as libraries write it, with a sign lost at the old one. Here "
    "you can ask for the gradient ahead, and the step is what is *added* to the weights.",
    of="as_the_lecture_writes_it",
)

exercise.mistake(
    "returns_the_step_reversed",
    {"weights, step\n": "weights, -step\n"},
    "The step comes back with the opposite sign. It is what was added to the weights: new weights "
    "minus old weights.",
)

exercise.mistake(
    "returns_only_the_correction",
    {
        "return new, new - weights": "return new, new - ahead",
    },
    "The step that you return is the gradient's part alone. Next time the whole way from the old "
    "weights to the new ones is needed.",
    of="correcting_the_place_ahead",
)

exercise.mistake(
    "returns_the_old_step",
    {
        "return new, new - weights": "return new, previous_step",
    },
    "The step comes back as it came in. Next time the new one is needed.",
    of="correcting_the_place_ahead",
)

exercise.mistake(
    "returns_the_gradient",
    {
        "return new, new - weights": "return new, gradient_function(ahead)",
    },
    "In place of the step the gradient comes back. Next time the way from the old weights to the "
    "new ones is needed.",
    of="correcting_the_place_ahead",
)

exercise.mistake(*_mistakes.NEEDS_AN_AXIS)


@exercise.misconception(
    "Your loop goes through the first axis of the arrays, which a 0-d array does not have. No "
    "loop is needed: whole arrays add and multiply element by element, whatever their shape."
)
def loops_over_the_first_axis(weights, previous_step, gradient_function, eta, beta):
    slope = gradient_function(weights + beta * previous_step)
    new_weights, step = np.zeros_like(weights), np.zeros_like(weights)
    for i in range(len(weights)):
        step[i] = beta * previous_step[i] - eta * slope[i]
        new_weights[i] = weights[i] + step[i]
    return new_weights, step


@exercise.misconception(
    "What you keep is a place: the weights after a plain step of gradient descent. The lecture "
    "keeps the step, new weights minus old weights, and looks ahead by it before it asks for the "
    "gradient."
)
def keeps_a_place(weights, previous_step, gradient_function, eta, beta):
    place = weights - eta * gradient_function(weights)
    return place + beta * (place - previous_step), place
