"""Exercise ``effective-momentum``: what NAG's momentum amounts to in each eigen-direction."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, positive, rate, rounded

exercise = Exercise(
    slug="effective-momentum",
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

    for _ in range(3):
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
    yield Call("flat and less flat directions", inputs(4, 3), "edge")
    yield Call("mu = 0", (*inputs(3)[:2], 0.0), "edge")
    yield Call(EMPTY, inputs(0), "free")


@exercise.variant
def factor_by_factor(eigenvalues, eta, mu):
    curvature = eigenvalues * eta
    kept = 1 - curvature
    momentum = mu * kept
    return momentum


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


exercise.mistake(
    "is_the_same_everywhere",
    {"mu * kept": "mu + 0 * kept"},
    "The momentum is mu in every direction: that is what CM does. In NAG the gradient, taken mu "
    "velocity further on, is larger by λ mu velocity. Collect the terms with the velocity.",
)

exercise.mistake(
    "is_one_number",
    {"mu * kept": "mu"},
    "One number comes back, mu: that is what CM does. In NAG each direction has a momentum of its "
    "own, which depends on its eigenvalue. Collect the terms with the velocity.",
)

exercise.mistake(
    "forgets_the_bracket",
    {"1 - curvature": "mu - curvature", "mu * kept": "kept"},
    "eta λ is subtracted from mu itself. In NAG the gradient is taken at theta + mu velocity, "
    "so the term with λ contains mu as well.",
)

exercise.mistake(
    "forgets_mu",
    {"mu * kept": "kept"},
    "mu is missing in front of the bracket. 1 - eta λ alone is how plain gradient descent "
    "shrinks a direction; NAG multiplies the velocity by mu too.",
)

exercise.mistake(
    "multiplies_by_what_is_lost",
    {"mu * kept": "(1 - mu) * kept"},
    "The bracket is multiplied by 1 - mu. mu is what survives of the velocity, not what is lost.",
)

exercise.mistake(
    "divides_by_the_bracket",
    {"mu * kept": "mu / kept"},
    "mu is divided by the bracket. Collect the terms with the velocity: is the bracket a factor "
    "or a divisor?",
)

exercise.mistake(
    "adds_mu",
    {"mu * (1 - eigenvalues * eta)": "mu + (1 - eigenvalues * eta)"},
    "mu is added to 1 - eta λ. Of the velocity v there remains mu v, and the gradient ahead takes "
    "eta λ mu v from it: mu is a factor of both terms.",
    of="as_the_theorem_writes_it",
)

exercise.mistake(
    "multiplies_by_one_plus_mu",
    {"mu * (1 - eigenvalues * eta)": "(1 + mu) * (1 - eigenvalues * eta)"},
    "1 - eta λ is multiplied by 1 + mu, as in the recursion of NAG's places. What is asked for is "
    "the factor of the velocity alone.",
    of="as_the_theorem_writes_it",
)

exercise.mistake(
    "adds_the_curvature",
    {"1 - curvature": "1 + curvature"},
    "eta λ enters with a plus. The gradient ahead pulls against the velocity: which sign has it?",
)

exercise.mistake(
    "turns_the_bracket_round",
    {"1 - curvature": "curvature - 1"},
    "The sign is turned round: this is eta λ - 1 where 1 - eta λ belongs. A flat direction, with "
    "λ near 0, keeps nearly all of its velocity: mu of it.",
)

exercise.mistake(
    "has_mu_twice",
    {"1 - curvature": "1 - mu * curvature"},
    "The term with λ contains mu twice: the velocity is looked ahead by mu once, and the factor "
    "in front already carries it.",
)

exercise.mistake(
    "halves_the_curvature",
    {"1 - curvature": "1 - curvature / 2"},
    "Half of the curvature enters. In E = λ x^2 / 2 the half goes when the gradient is taken.",
)

exercise.mistake(
    "doubles_the_curvature",
    {"mu * (1 - eigenvalues * eta)": "mu * (1 - 2 * eigenvalues * eta)"},
    "Twice the curvature enters. The gradient of E = λ x^2 / 2 is λ x.",
    of="as_the_theorem_writes_it",
)

exercise.mistake(
    "is_never_negative",
    {"return momentum": "return np.maximum(momentum, 0)"},
    "Negative values were cut off at 0. For eta λ > 1 the effective momentum really is "
    "negative: it turns the velocity round.",
)

exercise.mistake(
    "loses_the_sign",
    {"return momentum": "return np.abs(momentum)"},
    "The sign is lost. For eta λ > 1 the effective momentum is negative: it turns the velocity "
    "round.",
)

exercise.mistake(
    "returns_what_is_lost",
    {"return momentum": "return mu - momentum"},
    "What you return is taken away from the momentum, mu times eta λ. What is left is mu minus "
    "this.",
)

exercise.mistake(
    "returns_the_root",
    {"mu * (1 - eigenvalues * eta)": "np.sqrt(np.abs(mu * (1 - eigenvalues * eta)))"},
    "A root is taken: that is how fast NAG's places shrink where they swing. What is asked for is "
    "the factor of the velocity itself.",
    of="as_the_theorem_writes_it",
)

exercise.mistake(
    "forgets_the_learning_rate",
    {"eigenvalues * eta": "eigenvalues"},
    "λ stands alone, without eta: the answer would depend on the units of the loss. Where does the "
    "learning rate enter?",
)

exercise.mistake(
    "divides_by_the_eigenvalues",
    {"eigenvalues * eta": "eta / eigenvalues"},
    "eta is divided by the eigenvalues. The gradient grows with the curvature: it is eta times λ.",
)

exercise.mistake(
    "divides_by_the_learning_rate",
    {"mu * (1 - eigenvalues * eta)": "mu * (1 - eigenvalues / eta)"},
    "The eigenvalues are divided by eta. The step is eta times the gradient: it is eta times λ.",
    of="as_the_theorem_writes_it",
)

exercise.mistake(
    "takes_the_root_of_the_eigenvalues",
    {"mu * (1 - eigenvalues * eta)": "mu * (1 - np.sqrt(np.abs(eigenvalues)) * eta)"},
    "The root of λ enters. The gradient of E = λ x^2 / 2 is λ x: λ itself.",
    of="as_the_theorem_writes_it",
)

exercise.mistake(
    "squares_the_eigenvalues",
    {"mu * (1 - eigenvalues * eta)": "mu * (1 - eigenvalues**2 * eta)"},
    "λ enters squared. The gradient of E = λ x^2 / 2 is λ x: λ itself.",
    of="as_the_theorem_writes_it",
)

exercise.mistake(
    "forgets_the_eigenvalues",
    {"eigenvalues * eta": "eta + 0 * eigenvalues"},
    "The eigenvalues do not enter: all directions have mu (1 - eta). Each has a value of its own.",
)

exercise.mistake(
    "forgets_the_eigenvalues_and_their_shape",
    {"eigenvalues * eta": "eta"},
    "The eigenvalues do not enter: one number comes back, mu (1 - eta). Each direction has a value "
    "of its own, so the answer has their shape.",
)

exercise.mistake(
    "takes_the_largest_eigenvalue",
    {"eigenvalues * eta": "np.max(eigenvalues, initial=0.0) * eta + 0 * eigenvalues"},
    "All directions have the value of the largest eigenvalue. It decides nothing for the others: "
    "return one momentum a direction.",
)

exercise.mistake(
    "takes_the_largest_eigenvalue_alone",
    {"eigenvalues * eta": "np.max(eigenvalues, initial=0.0) * eta"},
    "One number comes back, that of the largest eigenvalue. Return one momentum a direction.",
)

exercise.mistake(
    "takes_the_mean_of_the_eigenvalues",
    {"mu * (1 - eigenvalues * eta)": "mu * (1 - np.mean(eigenvalues) * eta)"},
    "One number comes back, that of the mean of the eigenvalues. Return one momentum a direction.",
    of="as_the_theorem_writes_it",
)

exercise.mistake(
    "subtracts_from_one",
    {"return momentum": "return 1 - momentum"},
    "The momentum is subtracted from 1. What is asked for is how much of the velocity is kept.",
)


@exercise.misconception(
    "Your loop goes through the first axis of eigenvalues, which a 0-d array does not have. No "
    "loop is needed: whole arrays multiply element by element, whatever their shape."
)
def loops_over_the_first_axis(eigenvalues, eta, mu):
    return np.array([mu * (1 - eta * eigenvalue) for eigenvalue in eigenvalues])
