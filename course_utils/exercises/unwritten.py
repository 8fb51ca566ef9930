"""Cells that need a function which is not written yet: one sentence, and the notebook goes on.

*Run all* stops at the first error. A stub is none: it raises NotImplementedError until its
exercise is written. `go_on_without` has IPython print a sentence in place of that traceback and
take the cell for done, so that a front end, or nbclient, runs the cells below.

When nbgrader runs a notebook nothing is changed: to nbgrader a graded cell without an error has
earned its points.
"""

import os
import sys


def go_on_without():
    """Let a notebook run past cells that need an unwritten function; without IPython do nothing.

    `course_utils.exercises` calls this when it is imported.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None and "NBGRADER_EXECUTION" not in os.environ:
        shell.set_custom_exc((NotImplementedError,), _say)
        shell.events.register("post_run_cell", _take_for_done)


def _say(shell, kind, error, traceback, tb_offset=None):
    """Print the sentence, or what IPython shows of any other NotImplementedError."""
    if name := _unwritten(error):
        print(f"{name} is not written yet: this cell runs when it is.")
    else:
        shell.showtraceback(running_compiled_code=True)


def _take_for_done(result):
    """Take a cell's result for a success if all that it lacked is an unwritten function."""
    if _unwritten(result.error_in_exec):
        result.error_in_exec = None


def _unwritten(error):
    """Return the name of the notebook's own function that is not written yet, or None."""
    if not isinstance(error, NotImplementedError) or error.__traceback__ is None:
        return None
    place = error.__traceback__
    while place.tb_next is not None:
        place = place.tb_next
    code = place.tb_frame.f_code
    is_notebooks = place.tb_frame.f_globals.get("__name__") == "__main__"
    return code.co_name if is_notebooks and code.co_name != "<module>" else None
