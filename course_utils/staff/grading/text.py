"""Text that others wrote, made harmless to show: on a page, in a terminal, in a spreadsheet.

- ``identifier``: a name as grading knows it everywhere, from the folder's name or a sheet's
- ``visible``: a text for a page or a terminal
- ``spreadsheet_cell``: a text or number for a spreadsheet; ``from_spreadsheet_cell``: and back
"""

import re
import unicodedata

# Cc: controls; Cf: those that turn the direction of writing or are not seen; Cs: half characters,
# which no encoding takes.
_HIDDEN = {"Cc", "Cf", "Cs"}
# What could end a string or begin something else in a page, a script, an address or a sheet.
_MARKUP = frozenset("\"'`<>&%\\~;#?\t\n\r")
# A spreadsheet takes what follows for a formula, at the start of a cell; and which character starts
# a cell depends on the separator that its reader chooses.
_FORMULA = re.compile(r"(^|[;,|\t\r\n])(\"*)(?=[=+\-@\t\r])")
# How many blanks in a row are shown.
LONGEST_BLANKS = 200
_LONG_BLANKS = re.compile(rf"(?<![^\S\n])[^\S\n]{{{LONGEST_BLANKS},}}")
_ESCAPED = re.compile(r"(^|[;,|\t\r\n])'(?=\"*[=+\-@\t\r])")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class _WrittenOut(dict):
    """What stands for a character, by its code point; each is looked up once."""

    def __missing__(self, code):
        hides = chr(code) not in "\n\t" and unicodedata.category(chr(code)) in _HIDDEN
        return self.setdefault(code, f"\\u{code:04x}" if hides else code)


_WRITTEN_OUT = _WrittenOut()


def with_short_blanks(text):
    """Return a text without long runs of blanks, over which readers of code take hours."""
    return _LONG_BLANKS.sub(" " * LONGEST_BLANKS, text)


def visible(text, most=None):
    """Return a text in which nothing hides: control characters are written out.

    Parameters
    ----------
    text : str
    most : int, optional
        How many characters to keep; what is cut is marked.

    Returns
    -------
    str
        It can be encoded in UTF-8; line breaks and tabs stay, and `LONGEST_BLANKS` of a row.
    """
    text = with_short_blanks(text.replace("\r\n", "\n"))
    if most is not None and len(text) > most:
        text = text[:most] + " […]"
    return text.translate(_WRITTEN_OUT)


def identifier(name):
    """Return a student's name in a form that is harmless on pages, in scripts and in sheets.

    What is not is written out as its code point between two tildes, ``~22~`` for a quote; so is the
    tilde. Nothing is lost: different names stay different.

    Parameters
    ----------
    name : str
        As the system or a sheet has it; a byte of a folder's name that is no UTF-8 is a surrogate.

    Returns
    -------
    str
        `visible` leaves it as it is.
    """
    return "".join(
        f"~{ord(character):x}~"
        if character in _MARKUP or unicodedata.category(character) in _HIDDEN
        else character
        for character in name
    )


def spreadsheet_cell(value):
    """Return the text of a cell that no spreadsheet takes for a formula, whatever its separator.

    Parameters
    ----------
    value : str, number or None
        None is an empty cell; a number stays one, negative or not.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{value:.10g}"
    return value if _NUMBER.fullmatch(value) else _FORMULA.sub(r"\1'\2", value)


def from_spreadsheet_cell(cell):
    """Return the text that `spreadsheet_cell` made a cell of; any other cell as it is.

    A quote that stood before such a sign in the text itself is taken for one of ours.
    """
    text = _ESCAPED.sub(r"\1", cell)
    return text if spreadsheet_cell(text) == cell else cell
