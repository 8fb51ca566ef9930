"""Rendering shows text and pictures, and neither a score nor anybody else notices."""

import base64
import json
import re
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from course_utils.app.main import main
from course_utils.staff.authoring.notebooks import read_notebook
from course_utils.staff.files import write_atomically
from course_utils.staff.grading.limits import Limits
from course_utils.staff.grading.pages import render
from course_utils.staff.grading.pages.feedback import write_feedback
from course_utils.staff.grading.records.ledger import Entry, reading
from course_utils.staff.grading.sandbox import Died
from course_utils.staff.grading.submissions.canonical import from_sources
from course_utils.staff.grading.submissions.outline import read_outline
from support import ROOT
from support.cohorts import LESSON, grader, hand_in, right

bubblewrap = pytest.mark.requires("bubblewrap")
OUTLINE = read_outline(ROOT, LESSON)
BRISK = Limits(render_cell=20.0)
EVIL = "</pre><script>alert(1)</script>"


def shown(*sources, limits=BRISK):
    """Return what some cells show, run one after the other, by their number."""
    cells = {"n": [(i, f"part {i}", "", source) for i, source in enumerate(sources)]}
    outputs = render.render_submission(from_sources("a", {"n": {}}), cells=cells, limits=limits)
    return {output["cell"]: output for output in outputs["n"]}


FIGURES = """from course_utils import plotting
figure = plotting.speedup_curves(
    {"gain": np.arange(4.0)}, {"gain": 3.0}, title="A gain that grows"
)
figure"""


@bubblewrap
def test_cells_show_what_they_print_return_and_draw_and_nothing_else():
    found = shown(
        "import numpy as np\nx = 6",
        "print('seven')\nx * 7",
        FIGURES,
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        f"from IPython.display import HTML, display\ndisplay(HTML({EVIL!r}))",
        f"print({EVIL!r})",
        "1 / 0",
        "def broken(:",
        "raise SystemExit",
        "x",
    )
    assert 0 not in found
    assert found[1]["text"] == "seven\n42\n"
    ((png, words),) = found[2]["pictures"]
    assert base64.b64decode(png).startswith(render.SIGNATURE)
    assert "gain: 3 at the end" in words
    assert found[2]["text"] == ""
    assert len(found[3]["pictures"]) == 1
    assert "script" not in json.dumps(found[4])
    assert found[5]["text"] == EVIL + "\n"
    assert found[6]["error"] == "ZeroDivisionError: division by zero"
    assert found[7]["error"].startswith("SyntaxError")
    assert found[8]["error"].startswith("SystemExit")
    assert found[9]["text"] == "6\n"


@bubblewrap
def test_fifty_megabytes_of_text_and_of_files_stay_where_they_are():
    found = shown(
        "print('a' * 50_000_000)",
        "open('/tmp/large', 'wb').write(bytes(50_000_000))",
        "'b' * 50_000_000",
        "print('still here')",
    )
    for number in (0, 2):
        assert len(found[number]["text"]) <= BRISK.shown + 10
    assert "OSError" in found[1]["error"]
    assert found[3]["text"] == "still here\n"


@bubblewrap
@pytest.mark.parametrize(
    ("source", "flag"),
    [
        ("while True: pass", "timed-out"),
        ("import os\nos._exit(0)", "crashed"),
        ("import os\nfor i in range(3, 30):\n    try: os.write(i, b'x' * 99)\n"
         "    except OSError: pass", "crashed"),
    ],
)  # fmt: skip
def test_a_cell_that_takes_the_process_with_it_ends_the_notebook_and_is_named(source, flag):
    found = shown("print('before')", source, "print('after')", limits=Limits(render_cell=2.0))
    assert list(found) == [0, 1]
    assert found[1]["error"] == render.STOPPED[flag]


@bubblewrap
def test_what_the_process_needs_to_come_up_is_not_taken_from_the_first_cell():
    found = shown("print('before')", limits=Limits(render_cell=0.5))
    assert (found[0]["text"], found[0]["error"]) == ("before\n", "")


@bubblewrap
def test_only_the_students_half_of_the_course_stands_inside():
    absent = ("staff", "staff.registry", "staff.grading", "staff.cli", "app", "app.lab")
    found = shown(
        "import importlib, os, course_utils",
        *(f"importlib.import_module('course_utils.{name}')" for name in absent),
        "sorted(os.listdir(course_utils.__path__[0]))",
        "os.path.exists('/work'), os.path.exists('/home'), os.path.exists('/root')",
    )
    for number, name in enumerate(absent, 1):
        assert found[number]["error"].startswith(("ModuleNotFoundError", "ImportError")), name
    listed = found[len(absent) + 1]["text"]
    assert "optimizers.py" in listed
    assert "staff" not in listed
    assert found[len(absent) + 2]["text"] == "(False, False, False)\n"


def test_every_module_that_a_lesson_imports_is_let_in():
    for path in sorted((ROOT / "notebooks").glob("*/*.ipynb")):
        code = "\n".join(c.source for c in read_notebook(path).cells if c.cell_type == "code")
        names = re.findall(r"^from course_utils\.(\w+)", code, re.MULTILINE)
        for line in re.findall(r"^from course_utils import (.+)", code, re.MULTILINE):
            names += [name.strip() for name in line.split(",")]
        assert names
        for name in names:
            wanted = {name, f"{name}.py", f"{name}/__init__.py"}
            assert wanted & {course for course in render.equipment().course}, (path.name, name)


def png(width=3, height=2):
    head = struct.pack(">I4sII5B", 13, b"IHDR", width, height, 8, 2, 0, 0, 0)
    return base64.b64encode(render.SIGNATURE + head + b"\0\0\0\0").decode()


@pytest.mark.parametrize(
    "answer",
    [
        b"\xff",
        b"[" * 100_000,
        b"[]",
        b'{"text": "", "error": ""}',
        b'{"text": 1, "error": "", "pictures": []}',
        *(
            json.dumps({"text": "", "error": "", "pictures": pictures}).encode()
            for pictures in (
                [1],
                [[1, ""]],
                [["<svg onload=alert(1)>", ""]],
                [[base64.b64encode(b"<svg onload='alert(1)'>" * 9).decode(), ""]],
                [[png() + '" onload="alert(1)', ""]],
                [[png(100_000, 100_000), ""]],
            )
        ),
    ],
)
def test_what_comes_out_of_the_sandbox_is_not_believed(answer):
    with pytest.raises(Died, match="crashed"):
        render._believed(answer, Limits())


def test_what_comes_out_is_cut_to_the_limits():
    data = {"text": "a" * 10**5, "error": "b" * 10**5, "pictures": [[png(), "c" * 10**5]] * 99}
    kept = render._believed(json.dumps(data).encode(), Limits())
    assert len(kept["text"]) < Limits().shown + 10
    assert len(kept["error"]) == Limits().message
    assert len(kept["pictures"]) == Limits().pictures
    assert all(len(words) == 1000 for _, words in kept["pictures"])


def test_a_page_embeds_pictures_escapes_the_rest_and_stays_below_a_megabyte(tmp_path):
    result = {"status": "graded", "flags": [], "exercises": {}}
    for part in OUTLINE.exercises:
        earned = {"points": part.points, "max_points": part.points, "message": "", "hint": None}
        result["exercises"][part.name] = earned
    entry = Entry("ada", "d", "1", 7, result, "k", at="2026-11-21")
    large = base64.b64encode(np.random.default_rng(0).bytes(90_000)).decode()
    one = {"cell": 3, "heading": EVIL, "slug": "", "text": f"{EVIL}\x1b\n", "error": EVIL}
    outputs = {LESSON: [{**one, "pictures": [[png(), f'"{EVIL}']]}]}
    outputs[LESSON] += [{**one, "pictures": [[large, ""]]}] * 30
    (path,) = write_feedback(OUTLINE, entry, {}, None, tmp_path, outputs)
    text = path.read_text("utf-8")
    assert f'<img src="data:image/png;base64,{png()}" alt="&#34;&lt;/pre&gt;' in text
    assert "<script" not in text
    assert "\x1b" not in text
    assert 3 < text.count("<img ") < 12
    assert "There was more than fits on this page" in text
    assert len(text.encode()) < 10**6


def test_what_was_rendered_once_is_kept_and_what_failed_on_our_side_is_tried_again(tmp_path):
    entries = {
        name: Entry(name, digest, "1", 7, {"status": status}, "k")
        for name, digest, status in (
            ("ada", "d", "graded"),
            ("bob", "d", "graded"),
            ("eve", "e", "graded"),
            ("zoe", "z", "not graded"),
        )
    }
    asked, told = [], []

    def pool(grader, work):
        for digest, submission in work:
            asked.append(digest)
            shown = {LESSON: [digest]} if digest == "d" else {"status": "not graded"}
            yield (digest, submission), shown

    def again():
        missing = render.missing(tmp_path, OUTLINE, entries)
        return render.render_cohort(
            tmp_path, OUTLINE, grader(), missing, lambda digest: {LESSON: {}}, pool, told.append
        )

    assert again() == 1
    assert again() == 0
    assert asked == ["d", "e", "e"]
    assert told == [1, 2, 1]
    assert render.stored(tmp_path, OUTLINE, "d") == {LESSON: ["d"]}
    assert render.stored(tmp_path, OUTLINE, "e") == {}


@pytest.mark.parametrize("content", [b"", b'{"n": [', b"\xff"])
def test_a_file_of_figures_that_is_damaged_is_as_good_as_none(tmp_path, content):
    whole = Entry("ada", "d", "1", 7, {"status": "graded", "exercises": {}}, "k")
    path = render.place(tmp_path, OUTLINE, "d")
    write_atomically(path, json.dumps({LESSON: []}))
    assert render.missing(tmp_path, OUTLINE, {"ada": whole}) == []
    path.write_bytes(content)
    assert render.stored(tmp_path, OUTLINE, "d") == {}
    assert render.missing(tmp_path, OUTLINE, {"ada": whole}) == ["d"]


def test_a_file_of_figures_that_somebody_else_removes_first_is_no_failure(tmp_path, monkeypatch):
    path = render.place(tmp_path, OUTLINE, "old")
    write_atomically(path, "{}")
    glob = Path.glob

    def removed_meanwhile(self, pattern):
        found = list(glob(self, pattern))
        path.unlink()
        return found

    monkeypatch.setattr(Path, "glob", removed_meanwhile)
    render.remove_stale(tmp_path, OUTLINE, {})
    assert not path.exists()


def test_what_no_page_shows_any_more_is_removed(tmp_path, monkeypatch):
    def entry(digest, status="graded"):
        return Entry("ada", digest, "1", 7, {"status": status}, "k")

    def keep(*digests):
        for digest in digests:
            write_atomically(render.place(tmp_path, OUTLINE, digest), "{}")

    keep("old", "new", "broken")
    folder = render.place(tmp_path, OUTLINE, "new").parent
    (folder / ".half.json.x1").write_text("{")
    (folder / "notes.txt").write_text("mine")
    with monkeypatch.context() as patch:
        patch.setattr(render, "plan", lambda outline: "another release")
        keep("new")
    entries = {"ada": entry("new"), "bob": entry("broken", "not graded")}
    render.remove_stale(tmp_path, OUTLINE, entries)
    kept = {render.place(tmp_path, OUTLINE, "new"), folder / "notes.txt"}
    assert set(folder.iterdir()) == kept


@bubblewrap
def test_rendering_changes_no_score_and_its_figures_stand_in_the_feedback(
    tmp_path, empty_gradebook, monkeypatch, capsys
):
    shutil.copy(empty_gradebook, tmp_path)
    extra = "\nprint('hello from ada')\nopen('/tmp/ledger.db', 'w').close()"
    answers = right()
    answers["momentum-step"] += extra
    hand_in(tmp_path, "ada", answers)
    # The lesson's first cells are enough, and its last ones train networks.
    whole = render.plan
    monkeypatch.setattr(
        render, "plan", lambda outline: {name: cells[:10] for name, cells in whole(outline).items()}
    )
    arguments = [LESSON, "--root", str(tmp_path)]

    def points():
        with reading(tmp_path) as ledger:
            return ledger.current(LESSON)["ada"]

    assert main(["grade", *arguments, "--workers", "1"]) == 0
    before = points()
    assert not (tmp_path / "rendered").exists()
    stale = tmp_path / "rendered" / LESSON / "0.json"
    write_atomically(stale, "{}")
    capsys.readouterr()
    assert main(["grade", *arguments, "--workers", "1", "--render"]) == 0
    assert "1 of 1 rendered" in capsys.readouterr().err
    assert not stale.exists()
    assert points() == before
    assert main(["feedback", *arguments]) == 0
    (path,) = (tmp_path / "feedback" / "ada" / LESSON).glob("*.html")
    text = path.read_text("utf-8")
    assert "What your notebook shows" in text
    assert 'src="data:image/png;base64,' in text
    assert text.count("hello from ada") == 2  # in the code, and in what it printed
