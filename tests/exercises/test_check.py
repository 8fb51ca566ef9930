"""What a student reads: every wrong answer a sentence, nothing on stderr, never an answer."""

import dataclasses
import re
import subprocess
import sys

import numpy as np
import pytest

from course_utils.exercises import check
from course_utils.exercises.cases import load
from course_utils.exercises.check import replies_of
from course_utils.exercises.judge import judge
from course_utils.exercises.message import write_message
from course_utils.exercises.values import Reply, Value
from course_utils.staff.registry import EXERCISES, score


def right(weights, momentum, gradient, eta, alpha):
    momentum = alpha * momentum + gradient
    return weights - eta * momentum, momentum


def told(capfd, function, slug="momentum-step"):
    """Check a function; return the points and what was printed, in one line."""
    points = check(slug, function)
    out, err = capfd.readouterr()
    assert err == ""
    assert type(points) is float
    assert out.splitlines()[-1] == f"{points:g} of {EXERCISES[slug].points} points"
    return points, " ".join(out.split())


def changed(index, value):
    """Return the right solution with one of its returned values replaced by ``value(it)``."""

    def function(*arguments):
        returned = list(right(*arguments))
        returned[index] = value(returned[index])
        return tuple(returned)

    return function


def raising(error):
    def function(weights, momentum, gradient, eta, alpha):
        raise error

    return function


def endless(weights, momentum, gradient, eta, alpha):
    # Not by way of *arguments: there Python 3.15.0 forgets its limit (CPython's issue 155151).
    return endless(weights, momentum, gradient, eta, alpha)


GUARDS = {
    "None": (lambda *a: None, 0, "nothing comes back. Every branch of a function needs its return"),
    "arity": (
        lambda weights, momentum: None,
        0,
        "momentum_step is called with 5 values, (weights, momentum, gradient, eta, alpha), in this "
        "order; yours takes (weights, momentum).",
    ),
    "one value": (lambda *a: (right(*a)[1],), 0, "one value came, where (weights, momentum) was"),
    "three values": (lambda *a: (*right(*a), 0), 0, "3 values came, where (weights, momentum) was"),
    "text": (changed(1, str), 2, "momentum (returned value 2 of 2) is text, where numbers were"),
    "complex": (changed(0, lambda x: x + 0j), 2, "weights (returned value 1 of 2) holds complex"),
    "object": (changed(0, lambda x: {1: x}), 2, "weights (returned value 1 of 2) is not an array"),
    "one None": (changed(0, lambda x: None), 2, "nothing (None) came back"),
    "shape": (
        changed(0, lambda x: np.ravel(x)[:1]),
        2,
        "has shape (1,), where (3,) was asked for.",
    ),
    "brackets": (
        changed(0, lambda x: [x]),
        2,
        "has shape (1, 3), where (3,) was asked for: is there one pair of brackets or a comma too "
        "many after return?",
    ),
    "NaN": (changed(1, lambda x: x * np.nan), 2, "momentum (returned value 2 of 2) holds NaN or"),
    "integers": (
        changed(0, lambda x: np.asarray(x).astype(int)),
        2,
        "is made of whole numbers: the digits after the point were cut off",
    ),
    "rounded": (changed(0, lambda x: np.round(x, 2)), 2, "is nearly right, but rounded"),
    "half precision": (changed(0, np.float16), 2, "is nearly right, but rounded"),
    "exit": (raising(SystemExit(1)), 0, "your function stopped with SystemExit in line 2 of your"),
    "typo": (lambda *a: wieghts, 0, "stopped with NameError in line"),  # noqa: F821
    "recursion": (endless, 0, "stopped with RecursionError"),
    "half": (changed(0, lambda x: x / 2), 2, "weights is 0.5 times the right one"),
    "negative": (changed(1, lambda x: -x), 2, "momentum has the opposite sign"),
    "shifted": (changed(1, lambda x: x + 0.25), 2, "the right one plus 0.25."),
    "random": (
        lambda *a: tuple(x + np.random.default_rng().normal() for x in right(*a)),
        0,
        "The same call, made twice, gave two different answers",
    ),
}


@pytest.mark.parametrize("name", GUARDS)
def test_every_kind_of_wrong_answer_has_its_own_sentence(capfd, name):
    function, points, sentence = GUARDS[name]
    earned, said = told(capfd, function)
    assert sentence in said
    assert earned == points


@pytest.mark.parametrize("name", GUARDS)
def test_fresh_inputs_earn_the_same_and_are_not_shown(capfd, name):
    function, points, sentence = GUARDS[name]
    if name in ("half precision", "rounded"):
        sentence = "rounded"
    assert score("momentum-step", function, seed=11) == points
    out, err = capfd.readouterr()
    assert err == ""
    assert sentence.split(":")[0] in " ".join(out.split())
    assert "np.array" not in out
    assert "you returned" not in out


def test_a_stub_is_called_not_written_yet(capfd):
    points, said = told(capfd, raising(NotImplementedError("write me")))
    assert points == 0.0
    assert said.startswith("momentum-step: not written yet. Write your code in place of")


@pytest.mark.parametrize("thing", [3.0, None, "momentum_step", (1.0, 2.0)])
def test_what_is_no_function_is_asked_for_the_function(capfd, thing):
    points, said = told(capfd, thing)
    assert points == 0.0
    assert f"in place of a function came {type(thing).__name__}" in said


def test_a_right_answer_is_confirmed_with_what_was_covered(capfd):
    points, said = told(capfd, right)
    assert points == 4.0
    assert said.startswith("momentum-step: all right. 16 calls agree: a first step from zero")
    assert "Hint" not in said
    assert "Note" not in said


def test_an_empty_array_answered_wrongly_costs_nothing_but_is_mentioned(capfd):
    def function(weights, *more):
        return right(weights, *more) if weights.size else (0.0, 0.0)

    points, said = told(capfd, function)
    assert points == 4.0
    assert "all right" in said
    assert "Without points, but worth a look" in said


NOTES = {
    "a list came where a tuple is usual": lambda *a: list(right(*a)),
    "an array came where a tuple is usual": lambda *a: np.array(right(*a)),
    "a list came where an array is usual": lambda *a: tuple(x.tolist() for x in right(*a)),
    "float32 came": lambda *a: tuple(np.float32(x) for x in right(*a)),
}


@pytest.mark.parametrize("note", NOTES)
def test_departures_of_type_alone_earn_a_note_and_full_points(capfd, note):
    points, said = told(capfd, NOTES[note])
    assert points == 4.0
    assert f"Note: {note}" in said


def test_an_integer_in_place_of_a_float_earns_a_note_and_full_points(capfd):
    def function(alpha, steps):
        return steps if alpha == 1 else (1 - alpha**steps) / (1 - alpha)

    points, said = told(capfd, function, "momentum-speedup")
    assert points == 2.0
    assert "Note: an integer came" in said


def test_wrong_answers_are_not_bothered_with_notes_on_types(capfd):
    _, said = told(capfd, GUARDS["integers"][0])
    assert "Note" not in said


SO_FAR = [
    (
        "momentum-speedup",
        lambda alpha, steps: (1 - alpha**steps) / (1 - alpha),
        "Right so far: 7 of the 9 calls that carry points.",
    ),
    (
        "gradient-descent-step",
        lambda w, g, eta: w.__isub__(eta * g),
        "Right so far: all 9 calls that carry points.",
    ),
    (
        "momentum-step",
        lambda w, m, g, eta, alpha: (w - eta * m, alpha * m + g),
        "Right so far, of the 12 calls that carry points: weights in none, momentum in all.",
    ),
    (
        "momentum-step",
        lambda w, m, g, eta, alpha: (w - eta * g, alpha * m + g),
        "Right so far, of the 12 calls that carry points: weights in 2, momentum in all.",
    ),
]


@pytest.mark.parametrize(("slug", "function", "sentence"), SO_FAR)
def test_partial_credit_says_how_many_calls_are_right_of_those_that_count(
    capfd, slug, function, sentence
):
    _, said = told(capfd, function, slug)
    assert sentence in said


@pytest.mark.parametrize(
    ("slug", "function"),
    [
        ("bias-correction", lambda moment, beta, t: moment / (1 - beta ^ t)),
        ("momentum-step", lambda w, m, g, eta, alpha: (w, alpha * m + g ^ 2)),
    ],
)
def test_a_power_written_with_a_caret_is_told_how_python_writes_it(capfd, slug, function):
    points, said = told(capfd, function, slug)
    assert points == 0
    assert "your function stopped with TypeError" in said
    assert "a power is written **" in said


def test_a_counterexample_is_praised_for_what_it_shows_and_not_for_its_types(capfd):
    points, said = told(capfd, lambda: (1, -3, 0.5), "acceleration-counterexample")
    assert points == 2.0
    assert said == (
        "acceleration-counterexample: all right. C_m = -3.5, and |m| grows from 1 to 2.5. "
        "The claim is refuted. 2 of 2 points"
    )


def test_a_score_speaks_of_no_inputs_where_there_are_none(capfd):
    assert score("acceleration-counterexample", lambda: (1, 1, 0.5)) == 0.0
    out, err = capfd.readouterr()
    assert err == ""
    assert out.startswith("acceleration-counterexample: not right yet.")
    assert "seed" not in out


def test_a_changed_input_costs_half_and_is_said(capfd):
    def function(weights, momentum, gradient, eta, alpha):
        momentum[...] = alpha * momentum + gradient
        return weights - eta * momentum, momentum

    points, said = told(capfd, function)
    assert points == 2.0
    assert "momentum came back changed" in said


@pytest.mark.parametrize("slug", [slug for slug, one in EXERCISES.items() if not one.judged_by])
def test_whichever_argument_of_a_right_answer_came_back_changed_it_is_named(slug):
    task = load(slug)
    right = [
        Reply(tuple(map(Value, case.expected)), "tuple", len(case.expected)) for case in task.cases
    ]
    for place, name in enumerate(task.arguments):
        replies = [dataclasses.replace(reply, changed=(place,)) for reply in right]
        said = write_message(task, replies, judge(task, replies))
        assert f"{name} came back changed" in " ".join(said.split())


def test_a_changed_input_beside_a_wrong_value_is_noted(capfd):
    def function(weights, momentum, gradient, eta, alpha):
        gradient += 1.0
        return weights, alpha * momentum + gradient - 1.0

    points, said = told(capfd, function)
    assert points == 1.0
    assert "Note: an argument came back changed from 14 calls; such a call earns half." in said


def test_what_a_function_prints_is_counted_and_shown_in_part(capfd):
    def function(*arguments):
        for k in range(100):
            print("line", k)
        print("to stderr", file=sys.stderr)
        return right(*arguments)

    points, said = told(capfd, function)
    assert points == 4.0
    assert "Note: your function printed 1616 lines on the way" in said
    assert "| line 0 | line 1 | line 2 4 of" in said


def test_the_inputs_that_are_shown_can_be_pasted_and_lead_to_what_is_reported(capsys):
    check("momentum-training", lambda weights, *more: 2 * weights)
    out = capsys.readouterr().out
    namespace = {"np": np}
    exec("\n".join(re.findall(r"^    (.*)$", out, re.M)), namespace)
    task = load("momentum-training")
    case = next(case for case in task.cases if case.role == "core")
    arguments = [namespace[name] for name in task.arguments]
    reference = EXERCISES["momentum-training"].variants[0].build()
    np.testing.assert_allclose(reference(*arguments), case.expected[0], rtol=1e-12)
    assert str(2 * arguments[0][0])[:5] in out


WRONG = [
    (slug, wrong)
    for slug, exercise in EXERCISES.items()
    for wrong in exercise.misconceptions
    if not exercise.judged_by
]


@pytest.mark.nightly
def test_the_right_values_are_never_printed():
    # A shown number is either an input, or came from the student, or says how far off it is.
    for slug, wrong in WRONG[::5]:
        task = load(slug)
        replies = replies_of(task, wrong.build())
        verdict = judge(task, replies)
        case = task.cases[verdict.problem.case]
        for said in (
            write_message(task, replies, verdict),
            write_message(
                without_hints(task),
                replies,
                judge(without_hints(task), replies),
            ),
        ):
            shown = {float(x) for x in re.findall(r"-?\d+\.\d+(?:e[-+]\d+)?", said)}
            came = {
                float(f"{x:.{d}g}")
                for reply in replies
                for value in reply.values
                for x in value.array.flat
                for d in (4, 6)
            }
            inputs = {
                float(x) for a in case.arguments if not isinstance(a, str) for x in numbers_in(a)
            }
            answer = {
                float(f"{x:.{d}g}") for v in case.expected for x in v.flat for d in (4, 6, 15)
            }
            assert not (shown & answer) - came - inputs, (slug, wrong.name, said)


def without_hints(task):
    """Return the task as if no misconception were known, so that the difference is described."""
    return dataclasses.replace(task, hints={}, pairs={})


def numbers_in(argument):
    if isinstance(argument, list):
        return [x for item in argument for x in numbers_in(item)]
    if hasattr(argument, "centre"):
        return [*argument.centre.flat, *argument.curvature.flat]
    return np.ravel(argument)


def test_an_unknown_exercise_is_answered_in_one_sentence():
    with pytest.raises(ValueError, match="did you mean 'momentum-step'"):
        check("momentum_step", right)
    with pytest.raises(ValueError, match="did you mean 'momentum-step'"):
        score("momentum_step", right)


def test_an_interrupt_from_the_keyboard_interrupts_the_check():
    with pytest.raises(KeyboardInterrupt):
        check("momentum-step", raising(KeyboardInterrupt()))


def test_the_students_half_loads_neither_the_registry_nor_the_reference():
    code = (
        "import sys; from course_utils.exercises import check; "
        "check('stability-limit', lambda a, c: 2 * (1 + a) / c); "
        "print(sorted(m for m in sys.modules if m.startswith('course_utils')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    loaded = done.stdout.splitlines()[-1]
    assert "course_utils.exercises.check" in loaded
    for absent in ("registry", "optimizers", "measures"):
        assert absent not in loaded


def test_a_score_prints_the_seed_that_replays_it(capsys):
    wrong = changed(0, lambda x: x + 0.5)
    assert score("momentum-step", wrong) == 2.0
    out = capsys.readouterr().out
    seed = int(re.search(r"seed (\d+)", out)[1])
    assert score("momentum-step", wrong, seed=seed) == 2.0
    assert capsys.readouterr().out == out


def test_scores_draw_fresh_inputs_each_time(capsys):
    seen = []

    def function(weights, *more):
        seen.append(np.array(weights).tobytes())
        return right(weights, *more)

    score("momentum-step", function)
    score("momentum-step", function)
    assert seen[: len(seen) // 2] != seen[len(seen) // 2 :]
    capsys.readouterr()


def test_validate_hears_what_is_missing_and_nothing_when_all_is_right(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")

    def gradient_descent_step(weights, gradient, eta):
        return weights - eta * gradient

    assert check("gradient-descent-step", lambda *_: None) == 0
    assert "gradient-descent-step: not right yet." in capsys.readouterr().err
    assert check("gradient-descent-step", gradient_descent_step) == 2
    assert capsys.readouterr().err == ""
