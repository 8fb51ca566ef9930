"""The student's side of the wall: whatever a function does, plain data comes back."""

import logging
import sys
import warnings

import numpy as np
import pytest

from course_utils.exercises.call import MOST_TEXT, call, make_argument
from course_utils.exercises.values import Quadratic


def one(function, *arguments):
    """Call a function of which one value is asked, and return that value."""
    reply = call(function, arguments, 1)
    assert reply.error == "", reply.text
    assert (reply.container, reply.count) == ("single", 1)
    return reply.values[0]


@pytest.mark.parametrize(
    ("returned", "kind", "listed"),
    [
        (1.5, "float64", False),
        (np.float64(1.5), "float64", False),
        (np.array(1.5), "float64", False),
        ([1.5, 2.5], "float64", True),
        ((1.5, 2.5), "float64", True),
        (np.float32([1.5, 2.5]), "float32", False),
        (np.float16(1.5), "float16", False),
        (np.longdouble(1.5), "float64", False),
        (3, "integer", False),
        (np.array([3], np.uint8), "integer", False),
        (True, "boolean", False),
    ],
)
def test_numbers_of_every_type_become_float64_and_their_kind_is_remembered(returned, kind, listed):
    value = one(lambda: returned)
    assert (value.kind, value.listed) == (kind, listed)
    assert value.array.dtype == np.float64
    np.testing.assert_array_equal(value.array, np.asarray(returned))


class Hostile:
    """An object on which every question fails."""

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no")

    def __len__(self):
        raise RuntimeError("no")


async def nobody_waits():
    return 1.0


@pytest.mark.parametrize(
    ("returned", "kind"),
    [
        (None, "none"),
        ("1.5", "text"),
        (b"1.5", "text"),
        (["a", "b"], "text"),
        (1 + 2j, "complex"),
        (np.zeros(2, complex), "complex"),
        ([1.0, None], "object"),
        ([[1.0], [1.0, 2.0]], "object"),
        ({"weights": 1.0}, "object"),
        ({1.0}, "object"),
        (print, "object"),
        (10**400, "object"),
        (np.datetime64("2013-06-16"), "object"),
        (Hostile(), "object"),
        (range(10**9), "object"),
        (np.zeros(1_000_001), "object"),
    ],
)
def test_what_is_no_array_of_real_numbers_is_named_and_left_empty(returned, kind):
    value = one(lambda: returned)
    assert value.kind == kind
    assert value.array.size == 0


def test_a_coroutine_that_nobody_waits_for_raises_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert one(nobody_waits).kind == "object"


@pytest.mark.parametrize(
    ("returned", "container", "count"),
    [
        ((1.0, 2.0), "tuple", 2),
        ([1.0, 2.0], "list", 2),
        (np.array([1.0, 2.0]), "array", 2),
        (np.zeros((2, 3)), "array", 2),
        (np.zeros(3), "single", 1),
        (1.0, "single", 1),
        (None, "single", 1),
        ((1.0,), "tuple", 1),
        ((1.0, 2.0, 3.0), "tuple", 3),
        (tuple(range(1000)), "tuple", 1000),
    ],
)
def test_several_values_are_counted_as_they_came(returned, container, count):
    reply = call(lambda: returned, (), 2)
    assert (reply.container, reply.count) == (container, count)
    assert len(reply.values) <= 8


@pytest.mark.parametrize(
    "change",
    [
        lambda w: w.__isub__(1.0),
        lambda w: w.fill(0.0),
        lambda w: w.sort(),
        lambda w: w.__setitem__(0, np.nan),
        lambda w: w.resize((5,), refcheck=False),
        lambda w: setattr(w, "shape", (3, 1)),
    ],
)
def test_an_argument_that_is_changed_in_place_is_seen(change):
    weights = np.array([3.0, 2.0, 1.0])

    def function(first, second):
        change(second)
        return first

    assert call(function, (weights, weights), 1).changed == (1,)
    np.testing.assert_array_equal(weights, [3.0, 2.0, 1.0])  # our own data is out of reach


def test_arguments_that_are_only_read_are_not_called_changed():
    arguments = (np.array([np.nan, -0.0]), np.array(2.0), 3, "sum", [Quadratic(*np.ones((2, 2)))])
    assert call(lambda *given: given[0], arguments, 1).changed == ()


@pytest.mark.parametrize("change", [list.pop, list.reverse, list.clear])
def test_a_list_of_gradient_functions_that_is_changed_is_seen(change):
    gradients = [Quadratic(np.ones(2), np.zeros(2)), Quadratic(np.ones(2), np.ones(2))]
    assert call(change, (gradients,), 1).changed == (0,)
    assert len(gradients) == 2


def test_a_change_is_seen_even_if_the_function_then_fails():
    def function(weights):
        weights += 1
        raise ValueError("too late")

    reply = call(function, (np.zeros(2),), 1)
    assert (reply.error, reply.changed) == ("ValueError", (0,))


def test_an_exception_is_kept_as_its_name_its_text_and_the_line_in_the_function():
    def function(weights):
        doubled = 2 * weights
        return doubled / nothing  # noqa: F821

    reply = call(function, (1.0,), 1)
    assert (reply.error, reply.line) == ("NameError", 3)
    assert reply.text == "name 'nothing' is not defined"


def test_an_exception_inside_a_library_is_placed_at_the_students_own_line():
    def function(weights):
        return np.reshape(weights, (7, 7))

    assert call(function, (np.zeros(2),), 1).line == 2


@pytest.mark.parametrize(
    "stop", [SystemExit, GeneratorExit, RecursionError, MemoryError, NotImplementedError]
)
def test_nothing_but_an_interrupt_gets_out_of_a_call(stop):
    def function():
        raise stop("stop")

    assert call(function, (), 1).error == stop.__name__


def test_endless_recursion_is_an_answer_like_any_other():
    def function():
        return function()

    assert call(function, (), 1).error == "RecursionError"


def test_an_interrupt_from_the_keyboard_interrupts():
    def function():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(function, (), 1)


def test_an_exception_that_cannot_be_written_or_is_endless_is_kept_short():
    class UnspeakableError(Exception):
        def __str__(self):
            raise RuntimeError("no")

    def unspeakable():
        raise UnspeakableError

    def endless():
        raise ValueError("x\n" * 100_000)

    assert call(unspeakable, (), 1).text == ""
    assert len(call(endless, (), 1).text) == MOST_TEXT


@pytest.mark.parametrize(
    ("function", "signature"),
    [
        (lambda weights: weights, "(weights)"),
        (lambda a, b, c: a, "(a, b, c)"),
        (lambda a, *, eta: a, "(a, *, eta)"),
    ],
)
def test_a_function_that_cannot_take_the_arguments_is_answered_with_its_signature(
    function, signature
):
    reply = call(function, (1.0, 2.0), 1)
    assert (reply.error, reply.text) == ("SignatureError", signature)


def test_a_type_error_from_inside_is_no_signature_error():
    def function(a):
        return (lambda x, y: x)(a)

    assert call(function, (1.0,), 1).error == "TypeError"


def test_built_in_functions_and_callable_objects_are_called_too():
    assert one(max, 1.0, 2.0).array == 2.0
    assert one(np.add, np.ones(2), 1.0).array.tolist() == [2.0, 2.0]
    assert one(type("Caller", (), {"__call__": lambda self, x: x})(), 4.0).array == 4.0


def test_what_is_printed_is_counted_and_its_beginning_kept(capfd):
    def function():
        print("first")
        print("second", file=sys.stderr)
        for _ in range(100_000):
            print("x" * 20)
        print("last", end="")

    reply = call(function, (), 1)
    assert reply.printed_lines == 100_003
    assert reply.printed.startswith("first\nsecond\nxxx")
    assert len(reply.printed) == MOST_TEXT
    assert capfd.readouterr() == ("", "")


def test_warnings_of_numpy_and_others_stay_silent_even_if_the_student_made_them_errors(capfd):
    def function():
        warnings.warn("a warning", stacklevel=1)
        logging.getLogger("a student's").warning("a log record")
        return np.log(np.zeros(2)) / np.zeros(2) + np.exp(np.float64(1e4))

    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert one(function).kind == "float64"
    assert capfd.readouterr() == ("", "")


def test_a_changed_error_state_of_numpy_does_not_outlive_the_call():
    before = np.geterr()
    call(lambda: np.seterr(all="raise"), (), 1)
    assert np.geterr() == before


def test_a_gradient_function_is_the_derivative_of_its_quadratic():
    curvature, centre, coupling = np.array([2.0, 0.5]), np.array([1.0, -3.0]), 0.3
    gradient = make_argument(Quadratic(curvature, centre, coupling))

    def error(w):
        far = w - centre
        return 0.5 * np.sum(curvature * far**2) + 0.5 * coupling * np.sum(far) ** 2

    w, h = np.array([0.3, 0.7]), 1e-5
    slope = [(error(w + h * e) - error(w - h * e)) / (2 * h) for e in np.eye(2)]
    np.testing.assert_allclose(gradient(w), slope, rtol=1e-9)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,)])
def test_a_gradient_function_gives_a_fresh_array_of_its_arguments_shape(shape):
    gradient = make_argument(Quadratic(np.ones(shape), np.zeros(shape)))
    weights = np.ones(shape)
    first = gradient(weights)
    assert isinstance(first, np.ndarray)
    assert first.shape == shape
    first += 7
    np.testing.assert_array_equal(gradient(weights), weights)


def test_a_gradient_function_says_which_shape_it_expects():
    gradient = make_argument(Quadratic(np.ones(2), np.ones(2)))
    with pytest.raises(ValueError, match=r"expected weights of shape \(2,\), got \(3,\)"):
        gradient(np.ones(3))
