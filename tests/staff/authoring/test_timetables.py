"""Minutes and points: read from the sources, written into tables, words and surroundings kept."""

import nbformat
import pytest

from course_utils.staff.authoring import slides
from course_utils.staff.authoring.release import release
from course_utils.staff.authoring.sections import Part, Section, read_lesson, read_sections
from support import small_course
from support.small_course import EXERCISES, write_notebook

COURSE = """\
# A course

| lesson | what you will be able to do | graded | minutes |
|---|---|---|---|
| [01-small](old.ipynb) | take *one* step \\| or two | 9 exercises, 9 points | 99 |
| [00-gone](gone.ipynb) | nothing | | 1 |

What follows is ours.
"""
STUDENTS = """\
# Start here

## Lesson 1 in minutes

It is short.

| section | what you do | minutes | exercises (minutes, points) |
|---|---|---|---|
| 7 | One step, by hand | 99 | `old-step` (1, 1) |

That is 99 minutes.
That is not all.

## Hand in

| a | b |
|---|---|
| 1 | 2 |
"""
ROW = "| 1 | One step, by hand | 25 | `gradient-descent-step` (8, 2), `momentum-step` (8, 4), "
ROW += "`reflect-bump` (7, 2) |\n"


@pytest.fixture
def course(tmp_path):
    small_course.write_course(tmp_path)
    (tmp_path / "README.md").write_text(COURSE)
    (tmp_path / "notebooks" / "README.md").write_text(STUDENTS)
    return tmp_path


def released(course, *lessons):
    outcome = release(course, lessons, exercises=EXERCISES)
    assert outcome.findings == []
    return [(course / name).read_text() for name in ("README.md", "notebooks/README.md")]


def problems(course):
    return [str(finding) for finding in release(course, check=True, exercises=EXERCISES).findings]


def add_lesson(course, name, *headings):
    """Write a lesson without exercises."""
    path = course / "solutions" / name / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    cells = [small_course.cell("markdown", text) for text in (f"# The {name} one", *headings)]
    for number, made in enumerate(cells):
        made["id"] = f"cell-{number}"
    write_notebook(path, nbformat.v4.new_notebook(cells=cells))


def test_numbers_are_renewed_and_words_and_all_around_a_table_stay(course):
    readme, students = released(course)
    assert readme == COURSE.replace(
        "| [01-small](old.ipynb) | take *one* step \\| or two | 9 exercises, 9 points | 99 |\n"
        "| [00-gone](gone.ipynb) | nothing | | 1 |\n",
        "| [01-small](notebooks/01-small/01-small.ipynb) | take *one* step \\| or two "
        "| 2 exercises, 1 reflection, 8 points | 25 |\n",
    )
    old = "| 7 | One step, by hand | 99 | `old-step` (1, 1) |\n"
    assert students == STUDENTS.replace(old, ROW).replace("is 99 minutes", "is 25 minutes")
    assert released(course) == [readme, students]
    assert problems(course) == []


def test_the_check_tells_what_drifted_and_writes_nothing(course):
    released(course)
    for name in ("README.md", "notebooks/README.md"):
        path = course / name
        path.write_text(path.read_text().replace("| 25 |", "| 26 |"))
    before = small_course.snapshot(course)
    assert problems(course) == [
        f"{name}: its minutes or points are not the lessons'; run `course release`"
        for name in ("README.md", "notebooks/README.md")
    ]
    assert small_course.snapshot(course) == before


def test_what_is_written_around_a_table_or_behind_a_title_is_no_drift(course):
    for text in released(course):
        assert "99" not in text
    for name, old, new in (
        ("README.md", "What follows is ours.", "What follows is theirs."),
        ("README.md", "take *one* step", "walk"),
        ("notebooks/README.md", "One step, by hand", "One step: which way is down?"),
        ("notebooks/README.md", "It is short.", "It is short.\n\n- and good"),
    ):
        path = course / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
    assert problems(course) == []


def test_a_new_lesson_gets_its_rows_and_its_chapter_behind_the_others(course):
    add_lesson(course, "02-large", "## 1 · A leap *(8 min)*", "## 2 · A fall *(deeper, 3 min)*")
    readme, students = released(course)
    row = "| [02-large](notebooks/02-large/02-large.ipynb) | The 02-large one |"
    assert f"{row} | 8, *deeper* sections 3 more |\n\nWhat follows is ours." in readme
    chapter = """\
That is not all.

## Lesson 2 in minutes

| section | what you do | minutes | exercises (minutes, points) |
|---|---|---|---|
| 1 | A leap | 8 | |
| 2 *deeper* | A fall | 3 | |

Without the deeper sections that is 8 minutes, with them 11.

## Hand in
"""
    assert chapter in students
    assert released(course) == [readme, students]


def test_a_page_without_a_chapter_gets_one_at_its_end(course):
    (course / "notebooks" / "README.md").write_text("# Start here\n\nRead.\n")
    _, students = released(course)
    assert students.startswith("# Start here\n\nRead.\n\n## Lesson 1 in minutes\n\n| section |")
    assert students.endswith("|\n\nThat is 25 minutes.\n")


def test_releasing_one_lesson_leaves_the_rows_of_the_others_alone(course):
    add_lesson(course, "02-large", "## 1 · A leap *(8 min)*")
    before = released(course)
    add_lesson(course, "02-large", "## 1 · A leap *(9 min)*")
    assert released(course, "01-small") == before
    readme, students = released(course, "02-large")
    assert "| The 02-large one | 9 |" in readme.replace("| |", "|")
    assert "| 1 | A leap | 9 | |" in students


def test_words_go_with_the_longest_title_that_they_begin_with(course):
    add_lesson(course, "01-small", "## 1 · Adam *(8 min)*", "## 2 · Adam, again *(9 min)*")
    words = "| 1 | Adam, again and again | 1 | |\n| 2 | Adam; a step | 1 | |\n"
    page = STUDENTS.replace("| 7 | One step, by hand | 99 | `old-step` (1, 1) |\n", words)
    (course / "notebooks" / "README.md").write_text(page)
    assert release(course, exercises={}).findings == []
    text = (course / "notebooks" / "README.md").read_text()
    assert "| 1 | Adam; a step | 8 | |\n| 2 | Adam, again and again | 9 | |\n" in text


def test_words_whose_section_is_gone_are_not_thrown_away(course):
    page = course / "notebooks" / "README.md"
    page.write_text(STUDENTS.replace("One step, by hand", "Two steps"))
    before = small_course.snapshot(course)
    (finding,) = release(course, exercises=EXERCISES).findings
    assert str(finding) == (
        "notebooks/README.md: 'Two steps' begins with the title of no section; "
        "begin with the title, or delete the row"
    )
    assert small_course.snapshot(course) == before


def test_a_document_without_its_table_is_told(course):
    (course / "README.md").write_text("# A course\n")
    (finding,) = release(course, exercises=EXERCISES).findings
    assert str(finding) == (
        "README.md: no table with the head '| lesson | what you will be able to do | graded | "
        "minutes |'; write its first two lines"
    )


def test_the_decks_are_counted(course):
    folder = course / "slides"
    folder.mkdir()
    (folder / "01-small.md").write_text("# One\n\n<!--\nMinutes: 2.5\n-->\n\n---\n\n# Two\n")
    (folder / "02-new.md").write_text("# New\n\n<!--\nMinutes: 4\n-->\n")
    head = "| deck | what it is about | slides | minutes |\n|---|---|---|---|\n"
    (folder / "README.md").write_text(f"{head}| [01-small](01-small.md) | small *steps* | 0 | |\n")
    released(course)
    assert (folder / "README.md").read_text() == (
        f"{head}| [01-small](01-small.md) | small *steps* | 2 | 2.5 |\n"
        "| [02-new](02-new.md) | New | 1 | 4 |\n"
    )
    assert [deck.minutes for deck in slides.find_decks(course)] == [2.5, 4]


# Reading


def test_a_section_has_its_number_title_minutes_and_parts():
    (section,), wrong = read_sections(small_course.notebook())
    assert wrong == []
    assert section == Section(
        *("1", "One step", False, 25),
        [
            Part("gradient-descent-step", 8, 2, False),
            Part("momentum-step", 8, 4, False),
            Part("reflect-bump", 7, 2, True),
        ],
    )


def test_sections_of_several_notebooks_carry_the_notebooks_number():
    notebooks = [small_course.notebook(), small_course.notebook()]
    assert [section.name for section in read_lesson(notebooks)] == ["1.1", "2.1"]
    assert [section.name for section in read_lesson(notebooks[:1])] == ["1"]
