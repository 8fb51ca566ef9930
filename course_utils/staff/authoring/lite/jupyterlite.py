"""JupyterLite, the program that makes the pages: installed in a folder of its own, and run.

Beside the course's packages it would not do: JupyterLab loads every extension that it finds, and
that of JupyterLite's kernel fails there.
"""

import hashlib
import importlib.metadata
import json
import re
import sys
import sysconfig
from pathlib import Path

from course_utils.app.places import UsageError

from .program import BrokenLiteError, last_line, run

#: Parts of JupyterLab's page that the course has itself: the widgets' manager, and anywidget's.
OURS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")
#: Kinds of icon fonts for browsers that are too old for JupyterLab.
OLD_FONTS = (".eot", ".svg", ".ttf", ".woff")
KERNEL = "@jupyterlite/pyodide-kernel-extension"


def requirements():
    """Return what the extra ``lite`` asks for, with its pins."""
    lines = importlib.metadata.requires("optimizers-course")
    return [line.partition(";")[0].strip() for line in lines if re.search("extra == .lite.", line)]


def install(root, say):
    """Return the folder that holds JupyterLite, installed with the course's pins if it is missing.

    Raises
    ------
    UsageError
        If uv is missing, or cannot install it.
    """
    folder = root / "build" / "jupyterlite"
    lock = root / "requirements.lock"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    stamp = folder / ".installed"
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        say("installing JupyterLite into build/jupyterlite (once)")
        uv = Path(sysconfig.get_path("scripts"), "uv")
        command = [uv, "pip", "install", "-q", "--python", sys.executable, "--target", folder]
        try:
            done = run([*command, "--upgrade", "-c", lock, *requirements()], root)
        except FileNotFoundError:
            raise UsageError("uv is missing: `make setup` installs it") from None
        if done.returncode:
            raise UsageError(f"JupyterLite cannot be installed: {last_line(done.stdout)}")
        stamp.write_text(wanted, encoding="utf-8")
    return folder


def pyodide_version(folder):
    """Return the version for which JupyterLite's kernel is made, such as ``"0.27.6"``."""
    constants = (folder / "jupyterlite_pyodide_kernel" / "constants.py").read_text("utf-8")
    return re.search(r'^PYODIDE_VERSION = "(.+)"$', constants, re.MULTILINE)[1]


def kernel_wheels(folder):
    """Return the paths of the packages that come with JupyterLite's kernel, and that it imports."""
    place = _extension(folder) / "static" / "pypi"
    return [
        next(place.glob(f"{name}-*.whl")) for name in ("ipykernel", "piplite", "pyodide_kernel")
    ]


def _extension(folder):
    return folder / "share" / "jupyter" / "labextensions" / KERNEL


def build(folder, source, built):
    """Have JupyterLite make its pages.

    Parameters
    ----------
    folder : Path
        From `install`.
    source : Path
        Holds settings, ``content/`` and ``pypi/``.
    built : Path
        The folder to make.

    Raises
    ------
    BrokenLiteError
        If JupyterLite fails.
    """
    places = [Path(sys.prefix, "share", "jupyter", "labextensions", name) for name in OURS]
    places.append(_extension(folder))
    config = {
        "LiteBuildConfig": {
            "apps": ["lab", "notebooks"],
            "contents": [str(source / "content")],
            "federated_extensions": list(map(str, places)),
            "ignore_sys_prefix": ["federated_extensions"],
            "lite_dir": str(source),
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "output_dir": str(built),
        }
    }
    (source / "config.json").write_text(json.dumps(config), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--config", "config.json"]
    done = run(command, source, PYTHONPATH=str(folder), PYTHONWARNINGS="ignore")
    if done.returncode or not (built / "lab" / "index.html").is_file():
        raise BrokenLiteError(f"JupyterLite could not build: {last_line(done.stdout)}")
    for suffix in OLD_FONTS:
        for font in (built / "build").glob(f"fa-*{suffix}"):
            font.unlink()
