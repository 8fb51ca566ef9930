"""Noisy gradients: a path that wanders, the part of its error that decays, and the floor.

On a quadratic the mean error of many noisy runs is the sum of two parts: the error that the start
would have without noise, which decays, and what the noise has brought in, which grows to a floor.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from course_utils import measures, plotting
from course_utils.descent import LIMIT, Trajectory
from course_utils.objectives import BOWL, Objective
from course_utils.optimizers import ClassicalMomentum, Momentum
from course_utils.widgets.explorer import Explorer, RuleFactory
from course_utils.widgets.quadratic import check_quadratic, principal_axes
from course_utils.widgets.scale import error_arrays
from course_utils.widgets.sliders import settings
from course_utils.wording import number

__all__ = ["Noisy", "noisy"]

_RUNS = 200  # whose mean is shown
_THIN = 1.1  # pixels of the one noisy run, which is there to compare the others with
_DEEPEST = 1e-3  # of the floor: the least error without noise that is drawn
_NOISY, _CALM = "with noise", "without noise"
_MOMENTA = {Momentum: "alpha", ClassicalMomentum: "mu"}


class _Runs(NamedTuple):
    """A calm way from a start, the first of many noisy ones, and the mean error of these."""

    start: np.ndarray
    trajectories: dict[str, Trajectory]  # by label
    rules: dict[str, object]
    complaints: list[str]
    mean: np.ndarray  # (T + 1,)


class Noisy(Explorer):
    """An explorer whose gradients are noisy; see `noisy` for the parameters."""

    def __init__(self, objective: Objective, rule, sliders: Mapping, *, start, seed: int):
        check_quadratic(objective)
        self.curvatures, _ = principal_axes(objective)
        self.seed, self.momentum = seed, _MOMENTA[rule]
        super().__init__(
            objective, {_CALM: RuleFactory(rule)}, sliders, start=start, presets=False, log=True
        )

    def deviation(self, values: Mapping[str, float]) -> float:
        """Return the standard deviation of each component of a minibatch's gradient."""
        return values["noise"] / np.sqrt(values["minibatch"])

    def floor(self, values: Mapping[str, float]) -> float:
        """Return the mean error that is left in the end, infinite if there is no end."""
        each = measures.noise_floor(
            values["eta"], values[self.momentum], self.curvatures, self.deviation(values)
        )
        return float(np.sum(each))

    def _compute(self, values: dict, start: np.ndarray | None = None) -> _Runs:
        """Walk once without noise and many times with it; the first of these is drawn."""
        run = super()._compute(values, start)
        rule = run.rules[_CALM]
        places = self._wander(rule, run.start, int(values["steps"]), values)
        errors = self.objective.value(np.moveaxis(places, 1, 0))
        within = np.abs(np.column_stack([errors, places.reshape(len(places), -1)])) <= LIMIT
        end = len(places) if within.all() else int(within.all(axis=1).argmin())
        first = places[:end, :, 0]
        wandering = Trajectory(
            first,
            errors[:end, 0],
            self.objective.gradient(first.T).T,
            {},
            diverged_at=None if end == len(places) else end,
        )
        paths = {_NOISY: wandering} | run.trajectories
        return _Runs(run.start, paths, run.rules, run.complaints, errors[:end].mean(axis=1))

    def _wander(self, rule, start: np.ndarray, steps: int, values) -> np.ndarray:
        """Return the paths of all noisy runs, (steps + 1, 2, runs): the same noise every time."""
        rng = np.random.default_rng(self.seed)
        weights = np.repeat(start[:, None], _RUNS, axis=1)
        state, path = rule.init(weights), [weights]
        size = self.deviation(values)
        for _ in range(steps):
            noise = size * rng.standard_normal(weights.shape)
            weights, state = rule.step(
                weights, state, lambda w, noise=noise: self.objective.gradient(w) + noise
            )
            path.append(weights)
        return np.array(path)

    @property
    def explained(self) -> dict[str, Trajectory]:
        """The calm path alone: the arithmetic knows no noise."""
        return {label: path for label, path in self.trajectories.items() if label != _NOISY}

    def _frame(self, values: dict, run: _Runs) -> dict:
        frame = super()._frame(values, run)
        curves = self._curves(values, run)
        for path in frame["paths"]:
            path |= error_arrays(run.trajectories[path["label"]].errors, curves[path["label"]])
        told = self._account(values, run)
        frame["paths"][0] |= {"ending": told, "width": _THIN}
        mean, *floor = (label for label in curves if label not in run.trajectories)
        looks = {mean: {"width": 2.6, "dash": []}} | {
            label: {"width": 1.8, "dash": [9, 4]} for label in floor
        }
        frame["guides"] = [
            {
                "label": label,
                "colour": plotting.INK,
                **look,
                **error_arrays(curves[label], curves[label]),
            }
            for label, look in looks.items()
        ]
        frame["alt"] = f"{settings(values)}. {told} Without noise: {run.trajectories[_CALM].ending}"
        return frame

    def _curves(self, values: Mapping[str, float], run: _Runs) -> dict[str, np.ndarray]:
        """Return what a logarithmic axis shows: both paths' errors, the mean, and the floor.

        The error without noise ends a thousandth below the floor; farther down nothing is told.
        """
        curves = {label: path.errors for label, path in run.trajectories.items()}
        curves[f"mean, {_RUNS} runs"] = run.mean
        floor = self.floor(values)
        if 0 < floor < np.inf:
            calm = curves[_CALM]
            curves[_CALM] = np.where(calm > floor * _DEEPEST, calm, np.nan)
            curves[f"floor {number(floor, 3)}"] = np.full(len(run.mean), floor)
        return curves

    def _account(self, values: Mapping[str, float], run: _Runs) -> str:
        """Say what the mean of the noisy runs is at the end, and what it tends to."""
        steps, floor = len(run.mean) - 1, self.floor(values)
        if run.trajectories[_NOISY].diverged_at is not None:
            return run.trajectories[_NOISY].ending
        told = f"The mean error of {_RUNS} noisy runs is {number(run.mean[-1], 3)} after {steps}"
        if floor == np.inf:
            return f"{told} updates, and grows: there is no floor."
        kept = run.trajectories[_CALM].errors[-1]
        few = kept < 1e-3 * run.mean[-1]
        left = "next to nothing" if few else number(kept, 3)
        return (
            f"{told} updates: {left} is left of the start's, the rest is noise, whose floor is "
            f"{number(floor, 3)}."
        )

    def still(self) -> plotting.Still:
        """Return the errors and the floor as ``plotting.error_curves`` draws them."""
        if not self.trajectories:
            return super().still()
        told = self._account(self.values, self.numbers)
        still = plotting.error_curves(self._curves(self.values, self.numbers), log=True, title=told)
        still.alt = f"{settings(self.values)}. {told} {still.alt}"
        return still


def noisy(
    objective: Objective = BOWL, rule=Momentum, *, start=None, seed: int = 0, **hyperparameters
) -> Noisy:
    """Explore a path of noisy gradients, and how its error splits into a decay and a floor.

    Each component of one example's gradient has Gaussian noise of the deviation ``noise``; a
    ``minibatch`` of so many examples averages as many. A slider changes the size of the noise, not
    its draws.

    Parameters
    ----------
    objective : Objective
        A quadratic with a known minimum and positive curvatures.
    rule : class
        ``Momentum``, or ``ClassicalMomentum``, whose factor is called ``mu``.
    start : array_like (2,), optional
    seed : int
        Of the noise.
    **hyperparameters : number, tuple or widget
        Sliders for ``eta`` (0.02), the momentum's factor (0), ``noise`` (100), ``minibatch`` (1)
        and ``steps`` (200).

    Returns
    -------
    Noisy

    Raises
    ------
    ValueError
        If the objective is no such quadratic, or the rule or a hyperparameter is another one.
    """
    if rule not in _MOMENTA:
        names = " or ".join(each.__name__ for each in _MOMENTA)
        raise ValueError(f"expected {names}, got {getattr(rule, '__name__', rule)}")
    defaults = {"eta": 0.02, _MOMENTA[rule]: 0.0, "noise": 100.0, "minibatch": 1, "steps": 200}
    for name in hyperparameters:
        if name not in defaults:
            raise ValueError(f"expected a hyperparameter among {list(defaults)}, got {name!r}")
    return Noisy(objective, rule, defaults | hyperparameters, start=start, seed=seed).begin()
