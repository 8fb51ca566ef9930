"""Due dates, extensions and late days, and that pages and exports say the same."""

import csv
import shutil

import pytest

from course_utils.app.main import main
from course_utils.app.places import UsageError
from course_utils.staff.grading.records.gradebook import Score
from course_utils.staff.grading.records.ledger import HandIn, writing
from course_utils.staff.grading.term.deadlines import (
    Deadline,
    Lateness,
    checked_penalty,
    lateness,
    moment,
)
from course_utils.staff.grading.term.finals import finals
from course_utils.staff.grading.term.settings import Term, read_term
from support.cohorts import LESSON, grade_folder, hand_in, right, synchronised
from support.entries import OUTLINE, cohort, entry

DUE = "2026-11-02 23:00:00 UTC"


def at(day, clock="23:00:00"):
    return f"2026-11-{day:02} {clock} UTC"


def one(time, points=26.0, digest="d"):
    mine = entry()
    mine.result["points"] = points
    return HandIn(mine, time)


def late(deadline, hand_ins, *, extension=None, late_days=0):
    extensions = {LESSON: {"ada": extension}} if extension else {}
    term = Term(deadlines={LESSON: deadline}, extensions=extensions, late_days=late_days)
    return term, lateness(term, {LESSON: {"ada": hand_ins}})[LESSON]["ada"]


@pytest.mark.parametrize(
    ("time", "days"),
    [("", 0), (DUE, 0), (at(2, "23:00:01"), 1), (at(3), 1), (at(3, "23:00:01"), 2), (at(12), 10)],
)
def test_a_day_late_is_a_day_begun(time, days):
    assert late(Deadline(DUE), [one(time)])[1] == Lateness(days)


def test_an_extension_is_the_students_own_due_date():
    assert late(Deadline(DUE), [one(at(5))], extension=at(4))[1] == Lateness(1)


def test_late_days_are_spent_in_the_order_of_the_due_dates():
    deadlines = {"02": Deadline(at(9)), "04": Deadline(at(2)), "03": Deadline(at(16))}
    times = {"04": at(3), "02": at(12), "03": at(17)}
    history = {name: {"ada": [one(time)], "bob": [one("")]} for name, time in times.items()}
    result = lateness(Term(deadlines=deadlines, late_days=3), history)
    assert {name: of["ada"] for name, of in result.items()} == {
        "04": Lateness(1, 1),
        "02": Lateness(3, 2),
        "03": Lateness(1, 0),
    }
    assert {of["bob"] for of in result.values()} == {Lateness()}


@pytest.mark.parametrize(
    ("penalty", "once", "days", "cost"),
    [
        ("10%", False, 3, 6.0),
        ("10%", True, 3, 2.0),
        ("10%", True, 0, 0.0),
        ("2", False, 3, 6.0),
        ("2.5", True, 9, 2.5),
        ("10%", False, 11, 20.0),
        ("0", False, 9, 0.0),
    ],
)
def test_what_lateness_costs(penalty, once, days, cost):
    assert Deadline(DUE, penalty, once).cost(20.0, days) == cost


def what_counts(deadline, hand_ins, score=None, **options):
    term, how_late = late(deadline, hand_ins, **options)
    mine = hand_ins[-1].entry
    scores = {"ada": score} if score else {}
    return finals(term, OUTLINE, {"ada": mine}, scores, {"ada": hand_ins}, {"ada": how_late})["ada"]


def test_lateness_is_taken_off_what_a_person_gave_too_and_said():
    final = what_counts(Deadline(DUE, "10%"), [one(at(4))], Score(28.0, {}, penalty=1.0))
    assert (final.earned, final.points) == (29.0, pytest.approx(23.2))
    assert final.remark == "Handed in 2 days late: 5.8 points are taken off."
    final = what_counts(Deadline(DUE, "10%"), [one(at(4))], late_days=1)
    assert final.remark == (
        "Handed in 2 days late, 1 of them paid for with late days: 2.6 points are taken off."
    )
    final = what_counts(Deadline(DUE, "10%"), [one(at(3))], late_days=1)
    assert (final.points, final.remark) == (26, "Handed in 1 day late, paid for with late days.")


def test_without_a_deadline_of_ours_nbgraders_own_rules_hold():
    result = finals(Term(), OUTLINE, {"ada": entry()}, {"ada": Score(20.0, {}, 6.0)}, {}, {})
    assert (result["ada"].earned, result["ada"].points) == (26.0, 20.0)
    assert result["ada"].remark == "Handed in late: 6 points are taken off."
    assert finals(Term(), OUTLINE, {"ada": entry()}, {}, {}, {})["ada"].points == 26.0
    (broken,) = (one for one in cohort() if not one.graded)
    assert finals(Term(), OUTLINE, {"b": broken}, {}, {}, {}) == {}


def test_no_score_is_above_what_the_assignment_is_worth():
    result = finals(Term(), OUTLINE, {"ada": entry()}, {"ada": Score(40.0, {})}, {}, {})
    assert result["ada"].points == OUTLINE.most


@pytest.mark.parametrize(
    ("first", "second", "points", "remark"),
    [
        (one(at(2), 20.0), one(at(8), 26.0), 26.0, ""),
        (one(at(2), 26.0), one(at(8), 20.0), 26.0, "earlier hand-in count: they earned 26"),
        (one(at(4), 26.0), one(at(8), 20.0), 20.8, "Handed in 2 days late: 5.2 points"),
        (one(at(2), 20.0), one(at(10), 26.0), 20.0, "earlier hand-in"),  # too late again
    ],
)
def test_the_better_of_two_hand_ins_counts(first, second, points, remark):
    deadline = Deadline(DUE, "10%", again=at(9))
    final = what_counts(deadline, [first, second])
    assert final.points == pytest.approx(points)
    assert remark in final.remark
    # Who hands in only then is late.
    assert what_counts(deadline, [second]).points < second.entry.result["points"]


@pytest.mark.parametrize("text", ["2026-11-02", "tomorrow", "2026-13-02 10:00", "", "23:59"])
def test_a_time_is_a_date_and_a_time(text):
    with pytest.raises(UsageError, match="expected a date and a time"):
        moment(text)
    for penalty in ("-1", "10 %", "ten", "%"):
        with pytest.raises(UsageError, match="expected a penalty"):
            checked_penalty(penalty)


def test_a_time_with_a_zone_is_that_moment():
    assert moment("2026-11-03 00:00+01:00") == moment("2026-11-02 23:00 UTC") == DUE


def test_the_ledger_keeps_every_version_with_its_time(tmp_path):
    digests = []
    with writing(tmp_path) as ledger:
        for digest in ("a", "b", "b", "a"):
            mine = entry(student="ada")
            ledger.append(LESSON, type(mine)(**{**vars(mine), "digest": digest}))
            digests.append([hand_in.entry.digest for hand_in in ledger.hand_ins(LESSON)["ada"]])
        ledger.append_times(LESSON, {("ada", "a"): at(3)})
        ledger.append_times(LESSON, {("ada", "a"): at(4), ("ada", "b"): at(2)})
        ledger.append_times(LESSON, {("ada", "a"): at(4)})
        ledger.rename("ada", "al")
        assert [hand_in.at for hand_in in ledger.hand_ins(LESSON)["al"]] == [at(2), at(4)]
        count = ledger._connection.execute("SELECT count(*) FROM handed_in").fetchone()
    assert digests == [["a"], ["a", "b"], ["a", "b"], ["b", "a"]]
    assert count == (3,)


def test_the_command_sets_extends_and_forgets(tmp_path, capsys):
    def due(*arguments):
        code = main(["due", "--root", str(tmp_path), *arguments])
        return code, capsys.readouterr()

    hand_in(tmp_path, "ada", {})
    assert due(LESSON, "--student", "ada", "--at", DUE)[0] == 2
    assert due(LESSON, "--at", DUE, "--penalty", "10%")[0] == 0
    assert due(LESSON, "--once", "--late-days", "2")[0] == 0
    _, said = due(LESSON, "--student", "ada", "--at", at(5))
    assert said.out.splitlines() == [
        f"{LESSON}: due {DUE}, 10% off once late",
        f"  ada: due {at(5)}",
        "late days for each student: 2",
    ]
    assert "got 'eve'" in due(LESSON, "--student", "eve", "--at", DUE)[1].err
    assert due(LESSON, "--student", "ada", "--forget")[0] == 0
    assert read_term(tmp_path).extensions == {LESSON: {}}
    assert due(LESSON, "--no-once")[1].out.startswith(f"{LESSON}: due {DUE}, 10% off each day")
    assert due("--at", DUE)[0] == due("99-none", "--at", DUE)[0] == due(LESSON, "--at", "x")[0] == 2
    due(LESSON, "--forget")
    assert read_term(tmp_path) == Term(late_days=2)


def test_a_page_and_the_report_show_what_the_export_says(tmp_path, empty_gradebook, monkeypatch):
    from course_utils.staff.grading import commands

    shutil.copy(empty_gradebook, tmp_path)
    folder = hand_in(tmp_path, "ada", right(), timestamp="2026-11-04 10:00:00 UTC")
    _, entries = grade_folder(tmp_path)
    synchronised(tmp_path)
    with writing(tmp_path) as ledger:
        commands._keep_times(ledger, OUTLINE, entries, {"ada": folder})
    shared = ["--root", str(tmp_path)]
    assert main(["due", LESSON, "--at", DUE, "--penalty", "10%", *shared]) == 0
    assert main(["feedback", LESSON, *shared]) == main(["report", LESSON, *shared]) == 0
    out = tmp_path / "out.csv"
    assert main(["export", LESSON, "--format", "csv", "--out", str(out), *shared]) == 0
    with out.open(newline="") as file:
        (row,) = csv.DictReader(file)
    page = (tmp_path / "feedback/ada" / LESSON / f"{LESSON}.html").read_text()
    assert float(row["score"]) == pytest.approx(20.8)
    assert "<dt>counts for the assignment, of 32</dt><dd>20.8</dd>" in page
    report = (tmp_path / "report" / f"{LESSON}.html").read_text()
    for place in (page, report):
        assert "Handed in 2 days late: 5.2 points are taken off." in place
