"""Find the answers in a notebook, wherever their student left them.

One idea: a cell of a hand-in is either a cell of the release or the student's own, and what is the
student's own belongs to the answer that it names (``grade_id``), defines (the ``def``) or stands
beside (order and neighbours). The release is the guide, see `pieces` and `layout`.

- An exercise gets what names or defines it, and stands above its check if anything does. Of several
  definitions the last one counts, as in the notebook itself; the stub is none.
- It takes along the functions, imports and constants of other cells that it needs, see `helpers`.
- A reflection gets what was written in its cell and below it. If that is nothing, it gets what was
  written elsewhere.

What was done is said in a sentence, and what stays doubtful is left to a person. Nothing is run,
the same cells give the same answers, and the work is linear in the length of the text.
"""

from dataclasses import dataclass, field, replace

from .helpers import Helpers
from .layout import Layout
from .pieces import is_same, lines_of, pieces_of
from .release import ReleasedCell, ReleasedNotebook
from .statements import definitions, names_given, statements

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
    layout = Layout(pieces_of(cells, released), released)
    answers = Answers(recognised=len({*layout.claims} - {""}))
    used: set[int] = set()  # places of pieces that went into an answer, or nearly so
    exercises = _Exercises(layout, answers, used)
    for slug in released.solutions:
        exercises.find(slug)
    reflections = _Reflections(layout, answers, used)
    for name in released.reflections:
        reflections.find(name)
    reflections.offer_other_words()
    _note_extra_code(layout, answers, used, exercises.helpers.taken_along)
    return answers


@dataclass(frozen=True)
class _Block:
    """Code that stands together: the place of its first piece, its text, its cells' numbers."""

    at: int
    text: str
    numbers: tuple[int, ...]


class _Exercises:
    """The answers in code: what names or defines each, put together."""

    def __init__(self, layout: Layout, answers: Answers, used: set[int]):
        self._layout, self._pieces, self._answers = layout, layout.pieces, answers
        self._used, self.helpers = used, Helpers(layout)

    def find(self, slug: str) -> None:
        """Put together the code of an exercise."""
        cell = self._layout.released.solutions[slug]
        claimed = [at for at, claim in enumerate(self._layout.claims) if claim == slug]
        check = self._layout.at_home.get(
            self._layout.home_of.get(f"{slug}-test"), len(self._pieces)
        )
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
            self._answers.solutions[slug] = "\n\n".join(
                [*([cell.source] if stub_stands else []), *map(_as_remarks, beside)]
            )
            return
        self._used.update(block.at for block in blocks)
        written = [replace(block, text=_without_stub(block.text, cell)) for block in blocks]
        defining = [block for block in written if cell.function in definitions(block.text)]
        chosen = [block for block in written if block not in defining[:-1]]
        text = "\n\n".join(block.text for block in chosen)
        helpers = self.helpers.needed(text, check, self._answers.solutions.values())
        self._answers.solutions[slug] = "\n\n".join([*helpers.values(), text])
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
        elif first.home != self._layout.home_of[slug] or not first.is_code or first.is_part:
            told = [f"taken from {_cells(numbers)}", *told]
        if told:
            self._answers.repairs.append(f"{slug}: {'; '.join(told)}.")

    def _doubt(self, slug: str, blocks: list[_Block]) -> None:
        if blocks:
            numbers = sorted({number for block in blocks for number in block.numbers})
            function = self._layout.released.solutions[slug].function
            self._answers.doubts[slug] = (
                f"there is text in {_cells(numbers)} that may be an answer and is not inside "
                f"{function}"
            )

    def _beside(self, slug: str, claimed: list[int]) -> list[_Block]:
        """Return the student's own code around the cell and the check of an unanswered exercise."""
        first = self._layout.home_of[slug]
        last = self._layout.home_of.get(f"{slug}-test", first)
        above = [at for home, at in self._layout.at_home.items() if home < first]
        begins = claimed[0] if claimed else max(above, default=-1)
        below = [at for home, at in self._layout.at_home.items() if home > last and at > begins]
        return [
            _Block(at, self._pieces[at].text, (self._pieces[at].number,))
            for at in range(begins + 1, min(below, default=len(self._pieces)))
            if self._layout.is_own[at] and self._pieces[at].is_code
        ]


class _Reflections:
    """The answers in words."""

    def __init__(self, layout: Layout, answers: Answers, used: set[int]):
        self._layout, self._pieces, self._answers = layout, layout.pieces, answers
        self._used = used

    def find(self, name: str) -> None:
        """Put together the words of a reflection: from its cell, and from those below it."""
        home = self._layout.home_of[name]
        named = [at for at, piece in enumerate(self._pieces) if piece.name == name]
        question = self._layout.at_home.get(home - 1)
        found = {at for at in named if not self._is_as_given(at, name)}
        begins = named[0] if question is None and named else question
        for at in range(begins + 1 if begins is not None else len(self._pieces), len(self._pieces)):
            piece = self._pieces[at]
            if piece.home not in (None, home, home - 1) or piece.name not in ("", name):
                break
            if self._layout.is_own[at]:
                found.add(at)
        if question is not None and not found and not self._is_as_given(question):
            found.add(question)  # written over the question
        if found:
            self._used |= found
            usual = [at for at in named if self._pieces[at].home == home]
            self._write(name, sorted(found), found.issubset(usual))

    def _is_as_given(self, at: int, name: str = "") -> bool:
        piece = self._pieces[at]
        released = self._layout.released
        home = released.reflections[name] if name else released.cells[piece.home]
        return not piece.text.strip() or is_same(piece.text, home.source)

    def _write(self, name: str, places: list[int], is_usual: bool) -> None:
        pieces = [self._pieces[at] for at in places]
        whole = len(pieces) == 1 and not pieces[0].is_part
        words = pieces[0].text if whole else "\n\n".join(one.text.strip("\n") for one in pieces)
        self._answers.reflections[name] = words
        numbers = sorted({self._pieces[at].number for at in places})
        if len(numbers) > 1:
            self._answers.repairs.append(f"{name}: put together from {_cells(numbers)}.")
        elif not is_usual or self._pieces[places[0]].kind != "markdown":
            self._answers.repairs.append(f"{name}: taken from {_cells(numbers)}.")

    def offer_other_words(self) -> None:
        """Show words that stand anywhere where a reflection should stand that is not answered."""
        missing = [
            name
            for name in self._layout.released.reflections
            if name not in self._answers.reflections
        ]
        words = [
            at
            for at, own in enumerate(self._layout.is_own)
            if own and not self._pieces[at].is_code and at not in self._used
        ]
        if missing and words:
            self._used.update(words)
            self._write(missing[-1], words, is_usual=False)


def _note_extra_code(layout: Layout, answers: Answers, used: set[int], taken: set[str]) -> None:
    """Note what code the student added that is no answer, and was not taken along for one."""
    for at, piece in enumerate(layout.pieces):
        given = layout.given_by_release(piece)
        cut_off = layout.claims[at] and piece.begins_indented
        if given is None or cut_off or at in used or not piece.text.strip():
            continue
        names = names_given(piece.text) - given
        answers.elsewhere |= names - taken
        a_cell_of_its_own = piece.home is None and not piece.is_part
        answers.has_extra_code |= a_cell_of_its_own or bool(names)


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
