"""The answers of the practice problems: every declared number is computed once more.

`support/practice/<notebook>.toml` has for each problem the numbers that its answer says, each with
the arithmetic behind it. A number has to come out as it is printed, to its last digit.
"""

import math
import re
import tomllib

import nbformat
import pytest

from support import ROOT

FILES = sorted((ROOT / "tests" / "support" / "practice").glob("*.toml"))
NOTEBOOKS = {
    "momentum": "01-momentum/01-momentum",
    "adaptive": "02-adaptive-rates/02-adaptive-rates",
    "adam": "03-adam/03-adam",
    "nesterov": "04-initialization-and-momentum/1-nesterov",
    "autoencoders": "04-initialization-and-momentum/2-autoencoders",
    "recurrent": "04-initialization-and-momentum/3-recurrent",
}
ARITHMETIC = vars(math) | {"__builtins__": {}, "abs": abs, "sum": sum, "range": range}

_PROBLEM = re.compile(
    r"\*(?P<name>\d+\.\d)\* (?P<question>.+)\n\n<details><summary>Answer</summary>(?P<answer>.+)"
    r"</details>"
)


def declared(file):
    return tomllib.loads(file.read_text("utf-8"))["problem"]


def asked(notebook):
    """Return {name of the problem: its answer} of a source notebook, by section and number."""
    path = ROOT / "solutions" / f"{notebook}.ipynb"
    texts = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    found = [match for text in texts for match in _PROBLEM.finditer(text)]
    return {match["name"]: match["answer"] for match in found}


CHECKS = [
    pytest.param(file.stem, problem["name"], says, computed, id=f"{file.stem}-{problem['name']}")
    for file in FILES
    for problem in declared(file)
    for says, computed in problem["checks"]
]


@pytest.mark.parametrize("notebook", NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_every_section_but_the_reflections_has_two_or_three_problems(notebook):
    path = ROOT / "solutions" / f"{notebook}.ipynb"
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    sections = re.findall(r"^## (\d+) · (?!Two reflections|A reflection)", text, re.MULTILINE)
    names = list(asked(notebook))
    assert text.count("<summary>Answer</summary>") == len(names)
    for section in sections:
        mine = [name for name in names if name.split(".")[0] == section]
        assert mine == [f"{section}.{k}" for k in range(1, len(mine) + 1)]
        assert 2 <= len(mine) <= 3, section


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_problem_is_declared_with_what_its_answer_says(file):
    assert [problem["name"] for problem in declared(file)] == list(asked(NOTEBOOKS[file.stem]))
    assert all(problem["checks"] for problem in declared(file))


@pytest.mark.parametrize(("notebook", "name", "says", "computed"), CHECKS)
def test_an_answer_says_what_the_arithmetic_gives(notebook, name, says, computed):
    answer = asked(NOTEBOOKS[notebook])[name].replace("−", "-")
    assert re.search(rf"(?<![\d.-]){re.escape(says)}(?!\.?\d)", answer), answer
    digits = len(says.partition(".")[2])
    value = eval(computed, ARITHMETIC)
    assert abs(value - float(says)) <= 0.5 * 10**-digits + 1e-12
