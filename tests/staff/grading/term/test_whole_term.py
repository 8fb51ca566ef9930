"""A term of four lessons, from the platforms' downloads to the course's grade.

Lessons 1 and 3 come from Canvas, 2 and 4 from Moodle. What everybody's points come to is worked out
by hand below.
"""

import csv
import io
from datetime import UTC, datetime

import pytest

from course_utils.app.main import main
from support.cohorts import hand_in, right
from support.spreadsheets import filled
from support.zips import entry, packed

L1, L2, L3, L4 = LESSONS = (
    *("01-momentum", "02-adaptive-rates", "03-adam"),
    "04-initialization-and-momentum",
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,01-momentum (81),03-adam (83)\n"
    "    Points Possible,,,,,32,27\n"
    '"Lovelace, Ada",101,,ada@uni.org,One,,\n'
    "Bob,102,,bob@uni.org,One,,\n"
    '"Müller, Zoë",103,,zoe@uni.org,Two,,\n'
    "Kim,104,,kim@uni.org,Two,,\n"
)
#: With the number of each person, which is another one in every assignment, and the time.
MOODLE = (
    "ID;Vollständiger Name;E-Mail-Adresse;Bewertung;Bestwertung;Zuletzt geändert (Abgabe);"
    "Bewertung kann geändert werden;Feedback als Kommentar\n"
    "Teilnehmer/in{0}1;Ada Lovelace;ada@uni.org;;{most};{ada};Ja;\n"
    "Teilnehmer/in{0}2;Bob;bob@uni.org;;{most};{bob};Ja;\n"
    "Teilnehmer/in{0}3;Zoë Müller;zoe@uni.org;;{most};{zoe};Ja;\n"
)


class Term:
    """A grading folder, the commands in it, and the downloads that are made for it."""

    def __init__(self, folder, said):
        self.folder, self.root, self._said = folder, folder / "grading", said
        self.root.mkdir()

    def course(self, *arguments, code=0):
        """Run a command; return what it said."""
        assert main([*map(str, arguments), "--root", str(self.root)]) == code
        return self._said.readouterr()

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def notebooks(self, lesson, answers):
        """Return the notebooks of a lesson with these answers, by name."""
        folder = hand_in(self.folder / "desk", "somebody", answers, lesson)
        return {path.name: path.read_bytes() for path in sorted(folder.glob("*.ipynb"))}

    def collect(self, lesson, platform, files, *more):
        source = packed(self.folder / "download.zip", files)
        where = ["--from", source, "--platform", platform]
        return self.course("collect", lesson, *where, *more)

    def marks(self, lesson, points):
        """Give everybody who wrote in words so many points for each answer."""
        sheet = self.folder / "marks.csv"
        self.course("marks", lesson, "--marker", "ann", "--out", sheet)
        sheet.write_bytes(filled(sheet.read_text("utf-8-sig"), points=points))
        self.course("marks", lesson, "--marker", "ann", "--from", sheet)

    def exported(self, lesson, platform, template):
        """Fill in a platform's sheet; return its rows."""
        out = self.folder / "out.csv"
        where = ["--format", platform, "--template", template, "--out", out]
        self.course("export", lesson, *where)
        text = out.read_text("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text else ","))

    def totals(self, *options):
        """Return the course's table, by student."""
        self.course("total", *options)
        with (self.root / "report" / "course.csv").open(newline="", encoding="utf-8") as file:
            return {row["student"]: row for row in csv.DictReader(file)}


def at(day, hour, month=11):
    return datetime(2026, month, day, hour, tzinfo=UTC)


def without(lesson, *slugs, **words):
    """Return right answers but for some, which stay as they were given out."""
    answers = {slug: code for slug, code in right(lesson).items() if slug not in slugs}
    return answers | {name.replace("_", "-"): text for name, text in words.items()}


@pytest.mark.nightly
@pytest.mark.requires("bubblewrap")
def test_a_term_comes_to_what_one_works_out_by_hand(tmp_path, capsys):
    term = Term(tmp_path, capsys)
    canvas = term.write("canvas.csv", CANVAS)
    in_time = "Montag, 16. November 2026, 11:00"
    second = term.write(
        "moodle-2.csv",
        MOODLE.format(
            *"2",
            most="24,00",
            ada="Montag, 16. November 2026, 13:00",
            bob="Mittwoch, 18. November 2026, 09:00",
            zoe=in_time,
        ),
    )
    fourth = term.write(
        "moodle-4.csv", MOODLE.format(*"4", most="32,00", ada="-", bob="-", zoe="-")
    )
    term.course("roster", "--from", canvas)
    said = term.course("roster", "--from", second).out
    assert "roster: 4 people, 0 of them new" in said
    term.course("due", L1, "--at", "2026-11-02 12:00 UTC", "--penalty", "10%", "--late-days", "1")
    term.course("due", L2, "--at", "2026-11-16 12:00", "--penalty", "2", "--once")
    term.course("due", L2, "--student", "bob@uni.org", "--at", "2026-11-20 12:00")
    again = ["--again", "2026-12-05 12:00 UTC"]
    term.course("due", L3, "--at", "2026-11-30 12:00 UTC", "--penalty", "50%", *again)
    term.course("due", L4, "--at", "2026-12-14 12:00 UTC", "--penalty", "10%")

    # Lesson 1. Ada: 26 of 26, and 2 for each of two answers in words: 30. Bob: 22, as he left
    # momentum-step (4) as it was; 47 hours late are 2 days, of which one is free: 22 - 2.2 = 19.8.
    (ada,) = term.notebooks(
        L1, without(L1, reflect_tuning="It overshoots.", reflect_prediction="I was wrong.")
    ).values()
    (bob,) = term.notebooks(L1, without(L1, "momentum-step")).values()
    late = entry("bob_LATE_102_8_01-momentum-1.ipynb", at(4, 11))
    files = {"lovelaceada_101_7_01-momentum.ipynb": ada, late: bob}
    assert "marked as late by the platform: bob@uni.org" in term.collect(L1, "canvas", files).err
    term.course("grade", L1, "--workers", "1")
    term.marks(L1, "2")
    rows = term.exported(L1, "canvas", canvas)
    assert [row["01-momentum (81)"] for row in rows] == ["32", "30", "19.8", "", ""]

    # Lesson 2. Ada: 18, an hour late, on her free day. Bob: 18, in time for his extension. Zoë's
    # file is no notebook: not graded.
    (whole,) = term.notebooks(L2, right(L2)).values()
    files = {
        "Ada Lovelace_21_assignsubmission_file/02-adaptive-rates.ipynb": whole,
        "Bob_22_assignsubmission_file/02-adaptive-rates.ipynb": whole,
        "Zoë Müller_23_assignsubmission_file/02-adaptive-rates.ipynb": whole[:5000],
    }
    term.collect(L2, "moodle", files, "--times", second)
    term.course("grade", L2, "--workers", "1", code=3)
    rows = term.exported(L2, "moodle", second)
    assert [row["Bewertung"] for row in rows] == ["18", "18", ""]
    assert rows[2]["Feedback als Kommentar"].startswith("Not graded")

    # Lesson 3. Ada: first 16, without adam-step (5); again before the second date 19, without
    # bias-correction (2), which counts in full. Bob hands in nothing.
    for number, (missing, hours) in enumerate(
        (("adam-step", (20, 9)), ("bias-correction", (2, 9, 12)))
    ):
        (ada,) = term.notebooks(L3, without(L3, missing)).values()
        mark = "LATE_" if number else ""
        name = entry(f"lovelaceada_{mark}101_{number}_03-adam.ipynb", at(*hours))
        term.collect(L3, "canvas", {name: ada})
        term.course("grade", L3, "--workers", "1")

    # Lesson 4. Ada: 26, and 1.5 for each of two answers in words: 29. Bob: 11 + 6 without the third
    # notebook, a day late, with no free day left: 17 - 1.7 = 15.3.
    words = {"reflect_nag": "It looks ahead.", "reflect_start": "It matters."}
    ada = term.notebooks(L4, without(L4, **words))
    bob = term.notebooks(L4, right(L4))
    bob.pop("3-recurrent.ipynb")
    files = {
        entry(f"{who}_assignsubmission_file/{name}", when): text
        for who, when, handed_in in (
            ("Ada Lovelace_41", at(10, 9, 12), ada),
            ("Bob_42", at(14, 13, 12), bob),
        )
        for name, text in handed_in.items()
    }
    term.collect(L4, "moodle", files)
    term.course("grade", L4, "--workers", "1")
    term.marks(L4, "1.5")
    rows = term.exported(L4, "moodle", fourth)
    assert [row["Bewertung"] for row in rows] == ["29", "15,3", ""]

    # Of 32 + 24 + 27 + 32 = 115 points Ada has 30 + 18 + 19 + 29 = 96, Bob 19.8 + 18 + 15.3 = 53.1.
    rows = term.totals()
    points = {student: [row[lesson] for lesson in LESSONS] for student, row in rows.items()}
    assert points == {
        "ada@uni.org": ["30", "18", "19", "29"],
        "bob@uni.org": ["19.8", "18", "", "15.3"],
        "kim@uni.org": ["", "", "", ""],
        "zoe@uni.org": ["", "", "", ""],
    }
    totals = {student: row["total_of_100"] for student, row in rows.items()}
    assert totals == {
        "ada@uni.org": "83.48",
        "bob@uni.org": "46.17",
        "kim@uni.org": "0",
        "zoe@uni.org": "",
    }
    assert rows["zoe@uni.org"]["note"] == f"{L2} is not graded"
    # Without the lowest share, which is lesson 3 for both, 115 - 27 = 88 points are left: 77, 53.1.
    rows = term.totals("--drop-lowest", "1")
    assert (rows["ada@uni.org"]["total_of_100"], rows["ada@uni.org"]["dropped"]) == ("87.5", L3)
    assert (rows["bob@uni.org"]["total_of_100"], rows["bob@uni.org"]["dropped"]) == ("60.34", L3)
