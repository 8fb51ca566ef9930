"""Users' servers as processes of their users, each in a control group of its own.

A loop without an end, or a hundred of them, then takes its user's share of busy processors and no
more; memory and processes have a limit for all that a user runs together. systemdspawner would do
this where systemd runs; this does it there and in a container too, so that what the tests see is
what a class gets.
"""

import os
import pwd
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Integer

GROUPS = Path("/sys/fs/cgroup")
RUNTIME = Path("/run/optimizers")


class FairSpawner(LocalProcessSpawner):
    """LocalProcessSpawner, with a control group and a runtime folder for each user."""

    tasks_limit = Integer(1024, config=True, help="Processes and threads of one user.")

    def make_preexec_fn(self, name):
        """Return what the new process does first: enter the group, then become the user."""
        become_user = super().make_preexec_fn(name)
        members = [folder / "cgroup.procs" for folder in self._groups(name)]

        def enter():
            for file in members:
                file.write_text("0")
            become_user()

        return enter

    def get_env(self):
        """Add a folder in memory for the kernels' keys: a full disk must not keep anybody out."""
        user = pwd.getpwnam(self.user.name)
        RUNTIME.mkdir(mode=0o755, exist_ok=True)
        folder = RUNTIME / user.pw_name
        folder.mkdir(mode=0o700, exist_ok=True)
        os.chown(folder, user.pw_uid, user.pw_gid)
        return super().get_env() | {"JUPYTER_RUNTIME_DIR": str(folder)}

    def _groups(self, name):
        """Make the user's control groups: one (version 2), or one a controller (version 1)."""
        version_2 = (GROUPS / "cgroup.controllers").exists()
        parents = [GROUPS] if version_2 else [GROUPS / kind for kind in ("cpu", "memory", "pids")]
        limits = {
            "cpu.weight": 100,
            "cpu.shares": 1024,
            "memory.max": self.mem_limit,
            "memory.limit_in_bytes": self.mem_limit,
            "pids.max": self.tasks_limit,
        }
        folders = [parent / f"optimizers-{name}" for parent in parents]
        try:
            for folder in folders:
                folder.mkdir(exist_ok=True)
                for file, value in limits.items():
                    if value and (folder / file).exists():
                        (folder / file).write_text(str(value))
        except OSError as error:
            self.log.warning("no control group for %s, who can slow others down: %s", name, error)
            return []
        return folders
