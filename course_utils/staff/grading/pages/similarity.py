"""Submissions that look alike: a place to look, never a verdict.

Fingerprints are `copydetect`'s (tokens without names and comments, hashed and winnowed). What the
release notebook holds does not count, nor does what many wrote: of a two-line function there are
not many forms.
"""

import functools
import io
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations

from ..text import with_short_blanks

# Length of what has to agree, in characters of filtered code, and how far apart marks may lie.
K, WINDOW = 25, 6
# A mark is common, and says nothing, if more than this many students have it, or this share.
MOST_SHARED, MOST_SHARE = 20, 0.1
FEWEST = 3
# What a pair has to have in common to be shown: this share of its unusual code, and more marks
# than a single line of code leaves.
LEAST_ALIKE, LEAST_MARKS = 0.5, 8
MOST_PAIRS = 30
# Characters of a student's code that are looked at: some take the reader of code minutes.
MOST_CODE = 100_000


@dataclass(frozen=True)
class Pair:
    """Two students, and which share of the unusual code of each stands at the other's too."""

    one: str
    other: str
    share_one: float
    share_other: float


def alike(sources, released, among=None):
    """Return pairs that share much unusual code, the most alike first.

    Parameters
    ----------
    sources : iterable of (str, str)
        Student and code.
    released : str
        The code that everybody was given.
    among : set of str, optional
        At least one of a pair is one of these.

    Returns
    -------
    list of Pair
    """
    given = _marks(released)
    marks = {student: _marks(_looked_at(code)) - given for student, code in sources}
    students = defaultdict(list)
    for student, mine in marks.items():
        for mark in mine:
            students[mark].append(student)
    most = min(MOST_SHARED, max(FEWEST, int(MOST_SHARE * len(marks))))
    total, common = Counter(), Counter()
    for owners in students.values():
        if len(owners) <= most:
            total.update(owners)
            common.update(combinations(owners, 2))
    pairs = [
        Pair(one, other, shared / total[one], shared / total[other])
        for (one, other), shared in common.items()
        if (among is None or one in among or other in among)
        and shared >= LEAST_MARKS
        and shared >= LEAST_ALIKE * min(total[one], total[other])
    ]
    pairs.sort(key=lambda pair: -(pair.share_one + pair.share_other))
    return pairs[:MOST_PAIRS]


def _looked_at(code):
    return with_short_blanks(code)[:MOST_CODE]


@functools.lru_cache(maxsize=20_000)
def _marks(code):
    """Return the marks of some code; those of a cohort are kept, for `course grade --watch`."""
    from copydetect import CodeFingerprint

    if not code.strip():
        return set()
    return CodeFingerprint("answer.py", K, WINDOW, language="python", fp=io.StringIO(code)).hashes
