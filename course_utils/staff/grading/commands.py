"""`course grade`, `feedback`, `report` and `export`: options in, files and an exit code out.

Exit codes: 0 all is well, 1 a fault of ours or of what we stand on (ledger, gradebook, workers),
2 wrong use (no sandbox is one), 3 somebody has no score. What comes back from here is what
`course_utils.app.main` returns; it tells of full disks, Ctrl-C and closed pipes itself.
"""

import argparse
import contextlib
import dataclasses
import functools
import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course_utils.app.places import UsageError

from ..files import write_atomically
from . import GRADER_VERSION, cohort, pools
from .console import faults, in_a_line, mention, places
from .records import gradebook
from .records.ledger import reading, writing
from .records.people import People
from .submissions.outline import read_outline
from .term.deadlines import as_moment, lateness
from .term.finals import finals
from .term.roster import admitted
from .term.settings import read_term
from .term.watch import watch


@faults
def grade(options):
    """Grade an assignment: ledger, then gradebook, then JSON and a summary line."""
    from .sandbox import require
    from .submissions.release import read_release

    if options.watch:
        return _grade_what_arrives(options)

    if _workers_will_score(options):
        pools.prepare_workers()  # who import while this process does
    course, root = places(options)
    outline = read_outline(course, options.assignment)
    folders = cohort.find_submissions(root, outline.assignment)
    named = cohort.find_submissions(root, outline.assignment, options.student)
    if options.scheduler is None:
        require()
    with writing(root) as ledger:
        seed = ledger.seed(outline.assignment, GRADER_VERSION, options.seed)
        release = read_release(course, outline.assignment)
        grader = cohort.trusted_grader(outline, release, seed)
        folders, refused = _at_the_door(root, ledger, folders, named)
        scored = _score(options, course, ledger, grader, folders)
        entries = _fill_gradebook(options, course, root, outline, ledger, folders)
        _keep_times(ledger, outline, entries, folders)
        if options.render:  # after every score is safe
            _render(options, root, outline, grader, entries, folders, ledger)
        if options.json:
            _, counts = what_counts(options, course, root, outline, ledger, entries)
            write_json(options.json, outline, entries, counts)
    named = [entries[student] for student in folders] if options.student else entries.values()
    graded = sum(entry.graded for entry in named)
    print(
        f"{outline.assignment}: {graded} graded ({scored} of them now), "
        f"{len(named) - graded} not graded, seed {seed}"
    )
    return 0 if graded == len(named) and not refused else 3


def _grade_what_arrives(options):
    """Grade everybody, then whoever hands in; feedback and report follow each time."""
    from .sandbox import require

    if options.student or options.regrade:
        raise UsageError("expected --watch without --student and --regrade, which are for one run")
    _, root = places(options)
    if options.scheduler is None:
        require()

    def find():
        try:
            return cohort.find_submissions(root, options.assignment)
        except UsageError:  # nobody handed in yet
            return {}

    def grade_these(students):
        changes = {"watch": False, "student": students, "compare": []}
        these = argparse.Namespace(**{**vars(options), **changes})
        try:
            return grade(these) != 1 and feedback(these) == report(these) == 0
        except UsageError as problem:  # a folder that was there a moment ago
            print(f"course grade: {problem}", file=sys.stderr)
            return False

    print(f"watching {root / 'submitted'}: Ctrl-C ends it", flush=True)
    watch(find, grade_these)
    print("stopped watching; what was graded is on the ledger")
    return 0


@faults
def repair(options):
    """Write repaired copies for plain nbgrader, and name what it cannot or should not grade."""
    from .submissions.copies import FOLDER, write_copies
    from .submissions.release import read_release

    course, root = places(options)
    outline = read_outline(course, options.assignment)
    folders = cohort.find_submissions(root, outline.assignment)
    grader = cohort.trusted_grader(outline, read_release(course, outline.assignment), seed=0)
    copies = list(write_copies(root, outline, folders, functools.partial(cohort.read_one, grader)))
    made = [one for one in copies if not one.problem]
    for one in copies:
        name = in_a_line(one.student)
        for sentence in one.repairs if not one.problem else ():
            print(f"{name}: {in_a_line(sentence)}")
        if one.problem:
            print(f"course repair: no copy: {name}: {in_a_line(one.problem)}", file=sys.stderr)
        for slug, doubt in one.doubts.items():
            print(f"course repair: for a person: {name}: {slug}: {doubt}", file=sys.stderr)
    print(
        f"{outline.assignment}: {len(made)} copies in {root / FOLDER}, "
        f"{sum(bool(one.repairs) for one in made)} of them repaired, {len(copies) - len(made)} not "
        "made; grade them with\n"
        f"nbgrader autograde {outline.assignment} --CourseDirectory.submitted_directory={FOLDER}"
    )
    return 3 if len(made) < len(copies) or any(one.doubts for one in made) else 0


def _at_the_door(root, ledger, folders, named):
    """Return whom the roster lets in of those named, by student; say who is left out."""
    people, wanted = People(read_term(root).people), set(named.values())
    let_in, refused = admitted(people, folders, ledger.names())
    let_in = {student: folder for student, folder in let_in.items() if folder in wanted}
    refused = {folder: reason for folder, reason in refused.items() if folder in named}
    for folder, reason in refused.items():
        print(f"course grade: not graded: {in_a_line(folder)} {reason}", file=sys.stderr)
    return let_in, refused


def _score(options, course, ledger, grader, folders):
    """Write the scores of new submissions on the ledger; return how many were new."""
    pool = _pool(options, len(folders))
    with _progress(len(folders), "graded") as progress, ThreadPoolExecutor(1) as meanwhile:
        if _workers_will_score(options):  # this process waits for them most of the time
            meanwhile.submit(gradebook.prepare, course)
        return cohort.grade(
            ledger, grader, folders, pool, regrade=options.regrade, progress=progress
        )


def _keep_times(ledger, outline, entries, folders):
    """Write down when each version was handed in."""
    times = {student: gradebook.handed_in(folder) for student, folder in folders.items()}
    ledger.append_times(
        outline.assignment,
        {
            (student, entries[student].digest): as_moment(at)
            for student, at in times.items()
            if at is not None
        },
    )


def _fill_gradebook(options, course, root, outline, ledger, folders):
    """Bring the gradebook up to the ledger; return everybody's entries.

    If students were named, it is brought up for these: to look at everybody takes a while in a
    large cohort. Whom it cannot take counts as not graded, on the ledger too.
    """
    entries, accepted = ledger.current(outline.assignment), {}
    url = options.gradebook or gradebook.default_url(root)
    with gradebook.connected(url, course) as book:
        for student in folders if options.student else list(entries):
            if reason := gradebook.refusal(book, student):
                entries[student] = _without_score(ledger, outline, entries[student], reason)
            else:
                accepted[student] = entries[student]
        gradebook.synchronise(book, outline, course, root, accepted, ledger)
    return entries


def _render(options, root, outline, grader, entries, folders, ledger):
    """Run the notebooks of those named whose figures are not there yet."""
    from .pages import render

    digests = render.missing(root, outline, {student: entries[student] for student in folders})
    if digests:
        pool = _pool(options, len(digests))
        with _progress(len(digests), "rendered") as progress:
            render.render_cohort(root, outline, grader, digests, ledger.notebooks, pool, progress)
    render.remove_stale(root, outline, entries)


def _without_score(ledger, outline, entry, reason):
    """Write down that a scored submission counts as not graded, once."""
    if not entry.graded:
        return entry
    empty = {"status": "not graded", "reason": reason, "points": None, "exercises": {}}
    result = {**entry.result, **empty}
    return ledger.append(outline.assignment, dataclasses.replace(entry, result=result))


def _pool(options, submissions):
    if options.scheduler is not None:
        return pools.scheduler_workers(options.scheduler)
    workers = min(options.workers or os.cpu_count() or 1, submissions)
    return pools.local_workers(workers) if workers > 1 else pools.in_this_process


def _workers_will_score(options):
    """Whether that is likely, from what is known at once."""
    many = (options.workers or os.cpu_count() or 1) > 1 and not options.student
    return many and options.scheduler is None and shutil.which("bwrap") is not None


def write_json(path, outline, entries, finals):
    """Write what others build on; "-" is standard output.

    Parameters
    ----------
    path : str
    outline : Outline
    entries : dict of str to Entry
        Everybody on the assignment's ledger.
    finals : dict of str to Final
        What counts, of those who have a score.
    """
    students = {}
    for student, entry in entries.items():
        result, final = entry.result, finals.get(student)
        exercises = {
            slug: {name: one[name] for name in ("points", "max_points", "diagnosis")}
            for slug, one in result["exercises"].items()
        }
        fields = ("status", "reason", "flags", "points", "max_points")
        students[student] = {
            **{name: result[name] for name in fields},
            "exercises": exercises,
            "score": final.points if final else None,
            "max_score": outline.most,
            "waits_for_a_person": bool(final and final.waits),
            "remark": final.remark if final else "",
        }
    data = {
        "assignment": outline.assignment,
        "grader_version": GRADER_VERSION,
        "students": students,
    }
    text = json.dumps(data, indent=1) + "\n"
    if path == "-":
        sys.stdout.write(text)
    else:
        write_atomically(Path(path).absolute(), text)


@faults
def feedback(options):
    """Write the feedback pages of everybody, or of those named."""
    from .pages.feedback import write_feedback
    from .pages.render import stored

    course, root = places(options)
    outline = read_outline(course, options.assignment)
    with reading(root) as ledger:
        entries = _entries(ledger, outline, root)
        scores, counts = what_counts(options, course, root, outline, ledger, entries)
        wanted = {ledger.names().get(student, student) for student in options.student}
        entries = {who: one for who, one in entries.items() if not wanted or who in wanted}
        pages = 0
        for student, entry in entries.items():
            code = ledger.notebooks(entry.digest)
            _, words = ledger.reflections(outline.assignment, student)
            answers = {name: text for cells in code.values() for name, text in cells.items()}
            answers |= words
            shown = stored(root, outline, entry.digest) if entry.graded else {}
            score, final = scores.get(student), counts.get(student)
            pages += len(write_feedback(outline, entry, answers, score, root, shown, final))
    count = len(entries)
    print(f"{outline.assignment}: {pages} pages for {count} students in {root / 'feedback'}")
    return 0


@faults
def report(options):
    """Write the instructor's report."""
    from .pages.report import write_report

    course, root = places(options)
    outline = read_outline(course, options.assignment)
    with contextlib.ExitStack() as stack:
        ledger = stack.enter_context(reading(root))
        earlier = []
        for folder in options.compare:
            other = stack.enter_context(reading(folder))
            name = Path(folder).absolute().name
            earlier.append((name, other.current(outline.assignment), other.notebooks))
        entries = _entries(ledger, outline, root)
        _, counts = what_counts(options, course, root, outline, ledger, entries)
        written = write_report(outline, entries, counts, ledger.notebooks, root, earlier)
    for path in written:
        print(f"wrote {path}")
    return 0


@faults
def export(options):
    """Write scores for elsewhere."""
    from .records.export import as_csv, make_rows
    from .records.sheets import fill, written

    course, root = places(options)
    outline = read_outline(course, options.assignment)
    if (options.format == "csv") == bool(options.template):
        wants = "none" if options.template else f"the sheet that {options.format} exported"
        came = options.template or "none"
        raise UsageError(f"expected --template with {wants} for this format, got {came}")
    out = _out(options)
    with reading(root) as ledger:
        entries = _entries(ledger, outline, root)
        _, counts = what_counts(options, course, root, outline, ledger, entries)
    rows = make_rows(outline, entries, counts)
    if options.template:
        people = People(read_term(root).people)
        sheet = _sheet(options)
        filled = fill(sheet, outline, rows, people, options.column, options.new_column)
        _tell(options, filled)
        content, absent = written(filled.sheet), [*filled.absent, *filled.doubled, *filled.kept]
    else:
        content, absent = as_csv(outline, rows), []
    if out:
        write_atomically(out, content)
        print(f"wrote {options.out}: {len(rows) - len(absent)} students")
    mention(options, "left empty, not graded", [row.student for row in rows if row.score is None])
    mention(
        options, "wait for a person, who may add points", [row.student for row in rows if row.waits]
    )
    return 0


def _out(options):
    """Return where an export goes, or None in a dry run."""
    if options.dry_run:
        if not options.template:
            raise UsageError("expected --template with --dry-run, got none")
        return None
    if not options.out:
        raise UsageError("expected --out with a file, or --dry-run, got none")
    out = Path(options.out).absolute()
    if not out.parent.is_dir():
        raise UsageError(f"expected --out in a folder that is there, got {options.out}")
    return out


def _tell(options, filled):
    """Say what changes in a sheet, and whom it leaves out."""
    for student, before, now in filled.changes:
        print(f"{in_a_line(student)}: {before or 'empty'} -> {now or 'empty'}")
    mention(options, "in the sheet not found", filled.absent)
    mention(options, "without a line of their own in the sheet, left", filled.doubled)
    mention(options, "excused, or closed to changes in the sheet, left", filled.kept)


def _sheet(options):
    from .records.sheets import read_sheet

    try:
        sheet = read_sheet(Path(options.template).read_bytes())
    except OSError as error:
        raise UsageError(
            f"expected a grade sheet in {options.template}, got no readable file ({error.strerror})"
        ) from None
    if sheet.platform.lower() != options.format:
        raise UsageError(
            f"expected a grade sheet of {options.format}, got one of {sheet.platform or 'another'}"
        )
    return sheet


def _entries(ledger, outline, root):
    entries = ledger.current(outline.assignment)
    if not entries:
        raise UsageError(
            f"expected results of {outline.assignment} on the ledger of {root}, got none: "
            "run `course grade` first"
        )
    return entries


def what_counts(options, course, root, outline, ledger, entries):
    """Return what the gradebook holds, and what counts in the end, by student.

    Parameters
    ----------
    options : argparse.Namespace
        Its ``gradebook`` is looked at.
    course, root : Path
    outline : Outline
    ledger : Ledger
    entries : dict of str to Entry

    Returns
    -------
    dict of str to gradebook.Score
    dict of str to Final
    """
    term, scores = read_term(root), _scores(options, course, root, outline)
    history = {name: ledger.hand_ins(name) for name in {*term.deadlines, outline.assignment}}
    late = lateness(term, history).get(outline.assignment, {})
    mine = history[outline.assignment]
    return scores, finals(term, outline, entries, scores, mine, late)


def _scores(options, course, root, outline):
    """Return what the gradebook holds; nothing if there is none and none was asked for."""
    url = options.gradebook
    if url is None:
        if not (root / "gradebook.db").is_file():
            return {}
        url = gradebook.default_url(root)
    with gradebook.connected(url, course) as book:
        return gradebook.scores(book, outline.assignment)


@contextlib.contextmanager
def _progress(total, deed):
    """Show on standard error how many are done: a bar on a terminal, a line every tenth elsewhere.

    Parameters
    ----------
    total : int
        How many there are.
    deed : str
        What is done with each, such as "graded".

    Yields
    ------
    callable
        To be called after each, with how many are done.
    """
    if sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(total=total, desc=deed) as bar:
            yield lambda done: bar.update(done - bar.n)
    else:
        yield functools.partial(_print_tenth, total, deed)


def _print_tenth(total, deed, done):
    if 10 * done // total > 10 * (done - 1) // total:
        print(f"{done} of {total} {deed}", file=sys.stderr, flush=True)
