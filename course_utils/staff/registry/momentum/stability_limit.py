"""Exercise ``stability-limit``: the largest learning rate on a quadratic."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils import measures

from ..exercise import Call, Exercise

exercise = Exercise(
    slug="stability-limit",
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


@exercise.variant
def in_two_lines(alpha, curvature):
    most = 2 * (1 + alpha)
    return most / curvature


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


exercise.mistake(
    "ignores_the_momentum",
    {"(1 + alpha)": "1"},
    "alpha does not enter, as in plain gradient descent. With momentum the edge moves: put w(t) = "
    "σ^t into the recursion and look where |σ| reaches 1.",
)

exercise.mistake(
    "thinks_of_an_effective_rate",
    {"(1 + alpha)": "(1 - alpha)"},
    "Your limit falls with alpha, like 1 - alpha. It is tempting to think of eta/(1 - alpha) as "
    "the real learning rate, but at the edge the steps alternate, and an alternating momentum "
    "damps itself.",
)

exercise.mistake(
    "divides_by_one_minus_alpha",
    {"(1 + alpha)": "1 / (1 - alpha)"},
    "Your limit grows like 1/(1 - alpha). At the edge the steps alternate in sign: what does a "
    "sum of terms with alternating signs make of alpha?",
)

exercise.mistake(
    "divides_by_one_plus_alpha",
    {"* (1 + alpha)": "/ (1 + alpha)"},
    "You divide by 1 + alpha: your limit falls with alpha. At the edge the steps alternate, and an "
    "alternating momentum damps itself: does that allow longer steps, or shorter ones?",
)

exercise.mistake(
    "takes_the_limit_of_an_average",
    {
        "2 * (1 + alpha) / curvature": "2 * (1 + alpha) / (1 - alpha) / curvature",
    },
    "2 (1 + alpha)/((1 - alpha) curvature) is the limit of the form that averages, where the new "
    "gradient is weighted by 1 - alpha. Here the momentum is a sum, whose steps are longer.",
    of="in_one_line",
)

exercise.mistake(
    "takes_nesterovs_limit",
    {
        "2 * (1 + alpha) / curvature": "2 * (1 + alpha) / (1 + 2 * alpha) / curvature",
    },
    "2 (1 + alpha)/((1 + 2 alpha) curvature) is the limit of Nesterov's method. Asked is that of "
    "momentum, whose gradient is taken at the weights.",
    of="in_one_line",
)

exercise.mistake(
    "stops_halfway",
    {"= 2": "= 1"},
    "The factor 2 is missing. Is it the best rate, or where steps begin to overshoot (they go on "
    "converging beyond both)? Or was the curvature doubled (it is already the second derivative of "
    "E = curvature w^2 / 2)? Try alpha = 0: what does a step of 1/curvature do there, and a step "
    "of 1.5/curvature?",
)

exercise.mistake(
    "halves_the_curvature",
    {"= 2": "= 4"},
    "A factor 4 stands where a 2 belongs: the gradient of E = curvature w^2 / 2 is curvature w, "
    "without the 1/2.",
)

exercise.mistake(
    "takes_the_bound_at_alpha_one",
    {
        "2 * (1 + alpha) / curvature": "4 / curvature",
    },
    "That is the bound for alpha -> 1. What does your alpha allow?",
    of="in_one_line",
)

exercise.mistake(
    "takes_the_root_of_the_curvature",
    {"/ curvature": "/ np.sqrt(curvature)"},
    "The curvature is under a root, as in a rate of oscillation. The edge itself is linear: eta "
    "times curvature is what counts.",
)

exercise.mistake(
    "squares_the_curvature",
    {"/ curvature": "/ curvature**2"},
    "The curvature is squared. The edge itself is linear: eta times curvature is what counts.",
)

exercise.mistake(
    "confuses_it_with_critical_damping",
    {
        "2 * (1 + alpha) / curvature": "(1 + np.sqrt(alpha)) ** 2 / curvature",
    },
    "(1 + sqrt(alpha))^2/curvature is where oscillation begins to be critically damped again, "
    "not where convergence ends. Beyond it both roots are real: which of them reaches -1?",
    of="in_one_line",
)

exercise.mistake(
    "squares_the_sum",
    {"2 * (1 + alpha)": "(1 + alpha) ** 2"},
    "(1 + alpha)^2 comes from squaring the whole sum of the roots. At the edge one root is -1: "
    "put that into the quadratic equation and solve for eta.",
)

exercise.mistake(
    "takes_the_root_of_alpha",
    {"(1 + alpha)": "(1 + np.sqrt(alpha))"},
    "alpha is under a root, which belongs to the damping of an oscillation. At the edge one root "
    "of the quadratic equation is -1: put that in and solve for eta.",
)

exercise.mistake(
    "squares_alpha",
    {"(1 + alpha)": "(1 + alpha**2)"},
    "alpha is squared. At the edge one root of the quadratic equation is -1: put that in and solve "
    "for eta. To which power does alpha enter?",
)

exercise.mistake(
    "forgets_the_curvature",
    {"most / curvature": "most"},
    "This is the limit of eta times curvature. Asked is the limit of eta: the larger the "
    "curvature, the smaller the steps that one can afford.",
)

exercise.mistake(
    "multiplies_by_the_curvature",
    {"/ curvature": "* curvature"},
    "Multiplied by the curvature: steep valleys would then allow longer steps. They ask for "
    "shorter ones.",
)

exercise.mistake(
    "inverts_the_fraction",
    {
        "2 * (1 + alpha) / curvature": "curvature / (2 * (1 + alpha))",
    },
    "The fraction stands on its head: steep valleys would then allow longer steps. They ask for "
    "shorter ones.",
    of="in_one_line",
)

exercise.mistake(
    "stops_where_oscillation_begins",
    {
        "2 * (1 + alpha) / curvature": "(1 - np.sqrt(alpha)) ** 2 / curvature",
    },
    "(1 - sqrt(alpha))^2/curvature is where the path begins to oscillate around the minimum. It "
    "goes on converging far beyond that.",
    of="in_one_line",
)

exercise.mistake(
    "loses_one_alpha",
    {"2 * (1 + alpha)": "2 + alpha"},
    "One alpha got lost. At sigma = -1 the quadratic equation holds alpha twice, once beside "
    "eta times curvature and once alone: put -1 in and collect the terms.",
)

exercise.mistake(
    "divides_one_of_two_terms",
    {"2 * (1 + alpha)": "2", "most / curvature": "most + 2 * alpha / curvature"},
    "Only the term with alpha is divided by the curvature, the 2 alone is not: is there a pair of "
    "brackets missing around the sum?",
)

exercise.mistake(
    "forgets_the_brackets",
    {"2 * (1 + alpha)": "2", "most / curvature": "most * 1 + alpha / curvature"},
    "The brackets around 1 + alpha are missing: the 2 multiplies the 1 alone, and only alpha is "
    "divided by the curvature.",
)

exercise.mistake(
    "adds_alpha_at_the_end",
    {"2 * (1 + alpha)": "2", "most / curvature": "most / curvature + alpha"},
    "alpha is added at the end, whatever the curvature is. Every term of the sum is divided by the "
    "curvature: where do the brackets belong?",
)

exercise.mistake(
    "loses_gradient_descents_share",
    {"2 * (1 + alpha)": "2 * alpha"},
    "Without memory, at alpha = 0, nothing would converge any more. Gradient descent does, up to "
    "2/curvature: what does momentum add to that?",
)
