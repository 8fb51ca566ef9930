"""What JupyterLite is told."""

import json

from course_utils.app.lab import SETTINGS

KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
#: What the kernel would otherwise install one after the other, and what the lessons import.
OF_PYODIDE = ("ssl", "sqlite3", "jedi", "ipython", "numpy", "matplotlib")
# From the kernel's script to the folder with the wheels.
_TO_WHEELS = "../../../../pypi/"


def write(folder, wheels, *, own_pyodide):
    """Write JupyterLite's settings.

    Parameters
    ----------
    folder : Path
        The folder that is built.
    wheels : list of str
        File names of wheels in ``pypi/``.
    own_pyodide : bool
        Whether Pyodide lies beside the pages, in ``static/pyodide/``.
    """
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "packages": [*OF_PYODIDE, *(f"{_TO_WHEELS}{wheel}" for wheel in wheels)]
        },
    }
    if own_pyodide:
        kernel["pyodideUrl"] = "./static/pyodide/pyodide.js"
    page = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Optimizers course",
            "litePluginSettings": {KERNEL: kernel},
        },
    }
    (folder / "jupyter-lite.json").write_text(json.dumps(page, indent=2), encoding="utf-8")
    (folder / "overrides.json").write_text(json.dumps(overrides(), indent=2), encoding="utf-8")


def overrides():
    """Return JupyterLab's settings: those of `course lab`, and all cells in the page.

    JupyterLite's JupyterLab would take the cells out that are not on the screen, and the browser's
    own search would not find them.
    """
    path = SETTINGS / "common" / "labconfig" / "default_setting_overrides.json"
    found = json.loads(path.read_text("utf-8"))
    found.setdefault("@jupyterlab/notebook-extension:tracker", {})["windowingMode"] = "defer"
    return found
