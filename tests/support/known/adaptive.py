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


def adagrad_without_brackets(weights, accumulator, gradient, eta, epsilon):
    squares = gradient * gradient + accumulator
    weights = weights - eta * (gradient / squares**0.5 + epsilon)
    return weights, squares


def adagrad_that_begins_anew(weights, accumulator, gradient, eta, epsilon):
    squares = np.zeros_like(weights)
    squares += gradient**2
    return weights - eta * gradient / np.sqrt(squares + epsilon), squares


def adagrad_that_never_moves(weights, accumulator, gradient, eta, epsilon):
    accumulator = accumulator + gradient**2
    weights - +eta * gradient / (accumulator**0.5 + epsilon)
    return weights, accumulator


def rmsprop_with_the_rate_for_beta(weights, scale, gradient, eta, beta, epsilon):
    scale = scale + (1 - eta) * (gradient**2 - scale)
    return weights - eta * gradient * (scale + epsilon) ** -0.5, scale


def rmsprop_that_adds_to_the_old(weights, scale, gradient, eta, beta, epsilon):
    new = scale.copy()
    new += beta * scale + (1 - beta) * gradient**2
    return weights - eta / (new**0.5 + epsilon) * gradient, new


def rprop_by_equal_signs(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    signs, sizes = np.sign(gradient), step_sizes.copy()
    for i in np.ndindex(sizes.shape):
        sizes[i] *= increase if signs[i] == np.sign(previous_gradient[i]) else decrease
    return weights - signs * sizes, sizes, signs


def rprop_that_rests_too_often(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    stays = np.sign(gradient) * np.sign(previous_gradient) > 0
    sizes = np.clip(step_sizes * np.where(stays, increase, decrease), smallest, largest)
    return weights - sizes * np.sign(gradient) * stays, sizes, gradient * stays


def rprop_with_limits_that_are_lost(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    sizes, kept = np.array(step_sizes), np.array(gradient)
    same, flips = gradient * previous_gradient > 0, gradient * previous_gradient < 0
    sizes[same] *= increase
    sizes[same][sizes[same] > largest] = largest
    sizes[flips] *= decrease
    sizes[flips][sizes[flips] < smallest] = smallest
    kept[flips] = 0
    return weights - sizes * np.sign(kept), sizes, kept


def rprop_that_goes_back(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    weights, sizes = weights.copy(), step_sizes.copy()
    for i in np.ndindex(sizes.shape):
        if gradient[i] * previous_gradient[i] < 0:
            weights[i] += np.sign(previous_gradient[i]) * sizes[i]
            sizes[i] = max(sizes[i] * decrease, smallest)
            continue
        if gradient[i] * previous_gradient[i] > 0:
            sizes[i] = min(sizes[i] * increase, largest)
        weights[i] -= np.sign(gradient[i]) * sizes[i]
    return weights, sizes, gradient


def walked_as_libraries_do(method, steps, gradient, eta, beta, epsilon):
    kept = 0.0
    for _ in range(steps):
        kept = kept + gradient**2 if method == "adagrad" else beta * kept + (1 - beta) * gradient**2
    return eta / (kept**0.5 + epsilon)


def corrected_as_in_adam(method, steps, gradient, eta, beta, epsilon):
    if method == "adagrad":
        return eta / (gradient**2 * steps + epsilon) ** 0.5
    scale = gradient**2 * (1 - beta**steps)
    return eta / (scale / (1 - beta**steps) + epsilon) ** 0.5


def corrected_and_outside(g1, g2, eta, beta, epsilon):
    first = (1 - beta) * g1**2
    second = (first * beta + (1 - beta) * g2**2) / (1 - beta**2)
    return eta * np.abs(g2) / (second**0.5 + epsilon) - eta * np.abs(g2)


def rates_in_place_of_steps(g1, g2, eta, beta, epsilon):
    return eta * ((1 - beta) * (beta * g1**2 + g2**2) + epsilon) ** -0.5 - eta


NATURAL = [
    ("adagrad-step", adagrad_with_a_norm, "All weights share one accumulator:"),
    ("adagrad-step", adagrad_without_brackets, "epsilon is added to the quotient of"),
    ("adagrad-step", adagrad_that_begins_anew, "Two mistakes at once. First: Only the newest"),
    ("adagrad-step", adagrad_that_never_moves, "The weights come back as they came in."),
    ("rmsprop-step", rmsprop_without_brackets, "epsilon is added to the weights"),
    ("rmsprop-step", rmsprop_outside, "You add epsilon to the root. This exercise has it under"),
    ("rmsprop-step", rmsprop_with_the_rate_for_beta, "eta stands in the average in place of beta."),
    ("rmsprop-step", rmsprop_that_adds_to_the_old, "Two mistakes at once. First: The old scale"),
    ("amplification-measure", with_eta_from_the_second_step, "eta is in the first term twice."),
    ("amplification-measure", corrected_and_outside, "Two mistakes at once. First: You divide the"),
    ("amplification-measure", rates_in_place_of_steps, "g2 does not stand above the fraction bar:"),
    ("rprop-step", rprop_in_two_cases, "The step size shrinks where the product of the two"),
    ("rprop-step", never_resting, "Where the sign flips the weight moves on"),
    ("rprop-step", rprop_by_equal_signs, "Two mistakes at once. First: Your step sizes grow where"),
    ("rprop-step", rprop_that_rests_too_often, "Two mistakes at once. First: The step size"),
    ("rprop-step", rprop_with_limits_that_are_lost, "The step sizes know no limits:"),
    ("rprop-step", rprop_that_goes_back, "Two mistakes at once. First: After a flip you take the"),
    ("effective-rate", walked_with_the_gradient_itself, "For a negative gradient the rate comes"),
    ("effective-rate", walked_as_libraries_do, "For RMSprop epsilon stands beside the root."),
    ("effective-rate", corrected_as_in_adam, "Two mistakes at once. First: For AdaGrad epsilon"),
]  # fmt: skip
