"""From the sources of the course to what others get.

- ``release``: student notebooks, the data of the visible checks, the numbers in the documents.
  ``lint``: what may stand in neither source nor notebook; ``sections``: minutes and points of a
  lesson; ``timetables``: the tables that tell them
- ``headless``: a notebook run without a browser
- ``slides``: the decks and their figures
- ``site``: the lessons and decks as pages to read
- ``bundle``: the zip that students download
- ``imports``: which modules some code needs; ``bundle``, ``slides``, ``site`` and the grader's
  ``render`` ask it
"""
