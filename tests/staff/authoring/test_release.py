"""The release: one form for sources, nbgrader's own notebooks for students, and nothing leaks."""

import errno
import os
import re
import subprocess
import sys

import nbformat
import pytest

from course_utils.app.main import main
from course_utils.app.places import UsageError
from course_utils.staff import registry
from course_utils.staff.authoring import release as release_module
from course_utils.staff.authoring.lint import lint_source
from course_utils.staff.authoring.release import (
    read_notebook,
    release,
    serialise,
    tidy,
    write_atomically,
)
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


def test_another_process_builds_the_same_bytes(course, released):
    expected = released.read_bytes()
    released.unlink()
    program = (
        "import pathlib, sys; sys.path.insert(0, sys.argv[1]); from small_course import EXERCISES;"
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


# One form for a source


def noisy():
    notebook = small_course.notebook()
    notebook.metadata["widgets"] = {"state": {}}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.12.1"}
    notebook.metadata["kernelspec"] = {"name": "my-env", "display_name": "mine"}
    for cell in notebook.cells:
        cell.source += "\n"
        cell.metadata["collapsed"] = True
        cell.metadata["ExecuteTime"] = {"start_time": "2024"}
        if cell.cell_type == "code":
            cell.execution_count = 7
            cell.outputs = [
                nbformat.v4.new_output("stream", name="stdout", text="0.2\n"),
                nbformat.v4.new_output("stream", name="stderr", text="careful\n"),
                nbformat.v4.new_output("display_data", data={"image/png": "aGk="}),
                nbformat.v4.new_output(
                    "execute_result",
                    data={"text/plain": "0.2", "text/html": "<b>0.2</b>"},
                    execution_count=7,
                ),
            ]
    notebook.cells.append(nbformat.v4.new_code_cell("\n"))
    return notebook


def test_tidying_removes_what_an_editor_adds():
    quiet = tidy(small_course.notebook())
    loud = tidy(noisy())
    loud.cells[6].outputs = quiet.cells[6].outputs  # kept; see the next test
    assert serialise(loud) == serialise(quiet)
    assert loud.metadata.kernelspec.name == "python3"
    assert "version" not in loud.metadata.language_info


def test_tidying_keeps_the_text_that_a_cell_promises_and_nothing_else():
    cells = [cell for cell in tidy(noisy()).cells if cell.cell_type == "code"]
    assert [len(cell.outputs) for cell in cells] == [0, 0, 0, 0, 0, 2]
    printed, value = cells[-1].outputs
    assert (printed.name, printed.text) == ("stdout", "0.2\n")
    assert (value.data, value.execution_count) == ({"text/plain": "0.2"}, 1)


def test_tidying_twice_changes_nothing_more_and_never_its_argument():
    notebook = noisy()
    before = serialise(notebook)
    once = tidy(notebook)
    assert serialise(tidy(once)) == serialise(once)
    assert serialise(notebook) == before


def test_cell_ids_are_kept_made_from_the_content_and_never_twice(tmp_path):
    path = tmp_path / "lesson.ipynb"
    text = nbformat.v4.writes(small_course.notebook())
    text = text.replace('"id": "cell-0"', '"id": "cell-1"').replace('"id": "cell-4",', "")
    path.write_text(text)
    ids = [cell.id for cell in read_notebook(path).cells]
    assert ids == [cell.id for cell in read_notebook(path).cells]
    assert len(set(ids)) == len(ids)
    assert [ids[0], *ids[2:4], *ids[5:]] == ["cell-1", *(f"cell-{n}" for n in (2, 3, 5, 6, 7, 8))]


def test_the_formatter_agrees_with_our_form_of_a_notebook(course, source):
    config = str(ROOT / "pyproject.toml")
    command = [sys.executable, "-m", "ruff", "format", "--check", "--config", config, str(source)]
    assert subprocess.run(command, capture_output=True).returncode == 0


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


def mark(number, **nbgrader):
    return lambda notebook: notebook.cells[number].metadata.nbgrader.update(nbgrader)


def give_error(notebook):
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
    notebook.cells[1].outputs = [error]


def duplicate(notebook):
    notebook.cells.append(nbformat.from_dict({**notebook.cells[2], "id": "again"}))


SABOTAGE = {
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
        "the registry, with its answers, is mentioned",
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
    "emoji": (replace_source(0, "small", "small \N{ROCKET}"), "emoji (U+1F680)"),
    "grade_id twice": (duplicate, "the grade_id 'gradient-descent-step' occurs already in"),
    "wrong points": (mark(3, points=3), "3 points, in the registry 2"),
    "unknown exercise": (mark(2, grade_id="gradient-descend-step"), "did you mean 'gradient-"),
    "test misnamed": (mark(3, grade_id="gradient-descent-step"), "a test without its exercise"),
    "other function": (
        replace_source(2, "def gradient_descent_step", "def descent_step"),
        "defines descent_step, the registry gradient_descent_step",
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
    assert release(course, exercises=EXERCISES).findings
    assert snapshot(course) == before


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

    monkeypatch.setattr(release_module, "build", refuse)
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
    change(source, SABOTAGE["answer in an unmarked cell"][0])
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


@pytest.fixture
def cases(course, monkeypatch):
    """The case files of the real registry, compiled into the small course."""
    folder = course / "course_utils" / "exercises" / "cases"
    monkeypatch.setattr(registry, "FOLDER", folder)
    release(course)
    return folder


def test_a_release_compiles_the_data_of_every_exercise(cases):
    assert {path.stem for path in cases.iterdir()} == set(registry.EXERCISES)
    for path in cases.iterdir():
        assert path.read_bytes() == registry.compile_cases(registry.EXERCISES[path.stem])


def test_the_check_finds_case_files_that_are_outdated_missing_or_left_over(course, cases):
    (cases / "momentum-step.json").write_text("{}")
    (cases / "nesterov-step.json").unlink()
    (cases / "old-step.json").write_text("{}")
    found = {
        (finding.path.rsplit("/", 1)[1], finding.problem)
        for finding in release(course, check=True).findings
    }
    assert found == {
        ("momentum-step.json", "differs from its exercise"),
        ("nesterov-step.json", "not built yet"),
        ("old-step.json", "no exercise of this name"),
    }


def test_a_registry_that_is_given_is_compiled_like_the_courses_own(course, cases):
    chosen = {slug: registry.EXERCISES[slug] for slug in ("nesterov-step", "momentum-step")}
    (cases / "nesterov-step.json").unlink()
    findings = release(course, check=True, exercises=chosen).findings
    left_over = {
        finding.path.rsplit("/", 1)[1]
        for finding in findings
        if finding.problem == "no exercise of this name"
    }
    assert left_over == {f"{slug}.json" for slug in registry.EXERCISES if slug not in chosen}
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


def test_a_crash_while_writing_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "lesson.ipynb"
    path.write_text("old")

    def crash(*_):
        raise OSError("disk full")

    monkeypatch.setattr(release_module.os, "replace", crash)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, "new")
    assert snapshot(tmp_path) == {path: b"old"}


def test_a_clean_up_that_fails_does_not_hide_what_failed_first(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    def gone(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(release_module.os, "replace", full)
    monkeypatch.setattr(release_module.os, "unlink", gone)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(tmp_path / "lesson.ipynb", "new")


def test_a_file_is_on_the_disk_before_it_takes_the_old_ones_place(tmp_path, monkeypatch):
    order = []
    for name in ("fsync", "replace"):
        deed = getattr(os, name)
        monkeypatch.setattr(
            release_module.os, name, lambda *a, n=name, d=deed: (order.append(n), d(*a))
        )
    write_atomically(tmp_path / "lesson.ipynb", "new")
    assert order == ["fsync", "replace"]


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
        patch.setattr(release_module.os, "replace", full)
        assert main(["release"]) == 1
    assert capsys.readouterr().err == f"course release: No space left on device: {released}\n"
    assert main(["release"]) == 0
    assert check(course) == []


# Running the sources


def test_running_stores_promised_output_alone(course, source):
    change(source, lambda notebook: notebook.cells.__delitem__(slice(2, 6)))
    change(source, lambda notebook: notebook.cells[2].update(outputs=[]))
    assert release(course, run=True, exercises={}).findings == []
    cells = nbformat.read(source, as_version=4).cells
    assert [cell.get("outputs") for cell in cells[:2]] == [None, []]
    assert cells[2].outputs[0].text == small_course.PROMISED


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
