"""From the sources of the course to what students and instructors get.

- ``release``: what `course release` does: student notebooks, the data of the visible checks, the
  numbers in the documents
- ``notebooks``: reads a source, brings it into its one form, runs it; ``assignments``: nbgrader's
  part; ``lint``: rules for a source and the notebook built from it
- ``sections``: minutes and points of a lesson; ``timetables``: the tables with these numbers
- ``slides``: the decks and their figures
- ``site``: the lessons and decks as pages to read
- ``bundle``: the zip that students download
- ``headless``: runs a notebook without a browser
- ``imports``: which modules some code needs; ``bundle``, ``slides``, ``site`` and the grader's
  ``render`` use it
"""
