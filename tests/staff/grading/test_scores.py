"""From sources to points: right code in any style earns all, wrong code what it earns anywhere."""

import contextlib
import functools
import io
import itertools
import json
import math
import sys

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from course_utils.app.main import main
from course_utils.exercises.check import replies_of
from course_utils.exercises.judge import judge
from course_utils.exercises.values import Reply, Value
from course_utils.staff.grading import one_function
from course_utils.staff.grading.limits import Limits
from course_utils.staff.grading.results import Result
from course_utils.staff.grading.score import score_submission
from course_utils.staff.grading.submissions.canonical import from_sources
from course_utils.staff.registry import EXERCISES, get
from support.submissions import (
    ANSWERS,
    FULL,
    LESSON,
    RELEASE,
    SEED,
    answered,
    cell_of,
    code_cell,
    points,
    read,
    released,
    score_sources,
    scored,
    without,
    write,
)

pytestmark = pytest.mark.requires("bubblewrap")

STEP = "momentum-step"
RIGHT = (
    "    momentum = alpha * momentum + gradient\n    return weights - eta * momentum, momentum\n"
)
HEAD = "def momentum_step(weights, momentum, gradient, eta, alpha):\n"
# Quick enough for a test, and no limit for honest code on a busy machine.
PATIENT = Limits(call=10, cell=20, exercise=40)


def layers(kind):
    """Yield, layer by layer, one solution of every exercise that has so many."""
    for row in itertools.zip_longest(*(getattr(one, kind) for one in EXERCISES.values())):
        yield {slug: one for slug, one in zip(EXERCISES, row, strict=True) if one is not None}


@pytest.mark.nightly
def test_the_whole_bank_earns_in_the_sandbox_what_it_is_worth():
    tasks = {slug: get(slug).task(SEED) for slug in EXERCISES}
    rejected, accepted = [], []
    for kind in ("misconceptions", "variants"):
        for layer in layers(kind):
            # A notebook each, so that a helper of one is not there for another.
            sources = {slug: {slug: one.source} for slug, one in layer.items()}
            result = score_submission(from_sources("all", sources), SEED, PATIENT)
            assert result.status == "graded"
            for slug, solution in layer.items():
                task, got = tasks[slug], result.exercises[slug]
                # Not a copy: the same code without a sandbox, in this process.
                fair = judge(task, replies_of(task, solution.build()))
                name = f"{slug}: {solution.name}"
                assert (got.points, got.diagnosis) == (fair.points, fair.diagnosis), name
                if kind == "misconceptions" and got.points >= got.max_points:
                    accepted.append(name)
                if kind == "variants" and got.points < got.max_points:
                    rejected.append(name)
    assert (accepted, rejected) == ([], [])


STYLES = {
    "with a helper in its cell": "def helper(a, m, g):\n    return a * m + g\n\n\n"
    + HEAD
    + "    m = helper(alpha, momentum, gradient)\n    return weights - eta * m, m\n",
    "as a lambda": "momentum_step = lambda w, m, g, e, a: (w - e * (a * m + g), a * m + g)",
    "with annotations that name nothing": "from __future__ import annotations\n"
    "def momentum_step(weights: Array, momentum: Array, gradient, eta: float, alpha) -> Pair:\n"
    + RIGHT,
    "with annotations of a newer Python": HEAD.replace("weights,", "weights: Array,") + RIGHT,
    "with a helper above what has to come first": "def helper(x: Array):\n    return x\n\n"
    "from __future__ import annotations\n" + HEAD + RIGHT,
    "as an object that is called": "class Step:\n    def __call__(self, w, m, g, eta, alpha):\n"
    "        m = alpha * m + g\n        return w - eta * m, m\nmomentum_step = Step()",
    "decorated": "import functools\ndef logged(f):\n    @functools.wraps(f)\n    def inner(*a):\n"
    "        print('called', f.__name__)\n        return f(*a)\n    return inner\n@logged\n"
    + HEAD
    + RIGHT,
    "with defaults": HEAD.replace("alpha)", "alpha=0.9, *, verbose=False)") + RIGHT,
    "with its own names": "def momentum_step(w, m, g, learning_rate, friction):\n"
    "    m = friction * m + g\n    return w - learning_rate * m, m\n",
    "as lists": HEAD
    + RIGHT.replace("weights - eta", "np.asarray(weights) - eta").replace(
        "return weights - eta * momentum, momentum",
        "return [(weights - eta * momentum).tolist(), momentum.tolist()]",
    ),
    "in float32": HEAD
    + "    w, m, g = (np.asarray(x, np.float32) for x in (weights, momentum, gradient))\n"
    "    m = np.float32(alpha) * m + g\n    return w - np.float32(eta) * m, m\n",
    "in loops": HEAD + "    shape = np.shape(weights)\n    w, m = [], []\n"
    "    for x, y, g in zip(*(np.ravel(a) for a in (weights, momentum, gradient))):\n"
    "        m.append(alpha * y + g)\n        w.append(x - eta * m[-1])\n"
    "    return np.reshape(w, shape), np.reshape(m, shape)\n",
    "in place on copies": HEAD
    + "    weights, momentum = weights.copy(), momentum.copy()\n    momentum *= alpha\n"
    "    momentum += gradient\n    weights -= eta * momentum\n    return weights, momentum\n",
    "warning on stderr": "import sys, warnings\n"
    + HEAD
    + "    warnings.warn('careful')\n    print('careful', file=sys.stderr)\n    np.log(-1.0)\n"
    + RIGHT,
    "with numpy's errors raised": "np.seterr(all='raise')\n" + HEAD + RIGHT,
    "with warnings raised": "import warnings\nwarnings.simplefilter('error')\n" + HEAD + RIGHT,
    "printing a lot": HEAD + "    print(weights, momentum, 'ü' * 1000)\n" + RIGHT,
    "writing past the capture": HEAD + "    import os\n    os.write(1, b'hello')\n" + RIGHT,
    "slowly": "import time\n" + HEAD + "    time.sleep(0.05)\n" + RIGHT,
    "with a demonstration below": HEAD
    + RIGHT
    + "\nprint(momentum_step(np.ones(2), np.zeros(2), np.ones(2), 0.1, 0.9))\n",
    "with a demonstration that fails": HEAD + RIGHT + "\nmomentum_step(1)\n",
    "with a demonstration that leaves": HEAD + RIGHT + "\nimport sys\nsys.exit('done')\n",
    "with asserts of its own": HEAD + RIGHT + "\nassert momentum_step(1, 0, 1, 1, 0)[0] == 0\n",
    "with a figure": "import matplotlib.pyplot as plt\n" + HEAD + RIGHT + "\nplt.plot([1, 2])\n",
    "with magics": "%matplotlib inline\n" + HEAD + RIGHT + "!ls\n%timeit 1\n",
    "with a file of its own": "open('notes.txt', 'w').write('x')\n" + HEAD + RIGHT,
    "with two threads": "import threading\n"
    + HEAD
    + "    t = threading.Thread(target=print)\n    t.start()\n    t.join()\n"
    + RIGHT,
    "with a random number on the way": HEAD + "    np.random.default_rng().normal()\n" + RIGHT,
    "with a name of main": HEAD + RIGHT + "\nif __name__ == '__main__':\n    print('main')\n",
    "with a data class": "import dataclasses as d\n@d.dataclass\nclass State:\n    m: object\n"
    + HEAD
    + "    s = State(alpha * momentum + gradient)\n    return weights - eta * s.m, s.m\n",
    "with subprocesses in vain": "import subprocess\ntry:\n    subprocess.run(['ls'])\n"
    "except OSError:\n    pass\n" + HEAD + RIGHT,
    "in Greek": "def momentum_step(w, m, g, η, α):\n    m = α * m + g\n    return w - η * m, m\n",
}


@pytest.mark.parametrize("style", STYLES)
def test_right_code_in_any_style_earns_all(style):
    result = score_sources({STEP: STYLES[style]}, PATIENT)
    assert result.points == result.max_points == 4.0, result.exercises[STEP].message
    assert result.flags == (("magic-dropped",) if "magics" in style else ())


def test_a_whole_lesson_in_good_order_earns_all(tmp_path):
    result = scored(write(tmp_path, answered()), PATIENT)
    assert (result.status, result.points, result.max_points) == ("graded", FULL, FULL)
    assert result.flags == ()
    assert list(result.exercises) == list(RELEASE.slugs)


def test_what_nobody_touched_earns_nothing_and_is_called_not_written(tmp_path):
    result = scored(write(tmp_path, released()))
    assert (result.points, result.flags) == (0.0, ())
    assert all("not written yet" in one.message for one in result.exercises.values())


def test_a_helper_of_an_earlier_cell_is_there():
    helper = ANSWERS["gradient-descent-step"] + "\n\ndef decayed(a, m, g):\n    return a * m + g\n"
    step = HEAD + "    m = decayed(alpha, momentum, gradient)\n    return weights - eta * m, m\n"
    result = score_sources({"gradient-descent-step": helper, STEP: step})
    assert result.points == result.max_points


def test_a_helper_in_a_cell_of_its_own_is_taken_along_and_one_below_the_check_is_not(tmp_path):
    step = HEAD + "    m = decayed(alpha, momentum, gradient)\n    return weights - eta * m, m\n"
    notebook = answered({**ANSWERS, STEP: step})
    helper = code_cell("def decayed(a, m, g):\n    return a * m + g")
    notebook["cells"].insert(1, helper)
    result = scored(write(tmp_path, notebook))
    assert (result.points, result.flags) == (FULL, ("repaired", "extra-code"))
    notebook["cells"].remove(helper)
    notebook["cells"].append(helper)
    result = scored(write(tmp_path, notebook))
    assert points(result) == {**points(result), STEP: 0.0}
    assert result.points == FULL - 4.0
    assert result.flags == ("extra-code",)
    message = " ".join(result.exercises[STEP].message.split())
    assert "'decayed' is not defined" in message
    assert "You define decayed in another cell" in message


def test_a_cell_that_stops_keeps_what_it_defined_and_harms_no_other():
    stops = ANSWERS["gradient-descent-step"] + "\n\nraise RuntimeError('later')\n"
    result = score_sources({**ANSWERS, "gradient-descent-step": stops})
    assert result.points == FULL


def test_a_cell_that_cannot_be_read_says_where(tmp_path):
    result = score_sources({**ANSWERS, STEP: "x = 1\ndef momentum_step(:\n"})
    assert result.points == FULL - 4.0
    assert "SyntaxError in line 2" in result.exercises[STEP].message


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("x = 1", "defines no function called momentum_step"),
        ("momentum_step = 3", "is no function, but int"),
        (
            "from course_" + "utils import optimizers\n" + HEAD + "    return optimizers.x\n",
            "course_utils is not there while grading",
        ),
        (
            HEAD + "    import course_" + "utils.descent as d\n    return d.x\n",
            "course_utils is not there while grading",
        ),
        ("import torch\n" + HEAD + "    return torch.x\n", "torch is not there while grading"),
        (HEAD + "    return plt.plot(weights)\n", "with np and math"),
    ],
)
def test_what_is_missing_is_said(source, word):
    result = score_sources({STEP: source})
    assert result.points == 0.0
    assert word in " ".join(result.exercises[STEP].message.split())
    assert ("imports-course" in result.flags) == ("course_" in source)


@pytest.mark.parametrize(
    "harmless",
    [
        "try:\n    import course_" + "utils\nexcept ImportError:\n    pass\n" + HEAD,
        "from course_" + "utils import optimizers\n" + HEAD,
    ],
)
def test_an_import_of_the_course_that_is_not_needed_costs_nothing(harmless):
    result = score_sources({STEP: harmless + RIGHT})
    assert result.points == result.max_points
    assert result.flags == ("imports-course",)


# What a notebook accepts, in forms that students' cells have. Each is a whole cell.
STEP_CELL = HEAD + RIGHT
ODD_CELLS = {
    "indented as a whole": "".join(f"    {line}\n" for line in STEP_CELL.splitlines()),
    "copied from a session": "\n".join(
        f"{'...' if line[:1] in ('', ' ') else '>>>'} {line}" for line in STEP_CELL.splitlines()
    ),
    "copied from IPython": "\n".join(
        f"{'   ...: ' if line[:1] in ('', ' ') else 'In [1]: '}{line}"
        for line in STEP_CELL.splitlines()
    ),
    "an import that is not needed": "import torch, numpy as np2\n" + STEP_CELL,
    "what a lesson imports": STEP_CELL + "\nnext(itertools.count())\n",
    "a picture below": STEP_CELL
    + "\ndisplay(np.zeros(2))\nget_ipython().run_line_magic('time', '')\n",
    "a call thousands deep": "import sys\nsys.setrecursionlimit(6000)\n"
    + "def depth(n):\n    return n and 1 + depth(n - 1)\n"
    + HEAD
    + "    depth(4000)\n"
    + RIGHT,
    "a name that is there only in a notebook": "%pwd\n" + STEP_CELL,
}


@contextlib.contextmanager
def recursion_limit():
    """Put back what a cell changes."""
    limit = sys.getrecursionlimit()
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize("form", ODD_CELLS)
def test_what_a_notebook_accepts_loses_nothing(form):
    shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    shell.user_ns |= {"np": np, "math": math, "itertools": itertools}
    with contextlib.redirect_stdout(io.StringIO()), recursion_limit():
        shell.run_cell(ODD_CELLS[form].replace("import torch, ", "import "))  # which is there
        function = shell.user_ns["momentum_step"]
        verdict = judge(get(STEP).task(SEED), replies_of(get(STEP).task(SEED), function))
    assert verdict.points == verdict.max_points
    result = score_sources({STEP: ODD_CELLS[form]})
    assert result.points == result.max_points, result.exercises[STEP].message


def test_a_function_sees_the_names_that_were_there_when_its_cell_had_run():
    first = (
        "def update(m, g):\n    return 0.9 * m + g\nETA = 1\n\n"
        + ANSWERS[STEP].replace("def momentum_step", "def right")
        + (
            "\ndef momentum_step(weights, momentum, gradient, eta, alpha):\n"
            "    assert update(1, 1) == 1.9 and ETA == 1\n"
            "    return right(weights, momentum, gradient, eta, alpha)\n"
        )
    )
    slugs = list(ANSWERS)
    after = slugs[slugs.index(STEP) + 1]
    again = "def update(m, g):\n    return -1\nETA = 2\ndel right\n" + ANSWERS[after]
    result = score_sources({**ANSWERS, STEP: first, after: again})
    assert result.points == FULL, {slug: one.message for slug, one in result.exercises.items()}


def test_a_trial_below_the_function_that_never_ends_costs_nothing():
    endless = ANSWERS[STEP] + "\nwhile True:\n    pass\n"
    result = score_sources({STEP: endless}, limits=Limits(cell=1.0))
    assert result.points == result.max_points
    assert result.flags == ("timed-out",)


def test_arguments_changed_in_place_cost_half_and_are_flagged():
    source = (
        HEAD + "    momentum *= alpha\n    momentum += gradient\n    weights -= eta * momentum\n"
    )
    result = score_sources({STEP: source + "    return weights, momentum\n"})
    assert result.points == 2.0
    assert result.flags == ("input-changed",)
    assert result.exercises[STEP].diagnosis == "changes_its_inputs"


def test_notebooks_of_one_assignment_do_not_share_names():
    one = {"gradient-descent-step": ANSWERS["gradient-descent-step"] + "\nhelper = 1\n"}
    two = {STEP: HEAD + "    helper\n" + RIGHT}
    result = score_submission(from_sources("two", {"1": one, "2": two}), SEED)
    assert points(result) == {"gradient-descent-step": 2.0, STEP: 0.0}


def test_the_same_seed_gives_the_same_result_bit_for_bit_and_another_gives_the_same_points():
    wrong = {slug: EXERCISES[slug].misconceptions[0].source for slug in RELEASE.slugs}
    submission = from_sources(LESSON, {LESSON: wrong})
    first, again, other = (score_submission(submission, seed) for seed in (1, 1, 2))
    assert first == again
    assert points(first) == points(other)


def test_a_result_is_json_and_comes_back_as_it_was(tmp_path):
    broken = score_submission(read(write(tmp_path, b"")), SEED)
    for result in (score_sources(without(ANSWERS, STEP)), broken):
        data = json.loads(json.dumps(result.to_json()))
        assert Result.from_json(data) == result


def test_messages_are_short_and_hide_nothing():
    shout = HEAD + "    raise ValueError('\\x1b[2J\\u202e\\0' + 'x' * 10**4)\n"
    message = score_sources({STEP: shout}).exercises[STEP].message
    assert len(message) <= Limits().message
    assert message.replace("\n", "").isprintable()


@functools.cache
def task_of(slug):
    return get(slug).task(SEED)


@pytest.mark.parametrize("slug", list(EXERCISES))
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 0.0, 1e308, -1e-320])
def test_no_numbers_make_the_judge_fail_or_earn_anything_by_their_oddity(slug, number):
    task = task_of(slug)
    replies = [
        Reply(
            tuple(Value(np.full_like(want, number)) for want in case.expected),
            "tuple" if len(case.expected) > 1 else "single",
            len(case.expected),
        )
        for case in task.cases
    ]
    with np.errstate(all="ignore"):
        verdict = judge(task, replies)
    assert verdict.points < task.points


def run_check(capsys, *arguments):
    code = main(["check", *map(str, arguments)])
    return code, capsys.readouterr()


def test_course_check_grades_one_function(tmp_path, capsys):
    path = tmp_path / "step.py"
    path.write_text(HEAD + RIGHT.replace("weights - eta", "weights + eta"))
    code, said = run_check(capsys, STEP, "--source", path, "--json", "--seed", 5)
    outcome = json.loads(said.out)
    assert code == 0
    assert list(outcome) == ["slug", "points", "max_points", "diagnosis", "hint", "message", "seed"]
    assert (outcome["slug"], outcome["seed"]) == (STEP, 5)
    assert (outcome["points"], outcome["max_points"]) == (2.0, 4.0)
    assert outcome["diagnosis"] == "walks_uphill"
    code, said = run_check(capsys, STEP, "--source", path)
    assert code == 0
    assert said.out.startswith("momentum-step: partly right.")
    assert "2 of 4 points" in said.out
    assert "seed" in said.out


def test_course_check_forgives_a_byte_order_mark(tmp_path, capsys):
    path = tmp_path / "step.py"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + RIGHT).encode())
    _, said = run_check(capsys, STEP, "--source", path, "--json")
    assert json.loads(said.out)["points"] == 4.0


@pytest.mark.parametrize(
    ("slug", "content", "word"),
    [
        ("momentum-stp", b"x = 1", "did you mean 'momentum-step'"),
        (STEP, None, "No such file"),
        (STEP, b"\xff\xfe", "UTF-8"),
        (STEP, b" " * (2**20 + 1), "at most"),
    ],
)
def test_course_check_refuses_in_a_sentence(slug, content, word, tmp_path, capsys):
    path = tmp_path / "source.py"
    if content is not None:
        path.write_bytes(content)
    code, said = run_check(capsys, slug, "--source", path)
    assert code == 2
    assert said.out == ""
    assert word in said.err
    assert said.err.count("\n") == 1


def test_course_check_refuses_without_a_sandbox(tmp_path, capsys, monkeypatch):
    path = tmp_path / "step.py"
    path.write_text(HEAD + RIGHT)
    monkeypatch.setenv("PATH", str(tmp_path))
    code, said = run_check(capsys, STEP, "--source", path)
    assert code == 2
    assert "bubblewrap" in said.err
    assert said.out == ""


def test_course_check_says_nothing_of_points_where_the_machine_was_too_busy(
    tmp_path, capsys, monkeypatch
):
    path = tmp_path / "step.py"
    path.write_text("while True: pass")
    hurried = functools.partial(score_submission, limits=Limits(submission=0.5))
    monkeypatch.setattr(one_function, "score_submission", hurried)
    code, said = run_check(capsys, STEP, "--source", path, "--json")
    assert (code, said.out) == (1, "")
    assert said.err.startswith("course check: not graded: it was not done after 0.5 seconds")


def test_the_first_answer_of_two_with_one_name_is_the_one_that_runs(tmp_path):
    notebook = answered()
    notebook["cells"].append({**cell_of(notebook, STEP), "source": HEAD + "    return 0, 0\n"})
    result = scored(write(tmp_path, notebook), PATIENT)
    assert (result.points, result.flags) == (FULL, ("cell-duplicated",))
