"""Exercises, the students' half: the visible check, and all that it needs.

It imports nothing of the course but itself:

- ``cases``: what is asked and what is right (``Task``, ``Case``), in ``compiled/<slug>.json``
- ``values``: what a call takes and returns (``Reply``, ``Value``), as plain data
- ``call``: calls a student's function on one case and returns plain data
- ``judge``: compares plain data with plain data, and returns a ``Verdict``
- ``properties``: answers of which many are right, judged by a property; ``distributions``: what
  random initial weights must fulfil
- ``message``: a verdict as sentences
- ``check``: all of it in one line of a notebook
- ``predict``: a prediction, compared with what the run below it finds; ``predictions/`` holds the
  questions
- ``progress``: the points of all checks of a notebook
- ``unwritten``: a notebook goes on where a function is not written yet

When a cohort is graded, ``call`` runs in a sandbox and ``judge`` outside of it.

The instructors' half is the registry: every exercise's declaration, the compiler of the JSON
files, and `registry.score`. Students do not get it, and nothing here imports it.
"""

from .check import check
from .predict import compare, predict
from .progress import progress
from .unwritten import go_on_without

go_on_without()

__all__ = ["check", "compare", "predict", "progress"]
