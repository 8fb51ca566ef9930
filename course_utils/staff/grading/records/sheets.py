"""Grade sheets of Canvas and Moodle: who stands in them, and grades put into them.

Of a sheet only the grades are written, and a note where there is none; its other cells, columns,
encoding, separator and decimal comma stay. A column is never added, nor a grade guessed, in
silence.
"""

import csv
import dataclasses
import io
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from course_utils.app.places import UsageError

from ..text import spreadsheet_cell, visible
from .people import People, Person

CANVAS, MOODLE = "Canvas", "Moodle"
# What the columns are called: Canvas does not translate, Moodle in English, German and French.
_COLUMNS = {
    "login": ("SIS Login ID", "Username", "Anmeldename", "Nom d'utilisateur", "student", "login"),
    "sis": ("SIS User ID", "ID number", "ID-Nummer", "Numéro d'identification"),
    "email": ("Email address", "E-Mail-Adresse", "Adresse de courriel", "email"),
    "number": ("Identifier", "Identifiant"),
    "name": ("Student", "Full name", "Vollständiger Name", "Nom complet", "name"),
    "last": ("LastName", "Last name", "Surname", "Nachname", "Nom", "Nom de famille"),
    "first": ("FirstName", "First name", "Vorname", "Prénom"),
    "section": ("Section", "Group", "Groups", "Gruppe", "Gruppen", "Groupe", "Groupes"),
    "grade": ("Grade", "Bewertung", "Note"),
    "most": ("Maximum Grade", "Bestwertung", "Note maximale"),
    "changeable": (
        *("Grade can be changed", "Bewertung kann geändert werden"),
        "La note peut être modifiée",
    ),
    "handed_in": (
        *("Last modified (submission)", "Zuletzt geändert (Abgabe)"),
        "Dernière modification (travail remis)",
    ),
    "words": ("Feedback comments", "Feedback als Kommentar", "Feedback par commentaires"),
}
_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    )
    for number, name in enumerate(names.split(), 1)
}
# "Monday, 2 November 2026, 11:58 PM", "Montag, 2. November 2026, 23:58"
_TIME = re.compile(
    r"(?P<day>\d{1,2})\.?\s+(?P<month>[^\W\d]+)\s+(?P<year>\d{4}),?\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?:\s*(?P<half>[ap]m))?"
)
_NO = {"no", "nein", "non"}
# What Canvas writes for an excused student, and where an assignment is not for a student.
_KEPT = {"EX", "N/A"}
_CANVAS_ASSIGNMENT = re.compile(r"(?P<title>.+) \(\d+\)")


@dataclass
class Sheet:
    """A sheet as it came.

    Parameters
    ----------
    platform : str
        "Canvas", "Moodle", or empty for any other table of people.
    head : list of str
    lines : list of list of str
    separator : str
    encoding : str
    """

    platform: str
    head: list
    lines: list
    separator: str
    encoding: str

    def column(self, what):
        """Return the place of a column of `_COLUMNS`, or None."""
        names = [name.replace("’", "'").casefold() for name in self.head]
        for name in _COLUMNS[what]:
            if name.casefold() in names:
                return names.index(name.casefold())
        if what == "number" and self.platform == MOODLE and "ID" in self.head:  # in German
            return self.head.index("ID")
        return None

    def cell(self, line, what):
        """Return a cell of a line, or nothing where there is no such column."""
        place = self.column(what)
        return "" if place is None else line[place].strip()

    @property
    def students(self):
        """The lines of students: neither Canvas's second and third line, nor its test student."""
        if self.platform != CANVAS:
            return self.lines
        return [
            line
            for line in self.lines
            if line[self.head.index("ID")].strip() and self.name(line) != "Test Student"
        ]

    @property
    def points(self):
        """Canvas's line of what can be earned, in a list, or an empty list."""
        return [line for line in self.lines if line[0].strip() == "Points Possible"]

    def name(self, line):
        """Return a person's name, the first name first."""
        if self.column("last") is not None:
            return f"{self.cell(line, 'first')} {self.cell(line, 'last')}".strip()
        last, comma, first = self.cell(line, "name").partition(",")
        return f"{first.strip()} {last.strip()}" if comma else last

    def person(self, line, *, numbers=False):
        """Return the person in a line.

        Parameters
        ----------
        line : list of str
        numbers : bool
            Whether Moodle's numbers count, which are others in every assignment.
        """
        keys = [self.cell(line, what) for what in ("login", "sis", "email")]
        if self.platform == CANVAS:
            keys.insert(2, line[self.head.index("ID")].strip())
        if numbers and (number := self.cell(line, "number")):
            keys += [number, *re.findall(r"\d+$", number)]
        keys = tuple(dict.fromkeys(filter(None, keys)))
        name = self.name(line)
        return Person(keys[0] if keys else name, keys, name, self.cell(line, "section"))

    def handed_in(self, line):
        """Return when somebody handed in, by Moodle, in this machine's zone; None if unsaid."""
        match = _TIME.search(self.cell(line, "handed_in").casefold())
        if not match or match["month"] not in _MONTHS:
            return None
        day, year, hour, minute = (int(match[name]) for name in ("day", "year", "hour", "minute"))
        if match["half"]:  # of the day: 12:14 am is 00:14
            hour = hour % 12 + (12 if match["half"] == "pm" else 0)
        return datetime(year, _MONTHS[match["month"]], day, hour, minute).astimezone(UTC)

    def people(self):
        """Return everybody in it, without those who have neither a key nor a name."""
        persons = map(self.person, self.students)
        return [person for person in persons if person.student]


@dataclass
class Filled:
    """What came of filling in a sheet.

    Parameters
    ----------
    sheet : Sheet
        With the grades in it.
    changes : list of tuple
        (student, grade before, grade now), as text, where they differ.
    absent : list of str
        Students who have no line.
    doubled : list of str
        Students of whom no line can be said to be theirs alone.
    kept : list of str
        Students whose grade the platform has closed: excused, not assigned, not to be changed.
    """

    sheet: Sheet
    changes: list = field(default_factory=list)
    absent: list = field(default_factory=list)
    doubled: list = field(default_factory=list)
    kept: list = field(default_factory=list)


def read_table(data):
    """Read a table from its bytes.

    Returns
    -------
    list of str
        Its head.
    list of list of str
        Its lines, as long as the head at least.
    str
        What separates its cells.
    str
        Its encoding.

    Raises
    ------
    UsageError
        If it is no table in UTF-8.
    """
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        text = data.decode(encoding)
        # A title may hold another separator: the right one makes the most columns.
        first = text.splitlines()[:1]
        separator = max(",;\t", key=lambda one: sum(map(len, _rows(first, one))))
        lines = list(_rows(io.StringIO(text, newline=""), separator))
    except UnicodeDecodeError:
        raise UsageError("expected a grade sheet in UTF-8, got other bytes") from None
    except csv.Error as error:
        raise UsageError(f"expected a grade sheet, got no CSV ({error})") from None
    head = [name.strip() for name in lines[0]] if lines else []
    lines = [line + [""] * (len(head) - len(line)) for line in lines[1:] if line]
    return head, lines, separator, encoding


def read_sheet(data):
    """Read a sheet from its bytes.

    Raises
    ------
    UsageError
        If it is no table with a column that names people.
    """
    sheet = Sheet("", *read_table(data))
    head = sheet.head
    canvas = "ID" in head and {"Student", "LastName"} & set(head) and "Section" in head
    if canvas:
        sheet.platform = CANVAS
    elif sheet.column("grade") is not None or sheet.column("changeable") is not None:
        sheet.platform = MOODLE
    if all(sheet.column(what) is None for what in ("login", "sis", "email", "number", "name")):
        raise UsageError(
            "expected a grade sheet with a column of logins, IDs, addresses or names, got "
            f"{', '.join(head) or 'an empty file'}"
        )
    return sheet


def _rows(text, separator):
    return csv.reader(text, delimiter=separator, strict=True)


def fill(sheet, outline, rows, people=None, column=None, new=False):
    """Put grades into a sheet of Canvas or Moodle.

    Parameters
    ----------
    sheet : Sheet
        Stays as it is.
    outline : Outline
    rows : list of export.Row
    people : People, optional
        The roster, which knows other names of a student.
    column : str, optional
        Which one is the assignment's; else that of its name (Canvas), or of grades (Moodle).
    new : bool
        Whether to add a column to a Canvas sheet, of which Canvas makes an assignment.

    Returns
    -------
    Filled

    Raises
    ------
    UsageError
        If it is no sheet of theirs, or has no such column.
    """
    sheet = dataclasses.replace(
        sheet, head=list(sheet.head), lines=[list(line) for line in sheet.lines]
    )
    place, most = _target(sheet, outline, column, new)
    filled = Filled(sheet)
    for row, line in _matched(sheet, rows, people, filled):
        before = line[place].strip()
        if before in _KEPT or sheet.cell(line, "changeable").casefold() in _NO:
            filled.kept.append(row.student)
            continue
        now = _grade(sheet, row, most)
        if _number(before) != _number(now) or not now:
            line[place] = now
        if line[place].strip() != before:
            filled.changes.append((row.student, before, now))
        words = sheet.column("words")
        if words is not None and row.score is None and not line[words].strip():
            line[words] = _kept(f"Not graded: {row.reason}.")
    return filled


def _target(sheet, outline, column, new):
    """Return the place of the grades, and what can be earned there at most (or None)."""
    if sheet.platform == MOODLE:
        place = _named(sheet, column) if column else sheet.column("grade")
        if place is None:
            raise UsageError(f"expected --column with one of {_listed(sheet.head)}")
        most = {sheet.cell(line, "most") for line in sheet.lines} - {""}
        return place, _number(most.pop()) if len(most) == 1 else None
    if sheet.platform != CANVAS:
        raise UsageError(f"expected a grade sheet of Canvas or Moodle, got {_listed(sheet.head)}")
    points = sheet.points
    if new:
        sheet.head.append(outline.assignment)
        for line in sheet.lines:
            line.append(spreadsheet_cell(outline.most) if line in points else "")
        return len(sheet.head) - 1, outline.most
    place = _named(sheet, column) if column else _of_assignment(sheet, outline)
    return place, _number(points[0][place]) if points else None


def _named(sheet, column):
    if sheet.head.count(column) != 1:
        raise UsageError(
            f"expected --column with one of {_listed(sheet.head)}, got {column!r}"
        ) from None
    return sheet.head.index(column)


def _of_assignment(sheet, outline):
    """Return the place of the one Canvas column that is called like the assignment."""
    titles = {
        place: match["title"]
        for place, name in enumerate(sheet.head)
        if (match := _CANVAS_ASSIGNMENT.fullmatch(name))
    }
    found = [place for place, title in titles.items() if title == outline.assignment]
    found += [place for place, name in enumerate(sheet.head) if name == outline.assignment]
    if len(found) != 1:
        there = _listed([sheet.head[place] for place in found or titles])
        raise UsageError(
            f"expected one column for {outline.assignment}, got {there}: say which with --column, "
            "or --new-column to add one"
        )
    return found[0]


def _listed(names):
    return ", ".join(repr(visible(name)) for name in names) or "none"


def _matched(sheet, rows, people, filled):
    """Yield each row with the line of its student; note where there is none, or not one alone."""
    in_sheet = People([sheet.person(line, numbers=True) for line in sheet.students])
    lines = {
        id(person): line for person, line in zip(in_sheet.persons, sheet.students, strict=True)
    }
    found = {}
    for row in rows:
        persons = in_sheet.find(row.student)
        if not persons and people and len(known := people.find(row.student)) == 1:
            persons = in_sheet.find(*known[0].keys, known[0].name)
        if len(persons) == 1:
            found.setdefault(id(persons[0]), []).append(row)
        else:
            (filled.doubled if persons else filled.absent).append(row.student)
    for person, its_rows in found.items():
        if len(its_rows) == 1:
            yield its_rows[0], lines[person]
        else:
            filled.doubled += [row.student for row in its_rows]


def _grade(sheet, row, most):
    """Return a grade as the sheet writes it, scaled to its maximum."""
    if row.score is None:
        return ""
    scale = 1 if most is None else most / row.most
    text = spreadsheet_cell(round(row.score * scale, 2))
    return text.replace(".", ",") if _has_decimal_commas(sheet) else text


def _has_decimal_commas(sheet):
    """Whether a sheet's own maximum is written as in "32,00"."""
    if sheet.platform == MOODLE:
        own = [sheet.cell(line, "most") for line in sheet.lines]
    else:
        own = [cell for line in sheet.points for cell in line]
    return any(re.fullmatch(r"\d+,\d+", cell.strip()) for cell in own)


def _number(text):
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def written(sheet):
    """Return a sheet as bytes."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=sheet.separator)
    words = sheet.column("words")
    writer.writerow([_kept(cell) for cell in sheet.head])
    for line in sheet.lines:
        # A teacher's own words go back as they came.
        writer.writerow([cell if at == words else _kept(cell) for at, cell in enumerate(line)])
    return file.getvalue().encode(sheet.encoding)


def _kept(cell):
    """Return a cell as it may leave; Moodle's lone "-", for nothing, is no formula."""
    return cell if cell == "-" else spreadsheet_cell(visible(cell))
