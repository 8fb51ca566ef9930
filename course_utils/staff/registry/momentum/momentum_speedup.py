"""Exercise ``momentum-speedup``: how large the momentum grows on a constant gradient."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import math

import numpy as np

from course_utils.measures import speedup

from ..exercise import Call, Exercise

exercise = Exercise(
    slug="momentum-speedup",
    lesson="01-momentum",
    function="momentum_speedup",
    arguments=("alpha", "steps"),
    returns=("speedup",),
    points=2,
)


@exercise.reference
def reference(alpha, steps):
    return speedup(alpha, steps)


@exercise.magnitude
def magnitude(alpha, steps):
    # The closed form divides a difference that nearly cancels when alpha is near 1.
    return steps if alpha == 1 else (1 + alpha**steps) / (1 - alpha)


@exercise.calls
def calls(rng):
    for low, high in ((0.3, 0.48), (0.55, 0.75), (0.8, 0.95)):
        alpha, steps = round(float(rng.uniform(low, high)), 2), int(rng.integers(3, 9))
        yield Call("different alphas and steps", (alpha, steps))
    alpha = round(float(rng.uniform(0.55, 0.95)), 2)
    yield Call("alpha = 1", (1.0, int(rng.integers(4, 40))), "edge", weight=3)
    yield Call("no steps", (alpha, 0), "edge", weight=2)
    yield Call("one step", (alpha, 1), "edge")
    yield Call("alpha = 0", (0.0, int(rng.integers(3, 9))), "edge")
    yield Call("alpha = 1 and no steps", (1.0, 0), "edge")
    yield Call("many steps", (0.99, int(rng.integers(2000, 4000))), "edge")


@exercise.misconception(
    "This is the limit after infinitely many steps, whatever steps is. After t steps the sum has "
    "only t terms: how much of the limit is still missing?"
)
def returns_the_limit(alpha, steps):
    return float(steps) if alpha == 1 else 1 / (1 - alpha)


ONE_TERM_TOO_MANY = (
    "One term too many: your sum runs from alpha^0 to alpha^steps. After one step the momentum "
    "is just g, so momentum_speedup(alpha, 1) is 1."
)


@exercise.misconception(ONE_TERM_TOO_MANY)
def sums_one_term_too_many(alpha, steps):
    return sum(alpha**k for k in range(steps + 1))


@exercise.misconception(ONE_TERM_TOO_MANY)
def closes_a_sum_of_one_term_too_many(alpha, steps):
    return float(steps) if alpha == 1 else (1 - alpha ** (steps + 1)) / (1 - alpha)


@exercise.misconception(
    "One term too few: your sum ends one power early. After one step the momentum is already g, "
    "so momentum_speedup(alpha, 1) is 1."
)
def sums_one_term_too_few(alpha, steps):
    return sum(alpha**k for k in range(steps - 1))


@exercise.misconception(
    "Your sum begins at alpha^1. The newest gradient has not faded yet: which power of alpha is "
    "its factor?"
)
def sums_from_the_first_power(alpha, steps):
    return sum(alpha**k for k in range(1, steps + 1))


@exercise.misconception(
    "The geometric series is right, but at alpha = 1 its closed form divides by zero. What does "
    "the sum itself say there: how many ones are added up?"
)
def divides_by_zero_at_one(alpha, steps):
    return (1 - alpha**steps) / (1 - alpha)


@exercise.misconception(
    "The geometric series is right, but at alpha = 1 you return infinity, which is the limit. "
    "After finitely many steps, how many ones have been added up?"
)
def returns_infinity_at_one(alpha, steps):
    return np.inf if alpha == 1 else (1 - alpha**steps) / (1 - alpha)


@exercise.misconception(
    "1 - alpha^t is what an average reaches (it never exceeds 1). Here the momentum is a sum: it "
    "grows well beyond one gradient."
)
def takes_the_average(alpha, steps):
    return float(steps) if alpha == 1 else 1 - alpha**steps


@exercise.misconception(
    "This is a single power of alpha: what is left of the oldest gradient. All the gradients in "
    "between are in the momentum too: add them up."
)
def returns_what_is_left_of_one_gradient(alpha, steps):
    return alpha**steps


@exercise.misconception(
    "As in alpha^(steps-1): what is left of the first gradient. The later ones are in the "
    "momentum too: add them up."
)
def returns_what_is_left_of_the_first_gradient(alpha, steps):
    return alpha ** (steps - 1)


@exercise.misconception(
    "You add up the momenta of all steps: that is the way travelled. Asked is the momentum after "
    "the last step alone."
)
def adds_up_all_momenta(alpha, steps):
    momentum, way = 0.0, 0.0
    for _ in range(steps):
        momentum = alpha * momentum + 1
        way += momentum
    return way


@exercise.misconception(
    "Gradients fade geometrically, by the factor alpha a step, so the sum is not simply "
    "proportional to the number of steps. Write out m(1), m(2), m(3)."
)
def multiplies_alpha_and_steps(alpha, steps):
    return alpha * steps


@exercise.misconception(
    "The fraction stands on its head: the result gets smaller with alpha, although more memory "
    "means more momentum."
)
def inverts_the_fraction(alpha, steps):
    return (1 - alpha) / (1 - alpha**steps) if steps and alpha < 1 else float(steps)


@exercise.misconception(
    "The geometric series is right, but at alpha = 1 you return 1, as if there were no gain. "
    "There nothing fades: how many ones have been added up?"
)
def returns_one_at_one(alpha, steps):
    return 1.0 if alpha == 1 else (1 - alpha**steps) / (1 - alpha)


A_SMALL_NUMBER = (
    "A small number in the divisor avoids the 0/0 at alpha = 1 and falsifies the rest: at alpha "
    "= 1 it makes the gain 0, elsewhere it is slightly off. What does the sum itself say at 1?"
)


@exercise.misconception(A_SMALL_NUMBER)
def adds_a_small_number_to_the_divisor(alpha, steps):
    return (1 - alpha**steps) / (1 - alpha + 1e-8)


@exercise.misconception(A_SMALL_NUMBER)
def adds_a_smaller_number_to_the_divisor(alpha, steps):
    return (1 - alpha**steps) / (1 - alpha + 1e-10)


@exercise.variant
def by_the_closed_form(alpha, steps):
    return float(steps) if alpha == 1 else (1 - alpha**steps) / (1 - alpha)


@exercise.variant
def by_walking(alpha, steps):
    momentum = 0.0
    for _ in range(steps):
        momentum = alpha * momentum + 1.0
    return momentum


@exercise.variant
def by_summing_powers(alpha, steps):
    return sum(alpha**k for k in range(steps))


@exercise.variant
def with_numpy(alpha, steps):
    return np.sum(alpha ** np.arange(steps))


@exercise.variant
def with_the_exponential(alpha, steps):
    if alpha in (0.0, 1.0):
        return np.array(min(steps, 1) if alpha == 0 else steps)
    return math.expm1(steps * math.log(alpha)) / (alpha - 1)


@exercise.variant
def by_recursion_on_halves(alpha, steps):
    def total(n):
        if n == 0:
            return 0.0
        half = total(n // 2)
        even = half * (1 + alpha ** (n // 2))
        return 1 + alpha * even if n % 2 else even

    return np.float32(total(steps))
