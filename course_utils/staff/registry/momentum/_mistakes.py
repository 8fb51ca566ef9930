"""A mistake of several exercises: what `Exercise.mistake` takes, a name, edits and a hint."""

NEEDS_AN_AXIS = (
    "needs_an_axis",
    {"    return": "    weights[:]\n    return"},
    "It stops where the arrays are 0-d: an index, a slice such as a[:], a loop or len() needs an "
    "axis, and a 0-d array has none. Whole arrays add and multiply element by element, whatever "
    "their shape.",
)
