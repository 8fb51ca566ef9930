"""The counterexample is judged by what it fulfils."""

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_utils.exercises.properties import PROPERTIES

inside = st.floats(-1e6, 1e6, allow_subnormal=False)
unit = st.floats(0, 1)


def judged(g1, g2, alpha):
    answer = tuple(np.array(value, float) for value in (g1, g2, alpha))
    return PROPERTIES["acceleration-counterexample"]((), [answer])


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        ((np.nan, 1, 0.5), "not_finite"),
        ((1, -np.inf, 0.5), "not_finite"),
        ((1, -3, 1.1), "alpha_out_of_range"),
        ((1, -3, -0.1), "alpha_out_of_range"),
        ((0, -3, 0.5), "first_gradient_is_zero"),
        ((0, 0, 0.5), "first_gradient_is_zero"),
        ((1, 1, 0.9), "measure_is_not_negative"),
        ((1, 0, 1), "measure_is_not_negative"),
        ((-1, -5, 0.5), "measure_is_not_negative"),
        ((2, 1, 0.4), "gradients_agree"),
        ((-2, -1, 0.4), "gradients_agree"),
        ((1, -0.5, 0.9), "momentum_shrinks"),
        ((1, -1.2, 0.9), "momentum_shrinks"),
        ((1, -1e-13, 1), "momentum_shrinks"),
        ((1, 0, 0.9), "second_gradient_is_zero"),
        ((1, -1.5, 0.5), "magnitude_stays_the_same"),
        ((0.1, -0.19, 0.9), "magnitude_stays_the_same"),
        ((1, -2, 1), "magnitude_stays_the_same"),
    ],
)
def test_every_way_to_miss_it_has_its_name(answer, mistake):
    assert (judged(*answer).mistake, judged(*answer).share) == (mistake, 0.0)


@pytest.mark.parametrize(
    "answer",
    [
        (1, -3, 0.9),
        (-1, 3, 0.9),
        (1, -1.5001, 0.5),
        (1, -2.1, 1),
        (1, -1.1, 0),
        (1e308, -1.7e308, 0.5),
        (-1e-310, 1e-300, 0.5),
        (5e-324, -1e-323 * 2, 0.5),
    ],
)
def test_a_counterexample_is_one_at_any_size(answer):
    assert (judged(*answer).mistake, judged(*answer).share) == (None, 1.0)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((1, -3, 0.5), "C_m = -3.5, and |m| grows from 1 to 2.5. The claim is refuted."),
        ((-2, 3, 0), "C_m = -5, and |m| grows from 2 to 3. The claim is refuted."),
        (
            (1, -1.5 - 2**-30, 0.5),
            "C_m = -2, and |m| grows from 1 to 1.0000000009313. The claim is refuted.",
        ),
        ((-1e308, 1.7e308, 0.25), "C_m < 0, and yet |m| grows. The claim is refuted."),
        ((1, -0.5, 0.9), ""),
    ],
)
def test_a_counterexample_is_answered_with_what_it_shows(answer, found):
    assert judged(*answer).conclusion == found


@given(inside, inside, unit)
def test_the_judgement_is_that_of_exact_arithmetic(g1, g2, alpha):
    a, b, c = Fraction(g1), Fraction(g2), Fraction(alpha)
    m1, m2 = a, c * a + b
    measure = m2 - m1 if g1 >= 0 else m1 - m2
    growth = abs(m2) - abs(m1)
    # Only where rounding cannot blur the question.
    assume(g1 != 0 and abs(growth) > Fraction(1, 10**9) * max(abs(a), abs(b)))
    assume(abs(measure) > Fraction(1, 10**9) * max(abs(a), abs(b)))
    assert (judged(g1, g2, alpha).mistake is None) == (measure < 0 and growth > 0)
    if measure < 0 and growth > 0:
        numbers = re.findall(r"-?\d+(?:\.\d+)?(?:e[-+]\d+)?", judged(g1, g2, alpha).conclusion)
        shown = [float(x) for x in numbers]
        exact = [float(x) for x in (measure, abs(m1), abs(m2))]
        np.testing.assert_allclose(shown, exact, rtol=1e-5)
