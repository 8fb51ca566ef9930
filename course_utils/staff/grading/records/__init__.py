"""What is kept of a grading, and what others get of it.

- ``ledger``: every result, written before anybody hears of it
- ``gradebook``: nbgrader's own, brought in line with the ledger
- ``export``: scores as CSV, and in the sheets of Canvas and Moodle
"""
