"""Known answers and natural mistakes of lesson 3: worked out by hand, and the series, part 3."""

import numpy as np

from course_utils.exercises.values import Quadratic

A = np.array
BOWL = Quadratic(A([2.0]), A([1.0]))  # gradient 2 (w - 1)

KNOWN = [
    # m = 1 - 2, corrected by 3/4
    (
        "first-moment-step",
        (A([1.0]), A([2.0]), A([-4.0]), 2, 0.3, 0.5),
        [[1.4], [-1]],
    ),
    # at t = 1 the corrected moment is the gradient
    ("first-moment-step", (A([1.0]), A([0.0]), A([3.0]), 1, 0.1, 0.9), [[0.7], [0.3]]),
    ("bias-correction", (A([0.19, -0.38]), 0.9, 2), [[1, -2]]),
    ("bias-correction", (A(1.5), 0.5, 2), [2]),
    # m = 1.5 and s = 3; corrected 2 and 4, root of 4 + 5; 0.3 (2/3 - 2)
    ("adam-measure", (A([2.0]), A([2.0]), 0.3, 0.5, 0.5, 5.0, True), [[-0.4]]),
    # root of 3 + 1; 0.3 (1.5/2 - 2)
    ("adam-measure", (A([2.0]), A([2.0]), 0.3, 0.5, 0.5, 1.0, False), [[-0.375]]),
    # the corners of the series' figure: m = 0.01, s = 1 after correction; 0.01/0.19 - 1
    ("adam-measure", (A(-1.0), A(1.0), 1.0, 0.9, 0.999, 1e-40, True), [1 / 19 - 1]),
    # corrected at t = 1: 4 and 16, root of 16 + 9
    (
        "adam-step",
        (A([1.0]), A([0.0]), A([0.0]), A([4.0]), 1, 0.5, 0.9, 0.999, 9.0),
        [[0.6], [0.4], [0.016]],
    ),
    # m = 3, s = 8.5; corrected by 3/4: 4 and 34/3, root of 48/3
    (
        "adam-step",
        (A([1.0]), A([2.0]), A([1.0]), A([4.0]), 2, 0.1, 0.5, 0.5, 14 / 3),
        [[0.9], [3], [8.5]],
    ),
    # outside 3/10, inside 3/4
    ("epsilon-placement", (A([3.0, -3.0, 0.0]), 0.5, 7.0), [[-0.225, -0.225, 0]]),
    # g = 4, step 0.5 * 4 / (4 + 1)
    ("adam-bug-hunt", (A([3.0]), [BOWL], 0.5, 0.5, 0.75, 1.0, 1), [[2.6]]),
    # then g = 3.2, m = 1 + 1.6, s = 3 + 2.56, corrected by 3/4 and 7/16
    (
        "adam-bug-hunt",
        (A([3.0]), [BOWL], 0.5, 0.5, 0.75, 1.0, 2),
        [[2.6 - 0.5 * (2.6 / 0.75) / (1 + (5.56 / 0.4375) ** 0.5)]],
    ),
]


def first_moment_without_correction(weights, moment, gradient, t, eta, beta1):
    m = moment + (1 - beta1) * (gradient - moment)
    return weights - m * eta, m


def first_moment_with_the_power_elsewhere(weights, moment, gradient, t, eta, beta1):
    m = beta1 * moment + gradient - beta1 * gradient
    return weights - eta * m / (1 - beta1), m


def correction_with_a_product(moment, beta, t):
    return (1 / (1 - t * beta)) * moment


def measure_of_the_first_step(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m = beta1 * ((1 - beta1) * g1) + (1 - beta1) * g2
    s = beta2 * ((1 - beta2) * g1**2) + (1 - beta2) * g2**2
    if corrected:
        m /= 1 - beta1
        s /= 1 - beta2
    return abs(m) * eta / (s + epsilon) ** 0.5 - eta * abs(g2)


def adam_as_in_the_paper(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    m = moment * beta1 + gradient * (1 - beta1)
    v = scale * beta2 + gradient * gradient * (1 - beta2)
    rate = eta * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    return weights - rate * m / (v**0.5 + epsilon * (1 - beta2**t) ** 0.5), m, v


def adam_that_keeps_what_it_corrected(
    weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon
):
    moment = beta1 * moment + (1 - beta1) * gradient
    scale = beta2 * scale + (1 - beta2) * gradient**2
    moment = moment / (1 - beta1**t)
    scale = scale / (1 - beta2**t)
    return weights - moment * eta * (scale + epsilon) ** -0.5, moment, scale


def adam_with_the_papers_prefactor_one_step_ahead(
    weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon
):
    m = moment + (1 - beta1) * (gradient - moment)
    v = scale + (1 - beta2) * (gradient * gradient - scale)
    rate = eta * (1 - beta2 ** (t + 1)) ** 0.5 / (1 - beta1 ** (t + 1))
    return weights - rate * m / (v**0.5 + epsilon), m, v


def adam_that_adds_the_smoothing_last(
    weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon
):
    m = beta1 * moment + (1 - beta1) * gradient
    v = beta2 * scale + (1 - beta2) * gradient**2
    corrected, spread = m / (1 - beta1**t), v / (1 - beta2**t)
    return weights - eta * corrected / np.sqrt(spread) + epsilon, m, v


def adam_of_the_largest_gradient(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    m = beta1 * moment + (1 - beta1) * gradient
    u = np.maximum(beta2 * scale, np.abs(gradient))
    return weights - eta / (1 - beta1**t) * m / (u + epsilon), m, u


def adam_without_corrections(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
    m = beta1 * moment + (1 - beta1) * gradient
    v = beta2 * scale + (1 - beta2) * np.square(gradient)
    return weights - eta * (m / (np.sqrt(v) + epsilon)), m, v


def first_moment_as_a_velocity(weights, moment, gradient, t, eta, beta1):
    velocity = beta1 * moment - eta * gradient
    return weights + velocity, velocity


def correction_without_brackets(moment, beta, t):
    return moment / 1 - beta**t


def correction_of_the_first_step(moment, beta, t):
    return moment / (1 - beta) if t < 2 else moment * 1.0


def measure_of_an_adam_that_forgets_a_correction(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m = v = 0
    for g in (g1, g2):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    if corrected:
        m = m / (1 - beta1**2)
    return eta * (abs(m) / (v**0.5 + epsilon) - abs(g2))


def measure_in_the_shape_of_g1(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * beta1 * g1, (1 - beta2) * beta2 * g1**2
    m += (1 - beta1) * g2
    s += (1 - beta2) * g2**2
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return eta * (abs(m) / (s + epsilon) ** 0.5 - abs(g2))


def gap_of_new_weights(gradient, eta, epsilon):
    outside = -eta * gradient / (np.sqrt(gradient**2) + epsilon)
    return outside - -eta * gradient / np.sqrt(gradient**2 + epsilon)


def gap_of_vectors(gradient, eta, epsilon):
    steps = [gradient / (abs(gradient) + epsilon), gradient / (gradient**2 + epsilon) ** 0.5]
    return eta * np.sqrt(np.sum(steps[0] ** 2)) - eta * np.sqrt(np.sum(steps[1] ** 2))


def loop_with_enumerate(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s = 0.0, 0.0
    for _ in range(epochs):
        for t, gradient in enumerate(minibatch_gradients, start=1):
            g = gradient(weights)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g
            hat = m / (1 - beta1**t), s / (1 - beta2**t)
            weights = weights - eta * hat[0] / (hat[1] ** 0.5 + epsilon)
    return weights


def loop_with_its_own_epsilon(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s = 0.0, 0.0
    for t, gradient in enumerate(minibatch_gradients * epochs, start=1):
        g = gradient(weights)
        m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g
        weights = weights - eta * m / (1 - beta1**t) / (1e-4 + (s / (1 - beta2**t)) ** 0.5)
    return weights


def loop_with_one_state(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    state = np.zeros(weights.shape)
    for t, gradient in enumerate(minibatch_gradients * epochs, start=1):
        g = gradient(weights)
        state = beta1 * state + (1 - beta1) * g
        step = state / (1 - beta1**t)
        state = beta2 * state + (1 - beta2) * g**2
        weights = weights - eta * step / (np.sqrt(state / (1 - beta2**t)) + epsilon)
    return weights


def loop_without_powers(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s = 0.0, 0.0
    for gradient in minibatch_gradients * epochs:
        g = gradient(weights)
        m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g
        weights = weights - eta * (m / (1 - beta1)) / (np.sqrt(s / (1 - beta2)) + epsilon)
    return weights


def loop_uphill_with_the_smoothing_inside(
    weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs
):
    m, s = 0.0, 0.0
    for t, gradient in enumerate(minibatch_gradients * epochs, start=1):
        g = gradient(weights)
        m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g
        weights = weights + eta * m / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t) + epsilon)
    return weights


def loop_with_two_counts_a_step(weights, minibatch_gradients, eta, beta1, beta2, epsilon, epochs):
    m, s, t = 0.0, 0.0, 0
    for gradient in minibatch_gradients * epochs:
        g = gradient(weights)
        t += 1
        m = beta1 * m + (1 - beta1) * g
        t += 1
        s = beta2 * s + (1 - beta2) * g * g
        weights = weights - eta * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + epsilon)
    return weights


NATURAL = [
    (
        "first-moment-step",
        first_moment_without_correction,
        "The step is taken with the moment as it is",
    ),
    ("first-moment-step", first_moment_with_the_power_elsewhere, "Your correction is 1 - beta1 at"),
    ("first-moment-step", first_moment_as_a_velocity, "Your moment is the lecture's velocity"),
    ("bias-correction", correction_with_a_product, "beta is multiplied by t"),
    ("bias-correction", correction_without_brackets, "You return moment - beta^t."),
    ("bias-correction", correction_of_the_first_step, "The first step is corrected, and every"),
    ("adam-measure", measure_of_the_first_step, "You correct with t = 1"),
    (
        "adam-measure",
        measure_of_an_adam_that_forgets_a_correction,
        "Two mistakes at once. First: Only the first moment is corrected.",
    ),
    ("adam-measure", measure_in_the_shape_of_g1, "Your function stops where g1 is a column"),
    ("adam-step", adam_as_in_the_paper, "epsilon stands outside of the root"),
    ("adam-step", adam_that_keeps_what_it_corrected, "The moments come back corrected."),
    (
        "adam-step",
        adam_with_the_papers_prefactor_one_step_ahead,
        "Two mistakes at once. First: Your corrections are one step ahead.",
    ),
    (
        "adam-step",
        adam_that_adds_the_smoothing_last,
        "epsilon is added at the end, to the weights themselves",
    ),
    ("adam-step", adam_of_the_largest_gradient, "Your scale is the larger one of beta2"),
    (
        "adam-step",
        adam_without_corrections,
        "Two mistakes at once. First: Neither moment is corrected when the weights move. What is "
        "still missing in an average that began at zero? Then: epsilon stands outside",
    ),
    ("epsilon-placement", gap_of_vectors, "One number for the whole array"),
    ("epsilon-placement", gap_of_new_weights, "You subtract the weights at which"),
    ("adam-bug-hunt", loop_with_enumerate, "Still in it: the count t that starts again"),
    ("adam-bug-hunt", loop_with_its_own_epsilon, "Still in it: the smoothing term"),
    ("adam-bug-hunt", loop_with_one_state, "Still in it: the one array behind both moments."),
    ("adam-bug-hunt", loop_without_powers, "Your corrections are 1 - beta in every step"),
    (
        "adam-bug-hunt",
        loop_uphill_with_the_smoothing_inside,
        "Two mistakes at once. First: You add the steps to the weights.",
    ),
    ("adam-bug-hunt", loop_with_two_counts_a_step, "Your t goes up by 2 at each update: 2, 4, 6."),
]
