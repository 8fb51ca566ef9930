"""nbgrader's own gradebook, brought in line with the ledger.

What formgrader, late penalties and nbgrader's exporters need, and nothing that a person wrote:

- ``auto_score``, ``auto_comment`` and ``needs_manual_grade`` of every cell. Manual scores, extra
  credit and comments by hand are never written here.
- the submission's time, from its ``timestamp.txt``, and the penalty of nbgrader's plugin
- ``autograded/<student>/<assignment>/``: the canonical notebook, for formgrader. HTML and
  links in an answer stand there as text.

Only differences are written: a second run changes nothing, and a gradebook that was locked or away
is caught up by the next run.
"""

import functools
import json
import re
from collections import defaultdict
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.app.places import UsageError, first_line_of
from course_utils.staff.authoring.assignments import read_config
from course_utils.staff.authoring.notebooks import read_notebook, tidy
from course_utils.staff.files import write_atomically

from ..submissions.files import NotGraded, student_folders, time_of_hand_in
from ..text import visible

# How long another writer is waited for: seconds, by the wall clock.
GRADEBOOK_TIMEOUT = 30
# Students in one transaction: a long one would keep formgrader out.
BATCH = 100
# nbgrader's own limit on names, which SQLite does not enforce and other databases do.
LONGEST_NAME = 128
# What a browser would make more than text of: elements, links and pictures (whose address may be a
# script), characters that hide one of these, and what does the same in a formula. A blank behind it
# makes it text, and is nothing in a formula.
_ALIVE = re.compile(
    r"<(?=[A-Za-z/!?])|\](?=[(:])|&(?=#|\w+;)|\\(?=href|mmlToken|style|class|cssId|bbox|require)"
)
# Characters of an answer that formgrader shows: it highlights them anew for every look.
MOST_SHOWN = 50_000
# Under this key a copy for formgrader says what of the ledger it shows.
_MARK = "ledger_entry"
_MARKED = re.compile(rf'^  "{_MARK}": "([^"\n]*)"', re.MULTILINE)


class GradebookError(RuntimeError):
    """The gradebook is locked, away or broken; the text is one sentence."""


def default_url(root):
    """Return the address of the gradebook that nbgrader keeps in a grading folder."""
    return f"sqlite:///{Path(root).absolute() / 'gradebook.db'}"


def prepare(course):
    """Import what a gradebook needs, which takes a second; `connected` does so too."""
    read_config(course)
    from nbgrader import api  # noqa: F401


@contextmanager
def connected(url, course):
    """Open a gradebook, in a ``with`` statement; a new one is set up.

    Parameters
    ----------
    url : str
        As SQLAlchemy writes it: ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/NAME``.
    course : Path
        The folder of the course.

    Raises
    ------
    UsageError
        If the address is none.
    GradebookError
        If the database is locked, away or broken, now or inside the ``with``.
    """
    from sqlalchemy.exc import SQLAlchemyError

    config = read_config(course)
    from nbgrader import api

    # nbgrader asks a process of its own, which takes longer than to grade ten submissions.
    api.get_alembic_version = _schema_version
    address = _address(url)
    try:
        with closing(api.Gradebook(address, config.CourseDirectory.course_id)) as book:
            yield book
    except SQLAlchemyError as error:
        reason = first_line_of(getattr(error, "orig", None) or error)
        raise GradebookError(
            f"the gradebook does not answer ({reason}); "
            "every result is on the ledger, and the next run catches up"
        ) from error


def _schema_version():
    """Return the version of nbgrader's tables, for a new database, as `alembic heads` says it."""
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    return ScriptDirectory(ALEMBIC_DIR).get_current_head()


def _address(url):
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        address = make_url(url)
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")  # the driver that is installed
        address.get_dialect()().create_connect_args(address)
    except (ArgumentError, NoSuchModuleError, ValueError, ImportError):
        raise UsageError(
            "expected a gradebook such as sqlite:///gradebook.db or postgresql://USER@HOST/NAME, "
            "got an address of another form"
        ) from None  # not repeated here: it may hold a password
    wait = {"sqlite": "timeout", "postgresql": "connect_timeout"}.get(address.get_backend_name())
    if wait and wait not in address.query:
        address = address.update_query_dict({wait: str(GRADEBOOK_TIMEOUT)})
    return address.render_as_string(hide_password=False)


def refusal(book, student):
    """Return why this database cannot hold a student of that name, or nothing."""
    if book.engine.dialect.name != "sqlite" and len(student) > LONGEST_NAME:
        return f"the gradebook takes names of at most {LONGEST_NAME} characters"
    return ""


def synchronise(book, outline, course, root, entries, ledger):
    """Write what differs between ledger and gradebook.

    Parameters
    ----------
    book : nbgrader.api.Gradebook
    outline : Outline
        Of the assignment.
    course, root : Path
        The folders of the course and of the grading.
    entries : dict of str to Entry
        By student; none whose name is met with a `refusal`.
    ledger : Ledger

    Returns
    -------
    int
        How many students had something changed.
    """
    config = read_config(course)
    config.pop("NbConvertBase", None)  # nothing here exports, and each step would complain of it
    _register(book, outline, course, config)
    table = _Table(book, outline, config)
    students, changed = list(entries), 0
    handed_in_by = student_folders(root) if Path(root, "submitted").is_dir() else {}
    for start in range(0, len(students), BATCH):
        batch = students[start : start + BATCH]
        submissions = table.submissions(batch)
        pages = {}
        for student in batch:
            entry, folder = entries[student], Path(root, "autograded", student, outline.assignment)
            submission = submissions[student]
            new = submission in book.db.new
            stale_pages = _pages(outline, entry, folder, ledger, table.locked, every=new)
            place = handed_in_by.get(student)
            at = handed_in(place / outline.assignment) if place else None
            if at is not None and submission.timestamp != at:
                submission.timestamp = at
            table.update(submission, entry, stale_pages)
            rows_changed = any(row in book.db.dirty for row in _rows(submission))
            changed += new or bool(stale_pages) or rows_changed
            pages |= {page.path: page for page in stale_pages}
        book.db.commit()
        # After the database, so that a kill in between repeats a batch and never skips it.
        for path, page in pages.items():
            write_atomically(path, _as_text_file(page.notebook))
        book.db.expunge_all()
    return changed


def _register(book, outline, course, config):
    """Tell the gradebook which cells earn how many points, as `nbgrader generate_assignment` does.

    Only if it does not know, or knows other points: nbgrader's steps take a second a notebook.
    """
    from nbgrader.api import MissingEntry
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells

    try:
        known = {
            (notebook.name, cell.name): cell.max_score
            for notebook in book.find_assignment(outline.assignment).notebooks
            for cell in notebook.grade_cells
        }
    except MissingEntry:
        known = {}
    if known == {(part.notebook, part.cell): part.points for part in outline.parts}:
        return
    book.update_or_create_assignment(outline.assignment, course_id=book.course_id)
    address = book.engine.url.render_as_string(hide_password=False)
    steps = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    for name in outline.released:
        notebook = tidy(
            read_notebook(Path(course, "solutions", outline.assignment, f"{name}.ipynb"))
        )
        place = {"student": ".", "assignment": outline.assignment, "notebook": name}
        resources = {"unique_key": name, "nbgrader": {**place, "db_url": address}}
        for step in steps.preprocessors:
            notebook, resources = step(config=config).preprocess(notebook, resources)
            if step is SaveCells:
                break
    book.db.expire_all()


class _Table:
    """The rows of one assignment."""

    def __init__(self, book, outline, config):
        from nbgrader.preprocessors import AssignLatePenalties

        self._book, self._outline = book, outline
        assignment = book.find_assignment(outline.assignment)
        self._assignment_id, self._duedate = assignment.id, assignment.duedate
        self._notebooks, self._names, self.locked = {}, {}, {}
        for notebook in assignment.notebooks:
            cells = [*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells]
            self._notebooks[notebook.id] = [(type(cell), cell.id) for cell in cells]
            self._names |= {cell.id: cell.name for cell in cells} | {notebook.id: notebook.name}
            self.locked |= {
                (notebook.name, cell.name): cell.source
                for cell in notebook.source_cells
                if cell.locked and cell.source is not None
            }
        self._late = AssignLatePenalties(config=config)
        self._late.init_plugin()

    def submissions(self, students):
        """Return the submissions of some students with all their rows; what is missing is made."""
        from nbgrader.api import Student, SubmittedAssignment, SubmittedNotebook
        from sqlalchemy import select
        from sqlalchemy.orm import selectinload

        database = self._book.db
        known = set(database.scalars(select(Student.id).where(Student.id.in_(students))))
        database.add_all(Student(id=student) for student in students if student not in known)
        inside = selectinload(SubmittedAssignment.notebooks)
        found = database.scalars(
            select(SubmittedAssignment)
            .where(SubmittedAssignment.assignment_id == self._assignment_id)
            .where(SubmittedAssignment.student_id.in_(students))
            .options(
                inside.selectinload(SubmittedNotebook.grades),
                inside.selectinload(SubmittedNotebook.comments),
            )
        )
        submissions = {submission.student_id: submission for submission in found}
        for student in students:
            if student not in submissions:
                submissions[student] = self._new(student)
        return submissions

    def _new(self, student):
        """Return a submission that mirrors the assignment, as nbgrader's API makes them."""
        from nbgrader import api

        submission = api.SubmittedAssignment(
            assignment_id=self._assignment_id, student_id=student, notebooks=[]
        )
        for notebook_id, cells in self._notebooks.items():
            notebook = api.SubmittedNotebook(
                notebook_id=notebook_id, assignment=submission, grades=[], comments=[]
            )
            for kind, cell_id in cells:
                if kind is not api.SolutionCell:
                    api.Grade(cell_id=cell_id, notebook=notebook, needs_manual_grade=True)
                if kind is not api.GradeCell:
                    api.Comment(cell_id=cell_id, notebook=notebook)
        self._book.db.add(submission)
        return submission

    def update(self, submission, entry, pages):
        """Bring the rows of a submission in line with an entry."""
        answers = {name: answer for page in pages for name, answer in page.answers.items()}
        exercises = {part.cell: part.name for part in self._outline.exercises}
        comments = _comments(self._outline, entry)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                name = self._names.get(grade.cell_id)
                if name in exercises:
                    scored = entry.result["exercises"].get(exercises[name])
                    _set_score(grade, scored["points"] if scored else None)
                elif name in answers and (answers[name].new or grade.id is None):
                    _set_score(grade, answers[name].points, anew=True)
            for comment in notebook.comments:
                name = self._names.get(comment.cell_id)
                if name in comments:
                    _set(comment, auto_comment=comments[name])
                elif name in answers:
                    silent = answers[name].points is not None
                    _set(comment, auto_comment="No response." if silent else None)
            _set(notebook, late_submission_penalty=self._penalty(submission, notebook))

    def _penalty(self, submission, notebook):
        """Return what nbgrader's plugin takes off, given the seconds of delay between UTC times."""
        if self._duedate is None or submission.timestamp is None:
            return None
        due = self._duedate + submission.extension if submission.extension else self._duedate
        late = (submission.timestamp - due).total_seconds()
        if late <= 0:
            return None
        score = sum(
            (grade.auto_score or 0 if grade.manual_score is None else grade.manual_score)
            + (grade.extra_credit or 0)
            for grade in notebook.grades
        )
        plugin = self._late.plugin_inst
        penalty = plugin.late_submission_penalty(submission.student_id, score, late)
        return None if penalty is None else min(max(penalty, 0), score)


def _rows(submission):
    yield submission
    for notebook in submission.notebooks:
        yield from (notebook, *notebook.grades, *notebook.comments)


def _set(row, **values):
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _set_score(grade, points, anew=False):
    """Set an automatic score; a person looks where there is none, or where one has been before.

    With the score as it was, the row stays as it is, and so does a person's "I have seen it".
    """
    if anew or grade.auto_score != points:
        needs = points is None or grade.manual_score is not None
        _set(grade, auto_score=points, needs_manual_grade=needs)


def _comments(outline, entry):
    """Return what the gradebook says about each solution cell; flags stand at the first one."""
    result = entry.result
    texts = {
        part.name: result["exercises"].get(part.name, {}).get("message", "")
        for part in outline.exercises
    }
    general = [f"Not graded: {result['reason']}."] if not entry.graded else []
    general += [f"Flags: {', '.join(result['flags'])}."] if result["flags"] else []
    general += result.get("repairs", [])
    first = outline.exercises[0].name
    texts[first] = "\n".join([*general, texts[first]]).strip()
    return {name: visible(text) or None for name, text in texts.items()}


@dataclass(frozen=True)
class _Answer:
    """A reflection: what it earns unread (0 if it is as released, else None), and if it is new."""

    points: float | None
    new: bool


@dataclass(frozen=True)
class _Page:
    """A canonical notebook for formgrader, where it goes, and the reflections in it."""

    path: Path
    notebook: dict
    answers: dict


def _pages(outline, entry, folder, ledger, locked, every):
    """Return the notebooks that formgrader does not show as the ledger has them, or every one."""
    if not entry.graded:
        return []
    number, words = ledger.reflections(outline.assignment, entry.student)
    mark = f"{entry.id}-{number}"
    stale = [
        name for name in outline.released if every or _marked(folder / f"{name}.ipynb") != mark
    ]
    sources = ledger.notebooks(entry.digest) if stale else {}
    return [
        _page(outline, entry, folder / f"{name}.ipynb", sources.get(name, {}) | words, locked, mark)
        for name in stale
    ]


def _as_text_file(notebook):
    """Return a copy for formgrader; `nbformat.writes` takes three times as long.

    It would put every line of a cell into a string of its own, which nobody compares here. Cells
    are written without indents, for which Python has no fast way.
    """
    written = functools.partial(json.dumps, sort_keys=True, ensure_ascii=False)
    cells = ",\n".join(map(written, notebook["cells"]))
    begin, end = written({**notebook, "cells": []}, indent=1).split("[]", 1)
    return f"{begin}[\n{cells}\n ]{end}\n"


def _marked(path):
    """Return which entry and reflections a copy shows, or None.

    The copy is not parsed, for this is asked about everybody in every run. No line of the file
    begins within a string, so nothing that a student wrote looks like the mark.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError):
        return None
    found = _MARKED.search(text)
    return found[1] if found and text.endswith("\n}\n") else None


def _read(path):
    """Return a copy for formgrader; none, or a broken one, is as good as an empty one.

    Not validated: that would take longer than all else.
    """
    try:
        return nbformat.v4.reads(path.read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return nbformat.v4.new_notebook()


def _page(outline, entry, path, sources, locked, mark):
    from nbgrader.utils import determine_grade

    before = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in _read(path).cells
        if "nbgrader" in cell.metadata
    }
    place, answers = path.stem, {}
    notebook = _copy(outline.released[place])
    slugs = {part.cell: part.name for part in outline.exercises}
    for cell in notebook.cells:
        roles = cell.metadata.get("nbgrader", {})
        name = roles.get("grade_id")
        cell.source = locked.get((place, name), cell.source)
        if roles.get("solution"):
            cell.source = visible(sources.get(name, cell.source), MOST_SHOWN)
            if roles.get("grade"):
                points, _ = determine_grade(cell)
                cell.source = _as_text(cell.source)
                answers[name] = _Answer(points, new=before.get(name) != cell.source)
        elif name in slugs:
            scored = entry.result["exercises"].get(slugs[name], {})  # none by an earlier release
            message = visible(scored.get("message", ""))
            cell.outputs = [NotebookNode(output_type="stream", name="stdout", text=message)]
    notebook.metadata[_MARK] = mark
    return _Page(path, notebook, answers)


def _copy(notebook):
    """Return a copy of which cells and metadata can be set; what stands in these is shared."""
    parts = {
        "cells": [NotebookNode(cell) for cell in notebook.cells],
        "metadata": NotebookNode(notebook.metadata),
    }
    return NotebookNode({**notebook, **parts})


def both_marked(book, old, new):
    """Return the assignments in which a person has marked something under both names."""
    return [
        name
        for name, mine in _submissions(book, old).items()
        if (other := _submissions(book, new).get(name)) and _by_hand(mine) and _by_hand(other)
    ]


def rename(book, old, new):
    """Put all that the gradebook holds of a student under another name.

    Where there is something under both names, what no person has marked gives way.
    """
    from nbgrader.api import Student

    if not book.db.get(Student, old):
        return
    book.update_or_create_student(new)
    mine, others = _submissions(book, old), _submissions(book, new)
    for name, submission in mine.items():
        if name in others:
            stays = _by_hand(submission)
            book.remove_submission(name, new if stays else old)
            if not stays:
                continue
        submission.student_id = new
        book.db.commit()
    book.db.expire_all()
    book.remove_student(old)


def mark(book, assignment, given, before):
    """Put points and comments of persons into the gradebook.

    Parameters
    ----------
    book : nbgrader.api.Gradebook
    assignment : str
    given : dict of tuple to tuple
        (student, grade_id) -> points and comment; None in their place, where a person has still
        to decide.
    before : dict of tuple to set
        (student, grade_id) -> the points that came here in this way. Others were given in
        formgrader, and stay.

    Returns
    -------
    list of tuple
        The (student, grade_id) that were left as somebody marked them in formgrader.
    """
    kept = []
    by_student = defaultdict(dict)
    for (student, name), what in given.items():
        by_student[student][name] = what
    for student, answers in by_student.items():
        submission = _submissions(book, student).get(assignment)
        for notebook in submission.notebooks if submission else ():
            comments = {comment.name: comment for comment in notebook.comments}
            for grade in notebook.grades:
                if grade.name not in answers:
                    continue
                own = (None, *before.get((student, grade.name), ()))
                if grade.manual_score not in own:
                    kept.append((student, grade.name))
                elif answers[grade.name] is None:
                    _set(grade, manual_score=None, needs_manual_grade=True)
                else:
                    points, comment = answers[grade.name]
                    _set(grade, manual_score=points, needs_manual_grade=False)
                    if grade.name in comments:
                        _set(comments[grade.name], manual_comment=comment or None)
    book.db.commit()
    return kept


def _submissions(book, student):
    """Return a student's submissions by the assignment's name."""
    from nbgrader.api import SubmittedAssignment
    from sqlalchemy import select

    found = book.db.scalars(
        select(SubmittedAssignment).where(SubmittedAssignment.student_id == student)
    )
    return {submission.name: submission for submission in found}


def _by_hand(submission):
    """Whether a person has given points or a comment."""
    return any(
        any(grade.manual_score is not None or grade.extra_credit for grade in notebook.grades)
        or any(comment.manual_comment for comment in notebook.comments)
        for notebook in submission.notebooks
    )


def _as_text(words):
    """Return words in which nothing is alive in formgrader."""
    return _ALIVE.sub(r"\g<0> ", words)


def handed_in(folder):
    """Return when a submission was handed in, in UTC; None if that is not known.

    A file that says no time has its flag since the submission was read.
    """
    try:
        return time_of_hand_in(folder)
    except NotGraded:
        return None


@dataclass(frozen=True)
class Mark:
    """What the gradebook holds of one graded cell.

    Parameters
    ----------
    points : float or None
        By hand where there are any, else automatic, with extra credit; None if there are neither.
    waits : bool
        Whether a person has still to look.
    by_hand : bool
        Whether a person gave the points.
    comment : str
        By hand; empty if there is none.
    """

    points: float | None
    waits: bool
    by_hand: bool = False
    comment: str = ""


@dataclass(frozen=True)
class Score:
    """What a student has in the gradebook.

    Parameters
    ----------
    points : float
        As nbgrader counts, late penalty taken off: what has no points yet counts 0.
    marks : dict of str to Mark
        By the grade_id of the cell.
    penalty : float
        What nbgrader's own plugin took off.
    """

    points: float
    marks: dict
    penalty: float = 0.0

    @property
    def earned(self):
        """The points before anything was taken off."""
        return self.points + self.penalty

    @property
    def waits(self):
        """Whether a person has still to look at something."""
        return any(mark.waits for mark in self.marks.values())


def scores(book, assignment):
    """Return the `Score` of every student of an assignment, by student.

    Parameters
    ----------
    book : nbgrader.api.Gradebook
    assignment : str
    """
    from nbgrader.api import Assignment, BaseCell, Comment, Grade, SubmittedAssignment
    from nbgrader.api import SubmittedNotebook as Notebook
    from sqlalchemy import select

    def rows(*columns, row):
        return book.db.execute(
            select(SubmittedAssignment.student_id, BaseCell.name, *columns)
            .select_from(row)
            .join(BaseCell, BaseCell.id == row.cell_id)
            .join(Notebook, Notebook.id == row.notebook_id)
            .join(SubmittedAssignment, SubmittedAssignment.id == Notebook.assignment_id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .where(Assignment.name == assignment)
        )

    comments = {
        (student, cell): text for student, cell, text in rows(Comment.manual_comment, row=Comment)
    }
    marks = defaultdict(dict)
    columns = (Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade)
    for student, cell, automatic, manual, extra, waits in rows(*columns, row=Grade):
        points = automatic if manual is None else manual
        if points is not None or extra:
            points = (points or 0) + (extra or 0)
        comment = comments.get((student, cell)) or ""
        marks[student][cell] = Mark(points, waits, manual is not None, comment)
    late = book.db.execute(
        select(SubmittedAssignment.student_id, Notebook.late_submission_penalty)
        .join(Notebook, Notebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == assignment)
    )
    penalties = defaultdict(float)
    for student, penalty in late:
        penalties[student] += penalty or 0
    return {
        student: Score(
            sum(mark.points or 0 for mark in by_cell.values()) - penalties[student],
            by_cell,
            penalties[student],
        )
        for student, by_cell in marks.items()
    }
