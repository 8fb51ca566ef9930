"""A quick start: all packages in one archive, and the memory of a Python that has started.

A page would otherwise unpack forty packages, one after the other, and import what every lesson
needs. Node runs Pyodide once (`memory.mjs`) and writes its memory; `start.js` gives it to a page.
The course and Matplotlib are not in it: together with them the folder would exceed 60 MB.
"""

import gzip
import io
import json
import shutil
import tarfile
import zipfile
from pathlib import Path

from course_utils.app.doctor import OPTIONAL

from .program import BrokenLiteError, last_line, run
from .pyodide import LOCK

START = Path(__file__).with_name("start.js")
#: What is imported in the stored memory: the kernel's modules, and large ones of the lessons.
IMPORTED = ("piplite.piplite", "pyodide_kernel", "numpy", "ipywidgets", "anywidget")
#: Packages of Pyodide that a page cannot use (it opens no sockets), or only to write PDF files.
LEFT_OUT = {"fonttools", "matplotlib-pyodide", "openssl", "pytz", "ssl"}
#: Pyodide's own code, which pages read compressed.
CODE = ("pyodide.asm.js", "pyodide.asm.wasm")
_MAKER = Path(__file__).with_name("memory.mjs")


def pack(pyodide, wheels):
    """Put all packages into one archive, in place of Pyodide's own, which are removed.

    Parameters
    ----------
    pyodide : Path
        A copy of Pyodide; its lock will list no package.
    wheels : list of Path
        What the lessons and the kernel need besides.
    """
    lock = json.loads((pyodide / LOCK).read_text("utf-8"))
    archives = {name: pyodide / package["file_name"] for name, package in lock["packages"].items()}
    chosen = [path for name, path in archives.items() if name not in LEFT_OUT]
    _write_compressed(pyodide / "site.tar.gz", _tar([*chosen, *wheels]))
    for path in archives.values():
        path.unlink()
    (pyodide / LOCK).write_text(json.dumps(lock | {"packages": {}}), encoding="utf-8")


def store(pyodide):
    """Start Python, and store its memory; compress Pyodide's own code.

    Parameters
    ----------
    pyodide : Path
        What `pack` made.

    Raises
    ------
    BrokenLiteError
        If Python does not start in Node.
    """
    shutil.copyfile(START, pyodide / START.name)
    done = run([OPTIONAL["node"].where(), _MAKER, pyodide, *IMPORTED], pyodide)
    if done.returncode:
        raise BrokenLiteError(f"Pyodide's memory could not be stored: {last_line(done.stdout)}")
    for name in CODE:
        _write_compressed(pyodide / f"{name}.gz", (pyodide / name).read_bytes())
        (pyodide / name).unlink()


def _write_compressed(path, data):
    path.write_bytes(gzip.compress(data, mtime=0))


def _tar(wheels):
    stream = io.BytesIO()
    with tarfile.open(
        fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT, encoding="utf-8"
    ) as tar:
        for wheel in sorted(wheels):
            with zipfile.ZipFile(wheel) as opened:
                for name in sorted(opened.namelist()):
                    if not name.endswith("/"):
                        entry = tarfile.TarInfo(name)
                        entry.size = opened.getinfo(name).file_size
                        tar.addfile(entry, io.BytesIO(opened.read(name)))
    return stream.getvalue()
