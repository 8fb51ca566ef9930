"""The declarations: reference answers against known numbers, contract, points, case files."""

import inspect
import itertools
import re

import numpy as np
import pytest

from course_utils.exercises.call import make_argument
from course_utils.exercises.cases import FOLDER
from course_utils.exercises.values import Generator, Quadratic
from course_utils.staff import registry
from course_utils.staff.registry import EXERCISES, compile_cases, get
from support.known import KNOWN

A = np.array


@pytest.mark.parametrize("slug", [slug for slug, one in EXERCISES.items() if not one.judged_by])
def test_an_exercise_has_answers_that_are_known_from_elsewhere(slug):
    known = {row[0] for row in KNOWN}
    where = f"tests/support/known/{get(slug).lesson}.py"
    assert slug in known, f"expected a row for {slug!r} in KNOWN of {where}, got none"


@pytest.mark.parametrize(("slug", "arguments", "want"), KNOWN)
def test_reference_answers_are_the_known_numbers(slug, arguments, want):
    answer = get(slug).answer(arguments)
    assert len(answer) == len(want)
    for value, known in zip(answer, want, strict=True):
        np.testing.assert_allclose(value, known, rtol=1e-12, atol=1e-12)
        assert value.shape == np.shape(known)


def test_to_get_one_exercise_the_others_are_not_looked_for(monkeypatch):
    """To import all of them takes longer than to grade three submissions."""

    def look():
        raise AssertionError

    get.cache_clear()
    monkeypatch.setattr(registry, "_all", look)
    assert get("momentum-step").slug == "momentum-step"


def test_the_stability_limit_is_where_momentum_stops_converging():
    for alpha, curvature in ((0.3, 2.0), (0.85, 0.5)):
        (limit,) = get("stability-limit").answer((alpha, curvature))
        ends = []
        for eta in (0.99 * limit, 1.01 * limit):
            w, m = 1.0, 0.0
            for _ in range(3000):
                m = alpha * m + curvature * w
                w = w - eta * m
            ends.append(abs(w))
        assert ends[0] < 1e-3
        assert ends[1] > 1e3


def test_the_roots_of_momentum_are_called_as_in_the_lesson():
    hints = " ".join(wrong.hint for wrong in get("stability-limit").misconceptions)
    assert "w(t) = σ^t" in hints
    assert not re.search(r"\bs\^t|\|s\|", hints)


def test_the_converted_notations_walk_the_same_path():
    eta, alpha = 0.3, 0.7
    slopes = np.array([1.0, -2.0, 0.5, 3.0])
    m = v = a = 0.0
    places = np.zeros(3)
    for slope in slopes:
        m, v, a = alpha * m + slope, alpha * v - eta * slope, alpha * a + (1 - alpha) * slope
        places += [-eta * m, v, -eta / (1 - alpha) * a]
        memory = {"sum": m, "velocity": v, "average": a}
        for source in memory:
            for target in memory:
                (got,) = get("convert-momentum").answer(
                    (A(memory[source]), source, target, eta, alpha)
                )
                np.testing.assert_allclose(got, memory[target], rtol=1e-12)
    np.testing.assert_allclose(places, places[0])


@pytest.mark.parametrize("slug", EXERCISES)
def test_an_exercise_has_at_least_three_misconceptions_with_hints_and_some_right_variants(slug):
    exercise = get(slug)
    assert len(exercise.misconceptions) >= 3
    assert len(exercise.variants) >= 4
    names = [solution.name for solution in (*exercise.misconceptions, *exercise.variants)]
    assert len(names) == len(set(names))
    for wrong in exercise.misconceptions:
        assert wrong.hint.endswith((".", "?", ")"))
        assert len(wrong.hint) < 350


@pytest.mark.parametrize("slug", EXERCISES)
def test_the_source_of_a_solution_is_a_complete_cell(slug):
    exercise = get(slug)
    for solution in (*exercise.misconceptions, *exercise.variants):
        assert solution.source.startswith(f"def {exercise.function}(")
        assert "@" not in solution.source.split(":")[0]
        assert "noqa" not in solution.source
        function = solution.build()
        required = [
            name
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.default is parameter.empty
        ]
        assert tuple(required) == exercise.arguments


@pytest.mark.parametrize("slug", EXERCISES)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_task_keeps_to_the_contract(slug, seed):
    task = get(slug).task(seed)
    assert len(task.cases) <= 30
    assert sum(case.weight for case in task.cases) == pytest.approx(1)
    for case in task.cases:
        assert len(case.arguments) == len(task.arguments)
        assert [value.shape for value in case.expected] == [value.shape for value in case.magnitude]
        assert (case.weight > 0) == (case.role in ("core", "edge"))
        assert all(np.isfinite(value).all() for value in case.expected)
        for value, magnitude in zip(case.expected, case.magnitude, strict=True):
            if not task.judged_by:
                assert np.all(np.abs(value) <= magnitude * (1 + 1e-9))
        assert {type(argument) for argument in case.arguments} <= PLAIN
        for array in arrays_in(case.arguments):
            assert array.dtype == np.float64
            sizes = np.abs(array[array != 0])
            assert np.all((sizes > 1e-50) & (sizes < 1e50))


@pytest.mark.parametrize("slug", EXERCISES)
def test_what_is_changed_alone_changes_the_right_answer(slug):
    cases = get(slug).task(4).cases
    for case in cases:
        if case.varies:
            before = cases[case.varies[0]].expected
            assert not all(map(np.array_equal, case.expected, before)), case.about


# A student's function never meets NumPy's own scalars, which look like arrays and are none.
PLAIN = {np.ndarray, float, int, bool, str, list, Quadratic, Generator}


def arrays_in(arguments):
    for argument in arguments:
        if isinstance(argument, list):
            yield from arrays_in(argument)
        elif isinstance(argument, Quadratic):
            yield from (argument.curvature, argument.centre)
        elif isinstance(argument, np.ndarray):
            yield argument


@pytest.mark.parametrize(
    "slug",
    ["gradient-descent-step", "momentum-step", "acceleration-measure", "convert-momentum",
     "nesterov-step", "momentum-training", "adagrad-step", "rmsprop-step",
     "amplification-measure", "rprop-step", "first-moment-step", "bias-correction",
     "adam-measure", "adam-step", "epsilon-placement", "classical-momentum-step", "nag-step"],
)  # fmt: skip
def test_inputs_have_many_shapes_and_sizes(slug):
    cases = get(slug).task(3).cases
    arrays = [array for case in cases for array in arrays_in(case.arguments)]
    assert {array.ndim for array in arrays} >= {0, 1, 2, 3}
    assert min(array.size for array in arrays) == 0
    sizes = np.concatenate([np.abs(array[array != 0]) for array in arrays])
    assert sizes.max() > 1e39
    assert sizes.min() < 1e-39


CHAINED = [
    slug
    for slug, exercise in EXERCISES.items()
    if sum(case.step.startswith("step") for case in exercise.task(8).cases) > 1
]


def test_the_steps_with_a_memory_are_asked_for_in_chains():
    assert {"momentum-step", "adagrad-step", "rmsprop-step", "rprop-step"} <= set(CHAINED)


@pytest.mark.parametrize("slug", CHAINED)
def test_each_step_of_a_chain_begins_near_where_the_reference_ended(slug):
    cases = [case for case in get(slug).task(8).cases if case.step.startswith("step")]
    for before, after in itertools.pairwise(cases):
        for got, want in zip(after.arguments, before.expected, strict=False):
            np.testing.assert_allclose(got, want, atol=1e-4)


def test_the_same_seed_draws_the_same_task_and_another_seed_another():
    exercise = get("nesterov-step")
    one, again, other = (
        make_argument(exercise.task(seed).cases[1].arguments[0]).tolist() for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other


@pytest.mark.parametrize("slug", ["momentum", "", "adam"])
def test_an_unknown_slug_is_answered_in_one_sentence(slug):
    with pytest.raises(ValueError, match=f"there is no exercise called '{slug}': "):
        get(slug)


# Case files


def test_every_exercise_has_a_case_file_and_every_case_file_an_exercise():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(EXERCISES)


@pytest.mark.parametrize("slug", EXERCISES)
def test_a_case_file_is_up_to_date(slug):
    kept = (FOLDER / f"{slug}.json").read_bytes()
    assert kept == compile_cases(EXERCISES[slug]), "run `course release`"


@pytest.mark.parametrize("slug", EXERCISES)
def test_a_case_file_holds_no_code(slug):
    text = (FOLDER / f"{slug}.json").read_text(encoding="utf-8")
    assert "def " not in text
    assert "lambda" not in text
    exercise = get(slug)
    # Lines of declared solutions that are more than a name or a bracket.
    for solution in (*exercise.misconceptions, *exercise.variants):
        for line in solution.source.splitlines()[1:]:
            code = re.sub(r"^return ", "", line.strip())
            assert len(code) < 24 or code not in text, (solution.name, code)


def test_the_counterexamples_file_holds_no_counterexample():
    text = compile_cases(EXERCISES["acceleration-counterexample"]).decode()
    assert "-3.0" not in text
    (case,) = get("acceleration-counterexample").task(0).cases
    assert not any(value.any() for value in case.expected)
