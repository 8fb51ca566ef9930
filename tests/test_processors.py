"""`make test-processors`: what really ran is found out, what cannot run is skipped by name."""

import builtins
import os
import re
import signal

import nbformat
import pytest

import processors
from course_utils.experiments import computed_by
from course_utils.staff.authoring.lint import promises
from processors import CannotRunError, Outcome, Way, main, probe, promised, table

BY_NAME = {way.name: way for way in processors.WAYS}


def notebook(*sources, outputs=()):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for cell, text in zip(reversed(cells), outputs, strict=False):
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
        cell.execution_count = 1
    return nbformat.v4.new_notebook(cells=cells)


# --- what really ran -----------------------------------------------------------------------------


def answers(monkeypatch, *found):
    """Let children answer so, one after the other; return the environments they were given."""
    given, left = [], iter(found)
    monkeypatch.setattr(processors, "compute", lambda env: given.append(env) or next(left))
    return given


def test_a_kernel_that_openblas_replaces_in_silence_is_not_taken_for_the_one_that_was_named(
    monkeypatch,
):
    given = answers(monkeypatch, {"blas": "openblas 0.3.31 Haswell", "variants": []})
    with pytest.raises(CannotRunError, match=r"^this OpenBLAS runs Haswell in its place$"):
        probe(BY_NAME["Zen"])
    assert given[0]["OPENBLAS_CORETYPE"] == "Zen"


def test_prescotts_kernel_may_carry_the_name_that_openblas_gives_it(monkeypatch):
    answers(monkeypatch, {"blas": "openblas 0.3.31 Katmai", "variants": []})
    environment, blas = probe(BY_NAME["Prescott"])
    assert blas == "openblas 0.3.31 Katmai"
    assert environment["OPENBLAS_CORETYPE"] == "Prescott"


def test_another_blas_has_none_of_these_kernels(monkeypatch):
    answers(monkeypatch, {"blas": "accelerate", "variants": []})
    with pytest.raises(
        CannotRunError, match=r"^NumPy computes with accelerate, not with OpenBLAS$"
    ):
        probe(BY_NAME["Haswell"])


def test_all_variants_that_numpy_has_for_this_processor_are_switched_off(monkeypatch):
    given = answers(
        monkeypatch,
        {"blas": "accelerate", "variants": ["X86_V3", "X86_V4"]},
        {"blas": "accelerate", "variants": []},
    )
    environment, _ = probe(BY_NAME["no-dispatch"])
    assert "NPY_DISABLE_CPU_FEATURES" not in given[0]
    assert environment["NPY_DISABLE_CPU_FEATURES"] == "X86_V3 X86_V4"
    assert "OPENBLAS_CORETYPE" not in environment


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ([[]], "NumPy has no variants for this processor"),
        ([["X86_V3"], ["X86_V3"]], "NumPy runs X86_V3 all the same"),
    ],
)
def test_where_nothing_can_be_switched_off_it_is_not_said_to_be(found, sentence, monkeypatch):
    answers(monkeypatch, *({"blas": "x", "variants": variants} for variants in found))
    with pytest.raises(CannotRunError, match=f"^{sentence}$"):
        probe(BY_NAME["no-dispatch"])


def test_what_the_caller_has_set_does_not_reach_another_way(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Nehalem")
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", "AVX2")
    assert "OPENBLAS_CORETYPE" not in BY_NAME["no-dispatch"].environment()
    environment = BY_NAME["Haswell"].environment()
    assert environment["OPENBLAS_CORETYPE"] == "Haswell"
    assert "NPY_DISABLE_CPU_FEATURES" not in environment


@pytest.mark.skipif(os.name != "posix", reason="a signal kills a child on POSIX alone")
def test_a_child_that_an_unknown_instruction_kills_cannot_run_and_any_other_death_is_an_error(
    monkeypatch,
):
    monkeypatch.setattr(processors, "PROBE", "import os; os.kill(os.getpid(), 4)")
    assert signal.SIGILL == 4
    with pytest.raises(CannotRunError, match=r"^the processor lacks its instructions$"):
        processors.compute(dict(os.environ))
    monkeypatch.setattr(processors, "PROBE", "raise SystemError('broken')")
    with pytest.raises(RuntimeError, match="broken"):
        processors.compute(dict(os.environ))


def test_the_kernel_that_computes_here_is_found_in_a_child_by_its_name():
    blas = computed_by()["blas"]
    ways = [way for way in processors.WAYS if blas.split()[-1] in way.kernels]
    if not ways:
        pytest.skip(f"none of the six kernels, but {blas}")
    assert probe(ways[0])[1] == blas


# --- what a promise needs ------------------------------------------------------------------------


def sources(found):
    return [cell.source for cell in found.cells[:-1]]


PROMISE = "# NBVAL_CHECK_OUTPUT\n"


def test_only_the_cells_that_a_promise_needs_are_kept_in_their_order():
    found = promised(
        notebook(
            "import numpy as np\nimport math",
            "long = sum(range(10**9))",
            "base = 3\ntable = {}",
            "def f(x):\n    def g():\n        return base * x\n    return g()",
            "table['a'] = long_ago = 1",
            "predicted = None",
            PROMISE + "print(f(2), table, np.pi)",
            "base = 4",
        ),
        "x",
    )
    assert [source.split()[0] for source in sources(found)] == [
        "import", "base", "def", "table['a']", "#",
    ]  # fmt: skip


def test_a_name_that_is_bound_anew_needs_only_its_last_cell():
    found = promised(notebook("a = 1", "a = 2", "a = [a, a]", PROMISE + "print(a)", "a = 3"), "x")
    assert sources(found) == ["a = 2", "a = [a, a]", PROMISE + "print(a)"]


@pytest.mark.parametrize(
    ("source", "given", "taken"),
    [
        ("a = a + b", {"a"}, {"a", "b"}),
        ("a |= b", {"a"}, {"a", "b"}),
        ("a['x'] = b.c = 1", {"a", "b"}, {"a", "b"}),
        ("for a in b:\n    print(a)", {"a"}, {"b", "print"}),
        ("a = [c for c in b]\na = a + a", {"a"}, {"b"}),
        ("def f(x):\n    x[0] = 1\n    return [lambda: a + i for i in b]", {"f"}, {"a", "b"}),
        ("import a.b as c\nfrom d import e", {"c", "e"}, set()),
        ("@a\nclass B(c):\n    d = e", {"B"}, {"a", "c", "e"}),
    ],
)
def test_what_a_cell_gives_and_takes_is_read_from_its_code(source, given, taken):
    assert processors.needs(source) == (given, taken)


def test_without_a_promise_only_the_kernels_name_is_left():
    (cell,) = promised(notebook("a = 1", "print(a)"), "openblas 1 Zen").cells
    assert promises(cell)
    assert cell.outputs[0].text == "openblas 1 Zen\n"


@pytest.mark.parametrize("source", processors.SOURCES, ids=lambda path: path.stem)
def test_a_lesson_keeps_all_its_promises_and_every_name_that_they_use(source):
    lesson = nbformat.read(source, as_version=4)
    found = promised(lesson, "x")
    assert list(filter(promises, lesson.cells)) == list(filter(promises, found.cells))[:-1]
    known = set(dir(builtins))
    for cell in found.cells:
        given, taken = processors.needs(cell.source)
        assert taken <= known, cell.source
        known |= given


# --- running -------------------------------------------------------------------------------------


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("printed", "blas", "told"),
    [
        ("4", computed_by()["blas"], "2 passed"),
        ("5", computed_by()["blas"], "1 passed, 1 failed"),
        ("4", "openblas 0.3 Pentium", "1 passed, 1 failed"),
    ],
    ids=["as promised", "another output", "another kernel"],
)
def test_a_lesson_fails_if_an_output_or_the_kernel_is_another(printed, blas, told, tmp_path):
    path = tmp_path / "lesson.ipynb"
    lesson = promised(notebook(PROMISE + "print(2 + 2)", outputs=[printed + "\n"]), blas)
    nbformat.write(lesson, path)
    arguments = ["-c", os.devnull, "--rootdir", tmp_path, "--nbval-lax", path]
    counts, failure = processors.pytest(arguments, dict(os.environ), tmp_path)
    assert counts == told
    assert bool(failure) is ("failed" in told)


@pytest.mark.nightly
def test_what_pytest_counts_is_told_and_its_report_only_if_it_failed(tmp_path):
    path = tmp_path / "test_it.py"
    path.write_text(
        "import pytest\n"
        "def test_a(): pass\n"
        "def test_b(): pytest.skip('no')\n"
        "def test_c(): assert 1 == 2\n"
    )
    alone = ["-c", os.devnull, "--rootdir", tmp_path]
    told, failure = processors.pytest([*alone, path], dict(os.environ), tmp_path)
    assert told == "1 passed, 1 skipped, 1 failed"
    assert "assert 1 == 2" in failure
    assert processors.pytest([*alone, path, "-k", "test_a"], dict(os.environ), tmp_path) == (
        "1 passed",
        "",
    )
    told, failure = processors.pytest([*alone, path, "-k", "none"], dict(os.environ), tmp_path)
    assert told == "ended with 5"  # no test at all is no success
    assert failure


ONE, OTHER = Way("Nehalem", ("Nehalem",)), Way("SkylakeX", ("SkylakeX",))
GOOD = Outcome(ONE, "openblas 0.3 Nehalem", ["13 passed", "80 passed"], seconds=201.4)
BAD = Outcome(ONE, "openblas 0.3 Nehalem", ["12 passed, 1 failed", "80 passed"], failures=["why"])
SKIPPED = Outcome(OTHER, skipped="the processor lacks its instructions")


def test_the_table_has_a_line_for_each_way_with_what_ran_or_why_it_was_skipped():
    head, good, skipped = table([GOOD, SKIPPED])
    assert head.split() == ["kernel", "ran", "orderings", "lessons'", "cells", "seconds"]
    assert " ".join(good.split()) == "Nehalem openblas 0.3 Nehalem 13 passed 80 passed 201"
    assert skipped.split(maxsplit=1) == ["SkylakeX", f"skipped: {SKIPPED.skipped}"]
    assert head.index("orderings") == good.index("13 passed")


@pytest.mark.parametrize(
    ("outcomes", "code"), [([GOOD, SKIPPED], 0), ([BAD, SKIPPED], 1), ([SKIPPED], 1)]
)
def test_a_failure_is_a_failure_and_so_is_it_when_nothing_could_run(
    outcomes, code, monkeypatch, capsys
):
    monkeypatch.setattr(processors, "WAYS", [one.way for one in outcomes])
    by_way = {one.way: one for one in outcomes}
    monkeypatch.setattr(processors, "check", by_way.get)
    assert main([]) == code
    printed = capsys.readouterr().out
    assert all(line in printed for line in table(outcomes))
    assert ("--- Nehalem ---\nwhy" in printed) is (BAD in outcomes)


def test_some_ways_may_be_named_and_an_unknown_one_is_refused(monkeypatch, capsys):
    ran = []
    monkeypatch.setattr(processors, "check", lambda way: ran.append(way) or GOOD)
    assert main(["Zen", "no-dispatch", "--jobs", "1"]) == 0
    assert ran == [BY_NAME["Zen"], BY_NAME["no-dispatch"]]
    for arguments, sentence in (
        (["Pentium"], "expected ways among Prescott, .*no-dispatch, got Pentium"),
        (["--jobs", "0"], "expected 1 job or more, got 0"),
    ):
        with pytest.raises(SystemExit, match="2"):
            main(arguments)
        assert re.search(sentence, capsys.readouterr().err)


def test_a_way_that_cannot_run_is_skipped_before_anything_else_is_begun(monkeypatch):
    answers(monkeypatch, {"blas": "openblas 0.3.31 Haswell", "variants": []})
    monkeypatch.setattr(processors, "pytest", lambda *_: pytest.fail("it was run"))
    outcome = processors.check(BY_NAME["SkylakeX"])
    assert outcome.skipped == "this OpenBLAS runs Haswell in its place"
