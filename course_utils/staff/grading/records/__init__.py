"""What is kept of a grading, and what others get of it.

- ``ledger``: every result, written before anybody hears of it
- ``gradebook``: nbgrader's own, brought in line with the ledger
- ``export``: what is exported of each student, as CSV
- ``sheets``: the grade sheets of Canvas and Moodle, read and filled in
- ``people``: who is who, in sheets and on the roster
"""
