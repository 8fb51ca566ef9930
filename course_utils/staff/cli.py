"""The subcommands of instructors: build and check the course, give it to students, grade."""

import argparse
import functools
import sys
from pathlib import Path

from course_utils.app import arguments
from course_utils.app.main import Parser
from course_utils.app.places import find_course


def add_commands(add):
    """Add the subcommands.

    Parameters
    ----------
    add : callable
        ``add_parser`` of argparse's subparsers.
    """
    for add_command in (
        *(_add_release, _add_check, _add_grading, _add_term),
        *(_add_bundle, _add_slides, _add_site, _add_lite),
    ):
        add_command(add)


def _add_release(add):
    release = add(
        "release",
        help="build the students' notebooks from solutions/",
        description="Tidy the sources in solutions/ and build notebooks/ from them with "
        "nbgrader's own preprocessors. With findings nothing is written, and the exit code is 1.",
    )
    release.add_argument("lessons", nargs="*", metavar="LESSON", help="such as 01-momentum (all)")
    release.add_argument(
        "--check",
        action="store_true",
        help="write nothing; fail on drift, misspelt or misplaced markers, leaked answers, "
        "untidy sources, stored errors, cells over 25 lines, and disagreement with the registry",
    )
    release.add_argument(
        "--run",
        action="store_true",
        help="execute the sources first and keep the output of cells with # NBVAL_CHECK_OUTPUT, "
        "and the pictures of those tagged 'still'",
    )
    release.set_defaults(handler=_release)


def _add_check(add):
    check = add(
        "check",
        help="grade one function in the sandbox",
        description="Say what the function in FILE would earn, and why. The exit code is 0 "
        "whatever it earns.",
    )
    check.add_argument("slug", metavar="SLUG", help="the exercise, such as momentum-step")
    check.add_argument(
        "--source", metavar="FILE", required=True, help="Python, as in the exercise's cell"
    )
    check.add_argument("--seed", type=arguments.seed, metavar="N", help="draw the inputs with it")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.set_defaults(handler=_check)


def _add_bundle(add):
    bundle = add(
        "bundle",
        help="make the zip that students download",
        description="Write the students' copy of the course: lessons, what they import, and the "
        "set-up, without answers, hidden tests and instructors' tools. The exit code is 1, and "
        "nothing is written, if `course release --check` has findings.",
    )
    bundle.add_argument("--out", metavar="FILE", required=True, help="such as optimizers.zip")
    bundle.set_defaults(handler=_bundle)


def _add_slides(add):
    slides = add(
        "slides",
        help="build the slides",
        description="Build decks into slides/build/: HTML that asks nobody for anything, PDF, "
        "PPTX, and the notes as text. Figures are drawn anew only where something changed.",
    )
    slides.add_argument("decks", nargs="*", metavar="DECK", help="such as 01-momentum (all)")
    slides.add_argument(
        "--format",
        nargs="+",
        choices=("html", "pdf", "pptx", "txt"),
        default=("html", "pdf", "pptx", "txt"),
        help="after the decks (all four)",
    )
    slides.add_argument(
        "--html", action="store_const", dest="format", const=("html",), help="only HTML"
    )
    slides.set_defaults(handler=_slides)


def _add_site(add):
    site = add(
        "site",
        help="build the reading copy: lessons and slides as pages",
        description="Run the lessons that changed and write all as pages that need no kernel and "
        "no network: answers left out, moving figures recorded, slides included where they can be "
        "built. The exit code is 1, and nothing is replaced, if a link leads nowhere.",
    )
    site.add_argument("lessons", nargs="*", metavar="LESSON", help="such as 01-momentum (all)")
    site.add_argument("--out", metavar="DIR", help="where it goes (default: site in the course)")
    site.add_argument(
        "--no-slides", dest="decks", action="store_false", help="leave the slides out"
    )
    site.add_argument(
        "--live",
        metavar="ADDRESS",
        help="where what `course lite` built is served: each lesson links to it",
    )
    site.add_argument(
        "--address",
        metavar="ADDRESS",
        help="where the site will be served: a shared link shows its picture from there",
    )
    site.set_defaults(handler=_site)


def _add_lite(add):
    lite = add(
        "lite",
        help="build the course in the browser",
        description="Build a folder with JupyterLite, the lessons, and what they import, which any "
        "web space serves: students work in their browser, with nothing to install.",
    )
    lite.add_argument("--out", metavar="DIR", required=True, help="a new folder, such as lite")
    lite.add_argument(
        "--pyodide",
        metavar="DIR",
        help="upstream's files of Pyodide, to be served beside the pages (default: the kernel's "
        "own address)",
    )
    lite.set_defaults(handler=_lite)


def _option(*names, **words):
    """Return a parser with one option, for others to have it too."""
    parser = Parser(add_help=False)
    parser.add_argument(*names, **words)
    return parser


def _assignment():
    return _option("assignment", metavar="ASSIGNMENT", help="such as 01-momentum")


def _root():
    return _option(
        "--root",
        metavar="DIR",
        help="the grading folder, with submitted/ in it "
        "(default $COURSE_ROOT, else ~/optimizers-course-grading)",
    )


def _gradebook():
    return _option(
        "--gradebook",
        metavar="URL",
        help="such as postgresql://USER@HOST/NAME (default gradebook.db in the grading folder)",
    )


def _student():
    return _option(
        "--student", action="append", default=[], metavar="ID", help="only this one; repeatable"
    )


def _step(add, handler, name, parents, **words):
    """Add a subcommand that is a function of the same name in the handler's module."""
    parser = add(name, parents=parents, **words)
    parser.set_defaults(handler=handler)
    return parser


def _add_grading(add):
    """Add what a cohort needs, from grading to exports; it is done in `grading.commands`."""
    step = functools.partial(_step, add, _grading)
    for add_step in (_add_grade, _add_repair, _add_feedback, _add_report, _add_export):
        add_step(step)


def _add_grade(step):
    grade = step(
        "grade",
        [_assignment(), _root(), _gradebook(), _student()],
        help="grade what a cohort handed in",
        description="Score DIR/submitted/STUDENT/ASSIGNMENT/*.ipynb in sandboxes and bring the "
        "gradebook in line. What is scored stays scored: run it again after whatever stopped it.",
        epilog="Exit codes: 0 everybody has a score, 3 somebody could not be graded, "
        "2 wrong use or no sandbox, 1 a full disk, a ledger or gradebook that does not answer, "
        "or a fault of ours, 130 stopped with Ctrl-C.",
    )
    where = grade.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", type=arguments.count, metavar="N", help="on this machine (as many as cores)"
    )
    where.add_argument("--scheduler", metavar="ADDRESS", help="a dask scheduler's workers instead")
    grade.add_argument(
        "--watch",
        action="store_true",
        help="go on: grade whatever arrives, write its feedback and the report; Ctrl-C ends it",
    )
    grade.add_argument(
        "--regrade", action="store_true", help="also what has a score, as after a mended exercise"
    )
    grade.add_argument(
        "--seed", type=arguments.seed, metavar="N", help="draw all inputs with it from now on"
    )
    grade.add_argument(
        "--render",
        action="store_true",
        help="then run each notebook for its figures, which feedback shows; takes a while",
    )
    grade.add_argument("--json", metavar="FILE", help="write everybody's result ('-' prints it)")


def _add_repair(step):
    step(
        "repair",
        [_assignment(), _root()],
        help="write copies that plain nbgrader can grade",
        description="Find the answers in DIR/submitted/STUDENT/ASSIGNMENT/ wherever they stand, "
        "and write them into fresh copies of the release, DIR/repaired/STUDENT/ASSIGNMENT/. What "
        "was handed in stays as it is. The exit code is 3 if somebody has no copy, or a person "
        "has to look at an answer.",
    )


def _add_feedback(step):
    step(
        "feedback",
        [_assignment(), _root(), _gradebook(), _student()],
        help="write a page for each student",
        description="Write DIR/feedback/STUDENT/ASSIGNMENT/*.html.",
    )


def _add_report(step):
    report = step(
        "report",
        [_assignment(), _root(), _gradebook()],
        help="write how a cohort did, and what to look at",
        description="Write DIR/report/ASSIGNMENT.html and .csv.",
    )
    report.add_argument(
        "--compare",
        action="append",
        default=[],
        metavar="DIR",
        help="another year's grading folder, to find who wrote alike; repeatable",
    )


def _add_export(step):
    export = step(
        "export",
        [_assignment(), _root(), _gradebook()],
        help="write scores for a spreadsheet or a learning platform",
        description="Write scores as CSV, or into a sheet that Canvas or Moodle exported. "
        "Who has no score gets an empty cell, never a 0.",
    )
    export.add_argument("--format", choices=("csv", "canvas", "moodle"), required=True)
    export.add_argument("--template", metavar="FILE", help="the sheet to fill in (canvas, moodle)")
    export.add_argument("--out", metavar="FILE", help="needed unless it is a dry run")
    column = export.add_mutually_exclusive_group()
    column.add_argument(
        "--column", metavar="NAME", help="the sheet's column (default: that of the assignment)"
    )
    column.add_argument(
        "--new-column", action="store_true", help="add a column to Canvas's sheet, an assignment"
    )
    export.add_argument(
        "--dry-run", action="store_true", help="say whose grade would change, and write nothing"
    )


def _add_term(add):
    """Add what a term needs besides; it is done in `grading.term.commands`."""
    step = functools.partial(_step, add, _term)
    for add_step in (_add_collect, _add_roster, _add_due, _add_marks, _add_post, _add_total):
        add_step(step)


def _add_collect(step):
    collect = step(
        "collect",
        [_assignment(), _root()],
        help="put a platform's download where the grader reads it",
        description="Put the notebooks of a download into DIR/submitted/STUDENT/ASSIGNMENT/, with "
        "their times. What cannot be placed is named, and a second run changes nothing. "
        "The exit code is 3 if something was not placed.",
    )
    collect.add_argument(
        "--from",
        dest="source",
        metavar="PLACE",
        help="a zip or a folder; with --platform exchange, nbgrader's usual one if not given",
    )
    collect.add_argument(
        "--platform", choices=("canvas", "moodle", "ilias", "folder", "exchange"), required=True
    )
    collect.add_argument(
        "--times",
        metavar="SHEET",
        help="Moodle's grading worksheet, which says when each handed in (local time)",
    )


def _add_roster(step):
    roster = step(
        "roster",
        [_root(), _gradebook()],
        help="say who is in the course, and see who handed in nothing",
        description="Take the people of a sheet onto the roster. From then on only theirs is "
        "graded. Then say who handed in nothing, and whose folder is not clear. "
        "The exit code is 3 if somebody's is not.",
    )
    roster.add_argument(
        "--from", dest="source", metavar="SHEET", help="as Canvas, Moodle or another list has it"
    )
    roster.add_argument(
        "--rename",
        nargs=2,
        metavar=("OLD", "NEW"),
        help="correct a student's folder, with all grades and marks",
    )


def _add_due(step):
    due = step(
        "due",
        [_root()],
        help="set due dates, extensions, and what lateness costs",
        description="Set when an assignment is due, for everybody or for some, and say what holds. "
        "Feedback, exports and the course's table go by it. TIME is such as '2026-11-02 23:59', "
        "local time unless a zone follows, as in '2026-11-02 23:59+01:00'.",
    )
    due.add_argument("assignment", nargs="?", metavar="ASSIGNMENT", help="such as 01-momentum")
    due.add_argument("--at", metavar="TIME", help="when it is due")
    due.add_argument(
        "--student", action="append", metavar="ID", help="only for this one; repeatable"
    )
    due.add_argument(
        "--penalty", metavar="P", help="for each day begun: 10%% of the points earned, or 2 points"
    )
    due.add_argument(
        "--once",
        action=argparse.BooleanOptionalAction,
        help="take that off once, however late (default: for each day)",
    )
    due.add_argument(
        "--again",
        metavar="TIME",
        help="until when one may hand in once more, and the better of the two counts",
    )
    due.add_argument(
        "--late-days",
        type=arguments.amount,
        metavar="N",
        help="how many days late a student may be over the term at no cost",
    )
    due.add_argument("--forget", action="store_true", help="this due date, or these extensions")


def _add_marks(step):
    marks = step(
        "marks",
        [_assignment(), _root(), _gradebook()],
        help="give answers in words to several people to read, and take their points back",
        description="Write a sheet of answers for somebody to fill in, or take one back into the "
        "gradebook; then say how far the reading is. Nobody sees another's points. "
        "The exit code is 3 while two readings differ.",
    )
    marks.add_argument("--marker", metavar="NAME", help="who reads")
    marks.add_argument("--out", metavar="SHEET", help="write a sheet to fill in")
    marks.add_argument("--section", metavar="S", help="only of people in this section")
    marks.add_argument("--from", dest="source", metavar="SHEET", help="take a sheet back")
    marks.add_argument(
        "--decides", action="store_true", help="what stands in it goes before other readings"
    )


def _add_post(step):
    post = step(
        "post",
        [_assignment(), _root(), _gradebook()],
        help="send scores to the learning platform from which students came (LTI 1.3)",
        description="Send each score to the column of the platform that the student's link belongs "
        "to. Nothing is sent of who has no score. The exit code is 3 if somebody's was not sent.",
    )
    post.add_argument(
        "--platform",
        metavar="FILE",
        required=True,
        help="its lti.toml, with lti-key.pem and launches.jsonl beside it",
    )
    post.add_argument(
        "--dry-run", action="store_true", help="say what would be sent, and send nothing"
    )


def _add_total(step):
    total = step(
        "total",
        [_root(), _gradebook()],
        help="write the course's grade: all assignments in one table",
        description="Write DIR/report/course.html and .csv: everybody's share of the points, "
        "weighted. Weights and what is dropped are kept for the next time.",
    )
    total.add_argument(
        "--weight",
        action="append",
        default=[],
        type=arguments.weight,
        metavar="ASSIGNMENT=N",
        help="what an assignment weighs (default: its points); repeatable",
    )
    total.add_argument(
        "--drop-lowest",
        type=arguments.amount,
        metavar="N",
        help="how many assignments do not count, for each student the lowest",
    )
    total.add_argument(
        "--alike", action="store_true", help="also who wrote alike in several lessons"
    )


def _check(options):
    from .grading.one_function import NotGraded, check, say

    try:
        outcome = check(options.slug, options.source, options.seed)
    except NotGraded as problem:
        print(f"course check: not graded: {problem.reason}", file=sys.stderr)
        return 1
    print(say(outcome, options.json))
    return 0


def _grading(options):
    from .grading import commands

    return getattr(commands, options.command)(options)


def _term(options):
    from .grading.term import commands

    return getattr(commands, options.command)(options)


def _release(options):
    from .authoring.release import release

    root = find_course()
    outcome = release(root, options.lessons, check=options.check, run=options.run)
    for finding in outcome.findings:
        print(finding)
    lessons = ", ".join(outcome.lessons)
    if outcome.findings:
        count = len(outcome.findings)
        written = "" if options.check else "; nothing was written"
        print(f"{lessons}: {count} finding{'s' if count > 1 else ''}{written}", file=sys.stderr)
        return 1
    for path in outcome.written:
        print(f"wrote {path.relative_to(root)}")
    print(f"{lessons}: " + ("in order" if not outcome.written else "released"))
    return 0


def _slides(options):
    from .authoring.slides import SlidesError, build_decks

    try:
        build_decks(find_course(), options.decks, options.format, say=print)
    except SlidesError as error:
        print(f"course slides: {error}", file=sys.stderr)
        return 1
    return 0


def _site(options):
    from .authoring.site import BrokenSiteError, build_site
    from .authoring.slides import SlidesError

    try:
        pages = build_site(
            find_course(),
            options.out,
            options.lessons,
            decks=options.decks,
            live=options.live,
            address=options.address,
            say=print,
        )
    except (BrokenSiteError, SlidesError) as error:
        print(f"course site: {error}", file=sys.stderr)
        return 1
    print(f"wrote {len(pages)} pages: open {pages[0].parent / 'index.html'}")
    return 0


def _lite(options):
    from .authoring.bundle import NotInOrderError
    from .authoring.lite import BrokenLiteError, build_lite

    try:
        build_lite(find_course(), options.out, options.pyodide, say=print)
    except (BrokenLiteError, NotInOrderError) as error:
        print(f"course lite: {error}", file=sys.stderr)
        return 1
    print(
        f"wrote {options.out}: serve it, for example with `python -m http.server -d {options.out}`"
    )
    return 0


def _bundle(options):
    from hashlib import sha256

    from .authoring.bundle import NotInOrderError, bundle

    try:
        data = bundle(find_course(), Path(options.out))
    except NotInOrderError as error:
        print(f"course bundle: {error}", file=sys.stderr)
        return 1
    print(f"wrote {options.out}: {len(data) / 1e6:.1f} MB, SHA-256 {sha256(data).hexdigest()}")
    return 0
