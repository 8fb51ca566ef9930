r"""Sutskever et al. (2013) in small and in full: Table 1, Table 2 and the recurrent networks.

A *cell* is one run with all its settings, seed and learning rate included; cells know nothing of
each other, so they may run anywhere in any order::

    rows = run(cells("table1", "live", "digits"))
    for column in summary(rows):
        print(column["method"], column["mu_max"], column["eta"], column["mean"], column["std"])

- `AutoencoderCell`, `RecurrentCell`: settings, and ``run()``.
- `cells`: which cells make an experiment, at the scales ``live`` (at most a minute), ``lesson``
  (minutes on two cores) and ``paper`` (as large as the paper's: days).
- `run`: one after the other, or on several processes or machines with ``distributed``, which is
  imported only then. With a file, every finished cell is one line that outlives a power cut, and
  a run that was killed goes on where it was.
- `computed_by`: NumPy's version and the BLAS kernel, which every row holds: another kernel gives
  other numbers.
- `read`, `results`: rows from a file, and those that come with the course.
- `summary`: per column of a table the learning rate that did best on average, and whether it
  stands at the edge of those that were tried.
- `PAPER_TABLE1`, `PAPER_OTHERS`, `PAPER_TABLE2`: what the paper says.

What differs from the paper at the small scales is the width of the networks, the number of
updates, and with it the period of the momentum's staircase: 250 updates would leave every limit
above 0.9 out of reach. The final phase, in which every momentum is at most 0.9, is the paper's:
1000 updates, but 250 at the scale ``live``.
"""

from .autoencoders import AutoencoderCell, pictures
from .paper import PAPER_OTHERS, PAPER_TABLE1, PAPER_TABLE2
from .plan import EXPERIMENTS, SCALES, cells
from .recurrent import RecurrentCell
from .result_file import read, results
from .runner import computed_by, measure, run
from .summaries import summary

__all__ = [
    "EXPERIMENTS",
    "PAPER_OTHERS",
    "PAPER_TABLE1",
    "PAPER_TABLE2",
    "SCALES",
    "AutoencoderCell",
    "RecurrentCell",
    "cells",
    "computed_by",
    "measure",
    "pictures",
    "read",
    "results",
    "run",
    "summary",
]
