"""The ledger: every result that was ever computed, written before anybody hears of it.

One SQLite file in the grading folder, ``ledger.db``. Rows are appended and never changed or
removed, which the database itself enforces; the newest row of a student is the current one. A
killed grader loses at most the submission that it was at, and a rerun computes only what is
missing.

- ``writing`` and ``reading``: open it; one writer at a time, others wait
- ``Entry``: one row; ``Ledger.current``: one for each student
"""

import hashlib
import json
import secrets
import sqlite3
import sys
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from course_utils.app.places import UsageError, first_line_of
from course_utils.locks import alone

from ..results import GRADED

FILE = "ledger.db"
# How long another program that writes to the file is waited for: seconds, by the wall clock.
LEDGER_TIMEOUT = 60.0
# What helps, by the kind of error that SQLite names.
_HELP = {
    "BUSY": "another program has it open; run again when that is done",
    "LOCKED": "another program has it open; run again when that is done",
    "READONLY": "see to it that you may write it and its folder",
    "CANTOPEN": "see to it that you may read and write it and its folder",
    "PERM": "see to it that you may read and write it and its folder",
    "FULL": "make room on the disk and run again; what stands there is kept",
    "NOTADB": "put your copy of it back in its place",
    "CORRUPT": "put your copy of it back in its place",
}

_SCHEMA = """
CREATE TABLE IF NOT EXISTS result (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,              -- sha256 of assignment, grader version, student and source
    assignment TEXT NOT NULL,
    student TEXT NOT NULL,
    grader_version TEXT NOT NULL,
    seed INTEGER NOT NULL,
    digest TEXT NOT NULL,           -- sha256 of the canonical source
    at TEXT NOT NULL,               -- UTC
    status TEXT NOT NULL CHECK (status IN ('graded', 'not graded')),
    result TEXT NOT NULL            -- JSON, as results.Result
) STRICT;
CREATE INDEX IF NOT EXISTS of_student ON result (assignment, student, id);
CREATE INDEX IF NOT EXISTS of_key ON result (key, seed);
CREATE TABLE IF NOT EXISTS source (
    digest TEXT PRIMARY KEY,
    notebooks TEXT NOT NULL         -- JSON: notebook -> grade_id -> source
) STRICT;
CREATE TABLE IF NOT EXISTS reflection (
    id INTEGER PRIMARY KEY,
    assignment TEXT NOT NULL,
    student TEXT NOT NULL,
    answers TEXT NOT NULL,          -- JSON: grade_id -> what the student wrote
    at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS by_student ON reflection (assignment, student, id);
CREATE TABLE IF NOT EXISTS seed (
    id INTEGER PRIMARY KEY,
    assignment TEXT NOT NULL,
    grader_version TEXT NOT NULL,
    seed INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS handed_in (
    id INTEGER PRIMARY KEY,
    assignment TEXT NOT NULL,
    student TEXT NOT NULL,
    digest TEXT NOT NULL,           -- of what was handed in
    at TEXT NOT NULL                -- when, in UTC, as its timestamp.txt says
) STRICT;
CREATE INDEX IF NOT EXISTS by_assignment ON handed_in (assignment, id);
CREATE TABLE IF NOT EXISTS marking (
    id INTEGER PRIMARY KEY,
    assignment TEXT NOT NULL,
    student TEXT NOT NULL,
    question TEXT NOT NULL,         -- the grade_id of a reflection
    version INTEGER NOT NULL,       -- which reflection.id was read
    marker TEXT NOT NULL,
    points REAL NOT NULL,
    comment TEXT NOT NULL,
    decides INTEGER NOT NULL,       -- whether it goes before other readings
    at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS renamed (
    id INTEGER PRIMARY KEY,
    old TEXT NOT NULL,              -- a student's name in the rows above
    new TEXT NOT NULL,              -- what the student is called since
    at TEXT NOT NULL
) STRICT;
"""
_APPEND_ONLY = """
CREATE TRIGGER IF NOT EXISTS {table}_{action} BEFORE {action} ON {table}
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""
_SCHEMA += "".join(
    _APPEND_ONLY.format(table=table, action=action)
    for table in ("result", "source", "reflection", "seed", "handed_in", "marking", "renamed")
    for action in ("UPDATE", "DELETE")
)

_COLUMNS = "id, key, student, grader_version, seed, digest, at, result"


class LedgerError(RuntimeError):
    """The ledger is locked, damaged, or cannot be written; the text is one sentence."""


@dataclass(frozen=True)
class Entry:
    """What one grading of one submission came to.

    Parameters
    ----------
    student, digest, grader_version, seed
        Whose, of which canonical source (its sha256), by which grader, on which inputs.
    result : dict
        As `results.Result` gives it to JSON.
    key : str
        See `key_of`.
    at : str
        When, to the second, in UTC by the wall clock; given by the ledger.
    id : int
        Grows with every row; given by the ledger.
    """

    student: str
    digest: str
    grader_version: str
    seed: int
    result: dict
    key: str
    at: str = ""
    id: int = field(default=0, compare=False)

    @property
    def graded(self):
        """Whether there is a score."""
        return self.result["status"] == GRADED

    @property
    def seconds(self):
        """How many seconds of `time.monotonic` its exercises took together."""
        return sum(exercise["seconds"] for exercise in self.result["exercises"].values())


@dataclass(frozen=True)
class HandIn:
    """One version of a student's answers.

    Parameters
    ----------
    entry : Entry
        Its newest result.
    at : str
        When it was handed in, in UTC; empty if that is not known.
    """

    entry: Entry
    at: str = ""


@dataclass(frozen=True)
class Marking:
    """What one person gave for one answer in words.

    Parameters
    ----------
    student, question : str
        Whose answer, and the grade_id of the question.
    version : int
        Which of the student's answers it was: the number that `Ledger.reflections` returns.
    marker : str
    points : float
    comment : str
    decides : bool
        Whether it goes before what others gave.
    """

    student: str
    question: str
    version: int
    marker: str
    points: float
    comment: str = ""
    decides: bool = False


def key_of(assignment, grader_version, student, digest):
    """Return the name of a result: sha256 of all that it depends on but the seed."""
    text = json.dumps([assignment, grader_version, student, digest])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@contextmanager
def _telling(path):
    """Turn what SQLite raises, now or inside the ``with``, into a sentence on a ledger's file."""
    try:
        yield
    except sqlite3.Error as error:
        kind = getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").partition("_")[0]
        helps = _HELP.get(kind, "run again; what stands there is kept")
        raise LedgerError(
            f"the ledger {path} cannot be used ({first_line_of(error)}): {helps}"
        ) from error


@contextmanager
def writing(root):
    """Open the ledger of a grading folder as its one writer, in a ``with`` statement.

    Another writer is waited for; the system lets go of the lock even if that one is killed.

    Raises
    ------
    UsageError
        If the folder is not there, may not be written, or lies where nothing can be locked.
    LedgerError
        If the file is in use elsewhere, damaged or cannot be written, now or inside the ``with``.
    """
    root = Path(root)
    lock = root / ".ledger.lock"

    def wait():
        print(f"Another grader is at work in {root}: waiting for it.", file=sys.stderr)

    with ExitStack() as stack:
        try:
            lock.touch(0o600)  # nobody else shall hold it
            stack.enter_context(alone(lock, wait))
        except OSError as error:
            raise UsageError(
                f"expected a grading folder that can be written, got {root} "
                f"({first_line_of(error)})"
            ) from None
        path = root / FILE
        stack.enter_context(_telling(path))
        connection = stack.enter_context(closing(sqlite3.connect(path, timeout=LEDGER_TIMEOUT)))
        connection.executescript(_SCHEMA)
        yield Ledger(connection)


@contextmanager
def reading(root):
    """Open the ledger of a grading folder to read it, in a ``with`` statement.

    Raises
    ------
    UsageError
        If nothing was graded there.
    LedgerError
        If the file is in use elsewhere or damaged, now or inside the ``with``.
    """
    path = Path(root) / FILE
    if not path.is_file():
        raise UsageError(f"expected a ledger in {root}, got none: run `course grade` first")
    # Not "mode=ro": what a killed writer left half done has to be rolled back before one can read.
    address = f"{path.resolve().as_uri()}?mode=rw"
    with (
        _telling(path),
        closing(sqlite3.connect(address, uri=True, timeout=LEDGER_TIMEOUT)) as connection,
    ):
        connection.execute("PRAGMA query_only = ON")
        yield Ledger(connection)


class Ledger:
    """An open ledger; see `writing` and `reading`.

    Parameters
    ----------
    connection : sqlite3.Connection
    """

    def __init__(self, connection):
        self._connection = connection

    def current(self, assignment, student=None):
        """Return the newest entry of every student of an assignment, or of one, by student.

        Whoever was renamed stands there under the new name, with what was graded under the old one.
        """
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM result WHERE id IN (SELECT max(id) FROM result "
            "WHERE assignment = ? GROUP BY student) ORDER BY id",
            (assignment,),
        )
        names = self.names()
        newest = {}
        for entry in map(_entry, rows):
            name = names.get(entry.student, entry.student)
            newest[name] = entry if entry.student == name else replace(entry, student=name)
        return {name: newest[name] for name in sorted(newest) if student in (None, name)}

    def hand_ins(self, assignment):
        """Return every version that was graded, by student, in the order of their first results.

        The last one is the current one, even if it is an earlier version handed in once more.
        """
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM result WHERE assignment = ? ORDER BY id", (assignment,)
        )
        names, versions = self.names(), {}
        for entry in map(_entry, rows):
            name = names.get(entry.student, entry.student)
            mine = versions.setdefault(name, {})
            if next(reversed(mine), None) != entry.digest:
                mine.pop(entry.digest, None)
            mine[entry.digest] = entry if entry.student == name else replace(entry, student=name)
        times = self._times(assignment, names)
        return {
            name: [HandIn(entry, times.get((name, digest), "")) for digest, entry in mine.items()]
            for name, mine in versions.items()
        }

    def _times(self, assignment, names):
        """Return when a student's version was handed in, by student and digest."""
        if not self._has("handed_in"):
            return {}
        rows = self._connection.execute(
            "SELECT student, digest, at FROM handed_in WHERE assignment = ? ORDER BY id",
            (assignment,),
        )
        return {(names.get(student, student), digest): at for student, digest, at in rows}

    def append_times(self, assignment, times):
        """Write down when what was handed in, where that is new.

        Parameters
        ----------
        assignment : str
        times : dict of tuple to str
            (student, digest) -> when, in UTC.
        """
        known = self._times(assignment, {})
        new = {of: at for of, at in times.items() if known.get(of) != at}
        with self._connection:
            self._connection.executemany(
                "INSERT INTO handed_in (assignment, student, digest, at) VALUES (?, ?, ?, ?)",
                [(assignment, *of, at) for of, at in new.items()],
            )

    def markings(self, assignment):
        """Return all that was ever given for answers in words, in order."""
        if not self._has("marking"):
            return []
        names = self.names()
        rows = self._connection.execute(
            "SELECT student, question, version, marker, points, comment, decides FROM marking "
            "WHERE assignment = ? ORDER BY id",
            (assignment,),
        )
        return [
            Marking(names.get(student, student), *others, bool(decides))
            for student, *others, decides in rows
        ]

    def append_markings(self, assignment, markings):
        """Write down what a person gave, all of it or nothing."""
        at = _now()
        with self._connection:
            self._connection.executemany(
                "INSERT INTO marking (assignment, student, question, version, marker, points, "
                "comment, decides, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(assignment, *vars(one).values(), at) for one in markings],
            )

    def _has(self, table):
        """Whether there is a table; an older ledger that is open for reading may lack it."""
        known = "SELECT 1 FROM sqlite_master WHERE name = ?"
        return self._connection.execute(known, (table,)).fetchone() is not None

    def names(self):
        """Return what everybody who was renamed is called now, by each of their old names."""
        if not self._has("renamed"):
            return {}
        names = {}
        for old, new in self._connection.execute("SELECT old, new FROM renamed ORDER BY id"):
            names = {name: new if now == old else now for name, now in names.items()}
            names[old] = new
            names.pop(new, None)  # may be an old name that is right again
        return names

    def knows(self, student):
        """Whether there is a row under a name, old or new."""
        row = self._connection.execute("SELECT 1 FROM result WHERE student = ? LIMIT 1", (student,))
        return row.fetchone() is not None

    def rename(self, old, new):
        """Write down that a student is called otherwise; no row changes for it."""
        if self.names().get(old) != new:
            with self._connection:
                self._connection.execute(
                    "INSERT INTO renamed (old, new, at) VALUES (?, ?, ?)", (old, new, _now())
                )

    def find(self, key, seed):
        """Return the newest score under a key and a seed, or None."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM result WHERE key = ? AND seed = ? AND status = ? "
            "ORDER BY id DESC LIMIT 1",
            (key, seed, GRADED),
        )
        return next(map(_entry, rows), None)

    def append(self, assignment, entry, notebooks=None):
        """Write an entry, and its source if that is new; on return it is on disk.

        Parameters
        ----------
        assignment : str
        entry : Entry
            Its ``id`` and ``at`` are not looked at.
        notebooks : dict, optional
            The canonical source: notebook -> grade_id -> text.

        Returns
        -------
        Entry
            With its ``id`` and ``at``.
        """
        at = _now()
        with self._connection:
            if notebooks is not None:
                self._connection.execute(
                    "INSERT OR IGNORE INTO source VALUES (?, ?)",
                    (entry.digest, json.dumps(notebooks)),
                )
            row = self._connection.execute(
                "INSERT INTO result (key, assignment, student, grader_version, seed, digest, at, "
                "status, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    entry.key,
                    assignment,
                    entry.student,
                    entry.grader_version,
                    entry.seed,
                    entry.digest,
                    at,
                    entry.result["status"],
                    json.dumps(entry.result),
                ),
            )
        values = {**vars(entry), "at": at, "id": row.lastrowid}
        return Entry(**values)

    def notebooks(self, digest):
        """Return the canonical source behind a digest: notebook -> grade_id -> text."""
        row = self._connection.execute(
            "SELECT notebooks FROM source WHERE digest = ?", (digest,)
        ).fetchone()
        return json.loads(row[0]) if row else {}

    def reflections(self, assignment, student):
        """Return what a student wrote in words: a number that grows with every change, and a dict.

        The number is 0, and the dict is empty, if there is nothing.
        """
        names = [student, *(old for old, new in self.names().items() if new == student)]
        row = self._connection.execute(
            "SELECT id, answers FROM reflection WHERE assignment = ? AND student IN "
            f"({', '.join('?' * len(names))}) ORDER BY id DESC LIMIT 1",
            (assignment, *names),
        ).fetchone()
        return (row[0], json.loads(row[1])) if row else (0, {})

    def append_reflections(self, assignment, student, answers):
        """Write down what a student wrote in words, by grade_id, if it is new."""
        if self.reflections(assignment, student)[1] != answers:
            with self._connection:
                self._connection.execute(
                    "INSERT INTO reflection (assignment, student, answers, at) VALUES (?, ?, ?, ?)",
                    (assignment, student, json.dumps(answers), _now()),
                )

    def seed(self, assignment, grader_version, chosen=None):
        """Return the seed of an assignment under a grader, drawn when first asked for.

        Parameters
        ----------
        assignment, grader_version : str
        chosen : int, optional
            The seed from now on.
        """
        row = self._connection.execute(
            "SELECT seed FROM seed WHERE assignment = ? AND grader_version = ? "
            "ORDER BY id DESC LIMIT 1",
            (assignment, grader_version),
        ).fetchone()
        if row and chosen in (None, row[0]):
            return row[0]
        seed = secrets.randbelow(2**32) if chosen is None else chosen
        with self._connection:
            self._connection.execute(
                "INSERT INTO seed (assignment, grader_version, seed, at) VALUES (?, ?, ?, ?)",
                (assignment, grader_version, seed, _now()),
            )
        return seed


def _entry(row):
    number, key, student, version, seed, digest, at, result = row
    return Entry(
        student=student,
        digest=digest,
        grader_version=version,
        seed=seed,
        result=json.loads(result),
        key=key,
        at=at,
        id=number,
    )


def _now():
    return datetime.now(UTC).isoformat(timespec="seconds")
