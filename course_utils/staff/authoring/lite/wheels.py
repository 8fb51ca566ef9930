"""Wheels for Pyodide: the course's student half, and packages as they are installed here."""

import importlib.metadata
import zipfile

from course_utils.app.places import PACKAGE

_TIME = (2025, 1, 1, 0, 0, 0)  # any time that is past, so that equal contents give equal bytes
_COURSE = "optimizers-course"
# What belongs to one installation, and compiled code for another processor: packages that have it
# also bring it in Python.
_LEFT_OUT = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
_COMPILED = {".so", ".pyd", ".dylib", ".pyc"}


def installed_wheel(name, folder):
    """Pack an installed package of pure Python.

    Parameters
    ----------
    name : str
        Of the distribution.
    folder : Path
        Where the wheel goes.

    Returns
    -------
    str
        The wheel's file name.
    """
    distribution = importlib.metadata.distribution(name)
    files = {
        path.as_posix(): path.read_binary()
        for path in distribution.files
        if ".." not in path.parts and path.name not in _LEFT_OUT and path.suffix not in _COMPILED
    }
    return _write(distribution.metadata["Name"], distribution.version, files, folder)


def course_wheel(files, folder):
    """Pack what the lessons import.

    Parameters
    ----------
    files : dict of str to bytes
        The students' copy, from `bundle.contents`.
    folder : Path
        Where the wheel goes.

    Returns
    -------
    str
        The wheel's file name.
    """
    version = importlib.metadata.version(_COURSE)
    prefix = f"{_COURSE.replace('-', '_')}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {_COURSE}\nVersion: {version}\n"
    wheel = "Wheel-Version: 1.0\nGenerator: course lite\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    package = {name: data for name, data in files.items() if name.startswith(f"{PACKAGE.name}/")}
    package[f"{prefix}/METADATA"] = metadata.encode()
    package[f"{prefix}/WHEEL"] = wheel.encode()
    return _write(_COURSE, version, package, folder)


def _write(name, version, files, folder):
    wheel = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        for path, data in sorted(files.items()):
            packed.writestr(zipfile.ZipInfo(path, _TIME), data, zipfile.ZIP_DEFLATED)
    return wheel.name
