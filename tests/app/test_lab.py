"""`course lab`: a server with the course's settings, the student's or the instructor's."""

import json
import os
import socket
import subprocess
import sysconfig
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from bs4 import BeautifulSoup
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
from traitlets.config import PyFileConfigLoader

from course_utils.app.lab import SETTINGS, lab_arguments, lab_environment, open_lab
from course_utils.app.places import UsageError
from course_utils.plotting import Still
from course_utils.staff.authoring.headless import HeadlessClient
from course_utils.widgets.saved import LINE, last_picture, without_still
from support import ROOT, small_course
from support.lab_server import ADDRESS, TOKEN, running_lab

PANELS = {
    f"@jupyter/nbgrader:{name}"
    for name in ("assignment-list", "course-list", "create-assignment", "formgrader", "menu")
}


def make_course(root):
    source = small_course.write_course(root)
    lesson = root / "notebooks" / "01-small" / source.name
    lesson.parent.mkdir()
    lesson.write_bytes(source.read_bytes())
    (root / "notebooks" / "README.md").write_text("# Read me first\n")
    still = Still(2, 1)
    still.alt = "C_m < 0 on 52 % of the window"
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "0", "version_major": 2}}
    bundles = [without_still(widget), last_picture(still, "0")]
    figure = [nbformat.v4.new_output("display_data", bundle) for bundle in bundles]
    cells = [nbformat.v4.new_code_cell("heatmap()", outputs=figure)]
    shown = nbformat.v4.new_notebook(cells=cells)
    small_course.write_notebook(lesson.parent / "shown.ipynb", shown)
    return root


@pytest.fixture(scope="module")
def student(tmp_path_factory):
    with running_lab(make_course(tmp_path_factory.mktemp("student")) / "notebooks") as lab:
        yield lab


def test_the_lessons_are_served_and_the_readme_is_the_first_page(student):
    status, listing = student.get("/api/contents")
    assert status == 200
    assert {entry["name"] for entry in json.loads(listing)["content"]} == {"01-small", "README.md"}
    assert student.page_config()["treePath"] == ""
    _, page = student.get("/")
    assert '"treePath": "README.md"' in page
    assert '"workspace": "course"' in page


def test_students_have_validate_and_none_of_the_instructors_panels(student):
    disabled = set(student.page_config()["disabledExtensions"])
    assert disabled >= PANELS
    assert "@jupyter/nbgrader:validate-assignment" not in disabled
    assert student.get("/nbgrader_version?version=0")[0] == 200
    for panel in ["/formgrader", "/assignments?course_id=x", "/formgraders"]:
        assert student.get(panel)[0] == 404


def test_no_news_no_update_check_and_no_extension_shop(student):
    page = student.page_config()
    assert "@jupyterlab/apputils-extension:announcements" in page["disabledExtensions"]
    assert page["news"] == {"disabled": True}
    assert page["extensionManager"]["can_install"] is False
    assert json.loads(student.get("/lab/api/update")[1]) == {"notification": None}
    assert json.loads(student.get("/lab/api/news")[1]) == {"news": []}


@pytest.mark.parametrize(
    ("plugin", "setting", "default"),
    [
        ("docmanager-extension:plugin", "defaultViewers", {"markdown": "Markdown Preview"}),
        ("notebook-extension:tracker", "autoStartDefaultKernel", True),
    ],
)
def test_markdown_opens_rendered_and_no_notebook_asks_for_its_kernel(
    student, plugin, setting, default
):
    _, text = student.get(f"/lab/api/settings/@jupyterlab/{plugin}")
    assert json.loads(text)["schema"]["properties"][setting]["default"] == default


def test_validate_works_without_an_activated_environment(student):
    request = urllib.request.Request(
        f"{student.url}/assignments/validate",
        data=json.dumps({"path": "01-small/01-small.ipynb"}).encode(),
        headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        result = json.load(answer)
    assert result["success"], result["value"]
    assert "failed" not in result["value"]  # the small course's source is its own solution


@pytest.fixture(scope="module")
def instructor(tmp_path_factory):
    """What an instructor's server answered, and what it left behind when it was stopped."""
    folder = tmp_path_factory.mktemp("instructor")
    root, grades = make_course(folder / "course"), folder / "grades"
    before = small_course.snapshot(root)
    with running_lab(root, "--instructor", environment={"COURSE_ROOT": str(grades)}) as lab:
        pages = ["/", "/formgrader", "/formgrader/api/assignments"]
        answers = {page: lab.get(page) for page in pages}
        disabled = set(lab.page_config()["disabledExtensions"])
    unchanged = small_course.snapshot(root) == before
    return SimpleNamespace(
        lab=lab, answers=answers, disabled=disabled, grades=grades, unchanged=unchanged
    )


def test_instructors_get_the_panels_but_no_news(instructor):
    assert not PANELS & instructor.disabled
    assert "@jupyterlab/apputils-extension:announcements" in instructor.disabled
    assert '"treePath": "course/solutions/README.md"' in instructor.answers["/"][1]


def test_formgrader_finds_the_course_and_its_lessons_and_nothing_else(instructor):
    status, page = instructor.answers["/formgrader"]
    assert status == 200
    assert "will not work correctly" not in page
    _, assignments = instructor.answers["/formgrader/api/assignments"]
    assert [entry["name"] for entry in json.loads(assignments)] == ["01-small"]
    assert (instructor.grades / "gradebook.db").is_file()


@pytest.mark.posix("Windows ends a process without asking it to stop")
def test_it_stops_cleanly_and_writes_nothing_into_the_course(instructor):
    assert instructor.lab.process.returncode == 0
    assert "Traceback" not in instructor.lab.log.read_text()
    assert instructor.unchanged


# Where the server is

LAB = [sysconfig.get_path("scripts") + "/course", "lab", "--no-browser"]


@pytest.fixture
def taken():
    """A port on which something else listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_terminal_says_where_the_lessons_are(student):
    base, _, path, token = ADDRESS.search(student.log.read_text()).groups()
    assert base == student.url.replace("127.0.0.1", "localhost")
    assert path == "/lab/workspaces/course/tree/README.md"
    assert token == "..."  # one that the user chose, as the tests did, stays secret


@pytest.mark.nightly
def test_a_taken_port_that_nobody_asked_for_is_named_with_the_one_in_its_place(tmp_path, taken):
    variables = {**os.environ, "JUPYTER_TOKEN": TOKEN, "JUPYTER_PORT": str(taken)}
    root = make_course(tmp_path)
    with subprocess.Popen(
        LAB, cwd=root, env=variables, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            said = next(line for line in process.stdout if line.strip())
            base, port, *_ = ADDRESS.search(said).groups()
            with urllib.request.urlopen(f"{base}/api/status?token={TOKEN}", timeout=60) as answer:
                assert answer.status == 200
        finally:
            process.terminate()
    assert said.startswith(f"Port {taken} is taken, so the lessons are at http://localhost:")
    assert int(port) != taken


@pytest.mark.nightly
@pytest.mark.parametrize("option", ["--port", "--ServerApp.port"])
def test_a_taken_port_that_was_asked_for_is_refused_in_a_sentence(option, tmp_path, taken):
    command = [*LAB, f"{option}={taken}"]
    done = subprocess.run(command, cwd=make_course(tmp_path), capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == (
        f"course lab: expected a free port, got {taken}, which is taken or not allowed; "
        "ask for another one, or for none and the next free one is used"
    )


# Without a server


def test_the_environment_is_added_to_and_not_replaced(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/mine")
    monkeypatch.setenv("PATH", "/bin")
    ours = lab_environment(tmp_path)
    names = [Path(folder).name for folder in ours["JUPYTER_CONFIG_PATH"].split(os.pathsep)]
    assert names == ["student", "common", tmp_path.name, "mine"]
    assert ours["PATH"].split(os.pathsep)[1] == "/bin"
    staffs = lab_environment(tmp_path, instructor=True)["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert [Path(folder).name for folder in staffs] == ["common", tmp_path.name, "mine"]


def test_a_slider_does_not_make_a_kernel_busy_and_a_cell_does():
    settings = PyFileConfigLoader("jupyter_server_config.py", str(SETTINGS / "common"))
    manager = MappingKernelManager(config=settings.load_config())
    kinds = ("comm_msg", "status", "execute_request")
    assert [manager.track_message_type(kind) for kind in kinds] == [False, False, True]


def test_without_a_readme_the_launcher_is_the_first_page(tmp_path):
    (tmp_path / "notebooks").mkdir()
    assert "--LabApp.default_url=/lab/workspaces/course" in lab_arguments(tmp_path)


def test_a_course_without_lessons_is_answered_in_a_sentence(tmp_path):
    with pytest.raises(UsageError, match=r"expected lessons in .*notebooks, got nothing"):
        open_lab(tmp_path)


def test_settings_are_json_that_jupyter_can_read():
    files = sorted((ROOT / "course_utils" / "app" / "jupyter").rglob("*.json"))
    assert len(files) == 6
    for path in files:
        assert isinstance(json.loads(path.read_text()), dict)


def test_an_exported_page_shows_the_still_of_a_moving_figure_with_its_words(student):
    status, page = student.get("/nbconvert/html/01-small/shown.ipynb")
    assert status == 200
    (picture,) = BeautifulSoup(page, "html.parser").find_all("img")
    assert picture["alt"] == "C_m < 0 on 52 % of the window"
    assert page.count(LINE) == 1
    assert 'type="application/vnd.jupyter.widget-view+json"' not in page


def test_the_kernel_is_the_usual_one_and_loads_matplotlib_while_the_student_reads(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("JUPYTER_PATH", lab_environment(tmp_path)["JUPYTER_PATH"])
    ours, usual = KernelSpecManager().get_kernel_spec("python3"), get_kernel_dict()
    assert Path(ours.resource_dir).is_relative_to(ROOT)
    assert (ours.display_name, ours.language) == (usual["display_name"], usual["language"])
    # The lessons run in it, with one cell that waits for what it loads by itself.
    waits = (
        "import sys, threading\n"
        "[thread.join() for thread in threading.enumerate() if thread.name == 'first figure']\n"
        "print('matplotlib.figure' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    names = "print(sorted(name for name in globals() if name.startswith('m')))"
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(names), nbformat.v4.new_code_cell(waits)]
    )
    HeadlessClient(notebook, tmp_path, kernel_name="python3").execute()
    said = [cell.outputs[0].text for cell in notebook.cells]
    assert said == ["[]\n", "True False\n"]
