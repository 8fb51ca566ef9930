r"""Schedules: what μ or η should be at update number ``t``, counted from 0.

A schedule is a small frozen object that is called with ``t`` and answers with a float, so it
goes wherever a function does::

    mu = FinalMomentum(StaircaseMomentum(mu_max=0.99, period=5), total=5000, last=1000)
    descend(lambda t: NAG(eta=0.01, mu=mu(t)), objective, steps=5000)

- `ConstantMomentum`: one value for ever.
- `RatioMomentum`: :math:`t/(t+3)`, the schedule of convex theory.
- `StaircaseMomentum`: the schedule of Sutskever et al., climbing in steps up to a limit.
- `FinalMomentum`: another schedule, lowered for the last updates.
- `SwitchMomentum`: one value for the first updates, then another.
- `WarmupCosine`: a learning rate that rises evenly and then falls along a cosine.

Nothing here knows the update rules.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields

from course_utils.hyperparameters import COUNT, checked

__all__ = [
    "ConstantMomentum",
    "FinalMomentum",
    "RatioMomentum",
    "StaircaseMomentum",
    "SwitchMomentum",
    "WarmupCosine",
]


class _Schedule:
    """What all schedules share: valid hyperparameters, each in the range of its name."""

    def __post_init__(self):
        for field in fields(self):
            if field.name != "schedule":  # no number, but a schedule that another one changes
                value = checked(field.name, getattr(self, field.name))
                object.__setattr__(self, field.name, value)

    def _checked_update(self, t):
        """Return the number of an update; if the schedule knows its total, below that."""
        t, total = checked("t", t, COUNT), getattr(self, "total", math.inf)
        if t >= total:
            raise ValueError(f"expected t below total = {total}, got {t}")
        return t


@dataclass(frozen=True)
class ConstantMomentum(_Schedule):
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

    def __call__(self, t: int) -> float:
        """Return μ at update ``t``, counted from 0."""
        self._checked_update(t)
        return self.mu


@dataclass(frozen=True)
class RatioMomentum(_Schedule):
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

    def __call__(self, t: int) -> float:
        """Return μ at update ``t``, counted from 0."""
        t = self._checked_update(t)
        return t / (t + self.offset)


@dataclass(frozen=True)
class StaircaseMomentum(_Schedule):
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

    def __call__(self, t: int) -> float:
        """Return μ at update ``t``, counted from 0."""
        stairs = self._checked_update(t) // self.period + 1
        # 2^(-1 - log2(n)) is 1/(2n), without the logarithm's rounding.
        return min(1 - 1 / (2 * stairs), self.mu_max)


@dataclass(frozen=True)
class FinalMomentum(_Schedule):
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
        super().__post_init__()
        if self.last > self.total:
            raise ValueError(f"expected last in [0, total] = [0, {self.total}], got {self.last}")

    def __call__(self, t: int) -> float:
        """Return μ at update ``t``, counted from 0."""
        t = self._checked_update(t)
        mu = self.schedule(t)
        return min(mu, self.mu_final) if t >= self.total - self.last else mu


@dataclass(frozen=True)
class SwitchMomentum(_Schedule):
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

    def __call__(self, t: int) -> float:
        """Return μ at update ``t``, counted from 0."""
        return self.mu_first if self._checked_update(t) < self.first else self.mu


@dataclass(frozen=True)
class WarmupCosine(_Schedule):
    r"""A learning rate that rises evenly, and then falls to nearly 0 along a half cosine.

    .. math::
        \eta_t = \begin{cases}
            \eta\, (t+1)/n & t < n \\
            \frac{\eta}{2} \left(1 + \cos \pi \frac{t - n}{T - n}\right) & t \ge n
        \end{cases}

    Parameters
    ----------
    eta : float
        η, the highest rate, > 0.
    warmup : int in [0, total)
        n, updates in which it rises; 0 begins at the highest rate.
    total : int
        T, number of updates of the run.

    Raises
    ------
    ValueError
        If a parameter is outside its range, or ``t`` is not an integer in [0, total).

    References
    ----------
    Loshchilov & Hutter (2017) for the cosine, without their restarts; Goyal et al. (2017) for the
    warm-up.
    """

    eta: float
    warmup: int
    total: int

    def __post_init__(self):
        super().__post_init__()
        if not self.warmup < self.total:
            raise ValueError(f"expected warmup below total = {self.total}, got {self.warmup}")

    def __call__(self, t: int) -> float:
        """Return η at update ``t``, counted from 0."""
        t = self._checked_update(t)
        if t < self.warmup:
            return self.eta * (t + 1) / self.warmup
        fallen = (t - self.warmup) / (self.total - self.warmup)
        return self.eta / 2 * (1 + math.cos(math.pi * fallen))
