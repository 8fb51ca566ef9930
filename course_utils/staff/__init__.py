"""What only instructors and authors have. It never travels; without it a copy is a student's.

- ``cli``: its commands, which `course` finds
- ``registry``: every exercise's declaration, with the answers
- ``authoring``: from sources to notebooks, slides, pages and the students' zip
- ``grading``: from what students hand in to points, gradebook, feedback and report

Nothing outside of it imports it, and nothing in it is needed by a lesson.
"""
