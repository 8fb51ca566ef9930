"""A prediction that answers: written before a run, compared with what the run finds.

``predict`` keeps what a student expects; the value itself stays in the notebook's cell. ``compare``
stands in the cell of the run and says whether it came so, or which thought leads to that answer.
It is silent where nothing was predicted. Nothing is graded, and a strange value ends in a sentence.

What they know of a question is declared in ``predictions/<lesson>.toml``, by the question's name::

    [first-step-ratio]
    within = 0.05                # how near a number must come, as a part of the run's
    choices = ["yes", "no"]      # the words that can be an answer
    ordered = true               # of a list the order counts
    answer = "yes"               # what the run shows, where no cell computes it
    thoughts = [[3.33, "3.3 is the ratio of the curvatures."], [0, "...", "w2"]]

A thought is a wrong value, the sentence it earns, and the part of the question it belongs to, if
it does not belong to all. A value is a number, a word, a list of them, or a dict of parts.
"""

import difflib
import functools
import itertools
import math
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent / "predictions"
WITHIN = 0.05
NOTHING_YET = (None, "?", "")

_predicted: dict[str, dict] = {}
_found: dict[str, dict] = {}


def predict(name, value):
    """Note a prediction; compare it at once if its run was there before.

    Parameters
    ----------
    name : str
        The question's name, which the cell has already.
    value : number, str, list or dict
        What you expect; ``None``, ``"?"`` and an empty list are no prediction yet.

    Raises
    ------
    ValueError
        If no question has this name.
    """
    question = _question(name)
    parts = {part: one for part, one in _parts(value).items() if not _is_missing(one)}
    strange = [told for one in parts.values() if (told := _strange(question, one))]
    _predicted[name] = {} if strange else parts
    if strange:
        print(strange[0])
    elif not parts:
        print("No prediction yet: write it into this cell, then run the cell.")
    elif name in _found:
        _tell(name)
    else:
        print("Noted. The run below is compared with it.")


def compare(name, found=None):
    """Compare a prediction, if there is one, with what a run found.

    Parameters
    ----------
    name : str
        The question's name.
    found : number, str, list, set or dict, optional
        What the run found; by default the answer that is declared. Of a set each element is right.

    Raises
    ------
    ValueError
        If no question has this name, or neither an answer is given nor declared.
    """
    question = _question(name)
    found = question.get("answer") if found is None else found
    if found is None:
        raise ValueError(f"expected what the run of {name!r} found, got nothing")
    _found[name] = _parts(found)
    _tell(name)


@functools.cache
def questions():
    """Return what is declared of every question, by its name."""
    tables = [tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    return dict(itertools.chain.from_iterable(table.items() for table in tables))


def _question(name):
    if name not in questions():
        close = difflib.get_close_matches(str(name), questions(), n=1)
        raise ValueError(
            f"expected the name of a question, got {name!r}"
            + (f"; did you mean {close[0]!r}?" if close else "")
        )
    return questions()[name]


def _parts(value):
    return (
        {str(part): one for part, one in value.items()} if isinstance(value, dict) else {"": value}
    )


def _is_missing(value):
    values = value if isinstance(value, list | tuple) else [value]
    return all(isinstance(one, str | None) and one in NOTHING_YET for one in values)


def _strange(question, value):
    """Return a sentence about a value that can be no answer, or nothing."""
    choices = question.get("choices", [])
    for one in value if isinstance(value, list | tuple) else [value]:
        if choices and _plain(one) not in map(_plain, choices):
            return f"Expected {', '.join(map(str, choices[:-1]))} or {choices[-1]}, got {one!r}."
        if not choices and not isinstance(_plain(one), float):
            return f"Expected a number, got {one!r}."
    return ""


def _plain(value):
    """Return a number as a float and a word without capitals, to be compared."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return " ".join(str(value).casefold().split())


def _tell(name):
    """Print one line for each part that was predicted and found."""
    question, found = _question(name), _found[name]
    for part, value in _predicted.get(name, {}).items():
        if part not in found:
            asked = f"a value for each of {', '.join(found)}" if "" not in found else "one value"
            print(f"Expected {asked}, got {part or _shown(value)}.")
            continue
        where = f"{part}: y" if part else "Y"
        line = f"{where}ou predicted {_shown(value)}; it is {_shown(found[part])}"
        print(f"{line}{_verdict(question, part, value, found[part])}")


def _verdict(question, part, value, found):
    if isinstance(found, list | tuple):
        return _verdict_on_list(question, value, found)
    if _agree(question, value, found):
        return ": right."
    return f". {_thought(question, part, value) or 'The reading below has the reason.'}"


def _verdict_on_list(question, value, found):
    value = list(map(_plain, value if isinstance(value, list | tuple) else [value]))
    truth = list(map(_plain, found))
    if value == truth or (not question.get("ordered") and set(value) == set(truth)):
        return ": right."
    if question.get("ordered"):
        pairs = list(itertools.combinations([one for one in truth if one in value], 2))
        kept = sum(value.index(first) < value.index(second) for first, second in pairs)
        return f". Of {len(pairs)} pairs {kept} stand in this order."
    told = (_thought(question, "", one) for one in set(value) ^ set(truth))
    return ". " + (" ".join(filter(None, told)) or "The reading below has the reason.")


def _agree(question, value, found):
    if isinstance(found, set):
        return any(_agree(question, value, one) for one in found)
    value, found = _plain(value), _plain(found)
    if isinstance(value, float) and isinstance(found, float):
        return math.isclose(
            value, found, rel_tol=0, abs_tol=question.get("within", WITHIN) * abs(found) + 1e-12
        )
    return value == found


def _thought(question, part, value):
    """Return the sentence on a wrong value, or nothing."""
    for wrong, sentence, *of in question.get("thoughts", []):
        if (not of or of[0] == part) and _agree(question, value, wrong):
            return sentence
    return ""


def _shown(value):
    if isinstance(value, set):
        return " or ".join(sorted(map(_shown, value)))
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    plain = _plain(value)
    return f"{plain:.4g}" if isinstance(plain, float) else str(value)
