"""`course post`: scores to a platform that is as strict as LTI's standard."""

import json
import socketserver
import threading

import pytest

from course_utils.app.main import main
from course_utils.app.places import UsageError
from course_utils.staff.grading.term import platform_grades
from support.cohorts import LESSON, MOST, POINTS, grade_folder, hand_in, right
from support.lti_platform import new_key, private_pem, public_pem, running_platform


@pytest.fixture(scope="module")
def keys():
    return new_key(), new_key()


@pytest.fixture
def platform(keys):
    with running_platform() as platform:
        platform.tool_key = public_pem(keys[0])
        yield platform


@pytest.fixture
def described(tmp_path, platform, keys):
    """Return the description of the platform, where Ada, Bob and Kim came from it."""
    folder = tmp_path / "platform"
    folder.mkdir()
    (folder / "lti.toml").write_text(platform.described())
    (folder / "lti-key.pem").write_text(private_pem(keys[0]))
    notes = [note(platform, student, f"u-{student}") for student in ("ada", "bob", "kim")]
    notes.append(note(platform, "ada", "u-ada", lesson="03-adam"))
    (folder / "launches.jsonl").write_text("".join(json.dumps(one) + "\n" for one in notes))
    return folder / "lti.toml"


def note(platform, student, user, lesson=LESSON):
    lineitem = f"{platform.address}/columns/{lesson}?type=1"
    return {"student": student, "user": user, "issuer": platform.issuer, "lesson": lesson,
            "lineitem": lineitem}  # fmt: skip


def post(root, described, *options):
    command = ["post", LESSON, "--root", str(root), "--platform", str(described), *options]
    return main(command)


def graded(root, *students):
    for student in students:
        hand_in(root, student, right())
    grade_folder(root)


def test_each_score_goes_to_its_students_place_in_the_lessons_column(tmp_path, platform, described):
    graded(tmp_path, "ada", "bob")
    assert post(tmp_path, described) == 0
    assert {score["userId"] for score in platform.scores} == {"u-ada", "u-bob"}
    for score in platform.scores:
        assert score["column"] == f"/columns/{LESSON}"
        assert (score["scoreGiven"], score["scoreMaximum"]) == (POINTS, MOST)
        assert score["gradingProgress"] == "FullyGraded"


def test_a_score_that_waits_for_a_person_says_so(platform, described):
    read = platform_grades.read_platform(described)
    row = type("Row", (), {"score": 1.0, "most": 2.0, "waits": True})
    read.post(read.token(), read.places(LESSON)["ada"], row)
    assert [score["gradingProgress"] for score in platform.scores] == ["PendingManual"]


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(tmp_path, platform, described, capsys):
    graded(tmp_path, "ada")
    assert post(tmp_path, described, "--dry-run") == 0
    assert f"ada: {POINTS:g} of {MOST:g}" in capsys.readouterr().out
    assert platform.scores == []


def test_who_did_not_come_from_the_platform_is_named_and_the_others_are_sent(
    tmp_path, platform, described, capsys
):
    graded(tmp_path, "ada", "zoe")
    assert post(tmp_path, described) == 3
    assert "zoe" in "".join(capsys.readouterr())
    assert [score["userId"] for score in platform.scores] == ["u-ada"]


def test_nothing_is_sent_of_who_could_not_be_graded(tmp_path, platform, described):
    (tmp_path / "submitted/kim" / LESSON).mkdir(parents=True)
    (tmp_path / "submitted/kim" / LESSON / f"{LESSON}.ipynb").write_text("no notebook")
    graded(tmp_path, "ada")
    post(tmp_path, described)
    assert [score["userId"] for score in platform.scores] == ["u-ada"]


def test_a_key_that_the_platform_does_not_know_gets_no_token(
    tmp_path, platform, described, keys, capsys
):
    graded(tmp_path, "ada")
    described.with_name("lti-key.pem").write_text(private_pem(keys[1]))
    assert post(tmp_path, described) == 3
    assert "ada: not sent: the platform answers 400" in capsys.readouterr().err
    assert platform.scores == []


def test_one_score_that_is_refused_does_not_stop_the_others(tmp_path, platform, described, capsys):
    graded(tmp_path, "ada", "bob")
    notes = [
        note(platform, "ada", "u-ada") | {"lineitem": f"{platform.address}/columns/gone?type=1"}
    ]
    with described.with_name("launches.jsonl").open("a") as file:
        file.writelines(json.dumps(one) + "\n" for one in notes)
    platform.broken.add("/columns/gone")
    assert post(tmp_path, described) == 3
    assert "ada: not sent" in capsys.readouterr().err
    assert [score["userId"] for score in platform.scores] == ["u-bob"]


def test_a_grade_never_travels_in_the_clear():
    place = platform_grades.Place("u", "http://lms.example.org/columns/1")
    platform = platform_grades.Platform("i", "c", "http://lms.example.org/token", "", [])
    with pytest.raises(platform_grades.RefusedError, match="https alone"):
        platform.post("token", place, type("Row", (), {"score": 1.0, "most": 2.0, "waits": False}))


def test_a_note_that_was_written_in_part_costs_its_own_launch_alone(described):
    notes = described.with_name("launches.jsonl")
    notes.write_text(f'{{"student": "ad\n[]\n{{}}\n{notes.read_text()}')
    assert set(platform_grades.read_platform(described).places(LESSON)) == {"ada", "bob", "kim"}


def test_a_key_that_cannot_sign_is_refused_in_a_sentence(described):
    described.with_name("lti-key.pem").write_text("no key")
    with pytest.raises(platform_grades.RefusedError, match="the Hub's key cannot sign"):
        platform_grades.read_platform(described).token()


ANSWERS = {
    "another address": "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
    "no HTTP": "good morning\r\n\r\n",
    "nothing": "",
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_none_counts_as_refused_and_the_token_goes_nowhere_else(answer):
    asked = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            asked.append(self.rfile.readline())
            while self.rfile.readline().strip():
                pass
            self.wfile.write(answer.encode())

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/token"
        with pytest.raises(platform_grades.RefusedError):
            platform_grades._send(address, b"", {"Authorization": "Bearer secret"})
        server.shutdown()
    assert [line.split()[0] for line in asked] == [b"POST"]


def test_an_address_that_is_none_is_refused():
    with pytest.raises(platform_grades.RefusedError):
        platform_grades._send("https://lms.example.org:port/scores", b"", {})


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("lti.toml", "issuer = 3 4", "cannot read"),
        ("lti.toml", 'issuer = "i"', "a line with client_id"),
        ("lti-key.pem", None, "expected .*lti-key.pem"),
    ],
)
def test_a_description_that_is_not_whole_is_refused_with_its_place(
    described, file, text, complaint
):
    if text is None:
        described.with_name(file).unlink()
    else:
        described.with_name(file).write_text(text)
    with pytest.raises(UsageError, match=complaint):
        platform_grades.read_platform(described)
