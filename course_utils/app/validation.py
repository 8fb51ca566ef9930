"""*Validate* names the cell that stopped, and not the check that misses what it should define.

nbgrader's *Validate* shows the failed checks. Where the cell of an exercise cannot run, for example
for a bracket that is never closed, its check fails with a NameError. `name_stopped_cells` puts the
reason in that error's place, while the notebook runs.
"""

import re

from nbgrader import utils
from nbgrader.preprocessors import Execute


def name_stopped_cells():
    """Have nbgrader look at each cell that has run; ``nbgrader_config.py`` calls this.

    nbgrader has no setting for it. A second call changes nothing.
    """
    original = Execute.on_cell_executed
    if getattr(original, "names_stopped_cells", False):
        return

    def on_cell_executed(self, **reply):
        original(self, **reply)
        _look_at(self, reply["cell"])

    on_cell_executed.names_stopped_cells = True
    Execute.on_cell_executed = on_cell_executed


def _look_at(run, cell):
    """Remember why the cell of an exercise stopped, or say it in the check below that cell."""
    if utils.is_solution(cell) and not utils.is_grade(cell):
        run.stopped = _reason(cell)
    elif utils.is_grade(cell) and getattr(run, "stopped", None):
        for output in cell.outputs:
            if output.output_type == "error" and output.ename == "NameError":
                output.traceback = run.stopped
        run.stopped = None


def _reason(cell):
    """Return in lines why a cell stopped, or None; what is not written yet is no reason."""
    for output in cell.outputs:
        if output.output_type == "error" and output.ename != "NotImplementedError":
            text = output.evalue.splitlines()[0] if output.evalue else ""
            text = re.sub(r"\(\S+, line (\d+)\)$", r"(line \1)", text)  # without the kernel's file
            name = cell.metadata.nbgrader.grade_id
            lines = [f"The cell of {name} stopped with {output.ename}:", text]
            return [*lines, "Mend that cell first, and run it again."]
    return None
