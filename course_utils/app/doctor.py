"""What is missing on this machine, who needs it, and the command that mends it.

`examine` looks at what a student needs (Python, packages, kernel, disk) and at optional programs
for others (`OPTIONAL`, which also decides what tests require). Uses the standard library
alone, since what it looks for may not be there.
"""

import glob
import importlib.metadata
import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "optimizers-course"
PATIENCE = 10  # seconds for a program to say its version
ROOM = 200  # free megabytes: notebooks, their outputs, the kernel's files


@dataclass(frozen=True)
class Diagnosis:
    """One thing looked at: is it well, what was found, who needs it, and what mends it."""

    name: str
    well: bool
    found: str
    mend: str = ""
    who: str = "student"

    def __str__(self):
        """Return the line that `course doctor` prints."""
        if self.well:
            return f"  ok       {self.name}: {self.found}"
        state = "missing" if self.who == "student" else "optional"
        who = "" if self.who == "student" else f" (for {self.who})"
        return f"  {state:8} {self.name}: {self.found}{who}\n           -> {self.mend}"


@dataclass(frozen=True)
class Program:
    """A program that only some people need."""

    name: str
    who: str
    commands: tuple  # any one of them on PATH, or a file pattern
    packages: dict  # package manager -> the package's name there
    is_a_wall: bool = False  # whether its version and rights matter: others' code is kept by it

    def where(self):
        """Return the path of the program, or None."""
        for command in self.commands:
            found = shutil.which(command) or next(iter(sorted(glob.glob(command))), None)
            if found:
                return found
        return None

    def found(self):
        """Return where the program is, and of one that is a wall what it is; or nothing."""
        path = self.where()
        if not (path and self.is_a_wall):
            return path
        rights = "setuid" if os.stat(path).st_mode & stat.S_ISUID else "not setuid"
        return f"{path}, {_version(path)}, {rights}"

    def missing(self):
        """Return a sentence with the command that mends it, or nothing if the program is there."""
        return "" if self.where() else f"{self.name} is missing: {self.mend()}"

    def mend(self):
        """Return the command that installs the program on this machine."""
        commands = {
            "apt-get": "sudo apt-get install {}",
            "dnf": "sudo dnf install {}",
            "brew": "brew install {}",
        }
        for manager, package in self.packages.items():
            if shutil.which(manager):
                return commands[manager].format(package)
        return f"install {self.name} with your system's package manager"


def _version(path):
    """Return the first line that a program says of its version."""
    try:
        said = subprocess.run(
            [path, "--version"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    return said.partition("\n")[0].strip() or "which does not say its version"


_PROGRAMS = [
    Program(
        "chromium",
        "authors: slides as PDF and PPTX, browser tests",
        ("chromium", "chromium-browser", "google-chrome"),
        {"apt-get": "chromium", "dnf": "chromium", "brew": "--cask chromium"},
    ),
    Program(
        "firefox",
        "authors: browser tests",
        ("firefox-esr", "firefox"),
        {"apt-get": "firefox-esr", "dnf": "firefox", "brew": "--cask firefox"},
    ),
    Program(
        "bubblewrap",
        "instructors: trusted grading, Linux only",
        ("bwrap",),
        {"apt-get": "bubblewrap", "dnf": "bubblewrap"},
        is_a_wall=True,
    ),
    Program(
        "node",
        "authors: slides and moving figures",
        ("node",),
        {"apt-get": "nodejs npm", "dnf": "nodejs npm", "brew": "node"},
    ),
    Program(
        "postgresql",
        "instructors: a gradebook shared by many",
        ("postgres", "/usr/lib/postgresql/*/bin/postgres"),
        {"apt-get": "postgresql", "dnf": "postgresql-server", "brew": "postgresql"},
    ),
]
OPTIONAL = {program.name: program for program in _PROGRAMS}


def examine(root):
    """Return a diagnosis of everything the course needs, students' needs first.

    Parameters
    ----------
    root : Path
        The folder of the course.

    Returns
    -------
    list of Diagnosis
    """
    diagnoses = [*_python_and_packages(), _kernel(), _disk(root)]
    for program in OPTIONAL.values():
        found = program.found()
        diagnoses.append(
            Diagnosis(program.name, bool(found), found or "not found", program.mend(), program.who)
        )
    return diagnoses


def report(diagnoses, *, brief=False):
    """Return the text for a terminal, and whether a student can work.

    Parameters
    ----------
    diagnoses : sequence of Diagnosis
    brief : bool
        Say only what a student lacks, or in one line that all is well.

    Returns
    -------
    str
    bool
    """
    missing = [item for item in diagnoses if not item.well and item.who == "student"]
    shown = missing if brief else diagnoses
    if missing:
        end = "A student cannot work here yet: run the commands above, then `course doctor` again."
    else:
        end = "All that a student needs is here: `course lab` opens the lessons."
    return "\n".join([*map(str, shown), end]), not missing


def mend_package(name):
    """Return the command that installs a package which only some people need.

    A student's copy of the course does not know which versions the instructors' is tested with:
    there the command has no bounds.
    """
    metadata = importlib.metadata.metadata(PACKAGE)
    return _pip(name, dict(_requirements(metadata, extra=True)).get(name, ""))


def within(version, bounds):
    """Return whether a version lies within bounds such as ``">=8.1,<9"``.

    Only ``>=``, ``>``, ``<=``, ``<`` and ``==`` are known, which is all that the course uses; of a
    version such as 9.0rc1 the numbers count.

    Raises
    ------
    ValueError
        If a bound is none of these.
    """
    compare = {
        ">=": lambda a, b: a >= b,
        "<=": lambda a, b: a <= b,
        "==": lambda a, b: a == b,
        ">": lambda a, b: a > b,
        "<": lambda a, b: a < b,
    }
    for bound in filter(None, bounds.replace(" ", "").split(",")):
        match = re.fullmatch(r"(>=|<=|==|>|<)([\d.]+)", bound)
        if match is None:
            raise ValueError(f"expected a bound such as >=1.2, got {bound!r}")
        left, right = _numbers(version), _numbers(match[2])
        size = max(len(left), len(right))
        left, right = (part + (0,) * (size - len(part)) for part in (left, right))
        if not compare[match[1]](left, right):
            return False
    return True


def _numbers(version):
    numbers = re.match(r"[\d.]*", version)[0].split(".")
    return tuple(int(number) for number in numbers if number)


def _set_up(*, anew=False):
    """Return what installs the course, as the README has it: on Windows there is no make."""
    if os.name != "nt":
        return "make setup"
    if anew:
        return "the README's lines for Windows"
    return r".venv\Scripts\uv pip install -c requirements.lock -e ."


def _python_and_packages():
    try:
        metadata = importlib.metadata.metadata(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        yield Diagnosis("the course itself", False, "not installed", _set_up())
        return
    python = ".".join(map(str, sys.version_info[:3]))
    bounds = metadata["Requires-Python"]
    mend = f"install a Python {bounds}, remove .venv, then: {_set_up(anew=True)}"
    yield Diagnosis("Python", within(python, bounds), f"{python} (needed: {bounds})", mend)
    for name, bounds in _requirements(metadata):
        mend = _pip(name, bounds)
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Diagnosis(name, False, f"not installed (needed: {bounds})", mend)
        else:
            found = f"{version} (needed: {bounds})"
            yield Diagnosis(name, within(version, bounds), found, mend)


def _requirements(metadata, *, extra=False):
    """Yield name and bounds of what everybody needs, or of what only some do."""
    for line in metadata.get_all("Requires-Dist") or []:
        requirement, _, condition = line.partition(";")
        name, bounds = re.fullmatch(
            r"([\w.-]+)(?:\[.*\])?\s*\(?([^)]*)\)?\s*", requirement
        ).groups()
        if ("extra ==" in condition) == extra:
            yield name, bounds.strip()


def _pip(name, bounds):
    return f'{_python()} -m pip install "{name}{bounds}"'


def _python():
    """Return this Python as one types it in a shell, in PowerShell on Windows."""
    if os.name != "nt":
        return shlex.quote(sys.executable)
    return f'& "{sys.executable}"' if " " in sys.executable else sys.executable


def _kernel():
    name, mend = "kernel python3", f"{_python()} -m ipykernel install --sys-prefix"
    spec = Path(sysconfig.get_path("data"), "share/jupyter/kernels/python3/kernel.json")
    try:
        command = json.loads(spec.read_text("utf-8"))["argv"][0]
    except FileNotFoundError:
        return Diagnosis(name, False, "not installed", mend)
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return Diagnosis(name, False, f"{spec} cannot be read", mend)
    # "python" alone means the Python that runs Jupyter.
    if not re.fullmatch(r"python[\d.]*(\.exe)?", command) and not os.path.exists(command):
        return Diagnosis(name, False, f"it starts {command}, which does not exist", mend)
    return Diagnosis(name, True, str(spec.parent))


def _disk(root):
    folder = root / "notebooks"
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free // 10**6
    except OSError as error:
        mend = f"choose a folder that you may write to, or: chmod -R u+w {shlex.quote(str(folder))}"
        return Diagnosis("room to work", False, f"cannot write in {folder}: {error.strerror}", mend)
    found = f"{free} MB free in {folder} (needed: {ROOM})"
    return Diagnosis("room to work", free >= ROOM, found, "delete what you do not need there")
