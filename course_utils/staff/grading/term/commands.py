"""`course collect` and `course roster`: options in, files and an exit code out.

Exit codes are as in `grading.commands`; 3 says that something waits for a decision of yours.
"""

import sys
from pathlib import Path

from course_utils.app.places import UsageError, find_lessons

from ..cohort import find_submissions
from ..console import faults, in_a_line, mention, places
from ..records import gradebook
from ..records import ledger as ledgers
from ..records.people import People
from ..records.sheets import read_sheet
from ..submissions.outline import read_outline
from .collect import NEW, OLDER, REPLACED, UNCHANGED, NotPlacedError, checked
from .collect import collect as place
from .downloads import read_download
from .platforms import PLATFORMS
from .roster import admitted, folder_of, merged, rename, without_hand_in
from .settings import changing, read_term


@faults
def collect(options):
    """Put what a platform's download holds where the grader reads it."""
    course, root = places(options)
    outline = read_outline(course, options.assignment)
    files, unplaced = read_download(options.source)
    people = People(read_term(root).people)
    done = place(
        root,
        outline.assignment,
        list(outline.released),
        files,
        PLATFORMS[options.platform],
        folder_of(people, root) if people.persons else None,
        _renamed(root),
    )
    done.unplaced = unplaced | done.unplaced
    became = list(done.students.values())
    print(
        f"{outline.assignment}: {len(became)} hand-ins: {became.count(NEW)} new, "
        f"{became.count(REPLACED)} replaced, {became.count(UNCHANGED)} as they were"
    )
    older = [student for student, what in done.students.items() if what == OLDER]
    mention(options, "older than what stands in submitted/, left", older)
    mention(options, "marked as late by the platform", done.late)
    mention(options, "of one name, placed by the platform's number", done.alike)
    mention(options, "replaced by a later upload, left in the download", done.superseded)
    for path, reason in done.unplaced.items():
        print(f"course collect: not placed: {in_a_line(path)} {reason}", file=sys.stderr)
    if options.platform in ("canvas", "moodle") and done.students:
        print(
            "course collect: this platform does not say when somebody handed in; taken is the time "
            "in the archive, which may be that of the download",
            file=sys.stderr,
        )
    return 3 if done.unplaced or older else 0


@faults
def roster(options):
    """Take people onto the roster, correct a folder's name, say who handed in nothing."""
    course, root = places(options)
    if options.source:
        _take(options, root)
    if options.rename:
        _rename(options, course, root)
    people = People(read_term(root).people)
    lessons = find_lessons(course)
    renamed = _renamed(root)
    unclear = False
    for assignment in lessons:
        folders = _folders(root, assignment)
        if folders:
            let_in, refused = admitted(people, folders, renamed)
            missing = without_hand_in(people, let_in)
            print(f"{assignment}: {len(let_in)} handed in, {len(missing)} did not")
            mention(
                options,
                f"handed in nothing for {assignment}",
                [one.name or one.student for one in missing],
            )
            for folder, reason in refused.items():
                print(f"course roster: {assignment}: {in_a_line(folder)} {reason}", file=sys.stderr)
            unclear |= bool(refused)
    return 3 if unclear else 0


def _renamed(root):
    if not (root / ledgers.FILE).is_file():  # nothing was graded yet
        return {}
    with ledgers.reading(root) as ledger:
        return ledger.names()


def _folders(root, assignment):
    try:
        return find_submissions(root, assignment)
    except UsageError:  # nobody handed in yet
        return {}


def _take(options, root):
    sheet = read_sheet(_read(options.source))
    with changing(root) as term:
        before = set(term.people)
        term.people, added, unclear = merged(term.people, sheet.people())
        changed = len(set(term.people) - before) - len(added)
    print(f"roster: {len(term.people)} people, {len(added)} of them new, {changed} changed")
    mention(
        options,
        "could be more than one on the roster, left out",
        [one.name or one.student for one in unclear],
    )


def _rename(options, course, root):
    old, new = options.rename
    try:
        checked(new)
    except NotPlacedError as problem:
        raise UsageError(f"expected a name for a folder, got {new!r}, which {problem}") from None
    url = options.gradebook or gradebook.default_url(root)
    with ledgers.writing(root) as ledger, gradebook.connected(url, course) as book:
        rename(root, ledger, book, old, new)
    print(f"{in_a_line(old)} is called {in_a_line(new)} now: grade and write feedback once more")


def _read(place):
    try:
        return Path(place).read_bytes()
    except OSError as error:
        raise UsageError(f"expected a file in {place}, got none ({error.strerror})") from None
