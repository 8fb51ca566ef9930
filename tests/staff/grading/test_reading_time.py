"""No text takes a reader of ours long: the time grows with the text, and not with its square."""

import time

import pytest
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from course_utils.staff.grading.pages.similarity import alike
from course_utils.staff.grading.records import gradebook
from course_utils.staff.grading.submissions.canonical import read_submission
from course_utils.staff.grading.text import visible
from support.entries import OUTLINE, entry
from support.misplaced import FIRST, SECOND, SLUG, all_answered, below, text_cell
from support.submissions import ANSWERS, LESSON, RELEASE, cell_of, code_cell, write

# Before, repeated, after.
TEXTS = {
    "a keyword and blanks": ("match = 1\nmatch", " ", ".real"),
    "environments": ("", r"\begin{a}", ""),
    "brackets": ("", "[", ""),
    "pairs of brackets": ("", "[](", ""),
    "backticks": ("", "`", ""),
    "quotes": ("", "'\"", ""),
    "nesting": ("", "(" * 50, "x"),
    "line ends": ("", "\n", "x"),
    "decorators": ("", "@a\n", ""),
    "stubs": ("", "def momentum_step(weights, momentum, gradient, eta, alpha):\n", ""),
    "a cell of the release": ("", "**Check.**\n", ""),
    "helpers": ("", "def helper(m): return helper\n", ""),
    "one long name": ("def ", "a", ""),
    "imports": ("import ", "a , ", ""),
}
each_text = pytest.mark.parametrize("name", TEXTS)


def of_length(name, length):
    before, unit, after = TEXTS[name]
    return before + unit * (length // len(unit)) + after


def grows_gently(work, name, short):
    """Do the work on a text and on one ten times as long: the square would take a hundred times.

    A busy machine doubles a time, and halves it in the next look: one look of three is enough.
    """
    work(of_length(name, 100))  # what is imported at the first time is not counted
    looks = []
    while len(looks) < 3 and not any(long <= 30 * max(brief, 0.05) for brief, long in looks):
        looks.append([_seconds(work, of_length(name, length)) for length in (short, 10 * short)])
    assert any(long <= 30 * max(brief, 0.05) for brief, long in looks), looks


def _seconds(work, text):
    began = time.process_time()
    work(text)
    return time.process_time() - began


def with_text_everywhere(text):
    """Return a notebook with a text as an answer, as a cell that one needs, as words and a note."""
    notebook = all_answered()
    cell_of(notebook, "gradient-descent-step")["source"] = text
    cell_of(notebook, "momentum-speedup").update(source=text, cell_type="markdown")
    cell_of(notebook, SLUG)["source"] = ANSWERS[SLUG].replace("return", "return helper(a),")
    cell_of(notebook, "nesterov-step")["source"] = "# below"
    below(notebook, "nesterov-step", code_cell(text))
    cell_of(notebook, FIRST)["source"] = text
    notebook["cells"].remove(cell_of(notebook, SECOND))
    notebook["cells"].insert(3, code_cell(text))
    notebook["cells"].append(text_cell(text))
    return notebook


@pytest.mark.nightly
@each_text
def test_a_hand_in_is_read_in_time(name, tmp_path):
    def work(text):
        folder = write(tmp_path / str(time.monotonic_ns()), with_text_everywhere(text))
        assert read_submission(folder, RELEASE).status == "graded"

    grows_gently(work, name, short=10_000)


@each_text
def test_answers_are_compared_in_time(name):
    grows_gently(lambda text: alike([("ada", text)], ""), name, short=3_000)


class Answers:
    """Stands in for a ledger that holds one text as the answer to everything."""

    def __init__(self, text):
        self._text = text

    def reflections(self, assignment, student):
        # What `canonical` lets through, at most.
        return 1, {FIRST: self._text[:20_000]}

    def notebooks(self, digest):
        return {LESSON: {SLUG: self._text}}


@pytest.mark.nightly
@each_text
def test_formgrader_shows_answers_in_time(name, tmp_path):
    def work(text):
        (page,) = gradebook._pages(OUTLINE, entry(), tmp_path, Answers(text), {}, every=True)
        cells = {
            cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in page.notebook.cells
        }
        markdown2html_mistune(cells[FIRST].source)
        Highlight2HTML()(cells[SLUG].source)

    grows_gently(work, name, short=3_000)


@each_text
def test_a_text_is_made_visible_in_time(name):
    grows_gently(visible, name, short=100_000)
