"""Whatever lies in a notebook's place ends as a status with a reason; edits earn nothing."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.staff.grading.score import score_submission
from course_utils.staff.grading.submissions.canonical import read_submission
from support import hostile_files as files
from support.submissions import FULL, RELEASE, read, scored, write


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "ada"
    made.mkdir()
    return made


def is_not_graded(submission, word):
    assert submission.status == "not graded"
    assert word in submission.reason
    assert len(submission.reason) < 300
    result = score_submission(submission, 0)  # which needs no sandbox
    assert (result.status, result.points, result.exercises) == ("not graded", None, {})
    assert (result.reason, result.flags) == (submission.reason, submission.flags)


@pytest.mark.parametrize("name", files.BYTES)
def test_a_file_that_is_no_notebook_is_not_graded_and_says_why(name, folder):
    content, word = files.BYTES[name]
    submission = read(write(folder, content))
    is_not_graded(submission, word)
    assert ("encoding" in submission.flags) == (word == "UTF-8")


@pytest.mark.parametrize("make", files.PLACES, ids=lambda make: make.__name__)
def test_what_is_no_plain_file_is_not_followed_and_not_graded(make, folder):
    word, flag = files.PLACES[make]
    make(folder)
    submission = read_submission(folder, RELEASE)
    is_not_graded(submission, word)
    if flag:
        assert flag in submission.flags


@pytest.mark.requires("bubblewrap")
@pytest.mark.parametrize("edit", files.EDITED, ids=lambda edit: edit.__name__)
def test_an_edited_notebook_earns_what_its_answers_earn(edit, folder):
    notebook = files.worthless()
    plain = json.dumps(notebook)
    flag = edit(notebook)
    assert json.dumps(notebook) != plain
    result = scored(write(folder, copy.deepcopy(notebook)))
    assert result.status == "graded"
    assert result.points == 0.0
    assert result.max_points == FULL
    assert set(result.flags) == ({flag} if flag else set())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(data=st.data())
def test_a_notebook_with_anything_anywhere_is_read_without_a_fault(data, tmp_path_factory):
    notebook = files.worthless()
    place, key = notebook, data.draw(st.sampled_from(sorted(notebook)))
    while isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
        place = place[key]
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(keys))
    place[key] = data.draw(JSON)
    folder = tmp_path_factory.getbasetemp() / "anything"
    submission = read(write(folder, notebook))
    if submission.status == "graded":
        assert set(submission.notebooks["01-momentum"]) == set(RELEASE.slugs)
        assert all(isinstance(one, str) for one in submission.notebooks["01-momentum"].values())
    else:
        assert submission.reason
