"""The data of exercises: what a case file keeps, and what is said when it cannot be read."""

import dataclasses
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.exercises.cases import FOLDER, Case, CaseFileError, Task, decode, encode, load
from course_utils.exercises.values import Quadratic, Reply, Value
from course_utils.staff.registry import EXERCISES

any_float = st.floats(allow_nan=True, allow_infinity=True)


def task_of(*cases, hints=()):
    return Task("a-slug", "f", ("x",), ("y",), 2.0, cases, dict(hints))


def same(a, b):
    """Equal bit for bit, through every level of the data model."""
    if isinstance(a, np.ndarray):
        # All NaNs are one; zeros keep their sign.
        bits = [np.where(np.isnan(x), np.nan, x).tobytes() for x in (a, b)]
        return a.shape == b.shape and a.dtype == b.dtype and bits[0] == bits[1]
    if dataclasses.is_dataclass(a):
        return type(a) is type(b) and same(vars(a), vars(b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) and math.isnan(a):
        return isinstance(b, float) and math.isnan(b)
    return type(a) is type(b) and a == b


@given(st.lists(any_float, min_size=1, max_size=6), any_float, st.integers(), st.text(max_size=9))
def test_every_float_int_and_text_survives_the_file_exactly(numbers, number, integer, text):
    array = np.array(numbers)
    case = Case(
        about=text,
        arguments=(
            array,
            number,
            integer,
            text,
            True,
            [Quadratic(array, -array)],
            np.array(number),
        ),
        expected=(array.reshape(-1, 1), np.array(number)),
        magnitude=(np.zeros((0, 2)), np.array(1.0)),
        role="edge",
        weight=0.125,
        step="step 1 of 2",
        repeats=0,
    )
    task = task_of(case, hints={"a_mistake": text})
    assert same(decode(encode(task)), task)


def test_minus_zero_keeps_its_sign_in_the_file():
    (case,) = decode(encode(task_of(Case("", (-0.0, np.array([-0.0])))))).cases
    assert math.copysign(1, case.arguments[0]) == -1
    assert np.signbit(case.arguments[1][0])


def test_a_misconceptions_reply_keeps_values_kinds_and_exceptions():
    replies = {
        "returns": Reply((Value(np.array([1.5, np.nan])), Value(kind="none")), "tuple", 2),
        "raises": Reply(error="ValueError"),
    }
    (case,) = decode(encode(task_of(Case("", (), mistaken=replies)))).cases
    assert same(case.mistaken, replies)


def test_an_exceptions_text_stays_out_of_the_file_because_it_depends_on_versions():
    reply = Reply(error="TypeError", text="a text of this numpy", line=3)
    assert b"this numpy" not in encode(task_of(Case("", (), mistaken={"raises": reply})))


def test_the_same_task_gives_the_same_bytes():
    task = EXERCISES["nesterov-step"].task(5)
    assert encode(task) == encode(EXERCISES["nesterov-step"].task(5))
    assert encode(task) != encode(EXERCISES["nesterov-step"].task(6))


def test_an_argument_that_json_cannot_hold_is_refused_in_a_sentence():
    with pytest.raises(TypeError, match="expected an argument that JSON can hold, got complex"):
        encode(task_of(Case("", (1j,))))


@pytest.mark.parametrize("slug", EXERCISES)
def test_every_compiled_file_is_read_and_written_back_unchanged(slug):
    assert encode(load(slug)) == (FOLDER / f"{slug}.json").read_bytes()


def test_a_misspelt_slug_is_answered_with_the_nearest_one():
    with pytest.raises(ValueError, match="no exercise called 'momentum-stp': did you mean 'moment"):
        load("momentum-stp")


@pytest.mark.parametrize("slug", ["", "../cases/momentum-step", "nothing like it", None, 3])
def test_an_unknown_slug_is_answered_in_one_sentence_and_never_as_a_path(slug):
    with pytest.raises(ValueError, match="there is no exercise called"):
        load(slug)


GOOD = json.loads((FOLDER / "stability-limit.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b'{"slug": 3}',
        (FOLDER / "stability-limit.json").read_bytes()[:2000],
        json.dumps({**GOOD, "cases": []}).encode(),
        json.dumps({**GOOD, "cases": [{**GOOD["cases"][0], "role": "other"}]}).encode(),
        json.dumps({**GOOD, "cases": [{**GOOD["cases"][0], "arguments": [{"x": 1}]}]}).encode(),
        json.dumps({**GOOD, "cases": [{**GOOD["cases"][0], "arguments": [{}]}]}).encode(),
        json.dumps({**GOOD, "slug": "momentum-step"}).encode(),
    ],
    ids=lambda content: content[:12].decode("latin-1") + f" ({len(content)} bytes)",
)
def test_a_damaged_case_file_is_answered_in_one_sentence(tmp_path, content):
    (tmp_path / "stability-limit.json").write_bytes(content)
    with pytest.raises(CaseFileError, match=r"case file of stability-limit .*install the course"):
        load("stability-limit", tmp_path)


def test_missing_case_files_are_answered_in_one_sentence(tmp_path):
    with pytest.raises(CaseFileError, match="the case files of the exercises are missing"):
        load("momentum-step", tmp_path)
    with pytest.raises(CaseFileError, match="the case files of the exercises are missing"):
        load("momentum-step", tmp_path / "nowhere")


def test_a_folder_in_a_case_files_place_is_answered_in_one_sentence(tmp_path):
    (tmp_path / "momentum-step.json").mkdir()
    with pytest.raises(CaseFileError, match="case file of momentum-step cannot be read"):
        load("momentum-step", tmp_path)
