"""The guides of CONTRIBUTING.md, walked.

A walk does in a copy of the course what a guide says, and the tests that look at it pass. Then one
step after the other is left out, and the release or the same tests fail and say what is missing. A
guide and its walk name the same files in the same order, so neither changes without the other.
"""

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import nbformat
import pytest

from course_utils.staff.authoring.sections import read_sections
from support import ROOT, small_course

pytestmark = pytest.mark.nightly  # each walk starts pytest once for every step, and once more


@dataclass(frozen=True)
class Step:
    """One numbered item of a guide: one file.

    ``edit`` takes the file's text ("" for a new file) and returns what the guide makes of it.
    ``complaint`` is what is said where this step is left out.
    """

    file: str
    edit: Callable[[str], str]
    complaint: str


@dataclass(frozen=True)
class Walk:
    """A guide by its heading, and its steps.

    ``released`` is the lesson that `course release` builds after the steps, if any. ``passing`` and
    ``complaining`` are pytest's arguments: for the tests that pass then, and for those of them that
    say what is missing, unless the release has said it.
    """

    guide: str
    steps: tuple[Step, ...]
    passing: tuple[str, ...]
    complaining: tuple[str, ...]
    released: str = ""


def adding(*additions):
    """Return an edit that puts each text right after the one place where an anchor stands."""

    def edit(text):
        for anchor, addition in additions:
            assert text.count(anchor) == 1, f"expected {anchor!r} once, got {text.count(anchor)}"
            text = text.replace(anchor, anchor + addition)
        return text

    return edit


# ---- an optimizer: the sign of the momentum alone -------------------------------------------

RULE = '''

@dataclass(frozen=True)
class SignMomentum(Rule):
    r"""Momentum of which only the sign counts.

    .. math::
        m(t) &= \\alpha\\, m(t-1) + \\nabla E(w(t-1)) \\\\
        w(t) &= w(t-1) - \\eta\\, \\operatorname{sign} m(t)

    State: ``momentum``, m, shaped like the weights.

    Parameters
    ----------
    eta : float
        Learning rate, > 0; the length of every step.
    alpha : float in [0, 1]
        How much of the old momentum is kept.
    """

    eta: float
    alpha: float

    label = "sign momentum"
    states: ClassVar = {"momentum": "m"}
    scale_free = True

    def _update(self, weights, state, gradient):
        momentum = self.alpha * state["momentum"] + gradient
        return weights - self.eta * np.sign(momentum), {"momentum": momentum}
'''
ARITHMETIC = """

@_writes(SignMomentum)
def _sign_momentum(update):
    rule, t, g = update.rule, update.t, update.gradient
    before, after = update.states["momentum"]
    return [
        _gradient_line(update),
        f"m({t}) = α·m({t - 1}) + g = {_times(rule.alpha, before)} + {vector(g)} "
        f"= {vector(after)}",
        f"w({t}) = w({t - 1}) − η·sign m({t}) = {vector(update.old)} − "
        f"{_times(rule.eta, np.sign(after))} = {vector(update.new)}",
    ]
"""
OPTIMIZER = Walk(
    guide="Add an optimizer",
    steps=(
        Step(
            "course_utils/optimizers.py",
            adding(
                ('    "Rule",\n', '    "SignMomentum",\n'),
                (
                    "FirstMoment and RMSprop, both corrected\n",
                    f"{'SignMomentum':22}{'momentum':31}only the sign of the momentum counts\n",
                ),
                ('"moment": moment, "scale": scale, "t": t}\n', RULE),
            ),
            "cannot import name 'SignMomentum' from 'course_utils.optimizers'",
        ),
        Step(
            "course_utils/widgets/arithmetic.py",
            adding(
                ("    Rprop,\n", "    SignMomentum,\n"),
                ('_divided_step(update, "m̂", "ŝ")]\n', ARITHMETIC),
            ),
            "expected lines for SignMomentum in course_utils/widgets/arithmetic.py, got none",
        ),
        Step(
            "course_utils/plotting/style.py",
            adding(
                (
                    '    "adam": Look(BLACK, (12, 2), ">"),\n',
                    '    "sign momentum": Look(SKY, (9, 3), "*"),\n',
                )
            ),
            "expected a look for 'sign momentum' in STYLE of course_utils/plotting/style.py, "
            "got none",
        ),
        Step(
            "tests/test_rules.py",
            adding(
                ("    Rule,\n", "    SignMomentum,\n"),
                ("BY_HAND = {\n", "    SignMomentum(eta=0.25, alpha=0.5): [0.75, 0.5, 0.25],\n"),
            ),
            "expected SignMomentum in BY_HAND of tests/test_rules.py, got none",
        ),
    ),
    complaining=("tests/test_rules.py", "-k", "SignMomentum"),
    passing=(
        *("tests/test_rules.py", "tests/test_optimizers.py", "tests/plotting/test_looks.py"),
        # What looks at the new rule alone, and what compares all rules.
        *("-k", "SignMomentum or list_of_rules or no_two_rules or look_without or every_look"),
    ),
)

# ---- an exercise: how long a memory lasts -----------------------------------------------------

DECLARATION = '''"""Exercise ``half-life``: after how many updates half of a momentum is left."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import math

import numpy as np

from ..exercise import Call, Exercise

exercise = Exercise(
    slug="half-life", function="half_life", arguments=("alpha",), returns=("updates",), points=2
)


@exercise.reference
def reference(alpha):
    return math.log(0.5) / math.log(alpha)


@exercise.magnitude
def magnitude(alpha):
    return reference(alpha)


@exercise.calls
def calls(rng):
    for low, high in ((0.1, 0.4), (0.6, 0.8), (0.9, 0.99)):
        yield Call("different alphas", (round(float(rng.uniform(low, high)), 3),))
    yield Call("half of it every time", (0.5,), "edge")
    yield Call("a very long memory", (1 - 1e-4 * int(rng.integers(1, 9)),), "edge")


@exercise.misconception("Upside down: the longer the memory, the fewer of your updates. Invert it.")
def turns_it_upside_down(alpha):
    return math.log(alpha) / math.log(0.5)


@exercise.misconception("It is negative: both logarithms are, or neither.")
def loses_the_sign(alpha):
    return math.log(2) / math.log(alpha)


@exercise.misconception("As if each update took the same amount away. It takes the same share.")
def subtracts_each_time(alpha):
    return 0.5 / (1 - alpha)


@exercise.variant
def with_two_logarithms(alpha):
    return np.log(0.5) / np.log(alpha)


@exercise.variant
def in_base_two(alpha):
    return -1 / np.log2(alpha)


@exercise.variant
def in_base_alpha(alpha):
    return math.log(0.5, alpha)


@exercise.variant
def of_the_inverse(alpha):
    return math.log(2) / math.log(1 / alpha)
'''

SOLUTION = '''def half_life(alpha):
    """Return after how many updates half of a momentum is left; alpha: between 0 and 1."""
    ### BEGIN SOLUTION
    return np.log(0.5) / np.log(alpha)
    ### END SOLUTION'''


def with_half_life(text):
    """Return lesson 1 with one more section before its end: a task, an answer, a check."""
    notebook = nbformat.reads(text, as_version=4)
    number = len(read_sections(notebook)[0]) + 1
    task = f"## {number} · Half of it *(6 min)*\n\n**Code.** After how many updates is half left?"
    added = [
        small_course.cell("markdown", task),
        small_course.cell("code", SOLUTION, "half-life", ["minutes-5"], solution=True),
        small_course.cell("markdown", "**Check.**"),
        small_course.test_cell("half-life", "half_life", 2),
    ]
    starts = [cell.source.partition("\n")[0] for cell in notebook.cells]
    place = starts.index("## What we saw")
    notebook.cells[place:place] = added
    return nbformat.writes(notebook)


EXERCISE = Walk(
    guide="Add an exercise",
    steps=(
        Step(
            "course_utils/staff/registry/momentum/half_life.py",
            lambda text: DECLARATION,
            "(half-life): no exercise 'half-life' in the registry",
        ),
        Step(
            "solutions/01-momentum/01-momentum.ipynb",
            with_half_life,
            "the exercise 'half-life' is in no notebook; write it",
        ),
        Step(
            "tests/support/known/momentum.py",
            adding(("KNOWN = [\n", '    ("half-life", (0.5,), [1.0]),\n')),
            "expected a row for 'half-life' in KNOWN of tests/support/known/momentum.py, got none",
        ),
    ),
    released="01-momentum",
    complaining=("tests/staff/registry/test_registry.py", "-k", "half-life"),
    passing=(
        *("tests/staff/registry", "tests/exercises/test_cases.py", "tests/test_documents.py"),
        # What looks at the new exercise alone, and at what lesson 1 tells of itself.
        *("-k", "half-life or (01-momentum and (page or table or counted or graded or add_up))"),
    ),
)

WALKS = (OPTIMIZER, EXERCISE)
every_walk = pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.guide)


# ---- walking --------------------------------------------------------------------------------

# What the walks' tests read; a further walk adds what it needs.
COPIED = (
    *("course_utils", "tests", "notebooks", "solutions", "slides"),
    *("pyproject.toml", "nbgrader_config.py", "README.md", ".gitignore"),
)
LEFT = ("__pycache__", "node_modules", "frontend", "build", ".*")


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """Return what makes a copy of the course for each walk, once."""

    @functools.cache
    def copy(walk):
        root = tmp_path_factory.mktemp("course")
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns(*LEFT))
            else:
                shutil.copy(ROOT / name, root / name)
        return root

    return copy


def follow(walk, copy, left_out=None):
    """Do the steps of a walk in the copy, or all of them but one."""
    for step in walk.steps:
        original, target = ROOT / step.file, copy / step.file
        text = original.read_text(encoding="utf-8") if original.exists() else ""
        if step is not left_out:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(step.edit(text), encoding="utf-8")
        elif original.exists():
            target.write_text(text, encoding="utf-8")
        else:
            target.unlink(missing_ok=True)


def run(copy, *module):
    """Run a module of Python's in the copy; return the exit code and what it said."""
    run = subprocess.run(
        [sys.executable, "-m", *module],
        cwd=copy,
        # The copy comes before the course that is installed; plugins only take time.
        env=os.environ | {"PYTHONPATH": str(copy), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
    )
    return run.returncode, run.stdout + run.stderr


def look(walk, copy, tests):
    """Release the lesson of a walk, if it has one, and run tests; return as `run` does."""
    if walk.released:
        code, output = run(copy, "course_utils", "release", walk.released)
        if code:
            return code, output
    return run(copy, "pytest", "-q", "-p", "no:cacheprovider", *tests)


@every_walk
def test_a_guide_names_the_files_that_its_walk_touches(walk):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    guide = text.partition(f"\n## {walk.guide}\n")[2].partition("\n## ")[0]
    named = re.findall(r"^\d+\. `([^`]+)`", guide, re.MULTILINE)
    for pattern, step in zip(named, walk.steps, strict=True):  # <exercise> is any name
        parts = [re.escape(part) for part in re.split("<[^>]*>", pattern)]
        assert re.fullmatch("[^/]+".join(parts), step.file), (pattern, step.file)


@every_walk
def test_who_follows_a_guide_passes_the_tests(walk, copies):
    follow(walk, copies(walk))
    code, output = look(walk, copies(walk), walk.passing)
    assert code == 0, output
    assert int(re.search(r"(\d+) passed", output)[1]) > len(walk.steps)


@pytest.mark.parametrize(
    ("walk", "left_out"),
    [
        pytest.param(walk, step, id=f"{walk.guide}, not {step.file}")
        for walk in WALKS
        for step in walk.steps
    ],
)
def test_who_leaves_a_step_out_is_told_what_is_missing(walk, left_out, copies):
    follow(walk, copies(walk), left_out)
    code, output = look(walk, copies(walk), walk.complaining)
    assert code != 0, output
    assert left_out.complaint in output, output
