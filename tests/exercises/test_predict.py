"""Predictions answer: what they say, what they take, and that each one of the lessons is met."""

import ast
import copy

import nbformat
import pytest

from course_utils.exercises import compare, predict
from course_utils.staff.authoring.headless import HeadlessClient
from support import ROOT

LESSONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))


DECLARED = copy.deepcopy(predict.__globals__["questions"]())


@pytest.fixture(autouse=True)
def questions(monkeypatch):
    """Nothing predicted or found before, and a few questions of our own."""
    module = predict.__globals__
    monkeypatch.setitem(module, "_predicted", {})
    monkeypatch.setitem(module, "_found", {})
    declared = {
        "ratio": {"thoughts": [[3.33, "3.3 is the ratio of the curvatures."]]},
        "letters": {"choices": ["A", "B", "C"], "thoughts": [["A", "Nothing carries it.", "0.0"]]},
        "names": {"choices": ["Rprop", "AdaGrad", "Adam"], "thoughts": [["Adam", "It is not."]]},
        "order": {"choices": ["a", "b", "c"], "ordered": True},
        "settled": {"choices": ["yes", "no"], "answer": "no"},
    }
    monkeypatch.setitem(module, "questions", lambda: declared)


def told(capsys, name, value, *found):
    predict(name, value)
    capsys.readouterr()
    compare(name, *found)
    return capsys.readouterr().out.splitlines()


REASON = "The reading below has the reason."


@pytest.mark.parametrize(
    ("name", "value", "found", "lines"),
    [
        ("ratio", 4.4, 40 / 9, ["You predicted 4.4; it is 4.444: right."]),
        (
            "ratio",
            3.3,
            40 / 9,
            ["You predicted 3.3; it is 4.444. 3.3 is the ratio of the curvatures."],
        ),
        ("ratio", 7, 40 / 9, [f"You predicted 7; it is 4.444. {REASON}"]),
        ("ratio", -4.4, 40 / 9, [f"You predicted -4.4; it is 4.444. {REASON}"]),
        ("ratio", 0, 1e-30, ["You predicted 0; it is 1e-30: right."]),
        ("ratio", 1, float("nan"), [f"You predicted 1; it is nan. {REASON}"]),
        (
            "letters",
            {0.0: "A", 0.9: " a", 1.0: "?"},
            {0.0: "C", 0.9: "A", 1.0: "B"},
            [
                "0.0: you predicted A; it is C. Nothing carries it.",
                "0.9: you predicted  a; it is A: right.",
            ],
        ),
        (
            "names",
            ["AdaGrad", "rprop"],
            ["Rprop", "AdaGrad"],
            ["You predicted AdaGrad, rprop; it is Rprop, AdaGrad: right."],
        ),
        (
            "names",
            ["Rprop", "Adam"],
            ["Rprop"],
            ["You predicted Rprop, Adam; it is Rprop. It is not."],
        ),
        ("names", "Rprop", ["Rprop"], ["You predicted Rprop; it is Rprop: right."]),
        ("letters", "C", {"B", "C"}, ["You predicted C; it is B or C: right."]),
        ("letters", "A", {"B", "C"}, [f"You predicted A; it is B or C. {REASON}"]),
        (
            "order",
            ["a", "c", "b"],
            ["a", "b", "c"],
            ["You predicted a, c, b; it is a, b, c. Of 3 pairs 2 stand in this order."],
        ),
        (
            "order",
            ["a", "b", "c"],
            ["a", "b", "c"],
            ["You predicted a, b, c; it is a, b, c: right."],
        ),
    ],
)
def test_a_run_says_what_became_of_a_prediction(capsys, name, value, found, lines):
    assert told(capsys, name, value, found) == lines


@pytest.mark.parametrize(
    ("value", "found", "sentence"),
    [
        (0.05, {"w1": 1, "w2": 2}, "Expected a value for each of w1, w2, got 0.05."),
        ({"w3": 0.05}, {"w1": 1, "w2": 2}, "Expected a value for each of w1, w2, got w3."),
        ({"w1": 0.05}, 1, "Expected one value, got w1."),
    ],
)
def test_parts_that_the_question_does_not_have_are_named(capsys, value, found, sentence):
    assert told(capsys, "ratio", value, found) == [sentence]


def test_an_answer_that_no_cell_computes_is_the_declared_one(capsys):
    assert told(capsys, "settled", "No") == ["You predicted No; it is no: right."]
    with pytest.raises(ValueError, match="expected what the run of 'ratio' found, got nothing"):
        compare("ratio")


@pytest.mark.parametrize("value", [None, "?", [], (), (None, None), {0.0: "?", 0.9: None}])
def test_a_run_is_silent_where_nothing_was_predicted(capsys, value):
    predict("letters", value)
    assert capsys.readouterr().out.startswith("No prediction yet")
    compare("letters", {0.0: "C", 0.9: "A"})
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ratio", "four", "Expected a number, got 'four'."),
        ("ratio", [1, "x"], "Expected a number, got 'x'."),
        ("ratio", {"a": object}, "Expected a number, got <class 'object'>."),
        ("letters", {0.0: "D", 0.9: "A"}, "Expected A, B or C, got 'D'."),
        ("names", ["Rprop", "SGD"], "Expected Rprop, AdaGrad or Adam, got 'SGD'."),
    ],
)
def test_a_strange_value_ends_in_a_sentence_and_is_not_compared(capsys, name, value, sentence):
    predict(name, value)
    assert capsys.readouterr().out == f"{sentence}\n"
    compare(name, {"a": 1, "0.0": "C", "": 2})
    assert capsys.readouterr().out == ""


def test_a_prediction_that_is_changed_after_the_run_is_compared_at_once(capsys):
    told(capsys, "ratio", 1, 2)
    predict("ratio", 2)
    assert capsys.readouterr().out == "You predicted 2; it is 2: right.\n"


def test_a_name_that_is_none_is_said_with_the_nearest_one():
    for call in (predict, compare):
        with pytest.raises(ValueError, match="got 'letter'; did you mean 'letters'"):
            call("letter", 1)


# --- the lessons' questions -----------------------------------------------------------------------


def calls(lesson):
    """Return [(function, question, index of the cell)] of a lesson, in order."""
    cells = nbformat.read(lesson, as_version=4).cells
    return [call for index, cell in enumerate(cells) for call in calls_in(cell, index)]


def calls_in(cell, index=0):
    return [
        (node.func.id, node.args[0].value, index)
        for node in (ast.walk(ast.parse(cell.source)) if cell.cell_type == "code" else ())
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("predict", "compare")
    ]


def questions_of(lesson):
    return [name for function, name, _ in calls(lesson) if function == "predict"]


def test_every_declared_question_is_asked_once_and_met_by_a_run_below():
    asked = [name for lesson in LESSONS for name in questions_of(lesson)]
    assert sorted(asked) == sorted(DECLARED)
    for lesson in LESSONS:
        place = {(function, name): index for function, name, index in calls(lesson)}
        assert len(place) == len(calls(lesson)) == 2 * len(questions_of(lesson))
        for name in questions_of(lesson):
            assert place["predict", name] < place["compare", name], name
        assert "predicted_" not in lesson.read_text("utf-8")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_what_a_run_shows_is_read_in_a_fold_below_it(lesson):
    cells = nbformat.read(lesson, as_version=4).cells
    asked = [index for function, _, index in calls(lesson) if function == "predict"]
    for function, name, index in calls(lesson):
        if function == "compare":
            end = next((one for one in asked if one > index), len(cells))
            below = "".join(cell.source for cell in cells[index:end])
            assert "<details><summary>The reading</summary>\n\n" in below, name


@pytest.mark.parametrize("name", DECLARED)
def test_a_question_is_declared_soundly(name):
    question = DECLARED[name]
    assert set(question) <= {"within", "choices", "ordered", "answer", "thoughts"}
    choices = {str(choice) for choice in question.get("choices", [])}
    for value, sentence, *of in question.get("thoughts", []):
        assert not choices or str(value) in choices
        assert sentence.endswith(".")
        assert len(sentence.split()) <= 25, sentence
        assert len(of) <= 1


# What the text of the lessons says that the runs find.
RIGHT = {
    "first-step-ratio": 4.4,
    "second-step-gain": 1.92,
    "kinds-of-ball": {0.0: "C", 0.9: "A", 1.0: "B"},
    "steps-for-good": 77,
    "gain-and-wait": {"gain": 10, "steps": 22},
    "sign-of-change": "-",
    "alternating-gradients": "cancels them",
    "stability-edge": 3.8,
    "directions-left": "alike",
    "cut-learning-rate": "sum",
    "nesterov-landing": "nearer",
    "worst-of-four": {0.001: "as published", 0.01: "looks back"},
    "slope-below-a-zero": 0,
    "where-forgetting-hurts": 4,
    "average-in-pytorch": {"lr": 0.001, "momentum": 0.9},
    "nesterov-in-pytorch": "other numbers",
    "cut-in-libraries": "Keras",
    "cliff-and-plateau": {"w2, η = 0.01": 3.56, "w1, η = 0.1": 7.03},
    "ten-factors": {"of 1/4": 1e-6, "of 2": 1000},
    "step-hundred": 0.1,
    "bowl-crossed": "no",
    "rmsprop-first-move": {"w1": 0.158, "w2": 0.158},
    "rmsprop-rate-falls": 3.2,
    "higher-scale": "neither",
    "angle-of-first-steps": 32,
    "end-of-rmsprop": 0.025,
    "compass": 8,
    "amplified": {2: "+", 4: "-"},
    "wider-range": "gradient descent",
    "rprop-steps": 42,
    "nine-against-one": {"gradient descent": 0, "RMSprop": -0.2, "Rprop": -381},
    "gain-of-the-pair": "kept",
    "slower-when-turned": ["AdaGrad", "RMSprop", "Rprop"],
    "order-of-six": ["Nesterov", "Momentum", "RMSprop", "AdaGrad", "gradient descent", "Rprop"],
    "whole-gradients": "Rprop",
    "first-step-of-small-gradients": 0.0433,
    "rmsprop-twins": ["Keras", "optax"],
    "two-memories": {
        "sum after 60": 10,
        "average after 60": 1,
        "sum after 100": 0.15,
        "average after 100": 0.015,
    },
    "which-hole": {0.0: "first", 0.5: "first", 0.9: "first", 0.95: "second"},
    "threshold": 0.91,
    "sign-of-the-moment": "no",
    "scale-that-fills": {"s(100)": 0.095, "t": 4603},
    "second-step": {"factor": 0.2353, "t": 3916},
    "second-moment": {"s": 9, "variance": 0},
    "stretch": {"gradient descent": 1000, "Adam": 1},
    "longest-steps": {
        "constant": 1,
        "alternating": 1,
        "one after silence": 2.5,
        "growing": 5.8,
    },
    "half-a-step": {"outside": 1e-8, "inside": 5.8e-5},
    "distrusted-lines": [3, 4, 7, 9, 11, 12],
    "fault-effects": {
        "forgets": "worse",
        "restarts t": "better",
        "shares": "no number",
        "fixed ε": "about equal",
    },
    "tiny-gradients": {"healthy": 0.28, "fixed ε": 2.226},
    "failing-settings": ["B", "C", "D"],
    "race-winners": {
        "bowl": "AdaGrad",
        "Rosenbrock": "momentum",
        "Beale": "Rprop",
        "saddle": "AdaGrad",
        "plateau and cliff": "Rprop",
    },
    "best-on-digits": "Nesterov",
    "adam-twins": ["PyTorch", "optax"],
    "epsilon-of-keras": 3.16e-7,
    "second-weight": {"AdamW": 0.36, "in the gradient": 0},
    "read-right": {"AdamW": 0.95, "in the gradient": 0.67},
    "what-a-fall-brings": {"same peak": "higher", "own peak": "lower"},
    "least-gain-of-a-fall": "momentum",
    "after-five-times": {1: 0.7, 0.01: 0.048},
    "lowest-with-muon": "Muon",
    "farther-after-one-step": "CM",
    "crossings-of-the-floor": {"classical momentum": 26, "NAG": 1},
    "momentum-of-nag": {"along y": 0.095, "along x": 0.933},
    "largest-learning-rate": {"classical momentum": 0.078, "NAG": 0.0269},
    "two-ways-apart": 1e-11,
    "lead-after-1000-steps": 130,
    "noise-floor": {"B = 4": 0.25, "mu = 0.9": 10, "mu = 0.9, eta/10": 1},
    "no-gain-from": 100,
    "slopes-of-the-chain": {"gradient descent": -0.5, "NAG": -1},
    "fate-of-cm": "cycles",
    "updates-to-reach": {0.9: 1000, 0.99: 12_250},
    "steps-of-cg": 2,
    "near-with-one-rate": "no",
    "given-back": "grey",
    "units-of-large-weights": "near 0 or 1",
    "factor-of-a-layer": {"one layer": 0.017, "power of ten after eight": -14},
    "links-of-a-unit": 16,
    "errors-from-three-starts": {"sparse": 0.8, "Glorot": 2.5, "dense": 4.7},
    "spread-that-fails": 8,
    "half-of-the-gain": 20,
    "smaller-error": {0.9: "neither", 0.999: "NAG"},
    "best-for-nag": 0.99,
    "best-in-long-runs": {"lowered": 0.999, "not lowered": 0.995},
    "three-radii": {0.5: "A", 1.1: "B", 3.0: "C"},
    "lag-of-half-the-score": {0.5: 14, 1.1: 18},
    "best-memory": 0.9,
    "power-of-ten": {0.5: -9, 1.1: 0, 3.0: 3},
    "learning-to-add": {"gradient descent": 0.032, "classical momentum": 0.018, "NAG": 0.002},
    "speed-of-the-product": "about as fast",
}


def test_no_thought_is_a_right_answer():
    agree = compare.__globals__["_agree"]
    assert set(RIGHT) == set(DECLARED)
    for name, right in RIGHT.items():
        if isinstance(right, list):
            continue  # a thought is said there of a name that is wrongly left out, too
        for part, value in compare.__globals__["_parts"](right).items():
            for wrong, _, *of in DECLARED[name].get("thoughts", []):
                if of in ([], [part]):
                    said_of_others = not of and isinstance(right, dict) and isinstance(wrong, str)
                    assert said_of_others or not agree(DECLARED[name], wrong, value), (name, wrong)


@pytest.mark.nightly
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_the_runs_of_a_lesson_find_what_its_text_says(lesson):
    notebook = nbformat.read(lesson, as_version=4)
    for cell in notebook.cells:
        asked = [name for function, name, _ in calls_in(cell) if function == "predict"]
        if asked:
            cell.source = "\n".join(f"predict({name!r}, {RIGHT[name]!r})" for name in asked)
    HeadlessClient(notebook, lesson.parent).execute()
    said = [
        line
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for line in output.get("text", "").splitlines()
        if "ou predicted" in line
    ]
    parts = (compare.__globals__["_parts"](RIGHT[name]) for name in questions_of(lesson))
    assert len(said) == sum(map(len, parts))
    assert [line for line in said if not line.endswith(": right.")] == []
