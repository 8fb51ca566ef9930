"""`course collect`: options in, files and an exit code out, as in `grading.commands`."""

import sys
from pathlib import Path

from course_utils.app.places import find_course

from ...authoring.assignments import read_config
from ..submissions.outline import read_outline
from ..text import visible
from .collect import NEW, OLDER, REPLACED, UNCHANGED
from .collect import collect as place
from .downloads import read_download
from .platforms import PLATFORMS

# How many names a line on standard error holds.
MOST_NAMES = 10


def _places(options):
    """Return the course's folder and the grading folder."""
    course = find_course()
    return course, Path(options.root or read_config(course).CourseDirectory.root)


def collect(options):
    """Put what a platform's download holds where the grader reads it."""
    course, root = _places(options)
    outline = read_outline(course, options.assignment)
    files, unplaced = read_download(options.source)
    done = place(
        root, outline.assignment, list(outline.released), files, PLATFORMS[options.platform]
    )
    done.unplaced = unplaced | done.unplaced
    became = list(done.students.values())
    print(
        f"{outline.assignment}: {len(became)} hand-ins: {became.count(NEW)} new, "
        f"{became.count(REPLACED)} replaced, {became.count(UNCHANGED)} as they were"
    )
    older = [student for student, what in done.students.items() if what == OLDER]
    _mention("older than what stands in submitted/, left", older)
    _mention("marked as late by the platform", done.late)
    _mention("of one name, placed by the platform's number", done.alike)
    _mention("replaced by a later upload, left in the download", done.superseded)
    for path, reason in done.unplaced.items():
        print(f"course collect: not placed: {_line(path)} {reason}", file=sys.stderr)
    if options.platform in ("canvas", "moodle") and done.students:
        print(
            "course collect: this platform does not say when somebody handed in; taken is the time "
            "in the archive, which may be that of the download",
            file=sys.stderr,
        )
    return 3 if done.unplaced or older else 0


def _mention(what, names):
    if names:
        shown = ", ".join(map(_line, names[:MOST_NAMES])) + (", …" * (len(names) > MOST_NAMES))
        print(f"course collect: {len(names)} {what}: {shown}", file=sys.stderr)


def _line(text):
    return " ".join(visible(text).split())
