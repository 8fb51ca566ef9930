"""What is special about lesson 3's race: who arrives, and when."""

import numpy as np
import pytest

from course_utils import plotting
from support.figures.race import PANELS, races_figure


def test_the_race_says_in_words_when_each_method_arrives_for_good():
    alt = races_figure().alt
    # 4 * 0.8^t < 0.001 from t = ln(4000)/ln(1.25) = 37.2 on, 4 * 0.85^t from 51.03 on
    assert "gradient descent from t = 38" in alt
    assert "Adam from t = 52" in alt
    assert "hard: gradient descent never" in alt


def test_the_race_is_titled_by_its_winners():
    title = races_figure().title
    assert "gentle: gradient descent, t = 38" in title
    assert "hard: Adam, t = 52" in title  # my own ended before it was there


def test_a_curve_that_dips_below_the_goal_and_comes_back_has_not_arrived():
    dip = np.array([1.0, 1e-5, 1.0, 1e-5])
    assert "Adam from t = 3" in plotting.races({"a": {"Adam": dip}}, goal=1e-3).alt
    assert "Adam never" in plotting.races({"a": {"Adam": dip[:3]}}, goal=1e-3).alt


def test_every_method_looks_the_same_in_every_panel():
    gentle, hard = races_figure().axes[:2]
    colours = [[line.get_color() for line in axes.lines[1:3]] for axes in (gentle, hard)]
    assert colours[0] == colours[1]


@pytest.mark.parametrize(
    ("panels", "goal", "message"),
    [
        ({}, 1, "expected at least one entry in panels, got none"),
        ({"a": {}}, 1, "expected at least one entry"),
        (PANELS, 0, "expected goal above 0, got 0"),
    ],
)
def test_a_race_without_runners_or_goal_is_refused_in_a_sentence(panels, goal, message):
    with pytest.raises(ValueError, match=message):
        plotting.races(panels, goal=goal)
