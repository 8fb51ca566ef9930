"""Grade sheets as Canvas and Moodle export them, in several languages, and grades put into them."""

import csv
import io

import pytest

from course_utils.app.places import UsageError
from course_utils.staff.grading.records.people import People, Person
from course_utils.staff.grading.records.sheets import fill, read_sheet, written
from course_utils.staff.grading.submissions.outline import read_outline
from course_utils.staff.grading.text import identifier
from support import ROOT
from support.cohorts import LESSON, MOST
from support.entries import exported

OUTLINE = read_outline(ROOT, LESSON)
TITLE = "01-momentum (8123)"
_CANVAS = (
    "{student},ID,SIS User ID,SIS Login ID,Section,Warm-up (7),01-momentum (8123),"
    "01-momentum-b (9),Final Score\r\n"
    "{pad},,,,,,Manual Posting,,\r\n"
    "    Points Possible{pad},,,,,5,{most},3,(read only)\r\n"
    "{ada},101,S1,ada@uni.org,One,4,,,\r\n"
    "{bob},102,S2,bob,One and Two,3,11.00,,\r\n"
    "{zoe},103,S3,zoe,One,-1,EX,,\r\n"
    "{kim},105,,kim,One,-1,N/A,,\r\n"
    "{test},104,,abc,One,,,,\r\n"
)
_NAMES = {
    "student": "Student",
    "ada": '"Lovelace, Ada"',
    "bob": "Bob",
    "zoe": '"Müller, Zoë"',
    "kim": "Kim",
    "test": '"Student, Test"',
    "most": "32.00",
    "pad": "",
}
_SPLIT = {"student": "LastName,FirstName", "ada": "Lovelace,Ada", "bob": ",Bob", "kim": ",Kim"}
_SPLIT |= {"zoe": "Müller,Zoë", "test": "Student,Test", "pad": ","}
CANVAS = _CANVAS.format(**_NAMES)
MOODLE = (
    "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,"
    "Grade can be changed,Feedback comments\n"
    "Participant 11,Ada Lovelace,,ada@uni.org,Submitted,,32.00,Yes,\n"
    "Participant 12,Bob,,bob@uni.org,Submitted,7.00,32.00,Yes,\n"
    "Participant 13,Zoë Müller,Z9,zoe@uni.org,-,,32.00,Yes,- late -- sorry\n"
    "Participant 14,Kim,,kim@uni.org,-,,32.00,No,\n"
)
GERMAN = (
    "Klasse, Raum;"
    'ID;"Vollständiger Name";E-Mail-Adresse;Status;Bewertung;Bestwertung;'
    '"Bewertung kann geändert werden";"Feedback als Kommentar"\n'
    'A, 1;Teilnehmer/in11;"Ada Lovelace";ada@uni.org;-;;"32,00";Ja;\n'
    'A, 1;Teilnehmer/in12;Bob;bob@uni.org;-;"7,00";"32,00";Ja;\n'
    'A, 1;Teilnehmer/in14;Kim;kim@uni.org;-;;"32,00";Nein;\n'
)
FRENCH = (
    "Identifiant,Nom complet,Numéro d’identification,Adresse de courriel,Note,Note maximale,"
    "La note peut être modifiée,Feedback par commentaires\n"
    'Participant11,Ada Lovelace,,ada@uni.org,,"32,00",Oui,\n'
    'Participant12,Bob,,bob@uni.org,"7,00","32,00",Oui,\n'
    'Participant14,Kim,,kim@uni.org,,"32,00",Non,\n'
)


def put(sheet, rows, **options):
    """Fill in a sheet's text; return what came of it, and its lines."""
    sheet = read_sheet(sheet.encode())
    filled = fill(sheet, OUTLINE, rows, **options)
    text = written(filled.sheet).decode("utf-8-sig")
    return filled, list(csv.reader(io.StringIO(text, newline=""), delimiter=sheet.separator))


@pytest.mark.parametrize("names", [{}, _SPLIT], ids=["one name", "split names"])
def test_canvas_gets_its_own_sheet_back_with_one_column_filled_in(names):
    sheet = _CANVAS.format(**_NAMES | names)
    rows = [exported(name, 26.0, 29.256) for name in ("ada", "S2", "103", "kim", "abc", "nobody")]
    filled, after = put(sheet, rows)
    before = list(csv.reader(io.StringIO(sheet, newline="")))
    place = before[0].index(TITLE)
    grades = [line[place] for line in after]
    assert grades == [TITLE, "Manual Posting", "32.00", "29.26", "29.26", "EX", "N/A", ""]
    assert filled.changes == [("ada", "", "29.26"), ("S2", "11.00", "29.26")]
    assert (filled.absent, filled.kept) == (["abc", "nobody"], ["103", "kim"])
    for old, new in zip(before, after, strict=True):
        assert [*old[:place], *old[place + 1 :]] == [*new[:place], *new[place + 1 :]]


@pytest.mark.parametrize("sheet", [MOODLE, GERMAN, FRENCH], ids=["en", "de", "fr"])
def test_moodle_is_filled_in_whatever_its_language(sheet):
    rows = [exported("ada", 26.5), exported("Bob", 20.0), exported("14", 3.0)]
    filled, after = put(sheet, rows)
    comma = "," if "32,00" in sheet else "."
    assert filled.changes == [("ada", "", f"26{comma}5"), ("Bob", f"7{comma}00", "20")]
    assert (filled.absent, filled.doubled, filled.kept) == ([], [], ["14"])
    assert [len(line) for line in after] == [len(after[0])] * len(after)


def test_moodle_gets_a_note_where_there_is_no_grade_and_keeps_a_teachers_words():
    rows = [exported(name, None) for name in ("ada", "12", "Z9")]
    filled, after = put(MOODLE, rows)
    note = "Not graded: the notebook is empty."
    assert [line[8] for line in after[1:]] == [note, note, "- late -- sorry", ""]
    assert [line[5] for line in after[1:]] == ["", "", "", ""]
    assert filled.changes == [("12", "7.00", "")]
    assert after[3][4] == "-"  # Moodle's own word for nothing


def test_what_is_right_already_stays_as_it_is_written():
    filled, after = put(MOODLE, [exported("bob", 7.0)])
    assert filled.changes == []
    assert after[2][5] == "7.00"


@pytest.mark.parametrize("most", [100, 16])
def test_grades_are_scaled_to_the_sheets_own_maximum(most):
    row = exported("ada", 26.0, MOST / 4)
    for sheet in (_CANVAS.format(**_NAMES | {"most": most}), MOODLE.replace("32.00", f"{most}.00")):
        assert put(sheet, [row])[0].changes == [("ada", "", f"{most / 4:g}")]


def test_a_column_of_another_name_is_asked_for_and_never_added_in_silence():
    sheet = CANVAS.replace(TITLE, "Homework 1: Momentum (8123)")
    rows = [exported("ada", 20.0)]
    with pytest.raises(UsageError, match=r"'Homework 1: Momentum \(8123\)'.*--column"):
        put(sheet, rows)
    with pytest.raises(UsageError, match="expected --column with one of"):
        put(sheet, rows, column="Homework 2")
    _, after = put(sheet, rows, column="Homework 1: Momentum (8123)")
    assert [len(line) for line in after] == [9] * 8
    assert after[3][6] == "20"
    _, after = put(sheet, rows, new=True)
    assert [line[-1] for line in after] == [LESSON, "", f"{MOST:g}", "20", "", "", "", ""]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_separator_and_byte_order_mark_stay(delimiter):
    sheet = "\ufeff" + MOODLE.replace(",", delimiter)
    _, after = put(sheet, [exported("bob")])
    assert after[2][5] == "26"
    data = written(fill(read_sheet(sheet.encode()), OUTLINE, []).sheet)
    assert data.replace(b"\r\n", b"\n") == sheet.encode()


def test_a_student_is_found_by_the_best_name_and_never_guessed():
    twice = MOODLE + "Participant 15,Other,ada,other@uni.org,Submitted,,32.00,Yes,\n"
    assert [line[5] for line in put(twice, [exported("ada")])[1]][1:] == ["", "7.00", "", "", "26"]
    both = MOODLE + "Participant 15,Other,,ada@else.org,Submitted,,32.00,Yes,\n"
    filled, after = put(both, [exported("ada"), exported("bob")])
    assert (filled.doubled, [line[5] for line in after][1:3]) == (["ada"], ["", "26"])


def test_two_folders_of_one_person_fill_no_line():
    filled, after = put(MOODLE, [exported("ada", 26.0), exported("Ada Lovelace", 22.0)])
    assert (filled.doubled, filled.changes) == (["ada", "Ada Lovelace"], [])
    assert after[1][5] == ""


def test_the_roster_knows_other_names_of_a_student():
    people = People([Person("al", ("al", "ada@uni.org"), "Ada Lovelace")])
    rows = [exported("al")]
    assert put(MOODLE, rows)[0].absent == ["al"]
    assert put(MOODLE, rows, people=people)[0].changes == [("al", "", "26")]


@pytest.mark.parametrize("sheet", ["", "a,b\n1,2\n", "Grade,Points\n", '"', "\x00", "name\nAda\n"])
def test_what_is_no_grade_sheet_is_refused(sheet):
    with pytest.raises(UsageError, match="expected a grade sheet"):
        put(sheet, [exported("ada")])
    with pytest.raises(UsageError, match="UTF-8"):
        read_sheet(b"Student;\xfc")


def test_a_formula_in_the_platforms_own_cells_does_not_pass():
    sheet = CANVAS.replace("Bob", '"=HYPERLINK(""x"")"').replace("Kim", "@SUM(1)")
    _, after = put(sheet, [])
    assert [after[4][0], after[6][0]] == ['\'=HYPERLINK("x")', "'@SUM(1)"]


def test_what_is_quoted_of_a_file_is_no_formula_beside_a_grade():
    row = exported("ada", None, reason="the notebook has format ;=cmd|'x'!A0")
    _, after = put(MOODLE, [row])
    assert after[1][-1] == "Not graded: the notebook has format ;'=cmd|'x'!A0."


@pytest.mark.parametrize("name", ["a\u202eda", '"+alert(1)+"', "o'brien; x"])
def test_a_name_that_hides_something_has_its_line(name):
    sheet = CANVAS.replace("S2", '"' + name.replace('"', '""') + '"')
    filled, _ = put(sheet, [exported(identifier(name), 5.0)])
    assert [student for student, *_ in filled.changes] == [identifier(name)]


def test_names_stand_in_sheets_in_either_order():
    people = [read_sheet(text.encode()).people() for text in (CANVAS, MOODLE)]
    assert [one.name for one in people[0]] == ["Ada Lovelace", "Bob", "Zoë Müller", "Kim"]
    assert people[0][1] == Person("bob", ("bob", "S2", "102"), "Bob", "One and Two")
    # Moodle's number is another one in every assignment: no key.
    assert people[1][0] == Person("ada@uni.org", ("ada@uni.org",), "Ada Lovelace")
    assert People(people[1]).find("müller,  ZOË") == [people[1][2]]
