"""The figures of a deck: drawn, and drawn anew only if something changed that they depend on.

A figure depends on its function and on what that names, on the course's modules and data to which
its file leads (`imports` finds them), and on the versions of NumPy and matplotlib. A hash of all
that is stored with each drawn figure.
"""

import ast
import base64
import hashlib
import importlib.util
import json
from dataclasses import dataclass
from importlib.metadata import version

from course_utils.app.places import PACKAGE, UsageError, first_line_of

from ...files import write_atomically
from ..imports import needed
from .decks import SlidesError


@dataclass(frozen=True)
class DrawnFigure:
    """A figure as a page needs it.

    Attributes
    ----------
    alt : str
        Its description in words.
    width : int
        In CSS pixels.
    png : str
        The picture, in base64.
    data : str or None
        The recording of a moving figure, in base64.
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
            as_base64(still.png()),
            as_base64(figure.data()) if figure is not still else None,
        )


def as_base64(data):
    """Return bytes as text in base64."""
    return base64.b64encode(data).decode("ascii")


def draw_figures(deck, cache, say=lambda line: None):
    """Return every figure of a deck, drawn anew where something changed.

    Parameters
    ----------
    deck : Deck
    cache : Path
        The folder in which drawn figures are stored.
    say : callable
        Is told a line for each figure that is drawn.

    Returns
    -------
    dict of str -> DrawnFigure

    Raises
    ------
    UsageError
        If the deck names a figure that does not exist.
    SlidesError
        If a figure cannot be drawn.
    """
    first_slides = {}  # of each figure, in the order of the deck
    for slide in deck.slides:
        for name in slide.figures:
            first_slides.setdefault(name, slide.number)
    if not first_slides:
        return {}
    source = deck.module.read_text(encoding="utf-8") if deck.module.is_file() else ""
    _refuse_unknown(deck, first_slides, figure_functions(source))
    shared_key = _hash_foundations(deck.module)
    figures, module = {}, None
    for name, number in first_slides.items():
        key = hashlib.sha256(f"{shared_key}\n{_own_source(source, name)}".encode()).hexdigest()
        path = cache / deck.module.stem / f"{name}.json"
        figure = _stored(path, key)
        if figure is None:
            say(f"{deck.name}: drawing {name}")
            try:
                module = module or _load(deck.module)
                figure = DrawnFigure.of(getattr(module, name)())
            except Exception as error:
                raise SlidesError(
                    f"{deck.name}, slide {number}: figure {name} of {_file_of_figures(deck)} "
                    f"cannot be drawn: {type(error).__name__}: {first_line_of(error)}"
                ) from error
            write_atomically(path, json.dumps({"key": key} | vars(figure)))
        figures[name] = figure
    return figures


def figure_functions(source):
    """Return the names of the figures that a file defines: its functions without underscore."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def _file_of_figures(deck):
    return deck.module.relative_to(deck.path.parent)


def _refuse_unknown(deck, first_slides, functions):
    for name, number in first_slides.items():
        if name not in functions:
            raise UsageError(
                f"{deck.name}, slide {number}: expected a figure among the functions of "
                f"{_file_of_figures(deck)}"
                f"{' (' + ', '.join(functions) + ')' if functions else ''}, got {name!r}"
            )


def _own_source(source, name):
    """Return the part of a figures' file that one figure depends on: all but other figures."""
    tree = ast.parse(source)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    figures = set(figure_functions(source))
    own, waiting = set(), [name]  # a figure may call another one
    while waiting:
        figure = waiting.pop()
        own.add(figure)
        named = {node.id for node in ast.walk(functions[figure]) if isinstance(node, ast.Name)}
        waiting += (named & figures) - own
    tree.body = [node for node in tree.body if getattr(node, "name", "") not in figures - own]
    return f"{name}\n{ast.unparse(tree)}"


def _hash_foundations(source):
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


def _stored(path, key):
    """Return a figure drawn before, or None if it was not drawn for this key."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return DrawnFigure(**record) if record.pop("key") == key else None
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None  # no such file, or not in the form of this version
