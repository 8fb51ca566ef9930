"""Python text, taken apart at its statements without being parsed.

Some texts crash Python's parser, and the process that reads them is ours. So statements are found
line by line: one pass, linear in the length of the text, whatever stands in it.
"""

import re
from dataclasses import dataclass

from .magics import after_line

# What goes on with the statement above though it begins at the margin.
_GOES_ON = re.compile(r"[ \t)\]}#]|(?:else|elif|except|finally)\b")
_DEFINITION = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)")
_IMPORT = re.compile(r"(?:from[ \t]+[\w.]+[ \t]+)?import\b(.*)", re.DOTALL)
_ASSIGNMENT = re.compile(r"(\w+)[ \t]*(?::[^=\n]*)?=(?!=)")
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
_DEFINED = re.compile(
    r"^(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(\w+)[ \t]*=[ \t]*lambda\b)", re.MULTILINE
)


@dataclass(frozen=True)
class Statement:
    """A statement at the margin of a cell, with all its lines.

    Parameters
    ----------
    text : str
    names : tuple of str
        What it gives a name to: a function, a class, modules, or a constant.
    is_constant : bool
        Whether that is a constant.
    """

    text: str
    names: tuple[str, ...] = ()
    is_constant: bool = False


def statements(source: str) -> list[Statement]:
    """Return the statements of a cell; together they hold all its lines."""
    groups: list[list[str]] = []
    depth, quotes, continued, decorated = 0, "", False, False
    for line in source.split("\n"):
        inside = depth or quotes or continued or decorated
        if not groups or not (inside or not line.strip() or _GOES_ON.match(line)):
            groups.append([])
        groups[-1].append(line)
        if not (depth or quotes or continued):
            decorated = line.startswith("@") or (decorated and not _DEFINITION.match(line))
        depth, quotes, continued = after_line(line, depth, quotes)
    return [_statement(lines) for lines in groups]


def _statement(lines: list[str]) -> Statement:
    text = "\n".join(lines)
    begins = next((place for place, line in enumerate(lines) if line[:1] not in ("", "@", "#")), 0)
    line = "\n".join(lines[begins:])
    if match := _DEFINITION.match(line):
        return Statement(text, (match[1],))
    if match := _IMPORT.match(line):
        parts = re.sub(r"#.*|[()\\]", " ", match[1]).split(",")
        names = [part.split(" as ")[-1].split() for part in parts]
        return Statement(text, tuple(name[0].split(".")[0] for name in names if name))
    if (match := _ASSIGNMENT.match(line)) and "(" not in line:
        return Statement(text, (match[1],), is_constant=True)
    return Statement(text)


def definitions(source: str) -> set[str]:
    """Return the functions and classes that a text defines at its margin."""
    return {name or given for name, given in _DEFINED.findall(source)}


def names_given(source: str) -> set[str]:
    """Return the functions, classes and modules that a text gives a name to at its margin."""
    return {
        name for one in statements(source) if not one.is_constant for name in one.names
    } | definitions(source)


def names_used(source: str) -> set[str]:
    """Return all names in a text, those in strings and remarks among them."""
    return set(_NAME.findall(source))


def names_bound(source: str) -> set[str]:
    """Return what a text gives a name to, arguments of functions included; rather too much."""
    bound = set()
    for line in source.split("\n"):
        target, sign, value = line.partition("=")
        if (sign and not value.startswith("=")) or _DEFINITION.match(line.lstrip()):
            bound.update(_NAME.findall(target))
        words = _NAME.findall(line)
        for place, word in enumerate(words):
            if word in ("for", "as"):
                rest = words[place + 1 : place + 9]
                bound.update(rest[: rest.index("in")] if "in" in rest else rest[:1])
    return bound
