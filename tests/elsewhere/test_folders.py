"""The course lies in any folder that its tools can name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.app.lab import lab_arguments, open_lab
from course_utils.app.places import UsageError
from course_utils.staff.authoring.bundle import archive
from support import ROOT

# test_bundle.py sets a student's copy up in a folder of such a name; here is the whole repository.
AWKWARD = Path("C", "Jörg's Übungen (neu) & alt")


@pytest.mark.nightly
@pytest.mark.posix("make is not for Windows")
def test_make_works_in_a_folder_with_spaces_umlauts_and_a_drives_letter(tracked, tmp_path):
    copy = tmp_path / AWKWARD
    for name in tracked:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(sys.prefix)
    # The set-up is there. `bundle` checks the whole release before it writes.
    command = ["make", "-o", ".venv/setup.stamp", "bundle"]
    variables = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(command, cwd=copy, env=variables, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert (copy / "dist" / "optimizers-course.zip").read_bytes() == archive(ROOT)


def test_a_folder_that_jupyters_path_cannot_name_is_answered_in_a_sentence(tmp_path, monkeypatch):
    def launch_instance(*_, **__):
        pytest.fail("a server was started")

    monkeypatch.setattr("jupyterlab.labapp.LabApp.launch_instance", launch_instance)
    (tmp_path / f"a{os.pathsep}b" / "notebooks").mkdir(parents=True)
    with pytest.raises(
        UsageError, match=rf"^expected the course in a folder without '{os.pathsep}'"
    ):
        open_lab(tmp_path / f"a{os.pathsep}b")


def test_a_course_root_on_another_drive_is_answered_in_a_sentence(tmp_path, monkeypatch):
    def commonpath(paths):
        raise ValueError("Paths don't have the same drive")  # what Windows says

    monkeypatch.setenv("COURSE_ROOT", str(tmp_path / "D"))
    monkeypatch.setattr(os.path, "commonpath", commonpath)
    with pytest.raises(UsageError, match=r"^expected COURSE_ROOT on the drive of .* drive\)$"):
        lab_arguments(tmp_path, instructor=True)
