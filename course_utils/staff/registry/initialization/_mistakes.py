"""Mistakes of both step exercises: what `Exercise.mistake` takes, a name, edits and a hint.

CM and NAG write the new velocity and the move alike, ``new = kept - eta * slope`` and
``theta + new``, so that a mistake there is the same edit.
"""

KEEPS_AN_AVERAGE_OF_GRADIENTS = (
    "keeps_an_average_of_gradients",
    {"kept - eta * slope": "kept + (1 - mu) * slope", "theta + new": "theta - eta * new"},
    "This keeps an average of gradients, mu of the old and 1 - mu of the new, and subtracts eta "
    "times it. Here eta and the minus are inside the velocity, and the gradient is not divided.",
)

AVERAGES_INSTEAD_OF_SUMMING = (
    "averages_instead_of_summing",
    {"- eta * slope": "- (1 - mu) * eta * slope"},
    "The gradient is scaled by 1 - mu, as in an average. This velocity is a sum: eta times the "
    "gradient enters in full.",
)

WALKS_UPHILL = (
    "walks_uphill",
    {"kept - eta": "kept + eta"},
    "The gradient enters the velocity with a plus. theta moves by plus the velocity, so which "
    "sign leads downhill?",
)

SUBTRACTS_THE_VELOCITY = (
    "subtracts_the_velocity",
    {"theta + new": "theta - new"},
    "theta moves by minus the velocity. In the paper's form the minus is inside the velocity, and "
    "theta moves by plus the velocity.",
)

FORGETS_THE_LEARNING_RATE = (
    "forgets_the_learning_rate",
    {"- eta * slope": "- slope"},
    "The gradient enters in full, whatever eta is. (Sutskever writes the learning rate as ε.)",
)

SCALES_THE_GRADIENT_WITH_MU = (
    "scales_the_gradient_with_mu",
    {"- eta * slope": "- mu * eta * slope"},
    "mu scales the new gradient as well: where do the brackets end? mu is a factor of the old "
    "velocity alone.",
)

COUNTS_ETA_TWICE = (
    "counts_eta_twice",
    {"theta + new": "theta + eta * new"},
    "theta moves by eta times the velocity, but eta is inside the velocity already. Move by the "
    "velocity itself.",
)

MOVES_BY_THE_OLD_VELOCITY = (
    "moves_by_the_old_velocity",
    {"theta + new": "theta + velocity"},
    "theta moves by the velocity that was handed in. First the new velocity, then the move.",
)

RETURNS_THE_OLD_VELOCITY = (
    "returns_the_old_velocity",
    {", new": ", velocity"},
    "The velocity comes back as it was handed in. The next step needs the new one.",
)
