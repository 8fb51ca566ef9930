"""What a quadratic error function is made of: its curvatures and their directions."""

import numpy as np

from course_utils.objectives import Objective

__all__ = ["check_quadratic", "principal_axes"]

_ROUNDING = 1e-6  # of the largest error: what differences of gradients leave of a quadratic


def principal_axes(objective: Objective) -> tuple[np.ndarray, np.ndarray]:
    """Return the curvatures at the minimum, the smaller one first, and their directions.

    Returns
    -------
    curvatures : array (2,)
    axes : array (2, 2)
        A unit vector in each column; together they turn the plane and do not mirror it.

    Raises
    ------
    ValueError
        If the objective names no minimum, or a curvature there is not positive.
    """
    if objective.minimum is None:
        raise ValueError(f"expected an objective with a known minimum, got {objective.name}")
    length = 1e-4
    columns = [
        objective.gradient(objective.minimum + step) - objective.gradient(objective.minimum - step)
        for step in length * np.eye(2)
    ]
    hessian = np.array(columns) / (2 * length)
    values, axes = np.linalg.eigh((hessian + hessian.T) / 2)
    if values[0] <= 0:
        raise ValueError(f"expected positive curvatures at the minimum, got {values.tolist()}")
    first = axes[:, 0] * (1 if axes[np.argmax(np.abs(axes[:, 0])), 0] > 0 else -1)
    return values, np.column_stack([first, [-first[1], first[0]]])


def check_quadratic(objective: Objective) -> None:
    """Refuse an objective whose window holds anything but a quadratic with its known minimum.

    Raises
    ------
    ValueError
        If it is none, or `principal_axes` refuses it.
    """
    curvatures, axes = principal_axes(objective)
    places = np.stack(np.meshgrid(*(np.linspace(*side, 9) for side in objective.window)))
    errors = objective.value(places) - objective.value(objective.minimum)
    along = np.tensordot(axes.T, places - objective.minimum[:, None, None], 1)
    summed = 0.5 * np.tensordot(curvatures, along**2, 1)
    if not np.abs(summed - errors).max() <= _ROUNDING * np.abs(errors).max():
        raise ValueError(f"expected a quadratic objective, got {objective.name}")
