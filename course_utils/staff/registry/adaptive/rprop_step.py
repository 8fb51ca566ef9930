"""Exercise ``rprop-step``: one step of resilient propagation (the variant iRprop−)."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils.optimizers import Rprop

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, positive, rounded, signed

exercise = Exercise(
    slug="rprop-step",
    lesson="02-adaptive-rates",
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

    for _ in range(3):
        yield Call("signs that stay and signs that flip", inputs(6))
    weights, sizes, _, _, *rest = inputs(4)
    first = signed(rng, 4)
    signs = np.sign(first) * [[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, 1, 1, -1]]
    remembered = np.zeros(4)
    for step, sign in enumerate(signs, start=1):
        gradient = sign * np.abs(signed(rng, 4))
        arguments = (weights, sizes, remembered, gradient, *rest)
        yield Call("a chain of steps", arguments, step=f"step {step} of 4")
        weights, sizes, remembered = (rounded(x, decimals=4) for x in reference(*arguments))
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape), "edge")
    weights, sizes, previous, gradient, *rest = inputs(4)
    still = np.zeros(4)
    yield Call("a gradient of zero", (weights, sizes, previous, still, *rest), "edge")
    yield Call("no gradient, twice", (weights, sizes, still, still, *rest), "edge")
    sizes = rounded(rng.uniform(1.8, 1.95, 4))
    yield Call(
        "step sizes near the largest",
        (weights, sizes, np.abs(previous), np.abs(gradient), *rest[:2], 0.01, 2.0),
        "edge",
    )
    sizes = rounded(rng.uniform(0.52, 0.6, 4))
    yield Call(
        "step sizes near the smallest",
        (weights, sizes, -np.abs(previous), np.abs(gradient), *rest[:2], 0.5, 2.0),
        "edge",
    )
    yield Call("huge gradients", inputs(4, HUGE), "edge")
    yield Call("tiny gradients", inputs(4, TINY), "edge")
    yield Call(EMPTY, inputs(0), "free")


@exercise.misconception(
    "Where the sign flips the weight moves on with the smaller step. It should rest this once: "
    "the minimum has just been passed, and the gradient that would move it is forgotten."
)
def moves_on_after_a_flip(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    return weights - sizes * np.sign(gradient), sizes, gradient


@exercise.misconception(
    "The weight rests after a flip, as it should, but the gradient is remembered. The next step "
    "would compare with it, and might shrink the step size a second time for one and the same flip."
)
def remembers_the_flipped_gradient(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    return weights - np.where(p < 0, 0.0, sizes * np.sign(gradient)), sizes, gradient


@exercise.misconception(
    "The gradient is forgotten after a flip, as it should, but only after the weight has moved "
    "by it. Which of the two comes first?"
)
def forgets_the_gradient_too_late(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    return weights - sizes * np.sign(gradient), sizes, np.where(p < 0, 0.0, gradient)


@exercise.misconception(
    "After a flip you take the last step back. That is the original Rprop+, with weight "
    "backtracking; here the weight just rests."
)
def takes_the_last_step_back(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    step = np.where(p < 0, -step_sizes * np.sign(previous_gradient), sizes * np.sign(gradient))
    return weights - step, sizes, np.where(p < 0, 0.0, gradient)


@exercise.misconception(
    "increase and decrease have changed places: step sizes grow where the sign flips. After a "
    "flip the minimum lies behind: should the next step be longer?"
)
def swaps_increase_and_decrease(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, decrease * step_sizes, np.where(p < 0, increase * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    gradient = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(gradient), sizes, gradient


@exercise.misconception(
    "Right unless the product of the two gradients is 0: there the step size grows. A zero "
    "agrees with nothing and contradicts nothing, so the step size should stay."
)
def grows_on_a_product_of_zero(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.clip(np.where(p >= 0, increase, decrease) * step_sizes, smallest, largest)
    gradient = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(gradient), sizes, gradient


@exercise.misconception(
    "Right unless the product of the two gradients is 0: there the step size shrinks. After a "
    "flip the remembered gradient is 0, so yours would shrink twice for one flip."
)
def shrinks_on_a_product_of_zero(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.clip(np.where(p > 0, increase, decrease) * step_sizes, smallest, largest)
    gradient = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(gradient), sizes, gradient


@exercise.misconception(
    "You ask whether the signs are equal. Two zeros have equal signs, and a zero and a slope "
    "have unequal ones, yet neither is a flip: three cases, not two."
)
def asks_whether_the_signs_are_equal(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    same = np.sign(gradient) == np.sign(previous_gradient)
    sizes = np.clip(np.where(same, increase, decrease) * step_sizes, smallest, largest)
    gradient = np.where(same, gradient, 0.0)
    return weights - sizes * np.sign(gradient), sizes, gradient


@exercise.misconception(
    "The step sizes know no limits. Twenty agreeing signs make a step 38 times as long, twenty "
    "flips one too small to see: what are smallest and largest for?"
)
def forgets_both_limits(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    gradient = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(gradient), sizes, gradient


@exercise.misconception("The step sizes may shrink below smallest. Both ends are limited.")
def forgets_the_smallest(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.minimum(sizes, largest)
    gradient = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(gradient), sizes, gradient


@exercise.misconception("The step sizes may grow beyond largest. Both ends are limited.")
def forgets_the_largest(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.maximum(sizes, smallest)
    gradient = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(gradient), sizes, gradient


@exercise.misconception(
    "The limits come after the move: the weight walks a step longer than largest, and only the "
    "returned step size is cut."
)
def limits_after_the_move(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    gradient = np.where(p < 0, 0.0, gradient)
    weights = weights - sizes * np.sign(gradient)
    return weights, np.clip(sizes, smallest, largest), gradient


@exercise.misconception(
    "The step is as long as the gradient says. In Rprop only its *sign* counts: the length is "
    "the step size's business alone."
)
def multiplies_by_the_gradient(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    gradient = np.where(p < 0, 0.0, gradient)
    return weights - sizes * gradient, sizes, gradient


@exercise.misconception(
    "The weights move by the step sizes as they came in. Which line comes first: the new step "
    "sizes, or the move?"
)
def moves_by_the_old_step_sizes(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    gradient = np.where(p < 0, 0.0, gradient)
    return weights - step_sizes * np.sign(gradient), sizes, gradient


@exercise.misconception(
    "Step sizes and memory are right, but the weights move uphill. A positive slope means that "
    "the minimum lies to the left."
)
def walks_uphill(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    gradient = np.where(p < 0, 0.0, gradient)
    return weights + sizes * np.sign(gradient), sizes, gradient


@exercise.misconception(
    "One product decides for all weights: the gradients were multiplied as vectors. Each weight "
    "has a sign, and a step size, of its own."
)
def decides_once_for_all_weights(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = np.sum(gradient * previous_gradient)
    factor = increase if p > 0 else decrease if p < 0 else 1.0
    sizes = np.clip(factor * step_sizes, smallest, largest)
    gradient = 0 * gradient if p < 0 else gradient
    return weights - sizes * np.sign(gradient), sizes, gradient


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
    "The factors are added to the step sizes. They multiply: 1.2 means a fifth longer, 0.5 means "
    "half as long."
)
def adds_the_factors(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, step_sizes + increase, np.where(p < 0, step_sizes - decrease, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    gradient = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(gradient), sizes, gradient


@exercise.misconception(
    "Weights and step sizes are right, but what comes back as the gradient is the *old* one. "
    "With what will the next step compare?"
)
def returns_the_previous_gradient(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    kept = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(kept), sizes, previous_gradient


@exercise.misconception(
    "What comes back as the gradient is only its sign, which is enough for Rprop itself; the "
    "contract asks for the gradient, with a 0 where the sign flipped."
)
def returns_the_sign(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    sign = np.where(p < 0, 0.0, np.sign(gradient))
    return weights - sizes * sign, sizes, sign


@exercise.misconception(
    "The step sizes come back as they came in, so no step ever learns from the last. Weights and "
    "step sizes belong together: return the new ones."
)
def returns_the_old_step_sizes(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    gradient = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(gradient), step_sizes, gradient


@exercise.misconception(
    "Only weights and step sizes come back. The next step needs the gradient to compare with: "
    "return all three."
)
def returns_two_values(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    gradient = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(gradient), sizes


@exercise.misconception(
    "The same call gave two different answers: the previous gradient is remembered inside the "
    "function instead of being taken from its argument. The caller keeps the state and hands it in."
)
def keeps_state_between_calls(
    weights,
    step_sizes,
    previous_gradient,
    gradient,
    increase,
    decrease,
    smallest,
    largest,
    memory={},  # noqa: B006
):
    p = gradient * memory.get(np.shape(gradient), np.zeros_like(gradient))
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    memory[np.shape(gradient)] = gradient = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(gradient), sizes, gradient


@exercise.misconception(
    "The values are right, but the caller's arrays were overwritten on the way: an assignment "
    "such as gradient[flipped] = 0 writes into the array that was handed in. Work on a copy, or "
    "let np.where make a new array."
)
def changes_its_inputs(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    step_sizes[p > 0] *= increase
    step_sizes[p < 0] *= decrease
    gradient[p < 0] = 0.0
    np.clip(step_sizes, smallest, largest, out=step_sizes)
    return weights - step_sizes * np.sign(gradient), step_sizes, gradient


@exercise.misconception(
    "Step sizes and memory are right, but the weights follow the sign of the *previous* "
    "gradient. It serves for comparing only: which way is down today?"
)
def follows_the_previous_gradient(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    kept = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(previous_gradient), sizes, kept


@exercise.misconception(
    "A weight rests after a flip, but yours rests on a product of 0 as well. A run starts with a "
    "remembered gradient of 0: it would never leave its first place."
)
def rests_on_a_product_of_zero(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    kept = np.where(p < 0, 0.0, gradient)
    return weights - np.where(p > 0, sizes * np.sign(gradient), 0.0), sizes, kept


@exercise.misconception(
    "The new step size is the factor itself. increase and decrease say how the old step size "
    "changes: what do they multiply?"
)
def takes_the_factor_for_the_step_size(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(p > 0, increase, np.where(p < 0, decrease, step_sizes))
    sizes = np.clip(sizes, smallest, largest)
    kept = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(kept), sizes, kept


@exercise.misconception(
    "The two limits work the wrong way: a step size that grows should be *at most* largest, one "
    "that shrinks *at least* smallest. Which of minimum and maximum gives at most?"
)
def swaps_minimum_and_maximum(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    grown = np.maximum(increase * step_sizes, largest)
    shrunk = np.minimum(decrease * step_sizes, smallest)
    sizes = np.where(p > 0, grown, np.where(p < 0, shrunk, step_sizes))
    kept = np.where(p < 0, 0.0, gradient)
    return weights - sizes * np.sign(kept), sizes, kept


@exercise.misconception(
    "Right until a gradient is 0: g/|g| is no sign there, but 0/0. np.sign knows a third case."
)
def divides_by_the_magnitude(
    weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
):
    p = gradient * previous_gradient
    sizes = np.where(
        p > 0, increase * step_sizes, np.where(p < 0, decrease * step_sizes, step_sizes)
    )
    sizes = np.clip(sizes, smallest, largest)
    kept = np.where(p < 0, 0.0, gradient)
    with np.errstate(all="ignore"):
        direction = gradient / np.abs(gradient)
    return weights - np.where(p < 0, 0.0, sizes * direction), sizes, kept


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
