"""A Binder session answers as `course lab` does; what Docker builds is not tried here."""

import json
import os
import re
import socket
import subprocess
import sys
import sysconfig
import tomllib

import pytest
import yaml

from support import ROOT
from support.lab_server import TOKEN, Lab, _wait, running_lab

BINDER = ROOT / "binder"

PAGES = [
    "/api/contents",
    "/api/kernelspecs",
    "/formgrader",
    "/nbgrader_version?version=0",
    "/lab/api/update",
    "/lab/api/news",
    "/lab/api/settings/@jupyterlab/docmanager-extension:plugin",
    "/lab/api/settings/@jupyterlab/notebook-extension:tracker",
    "/nbconvert/html/README.md",
]
CONFIG = ["disabledExtensions", "news", "extensionManager", "treePath", "workspace"]


def answers(lab):
    """Return what a server says of its settings."""
    told = {page: lab.get(page) for page in PAGES}
    return told, {name: lab.page_config()[name] for name in CONFIG}, lab.get("/")


@pytest.fixture(scope="module")
def course_lab():
    with running_lab(ROOT) as lab:
        yield answers(lab)


@pytest.fixture(scope="module", params=["lab", "server"])
def binder_session(request, tmp_path_factory):
    """The answers of what Binder starts: in the repository, by a command that is not ours."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("binder") / "log"
    scripts = sysconfig.get_path("scripts")
    command = [sys.executable, BINDER / "start", "jupyter", request.param, "--no-browser"]
    command += [f"--port={port}", "--ip=127.0.0.1", *(["--allow-root"] if is_root() else [])]
    environment = {**os.environ, "JUPYTER_TOKEN": TOKEN}
    environment["PATH"] = os.pathsep.join([scripts, os.defpath])
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file)
    try:
        lab = Lab(process, port, log)
        _wait(lab)
        yield answers(lab)
    finally:
        process.terminate()
        process.wait(timeout=60)


def is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.mark.nightly
@pytest.mark.posix("Binder runs on Linux")
def test_a_session_answers_as_course_lab_does(binder_session, course_lab):
    pages, config, first = binder_session
    for page in PAGES:
        ours, theirs = course_lab[0][page], pages[page]
        if ours[0] == 200 and page.startswith("/api/contents"):
            ours, theirs = (
                [e["name"] for e in json.loads(a[1])["content"]] for a in (ours, theirs)
            )
        assert theirs == ours, page
    assert config == course_lab[1]
    assert first[0] == 200


def test_the_versions_are_those_of_the_lock_and_the_set_up_is_the_readmes():
    script = (BINDER / "postBuild").read_text("utf-8")
    assert "-c requirements.lock" in script
    assert "-e ." in script
    assert "uv pip install" in script
    assert script.splitlines()[-1] == "course doctor --brief"


def test_the_python_of_a_session_is_one_that_the_course_takes_and_ci_tries():
    (python,) = [
        d
        for d in yaml.safe_load((BINDER / "environment.yml").read_text("utf-8"))["dependencies"]
        if d.startswith("python")
    ]
    version = re.fullmatch(r"python=(3\.\d+)", python)[1]
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    assert version in workflow["jobs"]["linux"]["strategy"]["matrix"]["python"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    low, high = (int(n) for n in re.findall(r"3\.(\d+)", project["requires-python"]))
    assert low <= int(version.split(".")[1]) < high


@pytest.mark.posix("the bits of a file's mode are kept for Linux")
@pytest.mark.parametrize("script", ["start", "postBuild"])
def test_what_binder_runs_can_be_run(script):
    assert os.access(BINDER / script, os.X_OK)
