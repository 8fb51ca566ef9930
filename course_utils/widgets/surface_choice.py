"""Which error surface an explorer shows: one of the course's by name, or a student's formula."""

import html
from collections.abc import Callable

import ipywidgets

from course_utils.formula import FormulaError
from course_utils.objectives import OBJECTIVES, Objective
from course_utils.wording import number

__all__ = ["OWN", "SurfaceChoice"]

#: What stands for a surface that is nobody's but the student's.
OWN = "your own formula"


class SurfaceChoice(ipywidgets.VBox):
    """A list of surfaces, the formula of the one that is shown, and a learning rate for it.

    Parameters
    ----------
    first : Objective
        Shown first, and in the list, if it is none of the course's, before them.
    choose : callable
        ``choose(objective)`` when a surface of the list is wanted.
    write : callable
        ``write(text)`` when a formula is wanted; may raise `FormulaError`, which is shown.
    take_rate : callable
        ``take_rate(eta)`` when the learning rate that is offered is wanted.
    """

    def __init__(
        self,
        first: Objective,
        choose: Callable[[Objective], None],
        write: Callable[[str], None],
        take_rate: Callable[[float], None],
    ):
        in_front = {} if first.name in OBJECTIVES else {first.name: first}
        self.objectives = in_front | OBJECTIVES | {first.name: first}
        self.shown, self.choose, self.write = first, choose, write
        self.preset = ipywidgets.Dropdown(
            options=[*self.objectives, OWN],
            value=first.name,
            description="E(w)",
            style={"description_width": "50px"},  # it begins where the plot does
            layout={"flex": "0 1 260px"},
        )
        self.formula = ipywidgets.Text(
            value=first.formula,
            continuous_update=False,
            description="formula",
            placeholder="for example sin(w1) + cos(w2)",
            style={"description_width": "65px"},
            layout={"flex": "1 1 300px"},
        )
        self.message = ipywidgets.HTML()
        self.rate: float | None = None  # what is offered, once there is another surface
        self.suggestion = ipywidgets.Button(
            layout={"width": "auto", "visibility": "hidden"},
            tooltip="Move η to a value that suits this surface",
        )
        self.suggestion.on_click(lambda button: take_rate(self.rate))
        self.preset.observe(self._on_preset, "value")
        self.formula.observe(self._on_formula, "value")
        parts = [self.preset, self.formula, self.suggestion]
        row = ipywidgets.HBox(parts, layout={"flex_flow": "row wrap"})
        super().__init__([row, self.message])

    def show(self, objective: Objective) -> None:
        """Say which surface is shown now."""
        self.shown = objective
        self.message.value = ""
        self.formula.value = objective.formula
        self.preset.value = objective.name if objective.name in self.objectives else OWN

    def offer(self, rate: float | None, eta: float | None) -> None:
        """Offer a learning rate, unless there is none or ``eta`` is it already."""
        self.rate = rate
        offered = rate not in (None, eta)
        if offered:
            self.suggestion.description = f"suggested η: {number(rate)}"
        self.suggestion.layout.visibility = "visible" if offered else "hidden"

    def _on_preset(self, change) -> None:
        if change["new"] == OWN:
            self.formula.focus()
        elif (objective := self.objectives[change["new"]]) is not self.shown:
            self.choose(objective)

    def _on_formula(self, change) -> None:
        self.message.value = ""
        if change["new"] == self.shown.formula:
            return
        try:
            self.write(change["new"])
        except FormulaError as error:
            self.message.value = (
                f'<div class="course-mistake" role="alert">{html.escape(error.reason)}.'
                f"<pre>{html.escape(error.caret())}</pre></div>"
            )
