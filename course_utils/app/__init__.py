"""What a student's copy of the course can do: the `course` command and what is behind it.

- ``main``: `course` itself. It finds the commands: those here, in ``cli``, and those of ``staff``
  where that folder is there
- ``cli``: the students' commands, `lab`, `experiment` and `doctor`; ``arguments``: what numbers on
  the command line must be
- ``lab``: JupyterLab with the settings in ``jupyter/``
- ``doctor``: what is missing on a machine, and what mends it
- ``places``: where the course lies, how its lessons are called, and `UsageError`

Everything here travels to students. It imports nothing of ``staff``.
"""
