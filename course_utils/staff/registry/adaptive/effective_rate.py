"""Exercise ``effective-rate``: what multiplies a constant gradient, with AdaGrad and RMSprop."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import math

import numpy as np

from course_utils.optimizers import AdaGrad, RMSprop

from ..exercise import Call, Exercise
from ..inputs import HUGE, TINY, decay, rate, signed, smoothing

exercise = Exercise(
    slug="effective-rate",
    lesson="02-adaptive-rates",
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

    for sign in (1, -1):
        for method in ("adagrad", "rmsprop"):
            yield Call(f"{method}, a {'negative' if sign < 0 else 'positive'} gradient",
                       inputs(method, sign))  # fmt: skip
    for method in ("adagrad", "rmsprop"):
        _, steps, gradient, eta, beta, epsilon = inputs(method, 1)
        yield Call(f"{method}, one step", inputs(method, -1, 1), "edge")
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
    yield Call("rmsprop, a long memory", (*inputs("rmsprop", -1)[:4], 0.999, 1e-8), "edge")


@exercise.misconception(
    "The number of steps does not enter: you count one gradient. AdaGrad has added up the square "
    "of every gradient so far, and RMSprop has averaged them in, one after the other."
)
def counts_one_gradient(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (abs(gradient) + epsilon)
    return eta / math.sqrt((1 - beta) * gradient**2 + epsilon)


@exercise.misconception(
    "AdaGrad is right. For RMSprop you give the rate after infinitely many steps. The scale "
    "starts at 0: how much of g² has it taken in after t steps?"
)
def takes_the_limit_of_rmsprop(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (math.sqrt(steps) * abs(gradient) + epsilon)
    return eta / math.sqrt(gradient**2 + epsilon)


@exercise.misconception(
    "For a negative gradient the rate comes out wrong: the root of g² is |g|, not g. A learning "
    "rate is positive, whichever way the slope points."
)
def takes_the_gradient_for_its_magnitude(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (math.sqrt(steps) * gradient + epsilon)
    return eta / math.sqrt((1 - beta**steps) * gradient**2 + epsilon)


@exercise.misconception(
    "AdaGrad's rate falls off with the number of steps, where its root is meant. Write down the "
    "sum of t equal squares, and then take the root of all of it."
)
def divides_by_the_number_of_steps(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (steps * abs(gradient) + epsilon)
    return eta / math.sqrt((1 - beta**steps) * gradient**2 + epsilon)


@exercise.misconception(
    "One step too many. Update number 1 already sees the first gradient, and nothing else: try "
    "steps = 1 on paper."
)
def counts_one_step_too_many(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (math.sqrt(steps + 1) * abs(gradient) + epsilon)
    return eta / math.sqrt((1 - beta ** (steps + 1)) * gradient**2 + epsilon)


@exercise.misconception(
    "One step too few. The square of the newest gradient is in the accumulator *before* the "
    "weights move: try steps = 1 on paper."
)
def counts_one_step_too_few(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (math.sqrt(steps - 1) * abs(gradient) + epsilon)
    return eta / math.sqrt((1 - beta ** (steps - 1)) * gradient**2 + epsilon)


@exercise.misconception(
    "The two places of epsilon are swapped: AdaGrad has it beside the root here, RMSprop under it."
)
def swaps_the_places_of_epsilon(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / math.sqrt(steps * gradient**2 + epsilon)
    return eta / (math.sqrt((1 - beta**steps) * gradient**2) + epsilon)


@exercise.misconception(
    "epsilon stands beside the root in both. In this lesson's RMSprop it stands under the root."
)
def puts_epsilon_outside_in_both(method, steps, gradient, eta, beta, epsilon):
    square = (steps if method == "adagrad" else 1 - beta**steps) * gradient**2
    return eta / (math.sqrt(square) + epsilon)


@exercise.misconception(
    "epsilon stands under the root in both. In this lesson's AdaGrad it stands beside the root."
)
def puts_epsilon_inside_in_both(method, steps, gradient, eta, beta, epsilon):
    square = (steps if method == "adagrad" else 1 - beta**steps) * gradient**2
    return eta / math.sqrt(square + epsilon)


@exercise.misconception(
    "epsilon is left out, which shows where the gradient is small, and stops the program where "
    "it is 0."
)
def forgets_epsilon(method, steps, gradient, eta, beta, epsilon):
    square = (steps if method == "adagrad" else 1 - beta**steps) * gradient**2
    return eta / math.sqrt(square)


@exercise.misconception("You give the step. Asked is the rate alone: what multiplies the gradient?")
def returns_the_step(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta * gradient / (math.sqrt(steps) * abs(gradient) + epsilon)
    return eta * gradient / math.sqrt((1 - beta**steps) * gradient**2 + epsilon)


@exercise.misconception(
    "AdaGrad is right. RMSprop's scale is an average: the factor 1 - beta at each new square is "
    "missing. What does the geometric series give, multiplied by 1 - beta?"
)
def sums_instead_of_averaging(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (math.sqrt(steps) * abs(gradient) + epsilon)
    scale = (1 - beta**steps) / (1 - beta) * gradient**2
    return eta / math.sqrt(scale + epsilon)


@exercise.misconception(
    "AdaGrad is right. For RMSprop you have (1 - beta)^t where 1 - beta^t is meant: does the "
    "scale shrink or grow while equal squares come in?"
)
def raises_one_minus_beta_to_the_power(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (math.sqrt(steps) * abs(gradient) + epsilon)
    return eta / math.sqrt((1 - beta) ** steps * gradient**2 + epsilon)


@exercise.misconception(
    "AdaGrad is right. For RMSprop you add up (1 - beta) g² once a step, as if nothing faded. "
    "What does beta do to the squares that are there already?"
)
def forgets_that_the_scale_decays(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (math.sqrt(steps) * abs(gradient) + epsilon)
    return eta / math.sqrt((1 - beta) * steps * gradient**2 + epsilon)


@exercise.misconception(
    "AdaGrad is right. For RMSprop you take beta^t, which is what is *missing* of g² in the "
    "scale. What is there?"
)
def takes_what_is_missing(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (math.sqrt(steps) * abs(gradient) + epsilon)
    return eta / math.sqrt(beta**steps * gradient**2 + epsilon)


@exercise.misconception(
    "The roots are missing: both methods divide by the root of what they keep. Ten times the "
    "gradient should give a tenth of the rate."
)
def forgets_the_roots(method, steps, gradient, eta, beta, epsilon):
    square = (steps if method == "adagrad" else 1 - beta**steps) * gradient**2
    return eta / (square + epsilon)


@exercise.misconception(
    "eta is missing: you give the divisor's inverse alone. What stands above the fraction bar?"
)
def forgets_the_learning_rate(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return 1 / (math.sqrt(steps) * abs(gradient) + epsilon)
    return 1 / math.sqrt((1 - beta**steps) * gradient**2 + epsilon)


@exercise.misconception("The two methods have changed places. Which of them forgets?")
def swaps_the_methods(method, steps, gradient, eta, beta, epsilon):
    if method == "rmsprop":
        return eta / (math.sqrt(steps) * abs(gradient) + epsilon)
    return eta / math.sqrt((1 - beta**steps) * gradient**2 + epsilon)


@exercise.misconception(
    "You answer for AdaGrad whichever method is asked for. Look at the argument method."
)
def knows_only_adagrad(method, steps, gradient, eta, beta, epsilon):
    return eta / (math.sqrt(steps) * abs(gradient) + epsilon)


THE_STEP_NOT_THE_RATE = (
    "The gradient does not enter, so this is the length of the *step*, the same on every slope. "
    "The rate is what multiplies the gradient: ten times the slope, a tenth of the rate."
)


@exercise.misconception(THE_STEP_NOT_THE_RATE)
def forgets_the_gradient(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (math.sqrt(steps) + epsilon)
    return eta / math.sqrt(1 - beta**steps + epsilon)


@exercise.misconception(THE_STEP_NOT_THE_RATE)
def forgets_the_gradient_and_epsilon(method, steps, gradient, eta, beta, epsilon):
    return eta / math.sqrt(steps if method == "adagrad" else 1 - beta**steps)


@exercise.misconception(
    "AdaGrad is right. For RMSprop you are one step late: update number 1 has averaged in the "
    "first gradient already. Try steps = 1 on paper."
)
def counts_one_step_too_few_for_rmsprop(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (math.sqrt(steps) * abs(gradient) + epsilon)
    return eta / math.sqrt((1 - beta ** (steps - 1)) * gradient**2 + epsilon)


@exercise.misconception(
    "AdaGrad is right. For RMSprop you average the gradients and square afterwards. Square each "
    "one first: 1 - beta^t stands under the root once, not squared."
)
def squares_after_averaging(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (math.sqrt(steps) * abs(gradient) + epsilon)
    return eta / math.sqrt(((1 - beta**steps) * gradient) ** 2 + epsilon)


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
