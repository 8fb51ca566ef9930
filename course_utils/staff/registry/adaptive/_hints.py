"""Hints of mistakes that the steps of this lesson share, each called like its mistake."""

ADDS_EPSILON_TO_THE_WEIGHTS = (
    "epsilon is added to the weights: a division binds more tightly than the plus after it. What "
    "should epsilon be added to, and where do brackets belong?"
)

ADDS_EPSILON_TO_THE_STEP = (
    "epsilon is a part of your step, and is taken off every weight: a division binds more tightly "
    "than the plus after it. What should epsilon be added to, and where do brackets belong?"
)

TAKES_THE_ROOT_WITH_MATH = (
    "Your function works on single numbers alone: math.sqrt, say, takes one number, and an array "
    "has many. np.sqrt takes the root of each."
)

STEPS_ALONG_THE_SQUARE = (
    "The weights step along the *square* of the gradient, which has lost its sign: they always "
    "move the same way. What does the root divide?"
)

FORGETS_THE_GRADIENT = (
    "The gradient is missing above the fraction bar: every weight moves the same way, whichever "
    "way its slope points. What does the rate multiply?"
)

COUNTS_ETA_TWICE = (
    "eta multiplies the step twice. Once is enough: look at every line in which eta stands."
)

TAKES_THE_ROOT_OF_ETA_TOO = (
    "The root reaches too far: eta stands under it as well. Which of the two should the root see?"
)

MULTIPLIES_BY_THE_ROOT = (
    "The root multiplies where it should divide: a steep direction gets the longer steps. Which "
    "of the two is meant?"
)

WALKS_UPHILL = (
    "The weights move uphill. The step is along the gradient, as in gradient descent: which sign "
    "leads down?"
)

LEAVES_THE_WEIGHTS = (
    "The weights come back as they came in. Is the step subtracted from them, and is the result "
    "given the name that you return?"
)

RETURNS_ONLY_THE_STEP = (
    "In place of the weights comes the step. Where do the weights stand afterwards?"
)

RETURNS_ONLY_THE_CHANGE = (
    "In place of the weights comes their change. Where do the weights stand afterwards?"
)

LOOPS_OVER_THE_FIRST_AXIS = (
    "Your loop goes through the first axis of the arrays, which a 0-d array does not have. No "
    "loop is needed: squares, roots and quotients of whole arrays are taken element by element."
)
