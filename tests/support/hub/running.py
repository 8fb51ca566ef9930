"""A Hub that runs in a `HubMachine`, as `make hub` starts it, and the accounts of a class."""

import os
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from support.hub.account import Account
from support.hub.machine import HubMachine

START = "deploy/hub/start"
RUN = "/srv/optimizers/hub/run"
SITE = "/etc/optimizers-hub.py"
MARKS = [  # of every test that needs one
    pytest.mark.nightly,
    pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() != 0,
        reason="only root can start servers as their users: sudo make test-hub",
    ),
    pytest.mark.requires("node", "bubblewrap"),
]
PATIENCE = 900  # seconds: two installations


class Hub:
    """A Hub that answers at ``address``; `kill` and `start` it as often as you like."""

    def __init__(self, machine, log, site=""):
        self.machine, self.log = machine, log
        self.ports = _free_ports()
        self.address = f"http://127.0.0.1:{self.ports[0]}"
        self.passwords = {}
        self._stack = ExitStack()
        self.process = None
        self.configure(site)

    def configure(self, site):
        """Write this machine's own settings."""
        public, inner, api = self.ports
        text = f"""
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_port = {inner}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.Authenticator.auth_refresh_age = 1  # second, so that no test waits a minute
{site}"""
        self.machine.write(SITE, text)
        self.machine.run("chmod", "644", SITE)  # as an editor leaves it

    def start(self, command=START):
        """Start it, and wait until it answers."""
        self.process = self._stack.enter_context(self.machine.started(command, self.log))
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            told = self.log.read_text(errors="replace")[-3000:]
            assert self.process.poll() is None, f"{command} ended:\n{told}"
            assert time.monotonic() < deadline, f"{command} does not answer:\n{told}"
            time.sleep(0.2)

    def answers(self):
        """Tell whether the Hub itself answers, and not only the proxy in front of it."""
        try:
            with urllib.request.urlopen(f"{self.address}/hub/api", timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False

    def kill(self):
        """Kill the Hub's own process, and nothing that it started."""
        outer = self.process.pid  # nsenter, which waits for the one that counts
        (inner,) = Path(f"/proc/{outer}/task/{outer}/children").read_text().split()
        os.kill(int(inner), signal.SIGKILL)
        self.process.wait(timeout=60)

    def close(self):
        """End what was started."""
        self._stack.close()

    def enrol(self, *names, group=None):
        """Make accounts, with the passwords that the instructor is told."""
        told = self.machine.say("/srv/optimizers/hub/enrol", *names)
        self.passwords |= dict(line.split(",") for line in told.splitlines())
        for name in names if group else ():
            self.machine.run("usermod", "--gid", group, "--groups", "", name)

    def logged_in(self, name, server=None):
        """Return an account that is logged in."""
        account = Account(self.address, name, server)
        assert account.log_in(self.passwords[name]) == 200
        return account


@contextmanager
def running_hub(log, site=""):
    """Install a Hub on a machine of its own, and start it."""
    with HubMachine() as machine:
        hub = Hub(machine, log, site)
        try:
            hub.start()
            yield hub
        finally:
            hub.close()


def lacks():
    """Return a sentence about what is missing here for a Hub, or nothing."""
    python = ["/usr/bin/python3", "-c", "import ensurepip"]
    if subprocess.run(python, capture_output=True, check=False).returncode:
        return "the system's Python lacks venv: apt-get install python3-venv"
    return ""


def _free_ports():
    """Return three that are root's, other ones than those of a Hub that this machine may have."""
    free = []
    for port in random.sample(range(600, 1024), 100):
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            free.append(port)
    return free[:3]
