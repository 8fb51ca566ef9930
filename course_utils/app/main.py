"""The `course` command: finds its subcommands, and answers every mistake with one sentence.

Every package of the course with a module ``cli`` adds its subcommands, ``app`` those of students
and ``staff`` those of instructors. A student's copy has no ``staff``.

Exit codes: 0 all is well, 1 it is not (findings, something missing, a full disk, or a fault of
ours), 2 the command was used wrongly, 3 (`course grade` alone) somebody has no score, 130 stopped
with Ctrl-C, 141 nobody reads what it prints. What a subcommand needs is imported when it runs, so
that `course doctor` works where packages are missing.
"""

import argparse
import difflib
import importlib
import io
import os
import sys

from .places import PACKAGE, UsageError, first_line_of, is_students_copy


class Parser(argparse.ArgumentParser):
    """A parser that answers a wrong use with one sentence instead of the usage."""

    def error(self, message):
        """End with exit code 2."""
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
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Into a file or a pipe Windows writes an alphabet that may lack η or a letter of a path.
        sys.stdout.reconfigure(errors="backslashreplace")
    parser, commands = command_line()
    if not arguments:
        parser.print_help()
        return 0
    if not arguments[0].startswith("-") and arguments[0] not in commands:
        parser.error(_unknown(arguments[0], commands))
    options, others = parser.parse_known_args(arguments)
    check_others = getattr(options, "check_others", _refuse)
    check_others(commands[options.command], others)
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


def command_line():
    """Return the parser of `course`, and its subcommands' parsers by name.

    Returns
    -------
    Parser
    dict of str to Parser
    """
    parser = Parser(
        prog="course",
        description="Open, build and look after the optimizers course.",
        epilog="`course COMMAND --help` says more. "
        "Exit codes: 0 well, 1 findings, a full disk or a fault of ours, 2 wrong use, "
        "130 stopped with Ctrl-C, 141 nobody reads the output (as behind `| head`).",
    )
    subparsers = parser.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True
    )
    for path in sorted(PACKAGE.glob("*/cli.py")):
        commands = importlib.import_module(f"{PACKAGE.name}.{path.parent.name}.cli")
        commands.add_commands(subparsers.add_parser)
    return parser, subparsers.choices


def _refuse(parser, others):
    """Refuse every argument that a command does not know."""
    if others:
        parser.error(f"unrecognized arguments: {' '.join(others)}")


def _unknown(name, commands):
    """Return a sentence about a command that does not exist."""
    close = difflib.get_close_matches(name, commands, n=1)
    hint = f", did you mean {close[0]!r}?" if close else ""
    if is_students_copy():
        hint += " (what is not listed belongs to the instructors' copy of the course)"
    return f"there is no command {name!r}{hint}"
