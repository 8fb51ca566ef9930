"""The slides: Marp decks with the course's own figures, built into `slides/build/`.

A deck is `slides/NN-name.md`; its figures are the functions of `slides/figures/NAME.py`, NAME being
the word after the number. `read` takes a deck apart (headings, classes, notes, minutes, figures),
`draw` makes its figures, `build` puts both together. Marp makes the pages; what it must not touch,
because it is large, is put in afterwards: pictures as data, and the recordings of moving figures,
with one copy of the script that plays them (`slides/recordings.js` says how).

A figure is drawn anew when something changed that it depends on: its function and what that names,
the course's modules and data that its file leads to (`imports` finds them), and the versions of
NumPy and matplotlib. Drawn figures are kept in `slides/build/figures/`.
"""

import ast
import base64
import functools
import hashlib
import html
import importlib.util
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from course_utils.app.doctor import OPTIONAL
from course_utils.app.places import PACKAGE, UsageError, first_line_of
from course_utils.locks import alone

from .imports import needed
from .release import write_atomically

__all__ = [
    "FORMATS",
    "Deck",
    "Drawn",
    "Slide",
    "SlidesError",
    "build",
    "draw",
    "find",
    "lacking",
    "read",
]

FORMATS = ("html", "pdf", "pptx")

_PLACE = re.compile(r'<figure data-figure="([^"]*)"([^>]*)></figure>')
_DIRECTIVE = re.compile(r"_?(class|paginate|header|footer|color|backgroundColor|theme)\s*:")
_MINUTES = re.compile(r"Minutes: (\d+(?:\.5)?)\s*(?:\n|$)")


class SlidesError(RuntimeError):
    """A fault of the decks or of a program they need; the text is one sentence."""


@dataclass(frozen=True)
class Slide:
    """One slide: its place from 1, its Markdown without comments, and what its comments say.

    ``minutes`` is None if the notes do not begin with a line such as ``Minutes: 2``.
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
        """The names of the figures that stand on it."""
        return [name for name, _ in _PLACE.findall(self.body)]


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
        return self.path.parent / "figures" / f"{self.name.split('-')[1]}.py"

    @functools.cached_property
    def text(self) -> str:
        """Its Markdown."""
        return self.path.read_text(encoding="utf-8")

    @functools.cached_property
    def slides(self) -> list[Slide]:
        """Its slides, in order."""
        return read(self.text)

    @property
    def minutes(self) -> float:
        """The sum of its notes' minutes."""
        return sum(slide.minutes or 0 for slide in self.slides)


@dataclass(frozen=True)
class Drawn:
    """A figure as a page needs it.

    ``png`` and ``data`` (a recording, or nothing) are base64; ``width`` is in CSS pixels.
    """

    alt: str
    width: int
    png: str
    data: str | None

    @classmethod
    def of(cls, figure):
        """Draw a `plotting.Still` or a `widgets.recording.Recording`."""
        still = getattr(figure, "still", figure)
        return cls(
            still.alt,
            round(still.get_figwidth() * 100),
            _text(still.png()),
            _text(figure.data()) if figure is not still else None,
        )


def _text(data):
    return base64.b64encode(data).decode("ascii")


# ------------------------------------------------------------------------------- reading a deck


def find(root, names=()):
    """Return the decks of a course: those named, or all.

    Parameters
    ----------
    root : Path
        The folder of the course.
    names : sequence of str
        Such as ``"01-momentum"``; empty for every deck.

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


def read(text):
    """Take a deck's Markdown apart.

    Returns
    -------
    list of Slide
    """
    text = re.sub(r"\A---\n.*?\n---\n", "", text, count=1, flags=re.DOTALL)
    # A line of dashes inside a comment or a block of code ends no slide.
    inside = re.compile(r"<!--.*?-->|^```.*?^```", re.DOTALL | re.MULTILINE)
    kept = inside.sub(lambda found: found[0].replace("\n---", "\n\0---"), text)
    parts = re.split(r"^---[ \t]*$", kept, flags=re.MULTILINE)
    return [_slide(k, part.replace("\0", "")) for k, part in enumerate(parts, 1)]


def _slide(number, text):
    comments = [found.strip() for found in re.findall(r"<!--(.*?)-->", text, re.DOTALL)]
    classes = [c.partition(":")[2].split() for c in comments if re.match(r"_?class\s*:", c)]
    notes = "\n\n".join(c for c in comments if not _DIRECTIVE.match(c))
    minutes = _MINUTES.match(notes)
    return Slide(
        number,
        re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).strip(),
        tuple(name for names in classes for name in names),
        notes,
        float(minutes[1]) if minutes else None,
    )


# ------------------------------------------------------------------------------ drawing figures


def draw(deck, cache, say=lambda line: None):
    """Return every figure of a deck, drawn anew where something changed.

    Parameters
    ----------
    deck : Deck
    cache : Path
        The folder in which drawn figures are kept.
    say : callable
        Is told a line for each figure that is drawn.

    Returns
    -------
    dict of str -> Drawn

    Raises
    ------
    UsageError
        If the deck names a figure that does not exist.
    SlidesError
        If a figure cannot be drawn.
    """
    names = {}  # in order, each with the first slide it stands on
    for slide in deck.slides:
        for name in slide.figures:
            names.setdefault(name, slide.number)
    if not names:
        return {}
    where = deck.module.relative_to(deck.path.parent)
    source = deck.module.read_text(encoding="utf-8") if deck.module.is_file() else ""
    functions = figure_functions(source)
    for name, number in names.items():
        if name not in functions:
            raise UsageError(
                f"{deck.name}, slide {number}: expected a figure among the functions of {where}"
                f"{' (' + ', '.join(functions) + ')' if functions else ''}, got {name!r}"
            )
    shared = _foundations(deck.module)
    drawn, module = {}, None
    for name, number in names.items():
        key = hashlib.sha256(f"{shared}\n{_own(source, name)}".encode()).hexdigest()
        kept = cache / deck.module.stem / f"{name}.json"
        drawn[name] = _kept(kept, key)
        if drawn[name] is None:
            say(f"{deck.name}: drawing {name}")
            try:
                module = module or _load(deck.module)
                drawn[name] = Drawn.of(getattr(module, name)())
            except Exception as error:
                raise SlidesError(
                    f"{deck.name}, slide {number}: figure {name} of {where} cannot be drawn: "
                    f"{type(error).__name__}: {first_line_of(error)}"
                ) from error
            write_atomically(kept, json.dumps({"key": key} | vars(drawn[name])))
    return drawn


def figure_functions(source):
    """Return the names of the figures that a file defines: its functions without underscore."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def _own(source, name):
    """Return what of a figures' file one figure depends on: all but the other figures."""
    tree = ast.parse(source)
    figures = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    others = {other for other in figures if not other.startswith("_")}
    its_own, waiting = set(), [name]
    while waiting:
        function = waiting.pop()
        its_own.add(function)
        named = {node.id for node in ast.walk(figures[function]) if isinstance(node, ast.Name)}
        waiting += (named & others) - its_own
    tree.body = [node for node in tree.body if getattr(node, "name", "") not in others - its_own]
    return f"{name}\n{ast.unparse(tree)}"


def _foundations(source):
    """Return a hash of all that every figure of a file depends on outside of it."""
    digest = hashlib.sha256(f"{version('numpy')} {version('matplotlib')}".encode())
    for path in needed(PACKAGE, [source]):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _load(path):
    spec = importlib.util.spec_from_file_location(f"slides_figures_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _kept(path, key):
    """Return a figure drawn before, if it was drawn for this key."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Drawn(**kept) if kept.pop("key") == key else None
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None  # none, or not one that this version writes


# ---------------------------------------------------------------------------------- building


def build(root, names=(), formats=FORMATS, say=lambda line: None):
    """Build decks into ``slides/build/``.

    Parameters
    ----------
    root : Path
        The folder of the course.
    names : sequence of str
        The decks; empty for all.
    formats : sequence of str
        Of `FORMATS`.
    say : callable
        Is told a line for each figure drawn and each deck built.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    UsageError
        If a deck or a figure does not exist, or a program is missing.
    SlidesError
        If a figure cannot be drawn, or Marp fails.
    """
    decks = find(root, names)
    slides, target = root / "slides", root / "slides" / "build"
    missing = lacking(formats)
    if missing:
        raise UsageError(missing)
    target.mkdir(exist_ok=True)
    with alone(target / ".busy"):  # another build may be drawing the same figures
        figures = {deck.name: draw(deck, target / "figures", say) for deck in decks}
        marp = _marp(slides, say)
    written = []
    # A browser that Marp lost may still be writing there: no reason to fail.
    scratch = tempfile.TemporaryDirectory(dir=target, prefix=".work-", ignore_cleanup_errors=True)
    with scratch as work:
        for kind in formats:
            for deck in decks:
                text = deck.text if kind == "html" else _pictured(deck, figures[deck.name], work)
                Path(work, f"{deck.name}.md").write_text(text, encoding="utf-8")
            _convert(marp, slides, work, [deck.name for deck in decks], kind)
            for deck in decks:
                made, path = Path(work, f"{deck.name}.{kind}"), target / f"{deck.name}.{kind}"
                if kind == "html":
                    page = made.read_text(encoding="utf-8")
                    write_atomically(path, _inlined(page, figures[deck.name], slides))
                else:
                    os.replace(made, path)
                written.append(path)
    for deck in decks:
        say(
            f"{deck.name}: {len(deck.slides)} slides, {deck.minutes:g} minutes "
            f"-> slides/build/{deck.name} ({', '.join(formats)})"
        )
    return written


def lacking(formats=FORMATS):
    """Return a sentence on the program that these formats need and this machine lacks, if any."""
    needed = ["node"] if set(formats) <= {"html"} else ["node", "chromium"]
    missing = [OPTIONAL[name].missing() for name in needed]
    if not missing[0] and not shutil.which("npm"):
        missing.insert(0, f"npm is missing: {OPTIONAL['node'].mend()}")
    return next(filter(None, missing), "")


def _marp(slides, say):
    """Return Marp's command, installed as the lock says."""
    wanted = hashlib.sha256((slides / "package-lock.json").read_bytes()).hexdigest()
    stamp = slides / "node_modules" / ".installed"
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        say("installing Marp into slides/node_modules (once)")
        ran = _run(
            [shutil.which("npm"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"], slides
        )
        if ran.returncode:
            raise SlidesError(f"npm could not install Marp: {_last(ran.stdout)}")
        stamp.write_text(wanted, "utf-8")
    return [OPTIONAL["node"].where(), str(slides / "node_modules/@marp-team/marp-cli/marp-cli.js")]


_OPTIONS = {
    "html": [],
    "pdf": ["--pdf", "--pdf-notes", "--pdf-outlines", "--pdf-outlines.pages=false"],
    "pptx": ["--pptx"],
}


def _convert(marp, slides, work, names, kind):
    """Have Marp make one file a deck, beside its Markdown."""
    options = _OPTIONS[kind]
    decks = [f"{name}.md" for name in names]
    ran = _run([*marp, "-c", str(slides / "marp.config.mjs"), *options, *decks], work)
    absent = [name for name in names if not Path(work, f"{name}.{kind}").is_file()]
    if ran.returncode or absent:
        failed = ", ".join(absent or names)
        raise SlidesError(f"Marp could not make {kind} of {failed}: {_last(ran.stdout)}")


def _run(command, folder):
    # From a terminal Marp would wait for more on its standard input.
    environment = os.environ | {"CHROME_PATH": OPTIONAL["chromium"].where() or ""}
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",  # what is said may stand in the sentence of a failure
        check=False,
    )


def _last(output):
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def _pictured(deck, figures, work):
    """Return a deck's Markdown with pictures in files, for what cannot move."""
    folder = Path(work, deck.name)
    folder.mkdir(exist_ok=True)
    for name, drawn in figures.items():
        (folder / f"{name}.png").write_bytes(base64.b64decode(drawn.png))
    return _filled(deck.text, figures, lambda name: f"{deck.name}/{name}.png")


def _filled(text, figures, address):
    """Put every figure's picture in its place."""

    def image(found):
        name, attributes = found.groups()
        drawn = figures[name]
        moves = f' data-recording="{name}"' if drawn.data else ""
        return (
            f'<figure data-figure="{name}"{moves}{attributes}><img src="{address(name)}" '
            f'alt="{html.escape(drawn.alt)}" width="{drawn.width}"></figure>'
        )

    return _PLACE.sub(image, text)


def _inlined(page, figures, slides):
    """Return Marp's page with its figures in it, and what plays those that move."""
    page = _filled(page, figures, lambda name: f"data:image/png;base64,{figures[name].png}")
    moving = {name: drawn.data for name, drawn in figures.items() if drawn.data}
    if not moving:
        return page
    static = PACKAGE / "widgets" / "static"
    code = _text((static / "figures.js").read_bytes())
    script = (slides / "recordings.js").read_text(encoding="utf-8")
    style = (static / "figures.css").read_text(encoding="utf-8")
    parts = [
        f"<style>{style}</style>",
        *(f'<script type="text/plain" id="recording-{n}">{d}</script>' for n, d in moving.items()),
        f'<script type="text/plain" id="figures-js">{code}</script>',
        f'<script type="module">\n{script}</script>',
    ]
    before, end, after = page.rpartition("</body>")
    return before + "\n".join(parts) + "\n" + end + after
