"""Pyodide's own files: its packages are held against the lock's checksums, and all is copied."""

import hashlib
import json
import shutil

from course_utils.app.places import UsageError

#: Pyodide itself, which its lock does not list.
CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"


def copy_pyodide(folder, place, wanted):
    """Copy what is there of a Pyodide, with a lock that names nothing else.

    Parameters
    ----------
    folder : Path
        Holds Pyodide's core, its lock, and some of the packages in the lock.
    place : Path
        The folder to make.
    wanted : str
        The version that the kernel is made for, such as ``"0.27.6"``.

    Raises
    ------
    UsageError
        If the core or the lock is missing, a package has another SHA-256 than the lock says, or
        the version does not belong to the kernel: its first two numbers have to be the same.
    """
    lock = _read_lock(folder)
    version = lock["info"]["version"]
    if version.split(".")[:2] != wanted.split(".")[:2]:
        raise UsageError(f"expected Pyodide {wanted} or a near one, got {version} in {folder}")
    if missing := [name for name in CORE if not (folder / name).is_file()]:
        raise UsageError(f"expected Pyodide's {', '.join(missing)} in {folder}, got no such file")
    there = {
        name: package
        for name, package in lock["packages"].items()
        if (folder / package["file_name"]).is_file()
    }
    place.mkdir(parents=True)
    for package in there.values():
        name = package["file_name"]
        shutil.copyfile(folder / name, place / name)
        if _checksum(place / name) != package["sha256"]:
            raise UsageError(f"expected upstream's {name}, got a file with another SHA-256")
    for name in CORE:
        shutil.copyfile(folder / name, place / name)
    (place / LOCK).write_text(json.dumps(lock | {"packages": there}), encoding="utf-8")


def _checksum(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_lock(folder):
    path = folder / LOCK
    try:
        lock = json.loads(path.read_text("utf-8"))
        lock["info"]["version"], lock["packages"]
    except OSError as error:
        raise UsageError(f"expected Pyodide's {path}, got: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"expected the lock of a Pyodide, got another file: {path}") from None
    return lock
