"""How a lesson's rarer mistakes are kept from making too many pairs."""

from collections.abc import Mapping

from ..exercise import Edit


def within(block: str, edits: Mapping[str, str]) -> dict[str, str]:
    """Turn edits into one edit of a whole block of text, which pairs with no other edit in it.

    Parameters
    ----------
    block : str
        A part of the answer, with all of its lines.
    edits : mapping of str to str
        As for `Exercise.mistake`; each old text occurs once in the block.
    """
    return {block: Edit.of(block, edits).source()}
