"""The `course` command: one subcommand a function, one sentence for every mistake.

Exit codes: 0 all is well, 1 it is not (findings, something missing, or a fault of ours), 2 the
command was used wrongly. What a subcommand needs is imported when it runs, so that `course
doctor` works where packages are missing.
"""

import argparse
import difflib
import re
import reprlib
import sys

from .places import UsageError, find_course


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
    options, others = parser.parse_known_args(arguments)
    if options.handler is _lab:
        _refuse_misspelt(commands["lab"], others)
    elif others:
        commands[options.command].error(f"unrecognized arguments: {' '.join(others)}")
    options.others = others
    try:
        return options.handler(options)
    except UsageError as error:
        print(f"course {options.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


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
        "Exit codes: 0 well, 1 findings or a fault of ours, 2 wrong use.",
    )
    subparsers = parser.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True
    )

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

    doctor = subparsers.add_parser(
        "doctor",
        help="say what is missing on this machine, and what mends it",
        description="Look at Python, packages, kernel, disk and optional programs. "
        "The exit code is 0 if a student can work.",
    )
    doctor.add_argument("--brief", action="store_true", help="only what a student lacks")
    doctor.set_defaults(handler=_doctor)
    return parser, subparsers.choices


def _lab(options):
    from .lab import open_lab

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


def _doctor(options):
    from .doctor import examine, report

    text, well = report(examine(find_course()), brief=options.brief)
    print(text)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
