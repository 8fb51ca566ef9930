"""Exercises are found by their folder, in the lessons' order, and what is no exercise is told."""

import sys

import pytest

from course_utils.app.places import find_lessons, short_name
from course_utils.staff import registry
from course_utils.staff.registry.discovery import UndeclaredError, find, find_one
from support import ROOT

DECLARED = """
from course_utils.staff.registry.exercise import Exercise

exercise = Exercise(slug={!r}, function="f", arguments=(), returns=("x",), points=1)
"""
CELL = '   "nbgrader": {{\n    "grade_id": "{}",\n    "points": 1\n'


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A registry of two lessons; return what finds its exercises after more files are written."""
    name = f"small_registry_{tmp_path.name}"
    monkeypatch.syspath_prepend(tmp_path)
    write(
        tmp_path / name,
        {
            "__init__.py": "",
            "exercise.py": "",
            "waves/__init__.py": "",
            "waves/low_tide.py": DECLARED.format("low-tide"),
            "waves/high_tide.py": DECLARED.format("high-tide"),
            "clouds/__init__.py": "",
            "clouds/rain.py": DECLARED.format("rain"),
        },
    )

    def found(files=None, sources=None, one=None):
        write(tmp_path / name, files or {})
        write(tmp_path / "solutions", sources or {})
        if one is not None:
            return find_one(name, [str(tmp_path / name)], one)
        return find(name, [str(tmp_path / name)], tmp_path / "solutions")

    yield found
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        del sys.modules[module]


def test_an_exercise_is_a_module_in_a_lessons_folder(small):
    found = small()
    assert {slug: exercise.lesson for slug, exercise in found.items()} == {
        "high-tide": "waves",
        "low-tide": "waves",
        "rain": "clouds",
    }


def test_one_exercise_is_found_without_importing_the_others(small):
    found = small({"waves/foam.py": "1 / 0", "clouds/__init__.py": ""}, one="low-tide")
    assert (found.slug, found.lesson) == ("low-tide", "waves")
    assert not [name for name in sys.modules if name.endswith(".waves.high_tide")]
    for stranger in ("low_tide", "waves", "", "../waves/low-tide", "tide"):
        assert small(one=stranger) is None


def test_the_order_is_that_of_the_source_notebooks_and_what_stands_in_none_comes_last(small):
    sources = {
        "01-waves/01-waves.ipynb": CELL.format("low-tide") + CELL.format("low-tide-test"),
        "02-clouds/1-first.ipynb": CELL.format("reflect-rain") + CELL.format("rain"),
        "README.md": CELL.format("high-tide"),
        ".trash/old.ipynb": CELL.format("high-tide"),
    }
    assert list(small(sources=sources)) == ["low-tide", "rain", "high-tide"]
    sources = {"01-waves/01-waves.ipynb": "<<<<<<<\n" + CELL.format("high-tide")}
    assert list(small(sources=sources)) == ["high-tide", "rain", "low-tide"]


def test_helpers_and_stray_files_are_no_exercises(small):
    stray = {
        "waves/_shared.py": "1 / 0",
        "waves/low_tide copy.py": "1 / 0",
        "waves/.#low_tide.py": "1 / 0",
        "waves/low_tide.py~": "1 / 0",
        "waves/low_tide.orig.py": "1 / 0",
        "waves/notes.md": "",
        "waves/__pycache__/low_tide.cpython-312.pyc": "",
        "waves/data/__init__.py": "1 / 0",
        "left_behind/__pycache__/gone.cpython-312.pyc": "",
        "no_package/rain_bow.py": "1 / 0",
        "_drafts/__init__.py": "1 / 0",
    }
    assert set(small(stray)) == {"high-tide", "low-tide", "rain"}


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (
            {"waves/foam.py": "STEPS = 3"},
            "expected `exercise = Exercise(...)` in registry/waves/foam.py, got none; "
            "a helper's name begins with an underscore",
        ),
        (
            {"waves/foam.py": "exercise = 'foam'"},
            "expected `exercise = Exercise(...)` in registry/waves/foam.py, got none; "
            "a helper's name begins with an underscore",
        ),
        (
            {"waves/foam.py": DECLARED.format("low-tide")},
            "expected slug='foam' in registry/waves/foam.py, got 'low-tide'",
        ),
        (
            {"clouds/low_tide.py": DECLARED.format("low-tide")},
            "expected one low_tide.py, got two: in clouds and waves",
        ),
    ],
)
def test_a_module_that_declares_no_exercise_of_its_own_is_told_in_one_sentence(
    small, files, sentence
):
    with pytest.raises(UndeclaredError) as caught:
        small(files)
    assert str(caught.value) == sentence


def test_every_lesson_has_its_folder_in_the_registry_and_the_lessons_are_in_order():
    lessons = [exercise.lesson for exercise in registry.EXERCISES.values()]
    assert list(dict.fromkeys(lessons)) == [short_name(lesson) for lesson in find_lessons(ROOT)]
    assert lessons == sorted(lessons, key=list(dict.fromkeys(lessons)).index)


def test_a_declaration_is_the_same_object_whether_one_asks_for_it_or_for_all():
    slug, exercise = next(iter(registry.EXERCISES.items()))
    assert registry.get(slug) is exercise
    with pytest.raises(AttributeError, match="no attribute 'EXERCISE'"):
        _ = registry.EXERCISE


def test_without_source_notebooks_the_registry_is_whole(tmp_path):
    found = find(registry.__name__, registry.__path__, tmp_path / "solutions")
    assert set(found) == set(registry.EXERCISES)
