"""A grader in a process of its own: as another user, with another Python.

A function `as_…` returns the beginning of a command: the Python below a prefix, run in that way.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from support import ROOT

ROOT_HERE = hasattr(os, "geteuid") and os.geteuid() == 0
SOMEBODY = 12345
# Where an ordinary user finds the prefix, which may lie in a folder that nobody else can enter.
ELSEWHERE = Path("/mnt")

_SCRIPT = """
import sys
sys.path[:0] = {path!r}
import json, os
from course_utils.staff.grading.limits import Limits
from course_utils.staff.grading.sandbox import Sandbox
with Sandbox(Limits()) as box:
    answer = box.ask("cell", "n", "c", {code!r}, until=box.time() + 20)
print(json.dumps([str(os.getuid()), json.loads(answer)["error"][1]]))
"""


def told_by(python, code):
    """Return the grader's user, and the text of the exception that a cell ended with."""
    path = [str(ROOT), *(folder for folder in sys.path if "site-packages" in folder)]
    script = _SCRIPT.format(path=path, code=code)
    ran = subprocess.run([*python, "-c", script], capture_output=True, text=True, timeout=100)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def as_ourselves(prefix):
    return [_python(prefix)]


def as_somebody(prefix):
    become = f"setpriv --reuid={SOMEBODY} --regid={SOMEBODY} --clear-groups"
    script = f'mount --bind "$1" {ELSEWHERE} && shift && exec {become} "$@"'
    return ["unshare", "--mount", "sh", "-c", script, "sh", str(prefix), _python(ELSEWHERE, prefix)]


def as_so_called_root(prefix):
    return ["unshare", "--user", "--map-root-user", _python(prefix)]


def _python(shown, prefix=None):
    """Return the interpreter, which has the same name below every prefix."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert Path(prefix or shown, "bin", name).exists()
    return str(Path(shown, "bin", name))
