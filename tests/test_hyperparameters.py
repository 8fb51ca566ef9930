"""The table of hyperparameters, and the one check that reads it."""

import inspect
import math
import re
from fractions import Fraction

import numpy as np
import pytest

from course_utils import initializers, networks, schedules, tuning
from course_utils.hyperparameters import (
    BELOW_ONE,
    COUNT,
    HYPERPARAMETERS,
    NOT_NEGATIVE,
    POSITIVE,
    UNIT,
    Range,
    checked,
    checked_array,
    default_of,
    slider_of,
    symbol_of,
)

every_row = pytest.mark.parametrize("row", HYPERPARAMETERS.values(), ids=HYPERPARAMETERS)


# ---- ranges ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "text", "inside", "outside"),
    [
        (POSITIVE, "> 0 and finite", [5e-324, 1e308], [0, -1, math.inf, math.nan]),
        (NOT_NEGATIVE, ">= 0 and finite", [0, 3], [-5e-324, math.inf, math.nan]),
        (UNIT, "in [0, 1]", [0, 1], [-0.1, 1.1, math.nan]),
        (BELOW_ONE, "in [0, 1)", [0, 0.999], [1, math.nan]),
        (Range(0, 1, "(]"), "in (0, 1]", [1e-9, 1], [0, 1.1, math.nan]),
        (Range(0, 4, "[)"), "in [0, 4)", [0, 3.9], [4]),
        (COUNT, "to be an integer >= 0", [0, 10**400], [-1]),
        (Range(1, 3, whole=True), "to be an integer in [1, 3]", [1, 3], [0, 4]),
    ],
)
def test_a_range_holds_what_its_text_says(allowed, text, inside, outside):
    assert str(allowed) == text
    assert all(allowed.holds(value) for value in inside)
    assert not any(allowed.holds(value) for value in outside)
    floats = [value for value in inside if value < 1e309]
    assert allowed.holds(np.array(floats)).all()
    assert not allowed.holds(np.array(outside)).any()


# ---- the check ------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0.25, Fraction(1, 4), np.float32(0.25), np.float64(0.25)])
def test_a_number_of_any_kind_becomes_a_float_of_pythons(value):
    assert checked("alpha", value) == 0.25
    assert type(checked("alpha", value)) is float


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3)])
def test_a_whole_number_stays_one_where_the_range_asks_for_it(value):
    assert checked("period", value) == 3
    assert type(checked("period", value)) is int
    assert type(checked("eta", value)) is float


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("alpha", 1.5, "expected alpha in [0, 1], got 1.5"),
        ("alpha", 2, "expected alpha in [0, 1], got 2.0"),
        ("alpha", math.nan, "expected alpha in [0, 1], got nan"),
        ("alpha", True, "expected alpha in [0, 1], got True"),
        ("alpha", None, "expected alpha in [0, 1], got None"),
        ("beta1", "0.9", "expected beta1 in [0, 1), got '0.9'"),
        ("eta", np.ones(2), "expected eta > 0 and finite, got an array"),
        ("period", 2.5, "expected period to be an integer >= 1, got 2.5"),
        ("period", np.True_, "expected period to be an integer >= 1, got np.True_"),
    ],
)
def test_what_is_out_of_range_is_refused_in_one_sentence(name, value, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        checked(name, value)


@pytest.mark.parametrize("name", ["eta", "total"])
def test_a_number_that_python_cannot_even_write_is_refused_in_one_sentence(name):
    with pytest.raises(ValueError, match=rf"^expected {name} .*, got a number beyond every float$"):
        checked(name, -(10**5000))


def test_an_array_is_checked_in_every_place_and_the_first_that_is_out_is_named():
    assert checked_array("alpha", [0, 1]).dtype == np.float64
    assert checked_array("alpha", []).shape == (0,)
    with pytest.raises(ValueError, match=r"^expected alpha in \[0, 1\], got 2.0$"):
        checked_array("alpha", [[0.5, 2.0], [3.0, -1.0]])
    with pytest.raises(ValueError, match=r"^expected alpha in \[0, 1\], got nan$"):
        checked_array("alpha", math.nan)
    with pytest.raises(ValueError, match=r"^expected alpha to be real numbers, got dtype bool$"):
        checked_array("alpha", [True])


def test_a_name_without_a_row_is_checked_only_within_a_range_that_is_given():
    assert checked("curvature", 2, POSITIVE) == 2.0
    for check in (checked, checked_array):
        with pytest.raises(LookupError, match="expected zeal to have a row in"):
            check("zeal", 1)


# ---- the table ------------------------------------------------------------------------------


@every_row
def test_a_default_is_in_its_range_and_a_slider_stays_in_it(row):
    assert row.default is None or checked(row.name, row.default) == row.default
    if row.slider:
        assert row.range.holds(row.slider.low)
        assert row.range.holds(row.slider.high)
        assert row.slider.low <= row.default <= row.slider.high


def test_what_is_shown_for_a_name_is_that_of_its_row_or_of_any_name():
    assert (symbol_of("beta1"), default_of("beta1"), slider_of("beta1").high) == ("β₁", 0.9, 0.99)
    assert (symbol_of("zeal"), default_of("zeal"), slider_of("zeal").high) == ("zeal", 0.5, 1)
    assert (default_of("zeal", None), default_of("total", None)) == (None, None)


# Rules are in test_rules.py. Hessian-free has defaults of its own: a cold start, ten steps.
MODULES = (initializers, networks, schedules, tuning)
PUBLIC = [getattr(module, name) for module in MODULES for name in module.__all__]
FUNCTIONS = [value for value in PUBLIC if inspect.isroutine(value) or inspect.isclass(value)]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_a_default_in_code_is_that_of_the_table(function):
    for name, parameter in inspect.signature(function).parameters.items():
        default = default_of(name, None)
        if default is not None and parameter.default is not inspect.Parameter.empty:
            assert parameter.default == default, name
