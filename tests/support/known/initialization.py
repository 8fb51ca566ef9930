"""Lesson 4's exercises: numbers worked out by hand, and mistakes as students write them."""

import math

import numpy as np

from course_utils.exercises.cases import Quadratic

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


NATURAL = [
    ("momentum-schedule", rounded, "t/period was rounded to the nearest integer."),
    ("momentum-schedule", ceiled_by_adding_one_twice, "One stair too early:"),
    ("momentum-schedule", no_minimum, "mu climbs beyond mu_max."),
    ("nag-step", nag_with_a_nudge_that_stays, "The velocity is right, but theta starts from"),
    ("sparse-initialization", sliced, "Each input is linked to so many units"),
    ("sparse-initialization", glorots, "The weights are normal, but their standard deviation"),
    ("sparse-initialization", seeded, "Two different generators, and the same matrix came twice:"),
    ("sparse-initialization", resampled, "Large weights are missing:"),
    ("spectral-radius-initialization", one_singular_value, "The largest singular value has"),
    ("spectral-radius-initialization", dense_first, "The scale was fixed while the matrix was"),
]
