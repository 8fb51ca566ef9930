"""Pages of our own: templates in which everything is escaped, and a policy that forbids the rest.

A page holds no script, loads nothing, and its one style sheet is allowed by its hash.
"""

import base64
import functools
import hashlib
from pathlib import Path

from ..text import visible

_TEMPLATES = Path(__file__).parent / "templates"

# What a flag means, to the instructor.
FLAGS = {
    "tests-edited": "graded cells differ from the release; the release's were used",
    "tests-missing": "graded cells are missing; the release's were used",
    "solution-missing": "an answer cell was lost, emptied or turned to Markdown",
    "cell-duplicated": "a cell stood there twice; the first one counted",
    "metadata-changed": "tags, points or locks of graded cells were changed, to no effect",
    "extra-code": "code stands outside the answer cells and was not run",
    "imports-course": "an answer imports course_utils, which is not there while grading",
    "magic-dropped": "lines with % or ! were left out",
    "renamed": "the notebook had another name",
    "encoding": "the file is not plain UTF-8",
    "link": "a symbolic link stood in a file's place and was not followed",
    "crashed": "an answer killed its process",
    "timed-out": "an answer took too long",
    "out-of-memory": "an answer took too much memory",
    "input-changed": "an answer overwrote the arrays that it was given",
}

# What the student is told; the other flags concern the instructor alone.
REMARKS = {
    "extra-code": "Code outside the answer cells is not run when we grade. If a function of yours "
    "needs a helper, write the helper into the same answer cell or an earlier one.",
    "imports-course": "course_utils is not there when we grade: an answer stands on NumPy alone.",
    "magic-dropped": "Lines that begin with % or ! belong to Jupyter and were left out.",
    "solution-missing": "An answer cell was lost or empty. Its exercise earns nothing; start from "
    "a fresh copy of the notebook to get the cell back.",
    "cell-duplicated": "An answer cell stood there twice; the first one counted.",
    "renamed": "The notebook had another name than the one we gave out. We took it all the same.",
}


def points(value):
    """Return points as people write them: at most two digits after the point."""
    return f"{round(value, 2):g}"


def percent(value):
    """Return a share as a percentage."""
    return f"{100 * value:.0f} %"


@functools.cache
def _environment():
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters |= {"points": points, "percent": percent}
    return environment


def render(template, **values):
    """Return a page as text.

    Parameters
    ----------
    template : str
        The file's name.
    **values
        What it shows; strings may hold anything.
    """
    import markupsafe

    style = (_TEMPLATES / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    page = _environment().get_template(template)
    return page.render(style=markupsafe.Markup(style), policy=policy, **values)
