"""Notebooks of ``solutions/``: one form whatever editor saved them, and lasting cell ids."""

import nbformat

from course_utils.staff.authoring.notebooks import read_notebook, serialise, tidy
from support import small_course


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
