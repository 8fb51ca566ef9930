"""What a declaration of an exercise is made of, and how it becomes a task.

- ``Exercise``: contract and points, to which a declaration module adds, by decorators, the
  reference answer, the magnitude, the calls, the misconceptions and the correct variants
- ``Call``: one call of the student's function, as a declaration draws it
- ``Solution``: a wrong or right implementation, as the source text of a complete solution cell
- ``Edit``: what makes a mistake of a right answer: pieces of its text, and what replaces them

A declaration module holds the right answers as plain, linted functions. A mistake is a small edit
of one of them. What is no edit is a function of its own::

    exercise = Exercise(slug="momentum-step", ...)

    @exercise.variant
    def in_two_lines(weights, momentum, gradient, eta, alpha): ...

    exercise.mistake("walks_uphill", {"weights - eta": "weights + eta"}, "Which sign leads down?")

    @exercise.misconception("No loop is needed.")
    def loops_over_the_first_axis(weights, momentum, gradient, eta, alpha): ...

Two edits of one answer that touch different places make a pair: a wrong function with both
mistakes. The pairs need not be declared.
"""

import ast
import dataclasses
import functools
import inspect
import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from course_utils.exercises.call import call, make_argument
from course_utils.exercises.cases import Case, Task
from course_utils.exercises.compare import right_places
from course_utils.exercises.diagnose import AND, BEHAVIOURS
from course_utils.exercises.fingerprints import Fingerprint, fingerprint
from course_utils.exercises.values import Reply, Value

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
    edit : Edit or None
        How a wrong one differs from a right one, if it was declared so.
    """

    name: str
    function: str
    source: str
    hint: str = ""
    edit: "Edit | None" = None

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


@dataclass(frozen=True)
class Edit:
    """What makes a mistake of a right answer.

    Parameters
    ----------
    answer : str
        Source text of the right answer.
    places : tuple of (int, int, str)
        Where a piece of that text begins and ends, and what stands there instead, in order.
    """

    answer: str
    places: tuple[tuple[int, int, str], ...]

    @classmethod
    def of(cls, answer: str, texts: Mapping[str, str]) -> "Edit":
        """Find the places; every old text must occur exactly once."""
        places = []
        for old, new in texts.items():
            if (count := answer.count(old)) != 1:
                raise ValueError(f"expected {old!r} once in the answer, got it {count} times")
            begin = answer.index(old)
            places.append((begin, begin + len(old), new))
        places.sort()
        for (_, end, _), (begin, _, _) in itertools.pairwise(places):
            if begin < end:
                raise ValueError("expected pieces that do not overlap, got two that do")
        return cls(answer, tuple(places))

    def meets(self, other: "Edit") -> bool:
        """Tell whether the two change the same piece, or neighbouring ones, or other answers."""
        return self.answer != other.answer or any(
            begin <= other_end and other_begin <= end
            for begin, end, _ in self.places
            for other_begin, other_end, _ in other.places
        )

    def __or__(self, other: "Edit") -> "Edit":
        return Edit(self.answer, tuple(sorted(self.places + other.places)))

    def source(self) -> str:
        """Return the edited text."""
        source = self.answer
        for begin, end, new in reversed(self.places):
            source = source[:begin] + new + source[end:]
        return source


class Exercise:
    """One exercise: its contract, and everything from which its tasks are made.

    Parameters
    ----------
    slug : str
        Its name everywhere.
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

    Attributes
    ----------
    lesson : str
        The folder of the registry that it was found in, such as ``momentum``.
    """

    def __init__(
        self,
        *,
        slug: str,
        function: str,
        arguments: tuple[str, ...],
        returns: tuple[str, ...],
        points: float,
        judged_by: str = "",
        core: float = CORE,
    ):
        self.slug, self.lesson, self.function = slug, "", function
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

    def mistake(self, name: str, edits: Mapping[str, str], hint: str, of: str = "") -> None:
        """Declare a mistake as an edit of a right answer.

        Parameters
        ----------
        name : str
            What it does, in snake case.
        edits : mapping of str to str
            Pieces of the answer's text, each of which occurs once in it, and what a student with
            this mistake writes instead.
        hint : str
            What it earns.
        of : str, optional
            The name of the `variant` that is edited; the first one if not given.

        Raises
        ------
        ValueError
            If there is no such variant, a piece does not occur exactly once, two pieces meet, or
            what results is no Python.
        """
        answers = {right.name: right.source for right in self.variants}
        if not answers or (of and of not in answers):
            raise ValueError(
                f"{self.slug}, {name}: expected a variant declared above, got {of or 'none'}"
            )
        try:
            edit = Edit.of(answers[of] if of else next(iter(answers.values())), edits)
            source = edit.source()
            ast.parse(source)
        except (ValueError, SyntaxError) as error:
            raise ValueError(f"{self.slug}, {name}: {error}") from None
        self.misconceptions.append(Solution(name, self.function, source, hint, edit))

    def pairs(self) -> Iterator[Solution]:
        """Yield what has two mistakes, the one that stands first in the answer named first."""
        edited = [wrong for wrong in self.misconceptions if wrong.edit]
        for one, other in itertools.combinations(edited, 2):
            if one.edit.meets(other.edit):
                continue
            first, second = sorted((one, other), key=lambda wrong: wrong.edit.places)
            source = (one.edit | other.edit).source()
            try:
                ast.parse(source)
            except SyntaxError:  # the two cannot be made together
                continue
            name = f"{first.name}{AND}{second.name}"
            yield Solution(name, self.function, source)

    def variant(self, written: Callable) -> Callable:
        """Declare a right implementation in a style of its own."""
        source = _cell(written, self.function)
        self.variants.append(Solution(written.__name__, self.function, source))
        return written

    def answer(self, arguments: tuple) -> tuple[np.ndarray, ...]:
        """Return the right values for arguments given as data."""
        return self._tuple(self._reference(*(make_argument(argument) for argument in arguments)))

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
            cases=(*cases, *self._varied(cases, seed), *self._again(cases)),
            hints={solution.name: solution.hint for solution in self.misconceptions},
            judged_by=self.judged_by,
            pairs={} if self.judged_by else _Pairs(self, cases),
        )

    @functools.cached_property
    def _pair_functions(self) -> dict[str, Callable]:
        return {pair.name: pair.build() for pair in self.pairs()}

    def _varied(self, cases: list[Case], seed: int) -> list[Case]:
        """Repeat the first core call with one number changed, for each number that it has."""
        if self.judged_by:
            return []
        first = next(i for i, case in enumerate(cases) if case.role == "core")
        others = list(self._calls(np.random.default_rng([seed, 1])))[first].arguments
        varied = []
        for place, (value, other) in enumerate(zip(cases[first].arguments, others, strict=True)):
            if isinstance(value, bool) or not isinstance(value, int | float) or value == other:
                continue
            arguments = (
                *cases[first].arguments[:place],
                other,
                *cases[first].arguments[place + 1 :],
            )
            expected = self._expected(arguments)
            if all(map(np.array_equal, expected, cases[first].expected)):
                continue  # an answer that does not depend on it is right
            varied.append(
                Case(
                    about=f"another {self.arguments[place]} alone",
                    arguments=arguments,
                    expected=expected,
                    magnitude=self._magnitudes(arguments),
                    role="free",
                    varies=(first, place),
                )
            )
        return varied

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


class _Pairs(Mapping):
    """What functions with two mistakes return, worked out when first asked for."""

    def __init__(self, exercise: Exercise, cases: list[Case]):
        self._exercise, self._cases = exercise, [case for case in cases if case.role != "free"]

    @functools.cached_property
    def _answers(self) -> dict[str, tuple[Fingerprint, ...]]:
        """Those that are wrong, and that no mistake alone nor an earlier pair gives as well."""
        answers, known = {}, set(self._known())
        for name, function in self._exercise._pair_functions.items():
            row = tuple(self._fingerprint(case, function) for case in self._cases)
            short = _short(row)
            core = (
                given for case, given in zip(self._cases, row, strict=True) if case.role == "core"
            )
            if short not in known and any(None not in given for given in core):
                known.add(short)
                answers[name] = row
        return answers

    def _known(self) -> Iterator[tuple]:
        """Yield the fingerprints of the right answer and of each mistake alone."""
        right = [
            fingerprint(case, Reply(tuple(map(Value, case.expected)), count=len(case.expected)))
            for case in self._cases
        ]
        yield _short(right)
        for name in dict.fromkeys(name for case in self._cases for name in case.mistaken):
            yield _short(
                fingerprint(case, case.mistaken[name]) if name in case.mistaken else given
                for case, given in zip(self._cases, right, strict=True)
            )

    def _fingerprint(self, case: Case, function: Callable) -> Fingerprint:
        return fingerprint(case, call(function, case.arguments, len(self._exercise.returns)))

    def __getitem__(self, name: str) -> tuple[Fingerprint, ...]:
        return self._answers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


def _short(answers: Iterable[Fingerprint]) -> tuple:
    """Return fingerprints to compare for equality: rounded, and NaN equal to NaN."""
    return tuple(
        tuple(value if value is None else f"{value:.7g}" for value in row) for row in answers
    )


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
