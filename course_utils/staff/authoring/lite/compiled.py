"""Archives of Python as Pyodide reads them fastest: compiled, and without what only authors need.

Runs inside Pyodide (see `bytecode`), so that the code is that of the Python that will run it; needs
the standard library alone.
"""

import importlib.util
import marshal
import os
import pathlib
import struct
import sys
import sysconfig
import zipfile

#: Sources that somebody reads: students the course's, and the course Matplotlib's version number.
READ = ("course_utils/", "matplotlib/font_manager.py")
#: Folders in packages that no lesson reads.
LEFT_OUT = {"afm", "django-stubs", "f2py", "include", "pdfcorefonts", "sample_data", "tests"}
_SMALL = {"compress_type": zipfile.ZIP_DEFLATED, "compresslevel": 9}
# A flag of PEP 552: the code belongs to a hash of its source, which nobody has to compare.
_HASHED_UNCHECKED = 0b01


def compile_archive(path):
    """Put compiled code into a wheel, or a zip of modules, in place of its sources.

    Sources in `READ` stay, beside their code.

    Parameters
    ----------
    path : str
        The archive; it is replaced.
    """
    place = _place(path)
    new = f"{path}.new"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w") as packed:
        for entry in old.infolist():
            if LEFT_OUT.intersection(pathlib.PurePosixPath(entry.filename).parts[:-1]):
                continue
            data, code = old.read(entry), None
            if entry.filename.endswith(".py"):
                code = _bytecode(data, f"{place}/{entry.filename}")
            if code is None or entry.filename.startswith(READ):
                packed.writestr(entry, data, **_SMALL)
            if code is not None:
                name = _compiled_name(entry.filename)
                packed.writestr(zipfile.ZipInfo(name, entry.date_time), code, **_SMALL)
    os.replace(new, path)


def _place(path):
    """Return the folder, or the zip, from which Python will import: tracebacks name it."""
    if path.endswith(".whl"):
        return sysconfig.get_path("purelib")
    return next(place for place in sys.path if place.endswith(".zip"))


def _compiled_name(name):
    if name.startswith(READ):
        return importlib.util.cache_from_source(name)
    return f"{name}c"


def _bytecode(source, filename):
    """Return what a .pyc file holds, or None for what is no Python of this version."""
    try:
        code = compile(source, filename, "exec", dont_inherit=True)
    except SyntaxError:
        return None
    flags = struct.pack("<I", _HASHED_UNCHECKED)
    hashed = importlib.util.source_hash(source)
    return importlib.util.MAGIC_NUMBER + flags + hashed + marshal.dumps(code)
