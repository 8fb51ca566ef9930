"""What counts in the end for one assignment: the one place that says it.

Feedback pages, exports and the course's table all read this.
"""

from dataclasses import dataclass

from ..pages.html import points as shown
from .deadlines import Lateness, days_late


@dataclass(frozen=True)
class Final:
    """What counts for one student.

    Parameters
    ----------
    points : float
        What counts: at most what the assignment is worth, lateness taken off.
    earned : float
        Before lateness.
    penalty : float
        What lateness took off.
    waits : bool
        Whether a person has still to look at something.
    remark : str
        What the student reads about lateness and an earlier hand-in, in sentences; may be empty.
    """

    points: float
    earned: float
    penalty: float = 0.0
    waits: bool = False
    remark: str = ""


def finals(term, outline, entries, scores, hand_ins, late):
    """Return what counts for everybody who has a score.

    Parameters
    ----------
    term : Term
    outline : Outline
    entries : dict of str to Entry
        The current ones, by student.
    scores : dict of str to gradebook.Score
        Empty if there is no gradebook.
    hand_ins : dict of str to list of HandIn
        From `Ledger.hand_ins`.
    late : dict of str to Lateness
        Of this assignment, from `deadlines.lateness`.

    Returns
    -------
    dict of str to Final
    """
    return {
        student: _final(
            term,
            outline,
            entry,
            scores.get(student),
            hand_ins.get(student, []),
            late.get(student, Lateness()),
        )
        for student, entry in entries.items()
        if entry.graded
    }


def _final(term, outline, entry, score, hand_ins, late):
    earned = min(score.earned if score else entry.result["points"], outline.most)
    waits = bool(score and score.waits)
    deadline = term.deadlines.get(outline.assignment)
    if deadline is None:  # nbgrader's own rules
        penalty = min(score.penalty, earned) if score else 0.0
        remark = f"Handed in late: {shown(penalty)} points are taken off." if penalty else ""
        return Final(earned - penalty, earned, penalty, waits, remark)
    penalty = deadline.cost(earned, late.charged)
    final = Final(earned - penalty, earned, penalty, waits, _lateness_in_words(late, penalty))
    earlier = [one for one in hand_ins[:-1] if one.entry.graded]
    if not (deadline.again and earlier):
        return final
    before = earlier[-1]
    gain = before.entry.result["points"] - entry.result["points"]
    earned = min(max(earned + gain, 0), outline.most)
    days = days_late(term, outline.assignment, entry.student, before.at)
    penalty = deadline.cost(earned, days)
    if earned - penalty <= final.points:
        return final
    remark = (
        "The exercises of your earlier hand-in count: they earned "
        f"{shown(before.entry.result['points'])} points, these {shown(entry.result['points'])}."
    )
    words = _lateness_in_words(Lateness(days), penalty)
    return Final(earned - penalty, earned, penalty, waits, f"{remark} {words}".strip())


def _lateness_in_words(late, penalty):
    if not late.days:
        return ""
    days = "1 day" if late.days == 1 else f"{late.days} days"
    if late.free == late.days:
        return f"Handed in {days} late, paid for with late days."
    free = f", {late.free} of them paid for with late days" if late.free else ""
    return f"Handed in {days} late{free}: {shown(penalty)} points are taken off."
