"""Take from the course's code what Windows lacks, in every Python with this folder on its path.

`lacking.txt` has the names. Python itself and installed packages keep them: they ask
``sys.platform`` and go another way on Windows. What this cannot show is how the rest behaves
there: paths, open files that cannot be replaced, the lock itself.
"""

import builtins
import sys
import types
from pathlib import Path

from lacking import HERE, LACKING

ROOT = HERE.parents[2]

_made = {}
_usual = builtins.__import__


def _is_ours(asker):
    """Return whether code with these globals is the course's: a file here, or a notebook's cell."""
    if asker is None:
        return False
    if "__file__" not in asker:
        return not (asker.get("__name__") or "").startswith("importlib")
    path = Path(asker["__file__"])
    return path.is_relative_to(ROOT) and "site-packages" not in path.parts


def _import(name, globals=None, locals=None, fromlist=(), level=0):
    found = _usual(name, globals, locals, fromlist, level)
    if level or not _is_ours(globals):
        return found
    first = name.partition(".")[0]
    if first in LACKING["modules"]:
        raise ModuleNotFoundError(f"No module named {first!r}, as on Windows", name=first)
    # What `from os.path import …` asks for is all there.
    return _less(first) if first in LACKING and (first == name or not fromlist) else found


def _less(name):
    """Return a module without the names that it lacks on Windows."""
    if name not in _made:
        whole = sys.modules[name]
        _made[name] = types.ModuleType(name, whole.__doc__)
        vars(_made[name]).update(
            {key: value for key, value in vars(whole).items() if key not in LACKING[name]}
        )
        if name == "os":
            _made[name].name = "nt"
    return _made[name]


builtins.__import__ = _import
