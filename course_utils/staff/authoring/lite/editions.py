"""The edition of a lesson: the browser keeps a student's copy, and the course may have moved on.

Each notebook carries its edition in its metadata, where JupyterLab leaves it. The course's wheel
has a table of what is current, and `course_utils.browser` compares the two.
"""

import hashlib
import json
from pathlib import PurePosixPath

from course_utils.browser import EDITION, EDITIONS

_TABLE = f"course_utils/data/{EDITIONS.name}"


def mark(files):
    """Return a students' copy whose notebooks have their edition, and whose package has the table.

    Parameters
    ----------
    files : dict of str to bytes
        From `bundle.contents`.

    Returns
    -------
    dict of str to bytes
    """
    marked, editions = dict(files), {}
    for name, data in files.items():
        if name.endswith(".ipynb"):
            edition = hashlib.sha256(data).hexdigest()[:12]
            editions[PurePosixPath(name).name] = edition
            notebook = json.loads(data)
            notebook["metadata"][EDITION] = edition
            text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
            marked[name] = text.encode("utf-8")
    marked[_TABLE] = json.dumps(editions, indent=1).encode("utf-8")
    return marked
