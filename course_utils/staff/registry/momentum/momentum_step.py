"""Exercise ``momentum-step``: one step of momentum, as the series writes it."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils.optimizers import Momentum

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, rate, rounded, signed
from . import _mistakes
from ._inputs import mixed_exponents, uneven

exercise = Exercise(
    slug="momentum-step",
    function="momentum_step",
    arguments=("weights", "momentum", "gradient", "eta", "alpha"),
    returns=("weights", "momentum"),
    points=4,
)


@exercise.reference
def reference(weights, momentum, gradient, eta, alpha):
    rule = Momentum(eta=eta, alpha=alpha)
    weights, state = rule.step(weights, {"momentum": momentum}, lambda _: gradient)
    return weights, state["momentum"]


@exercise.magnitude
def magnitude(weights, momentum, gradient, eta, alpha):
    new = alpha * np.abs(momentum) + np.abs(gradient)
    return np.abs(weights) + eta * new, new


@exercise.calls
def calls(rng):
    def inputs(shape, exponent=0):
        arrays = [signed(rng, shape, exponent) for _ in range(3)]
        return (*arrays, rate(rng), decay(rng))

    weights, momentum, gradient, eta, alpha = inputs(3)
    still = np.zeros_like(momentum)
    yield Call("a first step from zero momentum", (weights, still, gradient, eta, alpha), "edge")
    for step in (1, 2, 3):
        arguments = (weights, momentum, signed(rng, 3), eta, alpha)
        yield Call("a chain of steps", arguments, step=f"step {step} of 3")
        weights, momentum = (rounded(new, decimals=4) for new in reference(*arguments))
    powers = mixed_exponents(rng, 5)
    arrays = [uneven(rng, powers) for _ in range(3)]
    yield Call("large and small numbers", (*arrays, rate(rng), decay(rng)))
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape), "edge")
    yield Call("alpha = 0", (*inputs(3)[:4], 0.0), "edge")
    weights, momentum, gradient, eta, alpha = inputs(4)
    still = np.zeros_like(gradient)
    yield Call("a gradient of zero", (weights, momentum, still, eta, alpha), "edge")
    yield Call("huge numbers", inputs(3, HUGE), "edge")
    yield Call("tiny numbers", inputs(3, TINY), "edge")
    yield Call(EMPTY, inputs(0), "free")


@exercise.variant
def in_three_lines(weights, momentum, gradient, eta, alpha):
    momentum = alpha * momentum + gradient
    step = eta * momentum
    weights = weights - step
    return weights, momentum


@exercise.variant
def in_two_lines(weights, momentum, gradient, eta, alpha):
    momentum = alpha * momentum + gradient
    return weights - eta * momentum, momentum


@exercise.variant
def in_place_on_copies(weights, momentum, gradient, eta, alpha):
    momentum, weights = momentum.copy(), weights.copy()
    momentum *= alpha
    momentum += gradient
    weights -= eta * momentum
    return weights, momentum


@exercise.variant
def multiplied_out(weights, momentum, gradient, eta, alpha):
    return weights - eta * alpha * momentum - eta * gradient, gradient + momentum * alpha


@exercise.variant
def number_by_number(weights, momentum, gradient, eta, alpha):
    new_weights, new_momentum = np.empty(weights.shape), np.empty(weights.shape)
    for i in np.ndindex(weights.shape):
        new_momentum[i] = alpha * momentum[i] + gradient[i]
        new_weights[i] = weights[i] - eta * new_momentum[i]
    return new_weights, new_momentum


@exercise.variant
def as_a_list_of_lists(weights, momentum, gradient, eta, alpha):
    momentum = alpha * momentum + gradient
    return [(weights - eta * momentum).tolist(), momentum.tolist()]


@exercise.variant
def as_one_stacked_array(weights, momentum, gradient, eta, alpha):
    momentum = alpha * momentum + gradient
    return np.array([weights - eta * momentum, momentum])


@exercise.variant
def in_single_precision(weights, momentum, gradient, eta, alpha):
    weights, momentum, gradient = (np.float32(x) for x in (weights, momentum, gradient))
    momentum = np.float32(alpha) * momentum + gradient
    return weights - np.float32(eta) * momentum, momentum


@exercise.variant
def through_the_velocity(weights, momentum, gradient, eta, alpha):
    velocity = alpha * (-eta * momentum) - eta * gradient
    return weights + velocity, -velocity / eta


@exercise.variant
def with_prints_and_warnings(weights, momentum, gradient, eta, alpha):
    import sys

    print("momentum:", momentum)
    print("careful!", file=sys.stderr)
    np.divide(1.0, np.zeros(2))
    momentum = np.add(np.multiply(alpha, momentum), gradient)
    return np.subtract(weights, np.multiply(eta, momentum)), momentum


# Two lines each, as one piece: what changes them in several places makes no sensible pair.
MOVES = "= eta * momentum\n    weights = weights - step"
BOTH_LINES = "momentum = alpha * momentum + gradient\n    return weights - eta * momentum,"

exercise.mistake(
    "walks_uphill",
    {"weights - step": "weights + step"},
    "The weights move along the momentum, uphill. The momentum is a sum of gradients: which sign "
    "leads down?",
)

exercise.mistake(
    "moves_by_the_old_momentum",
    {"    momentum = alpha": "    old = momentum\n    momentum = alpha", "* momentum\n": "* old\n"},
    "The weights are moved by the momentum as it was before this step, so today's gradient comes "
    "one step late. Which of the two lines comes first?",
)

exercise.mistake(
    "moves_by_the_gradient",
    {"* momentum\n": "* gradient\n"},
    "The weights follow the gradient alone. What should the new momentum be good for?",
)

exercise.mistake(
    "averages_instead_of_summing",
    {"+ gradient": "+ (1 - alpha) * gradient"},
    "You take an average: the new gradient is weighted by (1 - alpha). Here the momentum is a "
    "decaying sum, in which the new gradient counts in full. (The average returns with Adam.)",
)

exercise.mistake(
    "averages_the_other_way_round",
    {"alpha * momentum + gradient": "(1 - alpha) * momentum + alpha * gradient"},
    "alpha and 1 - alpha weigh the two terms, and alpha sits at the gradient. Here alpha says "
    "how much of the old momentum is kept, and the gradient counts in full.",
    of="in_two_lines",
)

exercise.mistake(
    "keeps_a_velocity",
    {
        "+ gradient": "+ eta * gradient",
        "= eta * momentum": "= momentum",
    },
    "What you gather is a velocity: eta is already inside. In the series' form the momentum knows "
    "no eta; it enters when the weights move.",
)

exercise.mistake(
    "keeps_a_downhill_velocity",
    {
        "+ gradient": "- eta * gradient",
        MOVES: "= momentum\n    weights = weights + step",
    },
    "What you gather is the lecture's velocity: -eta times the gradient, added to the weights. A "
    "fine method in another notation; here the momentum is the plain sum, without eta and without "
    "the sign.",
)

exercise.mistake(
    "subtracts_a_downhill_velocity",
    {"+ gradient": "- eta * gradient", MOVES: "= momentum\n    weights = weights - step"},
    "What you gather points downhill: -eta times the gradient. And then it is subtracted, which "
    "leads uphill. Here the momentum is the plain sum of the gradients, without eta and without "
    "the sign, and eta times it is subtracted.",
)

exercise.mistake(
    "keeps_an_average_with_eta_inside",
    {"+ gradient": "+ (1 - alpha) * eta * gradient", "= eta * momentum": "= momentum"},
    "What you keep is an average with eta inside: the gradient enters times (1 - alpha) eta. Here "
    "it enters in full, and eta comes in when the weights move.",
)

exercise.mistake(
    "keeps_a_downhill_average",
    {
        "+ gradient": "- (1 - alpha) * gradient",
        MOVES: "= eta * momentum\n    weights = weights + step",
    },
    "What you keep is an average of the gradients with a minus, and you add eta times it. Here the "
    "momentum is a sum: the gradient enters in full, with its own sign.",
)

exercise.mistake(
    "keeps_a_downhill_average_with_eta_inside",
    {
        "+ gradient": "- (1 - alpha) * eta * gradient",
        MOVES: "= momentum\n    weights = weights + step",
    },
    "What you keep is an average that points downhill, with eta inside. Here the momentum is a "
    "sum: the gradient enters in full, without eta and without the minus.",
)

exercise.mistake(
    "counts_eta_twice",
    {"+ gradient": "+ eta * gradient"},
    "The gradient enters the momentum times eta, and eta is there again when the weights move. "
    "Once is enough; the series has it at the weights.",
)

exercise.mistake(
    "decays_the_gradient",
    {"alpha * momentum + gradient": "momentum + alpha * gradient"},
    "The old momentum is kept in full and alpha shrinks the gradient. Which of the two terms "
    "should fade as steps go by?",
    of="in_two_lines",
)

exercise.mistake(
    "decays_both_terms",
    {"alpha * momentum + gradient": "alpha * (momentum + gradient)"},
    "alpha multiplies old momentum and new gradient alike. Only the past is meant to fade.",
    of="in_two_lines",
)

exercise.mistake(
    "forgets_alpha",
    {"= alpha * momentum": "= momentum"},
    "Nothing is ever forgotten: alpha does not enter, as if it were 1. How much of the old "
    "momentum should be kept?",
)

exercise.mistake(
    "keeps_what_should_be_lost",
    {"= alpha * momentum": "= (1 - alpha) * momentum"},
    "The old momentum is multiplied by 1 - alpha. alpha is what survives, not what is lost.",
)

exercise.mistake(
    "subtracts_the_old_momentum",
    {"alpha * momentum": "-alpha * momentum"},
    "The old momentum enters with a minus: what was gathered is taken off again. The new momentum "
    "is a sum.",
    of="in_two_lines",
)

exercise.mistake(
    "forgets_the_old_momentum",
    {"alpha * momentum + gradient": "gradient"},
    "The old momentum is lost: this is plain gradient descent. What arrives in the argument "
    "momentum, and where should it go?",
    of="in_two_lines",
)

exercise.mistake(
    "forgets_the_learning_rate",
    {"= eta *": "= 1 *"},
    "The weights move by the same amount whatever eta is. Where does the learning rate enter?",
)

exercise.mistake(
    "divides_by_one_minus_alpha",
    {"eta * momentum": "eta / (1 - alpha) * momentum"},
    "The step is divided by 1 - alpha. That belongs to an average; a sum has grown by itself.",
    of="in_place_on_copies",
)

exercise.mistake(
    "multiplies_by_one_minus_alpha",
    {"eta * momentum": "eta * (1 - alpha) * momentum"},
    "The step is multiplied by 1 - alpha. The momentum here is a sum, and the weights move by eta "
    "times all of it.",
    of="in_place_on_copies",
)

exercise.mistake(
    "swaps_eta_and_alpha",
    {
        "alpha * momentum + gradient\n    step = eta": "eta * momentum + gradient\n"
        "    step = alpha",
    },
    "eta and alpha have changed places. The order is (weights, momentum, gradient, eta, alpha): "
    "eta scales the step, alpha the memory.",
)

exercise.mistake(
    "subtracts_the_gradient_from_the_momentum",
    {"+ gradient": "- gradient"},
    "The gradient enters the momentum with a minus, as if it were a velocity. The momentum adds "
    "gradients up; the minus belongs to the weights.",
)

exercise.mistake(
    "takes_nesterovs_step",
    {"eta * momentum": "eta * (alpha * momentum + gradient)"},
    "The weights move by alpha times the new momentum plus the gradient once more: that is "
    "Nesterov's step as libraries write it. Here they move by the momentum itself.",
    of="in_place_on_copies",
)

exercise.mistake(
    "takes_nesterovs_step_with_a_velocity",
    {
        BOTH_LINES: "momentum = alpha * momentum + eta * gradient\n"
        "    return weights - alpha * momentum - eta * gradient,",
    },
    "What you keep is a velocity, with eta inside, and the weights move by alpha times it plus "
    "eta times the gradient once more: Nesterov's step as libraries write it. Here the momentum "
    "is the plain sum, and the weights move by eta times it.",
    of="in_two_lines",
)

exercise.mistake(
    "takes_nesterovs_step_with_a_downhill_velocity",
    {
        BOTH_LINES: "momentum = alpha * momentum - eta * gradient\n"
        "    return weights + alpha * momentum - eta * gradient,",
    },
    "What you keep is the lecture's velocity, v = alpha v - eta g, and the weights move by alpha v "
    "- eta g once more: Nesterov's step as libraries write it. Here the momentum is the plain sum, "
    "and the weights move by eta times it.",
    of="in_two_lines",
)

exercise.mistake(
    "takes_nesterovs_step_with_an_average",
    {
        BOTH_LINES: "momentum = alpha * momentum + (1 - alpha) * gradient\n"
        "    return weights - eta * (alpha * momentum + (1 - alpha) * gradient),",
    },
    "What you keep is an average, and the weights move by alpha times it plus 1 - alpha times the "
    "gradient once more: Nesterov's step with an average. Here the momentum is the plain sum, and "
    "the weights move by eta times it.",
    of="in_two_lines",
)

exercise.mistake(
    "takes_nesterovs_step_with_a_damped_momentum",
    {
        BOTH_LINES: "momentum = alpha * momentum + (1 - alpha) * gradient\n"
        "    return weights - eta * (alpha * momentum + gradient),",
    },
    "What you keep is an average, and the weights move by alpha times it plus all of the gradient "
    "once more: Nesterov's step with dampening. Here the momentum is the plain sum, and the "
    "weights move by eta times it.",
    of="in_two_lines",
)

exercise.mistake(
    "takes_nesterovs_step_with_a_downhill_average",
    {
        BOTH_LINES: "momentum = alpha * momentum - (1 - alpha) * eta * gradient\n"
        "    return weights + alpha * momentum - (1 - alpha) * eta * gradient,",
    },
    "What you keep is an average that points downhill, with eta inside, and a part of the "
    "gradient is counted once more: Nesterov's step with an average. Here the momentum is the "
    "plain sum, and the weights move by eta times it.",
    of="in_two_lines",
)

exercise.mistake(
    "slips_a_sign_in_nesterovs_step",
    {
        BOTH_LINES: "old, momentum = momentum, alpha * momentum + eta * gradient\n"
        "    return weights - alpha * old - (1 + alpha) * momentum,",
    },
    "You keep a velocity that is subtracted, and move by alpha times the old one plus 1 + alpha "
    "times the new one: Nesterov's step as libraries write it, with a sign lost at the old one. "
    "Here the momentum is the plain sum, and the weights move by eta times it.",
    of="in_two_lines",
)

exercise.mistake(
    "lengthens_the_step",
    {"eta * momentum": "eta * (1 + alpha) * momentum"},
    "The step is 1 + alpha times as long as it should be. The weights move by eta times the new "
    "momentum.",
    of="in_place_on_copies",
)

exercise.mistake(
    "returns_the_old_momentum",
    {
        "    momentum = alpha": "    old = momentum\n    momentum = alpha",
        "weights, momentum\n": "weights, old\n",
    },
    "The momentum comes back as it came in. Which one does the next step need?",
)

exercise.mistake(
    "returns_the_step_in_place_of_the_momentum",
    {
        "weights, momentum\n": "weights, step\n",
    },
    "In place of the momentum the step comes back: the amount by which the weights moved, with the "
    "sign of the momentum. The next step needs the momentum itself.",
)

exercise.mistake(
    "returns_the_change_in_place_of_the_momentum",
    {
        "weights, momentum\n": "weights, -step\n",
    },
    "In place of the momentum the step comes back: the amount by which the weights moved, with the "
    "opposite sign of the momentum. The next step needs the momentum itself.",
)

exercise.mistake(
    "returns_the_gradient",
    {"weights - eta * momentum, momentum": "weights - eta * momentum, gradient"},
    "In place of the momentum the gradient comes back. Which of the two does the next step need?",
    of="in_two_lines",
)

exercise.mistake(
    "returns_the_old_weights",
    {"weights - eta * momentum, momentum": "weights, momentum"},
    "The weights come back as they came: the step was not taken, or its result thrown away.",
    of="in_two_lines",
)

exercise.mistake(
    "returns_only_the_step",
    {"weights - eta * momentum, momentum": "-eta * momentum, momentum"},
    "In place of the weights comes back the step alone. Where do the weights stand after it?",
    of="in_two_lines",
)

exercise.mistake(
    "counts_the_gradient_twice",
    {"eta * momentum": "eta * (momentum + gradient)"},
    "The weights move by the gradient once more on top of the momentum. The new momentum holds "
    "today's gradient already.",
    of="in_place_on_copies",
)

exercise.mistake(
    "fades_the_new_momentum_too",
    {"eta * momentum": "eta * alpha * momentum"},
    "On its way to the weights the new momentum is multiplied by alpha once more. Only the *old* "
    "momentum fades.",
    of="in_place_on_copies",
)

exercise.mistake(
    "shortens_the_step_by_alpha",
    {
        BOTH_LINES: "momentum = momentum + gradient\n    return weights - eta * alpha * momentum,",
    },
    "Nothing fades in the momentum that you keep; alpha only shortens the step. Old gradients "
    "should lose a part of their say in every step: where does alpha belong?",
    of="in_two_lines",
)

exercise.mistake(
    "gathers_what_is_subtracted",
    {
        BOTH_LINES: "momentum = alpha * momentum - gradient\n    return weights + eta * momentum,",
    },
    "You gather what is subtracted, -g, and add it to the weights. The path would be right from "
    "zero momentum, but the momentum handed in is a sum of gradients, with their own sign.",
    of="in_two_lines",
)

exercise.mistake(*_mistakes.NEEDS_AN_AXIS)


@exercise.misconception(
    "Your function works on two numbers, index 0 and index 1, and returns two. Whole arrays add "
    "and multiply element by element, with any number of weights: no index is needed."
)
def writes_out_two_components(weights, momentum, gradient, eta, alpha):
    m0 = alpha * momentum[0] + gradient[0]
    m1 = alpha * momentum[1] + gradient[1]
    return np.array([weights[0] - eta * m0, weights[1] - eta * m1]), np.array([m0, m1])


@exercise.misconception(
    "Your loop goes through the first axis of the arrays, which a 0-d array does not have. No "
    "loop is needed: whole arrays add and multiply element by element, whatever their shape."
)
def loops_over_the_first_axis(weights, momentum, gradient, eta, alpha):
    new_weights, new_momentum = np.zeros_like(weights), np.zeros_like(momentum)
    for i in range(len(weights)):
        new_momentum[i] = alpha * momentum[i] + gradient[i]
        new_weights[i] = weights[i] - eta * new_momentum[i]
    return new_weights, new_momentum
