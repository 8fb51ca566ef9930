"""Text that others wrote, made harmless to show: on a page, in a terminal, in a spreadsheet."""

import re
import unicodedata

# Cc: controls; Cf: those that turn the direction of writing or are not seen; Cs: half characters,
# which no encoding takes.
_HIDDEN = {"Cc", "Cf", "Cs"}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


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
        It can be encoded in UTF-8; line breaks and tabs stay.
    """
    text = text.replace("\r\n", "\n")
    if most is not None and len(text) > most:
        text = text[:most] + " […]"
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"\\u{ord(character):04x}"
        if character not in "\n\t" and unicodedata.category(character) in _HIDDEN
        else character
        for character in text
    )


def spreadsheet_cell(value):
    """Return the text of a cell that no spreadsheet takes for a formula.

    Parameters
    ----------
    value : str, number or None
        None is an empty cell; a number stays one, negative or not.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{value:.10g}"
    if value.startswith(("=", "+", "-", "@", "\t", "\r")) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value
