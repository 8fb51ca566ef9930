"""`make test-fresh`: which machine is made, and what is told of it at the end."""

import os
import shutil

import pytest

NEEDED = ("debootstrap", "git", "nsenter", "unshare")
told = []  # what the tests measured, a line each


def pytest_configure():
    if os.geteuid() != 0:
        pytest.exit("a fresh machine is made by root alone: sudo make test-fresh", 2)
    for program in NEEDED:
        if not shutil.which(program):
            pytest.exit(f"{program} is missing: sudo apt-get install {program}", 2)


@pytest.fixture(scope="session")
def tell():
    return told.append


def pytest_terminal_summary(terminalreporter):
    for line in told:
        terminalreporter.write_line(line)
