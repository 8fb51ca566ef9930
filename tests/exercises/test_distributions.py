"""Random initializers are judged by what they fulfil, and a right one hardly ever fails."""

import ast
import dataclasses
import math
import re
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from course_utils.exercises import distributions
from course_utils.exercises.call import make_argument
from course_utils.exercises.cases import Case, Task, decode, encode
from course_utils.exercises.check import check, replies_of
from course_utils.exercises.distributions import RISK, Draw
from course_utils.exercises.judge import judge
from course_utils.exercises.message import write_message
from course_utils.exercises.values import Generator
from course_utils.staff.registry import get

SPARSE, SPECTRAL = "sparse-initialization", "spectral-radius-initialization"


def drawn(fan_in, fan_out, connections, seed=0, values=None):
    """Return a correct draw, or one with its values replaced."""
    rng = np.random.default_rng(seed)
    ranks = rng.random((fan_in, fan_out)).argsort(axis=0).argsort(axis=0)
    matrix = (ranks < connections) * rng.standard_normal((fan_in, fan_out))
    if values is not None:
        matrix[matrix != 0] = values(rng, np.count_nonzero(matrix))
    case = Case("a draw", (fan_in, fan_out, connections, Generator(seed)))
    return Draw(0, case, matrix, connections)


# The generator as an argument


def test_a_generator_is_described_by_its_seed_and_built_anew_for_every_call():
    one, again = (make_argument(Generator(7)) for _ in range(2))
    assert one is not again
    np.testing.assert_array_equal(one.random(5), again.random(5))
    expected = np.random.default_rng(7).random(5)
    np.testing.assert_array_equal(make_argument(Generator(7)).random(5), expected)


def test_a_task_with_generators_and_long_zeros_survives_its_file_in_few_bytes():
    case = Case("c", (3, Generator(5)), (np.zeros((30, 40)),), (np.ones((30, 40)),), weight=1.0)
    data = encode(Task("a-slug", "f", ("n", "rng"), ("w",), 1.0, (case,)))
    (back,) = decode(data).cases
    assert back.arguments == case.arguments
    np.testing.assert_array_equal(back.expected[0], case.expected[0])
    np.testing.assert_array_equal(back.magnitude[0], case.magnitude[0])
    assert len(data) < 1000


def test_negative_zeros_are_not_taken_for_zeros():
    mixed = np.zeros(300)
    mixed[5] = -0.0
    for array in (mixed, -np.zeros(300)):
        task = Task("a-slug", "f", (), ("w",), 1.0, (Case("c", (array,)),))
        assert decode(encode(task)).cases[0].arguments[0].tobytes() == array.tobytes()


def test_drawing_from_the_generator_does_not_count_as_changing_it():
    replies = replies_of(get(SPARSE).task(0), get(SPARSE).variants[0].build())
    assert not any(reply.changed for reply in replies)


# The bounds


@pytest.mark.parametrize("slug", [SPARSE, SPECTRAL])
def test_a_right_solution_passes_whatever_the_seeds(slug):
    # The law of what right solutions return is the same whatever their code: one with many seeds.
    exercise = get(slug)
    task, function = exercise.task(0), exercise.variants[0].build()
    for seed in range(60):
        cases = tuple(
            dataclasses.replace(
                case, arguments=(*case.arguments[:-1], Generator(case.arguments[-1].seed + seed))
            )
            for case in task.cases
        )
        fresh = dataclasses.replace(task, cases=cases)
        verdict = judge(fresh, replies_of(fresh, function))
        assert verdict.points == verdict.max_points, (seed, verdict.diagnosis)


def test_the_bound_on_an_input_is_above_the_exact_binomial_tail():
    n, p = 600, 15 / 40
    log_p = [
        math.lgamma(n + 1)
        - math.lgamma(k + 1)
        - math.lgamma(n - k + 1)
        + k * math.log(p)
        + (n - k) * math.log(1 - p)
        for k in range(n + 1)
    ]
    for k in (100, 150, 180, 260, 300, 400):
        tail = range(k + 1) if k < n * p else range(k, n + 1)
        exact = sum(math.exp(log_p[i]) for i in tail)
        bound = math.exp(-n * float(distributions._divergence(np.array(k / n), p)))
        assert exact <= bound * (1 + 1e-9)


@pytest.mark.parametrize("count", [1, 900, 10_000])
def test_so_many_normal_numbers_stay_below_the_largest_with_the_probability_named(count):
    inside = NormalDist().cdf(distributions._largest(count)) - NormalDist().cdf(
        -distributions._largest(count)
    )
    assert count * math.log(inside) == pytest.approx(math.log(RISK), rel=1e-6)


def test_the_distance_from_an_even_spread_is_kolmogorovs():
    assert distributions._distance(np.array([0.5])) == 0.5
    assert distributions._distance(np.array([0.9, 0.1])) == pytest.approx(0.4)
    assert distributions._distance((np.arange(10) + 0.5) / 10) == pytest.approx(0.05)


def test_the_weights_of_a_task_keep_clear_of_every_threshold():
    """Where right answers lie on the average, each test has several standard deviations left."""
    draw = drawn(40, 800, 15)
    count, squares = len(draw.values), float(np.sum(draw.values**2))
    root = math.sqrt(count * math.log(1 / RISK))
    assert abs(squares - count) < root  # half of what is allowed, at sqrt(2 n) a deviation
    assert 2 * root > 6 * math.sqrt(2 * count)
    assert distributions._largest(count) < np.max(np.abs(draw.values))
    assert np.max(np.abs(draw.values)) < distributions._too_large(count)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (lambda rng, n: rng.uniform(-1.7, 1.7, n), "weights_are_uniform"),
        (lambda rng, n: np.clip(rng.normal(size=n), -2.5, 2.5), "weights_are_cut_off"),
        (lambda rng, n: rng.normal(0, 0.9, n), "scales_the_weights"),
        (lambda rng, n: rng.normal(0.3, 1, n), "weights_are_not_normal"),
        (lambda rng, n: rng.standard_cauchy(n), "weights_have_heavy_tails"),
        (lambda rng, n: rng.standard_t(3, n), "weights_have_heavy_tails"),
        (lambda rng, n: rng.normal(0.05, 0.99, n), None),
        (lambda rng, n: rng.logistic(0, math.sqrt(3) / math.pi, n), "weights_are_not_normal"),
        (lambda rng, n: rng.exponential(size=n), "weights_are_positive"),
        (lambda rng, n: rng.standard_normal(n).astype(np.float32), None),
    ],
)
def test_the_law_of_the_weights_is_recognised(values, name):
    mistake = distributions.find_wrong_weights([drawn(40, 1000, 15, 3, values)])
    assert (mistake and mistake[0]) == name


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_weight_that_is_no_number_is_named_before_anything_else(value):
    task = get(SPARSE).task(1)

    def spoiled(fan_in, fan_out, connections, rng):
        weights = get(SPARSE).variants[0].build()(fan_in, fan_out, connections, rng)
        weights[:1, :1] = value
        return weights

    verdict = judge(task, replies_of(task, spoiled))
    assert (verdict.points, verdict.diagnosis) == (0.0, "weights_are_not_finite")


def test_two_weights_that_are_zero_by_chance_are_forgiven_and_three_are_not():
    draw = drawn(30, 60, 15)
    places = np.argwhere(draw.pattern)
    draw.matrix[tuple(places[:2].T)] = 0
    assert distributions.find_wrong_numbers_of_links([draw]) is None
    draw.matrix[tuple(places[2])] = 0
    assert distributions.find_wrong_numbers_of_links([draw]) == ("loses_some_links", 0)


def test_the_spectral_radius_is_told_from_other_sizes_of_a_matrix():
    # Of [[0, 4], [1, 0]] the eigenvalues are 2 and -2, the singular values 4 and 1.
    def named(factor, radius):
        matrix = factor * np.array([[0.0, 4.0], [1.0, 0.0]])
        case = Case("a draw", (2, 1, radius, Generator(0)))
        mistake = distributions.find_wrong_radius([Draw(0, case, matrix, 1)])
        return mistake and mistake[0]

    assert named(0.5, 1.0) is None
    assert named(1.0, 2.0) is None
    assert named(0.3, 1.2) == "scales_the_spectral_norm"
    assert named(0.5, 7.0) == "forgets_the_radius"


# What the judge makes of it


@pytest.mark.parametrize("slug", [SPARSE, SPECTRAL])
def test_everything_that_can_be_named_has_a_hint(slug):
    named = {wrong.name for wrong in get(slug).misconceptions}
    tree = ast.parse(Path(distributions.__file__).read_text(encoding="utf-8"))
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    names = {
        word for word in words if isinstance(word, str) and re.fullmatch("[a-z]+(_[a-z]+)+", word)
    }
    for_radius = {
        name
        for name in names
        if re.search("radius|scale|norm$|part$|divide|eigen|law|modulus|both", name)
    }
    other = {"scales_the_weights"} if slug == SPECTRAL else for_radius - {"scales_the_weights"}
    assert len(names) > 25
    assert names - other <= named


def test_where_every_input_is_linked_the_pattern_alone_earns_nothing():
    task = get(SPARSE).task(4)
    verdict = judge(task, replies_of(task, lambda a, b, c, rng: rng.standard_normal((a, b))))
    assert (verdict.points, verdict.diagnosis) == (0.0, "links_every_input")


def test_a_failure_with_few_inputs_costs_only_those_calls_and_is_shown():
    task = get(SPECTRAL).task(4)
    (wrong,) = [w for w in get(SPECTRAL).misconceptions if w.name == "fails_with_few_inputs"]
    replies = replies_of(task, wrong.build())
    verdict = judge(task, replies)
    assert (verdict.points, verdict.problem.kind) == (3.5, "raised")
    said = write_message(task, replies, verdict)
    assert "ValueError" in said
    assert "min(connections, size)" in " ".join(said.split())


def test_a_message_shows_how_to_draw_the_matrix_again_and_not_the_matrix(capsys):
    check(SPARSE, lambda fan_in, fan_out, connections, rng: rng.random((fan_in, fan_out)))
    said = capsys.readouterr().out
    assert "rng = np.random.default_rng(" in said
    assert "You returned" not in said
    assert len(said) < 800


@pytest.mark.parametrize("slug", [SPARSE, SPECTRAL])
def test_a_right_solution_is_told_what_was_looked_at(slug, capsys):
    check(slug, get(slug).variants[0].build())
    said = " ".join(capsys.readouterr().out.split())
    assert "all right." in said
    assert "The same generator gives the same matrix again." in said
