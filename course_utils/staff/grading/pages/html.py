"""Pages of our own: templates in which everything is escaped, and a policy that forbids the rest.

A page holds no script, loads nothing, and its one style sheet is allowed by its hash.
"""

import base64
import functools
import hashlib
from pathlib import Path

from ..text import visible

_TEMPLATES = Path(__file__).parent / "templates"


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
