"""Exercise ``spectral-radius-initialization``: sparse columns, scaled to a spectral radius.

Misconceptions about links and weights are those of ``sparse-initialization``.
"""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils import initializers

from ..exercise import Call, Exercise, Solution
from ..inputs import generator
from . import sparse_initialization

exercise = Exercise(
    slug="spectral-radius-initialization",
    function="spectral_radius_initialization",
    arguments=("size", "connections", "radius", "rng"),
    returns=("weights",),
    points=4,
    judged_by="spectral-radius-initialization",
)


@exercise.reference
def reference(size, connections, radius, rng):
    return initializers.echo_state(size, rng, connections, radius)


@exercise.calls
def calls(rng):
    radii = (1.1, 0.6, 2.0, 1.1)
    for number, radius in enumerate(radii, 1):
        step = f"draw {number} of {len(radii)}"
        yield Call("15 links among 40", (40, 15, radius, generator(rng)), step=step)
    yield Call("5 links among 48", (48, 5, 0.8, generator(rng)))
    again = (32, 9, 1.3, generator(rng))
    yield Call("9 links among 32", again)
    yield Call("fewer units than connections", (12, 15, 1.1, generator(rng)), "edge")
    yield Call("as many units as connections", (14, 14, 0.9, generator(rng)), "edge")
    yield Call("the same generator again", again, "free")


@exercise.variant
def unit_by_unit(size, connections, radius, rng):
    weights = np.zeros((size, size))
    count = min(connections, size)
    for unit in range(size):
        chosen = rng.choice(size, count, replace=False)
        weights[chosen, unit] = rng.standard_normal(count)
    largest = np.abs(np.linalg.eigvals(weights)).max()
    return weights * radius / largest


@exercise.variant
def by_ranking_with_eig(size, connections, radius, rng):
    ranks = rng.random((size, size)).argsort(axis=0).argsort(axis=0)
    weights = np.where(ranks < connections, rng.standard_normal((size, size)), 0.0)
    eigenvalues, _ = np.linalg.eig(weights)
    weights *= radius / abs(eigenvalues).max()
    return weights


@exercise.variant
def by_gelfands_formula(size, connections, radius, rng):
    weights = rng.permuted(np.arange(size)[:, None] < np.full(size, connections), axis=0)
    weights = weights * rng.normal(size=(size, size))
    power, logarithm = weights.copy(), 0.0
    for _ in range(40):  # the norm of W^(2^k) to the power 2^-k, kept within range
        length = np.linalg.norm(power)
        logarithm = 2 * (logarithm + np.log(length))
        power = (power / length) @ (power / length)
    return weights * radius / np.exp((logarithm + np.log(np.linalg.norm(power))) / 2**40)


@exercise.variant
def with_the_roots_of_the_squared_modulus(size, connections, radius, rng):
    weights = rng.standard_normal((size, size))
    for j in range(size):
        weights[rng.permutation(size)[connections:], j] = 0
    values = np.linalg.eigvals(weights.T)
    return (weights / np.sqrt(np.max(values.real**2 + values.imag**2)) * radius).tolist()


@exercise.variant
def in_single_precision(size, connections, radius, rng):
    weights = np.zeros((size, size), np.float32)
    for j in range(size):
        chosen = rng.permutation(size)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen), dtype=np.float32)
    return weights * np.float32(radius / np.abs(np.linalg.eigvals(weights)).max())


@exercise.variant
def without_links_to_oneself(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        others = np.delete(np.arange(size), j) if connections < size else np.arange(size)
        chosen = rng.permutation(others)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights * radius / np.abs(np.linalg.eigvals(weights)).max()


exercise.mistake(
    "scales_the_spectral_norm",
    {"np.abs(np.linalg.eigvals(weights)).max()": "np.linalg.norm(weights, 2)"},
    "The largest singular value has the asked size: that is the spectral norm. The spectral radius "
    "is the largest modulus of an eigenvalue, and for such matrices smaller.",
)

exercise.mistake(
    "scales_the_frobenius_norm",
    {"np.abs(np.linalg.eigvals(weights)).max()": "np.linalg.norm(weights)"},
    "The Frobenius norm has the asked size: np.linalg.norm without a second argument. The "
    "spectral radius is the largest modulus of an eigenvalue.",
)

exercise.mistake(
    "takes_the_largest_real_part",
    {"np.abs(np.linalg.eigvals(weights)).max()": "np.linalg.eigvals(weights).real.max()"},
    "The largest real part of an eigenvalue has the asked size. Most eigenvalues of such a matrix "
    "are complex, or negative: what counts is the modulus.",
)

exercise.mistake(
    "takes_the_modulus_too_late",
    {"np.abs(np.linalg.eigvals(weights)).max()": "np.abs(np.linalg.eigvals(weights).max())"},
    "The eigenvalue with the largest real part has the asked modulus: np.max compares complex "
    "numbers by their real parts. First the moduli, then the largest of them.",
)

exercise.mistake(
    "drops_the_imaginary_part",
    {
        "np.abs(np.linalg.eigvals(weights)).max()": "np.linalg.eigvals(weights).max()",
        "weights * radius / largest": "(weights * radius / largest).real",
    },
    "You divided by a complex eigenvalue and kept the real part of the result. Divide by its "
    "modulus, and by the largest of all: np.abs before np.max.",
)

exercise.mistake(
    "returns_complex_numbers",
    {"np.abs(np.linalg.eigvals(weights)).max()": "np.linalg.eigvals(weights).max() + 0j"},
    "The weights are complex: you divided by an eigenvalue instead of by its modulus. np.abs "
    "before np.max.",
)

exercise.mistake(
    "asks_for_eigenvalues_of_a_symmetric_matrix",
    {"eigvals(": "eigvalsh("},
    "eigvalsh and eigh believe that the matrix is symmetric and read half of it. This one is not "
    "symmetric: which function finds its eigenvalues?",
)

exercise.mistake(
    "forgets_to_scale",
    {"* radius / largest": ""},
    "The weights were never scaled: they are still N(0, 1). Measure the spectral radius, then "
    "multiply by radius over what you measured.",
)

exercise.mistake(
    "forgets_to_divide",
    {"* radius / largest": "* radius"},
    "The weights were multiplied by radius, but not divided by the spectral radius that they "
    "have already, which is about the root of connections.",
)

exercise.mistake(
    "forgets_the_radius",
    {"* radius / largest": "/ largest"},
    "The spectral radius is always 1. The matrix was divided by what it had, but then not "
    "multiplied by radius.",
)

exercise.mistake(
    "divides_by_the_radius",
    {"* radius / largest": "/ radius / largest"},
    "The spectral radius is 1 over the one asked for: radius stands in the denominator, where it "
    "should multiply.",
)

exercise.mistake(
    "multiplies_by_the_radius_it_has",
    {"* radius / largest": "* largest / radius"},
    "The spectral radius that was there was multiplied in instead of divided out: which way round "
    "does the fraction stand?",
)

exercise.mistake(
    "multiplies_by_both",
    {"* radius / largest": "* radius * largest"},
    "The spectral radius that was there was multiplied in, and radius as well. Divide by the one, "
    "multiply by the other.",
)

exercise.mistake(
    "trusts_the_law_of_large_matrices",
    {"np.abs(np.linalg.eigvals(weights)).max()": "np.sqrt(connections)"},
    "The weights have about the size radius over the root of connections: that gives the radius of "
    "an infinitely large matrix. Yours is finite: measure its eigenvalues.",
)

exercise.mistake(
    "misses_the_radius",
    {"np.abs(np.linalg.eigvals(weights)).max()": "np.linalg.norm(weights, 1)"},
    "Links and weights are fine, but the spectral radius is not the one asked for. Compare "
    "np.abs(np.linalg.eigvals(weights)).max() with radius.",
)

exercise.mistake(
    "fails_with_few_inputs",
    {"min(connections, size)": "connections"},
    "Where there are no more units than connections, all of them are linked: "
    "min(connections, size) of them. Scale that matrix as well.",
)


@exercise.misconception(
    "The weights have the size that a dense matrix of this radius has: they were scaled before "
    "links were cut, which made the radius smaller. First the links, then the scale."
)
def scales_before_it_cuts_links(size, connections, radius, rng):
    weights = rng.standard_normal((size, size))
    weights *= radius / np.abs(np.linalg.eigvals(weights)).max()
    for j in range(size):
        weights[rng.permutation(size)[connections:], j] = 0
    return weights


@exercise.misconception(
    "Some weights are infinite or not a number. Was something divided by a 0, where it should have "
    "been multiplied?"
)
def weights_are_not_finite(size, connections, radius, rng):
    kept = rng.random((size, size)).argsort(axis=0).argsort(axis=0) < connections
    weights = rng.standard_normal((size, size))
    return weights / kept * radius / np.abs(np.linalg.eigvals(weights * kept)).max()


# Whatever can be wrong with links and weights can be wrong here too, before the scaling.
_BEFORE_SCALING = """\
def spectral_radius_initialization(size, connections, radius, rng):
    weights = sparse_initialization(size, size, connections, rng)
    return weights * radius / np.abs(np.linalg.eigvals(weights)).max()


"""
_SHOWS_NOT = {"scales_the_weights", "returns_another_shape"}
_TAKEN = {solution.name for solution in exercise.misconceptions} | _SHOWS_NOT
_OTHER_HINTS = {
    "gives_all_units_the_same_length": "The columns all have the same length: they were normalized "
    "one by one. Here one number scales the whole matrix.",
    "weights_are_not_normal": "Whatever their scale, the weights that are not zero do not follow a "
    "normal distribution: look at their histogram and their mean.",
}
exercise.misconceptions += [
    Solution(
        wrong.name,
        exercise.function,
        _BEFORE_SCALING + wrong.source,
        _OTHER_HINTS.get(wrong.name, wrong.hint.replace("fan_in", "size")),
    )
    for wrong in sparse_initialization.exercise.misconceptions
    if wrong.name not in _TAKEN
]
