"""What answers need of a student's other code cells: functions, imports, constants."""

from collections.abc import Iterable

from .layout import Layout
from .statements import names_bound, names_given, names_used, statements


class Helpers:
    """The statements of cells that are no answers.

    Parameters
    ----------
    layout : Layout

    Attributes
    ----------
    taken_along : set of str
        The names that answers took along so far.
    """

    def __init__(self, layout: Layout):
        self._offers = _offered(layout)
        self.taken_along: set[str] = set()

    def needed(self, text: str, check: int, answers: Iterable[str]) -> dict[str, str]:
        """Return the statements above a check that a text needs, by their names, in order.

        What earlier answers name is there already.
        """
        if not self._offers:
            return {}
        there = names_given(text).union(*map(names_given, answers))
        needed, wanted = {}, [text]
        while wanted:
            source = wanted.pop()
            bound = names_bound(source)
            for name in sorted((names_used(source) & self._offers.keys()) - there):
                at, number, statement = self._offers[name]
                if at < check and not (statement.is_constant and name in bound):
                    there.add(name)
                    needed[at, number] = statement
                    wanted.append(statement.text)
        in_order = [needed[key] for key in sorted(needed)]
        self.taken_along.update(name for statement in in_order for name in statement.names)
        return {", ".join(statement.names): statement.text for statement in in_order}


def _offered(layout: Layout) -> dict[str, tuple]:
    """Return what the cells define: a name to the place of its piece, and its statement there."""
    offered = {}
    for at, piece in enumerate(layout.pieces):
        given = layout.given_by_release(piece)
        if given is not None and not layout.claims[at]:
            for number, statement in enumerate(statements(piece.text)):
                if not given.intersection(statement.names):
                    offered |= dict.fromkeys(statement.names, (at, number, statement))
    return offered
