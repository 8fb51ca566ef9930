"""Compiled code for the browser's Python: made once here, instead of in every page that is opened.

Pyodide and its packages come as sources, and compiling them is half of what a page waits for. The
code has to be that of Pyodide's Python, which need not be the one that runs here; so Node runs
Pyodide.
"""

from pathlib import Path

from course_utils.app.doctor import OPTIONAL

from . import compiled
from .program import BrokenLiteError, last_line, run

_RUNNER = Path(__file__).with_name("bytecode.mjs")


def missing_program():
    """Return a sentence on Node if this machine lacks it, else ``""``."""
    return OPTIONAL["node"].missing()


def compile_archives(pyodide, wheels):
    """Compile a Pyodide's packages, its standard library, and wheels.

    Parameters
    ----------
    pyodide : Path
        A copy of Pyodide; its archives are replaced.
    wheels : list of Path
        Are replaced.

    Raises
    ------
    BrokenLiteError
        If Pyodide does not run in Node.
    """
    archives = [pyodide / "python_stdlib.zip", *sorted(pyodide.glob("*.whl")), *wheels]
    command = [OPTIONAL["node"].where(), _RUNNER, pyodide / "pyodide.mjs", compiled.__file__]
    done = run([*command, *archives], pyodide)
    if done.returncode:
        raise BrokenLiteError(f"Pyodide could not compile: {last_line(done.stdout)}")
