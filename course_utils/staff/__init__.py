"""What instructors and authors use: answers, grading, and all that builds the course.

A student's copy does not hold this package, and nothing outside of it imports it.
"""
