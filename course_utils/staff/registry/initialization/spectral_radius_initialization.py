"""Exercise ``spectral-radius-initialization``: sparse columns, scaled to a spectral radius.

Misconceptions about links and weights are those of ``sparse-initialization``.
"""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils import initializers

from ..exercise import Call, Exercise, Solution
from ..inputs import generator
from . import sparse_initialization

exercise = Exercise(
    slug="spectral-radius-initialization",
    lesson="04-initialization-and-momentum",
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
    again = (32, 9, 1.3, generator(rng))
    yield Call("9 links among 32", again)
    yield Call("fewer units than connections", (6, 15, 1.1, generator(rng)), "edge")
    yield Call("the same generator again", again, "free")


@exercise.misconception(
    "The largest singular value has the asked size: that is the spectral norm. The spectral radius "
    "is the largest modulus of an eigenvalue, and for such matrices smaller."
)
def scales_the_spectral_norm(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.permutation(size)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights * radius / np.linalg.norm(weights, 2)


@exercise.misconception(
    "The Frobenius norm has the asked size: np.linalg.norm without a second argument. The "
    "spectral radius is the largest modulus of an eigenvalue."
)
def scales_the_frobenius_norm(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.permutation(size)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights * radius / np.linalg.norm(weights)


@exercise.misconception(
    "The largest real part of an eigenvalue has the asked size. Most eigenvalues of such a matrix "
    "are complex, or negative: what counts is the modulus."
)
def takes_the_largest_real_part(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.permutation(size)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights * radius / np.max(np.linalg.eigvals(weights).real)


@exercise.misconception(
    "The weights are complex: you divided by an eigenvalue instead of by its modulus. np.abs "
    "before np.max."
)
def returns_complex_numbers(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.permutation(size)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights * (radius / np.linalg.eigvals(weights).max().astype(complex))


@exercise.misconception(
    "eigvalsh and eigh believe that the matrix is symmetric and read half of it. This one is not "
    "symmetric: which function finds its eigenvalues?"
)
def asks_for_eigenvalues_of_a_symmetric_matrix(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.permutation(size)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights * radius / np.abs(np.linalg.eigvalsh(weights)).max()


@exercise.misconception(
    "The scale was fixed while the matrix was still dense; cutting links afterwards made the "
    "radius smaller. First the links, then the scale."
)
def scales_before_it_cuts_links(size, connections, radius, rng):
    weights = rng.standard_normal((size, size))
    weights *= radius / np.abs(np.linalg.eigvals(weights)).max()
    for j in range(size):
        weights[rng.permutation(size)[connections:], j] = 0
    return weights


@exercise.misconception(
    "The weights were never scaled: they are still N(0, 1). Measure the spectral radius, then "
    "multiply by radius over what you measured."
)
def forgets_to_scale(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.permutation(size)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights


@exercise.misconception(
    "The weights were multiplied by radius, but not divided by the spectral radius that they "
    "have already, which is about the root of connections."
)
def forgets_to_divide(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.permutation(size)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights * radius


@exercise.misconception(
    "The spectral radius is always 1. The matrix was divided by what it had, but then not "
    "multiplied by radius."
)
def forgets_the_radius(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.permutation(size)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights / np.abs(np.linalg.eigvals(weights)).max()


@exercise.misconception(
    "The spectral radius that was there was multiplied in instead of divided out: which way round "
    "does the fraction stand?"
)
def multiplies_by_the_radius_it_has(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.permutation(size)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights * np.abs(np.linalg.eigvals(weights)).max() / radius


@exercise.misconception(
    "Dividing by the root of connections gives the radius of an infinitely large matrix. Yours is "
    "finite: measure its eigenvalues."
)
def trusts_the_law_of_large_matrices(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.permutation(size)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights * radius / np.sqrt(connections)


@exercise.misconception(
    "Links and weights are fine, but the spectral radius is not the one asked for. Compare "
    "np.abs(np.linalg.eigvals(weights)).max() with radius."
)
def misses_the_radius(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.permutation(size)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights * radius / np.linalg.norm(weights, 1)


@exercise.misconception(
    "Where there are no more units than connections, all of them are linked: "
    "min(connections, size) of them. Scale that matrix as well."
)
def fails_with_few_inputs(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.choice(size, connections, replace=False)
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights * radius / np.abs(np.linalg.eigvals(weights)).max()


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
_SHOWS_NOT = {"scales_the_weights", "weights_are_not_normal", "returns_another_shape"}
_TAKEN = {solution.name for solution in exercise.misconceptions} | _SHOWS_NOT
exercise.misconceptions += [
    Solution(wrong.name, exercise.function, _BEFORE_SCALING + wrong.source, wrong.hint)
    for wrong in sparse_initialization.exercise.misconceptions
    if wrong.name not in _TAKEN
]


@exercise.variant
def unit_by_unit(size, connections, radius, rng):
    weights = np.zeros((size, size))
    for j in range(size):
        chosen = rng.choice(size, min(connections, size), replace=False)
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights * radius / np.max(np.abs(np.linalg.eigvals(weights)))


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
