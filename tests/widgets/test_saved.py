"""What a notebook's file keeps of a moving figure, without a browser."""

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from course_utils import measures
from course_utils.objectives import BOWL, TWO_HOLES
from course_utils.optimizers import Momentum
from course_utils.plotting import read_still
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
from course_utils.widgets.recording import MIME, RECORD_VARIABLE
from course_utils.widgets.saved import LINE

WIDGET = "application/vnd.jupyter.widget-view+json"
FIGURES = {
    "heatmap": lambda: heatmap(alpha=0.4, beside={"true": measures.true_momentum_change}),
    "explorer": lambda: explore(BOWL, Momentum, steps=40),
    "two holes": lambda: explore(TWO_HOLES, Momentum, steps=40),
    "rates": lambda: rates(),
    "directions": lambda: directions(steps=20),
    "noisy": lambda: noisy(steps=20),
    "vectors": lambda: vectors(),
    "curves": lambda: curves(steps=50),
    "construction": lambda: construction(),
    "slide": lambda: slide(lambda radius: {"a": [radius, 1.0]}, radius=(0.0, 1.0, 0.5)),
}


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_the_widget_comes_first_and_then_its_still_with_its_words_under_one_line(make, shown):
    figure = make()
    widget, still = shown(figure)
    assert widget[WIDGET]["model_id"] == figure.model_id
    assert (widget["text/html"], widget["text/plain"]) == ("", "")
    assert still["text/html"].count(LINE) == 1
    png, words, width = read_still(still)
    assert (png, width) == (figure.still().png(), round(100 * figure.still().get_figwidth()))
    assert words == still["text/plain"] == figure.still().alt
    assert len(words) > 50
    assert WIDGET not in still


def test_the_still_bears_the_name_by_which_its_living_figure_hides_it(shown):
    for make in (FIGURES["rates"], FIGURES["heatmap"]):
        figure = make()
        assert f'class="course-last course-last-{figure.model_id}"' in shown(figure)[1]["text/html"]
        assert figure.canvas.figure == figure.model_id


def test_the_picture_is_in_the_file_once(shown):
    figure = heatmap(alpha=0.4)
    size = sum(len(str(bundle)) for bundle in shown(figure))
    assert size < 4 / 3 * len(figure.still().png()) + 2000


def test_a_page_that_knows_no_widgets_shows_the_still_and_nothing_of_the_widget(shown):
    figure = heatmap(alpha=0.4)
    outputs = [nbformat.v4.new_output("display_data", data) for data in shown(figure)]
    cell = nbformat.v4.new_code_cell("heatmap()", outputs=outputs)
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    (picture,) = BeautifulSoup(page, "html.parser").find_all("img")
    assert picture["alt"] == figure.still().alt
    assert picture["src"].startswith("data:image/png;base64,")
    assert page.count(LINE) == 1
    assert "Heatmap(" not in page
    assert figure.model_id not in page.replace(f"course-last-{figure.model_id}", "")


def test_a_figure_whose_still_cannot_be_drawn_says_why_and_shows_itself(shown):
    def states(radius):
        return {"size": np.array([radius])}

    figure = slide(states, radius=1.0)
    figure._still = lambda: {}["missing"]
    widget, still = shown(figure)
    assert widget[WIDGET]["model_id"] == figure.model_id
    assert still["text/plain"] == "No picture: KeyError: 'missing'"


def test_a_student_who_prints_finds_it_in_the_cell_and_not_in_every_still(shown, capsys):
    def states(radius):
        print("here")
        return {"size": [radius]}

    figure = slide(states, radius=1.0)
    capsys.readouterr()
    shown(figure)
    assert capsys.readouterr().out == ""


def test_a_closed_figure_shows_its_still_alone(shown):
    figure = heatmap(alpha=0.4)
    words = figure.still().alt
    figure.close()
    (still,) = shown(figure)
    assert read_still(still)[1] == words


def test_a_recording_stands_beside_the_still_only_where_that_is_wanted(shown, monkeypatch):
    figure = FIGURES["slide"]()
    assert not any(MIME in bundle for bundle in shown(figure))
    monkeypatch.setenv(RECORD_VARIABLE, "1")
    widget, still = shown(figure)
    assert MIME not in widget
    assert still[MIME]["sliders"] == ["radius"]


def test_a_loop_leaves_the_still_of_its_end(shell):
    training = live(10)
    for t in training:
        training.show(error=1 / (t + 1))
        assert len(shell.display_pub.outputs) == 2  # widget and still, before the first update
    widget, begun, ended = shell.display_pub.outputs
    assert widget["data"][WIDGET]["model_id"] == training.model_id
    assert read_still(begun["data"])[1].startswith("0 updates, running")
    assert read_still(ended["data"])[1].startswith("10 updates, done, error 0.1")
    assert ended["update"] is True
    assert begun["transient"] == ended["transient"] != {}
