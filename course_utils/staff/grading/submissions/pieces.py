"""A hand-in's cells, held against the release's: which is which, and which are the student's own.

Merged cells are taken apart where the text of another cell of the release begins, or the function
of a second exercise. Linear in the length of the text.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, replace

from .release import ReleasedNotebook, Role, metadata, nbgrader_metadata
from .statements import definitions, statements


@dataclass(frozen=True)
class Piece:
    """A cell of a hand-in, or a part of one that was merged.

    Parameters
    ----------
    number : int
        Of its cell, from 1.
    kind : str
        Of its cell: "code", "markdown", "raw", or what its student made of it.
    text : str
    name : str
        The ``grade_id`` of the release that it has; else empty.
    home : int or None
        The place of the cell of the release that it is; None if it is the student's own.
    is_copy : bool
        Whether it is a second copy of a cell of the release, unchanged.
    is_part : bool
        Whether its cell was taken apart.
    """

    number: int
    kind: str
    text: str
    name: str = ""
    home: int | None = None
    is_copy: bool = False
    is_part: bool = False

    @property
    def is_code(self) -> bool:
        """Whether its cell is a code cell."""
        return self.kind == "code"

    @property
    def code(self) -> str:
        """The text as code: out of a Markdown cell, what stands between fences, if there are."""
        lines = self.text.split("\n")
        fences = [at for at, line in enumerate(lines) if line.lstrip().startswith("```")]
        if self.is_code or not fences:
            return self.text
        between = zip(fences[::2], [*fences[1::2], len(lines)], strict=False)
        return "\n".join(line for begin, end in between for line in lines[begin + 1 : end])

    @property
    def begins_indented(self) -> bool:
        """Whether its first line is one of a function that began above."""
        return next((line for line in self.text.split("\n") if line.strip()), "")[:1] in (" ", "\t")


def pieces_of(cells: list[dict], released: ReleasedNotebook) -> list[Piece]:
    """Return a hand-in's cells as pieces, in their order.

    Parameters
    ----------
    cells : list of dict
        As `files.read_cells` gives them.
    released : ReleasedNotebook
        What the student was given.
    """
    return _by_function(_unmerged(_recognised(cells, released), released), released)


def _recognised(cells: list[dict], released: ReleasedNotebook) -> list[Piece]:
    """Return the cells as pieces that know which cell of the release they are, if any.

    By ``grade_id``, else by ``id`` (which some editors move into the metadata), else by text.
    """
    places_by_name = {cell.name: at for at, cell in enumerate(released.cells) if cell.name}
    places_by_id = {cell.id: at for at, cell in enumerate(released.cells) if cell.id}
    places_by_text = defaultdict(deque)
    for at, cell in enumerate(released.cells):
        places_by_text[cell.source.strip()].append(at)
    homes: dict[int, int] = {}
    taken = set()

    def settle(index, place):
        if place is not None and place not in taken and index not in homes:
            taken.add(place)
            homes[index] = place

    names = [nbgrader_metadata(cell).get("grade_id", "") for cell in cells]
    names = [name if name in places_by_name else "" for name in names]
    for index, name in enumerate(names):
        settle(index, places_by_name.get(name))
    nameless = [index for index, name in enumerate(names) if not name]
    for index in nameless:
        for key in (cells[index].get("id"), metadata(cells[index]).get("id")):
            if isinstance(key, str):
                settle(index, places_by_id.get(key))
    texts = [cell["source"].replace("\r\n", "\n").replace("\r", "\n") for cell in cells]
    for index in nameless:
        places = places_by_text.get(texts[index].strip())
        while places and places[0] in taken:
            places.popleft()
        settle(index, places[0] if places else None)
    return [
        Piece(
            number=index + 1,
            kind=str(cell.get("cell_type")),
            text=texts[index],
            name=released.cells[homes[index]].name if index in homes else names[index],
            home=homes.get(index),
            is_copy=index not in homes and texts[index].strip() in places_by_text,
        )
        for index, cell in enumerate(cells)
    ]


def _unmerged(pieces: list[Piece], released: ReleasedNotebook) -> list[Piece]:
    """Take cells apart where the text of a cell begins that is not there, or that it is itself."""
    present = {piece.home for piece in pieces}
    missing = defaultdict(list)
    for place, cell in enumerate(released.cells):
        if place not in present and cell.source.strip():
            missing[lines_of(cell.source)[0]].append(place)
    apart = []
    for piece in pieces:
        home = None if piece.home is None else released.cells[piece.home]
        if home and is_same(piece.text, home.source):
            apart.append(piece)
            continue
        sought = missing
        if home and home.role in (Role.TEST, Role.OTHER) and home.source.strip():
            first = lines_of(home.source)[0]
            sought = {**missing, first: [piece.home, *missing.get(first, ())]}
        parts = _cut(piece, released, sought)
        if len(parts) > 1:
            found = {part.home for part in parts}
            for places in missing.values():
                places[:] = [place for place in places if place not in found]
        apart += parts
    return apart


def _cut(piece: Piece, released: ReleasedNotebook, sought: dict) -> list[Piece]:
    """Take a cell apart at the texts of cells of the release, given by their first lines."""
    lines, parts, found, begins, at = piece.text.split("\n"), [], set(), 0, 0
    rest = replace(piece, is_part=True)
    while at < len(lines):
        place = _begun(lines, at, released, sought, found)
        if place is None:
            at += 1
            continue
        found.add(place)
        parts.append(replace(rest, text="\n".join(lines[begins:at])))
        cell = released.cells[place]
        parts.append(Piece(piece.number, piece.kind, cell.source, cell.name, place, is_part=True))
        rest = Piece(piece.number, piece.kind, "", is_part=True)
        begins = at = at + len(lines_of(cell.source))
    if not parts:
        return [piece]
    parts.append(replace(rest, text="\n".join(lines[begins:])))
    if piece.home in found:  # what stood above its own text is the student's
        parts[0] = replace(parts[0], name="", home=None)
    return [part for part in parts if part.text.strip() or part.home is not None]


def _begun(lines: list[str], at: int, released, sought: dict, found: set) -> int | None:
    """Return which cell of the release begins in a line, if one stands there as a whole."""
    for place in sought.get(lines[at].rstrip(), ()):
        expected = lines_of(released.cells[place].source)
        whole = at + len(expected) <= len(lines) and place not in found
        if whole and all(lines[at + n].rstrip() == line for n, line in enumerate(expected)):
            return place
    return None


def _by_function(pieces: list[Piece], released: ReleasedNotebook) -> list[Piece]:
    """Take cells apart where the function of a second exercise begins."""
    slugs = {cell.function: slug for slug, cell in released.solutions.items() if cell.function}
    apart = []
    for piece in pieces:
        if len(definitions(piece.text) & slugs.keys()) < 2:
            apart.append(piece)
            continue
        groups, function = [[]], ""
        for statement in statements(piece.text):
            begins = next((name for name in statement.names if name in slugs), "")
            if begins and function not in ("", begins):
                groups.append([])
            function = begins or function
            groups[-1].append(statement.text)
        texts = ["\n".join(group).strip("\n") for group in groups]
        own = released.solutions[piece.name].function if piece.name in released.solutions else ""
        keeper = next((at for at, text in enumerate(texts) if own in definitions(text)), 0)
        parts = [Piece(piece.number, piece.kind, text, is_part=True) for text in texts]
        parts[keeper] = replace(parts[keeper], name=piece.name, home=piece.home)
        apart += parts
    return apart


def is_same(text: str, other: str) -> bool:
    """Tell whether two texts differ in nothing but blanks at the ends of lines."""
    return text == other or lines_of(text) == lines_of(other)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text without blanks at their ends, and without empty ones around."""
    return [line.rstrip() for line in text.strip().split("\n")]
