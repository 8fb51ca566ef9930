"""How fast momentum converges, as a map over (ηλ, α), linked to the path that it stands for."""

import ipywidgets
import numpy as np

from course_utils import measures, plotting
from course_utils.objectives import BOWL, Objective
from course_utils.optimizers import Momentum
from course_utils.plotting.style import BEYOND
from course_utils.widgets.canvas import Canvas
from course_utils.widgets.explorer import Explorer, RuleFactory
from course_utils.widgets.ground import colours, contours
from course_utils.widgets.quadratic import principal_axes
from course_utils.widgets.wire import pack
from course_utils.wording import number

__all__ = ["RateMap", "Rates", "rates"]

_LARGEST = 4.2  # ηλ beyond 4 converges for no α
_SMALLEST = 5e-4
_ALPHAS = np.linspace(0.0, 1.0, 201)
_LEVELS = [0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0]


class RateMap:
    """|σ| over (ηλ, α) with a mark for each curvature, as the browser's heatmap draws it.

    Parameters
    ----------
    curvatures : array (n,)
    log : bool
        Logarithmic ηλ axis, on which small learning rates have room.
    colours : sequence of str, optional
        Of the marks.
    """

    def __init__(self, curvatures, log: bool = False, colours=()):
        self.curvatures, self.log, self.colours = curvatures, log, list(colours)
        self.products = (  # ηλ, along the first axis
            np.geomspace(_SMALLEST, _LARGEST, 211) if log else np.linspace(0.0, _LARGEST, 211)
        )
        self.rate = measures.convergence_rate(self.products[None, :], _ALPHAS[:, None])

    def _across(self, products):
        """Return where values of ηλ stand on the map's first axis: at exponents if logarithmic."""
        return np.log10(np.maximum(products, 1e-30)) if self.log else np.asarray(products, float)

    def scene(self) -> dict:
        """Return what never changes."""
        return {
            "kind": "heatmap",
            "colours": colours(plotting.RATE),
            "range": [0.0, 1.0],
            "over": BEYOND,
            "levels": _LEVELS,
            "thick": 1.0,
            "bar": "|σ|: the weights' factor per update",
            "names": ["ηλ", "α"],
            "value": "|σ|",
            "drag": True,
            "exponents": self.log,
            "label": "Map of momentum's convergence rate over ηλ and α",
        }

    def ground(self) -> dict:
        """Return the field, its contour lines and the line of critical damping."""
        inside = self.products[self.products < 4]
        across = self._across(self.products)
        critical = np.column_stack([self._across(inside), measures.critical_alpha(inside)])
        return {
            "panels": [
                {
                    "x": [across[0], across[-1]],
                    "y": [_ALPHAS[0], _ALPHAS[-1]],
                    "values": pack(self.rate),
                    # Just above 1: on α = 1 the rate is 1 everywhere, and that is no edge.
                    "lines": contours([(across, _ALPHAS, self.rate)], [*_LEVELS[:-1], 1 + 1e-9]),
                    "curves": [
                        {
                            "label": "critical damping",
                            "points": pack(critical),
                            "colour": plotting.VERMILION,
                            "dash": [6, 3],
                        }
                    ],
                }
            ]
        }

    def places(self, values) -> np.ndarray:
        """Return (ηλ, α) for each curvature."""
        return np.array(
            [[values["eta"] * curvature, values["alpha"]] for curvature in self.curvatures]
        )

    def frame(self, values: dict) -> dict:
        """Return the marks for the sliders' η and α, and what they mean."""
        places = self.places(values)
        factors = measures.convergence_rate(places[:, 0], places[:, 1])
        names = [f"λ = {number(curvature)}" for curvature in self.curvatures]
        descriptions = [
            f"{name}: ηλ = {number(place[0])}, |σ| = {number(factor)}"
            for name, place, factor in zip(names, places, factors, strict=True)
        ]
        verdict = (
            "The run diverges: ηλ is beyond the stability edge."
            if factors.max() > 1
            else f"Per update the slowest direction keeps {number(factors.max(), 3)} of its "
            f"distance to the minimum, and σ² = {number(factors.max() ** 2, 3)} of its error."
        )
        marks = [
            {"at": [float(self._across(product)), float(alpha)], "text": text, "name": name}
            for (product, alpha), text, name in zip(places, descriptions, names, strict=True)
        ]
        for mark, colour in zip(marks, self.colours, strict=False):
            mark["colour"] = colour
        return {
            "panels": [{"title": "Convergence rate |σ|", "note": verdict, "marks": marks}],
            "alt": f"{'; '.join(descriptions)}. {verdict}",
        }

    def picked(self, event: dict) -> dict:
        """Return the η and α of a place to which a mark was moved."""
        across, alpha = (float(value) for value in event["at"])
        product = 10**across if self.log else across
        curvature = self.curvatures[int(event["mark"]) % len(self.curvatures)]
        return {"eta": product / curvature, "alpha": alpha}


class Rates(Explorer):
    """A map of rates beside an explorer; see `rates` for the parameters.

    Attributes
    ----------
    map : Canvas
        The map; its marks are the two curvatures at the sliders' η and α.
    """

    def __init__(self, objective: Objective, sliders, *, log_map: bool = False, **kwargs):
        self.rate_map = RateMap(principal_axes(objective)[0], log_map)
        self.map = Canvas()
        self.map.scene, self.map.ground = self.rate_map.scene(), self.rate_map.ground()
        makers = {Momentum.label: RuleFactory(Momentum)}
        super().__init__(objective, makers, sliders, presets=False, beside=[self.map], **kwargs)
        bar, canvas = self.children
        self.map.layout.flex = "1 1 380px"
        canvas.layout.flex = "1 1 380px"
        pair = ipywidgets.HBox([self.map, canvas], layout={"flex_flow": "row wrap"})
        self.children = (bar, pair)
        self.map.observe(self._on_pick, "event")

    def _frames_beside(self, values: dict, numbers) -> list[dict]:
        return [self.rate_map.frame(values)]

    def _on_pick(self, change) -> None:
        if change["new"].get("type") == "pick":
            self.set(**self.rate_map.picked(change["new"]))

    def still(self) -> plotting.Still:
        """Return the map as ``plotting.rate_heatmap`` draws it."""
        rate_map = self.rate_map
        inside = rate_map.products < 4
        products = rate_map.products[inside]
        places = zip(rate_map.curvatures, rate_map.places(self.values), strict=True)
        return plotting.rate_heatmap(
            products,
            _ALPHAS,
            rate_map.rate[:, inside],
            log=rate_map.log,
            critical=measures.critical_alpha(products),
            points={f"λ = {number(curvature)}": tuple(place) for curvature, place in places},
        )


def rates(
    objective: Objective = BOWL,
    *,
    start=None,
    window=None,
    log=True,
    log_map=False,
    **hyperparameters,
):
    """Link the map of momentum's convergence rates to the path that a place on it stands for.

    Dragging a mark on the map moves η and α, and with them the path; moving the sliders moves the
    marks, one for each curvature of the surface at its minimum.

    Parameters
    ----------
    objective : Objective
        With a known minimum and positive curvatures there.
    start : array_like (2,), window : ((low, high), (low, high)), optional
    log : bool
        Logarithmic error axis, on which a rate is a slope.
    log_map : bool
        Logarithmic ηλ axis, on which small learning rates have room.
    **hyperparameters : number, tuple or widget
        Sliders for ``eta`` (0.05), ``alpha`` (0.5) and ``steps`` (60).

    Returns
    -------
    Rates

    Raises
    ------
    ValueError
        If the objective has no minimum to speak of, or a hyperparameter of another name is given.
    """
    defaults = {"eta": 0.05, "alpha": 0.5, "steps": 60}
    for name in hyperparameters:
        if name not in defaults:
            raise ValueError(f"expected a hyperparameter among {list(defaults)}, got {name!r}")
    return Rates(
        objective,
        defaults | hyperparameters,
        start=start,
        window=window,
        log=log,
        log_map=log_map,
    ).begin()
