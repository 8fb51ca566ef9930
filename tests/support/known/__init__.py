"""What is known about the exercises from elsewhere, one module a lesson.

``KNOWN`` holds rows (slug, arguments, right values): printed in a source or worked out by hand,
none of them by this code. ``NATURAL`` holds rows (slug, function, beginning of the hint): mistakes
as students write them, in ways of their own.
"""

import importlib
import pkgutil

_LESSONS = [
    importlib.import_module(f"{__name__}.{module.name}")
    for module in pkgutil.iter_modules(__path__)
]
KNOWN = [row for lesson in _LESSONS for row in lesson.KNOWN]
NATURAL = [row for lesson in _LESSONS for row in lesson.NATURAL]
