r"""Update rules, one a class: how an optimizer turns a gradient into the next weights.

All rules are frozen (a rule is its hyperparameters and nothing else) and pure (what a rule
remembers is in a ``state`` dictionary that the caller keeps). All are used alike::

    rule = Momentum(eta=0.001, alpha=0.9)
    state = rule.init(weights)
    weights, state = rule.step(weights, state, gradient)

``gradient`` is the gradient *function*, since Nesterov's rules ask for it away from the weights.

===================== ============================== =========================================
rule                  states                         in a few words
===================== ============================== =========================================
GradientDescent       (none)                         downhill by ``eta`` times the gradient
Momentum              momentum                       decaying *sum* of gradients (series)
Nesterov              step                           look ahead, then correct (lecture)
ClassicalMomentum     velocity                       momentum as a velocity (Sutskever)
NAG                   velocity                       Nesterov as a velocity (Sutskever)
AdaGrad               accumulator                    rates shrink with all squared gradients
RMSprop               scale                          rates follow the recent squared gradients
Rprop                 step_sizes, previous_gradient  only the sign of the gradient counts
FirstMoment           moment, t                      decaying *average* of gradients
Adam                  moment, scale, t               FirstMoment and RMSprop, both corrected
AdamW                 moment, scale, t               Adam, and the weights shrink by themselves
===================== ============================== =========================================

A class is also the record of its rule: figures, tests and documents read the label, the states
and their symbols from it, and its hyperparameters from ``hyperparameters``. `RULES` is a list of
all classes. `convert_momentum` translates between the five ways to write the momentum down.

What is no real number is refused in a sentence; nan and infinity are numbers. In the weights, a
state or the gradient they are neither refused nor hidden: NumPy's arithmetic carries them on into
the weights, where they show (``descend`` ends a run there). A hyperparameter is never nan. Empty
weights are welcome and stay empty.

Not here: schedules that change a hyperparameter over time (``schedules``), the loop that applies
a rule to an error function (``descent``), colours and dashes (``plotting``), the arithmetic of
one update in numbers (``widgets``).
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from operator import itemgetter
from typing import ClassVar

import numpy as np

from course_utils.hyperparameters import checked, default_of, shown

__all__ = [
    "NAG",
    "RULES",
    "AdaGrad",
    "Adam",
    "AdamW",
    "ClassicalMomentum",
    "FirstMoment",
    "GradientDescent",
    "Momentum",
    "Nesterov",
    "RMSprop",
    "Rprop",
    "Rule",
    "convert_momentum",
]

State = dict[str, np.ndarray | int]
GradientFunction = Callable[[np.ndarray], np.ndarray]

# Big arrays are updated in blocks that fit into the processor's cache: a third less time at a
# million weights, and no rule has to give up its plain formula for it.
_BLOCK = 1 << 15


def _real_array(value: np.ndarray, name: str = "weights") -> np.ndarray:
    """Return ``value`` as an array of floats; floats keep their precision."""
    try:
        array = np.asarray(value)
    except ValueError:  # NumPy's own sentence speaks of sequences and elements
        raise ValueError(
            f"expected {name} to be an array of real numbers, got {shown(value)}"
        ) from None
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind not in "iu":
        received = "None" if value is None else f"dtype {array.dtype}"
        raise ValueError(f"expected {name} to be real numbers, got {received}")
    return array.astype(float)


def _gradient_at(gradient: GradientFunction, place: np.ndarray) -> np.ndarray:
    """Return the gradient at ``place``, in the shape and precision of ``place``."""
    if not callable(gradient):
        raise TypeError(f"expected gradient to be a function of the weights, got {shown(gradient)}")
    value = _real_array(gradient(place), "what the gradient returns")
    if value.shape != place.shape:
        raise ValueError(f"expected a gradient of shape {place.shape}, got {value.shape}")
    return value.astype(place.dtype, copy=False)


class Rule:
    """What all update rules share: valid hyperparameters, `init` and `step`.

    A rule is a frozen dataclass. Its fields are its hyperparameters: numbers with a row in
    ``hyperparameters``, or True and False. It declares the four attributes below where they
    differ from its parent's, and defines

    - ``_update(weights, state, gradient)``, which returns the new weights and the new state.
      `step` calls it once, or once a block for big arrays, so it must be elementwise. The
      gradient is an array by now.
    - ``_gradient_place(weights, state)``, if the gradient is not asked for at the weights. `step`
      calls it once, before the gradient function and ``_update``.

    Attributes
    ----------
    label : str
        What readers see. Every rule declares its own.
    states : dict of str to str
        The states that are shaped like the weights: name in code, symbol for readers.
    counts_steps : bool
        Whether it has the step count ``t`` as a state besides.
    scale_free : bool
        Whether a gradient of any scale gives the same step, up to epsilon. Then eta is a length
        in units of the weights.
    """

    label: ClassVar[str]
    states: ClassVar[dict[str, str]] = {}
    counts_steps: ClassVar[bool] = False
    scale_free: ClassVar[bool] = False

    def __init_subclass__(cls, **keywords):
        super().__init_subclass__(**keywords)
        if "label" not in vars(cls):
            raise TypeError(f"expected {cls.__name__} to declare its label, got none")

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type not in (bool, "bool"):
                object.__setattr__(self, field.name, checked(field.name, value))
            elif not isinstance(value, bool):
                raise ValueError(f"expected {field.name} True or False, got {shown(value)}")

    @classmethod
    def with_defaults(cls, **chosen) -> "Rule":
        """Return the rule with some hyperparameters chosen and the others at their defaults.

        A hyperparameter that the class demands takes its default from ``hyperparameters``.

        Raises
        ------
        TypeError
            If one is chosen that the rule does not have.
        ValueError
            If a value is outside its range.
        """
        demanded = [field.name for field in fields(cls) if field.default is MISSING]
        return cls(**{name: default_of(name) for name in demanded} | chosen)

    def init(self, weights: np.ndarray) -> State:
        """Return the state before the first step.

        Parameters
        ----------
        weights : array of any shape
            The starting weights; only shape and dtype matter.

        Returns
        -------
        dict
            A new array like ``weights`` for each state, and 0 for the step count ``t``
            of the rules that count.
        """
        weights = _real_array(weights)
        state: State = {name: np.zeros_like(weights) for name in self.states}
        if self.counts_steps:
            state["t"] = 0
        return state

    def step(
        self, weights: np.ndarray, state: State, gradient: GradientFunction
    ) -> tuple[np.ndarray, State]:
        """Make one update and return the new weights with the new state.

        Parameters
        ----------
        weights : array of any shape
            Where we are; 0-d and empty arrays are welcome, and float32 stays float32.
        state : dict
            What `init` or the previous step returned.
        gradient : callable
            Gradient of the error: takes an array like ``weights``, returns one.

        Returns
        -------
        weights : array
            New weights, in a new array: the arguments are never changed.
        state : dict
            New state, in a new dictionary.

        Raises
        ------
        TypeError
            If ``gradient`` is not a function (an array, say) or ``state`` not a dictionary.
        ValueError
            If weights, gradient or a state are not real numbers, the gradient or a state has
            another shape than the weights, or a state is missing.
        """
        weights = _real_array(weights)
        state = self._checked_state(state, weights.shape)
        slope = _gradient_at(gradient, self._gradient_place(weights, state))
        if weights.size > _BLOCK:
            return self._update_in_blocks(weights, state, slope)
        weights, state = self._update(weights, state, slope)
        if np.ndim(weights) == 0:  # NumPy's arithmetic turns 0-d arrays into scalars
            return np.asarray(weights), self._with_arrays(state, np.asarray)
        return weights, state

    def _checked_state(self, state, shape):
        """Return a new dictionary of this rule's states, once they are what they should be."""
        if not isinstance(state, dict):
            raise TypeError(
                f"expected state to be a dictionary, as init returns it, got {shown(state)}"
            )
        for name in [*self.states, *(["t"] if self.counts_steps else [])]:
            if name not in state:
                received = f"one with {', '.join(map(str, state))}" if state else "an empty one"
                raise ValueError(
                    f"expected a state with {name}, as {type(self).__name__}.init returns it, "
                    f"got {received}"
                )
        valid: State = {}
        for name in self.states:
            valid[name] = value = _real_array(state[name], name)
            if value.shape != shape:
                raise ValueError(f"expected a state {name} of shape {shape}, got {value.shape}")
        if self.counts_steps:
            valid["t"] = t = state["t"]
            if not isinstance(t, (int, np.integer)) or t < 0:
                raise ValueError(f"expected a state t that is an integer >= 0, got {shown(t)}")
        return valid

    def _with_arrays(self, state, change):
        """Return the state with ``change`` applied to every array, but not to the step count."""
        return state | {name: change(state[name]) for name in self.states}

    def _gradient_place(self, weights, state):
        return weights

    def _update(self, weights, state, gradient):
        raise NotImplementedError(f"{type(self).__name__} does not say how it updates the weights")

    def _update_in_blocks(self, weights, state, gradient):
        """Apply ``_update``, which is elementwise, to one cache-sized block after the other."""
        old, old_weights = self._with_arrays(state, np.ravel), weights.reshape(-1)
        new = {name: np.empty_like(old[name]) for name in self.states}
        new_weights, gradient = np.empty_like(old_weights), gradient.reshape(-1)
        for start in range(0, weights.size, _BLOCK):
            block = slice(start, start + _BLOCK)
            before = self._with_arrays(old, itemgetter(block))
            new_weights[block], after = self._update(old_weights[block], before, gradient[block])
            for name, value in new.items():
                value[block] = after[name]
        shaped = {name: value.reshape(weights.shape) for name, value in new.items()}
        return new_weights.reshape(weights.shape), after | shaped


@dataclass(frozen=True)
class GradientDescent(Rule):
    r"""Plain gradient descent.

    .. math::
        w(t) = w(t-1) - \eta\, \nabla E(w(t-1))

    Parameters
    ----------
    eta : float
        Learning rate, > 0.

    Raises
    ------
    ValueError
        If ``eta`` is not a finite number > 0.

    References
    ----------
    Cauchy (1847); notation of the article series, part 1.
    """

    eta: float

    label = "gradient descent"

    def _update(self, weights, state, gradient):
        return weights - self.eta * gradient, {}


@dataclass(frozen=True)
class Momentum(Rule):
    r"""Momentum (heavy-ball) descent with an exponentially decaying *sum* of gradients.

    .. math::
        m(t) &= \alpha\, m(t-1) + \nabla E(w(t-1)) \\
        w(t) &= w(t-1) - \eta\, m(t)

    State: ``momentum``, m, shaped like the weights.

    Parameters
    ----------
    eta : float
        Learning rate, > 0.
    alpha : float in [0, 1]
        How much of the old momentum is kept; 0 is plain gradient descent, 1 forgets nothing.

    Raises
    ------
    ValueError
        If a hyperparameter is outside its range (the message names it and the value that came).

    Notes
    -----
    Sutskever's velocity is ``v = -eta * m``; the two part as soon as eta changes during a run,
    because a sum of gradients is rescaled by the new eta and a velocity is not.

    References
    ----------
    Polyak (1964); notation of the article series, part 1.
    """

    eta: float
    alpha: float

    label = "momentum"
    states: ClassVar = {"momentum": "m"}

    def _update(self, weights, state, gradient):
        momentum = self.alpha * state["momentum"] + gradient
        return weights - self.eta * momentum, {"momentum": momentum}


@dataclass(frozen=True)
class Nesterov(Rule):
    r"""Nesterov's accelerated gradient as the lecture writes it: jump first, then correct.

    .. math::
        \hat w &= w(t-1) + \beta\, \Delta w(t-1) \\
        \Delta w(t) &= \beta\, \Delta w(t-1) - \eta\, \nabla E(\hat w) \\
        w(t) &= w(t-1) + \Delta w(t)

    State: ``step``, the last step :math:`\Delta w`, shaped like the weights.

    Parameters
    ----------
    eta : float
        Learning rate, > 0.
    beta : float in [0, 1]
        How much of the last step is repeated; 0 is plain gradient descent.

    Raises
    ------
    ValueError
        If a hyperparameter is outside its range (the message names it and the value that came).

    Notes
    -----
    The same path as `NAG`, in other letters. PyTorch stores the look-ahead places instead of
    the weights, so the two lists of numbers differ although the method is one.

    References
    ----------
    Nesterov (1983); notation of the lecture.
    """

    eta: float
    beta: float

    label = "Nesterov"
    states: ClassVar = {"step": "Δw"}

    def _gradient_place(self, weights, state):
        return weights + self.beta * state["step"]

    def _update(self, weights, state, gradient):
        step = self.beta * state["step"] - self.eta * gradient
        return weights + step, {"step": step}


@dataclass(frozen=True)
class ClassicalMomentum(Rule):
    r"""Classical momentum (CM) with a velocity.

    .. math::
        v(t) &= \mu\, v(t-1) - \eta\, \nabla f(\theta(t-1)) \\
        \theta(t) &= \theta(t-1) + v(t)

    State: ``velocity``, v, shaped like the weights.

    Parameters
    ----------
    eta : float
        Learning rate, > 0 (Sutskever et al. write ε).
    mu : float in [0, 1]
        Momentum coefficient; 0 is plain gradient descent.

    Raises
    ------
    ValueError
        If a hyperparameter is outside its range (the message names it and the value that came).

    References
    ----------
    Polyak (1964); notation of Sutskever et al. (2013).
    """

    eta: float
    mu: float

    label = "classical momentum"
    states: ClassVar = {"velocity": "v"}

    def _update(self, weights, state, gradient):
        velocity = self.mu * state["velocity"] - self.eta * gradient
        return weights + velocity, {"velocity": velocity}


@dataclass(frozen=True)
class NAG(ClassicalMomentum):
    r"""Nesterov's accelerated gradient with a velocity.

    .. math::
        v(t) &= \mu\, v(t-1) - \eta\, \nabla f(\theta(t-1) + \mu\, v(t-1)) \\
        \theta(t) &= \theta(t-1) + v(t)

    State: ``velocity``, v, shaped like the weights.

    Parameters
    ----------
    eta : float
        Learning rate, > 0 (Sutskever et al. write ε).
    mu : float in [0, 1]
        Momentum coefficient; 0 is plain gradient descent.

    Raises
    ------
    ValueError
        If a hyperparameter is outside its range (the message names it and the value that came).

    Notes
    -----
    On a quadratic, along an eigenvector with eigenvalue λ, this is `ClassicalMomentum` with
    ``mu * (1 - eta * λ)`` in place of ``mu`` (Theorem 2.1 of Sutskever et al.).

    References
    ----------
    Nesterov (1983); notation of Sutskever et al. (2013).
    """

    label = "NAG"

    def _gradient_place(self, weights, state):
        return weights + self.mu * state["velocity"]


def _smoothed_root(scale, epsilon, inside):
    """Return √(scale + ε) with ε inside the root, √scale + ε with ε outside."""
    return np.sqrt(scale + epsilon) if inside else np.sqrt(scale) + epsilon


@dataclass(frozen=True)
class AdaGrad(Rule):
    r"""AdaGrad: one rate a weight, shrinking with *all* squared gradients so far.

    .. math::
        G(t) &= G(t-1) + \nabla E(w(t-1))^2 \\
        w(t) &= w(t-1) - \eta\, \frac{\nabla E(w(t-1))}{\sqrt{G(t)} + \varepsilon}

    Squares, roots and quotients are elementwise. State: ``accumulator``, G, shaped like the
    weights.

    Parameters
    ----------
    eta : float
        Learning rate, > 0; about the length of the first step in every coordinate where the
        gradient is far above ε (√ε with ``epsilon_inside``).
    epsilon : float
        Smoothing term, > 0.
    epsilon_inside : bool
        True puts ε inside the root, :math:`\sqrt{G + \varepsilon}`; outside by default.

    Raises
    ------
    ValueError
        If a hyperparameter is outside its range (the message names it and the value that came).

    Notes
    -----
    On a constant gradient the rate dies as :math:`1/\sqrt{t}`.

    References
    ----------
    Duchi, Hazan & Singer (2011); ε as in the blog code.
    """

    eta: float
    epsilon: float = 1e-8
    epsilon_inside: bool = False

    label = "AdaGrad"
    states: ClassVar = {"accumulator": "G"}
    scale_free = True

    def _update(self, weights, state, gradient):
        accumulator = state["accumulator"] + gradient * gradient
        root = _smoothed_root(accumulator, self.epsilon, self.epsilon_inside)
        return weights - self.eta * gradient / root, {"accumulator": accumulator}


@dataclass(frozen=True)
class RMSprop(Rule):
    r"""RMSprop, the series' adaptive scheme: one rate a weight, from *recent* gradients.

    .. math::
        s(t) &= \beta\, s(t-1) + (1-\beta)\, \nabla E(w(t-1))^2 \\
        w(t) &= w(t-1) - \eta\, \frac{\nabla E(w(t-1))}{\sqrt{s(t) + \varepsilon}}

    Squares, roots and quotients are elementwise. State: ``scale``, s, shaped like the weights.

    Parameters
    ----------
    eta : float
        Learning rate, > 0.
    beta : float in [0, 1]
        How much of the old scale is kept. 0 leaves little but the sign of a gradient whose square
        is far above ε. With 1 the scale stays 0, and the divisor is √ε inside the root, ε outside.
    epsilon : float
        Smoothing term, > 0.
    epsilon_inside : bool
        True (the series) puts ε inside the root; False gives :math:`\sqrt{s} + \varepsilon`
        (the lecture, PyTorch).

    Raises
    ------
    ValueError
        If a hyperparameter is outside its range (the message names it and the value that came).

    References
    ----------
    Tieleman & Hinton (2012); notation of the article series, part 2.
    """

    eta: float
    beta: float = 0.9
    epsilon: float = 1e-8
    epsilon_inside: bool = True

    label = "RMSprop"
    states: ClassVar = {"scale": "s"}
    scale_free = True

    def _update(self, weights, state, gradient):
        scale = self.beta * state["scale"] + (1 - self.beta) * (gradient * gradient)
        root = _smoothed_root(scale, self.epsilon, self.epsilon_inside)
        return weights - self.eta * gradient / root, {"scale": scale}


@dataclass(frozen=True)
class Rprop(Rule):
    r"""Resilient propagation (iRprop−): step sizes grow and shrink with the gradient's sign.

    With :math:`p = g(t)\, g(t-1)` for each weight on its own,

    .. math::
        \Delta(t) &= \begin{cases}
            \min(a\, \Delta(t-1), \Delta_{max}) & p > 0 \\
            \max(b\, \Delta(t-1), \Delta_{min}) & p < 0 \\
            \Delta(t-1) & p = 0
        \end{cases} \\
        g(t) &\leftarrow 0 \quad \text{where } p < 0 \\
        w(t) &= w(t-1) - \Delta(t)\, \operatorname{sign} g(t)

    where a is ``increase`` and b is ``decrease``. So where the sign flips the weight rests for
    one step, and the forgotten gradient leaves the next step size alone.

    States: ``step_sizes``, Δ, and ``previous_gradient``, g, shaped like the weights.

    Parameters
    ----------
    eta : float in [smallest, largest]
        Initial step size of every weight.
    increase : float
        Factor after two equal signs, >= 1.
    decrease : float in (0, 1]
        Factor after a flip.
    smallest, largest : float
        Limits of the step sizes, 0 < smallest <= largest.

    Raises
    ------
    ValueError
        If a hyperparameter is outside its range (the message names it and the value that came).

    References
    ----------
    Riedmiller & Braun (1993); Igel & Hüsken (2000) for the variant; the lecture for the idea.
    """

    eta: float
    increase: float = 1.2
    decrease: float = 0.5
    smallest: float = 1e-6
    largest: float = 50.0

    label = "Rprop"
    states: ClassVar = {"step_sizes": "Δ", "previous_gradient": "g"}
    scale_free = True

    def __post_init__(self):
        super().__post_init__()
        if not self.smallest <= self.largest:
            raise ValueError(
                f"expected smallest <= largest, got smallest {self.smallest} "
                f"and largest {self.largest}"
            )
        if not self.smallest <= self.eta <= self.largest:
            raise ValueError(
                f"expected eta in [smallest, largest] = [{self.smallest}, {self.largest}], "
                f"got {self.eta}"
            )

    def init(self, weights: np.ndarray) -> State:
        """Return step sizes ``eta`` and a zero previous gradient, both shaped like `weights`."""
        return super().init(weights) | {"step_sizes": np.full_like(_real_array(weights), self.eta)}

    def _update(self, weights, state, gradient):
        # The sign comes first: a product of two tiny gradients would underflow to 0.
        agreement = np.sign(gradient) * state["previous_gradient"]
        flipped = agreement < 0.0
        # Where neither mask holds, at 0 and at nan, the step size stays.
        sizes, remembered = state["step_sizes"].copy(), gradient.copy()
        np.putmask(sizes, agreement > 0.0, self.increase * sizes)
        np.putmask(sizes, flipped, self.decrease * sizes)
        np.putmask(remembered, flipped, 0.0)
        sizes = np.minimum(np.maximum(sizes, self.smallest), self.largest)
        return weights - sizes * np.sign(remembered), {
            "step_sizes": sizes,
            "previous_gradient": remembered,
        }


@dataclass(frozen=True)
class FirstMoment(Rule):
    r"""Descent along a bias-corrected *average* of gradients: Adam without its second moments.

    .. math::
        m(t) &= \beta_1\, m(t-1) + (1-\beta_1)\, \nabla E(w(t-1)) \\
        w(t) &= w(t-1) - \eta\, \frac{m(t)}{1-\beta_1^t}

    States: ``moment``, the uncorrected m, shaped like the weights, and the step count ``t``.

    Parameters
    ----------
    eta : float
        Learning rate, > 0.
    beta1 : float in [0, 1)
        How much of the old average is kept; 0 is plain gradient descent.

    Raises
    ------
    ValueError
        If a hyperparameter is outside its range (the message names it and the value that came).

    References
    ----------
    The article series, part 3.
    """

    eta: float
    beta1: float = 0.9

    label = "first moments"
    states: ClassVar = {"moment": "m"}
    counts_steps = True

    def _update(self, weights, state, gradient):
        t = state["t"] + 1
        moment = self.beta1 * state["moment"] + (1 - self.beta1) * gradient
        rate = self.eta / (1 - self.beta1**t)
        return weights - rate * moment, {"moment": moment, "t": t}


@dataclass(frozen=True)
class Adam(Rule):
    r"""Adam: the average of the gradients over the root of the average of their squares.

    .. math::
        m(t) &= \beta_1\, m(t-1) + (1-\beta_1)\, \nabla E(w(t-1)) \\
        s(t) &= \beta_2\, s(t-1) + (1-\beta_2)\, \nabla E(w(t-1))^2 \\
        w(t) &= w(t-1) - \eta\, \frac{m(t)}{1-\beta_1^t} \Big/
                \sqrt{\frac{s(t)}{1-\beta_2^t} + \varepsilon}

    Squares, roots and quotients are elementwise. States: ``moment`` and ``scale``, both
    uncorrected and shaped like the weights, and the step count ``t``.

    Parameters
    ----------
    eta : float
        Learning rate, > 0; about the length of the first step in every coordinate where the
        gradient is far above √ε (ε with ``epsilon_inside=False``), whatever else its scale.
    beta1, beta2 : float in [0, 1)
        How much of the old averages is kept.
    epsilon : float
        Smoothing term, > 0.
    epsilon_inside : bool
        True (the series) puts ε inside the root; False adds it to the root (the lecture,
        Kingma & Ba, PyTorch).

    Raises
    ------
    ValueError
        If a hyperparameter is outside its range (the message names it and the value that came).

    References
    ----------
    Kingma & Ba (2015); notation of the article series, part 3.
    """

    eta: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    epsilon_inside: bool = True

    label = "Adam"
    states: ClassVar = {"moment": "m", "scale": "s"}
    counts_steps = True
    scale_free = True

    def _update(self, weights, state, gradient):
        t = state["t"] + 1
        moment = self.beta1 * state["moment"] + (1 - self.beta1) * gradient
        scale = self.beta2 * state["scale"] + (1 - self.beta2) * (gradient * gradient)
        rate = self.eta / (1 - self.beta1**t)
        root = _smoothed_root(scale / (1 - self.beta2**t), self.epsilon, self.epsilon_inside)
        return weights - rate * moment / root, {"moment": moment, "scale": scale, "t": t}


@dataclass(frozen=True)
class AdamW(Adam):
    r"""Adam with decoupled weight decay: the weights shrink apart from the gradient's step.

    .. math::
        w(t) = w(t-1) - \eta\,\omega\, w(t-1) - \eta\, \frac{m(t)}{1-\beta_1^t} \Big/
               \sqrt{\frac{s(t)}{1-\beta_2^t} + \varepsilon}

    with the m and s of `Adam`, which never see the decay. States as there.

    Parameters
    ----------
    eta : float
        Learning rate, > 0, as in `Adam`; it scales the decay too.
    beta1, beta2 : float in [0, 1)
        How much of the old averages is kept.
    epsilon : float
        Smoothing term, > 0.
    epsilon_inside : bool
        True puts ε inside the root, False adds it to the root (PyTorch, optax).
    weight_decay : float
        ω, >= 0: each update takes the share ηω from every weight; 0 is Adam.

    Raises
    ------
    ValueError
        If a hyperparameter is outside its range (the message names it and the value that came).

    Notes
    -----
    Added to the error, as :math:`\tfrac{\omega}{2} |w|^2`, the decay would go through Adam's
    division: a weight with large gradients would shrink less.

    References
    ----------
    Loshchilov & Hutter (2019), who write λ for ω and leave η out of the decay; PyTorch, Keras and
    optax have it in.
    """

    weight_decay: float = 0.01

    label = "AdamW"

    def _update(self, weights, state, gradient):
        moved, state = super()._update(weights, state, gradient)
        return moved - self.eta * self.weight_decay * weights, state


_SUM, _VELOCITY, _AVERAGE = "sum", "velocity", "average"
_NOTATIONS = {
    "series": _SUM,
    "pytorch": _SUM,
    "lecture": _VELOCITY,
    "sutskever": _VELOCITY,
    "average": _AVERAGE,
}


def convert_momentum(
    value: np.ndarray, source: str, target: str, *, eta: float, alpha: float
) -> np.ndarray:
    r"""Translate a momentum from one notation into another.

    Five notations, three things that they remember:

    .. math::
        \text{series, pytorch:}\quad & m \leftarrow \alpha m + g, & w &\leftarrow w - \eta m \\
        \text{lecture, sutskever:}\quad & v \leftarrow \alpha v - \eta g, & w &\leftarrow w + v \\
        \text{average:}\quad & a \leftarrow \alpha a + (1-\alpha) g,
            & w &\leftarrow w - \tfrac{\eta}{1-\alpha} a

    so that :math:`v = -\eta m` and :math:`a = (1-\alpha) m`. With constant η and α all five
    walk the same path.

    Parameters
    ----------
    value : array of any shape
        The momentum, velocity or average in the notation of ``source``.
    source, target : str
        "series", "pytorch", "lecture", "sutskever" or "average".
    eta : float
        Learning rate, > 0 (ε in Sutskever et al.).
    alpha : float in [0, 1]
        Momentum factor (β in the lecture, μ in Sutskever et al.); below 1 for "average".

    Returns
    -------
    array
        The same momentum as ``target`` would remember it, shaped like ``value``.

    Raises
    ------
    ValueError
        If a notation is unknown, a hyperparameter is outside its range, or ``value`` is not made
        of real numbers.

    References
    ----------
    The article series, part 1; the lecture; Sutskever et al. (2013); PyTorch's ``SGD`` with
    zero dampening.
    """
    eta, alpha = checked("eta", eta), checked("alpha", alpha)
    for notation in (source, target):
        if not isinstance(notation, str) or notation not in _NOTATIONS:
            known = ", ".join(_NOTATIONS)
            raise ValueError(f"expected a notation among {known}, got {shown(notation)}")
    if alpha == 1 and "average" in (source, target):
        raise ValueError("expected alpha in [0, 1) for an average, got 1.0")
    sums = {_SUM: 1.0, _VELOCITY: -eta, _AVERAGE: 1 - alpha}
    factor = sums[_NOTATIONS[target]] / sums[_NOTATIONS[source]]
    return np.asarray(_real_array(value, "value") * factor)


#: Every rule of this module, in the order in which they stand.
RULES: tuple[type[Rule], ...] = tuple(
    value
    for value in list(vars().values())
    if isinstance(value, type) and issubclass(value, Rule) and value is not Rule
)
