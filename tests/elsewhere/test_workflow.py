"""CI's workflows: each system, each Python, with the README's own lines; the long tests nightly."""

import re
import shutil
import subprocess
import tomllib

import pytest
import yaml

from support import ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WORKFLOWS = {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in FILES}
JOBS = WORKFLOWS["ci"]["jobs"]
PYTHONS = ["3.11", "3.13", "3.14"]


def commands(job, jobs=JOBS):
    """Return the lines that a job runs."""
    return [line for step in jobs[job]["steps"] for line in step.get("run", "").splitlines()]


@pytest.mark.parametrize(
    ("job", "system"),
    [("linux", "ubuntu-latest"), ("macos", "macos-latest"), ("windows", "windows-latest")],
)
def test_each_system_is_tried_with_each_python_and_none_stops_the_others(job, system):
    assert JOBS[job]["runs-on"] == system
    assert JOBS[job]["strategy"] == {"fail-fast": False, "matrix": {"python": PYTHONS}}
    (python,) = [s["with"] for s in JOBS[job]["steps"] if "setup-python" in s.get("uses", "")]
    assert python["python-version"] == "${{ matrix.python }}"
    assert python["cache"] == "pip"


def test_the_oldest_python_tried_is_the_oldest_that_the_course_takes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"].startswith(f">={PYTHONS[0]},")


def test_on_linux_nothing_may_be_skipped():
    assert commands("linux") == ["bash .ci/run"]
    assert "export COURSE_REQUIRE_ALL=1" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_what_a_change_does_not_wait_for_is_run_every_night():
    nightly = WORKFLOWS["nightly"]
    assert nightly[True]["schedule"]  # YAML 1.1 reads `on` as a truth value
    assert commands("linux", nightly["jobs"]) == ["bash .ci/run test-all"]


def test_on_windows_the_readmes_lines_are_run():
    readme = (ROOT / "README.md").read_text("utf-8")
    lines = re.search(r"```powershell\n(.*?)```", readme, re.DOTALL)[1].splitlines()
    first, *rest, last = lines
    assert re.fullmatch(r"py -3\.\d+ -m venv \.venv", first)
    assert last == r".venv\Scripts\course lab"  # which never ends: the tests start it
    assert commands("windows")[: 1 + len(rest)] == ["python -m venv .venv", *rest]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_job_may_only_read_is_bounded_in_time_and_takes_actions_of_one_major_version(name):
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["cancel-in-progress"] is True
    for name, job in workflow["jobs"].items():
        assert "permissions" not in job, name
        assert 1 <= job["timeout-minutes"] <= 120, name
        for step in job["steps"]:
            if "uses" in step:
                assert re.search(r"@v\d+$|:\d+\.\d+\.\d+$", step["uses"]), step["uses"]


@pytest.mark.skipif(not shutil.which("actionlint"), reason="actionlint is missing; CI runs it")
def test_actionlint_finds_nothing():
    done = subprocess.run(["actionlint", *FILES], capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (0, "")
