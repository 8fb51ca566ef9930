"""setup.sh takes the newest Python that can carry the course, and says what helps if none can.

The Pythons are scripts that answer as one of another version would, and the installer is one that
finds wheels or does not. `test_bundle.py` and `fresh/` run the real ones.
"""

import os
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from support import ROOT

PYTHON = """#!/bin/sh
case "$1 $2" in
"-c "*) exec {real} -c "import sys; sys.version_info = ({version}); {lacks}$2" ;;
"-m venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
"-m pip") ;;
--version*) echo "Python {name}" ;;
esac
"""
INSTALLER = """#!/bin/sh
python=$(.venv/bin/python --version)
echo "$python: $*" >>installed
case "$python $*" in {ends} *) exit 0 ;; esac
"""
READY_MADE = "--only-binary :all: -e ."


@pytest.fixture
def machine(tmp_path):
    """A folder with setup.sh, and a PATH on which there are only the scripts that a test adds."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("cat", "cp", "grep", "mkdir", "sh"):
        (programs / name).symlink_to(shutil.which(name))
    folder = tmp_path / "course"
    folder.mkdir()
    for name in ("setup.sh", "requirements.lock"):
        shutil.copy(ROOT / name, folder)

    def write(path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def python(name, version, lacks=None, path=None):
        stub = PYTHON.format(
            real=sys.executable,
            version=version.replace(".", ", "),
            name=version,
            lacks=f"sys.modules['{lacks}'] = None; " if lacks else "",
        )
        write(path or programs / name, stub)

    def set_up(*pythons, ends=None):
        cases = [f'"Python {start}"*) exit {code} ;;' for start, code in (ends or {}).items()]
        write(programs / "installer", INSTALLER.format(ends=" ".join(cases)))
        done = subprocess.run(
            ["sh", "setup.sh", *pythons],
            cwd=folder,
            env={"PATH": str(programs), "INSTALL": "installer"},
            capture_output=True,
            text=True,
        )
        log = folder / "installed"
        return done, log.read_text().splitlines() if log.exists() else []

    return SimpleNamespace(folder=folder, programs=programs, python=python, set_up=set_up)


def test_the_first_python_that_finds_every_wheel_is_taken(machine):
    machine.python("python3.15", "3.15.0")
    machine.python("python3.14", "3.14.8")
    machine.python("python3.13", "3.13.1")
    done, installed = machine.set_up(
        "python3.15", "python3.14", "python3.13", ends={f"3.15.0 {READY_MADE}": 1}
    )
    assert done.returncode == 0
    assert installed == [f"Python 3.15.0: {READY_MADE}", f"Python 3.14.8: {READY_MADE}"]
    assert done.stderr == (
        "make: Python 3.15.0 does not find every package ready-made, as said above\n"
    )


@pytest.mark.parametrize(
    ("version", "lacks"), [("3.10.9", None), ("3.16.0", None), ("3.14.1", "ensurepip")]
)
def test_a_python_out_of_bounds_or_without_venv_is_passed_over(machine, version, lacks):
    machine.python("python-first", version, lacks)
    machine.python("python-second", "3.11.2")
    done, installed = machine.set_up("python-first", "no-python-at-all", "python-second")
    assert (done.returncode, done.stderr) == (0, "")
    assert installed == [f"Python 3.11.2: {READY_MADE}"]


def test_where_nothing_is_ready_made_the_last_python_builds(machine):
    machine.python("python3.15", "3.15.0")
    machine.python("python3.14", "3.14.8")
    no_wheels = {f"{version} {READY_MADE}": 1 for version in ("3.15.0", "3.14.8")}
    done, installed = machine.set_up("python3.15", "python3.14", ends=no_wheels)
    assert done.returncode == 0
    assert installed[-1] == "Python 3.14.8: -e ."
    assert done.stderr.endswith("make: building from source what Python 3.14.8 lacks\n")
    done, _ = machine.set_up("python3.15", "python3.14", ends={"3.1": 1})
    assert done.returncode == 1  # and it cannot be built


def test_without_a_network_no_other_python_is_tried(machine):
    machine.python("python3.15", "3.15.0")
    machine.python("python3.14", "3.14.8")
    done, installed = machine.set_up("python3.15", "python3.14", ends={"3.15.0": 2})
    assert done.returncode == 1
    assert installed == [f"Python 3.15.0: {READY_MADE}"]


@pytest.mark.parametrize(
    ("there", "lacks", "taken"),
    [("3.12.1", None, "3.12.1"), ("3.12.1", "pip", "3.15.0"), ("3.10.1", None, "3.15.0")],
)
def test_a_set_up_that_works_is_kept_and_another_made_anew(machine, there, lacks, taken):
    machine.python(None, there, lacks, path=machine.folder / ".venv/bin/python")
    machine.python("python3.15", "3.15.0")
    done, installed = machine.set_up("python3.15")
    assert done.returncode == 0
    assert installed == [f"Python {taken}: {READY_MADE}"]


APT, UV = "sudo apt-get install python3 python3-venv", "uv python install 3.14 "


@pytest.mark.parametrize(
    ("programs", "python3", "command"),
    [
        (["apt-get"], None, APT),
        (["apt-get"], ("3.13.5", "ensurepip"), APT),
        (["apt-get"], ("3.9.2", None), UV),  # apt has no newer one
        ([], None, UV),
        ([], ("3.9.2", None), UV),
    ],
)
def test_without_a_python_one_command_that_helps_is_said(machine, programs, python3, command):
    for name in programs:
        (machine.programs / name).symlink_to(shutil.which("true"))
    if python3:
        machine.python("python3", *python3)
    done, _ = machine.set_up("python3.15", "python3")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(
        "make: expected a Python from 3.11 to 3.15 with venv, and none of these is one: "
        f"python3.15 python3. This command brings one: {command}"
    )


def test_make_tries_the_newest_first_or_what_it_is_told():
    def tried(*told):
        command = ["make", "--dry-run", "--always-make", "setup", *told]
        variables = {name: value for name, value in os.environ.items() if name != "PYTHON"}
        done = subprocess.run(
            command, cwd=ROOT, env=variables, capture_output=True, text=True, check=True
        )
        return re.search(r"sh setup\.sh (.*)", done.stdout)[1].split()

    minors = [int(name.removeprefix("python3.")) for name in tried()[:-1]]
    assert minors == sorted(minors, reverse=True)
    assert tried()[-1] == "python3"
    assert tried("PYTHON=/opt/a/python") == ["/opt/a/python"]
