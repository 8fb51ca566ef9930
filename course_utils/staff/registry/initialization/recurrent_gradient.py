"""Exercise ``recurrent-gradient``: back through time, to the recurrent weights."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from ..exercise import Call, Exercise
from ..inputs import HUGE, TINY, rounded, signed

exercise = Exercise(
    slug="recurrent-gradient",
    lesson="04-initialization-and-momentum",
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
    total, dh = np.zeros_like(recurrent_weights), np.abs(dh_last)
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * (1 + hidden_states[t] ** 2)
        total += np.abs(hidden_states[t - 1]).T @ da
        dh = da @ np.abs(recurrent_weights).T
    return total


@exercise.calls
def calls(rng):
    def inputs(steps, batch, size, exponent=0):
        # Any numbers in (-1, 1) may be hidden states: some input x leads to them.
        hidden = rounded(0.3 * signed(rng, (steps + 1, batch, size)))
        weights = rounded(0.4 * signed(rng, (size, size)))
        return signed(rng, (batch, size), exponent), hidden, weights

    yield Call("three steps", inputs(3, 2, 3))
    yield Call("four steps", inputs(4, 3, 2))
    yield Call("two steps", inputs(2, 2, 4))
    yield Call("twelve steps", inputs(12, 2, 3))
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


@exercise.misconception(
    "The derivative of tanh is missing: on its way from h_t to what stands inside the tanh the "
    "gradient is multiplied by 1 - h_t^2."
)
def forgets_the_derivative_of_tanh(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        gradient += hidden_states[t - 1].T @ dh
        dh = dh @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "Only the last step counts: you stop after one. The same weights were used at every step, so "
    "every step contributes."
)
def stops_after_one_step(dh_last, hidden_states, recurrent_weights):
    return hidden_states[-2].T @ (dh_last * (1 - hidden_states[-1] ** 2))


@exercise.misconception(
    "Each step overwrites the one before, and only the earliest is left. Their contributions add "
    "up."
)
def keeps_only_the_first_step(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient = hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "The first step is left out: the loop ends at t = 2. h_1 was computed from h_0 with the same "
    "weights."
)
def leaves_out_the_first_step(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 1, -1):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "On the way back the gradient passes W and not its transpose. With h W forwards, it is W^T "
    "backwards."
)
def goes_back_through_the_weights_untransposed(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights
    return gradient


@exercise.misconception(
    "The gradient is transposed: entry (i, j) belongs to the weight from unit i to unit j."
)
def returns_the_transpose(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient += da.T @ hidden_states[t - 1]
        dh = da @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "The state after a step stands where the one before it belongs: the weights multiplied "
    "h_(t-1), not h_t."
)
def takes_the_state_after_the_step(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient += hidden_states[t].T @ da
        dh = da @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "The derivative of tanh is taken one step too early: 1 - h_(t-1)^2. It belongs to the state "
    "that came out of this tanh, h_t."
)
def takes_the_derivative_at_the_state_before(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * (1 - hidden_states[t - 1] ** 2)
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "tanh is applied once more: hidden_states already holds h = tanh(...), so its derivative is "
    "1 - h^2."
)
def applies_tanh_again(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * (1 - np.tanh(hidden_states[t]) ** 2)
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "h (1 - h) is the derivative of the logistic function. That of tanh is 1 - h^2."
)
def takes_the_logistic_derivative(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * hidden_states[t] * (1 - hidden_states[t])
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "The gradient does not pass the weights on its way back: from step to step it is multiplied by "
    "W^T, and that is why it vanishes or explodes."
)
def does_not_pass_the_weights(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        dh = dh * (1 - hidden_states[t] ** 2)
        gradient += hidden_states[t - 1].T @ dh
    return gradient


@exercise.misconception(
    "The gradient at every state is dh_last again. The loss sees the last state only: earlier ones "
    "matter through what came after them."
)
def starts_from_the_loss_at_every_step(dh_last, hidden_states, recurrent_weights):
    gradient = np.zeros_like(recurrent_weights)
    for t in range(len(hidden_states) - 1, 0, -1):
        gradient += hidden_states[t - 1].T @ (dh_last * (1 - hidden_states[t] ** 2))
    return gradient


@exercise.misconception(
    "What passes the weights is the gradient before the tanh's derivative was multiplied in: "
    "from step to step that factor is lost."
)
def loses_the_derivative_between_steps(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        gradient += hidden_states[t - 1].T @ (dh * (1 - hidden_states[t] ** 2))
        dh = dh @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "The sum over the batch was divided by its size. Whether the loss is a mean is already "
    "contained in dh_last."
)
def averages_over_the_batch(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient += hidden_states[t - 1].T @ da / max(len(dh_last), 1)
        dh = da @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "The values are right, but dh_last came back changed: *= writes into the array that was "
    "handed in."
)
def changes_its_inputs(dh_last, hidden_states, recurrent_weights):
    gradient = np.zeros_like(recurrent_weights)
    for t in range(len(hidden_states) - 1, 0, -1):
        dh_last *= 1 - hidden_states[t] ** 2
        gradient += hidden_states[t - 1].T @ dh_last
        dh_last = dh_last @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "The loop goes one state too far, to t = 0. There hidden_states[t - 1] is hidden_states[-1], "
    "the last one: Python counts on from the end."
)
def wraps_round_to_the_last_state(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, -1, -1):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "The loop begins one state too early, at T - 1, with the gradient that belongs to h_T. "
    "hidden_states has T + 1 entries: which index has the last?"
)
def begins_one_state_too_early(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 2, 0, -1):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "The loop runs forwards in time. dh_last belongs to the last state: which step can be gone "
    "back first?"
)
def runs_forwards(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(1, len(hidden_states)):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "Every step begins again with dh_last, so nothing is carried farther back than one step. What "
    "does the step before work with?"
)
def carries_nothing_back(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        gradient += hidden_states[t - 1].T @ (dh * (1 - hidden_states[t] ** 2))
        dh = dh_last @ recurrent_weights.T
    return gradient


@exercise.misconception(
    "dh_last is added at every step, as if each state had an error of its own. Here the loss looks "
    "at the last state only."
)
def adds_the_last_gradient_everywhere(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T + dh_last
    return gradient


@exercise.variant
def step_by_step_back(dh_last, hidden_states, recurrent_weights):
    gradient, dh = np.zeros_like(recurrent_weights), dh_last
    for t in range(len(hidden_states) - 1, 0, -1):
        da = dh * (1 - hidden_states[t] ** 2)
        gradient += hidden_states[t - 1].T @ da
        dh = da @ recurrent_weights.T
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
