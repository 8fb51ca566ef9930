"""Files that stand in a notebook's place, and what is said of them: a word of each reason.

`BYTES` are contents, `PLACES` are functions that make something of a folder, `EDITED` are functions
that edit a notebook (all its answers wrong) in the hope of a better score.
"""

import json
import os
import pickle
import socket
import zlib

from support.submissions import NOTEBOOK, answered, cell_of, code_cell, released, write

_text = json.dumps(released())


def _notebook(**changes):
    return json.dumps({**released(), **changes}).encode()


def _with_cell(cell):
    notebook = released()
    notebook["cells"].insert(0, cell)
    return json.dumps(notebook).encode()


BYTES = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n\t\n", "empty"),
    "half a notebook": (_text[: len(_text) // 2].encode(), "breaks off"),
    "prose": (b"I could not open the notebook, sorry.", "no JSON"),
    "a list": (b"[]", "no notebook"),
    "a number": (b"42", "no notebook"),
    "null": (b"null", "no notebook"),
    "another JSON object": (b'{"cells": []}', "no notebook"),
    "format 3": (_notebook(nbformat=3), "format 3"),
    "format 5": (_notebook(nbformat=5), "format 5"),
    "a format in words": (_notebook(nbformat="4"), "format"),
    "a format that is true": (_notebook(nbformat=True), "format"),
    "a format without end": (_notebook(nbformat=float("nan")), "format"),
    "no cells": (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "list of cells"),
    "cells in an object": (_notebook(cells={}), "list of cells"),
    "cells that are numbers": (_notebook(cells=[1, 2]), "list of cells"),
    "no cell at all": (_notebook(cells=[]), "recognised"),
    "no solution cell": (_notebook(cells=[code_cell("x = 1")]), "recognised"),
    "a source that is a number": (_with_cell({"cell_type": "code", "source": 7}), "not text"),
    "a source of numbers": (_with_cell({"cell_type": "code", "source": [1]}), "not text"),
    "deep nesting": (b'{"nbformat": 4, "cells": ' + b"[" * 50000 + b"]" * 50000 + b"}", "deep"),
    "a number of 10000 digits": (b'{"nbformat": ' + b"4" * 10000 + b"}", "number"),
    "more than 20 MiB": (b" " * (20 * 2**20 + 1), "20 MiB"),
    "two million lists": (b'{"nbformat": 4, "cells": [' + b"[]," * 2 * 10**6 + b"[]]}", "lists"),
    "UTF-16": (_text.encode("utf-16"), "UTF-8"),
    "Latin-1": (_text.replace("gradient", "gradi\xe9nt").encode("latin-1", "ignore"), "UTF-8"),
    "zero bytes": (bytes(1000), "no JSON"),
    "something compressed": (zlib.compress(_text.encode()), "UTF-8"),
    "a pickle": (pickle.dumps(print), "UTF-8"),
    "a page": (b"<!DOCTYPE html><title>Sign in</title>", "no JSON"),
}


def a_link_to_a_file(folder):
    (folder.parent / "elsewhere.ipynb").write_text(_text)
    (folder / NOTEBOOK).symlink_to(folder.parent / "elsewhere.ipynb")


def a_link_to_nothing(folder):
    (folder / NOTEBOOK).symlink_to("/nowhere/at/all")


def a_link_to_itself(folder):
    (folder / NOTEBOOK).symlink_to(NOTEBOOK)


def a_link_under_another_name(folder):
    (folder.parent / "elsewhere.ipynb").write_text(_text)
    (folder / "mine.ipynb").symlink_to(folder.parent / "elsewhere.ipynb")


def a_folder_that_is_a_link(folder):
    write(folder.parent / "elsewhere", released())
    folder.rmdir()
    folder.symlink_to(folder.parent / "elsewhere")


def a_pipe(folder):
    os.mkfifo(folder / NOTEBOOK)


def a_socket(folder):
    with socket.socket(socket.AF_UNIX) as made:
        here = os.getcwd()
        os.chdir(folder)  # the name of a socket is short
        try:
            made.bind(NOTEBOOK)
        finally:
            os.chdir(here)


def a_hole_of_a_terabyte(folder):
    (folder / NOTEBOOK).write_bytes(b"")
    os.truncate(folder / NOTEBOOK, 10**12)


def a_folder_that_is_a_link_to_itself(folder):
    folder.rmdir()
    folder.symlink_to(folder.name)


def a_folder(folder):
    (folder / NOTEBOOK).mkdir()


def nothing(folder):
    pass


def no_folder(folder):
    folder.rmdir()


def other_files(folder):
    (folder / "timestamp.txt").write_text("2026-01-01")
    (folder / "answer.py").write_text("x = 1")


def two_strangers(folder):
    write(folder, answered({"momentum-step": "def momentum_step(): pass"}), "a.ipynb")
    write(folder, answered({"nesterov-step": "def nesterov_step(): pass"}), "b.ipynb")


PLACES = {
    a_link_to_a_file: ("symbolic link", "link"),
    a_link_to_nothing: ("symbolic link", "link"),
    a_link_to_itself: ("symbolic link", "link"),
    a_link_under_another_name: ("symbolic link", "link"),
    a_folder_that_is_a_link: ("symbolic link", "link"),
    a_folder_that_is_a_link_to_itself: ("symbolic link", "link"),
    a_hole_of_a_terabyte: ("20 MiB", None),
    a_pipe: ("not a file", None),
    a_socket: ("cannot be read", None),
    a_folder: ("not a file", None),
    nothing: ("no notebook", None),
    no_folder: ("cannot be read", None),
    other_files: ("no notebook", None),
    two_strangers: ("cannot be told", None),
}

GRADED_CELL = "momentum-step-test"


def skips_its_tests(notebook):
    cell_of(notebook, GRADED_CELL)["metadata"]["tags"] = ["skip-execution"]
    return "metadata-changed"


def rewrites_its_tests(notebook):
    cell_of(notebook, GRADED_CELL)["source"] = "4.0"
    return "tests-edited"


def deletes_its_tests(notebook):
    notebook["cells"].remove(cell_of(notebook, GRADED_CELL))
    return "tests-missing"


def gives_itself_points(notebook):
    cell_of(notebook, GRADED_CELL)["metadata"]["nbgrader"]["points"] = 282
    return "metadata-changed"


def gives_itself_more_points_than_a_float_holds(notebook):
    cell_of(notebook, GRADED_CELL)["metadata"]["nbgrader"]["points"] = 10**400
    return "metadata-changed"


def gives_itself_points_without_end(notebook):
    cell_of(notebook, GRADED_CELL)["metadata"]["nbgrader"]["points"] = float("inf")
    return "metadata-changed"


def gives_itself_points_that_are_no_number(notebook):
    cell_of(notebook, GRADED_CELL)["metadata"]["nbgrader"]["points"] = float("nan")
    return "metadata-changed"


def calls_all_its_cells_the_same(notebook):
    for cell in notebook["cells"]:
        cell["id"] = "same"


def unlocks_its_tests(notebook):
    cell_of(notebook, GRADED_CELL)["metadata"]["nbgrader"]["locked"] = False
    return "metadata-changed"


def turns_its_tests_to_prose(notebook):
    cell_of(notebook, GRADED_CELL)["cell_type"] = "markdown"
    return "tests-edited"


def repeats_a_graded_cell(notebook):
    notebook["cells"].append(cell_of(notebook, GRADED_CELL))
    return "cell-duplicated"


def repeats_an_answer(notebook):
    notebook["cells"].append({**cell_of(notebook, "momentum-step"), "source": "momentum_step = 1"})
    return "cell-duplicated"


def adds_code_that_patches(notebook):
    notebook["cells"].insert(0, code_cell("import numpy.testing as t\nt.assert_allclose = print"))
    return "extra-code"


def adds_the_answer_elsewhere(notebook):
    notebook["cells"].append(
        code_cell(
            "def momentum_step(w, m, g, eta, a):\n    m = a * m + g\n    return w - eta * m, m"
        )
    )
    return "extra-code"


def breaks_the_schema(notebook):
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = "x' OR 1=1 --"


def forges_checksums(notebook):
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["checksum"] = "0" * 32


def forges_outputs(notebook):
    cell_of(notebook, GRADED_CELL)["outputs"] = [
        {"output_type": "execute_result", "data": {"text/plain": "4.0"}, "metadata": {}}
    ]


def asks_for_another_kernel(notebook):
    notebook["metadata"]["kernelspec"] = {"name": "bash", "language": "bash", "display_name": "B"}


def names_a_cell_by_a_list(notebook):
    notebook["cells"].append(code_cell("x = 1", nbgrader={"grade_id": ["momentum-step"]}))
    return "extra-code"


def has_metadata_of_other_types(notebook):
    notebook["cells"].append({**code_cell(""), "metadata": [1, 2]})
    notebook["cells"].append({**code_cell(""), "metadata": {"nbgrader": "momentum-step"}})
    notebook["metadata"] = None


def empties_its_answer(notebook):
    cell_of(notebook, "momentum-step")["source"] = " \n"
    return "solution-missing"


def turns_its_answer_to_prose(notebook):
    cell_of(notebook, "momentum-step")["cell_type"] = "markdown"
    return "repaired"


def deletes_its_answer(notebook):
    notebook["cells"].remove(cell_of(notebook, "momentum-step"))
    return "solution-missing"


def swaps_two_answers(notebook):
    one, other = cell_of(notebook, "momentum-step"), cell_of(notebook, "nesterov-step")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]
    return "repaired"


def begins_an_answer_with_a_shell(notebook):
    cell_of(notebook, "momentum-step")["source"] = "!rm -rf ~\n%%bash\nx = 1"
    return "magic-dropped"


EDITED = (
    skips_its_tests,
    rewrites_its_tests,
    deletes_its_tests,
    gives_itself_points,
    gives_itself_more_points_than_a_float_holds,
    gives_itself_points_without_end,
    gives_itself_points_that_are_no_number,
    calls_all_its_cells_the_same,
    unlocks_its_tests,
    turns_its_tests_to_prose,
    repeats_a_graded_cell,
    repeats_an_answer,
    adds_code_that_patches,
    adds_the_answer_elsewhere,
    breaks_the_schema,
    forges_checksums,
    forges_outputs,
    asks_for_another_kernel,
    names_a_cell_by_a_list,
    has_metadata_of_other_types,
    empties_its_answer,
    turns_its_answer_to_prose,
    deletes_its_answer,
    swaps_two_answers,
    begins_an_answer_with_a_shell,
)


def worthless():
    """Return a notebook whose answers are all worth nothing, but can be run."""
    from course_utils.staff.registry import EXERCISES

    names = {slug: EXERCISES[slug].function for slug in _slugs()}
    return answered({slug: f"def {name}(*a):\n    return None" for slug, name in names.items()})


def _slugs():
    from support.submissions import ANSWERS

    return ANSWERS
