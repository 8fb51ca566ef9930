"""Start `course lab` as a student would, or plain JupyterLab, and wait until it answers."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from pathlib import Path

TOKEN = "for-tests"
ADDRESS = re.compile(r"essons are at (http://localhost:(\d+))(/\S*)\?token=(\S+)")


class Lab:
    """A running JupyterLab: where it is, and what it answers."""

    def __init__(self, process, port, log):
        self.process, self.port, self.log = process, port, log
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path, method="GET"):
        """Return status and text of a page; errors are answers too."""
        separator = "&" if "?" in path else "?"
        address = f"{self.url}{path}{separator}token={TOKEN}"
        try:
            asked = urllib.request.Request(address, method=method)
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, ""

    def kernels(self):
        """Return the ids of the kernels that run."""
        return [kernel["id"] for kernel in json.loads(self.get("/api/kernels")[1])]

    def shut_down_kernels(self):
        """End every session, and its kernel with it."""
        for session in json.loads(self.get("/api/sessions")[1]):
            self.get(f"/api/sessions/{session['id']}", "DELETE")

    def post(self, path, data):
        """Return the JSON that a page answers to JSON."""
        request = urllib.request.Request(
            f"{self.url}{path}",
            data=json.dumps(data).encode(),
            headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.load(answer)

    def page_config(self):
        """Return what the page tells JupyterLab's front end."""
        _, page = self.get("/lab")
        text = page.split('id="jupyter-config-data"', 1)[1].split(">", 1)[1]
        return json.loads(text.split("</script>", 1)[0])


def running_lab(folder, *arguments, environment=()):
    """Start `course lab` in a folder on a free port; stop it as Ctrl-C and a second one would."""
    command = [sysconfig.get_path("scripts") + "/course", "lab", "--no-browser", *arguments]
    # Not the tests' PATH: the command must find its kernels without an activated environment.
    return _running(command, folder, {"PATH": os.defpath, **dict(environment)})


def running_plain_lab(folder):
    """Start JupyterLab in a folder without the course's settings."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    return _running([*command, f"--ServerApp.root_dir={folder}"], folder)


@contextlib.contextmanager
def _running(command, folder, environment=()):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = Path(os.environ["COURSE_TEST_HOME"], f"lab-{port}.log")
    variables = {**os.environ, "JUPYTER_TOKEN": TOKEN, **dict(environment)}
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, f"--port={port}"], cwd=folder, env=variables, stdout=file, stderr=file
        )
    lab = Lab(process, port, log)
    try:
        _wait(lab)
        yield lab
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=60)


def _wait(lab, seconds=180):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if lab.process.poll() is not None:
            raise AssertionError(f"course lab ended:\n{lab.log.read_text()}")
        try:
            if lab.get("/api/status")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"course lab does not answer after {seconds} s:\n{lab.log.read_text()}")
