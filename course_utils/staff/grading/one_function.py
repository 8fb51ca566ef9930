"""`course check`: the grading of one function, for whoever wonders what it would earn."""

import json
import secrets
import textwrap

from course_utils.app.places import UsageError

from ..registry import get
from .limits import Limits
from .results import NOT_GRADED
from .score import score_submission
from .submissions.canonical import NotGraded, from_sources


def check(slug, path, seed=None):
    """Grade one function in the sandbox.

    Parameters
    ----------
    slug : str
        The exercise.
    path : Path
        A file with the source of a solution cell.
    seed : int, optional
        What the inputs are drawn with; drawn anew if not given.

    Returns
    -------
    dict
        "slug", "points", "max_points", "diagnosis", "hint", "message", "seed".

    Raises
    ------
    UsageError
        If there is no such exercise, the file cannot be read, or there is no sandbox.
    NotGraded
        If the machine was too busy to tell what it earns.
    """
    try:
        get(slug)
    except ValueError as error:
        raise UsageError(str(error)) from None
    source = _read(path, Limits().source)
    seed = secrets.randbelow(2**32) if seed is None else seed
    result = score_submission(from_sources(slug, {slug: {slug: source}}), seed)
    if result.status == NOT_GRADED:
        raise NotGraded(result.reason)
    one = result.exercises[slug]
    return {
        "slug": slug,
        "points": one.points,
        "max_points": one.max_points,
        "diagnosis": one.diagnosis,
        "hint": one.hint,
        "message": one.message,
        "seed": seed,
    }


def say(outcome, as_json):
    """Return what the command prints."""
    if as_json:
        return json.dumps(outcome, ensure_ascii=False)
    message = textwrap.dedent(outcome["message"])
    return f"{message}\nScored on fresh inputs (seed {outcome['seed']})."


def _read(path, most):
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise UsageError(f"expected a file of at most {most} bytes, got a longer one: {path}")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"expected a readable file, got {path} ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UsageError(f"expected text in UTF-8, got something else in {path}") from None
