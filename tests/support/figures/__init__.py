"""Samples and tests of the still figures.

A module beside this one that is no test holds samples: a dictionary ``FIGURES`` of functions, each
of which draws one figure from data made there and takes its keywords. `test_every_figure` holds
every sample to the rules that all figures share; ``test_<module>`` looks at what is special.
"""

import importlib
import pkgutil

FIGURES = {
    f"{module.name}: {label}": draw
    for module in pkgutil.iter_modules(__path__)
    if not module.name.startswith("test_")
    for label, draw in importlib.import_module(f"{__name__}.{module.name}").FIGURES.items()
}
