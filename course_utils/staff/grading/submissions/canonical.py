"""From a student's files to the text of the answers, and nothing else.

The release says which answers there are; of a hand-in nothing is taken but their text. Metadata,
tags, outputs, other cells and edited tests never reach anything: what is odd about them becomes a
flag. Nothing of a submission is run here.

- `files` reads what lies in the folder, `repair` finds the answers in a notebook
- here: which of several notebooks counts, code as Python, flags, and a digest
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from ..flags import Flag, in_order
from ..limits import Limits
from ..results import GRADED, NOT_GRADED, Submission
from ..text import identifier
from .files import NotGraded, names_in, opened, read_cells, read_file, time_of_hand_in
from .magics import drop_indent_and_prompts, drop_magics
from .pieces import is_same
from .release import Release, ReleasedNotebook, nbgrader_metadata, unchangeable
from .repair import Answers, find_answers


@dataclass(frozen=True)
class HandIn:
    """One file of a hand-in, and the answers in it."""

    file: str
    cells: list[dict]
    begins_with_mark: bool
    answers: Answers


def read_submission(folder: Path, release: Release, limits: Limits | None = None) -> Submission:
    """Read what a student handed in.

    Parameters
    ----------
    folder : Path
        The student's folder for this assignment.
    release : Release
    limits : Limits, optional

    Returns
    -------
    Submission
        Whatever the folder holds; nothing in it makes this raise.
    """
    limits = limits or Limits()
    flags: set[str] = set()
    try:
        hand_ins, repairs = _choose(Path(folder), release, limits, flags)
    except NotGraded as problem:
        flags |= {*problem.flags}
        return Submission(release.assignment, NOT_GRADED, problem.reason, flags=in_order(flags))
    try:
        time_of_hand_in(folder)
    except NotGraded:
        flags.add(Flag.TIME_UNKNOWN)
    submission = _Collected(flags, limits, list(repairs))
    try:
        for name, released in release.notebooks.items():
            submission.add(name, released, hand_ins.get(name))
    except NotGraded as problem:
        return Submission(release.assignment, NOT_GRADED, problem.reason, flags=in_order(flags))
    return submission.finished(release.assignment)


def from_sources(name: str, notebooks: dict[str, dict[str, str]]) -> Submission:
    """Return a submission that never was a file: notebook's name to slug to source."""
    submission = _Collected(set(), Limits(), [])
    for notebook, sources in notebooks.items():
        submission.notebooks[notebook] = {
            slug: as_python(source, submission.flags) for slug, source in sources.items()
        }
    return submission.finished(name)


class _Collected:
    """What is collected of a submission, notebook by notebook."""

    def __init__(self, flags: set, limits: Limits, repairs: list[str]):
        self.flags, self._limits, self._repairs = flags, limits, repairs
        self.notebooks: dict[str, dict[str, str]] = {}
        self._reflections: dict[str, str] = {}
        self._doubts: dict[str, str] = {}
        self._elsewhere: set[str] = set()

    def add(self, name: str, released: ReleasedNotebook, hand_in: HandIn | None) -> None:
        """Take the answers out of a notebook; out of none, if it was not handed in."""
        answers = hand_in.answers if hand_in else Answers(dict.fromkeys(released.solutions, ""))
        if hand_in:
            self._flag_cells(hand_in.cells, released)
        if hand_in and not answers.recognised:
            raise NotGraded("no solution cell can be recognised in the notebook")
        if answers.has_extra_code:
            self.flags.add(Flag.EXTRA_CODE)
        self._repairs += answers.repairs
        self._doubts |= answers.doubts
        self._elsewhere |= answers.elsewhere
        self.notebooks[name] = {
            slug: self._solution(slug, source) for slug, source in answers.solutions.items()
        }
        self._reflections |= {
            name: self._reflection(words) for name, words in answers.reflections.items()
        }

    def _solution(self, slug: str, source: str) -> str:
        if not source.strip():
            if slug not in self._doubts:
                self.flags.add(Flag.SOLUTION_MISSING)
            return ""
        if len(source) > self._limits.source:
            raise NotGraded(f"the cell {slug} has more than {self._limits.source} characters")
        return as_python(source, self.flags)

    def _reflection(self, words: str) -> str:
        most = self._limits.reflection
        if len(words) <= most:
            return words
        self.flags.add(Flag.REFLECTION_CUT)
        return f"{words[:most]}\n\n[{len(words) - most} more characters were left out.]"

    def _flag_cells(self, cells: list[dict], released: ReleasedNotebook) -> None:
        """Flag what is odd about the cells that have a name in the release."""
        named: dict[str, dict] = {}
        known = released.solutions.keys() | released.tests.keys() | released.reflections.keys()
        for cell in cells:
            name = nbgrader_metadata(cell).get("grade_id")
            if name in known and named.setdefault(name, cell) is not cell:
                self.flags.add(Flag.CELL_DUPLICATED)
        for name, test in released.tests.items():
            cell = named.get(name)
            if cell is None:
                self.flags.add(Flag.TESTS_MISSING)
                continue
            if cell.get("cell_type") != "code" or not is_same(cell["source"], test.source):
                self.flags.add(Flag.TESTS_EDITED)
            if unchangeable(cell) != test.unchangeable:
                self.flags.add(Flag.METADATA_CHANGED)

    def finished(self, assignment: str) -> Submission:
        """Return it as plain data."""
        if self._repairs or self._doubts:
            self.flags.add(Flag.REPAIRED)
        # Whose answers are doubtful earns another result than who wrote the same in its place.
        told = [self.notebooks, self._doubts] if self._doubts else self.notebooks
        text = json.dumps(told)  # ASCII: what is no character is written out
        return Submission(
            assignment=assignment,
            status=GRADED,
            notebooks=self.notebooks,
            flags=in_order(self.flags),
            digest=hashlib.sha256(text.encode()).hexdigest(),
            elsewhere=tuple(sorted(self._elsewhere)),
            reflections=self._reflections,
            repairs=tuple(self._repairs),
            doubts=self._doubts,
        )


def as_python(source: str, flags: set) -> str:
    """Return a cell's source as Python, and flag what it should not hold."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    source, dropped = drop_magics(drop_indent_and_prompts(source))
    if dropped:
        flags.add(Flag.MAGIC_DROPPED)
    if _COURSE.search(source):
        flags.add(Flag.IMPORTS_COURSE)
    return source


# No pattern may look at a run of blanks twice: on a megabyte of them that takes an hour.
_COURSE = re.compile(
    r"^[ \t]*+(?:from|import)[ \t]++(?:[\w., \t]+,[ \t]*+)?course_utils\b"
    r"|(?:__import__|import_module)\(\s*[\"']course_utils\b",
    re.MULTILINE,
)


def _choose(
    folder: Path, release: Release, limits: Limits, flags: set
) -> tuple[dict[str, HandIn], list[str]]:
    """Return which file counts for each notebook of the release, and what is to be said of that.

    A notebook is known by its name, and one of another name by the answers that it has places for.
    """
    files, problem = _read_all(folder, release, limits)
    candidates: dict[str, list[HandIn]] = {name: [] for name in release.notebooks}
    strangers = files.keys() - {f"{name}.ipynb" for name in release.notebooks}
    for file, (cells, marked) in files.items():
        kin = max(
            (
                (name, HandIn(file, cells, marked, find_answers(cells, released)))
                for name, released in release.notebooks.items()
                if file in (f"{name}.ipynb", *strangers)
            ),
            key=lambda found: found[1].answers.recognised,
        )
        if kin[1].answers.recognised or file == f"{kin[0]}.ipynb":
            candidates[kin[0]].append(kin[1])
    missing = [f"{name}.ipynb" for name, found in candidates.items() if not found]
    if missing and problem:
        raise problem
    if len(missing) == len(candidates):
        raise NotGraded(
            f"{' and '.join(missing)} is missing, and which of the other notebooks it is cannot be "
            "told"
            if files
            else "there is no notebook in the submission"
        )
    chosen, told = {}, []
    for name, found in candidates.items():
        if found:
            chosen[name], remarks = _best(name, found, release.notebooks[name])
            told += remarks
            flags |= {Flag.RENAMED} if chosen[name].file != f"{name}.ipynb" else set()
            flags |= {Flag.ENCODING} if chosen[name].begins_with_mark else set()
    return chosen, told


def _read_all(folder: Path, release: Release, limits: Limits) -> tuple[dict, NotGraded | None]:
    """Return the notebooks in a folder, those with the release's names first.

    One of another name that cannot be read is passed over; why is returned too, if there is one.
    """
    files, problem = {}, None
    with opened(folder) as place:
        names = [
            name
            for name in names_in(place)
            if name.lower().endswith(".ipynb") and not name.startswith(".")
        ]
        if len(names) > limits.notebooks:
            raise NotGraded(f"there are more than {limits.notebooks} notebooks in the submission")
        expected = {f"{name}.ipynb" for name in release.notebooks}
        for name in sorted(names, key=lambda name: name not in expected):
            try:
                files[name] = read_cells(read_file(place, name, limits.notebook), limits)
            except NotGraded as error:
                if name in expected:
                    raise
                problem = problem or error
    return files, problem


def _best(name: str, found: list[HandIn], released: ReleasedNotebook) -> tuple[HandIn, list[str]]:
    """Return which of several files counts: the first, unless another answers the same and more.

    If none has the release's name and they answer differently, that is for a person to say.
    """
    best, usual = found[0], f"{name}.ipynb"
    for other in found[1:]:
        if best.answers.given(released) < other.answers.given(released):
            best = other
    rivals = [
        identifier(other.file)[:100]
        for other in found
        if any(
            other.answers.text(part) != best.answers.text(part)
            for part in other.answers.given(released)
        )
    ]
    if not rivals:
        remark = f"{identifier(best.file)[:100]} was read, which answers more than {usual}"
        return best, [f"{name}: {remark}."] if best is not found[0] else []
    if usual not in (file.file for file in found):
        names = ", ".join(sorted([identifier(best.file)[:100], *rivals]))
        raise NotGraded(f"which of these notebooks is {usual} cannot be told: {names}")
    return best, [
        f"{name}: {identifier(best.file)[:100]} was read; other answers stand in "
        f"{', '.join(rivals)}, which did not count."
    ]
