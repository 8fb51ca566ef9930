"""A student's own function as the driver of a figure: called with care, quoted when it fails.

`call` runs it and turns whatever it raises into one sentence with the line where it happened.
`StudentRule` makes an update rule of an exercise's function by reading its parameters, in the
order that all exercises share: weights, states, ``gradient`` (an array) or ``gradient_function``,
``t`` where there is one, hyperparameters.
"""

import inspect
import linecache
import traceback
from collections.abc import Callable, Mapping

import numpy as np

__all__ = ["StudentError", "StudentRule", "call", "read_parameters"]

_GRADIENTS = ("gradient", "gradient_function")
_INITIAL = {"step_sizes": 0.1}  # a step size of 0 would stay 0 whatever it is multiplied by


class StudentError(ValueError):
    """What went wrong in a student's function, in a sentence.

    Attributes
    ----------
    step : int or None
        The update in which it happened, counted from 1.
    """

    def __init__(self, message: str, step: int | None = None):
        super().__init__(message)
        self.step = step


def call(function: Callable, *args, **kwargs):
    """Call a student's function.

    Raises
    ------
    StudentError
        For whatever the function raises; the message quotes the line.
    """
    name = getattr(function, "__name__", "the function")
    try:
        return function(*args, **kwargs)
    except NotImplementedError:
        raise StudentError(f"{name} is not written yet: it raises NotImplementedError.") from None
    except (Exception, SystemExit) as error:
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        where = _place(function, error)
        raise StudentError(f"{name} raised {what}{where}.") from None


def _place(function: Callable, error: BaseException) -> str:
    """Name the last line inside the function's own file that the exception passed through."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return ""
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == code.co_filename
    ]
    if not lines:
        return ""
    source = linecache.getline(code.co_filename, lines[-1]).strip()
    place = f" in line {lines[-1] - code.co_firstlineno + 1} of the function"
    return place + (f", “{source}”" if source else "")


class StudentRule:
    """An update rule that asks a student's function for every step.

    Parameters
    ----------
    function : callable
        For example ``momentum_step(weights, momentum, gradient, eta, alpha)``, which returns the
        new weights and the new states, in this order.
    hyperparameters : dict of name -> number
        One for each parameter after the gradient that is not ``t``.
    initial : dict of state -> number, optional
        What a state is filled with at first; 0 unless said otherwise, 0.1 for ``step_sizes``.

    Raises
    ------
    ValueError
        If the function has no parameter called ``gradient`` or ``gradient_function``.
    """

    def __init__(
        self,
        function: Callable,
        hyperparameters: Mapping[str, float],
        initial: Mapping[str, float] | None = None,
    ):
        self.function = function
        self.name = getattr(function, "__name__", "step")
        self.parameters, self.states, self.needed = read_parameters(function)
        self.hyperparameters = {name: hyperparameters[name] for name in self.needed}
        self.initial = _INITIAL | dict(initial or {})
        self.changed: set[str] = set()
        self.steps = 0

    def init(self, weights):
        """Return the states before the first step."""
        self.steps = 0
        return {name: np.full_like(weights, self.initial.get(name, 0.0)) for name in self.states}

    def step(self, weights, state, gradient):
        """Make one update with the student's function.

        Raises
        ------
        StudentError
            If it raises, or returns something that no update can return.
        """
        self.steps += 1
        given = {self.parameters[0]: weights, **state}
        if "gradient" in self.parameters:
            given["gradient"] = np.array(gradient(weights))
        arrays = {name: value.copy() for name, value in given.items()}
        extra = {"gradient_function": gradient, "t": self.steps, **self.hyperparameters}
        try:
            answer = call(self.function, *({**extra, **arrays}[name] for name in self.parameters))
            returned = self._checked(answer, weights.shape)
        except StudentError as error:
            raise StudentError(f"Step {self.steps}: {error}", self.steps) from None
        self.changed |= {
            name
            for name, value in given.items()
            if not np.array_equal(value, arrays[name], equal_nan=True)
        }
        new, *rest = returned
        return new, dict(zip(self.states, rest, strict=True))

    def _checked(self, answer, shape) -> list[np.ndarray]:
        """Return the answer as arrays of that shape, weights first."""
        names = [self.parameters[0], *self.states]
        expected = names[0] if len(names) == 1 else f"({', '.join(names)})"
        if len(names) == 1:
            answer = [answer]
        if answer is None or (len(names) == 1 and answer[0] is None):
            raise StudentError(
                f"{self.name} returned None, expected {expected}: is there a return?"
            )
        if not isinstance(answer, tuple | list) or len(answer) != len(names):
            came = (
                f"{len(answer)} values" if isinstance(answer, tuple | list) else _describe(answer)
            )
            raise StudentError(f"{self.name} returned {came}, expected {expected}.")
        arrays = []
        for name, value in zip(names, answer, strict=True):
            try:
                array = np.asarray(value)
                array = array.astype(float, casting="same_kind" if array.dtype != bool else "no")
            except (TypeError, ValueError):
                raise StudentError(
                    f"{self.name} returned {_describe(value)} as {name}, expected real numbers."
                ) from None
            if array.shape != shape:
                raise StudentError(
                    f"{self.name} returned {name} of shape {array.shape}, expected {shape}."
                )
            arrays.append(array)
        return arrays


def _describe(value) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    text = repr(value)
    return text if len(text) <= 40 else f"a {type(value).__name__}"


def read_parameters(function: Callable) -> tuple[list[str], list[str], list[str]]:
    """Return the function's parameters, which of them are states, and which hyperparameters.

    Raises
    ------
    ValueError
        If there is no parameter called ``gradient`` or ``gradient_function``.
    """
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    marks = [index for index, name in enumerate(names) if name in _GRADIENTS]
    if not marks or marks[0] == 0:
        raise ValueError(
            "expected step to be a function like momentum_step(weights, momentum, gradient, eta, "
            f"alpha), got {getattr(function, '__name__', function)}({', '.join(names)})"
        )
    states = names[1 : marks[0]]
    needed = [name for name in names[marks[0] + 1 :] if name != "t" and name not in _GRADIENTS]
    return names, states, needed
