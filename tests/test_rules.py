"""What belongs to an update rule: every rule of ``optimizers`` has all of it.

The rules are found in the module, never in the table that is looked at, so whoever adds a rule
and forgets a part of it is told which, and in which file. What rules do with numbers of any kind
is in ``test_optimizers.py``.
"""

import inspect
import re
from dataclasses import MISSING, fields
from itertools import pairwise

import numpy as np
import pytest

from course_utils import optimizers, plotting
from course_utils.descent import descend
from course_utils.hyperparameters import HYPERPARAMETERS
from course_utils.objectives import BOWL
from course_utils.optimizers import (
    NAG,
    RULES,
    AdaGrad,
    Adam,
    AdamW,
    ClassicalMomentum,
    FirstMoment,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSprop,
    Rprop,
    Rule,
)
from course_utils.widgets import explore
from course_utils.widgets.arithmetic import STATE_SYMBOLS, explain
from support.rules import every_class, every_rule


def numbers_of(rule):
    """Return the rows of a rule's hyperparameters, with their fields."""
    return [(HYPERPARAMETERS[f.name], f) for f in fields(rule) if f.type is not bool]


# ---- a hand calculation for each rule -------------------------------------------------------

#: The weights after each of the first steps on E = w²/2, whose gradient is w, from w = 1.
BY_HAND = {
    GradientDescent(eta=0.5): [0.5, 0.25, 0.125],
    Momentum(eta=0.5, alpha=0.5): [0.5, 0, -0.25],  # m = 1, 1, 0.5
    Nesterov(eta=0.5, beta=0.5): [0.5, 0.125, -0.03125],  # gradients at 1, 0.25, -0.0625
    ClassicalMomentum(eta=0.5, mu=0.5): [0.5, 0, -0.25],
    NAG(eta=0.5, mu=0.5): [0.5, 0.125, -0.03125],
    AdaGrad(eta=0.5, epsilon=1e-30): [0.5, 0.5 - 0.25 / np.sqrt(1.25)],  # G = 1, 1.25
    RMSprop(eta=0.25, beta=0.75, epsilon=1e-30): [0.5, 0.25],  # s = 1/4, 1/4
    Rprop(eta=0.25, increase=2, decrease=0.5): [0.75, 0.25, -0.75, -0.75, -0.25],
    FirstMoment(eta=0.5, beta1=0.5): [1 / 2, 1 / 6, -1 / 42],  # corrected: 1, 2/3, 8/21
    # corrected: m = 1, 5/6 and s = 1, 3/4
    Adam(eta=0.25, beta1=0.5, beta2=0.75, epsilon=1e-30): [0.75, 0.75 - 5 / 24 / np.sqrt(0.75)],
    # the same step, from which the decay takes 1/8 of the weight: 1 - 1/8 - 1/4
    AdamW(eta=0.25, beta1=0.5, beta2=0.75, epsilon=1e-30, weight_decay=0.5): [0.625],
}


@every_class
def test_the_first_steps_of_every_rule_are_those_of_a_hand_calculation(rule):
    calculated = {example: path for example, path in BY_HAND.items() if type(example) is rule}
    assert calculated, f"expected {rule.__name__} in BY_HAND of tests/test_rules.py, got none"
    for example, expected in calculated.items():
        weights, path = np.array(1.0), []
        state = example.init(weights)
        for _ in expected:
            weights, state = example.step(weights, state, lambda w: w)
            path.append(weights)
        np.testing.assert_allclose(path, expected, rtol=1e-12, atol=1e-15)


# ---- the class ------------------------------------------------------------------------------


def test_the_list_of_rules_holds_every_rule_that_the_module_defines():
    source = inspect.getsource(optimizers)
    classes = re.findall(r"^class (\w+)\((?:Rule|ClassicalMomentum|Adam)\):", source, re.MULTILINE)
    assert [rule.__name__ for rule in RULES] == classes
    assert len(RULES) >= 10


@every_class
def test_every_rule_is_public(rule):
    assert rule.__name__ in optimizers.__all__, f"expected {rule.__name__} in optimizers.__all__"


@every_class
def test_the_map_of_the_module_tells_every_rule_and_its_states(rule):
    table = optimizers.__doc__.split("=\n")[2]
    rows = {row.split()[0]: re.split(r"\s{2,}", row)[1] for row in table.splitlines()[:-1]}
    assert rule.__name__ in rows, f"expected {rule.__name__} in the table of optimizers' docstring"
    states = ", ".join(rule.with_defaults().init(0.0)) or "(none)"
    assert rows[rule.__name__] == states


@every_class
def test_the_states_of_every_rule_are_those_that_it_declares(rule):
    declared = [*rule.states, *(["t"] if rule.counts_steps else [])]
    assert list(rule.with_defaults().init(0.0)) == declared


def test_no_two_rules_have_one_label_or_two_symbols_for_one_state():
    assert len({rule.label for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert {name: STATE_SYMBOLS[name] for name in rule.states} == rule.states


# ---- its hyperparameters --------------------------------------------------------------------


@every_class
def test_every_hyperparameter_of_a_rule_has_the_default_of_the_table(rule):
    for row, field in numbers_of(rule):
        assert row.default is not None
        assert field.default in (MISSING, row.default), row.name


@every_class
def test_the_docstring_of_every_rule_tells_the_ranges_of_the_table(rule):
    parameters = inspect.getdoc(rule).partition("Parameters\n")[2].partition("\n\n")[0]
    entries = re.findall(r"^(\S.*) : (.*(?:\n .*)*)", parameters, re.MULTILINE)
    told = {name: text for names, text in entries for name in names.split(", ")}
    assert set(told) == {field.name for field in fields(rule)}
    for row, _ in numbers_of(rule):
        if row.range.high < np.inf:
            assert str(row.range) in told[row.name], row.name


@every_class
def test_every_hyperparameter_of_a_rule_has_a_slider_that_can_stand_at_its_default(rule):
    for row, _ in numbers_of(rule):
        assert row.slider, (
            f"expected a slider for {row.name} in course_utils/hyperparameters.py, got none"
        )
        assert row.slider.low <= row.default <= row.slider.high, row.name
    hyperparameters = {row.name: row.default for row, _ in numbers_of(rule)}
    figure = explore(BOWL, rule, presets=False, **hyperparameters)
    assert figure.values == hyperparameters | {"steps": 100}


# ---- its looks ------------------------------------------------------------------------------


@every_class
def test_every_rule_has_a_colour_and_a_dash(rule):
    assert rule.label.lower() in plotting.STYLE, (
        f"expected a look for {rule.label!r} in STYLE of course_utils/plotting/style.py, got none"
    )
    (path,) = explore(BOWL, rule, presets=False).canvas.frame["paths"]
    look = plotting.STYLE[rule.label.lower()]
    assert (path["label"], path["colour"], path["dash"]) == (
        rule.label,
        look.colour,
        list(look.dash),
    )


def test_there_is_no_look_without_a_rule():
    assert set(plotting.STYLE) == {rule.label.lower() for rule in RULES}


# ---- its arithmetic in numbers --------------------------------------------------------------


def value_of(text):
    """Return what a piece of written arithmetic comes to, or None if it has symbols or words."""
    if re.search(r"[^\W\d_]|[√∇→;]", re.sub(r"(?<=\d)e−?\d|²", "", text)):
        return None
    code = text.replace("−", "-").replace("·", "*")
    code = re.sub(
        r"\(([^()]*,[^()]*)\)(²?)", lambda m: f"array([{m[1]}])" + "**2" * len(m[2]), code
    )
    return np.asarray(eval(code, {"array": np.array}))


def test_the_reader_of_written_arithmetic_reads_it():
    assert value_of("0.9 · (−90, 4e2) + (−8, 1)²").tolist() == [-17, 361]
    assert value_of("(1, 3) / 0.5 − (1e−2, 0)").tolist() == [1.99, 6]
    for words in ("m(2)", "∇E(w(0))", "α·m(1) + g", "(1, 2), before: (0, 0); product 0: stay"):
        assert value_of(words) is None


@every_rule
def test_the_written_arithmetic_of_every_rule_adds_up_and_ends_at_the_weights(rule):
    run = descend(rule, BOWL, steps=6)
    for t in range(1, 7):
        *lines, error_line = explain(rule, BOWL, run, t)
        assert error_line.startswith("E: ")
        for line in lines:
            written = [text for text in line.split(" = ") if value_of(text) is not None]
            values = [value_of(text) for text in written]
            # Six digits are written, of terms that may be larger than what they come to.
            sizes = [value_of(re.sub("(?<!e)−", "+", text)).max() for text in written]
            for left, right in pairwise(values):
                np.testing.assert_allclose(
                    left, right, rtol=0, atol=2e-5 * max(sizes), err_msg=line
                )
        assert len(values) >= 2, "expected the last line in numbers"
        np.testing.assert_allclose(values[-1], run.weights[t], rtol=1e-5)


def test_a_rule_of_the_course_without_arithmetic_is_an_error_and_a_students_own_is_not(monkeypatch):
    class Own(Momentum):
        label = "own"

    rule = Own(0.001, 0.9)
    run = descend(rule, BOWL, steps=1)
    lines = explain(rule, BOWL, run, 1)
    assert lines[1] == "momentum: (0, 0) → (−90, 400)"
    monkeypatch.setattr("course_utils.widgets.arithmetic.RULES", (*RULES, Own))
    with pytest.raises(NotImplementedError, match=r"expected lines for Own in .*/arithmetic\.py"):
        explain(rule, BOWL, run, 1)


def test_a_rule_of_a_students_own_is_shown_under_its_label():
    class Own(Rule):
        label = "my own"

        def __post_init__(self):
            pass

        def _update(self, weights, state, gradient):
            return weights - 0.001 * gradient, {}

    assert list(explore(BOWL, Own(), presets=False).trajectories) == ["my own"]
