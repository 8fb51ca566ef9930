"""What a sandbox shows of this machine's files: Python, and the packages that are meant.

Each is bound by itself, at a place that says nothing of where it lies outside: the interpreter and
the standard library below ``/python``, packages below ``/packages``, and the shared libraries that
these load, one by one, in ``/libraries``. The folders around them, and whatever else is installed
there, are not shown. The loader alone keeps its place, which stands in the interpreter's file.
"""

import compileall
import functools
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

PYTHON, PACKAGES, LIBRARIES = "/python", "/packages", "/libraries"
# Where Python, and not a virtual environment's link to it, lies outside and inside.
_INTERPRETER = Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))
INTERPRETER = f"{PYTHON}/bin/{_INTERPRETER.name}"
# Seconds, by the wall clock, for the loader to say which libraries it would load.
PATIENCE = 60.0
# Compiled modules of the standard library without a use inside, each with libraries of its own:
# windows, terminals, a network's directory, and Python's own tests.
_UNUSED = re.compile(r"_tkinter|_curses|readline|nis\.|_test|_xx|xx")
# What is not compiled ahead: the packages' own tests.
_TESTS = re.compile(r"[/\\]tests[/\\]")
# What the loader says of a library: the name that is asked for, if any, and what it would load.
_LOADED = re.compile(r"\t(?:(\S+) => )?(\S.*) \(0x[0-9a-f]+\)")


@functools.cache
def binds(importable: tuple[str, ...]) -> tuple[str, ...]:
    """Return the options of bubblewrap that show Python and some packages.

    Parameters
    ----------
    importable : tuple of str
        Patterns of names in site-packages.

    Returns
    -------
    tuple of str

    Raises
    ------
    OSError, subprocess.TimeoutExpired
        If the loader cannot be asked which libraries they need.
    """
    library, compiled = _standard_library()
    site = Path(np.__file__).resolve().parents[1]
    packages = [place for pattern in importable for place in sorted(site.glob(pattern))]
    shown = {INTERPRETER: _INTERPRETER, library: Path(os.path.realpath(os.__file__)).parent}
    if not compiled.startswith(library):
        shown[compiled] = Path(_compiled())
    shown |= {f"{PACKAGES}/{place.name}": place for place in packages}
    compile_ahead(packages)
    shown |= _libraries(site, packages)
    options = []
    for folder in sorted({str(folder) for path in shown for folder in Path(path).parents} - {"/"}):
        options += ["--perms", "0755", "--dir", folder]
    for inside, outside in shown.items():
        options += ["--ro-bind", str(outside), inside]
    for name in _foreign(shown[library]):
        hidden = f"{library}/{name}"
        options += ["--size", "4096", "--tmpfs", hidden, "--remount-ro", hidden]
    return tuple(options)


def compile_ahead(packages: list[Path]) -> None:
    """Compile the packages that nobody has compiled yet.

    Inside nothing can be written: each sandbox would compile anew what it imports, which takes
    longer than to score a submission. Where we may not write either, that is how it stays.
    """
    for package in packages:
        first = package / "__init__.py"
        if first.is_file() and not os.path.exists(importlib.util.cache_from_source(str(first))):
            compileall.compile_dir(package, quiet=2, rx=_TESTS)


def _standard_library() -> tuple[str, str]:
    """Return where the standard library and its compiled modules lie inside.

    Python finds them by where they lie from its own folder, so that has to be as it is outside.
    """
    library = os.path.relpath(os.path.dirname(os.__file__), sys.base_prefix)
    compiled = os.path.relpath(_compiled(), sys.base_exec_prefix)
    return f"{PYTHON}/{library}", f"{PYTHON}/{compiled}"


def _compiled() -> str:
    for folder in sys.path:
        if os.path.basename(folder) == "lib-dynload":
            return folder
    raise OSError("this Python keeps its compiled modules in no folder that can be shown")


def _foreign(library: Path) -> list[str]:
    """Return the folders in the standard library's that are none of it, such as site-packages."""
    own = {*sys.stdlib_module_names, "__pycache__", "lib-dynload"}
    with os.scandir(library) as entries:
        folders = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
    return sorted(folders - own)


def _libraries(site: Path, packages: list[Path]) -> dict[str, Path]:
    """Return the shared libraries that Python and the packages load: inside -> outside.

    The loader is asked about all at once, in the way of ``ldd``. In such a list it takes spaces and
    colons for separators, and folders may have them in their names: it sees short links.
    """
    files = [f"c/{name}" for name in os.listdir(_compiled()) if not _UNUSED.match(name)]
    files += [
        f"p/{file.relative_to(site)}"
        for package in packages
        for file in (package.rglob("*.so*") if package.is_dir() else [package])
    ]
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "c").symlink_to(_compiled())
        Path(folder, "p").symlink_to(site)
        environment = {
            "LD_TRACE_LOADED_OBJECTS": "1",
            "LD_PRELOAD": ":".join(file for file in files if ".so" in file),
            "LD_LIBRARY_PATH": os.path.join(sys.base_prefix, "lib"),
        }
        told = subprocess.run(
            [_INTERPRETER],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        ).stdout
        for name, path in _LOADED.findall(told):
            file = Path(os.path.realpath(os.path.join(folder, path)))
            if not name and path.startswith("/"):
                found[path] = file
            elif name and not any(file.is_relative_to(package) for package in packages):
                found[f"{LIBRARIES}/{name}"] = file
    return found
