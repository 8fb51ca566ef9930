"""The `course` command in a process of its own, elsewhere."""

import os
import subprocess
import sys

from support.windows_like.lacking import HERE as WINDOWS_LIKE

# As on Windows, what is written into a pipe is in an alphabet without η or Ł.
ELSEWHERE = {
    "PYTHONPATH": str(WINDOWS_LIKE),
    "PYTHONIOENCODING": "cp437:strict",
    "PYTHONUTF8": "0",
}

# Two runs that take no time, in place of an experiment's.
QUICK = """
from course_utils import experiments
runs = [
    experiments.AutoencoderCell("table1", "live", "digits", "NAG", 0.9, 0.1, seed, "64-6", 4, 50, 1)
    for seed in range(2)
]
experiments.runner.cells = lambda *_: runs
"""


def course(*arguments, cwd, package=None, program="", **environment):
    """Run the `course` command in a process of its own, of another copy of the package if given."""
    program += (
        "import importlib.metadata, sys\n"
        "commands = importlib.metadata.entry_points(group='console_scripts')\n"
        "sys.exit(commands['course'].load()())"
    )
    variables = {**os.environ, **environment}
    if package:
        folders = [str(package), environment.get("PYTHONPATH", "")]
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, folders))
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=cwd,
        env=variables,
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        stdin=subprocess.DEVNULL,
    )
