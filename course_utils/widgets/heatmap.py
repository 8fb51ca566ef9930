"""Measures of two gradients as heatmaps: sliders for their hyperparameters, panels on one scale."""

import contextlib
import inspect
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import ipywidgets
import numpy as np

from course_utils import measures, plotting
from course_utils.hyperparameters import default_of
from course_utils.widgets.ahead import Ahead
from course_utils.widgets.figure import MovingFigure
from course_utils.widgets.ground import colours, contours, nice_levels
from course_utils.widgets.number_slider import NumberSlider
from course_utils.widgets.sliders import settings
from course_utils.widgets.student import StudentError, call
from course_utils.widgets.wire import pack
from course_utils.wording import number

__all__ = ["Heatmap", "heatmap"]

NODES = 201
_FEWER_NODES = 101  # in recordings, and while a hand drags: no eye counts the nodes of what moves
_ROUNDING = 1e-12  # of the colours' limit: what two ways to compute one measure may differ by
_WINDOWS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)

# What a measure is called, and the window on which it shows what it has to show.
_KNOWN = {
    measures.momentum_change: ("Cₘ", 2.0),
    measures.true_momentum_change: ("|m(2)| − |m(1)|", 2.0),
    measures.amplification: ("Cₐ", 10.0),
    measures.adam_change: ("C_A", 1.0),
}


# Unicode has subscripts of these letters alone.
_SUBSCRIPTS = dict(zip("aehijklmnoprstuvx0123456789", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₀₁₂₃₄₅₆₇₈₉", strict=True))


class _Fields(NamedTuple):
    """What is drawn for some values of the sliders."""

    fields: dict[str, np.ndarray]  # by panel
    problems: dict[str, str]  # by panel that has no field: why
    regions: dict[str, np.ndarray]


class Heatmap(MovingFigure):
    """Signed measures over the plane of two gradients; see `heatmap` for the parameters."""

    def __init__(
        self,
        panels: Mapping[str, Callable],
        parameters: Mapping[str, object],
        *,
        window: float,
        limit: float | None,
        symbol: str,
        regions: Mapping[str, Callable] | None = None,
        points: Mapping[str, tuple[float, float]] | None = None,
    ):
        self.panels = dict(panels)
        self.regions = {_subscripted(label): each for label, each in (regions or {}).items()}
        self.points = dict(points or {})
        self.symbol = symbol
        self._given_limit = limit
        self._most = NODES
        self._drawn = {
            title: (measure, _parameters(measure))
            for title, measure in (self.panels | self.regions).items()
        }
        self.difference = None
        if len(self.panels) == 2:
            self.difference = ipywidgets.Checkbox(
                value=False, indent=False, description="difference", layout={"width": "120px"}
            )
        self.window = NumberSlider(window, {*_WINDOWS, window}, description="window ±")
        self._colours = colours(plotting.SIGNED)
        super().__init__(parameters, [self.window])
        # The range control belongs beside the sliders.
        bar, window_control, canvas = self.children
        extras = [self.difference] if self.difference is not None else []
        bar.children = (*bar.children, window_control, *extras)
        self.children = (bar, canvas)
        self.ahead = Ahead(self.canvas, self.sliders, self._safe_frame)
        for slider in self.sliders.values():
            slider.observe(self._rest, "held")
        self.window.observe(lambda change: self._all_anew(ground=True), "value")
        if self.difference is not None:
            self.difference.observe(lambda change: self._all_anew(), "value")

    def _all_anew(self, ground: bool = False) -> None:
        self.ahead.forget()
        self.redraw(ground)

    def close(self) -> None:
        """Close the figure, and send nothing ahead any more."""
        if self.comm is not None:
            self.ahead.stop()
            for slider in self.sliders.values():
                slider.unobserve(self._rest, "held")
        super().close()

    @property
    def nodes(self) -> int:
        """How many nodes each axis has: fewer while a hand drags a slider."""
        held = any(getattr(slider, "held", False) for slider in self.sliders.values())
        return min(self._most, _FEWER_NODES) if held else self._most

    def redraw(self, everything: bool = False) -> None:
        """Compute the frame anew, on the nodes that there are now."""
        self._nodes_drawn = self.nodes
        super().redraw(everything)

    def _rest(self, change) -> None:
        if self._nodes_drawn != self.nodes and not change["new"]:
            self.redraw()

    def axis(self) -> np.ndarray:
        """Return the nodes of both axes."""
        return np.linspace(-self.window.value, self.window.value, self.nodes)

    def fields(self, values: Mapping[str, float]) -> tuple[dict[str, np.ndarray], dict[str, str]]:
        """Return every panel's measure on the grid, rows along g2, and why a panel has none.

        With the box *difference* ticked, a third one: the first measure minus the second.

        Raises
        ------
        StudentError
            If no measure can be drawn: what is wrong with the first.
        """
        g = self.axis()
        fields, problems = {}, {}
        for title in self._titles():
            try:
                fields[title] = self._field(title, g[None, :], g[:, None], values)
            except StudentError as error:
                if title in self._drawn:  # and not the difference, which only follows
                    problems[title] = str(error)
        if not fields:
            raise StudentError(next(iter(problems.values())))
        return fields, problems

    def _titles(self) -> list[str]:
        titles = list(self.panels)
        both = self.difference is not None and self.difference.value
        return [*titles, " − ".join(titles)] if both else titles

    def _field(self, title: str, g1, g2, values: Mapping[str, float]) -> np.ndarray:
        if title not in self._drawn:
            first, second = (self._field(panel, g1, g2, values) for panel in self.panels)
            return first - second
        measure, names = self._drawn[title]
        return draw_measure(measure, g1, g2, {k: values[k] for k in names if k in values}, title)

    @property
    def limit(self) -> float:
        """Where the colours end, at ±limit: the scene says so, and sliders do not change it."""
        return self.canvas.scene["range"][1]

    def _scale(self) -> float:
        """Choose the colours' limit once a window, so that a slider changes colours, not scales."""
        if self._given_limit is not None:
            return self._given_limit
        size = self.window.value
        largest = 0.0
        for title in self.panels:
            g = np.linspace(-size, size, 21)
            with contextlib.suppress(StudentError):
                field = self._field(title, g[None, :], g[:, None], self.values)
                finite = np.abs(field[np.isfinite(field)])
                largest = max(largest, float(finite.max(initial=0.0)))
        # Values far beyond the gradients themselves come from a vanishing denominator: clip them.
        return nice_ceiling(min(largest, 5 * size) or size)

    def _scene(self) -> dict:
        limit = self._scale()
        return {
            "kind": "heatmap",
            "colours": self._colours,
            "range": [-limit, limit],
            "levels": nice_levels(limit),
            "bar": self.symbol,
            "names": ["g₁", "g₂"],
            "value": self.symbol,
            "label": f"Heatmap of {', '.join(self.panels)} over two gradients g1 and g2",
        }

    def _compute(self, values: dict) -> _Fields:
        """Return the measures and the regions, by title and by label."""
        return _Fields(*self.fields(values), self._regions(values))

    def _frame(self, values: dict, numbers: _Fields) -> dict:
        fields, problems, regions = numbers
        g = self.axis()
        levels = nice_levels(self.limit)
        panels, notes = [], []
        for title in {**self.panels, **fields}:
            if title in problems:
                ends = [g[0], g[-1]]
                panels.append({"title": title, "x": ends, "y": ends, "problem": problems[title]})
                notes.append(f"{title} has no picture: {problems[title]}")
                continue
            field = fields[title]
            difference = title not in self.panels
            finite = field[np.isfinite(field)]
            low, high = (finite.min(), finite.max()) if finite.size else (np.nan, np.nan)
            share = float(np.mean(field < 0))
            if difference and finite.size and max(-low, high) <= _ROUNDING * self.limit:
                panels.append(self._same(title, g))
                notes.append(f"{title} is 0 everywhere: no difference.")
                continue
            clipped = bool(finite.size and max(-low, high) > self.limit * (1 + 1e-9))
            panels.append(
                {
                    "title": title,
                    "x": [g[0], g[-1]],
                    "y": [g[0], g[-1]],
                    "values": pack(field),
                    "lines": contours(self._halves(title, g, field, values), levels),
                    "zero": "no difference" if difference else None,
                    "regions": [pack(mask, "uint8") for mask in regions.values()],
                    "marks": self._marks(title, values),
                    "note": f"{number(low, 3)} … {number(high, 3)}, below 0 on {share:.0%}"
                    + (f"; colours end at ±{number(self.limit, 3)}" if clipped else ""),
                }
            )
            notes.append(
                f"{title} from {number(low, 3)} to {number(high, 3)}, negative on {share:.0%} of "
                "the window."
            )
        hatched = [f"{label}, {mask.mean():.0%} of the window" for label, mask in regions.items()]
        notes += [f"Hatched: {text}." for text in hatched]
        return {
            "panels": panels,
            "hatched": hatched,
            "alt": f"{settings(values)}: {' '.join(notes)}",
        }

    def _same(self, title: str, g: np.ndarray) -> dict:
        """Return a panel of two measures that differ by rounding alone."""
        return {
            "title": title,
            "x": [g[0], g[-1]],
            "y": [g[0], g[-1]],
            "values": pack(np.zeros((len(g), len(g)))),
            "words": "no difference",
            "note": "0 everywhere",
        }

    def _marks(self, title: str, values: Mapping[str, float]) -> list[dict]:
        """Return the marked points, each with the measure's value there."""
        marks = []
        for label, place in self.points.items():
            g1, g2 = (np.full((1, 1), float(side)) for side in place)
            there = number(self._field(title, g1, g2, values).item(), 3)
            text = f"{label}: {self.symbol} = {there}"
            marks.append({"at": list(map(float, place)), "name": f"{label}: {there}", "text": text})
        return marks

    def _regions(self, values: Mapping[str, float]) -> dict[str, np.ndarray]:
        g = self.axis()
        return {
            label: self._field(label, g[None, :], g[:, None], values) != 0 for label in self.regions
        }

    def _halves(self, title, g, field, values):
        """Yield the two halves of the plane: measures may jump at g1 = 0.

        The left half ends in a column just left of 0, so that its lines reach the jump.
        """
        left, right = g < 0, g >= 0
        edge = -1e-9 * self.window.value
        column = self._field(title, np.full((1, 1), edge), g[:, None], values)
        yield (
            np.append(g[left], edge),
            g,
            np.concatenate([field[:, left], column], axis=1),
        )
        yield g[right], g, field[:, right]

    @contextlib.contextmanager
    def _for_recording(self):
        self._most = _FEWER_NODES
        try:
            yield
        finally:
            self._most = NODES

    def still(self) -> plotting.Still:
        """Return the panels as ``plotting.heatmaps`` draws them, or the sentence that is there."""
        g = self.axis()
        try:
            fields, problems, regions = self._compute(self.values)
        except (ValueError, ArithmeticError) as error:
            return plotting.Still(7, 0.8, f"No picture: {error}")
        still = plotting.heatmaps(
            g,
            g,
            fields,
            limit=self.limit,
            levels=nice_levels(self.limit),
            regions=regions,
            points=self.points,
            symbol=self.symbol,
        )
        missing = (f" {title} has no picture: {why}" for title, why in problems.items())
        still.alt = f"{settings(self.values)}. {still.alt}{''.join(missing)}"
        return still


def draw_measure(measure: Callable, g1, g2, hyperparameters: Mapping, name: str) -> np.ndarray:
    """Return a measure on a grid: a reference's, or a student's, which may be wrong in any way.

    Raises
    ------
    StudentError
        If it raises, changes an argument, or returns anything but real numbers, one for each pair.
    """
    name = getattr(measure, "__name__", name)
    given = g1.copy(), g2.copy()
    try:
        field = call(measure, *given, **hyperparameters)
    except StudentError as error:
        if _takes_single_numbers(measure, hyperparameters):
            hint = " np.where chooses for each pair." if "truth value" in str(error) else ""
            raise StudentError(
                f"{error} It works for two numbers, but not for arrays of them.{hint}"
            ) from None
        raise
    changed = [f"g{k}" for k in (1, 2) if not np.array_equal(given[k - 1], (g1, g2)[k - 1])]
    if changed:
        which = " and ".join(changed)
        raise StudentError(f"{name} changes its argument {which} in place: make a new array.")
    expected = np.broadcast_shapes(g1.shape, g2.shape)
    if field is None:
        raise StudentError(f"{name} returned None: is there a return?")
    try:
        field = np.asarray(field)
        field = field.astype(float, casting="same_kind")
    except (TypeError, ValueError):
        kind = getattr(field, "dtype", type(field).__name__)
        raise StudentError(f"{name} returned {kind}, expected real numbers.") from None
    if field.shape != expected:
        raise StudentError(
            f"{name} returned shape {field.shape}, expected {expected}: does it broadcast g1 "
            "against g2?"
        )
    return field


def _takes_single_numbers(measure: Callable, hyperparameters: Mapping) -> bool:
    """Tell whether a measure that fails for arrays returns a number for two numbers."""
    try:
        return np.ndim(float(call(measure, 1.0, -0.5, **hyperparameters))) == 0
    except (StudentError, TypeError, ValueError):
        return False


def nice_ceiling(value: float) -> float:
    """Return the next number with one short digit: 1, 2, 3, 4, 5, 6, 8 or 10 times a power."""
    power = 10.0 ** np.floor(np.log10(value))
    digits = (1, 2, 3, 4, 5, 6, 8, 10)
    digit = next(digit for digit in digits if digit * power >= value * (1 - 1e-9))
    return float(f"{digit * power:.6g}")


def _subscripted(text: str) -> str:
    """Return a text in which C_m, as students type it, is Cₘ, as readers see it."""
    return re.sub(
        rf"\b([A-Za-z])_([{''.join(_SUBSCRIPTS)}])\b",
        lambda match: match[1] + _SUBSCRIPTS[match[2]],
        text,
    )


def _parameters(measure: Callable) -> list[str]:
    """Return the names of the measure's parameters after g1 and g2."""
    return list(inspect.signature(measure).parameters)[2:]


def heatmap(
    measure: Callable = measures.momentum_change,
    *,
    beside: Mapping[str, Callable] | None = None,
    regions: Mapping[str, Callable] | None = None,
    points: Mapping[str, tuple[float, float]] | None = None,
    title: str | None = None,
    symbol: str | None = None,
    window: float | None = None,
    limit: float | None = None,
    **parameters,
) -> Heatmap:
    """Show a measure of two gradients, with a slider for each of its hyperparameters.

    Parameters
    ----------
    measure : callable
        ``measure(g1, g2, **hyperparameters)``, broadcasting g1 against g2: one of ``measures`` or
        the student's own. If it raises, or returns anything but a number for each pair, its panel
        says so in one sentence; the other panels and the sliders live on.
    beside : dict of title -> measure, optional
        Further panels on the same scale, with the same sliders as far as they take them. With one
        of them, a box shows the difference of the two.
    regions : dict of label -> callable, optional
        Where ``region(g1, g2, **hyperparameters)`` holds, all panels are hatched.
    points : dict of label -> (g1, g2), optional
        Marked on every panel, with the measure's value there.
    title, symbol : str, optional
        Heading of the first panel, and the name on the colour bar.
    window : float, optional
        Both gradients run over ±window; a control changes it.
    limit : float, optional
        Colours end at ±limit.
    **parameters : number, tuple or widget
        The sliders, as in ``interact``; by default one for each parameter that has no default.

    Returns
    -------
    Heatmap

    Raises
    ------
    ValueError
        If window or limit is not positive, or a slider is given that no measure takes.
    """
    known = _KNOWN.get(measure)
    name = getattr(measure, "__name__", "measure")
    symbol = symbol or (known[0] if known else "measure" if name == "<lambda>" else name)
    symbol, title = _subscripted(symbol), title and _subscripted(title)
    window = window or (known[1] if known else 2.0)
    for name, value in {"window": window, "limit": limit}.items():
        if value is not None and not 0 < value < np.inf:
            raise ValueError(f"expected {name} > 0 and finite, got {value}")
    panels = {title or symbol: measure}
    panels |= {_subscripted(name): each for name, each in (beside or {}).items()}
    drawn = [*panels.values(), *(regions or {}).values()]
    accepted = list(dict.fromkeys(name for each in drawn for name in _parameters(each)))
    for name in parameters:
        if name not in accepted:
            raise ValueError(f"expected a hyperparameter among {accepted}, got {name!r}")
    if not parameters:
        signature = inspect.signature(measure).parameters
        parameters = {
            name: default_of(name)
            for name in _parameters(measure)
            if signature[name].default is inspect.Parameter.empty
        }
    return Heatmap(
        panels,
        parameters,
        window=window,
        limit=limit,
        symbol=symbol,
        regions=regions,
        points=points,
    ).begin()
