"""Every attack of `attacks` comes to nothing: no point, no harm, no word, and nothing left over."""

import json
import os
import socket
import threading
import time

import pytest

from course_utils.staff.grading.limits import Limits
from course_utils.staff.registry import EXERCISES
from support import attacks
from support.submissions import ANSWERS, left_behind, points, score_sources, without

pytestmark = pytest.mark.requires("bubblewrap")

TARGET = "momentum-step"
# The attack stands between two honest answers, which must not notice.
HONEST = ("gradient-descent-step", "momentum-speedup")
FAIR = {slug: float(EXERCISES[slug].points) for slug in HONEST}


def beside_honest_code(attack):
    before, after = HONEST
    return {before: ANSWERS[before], TARGET: attack, after: ANSWERS[after]}


@pytest.fixture(scope="module", autouse=True)
def somebody_else():
    """An honest student earns the same before all attacks and after them."""
    sources = without(ANSWERS, *(set(ANSWERS) - {*HONEST, TARGET}))
    undisturbed = score_sources(sources)
    assert undisturbed.points == undisturbed.max_points
    yield
    assert score_sources(sources) == undisturbed


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Return a secret, and things outside of the sandbox that an attack may look for."""
    secret = "canary-5be1f7"
    monkeypatch.setenv("COURSE_SECRET", secret)
    (tmp_path / "secret").write_text(secret)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        with socket.socket(socket.AF_UNIX) as abstract:
            name = f"course-{os.getpid()}"
            abstract.bind(f"\0{name}")
            abstract.listen()
            abstract.setblocking(False)
            yield {
                "secret": secret,
                "folder": str(tmp_path),
                "course": os.getcwd(),
                "port": str(listener.getsockname()[1]),
                "abstract": name,
            }
            for quiet in (listener, abstract):
                with pytest.raises(BlockingIOError):  # nobody knocked
                    quiet.accept()


def filled(source, world):
    for name, value in world.items():
        source = source.replace(f"{{{name}}}", value)
    return source


def comes_to_nothing(source, world, others_stand=True):
    """Score an attack, and look whether it gained, harmed, told or left anything.

    What it left behind would also be met by the honest answers beside the next attack.
    """
    result = score_sources(beside_honest_code(filled(source, world)))
    earned = points(result)
    assert earned[TARGET] == 0.0
    if others_stand:
        assert earned == {**FAIR, TARGET: 0.0}
    assert result.points <= sum(FAIR.values())
    said = json.dumps(result.to_json())
    assert "FOUND" not in said
    assert world["secret"] not in said
    assert all(len(one.message) <= Limits().message for one in result.exercises.values())
    assert not gone_within(2, left_behind)
    return result


def gone_within(seconds, look):
    until = time.monotonic() + seconds
    while (found := look()) and time.monotonic() < until:
        time.sleep(0.02)
    return found


HARMLESS = attacks.GAIN | attacks.HARM | attacks.LEAK | attacks.ESCAPE | attacks.BOUNDED


@pytest.mark.parametrize("name", HARMLESS)
def test_an_attack_gains_harms_and_tells_nothing(name, world):
    # Whoever bends NumPy or the process they share may spoil what else they handed in themselves.
    comes_to_nothing(HARMLESS[name], world, others_stand=name not in attacks.GAIN)


@pytest.mark.nightly
@pytest.mark.parametrize("name", attacks.EXHAUST)
def test_code_that_exhausts_costs_its_own_exercise_alone(name, world):
    source, flag = attacks.EXHAUST[name]
    began = time.monotonic()
    result = comes_to_nothing(source, world)
    assert time.monotonic() - began < 60
    assert set(result.flags) & {"crashed", "timed-out", "out-of-memory"}
    if flag:
        assert flag in result.flags


@pytest.mark.parametrize("place", ["the cell", "the call"])
@pytest.mark.parametrize("deed", ["import os; os._exit(0)", "import os; os.kill(os.getpid(), 9)"])
def test_code_that_ends_its_process_spares_the_other_exercises(deed, place):
    body = attacks.function(deed)
    result = score_sources(
        beside_honest_code(body if place == "the call" else f"{deed}\n{attacks.WRONG}")
    )
    assert points(result) == {**FAIR, TARGET: 0.0}
    assert result.flags == ("crashed",)


def test_a_right_answer_that_crashes_once_in_all_its_calls_earns_nothing():
    right = ANSWERS[TARGET].replace("def momentum_step(", "def honest(")
    last = right + (
        "\ncount = 0\n"
        "def momentum_step(*arguments):\n"
        "    global count\n"
        "    count += 1\n"
        "    if count == 8:\n"
        "        import os\n"
        "        os._exit(0)\n"
        "    return honest(*arguments)\n"
    )
    result = score_sources(beside_honest_code(last))
    assert points(result) == {**FAIR, TARGET: 0.0}
    assert result.flags == ("crashed",)


def test_two_attackers_at_once_and_an_honest_student_between_them_do_not_meet():
    daemon = attacks.HARM["leaves a daemon that ignores signals"]
    killer = attacks.HARM["kills by number"]
    sources = [daemon, ANSWERS[TARGET], killer, ANSWERS[TARGET]]
    results = {}

    def run(number, source):
        results[number] = score_sources(beside_honest_code(source))

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(sources)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    full = {**FAIR, TARGET: float(EXERCISES[TARGET].points)}
    assert [points(results[number])[TARGET] for number in range(4)] == [0.0, 4.0, 0.0, 4.0]
    assert points(results[1]) == points(results[3]) == full
    assert not gone_within(2, left_behind)


def test_there_are_many_attacks_of_every_class():
    assert len(HARMLESS) + len(attacks.EXHAUST) >= 60
