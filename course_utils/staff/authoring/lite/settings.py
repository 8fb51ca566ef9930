"""What JupyterLite is told."""

import json

from course_utils.app.lab import SETTINGS

KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
#: What the kernel would otherwise install one after the other, and what the lessons import.
OF_PYODIDE = ("ssl", "sqlite3", "jedi", "ipython", "numpy", "matplotlib")
#: What the kernel looks for, so that it installs nothing itself: `start.js` brings it all.
OF_KERNEL = (
    *("micropip", "piplite", "ssl", "sqlite3", "ipykernel"),
    *("comm", "pyodide_kernel", "jedi", "ipython"),
)
# From the kernel's script to the folder with the wheels.
_TO_WHEELS = "../../../../pypi/"


def write(folder, wheels, *, pyodide):
    """Write JupyterLite's settings.

    Parameters
    ----------
    folder : Path
        The folder that is built.
    wheels : list of str
        File names of wheels in ``pypi/``; none if `memory.pack` has packed them.
    pyodide : str or None
        The script that starts a Pyodide in ``static/pyodide/``; None if none lies there.
    """
    packages = [f"{_TO_WHEELS}{wheel}" for wheel in wheels]
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": [*OF_PYODIDE, *packages] if wheels else OF_KERNEL},
    }
    if pyodide is not None:
        kernel["pyodideUrl"] = f"./static/pyodide/{pyodide}"
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
