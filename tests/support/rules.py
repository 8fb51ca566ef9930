"""Examples of every update rule, for the tests of what all rules share.

No rule is named here: they are found in ``optimizers`` and made with the defaults of their
hyperparameters, each True and False both ways. The learning rates suit the bowl and Rosenbrock's
valley alike.
"""

from dataclasses import fields
from itertools import product

import pytest

from course_utils.optimizers import RULES


def examples_of(rule):
    """Return instances of a rule's class."""
    eta = 0.1 if rule.scale_free else 0.001
    flags = [field.name for field in fields(rule) if field.type is bool]
    return [
        rule.with_defaults(eta=eta, **dict(zip(flags, chosen, strict=True)))
        for chosen in product([False, True], repeat=len(flags))
    ]


EXAMPLES = [example for rule in RULES for example in examples_of(rule)]

every_rule = pytest.mark.parametrize("rule", EXAMPLES, ids=repr)
every_class = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
