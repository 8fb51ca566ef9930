"""Exercises: the visible check that a student runs, and the registry that it is compiled from.

Two halves, and a wall between them.

What a student runs (reads nothing of the course but itself):

- ``cases``: the data model (``Task``, ``Case``, ``Reply``) and its files, ``cases/<slug>.json``
- ``call``: calls a student's function on one case and brings back plain data (the student's side)
- ``judge``: compares plain data with plain data and gives a ``Verdict`` (the trusted side)
- ``properties``: answers that are judged by what they fulfil instead of by their value; ``draws``:
  what random initial weights must fulfil
- ``report``: a verdict as sentences
- ``check``: the four of them in one line of a notebook

What an instructor runs:

- ``registry``: every exercise's declaration (contract, reference, inputs, misconceptions, correct
  variants), the compiler of the JSON files, and ``score``. It never travels to students, and
  nothing above imports it.
"""

from .check import check

__all__ = ["check"]
