"""The trusted side: points and diagnoses from plain data."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.exercises.cases import Case, Task, load
from course_utils.exercises.compare import agrees
from course_utils.exercises.diagnose import CHANGES_INPUTS, KEEPS_STATE
from course_utils.exercises.judge import judge
from course_utils.exercises.message import write_message
from course_utils.exercises.values import Reply, Value


def reply(*arrays, **more):
    values = tuple(Value(np.array(array, float)) for array in arrays)
    return Reply(values, "tuple" if len(values) > 1 else "single", len(values), **more)


def case(expected, role="core", weight=1.0, **more):
    array = np.array(expected, float)
    return Case("a case", (array,), (array,), (np.abs(array),), role, weight, **more)


def task(*cases, **more):
    return Task("a-slug", "f", ("x",), ("y",), 10.0, cases, **more)


def pair_task(*cases):
    """Return a task with two returned values; a case is (first, second, role, weight)."""
    made = []
    for first, second, role, weight in cases:
        expected = (np.array(first, float), np.array(second, float))
        made.append(Case("a case", (), expected, tuple(map(np.abs, expected)), role, weight))
    return Task("a-slug", "f", (), ("y", "z"), 10.0, tuple(made))


# Points


def test_points_are_the_weights_of_the_right_cases():
    questions = task(case(1, weight=0.5), case(2, weight=0.3), case(3, weight=0.2))
    assert judge(questions, [reply(1), reply(2), reply(3)]).points == 10
    assert judge(questions, [reply(1), reply(9), reply(3)]).points == 7
    assert judge(questions, [reply(9), reply(9), reply(9)]).points == 0


def test_every_returned_value_earns_its_own_share():
    questions = pair_task((1, 2, "core", 0.5), (3, 4, "core", 0.5))
    verdict = judge(questions, [reply(1, 0), reply(3, 0)])
    assert verdict.points == 5
    assert verdict.right == ((True, False), (True, False))


def test_an_edge_case_counts_only_where_the_core_of_the_same_value_is_right():
    questions = pair_task((1, 2, "core", 0.4), (0, 0, "edge", 0.6))
    lucky_at_the_edge = judge(questions, [reply(1, 9), reply(0, 0)])
    assert lucky_at_the_edge.points == 5  # the first value's core and edge, nothing of the second
    assert judge(questions, [reply(9, 9), reply(0, 0)]).points == 0
    assert judge(questions, [reply(1, 2), reply(9, 9)]).points == 4


def test_a_free_case_carries_nothing_but_is_mentioned():
    questions = task(case(1, weight=1.0), case([], "free", 0.0))
    verdict = judge(questions, [reply(1), reply([1.0])])
    assert verdict.points == 10
    assert (verdict.problem.kind, verdict.problem.case) == ("shape", 1)


def test_a_call_that_changed_its_inputs_earns_half():
    questions = task(case(1, weight=0.5), case(2, weight=0.5))
    verdict = judge(questions, [reply(1), reply(2, changed=(0,))])
    assert verdict.points == 7.5
    assert verdict.diagnosis == CHANGES_INPUTS
    assert (verdict.problem.case, verdict.problem.place) == (1, 0)


def test_points_are_builtin_floats_with_two_decimals():
    questions = task(*(case(k, weight=1 / 7) for k in range(1, 8)))
    verdict = judge(questions, [reply(k if k < 4 else 0) for k in range(1, 8)])
    assert type(verdict.points) is float
    assert type(verdict.max_points) is float
    assert verdict.points == 4.29


# What counts as equal


@pytest.mark.parametrize("magnitude", [1e-50, 1.0, 1e50])
def test_rounding_errors_are_measured_against_what_enters_a_value(magnitude):
    cancelled = np.array(0.0)
    off = Value(np.array(1e-14 * magnitude))
    assert agrees(off, cancelled, np.array(magnitude))
    assert not agrees(Value(np.array(1e-6 * magnitude)), cancelled, np.array(magnitude))


@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_single_precision_is_enough_but_half_precision_is_not(precision):
    want = np.array([0.1, 123.456, -3e-5])
    value = Value(want.astype(precision).astype(float), precision)
    assert agrees(value, want, np.abs(want)) == (precision == "float32")


def test_nothing_is_asked_of_float32_where_it_ends():
    for size in (1e-45, 1e45):
        with np.errstate(over="ignore"):
            value = Value(np.float32([size]).astype(float), "float32")
        assert agrees(value, np.array([size]), np.array([size]))
        assert not agrees(Value(value.array), np.array([size]), np.array([size]))


def test_shape_and_infinity_must_agree_too():
    assert not agrees(Value(np.ones((1, 2))), np.ones(2), np.ones(2))
    assert not agrees(Value(np.ones(1)), np.ones(()), np.ones(()))
    assert not agrees(Value(np.array(np.nan)), np.array(1.0), np.array(1.0))
    assert not agrees(Value(np.array(np.inf)), np.array(1e300), np.array(1e300))
    assert agrees(Value(np.array([np.inf, np.nan])), np.array([np.inf, np.nan]), np.ones(2))


# The first problem


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Reply(error="SignatureError"), "signature"),
        (Reply(error="ZeroDivisionError"), "raised"),
        (Reply((Value(kind="none"),)), "none"),
        (reply(1.25, 2.5), "count"),
        (Reply((), "tuple", 0), "count"),
        (Reply((Value(kind="text"),)), "text"),
        (Reply((Value(kind="complex"),)), "complex"),
        (Reply((Value(kind="object"),)), "object"),
        (Reply((Value(kind="something new"),)), "something new"),
        (reply([1.25, 2.5, 1.0]), "shape"),
        (reply([1.256789, np.nan]), "nan"),
        (reply([1.256789, -np.inf]), "nan"),
        (Reply((Value(np.array([1.0, 2.0]), "integer"),)), "truncated"),
        (Reply((Value(np.array([1.0, 3.0]), "integer"),)), "truncated"),
        (reply([1.26, 2.54]), "rounded"),
        (reply([1.256789 * (1 + 1e-7), 2.543211]), "rounded"),
        (reply([1.256789, -2.543211]), "value"),
        (reply([1.26, 2.55]), "value"),
    ],
)
def test_the_first_thing_that_is_wrong_has_its_kind(answer, kind):
    questions = task(case([1.256789, 2.543211]))
    assert judge(questions, [answer]).problem.kind == kind


def test_state_is_looked_at_before_the_weights_that_are_computed_from_it():
    questions = pair_task((1, 2, "core", 1.0))
    assert judge(questions, [reply(9, 9)]).problem.place == 1
    assert judge(questions, [reply(9, 2)]).problem.place == 0


def test_generic_inputs_are_looked_at_before_special_ones():
    questions = task(case(1, "free", 0), case(2, "edge", 0.5), case(3, "core", 0.5))
    assert judge(questions, [reply(0), reply(0), reply(0)]).problem.case == 2
    assert judge(questions, [reply(0), reply(0), reply(3)]).problem.case == 1
    assert judge(questions, [reply(0), reply(2), reply(3)]).problem.case == 0


def test_not_written_is_said_only_if_every_call_says_so():
    questions = task(case(1, weight=0.5), case(2, weight=0.5))
    stub = Reply(error="NotImplementedError")
    assert judge(questions, [stub, stub]).problem.kind == "not-written"
    half = judge(questions, [reply(1), stub])
    assert (half.points, half.problem.case) == (5, 1)


def test_one_array_is_two_values_only_if_it_stacks_them():
    questions = pair_task(([1.0, 2.0], [3.0, 4.0], "core", 1.0))
    stacked = dataclasses.replace(reply([1.0, 2.0], [3.0, 4.0]), container="array")
    only_weights = dataclasses.replace(reply(1.0, 2.0), container="array")
    assert judge(questions, [stacked]).points == 10
    assert judge(questions, [only_weights]).problem.kind == "count"


# Diagnoses


def diagnosed(cases, answers, *hints):
    verdict = judge(task(*cases, hints={name: f"hint of {name}" for name in hints}), answers)
    assert verdict.hint == (f"hint of {verdict.diagnosis}" if verdict.diagnosis else None)
    return verdict.diagnosis


def test_a_misconception_is_named_if_it_agrees_wherever_it_differs_from_the_truth():
    cases = [
        case(1, weight=0.5, mistaken={"minus": reply(-1)}),
        case(0, weight=0.5, role="edge"),
    ]
    assert diagnosed(cases, [reply(-1), reply(0)], "minus") == "minus"
    assert diagnosed(cases, [reply(-1.001), reply(0)], "minus") is None
    assert diagnosed(cases, [reply(1), reply(0)], "minus") is None


def test_a_misconception_is_not_named_if_one_of_its_calls_speaks_against_it():
    cases = [case(k, mistaken={"minus": reply(-k)}) for k in (1, 2)]
    assert diagnosed(cases, [reply(-1), reply(-3)], "minus") is None


def test_the_most_specific_of_several_misconceptions_is_named():
    cases = [
        case(1, mistaken={"here": reply(5), "everywhere": reply(5)}),
        case(2, mistaken={"everywhere": reply(6)}),
    ]
    assert diagnosed(cases, [reply(5), reply(6)], "here", "everywhere") == "everywhere"
    assert diagnosed(cases, [reply(5), reply(2)], "here", "everywhere") == "here"


def test_of_equals_the_misconception_that_was_declared_first_is_named():
    cases = [case(1, mistaken={"one": reply(5), "two": reply(5)})]
    assert diagnosed(cases, [reply(5)], "two", "one") == "two"


def test_a_misconception_must_explain_the_first_wrong_call():
    cases = [case(1), case(0, "edge", mistaken={"at_zero": reply(7)})]
    assert diagnosed(cases, [reply(1), reply(7)], "at_zero") == "at_zero"
    assert diagnosed(cases, [reply(2), reply(7)], "at_zero") is None


def test_an_exception_alone_must_account_for_every_wrong_call():
    cases = [
        case(1, mistaken={"divides": Reply(error="ZeroDivisionError")}),
        case(2, "edge"),
    ]
    raised = Reply(error="ZeroDivisionError", text="any text")
    assert diagnosed(cases, [raised, reply(2)], "divides") == "divides"
    assert diagnosed(cases, [raised, reply(3)], "divides") is None
    assert diagnosed(cases, [Reply(error="TypeError"), reply(2)], "divides") is None


def test_a_call_repeated_with_another_answer_shows_state():
    cases = [case(1, weight=1.0), case(1, "free", 0.0, repeats=0)]
    assert diagnosed(cases, [reply(1), reply(1)]) is None
    verdict = judge(task(*cases), [reply(1), reply(2)])
    assert verdict.diagnosis == KEEPS_STATE
    assert "remembers" in verdict.hint


@pytest.mark.parametrize(
    "wrong", [reply(7), Reply(error="ValueError"), Reply((Value(kind="none"),))]
)
def test_a_call_repeated_with_the_same_wrong_answer_shows_no_state(wrong):
    cases = [case(1, weight=1.0), case(1, "free", 0.0, repeats=0)]
    assert judge(task(*cases), [wrong, wrong]).diagnosis != KEEPS_STATE


# Garbage

VISIBLE = [load(slug) for slug in ("momentum-step", "acceleration-counterexample")]
kinds = st.sampled_from(
    [
        "float64",
        "float32",
        "float16",
        "integer",
        "boolean",
        "none",
        "text",
        "complex",
        "object",
        "?",
    ]
)
arrays = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
    elements=st.floats(allow_nan=True, allow_infinity=True),
)
garbage = st.builds(
    Reply,
    values=st.lists(st.builds(Value, arrays, kinds, st.booleans()), max_size=4).map(tuple),
    container=st.sampled_from(["tuple", "list", "array", "single", "?"]),
    count=st.integers(-1, 1000),
    changed=st.lists(st.integers(-3, 99), max_size=3).map(tuple),
    error=st.sampled_from(
        ["", "", "", "ValueError", "NotImplementedError", "SignatureError", "\0"]
    ),
    text=st.text(max_size=20),
    line=st.none() | st.integers(),
    printed=st.text(max_size=20),
    printed_lines=st.integers(0, 10**9),
)


@pytest.mark.parametrize("questions", VISIBLE, ids=lambda task: task.slug)
@settings(max_examples=40)
@given(data=st.data())
def test_no_reply_makes_the_judge_or_the_report_raise_or_pays_more_than_the_points(questions, data):
    answers = [data.draw(garbage) for _ in questions.cases]
    verdict = judge(questions, answers)
    assert type(verdict.points) is float
    assert 0 <= verdict.points <= questions.points
    for reveal in (True, False):
        assert write_message(questions, answers, verdict, reveal).endswith(" points")


def test_a_missing_reply_is_our_mistake_and_not_the_students():
    with pytest.raises(ValueError, match="expected 2 replies, got 1"):
        judge(task(case(1), case(2)), [reply(1)])
