"""Users' servers as processes of their users, each in a control group of its own.

systemdspawner would do this where systemd runs; this does it there and in a container too, so that
what the tests see is what a class gets.
"""

import os
import pwd
import subprocess
from pathlib import Path

from control_groups import make_groups
from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Integer

RUNTIME = Path("/run/optimizers")


class FairSpawner(LocalProcessSpawner):
    """LocalProcessSpawner, with a control group and a runtime folder for each user."""

    tasks_limit = Integer(1024, config=True, help="Processes and threads of one user.")

    def make_preexec_fn(self, name):
        """Return what the new process does first: enter the group, then become the user."""
        become_user = super().make_preexec_fn(name)
        folders, complaints = make_groups(name, self.mem_limit, self.tasks_limit)
        for complaint in complaints:
            self.log.warning("%s can slow others down: %s", name, complaint)

        def enter():
            for folder in folders:
                (folder / "cgroup.procs").write_text("0")
            become_user()

        return enter

    def get_env(self):
        """Add a folder in memory for the kernels' keys: a full disk must not keep anybody out."""
        user = pwd.getpwnam(self.user.name)
        RUNTIME.mkdir(mode=0o755, exist_ok=True)
        folder = RUNTIME / user.pw_name
        folder.mkdir(mode=0o700, exist_ok=True)
        if not folder.is_mount():
            self._bound(folder)
        os.chown(folder, user.pw_uid, user.pw_gid)
        return super().get_env() | {"JUPYTER_RUNTIME_DIR": str(folder)}

    def _bound(self, folder):
        """Give a folder a size of its own, or its user could fill all that lies in /run."""
        options = "size=4m,nr_inodes=1024,mode=700,nosuid,nodev,noexec"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "optimizers", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            self.log.warning("%s can be filled without a bound: %s", folder, done.stderr.strip())
