"""What only instructors and authors have. A copy of the course without it is a student's.

- ``cli``: its subcommands, which `course` finds
- ``registry``: every exercise's declaration, with the answers
- ``authoring``: from sources to notebooks, slides, pages and the students' zip
- ``grading``: from submissions to points, gradebook, feedback and report
- ``files``: reading and writing files whole

Nothing outside of it imports it, and no lesson needs it.
"""
