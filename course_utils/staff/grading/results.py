"""What grading hands on: plain data with names, and the same data as JSON.

``Submission`` is what `canonical.read_submission` found in a student's files; ``Result`` is what
`score.score_submission` makes of it. Both cross process borders and end up on the ledger, so they
hold nothing but text, numbers and flags. Nothing here runs, reads or decides anything.
"""

from dataclasses import asdict, dataclass, field

GRADED, NOT_GRADED = "graded", "not graded"


@dataclass(frozen=True)
class Submission:
    """What a student handed in, brought into one form.

    Parameters
    ----------
    assignment : str
        Such as "01-momentum".
    status : str
        "graded" if it can be graded, else "not graded".
    reason : str
        Why it cannot be graded, in a sentence; else empty.
    notebooks : dict
        Notebook's name to slug to Python source: every solution cell of the release, in its
        order. A cell that is lost, emptied or no code is the empty string.
    flags : tuple of str
        Names of `flags.Flag`: what was found odd.
    digest : str
        SHA-256 of the sources: two submissions of an assignment with one digest earn the same.
    elsewhere : tuple of str
        Names that the student defined in cells which are not graded, and no answer took along.
    reflections : dict of str to str
        By grade_id, for a person to read; one that is as it was given out is not there.
    repairs : tuple of str
        What was done to find answers, a sentence each.
    doubts : dict of str to str
        Slug to the reason why a person has to look at an exercise instead of the grader.
    """

    assignment: str
    status: str
    reason: str = ""
    notebooks: dict[str, dict[str, str]] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    digest: str = ""
    elsewhere: tuple[str, ...] = ()
    reflections: dict[str, str] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    doubts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ExerciseResult:
    """What one exercise earned.

    Parameters
    ----------
    points : float or None
        Earned; None where a person has to look, which is not 0.
    max_points : float
        To be earned.
    diagnosis : str or None
        Name of the misconception that explains the mistake.
    hint : str or None
        The hint that it earns.
    message : str
        What the student reads, several lines; it may quote what the student's code printed or
        raised, so escape it wherever it is shown.
    problem : str
        The kind of the first thing that is wrong, as in `exercises.judge.Problem`; empty if nothing
        is, or nothing was called.
    answers : str
        The same text for all wrong answers that returned the same on the same inputs, where no
        misconception explains them; else empty.
    seconds : float
        How many seconds of `time.monotonic` the student's calls took, waiting for a processor
        included; not compared, since no two runs agree.
    """

    points: float | None
    max_points: float
    diagnosis: str | None = None
    hint: str | None = None
    message: str = ""
    problem: str = ""
    answers: str = ""
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class Result:
    """What a submission earned.

    Parameters
    ----------
    status : str
        "graded" or "not graded".
    reason : str
        Why it is not graded; else empty.
    flags : tuple of str
        Names of `flags.Flag`, once each.
    points : float or None
        Sum over the exercises that have points; None where nothing is graded, which is not 0.
    max_points : float
        What could be earned.
    exercises : dict of str to ExerciseResult
        By slug, in the lesson's order; empty where nothing is graded.
    repairs : tuple of str
        As in `Submission`.
    """

    status: str
    reason: str = ""
    flags: tuple[str, ...] = ()
    points: float | None = None
    max_points: float = 0.0
    exercises: dict[str, ExerciseResult] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()

    def to_json(self) -> dict:
        """Return the same as plain JSON data; repairs only where there are any."""
        data = asdict(self) | {"flags": list(self.flags)}
        repairs = data.pop("repairs")
        return data | {"repairs": list(repairs)} if repairs else data

    @classmethod
    def from_json(cls, data: dict) -> "Result":
        """Read back what `to_json` made."""
        exercises = {slug: ExerciseResult(**one) for slug, one in data["exercises"].items()}
        lists = {name: tuple(data.get(name, ())) for name in ("flags", "repairs")}
        return cls(**{**data, **lists, "exercises": exercises})
