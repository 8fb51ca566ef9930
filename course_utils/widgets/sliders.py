"""One slider for each hyperparameter, made from what ``interact`` users know.

A number becomes a slider with the hyperparameter's own range, a tuple ``(low, high[, step])`` a
slider with that range, and a widget stays what it is. Symbols, defaults and ranges come from
``hyperparameters``.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType

import ipywidgets
import numpy as np

from course_utils.hyperparameters import ANY_SLIDER, Slider, default_of, slider_of, symbol_of
from course_utils.widgets.number_slider import NumberSlider
from course_utils.wording import number

__all__ = ["make_slider", "make_sliders", "nearest", "settings", "stops_of", "sweep"]

# Round numbers in nearly equal ratios are easier to read, and to type again, than 10 to some power.
_MANTISSAS = [*range(10, 20), *range(20, 50, 2), *range(50, 100, 5)]


def make_slider(name: str, spec=None, limits: tuple | None = None) -> ipywidgets.Widget:
    """Return a slider for the hyperparameter ``name``.

    Parameters
    ----------
    name : str
        The hyperparameter; its symbol becomes the label.
    spec : number, tuple or widget, optional
        A value, ``(low, high)`` or ``(low, high, step)``, or any widget with a ``value``. By
        default the hyperparameter's own value.
    limits : (low, high), optional
        For a count, the range instead of the usual one.

    Raises
    ------
    ValueError
        If ``spec`` is none of these, or there is no default for ``name``.
    """
    if isinstance(spec, ipywidgets.Widget):
        return spec
    value = default_of(name, None) if spec is None else spec
    whole = slider_of(name).scale == "count"
    if isinstance(value, tuple) and len(value) in (2, 3):
        stops = _stops_between(*value, whole=whole)
        start = min(max(default_of(name, value[0]), value[0]), value[1])
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(
            f"expected a number, (low, high, step) or a widget for {name}, got {value!r}"
        )
    else:
        stops, start = {*_usual_stops(name, value, limits), float(value)}, value
    return NumberSlider(start, stops, whole=whole, description=symbol_of(name))


def _stops_between(low, high, step=None, *, whole: bool) -> set[float]:
    """Return the stops from ``low`` to ``high``, both included."""
    step = step or (1 if whole else (high - low) / 100)
    count = math.floor((high - low) / step + 1e-9)
    return {*(round(low + k * step, 12) for k in range(count + 1)), float(high)}


def _usual_stops(name: str, value: float, limits: tuple | None) -> set[float]:
    """Return the stops of a hyperparameter's own slider, or of one that reaches to ``value``."""
    usual = slider_of(name)
    if usual.scale == "count":
        return _stops_between(*(limits or (usual.low, max(usual.high, 2 * value))), whole=True)
    if usual.scale == "log" and value > 0:
        return _round_numbers(usual)
    usual = usual if usual.scale == "linear" else ANY_SLIDER
    return _stops_between(usual.low, usual.high, usual.step, whole=False)


def _round_numbers(usual: Slider) -> set[float]:
    """Return the stops of a logarithmic slider."""
    first, last = round(np.log10(usual.low)), round(np.log10(usual.high))
    powers = range(first - 1, last - 1)
    stops = {float(f"{mantissa}e{power}") for power in powers for mantissa in _MANTISSAS}
    return stops | {float(usual.high)}


def stops_of(slider: ipywidgets.Widget) -> list[float]:
    """Return where a slider can stand, rising; of a widget that somebody else made too."""
    if isinstance(slider, NumberSlider):
        return slider.stops
    if isinstance(slider, ipywidgets.SelectionSlider):
        values = (option[1] if isinstance(option, tuple) else option for option in slider.options)
        return sorted(map(float, values))
    if hasattr(slider, "min") and getattr(slider, "step", None):
        whole = isinstance(slider, ipywidgets.IntSlider)
        return sorted(_stops_between(slider.min, slider.max, slider.step, whole=whole))
    return []


def nearest(slider: ipywidgets.Widget, value: float) -> float:
    """Return the value closest to ``value`` at which the slider can stand."""
    return min(stops_of(slider), key=lambda stop: abs(stop - value), default=value)


def make_sliders(
    specs: Mapping[str, object], limits: Mapping[str, tuple] = MappingProxyType({})
) -> dict[str, ipywidgets.Widget]:
    """Return a slider for each entry, in the same order."""
    return {name: make_slider(name, spec, limits.get(name)) for name, spec in specs.items()}


def settings(values: Mapping[str, float], digits: int = 4) -> str:
    """Write where sliders stand, for readers: "η = 0.001, α = 0.9"."""
    return ", ".join(
        f"{symbol_of(name)} = {number(value, digits)}" for name, value in values.items()
    )


# A recording keeps every combination of stops. So it keeps few sliders, and few stops of each where
# they are several: 55, 11 times 11, or 5 times 5 times 5 frames, and the stops at which they stand.
_STOPS_BY_SLIDERS = {1: 55, 2: 11, 3: 5}


def sweep(sliders: Mapping[str, ipywidgets.Widget], share: float = 1.0) -> dict[str, list[float]]:
    """Return the stops that show, in hardly more than 200 frames, what the sliders do.

    Where a slider stands is always among its stops. Learning rates and the like spread by powers
    over a factor of ten to both sides, everything else over the slider's whole range.

    Parameters
    ----------
    sliders : mapping of name -> widget
    share : float in (0, 1]
        Keep only so much of each slider's stops.

    Returns
    -------
    dict of name -> list of floats
        For at most three sliders, rising; empty if no slider has a range.
    """
    movable = {name: slider for name, slider in sliders.items() if stops_of(slider)}
    major = [name for name in movable if not slider_of(name).minor]
    chosen = major[: max(_STOPS_BY_SLIDERS)] or list(movable)[:1]
    return {
        name: _stops(name, movable[name], max(2, round(share * _STOPS_BY_SLIDERS[len(chosen)])))
        for name in chosen
    }


def _stops(name: str, slider: ipywidgets.Widget, most: int) -> list[float]:
    """Return at most about ``most`` stops of one slider, rising."""
    usual, here, stops = slider_of(name), float(slider.value), stops_of(slider)
    if usual.scale == "log":
        low, high = (nearest(slider, here * factor) for factor in (0.1, 10))
        return sorted({here, *(nearest(slider, stop) for stop in np.geomspace(low, high, most))})
    if usual.few and most <= 7:
        return sorted({here, *(stop for stop in usual.few if stops[0] <= stop <= stops[-1])})
    # Of updates, those alone that the figure was made for, and as many again.
    high = min(stops[-1], 2 * here) if usual.scale == "count" else stops[-1]
    within = [stop for stop in stops if stop <= high]
    round_numbers = (digit * 10**power for power in range(9) for digit in (1, 2, 5))
    stride = next(stride for stride in round_numbers if len(within) - 1 <= stride * (most - 1))
    return sorted({*within[::stride], here, float(high)})
