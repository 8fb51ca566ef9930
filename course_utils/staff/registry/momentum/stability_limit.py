"""Exercise ``stability-limit``: the largest learning rate on a quadratic."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils import measures

from ..exercise import Call, Exercise

exercise = Exercise(
    slug="stability-limit",
    lesson="01-momentum",
    function="stability_limit",
    arguments=("alpha", "curvature"),
    returns=("limit",),
    points=2,
)


@exercise.reference
def reference(alpha, curvature):
    return measures.stability_limit(alpha, curvature)


@exercise.magnitude
def magnitude(alpha, curvature):
    return reference(alpha, curvature)


@exercise.calls
def calls(rng):
    def draw(low, high):
        return round(float(rng.uniform(low, high)), 2)

    for low, high in ((1.2, 2.8), (5, 30), (0.2, 0.8)):
        yield Call("different alphas and curvatures", (draw(0.2, 0.9), draw(low, high)))
    yield Call("alpha = 0", (0.0, draw(1.2, 30)), "edge")
    yield Call("huge curvature", (draw(0.2, 0.9), 1e40 * int(rng.integers(2, 9))), "edge")
    yield Call("tiny curvature", (draw(0.2, 0.9), 1e-40 * int(rng.integers(2, 9))), "edge")


@exercise.misconception(
    "This is the limit of plain gradient descent, whatever alpha is. With momentum the edge "
    "moves: put w(t) = σ^t into the recursion and look where |σ| reaches 1."
)
def ignores_the_momentum(alpha, curvature):
    return 2 / curvature


@exercise.misconception(
    "Your limit falls with alpha. It is tempting to think of eta/(1 - alpha) as the real "
    "learning rate, but at the edge the steps alternate, and an alternating momentum damps "
    "itself."
)
def thinks_of_an_effective_rate(alpha, curvature):
    return 2 * (1 - alpha) / curvature


@exercise.misconception(
    "Your limit grows like 1/(1 - alpha). At the edge the steps alternate in sign: what does a "
    "sum of terms with alternating signs make of alpha?"
)
def divides_by_one_minus_alpha(alpha, curvature):
    return 2 / ((1 - alpha) * curvature)


@exercise.misconception(
    "Half of it. Is it where steps begin to overshoot (they go on converging)? Or was the "
    "curvature doubled (it is already the second derivative of E = curvature w^2 / 2)? Try alpha "
    "= 0: what does a step of 1/curvature do there, and a step of 1.5/curvature?"
)
def stops_halfway(alpha, curvature):
    return (1 + alpha) / curvature


@exercise.misconception(
    "Twice the limit: the gradient of E = curvature w^2 / 2 is curvature w, without the 1/2."
)
def halves_the_curvature(alpha, curvature):
    return 4 * (1 + alpha) / curvature


@exercise.misconception("That is the bound for alpha -> 1. What does your alpha allow?")
def takes_the_bound_at_alpha_one(alpha, curvature):
    return 4 / curvature


@exercise.misconception(
    "The curvature is under a root, as in a rate of oscillation. The edge itself is linear: eta "
    "times curvature is what counts."
)
def takes_the_root_of_the_curvature(alpha, curvature):
    return 2 * (1 + alpha) / np.sqrt(curvature)


@exercise.misconception(
    "(1 + sqrt(alpha))^2/curvature is where oscillation begins to be critically damped again, "
    "not where convergence ends. Beyond it both roots are real: which of them reaches -1?"
)
def confuses_it_with_critical_damping(alpha, curvature):
    return (1 + np.sqrt(alpha)) ** 2 / curvature


@exercise.misconception(
    "(1 + alpha)^2 comes from squaring the whole sum of the roots. At the edge one root is -1: "
    "put that into the quadratic equation and solve for eta."
)
def squares_the_sum(alpha, curvature):
    return (1 + alpha) ** 2 / curvature


@exercise.misconception(
    "The limit for eta times curvature, not for eta: the larger the curvature, the smaller the "
    "steps that one can afford."
)
def forgets_the_curvature(alpha, curvature):
    return 2 * (1 + alpha)


@exercise.misconception(
    "Multiplied by the curvature: steep valleys would then allow longer steps. They ask for "
    "shorter ones."
)
def multiplies_by_the_curvature(alpha, curvature):
    return 2 * (1 + alpha) * curvature


@exercise.misconception(
    "(1 - sqrt(alpha))^2/curvature is where the path begins to oscillate around the minimum. It "
    "goes on converging far beyond that."
)
def stops_where_oscillation_begins(alpha, curvature):
    return (1 - np.sqrt(alpha)) ** 2 / curvature


@exercise.misconception(
    "One alpha got lost. At sigma = -1 the quadratic equation holds alpha twice, once beside "
    "eta times curvature and once alone: put -1 in and collect the terms."
)
def loses_one_alpha(alpha, curvature):
    return (2 + alpha) / curvature


@exercise.misconception(
    "Without memory, at alpha = 0, nothing would converge any more. Gradient descent does, up to "
    "2/curvature: what does momentum add to that?"
)
def loses_gradient_descents_share(alpha, curvature):
    return 2 * alpha / curvature


@exercise.variant
def in_one_line(alpha, curvature):
    return 2 * (1 + alpha) / curvature


@exercise.variant
def as_a_sum(alpha, curvature):
    return 2 / curvature + 2 * alpha / curvature


@exercise.variant
def as_an_array(alpha, curvature):
    return np.array(2.0) * np.add(1, alpha) / curvature


@exercise.variant
def in_single_precision(alpha, curvature):
    return np.float32((2 + 2 * alpha) / curvature)


@exercise.variant
def by_bisection(alpha, curvature):
    low, high = 0.0, 5.0
    for _ in range(80):
        middle = (low + high) / 2
        largest = max(abs(np.roots([1, middle - 1 - alpha, alpha])))
        low, high = (middle, high) if largest < 1 else (low, middle)
    return low / curvature
