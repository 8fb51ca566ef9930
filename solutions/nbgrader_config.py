"""How nbgrader makes and grades lessons; read by the configuration in the repository's folder."""

from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearOutput

from course_utils.staff.authoring.clear_output import ClearOutputButStills
from course_utils.staff.grading.formgrader import know_hand_ins

c = get_config()  # noqa: F821 - given by nbgrader

# nbgrader's own steps, but that the stills of figures stay in the student's notebook.
c.GenerateAssignment.preprocessors = [
    ClearOutputButStills if step is ClearOutput else step
    for step in GenerateAssignment.preprocessors.default()
]

# One row for each student, whatever the folder is called and whatever its timestamp.txt holds.
know_hand_ins()

# nbgrader's own steps, but that only those cells are run that a score depends on; a test compares
# them. With `--ExecuteWhatIsNeeded.everything=True` all cells are.
c.Autograde.autograde_preprocessors = [
    "course_utils.staff.grading.autograde.ExecuteWhatIsNeeded",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
