"""A machine of its own in which `deploy/hub/start` may do as it likes, and nothing of it stays.

The namespace of `fresh.machine`, with this machine's programs. What the set-up writes (`/etc`,
`/home`, `/srv`, `/run`, nbgrader's exchange) comes into memory, above what is there or instead.
"""

import os
import signal
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

from support import ROOT as REPOSITORY
from support.fresh.machine import ROOT, Machine

_ABOVE = ("/etc", "/home", "/usr/local/share")  # read, and written above what is there
_INSTEAD = ("/srv", "/run")
GROUPS = Path("/sys/fs/cgroup")


class HubMachine(Machine):
    """An empty machine on which a Hub can be started, and killed, and started again."""

    # As a system's first process does, and `cat` does not, bash collects orphans that end: the
    # proxy of a Hub that was killed.
    first_process = ("bash", "-c", "while read -r line; do :; done")

    def __enter__(self):
        super().__enter__()
        try:
            for number, place in enumerate(_ABOVE):
                upper, work = ROOT / f"upper-{number}", ROOT / f"work-{number}"
                self.run("mkdir", "-p", upper, work, place)
                layers = f"lowerdir={place},upperdir={upper},workdir={work}"
                self.run("mount", "-t", "overlay", "overlay", "-o", layers, place)
            # Often a link into /run, which comes next.
            names = "/etc/resolv.conf"
            self.run("sh", "-c", f"cp -L {names} {names}.new && mv -f {names}.new {names}")
            for place in _INSTEAD:
                self.run("mount", "-t", "tmpfs", "-o", "mode=755", "hub", place)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        super().__exit__()
        ours = [*GROUPS.glob("optimizers-*"), *GROUPS.glob("*/optimizers-*")]  # version 2, and 1
        for group in ours:  # whose processes have just ended
            with suppress(OSError):  # another machine's of the same name, with processes
                group.rmdir()

    def say(self, *command, **options):
        """Return what a command of root's says."""
        done = subprocess.run(
            self._inside(*command), capture_output=True, text=True, check=False, **options
        )
        assert done.returncode == 0, (
            f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
        return done.stdout.strip()

    def write(self, path, text):
        """Write a file that root alone reads."""
        command = self._inside("install", "-m", "600", "/dev/stdin", path)
        subprocess.run(command, input=text, text=True, check=True)

    @contextmanager
    def started(self, command, log):
        """Start a shell command as root in the repository; kill it at the end, if it still runs."""
        with (
            log.open("ab") as file,
            subprocess.Popen(
                self._inside("sh", "-c", f"cd {REPOSITORY} && exec {command}"),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            ) as process,
        ):
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
