"""Why a notebook stopped, in one line whatever was raised."""

import pytest
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from course_utils.staff.authoring.headless import why_it_stopped


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (CellExecutionError("...", "ValueError", "two\nlines"), "ValueError: two"),
        (CellExecutionError("...", "AssertionError", ""), "AssertionError"),
        (DeadKernelError("Kernel died"), "Kernel died"),
        (CellTimeoutError(""), "CellTimeoutError"),
        (RuntimeError(), "RuntimeError"),
    ],
)
def test_why_a_notebook_stopped_is_one_line(error, line):
    assert why_it_stopped(error) == line
