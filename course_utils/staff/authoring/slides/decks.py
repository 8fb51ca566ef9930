"""A deck's Markdown taken apart: slides, headings, classes, notes, minutes, figures."""

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from course_utils.app.places import UsageError, short_name

#: Where a figure belongs: a group with its name, and one with the other attributes.
PLACEHOLDER = re.compile(r'<figure data-figure="([^"]*)"([^>]*)></figure>')

_DIRECTIVE = re.compile(r"_?(class|paginate|header|footer|color|backgroundColor|theme)\s*:")
_MINUTES = re.compile(r"Minutes: (\d+(?:\.5)?)\s*(?:\n|$)")


class SlidesError(RuntimeError):
    """A fault of the decks or of a program they need; the text is one sentence."""


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes
    ----------
    number : int
        Its place in the deck, from 1.
    body : str
        Its Markdown without comments.
    classes : tuple of str
        The classes that its comments set.
    notes : str
        The other comments, for the speaker.
    minutes : float or None
        How long it takes; None if the notes do not begin with a line such as ``Minutes: 2``.
    """

    number: int
    body: str
    classes: tuple[str, ...]
    notes: str
    minutes: float | None

    @property
    def heading(self) -> str:
        """The first heading, without its marks; empty if there is none."""
        found = re.search(r"^#+\s+(.*)$", self.body, re.MULTILINE)
        return found[1].strip() if found else ""

    @property
    def figures(self) -> list[str]:
        """The names of the figures on it."""
        return [name for name, _ in PLACEHOLDER.findall(self.body)]


@dataclass(frozen=True)
class Deck:
    """A deck's file, and where its figures come from."""

    path: Path

    @property
    def name(self) -> str:
        """Such as ``01-momentum``."""
        return self.path.stem

    @property
    def module(self) -> Path:
        """The file with its figures, which need not exist."""
        return self.path.parent / "figures" / f"{short_name(self.name)}.py"

    @functools.cached_property
    def text(self) -> str:
        """Its Markdown."""
        return self.path.read_text(encoding="utf-8")

    @functools.cached_property
    def slides(self) -> list[Slide]:
        """Its slides, in order."""
        return read_slides(self.text)

    @property
    def minutes(self) -> float:
        """The sum of its notes' minutes."""
        return sum(slide.minutes or 0 for slide in self.slides)


def find_decks(root, names=()):
    """Return the decks of a course: those named, or all.

    Parameters
    ----------
    root : Path
        The folder of the course.
    names : sequence of str
        Such as ``"01-momentum"``; empty for every deck.

    Returns
    -------
    list of Deck

    Raises
    ------
    UsageError
        If a name is no deck's, or there are no decks.
    """
    decks = {path.stem: Deck(path) for path in sorted((root / "slides").glob("[0-9][0-9]-*.md"))}
    if not decks:
        raise UsageError(f"expected decks such as 01-momentum.md in {root / 'slides'}, got none")
    for name in names:
        if name not in decks:
            raise UsageError(f"expected a deck among {', '.join(decks)}, got {name!r}")
    return [deck for name, deck in decks.items() if not names or name in names]


def read_slides(text):
    """Take a deck's Markdown apart.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Slide
    """
    text = re.sub(r"\A---\n.*?\n---\n", "", text, count=1, flags=re.DOTALL)
    # A line of dashes inside a comment or a block of code ends no slide: a mark hides it.
    comment_or_code = re.compile(r"<!--.*?-->|^```.*?^```", re.DOTALL | re.MULTILINE)
    marked = comment_or_code.sub(lambda match: match[0].replace("\n---", "\n\0---"), text)
    parts = re.split(r"^---[ \t]*$", marked, flags=re.MULTILINE)
    return [_read_slide(number, part.replace("\0", "")) for number, part in enumerate(parts, 1)]


def _read_slide(number, text):
    comments = [comment.strip() for comment in re.findall(r"<!--(.*?)-->", text, re.DOTALL)]
    classes = [c.partition(":")[2].split() for c in comments if re.match(r"_?class\s*:", c)]
    notes = "\n\n".join(comment for comment in comments if not _DIRECTIVE.match(comment))
    minutes = _MINUTES.match(notes)
    return Slide(
        number,
        re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).strip(),
        tuple(name for names in classes for name in names),
        notes,
        float(minutes[1]) if minutes else None,
    )
