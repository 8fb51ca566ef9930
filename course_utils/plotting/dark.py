"""A still for dark pages: the same picture in other colours.

A still knows its page only where the page is made with it, as in the reading copy. There its light
picture is enough: `darken` exchanges the colours of its palette. What the light colours become is
told by ``style`` alone, for stills as for moving figures.
"""

import functools
import io

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

from course_utils.plotting.still import COLOUR_MAPS
from course_utils.plotting.style import (
    BLUE,
    CONTOUR,
    CYCLE,
    DARK,
    FAINT,
    INK,
    ORANGE,
    PAPER,
    PATH,
    RATE,
    RC,
    SIGNED,
    STYLE,
    SURFACE,
    path_colours,
)

__all__ = ["darken"]

# Grid and ticks lie between ink and paper, in both themes.
_BETWEEN = {
    RC["grid.color"]: "#2b323c",
    RC["axes.edgecolor"]: "#9aa4b2",
    RC["xtick.color"]: "#c3cad4",
}
_SINGLE = {colour: DARK.get(colour, colour) for colour in (ORANGE, CONTOUR, FAINT)}
_LOOKS = {look.colour for look in (*STYLE.values(), *CYCLE)} - {BLUE}
_MAPS = {
    each.name: each
    for each in (SIGNED, SURFACE, RATE, PATH, *(path_colours(colour) for colour in _LOOKS))
}
_SHARES = np.linspace(0, 1, 129)  # of a colour map
_MIXED = (0.75, 0.5, 0.25)  # with paper, at edges and in bands


def darken(png: bytes) -> bytes:
    """Return a still's PNG in the colours of a dark page.

    One with a map of which nobody has said what becomes of it, such as that of grey pictures, stays
    as it is: colours that are guessed would look like others.

    Parameters
    ----------
    png : bytes
        Of `Still.png`, which has a palette, and names its colour maps.

    Raises
    ------
    ValueError
        If it has no palette.
    """
    picture = Image.open(io.BytesIO(png))
    if picture.mode != "P":
        raise ValueError(f"expected a PNG with a palette, got mode {picture.mode}")
    light = np.array(picture.getpalette("RGB"), float).reshape(-1, 3) / 255
    maps = tuple(filter(None, picture.info.get(COLOUR_MAPS, "").split(", ")))
    if not _MAPS.keys() >= {*maps}:
        return png
    picture.putpalette(np.round(255 * _on_dark(light, maps)).astype(np.uint8).tobytes())
    packed = io.BytesIO()
    picture.save(packed, format="png", optimize=True)
    return packed.getvalue()


def _on_dark(colours: np.ndarray, maps: tuple[str, ...]) -> np.ndarray:
    """Return what colours (n, 3) become, between those whose counterparts are known.

    Each known colour pulls with a power of its distance so high that the nearest decide.
    """
    light, dark = _counterparts(maps)
    distances = np.linalg.norm(colours[:, None] - light, axis=2)
    pulls = np.maximum(distances, 1e-3) ** -8.0
    return pulls @ dark / pulls.sum(axis=1, keepdims=True)


@functools.cache
def _counterparts(maps: tuple[str, ...]) -> np.ndarray:
    """Return colours of a still with these colour maps, and what becomes of them, (2, n, 3)."""
    single = np.array(
        [(to_rgb(light), to_rgb(dark)) for light, dark in (DARK | _SINGLE | _BETWEEN).items()]
    )
    ink, paper = (np.array([to_rgb(colour), to_rgb(DARK[colour])]) for colour in (INK, PAPER))
    # Where there is a map, mixtures of other colours would look like colours of the map.
    mixed = ink[None] if maps else single
    known = [single, *(share * mixed + (1 - share) * paper for share in _MIXED)]
    for name in maps:
        each = _MAPS[name]
        known.append(np.stack([each(_SHARES), each.dark(_SHARES)], axis=1)[..., :3])
    return np.concatenate(known).swapaxes(0, 1)
