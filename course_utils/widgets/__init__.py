"""Figures that move: Python computes, the browser draws.

Nine figures, one function each, and `live`, which shows a loop while it runs::

    from course_utils.widgets import (
        construction, curves, directions, explore, heatmap, live, noisy, rates, slide, vectors
    )

    heatmap(measures.momentum_change, alpha=0.4, beside={"true change": ...})
    explore(BOWL, rule=Momentum, eta=0.001, alpha=0.9, steps=100)
    explore(step=momentum_step)          # the student's own function drives it
    rates(BOWL, eta=0.01, alpha=0.9)     # convergence rates, linked to the path they stand for
    directions(TILTED, step=momentum_step)  # the path in two bases, the error by direction
    noisy(BOWL, noise=10, minibatch=4)   # noisy gradients: what decays, and the floor
    vectors(BOWL)                        # the first two updates as arrows
    curves(BOWL, alpha=[0, 0.6, 0.9])    # errors of several alphas
    construction(BOWL)                   # one step of momentum, one of Nesterov
    slide(hidden_states, radius=1.1)     # the curves that any function makes of a slider's value
    for t in live(2500, every=25): ...   # progress, curves and pictures while a loop runs

What they return is an ipywidgets box: its sliders are in ``.sliders`` by name, ``.still()`` is the
same picture from ``plotting``, and ``.record(alpha=values)`` is a page that moves without a kernel.

===============  ==================================================================================
``wire``         arrays as float32 bytes, numbers as readers like them
``number_slider``  `NumberSlider`: a number that is moved or typed
``sliders``      one slider a hyperparameter
``canvas``       the drawn part: an anywidget with `scene` (still), `frame` (moving), `event` (back)
``figure``       `MovingFigure`: sliders + canvas + still + recording
``scale``        what a logarithmic axis shows of errors below zero
``ground``       what lies under a path or a measure: fields, shades, contour lines
``surface_choice``  which error surface an explorer shows
``student``      a student's function as an update rule, with its mistakes put into sentences
``arithmetic``   one update written out in numbers
``quadratic``    curvatures of a quadratic, and their directions
``heatmap``, ``explorer``, ``vectors``, ``curves``, ``rates``, ``directions``, ``noisy``
                 the figures
``live``         the loop
``saved``        what a notebook's file keeps of a figure, and shows where there is no kernel
``cells``        figures of a cell's last run are closed when it runs again
``recording``    frames embedded in a page of their own
``frontend/``    the JavaScript sources (they use D3); ``static/`` is what esbuild makes of them
===============  ==================================================================================

JavaScript draws and listens; every number comes from ``descent``, ``measures`` and ``objectives``.
"""

from course_utils.widgets.curves import curves, slide
from course_utils.widgets.directions import directions
from course_utils.widgets.explorer import explore
from course_utils.widgets.heatmap import heatmap
from course_utils.widgets.live import live
from course_utils.widgets.noisy import noisy
from course_utils.widgets.rates import rates
from course_utils.widgets.vectors import construction, vectors

__all__ = [
    "construction",
    "curves",
    "directions",
    "explore",
    "heatmap",
    "live",
    "noisy",
    "rates",
    "slide",
    "vectors",
]
