"""The files of the course."""

import shutil
import subprocess

import pytest

from support import ROOT


@pytest.fixture(scope="session")
def tracked():
    """Return the names of the files that Git knows."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("only Git knows which files are the course's")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    names = done.stdout.decode().split("\0")[:-1]
    return [name for name in names if (ROOT / name).is_file()]
