"""What an instructor has said about a term: ``term.json`` in the grading folder.

Plain data that one can read and mend by hand; the commands of this package write it.
"""

import dataclasses
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.app.places import UsageError, first_line_of
from course_utils.locks import alone
from course_utils.staff.files import write_atomically

from ..records.people import Person
from .deadlines import Deadline

FILE = "term.json"


@dataclass
class Term:
    """A term's settings.

    Parameters
    ----------
    people : list of Person
        The roster; without anybody, everybody may hand in.
    deadlines : dict of str to Deadline
        By assignment.
    extensions : dict of str to dict
        Assignment -> student -> when it is due for this one.
    weights : dict of str to float
        What an assignment weighs in the course's grade; its points where nothing is said.
    drop_lowest : int
        How many assignments do not count for each student: those with the lowest share.
    late_days : int
        How many days late each student may be over the term before lateness costs anything.
    """

    people: list = field(default_factory=list)
    deadlines: dict = field(default_factory=dict)
    extensions: dict = field(default_factory=dict)
    weights: dict = field(default_factory=dict)
    drop_lowest: int = 0
    late_days: int = 0

    def to_json(self):
        """Return the same as plain JSON data."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data):
        """Read back what `to_json` made; raises TypeError, KeyError or ValueError at other data."""
        people = [Person(**{**one, "keys": tuple(one["keys"])}) for one in data.pop("people", [])]
        deadlines = {name: Deadline(**one) for name, one in data.pop("deadlines", {}).items()}
        return cls(people=people, deadlines=deadlines, **data)


def read_term(root):
    """Return the settings of a grading folder; those of a new one if there are none.

    Raises
    ------
    UsageError
        If the file cannot be read.
    """
    path = Path(root, FILE)
    try:
        return Term.from_json(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return Term()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(
            f"expected the settings of a term in {path}, got something else "
            f"({first_line_of(error)})"
        ) from None


@contextmanager
def changing(root):
    """Read the settings, and write them at the end of the ``with`` unless it raised.

    Two commands that change them wait for each other.
    """
    root = Path(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"expected a grading folder, got {root} ({error.strerror})") from None
    with alone(root / ".term.lock"):
        term = read_term(root)
        yield term
        write_atomically(root / FILE, json.dumps(term.to_json(), indent=1) + "\n")
