"""Exercises: the visible check that a student runs.

- ``check``: one line of a notebook, made of the other modules
- ``cases``: the data model (``Task``, ``Case``, ``Reply``) and its files, ``compiled/<slug>.json``
- ``call``: calls a student's function on one case and brings back plain data (the student's side)
- ``judge``: compares plain data with plain data and gives a ``Verdict`` (the trusted side)
- ``properties``: answers that are judged by what they fulfil instead of by their value;
  ``distributions``: what random initial weights must fulfil
- ``message``: a verdict as sentences

This half knows no answer but those in the compiled cases, and imports nothing of the course but
itself. The declarations that the cases are compiled from never travel to students.
"""

from .check import check

__all__ = ["check"]
