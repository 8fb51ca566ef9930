"""Calls that the two step exercises share: CM and NAG read the same arguments."""

from collections.abc import Callable, Iterator

import numpy as np

from course_utils.exercises.call import build

from ..exercise import Call
from ..inputs import EMPTY, HUGE, SHAPES, TINY, decay, quadratic, rate, rounded, signed


def step_calls(rng: np.random.Generator, reference: Callable) -> Iterator[Call]:
    """Draw ``(theta, velocity, gradient_function, eta, mu)``: a chain of steps, shapes, sizes."""

    def inputs(shape, exponent=0):
        theta, velocity = signed(rng, shape, exponent), signed(rng, shape, exponent)
        return theta, velocity, quadratic(rng, shape, exponent), rate(rng), decay(rng)

    theta, velocity, gradient, eta, mu = inputs(3)
    still = np.zeros_like(velocity)
    yield Call("a first step from rest", (theta, still, gradient, eta, mu), "edge")
    for number in (1, 2, 3):
        arguments = (theta, velocity, gradient, eta, mu)
        yield Call("a chain of steps", arguments, step=f"step {number} of 3")
        new = reference(theta, velocity, build(gradient), eta, mu)
        theta, velocity = (rounded(value, decimals=4) for value in new)
    yield Call("vectors", inputs(5))
    for about, shape in SHAPES.items():
        yield Call(about, inputs(shape), "edge")
    yield Call("mu = 0", (*inputs(3)[:4], 0.0), "edge")
    yield Call("huge numbers", inputs(3, HUGE), "edge")
    yield Call("tiny numbers", inputs(3, TINY), "edge")
    yield Call(EMPTY, inputs(0), "free")
