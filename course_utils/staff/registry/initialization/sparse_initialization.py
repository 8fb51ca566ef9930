"""Exercise ``sparse-initialization``: so many incoming links a unit, weights N(0, 1)."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils import initializers

from ..exercise import Call, Exercise
from ..inputs import generator

exercise = Exercise(
    slug="sparse-initialization",
    lesson="04-initialization-and-momentum",
    function="sparse_initialization",
    arguments=("fan_in", "fan_out", "connections", "rng"),
    returns=("weights",),
    points=4,
    judged_by="sparse-initialization",
)


@exercise.reference
def reference(fan_in, fan_out, connections, rng):
    if not fan_out:
        return np.zeros((fan_in, 0))
    return initializers.sparse(fan_in, fan_out, rng, connections)


@exercise.calls
def calls(rng):
    for number in range(1, 5):
        step = f"draw {number} of 4"
        yield Call("15 links among 40 inputs", (40, 100, 15, generator(rng)), step=step)
    yield Call("15 links among 64 inputs", (64, 120, 15, generator(rng)))
    again = (32, 120, 7, generator(rng))
    yield Call("7 links among 32 inputs", again)
    yield Call("fewer inputs than connections", (6, 25, 15, generator(rng)), "edge")
    yield Call("as many inputs as connections", (9, 24, 9, generator(rng)), "edge")
    yield Call("the same generator again", again, "free")
    yield Call("no units", (12, 0, 5, generator(rng)), "free")


@exercise.misconception(
    "Each input is linked to so many units, but each unit should be linked to so many inputs: "
    "count the non-zero entries of a column. (A well-known library routine makes this mistake.)"
)
def counts_outgoing_links(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for i in range(fan_in):
        chosen = rng.choice(fan_out, min(connections, fan_out), replace=False)
        weights[i, chosen] = rng.standard_normal(len(chosen))
    return weights


@exercise.misconception(
    "Some units have fewer links than asked for: an input was drawn twice (draw without "
    "replacement), or a link was cut again afterwards."
)
def chooses_inputs_with_replacement(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.integers(0, fan_in, min(connections, fan_in))
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights


@exercise.misconception(
    "The number of links differs from unit to unit, above and below what was asked for, as if a "
    "coin were tossed for every weight. Every unit gets exactly as many."
)
def tosses_a_coin_for_every_link(fan_in, fan_out, connections, rng):
    kept = rng.random((fan_in, fan_out)) < connections / fan_in
    return rng.standard_normal((fan_in, fan_out)) * kept


@exercise.misconception(
    "No weight is zero: this is a dense layer. Only min(connections, fan_in) weights of each "
    "column are drawn, the others stay 0."
)
def links_every_input(fan_in, fan_out, connections, rng):
    return rng.standard_normal((fan_in, fan_out))


@exercise.misconception(
    "There are 15 links whatever connections says. 15 is the paper's choice; here it is an "
    "argument."
)
def ignores_connections(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, min(15, fan_in), replace=False)
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights


@exercise.misconception(
    "connections weights of a column are set to zero. It says how many are not zero."
)
def zeroes_as_many_as_it_should_keep(fan_in, fan_out, connections, rng):
    weights = rng.standard_normal((fan_in, fan_out))
    for j in range(fan_out):
        weights[rng.choice(fan_in, min(connections, fan_in), replace=False), j] = 0
    return weights


@exercise.misconception(
    "Every unit has the same number of links, but not the number that was asked for. Is an end "
    "of a range off by one?"
)
def links_one_too_few_or_too_many(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        order = rng.permutation(fan_in)[1 : min(connections, fan_in)]
        weights[order, j] = rng.standard_normal(len(order))
    return weights


@exercise.misconception(
    "All units listen to the same inputs, and the rest of the layer below is heard by nobody. "
    "Draw the inputs anew for every unit."
)
def links_all_units_to_the_same_inputs(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    chosen = rng.choice(fan_in, min(connections, fan_in), replace=False)
    weights[chosen] = rng.standard_normal((len(chosen), fan_out))
    return weights


@exercise.misconception(
    "It is always the first inputs that are linked. Which inputs a unit listens to is random."
)
def links_the_first_inputs(fan_in, fan_out, connections, rng):
    weights = rng.standard_normal((fan_in, fan_out))
    weights[connections:] = 0
    return weights


@exercise.misconception(
    "The inputs of a unit stand side by side: only where the block begins is random. Each input "
    "should be drawn for itself."
)
def links_a_block_of_neighbours(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    count = min(connections, fan_in)
    for j in range(fan_out):
        start = rng.integers(fan_in - count + 1)
        weights[start : start + count, j] = rng.standard_normal(count)
    return weights


@exercise.misconception(
    "Some inputs are chosen far too seldom or too often, or never. Does a range end one too early? "
    "Every input should have the same chance."
)
def prefers_some_inputs(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    count = min(connections, fan_in - 1)
    for j in range(fan_out):
        chosen = rng.choice(fan_in - 1, count, replace=False)
        weights[chosen, j] = rng.standard_normal(count)
    return weights


@exercise.misconception(
    "One set of weights serves all units: the same numbers stand in every column. Draw new ones "
    "for each unit, or the units begin nearly alike."
)
def gives_all_units_the_same_weights(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    values = rng.standard_normal(min(connections, fan_in))
    for j in range(fan_out):
        weights[rng.choice(fan_in, len(values), replace=False), j] = values
    return weights


@exercise.misconception(
    "All weights have one size, and only their signs (or not even these) differ. They are drawn "
    "from a normal distribution."
)
def weights_are_all_of_one_size(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, min(connections, fan_in), replace=False)
        weights[chosen, j] = rng.choice([-1.0, 1.0], len(chosen))
    return weights


@exercise.misconception(
    "The columns all have the same length: they were normalized. The paper's weights stay as "
    "they are drawn, and so some units begin louder than others."
)
def gives_all_units_the_same_length(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, min(connections, fan_in), replace=False)
        values = rng.standard_normal(len(chosen))
        weights[chosen, j] = values / np.linalg.norm(values)
    return weights


@exercise.misconception(
    "No weight is negative. A unit Gaussian has both signs; with positive weights alone every "
    "unit would be driven up."
)
def weights_are_positive(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, min(connections, fan_in), replace=False)
        weights[chosen, j] = np.abs(rng.standard_normal(len(chosen)))
    return weights


@exercise.misconception(
    "The weights are spread evenly over an interval: that is a uniform distribution. Which method "
    "of a generator draws from N(0, 1)?"
)
def weights_are_uniform(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, min(connections, fan_in), replace=False)
        weights[chosen, j] = rng.uniform(-1, 1, len(chosen))
    return weights


@exercise.misconception(
    "Large weights are missing: the distribution is cut off. Some frameworks truncate at two "
    "standard deviations; here the tails belong to it."
)
def weights_are_cut_off(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, min(connections, fan_in), replace=False)
        weights[chosen, j] = np.clip(rng.standard_normal(len(chosen)), -2, 2)
    return weights


@exercise.misconception(
    "The weights are normal, but their standard deviation is not 1. With few links a unit stands "
    "full-sized weights: nothing is divided by a root of fan_in or of connections here."
)
def scales_the_weights(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, min(connections, fan_in), replace=False)
        weights[chosen, j] = rng.normal(0, 1 / np.sqrt(connections), len(chosen))
    return weights


@exercise.misconception(
    "The weights that are not zero do not follow N(0, 1): look at their histogram and their mean."
)
def weights_are_not_normal(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, min(connections, fan_in), replace=False)
        weights[chosen, j] = rng.laplace(0, np.sqrt(0.5), len(chosen))
    return weights


@exercise.misconception(
    "Some weights are infinite or not a number. Was something divided by a 0, where it should have "
    "been multiplied?"
)
def weights_are_not_finite(fan_in, fan_out, connections, rng):
    ranks = rng.random((fan_in, fan_out)).argsort(axis=0).argsort(axis=0)
    return rng.standard_normal((fan_in, fan_out)) / (ranks < connections)


@exercise.misconception(
    "Twice the same generator, and two different matrices came: something is drawn from "
    "np.random, or from a generator made inside. Draw everything from rng, or no run can be "
    "repeated."
)
def draws_from_a_generator_of_its_own(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = np.random.permutation(fan_in)[:connections]  # noqa: NPY002
        weights[chosen, j] = np.random.randn(len(chosen))  # noqa: NPY002
    return weights


@exercise.misconception(
    "Two different generators, and the same matrix came twice: a seed is set inside your "
    "function. Draw from rng; who calls decides on the seed."
)
def draws_the_same_every_time(fan_in, fan_out, connections, rng):
    rng = np.random.default_rng(0)
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, min(connections, fan_in), replace=False)
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights


@exercise.misconception(
    "Rows and columns are exchanged: fan_in inputs stand in the rows, fan_out units in the columns."
)
def returns_another_shape(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_out, fan_in))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, min(connections, fan_in), replace=False)
        weights[j, chosen] = rng.standard_normal(len(chosen))
    return weights


@exercise.misconception(
    "Where a unit has no more inputs than connections, all of them are linked: "
    "min(connections, fan_in) of them."
)
def fails_with_few_inputs(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, connections, replace=False)
        weights[chosen, j] = rng.standard_normal(connections)
    return weights


@exercise.variant
def unit_by_unit(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = rng.choice(fan_in, min(connections, fan_in), replace=False)
        weights[chosen, j] = rng.standard_normal(len(chosen))
    return weights


@exercise.variant
def by_permutations(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        for i in rng.permutation(fan_in)[:connections]:
            weights[i, j] = rng.normal()
    return weights.tolist() if fan_out else weights


@exercise.variant
def by_ranking_random_numbers(fan_in, fan_out, connections, rng):
    ranks = rng.random((fan_in, fan_out)).argsort(axis=0).argsort(axis=0)
    return np.where(ranks < connections, rng.standard_normal((fan_in, fan_out)), 0.0)


@exercise.variant
def by_shuffling_a_mask(fan_in, fan_out, connections, rng):
    mask = np.arange(fan_in)[:, None] < np.full(fan_out, connections)
    return rng.normal(size=(fan_in, fan_out)) * rng.permuted(mask, axis=0)


@exercise.variant
def by_zeroing_the_others(fan_in, fan_out, connections, rng):
    weights = rng.standard_normal((fan_in, fan_out))
    for j in range(fan_out):
        others = max(fan_in - connections, 0)
        weights[rng.choice(fan_in, others, replace=False), j] = 0
    return weights


@exercise.variant
def in_single_precision(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out), np.float32)
    for j in range(fan_out):
        chosen = rng.permutation(fan_in)[:connections]
        weights[chosen, j] = rng.standard_normal(len(chosen), dtype=np.float32)
    return weights


@exercise.variant
def drawing_again_when_an_input_comes_twice(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    for j in range(fan_out):
        chosen = set()
        while len(chosen) < min(connections, fan_in):
            chosen.add(int(rng.integers(fan_in)))
        for i in chosen:
            weights[i, j] = rng.standard_normal()
    return weights
