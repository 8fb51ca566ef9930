"""What plain nbgrader is told when it makes a student's notebook: stills stay.

The configuration in ``solutions/`` puts this step in the place of nbgrader's own.
"""

from nbgrader.preprocessors import ClearOutput

from .stills import keeps_still, stills_of


class ClearOutputButStills(ClearOutput):
    """Clear all outputs but the stills of the cells that are tagged for it."""

    def preprocess_cell(self, cell, resources, cell_index):
        """Clear one cell; nbconvert calls this for each."""
        kept = stills_of(cell) if keeps_still(cell) else []
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if kept:
            cell.outputs = kept
        return cell, resources
