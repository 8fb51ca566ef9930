"""Grading that can be trusted: student code runs in a sandbox, and scores are made outside of it.

The inner half, one submission:

- ``results``: the data that the rest hands on; ``flags``: what may be odd about a submission;
  ``limits``: how much it may take
- ``canonical``: from a student's files to the source of the solution cells, and nothing else;
  ``magics``: IPython's own syntax, taken out of it
- ``sandbox``: bubblewrap, limits, and a process that answers; without it nothing is graded.
  ``cgroups``, ``seccomp`` and ``watch`` are parts of its walls
- ``protocol``: the frames that pass through the wall; ``worker``: the process behind it
- ``score``: from sources to points; ``check``: that for one function, `course check`

The outer half, a cohort:

- ``cohort``: who handed in, and workers to score them; ``outline``: what an assignment asks for
- ``ledger``: every result, written before anybody hears of it; ``gradebook``: nbgrader's own
- ``render``: the figures of a notebook, for feedback and never for a score; ``render_worker``: the
  process that draws them
- ``feedback``, ``report``, ``export``: what students, instructors and platforms get;
  ``similarity``, ``pages`` and ``text`` serve them; ``commands``: all of it from the command line
"""

# Part of every key on the ledger: change it when the same submission would earn another result.
GRADER_VERSION = "1"
