"""Lessons built for the gradebook and put into the exchange, by the course's own account.

What `nbgrader generate_assignment` and `release_assignment` do, for all lessons in one process.
"""

import sys

from nbgrader.apps import NbGrader, NbGraderAPI

app = NbGrader()
app.initialize([])
app.config.ExchangeReleaseAssignment.force = (
    True  # a corrected lesson replaces the one that is there
)
api = NbGraderAPI(config=app.config)
for lesson in sys.argv[1:]:
    for step in (api.generate_assignment, api.release_assignment):
        done = step(lesson)
        if not done["success"]:
            sys.exit(f"hub: {lesson} could not be handed out:\n{done.get('log', done)}")
