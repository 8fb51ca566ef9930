"""Exercise ``effective-rate``: what multiplies a constant gradient, with AdaGrad and RMSprop."""
# ruff: noqa: D103 (a name is its sentence)

import math

import numpy as np

from course_utils.optimizers import AdaGrad, RMSprop

from ..exercise import Call, Exercise
from ..inputs import HUGE, TINY, decay, rate, signed, smoothing

exercise = Exercise(
    slug="effective-rate",
    function="effective_rate",
    arguments=("method", "steps", "gradient", "eta", "beta", "epsilon"),
    returns=("rate",),
    points=3,
)


@exercise.reference
def reference(method, steps, gradient, eta, beta, epsilon):
    # The rules walk; the last state before ε and the division is what a closed form must equal.
    rule = AdaGrad(eta, epsilon) if method == "adagrad" else RMSprop(eta, beta, epsilon)
    weights = np.zeros(())
    state = rule.init(weights)
    for _ in range(steps):
        _, state = rule.step(weights, state, lambda _: np.array(gradient))
    if method == "adagrad":
        return eta / (np.sqrt(state["accumulator"]) + epsilon)
    return eta / np.sqrt(state["scale"] + epsilon)


@exercise.magnitude
def magnitude(method, steps, gradient, eta, beta, epsilon):
    answer = reference(method, steps, gradient, eta, beta, epsilon)
    # 1 - beta^t is a difference, and cancels a little where beta is near 1.
    return answer * (1 + beta**steps) / (1 - beta**steps)


@exercise.calls
def calls(rng):
    def inputs(method, sign, steps=None):
        size = abs(float(signed(rng, ())))
        steps = int(rng.integers(3, 9)) if steps is None else steps
        return method, steps, sign * size, rate(rng), decay(rng), smoothing(rng)

    for sign, few in ((1, 3), (-1, 11)):
        for method in ("adagrad", "rmsprop"):
            steps = few + int(rng.integers(4))
            yield Call(f"{method}, a {'negative' if sign < 0 else 'positive'} gradient",
                       inputs(method, sign, steps))  # fmt: skip
    for method in ("adagrad", "rmsprop"):
        _, steps, gradient, eta, beta, epsilon = inputs(method, 1)
        yield Call(f"{method}, one step", inputs(method, -1, 1), "edge")
        yield Call(f"{method}, two steps", inputs(method, 1, 2), "edge")
        yield Call(f"{method}, many steps", inputs(method, 1, int(rng.integers(200, 400))), "edge")
        yield Call(f"{method}, no slope", (method, steps, 0.0, eta, beta, epsilon), "edge")
        yield Call(
            f"{method}, a huge gradient",
            (method, steps, float(f"-{gradient}e{HUGE}"), eta, beta, epsilon),
            "edge",
        )
        yield Call(
            f"{method}, a tiny gradient",
            (method, steps, float(f"{gradient}e{TINY}"), eta, beta, 1e-8),
            "edge",
        )
    yield Call("rmsprop, beta = 0", (*inputs("rmsprop", 1)[:4], 0.0, smoothing(rng)), "edge")
    for steps in (11, 100, 1000):
        numbers = (*inputs("rmsprop", -1, steps)[:4], 0.999, 1e-8)
        yield Call(f"rmsprop, a long memory, {steps} steps", numbers, "edge")


@exercise.variant
def line_by_line(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        total = steps * gradient**2
        divisor = np.sqrt(total) + epsilon
    else:
        part = 1 - beta**steps
        mean = part * gradient**2
        divisor = np.sqrt(mean + epsilon)
    return eta / divisor


@exercise.variant
def by_closed_forms(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (math.sqrt(steps) * abs(gradient) + epsilon)
    return eta / math.sqrt((1 - beta**steps) * gradient**2 + epsilon)


@exercise.variant
def by_walking(method, steps, gradient, eta, beta, epsilon):
    kept = 0.0
    for _ in range(steps):
        if method == "adagrad":
            kept += gradient**2
        else:
            kept = beta * kept + (1 - beta) * gradient**2
    if method == "adagrad":
        return eta / (np.sqrt(kept) + epsilon)
    return eta / np.sqrt(kept + epsilon)


@exercise.variant
def with_sums_of_arrays(method, steps, gradient, eta, beta, epsilon):
    weights = np.ones(steps) if method == "adagrad" else (1 - beta) * beta ** np.arange(steps)
    kept = np.sum(weights * gradient**2)
    inside = epsilon if method == "rmsprop" else 0.0
    return np.array(eta) / (np.sqrt(kept + inside) + epsilon - inside)


@exercise.variant
def with_a_match(method, steps, gradient, eta, beta, epsilon):
    match method:
        case "adagrad":
            root = abs(gradient) * steps**0.5 + epsilon
        case "rmsprop":
            root = (
                gradient * gradient * -math.expm1(steps * math.log(beta or 1e-300)) + epsilon
            ) ** 0.5
    return eta / root


# Pieces of the answer. A mistake that holds one unchanged makes no pair with others of this piece.
IS_ADAGRAD = 'method == "adagrad"'
TOTAL, PART, MEAN = "steps * gradient**2", "1 - beta**steps", "part * gradient**2"
BESIDE, UNDER = "np.sqrt(total) + epsilon", "np.sqrt(mean + epsilon)"
RATE = "eta / divisor"
ALONE = {piece: piece for piece in (IS_ADAGRAD, TOTAL, PART, BESIDE, UNDER, RATE)}

# epsilon

exercise.mistake(
    "puts_epsilon_outside_for_rmsprop",
    {UNDER: "np.sqrt(mean) + epsilon"},
    "For RMSprop epsilon stands beside the root. In this lesson's RMSprop it stands under it.",
)

exercise.mistake(
    "puts_epsilon_inside_for_adagrad",
    {BESIDE: "np.sqrt(total + epsilon)"},
    "For AdaGrad epsilon stands under the root. In this lesson's AdaGrad it stands beside it.",
)

exercise.mistake(
    "forgets_epsilon",
    {BESIDE: "np.sqrt(total)", UNDER: "np.sqrt(mean)"},
    "epsilon is left out, which shows where the gradient is small: where it is 0 you divide by 0.",
)

exercise.mistake(
    "forgets_epsilon_and_stops",
    {RATE: RATE, BESIDE: "math.sqrt(total)", UNDER: "math.sqrt(mean)"},
    "epsilon is left out, which shows where the gradient is small, and stops the program where "
    "it is 0.",
)

exercise.mistake(
    "forgets_epsilon_for_adagrad",
    {PART: PART, UNDER: UNDER, RATE: RATE, BESIDE: "np.sqrt(total)"},
    "For AdaGrad epsilon is left out, which shows where the gradient is small: where it is 0 you "
    "divide by 0. It stands beside the root.",
)

exercise.mistake(
    "forgets_epsilon_for_rmsprop",
    {TOTAL: TOTAL, BESIDE: BESIDE, RATE: RATE, UNDER: "np.sqrt(mean)"},
    "For RMSprop epsilon is left out, which shows where the gradient is small: where it is 0 you "
    "divide by 0. It stands under the root.",
)

# AdaGrad

exercise.mistake(
    "divides_by_the_number_of_steps",
    {BESIDE: "steps * np.abs(gradient) + epsilon", TOTAL: TOTAL},
    "AdaGrad's rate falls off with the number of steps, where its root is meant. Write down the "
    "sum of t equal squares, and then take the root of all of it.",
)

exercise.mistake(
    "takes_the_mean_of_the_squares",
    {TOTAL: "gradient**2"},
    "For AdaGrad the number of steps does not enter: you take one square, or the mean of equal "
    "ones. The accumulator is a *sum*: what is in it after t equal squares?",
)

exercise.mistake(
    "takes_the_gradient_for_its_magnitude",
    {BESIDE: "np.sqrt(steps) * gradient + epsilon", TOTAL: TOTAL},
    "For a negative gradient the rate comes out wrong: the root of g² is |g|, not g. A learning "
    "rate is positive, whichever way the slope points.",
)

exercise.mistake(
    "forgets_the_root_of_adagrad",
    {PART: PART, UNDER: UNDER, RATE: RATE, BESIDE: "total + epsilon"},
    "For AdaGrad the root is missing: it divides by the root of what it keeps. Ten times the "
    "gradient should give a tenth of the rate.",
)

exercise.mistake(
    "counts_one_step_too_few_for_adagrad",
    {PART: PART, UNDER: UNDER, RATE: RATE, TOTAL: "(steps - 1) * gradient**2"},
    "For AdaGrad you are one step late: the newest square is in the accumulator *before* the "
    "weights move. Try steps = 1 on paper.",
)

exercise.mistake(
    "counts_one_step_too_many_for_adagrad",
    {PART: PART, UNDER: UNDER, RATE: RATE, TOTAL: "(steps + 1) * gradient**2"},
    "For AdaGrad you count one step too many. Update number 1 sees the first gradient, and nothing "
    "else: try steps = 1 on paper.",
)

exercise.mistake(
    "lets_adagrad_forget",
    {PART: PART, UNDER: UNDER, RATE: RATE, TOTAL: "(1 - beta**steps) / (1 - beta) * gradient**2"},
    "For AdaGrad beta enters: the squares fade as steps go by. AdaGrad forgets nothing.",
)

# RMSprop

exercise.mistake(
    "takes_the_limit_of_rmsprop",
    {PART: "1"},
    "For RMSprop the number of steps does not enter: you take all of g², "
    "as after infinitely many steps. The scale starts at 0: how much of g² is in it after t steps?",
)

exercise.mistake(
    "counts_one_square_for_rmsprop",
    {PART: "1 - beta"},
    "For RMSprop the number of steps does not enter: the scale holds one square, as after the "
    "first step. What becomes of it while equal squares come in?",
)

exercise.mistake(
    "sums_instead_of_averaging",
    {PART: "(1 - beta**steps) / (1 - beta)"},
    "RMSprop's scale is an average, and yours a sum: the factor 1 - beta at each new square is "
    "missing. What does the geometric series give, multiplied by 1 - beta?",
)

exercise.mistake(
    "raises_one_minus_beta_to_the_power",
    {PART: "(1 - beta) ** steps"},
    "For RMSprop you have (1 - beta)^t where 1 - beta^t is meant: does the scale shrink or grow "
    "while equal squares come in?",
)

exercise.mistake(
    "swaps_beta_and_one_minus_beta",
    {PART: "1 - (1 - beta) ** steps"},
    "For RMSprop beta and 1 - beta have changed places. How much of the old scale survives a step, "
    "and how much of the new square comes in?",
)

exercise.mistake(
    "forgets_that_the_scale_decays",
    {PART: "(1 - beta) * steps"},
    "For RMSprop you add up (1 - beta) g² once a step, as if nothing faded. What does beta do to "
    "the squares that are there already?",
)

exercise.mistake(
    "takes_what_is_missing",
    {TOTAL: TOTAL, BESIDE: BESIDE, RATE: RATE, PART: "beta**steps"},
    "For RMSprop you take beta^t, which is what is *missing* of g² in the scale. What is there?",
)

exercise.mistake(
    "lets_one_square_fade",
    {TOTAL: TOTAL, BESIDE: BESIDE, RATE: RATE, PART: "(1 - beta) * beta ** (steps - 1)"},
    "For RMSprop only the first square is in your scale, and it fades as steps go by. In every "
    "step a new square comes in.",
)

exercise.mistake(
    "lets_rmsprop_forget_nothing",
    {TOTAL: TOTAL, BESIDE: BESIDE, RATE: RATE, PART: "steps"},
    "For RMSprop you count every square in full: that is AdaGrad's sum. RMSprop takes an average, "
    "in which old squares fade.",
)

exercise.mistake(
    "counts_one_step_too_few_for_rmsprop",
    {TOTAL: TOTAL, BESIDE: BESIDE, RATE: RATE, PART: "1 - beta ** (steps - 1)"},
    "For RMSprop you are one step late: update number 1 has averaged in the first gradient "
    "already. Try steps = 1 on paper.",
)

exercise.mistake(
    "counts_one_step_too_many_for_rmsprop",
    {TOTAL: TOTAL, BESIDE: BESIDE, RATE: RATE, PART: "1 - beta ** (steps + 1)"},
    "For RMSprop you count one step too many. Update number 1 sees the first gradient, and nothing "
    "else: try steps = 1 on paper.",
)

exercise.mistake(
    "squares_after_averaging",
    {TOTAL: TOTAL, BESIDE: BESIDE, RATE: RATE, PART: "(1 - beta**steps) ** 2"},
    "For RMSprop 1 - beta^t is squared, as if gradients were averaged and squared afterwards. "
    "Square each one first: 1 - beta^t stands under the root once.",
)

exercise.mistake(
    "forgets_the_root_of_rmsprop",
    {TOTAL: TOTAL, BESIDE: BESIDE, RATE: RATE, UNDER: "mean + epsilon"},
    "For RMSprop the root is missing: it divides by the root of what it keeps. Ten times the "
    "gradient should give a tenth of the rate.",
)

# Both

exercise.mistake(
    "counts_one_gradient",
    {RATE: RATE, TOTAL: "gradient**2", PART: "1 - beta"},
    "The number of steps does not enter: you count one gradient. AdaGrad has added up the square "
    "of every gradient so far, and RMSprop has averaged them in, one after the other.",
)

exercise.mistake(
    "counts_one_step_too_many",
    {RATE: RATE, TOTAL: "(steps + 1) * gradient**2", PART: "1 - beta ** (steps + 1)"},
    "One step too many. Update number 1 already sees the first gradient, and nothing else: try "
    "steps = 1 on paper.",
)

exercise.mistake(
    "counts_one_step_too_few",
    {RATE: RATE, TOTAL: "(steps - 1) * gradient**2", PART: "1 - beta ** (steps - 1)"},
    "One step too few. The square of the newest gradient is in the accumulator *before* the "
    "weights move: try steps = 1 on paper.",
)

exercise.mistake(
    "forgets_the_roots",
    {RATE: RATE, BESIDE: "total + epsilon", UNDER: "mean + epsilon"},
    "The roots are missing: both methods divide by the root of what they keep. Ten times the "
    "gradient should give a tenth of the rate.",
)

exercise.mistake(
    "returns_the_step",
    {TOTAL: TOTAL, PART: PART, RATE: "eta * gradient / divisor"},
    "You give the step. Asked is the rate alone: what multiplies the gradient?",
)

exercise.mistake(
    "returns_the_length_of_the_step",
    {**ALONE, RATE: "eta * np.abs(gradient) / divisor"},
    "You give the length of the step. Asked is the rate alone: what multiplies the gradient?",
)

exercise.mistake(
    "forgets_the_learning_rate",
    {TOTAL: TOTAL, PART: PART, RATE: "1 / divisor"},
    "eta is missing: you give the divisor's inverse alone. What stands above the fraction bar?",
)

exercise.mistake(
    "returns_the_divisor",
    {**ALONE, RATE: "divisor"},
    "You give what eta is divided by. Asked is the rate: what multiplies the gradient?",
)

exercise.mistake(
    "swaps_the_methods",
    {TOTAL: TOTAL, PART: PART, IS_ADAGRAD: 'method != "adagrad"'},
    "The two methods have changed places. Which of them forgets?",
)

exercise.mistake(
    "knows_only_adagrad",
    {IS_ADAGRAD: "True", PART: PART, UNDER: UNDER, RATE: RATE},
    "You answer for AdaGrad whichever method is asked for. Look at the argument method: its values "
    "are adagrad and rmsprop, in small letters.",
)

exercise.mistake(
    "knows_only_rmsprop",
    {IS_ADAGRAD: "False", TOTAL: TOTAL, BESIDE: BESIDE, RATE: RATE},
    "You answer for RMSprop whichever method is asked for. Look at the argument method: its values "
    "are adagrad and rmsprop, in small letters.",
)

THE_STEP_NOT_THE_RATE = (
    "The gradient does not enter, so this is the length of the *step*, the same on every slope. "
    "The rate is what multiplies the gradient: ten times the slope, a tenth of the rate."
)

exercise.mistake(
    "forgets_the_gradient",
    {RATE: RATE, TOTAL: "steps", MEAN: "part", PART: PART},
    THE_STEP_NOT_THE_RATE,
)

exercise.mistake(
    "forgets_the_gradient_and_epsilon",
    {
        RATE: RATE,
        TOTAL: "steps",
        MEAN: "part",
        BESIDE: "np.sqrt(total)",
        UNDER: "np.sqrt(mean)",
        PART: PART,
    },
    THE_STEP_NOT_THE_RATE,
)


@exercise.misconception(
    "A list comes back, with a rate for every step. Asked is one number, the rate of update number "
    "steps: which of the list is it?"
)
def returns_the_rates_of_all_steps(method, steps, gradient, eta, beta, epsilon):
    kept, rates = 0.0, []
    for _ in range(steps):
        if method == "adagrad":
            kept = kept + gradient**2
            rates.append(eta / (np.sqrt(kept) + epsilon))
        else:
            kept = beta * kept + (1 - beta) * gradient**2
            rates.append(eta / np.sqrt(kept + epsilon))
    return rates
