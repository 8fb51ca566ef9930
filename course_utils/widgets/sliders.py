"""One ipywidgets slider for each hyperparameter, made from what ``interact`` users know.

A number becomes a slider with the hyperparameter's own range, a tuple ``(low, high[, step])`` a
slider with that range, and a widget stays what it is. Symbols, defaults and ranges come from
``hyperparameters``.
"""

from collections.abc import Mapping
from types import MappingProxyType

import ipywidgets
import numpy as np

from course_utils.hyperparameters import ANY_SLIDER, Slider, default_of, slider_of, symbol_of
from course_utils.widgets.wire import number

__all__ = ["make_slider", "make_sliders", "nearest", "settings", "sweep"]

# Round numbers in nearly equal ratios are easier to read, and to type again, than 10 to some power.
_MANTISSAS = [*range(10, 20), *range(20, 50, 2), *range(50, 100, 5)]


def make_slider(name: str, spec=None, limits: tuple | None = None) -> ipywidgets.Widget:
    """Return a continuous slider for the hyperparameter ``name``.

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
    usual = slider_of(name)
    look = {
        "description": symbol_of(name),
        "continuous_update": True,
        "style": {"description_width": "5.5em"},
        "layout": {"width": "300px"},
    }
    if isinstance(value, tuple) and len(value) in (2, 3):
        return _slider_between(*value, name=name, look=look)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(
            f"expected a number, (low, high, step) or a widget for {name}, got {value!r}"
        )
    if usual.scale == "count":
        low, high = limits or (usual.low, max(usual.high, 2 * value))
        return ipywidgets.IntSlider(value, low, high, **look)
    if usual.scale == "log" and value > 0:
        stops = sorted({*_round_numbers(usual), float(value)})
        return ipywidgets.SelectionSlider(
            options=[(f"{stop:.12g}", stop) for stop in stops], value=float(value), **look
        )
    return _slider_at(value, usual if usual.scale == "linear" else ANY_SLIDER, look)


def _slider_between(low, high, step=None, *, name, look) -> ipywidgets.Widget:
    """Return a slider with a range of somebody's choice; it starts at the default or near it."""
    start = min(max(default_of(name, low), low), high)
    if slider_of(name).scale == "count":
        return ipywidgets.IntSlider(start, low, high, step or 1, **look)
    step = step or (high - low) / 100
    return ipywidgets.FloatSlider(start, min=low, max=high, step=step, **look)


def _slider_at(value, usual: Slider, look) -> ipywidgets.FloatSlider:
    """Return a linear slider that stands exactly at ``value``, wider than usual if need be."""
    step = usual.step
    # The browser moves a value to the nearest step: make steps that meet it.
    while step > 1e-6 and abs(value / step - round(value / step)) > 1e-6:
        step /= 10
    digits = max(2, len(f"{step:.6f}".rstrip("0")) - 2)
    return ipywidgets.FloatSlider(
        value,
        min=min(usual.low, value),
        max=max(usual.high, value),
        step=step,
        readout_format=f".{digits}f",
        **look,
    )


def _round_numbers(usual: Slider) -> set[float]:
    """Return the stops of a logarithmic slider."""
    first, last = round(np.log10(usual.low)), round(np.log10(usual.high))
    powers = range(first - 1, last - 1)
    stops = {float(f"{mantissa}e{power}") for power in powers for mantissa in _MANTISSAS}
    return stops | {float(usual.high)}


def nearest(slider: ipywidgets.Widget, value: float) -> float:
    """Return the value closest to ``value`` at which the slider can stand."""
    if isinstance(slider, ipywidgets.SelectionSlider):
        return min((stop for _, stop in slider.options), key=lambda stop: abs(stop - value))
    return min(max(value, slider.min), slider.max) if hasattr(slider, "min") else value


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
    movable = {
        name: slider
        for name, slider in sliders.items()
        if hasattr(slider, "min") or hasattr(slider, "options")
    }
    major = [name for name in movable if not slider_of(name).minor]
    chosen = major[: max(_STOPS_BY_SLIDERS)] or list(movable)[:1]
    return {
        name: _stops(name, movable[name], max(2, round(share * _STOPS_BY_SLIDERS[len(chosen)])))
        for name in chosen
    }


def _stops(name: str, slider: ipywidgets.Widget, most: int) -> list[float]:
    """Return at most about ``most`` stops of one slider, rising."""
    usual, here = slider_of(name), float(slider.value)
    if isinstance(slider, ipywidgets.SelectionSlider):
        low, high = (nearest(slider, here * factor) for factor in (0.1, 10))
        known = {float(stop) for _, stop in slider.options if low <= stop <= high}
        spread = {nearest(slider, stop) for stop in np.geomspace(low, high, most)}
        return sorted({here, *spread} & known)
    if usual.few and most <= 7:
        return sorted({here, *(stop for stop in usual.few if slider.min <= stop <= slider.max)})
    # Of updates, those alone that the figure was made for, and as many again.
    high = min(slider.max, 2 * here) if usual.scale == "count" else slider.max
    steps = round((high - slider.min) / slider.step)
    round_numbers = (digit * 10**power for power in range(9) for digit in (1, 2, 5))
    stride = next(stride for stride in round_numbers if steps <= stride * (most - 1))
    stops = {round(slider.min + step * slider.step, 9) for step in range(0, steps + 1, stride)}
    return sorted(stops | {here, float(high)})
