"""What every figure shares: colours, dashes, colour maps, and matplotlib's settings."""

from collections.abc import Iterable
from dataclasses import dataclass

import matplotlib as mpl
import matplotlib.style
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

INK = "#1d2430"  # text, axes, results
FAINT = "#8a93a3"  # helpers that may recede
CONTOUR = "#a98a63"  # lines of an error surface
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK = "#E69F00", "#56B4E9", "#000000"


@dataclass(frozen=True)
class Look:
    """One colour, one dash (points on, points off, and so on; empty means solid), one marker."""

    colour: str
    dash: tuple[float, ...] = ()
    marker: str = "o"

    @property
    def line(self) -> dict:
        """The same as keyword arguments of matplotlib's ``plot``."""
        return {"color": self.colour, "linestyle": (0, self.dash) if self.dash else "-"}


#: The optimizers of the whole course, by label in lower case. Relatives share a colour and differ
#: in dash and marker. A test compares the labels with those of ``optimizers``.
STYLE: dict[str, Look] = {
    "gradient descent": Look(BLUE, (), "o"),
    "momentum": Look(VERMILION, (7, 2), "s"),
    "classical momentum": Look(VERMILION, (2, 1.5), "D"),
    "nesterov": Look(GREEN, (8, 2, 2, 2), "^"),
    "nag": Look(GREEN, (4, 1.5), "v"),
    "adagrad": Look(PURPLE, (1.5, 1.5), "P"),
    "rmsprop": Look(ORANGE, (6, 1.5, 1.5, 1.5, 1.5, 1.5), "X"),
    "rprop": Look(SKY, (5, 3), "h"),
    "first moments": Look(BLACK, (1.2, 2.4), "<"),
    "adam": Look(BLACK, (12, 2), ">"),
    "adamw": Look(BLACK, (12, 2, 2, 2), "d"),
}

#: For labels that are no optimizer's name ("α = 0.9"), in this order.
CYCLE: tuple[Look, ...] = (
    Look(BLUE, (), "o"),
    Look(VERMILION, (7, 2), "s"),
    Look(GREEN, (8, 2, 2, 2), "^"),
    Look(PURPLE, (2, 1.5), "D"),
    Look(BLACK, (4, 1.5), "v"),
    Look(ORANGE, (6, 1.5, 1.5, 1.5, 1.5, 1.5), "P"),
    Look(SKY, (5, 3), "X"),
)

PAPER = "#ffffff"  # under a plot
BEYOND = "#e3e5ea"  # where nothing converges

#: What becomes of colours on a dark page, where figures are drawn for the page that they are on.
#: All others stay as they are.
DARK: dict[str, str] = {
    PAPER: "#14181e",
    INK: "#e6eaf0",
    BLUE: "#4da3e0",
    VERMILION: "#ee7430",
    GREEN: "#2fbf94",
    PURPLE: "#dd93bd",
    SKY: "#a5dcff",
    BLACK: "#f4f6f8",
    BEYOND: "#2a2f37",
}


def colour_map(name: str, light: list, dark: list) -> LinearSegmentedColormap:
    """Return a colour map for light pages; its ``dark`` is the one for dark pages.

    The number of colours is odd, so that the middle has one of its own.
    """
    made = LinearSegmentedColormap.from_list(name, light, N=257)
    made.dark = LinearSegmentedColormap.from_list(f"{name}, dark", dark, N=257)
    return made


# RdBu_r's own centre is light grey; an odd table with the paper in the middle makes 0 the paper.
# Its ends are left out: contour labels and hatches would drown in them.
_RED_BLUE = [mpl.colormaps["RdBu_r"](x)[:3] for x in np.linspace(0.08, 0.92, 11)]
_RED_BLUE[5] = PAPER
_BLUES, _REDS = ["#3a83c6", "#265f96", "#1c3f61"], ["#5e2a28", "#93403a", "#c9584c"]
SIGNED = colour_map("signed", _RED_BLUE, [*_BLUES, DARK[PAPER], *_REDS])
SURFACE = colour_map(
    "surface",
    ["#fffdf7", "#f8e9cf", "#e6c79c", "#d3a87a"],
    ["#171b21", "#2b2720", "#473a29", "#66523a"],
)
PATH = colour_map("path", ["#071b3f", "#0b4ea2", "#1e9bff"], ["#2f6fc0", "#4fa3f0", "#c9e6ff"])
RATE = colour_map(
    "rate",
    ["#3f8f9b", "#8cc7c0", "#d6ecd6", "#fffde8"],
    ["#0d272d", "#1a4a54", "#34737a", "#5f9c9a"],
)

RC = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.edgecolor": "#5b6472",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.grid": False,
    "font.size": 12,
    "font.family": "DejaVu Sans",  # ships with matplotlib: the same picture everywhere
    "grid.color": "#dfe3e8",
    "hatch.color": INK,
    "hatch.linewidth": 0.7,
    "legend.frameon": False,
    "legend.handlelength": 3.2,  # long enough to show a dash
    "lines.linewidth": 2.2,
    "lines.dash_capstyle": "butt",
    "lines.scale_dashes": False,
    "text.color": INK,
    "xtick.color": "#3a4250",
    "ytick.color": "#3a4250",
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
}


def path_colours(colour: str) -> LinearSegmentedColormap:
    """Return the colours of an optimizer's path: its own, dark early and bright late."""
    if colour == BLUE:
        return PATH
    own, on_dark = np.array(to_rgb(colour)), np.array(to_rgb(DARK.get(colour, colour)))
    light = [0.35 * own, own, 1 - 0.6 * (1 - own)]
    return colour_map(f"path {colour}", light, [0.6 * on_dark, on_dark, 1 - 0.4 * (1 - on_dark)])


def look_of(label: str) -> Look | None:
    """Return an optimizer's own look; None if the label names none.

    An exercise's function, such as ``momentum_step``, wears the look of the optimizer it computes.
    """
    name = label.lower()
    if name.endswith("_step"):
        name = name.removesuffix("_step").replace("_", " ")
        name = {"first moment": "first moments"}.get(name, name)
    return STYLE.get(name)


def path_colours_of(label: str) -> LinearSegmentedColormap:
    """Return the colours of a path by its label: an optimizer's own, or blue."""
    look = look_of(label)
    return PATH if look is None else path_colours(look.colour)


def looks(labels: Iterable[str]) -> dict[str, Look]:
    """Give an optimizer its own look and every other label the next one that is still free.

    Parameters
    ----------
    labels : iterable of str
        What the reader sees. A label in :data:`STYLE`, in upper or lower case, has the same look
        in every figure. So has an exercise's function, unless its optimizer stands beside it.

    Returns
    -------
    dict of Look
        By label.

    Raises
    ------
    ValueError
        If there are more other labels than looks that are free.
    """
    labels = list(labels)
    named = {label: STYLE[label.lower()] for label in labels if label.lower() in STYLE}
    for label in labels:
        look = look_of(label)
        if look is not None and look not in named.values():
            named[label] = look
    taken = {look.dash for look in named.values()}
    free = [look for look in CYCLE if look.dash not in taken]
    others = [label for label in labels if label not in named]
    if len(others) > len(free):
        raise ValueError(
            f"expected at most {len(free)} unnamed curves in one figure, got {len(others)}"
        )
    return named | dict(zip(others, free, strict=False))
