"""What is said of wrong numbers without a declared mistake: it is true, or it is not said."""

import numpy as np
import pytest

from course_utils.exercises.cases import Case, Task
from course_utils.exercises.factors import Formulas
from course_utils.exercises.judge import judge
from course_utils.exercises.relations import find_relation, follows
from course_utils.exercises.values import Quadratic, Reply, Value

BOWL = Quadratic(np.array([1.0, 2.0, 0.5]), np.array([0.3, -0.2, 0.1]), 0.25)
CALLS = [
    (np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.7, -1.9]), eta, alpha)
    for eta, alpha in ((0.1, 0.8), (0.03, 0.6), (0.07, 0.9), (0.2, 0.5))
]


def right(weights, momentum, eta, alpha):
    """A step that is simple enough to alter by hand: the gradient is that of BOWL."""
    momentum = alpha * momentum + gradient_of_bowl(weights)
    return weights - eta * momentum, momentum


def gradient_of_bowl(weights):
    """Written out once more, so that the terms of a relation have another source."""
    distance = weights - np.array([0.3, -0.2, 0.1])
    return np.array([1.0, 2.0, 0.5]) * distance + 0.25 * distance.sum()


def replies(function):
    answers = [function(*numbers) for numbers in CALLS]
    return [
        Reply(tuple(Value(np.array(value, float)) for value in answer), "tuple", 2)
        for answer in answers
    ]


def task(**more):
    cases = []
    for weights, momentum, eta, alpha in CALLS:
        expected = tuple(map(np.asarray, right(weights, momentum, eta, alpha)))
        arguments = (weights, momentum, BOWL, eta, alpha)
        magnitude = tuple(np.abs(value) + 1 for value in expected)
        cases.append(Case("a case", arguments, expected, magnitude, weight=0.25))
    names = ("weights", "momentum", "gradient_function", "eta", "alpha")
    return Task("a-slug", "f", names, ("weights", "momentum"), 4.0, tuple(cases), **more)


def changed(of_weights=None, of_momentum=None):
    """Return the right step with one of its two values replaced."""

    def function(weights, momentum, eta, alpha):
        new, memory = right(weights, momentum, eta, alpha)
        numbers = {
            "w": weights,
            "m": momentum,
            "eta": eta,
            "alpha": alpha,
            "new": new,
            "to": memory,
        }
        return (
            new if of_weights is None else of_weights(**numbers),
            memory if of_momentum is None else of_momentum(**numbers),
        )

    return function


@pytest.mark.parametrize(
    ("place", "function", "name", "said"),
    [
        (0, changed(lambda w, **_: w), "weights_is_weights_as_it_came_in", "as it came in"),
        (0, changed(lambda new, **_: -new), "weights_has_the_opposite_sign", "opposite sign"),
        (1, changed(None, lambda to, **_: 3 * to), "momentum_is_3_times_the_right_one", "3 times"),
        (
            1,
            changed(None, lambda to, alpha, **_: (1 - alpha) * to),
            "momentum_is_one_minus_alpha_times_the_right_one",
            "is (1 - alpha) times the right one",
        ),
        (0, changed(lambda w, new, **_: new - w), "weights_is_its_change", "return the change of"),
        (
            0,
            changed(lambda w, new, **_: w - (new - w)),
            "weights_changes_in_the_opposite_direction",
            "the right amount in the opposite direction",
        ),
        (
            0,
            changed(lambda w, new, eta, **_: w + eta * (new - w)),
            "weights_changes_eta_times_as_much",
            "the change of weights is eta times the right one",
        ),
        (
            0,
            changed(lambda w, new, eta, alpha, **_: w + (new - w) / eta * (1 + alpha)),
            "weights_changes_one_over_eta_one_plus_alpha_times_as_much",
            "is 1/eta * (1 + alpha) times",
        ),
        (
            0,
            changed(lambda w, new, eta, **_: new - 0.01 * eta * w),
            "weights_has_-0.01_eta_weights_besides",
            "the right one plus -0.01 * eta * weights",
        ),
        (0, changed(lambda new, **_: new + 1e-3), "weights_has_0.001_1_besides", "plus 0.001."),
        (
            1,
            changed(None, lambda w, m, alpha, **_: alpha * m + (1 - alpha) * gradient_of_bowl(w)),
            "momentum_is_alpha*momentum+(1-alpha)*gradient_function(weights)",
            "comes out as alpha * momentum + (1 - alpha) * gradient_function(weights)",
        ),
        (
            1,
            changed(None, lambda w, m, alpha, **_: alpha * m - w**2),
            "momentum_is_alpha*momentum-1*weights**2",
            "alpha * momentum - 1 * weights**2",
        ),
        (
            0,
            changed(lambda w, new, **_: np.where(w < 0, 9.0, new)),
            "weights_is_wrong_where_weights_is_negative",
            "exactly where weights is negative",
        ),
    ],
)
def test_a_relation_is_found_and_said(place, function, name, said):
    relation = find_relation(task(), replies(function), place)
    assert relation.name == name
    assert said in relation.hint


def test_a_relation_that_one_wrong_call_breaks_is_not_said():
    answers = replies(changed(lambda w, new, eta, **_: w + eta * (new - w)))
    assert find_relation(task(), answers, 0)
    last = answers[-1].values[0].array
    last[0] += 1e-4
    assert find_relation(task(), answers, 0) is None


def test_two_wrong_calls_show_no_relation():
    wrong, well = replies(changed(lambda new, **_: -new)), replies(right)
    assert find_relation(task(), wrong[:2] + well[2:], 0) is None
    assert find_relation(task(), wrong[:3] + well[3:], 0)


def test_numbers_that_are_not_finite_or_of_another_shape_show_no_relation():
    assert find_relation(task(), replies(changed(lambda new, **_: new * np.nan)), 0) is None
    assert find_relation(task(), replies(changed(lambda new, **_: new[:2])), 0) is None


def test_weights_that_follow_from_a_wrong_momentum_are_told_from_others():
    def averaged(w, m, eta, alpha):
        memory = alpha * m + (1 - alpha) * gradient_of_bowl(w)
        return w - eta * memory, memory

    def twice(w, m, eta, alpha):
        memory = averaged(w, m, eta, alpha)[1]
        return w - 2 * eta * memory, memory

    assert follows(task(), replies(averaged), 0, 1)
    assert not follows(task(), replies(twice), 0, 1)
    verdict = judge(task(), replies(averaged))
    assert verdict.hint.startswith("About momentum: In each wrong call, momentum comes out as")
    assert "wrong too" not in verdict.hint
    assert "weights is wrong too" in judge(task(), replies(twice)).hint


def with_a_declared_mistake():
    """Return the task with one mistake in its bank: alpha is left out."""
    declared = task(hints={"forgets_alpha": "Where is alpha?"})
    for case in declared.cases:
        weights, momentum, _, eta, _ = case.arguments
        memory = momentum + gradient_of_bowl(weights)
        case.mistaken["forgets_alpha"] = Reply(
            (Value(weights - eta * memory), Value(memory)), "tuple", 2
        )
    return declared


def test_a_declared_mistake_explains_one_value_where_another_fault_hides_the_rest():
    declared = with_a_declared_mistake()

    def also_uphill(w, m, eta, alpha):
        memory = m + gradient_of_bowl(w)
        return w + eta * memory + 0.3, memory

    verdict = judge(declared, replies(also_uphill))
    assert verdict.diagnosis == "forgets_alpha"
    assert verdict.hint == (
        "About momentum: Where is alpha? Mend this first. weights is wrong too: check again "
        "afterwards."
    )


def test_a_declared_mistake_is_not_named_where_the_student_is_right_and_it_is_not():
    declared = with_a_declared_mistake()
    only_returned = changed(None, lambda w, m, **_: m + gradient_of_bowl(w))
    verdict = judge(declared, replies(only_returned))
    assert verdict.diagnosis != "forgets_alpha"
    assert "momentum is the right one plus (1 - alpha) * momentum" in verdict.hint


# --- factors --------------------------------------------------------------------------------------

ETA = {"eta": np.array([0.1, 0.03, 0.07]), "beta": np.array([0.9, 0.5, 0.8])}
FORMULAS = Formulas(ETA, 3)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (np.full(3, 0.25), "0.25"),
        (ETA["eta"], "eta"),
        (-ETA["eta"], "-eta"),
        (2 / ETA["eta"], "2 * 1/eta"),
        (np.sqrt(1 - ETA["beta"]) ** 2, "(1 - beta)"),
        (ETA["eta"] * (1 - ETA["beta"]), "eta * (1 - beta)"),
    ],
)
def test_a_factor_is_written_as_a_formula_of_the_arguments(values, text):
    assert FORMULAS.write_out(dict(enumerate(values))).text == text


@pytest.mark.parametrize(
    "values",
    [np.array([0.1, 0.03, 0.07001]), 3 * ETA["eta"] * ETA["beta"], np.zeros(3), np.ones(2)],
)
def test_a_factor_is_not_written_where_none_fits_or_too_few_calls_show_it(values):
    assert FORMULAS.write_out(dict(enumerate(values))) is None


def test_a_factor_must_fit_each_number_and_not_only_the_whole():
    found = [np.array([0.1, 0.3]), np.array([0.03, 0.03]), np.array([0.07, 0.07])]
    near = [np.full(2, 1e-9)] * 3
    assert FORMULAS.fit(found, [np.ones(2)] * 3, near) is None
    found[0] = np.array([0.1, 0.1])
    assert FORMULAS.fit(found, [np.ones(2)] * 3, near).text == "eta"


def test_a_number_that_may_come_from_an_argument_is_not_written():
    steady = Formulas({"eta": np.array([0.1, 0.03, 0.07]), "beta": np.full(3, 0.73)}, 3)
    assert steady.write_out(dict(enumerate(np.full(3, 3.704)))) is None
    assert steady.write_out(dict(enumerate(3.704 * ETA["eta"]))) is None
    assert steady.write_out(dict(enumerate(-ETA["eta"]))).text == "-eta"
    assert steady.write_out(dict(enumerate(np.full(3, -1.0)))).text == "-1"
