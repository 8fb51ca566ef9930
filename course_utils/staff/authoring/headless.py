"""Run a notebook without a browser: nbclient, less the one thing that makes it miss an answer.

nbclient plays the browser's part for the Output widget that is inside every `interact`. To do so it
sends on the very socket on which it waits for the kernel's reply, and now and then it does not hear
that reply and waits until the cell's timeout. Nothing in a lesson needs that part: without it, what
`interact` shows lands in the cell's own outputs.
"""

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from course_utils.app.places import first_line_of


class HeadlessClient(NotebookClient):
    """A `NotebookClient` with the course's kernel that leaves widgets alone."""

    def __init__(self, notebook, folder, **settings):
        settings = {"kernel_name": "python3", "timeout": 300} | settings
        super().__init__(notebook, resources={"metadata": {"path": str(folder)}}, **settings)

    def on_comm_open_jupyter_widget(self, msg):
        """Play no widget."""


def why_it_stopped(error):
    """Return in one line why a notebook did not run to its end.

    Parameters
    ----------
    error : Exception
        What `HeadlessClient.execute` raised.

    Returns
    -------
    str
        What the cell raised, or what nbclient says: a cell took too long, the kernel died.
    """
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}".strip().splitlines()[0].removesuffix(":")
    return first_line_of(error)
