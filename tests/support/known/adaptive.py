"""Known answers and natural mistakes of lesson 2: the article series, part 2, and by hand."""

import numpy as np

A = np.array

# Rprop: signs that stay, that flip, and a zero; increase, decrease, smallest, largest
FACTORS = (1.5, 0.4, 0.25, 2.0)

KNOWN = [
    # a = 9 + 16, step 0.1 * 4 / (5 + 3)
    ("adagrad-step", (A([1.0]), A([9.0]), A([4.0]), 0.1, 3.0), [[0.95], [25]]),
    # a = 0: no slope, no step, whatever epsilon
    ("adagrad-step", (A([1.0]), A([0.0]), A([0.0]), 0.1, 1e-8), [[1], [0]]),
    (
        "rmsprop-step",
        (A([-15.0, 20]), A([0.0, 0]), A([-90.0, 400]), 0.05, 0.9, 1e-8),
        [[-15 + 0.05 * 10**0.5, 20 - 0.05 * 10**0.5], [810, 16000]],
    ),
    # s = 0.75 * 4 + 0.25 * 16 = 7, root of 7 + 2, step 0.3 * 4 / 3
    ("rmsprop-step", (A([1.0]), A([4.0]), A([4.0]), 0.3, 0.75, 2.0), [[0.6], [7]]),
    # s = 0.5 * 0.5 * 4 + 0.5 * 4 = 3, root of 3 + 1: 0.1 * (2 / 2 - 2)
    ("amplification-measure", (A([2.0]), A([-2.0]), 0.1, 0.5, 1.0), [[-0.1]]),
    # s = 0.5 * 0.5 * 0.64 + 0 = 0.16, and without a second gradient no step at all
    ("amplification-measure", (A(0.8), A(0.0), 0.1, 0.5, 0.09), [0.0]),
    # beta = 0: the root is |g2|
    ("amplification-measure", (A([9.0]), A([0.25]), 0.2, 0.0, 1e-30), [[0.15]]),
    (
        "rprop-step",
        (A([0.0, 0, 0]), A([1.0, 1, 1]), A([2.0, 2, 0]), A([5.0, -5, -5]), *FACTORS),
        [[-1.5, 0, 1], [1.5, 0.4, 1], [5, 0, -5]],
    ),
    # both limits, and a rest where there is no slope
    (
        "rprop-step",
        (A([0.0, 0, 0]), A([1.5, 0.4, 1]), A([1.0, 1, 1]), A([3.0, -3, 0]), *FACTORS),
        [[-2, 0, 0], [2, 0.25, 1], [3, 0, 0]],
    ),
    # 0.6 / (sqrt(4) * 3 + 0)
    ("effective-rate", ("adagrad", 4, -3.0, 0.6, 0.9, 1e-300), [0.1]),
    ("effective-rate", ("adagrad", 7, 0.0, 0.6, 0.9, 0.5), [1.2]),
    # s = (1 - 1/4) * 16 = 12, root of 12 + 4
    ("effective-rate", ("rmsprop", 2, -4.0, 0.6, 0.5, 4.0), [0.15]),
    ("effective-rate", ("rmsprop", 5, 0.0, 0.6, 0.9, 0.25), [1.2]),
]


def adagrad_with_a_norm(weights, accumulator, gradient, eta, epsilon):
    total = accumulator + (gradient**2).sum()
    return weights - eta / (epsilon + total**0.5) * gradient, total


def rmsprop_without_brackets(weights, scale, gradient, eta, beta, epsilon):
    scale = scale * beta + gradient * gradient * (1 - beta)
    return weights - (eta / np.sqrt(scale) + 0) * gradient + epsilon, scale


def rmsprop_outside(weights, scale, gradient, eta, beta, epsilon):
    s = scale + (1 - beta) * (gradient**2 - scale)
    return weights - eta * (gradient / (epsilon + s**0.5)), s


def with_eta_from_the_second_step(g1, g2, eta, beta, epsilon):
    s = beta * ((1 - beta) * g1**2) + (1 - beta) * g2**2
    v2 = eta * g2 / np.sqrt(s + epsilon)
    return abs(eta * v2) - abs(eta * g2)


def rprop_in_two_cases(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    stays = previous_gradient * gradient > 0
    sizes = np.where(stays, step_sizes * increase, step_sizes * decrease)
    sizes = np.minimum(largest, np.maximum(smallest, sizes))
    kept = np.where(previous_gradient * gradient < 0, 0, gradient)
    return weights - np.sign(kept) * sizes, sizes, kept


def never_resting(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    s = np.sign(previous_gradient) * np.sign(gradient)
    sizes = np.clip(step_sizes * np.choose((s + 1).astype(int), [decrease, 1, increase]),
                    smallest, largest)  # fmt: skip
    return weights - np.sign(gradient) * sizes, sizes, gradient


def walked_with_the_gradient_itself(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (epsilon + gradient * steps**0.5)
    return eta * (epsilon + (1 - beta**steps) * gradient**2) ** -0.5


NATURAL = [
    ("adagrad-step", adagrad_with_a_norm, "All weights share one accumulator:"),
    ("rmsprop-step", rmsprop_without_brackets, "epsilon is added to the weights"),
    ("rmsprop-step", rmsprop_outside, "epsilon is added to the root. Here it stands under"),
    ("amplification-measure", with_eta_from_the_second_step, "eta is in the first term twice."),
    ("rprop-step", rprop_in_two_cases, "Right unless the product of the two gradients is 0: there "
     "the step size shrinks."),
    ("rprop-step", never_resting, "Where the sign flips the weight moves on"),
    ("effective-rate", walked_with_the_gradient_itself, "For a negative gradient the rate comes"),
]  # fmt: skip
