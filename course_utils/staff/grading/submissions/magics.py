"""IPython's own syntax, taken out of a cell so that Python can read it.

A line is IPython's if it stands where a statement may begin and begins with ``%`` or ``!`` (or
gives a name to what such a line returns, or asks for help with ``?``). Inside a string, inside
brackets and after a backslash, such a line is Python, as it is to IPython. One pass, linear in the
length of the text.
"""

import re

# What changes the state between lines: comments, strings (closed on their line or not), brackets.
_TOKEN = re.compile(
    r"#.*"
    r"|(?P<triple>\'\'\'|\"\"\")"
    # Once begun, a string matches: given up, it would be tried again from each quote inside it.
    r"|\'(?:\\.|[^\\\'])*+(?:\'|\\?$)"
    r'|"(?:\\.|[^\\"])*+(?:"|\\?$)'
    r"|(?P<open>[(\[{])"
    r"|(?P<close>[)\]}])"
)
_END = {quotes: re.compile(rf"(?:\\.|(?!{quotes}).)*+{quotes}") for quotes in ("'''", '"""')}
_MAGIC = re.compile(
    r"[ \t]*+(?:[%!]|[\w.,\[\] \t]++=[ \t]*+(?:%[a-zA-Z]|!(?!=))|\?{1,2}\w|[\w.]++\?{1,2}[ \t]*$)"
)


# IPython takes a cell as it was copied: indented as a whole, or with the prompts of a session.
_PROMPTS = (
    (re.compile(r">>> "), re.compile(r"(?:>>>|\.\.\.)(?: |$)")),
    (re.compile(r"In \[\d+\]: "), re.compile(r"(?:In \[\d+\]: ?| *\.\.\.+: ?)")),
)


def drop_indent_and_prompts(source: str) -> str:
    """Take the first line's indent, and the prompts of a session, from all lines."""
    lines = source.split("\n")
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    lines = [line.removeprefix(indent) for line in lines]
    for begin, prompt in _PROMPTS:
        if begin.match(first.removeprefix(indent)):
            lines = [
                prompt.sub("", line, count=1) if prompt.match(line) else line for line in lines
            ]
    return "\n".join(lines)


def drop_magics(source: str) -> tuple[str, bool]:
    """Put ``pass`` in the place of every line that is IPython's.

    Parameters
    ----------
    source : str
        A code cell.

    Returns
    -------
    source : str
        With as many lines as before, so that line numbers stay true.
    dropped : bool
        Whether there was one.
    """
    lines, depth, quotes, continued = [], 0, "", False
    magic_goes_on = dropped = False
    for line in source.split("\n"):
        if magic_goes_on:
            magic_goes_on = line.endswith("\\")
            lines.append("")
        elif not (depth or quotes or continued) and _MAGIC.match(line):
            magic_goes_on, dropped = line.endswith("\\"), True
            lines.append(line[: len(line) - len(line.lstrip())] + "pass")
        else:
            lines.append(line)
            depth, quotes, continued = after_line(line, depth, quotes)
    return "\n".join(lines), dropped


def after_line(line: str, depth: int, quotes: str) -> tuple[int, str, bool]:
    """Return open brackets, open triple quotes, and whether a backslash ends the line."""
    place = 0
    while True:
        if quotes:
            end = _END[quotes].match(line, place)
            if end is None:
                return depth, quotes, False
            place, quotes = end.end(), ""
        token = _TOKEN.search(line, place)
        if token is None:
            return depth, "", line.endswith("\\")
        if token["triple"]:
            quotes = token["triple"]
        elif token["open"]:
            depth += 1
        elif token["close"]:
            depth = max(0, depth - 1)
        elif token[0].startswith("#"):
            return depth, "", False
        place = token.end()
