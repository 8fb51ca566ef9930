r"""Error functions of two weights: value, gradient, minimum, natural start and drawing window.

- `Objective`: what a descent and a figure need to know about an error function.
- `BOWL`, `TWO_HOLES`, `OBLONG`, `TILTED`, `ROSENBROCK`, `BEALE`, `HIMMELBLAU`, `SADDLE`,
  `PLATEAU_AND_CLIFF`, `WAVES`: the error functions of the lessons; `OBJECTIVES` finds them by name.
- `objective_from_formula`: an `Objective` from a text such as ``"sin(w1) + cos(w2)"``.

Coordinates come first: ``w`` has shape (2,) for one point or (2, ...) for many, so a grid or a
whole trajectory is one call. Everything is computed in float64. Where a value overflows or does
not exist the answer is inf or nan; nothing warns.

The functions below are written by hand because a descent calls them a thousand times; their
`formula` says the same in the parser's syntax, and the tests hold the two together. The parser
is `formula.py`; the descents are in `descent.py`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from course_utils.formula import FormulaError, parse

__all__ = [
    "BEALE",
    "BOWL",
    "HIMMELBLAU",
    "OBJECTIVES",
    "OBLONG",
    "PLATEAU_AND_CLIFF",
    "ROSENBROCK",
    "SADDLE",
    "TILTED",
    "TWO_HOLES",
    "WAVES",
    "FormulaError",
    "Objective",
    "objective_from_formula",
]


@dataclass(frozen=True, eq=False)
class Objective:
    """An error function of two weights.

    Parameters
    ----------
    name : str
        What menus and captions call it.
    formula : str
        The function as text, in the syntax of `objective_from_formula`.
    value : callable
        ``value(w)``: the error at ``w``; a float for shape (2,), an array (...) for (2, ...).
    gradient : callable
        ``gradient(w)``: a fresh array of the shape of ``w``. Both raise ValueError for weights
        of any other shape.
    start : array_like (2,)
        Where a descent begins unless told otherwise.
    window : ((low, high), (low, high))
        The part of the plane that shows what matters, first w1, then w2.
    minimum : array_like (2,), optional
        A global minimum (the one that the lessons mean, where there are several); None where
        none is known or there is none.
    minimum_value : float, optional
        The error there.

    Raises
    ------
    ValueError
        If ``start``, ``window`` or ``minimum`` is not what is said above.

    Notes
    -----
    `start` and `minimum` are kept as read-only arrays. Two objectives are equal only if they are
    the same object.
    """

    name: str
    formula: str
    value: Callable = field(repr=False)
    gradient: Callable = field(repr=False)
    start: np.ndarray
    window: tuple[tuple[float, float], tuple[float, float]]
    minimum: np.ndarray | None = None
    minimum_value: float | None = None

    def __post_init__(self):
        keep = object.__setattr__  # the class is frozen for everybody but its constructor
        keep(self, "start", _point("start", self.start))
        keep(self, "window", _window(self.window))
        if self.minimum is not None:
            keep(self, "minimum", _point("minimum", self.minimum))

    def grid(self, points=121):
        """Return what a contour figure needs: the window's axes, and the error on them.

        Parameters
        ----------
        points : int
            How many along each axis, 2 or more.

        Returns
        -------
        w1, w2 : array (points,)
        errors : array (points, points)
            Rows along w2, columns along w1.

        Raises
        ------
        ValueError
            If ``points`` is not an int of at least 2.
        """
        if not isinstance(points, int) or points < 2:
            raise ValueError(f"expected points to be an int of at least 2, got {points!r}")
        w1, w2 = (np.linspace(low, high, points) for low, high in self.window)
        return w1, w2, self.value(np.stack(np.meshgrid(w1, w2)))


def objective_from_formula(text, start=(-3.0, 2.0), window=((-5.0, 5.0), (-5.0, 5.0))):
    """Return the error function that a text describes, with its exact gradient.

    Parameters
    ----------
    text : str
        A formula in ``w1`` and ``w2`` such as ``"3*w1^2 + 10*w2^2"``; what may stand in it is
        listed in `course_utils.formula`.
    start : array_like (2,)
        Where a descent begins.
    window : ((low, high), (low, high))
        What a figure shows, first w1, then w2.

    Returns
    -------
    Objective
        Without a known minimum. Where the function has no value its gradient is nan.

    Raises
    ------
    FormulaError
        If the text is not such a formula; the message is one sentence for a student, and
        ``caret()`` points at the place.
    ValueError
        If ``start`` is not two finite numbers or ``window`` not two rising pairs of them.
    """
    formula = parse(text)
    return _objective(text, text, formula.error, formula.slopes, start=start, window=window)


def _objective(name, formula, error, slopes, **where):
    """Make an Objective of ``error(w1, w2)`` and ``slopes(w1, w2)``, the two derivatives.

    Both are called with two Python floats or with two arrays of one shape: on a single point
    plain floats are several times faster than NumPy's scalars, and a product of theirs overflows
    to inf without a warning.
    """

    def value(w):
        w = _weights(w)
        if w.ndim == 1:
            return float(error(*w.tolist()))
        values = np.empty(w.shape[1:])
        with np.errstate(all="ignore"):
            values[...] = error(*w)  # fills, for a formula may be constant
        return values

    def gradient(w):
        w = _weights(w)
        if w.ndim == 1:
            return np.array(slopes(*w.tolist()))
        gradients = np.empty(w.shape)
        with np.errstate(all="ignore"):
            gradients[0], gradients[1] = slopes(*w)
        return gradients

    return Objective(name, formula, value, gradient, **where)


def _weights(w):
    """Return ``w`` as float64 of shape (2, ...)."""
    w = np.asarray(w)
    if w.shape[:1] != (2,):
        raise ValueError(f"expected weights of shape (2,) or (2, ...), got shape {w.shape}")
    if w.dtype.kind not in "fiu":
        raise ValueError(f"expected weights to be real numbers, got dtype {w.dtype}")
    return w.astype(np.float64, copy=False)


def _numbers(name, value, shape, expected):
    """Return ``value`` as a new float64 array of that shape, every entry finite."""
    try:
        numbers = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        numbers = np.array(np.nan)
    if numbers.shape != shape or not np.isfinite(numbers).all():
        raise ValueError(f"expected {name} to be {expected}, got {value!r}")
    return numbers


def _point(name, value):
    point = _numbers(name, value, (2,), "two finite numbers")
    point.setflags(write=False)
    return point


def _window(value):
    expected = "((low, high), (low, high)) with low < high"
    window = _numbers("window", value, (2, 2), expected)
    if not (window[:, 0] < window[:, 1]).all():
        raise ValueError(f"expected window to be {expected}, got {value!r}")
    return tuple(map(tuple, window.tolist()))


def _exp(x):
    """Return e to the x for a float or an array: inf where it is too large, without a word."""
    if not isinstance(x, float):
        return np.exp(x)
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _sin(x):
    """Return the sine of a float or an array: nan at infinity, without a word."""
    if not isinstance(x, float):
        return np.sin(x)
    return math.sin(x) if math.isfinite(x) else math.nan


def _cos(x):
    """Return the cosine of a float or an array: nan at infinity, without a word."""
    if not isinstance(x, float):
        return np.cos(x)
    return math.cos(x) if math.isfinite(x) else math.nan


def _quadratic(name, a, b, *, formula, **where):
    """Make the objective a w1^2 + b w2^2, whose minimum is 0 at the origin."""
    return _objective(
        name,
        formula,
        lambda w1, w2: a * (w1 * w1) + b * (w2 * w2),
        lambda w1, w2: (2 * a * w1, 2 * b * w2),
        minimum=(0.0, 0.0),
        minimum_value=0.0,
        **where,
    )


# The error function of the series, parts 1 and 2. The window leaves room for the overshoot of a
# large alpha.
BOWL = _quadratic(
    "bowl",
    3.0,
    10.0,
    formula="3*w1^2 + 10*w2^2",
    start=(-15.0, 20.0),
    window=((-25.0, 25.0), (-25.0, 25.0)),
)

# A valley fifty times steeper across than along, where momentum zigzags and NAG does not. Sutskever
# et al. 2013 show such a picture without a formula: this one is ours.
OBLONG = _quadratic(
    "oblong",
    0.5,
    25.0,
    formula="0.5*(w1^2 + 50*w2^2)",
    start=(-10.0, 1.5),
    window=((-12.0, 12.0), (-2.5, 2.5)),
)


# A valley that lies along no weight: the curvatures are 1 along (2, 1) and 16 along (-1, 2). At the
# start each of them has about half of the error.
TILTED = _objective(
    "tilted valley",
    "2*w1^2 - 6*w1*w2 + 6.5*w2^2",
    lambda w1, w2: 2 * (w1 * w1) - 6 * (w1 * w2) + 6.5 * (w2 * w2),
    lambda w1, w2: (4 * w1 - 6 * w2, 13 * w2 - 6 * w1),
    start=(-7.0, -1.5),
    window=((-8.0, 8.0), (-8.0, 8.0)),
    minimum=(0.0, 0.0),
    minimum_value=0.0,
)


# A hill and two holes, the farther one deeper. With first moments alone (eta = 20, 150 steps) the
# descent from the start stays in the first hole up to beta1 = 0.90 and reaches the second one
# from 0.91 on. The series, part 3, shows such a function without giving it.
# Each row: height, centre of w1, centre of w2, width squared.
_HOLES = (
    (0.03, 0.0, 0.0, 0.9**2),
    (-0.035, 2.5, 0.0, 0.7**2),
    (-0.05, 5.5, 1.0, 1.2**2),
)


def _holes_error(w1, w2):
    error = 0.0
    for height, c1, c2, square in _HOLES:
        d1, d2 = w1 - c1, w2 - c2
        error = error + height * _exp(-(d1 * d1 + d2 * d2) / (2 * square))
    return error


def _holes_slopes(w1, w2):
    slope1 = slope2 = 0.0
    for height, c1, c2, square in _HOLES:
        d1, d2 = w1 - c1, w2 - c2
        steepness = height / square * _exp(-(d1 * d1 + d2 * d2) / (2 * square))
        slope1, slope2 = slope1 - steepness * d1, slope2 - steepness * d2
    return slope1, slope2


TWO_HOLES = _objective(
    "two holes",
    "0.03*exp(-(w1^2 + w2^2)/(2*0.9^2))"
    " - 0.035*exp(-((w1 - 2.5)^2 + w2^2)/(2*0.7^2))"
    " - 0.05*exp(-((w1 - 5.5)^2 + (w2 - 1)^2)/(2*1.2^2))",
    _holes_error,
    _holes_slopes,
    start=(0.5, 0.0),
    window=((-2.0, 8.5), (-3.0, 4.0)),
    minimum=(5.499771226690723, 0.9999237384982922),  # Newton's method on the gradient
    minimum_value=-0.05000129654428301,
)


def _rosenbrock_error(w1, w2):
    along, across = 1 - w1, w2 - w1 * w1
    return along * along + 100 * (across * across)


def _rosenbrock_slopes(w1, w2):
    across = w2 - w1 * w1
    return -2 * (1 - w1) - 400 * w1 * across, 200 * across


# A bent valley: entering it is easy, following it is not (Rosenbrock 1960, with his start).
ROSENBROCK = _objective(
    "Rosenbrock",
    "(1 - w1)^2 + 100*(w2 - w1^2)^2",
    _rosenbrock_error,
    _rosenbrock_slopes,
    start=(-1.2, 1.0),
    window=((-2.0, 2.0), (-1.0, 3.0)),
    minimum=(1.0, 1.0),
    minimum_value=0.0,
)


def _beale_terms(w1, w2):
    return (
        1.5 - w1 * (1 - w2),
        2.25 - w1 * (1 - w2 * w2),
        2.625 - w1 * (1 - w2 * w2 * w2),
    )


def _beale_error(w1, w2):
    first, second, third = _beale_terms(w1, w2)
    return first * first + second * second + third * third


def _beale_slopes(w1, w2):
    first, second, third = _beale_terms(w1, w2)
    square = w2 * w2
    return (
        -2 * (first * (1 - w2) + second * (1 - square) + third * (1 - square * w2)),
        2 * w1 * (first + 2 * second * w2 + 3 * third * square),
    )


# Flat plains, steep ridges in the corners, and a minimum at the end of a narrow gully (Beale 1958).
BEALE = _objective(
    "Beale",
    "(1.5 - w1 + w1*w2)^2 + (2.25 - w1 + w1*w2^2)^2 + (2.625 - w1 + w1*w2^3)^2",
    _beale_error,
    _beale_slopes,
    start=(1.0, 1.0),
    window=((-4.5, 4.5), (-4.5, 4.5)),
    minimum=(3.0, 0.5),
    minimum_value=0.0,
)


def _himmelblau_error(w1, w2):
    first, second = w1 * w1 + w2 - 11, w1 + w2 * w2 - 7
    return first * first + second * second


def _himmelblau_slopes(w1, w2):
    first, second = w1 * w1 + w2 - 11, w1 + w2 * w2 - 7
    return 4 * w1 * first + 2 * second, 2 * first + 4 * w2 * second


# Four minima of the same depth: where a descent ends depends on how it moves (Himmelblau 1972).
# The one named here is the one that the steepest descent from the start finds.
HIMMELBLAU = _objective(
    "Himmelblau",
    "(w1^2 + w2 - 11)^2 + (w1 + w2^2 - 7)^2",
    _himmelblau_error,
    _himmelblau_slopes,
    start=(0.0, 0.0),
    window=((-6.0, 6.0), (-6.0, 6.0)),
    minimum=(3.0, 2.0),
    minimum_value=0.0,
)

# A saddle at the origin that is bounded below: w1^2 - w2^2 alone would reward the method that runs
# away fastest. The quartic gives it two minima, (0, 1) and (0, -1); the start lies just beside the
# ridge, on the side of the first.
SADDLE = _objective(
    "saddle",
    "0.5*w1^2 - 0.5*w2^2 + 0.25*w2^4",
    lambda w1, w2: 0.5 * (w1 * w1) + w2 * w2 * (0.25 * (w2 * w2) - 0.5),
    lambda w1, w2: (w1, w2 * (w2 * w2 - 1)),
    start=(-1.5, 0.001),
    window=((-2.0, 2.0), (-1.6, 1.6)),
    minimum=(0.0, 1.0),
    minimum_value=-0.25,
)


def _plateau_error(w1, w2):
    first, second = 1 - _exp(-2 * w1), 1 - _exp(-w2)
    return first * first + second * second


def _plateau_slopes(w1, w2):
    first, second = _exp(-2 * w1), _exp(-w2)
    return 4 * first * (1 - first), 2 * second * (1 - second)


# In each weight a Morse potential, (1 - exp(-a w))^2: for large weights a plateau whose gradient
# vanishes exponentially, for negative ones a cliff whose gradient explodes exponentially, and one
# minimum between them. At the start w1 hangs in the cliff (slope -78) and w2 lies on the plateau
# (slope 0.04). A global eta small enough for w1 leaves w2 a thousand steps from the minimum; from
# eta = 0.1 on the first step throws w1 onto a plateau from which it never returns.
PLATEAU_AND_CLIFF = _objective(
    "plateau and cliff",
    "(1 - exp(-2*w1))^2 + (1 - exp(-w2))^2",
    _plateau_error,
    _plateau_slopes,
    start=(-0.8, 4.0),
    window=((-1.0, 4.0), (-1.5, 5.0)),
    minimum=(0.0, 0.0),
    minimum_value=0.0,
)

# The example formula of the series. It repeats every 2 pi in both weights; the minimum named here
# is the one downhill from the start.
WAVES = _objective(
    "waves",
    "sin(w1) + cos(w2)",
    lambda w1, w2: _sin(w1) + _cos(w2),
    lambda w1, w2: (_cos(w1), -_sin(w2)),
    start=(1.0, 1.0),
    window=((-5.0, 5.0), (-5.0, 5.0)),
    minimum=(-math.pi / 2, math.pi),
    minimum_value=-2.0,
)

OBJECTIVES = {
    objective.name: objective
    for objective in (
        BOWL,
        TWO_HOLES,
        OBLONG,
        TILTED,
        ROSENBROCK,
        BEALE,
        HIMMELBLAU,
        SADDLE,
        PLATEAU_AND_CLIFF,
        WAVES,
    )
}
