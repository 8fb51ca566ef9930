"""Due dates, extensions, late days, and what is taken off for being late.

A deadline that is set here takes the place of nbgrader's own due date and late-penalty plugin, for
its assignment. A day late is a day begun: one second after the due date is one day.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from course_utils.app.places import UsageError

DAY = 24 * 60 * 60
_FORMAT = "%Y-%m-%d %H:%M:%S UTC"
_PENALTY = re.compile(r"(\d{1,4}(?:\.\d+)?)(%?)")


@dataclass(frozen=True)
class Deadline:
    """When an assignment is due, and what lateness costs.

    Parameters
    ----------
    due : str
        As `moment` returns it.
    penalty : str
        What a day late costs: "10%" of the points earned, or "2" points.
    once : bool
        Whether it costs that however late it is, and not for each day.
    again : str
        Until when one may hand in once more, and the better of the two counts; empty if not.
    """

    due: str
    penalty: str = "0"
    once: bool = False
    again: str = ""

    def cost(self, earned, days):
        """Return the points that so many days late cost of those earned."""
        number, percent = _PENALTY.fullmatch(self.penalty).groups()
        each = earned * float(number) / 100 if percent else float(number)
        return min(each * (min(days, 1) if self.once else days), earned)


@dataclass(frozen=True)
class Lateness:
    """How late a hand-in is.

    Parameters
    ----------
    days : int
        Begun; 0 is in time.
    free : int
        How many of them are paid for with late days.
    """

    days: int = 0
    free: int = 0

    @property
    def charged(self):
        """How many days cost points."""
        return self.days - self.free


def moment(text):
    """Return a moment as it is stored, in UTC.

    Parameters
    ----------
    text : str
        Such as "2026-11-02 23:59", local time, or with a zone: "2026-11-02 23:59+01:00".

    Raises
    ------
    UsageError
        If it is no date with a time.
    """
    try:
        if not re.match(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d", text):
            raise ValueError
        return f"{datetime.fromisoformat(text.replace(' UTC', 'Z')).astimezone(UTC):{_FORMAT}}"
    except (ValueError, OverflowError):
        raise UsageError(
            f"expected a date and a time such as '2026-11-02 23:59', got {text!r}"
        ) from None


def as_time(text):
    """Return a stored moment as a datetime in UTC without a zone, or raise ValueError."""
    return datetime.strptime(text, _FORMAT)


def as_moment(time):
    """Return a datetime in UTC, which has no zone, as it is stored."""
    return f"{time:{_FORMAT}}"


def checked_penalty(text):
    """Return what a day late costs, as it is stored.

    Raises
    ------
    UsageError
        If it is neither "10%" nor "2".
    """
    if not _PENALTY.fullmatch(text):
        raise UsageError(f"expected a penalty such as 10% or 2 (points), got {text!r}")
    return text


def lateness(term, history):
    """Return how late everybody was with everything that has a deadline.

    Late days are spent in the order of the due dates, on the first days that are late.

    Parameters
    ----------
    term : Term
    history : dict of str to dict
        Assignment -> student -> hand-ins, as `Ledger.hand_ins` returns them.

    Returns
    -------
    dict of str to dict
        Assignment -> student -> Lateness of the last hand-in.
    """
    left, result = {}, {}
    for assignment, deadline in sorted(term.deadlines.items(), key=lambda item: item[1].due):
        result[assignment] = {}
        for student, hand_ins in history.get(assignment, {}).items():
            days = days_late(term, assignment, student, hand_ins[-1].at)
            if deadline.again and len(hand_ins) > 1 and _in_time(hand_ins[-1].at, deadline.again):
                days = 0
            free = min(days, left.get(student, term.late_days))
            left[student] = left.get(student, term.late_days) - free
            result[assignment][student] = Lateness(days, free)
    return result


def due_for(term, assignment, student):
    """Return when an assignment is due for a student, extension included."""
    return term.extensions.get(assignment, {}).get(student) or term.deadlines[assignment].due


def days_late(term, assignment, student, at):
    """Return how many days late a moment is, extension considered; 0 if it is not known."""
    due = due_for(term, assignment, student)
    if _in_time(at, due):
        return 0
    return math.ceil((as_time(at) - as_time(due)).total_seconds() / DAY)


def _in_time(at, until):
    return not at or as_time(at) <= as_time(until)
