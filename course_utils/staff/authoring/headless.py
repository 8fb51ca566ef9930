"""Run a notebook without a browser: nbclient, with one change that keeps it from missing a reply.

nbclient plays the browser's part for the Output widget that is inside every `interact`. To do so it
sends on the socket on which it waits for the kernel's reply. Now and then it does not hear that
reply, and waits until the cell's timeout. Nothing in a lesson needs that part: without it, what
`interact` shows is found in the cell's own outputs.
"""

from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError

from course_utils.app.places import first_line_of

#: What a run raises if a cell raised or took too long, or the kernel died.
FAILURES = (CellControlSignal, RuntimeError)


class HeadlessClient(NotebookClient):
    """A `NotebookClient` with the course's kernel that leaves widgets alone.

    Parameters
    ----------
    notebook : NotebookNode
        Its outputs are replaced by those of the run.
    folder : Path
        Where it runs.
    settings
        Of `NotebookClient`; by default the kernel ``python3`` and 300 seconds for each cell.
    """

    def __init__(self, notebook, folder, **settings):
        settings = {"kernel_name": "python3", "timeout": 300} | settings
        super().__init__(notebook, resources={"metadata": {"path": str(folder)}}, **settings)

    def on_comm_open_jupyter_widget(self, msg):
        """Do nothing when the kernel opens a widget; nbclient calls this once for each widget."""


def reason_of(error):
    """Return in one line why a run failed; ``error`` is one of `FAILURES`."""
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}".strip().splitlines()[0].removesuffix(":")
    return first_line_of(error)
