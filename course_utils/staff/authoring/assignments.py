"""What nbgrader makes of a lesson's folder: its settings, the student's notebook, other files.

nbgrader calls a lesson an assignment. Its own preprocessors do the work, as in
`nbgrader generate_assignment`, without its database.
"""

import copy
from pathlib import Path


def read_config(root):
    """Return nbgrader's settings for this course, from its ``nbgrader_config.py``.

    The file is executed. For the whole process it also puts the scripts of this environment on
    ``PATH``, and has nbclient leave widgets alone.
    """
    from traitlets.config.loader import PyFileConfigLoader

    return PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()


def build_student_notebook(source, lesson, name, config):
    """Return the text of the student's notebook.

    Parameters
    ----------
    source : NotebookNode
        A tidy source; it stays as it is.
    lesson, name : str
        nbgrader's assignment and notebook.
    config : traitlets.config.Config
        nbgrader's settings.

    Returns
    -------
    str
        Equal, byte by byte, to what `nbgrader generate_assignment` writes.

    Raises
    ------
    Exception
        Whatever nbgrader raises for a source that it refuses.
    """
    from nbconvert.exporters import NotebookExporter
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    config = copy.deepcopy(config)
    config.SaveCells.enabled = False  # the database, the one step left out
    config.Exporter.default_preprocessors = []
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    exporter = NotebookExporter(config=config)
    for step in converter.preprocessors:
        exporter.register_preprocessor(step)
    resources = {
        "unique_key": name,
        "nbgrader": {"student": ".", "assignment": lesson, "notebook": name, "db_url": ""},
    }
    text, _ = exporter.from_notebook_node(copy.deepcopy(source), resources)
    return text


def find_other_files(folder, config):
    """Return the files of a lesson that nbgrader copies as they are: pictures and data.

    Parameters
    ----------
    folder : Path
        The lesson, under ``solutions/``.
    config : traitlets.config.Config
        nbgrader's settings, which say what is ignored.

    Returns
    -------
    list of Path
        Sorted.
    """
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import find_all_files

    ignored = [*CourseDirectory(config=config).ignore, "*.ipynb"]
    return [Path(path) for path in sorted(find_all_files(str(folder), ignored))]
