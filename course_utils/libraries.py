"""The same run in a library: PyTorch itself where it is installed, else a recording of it.

`in_library` makes `STEPS` updates on the bowl, from its start, with an optimizer of PyTorch, Keras
or optax. PyTorch runs here if it can be imported. Without it, and for the other two always, the
path is looked up in ``data/libraries.json``, which a script of the tests recorded in float64.

The course's own rules are in ``optimizers``; nothing of them is used here.
"""

import functools
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_utils.objectives import BOWL

__all__ = ["STEPS", "LibraryRun", "in_library", "recordings"]

STEPS = 50
_FILE = Path(__file__).parent / "data" / "libraries.json"


@dataclass(frozen=True, eq=False)
class LibraryRun:
    """The path of a library's optimizer.

    Attributes
    ----------
    weights : array (STEPS + 1, 2)
        What the library calls the parameters: before the first update, and after each.
    origin : str
        Who made it: "torch 2.9.0, here" or "recorded with torch 2.9.0".
    """

    weights: np.ndarray
    origin: str


def in_library(library, optimizer, *, scale=1.0, change=None, **settings):
    """Walk down the bowl with a library's optimizer.

    Parameters
    ----------
    library : {"torch", "keras", "optax"}
    optimizer : str
        As the library calls it, such as ``"SGD"``.
    scale : float
        The error, and with it every gradient, is multiplied by it.
    change : tuple (t, eta), optional
        After t updates the learning rate is set to eta.
    **settings
        Of the optimizer, in the library's own words.

    Returns
    -------
    LibraryRun

    Raises
    ------
    ValueError
        If the library cannot run here and no such run was recorded; the message names those that
        were.
    """
    asked = _key(library, optimizer, scale, change, settings)
    if library == "torch" and importlib.util.find_spec("torch"):
        return _run_torch(optimizer, scale, change, settings)
    if asked not in recordings():
        known = "; ".join(key for key in recordings() if key.startswith(f"{library}."))
        raise ValueError(
            f"expected a run that was recorded, since {library} does not run here, got {asked}; "
            f"recorded are: {known or 'none of this library'}"
        )
    return recordings()[asked]


@functools.cache
def recordings() -> dict[str, LibraryRun]:
    """Return every recorded run by what was asked for, such as ``torch.SGD(lr=0.001)``."""
    return {
        _key(row["library"], row["optimizer"], row["scale"], row["change"], row["settings"]): (
            LibraryRun(np.array(row["weights"]), f"recorded with {row['library']} {row['version']}")
        )
        for row in json.loads(_FILE.read_text("utf-8"))
    }


def _key(library, optimizer, scale, change, settings) -> str:
    """Return the name of a run; lists and tuples are alike in it, as in JSON."""
    words = [f"{name}={_plain(value)!r}" for name, value in sorted(settings.items())]
    words += [f"scale={float(scale):g}"] if scale != 1 else []
    words += [f"change={_plain(change)!r}"] if change else []
    return f"{library}.{optimizer}({', '.join(words)})"


def _plain(value):
    return tuple(value) if isinstance(value, list) else value


def _run_torch(optimizer, scale, change, settings) -> LibraryRun:
    """Let PyTorch make the updates; the gradient is handed over as an array."""
    import torch

    weights = torch.tensor(BOWL.start, dtype=torch.float64, requires_grad=True)
    rule = getattr(torch.optim, optimizer)([weights], **settings)
    path = [weights.detach().numpy().copy()]
    for t in range(STEPS):
        if change and t == change[0]:
            rule.param_groups[0]["lr"] = change[1]
        weights.grad = torch.tensor(scale * BOWL.gradient(path[-1]))
        rule.step()
        path.append(weights.detach().numpy().copy())
    return LibraryRun(np.array(path), f"torch {torch.__version__.split('+')[0]}, here")
