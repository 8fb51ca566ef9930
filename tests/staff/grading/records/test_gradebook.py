import html
import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbgrader.dbutil import ALEMBIC_DIR

from course_utils.app.places import UsageError
from course_utils.staff.grading.records import gradebook
from course_utils.staff.grading.records.ledger import writing
from course_utils.staff.grading.submissions.outline import read_outline
from support import ROOT
from support.cohorts import (
    LESSON,
    MOST,
    POINTS,
    grade_folder,
    hand_in,
    imagined,
    right,
    synchronised,
)
from support.postgres_server import PostgresServer

WORDS = {"reflect-tuning": "It <b>overshoots</b> if $a<b$.", "reflect-prediction": "I was wrong."}
OUTLINE = read_outline(ROOT, LESSON)


@pytest.fixture
def root(tmp_path, empty_gradebook):
    shutil.copy(empty_gradebook, tmp_path)
    hand_in(tmp_path, "ada", right() | WORDS)
    hand_in(tmp_path, "bob", right() | {"momentum-step": "wrong = 1"})
    grade_folder(tmp_path)
    synchronised(tmp_path)
    return tmp_path


def opened(root):
    return gradebook.connected(gradebook.default_url(root), ROOT)


def scores(root):
    with opened(root) as book:
        return gradebook.scores(book, LESSON)


def dump(root):
    with closing(sqlite3.connect(root / "gradebook.db")) as connection:
        return list(connection.iterdump())


def autograded(root, student):
    path = root / "autograded" / student / LESSON / f"{LESSON}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells if "nbgrader" in cell.metadata}


def by_hand(root, student, cell, **values):
    """Do what a person does in formgrader."""
    with opened(root) as book:
        grade = book.find_grade(cell, LESSON, LESSON, student)
        for name, value in values.items():
            setattr(grade, name, value)
        book.db.commit()


def test_every_score_and_comment_of_the_ledger_stands_in_nbgraders_gradebook(root):
    with opened(root) as book:
        for student, total in (("ada", POINTS), ("bob", POINTS - 4 + 1.33)):
            submission = book.find_submission(LESSON, student)
            assert submission.score == pytest.approx(total)
            assert submission.max_score == MOST
            (notebook,) = submission.notebooks
            scored = {g.name: g.auto_score for g in notebook.grades if not g.needs_manual_grade}
            slugs = [part.name for part in OUTLINE.exercises]
            points = {f"{slug}-test": scored[f"{slug}-test"] for slug in slugs}
            assert sum(points.values()) == pytest.approx(total)
        comment = book.find_comment("momentum-step", LESSON, LESSON, "bob").comment
        assert comment == "momentum-step: not right yet (seed 7)."


def test_the_gradebook_learns_of_an_assignment_what_nbgrader_would_tell_it(root):
    with opened(root) as book:
        (notebook,) = book.find_assignment(LESSON).notebooks
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        assert points == {part.cell: part.points for part in OUTLINE.parts}
        question = book.find_source_cell("reflect-tuning-question", LESSON, LESSON).source
        assert "MARK SCHEME" in question
        test = book.find_source_cell("momentum-step-test", LESSON, LESSON).source
        assert "BEGIN HIDDEN TESTS" in test
        answer = book.find_source_cell("momentum-step", LESSON, LESSON).source
        assert "raise NotImplementedError" in answer


def test_a_second_time_changes_nothing(root):
    before = dump(root)
    pages = {path: path.stat().st_mtime_ns for path in (root / "autograded").rglob("*.ipynb")}
    assert len(pages) == 2
    assert synchronised(root) == 0
    assert dump(root) == before
    assert {path: path.stat().st_mtime_ns for path in pages} == pages


def test_an_answer_loads_nothing_in_formgrader_and_no_address_hides_behind_words(root):
    script, picture = "javascript:alert(1)", "https://example.org/seen.png"
    answer = "\n\n".join(
        [
            f"[plot]({script}) and ![plot]({picture})",
            f"[a]: {script}\n\nsee [a] and [this][a]",
            f"[plot](java&#115;cript:alert(1)) <{script}> <a href='{script}'>x</a>",
            f"$\\href{{{script}}}{{x}}$ &#36;\\\\h&#114;ef{{{script}}}{{x}}&dollar;",
            r"$\mmlToken{mi}[href='x']{x} \style{position:fixed}{x} \bbox[position:fixed]{x}$",
        ]
    )
    hand_in(root, "ada", right() | {"reflect-tuning": f"{answer}\n\nSo $a<b$, and that is all."})
    grade_folder(root)
    synchronised(root)
    page = markdown2html_mistune(autograded(root, "ada")["reflect-tuning"].source)
    assert "that is all" in page
    assert not re.search(r"<(img|script)\b|src=", page)
    assert re.findall(r'href="(.*?)"', page) == [picture]
    assert f">{picture}</a>" in page
    shown = html.unescape(re.sub("<[^>]*>", "", page))
    assert not re.search(r"\\(href|mmlToken|style|bbox)", shown)
    assert "$a< b$" in shown


def test_what_a_person_wrote_stays_whatever_the_score_becomes(root):
    by_hand(root, "bob", "momentum-step-test", manual_score=3.5, needs_manual_grade=False)
    by_hand(root, "bob", "nesterov-step-test", extra_credit=1.0)
    with opened(root) as book:
        book.find_comment("momentum-step", LESSON, LESSON, "bob").manual_comment = "Well argued."
        book.db.commit()
    assert synchronised(root) == 0
    hand_in(root, "bob", right())
    grade_folder(root)
    assert synchronised(root) == 1
    with opened(root) as book:
        grade = book.find_grade("momentum-step-test", LESSON, LESSON, "bob")
        assert (grade.manual_score, grade.auto_score, grade.score) == (3.5, 4, 3.5)
        assert grade.needs_manual_grade  # the answer is another one: look again
        other = book.find_grade("nesterov-step-test", LESSON, LESSON, "bob")
        assert (other.auto_score, other.extra_credit, other.needs_manual_grade) == (4, 1, False)
        comment = book.find_comment("momentum-step", LESSON, LESSON, "bob")
        assert comment.comment == "Well argued."
    mark = scores(root)["bob"].marks["momentum-step-test"]
    assert (mark.points, mark.by_hand, mark.comment) == (3.5, True, "")


def test_reflections_wait_for_a_person_and_an_untouched_one_is_nothing(root):
    marks = {student: score.marks for student, score in scores(root).items()}
    for cell in WORDS:
        assert (marks["ada"][cell].points, marks["ada"][cell].waits) == (None, True)
        assert (marks["bob"][cell].points, marks["bob"][cell].waits) == (0, False)


def test_a_reflection_is_read_again_only_if_it_was_written_anew(root):
    for cell in WORDS:
        by_hand(root, "ada", cell, manual_score=2.0, needs_manual_grade=False)
    grade_folder(root, regrade=True)
    synchronised(root)
    assert not scores(root)["ada"].waits
    hand_in(root, "ada", right() | WORDS | {"reflect-tuning": "On second thoughts, no."})
    scored, _ = grade_folder(root)
    assert scored == 0  # the code is what it was
    synchronised(root)
    marks = scores(root)["ada"].marks
    assert {cell: marks[cell].waits for cell in WORDS} == {
        "reflect-tuning": True,
        "reflect-prediction": False,
    }
    assert marks["reflect-tuning"].points == 2
    assert autograded(root, "ada")["reflect-tuning"].source == "On second thoughts, no."


def test_formgrader_finds_the_canonical_notebook_and_no_html_of_a_student(root):
    cells = autograded(root, "ada")
    assert cells["reflect-tuning"].source == "It < b>overshoots< /b> if $a< b$."
    assert cells["momentum-step"].source == right()["momentum-step"]
    assert "MARK SCHEME" in cells["reflect-tuning-question"].source
    assert "seed 7" in cells["momentum-step-test"].outputs[0].text
    path = root / "autograded" / "ada" / LESSON / f"{LESSON}.ipynb"
    nbformat.validate(nbformat.read(path, as_version=4))


def test_without_a_score_the_gradebook_has_none_and_a_person_may_give_one(root):
    path = root / "submitted" / "bob" / LESSON / f"{LESSON}.ipynb"
    path.write_bytes(path.read_bytes()[:500])
    grade_folder(root)
    synchronised(root)
    with opened(root) as book:
        grade = book.find_grade("momentum-step-test", LESSON, LESSON, "bob")
        assert (grade.auto_score, grade.needs_manual_grade) == (None, True)
        comment = book.find_comment("gradient-descent-step", LESSON, LESSON, "bob").comment
        assert comment.startswith("Not graded: the notebook breaks off")
    by_hand(root, "bob", "momentum-step-test", manual_score=1.0, needs_manual_grade=False)
    assert synchronised(root) == 0
    assert scores(root)["bob"].marks["momentum-step-test"].waits is False


def test_an_exercise_in_doubt_waits_for_a_person_who_reads_what_was_done(root):
    def doubts(submission, seed):
        result = imagined(submission, seed)
        result["exercises"]["momentum-step"] |= {"points": None}
        return result | {"flags": ["repaired"], "repairs": ["nesterov-step: taken from cell 24."]}

    grade_folder(root, doubts, regrade=True)
    synchronised(root)
    mark = scores(root)["ada"].marks["momentum-step-test"]
    assert (mark.points, mark.waits) == (None, True)
    with opened(root) as book:
        comment = book.find_comment("gradient-descent-step", LESSON, LESSON, "ada").comment
        assert comment.startswith("Flags: repaired.\nnesterov-step: taken from cell 24.")


def test_flags_stand_at_the_first_exercise(root):
    folder = hand_in(root, "eve", right())
    (folder / f"{LESSON}.ipynb").rename(folder / "other.ipynb")
    grade_folder(root)
    synchronised(root)
    with opened(root) as book:
        comment = book.find_comment("gradient-descent-step", LESSON, LESSON, "eve").comment
        assert comment.startswith("Flags: renamed.\ngradient-descent-step: all right")


def test_text_that_no_database_takes_is_written_out(root):
    def rude(submission, seed):
        result = imagined(submission, seed)
        result["exercises"]["momentum-step"]["message"] = "a\x00b\ud800c\u202ed"
        return result

    grade_folder(root, rude, regrade=True)
    synchronised(root)
    with opened(root) as book:
        comment = book.find_comment("momentum-step", LESSON, LESSON, "ada").comment
        assert comment == r"a\u0000b\ud800c\u202ed"


def test_late_penalties_are_those_of_nbgraders_plugin(root, monkeypatch):
    from course_utils.staff.authoring.assignments import read_config

    def strict(course):
        config = read_config(course)
        config.LateSubmissionPlugin.penalty_method = "zero"
        return config

    with opened(root) as book:
        book.update_or_create_assignment(LESSON, duedate="2026-11-01 12:00:00 UTC")
    hand_in(root, "ada", right() | WORDS, timestamp="2026-11-01 12:59:59 +01:00")  # in time
    hand_in(root, "bob", right(), timestamp="2026-11-01 12:00:01 UTC")
    grade_folder(root)
    synchronised(root)
    assert {student: score.points for student, score in scores(root).items()} == {
        "ada": POINTS,
        "bob": POINTS,
    }
    monkeypatch.setattr(gradebook, "read_config", strict)
    synchronised(root)
    assert {student: score.points for student, score in scores(root).items()} == {
        "ada": POINTS,
        "bob": 0,
    }
    assert scores(root)["bob"].marks["momentum-step-test"].points == 4


@pytest.mark.parametrize("content", ["2026-11-01 12:00:00 /proc/self/mem", "yesterday"])
def test_a_timestamp_that_is_none_is_no_time_and_harms_nobody_else(root, content):
    (root / "submitted" / "ada" / LESSON / "timestamp.txt").write_text(content)
    (root / "submitted" / "bob" / LESSON / "timestamp.txt").write_text("2026-11-01 12:00:00 UTC")
    grade_folder(root)
    synchronised(root)
    with opened(root) as book:
        assert book.find_submission(LESSON, "ada").timestamp is None
        assert book.find_submission(LESSON, "bob").timestamp.hour == 12
        comment = book.find_comment("gradient-descent-step", LESSON, LESSON, "ada").comment
        assert comment.startswith("Flags: time-unknown.")


@pytest.mark.parametrize("first", [None, "database is locked"])
def test_a_gradebook_that_cannot_even_be_closed_is_told_in_a_sentence(root, monkeypatch, first):
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import OperationalError

    close = Gradebook.close

    def fail(self):
        close(self)
        raise OperationalError("ROLLBACK", {}, ConnectionError())

    def use():
        with opened(root):
            if first:
                raise OperationalError("SELECT", {}, sqlite3.OperationalError(first))

    monkeypatch.setattr(Gradebook, "close", fail)
    with pytest.raises(gradebook.GradebookError, match=r"\(ConnectionError\)") as caught:
        use()
    assert (first or "") in str(caught.value.__cause__.__context__)  # it is in the traceback


def test_what_an_earlier_release_did_not_ask_has_no_message_in_formgrader(root):
    with writing(root) as ledger:
        entry = ledger.current(LESSON)["ada"]
        del entry.result["exercises"]["momentum-step"]
        ledger.append(LESSON, entry)
    synchronised(root)
    assert autograded(root, "ada")["momentum-step-test"].outputs[0].text == ""
    assert autograded(root, "bob")["momentum-step-test"].outputs[0].text != ""


def test_points_that_changed_in_the_release_change_in_the_gradebook(root, tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    for folder in ("solutions", "notebooks"):
        shutil.copytree(ROOT / folder / LESSON, course / folder / LESSON)
        for path in (course / folder / LESSON).glob("*.ipynb"):
            notebook = json.loads(path.read_text("utf-8"))
            for cell in notebook["cells"]:
                if cell["metadata"].get("nbgrader", {}).get("grade_id") == "reflect-tuning":
                    cell["metadata"]["nbgrader"]["points"] = 5
            path.write_text(json.dumps(notebook), "utf-8")
    shutil.copy(ROOT / "nbgrader_config.py", course)
    outline = read_outline(course, LESSON)
    with writing(root) as ledger, opened(root) as book:
        gradebook.synchronise(book, outline, course, root, ledger.current(LESSON), ledger)
        assert book.find_submission(LESSON, "ada").max_score == MOST + 2
        assert book.find_submission(LESSON, "ada").score == POINTS


def test_a_new_gradebook_has_the_version_of_nbgraders_newest_tables_and_starts_nothing(
    tmp_path, monkeypatch
):
    def start(*_, **__):
        raise AssertionError("a process of its own takes seconds")

    monkeypatch.setattr(subprocess, "check_output", start)
    with gradebook.connected(gradebook.default_url(tmp_path), ROOT):
        pass
    with closing(sqlite3.connect(tmp_path / "gradebook.db")) as connection:
        ((version,),) = connection.execute("SELECT version_num FROM alembic_version")
    steps = [path.read_text() for path in Path(ALEMBIC_DIR, "versions").glob("*.py")]
    revisions = {re.search(r"^revision = '(\w+)'", text, re.MULTILINE)[1] for text in steps}
    replaced = {re.search(r"^down_revision = (.*)", text, re.MULTILINE)[1] for text in steps}
    assert {version} == revisions - {text.strip("'") for text in replaced}


@pytest.mark.parametrize(
    "url", ["nonsense", "oracle9i://a:secret@b/c", "sqlite:///x?timeout=y", ""]
)
def test_an_address_that_is_none_is_refused_without_being_repeated(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((UsageError, gradebook.GradebookError)) as caught:  # noqa: SIM117
        with gradebook.connected(url, ROOT):
            pass
    assert "secret" not in str(caught.value)


def test_a_locked_gradebook_is_a_sentence_and_the_next_run_catches_up(root, monkeypatch):
    monkeypatch.setattr(gradebook, "GRADEBOOK_TIMEOUT", 0.2)
    hand_in(root, "bob", right())
    grade_folder(root)
    with closing(sqlite3.connect(root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(gradebook.GradebookError, match=r"locked.*next run catches up"):
            synchronised(root)
        other.execute("ROLLBACK")
    assert synchronised(root) == 1
    assert scores(root)["bob"].points == POINTS


@pytest.mark.nightly
@pytest.mark.requires("postgresql")
def test_postgresql_holds_the_same_and_may_be_killed_in_between(root):
    with PostgresServer() as server:
        synchronised(root, server.url)
        with gradebook.connected(server.url, ROOT) as book:
            assert gradebook.scores(book, LESSON) == scores(root)
            assert "128 characters" in gradebook.refusal(book, "x" * 129)
            assert not gradebook.refusal(book, "x" * 128)
        hand_in(root, "bob", right())
        grade_folder(root)
        server.kill()
        with pytest.raises(gradebook.GradebookError, match="next run catches up"):
            synchronised(root, server.url)
        server.start()
        assert synchronised(root, server.url) == 1
        assert synchronised(root, server.url) == 0
        with gradebook.connected(server.url, ROOT) as book:
            assert gradebook.scores(book, LESSON)["bob"].points == POINTS
