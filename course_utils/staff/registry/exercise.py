"""What a declaration of an exercise is made of, and how it becomes a task.

- ``Exercise``: contract and points, to which a declaration module adds, by decorators, the
  reference answer, the magnitude, the calls, the misconceptions and the correct variants
- ``Call``: one call of the student's function, as a declaration draws it
- ``Solution``: a wrong or right implementation, as the source text of a complete solution cell

A declaration module holds plain, linted functions::

    exercise = Exercise(slug="momentum-step", ...)

    @exercise.misconception("Which way is downhill?")
    def walks_uphill(weights, momentum, gradient, eta, alpha): ...
"""

import ast
import dataclasses
import inspect
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from course_utils.exercises.call import build, call
from course_utils.exercises.cases import Case, Task
from course_utils.exercises.judge import BEHAVIOURS, right_places

# What the core cases of an exercise are worth together, if its edge cases have the rest.
CORE = 0.75


@dataclass(frozen=True)
class Call:
    """One call of the student's function.

    Parameters
    ----------
    about : str
        What is special about the inputs.
    arguments : tuple
        As data; see `Case`.
    role : str
        "core", "edge" or "free"; see ``judge``.
    step : str
        Where in a chain of steps the call stands.
    weight : float
        Its part of the points among the calls of its role.
    """

    about: str
    arguments: tuple
    role: str = "core"
    step: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Solution:
    """A way to solve an exercise, wrong or right.

    Parameters
    ----------
    name : str
        What it does, in snake case.
    function : str
        The name under which it defines the function.
    source : str
        Text of a complete solution cell; it needs ``np`` and ``math``, as every such cell.
    hint : str
        What a wrong one earns; empty for a right one.
    """

    name: str
    function: str
    source: str
    hint: str = ""

    def build(self) -> Callable:
        """Run the source in a fresh namespace, so that whatever it remembers starts fresh."""
        namespace = {"np": np, "math": math}
        exec(compile(self.source, f"<{self.name}>", "exec"), namespace)
        return namespace[self.function]


def _cell(written: Callable, function: str) -> str:
    """Source of ``written`` as a student would hand it in: undecorated, under the asked name."""
    source = inspect.getsource(written)
    first = ast.parse(source).body[0].lineno - 1  # of the def, below the decorators
    body = "".join(source.splitlines(keepends=True)[first:])
    body = re.sub(r"[ \t]*# noqa:.*", "", body)  # a remark to our linter, not to students
    return body.replace(f"def {written.__name__}(", f"def {function}(", 1)


class Exercise:
    """One exercise: its contract, and everything from which its tasks are made.

    Parameters
    ----------
    slug : str
        Its name everywhere.
    lesson : str
        The assignment that it stands in.
    function : str
        Name of the function that is asked for.
    arguments, returns : tuple of str
        Names of arguments and returned values, in order.
    points : float
        What it is worth.
    judged_by : str
        Name of a property in ``properties``; empty where values are compared.
    core : float
        What the core cases are worth together; the edge cases have the rest. It is small where no
        single call is wrong under every mistake, since edge cases count only if all core cases
        are right.
    """

    def __init__(
        self,
        *,
        slug: str,
        lesson: str,
        function: str,
        arguments: tuple[str, ...],
        returns: tuple[str, ...],
        points: float,
        judged_by: str = "",
        core: float = CORE,
    ):
        self.slug, self.lesson, self.function = slug, lesson, function
        self.arguments, self.returns, self.points = arguments, returns, points
        self.judged_by, self.core = judged_by, core
        self.misconceptions: list[Solution] = []
        self.variants: list[Solution] = []

    def __repr__(self) -> str:
        return f"Exercise({self.slug!r})"

    def reference(self, function: Callable) -> Callable:
        """Declare the right answer; for a property, any right answer."""
        self._reference = function
        return function

    def magnitude(self, function: Callable) -> Callable:
        """Declare the sums of absolute values that enter the returned values (see `Case`)."""
        self._magnitude = function
        return function

    def calls(self, function: Callable[[np.random.Generator], Iterable[Call]]) -> Callable:
        """Declare the generator of calls: seeded, with the same structure for every seed."""
        self._calls = function
        return function

    def misconception(self, hint: str) -> Callable:
        """Declare a wrong implementation, named like the function, and the hint it earns."""

        def register(written: Callable) -> Callable:
            source = _cell(written, self.function)
            self.misconceptions.append(Solution(written.__name__, self.function, source, hint))
            return written

        return register

    def variant(self, written: Callable) -> Callable:
        """Declare a right implementation in a style of its own."""
        source = _cell(written, self.function)
        self.variants.append(Solution(written.__name__, self.function, source))
        return written

    def answer(self, arguments: tuple) -> tuple[np.ndarray, ...]:
        """Return the right values for arguments given as data."""
        return self._tuple(self._reference(*(build(argument) for argument in arguments)))

    def _tuple(self, returned) -> tuple[np.ndarray, ...]:
        values = returned if len(self.returns) > 1 else (returned,)
        return tuple(np.array(value, np.float64) for value in values)

    def task(self, seed: int) -> Task:
        """Draw a task: calls, right answers, and what every misconception would answer.

        Parameters
        ----------
        seed : int
            The same seed gives the same task, bit for bit.
        """
        calls = list(self._calls(np.random.default_rng(seed)))
        wrong = [
            (misconception.name, misconception.build())
            for misconception in self.misconceptions
            if misconception.name not in BEHAVIOURS and not self.judged_by
        ]
        cases = []
        for drawn, weight in zip(calls, _weights(calls, self.core), strict=True):
            case = Case(
                about=drawn.about,
                arguments=drawn.arguments,
                expected=self._expected(drawn.arguments),
                magnitude=self._magnitudes(drawn.arguments),
                role=drawn.role,
                weight=weight,
                step=drawn.step,
            )
            # One after the other, like a student's calls: a misconception may remember them.
            replies = {
                name: call(function, case.arguments, len(self.returns)) for name, function in wrong
            }
            if case.role != "free":
                mistaken = {
                    name: reply
                    for name, reply in replies.items()
                    if not all(right_places(case, reply))
                }
                case = dataclasses.replace(case, mistaken=mistaken)
            cases.append(case)
        return Task(
            slug=self.slug,
            function=self.function,
            arguments=self.arguments,
            returns=self.returns,
            points=float(self.points),
            cases=(*cases, *self._again(cases)),
            hints={solution.name: solution.hint for solution in self.misconceptions},
            judged_by=self.judged_by,
        )

    def _expected(self, arguments: tuple) -> tuple[np.ndarray, ...]:
        values = self.answer(arguments)
        # A property needs to know shapes only, and a student's machine should know no more.
        return tuple(np.zeros_like(value) for value in values) if self.judged_by else values

    def _magnitudes(self, arguments: tuple) -> tuple[np.ndarray, ...]:
        if self.judged_by:
            return tuple(np.ones_like(value) for value in self._expected(arguments))
        return self._tuple(self._magnitude(*arguments))

    def _again(self, cases: list[Case]) -> list[Case]:
        """Repeat the first core call at the end: state kept between calls shows there."""
        if self.judged_by:
            return []
        first = next(i for i, case in enumerate(cases) if case.role == "core")
        return [
            dataclasses.replace(
                cases[first],
                about="an earlier call, repeated",
                role="free",
                weight=0.0,
                step="",
                repeats=first,
                mistaken={},
            )
        ]


def _weights(calls: list[Call], core: float) -> list[float]:
    """Share out the points: ``core`` and the rest between the roles, weights within them."""
    shares = {"core": core, "edge": 1 - core}
    total = {role: sum(call.weight for call in calls if call.role == role) for role in shares}
    if not total["edge"]:
        return [call.weight / total["core"] if call.role == "core" else 0.0 for call in calls]
    return [
        shares[call.role] * call.weight / total[call.role] if call.role in shares else 0.0
        for call in calls
    ]
