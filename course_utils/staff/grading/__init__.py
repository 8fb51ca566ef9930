"""Grading that can be trusted: student code runs in a sandbox, and scores are made outside of it.

- ``submissions/``: from a student's files to the source of the solution cells, and nothing else
- ``sandbox/``: bubblewrap, limits, and a process that answers; without it nothing is graded
- ``score``: from sources to points; ``one_function``: that for one function, `course check`
- ``cohort``: who handed in, and what the ledger lacks; ``pools``: workers to score it
- ``records/``: the ledger of every result, nbgrader's gradebook, sheets for platforms
- ``pages/``: what students and instructors read
- ``autograde``: plain nbgrader, without the cells that no score depends on
- ``term/``: what comes before and after, such as hand-ins from platforms' downloads
- ``commands``: all of it from the command line

Shared: ``results``, the data that the parts hand on; ``flags``, what may be odd about a submission;
``limits``, how much it may take; ``text``, what others wrote made harmless; ``console``, what the
commands have in common.
"""

# Part of every key on the ledger: change it when the same submission would earn another result.
GRADER_VERSION = "4"
