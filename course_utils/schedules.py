r"""Momentum schedules: what μ should be at update number ``t``, counted from 0.

A schedule is a small frozen object that is called with ``t`` and answers with a float, so it
goes wherever a function does::

    mu = FinalMomentum(StaircaseMomentum(mu_max=0.99, period=5), total=5000, last=1000)
    descend(lambda t: NAG(eta=0.01, mu=mu(t)), objective, steps=5000)

- `ConstantMomentum`: one value for ever.
- `RatioMomentum`: :math:`t/(t+3)`, the schedule of convex theory.
- `StaircaseMomentum`: the schedule of Sutskever et al., climbing in steps up to a limit.
- `FinalMomentum`: another schedule, lowered for the last updates.
- `SwitchMomentum`: one value for the first updates, then another.

Learning rates are not scheduled here, and nothing here knows the update rules.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real

__all__ = [
    "ConstantMomentum",
    "FinalMomentum",
    "RatioMomentum",
    "StaircaseMomentum",
    "SwitchMomentum",
]


def _real(name, value, text, holds):
    """Return ``value`` as a float if it is a number that ``holds``."""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise ValueError(f"expected {name} {text}, got {value!r}")
    if not holds(value):
        raise ValueError(f"expected {name} {text}, got {value}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"expected {name} {text}, got a number beyond floats") from None


def _positive(name, value):
    return _real(name, value, "> 0 and finite", lambda x: 0 < x < math.inf)


def _unit(name, value):
    return _real(name, value, "in [0, 1]", lambda x: 0 <= x <= 1)


def _count(name, value, least):
    """Return ``value`` as an int if it is a whole number, ``least`` or more."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"expected {name} to be an integer >= {least}, got {value!r}")
    return int(value)


def _store(schedule, **values):
    for name, value in values.items():
        object.__setattr__(schedule, name, value)


@dataclass(frozen=True)
class ConstantMomentum:
    r"""The same momentum at every update, :math:`\mu_t = \mu`.

    Parameters
    ----------
    mu : float in [0, 1]
        The momentum.

    Raises
    ------
    ValueError
        If ``mu`` is outside its range, or ``t`` is not an integer >= 0.
    """

    mu: float

    def __post_init__(self):
        _store(self, mu=_unit("mu", self.mu))

    def __call__(self, t: int) -> float:
        """Return μ at update ``t``, counted from 0."""
        _count("t", t, 0)
        return self.mu


@dataclass(frozen=True)
class RatioMomentum:
    r"""Momentum that approaches 1 like :math:`1 - c/t`.

    .. math::
        \mu_t = \frac{t}{t + c}

    Parameters
    ----------
    offset : float
        c, > 0. With c = 3 Nesterov's method has its :math:`1/T^2` rate on smooth convex
        functions.

    Raises
    ------
    ValueError
        If ``offset`` is not a finite number > 0, or ``t`` is not an integer >= 0.

    References
    ----------
    Nesterov (1983). The form :math:`1 - 3/(t+5)` in Sutskever et al. (2013) is this schedule two
    updates later.
    """

    offset: float = 3.0

    def __post_init__(self):
        _store(self, offset=_positive("offset", self.offset))

    def __call__(self, t: int) -> float:
        """Return μ at update ``t``, counted from 0."""
        t = _count("t", t, 0)
        return t / (t + self.offset)


@dataclass(frozen=True)
class StaircaseMomentum:
    r"""Momentum that climbs in steps of ``period`` updates, up to ``mu_max``.

    .. math::
        \mu_t = \min\left(1 - 2^{-1 - \log_2(\lfloor t/p \rfloor + 1)},\; \mu_{max}\right)

    It starts at 1/2; with p = 250 it reaches 0.9 at t = 1000 and 0.99 at t = 12250. A short
    run needs a shorter period, or ``mu_max`` never comes to matter.

    Parameters
    ----------
    mu_max : float in [0, 1]
        Upper limit of the momentum.
    period : int
        p, updates a step lasts, >= 1; 250 in the paper.

    Raises
    ------
    ValueError
        If a parameter is outside its range, or ``t`` is not an integer >= 0.

    References
    ----------
    Sutskever et al. (2013), section 3.
    """

    mu_max: float
    period: int = 250

    def __post_init__(self):
        _store(self, mu_max=_unit("mu_max", self.mu_max), period=_count("period", self.period, 1))

    def __call__(self, t: int) -> float:
        """Return μ at update ``t``, counted from 0."""
        stairs = _count("t", t, 0) // self.period + 1
        # 2^(-1 - log2(n)) is 1/(2n), without the logarithm's rounding.
        return min(1 - 1 / (2 * stairs), self.mu_max)


@dataclass(frozen=True)
class FinalMomentum:
    r"""Another schedule, lowered for the last updates of a run.

    .. math::
        \mu'_t = \begin{cases}
            \min(\mu_t, \mu_{final}) & t \ge T - n \\
            \mu_t & \text{before}
        \end{cases}

    A large momentum finds the valley, a smaller one settles at its bottom.

    Parameters
    ----------
    schedule : callable
        :math:`\mu_t` as a function of t, for instance one of the schedules above.
    total : int
        T, number of updates of the run, >= 0.
    last : int in [0, total]
        n, how many of them are lowered; 1000 in the paper.
    mu_final : float in [0, 1]
        What the momentum is lowered to; 0.9 in the paper.

    Raises
    ------
    ValueError
        If a parameter is outside its range, or ``t`` is not an integer in [0, total).

    References
    ----------
    Sutskever et al. (2013), Table 2.
    """

    schedule: Callable[[int], float]
    total: int
    last: int = 1000
    mu_final: float = 0.9

    def __post_init__(self):
        if not callable(self.schedule):
            raise ValueError(f"expected schedule to be a function of t, got {self.schedule!r}")
        _store(
            self,
            total=_count("total", self.total, 0),
            last=_count("last", self.last, 0),
            mu_final=_unit("mu_final", self.mu_final),
        )
        if self.last > self.total:
            raise ValueError(f"expected last in [0, total] = [0, {self.total}], got {self.last}")

    def __call__(self, t: int) -> float:
        """Return μ at update ``t``, counted from 0."""
        t = _count("t", t, 0)
        if t >= self.total:
            raise ValueError(f"expected t below total = {self.total}, got {t}")
        mu = self.schedule(t)
        return min(mu, self.mu_final) if t >= self.total - self.last else mu


@dataclass(frozen=True)
class SwitchMomentum:
    r"""One momentum for the first updates, another for the rest.

    .. math::
        \mu_t = \begin{cases} \mu_{first} & t < n \\ \mu & \text{afterwards} \end{cases}

    Parameters
    ----------
    mu : float in [0, 1]
        The momentum after the first updates.
    first : int
        n, how many updates come before, >= 0; 1000 in the paper.
    mu_first : float in [0, 1]
        Their momentum; 0.9 in the paper.

    Raises
    ------
    ValueError
        If a parameter is outside its range, or ``t`` is not an integer >= 0.

    References
    ----------
    Sutskever et al. (2013), section 4, for recurrent networks.
    """

    mu: float
    first: int = 1000
    mu_first: float = 0.9

    def __post_init__(self):
        _store(
            self,
            mu=_unit("mu", self.mu),
            first=_count("first", self.first, 0),
            mu_first=_unit("mu_first", self.mu_first),
        )

    def __call__(self, t: int) -> float:
        """Return μ at update ``t``, counted from 0."""
        return self.mu_first if _count("t", t, 0) < self.first else self.mu
