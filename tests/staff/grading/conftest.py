"""What the tests of grading share."""

import pytest

from support.cohorts import synchronised


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory):
    """A gradebook that knows the assignment and nobody: nbgrader takes seconds to set one up."""
    root = tmp_path_factory.mktemp("empty-gradebook")
    synchronised(root)
    return root / "gradebook.db"
