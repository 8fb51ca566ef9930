"""What people read of a grading.

- ``feedback``: a page for each student; ``report``: one for the instructor
- ``render``: a notebook run once more, for the figures on the feedback page
- ``similarity``: submissions that look alike
- ``html``: pages in which everything is escaped; ``templates/``: their text and style
"""
