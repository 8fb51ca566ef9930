"""The flags of a submission: the one table that all who raise, show and explain them read.

A flag is a reason to look; by itself it changes no score. The instructor sees it in the report, in
the gradebook and in exports; what the student reads is said here too. ``solutions/README.md``
documents this table row by row, which a test compares.
"""

from enum import StrEnum

from .limits import Limits


class Flag(StrEnum):
    """A flag is its name, as text; `meaning`, `remark` and `while_running` say the rest.

    Attributes
    ----------
    meaning : str
        What was found, for the instructor.
    remark : str
        What the student reads above the exercises of the feedback page; empty if nothing.
    while_running : bool
        Whether the scorer may add it; without, it comes from the files alone.
    """

    def __new__(cls, name: str, meaning: str, remark: str = "", while_running: bool = False):
        """Make a row of the table; see the attributes."""
        flag = str.__new__(cls, name)
        flag._value_ = name
        flag.meaning, flag.remark, flag.while_running = meaning, remark, while_running
        return flag

    TESTS_EDITED = "tests-edited", "graded cells differ from the release; the release's were used"
    TESTS_MISSING = "tests-missing", "graded cells are missing; the release's were used"
    REPAIRED = (
        "repaired",
        "an answer was found in another place than its cell; report and gradebook say where",
        "An answer did not stand in its cell. We looked for it, and say here what we took.",
    )
    SOLUTION_MISSING = (
        "solution-missing",
        "an answer was lost or emptied, and was not found elsewhere",
        "An answer cell was lost or empty. Its exercise earns nothing; start from a fresh copy of "
        "the notebook to get the cell back.",
    )
    CELL_DUPLICATED = (
        "cell-duplicated",
        "a cell stood there twice; what stood above its check counted",
        "An answer cell stood there twice. What stood above its check counted.",
    )
    METADATA_CHANGED = (
        "metadata-changed",
        "tags, points or locks of graded cells were changed, to no effect",
    )
    EXTRA_CODE = (
        "extra-code",
        "code stands outside the answer cells; only what an answer needs of it was run",
        "Of the code outside the answer cells only functions, imports and constants are run that "
        "an answer needs. They are safest in the answer's own cell.",
    )
    IMPORTS_COURSE = (
        "imports-course",
        "an answer imports course_utils, which is not there while grading",
        "course_utils is not there when we grade: an answer stands on NumPy alone.",
        True,
    )
    MAGIC_DROPPED = (
        "magic-dropped",
        "lines with % or ! were left out",
        "Lines that begin with % or ! belong to Jupyter and were left out.",
    )
    RENAMED = (
        "renamed",
        "the notebook had another name",
        "The notebook had another name than the one we gave out. We took it all the same.",
    )
    REFLECTION_CUT = (
        "reflection-cut",
        f"a reflection had more than {Limits().reflection} characters, and lost the rest",
        f"A reflection had more than {Limits().reflection} characters. The rest was left out.",
    )
    TIME_UNKNOWN = "time-unknown", "timestamp.txt holds no time as nbgrader writes it"
    ENCODING = "encoding", "the file is not plain UTF-8"
    LINK = "link", "a symbolic link stood in a file's place and was not followed"
    # Of the next four the student reads in the message of the exercise.
    CRASHED = "crashed", "an answer killed its process", "", True
    TIMED_OUT = "timed-out", "an answer took too long", "", True
    OUT_OF_MEMORY = "out-of-memory", "an answer took too much memory", "", True
    INPUT_CHANGED = "input-changed", "an answer overwrote the arrays that it was given", "", True

    @property
    def seen_by(self) -> str:
        """Who is told, in words."""
        if self.remark:
            return "instructor and student: a remark on the feedback page"
        if self.while_running:
            return "instructor and student: the exercise's message"
        return "instructor"


def in_order(flags) -> tuple[str, ...]:
    """Return flags once each, in the order of `Flag`, as plain text.

    Raises
    ------
    ValueError
        If one of them is none.
    """
    given = {Flag(flag) for flag in flags}
    return tuple(flag.value for flag in Flag if flag in given)


def known(names) -> list[Flag]:
    """Return the flags of these names; a ledger may hold one that another release had."""
    return [Flag(name) for name in names if name in set(Flag)]
