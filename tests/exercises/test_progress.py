"""The points of all checks at a glance."""

import pytest

from course_utils.exercises import check, progress


@pytest.fixture(autouse=True)
def nothing_checked(monkeypatch):
    monkeypatch.setitem(progress.__globals__, "_points", {})


def gradient_descent_step(weights, gradient, eta):
    return weights - eta * gradient


def forgets_what_was(weights, momentum, gradient, eta, alpha):
    momentum = alpha * momentum + gradient
    return weights, momentum


def unwritten(alpha, steps):
    raise NotImplementedError


def test_every_exercise_has_its_last_points_and_all_have_a_sum(capsys):
    check("gradient-descent-step", unwritten)
    check("momentum-step", forgets_what_was)
    check("momentum-speedup", unwritten)
    check("gradient-descent-step", gradient_descent_step)
    capsys.readouterr()
    progress()
    assert capsys.readouterr().out.splitlines() == [
        "gradient-descent-step  ####################  2 of 2 points",
        "momentum-step          ##########··········  2 of 4 points",
        "momentum-speedup       ····················  0 of 2 points",
        "                                             4 of 8 points, reflections not counted",
    ]


def test_where_nothing_is_checked_it_says_what_to_do(capsys):
    progress()
    assert capsys.readouterr().out.startswith("Nothing is checked yet: run the checks first")
