"""The course in the browser: a folder of files that any web space serves, made with JupyterLite.

`build_lite` is what `course lite` does. Its parts:

=============  ===================================================================================
`jupyterlite`  installs JupyterLite in a folder of its own, and runs it
`wheels`       packs the course's student half and the packages that Pyodide does not bring
`pyodide`      compares upstream's packages with the checksums in its lock, and copies all
`bytecode`     has Pyodide compile its packages and the wheels, by `compiled`
`editions`     marks each lesson, so that the browser knows an older one that it kept
`settings`     what JupyterLite is told: which packages to load, which pages not to ask
=============  ===================================================================================

The versions stand in one place: the extra ``lite`` of ``pyproject.toml`` pins JupyterLite and its
kernel, and the kernel names its Pyodide. Packages in pure Python have the versions that are
installed here; NumPy and Matplotlib have those of Pyodide, which are older.

A kernel loads the wheels by their address beside its own script, so the folder may lie anywhere.
It runs in a worker of the page, and no request leaves the web space once Pyodide lies in it, too.
"""

import shutil
import tempfile
from pathlib import Path

from course_utils.app.places import UsageError

from ...files import replace_folder
from ..bundle import check_order, contents
from . import bytecode, editions, jupyterlite, settings
from .program import BrokenLiteError
from .pyodide import copy_pyodide, renew_checksums
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
        source, built = Path(work, "source"), Path(work, "built")
        files = editions.mark(contents(root))
        _write_lessons(source / "content", files)
        say("packing the course")
        (source / "pypi").mkdir()
        wheels = [installed_wheel(name, source / "pypi") for name in PURE_PACKAGES]
        wheels.append(course_wheel(files, source / "pypi"))
        settings.write(source, wheels, own_pyodide=pyodide is not None)
        say("building JupyterLite")
        jupyterlite.build(program, source, built)
        shutil.rmtree(built / "doc", ignore_errors=True)  # JupyterLite's own manual
        if pyodide is not None:
            say("copying Pyodide")
            wanted = jupyterlite.pyodide_version(program)
            place = built / "static" / "pyodide"
            copy_pyodide(Path(pyodide), place, wanted)
            _compile(place, sorted((built / "pypi").glob("*.whl")), say)
        (built / _MARK).touch()
        replace_folder(out, built)


def _compile(pyodide, wheels, say):
    if missing := bytecode.missing_program():
        say(f"pages will start more slowly, with nothing compiled: {missing}")
        return
    say("compiling for the browser's Python")
    bytecode.compile_archives(pyodide, wheels)
    renew_checksums(pyodide)


def _write_lessons(folder, files):
    for name, data in files.items():
        if name.startswith("notebooks/"):
            path = folder / name.removeprefix("notebooks/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
