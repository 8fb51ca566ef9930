"""How wrong numbers relate to the right ones, the same way in every wrong call.

No mistake is declared here. What is said is a fact about the numbers that came back, so it is true
whatever the code looks like. For a returned value y, an argument x of its shape, and a factor k
that is a number or comes from the arguments, such as eta or 1 - beta, these are looked for:

- y is an argument as it came in
- y is k times the right value
- y is the change of x where the new x was asked for, or k times this change
- y - x is k times the right change of x, where y is the new x, as in weights
- y is the right value plus k times x, or plus k
- y is k times one argument, its square or its gradient, plus k times another
- y is wrong only where numbers of x, or a product of two arguments, have one sign, or exceed 1
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .call import make_argument
from .cases import Case, Task
from .compare import PRECISE, PRECISION, agrees, form_problem
from .factors import FEWEST_CALLS, Factor, Formulas
from .values import Quadratic, Reply

# Numbers that must be right, and wrong, before a condition is named that tells them apart.
FEWEST_NUMBERS = 3


@dataclass(frozen=True)
class Relation:
    """A fact about one returned value in all wrong calls.

    Parameters
    ----------
    name : str
        For reports, as in "weights_changes_eta_times_as_much".
    hint : str
        The fact in a sentence, and a question.
    """

    name: str
    hint: str


@dataclass(frozen=True, eq=False)
class _Wrong:
    """One returned value in the calls where it is wrong: what came back, and what is right."""

    task: Task
    place: int
    cases: tuple[Case, ...]
    returned: tuple[np.ndarray, ...]
    tolerance: tuple[np.ndarray, ...]

    @property
    def name(self) -> str:
        return self.task.returns[self.place]

    @property
    def expected(self) -> list[np.ndarray]:
        return [case.expected[self.place] for case in self.cases]

    @cached_property
    def _arguments(self) -> dict[str, tuple]:
        columns = zip(*(case.arguments for case in self.cases), strict=True)
        return dict(zip(self.task.arguments, columns, strict=True))

    @cached_property
    def formulas(self) -> Formulas:
        """What the arguments that are numbers can make."""
        numbers = {
            name: np.array(values, float)
            for name, values in self._arguments.items()
            if all(type(value) in (int, float) for value in values)
        }
        return Formulas(numbers, len(self.cases))

    @cached_property
    def arrays(self) -> dict[str, list[np.ndarray]]:
        """The arguments that have the returned value's shape in every call, by name."""
        shapes = [array.shape for array in self.expected]
        return {
            name: [np.asarray(value, float) for value in values]
            for name, values in self._arguments.items()
            if all(
                isinstance(value, np.ndarray | float) and np.shape(value) == shape
                for value, shape in zip(values, shapes, strict=True)
            )
        }

    def gradients(self) -> Iterator[tuple[str, list[np.ndarray]]]:
        """Yield the gradient at each array, where an argument is a gradient function."""
        for function, values in self._arguments.items():
            if all(isinstance(value, Quadratic) for value in values):
                for name, arrays in self.arrays.items():
                    pairs = zip(values, arrays, strict=True)
                    yield f"{function}({name})", [make_argument(g)(x) for g, x in pairs]

    def fits(self, found: Sequence[np.ndarray], base: Sequence[np.ndarray]) -> Factor | None:
        return self.formulas.fit(found, base, self.tolerance)

    def is_close_to(self, others: Sequence[np.ndarray]) -> bool:
        return all(
            np.all(np.abs(array - other) <= near)
            for array, other, near in zip(self.returned, others, self.tolerance, strict=True)
        )


def _wrong_calls(task: Task, replies: Sequence[Reply], place: int) -> _Wrong | None:
    """Return the wrong calls if there are some, with finite numbers of the right shape in all."""
    cases, returned, tolerance = [], [], []
    for case, reply in zip(task.cases, replies, strict=True):
        if case.role == "free":
            continue
        if form_problem(case, reply, place):
            return None
        value, expected, magnitude = (
            reply.values[place],
            case.expected[place],
            case.magnitude[place],
        )
        if agrees(value, expected, magnitude):
            continue
        if not (np.isfinite(value.array).all() and np.isfinite(expected).all()):
            return None
        cases.append(case)
        returned.append(value.array)
        precision = PRECISION.get(value.kind, PRECISE)
        tolerance.append(precision * (magnitude + np.abs(value.array)))
    if len(cases) < FEWEST_CALLS:
        return None
    return _Wrong(task, place, tuple(cases), tuple(returned), tuple(tolerance))


@np.errstate(all="ignore")
def find_relation(task: Task, replies: Sequence[Reply], place: int) -> Relation | None:
    """Return what is true of one returned value in each call where it is wrong, or None.

    Parameters
    ----------
    task : Task
        It compares values; of a property that is judged, no value is right.
    replies : sequence of Reply
        One for each call.
    place : int
        Index of the returned value, which is wrong in some call.
    """
    wrong = _wrong_calls(task, replies, place)
    if wrong is None:
        return None
    looks: tuple[Callable[[_Wrong], Relation | None], ...] = (
        _unchanged,
        _proportional,
        _change,
        _added,
        _combined,
        _conditional,
    )
    return next((found for look in looks if (found := look(wrong))), None)


def _unchanged(wrong: _Wrong) -> Relation | None:
    for name, arrays in wrong.arrays.items():
        if wrong.is_close_to(arrays):
            kept = "" if name == wrong.name else f" Or is {name} what your code keeps?"
            hint = (
                f"In each wrong call, {wrong.name} is the argument {name} as it came in. Is the "
                f"new {wrong.name} computed, and is it what you return?{kept}"
            )
            return Relation(f"{wrong.name}_is_{name}_as_it_came_in", hint)
    return None


def _question(factor: Factor) -> str:
    if not factor.arguments:
        return "Which number of your own is in your code?"
    return f"Where does {' and '.join(dict.fromkeys(factor.arguments))} enter, and how often?"


def _proportional(wrong: _Wrong) -> Relation | None:
    factor = wrong.fits(wrong.returned, wrong.expected)
    if factor is None:
        return None
    if factor.is_number(-1):
        hint = f"In each wrong call, {wrong.name} has the opposite sign. Which sign is asked for?"
        return Relation(f"{wrong.name}_has_the_opposite_sign", hint)
    hint = (
        f"In each wrong call, {wrong.name} is {factor.text} times the right one. "
        f"{_question(factor)}"
    )
    return Relation(f"{wrong.name}_is_{factor.name}_times_the_right_one", hint)


def _differences(ones: Sequence[np.ndarray], others: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [one - other for one, other in zip(ones, others, strict=True)]


def _change(wrong: _Wrong) -> Relation | None:
    """Compare the change of the argument that the returned value replaces."""
    name = wrong.name
    if name not in wrong.arrays:
        return None
    before = wrong.arrays[name]
    right, made = _differences(wrong.expected, before), _differences(wrong.returned, before)
    if factor := wrong.fits(wrong.returned, right):
        hint = (
            f"In each wrong call, you return {factor.times('the change')} of {name}. The new "
            f"{name} is asked for: {name} and its change together."
        )
        return Relation(f"{name}_is_its_change", hint)
    factor = wrong.fits(made, right)
    if factor is None:
        return None
    if factor.is_number(-1):
        hint = (
            f"In each wrong call, {name} changes by the right amount in the opposite direction. "
            f"Which sign is asked for?"
        )
        return Relation(f"{name}_changes_in_the_opposite_direction", hint)
    hint = (
        f"In each wrong call, the change of {name} is {factor.text} times the right one. "
        f"{_question(factor)}"
    )
    return Relation(f"{name}_changes_{factor.name}_times_as_much", hint)


def _ones(wrong: _Wrong) -> list[np.ndarray]:
    return [np.ones(array.shape) for array in wrong.returned]


def _added(wrong: _Wrong) -> Relation | None:
    surplus = _differences(wrong.returned, wrong.expected)
    for name, arrays in (wrong.arrays | {"1": _ones(wrong), "itself": wrong.expected}).items():
        if factor := wrong.fits(surplus, arrays):
            hint = (
                f"In each wrong call, {wrong.name} is the right one plus {factor.times(name)}. Is "
                f"a term there that was not asked for, or one too few?"
            )
            return Relation(f"{wrong.name}_has_{factor.name}_{name}_besides", hint)
    return None


# --- sums of two terms ----------------------------------------------------------------------------


def _combined(wrong: _Wrong) -> Relation | None:
    """Find two terms of which the returned value is a weighted sum."""
    terms = wrong.arrays | {
        f"{name}**2": [array**2 for array in arrays] for name, arrays in wrong.arrays.items()
    }
    terms |= dict(wrong.gradients()) | {"1": _ones(wrong)}
    for names in itertools.combinations(terms, 2):
        pair = [terms[name] for name in names]
        factors = [wrong.formulas.write_out(weights) for weights in _weights(wrong, pair)]
        if None in factors:
            continue
        sums = [
            sum(factor.values[i] * term[i] for factor, term in zip(factors, pair, strict=True))
            for i in range(len(wrong.cases))
        ]
        if wrong.is_close_to(sums):
            formula = " + ".join(
                factor.times(name) for factor, name in zip(factors, names, strict=True)
            ).replace("+ -", "- ")
            hint = (
                f"In each wrong call, {wrong.name} comes out as {formula}. Compare this with the "
                f"formula of the task, term by term: which sign, factor or argument differs?"
            )
            return Relation(f"{wrong.name}_is_{formula.replace(' ', '')}", hint)
    return None


def _weights(
    wrong: _Wrong, terms: Sequence[Sequence[np.ndarray]]
) -> tuple[dict[int, float], dict[int, float]]:
    """Return the two weights of a sum in each call that settles them; none if one call differs.

    Three numbers settle two weights and test them. An array of zeros settles nothing.
    """
    weights = ({}, {})
    for index, (returned, near) in enumerate(zip(wrong.returned, wrong.tolerance, strict=True)):
        columns = np.stack([term[index].ravel() for term in terms], axis=1)
        solution, _, rank, _ = np.linalg.lstsq(columns, returned.ravel())
        if rank < 2 or returned.size <= 2:
            continue
        if np.any(np.abs(columns @ solution - returned.ravel()) > near.ravel()):
            return {}, {}
        for kept, number in zip(weights, solution, strict=True):
            kept[index] = float(number)
    return weights


# --- conditions on single numbers -----------------------------------------------------------------

_CONDITIONS = (
    ("is positive", "positive", lambda x: x > 0),
    ("is negative", "negative", lambda x: x < 0),
    ("is 0", "zero", lambda x: x == 0),
    ("is not 0", "not_zero", lambda x: x != 0),
    ("is not positive", "not_positive", lambda x: x <= 0),
    ("is not negative", "not_negative", lambda x: x >= 0),
    ("is above 1 or below -1", "beyond_one", lambda x: np.abs(x) > 1),
)


def _conditional(wrong: _Wrong) -> Relation | None:
    """Find the condition that holds just for the wrong numbers of the wrong calls."""
    differs = np.concatenate(
        [
            (np.abs(array - right) > near).ravel()
            for array, right, near in zip(
                wrong.returned, wrong.expected, wrong.tolerance, strict=True
            )
        ]
    )
    if min(np.count_nonzero(differs), np.count_nonzero(~differs)) < FEWEST_NUMBERS:
        return None
    arrays = {
        name: np.concatenate([array.ravel() for array in values])
        for name, values in (wrong.arrays | dict(wrong.gradients())).items()
    }
    products = {
        f"{one} * {other}": arrays[one] * arrays[other]
        for one, other in itertools.combinations(arrays, 2)
    }
    for name, numbers in (arrays | products).items():
        for text, word, holds in _CONDITIONS:
            if np.array_equal(holds(numbers), differs):
                hint = (
                    f"In each wrong call, {wrong.name} is wrong exactly where {name} {text}. What "
                    f"does your code do there?"
                )
                subject = name.replace(" * ", "_times_")
                return Relation(f"{wrong.name}_is_wrong_where_{subject}_is_{word}", hint)
    return None


# --- what follows from what -----------------------------------------------------------------------


@np.errstate(all="ignore")
def follows(task: Task, replies: Sequence[Reply], place: int, other: int) -> bool:
    """Tell whether one returned value comes from another as it does in right answers.

    So it is if the right change of an argument is k times the other right value in every wrong
    call, as in ``weights - eta * momentum``, and the returned change is k times the other returned
    value.

    Parameters
    ----------
    task : Task
    replies : sequence of Reply
    place, other : int
        Indices of two returned values.
    """
    wrong = _wrong_calls(task, replies, place)
    if wrong is None or wrong.name not in wrong.arrays:
        return False
    answers = {id(case): reply for case, reply in zip(task.cases, replies, strict=True)}
    right_state = [case.expected[other] for case in wrong.cases]
    state = [answers[id(case)].values[other].array for case in wrong.cases]
    shapes = [array.shape for array in wrong.returned]
    if [array.shape for array in state] != shapes or [a.shape for a in right_state] != shapes:
        return False
    before = wrong.arrays[wrong.name]
    factor = wrong.fits(_differences(wrong.expected, before), right_state)
    if factor is None:
        return False
    made = _differences(wrong.returned, before)
    return all(
        np.all(np.abs(made[i] - factor.values[i] * state[i]) <= near)
        for i, near in enumerate(wrong.tolerance)
    )
