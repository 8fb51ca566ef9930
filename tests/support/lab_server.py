"""Start `course lab` as a student would, and wait until it answers."""

import contextlib
import json
import os
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from pathlib import Path

TOKEN = "for-tests"


class Lab:
    """A running `course lab`: where it is, and what it answers."""

    def __init__(self, process, port, log):
        self.process, self.port, self.log = process, port, log
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path):
        """Return status and text of a page; errors are answers too."""
        separator = "&" if "?" in path else "?"
        address = f"{self.url}{path}{separator}token={TOKEN}"
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, ""

    def page_config(self):
        """Return what the page tells JupyterLab's front end."""
        _, page = self.get("/lab")
        text = page.split('id="jupyter-config-data"', 1)[1].split(">", 1)[1]
        return json.loads(text.split("</script>", 1)[0])


@contextlib.contextmanager
def running_lab(folder, *arguments, environment=()):
    """Start `course lab` in a folder on a free port; stop it as Ctrl-C and a second one would."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = Path(os.environ["COURSE_TEST_HOME"], f"lab-{port}.log")
    command = [sysconfig.get_path("scripts") + "/course", "lab", "--no-browser", f"--port={port}"]
    # Not the tests' PATH: the command must find its kernels without an activated environment.
    variables = {**os.environ, "PATH": os.defpath, "JUPYTER_TOKEN": TOKEN, **dict(environment)}
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, *arguments], cwd=folder, env=variables, stdout=file, stderr=file
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
