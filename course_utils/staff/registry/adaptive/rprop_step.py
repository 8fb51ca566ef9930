"""Exercise ``rprop-step``: one step of resilient propagation (the variant iRprop−)."""
# ruff: noqa: D103 (a name is its sentence)

import numpy as np

from course_utils.optimizers import Rprop

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, positive, rounded, signed
from . import _hints

exercise = Exercise(
    slug="rprop-step",
    function="rprop_step",
    arguments=(
        "weights",
        "step_sizes",
        "previous_gradient",
        "gradient",
        "increase",
        "decrease",
        "smallest",
        "largest",
    ),
    returns=("weights", "step_sizes", "gradient"),
    points=5,
)


@exercise.reference
def reference(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    # The rule's eta is the first step size; here all step sizes come in.
    rule = Rprop(smallest, increase, decrease, smallest, largest)
    state = {"step_sizes": step_sizes, "previous_gradient": previous_gradient}
    weights, state = rule.step(weights, state, lambda _: gradient)
    return weights, state["step_sizes"], state["previous_gradient"]


@exercise.magnitude
def magnitude(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    sizes = increase * step_sizes + smallest
    return np.abs(weights) + sizes, sizes, np.abs(gradient)


@exercise.calls
def calls(rng):
    def factors():
        increase, decrease = rng.uniform(1.15, 1.35), rng.uniform(0.4, 0.6)
        return round(float(increase), 2), round(float(decrease), 2)

    def inputs(shape, exponent=0):
        """Two gradients that agree in every second entry, and limits that are far away."""
        gradient = signed(rng, shape, exponent)
        agree = np.where(np.arange(gradient.size) % 2, -1.0, 1.0).reshape(gradient.shape)
        sizes = np.abs(signed(rng, shape, exponent))
        previous = np.array(np.sign(gradient) * agree * sizes)  # 0-d arithmetic gives scalars
        return signed(rng, shape), positive(rng, shape), previous, gradient, *factors(), 0.01, 50.0

    def limited():
        """Of two that grow one reaches the largest, of two that shrink one the smallest."""
        weights, _, previous, gradient, increase, decrease, _, _ = inputs(4)
        sizes = rng.uniform([1.8, 0.52, 0.8, 1.5], [1.95, 0.6, 1.2, 1.75])
        return weights, rounded(sizes), previous, gradient, increase, decrease, 0.5, 2.0

    yield Call("signs that stay and signs that flip", inputs(5))
    for _ in range(2):
        yield Call("step sizes near their limits", limited())
    weights, sizes, _, _, *rest = inputs(4)
    first = signed(rng, 4)
    signs = np.sign(first) * [[1, 1, 1, 1], [1, -1, 1, 0], [1, 1, -1, 1], [1, 1, 1, -1]]
    remembered = np.zeros(4)
    for step, sign in enumerate(signs, start=1):
        gradient = sign * np.abs(signed(rng, 4)) + 0.0  # no -0.0
        arguments = (weights, sizes, remembered, gradient, *rest)
        yield Call("a chain of steps", arguments, step=f"step {step} of 4")
        weights, sizes, remembered = (rounded(x, decimals=4) for x in reference(*arguments))
    for about, shape in SHAPES.items():
        # What NumPy makes of 0-d arrays are scalars, into which no mask can write.
        yield Call(about, inputs(shape), "edge" if shape else "free")
    weights, sizes, previous, gradient, *rest = inputs(4)
    still = np.zeros(4)
    yield Call("a gradient of zero", (weights, sizes, previous, still, *rest), "edge")
    yield Call("no gradient, twice", (weights, sizes, still, still, *rest), "edge")
    yield Call("huge gradients", inputs(4, HUGE), "edge")
    yield Call("tiny gradients", inputs(4, TINY), "edge")
    yield Call(EMPTY, inputs(0), "free")


@exercise.variant
def line_by_line(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    product = gradient * previous_gradient
    grown = increase * step_sizes
    shrunk = decrease * step_sizes
    sizes = np.where(product > 0, grown, np.where(product < 0, shrunk, step_sizes))
    sizes = np.clip(sizes, smallest, largest)
    kept = np.where(product < 0, 0.0, gradient)
    direction = np.sign(kept)
    step = sizes * direction
    return weights - step, sizes, kept


@exercise.variant
def with_where(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    gradient = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(gradient), sizes, gradient


@exercise.variant
def with_masks_on_copies(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    sizes, kept = step_sizes.copy(), gradient.copy()
    agrees, flips = gradient * previous_gradient > 0, gradient * previous_gradient < 0
    sizes[agrees] = np.minimum(sizes[agrees] * increase, largest)
    sizes[flips] = np.maximum(sizes[flips] * decrease, smallest)
    kept[flips] = 0.0
    return weights - np.sign(kept) * sizes, sizes, kept


@exercise.variant
def with_powers_of_signs(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    agreement = np.sign(gradient) * np.sign(previous_gradient)
    factor = increase ** np.maximum(agreement, 0) * decrease ** np.maximum(-agreement, 0)
    sizes = np.maximum(np.minimum(factor * step_sizes, largest), smallest)
    kept = gradient * (agreement >= 0)
    return weights - sizes * np.sign(kept), sizes, kept


@exercise.variant
def with_select_as_lists(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = np.sign(gradient) * previous_gradient
    factor = np.select([p > 0, p < 0], [increase, decrease], 1.0)
    sizes = np.clip(factor * step_sizes, smallest, largest)
    kept = np.where(p < 0, 0.0, gradient)
    return [(weights - sizes * np.sign(kept)).tolist(), sizes.tolist(), kept.tolist()]


@exercise.variant
def number_by_number(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    weights, sizes, kept = weights.copy(), step_sizes.copy(), gradient.copy()
    for i in np.ndindex(weights.shape):
        if gradient[i] * previous_gradient[i] > 0:
            sizes[i] = min(increase * sizes[i], largest)
        elif gradient[i] * previous_gradient[i] < 0:
            sizes[i] = max(decrease * sizes[i], smallest)
            kept[i] = 0
        if kept[i] > 0:
            weights[i] -= sizes[i]
        elif kept[i] < 0:
            weights[i] += sizes[i]
    return weights, sizes, kept


# Pieces of the answer. A mistake that holds one unchanged makes no pair with others of this piece.
PRODUCT = "gradient * previous_gradient"
GROWN, SHRUNK = "increase * step_sizes", "decrease * step_sizes"
AGREE, ELSE = "product > 0", "shrunk, step_sizes)"
CLIP = "np.clip(sizes, smallest, largest)"
KEPT = "np.where(product < 0, 0.0, gradient)"
DIRECTION, STEP = "np.sign(kept)", "sizes * direction"
DOWN, NEW, MEMORY = "weights - step", ", sizes", ", kept"
MOVE = "step ="
ALONE = {piece: piece for piece in (AGREE, ELSE, CLIP, KEPT, DIRECTION, MOVE, STEP, DOWN, MEMORY)}

# What happens where the sign flips

exercise.mistake(
    "moves_on_after_a_flip",
    {KEPT: "gradient"},
    "Where the sign flips the weight moves on with the smaller step. It should rest this once, for "
    "the minimum has just been passed, and 0 should come back in place of its gradient.",
)

exercise.mistake(
    "remembers_the_flipped_gradient",
    {MEMORY: ", gradient"},
    "After a flip the gradient is remembered. The next step would compare with it, and might "
    "shrink the step size a second time for one and the same flip.",
)

exercise.mistake(
    "remembers_the_gradient_before_a_flip",
    {MEMORY: ", np.where(product < 0, previous_gradient, gradient)"},
    "After a flip the *previous* gradient is still remembered, and the next step would compare "
    "with it. What is remembered after a flip is 0.",
)

exercise.mistake(
    "forgets_the_gradient_too_late",
    {KEPT: KEPT, STEP: "np.where(product < 0, sizes * np.sign(gradient), " + STEP + ")"},
    "After a flip the gradient is forgotten, as it should, and yet the weight moves, by the new, "
    "smaller step size. It should rest this once: which comes first, forgetting or moving?",
)

exercise.mistake(
    "rests_unless_the_signs_agree",
    {KEPT: "np.where(product > 0, gradient, 0.0)", DIRECTION: DIRECTION, MEMORY: MEMORY},
    "A gradient is forgotten unless the signs agree, and so a product of 0 makes the weight rest "
    "as well. A run starts with a remembered gradient of 0: it would never leave its first place.",
)

exercise.mistake(
    "takes_the_last_step_back",
    {
        KEPT: KEPT,
        STEP: "np.where(product < 0, -step_sizes * np.sign(previous_gradient), " + STEP + ")",
    },
    "After a flip you take the last step back. That is the original Rprop+, with weight "
    "backtracking; here the weight just rests.",
)

exercise.mistake(
    "goes_on_along_the_previous_gradient",
    {KEPT: KEPT, STEP: "np.where(product < 0, sizes * np.sign(previous_gradient), " + STEP + ")"},
    "After a flip the weight moves once more as the *previous* gradient says, away from the "
    "minimum that it has just passed. Here it rests this once.",
)

exercise.mistake(
    "rests_on_a_product_of_zero",
    {MOVE: "step = (product != 0) *"},
    "Where the product of the two gradients is 0 the weight rests. The remembered gradient is"
    " 0 at the start of a run, and should be 0 after every flip: the weight would lose a step"
    " each time. It should follow its new gradient.",
)

exercise.mistake(
    "moves_down_without_a_gradient",
    {DIRECTION: "np.where(kept < 0, -1.0, 1.0)"},
    "A gradient of 0, as it should be after a flip, moves the weight down, as if it were "
    "positive: an else takes 0 along. The sign of 0 is 0, and the weight rests.",
)

exercise.mistake(
    "moves_up_without_a_gradient",
    {DIRECTION: "np.where(kept > 0, 1.0, -1.0)"},
    "A gradient of 0, as it should be after a flip, moves the weight up, as if it were "
    "negative: an else takes 0 along. The sign of 0 is 0, and the weight rests.",
)

# How the step sizes change

exercise.mistake(
    "grows_on_a_product_of_zero",
    {AGREE: "product >= 0"},
    "The step size grows where the product of the two gradients is 0. A zero agrees with nothing "
    "and contradicts nothing, so the step size should stay.",
)

exercise.mistake(
    "shrinks_on_a_product_of_zero",
    {ELSE: "shrunk, shrunk)"},
    "The step size shrinks where the product of the two gradients is 0. After a flip the "
    "remembered gradient should be 0, and then yours shrinks a second time for one flip.",
)

exercise.mistake(
    "asks_whether_the_signs_are_equal",
    {AGREE: "np.sign(gradient) == np.sign(previous_gradient)", ELSE: "shrunk, shrunk)"},
    "Your step sizes grow where two signs are equal, and shrink elsewhere. Two zeros have equal "
    "signs, and a zero and a slope have unequal ones, yet neither is a flip: three cases, not two.",
)

exercise.mistake(
    "knows_equal_signs_alone",
    {
        AGREE: "np.sign(gradient) == np.sign(previous_gradient)",
        ELSE: "shrunk, shrunk)",
        CLIP: "sizes",
        KEPT: "gradient",
    },
    "Your step sizes grow where two signs are equal, shrink elsewhere, and know no limits. A zero "
    "is neither (three cases, not two), smallest and largest are missing, and after a flip the "
    "weight should rest and its gradient be forgotten. One after the other.",
)

exercise.mistake(
    "loses_the_step_size_on_a_product_of_zero",
    {CLIP: CLIP, DOWN: DOWN, MEMORY: MEMORY, ELSE: "shrunk, 0 * step_sizes)"},
    "Where the product of the two gradients is 0 the step size falls to the smallest: two cases "
    "are written, and the third gets no size at all. There it should stay as it is.",
)

exercise.mistake(
    "swaps_increase_and_decrease",
    {**ALONE, GROWN: SHRUNK, SHRUNK: GROWN},
    "increase and decrease have changed places: step sizes grow where the sign flips. After a "
    "flip the minimum lies behind: should the next step be longer?",
)

exercise.mistake(
    "adds_the_factors",
    {**ALONE, GROWN: "step_sizes + increase", SHRUNK: "step_sizes - decrease"},
    "The factors are added to the step sizes. They multiply: 1.2 means a fifth longer, 0.5 means "
    "half as long.",
)

exercise.mistake(
    "takes_the_factor_for_the_step_size",
    {**ALONE, GROWN: "increase", SHRUNK: "decrease"},
    "The new step size is the factor itself. increase and decrease say how the old step size "
    "changes: what do they multiply?",
)

exercise.mistake(
    "divides_by_decrease",
    {**ALONE, SHRUNK: "step_sizes / decrease"},
    "The step size is divided by decrease, which is less than 1, and so it grows after a flip. "
    "What makes it shorter?",
)

exercise.mistake(
    "never_grows",
    {**ALONE, " grown,": " step_sizes,"},
    "Where the signs agree the step size stays as it was. The way goes on downhill there: which "
    "factor makes the next step longer?",
)

exercise.mistake(
    "never_shrinks",
    {**ALONE, ELSE: "step_sizes, step_sizes)"},
    "Where the sign flips the step size stays as it was. The minimum lies behind: which factor "
    "makes the next step shorter?",
)

exercise.mistake(
    "decides_once_for_all_weights",
    {**ALONE, PRODUCT: "np.sum(" + PRODUCT + ")"},
    "One product decides for all weights: the gradients were multiplied as vectors. Each weight "
    "has a sign, and a step size, of its own.",
)

# Their limits

exercise.mistake(
    "forgets_both_limits",
    {CLIP: "sizes"},
    "The step sizes know no limits: what are smallest and largest for? (If you wrote them, as in "
    "a[mask][a[mask] > x] = x, they are lost: a[mask] is a copy, and the copy is changed.)",
)

exercise.mistake(
    "forgets_the_smallest",
    {CLIP: "np.minimum(sizes, largest)"},
    "The step sizes may shrink below smallest. Both ends are limited.",
)

exercise.mistake(
    "forgets_the_largest",
    {CLIP: "np.maximum(sizes, smallest)"},
    "The step sizes may grow beyond largest. Both ends are limited.",
)

exercise.mistake(
    "clips_everything_to_the_smallest",
    {**ALONE, CLIP: "np.clip(sizes, largest, smallest)"},
    "All step sizes are smallest, whatever happens: the two limits work the wrong way round. "
    "Which comes first in np.clip, and does min or max give at most?",
)

exercise.mistake(
    "clips_everything_to_the_largest",
    {**ALONE, CLIP: "np.maximum(np.minimum(sizes, smallest), largest)"},
    "All step sizes are largest, whatever happens: the two limits work the wrong way round. "
    "Does min or max give at most?",
)

exercise.mistake(
    "swaps_minimum_and_maximum",
    {
        **ALONE,
        GROWN: "np.maximum(increase * step_sizes, largest)",
        SHRUNK: "np.minimum(decrease * step_sizes, smallest)",
        CLIP: "sizes",
    },
    "A size that grows becomes at least largest, one that shrinks at most smallest: the limits "
    "work the wrong way. Which of minimum and maximum gives at most?",
)

exercise.mistake(
    "takes_the_minimum_for_the_smallest",
    {
        **ALONE,
        SHRUNK: "np.minimum(decrease * step_sizes, smallest)",
        CLIP: "np.minimum(sizes, largest)",
    },
    "A size that shrinks becomes at most smallest: the lower limit works the wrong way. Which of "
    "minimum and maximum gives at least?",
)

exercise.mistake(
    "takes_the_maximum_for_the_largest",
    {
        **ALONE,
        GROWN: "np.maximum(increase * step_sizes, largest)",
        CLIP: "np.maximum(sizes, smallest)",
    },
    "A size that grows becomes at least largest: the upper limit works the wrong way. Which of "
    "minimum and maximum gives at most?",
)

exercise.mistake(
    "limits_after_the_move",
    {**ALONE, CLIP: "sizes", NEW: ", np.clip(sizes, smallest, largest)"},
    "The limits come after the move: the weight walks a step longer than largest, and only the "
    "returned step size is cut.",
)

# How the weights move

exercise.mistake(
    "multiplies_by_the_gradient",
    {**ALONE, STEP: "sizes * kept"},
    "The step is as long as the gradient says. In Rprop only its *sign* counts: the length is "
    "the step size's business alone.",
)

exercise.mistake(
    "forgets_the_step_sizes",
    {**ALONE, STEP: "direction"},
    "Every step is 1 long: the sign of the gradient, and no more. How long should it be?",
)

exercise.mistake(
    "moves_by_the_old_step_sizes",
    {**ALONE, STEP: "step_sizes * direction"},
    "The weights move by the step sizes as they came in. Which line comes first: the new step "
    "sizes, or the move?",
)

exercise.mistake(
    "follows_the_previous_gradient",
    {**ALONE, DIRECTION: "np.sign(previous_gradient)"},
    "The weights follow the sign of the *previous* gradient. It serves for comparing only: which "
    "way is down today?",
)

exercise.mistake(
    "divides_by_the_magnitude",
    {**ALONE, DIRECTION: "np.where(product < 0, 0.0, gradient / np.abs(gradient))"},
    "Where a gradient is 0 the weight becomes NaN: g/|g| is no sign there, but 0/0. np.sign knows "
    "a third case.",
)

exercise.mistake(
    "walks_uphill",
    {DOWN: "weights + step", CLIP: CLIP},
    "The weights move uphill. A positive slope means that the minimum lies to the left.",
)

exercise.mistake(
    "leaves_the_weights",
    {**ALONE, DOWN: "weights"},
    _hints.LEAVES_THE_WEIGHTS,
)

exercise.mistake(
    "returns_only_the_step",
    {**ALONE, DOWN: "step"},
    _hints.RETURNS_ONLY_THE_STEP,
)

exercise.mistake(
    "returns_only_the_change",
    {**ALONE, DOWN: "-step"},
    _hints.RETURNS_ONLY_THE_CHANGE,
)

# What comes back

exercise.mistake(
    "returns_the_old_step_sizes",
    {**ALONE, NEW: ", step_sizes"},
    "The step sizes come back as they came in, so no step ever learns from the last. Weights and "
    "step sizes belong together: return the new ones.",
)

exercise.mistake(
    "returns_the_previous_gradient",
    {**ALONE, MEMORY: ", previous_gradient"},
    "What comes back as the gradient is the *old* one. With what will the next step compare?",
)

exercise.mistake(
    "returns_the_sign",
    {MEMORY: ", np.sign(kept)"},
    "What comes back as the gradient is only its sign, which is enough for Rprop itself; the "
    "contract asks for the gradient, with a 0 where the sign flipped.",
)


@exercise.misconception(
    "An `if` decides once for a whole array, and NumPy refuses to guess how. np.where, or a mask "
    "of True and False, decides element by element."
)
def decides_with_an_if(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    if p > 0:
        step_sizes = np.minimum(increase * step_sizes, largest)
    elif p < 0:
        step_sizes = np.maximum(decrease * step_sizes, smallest)
        gradient = 0 * gradient
    return weights - step_sizes * np.sign(gradient), step_sizes, gradient


@exercise.misconception(
    "A matrix stops your function: in a loop through the first axis weights[i] is a whole row "
    "there, and an if decides once for all of it. np.where, or a mask of True and False, decides "
    "element by element in arrays of any shape."
)
def loops_over_the_first_axis(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    weights, sizes, kept = weights.copy(), step_sizes.copy(), gradient.copy()
    for i in range(len(weights)):
        if gradient[i] * previous_gradient[i] > 0:
            sizes[i] = min(increase * sizes[i], largest)
        elif gradient[i] * previous_gradient[i] < 0:
            sizes[i] = max(decrease * sizes[i], smallest)
            kept[i] = 0
        weights[i] -= sizes[i] * np.sign(kept[i])
    return weights, sizes, kept


@exercise.misconception(
    "Your loops go through rows and columns, which a vector does not have. No loop is needed: "
    "np.where, or a mask of True and False, decides element by element in arrays of any shape."
)
def loops_over_rows_and_columns(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    weights, sizes, kept = weights.copy(), step_sizes.copy(), gradient.copy()
    for i in range(len(weights)):
        for j in range(len(weights[0])):
            product = gradient[i, j] * previous_gradient[i, j]
            if product > 0:
                sizes[i, j] = min(increase * sizes[i, j], largest)
            elif product < 0:
                sizes[i, j] = max(decrease * sizes[i, j], smallest)
                kept[i, j] = 0
            weights[i, j] -= sizes[i, j] * np.sign(kept[i, j])
    return weights, sizes, kept
