"""Known answers and natural mistakes of lesson 1: the article series, part 1, and by hand."""

import numpy as np

from course_utils.exercises.values import Quadratic

A = np.array
RANDOM = np.random.default_rng()

KNOWN = [
    ("gradient-descent-step", (A([-15.0, 20]), A([-90.0, 400]), 0.001), [[-14.91, 19.6]]),
    ("gradient-descent-step", (A([-14.91, 19.6]), A([-89.46, 392]), 0.001), [[-14.82054, 19.208]]),
    (
        "momentum-step",
        (A([-15.0, 20]), A([0.0, 0]), A([-90.0, 400]), 0.001, 0.9),
        [[-14.91, 19.6], [-90, 400]],
    ),
    (
        "momentum-step",
        (A([-14.91, 19.6]), A([-90.0, 400]), A([-89.46, 392]), 0.001, 0.9),
        [[-14.73954, 18.848], [-170.46, 752]],
    ),
    ("momentum-speedup", (0.5, 3), [1.75]),
    ("momentum-speedup", (0.9, 1000), [10]),
    ("momentum-speedup", (1.0, 7), [7]),
    ("momentum-speedup", (0.3, 0), [0]),
    ("acceleration-measure", (A(2.0), A(1.0), 0.4), [-0.2]),
    ("acceleration-measure", (A([0.0, -2.0, -1.0]), A([-1.0, -1.0, 3.0]), 0.5), [[-1, 0, -3.5]]),
    ("stability-limit", (0.0, 4.0), [0.5]),
    ("stability-limit", (0.5, 20.0), [0.15]),
    ("convert-momentum", (A([2.0, -4.0]), "sum", "velocity", 0.1, 0.75), [[-0.2, 0.4]]),
    ("convert-momentum", (A([2.0, -4.0]), "sum", "average", 0.1, 0.75), [[0.5, -1]]),
    ("convert-momentum", (A([2.0, -4.0]), "velocity", "average", 0.1, 0.75), [[-5, 10]]),
    (
        # ahead 1.4, slope 2.8, step 0.4 - 0.28
        "nesterov-step",
        (A([1.0]), A([0.5]), Quadratic(A([2.0]), A([0.0])), 0.1, 0.8),
        [[1.12], [0.12]],
    ),
    (
        # m: 1, 1, 0.5, 0; w: 0.5, 0, -0.25, -0.25
        "momentum-training",
        (A([1.0]), [Quadratic(A([1.0]), A([0.0]))] * 2, 0.5, 0.5, 2),
        [[-0.25]],
    ),
]


def alpha_for_one_minus_alpha(value, source, target, eta, alpha):
    per = {"sum": 1, "velocity": -eta, "average": alpha}
    return value * per[target] / per[source]


def alpha_for_one_minus_alpha_in_two_steps(value, source, target, eta, alpha):
    if source == "velocity":
        value = -value / eta
    if source == "average":
        value = value / alpha
    return {"sum": value, "velocity": -eta * value, "average": alpha * value}[target]


def trained(leaves_after, at_the_end):
    """Return a training loop that ends early, inside of one of its two loops."""

    def train(weights, minibatch_gradients, eta, alpha, epochs):
        momentum = 0 * weights
        for _ in range(epochs):
            for gradient in minibatch_gradients:
                momentum = alpha * momentum + gradient(weights)
                weights = weights - eta * momentum
                if leaves_after == "minibatch":
                    return weights
            if leaves_after == "epoch":
                return weights
        return weights if at_the_end else None

    return train


def train_without_calling(weights, minibatch_gradients, eta, alpha, epochs):
    velocity = np.zeros(weights.shape)
    for _ in range(epochs):
        for g in minibatch_gradients:
            velocity = alpha * velocity - eta * g
            weights = weights + velocity
    return weights


def old_momentum_back(weights, momentum, gradient, eta, alpha):
    weights = weights - eta * (alpha * momentum + gradient)
    return weights, momentum


def what_is_lost(weights, momentum, gradient, eta, alpha):
    m = gradient + momentum - alpha * momentum
    return weights - eta * m, m


def one_power_too_many(alpha, steps):
    if alpha == 1:
        return steps
    return (1 - alpha ** (steps + 1)) / (1 - alpha)


def subtracted(weights, previous_step, gradient_function, eta, beta):
    step = beta * previous_step - eta * gradient_function(weights + beta * previous_step)
    return weights - step, step


def convention(look, gradient, move):
    """Return a Nesterov step as others write it: where the gradient is taken, kept, and applied."""

    def nesterov_step(weights, v, gradient_function, eta, beta):
        g = gradient_function(look(weights, v, eta, beta))
        new = beta * v + gradient(eta) * g
        return move(weights, new, g, eta, beta), new

    return nesterov_step


def at_the_weights(w, v, eta, beta):
    return w


positive_velocity = convention(
    lambda w, v, eta, beta: w - beta * v, lambda eta: eta, lambda w, v, *_: w - v
)
bengio = convention(
    at_the_weights, lambda eta: -eta, lambda w, v, g, eta, beta: w + beta * v - eta * g
)
chainer = convention(
    at_the_weights,
    lambda eta: -eta,
    lambda w, v, g, eta, beta: w + beta**2 * v - (1 + beta) * eta * g,
)
of_a_sum = convention(
    lambda w, v, eta, beta: w - eta * beta * v,
    lambda eta: 1,
    lambda w, v, g, eta, beta: w - eta * v,
)


def momentum_of_lasagne(weights, v, gradient, eta, alpha):
    v = alpha * v - eta * gradient
    return weights + alpha * v - eta * gradient, v


def downhill_average(weights, v, gradient, eta, alpha):
    v = alpha * v - (1 - alpha) * gradient
    return weights + eta * v, v


def one_step_too_many_notations(weights, v, gradient, eta, alpha):
    v[:] = alpha * v + eta * gradient
    return weights - v, v


def measure_in_place(g1, g2, alpha):
    g2 += alpha * g1
    return np.where(g1 >= 0, g2 - g1, g1 - g2)


def shuffled(weights, minibatch_gradients, eta, alpha, epochs):
    momentum = 0 * weights
    for _ in range(epochs):
        for i in RANDOM.permutation(len(minibatch_gradients)):
            momentum = alpha * momentum + minibatch_gradients[i](weights)
            weights = weights - eta * momentum
    return weights


def starts_from_none(weights, minibatch_gradients, eta, alpha, epochs):
    m = None
    for _ in range(epochs):
        for gradient in minibatch_gradients:
            m = alpha * m + gradient(weights)
            weights = weights - eta * m
    return weights


EPOCH, MINIBATCH = (f"It returns after the first {loop}:" for loop in ("epoch", "minibatch"))
NATURAL = [
    ("convert-momentum", alpha_for_one_minus_alpha, "alpha in place of 1 - alpha."),
    ("convert-momentum", alpha_for_one_minus_alpha_in_two_steps, "alpha in place of 1 - alpha."),
    ("momentum-training", trained("epoch", at_the_end=False), EPOCH),
    ("momentum-training", trained("epoch", at_the_end=True), EPOCH),
    ("momentum-training", trained("minibatch", at_the_end=False), MINIBATCH),
    ("momentum-training", trained("minibatch", at_the_end=True), MINIBATCH),
    ("momentum-training", train_without_calling, "Each entry is a function: call it at"),
    ("momentum-step", old_momentum_back, "The momentum comes back as it came in."),
    ("momentum-step", what_is_lost, "The old momentum is multiplied by 1 - alpha."),
    ("momentum-speedup", one_power_too_many, "One term too many:"),
    ("nesterov-step", subtracted, "The step is subtracted from the weights."),
    ("stability-limit", lambda alpha, c: 4 / c, "That is the bound for alpha -> 1."),
    ("stability-limit", lambda a, c: 2 * (1 + a) / (c - c * a), "2 (1 + alpha)/((1 - alpha)"),
    ("stability-limit", lambda b, c: (1 + 1 / (1 + 2 * b)) / c, "2 (1 + alpha)/((1 + 2 alpha)"),
    ("nesterov-step", positive_velocity, "This is Nesterov with a velocity that is *subtracted*"),
    (
        "nesterov-step",
        bengio,
        "The gradient is taken at the weights, which then move by beta times",
    ),
    ("nesterov-step", chainer, "The gradient is taken at the weights, which then move by beta^2 v"),
    ("nesterov-step", of_a_sum, "This is Nesterov with a sum of gradients"),
    ("momentum-step", momentum_of_lasagne, "What you keep is the lecture's velocity"),
    (
        "momentum-step",
        downhill_average,
        "What you keep is an average of the gradients with a minus",
    ),
    ("momentum-step", one_step_too_many_notations, "Two mistakes at once. First: What you gather"),
    ("acceleration-measure", measure_in_place, "Your code takes g1 and g2 of one shape only"),
    ("acceleration-counterexample", lambda: (1, 0, 0.5), "C_m < 0, and |m| does shrink, as"),
    ("momentum-training", shuffled, "The same call, made twice, gave two different answers"),
    ("momentum-training", starts_from_none, "Your code calculates with None"),
]
