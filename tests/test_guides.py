"""The guides of CONTRIBUTING.md, walked.

A walk does in a copy of the course what a guide says, and the tests that look at it pass. Then one
step after the other is left out, and the same tests fail and say what is missing. A guide and its
walk name the same files in the same order, so neither changes without the other.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from support import ROOT

pytestmark = pytest.mark.slow  # each walk starts pytest once for every step, and once more


@dataclass(frozen=True)
class Step:
    """One numbered item of a guide: one file.

    ``edit`` takes the file's text ("" for a new file) and returns what the guide makes of it.
    ``complaint`` is what the tests say where this step is left out.
    """

    file: str
    edit: Callable[[str], str]
    complaint: str


@dataclass(frozen=True)
class Walk:
    """A guide by its heading, and its steps.

    ``passing`` and ``complaining`` are pytest's arguments: for the tests that pass after all steps,
    and for those of them that say what is missing.
    """

    guide: str
    steps: tuple[Step, ...]
    passing: tuple[str, ...]
    complaining: tuple[str, ...]


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
    before, after = update.state("momentum")
    return [
        update.gradient_line,
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
                ('_divided_step(update, "m̂", "ŝ"),\n    ]\n', ARITHMETIC),
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

WALKS = (OPTIMIZER,)
every_walk = pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.guide)


# ---- walking --------------------------------------------------------------------------------

# What the walks' tests read; a further walk adds what it needs.
COPIED = ("course_utils", "tests", "pyproject.toml")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Return the root of a copy of the course."""
    root = tmp_path_factory.mktemp("course")
    for name in COPIED:
        if (ROOT / name).is_dir():
            leave = shutil.ignore_patterns("__pycache__", "node_modules", "frontend", ".*")
            shutil.copytree(ROOT / name, root / name, ignore=leave)
        else:
            shutil.copy(ROOT / name, root / name)
    return root


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


def run_tests(copy, *arguments):
    """Run some tests of the copy; return pytest's exit code and what it said."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=copy,
        # The copy comes before the course that is installed; plugins only take time.
        env=os.environ | {"PYTHONPATH": str(copy), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
    )
    return run.returncode, run.stdout + run.stderr


@every_walk
def test_a_guide_names_the_files_that_its_walk_touches(walk):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    guide = text.partition(f"\n## {walk.guide}\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\d+\. `([^`]+)`", guide, re.MULTILINE) == [s.file for s in walk.steps]


@every_walk
def test_who_follows_a_guide_passes_the_tests(walk, copy):
    follow(walk, copy)
    code, output = run_tests(copy, *walk.passing)
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
def test_who_leaves_a_step_out_is_told_what_is_missing(walk, left_out, copy):
    follow(walk, copy, left_out)
    code, output = run_tests(copy, *walk.complaining)
    assert code != 0, output
    assert left_out.complaint in output, output
