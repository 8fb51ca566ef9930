r"""Numbers that compare optimizers: what one step gains, how fast many steps converge.

Two gradients in a row (:math:`g_1`, then :math:`g_2`, both starting from zero states):

- `momentum_change`, the series' :math:`C_m`, and `true_momentum_change`, what :math:`C_m` is
  often taken for;
- `amplification`, the series' :math:`C_a` of the adaptive scheme;
- `adam_change`, the series' :math:`C_A` and, uncorrected, :math:`\tilde C_A`.

Many steps: `speedup` on a constant gradient; on a quadratic `stability_limit`,
`convergence_rate`, `critical_alpha`, Polyak's pair `polyak_optimum`, and `noise_floor`, the error
that noisy gradients leave.

All functions broadcast their arguments against each other and return float64, an empty array for
empty arrays. What is no real number is refused in a sentence, and so is a hyperparameter out of
its range, where nan belongs. In a gradient nan and infinity are numbers: nan gives nan, infinity
what NumPy makes of it.

This module reads neither the update rules nor the error functions: only NumPy, and the ranges of
the hyperparameters.
"""

import numpy as np

from course_utils.hyperparameters import NOT_NEGATIVE, POSITIVE, Range, checked_array, real_array

__all__ = [
    "adam_change",
    "amplification",
    "convergence_rate",
    "critical_alpha",
    "momentum_change",
    "noise_floor",
    "polyak_optimum",
    "speedup",
    "stability_limit",
    "true_momentum_change",
]


def momentum_change(g1, g2, alpha):
    r"""Series measure :math:`C_m`: how momentum changes, along the first gradient's sign.

    .. math::
        C_m(g_1, g_2) = \begin{cases}
            (\alpha g_1 + g_2) - g_1 & g_1 \ge 0 \
            g_1 - (\alpha g_1 + g_2) & g_1 < 0
        \end{cases}

    Parameters
    ----------
    g1, g2 : array
        First and second gradient in one direction.
    alpha : float or array in [0, 1]
        Momentum factor.

    Returns
    -------
    array
        :math:`C_m`, in the units of the gradient; it jumps at ``g1 = 0``.

    Raises
    ------
    ValueError
        If alpha is outside its range or something is not a real number.

    Notes
    -----
    It equals the change of the magnitude, `true_momentum_change`, only as long as the momentum
    keeps its sign, that is for :math:`g_2/g_1 \ge -\alpha`.

    References
    ----------
    The article series, part 1.
    """
    g1, g2, alpha = real_array("g1", g1), real_array("g2", g2), checked_array("alpha", alpha)
    change = (alpha * g1 + g2) - g1
    return np.where(g1 >= 0, change, -change)[()]


def true_momentum_change(g1, g2, alpha):
    r"""How the *magnitude* of the momentum changes from the first step to the second.

    .. math::
        |m(2)| - |m(1)| = |\alpha g_1 + g_2| - |g_1|

    Parameters
    ----------
    g1, g2 : array
        First and second gradient in one direction.
    alpha : float or array in [0, 1]
        Momentum factor.

    Returns
    -------
    array
        The change, in the units of the gradient; continuous everywhere.

    Raises
    ------
    ValueError
        If alpha is outside its range or something is not a real number.

    References
    ----------
    The momentum of the article series, part 1; the course's own correction of its reading.
    """
    g1, g2, alpha = real_array("g1", g1), real_array("g2", g2), checked_array("alpha", alpha)
    return np.abs(alpha * g1 + g2) - np.abs(g1)


def amplification(g1, g2, beta, eta=1.0, epsilon=1e-8):
    r"""Series measure :math:`C_a`: length of the adaptive scheme's second step, less that of GD.

    .. math::
        s(2) &= \beta (1-\beta) g_1^2 + (1-\beta) g_2^2 \
        C_a(g_1, g_2) &= \left| \eta \frac{g_2}{\sqrt{s(2) + \varepsilon}} \right| - |\eta g_2|

    Parameters
    ----------
    g1, g2 : array
        First and second gradient of one weight.
    beta : float or array in [0, 1]
        Decay of the scale.
    eta : float or array
        Learning rate of both methods, > 0.
    epsilon : float or array
        Smoothing term inside the root, > 0.

    Returns
    -------
    array
        Positive where the second gradient is amplified, negative where it is attenuated.

    Raises
    ------
    ValueError
        If a hyperparameter is outside its range or something is not a real number.

    References
    ----------
    The article series, part 2, with η counted once (its text counts it twice).
    """
    g1, g2, beta = real_array("g1", g1), real_array("g2", g2), checked_array("beta", beta)
    eta, epsilon = checked_array("eta", eta), checked_array("epsilon", epsilon)
    scale = beta * (1 - beta) * g1**2 + (1 - beta) * g2**2
    return np.abs(eta * g2 / np.sqrt(scale + epsilon)) - np.abs(eta * g2)


def adam_change(g1, g2, beta1, beta2, eta=1.0, epsilon=1e-8, corrected=True):
    r"""Series measures :math:`C_A`, :math:`\tilde C_A`: Adam's second step, less that of GD.

    .. math::
        m(2) &= \beta_1 (1-\beta_1) g_1 + (1-\beta_1) g_2 \
        s(2) &= \beta_2 (1-\beta_2) g_1^2 + (1-\beta_2) g_2^2 \
        C_A(g_1, g_2) &= \left| \eta \frac{m(2)}{1-\beta_1^2} \Big/
            \sqrt{\frac{s(2)}{1-\beta_2^2} + \varepsilon} \right| - |\eta g_2|

    and :math:`\tilde C_A` the same without the two corrections :math:`1-\beta^2`.

    Parameters
    ----------
    g1, g2 : array
        First and second gradient of one weight.
    beta1, beta2 : float or array in [0, 1)
        Decays of the first and second moment.
    eta : float or array
        Learning rate of both methods, > 0.
    epsilon : float or array
        Smoothing term inside the root, > 0.
    corrected : bool
        True for :math:`C_A`, False for :math:`\tilde C_A`.

    Returns
    -------
    array
        Positive where Adam's step is the longer one.

    Raises
    ------
    ValueError
        If a hyperparameter is outside its range or something is not a real number.

    Notes
    -----
    The series' prefactor :math:`\sqrt{1-\beta_2^2}/(1-\beta_1^2)` links the two *steps*, not the
    two measures, and exactly so only if the uncorrected step smooths with
    :math:`(1-\beta_2^2)\varepsilon`.

    References
    ----------
    The article series, part 3.
    """
    g1, g2 = real_array("g1", g1), real_array("g2", g2)
    beta1, beta2 = checked_array("beta1", beta1), checked_array("beta2", beta2)
    eta, epsilon = checked_array("eta", eta), checked_array("epsilon", epsilon)
    moment = (1 - beta1) * (beta1 * g1 + g2)
    scale = (1 - beta2) * (beta2 * g1**2 + g2**2)
    if corrected:
        moment = moment / (1 - beta1**2)
        scale = scale / (1 - beta2**2)
    return np.abs(eta * moment / np.sqrt(scale + epsilon)) - np.abs(eta * g2)


def speedup(alpha, steps=None):
    r"""How many times the gradient the momentum is, after ``steps`` equal gradients.

    .. math::
        \frac{m(t)}{g} = \sum_{k=0}^{t-1} \alpha^k = \frac{1-\alpha^t}{1-\alpha}
        \xrightarrow{t \to \infty} \frac{1}{1-\alpha}

    Parameters
    ----------
    alpha : float or array in [0, 1]
        Momentum factor.
    steps : int or array, optional
        Number of steps t, >= 0; None for the limit.

    Returns
    -------
    array
        The factor; for ``alpha = 1`` it is ``steps``, and infinite in the limit.

    Raises
    ------
    ValueError
        If alpha is outside [0, 1] or steps is negative.

    References
    ----------
    The article series, part 1.
    """
    alpha = checked_array("alpha", alpha)
    with np.errstate(divide="ignore", invalid="ignore"):
        if steps is None:
            return 1 / (1 - alpha)
        steps = checked_array("steps", steps, NOT_NEGATIVE)
        # expm1 keeps the digits that 1 - alpha**t would lose for alpha close to 1.
        sums = -np.expm1(steps * np.log(alpha)) / (1 - alpha)
    return np.where(alpha == 1, steps, np.where(steps == 0, 0.0, sums))[()]


def stability_limit(alpha, curvature):
    r"""Learning rate below which momentum converges on a quadratic.

    .. math::
        \eta < \frac{2 (1+\alpha)}{\lambda}

    Parameters
    ----------
    alpha : float or array in [0, 1]
        Momentum factor; 0 gives gradient descent's limit 2/λ.
    curvature : float or array
        λ, the second derivative along the direction (the largest one counts), > 0.

    Returns
    -------
    array
        The supremum of the stable learning rates (for alpha = 1: of those that do not blow up).

    Raises
    ------
    ValueError
        If alpha is outside [0, 1] or the curvature is not positive.

    References
    ----------
    Polyak (1964); Goh, *Why momentum really works*, Distill (2017).
    """
    return 2 * (1 + checked_array("alpha", alpha)) / checked_array("curvature", curvature, POSITIVE)


def convergence_rate(eta_curvature, alpha):
    r"""By which factor momentum's error shrinks per step on a quadratic, in the long run.

    Along one eigen-direction a step is the linear map

    .. math::
        \begin{pmatrix} w \ m \end{pmatrix} \leftarrow
        \begin{pmatrix} 1-\eta\lambda & -\eta\alpha \ \lambda & \alpha \end{pmatrix}
        \begin{pmatrix} w \ m \end{pmatrix}

    and the rate is its spectral radius, the larger modulus among the roots of
    :math:`\sigma^2 - (1+\alpha-\eta\lambda)\,\sigma + \alpha`.

    Parameters
    ----------
    eta_curvature : float or array
        ηλ, learning rate times curvature, >= 0.
    alpha : float or array in [0, 1]
        Momentum factor.

    Returns
    -------
    array
        :math:`|\sigma|`; below 1 the method converges. It is :math:`\sqrt\alpha` wherever the
        path oscillates around the minimum (under-damping), smallest at `critical_alpha`.

    Raises
    ------
    ValueError
        If alpha is outside [0, 1] or eta_curvature is negative or not finite.

    References
    ----------
    Polyak (1964); Goh, *Why momentum really works*, Distill (2017).
    """
    x = checked_array("eta_curvature", eta_curvature, NOT_NEGATIVE)
    alpha = checked_array("alpha", alpha)
    half_trace = (1 + alpha - x) / 2
    # The discriminant in factors: exact where it vanishes, on the edge of critical damping.
    root = np.sqrt(alpha)
    discriminant = (x - (1 - root) ** 2) * (x - (1 + root) ** 2) / 4
    real = np.abs(half_trace) + np.sqrt(np.maximum(discriminant, 0))
    return np.where(discriminant < 0, root, real)[()]


def critical_alpha(eta_curvature):
    r"""Momentum factor of critical damping: fastest convergence for a given :math:`\eta\lambda`.

    .. math::
        \alpha = (1 - \sqrt{\eta\lambda})^2

    Parameters
    ----------
    eta_curvature : float or array in [0, 4)
        ηλ, learning rate times curvature; from 4 on no alpha below 1 converges.

    Returns
    -------
    array
        In [0, 1]; the rate there is :math:`\sqrt\alpha = |1 - \sqrt{\eta\lambda}|`.

    Raises
    ------
    ValueError
        If eta_curvature is outside [0, 4).

    References
    ----------
    Polyak (1964); Goh, *Why momentum really works*, Distill (2017).
    """
    x = checked_array("eta_curvature", eta_curvature, Range(0, 4, "[)"))
    return (1 - np.sqrt(x)) ** 2


def polyak_optimum(smallest, largest):
    r"""Polyak's best pair for a quadratic whose curvatures lie between two bounds.

    .. math::
        \eta = \left(\frac{2}{\sqrt{L}+\sqrt{l}}\right)^2, \qquad
        \alpha = \left(\frac{\sqrt{L}-\sqrt{l}}{\sqrt{L}+\sqrt{l}}\right)^2

    Parameters
    ----------
    smallest, largest : float or array
        Smallest curvature l and largest curvature L, 0 < l <= L.

    Returns
    -------
    eta, alpha : array
        Learning rate and momentum factor; the rate is :math:`\sqrt\alpha` in *every* direction.

    Raises
    ------
    ValueError
        If a curvature is not positive, or the smallest is above the largest.

    References
    ----------
    Polyak (1964).
    """
    smallest = checked_array("smallest", smallest, POSITIVE)
    largest = checked_array("largest", largest, POSITIVE)
    if not np.all(smallest <= largest):
        raise ValueError("expected smallest <= largest, got them the other way round")
    low, high = np.sqrt(smallest), np.sqrt(largest)
    return (2 / (high + low)) ** 2, ((high - low) / (high + low)) ** 2


def noise_floor(eta, alpha, curvature, deviation):
    r"""Mean error that a constant learning rate leaves on a quadratic with noisy gradients.

    Along one eigen-direction the gradient is :math:`\lambda w + \xi`, with independent noise
    :math:`\xi` of mean 0 and standard deviation s. Gradient descent is then
    :math:`w' = (1-\eta\lambda)\, w - \eta\xi`. Its variance V stays as it is where

    .. math::
        V = (1-\eta\lambda)^2 V + \eta^2 s^2
        \quad\Rightarrow\quad V = \frac{\eta s^2}{\lambda (2-\eta\lambda)}.

    With momentum :math:`w'' = (1+\alpha-\eta\lambda)\, w' - \alpha w - \eta\xi`. With C for the
    mean product of two weights in a row and :math:`a = 1+\alpha-\eta\lambda`, the variance stays
    where :math:`C = aV - \alpha C` and :math:`V = a^2 V + \alpha^2 V - 2a\alpha C + \eta^2 s^2`.
    The mean error is then

    .. math::
        \tfrac12 \lambda V = \frac{\eta s^2}{2}\,
            \frac{1+\alpha}{(1-\alpha)\,\big(2(1+\alpha)-\eta\lambda\big)},

    for :math:`\alpha = 0` that of gradient descent, :math:`\eta s^2 / (2(2-\eta\lambda))`.

    Parameters
    ----------
    eta : float or array
        Learning rate, > 0.
    alpha : float or array in [0, 1]
        Momentum factor; 0 gives gradient descent's floor.
    curvature : float or array
        λ, > 0.
    deviation : float or array
        s, >= 0. Of a mean over a minibatch of B gradients it is that of one, divided by √B.

    Returns
    -------
    array
        The error along this direction; infinite where the run does not converge without noise.

    Raises
    ------
    ValueError
        If a value is outside its range.
    """
    eta, alpha = checked_array("eta", eta), checked_array("alpha", alpha)
    product = eta * checked_array("curvature", curvature, POSITIVE)
    power = checked_array("deviation", deviation, NOT_NEGATIVE) ** 2
    room = 2 * (1 + alpha) - product
    with np.errstate(divide="ignore", invalid="ignore"):
        floor = eta * power / 2 * (1 + alpha) / ((1 - alpha) * room)
    return np.where((room > 0) & (alpha < 1), floor, np.inf)[()]
