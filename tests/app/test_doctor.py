"""The doctor says what is missing, who needs it and what mends it, and CI skips nothing."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from course_utils.app import doctor
from course_utils.app.doctor import OPTIONAL, Diagnosis, examine, report, within
from support import ROOT


def by_name(root=ROOT):
    return {item.name: item for item in examine(root)}


@pytest.mark.parametrize(
    ("version", "bounds", "inside"),
    [
        ("8.1.9", "<9,>=8.1", True),
        ("8.1", ">=8.1.0", True),
        ("8.0.9", "<9,>=8.1", False),
        ("9.0rc1", "<9,>=8.1", False),
        ("3.10.0", ">=3.9", True),
        ("3.14.0", "<3.14,>=3.11", False),
        ("2.0", "==2", True),
        ("2.0.1", "<=2, >1", False),
        ("1.0", "", True),
    ],
)
def test_versions_are_compared_by_number(version, bounds, inside):
    assert within(version, bounds) is inside


def test_an_unknown_kind_of_bound_is_refused():
    with pytest.raises(ValueError, match=r"expected a bound such as >=1\.2, got '~=1\.2'"):
        within("1.3", "~=1.2")


def test_here_where_the_tests_run_a_student_could_work():
    text, well = report(examine(ROOT), brief=True)
    assert well
    assert text == "All that a student needs is here: `course lab` opens the lessons."


def test_every_package_of_the_project_is_looked_at():
    required = {
        line.split(";")[0].split("<")[0].split(">")[0].strip()
        for line in importlib.metadata.requires("optimizers-course")
        if "extra ==" not in line
    }
    assert {"numpy", "nbgrader", "jupyterlab"} <= required <= set(by_name())


def test_a_package_that_is_missing_comes_with_the_command_that_brings_it(monkeypatch):
    real = importlib.metadata.version

    def version(name):
        if name == "matplotlib":
            raise importlib.metadata.PackageNotFoundError(name)
        return "0.5.0" if name == "nbgrader" else real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    found = by_name()
    assert found["matplotlib"].found.startswith("not installed (needed: ")
    assert found["matplotlib"].mend.startswith(f'{sys.executable} -m pip install "matplotlib')
    assert found["nbgrader"].found.startswith("0.5.0 (needed: ")
    text, well = report(found.values(), brief=True)
    assert not well
    assert [line.split()[:2] for line in text.splitlines()[:4:2]] == [
        ["missing", "matplotlib:"],
        ["missing", "nbgrader:"],
    ]


def test_an_old_python_is_named_with_the_bounds(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    assert by_name()["Python"].found.startswith("3.9.2 (needed: ")
    assert not by_name()["Python"].well


@pytest.mark.posix("there is no make on Windows: see the next test")
def test_a_course_that_is_not_installed_is_told_so(monkeypatch):
    monkeypatch.setattr(doctor, "PACKAGE", "no-such-course")
    assert by_name()["the course itself"].mend == "make setup"


def test_on_windows_where_there_is_no_make_the_mend_is_a_line_of_the_readme(monkeypatch):
    # Its own os, since pathlib would believe a change of the real one.
    monkeypatch.setattr(doctor, "os", SimpleNamespace(**{**vars(os), "name": "nt"}))
    assert by_name()["Python"].mend.endswith("then: the README's lines for Windows")
    monkeypatch.setattr(doctor, "PACKAGE", "no-such-course")
    mend = by_name()["the course itself"].mend
    assert "uv pip install" in mend
    assert mend in (ROOT / "README.md").read_text().splitlines()


@pytest.mark.parametrize(
    ("kernel", "found"),
    [
        (None, "not installed"),
        ("{", "cannot be read"),
        (json.dumps({"argv": []}), "cannot be read"),
        (json.dumps({"argv": ["/gone/bin/python", "-m"]}), "it starts /gone/bin/python, which"),
    ],
)
def test_a_kernel_that_cannot_start_is_found(tmp_path, monkeypatch, kernel, found):
    folder = tmp_path / "share/jupyter/kernels/python3"
    folder.mkdir(parents=True)
    if kernel is not None:
        (folder / "kernel.json").write_text(kernel)
    monkeypatch.setattr(doctor.sysconfig, "get_path", lambda _: str(tmp_path))
    diagnosis = by_name()["kernel python3"]
    assert not diagnosis.well
    assert found in diagnosis.found
    assert diagnosis.mend == f"{sys.executable} -m ipykernel install --sys-prefix"


def test_a_folder_that_cannot_be_written_is_found(tmp_path):
    diagnosis = by_name(tmp_path)["room to work"]  # tmp_path has no notebooks/
    assert not diagnosis.well
    assert diagnosis.found == f"cannot write in {tmp_path / 'notebooks'}: No such file or directory"


def test_a_full_disk_is_found(monkeypatch):
    usage = shutil._ntuple_diskusage(10**12, 10**12 - 10**7, 10**7)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    diagnosis = by_name()["room to work"]
    assert not diagnosis.well
    assert diagnosis.found.startswith("10 MB free in ")


def test_optional_programs_do_not_keep_a_student_from_working(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    monkeypatch.setattr(doctor.glob, "glob", lambda _: [])
    found = by_name()
    assert not any(found[name].well for name in OPTIONAL)
    text, well = report(found.values())
    assert well
    assert "optional bubblewrap: not found (for instructors: trusted grading, Linux only)" in text


def test_the_command_that_mends_is_that_of_the_machine(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: name == "apt-get" or None)
    assert OPTIONAL["bubblewrap"].mend() == "sudo apt-get install bubblewrap"
    monkeypatch.setattr(doctor.shutil, "which", lambda name: name == "brew" or None)
    assert OPTIONAL["chromium"].mend() == "brew install --cask chromium"
    assert OPTIONAL["bubblewrap"].mend() == "install bubblewrap with your system's package manager"


@pytest.mark.posix("bubblewrap is for Linux")
@pytest.mark.parametrize(
    ("script", "mode", "said"),
    [
        ("echo bubblewrap 0.12.0", 0o755, "bubblewrap 0.12.0, not setuid"),
        ("echo bubblewrap 0.11.1", 0o4755, "bubblewrap 0.11.1, setuid"),
        ("exit 1", 0o755, "which does not say its version, not setuid"),
    ],
)
def test_the_version_of_bubblewrap_is_shown_and_whose_rights_it_has(
    tmp_path, monkeypatch, script, mode, said
):
    program = tmp_path / "bwrap"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(mode)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert by_name()["bubblewrap"].found == f"{program}, {said}"


def test_a_line_says_state_name_finding_and_cure():
    line = str(Diagnosis("node", False, "not found", "get it", "authors"))
    assert line.split("\n") == [
        "  optional node: not found (for authors)",
        "           -> get it",
    ]


@pytest.mark.parametrize(("required", "outcome"), [("", "1 skipped"), ("1", "1 error")])
def test_a_test_without_its_program_skips_and_fails_where_all_is_required(
    tmp_path, required, outcome
):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\n\n@pytest.mark.requires('chromium')\ndef test_it():\n    assert True\n"
    )
    environment = {**os.environ, "PATH": str(tmp_path), "COURSE_REQUIRE_ALL": required}
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-n0"]
    done = subprocess.run(
        [*command, "-p", "no:nbval", "-c", os.devnull, "--rootdir", ".", "test_it.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert "chromium is missing: install chromium" in done.stdout
    assert f"{outcome} in " in done.stdout
