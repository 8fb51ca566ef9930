"""Right answers that do not stand where they should, as students hand them in.

`CODE` and `WORDS` are functions that edit a notebook in which everything is answered, and leave
every answer in it for a person to read. `DOUBTFUL` leave something that only a person can judge.
"""

import re

from support.submissions import ANSWERS, answered, cell_of, code_cell, released

SLUG, OTHER = "momentum-step", "nesterov-step"
REFLECTIONS = {
    "reflect-tuning": "With a larger rate it overshoots.\n\nI measured it.",
    "reflect-prediction": "I wrote 10 and read 6.",
}
FIRST, SECOND = REFLECTIONS


def all_answered():
    """Return the notebook with right answers and both reflections; every source is one text."""
    notebook = answered(ANSWERS | REFLECTIONS)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def stub(name=SLUG):
    return "".join(cell_of(released(), name)["source"])


def text_cell(source, kind="markdown", **metadata):
    return {"cell_type": kind, "id": f"new-{len(source)}", "metadata": metadata, "source": source}


def below(notebook, name, *cells):
    """Insert cells below the one with this grade_id."""
    at = notebook["cells"].index(cell_of(notebook, name)) + 1
    notebook["cells"][at:at] = cells


def same_name(notebook, name, source):
    """Return a copy of a cell with another source, as the editors' commands make it."""
    return {**cell_of(notebook, name), "id": f"copy-{len(source)}", "source": source}


def split_above_the_function(notebook):
    below(notebook, SLUG, same_name(notebook, SLUG, ANSWERS[SLUG]))
    cell_of(notebook, SLUG)["source"] = "# a note"


def split_inside_the_function(notebook):
    head, rest = ANSWERS[SLUG].split("\n", 1)
    below(notebook, SLUG, same_name(notebook, SLUG, rest))
    cell_of(notebook, SLUG)["source"] = head


def split_inside_the_function_and_named_once(notebook):
    head, rest = ANSWERS[SLUG].split("\n", 1)
    below(notebook, SLUG, code_cell(rest))
    cell_of(notebook, SLUG)["source"] = head


def copied_and_answered_in_the_copy(notebook):
    below(notebook, SLUG, same_name(notebook, SLUG, ANSWERS[SLUG]))
    cell_of(notebook, SLUG)["source"] = stub()


def copied_and_answered_above_the_copy(notebook):
    below(notebook, SLUG, same_name(notebook, SLUG, stub()))


def answered_twice_and_right_below(notebook):
    below(notebook, SLUG, same_name(notebook, SLUG, ANSWERS[SLUG]))
    cell_of(notebook, SLUG)["source"] = "def momentum_step(*a):\n    return 1"


def merged_with_its_check(notebook):
    check = cell_of(notebook, f"{SLUG}-test")
    cell_of(notebook, SLUG)["source"] += f"\n\n{check['source']}"
    notebook["cells"].remove(check)


def merged_with_another_answer(notebook):
    other = cell_of(notebook, OTHER)
    cell_of(notebook, SLUG)["source"] += f"\n\n{other['source']}"
    notebook["cells"].remove(other)


def merged_from_one_answer_to_the_next(notebook):
    cells = notebook["cells"]
    begins = cells.index(cell_of(notebook, "gradient-descent-step"))
    ends = cells.index(cell_of(notebook, SLUG)) + 1
    cells[begins]["source"] = "\n\n".join(cell["source"] for cell in cells[begins:ends])
    del cells[begins + 1 : ends]


def turned_to_raw(notebook):
    cell_of(notebook, SLUG)["cell_type"] = "raw"


def turned_to_markdown(notebook):
    cell_of(notebook, SLUG)["cell_type"] = "markdown"


def turned_to_markdown_between_fences(notebook):
    cell = cell_of(notebook, SLUG)
    cell["cell_type"], cell["source"] = "markdown", f"My answer:\n```python\n{ANSWERS[SLUG]}\n```\n"


def answered_below_the_stub(notebook):
    below(notebook, SLUG, code_cell(ANSWERS[SLUG]))
    cell_of(notebook, SLUG)["source"] = stub()


def answered_above_the_stub(notebook):
    notebook["cells"].insert(3, code_cell(ANSWERS[SLUG]))
    cell_of(notebook, SLUG)["source"] = stub()


def answered_below_the_check(notebook):
    notebook["cells"].append(code_cell(ANSWERS[SLUG]))
    cell_of(notebook, SLUG)["source"] = "# see below"


def left_the_line_that_raises_above_the_answer(notebook):
    head, rest = ANSWERS[SLUG].split("\n", 1)
    cell_of(notebook, SLUG)["source"] = f"{head}\n{stub().splitlines()[-1]}\n{rest}"


def left_the_stub_below_the_answer(notebook):
    cell_of(notebook, SLUG)["source"] = f"{ANSWERS[SLUG]}\n\n{stub()}"


def answered_in_a_cell_of_the_lesson(notebook):
    next(cell for cell in notebook["cells"] if cell["id"] == "s2-predict")["source"] = ANSWERS[SLUG]
    notebook["cells"].remove(cell_of(notebook, SLUG))


def moved_to_the_end(notebook):
    cell = cell_of(notebook, SLUG)
    notebook["cells"].remove(cell)
    notebook["cells"].append(cell)


def swapped_in_name(notebook):
    one, other = cell_of(notebook, SLUG), cell_of(notebook, OTHER)
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]


def lost_nbgraders_metadata(notebook):
    for cell in notebook["cells"]:
        cell["metadata"].pop("nbgrader", None)


def lost_all_metadata_and_ids(notebook):
    notebook["nbformat_minor"] = 0
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] = {"id": f"Xy{number}"}
        del cell["id"]


def lost_all_metadata_and_ids_and_was_answered_below_the_stubs(notebook):
    for slug, source in ANSWERS.items():
        below(notebook, slug, code_cell(source))
        cell_of(notebook, slug)["source"] = stub(slug)
    lost_all_metadata_and_ids(notebook)


CODE = (
    split_above_the_function,
    split_inside_the_function,
    split_inside_the_function_and_named_once,
    copied_and_answered_in_the_copy,
    answered_twice_and_right_below,
    merged_with_its_check,
    merged_with_another_answer,
    merged_from_one_answer_to_the_next,
    turned_to_raw,
    turned_to_markdown,
    turned_to_markdown_between_fences,
    answered_below_the_stub,
    answered_above_the_stub,
    answered_below_the_check,
    left_the_line_that_raises_above_the_answer,
    left_the_stub_below_the_answer,
    answered_in_a_cell_of_the_lesson,
    swapped_in_name,
    lost_all_metadata_and_ids_and_was_answered_below_the_stubs,
)
# The same, but every answer is known to stand in its cell: there is nothing to tell.
UNREMARKABLE = (copied_and_answered_above_the_copy, moved_to_the_end, lost_nbgraders_metadata)


def words_split(notebook):
    head, rest = REFLECTIONS[FIRST].split("\n\n")
    below(notebook, FIRST, same_name(notebook, FIRST, rest))
    cell_of(notebook, FIRST)["source"] = head


def words_in_a_new_cell_below(notebook):
    below(notebook, FIRST, text_cell(REFLECTIONS[FIRST]))
    cell_of(notebook, FIRST)["source"] = stub(FIRST)


def words_in_a_new_code_cell_below(notebook):
    below(notebook, FIRST, code_cell(REFLECTIONS[FIRST]))
    cell_of(notebook, FIRST)["source"] = ""


def words_between_the_question_and_the_cell(notebook):
    below(notebook, f"{FIRST}-question", text_cell(REFLECTIONS[FIRST]))
    notebook["cells"].remove(cell_of(notebook, FIRST))


def words_turned_to_raw(notebook):
    cell_of(notebook, FIRST)["cell_type"] = "raw"


def words_turned_to_code(notebook):
    cell_of(notebook, FIRST)["cell_type"] = "code"


def words_merged_with_their_question(notebook):
    cell_of(notebook, f"{FIRST}-question")["source"] += f"\n\n{REFLECTIONS[FIRST]}"
    notebook["cells"].remove(cell_of(notebook, FIRST))


def words_merged_with_the_next_question_and_answer(notebook):
    question, second = cell_of(notebook, f"{SECOND}-question"), cell_of(notebook, SECOND)
    merged = "\n\n".join([REFLECTIONS[FIRST], question["source"], REFLECTIONS[SECOND]])
    cell_of(notebook, FIRST)["source"] = merged
    notebook["cells"].remove(question)
    notebook["cells"].remove(second)


def words_over_the_question(notebook):
    cell_of(notebook, f"{FIRST}-question")["source"] = REFLECTIONS[FIRST]
    cell_of(notebook, FIRST)["source"] = ""


def words_at_the_end_of_the_notebook(notebook):
    notebook["cells"].append(text_cell(REFLECTIONS[SECOND]))
    notebook["cells"].remove(cell_of(notebook, SECOND))


def words_that_lost_all_metadata_and_ids(notebook):
    lost_all_metadata_and_ids(notebook)


WORDS = (
    words_split,
    words_in_a_new_cell_below,
    words_in_a_new_code_cell_below,
    words_between_the_question_and_the_cell,
    words_turned_to_raw,
    words_turned_to_code,
    words_merged_with_their_question,
    words_merged_with_the_next_question_and_answer,
    words_over_the_question,
    words_at_the_end_of_the_notebook,
    words_that_lost_all_metadata_and_ids,
)


def body():
    """Return the answer's lines without their function."""
    return re.sub("(?m)^    ", "", ANSWERS[SLUG].split("\n", 1)[1])


def lines_below_the_stub(notebook):
    cell_of(notebook, SLUG)["source"] = stub()
    below(notebook, SLUG, code_cell(body()))


def lines_beside_the_stub(notebook):
    cell_of(notebook, SLUG)["source"] = f"{stub()}\n\n{body()}"


def lines_above_the_stub(notebook):
    cell_of(notebook, SLUG)["source"] = f"{body()}\n\n{stub()}"


def a_formula_in_words(notebook):
    cell = cell_of(notebook, SLUG)
    cell["cell_type"], cell["source"] = "markdown", "The new momentum is $\\alpha m + g$."


DOUBTFUL = (
    lines_below_the_stub,
    lines_beside_the_stub,
    lines_above_the_stub,
    a_formula_in_words,
)
