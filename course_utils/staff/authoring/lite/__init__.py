"""The course in the browser: a folder of files that any web space serves, made with JupyterLite.

`build_lite` is what `course lite` does. Its parts:

=============  ===================================================================================
`jupyterlite`  installs JupyterLite in a folder of its own, and runs it
`wheels`       packs the course's student half and the packages that Pyodide does not bring
`pyodide`      compares upstream's packages with the checksums in its lock, and copies all
`bytecode`     has Pyodide compile its packages and the wheels, by `compiled`
`memory`       packs all packages into one archive, and stores a started Python's memory
`editions`     marks each lesson, so that the browser knows an older one that it kept
`settings`     what JupyterLite is told: which packages to load, which pages not to ask
=============  ===================================================================================

The versions stand in one place: the extra ``lite`` of ``pyproject.toml`` pins JupyterLite and its
kernel, and the kernel names its Pyodide. Packages in pure Python have the versions that are
installed here; NumPy and Matplotlib have those of Pyodide, which are older.

A kernel loads everything by its address beside the kernel's own script, so the folder may lie
anywhere. It runs in a worker of the page, and no request leaves the web space once Pyodide lies in
it, too.
"""

import shutil
import tempfile
from pathlib import Path

from course_utils.app.places import UsageError

from ...files import replace_folder
from ..bundle import check_order, contents
from . import bytecode, editions, jupyterlite, memory, settings
from .program import BrokenLiteError
from .pyodide import copy_pyodide
from .wheels import course_wheel, installed_wheel

__all__ = ["BrokenLiteError", "build_lite"]

#: What the lessons' imports need besides what Pyodide and the kernel bring.
PURE_PACKAGES = (
    "anywidget",
    "comm",
    "filelock",
    "ipywidgets",
    "jupyterlab_widgets",
    "psygnal",
    "threadpoolctl",
    "tqdm",
    "typing_extensions",
)
_MARK = ".made-by-course-lite"


def build_lite(root, out, pyodide=None, say=lambda line: None):
    """Build the course in the browser.

    Parameters
    ----------
    root : Path
        The folder of the course.
    out : Path
        Where it goes; an earlier build in it is replaced, whole or not at all.
    pyodide : Path, optional
        A folder with upstream's files of the Pyodide that the kernel is made for. Without it pages
        load Pyodide from the kernel's default address.
    say : callable
        Is told a line for each thing that takes a while.

    Raises
    ------
    BrokenLiteError
        If JupyterLite fails.
    NotInOrderError
        If a lesson imports what holds the answers, or is not what its source makes.
    UsageError
        If JupyterLite cannot be installed, ``out`` holds other things, or ``pyodide`` holds no such
        Pyodide, or a damaged one.
    """
    out = Path(out).resolve()
    if out.exists() and not (out / _MARK).is_file() and (out.is_file() or any(out.iterdir())):
        raise UsageError(f"expected a new folder or one made by `course lite`, got {out}")
    check_order(root)
    program = jupyterlite.install(root, say)
    out.parent.mkdir(parents=True, exist_ok=True)
    scratch = tempfile.TemporaryDirectory(
        dir=out.parent, prefix=f".{out.name}-", ignore_cleanup_errors=True
    )
    with scratch as work:
        source, built, wheels = (Path(work, name) for name in ("source", "built", "wheels"))
        files = editions.mark(contents(root))
        _write_lessons(source / "content", files)
        say("packing the course")
        wheels.mkdir()
        names = [installed_wheel(name, wheels) for name in PURE_PACKAGES]
        names.append(course_wheel(files, wheels))
        missing = bytecode.missing_program()
        packed = pyodide is not None and not missing
        if not packed:
            shutil.copytree(wheels, source / "pypi")
        script = None if pyodide is None else memory.START.name if packed else "pyodide.js"
        settings.write(source, [] if packed else names, pyodide=script)
        say("building JupyterLite")
        jupyterlite.build(program, source, built)
        shutil.rmtree(built / "doc", ignore_errors=True)  # JupyterLite's own manual
        if pyodide is not None:
            say("copying Pyodide")
            place = built / "static" / "pyodide"
            copy_pyodide(Path(pyodide), place, jupyterlite.pyodide_version(program))
        if packed:
            for wheel in jupyterlite.kernel_wheels(program):
                shutil.copy(wheel, wheels)
            _prepare_start(place, sorted(wheels.glob("*.whl")), say)
        elif pyodide is not None:
            say(f"pages will start more slowly, with nothing compiled: {missing}")
        (built / _MARK).touch()
        replace_folder(out, built)


def _prepare_start(pyodide, wheels, say):
    say("compiling for the browser's Python")
    bytecode.compile_archives(pyodide, wheels)
    memory.pack(pyodide, wheels)
    say("starting the browser's Python, and storing its memory")
    memory.store(pyodide)


def _write_lessons(folder, files):
    for name, data in files.items():
        if name.startswith("notebooks/"):
            path = folder / name.removeprefix("notebooks/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
