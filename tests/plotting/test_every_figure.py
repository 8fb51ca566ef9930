"""What every still keeps: it is legible, and its description says it in words."""

import inspect
import re

import pytest
from matplotlib.text import Text

from course_utils import plotting
from support.figures import FIGURES

every_figure = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
STILLS = {
    name: function
    for name, function in inspect.getmembers(plotting, inspect.isfunction)
    if inspect.signature(function).return_annotation is plotting.Still
}


@pytest.fixture(scope="module")
def sampled():
    """The names of the functions of `plotting` that the samples called, once they are drawn."""
    return set()


@pytest.fixture(scope="module")
def drawn(sampled):
    """Every figure once, laid out."""

    def watched(name):
        return lambda *args, **kwargs: sampled.add(name) or STILLS[name](*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        for name in STILLS:
            patch.setattr(plotting, name, watched(name))
        stills = {draw: draw() for draw in FIGURES.values()}
    for still in stills.values():
        still.draw_without_rendering()
    return stills


def visible_texts(still):
    return [
        text
        for text in still.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text.get_window_extent().width > 0
    ]


@pytest.mark.parametrize("name", STILLS)
def test_every_still_has_a_sample(name, drawn, sampled):
    assert name in sampled, f"expected a sample of {name} in tests/support/figures/, got none"


@every_figure
def test_every_figure_describes_itself_in_words_and_numbers(draw, drawn):
    alt = drawn[draw].alt
    assert len(alt) > 80
    assert len(re.findall(r"\d", alt)) >= 6
    assert alt.endswith(".")
    assert not re.search(r"[$\n{}]|nan", alt)


@every_figure
def test_every_title_is_a_finding_of_its_own_unless_the_caller_has_a_better_one(draw, drawn):
    assert len(drawn[draw].title) > 15
    named = draw(title="What the reader should see")
    assert named.get_suptitle() == named.title == "What the reader should see"


@every_figure
def test_no_letter_is_smaller_than_eleven_points(draw, drawn):
    small = {text.get_text() for text in visible_texts(drawn[draw]) if text.get_size() < 11}
    assert small == set()


@every_figure
def test_nothing_leaves_the_picture(draw, drawn):
    still = drawn[draw]
    box = still.get_tightbbox()  # of all that is drawn, in inches
    width, height = still.get_size_inches()
    assert min(box.x0, box.y0) >= 0
    assert box.x1 <= width
    assert box.y1 <= height


@every_figure
def test_no_panel_heading_runs_into_its_neighbour(draw, drawn):
    headings = [axes._left_title for axes in drawn[draw].axes]
    headings = [heading for heading in headings if heading.get_text()]
    boxes = [heading.get_window_extent() for heading in headings]
    for number, box in enumerate(boxes):
        assert box.count_overlaps(boxes[number + 1 :]) == 0, headings[number].get_text()


@every_figure
def test_every_line_that_a_legend_names_differs_in_more_than_colour(draw, drawn):
    for axes in drawn[draw].axes:
        handles, labels = axes.get_legend_handles_labels()
        dashes = [str(handle.get_linestyle()) + str(handle._dash_pattern) for handle in handles]
        assert len(set(dashes)) == len(labels)
