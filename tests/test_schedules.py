import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.schedules import (
    ConstantMomentum,
    FinalMomentum,
    RatioMomentum,
    StaircaseMomentum,
    SwitchMomentum,
    WarmupCosine,
)


@pytest.mark.parametrize(
    ("t", "mu"),
    [
        (0, 0.5),
        (249, 0.5),
        (250, 0.75),
        (1000, 0.9),
        (12250, 0.99),
        (24750, 0.995),
        (124750, 0.999),
    ],
)
def test_the_staircase_of_the_paper_reaches_its_values_when_the_paper_says(t, mu):
    staircase = StaircaseMomentum(mu_max=1.0)
    assert staircase(t) == pytest.approx(mu, rel=1e-14)
    if t in (1000, 12250, 24750, 124750):
        assert staircase(t - 1) < mu - 1e-6


@given(t=st.integers(0, 10**7), period=st.integers(1, 1000), mu_max=st.floats(0, 1))
def test_the_staircase_is_the_formula_of_the_paper(t, period, mu_max):
    formula = min(1 - 2 ** (-1 - math.log2(t // period + 1)), mu_max)
    assert StaircaseMomentum(mu_max, period)(t) == pytest.approx(formula, rel=1e-13)


@pytest.mark.parametrize("mu_max", [0.999, 0.995, 0.99, 0.9, 0])
def test_the_staircase_never_falls_and_stops_at_its_limit(mu_max):
    values = [StaircaseMomentum(mu_max, period=3)(t) for t in range(2000)]
    assert values == sorted(values)
    assert values[-1] == min(mu_max, 1 - 1 / (2 * (1999 // 3 + 1)))
    assert max(values) <= mu_max


def test_a_shorter_period_makes_the_limit_matter_in_a_short_run():
    assert StaircaseMomentum(0.999, period=250)(5000) < 0.99
    assert StaircaseMomentum(0.999, period=5)(5000) == 0.999


def test_the_ratio_schedule_starts_at_zero_and_approaches_one():
    ratio = RatioMomentum()
    assert [ratio(t) for t in (0, 1, 3, 27)] == [0, 0.25, 0.5, 0.9]
    assert ratio(10**6) == pytest.approx(1 - 3e-6, abs=1e-10)
    assert RatioMomentum(offset=1)(1) == 0.5


def test_the_ratio_schedule_is_the_papers_other_form_two_updates_earlier():
    ratio = RatioMomentum()
    for t in range(50):
        assert ratio(t + 2) == pytest.approx(1 - 3 / (t + 5), rel=1e-14)


def test_a_constant_schedule_stays():
    assert {ConstantMomentum(0.9)(t) for t in range(10)} == {0.9}


def test_the_final_momentum_holds_in_exactly_the_last_updates():
    final = FinalMomentum(ConstantMomentum(0.99), total=10, last=3, mu_final=0.9)
    assert [final(t) for t in range(10)] == [0.99] * 7 + [0.9] * 3


def test_the_final_momentum_never_raises_what_was_lower_already():
    final = FinalMomentum(StaircaseMomentum(0.99, period=250), total=1000, last=1000)
    assert [final(t) for t in (0, 250, 999)] == [0.5, 0.75, 0.875]


def test_no_last_update_means_no_change():
    final = FinalMomentum(ConstantMomentum(0.99), total=5, last=0)
    assert [final(t) for t in range(5)] == [0.99] * 5


SCHEDULES = [
    ConstantMomentum(0.9),
    RatioMomentum(),
    StaircaseMomentum(0.99),
    FinalMomentum(RatioMomentum(), total=2000),
    WarmupCosine(0.1, 10, 2000),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
def test_schedules_are_frozen_and_answer_with_plain_floats(schedule):
    assert type(schedule(np.int64(5))) is float
    assert type(schedule(0)) is float
    with pytest.raises(AttributeError):
        schedule.mu = 0.5
    assert schedule == type(schedule)(**vars(schedule))


@pytest.mark.parametrize("t", [-1, 1.0, "1", None, True, math.nan])
@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
def test_schedules_refuse_a_time_that_is_no_count(schedule, t):
    with pytest.raises(ValueError, match=f"expected t to be an integer >= 0, got {t!r}"):
        schedule(t)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ConstantMomentum(1.1), r"expected mu in \[0, 1\], got 1.1"),
        (lambda: ConstantMomentum("0.9"), r"expected mu in \[0, 1\], got '0.9'"),
        (lambda: ConstantMomentum(math.nan), r"expected mu in \[0, 1\], got nan"),
        (lambda: RatioMomentum(0), "expected offset > 0 and finite, got 0"),
        (lambda: RatioMomentum(math.inf), "expected offset > 0 and finite, got inf"),
        (
            lambda: RatioMomentum(10**400),
            "expected offset > 0 and finite, got a number beyond every float",
        ),
        (lambda: StaircaseMomentum(-0.1), r"expected mu_max in \[0, 1\], got -0.1"),
        (lambda: StaircaseMomentum(0.9, 0), "expected period to be an integer >= 1, got 0"),
        (lambda: StaircaseMomentum(0.9, 2.5), "expected period to be an integer >= 1, got 2.5"),
        (lambda: FinalMomentum(0.9, 10, 3), "expected schedule to be a function of t, got 0.9"),
        (lambda: FinalMomentum(RatioMomentum(), -1, 0), "expected total to be an integer >= 0"),
        (lambda: FinalMomentum(RatioMomentum(), 10, 11), r"expected last in .*\[0, 10\], got 11"),
        (lambda: FinalMomentum(RatioMomentum(), 10, 3, 2), r"expected mu_final in \[0, 1\], got 2"),
        (lambda: FinalMomentum(RatioMomentum(), 10, 3)(10), "expected t below total = 10, got 10"),
    ],
)
def test_schedules_refuse_what_is_outside_its_range(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_switched_momentum_is_one_value_for_the_first_updates_and_another_from_then_on():
    schedule = SwitchMomentum(0.98, first=3, mu_first=0.5)
    assert [schedule(t) for t in range(5)] == [0.5, 0.5, 0.5, 0.98, 0.98]
    assert SwitchMomentum(0.98, first=0)(0) == 0.98
    assert [SwitchMomentum(0.995)(t) for t in (999, 1000)] == [0.9, 0.995]  # as in the paper


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"mu": 1.5}, r"expected mu in \[0, 1\], got 1.5"),
        ({"mu_first": -1}, r"expected mu_first in \[0, 1\], got -1"),
        ({"first": 2.5}, "expected first to be an integer >= 0, got 2.5"),
    ],
)
def test_a_switch_that_makes_no_sense_is_refused_in_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        SwitchMomentum(**{"mu": 0.9} | change)


def test_a_warm_up_rises_evenly_and_a_cosine_falls_from_there():
    eta = WarmupCosine(eta=0.8, warmup=4, total=12)
    rising, falling = [0.2, 0.4, 0.6, 0.8], [0.8, 0.4 * (1 + math.sqrt(0.5)), 0.4]
    assert [eta(t) for t in range(4)] == pytest.approx(rising)
    assert [eta(t) for t in (4, 6, 8)] == pytest.approx(falling)  # cos 0, π/4, π/2
    assert eta(11) == pytest.approx(0.4 * (1 - math.cos(math.pi / 8)))
    assert WarmupCosine(eta=0.8, warmup=0, total=3)(0) == 0.8


def test_a_warm_up_that_leaves_nothing_and_an_update_after_the_last_are_refused():
    with pytest.raises(ValueError, match="expected warmup below total = 5, got 5"):
        WarmupCosine(0.1, 5, 5)
    with pytest.raises(ValueError, match="expected t below total = 5, got 5"):
        WarmupCosine(0.1, 0, 5)(5)
