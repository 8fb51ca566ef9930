"""A machine within this one, with mounts and processes of its own, that ends when its maker ends.

It is a mount and a process namespace (util-linux: unshare, nsenter), not a boundary against
attacks. Its first process waits on a pipe of which only the maker holds the other end. However the
maker ends, the kernel closes the pipe, that process ends, and with it all others and the mounts.
Its files lie in memory, in a tmpfs on `ROOT` that nobody else sees, so that nothing is left of
them either. It shares this machine's network. To make one takes root.
"""

import os
import shlex
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path("/mnt")  # its root folder; outside the machine nothing is mounted here
STUDENT = 1000  # the first user that a Debian adds
HOME = Path("/home/student")


class Machine:
    """An empty machine; leave the `with` block, or end in any other way, and it is gone.

    Parameters
    ----------
    environment : dict of str to str, optional
        Added to what the student's processes find in theirs.
    """

    #: Reads the pipe until it is closed.
    first_process = ("cat",)

    def __init__(self, environment=None):
        self.environment = {
            "HOME": str(HOME),
            "LANG": "C.UTF-8",
            "LOGNAME": "student",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "USER": "student",
            **(environment or {}),
        }

    def __enter__(self):
        spaces = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        command = ["unshare", *spaces, *self.first_process]
        self._outer = subprocess.Popen(command, stdin=subprocess.PIPE)
        self.pid = _first_process(self._outer, self.first_process[0])
        try:
            self.run("mount", "-t", "tmpfs", "-o", "mode=755", "fresh", ROOT)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._outer.stdin.close()
        self._outer.wait(timeout=60)

    def _inside(self, *command):
        return ["nsenter", f"--target={self.pid}", "--mount", "--pid", "--", *map(str, command)]

    def _as_student(self, command):
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        script = f"cd {HOME}/* && {command}"
        student = ["chroot", f"--userspec={STUDENT}:{STUDENT}", "--groups=", ROOT]
        return self._inside(*student, "env", "--ignore-environment", *variables, "sh", "-c", script)

    def run(self, *command, **options):
        """Run a command as root, with the machine's mounts but this machine's programs."""
        return subprocess.run(self._inside(*command), check=True, **options)

    def furnish(self, shown=()):
        """Mount what a running system has, and files of this machine to be read there.

        Parameters
        ----------
        shown : iterable of (Path, Path)
            Pairs of what lies here and where it is to lie there.
        """
        places = [(here, ROOT / there.relative_to("/")) for here, there in shown]
        self.run("mkdir", "-p", ROOT / "proc", ROOT / "dev/shm")
        for here, place in places:
            self.run("mkdir", "-p", place if here.is_dir() else place.parent)
            if not here.is_dir():
                self.run("touch", place)
        home = ROOT / HOME.relative_to("/")
        self.run("chown", "--recursive", f"{STUDENT}:{STUDENT}", home)  # as if the student made it
        self.run("mount", "-t", "proc", "proc", ROOT / "proc")
        self.run("mount", "-t", "tmpfs", "-o", "mode=1777", "shm", ROOT / "dev/shm")
        for here, place in places:
            self.run("mount", "--bind", here, place)
            self.run("mount", "-o", "remount,bind,ro", place)

    @contextmanager
    def started(self, command):
        """Start a shell command as the student, in the folder below the home; stop it at the end.

        Gives a process whose ``stdout`` has what it says on both channels.
        """
        with subprocess.Popen(
            self._as_student(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that the whole group can be told to stop
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGTERM)

    def say(self, command):
        """Return in one line what a short shell command says to the student."""
        done = subprocess.run(
            self._as_student(command), check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout.strip()


def _first_process(outer, name):
    """Return the id of what `unshare` has started; before it has its name, /proc is not set."""
    children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if outer.poll() is not None:
            raise RuntimeError(
                f"{shlex.join(outer.args)} ended with {outer.returncode}: is this root?"
            )
        for pid in children.read_text().split():
            if Path(f"/proc/{pid}/comm").read_text().strip() == name:
                return int(pid)
        time.sleep(0.02)
    raise RuntimeError(f"{shlex.join(outer.args)} did not begin within a minute")
