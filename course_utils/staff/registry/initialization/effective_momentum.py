"""Exercise ``effective-momentum``: what NAG's momentum amounts to in each eigen-direction."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, positive, rate, rounded

exercise = Exercise(
    slug="effective-momentum",
    lesson="04-initialization-and-momentum",
    function="effective_momentum",
    arguments=("eigenvalues", "eta", "mu"),
    returns=("momentum",),
    points=3,
)


@exercise.reference
def reference(eigenvalues, eta, mu):
    return mu * (1 - eigenvalues * eta)


@exercise.magnitude
def magnitude(eigenvalues, eta, mu):
    return mu * (1 + np.abs(eigenvalues * eta))


@exercise.calls
def calls(rng):
    def inputs(shape, factor=1.0, exponent=0):
        return rounded(factor * positive(rng, shape), exponent), rate(rng), decay(rng)

    yield Call("flat and steep directions", inputs(4, 3))
    for _ in range(2):
        eigenvalues, eta, mu = inputs(4)
        steep = np.array([1.4, 1.7]) / eta  # eta times λ beyond 1: momentum turns round
        eigenvalues = np.concatenate([eigenvalues, rounded(steep)])
        yield Call("some directions too steep for eta", (eigenvalues, eta, mu))
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape), "edge")
    yield Call(
        "a direction without curvature", (np.array([0.0, 2.5]), rate(rng), decay(rng)), "edge"
    )
    yield Call(
        "a direction that curves down", (np.array([-1.5, 3.0]), rate(rng), decay(rng)), "edge"
    )
    yield Call("huge eigenvalues", inputs(3, 1.0, HUGE), "edge")
    yield Call("tiny eigenvalues", inputs(3, 1.0, TINY), "edge")
    yield Call("mu = 0", (*inputs(3)[:2], 0.0), "edge")
    yield Call(EMPTY, inputs(0), "free")


@exercise.misconception(
    "The momentum is mu in every direction: that is what CM does. In NAG the gradient, taken mu "
    "velocity further on, is larger by λ mu velocity. Collect the terms with the velocity."
)
def is_the_same_everywhere(eigenvalues, eta, mu):
    return mu + 0 * eigenvalues


@exercise.misconception(
    "eta λ is subtracted from mu itself. In NAG the gradient is taken at theta + mu velocity, "
    "so the term with λ contains mu as well."
)
def forgets_the_bracket(eigenvalues, eta, mu):
    return mu - eigenvalues * eta


@exercise.misconception(
    "1 - eta λ is how plain gradient descent shrinks this direction. NAG multiplies the "
    "velocity by mu too."
)
def forgets_mu(eigenvalues, eta, mu):
    return 1 - eigenvalues * eta


@exercise.misconception(
    "The sign: steep directions would gain momentum. The gradient ahead pulls against the velocity."
)
def adds_the_curvature(eigenvalues, eta, mu):
    return mu * (1 + eigenvalues * eta)


@exercise.misconception(
    "Negative values were cut off at 0. For eta λ > 1 the effective momentum really is "
    "negative: it turns the velocity round."
)
def is_never_negative(eigenvalues, eta, mu):
    return np.maximum(mu * (1 - eigenvalues * eta), 0)


@exercise.misconception(
    "The sign is lost. For eta λ > 1 the effective momentum is negative: it turns the "
    "velocity round."
)
def loses_the_sign(eigenvalues, eta, mu):
    return np.abs(mu * (1 - eigenvalues * eta))


@exercise.misconception(
    "mu is inside twice: the velocity is looked ahead by mu once, and this term already carries it."
)
def has_mu_twice(eigenvalues, eta, mu):
    return mu * (1 - mu * eigenvalues * eta)


@exercise.misconception(
    "The learning rate is missing: mu (1 - λ) would depend on the units of the loss."
)
def forgets_the_learning_rate(eigenvalues, eta, mu):
    return mu * (1 - eigenvalues)


@exercise.misconception(
    "The eigenvalues are missing: each direction has a value of its own, so the answer has their "
    "shape."
)
def forgets_the_eigenvalues(eigenvalues, eta, mu):
    return mu * (1 - eta) + 0 * eigenvalues


@exercise.misconception(
    "That is what is taken away from the momentum, not what is left: mu minus this."
)
def returns_what_is_lost(eigenvalues, eta, mu):
    return mu * eigenvalues * eta


@exercise.misconception(
    "Half of the curvature. In E = λ x^2 / 2 the half goes when the gradient is taken."
)
def halves_the_curvature(eigenvalues, eta, mu):
    return mu * (1 - eigenvalues * eta / 2)


@exercise.misconception(
    "All directions were treated as one: the largest eigenvalue decides nothing for the others. "
    "Return one momentum a direction."
)
def takes_the_largest_eigenvalue(eigenvalues, eta, mu):
    return mu * (1 - np.max(eigenvalues, initial=0.0) * eta) + 0 * eigenvalues


@exercise.variant
def as_the_theorem_writes_it(eigenvalues, eta, mu):
    return mu * (1 - eigenvalues * eta)


@exercise.variant
def multiplied_out(eigenvalues, eta, mu):
    return mu - mu * eta * eigenvalues


@exercise.variant
def one_by_one(eigenvalues, eta, mu):
    flat = [mu * (1 - eta * x) for x in np.ravel(eigenvalues)]
    return np.array(flat).reshape(eigenvalues.shape)


@exercise.variant
def as_a_list(eigenvalues, eta, mu):
    return (-mu * (eta * eigenvalues - 1)).tolist() if eigenvalues.size else eigenvalues


@exercise.variant
def found_by_two_steps(eigenvalues, eta, mu):
    def velocity(v):
        return mu * v - eta * eigenvalues * (mu * v)

    return velocity(1.0)


@exercise.variant
def in_single_precision(eigenvalues, eta, mu):
    return np.float32(mu * (1 - eta * eigenvalues))
