"""Exercise ``classical-momentum-step``: CM as Sutskever et al. write it."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils.optimizers import ClassicalMomentum

from ..exercise import Exercise
from .steps import step_calls

exercise = Exercise(
    slug="classical-momentum-step",
    lesson="04-initialization-and-momentum",
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
    slope = quadratic.curvature * (np.abs(theta) + np.abs(quadratic.centre))
    kept = mu * np.abs(velocity) + eta * slope
    return np.abs(theta) + kept, kept


@exercise.calls
def calls(rng):
    yield from step_calls(rng, reference)


@exercise.misconception(
    "The gradient is taken ahead, at theta + mu velocity: that is NAG, the next exercise. "
    "Classical momentum asks where it stands."
)
def takes_the_gradient_ahead(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function(theta + mu * velocity)
    return theta + velocity, velocity


@exercise.misconception(
    "This keeps a sum of gradients and subtracts eta times it, as lesson 1 does. Here eta and the "
    "minus are inside the velocity, and theta moves by the velocity itself."
)
def keeps_a_sum_of_gradients(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity + gradient_function(theta)
    return theta - eta * velocity, velocity


@exercise.misconception(
    "The velocity is right, but theta moves by the old one. First the new velocity, then the move."
)
def moves_by_the_old_velocity(theta, velocity, gradient_function, eta, mu):
    return theta + velocity, mu * velocity - eta * gradient_function(theta)


@exercise.misconception("The gradient enters with a plus: that leads uphill.")
def walks_uphill(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity + eta * gradient_function(theta)
    return theta + velocity, velocity


@exercise.misconception("The velocity is right, but it is subtracted. Its minus is already inside.")
def subtracts_the_velocity(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function(theta)
    return theta - velocity, velocity


@exercise.misconception(
    "The gradient is scaled by 1 - mu, as in an average. This velocity is a sum: eta times the "
    "gradient enters in full."
)
def averages_instead_of_summing(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - (1 - mu) * eta * gradient_function(theta)
    return theta + velocity, velocity


@exercise.misconception(
    "The gradient enters in full, whatever eta is. (Sutskever writes the learning rate as ε.)"
)
def forgets_the_learning_rate(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - gradient_function(theta)
    return theta + velocity, velocity


@exercise.misconception("The old velocity is kept in full. mu says how much of it survives a step.")
def forgets_mu(theta, velocity, gradient_function, eta, mu):
    velocity = velocity - eta * gradient_function(theta)
    return theta + velocity, velocity


@exercise.misconception("The old velocity is forgotten: this is plain gradient descent.")
def forgets_the_old_velocity(theta, velocity, gradient_function, eta, mu):
    velocity = -eta * gradient_function(theta)
    return theta + velocity, velocity


@exercise.misconception(
    "theta is right, but the velocity comes back as it was handed in. The next step needs the new "
    "one."
)
def returns_the_old_velocity(theta, velocity, gradient_function, eta, mu):
    return theta + mu * velocity - eta * gradient_function(theta), velocity


@exercise.misconception("Both values are right, but in the wrong order: theta first.")
def returns_the_velocity_first(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function(theta)
    return velocity, theta + velocity


@exercise.misconception(
    "gradient_function is a function, not an array: call it with the place at which you want to "
    "know the gradient."
)
def does_not_call_the_gradient_function(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity - eta * gradient_function
    return theta + velocity, velocity


@exercise.misconception(
    "The values are right, but the caller's velocity was overwritten: *= and -= write into the "
    "array that was handed in. Make a new one, as in velocity = mu * velocity."
)
def changes_its_inputs(theta, velocity, gradient_function, eta, mu):
    velocity *= mu
    velocity -= eta * gradient_function(theta)
    return theta + velocity, velocity


@exercise.misconception(
    "The velocity is subtracted, and its gradient enters with a plus, as in a published code. In "
    "the paper's form the minus is inside the velocity, and theta moves by plus the velocity."
)
def writes_the_minus_outside(theta, velocity, gradient_function, eta, mu):
    velocity = mu * velocity + eta * gradient_function(theta)
    return theta - velocity, velocity


@exercise.misconception(
    "mu scales the new gradient as well: where do the brackets end? It is kept of the old velocity "
    "alone."
)
def scales_the_gradient_with_mu(theta, velocity, gradient_function, eta, mu):
    velocity = mu * (velocity - eta * gradient_function(theta))
    return theta + velocity, velocity


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
