"""What a student's copy of the course can do: the `course` command and its settings for Jupyter.

- ``main``: `course` itself, which finds its subcommands: those of ``cli`` here, and those of
  ``staff`` if that folder exists
- ``cli``: the students' subcommands, `lab`, `experiment` and `doctor`; ``arguments``: numbers on
  the command line
- ``lab``: JupyterLab with the settings in ``jupyter/``
- ``doctor``: what is missing on a machine, and what mends it
- ``places``: where the course is, how its lessons are called, and `UsageError`

Students get all of it. It imports nothing of ``staff``.
"""
