"""Nothing that a person can read as an answer is lost, wherever in the notebook it stands."""

import functools

import pytest

from course_utils.staff.grading.score import score_submission
from course_utils.staff.grading.submissions.canonical import read_submission
from course_utils.staff.grading.submissions.release import read_release
from support import ROOT, misplaced
from support.cohorts import hand_in, right
from support.misplaced import FIRST, REFLECTIONS, SECOND, SLUG, all_answered
from support.submissions import (
    ANSWERS,
    BRISK,
    FULL,
    LESSON,
    SEED,
    answered,
    cell_of,
    code_cell,
    points,
    read,
    released,
    write,
)

each = functools.partial(pytest.mark.parametrize, ids=lambda edit: edit.__name__)


@pytest.fixture
def read_notebook(tmp_path):
    return lambda notebook: read(write(tmp_path / "ada", notebook))


def edited(edit):
    notebook = all_answered()
    edit(notebook)
    return notebook


def plain(source):
    return [line.rstrip() for line in source.splitlines() if line.strip()]


@each("edit", [*misplaced.CODE, *misplaced.UNREMARKABLE])
def test_code_in_another_place_is_found_and_said_to_be(edit, read_notebook):
    submission = read_notebook(edited(edit))
    found = submission.notebooks[LESSON]
    for slug, source in ANSWERS.items():
        assert plain(source) == [line for line in plain(found[slug]) if line not in NOTES], slug
    remarkable = edit not in misplaced.UNREMARKABLE
    assert ("repaired" in submission.flags) == remarkable
    assert any(repair.startswith(SLUG) for repair in submission.repairs) == remarkable
    assert submission.reflections == REFLECTIONS
    assert submission.doubts == {}
    assert "solution-missing" not in submission.flags


NOTES = ("# a note", "# see below")


def test_the_lines_of_an_answer_below_the_stub_are_put_into_its_function(read_notebook):
    notebook = all_answered()
    body = ANSWERS[SLUG].split("\n", 1)[1]
    cell_of(notebook, SLUG)["source"] = misplaced.stub()
    misplaced.below(notebook, SLUG, code_cell(body))
    submission = read_notebook(notebook)
    head = misplaced.stub().splitlines()[:-1]
    assert submission.notebooks[LESSON][SLUG].splitlines() == [*head, *body.splitlines()]
    number = notebook["cells"].index(cell_of(notebook, SLUG)) + 1
    assert submission.repairs == (
        f"{SLUG}: put together from cells {number} and {number + 1}; "
        "without the line that raises NotImplementedError.",
    )


@each("edit", misplaced.WORDS)
def test_words_in_another_place_are_found_and_said_to_be(edit, read_notebook):
    submission = read_notebook(edited(edit))
    assert submission.reflections == REFLECTIONS
    assert "repaired" in submission.flags
    assert any(repair.startswith("reflect-") for repair in submission.repairs)
    assert {slug: plain(source) for slug, source in submission.notebooks[LESSON].items()} == {
        slug: plain(source) for slug, source in ANSWERS.items()
    }


@each("edit", misplaced.DOUBTFUL)
def test_what_only_a_person_can_judge_has_no_points_and_a_reason(edit, read_notebook):
    submission = read_notebook(edited(edit))
    assert list(submission.doubts) == [SLUG]
    assert "repaired" in submission.flags
    assert "solution-missing" not in submission.flags
    other = read_notebook(answered(submission.notebooks[LESSON] | REFLECTIONS))
    if not other.doubts:  # the same text without a doubt is another result
        assert other.digest != submission.digest


@pytest.mark.requires("bubblewrap")
def test_an_exercise_left_to_a_person_has_no_points_and_the_others_have_theirs(read_notebook):
    result = score_submission(read_notebook(edited(misplaced.lines_below_the_stub)), SEED, BRISK)
    assert points(result)[SLUG] is None
    assert result.points == FULL - 4
    assert "a person will look at it" in result.exercises[SLUG].message
    assert result.repairs == ()


def test_an_exercise_that_is_not_answered_is_no_doubt(read_notebook):
    assert read_notebook(released()).doubts == {}
    notebook = released()
    notebook["cells"].remove(cell_of(notebook, SLUG))
    submission = read_notebook(notebook)
    assert (submission.doubts, submission.flags) == ({}, ("solution-missing",))


def test_an_untouched_and_an_empty_reflection_are_no_answer_and_any_words_are(read_notebook):
    notebook = answered()
    cell_of(notebook, FIRST)["source"] = " \n"
    assert read_notebook(notebook).reflections == {}
    notebook["cells"].insert(5, misplaced.text_cell("A note in section 1."))
    submission = read_notebook(notebook)
    assert submission.reflections == {SECOND: "A note in section 1."}
    assert submission.repairs == (f"{SECOND}: taken from cell 6.",)


def test_words_in_their_cell_are_read_to_the_last_blank(read_notebook):
    words = {FIRST: "\n  Words. \n\n", SECOND: "More."}
    assert read_notebook(answered(ANSWERS | words)).reflections == words


def test_words_beside_answered_reflections_are_nobodys_business(read_notebook):
    notebook = all_answered()
    notebook["cells"].insert(5, misplaced.text_cell("A note in section 1."))
    submission = read_notebook(notebook)
    assert (submission.reflections, submission.flags) == (REFLECTIONS, ())


HELPED = "def momentum_step(weights, momentum, gradient, eta, alpha):\n    return helper(momentum)"


@pytest.mark.parametrize(
    ("cells", "taken"),
    [
        (["def helper(m):\n    return m\nprint(helper(1))"], ["def helper(m):\n    return m"]),
        (["def helper(m):\n    return deeper(m)", "def deeper(m):\n    return m"], None),
        (["from math import sin as helper\nx = open('f')"], ["from math import sin as helper"]),
        (["LIMIT = 3\ndef helper(m):\n    return m * LIMIT"], ["LIMIT = 3", "def helper(m)"]),
        (["def helper(m):\n    return 1", "def helper(m):\n    return 2"], ["return 2"]),
    ],
    ids=["a function", "what it needs in turn", "an import", "a constant", "the last one"],
)
def test_an_answer_takes_along_what_it_needs_of_other_cells_and_nothing_else(
    cells, taken, read_notebook
):
    notebook = answered({SLUG: HELPED})
    notebook["cells"][3:3] = [code_cell(source) for source in cells]
    submission = read_notebook(notebook)
    source = submission.notebooks[LESSON][SLUG]
    assert all(text in source for text in taken or cells)
    assert source.endswith(HELPED)
    assert "print" not in source
    assert "open" not in source
    assert "return 1" not in source
    assert {"repaired", "extra-code"} <= set(submission.flags)
    assert "helper" in submission.repairs[0]
    assert "helper" not in submission.elsewhere


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("below the check", "def helper(m):\n    return m"),
        ("above", "gradient = 3\nmomentum = [1]\nother = 5"),
        ("above", "momentum, gradient = 1, 2"),
        ("above", "if True:\n    def helper(m):\n        return m"),
    ],
)
def test_what_an_answer_does_not_need_or_stands_below_is_left_where_it_is(
    where, source, read_notebook
):
    notebook = answered({SLUG: HELPED})
    at = 3 if where == "above" else len(notebook["cells"])
    notebook["cells"].insert(at, code_cell(source))
    submission = read_notebook(notebook)
    assert submission.notebooks[LESSON][SLUG] == HELPED
    assert submission.flags == ("extra-code",)


def test_a_helper_in_the_lessons_first_cell_is_taken_and_the_lessons_own_lines_are_not(
    read_notebook,
):
    notebook = answered({SLUG: HELPED})
    imports = next(cell for cell in notebook["cells"] if cell["id"] == "imports")
    imports["source"] += "\n\n\ndef helper(m):\n    return np.asarray(m)"
    source = read_notebook(notebook).notebooks[LESSON][SLUG]
    assert source == f"def helper(m):\n    return np.asarray(m)\n\n{HELPED}"


# Several files


@pytest.mark.parametrize("copy_name", [f"{LESSON}-Copy1.ipynb", f"{LESSON} (1).ipynb"])
def test_the_untouched_original_gives_way_to_the_copy_that_holds_the_work(tmp_path, copy_name):
    write(tmp_path, released())
    submission = read(write(tmp_path, all_answered(), copy_name))
    assert submission.notebooks == {LESSON: ANSWERS}
    assert submission.flags == ("repaired", "renamed")
    assert copy_name in submission.repairs[0]


def test_the_usual_name_counts_beside_other_answers_and_a_person_hears_of_them(tmp_path):
    write(tmp_path, all_answered())
    submission = read(write(tmp_path, answered({SLUG: "def momentum_step(): pass"}), "old.ipynb"))
    assert submission.notebooks == {LESSON: ANSWERS}
    assert submission.flags == ("repaired",)
    assert "old.ipynb" in submission.repairs[0]


def test_two_copies_with_the_same_answers_are_one(tmp_path):
    write(tmp_path, all_answered(), "a.ipynb")
    submission = read(write(tmp_path, all_answered(), "b.ipynb"))
    assert submission.notebooks == {LESSON: ANSWERS}
    assert submission.flags == ("renamed",)


def test_a_folder_full_of_notebooks_is_not_graded(tmp_path):
    for number in range(21):
        write(tmp_path, b"{}", f"{number}.ipynb")
    assert read(tmp_path).reason == "there are more than 20 notebooks in the submission"


def test_three_notebooks_of_other_names_are_told_apart_by_their_cells(tmp_path):
    lesson = "04-initialization-and-momentum"
    folder = hand_in(tmp_path, "ada", right(lesson), lesson)
    for number, path in enumerate(sorted(folder.glob("*.ipynb"), reverse=True)):
        path.rename(folder / f"lesson ({number}).ipynb")
    submission = read_submission(folder, read_release(ROOT, lesson))
    found = {
        slug: source for cells in submission.notebooks.values() for slug, source in cells.items()
    }
    assert found == right(lesson)
    assert submission.flags == ("renamed",)
