"""What the commands of grading have in common: where to work, and how to say what happened."""

import sys
from pathlib import Path

from course_utils.app.places import UsageError, find_course, grading_root

from .pools import GradingError
from .records.gradebook import GradebookError
from .records.ledger import LedgerError
from .text import visible

# How many names one line holds.
MOST_NAMES = 10


def faults(command):
    """Turn the known failures of grading into one sentence and exit code 1.

    `app.main` handles all others.
    """

    def run(options):
        try:
            return command(options)
        except (GradingError, GradebookError, LedgerError) as error:
            print(f"course {options.command}: {error}", file=sys.stderr)
            return 1
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("course_utils"):
                raise
            raise UsageError(
                f"{error.name} is not installed: `make grade` installs what grading a cohort needs"
            ) from None

    return run


def places(options):
    """Return the course's folder and the grading folder."""
    return find_course(), Path(options.root or grading_root())


def mention(options, what, names):
    """Say on standard error what holds for some people or files, if there are any.

    Parameters
    ----------
    options : argparse.Namespace
        Of the command that says it.
    what : str
        Such as "left empty, not graded".
    names : sequence of str
        Of others, so they may hold anything.
    """
    if names:
        shown = ", ".join(map(in_a_line, names[:MOST_NAMES]))
        shown += ", …" if len(names) > MOST_NAMES else ""
        print(f"course {options.command}: {len(names)} {what}: {shown}", file=sys.stderr)


def in_a_line(text):
    """Return what others wrote as one visible line."""
    return " ".join(visible(text).split())
