"""A clone of a course that is small, for which `deploy/hub/start` takes seconds."""

import shutil
import subprocess
from pathlib import Path

from support import ROOT

# Stands for `course bundle --out FILE`: what lies in `students/`, zipped.
COURSE = """#!/bin/sh
cd "$(dirname "$0")/../.." && exec python3 -c '
import sys, zipfile
from pathlib import Path
with zipfile.ZipFile(sys.argv[1], "w") as file:
    for path in sorted(Path("students").rglob("*.*")) + [Path("students/Makefile")]:
        name = zipfile.ZipInfo(str(Path("optimizers-course", *path.parts[1:])))
        file.writestr(name, path.read_bytes())
' "$3"
"""
# Stands for the set-up: the system's Python, and a uv that installs nothing.
MAKEFILE = """setup:
\t@mkdir -p .venv/bin
\t@ln -sf /usr/bin/python3 .venv/bin/python
\t@printf '#!/bin/sh\\n' >.venv/bin/uv
\t@chmod +x .venv/bin/uv
"""


class SmallClone:
    """A clone in a folder, with the real files of ``deploy/hub`` but for what runs the Hub."""

    def __init__(self, folder):
        self.folder = folder
        hub = folder / "deploy/hub"
        shutil.copytree(ROOT / "deploy/hub", hub)
        self.write("deploy/hub/run", "#!/bin/sh\n")
        self.write("deploy/hub/hand_out.py", "")
        self.write("deploy/hub/package.json", "{}")
        self.write("deploy/hub/package-lock.json", '{"lockfileVersion": 3, "packages": {"": {}}}')
        self.write(".gitignore", ".venv\n")
        self.write("pyproject.toml", "")
        self.write("Makefile", MAKEFILE)
        self.write("notebooks/1.ipynb", "{}")
        self.write("students/notebooks/01/1.ipynb", "{}")
        self.write("students/Makefile", MAKEFILE)
        for name in ("course_utils", "students/course_utils"):
            self.write(f"{name}/__init__.py", "")
        self.write(".venv/bin/course", COURSE)
        (folder / ".venv/bin/course").chmod(0o755)
        (folder / ".venv/bin/python").symlink_to("/usr/bin/python3")
        subprocess.run(["git", "init", "-q", folder], check=True)
        subprocess.run(["git", "add", "."], cwd=folder, check=True)

    def write(self, name, text):
        """Write a file of the clone."""
        file = Path(self.folder, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def start(self, machine):
        """Run `deploy/hub/start` on a machine; return how it ended, and what it said."""
        done = subprocess.run(
            machine._inside(self.folder / "deploy/hub/start"),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return done.returncode, done.stdout + done.stderr
