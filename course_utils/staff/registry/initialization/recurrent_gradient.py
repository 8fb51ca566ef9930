"""Exercise ``recurrent-gradient``: back through time, to the recurrent weights."""
# ruff: noqa: D103 (a variant's name is its sentence)

import numpy as np

from ..exercise import Call, Exercise
from ..inputs import HUGE, TINY, rounded, signed

exercise = Exercise(
    slug="recurrent-gradient",
    function="recurrent_weight_gradient",
    arguments=("dh_last", "hidden_states", "recurrent_weights"),
    returns=("gradient",),
    points=5,
)


@exercise.reference
def reference(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T
    return gradient


@exercise.magnitude
def magnitude(dh_last, hidden_states, recurrent_weights):
    # Of each step the terms of its sums, from the values that arrive there: absolute values
    # carried on from step to step would grow beyond all bounds, and any answer would be near.
    total, dh, size = np.zeros_like(recurrent_weights), dh_last, np.abs(dh_last)
    for t in range(len(hidden_states) - 1, 0, -1):
        slope = 1 - hidden_states[t] ** 2
        total += np.abs(hidden_states[t - 1]).T @ (size * (1 + hidden_states[t] ** 2))
        size = np.abs(dh * slope) @ np.abs(recurrent_weights).T
        dh = (dh * slope) @ recurrent_weights.T
    return total


def _rotation(rng, size):
    """Draw weights by which a gradient keeps its length, on the average, over many steps."""
    turned, _ = np.linalg.qr(rng.standard_normal((size, size)))
    return rounded(1.15 * turned)


@exercise.calls
def calls(rng):
    def inputs(steps, batch, size, exponent=0):
        # Any numbers in (-1, 1) may be hidden states: some input x leads to them.
        hidden = rounded(0.2 * signed(rng, (steps + 1, batch, size)))
        return 10 * signed(rng, (batch, size), exponent), hidden, _rotation(rng, size)

    # So many steps that whoever stops after some, or loses the gradient on the way, is wrong.
    yield Call("26 steps", inputs(26, 2, 3))
    yield Call("28 steps", inputs(28, 3, 2))
    yield Call("three steps", inputs(3, 2, 3), "edge")
    yield Call("one step", inputs(1, 2, 3), "edge")
    yield Call("one sequence", inputs(3, 1, 3), "edge")
    yield Call("one hidden unit", inputs(3, 2, 1), "edge")
    start = inputs(3, 2, 3)
    still = start[1].copy()
    still[0] = 0.0
    yield Call("starting from rest", (start[0], still, start[2]), "edge")
    yield Call("huge gradients", inputs(3, 2, 3, HUGE), "edge")
    yield Call("tiny gradients", inputs(3, 2, 3, TINY), "edge")
    yield Call("no step at all", inputs(0, 2, 3), "free")
    yield Call("no sequence", inputs(3, 0, 2), "free")


@exercise.variant
def step_by_step_back(dh_last, hidden_states, recurrent_weights):
    gradient = np.zeros_like(recurrent_weights)
    dh = dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        slope = 1 - hidden_states[t] ** 2
        da = dh * slope
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T
    return gradient


@exercise.variant
def in_three_lines(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T
    return gradient


@exercise.variant
def in_single_precision(dh_last, hidden_states, recurrent_weights):
    dh, hidden, weights = (np.float32(x) for x in (dh_last, hidden_states, recurrent_weights))
    gradient = np.zeros_like(weights)
    for t in range(len(hidden) - 1, 0, -1):
        da = dh * (1 - hidden[t] ** 2)
        gradient += hidden[t - 1].T @ da
        dh = da @ weights.T
    return gradient


@exercise.variant
def with_einsum(dh_last, hidden_states, recurrent_weights):
    gradient, dh = 0 * recurrent_weights, dh_last.copy()
    for before, after in zip(hidden_states[-2::-1], hidden_states[:0:-1]):  # noqa: B905
        dh = dh * (1 - after) * (1 + after)
        gradient = gradient + np.einsum("ni,nj->ij", before, dh)
        dh = np.einsum("nj,ij->ni", dh, recurrent_weights)
    return gradient


@exercise.variant
def by_recursion(dh_last, hidden_states, recurrent_weights):
    if len(hidden_states) < 2:
        return np.zeros_like(recurrent_weights)
    da = dh_last * (1 - hidden_states[-1] ** 2)
    earlier = recurrent_weight_gradient(  # noqa: F821 (the name under which it is handed in)
        da @ recurrent_weights.T, hidden_states[:-1], recurrent_weights
    )
    return earlier + hidden_states[-2].T @ da


@exercise.variant
def forwards_with_jacobians(dh_last, hidden_states, recurrent_weights):
    gradient = np.zeros_like(recurrent_weights)
    slope = 1 - hidden_states**2
    for t in range(1, len(hidden_states)):
        da = dh_last * slope[-1]
        for later in range(len(hidden_states) - 1, t, -1):
            da = (da @ recurrent_weights.T) * slope[later - 1]
        gradient += hidden_states[t - 1].T @ da
    return gradient


@exercise.variant
def number_by_number(dh_last, hidden_states, recurrent_weights):
    n, size = dh_last.shape
    gradient = np.zeros((size, size))
    for k in range(n):
        dh = [float(x) for x in dh_last[k]]
        for t in range(len(hidden_states) - 1, 0, -1):
            da = [dh[j] * (1 - hidden_states[t, k, j] ** 2) for j in range(size)]
            for i in range(size):
                for j in range(size):
                    gradient[i, j] += hidden_states[t - 1, k, i] * da[j]
            dh = [sum(da[j] * recurrent_weights[i, j] for j in range(size)) for i in range(size)]
    return gradient.tolist()


exercise.mistake(
    "forgets_the_derivative_of_tanh",
    {"da = dh * slope": "da = dh"},
    "The derivative of tanh is missing: on its way from h_t to what stands inside the tanh the "
    "gradient is multiplied by 1 - h_t^2.",
)

exercise.mistake(
    "stops_after_one_step",
    {"for t in range(len(hidden_states) - 1, 0, -1)": "for t in [len(hidden_states) - 1]"},
    "Only the last step counts: you stop after one. The same weights were used at every step, so "
    "every step contributes.",
)

exercise.mistake(
    "stops_after_5_steps",
    {"- 1, 0, -1": "- 1, max(len(hidden_states) - 6, 0), -1"},
    "You stop after 5 steps back in time: that is truncated backpropagation. Asked for is the "
    "whole gradient, over all steps.",
)

for count in (2, 3, 4, 6, 8, 10, 15, 16, 20, 25):
    exercise.mistake(
        f"stops_after_{count}_steps",
        {"- 1, 0, -1)": f"- 1, max(len(hidden_states) - 1 - {count}, 0), -1)"},
        f"You stop after {count} steps back in time: that is truncated backpropagation. Asked for "
        "is the whole gradient, over all steps.",
        of="in_three_lines",
    )

exercise.mistake(
    "leaves_out_the_first_step",
    {"- 1, 0, -1": "- 1, 1, -1"},
    "The first step is left out: the loop ends at t = 2. h_1 was computed from h_0 with the same "
    "weights.",
)

exercise.mistake(
    "wraps_round_to_the_last_state",
    {"- 1, 0, -1": "- 1, -1, -1"},
    "The loop goes one state too far, to t = 0. There hidden_states[t - 1] is hidden_states[-1], "
    "the last one: Python counts on from the end.",
)

exercise.mistake(
    "begins_one_state_too_early",
    {"- 1, 0, -1": "- 2, 0, -1"},
    "The loop begins one state too early, at T - 1, with the gradient that belongs to h_T. "
    "hidden_states has T + 1 entries: which index has the last?",
)

exercise.mistake(
    "begins_and_ends_one_state_too_early",
    {"- 1, 0, -1": "- 2, -1, -1"},
    "The loop goes from T - 1 to 0, one state too early: dh_last belongs to h_T, and "
    "hidden_states[-1], before h_0, is the last one again. Go from T to 1.",
)

exercise.mistake(
    "runs_forwards",
    {"range(len(hidden_states) - 1, 0, -1)": "range(1, len(hidden_states))"},
    "The loop runs forwards in time. dh_last belongs to the last state: which step can be gone "
    "back first?",
)

exercise.mistake(
    "takes_the_derivative_at_the_state_before",
    {"1 - hidden_states[t] ** 2": "1 - hidden_states[t - 1] ** 2"},
    "The derivative of tanh is taken one step too early: 1 - h_(t-1)^2. It belongs to the state "
    "that came out of this tanh, h_t.",
)

exercise.mistake(
    "takes_the_derivative_at_the_last_state",
    {"1 - hidden_states[t] ** 2": "1 - hidden_states[-1] ** 2"},
    "The derivative of tanh is taken at the last state in every step. Each step has its own, at "
    "the state that came out of this tanh, h_t.",
)

exercise.mistake(
    "applies_tanh_again",
    {"1 - hidden_states[t] ** 2": "1 - np.tanh(hidden_states[t]) ** 2"},
    "tanh is applied once more: hidden_states already holds h = tanh(...), so its derivative is "
    "1 - h^2.",
)

exercise.mistake(
    "takes_the_logistic_derivative",
    {"1 - hidden_states[-1] ** 2": "hidden_states[-1] * (1 - hidden_states[-1])"},
    "h (1 - h) is the derivative of the logistic function. That of tanh is 1 - h^2.",
    of="by_recursion",
)

exercise.mistake(
    "forgets_the_square",
    {"1 - hidden_states[-1] ** 2": "1 - hidden_states[-1]"},
    "The gradient is multiplied by 1 - h, without a square. The derivative of tanh is 1 - h^2.",
    of="by_recursion",
)

exercise.mistake(
    "squares_the_whole_bracket",
    {"1 - hidden_states[-1] ** 2": "(1 - hidden_states[-1]) ** 2"},
    "The gradient is multiplied by (1 - h)^2. The derivative of tanh is 1 - h^2: only h is "
    "squared.",
    of="by_recursion",
)

exercise.mistake(
    "takes_the_derivative_of_a_rectifier",
    {"1 - hidden_states[-1] ** 2": "(hidden_states[-1] > 0)"},
    "The gradient passes where h is positive and ends where it is not: that is a rectifier. The "
    "states came out of a tanh, whose derivative is 1 - h^2.",
    of="by_recursion",
)

exercise.mistake(
    "keeps_only_the_first_step",
    {"gradient += hidden_states[t - 1].T @ da": "gradient = hidden_states[t - 1].T @ da"},
    "Each step overwrites the one before, and only the earliest is left. Their contributions add "
    "up.",
)

exercise.mistake(
    "returns_the_transpose",
    {"hidden_states[t - 1].T @ da": "da.T @ hidden_states[t - 1]"},
    "The gradient is transposed: entry (i, j) belongs to the weight from unit i to unit j.",
)

exercise.mistake(
    "is_for_column_vectors",
    {
        "hidden_states[t - 1].T @ da": "da.T @ hidden_states[t - 1]",
        "recurrent_weights.T": "recurrent_weights",
    },
    "Both the gradient and the W on the way back are transposed, as is right for h = tanh(W h), "
    "with states that are columns. Here they are rows: h_t = tanh(x + h_(t-1) W).",
)

exercise.mistake(
    "has_shapes_for_columns",
    {
        "hidden_states[t - 1].T @ da": "da @ hidden_states[t - 1].T",
        "da @ recurrent_weights.T": "recurrent_weights.T @ da",
    },
    "The shapes of two arrays do not fit. Many books write states as columns, and then W^T stands "
    "left and h^T right. Here each row is a sequence: which one comes first in a product that is "
    "to have the shape (H, H), and in one of the shape (n, H)?",
)

exercise.mistake(
    "takes_the_state_after_the_step",
    {"hidden_states[t - 1].T": "hidden_states[t].T"},
    "The state after a step stands where the one before it belongs: the weights multiplied "
    "h_(t-1), not h_t.",
)

exercise.mistake(
    "forgets_the_derivative_at_the_weights",
    {".T @ da": ".T @ dh"},
    "h_(t-1) is multiplied by the gradient at h_t. The weights stand inside the tanh: it is the "
    "gradient there, with 1 - h_t^2 multiplied in, that belongs to them.",
)

exercise.mistake(
    "goes_back_before_it_adds",
    {".T @ da": ".T @ (da @ recurrent_weights.T)"},
    "The gradient has passed W^T already when it meets h_(t-1), so that it is one step too old. "
    "First add this step's contribution, then go back.",
)

exercise.mistake(
    "goes_back_through_the_weights_untransposed",
    {"recurrent_weights.T": "recurrent_weights"},
    "On the way back the gradient passes W and not its transpose. With h W forwards, it is W^T "
    "backwards.",
)

exercise.mistake(
    "does_not_pass_the_weights",
    {"dh = da @ recurrent_weights.T": "dh = da"},
    "The gradient does not pass the weights on its way back: from step to step it is multiplied by "
    "W^T, and that is why it vanishes or explodes.",
)

exercise.mistake(
    "starts_from_the_loss_at_every_step",
    {"dh = da @ recurrent_weights.T": "dh = dh_last"},
    "The gradient at every state is dh_last again. The loss sees the last state only: earlier ones "
    "matter through what came after them.",
)

exercise.mistake(
    "loses_the_derivative_between_steps",
    {"dh = da @": "dh = dh @"},
    "What passes the weights is the gradient before the tanh's derivative was multiplied in: "
    "from step to step that factor is lost.",
)

exercise.mistake(
    "carries_nothing_back",
    {"dh = da @": "dh = dh_last @"},
    "What passes the weights is dh_last in every step, so nothing is carried farther back. What "
    "does the step before work with?",
)

exercise.mistake(
    "adds_the_last_gradient_everywhere",
    {"recurrent_weights.T": "recurrent_weights.T + dh_last"},
    "dh_last is added at every step, as if each state had an error of its own. Here the loss looks "
    "at the last state only.",
)

exercise.mistake(
    "averages_over_the_batch",
    {"return gradient": "return gradient / max(len(dh_last), 1)"},
    "The sum over the batch was divided by its size. Whether the loss is a mean is already "
    "contained in dh_last.",
)

exercise.mistake(
    "averages_over_time",
    {"return gradient": "return gradient / max(len(hidden_states) - 1, 1)"},
    "The sum over the steps was divided by their number. The contributions add up.",
    of="forwards_with_jacobians",
)

exercise.mistake(
    "averages_over_the_states",
    {"return gradient": "return gradient / len(hidden_states)"},
    "The sum over the steps was divided by the number of states. The contributions add up.",
    of="forwards_with_jacobians",
)

exercise.mistake(
    "turns_the_sign_round",
    {"return gradient": "return -gradient"},
    "The gradient has the opposite sign. The minus belongs to the step that is taken afterwards.",
    of="forwards_with_jacobians",
)

exercise.mistake(
    "clips_at_5",
    {"return gradient": "return np.clip(gradient, -5, 5)"},
    "All entries beyond 5 were cut off at 5: that is gradient clipping. Asked for is the gradient "
    "itself.",
)

for limit in (1, 10):
    exercise.mistake(
        f"clips_at_{limit}",
        {"return gradient": f"return np.clip(gradient, -{limit}, {limit})"},
        f"All entries beyond {limit} were cut off at {limit}: that is gradient clipping. Asked for "
        "is the gradient itself.",
        of="forwards_with_jacobians",
    )
