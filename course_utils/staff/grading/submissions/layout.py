"""Whose is each piece of a hand-in: the release's, an exercise's, or the student's own."""

from .pieces import Piece, is_same
from .release import ReleasedNotebook, Role
from .statements import definitions, statements


class Layout:
    """The pieces of a notebook, held against its release. A place, ``at``, is a piece's index.

    Parameters
    ----------
    pieces : list of Piece
    released : ReleasedNotebook

    Attributes
    ----------
    at_home : dict of int to int
        A cell's place in the release -> the place of the piece that stands for it.
    home_of : dict of str to int
        The name of a cell -> its place in the release.
    claims : list of str
        For every piece the slug of the exercise that it belongs to, or nothing.
    is_own : list of bool
        Whether a piece is the student's own, and no exercise claims it.
    """

    def __init__(self, pieces: list[Piece], released: ReleasedNotebook):
        self.pieces, self.released = pieces, released
        self.at_home = {piece.home: at for at, piece in enumerate(pieces) if piece.home is not None}
        self.home_of = {cell.name: place for place, cell in enumerate(released.cells) if cell.name}
        self.claims = self._claimed()
        self.is_own = [self._has_own_text(at) for at in range(len(pieces))]

    def _claimed(self) -> list[str]:
        slugs = {
            cell.function: slug for slug, cell in self.released.solutions.items() if cell.function
        }
        claims: list[str] = []
        for piece in self.pieces:
            defined = [slugs[name] for name in sorted(definitions(piece.code) & slugs.keys())]
            claim = ""
            if piece.name in self.released.solutions:
                claim = defined[0] if defined and piece.name not in defined else piece.name
            elif defined and not piece.name:
                claim = defined[0]
            elif piece.home is None and piece.is_code and claims and piece.begins_indented:
                claim = claims[-1]  # the rest of a function, cut off
            claims.append(claim)
        return claims

    def _has_own_text(self, at: int) -> bool:
        piece = self.pieces[at]
        unclaimed = not self.claims[at] and not piece.name and piece.text.strip()
        return bool(unclaimed and piece.home is None and not piece.is_copy)

    def given_by_release(self, piece: Piece) -> set[str] | None:
        """Return what a cell named before its student changed it; None if they could not."""
        if not piece.is_code or piece.name or piece.is_copy:
            return None
        home = self.released.cells[piece.home] if piece.home is not None else None
        if home is None:
            return set()
        if home.role is not Role.OTHER or is_same(piece.text, home.source):
            return None
        return {name for statement in statements(home.source) for name in statement.names}
