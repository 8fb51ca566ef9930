"""A checkout on Windows has the repository's line ends, and one with others does no harm."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from course_utils.staff.authoring.bundle import archive
from support import ROOT
from support.command import course


def test_a_checkout_on_windows_has_the_repositorys_line_ends(tracked, tmp_path):
    work = tmp_path / "work"
    for name in tracked:
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, work / name)
    git = [
        "git",
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "core.safecrlf=false",
    ]
    for command in (["init"], ["add", "-f", "."], ["commit", "--no-gpg-sign", "-m", "All"]):
        subprocess.run([*git, "-C", work, *command], check=True, capture_output=True)
    clone = tmp_path / "clone"
    windows = ["-c", "core.autocrlf=true", "-c", "core.eol=crlf"]
    subprocess.run(["git", *windows, "clone", "-q", work, clone], check=True)
    different = [n for n in tracked if (clone / n).read_bytes() != (ROOT / n).read_bytes()]
    assert different == []


@pytest.fixture(scope="module")
def crlf(tracked, tmp_path_factory):
    r"""Return a copy of the course in which every line of text ends in ``\r\n``."""
    copy = tmp_path_factory.mktemp("crlf")
    for name in tracked:
        data = (ROOT / name).read_bytes()
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(data if b"\0" in data else data.replace(b"\n", b"\r\n"))
    return copy


@pytest.mark.nightly
def test_from_a_crlf_checkout_the_release_is_in_order(crlf):
    done = course("release", "--check", cwd=crlf, package=crlf)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_from_a_crlf_checkout_students_get_the_same_bytes(crlf):
    assert archive(crlf) == archive(ROOT)


READ = """
import json
from pathlib import Path
from course_utils import experiments
from course_utils.exercises import cases
from course_utils.staff.registry import EXERCISES
def text(value):
    return f"{value.dtype} {value.tobytes().hex()}" if hasattr(value, "tobytes") else repr(value)
kept = sorted((Path(experiments.__file__).parent / "results").glob("*.csv"))
print(json.dumps([
    {path.stem: experiments.results(*path.stem.split("-", 2)) for path in kept},
    {slug: repr(cases.load(slug)) for slug in EXERCISES},
], default=str))
"""


@pytest.mark.nightly
def test_from_a_crlf_checkout_cases_and_results_read_the_same(crlf):
    answers = [
        subprocess.run(
            [sys.executable, "-c", READ],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            capture_output=True,
            encoding="utf-8",
        )
        for folder in (crlf, ROOT)
    ]
    assert [answer.stderr for answer in answers] == ["", ""]
    results, cases = json.loads(answers[0].stdout)
    assert len(results) == len(list((ROOT / "course_utils/experiments/results").glob("*.csv")))
    assert len(cases) >= 28
    assert answers[0].stdout == answers[1].stdout
