"""Which mistake explains wrong replies: alone, two together, in part, or as a way to behave."""

import dataclasses
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from course_utils.exercises.cases import Case, Task
from course_utils.exercises.check import check_task, replies_of
from course_utils.exercises.diagnose import (
    AND,
    IGNORES,
    NO_SUCH_NAME,
    ONE_VALUE,
    ONLY_THERE,
    OTHER_ORDER,
    PRINTS,
    RETURNS_NOTHING,
)
from course_utils.exercises.fingerprints import fingerprint
from course_utils.exercises.judge import judge
from course_utils.exercises.message import write_message
from course_utils.exercises.time_limit import TooSlow, time_limit
from course_utils.exercises.values import NOT_CALLED, TOO_SLOW, Reply, Value
from course_utils.staff.registry import EXERCISES, get
from course_utils.staff.registry.exercise import Call, Edit, Exercise, Solution

HINTS = {"minus": "A minus.", "twice": "Twice."}


def reply(*arrays, **more):
    values = tuple(Value(np.array(array, float)) for array in arrays)
    return Reply(values, "tuple" if len(values) > 1 else "single", len(values), **more)


def case(*expected, role="core", **more):
    arrays = tuple(np.array(array, float) for array in expected)
    magnitude = tuple(np.abs(array) + 1 for array in arrays)
    return Case("a case", (1.0, 2.0), arrays, magnitude, role, 0.5, **more)


def diagnosed(cases, replies, returns=("y",), **more):
    task = Task("a-slug", "f", ("a", "b"), returns, 10.0, tuple(cases), HINTS, **more)
    return judge(task, replies)


def test_one_mistake_goes_before_two():
    one = case(1, mistaken={"minus": reply(-1)})
    pairs = {f"minus{AND}twice": (fingerprint(one, reply(-1)),)}
    assert diagnosed([one], [reply(-1)], pairs=pairs).diagnosis == "minus"


def test_two_mistakes_are_named_together_with_both_hints():
    one, other = case([1, 2]), case([3, 4], role="edge")
    pairs = {
        f"minus{AND}twice": (
            fingerprint(one, reply([-2, -4])),
            fingerprint(other, reply([-6, -8])),
        )
    }
    verdict = diagnosed([one, other], [reply([-2, -4]), reply([-6, -8])], pairs=pairs)
    assert verdict.diagnosis == f"minus{AND}twice"
    assert verdict.hint == "Two mistakes at once. First: A minus. Then: Twice."
    assert diagnosed([one, other], [reply([-2, -4]), reply([-6, -9])], pairs=pairs).hint is None
    assert diagnosed([one, other], [reply([-4, -2]), reply([-6, -8])], pairs=pairs).hint is None


def test_a_mistake_that_explains_most_calls_says_how_many():
    cases = [case(k, mistaken={"minus": reply(-k)}) for k in (1, 2)]
    cases.append(case(3, role="edge"))
    verdict = diagnosed(cases, [reply(-1), reply(-2), reply(7)])
    assert (verdict.diagnosis, verdict.explained) == ("minus", (2, 3))
    task = Task("a-slug", "f", ("a", "b"), ("y",), 10.0, tuple(cases), HINTS)
    said = write_message(task, [reply(-1), reply(-2), reply(7)], verdict)
    assert "This explains 2 of your 3 wrong calls." in said


def test_a_mistake_that_another_fault_hides_in_one_call_is_named_with_the_number():
    cases = [case(k, mistaken={"minus": reply(-k)}) for k in (1, 2, 3)]
    verdict = diagnosed(cases, [reply(-1), reply(-2), reply(-9)])
    assert (verdict.diagnosis, verdict.explained) == ("minus", (2, 3))
    assert diagnosed(cases, [reply(-1), reply(-2), reply(3)]).diagnosis is None


def test_a_mistake_that_explains_half_of_the_calls_is_not_named():
    cases = [case(1, mistaken={"minus": reply(-1)}), case(3, role="edge")]
    assert diagnosed(cases, [reply(-1), reply(7)]).diagnosis is None


def test_values_in_another_order_are_named_also_beside_a_mistake():
    cases = [case([1, 2], [3, 4], mistaken={"minus": reply([-1, -2], [3, 4])})]
    swapped = diagnosed(cases, [reply([3, 4], [1, 2])], returns=("y", "z"))
    assert swapped.diagnosis == OTHER_ORDER
    assert "return y, z" in swapped.hint.lower()
    both = diagnosed(cases, [reply([3, 4], [-1, -2])], returns=("y", "z"))
    assert both.diagnosis == f"{OTHER_ORDER}{AND}minus"


def test_one_value_in_place_of_all_is_named_if_it_is_right():
    cases = [case([1, 2], [3, 4])]
    verdict = diagnosed(cases, [reply([3, 4])], returns=("y", "z"))
    assert verdict.diagnosis == ONE_VALUE
    assert verdict.hint.startswith("Only z comes back")
    assert diagnosed(cases, [reply([3, 5])], returns=("y", "z")).diagnosis is None


def test_text_that_is_printed_in_place_of_a_value_is_named():
    nothing = Reply((Value(kind="none"),), printed="3\n", printed_lines=1)
    assert diagnosed([case(1)], [nothing]).diagnosis == PRINTS
    silent = Reply((Value(kind="none"),))
    assert diagnosed([case(1)], [silent]).diagnosis == RETURNS_NOTHING


def test_a_name_without_a_value_is_told_from_other_exceptions():
    typo = Reply(error="NameError", text="name 'momentun' is not defined")
    early = Reply(error="UnboundLocalError", text="cannot access local variable 'm'")
    assert diagnosed([case(1), case(2)], [typo, early]).diagnosis == NO_SUCH_NAME
    other = Reply(error="TypeError", text="'float'")
    assert diagnosed([case(1), case(2)], [typo, other]).diagnosis is None


def test_inputs_that_alone_are_wrong_are_named_where_nearly_all_others_are_right():
    cases = [*(case(k) for k in range(1, 7)), dataclasses.replace(case(7), about="a matrix")]
    verdict = diagnosed(cases, [*(reply(k) for k in range(1, 7)), reply(8)])
    assert verdict.diagnosis == ONLY_THERE
    assert verdict.hint.startswith("6 calls are right. Wrong is only: a matrix.")
    assert diagnosed(cases, [*(reply(k) for k in range(1, 6)), reply(9), reply(8)]).hint is None
    few = cases[-3:]
    assert diagnosed(few, [reply(5), reply(6), reply(8)]).hint is None


def test_an_argument_of_which_the_answer_does_not_depend_is_named():
    cases = [case(1), case(2, role="free", varies=(0, 1))]
    verdict = diagnosed(cases, [reply(5), reply(5)])
    assert verdict.diagnosis == IGNORES
    assert "differ in b alone" in verdict.hint
    assert diagnosed(cases, [reply(5), reply(6)]).diagnosis is None


def test_an_exception_explains_only_one_that_quotes_the_same_words():
    wrong = Reply(error="TypeError", text="'float' and 'function'")
    cases = [case(1, mistaken={"minus": wrong})]
    same = Reply(error="TypeError", text="cannot multiply 'float' and 'function'", count=0)
    other = Reply(error="TypeError", text="cannot multiply 'float' and 'NoneType'", count=0)
    assert diagnosed(cases, [same]).diagnosis == "minus"
    assert diagnosed(cases, [other]).diagnosis is None


# --- behaviours, whatever the exercise ---------------------------------------------------------

VALUED = [slug for slug, exercise in EXERCISES.items() if not exercise.judged_by]
SEVERAL = [slug for slug in VALUED if len(get(slug).returns) > 1]


@pytest.mark.parametrize("slug", SEVERAL)
def test_right_values_in_another_order_are_named_in_every_exercise(slug):
    right, task = get(slug).variants[0].build(), get(slug).task(1)
    verdict = judge(task, replies_of(task, lambda *given: right(*given)[::-1]))
    assert verdict.diagnosis == OTHER_ORDER
    assert verdict.points < verdict.max_points


@pytest.mark.parametrize("slug", SEVERAL)
def test_each_value_alone_is_named_in_every_exercise(slug):
    right, task = get(slug).variants[0].build(), get(slug).task(1)
    for place, name in enumerate(task.returns):
        verdict = judge(task, replies_of(task, lambda *given, at=place: right(*given)[at]))
        assert verdict.diagnosis == ONE_VALUE
        assert verdict.hint.startswith(f"Only {name} ")


@pytest.mark.parametrize("slug", VALUED)
def test_a_function_that_prints_and_returns_nothing_is_named_in_every_exercise(slug):
    right, task = get(slug).variants[0].build(), get(slug).task(1)
    verdict = judge(task, replies_of(task, lambda *given: print(right(*given))))
    assert (verdict.diagnosis, verdict.points) == (PRINTS, 0.0)


@pytest.mark.parametrize("slug", VALUED)
def test_some_pairs_of_every_exercise_are_named(slug):
    task = get(slug).task(1)
    solutions = {pair.name: pair for pair in get(slug).pairs()}
    for name in list(task.pairs)[:: max(1, len(task.pairs) // 5)]:
        verdict = judge(task, replies_of(task, solutions[name].build()))
        assert verdict.diagnosis is not None, name
        assert verdict.points < verdict.max_points


# --- edits --------------------------------------------------------------------------------------

ANSWER = "def f(a, b):\n    c = a + b\n    return 2 * c\n"


def test_an_edit_changes_each_piece_once():
    edit = Edit.of(ANSWER, {"a + b": "a - b", "2 * c": "3 * c"})
    assert edit.source() == "def f(a, b):\n    c = a - b\n    return 3 * c\n"
    with pytest.raises(ValueError, match="expected 'a' once in the answer, got it 2 times"):
        Edit.of(ANSWER, {"a": "b"})


def test_pieces_of_one_edit_do_not_overlap():
    with pytest.raises(ValueError, match="expected pieces that do not overlap"):
        Edit.of(ANSWER, {"a + b": "a", "b\n    return": "b\n    return"})


def test_two_edits_meet_where_they_touch():
    plus, double, all_of_it = (
        Edit.of(ANSWER, {old: new})
        for old, new in (("a + b", "a - b"), ("2 * c", "c"), ("c = a + b", "c = a"))
    )
    assert not plus.meets(double)
    assert plus.meets(all_of_it)
    assert (plus | double).source() == "def f(a, b):\n    c = a - b\n    return c\n"


def test_a_mistake_that_cannot_be_made_is_refused_in_a_sentence():
    exercise = Exercise(slug="e", function="f", arguments=("a", "b"), returns=("y",), points=1)
    with pytest.raises(ValueError, match=r"^e, early: expected a variant declared above, got none"):
        exercise.mistake("early", {}, "Hint.")

    exercise.variants.append(Solution("plainly", "f", ANSWER))
    with pytest.raises(ValueError, match=r"^e, other: expected 'a - b' once"):
        exercise.mistake("other", {"a - b": ""}, "Hint.")
    with pytest.raises(ValueError, match=r"^e, broken: "):
        exercise.mistake("broken", {"a + b": "a +"}, "Hint.")


# --- time ---------------------------------------------------------------------------------------


def endless(*arguments):
    while True:
        pass


def test_a_call_that_does_not_end_is_ended_and_the_others_are_not_made(capsys):
    exercise = Exercise(slug="e", function="f", arguments=("a",), returns=("y",), points=1)
    exercise.reference(lambda a: a)
    exercise.magnitude(lambda a: abs(a))
    exercise.calls(lambda rng: [Call("one", (1.0,)), Call("two", (2.0,))])
    task = exercise.task(0)
    replies = replies_of(task, lambda a: endless() if a == 2.0 else a, seconds=0.2)
    assert [one.error for one in replies[:2]] == ["", TOO_SLOW]
    assert {one.error for one in replies[2:]} == {NOT_CALLED}
    verdict = judge(task, replies)
    assert (verdict.points, verdict.problem.kind, verdict.problem.case) == (0.0, "too-slow", 1)
    said = " ".join(write_message(task, replies, verdict).split())
    assert "Call 2 of" in said
    assert "your function did not come back within 0.2 s: does its loop end?" in said


def test_a_limit_that_is_not_reached_leaves_nothing_behind():
    for _ in range(20):
        with time_limit(0.02):
            pass
    with pytest.raises(TooSlow), time_limit(0.05):
        endless()
    assert sum(range(100_000)) == 4999950000  # nothing arrives later


def test_a_limit_that_is_over_before_the_block_begins_leaves_no_watcher(monkeypatch):
    start = threading.Thread.start

    def start_slowly(thread):
        start(thread)
        until = time.monotonic() + 0.1
        while time.monotonic() < until:
            pass

    before = threading.active_count()
    monkeypatch.setattr(threading.Thread, "start", start_slowly)
    with pytest.raises(TooSlow), time_limit(0.02):
        raise AssertionError("the limit is over before this")
    deadline = time.monotonic() + 10
    while threading.active_count() > before:
        assert time.monotonic() < deadline, "a watcher goes on for ever"
        time.sleep(0.01)


@pytest.mark.parametrize("call", ["pass", "time.sleep(0.2)"], ids=["in time", "too late"])
def test_a_debugger_goes_on_after_a_limit(call):
    """Python 3.11 stood still if its flag for exceptions of other threads had stayed set."""
    program = f"""
import contextlib, sys, time
from course_utils.exercises.time_limit import TooSlow, time_limit
with contextlib.suppress(TooSlow), time_limit(0.1):
    {call}
sys.settrace(lambda *event: None)
print(sum(map(lambda number: number, range(10))))
"""
    command = [sys.executable, "-c", program]
    assert subprocess.run(command, capture_output=True, timeout=30).stdout.strip() == b"45"


def test_a_step_that_is_not_written_is_named_by_the_function_that_calls_it(capsys):
    def step(weights):
        raise NotImplementedError

    def function(*arguments):
        return step(arguments[0])

    check_task(get("momentum-training").task(1), function, reveal=True)
    said = " ".join(capsys.readouterr().out.split())
    assert "it calls step, which is not written yet: write that one first" in said


def one_component_at_a_time(weights, previous_step, gradient, eta, beta):
    ahead, slope = weights + beta * previous_step, np.zeros_like(weights)
    for i in np.ndindex(weights.shape):
        alone = np.zeros_like(weights)
        alone[i] = ahead[i]
        slope[i] = gradient(alone)[i]
    step = beta * previous_step - eta * slope
    return weights + step, step


def test_a_gradient_that_is_asked_for_one_component_at_a_time_is_another():
    task = get("nesterov-step").task(3)
    assert judge(task, replies_of(task, one_component_at_a_time)).points < 0.25 * task.points


def test_all_arguments_on_which_the_answer_does_not_depend_are_named():
    cases = [case(1), case(2, role="free", varies=(0, 0)), case(3, role="free", varies=(0, 1))]
    hint = diagnosed(cases, [reply(5), reply(5), reply(5)]).hint
    assert "differ in a or b alone, one at a time" in hint
    assert "differ in b alone" in diagnosed(cases, [reply(5), reply(6), reply(5)]).hint
