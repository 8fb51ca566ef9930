"""Write a factor that takes some value in each call as a formula of the arguments.

Given 0.102 for eta = 0.102 and 0.066 for eta = 0.066, the factor is ``eta``. A factor is a number
of its own, one argument in a few forms, a number times such a form, or a product of two forms.
"""

import dataclasses
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# A formula must fit in so many calls. Then chance has no part in it.
FEWEST_CALLS = 3
# Numbers that differ by less, relative to themselves, may be one; smaller ones are 0.
SAME = 1e-6
ZERO = 1e-12

# How an argument may enter: as text, as a part of a name, and as a function.
FORMS = (
    ("{}", "{}", lambda x: x),
    ("1/{}", "one_over_{}", lambda x: 1 / x),
    ("(1 - {})", "one_minus_{}", lambda x: 1 - x),
    ("1/(1 - {})", "one_over_one_minus_{}", lambda x: 1 / (1 - x)),
    ("(1 + {})", "one_plus_{}", lambda x: 1 + x),
    ("{}**2", "{}_squared", lambda x: x**2),
    ("sqrt({})", "root_of_{}", lambda x: np.sqrt(x)),
    ("1/sqrt({})", "one_over_root_of_{}", lambda x: 1 / np.sqrt(x)),
)


@dataclass(frozen=True, eq=False)
class Factor:
    """A factor as a formula.

    Parameters
    ----------
    text : str
        The formula, as in "-0.5 * (1 - beta)".
    name : str
        The same as a part of a name, as in "-0.5_one_minus_beta".
    values : ndarray
        Its value in each call.
    arguments : tuple of str
        The arguments that it is made of.
    """

    text: str
    name: str
    values: np.ndarray
    arguments: tuple[str, ...] = ()

    def is_number(self, number: float) -> bool:
        """Tell whether the factor is this number in every call, up to the digits shown."""
        return not self.arguments and self.text == _digits(number)

    def times(self, term: str) -> str:
        """Write the product with a term; "1" stands for no term."""
        if term == "1":
            return self.text
        return term if self.is_number(1) else f"{self.text} * {term}"


class Formulas:
    """All factors that the arguments of some calls make, to look values up in.

    Parameters
    ----------
    numbers : mapping of str to ndarray
        Value of each argument that is a number, in each call.
    calls : int
        How many calls there are.
    """

    @np.errstate(all="ignore")
    def __init__(self, numbers: Mapping[str, np.ndarray], calls: int):
        self._numbers = numbers
        self._factors = list(_candidates(numbers, calls))
        self._table = np.array([factor.values for factor in self._factors])

    @np.errstate(all="ignore")
    def write_out(self, found: Mapping[int, float]) -> Factor | None:
        """Return the plainest factor that takes the found values, or None.

        Parameters
        ----------
        found : mapping of int to float
            What the factor is in some of the calls, by index.
        """
        used, values = list(found), np.array(list(found.values()))
        if len(used) < FEWEST_CALLS or not np.any(values):
            return None
        table, largest = self._table[:, used], np.argmax(np.abs(values))
        constants = values[largest] / table[:, largest]
        fitting = constants[:, None] * table
        fits = np.all(np.abs(values - fitting) <= SAME * np.abs(fitting) + ZERO, axis=1)
        for index in np.flatnonzero(fits):
            factor, constant = self._factors[index], float(constants[index])
            if self._is_settled(factor, constant, used):
                return _with_constant(factor, constant)
        return None

    def _is_settled(self, factor: Factor, constant: float, used: Sequence[int]) -> bool:
        """Tell whether a number of its own in a factor can come from nowhere else.

        An argument that is the same in all of these calls may be what the number is made of. A
        product of two forms fits too easily to have such a number besides.
        """
        if math.isclose(abs(constant), 1, rel_tol=SAME):
            return True
        return len(factor.arguments) < 2 and all(
            len(set(given[used])) > 1 for given in self._numbers.values()
        )

    @np.errstate(all="ignore")
    def fit(
        self,
        found: Sequence[np.ndarray],
        base: Sequence[np.ndarray],
        tolerance: Sequence[np.ndarray],
    ) -> Factor | None:
        """Return the factor with ``found = factor * base`` in every call, or None.

        Parameters
        ----------
        found, base, tolerance : sequence of ndarray
            One of each for each call, of one shape.
        """
        ratios = {
            index: float(np.vdot(terms, values) / np.vdot(terms, terms))
            for index, (values, terms) in enumerate(zip(found, base, strict=True))
            if np.any(terms)
        }
        factor = self.write_out(ratios)
        if factor is None or not all(
            np.all(np.abs(values - factor.values[index] * terms) <= near)
            for index, (values, terms, near) in enumerate(zip(found, base, tolerance, strict=True))
        ):
            return None
        return factor


def _candidates(numbers: Mapping[str, np.ndarray], calls: int) -> Iterator[Factor]:
    """Yield the factors from the plainest to the least plain."""
    yield Factor("", "", np.ones(calls))
    single = [
        Factor(text.format(name), word.format(name), values, (name,))
        for name, argument in numbers.items()
        for text, word, form in FORMS
        if np.all(np.isfinite(values := form(argument)))
    ]
    yield from single
    for one, other in itertools.combinations(single, 2):
        values = one.values * other.values
        if np.all(np.isfinite(values)):
            yield Factor(
                f"{one.text} * {other.text}",
                f"{one.name}_{other.name}",
                values,
                one.arguments + other.arguments,
            )


def _digits(number: float) -> str:
    return f"{number:.4g}"


def _with_constant(factor: Factor, constant: float) -> Factor:
    factor = dataclasses.replace(factor, values=factor.values * constant)
    if not factor.text:
        return dataclasses.replace(factor, text=_digits(constant), name=_digits(constant))
    if math.isclose(constant, 1, rel_tol=SAME):
        return factor
    if math.isclose(constant, -1, rel_tol=SAME):
        return dataclasses.replace(factor, text=f"-{factor.text}", name=f"minus_{factor.name}")
    return dataclasses.replace(
        factor,
        text=f"{_digits(constant)} * {factor.text}",
        name=f"{_digits(constant)}_{factor.name}",
    )
