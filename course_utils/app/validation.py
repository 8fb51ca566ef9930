"""*Validate* names the cell that stopped, and not the check that misses what it should define.

nbgrader's *Validate* shows the failed checks. Where the cell of an exercise cannot run, for example
for a bracket that is never closed, its check fails with a NameError. A `StoppedCells` puts the
reason in that error's place, while the notebook runs.
"""

from nbgrader import utils


class StoppedCells:
    """What is called when a cell has run; see ``nbgrader_config.py``."""

    def __init__(self):
        self._reason = None  # why the last cell of an exercise stopped

    def __call__(self, cell, cell_index, execute_reply):
        """Remember why a cell stopped, or say it in the check below that cell."""
        if utils.is_solution(cell) and not utils.is_grade(cell):
            self._reason = _reason(cell)
        elif utils.is_grade(cell) and self._reason:
            for output in cell.outputs:
                if output.output_type == "error" and output.ename == "NameError":
                    output.traceback = [self._reason]
            self._reason = None


def _reason(cell):
    """Return in a sentence why a cell stopped, or None; what is not written yet is no reason."""
    for output in cell.outputs:
        if output.output_type == "error" and output.ename != "NotImplementedError":
            text = output.evalue.splitlines()[0] if output.evalue else ""
            name = cell.metadata.nbgrader.grade_id
            reason = f"The cell of {name} stopped with {output.ename}: {text}."
            return f"{reason} Mend that cell first, and run it again."
    return None
