"""The tables of minutes and points in the documents, computed from the lessons and decks.

`renewed` returns the documents as they should be; `release` writes them. A table is found by its
first row, and its numbers are computed here. The words in its second column are the author's and
stay; on the students' page they begin with the title of their section. The rest of a document is
the author's.

=======================  ==========================================================================
``README.md``            what each lesson is worth, and how long it takes
``notebooks/README.md``  the same for each section of each lesson, and the sum below its table
``slides/README.md``     how many slides each deck has, and the minutes of their notes
=======================  ==========================================================================
"""

import re

from . import slides
from .lint import Finding
from .sections import read_lesson, read_title

COURSE = ("lesson", "what you will be able to do", "graded", "minutes")
LESSON = ("section", "what you do", "minutes", "exercises (minutes, points)")
DECKS = ("deck", "what it is about", "slides", "minutes")

_CHAPTER = re.compile(r"^## Lesson (\d+) in minutes\n", re.MULTILINE)
_SUM = re.compile(r"\A\n(That|Without the deeper sections that) is .*\n")


class _TableError(ValueError):
    """A document's table cannot be renewed: what is wrong, and what mends it."""


def renewed(root, notebooks, known):
    """Return the documents with their tables renewed, and a finding for each that cannot be.

    Parameters
    ----------
    root : Path
        The folder of the course. A document that does not exist is not made.
    notebooks : dict of str to dict of Path to NotebookNode
        The sources of the lessons whose rows are renewed; other rows stay as they are.
    known : list of str
        All lessons, in order.

    Returns
    -------
    dict of Path to str
    list of Finding
    """
    renewals = {
        "README.md": lambda text: _course(text, notebooks, known),
        "notebooks/README.md": lambda text: _students_page(text, notebooks),
        "slides/README.md": lambda text: _decks(text, slides.find_decks(root)),
    }
    texts, findings = {}, []
    for name, renew in renewals.items():
        path = root / name
        if path.is_file():
            try:
                texts[path] = renew(path.read_text("utf-8"))
            except _TableError as error:
                findings.append(Finding(name, *error.args))
    return texts, findings


def _course(text, notebooks, known):
    """Renew the table of lessons."""
    before, old, after = _cut(text, COURSE)
    rows = dict(old)
    for lesson, sources in notebooks.items():
        first = min(sources)
        words = old[lesson][1] if lesson in old else read_title(sources[first])
        link = f"[{lesson}](notebooks/{lesson}/{first.name})"
        rows[lesson] = [link, words, *_worth(read_lesson(list(sources.values())))]
    return before + _table(COURSE, [rows[lesson] for lesson in known if lesson in rows]) + after


def _worth(sections):
    """Return what a lesson is worth, and its minutes."""
    parts = [part for section in sections for part in section.parts]
    by_hand = sum(part.by_hand for part in parts)
    counts = {
        "exercise": len(parts) - by_hand,
        "reflection": by_hand,
        "point": sum(part.points for part in parts),
    }
    core, deeper = _minutes(sections)
    return [
        ", ".join(f"{n:g} {one}{'s' if n != 1 else ''}" for one, n in counts.items() if n),
        f"{core}, *deeper* sections {deeper} more" if deeper else f"{core}",
    ]


def _students_page(text, notebooks):
    """Renew each lesson's table and sum; the chapter of a new lesson comes after the others."""
    for lesson, sources in notebooks.items():
        heading = f"## Lesson {int(lesson[:2])} in minutes\n"
        if heading not in text:
            ends = [_end(text, found.end()) for found in _CHAPTER.finditer(text)]
            place = ends[-1] if ends else len(text)
            above = text[:place].rstrip("\n")
            text = f"{above}\n\n{heading}\n{_table(LESSON, [])}\n{text[place:]}"
        start = text.index(heading)
        end = _end(text, start + 1)
        chapter = _chapter(text[start:end], read_lesson(list(sources.values())))
        text = text[:start] + chapter + text[end:]
    return text.rstrip("\n") + "\n"


def _end(text, start):
    """Return where the next chapter begins after a place, or the document ends."""
    found = re.compile("^## ", re.MULTILINE).search(text, start)
    return found.start() if found else len(text)


def _chapter(text, sections):
    """Renew a lesson's chapter."""
    before, old, after = _cut(text, LESSON)
    words = {}  # by title: the longest one that they begin with
    for _, description, *_ in old.values():
        titles = [s.title for s in sections if description.startswith(s.title)]
        if not titles:
            problem = f"{description!r} begins with the title of no section"
            raise _TableError(problem, "begin with the title, or delete the row")
        words[max(titles, key=len)] = description
    rows = [
        [
            f"{section.name} *deeper*" if section.deeper else section.name,
            words.get(section.title, section.title),
            f"{section.minutes}",
            ", ".join(f"`{part.name}` ({part.minutes}, {part.points:g})" for part in section.parts),
        ]
        for section in sections
    ]
    core, deeper = _minutes(sections)
    total = f"That is {core} minutes."
    if deeper:
        total = f"Without the deeper sections that is {core} minutes, with them {core + deeper}."
    return f"{before}{_table(LESSON, rows)}\n{total}\n{_SUM.sub('', after)}"


def _decks(text, decks):
    """Renew the table of decks."""
    before, old, after = _cut(text, DECKS)
    rows = []
    for deck in decks:
        words = old[deck.name][1] if deck.name in old else deck.slides[0].heading
        link = f"[{deck.name}]({deck.path.name})"
        rows.append([link, words, f"{len(deck.slides)}", f"{deck.minutes:g}"])
    return before + _table(DECKS, rows) + after


def _minutes(sections):
    """Return the minutes of the sections for everybody, and of those for a second reading."""
    return [
        sum(section.minutes for section in sections if section.deeper == deeper)
        for deeper in (False, True)
    ]


def _cut(text, head):
    """Return the text above a table, its rows by their first cell, and the text below."""
    pattern = rf"^{re.escape(_row(head))}\n\|[-:| ]+\|\n((?:\|.*\|.*\|\n)*)"
    found = re.search(pattern, text, re.MULTILINE)
    if not found:
        raise _TableError(f"no table with the head {_row(head)!r}", "write its first two lines")
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in found[1].splitlines()]
    rows = [[cell.strip() for cell in cells] for cells in rows]
    named = {re.sub(r"\[(.*?)\]\(.*\)", r"\1", cells[0]): cells for cells in rows}
    return text[: found.start()], named, text[found.end() :]


def _table(head, rows):
    return "".join(f"{line}\n" for line in [_row(head), "|---" * len(head) + "|", *map(_row, rows)])


def _row(cells):
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in cells)
