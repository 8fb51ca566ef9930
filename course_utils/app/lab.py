"""Open JupyterLab on the lessons, with the course's settings and nobody else's changed.

The settings are files in ``jupyter/`` (see its README), put first on ``JUPYTER_CONFIG_PATH`` for
this one server. Works from any folder and without an activated environment.
"""

import os
import sys
import sysconfig
from pathlib import Path

from .places import UsageError, grading_root

SETTINGS = Path(__file__).parent / "jupyter"


def lab_environment(root, *, instructor=False):
    """Return the environment variables that make a JupyterLab the course's.

    Parameters
    ----------
    root : Path
        The folder of the course.
    instructor : bool
        Leave nbgrader's panels for instructors on.

    Returns
    -------
    dict of str to str
        What to set; the rest of the environment stays as it is.
    """
    folders = [SETTINGS / "common"] if instructor else [SETTINGS / "student", SETTINGS / "common"]
    folders.append(root)  # nbgrader_config.py, for Validate and formgrader

    def first(name, *folders):
        before = filter(None, [os.environ.get(name)])
        return os.pathsep.join([*map(str, folders), *before])

    # Kernels and nbgrader start their helpers by name.
    scripts = [sysconfig.get_path("scripts"), os.environ.get("PATH", "")]
    return {
        "JUPYTER_CONFIG_PATH": first("JUPYTER_CONFIG_PATH", *folders),
        "JUPYTER_PATH": first("JUPYTER_PATH", SETTINGS / "data"),  # the kernel
        "PATH": os.pathsep.join(scripts),
    }


def lab_arguments(root, *, instructor=False):
    """Return the arguments for `jupyter lab`: which folder, and which page first.

    Students see ``notebooks/`` and its README. An instructor's server starts where both the
    repository and the course root lie below it, or else formgrader refuses to work.

    Parameters
    ----------
    root : Path
        The folder of the course.
    instructor : bool
        Open the repository instead of the students' folder.

    Returns
    -------
    list of str
    """
    served, page = root / "notebooks", root / "notebooks" / "README.md"
    if instructor:
        grading = grading_root()
        grading.mkdir(parents=True, exist_ok=True)
        page = root / "solutions" / "README.md"
        try:
            served = Path(os.path.commonpath([root, grading]))
        except ValueError as error:  # two drives
            raise UsageError(
                f"expected COURSE_ROOT on the drive of {root}, got {grading} ({error})"
            ) from None
    url = "/lab/workspaces/course"
    if page.is_file():
        url += f"/tree/{page.relative_to(served).as_posix()}"
    arguments = [f"--ServerApp.root_dir={served}", f"--LabApp.default_url={url}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")  # in a container there is often nobody else
    return arguments


def open_lab(root, arguments=(), *, instructor=False):
    """Run JupyterLab on the lessons until it is stopped.

    Parameters
    ----------
    root : Path
        The folder of the course.
    arguments : sequence of str
        Passed on to `jupyter lab`; they win over ours.
    instructor : bool
        Open the repository with nbgrader's panels instead of the students' view.

    Raises
    ------
    UsageError
        If there are no lessons, JupyterLab is not installed, a port that was asked for is taken,
        or the folder's name is one that Jupyter cannot be told.
    """
    if not (root / "notebooks").is_dir():
        raise UsageError(f"expected lessons in {root / 'notebooks'}, got nothing")
    if os.pathsep in f"{root}{SETTINGS}":  # which parts folders in JUPYTER_CONFIG_PATH
        raise UsageError(f"expected the course in a folder without {os.pathsep!r}, got {root}")
    os.environ.update(lab_environment(root, instructor=instructor))
    try:
        from jupyterlab.labapp import LabApp
    except ModuleNotFoundError as error:
        raise UsageError(f"{error.name} is not installed: `course doctor` says how") from None
    sys.argv[1:] = []  # Jupyter looks at it too
    LabApp.serverapp_class = _says_its_address(LabApp.serverapp_class)
    LabApp.launch_instance([*lab_arguments(root, instructor=instructor), *arguments])


def _says_its_address(server):
    """Return this class of server, with one sentence on the terminal that says where it is.

    JupyterLab itself moves to another port if its own is taken, and says so in its log alone. Where
    the port was nobody's choice, that is what a student wants. A port that was asked for, by option
    or in a configuration, has something else that counts on it, such as a tunnel: it is not
    replaced.
    """

    class ServerApp(server):  # of this name, since options and the log go by it
        def init_httpserver(self):
            self.first_choice = self.port
            super().init_httpserver()  # which may change the port
            asked = "port" in self.config.ServerApp and self.first_choice  # 0 means any
            if asked and self.port != asked:
                raise UsageError(
                    f"expected a free port, got {asked}, which is taken or not allowed; "
                    "ask for another one, or for none and the next free one is used"
                )

        def start_app(self):
            super().start_app()
            self.io_loop.add_callback(self.say_its_address)  # once it listens

        def say_its_address(self):
            where = "The lessons are at"
            if self.first_choice and self.port != self.first_choice:
                where = f"Port {self.first_choice} is taken, so the lessons are at"
            print(f"\n{where} {self.public_url}\nCtrl-C stops them.\n", flush=True)

    return ServerApp
