"""The `course` command: one subcommand a function, one sentence for every mistake.

Exit codes: 0 all is well, 1 it is not (findings, something missing, a full disk, or a fault of
ours), 2 the command was used wrongly, 3 (`course grade` alone) somebody has no score, 130 it was
stopped with Ctrl-C, 141 nobody reads what it prints. What a subcommand needs is imported when it
runs, so that `course doctor` works where packages are missing.
"""

import argparse
import difflib
import functools
import os
import re
import reprlib
import sys
from pathlib import Path

from .places import UsageError, find_course, first_line_of

# What a student's copy of the course can do (`course bundle` makes one). Their handlers are called
# `_lab` and so on: the copy holds what those import, and nothing that the other handlers do.
STUDENTS = ("lab", "experiment", "doctor")
_NOT_STUDENTS = "belongs to the instructors' copy of the course"


class _Parser(argparse.ArgumentParser):
    """Answers a wrong use with one sentence instead of the usage."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def main(arguments=None):
    """Run `course` with these arguments (those of the process if not given).

    Parameters
    ----------
    arguments : sequence of str, optional

    Returns
    -------
    int
        The exit code.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser, commands = _parser()
    if not arguments:
        parser.print_help()
        return 0
    if not arguments[0].startswith("-") and arguments[0] not in commands:
        close = difflib.get_close_matches(arguments[0], commands, n=1)
        hint = f", did you mean {close[0]!r}?" if close else ""
        parser.error(f"there is no command {arguments[0]!r}{hint}")
    if arguments[0] in commands and arguments[0] not in STUDENTS and is_students_copy():
        parser.exit(2, f"course {arguments[0]}: this {_NOT_STUDENTS}\n")
    options, others = parser.parse_known_args(arguments)
    if options.handler is _lab:
        _refuse_misspelt(commands["lab"], others)
    elif others:
        commands[options.command].error(f"unrecognized arguments: {' '.join(others)}")
    options.others = others
    try:
        code = options.handler(options)
        sys.stdout.flush()  # here a failure can still be told
        return code
    except UsageError as error:
        print(f"course {options.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # as behind `course … | head`
        _abandon_output()
        return 141
    except OSError as error:  # a full disk, a file that just went away
        _abandon_output()
        where = f": {error.filename}" if error.filename else ""
        print(f"course {options.command}: {first_line_of(error)}{where}", file=sys.stderr)
        return 1


def _abandon_output():
    """Drop what cannot be written to stdout; else Python would try once more when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_students_copy():
    """Return whether this copy of the course is a student's, with no answers in it."""
    return not (Path(__file__).parent / "exercises" / "registry" / "__init__.py").is_file()


def _add_unlisted(add, name, **words):
    """Add a subcommand; `course --help` lists those alone that a student can use."""
    if name not in STUDENTS:
        words.pop("help", None)
    return add(name, **words)


# JupyterLab's own, close as it is to one of ours.
_NOT_MISSPELT = {"--browser"}


def _refuse_misspelt(lab, arguments):
    """Keep from JupyterLab, which would only warn, what looks like an option of ours."""
    ours = re.findall("--[a-z-]+", lab.format_help())
    for argument in arguments:
        name = argument.partition("=")[0]
        if name.startswith("-") and name not in _NOT_MISSPELT:
            close = difflib.get_close_matches(f"--{name.strip('-').lower()}", ours, 1, cutoff=0.8)
            if close:
                lab.error(f"there is no option {name}, did you mean {close[0]}?")


def _port(text):
    """Return a port as a number, or say what one is."""
    if not (text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= 65535):
        came = reprlib.repr(text)  # which shortens what is long
        raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, got {came}")
    return int(text)


def _parser():
    parser = _Parser(
        prog="course",
        description="Open, build and look after the optimizers course.",
        epilog="`course COMMAND --help` says more. "
        "Exit codes: 0 well, 1 findings, a full disk or a fault of ours, 2 wrong use, "
        "130 stopped with Ctrl-C, 141 nobody reads the output (as behind `| head`).",
    )
    subparsers = parser.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True
    )
    if is_students_copy():
        subparsers.add_parser = functools.partial(_add_unlisted, subparsers.add_parser)

    lab = subparsers.add_parser(
        "lab",
        help="open the lessons in JupyterLab",
        description="Open the lessons in JupyterLab, the students' README first. "
        "Stop it with Ctrl-C.",
        epilog="Every other option is passed on to `jupyter lab` (see `jupyter lab --help`).",
        allow_abbrev=False,
    )
    lab.add_argument("--no-browser", action="store_true", help="only start the server")
    lab.add_argument("--port", type=_port, metavar="N", help="port to listen on (default 8888)")
    lab.add_argument(
        "--instructor",
        action="store_true",
        help="open the repository, with nbgrader's formgrader and its other panels",
    )
    lab.set_defaults(handler=_lab)

    release = subparsers.add_parser(
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
        help="execute the sources first and keep the output of cells with # NBVAL_CHECK_OUTPUT",
    )
    release.set_defaults(handler=_release)

    check = subparsers.add_parser(
        "check",
        help="grade one function in the sandbox",
        description="Say what the function in FILE would earn, and why. The exit code is 0 "
        "whatever it earns.",
    )
    check.add_argument("slug", metavar="SLUG", help="the exercise, such as momentum-step")
    check.add_argument(
        "--source", metavar="FILE", required=True, help="Python, as in the exercise's cell"
    )
    check.add_argument("--seed", type=_seed, metavar="N", help="draw the inputs with it")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.set_defaults(handler=_check)

    _add_grading(subparsers)

    experiment = subparsers.add_parser(
        "experiment",
        help="measure the tables of Sutskever et al. (2013) again, in small or in full",
        description="Train networks with all settings of a table, append every finished run to a "
        "file, and print the table. Started again, it goes on where it was, also after a kill.",
    )
    experiment.add_argument("name", choices=["table1", "table2", "rnn"], help="which table")
    experiment.add_argument(
        "--scale",
        choices=["live", "lesson", "paper"],
        default="live",
        help="at most a minute (the default); at most five on two cores; as in the paper: days",
    )
    experiment.add_argument(
        "--data",
        metavar="NAME",
        help="digits (the default), curves, mnist or faces; for rnn addition (the default), "
        "multiplication, memorization-5 or memorization-20",
    )
    experiment.add_argument(
        "--folder", metavar="DIR", help="where MNIST's files or the faces lie (COURSE_DATA)"
    )
    places = experiment.add_mutually_exclusive_group()
    places.add_argument("--workers", type=_count, metavar="N", help="processes on this machine")
    places.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask scheduler")
    experiment.add_argument(
        "--out", metavar="DIR", default="results", help="where the file goes (default: results)"
    )
    experiment.set_defaults(handler=_experiment)

    bundle = subparsers.add_parser(
        "bundle",
        help="make the zip that students download",
        description="Write the students' copy of the course: lessons, what they import, and the "
        "set-up, without answers, hidden tests and instructors' tools. The exit code is 1, and "
        "nothing is written, if `course release --check` has findings.",
    )
    bundle.add_argument("--out", metavar="FILE", required=True, help="such as optimizers.zip")
    bundle.set_defaults(handler=_bundle)

    slides = subparsers.add_parser(
        "slides",
        help="build the slides",
        description="Build decks into slides/build/: HTML that asks nobody for anything, PDF with "
        "notes, PPTX. Figures are drawn anew only where something changed.",
    )
    slides.add_argument("decks", nargs="*", metavar="DECK", help="such as 01-momentum (all)")
    slides.add_argument(
        "--format",
        nargs="+",
        choices=("html", "pdf", "pptx"),
        default=("html", "pdf", "pptx"),
        help="after the decks (all three)",
    )
    slides.add_argument(
        "--html", action="store_const", dest="format", const=("html",), help="only HTML"
    )
    slides.set_defaults(handler=_slides)

    site = subparsers.add_parser(
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
    site.set_defaults(handler=_site)

    doctor = subparsers.add_parser(
        "doctor",
        help="say what is missing on this machine, and what mends it",
        description="Look at Python, packages, kernel, disk and optional programs. "
        "The exit code is 0 if a student can work.",
    )
    doctor.add_argument("--brief", action="store_true", help="only what a student lacks")
    doctor.set_defaults(handler=_doctor)
    return parser, subparsers.choices


def _add_grading(subparsers):
    """Add grade, feedback, report and export; what they do is in `grading.commands`."""
    shared = _Parser(add_help=False)
    shared.add_argument("assignment", metavar="ASSIGNMENT", help="such as 01-momentum")
    shared.add_argument(
        "--root",
        metavar="DIR",
        help="the grading folder, with submitted/ in it "
        "(default $COURSE_ROOT, else ~/optimizers-course-grading)",
    )
    url = _Parser(add_help=False)
    url.add_argument(
        "--gradebook",
        metavar="URL",
        help="such as postgresql://USER@HOST/NAME (default gradebook.db in the grading folder)",
    )

    def add(name, parents, **words):
        parser = subparsers.add_parser(name, parents=parents, **words)
        parser.set_defaults(handler=_grading)
        return parser

    grade = add(
        "grade",
        [shared, url],
        help="grade what a cohort handed in",
        description="Score DIR/submitted/STUDENT/ASSIGNMENT/*.ipynb in sandboxes and bring the "
        "gradebook in line. What is scored stays scored: run it again after whatever stopped it.",
        epilog="Exit codes: 0 everybody has a score, 3 somebody could not be graded, "
        "2 wrong use or no sandbox, 1 a full disk, a ledger or gradebook that does not answer, "
        "or a fault of ours, 130 stopped with Ctrl-C.",
    )
    where = grade.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", type=_count, metavar="N", help="on this machine (as many as cores)"
    )
    where.add_argument("--scheduler", metavar="ADDRESS", help="a dask scheduler's workers instead")
    grade.add_argument(
        "--student", action="append", default=[], metavar="ID", help="only this one; repeatable"
    )
    grade.add_argument(
        "--regrade", action="store_true", help="also what has a score, as after a mended exercise"
    )
    grade.add_argument(
        "--seed", type=_seed, metavar="N", help="draw all inputs with it from now on"
    )
    grade.add_argument(
        "--render",
        action="store_true",
        help="then run each notebook for its figures, which feedback shows; takes a while",
    )
    grade.add_argument("--json", metavar="FILE", help="write everybody's result ('-' prints it)")

    add(
        "feedback",
        [shared, url],
        help="write a page for each student",
        description="Write DIR/feedback/STUDENT/ASSIGNMENT/*.html.",
    )
    add(
        "report",
        [shared],
        help="write how a cohort did, and what to look at",
        description="Write DIR/report/ASSIGNMENT.html and .csv.",
    )
    export = add(
        "export",
        [shared, url],
        help="write scores for a spreadsheet or a learning platform",
        description="Write scores as CSV, or into a sheet that Canvas or Moodle exported. "
        "Who has no score gets an empty cell, never a 0.",
    )
    export.add_argument("--format", choices=("csv", "canvas", "moodle"), required=True)
    export.add_argument("--template", metavar="FILE", help="the sheet to fill in (canvas, moodle)")
    export.add_argument("--out", metavar="FILE", required=True)


def _count(text):
    """Return a number of workers, or say what one is."""
    if not (text.isdecimal() and len(text) <= 4 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"expected a number from 1, got {reprlib.repr(text)}")
    return int(text)


def _seed(text):
    """Return a seed, or say what one is."""
    if not (text.isdecimal() and len(text) <= 18):
        came = reprlib.repr(text)
        raise argparse.ArgumentTypeError(
            f"expected a whole number of at most 18 digits, got {came}"
        )
    return int(text)


def _check(options):
    from .grading.check import check, say

    print(say(check(options.slug, options.source, options.seed), options.json))
    return 0


def _grading(options):
    from .grading import commands

    return getattr(commands, options.command)(options)


def _lab(options):
    from .lab import open_lab

    if options.instructor and is_students_copy():
        raise UsageError(f"--instructor {_NOT_STUDENTS}")
    arguments = ["--no-browser"] if options.no_browser else []
    if options.port is not None:
        arguments.append(f"--port={options.port}")
    open_lab(find_course(), [*arguments, *options.others], instructor=options.instructor)
    return 0


def _release(options):
    from .release import release

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


def _experiment(options):
    from .experiments import measure

    try:
        for line in measure(
            options.name,
            options.scale,
            options.data,
            options.folder,
            options.out,
            workers=options.workers,
            scheduler=options.scheduler,
        ):
            print(line)
    except (ValueError, FileNotFoundError, BlockingIOError, ImportError) as error:
        raise UsageError(error) from None
    return 0


def _slides(options):
    from .slides import SlidesError, build

    try:
        build(find_course(), options.decks, options.format, say=print)
    except SlidesError as error:
        print(f"course slides: {error}", file=sys.stderr)
        return 1
    return 0


def _site(options):
    from .site import BrokenSiteError, build
    from .slides import SlidesError

    try:
        pages = build(find_course(), options.out, options.lessons, decks=options.decks, say=print)
    except (BrokenSiteError, SlidesError) as error:
        print(f"course site: {error}", file=sys.stderr)
        return 1
    print(f"wrote {len(pages)} pages: open {pages[0].parent / 'index.html'}")
    return 0


def _bundle(options):
    from hashlib import sha256

    from .bundle import NotInOrderError, bundle

    try:
        data = bundle(find_course(), Path(options.out))
    except NotInOrderError as error:
        print(f"course bundle: {error}", file=sys.stderr)
        return 1
    print(f"wrote {options.out}: {len(data) / 1e6:.1f} MB, SHA-256 {sha256(data).hexdigest()}")
    return 0


def _doctor(options):
    from .doctor import examine, report

    diagnoses = examine(find_course())
    if is_students_copy():  # others' programs are no concern of theirs
        diagnoses = [diagnosis for diagnosis in diagnoses if diagnosis.who == "student"]
    text, well = report(diagnoses, brief=options.brief)
    print(text)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
