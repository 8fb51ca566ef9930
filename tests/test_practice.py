"""The problems for practice: every number of an answer is computed here in another way."""

import itertools
import math
import re

import nbformat
import numpy as np
import pytest

from support import ROOT

LESSON = ROOT / "solutions" / "04-initialization-and-momentum"


def one_step(look_ahead, slope, theta=1.0, velocity=-0.5, eta=0.1, mu=0.8):
    velocity = mu * velocity - eta * slope(theta + look_ahead * mu * velocity)
    return theta + velocity


def first_below(limit, factor):
    """Return after how many steps a thing that shrinks by a factor is below a limit."""
    left, steps = 1.0, 0
    while left >= limit:
        left, steps = left * factor, steps + 1
    return steps


def edge(mu, look_ahead, curvature):
    """Return the largest η, in steps of 1e-5, whose iteration has no eigenvalue outside 1."""
    etas = np.arange(1, 10_000) * 1e-5

    def radius(eta):
        pull = 1 - look_ahead * eta * curvature
        step = np.array([[1 - eta * curvature, mu * pull], [-eta * curvature, mu * pull]])
        return np.abs(np.linalg.eigvals(step)).max()

    return max(eta for eta in etas if radius(eta) <= 1)


def stairs(t, period):
    return 1 - 2 ** (-1 - math.log2(t // period + 1))


def variance(function):
    """Return the variance of a function of two uniform numbers, by a fine grid."""
    x = (np.arange(2000) + 0.5) / 2000
    return function(x[:, None], x[None, :]).var()


def logistic(z):
    return 1 / (1 + math.exp(-z))


SIZES = [64, 48, 24, 12, 6, 12, 24, 48, 64]
FIVE, TEN = (np.linalg.eigvals(np.diag(c)) for c in ([1, 1, 1, 4, 4], [1, 2]))

ANSWERS = {
    ("1-nesterov", "s1"): [
        one_step(0, lambda theta: 6 * theta),
        one_step(1, lambda theta: 6 * theta),
        one_step(1, lambda theta: 5),
    ],
    ("1-nesterov", "s2"): [first_below(0.01, math.sqrt(0.95)), 0.95 - 0.95 * (1 - 0.9)],
    ("1-nesterov", "s3"): [
        0.9 * (1 - 20 * 0.03),
        1 / 0.02,
        edge(0, 0, 100),
        edge(0.9, 0, 100),
        edge(0.9, 1, 100),
    ],
    ("1-nesterov", "s4"): [100 * 0.01 / 0.001, 100 * math.sqrt(0.01 / 0.001), 2**2],
    ("1-nesterov", "s5"): [
        4 / (math.sqrt(100) + math.sqrt(4)) ** 2,
        ((math.sqrt(25) - 1) / (math.sqrt(25) + 1)) ** 2,
        2.1159 + 4 / 9 * (2.1159 + 1.8024) - (25 * 2.1159 - 24) / 9,
    ],
    ("1-nesterov", "s6"): [
        stairs(3000, 250),
        next(p for p in range(1, 500) if stairs(490, p) >= 0.99 - 1e-12 > stairs(489, p)),
    ],
    ("1-nesterov", "s7"): [len(set(FIVE)), 25 / (np.array([9, 16]) @ TEN)],
    ("2-autoencoders", "s1"): [
        64 * np.var([0, 1]),
        sum(a * b + b for a, b in itertools.pairwise(SIZES)),
    ],
    ("2-autoencoders", "s2"): [
        (logistic(3 + 1e-6) - logistic(3 - 1e-6)) / 2e-6,
        math.sqrt(sum((3 * 0.5) ** 2 for _ in range(20))),
    ],
    ("2-autoencoders", "s3"): [400**-0.5, 0.25, 0.25**4, math.sqrt(6 / 400) / math.sqrt(3)],
    ("2-autoencoders", "s4"): [1 / 0.5, 15**-0.5],
    ("2-autoencoders", "s5"): [1 / (1 - 0.999), 1 / (1 - 0.9), first_below(0.01, 0.9)],
    ("2-autoencoders", "s6"): [
        100 * (1 - 0.73 / 1.20),
        100 * (1 - 1.08 / 4.69),
        100 * (1 - 0.50 / 4.69),
    ],
    ("3-recurrent", "s1"): [0.5**10, np.abs(np.linalg.eigvals([[0, 2], [-2, 0]])).max(), 0.55],
    ("3-recurrent", "s2"): [variance(lambda x, y: (x + y) / 2), 1 - 0.02 / 0.08],
    ("3-recurrent", "s3"): [(0.5 * (1 - 0.6**2)) ** 3, first_below(1 / 1000, 1 / 1.3)],
    ("3-recurrent", "s4"): [2000 * 50, 50_000 * 100, math.sqrt(0.002)],
    ("3-recurrent", "s5"): [variance(lambda x, y: x * y), 2**5, 5**10],
}


def practice(name):
    """Return the problems of a notebook's sections: their cells' text by section."""
    cells = nbformat.read(LESSON / f"{name}.ipynb", as_version=4).cells
    marked = [cell for cell in cells if cell.get("id", "").endswith("-practice")]
    return {cell.id.removesuffix("-practice"): cell.source for cell in marked}


@pytest.mark.parametrize(("name", "section"), ANSWERS)
def test_an_answer_is_right_to_the_digits_that_it_tells(name, section):
    told = re.findall(r"\*\*([0-9.]+)\*\*", practice(name)[section].replace("**Practice**", ""))
    assert len(told) == len(ANSWERS[name, section])
    for number, right in zip(told, ANSWERS[name, section], strict=True):
        digits = len(number.partition(".")[2])
        assert abs(float(number) - right) <= 0.51 * 10**-digits, (number, right)


@pytest.mark.parametrize("name", sorted({name for name, _ in ANSWERS}))
def test_every_section_but_the_reflection_has_problems_with_a_folded_answer_each(name):
    cells = nbformat.read(LESSON / f"{name}.ipynb", as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    numbers = re.findall(r"^## (\d+) · (?!A reflection)", text, flags=re.MULTILINE)
    assert sorted(practice(name)) == [f"s{number}" for number in numbers]
    assert set(practice(name)) == {section for one, section in ANSWERS if one == name}
    for problems in practice(name).values():
        lines = [line for line in problems.splitlines() if line.startswith("- ")]
        assert 2 <= len(lines) <= 3
        assert all("<details><summary>Answer</summary>" in line for line in lines)
