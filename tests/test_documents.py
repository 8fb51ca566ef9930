"""What the documents say is true: links, commands, bounds, pins, minutes, points and names.

The documents are read as Markdown trees, never as raw text with patterns laid over it, so that a
command in a table counts and an example of a link inside a code block does not.
"""

import dataclasses
import functools
import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
import tomllib
import unicodedata
from pathlib import Path
from typing import NamedTuple

import mistune
import nbformat
import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from course_utils import widgets
from course_utils.hyperparameters import HYPERPARAMETERS
from course_utils.staff.authoring.lint import is_practice
from support import ROOT
from support.rules import EXAMPLES, every_class

TOOLS = ("make", "course", "nbgrader")


@functools.cache
def everything():
    """Return the repository's own files, sorted, without what a build or a tool leaves behind."""
    left_behind = {"node_modules", "build", "dist", "__pycache__", "gradebook.db"}
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [n for n in folders if n not in left_behind and not n.startswith(".")]
        found += [Path(folder, n).relative_to(ROOT) for n in names if n not in left_behind]
    return sorted(found)


def files(ending):
    """Return the repository's own files that end so."""
    return [path for path in everything() if path.name.endswith(ending)]


# A deck is no document: tests/staff/authoring/test_slides.py holds its rules.
DOCUMENTS = [p for p in files(".md") if not re.match(r"slides/\d\d-", p.as_posix())]
NOTEBOOKS = [path for path in files(".ipynb") if path.parts[0] in ("notebooks", "solutions")]
named_document = pytest.mark.parametrize("document", DOCUMENTS, ids=str)
named_page = pytest.mark.parametrize("page", DOCUMENTS + NOTEBOOKS, ids=str)


def markdown_of(path):
    """Return a document's text, or that of all of a notebook's Markdown cells."""
    if path.suffix == ".md":
        return (ROOT / path).read_text(encoding="utf-8")
    cells = nbformat.reads((ROOT / path).read_text(encoding="utf-8"), as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@functools.cache
def tree(path):
    """Return the Markdown tree of a document or of a notebook's prose."""
    return mistune.create_markdown(renderer=None, plugins=["table"])(markdown_of(path))


def walk(nodes):
    """Yield every node of a Markdown tree."""
    for node in nodes:
        yield node
        yield from walk(node.get("children", []))


def text_of(node):
    """Return what a reader sees of a node."""
    if "children" in node:
        return "".join(text_of(child) for child in node["children"])
    return " " if node["type"] in ("softbreak", "linebreak") else node.get("raw", "")


def code_of(node):
    """Return the code spans of a node, in order."""
    return [child["raw"] for child in walk([node]) if child["type"] == "codespan"]


def headings(path):
    """Return a page's headings as plain text."""
    return [text_of(node) for node in walk(tree(path)) if node["type"] == "heading"]


def anchor(heading):
    """Return the anchor that code hosts give to a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def tables(path):
    """Return a page's tables, each as a list of rows of cell nodes, its head first."""
    found = []
    for node in walk(tree(path)):
        if node["type"] == "table":
            head, body = node["children"]
            found.append([head["children"], *(row["children"] for row in body["children"])])
    return found


def table_with(path, first, *more):
    """Return the body rows of the one table whose head begins with these words."""
    wanted = [first, *more]
    (rows,) = (t for t in tables(path) if [text_of(c) for c in t[0][: len(wanted)]] == wanted)
    return rows[1:]


class Command(NamedTuple):
    """One documented command: the tool, its first word, its options."""

    tool: str
    word: str
    options: tuple[str, ...]


def commands_of(path):
    """Return the commands of our tools that a page's code spans and code blocks show."""
    lines = []
    for node in walk(tree(path)):
        if node["type"] == "codespan":
            lines.append(node["raw"])
        elif node["type"] == "block_code":
            lines += node["raw"].replace("\\\n", " ").splitlines()
    found = set()
    for line in lines:
        words = line.split("#")[0].replace("|", " ").split()
        while words and re.match(r"[A-Z_]+=", words[0]):
            words.pop(0)
        if not words:
            continue
        tool = re.split(r"[\\/]", words[0])[-1]
        if tool in TOOLS and len(words) > 1:
            options = [w.split("=")[0] for w in words[2:] if w.startswith("--")]
            found.add(Command(tool, words[1], tuple(options)))
    return sorted(found)


COMMANDS = sorted({command for path in DOCUMENTS for command in commands_of(path)})


@functools.cache
def pyproject():
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def bounds(lines):
    """Return {name: specifiers} of requirement lines."""
    return {r.name: r.specifier for r in map(Requirement, lines)}


def base_and_dev():
    """Return every requirement that pyproject.toml states, by name."""
    project = pyproject()["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    own = project["name"] + "["  # one extra may take in another
    return bounds(project["dependencies"] + [line for line in extras if not line.startswith(own)])


# --- pages, links, pictures -----------------------------------------------------------------------


@named_page
def test_every_relative_link_leads_to_a_file_and_a_heading_that_exist(page):
    # The links of a source are those of the notebook that is built from it.
    is_source = page.suffix == ".ipynb" and page.parts[0] == "solutions"
    folder = Path("notebooks", *page.parts[1:-1]) if is_source else page.parent
    for node in walk(tree(page)):
        if node["type"] not in ("link", "image"):
            continue
        url = node["attrs"]["url"]
        if re.match(r"[a-z]+:", url):
            continue
        target, _, fragment = url.partition("#")
        there = (ROOT / folder / target).resolve() if target else ROOT / page
        assert there.is_relative_to(ROOT), f"{page}: {url} leaves the repository"
        assert there.exists(), f"{page}: {url} does not exist"
        if fragment and there.suffix == ".md":
            anchors = [anchor(h) for h in headings(there.relative_to(ROOT))]
            assert fragment in anchors, f"{page}: {url}: no such heading in {anchors}"


@named_page
def test_every_outside_link_is_https_and_names_a_public_host(page):
    for node in walk(tree(page)):
        if node["type"] in ("link", "image") and re.match(r"[a-z]+:", node["attrs"]["url"]):
            assert re.match(r"https://[a-z0-9.-]+\.[a-z]{2,}/", node["attrs"]["url"])


@named_page
def test_every_picture_says_in_words_what_it_shows(page):
    for node in walk(tree(page)):
        if node["type"] == "image":
            assert len(text_of(node).split()) >= 5, f"{page}: {node['attrs']['url']}"


@named_page
def test_no_page_holds_an_emoji_or_a_path_of_somebodys_machine(page):
    text = markdown_of(page)
    emoji = [c for c in text if ord(c) > 0xFFFF and unicodedata.category(c) == "So"]
    assert not emoji
    assert not re.search(r"(?<![\w.])/(root|work|home/\w+|Users/\w+)/", text)


@named_document
def test_a_document_has_one_title_and_no_heading_twice(document):
    levels = [n["attrs"]["level"] for n in walk(tree(document)) if n["type"] == "heading"]
    assert levels.count(1) == 1
    assert levels[0] == 1
    if document.name != "CHANGELOG.md":  # its releases repeat "Added" and "Fixed"
        names = [anchor(h) for h in headings(document)]
        assert len(names) == len(set(names))


# Folders that commands make, and that git ignores.
BUILT = {line.strip("/") for line in (ROOT / ".gitignore").read_text().split() if line[-1] == "/"}


@named_document
def test_every_path_into_the_repository_that_a_document_names_exists(document):
    folders = {path.parts[0] for path in everything() if len(path.parts) > 1}
    for span in code_of({"type": "page", "children": tree(document)}):
        if span.split("/")[0] in folders and re.fullmatch(r"[\w.-]+/[\w./-]*", span):
            built = BUILT & set(span.split("/"))
            assert built or (ROOT / span).exists(), f"{document}: {span}"


@named_document
def test_every_python_example_runs(document):
    for node in walk(tree(document)):
        if node["type"] == "block_code" and node.get("attrs", {}).get("info") == "python":
            exec(compile(node["raw"], str(document), "exec"), {})


def test_the_link_test_knows_the_anchors_of_code_hosts():
    assert anchor("Adopt this course in 15 minutes") == "adopt-this-course-in-15-minutes"
    assert anchor("Hub, Binder and Colab: what works") == "hub-binder-and-colab-what-works"


# --- commands -------------------------------------------------------------------------------------


@functools.cache
def make_targets():
    """Return the targets of the Makefile that a person may name."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", text, re.MULTILINE))


@functools.cache
def help_of(*words):
    """Return what `course ... --help` prints."""
    course = shutil.which("course", path=str(Path(sys.executable).parent))
    assert course, "the course command is not installed next to this Python"
    run = subprocess.run([course, *words, "--help"], capture_output=True, text=True, check=True)
    return run.stdout


@functools.cache
def course_commands():
    """Return the subcommands that `course --help` lists."""
    return set(re.findall(r"^    ([a-z]+)(?: |$)", help_of(), re.MULTILINE))


def test_the_documents_name_commands_at_all():
    assert {tool for tool, *_ in COMMANDS} == set(TOOLS)
    assert {"lab", "test"} <= {command.word for command in COMMANDS if command.tool == "make"}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: f"{c.tool} {c.word}")
def test_every_documented_command_exists_with_its_options(command):
    if command.tool == "make":
        assert command.word in make_targets()
    elif command.tool == "course":
        if command.word.startswith("-"):
            assert command.word in help_of()
            return
        assert command.word in course_commands()
        for option in command.options:
            assert re.search(rf"(?<![\w-]){option}(?![\w-])", help_of(command.word)), option
    else:
        from nbgrader.apps import NbGraderApp

        assert command.word in NbGraderApp.subcommands
        application = NbGraderApp.subcommands[command.word][0]
        known = {*application.aliases, *application.flags}
        for option in command.options:
            name = option.removeprefix("--")
            assert name in known or "." in name, f"nbgrader {command.word} has no {option}"


def test_every_course_command_is_documented():
    assert course_commands() == {
        c.word for c in COMMANDS if c.tool == "course" and c.word[0] != "-"
    }


def test_every_make_target_is_documented():
    assert make_targets() == {c.word for c in COMMANDS if c.tool == "make"}


# --- bounds and pins ------------------------------------------------------------------------------


def test_environment_yml_has_the_bounds_of_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    lines = [line for line in environment["dependencies"] if isinstance(line, str)]
    (pip,) = (line["pip"] for line in environment["dependencies"] if isinstance(line, dict))
    project = pyproject()["project"]
    expected = bounds([*project["dependencies"], f"python{project['requires-python']}", "pip"])
    assert bounds(lines) == expected
    assert pip == ["-e ."]
    assert environment["name"] == project["name"]
    assert environment["channels"] == ["conda-forge", "nodefaults"]


def minors(text):
    """Return the Pythons 3.N that a text names in full, as in python3.12, in the order of N."""
    return sorted({f"3.{minor}" for minor in re.findall(r"python3\.(\d+)", text)}, key=Version)


FIRST, LAST = "3.11", "3.15"
PYTHONS = [f"3.{minor}" for minor in range(Version(FIRST).minor, Version(LAST).minor + 1)]


def test_every_place_that_says_which_pythons_serve_has_the_bounds_of_pyproject():
    bounds = SpecifierSet(pyproject()["project"]["requires-python"])
    all_minors = [f"3.{minor}" for minor in range(40)]
    assert [minor for minor in all_minors if bounds.contains(f"{minor}.0")] == PYTHONS
    assert minors((ROOT / "Makefile").read_text(encoding="utf-8")) == PYTHONS
    for page in ("README.md", "course_utils/staff/authoring/bundle/README.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert f"You need Python {FIRST} to {LAST} and `make`" in text
    script = (ROOT / "setup.sh").read_text(encoding="utf-8")
    assert f"Python from {FIRST} to {LAST}" in script
    low, high = re.search(r"\((3, \d+)\) <= sys\.version_info < \((3, \d+)\)", script).groups()
    low, high = (number.replace(", ", ".") for number in (low, high))
    assert bounds == SpecifierSet(f">={low},<{high}")


@functools.cache
def locked():
    """Return [(name, version, marker or None, hashes)] of requirements.lock."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    rows = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        row = re.fullmatch(r"([a-z0-9-]+)==(\S+)( ; .*?)?((?: +--hash=\S+)*)\s*", line)
        assert row, f"requirements.lock: neither a pin nor a comment: {line[:80]}"
        marker = Marker(row[3].removeprefix(" ; ").strip()) if row[3] else None
        rows.append((row[1], Version(row[2]), marker, row[4].split()))
    return rows


def test_every_locked_package_is_pinned_with_hashes():
    assert len(locked()) > 50
    for name, _, _, hashes in locked():
        assert hashes, name
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", h) for h in hashes), name


def test_the_lock_holds_no_address():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for word in ("://", "index-url", "find-links", "trusted-host", "file:", " @ ", "/"):
        assert word not in text, word


def test_the_lock_holds_nothing_that_pyproject_excludes():
    excluded = pyproject()["tool"]["uv"]["exclude-dependencies"]
    assert "rfc3987-syntax" in excluded  # seconds for every import of nbformat
    assert not {name for name, *_ in locked()}.intersection(excluded)


@pytest.mark.parametrize("name", sorted(base_and_dev()))
def test_the_lock_covers_every_dependency_within_its_bounds(name):
    versions = [version for locked_name, version, _, _ in locked() if locked_name == name]
    assert versions, f"{name} is not in requirements.lock"
    for version in versions:
        assert base_and_dev()[name].contains(version), f"{name}=={version}"


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_no_machine_is_offered_two_versions_of_one_package(python, system):
    where = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system],
        "os_name": "nt" if system == "win32" else "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    names = [name for name, _, marker, _ in locked() if not marker or marker.evaluate(where)]
    assert len(names) == len(set(names))
    assert set(base_and_dev()) <= set(names)


# --- lessons, minutes, points ---------------------------------------------------------------------


def lesson_rows():
    return table_with(Path("README.md"), "lesson")


class Section(NamedTuple):
    """One section of a lesson, as a page or a notebook has it."""

    deeper: bool
    minutes: int
    exercises: dict[str, int]  # slug -> points


LESSONS = [text_of(row[0]) for row in lesson_rows()]
every_lesson = pytest.mark.parametrize("lesson", LESSONS)


@functools.cache
def told_sections(lesson):
    """Return what the students' page tells of a lesson: its sections, and what follows them.

    A section is called "3", in a lesson of several notebooks "2.3", and may be *deeper*.
    """
    heading = f"Lesson {int(lesson[:2])} in minutes"
    nodes = [n for n in tree(Path("notebooks/README.md")) if n["type"] != "blank_line"]
    (at,) = (
        k for k, n in enumerate(nodes) if n["type"] == "heading" and text_of(n).startswith(heading)
    )
    table = next(k for k, n in enumerate(nodes) if k > at and n["type"] == "table")
    sections, times = {}, {}
    for row in nodes[table]["children"][1]["children"]:
        name, _, took, exercises = map(text_of, row["children"])
        cells = re.findall(r"([a-z-]+) \((\d+), (\d+)\)", exercises)
        points = {slug: int(worth) for slug, _, worth in cells}
        sections[name.split()[0]] = Section("deeper" in name, int(took), points)
        times[name.split()[0]] = sum(int(minutes) for _, minutes, _ in cells)
    return sections, times, text_of(nodes[table + 1])


@functools.cache
def source_cells(lesson):
    """Return the cells of a lesson's notebooks, by their prefix of section names."""
    paths = sorted((ROOT / "solutions" / lesson).glob("*.ipynb"))
    prefixes = [f"{number}." if len(paths) > 1 else "" for number in range(1, len(paths) + 1)]
    return {
        prefix: nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).cells
        for prefix, path in zip(prefixes, paths, strict=True)
    }


@functools.cache
def sections(lesson):
    """Return the sections of a lesson's source notebooks, by name."""
    found = {}
    for prefix, cells in source_cells(lesson).items():
        section = None
        for cell in cells:
            if cell.cell_type == "markdown":
                for title in re.findall(r"^## (\d+ .*)", cell.source, re.MULTILINE):
                    took = re.search(r"(\d+) min", title)
                    section = Section("deeper" in title, int(took[1]), {})
                    found[prefix + title.split()[0]] = section
            grading = cell.metadata.get("nbgrader", {})
            if grading.get("grade"):
                section.exercises[grading["grade_id"].removesuffix("-test")] = grading["points"]
    return found


def minutes(sections, deeper):
    """Return the minutes of the sections that are, or are not, for a second reading."""
    return sum(section.minutes for section in sections if section.deeper == deeper)


def test_the_lesson_table_links_the_notebooks_that_exist_and_no_others():
    linked = set()
    for row in lesson_rows():
        links = [node["attrs"]["url"] for node in walk([row[0]]) if node["type"] == "link"]
        linked |= {Path(link).parts[1] for link in links}
    assert linked == {path.parts[1] for path in NOTEBOOKS if path.parts[0] == "notebooks"}
    assert linked == set(LESSONS)


@every_lesson
def test_the_students_page_has_the_lessons_sections_minutes_and_graded_cells(lesson):
    told, times, _ = told_sections(lesson)
    assert told == sections(lesson)
    for name, section in told.items():
        assert times[name] <= section.minutes, name


@every_lesson
def test_the_minutes_add_up_everywhere(lesson):
    told, _, sentence = told_sections(lesson)
    first, second = (minutes(told.values(), deeper) for deeper in (False, True))
    sums = [first, first + second] if second else [first]
    assert [int(n) for n in re.findall(r"(\d+)", sentence)] == sums, sentence
    (row,) = (row for row in lesson_rows() if text_of(row[0]).startswith(lesson))
    shown = [int(n) for n in re.findall(r"\d+", text_of(row[3]))]
    assert shown == ([first, second] if second else [first])


@every_lesson
def test_the_lesson_table_counts_what_is_graded(lesson):
    (row,) = (row for row in lesson_rows() if text_of(row[0]) == lesson)
    points = {}
    for section in sections(lesson).values():
        points |= section.exercises
    reflections = sum(name.startswith("reflect-") for name in points)
    counts = [len(points) - reflections, reflections, sum(points.values())]
    assert text_of(row[2]) == "{} exercises, {} reflections, {} points".format(*counts)


@every_lesson
def test_a_notebook_announces_its_minutes_and_takes_four_hours_at_most(lesson):
    for prefix, cells in source_cells(lesson).items():
        mine = [one for name, one in sections(lesson).items() if name.startswith(prefix)]
        hours, rest, more = re.search(
            r"about (?:(\d+) h)? ?(?:(\d+) min)?(?:, and (\d+) min more)?", cells[0].source
        ).groups()
        first, second = (minutes(mine, deeper) for deeper in (False, True))
        assert abs(60 * int(hours or 0) + int(rest or 0) - first) < 5  # "about"
        assert abs(int(more or 0) - second) < 5
        assert first <= 240


# What the students' page says of how minutes are counted.
WORDS, RUN, THINK, PLAY, PRACTICE = 180, 0.5, 1, 2, 3
# Two students worked through lessons 1 and 2 and took half as long again as the count.
PACE = {lesson: 1.5 for lesson in LESSONS[:3]}
PROBLEMS = re.compile(r"\*\*Practice\*\*.*?(?=^> )", re.DOTALL | re.MULTILINE)
MOVING = re.compile(rf"^({'|'.join(widgets.__all__)})\(", re.MULTILINE)


def words(source):
    """Return the words of a Markdown cell without its practice, those of formulas twice."""
    read = PROBLEMS.sub("", re.sub("<!--.*?-->", "", source, flags=re.DOTALL))
    return len(read.split()) + sum(len(f.split()) for f in re.findall(r"\$+[^$]+\$+", read))


def counted(lesson):
    """Return the minutes of a lesson's sections, counted as the students' page says."""
    pace = PACE.get(lesson, 1)
    # Those of the exercises and reflections are told at the pace of the lesson already.
    taken = {name: minutes / pace for name, minutes in told_sections(lesson)[1].items()}
    for prefix, cells in source_cells(lesson).items():
        section = None
        for cell in cells:
            heading = re.match(r"## (\d+)?", cell.source)
            if heading:
                section = heading[1] and prefix + heading[1]
            if not section or cell.metadata.get("nbgrader", {}).get("solution"):
                continue
            if cell.cell_type == "markdown":
                taken[section] += words(cell.source) / WORDS
                taken[section] += cell.source.count("<summary>Compare") * THINK
            elif re.search(r"^predict\(", cell.source, re.MULTILINE):
                taken[section] += THINK
            elif is_practice(cell):
                taken[section] += PRACTICE
            elif not cell.metadata.get("nbgrader"):
                taken[section] += PLAY if MOVING.search(cell.source) else RUN
    return {name: pace * minutes for name, minutes in taken.items()}


@every_lesson
def test_a_sections_minutes_are_those_that_are_counted(lesson):
    assert f"{WORDS} words a minute" in markdown_of(Path("notebooks/README.md"))
    took = counted(lesson)
    off = {
        name: (section.minutes, round(took[name], 1))
        for name, section in told_sections(lesson)[0].items()
        if abs(section.minutes - took[name]) > max(1, 0.3 * took[name])
    }
    assert off == {}, "told and counted"


@every_lesson
def test_a_section_opens_with_a_question_and_closes_with_a_law_that_the_end_repeats(lesson):
    for cells in source_cells(lesson).values():
        texts = re.split(r"^(?=## )", "\n\n".join(c.source for c in cells), flags=re.MULTILINE)
        numbered = [text for text in texts if re.match(r"## \d+ · (?!\w+ reflections?\b)", text)]
        laws = [f"{number}. {law_of(number, text)}" for number, text in enumerate(numbered, 1)]
        assert laws
        (card,) = (text for text in texts if text.startswith("## What we saw\n"))
        assert card.strip().split("\n\n")[-1].split("\n") == laws


def law_of(number, section):
    """Return the law that closes a section which opens with a question."""
    heading, question, *_, last = section.strip().split("\n\n")
    anchor = rf'(<a id="section-{number}"></a>)?'
    assert re.fullmatch(rf"{anchor}\*\*Question\.\*\* .+\?", question), heading
    law = re.fullmatch(rf"> \*\*Law {number}\.\*\* (.+\.)", last)
    assert law, heading
    return law[1]


SECTION = re.compile(r"(?:Lesson (\d), )?Section (\d+)(?!\.?\d)")


# The cells of every notebook by its lesson's number and, if a lesson has several, its own: "042.".
CELLS = {
    f"{name[:2]}{number}": cells for name in LESSONS for number, cells in source_cells(name).items()
}


@pytest.mark.parametrize("notebook", CELLS)
def test_a_section_that_is_named_is_linked_and_the_link_has_its_place(notebook):
    """JupyterLab, the reading copy and nbconvert's pages find a place by its id."""
    texts = [
        cell.source
        for cell in CELLS[notebook]
        if cell.cell_type == "markdown" and "nbgrader" not in cell.metadata
    ]
    links = r'\[([^]]+)\]\(([^)]*#section-\d+)\)|<a href="([^"]*#section-\d+)">([^<]+)</a>'
    linked = 0
    for text in texts:
        assert not SECTION.search(re.sub(links, "", text)), text
        for words, target, html_target, html_words in re.findall(links, text):
            other, section = SECTION.fullmatch(words or html_words).groups()
            place = f"0{other}" if other else notebook
            assert (target or html_target).endswith(f"#section-{section}")
            assert any(f'<a id="section-{section}"></a>' in c.source for c in CELLS[place])
            linked += 1
    assert linked


@every_lesson
def test_the_graded_cells_are_the_registrys_exercises_with_their_points(lesson):
    from course_utils.staff.registry import EXERCISES

    mine = (one for one in EXERCISES.values() if one.lesson == lesson.split("-")[1])
    declared = {one.slug: one.points for one in mine}
    graded = {}
    for section in sections(lesson).values():
        graded |= section.exercises
    assert {slug: points for slug, points in graded.items() if slug in declared} == declared
    assert len(graded) == len(declared) + 2  # the two reflections


# --- the notation sheet ---------------------------------------------------------------------------


def public_objects():
    """Yield the public functions and classes of the modules that students import."""
    for name in ("optimizers", "objectives", "descent", "measures"):
        module = importlib.import_module(f"course_utils.{name}")
        for key, value in vars(module).items():
            ours = getattr(value, "__module__", "").startswith("course_utils")
            if ours and callable(value) and not key.startswith("_"):
                yield value


def sheet():
    """Return {name in code: (what it is, its symbol here, the names of its row)}."""
    rows = table_with(Path("notebooks/README.md"), "what", "here", "in code")
    return {
        name: (text_of(row[0]), text_of(row[1]), code_of(row[2]))
        for row in rows
        for name in code_of(row[2])
    }


def test_every_name_on_the_notation_sheet_is_used_in_the_package():
    used = set()
    for value in public_objects():
        used |= set(inspect.signature(value).parameters)
    for rule in EXAMPLES:
        used |= set(rule.init([0.0]))
    assert set(sheet()) <= used, set(sheet()) - used


@every_class
def test_every_hyperparameter_and_state_of_a_rule_is_on_the_notation_sheet(rule):
    names = {field.name for field in dataclasses.fields(rule)} | set(rule.with_defaults().init(0.0))
    assert names <= set(sheet()), names - set(sheet())


@every_class
def test_the_notation_sheet_has_the_symbols_and_meanings_of_the_code(rule):
    for name, symbol in rule.states.items():
        assert symbol in sheet()[name][1], name
    for field in dataclasses.fields(rule):
        row = HYPERPARAMETERS.get(field.name)
        if row is None:  # True or False
            assert field.type is bool
            continue
        what, here, together = sheet()[field.name]
        assert row.symbol in (row.name, *here.split(", ")), f"{row.name}: {here}"
        if len(HYPERPARAMETERS.keys() & together) == 1:  # the row tells of this one alone
            assert row.meaning in what


# --- the map, the licence, the citation, the changelog --------------------------------------------


def under_version_control():
    """Return the top-level names that Git knows; all that are here where there is no Git."""
    try:
        run = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        return {path.parts[0] for path in everything()}
    return {line.split("/")[0] for line in run.stdout.splitlines()}


def test_the_map_names_every_top_level_file_and_folder_and_nothing_that_is_not_there():
    blocks = [n["raw"] for n in walk(tree(Path("README.md"))) if n["type"] == "block_code"]
    (shown,) = (block for block in blocks if block.startswith("README.md "))
    named = {line.split()[0].rstrip("/") for line in shown.splitlines()}
    assert {name for name in under_version_control() if name[0] != "."} <= named
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_every_folder_that_people_open_has_a_readme():
    folders = {p.parts[0] for p in files(".py") + NOTEBOOKS if len(p.parts) > 1}
    for folder in folders:
        assert (ROOT / folder / "README.md").exists(), folder


def test_the_package_page_names_every_module():
    path = Path("course_utils/README.md")
    named = {name for row in table_with(path, "module") for name in code_of(row[0])}
    package = ROOT / "course_utils"
    folders = {name for name in named if name.endswith("/")}
    assert all((package / folder).is_dir() for folder in folders)
    assert named - folders == {p.name for p in package.glob("*.py")} - {"__init__.py"}


def test_the_citation_agrees_with_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = pyproject()["project"]
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == project["version"]
    assert " AND ".join(citation["license"]) == project["license"]
    assert citation["authors"]
    assert citation["message"]


def test_the_licence_file_has_both_licences():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in text
    flat = " ".join(text.split())
    for clause in (
        "Redistributions of source code must retain the above copyright notice",
        "Redistributions in binary form must reproduce the above copyright notice",
        "Neither the name of the copyright holder nor the names of its contributors",
        'THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"',
    ):
        assert clause in flat


def test_the_changelog_keeps_to_its_format():
    path = Path("CHANGELOG.md")
    levels = [(n["attrs"]["level"], text_of(n)) for n in walk(tree(path)) if n["type"] == "heading"]
    releases = [title for level, title in levels if level == 2]
    assert releases
    for title in releases:
        assert re.fullmatch(r"\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", title)
    kinds = {title for level, title in levels if level == 3}
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_pre_commit_hooks_are_valid_and_use_the_projects_own_tools(monkeypatch, tmp_path):
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path))
    config = ROOT / ".pre-commit-config.yaml"
    run = [sys.executable, "-m", "pre_commit", "validate-config", str(config)]
    subprocess.run(run, check=True, cwd=ROOT)
    hooks = [hook for repo in yaml.safe_load(config.read_text())["repos"] for hook in repo["hooks"]]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)
