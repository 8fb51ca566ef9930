"""Exercise ``sparse-initialization``: so many incoming links a unit, weights N(0, 1)."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from course_utils import initializers

from ..exercise import Call, Exercise
from ..inputs import generator

exercise = Exercise(
    slug="sparse-initialization",
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
    yield Call("3 links among 50 inputs", (50, 90, 3, generator(rng)))
    again = (32, 120, 7, generator(rng))
    yield Call("7 links among 32 inputs", again)
    # So many units that inputs drawn twice leave zeros in every draw.
    yield Call("fewer inputs than connections", (12, 60, 15, generator(rng)), "edge")
    yield Call("as many inputs as connections", (9, 24, 9, generator(rng)), "edge")
    yield Call("fewer units than connections", (40, 10, 15, generator(rng)), "edge")
    yield Call("the same generator again", again, "free")
    yield Call("no units", (12, 0, 5, generator(rng)), "free")


@exercise.variant
def unit_by_unit(fan_in, fan_out, connections, rng):
    weights = np.zeros((fan_in, fan_out))
    count = min(connections, fan_in)
    for unit in range(fan_out):
        chosen = rng.choice(fan_in, count, replace=False)
        values = rng.standard_normal(count)
        weights[chosen, unit] = values
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


exercise.mistake(
    "counts_outgoing_links",
    {
        "min(connections, fan_in)": "min(connections, fan_out)",
        "range(fan_out)": "range(fan_in)",
        "rng.choice(fan_in": "rng.choice(fan_out",
        "weights[chosen, unit]": "weights[unit, chosen]",
    },
    "Each input is linked to so many units, but each unit should be linked to so many inputs: "
    "count the non-zero entries of a column. (A well-known library routine makes this mistake.)",
)

exercise.mistake(
    "chooses_inputs_with_replacement",
    {"replace=False": "replace=True"},
    "Some units have fewer links than asked for, about as many as if inputs were drawn with "
    "replacement: the same input can be drawn twice. Draw without.",
)

exercise.mistake(
    "loses_some_links",
    {"= values": "= values * (np.abs(values) > 0.5)"},
    "Some units have fewer links than asked for, and none has more. Is a link set to 0 again after "
    "it was drawn, or drawn only sometimes? Every unit gets exactly as many as asked for.",
)

exercise.mistake(
    "has_surplus_links",
    {
        "return weights": "weights[rng.integers(fan_in), 0] = 1.5\n"
        "    weights[rng.permutation(fan_in)[: count + 1], 1] = rng.standard_normal(count + 1)\n"
        "    return weights"
    },
    "Some units have more links than asked for, and none has fewer. Every unit gets exactly as "
    "many as asked for.",
)

exercise.mistake(
    "links_every_input",
    {"weights[chosen, unit] = values": "weights[:, unit] = rng.standard_normal(fan_in)"},
    "No weight is zero: this is a dense layer. Only min(connections, fan_in) weights of each "
    "column are drawn, the others stay 0.",
)

exercise.mistake(
    "ignores_connections",
    {"min(connections, fan_in)": "min(15, fan_in)"},
    "There are 15 links whatever connections says. 15 is the paper's choice; here it is an "
    "argument.",
)

exercise.mistake(
    "zeroes_as_many_as_it_should_keep",
    {
        "np.zeros((fan_in, fan_out))": "rng.standard_normal((fan_in, fan_out))",
        "= values": "= 0",
    },
    "connections weights of a column are set to zero. It says how many are not zero.",
)

exercise.mistake(
    "links_one_too_few_or_too_many",
    {"min(connections, fan_in)": "min(connections, fan_in) - 1"},
    "Every unit has the same number of links, but one too few or one too many. Is an end of a "
    "range off by one?",
)

exercise.mistake(
    "links_another_number",
    {"min(connections, fan_in)": "fan_in // 10"},
    "All units of a draw have the same number of links, but not the number that was asked for. "
    "How does it depend on connections?",
)

exercise.mistake(
    "links_all_units_to_the_same_inputs",
    {
        "    for unit in range(fan_out):\n        chosen": "    chosen",
        "        values": "    for unit in range(fan_out):\n        values",
    },
    "All units listen to the same inputs, and the rest of the layer below is heard by nobody. "
    "Draw the inputs anew for every unit.",
)

exercise.mistake(
    "links_the_first_inputs",
    {"rng.choice(fan_in, count, replace=False)": "np.arange(count)"},
    "It is always the first inputs that are linked. Which inputs a unit listens to is random.",
)

exercise.mistake(
    "draws_the_same_links_every_time",
    {"rng.choice": "np.random.default_rng(unit).choice"},
    "Two different generators, and the same inputs were linked twice: only the weights are random. "
    "Draw the inputs of every unit from rng as well.",
)

exercise.mistake(
    "links_a_block_of_neighbours",
    {"rng.choice(fan_in, count, replace=False)": "rng.integers(fan_in) - np.arange(count)"},
    "The inputs of a unit stand side by side: only where the block begins is random. Each input "
    "should be drawn for itself.",
)

exercise.mistake(
    "repeats_the_choice_of_inputs",
    {
        "    for unit": "    few = [rng.permutation(fan_in) for _ in range(9)]\n    for unit",
        "rng.choice(fan_in, count, replace=False)": "few[unit % 9][:count]",
    },
    "Many units listen to the very inputs of another one, or to these shifted by some places. Draw "
    "the inputs anew for every unit.",
)

exercise.mistake(
    "prefers_some_inputs",
    {"rng.choice(fan_in,": "rng.choice(max(fan_in - 1, count),"},
    "Some inputs are chosen far too seldom or too often, or never. Does a range end one too early? "
    "Every input should have the same chance.",
)

exercise.mistake(
    "weights_are_all_of_one_size",
    {"rng.standard_normal(count)": "rng.choice([-1.0, 1.0], count)"},
    "All weights have one size, and only their signs (or not even these) differ. They are drawn "
    "from a normal distribution.",
)

exercise.mistake(
    "gives_each_unit_one_weight",
    {"rng.standard_normal(count)": "rng.standard_normal()"},
    "In each column one number is repeated: only one weight was drawn for a unit. Draw as many "
    "as it has links.",
)

exercise.mistake(
    "gives_all_units_the_same_weights",
    {
        "    for unit": "    values = rng.standard_normal(count)\n    for unit",
        "        values = rng.standard_normal(count)\n": "",
    },
    "One set of weights serves all units: the same numbers stand in every column. Draw new ones "
    "for each unit, or the units begin nearly alike.",
)

exercise.mistake(
    "repeats_weights",
    {"rng.standard_normal(count)": "rng.choice([-1.5, -0.5, 0.5, 1.5], count)"},
    "Many weights are equal to another one, to six digits. Numbers drawn from N(0, 1) all differ.",
)

exercise.mistake(
    "draws_the_same_weights_every_time",
    {"rng.standard_normal": "np.random.default_rng(unit).standard_normal"},
    "Two different generators, and the same numbers came twice: only their places are random. Draw "
    "the weights from rng as well.",
)

exercise.mistake(
    "gives_all_units_the_same_length",
    {"= values": "= values / np.linalg.norm(values)"},
    "The columns all have the same length: they were normalized. The paper's weights stay as "
    "they are drawn, and so some units begin louder than others.",
)

exercise.mistake(
    "weights_are_positive",
    {"rng.standard_normal(count)": "np.abs(rng.standard_normal(count))"},
    "No weight is negative. A normal distribution around 0 has both signs; with positive weights "
    "alone every unit would be driven up.",
)

exercise.mistake(
    "weights_are_uniform",
    {"rng.standard_normal(count)": "rng.uniform(-1, 1, count)"},
    "The weights are spread evenly over an interval: that is a uniform distribution. Which method "
    "of a generator draws from N(0, 1)?",
)

exercise.mistake(
    "weights_are_cut_off",
    {"rng.standard_normal(count)": "np.clip(rng.standard_normal(count), -2, 2)"},
    "Large weights are missing: the distribution is cut off. Some frameworks truncate at two "
    "standard deviations; here the tails belong to it.",
)

exercise.mistake(
    "small_weights_are_missing",
    {
        "rng.standard_normal(count)": "np.array(\n"
        "            sorted(rng.standard_normal(3 * count), key=abs)[len(chosen) * 2 :]\n"
        "        )"
    },
    "Hardly any weight is near 0, as if only the largest numbers had been kept. Which inputs are "
    "linked should not depend on how large the weights are.",
)

exercise.mistake(
    "weights_have_heavy_tails",
    {"rng.standard_normal(count)": "rng.standard_cauchy(count)"},
    "A few weights are far larger than the others, as they never are in a normal distribution. "
    "What are they drawn from?",
)

exercise.mistake(
    "scales_the_weights",
    {"rng.standard_normal(count)": "rng.normal(0, 1 / np.sqrt(connections), count)"},
    "The weights are normal, but their standard deviation is not 1. With few links a unit stands "
    "full-sized weights: nothing is divided by a root of fan_in or of connections here.",
)

exercise.mistake(
    "weights_are_not_normal",
    {"rng.standard_normal(count)": "rng.normal(0.5, 1, count)"},
    "The weights that are not zero do not follow N(0, 1): look at their histogram and their mean.",
)

exercise.mistake(
    "weights_are_not_finite",
    {"= values": "= values / (values > -2)"},
    "Some weights are infinite or not a number. Was something divided by a 0, where it should have "
    "been multiplied?",
)

exercise.mistake(
    "draws_from_a_generator_of_its_own",
    {"rng.standard_normal": "np.random.standard_normal"},
    "Twice the same generator, and two different matrices came: something is drawn from "
    "np.random, or from a generator made inside. Draw everything from rng, or no run can be "
    "repeated.",
)

exercise.mistake(
    "draws_the_same_every_time",
    {"    weights = np": "    rng = np.random.default_rng(0)\n    weights = np"},
    "Two different generators, and the same matrix came twice: a seed is set inside your "
    "function. Draw from rng; who calls decides on the seed.",
)

exercise.mistake(
    "returns_another_shape",
    {
        "np.zeros((fan_in, fan_out))": "np.zeros((fan_out, fan_in))",
        "weights[chosen, unit]": "weights[unit, chosen]",
    },
    "Rows and columns are exchanged: fan_in inputs stand in the rows, fan_out units in the "
    "columns.",
)

exercise.mistake(
    "fails_with_few_inputs",
    {"min(connections, fan_in)": "connections"},
    "Where a unit has no more inputs than connections, all of them are linked: "
    "min(connections, fan_in) of them.",
)


@exercise.misconception(
    "The number of links differs from unit to unit, as if a coin were tossed for every weight, or "
    "as if all links were spread over the whole matrix. Every unit gets exactly as many as "
    "connections asks for."
)
def tosses_a_coin_for_every_link(fan_in, fan_out, connections, rng):
    kept = rng.random((fan_in, fan_out)) < connections / fan_in
    return rng.standard_normal((fan_in, fan_out)) * kept
