"""A notebook that was run, saved and opened again: in JupyterLab, in Notebook, as a page.

Nothing here has the course's settings: the server is anybody's JupyterLab, the pages are made by
plain nbconvert. What is looked at is what a reader sees, with what axe says of it.
"""

import os
import shutil
import signal
import subprocess
import sys

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from course_utils.plotting import read_still
from course_utils.widgets.saved import LINE
from support.accessibility import install, seriously
from support.figure import Figure
from support.lab_server import running_plain_lab
from support.visit import Visit, eventually

pytestmark = [pytest.mark.browser, pytest.mark.nightly, pytest.mark.requires("chromium")]

CELLS = {
    "imports": """\
import os
from course_utils.objectives import BOWL
from course_utils.optimizers import Momentum
from course_utils.widgets import explore, heatmap, live""",
    "heatmap": "h = heatmap(alpha=0.4)\nh",
    "explorer": "e = explore(BOWL, Momentum, eta=0.01, alpha=0.9, steps=60)\ne",
    "loop": """\
training = live(40, every=10)
for t in training:
    training.show(error=1 / (t + 1))
print("after the loop")""",
    "still": "h.still()",
    "kernel": "print(os.getpid())",
}
NAMES = list(CELLS)
MOVING = ["heatmap", "explorer", "loop"]
STOPPED = "The kernel that moved this figure has stopped. Run this cell to move it again."


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("anybody")
    made = nbformat.v4.new_notebook()
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made.cells = [nbformat.v4.new_code_cell(source) for source in CELLS.values()]
    nbformat.write(made, folder / "lesson.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(folder):
    with running_plain_lab(folder) as server:
        yield server


@pytest.fixture(scope="module")
def saved(folder, new_visit, lab):
    """Return each cell's outputs in the file of a notebook that was run, saved and shut down."""
    visit = new_visit(size=(1300, 1000)).open_notebook("lesson.ipynb").run_all()
    for name in MOVING:
        Figure(visit.page, NAMES.index(name))  # which waits for it
    visit.save().close()
    lab.shut_down_kernels()
    cells = nbformat.read(folder / "lesson.ipynb", 4).cells
    return {name: cell.outputs for name, cell in zip(NAMES, cells, strict=True)}


def stills(saved):
    """Return the words of each cell's still, by the cell's name."""
    found = {
        name: [
            read_still(output.data)[1] for output in outputs if read_still(output.get("data", {}))
        ]
        for name, outputs in saved.items()
    }
    return {name: words[0] for name, words in found.items() if words}


def pictures(place):
    """Return words and size of the pictures that are to be seen in a place."""
    seen = place.locator("img").evaluate_all(
        "all => all.filter(i => i.offsetHeight).map(i => [i.alt, i.naturalWidth])"
    )
    assert all(width > 300 for _, width in seen)
    return [words for words, _ in seen]


def check_stills(visit, saved):
    """Check that each moving figure is its still under one line, and that nothing else is there."""
    for name, words in stills(saved).items():
        output = visit.page.locator(".jp-Notebook .jp-CodeCell").nth(NAMES.index(name))
        output = output.locator(".jp-OutputArea")
        output.scroll_into_view_if_needed()
        eventually(visit.page, lambda output=output: pictures(output), [words])
        told = output.locator(".jp-OutputArea-output:visible").all_inner_texts()
        told = "".join(told).replace("after the loop", "").strip()
        assert told == (LINE if name in MOVING else ""), name
        assert output.locator(".course-number:visible, button:visible").count() == 0
    everything = visit.page.locator("#main").inner_text()
    assert "Error displaying widget" not in everything
    assert "Loading widget" not in everything


def test_the_file_holds_each_still_once_and_no_state_of_a_widget(saved, folder):
    assert set(stills(saved)) == {*MOVING, "still"}
    for name in MOVING:
        shown = [output for output in saved[name] if output.output_type != "stream"]
        widget, still = shown
        assert next(iter(widget.data)) == "application/vnd.jupyter.widget-view+json"
        assert "application/vnd.jupyter.widget-view+json" not in still.data
    assert stills(saved)["loop"].startswith("40 updates, done, error 0.025")
    assert "widgets" not in nbformat.read(folder / "lesson.ipynb", 4).metadata
    pngs = [
        read_still(o.data)[0] for os in saved.values() for o in os if read_still(o.get("data", {}))
    ]
    assert (folder / "lesson.ipynb").stat().st_size < 4 / 3 * sum(map(len, pngs)) + 20_000


@pytest.mark.parametrize("application", ["lab", "notebook"])
def test_opened_without_its_kernel_each_figure_is_its_still_and_moves_again_when_run(
    new_visit, saved, lab, application
):
    visit = new_visit(size=(1300, 1000)).open_notebook("lesson.ipynb", application)
    missing = lambda: sum("model not found" in said for said in visit.complaints)  # noqa: E731
    eventually(visit.page, missing, len(MOVING))  # JupyterLab has given up on the widgets
    check_stills(visit, saved)
    visit.page.locator(".jp-Notebook .jp-CodeCell").first.scroll_into_view_if_needed()
    visit.screenshot(f"day-after-{application}")
    install()
    assert seriously(visit.page, "image-alt", inside=".jp-Notebook") == []
    cell = visit.page.locator(".jp-Notebook .jp-CodeCell")
    for name in ("imports", "heatmap"):
        cell.nth(NAMES.index(name)).locator(".cm-content").click()
        visit.page.keyboard.press("Control+Enter")
    visit.ran()
    shown = Figure(visit.page, NAMES.index("heatmap"))
    assert pictures(shown.cell) == []
    assert LINE not in shown.cell.inner_text()
    before = shown.pixels()
    shown.handle(0).press("ArrowRight")
    shown.wait_for_change(before)
    visit.close()
    lab.shut_down_kernels()


def copy_of(folder, name):
    shutil.copy(folder / "lesson.ipynb", folder / name)
    return name


def run_again(visit):
    """Run all cells of a notebook that did run before."""
    visit.menu("Edit", "Clear Outputs of All Cells")
    return visit.run_all()


def test_a_page_that_is_reloaded_while_its_kernel_runs_shows_figures_that_move(
    new_visit, saved, folder, lab
):
    visit = new_visit(size=(1300, 1000)).open_notebook(copy_of(folder, "reloaded.ipynb"))
    run_again(visit).save()
    visit.page.reload()
    shown = Figure(visit.page, NAMES.index("heatmap"))
    assert pictures(shown.cell) == []
    before = shown.pixels()
    shown.handle(0).press("ArrowRight")
    shown.wait_for_change(before)
    visit.close()
    lab.shut_down_kernels()


def test_a_notebook_of_a_stranger_shows_its_stills(new_visit, saved, folder, lab):
    # Signed by nobody: JupyterLab shows no widget, and no style of its outputs.
    made = nbformat.read(folder / "lesson.ipynb", 4)
    made.cells[0].source += "\n# changed by a stranger"
    for cell in made.cells:
        for output in cell.outputs:
            output.setdefault("metadata", {})["from"] = "a stranger"
    nbformat.write(made, folder / "stranger.ipynb")
    visit = new_visit(size=(1300, 1000)).open_notebook("stranger.ipynb")
    assert visit.page.locator(".jp-mod-trusted").count() == 0
    check_stills(visit, saved)
    assert visit.complaints == []
    visit.close()
    lab.shut_down_kernels()


def test_a_notebook_for_which_there_is_no_kernel_at_all_shows_its_stills(
    new_visit, saved, folder, lab
):
    made = nbformat.read(folder / "lesson.ipynb", 4)
    made.metadata.kernelspec = {"name": "gone", "display_name": "Gone", "language": "gone"}
    del made.metadata["language_info"]
    nbformat.write(made, folder / "gone.ipynb")
    NotebookNotary().sign(made)
    visit = new_visit(size=(1300, 1000)).open_notebook("gone.ipynb", kernel=False)
    visit.page.locator(".jp-Dialog").wait_for()  # which kernel? none
    visit.page.locator(".jp-Dialog .jp-mod-reject").click()
    check_stills(visit, saved)
    assert lab.kernels() == []
    visit.close()


def test_where_anywidget_is_missing_the_stills_are_there_and_no_slider_alone(
    new_visit, saved, folder, lab
):
    visit = new_visit(size=(1300, 1000))
    visit.page.route("**/extensions/anywidget/**", lambda route: route.abort())
    visit.open_notebook(copy_of(folder, "missing.ipynb"))
    run_again(visit)
    visit.page.wait_for_timeout(1500)
    check_stills(visit, saved)
    visit.screenshot("anywidget-missing")
    visit.close()
    lab.shut_down_kernels()


# ----------------------------------------------------------------------------- pages by nbconvert


@pytest.fixture(scope="module")
def exported(saved, folder, tmp_path_factory):
    """Pages by plain nbconvert: of the saved notebook, and of one that it ran itself."""
    pages = tmp_path_factory.mktemp("pages")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", f"--output-dir={pages}"]
    subprocess.run([*command, folder / "lesson.ipynb"], check=True, capture_output=True)
    command += ["--execute", "--output=executed", folder / "lesson.ipynb"]
    subprocess.run(command, check=True, capture_output=True)
    assert "widget-state" in (pages / "executed.html").read_text()  # else it tries nothing new
    return pages


@pytest.mark.parametrize("name", ["lesson", "executed"])
def test_a_page_by_plain_nbconvert_shows_each_still_with_its_words(chromium, exported, saved, name):
    visit = Visit(chromium, offline=True)
    visit.page.goto((exported / f"{name}.html").as_uri())
    seen = lambda: pictures(visit.page.locator("body"))  # noqa: E731
    eventually(visit.page, seen, list(stills(saved).values()))
    told = visit.page.locator("body").inner_text()
    assert told.count(LINE) == len(MOVING)
    assert "Heatmap(" not in told
    empty = visit.page.locator(".jp-OutputArea-child").evaluate_all(
        "all => all.filter(c => c.offsetHeight > 12 && !c.innerText.trim() && "
        "!c.querySelector('img')).map(c => c.outerHTML)"
    )
    assert empty == []
    visit.screenshot(f"nbconvert-{name}")
    install()
    assert seriously(visit.page, "image-alt") == []
    visit.close()


# --------------------------------------------------------------------------- a kernel that is lost


@pytest.fixture(scope="module")
def living(new_visit, saved, folder, lab):
    visit = new_visit(size=(1300, 1000)).open_notebook(copy_of(folder, "living.ipynb"))
    yield visit
    visit.close()
    lab.shut_down_kernels()


def restart(visit):
    visit.menu("Kernel", "Restart Kernel…")
    visit.page.locator(".jp-Dialog .jp-mod-accept").click()


def restart_from_elsewhere(visit):
    (kernel,) = visit.lab.kernels()
    assert visit.lab.get(f"/api/kernels/{kernel}/restart", "POST")[0] == 200


def kill(visit):
    cell = visit.page.locator(".jp-Notebook .jp-CodeCell").nth(NAMES.index("kernel"))
    os.kill(int(cell.locator(".jp-OutputArea-output").inner_text()), signal.SIGKILL)
    visit.page.get_by_text("appears to have died").wait_for()
    visit.page.locator(".jp-Dialog .jp-mod-accept").click()


def shut_down(visit):
    visit.lab.shut_down_kernels()


@pytest.mark.parametrize("lose", [restart, restart_from_elsewhere, kill, shut_down])
def test_a_figure_whose_kernel_is_lost_fades_says_so_and_locks_its_controls(living, lose):
    run_again(living)
    for name in MOVING:
        Figure(living.page, NAMES.index(name))
    assert living.page.get_by_text(STOPPED).count() == 0
    lose(living)
    lines = living.page.get_by_text(STOPPED)
    eventually(living.page, lines.count, len(MOVING))
    for name in MOVING:
        box = living.page.locator(".jp-Notebook .jp-CodeCell").nth(NAMES.index(name))
        box = box.locator(".course-moving")
        box.scroll_into_view_if_needed()
        faded = box.locator("> :not(.course-stopped)").evaluate_all(
            "parts => parts.map(part => [part.inert, Number(getComputedStyle(part).opacity) < 0.7])"
        )
        assert faded
        assert all(part == [True, True] for part in faded)
    check_locked(living.page)
    living.screenshot(f"lost-{lose.__name__}")


def check_locked(page):
    """Try the explorer's slider, text box and start as a hand would, and see nothing change."""
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(NAMES.index("explorer"))
    cell.locator(".course-moving").scroll_into_view_if_needed()
    state = lambda: cell.locator(".course-moving").evaluate(  # noqa: E731
        """box => [[...box.querySelectorAll('input')].map(input => input.value),
          box.querySelector('.course-start').getAttribute('transform'),
          box.querySelector('canvas').toDataURL()]"""
    )
    before = state()
    slider = cell.locator(".course-number input[type=range]").first.bounding_box()
    page.mouse.click(slider["x"] + 0.9 * slider["width"], slider["y"] + slider["height"] / 2)
    page.keyboard.press("ArrowLeft")
    box = cell.locator("input[type=text]").first.bounding_box()
    page.mouse.click(box["x"] + 30, box["y"] + box["height"] / 2)
    page.keyboard.type("7")
    start = cell.locator(".course-start .course-ring").bounding_box()
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 60, steps=4)
    page.mouse.up()
    page.wait_for_timeout(300)
    assert state() == before


def test_cells_that_run_again_leave_nothing_in_the_page(new_visit, saved, folder, lab):
    visit = new_visit().open_notebook(copy_of(folder, "reruns.ipynb"))
    run_again(visit)
    devtools = visit.context.new_cdp_session(visit.page)

    def weigh():
        for _ in range(3):
            devtools.send("HeapProfiler.collectGarbage")
        counts = devtools.send("Memory.getDOMCounters")
        return counts["nodes"], counts["jsEventListeners"]

    def run(times):
        cell = visit.page.locator(".jp-Notebook .jp-CodeCell").nth(NAMES.index("explorer"))
        for _ in range(times):
            cell.locator(".cm-content").click()
            visit.page.keyboard.press("Control+Enter")
            visit.ran()
            # No Figure: what waits for an element keeps it, and all that hangs on it.
            drawn = cell.locator(".course-figure canvas")
            eventually(visit.page, drawn.count, lambda count: count > 0)
        return weigh()

    run(2)
    nodes, listeners = run(1)
    later_nodes, later_listeners = run(6)
    # ipywidgets leaves its controls behind, closed or not: some 140 nodes and 15 listeners a run,
    # with or without us. The drawing, were it left too, has 170 nodes and 24 listeners more.
    assert later_nodes - nodes < 6 * 200
    assert later_listeners - listeners < 6 * 20
    visit.close()
    lab.shut_down_kernels()
