"""How nbgrader grades here; read by the configuration in the repository's folder."""

from course_utils.staff.grading.formgrader import know_hand_ins

c = get_config()  # noqa: F821 - given by nbgrader

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
