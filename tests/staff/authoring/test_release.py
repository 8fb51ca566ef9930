"""The release: one form for sources, nbgrader's own notebooks for students, and nothing leaks."""

import copy
import errno
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import pytest

from course_utils import staff
from course_utils.app.main import main
from course_utils.app.places import UsageError
from course_utils.plotting import Still, read_still
from course_utils.staff import registry
from course_utils.staff.authoring import release as release_module
from course_utils.staff.authoring import timetables
from course_utils.staff.authoring.lint import lint_source
from course_utils.staff.authoring.release import release
from support import ROOT, small_course
from support.small_course import EXERCISES, snapshot, write_notebook


@pytest.fixture
def course(tmp_path):
    small_course.write_course(tmp_path)
    release(tmp_path, exercises=EXERCISES)
    return tmp_path


@pytest.fixture
def source(course):
    return course / "solutions" / "01-small" / "01-small.ipynb"


@pytest.fixture
def released(course):
    return course / "notebooks" / "01-small" / "01-small.ipynb"


def check(course):
    return release(course, check=True, exercises=EXERCISES).findings


def change(path, edit):
    """Read a notebook, let ``edit`` change it, write it back."""
    notebook = nbformat.read(path, as_version=4)
    edit(notebook)
    write_notebook(path, notebook)


def replace_source(number, old, new):
    def edit(notebook):
        assert old in notebook.cells[number].source
        notebook.cells[number].source = notebook.cells[number].source.replace(old, new)

    return edit


# What students get


def test_students_get_signatures_stubs_and_visible_checks(released):
    cells = nbformat.read(released, as_version=4).cells
    stub = '    raise NotImplementedError("Your code goes here: replace this line.")'
    assert cells[2].source.splitlines() == [*small_course.DESCENT.splitlines()[:2], stub]
    assert cells[3].source == 'check("gradient-descent-step", gradient_descent_step)'
    assert cells[8].source == "*Your answer goes here: replace this line.*"


def test_students_get_no_answer_no_hidden_test_and_no_mark_scheme(released):
    text = released.read_text("utf-8")
    for secret in ["eta * gradient", "alpha * momentum", "registry", "score(", "MARK SCHEME"]:
        assert secret not in text
    assert "overshoot" not in text


def test_graded_cells_are_locked_and_keep_their_points(released):
    graded = nbformat.read(released, as_version=4).cells[5].metadata
    assert (graded.nbgrader.points, graded.nbgrader.locked) == (4, True)
    assert (graded.deletable, graded.editable) == (False, False)


def test_a_second_release_writes_nothing(course, released):
    before, time = snapshot(course), released.stat().st_mtime_ns
    assert release(course, exercises=EXERCISES).written == []
    assert snapshot(course) == before
    assert released.stat().st_mtime_ns == time


@pytest.mark.nightly
def test_another_process_builds_the_same_bytes(course, released):
    expected = released.read_bytes()
    released.unlink()
    program = (
        "import pathlib, sys; sys.path.insert(0, sys.argv[1]); "
        "from support.small_course import EXERCISES;"
        "from course_utils.staff.authoring.release import release;"
        "release(pathlib.Path(sys.argv[2]), exercises=EXERCISES)"
    )
    folder = str(ROOT / "tests")
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    command = [sys.executable, "-c", program, folder, str(course)]
    subprocess.run(command, check=True, env=environment)
    assert released.read_bytes() == expected


def test_all_notebooks_of_a_lesson_are_released(course, source):
    second = small_course.notebook()
    second.cells = second.cells[:2]
    write_notebook(source.with_name("02-more.ipynb"), second)
    release(course, exercises=EXERCISES)
    assert (course / "notebooks" / "01-small" / "02-more.ipynb").exists()
    assert check(course) == []


def test_pictures_of_a_lesson_travel_with_it(course, source, released):
    (source.parent / "img").mkdir()
    (source.parent / "img" / "bowl.png").write_bytes(b"\x89PNG")
    (source.parent / ".ipynb_checkpoints").mkdir()
    (source.parent / ".ipynb_checkpoints" / "old.txt").write_text("old")
    release(course, exercises=EXERCISES)
    assert (released.parent / "img" / "bowl.png").read_bytes() == b"\x89PNG"
    assert not (released.parent / ".ipynb_checkpoints").exists()


def test_the_formatter_agrees_with_our_form_of_a_notebook(course, source):
    config = str(ROOT / "pyproject.toml")
    command = [sys.executable, "-m", "ruff", "format", "--check", "--config", config, str(source)]
    assert subprocess.run(command, capture_output=True).returncode == 0


def test_students_get_the_still_of_a_tagged_cell_and_no_other_output(course, source, released):
    def edit(notebook):
        printed = nbformat.v4.new_output("stream", name="stdout", text="0.2\n")
        add_cell("draw()")(notebook)
        notebook.cells[-1].outputs = [picture()]
        add_still_below('predict("length", None)\ncompare("length", 3)', "draw()")(notebook)
        notebook.cells[-1].outputs = [printed, picture(**{"application/vnd.figure+json": {}})]
        notebook.cells[-1].id = "still"

    change(source, edit)
    assert release(course, exercises=EXERCISES).findings == []
    cells = nbformat.read(released, as_version=4).cells
    (output,) = (output for cell in cells for output in cell.get("outputs", []))
    assert cells[-1].outputs == [output]
    assert output.data == {"text/html": Still(1, 1, "A dot.").html(), "text/plain": "A dot."}
    assert cells[-1].execution_count is None
    assert check(course) == []


def test_a_still_may_use_a_name_that_answers_use_inside_or_that_is_given_anew(course, source):
    def edit(notebook):
        for number, code in enumerate(["path = momentum_step(1, 2)", "path = 3"]):
            notebook.cells.append(nbformat.v4.new_code_cell(code, id=f"path-{number}"))
        add_still("draw(path, momentum)", picture())(notebook)

    change(source, edit)
    assert release(course, exercises=EXERCISES).findings == []


# The check


def test_a_fresh_release_passes_the_check(course):
    assert check(course) == []


def edit_json(old, new):
    """Change the stored text itself."""

    def edit(path):
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return edit


def add_cell(source, **metadata):
    def edit(notebook):
        notebook.cells.append(nbformat.v4.new_code_cell(source, metadata=metadata, id="added"))

    return edit


PRACTICE = """\
def parabola(x):
    ### BEGIN SOLUTION
    height = 30 * x**2 - 50 * x
    return height
    ### END SOLUTION"""


def test_students_write_a_practice_themselves_and_nbgrader_does_not_know_it(course, source):
    notebook = nbformat.read(source, as_version=4)
    add_cell(PRACTICE, tags=["practice"])(notebook)
    write_notebook(source, notebook)
    released = course / release(course, exercises=EXERCISES).written[0]
    cell = nbformat.read(released, as_version=4).cells[-1]
    stub = '    raise NotImplementedError("Your code goes here: replace this line.")'
    assert cell.source.splitlines() == ["def parabola(x):", stub]
    assert "nbgrader" not in cell.metadata
    assert check(course) == []


def mark(number, **nbgrader):
    return lambda notebook: notebook.cells[number].metadata.nbgrader.update(nbgrader)


def give_error(notebook):
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
    notebook.cells[1].outputs = [error]


def duplicate(notebook):
    notebook.cells.append(nbformat.from_dict({**notebook.cells[2], "id": "again"}))


def picture(**data):
    """Return an output with the still of a moving figure, as it is when its cell has run."""
    page = f"<div><p>A picture from the last run.</p>{Still(1, 1, 'A dot.').html()}</div>"
    return nbformat.v4.new_output("display_data", data={"text/html": page, **data})


def add_still(source, *outputs):
    def edit(notebook):
        add_cell(source, tags=["still"])(notebook)
        notebook.cells[-1].outputs = list(outputs)

    return edit


def add_still_below(source, code):
    """Add a cell, and below it one that is tagged as a still."""

    def edit(notebook):
        notebook.cells.append(nbformat.v4.new_code_cell(source, id="above"))
        add_still(code, picture())(notebook)

    return edit


SABOTAGE = {
    "still between prediction and comparison": (
        add_still_below('predict(\n    "length", None\n)', "draw()"),
        "cell 11: a still that may show what predict('length') asks; remove the tag 'still'",
    ),
    "still in the cell of the comparison": (
        add_still_below('predict("length", None)', 'compare("length", 3)\ndraw()'),
        "cell 11: a still that may show what predict('length') asks",
    ),
    "still of an exercise's function": (
        add_still("draw(momentum_step)", picture()),
        "cell 10: a still that depends on momentum_step, which students write",
    ),
    "still of what an exercise's function made": (
        add_still_below(
            "def run():\n    return momentum_step(1, 2)\n\n\npath = run()", "draw(path)"
        ),
        "cell 11: a still that depends on path, which students write",
    ),
    "still of an exercise": (
        lambda notebook: notebook.cells[2].metadata.tags.append("still"),
        "a still of a cell that students write or that is graded",
    ),
    "still of prose": (
        lambda notebook: notebook.cells[0].metadata.update(tags=["still"]),
        "cell 1: a still of a cell that is no code",
    ),
    "still in a promise": (
        lambda notebook: notebook.cells[6].update(
            metadata={"tags": ["still"]}, outputs=[picture()]
        ),
        "cell 7: a still in a cell that promises numbers",
    ),
    "still not stored": (
        add_still("draw()", nbformat.v4.new_output("display_data", data={"image/png": "aGk="})),
        "cell 10: no still is stored; run `course release --run`",
    ),
    "hidden tests misspelt": (
        replace_source(3, "BEGIN HIDDEN TESTS", "BEGIN HIDEN TESTS"),
        "cell 4 (gradient-descent-step-test): misspelt marker '### BEGIN HIDEN TESTS'",
    ),
    "solution marker misspelt": (
        replace_source(2, "### BEGIN SOLUTION", "##BEGIN SOLUTION"),
        "misspelt marker '##BEGIN SOLUTION'",
    ),
    "marker in small letters": (
        replace_source(2, "### END SOLUTION", "### end solution"),
        "misspelt marker '### end solution'",
    ),
    "no end": (replace_source(2, "    ### END SOLUTION", ""), "without its end"),
    "no beginning": (replace_source(2, "    ### BEGIN SOLUTION\n", ""), "without its beginning"),
    "region inside region": (
        replace_source(3, "score(", "### BEGIN HIDDEN TESTS\nscore("),
        "inside another region",
    ),
    "mark scheme misspelt": (
        replace_source(7, "BEGIN MARK SCHEME", "BEGIN MARKSCHEME"),
        "misspelt marker '<!-- BEGIN MARKSCHEME -->'",
    ),
    "mark scheme unlocked": (mark(7, locked=False), "outside a locked Markdown cell"),
    "answer in an unmarked cell": (
        add_cell("### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
        "does not know as a solution",
    ),
    "practice with its answer shown": (
        add_cell("def double(x):\n    return 2 * x", tags=["practice"]),
        "practice that students would find done; put the answer between",
    ),
    "practice that nbgrader knows": (
        lambda notebook: notebook.cells[2].metadata.update(tags=["practice", "minutes-5"]),
        "the tag 'practice' on a cell that is no code or that nbgrader knows",
    ),
    "answer of a practice told elsewhere": (
        lambda notebook: [
            add_cell(PRACTICE, tags=["practice"])(notebook),
            notebook.cells.append(
                nbformat.v4.new_code_cell("height = 30 * x**2 - 50 * x", id="told")
            ),
        ],
        "'height = 30 * x**2 - 50 * x' is a line hidden in cell",
    ),
    "hidden tests in an unmarked cell": (
        add_cell("### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS"),
        "does not know as a test",
    ),
    "no markers in an answer": (
        replace_source(2, "    ### BEGIN SOLUTION\n", "    # here\n"),
        "nbgrader would clear the whole cell",
    ),
    "answer shown elsewhere": (
        add_cell("def again(weights, gradient, eta):\n    return weights - eta*gradient  # so"),
        "is a line hidden in cell 3 (gradient-descent-step)",
    ),
    "answer told in prose": (
        lambda notebook: notebook.cells.append(
            nbformat.v4.new_markdown_cell(
                "Write `momentum = alpha * momentum + gradient` there.", id="added"
            )
        ),
        "'momentum = alpha * momentum + gradient' is a line hidden in cell 5 (momentum-step)",
    ),
    "answer behind a semicolon": (
        add_cell("m = 0; momentum=alpha*momentum + gradient; print(m)"),
        "'momentum = alpha * momentum + gradient' is a line hidden in cell 5 (momentum-step)",
    ),
    "answer in a comment": (
        add_cell("x = 1  # momentum = alpha * momentum + gradient"),
        "'momentum = alpha * momentum + gradient' is a line hidden in cell 5 (momentum-step)",
    ),
    "returned value told in prose": (
        replace_source(0, "How far", "It is `weights - eta * gradient`. How far"),
        "'return weights - eta * gradient' is a line hidden in cell 3 (gradient-descent-step)",
    ),
    "registry shown": (
        add_cell("from course_utils.staff.registry import EXERCISES"),
        "course_utils.staff, which holds the answers, is mentioned",
    ),
    "staff imported": (
        add_cell("from course_utils import measures, staff"),
        "course_utils.staff, which holds the answers, is mentioned",
    ),
    "long cell": (add_cell("\n".join(f"x{n} = {n}" for n in range(26))), "a code cell of 26 lines"),
    "stored error": (give_error, "cell 2: a stored error (ValueError)"),
    "promise unseen": (
        replace_source(6, "# NBVAL_CHECK_OUTPUT\n", "# NBVAL_CHECK_OUTPUTS\n"),
        "a promise that nbval does not see",
    ),
    "promise unkept": (
        lambda notebook: notebook.cells[6].update(outputs=[]),
        "cell 7: no promised output is stored; run `course release --run`",
    ),
    "promise with a figure": (
        lambda notebook: notebook.cells[6].metadata.update(caption="It falls."),
        "cell 7: a promise in the cell of a figure",
    ),
    "emoji": (replace_source(0, "small", "small \N{ROCKET}"), "emoji (U+1F680)"),
    "grade_id twice": (duplicate, "the grade_id 'gradient-descent-step' occurs already in"),
    "wrong points": (mark(3, points=3), "3 points, in the registry 2"),
    "unknown exercise": (mark(2, grade_id="gradient-descend-step"), "did you mean 'gradient-"),
    "test misnamed": (mark(3, grade_id="gradient-descent-step"), "a test without its exercise"),
    "other function": (
        replace_source(2, "def gradient_descent_step", "def descent_step"),
        "defines descent_step(weights, gradient, eta), the registry gradient_descent_step(weights",
    ),
    "other arguments": (
        replace_source(2, "(weights, gradient, eta)", "(weights, eta, gradient)"),
        "(weights, eta, gradient), the registry gradient_descent_step(weights, gradient, eta)",
    ),
    "no hidden test": (
        replace_source(3, 'score("gradient-descent-step", gradient_descent_step)', "assert True"),
        'the line score("gradient-descent-step", gradient_descent_step) is missing',
    ),
    "no visible check": (
        replace_source(3, 'check("gradient-descent-step"', 'check("momentum-step"'),
        'the line check("gradient-descent-step", gradient_descent_step) is missing',
    ),
    "answer without test": (lambda notebook: notebook.cells.pop(3), "no test follows"),
    "exercise missing": (
        lambda notebook: notebook.cells.__delitem__(slice(2, 4)),
        "solutions/01-small: the exercise 'gradient-descent-step' is in no notebook",
    ),
    "no minutes": (
        lambda notebook: notebook.cells[2].metadata.pop("tags"),
        "(gradient-descent-step): no tags with its minutes; give it one, such as 'minutes-8'",
    ),
    "minutes twice": (
        lambda notebook: notebook.cells[2].metadata.tags.append("minutes-9"),
        "cell 3 (gradient-descent-step): 2 tags with its minutes",
    ),
    "minutes misspelt": (
        lambda notebook: notebook.cells[2].metadata.update(tags=["8-minutes"]),
        "cell 3 (gradient-descent-step): no tags with its minutes",
    ),
    "section without minutes": (
        replace_source(0, "*(25 min)*", "(25 min)"),
        "cell 1: a section's heading without its minutes",
    ),
    "exercise without section": (
        replace_source(0, "## 1 · One step *(25 min)*", ""),
        "cell 3 (gradient-descent-step): it stands in no section",
    ),
    "short section": (
        replace_source(0, "25 min", "22 min"),
        "cell 9 (reflect-bump): with it the exercises take more than their section's 22 min",
    ),
    "counts stored": (lambda notebook: notebook.cells[1].update(execution_count=3), "not tidy"),
    "metadata stored": (
        lambda notebook: notebook.cells[1].metadata.update(scrolled=True),
        "not tidy",
    ),
}


@pytest.mark.parametrize(("edit", "problem"), SABOTAGE.values(), ids=SABOTAGE.keys())
def test_the_check_finds(course, source, edit, problem):
    change(source, edit)
    before = snapshot(course)
    findings = check(course)
    assert problem in "\n".join(map(str, findings))
    assert snapshot(course) == before


HARMFUL = sorted(set(SABOTAGE) - {"counts stored", "metadata stored", "stored error"})


@pytest.mark.parametrize("name", HARMFUL)
def test_with_a_finding_nothing_is_written(course, source, name):
    change(source, SABOTAGE[name][0])
    before = snapshot(course)
    outcome = release(course, exercises=EXERCISES)
    assert outcome.findings
    assert outcome.written == []
    assert snapshot(course) == before


@pytest.mark.parametrize(
    "line",
    [
        "import course_utils.staff.registry",
        "from course_utils.staff.registry.momentum import momentum_step",
        "from course_utils.staff import registry",
    ],
)
def test_a_released_cell_that_imports_the_registry_in_any_way_is_found(course, source, line):
    change(source, add_cell(line))
    problems = [finding.problem for finding in check(course)]
    assert "course_utils.staff, which holds the answers, is mentioned" in problems


def lose_all_cells(notebook):
    notebook.cells = []


def lose_the_first_cell(notebook):
    del notebook.cells[0]


def empty_the_first_cell(notebook):
    notebook.cells[0].source = ""


@pytest.mark.parametrize("edit", [lose_all_cells, lose_the_first_cell, empty_the_first_cell])
def test_a_new_lesson_without_its_title_is_a_finding(course, source, edit):
    first_row = " | ".join(timetables.COURSE)
    (course / "README.md").write_text(f"| {first_row} |\n|---|---|---|---|\n", "utf-8")
    change(source, edit)
    assert "no title" in [finding.problem for finding in check(course)]


def test_what_findings_kept_from_being_written_is_not_called_written(course, source):
    change(source, replace_source(0, "small", "little"))
    assert len(release(course, exercises=EXERCISES).written) == 1
    change(source, replace_source(0, "little", "small \N{ROCKET}"))
    outcome = release(course, exercises=EXERCISES)
    assert (bool(outcome.findings), outcome.written) == (True, [])
    assert release(course, check=True, exercises=EXERCISES).written == []


def test_a_refusal_of_nbgraders_without_a_word_is_a_finding_too(course, monkeypatch):
    def refuse(*_):
        raise LookupError

    monkeypatch.setattr(release_module, "build_student_notebook", refuse)
    (finding,) = check(course)
    assert finding.problem == "nbgrader refuses: LookupError"


def test_a_release_mends_what_is_only_untidy(course, source):
    for name in ["counts stored", "metadata stored", "stored error"]:
        change(source, SABOTAGE[name][0])
    assert release(course, exercises=EXERCISES).findings == []
    assert check(course) == []


def test_a_line_of_an_answer_may_be_shown_where_a_tag_says_so(course, source):
    change(source, add_cell("step = weights - eta * gradient", tags=["repeats-answer"]))
    release(course, exercises=EXERCISES)
    assert check(course) == []


def test_the_longest_cell_allowed_passes_and_markers_do_not_count(course, source):
    lines = "\n".join(f"    x{n} = {n}" for n in range(22))
    change(
        source, replace_source(2, "    return weights - eta", f"{lines}\n    return weights - eta")
    )
    findings = check(course)
    assert not any("lines; split it" in str(finding) for finding in findings)
    change(source, replace_source(2, "    x0 = 0", "    x0 = 0\n    y0 = 0"))
    assert "a code cell of 26 lines" in "\n".join(map(str, check(course)))


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (edit_json("Your code goes here", "Think"), "differs from its source"),
        (edit_json('"points": 4', '"points": 40'), "differs from its source"),
        (lambda path: path.unlink(), "not built yet"),
    ],
)
def test_the_check_finds_a_student_notebook_that_was_edited(course, released, edit, problem):
    edit(released)
    (finding,) = check(course)
    assert (finding.path, finding.problem) == ("notebooks/01-small/01-small.ipynb", problem)


def test_the_check_finds_student_notebooks_that_no_source_makes(course, released):
    (released.parent / "old.ipynb").write_text("{}")
    (course / "notebooks" / "00-gone").mkdir()
    (course / "notebooks" / "00-gone" / "gone.ipynb").write_text("{}")
    paths = {finding.path for finding in check(course)}
    assert paths == {"notebooks/01-small/old.ipynb", "notebooks/00-gone/gone.ipynb"}


def test_a_student_notebook_whose_source_is_refused_is_not_called_left_over(course, source):
    change(source, SABOTAGE["hidden tests in an unmarked cell"][0])
    findings = check(course)
    assert [finding.path for finding in findings] == ["solutions/01-small/01-small.ipynb"] * 2
    assert not any(finding.mend == "delete it" for finding in findings)


def test_line_ends_of_another_system_are_no_drift(course, source, released):
    for path in (source, released):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert check(course) == []


@pytest.mark.parametrize(
    "text", ["# the solution", "## The solution", "# end of the test", "# and"]
)
def test_ordinary_comments_are_not_taken_for_markers(text):
    notebook = small_course.notebook()
    notebook.cells[1].source += f"\n{text}"
    assert lint_source("lesson.ipynb", notebook, EXERCISES) == []


@pytest.mark.parametrize(
    "line",
    [
        "### BEGIN HIDDEN TEST",
        "### BEGN SOLUTION",
        "# Begin solution",
        "### BEGIN_SOLUTION",
        "### START SOLUTION",
        "### SOLUTION",
        "### HIDDEN TESTS",
        "#BEGINSOLUTION",
        "x = 1  ### END SOLUTION",
        "### END SOLUTION ###",
    ],
)
def test_near_misses_of_a_marker_are_found(line):
    notebook = small_course.notebook()
    notebook.cells[1].source += f"\n{line}"
    problems = [finding.problem for finding in lint_source("lesson.ipynb", notebook, EXERCISES)]
    assert f"misspelt marker {line!r}" in problems


# The data of the visible checks


def declared(*slugs):
    """Return exercises of the real registry as if they were those of the small course."""
    exercises = {slug: copy.copy(registry.EXERCISES[slug]) for slug in slugs}
    for slug, exercise in exercises.items():
        exercise.lesson = "small"
        exercise.points = EXERCISES[slug].points if slug in EXERCISES else exercise.points
    return exercises


@pytest.fixture
def cases(course, monkeypatch):
    """The case files of the small course's own registry."""
    folder = course / "course_utils" / "exercises" / "compiled"
    own = SimpleNamespace(
        FOLDER=folder, EXERCISES=declared(*EXERCISES), compile_cases=registry.compile_cases
    )
    monkeypatch.setattr(release_module, "_registry", lambda: own)
    release(course)
    return folder


def test_a_release_compiles_the_data_of_every_exercise(cases):
    assert {path.stem for path in cases.iterdir()} == set(EXERCISES)
    for path in cases.iterdir():
        assert path.read_bytes() == registry.compile_cases(declared(path.stem)[path.stem])


def test_the_check_finds_case_files_that_are_outdated_missing_or_left_over(course, cases):
    (cases / "momentum-step.json").write_text("{}")
    (cases / "gradient-descent-step.json").unlink()
    (cases / "old-step.json").write_text("{}")
    found = {
        (finding.path.rsplit("/", 1)[1], finding.problem)
        for finding in release(course, check=True).findings
    }
    assert found == {
        ("momentum-step.json", "differs from its exercise"),
        ("gradient-descent-step.json", "not built yet"),
        ("old-step.json", "no exercise of this name"),
    }


def test_the_check_finds_a_folder_of_the_registry_that_belongs_to_no_lesson(course, cases):
    other = declared("nesterov-step")
    other["nesterov-step"].lesson = "smal"
    release_module._registry().EXERCISES.update(other)
    (cases / "nesterov-step.json").write_bytes(registry.compile_cases(other["nesterov-step"]))
    (finding,) = release(course, check=True).findings
    assert str(finding) == (
        "course_utils/staff/registry/smal: no lesson in solutions/ is called so; "
        "call it like the first word of its lesson's folder"
    )


def test_a_registry_that_cannot_be_imported_is_told_in_one_sentence(course, monkeypatch, capsys):
    monkeypatch.delattr(staff, "registry")
    monkeypatch.setitem(sys.modules, "course_utils.staff.registry", None)
    monkeypatch.chdir(course)
    before = snapshot(course)
    assert main(["release"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("course release: the registry cannot be read: import of ")
    assert said.count("\n") == 1
    assert snapshot(course) == before


def test_a_registry_that_is_given_is_compiled_like_the_courses_own(course, cases):
    chosen = declared("nesterov-step", "momentum-step")
    findings = release(course, check=True, exercises=chosen).findings
    left_over = {
        finding.path.rsplit("/", 1)[1]
        for finding in findings
        if finding.problem == "no exercise of this name"
    }
    assert left_over == {"gradient-descent-step.json"}
    assert "nesterov-step.json: not built yet" in "\n".join(map(str, findings))


# Sources that are not notebooks


def truncated(path):
    path.write_text(path.read_text("utf-8")[:-200], "utf-8")


BROKEN = {
    "empty": (lambda path: path.write_text(""), "text that breaks off or is not JSON"),
    "truncated": (truncated, "text that breaks off or is not JSON"),
    "not utf-8": (lambda path: path.write_bytes(b"\xff\xfe\x00{"), "bytes that are not UTF-8"),
    "not an object": (lambda path: path.write_text("[1, 2]"), "JSON without a list of cells"),
    "format 3": (edit_json('"nbformat": 4', '"nbformat": 3'), "notebook format 3 instead of 4"),
    "no cells": (lambda path: path.write_text('{"nbformat": 4}'), "an invalid one"),
    "cells are numbers": (
        lambda path: path.write_text('{"nbformat": 4, "cells": [1]}'),
        "a cell that is not an object",
    ),
    "unknown cell type": (
        edit_json('"cell_type": "markdown",\n   "id"', '"cell_type": "poem",\n   "id"'),
        "an invalid one",
    ),
    "format is a word": (
        lambda path: path.write_text('{"nbformat": 4, "nbformat_minor": "x", "cells": []}'),
        "an invalid one",
    ),
    "brackets without end": (
        lambda path: path.write_text("[" * 100_000),
        "brackets within brackets, too deep to read",
    ),
    "id is a list": (edit_json('"id": "cell-0"', '"id": [5]'), "an invalid one"),
}


@pytest.mark.parametrize(("damage", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_source_is_refused_in_a_sentence_and_nothing_is_lost(
    course, source, damage, reason, monkeypatch, capsys
):
    damage(source)
    before = snapshot(course)
    monkeypatch.chdir(course)
    assert main(["release"]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("course release: expected a Jupyter notebook in ")
    assert f"{source.name}, got {reason}" in captured.err
    assert captured.err.count("\n") == captured.err.count("expected a Jupyter notebook") == 1
    assert snapshot(course) == before


def test_a_broken_lesson_keeps_the_others_from_being_half_written(course, source):
    change(source, add_cell("x = 1"))
    other = course / "solutions" / "02-broken" / "02-broken.ipynb"
    other.parent.mkdir()
    other.write_text("{")
    before = snapshot(course)
    with pytest.raises(UsageError, match="02-broken"):
        release(course, exercises=EXERCISES)
    assert snapshot(course) == before


def test_an_unknown_lesson_is_answered_with_a_near_one(course):
    with pytest.raises(UsageError, match="got '01-smal'; did you mean 01-small"):
        release(course, ["01-smal"], exercises=EXERCISES)


def test_a_course_without_lessons_says_so(tmp_path):
    with pytest.raises(UsageError, match=r"expected lessons in .*, got none"):
        release(tmp_path, exercises=EXERCISES)


def test_a_disk_that_fills_up_is_one_sentence_and_the_next_release_goes_on(
    course, source, released, monkeypatch, capsys
):
    change(source, add_cell("x = 1"))
    monkeypatch.chdir(course)
    replace = os.replace

    def full(old, new):
        if new == released:
            raise OSError(errno.ENOSPC, "No space left on device", str(new))
        replace(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        assert main(["release"]) == 1
    assert capsys.readouterr().err == f"course release: No space left on device: {released}\n"
    assert main(["release"]) == 0
    assert check(course) == []


# Running the sources


def test_running_stores_promised_output_and_stills_alone(course, source):
    change(source, lambda notebook: notebook.cells.__delitem__(slice(2, 6)))
    change(source, lambda notebook: notebook.cells[2].update(outputs=[]))
    drawing = 'from course_utils.plotting import Still\n\nprint("drawn")\nStill(1, 1, "A dot.")'
    change(source, add_still(drawing))
    assert release(course, run=True, exercises={}).findings == []
    cells = nbformat.read(source, as_version=4).cells
    assert [cell.get("outputs") for cell in cells[:2]] == [None, []]
    assert cells[2].outputs[0].text == small_course.PROMISED
    (still,) = cells[-1].outputs
    assert read_still(still.data)[1:] == ("A dot.", 100)


def test_a_source_that_does_not_run_is_a_finding(course, source):
    change(source, lambda notebook: notebook.cells.__delitem__(slice(2, 6)))
    change(source, add_cell("1 / 0"))
    before = snapshot(course)
    findings = release(course, run=True, exercises={}).findings
    assert re.search(
        r"cell 6: it does not run: ZeroDivisionError: division by zero", str(findings[0])
    )
    assert snapshot(course) == before


def test_a_notebook_that_stops_without_a_word_is_a_finding(course, source, monkeypatch):
    from course_utils.staff.authoring.headless import HeadlessClient

    def stop(self):
        raise RuntimeError

    monkeypatch.setattr(HeadlessClient, "execute", stop)
    findings = release(course, run=True, exercises=EXERCISES).findings
    assert "it does not run: RuntimeError" in [finding.problem for finding in findings]
