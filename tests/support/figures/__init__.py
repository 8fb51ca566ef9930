"""Samples of the still figures.

Each module holds ``FIGURES``: by label, a function that draws one figure from data made there and
takes its keywords. ``tests/plotting/test_every_figure.py`` holds every sample to the rules that all
figures share.
"""

import importlib
import pkgutil

FIGURES = {
    f"{module.name}: {label}": draw
    for module in pkgutil.iter_modules(__path__)
    for label, draw in importlib.import_module(f"{__name__}.{module.name}").FIGURES.items()
}
