"""`course collect`, `post`, `roster`, `due`, `marks` and `total`: options in, files and a code out.

Exit codes are as in `grading.commands`; 3 says that something waits for a decision of yours.
"""

import sys
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from course_utils.app.places import UsageError, find_lessons
from course_utils.staff.files import write_atomically

from ..cohort import find_submissions
from ..commands import what_counts
from ..console import faults, in_a_line, mention, places
from ..records import gradebook
from ..records import ledger as ledgers
from ..records.export import make_rows
from ..records.people import People
from ..records.sheets import read_sheet
from ..submissions.outline import read_outline
from .collect import NEW, OLDER, REPLACED, UNCHANGED, NotPlacedError, checked
from .collect import collect as place
from .course_grade import Marked, alike_in_several, table, write_table
from .deadlines import Deadline, as_time, checked_penalty, due_for, moment
from .downloads import read_download
from .exchange import INBOUND, read_exchange
from .marking import COMMENTS, answers, as_sheet, earlier, from_sheet, read_comments, settle
from .platform_grades import RefusedError, read_platform
from .platforms import PLATFORMS, folder
from .roster import admitted, folder_of, merged, namesakes, rename, without_hand_in
from .settings import changing, read_term


@faults
def collect(options):
    """Put what a platform's download holds where the grader reads it."""
    course, root = places(options)
    outline = read_outline(course, options.assignment)
    files, unplaced = _handed_in(options, outline.assignment)
    people = People(read_term(root).people)
    done = place(
        root,
        outline.assignment,
        list(outline.released),
        files,
        PLATFORMS.get(options.platform, folder),  # as `exchange` names its files
        folder_of(people, root) if people.persons else None,
        _renamed(root),
        _when(options, root),
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
    if options.platform in ("canvas", "moodle") and done.students and not options.times:
        print(
            "course collect: this platform does not say when somebody handed in; taken is the time "
            "in the archive, which may be that of the download",
            file=sys.stderr,
        )
    return 3 if done.unplaced or older else 0


def _handed_in(options, assignment):
    """Return the files that the options name, and what cannot be one of them."""
    if options.platform == "exchange":
        return read_exchange(options.source or INBOUND, assignment)
    if not options.source:
        raise UsageError("expected --from with the platform's download")
    return read_download(options.source)


def _when(options, root):
    """Return what tells `collect` when somebody handed in, where the download does not say."""
    if options.times:
        sheet = read_sheet(_read(options.times))
        people = People([sheet.person(line, numbers=True) for line in sheet.students])
        pairs = zip(people.persons, sheet.students, strict=True)
        times = {id(person): sheet.handed_in(line) for person, line in pairs}

        def by_sheet(student, files, at):
            numbers = [key.removeprefix("Participant ") for key in files[0].keys]
            found = people.find(*files[0].keys, *numbers, files[0].student, student)
            return (len(found) == 1 and times[id(found[0])]) or at

        return by_sheet
    term = read_term(root)
    if options.platform != "canvas" or options.assignment not in term.deadlines:
        return None

    def by_mark(student, files, at):
        """Canvas marks who is late, and packs its files later than anybody handed in."""
        due = as_time(due_for(term, options.assignment, student)).replace(tzinfo=UTC)
        return at if any(file.late for file in files) else min(at, due)

    return by_mark


@faults
def post(options):
    """Send scores to the platform from which students came."""
    course, root = places(options)
    outline = read_outline(course, options.assignment)
    platform = read_platform(options.platform)
    with ledgers.reading(root) as ledger:
        entries = ledger.current(outline.assignment)
        if not entries:
            raise UsageError(f"expected graded submissions of {outline.assignment}, got none yet")
        _, counts = what_counts(options, course, root, outline, ledger, entries)
    columns = platform.places(outline.assignment)
    rows = [row for row in make_rows(outline, entries, counts) if row.score is not None]
    placed = [row for row in rows if row.student in columns]
    if options.dry_run:
        for row in placed:
            print(f"{in_a_line(row.student)}: {row.score:g} of {row.most:g}")
        refused = {}
    else:
        refused = _post(platform, columns, placed)
        print(f"{outline.assignment}: {len(placed) - len(refused)} scores sent")
    for student, reason in refused.items():
        print(f"course post: {in_a_line(student)}: not sent: {reason}", file=sys.stderr)
    graded = {row.student for row in rows}
    mention(
        options, "not sent, not graded", [student for student in entries if student not in graded]
    )
    elsewhere = [row.student for row in rows if row.student not in columns]
    mention(options, "did not come by the platform's link to this lesson", elsewhere)
    return 3 if refused or elsewhere else 0


def _post(platform, columns, rows):
    """Send scores; return who was refused, and why. One refusal does not stop the others."""
    refused = {}
    try:
        token = platform.token() if rows else None
    except RefusedError as problem:
        return {row.student: str(problem) for row in rows}
    for row in rows:
        try:
            platform.post(token, columns[row.student], row)
        except RefusedError as problem:
            refused[row.student] = str(problem)
    return refused


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
        same = namesakes(term.people)
        changed = len(set(term.people) - before) - len(added)
    mention(options, "names of several people", same)
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


@faults
def due(options):
    """Set, extend or forget due dates, and say what holds."""
    course, root = places(options)
    if options.assignment and options.assignment not in find_lessons(course):
        read_outline(course, options.assignment)  # says which there are
    if not options.assignment and (options.at or options.student or options.forget):
        raise UsageError("expected an assignment with --at, --student or --forget, got none")
    with changing(root) as term:
        if options.late_days is not None:
            term.late_days = options.late_days
        if options.student:
            _extend(options, root, term)
        elif options.forget:
            term.deadlines.pop(options.assignment, None)
            term.extensions.pop(options.assignment, None)
        elif options.assignment:
            term.deadlines[options.assignment] = _deadline(options, term)
    for line in _deadlines(term):
        print(line)
    return 0


def _deadline(options, term):
    """Return a deadline with what was said; what was not said stays as it is."""
    before = term.deadlines.get(options.assignment)
    if not (options.at or before):
        raise UsageError(f"expected --at with when {options.assignment} is due, got none")
    changes = {
        "due": options.at and moment(options.at),
        "penalty": options.penalty and checked_penalty(options.penalty),
        "once": options.once,
        "again": options.again and moment(options.again),
    }
    changes = {name: value for name, value in changes.items() if value is not None}
    return replace(before or Deadline(""), **changes)


def _extend(options, root, term):
    if options.assignment not in term.deadlines:
        raise UsageError(f"expected a due date for {options.assignment} first, got none")
    if bool(options.at) == options.forget:
        raise UsageError("expected either --at or --forget with --student")
    extensions = term.extensions.setdefault(options.assignment, {})
    people = People(term.people)
    name_of, there = folder_of(people, root), _students(root)
    for key in options.student:
        student = name_of(key, ())
        if student not in there and not people.find(key):
            raise UsageError(f"expected a student who handed in or is on the roster, got {key!r}")
        if options.forget:
            extensions.pop(student, None)
        else:
            extensions[student] = moment(options.at)


def _students(root):
    submitted = root / "submitted"
    return {path.name for path in submitted.iterdir()} if submitted.is_dir() else set()


def _deadlines(term):
    """Yield what holds, a line each."""
    for assignment, deadline in sorted(term.deadlines.items()):
        rule = "once" if deadline.once else "each day"
        again = f", once more until {deadline.again}" if deadline.again else ""
        yield f"{assignment}: due {deadline.due}, {deadline.penalty} off {rule} late{again}"
        for student, until in sorted(term.extensions.get(assignment, {}).items()):
            yield f"  {in_a_line(student)}: due {until}"
    yield f"late days for each student: {term.late_days}"


@faults
def marks(options):
    """Give a sheet of answers in words to read, take it back, and say how far the reading is."""
    course, root = places(options)
    outline = read_outline(course, options.assignment)
    if (options.source or options.out) and not options.marker:
        raise UsageError("expected --marker with who reads, got none")
    if options.source:
        _take_marks(options, course, root, outline)
    with ledgers.reading(root) as ledger:
        found, given = answers(outline, ledger), ledger.markings(outline.assignment)
    if options.out:
        people = People(read_term(root).people)
        text = as_sheet(found, given, people, options.marker, options.section)
        # With a mark of its encoding, without which spreadsheets guess another.
        write_atomically(Path(options.out).absolute(), text.encode("utf-8-sig"))
        print(f"wrote {options.out}")
    settled = settle(found, given)
    print(
        f"{outline.assignment}: {len(found)} answers, {settled.unread} not read, {settled.once} "
        f"read once, {settled.more} more often, {len(settled.differ)} differ"
    )
    mention(options, "differ: somebody has to decide", settled.differ)
    return 3 if settled.differ else 0


def _take_marks(options, course, root, outline):
    comments = read_comments(root / COMMENTS)
    url = options.gradebook or gradebook.default_url(root)
    with ledgers.writing(root) as ledger, gradebook.connected(url, course) as book:
        found = answers(outline, ledger)
        new = from_sheet(_read(options.source), found, comments, options.marker, options.decides)
        known = {
            (one.student, one.question, one.version, one.marker): one
            for one in ledger.markings(outline.assignment)
        }
        new = [
            one
            for one in new
            if known.get((one.student, one.question, one.version, one.marker)) != one
        ]
        ledger.append_markings(outline.assignment, new)
        given = ledger.markings(outline.assignment)
        settled = settle(found, given)
        kept = gradebook.mark(book, outline.assignment, settled.given, earlier(given))
    print(f"{len(new)} readings taken from {options.source}")
    mention(options, "marked in formgrader, which counts", [" ".join(one) for one in kept])


@faults
def total(options):
    """Write the course's grade for everybody."""
    course, root = places(options)
    lessons = find_lessons(course)
    marked = []
    with ledgers.reading(root) as ledger:
        with changing(root) as term:
            _weigh(options, term, lessons)
        for name in lessons:
            if entries := ledger.current(name):
                outline = read_outline(course, name)
                _, finals = what_counts(options, course, root, outline, ledger, entries)
                marked.append(Marked(outline, entries, finals, ledger.hand_ins(name)))
        alike = alike_in_several(marked, ledger.notebooks) if options.alike else None
    if not marked:
        raise UsageError("expected results on the ledger, got none: run `course grade` first")
    lines = table(term, marked)
    for path in write_table(term, marked, lines, root, alike):
        print(f"wrote {path}")
    mention(
        options,
        "without a total",
        [f"{line.person.student} ({line.note})" for line in lines if line.total is None],
    )
    return 0


def _weigh(options, term, lessons):
    for name, weight in options.weight:
        if name not in lessons:
            raise UsageError(f"expected a lesson with --weight, got {name!r}")
        term.weights[name] = weight
    if options.drop_lowest is not None:
        term.drop_lowest = options.drop_lowest
