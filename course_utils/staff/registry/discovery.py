"""Exercises are found: a lesson is a package of the registry, an exercise a module in it.

- ``momentum/`` holds the exercises of lesson 1: `places.short_name` makes the name from the folder
  ``01-momentum``
- ``momentum/nag_step.py`` declares ``exercise`` with the slug ``nag-step``
- a name that begins with an underscore is a helper; what Python cannot import is no module

The order is that of the source notebooks, where the exercises stand.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

from .exercise import Exercise


class UndeclaredError(ImportError):
    """A module of the registry does not declare its exercise; the text is one sentence."""


def find(package: str, path: Iterable[str], sources: Path) -> dict[str, Exercise]:
    """Return the exercises of a registry, by slug, in the order of the lessons.

    Parameters
    ----------
    package : str
        The dotted name of the registry.
    path : iterable of str
        Its ``__path__``.
    sources : Path
        The folder of the source notebooks. Exercises that stand in none come last; an installed
        package has no such folder.

    Returns
    -------
    dict of str to Exercise
        Each with its ``lesson``.

    Raises
    ------
    UndeclaredError
        If a module has no ``exercise``, or one with the slug of another module.
    """
    found = {}
    for lesson in _modules(path, packages=True):
        folder = importlib.import_module(f"{package}.{lesson}")
        for name in _modules(folder.__path__, packages=False):
            exercise = _declared(folder, name)
            if exercise.slug in found:
                other = found[exercise.slug].lesson
                raise UndeclaredError(f"expected one {name}.py, got two: in {other} and {lesson}")
            found[exercise.slug] = exercise
    places = {slug: place for place, slug in enumerate(_slugs(sources))}
    return dict(sorted(found.items(), key=lambda item: places.get(item[0], len(places))))


def find_one(package: str, path: Iterable[str], slug: str) -> Exercise | None:
    """Return one exercise without importing the others; None if there is none of that name.

    Parameters
    ----------
    package, path
        As for `find`.
    slug : str

    Raises
    ------
    UndeclaredError
        If the module of that name does not declare it.
    """
    name = slug.replace("-", "_")
    for lesson in _modules(path, packages=True):
        folder = importlib.import_module(f"{package}.{lesson}")
        if name in _modules(folder.__path__, packages=False):
            exercise = _declared(folder, name)
            return exercise if exercise.slug == slug else None
    return None


def _modules(path: Iterable[str], *, packages: bool) -> Iterator[str]:
    """Yield the names of the packages in a folder, or of its modules, helpers left out."""
    for module in pkgutil.iter_modules(path):
        if module.ispkg is packages and module.name.isidentifier() and module.name[0] != "_":
            yield module.name


def _declared(folder: ModuleType, name: str) -> Exercise:
    """Return the exercise of a module in a lesson's folder, or say what is wrong with it."""
    module = importlib.import_module(f"{folder.__name__}.{name}")
    where = "/".join(module.__name__.split(".")[-2:]) + ".py"
    exercise = getattr(module, "exercise", None)
    if not isinstance(exercise, Exercise):
        raise UndeclaredError(
            f"expected `exercise = Exercise(...)` in registry/{where}, got none; "
            "a helper's name begins with an underscore"
        )
    slug = name.replace("_", "-")
    if exercise.slug != slug:
        raise UndeclaredError(f"expected slug={slug!r} in registry/{where}, got {exercise.slug!r}")
    exercise.lesson = folder.__name__.rpartition(".")[2]
    return exercise


def _slugs(sources: Path) -> list[str]:
    """Return the names of the graded cells of all lessons, in order.

    The text is searched and not parsed, so that a notebook in the middle of an edit stops nothing.
    """
    texts = (path.read_text("utf-8", "replace") for path in sorted(sources.glob("[!.]*/*.ipynb")))
    return [slug for text in texts for slug in re.findall(r'"grade_id": *"([^"]+)"', text)]
