"""Which cell has made or shown which figure, so that what no page shows any more can be closed.

A widget lives, in the kernel and in the page, until somebody closes it; left alone, every run of a
cell would add a figure's fifteen widgets to those of the run before. The page says nothing when an
output goes, and IPython keeps every result for ``Out``, so that nothing is ever collected either.
But IPython tells which cell runs. When a cell has run again, what its last run made or showed is
closed, unless

- some cell has made or shown it since, or
- a variable of the notebook is it, or is a list, a tuple or a dict with it inside.

A closed figure that is shown after all shows its still.
"""

from IPython import get_ipython

__all__ = ["hold"]


def hold(figure) -> None:
    """Remember that the cell that runs now has made or shown this figure."""
    global _cells
    shell = get_ipython()
    if shell is None:
        return  # no notebook, hence no page
    if _cells is None or _cells.shell is not shell:
        _cells = _Cells(shell)
    _cells.hold(figure)


class _Cells:
    """The cells of one notebook, known by the ids that JupyterLab and Notebook send along."""

    def __init__(self, shell):
        self.shell = shell
        self.held: dict[str, list] = {}  # by cell: what its latest run has made or shown
        self.cell, self.before = None, []
        shell.events.register("pre_run_cell", self._begin)
        shell.events.register("post_run_cell", self._end)

    def hold(self, figure):
        if self.cell is not None:
            self.held.setdefault(self.cell, []).append(figure)

    def _begin(self, info):
        self.cell = info.cell_id
        self.before = self.held.pop(self.cell, [])

    def _end(self, result):
        self.cell, before, self.before = None, self.before, []
        in_use = {id(figure) for figures in self.held.values() for figure in figures}
        in_use |= set(map(id, self._named()))
        for figure in before:
            if id(figure) not in in_use:
                figure.close()

    def _named(self):
        """Yield what the notebook's variables are, and what their lists, tuples and dicts hold."""
        for name, value in self.shell.user_ns.items():
            if name.startswith("_") or name in self.shell.user_ns_hidden:
                continue  # IPython's own: the last results
            yield value
            if isinstance(value, dict):
                yield from value.values()
            elif isinstance(value, list | tuple):
                yield from value


_cells: _Cells | None = None
