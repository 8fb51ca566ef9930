"""A moving figure without a kernel: its frames, its script and its still in one piece of HTML.

All arrays of all frames go, once each, into one compressed block; grids are rounded to 14 bits of
their own range, which no eye and no printed digit of a hover text can tell. The page asks nobody
for anything, and where scripts do not run the still remains.
"""

import base64
import html
import itertools
import json
import math
import os
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from course_utils.hyperparameters import symbol_of
from course_utils.plotting import Still
from course_utils.widgets.canvas import STATIC
from course_utils.widgets.wire import DTYPES
from course_utils.wording import number

__all__ = ["MIME", "MOST_FRAMES", "RECORD_VARIABLE", "Recording", "is_recording"]

MOST_FRAMES = 400

#: A kernel with this variable set puts a recording beside each moving figure's still, as MIME.
RECORD_VARIABLE = "COURSE_RECORDINGS"
MIME = "application/vnd.optimizers-course.recording+json"

# Grids and contours are larger, paths are smaller and keep their digits.
_SMALL = 3000
_STEPS = 16383  # finer than any colour map, hair line or printed digit


def is_recording() -> bool:
    """Tell whether whoever started this kernel wants figures with their recordings."""
    return bool(os.environ.get(RECORD_VARIABLE))


@dataclass(frozen=True, eq=False)
class Recording:
    """Frames of a moving figure, one for each combination of slider stops.

    Attributes
    ----------
    scene, ground : dict
        What all frames share.
    frames : list of dict
        In the order of ``itertools.product(*stops.values())``.
    stops : dict of name -> list of floats
    start : dict of name -> float
        Where the sliders stand at first; the nearest stop is shown.
    still : Still
        Stands in where scripts do not run.
    starts : list of (float, float)
        Where a hand can put the start of a path: for each combination of stops there is a frame for
        each of these places, in this order, and then the next combination. Empty if it stays.
    origin : list of float
        Where the start is at first; the nearest of ``starts`` is shown.
    """

    scene: dict
    ground: dict
    frames: list[dict]
    stops: dict[str, list[float]]
    start: dict[str, float]
    still: Still
    starts: list[tuple[float, float]] = field(default_factory=list)
    origin: list[float] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        scene: dict,
        ground: dict,
        frame: Callable[[dict], dict],
        stops: Mapping[str, Sequence[float]],
        start: Mapping[str, float],
        still: Still,
    ):
        """Compute every frame.

        Raises
        ------
        ValueError
            If there are no stops, or more than `MOST_FRAMES` combinations of them.
        """
        count = math.prod(map(len, stops.values()))
        if not stops or not 0 < count <= MOST_FRAMES:
            raise ValueError(
                f"expected values for at least one slider and 1 to {MOST_FRAMES} frames in all, "
                f"got {count if stops else 0}"
            )
        frames = [
            frame(dict(zip(stops, chosen, strict=True)))
            for chosen in itertools.product(*stops.values())
        ]
        return cls(scene, ground, frames, dict(stops), dict(start), still)

    def data(self) -> bytes:
        """Return everything as one zlib-compressed block.

        Uncompressed it is the length of a JSON header (4 bytes, little-endian), the header, and
        the arrays' bytes, to which the header points by offset.
        """
        blocks: dict[bytes, int] = {}
        total = 0

        def shelve(value):
            nonlocal total
            if isinstance(value, dict) and "data" in value and "dtype" in value:
                packed = _rounded(value)
                data = packed.pop("data")
                if data not in blocks:
                    blocks[data] = total
                    total += len(data) + -len(data) % 4  # typed arrays want their alignment
                return packed | {"offset": blocks[data], "bytes": len(data)}
            if isinstance(value, dict):
                return {key: shelve(inner) for key, inner in value.items()}
            if isinstance(value, list | tuple):
                return [shelve(inner) for inner in value]
            return value

        header = shelve(
            {
                "scene": self.scene,
                "ground": self.ground,
                "frames": self.frames,
                "starts": self.starts,
                "origin": self.origin,
                "sliders": [
                    {
                        "name": name,
                        "label": symbol_of(name),
                        "stops": stops,
                        "texts": [number(stop, 3) for stop in stops],
                        "at": int(np.argmin(np.abs(np.array(stops) - self.start[name]))),
                    }
                    for name, stops in self.stops.items()
                ],
            }
        )
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-(len(text) + 4) % 4)
        body = b"".join(data + b"\0" * (-len(data) % 4) for data in blocks)
        return zlib.compress(struct.pack("<I", len(text)) + text + body, 9)

    def mime(self) -> dict:
        """Return what stands in a notebook's output under `MIME`: the data, and the sliders."""
        return {"data": base64.b64encode(self.data()).decode("ascii"), "sliders": list(self.stops)}

    def html(self) -> str:
        """Return the figure as a piece of HTML that asks nobody for anything."""
        encode = lambda data: base64.b64encode(data).decode("ascii")  # noqa: E731
        script = encode((STATIC / "figures.js").read_bytes())
        style = (STATIC / "figures.css").read_text(encoding="utf-8")
        return (
            f'<div class="course-recording"><style>{style}</style>\n{self.still.html(1)}\n'
            '<script type="module">\n'
            f'const data = "{encode(self.data())}";\n'
            f'const code = "{script}";\n' + _STARTER + "</script></div>"
        )

    def save(self, path) -> Path:
        """Write a page of its own and return its path."""
        path = Path(path)
        page = (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>{html.escape(self.still.title or 'Moving figure')}</title></head>"
            f"<body>{self.html()}</body></html>\n"
        )
        path.write_text(page, encoding="utf-8")
        return path

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html(), "text/plain": self.still.alt}


# Finds its own <div> by the data it holds, since a module script does not know where it stands.
_STARTER = """\
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const url = URL.createObjectURL(new Blob([bytes(code)], { type: "text/javascript" }));
const { default: figures } = await import(url);
URL.revokeObjectURL(url);
for (const box of document.querySelectorAll(".course-recording:not([data-plays])")) {
  if (!box.querySelector("script")?.textContent.includes(data)) continue;
  box.dataset.plays = "yes";
  await figures.play(box, bytes(data));
  break;
}
"""


def _rounded(packed: dict) -> dict:
    """Return a packed float array as 16-bit integers of its own range, if it is large.

    Each integer is stored as its difference from what its left, upper and upper-left neighbours
    predict (modulo 2^16): smooth fields become small numbers, which compress well.
    """
    if packed["dtype"] != "float32" or math.prod(packed["shape"]) < _SMALL:
        return dict(packed)
    values = np.frombuffer(packed["data"], DTYPES["float32"])
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    span = (high - low) or 1.0
    with np.errstate(invalid="ignore"):
        steps = np.round((np.clip(values, low, high) - low) / span * _STEPS)
    steps = np.where(np.isnan(values), 65535, steps).astype("<u2")
    grid = steps.reshape(packed["shape"])
    for axis in (axis for axis, size in enumerate(grid.shape) if size > 2):
        grid = np.diff(
            grid, axis=axis, prepend=np.zeros_like(grid, shape=_one_along(grid.shape, axis))
        )
    return packed | {"dtype": "uint16", "range": [low, span / _STEPS], "data": grid.tobytes()}


def _one_along(shape, axis):
    """Return the shape of one slice across an axis."""
    return tuple(1 if index == axis else size for index, size in enumerate(shape))
