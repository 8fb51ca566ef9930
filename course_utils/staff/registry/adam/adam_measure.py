"""Exercise ``adam-measure``: the series' measures C_A and, uncorrected, C̃_A."""
# ruff: noqa: D103 (a misconception's name is its sentence)

import numpy as np

from course_utils.measures import adam_change

from ..exercise import Call, Exercise
from ..inputs import EMPTY, HUGE, SHAPES, TINY, rate, signed
from .inputs import decays, smoothing

exercise = Exercise(
    slug="adam-measure",
    lesson="03-adam",
    function="adam_measure",
    arguments=("g1", "g2", "eta", "beta1", "beta2", "epsilon", "corrected"),
    returns=("measure",),
    points=4,
)


@exercise.reference
def reference(g1, g2, eta, beta1, beta2, epsilon, corrected):
    return adam_change(g1, g2, beta1, beta2, eta=eta, epsilon=epsilon, corrected=corrected)


@exercise.magnitude
def magnitude(g1, g2, eta, beta1, beta2, epsilon, corrected):
    # Both signs alike: the moment's two terms may cancel, and Adam's step may equal GD's.
    g1, g2 = np.abs(g1), np.abs(g2)
    step = reference(g1, g2, eta, beta1, beta2, epsilon, corrected) + eta * g2
    return step + eta * g2


@exercise.calls
def calls(rng):
    def rest(corrected):
        beta1, beta2 = decays(rng)
        return rate(rng), beta1, beta2, smoothing(rng), corrected

    def plane(exponent=0):
        """Gradients of all four combinations of signs."""
        g1 = np.abs(signed(rng, 6, exponent)) * [1, 1, 1, -1, -1, -1]
        return g1, np.abs(signed(rng, 6, exponent)) * [1, -1, -1, 1, -1, -1]

    for corrected in (True, False):
        word = "corrected" if corrected else "uncorrected"
        for _ in range(2):
            yield Call(f"gradients of both signs, {word}", (*plane(), *rest(corrected)))
    yield Call("a grid", (signed(rng, (4, 1)), signed(rng, (1, 3)), *rest(True)), "edge", weight=2)
    yield Call(
        "an array against one number", (signed(rng, 4), signed(rng, ()), *rest(True)), "edge"
    )
    zeros = np.zeros(3), np.append(signed(rng, 2), 0.0)
    yield Call("g1 = 0", (*zeros, *rest(True)), "edge")
    usual = (0.001, 0.9, 0.999, 1e-8, False)
    yield Call("Adam's own values", (*plane(), *usual), "edge")
    for about, shape in SHAPES.items():
        yield Call(about, (signed(rng, shape), signed(rng, shape), *rest(True)), "edge")
    yield Call("huge numbers", (*plane(HUGE), *rest(True)), "edge")
    yield Call("tiny numbers", (*plane(TINY), *rest(True)), "edge")
    yield Call(EMPTY, (signed(rng, 0), signed(rng, 0), *rest(True)), "free")


@exercise.misconception(
    "epsilon stands outside of the root: right for the lecture and PyTorch. The series, whose "
    "measure this is, has it inside."
)
def puts_epsilon_outside(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(eta * m / (np.sqrt(s) + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "The root is missing: s is an average of *squares*, so its units do not fit those of m."
)
def forgets_the_root(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(eta * m / (s + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "C_A is right, but with corrected=False you correct all the same. What is left out there?"
)
def always_corrects(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "The uncorrected measure is right, but with corrected=True nothing is corrected. After two "
    "steps from zero, what share of a whole average is in each moment?"
)
def never_corrects(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.misconception("The two cases are swapped: corrected=True asks for the corrections.")
def corrects_in_the_wrong_case(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if not corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "You correct with t = 1, by 1 - beta. Two gradients are in the moments by now: which step is "
    "this?"
)
def corrects_for_the_first_step(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta1), s / (1 - beta2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "Only the first moment is corrected. The second one began at zero, too, and moves even more "
    "slowly."
)
def corrects_the_first_moment_only(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m = m / (1 - beta1**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.misconception("Only the second moment is corrected. The first one began at zero, too.")
def corrects_the_second_moment_only(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        s = s / (1 - beta2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "You correct by scaling the whole measure with the series' prefactor. The prefactor belongs "
    "to Adam's step; the measure also holds |eta g2|, which needs no correction."
)
def scales_the_measure_by_the_prefactor(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    measure = np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)
    return measure * np.sqrt(1 - beta2**2) / (1 - beta1**2) if corrected else measure


@exercise.misconception(
    "Nearly: you scale the uncorrected step by the prefactor. What happens to epsilon, which is "
    "added after s has been corrected, when you pull the correction out of the root?"
)
def scales_the_step_by_the_prefactor(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    step = np.abs(eta * m / np.sqrt(s + epsilon))
    if corrected:
        step = step * np.sqrt(1 - beta2**2) / (1 - beta1**2)
    return step - np.abs(eta * g2)


@exercise.misconception(
    "Your moments are decaying sums. In Adam they are averages: by which factor does each new "
    "gradient come in?"
)
def sums_instead_of_averaging(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = beta1 * g1 + g2, beta2 * g1**2 + g2**2
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "beta1 and beta2 have changed places. Which of the two averages squares, and has the longer "
    "memory?"
)
def swaps_the_betas(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta2) * (beta2 * g1 + g2), (1 - beta1) * (beta1 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta2**2), s / (1 - beta1**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "The older gradient has the full weight and the newer one fades. By the second step it is g1 "
    "that has grown old."
)
def decays_the_second_gradient(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (g1 + beta1 * g2), (1 - beta2) * (g1**2 + beta2 * g2**2)
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "That is the adaptive scheme's step: g2 over the root. Adam divides the first moment, in "
    "which g1 lives on."
)
def divides_the_gradient_alone(g1, g2, eta, beta1, beta2, epsilon, corrected):
    s = (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        s = s / (1 - beta2**2)
    return np.abs(eta * g2 / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "You compare with |eta g1|, the step that gradient descent made first. What would its second "
    "one be?"
)
def compares_with_the_first_step(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g1)


@exercise.misconception(
    "The steps are subtracted with their signs, then or never made positive. The measure "
    "compares lengths: each of the two gets its own absolute value, before the difference."
)
def compares_signed_steps(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return eta * m / np.sqrt(s + epsilon) - eta * g2


@exercise.misconception(
    "An absolute value stands around the whole difference. A step that is shorter than gradient "
    "descent's should come out negative: around what does it belong?"
)
def loses_the_sign(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon) - eta * g2)


@exercise.misconception(
    "Adam's step is right, but gradient descent's is |g2|, without its learning rate."
)
def forgets_eta_for_gradient_descent(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(g2)


@exercise.misconception(
    "eta appears in neither step. With eta = 1 that would not show: what is it here?"
)
def forgets_eta(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(m / np.sqrt(s + epsilon)) - np.abs(g2)


@exercise.misconception(
    "Pairs are taken one after the other, so a column of g1 and a row of g2 do not make a grid. "
    "Let NumPy broadcast: no loop is needed."
)
def pairs_instead_of_broadcasting(g1, g2, eta, beta1, beta2, epsilon, corrected):
    measure = []
    for a, b in zip(np.ravel(g1), np.ravel(g2)):  # noqa: B905
        m, s = (1 - beta1) * (beta1 * a + b), (1 - beta2) * (beta2 * a**2 + b**2)
        if corrected:
            m, s = m / (1 - beta1**2), s / (1 - beta2**2)
        measure.append(abs(eta * m / np.sqrt(s + epsilon)) - abs(eta * b))
    return np.array(measure).reshape(np.shape(g1))


@exercise.misconception(
    "The values are right, but the caller's gradients were overwritten on the way: operators "
    "such as *= write into the array that was handed in. Make new arrays instead."
)
def changes_its_inputs(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    g2 *= eta
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(g2)


@exercise.misconception(
    "Your averages begin with the whole of the first gradient. The moments begin at zero: how "
    "much of g1 is in m(1), and so in m(2)?"
)
def begins_with_the_first_gradient(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = beta1 * g1 + (1 - beta1) * g2, beta2 * g1**2 + (1 - beta2) * g2**2
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.misconception(
    "Gradient descent's step has its learning rate, Adam's has none. Both steps are multiplied by "
    "eta."
)
def forgets_the_learning_rate_of_adam(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    return np.abs(m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.variant
def step_by_step(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m = s = 0.0
    for g in (g1, g2):
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
    if corrected:
        m = m / (1 - beta1**2)
        s = s / (1 - beta2**2)
    return np.abs(eta * m / np.sqrt(s + epsilon)) - np.abs(eta * g2)


@exercise.variant
def with_eta_in_front(g1, g2, eta, beta1, beta2, epsilon, corrected):
    share1, share2 = (1 - beta1**2, 1 - beta2**2) if corrected else (1, 1)
    m = (beta1 * (1 - beta1) * g1 + (1 - beta1) * g2) / share1
    s = (beta2 * (1 - beta2) * g1 * g1 + (1 - beta2) * g2 * g2) / share2
    return eta * (abs(m) / (s + epsilon) ** 0.5 - abs(g2))


@exercise.variant
def with_the_prefactor_and_a_smaller_epsilon(g1, g2, eta, beta1, beta2, epsilon, corrected):
    if corrected:
        epsilon = epsilon * (1 - beta2**2)
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    step = np.abs(eta * m) / np.sqrt(s + epsilon)
    if corrected:
        step = step * np.sqrt(1 - beta2**2) / (1 - beta1**2)
    return step - np.abs(eta * g2)


@exercise.variant
def with_simplified_shares(g1, g2, eta, beta1, beta2, epsilon, corrected):
    # 1 - β² = (1 - β)(1 + β): what is left of the correction is 1/(1 + β)
    first = 1 / (1 + beta1) if corrected else 1 - beta1
    second = 1 / (1 + beta2) if corrected else 1 - beta2
    step = eta * first * (beta1 * g1 + g2) / np.sqrt(second * (beta2 * g1**2 + g2**2) + epsilon)
    return (np.abs(step) - np.abs(eta * g2)).tolist()


@exercise.variant
def in_single_precision(g1, g2, eta, beta1, beta2, epsilon, corrected):
    m, s = (1 - beta1) * (beta1 * g1 + g2), (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        m, s = m / (1 - beta1**2), s / (1 - beta2**2)
    step = (eta * m / np.sqrt(s + epsilon)).astype(np.float32)
    return np.abs(step) - np.abs(eta * g2).astype(np.float32)
