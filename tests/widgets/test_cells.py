"""Cells that run again and again, and what becomes of the figures of their earlier runs."""

import comm
import ipywidgets
import pytest
from ipywidgets.widgets import widget

from course_utils.plotting import Still
from course_utils.widgets import heatmap

IMPORTS = """\
import ipywidgets
from course_utils import measures
from course_utils.widgets import (
    construction,
    curves,
    directions,
    explore,
    heatmap,
    live,
    noisy,
    rates,
    slide,
    vectors,
)
"""


@pytest.fixture
def run(shell, monkeypatch):
    """Run a cell, known by a letter, and return whatever it returned."""
    monkeypatch.setattr(Still, "png", lambda self, scale=2.0: b"")  # not what is looked at here

    def run(cell, source):
        ran = shell.run_cell(source, cell_id=cell)
        ran.raise_error()
        return ran.result

    run("imports", IMPORTS)
    run("first", "heatmap(alpha=0.4)")  # makes the course know this notebook
    return run


def count():
    return len(widget._instances), len(comm.get_comm_manager().comms)


def test_after_fifty_runs_there_are_as_many_widgets_and_comms_as_after_one(run):
    before = count()
    run("a", "e = explore(steps=5)\ne")
    once = count()
    assert once > before
    for _ in range(49):
        run("a", "e = explore(steps=5)\ne")
    assert count() == once
    run("a", "del e")
    assert count() == before


@pytest.mark.parametrize(
    "source",
    [
        "explore(steps=5)",
        "explore(steps=5).still()",
        "rates(steps=5)",
        "directions(steps=5)",
        "noisy(steps=5)",
        "vectors()",
        "construction()",
        "curves(steps=5)",
        "heatmap(alpha=0.4, beside={'true': measures.true_momentum_change})",
        "slide(lambda radius: {'a': [radius]}, radius=1.0)",
        "for t in live(2): pass",
    ],
)
def test_every_figure_closes_all_that_it_opened(run, source):
    before = count()
    run("a", source)
    assert count() > before
    run("a", "pass")
    assert count() == before


def test_a_figure_that_another_cell_shows_stays_alive(run):
    first = run("a", "e = heatmap(alpha=0.4)\ne")
    assert run("b", "e") is first
    run("a", "e = heatmap(alpha=0.5)\ne")
    assert first.comm is not None
    run("b", "e")
    assert first.comm is None


@pytest.mark.parametrize(
    ("keep", "drop"),
    [
        ("kept = {}", "del kept"),
        ("kept = [{}]", "kept.clear()"),
        ("kept = ({}, 1)", "kept = None"),
        ("kept = dict(figure={})", "kept.clear()"),
    ],
)
def test_a_figure_that_a_variable_holds_stays_alive(run, keep, drop):
    figure = run("a", "heatmap(alpha=0.4)")
    run("b", keep.format("_"))
    run("a", "heatmap(alpha=0.5)")
    assert figure.comm is not None
    assert run("c", keep.split(" = ")[0] + " is not None") is True
    run("a", f"first = second = heatmap(alpha=0.5)\n{drop}")
    figure.sliders["alpha"].value = 0.7  # it lives until the cell that showed it runs again
    assert figure.values == {"alpha": 0.7}


def test_a_widget_that_was_given_is_not_closed_and_moves_the_other_figure(run):
    slider = run("slider", "alpha = ipywidgets.FloatSlider(0.4, min=0, max=1)\nalpha")
    first = run("a", "heatmap(alpha=alpha)")
    other = run("b", "heatmap(alpha=alpha)")
    run("a", "pass")
    assert first.comm is None
    assert slider.comm is not None
    before = first.canvas.frame
    slider.value = 0.8
    assert other.canvas.frame["values"] == {"alpha": 0.8}
    assert first.canvas.frame is before


def test_closing_twice_is_closing_once():
    before = len(widget._instances)
    figure = heatmap(alpha=0.4)
    figure.close()
    figure.close()
    assert len(widget._instances) == before
    assert isinstance(figure, ipywidgets.VBox)
