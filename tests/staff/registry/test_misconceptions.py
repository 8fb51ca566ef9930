"""The mutation bank: every misconception rejected and named, every correct variant accepted."""

import functools

import numpy as np
import pytest

from course_utils.exercises.cases import load
from course_utils.exercises.check import replies_of
from course_utils.exercises.diagnose import KEEPS_STATE
from course_utils.exercises.judge import judge
from course_utils.exercises.message import write_message
from course_utils.staff.registry import EXERCISES, get
from support.known import NATURAL

SEEDS = range(2)
BANK = [(slug, wrong) for slug, exercise in EXERCISES.items() for wrong in exercise.misconceptions]
VARIANTS = [(slug, right) for slug, exercise in EXERCISES.items() for right in exercise.variants]


@functools.cache
def drawn(slug, seed):
    return get(slug).task(seed)


def verdict_of(task, solution):
    return judge(task, replies_of(task, solution.build()))


def named(pair):
    return f"{pair[0]}:{pair[1].name}"


@pytest.mark.parametrize("pair", BANK, ids=named)
def test_a_misconception_is_rejected_and_named_and_its_points_do_not_depend_on_the_inputs(pair):
    slug, wrong = pair
    visible = verdict_of(load(slug), wrong)
    assert visible.diagnosis == wrong.name
    assert visible.hint == wrong.hint
    assert visible.points < visible.max_points
    for seed in SEEDS:
        fresh = verdict_of(drawn(slug, seed), wrong)
        assert (fresh.diagnosis, fresh.points) == (wrong.name, visible.points), seed


@pytest.mark.parametrize(("slug", "function", "hint"), NATURAL)
def test_a_natural_mistake_earns_its_hint_whatever_the_inputs(slug, function, hint):
    for task in (load(slug), *(drawn(slug, seed) for seed in SEEDS)):
        verdict = judge(task, replies_of(task, function))
        assert (verdict.hint or "").startswith(hint), verdict
        assert verdict.points < verdict.max_points


@pytest.mark.parametrize("pair", VARIANTS, ids=named)
def test_a_correct_variant_gets_full_points(pair, capfd):
    slug, right = pair
    for task in (load(slug), *(drawn(slug, seed) for seed in SEEDS)):
        replies = replies_of(task, right.build())
        verdict = judge(task, replies)
        said = write_message(task, replies, verdict)
        assert verdict.points == verdict.max_points, said
        assert verdict.problem is None, said
        assert verdict.diagnosis is None
    assert capfd.readouterr() == ("", "")


# In the bug hunt a step count lives on, which no longer shows once Adam's corrections are 1.
KEEPERS = [
    (slug, wrong) for slug, wrong in BANK if wrong.name == KEEPS_STATE and slug != "adam-bug-hunt"
]


@pytest.mark.parametrize("pair", KEEPERS, ids=named)
def test_state_is_named_even_if_it_was_there_before_the_check(pair):
    slug, keeper = pair
    function = keeper.build()
    for seed in (1, 2, 3):  # one function through it all, as in a notebook that stays open
        verdict = judge(drawn(slug, seed), replies_of(drawn(slug, seed), function))
        assert verdict.diagnosis == keeper.name
        assert verdict.points < verdict.max_points


def test_a_measure_that_ignores_the_sign_of_g1_earns_nothing():
    task = load("acceleration-measure")
    for case in task.cases:
        if case.role == "core":
            assert set(np.sign(case.arguments[0])) == {-1.0, 1.0}
    verdict = judge(task, replies_of(task, lambda g1, g2, alpha: alpha * g1 + g2 - g1))
    assert verdict.diagnosis == "ignores_the_case_of_negative_g1"
    assert verdict.points == 0.0


def test_a_mistake_in_one_of_two_values_earns_half_and_one_in_both_nothing():
    points = {
        wrong.name: verdict_of(load("momentum-step"), wrong).points
        for wrong in get("momentum-step").misconceptions
    }
    assert points["walks_uphill"] == points["moves_by_the_old_momentum"] == 2.0
    assert points["averages_instead_of_summing"] == points["keeps_a_velocity"] == 0.0
