"""The one table of update rules that all tests of shared behaviour go through.

Every rule is there, and where ε may stand inside or outside of the root, both ways. The rates
suit the bowl and Rosenbrock's valley alike.
"""

import pytest

from course_utils.optimizers import (
    NAG,
    AdaGrad,
    Adam,
    ClassicalMomentum,
    FirstMoment,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSprop,
    Rprop,
)

# Their steps are proportional to the gradients.
LINEAR = [
    GradientDescent(eta=0.001),
    Momentum(eta=0.001, alpha=0.9),
    Nesterov(eta=0.001, beta=0.9),
    ClassicalMomentum(eta=0.001, mu=0.9),
    NAG(eta=0.001, mu=0.9),
    FirstMoment(eta=0.001),
]
# Theirs hardly depend on the gradients' scale.
ADAPTIVE = [
    AdaGrad(eta=0.5),
    AdaGrad(eta=0.5, epsilon_inside=True),
    RMSprop(eta=0.05),
    RMSprop(eta=0.05, epsilon_inside=False),
    Rprop(eta=0.1),
    Adam(eta=0.1),
    Adam(eta=0.1, epsilon_inside=False),
]
RULES = LINEAR + ADAPTIVE

every_rule = pytest.mark.parametrize("rule", RULES, ids=repr)
