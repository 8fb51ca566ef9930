"""The watched loop and the curves of any function, without a browser."""

import numpy as np
import pytest

from course_utils import browser, plotting
from course_utils.widgets import live, slide
from course_utils.widgets.wire import unpack


def test_the_loop_gives_every_update_once_and_is_due_in_one_of_so_many_passes():
    training = live(100, every=25)
    passes = [(t, training.due) for t in training]
    assert [t for t, _ in passes] == list(range(100))
    assert [t for t, due in passes if due] == [0, 25, 50, 75]
    assert (training.t, training.due, training.stopped) == (100, True, False)
    assert training.canvas.frame["alt"] == "100 updates, done."


def test_curves_and_pictures_reach_the_page():
    rows = np.arange(24.0).reshape(2, 3, 4)
    training = live(40, every=10)
    for t in training:
        if training.due:
            training.show({"given": rows, "back": rows + 100}, error=2.0**-t, size=t)
    training.show(error=0.0, size=40)
    frame = training.canvas.frame
    sent = {path["label"]: unpack(path["errors"]).tolist() for path in frame["paths"]}
    assert sent["size"] == [0, 10, 20, 30, 40]
    np.testing.assert_allclose(sent["error"], [1, 2**-10, 2**-20, 2**-30, 0])
    given, back = (unpack(row["images"]) for row in frame["rows"])
    # From white, 0, at the first row's smallest value to black, 255, at its largest, 23.
    np.testing.assert_array_equal(given, np.round(255 * rows / 23))
    assert (back == 255).all()
    assert "40 updates, done, error 0, size 40." in training.still().alt
    assert training.canvas.scene["stride"] == 10


def test_in_a_browser_the_button_says_that_the_loop_cannot_be_stopped(monkeypatch):
    monkeypatch.setattr(browser, "IN_BROWSER", True)
    training = live(range(3))
    for _ in training:
        assert training.button.disabled
    assert training.button.description == "cannot be stopped here"
    assert "reload the page" in training.button.tooltip


def test_the_button_ends_the_loop_without_an_error():
    training = live(1000)
    for t in training:
        if t == 7:
            training.button.click()
    assert (training.t, training.stopped) == (8, True)
    assert training.label.value == "8 of 1000, stopped"
    assert training.button.disabled


def test_an_interrupt_passes_through_and_is_told():
    training = live(1000)
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012
        for t in training:
            if t == 3:
                raise KeyboardInterrupt
    assert training.label.value == "3 of 1000, interrupted"
    assert not training.stopped


def test_a_loop_can_be_run_again_from_nothing():
    training = live([5, 6, 7])
    for _ in range(2):
        assert [update for update in training if training.show(error=update) is None] == [5, 6, 7]
        assert training.errors == {"error": [5.0, 6.0, 7.0]}


def test_a_generator_without_a_length_is_looped_over_too():
    training = live((k * k for k in range(4)), total=4)
    assert list(training) == [0, 1, 4, 9]
    assert training.progress.value == 4
    assert list(live(iter(()))) == []


def test_the_still_shows_the_curves_where_there_are_no_pictures():
    training = live(10)
    for t in training:
        training.show(error=1 / (t + 1))
    still = training.still()
    assert isinstance(still, plotting.Still)
    assert still.alt.startswith("10 updates, done, error 0.1.")
    assert "0.1" in still.alt
    assert len(still.png(0.5)) > 2000


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: live(3.5), "something to loop over"),
        (lambda: live(10, every=0), "expected every to be an integer >= 1, got 0"),
        (lambda: live(10).show({"a": np.zeros((2, 3))}), "one shape"),
        (lambda: live(10).show({"a": np.zeros((2, 3, 4)), "b": np.zeros((1, 3, 4))}), "one shape"),
        (lambda: slide(lambda: {}), "at least one slider"),
    ],
)
def test_a_wrong_argument_is_one_clear_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# ---------------------------------------------------------------------------------------- slide


def powers(radius):
    return {"shrinks or grows": radius ** np.arange(21), "alternates": (-radius) ** np.arange(21)}


def test_the_curves_of_any_function_follow_the_slider():
    figure = slide(powers, radius=1.1, names=("time", "size"))
    for radius in (1.1, 0.9, 1.0):
        figure.sliders["radius"].value = radius
        grows, alternates = (unpack(path["errors"]) for path in figure.canvas.frame["paths"])
        assert grows[20] == pytest.approx(radius**20)
        np.testing.assert_allclose(alternates, grows * (-1.0) ** np.arange(21), rtol=1e-6)
    assert figure.sliders["radius"].description == "ρ"
    assert figure.canvas.scene["names"] == ["time", "size"]
    assert figure.still().alt.startswith("size against time. ρ = 1. shrinks or grows: from 1 to 1")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (3, "returned 3, expected a dict of curves"),
        ({}, "expected a dict of curves"),
        ({"a": "fast"}, "'fast' as 'a', expected numbers"),
        ({"a": np.zeros((2, 2))}, "'a' of shape (2, 2), expected (n,)"),
        ({"a": []}, "'a' of shape (0,), expected (n,)"),
    ],
)
def test_a_function_that_returns_no_curves_is_answered_in_a_sentence(answer, words):
    figure = slide(lambda radius: answer, radius=1.0)
    assert words in figure.canvas.frame["message"]
    assert words in figure.still().alt


def test_a_function_that_raises_is_quoted_and_the_figure_lives_on():
    def states(radius):
        return {"size": [1 / (radius - 1.5)]}

    figure = slide(states, radius=1.5)
    assert "states raised ZeroDivisionError" in figure.canvas.frame["message"]
    figure.sliders["radius"].value = 1.0
    assert unpack(figure.canvas.frame["paths"][0]["errors"]).tolist() == [-2]
