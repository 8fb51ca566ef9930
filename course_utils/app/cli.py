"""What a student's copy can do: ``lab``, ``experiment`` and ``doctor``."""

import difflib
import re

from . import arguments
from .places import UsageError, find_course, is_students_copy


def add_commands(add):
    """Add the subcommands.

    Parameters
    ----------
    add : callable
        ``add_parser`` of argparse's subparsers.
    """
    lab = add(
        "lab",
        help="open the lessons in JupyterLab",
        description="Open the lessons in JupyterLab, the students' README first. "
        "Stop it with Ctrl-C.",
        epilog="Every other option is passed on to `jupyter lab` (see `jupyter lab --help`).",
        allow_abbrev=False,
    )
    lab.add_argument("--no-browser", action="store_true", help="only start the server")
    lab.add_argument(
        "--port",
        type=arguments.port,
        metavar="N",
        help="port to listen on, and no other (default: 8888, or else the next free one)",
    )
    lab.add_argument(
        "--instructor",
        action="store_true",
        help="open the repository, with nbgrader's formgrader and its other panels",
    )
    lab.set_defaults(handler=_lab, check_others=_refuse_misspelt)

    experiment = add(
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
    places.add_argument(
        "--workers", type=arguments.count, metavar="N", help="processes on this machine"
    )
    places.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask scheduler")
    experiment.add_argument(
        "--out", metavar="DIR", default="results", help="where the file goes (default: results)"
    )
    experiment.set_defaults(handler=_experiment)

    doctor = add(
        "doctor",
        help="say what is missing on this machine, and what mends it",
        description="Look at Python, packages, kernel, disk and optional programs. "
        "The exit code is 0 if a student can work.",
    )
    doctor.add_argument("--brief", action="store_true", help="only what a student lacks")
    doctor.set_defaults(handler=_doctor)


def _lab(options):
    from .lab import open_lab

    if options.instructor and is_students_copy():
        raise UsageError("--instructor belongs to the instructors' copy of the course")
    passed_on = ["--no-browser"] if options.no_browser else []
    if options.port is not None:
        passed_on.append(f"--port={options.port}")
    open_lab(find_course(), [*passed_on, *options.others], instructor=options.instructor)
    return 0


# JupyterLab's own, close as it is to one of ours.
_NOT_MISSPELT = {"--browser"}


def _refuse_misspelt(lab, others):
    """Keep from JupyterLab, which would only warn, what looks like an option of ours."""
    ours = re.findall("--[a-z-]+", lab.format_help())
    for argument in others:
        name = argument.partition("=")[0]
        if name.startswith("-") and name not in _NOT_MISSPELT:
            close = difflib.get_close_matches(f"--{name.strip('-').lower()}", ours, 1, cutoff=0.8)
            if close:
                lab.error(f"there is no option {name}, did you mean {close[0]}?")


def _experiment(options):
    from course_utils.experiments import measure

    from .doctor import mend_package

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
    except ModuleNotFoundError as error:
        raise UsageError(f"{error.name} is not installed: {mend_package(error.name)}") from None
    except (ValueError, FileNotFoundError, BlockingIOError) as error:
        raise UsageError(error) from None
    return 0


def _doctor(options):
    from .doctor import examine, report

    diagnoses = examine(find_course())
    if is_students_copy():  # others' programs are no concern of theirs
        diagnoses = [diagnosis for diagnosis in diagnoses if diagnosis.who == "student"]
    text, well = report(diagnoses, brief=options.brief)
    print(text)
    return 0 if well else 1
