"""Exercise ``nag-step``: Nesterov's accelerated gradient as Sutskever et al. write it."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils.optimizers import NAG

from ..exercise import Exercise
from .steps import step_calls

exercise = Exercise(
    slug="nag-step",
    lesson="04-initialization-and-momentum",
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
    slope = quadratic.curvature * (np.abs(theta) + kept + np.abs(quadratic.centre))
    return np.abs(theta) + kept + eta * slope, kept + eta * slope


@exercise.calls
def calls(rng):
    yield from step_calls(rng, reference)


@exercise.misconception(
    "The gradient is taken at theta: that is classical momentum. NAG asks where the velocity is "
    "about to lead."
)
def takes_the_gradient_at_theta(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function(theta)
    return theta + velocity, velocity


@exercise.misconception(
    "You look back: the gradient is taken at theta - mu velocity. Here the velocity is added to "
    "theta, so ahead is where it points."
)
def looks_back(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function(theta - mu * velocity)
    return theta + velocity, velocity


@exercise.misconception(
    "You look ahead by the whole velocity. Only mu of it will be repeated, so look mu times as far."
)
def looks_ahead_by_the_whole_velocity(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function(theta + velocity)
    return theta + velocity, velocity


@exercise.misconception(
    "You look ahead by eta times the velocity. A velocity is already a length: eta is inside it."
)
def scales_the_look_ahead_by_eta(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function(theta + eta * velocity)
    return theta + velocity, velocity


@exercise.misconception(
    "You look ahead by a full step of classical momentum, its gradient included, and then take a "
    "second gradient. NAG asks once, at theta + mu velocity."
)
def looks_ahead_by_a_momentum_step(theta, velocity, gradient_function, eta, mu):
    ahead = theta + mu * velocity - eta * gradient_function(theta)
    velocity = mu * velocity - eta * gradient_function(ahead)
    return theta + velocity, velocity


@exercise.misconception(
    "The velocity is right, but theta starts from the place you looked at, so mu velocity is "
    "walked twice. Looking ahead is not moving."
)
def moves_from_the_place_ahead(theta, velocity, gradient_function, eta, mu):
    theta = theta + mu * velocity
    velocity = mu * velocity - eta * gradient_function(theta)
    return theta + velocity, velocity


@exercise.misconception(
    "The velocity is right, but the place that comes back already looks ahead to the next step, as "
    "some libraries store it. Return the place you stand on."
)
def returns_the_next_place_ahead(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function(theta + mu * velocity)
    return theta + velocity + mu * velocity, velocity


@exercise.misconception(
    "theta is right, but only the correction comes back as the velocity. The velocity is the whole "
    "way from the old theta to the new one."
)
def returns_only_the_correction(theta, velocity, gradient_function, eta, mu):
    ahead = theta + mu * velocity
    correction = -eta * gradient_function(ahead)
    return ahead + correction, correction


@exercise.misconception(
    "The old velocity is used for looking ahead but not for moving. It has two uses: where the "
    "gradient is taken, and as a part of the new velocity."
)
def forgets_the_old_velocity_in_the_new(theta, velocity, gradient_function, eta, mu):
    velocity = -eta * gradient_function(theta + mu * velocity)
    return theta + velocity, velocity


@exercise.misconception(
    "This keeps a sum of gradients and subtracts eta times it. Here eta and the minus are inside "
    "the velocity."
)
def keeps_a_sum_of_gradients(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity + gradient_function(theta + mu * velocity)
    return theta - eta * velocity, velocity


@exercise.misconception("The gradient enters with a plus: the correction leads uphill.")
def walks_uphill(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity + eta * gradient_function(theta + mu * velocity)
    return theta + velocity, velocity


@exercise.misconception(
    "The gradient enters in full, whatever eta is. (Sutskever writes the learning rate as ε.)"
)
def forgets_the_learning_rate(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - gradient_function(theta + mu * velocity)
    return theta + velocity, velocity


@exercise.misconception("Both values are right, but in the wrong order: theta first.")
def returns_the_velocity_first(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function(theta + mu * velocity)
    return velocity, theta + velocity


@exercise.misconception(
    "gradient_function is a function, not an array: call it at theta + mu * velocity."
)
def does_not_call_the_gradient_function(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function
    return theta + velocity, velocity


@exercise.misconception(
    "The values are right, but the caller's theta was overwritten on the way: += writes into the "
    "array that was handed in. Make a new array for the place ahead."
)
def changes_its_inputs(theta, velocity, gradient_function, eta, mu):
    theta += mu * velocity
    correction = -eta * gradient_function(theta)
    return theta + correction, mu * velocity + correction


@exercise.misconception(
    "By the time you look ahead, velocity has been multiplied by mu already: you look mu times mu "
    "times the old velocity ahead. Which line overwrites it?"
)
def looks_ahead_by_mu_squared(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity
    velocity = velocity - eta * gradient_function(theta + mu * velocity)
    return theta + velocity, velocity


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
    "The velocity is that of classical momentum, and its next share is added to the step: so "
    "libraries write Nesterov, with weights that stand ahead of these. Here the gradient is taken "
    "at theta + mu velocity."
)
def steps_as_libraries_do(theta, velocity, gradient_function, eta, mu):
    gradient = gradient_function(theta)
    velocity = mu * velocity - eta * gradient
    return theta + mu * velocity - eta * gradient, velocity


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
