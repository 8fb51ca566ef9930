"""The figures without a browser: sliders in, bytes out, compared with what the course computes."""

import asyncio
import dataclasses
import functools
import time
from unittest import mock

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from course_utils import measures, plotting
from course_utils.descent import descend
from course_utils.objectives import (
    BOWL,
    OBJECTIVES,
    OBLONG,
    ROSENBROCK,
    SADDLE,
    objective_from_formula,
)
from course_utils.optimizers import (
    NAG,
    Adam,
    ClassicalMomentum,
    FirstMoment,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSprop,
    Rprop,
)
from course_utils.plotting.style import PAPER
from course_utils.widgets import (
    ahead,
    construction,
    curves,
    directions,
    explore,
    heatmap,
    rates,
    vectors,
)
from course_utils.widgets.figure import MovingFigure
from course_utils.widgets.ground import colours
from course_utils.widgets.quadratic import principal_axes
from course_utils.widgets.wire import unpack
from course_utils.wording import number
from support.rules import every_class


def panel(figure, index=0):
    return figure.canvas.frame["panels"][index]


def path(figure, index=0):
    packed = figure.canvas.frame["paths"][index]
    return {name: unpack(packed[name]) for name in ("weights", "errors")} | {
        "states": {name: unpack(value) for name, value in packed["states"].items()}
    }


def written(update):
    """Return the arithmetic of one update as text."""
    return "\n".join("".join(text for text, _ in line) for line in update["lines"])


# ---------------------------------------------------------------------------------------- heatmap


def test_the_heatmap_sends_the_measure_at_every_node_for_the_slider_value():
    figure = heatmap(measures.momentum_change, alpha=0.4)
    for alpha in (0.4, 0.0, 0.77, 1.0):
        figure.sliders["alpha"].value = alpha
        field = unpack(panel(figure)["values"])
        assert field.shape == (201, 201)
        g = np.linspace(-2, 2, 201)
        # C_m in the two half-planes, written out: rows along g2.
        right = (alpha - 1) * g[None, 100:] + g[:, None]
        np.testing.assert_allclose(field[:, 100:], right, atol=1e-6)
        left = (1 - alpha) * g[None, :100] - g[:, None]
        np.testing.assert_allclose(field[:, :100], left, atol=1e-6)


def answer_marks(canvas, rate, latency):
    """Answer a canvas' marks as the browser does, at the end of a line of ``rate`` bytes/s."""
    free = 0.0

    def on_sent(change):
        nonlocal free
        frame = change["new"] if change["name"] != "mark" else {}
        fields = [panel["values"]["data"] for panel in frame.get("frame", frame).get("panels", ())]
        free = max(free, time.monotonic()) + sum(map(len, fields)) / rate
        if change["name"] == "mark":
            wait = free + latency - time.monotonic()
            asyncio.get_running_loop().call_later(wait, setattr, canvas, "answered", change["new"])

    canvas.observe(on_sent, ["frame", "ahead", "mark"])


def sent_ahead(figure, move, rate=1e9, latency=0.0, patience=100, in_the_way=10.0):
    """Do ``move`` where a kernel's loop runs, rest, and return every frame that was sent ahead.

    A busy machine must not look like a thin line: by default a frame may be in the way for long.
    """
    sent = []
    figure.canvas.observe(lambda change: sent.append(change["new"]), "ahead")

    async def rest():
        answer_marks(figure.canvas, rate, latency)
        move()
        for _ in range(patience):
            count = len(sent)
            await asyncio.sleep(0.4)
            if sent and len(sent) == count:
                return

    with mock.patch.object(ahead, "_IN_THE_WAY", in_the_way):
        asyncio.run(rest())
    return sent


def test_at_rest_the_frames_around_a_stop_are_sent_ahead():
    figure = heatmap(measures.momentum_change, alpha=0.4)
    sent = sent_ahead(figure, lambda: setattr(figure.sliders["alpha"], "value", 0.03))
    assert [each["at"] for each in sent] == [(0.04,), (0.02,), (0.08,)]  # -0.02 is no stop
    for each in sent:
        (alpha,) = each["at"]
        assert each["frame"]["values"] == {"alpha": alpha}
        field = unpack(each["frame"]["panels"][0]["values"])
        assert field[150, 200] == pytest.approx((alpha - 1) * 2 + 1, abs=1e-6)  # at (2, 1)
    assert figure.values == {"alpha": 0.03}
    again = sent_ahead(figure, lambda: setattr(figure.sliders["alpha"], "value", 0.04))
    assert [each["at"] for each in again] == [(0.05,), (0.03,), (0.09,)]


def test_nothing_is_sent_ahead_of_a_slider_that_a_hand_holds():
    async def drag():
        figure = heatmap(alpha=0.5)
        answer_marks(figure.canvas, rate=1e9, latency=0.0)
        slider = figure.sliders["alpha"]
        slider.held = True
        slider.value = 0.51
        await asyncio.sleep(0.5)
        held = figure.canvas.ahead, figure.canvas.mark
        slider.held = False
        await asyncio.sleep(0.5)
        return held, figure.canvas.ahead

    with mock.patch.object(ahead, "_IN_THE_WAY", 10.0):  # a busy machine is no thin line
        held, released = asyncio.run(drag())
    assert held == ({}, 0)  # nor is the line measured, which would take as long as a frame
    assert released["at"]


def test_a_map_has_fewer_nodes_while_a_hand_drags_and_all_of_them_when_it_rests():
    figure = heatmap(measures.momentum_change, alpha=0.4)
    slider, shapes = figure.sliders["alpha"], []
    shape = lambda frame: frame["panels"][0]["values"]["shape"]  # noqa: E731
    figure.canvas.observe(lambda change: shapes.append(shape(change["new"])), "frame")
    slider.held = True
    slider.value = 0.5
    slider.held = False
    slider.value = 0.6
    slider.held = True  # a click on the handle draws nothing
    slider.held = False
    assert shapes == [[101, 101], [201, 201], [201, 201]]
    assert figure.values == {"alpha": 0.6}


def test_on_a_thin_line_no_frame_is_in_the_way_of_the_next_key():
    figure = heatmap(measures.momentum_change, alpha=0.4)
    move = functools.partial(setattr, figure.sliders["alpha"], "value")
    line = {"rate": 5e6 / 8, "latency": 0.08, "patience": 3}
    assert sent_ahead(figure, lambda: move(0.5), **line, in_the_way=ahead._IN_THE_WAY) == []


def test_a_long_line_that_is_not_thin_is_used_one_frame_at_a_time():
    figure = heatmap(measures.momentum_change, alpha=0.4)
    times = []
    figure.canvas.observe(lambda change: times.append(time.monotonic()), "ahead")
    move = functools.partial(setattr, figure.sliders["alpha"], "value")
    assert len(sent_ahead(figure, lambda: move(0.5), rate=1e8, latency=0.3)) == 4
    assert min(np.diff(times)) >= 0.3


def test_what_is_sent_ahead_of_a_slider_in_powers_has_the_place_of_all_sliders():
    figure = heatmap(measures.adam_change, beta1=0.9, epsilon=1e-8)
    slider = figure.sliders["epsilon"]
    stops = slider.stops
    sent = sent_ahead(figure, lambda: setattr(slider, "value", stops[7]))
    assert [each["at"] for each in sent] == [(0.9, stops[index]) for index in (8, 6, 12, 2)]
    for each in sent:
        assert each["frame"]["values"] == {"beta1": 0.9, "epsilon": each["at"][1]}


def test_what_was_sent_ahead_is_forgotten_when_the_window_changes():
    figure = heatmap(measures.momentum_change, alpha=0.4)
    sent = sent_ahead(figure, lambda: setattr(figure.sliders["alpha"], "value", 0.5))
    assert len(sent) == 4
    figure.window.value = 1.0
    assert figure.canvas.ahead == {}
    again = sent_ahead(figure, lambda: setattr(figure.sliders["alpha"], "value", 0.51))
    assert len(again) == 4
    assert all(each["frame"]["panels"][0]["x"] == [-1.0, 1.0] for each in again)


def not_written(g1, g2, alpha):
    raise NotImplementedError


def asks_one_question_of_many_numbers(g1, g2, alpha):
    return g2 - (1 - alpha) * g1 if g1 >= 0 else (1 - alpha) * g1 - g2


def changes_its_argument(g1, g2, alpha):
    g1 *= alpha - 1
    return g1 + g2


def forgets_to_return(g1, g2, alpha):
    g1 + g2


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [
        (not_written, "not_written is not written yet"),
        (asks_one_question_of_many_numbers, "for arrays of them. np.where chooses for each pair."),
        (changes_its_argument, "changes its argument g1 in place: make a new array."),
        (forgets_to_return, "forgets_to_return returned None: is there a return?"),
        (lambda g1, g2, alpha: g2, "returned shape (201, 1), expected (201, 201)"),
        (lambda g1, g2, alpha: g1 * g2 * 1j, "returned complex128, expected real numbers."),
        (lambda g1, g2, alpha: "red", "expected real numbers."),
    ],
)
def test_a_students_measure_that_fails_says_so_in_its_own_panel_and_ours_stays(measure, sentence):
    right = measures.momentum_change
    figure = heatmap(measure, title="yours", beside={"C_m": right}, alpha=0.4)
    mine, ours = figure.canvas.frame["panels"]
    assert sentence in mine["problem"]
    assert "values" not in mine
    assert "message" not in figure.canvas.frame
    g = np.linspace(-2, 2, 201)
    np.testing.assert_allclose(
        unpack(ours["values"]), right(g[None, :], g[:, None], 0.4), atol=1e-6
    )
    assert ours["title"] == "Cₘ"
    assert mine["problem"] in figure.still().alt
    figure.difference.value = True
    assert len(figure.canvas.frame["panels"]) == 2
    alone = heatmap(measure, alpha=0.4)
    assert sentence in alone.canvas.frame["message"]


def test_a_right_measure_of_a_students_differs_from_ours_nowhere():
    def mine(g1, g2, alpha):
        return np.where(g1 >= 0, 1, -1) * (alpha * g1 + g2 - g1)

    figure = heatmap(mine, title="yours", beside={"ours": measures.momentum_change}, alpha=0.7)
    figure.difference.value = True
    assert [p["title"] for p in figure.canvas.frame["panels"]] == ["yours", "ours", "yours − ours"]
    assert np.abs(unpack(panel(figure, 2)["values"])).max() < 1e-12
    assert panel(figure, 2)["words"] == "no difference"
    assert "yours − ours is 0 everywhere" in figure.canvas.frame["alt"]
    assert "words" not in panel(figure, 1)


def test_the_series_own_example_stands_in_the_heatmap():
    figure = heatmap(measures.momentum_change, alpha=0.4)
    field = unpack(panel(figure)["values"])
    column, row = 200, 150  # g1 = 2, g2 = 1
    assert field[row, column] == pytest.approx(-0.2, abs=1e-6)


def test_panels_beside_each_other_share_sliders_scale_and_window():
    figure = heatmap(alpha=0.9, beside={"true": measures.true_momentum_change})
    assert [p["title"] for p in figure.canvas.frame["panels"]] == ["Cₘ", "true"]
    g1, g2 = -1.0, 1.5  # the momentum turns round: 0.9 * -1 + 1.5 = 0.6, so |m| shrinks by 0.4
    column, row = 50, 175
    assert unpack(panel(figure, 1)["values"])[row, column] == pytest.approx(-0.4, abs=1e-6)
    assert unpack(panel(figure, 0)["values"])[row, column] == pytest.approx(-1.6, abs=1e-6)
    assert panel(figure, 0)["x"] == panel(figure, 1)["x"] == [-2, 2]
    assert (g1, g2) == (-2 + 4 * column / 200, -2 + 4 * row / 200)


def test_contour_lines_lie_on_their_level_on_both_sides_of_the_jump():
    figure = heatmap(measures.momentum_change, alpha=0.4)
    lines = {name: unpack(value) for name, value in panel(figure)["lines"].items()}
    begin, sides = 0, set()
    for end, level in zip(lines["ends"], lines["levels"], strict=True):
        g1, g2 = lines["points"][begin:end].T.astype(float)
        inner = np.abs(g1) > 1e-6
        values = measures.momentum_change(g1[inner], g2[inner], 0.4)
        np.testing.assert_allclose(values, level, atol=1e-4)
        sides |= set(np.sign(g1[inner]))
        assert np.abs(g1).min() < 1e-6 or np.abs([g1, g2]).max() > 1.99  # ends at a border
        begin = end
    assert sides == {-1, 1}


def test_the_paper_stands_exactly_at_zero_in_both_themes_and_the_scale_is_symmetric():
    scene = heatmap(measures.momentum_change, alpha=0.4).canvas.scene
    for theme, paper in (("light", PAPER), ("dark", scene["dark"][PAPER])):
        colours = unpack(scene["colours"][theme])
        np.testing.assert_array_equal(colours[128], 255 * np.array(to_rgb(paper)))
    assert scene["range"][0] == -scene["range"][1]


@pytest.mark.parametrize(
    ("measure", "window"),
    [
        (measures.momentum_change, 2),
        (measures.amplification, 10),
        (measures.adam_change, 1),
    ],
)
def test_every_measure_has_its_own_window_and_another_can_be_chosen(measure, window):
    figure = heatmap(measure)
    assert panel(figure)["x"] == [-window, window]
    figure.window.value = 5.0
    assert panel(figure)["x"] == [-5, 5]
    assert unpack(panel(figure)["values"]).shape == (201, 201)


def test_clipped_colours_are_said_so():
    figure = heatmap(measures.amplification, beta=1.0, limit=10)
    assert "colours end at ±10" in panel(figure)["note"]
    figure.sliders["beta"].value = 0.0
    assert "colours end" not in panel(figure)["note"]


def test_a_students_measure_that_raises_leaves_a_sentence_and_the_figure_lives_on():
    def acceleration_measure(g1, g2, alpha):
        if alpha > 0.5:
            raise IndexError("out of reach")
        return np.where(g1 >= 0, (alpha - 1) * g1 + g2, (1 - alpha) * g1 - g2)

    figure = heatmap(acceleration_measure, alpha=0.4)
    figure.sliders["alpha"].value = 0.9
    message = figure.canvas.frame["message"]
    assert "acceleration_measure raised IndexError: out of reach in line 3" in message
    assert 'raise IndexError("out of reach")' in message
    figure.sliders["alpha"].value = 0.4
    assert "message" not in figure.canvas.frame
    assert unpack(panel(figure)["values"])[150, 200] == pytest.approx(-0.2, abs=1e-6)


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (lambda g1, g2, alpha: 1.0, "does it broadcast"),
        (lambda g1, g2, alpha: "red", "expected real numbers"),
        (lambda g1, g2, alpha: 1 / 0, "ZeroDivisionError"),
        (lambda g1, g2, alpha: g1 if g1 > 0 else g2, "ValueError"),
    ],
)
def test_a_measure_that_returns_nonsense_is_answered_in_a_sentence(measure, words):
    figure = heatmap(measure, alpha=0.4)
    assert words in figure.canvas.frame["message"]
    assert words in figure.still().alt


def test_the_difference_of_two_panels_is_shown_on_demand_on_the_same_scale():
    uncorrected = functools.partial(measures.adam_change, corrected=False)
    figure = heatmap(
        measures.adam_change, beta1=0.9, beta2=0.999, epsilon=1e-8, beside={"C̃_A": uncorrected}
    )
    assert list(figure.sliders) == ["beta1", "beta2", "epsilon"]
    assert len(figure.canvas.frame["panels"]) == 2
    scale = figure.canvas.scene["range"]
    figure.difference.value = True
    assert panel(figure, 2)["title"] == "C_A − C̃_A"
    column, row = 150, 180  # g1 = 0.5, g2 = 0.8
    # Adam's second step by hand, with and without the two corrections; ε hardly counts.
    m, s = 0.9 * 0.1 * 0.5 + 0.1 * 0.8, 0.999 * 0.001 * 0.25 + 0.001 * 0.64
    with_ = (m / 0.19) / np.sqrt(s / (1 - 0.999**2))
    assert unpack(panel(figure, 2)["values"])[row, column] == pytest.approx(
        with_ - m / np.sqrt(s), rel=1e-3
    )
    assert figure.canvas.scene["range"] == scale
    figure.difference.value = False
    assert len(figure.canvas.frame["panels"]) == 2


def test_regions_follow_the_sliders_and_are_told_by_their_share():
    def against(g1, g2, alpha):
        return (g1 * g2 < 0) & (np.abs(g2) > alpha)

    figure = heatmap(alpha=0.5, regions={"against, and large": against})
    (mask,) = (unpack(packed) for packed in panel(figure)["regions"])
    assert mask[200, 0] == 1  # g1 = -2, g2 = 2
    assert mask[110, 0] == 0  # g1 = -2, g2 = 0.2: too small
    assert mask[200, 200] == 0
    share = figure.canvas.frame["hatched"][0]
    figure.set(alpha=1.0)
    assert share != figure.canvas.frame["hatched"][0]
    assert "Hatched, 25 %" in figure.still().alt  # half of the window, and of that the half


def test_a_measure_with_holes_is_drawn_around_them():
    figure = heatmap(lambda g1, g2, alpha: np.sqrt(g1 + g2) * alpha, alpha=0.4)
    assert "message" not in figure.canvas.frame
    field = unpack(panel(figure)["values"])
    assert np.isnan(field[0, 0])
    assert field[-1, -1] == pytest.approx(0.8)


# --------------------------------------------------------------------------------------- explorer


def test_the_explorer_sends_the_trajectory_that_descend_makes():
    figure = explore(BOWL, Momentum, eta=0.001, alpha=0.9, steps=50)
    sent = path(figure)
    # The two steps that the series computes by hand.
    np.testing.assert_allclose(sent["weights"][1], [-14.91, 19.6], rtol=1e-6)
    np.testing.assert_allclose(sent["weights"][2], [-14.73954, 18.848], rtol=1e-6)
    np.testing.assert_allclose(sent["states"]["m"][2], [-170.46, 752], rtol=1e-6)
    assert sent["errors"][0] == pytest.approx(3 * 15**2 + 10 * 20**2)
    assert len(sent["errors"]) == 51


def test_sliders_start_and_steps_move_the_path():
    figure = explore(BOWL, Momentum, eta=0.001, alpha=0.9, steps=50)
    figure.move((2, -1))
    figure.set(eta=0.01, alpha=0.0, steps=7)
    sent = path(figure)
    # Gradient descent on a quadratic shrinks each weight by its own factor.
    factors = np.array([1 - 0.06, 1 - 0.2]) ** np.arange(8)[:, None]
    np.testing.assert_allclose(sent["weights"], factors * [2, -1], rtol=1e-5)


def test_events_from_the_browser_move_the_start_and_zoom_the_surface():
    figure = explore(BOWL, Momentum)
    figure.canvas.event = {"type": "start", "at": [1.5, 2.5]}
    assert path(figure)["weights"][0].tolist() == [1.5, 2.5]
    figure.canvas.event = {"type": "view", "at": [[-1, 3], [0, 4]]}
    field = figure.canvas.ground["field"]
    values = unpack(field["values"])
    assert (field["x"], field["y"]) == ([-1, 3], [0, 4])
    assert values[0, 0] == pytest.approx(3)  # E(-1, 0)
    assert values[-1, 0] == pytest.approx(163)  # E(-1, 4): rows along w2
    assert figure.canvas.ground["window"] == [list(side) for side in BOWL.window]


def test_where_a_pointer_rests_the_path_is_sent_ahead_and_nothing_else_changes():
    figure = explore(BOWL, Momentum, eta=0.01, alpha=0.9, steps=30, start=(-15, 20))
    before, trajectories = figure.canvas.frame, figure.trajectories
    figure.canvas.event = {"type": "rest", "at": [3.0, -4.0]}
    sent = figure.canvas.ahead
    assert sent["at"] == [3.0, -4.0] == sent["frame"]["start"]
    expected = descend(Momentum(0.01, 0.9), BOWL, (3, -4), 30)
    np.testing.assert_allclose(unpack(sent["frame"]["paths"][0]["weights"]), expected.weights, 1e-6)
    assert figure.canvas.frame is before
    assert figure.trajectories is trajectories
    assert figure.start.tolist() == [-15, 20]
    figure.canvas.t = 3  # an update is being read: its arithmetic stays
    answer = figure.canvas.answer
    figure.canvas.event = {"type": "rest", "at": [5.0, 5.0]}
    assert figure.canvas.ahead is sent
    assert figure.canvas.answer is answer


def test_several_optimizers_start_at_one_place_and_share_what_they_have_in_common():
    figure = explore(BOWL, Momentum, beside=[GradientDescent, Nesterov], eta=0.002, start=(3, 4))
    assert list(figure.sliders) == ["eta", "alpha", "beta", "steps"]
    assert [p["label"] for p in figure.canvas.frame["paths"]] == [
        "momentum",
        "gradient descent",
        "Nesterov",
    ]
    for index in range(3):
        assert path(figure, index)["weights"][0].tolist() == [3, 4]
    np.testing.assert_allclose(path(figure, 1)["weights"][1], [3 * 0.988, 4 * 0.96], rtol=1e-6)
    looks = {(p["colour"], tuple(p["dash"])) for p in figure.canvas.frame["paths"]}
    assert len(looks) == 3


def test_a_diverging_run_is_cut_where_it_ends_and_told_in_words():
    figure = explore(BOWL, Momentum, eta=0.5, alpha=0.9, steps=400)
    frame = figure.canvas.frame
    assert "diverged at step" in frame["paths"][0]["ending"]
    assert "leaves the window at t = 1" in frame["paths"][0]["ending"]
    assert np.isfinite(path(figure)["weights"]).all()
    assert "diverged" in frame["alt"]


def test_a_start_beyond_all_numbers_is_a_sentence_and_not_an_exception():
    figure = explore(BOWL, Momentum)
    figure.move((1e200, 0))
    assert "expected a start" in figure.canvas.frame["message"]
    figure.move((1, 1))
    assert "message" not in figure.canvas.frame


def test_the_single_step_is_written_out_in_the_numbers_of_the_series():
    figure = explore(BOWL, Momentum, eta=0.001, alpha=0.9)
    figure.canvas.t = 2
    (update,) = figure.canvas.answer["updates"]
    text = written(update)
    assert "m(2) = α·m(1) + g = 0.9 · (−90, 400) + (−89.46, 392) = (−170.46, 752)" in text
    assert "w(2) = w(1) − η·m(2) = (−14.91, 19.6) − 0.001 · (−170.46, 752)" in text
    assert "= (−14.7395, 18.848)" in text


def test_rmsprops_arithmetic_is_that_of_the_series():
    figure = explore(BOWL, RMSprop, eta=0.05, beta=0.9)
    figure.canvas.t = 2
    text = written(figure.canvas.answer["updates"][0])
    # The series' worked example, from exact weights.
    assert "= (1522.01, 30148)" in text
    assert "= (−14.7278, 19.7276)" in text


def test_adams_arithmetic_tells_both_corrected_averages():
    figure = explore(BOWL, Adam, eta=0.5, beta1=0.9, beta2=0.999)
    figure.canvas.t = 1
    text = written(figure.canvas.answer["updates"][0])
    # After one step the corrections give back the gradient (-90, 400) and its square.
    assert "m̂ = m(1)/(1 − β₁^1) = (−9, 40) / 0.1 = (−90, 400)" in text
    assert "ŝ = s(1)/(1 − β₂^1) = (8.1, 160) / 0.001 = (8100, 160000)" in text
    assert "= (−14.5, 19.5)" in text


def test_rprops_arithmetic_tells_a_flip():
    figure = explore(BOWL, Rprop, eta=8.0, start=(-15, 1))
    figure.canvas.t = 2
    text = written(figure.canvas.answer["updates"][0])
    assert "w₁: same sign: grow, w₂: sign flipped: shrink and rest" in text
    assert "Δ(2) = (8, 8) → (9.6, 4)" in text


@every_class
def test_every_rule_can_be_read_step_by_step(rule):
    figure = explore(BOWL, rule)
    for t in (0, 1, 5):
        figure.canvas.t = t
        (update,) = figure.canvas.answer["updates"]
        w = figure.trajectories[update["label"]].weights[t]
        assert f"{w[0]:.6g}".replace("-", "−") in written(update)


def test_nesterovs_arithmetic_takes_the_gradient_ahead():
    figure = explore(BOWL, Nesterov, eta=0.001, beta=0.9)
    figure.canvas.t = 2
    text = written(figure.canvas.answer["updates"][0])
    # w(1) = (-14.91, 19.6), step (0.09, -0.4): ŵ = (-14.829, 19.24), gradient there (6 w1, 20 w2)
    assert "(−14.829, 19.24)" in text
    assert "g = ∇E(ŵ) = (−88.974, 384.8)" in text


def test_presets_bring_their_own_start_window_and_formula():
    figure = explore(BOWL, Momentum)
    figure.choice.preset.value = "Rosenbrock"
    assert figure.objective is ROSENBROCK
    np.testing.assert_allclose(path(figure)["weights"][0], [-1.2, 1.0], rtol=1e-6)
    assert figure.choice.formula.value == ROSENBROCK.formula
    assert figure.canvas.ground["window"] == [list(side) for side in ROSENBROCK.window]


@pytest.mark.parametrize("rule", [GradientDescent, RMSprop, FirstMoment])
def test_another_surface_leaves_the_students_rate_and_offers_one_that_moves(rule):
    figure = explore(BOWL, rule, eta=0.001)
    figure.sliders["eta"].value = 0.0123
    shown = lambda: figure.choice.suggestion.layout.visibility == "visible"  # noqa: E731
    assert not shown()
    for name in OBJECTIVES:
        figure.choice.preset.value = name
        assert figure.values["eta"] == 0.0123
        if name == "bowl":
            continue
        assert figure.choice.suggestion.description == f"suggested η: {number(figure.choice.rate)}"
        figure.choice.suggestion.click()
        assert figure.values["eta"] == figure.choice.rate
        assert not shown()
        (run,) = figure.trajectories.values()
        assert run.errors[-1] < run.errors[0] - 0.5 * (run.errors[0] - run.errors.min())
        assert np.linalg.norm(run.weights - run.weights[0], axis=1).max() > 0.2
        figure.sliders["eta"].value = 0.0123
        assert shown()
    figure.choice.formula.value = "w1^2 + w2^2"
    assert figure.values["eta"] == 0.0123
    figure.choice.preset.value = "bowl"
    assert figure.choice.suggestion.description == "suggested η: 0.001"  # the lesson's own


def test_rules_that_are_made_already_race_from_one_start():
    racers = {"Adam": Adam(0.1, 0.9, 0.999), "gradient descent": GradientDescent(0.001)}
    figure = explore(ROSENBROCK, racers, steps=50)
    assert list(figure.sliders) == ["steps"]
    for index, rule in enumerate(racers.values()):
        expected = descend(rule, ROSENBROCK, steps=50).weights
        np.testing.assert_allclose(path(figure, index)["weights"], expected, rtol=1e-6)


def test_an_own_formula_keeps_the_start_and_draws_its_surface():
    figure = explore(BOWL, Momentum, start=(1, 2))
    figure.choice.formula.value = "sin(w1) + cos(w2)"
    assert figure.choice.preset.value == "your own formula"
    sent = path(figure)
    assert sent["errors"][0] == pytest.approx(np.sin(1) + np.cos(2), rel=1e-6)
    assert figure.choice.message.value == ""


@pytest.mark.parametrize(
    "text", ["sin(w1", "w3", "2 w1", "__import__('os')", "w1**2**9999", "", "<b>w1</b>"]
)
def test_a_malformed_formula_is_answered_in_place_and_the_figure_stays(text):
    figure = explore(BOWL, Momentum)
    before = figure.canvas.frame
    figure.choice.formula.value = text
    assert 'role="alert"' in figure.choice.message.value
    assert "<b>" not in figure.choice.message.value
    assert figure.canvas.frame is before
    figure.choice.formula.value = BOWL.formula  # what is drawn already
    assert figure.choice.message.value == ""
    figure.choice.formula.value = text
    figure.choice.formula.value = "w1^2 + w2^2"
    assert figure.choice.message.value == ""


def test_one_optimizer_has_one_colour_alone_and_in_a_race():
    race = explore(OBLONG, NAG, beside=ClassicalMomentum, eta=0.018, mu=0.95).canvas.frame
    alone = explore(OBLONG, NAG, eta=0.018, mu=0.95).canvas
    own = np.array(to_rgb(path_of(race, "NAG")["colour"])) * 255
    ramp = unpack(alone.scene["path"]["light"]).astype(float)
    np.testing.assert_allclose(ramp[128], own, atol=2)
    assert (np.diff(ramp.sum(axis=1)) >= 0).all()  # dark early, bright late
    blue = unpack(explore(BOWL, GradientDescent, eta=0.001).canvas.scene["path"]["light"])
    np.testing.assert_array_equal(blue, unpack(colours(plotting.PATH)["light"]))


def path_of(frame, label):
    (found,) = [path for path in frame["paths"] if path["label"] == label]
    return found


def test_in_the_arrows_figure_what_is_kept_of_the_momentum_is_dashed_and_nothing_else():
    frame = vectors(BOWL).canvas.frame
    arrows = [arrow for panel in frame["panels"] for arrow in panel["arrows"]]
    assert {each["text"].split(" = ")[0] for each in arrows if each["dash"]} == {"kept α·m(1)"}
    assert not any(each["dash"] for each in frame["groups"])
    widths = {arrow["group"]: arrow["width"] for arrow in frame["panels"][0]["arrows"]}
    assert widths["momentum"] > widths["gradient descent"]  # colour alone tells nobody apart


def test_names_typed_with_an_underscore_are_written_as_readers_see_them():
    figure = heatmap(measures.momentum_change, symbol="C_m", title="C_m", alpha=0.4)
    assert figure.canvas.scene["bar"] == "Cₘ"
    assert panel(figure)["title"] == "Cₘ"
    region = heatmap(alpha=0.4, regions={"C_m < 0": lambda g1, g2: g1 > g2})
    assert region.canvas.frame["hatched"][0].startswith("Cₘ < 0")
    other = heatmap(measures.momentum_change, symbol="C_A of a_b, my_measure", alpha=0.4)
    assert other.canvas.scene["bar"] == "C_A of a_b, my_measure"


@pytest.mark.parametrize("text", ["exp(1000*w1)", "exp(exp(exp(w1)))"])
def test_a_surface_beyond_all_numbers_is_drawn_as_far_as_it_goes(text, shown):
    figure = explore(objective_from_formula(text), Momentum, eta=0.01)
    assert "message" not in figure.canvas.frame
    assert max(unpack(figure.canvas.ground["field"]["lines"]["levels"])) <= 1e30
    assert figure.still().html()
    assert "No picture" not in str(shown(figure))


def test_a_start_where_there_is_no_error_is_told_in_numbers_that_can_be_read():
    surface = objective_from_formula("1e300*exp(w1^2)", start=(3.75, 17.624547101449274))
    figure = explore(surface, Momentum, eta=0.01)
    message = figure.canvas.frame["message"]
    assert "got error 1.28·10³⁰⁶ and gradient (9.60124·10³⁰⁶, 0) at (3.75, 17.6245)" in message


def test_a_still_that_cannot_be_drawn_is_told_in_a_sentence(shown, monkeypatch):
    figure = explore(BOWL, Momentum)

    class Broken(plotting.Still):
        def png(self, scale=2.0):
            if self.title.startswith("No picture"):
                return super().png(scale)
            raise ValueError("upper_level must be larger")

    monkeypatch.setattr("course_utils.widgets.figure.Still", Broken)
    monkeypatch.setattr(figure, "still", lambda: Broken(5, 3, "whatever"))
    assert "No picture: upper_level must be larger" in shown(figure)[-1]["text/html"]


# ---------------------------------------------------------------------------- the student's own


def momentum_step(weights, momentum, gradient, eta, alpha):
    momentum = alpha * momentum + gradient
    return weights - eta * momentum, momentum


def test_the_students_function_drives_the_figure_as_the_rule_does():
    own = explore(step=momentum_step, eta=0.001, alpha=0.9, steps=30)
    rule = explore(BOWL, Momentum, eta=0.001, alpha=0.9, steps=30)
    np.testing.assert_array_equal(path(own)["weights"], path(rule)["weights"])
    np.testing.assert_array_equal(path(own)["states"]["m"], path(rule)["states"]["m"])


def test_a_function_that_wants_the_gradient_function_and_t_gets_them():
    seen = []

    def nesterov_step(weights, previous_step, gradient_function, t, eta, beta):
        seen.append(t)
        step = beta * previous_step - eta * gradient_function(weights + beta * previous_step)
        return weights + step, step

    own = explore(step=nesterov_step, eta=0.001, beta=0.9, steps=20)
    rule = descend(Nesterov(0.001, 0.9), BOWL, steps=20)
    np.testing.assert_allclose(path(own)["weights"], rule.weights, rtol=1e-6)
    assert seen == list(range(1, 21))


def test_adams_step_is_driven_in_the_exercises_order():
    def adam_step(weights, moment, scale, gradient, t, eta, beta1, beta2, epsilon):
        moment = beta1 * moment + (1 - beta1) * gradient
        scale = beta2 * scale + (1 - beta2) * gradient**2
        corrected = moment / (1 - beta1**t), scale / (1 - beta2**t)
        return weights - eta * corrected[0] / np.sqrt(corrected[1] + epsilon), moment, scale

    own = explore(step=adam_step, eta=0.5, steps=40)
    assert list(own.sliders) == ["eta", "beta1", "beta2", "epsilon", "steps"]
    rule = descend(Adam(0.5, 0.9, 0.999, 1e-8, epsilon_inside=True), BOWL, steps=40)
    np.testing.assert_allclose(path(own)["weights"], rule.weights, rtol=1e-6)
    assert set(path(own)["states"]) == {"m", "s"}


def test_rprops_step_starts_from_step_sizes_that_can_grow():
    def rprop_step(
        weights, step_sizes, previous_gradient, gradient, increase, decrease, smallest, largest
    ):
        product = previous_gradient * gradient
        step_sizes = np.where(product > 0, step_sizes * increase, step_sizes)
        step_sizes = np.where(product < 0, step_sizes * decrease, step_sizes)
        step_sizes = np.clip(step_sizes, smallest, largest)
        gradient = np.where(product < 0, 0.0, gradient)
        return weights - step_sizes * np.sign(gradient), step_sizes, gradient

    own = explore(step=rprop_step, steps=60)
    rule = descend(Rprop(0.1), BOWL, steps=60)
    np.testing.assert_allclose(path(own)["weights"], rule.weights, rtol=1e-6)


def test_a_function_that_raises_is_quoted_and_what_it_did_before_stays():
    def momentum_step(weights, momentum, gradient, eta, alpha):
        if abs(weights[1]) < 10:
            raise RuntimeError("too close")
        return weights - eta * gradient, momentum

    figure = explore(step=momentum_step, eta=0.01)
    message = figure.canvas.frame["message"]
    # w2 shrinks by 0.8 a step: 20, 16, 12.8, 10.24, 8.19
    assert message.startswith("Step 5: momentum_step raised RuntimeError: too close in line 3")
    np.testing.assert_allclose(path(figure)["weights"][:, 1], 20 * 0.8 ** np.arange(5), rtol=1e-6)
    figure.set(eta=0.0001, steps=5)
    assert "message" not in figure.canvas.frame


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "is there a return?"),
        (np.zeros(2), "expected (weights, momentum)"),
        ((np.zeros(2),), "returned 1 values"),
        ((np.zeros(3), np.zeros(2)), "weights of shape (3,), expected (2,)"),
        ((np.zeros(2), "fast"), "'fast' as momentum, expected real numbers"),
        ((np.zeros(2), np.zeros(2) * 1j), "expected real numbers"),
    ],
)
def test_a_function_that_returns_nonsense_is_answered_with_what_came(answer, words):
    def momentum_step(weights, momentum, gradient, eta, alpha):
        return answer

    figure = explore(step=momentum_step)
    assert words in figure.canvas.frame["message"]
    assert path(figure)["weights"].shape == (1, 2)
    assert len(figure.still().png(0.5)) > 1000


def test_a_stub_is_called_not_written_yet():
    def momentum_step(weights, momentum, gradient, eta, alpha):
        raise NotImplementedError

    assert "not written yet" in explore(step=momentum_step).canvas.frame["message"]


def test_a_function_that_changes_its_argument_in_place_is_told_and_still_drawn():
    def momentum_step(weights, momentum, gradient, eta, alpha):
        momentum *= alpha
        momentum += gradient
        return weights - eta * momentum, momentum

    figure = explore(step=momentum_step, eta=0.001, alpha=0.9, steps=30)
    assert "changes its argument momentum in place" in figure.canvas.frame["message"]
    rule = descend(Momentum(0.001, 0.9), BOWL, steps=30)
    np.testing.assert_allclose(path(figure)["weights"], rule.weights, rtol=1e-6)


def test_what_a_students_function_prints_does_not_flood_the_page(capsys):
    def gradient_descent_step(weights, gradient, eta):
        print("step!")
        return weights - eta * gradient

    explore(step=gradient_descent_step)
    assert capsys.readouterr().out == ""


# ------------------------------------------------------------------------------ the other figures


def test_the_rate_map_marks_both_curvatures_and_a_dragged_mark_moves_the_sliders():
    figure = rates(BOWL, eta=0.05, alpha=0.5)
    marks = figure.canvas.frame["map"]["panels"][0]["marks"]
    np.testing.assert_allclose([mark["at"] for mark in marks], [[0.3, 0.5], [1.0, 0.5]], rtol=1e-6)
    before = path(figure)["errors"]
    figure.canvas.event = {"type": "pick", "mark": 1, "at": [2.0, 0.8]}
    assert figure.values["eta"] == pytest.approx(0.1)
    assert figure.values["alpha"] == pytest.approx(0.8)
    np.testing.assert_allclose(
        figure.canvas.frame["map"]["panels"][0]["marks"][0]["at"], [0.6, 0.8], rtol=1e-6
    )
    assert not np.array_equal(before, path(figure)["errors"])


def test_a_logarithmic_rate_map_tells_exponents_and_understands_them():
    figure = rates(BOWL, eta=0.001, alpha=0.9, log_map=True)
    assert figure.canvas.scene["map"]["exponents"]
    marks = [mark["at"] for mark in figure.canvas.frame["map"]["panels"][0]["marks"]]
    np.testing.assert_allclose(marks, [[np.log10(0.006), 0.9], [np.log10(0.02), 0.9]], rtol=1e-6)
    panel_ = figure.canvas.ground["map"]["panels"][0]
    field, (low, high) = unpack(panel_["values"]), panel_["x"]
    column = round((np.log10(0.2) - low) / (high - low) * 210)
    assert field[180, column] == pytest.approx(np.sqrt(0.9), rel=1e-6)  # oscillates there
    figure.canvas.event = {"type": "pick", "mark": 0, "at": [np.log10(0.06), 0.5]}
    assert (figure.values["eta"], figure.values["alpha"]) == (0.01, 0.5)


def test_the_rate_map_holds_the_rates_that_the_runs_have():
    figure = rates(BOWL, eta=0.01, alpha=0.9, steps=400)
    field = unpack(figure.canvas.ground["map"]["panels"][0]["values"])
    assert field[180, 10] == pytest.approx(np.sqrt(0.9), rel=1e-6)  # α = 0.9, ηλ = 0.2: oscillates
    errors = path(figure)["errors"]
    measured = (errors[350] / errors[50]) ** (1 / 600)  # the error is quadratic in the distance
    assert measured == pytest.approx(np.sqrt(0.9), rel=0.01)


@pytest.mark.parametrize("log", [False, True])
def test_each_zone_of_the_rate_map_is_what_the_two_factors_say(log):
    zones = rates(log_map=log, steps=5).canvas.ground["map"]["panels"][0]
    kinds = unpack(zones["zones"]["kinds"])
    names = [shortest for *_, shortest in zones["zones"]["names"]]
    for row in (0, 40, 120, 199):
        for column in range(1, 211, 7):
            across = np.linspace(*zones["x"], 211)[column]
            product, alpha = 10**across if log else across, row / 200
            factors = np.roots([1, -(1 + alpha - product), alpha])
            if not factors.any():
                continue  # both are 0 in the fastest place of all
            if np.abs(factors).max() > 1 + 1e-9:
                expected = "diverges"
            elif np.abs(factors.imag).max() > 0:
                expected = "swing"
            else:
                expected = "creep" if factors.real.min() > -1e-12 else "zigzag"
            assert names[kinds[row, column]] == expected, (product, alpha, factors)
    told = rates(eta=0.05, alpha=0.5).canvas.frame["alt"]
    assert "λ = 6: ηλ = 0.3, |σ| = 0.7071, swing" in told


def test_the_best_pair_is_marked_on_both_sliders_of_the_rates():
    figure = rates(BOWL, steps=5)
    best = [figure.sliders[name].best for name in ("eta", "alpha")]
    assert best == pytest.approx([(2 / (6**0.5 + 20**0.5)) ** 2, 0.08539], rel=1e-4)
    assert figure.sliders["steps"].best is None
    figure.sliders["eta"].value = 0.5
    assert figure.sliders["eta"].start == 0.05


def test_curvatures_are_the_second_derivatives_at_the_minimum():
    np.testing.assert_allclose(principal_axes(BOWL)[0], [6, 20], rtol=1e-6)
    at_the_saddles_minimum = [1, 2]  # at (0, 1): 1 and 3 w2² - 1
    np.testing.assert_allclose(principal_axes(SADDLE)[0], at_the_saddles_minimum, rtol=1e-6)


def test_the_two_updates_stand_as_the_series_prints_them():
    figure = vectors(BOWL)
    texts = [a["text"] for p in figure.canvas.frame["panels"] for a in p["arrows"]]
    assert "w(2) = (−14.8205, 19.208)" in texts
    assert "w(2) = (−14.7395, 18.848)" in texts
    assert "m(2) = (−170.46, 752)" in texts
    kept = next(a for a in panel(figure, 2)["arrows"] if a["text"].startswith("kept"))
    np.testing.assert_allclose(kept["tip"], [-81, 360])
    figure.set(steps=3)
    assert panel(figure)["title"] == "Weights w(3), seen from 0"


def test_both_constructions_begin_at_one_place_and_use_one_old_step():
    figure = construction(BOWL, eta=0.03, beta=0.9, steps=2)
    momentum, nesterov = (
        {a["group"]: a for a in p["arrows"]} for p in figure.canvas.frame["panels"]
    )
    rule = descend(Nesterov(0.03, 0.9), BOWL, steps=3)
    np.testing.assert_allclose(nesterov["new step"]["tip"], rule.weights[3])
    assert momentum["new step"]["tail"] == nesterov["old step"]["tail"] == rule.weights[2].tolist()
    length = [
        np.subtract(m["old step"]["tip"], m["old step"]["tail"]) for m in (momentum, nesterov)
    ]
    np.testing.assert_allclose(*length)
    np.testing.assert_allclose(momentum["gradient step"]["tail"], rule.weights[2])
    np.testing.assert_allclose(nesterov["gradient step"]["tail"], nesterov["old step"]["tip"])
    figure.canvas.event = {"type": "start", "at": [1.0, 2.0]}
    assert panel(figure)["arrows"][0]["tail"] == [1.0, 2.0]


def test_error_curves_stay_below_one_from_the_steps_that_are_known():
    figure = curves(BOWL, alpha=[0, 0.6, 0.9], eta=0.001, steps=700)
    below = {}
    for packed in figure.canvas.frame["paths"]:
        errors = unpack(packed["errors"])
        below[packed["label"]] = int(np.flatnonzero(errors >= 1)[-1]) + 1
    assert below == {"α = 0": 542, "α = 0.6": 213, "α = 0.9": 77}


# ---------------------------------------------------------------------------- what goes wrong


def breaking(error):
    """Return an objective that raises where w1 starts beyond 10."""

    def value(w):
        if np.ndim(w[0]) < 2 and np.max(w[0]) > 10:
            raise error
        return BOWL.value(w)

    return dataclasses.replace(BOWL, name="breaks", value=value)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TypeError("no such sum"), "TypeError: no such sum"),
        (KeyError("w3"), "KeyError: 'w3'"),
        (IndexError(), "IndexError"),
        (FloatingPointError("too large"), "too large"),
        (ValueError("expected w"), "expected w"),
        (ValueError(), "ValueError"),
    ],
)
def test_whatever_an_objective_raises_is_a_sentence_and_the_figure_lives_on(error, words):
    figure = explore(breaking(error), Momentum, steps=5)
    assert "message" not in figure.canvas.frame
    figure.canvas.event = {"type": "start", "at": [12.0, 1.0]}
    assert figure.canvas.frame["message"] == words
    assert figure.canvas.frame["alt"] == f"No picture: {words}"
    figure.canvas.event = {"type": "start", "at": [2.0, 1.0]}
    assert "message" not in figure.canvas.frame
    assert path(figure)["weights"][0].tolist() == [2.0, 1.0]


def test_an_event_that_makes_no_sense_leaves_the_picture_under_a_sentence():
    figure = explore(BOWL, Momentum, steps=5)
    before = figure.canvas.frame
    figure.canvas.event = {"type": "start", "at": [1.0]}
    assert "expected a start of two finite numbers" in figure.canvas.frame["message"]
    assert figure.canvas.frame["paths"] == before["paths"]
    figure.canvas.event = {"type": "view"}
    assert figure.canvas.frame["message"].startswith("TypeError")
    figure.sliders["steps"].value = 6
    assert "message" not in figure.canvas.frame


def test_a_recording_that_fails_leaves_the_figure_as_it_was():
    figure = rates(steps=5)
    moved = []

    def fails_at_last(values, numbers):
        moved.append(values)
        if len(moved) == 3:
            raise KeyboardInterrupt
        return type(figure)._frame(figure, values, numbers)

    drawn = figure.canvas.frame["alt"]
    figure._frame = fails_at_last
    with pytest.raises(KeyboardInterrupt):
        figure.record(alpha=[0.1, 0.2, 0.3])
    assert figure.canvas.frame["alt"] == drawn


def test_a_figure_calls_no_hook_before_it_begins():
    class Late(MovingFigure):
        def __init__(self):
            super().__init__({})
            self.label = "set after the box"

        def _scene(self):
            return {"label": self.label}

        def _frame(self, values, numbers):
            return {"alt": self.label}

    figure = Late()
    assert (figure.canvas.scene, figure.canvas.frame) == ({}, {})
    assert figure.begin() is figure
    assert figure.canvas.scene["label"] == figure.canvas.frame["alt"] == "set after the box"


def test_the_still_of_a_figure_that_fails_says_so_too():
    def rule(alpha):
        if alpha > 0.5:
            raise RuntimeError("too much")
        return Momentum(0.01, alpha)

    figure = explore(BOWL, rule, alpha=0.1, steps=5)
    assert figure.still().get_axes()
    figure.sliders["alpha"].value = 0.9
    assert "too much" in figure.still().alt
    assert not figure.still().get_axes()


def test_a_recording_leaves_the_colours_where_the_drawing_has_them():
    figure = heatmap(alpha=0.1)
    figure.sliders["alpha"].value = 1.0
    figure.record(alpha=[0.1, 1.0])
    figure.sliders["alpha"].value = 0.5
    low, high = figure.canvas.scene["range"]
    assert (low, high) == (-figure.limit, figure.limit)


def test_sliders_that_cannot_all_be_set_are_drawn_where_they_stand():
    figure = explore(BOWL, Momentum, eta=0.01, alpha=0.5, steps=5)
    with pytest.raises(TypeError):
        figure.set(alpha=0.8, eta="fast")
    assert figure.canvas.frame["values"] == figure.values
    assert figure.values["alpha"] == 0.8


# -------------------------------------------------------------------------- words and settings


FIGURES = {
    "heatmap": lambda: heatmap(alpha=0.4, beside={"true": measures.true_momentum_change}),
    "explorer": lambda: explore(BOWL, Momentum, steps=40),
    "own function": lambda: explore(step=momentum_step),
    "rates": lambda: rates(),
    "directions": lambda: directions(),
    "vectors": lambda: vectors(),
    "curves": lambda: curves(steps=50),
    "construction": lambda: construction(),
}


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_every_frame_says_in_words_what_it_shows(make):
    assert len(make().canvas.frame["alt"]) > 30


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: heatmap(gamma=0.5), "expected a hyperparameter among"),
        (lambda: heatmap(window=-1), "expected window > 0"),
        (lambda: heatmap(limit=np.inf), "expected limit > 0"),
        (lambda: explore(BOWL, Momentum, speed=3), "got 'speed'"),
        (lambda: explore(BOWL, Momentum, step=momentum_step), "expected rule or step, got both"),
        (lambda: explore(step=lambda weights, eta: weights), "momentum_step(weights, momentum"),
        (lambda: explore(BOWL, Momentum, eta="fast"), "got 'fast'"),
        (lambda: explore(BOWL, Momentum).set(beta=1), "got 'beta'"),
        (lambda: explore(BOWL, Momentum).move((1, np.nan)), "two finite numbers"),
        (lambda: rates(BOWL, beta=0.5), "got 'beta'"),
        (lambda: principal_axes(explore(presets=False).objective.__class__(
            "x", "w1", BOWL.value, BOWL.gradient, (0, 0), BOWL.window
        )), "known minimum"),
        (lambda: directions(beta=0.5), "got 'beta'"),
        (lambda: directions(ROSENBROCK), "expected a quadratic objective, got Rosenbrock"),
        (lambda: directions(step=lambda weights, gradient, eta: weights), "eta and alpha, got one"),
        (lambda: curves(alpha=0.5), "a list of values for one hyperparameter"),
        (lambda: vectors(beta=1), "got 'beta'"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_one_clear_sentence(call, words):
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        call()


def test_a_hyperparameter_out_of_range_is_answered_in_the_figure():
    figure = explore(BOWL, Adam, eta=0.1, beta1=(0.0, 1.0, 0.1))
    figure.sliders["beta1"].value = 1.0
    assert "expected beta1 in [0, 1), got 1.0" in figure.canvas.frame["message"]
    figure.sliders["beta1"].value = 0.5
    assert "message" not in figure.canvas.frame
