import html
import re

import pytest

from course_utils.staff.grading.flags import Flag
from course_utils.staff.grading.pages.feedback import write_feedback
from course_utils.staff.grading.records.gradebook import Mark, Score
from course_utils.staff.grading.results import GRADED, NOT_GRADED, Result, Submission
from course_utils.staff.grading.submissions.outline import read_outline
from course_utils.staff.registry import EXERCISES
from support import ROOT
from support.cohorts import LESSON, MOST, POINTS, imagined, right
from support.entries import EVIL, doubtful, entry

OUTLINE = read_outline(ROOT, LESSON)


def page(tmp_path, entry, answers=None, score=None):
    (path,) = write_feedback(OUTLINE, entry, answers or right(), score, tmp_path)
    assert path == tmp_path / "feedback" / entry.student / LESSON / f"{LESSON}.html"
    return path.read_text("utf-8")


def said(page):
    """Return the words on a page."""
    text = re.sub(r"<style>.*?</style>|<[^>]*>|&ensp;", " ", page, flags=re.DOTALL)
    return " ".join(text.split())


def test_a_page_says_what_was_earned_for_every_exercise(tmp_path):
    words = said(page(tmp_path, entry({"momentum-step": "wrong"})))
    points, count = POINTS - 4 + 1.33, len(OUTLINE.exercises)
    told = f"points so far, of {MOST:g} {points:g} exercises all right, of {count} {count - 1}"
    assert told in words
    for part in OUTLINE.exercises:
        assert part.name in words
    assert "momentum-step partly right 1.33 of 4" in words
    assert "Which sign leads down?" in words
    assert "6 of them are for answers that a person has still to read" in words


def test_an_exercise_that_a_person_judges_waits_and_then_has_their_points_and_words(tmp_path):
    words = said(page(tmp_path, doubtful()))
    assert "momentum-step to be read by your teacher – of 4" in words
    assert "momentum-step: a person will look at it." in words
    assert Flag.REPAIRED.remark in words
    assert "nesterov-step: taken from cell 24." in words
    mark = Mark(3.0, False, True, "Right, but not in its cell.")
    words = said(page(tmp_path, doubtful(), score=Score(3.0, {"momentum-step-test": mark})))
    assert "momentum-step read by your teacher 3 of 4" in words
    assert "Right, but not in its cell." in words


def test_a_hint_that_the_message_gives_already_is_not_given_twice(tmp_path):
    result = imagined(Submission(LESSON, GRADED, notebooks={LESSON: right()}), 7)
    hint = "The average has got an eta. Averages and sums are made of gradients alone."
    result["exercises"]["momentum-step"] |= {
        "points": 0.0,
        "hint": hint,
        "message": "momentum-step: not right yet.\nHint: The average has got an eta. Averages and\n"
        "  sums are made of gradients alone.\n    w = np.array([1.0])\n    x = 2\n0 of 4 points",
    }
    text = page(tmp_path, entry(**result))
    assert said(text).count("Averages and sums are made of gradients alone") == 1
    assert "<pre>w = np.array([1.0])\nx = 2</pre>" in text
    assert "0 of 4 points" not in said(text)


def test_nothing_that_a_student_wrote_becomes_markup(tmp_path):
    result = entry({"momentum-step": "wrong"}, student=EVIL.replace("/", "").replace("\x00", ""))
    exercise = result.result["exercises"]["momentum-step"]
    exercise["message"] = f"momentum-step: {EVIL}"
    exercise["hint"] = f"hint {EVIL}"
    text = page(tmp_path, result, right() | {"momentum-step": EVIL, "reflect-tuning": EVIL})
    body = text.partition("<body>")[2]
    assert not re.search(r"<\s*(script|img|iframe|svg|object|style|link|form)", body, re.IGNORECASE)
    assert "&lt;script&gt;alert(1)" in body
    assert "{{ 7*7 }}" in body
    for character in ("\x00", "\x1b", "\u202e"):
        assert character not in text
    assert r"\u0000\u001b[31m\u202e" in body


def test_the_policy_allows_one_style_sheet_and_nothing_else(tmp_path):
    text = page(tmp_path, entry())
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1])
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"https?:", text)
    assert " style=" not in text


def test_a_page_stays_below_a_megabyte_whatever_was_handed_in(tmp_path):
    huge = {part.name: "<&'\"\x00" * 10**6 for part in OUTLINE.parts}
    result = entry()
    for exercise in result.result["exercises"].values():
        exercise["message"] = exercise["hint"] = "<\x00&" * 10**6
    assert len(page(tmp_path, result, huge).encode()) < 10**6


def test_no_hidden_test_and_no_right_answer_stands_in_a_page(tmp_path):
    text = said(page(tmp_path, entry({slug: "wrong" for slug in right()}), {"none": ""}))
    assert "HIDDEN TESTS" not in text
    assert "MARK SCHEME" not in text
    assert "registry" not in text
    for slug in right():
        assert f"def {EXERCISES[slug].function}" not in text


def test_not_graded_is_said_to_be_no_zero_and_why(tmp_path):
    nothing = Result(NOT_GRADED, "the notebook <b>is</b> empty", max_points=26.0).to_json()
    words = said(page(tmp_path, entry(**nothing)))
    assert "This is not a zero" in words
    assert "because the notebook &lt;b&gt;is&lt;/b&gt; empty" in words
    assert "points so far" not in words


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (None, "reflect-tuning to be read by your teacher – of 3"),
        (Mark(None, True), "reflect-tuning to be read by your teacher – of 3"),
        (Mark(2.0, True, True, "draft"), "reflect-tuning to be read by your teacher – of 3"),
        (Mark(0.0, False), "reflect-tuning no answer 0 of 3"),
        (
            Mark(2.5, False, True, "Good <b>eye</b>."),
            "read by your teacher 2.5 of 3 Good &lt;b&gt;",
        ),
    ],
)
def test_a_reflection_shows_what_a_person_made_of_it(tmp_path, mark, words):
    score = Score(26.0, {"reflect-tuning": mark} if mark else {})
    text = said(page(tmp_path, entry(), score=score))
    assert words in text
    assert "draft" not in text


@pytest.mark.parametrize("flag", list(Flag))
def test_a_flag_stands_on_the_page_by_its_remark_or_not_at_all(tmp_path, flag):
    text = html.unescape(said(page(tmp_path, entry(flags=[flag.value, "of-another-release"]))))
    without = html.unescape(said(page(tmp_path, entry())))
    assert flag.remark in text
    assert flag.meaning not in text
    assert (text == without) == (not flag.remark)
