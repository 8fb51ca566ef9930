"""One ipywidgets slider for each hyperparameter, made from what ``interact`` users know.

A number becomes a slider with the symbol's usual range, a tuple ``(low, high[, step])`` a slider
with that range, and a widget stays what it is.
"""

from collections.abc import Mapping
from types import MappingProxyType

import ipywidgets
import numpy as np

__all__ = ["DEFAULTS", "SYMBOLS", "make_slider", "make_sliders", "nearest", "sweep"]

SYMBOLS = {
    "eta": "η",
    "alpha": "α",
    "beta": "β",
    "beta1": "β₁",
    "beta2": "β₂",
    "mu": "μ",
    "epsilon": "ε",
    "radius": "ρ",
    "steps": "updates",
    "increase": "increase",
    "decrease": "decrease",
    "smallest": "smallest",
    "largest": "largest",
}

#: Where a slider stands if nobody says otherwise.
DEFAULTS = {
    "eta": 0.001,
    "alpha": 0.9,
    "beta": 0.9,
    "beta1": 0.9,
    "beta2": 0.999,
    "mu": 0.9,
    "epsilon": 1e-8,
    "radius": 1.1,
    "steps": 100,
    "increase": 1.2,
    "decrease": 0.5,
    "smallest": 1e-6,
    "largest": 50.0,
}

# Learning rates, smoothing terms and step sizes are a matter of powers of ten. Round numbers in
# nearly equal ratios are easier to read, and to type again, than 10 to some power.
_POWERS = {"eta": (-4, 2), "epsilon": (-10, 0), "smallest": (-8, 0), "largest": (-2, 2)}
_MANTISSAS = [*range(10, 20), *range(20, 50, 2), *range(50, 100, 5)]
_RANGES = {
    "beta1": (0.0, 0.99, 0.01),
    "beta2": (0.0, 0.999, 0.001),
    "radius": (0.0, 2.0, 0.01),
    "increase": (1.0, 2.0, 0.01),
    "decrease": (0.1, 1.0, 0.01),
}


def make_slider(name: str, spec=None, limits: tuple | None = None) -> ipywidgets.Widget:
    """Return a continuous slider for the hyperparameter ``name``.

    Parameters
    ----------
    name : str
        The hyperparameter; its symbol becomes the label.
    spec : number, tuple or widget, optional
        A value, ``(low, high)`` or ``(low, high, step)``, or any widget with a ``value``.
    limits : (low, high), optional
        For a number of ``steps``, the range instead of the usual one.

    Raises
    ------
    ValueError
        If ``spec`` is none of these, or no value is known for ``name``.
    """
    if isinstance(spec, ipywidgets.Widget):
        return spec
    value = DEFAULTS.get(name) if spec is None else spec
    look = {
        "description": SYMBOLS.get(name, name),
        "continuous_update": True,
        "style": {"description_width": "5.5em"},
        "layout": {"width": "300px"},
    }
    if isinstance(value, tuple) and len(value) in (2, 3):
        low, high, *step = value
        start = min(max(DEFAULTS.get(name, low), low), high)
        if name == "steps":
            return ipywidgets.IntSlider(start, low, high, *step, **look)
        step = step[0] if step else (high - low) / 100
        return ipywidgets.FloatSlider(start, min=low, max=high, step=step, **look)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(
            f"expected a number, (low, high, step) or a widget for {name}, got {value!r}"
        )
    if name == "steps":
        low, high = limits or (1, max(1000, 2 * value))
        return ipywidgets.IntSlider(value, low, high, **look)
    if name in _POWERS and value > 0:
        low, high = _POWERS[name]
        stops = {float(f"{m}e{k - 1}") for k in range(low, high) for m in _MANTISSAS}
        stops = sorted(stops | {10.0**high, float(value)})
        return ipywidgets.SelectionSlider(
            options=[(f"{stop:.12g}", stop) for stop in stops], value=float(value), **look
        )
    low, high, step = _RANGES.get(name, (0.0, 1.0, 0.01))
    # The browser moves a value to the nearest step: make steps that meet it.
    while step > 1e-6 and abs(value / step - round(value / step)) > 1e-6:
        step /= 10
    digits = f".{max(2, len(f'{step:.6f}'.rstrip('0')) - 2)}f"
    return ipywidgets.FloatSlider(
        value,
        min=min(low, value),
        max=max(high, value),
        step=step,
        readout_format=digits,
        **look,
    )


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


# A recording keeps every combination, so it keeps the sliders that tell most, and few stops of each
# where they are several: 55, 11 times 11, or 5 times 5 times 5 frames, and where they stand first.
_COUNTS = {1: 55, 2: 11, 3: 5}
_LAST = ("epsilon", "smallest", "largest", "steps")  # these, if there is no other
_DECAYS = {"alpha", "beta", "beta1", "beta2", "mu"}
_FEW_DECAYS = (0.0, 0.5, 0.9, 0.99, 0.999)


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
    able = {n: s for n, s in sliders.items() if hasattr(s, "min") or hasattr(s, "options")}
    chosen = [name for name in able if name not in _LAST][: max(_COUNTS)] or list(able)[:1]
    return {
        name: _stops(name, able[name], max(2, round(share * _COUNTS[len(chosen)])))
        for name in chosen
    }


def _stops(name: str, slider: ipywidgets.Widget, most: int) -> list[float]:
    at = float(slider.value)
    if isinstance(slider, ipywidgets.SelectionSlider):
        low, high = (nearest(slider, at * factor) for factor in (0.1, 10))
        known = [float(stop) for _, stop in slider.options if low <= stop <= high]
        wanted = [nearest(slider, stop) for stop in np.geomspace(low, high, most)]
        return sorted({at, *wanted} & set(known))
    if name in _DECAYS and most <= 7:
        return sorted({at, *(stop for stop in _FEW_DECAYS if slider.min <= stop <= slider.max)})
    # Of updates, those alone that the figure was made for, and as many again.
    high = min(slider.max, 2 * at) if name == "steps" else slider.max
    steps = round((high - slider.min) / slider.step)
    round_numbers = (k * 10**power for power in range(9) for k in (1, 2, 5))
    stride = next(k for k in round_numbers if steps <= k * (most - 1))
    stops = {round(slider.min + k * slider.step, 9) for k in range(0, steps + 1, stride)}
    return sorted(stops | {at, float(high)})
