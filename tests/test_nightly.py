"""Which tests `make test` leaves to the night."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import pytest

from support import ROOT

QUICK, LONG, ANOTHER = "tests/a.py::quick", "tests/a.py::long", "tests/more/b.py::long"


@pytest.fixture
def modify():
    """Return the hook of `tests/conftest.py` that picks the tests."""
    spec = importlib.util.spec_from_file_location("course_conftest", ROOT / "tests/conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pytest_collection_modifyitems


def item(name):
    path, _, test = name.partition("::")
    return SimpleNamespace(
        name=name,
        path=ROOT / path,
        get_closest_marker=lambda marker: marker == "nightly" and test == "long",
    )


@pytest.mark.parametrize(
    ("folder", "arguments", "nightly", "run"),
    [
        (".", ["tests"], False, {QUICK}),
        (".", ["tests"], True, {QUICK, LONG, ANOTHER}),
        (".", ["tests/a.py"], False, {QUICK, LONG}),
        (".", ["tests/a.py::long", "tests/more"], False, {QUICK, LONG}),
        ("tests", ["more/b.py"], False, {QUICK, ANOTHER}),
        ("tests", [str(ROOT / "tests/more/b.py")], False, {QUICK, ANOTHER}),
    ],
)
def test_nightly_tests_run_when_asked_for_and_where_their_file_is_named(
    modify, folder, arguments, nightly, run
):
    told = []
    config = SimpleNamespace(
        args=arguments,
        getoption={"nightly": nightly}.__getitem__,
        invocation_params=SimpleNamespace(dir=Path(ROOT, folder)),
        hook=SimpleNamespace(pytest_deselected=lambda items: told.extend(items)),
    )
    items = [item(name) for name in (QUICK, LONG, ANOTHER)]
    modify(config, items)
    assert {one.name for one in items} == run
    assert {one.name for one in told} == {QUICK, LONG, ANOTHER} - run
