"""The hyperparameters of the course: one row each, for all that check, show or slide one.

- `HYPERPARAMETERS`: by name, the symbol, the meaning, the range, the default, the slider and the
  unit.
- `checked` and `checked_array`: the range check, of a number and of an array.
- `symbol_of`, `default_of`, `slider_of`: what to show for a name. They answer for names without a
  row too, since a student's own function may have parameters of any name.

A figure may narrow the range of a slider (`MovingFigure._ranges`) or choose another default.

A name has one meaning and one range, whichever rule, schedule or measure it belongs to. What one
rule demands besides, such as ``smallest <= largest``, that rule checks.

This module stands below all others and reads nothing but NumPy.
"""

import math
import reprlib
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

__all__ = [
    "ANY_SLIDER",
    "BELOW_ONE",
    "COUNT",
    "HYPERPARAMETERS",
    "NOT_NEGATIVE",
    "POSITIVE",
    "UNIT",
    "Hyperparameter",
    "Range",
    "Slider",
    "checked",
    "checked_array",
    "default_of",
    "real_array",
    "shown",
    "slider_of",
    "symbol_of",
]


@dataclass(frozen=True)
class Range:
    """The numbers between two bounds; as text it completes "expected alpha …".

    Attributes
    ----------
    low, high : float
        The bounds; ``high`` may be infinite.
    ends : {"[]", "[)", "(]", "()"}
        A square bracket where the bound belongs to the range, a round one where it does not.
    whole : bool
        Whether integers alone belong to the range.
    """

    low: float
    high: float
    ends: str = "[]"
    whole: bool = False

    def holds(self, value):
        """Tell whether a number, or each number of an array, is in the range; nan never is."""
        above = value >= self.low if self.ends[0] == "[" else value > self.low
        below = value <= self.high if self.ends[1] == "]" else value < self.high
        return above & below

    def __str__(self) -> str:
        kind = "to be an integer " if self.whole else ""
        if self.high < math.inf:
            return f"{kind}in {self.ends[0]}{self.low:g}, {self.high:g}{self.ends[1]}"
        sign = ">=" if self.ends[0] == "[" else ">"
        return f"{kind}{sign} {self.low:g}" + ("" if self.whole else " and finite")


POSITIVE = Range(0, math.inf, "()")
NOT_NEGATIVE = Range(0, math.inf, "[)")
UNIT = Range(0, 1)
BELOW_ONE = Range(0, 1, "[)")
COUNT = Range(0, math.inf, "[)", whole=True)
_FROM_ONE = Range(1, math.inf, "[)", whole=True)
_GROWTH = Range(1, math.inf, "[)")
_SHRINKAGE = Range(0, 1, "(]")


@dataclass(frozen=True)
class Slider:
    """How a hyperparameter is moved by hand.

    Attributes
    ----------
    scale : {"linear", "log", "count"}
        "linear" has equal steps, "log" round numbers in nearly equal ratios, "count" integers.
    low, high : float
        First and last value; powers of ten for "log". A value outside widens the slider.
    step : float
        Between neighbours; for "linear" alone.
    few : tuple of float
        The values that tell most, where a recording has room for few; empty for equal distances.
    minor : bool
        Whether a recording leaves this slider where it stands, as long as there is another.
    """

    scale: str
    low: float
    high: float
    step: float = 0.01
    few: tuple[float, ...] = ()
    minor: bool = False


def _linear(low: float, high: float) -> Slider:
    return Slider("linear", low, high)


def _log(low: float, high: float, minor: bool = False) -> Slider:
    return Slider("log", low, high, minor=minor)


def _count(low: int, high: int) -> Slider:
    return Slider("count", low, high, minor=True)


def _decay(high: float = 1.0, step: float = 0.01) -> Slider:
    """Return the slider of a share that is kept: it does most close to 1."""
    return Slider("linear", 0.0, high, step, few=(0.0, 0.5, 0.9, 0.99, 0.999))


@dataclass(frozen=True)
class Hyperparameter:
    """One row of the table.

    Attributes
    ----------
    name : str
        In code, everywhere.
    symbol : str
        For readers; the name itself where there is no letter.
    meaning : str
        In a few words, as on the notation sheet where it has a line there.
    range : Range
        What is accepted.
    default : float or None
        Where a slider starts, and the default of the parameter in code where it has one.
    slider : Slider or None
        None where no figure of the course slides it.
    unit : str
        In w, the unit of the weights, and g, that of the gradient; "1" for a pure number. In a
        scale-free rule (`Rule.scale_free`) eta has the unit w, and weight_decay 1/w; outside the
        root epsilon has g.
    """

    name: str
    symbol: str
    meaning: str
    range: Range
    default: float | None = None
    slider: Slider | None = None
    unit: str = "1"


_ROWS = (
    # ---- update rules
    Hyperparameter("eta", "η", "learning rate", POSITIVE, 0.001, _log(1e-4, 100), "w/g"),
    Hyperparameter("alpha", "α", "share of the old momentum that is kept", UNIT, 0.9, _decay()),
    Hyperparameter("beta", "β", "decay of the scale", UNIT, 0.9, _decay()),
    Hyperparameter("beta1", "β₁", "decay of the first moment", BELOW_ONE, 0.9, _decay(0.99)),
    Hyperparameter(
        "beta2", "β₂", "decay of the second moment", BELOW_ONE, 0.999, _decay(0.999, 0.001)
    ),
    Hyperparameter("mu", "μ", "Sutskever's momentum", UNIT, 0.9, _decay()),
    Hyperparameter(
        "epsilon", "ε", "smoothing term", POSITIVE, 1e-8, _log(1e-10, 1, minor=True), "g²"
    ),
    Hyperparameter(
        "increase", "increase", "growth factor of step sizes", _GROWTH, 1.2, _linear(1.0, 2.0)
    ),
    Hyperparameter(
        "decrease", "decrease", "shrink factor of step sizes", _SHRINKAGE, 0.5, _linear(0.1, 1.0)
    ),
    Hyperparameter(
        "smallest", "smallest", "least step size", POSITIVE, 1e-6, _log(1e-8, 1, minor=True), "w"
    ),
    Hyperparameter(
        "largest", "largest", "largest step size", POSITIVE, 50.0, _log(0.01, 100, minor=True), "w"
    ),
    Hyperparameter("weight_decay", "ω", "weight decay", NOT_NEGATIVE, 0.01, _log(1e-4, 10), "g/w"),
    # ---- runs
    Hyperparameter("steps", "updates", "number of updates", COUNT, 100, _count(1, 1000)),
    Hyperparameter("updates", "updates", "number of updates", COUNT),
    Hyperparameter("every", "every", "updates between two pauses", _FROM_ONE, 100),
    Hyperparameter("size", "size", "examples in a minibatch", _FROM_ONE),
    Hyperparameter(
        "noise",
        "noise σ",
        "standard deviation of one example's gradient",
        NOT_NEGATIVE,
        100.0,
        Slider("linear", 0.0, 400.0, 5.0, few=(0.0, 50.0, 100.0, 200.0, 400.0)),
        "g",
    ),
    Hyperparameter(
        "minibatch",
        "batch B",
        "examples whose gradients are averaged",
        _FROM_ONE,
        1,
        Slider("count", 1, 64, few=(1, 4, 16, 64)),
    ),
    Hyperparameter("seeds", "seeds", "runs that differ in their random numbers", _FROM_ONE, 3),
    # ---- momentum schedules
    Hyperparameter("mu_max", "μ_max", "largest momentum of a schedule", UNIT),
    Hyperparameter("mu_first", "μ_first", "momentum of the first updates", UNIT, 0.9),
    Hyperparameter("mu_final", "μ_final", "momentum of the last updates", UNIT, 0.9),
    Hyperparameter("offset", "c", "updates until the momentum is 1/2", POSITIVE, 3.0),
    Hyperparameter("period", "p", "updates that a stair lasts", _FROM_ONE, 250),
    Hyperparameter("first", "n", "number of first updates", COUNT, 1000),
    Hyperparameter("last", "n", "number of last updates", COUNT, 1000),
    Hyperparameter("total", "T", "number of all updates", COUNT),
    # ---- learning-rate schedules
    Hyperparameter("warmup", "n", "updates in which the learning rate rises", COUNT),
    # ---- starting weights
    Hyperparameter("fan_in", "n_in", "inputs of a layer", _FROM_ONE),
    Hyperparameter("fan_out", "n_out", "units of a layer", _FROM_ONE),
    Hyperparameter("connections", "connections", "incoming links of a unit", _FROM_ONE, 15),
    Hyperparameter("scale", "scale", "standard deviation of the weights", NOT_NEGATIVE, unit="w"),
    Hyperparameter("radius", "ρ", "spectral radius", NOT_NEGATIVE, 1.1, _linear(0.0, 2.0)),
    # ---- Hessian-free optimization
    Hyperparameter("cg_steps", "cg_steps", "steps of conjugate gradients", COUNT, 1),
    Hyperparameter("damping", "λ", "is added to every curvature", NOT_NEGATIVE, 0.0, unit="g/w"),
)

#: Every hyperparameter of the course by its name in code.
HYPERPARAMETERS: dict[str, Hyperparameter] = {row.name: row for row in _ROWS}

#: For a name of a student's own.
ANY_SLIDER = Slider("linear", 0.0, 1.0)


def symbol_of(name: str) -> str:
    """Return what readers see for a name in code; the name itself where it has no row."""
    return HYPERPARAMETERS[name].symbol if name in HYPERPARAMETERS else name


def default_of(name: str, otherwise: float | None = 0.5) -> float | None:
    """Return the default of a hyperparameter, or ``otherwise`` where the table has none."""
    default = HYPERPARAMETERS[name].default if name in HYPERPARAMETERS else None
    return otherwise if default is None else default


def slider_of(name: str) -> Slider:
    """Return the slider of a hyperparameter; from 0 to 1 where the table has none."""
    return (name in HYPERPARAMETERS and HYPERPARAMETERS[name].slider) or ANY_SLIDER


def _range_of(name: str) -> Range:
    if name not in HYPERPARAMETERS:
        raise LookupError(
            f"expected {name} to have a row in course_utils/hyperparameters.py, got none"
        )
    return HYPERPARAMETERS[name].range


def shown(value) -> str:
    """Return a value in a form that is short enough for a message."""
    if isinstance(value, np.ndarray):
        return "an array"
    try:
        return reprlib.repr(value)
    except ValueError:  # Python refuses to write an integer of more than 4300 digits
        return "a number beyond every float"


def checked(name: str, value: float, within: Range | None = None) -> float:
    """Return a number once it is in its range.

    Parameters
    ----------
    name : str
        For the message, and where the range is looked up.
    value : number
        Python's or NumPy's.
    within : Range, optional
        Instead of the table's.

    Returns
    -------
    float or int
        An int where the range holds integers alone. Python's own types, so that no scalar of
        NumPy's turns float32 weights into float64.

    Raises
    ------
    ValueError
        If it is no real number (True and False are none), or out of range.
    LookupError
        If the name has no row and ``within`` is not given.
    """
    expected = _range_of(name) if within is None else within
    kind, number = (Integral, int) if expected.whole else (Real, float)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"expected {name} {expected}, got {shown(value)}")
    try:
        value = number(value)
    except OverflowError:
        raise ValueError(f"expected {name} {expected}, got a number beyond every float") from None
    if not expected.holds(value):
        raise ValueError(f"expected {name} {expected}, got {shown(value)}")
    return value


def checked_array(name: str, value, within: Range | None = None) -> np.ndarray:
    """Return numbers as float64 once all of them are in their range.

    Parameters
    ----------
    name, within
        As in `checked`.
    value : number or array
        Empty arrays are welcome.

    Raises
    ------
    ValueError
        If they are no real numbers, or one of them is out of range; the message names the first.
    LookupError
        If the name has no row and ``within`` is not given.
    """
    expected = _range_of(name) if within is None else within
    value = real_array(name, value)
    inside = expected.holds(value)
    if not np.all(inside):
        raise ValueError(f"expected {name} {expected}, got {float(value[~inside].flat[0])}")
    return value


def real_array(name: str, value) -> np.ndarray:
    """Return numbers as float64.

    Raises
    ------
    ValueError
        If they are no real numbers.
    """
    value = np.asarray(value)
    if value.dtype.kind not in "fiu":
        raise ValueError(f"expected {name} to be real numbers, got dtype {value.dtype}")
    return value.astype(np.float64, copy=False)
