"""From sources to what students get: notebooks, slides, the reading copy, the zip.

- ``release``: the steps of `course release`; with ``notebooks`` (read, one form, run),
  ``assignments`` (nbgrader's part), ``lint`` (rules), ``sections`` and ``timetables`` (minutes)
- ``slides``, ``site``, ``bundle``: what `course slides`, `course site` and `course bundle` build
- ``imports``: which modules and data some code needs; ``headless``: run a notebook
"""
