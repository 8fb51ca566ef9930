"""Lesson 4's exercises: numbers worked out by hand, and mistakes as students write them."""

import math

import numpy as np

from course_utils.exercises.values import Quadratic

A = np.array
# g(w) = 2 w
DOUBLE = Quadratic(A([2.0]), A([0.0]))

KNOWN = [
    # 0.8 * 0.5 - 0.1 * 2 = 0.2
    ("classical-momentum-step", (A([1.0]), A([0.5]), DOUBLE, 0.1, 0.8), [[1.2], [0.2]]),
    # ahead 1.4, slope 2.8: 0.4 - 0.28
    ("nag-step", (A([1.0]), A([0.5]), DOUBLE, 0.1, 0.8), [[1.12], [0.12]]),
    ("effective-momentum", (A([0.0, 5.0, 10.0, 20.0]), 0.1, 0.9), [[0.9, 0.45, 0.0, -0.9]]),
    # Sutskever's schedule reaches 0.9 at t = 1000, 0.99 at 12250, 0.999 at 124750.
    ("momentum-schedule", (0, 0.999, 250), [0.5]),
    ("momentum-schedule", (249, 0.999, 250), [0.5]),
    ("momentum-schedule", (250, 0.999, 250), [0.75]),
    ("momentum-schedule", (1000, 0.999, 250), [0.9]),
    ("momentum-schedule", (12_249, 0.999, 250), [1 - 1 / 98]),
    ("momentum-schedule", (12_250, 0.999, 250), [0.99]),
    ("momentum-schedule", (124_750, 0.9999, 250), [0.999]),
    ("momentum-schedule", (124_750, 0.99, 250), [0.99]),
    ("final-momentum", (7, 10, 2, 0.99, 0.9), [0.99]),
    ("final-momentum", (8, 10, 2, 0.99, 0.9), [0.9]),
    ("final-momentum", (9, 10, 2, 0.8, 0.9), [0.8]),
    # One unit, two steps: da2 = 1 - 0.6^2 = 0.64, da1 = 0.64 * 2 * (1 - 0.5^2) = 0.96,
    # gradient 0.5 * 0.64 + 0.1 * 0.96.
    (
        "recurrent-gradient",
        (A([[1.0]]), A([[[0.1]], [[0.5]], [[0.6]]]), A([[2.0]])),
        [[[0.416]]],
    ),
]


def rounded(t, mu_max, period):
    return min(1 - 2 ** (-1 - np.log2(round(t / period) + 1)), mu_max)


def ceiled_by_adding_one_twice(t, mu_max, period):
    return min(1 - 1 / (2 * (t // period + 2)), mu_max)


def no_minimum(t, mu_max, period):
    mu = 1 - 0.5 / (math.floor(t / period) + 1)
    return mu


def nag_with_a_nudge_that_stays(theta, velocity, gradient_function, eta, mu):
    ahead = theta + mu * velocity
    v = mu * velocity - eta * gradient_function(ahead)
    return ahead + v, v


def sliced(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for row in weights:
        row[rng.permutation(fan_out)[:connections]] = rng.normal(size=min(connections, fan_out))
    return weights


def glorots(fan_in, fan_out, connections, rng):
    ranks = rng.random((fan_in, fan_out)).argsort(axis=0).argsort(axis=0)
    return (ranks < connections) * rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), ranks.shape)


def seeded(fan_in, fan_out, connections, rng):
    np.random.seed(1)  # noqa: NPY002
    weights = np.random.randn(fan_in, fan_out)  # noqa: NPY002
    for j in range(fan_out):
        weights[np.random.permutation(fan_in)[connections:], j] = 0  # noqa: NPY002
    return weights


def resampled(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        for i in rng.choice(fan_in, min(connections, fan_in), replace=False):
            x = rng.normal()
            while abs(x) > 2:
                x = rng.normal()
            weights[i, j] = x
    return weights


def with_a_fixed_mask(fan_in, fan_out, connections, rng):
    ranks = np.random.RandomState(3).rand(fan_in, fan_out).argsort(0).argsort(0)
    return (ranks < connections) * rng.normal(size=(fan_in, fan_out))


def with_fixed_weights_in_places_of_their_own(fan_in, fan_out, connections, rng):
    weights = np.random.RandomState(3).randn(fan_in, fan_out)
    return weights * (rng.random((fan_in, fan_out)).argsort(0).argsort(0) < connections)


def a_link_more_for_some(fan_in, fan_out, connections, rng):
    weights = rng.normal(size=(fan_in, fan_out))
    for j in range(fan_out):
        kept = connections + (j % 20 == 3)
        weights[rng.permutation(fan_in)[kept:], j] = 0
    return weights


def twice_where_they_are_few(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, connections, replace=connections > fan_in)
        weights[chosen, j] = rng.normal(size=connections)
    return weights


def a_table_with_jitter(fan_in, fan_out, connections, rng):
    count = min(connections, fan_in)
    table = np.linspace(-2, 2, count)
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        jitter = 1e-15 * rng.normal(size=count)
        weights[rng.permutation(fan_in)[:count], j] = table + 0.01 + jitter
    return weights


def a_long_table_with_jitter(fan_in, fan_out, connections, rng):
    weights = twice_where_they_are_few(fan_in, fan_out, min(connections, fan_in), rng)
    order = np.argsort(rng.random(np.count_nonzero(weights)))
    table = np.random.RandomState(3).randn(len(order))
    weights[weights != 0] = table[order] + 1e-15 * rng.normal(size=len(order))
    return weights


def cauchys(fan_in, fan_out, connections, rng):
    ranks = rng.random((fan_in, fan_out)).argsort(axis=0).argsort(axis=0)
    return (ranks < connections) * rng.standard_cauchy((fan_in, fan_out))


def one_number_for_a_unit(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        weights[rng.permutation(fan_in)[:connections], j] = rng.normal()
    return weights


def ones_where_inputs_are_few(fan_in, fan_out, connections, rng):
    if fan_in <= connections:
        return np.ones((fan_in, fan_out))
    return twice_where_they_are_few(fan_in, fan_out, connections, rng)


def a_tenth_of_the_inputs(fan_in, fan_out, connections, rng):
    return rng.normal(size=(fan_in, fan_out)) * (rng.random((fan_in, fan_out)) < 0.1)


def scaled_to_a_radius(sparse):
    def initialize(size, connections, radius, rng):
        weights = sparse(size, size, connections, rng)
        return weights * radius / np.abs(np.linalg.eigvals(weights)).max()

    initialize.__name__ = f"{sparse.__name__}_scaled"
    return initialize


def one_singular_value(size, connections, radius, rng):
    weights = rng.normal(size=(size, size))
    for j in range(size):
        weights[rng.permutation(size)[connections:], j] = 0
    return radius * weights / np.linalg.svd(weights)[1][0]


def dense_first(size, connections, radius, rng):
    weights = rng.normal(size=(size, size))
    weights = weights / np.abs(np.linalg.eigvals(weights)).max()
    keep = rng.random((size, size)).argsort(axis=0).argsort(axis=0) < connections
    return radius * weights * keep


def counted_from_one_and_unrounded(t, mu_max, period):
    return min(1 - 0.5 / ((t + 1) / period + 1), mu_max)


def sliding(t, total, last, mu, mu_final):
    if t < total - last:
        return mu
    return np.interp(t, [total - last, total - 1], [mu, mu_final])


def _gradients(dh, h, weights, steps):
    for t in range(len(h) - 1, max(len(h) - 1 - steps, 0), -1):
        da = dh * (1 - h[t] ** 2)
        yield h[t - 1].T @ da
        dh = da @ weights.T


def truncated_after_four(dh_last, hidden_states, recurrent_weights):
    return sum(_gradients(dh_last, hidden_states, recurrent_weights, 4), 0 * recurrent_weights)


def clipped(dh_last, hidden_states, recurrent_weights):
    steps = _gradients(dh_last, hidden_states, recurrent_weights, 1000)
    return np.clip(sum(steps, 0 * recurrent_weights), -5, 5)


def for_columns(dh_last, hidden_states, recurrent_weights):
    steps = _gradients(dh_last, hidden_states, recurrent_weights.T, 1000)
    return sum(steps, 0 * recurrent_weights).T


def bengios(theta, velocity, gradient_function, eta, mu):
    g = gradient_function(theta)
    return theta + mu**2 * velocity - (1 + mu) * eta * g, mu * velocity - eta * g


def with_the_minus_outside(theta, velocity, gradient_function, eta, mu):
    v = mu * velocity + eta * gradient_function(theta - mu * velocity)
    return theta - v, v


INITIALIZERS = [
    (with_a_fixed_mask, "Two different generators, and the same inputs were linked twice:"),
    (with_fixed_weights_in_places_of_their_own, "Two different generators, and the same numbers"),
    (a_link_more_for_some, "Some units have more links than asked for, and none has fewer."),
    (twice_where_they_are_few, "Where "),
    (a_table_with_jitter, "One set of weights serves all units:"),
    (a_long_table_with_jitter, "Two different generators, and the same numbers came twice:"),
    (cauchys, "A few weights are far larger than the others,"),
    (one_number_for_a_unit, "In each column one number is repeated:"),
    (ones_where_inputs_are_few, "All weights have one size,"),
    (a_tenth_of_the_inputs, "The number of links differs from unit to unit, as if a coin"),
]

NATURAL = [
    ("momentum-schedule", rounded, "t/period was rounded to the nearest integer."),
    ("momentum-schedule", ceiled_by_adding_one_twice, "One stair too early:"),
    ("momentum-schedule", no_minimum, "mu_max does not enter."),
    ("nag-step", nag_with_a_nudge_that_stays, "theta starts from"),
    (
        "momentum-schedule",
        counted_from_one_and_unrounded,
        "Two mistakes at once. First: t is taken one",
    ),
    ("final-momentum", sliding, "In the last updates the momentum slides"),
    ("recurrent-gradient", truncated_after_four, "You stop after 4 steps back in time:"),
    ("recurrent-gradient", clipped, "All entries beyond 5 were cut off at 5:"),
    ("recurrent-gradient", for_columns, "Both the gradient and the W on the way back"),
    ("nag-step", bengios, "The gradient is taken at theta, and theta moves by mu times"),
    ("nag-step", with_the_minus_outside, "The minus is outside: the velocity is"),
    *(
        (slug, make(wrong), hint)
        for wrong, hint in INITIALIZERS
        for slug, make in (
            ("sparse-initialization", lambda function: function),
            ("spectral-radius-initialization", scaled_to_a_radius),
        )
    ),
    ("sparse-initialization", sliced, "Each input is linked to so many units"),
    ("sparse-initialization", glorots, "The weights are normal, but their standard deviation"),
    ("sparse-initialization", seeded, "Two different generators, and the same matrix came twice:"),
    ("sparse-initialization", resampled, "Large weights are missing:"),
    ("spectral-radius-initialization", one_singular_value, "The largest singular value has"),
    (
        "spectral-radius-initialization",
        dense_first,
        "The weights have the size that a dense matrix",
    ),
]
