"""Find the answers in a notebook, wherever their student left them.

One idea: a cell of a hand-in is either a cell of the release or the student's own, and what is the
student's own belongs to the answer that it names (``grade_id``), defines (the ``def``) or stands
beside (order and neighbours). The release is the guide, see `pieces`.

- An exercise gets what names or defines it, and stands above its check if anything does. Of several
  definitions the last one counts, as in the notebook itself; the stub is none.
- It takes along the functions, imports and constants of other cells that it needs.
- A reflection gets what was written in its cell and below it. If that is nothing, it gets what was
  written elsewhere.

What was done is said in a sentence, and what stays doubtful is left to a person. Nothing is run,
the same cells give the same answers, and the work is linear in the length of the text.
"""

from dataclasses import dataclass, field, replace

from .pieces import Piece, is_same, lines_of, pieces_of
from .release import ReleasedCell, ReleasedNotebook, Role
from .statements import definitions, names_bound, names_given, names_used, statements

_SHORTENED = "without the line that raises NotImplementedError"


@dataclass
class Answers:
    """What was found in a notebook.

    Parameters
    ----------
    solutions : dict of str to str
        Slug to code, for every exercise in order; empty where there is none.
    reflections : dict of str to str
        By ``grade_id``; one that is empty or as it was given out is not there.
    repairs : list of str
        What was done, a sentence each, beginning with the name of the answer.
    doubts : dict of str to str
        Slug to the reason why a person has to look.
    elsewhere : set of str
        Names that the student's other code cells define, and no answer took along.
    has_extra_code : bool
        Whether the student added code that is no answer.
    recognised : int
        For how many exercises a place was found.
    """

    solutions: dict[str, str] = field(default_factory=dict)
    reflections: dict[str, str] = field(default_factory=dict)
    repairs: list[str] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    has_extra_code: bool = False
    recognised: int = 0

    def given(self, released: ReleasedNotebook) -> set[str]:
        """Return the names of all that is answered, in doubt included."""
        written = {
            slug
            for slug, source in self.solutions.items()
            if source and not is_same(source, released.solutions[slug].source)
        }
        return written | self.reflections.keys() | self.doubts.keys()

    def text(self, name: str) -> str:
        """Return the text of an answer."""
        return self.reflections.get(name, self.solutions.get(name, ""))


def find_answers(cells: list[dict], released: ReleasedNotebook) -> Answers:
    """Return the answers in a notebook.

    Parameters
    ----------
    cells : list of dict
        As `files.read_cells` gives them.
    released : ReleasedNotebook
        What the student was given.
    """
    search = _Search(pieces_of(cells, released), released)
    for slug in released.solutions:
        search.find_solution(slug)
    for name in released.reflections:
        search.find_reflection(name)
    search.offer_other_words()
    search.note_extra_code()
    return search.answers


@dataclass(frozen=True)
class _Block:
    """Code that stands together: the place of its first piece, its text, its cells' numbers."""

    at: int
    text: str
    numbers: tuple[int, ...]


class _Search:
    """The search through one notebook. A place, ``at``, is a piece's index in the hand-in."""

    def __init__(self, pieces: list[Piece], released: ReleasedNotebook):
        self._pieces, self._released = pieces, released
        self._at_home = {
            piece.home: at for at, piece in enumerate(pieces) if piece.home is not None
        }
        self._home_of = {cell.name: place for place, cell in enumerate(released.cells) if cell.name}
        self._slugs = {
            cell.function: slug for slug, cell in released.solutions.items() if cell.function
        }
        self._claims = self._claimed()
        self._is_own = [self._has_own_text(at) for at in range(len(pieces))]
        self._offers = self._offered()
        self._used: set[int] = set()  # places of pieces that went into an answer, or nearly so
        self._taken_along: set[str] = set()
        self.answers = Answers(recognised=len({*self._claims} - {""}))

    def _claimed(self) -> list[str]:
        """Return for every piece the slug of the exercise that it belongs to, or nothing."""
        claims: list[str] = []
        for piece in self._pieces:
            defined = [
                self._slugs[name] for name in sorted(definitions(piece.code) & self._slugs.keys())
            ]
            claim = ""
            if piece.name in self._released.solutions:
                claim = defined[0] if defined and piece.name not in defined else piece.name
            elif defined and not piece.name:
                claim = defined[0]
            elif piece.home is None and piece.is_code and claims and piece.begins_indented:
                claim = claims[-1]  # the rest of a function, cut off
            claims.append(claim)
        return claims

    def _has_own_text(self, at: int) -> bool:
        """Tell whether a piece is the student's own, and no exercise claims it."""
        piece = self._pieces[at]
        unclaimed = not self._claims[at] and not piece.name and piece.text.strip()
        return bool(unclaimed and piece.home is None and not piece.is_copy)

    # Exercises

    def find_solution(self, slug: str) -> None:
        """Put together the code of an exercise."""
        cell = self._released.solutions[slug]
        claimed = [at for at, claim in enumerate(self._claims) if claim == slug]
        check = self._at_home.get(self._home_of.get(f"{slug}-test"), len(self._pieces))
        blocks = [
            block
            for block in self._blocks(claimed)
            if block.text.strip() and not is_same(block.text, cell.source)
        ]
        blocks = self._above(check, blocks, cell.function)
        if not blocks:
            stub_stands = any(self._pieces[at].text.strip() for at in claimed)
            beside = self._beside(slug, claimed)
            self._doubt(slug, beside)
            self.answers.solutions[slug] = "\n\n".join(
                [*([cell.source] if stub_stands else []), *map(_as_remarks, beside)]
            )
            return
        self._used.update(block.at for block in blocks)
        written = [replace(block, text=_without_stub(block.text, cell)) for block in blocks]
        defining = [block for block in written if cell.function in definitions(block.text)]
        chosen = [block for block in written if block not in defining[:-1]]
        text = "\n\n".join(block.text for block in chosen)
        helpers = self._needed(text, check)
        self.answers.solutions[slug] = "\n\n".join([*helpers.values(), text])
        if _is_beside_stub(text, cell) or not any(
            definitions(block.text) or self._pieces[block.at].is_code for block in chosen
        ):
            self._doubt(slug, chosen)
        told = [_SHORTENED] if {block.text for block in chosen} - {b.text for b in blocks} else []
        if len(defining) > 1:
            told.append(f"of {len(defining)} definitions the last one above the check")
        if helpers:
            told.append(f"{_listed(helpers)} taken along from another cell")
        self._tell(slug, chosen, told)

    @staticmethod
    def _above(check: int, blocks: list[_Block], function: str) -> list[_Block]:
        """Return the blocks above the check, unless the function stands only below it."""
        above = [block for block in blocks if block.at < check]
        defining = [block for block in blocks if function in definitions(block.text)]
        return above if above and (not defining or defining[0].at < check) else blocks

    def _blocks(self, claimed: list[int]) -> list[_Block]:
        """Glue what was cut inside a function to what stands above it."""
        blocks: list[_Block] = []
        for at in claimed:
            piece = self._pieces[at]
            if blocks and piece.begins_indented:
                last = blocks.pop()
                text = f"{last.text.rstrip()}\n{piece.code}"
                blocks.append(_Block(last.at, text, (*last.numbers, piece.number)))
            else:
                blocks.append(_Block(at, piece.code, (piece.number,)))
        return blocks

    def _tell(self, slug: str, chosen: list[_Block], told: list[str]) -> None:
        """Say what was done, if it was more than to read the exercise's cell."""
        first = self._pieces[chosen[0].at]
        numbers = sorted({number for block in chosen for number in block.numbers})
        if len(numbers) > 1:
            told = [f"put together from {_cells(numbers)}", *told]
        elif first.home != self._home_of[slug] or not first.is_code or first.is_part:
            told = [f"taken from {_cells(numbers)}", *told]
        if told:
            self.answers.repairs.append(f"{slug}: {'; '.join(told)}.")

    def _doubt(self, slug: str, blocks: list[_Block]) -> None:
        if blocks:
            numbers = sorted({number for block in blocks for number in block.numbers})
            function = self._released.solutions[slug].function
            self.answers.doubts[slug] = (
                f"there is text in {_cells(numbers)} that may be an answer and is not inside "
                f"{function}"
            )

    def _beside(self, slug: str, claimed: list[int]) -> list[_Block]:
        """Return the student's own code around the cell and the check of an unanswered exercise."""
        first, last = self._home_of[slug], self._home_of.get(f"{slug}-test", self._home_of[slug])
        above = [at for home, at in self._at_home.items() if home < first]
        begins = claimed[0] if claimed else max(above, default=-1)
        below = [at for home, at in self._at_home.items() if home > last and at > begins]
        return [
            _Block(at, self._pieces[at].text, (self._pieces[at].number,))
            for at in range(begins + 1, min(below, default=len(self._pieces)))
            if self._is_own[at] and self._pieces[at].is_code
        ]

    # What exercises need of other cells

    def _offered(self) -> dict[str, tuple]:
        """Return what the student's other code cells define: name to place and statement."""
        offered = {}
        for at, piece in enumerate(self._pieces):
            given = self._given_by_release(piece)
            if given is not None and not self._claims[at]:
                for number, statement in enumerate(statements(piece.text)):
                    if not given.intersection(statement.names):
                        offered |= dict.fromkeys(statement.names, (at, number, statement))
        return offered

    def _given_by_release(self, piece: Piece) -> set[str] | None:
        """Return what a cell named before its student changed it; None if they could not."""
        if not piece.is_code or piece.name or piece.is_copy:
            return None
        home = self._released.cells[piece.home] if piece.home is not None else None
        if home is None:
            return set()
        if home.role is not Role.OTHER or is_same(piece.text, home.source):
            return None
        return {name for statement in statements(home.source) for name in statement.names}

    def _needed(self, text: str, check: int) -> dict[str, str]:
        """Return the statements above a check that a text needs, by name, in order."""
        if not self._offers:
            return {}
        there = names_given(text).union(*map(names_given, self.answers.solutions.values()))
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
        self._taken_along.update(name for statement in in_order for name in statement.names)
        return {", ".join(statement.names): statement.text for statement in in_order}

    # Reflections

    def find_reflection(self, name: str) -> None:
        """Put together the words of a reflection: from its cell, and from those below it."""
        home = self._home_of[name]
        named = [at for at, piece in enumerate(self._pieces) if piece.name == name]
        question = self._at_home.get(home - 1)
        found = {at for at in named if not self._is_as_given(at, name)}
        begins = named[0] if question is None and named else question
        for at in range(begins + 1 if begins is not None else len(self._pieces), len(self._pieces)):
            piece = self._pieces[at]
            if piece.home not in (None, home, home - 1) or piece.name not in ("", name):
                break
            if self._is_own[at]:
                found.add(at)
        if question is not None and not found and not self._is_as_given(question):
            found.add(question)  # written over the question
        if found:
            self._used |= found
            usual = [at for at in named if self._pieces[at].home == home]
            self._write(name, sorted(found), found.issubset(usual))

    def _is_as_given(self, at: int, name: str = "") -> bool:
        piece = self._pieces[at]
        home = self._released.reflections[name] if name else self._released.cells[piece.home]
        return not piece.text.strip() or is_same(piece.text, home.source)

    def _write(self, name: str, places: list[int], is_usual: bool) -> None:
        pieces = [self._pieces[at] for at in places]
        whole = len(pieces) == 1 and not pieces[0].is_part
        words = pieces[0].text if whole else "\n\n".join(one.text.strip("\n") for one in pieces)
        self.answers.reflections[name] = words
        numbers = sorted({self._pieces[at].number for at in places})
        if len(numbers) > 1:
            self.answers.repairs.append(f"{name}: put together from {_cells(numbers)}.")
        elif not is_usual or self._pieces[places[0]].kind != "markdown":
            self.answers.repairs.append(f"{name}: taken from {_cells(numbers)}.")

    def offer_other_words(self) -> None:
        """Show words that stand anywhere where a reflection should stand that is not answered."""
        missing = [
            name for name in self._released.reflections if name not in self.answers.reflections
        ]
        words = [
            at
            for at, own in enumerate(self._is_own)
            if own and not self._pieces[at].is_code and at not in self._used
        ]
        if missing and words:
            self._used.update(words)
            self._write(missing[-1], words, is_usual=False)

    def note_extra_code(self) -> None:
        """Note what code the student added that is no answer."""
        for at, piece in enumerate(self._pieces):
            given = self._given_by_release(piece)
            cut_off = self._claims[at] and piece.begins_indented
            if given is None or cut_off or at in self._used or not piece.text.strip():
                continue
            names = names_given(piece.text) - given
            self.answers.elsewhere |= names - self._taken_along
            a_cell_of_its_own = piece.home is None and not piece.is_part
            self.answers.has_extra_code |= a_cell_of_its_own or bool(names)


def _without_stub(text: str, cell: ReleasedCell) -> str:
    """Take out of an answer what stops it: the stub's last line above it, or the stub beside it."""
    stub, lines = lines_of(cell.source), text.split("\n")
    stops = stub[-1]
    at = next((at for at, line in enumerate(lines) if line.rstrip() == stops), None)
    if at is None:
        return text
    indent = stops[: len(stops) - len(stops.lstrip())]
    below = next((line for line in lines[at + 1 :] if line.strip()), "")
    if indent and below.startswith(indent):
        return "\n".join([*lines[:at], *lines[at + 1 :]])
    begins = at + 1 - len(stub)
    rest = "\n".join([*lines[: max(begins, 0)], *lines[at + 1 :]])
    if [line.rstrip() for line in lines[max(begins, 0) : at + 1]] == stub:
        return rest if cell.function in definitions(rest) else text
    return text


def _is_beside_stub(text: str, cell: ReleasedCell) -> bool:
    """Tell whether the function is as it was given out, and other code stands beside it."""
    stub = lines_of(cell.source)
    if stub[-1] not in [line.rstrip() for line in text.split("\n")]:
        return False
    all_statements = statements(text)
    others = [one for one in all_statements if lines_of(one.text)[: len(stub)] != stub]
    return len(others) < len(all_statements) and any(
        (one.is_constant or not one.names) and not _is_remark(one.text) for one in others
    )


def _as_remarks(block: _Block) -> str:
    """Return code so that a person can read it and nothing runs it."""
    return "\n".join(
        [f"# In cell {block.numbers[0]}:", *(f"# {one}" for one in block.text.split("\n"))]
    )


def _is_remark(text: str) -> bool:
    return all(line.startswith("#") or not line.strip() for line in text.split("\n"))


def _cells(numbers: list[int]) -> str:
    return f"cell {numbers[0]}" if len(numbers) == 1 else f"cells {_listed(map(str, numbers))}"


def _listed(words) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
