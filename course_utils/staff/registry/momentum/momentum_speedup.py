"""Exercise ``momentum-speedup``: how large the momentum grows on a constant gradient."""
# ruff: noqa: D103 (a variant's name is its sentence)

import math

import numpy as np

from course_utils.measures import speedup

from ..exercise import Call, Exercise

exercise = Exercise(
    slug="momentum-speedup",
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
    for low, high in ((0.3, 0.48), (0.55, 0.75)):
        alpha, steps = round(float(rng.uniform(low, high)), 2), int(rng.integers(3, 9))
        yield Call("different alphas and steps", (alpha, steps))
    # Long enough that a rule with an end shows, short enough that the limit is far.
    alpha, steps = round(float(rng.uniform(0.985, 0.995)), 4), int(rng.integers(110, 160))
    yield Call("different alphas and steps", (alpha, steps))
    alpha = round(float(rng.uniform(0.55, 0.95)), 2)
    yield Call("alpha = 1", (1.0, int(rng.integers(4, 40))), "edge", weight=3)
    yield Call("no steps", (alpha, 0), "edge", weight=2)
    yield Call("one step", (alpha, 1), "edge")
    yield Call("alpha = 0", (0.0, int(rng.integers(3, 9))), "edge")
    yield Call("alpha = 1 and no steps", (1.0, 0), "edge")
    yield Call("many steps", (0.999, int(rng.integers(400, 700))), "edge")


@exercise.variant
def by_the_closed_form(alpha, steps):
    if alpha == 1:
        return float(steps)
    kept = alpha**steps
    return (1 - kept) / (1 - alpha)


@exercise.variant
def in_one_line(alpha, steps):
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
def by_a_loop(alpha, steps):
    total = 0.0
    for k in range(steps):
        total += alpha**k
    return total


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


AT_ONE = "    if alpha == 1:\n        return float(steps)\n"
FORMULA = "kept = alpha**steps\n    return (1 - kept) / (1 - alpha)"

exercise.mistake(
    "returns_the_limit",
    {"(1 - kept)": "1"},
    "steps does not enter, as in the limit after infinitely many steps. After t steps the sum has "
    "only t terms: how much of the limit is still missing?",
)

ONE_TERM_TOO_MANY = (
    "One term too many: steps + 1 stands where steps belongs, as in a sum from alpha^0 to "
    "alpha^steps. After one step the momentum is just g, so momentum_speedup(alpha, 1) is 1."
)
exercise.mistake(
    "sums_one_term_too_many", {"range(steps)": "range(steps + 1)"}, ONE_TERM_TOO_MANY, "by_a_loop"
)
exercise.mistake(
    "closes_a_sum_of_one_term_too_many", {"alpha**steps": "alpha ** (steps + 1)"}, ONE_TERM_TOO_MANY
)

ONE_TERM_TOO_FEW = (
    "One term too few: steps - 1 stands where steps belongs, as in a sum that ends one power "
    "early. After one step the momentum is already g, so momentum_speedup(alpha, 1) is 1."
)
exercise.mistake(
    "sums_one_term_too_few", {"range(steps)": "range(steps - 1)"}, ONE_TERM_TOO_FEW, "by_a_loop"
)
exercise.mistake(
    "closes_a_sum_of_one_term_too_few", {"alpha**steps": "alpha ** (steps - 1)"}, ONE_TERM_TOO_FEW
)

exercise.mistake(
    "sums_from_the_first_power",
    {"alpha**k": "alpha ** (k + 1)"},
    "Your sum begins at alpha^1, as if the newest gradient had faded already. Which power of alpha "
    "is its factor?",
    "by_summing_powers",
)

exercise.mistake(
    "leaves_out_the_newest_gradient",
    {"range(steps)": "range(1, steps)"},
    "The newest gradient is missing: your sum goes from alpha^1 to alpha^(steps - 1). Which power "
    "of alpha is the factor of a gradient that has just come in?",
    "by_a_loop",
)

exercise.mistake(
    "divides_by_zero_at_one",
    {AT_ONE: ""},
    "alpha = 1 is not treated apart, and there the closed form divides 0 by 0. What does the sum "
    "itself say there: how many ones are added up?",
)

exercise.mistake(
    "returns_infinity_at_one",
    {"float(steps)": "np.inf"},
    "At alpha = 1 you return infinity, which is the limit. After finitely many steps, how many "
    "ones have been added up?",
)

exercise.mistake(
    "returns_nan_at_one",
    {"float(steps)": "np.nan"},
    "At alpha = 1 you return NaN, as from 0 divided by 0. What does the sum itself say there: how "
    "many ones are added up?",
)

exercise.mistake(
    "returns_one_at_one",
    {"float(steps)": "1.0"},
    "At alpha = 1 you return 1, as if there were no gain. There nothing fades: how many ones have "
    "been added up?",
)

exercise.mistake(
    "returns_zero_at_one",
    {"float(steps)": "0.0"},
    "At alpha = 1 you return 0. There nothing fades: how many ones have been added up?",
)

exercise.mistake(
    "returns_nothing_at_one",
    {"return float(steps)": "return None"},
    "At alpha = 1 nothing (None) comes back. There nothing fades: how many ones have been added "
    "up?",
)

exercise.mistake(
    "adds_one_too_many_at_one",
    {"float(steps)": "float(steps + 1)"},
    "At alpha = 1 you return steps + 1. Nothing fades there: after one step one gradient is in the "
    "momentum, after steps steps so many.",
)

exercise.mistake(
    "returns_the_terms",
    {"return sum(alpha**k for k in range(steps))": "return [alpha**k for k in range(steps)]"},
    "The powers of alpha come back one by one. The momentum is their sum: add them up.",
    of="by_summing_powers",
)

exercise.mistake(
    "returns_all_momenta",
    {
        "    momentum = 0.0\n": "    momentum, path = 0.0, []\n",
        "+ 1.0": "+ 1.0\n        path.append(momentum)",
        "return momentum": "return path",
    },
    "The momenta of all steps come back. Asked is the one after the last step alone.",
    of="by_walking",
)

exercise.mistake(
    "takes_the_average",
    {
        FORMULA: "return 1 - alpha**steps",
    },
    "1 - alpha^t is what an average reaches (it never exceeds 1). Here the momentum is a sum: it "
    "grows well beyond one gradient.",
)

exercise.mistake(
    "returns_what_is_left_of_one_gradient",
    {
        FORMULA: "return alpha**steps",
        AT_ONE: "",
    },
    "This is a single power of alpha: what is left of the oldest gradient. All the gradients in "
    "between are in the momentum too: add them up.",
)

exercise.mistake(
    "returns_what_is_left_of_the_first_gradient",
    {
        FORMULA: "return alpha ** (steps - 1)",
        AT_ONE: "",
    },
    "This is alpha^(steps-1): what is left of the first gradient. The later ones are in the "
    "momentum too: add them up.",
)

exercise.mistake(
    "adds_up_all_momenta",
    {
        "    momentum = 0.0": "    way = momentum = 0.0",
        "+ 1.0": "+ 1.0\n        way += momentum",
        "return momentum": "return way",
    },
    "You add up the momenta of all steps: that is the way travelled. Asked is the momentum after "
    "the last step alone.",
    "by_walking",
)

exercise.mistake(
    "never_forgets",
    {
        "alpha * momentum + 1.0": "momentum + 1.0",
    },
    "alpha does not enter: every gradient counts in full, for ever. How much of the old momentum "
    "survives a step?",
    "by_walking",
)

exercise.mistake(
    "gathers_an_average",
    {"+ 1.0": "+ (1 - alpha)"},
    "1 - alpha^t is what an average reaches (it never exceeds 1), and at alpha = 1 it stays 0. "
    "Here the momentum is a sum: the gradient counts in full.",
    "by_walking",
)

exercise.mistake(
    "multiplies_alpha_and_steps",
    {
        FORMULA: "return alpha * steps",
        AT_ONE: "",
    },
    "Gradients fade geometrically, by the factor alpha a step, so the sum is not simply "
    "proportional to the number of steps. Write out m(1), m(2), m(3).",
)

exercise.mistake(
    "takes_a_product_for_a_power",
    {"alpha**steps": "alpha * steps"},
    "alpha times steps stands where a power of alpha is meant: what is left after t steps is "
    "alpha^t, which Python writes alpha**t.",
)

exercise.mistake(
    "swaps_base_and_exponent",
    {"alpha**steps": "steps**alpha"},
    "steps is raised to the power alpha. What is left after t steps is alpha^t, which Python "
    "writes alpha**t.",
)

exercise.mistake(
    "raises_the_difference_to_the_power",
    {"(1 - kept)": "(1 - alpha) ** steps"},
    "The power is taken of 1 - alpha, not of alpha alone: in 1 - alpha^t the power comes first.",
)

exercise.mistake(
    "inverts_the_fraction",
    {"(1 - kept) / (1 - alpha)": "(1 - alpha) / (1 - kept) if steps else 0.0"},
    "The fraction stands on its head: the result gets smaller with alpha, although more memory "
    "means more momentum.",
)

exercise.mistake(
    "comes_out_negative",
    {"(1 - kept)": "(kept - 1)"},
    "The sign is lost: one of the two differences stands the other way round. A gain is positive.",
)

exercise.mistake(
    "divides_by_a_sum",
    {"/ (1 - alpha)": "/ (1 + alpha)"},
    "You divide by 1 + alpha, which belongs to terms whose signs alternate. Here all gradients "
    "agree.",
)

exercise.mistake(
    "forgets_the_brackets_below",
    {"/ (1 - alpha)": "/ 1 - alpha"},
    "The brackets around the divisor are missing: / 1 - alpha divides by 1, and then subtracts "
    "alpha.",
)

exercise.mistake(
    "forgets_the_brackets_above",
    {"(1 - kept)": "1 - kept"},
    "The brackets above the fraction are missing: only the power is divided by 1 - alpha.",
)

exercise.mistake(
    "multiplies_in_place_of_dividing",
    {"/ (1 - alpha)": "* (1 - alpha)"},
    "You multiply by 1 - alpha. The gain of a sum is larger than 1: what does one divide by?",
)

A_SMALL_NUMBER = (
    "A small number in the divisor avoids the 0/0 at alpha = 1 and falsifies the rest: at alpha "
    "= 1 it makes the gain 0, elsewhere it is slightly off. What does the sum itself say at 1?"
)
for name, small in {"small": "1e-8", "smaller": "1e-10"}.items():
    exercise.mistake(
        f"adds_a_{name}_number_to_the_divisor",
        {
            FORMULA: f"return (1 - alpha**steps) / (1 - alpha + {small})",
            AT_ONE: "",
        },
        A_SMALL_NUMBER,
    )
