"""The trajectory explorer: one start, one or several optimizers, the path and its error curve."""

import contextlib
import inspect
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from course_utils import optimizers, plotting
from course_utils.descent import Trajectory, descend
from course_utils.hyperparameters import default_of
from course_utils.objectives import BOWL, Objective, objective_from_formula
from course_utils.plotting.log_axis import log_axis
from course_utils.plotting.style import path_colours_of
from course_utils.widgets.arithmetic import GRADIENT, KEPT, STATE_SYMBOLS, explain, step_arrows
from course_utils.widgets.figure import MovingFigure
from course_utils.widgets.ground import colours, surface
from course_utils.widgets.recording import Recording
from course_utils.widgets.scale import describe_axis, error_arrays
from course_utils.widgets.sliders import nearest, settings
from course_utils.widgets.student import StudentError, StudentRule, read_parameters
from course_utils.widgets.surface_choice import SurfaceChoice
from course_utils.widgets.wire import pack
from course_utils.wording import vector

__all__ = ["Explorer", "explore"]

# The parts of a step, as `construction` draws them.
_ARROWS = {
    GRADIENT: {"colour": plotting.BLUE, "dash": []},
    KEPT: {"colour": plotting.VERMILION, "dash": [7, 3]},
}


class _MadeFor(NamedTuple):
    """What whoever made the figure wanted to show."""

    objective: Objective
    eta: float | None  # None if there is no such slider


class _Run(NamedTuple):
    """Every rule's way from a start."""

    start: np.ndarray
    trajectories: dict[str, Trajectory]  # by label
    rules: dict[str, object]
    complaints: list[str]  # about rules that failed; what they did before that is in trajectories


class RuleFactory:
    """Makes a rule of slider values.

    Of a rule's class, a function of hyperparameters, a student's function, or a rule that is made
    already and follows no slider.

    Attributes
    ----------
    names : list of str
        The hyperparameters it takes; ``required`` are those without a default.
    """

    def __init__(self, make, student: bool = False, initial=None):
        self.student = student
        if student:
            *_, self.names = read_parameters(make)
            self.required = self.names
            self.make = lambda **values: StudentRule(make, values, initial)
            return
        if hasattr(make, "step") and not isinstance(make, type):
            self.names, self.required, self.make = [], [], lambda: make
            return
        parameters = inspect.signature(make).parameters
        self.names = list(parameters)
        self.required = [
            name
            for name, parameter in parameters.items()
            if parameter.default is inspect.Parameter.empty
        ]
        self.make = make

    def __call__(self, values: Mapping[str, float]):
        """Return the rule for these values; a rule gets only what it takes."""
        return self.make(**{name: values[name] for name in self.names if name in values})


class Explorer(MovingFigure):
    """Paths on an error surface; see `explore` for the parameters.

    Attributes
    ----------
    objective : Objective
    start : array (2,)
    """

    def __init__(
        self,
        objective: Objective,
        makers: Mapping[str, RuleFactory],
        sliders: Mapping[str, object],
        *,
        start=None,
        window=None,
        presets: bool = True,
        log: bool = False,
    ):
        self.objective = objective
        self.makers = dict(makers)
        self.start = self.first_start = np.array(
            objective.start if start is None else start, dtype=float
        )
        self.window = tuple(map(tuple, window or objective.window))
        self.view = self.window
        self.logarithmic = log
        self.choice = None
        if presets:
            self.choice = SurfaceChoice(
                objective, self.show, self._write, lambda eta: self.set(eta=eta)
            )
        super().__init__(sliders, [self.choice] if presets else [])
        self._made_for = _MadeFor(objective, self.values.get("eta"))
        if presets and "eta" in self.sliders:
            self.sliders["eta"].observe(
                lambda change: self.choice.offer(self.choice.rate, change["new"]), "value"
            )
        self.canvas.observe(lambda change: self._attempt(self._answer), "t")

    @property
    def trajectories(self) -> dict[str, Trajectory]:
        """What is drawn now, by label."""
        return self.numbers.trajectories if self.numbers else {}

    @property
    def explained(self) -> dict[str, Trajectory]:
        """The paths whose updates are written out in numbers."""
        return self.trajectories

    # ------------------------------------------------------------------ what lies under the paths

    def show(self, objective: Objective, start=None, window=None) -> None:
        """Change the error surface, and go to its own start and window unless told otherwise.

        The sliders stay where the student has put them. A learning rate that suits a steep surface
        stands still on a flat one, so the figure offers another: `fitting_rate`.
        """
        self.objective = objective
        self.start = self.first_start = np.array(
            objective.start if start is None else start, dtype=float
        )
        self.window = self.view = tuple(map(tuple, window or objective.window))
        if self.choice:
            self.choice.show(objective)
            if "eta" in self.sliders:
                rate = nearest(self.sliders["eta"], self.fitting_rate())
                self.choice.offer(rate, self.values["eta"])
        self.canvas.t = -1
        self.redraw(everything=True)

    def _write(self, text: str) -> None:
        """Show the surface of a formula, in the window that is open."""
        objective = objective_from_formula(text, start=self.start, window=self.window)
        self.show(objective, start=self.start, window=self.window)

    def fitting_rate(self) -> float:
        """Return the smallest of the rates 1, 2, 5, 10, … that gains nearly what the best gains.

        Judged by the first rule: how far it brings the error down from here, with the other
        sliders as they stand. On the surface that the figure was made for, its own rate.
        """
        if self.objective is self._made_for.objective:
            return self._made_for.eta
        maker = next(iter(self.makers.values()))
        stops = [float(f"{digit}e{power}") for power in range(-4, 2) for digit in (1, 2, 5)]
        gains = []
        for eta in stops:
            values = self.values | {"eta": eta}
            with contextlib.suppress(Exception):  # a rule that fails gains nothing
                path = descend(maker(values), self.objective, self.start, min(values["steps"], 200))
                gains.append((path.errors[0] - path.errors[-1], eta))
        best = max(gains, default=(0.0, self.values["eta"]))[0]
        good = [eta for gain, eta in gains if gain >= 0.9 * best]
        return min(good) if best > 0 else self.values["eta"]

    def move(self, start) -> None:
        """Start from another place.

        Raises
        ------
        ValueError
            If the place is not two finite numbers.
        """
        start = np.array(start, dtype=float)
        if start.shape != (2,) or not np.isfinite(start).all():
            raise ValueError(f"expected a start of two finite numbers, got {start.tolist()}")
        self.start = start
        self.redraw()

    def record(self, *, starts: int = 0, **values) -> Recording:
        """Return a page that moves without a kernel.

        Parameters
        ----------
        starts : int
            Record so many starts along each axis of the window: a hand that drags the start gets
            the nearest of them, without its states, which would double the size. 0 keeps the
            figure's own.
        **values
            As for other figures.

        Raises
        ------
        ValueError
            As for other figures, or if ``starts`` is negative.
        """
        if starts < 0:
            raise ValueError(f"expected starts >= 0, got {starts}")
        recording = super().record(**values)
        if not starts:
            return recording
        # In the middles of equal parts: on the frame none could be taken hold of.
        sides = [
            low + (high - low) * (np.arange(starts) + 0.5) / starts for low, high in self.window
        ]
        places = [np.array([w1, w2]) for w2 in sides[1] for w1 in sides[0]]
        recording.starts.extend(tuple(map(float, place)) for place in places)
        recording.origin.extend(map(float, self.start))
        frames = recording.frames[:]
        recording.frames.clear()
        for frame in frames:
            at = self.values | frame["values"]
            for place in places:
                drawing = self._safely(
                    lambda at, p=place: self._describe(at, self._compute(at, p)), at
                )
                for path in drawing.frame.get("paths", []):
                    path["states"] = {}
                recording.frames.append(drawing.frame)
        return recording

    def _react(self, event: dict) -> None:
        kind, place = event.get("type"), event.get("at")
        if kind == "start":
            self.move(place)
        elif kind == "rest":
            self._foresee(place)
        elif kind == "view":
            self.view = tuple(map(tuple, place))
            self.canvas.ground = self._ground()

    def _foresee(self, place) -> None:
        """Send what a click at a place would show, before it comes (`ahead` tells why)."""
        if self.canvas.t >= 0:
            return  # the arithmetic that is being read belongs to the path that is there
        start = np.array(place, dtype=float)
        drawing = self._safely(
            lambda values: self._describe(values, self._compute(values, start)), self.values
        )
        self.canvas.ahead = {"at": list(place), "frame": drawing.frame}

    # ----------------------------------------------------------------------- what the browser gets

    def _scene(self) -> dict:
        return {
            "kind": "explorer",
            "path": colours(path_colours_of(next(iter(self.makers)))),
            "names": ["w₁", "w₂"],
            "log": self.logarithmic,
            "label": "Trajectory explorer: error surface over the weights w1 and w2",
        }

    def _ground(self) -> dict:
        minimum = self.objective.minimum
        return {
            "window": [list(side) for side in self.window],
            "field": surface(self.objective, self.view),
            "start": self.first_start.tolist(),
            "minimum": None if minimum is None else [float(weight) for weight in minimum],
            "formula": self.objective.formula,
        }

    def _compute(self, values: dict, start: np.ndarray | None = None) -> _Run:
        """Walk every rule, from the figure's start or from another one."""
        start = self.start if start is None else start
        trajectories, rules, complaints = {}, {}, []
        steps = int(values.get("steps", default_of("steps")))
        for label, maker in self.makers.items():
            rule = maker(values)
            try:
                path = descend(rule, self.objective, start, steps)
            except StudentError as error:
                complaints.append(str(error))
                path = descend(rule, self.objective, start, max(0, (error.step or 1) - 1))
            if getattr(rule, "changed", None):
                changed = " and ".join(sorted(rule.changed))
                complaints.append(
                    f"{rule.name} changes its argument {changed} in place: make a new array."
                )
            trajectories[label], rules[label] = path, rule
        return _Run(start, trajectories, rules, complaints)

    def _frame(self, values: dict, run: _Run) -> dict:
        looks = plotting.looks(run.trajectories)
        errors = {label: path.errors for label, path in run.trajectories.items()}
        scale = log_axis(errors, self.objective.minimum_value)
        endings = {label: self._ending(path) for label, path in run.trajectories.items()}
        description = " ".join(f"{label}: {ending}" for label, ending in endings.items())
        frame = {
            "start": run.start.tolist(),
            "paths": [
                {
                    "label": label,
                    "colour": looks[label].colour,
                    "dash": list(looks[label].dash),
                    "weights": pack(path.weights),
                    **error_arrays(path.errors, scale.curves[label]),
                    "states": {
                        STATE_SYMBOLS.get(name, name): pack(record)
                        for name, record in path.states.items()
                        if record.shape == path.weights.shape
                    },
                    "ending": endings[label],
                }
                for label, path in run.trajectories.items()
            ],
            "log": describe_axis(scale),
            "alt": f"{settings(values)}, from {vector(run.start)}. {description}",
        }
        if run.complaints:
            frame["message"] = " ".join(run.complaints)
        return frame

    def redraw(self, everything: bool = False) -> None:
        """Compute anew, and with it the arithmetic of the update that is looked at."""
        with self.canvas.hold_sync():
            super().redraw(everything)
            if self.canvas.t >= 0:
                self._attempt(self._answer)

    def _ending(self, path: Trajectory) -> str:
        sides = np.array(self.window)
        inside = ((path.weights >= sides[:, 0]) & (path.weights <= sides[:, 1])).all(axis=1)
        left = "" if inside.all() else f" It leaves the window at t = {int(inside.argmin())}."
        return path.ending + left

    def _answer(self) -> None:
        """Write out the update that the browser looks at."""
        t = self.canvas.t
        lines = []
        for label, path in self.explained.items():
            if 0 <= t <= path.steps:
                rule = self.numbers.rules[label]
                with np.errstate(all="ignore"):
                    written = explain(rule, self.objective, path, t)
                arrows = [
                    {"name": name, "tail": tail.tolist(), "tip": tip.tolist()} | _ARROWS[name]
                    for name, tail, tip in step_arrows(rule, path, t)
                ]
                lines.append(
                    {"label": label, "lines": [line.parts for line in written], "arrows": arrows}
                )
        self.canvas.answer = {"t": t, "updates": lines}

    def still(self) -> plotting.Still:
        """Return surface, paths and error curves as ``plotting.trajectories`` draws them."""
        if not self.trajectories:
            return plotting.Still(7, 0.8, self.canvas.frame.get("message", "No picture"))
        (low1, high1), (low2, high2) = self.window
        w1, w2 = np.linspace(low1, high1, 201), np.linspace(low2, high2, 201)
        errors = np.asarray(self.objective.value(np.stack(np.meshgrid(w1, w2))))
        still = plotting.trajectories(
            w1,
            w2,
            errors,
            {label: path.weights for label, path in self.trajectories.items()},
            minimum=self.objective.minimum,
            curves={label: path.errors for label, path in self.trajectories.items()},
            log=self.logarithmic,
            least=self.objective.minimum_value,
        )
        still.alt = f"{still.alt} {self.canvas.frame.get('alt', '')}"
        return still


def explore(
    objective: Objective = BOWL,
    rule=None,
    *,
    step: Callable | None = None,
    beside=None,
    start=None,
    window=None,
    initial: Mapping[str, float] | None = None,
    presets: bool = True,
    log: bool = False,
    **hyperparameters,
) -> Explorer:
    """Explore the path of one or several optimizers on an error surface.

    Parameters
    ----------
    objective : Objective
    rule : class, function, rule or dict, optional
        An update rule's class such as ``Momentum`` (the default), a function of hyperparameters
        that returns a rule, a rule that is made already, such as ``Adam(0.1, 0.9, 0.999)``, or a
        dict of label -> such things.
    step : callable, optional
        A function in an exercise's form, for example
        ``momentum_step(weights, momentum, gradient, eta, alpha)``: it drives the figure instead of
        a rule. If it raises or returns nonsense, the figure says what and where, and lives on.
    beside : class, function, rule, sequence or dict, optional
        More rules from the same start, with the same sliders as far as they take them.
    start : array_like (2,), window : ((low, high), (low, high)), optional
        The objective's own unless given.
    initial : dict of state -> number, optional
        What the states of ``step`` are filled with at first; 0 unless said otherwise, and 0.1 for
        ``step_sizes``, which grow and shrink by factors.
    presets : bool
        Offer the course's error functions and a text box for an own formula.
    log : bool
        Begin with a logarithmic error axis; the figure has a switch.
    **hyperparameters : number, tuple or widget
        The sliders, ``steps`` among them, as in ``interact``.

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError
        If ``step`` is no such function, both ``rule`` and ``step`` are given, or a hyperparameter
        is given that no rule takes.
    """
    if rule is not None and step is not None:
        raise ValueError("expected rule or step, got both; further rules go into beside")
    makers: dict[str, RuleFactory] = {}
    if step is not None:
        makers[getattr(step, "__name__", "step")] = RuleFactory(step, student=True, initial=initial)
    else:
        makers |= _makers(optimizers.Momentum if rule is None else rule)
    makers |= _makers(beside)
    accepted = {name for maker in makers.values() for name in maker.names} | {"steps"}
    for name in hyperparameters:
        if name not in accepted:
            raise ValueError(f"expected a hyperparameter among {sorted(accepted)}, got {name!r}")
    required = [name for maker in makers.values() for name in maker.required]
    order = [*dict.fromkeys([*required, *hyperparameters])]
    names = [*(name for name in order if name != "steps"), "steps"]
    sliders = {name: hyperparameters.get(name, default_of(name)) for name in names}
    return Explorer(
        objective, makers, sliders, start=start, window=window, presets=presets, log=log
    ).begin()


def _makers(rules) -> dict[str, RuleFactory]:
    """Return makers by label of one rule, several, or a dict of them."""
    if rules is None:
        return {}
    if isinstance(rules, Mapping):
        return {label: RuleFactory(make) for label, make in rules.items()}
    if callable(rules) or hasattr(rules, "step"):
        rules = [rules]
    return {_label(make): RuleFactory(make) for make in rules}


def _label(make) -> str:
    kind = make if isinstance(make, type) or callable(make) else type(make)
    if isinstance(kind, type) and issubclass(kind, optimizers.Rule):
        return kind.label
    return getattr(kind, "__name__", "rule")
