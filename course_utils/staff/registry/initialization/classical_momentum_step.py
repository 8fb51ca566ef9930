"""Exercise ``classical-momentum-step``: CM as Sutskever et al. write it."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils.optimizers import ClassicalMomentum

from ..exercise import Exercise
from . import _mistakes
from ._steps import step_calls

exercise = Exercise(
    slug="classical-momentum-step",
    function="classical_momentum_step",
    arguments=("theta", "velocity", "gradient_function", "eta", "mu"),
    returns=("theta", "velocity"),
    points=2,
)


@exercise.reference
def reference(theta, velocity, gradient_function, eta, mu):
    rule = ClassicalMomentum(eta=eta, mu=mu)
    theta, state = rule.step(theta, {"velocity": velocity}, gradient_function)
    return theta, state["velocity"]


@exercise.magnitude
def magnitude(theta, velocity, quadratic, eta, mu):
    slope = quadratic.largest_slope(np.abs(theta))
    kept = mu * np.abs(velocity) + eta * slope
    return np.abs(theta) + kept, kept


@exercise.calls
def calls(rng):
    yield from step_calls(rng, reference)


@exercise.variant
def term_by_term(theta, velocity, gradient_function, eta, mu):
    slope = gradient_function(theta)
    kept = mu * velocity
    new = kept - eta * slope
    return theta + new, new


@exercise.variant
def as_the_paper_writes_it(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function(theta)
    theta = theta + velocity
    return theta, velocity


@exercise.variant
def place_first(theta, velocity, gradient_function, eta, mu):
    new = theta + (mu * velocity - eta * gradient_function(theta))
    return [new, new - theta]


@exercise.variant
def with_a_sum_of_gradients_inside(theta, velocity, gradient_function, eta, mu):
    momentum = mu * (-velocity / eta) + gradient_function(theta)
    return theta - eta * momentum, -eta * momentum


@exercise.variant
def on_copies(theta, velocity, gradient_function, eta, mu):
    theta, velocity = theta.copy(), velocity.copy()
    velocity *= mu
    velocity -= eta * gradient_function(theta)
    theta += velocity
    return theta, velocity


@exercise.variant
def in_single_precision(theta, velocity, gradient_function, eta, mu):
    velocity = np.float32(mu) * np.float32(velocity) - np.float32(eta * gradient_function(theta))
    return np.float32(theta) + velocity, velocity


exercise.mistake(
    "takes_the_gradient_ahead",
    {"gradient_function(theta)": "gradient_function(theta + mu * velocity)"},
    "The gradient is taken ahead, at theta + mu velocity, as NAG does, the next exercise. "
    "Classical momentum asks where it stands.",
)

exercise.mistake(
    "takes_the_gradient_behind",
    {"gradient_function(theta)": "gradient_function(theta - mu * velocity)"},
    "The gradient is taken at theta - mu velocity. Classical momentum asks where it stands, at "
    "theta.",
)

exercise.mistake(
    "keeps_a_sum_of_gradients",
    {"kept - eta * slope": "kept + slope", "theta + new": "theta - eta * new"},
    "This keeps a sum of gradients and subtracts eta times it, as lesson 1 does. Here eta and the "
    "minus are inside the velocity, and theta moves by the velocity itself.",
)

exercise.mistake(*_mistakes.KEEPS_AN_AVERAGE_OF_GRADIENTS)

exercise.mistake(
    "keeps_a_sum_of_downhill_gradients",
    {"kept - eta * slope": "kept - slope", "theta + new": "theta + eta * new"},
    "The velocity knows no eta; it enters only where theta moves. Here eta scales the gradient "
    "inside the velocity, and theta moves by the velocity itself.",
)

exercise.mistake(*_mistakes.MOVES_BY_THE_OLD_VELOCITY)

exercise.mistake(*_mistakes.WALKS_UPHILL)

exercise.mistake(*_mistakes.SUBTRACTS_THE_VELOCITY)

exercise.mistake(
    "writes_the_minus_outside",
    {"kept - eta": "kept + eta", "theta + new": "theta - new"},
    "The velocity is subtracted, and its gradient enters with a plus, as in a published code. In "
    "the paper's form the minus is inside the velocity, and theta moves by plus the velocity.",
)

exercise.mistake(*_mistakes.AVERAGES_INSTEAD_OF_SUMMING)

exercise.mistake(
    "averages_with_the_minus_outside",
    {"kept - eta * slope": "kept + (1 - mu) * eta * slope", "theta + new": "theta - new"},
    "The velocity is an average, in which the gradient is scaled by 1 - mu, and it is subtracted. "
    "This velocity is a sum: minus eta times the gradient enters in full, and theta moves by plus "
    "the velocity.",
)

exercise.mistake(*_mistakes.FORGETS_THE_LEARNING_RATE)

exercise.mistake(*_mistakes.SCALES_THE_GRADIENT_WITH_MU)

exercise.mistake(*_mistakes.COUNTS_ETA_TWICE)

exercise.mistake(
    "counts_eta_twice_with_the_minus_outside",
    {"kept - eta": "kept + eta", "theta + new": "theta - eta * new"},
    "The velocity holds plus eta times the gradient, and theta moves by minus eta times the "
    "velocity. Here the minus is inside the velocity, and theta moves by the velocity itself.",
)

exercise.mistake(
    "forgets_mu",
    {"kept = mu * velocity": "kept = velocity"},
    "The old velocity is kept in full. mu says how much of it survives a step.",
)

exercise.mistake(
    "keeps_what_should_be_lost",
    {"kept = mu * velocity": "kept = (1 - mu) * velocity"},
    "The old velocity is multiplied by 1 - mu. mu is what survives, not what is lost.",
)

exercise.mistake(
    "forgets_the_old_velocity",
    {"kept = mu * velocity": "kept = 0.0"},
    "The old velocity is forgotten, as in plain gradient descent. What arrives in the argument "
    "velocity, and where should it go?",
)

exercise.mistake(
    "swaps_eta_and_mu",
    {"kept = mu": "kept = eta", "- eta * slope": "- mu * slope"},
    "eta multiplies the old velocity, and mu the gradient. It is the other way round.",
)

exercise.mistake(*_mistakes.RETURNS_THE_OLD_VELOCITY)

exercise.mistake(
    "returns_the_velocity_without_the_gradient",
    {", new": ", kept"},
    "mu times the old velocity comes back as the velocity, without the gradient's part. The "
    "velocity is the whole way from the old theta to the new one.",
)

exercise.mistake(
    "returns_only_the_gradients_part",
    {", new": ", new - kept"},
    "Only the gradient's part comes back as the velocity, without mu times the old one. The "
    "velocity is the whole way from the old theta to the new one.",
)

exercise.mistake(
    "steps_as_libraries_write_nesterov",
    {"theta + new": "theta + mu * new - eta * slope"},
    "theta moves by mu times the new velocity and by the gradient once more: so libraries write "
    "Nesterov. Classical momentum moves by the velocity itself.",
)

exercise.mistake(
    "moves_by_the_gradient_once_more",
    {"theta + new": "theta + new - eta * slope"},
    "theta moves by the velocity and by the gradient once more. The velocity holds the gradient "
    "already.",
)

exercise.mistake(
    "moves_by_the_gradient_alone",
    {"theta + new": "theta - eta * slope"},
    "theta moves by eta times the gradient alone. What is the velocity for?",
)

exercise.mistake(
    "does_not_call_the_gradient_function",
    {"gradient_function(theta)": "gradient_function"},
    "gradient_function is a function, not an array: call it with the place at which you want to "
    "know the gradient.",
)


@exercise.misconception(
    "Your loop goes through the first axis of theta, which a 0-d array does not have. No loop is "
    "needed: whole arrays add and multiply element by element, whatever their shape."
)
def loops_over_the_first_axis(theta, velocity, gradient_function, eta, mu):
    slope = gradient_function(theta)
    new_theta, new_velocity = np.zeros_like(theta), np.zeros_like(velocity)
    for i in range(len(theta)):
        new_velocity[i] = mu * velocity[i] - eta * slope[i]
        new_theta[i] = theta[i] + new_velocity[i]
    return new_theta, new_velocity
