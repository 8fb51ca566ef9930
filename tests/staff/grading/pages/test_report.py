import csv
import dataclasses
import html
import re

import pytest

from course_utils.staff.grading.flags import Flag
from course_utils.staff.grading.pages import similarity
from course_utils.staff.grading.pages.report import identical, similar, summarise, write_report
from course_utils.staff.grading.pages.similarity import alike
from course_utils.staff.grading.submissions.outline import read_outline
from course_utils.staff.grading.term.finals import Final, finals
from course_utils.staff.grading.term.settings import Term
from support import ROOT
from support.cohorts import LESSON, POINTS, exercises, right
from support.entries import EVIL, cohort, doubtful, entry

OUTLINE = read_outline(ROOT, LESSON)


def automatic(entries):
    """Return what counts where no person gave points and nothing is late."""
    return finals(Term(), OUTLINE, entries, {}, {}, {})


def written(tmp_path, entries, notebooks=lambda digest: {}, counts=None):
    by_student = {e.student: e for e in entries}
    page, table = write_report(
        OUTLINE, by_student, counts or automatic(by_student), notebooks, tmp_path
    )
    assert page == tmp_path / "report" / f"{LESSON}.html"
    with table.open(newline="", encoding="utf-8") as file:
        return page.read_text("utf-8"), list(csv.DictReader(file))


def test_the_cohort_is_counted_and_who_is_not_graded_is_in_no_average():
    summary = summarise(OUTLINE, cohort())
    assert (summary["everybody"], summary["graded"]) == (6, 5)
    third = sum(round(exercise.points / 3, 2) for exercise in exercises())
    totals = [POINTS, POINTS, POINTS - 4 + 1.33, POINTS - 4 + 1.33, third]
    assert summary["mean"] == pytest.approx(sum(totals) / 5, abs=0.01)
    assert summary["median"] == pytest.approx(POINTS - 4 + 1.33)
    assert summary["perfect"] == 0.4
    assert summary["not_graded"] == [{"student": "broken", "reason": "the notebook is empty"}]
    assert sum(bar["count"] for bar in summary["plot"]["bars"]) == 5
    assert [bar["count"] for bar in summary["plot"]["bars"]][-1] == 2  # full marks: the last bar


def test_what_an_earlier_release_did_not_ask_is_in_no_average():
    entries = cohort()
    del entries[0].result["exercises"]["momentum-step"]
    rows = {row["name"]: row for row in summarise(OUTLINE, entries)["exercises"]}
    step = rows["momentum-step"]
    assert (step["full"], step["part"], step["none"], step["pass_rate"]) == (1, 3, 0, 0.25)


def test_what_was_repaired_and_what_a_person_judges_is_named_and_in_no_average(tmp_path):
    made = doubtful()
    row = next(
        row for row in summarise(OUTLINE, [made])["exercises"] if row["name"] == "momentum-step"
    )
    assert (row["full"], row["part"], row["none"], row["mean"]) == (0, 0, 0, 0)
    assert summarise(OUTLINE, [made])["misconceptions"] == []
    page, table = written(tmp_path, [made])
    sentences = ["nesterov-step: taken from cell 24.", "momentum-step: a person will look at it."]
    assert all(sentence in page for sentence in sentences)
    assert [row["detail"] for row in table if row["section"] == "repaired"] == sentences


def test_every_flag_is_shown_with_its_meaning_and_one_of_another_release_by_its_name(tmp_path):
    entries = cohort()
    entries[0].result["flags"] += [*map(str, Flag), "of-another-release"]
    page = html.unescape(written(tmp_path, entries)[0])
    for flag in Flag:
        assert f"<code>{flag}</code></td><td>{flag.meaning}</td>" in page
    assert "<code>of-another-release</code></td><td></td>" in page


def test_every_exercise_has_its_pass_rate():
    rows = {row["name"]: row for row in summarise(OUTLINE, cohort())["exercises"]}
    step, speedup = rows["momentum-step"], rows["momentum-speedup"]
    assert (step["full"], step["part"], step["none"], step["pass_rate"]) == (2, 3, 0, 0.4)
    assert (speedup["full"], speedup["part"], speedup["mean"]) == (4, 1, pytest.approx(1.734))


def test_the_misconceptions_are_counted_the_frequent_ones_first():
    rows = summarise(OUTLINE, cohort())["misconceptions"]
    assert (rows[0]["exercise"], rows[0]["words"], rows[0]["count"], rows[0]["share"]) == (
        "momentum-step",
        "walks uphill",
        2,
        0.4,
    )
    assert sum(row["count"] for row in rows) == 2 + 9
    unnamed = [row for row in rows if row["name"] == "another mistake"]
    assert [(row["exercise"], row["hint"]) for row in unnamed] == [("momentum-step", "")]


def test_answers_without_a_name_that_agree_are_one_row_with_what_one_student_read():
    entries = cohort()
    for number, one in enumerate(entries[:5]):
        other = one.result["exercises"]["momentum-speedup"]
        other |= {"points": 0.0, "diagnosis": None, "hint": None, "problem": "value"}
        other |= {"answers": "b" if number == 3 else "a"}
        other |= {"message": "momentum-speedup: not right yet.\nCall 2\n  is wrong.\n0 of 2 points"}
    entries[4].result["exercises"]["momentum-speedup"]["problem"] = "not-written"
    rows = summarise(OUTLINE, entries)["misconceptions"]
    found = [row for row in rows if row["exercise"] == "momentum-speedup"]
    assert [(row["words"], row["count"], row["hint"]) for row in found] == [
        ("the same other mistake", 3, "s0: Call 2 is wrong."),
        ("another mistake", 1, ""),
    ]


def test_page_and_table_say_the_same(tmp_path):
    page, table = written(tmp_path, cohort())
    rows = {(row["section"], row["exercise"], row["name"]): row for row in table}
    assert rows["misconception", "momentum-step", "walks_uphill"]["count"] == "2"
    assert rows["exercise", "momentum-step", "full"]["share"] == "0.4"
    assert rows["flag", "", "timed-out"]["detail"] == "s2"
    assert rows["not graded", "", "broken"]["detail"] == "the notebook is empty"
    assert rows["cohort", "", "graded"]["count"] == "5"
    words = " ".join(re.sub("<[^>]*>", " ", page).split())
    assert "momentum-step walks uphill Which sign leads down? 2 40 %" in words
    assert "timed-out an answer took too long 1 s2" in words
    assert "broken the notebook is empty" in words


def test_what_counts_and_what_lateness_took_off_stands_on_the_page_and_in_the_table(tmp_path):
    late = Final(20.8, 26.0, 5.2, True, "Handed in 2 days late: 5.2 points are taken off.")
    counts = {"s0": late, "s1": Final(26.0, 26.0), "s2": Final(30.0, 30.0)}
    page, table = written(tmp_path, cohort(), counts=counts)
    rows = {row["name"]: row for row in table if row["section"] == "counts"}
    assert set(rows) == {"mean", "median", "waits for a person", "s0"}
    assert [rows[name]["count"] for name in ("mean", "median")] == ["25.6", "26"]
    assert rows["waits for a person"]["count"] == "1"
    assert (rows["s0"]["count"], rows["s0"]["detail"]) == ("20.8", late.remark)
    words = " ".join(re.sub("<[^>]*>", " ", page).split())
    assert "of 32 points, 25.6 on average, half have 26 or more." in words
    assert "Still with an answer for a person to read: 1." in words
    assert f"s0 20.8 5.2 {late.remark}" in words
    assert "s1 26" not in words


def test_a_report_needs_nobody_to_be_graded(tmp_path):
    page, table = written(tmp_path, cohort()[-1:])
    assert "Not graded" in page
    assert "Distribution" not in page
    assert {row["section"] for row in table} >= {"not graded", "cohort"}


def test_nothing_that_a_student_wrote_becomes_markup_or_a_formula(tmp_path):
    entries = cohort()
    evil = dataclasses.replace(entry(student=f"=1+{EVIL}", flags=["link"]), digest="d0", id=20)
    entries[-1].result["reason"] = f"@{EVIL}"
    page, table = written(tmp_path, [*entries, evil])
    body = page.partition("<body>")[2]
    assert not re.search(r"<\s*(script|img|iframe|object|style|form)", body, re.IGNORECASE)
    assert not re.search(r"on\w+=\"", body)
    for row in table:
        for cell in row.values():
            assert not re.match(r"[=+\-@\t\r]", cell), cell
    assert any("'=1+" in row["detail"] or "'=1+" in row["name"] for row in table)


def test_the_same_answers_are_one_group_and_an_untouched_notebook_is_none():
    entries = [dataclasses.replace(e, digest="same") for e in cohort()[:3]]
    zero = [
        dataclasses.replace(entry(student=f"z{n}", points=0.0), digest="released") for n in (1, 2)
    ]
    entries = {e.student: e for e in [*entries, *zero]}
    assert identical([("", entries, None)]) == [["s0", "s1", "s2"]]


def test_other_years_are_compared_and_are_no_part_of_this_one(tmp_path):
    mine = {"ada": dataclasses.replace(entry(student="ada"), digest="same")}
    theirs = [("same", "ada"), ("odd", "bob"), ("other", "eve"), ("other", "zoe")]
    earlier = {who: dataclasses.replace(entry(student=who), digest=d) for d, who in theirs}
    assert identical([("", mine, None), ("2025", earlier, None)]) == [["ada", "2025: ada"]]
    mine = {"kim": dataclasses.replace(entry(student="kim"), digest="mine")}
    code = {"mine": ODD, "odd": ODD.replace("seq", "items"), "other": ODD, "same": "x = 1"}
    cohorts = [
        (name, entries, lambda digest: {"one": {"momentum-step": code[digest]}})
        for name, entries in (("", mine), ("2025", earlier))
    ]
    found = {(pair.one, pair.other) for pair in similar(OUTLINE, cohorts)}
    assert found == {("kim", "2025: bob"), ("kim", "2025: eve")}
    page, _ = write_report(OUTLINE, mine, automatic(mine), cohorts[0][2], tmp_path, cohorts[1:])
    assert "2025: bob" in page.read_text()
    assert summarise(OUTLINE, list(mine.values()))["everybody"] == 1


ODD = """
def rollmean(seq, width=3):
    ring = [0.0] * width
    for index, item in enumerate(seq):
        ring[index % width] = item ** 2 - sum(ring) / (1 + len(ring))
        yield {"at": index, "value": max(ring) - min(ring), "seen": tuple(sorted(ring))}

def table_of(seq):
    rows = [(row["at"], round(row["value"], 3)) for row in rollmean(seq) if row["at"] % 2]
    return sorted(rows, key=lambda pair: (-pair[1], pair[0]))[: len(rows) // 2 or 1]
"""


def test_renamed_copies_are_found_and_common_code_is_not_suspicious():
    shared = "\n".join(right().values())
    sources = [(f"s{number}", f"{shared}\nnumber_{number} = {number}") for number in range(30)]
    sources[4] = ("copy-a", shared + ODD)
    sources[20] = ("copy-b", shared + ODD.replace("ring", "buffer").replace("rollmean", "moving"))
    pairs = alike(sources, shared[:500])
    assert {pairs[0].one, pairs[0].other} == {"copy-a", "copy-b"}
    assert min(pairs[0].share_one, pairs[0].share_other) > 0.9
    assert len(pairs) == 1


def test_of_endless_code_the_beginning_is_compared(monkeypatch):
    endless = ODD + "\n".join(f"value_{n} = {n} * other_{n % 7}" for n in range(300))
    assert len(alike([("a", ODD), ("b", endless)], "")) == 1
    monkeypatch.setattr(similarity, "MOST_CODE", len(ODD))
    (pair,) = alike([("a", ODD), ("b", endless)], "")
    assert (pair.share_one, pair.share_other) == (1.0, 1.0)


def test_what_everybody_was_given_is_no_evidence():
    assert alike([("a", ODD), ("b", ODD)], ODD) == []
    assert len(alike([("a", ODD), ("b", ODD)], "")) == 1
    assert alike([("a", ""), ("b", "x = 1")], "") == []
