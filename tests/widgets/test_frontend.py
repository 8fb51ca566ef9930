"""The bundle in static/ is what esbuild makes of frontend/, and computes nothing of the course."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from course_utils import widgets

FRONTEND = Path(widgets.__file__).parent / "frontend"
STATIC = FRONTEND.parent / "static"

# npm's words for a registry that is not there, or answers with anything but a package.
UNREACHABLE = re.compile(
    r"code (ENOTFOUND|EAI_\w+|ECONN\w+|E\w+UNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|E[45]\d\d)\b"
)


def fetch_packages(work, cannot_run):
    """Run npm ci in a copy of the front end; its cache is no one's home folder."""
    npm = shutil.which("npm")
    if npm is None:
        cannot_run("npm is missing: install it beside node")
    run = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"],
        cwd=work,
        env={**os.environ, "npm_config_cache": str(work.parent / "npm-cache")},
        capture_output=True,
        text=True,
    )
    if UNREACHABLE.search(run.stderr):
        cannot_run("npm ci cannot reach its registry: connect this machine, then try again")
    assert run.returncode == 0, run.stderr


@pytest.mark.requires("node")
def test_a_fresh_build_is_the_committed_bundle(tmp_path, cannot_run):
    work = tmp_path / "frontend"
    shutil.copytree(FRONTEND, work, ignore=shutil.ignore_patterns("node_modules"))
    if (FRONTEND / "node_modules").is_dir():
        (work / "node_modules").symlink_to(FRONTEND / "node_modules")
    else:
        fetch_packages(work, cannot_run)
    subprocess.run(["node", "build.mjs", str(tmp_path / "out")], cwd=work, check=True)
    built = ("figures.js", "figures.css", "slider.js", "slider.css", "LICENSES.txt")
    assert sorted(path.name for path in STATIC.iterdir()) == sorted(built)
    for name in built:
        fresh, committed = tmp_path / "out" / name, STATIC / name
        assert fresh.read_bytes() == committed.read_bytes(), f"{name}: run npm run build"


def test_the_lock_pins_every_package_by_hash_and_names_no_address():
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())
    wanted = json.loads((FRONTEND / "package.json").read_text())
    for version in (wanted["dependencies"] | wanted["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_the_bundle_is_small_and_asks_nobody_for_anything():
    bundles = [(STATIC / name).read_text() for name in ("figures.js", "slider.js")]
    assert len(bundles[0]) < 150_000
    assert len(bundles[1]) < 10_000  # every slider of a page brings it along
    code = "".join(bundles)
    addresses = set(re.findall(r"https?://[^\"'`\s]+", code))
    assert all(address.startswith("http://www.w3.org/") for address in addresses)
    assert "fetch(" not in code
    assert "XMLHttpRequest" not in code
