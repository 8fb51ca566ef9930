"""Exercise ``nag-step``: Nesterov's accelerated gradient as Sutskever et al. write it."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils.optimizers import NAG

from ..exercise import Exercise
from . import _mistakes
from ._steps import step_calls

exercise = Exercise(
    slug="nag-step",
    function="nag_step",
    arguments=("theta", "velocity", "gradient_function", "eta", "mu"),
    returns=("theta", "velocity"),
    points=3,
)


@exercise.reference
def reference(theta, velocity, gradient_function, eta, mu):
    rule = NAG(eta=eta, mu=mu)
    theta, state = rule.step(theta, {"velocity": velocity}, gradient_function)
    return theta, state["velocity"]


@exercise.magnitude
def magnitude(theta, velocity, quadratic, eta, mu):
    kept = mu * np.abs(velocity)
    slope = quadratic.largest_slope(np.abs(theta) + kept)
    return np.abs(theta) + kept + eta * slope, kept + eta * slope


@exercise.calls
def calls(rng):
    yield from step_calls(rng, reference)


@exercise.variant
def term_by_term(theta, velocity, gradient_function, eta, mu):
    ahead = theta + mu * velocity
    slope = gradient_function(ahead)
    kept = mu * velocity
    new = kept - eta * slope
    return theta + new, new


@exercise.variant
def as_the_paper_writes_it(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function(theta + mu * velocity)
    return theta + velocity, velocity


@exercise.variant
def correcting_the_place_ahead(theta, velocity, gradient_function, eta, mu):
    ahead = theta + mu * velocity
    new = ahead - eta * gradient_function(ahead)
    return new, new - theta


@exercise.variant
def nudging_and_undoing_on_a_copy(theta, velocity, gradient_function, eta, mu):
    theta = theta.copy()
    theta += mu * velocity
    slope = gradient_function(theta)
    theta -= mu * velocity
    velocity = mu * velocity - eta * slope
    return [theta + velocity, velocity]


@exercise.variant
def with_a_second_look(theta, velocity, gradient_function, eta, mu):
    print("the gradient here is", gradient_function(theta))
    kept = np.multiply(mu, velocity)
    new = kept - eta * gradient_function((theta + kept).tolist())
    return np.add(theta, new).tolist(), np.array(new).tolist()


@exercise.variant
def in_single_precision(theta, velocity, gradient_function, eta, mu):
    kept = np.float32(mu) * np.float32(velocity)
    velocity = kept - np.float32(eta * gradient_function(np.float32(theta) + kept))
    return np.float32(theta) + velocity, velocity


exercise.mistake(
    "takes_the_gradient_at_theta",
    {"ahead = theta + mu * velocity": "ahead = theta"},
    "The gradient is taken at theta, as in classical momentum. NAG asks where the velocity is "
    "about to lead.",
)

exercise.mistake(
    "looks_back",
    {"theta + mu * velocity": "theta - mu * velocity"},
    "You look back: the gradient is taken at theta - mu velocity. Here the velocity is added to "
    "theta, so ahead is where it points.",
)

exercise.mistake(
    "looks_ahead_by_the_whole_velocity",
    {"theta + mu * velocity": "theta + velocity"},
    "You look ahead by the whole velocity. Only mu of it will be repeated: look mu times as far.",
)

exercise.mistake(
    "looks_back_by_the_whole_velocity",
    {"(theta + mu * velocity)": "(theta - velocity)"},
    "The gradient is taken at theta - velocity. Here the velocity is added to theta, so ahead is "
    "where it points, and only mu of it will be repeated.",
    of="as_the_paper_writes_it",
)

exercise.mistake(
    "scales_the_look_ahead_by_eta",
    {"(theta + mu * velocity)": "(theta + eta * velocity)"},
    "You look ahead by eta times the velocity. A velocity is already a length: eta is inside it. "
    "How much of the velocity will be repeated?",
    of="as_the_paper_writes_it",
)

exercise.mistake(
    "scales_the_look_ahead_by_eta_and_mu",
    {"(theta + mu * velocity)": "(theta + eta * mu * velocity)"},
    "You look ahead by eta times mu times the velocity. A velocity is already a length: eta is "
    "inside it.",
    of="as_the_paper_writes_it",
)

exercise.mistake(
    "looks_ahead_by_mu_squared",
    {"(theta + mu * velocity)": "(theta + mu * mu * velocity)"},
    "You look mu times mu times the old velocity ahead. Was the velocity multiplied by mu before "
    "you looked?",
    of="as_the_paper_writes_it",
)

exercise.mistake(
    "looks_ahead_by_a_momentum_step",
    {"(theta + mu * velocity)": "(theta + mu * velocity - eta * gradient_function(theta))"},
    "You look ahead by a full step of classical momentum, its gradient included, and then take a "
    "second gradient. NAG asks once, at theta + mu velocity.",
    of="as_the_paper_writes_it",
)

exercise.mistake(
    "looks_ahead_by_a_gradient_step",
    {"(theta + mu * velocity)": "(theta - eta * gradient_function(theta))"},
    "You look ahead by a step of gradient descent, and then take a second gradient. NAG asks once, "
    "where the velocity is about to lead: at theta + mu velocity.",
    of="as_the_paper_writes_it",
)

exercise.mistake(
    "moves_from_the_place_ahead",
    {"return theta + new": "return ahead + new"},
    "theta starts from the place you looked at, so mu velocity is walked once more. Looking "
    "ahead is not moving.",
)

exercise.mistake(
    "returns_the_next_place_ahead",
    {"theta + new": "theta + new + mu * new"},
    "The place that comes back already looks ahead to the next step, by mu times the new "
    "velocity, as some libraries store it. Return the place you stand on.",
)

exercise.mistake(
    "returns_only_the_correction",
    {", new": ", new - kept"},
    "Only the correction comes back as the velocity. The velocity is the whole way from the old "
    "theta to the new one.",
)

exercise.mistake(*_mistakes.RETURNS_THE_OLD_VELOCITY)

exercise.mistake(
    "forgets_the_old_velocity_in_the_new",
    {"kept = mu * velocity\n    new = kept": "kept = 0.0\n    new = kept"},
    "The old velocity is used for looking ahead but not for moving. It has two uses: where the "
    "gradient is taken, and as a part of the new velocity.",
)

exercise.mistake(
    "is_plain_gradient_descent",
    {"ahead = theta + mu * velocity": "ahead = theta", "kept = mu * velocity": "kept = 0.0"},
    "The velocity handed in is not used, as in plain gradient descent. It has two uses: where "
    "the gradient is taken, and as a part of the new velocity.",
)

exercise.mistake(
    "keeps_the_whole_old_velocity",
    {"kept = mu * velocity\n    new = kept": "kept = velocity\n    new = kept"},
    "The new velocity holds all of the old one. mu says how much of it survives a step.",
)

exercise.mistake(
    "keeps_what_should_be_lost",
    {"kept = mu * velocity\n    new = kept": "kept = (1 - mu) * velocity\n    new = kept"},
    "The new velocity holds 1 - mu of the old one. mu is what survives, not what is lost.",
)

exercise.mistake(
    "forgets_mu_everywhere",
    {"theta + mu * velocity": "theta + velocity", "kept = mu * velocity": "kept = velocity"},
    "mu does not enter: you look ahead by the whole velocity, and keep all of it. mu says how much "
    "of the old velocity is repeated, in both places.",
)

exercise.mistake(
    "keeps_a_sum_of_gradients",
    {"kept - eta * slope": "kept + slope", "theta + new": "theta - eta * new"},
    "This keeps a sum of gradients and subtracts eta times it. Here eta and the minus are inside "
    "the velocity.",
)

exercise.mistake(
    "keeps_a_sum_and_looks_along_it",
    {
        "theta + mu * velocity": "theta - eta * mu * velocity",
        "kept - eta * slope": "kept + slope",
        "theta + new": "theta - eta * new",
    },
    "A sum of gradients is kept: you look ahead by - eta mu times it, and subtract eta times "
    "it. Here eta and the minus are inside the velocity: look at theta + mu velocity, and add "
    "the velocity.",
)

exercise.mistake(*_mistakes.KEEPS_AN_AVERAGE_OF_GRADIENTS)

exercise.mistake(*_mistakes.WALKS_UPHILL)

exercise.mistake(*_mistakes.SUBTRACTS_THE_VELOCITY)

exercise.mistake(
    "writes_the_minus_outside",
    {
        "theta + mu * velocity": "theta - mu * velocity",
        "kept - eta": "kept + eta",
        "theta + new": "theta - new",
    },
    "The minus is outside: the velocity is subtracted, its gradient enters with a plus, and you "
    "look at theta - mu velocity. In the paper's form the minus is inside the velocity: look at "
    "theta + mu velocity, and add the velocity.",
)

exercise.mistake(
    "writes_the_minus_outside_and_looks_too_far",
    {
        "theta + mu * velocity": "theta - velocity",
        "kept - eta": "kept + eta",
        "theta + new": "theta - new",
    },
    "The minus is outside: the velocity is subtracted, and its gradient enters with a plus, taken "
    "at theta - velocity. In the paper's form the minus is inside the velocity: look at theta + mu "
    "velocity, and add the velocity.",
)

exercise.mistake(
    "keeps_a_sum_and_looks_too_far",
    {
        "theta + mu * velocity": "theta - eta * velocity",
        "kept - eta * slope": "kept + slope",
        "theta + new": "theta - eta * new",
    },
    "A sum of gradients is kept: you look ahead by - eta times it, and subtract eta times it. Here "
    "eta and the minus are inside the velocity: look at theta + mu velocity, and add the velocity.",
)

exercise.mistake(
    "writes_the_minus_outside_and_looks_the_other_way",
    {"kept - eta": "kept + eta", "theta + new": "theta - new"},
    "The gradient enters the velocity with a plus, and theta moves by minus the velocity. In the "
    "paper's form the minus is inside the velocity, and theta moves by plus the velocity.",
)

exercise.mistake(
    "is_classical_momentum_with_the_minus_outside",
    {
        "ahead = theta + mu * velocity": "ahead = theta",
        "kept - eta": "kept + eta",
        "theta + new": "theta - new",
    },
    "The gradient is taken at theta, as in classical momentum, and the minus is outside the "
    "velocity. NAG takes the gradient at theta + mu velocity. The minus is inside, and theta "
    "moves by the velocity itself.",
)

exercise.mistake(*_mistakes.FORGETS_THE_LEARNING_RATE)

exercise.mistake(*_mistakes.AVERAGES_INSTEAD_OF_SUMMING)

exercise.mistake(*_mistakes.SCALES_THE_GRADIENT_WITH_MU)

exercise.mistake(*_mistakes.COUNTS_ETA_TWICE)

exercise.mistake(*_mistakes.MOVES_BY_THE_OLD_VELOCITY)

exercise.mistake(
    "moves_by_the_gradient_alone",
    {"theta + new": "theta - eta * slope"},
    "theta moves by eta times the gradient alone. Move by the whole velocity.",
)

exercise.mistake(
    "moves_by_the_gradient_once_more",
    {"theta + new": "theta + mu * new - eta * slope"},
    "theta moves by mu times the new velocity and by the gradient once more, as libraries do "
    "who take the gradient at theta. Here it is taken ahead: move by the velocity.",
)

exercise.mistake(
    "steps_as_libraries_do",
    {
        "ahead = theta + mu * velocity": "ahead = theta",
        "theta + new": "theta + mu * new - eta * slope",
    },
    "The gradient is taken at theta, and theta moves by mu times the new velocity and by the "
    "gradient once more: so libraries write Nesterov, for weights that stand ahead of these. Here "
    "the gradient is taken at theta + mu velocity, and theta moves by the velocity.",
)

exercise.mistake(
    "steps_as_libraries_do_with_the_new_velocity",
    {
        "ahead = theta + mu * velocity": "ahead = theta",
        "theta + new": "theta + mu * mu * new - (1 + mu) * eta * slope",
    },
    "The gradient is taken at theta, and theta moves by mu^2 times the velocity and 1 + mu times "
    "the gradient: a library's form of Nesterov, with the new velocity where the old one belongs. "
    "Here the gradient is taken at theta + mu velocity, and theta moves by the velocity.",
)

exercise.mistake(
    "steps_as_libraries_do_with_a_sum",
    {
        "ahead = theta + mu * velocity": "ahead = theta",
        "kept - eta * slope": "kept + slope",
        "theta + new": "theta - eta * (slope + mu * new)",
    },
    "The gradient is taken at theta, a sum of gradients is kept, and theta moves by minus eta "
    "times the gradient plus mu times the sum: so a library writes Nesterov. Here eta and the "
    "minus are inside the velocity, and the gradient is taken at theta + mu velocity.",
)

exercise.mistake(
    "does_not_call_the_gradient_function",
    {"gradient_function(ahead)": "gradient_function"},
    "gradient_function is a function, not an array: call it at theta + mu * velocity.",
)


@exercise.misconception(
    "This takes two full steps, one after the other. NAG makes one: only its gradient is taken "
    "elsewhere."
)
def takes_two_steps(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function(theta)
    theta = theta + velocity
    velocity = mu * velocity - eta * gradient_function(theta)
    return theta + velocity, velocity


@exercise.misconception(
    "Your loop goes through the first axis of theta, which a 0-d array does not have. No loop is "
    "needed: whole arrays add and multiply element by element, whatever their shape."
)
def loops_over_the_first_axis(theta, velocity, gradient_function, eta, mu):
    slope = gradient_function(theta + mu * velocity)
    new_theta, new_velocity = np.zeros_like(theta), np.zeros_like(velocity)
    for i in range(len(theta)):
        new_velocity[i] = mu * velocity[i] - eta * slope[i]
        new_theta[i] = theta[i] + new_velocity[i]
    return new_theta, new_velocity
