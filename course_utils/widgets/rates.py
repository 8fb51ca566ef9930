"""How fast momentum converges, as a map over (ηλ, α), linked to the path that it stands for."""

import numpy as np

from course_utils import measures, plotting
from course_utils.objectives import BOWL, Objective
from course_utils.optimizers import Momentum
from course_utils.plotting.style import BEYOND
from course_utils.widgets.explorer import Explorer, RuleFactory
from course_utils.widgets.ground import colours, contours
from course_utils.widgets.number_slider import NumberSlider
from course_utils.widgets.quadratic import principal_axes
from course_utils.widgets.wire import pack
from course_utils.wording import number

__all__ = ["RateMap", "Rates", "rates"]

_LARGEST = 4.2  # ηλ beyond 4 converges for no α
_DECADES = 1e-3, 20.0  # of the logarithmic axis: what diverges has room for its name
_ALPHAS = np.linspace(0.0, 1.0, 201)
_LEVELS = [0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0]

# How momentum approaches the minimum along a direction, in the order of `approach`: what the lesson
# calls it, and what a damped oscillation is called that moves so, or where both factors σ lie.
_APPROACHES = {
    "creep": "over-damped",
    "swing": "under-damped",
    "zigzag": "σ < 0",
    "diverges": "|σ| > 1",
}


def approach(products, alphas) -> np.ndarray:
    """Tell how momentum approaches along a direction: 0 creep, 1 swing, 2 zigzag, 3 diverges.

    Above critical damping both factors are a complex pair, and the weight swings. Below it they are
    real: positive for ηλ < 1, negative beyond.

    Parameters
    ----------
    products : array
        ηλ, learning rate times curvature.
    alphas : array
        Broadcast against ``products``.

    Returns
    -------
    array of uint8
    """
    products, alphas = np.broadcast_arrays(products, alphas)
    inside = products < 4
    critical = np.where(inside, measures.critical_alpha(np.where(inside, products, 0.0)), np.inf)
    kinds = np.where(alphas > critical, 1, np.where(products < 1, 0, 2))
    beyond = measures.convergence_rate(products, alphas) > 1 + 1e-9
    return np.where(beyond, 3, kinds).astype(np.uint8)


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
            np.geomspace(*_DECADES, 211) if log else np.linspace(0.0, _LARGEST, 211)
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
            "names": ["ηλ", "α"],
            "value": "|σ|",
            "drag": True,
            "exponents": self.log,
            "label": "Map of momentum's convergence rate over ηλ and α",
        }

    def ground(self) -> dict:
        """Return the field, its contour lines, the line of critical damping, and their names."""
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
                    "zones": {
                        "kinds": pack(approach(self.products, _ALPHAS[:, None]), "uint8"),
                        "names": [[f"{name} · {term}", name] for name, term in _APPROACHES.items()],
                    },
                    "spots": self._spots(),
                }
            ]
        }

    def _spots(self) -> list[dict]:
        """Return what is named at a place: the fastest of all, and the line of critical damping.

        Each has its places in the order in which they are tried.
        """
        products = np.array([0.02, 0.05, 0.1, 0.2, 0.01] if self.log else [0.1, 0.05, 0.2, 2.6])
        along = np.column_stack([self._across(products), measures.critical_alpha(products)])
        return [
            {"name": "fastest · σ = 0", "places": [[float(self._across(1.0)), 0.0]]},
            {
                "name": "critical damping",
                "places": along.tolist(),
                "colour": plotting.VERMILION,
            },
        ]

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
        kinds = np.array(list(_APPROACHES))[approach(*places.T)]
        descriptions = [
            f"{name}: ηλ = {number(place[0])}, |σ| = {number(factor)}, {kind}"
            for name, place, factor, kind in zip(names, places, factors, kinds, strict=True)
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
            "panels": [{"title": "The weights' factor |σ|", "note": verdict, "marks": marks}],
            "alt": f"{'; '.join(descriptions)}. {verdict}",
        }

    def picked(self, event: dict) -> dict:
        """Return the η and α of a place to which a mark was moved."""
        across, alpha = (float(value) for value in event["at"])
        product = 10**across if self.log else across
        curvature = self.curvatures[int(event["mark"]) % len(self.curvatures)]
        return {"eta": product / curvature, "alpha": alpha}


class Rates(Explorer):
    """An explorer with a map of rates beside it; see `rates` for the parameters.

    The map's marks are the two curvatures at the sliders' η and α, whose best pair is Polyak's.
    """

    def __init__(self, objective: Objective, sliders, *, log_map: bool = False, **kwargs):
        self.rate_map = RateMap(principal_axes(objective)[0], log_map)
        makers = {Momentum.label: RuleFactory(Momentum)}
        super().__init__(objective, makers, sliders, presets=False, **kwargs)
        low, high = self.rate_map.curvatures[[0, -1]]
        for name, best in zip(("eta", "alpha"), measures.polyak_optimum(low, high), strict=True):
            if isinstance(self.sliders[name], NumberSlider):
                self.sliders[name].best = float(best)

    def _scene(self) -> dict:
        return super()._scene() | {"map": self.rate_map.scene()}

    def _ground(self) -> dict:
        return super()._ground() | {"map": self.rate_map.ground()}

    def _frame(self, values: dict, numbers) -> dict:
        frame, rate_map = super()._frame(values, numbers), self.rate_map.frame(values)
        return frame | {"map": rate_map, "alt": f"{frame['alt']} {rate_map['alt']}"}

    def _react(self, event: dict) -> None:
        if event.get("type") == "pick":
            self.set(**self.rate_map.picked(event))
        else:
            super()._react(event)

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
