import functools
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.app.places import UsageError
from course_utils.staff.grading import cohort
from course_utils.staff.grading.cohort import find_submissions
from course_utils.staff.grading.pools import GradingError
from course_utils.staff.grading.text import identifier, visible
from support.cohorts import LESSON, POINTS, grade_folder, hand_in, imagined, right


def counting(calls):
    def score(submission, seed):
        calls.append(submission)
        return imagined(submission, seed)

    return score


def notebook(folder):
    return next(folder.glob("*.ipynb"))


@pytest.fixture
def root(tmp_path):
    for student in ("ada", "bob", "eve"):
        hand_in(tmp_path, student, right())
    return tmp_path


def test_a_rerun_scores_nothing_again_and_regrade_everything(root):
    calls = []
    assert grade_folder(root, counting(calls))[0] == 3
    _, before = grade_folder(root, counting(calls))
    assert len(calls) == 3
    scored, after = grade_folder(root, counting(calls), regrade=True)
    assert (scored, len(calls)) == (3, 6)
    assert {s: e.result for s, e in after.items()} == {s: e.result for s, e in before.items()}
    assert min(entry.id for entry in after.values()) > max(entry.id for entry in before.values())


def test_only_who_handed_in_anew_is_scored_and_an_earlier_version_costs_nothing(root):
    grade_folder(root)
    hand_in(root, "ada", right() | {"momentum-step": "wrong = 1"})
    calls = []
    _, entries = grade_folder(root, counting(calls))
    assert len(calls) == 1
    assert entries["ada"].result["points"] == pytest.approx(POINTS - 4 + 1.33)
    hand_in(root, "ada", right())
    _, entries = grade_folder(root, counting(calls))
    assert len(calls) == 1
    assert entries["ada"].result["points"] == POINTS


def test_another_seed_is_another_result(root):
    grade_folder(root, seed=7)
    scored, entries = grade_folder(root, seed=8)
    assert scored == 3
    assert {entry.seed for entry in entries.values()} == {8}
    message = entries["ada"].result["exercises"]["momentum-step"]["message"]
    assert message == "momentum-step: all right (seed 8)."


def test_a_broken_file_is_not_graded_once_and_graded_when_it_is_mended(root):
    path = notebook(root / "submitted" / "bob" / LESSON)
    whole = path.read_bytes()
    path.write_bytes(whole[:999])
    _, entries = grade_folder(root)
    result = entries["bob"].result
    assert (result["status"], result["points"], result["exercises"]) == ("not graded", None, {})
    assert result["max_points"] == POINTS
    assert "breaks off" in result["reason"]
    assert grade_folder(root)[1]["bob"] == entries["bob"]
    path.write_bytes(whole)
    scored, entries = grade_folder(root)
    assert scored == 1
    assert entries["bob"].result["points"] == POINTS


def test_what_breaks_after_a_score_takes_the_score_back(root):
    grade_folder(root)
    notebook(root / "submitted" / "bob" / LESSON).write_text("{}")
    assert not grade_folder(root)[1]["bob"].graded


def fails_on_bob(submission, seed):
    if "# bob" in submission.notebooks[LESSON]["momentum-step"]:
        raise ZeroDivisionError("ours")
    return imagined(submission, seed)


def test_our_own_failure_is_no_grade_harms_nobody_else_and_is_tried_again(root, capsys):
    hand_in(root, "bob", right() | {"momentum-step": "# bob"})
    _, entries = grade_folder(root, fails_on_bob)
    assert [student for student in entries if not entries[student].graded] == ["bob"]
    assert "ZeroDivisionError" in entries["bob"].result["reason"]
    assert "ours" in capsys.readouterr().err
    scored, entries = grade_folder(root)
    assert scored == 1
    assert entries["bob"].graded


@pytest.mark.parametrize("error", [UsageError("no sandbox"), GradingError("no scheduler")])
def test_what_concerns_everybody_stops_the_run_and_keeps_what_is_there(root, error):
    done = []

    def stops(submission, seed):
        if done:
            raise error
        done.append(submission)
        return imagined(submission, seed)

    with pytest.raises(type(error), match=str(error)):
        grade_folder(root, stops)
    calls = []
    assert len(grade_folder(root, counting(calls))[1]) == 3
    assert len(calls) == 2


def test_progress_counts_to_the_end_whoever_is_known_already(root):
    grade_folder(root)
    hand_in(root, "zoe", right())
    seen = []
    grade_folder(root, progress=seen.append)
    assert seen == [1, 2, 3, 4]


def test_flags_are_those_of_todays_files_though_the_code_is_the_same(root):
    grade_folder(root)
    folder = root / "submitted" / "ada" / LESSON
    notebook(folder).rename(folder / "my homework.ipynb")
    assert grade_folder(root)[1]["ada"].result["flags"] == ["renamed"]
    notebook(folder).rename(folder / f"{LESSON}.ipynb")
    assert grade_folder(root)[1]["ada"].result["flags"] == []


def test_a_students_folder_that_is_a_link_is_not_followed(root, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    hand_in(elsewhere, "mallory", right())
    (root / "submitted" / "mallory").symlink_to(elsewhere / "submitted" / "mallory")
    result = grade_folder(root)[1]["mallory"].result
    assert (result["status"], result["flags"]) == ("not graded", ["link"])


def test_a_students_name_may_be_anything_a_folder_may_be_called(tmp_path):
    names = ["o'brien; DROP TABLE result", "=cmd|'calc'!A0", "..ada", "Zoë 😀", "-rf", "%s{0}?"]
    for name in names:
        hand_in(tmp_path, name, right())
    raw = os.fsencode(tmp_path / "submitted") + b"/latin-\xe9"
    os.rename(hand_in(tmp_path, "latin", right()).parent, raw)
    _, entries = grade_folder(tmp_path)
    assert set(entries) == {
        *("o~27~brien~3b~ DROP TABLE result", "=cmd|~27~calc~27~!A0", "..ada", "Zoë 😀"),
        *("-rf", "~25~s{0}~3f~", "latin-~dce9~"),
    }
    assert all(entry.graded for entry in entries.values())
    assert list(find_submissions(tmp_path, LESSON, ["%s{0}?"])) == ["~25~s{0}~3f~"]


@given(st.lists(st.text(st.sampled_from("a~2\\\"'\udcff\u202e\n7e;#?"), max_size=6), unique=True))
def test_different_names_stay_different_and_are_plain_wherever_they_stand(names):
    for name in names:
        written = identifier(name)
        assert not set(written) & set("\"'`<>&%\\;#?\n")
        assert visible(written) == written
        assert re.sub("~([0-9a-f]+)~", lambda code: chr(int(code[1], 16)), written) == name


def test_an_undecodable_byte_and_its_name_in_letters_are_two_students(tmp_path):
    submitted = os.fsencode(tmp_path / "submitted")
    for raw in (b"\xff", rb"\udcff"):
        os.rename(hand_in(tmp_path, "latin", right()).parent, submitted + b"/" + raw)
    assert len(find_submissions(tmp_path, LESSON)) == 2


def test_a_name_that_becomes_too_long_for_a_folder_is_shortened_and_stays_ones_own(tmp_path):
    folders = [
        os.fsencode(tmp_path / "submitted") + b"/" + b"\xe9" * 254 + end
        for end in b"\xe0 \xe1".split()
    ]
    for raw in folders:
        os.rename(hand_in(tmp_path, "latin", right()).parent, raw)
    hand_in(tmp_path, "x" * 255, right())
    _, entries = grade_folder(tmp_path)
    assert len(entries) == 3
    assert "x" * 255 in entries
    for name in entries:
        (tmp_path / name).mkdir()  # what feedback does
    assert grade_folder(tmp_path)[0] == 0


def test_nobody_and_a_misspelt_student_are_answered_in_a_sentence(root, tmp_path_factory):
    empty = tmp_path_factory.mktemp("empty")
    with pytest.raises(UsageError, match="submitted"):
        find_submissions(empty, LESSON)
    (empty / "submitted" / "ada").mkdir(parents=True)
    with pytest.raises(UsageError, match="got none"):
        find_submissions(empty, LESSON)
    with pytest.raises(UsageError, match="did you mean 'ada'"):
        find_submissions(root, LESSON, ["adda"])
    assert list(find_submissions(root, LESSON, ["eve", "ada", "eve"])) == ["ada", "eve"]


def test_a_worker_of_another_version_scores_nothing(root):
    score = functools.partial(cohort._score, version="another")
    with pytest.raises(GradingError, match="this is version another"):
        grade_folder(root, score)
    assert grade_folder(root)[0] == 3
