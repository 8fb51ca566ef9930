"""How nbgrader sees this course. Run its commands in this folder: `nbgrader autograde 01-momentum`.

Read by nbgrader itself, by the *Validate* button and by `course release`, so that the words of a
stub and the markers stand in one place only.

    solutions/<lesson>/<notebook>.ipynb       the source: answers, hidden tests, mark schemes
    notebooks/<lesson>/<notebook>.ipynb       what students get, generated
    $COURSE_ROOT/submitted, autograded, feedback, gradebook.db       everything about students

``COURSE_ROOT`` is ~/optimizers-course-grading unless the environment says otherwise: names and
grades never lie inside the repository.
"""

import os
import sys
import sysconfig
from pathlib import Path

from nbclient import NotebookClient

from course_utils.app.places import grading_root
from course_utils.app.validation import name_stopped_cells

c = get_config()  # noqa: F821 - given by nbgrader

_repository = Path(__file__).resolve().parent
_course_root = grading_root()

# nbgrader starts `alembic` by name for its database; without this, only an activated environment
# would have it on PATH.
_path = os.environ.get("PATH", "").split(os.pathsep)
if sysconfig.get_path("scripts") not in _path:
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), *_path])

# The instructor's first command makes the folder. No other does: students' machines read this file.
if sys.argv[1:2] == ["generate_assignment"]:
    _course_root.mkdir(parents=True, exist_ok=True)

c.CourseDirectory.course_id = "optimizers"
c.CourseDirectory.root = str(_course_root)
c.CourseDirectory.source_directory = str(_repository / "solutions")
c.CourseDirectory.release_directory = str(_repository / "notebooks")

# Without force nbgrader skips a lesson whose folder exists, and the gradebook never hears of it.
# The folder is generated, so nothing of value is overwritten.
c.GenerateAssignment.force = True

# What a student finds in place of an answer.
c.ClearSolutions.code_stub = {
    "python": 'raise NotImplementedError("Your code goes here: replace this line.")'
}
c.ClearSolutions.text_stub = "*Your answer goes here: replace this line.*"

# A mark scheme stands in the locked cell that asks the question, just above the student's answer,
# where whoever grades by hand reads it. nbgrader would allow it in task cells only, which leave the
# answer in a cell that can be deleted; `course release --check` watches the markers instead.
c.ClearMarkScheme.enforce_metadata = False

# A function that students write for practice is cleared as an exercise is. It has no metadata of
# nbgrader, so that nothing collects or grades it; `course release --check` watches its tag.
c.ClearSolutions.enforce_metadata = False

# *Validate* says which cell stopped, and not only that its check found no function.
name_stopped_cells()

# The key that both `autograde` and *Validate* obey; seconds for one cell.
c.ExecutePreprocessor.timeout = 120
# Executing a cell with `interact`, nbclient sometimes misses the kernel's answer and waits for the
# timeout. Grading needs no widgets; see course_utils/staff/authoring/headless.py.
NotebookClient.on_comm_open_jupyter_widget = lambda self, msg: None
# Otherwise a student's tag "skip-execution" on a test cell earns its points.
c.ExecutePreprocessor.skip_cells_with_tag = ""

# With the widgets' states in the notebook, four megabytes a lesson, feedback pages would try to
# show living figures, for which they have no kernel. Without them, they show the stills.
c.ExecutePreprocessor.store_widget_state = False

# What is for instructors alone lies beside the sources, which students do not have.
_instructors = _repository / "solutions" / "nbgrader_config.py"
if _instructors.is_file():
    load_subconfig(str(_instructors))  # noqa: F821 - given by nbgrader
