"""What a Hub is told, as far as that can be held against something without one."""

import ast
import os
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
import yaml

from support import ROOT

HUB = ROOT / "deploy/hub"


@pytest.fixture
def control_groups():
    """Return the module; it lies in no package."""
    spec = spec_from_file_location("control_groups", HUB / "control_groups.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def written(monkeypatch):
    """Return what is written, in order; a real file of the kernel's takes one word at a time."""
    written, write = [], Path.write_text

    def note(file, text, **options):
        written.append((file.name, text))
        return write(file, text, **options)

    monkeypatch.setattr(Path, "write_text", note)
    return written


def kernel_files(*paths):
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_version_2_of_control_groups_hands_its_controllers_down_and_takes_all_limits(
    control_groups, written, tmp_path
):
    group = tmp_path / "optimizers-ada"
    limits = {
        "cpu.weight": "100", "memory.max": "4096", "memory.swap.max": "0", "pids.max": "7",
    }  # fmt: skip
    root = [tmp_path / "cgroup.controllers", tmp_path / "cgroup.subtree_control"]
    kernel_files(*root, *(group / name for name in limits))
    folders, complaints = control_groups.make_groups("ada", 4096, 7, tmp_path)
    assert (folders, complaints) == ([group], [])
    handed = [("cgroup.subtree_control", f"+{name}") for name in ("cpu", "memory", "pids")]
    assert written[:3] == handed
    assert dict(written[3:]) == limits


def test_version_1_of_control_groups_takes_all_limits_when_one_is_raised_too(
    control_groups, written, tmp_path
):
    files = {
        "cpu": ["cpu.shares"],
        "memory": ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"],
        "pids": ["pids.max"],
    }
    folders = [tmp_path / kind / "optimizers-ada" for kind in files]
    names = zip(folders, files.values(), strict=True)
    kernel_files(*(folder / name for folder, names in names for name in names))
    assert control_groups.make_groups("ada", 4096, 7, tmp_path) == (folders, [])
    # The kernel refuses a limit that is above the one with swap.
    assert [text for name, text in written if name.startswith("memory.")] == ["-1", "4096", "4096"]
    assert {("cpu.shares", "1024"), ("pids.max", "7")} <= set(written)


def test_each_limit_that_no_file_took_is_named(control_groups, tmp_path):
    group = tmp_path / "optimizers-ada"
    kernel_files(tmp_path / "cgroup.controllers", group / "pids.max")
    folders, complaints = control_groups.make_groups("ada", 4096, 7, tmp_path)
    assert folders == [group]
    told = " ".join(complaints)
    assert [f"limit of {name}" in told for name in ("processors", "memory", "swap")] == [True] * 3
    assert "processes" not in told


def test_where_no_group_can_be_made_that_is_said(control_groups, tmp_path):
    folders, complaints = control_groups.make_groups("ada", None, 7, tmp_path)
    assert folders == []
    assert "no control group" in complaints[0]


def test_no_students_program_can_stand_at_the_hubs_own_ports():
    text = (HUB / "jupyterhub_config.py").read_text()
    ports = [int(port) for port in re.findall(r"(?:127\.0\.0\.1:|hub_port = )(\d+)", text)]
    assert len(ports) == 3
    assert max(ports) < 1024


def test_on_kubernetes_links_of_one_course_are_followed_alone():
    hub = yaml.safe_load((HUB / "kubernetes.yaml").read_text())["hub"]
    module, name = hub["config"]["JupyterHub"]["authenticator_class"].split(".")
    (place,) = [file["mountPath"] for file in hub["extraFiles"].values()]
    assert Path(place).name == f"{module}.py"
    classes = [
        node
        for node in ast.parse((HUB / f"{module}.py").read_text()).body
        if isinstance(node, ast.ClassDef)
    ]
    (ours,) = [node for node in classes if node.name == name]
    traits = {node.targets[0].id for node in ours.body if isinstance(node, ast.Assign)}
    assert set(hub["config"][name]) == traits == {"deployment_id", "context"}


@pytest.mark.nightly  # asks the package index
def test_what_the_students_image_installs_can_be_had_together(tmp_path):
    text = (HUB / "Containerfile").read_text().replace("\\\n", " ")
    version, command = re.search(r"ARG HUB_VERSION=(\S+)\nRUN (.*)", text).groups()
    for there, here in (
        ("/opt/course/requirements.lock", str(ROOT / "requirements.lock")),
        (
            "/opt/course/.venv/bin/uv pip install -q",
            f"{sys.executable} -m uv pip install --dry-run",
        ),
        ("/opt/course/.venv", str(tmp_path / "empty")),
        ("/tmp/lock", str(tmp_path / "lock")),
    ):
        command = command.replace(there, here)
    subprocess.run([sys.executable, "-m", "uv", "venv", "-q", tmp_path / "empty"], check=True)
    done = subprocess.run(
        ["sh", "-c", command],
        env=os.environ | {"HUB_VERSION": version},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"jupyterhub=={version}" in done.stderr
